//! A second scheme of another province beside the first: neither sees the other.
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]

use std::{collections::BTreeMap, path::Path};

use app::reference::{Reference, load_tables};
use axum::http::Method;
use chrono::NaiveDate;
use kernel::{Actor, UnitId};
use oversight::coverage::{Coverage, Format, coverage, write};
use people::{
    accounts::ROLES,
    organisation::{lookup, province_by_code},
    registry::{PersonInput, add_people},
};
use store::{By, Conn};
use teaching::{
    classes::load_venues,
    curriculum::programmes,
    needs::{
        matrix::{CompetenceDraft, MatrixInput, Target, competences, load_matrix},
        survey::{SurveyDraft, add_survey},
    },
    planning::plan_years,
    scheme::{self, Scheme},
    testing::{Province, approve_everything, call_first},
};
use testkit::{Client, PASSWORD, Reply, TestApp, db_test};
use web::{Access, Lang, Permit, RouteEntry, T};

use crate::{
    permissions::{address, holds},
    world::{World, username, world},
};

/// Fields that some form or other asks for: what is answered then does not depend on an empty field.
const TYPED: [(&str, &str); 14] = [
    ("decision", "1/KH"),
    ("reason", "Lý do"),
    ("to", "up"),
    ("number", "1/QĐ"),
    ("signed_by", "Nguyễn Văn Ký"),
    ("title", "Chuyên đề"),
    ("kind", "skill"),
    ("periods", "4"),
    ("day", "1"),
    ("method", "drill"),
    ("lecturer_type", "truong_chinh_tri"),
    ("delivery", "truc_tiep"),
    ("open-reason", "Lý do"),
    ("confirm", "1"),
];

async fn ask(client: &mut Client, entry: &RouteEntry, path: &str) -> Reply {
    if entry.method == Method::GET { client.get(path).await } else { client.post(path, &TYPED).await }
}

/// The name of a role's account in the second province.
fn second(role: &str) -> String {
    format!("hai-{}", role.replace('_', "-"))
}

/// The form of a topic without its boxes to tick: the registers of documents and of posts are shared by the schemes.
fn without_shared(body: String, route: &str) -> String {
    if !route.contains("/topics/") {
        return body;
    }
    let parts = body.split("<fieldset").enumerate();
    parts.map(|(n, part)| if n == 0 { part } else { part.split_once("</fieldset>").unwrap().1 }).collect()
}

/// Every page of every role of the first province, but the audit, which is of the installation.
async fn pages(world: &World) -> BTreeMap<(String, String), (u16, String)> {
    let mut pages = BTreeMap::new();
    for role in ROLES {
        let mut client = world.app.signed_in(username(role.code)).await;
        for entry in world.app.entries().iter().filter(|e| e.method == Method::GET && e.path != "/audit") {
            let path = address(world, entry.path);
            let reply = client.get(&path).await;
            // an error page has an id of its own
            let body = if reply.status == 200 { without_shared(reply.body, entry.path) } else { String::new() };
            pages.insert((role.code.to_owned(), path), (reply.status, body));
        }
    }
    // what the operator's report says, in full
    let mut conn = world.app.db().read().await.unwrap();
    let first = scheme::all(&mut conn).await.unwrap().into_iter().find(|s| s.code == "thu-nghiem").unwrap();
    let report = coverage_of(&mut conn, &first, world.app.db().today()).await;
    let json = write(T { lang: Lang::Vi }, &first.short_name, &report, Format::Json).unwrap();
    pages.insert(("report".to_owned(), "json".to_owned()), (200, String::from_utf8(json).unwrap()));
    pages
}

async fn coverage_of(conn: &mut Conn, scheme: &Scheme, today: NaiveDate) -> Coverage {
    let rules = scheme::rules(conn, scheme.id, today).await.unwrap();
    coverage(conn, scheme, &rules, today).await.unwrap()
}

/// A person who does not exist, of a commune, office and post.
fn generated(commune: &str, office: &str, position: &str) -> PersonInput {
    PersonInput {
        code: String::new(),
        full_name: String::new(),
        gender: Some("nam".to_owned()),
        birth_date: "1985-02-09".parse().ok(),
        ethnic_code: None,
        commune_code: commune.to_owned(),
        office_code: Some(office.to_owned()),
        position_code: position.to_owned(),
        education: None,
        theory: None,
        management: None,
        in_post_since: "2025-07-01".parse().unwrap(),
        generated: true,
    }
}

/// What the second province has, by the parameter that names it in a route.
type Things = BTreeMap<&'static str, String>;

