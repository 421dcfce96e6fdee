//! Who a row is: points, the queue of rows that are not certain, identity numbers, whose value stays, and what an undo leaves alone.

use kernel::PersonId;
use testkit::{Client, Reply, TestApp, db_test};

use crate::import_setting::{app, committed, counts, doubtful, names, table, uploaded};

const HEAD: &str = "Họ và tên;Ngày sinh;Giới tính;Chức vụ;Xã, phường;Trình độ chuyên môn;Số định danh;Điện thoại;Ngạch;Ngày vào Đảng\n";

fn csv(lines: &[&str]) -> Vec<u8> {
    [HEAD, &lines.join("\n"), "\n"].concat().into_bytes()
}

/// Everybody in the list with the id of their record.
async fn people(client: &mut Client) -> Vec<(String, PersonId)> {
    let page = client.get("/people").await;
    let ids = page
        .attributes("#rows tbody th a", "href")
        .into_iter()
        .map(|href| href.rsplit('/').next().unwrap().parse().unwrap());
    page.texts("#rows tbody th").into_iter().zip(ids).collect()
}

async fn fact(client: &mut Client, person: PersonId, place: usize) -> String {
    client.get(&format!("/people/{person}/posts?on=2026-11-24")).await.texts("section dl.facts dd")[place].clone()
}

/// The offices, and what the register has: one man.
async fn one(db: testkit::TestDb) -> (TestApp, Client, PersonId) {
    let app = app(db).await;
    let mut client = app.signed_in("sonoivu").await;
    committed(&mut client, &csv(&["Nguyễn Văn Hoà;05/03/1980;Nam;Chuyên viên đất đai;Anh Sơn;Đại học;099080001234;0912345678;Chuyên viên;03/02/2005"])).await;
    let person = people(&mut client).await[0].1;
    (app, client, person)
}

async fn chosen(client: &mut Client, path: &str, choices: &[(&str, &str)]) -> Reply {
    let reply = client.post(&format!("{path}/choices"), choices).await;
    assert_eq!((reply.status, reply.location()), (303, format!("{path}?kind=doubtful").as_str()), "{}", reply.body);
    client.get(path).await
}

