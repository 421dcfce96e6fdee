//! The record of a commune and of a person, and who may see them.

use learning::certificates::{issue, issue_papers};
use testkit::{db_test, paper};
use web::Permit;

use crate::setting::{LATER, on, rows, setting};

db_test! {
    async fn a_record_says_why_somebody_is_trained_or_not(db: TestDb) {
        let setting = setting(db, LATER).await;
        let class = setting.held().await;
        let five = setting.five();
        let done = setting.page("truong", &format!("/people/{}", five[0])).await;
        assert_eq!(done.text_of(".standing"), "Đã hoàn thành lớp 01/2026 theo quyết định 21/QĐ-TTN.");
        assert_eq!(done.text_of("h1 .tag"), "Đã bồi dưỡng");
        let row = done.texts("main table.stack tbody td");
        assert_eq!(row.get(2..4).unwrap(), ["100,0 %", "7,5"]);
        assert_eq!(done.attributes("main table.stack tbody a", "href"), [format!("/classes/{class}")]);

        let missed = setting.page("truong", &format!("/people/{}", five[4])).await;
        assert_eq!(missed.text_of(".why"), "Vắng 12 tiết, nhiều nhất được vắng 8 tiết.");
        // the week that was missed is not told as a plan
        assert_eq!(
            missed.text_of(".standing"),
            "Chưa hoàn thành lớp 01/2026: Vắng 12 tiết, nhiều nhất được vắng 8 tiết. Chưa có lớp học lại trong kế hoạch."
        );
        assert_eq!(missed.texts("td small").first().unwrap(), "Khá · 21/QĐ-TTN, 12/03/2026");
        assert_eq!(missed.text_of("h1 .tag"), "Chưa bồi dưỡng");
        assert_eq!(missed.texts("main table.stack tbody td").get(2).unwrap(), "70,0 %");

        let never = setting.page("truong", &format!("/people/{}", setting.person(0, 1, 3))).await;
        assert!(never.text_of(".standing").starts_with("Chưa học"), "{}", never.text_of(".standing"));
        assert!(never.has(".empty"));
    }

    async fn row_72_who_was_trained_when_and_whether_it_is_valid_is_a_paper_of_one_click(db: TestDb) {
        let setting = setting(db, LATER).await;
        let class = setting.held().await;
        let db = on(setting.app.db(), "2026-03-18");
        issue(&db, &Permit::check(&setting.school).unwrap(), class, "http://127.0.0.1:8080").await.unwrap();
        issue_papers(&db, class).await.unwrap();
        let five = setting.five();
        setting.app.account("hv00001", "learner", None, Some(five[0])).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = school.get(&format!("/people/{}", five[0])).await;
        let there = page.attributes(".pagehead .actions a", "href").first().unwrap().clone();
        assert_eq!(there, format!("/people/{}/record.pdf", five[0]));
        let verify = page.attributes("td[data-label='Giấy chứng nhận'] small a", "href").first().unwrap().clone();
        let file = school.get(&there).await;
        assert_eq!((file.status, file.headers.get("content-type").unwrap().to_str().unwrap()), (200, "application/pdf"));
        let pages = paper::words(&file.bytes);
        let [words] = pages.as_slice() else { panic!("{} pages", pages.len()) };
        let code = verify.rsplit('/').next().unwrap();
        for told in [
            "HỒ SƠ BỒI DƯỠNG CÁ NHÂN",
            page.texts("h1").concat().trim_end_matches("Đã bồi dưỡng").trim(),
            "Đã hoàn thành lớp 01/2026 theo quyết định 21/QĐ-TTN.",
            "02 – 06/03/2026",
            "Hoàn thành (Khá)",
            "QĐ 21/QĐ-TTN ngày 12/03/2026",
            code,
            "Số tiết bồi dưỡng theo từng năm",
            "(145-QĐ/TW)",
            "202640 / 4000",
            "ngày 20 tháng 3 năm 2026",
        ] {
            assert!(words.contains(told), "{told} is missing: {words}");
        }
        // the address on the paper answers whoever asks
        assert_eq!(setting.app.client().get(&verify).await.text_of("h1"), "Giấy chứng nhận có thật");

        // who missed too much: why, and no certificate; who never came: nothing but that
        let missed = paper::words(&school.get(&format!("/people/{}/record.pdf", five[4])).await.bytes).concat();
        assert!(missed.contains("Vắng 12 tiết") && !missed.contains("/verify/"), "{missed}");
        let never = setting.person(0, 1, 3);
        let never = paper::words(&school.get(&format!("/people/{never}/record.pdf")).await.bytes).concat();
        assert!(never.contains("Chưa tham gia lớp nào."), "{never}");

        // as the record itself: within scope and one's own, else it does not exist
        for (who, status) in [("sonoivu", 200), ("xa-00001", 200), ("hv00001", 200), ("xa-00002", 404), ("thuongvu", 404), ("quantri", 404)] {
            assert_eq!(setting.app.signed_in(who).await.get(&there).await.status, status, "{who}");
        }
        let own = setting.app.signed_in("hv00001").await.get("/me").await;
        assert_eq!(own.attributes(".pagehead .actions a", "href").first().unwrap(), &there);
        assert_eq!(setting.app.signed_in("hv00001").await.get(&format!("/people/{}/record.pdf", five[1])).await.status, 404);
    }

    async fn a_commune_adds_up_and_its_figures_open_lists(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let mut school = setting.app.signed_in("truong").await;
        let page = school.get("/communes/00001").await;
        assert_eq!(page.texts(".kpi .num"), ["3 / 13", "3 / 12", "1"]);
        let links = page.attributes(".kpi a", "href");
        let wanted = [3, 10, 3];
        for (href, wanted) in links.iter().zip(wanted) {
            assert_eq!(rows(&mut school, href).await, wanted, "{href}");
        }
        assert_eq!(links.last().unwrap(), "#classes");
        assert_eq!(page.texts("#classes tbody th").len(), 1);
    }

    async fn who_reads_aggregates_only_meets_no_person(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let five = setting.five();
        let person = format!("/people/{}", five[0]);
        let nobody = "/people/00000000-0000-7000-8000-000000000000";
        let name = setting.page("truong", &person).await.texts("h1").concat();
        let name = name.trim_end_matches("Đã bồi dưỡng").trim().to_owned();
        assert!(name.starts_with("Người Thử"), "there is a name to leak: {name}");

        let mut committee = setting.app.signed_in("thuongvu").await;
        let board = committee.get("/board").await;
        assert_eq!(board.texts(".kpi .num").first().unwrap(), "4 / 26 người");
        assert_eq!(board.attributes(".kpi .num a", "href").first().unwrap(), "/coverage");
        assert_eq!(committee.get("/coverage").await.texts("tfoot td.n").get(1).unwrap(), "4");
        for path in ["/board", "/coverage", "/coverage?by=bloc", "/communes/00001", "/board/classes"] {
            let page = committee.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(!page.body.contains(&name), "{path} names {name}");
            assert_eq!(page.attributes("main a[href^='/people/']", "href"), [""; 0], "{path}");
        }
        for who in ["thuongvu", "tuyengiao", "quantri"] {
            let mut reader = setting.app.signed_in(who).await;
            let (there, nowhere) = (reader.get(&person).await, reader.get(nobody).await);
            assert_eq!((there.status, nowhere.status), (404, 404), "{who}");
            assert_eq!(there.texts("main p:not(.soft)"), nowhere.texts("main p:not(.soft)"), "no hint for {who}");
            assert_eq!(reader.get("/coverage/people").await.status, 403, "{who}");
        }
        let mut administrator = setting.app.signed_in("quantri").await;
        for path in ["/board", "/coverage", "/communes/00001", "/people"] {
            assert_eq!(administrator.get(path).await.status, 403, "{path}");
        }
        let mut other = setting.app.signed_in("xa-00002").await;
        assert_eq!(other.get(&person).await.status, 404);
        assert_eq!(other.get("/communes/00001").await.status, 404);
        assert_eq!(setting.app.signed_in("xa-00001").await.get(&person).await.status, 200);
    }

    async fn a_learner_reads_the_own_record_and_no_other(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let five = setting.five();
        setting.app.account("hv00001", "learner", None, Some(five[0])).await;
        let mut learner = setting.app.signed_in("hv00001").await;
        let own = learner.get("/me").await;
        assert_eq!((own.status, own.text_of(".standing")), (200, "Đã hoàn thành lớp 01/2026 theo quyết định 21/QĐ-TTN.".to_owned()));
        assert_eq!(learner.get(&format!("/people/{}", five[0])).await.status, 200);
        assert_eq!(learner.get(&format!("/people/{}", five[1])).await.status, 404);
        assert_eq!(learner.get("/board").await.status, 403);
    }
}
