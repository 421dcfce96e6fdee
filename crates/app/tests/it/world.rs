//! A small province in which everything has happened once, made through the pages alone.

mod classes;
mod curriculum;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use ::people::accounts::ROLES;
use kernel::{PersonId, UnitId};
use store::audit_seq;
use teaching::testing::Small;
use testkit::{Client, FilledForm, Reply, TestApp, TestDb};

use self::classes::{calls, evaluation, nominations, papers, results, rooms, timetable, week};
use self::curriculum::{circulars, materials, needs, next_version, programmes_and_plan, surveys};
use self::people::{
    accounts, data_rights, figures, guest, leave, letters, letters_again, letters_out, notices, records, review,
    roster, units,
};

/// A role's account in the world. The second commune's officer is `xa-00002`.
pub fn username(role: &str) -> &'static str {
    match role {
        "standing_committee" => "thuongvu",
        "organisation_committee" => "bantochuc",
        "home_affairs" => "sonoivu",
        "propaganda" => "tuyengiao",
        "finance" => "taichinh",
        "school_training" => "truong",
        "school_head" => "hieutruong",
        "lecturer" => "gv01",
        "commune_officer" => "xa-00001",
        "learner" => "hv01",
        "administrator" => "quantri",
        other => panic!("a role without an account in the tests' world: {other}"),
    }
}

/// The world after everything happened.
pub struct World {
    pub app: TestApp,
    /// Addresses of things, by the parameter that names them in a route.
    pub things: BTreeMap<&'static str, String>,
    /// Writing routes that were used with success.
    pub written: BTreeSet<String>,
}

struct Walk {
    world: World,
    clients: BTreeMap<String, Client>,
}

/// The route that a path belongs to: the one with the most literal parts.
pub fn route_of(app: &TestApp, method: &str, path: &str) -> String {
    let path = path.split('?').next().unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |route: &str| {
        let wanted: Vec<&str> = route.split('/').collect();
        wanted.len() == parts.len() && wanted.iter().zip(&parts).all(|(w, p)| w.starts_with('{') || w == p)
    };
    let entries = app.entries().iter().filter(|e| e.method.as_str() == method && fits(e.path));
    let best = entries.min_by_key(|e| e.path.matches('{').count());
    format!("{method} {}", best.unwrap_or_else(|| panic!("no route for {method} {path}")).path)
}

impl Walk {
    async fn at(mut self, when: &str) -> Self {
        self.world.app = self.world.app.later([app::area()], when);
        self.clients.clear();
        self
    }

    async fn client(&mut self, who: &str) -> &mut Client {
        if !self.clients.contains_key(who) {
            let client = self.world.app.signed_in(who).await;
            self.clients.insert(who.to_owned(), client);
        }
        self.clients.get_mut(who).unwrap()
    }

    async fn get(&mut self, who: &str, path: &str) -> Reply {
        let reply = self.client(who).await.get(path).await;
        assert_eq!(reply.status, 200, "{who} {path}: {}", reply.body);
        reply
    }

    /// Sends a form that must succeed, and checks that it left records of who did it.
    async fn send(&mut self, who: &str, form: &FilledForm, changes: &[(&str, &str)]) -> Reply {
        let before = audit_seq(&mut self.world.app.db().read().await.unwrap()).await.unwrap();
        let reply = self.client(who).await.submit(form, changes).await;
        self.recorded(who, "POST", &form.action, before, &reply).await;
        reply
    }

