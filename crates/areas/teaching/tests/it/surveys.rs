//! Questionnaires from writing to results.

use std::collections::BTreeMap;

use documents::reading::testing::zip;
use kernel::PersonId;
use store::history_of;
use teaching::testing::Small;
use testkit::{Client, FilledForm, Reply, db_test};

use crate::{
    needs::with_matrix,
    setting::{Setting, setting},
};

const EARLY: &str = "2026-02-20T08:00";

store::sql!(ALL_BALLOTS, "SELECT id, content, is_hasty, is_mixed FROM survey_ballot ORDER BY id");
store::sql!(ALL_REPLIES, "SELECT survey_id, person_id FROM survey_reply ORDER BY person_id");
store::sql!(ALL_ANSWERS, "SELECT seconds, is_hasty FROM survey_answer ORDER BY received_at, id");
store::sql!(
    /// Order in which PostgreSQL and SQLite keep the rows, and on PostgreSQL the transaction that wrote each.
    STORED_BALLOTS,
    postgres: "SELECT content, CAST(xmin AS TEXT) FROM survey_ballot ORDER BY ctid",
    sqlite: "SELECT content, '' FROM survey_ballot"
);

/// A Word document with one table, a cell's paragraphs apart by `|`.
fn word(rows: &[&[&str]]) -> Vec<u8> {
    use std::io::{Cursor, Write as _};
    let mut xml = String::from("<w:document><w:body><w:tbl>");
    for row in rows {
        xml.push_str("<w:tr>");
        for cell in *row {
            xml.push_str("<w:tc>");
            cell.split('|').for_each(|line| xml.push_str(&format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>")));
            xml.push_str("</w:tc>");
        }
        xml.push_str("</w:tr>");
    }
    xml.push_str("</w:tbl></w:body></w:document>");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(xml.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// A questionnaire with a question of each kind; its address.
async fn written(school: &mut Client, anonymous: bool) -> String {
    let form = school.get("/surveys/new").await.form("/surveys");
    let kept = if anonymous { "1" } else { "" };
    let typed = [("title", "Nhu cầu học năm 2026"), ("intro", "Xin trả lời thẳng thắn."), ("anonymous", kept)];
    let typed: Vec<_> = typed.into_iter().filter(|(name, _)| anonymous || *name != "anonymous").collect();
    let page = school.submit(&form, &typed).await.location().to_owned();
    let mut items = vec![
        vec![("kind", "section"), ("text", "Phần một")],
        vec![("kind", "scale"), ("text", "Hài lòng"), ("most", "5"), ("required", "1")],
        vec![("kind", "one"), ("text", "Muốn học"), ("choices", "Buổi sáng\nBuổi chiều"), ("required", "1")],
        vec![("kind", "several"), ("text", "Nội dung"), ("choices", "Luật\nMáy tính\nNói trước đông người")],
        vec![("kind", "text"), ("text", "Ý khác")],
    ];
    if !anonymous {
        items.push(vec![("kind", "competences"), ("text", "Tự đánh giá"), ("required", "1")]);
    }
    for item in items {
        let form = school.get(&format!("{page}/items/new?kind={}", item[0].1)).await.form("/items");
        let without = |form: &FilledForm| FilledForm { fields: Vec::new(), ..form.clone() };
        assert_eq!(school.submit(&without(&form), &item).await.status, 303, "{item:?}");
    }
    page
}

async fn sent(school: &mut Client, page: &str, changes: &[(&str, &str)]) -> Reply {
    let form = school.get(&format!("{page}/sending")).await.form("/sending");
    school.submit(&form, changes).await
}

/// An account for somebody, signed in.
async fn learner(setting: &Setting, place: usize) -> Client {
    let name = format!("hv{place}");
    setting.app.account(&name, "learner", None, Some(setting.province.people[place])).await;
    setting.app.signed_in(&name).await
}

/// The names of the fields, in the order of the questions; those of levels come by competence.
fn fields(page: &Reply) -> Vec<String> {
    let mut names = page.attributes("[name^='q-']", "name");
    names.dedup();
    names
}

/// A filled form: the scale, the first choice, the second and third of several, a text, and levels.
async fn filled(
    client: &mut Client,
    page: &str,
    scale: &str,
    text: &str,
    level: &str,
) -> (FilledForm, Vec<(String, String)>) {
    let sheet = client.get(&format!("{page}/answer")).await;
    let names = fields(&sheet);
    let mut values = vec![
        (names[0].clone(), scale.to_owned()),
        (names[1].clone(), "0".to_owned()),
        (names[2].clone(), "1".to_owned()),
        (names[3].clone(), text.to_owned()),
    ];
    values.extend(names[4..].iter().map(|name| (name.clone(), level.to_owned())));
    (sheet.form("/answer"), values)
}

async fn answers(client: &mut Client, form: &FilledForm, values: &[(String, String)], seconds: &str) -> Reply {
    let mut changes: Vec<(&str, &str)> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    changes.push(("seconds", seconds));
    client.submit(form, &changes).await
}

db_test! {
    async fn the_school_writes_a_questionnaire_and_every_fault_is_told_at_its_field(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        with_matrix(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = written(&mut school, false).await;
        let one = school.get(&page).await;
        assert_eq!(one.texts("tbody th").len(), 6);
        assert_eq!(one.texts("tbody th")[3], "Nội dungLuật · Máy tính · Nói trước đông người");
        let long = "ắ".repeat(501);
        let faults = [
            ("one", "text", long.as_str(), "Câu hỏi: dài 501 ký tự, tối đa 500."),
            ("section", "text", " ", "Tên phần: chưa nhập."),
            ("one", "choices", "Một", "Các phương án: cần từ 2 đến 30 phương án."),
            ("one", "choices", "Một\nmot", "Các phương án: “mot” viết hai lần."),
            ("scale", "most", "11", "Điểm cao nhất: phải từ 2 đến 10."),
            ("scale", "most", "năm", "Điểm cao nhất: phải là số nguyên."),
        ];
        for (kind, field, value, text) in faults {
            let form = school.get(&format!("{page}/items/new?kind={kind}")).await.form("/items");
            let right = [("text", "Câu hỏi"), ("choices", "Một\nHai"), ("most", "5")];
            let typed: Vec<_> = right.iter().map(|(n, v)| (*n, if *n == field { value } else { *v })).collect();
            let reply = school.submit(&form, &typed).await;
            assert_eq!((reply.status, reply.text_of(&format!("#e-{field}"))), (422, text.to_owned()));
            if field == "choices" {
                assert_eq!(reply.text_of("#f-choices"), value.replace('\n', " "));
            } else {
                assert_eq!(reply.attributes(&format!("#f-{field}"), "value"), [value]);
            }
        }
        // order, change, removal
        let links = one.attributes("td.acts a", "href");
        let second = &links[1];
        let empty = |action: String| FilledForm { action, fields: Vec::new() };
        assert_eq!(school.submit(&empty(format!("{second}/place")), &[("to", "up")]).await.status, 303);
        assert_eq!(school.get(&page).await.texts("tbody th")[..2], ["Hài lòng", "Phần một"]);
        let id = second.rsplit('/').next().unwrap();
        setting.app.account("truong2", "school_training", None, None).await;
        let mut other = setting.app.signed_in("truong2").await;
        let (first, late) = (school.get(second).await.form(id), other.get(second).await.form(id));
        assert_eq!(school.submit(&first, &[("text", "Rất hài lòng")]).await.status, 303);
        let refused = other.submit(&late, &[("text", "Vừa lòng")]).await;
        assert_eq!((refused.status, refused.attributes("#f-text", "value")), (409, vec!["Vừa lòng".to_owned()]));
        assert_eq!(school.submit(&empty(format!("{second}/removal")), &[]).await.status, 303);
        assert_eq!(school.get(second).await.status, 404);
        assert_eq!(school.get(&page).await.texts("tbody th")[0], "Phần một");

        // a draft is nobody else's business
        let mut officer = setting.app.signed_in("xa-00001").await;
        assert_eq!(officer.get(&page).await.status, 404);
        assert_eq!(officer.get("/surveys").await.text_of(".empty h2"), "Chưa có phiếu khảo sát nào");
        // own levels are no matter of an anonymous questionnaire, from either side
        let hidden = written(&mut school, true).await;
        let wrong = school.submit(&empty(format!("{hidden}/items")), &[("kind", "competences"), ("text", "Tự đánh giá")]).await;
        assert_eq!((wrong.status, wrong.texts("[role=alert] li").len()), (422, 1));
        let form = school.get(&format!("{page}/form")).await.form("/form");
        assert_eq!(school.submit(&form, &[("anonymous", "1")]).await.status, 422);
    }

    async fn a_sent_questionnaire_is_frozen_and_goes_to_its_people_alone(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        with_matrix(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = written(&mut school, false).await;
        let faults = [
            (("closes_on", "2026-02-19"), "#e-closes_on", "Ngày đóng: phải từ ngày mở trở đi."),
            (("closes_on", "mai"), "#e-closes_on", "Ngày đóng: không có ngày này trong lịch."),
            (("bloc", "khac"), "#e-bloc", "Hãy chọn một mục trong danh sách."),
        ];
        for (change, place, text) in faults {
            let reply = sent(&mut school, &page, &[("opens_on", "2026-02-21"), change]).await;
            assert_eq!((reply.status, reply.text_of(place)), (422, text.to_owned()));
        }
        let past = sent(&mut school, &page, &[("opens_on", "2026-02-01"), ("closes_on", "2026-02-19")]).await;
        assert_eq!(past.text_of("#e-closes_on"), "Ngày đóng: đã qua.");
        let nobody = sent(&mut school, &page, &[("bloc", "quan_su")]).await;
        assert_eq!((nobody.status, nobody.texts("[role=alert] li")), (422, vec!["Không có ai thuộc diện đã chọn; hãy chọn lại đối tượng nhận phiếu.".to_owned()]));
        let change = [("commune", "00001"), ("post", "SPEC"), ("opens_on", "2026-02-21"), ("closes_on", "2026-02-28")];
        assert_eq!(sent(&mut school, &page, &change).await.status, 303);
        assert_eq!(school.get(&page).await.text_of(".flash.good"), "Đã gửi phiếu đến 4 người.");

        // nothing of it changes any more, whichever way it is tried
        let empty = |action: String| FilledForm { action, fields: Vec::new() };
        for (path, typed) in [
            ("/form", vec![("title", "Khác")]),
            ("/items", vec![("kind", "text"), ("text", "Thêm")]),
            ("/sending", vec![("opens_on", "2026-02-21"), ("closes_on", "2026-03-28")]),
        ] {
            let reply = school.submit(&empty(format!("{page}{path}")), &typed).await;
            assert_eq!((reply.status, reply.text_of("[role=alert]")), (422, "Phiếu đã gửi, không sửa được nữa. Hãy sao chép thành phiếu mới.".to_owned()), "{path}");
        }
        assert!(!school.get(&page).await.has("a[href$='/form']"));
        let copy = school.submit(&empty(format!("{page}/copy")), &[]).await.location().to_owned();
        let copied = school.get(&copy).await;
        assert_eq!((copied.texts("tbody th").len(), copied.has("a[href$='/form']")), (6, true));

        let mut mine = learner(&setting, 2).await;
        let (mut head, mut far) = (learner(&setting, 0).await, learner(&setting, 10).await);
        for client in [&mut head, &mut far] {
            assert_eq!(client.get("/surveys").await.texts("main h2"), ["Chưa có phiếu nào gửi đến bạn"]);
            assert_eq!(client.get(&format!("{page}/answer")).await.status, 404);
            assert_eq!(client.post(&format!("{page}/answer"), &[("answer", "5e9c1a52-35a5-4c1e-9a3d-0d8f6f2d2b11")]).await.status, 404);
        }
        assert_eq!(mine.get("/surveys").await.texts("main h2"), ["Nhu cầu học năm 2026"]);
        assert_eq!(mine.get(&format!("{page}/answer")).await.text_of(".empty h2"), "Phiếu mở từ ngày 21/02/2026.");
        assert_eq!(mine.get(&page).await.status, 404, "who answers does not look behind");
    }

    async fn people_answer_once_and_their_levels_become_ratings(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        with_matrix(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = written(&mut school, false).await;
        let dates = [("opens_on", "2026-02-20"), ("closes_on", "2026-02-28")];
        assert_eq!(sent(&mut school, &page, &dates).await.status, 303);
        let mut one = learner(&setting, 2).await;
        let (form, values) = filled(&mut one, &page, "4", "Học buổi tối", "2").await;
        assert_eq!(values.len(), 6, "two competences of the post");

        // what is open is kept by the browser, also before it is opened
        let address = format!("{page}/answer");
        assert_eq!(one.get("/surveys").await.attributes("[data-ahead]", "data-ahead"), [address.as_str()]);
        assert_eq!(one.get(&address).await.headers.get("x-keep").unwrap(), "3");

        // faults at their fields, everything typed stays, nothing is taken
        let mut wrong = values.clone();
        wrong[0].1 = "6".to_owned();
        wrong[1].1 = String::new();
        wrong[3].1 = "Hay 😀".to_owned();
        wrong[4].1 = "9".to_owned();
        let refused = answers(&mut one, &form, &wrong, "60").await;
        assert_eq!(refused.status, 422);
        assert_eq!(
            refused.texts("[role=alert] li"),
            [
                "Hài lòng: phải là số từ 1 đến 5.",
                "Muốn học: chưa trả lời.",
                "Ý khác: có ký tự không dùng được (biểu tượng cảm xúc hoặc ký tự điều khiển).",
                "Tự đánh giá: phải là số từ 0 đến 5.",
            ]
        );
        assert_eq!(refused.headers.get("x-keep"), None, "what was refused is not kept to be opened without a connection");
        assert_eq!(refused.text_of("textarea"), "Hay 😀");
        assert_eq!(refused.attributes("input[type=checkbox][checked]", "value"), ["1"]);
        assert_eq!(refused.form("/answer").fields.iter().find(|(n, _)| n == "answer"), form.fields.iter().find(|(n, _)| n == "answer"), "the number stays");

        assert_eq!(answers(&mut one, &form, &values, "60").await.status, 303);
        let thanks = one.get(&address).await;
        assert_eq!(thanks.text_of(".empty h2"), "Đã nhận câu trả lời. Xin cảm ơn!");
        assert_eq!(thanks.headers.get("x-keep"), None);
        assert!(!one.get("/surveys").await.has("[data-ahead]"));
        // the same answer again, as a browser sends it that did not hear the thanks
        assert_eq!(answers(&mut one, &form, &values, "60").await.status, 303);
        // another answer of the same person
        let other = [("answer", "5e9c1a52-35a5-4c1e-9a3d-0d8f6f2d2b11")];
        let twice = one.submit(&form, &other).await;
        assert_eq!((twice.status, twice.texts("[role=alert] li")), (422, vec!["Bạn đã trả lời phiếu này; mỗi người trả lời một lần. Nội dung vừa gửi không được tính.".to_owned()]));
        let rows: Vec<(i64, bool)> = setting.app.db().read().await.unwrap().all(&ALL_ANSWERS, &[]).await.unwrap();
        assert_eq!(rows, [(60, false)]);
        let gaps = one.get(&format!("/needs/people/{}", setting.province.people[2])).await;
        assert_eq!(gaps.texts("tbody tr:nth-child(1) td")[..6], ["4", "220/02/2026", "–", "–", "2", "Thiếu 2 mức"]);

        // somebody else's answer that waited on a shared device is not taken as one's own
        let mut two = learner(&setting, 3).await;
        assert_eq!(answers(&mut two, &form, &values, "60").await.status, 403);
        // without a number there is nothing to count
        assert_eq!(two.post(&format!("{page}/answer"), &[]).await.status, 400);

        let results = school.get(&format!("{page}/results")).await;
        assert_eq!(results.texts("main .cardhead h2"), ["Hài lòng", "Muốn học", "Nội dung", "Ý khác", "Tự đánh giá"]);
        assert_eq!(results.texts("main .cardhead .soft")[0], "1 người trả lời · Trung bình 4,0");
        assert_eq!(results.texts("ul.prose li"), ["Học buổi tối"]);
        let replies = school.get(&format!("{page}/replies")).await;
        assert_eq!(replies.texts("tbody tr:nth-child(1) td")[..3], ["8", "1", "12,5 %"]);
        let names = school.get(&replies.attributes("tbody a", "href")[0]).await;
        assert_eq!((names.texts("tbody tr:nth-child(1) li").len(), names.texts("tbody tr:nth-child(2) li").len()), (7, 0));
        let mut officer = setting.app.signed_in("xa-00002").await;
        assert_eq!(officer.get(&format!("{page}/replies")).await.texts("tbody th"), ["Xã Thử 2"]);
        assert_eq!(officer.get(&format!("{page}/results")).await.text_of(".empty h2"), "Chưa có ai trả lời");
        let mut propaganda = setting.app.signed_in("tuyengiao").await;
        assert_eq!(propaganda.get(&format!("{page}/replies")).await.texts("tbody li"), Vec::<String>::new());
        assert_eq!(school.get(&format!("{page}/results.xlsx")).await.status, 200);

        // too late: told so, with everything that was typed
        let (late, _) = filled(&mut two, &page, "1", "", "1").await;
        let setting = setting.later("2026-03-01T08:00");
        let mut two = setting.app.signed_in("hv3").await;
        let values: Vec<(String, String)> = values.iter().map(|(n, v)| (n.clone(), v.clone())).collect();
        let refused = answers(&mut two, &late, &values, "60").await;
        assert_eq!((refused.status, refused.texts("[role=alert] li")), (422, vec!["Phiếu đã đóng ngày 28/02/2026, câu trả lời này đến sau nên không được tính. Nội dung bạn nhập vẫn còn ở dưới.".to_owned()]));
        assert_eq!(refused.text_of("textarea"), "Học buổi tối");
    }

    async fn a_withdrawn_questionnaire_says_why_and_keeps_what_was_answered(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        with_matrix(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = written(&mut school, false).await;
        let withdrawal = format!("{page}/withdrawal");
        assert_eq!(school.get(&withdrawal).await.status, 422, "nothing was sent");
        sent(&mut school, &page, &[("closes_on", "2026-02-28")]).await;
        let (mut one, mut two) = (learner(&setting, 2).await, learner(&setting, 3).await);
        let (form, values) = filled(&mut one, &page, "4", "Học buổi tối", "2").await;
        assert_eq!(answers(&mut one, &form, &values, "60").await.status, 303);
        let (late, _) = filled(&mut two, &page, "1", "", "1").await;

        let form = school.get(&withdrawal).await.form("/withdrawal");
        let long = "ắ".repeat(301);
        for (reason, told) in [("  ", "Lý do thu hồi: chưa nhập."), (long.as_str(), "Lý do thu hồi: dài 301 ký tự, tối đa 300.")] {
            let refused = school.submit(&form, &[("reason", reason)]).await;
            assert_eq!((refused.status, refused.text_of("#e-reason")), (422, told.to_owned()));
            assert_eq!(refused.attributes("[name=reason]", "value"), [reason]);
        }
        assert_eq!(school.submit(&form, &[("reason", "Câu 3 chưa rõ")]).await.status, 303);
        let shown = school.get(&page).await;
        assert_eq!(shown.text_of("h1 .tag"), "Đã thu hồi");
        assert_eq!(shown.text_of(".flash.warn"), "Phiếu đã thu hồi lúc 20/02/2026 08:00. Lý do: Câu 3 chưa rõ (truong)");
        assert!(!shown.has("a[href$='/withdrawal']"));
        assert_eq!(school.submit(&form, &[("reason", "Lần nữa")]).await.status, 422);
        let history = history_of(&mut setting.app.db().read().await.unwrap(), page.rsplit('/').next().unwrap(), 9).await.unwrap();
        assert_eq!(history.iter().filter(|h| h.action == "needs.survey.withdrawn").count(), 1);

        // who was asked reads why; what comes late is not taken and not lost; what was answered stays
        assert_eq!(two.get(&format!("{page}/answer")).await.text_of(".empty h2"), "Phiếu đã thu hồi lúc 20/02/2026 08:00. Lý do: Câu 3 chưa rõ");
        let refused = answers(&mut two, &late, &values, "60").await;
        assert_eq!((refused.status, refused.text_of("textarea")), (422, "Học buổi tối".to_owned()));
        assert_eq!(
            refused.texts("[role=alert] li"),
            ["Phiếu đã thu hồi lúc 20/02/2026 08:00. Lý do: Câu 3 chưa rõ Câu trả lời này đến sau nên không được tính; nội dung bạn nhập vẫn còn ở dưới."]
        );
        assert_eq!(school.get(&format!("{page}/results")).await.texts("main .cardhead .soft")[0], "1 người trả lời · Trung bình 4,0");
        let mut officer = setting.app.signed_in("xa-00001").await;
        assert_eq!(officer.get(&withdrawal).await.status, 403);
    }

    async fn results_by_group_leave_out_small_groups_for_readers_without_names(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        with_matrix(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = written(&mut school, false).await;
        sent(&mut school, &page, &[]).await;
        for (place, scale) in [(2, "1"), (3, "2"), (6, "5"), (10, "4")] {
            let mut client = learner(&setting, place).await;
            let (form, values) = filled(&mut client, &page, scale, "", "2").await;
            assert_eq!(answers(&mut client, &form, &values, "60").await.status, 303);
        }
        let results = format!("{page}/results?by=commune");
        let all = school.get(&results).await;
        assert_eq!(all.texts("table.groups")[0], "Xã, phườngSố phiếuTrung bìnhXã Thử 132,7Xã Thử 214,0");
        assert_eq!(all.texts("[aria-label='Nội dung'] tbody tr:first-child td"), ["3", "0,0 %", "100,0 %", "0,0 %"]);
        assert_eq!(all.texts("[aria-label='Tự đánh giá'] thead th")[2..], ["Kỹ năng số", "Tham mưu"]);
        // a body that sees nobody's data does not learn what a single person said
        let few = setting.app.signed_in("tuyengiao").await.get(&results).await;
        assert_eq!(few.texts("[aria-label='Hài lòng'] tbody th"), ["Xã Thử 1"]);
        assert_eq!(few.texts(".flash.info"), ["1 nhóm có ít hơn 3 phiếu nên không hiện."]);
        for (by, groups) in [("gender", &["Nam", "Nữ"][..]), ("audience", &["Đối tượng 2"])] {
            let told = school.get(&format!("{page}/results?by={by}")).await.texts("[aria-label='Hài lòng'] tbody th");
            assert!(!told.is_empty() && told.iter().all(|name| groups.contains(&name.as_str())), "{told:?}");
        }
        let officer = setting.app.signed_in("xa-00002").await.get(&results).await;
        assert_eq!(officer.texts("[aria-label='Hài lòng'] tbody th"), ["Xã Thử 2"]);
    }

    async fn row_88_a_questionnaire_filled_in_a_few_seconds_is_marked_and_listed(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        with_matrix(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = written(&mut school, false).await;
        sent(&mut school, &page, &[]).await;
        // five questions of three seconds each
        for (place, seconds, scale) in [(2, "14", "1"), (3, "15", "5")] {
            let mut client = learner(&setting, place).await;
            let (form, values) = filled(&mut client, &page, scale, "", "1").await;
            assert_eq!(answers(&mut client, &form, &values, seconds).await.status, 303);
        }
        let results = school.get(&format!("{page}/results")).await;
        assert_eq!(results.texts("table.hasty th").len(), 6, "five heads and one row");
        assert_eq!(results.texts("table.hasty td.n"), ["14"]);
        assert_eq!(results.texts("main .cardhead .soft")[0], "2 người trả lời · Trung bình 3,0");
        let calm = school.get(&format!("{page}/results?calm=1")).await;
        assert_eq!(calm.texts("main .cardhead .soft")[0], "1 người trả lời · Trung bình 5,0");
        // a grouping and what is left out do not undo each other
        let gender = school.get(&format!("{page}/results?by=gender")).await;
        let without = gender.attributes(".flash.warn a", "href");
        assert_eq!(without, [format!("{page}/results?by=gender&calm=1")]);
        let both = school.get(&without[0]).await;
        assert_eq!(both.texts("table.groups td.n")[..2], ["1", "5,0"]);
        assert_eq!(both.attributes(".seg a", "href")[..2], [format!("{page}/results?calm=1"), format!("{page}/results?by=commune&calm=1")]);
        assert_eq!(both.text_of(".flash.warn span"), "Đã bỏ 1 phiếu trả lời quá nhanh.");
        assert_eq!(both.attributes(".flash.warn a", "href"), [format!("{page}/results?by=gender")]);
        // without a script the time since the page was made counts
        let mut client = learner(&setting, 5).await;
        let (form, values) = filled(&mut client, &page, "3", "", "1").await;
        let changes: Vec<(&str, &str)> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        client.submit(&form, &changes).await;
        assert_eq!(school.get(&format!("{page}/results")).await.texts("table.hasty td.n"), ["0", "14"]);
    }

    async fn an_anonymous_answer_cannot_be_joined_to_whoever_gave_it(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = written(&mut school, true).await;
        sent(&mut school, &page, &[("opens_on", "2026-02-20"), ("closes_on", "2026-02-28")]).await;
        // people answer in the order of their numbers, each with the own number as text: whoever can put the ballots into the
        // order of the replies, or of the audit, knows them
        let order = [2_usize, 3, 6, 7, 10, 11, 14, 15];
        let mut stirred = 0;
        for place in order {
            let mut client = learner(&setting, place).await;
            assert!(client.get(&format!("{page}/answer")).await.texts(".flash.info")[0].starts_with("Phiếu ẩn danh"));
            let (form, values) = filled(&mut client, &page, "4", &format!("số {place:02}"), "").await;
            assert_eq!(answers(&mut client, &form, &values, "60").await.status, 303);
            // again: thanked, and counted once
            assert_eq!(answers(&mut client, &form, &values, "60").await.status, 303);
            let mut conn = setting.app.db().read().await.unwrap();
            let ballots: Vec<(kernel::AnswerId, String, bool, bool)> = conn.all(&ALL_BALLOTS, &[]).await.unwrap();
            // three are mixed at a time; those that wait are all written by one transaction, as on PostgreSQL can be seen
            let stored: Vec<(String, String)> = conn.all(&STORED_BALLOTS, &[]).await.unwrap();
            let mut by_writer: BTreeMap<String, usize> = BTreeMap::new();
            stored.iter().for_each(|(_, writer)| *by_writer.entry(writer.clone()).or_default() += 1);
            stirred = ballots.iter().filter(|(.., mixed)| *mixed).count();
            assert_eq!(stirred % 3, 0);
            if conn.engine() == store::Engine::Postgres {
                let waiting = ballots.len() - stirred;
                let groups = stirred / 3 + usize::from(waiting > 0);
                assert_eq!(by_writer.len(), groups, "{by_writer:?}");
            }
        }
        assert_eq!(stirred, 6);
        let mut conn = setting.app.db().read().await.unwrap();
        let ballots: Vec<(kernel::AnswerId, String, bool, bool)> = conn.all(&ALL_BALLOTS, &[]).await.unwrap();
        let replies: Vec<(kernel::SurveyId, PersonId)> = conn.all(&ALL_REPLIES, &[]).await.unwrap();
        assert_eq!((ballots.len(), replies.len()), (8, 8));
        // no value of a ballot stands with a person anywhere: neither a number, nor a moment within a number
        let people: Vec<String> = setting.province.people.iter().map(ToString::to_string).collect();
        for (id, content, ..) in &ballots {
            let id = id.to_string();
            assert_eq!(id.as_bytes()[14], b'4', "a random number, which says nothing of the time: {id}");
            assert!(people.iter().all(|person| !content.contains(person) && *person != id));
        }
        let log = store::latest(&mut conn, i64::MAX, 500).await.unwrap();
        let said: Vec<_> = log.iter().filter(|l| l.action == "needs.survey.answered").collect();
        assert_eq!(said.len(), 8);
        for line in &said {
            assert_eq!(line.after.as_deref(), Some("\"answered\""));
            assert!(ballots.iter().all(|(id, ..)| !line.subject.contains(&id.to_string())));
        }
        // nor does the order in which the rows lie: eight ballots in the order of answering would be a chance of 1 in 40,320
        let told = |content: &str| order.iter().position(|place| content.contains(&format!("số {place:02}"))).unwrap();
        let stored: Vec<(String, String)> = conn.all(&STORED_BALLOTS, &[]).await.unwrap();
        let lying: Vec<usize> = stored.iter().map(|(content, _)| told(content)).collect();
        let by_number: Vec<usize> = ballots.iter().map(|(_, content, ..)| told(content)).collect();
        assert!(!(lying.is_sorted() && by_number.is_sorted()), "{lying:?} {by_number:?}");
        drop(conn);

        // results: not while it is open, of no commune, and only of enough people
        let withheld = |reply: &Reply| reply.text_of(".empty p");
        assert_eq!(withheld(&school.get(&format!("{page}/results")).await), "Kết quả của phiếu ẩn danh chỉ xem được sau ngày đóng.");
        let open = school.get(&format!("{page}/results.xlsx")).await;
        assert_eq!(open.status, 200);
        assert!(!String::from_utf8_lossy(&open.bytes).contains("số 02"));
        assert_eq!(school.get(&format!("{page}/replies")).await.texts("tbody tr:nth-child(1) td")[..2], ["8", "4"]);
        let setting = setting.later("2026-03-01T08:00");
        let mut school = setting.app.signed_in("truong").await;
        let results = school.get(&format!("{page}/results")).await;
        assert_eq!(results.texts("main .cardhead .soft")[0], "8 người trả lời · Trung bình 4,0");
        assert_eq!(results.texts("ul.prose li").len(), 8);
        let mut officer = setting.app.signed_in("xa-00001").await;
        assert!(withheld(&officer.get(&format!("{page}/results")).await).starts_with("Phiếu ẩn danh không lưu xã"));
    }

    async fn row_82_questions_come_from_gift_moodle_qti_and_word(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = written(&mut school, false).await;
        let preview = format!("{page}/import/preview");
        let gift = "Muốn học buổi nào? {=Sáng ~Chiều}\n\nHở {=a ~b\n\nNăm? {#1945}\n\nÝ kiến {}\n";
        let read = school.upload(&preview, "file", "cau-hoi.txt", gift.as_bytes(), &[]).await;
        assert_eq!(read.status, 422);
        assert_eq!(
            read.texts("[role=alert] li"),
            ["Dòng 3: thiếu dấu đóng ngoặc", "Dòng 5: loại câu hỏi này (số, ghép đôi…) phiếu không có"]
        );
        assert_eq!(read.texts("tbody th"), ["Muốn học buổi nào?", "Ý kiến"]);
        assert_eq!(school.get(&page).await.texts("tbody th").len(), 6, "nothing is written yet");
        let form = read.form("/import");
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        let after = school.get(&page).await;
        assert_eq!(after.text_of(".flash.good"), "Đã đưa 2 câu vào phiếu.");
        assert_eq!(after.texts("tbody th")[6..], ["Muốn học buổi nào?Sáng · Chiều", "Ý kiến"]);

        let moodle = "<quiz><question type=\"multichoice\"><questiontext><text><![CDATA[<p>Chọn</p>]]></text></questiontext><single>false</single><answer><text>Luật</text></answer><answer><text>Máy tính</text></answer></question></quiz>";
        let read = school.upload(&preview, "file", "cau-hoi.xml", moodle.as_bytes(), &[]).await;
        assert_eq!((read.status, read.texts("tbody td")[1..3].to_vec()), (200, vec!["Chọn nhiều".to_owned(), "Luật · Máy tính".to_owned()]));
        assert_eq!(school.submit(&read.form("/import"), &[]).await.status, 303);
        let word = word(&[&["Câu hỏi", "Phương án"], &["Học ở đâu?", "Trường|Xã"], &["", "a|b"]]);
        let read = school.upload(&preview, "file", "cau-hoi.docx", &word, &[]).await;
        assert_eq!(read.texts("[role=alert] li"), ["Dòng 3: câu hỏi trống, quá dài hoặc có ký tự không dùng được"]);
        assert_eq!(school.submit(&read.form("/import"), &[]).await.status, 303);
        assert_eq!(school.get(&page).await.texts("tbody th")[8..], ["ChọnLuật · Máy tính", "Học ở đâu?Trường · Xã"]);

        let qti = r#"<assessmentItem><itemBody><p>Họp khi nào?</p><choiceInteraction maxChoices="1"><simpleChoice>Sáng</simpleChoice><simpleChoice>Chiều</simpleChoice></choiceInteraction></itemBody></assessmentItem>"#;
        let order = "<assessmentItem><itemBody><orderInteraction/></itemBody></assessmentItem>";
        let manifest = r#"<manifest><resources><resource type="imsqti_item_xmlv2p1" href="a.xml"/><resource type="imsqti_item_xmlv2p1" href="b.xml"/></resources></manifest>"#;
        let package = zip(&[("imsmanifest.xml", manifest.as_bytes()), ("a.xml", order.as_bytes()), ("b.xml", qti.as_bytes())]);
        for (name, bytes, faults) in [
            ("cau.xml", qti.as_bytes(), vec![]),
            ("goi.zip", &package, vec!["Câu 1 của gói: loại câu hỏi này (số, ghép đôi…) phiếu không có"]),
        ] {
            let read = school.upload(&preview, "file", name, bytes, &[]).await;
            assert_eq!(read.texts("[role=alert] li"), faults);
            assert_eq!(read.texts("tbody th"), ["Họp khi nào?"]);
            assert_eq!(school.submit(&read.form("/import"), &[]).await.status, 303);
        }
        assert_eq!(school.get(&page).await.texts("tbody th")[10..], ["Họp khi nào?Sáng · Chiều"; 2]);

        for bytes in [&b"\xff\xfe\x00"[..], b"PK\x03\x04", b"<html>", b"  ", b""] {
            let read = school.upload(&preview, "file", "a", bytes, &[]).await;
            assert_eq!((read.status, read.texts("[role=alert] li").len(), read.has("form[action$='/import']")), (422, 1, false));
        }
        // what comes back with the form is believed no more than what is typed
        let forged = r#"[{"kind":"one","text":"Một","is_required":false,"choices":["a"],"most":0}]"#;
        assert_eq!(school.post(&format!("{page}/import"), &[("items", forged)]).await.status, 400);
        sent(&mut school, &page, &[]).await;
        assert_eq!(school.submit(&form, &[]).await.status, 422, "sent is sent");
        assert_eq!(school.upload(&preview, "file", "a.txt", gift.as_bytes(), &[]).await.status, 422);
    }

    async fn results_of_too_few_anonymous_answers_are_withheld(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = written(&mut school, true).await;
        sent(&mut school, &page, &[("opens_on", "2026-02-20"), ("closes_on", "2026-02-28")]).await;
        for place in [2, 3] {
            let mut client = learner(&setting, place).await;
            let (form, values) = filled(&mut client, &page, "4", "", "").await;
            answers(&mut client, &form, &values, "60").await;
        }
        let setting = setting.later("2026-03-01T08:00");
        let mut school = setting.app.signed_in("truong").await;
        let results = school.get(&format!("{page}/results")).await;
        assert_eq!(results.text_of(".empty p"), "Có ít hơn 3 phiếu, không hiện kết quả để giữ lời hứa ẩn danh.");
        assert_eq!(results.texts("main .cardhead"), Vec::<String>::new());
    }
}
