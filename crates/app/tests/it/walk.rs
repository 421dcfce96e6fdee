//! The audit over the whole way: every write leaves a record, and the chain names what was changed in it.

use std::collections::BTreeSet;

use store::{Broken, Verified, verify};
use testkit::{TestApp, db_test};
use web::{Access, Lang, T};

use crate::world::world;

/// Routes that are no GET and change no data of the house: a session, a setting of the reader's browser, the preview of a file.
/// Nor do the pieces of a file on its way: whoever uses the file leaves the record, with its hash.
const NO_DATA: [&str; 8] = [
    "POST /sign-in",
    "POST /sign-out",
    "POST /theme",
    "POST /needs/matrix/preview",
    // what it stops has written nothing
    "POST /people/import/stop",
    "POST /uploads",
    "POST /uploads/{upload}",
    "POST /surveys/{survey}/import/preview",
];
/// Used before there is anybody: its record is checked below.
const BEFORE_ANYBODY: &str = "POST /setup/{token}";

async fn state(app: &TestApp) -> Verified {
    verify(&mut app.db().read().await.unwrap()).await.unwrap()
}

db_test! {
    async fn every_route_that_writes_leaves_a_record_of_who_did_it(db: TestDb) {
        let world = world(db).await;
        let mut writing: BTreeSet<String> = world
            .app
            .entries()
            .iter()
            .filter(|e| !e.method.is_safe())
            .map(|e| format!("{} {}", e.method, e.path))
            .collect();
        for route in NO_DATA.iter().chain([&BEFORE_ANYBODY]) {
            assert!(writing.remove(*route), "{route} is gone");
        }
        assert_eq!(world.written, writing, "(walked, in the access table)");
        assert!(world.app.entries().iter().all(|e| e.method.is_safe() || e.access != Access::Public || NO_DATA.contains(&format!("{} {}", e.method, e.path).as_str()) || e.path == "/setup/{token}" || e.path == "/guest/{token}"));
        let Verified::Whole(records) = state(&world.app).await else { panic!("the chain is broken") };
        assert!(records > 60, "{records}");

        // what changed says from what to what
        let lines = store::latest(&mut world.app.db().read().await.unwrap(), i64::MAX, records).await.unwrap();
        let told = |action: &str| lines.iter().find(|l| l.action == action).map(|l| (l.before.is_some(), l.after.is_some()));
        assert_eq!(told("accounts.account.closed"), Some((true, true)));
        assert_eq!(told("accounts.account.made"), Some((false, true)));
        // and what was done has its words in both languages
        for line in &lines {
            for lang in [Lang::Vi, Lang::En] {
                let words = T::new(lang).done(&line.action);
                assert!(!words.starts_with('['), "{words}");
            }
        }
        let silent: BTreeSet<&str> =
            lines.iter().filter(|l| l.before.is_none() && l.after.is_none()).map(|l| l.action.as_str()).collect();
        // a password is never told, neither the old nor the new one
        assert_eq!(silent, BTreeSet::from(["accounts.password.changed", "accounts.password.reset"]));

        // somebody with the database's password is found out, whatever they did
        let place = world.app.place().clone();
        let middle = records / 2;
        place.tamper(&format!("UPDATE audit_record SET who = 'ai-do' WHERE seq = {middle}")).await;
        assert_eq!(state(&world.app).await, Verified::Broken(Broken::Changed(middle)));
        place.tamper(&format!("DELETE FROM audit_record WHERE seq = {middle}")).await;
        assert_eq!(state(&world.app).await, Verified::Broken(Broken::Missing(middle)));
        place.tamper(&format!("DELETE FROM audit_record WHERE seq > {}", middle - 1)).await;
        assert_eq!(state(&world.app).await, Verified::Broken(Broken::CutOff { found: middle - 1, expected: records }));
    }

    async fn a_write_whose_record_cannot_be_kept_does_not_happen(db: TestDb) {
        let app = TestApp::new(db, [app::area()], "2026-03-02T08:00").await;
        app.account("quantri", "administrator", None, None).await;
        let mut admin = app.signed_in("quantri").await;
        let form = admin.get("/accounts/new").await.form("/accounts");
        app.place().tamper("ALTER TABLE audit_record RENAME TO audit_away").await;
        let typed = [("username", "thua"), ("name", "Tài khoản thừa"), ("role", "finance")];
        let reply = admin.submit(&form, &typed).await;
        assert_eq!((reply.status, reply.text_of("h1")), (500, "Có lỗi trong hệ thống".to_owned()));
        assert_eq!(admin.get("/accounts?q=thua").await.texts("tbody th"), Vec::<String>::new());
        app.place().tamper("ALTER TABLE audit_away RENAME TO audit_record").await;
        assert_eq!(admin.submit(&form, &typed).await.status, 200);
        assert_eq!(admin.get("/accounts?q=thua").await.texts("tbody th"), ["thuaTài khoản thừa"]);
        assert_eq!(state(&app).await, Verified::Whole(2));
    }
}
