//! The forecast: how likely the plan in effect reaches its target with the absences and departures seen so far, how many classes more it
//! takes and for whom, and what is late.

use ::store::Db;
use axum::extract::State;
use chrono::{Datelike, Days, NaiveDate};
use planner::{Coming, Forecast, Outlook, Rate, Served};
use web::{
    Answer, Permit, T, Ui, WebError,
    answer::blocking,
    components::{Bar, Chart, Crumbs, Line},
};

use super::{
    ReadPlan,
    model::Wishes,
    store::{self, PlanYear, newest_plan, plan_years, scenario},
};
use crate::scheme::{self, Rules, Scheme};

/// Seed of the plays: the same figures give the same forecast.
const SEED: u64 = 1;
/// Month from which the next year should be approved, and its money known.
const APPROVED_FROM: u32 = 10;
/// Days over which departures are counted.
const SEEN: u64 = 365;

struct YearShown {
    year: i32,
    probability: String,
    bar: Bar,
    low: String,
    high: String,
}

/// What is late.
struct Warning {
    text: String,
    href: String,
}

#[derive(askama::Template)]
#[template(path = "planning/forecast/forecast.html")]
struct ForecastPage {
    t: T,
    crumbs: Crumbs,
    lead: String,
    years: Vec<YearShown>,
    chart: Option<Chart>,
    more: Vec<String>,
    enough: bool,
    seen: Vec<String>,
    warnings: Vec<Warning>,
}

fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn small(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

/// GET /plan/forecast
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadPlan>) -> Answer {
    let (t, today) = (ui.t, db.today());
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(WebError::NotFound)?;
    let plan = newest_plan(&mut conn, scheme.id).await?.ok_or_else(|| WebError::refused("planning-forecast-none"))?;
    let rules = scheme::rules(&mut conn, scheme.id, today).await?;
    let audiences = scheme::audiences(&mut conn, scheme.id).await?;
    let served = store::served(&mut conn, scheme.id, today).await?;
    let coming = store::coming(&mut conn, scheme.id, today).await?;
    let (completed, failed) = store::outcomes(&mut conn, scheme.id).await?;
    let since = today.checked_sub_days(Days::new(SEEN)).unwrap_or(today);
    let left = store::left(&mut conn, scheme.id, since, today).await?;
    let years = plan_years(&mut conn, scheme.id).await?;
    let late = store::uncalled(&mut conn, scheme.id, today, lead_day(today, &rules)).await?;
    let wishes = scenario(&mut conn, scheme.id, plan.id).await?.map(|line| line.wishes()).unwrap_or_default();
    drop(conn);

    let of = |code: &str| audiences.iter().position(|a| a.code == code);
    let of_audience = |code: &str| {
        let row = served.iter().find(|s| s.audience == code);
        row.map_or(Served { people: 0, trained: 0 }, |s| Served { people: small(s.people), trained: small(s.trained) })
    };
    let in_post: i64 = served.iter().map(|s| s.people).sum();
    let outlook = Outlook {
        served: audiences.iter().map(|a| of_audience(&a.code)).collect(),
        classes: coming.iter().filter_map(|(monday, code)| Some(class(of(code)?, *monday, today, &rules))).collect(),
        years: years_ahead(&scheme, today),
        absent: Rate { events: count(failed), of: count(completed + failed) },
        leaving: Rate { events: count(left), of: count(in_post + left) },
        target: share(rules.coverage_target_permille),
    };
    if outlook.years.is_empty() {
        return Err(WebError::refused("planning-no-weeks"));
    }
    let seats = small(rules.class_size_most);
    let classes = outlook.classes.len();
    let Forecast { years: ahead, more } = blocking(move || outlook.forecast(seats, SEED)).await?;

    let shown = ahead.iter().map(|y| YearShown {
        year: y.year,
        probability: t.share(y.probability),
        bar: Bar::of(t.share(y.middle), permille(y.middle), 1000, Some(rules.coverage_target_permille), "info"),
        low: t.share(y.low),
        high: t.share(y.high),
    });
    let goal = t.pct(rules.coverage_target_permille, 1000_i64);
    let enough = more.as_ref().is_some_and(|more| more.iter().all(|n| *n == 0));
    let asked = match &more {
        None => vec![t.get("planning-forecast-never").into_owned()],
        Some(more) => audiences
            .iter()
            .zip(more)
            .filter(|(_, n)| **n > 0)
            .map(|(a, n)| {
                t.args("planning-forecast-more-of", [("n", (*n).into()), ("audience", a.name.clone().into())])
                    .into_owned()
            })
            .collect(),
    };
    let rate = |key: &str, events: i64, of: i64| {
        t.args(key, [("events", events.into()), ("of", of.into()), ("share", t.pct(events, of).into())]).into_owned()
    };
    let lead = [("goal", goal.into()), ("classes", classes.into())];
    let page = ForecastPage {
        t,
        crumbs: Crumbs::to(t, t.get("planning-forecast")).by("/plan", t.get("planning-nav")),
        lead: t.args("planning-forecast-lead", lead).into_owned(),
        chart: chart(t, &ahead, &rules),
        years: shown.collect(),
        more: asked,
        enough,
        seen: vec![
            rate("planning-forecast-absent", failed, completed + failed),
            rate("planning-forecast-left", left, in_post + left),
        ],
        warnings: warnings(t, today, &scheme, &years, &wishes, late),
    };
    ui.page(t.get("planning-forecast"), &page)
}

