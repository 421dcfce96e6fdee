//! An approved year is adjusted by a new decision: what was called stays, the former version stays readable, and nobody writes over another.

use kernel::{ClassId, PlanId};
use teaching::{
    planning::{ComposePlan, PlanError, adjust, agree_year, approve_year, plan_years, submit_year},
    testing::{Small, approve_year_of},
};
use testkit::{Client, Reply, db_test, paper::words};
use web::Permit;

use crate::setting::{Setting, setting};

store::sql!(PLAN_OF, "SELECT p.plan_id FROM class c JOIN plan_class p ON p.id = c.plan_class_id WHERE c.id = $1");
store::sql!(
    SEATED,
    "SELECT COUNT(DISTINCT s.person_id) FROM v_planning_class c JOIN plan_seat s ON s.plan_class_id = c.plan_class_id"
);

/// Before the first teaching day.
const EARLY: &str = "2026-02-23T08:00";

fn two_years() -> Small {
    Small { offices: 4, people: 6, sizes: (4, 6), office_absent_percent: 100, classes: 4, years: 2, ..Small::default() }
}

/// The first year approved by 1/KH, its first class called; and the page of the year.
async fn begun(db: testkit::TestDb) -> (Setting, ClassId, Client, String) {
    let setting = setting(db, &two_years(), EARLY).await;
    setting.app.account("bantochuc", "organisation_committee", None, None).await;
    setting.app.account("thuongvu", "standing_committee", None, None).await;
    let class = setting.called(6).await;
    let mut school = setting.app.signed_in("truong").await;
    let year = school.get("/plan").await.attributes("#years a[href$='/years/2026']", "href").remove(0);
    (setting, class, school, year)
}

fn bare(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{:?}", reply.texts("[role=alert] strong"));
    reply.location().split('?').next().unwrap().to_owned()
}

/// The Mondays of weeks with classes that may move.
fn free(page: &Reply) -> Vec<String> {
    let of = page.attributes("[data-week]:has(a.chip)", "id");
    of.into_iter().map(|id| id.trim_start_matches("w-").to_owned()).collect()
}

async fn plan_of(setting: &Setting, class: ClassId) -> PlanId {
    let row: (PlanId,) = setting.app.db().read().await.unwrap().one(&PLAN_OF, &[&class]).await.unwrap();
    row.0
}

async fn seated(setting: &Setting) -> i64 {
    let row: (i64,) = setting.app.db().read().await.unwrap().one(&SEATED, &[]).await.unwrap();
    row.0
}

/// The plan and the year of the address of a year.
fn at(address: &str) -> (PlanId, i64) {
    let parts: Vec<&str> = address.split('/').collect();
    (parts[2].parse().unwrap(), parts[4].parse().unwrap())
}

fn id(address: &str) -> PlanId {
    address.rsplit('/').next().unwrap().parse().unwrap()
}

