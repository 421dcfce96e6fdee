//! A small world with known figures: two communes of thirteen people, one of each outside the target groups; one
//! class of five held in the first week of March 2026, four of them completed it.

use std::sync::Arc;

use kernel::{Actor, ClassId, FixedClock, PersonId, Score};
use learning::{
    attendance::{Mark, Status, take_roll_call},
    results::{DecisionInput, decide, give_scores},
};
use people::registry::add_people;
use store::{By, Db};
use teaching::{
    classes::{accept, nominate, open_class, proposed},
    testing::{Province, Small, approve_everything, call_first},
};
use testkit::{Client, Reply, TestApp, TestDb};
use web::Permit;

/// When the board is looked at.
pub const LATER: &str = "2026-03-20T09:00";

pub struct Setting {
    pub app: TestApp,
    pub province: Province,
    pub school: Actor,
    pub officers: [Actor; 2],
    pub head: Actor,
}

fn small() -> Small {
    Small { offices: 2, people: 6, sizes: (2, 6), office_absent_percent: 100, ..Small::default() }
}

pub fn on(db: &Db, day: &str) -> Db {
    db.at(Arc::new(FixedClock::morning_of(day.parse().unwrap())))
}

/// The province with an account of each role and an approved plan of its only year; no class yet.
pub async fn setting(db: TestDb, when: &str) -> Setting {
    setting_of(db, when, &small()).await
}

/// The same over two years, of which the first is approved.
pub async fn two_years(db: TestDb, when: &str) -> Setting {
    setting_of(db, when, &Small { years: 2, ..small() }).await
}

async fn setting_of(db: TestDb, when: &str, small: &Small) -> Setting {
    let areas = [people::area(), teaching::area(), learning::area(), oversight::area()];
    let app = TestApp::new(db, areas, when).await;
    let province = small.load(app.db()).await;
    let school = app.account("truong", "school_training", None, None).await;
    let head = app.account("hieutruong", "school_head", None, None).await;
    let appraiser = app.account("tuyengiao", "propaganda", None, None).await;
    let home_affairs = app.account("sonoivu", "home_affairs", None, None).await;
    let officers = [
        app.account("xa-00001", "commune_officer", Some(province.communes[0]), None).await,
        app.account("xa-00002", "commune_officer", Some(province.communes[1]), None).await,
    ];
    app.account("thuongvu", "standing_committee", None, None).await;
    app.account("quantri", "administrator", None, None).await;
    approve_everything(app.db(), &province, &school, [&appraiser, &head, &home_affairs]).await;
    let keys = [small.person(900, 1, 1, "KEY"), small.person(901, 2, 1, "KEY")];
    add_people(app.db(), By::System("test"), &keys).await.unwrap();
    Setting { app, province, school, officers, head }
}

impl Setting {
    /// A specialist: the commune, the office, and which of its four.
    pub fn person(&self, commune: usize, office: usize, which: usize) -> PersonId {
        *self.province.people.get(commune * 12 + office * 6 + 2 + which).unwrap()
    }

    /// The five of the class, three of the first commune; the last one misses three half-days.
    pub fn five(&self) -> [PersonId; 5] {
        [self.person(0, 0, 0), self.person(0, 0, 1), self.person(0, 1, 0), self.person(1, 0, 0), self.person(1, 1, 0)]
    }

    /// The first class with everything that happens to it.
    pub async fn held(&self) -> ClassId {
        let db = self.app.db();
        let class = call_first(db, &self.province, &self.school, 6, None).await;
        let five = self.five();
        let (first, second) = five.split_at(3);
        let nominating = on(db, "2026-02-25");
        for (officer, people) in self.officers.iter().zip([first, second]) {
            nominate(&nominating, &Permit::check(officer).unwrap(), class, people, true).await.unwrap();
        }
        let before = on(db, "2026-02-28");
        let ids = proposed(&mut db.read().await.unwrap(), class).await.unwrap();
        assert_eq!(ids.len(), 5);
        accept(&before, &Permit::check(&self.school).unwrap(), class, &ids).await.unwrap();
        open_class(&before, &Permit::check(&self.school).unwrap(), class, "").await.unwrap();
        for half_day in 1..=10_i64 {
            let then = on(db, &format!("2026-03-{:02}", 2 + (half_day - 1) / 2));
            let absent = Mark { person: five[4], status: Status::Absent, reason: String::new() };
            let marks: Vec<Mark> = (half_day <= 3).then_some(absent).into_iter().collect();
            take_roll_call(&then, &Permit::check(&self.school).unwrap(), class, half_day, 0, &marks).await.unwrap();
        }
        let scores: Vec<(PersonId, Score)> = five.iter().map(|p| (*p, Score::from_hundredths(750).unwrap())).collect();
        give_scores(&on(db, "2026-03-10"), &Permit::check(&self.school).unwrap(), class, &scores).await.unwrap();
        let signed_on = "2026-03-12".parse().unwrap();
        let input = DecisionInput { number: "21/QĐ-TTN".to_owned(), signed_on, signed_by: "Người Ký".to_owned() };
        decide(&on(db, "2026-03-12"), &Permit::check(&self.head).unwrap(), class, &input).await.unwrap();
        class
    }

    pub async fn page(&self, who: &str, path: &str) -> Reply {
        let reply = self.app.signed_in(who).await.get(path).await;
        assert_eq!(reply.status, 200, "{who} {path}");
        reply
    }
}

/// Rows of the list behind a link.
pub async fn rows(client: &mut Client, href: &str) -> usize {
    let reply = client.get(href).await;
    assert_eq!(reply.status, 200, "{href}");
    reply.texts("main tbody tr").len()
}
