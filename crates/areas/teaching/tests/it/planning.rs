//! The plan: composed by the school, approved year by year by the Department of Home Affairs.

use kernel::{Actor, FixedClock};
use std::sync::Arc;
use teaching::{
    planning::{ComposeError, Wishes, compose_plan, gather, plan_years},
    scheme,
    testing::Small,
};
use testkit::{db_test, paper::words};
use web::Permit;

use crate::setting::{Setting, setting};

store::sql!(TARGET, "UPDATE scheme_rule SET value = '950' WHERE key = 'coverage_target_permille'");
store::sql!(MORE_CLASSES, "UPDATE scheme_rule SET value = '3' WHERE key = 'classes_per_year_least'");

/// Before the first teaching day.
const EARLY: &str = "2026-02-23T08:00";

fn plenty() -> Small {
    Small { offices: 4, people: 6, sizes: (2, 6), office_absent_percent: 100, ..Small::default() }
}

/// The programmes in force and a plan, nothing approved.
async fn planned(setting: &Setting) {
    compose_plan(setting.app.db(), &Permit::check(&setting.school).unwrap()).await.unwrap();
}

/// How many people the planner would be asked to place on a day.
async fn asked(setting: &Setting, day: &str) -> (usize, usize) {
    let mut conn = setting.app.db().read().await.unwrap();
    let scheme = scheme::of(&mut conn, &setting.school).await.unwrap().unwrap();
    let gathered = gather(&mut conn, &scheme, day.parse().unwrap(), &Wishes::default()).await.unwrap();
    (gathered.everybody - gathered.settled, gathered.settled)
}

store::sql!(NO_PROGRAMMES, "UPDATE programme SET audience_code = NULL WHERE audience_code = 'dt2'");

