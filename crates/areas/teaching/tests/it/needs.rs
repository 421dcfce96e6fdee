//! The matrix of competences, the gaps that follow from it, and ratings by superiors.

use chrono::NaiveDate;
use kernel::{PersonId, SystemIds};
use store::{By, history_of};
use teaching::{
    curriculum::programmes,
    needs::matrix::{CompetenceDraft, MatrixInput, Target, load_matrix},
    testing::{Small, open_class_of},
};
use testkit::{Client, Reply, db_test};

use crate::setting::{Setting, setting};

const EARLY: &str = "2026-02-20T08:00";

store::sql!(COMPLETE_ALL, "UPDATE nomination SET state = 'completed' WHERE state = 'accepted'");
store::sql!(SEATED, "SELECT person_id FROM nomination WHERE state = 'accepted' ORDER BY person_id");

fn competence(code: &str, name: &str, field: &str) -> (CompetenceDraft, String) {
    let draft =
        CompetenceDraft { code: code.to_owned(), name: name.to_owned(), field: field.to_owned(), is_closed: false };
    (draft, "thử nghiệm".to_owned())
}

/// Three competences; heads and specialists are asked for two of them; two topics build one each.
pub async fn with_matrix(setting: &Setting) {
    with_cells(setting, Vec::new()).await;
}

async fn with_cells(setting: &Setting, more: Vec<(Target, String, i64)>) {
    let post = |post: &str, code: &str, level| (Target::Post(post.to_owned()), code.to_owned(), level);
    let topic =
        |topic: &str, code: &str, level| (Target::Topic("PRG-2".to_owned(), topic.to_owned()), code.to_owned(), level);
    let input = MatrixInput {
        competences: vec![
            competence("CT", "Lý luận", "politics"),
            competence("SO", "Kỹ năng số", "digital"),
            competence("VT", "Tham mưu", "position"),
        ],
        cells: [
            post("HEAD", "CT", 4),
            post("HEAD", "SO", 3),
            post("SPEC", "SO", 4),
            post("SPEC", "VT", 3),
            topic("T1", "SO", 3),
            topic("T2", "CT", 2),
        ]
        .into_iter()
        .chain(more)
        .collect(),
    };
    load_matrix(setting.app.db(), By::System("test"), setting.province.scheme, &input).await.unwrap();
}

/// The row of a table whose head begins so, cell by cell.
fn row(page: &Reply, head: &str) -> Vec<String> {
    row_of(page, "", head)
}

/// The same of the table in one part of the page.
fn row_of(page: &Reply, part: &str, head: &str) -> Vec<String> {
    let heads = page.texts(&format!("{part} tbody tr > th"));
    let place =
        heads.iter().position(|h| h.starts_with(head)).unwrap_or_else(|| panic!("no row {head}: {heads:?}")) + 1;
    page.texts(&format!("{part} tbody tr:nth-child({place}) > td"))
}

/// The names of the hidden field and of the select of a competence, by its place in the form.
async fn fields(client: &mut Client, page: &str) -> Vec<String> {
    client.get(page).await.attributes("select[name^='level-']", "name")
}

/// A workbook with one sheet.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    use documents::sheet::{Cell, Column, Table, write};
    let cell = |text: &&str| text.parse().map_or_else(|_| Cell::Text((*text).to_owned()), Cell::Whole);
    let table = Table {
        name: "Trang".to_owned(),
        title: "Tiêu đề".to_owned(),
        notes: Vec::new(),
        columns: rows[0].iter().map(|title| Column { title: (*title).to_owned(), width: 10.0 }).collect(),
        rows: rows[1..].iter().map(|row| row.iter().map(cell).collect()).collect(),
        totals: Vec::new(),
        dated: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
    };
    write(&[table]).unwrap()
}

