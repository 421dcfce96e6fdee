//! A programme on its way to being in force.

use teaching::testing::Small;
use testkit::db_test;

use crate::setting::setting;

db_test! {
    async fn a_programme_with_thirteen_periods_of_theory_is_not_approved(db: TestDb) {
        let small = Small { periods: (13, 27), ..Small::default() };
        let setting = setting(db, &small, "2026-02-20T08:00").await;
        let mut school = setting.app.signed_in("truong").await;
        let list = school.get("/programmes").await;
        let one = list.attributes("tbody a", "href").first().unwrap().clone();
        assert_eq!(school.get(&one).await.text_of(".flash.bad"), "Lý luận thừa 1 tiết so với tỷ lệ 30/70.");
        assert_eq!(school.post(&format!("{one}/submission"), &[]).await.status, 303);
        let mut appraiser = setting.app.signed_in("tuyengiao").await;
        let reply = appraiser.post(&format!("{one}/approval"), &[("decision", "1-TB")]).await;
        assert_eq!(reply.status, 422);
        assert!(reply.text_of("main").contains("13"), "{}", reply.text_of("main"));
    }
}
