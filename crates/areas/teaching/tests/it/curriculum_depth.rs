//! What a topic needs, objectives, versions side by side, the open part of a class, the roadmap.

use kernel::ClassId;
use store::{By, history_of};
use teaching::{
    scheme::{LegalRow, load_legal_documents},
    testing::Small,
};
use testkit::{Client, FilledForm, Reply, db_test};

use crate::setting::{Setting, setting};

const EARLY: &str = "2026-02-20T08:00";

/// The page of the first programme's newest version.
async fn first(client: &mut Client) -> String {
    client.get("/programmes").await.attributes("tbody a", "href").first().unwrap().clone()
}

fn programme(version: &str) -> String {
    version.split("/versions").next().unwrap().to_owned()
}

/// Addresses of the forms of topics, in their order.
async fn topics(client: &mut Client, version: &str) -> Vec<String> {
    client.get(version).await.attributes("td.acts a:not(.danger)", "href")
}

async fn documents(setting: &Setting) {
    let row = |number: &str, title: &str| LegalRow {
        number: number.to_owned(),
        issued_on: None,
        issuer: "Chính phủ".to_owned(),
        kind: "nghi_dinh".to_owned(),
        title: title.to_owned(),
        status: "test".to_owned(),
        note: String::new(),
    };
    let rows = [row("171/2025/NĐ-CP", "Đào tạo, bồi dưỡng công chức"), row("", "Văn kiện không số")];
    setting
        .app
        .db()
        .write(async |tx| load_legal_documents(tx, By::System("test"), setting.province.scheme, &rows).await)
        .await
        .unwrap();
}

/// Values of the boxes of a list.
fn boxes(page: &Reply, name: &str) -> Vec<String> {
    page.attributes(&format!("input[name={name}]"), "value")
}

/// Label and value of a list of facts.
fn facts(page: &Reply) -> Vec<String> {
    page.texts("dl.facts dt").into_iter().zip(page.texts("dl.facts dd")).map(|(l, v)| format!("{l}: {v}")).collect()
}

/// Sends a form with several boxes of one name ticked.
async fn send(client: &mut Client, form: &FilledForm, changes: &[(&str, &str)]) -> Reply {
    let kept = form.fields.iter().filter(|(n, _)| changes.iter().all(|(changed, _)| changed != n));
    let mut fields: Vec<(&str, &str)> = kept.map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.extend(changes);
    client.post(&form.action, &fields).await
}

/// The version goes its way to being in force.
async fn put_in_force(setting: &Setting, programme: &str) {
    let mut school = setting.app.signed_in("truong").await;
    if school.get(programme).await.texts("nav.tabs a").len() > 1 {
        school.post(&format!("{programme}/drafting"), &[]).await;
    }
    assert_eq!(school.post(&format!("{programme}/submission"), &[]).await.status, 303);
    let mut appraiser = setting.app.signed_in("tuyengiao").await;
    assert_eq!(appraiser.post(&format!("{programme}/approval"), &[("decision", "1-TB")]).await.status, 303);
    let mut head = setting.app.signed_in("hieutruong").await;
    assert_eq!(head.post(&format!("{programme}/enforcement"), &[]).await.status, 303);
}