db_test! {
    async fn an_approved_year_is_adjusted_by_a_new_decision_and_what_was_called_stays(db: TestDb) {
        let (setting, class, mut school, former) = begun(db).await;
        let everybody = seated(&setting).await;
        assert!(school.get(&former).await.has("form[action$='/adjustment']"));
        let draft = bare(&school.post(&format!("{former}/adjustment"), &[]).await);
        let room = school.get(&format!("{draft}?year=2026")).await;
        assert_eq!((room.texts("span.chip").len(), room.texts("a.chip").len()), (1, 3), "the called class stays");
        let called = room.attributes("[data-week]:has(span.chip)", "id").remove(0);
        // a change of the calendar: one week of the year holds no class
        let week = free(&room).pop().unwrap();
        let draft = bare(&school.post(&format!("{draft}/week"), &[("week", &week)]).await);
        let room = school.get(&format!("{draft}?year=2026")).await;
        assert_eq!((room.texts("span.chip").len(), room.texts("a.chip").len()), (1, 3));
        assert_eq!(room.attributes("[data-week]:has(span.chip)", "id"), [called]);
        assert!(!free(&room).contains(&week));
        assert!(!room.texts("#words li").iter().any(|w| w.contains("không còn lớp")), "{:?}", room.texts("#words li"));
        // it goes by a decision, not by a button
        assert!(!room.has("form[action$='/adoption']"));
        let refused = school.post(&format!("{draft}/adoption"), &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("[role=alert] strong").starts_with("Phương án này điều chỉnh một năm đã duyệt"));
        let year = room.attributes(".pagehead a.primary", "href").remove(0);
        let page = school.get(&year).await;
        assert_eq!(page.texts("h1 .tag"), ["Trường đang soạn"]);
        assert!(page.texts("#changes li").iter().any(|c| c.contains("chuyển từ tuần")), "{:?}", page.texts("#changes li"));
        assert_eq!(page.texts("#classes tbody tr").len(), 4, "the whole year, with what was called");
        let mut reader = setting.app.signed_in("tuyengiao").await;
        assert_eq!(reader.get(&year).await.status, 404, "a draft");
        // until it is approved the former version is the plan
        assert_eq!(school.post(&format!("{year}/submission"), &[]).await.status, 303);
        assert_eq!(school.get("/plan").await.texts("#years td .tag")[0], "1/KH");
        assert!(school.get("/plan").await.texts("#years tbody tr")[0].contains("Đang điều chỉnh: chờ ý kiến"));
        assert!(!reader.get("/plan").await.texts("#years tbody tr")[0].contains("Đang điều chỉnh"));
        // what lies before the bodies is not removed and gives way to nothing
        let refused = school.post(&format!("{draft}/removal"), &[]).await;
        assert_eq!(refused.status, 422);
        let other = bare(&school.post(&format!("{draft}/week"), &[("week", &week)]).await);
        assert_ne!(other, draft);
        assert_eq!(school.get(&draft).await.status, 200);
        let mut committee = setting.app.signed_in("thuongvu").await;
        assert_eq!(committee.post(&format!("{year}/approval"), &[("decision", "2/QĐ")]).await.status, 422, "nobody agreed yet");
        for body in ["sonoivu", "bantochuc"] {
            let mut body = setting.app.signed_in(body).await;
            assert_eq!(body.post(&format!("{year}/agreement"), &[]).await.status, 303);
        }
        assert_eq!(committee.get(&draft).await.status, 200);
        assert_eq!(committee.post(&format!("{year}/approval"), &[("decision", "2/QĐ")]).await.status, 303);
        // the new version is the plan, everybody keeps a place, and the called class goes with it
        let mut conn = setting.app.db().read().await.unwrap();
        let years = plan_years(&mut conn, setting.province.scheme).await.unwrap();
        drop(conn);
        let said: Vec<_> = years.iter().map(|y| (y.year, y.plan_id, y.classes, y.decision_number.as_deref())).collect();
        assert_eq!(said, [(2026, id(&draft), 4, Some("2/QĐ")), (2027, id(&draft), 4, None)]);
        assert_eq!(seated(&setting).await, everybody);
        assert_eq!(plan_of(&setting, class).await, id(&draft));
        assert_eq!(school.get(&format!("/classes/{class}")).await.status, 200);
        // both versions are read by everybody who reads the plan, and say each other's number; on paper too
        let now = reader.get(&year).await;
        assert!(now.text_of("h1").ends_with("đã duyệt · 2/QĐ") && now.text_of(".pagehead").contains("1/KH"));
        let then = reader.get(&former).await;
        assert!(then.text_of("h1").ends_with("đã duyệt · 1/KH"));
        assert!(then.text_of(".pagehead").contains("Đã được thay bằng kế hoạch điều chỉnh tại 2/QĐ"));
        assert_eq!(then.texts("#classes tbody tr").len(), 4);
        let paper = words(&reader.get(&format!("{year}/paper.pdf")).await.bytes).join(" ");
        assert!(paper.contains("Thay kế hoạch đã duyệt tại 1/KH") && paper.contains("chuyển từ tuần"), "{paper}");
        // the next class is called from the new version; what is over is adjusted no more
        let next = setting.called_too(6).await;
        assert_eq!(plan_of(&setting, next).await, id(&draft));
        assert_eq!(school.post(&format!("{former}/submission"), &[]).await.status, 404);
        assert_eq!(school.post(&format!("{year}/submission"), &[]).await.status, 422);
        assert_eq!(school.post(&format!("{former}/adjustment"), &[]).await.status, 422, "another version took its place");
        // and it can be adjusted once more, with two called classes
        let again = bare(&school.post(&format!("{year}/adjustment"), &[]).await);
        let room = school.get(&format!("{again}?year=2026")).await;
        assert_eq!((room.texts("span.chip").len(), room.texts("a.chip").len()), (2, 2));
    }

    async fn a_class_called_meanwhile_goes_with_the_year_or_stops_the_decision(db: TestDb) {
        let (setting, _, mut school, former) = begun(db).await;
        let draft = bare(&school.post(&format!("{former}/adjustment"), &[]).await);
        let kept = free(&school.get(&format!("{draft}?year=2026")).await);
        // two officers: one closes the week of the last class, the other leaves everything where it is
        let closed = bare(&school.post(&format!("{draft}/week"), &[("week", kept.last().unwrap())]).await);
        let same = adjust(setting.app.db(), &Permit::check(&setting.school).unwrap(), at(&former)).await.unwrap();
        let second = setting.called_too(6).await;
        let third = setting.called_too(6).await;
        let fourth = setting.called_too(6).await;
        // the last class is called in the week that was closed: there is no place for it
        let refused = school.post(&format!("/plan/{}/years/2026/submission", id(&closed)), &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("[role=alert] strong").contains("một lớp đã chiêu sinh mà bản này không còn tuần"));
        // made on as it stands now it has
        let again = bare(&school.post(&format!("{closed}/settings"), &[("how", "little")]).await);
        let room = school.get(&format!("{again}?year=2026")).await;
        assert_eq!((room.texts("span.chip").len(), room.texts("a.chip").len()), (4, 0));
        let home_affairs = setting.actor("sonoivu").await;
        approve_year_of(setting.app.db(), &setting.school, &home_affairs, same, 2026).await;
        for class in [second, third, fourth] {
            assert_eq!(plan_of(&setting, class).await, same);
        }
    }

    async fn one_of_two_adjustments_wins_and_a_year_that_is_not_approved_needs_none(db: TestDb) {
        let (setting, _, mut school, former) = begun(db).await;
        let plan = former.split('/').nth(2).unwrap();
        let refused = school.post(&format!("/plan/{plan}/years/2027/adjustment"), &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("[role=alert] strong").starts_with("Năm này chưa được duyệt"));
        assert!(!school.get(&format!("/plan/{plan}/years/2027")).await.has("form[action$='/adjustment']"));
        let mut officer = setting.app.signed_in("sonoivu").await;
        assert_eq!(officer.post(&format!("{former}/adjustment"), &[]).await.status, 403);
        let permit: Permit<ComposePlan> = Permit::check(&setting.school).unwrap();
        let db = setting.app.db();
        let (one, two) = (adjust(db, &permit, at(&former)).await.unwrap(), adjust(db, &permit, at(&former)).await.unwrap());
        let role = |role: &str| {
            let rights = people::accounts::ROLES.iter().find(|r| r.code == role).unwrap().rights;
            kernel::Actor { role: role.to_owned(), rights: rights.iter().copied().collect(), ..setting.school.clone() }
        };
        for plan in [one, two] {
            submit_year(db, &permit, plan, 2026).await.unwrap();
            for body in ["home_affairs", "organisation_committee"] {
                agree_year(db, &Permit::check(&role(body)).unwrap(), plan, 2026).await.unwrap();
            }
        }
        let committee = &role("standing_committee");
        let approve = |plan| async move { approve_year(db, &Permit::check(committee).unwrap(), plan, 2026, "2/QĐ").await };
        let (first, second) = tokio::join!(approve(one), approve(two));
        let refused = [first, second].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(matches!(refused[..], [PlanError::Overtaken]), "{refused:?}");
    }
}
