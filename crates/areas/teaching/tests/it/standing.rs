//! How communes put people forward: who sees the score when, and what it counts.

use kernel::PersonId;
use teaching::classes::{accept, nominate, proposed, refuse, withdraw};
use testkit::{Client, db_test};
use web::Permit;

use crate::setting::{NOMINATING, Setting, loose, setting, specialists};

store::sql!(YEAR_AFTER, "UPDATE class SET year = 2027 WHERE id = $1");

async fn kpis(client: &mut Client) -> Vec<String> {
    client.get("/nominations").await.texts(".kpi .num")
}

async fn of(setting: &Setting, username: &str) -> Client {
    setting.app.signed_in(username).await
}

db_test! {
    async fn a_commune_reads_its_own_score_first_and_the_school_some_days_later(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        // six seats, three of each commune
        let class = setting.called(6).await;
        let db = setting.app.db();
        let [one, other] = &setting.officers;
        let ids = |commune| -> Vec<PersonId> { specialists(&setting, &small, commune) };
        // the first fills its seats; one is refused, one accepted is taken back. The second sends one of three
        nominate(db, &Permit::check(one).unwrap(), class, &ids(0)[..3], true).await.unwrap();
        nominate(db, &Permit::check(other).unwrap(), class, &ids(1)[..1], true).await.unwrap();
        let all = proposed(&mut db.read().await.unwrap(), class).await.unwrap();
        let first = teaching::classes::nomination_of(&mut db.read().await.unwrap(), class, ids(0)[0]).await.unwrap().unwrap();
        let second = teaching::classes::nomination_of(&mut db.read().await.unwrap(), class, ids(0)[1]).await.unwrap().unwrap();
        refuse(db, &Permit::check(&setting.school).unwrap(), class, first, "Sai đối tượng").await.unwrap();
        let rest: Vec<_> = all.into_iter().filter(|id| *id != first).collect();
        accept(db, &Permit::check(&setting.school).unwrap(), class, &rest).await.unwrap();
        withdraw(db, &Permit::check(one).unwrap(), class, second, "Bận công tác").await.unwrap();

        // a class of a year to come does not hide this one
        let ahead = setting.called_too(6).await;
        setting.app.db().write(async |tx| tx.exec(&YEAR_AFTER, &[&ahead]).await).await.unwrap();
        // before the deadline nobody has a score
        assert_eq!(kpis(&mut of(&setting, "xa-00001").await).await, [""; 0]);
        let setting = setting.later("2026-02-28T08:00");
        let own = kpis(&mut of(&setting, "xa-00001").await).await;
        // filled 3 of 3, correct 2 of 3, kept 1 of 2, fair: everybody there is a woman
        assert_eq!(own, ["79,2 %", "100,0 %", "66,7 %", "50,0 %", "100,0 %"]);
        // of one person no fairness is said
        assert_eq!(kpis(&mut of(&setting, "xa-00002").await).await, ["77,8 %", "33,3 %", "100,0 %", "100,0 %", "–"]);
        // the school reads nothing yet, and fourteen days after the deadline both, who needs help first
        assert!(of(&setting, "truong").await.get("/nominations").await.has(".empty"));
        let setting = setting.later("2026-03-13T08:00");
        assert!(of(&setting, "truong").await.get("/nominations").await.has(".empty"));
        let setting = setting.later("2026-03-14T08:00");
        let page = of(&setting, "truong").await.get("/nominations").await;
        assert_eq!(page.texts("tbody th"), ["Xã Thử 2", "Xã Thử 1"]);
        assert_eq!(page.texts("tbody b"), ["77,8 %", "79,2 %"]);
        // who teaches reads no scores
        assert_eq!(of(&setting, "gv01").await.get("/nominations").await.status, 403);
    }
}