/// A class that is still to be held.
fn class(programme: usize, monday: NaiveDate, today: NaiveDate, rules: &Rules) -> Coming {
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "days of a few years")]
    let after = (monday - today).num_days().max(0) as f64 / 365.25;
    Coming { programme, year: monday.year(), after, seats: small(rules.class_size_most) }
}

/// The years that are left of the scheme.
fn years_ahead(scheme: &Scheme, today: NaiveDate) -> Vec<i32> {
    let first = scheme.first_year.max(today.year().into());
    (first..=scheme.last_year).filter_map(|year| i32::try_from(year).ok()).collect()
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "at most a thousand")]
fn share(permille: i64) -> f64 {
    permille as f64 / 1000.0
}

#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "a share of at most 1")]
fn permille(share: f64) -> i64 {
    (share * 1000.0).round() as i64
}

/// The day until which classes should have been called by now.
fn lead_day(today: NaiveDate, rules: &Rules) -> NaiveDate {
    let days = u64::try_from(rules.nominate_days_before).unwrap_or(0);
    today.checked_add_days(Days::new(days)).unwrap_or(today)
}

/// The middle of the plays at the end of each year, and what nine of ten reach.
fn chart(t: T, ahead: &[planner::YearAhead], rules: &Rules) -> Option<Chart> {
    let span = i64::try_from(ahead.len()).ok().filter(|n| *n > 1)? - 1;
    let at = |n: usize| i64::try_from(n).unwrap_or(0) * 1000 / span;
    let line = |tone, style, of: fn(&planner::YearAhead) -> f64| Line {
        tone,
        style,
        area: false,
        points: ahead.iter().enumerate().map(|(n, y)| (at(n), permille(of(y)))).collect(),
    };
    let ticks: Vec<(i64, String)> = ahead.iter().enumerate().map(|(n, y)| (at(n), y.year.to_string())).collect();
    let lines = [line("s2", "planned", |y| y.middle), line("s3", "planned", |y| y.low)];
    let target = Some((rules.coverage_target_permille, String::new()));
    Some(Chart::of(t, t.get("planning-forecast-chart").into_owned(), 420, &ticks, &lines, target))
}

/// What is late: approval, money, calls.
fn warnings(
    t: T,
    today: NaiveDate,
    scheme: &Scheme,
    years: &[PlanYear],
    wishes: &Wishes,
    late: Vec<NaiveDate>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let this = i64::from(today.year());
    let next = this + i64::from(today.month() >= APPROVED_FROM);
    for year in (this..=next).filter(|y| (scheme.first_year..=scheme.last_year).contains(y)) {
        let line = years.iter().find(|y| y.year == year);
        if let Some(line) = line.filter(|y| y.decision_number.is_none()) {
            let text = t.arg("planning-late-approval", "year", year.to_string()).into_owned();
            warnings.push(Warning { text, href: format!("/plan/{}/years/{year}", line.plan_id) });
        }
        if !wishes.budget.contains_key(&year)
            && let Some(line) = line
        {
            let text = t.arg("planning-late-money", "year", year.to_string()).into_owned();
            warnings.push(Warning { text, href: format!("/plan/scenarios/{}#rules", line.plan_id) });
        }
    }
    warnings.extend(late.into_iter().map(|monday| Warning {
        text: t.arg("planning-late-call", "day", t.date(monday)).into_owned(),
        href: "/classes/new".to_owned(),
    }));
    warnings
}
