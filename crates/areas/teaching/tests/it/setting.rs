//! The people of a test: one account of each duty.

use kernel::{Actor, ClassId, PersonId};
use teaching::{
    classes,
    testing::{Province, Small, approve_everything, call_first},
};
use testkit::{TestApp, TestDb};

/// Between the call and the deadline of the first class.
pub const NOMINATING: &str = "2026-02-25T08:00";

store::sql!(NAME, "SELECT full_name FROM v_registry_person WHERE person_id = $1");
store::sql!(END_POST, "UPDATE assignment SET valid_to = $2 WHERE person_id = $1");

pub struct Setting {
    pub app: TestApp,
    pub province: Province,
    pub school: Actor,
    pub officers: [Actor; 2],
}

/// A province with a programme in drafting, at eight in the morning of a day.
pub async fn setting(db: TestDb, small: &Small, when: &str) -> Setting {
    let app = TestApp::new(db, [people::area(), teaching::area()], when).await;
    let province = small.load(app.db()).await;
    let school = app.account("truong", "school_training", None, None).await;
    let officers = [
        app.account("xa-00001", "commune_officer", Some(province.communes[0]), None).await,
        app.account("xa-00002", "commune_officer", Some(province.communes[1]), None).await,
    ];
    app.account("tuyengiao", "propaganda", None, None).await;
    app.account("hieutruong", "school_head", None, None).await;
    app.account("sonoivu", "home_affairs", None, None).await;
    app.account("gv01", "lecturer", None, None).await;
    app.account("gv02", "lecturer", None, None).await;
    Setting { app, province, school, officers }
}

impl Setting {
    /// The account of a duty.
    pub async fn actor(&self, username: &str) -> Actor {
        let mut conn = self.app.db().read().await.unwrap();
        people::accounts::actor_by_username(&mut conn, username).await.unwrap().unwrap()
    }

    /// The name of somebody.
    pub async fn name(&self, person: PersonId) -> String {
        let row: (String,) = self.app.db().read().await.unwrap().one(&NAME, &[&person]).await.unwrap();
        row.0
    }

    /// Somebody leaves their post on a day.
    pub async fn ends_post(&self, person: PersonId, on: &str) {
        let on: chrono::NaiveDate = on.parse().unwrap();
        self.app.db().write(async |tx| tx.exec(&END_POST, &[&person, &on]).await).await.unwrap();
    }

    /// Programmes in force, the plan approved.
    pub async fn approved(&self) {
        let others = [self.actor("tuyengiao").await, self.actor("hieutruong").await, self.actor("sonoivu").await];
        let [appraiser, head, home_affairs] = &others;
        approve_everything(self.app.db(), &self.province, &self.school, [appraiser, head, home_affairs]).await;
    }

    /// Everything approved, the first class called with `seats`.
    pub async fn called(&self, seats: i64) -> ClassId {
        self.approved().await;
        call_first(self.app.db(), &self.province, &self.school, seats, None).await
    }

    /// One more class of the plan.
    pub async fn called_too(&self, seats: i64) -> ClassId {
        call_first(self.app.db(), &self.province, &self.school, seats, None).await
    }

    /// Everything as it is, at another moment.
    pub fn later(self, when: &str) -> Self {
        let app = self.app.later([people::area(), teaching::area()], when);
        Self { app, ..self }
    }
}

/// A province in which hardly anything speaks against anybody.
pub fn loose() -> Small {
    Small { offices: 4, people: 6, sizes: (2, 6), office_absent_percent: 100, ..Small::default() }
}

/// People proposed, accepted and waiting.
pub async fn seats(setting: &Setting, class: ClassId) -> (i64, i64, i64) {
    let line = classes::class(&mut setting.app.db().read().await.unwrap(), &setting.school, class).await.unwrap();
    let line = line.unwrap();
    (line.proposed, line.accepted, line.waiting)
}

/// People of a commune who can be sent one by one: specialists of different offices.
pub fn specialists(setting: &Setting, small: &Small, commune: usize) -> Vec<PersonId> {
    let per_commune = small.offices * small.people;
    let place = |office: usize, n: usize| commune * per_commune + office * small.people + n;
    (0..small.offices)
        .flat_map(|office| (2..small.people).map(move |n| (office, n)))
        .map(|(office, n)| *setting.province.people.get(place(office, n)).unwrap())
        .collect()
}
