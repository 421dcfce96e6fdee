//! The plan: its years, its slack, the coverage curve, its classes week by week.

use ::store::{Conn, Db};
use axum::extract::State;
use chrono::{Datelike, NaiveDate};
use kernel::{Actor, PlanId};
use serde::Deserialize;
use web::{
    Answer, Permit, Query, T, Ui, WebError,
    components::{Bar, Chart, Line},
};

use super::{
    ComposePlan, PlanYear, ReadPlan, actions,
    model::Figures,
    readiness,
    room::sees_drafts,
    store::{Bases, PlanClassLine, PlanLine, bases, classes, newest_plan, plan_curve, plan_years, steps, submitted},
    year::Standing,
};
use crate::{
    classes::{Checks, life::Weight},
    needs::gaps::closing::{ProgrammeCloses, of_programmes},
    scheme::{self, Rules, Scheme},
};

/// A year with what it adds up to.
struct YearShown {
    year: PlanYear,
    /// What is said of a year that holds fewer classes than the scheme asks for.
    fewer: Option<String>,
    /// People whose first class lies in this year.
    first_time: i64,
    cumulative: i64,
    bar: Bar,
    /// Where it stands between the bodies.
    standing: Standing,
    /// A scenario that adjusts it and was laid before the bodies, where it stands.
    adjusted: Option<(PlanId, Standing)>,
}

/// Seats against the target on one base.
struct Slack {
    base: String,
    people: i64,
    needed: i64,
    planned: i64,
    least: i64,
}

/// A class of the shown year: number of its week, its days.
struct ClassShown {
    line: PlanClassLine,
    week: i64,
    days: String,
}

struct PlanShown {
    plan: PlanLine,
    /// How far it may lie above the best plan, where that was proved.
    within: Option<String>,
    years: Vec<YearShown>,
    year: i64,
    classes: Vec<ClassShown>,
    all_classes: i64,
    approved: usize,
    lead: String,
    slack: Vec<Slack>,
    seats: i64,
    least_label: String,
    chart: Chart,
    goal: String,
}

#[derive(askama::Template)]
#[template(path = "planning/plan.html")]
struct PlanPage {
    t: T,
    shown: Option<PlanShown>,
    /// Which gaps the programmes close; empty while nobody keeps competences.
    closing: std::sync::Arc<Vec<ProgrammeCloses>>,
    may_compose: bool,
    /// What a plan is made from, and what of it is missing; for who makes plans.
    ready: Option<Checks>,
    /// Whether there is no plan without something that is missing.
    blocked: bool,
    lacking: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    year: String,
}

/// GET /plan: `year` shows the classes of another year.
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadPlan>, Query(asked): Query<Asked>) -> Answer {
    page(&ui, &db, &permit.actor, asked.year.parse().ok()).await
}

async fn page(ui: &Ui, db: &Db, actor: &Actor, year: Option<i64>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let may_compose = ui.may("plan.compose");
    let today = db.today();
    let (mut shown, mut ready) = (None, Vec::new());
    if let Some(scheme) = scheme::of(&mut conn, actor).await? {
        let bases = bases(&mut conn, scheme.id, today).await?;
        shown = show(t, &mut conn, &scheme, bases, (today, year, sees_drafts(ui))).await?;
        if may_compose {
            ready = readiness::read(&mut conn, &scheme, bases, today).await?;
        }
    }
    drop(conn);
    let page = PlanPage {
        t,
        closing: of_programmes(db, actor).await?,
        shown,
        may_compose,
        blocked: ready.iter().any(|check| check.weight == Weight::Must && !check.met()),
        lacking: ready.iter().filter(|check| !check.met()).count(),
        ready: (!ready.is_empty()).then(|| Checks::new(t, &ready, "")),
    };
    ui.page(t.get("planning-title"), &page)
}