db_test! {
    async fn a_topic_says_what_it_needs_and_everybody_reads_it(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        documents(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        let address = topics(&mut school, &page).await.first().unwrap().clone();
        let shown = school.get(&address).await;
        let form = shown.form(&address);
        let (lecturers, laws, posts) = (boxes(&shown, "lecturers"), boxes(&shown, "documents"), boxes(&shown, "positions"));
        assert_eq!((lecturers.len(), laws.len(), posts.len()), (2, 2, 5));
        let typed = [
            ("assessment", "quiz"),
            ("materials", "  Giáo trình 2026 \n\n  Máy chiếu "),
            ("lecturers", lecturers[0].as_str()),
            ("lecturers", lecturers[1].as_str()),
            ("documents", laws[0].as_str()),
            ("documents", laws[1].as_str()),
            ("positions", posts[0].as_str()),
        ];
        assert_eq!(send(&mut school, &form, &typed).await.status, 303);

        let mut reader = setting.app.signed_in("sonoivu").await;
        let link = reader.get(&page).await.attributes("tbody th a", "href").first().unwrap().clone();
        let sheet = reader.get(&link).await;
        assert_eq!(sheet.text_of("h1"), "Chuyên đề 1");
        let told = facts(&sheet);
        for line in [
            "Hình thức đánh giá: Trắc nghiệm",
            "Tài liệu, học liệu cần có: Giáo trình 2026Máy chiếu",
            "Giảng viên đủ điều kiện: gv01; gv02",
            "Văn bản căn cứ: 171/2025/NĐ-CP Đào tạo, bồi dưỡng công chứcVăn kiện không số",
            "Vị trí việc làm: Chức danh HEAD",
        ] {
            assert!(told.contains(&line.to_owned()), "{line} in {told:?}");
        }
        // the form shows again what is ticked
        let again = school.get(&address).await;
        assert_eq!(again.attributes("input[name=documents][checked]", "value"), laws);
        assert_eq!(again.texts("#f-materials"), ["Giáo trình 2026 Máy chiếu"]);
        // saving it again writes nothing
        let id = address.rsplit('/').next().unwrap();
        assert_eq!(school.submit(&again.form(&address), &[]).await.status, 303);
        let history = history_of(&mut setting.app.db().read().await.unwrap(), id, 9).await.unwrap();
        assert_eq!(history.len(), 1);
        // a lecturer who works no more stays where they stand, and is not offered to others
        let place = setting.app.place();
        place.tamper("UPDATE account SET disabled_at = created_at WHERE username = 'gv02'").await;
        let form = school.get(&address).await.form(&address);
        assert_eq!(form.fields.iter().filter(|(n, _)| n == "lecturers").count(), 2);
        assert_eq!(send(&mut school, &form, &[("materials", "Bảng")]).await.status, 303, "the other end may be gone");
        let other = topics(&mut school, &page).await.get(1).unwrap().clone();
        assert_eq!(boxes(&school.get(&other).await, "lecturers"), [lecturers[0].clone()]);
    }

    async fn what_is_wrong_with_needs_and_links_is_told_at_the_field(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        documents(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        let address = topics(&mut school, &page).await.first().unwrap().clone();
        let form = school.get(&address).await.form(&address);
        let long = format!("Một\n{}", "ắ".repeat(201));
        let many = "Tài liệu\n".repeat(21);
        let nobody = "018f0000-0000-7000-8000-000000000000";
        let gone = "Có mục không còn trong danh mục. Hãy chọn lại.";
        let faults = [
            ("assessment", "thi", "Hình thức đánh giá: hãy chọn một mục trong danh sách."),
            ("materials", long.as_str(), "Tài liệu, học liệu (một dòng): dài 201 ký tự, tối đa 200."),
            ("materials", many.as_str(), "Tài liệu, học liệu: 21 dòng, tối đa 20."),
            (
                "materials",
                "Sách 😀",
                "Tài liệu, học liệu (một dòng): có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó.",
            ),
            ("lecturers", "gv01", gone),
            ("lecturers", nobody, gone),
            ("documents", "99", gone),
            ("documents", "một", gone),
            ("positions", nobody, gone),
        ];
        for (field, value, text) in faults {
            let reply = send(&mut school, &form, &[("title", "Tên mới"), (field, value)]).await;
            assert_eq!(reply.status, 422, "{field} {value}");
            assert_eq!(reply.text_of(&format!("#e-{field}")), text);
            assert_eq!(reply.texts("#f-title"), ["Tên mới"], "what was typed stays");
        }
        let fresh = school.get(&format!("{page}/topics/new")).await.form("/topics");
        let reply = send(&mut school, &fresh, &[("title", "Thêm"), ("method", "drill"), ("positions", nobody)]).await;
        assert_eq!((reply.status, reply.text_of("#e-positions")), (422, gone.to_owned()));
        let titles = school.get(&page).await.texts("tbody th");
        assert_eq!((titles.len(), titles[0].as_str()), (10, "Chuyên đề 1"), "nothing was written");
    }

    async fn objectives_are_written_for_an_audience_by_one_editor_at_a_time(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        setting.app.account("truong2", "school_training", None, None).await;
        let (mut one, mut two) = (setting.app.signed_in("truong").await, setting.app.signed_in("truong2").await);
        let page = first(&mut one).await;
        let new = format!("{page}/objectives/new");
        let form = one.get(&new).await.form("/objectives");
        for (text, told) in [
            (" ", "Mục tiêu: chưa nhập."),
            ("a\u{7}b", "Mục tiêu: có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó."),
        ] {
            let reply = one.submit(&form, &[("text", text)]).await;
            assert_eq!((reply.status, reply.text_of("#e-text")), (422, told.to_owned()));
        }
        let reply = one.submit(&form, &[("text", "Nắm mô hình mới"), ("audience", "khong-co")]).await;
        assert_eq!((reply.status, reply.text_of("#f-text")), (422, "Nắm mô hình mới".to_owned()));
        assert_eq!(one.submit(&form, &[("text", "Nắm mô hình mới")]).await.status, 303);
        assert_eq!(one.submit(&form, &[("text", "Dùng được dịch vụ công"), ("audience", "")]).await.status, 303);
        let shown = one.get(&page).await;
        assert_eq!(
            shown.texts("#objectives li"),
            ["1. Nắm mô hình mới (Đối tượng 1) Sửa Nắm mô hình mới", "2. Dùng được dịch vụ công Sửa Dùng được dịch vụ công"]
        );

        let address = shown.attributes("#objectives a", "href").first().unwrap().clone();
        let (mine, theirs) = (one.get(&address).await.form(&address), two.get(&address).await.form(&address));
        assert_eq!(one.submit(&mine, &[("text", "Nắm chắc mô hình mới")]).await.status, 303);
        let refused = two.submit(&theirs, &[("text", "Hiểu mô hình"), ("audience", "")]).await;
        assert_eq!(refused.status, 409);
        assert_eq!(
            refused.texts("[role=alert] dd"),
            ["Đã lưu: Nắm chắc mô hình mớiBạn nhập: Hiểu mô hình", "Đã lưu: Đối tượng 1Bạn nhập: Mọi đối tượng của chương trình"]
        );
        assert_eq!(two.submit(&refused.form(&address), &[]).await.status, 303, "over it, knowingly");
        assert_eq!(one.post(&format!("{address}/removal"), &[]).await.status, 303);
        assert_eq!(two.submit(&theirs, &[]).await.status, 404);
        assert_eq!(one.get(&page).await.texts("#objectives li").len(), 1);
        // the version says who wrote it, and takes no more once it is with the appraising body
        assert!(one.get(&page).await.text_of(".pagehead p").ends_with("biên soạn: truong, truong2"));
        assert_eq!(one.post(&format!("{}/submission", programme(&page)), &[]).await.status, 303);
        assert_eq!(one.post(&format!("{page}/objectives"), &[("text", "Muộn")]).await.status, 422);
        assert_eq!(one.get(&page).await.texts("#objectives li"), ["1. Dùng được dịch vụ công"]);
    }

    async fn a_new_version_says_everything_of_the_last_and_the_comparison_shows_what_differs(db: TestDb) {
        let setting = setting(db, &Small::default(), "2026-02-25T08:00").await;
        documents(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        let programme = programme(&page);
        let address = topics(&mut school, &page).await.first().unwrap().clone();
        let shown = school.get(&address).await;
        let (law, post) = (boxes(&shown, "documents")[0].clone(), boxes(&shown, "positions")[0].clone());
        let typed = [("materials", "Máy chiếu"), ("documents", law.as_str()), ("positions", post.as_str()), ("assessment", "quiz")];
        assert_eq!(send(&mut school, &shown.form(&address), &typed).await.status, 303);
        school.post(&format!("{page}/objectives"), &[("text", "Nắm mô hình mới")]).await;
        put_in_force(&setting, &programme).await;
        // what is in force does not change any more
        assert_eq!(school.post(&address, &[]).await.status, 422);

        assert_eq!(school.post(&format!("{programme}/versions"), &[]).await.status, 303);
        let second = format!("{programme}/versions/2");
        let sheet = school.get(&second).await.attributes("tbody th a", "href").first().unwrap().clone();
        let told = facts(&school.get(&sheet).await);
        for line in ["Tài liệu, học liệu cần có: Máy chiếu", "Hình thức đánh giá: Trắc nghiệm", "Vị trí việc làm: Chức danh HEAD"] {
            assert!(told.contains(&line.to_owned()), "{line} in {told:?}");
        }
        let comparison = format!("{programme}/comparison?from=1&to=2");
        let same = school.get(&comparison).await;
        assert_eq!(same.texts(".empty h2"), ["Hai phiên bản giống nhau"]);
        assert_eq!(same.texts("main > p.soft"), ["11 nội dung giữ nguyên."]);

        let all = topics(&mut school, &second).await;
        let form = school.get(&all[0]).await.form(&all[0]);
        assert_eq!(send(&mut school, &form, &[("title", "Chuyên đề 1 mới"), ("periods", "3"), ("materials", "Bảng")]).await.status, 303);
        assert_eq!(school.post(&format!("{}/removal", all[1]), &[]).await.status, 303);
        // the last goes up twice: it alone has moved
        for _ in 0..2 {
            assert_eq!(school.post(&format!("{}/place", all[9]), &[("to", "up")]).await.status, 303);
        }
        let fresh = school.get(&format!("{second}/topics/new")).await.form("/topics");
        assert_eq!(school.submit(&fresh, &[("title", "Hoàn toàn mới"), ("periods", "4")]).await.status, 303);
        school.post(&format!("{second}/objectives"), &[("text", "Mục tiêu thêm")]).await;

        let shown = setting.app.signed_in("sonoivu").await.get(&comparison).await;
        let cells = |css: &str| shown.texts(&format!("tbody {css}"));
        let what = cells("tr > :nth-child(1)").into_iter().zip(cells("th")).zip(cells("tr > :nth-child(3)"));
        let rows: Vec<String> = what.map(|((what, item), place)| format!("{what}: {item}, {place}")).collect();
        assert_eq!(
            rows,
            [
                "Thêm: Mục tiêu thêm, – → 2",
                "Sửa: Chuyên đề 1 mới, 1 → 1",
                "Bỏ: Chuyên đề 2, 2 → –",
                "Chuyển chỗ: Chuyên đề 10, 10 → 7",
                "Thêm: Hoàn toàn mới, – → 10",
            ]
        );
        assert_eq!(
            cells("p"),
            [
                "Tên chuyên đề: Chuyên đề 1 Chuyên đề 1 mới",
                "Số tiết: 4 3",
                "Tài liệu, học liệu cần có: Máy chiếu Bảng",
            ]
        );
        assert_eq!(shown.texts(".meter b"), ["12 tiết lý luận (30,0 %)", "7 tiết lý luận (17,9 %)"]);
        assert_eq!(school.get(&format!("{programme}/comparison?from=9")).await.status, 404);
    }

    async fn a_code_is_given_once_in_a_version(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        let fresh = school.get(&format!("{page}/topics/new")).await.form("/topics");
        for _ in 0..2 {
            school.submit(&fresh, &[("title", "Thêm"), ("periods", "1")]).await;
        }
        // the first of both goes to the end, the other is taken out: the next must not have the code of the one that stayed
        let all = topics(&mut school, &page).await;
        school.post(&format!("{}/place", all[10]), &[("to", "down")]).await;
        school.post(&format!("{}/place", all[10]), &[("to", "up")]).await;
        school.post(&format!("{}/removal", all[10]), &[]).await;
        school.submit(&fresh, &[("title", "Thêm nữa"), ("periods", "1")]).await;
        let sheets = school.get(&page).await.attributes("tbody th a", "href");
        let mut codes = Vec::new();
        for sheet in &sheets[10..] {
            codes.push(school.get(sheet).await.text_of(".pagehead p"));
        }
        assert_eq!(codes, ["Chuyên đề số 11 · mã PRG-1-1-12", "Chuyên đề số 12 · mã PRG-1-1-13"]);
    }

    async fn the_open_part_is_chosen_until_the_class_begins_and_keeps_the_rule(db: TestDb) {
        let setting = setting(db, &Small { pool: true, ..Small::default() }, "2026-02-25T08:00").await;
        setting.app.account("truong2", "school_training", None, None).await;
        let class = setting.called(4).await;
        let page = format!("/classes/{class}/electives");
        let mut school = setting.app.signed_in("truong").await;
        let shown = school.get(&page).await;
        assert_eq!(shown.texts(".cardhead .soft"), ["4 tiết để mở"]);
        let pool = boxes(&shown, "elective");
        assert_eq!(shown.texts("#f-electives label").first().unwrap(), "Tự chọn 1 Kỹ năng · 2 tiết");
        let form = shown.form("/electives");
        let nobody = "018f0000-0000-7000-8000-000000000000";
        let faults: [(&[usize], &str); 3] = [
            (&[0], "Chuyên đề tự chọn: thiếu 2 tiết so với phần để mở."),
            (&[0, 2], "Chuyên đề tự chọn: thừa 2 tiết so với phần để mở."),
            (&[3], "Với lựa chọn này lớp lệch quy định của Đề án. Lý luận thừa 4 tiết."),
        ];
        for (chosen, told) in faults {
            let fields: Vec<(&str, &str)> = chosen.iter().map(|n| ("elective", pool[*n].as_str())).collect();
            let reply = send(&mut school, &form, &fields).await;
            assert_eq!((reply.status, reply.text_of("#e-electives")), (422, told.to_owned()));
            let ticked: Vec<String> = chosen.iter().map(|n| pool[*n].clone()).collect();
            assert_eq!(reply.attributes("input[name=elective][checked]", "value"), ticked, "what was ticked stays");
        }
        let reply = send(&mut school, &form, &[("elective", nobody)]).await;
        assert_eq!(reply.text_of("#e-electives"), "Có chuyên đề không còn trong danh mục phần mở. Hãy tải lại trang và chọn lại.");
        // the meter follows what is ticked
        let meter = school.get(&format!("{page}/meter?elective={}", pool[3])).await;
        assert_eq!(meter.texts(".fault"), ["Lý luận thừa 4 tiết."]);
        assert_eq!(half_day(&setting, class).await, "Chuyên đề 10");

        assert_eq!(send(&mut school, &form, &[("elective", &pool[0]), ("elective", &pool[1])]).await.status, 303);
        assert_eq!(half_day(&setting, class).await, "Tự chọn 1; Tự chọn 2");
        let told = setting.app.signed_in("gv01").await.get(&page).await;
        assert_eq!(told.status, 404, "a lecturer sees the classes that they head");
        let told = setting.app.signed_in("xa-00001").await.get(&page).await;
        assert_eq!(told.texts("main ul li"), ["Tự chọn 1 Kỹ năng · 2 tiết", "Tự chọn 2 Kỹ năng · 2 tiết"]);
        assert_eq!(told.texts(".meter b"), ["12 tiết lý luận (30,0 %)"]);

        // the second of two who choose is told what the first chose
        let mut other = setting.app.signed_in("truong2").await;
        let refused = send(&mut other, &form, &[("elective", &pool[2])]).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.texts("[role=alert] dd"), ["Đã lưu: Tự chọn 1; Tự chọn 2Bạn nhập: Tự chọn 3"]);
        assert_eq!(half_day(&setting, class).await, "Tự chọn 1; Tự chọn 2", "nothing was written");

        // the pool changes, the class keeps what was chosen
        let pool_page = school.get("/programmes").await.attributes("tbody th a", "href").last().unwrap().clone();
        for address in topics(&mut school, &pool_page).await {
            assert_eq!(school.post(&format!("{address}/removal"), &[]).await.status, 303);
        }
        let shown = school.get(&page).await;
        assert_eq!(shown.attributes("input[name=elective][checked]", "value"), [pool[0].clone(), pool[1].clone()]);
        assert_eq!(half_day(&setting, class).await, "Tự chọn 1; Tự chọn 2");

        // none: what the programme has there
        let form = school.get(&page).await.form("/electives");
        let bare = FilledForm { fields: form.fields.iter().filter(|(n, _)| n == "seen").cloned().collect(), ..form.clone() };
        assert_eq!(school.submit(&bare, &[]).await.status, 303);
        assert_eq!(half_day(&setting, class).await, "Chuyên đề 10");
        let history = history_of(&mut setting.app.db().read().await.unwrap(), &class.to_string(), 9).await.unwrap();
        assert_eq!(history.iter().filter(|h| h.action == "electives.choice.made").count(), 2);

        // from the first day on nothing is chosen
        let setting = setting.later("2026-03-02T06:00");
        let mut school = setting.app.signed_in("truong").await;
        assert!(!school.get(&page).await.has("#electives-form"));
        let late = school.post(&page, &[]).await;
        assert_eq!(late.status, 422);
        assert_eq!(late.text_of("[role=alert] strong"), "Lớp đã khai giảng hoặc đã kết thúc nên không chọn lại phần mở được.");
    }

    async fn the_list_tells_how_early_or_late_each_programme_is(db: TestDb) {
        let setting = setting(db, &Small::default(), "2026-02-25T08:00").await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        assert_eq!(school.get("/programmes").await.texts("tbody tr:first-child li"), ["Thẩm định: còn 3 ngàychưa xong, hạn 28/02/2026"]);
        put_in_force(&setting, &programme(&page)).await;
        let told = school.get("/programmes").await.texts("tbody li");
        assert_eq!(told, ["Thẩm định: sớm 3 ngày25/02/2026, hạn 28/02/2026", "Thẩm định: còn 3 ngàychưa xong, hạn 28/02/2026"]);
        let setting = setting.later("2026-03-05T08:00");
        let told = setting.app.signed_in("sonoivu").await.get("/programmes").await.texts("tbody li em");
        assert_eq!(told, ["sớm 3 ngày", "quá hạn 5 ngày"]);
    }
}

/// What the class is taught in its last half-day.
async fn half_day(setting: &Setting, class: ClassId) -> String {
    let half_days = teaching::timetable::half_days(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
    half_days.last().unwrap().topics.clone()
}