db_test! {
    async fn row_44_a_doubtful_row_waits_for_somebody_to_say_who_it_is(db: TestDb) {
        let (_app, mut client, hoa) = one(db).await;
        let rows = [
            "Nguyễn Văn Hoa;05/03/1980;Nam;Chuyên viên tài chính;Hoà Bình;Thạc sĩ;;;;",
            "Nguyễn Văn Hoà;03/05/1980;Nam;Chuyên viên đất đai;Anh Sơn;;;;;",
            "Nguyễn Văn Hòe;05/03/1980;Nam;Chuyên viên đất đai;Anh Sơn;;;;;",
            "Nguyễn Văn Hoà;20/11/1975;Nam;Chuyên viên đất đai;Anh Sơn;;;;;",
            "Trần Thị Lan;05/03/1980;Nữ;Chuyên viên đất đai;Anh Sơn;;;;;",
        ];
        let (path, page) = uploaded(&mut client, &csv(&rows)).await;
        assert_eq!((doubtful(&page).as_str(), counts(&page)), ("3", ["0", "2", "0", "0", "0"].map(str::to_owned).to_vec()));
        // the tab of what needs somebody is open
        assert_eq!(page.texts("#rows tbody th"), [
            "Nguyễn Văn Hoa05/03/1980 · Chuyên viên tài chính · Hoà Bình",
            "Nguyễn Văn Hoà03/05/1980 · Chuyên viên đất đai · Anh Sơn",
            "Nguyễn Văn Hòe05/03/1980 · Chuyên viên đất đai · Anh Sơn",
        ]);
        let why = page.texts("#rows tbody small");
        assert!(why[0].contains("75/100 điểm: họ tên chỉ khác dấu, cùng ngày sinh, khác xã, phường"), "{why:?}");
        assert!(why[1].contains("84/100 điểm: cùng họ tên, ngày sinh đảo ngày với tháng, cùng xã, phường, cùng chức danh"), "{why:?}");
        assert!(why[2].contains("họ tên khác 1 chữ cái, cùng ngày sinh, cùng xã, phường"), "{why:?}");
        // whoever is not certain is not written
        assert_eq!(page.texts(".actions .btn.primary"), ["Ghi 2 người vào sổ"]);

        let same = hoa.to_string();
        let page = chosen(&mut client, &path, &[("row-2", &same), ("row-3", "new"), ("row-4", "leave"), ("row-5", &same)]).await;
        assert_eq!(page.text_of(".live"), "Đã lưu 4 lựa chọn; còn 0 dòng chưa rõ.");
        // a choice for a row that was certain changes nothing
        assert_eq!((doubtful(&page).as_str(), counts(&page)), ("0", ["0", "3", "1", "0", "1"].map(str::to_owned).to_vec()));
        // what was chosen can be chosen again
        let page = chosen(&mut client, &path, &[("row-3", "again")]).await;
        assert_eq!((doubtful(&page).as_str(), counts(&page)), ("1", ["0", "2", "1", "0", "1"].map(str::to_owned).to_vec()));
        assert_eq!(client.get(&format!("{path}?kind=changed")).await.texts("#rows tbody th button").len(), 1);

        assert_eq!(client.post(&format!("{path}/commit"), &[]).await.status, 303);
        let mut found = names(&mut client).await;
        found.sort();
        assert_eq!(found, ["Nguyễn Văn Hoa", "Nguyễn Văn Hoà", "Trần Thị Lan"], "the one who is left out and the one not chosen are not written");
        assert_eq!(people(&mut client).await.iter().filter(|(_, id)| *id == hoa).count(), 1);
        // a batch that is written keeps what was not chosen for looking at, and takes no more choices
        let page = client.get(&format!("{path}?kind=doubtful")).await;
        assert_eq!(page.attributes("#rows fieldset", "disabled").len(), 1);
        assert_eq!(client.post(&format!("{path}/choices"), &[("row-3", "new")]).await.status, 422);
    }

    async fn two_who_fit_equally_well_are_asked_about(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let line = |post: &str| format!("Nguyễn Văn Hoà;05/03/1980;Nam;{post};Anh Sơn;;;;;");
        committed(&mut client, &csv(&[&line("Chuyên viên đất đai")])).await;
        let (path, page) = uploaded(&mut client, &[HEAD.replace("Họ", "Mã cán bộ;Họ"), format!("CB9;{}\n", line("Chuyên viên tài chính"))].concat().into_bytes()).await;
        assert_eq!(counts(&page), ["0", "0", "1", "0", "0"], "one name and one birth date are one person");
        client.post(&format!("{path}/withdraw"), &[]).await;
        // two records of one name and day, told apart by their codes
        let two = [HEAD.replace("Họ", "Mã cán bộ;Họ"), format!("CB9;{}\n", "Nguyễn Văn Hoa;05/03/1980;Nam;Chuyên viên tài chính;Anh Sơn;;;;;")].concat();
        let (path, _) = uploaded(&mut client, two.as_bytes()).await;
        chosen(&mut client, &path, &[("row-2", "new")]).await;
        client.post(&format!("{path}/commit"), &[]).await;
        let renamed = [HEAD.replace("Họ", "Mã cán bộ;Họ"), format!("CB9;{}\n", line("Chuyên viên tài chính"))].concat();
        committed(&mut client, renamed.as_bytes()).await;
        assert_eq!(names(&mut client).await, ["Nguyễn Văn Hoà", "Nguyễn Văn Hoà"]);
        let (_, page) = uploaded(&mut client, &csv(&[&line("Chánh Văn phòng đảng ủy")])).await;
        assert_eq!((doubtful(&page).as_str(), page.texts("#rows input[type=radio]").len()), ("1", 4));
        // the post decides where it is said
        let (_, page) = uploaded(&mut client, &csv(&[&line("Chuyên viên đất đai")])).await;
        assert_eq!(counts(&page), ["0", "0", "0", "1", "0"]);
    }

    async fn an_identity_number_finds_its_person_and_is_never_shown(db: TestDb) {
        let (app, mut client, hoa) = one(db).await;
        // another name, another birth date within the year, another unit: one number
        let (path, page) = uploaded(&mut client, &csv(&["Nguyễn Văn Hòa;06/04/1980;Nam;Chuyên viên tài chính;Hoà Bình;;099080001234;;;"])).await;
        assert_eq!(counts(&page), ["0", "0", "1", "0", "0"]);
        assert!(!page.body.contains("099080001234"), "{}", page.body);
        client.post(&format!("{path}/withdraw"), &[]).await;
        // a number that is somebody else's, twice in a file, not a number, of another year
        let rows = [
            "Trần Thị Lan;05/03/1990;Nữ;Chuyên viên đất đai;Anh Sơn;;099080001234;;;",
            "Phan Thị Mai;05/03/1990;Nữ;Chuyên viên đất đai;Anh Sơn;;099190001235;;;",
            "Hồ Thị Nga;05/03/1990;Nữ;Chuyên viên đất đai;Anh Sơn;;099190001235;;;",
            "Võ Thị Oanh;05/03/1990;Nữ;Chuyên viên đất đai;Anh Sơn;;09919000123;;;",
            "Võ Thị Oanh;05/03/1991;Nữ;Chuyên viên đất đai;Anh Sơn;;099190001236;123;;01/01/2000",
        ];
        let (_, page) = uploaded(&mut client, &csv(&rows)).await;
        let reasons: Vec<String> = table(&page).into_iter().map(|row| row[2].clone()).collect();
        assert_eq!(reasons, [
            "cột G: số định danh không hợp với giới tính",
            "số định danh trùng với dòng 3 của danh sách này",
            "cột G: số định danh phải có đúng 12 chữ số",
            "cột H: điện thoại phải có 8 đến 15 chữ số: 123cột J: ngày vào Đảng trước khi đủ 18 tuổi: 01/01/2000cột G: số định danh không hợp với năm sinh",
        ]);
        assert!(!page.body.contains("0991900012"));
        // somebody with the same number and nothing else in common is asked about
        let (path, page) = uploaded(&mut client, &csv(&["Trần Văn Lâm;05/03/1980;Nam;Chuyên viên tài chính;Hoà Bình;;099080001234;;;"])).await;
        assert_eq!(doubtful(&page), "1");
        let page = chosen(&mut client, &path, &[("row-2", "new")]).await;
        assert_eq!(table(&page)[0][2], "số định danh này đã có ở hồ sơ của một người khác");
        // the number lies sealed: in the register, in the rows, in the file that waits
        let mut conn = app.db().read().await.unwrap();
        let dump: Vec<(Option<String>,)> = conn.all(&AFTER, &[]).await.unwrap();
        assert!(dump.iter().flat_map(|(text,)| text).all(|text| !text.contains("099080001234")));
        let files: Vec<(Vec<u8>,)> = conn.all(&FILES, &[]).await.unwrap();
        assert!(!files.is_empty() && files.iter().all(|(bytes,)| !bytes.windows(12).any(|w| w == b"099080001234")));
        drop(conn);
        assert_eq!(client.get("/people?q=099080001234").await.location(), format!("/people/{hoa}"));
    }

    async fn a_value_of_a_better_source_stays_and_the_page_says_so(db: TestDb) {
        let (app, mut office, hoa) = one(db).await;
        let unit = csv(&["Nguyễn Văn Hoà;05/03/1980;Nam;Chuyên viên tài chính;Anh Sơn;Thạc sĩ;;0987654321;;"]);
        let mut commune = app.signed_in("xa-00001").await;
        let (path, page) = uploaded(&mut commune, &unit).await;
        // Home Affairs said the first values; the post is news
        assert_eq!(counts(&page), ["0", "0", "1", "0", "0"]);
        assert_eq!(table(&page)[0][2], "Chức danhChuyên viên đất đai Chuyên viên tài chính\
            Chuyên môn: giữ giá trị của nguồn Sở Nội vụ, vì nguồn này đáng tin hơn tệp.\
            Điện thoại: giữ giá trị của nguồn Sở Nội vụ, vì nguồn này đáng tin hơn tệp.");
        assert_eq!(commune.post(&format!("{path}/commit"), &[]).await.status, 303);
        assert_eq!(fact(&mut office, hoa, 3).await, "Đại học");
        // the national database stands above all
        let national = office.upload("/people/import", "file", "csdl.csv", &csv(&["Nguyễn Văn Hoà;05/03/1980;Nam;Chuyên viên tài chính;Anh Sơn;Tiến sĩ;;;;"]), &[("national", "1")]).await;
        assert_eq!(office.post(&format!("{}/commit", national.location()), &[]).await.status, 303);
        assert_eq!(fact(&mut office, hoa, 3).await, "Tiến sĩ");
        let (_, page) = uploaded(&mut office, &csv(&["Nguyễn Văn Hoà;05/03/1980;Nam;Chuyên viên tài chính;Anh Sơn;Thạc sĩ;;;;"])).await;
        assert_eq!(counts(&page), ["0", "0", "0", "1", "0"]);
        assert_eq!(table(&page)[0][2], "Chuyên môn: giữ giá trị của nguồn CSDL quốc gia (từ 24/11/2026), vì nguồn này đáng tin hơn tệp.");
        let history = office.get(&format!("/people/{hoa}/posts")).await.texts("tbody td:last-child");
        assert!(history.iter().any(|source| source.starts_with("CSDL quốc gia")), "{history:?}");
        // a commune cannot say that its file is the national one
        let own = commune.upload("/people/import", "file", "x.csv", &unit, &[("national", "1")]).await;
        assert_eq!(counts(&commune.get(own.location()).await), ["0", "0", "0", "1", "0"]);
        assert!(!commune.get("/people/import").await.has("input[name=national]"));
    }

    async fn row_40_an_undo_leaves_alone_what_others_changed_since(db: TestDb) {
        let (app, mut client, hoa) = one(db).await;
        let (path, page) = uploaded(&mut client, &csv(&["Nguyễn Văn Hoà;05/03/1980;Nam;Chuyên viên tài chính;Anh Sơn;Thạc sĩ;099080001299;;;"])).await;
        assert_eq!(doubtful(&page), "1", "another identity number is asked about");
        chosen(&mut client, &path, &[("row-2", &hoa.to_string())]).await;
        assert_eq!(client.post(&format!("{path}/commit"), &[]).await.status, 303);
        // somebody changes something else of the same record, and adds somebody
        let mut commune = app.signed_in("xa-00001").await;
        let form = commune.get(&format!("/people/{hoa}/record")).await.form("/record");
        assert_eq!(commune.submit(&form, &[("phone", "0900000000"), ("theory", "cao_cap")]).await.status, 303);
        committed(&mut commune, &csv(&["Trần Thị Lan;05/03/1990;Nữ;Chuyên viên đất đai;Anh Sơn;;;;;"])).await;
        assert_eq!(client.post(&format!("{path}/undo"), &[]).await.status, 303);
        let facts = client.get(&format!("/people/{hoa}/posts?on=2026-11-24")).await.texts("section dl.facts dd");
        assert_eq!((facts[3].as_str(), facts[4].as_str()), ("Đại học", "Cao cấp"), "{facts:?}");
        assert_eq!(client.get(&format!("/people/{hoa}/record")).await.attributes("#f-phone", "value"), ["0900000000"]);
        assert_eq!(client.get("/people?q=099080001234").await.location(), format!("/people/{hoa}"));
        assert_eq!(client.get("/people?q=099080001299").await.texts("#rows tbody th"), Vec::<String>::new());
        let posts = client.get("/people").await.texts("#rows tbody td:nth-child(3)");
        assert_eq!(posts, ["Chuyên viên đất đai", "Chuyên viên đất đai"]);
        // what the batch wrote itself and somebody changed since is not taken back
        let path = committed(&mut client, &csv(&["Nguyễn Văn Hoà;05/03/1980;Nam;Chuyên viên đất đai;Anh Sơn;Thạc sĩ;;;;"])).await;
        let form = commune.get(&format!("/people/{hoa}/record")).await.form("/record");
        assert_eq!(commune.submit(&form, &[("education", "tien_si")]).await.status, 303);
        let refused = client.post(&format!("{path}/undo"), &[]).await;
        assert_eq!((refused.status, refused.text_of("[role=alert]").contains("hồ sơ đã thay đổi sau lần nhập này")), (422, true));
    }

    async fn an_import_tells_how_far_it_is_only_while_it_runs(db: TestDb) {
        let (app, mut client, _) = one(db).await;
        assert_eq!(client.get("/people/import/progress").await.status, 204);
        assert_eq!(client.post("/people/import/stop", &[]).await.status, 204);
        // a stop that comes too late stops nothing later
        let (_, page) = uploaded(&mut client, &csv(&["Trần Thị Lan;05/03/1990;Nữ;Chuyên viên đất đai;Anh Sơn;;;;;"])).await;
        assert_eq!(counts(&page), ["0", "1", "0", "0", "0"]);
        drop(app);
    }
}

store::sql!(AFTER, "SELECT after FROM import_row");
store::sql!(FILES, "SELECT content FROM import_batch WHERE content IS NOT NULL");