async fn show(
    t: T,
    conn: &mut Conn,
    scheme: &Scheme,
    bases: Bases,
    (today, year, drafts): (NaiveDate, Option<i64>, bool),
) -> Result<Option<PlanShown>, WebError> {
    let rules = scheme::rules(conn, scheme.id, today).await?;
    let Some(plan) = newest_plan(conn, scheme.id).await? else { return Ok(None) };
    let curve = plan_curve(conn, scheme.id).await?;
    let mut cumulative = 0;
    let mut years: Vec<YearShown> = plan_years(conn, scheme.id)
        .await?
        .into_iter()
        .map(|year| {
            let of_year = curve.iter().filter(|(day, _)| i64::from(day.year()) == year.year);
            let first_time = of_year.map(|(_, people)| people).sum();
            cumulative += first_time;
            let target = Some(rules.coverage_target_permille);
            let least = rules.classes_per_year_least;
            YearShown {
                fewer: (year.classes < least).then(|| t.arg("planning-fewer", "least", least).into_owned()),
                first_time,
                cumulative,
                bar: Bar::of(t.pct(cumulative, plan.people), cumulative, plan.people, target, "info"),
                standing: Standing::Draft,
                adjusted: None,
                year,
            }
        })
        .collect();
    let of_plan = steps(conn, plan.id).await?;
    for shown in &mut years {
        shown.standing = Standing::after(&of_plan, shown.year.year);
    }
    let pending = if drafts { submitted(conn, scheme.id).await? } else { Vec::new() };
    for line in pending {
        let taken = steps(conn, line.id).await?;
        if let Some(shown) = years.iter_mut().find(|shown| Some(shown.year.year) == line.wishes().adjusts) {
            shown.adjusted = Some((line.id, Standing::after(&taken, shown.year.year)));
        }
    }
    let wanted = year.unwrap_or_else(|| i64::from(today.year()));
    let (first, last) = (years.first().map_or(wanted, |y| y.year.year), years.last().map_or(wanted, |y| y.year.year));
    let year = wanted.clamp(first, last);
    let plan_of_year = years.iter().find(|shown| shown.year.year == year).map_or(plan.id, |shown| shown.year.plan_id);
    let classes = classes(conn, plan_of_year, year)
        .await?
        .into_iter()
        .map(|line| ClassShown {
            week: line.monday.iso_week().week().into(),
            days: t.dates(line.monday, rules.last_day(line.monday)),
            line,
        })
        .collect();
    let seats: i64 = years.iter().map(|y| y.year.seats).sum();
    let span = scheme.last_year - scheme.first_year + 1;
    let seats_least = rules.classes_per_year_least * rules.class_size_least * span;
    let least_rule =
        format!("{} × {} × {}", t.num(rules.classes_per_year_least), t.num(rules.class_size_least), t.num(span));
    let slack = |key: &str, people: i64| {
        let needed = (people * rules.coverage_target_permille + 999) / 1000;
        Slack { base: t.get(key).into_owned(), people, needed, planned: seats - needed, least: seats_least - needed }
    };
    let goal = t.pct(rules.coverage_target_permille, 1000_i64);
    let lead = [
        ("number", plan.number.into()),
        ("trained", cumulative.into()),
        ("people", plan.people.into()),
        ("at", t.moment(plan.created_at).into()),
        ("by", plan.created_by.clone().into()),
    ];
    Ok(Some(PlanShown {
        all_classes: years.iter().map(|y| y.year.classes).sum(),
        approved: years.iter().filter(|y| y.year.decision_number.is_some()).count(),
        lead: t.args("planning-lead", lead).into_owned(),
        slack: vec![slack("planning-base-all", bases.people), slack("planning-base-target", bases.target)],
        seats,
        least_label: t
            .args("planning-slack-least", [("n", seats_least.into()), ("rule", least_rule.into())])
            .into_owned(),
        chart: chart(t, scheme, &rules, &years, plan.people),
        within: serde_json::from_str::<Figures>(&plan.figures).ok().and_then(|figures| figures.within(t)),
        goal,
        plan,
        years,
        year,
        classes,
    }))
}

/// The share trained at the end of each year.
fn chart(t: T, scheme: &Scheme, rules: &Rules, years: &[YearShown], people: i64) -> Chart {
    let span = (scheme.last_year - scheme.first_year + 1).max(1);
    let share = |trained: i64| if people > 0 { trained * 1000 / people } else { 0 };
    let mut points = vec![(0, 0)];
    points.extend(years.iter().map(|y| ((y.year.year - scheme.first_year + 1) * 1000 / span, share(y.cumulative))));
    let ticks: Vec<(i64, String)> = (0..span).map(|n| (n * 1000 / span, (scheme.first_year + n).to_string())).collect();
    let line = Line { tone: "s2", style: "planned", area: true, points };
    // the legend names the line: its text would cross the curve where it ends
    let target = Some((rules.coverage_target_permille, String::new()));
    Chart::of(t, t.get("planning-chart").into_owned(), 420, &ticks, &[line], target)
}

/// POST /plan: composes a new plan from the register as it stands.
pub(super) async fn post(ui: Ui, State(db): State<Db>, permit: Permit<ComposePlan>) -> Answer {
    actions::compose_plan(&db, &permit).await?;
    Ok(ui.see_with("/plan", "planning-composed", &[]))
}
