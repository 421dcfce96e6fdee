//! The plan room: scenarios beside the plan in effect, classes that move and stay, and the answers to "why".

use teaching::{
    planning::{Asked, ComposeError, ComposePlan, adopt, compose, compose_plan, plan_years},
    testing::Small,
};
use testkit::{Client, Reply, db_test};
use web::Permit;

use crate::setting::{Setting, setting};

/// Before the first teaching day.
const EARLY: &str = "2026-02-23T08:00";

/// Every constraint, travel last.
const SWITCHES: [&str; 12] = [
    "holidays",
    "events",
    "rooms",
    "beds",
    "lecturers",
    "office_absence",
    "head_and_deputy",
    "priority",
    "evenness",
    "repeat_gap",
    "budget",
    "travel",
];

fn two_years() -> Small {
    Small { offices: 4, people: 6, sizes: (4, 6), office_absent_percent: 100, classes: 4, years: 2, ..Small::default() }
}

/// A plan in effect, and its room as the school sees it.
async fn room(setting: &Setting) -> (Client, Reply, String) {
    compose_plan(setting.app.db(), &permit(setting)).await.unwrap();
    let mut school = setting.app.signed_in("truong").await;
    let plan = school.get("/plan").await;
    let address = plan.attributes(".pagehead a", "href").remove(0);
    let page = school.get(&address).await;
    assert_eq!(page.status, 200);
    (school, page, address)
}

fn permit(setting: &Setting) -> Permit<ComposePlan> {
    Permit::check(&setting.school).unwrap()
}

/// The Mondays of the shown year with classes.
fn weeks(page: &Reply) -> Vec<String> {
    let of = page.attributes("[data-week]:has(.chip)", "id");
    of.into_iter().map(|id| id.trim_start_matches("w-").to_owned()).collect()
}