/// Loads the second scheme from its folder, with people, an account of every role, a plan and a class.
async fn beside(app: &TestApp) -> (UnitId, Things) {
    let db = app.db();
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/second"));
    load_tables(db, &Reference::folder(folder).unwrap(), &mut |_, _| ()).await.unwrap();
    let by = By::System("test");
    let person = |n: usize| PersonInput {
        code: format!("HAI{n:02}"),
        full_name: format!("Người Hai Số {n:02}"),
        ..generated(["98001", "98002", "98003"][n / 3], "H2-P", if n.is_multiple_of(3) { "H2-TP" } else { "H2-CV" })
    };
    let inputs: Vec<PersonInput> = (0..9).map(person).collect();
    let people = add_people(db, by, &inputs).await.unwrap();
    let mut conn = db.read().await.unwrap();
    let unit = province_by_code(&mut conn, "98").await.unwrap().unwrap();
    let known = lookup(&mut conn).await.unwrap();
    drop(conn);
    let communes = ["98001", "98002"].map(|code| *known.communes.get(code).unwrap());
    let mut actors: BTreeMap<&str, Actor> = BTreeMap::new();
    for role in ROLES {
        let commune = (role.code == "commune_officer").then_some(communes[0]);
        let own = (role.code == "learner").then(|| people[0]);
        // an officer's commune alone says the province
        let province = commune.is_none().then_some(unit);
        actors.insert(role.code, app.account_in(province, &second(role.code), role.code, commune, own).await);
    }
    let school = &actors["school_training"];
    let mut conn = db.read().await.unwrap();
    let scheme = scheme::of(&mut conn, school).await.unwrap().unwrap();
    let rules = scheme::rules(&mut conn, scheme.id, db.today()).await.unwrap();
    assert_eq!((scheme.code.as_str(), scheme.province_id), ("thu-hai-2026-2028", unit));
    assert_eq!((rules.class_size_most, rules.periods(), rules.absence_most_percent), (50, 40, 10));
    drop(conn);
    let rooms = load_venues(db, by, scheme.id, &[("Hội trường", 60), ("Phòng Hai", 50)]).await.unwrap();
    let province = Province { scheme: scheme.id, communes, people, venue: rooms[0], second_venue: rooms[1] };
    approve_everything(db, &province, school, [&actors["propaganda"], &actors["school_head"], &actors["home_affairs"]])
        .await;
    let call = app.signed_in(&second("school_training")).await.get("/classes/new").await;
    assert_eq!(call.texts("#f-venue option"), ["Hội trường (60)", "Phòng Hai (50)"]);
    assert_eq!(call.texts("#f-head option").len(), 2, "nobody yet, and the province's own lecturer");
    let lecturer = actors["lecturer"].account;
    let class = call_first(db, &province, school, 3, Some(lecturer)).await;

    let frame = MatrixInput {
        competences: vec![(
            CompetenceDraft {
                code: "H2".into(),
                name: "Năng lực Hai".into(),
                field: "digital".into(),
                is_closed: false,
            },
            String::new(),
        )],
        cells: vec![(Target::Post("H2-CV".into()), "H2".into(), 3)],
    };
    load_matrix(db, by, scheme.id, &frame).await.unwrap();
    let words = SurveyDraft { title: "Phiếu Hai".into(), intro: String::new(), is_anonymous: false };
    let survey = add_survey(db, &Permit::check(school).unwrap(), &words).await.unwrap();
    let mut conn = db.read().await.unwrap();
    let competence = competences(&mut conn, scheme.id).await.unwrap().remove(0);
    let programme = programmes(&mut conn, scheme.id).await.unwrap().remove(0);
    let plan = plan_years(&mut conn, scheme.id).await.unwrap().remove(0);
    let things = [
        ("{class}", class.to_string()),
        ("{person}", province.people[1].to_string()),
        ("{programme}", programme.id.to_string()),
        ("{number}", programme.number.to_string()),
        ("{plan}", plan.plan_id.to_string()),
        ("{year}", plan.year.to_string()),
        ("{account}", lecturer.to_string()),
        ("{lecturer}", lecturer.to_string()),
        ("{competence}", competence.id.to_string()),
        ("{post}", "H2-CV".to_owned()),
        ("{survey}", survey.to_string()),
        ("{commune}", "98001".to_owned()),
        ("{topic_code}", "T1".to_owned()),
    ];
    (unit, things.into_iter().collect())
}

