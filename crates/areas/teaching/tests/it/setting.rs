//! The people of a test: one account of each duty.

use kernel::{Actor, ClassId};
use teaching::testing::{Province, Small, approve_everything, call_first};
use testkit::{TestApp, TestDb};

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
    Setting { app, province, school, officers }
}

impl Setting {
    /// The account of a duty.
    pub async fn actor(&self, username: &str) -> Actor {
        let mut conn = self.app.db().read().await.unwrap();
        people::accounts::actor_by_username(&mut conn, username).await.unwrap().unwrap()
    }

    /// Everything approved, the first class called with `seats`.
    pub async fn called(&self, seats: i64) -> ClassId {
        let others = [self.actor("tuyengiao").await, self.actor("hieutruong").await, self.actor("sonoivu").await];
        let [appraiser, head, home_affairs] = &others;
        approve_everything(self.app.db(), &self.province, &self.school, [appraiser, head, home_affairs]).await;
        call_first(self.app.db(), &self.province, &self.school, seats).await
    }
}
