//! A class from the call to its opening; tests named after what users of other systems complain about.

use std::sync::Arc;

use kernel::{ClassId, FixedClock, PersonId};
use store::Db;
use teaching::{
    classes::{self, ClassError, Finding, accept, nominate, nomination_of, open_class, proposed, withdraw},
    testing::Small,
};
use testkit::db_test;
use web::Permit;

use crate::setting::{Setting, setting};

/// Between the call and the deadline of the first class.
const NOMINATING: &str = "2026-02-25T08:00";

/// After the deadline, before the first day: quotas have lapsed.
async fn after_deadline(setting: &Setting, class: ClassId) -> Db {
    let line = classes::class(&mut setting.app.db().read().await.unwrap(), &setting.school, class).await.unwrap();
    setting.app.db().at(Arc::new(FixedClock::morning_of(line.unwrap().nominate_by + chrono::Days::new(1))))
}

async fn seats(setting: &Setting, class: ClassId) -> (i64, i64, i64) {
    let line = classes::class(&mut setting.app.db().read().await.unwrap(), &setting.school, class).await.unwrap();
    let line = line.unwrap();
    (line.proposed, line.accepted, line.waiting)
}

/// People of a commune who can be sent one by one: specialists of different offices.
fn specialists(setting: &Setting, small: &Small, commune: usize) -> Vec<PersonId> {
    let per_commune = small.offices * small.people;
    let place = |office: usize, n: usize| commune * per_commune + office * small.people + n;
    (0..small.offices)
        .flat_map(|office| (2..small.people).map(move |n| (office, n)))
        .map(|(office, n)| *setting.province.people.get(place(office, n)).unwrap())
        .collect()
}

fn loose() -> Small {
    Small { offices: 4, people: 6, sizes: (2, 6), office_absent_percent: 100, ..Small::default() }
}

