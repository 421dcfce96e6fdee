//! The study week: roll-calls, leave, corrections, and the class at a glance.

use axum::{body::Body, http::Request};
use learning::attendance::{AttendanceError, Mark, Status, attended, take_roll_call};
use learning::testing::study_week;
use teaching::classes::{self, nominate};
use testkit::db_test;
use web::Permit;

use crate::setting::opened;

store::sql!(MARKS_WRITTEN, "SELECT COUNT(*) FROM attendance_mark");

const MONDAY: &str = "2026-03-02T08:00";

db_test! {
    async fn row_18_default_present_is_saved_by_one_button(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let there = setting.at("sessions/1/roll-call");
        let mut head = setting.app.signed_in("gv01").await;
        let page = head.get(&there).await;
        assert_eq!(page.attributes("input[value=present][checked]", "name").len(), 6);
        let reply = head.post(&there, &[("base", "0")]).await;
        assert_eq!(reply.status, 303);
        let page = head.get(reply.location()).await;
        assert_eq!(page.text_of(".flash.good"), "Đã lưu điểm danh.");
        assert!(page.text_of("h1").ends_with("Đang học"), "{}", page.text_of("h1"));
        let list = head.get(&setting.at("sessions")).await;
        assert_eq!(list.texts("tbody tr:first-child td.n"), ["6", "0", "0", "0"]);
        assert_eq!(list.texts("tbody tr:nth-child(2) td.n"), ["–", "–", "–", "–"]);
        // the afternoon may be taken, tomorrow not yet
        assert_eq!(list.texts("tbody td.acts").get(..3).unwrap(), ["Sửa điểm danh", "Điểm danh", "chưa đến"]);
    }

    async fn row_16_and_17_every_person_by_every_half_day_and_unmarked_is_not_absent(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let db = setting.app.db();
        let [one, two, three] = [setting.people[0], setting.people[1], setting.people[2]];
        let mark = |person, status, reason: &str| Mark { person, status, reason: reason.to_owned() };
        let permit = Permit::check(&setting.lecturer).unwrap();
        let first = [mark(one, Status::Absent, ""), mark(two, Status::Excused, "Họp xã"), mark(three, Status::Late, "")];
        take_roll_call(db, &permit, setting.class, 1, 0, &first).await.unwrap();
        take_roll_call(db, &permit, setting.class, 2, 0, &[]).await.unwrap();
        let page = setting.app.signed_in("gv01").await.get(&setting.at("attendance")).await;
        assert_eq!(page.texts("tbody tr").len(), 6);
        assert_eq!(page.texts("thead th").len(), 13);
        let cells = |row: usize| page.texts(&format!("tbody tr:nth-child({row}) td"));
        let unmarked = || vec!["–Chưa điểm danh".to_owned(); 8];
        let row = |first: &str, attended: &str, missed: &str| {
            let mut row = vec![first.to_owned(), "✓Có mặt".to_owned()];
            row.extend(unmarked());
            row.extend([attended.to_owned(), missed.to_owned()]);
            row
        };
        assert_eq!(cells(1), row("VVắng", "4 / 40", "4"));
        assert_eq!(cells(2), row("CCó phép: Họp xã", "4 / 40", "4"));
        assert_eq!(cells(3), row("MMuộn", "8 / 40", "0"));
        assert_eq!(cells(4), row("✓Có mặt", "8 / 40", "0"));
        assert_eq!(attended(&mut db.read().await.unwrap(), setting.class).await.unwrap()[0].attended, 4);
        // nor does the page of results count as missed what is still to come
        let results = setting.app.signed_in("gv01").await.get(&setting.at("results")).await;
        assert_eq!(results.texts("tbody td:nth-of-type(4)"), ["Chưa xétCòn 32 tiết chưa điểm danh."; 6]);
        assert_eq!(results.texts(".kpi .num").first().map(String::as_str), Some("0 / 6"));

        // the commune sees its own people, the school everybody, who sees no names nothing
        for (who, status, rows) in
            [("xa-00001", 200, 3), ("xa-00002", 200, 3), ("truong", 200, 6), ("thuongvu", 404, 0), ("gv02", 404, 0)]
        {
            let page = setting.app.signed_in(who).await.get(&setting.at("attendance")).await;
            assert_eq!((page.status, page.texts("tbody tr").len()), (status, rows), "{who}");
        }
    }

    async fn row_14_days_are_those_of_the_class_and_bear_their_year(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let mut head = setting.app.signed_in("gv01").await;
        let list = head.get(&setting.at("sessions")).await;
        let days: Vec<String> = (2..=6).flat_map(|d| ["sáng", "chiều"].map(|part| format!("{d:02}/03/2026, {part}"))).collect();
        assert_eq!(list.texts("tbody th"), days, "the ten half-days and no other");
        // nothing leads out of the week, and there is nothing to turn over
        let links = list.attributes("main section a", "href");
        assert_eq!(links, [setting.at("sessions/1/roll-call"), setting.at("sessions/2/roll-call")]);
        assert!(!list.has("main input[type=date], main .pager"));
        assert_eq!(head.get(&setting.at("sessions/11/roll-call")).await.status, 404);
        assert_eq!(head.get(&setting.at("sessions/0/roll-call")).await.status, 404);
        let roll_call = head.get(&setting.at("sessions/1/roll-call")).await;
        assert!(roll_call.texts("main h2, main h1, main p").join(" ").contains("02/03/2026"), "{}", roll_call.body);
    }

    async fn leave_needs_a_reason_and_every_mark_is_kept(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let there = setting.at("sessions/1/roll-call");
        let (leave, away) = (setting.people[1].to_string(), setting.people[2].to_string());
        let form = [
            ("base".to_owned(), "0".to_owned()),
            (format!("status-{leave}"), "excused".to_owned()),
            (format!("reason-{leave}"), "  ".to_owned()),
            (format!("status-{away}"), "absent".to_owned()),
            (format!("reason-{away}"), "Không báo".to_owned()),
        ];
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let mut head = setting.app.signed_in("gv01").await;
        let page = head.post(&there, &form).await;
        assert_eq!(page.status, 422);
        let told = "Người vắng có phép cần ghi lý do. Các ô đã đánh dấu vẫn còn.";
        assert_eq!(page.text_of("[role=alert] p"), told);
        assert_eq!(page.texts("p.error"), ["Chưa ghi lý do."]);
        assert_eq!(page.attributes("input[aria-invalid]", "name"), [format!("reason-{leave}")]);
        let checked = page.attributes("input[checked]:not([value=present])", "name");
        assert_eq!(checked, [format!("status-{leave}"), format!("status-{away}")]);
        assert_eq!(page.attributes(&format!("#r-{away}"), "value"), ["Không báo"]);
        let (written,): (i64,) = setting.app.db().read().await.unwrap().one(&MARKS_WRITTEN, &[]).await.unwrap();
        assert_eq!(written, 0);
    }

    async fn a_correction_is_appended_and_the_newest_counts(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let db = setting.app.db();
        let there = setting.at("sessions/1/roll-call");
        let away = setting.people[2];
        let permit = Permit::check(&setting.lecturer).unwrap();
        let marks = [Mark { person: away, status: Status::Absent, reason: String::new() }];
        take_roll_call(db, &permit, setting.class, 1, 0, &marks).await.unwrap();
        // the page was opened on the first roll-call: what it saves replaces nothing
        let mut head = setting.app.signed_in("gv01").await;
        assert_eq!(head.get(&there).await.attributes("input[name=base]", "value"), ["1"]);
        assert_eq!(head.post(&there, &[("base", "1")]).await.status, 303);
        let mut conn = db.read().await.unwrap();
        let (written,): (i64,) = conn.one(&MARKS_WRITTEN, &[]).await.unwrap();
        assert_eq!(written, 7);
        let present = attended(&mut conn, setting.class).await.unwrap();
        assert!(present.iter().all(|a| (a.attended, a.marked) == (4, 4)), "{present:?}");
    }

    async fn who_saves_over_somebody_else_is_told_and_keeps_the_marks(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let there = setting.at("sessions/1/roll-call");
        let away = format!("status-{}", setting.people[0]);
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(school.post(&there, &[("base", "0")]).await.status, 303);
        let page = setting.app.signed_in("gv01").await.post(&there, &[("base", "0"), (&away, "absent")]).await;
        assert_eq!(page.status, 422);
        let told = "truong vừa lưu buổi này. Các ô dưới đây là phần bạn đánh dấu; hãy xem lại rồi lưu lần nữa.";
        assert_eq!(page.text_of("[role=alert] p"), told);
        assert_eq!(page.attributes("input[value=absent][checked]", "name"), [away]);
        assert_eq!(page.attributes("input[name=base]", "value"), ["1"]);
    }

    async fn two_roll_calls_at_once_are_one_and_a_refusal(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let mut tries = Vec::new();
        for actor in [&setting.lecturer, &setting.school] {
            let (db, actor, class) = (setting.app.db().clone(), actor.clone(), setting.class);
            tries.push(tokio::spawn(async move {
                take_roll_call(&db, &Permit::check(&actor).unwrap(), class, 1, 0, &[]).await
            }));
        }
        let mut refused = Vec::new();
        for one in tries {
            if let Err(error) = one.await.unwrap() {
                refused.push(error);
            }
        }
        assert!(matches!(refused.as_slice(), [AttendanceError::Overtaken { .. }]), "{refused:?}");
    }

    async fn marks_that_waited_for_a_connection_are_taken_once_and_as_nobody_elses(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let there = setting.at("sessions/1/roll-call");
        let mut head = setting.app.signed_in("gv01").await;
        let page = head.get(&there).await;
        assert_eq!(page.headers.get("x-keep").unwrap(), "3");
        assert_eq!(page.headers.get("x-account").unwrap(), &setting.lecturer.account.to_string());
        assert!(page.body.contains("data-kept hidden") && page.body.contains("<time></time>"), "what the worker fills in");
        let away = format!("status-{}", setting.people[2]);
        let form = page.form("/roll-call");
        assert_eq!(head.submit(&form, &[(&away, "absent")]).await.status, 303);
        let (once,): (i64,) = setting.app.db().read().await.unwrap().one(&MARKS_WRITTEN, &[]).await.unwrap();
        // the answer got lost: the same once more, then others
        assert_eq!(head.submit(&form, &[(&away, "absent")]).await.status, 303);
        let refused = head.submit(&form, &[(&away, "late")]).await;
        assert_eq!((refused.status, refused.headers.get("x-keep")), (422, None));
        let (twice,): (i64,) = setting.app.db().read().await.unwrap().one(&MARKS_WRITTEN, &[]).await.unwrap();
        assert_eq!((once, twice), (6, 6));
        // the training office at the same device does not save the lecturer's marks
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(school.submit(&form, &[(&away, "absent")]).await.status, 403);

        // what is due and what comes soon is fetched ahead; a page of a day to come is shut until then
        let ahead = head.get(&setting.at("sessions")).await.attributes("[data-ahead]", "data-ahead");
        let soon: Vec<String> = (1..=8).map(|seq| setting.at(&format!("sessions/{seq}/roll-call"))).collect();
        assert_eq!(ahead, soon, "three days from today on");
        let page = head.get(&setting.at("sessions/8/roll-call")).await;
        assert_eq!(page.headers.get("x-keep").unwrap(), "3");
        assert_eq!(page.attributes("form[data-roll]", "data-opens-on"), ["2026-03-05"]);
        assert_eq!(page.attributes(".rollbar button[hidden]", "class"), ["btn primary"]);
        assert_eq!(page.attributes("[data-roll-row] input:not([disabled])", "name"), Vec::<String>::new());
    }

    async fn what_is_said_once_is_left_to_the_page_that_is_looked_at(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let there = setting.at("sessions/1/roll-call");
        let mut head = setting.app.signed_in("gv01").await;
        let form = head.get(&there).await.form("/roll-call");
        let away = format!("status-{}", setting.people[2]);
        let saved = head.submit(&form, &[(&away, "absent")]).await;
        // the browser's worker fetches the same page beside it, and others that are opened later
        let ahead = Request::get(&there).header("x-ahead", "1").body(Body::empty()).unwrap();
        let ahead = head.send(ahead).await;
        assert_eq!((ahead.status, ahead.texts(".live .flash")), (200, Vec::new()));
        assert_eq!(head.get(saved.location()).await.texts(".live .flash"), ["Đã lưu điểm danh."]);
        assert_eq!(head.get(&there).await.texts(".live .flash"), Vec::<String>::new());
    }

    async fn no_roll_call_before_its_day_nor_before_the_class_is_opened(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let mut head = setting.app.signed_in("gv01").await;
        let tomorrow = setting.at("sessions/3/roll-call");
        let page = head.get(&tomorrow).await;
        assert_eq!(page.attributes("input[type=radio]:not([disabled])", "name"), Vec::<String>::new());
        let reply = head.post(&tomorrow, &[("base", "0")]).await;
        assert_eq!(reply.status, 422);
        assert!(reply.text_of("main").contains("Buổi học này chưa đến."), "{}", reply.text_of("main"));
        let second = classes::planned(&mut setting.app.db().read().await.unwrap(), setting.province.scheme).await;
        assert_eq!(second.unwrap().len(), 1);
        let other = teaching::testing::call_first(setting.app.db(), &setting.province, &setting.school, 6, None).await;
        let mut school = setting.app.signed_in("truong").await;
        let reply = school.post(&format!("/classes/{other}/sessions/1/roll-call"), &[("base", "0")]).await;
        assert_eq!(reply.status, 422);
        let told = "Lớp chưa mở hoặc kết quả đã được quyết định nên không điểm danh được.";
        assert!(reply.text_of("main").contains(told), "{}", reply.text_of("main"));
    }

    async fn only_the_head_of_the_class_takes_its_roll_call_and_only_of_its_list(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let there = setting.at("sessions/1/roll-call");
        for (who, status) in [("gv02", 404), ("xa-00001", 403), ("hieutruong", 403), ("hv00001", 403)] {
            let mut client = setting.app.signed_in(who).await;
            assert_eq!(client.get(&there).await.status, status, "{who}");
            assert_eq!(client.post(&there, &[("base", "0")]).await.status, status, "{who}");
        }
        let on_list = setting.people.clone();
        let stranger = setting.province.people.iter().find(|p| !on_list.contains(p)).unwrap();
        let field = format!("status-{stranger}");
        let mut head = setting.app.signed_in("gv01").await;
        let reply = head.post(&there, &[("base", "0"), (&field, "absent")]).await;
        assert_eq!(reply.status, 422);
        let told = "Có người không thuộc danh sách lớp. Hãy tải lại trang.";
        assert!(reply.text_of("main").contains(told), "{}", reply.text_of("main"));
        let (written,): (i64,) = setting.app.db().read().await.unwrap().one(&MARKS_WRITTEN, &[]).await.unwrap();
        assert_eq!(written, 0);
    }

    async fn the_first_roll_call_closes_the_list_and_the_last_one_ends_the_week(db: TestDb) {
        let setting = opened(db, MONDAY).await;
        let late = *setting.province.people.iter().find(|p| !setting.people.contains(p)).unwrap();
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let early = setting.app.db().at(std::sync::Arc::new(kernel::FixedClock::morning_of("2026-02-26".parse().unwrap())));
        let done = nominate(&early, &permit, setting.class, &[late], true).await.unwrap();
        assert_eq!((done.proposed, done.waiting), (0, 1));
        study_week(setting.app.db(), setting.class, &setting.lecturer, &[]).await;
        let setting = setting.later("2026-03-07T08:00");
        let page = setting.app.signed_in("xa-00001").await.get(&setting.at("nominations")).await;
        assert!(page.text_of("h1").ends_with("Chấm bài thu hoạch"), "{}", page.text_of("h1"));
        assert_eq!(page.texts("tr.off .tag"), ["Không duyệt"]);
        let refused = nominate(setting.app.db(), &permit, setting.class, &[late], true).await.unwrap_err();
        assert_eq!(refused.to_string(), "class is closed to changes");
    }
}