/// The path of a route that names a thing of a province, with that thing in it.
fn thing(route: &str, things: &Things, commune: &str) -> Option<String> {
    if let Some(rest) = route.strip_prefix("/communes/{code}") {
        return Some(format!("/communes/{commune}{rest}"));
    }
    let first = route.split('/').find(|part| part.starts_with('{'))?;
    // kinds of notices are the program's: every province has them, with words of its own
    if first == "{notice_kind}" {
        return None;
    }
    things.get(first)?;
    let part = |part: &str| match part {
        "{seq}" => "1".to_owned(),
        // below a thing that is out of scope nothing is looked for
        "{topic}" | "{nomination}" | "{absence}" => things.get("{person}").cloned().unwrap_or_default(),
        part => things.get(part).cloned().unwrap_or_else(|| part.to_owned()),
    };
    Some(route.split('/').map(part).collect::<Vec<_>>().join("/"))
}

/// Asks every route that names a thing, as every role of the other province; what is not answered as if it were not there.
async fn shown(app: &TestApp, things: &Things, commune: &str, name: impl Fn(&str) -> String) -> (usize, Vec<String>) {
    let (mut asked, mut wrong) = (0, Vec::new());
    for role in ROLES {
        let mut client = app.signed_in(&name(role.code)).await;
        for entry in app.entries().iter().filter(|e| e.access != Access::Public) {
            let Some(path) = thing(entry.path, things, commune) else { continue };
            let reply = ask(&mut client, entry, &path).await;
            let wanted = if holds(role, entry.access) { 404 } else { 403 };
            if reply.status != wanted {
                wrong.push(format!("{} {} {path}: {}", role.code, entry.method, reply.status));
            }
            asked += 1;
        }
    }
    (asked, wrong)
}

