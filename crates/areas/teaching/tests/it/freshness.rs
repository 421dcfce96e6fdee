//! What relies on legal documents that are no longer in force.

use documents::reading::testing::docx;
use teaching::testing::Small;
use testkit::{Client, FilledForm, db_test};

use crate::setting::setting;

const WHEN: &str = "2026-03-02T08:00";

async fn bring(client: &mut Client, title: &str, text: &str) -> String {
    let fields = [("title", title), ("kind", "lesson_plan"), ("licence", "own"), ("source", "")];
    let reply = client.upload("/materials", "file", "a.docx", &docx(&[text], &[]), &fields).await;
    assert_eq!(reply.status, 303, "{:?}", reply.texts(".error"));
    reply.location().to_owned()
}

/// A document of the register as typed.
fn typed<'a>(number: &'a str, ended_on: &'a str, replaced_by: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("number", number),
        ("kind", "thong_tu"),
        ("title", "Kinh phí bồi dưỡng"),
        ("issuer", "Bộ Tài chính"),
        ("issued_on", "2018-03-30"),
        ("ended_on", ended_on),
        ("replaced_by", replaced_by),
    ]
}

db_test! {
    async fn a_replaced_document_flags_what_relies_on_it_until_a_reason_or_a_new_version(db: TestDb) {
        let app = setting(db, &Small::default(), WHEN).await.app;
        let (mut lecturer, mut school) = (app.signed_in("gv01").await, app.signed_in("truong").await);
        let page = bring(&mut lecturer, "Kinh phí lớp học", "Theo Thông tư 36/2018/TT-BTC và Nghị định 171/2025/NĐ-CP").await;
        let other = bring(&mut lecturer, "Thanh toán", "Theo Thông tư số 36/2018/TT-\nBTC").await;
        app.run_jobs().await;
        let radar = lecturer.get("/freshness").await;
        assert_eq!(radar.faults(), Vec::<String>::new());
        assert_eq!(radar.texts(".kpi .num"), ["0", "0", "2", "0"]);
        assert_eq!(radar.texts("tbody th"), ["171/2025/NĐ-CP", "36/2018/TT-BTC"], "numbers that the register lacks");

        // into the register, then replaced: the same document written otherwise is no second one
        for (number, ended, by) in [("171/2025/NĐ-CP", "", ""), ("36/2018/TT-BTC", "", "")] {
            assert_eq!(school.post("/legal", &typed(number, ended, by)).await.status, 303, "{number}");
        }
        let taken = school.post("/legal", &typed("036/2018/tt-btc", "", "")).await;
        assert_eq!((taken.status, taken.text_of("#e-number")), (422, "Số, ký hiệu: không đúng dạng, ví dụ 171/2025/NĐ-CP hoặc 145-QĐ/TW.".to_owned()));
        let taken = school.post("/legal", &typed("036/2018/TT-BTC", "", "")).await;
        assert_eq!(taken.text_of("#e-number"), "Số, ký hiệu: văn bản này đã có trong danh mục.");
        assert_eq!(lecturer.get("/freshness").await.texts(".kpi .num"), ["0", "0", "0", "2"]);
        let list = school.get("/legal").await;
        let place = list.attributes("td.acts a", "href").swap_remove(list.texts("tbody th").iter().position(|n| n == "36/2018/TT-BTC").unwrap());
        let form = school.get(&place).await.form(&place);
        for (changes, field, words) in [
            ([("ended_on", "2018-01-01"), ("replaced_by", "")], "#e-ended_on", "Hết hiệu lực từ ngày: không được trước ngày có hiệu lực."),
            ([("ended_on", ""), ("replaced_by", "100/2025/TT-BTC")], "#e-ended_on", "Hết hiệu lực từ ngày: văn bản đã được thay thế thì phải có ngày này."),
            ([("ended_on", "2025-10-28"), ("replaced_by", "36/2018/TT-BTC")], "#e-replaced_by", "Được thay bằng: không thể là chính văn bản này."),
            ([("ended_on", "hôm qua"), ("replaced_by", "")], "#e-ended_on", "Hết hiệu lực từ ngày: không có ngày này trong lịch."),
        ] {
            let reply = school.submit(&form, &changes).await;
            assert_eq!((reply.status, reply.text_of(field)), (422, words.to_owned()), "{changes:?}");
        }
        assert_eq!(school.submit(&form, &[("ended_on", "2026-02-20"), ("replaced_by", "100/2025/TT-BTC")]).await.status, 303);
        let overtaken = school.submit(&form, &[("ended_on", "2026-02-21")]).await;
        assert_eq!(overtaken.status, 409, "an older form");

        // both are flagged, owned by their author, due after the scheme's days (none in this scheme)
        let radar = lecturer.get("/freshness").await;
        assert_eq!(radar.texts(".kpi .num"), ["2", "0", "0", "0"]);
        assert_eq!(radar.texts("tbody tr"), [
            "Kinh phí lớp học36/2018/TT-BTCHết hiệu lực từ 20/02/2026 · thay bằng 100/2025/TT-BTCgv0120/02/2026 Quá hạnXử lý Kinh phí lớp học",
            "Thanh toán36/2018/TT-BTCHết hiệu lực từ 20/02/2026 · thay bằng 100/2025/TT-BTCgv0120/02/2026 Quá hạnXử lý Thanh toán",
        ]);
        // given to somebody with a day
        let task = school.get("/freshness").await.attributes("td.acts a", "href");
        let form = school.get(&task[0]).await.form("/freshness/task");
        let owner = school.get(&task[0]).await.attributes("#f-owner option", "value").pop().unwrap();
        for (day, words) in [("2026-03-01", "Hạn xử lý: hãy chọn từ hôm nay trở đi."), ("", "Hạn xử lý: hãy nhập ngày.")] {
            let reply = school.submit(&form, &[("owner", &owner), ("due_on", day)]).await;
            assert_eq!((reply.status, reply.text_of("#e-due_on")), (422, words.to_owned()));
        }
        assert_eq!(school.submit(&form, &[("owner", &owner), ("due_on", "2026-03-20")]).await.status, 303);
        let radar = school.get("/freshness").await;
        assert_eq!(radar.text_of(".kpi em.bad"), "1 quá hạn");
        assert!(radar.texts("tbody tr")[1].contains("gv0220/03/2026"), "{:?}", radar.texts("tbody tr"));
        // one stays with a reason, the other gets a new version
        let form = lecturer.get(&task[1]).await.form("/freshness/reason");
        assert_eq!(lecturer.submit(&form, &[]).await.status, 422);
        assert_eq!(lecturer.submit(&form, &[("reason", "Chỉ nhắc lại quy định cũ")]).await.status, 303);
        let versions = |page: &str| format!("{page}/versions");
        let new = docx(&["Theo Thông tư 100/2025/TT-BTC"], &[]);
        assert_eq!(lecturer.upload(&versions(&page), "file", "b.docx", &new, &[("seen", "1")]).await.status, 303);
        app.run_jobs().await;
        let radar = lecturer.get("/freshness").await;
        assert_eq!(radar.texts(".kpi .num"), ["0", "1", "1", "0"]);
        assert_eq!(lecturer.get(&task[0]).await.status, 404, "nothing is stale there any more");
        // a reason holds for the version that was looked at
        let again = docx(&["Vẫn theo 36/2018/TT-BTC"], &[]);
        assert_eq!(lecturer.upload(&versions(&other), "file", "b.docx", &again, &[("seen", "1")]).await.status, 303);
        app.run_jobs().await;
        assert_eq!(lecturer.get("/freshness").await.texts(".kpi .num"), ["1", "0", "1", "0"]);
    }

    async fn topics_that_name_an_ended_document_are_flagged_for_the_training_office(db: TestDb) {
        let app = setting(db, &Small::default(), WHEN).await.app;
        app.place().tamper("UPDATE topic SET title = 'Cập nhật 80/2025/QH15' WHERE code = 'T1'").await;
        let mut school = app.signed_in("truong").await;
        let mut fields = typed("80/2025/QH15", "2026-03-02", "");
        fields.push(("valid_from", "2025-07-01"));
        assert_eq!(school.post("/legal", &fields).await.status, 303);
        let radar = school.get("/freshness").await;
        assert_eq!(radar.texts("tbody th"), ["Cập nhật 80/2025/QH15 (Chương trình 1)", "Cập nhật 80/2025/QH15 (Chương trình 2)"]);
        assert_eq!(radar.texts("tbody td:nth-child(3)"), ["Phòng QLĐT & NCKH"; 2]);
        let bad = [("number", "số 5"), ("kind", "x"), ("title", ""), ("issuer", "😀")];
        let reply = school.post("/legal", &bad).await;
        assert_eq!((reply.status, reply.texts(".error").len()), (422, 4));
        assert_eq!(reply.attributes("#f-issuer", "value"), ["😀"]);
    }

    async fn questions_that_name_an_ended_document_are_flagged_while_they_are_asked(db: TestDb) {
        let app = setting(db, &Small::default(), WHEN).await.app;
        let mut school = app.signed_in("truong").await;
        let form = school.get("/surveys/new").await.form("/surveys");
        let survey = school.submit(&form, &[("title", "Nhu cầu 2026"), ("intro", "")]).await.location().to_owned();
        for (kind, text, choices) in [
            ("text", "Vướng mắc khi thực hiện 36/2018/TT-BTC", ""),
            ("one", "Áp dụng văn bản nào?", "171/2025/NĐ-CP\n36/2018/TT-BTC"),
            ("text", "Ý khác", ""),
        ] {
            let form = school.get(&format!("{survey}/items/new?kind={kind}")).await.form("/items");
            let form = FilledForm { fields: Vec::new(), ..form };
            let typed: Vec<_> = [("kind", kind), ("text", text), ("choices", choices)].into_iter().filter(|(_, v)| !v.is_empty()).collect();
            assert_eq!(school.submit(&form, &typed).await.status, 303, "{text}");
        }
        for (number, ended) in [("171/2025/NĐ-CP", ""), ("36/2018/TT-BTC", "2026-02-20")] {
            assert_eq!(school.post("/legal", &typed(number, ended, "")).await.status, 303, "{number}");
        }
        let radar = school.get("/freshness").await;
        assert_eq!(radar.faults(), Vec::<String>::new());
        assert_eq!(radar.texts("tbody th"), [
            "Vướng mắc khi thực hiện 36/2018/TT-BTC (Nhu cầu 2026)",
            "Áp dụng văn bản nào? (Nhu cầu 2026)",
        ]);
        assert_eq!(radar.attributes("tbody th a", "href"), [survey.clone(), survey.clone()]);
        assert_eq!(radar.texts("tbody td:nth-child(3)"), ["Phòng QLĐT & NCKH"; 2]);
        // one is put right, the other stays for a reason
        let items = school.get(&survey).await.attributes("a[href*='/items/']", "href");
        let item = items.iter().find(|href| !href.contains("new")).unwrap().clone();
        let form = school.get(&item).await.form(&item);
        assert_eq!(school.submit(&form, &[("text", "Vướng mắc khi thực hiện 171/2025/NĐ-CP")]).await.status, 303);
        let radar = school.get("/freshness").await;
        assert_eq!(radar.texts(".kpi .num"), ["1", "0", "0", "1"]);
        let task = radar.attributes("td.acts a", "href").remove(0);
        let form = school.get(&task).await.form("/freshness/reason");
        assert_eq!(school.submit(&form, &[("reason", "Hỏi về văn bản cũ")]).await.status, 303);
        assert_eq!(school.get("/freshness").await.texts(".kpi .num"), ["0", "1", "0", "1"]);
        // what is over is not asked any more
        app.place().tamper(
            "INSERT INTO survey_sending (survey_id, opens_on, closes_on, sent_by, sent_at) \
             SELECT id, '2026-02-01', '2026-03-01', 'x', created_at FROM survey",
        ).await;
        assert_eq!(school.get("/freshness").await.texts(".kpi .num"), ["0", "0", "0", "0"]);
    }
}