    /// Sends a form with a file that must succeed.
    async fn sent(&mut self, who: &str, path: &str, name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Reply {
        let before = audit_seq(&mut self.world.app.db().read().await.unwrap()).await.unwrap();
        let reply = self.client(who).await.upload(path, "file", name, bytes, fields).await;
        self.recorded(who, "POST", path, before, &reply).await;
        reply
    }

    async fn recorded(&mut self, who: &str, method: &str, path: &str, before: i64, reply: &Reply) {
        let told = reply.texts("h1, [role=alert], .error");
        assert!(matches!(reply.status, 200 | 303), "{who} {method} {path}: {} {told:?}", reply.status);
        let mut conn = self.world.app.db().read().await.unwrap();
        let after = audit_seq(&mut conn).await.unwrap();
        assert!(after > before, "{method} {path} left no record");
        let lines = store::latest(&mut conn, i64::MAX, after - before).await.unwrap();
        // what the program does by itself after somebody's write: papers are frozen
        let others: Vec<_> = lines.iter().filter(|l| l.who != who && l.action != "certificates.paper.frozen").collect();
        assert!(others.is_empty(), "{method} {path}: a record without its author: {others:?}");
        assert!(
            lines.iter().any(|l| l.who == who && l.account_id.is_some()),
            "{method} {path}: nobody did it: {lines:?}"
        );
        let route = route_of(&self.world.app, method, path);
        self.world.written.insert(route);
    }
}

/// Loads the province and walks the whole way: accounts, roster, programmes, plan, class, study week, results,
/// certificates.
pub async fn world(db: TestDb) -> World {
    let app = TestApp::new(db, [app::area()], "2026-02-23T08:00").await;
    let small =
        Small { offices: 4, people: 6, sizes: (2, 6), office_absent_percent: 100, pool: true, ..Small::default() };
    let province = small.load(app.db()).await;
    for role in ROLES {
        let commune: Option<UnitId> = (role.code == "commune_officer").then_some(province.communes[0]);
        let person: Option<PersonId> = (role.code == "learner").then(|| *province.people.get(2).unwrap());
        app.account(username(role.code), role.code, commune, person).await;
    }
    app.account("gv02", "lecturer", None, None).await;
    app.place()
        .tamper("INSERT INTO scheme_milestone (scheme_id, code, title, due_on, source) VALUES ((SELECT id FROM scheme), 'thu', 'Mốc thử', '2026-03-31', 'test')")
        .await;
    let world = World { app, things: BTreeMap::new(), written: BTreeSet::new() };
    let mut walk = Walk { world, clients: BTreeMap::new() };
    walk.world.things.insert("{person}", province.people.get(2).unwrap().to_string());
    accounts(&mut walk).await;
    letters(&mut walk).await;
    leave(&mut walk).await;
    guest(&mut walk).await;
    roster(&mut walk).await;
    figures(&mut walk).await;
    records(&mut walk).await;
    data_rights(&mut walk).await;
    programmes_and_plan(&mut walk).await;
    rooms(&mut walk).await;
    needs(&mut walk).await;
    surveys(&mut walk).await;
    materials(&mut walk).await;
    circulars(&mut walk).await;
    letters_out(&mut walk).await;
    let (class, monday) = calls(&mut walk).await;
    timetable(&mut walk, &class).await;
    let page = walk.get("truong", &format!("{class}/electives")).await;
    let offered = page.attributes("input[name=elective]", "value");
    walk.send("truong", &page.form("/electives"), &[("elective", offered.get(2).unwrap())]).await;
    nominations(&mut walk, &class).await;
    let form = walk.get("truong", &format!("{class}/accounts")).await.form("/accounts");
    walk.send("truong", &form, &[]).await;
    let mut walk = walk.at(&format!("{}T17:30", monday + chrono::Days::new(4))).await;
    week(&mut walk, &class).await;
    evaluation(&mut walk, &class).await;
    let mut walk = walk.at(&format!("{}T09:00", monday + chrono::Days::new(8))).await;
    papers(&mut walk, &class).await;
    results(&mut walk, &class).await;
    let mut walk = walk.at(&format!("{}T09:30", monday + chrono::Days::new(8))).await;
    walk.world.app.run_jobs().await;
    // the two posts that were announced wait for December, the watch over the class that is still ahead for tonight
    assert_eq!(walk.world.app.jobs_waiting().await, 3);
    notices(&mut walk).await;
    letters_again(&mut walk).await;
    next_version(&mut walk).await;
    let form = walk.get("truong", "/board/milestones").await.form("/completion");
    walk.send("truong", &form, &[]).await;
    units(&mut walk).await;
    review(&mut walk).await;
    walk.world
}
