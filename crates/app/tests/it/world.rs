//! A small province in which everything has happened once, made through the pages alone.

use std::collections::{BTreeMap, BTreeSet};

use documents::reading::testing::{docx, zip};
use kernel::{PersonId, UnitId};
use people::accounts::ROLES;
use store::audit_seq;
use teaching::testing::Small;
use testkit::{Client, FilledForm, PASSWORD, Reply, TestApp, TestDb, paper};

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
    let mut walk = walk.at(&format!("{}T09:00", monday + chrono::Days::new(8))).await;
    results(&mut walk, &class).await;
    let mut walk = walk.at(&format!("{}T09:30", monday + chrono::Days::new(8))).await;
    walk.world.app.run_jobs().await;
    // the two posts that were announced wait for December, the watch over the class that is still ahead for tonight
    assert_eq!(walk.world.app.jobs_waiting().await, 3);
    next_version(&mut walk).await;
    let form = walk.get("truong", "/board/milestones").await.form("/completion");
    walk.send("truong", &form, &[]).await;
    units(&mut walk).await;
    review(&mut walk).await;
    walk.world
}

async fn accounts(walk: &mut Walk) {
    let form = walk.get("quantri", "/accounts/new").await.form("/accounts");
    let typed = [("username", "thua"), ("name", "Tài khoản thừa"), ("role", "finance")];
    let once = walk.send("quantri", &form, &typed).await.text_of("code");
    let mut spare = walk.world.app.client();
    assert_eq!(spare.post("/sign-in", &[("username", "thua"), ("password", &once)]).await.status, 303);
    walk.clients.insert("thua".to_owned(), spare);
    let form = walk.get("thua", "/me/password").await.form("/me/password");
    walk.send("thua", &form, &[("old", &once), ("new", PASSWORD), ("again", PASSWORD)]).await;
    for action in ["/password", "/closure", "/reopening"] {
        let form = walk.get("quantri", "/accounts?q=thua").await.form(action);
        let id = form.action.split('/').nth(2).unwrap().to_owned();
        walk.world.things.insert("{account}", id);
        walk.send("quantri", &form, &[]).await;
    }
}

/// Accounts in one step: the second commune's officer by a letter that is lost and another that arrives, and everybody of
/// a commune by a list.
async fn letters(walk: &mut Walk) {
    // who has signed in keeps the password
    walk.client("xa-00001").await;
    let form = walk.get("quantri", "/accounts/officers").await.form("/officers");
    let lost = walk.send("quantri", &form, &[]).await;
    let form = walk.get("quantri", "/accounts/officers").await.form("/letters");
    let arrived = walk.send("quantri", &form, &[]).await;
    let password = |letter: &Reply| {
        let words = paper::words(&letter.bytes).concat();
        words.split("Mật khẩu lần đầu:").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
    };
    let (lost, once) = (password(&lost), password(&arrived));
    let mut officer = walk.world.app.client();
    assert_eq!(officer.post("/sign-in", &[("username", "xa-00002"), ("password", &lost)]).await.status, 422);
    assert_eq!(officer.post("/sign-in", &[("username", "xa-00002"), ("password", &once)]).await.status, 303);
    walk.clients.insert("xa-00002".to_owned(), officer);
    let form = walk.get("xa-00002", "/me/password").await.form("/me/password");
    walk.send("xa-00002", &form, &[("old", &once), ("new", PASSWORD), ("again", PASSWORD)]).await;
    let form = walk.get("truong", "/people/accounts?commune=00002").await.form("/people/accounts");
    walk.send("truong", &form, &[("paper", "list")]).await;
}

/// The head of the school is on leave: the training office acts for a while, then the leave ends early.
async fn leave(walk: &mut Walk) {
    let page = walk.get("hieutruong", "/me/delegations").await;
    let deputy = page.attributes("#f-deputy option", "value").pop().unwrap();
    let days =
        [("deputy", deputy.as_str()), ("starts_on", "2026-02-23"), ("ends_on", "2026-02-27"), ("reason", "Nghỉ phép")];
    walk.send("hieutruong", &page.form("/delegations"), &days).await;
    let form = walk.get("truong", "/me/delegations").await.form("/acting");
    walk.world.things.insert("{delegation}", form.action.split('/').nth(3).unwrap().to_owned());
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", "/classes").await.form("/closure");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("hieutruong", "/me/delegations").await.form("/withdrawal");
    walk.send("hieutruong", &form, &[]).await;
}

/// A visiting lecturer comes in by a second link, which is revoked in the end.
async fn guest(walk: &mut Walk) {
    let form = walk.get("truong", "/lecturers/guests").await.form("/guests");
    walk.send("truong", &form, &[("name", "Giảng viên mời, Sở Thử"), ("valid_to", "2026-03-31")]).await;
    let form = walk.get("truong", "/lecturers/guests").await.form("/link");
    let id = form.action.split('/').nth(3).unwrap().to_owned();
    let link = walk.send("truong", &form, &[]).await.text_of("#f-address");
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
    let username = store::latest(&mut walk.world.app.db().read().await.unwrap(), i64::MAX, 20).await.unwrap();
    let made = username.iter().find(|l| l.action == "accounts.account.made").unwrap().after.clone().unwrap();
    let username = made.split('"').find(|word| word.starts_with("khach-")).unwrap().to_owned();
    let client = walk.world.app.client();
    walk.clients.insert(username.clone(), client);
    let form = walk.get(&username, &path).await.form(&path);
    walk.send(&username, &form, &[]).await;
    walk.get(&username, "/classes").await;
    walk.world.things.insert("{guest}", id);
    let form = walk.get("truong", "/lecturers/guests").await.form("/revocation");
    walk.send("truong", &form, &[]).await;
}

