//! Documents sent to units and people, and who has read them.

use teaching::testing::Small;
use testkit::{Client, Reply, db_test};

use crate::setting::setting;

const WHEN: &str = "2026-03-02T08:00";
const PDF: &[u8] = include_bytes!("../../../../documents/tests/files/giao-an.pdf");

async fn send(client: &mut Client, fields: &[(&str, &str)]) -> Reply {
    let mut all =
        vec![("title", "Hướng dẫn cử học viên"), ("number", "05/HD-TCT"), ("summary", "Thực hiện từ tháng 4")];
    all.retain(|(name, _)| !fields.iter().any(|(n, _)| n == name));
    all.extend(fields);
    client.upload("/circulars", "file", "huong-dan.pdf", PDF, &all).await
}

db_test! {
    async fn a_document_reaches_whom_it_is_addressed_to_and_its_sender_sees_who_has_read_it(db: TestDb) {
        let app = setting(db, &Small::default(), WHEN).await.app;
        let (mut school, mut first, mut second) =
            (app.signed_in("truong").await, app.signed_in("xa-00001").await, app.signed_in("xa-00002").await);
        assert_eq!(first.get("/circulars").await.text_of(".empty h2"), "Chưa có văn bản nào");
        assert_eq!(first.get("/circulars/new").await.status, 403);
        let reply = send(&mut school, &[("commune", "00001"), ("role", "school_head"), ("names", "GV01"), ("read_by", "2026-03-10")]).await;
        assert_eq!(reply.status, 303, "{:?}", reply.texts(".error"));
        let page = reply.location().to_owned();

        // the addressed find it unread; the others do not find it at all
        for who in ["xa-00001", "hieutruong", "gv01"] {
            let list = app.signed_in(who).await.get("/circulars").await;
            assert_eq!((list.texts("tbody .tag"), list.faults()), (vec!["Chưa đọc".to_owned()], vec![]), "{who}");
        }
        for who in ["xa-00002", "gv02"] {
            let mut other = app.signed_in(who).await;
            assert_eq!(other.get("/circulars").await.texts("tbody th").len(), 0, "{who}");
            assert_eq!(other.get(&page).await.status, 404);
            assert_eq!(other.get(&format!("{page}/file")).await.status, 404);
            assert_eq!(other.post(&format!("{page}/confirmation"), &[]).await.status, 404);
        }
        // a publisher who is not addressed leaves no trace by looking
        assert_eq!(school.get(&page).await.text_of("h1"), "Hướng dẫn cử học viên");
        assert_eq!(school.post(&format!("{page}/confirmation"), &[]).await.status, 404);
        let readers = school.get(&format!("{page}/readers")).await;
        assert_eq!(readers.text_of(".pagehead .soft"), "Hướng dẫn cử học viên · 0 trên 3 người đã xác nhận (0,0\u{a0}%)".replace('\u{a0}', " "));
        assert_eq!(readers.texts("tbody th").len(), 3);

        // opened, then confirmed, each noted once
        let opened = first.get(&page).await;
        assert_eq!(opened.attributes("iframe", "src"), [format!("{page}/file")]);
        assert_eq!(first.get("/circulars").await.texts("tbody .tag"), ["Đã mở"]);
        let form = opened.form("/confirmation");
        assert_eq!(first.submit(&form, &[]).await.status, 303);
        assert_eq!(first.submit(&form, &[]).await.status, 303);
        assert_eq!(first.get(&page).await.texts("em.good"), ["Bạn đã xác nhận đã đọc."]);
        assert_eq!(first.get("/circulars").await.text_of(".pagehead .soft"), "Không còn văn bản nào chờ đọc");
        let readers = school.get(&format!("{page}/readers")).await;
        assert_eq!(readers.texts("section:nth-of-type(2) tbody td")[1..], ["Thử 1", "02/03/2026 08:00", "02/03/2026 08:00"]);
        assert_eq!(readers.texts("section:nth-of-type(1) tbody th"), ["gv01", "hieutruong"]);
        let sheet = school.get(&format!("{page}/readers.xlsx")).await;
        assert_eq!((sheet.status, sheet.bytes.starts_with(b"PK")), (200, true));
        assert_eq!(first.get(&format!("{page}/readers")).await.status, 403);

        // withdrawn it is found by nobody it was addressed to, and what was read stays known
        let form = school.get(&page).await.form("/withdrawal");
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        assert_eq!(first.get(&page).await.status, 404);
        assert_eq!(school.get("/circulars").await.texts("tbody .tag"), ["Đã thu hồi"]);
        assert!(school.get(&format!("{page}/readers")).await.text_of(".pagehead .soft").contains("1 trên 3"));

        // to every commune
        assert_eq!(send(&mut school, &[("everywhere", "1"), ("title", "Gửi tất cả")]).await.status, 303);
        for client in [&mut first, &mut second] {
            assert_eq!(client.get("/circulars").await.texts("tbody th a"), ["Gửi tất cả"]);
        }
    }

    async fn a_document_to_nobody_or_to_somebody_unknown_is_not_sent_and_nothing_typed_is_lost(db: TestDb) {
        let app = setting(db, &Small::default(), WHEN).await.app;
        let mut school = app.signed_in("truong").await;
        for (fields, at, words) in [
            (vec![], "#e-targets", "Gửi đến: hãy chọn ít nhất một nơi nhận."),
            (vec![("commune", "99999")], "#e-targets", "Gửi đến: hãy chọn trong danh sách."),
            (vec![("role", "administrator")], "#e-targets", "Gửi đến: hãy chọn trong danh sách."),
            (vec![("names", "gv01, khong-co")], "#e-names", "Tên đăng nhập: không có tài khoản “khong-co”."),
            (vec![("everywhere", "1"), ("read_by", "2026-03-01")], "#e-read_by", "Đọc trước ngày: hãy chọn từ hôm nay trở đi."),
        ] {
            let reply = send(&mut school, &fields).await;
            assert_eq!((reply.status, reply.text_of(at)), (422, words.to_owned()), "{fields:?}");
            assert_eq!(reply.attributes("#f-title", "value"), ["Hướng dẫn cử học viên"]);
            assert!(reply.has("[data-upload-here]"), "the file is here");
            assert_eq!(reply.faults(), Vec::<String>::new());
        }
        let none = school.upload("/circulars", "file", "", b"", &[("title", "😀"), ("everywhere", "1")]).await;
        assert_eq!((none.status, none.text_of("#e-file")), (422, "Tệp: hãy chọn tệp văn bản.".to_owned()));
        assert!(none.has("[name=everywhere][checked]"));
        assert_eq!(school.get("/circulars").await.texts("tbody th").len(), 0);
    }
}