db_test! {
    async fn the_school_writes_the_frame_and_every_fault_is_told_at_its_field(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(school.get("/needs/matrix").await.text_of(".empty h2"), "Chưa có khung năng lực");
        let form = school.get("/needs/competences/new").await.form("/competences");
        let right = [("code", " SO-01 "), ("name", "Kỹ năng  số"), ("field", "digital")];
        assert_eq!(school.submit(&form, &right).await.status, 303);
        let list = school.get("/needs/competences").await;
        assert_eq!((list.text_of(".flash"), list.texts("h2")), ("Đã thêm năng lực “Kỹ năng số”.".to_owned(), vec!["Khoa học, công nghệ, đổi mới sáng tạo, kỹ năng số".to_owned()]));

        let long = "ắ".repeat(300);
        let faults = [
            ("name", long.as_str(), "Tên năng lực: dài 300 ký tự, tối đa 200."),
            ("name", "Kỹ năng 😀", "Tên năng lực: có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó."),
            ("name", "a\u{7}b", "Tên năng lực: có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó."),
            ("name", " ", "Tên năng lực: chưa nhập."),
            ("name", "KY NANG SO", "Tên năng lực: đã có ở mã SO-01."),
            ("code", "so-01", "Mã: đã dùng cho năng lực “Kỹ năng số”."),
            ("field", "khac", "Nhóm nội dung: hãy chọn một mục trong danh sách."),
        ];
        for (field, value, text) in faults {
            let right = [("code", "CT-01"), ("name", "Lý luận"), ("field", "politics")];
            let typed: Vec<_> = right.iter().map(|(n, v)| (*n, if *n == field { value } else { *v })).collect();
            let reply = school.submit(&form, &typed).await;
            assert_eq!((reply.status, reply.text_of(&format!("#e-{field}"))), (422, text.to_owned()));
            if field != "field" {
                assert_eq!(reply.attributes(&format!("#f-{field}"), "value"), [value], "what was typed stays");
            }
        }
        assert_eq!(school.get("/needs/competences").await.texts("tbody th").len(), 1);

        // two people change one competence
        setting.app.account("truong2", "school_training", None, None).await;
        let mut other = setting.app.signed_in("truong2").await;
        let page = school.get("/needs/competences").await.attributes("td.acts a", "href").remove(0);
        let id = page.rsplit('/').next().unwrap();
        let (one, two) = (school.get(&page).await.form(id), other.get(&page).await.form(id));
        assert_eq!(school.submit(&one, &[("name", "Kỹ năng số cơ bản")]).await.status, 303);
        let refused = other.submit(&two, &[("name", "Kỹ năng số nâng cao"), ("closed", "1")]).await;
        assert_eq!((refused.status, refused.texts("[role=alert] dt")), (409, vec!["Tên năng lực".to_owned(), "Tình trạng".to_owned()]));
        assert_eq!(refused.attributes("#f-name", "value"), ["Kỹ năng số nâng cao"]);
        assert_eq!(other.submit(&refused.form(id), &[]).await.status, 303);
        assert_eq!(school.get("/needs/competences").await.texts("tbody th"), ["Kỹ năng số nâng cao Ngừng dùng"]);
        assert_eq!(school.get("/needs/competences/019c0000-0000-7000-8000-000000000000").await.status, 404);
        assert_eq!(setting.app.signed_in("sonoivu").await.get("/needs/competences/new").await.status, 403);
    }

    async fn levels_of_posts_and_topics_are_changed_row_by_row_and_the_second_editor_is_told(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        with_matrix(&setting).await;
        setting.app.account("truong2", "school_training", None, None).await;
        let (mut school, mut other) = (setting.app.signed_in("truong").await, setting.app.signed_in("truong2").await);
        let matrix = school.get("/needs/matrix").await;
        assert_eq!(matrix.texts("thead th"), ["Chức danh", "CT", "SO", "VT", "Thao tác"]);
        assert_eq!(row(&matrix, "Chức danh HEAD")[..3], ["4", "3", ""]);
        // a post that nobody of the province holds has no row
        assert!(!matrix.texts("tbody th").join(" ").contains("KEY"));
        assert_eq!(school.get("/needs/matrix/posts/KEY").await.status, 404);
        assert_eq!(school.get("/needs/matrix?bloc=dang").await.texts("tbody th"), Vec::<String>::new());

        let page = "/needs/matrix/posts/HEAD";
        let names = fields(&mut school, page).await;
        let (one, two) = (school.get(page).await.form("/HEAD"), other.get(page).await.form("/HEAD"));
        let wrong = school.submit(&one, &[(names[0].as_str(), "6"), (names[2].as_str(), "2")]).await;
        assert_eq!((wrong.status, wrong.texts(".error")), (422, vec!["Mức phải là số nguyên từ 0 đến 5.".to_owned()]));
        assert_eq!(wrong.attributes("option[selected]", "value"), ["6", "3", "2"], "what was typed stays");
        assert_eq!(school.submit(&one, &[(names[0].as_str(), "0"), (names[2].as_str(), "2")]).await.status, 303);
        assert_eq!(row(&school.get("/needs/matrix").await, "Chức danh HEAD")[..3], ["", "3", "2"]);
        // another cell of the same row is no quarrel; the same cell is
        assert_eq!(other.submit(&two, &[(names[1].as_str(), "5")]).await.status, 303);
        let refused = other.submit(&two, &[(names[2].as_str(), "4")]).await;
        assert_eq!((refused.status, refused.texts(".error")), (409, vec!["Người khác vừa lưu mức 2.".to_owned()]));
        assert_eq!(row(&school.get("/needs/matrix").await, "Chức danh HEAD")[..3], ["", "5", "2"], "nothing of it was written");
        assert_eq!(other.submit(&refused.form("/HEAD"), &[]).await.status, 303);
        assert_eq!(row(&school.get("/needs/matrix").await, "Chức danh HEAD")[2], "4");

        let topics = school.get("/needs/matrix/topics").await;
        let links = topics.attributes(".seg a", "href");
        let second = school.get(&links[1]).await;
        assert_eq!(row(&second, "Chuyên đề 1")[..3], ["", "3", ""]);
        let page = second.attributes("td.acts a", "href").remove(1);
        let names = fields(&mut school, &page).await;
        let form = school.get(&page).await.form("/T2");
        assert_eq!(school.submit(&form, &[(names[2].as_str(), "5")]).await.status, 303);
        assert_eq!(row(&school.get(&links[1]).await, "Chuyên đề 2")[..3], ["2", "", "5"]);
        assert_eq!(school.get(&page.replace("/T2", "/T99")).await.status, 404);

        let history = history_of(&mut setting.app.db().read().await.unwrap(), "matrix", 9).await.unwrap();
        let told: Vec<_> = history.iter().map(|h| (h.action.as_str(), h.who.as_str())).collect();
        assert_eq!(told.len(), 5, "{told:?}");
        assert_eq!(told[0], ("needs.matrix.changed", "truong"));
    }

    async fn the_matrix_outlives_versions_of_a_programme(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        with_matrix(&setting).await;
        setting.approved().await;
        let mut school = setting.app.signed_in("truong").await;
        let lines = programmes(&mut setting.app.db().read().await.unwrap(), setting.province.scheme).await.unwrap();
        let second = lines.iter().find(|p| p.code == "PRG-2").unwrap().id;
        let form = school.get(&format!("/programmes/{second}")).await.form("/versions");
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        let list = format!("/needs/matrix/topics?programme={second}");
        assert_eq!(row(&school.get(&list).await, "Chuyên đề 1")[..3], ["", "3", ""]);
    }

    async fn the_file_of_the_matrix_comes_back_unchanged_and_a_change_is_shown_before_it_is_written(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        with_matrix(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let file = school.get("/needs/matrix/file.xlsx").await;
        assert_eq!(file.status, 200);
        let same = school.upload("/needs/matrix/preview", "file", "khung.xlsx", &file.bytes, &[]).await;
        assert_eq!((same.status, same.text_of(".empty h2")), (200, "Tệp giống hệt khung năng lực hiện có".to_owned()));
        // three posts and twenty topics under three competences
        assert!(same.text_of(".cardhead .soft").contains("đã so 69 ô"), "{}", same.text_of(".cardhead .soft"));

        let rows: [&[&str]; 3] =
            [&["Mã chức danh", "Chức danh", "SO", "CT"], &["HEAD", "x", "1", "4"], &["SPEC", "x", "4", "2"]];
        let preview = school.upload("/needs/matrix/preview", "file", "khung.xlsx", &workbook(&rows), &[]).await;
        assert_eq!((preview.status, preview.text_of(".cardhead h2")), (200, "2 thay đổi".to_owned()));
        assert_eq!(preview.texts("tbody tr"), ["Chức danh HEADSO3 1", "Chức danh SPECCT0 2"]);
        assert_eq!(row(&school.get("/needs/matrix").await, "Chức danh HEAD")[..3], ["4", "3", ""], "nothing yet");
        let form = preview.form("/import");
        // meanwhile somebody changes one of the cells: the preview comes anew, nothing is written
        let names = fields(&mut school, "/needs/matrix/posts/HEAD").await;
        let row_form = school.get("/needs/matrix/posts/HEAD").await.form("/HEAD");
        school.submit(&row_form, &[(names[1].as_str(), "5")]).await;
        let refused = school.submit(&form, &[]).await;
        assert_eq!((refused.status, refused.texts("tbody tr")), (409, vec!["Chức danh HEADSO5 1".to_owned(), "Chức danh SPECCT0 2".to_owned()]));
        assert_eq!(row(&school.get("/needs/matrix").await, "Chức danh SPEC")[..3], ["", "4", "3"]);
        let written = school.submit(&refused.form("/import"), &[]).await;
        assert_eq!((written.status, written.location()), (303, "/needs/matrix"));
        let matrix = school.get("/needs/matrix").await;
        assert_eq!(matrix.text_of(".flash"), "Đã ghi 2 thay đổi từ bảng tính.");
        assert_eq!((row(&matrix, "Chức danh HEAD")[..3].to_vec(), row(&matrix, "Chức danh SPEC")[..3].to_vec()), (vec!["4".to_owned(), "1".to_owned(), String::new()], vec!["2".to_owned(), "4".to_owned(), "3".to_owned()]));
        assert_eq!(school.post("/needs/matrix/import", &[("changes", "[]x")]).await.status, 400);
    }

    async fn every_fault_of_a_file_is_told_by_sheet_and_cell(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        with_matrix(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let rows: [&[&str]; 5] = [
            &["Mã chức danh", "Chức danh", "SO", "LA", "SO", "", " "],
            &["HEAD", "x", "6", "1", "", "", ""],
            &["SPEC", "x", "ba", "", "", "4", " "],
            &["KHONG", "x", "1", "", "", "3", ""],
            &["HEAD", "x", "1", "", "", "2", ""],
        ];
        let refused = school.upload("/needs/matrix/preview", "file", "khung.xlsx", &workbook(&rows), &[]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(
            refused.texts("[role=alert] li"),
            [
                "Trang, ô D3: không có năng lực mang mã “LA”.",
                "Trang, ô E3: năng lực SO có hai cột.",
                "Trang, ô C4: “6” không phải mức từ 0 đến 5.",
                "Trang, ô F5: có “4” nhưng đầu cột không có mã năng lực. Hãy ghi mã ở đầu cột, hoặc xóa cột.",
                "Trang, ô C5: “ba” không phải mức từ 0 đến 5.",
                "Trang, ô A6: không có dòng mang mã “KHONG”.",
                "Trang, ô A7: dòng mang mã “HEAD” xuất hiện hai lần.",
            ]
        );
        assert!(!refused.has("form[action$='/import']"), "nothing can be written");
        let other = school.upload("/needs/matrix/preview", "file", "a.xlsx", &workbook(&[&["Tên"], &["A"]]), &[]).await;
        assert_eq!((other.status, other.texts("[role=alert] li").len()), (422, 1));
        for bytes in [&b"xin chao"[..], b""] {
            assert_eq!(school.upload("/needs/matrix/preview", "file", "a.xlsx", bytes, &[]).await.status, 422);
        }
    }

    async fn a_superior_rates_the_own_commune_or_office_and_nobody_else(db: TestDb) {
        let small = Small::default();
        let setting = setting(db, &small, EARLY).await;
        with_matrix(&setting).await;
        let people = &setting.province.people;
        let (head, mate, elsewhere, far) = (people[0], people[2], people[small.people + 2], people[small.offices * small.people + 2]);
        let mut officer = setting.app.signed_in("xa-00001").await;
        let list = officer.get("/needs/ratings").await;
        assert_eq!(list.texts("tbody th").len(), small.offices * small.people);
        let page = format!("/needs/ratings/{mate}");
        let names = fields(&mut officer, &page).await;
        assert_eq!(names.len(), 2, "what the post asks for");
        let form = officer.get(&page).await.form(&page);
        let wrong = officer.submit(&form, &[(names[0].as_str(), "-1")]).await;
        assert_eq!((wrong.status, wrong.texts(".error")), (422, vec!["Mức phải là số nguyên từ 0 đến 5.".to_owned()]));
        assert_eq!(officer.submit(&form, &[(names[0].as_str(), "1"), (names[1].as_str(), "")]).await.status, 303);
        let gaps = officer.get(&format!("/needs/people/{mate}")).await;
        assert_eq!(row(&gaps, "Kỹ năng số")[..6], ["4", "–", "120/02/2026", "–", "1", "Thiếu 3 mức"]);
        assert_eq!(row(&gaps, "Kỹ năng số")[6], "Chuyên đề 1");
        assert_eq!(row(&gaps, "Tham mưu")[5], "Chưa đánh giá");
        for path in [format!("/needs/ratings/{far}"), format!("/needs/people/{far}"), "/needs/communes/00002".to_owned()] {
            assert_eq!(officer.get(&path).await.status, 404, "{path}");
        }
        assert_eq!(officer.post(&format!("/needs/ratings/{far}"), &[(names[0].as_str(), "1")]).await.status, 404);

        setting.app.account("hv-head", "learner", None, Some(head)).await;
        setting.app.account("hv-mate", "learner", None, Some(mate)).await;
        let mut head_client = setting.app.signed_in("hv-head").await;
        assert_eq!(head_client.get("/needs/ratings").await.texts("tbody th").len(), small.people - 1);
        assert_eq!(head_client.get(&page).await.status, 200);
        for other in [head, elsewhere, far] {
            assert_eq!(head_client.get(&format!("/needs/ratings/{other}")).await.status, 404);
            assert_eq!(head_client.post(&format!("/needs/ratings/{other}"), &[(names[0].as_str(), "1")]).await.status, 404);
        }
        let mut plain = setting.app.signed_in("hv-mate").await;
        assert_eq!(plain.get("/needs/ratings").await.text_of(".empty h2"), "Không có ai để đánh giá");
        assert_eq!(plain.get("/needs").await.location(), format!("/needs/people/{mate}"));
        assert_eq!(plain.get(&format!("/needs/people/{mate}")).await.text_of("h1"), "Năng lực của tôi");
        for path in [format!("/needs/people/{head}"), "/needs/communes/00001".to_owned(), "/needs/gaps.xlsx".to_owned()] {
            assert_eq!(plain.get(&path).await.status, 404, "{path}");
        }
        // the province's readers see figures; bodies without people see no names
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(row_of(&school.get("/needs").await, "[aria-label='Theo xã, phường']", "Xã Thử 1"), ["8", "8,3 %", "1", "3"]);
        assert_eq!(school.get("/needs/communes/00001").await.texts("tbody th a").len(), 8);
        let mut propaganda = setting.app.signed_in("tuyengiao").await;
        assert_eq!(propaganda.get("/needs/communes/00001").await.texts("tbody th a").len(), 0);
        assert_eq!(propaganda.get(&format!("/needs/people/{mate}")).await.status, 404);
        assert_eq!(school.get(&format!("/needs/people/{}", PersonId::new(&SystemIds))).await.status, 404);
    }

    async fn topics_seats_and_programmes_say_which_gaps_they_close(db: TestDb) {
        let setting = setting(db, &Small::default(), "2026-02-25T08:00").await;
        let class = setting.called(4).await;
        let lines = programmes(&mut setting.app.db().read().await.unwrap(), setting.province.scheme).await.unwrap();
        let programme = format!("/programmes/{}", lines.iter().find(|p| p.code == "PRG-2").unwrap().id);
        let mut school = setting.app.signed_in("truong").await;
        // without competences nothing is said
        assert!(!school.get(&programme).await.texts("thead th").contains(&"Bù khoảng trống".to_owned()));
        assert!(!school.get("/plan").await.has("#gaps"));
        with_matrix(&setting).await;
        let small = Small::default();
        let mut officer = setting.app.signed_in("xa-00001").await;
        let specialists = [setting.province.people[2], setting.province.people[small.people + 2]];
        // the first misses two levels of what T1 builds up to 3; the second has that level already
        for (person, level) in specialists.iter().zip(["1", "3"]) {
            let page = format!("/needs/ratings/{person}");
            let names = fields(&mut officer, &page).await;
            let form = officer.get(&page).await.form(&page);
            officer.submit(&form, &[(names[0].as_str(), level), (names[1].as_str(), "1")]).await;
        }
        let page = school.get(&programme).await;
        let heads = page.texts("thead th");
        let place = heads.iter().position(|h| h == "Bù khoảng trống").unwrap() + 1;
        let told = page.texts(&format!("tbody tr[id^=topic-] td:nth-child({place})"));
        assert_eq!(told[..3], ["SO → 31 người đang thiếu", "CT → 20 người đang thiếu", "–"]);
        let plan = school.get("/plan").await;
        let rows = plan.texts("#gaps tbody tr");
        assert_eq!(rows.len(), 1, "a programme that builds nothing has no row");
        assert_eq!(plan.texts("#gaps tbody td")[..2], ["1", "1"]);
        let nominate = officer.get(&format!("/classes/{class}/nominations")).await;
        let closing: Vec<String> = nominate.texts("td small").into_iter().filter(|t| t.starts_with("Bù")).collect();
        assert_eq!(closing, ["Bù 1 khoảng trống: SO"]);
    }

    async fn row_48_a_completed_class_fills_the_gap_of_its_learners(db: TestDb) {
        let setting = setting(db, &Small::default(), "2026-02-25T08:00").await;
        with_matrix(&setting).await;
        let class = setting.called(4).await;
        open_class_of(setting.app.db(), class, &setting.school, &setting.officers).await;
        let seated: Vec<(PersonId,)> = setting.app.db().read().await.unwrap().all(&SEATED, &[]).await.unwrap();
        assert!(!seated.is_empty());
        let place = |person: &PersonId| setting.province.people.iter().position(|p| p == person).unwrap();
        // in every office of four the third and the fourth are specialists
        let specialist = seated.iter().find(|(person,)| place(person) % 4 >= 2).map(|(person,)| (*person, place(person) / 8));
        let (person, commune) = specialist.unwrap();
        let mut officer = setting.app.signed_in(["xa-00001", "xa-00002"][commune]).await;
        let page = format!("/needs/ratings/{person}");
        let names = fields(&mut officer, &page).await;
        let form = officer.get(&page).await.form(&page);
        officer.submit(&form, &[(names[0].as_str(), "1"), (names[1].as_str(), "1")]).await;
        let record = format!("/needs/people/{person}");
        let before = officer.get(&record).await;
        assert_eq!((row(&before, "Kỹ năng số")[4..6].to_vec(), row(&before, "Tham mưu")[4..6].to_vec()), (vec!["1".to_owned(), "Thiếu 3 mức".to_owned()], vec!["1".to_owned(), "Thiếu 2 mức".to_owned()]));

        // topic T1 builds level 3 of SO; nothing in the class builds VT
        setting.app.db().write(async |tx| tx.exec(&COMPLETE_ALL, &[]).await).await.unwrap();
        let setting = setting.later("2026-04-01T08:00");
        let mut officer = setting.app.signed_in(["xa-00001", "xa-00002"][commune]).await;
        let after = officer.get(&record).await;
        assert_eq!(row(&after, "Kỹ năng số")[4..6], ["3", "Thiếu 1 mức"]);
        assert!(row(&after, "Kỹ năng số")[3].starts_with('3'), "{:?}", row(&after, "Kỹ năng số"));
        assert_eq!(row(&after, "Tham mưu")[4..6], ["1", "Thiếu 2 mức"]);
        // whoever looks again after the class has the last word
        let form = officer.get(&page).await.form(&page);
        officer.submit(&form, &[(names[0].as_str(), "2")]).await;
        assert_eq!(row(&officer.get(&record).await, "Kỹ năng số")[4..6], ["2", "Thiếu 2 mức"]);
    }

    async fn what_a_class_chose_for_its_open_part_raises_those_who_pass(db: TestDb) {
        let setting = setting(db, &Small { pool: true, ..Small::default() }, "2026-02-25T08:00").await;
        let topic = |programme: &str, topic: &str, code: &str, level| {
            (Target::Topic(programme.to_owned(), topic.to_owned()), code.to_owned(), level)
        };
        // the open part builds SO up to 4; the class chooses two others, one of which builds VT
        let cells = vec![topic("PRG-2", "T10", "SO", 4), topic("PRG-MO", "MO-1", "VT", 2)];
        with_cells(&setting, cells).await;
        let class = setting.called(4).await;
        let page = format!("/classes/{class}/electives");
        let mut school = setting.app.signed_in("truong").await;
        let shown = school.get(&page).await;
        let pool = shown.attributes("input[name=elective]", "value");
        let seen = shown.form("/electives").fields.iter().find(|(n, _)| n == "seen").unwrap().1.clone();
        let fields = [("seen", seen.as_str()), ("elective", pool[0].as_str()), ("elective", pool[1].as_str())];
        assert_eq!(school.post(&page, &fields).await.status, 303);
        open_class_of(setting.app.db(), class, &setting.school, &setting.officers).await;
        let seated: Vec<(PersonId,)> = setting.app.db().read().await.unwrap().all(&SEATED, &[]).await.unwrap();
        let place = |person: &PersonId| setting.province.people.iter().position(|p| p == person).unwrap();
        let person = seated.iter().find(|(person,)| place(person) % 4 >= 2).unwrap().0;
        let record = format!("/needs/people/{person}");
        assert_eq!(row(&school.get(&record).await, "Tham mưu")[5], "Chưa đánh giá");
        setting.app.db().write(async |tx| tx.exec(&COMPLETE_ALL, &[]).await).await.unwrap();
        let setting = setting.later("2026-04-01T08:00");
        let after = setting.app.signed_in("truong").await.get(&record).await;
        assert_eq!(row(&after, "Tham mưu")[4..6], ["2", "Thiếu 1 mức"], "what was chosen counts");
        assert_eq!(row(&after, "Kỹ năng số")[4..6], ["3", "Thiếu 1 mức"], "what it stands for was not taught");
    }
}
