//! What browsers may keep and open without a connection (docs/adr/0020).

use std::collections::BTreeSet;

use axum::http::Method;
use people::accounts::ROLES;
use testkit::{TestApp, TestDb, db_test};

use crate::{
    permissions::{address, holds},
    world::{username, world},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worker_stands_at_the_root_and_changes_with_every_release() {
    let app = TestApp::new(TestDb::sqlite().await, [app::area()], "2026-03-02T08:00").await;
    let mut nobody = app.client();
    let worker = nobody.get("/sw.js").await;
    let header = |name: &str| worker.headers.get(name).unwrap().to_str().unwrap();
    assert_eq!(worker.status, 200);
    assert_eq!(header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header("cache-control"), "no-cache", "a browser asks whether there is another one");
    assert!(header("content-security-policy").contains("default-src 'none'"));
    let (version, files) = worker.body.lines().next().unwrap().split_once(", files: ").unwrap();
    assert_eq!(version, format!("const RELEASE = {{ version: \"{}\"", web::assets::VERSION));
    let files: Vec<String> = serde_json::from_str(files.trim_end_matches(" };")).unwrap();
    assert!(
        ["css/app.css", "js/app.js", "js/survey.js", "js/roll-call.js"]
            .iter()
            .all(|f| files.contains(&(*f).to_owned()))
    );
    for file in files {
        assert_eq!(nobody.get(&web::assets::url(&file)).await.status, 200, "{file}");
    }

    let page = nobody.get("/offline").await;
    assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Không có mạng"));
    assert_eq!(page.faults(), Vec::<String>::new());
    assert_eq!(page.headers.get("x-account"), None);

    let manifest = nobody.get(&web::assets::url("manifest.webmanifest")).await;
    let manifest: serde_json::Value = serde_json::from_str(&manifest.body).unwrap();
    assert_eq!(
        (&manifest["start_url"], &manifest["scope"], &manifest["display"]),
        (&"/".into(), &"/".into(), &"standalone".into())
    );
    for icon in manifest["icons"].as_array().unwrap() {
        assert_eq!(nobody.get(&web::assets::url(icon["src"].as_str().unwrap())).await.status, 200);
    }
}

db_test! {
    async fn only_what_is_filled_where_there_may_be_no_connection_is_kept_and_every_page_says_whose_it_is(db: TestDb) {
        let mut world = world(db).await;
        // a questionnaire that nobody has answered yet
        let mut school = world.app.signed_in("truong").await;
        let copy = format!("/surveys/{}/copy", world.things.get("{survey}").unwrap());
        let copy = school.post(&copy, &[]).await.location().to_owned();
        let form = school.get(&format!("{copy}/sending")).await.form("/sending");
        assert_eq!(school.submit(&form, &[("closes_on", "2030-12-31")]).await.status, 303);
        world.things.insert("{survey}", copy.rsplit('/').next().unwrap().to_owned());
        let mut kept = BTreeSet::new();
        for role in ROLES {
            let mut client = world.app.signed_in(username(role.code)).await;
            for entry in world.app.entries().iter().filter(|e| e.method == Method::GET && holds(role, e.access)) {
                let path = address(&world, entry.path);
                let reply = client.get(&path).await;
                let html = reply.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
                if reply.headers.contains_key("x-keep") {
                    assert!(reply.status == 200 && !reply.headers.contains_key("set-cookie"), "{path}: {}", reply.status);
                    kept.insert(entry.path);
                }
                if html && reply.has(".topbar") {
                    assert!(reply.headers.contains_key("x-account"), "{path} does not say whose it is");
                }
            }
        }
        let allowed = BTreeSet::from([
            "/classes/{class}/sessions/{seq}/roll-call",
            "/evaluations/{class}",
            "/surveys/{survey}/answer",
        ]);
        assert!(kept.is_subset(&allowed), "{kept:?}");
        assert!(kept.contains("/surveys/{survey}/answer"), "there was something to keep");
    }
}
