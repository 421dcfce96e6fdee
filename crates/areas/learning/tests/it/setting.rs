//! An opened class of six learners with its people: school, head, two communes, and those who may see less.

use kernel::{Actor, ClassId, PersonId};
use learning::evaluation::{Indicator, Object, load_indicators};
use store::By;
use teaching::{
    classes::learners,
    testing::{Province, Small, approve_everything, call_first, open_class_of},
};
use testkit::{TestApp, TestDb};
use web::Area;

pub struct Setting {
    pub app: TestApp,
    pub province: Province,
    pub class: ClassId,
    /// The learners in the order of their names; the first three of commune 1.
    pub people: Vec<PersonId>,
    pub school: Actor,
    pub school_head: Actor,
    pub lecturer: Actor,
    pub officers: [Actor; 2],
}

fn areas() -> [Area; 3] {
    [people::area(), teaching::area(), learning::area()]
}

/// What learners are asked: two indicators of the programme, one of everything else.
fn indicators() -> Vec<Indicator> {
    let words = [
        (Object::Programme, "Nội dung mới"),
        (Object::Programme, "Tài liệu đủ"),
        (Object::Lecturer, "Truyền đạt"),
        (Object::Learners, "Chủ động"),
        (Object::Facilities, "Phòng học"),
        (Object::Course, "Lịch học"),
    ];
    words.into_iter().map(|(object, text)| Indicator { object, text: text.to_owned() }).collect()
}

/// The class 01/2026 is opened for 2 to 6 March 2026, headed by `gv01`; the clock stands at `when`.
pub async fn opened(db: TestDb, when: &str) -> Setting {
    let small = Small { offices: 4, people: 6, sizes: (2, 6), office_absent_percent: 100, ..Small::default() };
    let app = TestApp::new(db, areas(), when).await;
    let province = small.load(app.db()).await;
    app.db()
        .write(async |tx| load_indicators(tx, By::System("test"), province.scheme, &indicators()).await)
        .await
        .unwrap();
    let school = app.account("truong", "school_training", None, None).await;
    let lecturer = app.account("gv01", "lecturer", None, None).await;
    app.account("gv02", "lecturer", None, None).await;
    let officers = [
        app.account("xa-00001", "commune_officer", Some(province.communes[0]), None).await,
        app.account("xa-00002", "commune_officer", Some(province.communes[1]), None).await,
    ];
    let appraiser = app.account("tuyengiao", "propaganda", None, None).await;
    let school_head = app.account("hieutruong", "school_head", None, None).await;
    let home_affairs = app.account("sonoivu", "home_affairs", None, None).await;
    app.account("thuongvu", "standing_committee", None, None).await;
    app.account("quantri", "administrator", None, None).await;
    approve_everything(app.db(), &province, &school, [&appraiser, &school_head, &home_affairs]).await;
    let class = call_first(app.db(), &province, &school, 6, Some(lecturer.account)).await;
    open_class_of(app.db(), class, &school, &officers).await;
    let list = learners(&mut app.db().read().await.unwrap(), &school, class).await.unwrap();
    let people: Vec<PersonId> = list.iter().map(|l| l.person_id).collect();
    assert_eq!(people.len(), 6);
    app.account("hv00001", "learner", None, Some(people[0])).await;
    app.account("hv00002", "learner", None, Some(people[1])).await;
    Setting { app, province, class, people, school, school_head, lecturer, officers }
}

impl Setting {
    /// Everything as it is, at another moment.
    pub fn later(self, when: &str) -> Self {
        let app = self.app.later(areas(), when);
        Self { app, ..self }
    }

    /// An address below the class.
    pub fn at(&self, place: &str) -> String {
        format!("/classes/{}/{place}", self.class)
    }

    /// The next class of the plan, opened likewise.
    pub async fn another_class(&self) -> ClassId {
        let class = call_first(self.app.db(), &self.province, &self.school, 6, None).await;
        open_class_of(self.app.db(), class, &self.school, &self.officers).await;
        class
    }
}

/// The hash of bytes as pages and tables write it.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(bytes))
}