/// Every account is confirmed but one that nobody needs.
async fn review(walk: &mut Walk) {
    let form = walk.get("quantri", "/accounts/reviews").await.form("/reviews");
    let page = walk.send("quantri", &form, &[]).await.location().to_owned();
    walk.world.things.insert("{review}", page.rsplit('/').next().unwrap().to_owned());
    let list = walk.get("quantri", &page).await;
    let spare = walk.world.things.get("{account}").unwrap().clone();
    walk.send("quantri", &list.form("/lines"), &[("disable", &spare)]).await;
    for account in list.attributes("button[name=confirm]", "value").iter().filter(|id| **id != spare) {
        walk.send("quantri", &list.form("/lines"), &[("confirm", account)]).await;
    }
    let form = walk.get("quantri", &page).await.form("/closure");
    walk.send("quantri", &form, &[]).await;
}

/// A unit is renamed, gets contacts and a priority, takes in half of the other one, which is split, and then the rest.
async fn units(walk: &mut Walk) {
    let (since, paper) = ("2026-02-20", "12/NQ-HĐND");
    type Fields<'a> = &'a [(&'a str, &'a str)];
    let forms: [(&str, &str, Fields<'_>); 5] = [
        ("00001", "/contacts", &[("head_name", "Người Đứng Đầu"), ("phone", "0238 123 456"), ("email", "xa@thu.vn")]),
        ("00001", "/names", &[("name", "Thử Mới"), ("name_since", since), ("name_decision", paper)]),
        (
            "00001",
            "/attributes",
            &[("attribute", "remote"), ("holds", "yes"), ("attribute_since", since), ("source", paper)],
        ),
        (
            "00002",
            "/split",
            &[
                ("since", since),
                ("decision", paper),
                ("deal", "evenly"),
                ("code_1", "00001"),
                ("code_2", "00009"),
                ("name_2", "Mới"),
            ],
        ),
        ("00009", "/merger", &[("into", "00001"), ("merged_since", "2026-02-21"), ("merged_decision", paper)]),
    ];
    for (code, end, fields) in forms {
        let page = if end == "/split" { "split" } else { "unit" };
        let form = walk.get("sonoivu", &format!("/communes/{code}/{page}")).await.form(end);
        walk.send("sonoivu", &form, fields).await;
    }
}

async fn roster(walk: &mut Walk) {
    let text = "Họ và tên,Ngày sinh,Giới tính,Dân tộc,Xã,Phòng,Chức danh\n\
                Lê Thị Thử,02/09/1990,Nữ,Kinh,Thử 1,Phòng 1,Chức danh SPEC\n";
    for ends in [&["columns", "commit", "undo"][..], &["forget", "withdraw"][..]] {
        let before = audit_seq(&mut walk.world.app.db().read().await.unwrap()).await.unwrap();
        let reply =
            walk.client("sonoivu").await.upload("/people/import", "file", "thu.csv", text.as_bytes(), &[]).await;
        walk.recorded("sonoivu", "POST", "/people/import", before, &reply).await;
        let batch = reply.location().to_owned();
        walk.world.things.insert("{import}", batch.rsplit('/').next().unwrap().to_owned());
        for end in ends {
            let page = if *end == "columns" { format!("{batch}/columns") } else { batch.clone() };
            let form = walk.get("sonoivu", &page).await.form(&format!("/{end}"));
            // the ethnic group is not taken over: a batch that is read as before leaves no record
            let changes: &[(&str, &str)] = if *end == "columns" { &[("column-3", "")] } else { &[] };
            walk.send("sonoivu", &form, changes).await;
        }
    }
    // somebody whose name differs by its tones from one in the register is asked about
    let known = walk.sent("sonoivu", "/people/import", "thu.csv", text.as_bytes(), &[]).await.location().to_owned();
    let form = walk.get("sonoivu", &known).await.form("/commit");
    walk.send("sonoivu", &form, &[]).await;
    let plain = text.replace("Lê Thị Thử", "Lê Thị Thu");
    let doubtful = walk.sent("sonoivu", "/people/import", "ai.csv", plain.as_bytes(), &[]).await.location().to_owned();
    let form = walk.get("sonoivu", &doubtful).await.form("/choices");
    walk.send("sonoivu", &form, &[("row-2", "leave")]).await;
    let form = walk.get("sonoivu", &known).await.form("/undo");
    walk.send("sonoivu", &form, &[]).await;
    let form = walk.get("sonoivu", "/people/personnel-form").await.form("/personnel-form");
    walk.send("sonoivu", &form, &[("purpose", "inspection")]).await;
}

/// A commune declares its figures; courses of past years are written and taken back, and left.
async fn figures(walk: &mut Walk) {
    for name in ["Biểu thử", "Biểu để lại"] {
        let form = walk.get("sonoivu", "/people/statistics?rows=gender").await.form("/saved");
        walk.send("sonoivu", &form, &[("name", name)]).await;
    }
    let page = walk.get("sonoivu", "/people/statistics").await;
    let gone: Vec<FilledForm> = page.forms().into_iter().filter(|f| f.action.ends_with("/removal")).collect();
    walk.world.things.insert("{query}", gone.last().unwrap().action.split('/').nth(4).unwrap().to_owned());
    walk.send("sonoivu", gone.first().unwrap(), &[]).await;
    let page = "/people/reconcile/00001";
    let form = walk.get("sonoivu", page).await.form(page);
    walk.send("sonoivu", &form, &[("as_of", "2026-02-01"), ("source", "Báo cáo thử"), ("total", "12")]).await;
    let file = "/people/reconcile/file";
    let text = "Mã,Số liệu tính đến ngày,Nguồn,Tổng cộng\n00001,02/02/2026,Báo cáo theo tệp,13\n";
    let shown = walk.client("sonoivu").await.upload(file, "file", "khai.csv", text.as_bytes(), &[]).await;
    let rows = shown.attributes("input[name=rows]", "value").remove(0);
    walk.sent("sonoivu", file, "", b"", &[("rows", &rows)]).await;
    let text = "Mã cán bộ,Tên lớp,Loại,Từ ngày,Số tiết\nkhong-co,Lớp thử,KTKN,01/02/2024,40\n";
    let code = walk.get("sonoivu", "/people/statistics/people").await.attributes("tbody th a", "href");
    let person = walk.get("sonoivu", code.first().unwrap()).await.texts("dl.facts dd").remove(0);
    let text = format!("{text}{person},Lớp thử,KTKN,01/02/2024,40\n");
    for ends in [&["commit", "undo"][..], &["withdraw"][..]] {
        let before = audit_seq(&mut walk.world.app.db().read().await.unwrap()).await.unwrap();
        let reply =
            walk.client("sonoivu").await.upload("/people/courses", "file", "da-hoc.csv", text.as_bytes(), &[]).await;
        walk.recorded("sonoivu", "POST", "/people/courses", before, &reply).await;
        let batch = reply.location().to_owned();
        walk.world.things.insert("{batch}", batch.rsplit('/').next().unwrap().to_owned());
        for end in ends {
            let form = walk.get("sonoivu", &batch).await.form(&format!("/{end}"));
            walk.send("sonoivu", &form, &[]).await;
        }
    }
}

/// Two people are added, of whom the first moves, leaves and comes back; two records that are one person become one, two
/// that are two people are told apart.
async fn records(walk: &mut Walk) {
    let form = walk.get("sonoivu", "/people/new").await.form("/people");
    let mut added = Vec::new();
    for name in ["Lê Thị Một", "Lê Thị Hai", "Lê Thị Ba", "Lê Thị Ba"] {
        let typed = [
            ("full_name", name),
            ("birth_date", "1990-09-02"),
            ("gender", "nu"),
            ("position", "SPEC"),
            ("commune", "00001"),
            ("from", "2026-01-05"),
        ];
        let place = walk.send("sonoivu", &form, &typed).await.location().to_owned();
        added.push(place.rsplit('/').next().unwrap().to_owned());
    }
    let [one, other, third] = [0, 1, 2].map(|n| added.get(n).unwrap().clone());
    let page = format!("/people/{one}");
    let form = walk.get("sonoivu", &format!("{page}/record")).await.form("/record");
    walk.send("sonoivu", &form, &[("phone", "0238 111 222")]).await;
    let form = walk.get("sonoivu", &format!("{page}/sensitive")).await.form("/sensitive");
    let opened = walk.send("sonoivu", &form, &[("purpose", "correction")]).await;
    walk.send("sonoivu", &opened.form("/values"), &[("identity", "099190000001")]).await;
    let posts = format!("{page}/posts");
    let form = walk.get("sonoivu", &posts).await.form("/posts");
    walk.send("sonoivu", &form, &[("position", "SPEC"), ("commune", "00002"), ("from", "2026-02-02")]).await;
    let post = walk.get("sonoivu", &posts).await.attributes(".timeline a", "href").first().unwrap().clone();
    let form = walk.get("sonoivu", &post).await.form(&post);
    walk.send("sonoivu", &form, &[("decision", "7/QĐ-SNV")]).await;
    // the other one moves as well, which was a mistake
    let theirs = format!("/people/{other}/posts");
    let form = walk.get("sonoivu", &theirs).await.form("/posts");
    walk.send("sonoivu", &form, &[("position", "SPEC"), ("commune", "00002"), ("from", "2026-02-02")]).await;
    let mistake = walk.get("sonoivu", &theirs).await.attributes(".timeline a", "href").first().unwrap().clone();
    let form = walk.get("sonoivu", &mistake).await.form("/removal");
    walk.send("sonoivu", &form, &[("reason", "Ghi nhầm"), ("reopen", "1")]).await;
    let form = walk.get("sonoivu", &posts).await.form("/leaving");
    walk.send("sonoivu", &form, &[("because", "resigned"), ("last_day", "2026-02-20")]).await;
    let page = walk.get("truong", &format!("/people/{one}/union/{third}")).await;
    walk.send("truong", &page.form(&format!("/people/{one}/distinction/{third}")), &[]).await;
    let union = format!("/people/{third}/union/{other}");
    let form = walk.get("truong", &union).await.form(&union);
    walk.send("truong", &form, &[]).await;
    // what stays: nobody else looks at these, so that classes find whom they expect
    for left in [&third, added.last().unwrap()] {
        let form = walk.get("sonoivu", &format!("/people/{left}/posts")).await.form("/leaving");
        walk.send("sonoivu", &form, &[("because", "left"), ("last_day", "2026-02-20")]).await;
    }
    announced(walk).await;
    walk.world.things.insert("{other}", one);
    walk.world.things.insert("{post}", post.rsplit('/').next().unwrap().to_owned());
}

/// Two secondments are announced: the first is changed and stays, the second is withdrawn.
async fn announced(walk: &mut Walk) {
    let person = walk.world.things.get("{person}").unwrap().clone();
    let posts = format!("/people/{person}/posts");
    let mut announce = async |from: &str| {
        let form = walk.get("sonoivu", &posts).await.form("/posts");
        let typed = [("position", "SPEC"), ("commune", "00001"), ("kind", "seconded"), ("from", from)];
        walk.send("sonoivu", &form, &typed).await;
        // the latest stands first
        walk.get("sonoivu", &posts).await.attributes(".timeline a", "href").into_iter().next().unwrap()
    };
    let (stays, goes) = (announce("2026-12-01").await, announce("2026-12-15").await);
    let form = walk.get("sonoivu", &stays).await.form(&stays);
    walk.send("sonoivu", &form, &[("decision", "8/QĐ-SNV")]).await;
    let form = walk.get("sonoivu", &goes).await.form("/withdrawal");
    walk.send("sonoivu", &form, &[("reason", "Hủy quyết định")]).await;
    walk.world.things.insert("{announced}", stays.rsplit('/').next().unwrap().to_owned());
}

/// A learner asks for a correction; the desk says that it works on it and answers. A second request stays.
async fn data_rights(walk: &mut Walk) {
    let form = walk.get("hv01", "/me/data").await.form("/me/requests");
    for _ in 0..2 {
        walk.send("hv01", &form, &[("kind", "correction"), ("wish", "Ngày sinh ghi sai")]).await;
    }
    let pages = walk.get("sonoivu", "/data-desk").await.attributes("tbody th a", "href");
    let page = pages.first().unwrap();
    let form = walk.get("sonoivu", page).await.form("/acknowledgement");
    walk.send("sonoivu", &form, &[]).await;
    let form = walk.get("sonoivu", page).await.form("/answer");
    walk.send("sonoivu", &form, &[("answer", "Đã sửa"), ("outcome", "done")]).await;
    walk.world.things.insert("{request}", pages.last().unwrap().rsplit('/').next().unwrap().to_owned());
}

async fn programmes_and_plan(walk: &mut Walk) {
    let list = walk.get("truong", "/programmes").await;
    let pages = list.attributes("tbody th a", "href");
    assert_eq!(pages.len(), 3, "two programmes, and the pool, which is not appraised");
    for page in pages.iter().take(2) {
        walk.world.things.insert("{programme}", page.split('/').nth(2).unwrap().to_owned());
        for (who, action) in [("truong", "/submission"), ("tuyengiao", "/return"), ("truong", "/submission")] {
            let form = walk.get(who, page).await.form(action);
            walk.send(who, &form, &[("reason", "Thiếu tài liệu")]).await;
        }
        appraisal(walk, page).await;
        let way = [("tuyengiao", "/approval"), ("hieutruong", "/enforcement")];
        for (who, action) in way {
            let form = walk.get(who, page).await.form(action);
            walk.send(who, &form, &[("decision", "21-TB/BTG")]).await;
        }
    }
    let form = walk.get("truong", "/plan").await.form("/plan");
    walk.send("truong", &form, &[]).await;
    plan_room(walk).await;
    let year = walk.get("truong", "/plan").await.attributes("#years td a", "href").remove(0);
    let steps =
        [("truong", "/submission"), ("sonoivu", "/return"), ("truong", "/submission"), ("sonoivu", "/agreement")];
    for (who, action) in steps.into_iter().chain([("bantochuc", "/agreement")]) {
        let form = walk.get(who, &year).await.form(action);
        walk.send(who, &form, &[("reason", "Dồn vào quý ba")]).await;
    }
    let form = walk.get("thuongvu", &year).await.form("/approval");
    let mut parts = form.action.split('/').skip(2);
    walk.world.things.insert("{plan}", parts.next().unwrap().to_owned());
    walk.world.things.insert("{year}", parts.nth(1).unwrap().to_owned());
    walk.send("thuongvu", &form, &[("decision", "12-KH/TU")]).await;
}

/// A body is asked, speaks, is answered and votes; the round is closed.
async fn appraisal(walk: &mut Walk, version: &str) {
    let room = format!("{version}/appraisal");
    let page = walk.get("tuyengiao", &room).await;
    let accounts = page.texts("#f-account option").into_iter().zip(page.attributes("#f-account option", "value"));
    let (_, account) = accounts.into_iter().find(|(name, _)| name == "sonoivu").unwrap();
    walk.send("tuyengiao", &page.form("/members"), &[("account", &account), ("due_on", "2026-02-25")]).await;
    let form = walk.get("sonoivu", &room).await.form("/opinions");
    walk.send("sonoivu", &form, &[("passage", "topic-1"), ("text", "Cần thêm ví dụ")]).await;
    let form = walk.get("sonoivu", &room).await.form("/vote");
    walk.send("sonoivu", &form, &[("vote", "agree_with_changes")]).await;
    let form = walk.get("truong", &room).await.form("/answer");
    walk.world.things.insert("{opinion}", form.action.split('/').nth_back(1).unwrap().to_owned());
    walk.send("truong", &form, &[("verdict", "accepted"), ("answer", "Đã bổ sung ví dụ")]).await;
    let form = walk.get("tuyengiao", &room).await.form("/closing");
    walk.send("tuyengiao", &form, &[]).await;
}

/// The timetable of a class is proposed, changed by hand, mended and published.
async fn timetable(walk: &mut Walk, class: &str) {
    walk.world
        .app
        .place()
        .tamper("INSERT INTO topic_lecturer (topic_id, account_id) SELECT t.id, a.id FROM topic t CROSS JOIN account a WHERE a.username IN ('gv01', 'gv02')")
        .await;
    let page = format!("{class}/timetable");
    let form = walk.get("truong", &page).await.form("/proposal");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", &format!("{page}/1")).await.form("/timetable/1");
    walk.send("truong", &form, &[("lecturer-1", "")]).await;
    let form = walk.get("truong", &format!("{page}/1")).await.form("/exchange");
    walk.send("truong", &form, &[("other", "2")]).await;
    let form = walk.get("truong", &page).await.form("/mending");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", &page).await.form("/publication");
    walk.send("truong", &form, &[]).await;
    for (who, feed) in [("truong", format!("{class}/feed")), ("gv01", "/me/feed".to_owned())] {
        let form = walk.get(who, &feed).await.form("/feed");
        let address = walk.send(who, &form, &[]).await.text_of("#f-address");
        let path = address.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        assert!(walk.get(who, &path).await.body.starts_with("BEGIN:VCALENDAR"));
    }
    let empty = FilledForm { action: format!("{page}/offers"), fields: Vec::new() };
    walk.send("truong", &empty, &[]).await;
    let asked = walk.get("gv01", "/teaching").await;
    let form = asked.form(&asked.attributes("form[action^='/teaching/offers/']", "action").remove(0));
    walk.world.things.insert("{offer}", form.action.rsplit('/').next().unwrap().to_owned());
    walk.send("gv01", &form, &[("answer", "accepted")]).await;
    // a lecturer by contract and load, and away for two stretches, of which one is taken back
    let list = walk.get("truong", "/lecturers").await;
    let at = list.texts("tbody th a").iter().position(|name| name == "gv01").unwrap();
    let lecturer = list.attributes("tbody th a", "href").swap_remove(at);
    let id = lecturer.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", &lecturer).await.form(&id);
    walk.send("truong", &form, &[("contract", "concurrent"), ("periods_most", "120")]).await;
    for day in ["2026-05-04", "2026-05-11"] {
        let form = walk.get("truong", &lecturer).await.form("/absences");
        walk.send("truong", &form, &[("from_on", day), ("to_on", day), ("reason", "Đi công tác")]).await;
    }
    let form = walk.get("truong", &lecturer).await.form("/withdrawal");
    walk.world.things.insert("{absence}", form.action.split('/').nth_back(1).unwrap().to_owned());
    walk.world.things.insert("{lecturer}", id);
    walk.send("truong", &form, &[]).await;
}

/// A room more, whose name and seats are put right.
async fn rooms(walk: &mut Walk) {
    let form = walk.get("truong", "/rooms/new").await.form("/rooms");
    walk.send("truong", &form, &[("name", "Phòng học B"), ("seats", "8")]).await;
    let list = walk.get("truong", "/rooms").await.attributes("td.acts a", "href");
    let room = list.last().unwrap();
    let id = room.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", room).await.form(&id);
    walk.send("truong", &form, &[("name", "Phòng học B2"), ("seats", "80")]).await;
    let feed = format!("/rooms/{id}/feed");
    let form = walk.get("truong", &feed).await.form("/feed");
    walk.send("truong", &form, &[]).await;
    walk.world.things.insert("{room}", id);
}

/// A competence that a post asks for and a topic builds, changed row by row and by the file; somebody is rated.
async fn needs(walk: &mut Walk) {
    let form = walk.get("truong", "/needs/competences/new").await.form("/competences");
    walk.send("truong", &form, &[("code", "SO"), ("name", "Kỹ năng số"), ("field", "digital")]).await;
    let page = walk.get("truong", "/needs/competences").await.attributes("td.acts a", "href").remove(0);
    let id = page.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", &page).await.form(&id);
    walk.send("truong", &form, &[("name", "Kỹ năng số cơ bản")]).await;
    let level = format!("level-{id}");
    let topic = walk.get("truong", "/needs/matrix/topics").await.attributes("td.acts a", "href").remove(0);
    for page in ["/needs/matrix/posts/SPEC", &topic] {
        let form = walk.get("truong", page).await.form(page);
        walk.send("truong", &form, &[(&level, "3")]).await;
    }
    let changes = format!(r#"[[{{"post":"HEAD"}},"{id}",0,4]]"#);
    let form = FilledForm { action: "/needs/matrix/import".to_owned(), fields: Vec::new() };
    walk.send("truong", &form, &[("changes", &changes)]).await;
    let person = walk.world.things.get("{person}").unwrap().clone();
    let page = format!("/needs/ratings/{person}");
    let form = walk.get("xa-00001", &page).await.form(&person);
    walk.send("xa-00001", &form, &[(&level, "1")]).await;
    let things = [("{competence}", id), ("{post}", "SPEC".to_owned()), ("{commune}", "00001".to_owned())];
    walk.world.things.extend(things);
    walk.world.things.insert("{topic_code}", topic.rsplit('/').next().unwrap().to_owned());
}

/// A questionnaire is written, changed, copied, sent and answered, and another one taken back.
async fn surveys(walk: &mut Walk) {
    let empty = |action: String| FilledForm { action, fields: Vec::new() };
    let form = walk.get("truong", "/surveys/new").await.form("/surveys");
    let page = walk.send("truong", &form, &[("title", "Phiếu thử")]).await.location().to_owned();
    let form = walk.get("truong", &format!("{page}/form")).await.form("/form");
    walk.send("truong", &form, &[("title", "Phiếu thử lại"), ("intro", "Lời dẫn")]).await;
    let kinds = ["section", "scale", "one", "several", "text", "competences"];
    for kind in kinds {
        let form = walk.get("truong", &format!("{page}/items/new?kind={kind}")).await.form("/items");
        walk.send("truong", &form, &[("text", kind), ("choices", "Một\nHai")]).await;
    }
    let read = walk
        .client("truong")
        .await
        .upload(&format!("{page}/import/preview"), "file", "a.txt", b"Hai? {=a ~b}", &[])
        .await;
    walk.send("truong", &read.form("/import"), &[]).await;
    let items = walk.get("truong", &page).await.attributes("td.acts a", "href");
    let (first, fifth) = (items.first().unwrap(), items.get(4).unwrap());
    let id = first.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", first).await.form(&id);
    walk.send("truong", &form, &[("text", "Phần đầu")]).await;
    walk.send("truong", &empty(format!("{fifth}/place")), &[("to", "up")]).await;
    walk.send("truong", &empty(format!("{fifth}/removal")), &[]).await;
    // one copy stays a draft, the other is sent and taken back
    walk.send("truong", &empty(format!("{page}/copy")), &[]).await;
    let copy = walk.send("truong", &empty(format!("{page}/copy")), &[]).await.location().to_owned();
    for page in [&copy, &page] {
        let form = walk.get("truong", &format!("{page}/sending")).await.form("/sending");
        walk.send("truong", &form, &[("closes_on", "2030-12-31")]).await;
    }
    let form = walk.get("truong", &format!("{copy}/withdrawal")).await.form("/withdrawal");
    walk.send("truong", &form, &[("reason", "Gửi nhầm")]).await;
    let sheet = walk.get("hv01", &format!("{page}/answer")).await;
    let names: Vec<String> = sheet.attributes("[name^='q-']", "name");
    let given: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    walk.send("hv01", &sheet.form("/answer"), &given).await;
    walk.world.things.insert("{survey}", page.rsplit('/').next().unwrap().to_owned());
    walk.world.things.insert("{item}", id);
}

/// Scenarios beside the plan: a class stays, one moves, a week is closed, figures change, one is kept by name, one removed, one put in effect.
async fn plan_room(walk: &mut Walk) {
    let room = walk.get("truong", "/plan").await.attributes(".pagehead a", "href").remove(0);
    let chosen = walk.get("truong", &room).await.attributes("a.chip", "href").remove(0);
    let chosen = chosen.trim_end_matches("#calendar").to_owned();
    let bare = |reply: Reply| reply.location().split('?').next().unwrap_or_default().to_owned();
    let form = walk.get("truong", &chosen).await.form("/lock");
    let kept = bare(walk.send("truong", &form, &[]).await);
    let chosen = walk.get("truong", &kept).await.attributes("a.chip", "href").remove(0);
    let form = walk.get("truong", chosen.trim_end_matches("#calendar")).await.form("/move");
    let moved = bare(walk.send("truong", &form, &[]).await);
    let form = walk.get("truong", &moved).await.form("/name");
    walk.send("truong", &form, &[("name", "Thử chuyển một lớp")]).await;
    let week = walk.get("truong", &room).await.attributes("[data-week] a:not(.chip)", "href").remove(0);
    let form = walk.get("truong", week.trim_end_matches("#asked")).await.form("/week");
    let closed = bare(walk.send("truong", &form, &[]).await);
    let form = walk.get("truong", &closed).await.form("/removal");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", &room).await.form("/settings");
    let changed = bare(walk.send("truong", &form, &[("repeat_gap", "60")]).await);
    let form = walk.get("truong", &changed).await.form("/adoption");
    walk.send("truong", &form, &[]).await;
}

/// A lesson plan in two versions, approved by a colleague, for one topic; a ZIP of files.
async fn materials(walk: &mut Walk) {
    let (first, second) = (docx(&["Bài một"], &[]), docx(&["Bài hai, theo 171/2025/NĐ-CP"], &[]));
    let fields = [("title", "Giáo án thử"), ("kind", "lesson_plan"), ("licence", "own"), ("source", "")];
    let page = walk.sent("gv01", "/materials", "a.docx", &first, &fields).await.location().to_owned();
    walk.world.things.insert("{material}", page.rsplit('/').next().unwrap().to_owned());
    walk.sent("gv01", &format!("{page}/versions"), "b.docx", &second, &[("seen", "1"), ("note", "Sửa")]).await;
    let form = walk.get("truong", &page).await.form("/reviews");
    walk.send("truong", &form, &[("verdict", "approved")]).await;
    let form = walk.get("gv01", &format!("{page}/change")).await.form("/change");
    walk.send("gv01", &form, &[("title", "Giáo án thử nghiệm")]).await;
    let form = walk.get("gv01", &page).await.form("/topics");
    let topic = walk.get("gv01", &page).await.attributes("#f-topic option", "value").remove(0);
    for action in ["/topics", "/topics/removal", "/topics"] {
        let form = FilledForm { action: form.action.replace("/topics", action), fields: Vec::new() };
        walk.send("gv01", &form, &[("topic", &topic)]).await;
    }
    let archive = zip(&[("Bài ba.docx", &docx(&["Bài ba"], &[]))]);
    let fields = [("kind", "reading"), ("licence", "public"), ("source", ""), ("topic", "")];
    walk.sent("gv01", "/materials/import", "a.zip", &archive, &fields).await;
    // what the lesson plan relies on ends: it is given to somebody, then kept with a reason
    walk.world.app.run_jobs().await;
    let form = walk.get("truong", "/legal/new").await.form("/legal");
    let typed = [("number", "171/2025/NĐ-CP"), ("kind", "nghi_dinh"), ("title", "Đào tạo"), ("issuer", "Chính phủ")];
    walk.send("truong", &form, &typed).await;
    let place = walk.get("truong", "/legal").await.attributes("td.acts a", "href").pop().unwrap();
    walk.world.things.insert("{place}", place.rsplit('/').next().unwrap().to_owned());
    let form = walk.get("truong", &place).await.form(&place);
    walk.send("truong", &form, &[("ended_on", "2026-02-01")]).await;
    let task = walk.get("truong", "/freshness").await.attributes("td.acts a", "href").remove(0);
    let form = walk.get("truong", &task).await.form("/freshness/task");
    walk.send("truong", &form, &[("due_on", "2026-12-31")]).await;
    let form = walk.get("gv01", &task).await.form("/freshness/reason");
    walk.send("gv01", &form, &[("reason", "Chỉ nhắc lại lịch sử")]).await;
    // one more that nobody has looked at
    let third = docx(&["Bài khác, theo 171/2025/NĐ-CP và 145-QĐ/TW"], &[]);
    let fields = [("title", "Giáo án khác"), ("kind", "lesson_plan"), ("licence", "own"), ("source", "")];
    walk.sent("gv01", "/materials", "d.docx", &third, &fields).await;
    walk.world.app.run_jobs().await;
    // pieces of a file on its way: whoever uses it leaves the record
    let begun = walk.client("gv01").await.post("/uploads", &[("name", "c.pdf"), ("size", "100")]).await;
    walk.world.things.insert("{upload}", begun.location().rsplit('/').next().unwrap().to_owned());
}

/// A document to every commune and to somebody, read by an officer; another one that is taken back.
async fn circulars(walk: &mut Walk) {
    let file = docx(&["Hướng dẫn"], &[]);
    for title in ["Thu hồi sau", "Hướng dẫn cử học viên"] {
        let fields = [("title", title), ("everywhere", "1"), ("role", "lecturer"), ("role", "learner")];
        let page = walk.sent("truong", "/circulars", "a.docx", &file, &fields).await.location().to_owned();
        if title == "Thu hồi sau" {
            let form = walk.get("truong", &page).await.form("/withdrawal");
            walk.send("truong", &form, &[]).await;
            continue;
        }
        walk.world.things.insert("{circular}", page.rsplit('/').next().unwrap().to_owned());
        // whoever is addressed opens it once: from then on their pages stay as they are
        for who in ["gv01", "hv01"] {
            walk.get(who, &page).await;
        }
        let form = walk.get("xa-00001", &page).await.form("/confirmation");
        walk.send("xa-00001", &form, &[]).await;
    }
}

/// Two classes of the plan are called, the second is cancelled and called anew.
async fn calls(walk: &mut Walk) -> (String, chrono::NaiveDate) {
    let mut called = Vec::new();
    for place in 0..2 {
        let page = walk.get("truong", "/classes/new").await;
        let head = page.attributes("#f-head option", "value").into_iter().find(|v| !v.is_empty()).unwrap();
        // a lecturer heads one class in a week: the second is called without
        let head = if place == 0 { head.as_str() } else { "" };
        let form = page.form("/classes");
        let monday: chrono::NaiveDate = form.fields.iter().find(|(n, _)| n == "starts_on").unwrap().1.parse().unwrap();
        let rooms = page.attributes("#f-venue option", "value");
        let room = rooms.iter().rev().nth(place).unwrap_or_else(|| panic!("only {} rooms", rooms.len()));
        // the first is looked at before communes see it
        let mut typed = vec![("head", head), ("seat_limit", "6"), ("venue", room.as_str())];
        if place == 0 {
            typed.push(("later", "1"));
        }
        let reply = walk.send("truong", &form, &typed).await;
        called.push((reply.location().to_owned(), monday));
    }
    let (second, _) = called.pop().unwrap();
    let page = walk.get("truong", &second).await;
    let heads = page.attributes("form[action$='/head'] option", "value");
    walk.send("truong", &page.form("/head"), &[("head", heads.last().unwrap())]).await;
    let form = walk.get("truong", &second).await.form("/cancellation");
    walk.send("truong", &form, &[("reason", "Thử hủy lớp")]).await;
    // called anew for a later week, and left as it is: a class whose seats and timetable may still change
    let later = (called.first().unwrap().1 + chrono::Days::new(28)).to_string();
    let page = walk.get("truong", "/classes/new").await;
    let room = page.attributes("#f-venue option", "value").into_iter().rev().nth(1).unwrap();
    let (class, monday) = called.pop().unwrap();
    let typed = [("seat_limit", "6"), ("venue", room.as_str()), ("starts_on", later.as_str())];
    let other = walk.send("truong", &page.form("/classes"), &typed).await.location().to_owned();
    walk.world.things.insert("{other class}", other.rsplit('/').next().unwrap().to_owned());
    let form = walk.get("truong", &format!("{class}/quotas")).await.form("/quotas");
    let sunday = (monday - chrono::Days::new(1)).to_string();
    walk.send("truong", &form, &[("nominate_by", &sunday)]).await;
    let form = walk.get("truong", &class).await.form("/publication");
    walk.send("truong", &form, &[]).await;
    walk.world.things.insert("{class}", class.rsplit('/').next().unwrap().to_owned());
    (class, monday)
}

/// The next version of a programme is written and left in drafting.
async fn next_version(walk: &mut Walk) {
    let programme = format!("/programmes/{}", walk.world.things.get("{programme}").unwrap());
    let form = walk.get("truong", &programme).await.form("/versions");
    walk.send("truong", &form, &[]).await;
    let topics = format!("{programme}/versions/2/topics");
    walk.world.things.insert("{number}", "2".to_owned());
    let form = walk.get("truong", &format!("{topics}/new")).await.form("/topics");
    let typed = [
        ("title", "Chuyên đề thêm"),
        ("kind", "skill"),
        ("periods", "4"),
        ("day", "1"),
        ("lecturer_type", "truong_chinh_tri"),
        ("delivery", "truc_tiep"),
    ];
    walk.send("truong", &form, &typed).await;
    let pages = walk.get("truong", &format!("{programme}/versions/2")).await.attributes("td.acts a", "href");
    let topic = pages.iter().find(|page| !page.ends_with("/new") && !page.ends_with("/removal")).unwrap().clone();
    let id = topic.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", &topic).await.form(&id);
    walk.send("truong", &form, &[("title", "Chuyên đề đổi tên")]).await;
    walk.send("truong", &FilledForm { action: format!("{topic}/place"), fields: Vec::new() }, &[("to", "down")]).await;
    let version = format!("{programme}/versions/2");
    let file = walk.get("truong", &format!("{version}/topics.xlsx")).await.bytes;
    let form = walk.get("truong", &topic).await.form(&id);
    walk.send("truong", &form, &[("title", "Chuyên đề đổi tên sau khi tải tệp")]).await;
    let import = format!("{version}/import");
    let shown = walk.client("truong").await.upload(&import, "file", "a.xlsx", &file, &[]).await;
    let form = shown.form("/import");
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let before = audit_seq(&mut walk.world.app.db().read().await.unwrap()).await.unwrap();
    let reply = walk.client("truong").await.upload(&import, "none", "", b"", &fields).await;
    walk.recorded("truong", "POST", &import, before, &reply).await;
    let form = walk.get("truong", &format!("{topic}/removal")).await.form("/removal");
    walk.send("truong", &form, &[]).await;
    let others =
        pages.iter().filter(|page| !page.contains(&id) && !page.ends_with("/new") && !page.ends_with("/removal"));
    walk.world.things.insert("{topic}", others.clone().next().unwrap().rsplit('/').next().unwrap().to_owned());
    let objectives = format!("{programme}/versions/2/objectives");
    for text in ["Mục tiêu thừa", "Mục tiêu ở lại"] {
        let form = walk.get("truong", &format!("{objectives}/new")).await.form("/objectives");
        walk.send("truong", &form, &[("text", text)]).await;
    }
    let aims = walk.get("truong", &format!("{programme}/versions/2")).await.attributes("#objectives a", "href");
    let (spare, stays) = (aims.first().unwrap(), aims.get(1).unwrap());
    let id = stays.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", stays).await.form(&id);
    walk.send("truong", &form, &[("text", "Mục tiêu đổi lời")]).await;
    walk.world.things.insert("{objective}", id);
    let form = walk.get("truong", spare).await.form("/removal");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", &format!("{programme}/versions/2")).await.form("/drafting");
    walk.send("truong", &form, &[]).await;
}

async fn nominations(walk: &mut Walk, class: &str) {
    let here = format!("{class}/nominations");
    let number = walk.world.things.get("{class}").unwrap().clone();
    for part in [number.clone(), format!("{number}/withdrawal"), number] {
        let form = walk.get("hv01", "/registration").await.form(&part);
        walk.send("hv01", &form, &[]).await;
    }
    for officer in ["xa-00001", "xa-00002"] {
        let page = walk.get(officer, &here).await;
        let people = page.attributes("form[action$='/nominations'] input[name=person]", "value");
        for person in people.iter().take(3) {
            walk.send(officer, &page.form("/nominations"), &[("person", person), ("confirm", "1")]).await;
        }
    }
    let page = walk.get("xa-00001", &here).await;
    let form = page.form("/substitution");
    walk.world.things.insert("{nomination}", form.action.split('/').nth(4).unwrap().to_owned());
    walk.send("xa-00001", &form, &[("confirm", "1"), ("reason", "Bận công tác")]).await;
    let other = walk.world.things.get("{other class}").unwrap().clone();
    let people =
        walk.get("xa-00001", &here).await.attributes("form[action$='/nominations'] input[name=person]", "value");
    let form = FilledForm { action: format!("{class}/elsewhere"), fields: Vec::new() };
    walk.send("xa-00001", &form, &[("person", people.last().unwrap()), ("class", &other)]).await;
    let form = walk.get("xa-00001", &here).await.form("/sending-decision");
    let today = walk.world.app.db().today().to_string();
    walk.send("xa-00001", &form, &[("decision", "15/QĐ-UBND"), ("signed_on", &today)]).await;
    let form = walk.get("xa-00001", &here).await.form("/withdrawal");
    walk.send("xa-00001", &form, &[("reason", "Bận công tác")]).await;
    let form = walk.get("truong", &format!("{class}/acceptance")).await.form("/refusal");
    walk.send("truong", &form, &[("reason", "Sai đối tượng")]).await;
    let form = walk.get("truong", &format!("{class}/acceptance")).await.form("/acceptance");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", class).await.form("/opening");
    walk.send("truong", &form, &[("reason", "Mở lớp để thử")]).await;
}

async fn week(walk: &mut Walk, class: &str) {
    for session in 1..=10 {
        let page = format!("{class}/sessions/{session}/roll-call");
        let form = walk.get("gv01", &page).await.form("/roll-call");
        walk.send("gv01", &form, &[]).await;
    }
}

async fn results(walk: &mut Walk, class: &str) {
    let form = walk.get("gv01", &format!("{class}/scores")).await.form("/scores");
    let fields: Vec<String> = form.fields.iter().map(|(n, _)| n.clone()).filter(|n| n.starts_with("score-")).collect();
    assert!(fields.len() >= 2, "{fields:?}");
    let given: Vec<(&str, &str)> = fields.iter().map(|name| (name.as_str(), "8,25")).collect();
    walk.send("gv01", &form, &given).await;
    let page = walk.get("hieutruong", &format!("{class}/results")).await;
    let form = page.form("/decision");
    walk.send("hieutruong", &form, &[("number", "21/QĐ-TCT"), ("signed_by", "Nguyễn Văn Ký")]).await;
    let form = walk.get("truong", &format!("{class}/results")).await.form("/certificates");
    walk.send("truong", &form, &[]).await;
    let page = walk.get("truong", &format!("{class}/results")).await;
    let form = walk.get("sonoivu", "/change-sets").await.form("/change-set/identities");
    walk.send("sonoivu", &form, &[]).await;
    let paper = page.attributes("a[href^='/certificates/']", "href");
    walk.world.things.insert("{certificate}", paper.first().unwrap().rsplit('/').next().unwrap().to_owned());
    let form = walk.get("truong", class).await.form("/filing");
    walk.send("truong", &form, &[("reason", "Kho lưu trữ, tủ 2, ngăn 5")]).await;
}