db_test! {
    async fn a_class_moves_to_a_week_and_the_plan_beside_it_says_what_is_different(db: TestDb) {
        let setting = setting(db, &two_years(), EARLY).await;
        let (mut school, page, address) = room(&setting).await;
        assert_eq!(page.texts("h1 .tag"), ["đang thực hiện"]);
        assert_eq!(page.texts("#five tbody td.n"), ["4", "4"]);
        let before = weeks(&page);
        assert_eq!(before.len(), 2, "two rooms: {before:?}");
        let chip = page.attributes("a.chip", "href").remove(0);
        let chosen = school.get(chip.trim_end_matches("#calendar")).await;
        assert_eq!(chosen.texts("a.chip[aria-current] b").len(), 1);
        // every week that may hold classes says what the class would meet
        assert!(chosen.texts("[data-meets] small").len() > 30);
        assert!(chosen.texts("[data-meets] small").contains(&"mọi người đi được".to_owned()));
        let target = "2026-06-08";
        let class = chosen.attributes(&format!("#w-{target} [name=class]"), "value").remove(0);
        let moved = school.post(&format!("{address}/move"), &[("class", &class), ("to", target)]).await;
        assert_eq!(moved.status, 303);
        let page = school.get(moved.location()).await;
        assert_eq!(page.texts("h1 .tag"), ["dự thảo"]);
        assert!(weeks(&page).contains(&target.to_owned()), "{:?}", weeks(&page));
        let words = page.texts("#words li");
        assert!(words.iter().any(|w| w.contains("người học muộn hơn")), "{words:?}");
        assert!(words.iter().any(|w| w.ends_with("sang tuần 08/06/2026")), "{words:?}");
        // the moved class stays where it was put; the plan in effect is as it was
        assert_eq!(page.texts(&format!("#w-{target} .chip .vh")), ["giữ nguyên tuần"]);
        assert_eq!(weeks(&school.get(&address).await), before);
        // a place that there is not
        for to in ["2026-06-09", "2026-12-21", "2031-01-06", "x"] {
            let refused = school.post(&format!("{address}/move"), &[("class", &class), ("to", to)]).await;
            assert_eq!(refused.status, 422, "{to}");
            let told = refused.text_of("[role=alert] strong");
            assert!(told.starts_with("Tuần này không xếp được lớp"), "{told}");
        }
        let refused = school.post(&format!("{address}/move"), &[("class", "999"), ("to", target)]).await;
        assert_eq!(refused.text_of("[role=alert] strong"), "Phương án không có lớp này.");
    }

    async fn a_scenario_is_put_in_effect_once_and_never_over_another(db: TestDb) {
        let setting = setting(db, &two_years(), EARLY).await;
        let (mut school, _, address) = room(&setting).await;
        // two officers work on the same plan at once
        let first = school.post(&format!("{address}/week"), &[("week", "2026-03-02")]).await.location().to_owned();
        let second = school.post(&format!("{address}/week"), &[("week", "2026-03-09")]).await.location().to_owned();
        let bare = |location: &str| location.split('?').next().unwrap().to_owned();
        let (first, second) = (bare(&first), bare(&second));
        assert_ne!(first, second);
        assert!(!weeks(&school.get(&first).await).contains(&"2026-03-02".to_owned()));
        assert_eq!(school.post(&format!("{first}/adoption"), &[]).await.status, 303);
        let refused = school.post(&format!("{second}/adoption"), &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("[role=alert] strong").contains("một phương án khác đã được đưa vào thực hiện"));
        let plan = school.get("/plan").await;
        assert_eq!(plan.attributes(".pagehead a", "href").first(), Some(&first));
        // in effect it is neither put in effect again nor removed; the other one is removed
        assert_eq!(school.post(&format!("{first}/adoption"), &[]).await.status, 404);
        assert_eq!(school.post(&format!("{first}/removal"), &[]).await.status, 404);
        assert_eq!(school.post(&format!("{second}/removal"), &[]).await.status, 303);
        assert_eq!(school.get(&second).await.status, 404);
        assert_eq!(school.post(&format!("{second}/name"), &[("name", "Bỏ rồi")]).await.status, 404);
    }

    async fn adopting_two_scenarios_at_once_has_one_winner(db: TestDb) {
        let setting = setting(db, &two_years(), EARLY).await;
        let base = compose_plan(setting.app.db(), &permit(&setting)).await.unwrap();
        let asked = || Asked { base: Some(base), ..Asked::default() };
        let permit = permit(&setting);
        // named scenarios do not give way to each other
        let mut made = Vec::new();
        for _ in 0..4 {
            made.push(compose(setting.app.db(), &permit, asked()).await.unwrap());
        }
        let done = futures_util::future::join_all(made.iter().map(|id| adopt(setting.app.db(), &permit, *id))).await;
        assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
        assert!(done.iter().filter_map(|d| d.as_ref().err()).all(|e| matches!(e, ComposeError::Overtaken)));
    }

    async fn a_change_on_a_draft_takes_its_place_and_the_old_address_leads_to_the_new_one(db: TestDb) {
        let setting = setting(db, &two_years(), EARLY).await;
        let (mut school, _, address) = room(&setting).await;
        let bare = |location: &str| location.split('?').next().unwrap().to_owned();
        let draft = bare(school.post(&format!("{address}/week"), &[("week", "2026-03-02")]).await.location());
        let next = bare(school.post(&format!("{draft}/week"), &[("week", "2026-03-09")]).await.location());
        let gone = school.get(&draft).await;
        assert_eq!((gone.status, bare(gone.location())), (303, next.clone()));
        // a form of the old page writes nothing
        let refused = school.post(&format!("{draft}/week"), &[("week", "2026-03-16")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("[role=alert] strong").starts_with("Phương án này đã nhường chỗ"));
        let page = school.get(&next).await;
        assert_eq!(page.texts("#compare h2"), ["So với Phương án 1"]);
        assert!(weeks(&page).iter().all(|w| w != "2026-03-02" && w != "2026-03-09"));
        // with a name it stays beside what comes of it
        assert_eq!(school.post(&format!("{next}/name"), &[("name", " Tránh đầu tháng ba ")]).await.status, 303);
        let after = bare(school.post(&format!("{next}/week"), &[("week", "2026-03-02")]).await.location());
        assert_eq!(school.get(&next).await.text_of("h1").split(" dự").next().unwrap(), "Phương án 3 · Tránh đầu tháng ba");
        assert_eq!(school.get(&after).await.texts("#compare h2"), ["So với Phương án 3 · Tránh đầu tháng ba"]);
        // any two of the list are laid beside each other; an address that names none shows the usual comparison
        let links = school.get(&after).await.attributes("a[href*='with=']", "href");
        assert_eq!(links.len(), 2);
        let first = address.rsplit('/').next().unwrap();
        let beside = school.get(&format!("{after}?with={first}")).await;
        assert_eq!(beside.texts("#compare h2"), ["So với Phương án 1"]);
        assert!(!beside.texts("#words li").is_empty());
        assert_eq!(school.get(&format!("{after}?with=x")).await.texts("#compare h2"), ["So với Phương án 3 · Tránh đầu tháng ba"]);
        let wrong = school.post(&format!("{after}/name"), &[("name", "")]).await;
        assert_eq!((wrong.status, wrong.texts("#e-name").len()), (422, 1));
    }

    async fn row_51_constraints_are_listed_switched_and_said(db: TestDb) {
        let setting = setting(db, &two_years(), EARLY).await;
        let (mut school, page, address) = room(&setting).await;
        assert_eq!(page.texts("#rules [name=on]").len(), 12);
        assert_eq!(page.attributes("#rules [name=on][checked]", "value").len(), 12);
        let settings = format!("{address}/settings");
        // what is wrong is said at its field, and everything that was typed stays
        let typed = [
            ("on", "holidays"), ("rooms", "x"), ("size_least", "9"), ("size_most", "6"), ("budget_1", "-5"), ("class_cost", "120"),
        ];
        let wrong = school.post(&settings, &typed).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.texts(".field .error").len(), 2, "{:?}", wrong.texts(".field .error"));
        assert_eq!((wrong.attributes("#f-rooms", "value"), wrong.attributes("#f-class_cost", "value")), (vec!["x".to_owned()], vec!["120".to_owned()]));
        let order = school.post(&settings, &[("size_least", "9"), ("size_most", "6")]).await;
        assert_eq!(order.texts("#e-size_least"), ["Số người ít nhất của một lớp lớn hơn số nhiều nhất."]);
        let cost = school.post(&settings, &[("budget_1", "100")]).await;
        assert_eq!(cost.texts("#e-class_cost").len(), 1);
        // money for two classes in the first year
        let on: Vec<(&str, &str)> = ["holidays", "events", "rooms", "beds", "lecturers", "office_absence", "head_and_deputy", "priority", "evenness", "repeat_gap", "budget"]
            .into_iter().map(|code| ("on", code)).collect();
        let mut less = on.clone();
        less.extend([("class_cost", "150"), ("budget_1", "449")]);
        let page = school.post(&settings, &less).await;
        assert_eq!(page.status, 303, "{:?}", page.texts(".error"));
        let page = school.get(page.location()).await;
        assert_eq!(page.texts("#five tbody td.n"), ["2", "4"]);
        assert!(page.texts("#words li").iter().any(|w| w.starts_with("Bỏ lớp")), "{:?}", page.texts("#words li"));
        assert_eq!(page.attributes("#f-budget_1", "value"), ["449"]);
        // money for no class at all: the plan is shown all the same, and says that the year is under its least
        let mut none = on.clone();
        none.extend([("class_cost", "150"), ("budget_1", "100")]);
        let poor = school.post(&settings, &none).await;
        let poor = school.get(poor.location()).await;
        assert_eq!(poor.texts("#compare tbody td.n small.warn"), ["dưới 1"]);
        // without the constraint the money binds no more
        let mut free: Vec<_> = less.clone();
        free.retain(|(_, code)| *code != "budget");
        let page = school.post(&settings, &free).await;
        assert_eq!(school.get(page.location()).await.texts("#five tbody td.n"), ["4", "4"]);
        // fewer people in a class, so that the plan trains fewer
        let mut small = on;
        small.extend([("size_least", "2"), ("size_most", "3")]);
        let page = school.post(&settings, &small).await;
        let page = school.get(page.location()).await;
        assert!(page.texts(".chip small").iter().all(|n| ["2 người", "3 người"].contains(&n.as_str())));
    }

    async fn an_empty_week_and_a_person_have_their_reasons(db: TestDb) {
        let setting = setting(db, &two_years(), EARLY).await;
        let (mut school, page, address) = room(&setting).await;
        let asked = school.get(&format!("{address}?week=2026-11-09")).await;
        assert!(asked.texts("#asked li").iter().all(|w| w.contains("năm 2026 đã đủ 4 lớp")), "{:?}", asked.texts("#asked li"));
        // a week with a holiday, and one of no year at all
        let holiday = school.get(&format!("{address}?week=2030-11-09")).await;
        assert_eq!(holiday.texts("#asked form").len(), 0);
        assert!(page.texts("#asked").is_empty());
        // the last ones that the plan trains ask why
        let mut reasons = std::collections::BTreeSet::new();
        for person in &setting.province.people {
            let why = school.get(&format!("/plan/why/{person}")).await;
            assert_eq!(why.status, 200);
            assert!(why.text_of("h1").contains(&setting.name(*person).await));
            reasons.extend(why.texts("td:last-child").into_iter().map(|r| r.split(':').next().unwrap().to_owned()));
        }
        assert!(reasons.contains("lớp đã đủ người"), "{reasons:?}");
        // a year that is approved is told of as well
        let before = school.get(&format!("/plan/why/{}", setting.province.people[5])).await.texts("tbody tr").len();
        let home_affairs = setting.actor("sonoivu").await;
        let plan = address.rsplit('/').next().unwrap().parse().unwrap();
        teaching::testing::approve_year_of(setting.app.db(), &setting.school, &home_affairs, plan, 2026).await;
        let after = school.get(&format!("/plan/why/{}", setting.province.people[5])).await.texts("tbody tr").len();
        assert_eq!(after, before);
        // nothing moves in it
        let approved = school.get(&format!("{address}?year=2026")).await;
        assert_eq!((approved.texts("span.chip").len(), approved.texts("a.chip").len()), (4, 0));
        assert!(reasons.iter().any(|r| r.contains("là cấp trưởng hoặc cấp phó")), "{reasons:?}");
    }

    async fn a_week_without_the_lecturers_of_a_topic_holds_no_class_of_the_programme(db: TestDb) {
        let setting = setting(db, &two_years(), EARLY).await;
        let (mut school, page, address) = room(&setting).await;
        let week = weeks(&page).remove(0);
        // the only lecturer of every topic is away in a week that the plan uses
        setting.app.place().tamper("INSERT INTO topic_lecturer (topic_id, account_id) SELECT t.id, a.id FROM topic t CROSS JOIN account a WHERE a.username = 'gv01'").await;
        let gv01 = setting.actor("gv01").await.account;
        let monday: chrono::NaiveDate = week.parse().unwrap();
        let friday = (monday + chrono::Days::new(4)).to_string();
        let away = [("from_on", week.as_str()), ("from_part", "sang"), ("to_on", &friday), ("to_part", "chieu"), ("reason", "Đi công tác")];
        assert_eq!(school.post(&format!("/lecturers/{gv01}/absences"), &away).await.status, 303);
        let asked = school.get(&format!("{address}?week={week}")).await;
        assert!(asked.texts("#asked li").iter().all(|told| told.contains("có chuyên đề không còn giảng viên")), "{:?}", asked.texts("#asked li"));
        // a plan made now keeps that week free, and one without the constraint does not
        let on: Vec<(&str, &str)> = ["holidays", "events", "rooms", "beds", "office_absence", "head_and_deputy", "priority", "evenness", "repeat_gap", "budget"]
            .into_iter().map(|code| ("on", code)).collect();
        let mut with = on.clone();
        with.push(("on", "lecturers"));
        let made = school.post(&format!("{address}/settings"), &with).await;
        assert!(!weeks(&school.get(made.location()).await).contains(&week));
        let made = school.post(&format!("{address}/settings"), &on).await;
        assert!(weeks(&school.get(made.location()).await).contains(&week));
    }

    async fn a_plan_is_made_anew_but_for_what_is_locked_and_says_how_near_the_best_it_is(db: TestDb) {
        let setting = setting(db, &two_years(), EARLY).await;
        let (mut school, page, address) = room(&setting).await;
        // the plan in effect is improved and proved
        assert!(page.text_of("#compare dl").contains("Chênh so với mức tốt nhất có thể"), "{}", page.text_of("#compare dl"));
        let within = school.get("/plan").await.text_of("#within");
        assert!(within.starts_with("Phương án đã được chứng minh là chênh không quá"), "{within}");
        // a class is moved far away and stays there; anew all others may move
        let target = "2026-11-02";
        let chip = page.attributes("a.chip", "href").remove(0);
        let chosen = school.get(chip.trim_end_matches("#calendar")).await;
        let class = chosen.attributes(&format!("#w-{target} [name=class]"), "value").remove(0);
        let moved = school.post(&format!("{address}/move"), &[("class", &class), ("to", target)]).await;
        let moved = moved.location().split('?').next().unwrap().to_owned();
        let page = school.get(&moved).await;
        assert_eq!(page.attributes("#rules [name=how][checked]", "value"), ["little"]);
        let mut form: Vec<(&str, &str)> = SWITCHES.into_iter().map(|code| ("on", code)).collect();
        form.push(("how", "anew"));
        let anew = school.post(&format!("{moved}/settings"), &form).await;
        assert_eq!(anew.status, 303, "{:?}", anew.texts(".error"));
        let anew = school.get(anew.location()).await;
        assert!(weeks(&anew).contains(&target.to_owned()), "{:?}", weeks(&anew));
        assert_eq!(anew.texts(&format!("#w-{target} .chip .vh")), ["giữ nguyên tuần"]);
        assert_eq!(anew.texts("#five tbody td.n"), ["4", "4"]);
        // what was typed wrong keeps the choice
        form.push(("rooms", "x"));
        let wrong = school.post(&format!("{address}/settings"), &form).await;
        assert_eq!((wrong.status, wrong.attributes("#rules [name=how][checked]", "value")), (422, vec!["anew".to_owned()]));
    }

    async fn the_last_year_keeps_its_classes_when_the_years_before_are_approved(db: TestDb) {
        // two years of four classes of six: the forty-eight people are trained in the first, and attend again in the second
        let small = Small { offices: 4, people: 3, sizes: (4, 6), office_absent_percent: 100, classes: 4, years: 4, ..Small::default() };
        let setting = setting(db, &small, EARLY).await;
        let (mut school, page, address) = room(&setting).await;
        let last = page.texts("#five tbody th").last().unwrap().trim().to_owned();
        let before = page.texts("#five tbody td.n");
        let plan = address.rsplit('/').next().unwrap().parse().unwrap();
        let home_affairs = setting.actor("sonoivu").await;
        for year in 2026..=2028 {
            teaching::testing::approve_year_of(setting.app.db(), &setting.school, &home_affairs, plan, year).await;
        }
        let page = school.get(&format!("{address}?year={last}")).await;
        assert!(page.texts("#compare tbody td[data-label='Lũy kế']").last().unwrap().contains("24"), "{:?}", page.texts("#compare tbody td"));
        let used = weeks(&page);
        assert!(!used.is_empty());
        // a week is closed: its class goes elsewhere, none is lost
        let closed = school.post(&format!("{address}/week"), &[("week", used[0].as_str())]).await;
        assert_eq!(closed.status, 303);
        let page = school.get(closed.location()).await;
        assert_eq!(page.texts("#five tbody td.n"), before);
        assert!(!page.texts("#words li").iter().any(|w| w.starts_with("Bỏ lớp")), "{:?}", page.texts("#words li"));
        // and a plan made anew has classes for them too
        let composed = school.post("/plan", &[]).await;
        assert_eq!(composed.status, 303, "{}", composed.body);
    }

    async fn far_communes_of_a_district_travel_together_unless_the_constraint_is_off(db: TestDb) {
        let setting = setting(db, &two_years(), EARLY).await;
        let (mut school, page, address) = room(&setting).await;
        assert!(!page.text_of("#compare dl").contains("Chuyến đi"), "no commune is far");
        setting.app.place().tamper("UPDATE commune SET road_km = 100").await;
        let journeys = |page: &Reply| {
            let figures = page.texts("#compare dl div");
            let line = figures.iter().find(|f| f.starts_with("Chuyến đi của các nhóm xã xa")).unwrap().clone();
            line.trim_start_matches("Chuyến đi của các nhóm xã xa").trim().split(' ').next().unwrap().parse::<usize>().unwrap()
        };
        let mut made = Vec::new();
        for codes in [&SWITCHES[..], &SWITCHES[..11]] {
            let mut form: Vec<(&str, &str)> = codes.iter().map(|code| ("on", *code)).collect();
            form.push(("how", "anew"));
            let answer = school.post(&format!("{address}/settings"), &form).await;
            made.push(journeys(&school.get(answer.location()).await));
        }
        // both communes are of one district: each week with a class is a journey
        assert!((1..=8).contains(&made[0]) && made[0] <= made[1], "{made:?}");
        setting.app.place().tamper("UPDATE commune SET road_km = 99").await;
        let mut form: Vec<(&str, &str)> = SWITCHES.into_iter().map(|code| ("on", code)).collect();
        form.push(("how", "anew"));
        let near = school.post(&format!("{address}/settings"), &form).await;
        assert!(!school.get(near.location()).await.text_of("#compare dl").contains("Chuyến đi"));
    }

    async fn drafts_are_for_those_who_make_and_approve_plans(db: TestDb) {
        let setting = setting(db, &two_years(), EARLY).await;
        let (mut school, _, address) = room(&setting).await;
        let draft = school.post(&format!("{address}/week"), &[("week", "2026-03-02")]).await.location().to_owned();
        let mut reader = setting.app.signed_in("tuyengiao").await;
        let seen = reader.get(&address).await;
        assert_eq!((seen.status, seen.texts("#calendar form").len(), seen.texts("#rules button").len()), (200, 0, 0));
        assert!(!seen.attributes("a", "href").iter().any(|a| draft.starts_with(a.as_str()) && a.contains("/scenarios/") && *a != address));
        assert_eq!(reader.get(&draft).await.status, 404);
        assert_eq!(reader.post(&format!("{address}/week"), &[("week", "2026-03-02")]).await.status, 403);
        assert_eq!(setting.app.signed_in("sonoivu").await.get(&draft).await.status, 200);
        // a draft changes nothing that others read
        let mut conn = setting.app.db().read().await.unwrap();
        let years = plan_years(&mut conn, setting.province.scheme).await.unwrap();
        assert_eq!(years.iter().map(|y| y.classes).collect::<Vec<_>>(), [4, 4]);
    }
}