db_test! {
    async fn a_class_gets_number_quota_and_half_days_from_the_plan(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let class = setting.called(6).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = school.get(&format!("/classes/{class}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text_of("h1").starts_with("Lớp 01/2026"), "{}", page.text_of("h1"));
        // two communes with equal people share six seats
        assert_eq!(page.texts("tr.warn td.n:nth-of-type(1)"), ["3", "3"]);
        let half_days = classes::half_days(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        assert_eq!(half_days.iter().map(|h| h.periods).sum::<i64>(), 40);
        assert_eq!(half_days.first().map(|h| (h.part.as_str(), h.topics.as_str())), Some(("sang", "Chuyên đề 1")));
    }

    async fn row_31_and_32_a_commune_sends_several_within_its_quota_and_the_rest_wait(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        let mut officer = setting.app.signed_in("xa-00001").await;
        let here = format!("/classes/{class}/nominations");
        let ids: Vec<String> = people.iter().take(4).map(ToString::to_string).collect();
        let form: Vec<(&str, &str)> = ids.iter().map(|id| ("person", id.as_str())).collect();
        let reply = officer.post(&here, &form).await;
        assert_eq!((reply.status, reply.location()), (303, here.as_str()));
        let page = officer.get(&here).await;
        assert_eq!(page.text_of(".flash.good"), "Đã cử: 3 người có chỗ, 1 người chờ chỗ.");
        assert_eq!(seats(&setting, class).await, (3, 0, 1));
    }

    async fn row_28_one_place_per_person_and_every_refusal_is_explained(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let person = *specialists(&setting, &small, 0).first().unwrap();
        nominate(setting.app.db(), &permit, class, &[person], false).await.unwrap();
        let Err(ClassError::Findings(found)) = nominate(setting.app.db(), &permit, class, &[person], true).await else {
            panic!("a second place was given");
        };
        assert_eq!(found, [(person, Finding::AlreadyHere)]);
        let mut officer = setting.app.signed_in("xa-00001").await;
        let form = [("person", person.to_string())];
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let reply = officer.post(&format!("/classes/{class}/nominations"), &form).await;
        assert_eq!(reply.status, 422);
        assert!(reply.text_of("[role=alert]").contains("đã có trong danh sách lớp này."));
        assert_eq!(seats(&setting, class).await, (1, 0, 0));
    }

    async fn head_and_deputy_together_need_a_confirmation(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let both = [*setting.province.people.first().unwrap(), *setting.province.people.get(1).unwrap()];
        let refused = nominate(setting.app.db(), &permit, class, &both, false).await.unwrap_err();
        assert_eq!(refused.to_string(), "2 findings");
        assert_eq!(seats(&setting, class).await, (0, 0, 0));
        let done = nominate(setting.app.db(), &permit, class, &both, true).await.unwrap();
        assert_eq!((done.proposed, done.waiting), (2, 0));
    }

    async fn a_person_of_another_commune_does_not_exist_for_the_officer(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let stranger = *specialists(&setting, &small, 1).first().unwrap();
        let mut officer = setting.app.signed_in("xa-00001").await;
        let id = stranger.to_string();
        let reply = officer.post(&format!("/classes/{class}/nominations"), &[("person", &id)]).await;
        assert_eq!(reply.status, 404);
        let page = officer.get(&format!("/classes/{class}/nominations")).await;
        assert!(!page.body.contains(&id), "a stranger is shown");
        let own = specialists(&setting, &small, 0);
        assert!(page.body.contains(&own.first().unwrap().to_string()), "nothing is shown at all");
        assert_eq!(seats(&setting, class).await, (0, 0, 0));
    }

    async fn row_27_a_freed_seat_goes_to_the_waiting_list_by_itself(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let people = specialists(&setting, &small, 0);
        nominate(setting.app.db(), &permit, class, people.get(..4).unwrap(), true).await.unwrap();
        let (first, fourth) = (*people.first().unwrap(), *people.get(3).unwrap());
        let mut conn = setting.app.db().read().await.unwrap();
        let gone = nomination_of(&mut conn, class, first).await.unwrap().unwrap();
        let silent = withdraw(setting.app.db(), &permit, class, gone, "  ").await.unwrap_err();
        assert_eq!(silent.to_string(), "no reason");
        assert_eq!(withdraw(setting.app.db(), &permit, class, gone, "Ốm").await.unwrap(), 1);
        assert_eq!(seats(&setting, class).await, (3, 0, 0));
        // who left may come back, at the end of the line
        let again = nominate(setting.app.db(), &permit, class, &[first], true).await.unwrap();
        assert_eq!((again.proposed, again.waiting), (0, 1));
        let risen = nomination_of(&mut conn, class, fourth).await.unwrap().unwrap();
        assert!(proposed(&mut conn, class).await.unwrap().contains(&risen));
    }

    async fn row_29_the_school_accepts_then_opens_and_says_why_not(db: TestDb) {
        let small = Small { sizes: (3, 6), ..loose() };
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let db = setting.app.db();
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let school = Permit::check(&setting.school).unwrap();
        let people = specialists(&setting, &small, 0);
        nominate(db, &permit, class, people.get(..2).unwrap(), true).await.unwrap();
        let opens = Permit::check(&setting.school).unwrap();
        assert_eq!(open_class(db, &opens, class, "").await.unwrap_err().to_string(), "2 not decided");
        let waiting = proposed(&mut db.read().await.unwrap(), class).await.unwrap();
        assert_eq!(accept(db, &school, class, &waiting).await.unwrap(), 2);
        let mut client = setting.app.signed_in("truong").await;
        let reply = client.post(&format!("/classes/{class}/opening"), &[("reason", "")]).await;
        assert_eq!(reply.status, 422);
        assert!(reply.text_of("main").contains("Mới duyệt 2 người, Đề án quy định ít nhất 3."));
        let reply = client.post(&format!("/classes/{class}/opening"), &[("reason", "Vùng cao, mưa lũ")]).await;
        assert_eq!(reply.status, 303);
        let page = client.get(&format!("/classes/{class}")).await;
        assert_eq!(page.texts(".timeline b"), ["Cử học viên", "Đã mở lớp"]);
    }

    async fn row_36_two_hundred_claims_at_once_never_pass_the_seats(db: TestDb) {
        let small = Small { offices: 10, people: 10, sizes: (2, 9), office_absent_percent: 100, ..Small::default() };
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(9).await;
        let late = after_deadline(&setting, class).await;
        let mut claims = Vec::new();
        for (number, person) in setting.province.people.iter().enumerate() {
            let officer = setting.officers.get(number / 100).unwrap().clone();
            let (db, person) = (late.clone(), *person);
            claims.push(tokio::spawn(async move {
                nominate(&db, &Permit::check(&officer).unwrap(), class, &[person], true).await.unwrap()
            }));
        }
        let mut sums = (0, 0);
        for claim in claims {
            let done = claim.await.unwrap();
            sums = (sums.0 + done.proposed, sums.1 + done.waiting);
        }
        assert_eq!(sums, (9, 191));
        assert_eq!(seats(&setting, class).await, (9, 0, 191));
    }
}