db_test! {
    async fn row_50_whoever_makes_plans_reads_what_is_missing_and_gets_no_button_that_fails(db: TestDb) {
        let setting = setting(db, &plenty(), EARLY).await;
        let list = |page: &testkit::Reply| -> Vec<(String, String)> {
            page.texts("#ready .todo .tag").into_iter().zip(page.texts("#ready .todo li > span:last-child")).collect()
        };
        let mut school = setting.app.signed_in("truong").await;
        let page = school.get("/plan").await;
        let found = list(&page);
        let tags: Vec<&str> = found.iter().map(|(tag, _)| tag.as_str()).collect();
        // the small world is in drafting: plans can be made, classes cannot be called; its calendar is empty
        assert_eq!(tags, ["Đạt", "Đạt", "Đạt", "Nên làm", "Nên làm", "Đạt", "Đạt"], "{found:?}");
        assert!(found[3].1.contains("2 trên 2 đối tượng chưa có chương trình có hiệu lực"), "{found:?}");
        assert!(page.has("form[action='/plan']") && page.has("#ready details[open]"));
        // whoever only reads is not asked to mend anything
        assert!(!setting.app.signed_in("sonoivu").await.get("/plan").await.has("#ready"));

        // an audience without a programme: the button is gone, the reason stands there, and the request is refused by the same rule
        setting.app.db().write(async |tx| tx.exec(&NO_PROGRAMMES, &[]).await).await.unwrap();
        let page = school.get("/plan").await;
        assert_eq!(list(&page)[2].0, "Phải làm");
        assert!(!page.has("form[action='/plan']"));
        assert_eq!(school.post("/plan", &[]).await.status, 422);
    }

    async fn the_page_shows_slack_on_both_bases_and_the_year_is_approved_once(db: TestDb) {
        let setting = setting(db, &plenty(), EARLY).await;
        let mut home_affairs = setting.app.signed_in("sonoivu").await;
        let none = home_affairs.get("/plan").await;
        assert_eq!((none.status, none.text_of(".empty h2")), (200, "Chưa có phương án".to_owned()));
        planned(&setting).await;

        // 48 people in two communes, all in target groups; two classes of six in the only year
        let page = home_affairs.get("/plan").await;
        assert_eq!(page.texts(".kpi .num"), ["12 / 48", "2", "12", "0 / 1 năm"]);
        let slack = page.texts("#slack tbody td");
        // nobody must be trained in this small world: every seat is slack, 1 class × 2 people × 1 year at least
        assert_eq!(slack, ["48", "0", "12", "2", "48", "0", "12", "2"]);
        assert_eq!(page.texts("#calendar tbody td.n"), ["6", "6"]);

        assert_eq!(page.texts("#years .tag"), ["Trường đang soạn"]);
    }

    async fn a_year_goes_from_the_school_over_two_bodies_to_the_standing_committee(db: TestDb) {
        let setting = setting(db, &plenty(), EARLY).await;
        planned(&setting).await;
        for (name, role) in [("bantochuc", "organisation_committee"), ("thuongvu", "standing_committee")] {
            setting.app.account(name, role, None, None).await;
        }
        let mut school = setting.app.signed_in("truong").await;
        let year = school.get("/plan").await.attributes("#years td a", "href").remove(0);
        let step = |action: &str| format!("{year}/{action}");
        let mut home_affairs = setting.app.signed_in("sonoivu").await;
        let mut organisation = setting.app.signed_in("bantochuc").await;
        let mut committee = setting.app.signed_in("thuongvu").await;
        let not_now = "Kế hoạch năm này không ở bước đó: chưa trình, chưa đủ ý kiến, hoặc cơ quan đã có ý kiến. Hãy tải lại trang.";
        // nobody agrees to what is not submitted, nobody approves what is not agreed
        let early = home_affairs.post(&step("agreement"), &[]).await;
        assert_eq!((early.status, early.text_of("[role=alert] strong")), (422, not_now.to_owned()));
        assert_eq!(school.post(&step("submission"), &[]).await.status, 303);
        assert_eq!(school.post(&step("submission"), &[]).await.status, 422);
        assert_eq!(committee.post(&step("approval"), &[("decision", "1/KH")]).await.text_of("[role=alert] strong"), not_now);
        assert_eq!(home_affairs.post(&step("agreement"), &[]).await.status, 303);
        assert_eq!(home_affairs.post(&step("agreement"), &[]).await.status, 422);
        assert!(organisation.get(&year).await.text_of("#way").contains("Còn chờ ý kiến: Ban Tổ chức"));
        // sent back, everything begins anew; a reason is needed
        let wrong = organisation.post(&step("return"), &[("reason", " ")]).await;
        assert_eq!((wrong.status, wrong.texts("#e-reason").len()), (422, 1));
        assert_eq!(organisation.post(&step("return"), &[("reason", "Quý II dồn lớp")]).await.status, 303);
        assert_eq!(school.get(&year).await.texts("h1 .tag"), ["Trường đang soạn"]);
        assert_eq!(school.post(&step("submission"), &[]).await.status, 303);
        for body in [&mut home_affairs, &mut organisation] {
            assert_eq!(body.post(&step("agreement"), &[]).await.status, 303);
        }
        assert_eq!(home_affairs.post(&step("approval"), &[("decision", "1/KH")]).await.status, 403);
        let wrong = committee.post(&step("approval"), &[("decision", "Số 😀")]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(
            wrong.text_of("#e-decision"),
            "Số quyết định: có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó."
        );
        assert_eq!(wrong.attributes("#f-decision", "value"), ["Số 😀"]);
        assert_eq!(committee.post(&step("approval"), &[("decision", " 12-KH/TU ")]).await.status, 303);
        assert_eq!(school.get("/plan").await.texts("#years .tag"), ["12-KH/TU"]);
        let again = committee.post(&step("approval"), &[("decision", "13/KH")]).await;
        assert_eq!((again.status, again.text_of("[role=alert] strong")), (422, "Năm này đã được phê duyệt.".to_owned()));
        let page = school.get(&year).await;
        assert_eq!(page.texts(".timeline b"), ["Trình", "Thống nhất", "Trả lại", "Trình", "Thống nhất", "Thống nhất"]);
        assert_eq!(page.texts("#way form").len(), 0);
    }

    async fn the_plan_of_a_year_is_a_paper_with_classes_quotas_and_money(db: TestDb) {
        let setting = setting(db, &plenty(), EARLY).await;
        planned(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let year = school.get("/plan").await.attributes("#years td a", "href").remove(0);
        let page = school.get(&year).await;
        assert_eq!(page.texts("#classes tbody td.n"), ["6", "6"]);
        // every seat of the year stands in the table of quotas
        let seats: i64 = page.texts("#quotas tbody b").iter().map(|n| n.parse::<i64>().unwrap()).sum();
        assert_eq!((seats, page.texts("#quotas tbody tr").len()), (12, 2));
        for (ending, begins) in [("pdf", &b"%PDF"[..]), ("docx", b"PK"), ("xlsx", b"PK")] {
            let paper = school.get(&format!("{year}/paper.{ending}")).await;
            assert_eq!(paper.status, 200);
            assert!(paper.bytes.starts_with(begins), "{ending}");
        }
        let paper = words(&school.get(&format!("{year}/paper.pdf")).await.bytes).join(" ");
        for said in ["KẾ HOẠCH", "năm 2026", "Bảng 1. Các lớp theo tuần", "Chưa có mức chi một lớp"] {
            assert!(paper.contains(said), "{said}: {paper}");
        }
        // with an estimate of what a class costs it is counted
        let room = school.get("/plan").await.attributes(".pagehead a", "href").remove(0);
        let on = school.get(&room).await.attributes("#rules [name=on]", "value");
        let mut typed: Vec<(&str, &str)> = on.iter().map(|code| ("on", code.as_str())).collect();
        typed.push(("class_cost", "150"));
        let draft = school.post(&format!("{room}/settings"), &typed).await.location().split('?').next().unwrap().to_owned();
        assert_eq!(school.post(&format!("{draft}/adoption"), &[]).await.status, 303);
        let year = school.get("/plan").await.attributes("#years td a", "href").remove(0);
        let said = words(&school.get(&format!("{year}/paper.pdf")).await.bytes).join(" ");
        assert!(said.contains("2 lớp × 150.000.000 đồng = 300.000.000 đồng"), "{said}");
    }

    async fn a_new_plan_leaves_approved_years_and_settled_people_alone(db: TestDb) {
        let setting = setting(db, &plenty(), EARLY).await;
        assert_eq!(asked(&setting, "2026-02-23").await, (48, 0));
        // two plans before any approval: the newer one is the one in effect
        planned(&setting).await;
        planned(&setting).await;
        let mut conn = setting.app.db().read().await.unwrap();
        let years = plan_years(&mut conn, setting.province.scheme).await.unwrap();
        assert_eq!(years.iter().map(|y| (y.year, y.classes, y.seats)).collect::<Vec<_>>(), [(2026, 2, 12)]);
        drop(conn);
        setting.called(6).await;
        // the year is approved: its twelve people are expected in classes to come, and no year is left
        assert_eq!(asked(&setting, "2026-02-23").await, (36, 12));
        let mut school = setting.app.signed_in("truong").await;
        let refused = school.post("/plan", &[]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(
            refused.text_of("[role=alert] strong"),
            "Không còn tuần nào để xếp: mọi năm đã được duyệt hoặc đề án đã kết thúc."
        );
        // once the weeks are over, whoever was not sent waits again
        assert_eq!(asked(&setting, "2026-12-01").await, (48, 0));
    }

    async fn a_plan_that_cannot_be_is_refused_with_what_is_missing(db: TestDb) {
        // two people of an office at most: 16 people cannot fill a class of 40
        let small = Small { offices: 2, people: 4, sizes: (40, 60), ..Small::default() };
        let setting = setting(db, &small, EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let refused = school.post("/plan", &[]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(
            refused.text_of("[role=alert] strong"),
            "Năm 2026 chỉ xếp được 0 lớp, quy định ít nhất 1: thiếu 1 lớp."
        );
        let mut conn = setting.app.db().read().await.unwrap();
        assert_eq!(plan_years(&mut conn, setting.province.scheme).await.unwrap(), []);
    }

    async fn a_year_under_way_is_planned_for_the_weeks_that_it_has_left(db: TestDb) {
        let setting = setting(db, &plenty(), EARLY).await;
        let begun = async |day: &str| {
            let mut conn = setting.app.db().read().await.unwrap();
            let scheme = scheme::of(&mut conn, &setting.school).await.unwrap().unwrap();
            let gathered = gather(&mut conn, &scheme, day.parse().unwrap(), &Wishes::default()).await.unwrap();
            gathered.instance.limits(2026).least
        };
        assert_eq!((begun("2026-02-23").await, begun("2026-06-15").await), (1, 0));
        // the scheme asks for more classes than one week can hold: the year is planned all the same and says so
        setting.app.db().write(async |tx| tx.exec(&MORE_CLASSES, &[]).await).await.unwrap();
        let late = setting.later("2026-12-08T08:00");
        let mut school = late.app.signed_in("truong").await;
        assert_eq!(school.post("/plan", &[]).await.status, 303);
        let page = school.get("/plan").await;
        assert_eq!(page.texts("#years tbody td.n:nth-of-type(1)"), ["2dưới 3"]);
    }

    async fn the_forecast_says_how_likely_the_target_is_and_what_is_late(db: TestDb) {
        let setting = setting(db, &Small { years: 2, classes: 4, ..plenty() }, EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let none = school.get("/plan/forecast").await;
        assert_eq!((none.status, none.text_of("[role=alert] strong")), (422, "Chưa có phương án để dự báo.".to_owned()));
        setting.app.db().write(async |tx| tx.exec(&TARGET, &[]).await).await.unwrap();
        planned(&setting).await;
        let page = school.get("/plan/forecast").await;
        // 48 people, eight classes of six: all of them would have to come and stay
        assert_eq!(page.texts("#ahead tbody th"), ["2026", "2027"]);
        let likely = page.texts("#ahead tbody b");
        assert_eq!(likely.first().unwrap(), "0,0 %");
        assert!(page.texts("ul li").iter().any(|l| l.contains("lớp cho")), "{:?}", page.texts("ul li"));
        let seen = page.texts("ul li").join("; ");
        assert!(seen.contains("Không hoàn thành: 0 trong 0 lượt"), "{seen}");
        let late = page.texts("#late li");
        assert!(late.iter().any(|l| l.contains("Kế hoạch năm 2026 chưa được phê duyệt")), "{late:?}");
        assert!(late.iter().any(|l| l.contains("Chưa biết kinh phí năm 2026")), "{late:?}");
        // the same figures give the same forecast
        assert_eq!(school.get("/plan/forecast").await.texts("#ahead td"), page.texts("#ahead td"));
        // somebody left: it is counted
        setting.ends_post(setting.province.people[3], "2026-02-20").await;
        let after = school.get("/plan/forecast").await.texts("ul li").join("; ");
        assert!(after.contains("Rời chức vụ trong 12 tháng: 1 trong 48 người"), "{after}");
        assert_eq!(setting.app.signed_in("xa-00001").await.get("/plan/forecast").await.status, 403);
    }

    async fn composing_after_the_last_year_finds_no_week(db: TestDb) {
        let setting = setting(db, &plenty(), EARLY).await;
        let late = setting.app.db().at(Arc::new(FixedClock::morning_of("2031-01-05".parse().unwrap())));
        let refused = compose_plan(&late, &Permit::check(&setting.school).unwrap()).await.unwrap_err();
        assert!(matches!(refused, ComposeError::NoWeeks), "{refused:?}");
    }

    async fn who_may_not_compose_or_read_the_plan_is_told(db: TestDb) {
        let setting = setting(db, &plenty(), EARLY).await;
        planned(&setting).await;
        let reader: Actor = setting.actor("tuyengiao").await;
        assert!(Permit::<teaching::planning::ComposePlan>::check(&reader).is_err());
        let mut officer = setting.app.signed_in("xa-00001").await;
        assert_eq!(officer.get("/plan").await.status, 403);
        let mut propaganda = setting.app.signed_in("tuyengiao").await;
        let page = propaganda.get("/plan").await;
        assert_eq!((page.status, page.attributes("main form", "action")), (200, Vec::new()));
        assert_eq!(propaganda.post("/plan", &[]).await.status, 403);
    }
}
