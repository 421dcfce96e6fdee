//! Who may ask for what: the access table, asked over HTTP by everybody, and its written form.

use std::fmt::Write as _;

use axum::http::Method;
use people::accounts::{ROLES, Role};
use testkit::{Client, TestApp, db_test};
use web::{Access, RouteEntry};

use crate::world::{World, username, world};

/// The path of a route with the world's things in it.
pub fn address(world: &World, route: &str) -> String {
    let part = |part: &str| -> String {
        match (route, part) {
            ("/people/reconcile/{code}", "{code}") => "00001".to_owned(),
            (route, "{code}") if route.starts_with("/communes/") => "00001".to_owned(),
            ("/board/milestones/{code}/completion", "{code}") => "thu".to_owned(),
            ("/verify/{code}", "{code}") => "KHONGCO".to_owned(),
            ("/language/{code}", "{code}") => "vi".to_owned(),
            (_, "{token}" | "{version}") => "x".to_owned(),
            (_, "{*file}") => "js/app.js".to_owned(),
            (_, "{seq}") => "1".to_owned(),
            (_, "{template}") => "report".to_owned(),
            (_, part) if part.starts_with('{') => {
                world.things.get(part).unwrap_or_else(|| panic!("the world has no {part} for {route}")).clone()
            }
            (_, part) => part.to_owned(),
        }
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

pub fn holds(role: &Role, access: Access) -> bool {
    match access {
        Access::Public | Access::SignedIn => true,
        Access::Right(right) => role.rights.contains(&right),
    }
}

async fn ask(client: &mut Client, entry: &RouteEntry, path: &str) -> testkit::Reply {
    if entry.method == Method::GET { client.get(path).await } else { client.post(path, &[]).await }
}

/// The written form. Renew it: `RENEW=1 cargo test -p app --test it permissions`.
fn written(app: &TestApp) -> String {
    let mut text = String::from(
        "Who may ask for what. Written by crates/app/tests/it/permissions.rs, which fails when this file is stale; renew it with\n\
         RENEW=1 cargo test -p app --test it permissions\n\
         Rights are given to roles in crates/areas/people/src/accounts/roles.rs. Whose records a role sees is its scope:\n\
         out of scope a page does not exist (404).\n\nROLES\n",
    );
    for role in ROLES {
        writeln!(
            text,
            "{:<24} scope {:<9} {}",
            role.code,
            format!("{:?}", role.scope).to_lowercase(),
            role.rights.join(" ")
        )
        .unwrap();
    }
    text.push_str("\nROUTES\n");
    let mut entries: Vec<&RouteEntry> = app.entries().iter().collect();
    entries.sort_by_key(|e| (e.path, e.method.as_str()));
    for entry in entries {
        let who = match entry.access {
            Access::Public => "anybody".to_owned(),
            Access::SignedIn => "whoever is signed in".to_owned(),
            Access::Right(right) => {
                let roles: Vec<&str> = ROLES.iter().filter(|r| r.rights.contains(&right)).map(|r| r.code).collect();
                format!("{right} : {}", roles.join(" "))
            }
        };
        writeln!(text, "{:<5} {:<62} {who}", entry.method.as_str(), entry.path).unwrap();
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "whoever renews the file says so this way")]
async fn the_list_of_permissions_is_true() {
    let app = TestApp::new(testkit::TestDb::sqlite().await, [app::area()], "2026-03-02T08:00").await;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.txt");
    let text = written(&app);
    if std::env::var("RENEW").is_ok() {
        std::fs::write(file, &text).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        kept == text,
        "docs/permissions.txt is stale: RENEW=1 cargo test -p app --test it permissions, then look at the difference"
    );
}

#[test]
fn every_right_is_asked_for_by_a_route_or_an_action() {
    let area = app::area();
    for role in ROLES {
        for right in role.rights {
            assert!(area.rights.contains(right), "{} holds {right}, which no area asks for", role.code);
        }
    }
}

db_test! {
    async fn every_route_answers_every_role_as_the_table_says(db: TestDb) {
        let world = world(db).await;
        let mut entries: Vec<RouteEntry> = world.app.entries().to_vec();
        // reading first: what is written afterwards may change the world; signing out comes last of all
        entries.sort_by_key(|e| (!e.method.is_safe(), e.path == "/sign-out", e.path));
        let mut wrong = Vec::new();
        let mut nobody = world.app.client();
        for entry in &entries {
            let path = address(&world, entry.path);
            let reply = ask(&mut nobody, entry, &path).await;
            let to_sign_in = reply.location().starts_with("/sign-in?next=");
            let good = match (entry.access, entry.method.is_safe()) {
                (Access::Public, _) => !to_sign_in && !matches!(reply.status, 401 | 403 | 500..),
                (_, true) => reply.status == 303 && to_sign_in,
                (_, false) => reply.status == 401 && reply.text_of("h1") == "Cần đăng nhập",
            };
            if !good {
                wrong.push(format!("nobody {} {path}: {}", entry.method, reply.status));
            }
        }
        for role in ROLES {
            let mut client = world.app.signed_in(username(role.code)).await;
            for entry in entries.iter().filter(|e| e.access != Access::Public) {
                let path = address(&world, entry.path);
                let reply = ask(&mut client, entry, &path).await;
                let good = match (holds(role, entry.access), entry.method.is_safe()) {
                    (false, _) => reply.status == 403 && reply.text_of("h1") == "Bạn không có quyền này",
                    // there, nothing to say, out of scope, refused by the state of the thing, or at another page that is the reader's own
                    (true, true) => matches!(reply.status, 200 | 204 | 404 | 422) || (reply.status == 303 && !reply.location().starts_with("/sign-in")),
                    // an empty form is done, refused, wrong, made from another edition, unreadable as an upload, or out of scope
                    (true, false) => matches!(reply.status, 200 | 204 | 303 | 400 | 404 | 409 | 422),
                };
                if !good {
                    wrong.push(format!("{} {} {path}: {}", role.code, entry.method, reply.status));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
