//! Every page that a role can reach by links, in both languages (docs/adr/0002).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use people::accounts::ROLES;
use testkit::{Client, db_test};

use crate::world::{route_of, username, world};

/// Links that change a setting, or that lead to a file of the binary.
const NOT_FOLLOWED: [&str; 2] = ["/language/", "/assets/"];
/// Pages of one route that are visited; a route with more has the same page for many things.
const OF_A_ROUTE: usize = 6;

/// What a crawl saw: pages by route, and what was wrong.
#[derive(Default)]
struct Seen {
    pages: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

/// What is known of a crawl: the addresses that are visited, and those still to come with their routes.
#[derive(Default)]
struct Known {
    paths: BTreeSet<String>,
    /// How many of each route are among them.
    of_a_route: BTreeMap<String, usize>,
    /// The route of each address that was met, visited or not.
    routes: BTreeMap<String, String>,
    waiting: VecDeque<(String, String)>,
}

impl Known {
    /// Takes an address onto the list, unless it is there or `most` of its route are.
    fn meet(&mut self, app: &testkit::TestApp, path: &str, most: usize) {
        if self.paths.contains(path) {
            return;
        }
        let route = self.routes.entry(path.to_owned()).or_insert_with(|| route_of(app, "GET", path));
        let visited = self.of_a_route.entry(route.clone()).or_default();
        if *visited < most {
            *visited += 1;
            self.waiting.push_back((path.to_owned(), route.clone()));
            self.paths.insert(path.to_owned());
        }
    }
}

async fn crawl(app: &testkit::TestApp, client: &mut Client, start: &str, who: &str, seen: &mut Seen) {
    let mut known = Known::default();
    known.meet(app, start, OF_A_ROUTE);
    while let Some((path, route)) = known.waiting.pop_front() {
        let reply = client.get(&path).await;
        *seen.pages.entry(route).or_default() += 1;
        if matches!(reply.status, 303) {
            // what somebody is sent to is visited however often its route was
            known.meet(app, reply.location(), usize::MAX);
            continue;
        }
        if reply.status != 200 {
            seen.wrong.push(format!("{who} {path}: {}", reply.status));
            continue;
        }
        if !reply.headers.get("content-type").is_some_and(|t| t.to_str().unwrap().starts_with("text/html")) {
            continue;
        }
        seen.wrong.extend(reply.faults().into_iter().map(|fault| format!("{who} {path}: {fault}")));
        for href in reply.attributes("a[href]", "href") {
            let href = href.split('#').next().unwrap();
            if href.starts_with('/') && !NOT_FOLLOWED.iter().any(|start| href.starts_with(start)) {
                known.meet(app, href, OF_A_ROUTE);
            }
        }
    }
}

db_test! {
    async fn every_link_of_every_role_leads_to_a_sound_page_in_both_languages(db: TestDb) {
        let world = world(db).await;
        let mut seen = Seen::default();
        for language in ["vi", "en"] {
            for role in ROLES {
                let who = username(role.code);
                let mut client = world.app.signed_in(who).await;
                client.get(&format!("/language/{language}")).await;
                crawl(&world.app, &mut client, "/", &format!("{who} {language}"), &mut seen).await;
            }
            let mut client = world.app.client();
            client.get(&format!("/language/{language}")).await;
            crawl(&world.app, &mut client, "/", &format!("nobody {language}"), &mut seen).await;
            crawl(&world.app, &mut client, "/verify", &format!("nobody {language}"), &mut seen).await;
        }
        assert_eq!(seen.wrong, Vec::<String>::new());
        let unseen: Vec<String> = world
            .app
            .entries()
            .iter()
            .filter(|e| e.method == "GET")
            .map(|e| format!("GET {}", e.path))
            .filter(|route| !seen.pages.contains_key(route))
            .collect();
        // reached otherwise than by a link: a switch, a QR code, the first start, a check, a browser without a
        // connection, what a form leads to or asks for while somebody types, a batch with faulty rows
        let by_other_ways = [
            "GET /assets/{version}/{*file}",
            "GET /classes/{class}/electives/meter",
            // asked until the study week is over; the class of this world is filed
            "GET /classes/{class}/nominations/{nomination}/intake",
            "GET /feeds/{token}",
            "GET /guest/{token}",
            "GET /healthz",
            "GET /language/{code}",
            "GET /offline",
            "GET /people/import/{import}/columns",
            "GET /people/import/{import}/faults.xlsx",
            "GET /people/import/progress",
            "GET /programmes/{programme}",
            "GET /programmes/{programme}/versions/{number}/meter",
            "GET /registration/{class}/intake",
            "GET /setup/{token}",
            "GET /sw.js",
            "GET /uploads/{upload}",
            "GET /verify/{code}",
        ];
        let unexpected: Vec<&String> = unseen.iter().filter(|r| !by_other_ways.contains(&r.as_str())).collect();
        assert_eq!(unexpected, Vec::<&String>::new(), "no link leads there");
    }
}