db_test! {
    async fn a_second_scheme_changes_no_page_of_the_first_and_neither_sees_the_other(db: TestDb) {
        let world = world(db).await;
        // who signed in when stands on some pages: everybody has before the first look
        for role in ROLES {
            world.app.signed_in(username(role.code)).await;
        }
        let before = pages(&world).await;
        assert!(before.values().filter(|(status, _)| *status == 200).count() > 200, "too few pages to compare");
        let (_, things) = beside(&world.app).await;
        let after = pages(&world).await;
        let changed: Vec<_> = before.iter().filter(|(page, body)| after.get(page) != Some(*body)).map(|(page, _)| page).collect();
        assert_eq!(changed, Vec::<&(String, String)>::new());

        // of the second province everything is there for its own, nothing for the first, and the other way about
        let mut own = world.app.signed_in(&second("school_training")).await;
        for page in ["{class}", "{person}", "{programme}"] {
            let path = format!("/{}/{}", match page { "{class}" => "classes", "{person}" => "people", _ => "programmes" }, things[page]);
            assert_eq!(own.get(&path).await.status, 200, "{path}");
        }
        assert_eq!(own.get("/communes/98001").await.status, 200);
        let first: Things = world.things.iter().map(|(name, id)| (*name, id.clone())).collect();
        let (asked, wrong) = shown(&world.app, &first, "00001", second).await;
        assert_eq!(wrong, Vec::<String>::new());
        assert!(asked > 400, "only {asked} questions");
        let (asked, wrong) = shown(&world.app, &things, "98001", |role| username(role).to_owned()).await;
        assert_eq!(wrong, Vec::<String>::new());
        assert!(asked > 300, "only {asked} questions");
    }

    async fn lists_and_figures_of_a_second_scheme_are_its_own(db: TestDb) {
        let world = world(db).await;
        let (unit, _) = beside(&world.app).await;
        let app = &world.app;
        let mut school = app.signed_in(&second("school_training")).await;
        let names: Vec<String> = (0..9).map(|n| format!("Người Hai Số {n:02}")).collect();
        let people = school.get("/people").await;
        assert_eq!(people.texts("tbody th a"), names);
        assert_eq!(people.attributes("#f-commune option", "value"), ["", "98003", "98002", "98001"]);
        assert_eq!(school.get("/coverage/people").await.texts("tbody th a"), names);
        let communes = school.get("/communes").await;
        assert_eq!(communes.texts("tbody td:nth-child(2)"), ["98003", "98002", "98001"]);
        let statistics = school.get("/people/reconcile").await;
        assert_eq!(statistics.texts("table.declared tbody tr > *"), ["Tổng số của tỉnh Hai", "9", "9", "0"]);
        assert_eq!(statistics.texts("table.history tbody tr > *"), ["Lý luận chính trị tỉnh Hai", "2021-2024", "12"]);
        assert_eq!(school.get("/programmes").await.texts("tbody th a"), ["Chương trình riêng của tỉnh Hai"]);
        assert_eq!(school.get("/classes").await.texts("tbody th a"), ["01/2026"], "numbers of classes begin anew");
        // what is kept between requests is kept for each province
        let mut first = app.signed_in(username("school_training")).await;
        assert_eq!(school.get("/board/milestones").await.texts("tbody th"), ["Khai giảng lớp đầu tiên của tỉnh Hai"]);
        let milestones = first.get("/board/milestones").await.texts("tbody th");
        assert_eq!(milestones, ["Thẩm định chương trình", "Mốc thử", "Tổng kết"]);
        assert_eq!(school.get("/people/import").await.texts("tbody th a"), Vec::<String>::new());
        let mut conn = app.db().read().await.unwrap();
        let today = app.db().today();
        let mut figures = Vec::new();
        for scheme in scheme::all(&mut conn).await.unwrap() {
            let coverage = coverage_of(&mut conn, &scheme, today).await;
            figures.push((scheme.code, coverage.communes.len(), coverage.people, coverage.trained > 0));
        }
        assert_eq!(figures, [("thu-hai-2026-2028".to_owned(), 3, 9, false), ("thu-nghiem".to_owned(), 1, 48, true)]);
        drop(conn);

        let accounts = app.signed_in(&second("administrator")).await.get("/accounts").await;
        let mut own: Vec<String> = ROLES.iter().map(|role| second(role.code)).collect();
        own.sort();
        assert_eq!(accounts.texts("tbody form[action$='/password'] .vh"), own);

        // an account made on the page works where its maker does
        let mut administrator = app.signed_in(&second("administrator")).await;
        let form = administrator.get("/accounts/new").await.form("/accounts");
        let once = administrator.submit(&form, &[("username", "hai-moi"), ("name", "Mới"), ("role", "finance")]).await.text_of("code");
        assert_eq!(app.client().post("/sign-in", &[("username", "hai-moi"), ("password", &once)]).await.status, 303);
        let made = people::accounts::actor_by_username(&mut app.db().read().await.unwrap(), "hai-moi").await.unwrap().unwrap();
        assert_eq!(made.province, Some(unit));
        assert_ne!(once, PASSWORD);
    }

    async fn an_import_takes_people_of_its_own_province_alone(db: TestDb) {
        let world = world(db).await;
        beside(&world.app).await;
        let app = &world.app;
        let twin = PersonInput { code: "P9001".into(), full_name: "Trần Văn Trùng".into(), ..generated("00001", "P1", "SPEC") };
        add_people(app.db(), By::System("test"), &[twin]).await.unwrap();
        // both provinces have a commune Thử 1; somebody of the first has this name and birth date; codes are unique among all
        let text = "Mã cán bộ,Họ và tên,Ngày sinh,Xã,Phòng,Chức danh\n\
                    ,Trần Văn Trùng,09/02/1985,Thử 1,Phòng Hai,Chuyên viên Hai\n\
                    P9001,Người Lạ,09/02/1985,Thử 1,Phòng Hai,Chuyên viên Hai\n\
                    ,Người Xa,09/02/1985,Thử 2,Phòng Hai,Chuyên viên Hai\n";
        let mut office = app.signed_in(&second("home_affairs")).await;
        let reply = office.upload("/people/import", "file", "hai.csv", text.as_bytes(), &[]).await;
        let batch = reply.location().to_owned();
        let faulty = office.get(&format!("{batch}?kind=faulty")).await;
        let told = faulty.texts("tbody tr").join("\n");
        assert!(told.contains("mã P9001 đã dùng cho một người của tỉnh khác"), "{told}");
        assert!(told.contains("không có xã, phường này trong tỉnh: Thử 2"), "{told}");
        assert_eq!(faulty.texts("tbody tr").len(), 2, "{told}");
        let form = office.get(&batch).await.form("/commit");
        assert_eq!(office.submit(&form, &[]).await.status, 303);
        let found = office.get("/people?q=trung").await;
        assert_eq!(found.texts("tbody th a"), ["Trần Văn Trùng"]);
        assert!(found.texts("tbody tr").join(" ").contains("Chuyên viên Hai"), "{:?}", found.texts("tbody tr"));
        let mut first = app.signed_in(username("home_affairs")).await;
        assert_eq!(first.get(&batch).await.status, 404);
        assert!(first.get("/people?q=trung").await.texts("tbody tr").join(" ").contains("Chức danh"), "left as it was");
    }
}
