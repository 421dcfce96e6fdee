//! Every figure of the board, and the list behind each.

use testkit::{TestApp, db_test};

use crate::setting::{LATER, on, rows, setting};

db_test! {
    async fn every_figure_of_the_board_is_the_length_of_the_list_behind_it(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let mut school = setting.app.signed_in("truong").await;
        let board = school.get("/board").await;
        assert_eq!(board.status, 200);
        assert_eq!(board.text_of(".pagehead .soft"), "Số liệu đến 09:00 ngày 20/03/2026 · từ 2 xã, phường");
        assert_eq!(
            board.texts(".kpi .num"),
            ["4 / 26 người", "1 / 1 – 2 lớp", "5,0 người / lớp", "15,4 điểm %"]
        );
        let soft = board.texts(".kpi .soft");
        assert_eq!(
            soft,
            [
                "15,4 % · mục tiêu 0,0 % · chậm so với kế hoạch",
                "Tính theo ba nhóm đối tượng: 4 / 24 (16,7 %)",
                "1 đã kết thúc · 0 đang học, chấm bài · 0 sắp mở",
                "trong khung 2 – 6",
                "cao nhất 23,1 % (Thử 1) · thấp nhất 7,7 % (Thử 2)",
            ]
        );
        // the list behind each figure has exactly as many rows
        let links = board.attributes(".kpi a", "href");
        let figures = board.texts(".kpi a");
        let behind = [
            ("4", "/coverage/people?state=trained", 4),
            ("4", "/coverage/people?base=target&state=trained", 4),
            ("1", "/board/classes", 1),
            ("1 đã kết thúc", "/board/classes?only=completed", 1),
            ("0 đang học, chấm bài", "/board/classes?only=running", 0),
            ("0 sắp mở", "/board/classes?only=ahead", 0),
            ("5,0", "/board/classes?only=opened", 1),
            ("15,4", "/coverage?sort=share", 2),
        ];
        assert_eq!(links.iter().take(8).collect::<Vec<_>>(), behind.iter().map(|b| b.1).collect::<Vec<_>>());
        for ((text, href, wanted), figure) in behind.iter().zip(&figures) {
            assert_eq!(figure, text);
            assert_eq!(rows(&mut school, href).await, *wanted, "{href}");
        }
        assert_eq!(links.iter().skip(8).collect::<Vec<_>>(), ["/communes/00001", "/communes/00002"]);
    }

    async fn the_map_and_the_table_beside_it_say_the_same_without_script(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let map = setting.page("truong", "/board").await;
        assert_eq!(map.texts("svg.map title"), ["Thử 1: 23,1 %", "Thử 2: 7,7 %"]);
        assert_eq!(map.attributes("svg.map a", "href"), ["/communes/00001", "/communes/00002"]);
        assert_eq!(map.attributes("#by-commune .seg a", "href"), ["/board#by-commune", "/board?view=table#by-commune"]);
        let table = setting.page("truong", "/board?view=table").await;
        assert!(!table.has("svg.map"));
        assert_eq!(table.texts("#by-commune td"), ["13", "3", "23,1 %", "13", "1", "7,7 %"]);
        assert_eq!(table.texts("#by-commune [aria-current=true]"), ["Bảng"]);
        // plan against actual, by year: twelve seats of the plan, and one who was trained without one
        assert_eq!(table.texts(".fold td.n"), ["13", "4"]);
    }

    async fn what_waits_is_named_with_its_days(db: TestDb) {
        let setting = setting(db, "2026-02-26T09:00").await;
        let class = teaching::testing::call_first(setting.app.db(), &setting.province, &setting.school, 6, None).await;
        let board = setting.page("truong", "/board").await;
        assert_eq!(board.texts("ul.todo .tag"), ["Còn 1 ngày", "Còn 2 ngày"]);
        assert_eq!(
            board.texts("ul.todo a"),
            ["2 xã, phường chưa cử học viên lớp 01/2026", "Mốc của Đề án: Thẩm định chương trình"]
        );
        let links = board.attributes("ul.todo a", "href");
        assert_eq!(links, [format!("/classes/{class}"), "/board/milestones".to_owned()]);
        // somebody who asks for a seat has not been put forward: their commune is as silent as before
        setting.app.account("hv01", "learner", None, Some(setting.person(0, 0, 0))).await;
        let asked = setting.app.signed_in("hv01").await.post(&format!("/registration/{class}"), &[]).await;
        assert_eq!(asked.status, 303);
        assert_eq!(setting.page("truong", "/board").await.texts("ul.todo a")[0], "2 xã, phường chưa cử học viên lớp 01/2026");
    }

    async fn a_reached_milestone_no_longer_waits_and_the_board_knows_at_once(db: TestDb) {
        let setting = setting(db, LATER).await;
        let mut school = setting.app.signed_in("truong").await;
        let board = school.get("/board").await;
        assert_eq!(board.texts("ul.todo .tag.bad"), ["Quá hạn 20 ngày"]);
        assert_eq!(board.texts("ul.todo a"), ["Mốc của Đề án: Thẩm định chương trình"]);
        let mut reader = setting.app.signed_in("thuongvu").await;
        assert_eq!(reader.get("/board/milestones").await.attributes("main form", "action"), [""; 0]);
        assert_eq!(reader.post("/board/milestones/tham_dinh/completion", &[]).await.status, 403);
        let page = school.get("/board/milestones").await;
        assert_eq!(page.texts("tbody .tag"), ["Quá hạn 20 ngày", "Còn 286 ngày"]);
        let action = page.attributes("main form", "action").first().unwrap().clone();
        assert_eq!(school.post(&action, &[]).await.status, 303);
        assert_eq!(school.get("/board").await.texts("ul.todo a"), [""; 0]);
        assert_eq!(school.get("/board/milestones").await.texts("tbody .tag"), ["Xong ngày 20/03/2026", "Còn 286 ngày"]);
        assert_eq!(school.post(&action, &[]).await.status, 404, "a milestone is reached once");
    }

    async fn a_class_under_the_least_and_an_undecided_one_wait(db: TestDb) {
        let setting = setting(db, LATER).await;
        let db = setting.app.db();
        let class = teaching::testing::call_first(db, &setting.province, &setting.school, 6, None).await;
        let school = web::Permit::check(&setting.school).unwrap();
        let officer = web::Permit::check(&setting.officers[0]).unwrap();
        let one = [setting.person(0, 0, 0)];
        teaching::classes::nominate(&on(db, "2026-02-25"), &officer, class, &one, true).await.unwrap();
        let ids = teaching::classes::proposed(&mut db.read().await.unwrap(), class).await.unwrap();
        let before = on(db, "2026-02-28");
        let accepts = web::Permit::check(&setting.school).unwrap();
        teaching::classes::accept(&before, &accepts, class, &ids).await.unwrap();
        teaching::classes::open_class(&before, &school, class, "Ít người").await.unwrap();
        let page = setting.page("truong", "/board").await;
        assert!(page.texts("ul.todo a").contains(&"Lớp 01/2026 chưa đủ 2 người".to_owned()), "{:?}", page.texts("ul.todo a"));
        assert_eq!(page.texts(".kpi .soft").get(3).unwrap(), "trong khung 2 – 6 · 1 lớp dưới 2 cần xem");
        assert_eq!(rows(&mut setting.app.signed_in("truong").await, "/board/classes?only=small").await, 1);
    }

    async fn an_empty_house_shows_a_helpful_page_on_every_route(db: TestDb) {
        let areas = [people::area(), teaching::area(), learning::area(), oversight::area()];
        let app = TestApp::new(db, areas, LATER).await;
        app.account("truong", "school_training", None, None).await;
        let mut school = app.signed_in("truong").await;
        let mut seen = 0;
        let paths: Vec<&str> = app.entries().iter().filter(|e| e.method == "GET").map(|e| e.path).collect();
        // what a machine asks for is no page
        for path in paths.into_iter().filter(|p| !p.contains('{') && !["/healthz", "/sw.js"].contains(p)) {
            let reply = school.get(path).await;
            let main = reply.texts("main").concat();
            // no import is under way: there is nothing to tell
            if path == "/people/import/progress" {
                assert_eq!(reply.status, 204);
                continue;
            }
            assert!([200, 303, 403, 404, 422].contains(&reply.status), "{path}: {} {main}", reply.status);
            // a list of nobody is a file with its headings
            let file = reply.headers.contains_key("content-disposition");
            assert!(reply.status == 303 || file || reply.texts("h1").len() == 1, "{path}");
            seen += 1;
        }
        assert!(seen > 15, "{seen} pages");
        for (path, text) in [
            ("/board", "Chưa có đề án"),
            ("/board/classes", "Chưa có đề án"),
            ("/board/milestones", "Chưa có đề án"),
            ("/coverage", "Chưa có đề án"),
            ("/coverage/people", "Không có người nào khớp"),
            ("/programmes", "Chưa có chương trình nào."),
            ("/plan", "Chưa có phương án"),
        ] {
            let reply = school.get(path).await;
            assert_eq!((reply.status, reply.text_of(".empty h2").as_str()), (200, text), "{path}");
        }
        let export = school.get("/reports/coverage.xlsx").await;
        assert_eq!(export.status, 422);
        assert_eq!(export.text_of("[role=alert] strong"), "Chưa nạp đề án nào nên chưa có bảng để xuất.");
    }
}
