//! The pages of the plan room and its forms.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use ::store::{Conn, Db};
use axum::{extract::State, http::StatusCode};
use chrono::{Datelike, NaiveDate};
use kernel::{Actor, PersonId, PlanId};
use planner::{Effect, NoClass, Why};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Query, T, Ui, WebError,
    components::{Bar, Crumbs, Field, Wrong},
};

use super::{
    calendar::{self, Month, YearRow},
    compare::{self, Difference, YearFigures},
    settings::{self, Switch, Typed},
};
use crate::{
    planning::{
        ComposePlan, ReadPlan,
        actions::{self, Asked, ComposeError},
        adjusting,
        gather::{Carried, Gathered, Weeks, gather_in, weeks},
        model::{Figures, Slot, Wishes},
        store::{BaseClass, Scenario, base_classes, scenario, scenarios},
    },
    scheme::{self, Audience, Rules},
};

/// Most characters of a scenario's name.
const NAME_MOST: usize = 80;

/// A year of both plans.
struct YearPair {
    year: i32,
    is: YearFigures,
    was: Option<YearFigures>,
    cumulative: i64,
    before: i64,
    bar: Bar,
    /// What is said of a year that holds fewer classes than the scheme asks for.
    fewer: Option<String>,
}

/// A figure of both plans.
struct FigurePair {
    name: String,
    is: String,
    was: String,
}

/// A scenario of the list.
struct Listed {
    line: Scenario,
    here: bool,
    standing: bool,
    told: String,
}

/// Why a week has no class of a programme.
struct CellWhy {
    programme: String,
    told: String,
}

struct Asking {
    monday: NaiveDate,
    days: String,
    closed: bool,
    open: bool,
    whys: Vec<CellWhy>,
}

struct Chosen {
    seq: i64,
    programme: String,
    people: usize,
    days: String,
    monday: NaiveDate,
    kept: bool,
}

#[derive(askama::Template)]
#[template(path = "planning/room/room.html")]
struct RoomPage<'a> {
    t: T,
    crumbs: Crumbs,
    line: Scenario,
    title: String,
    lead: String,
    standing: bool,
    base: Option<String>,
    wrong: Option<Wrong>,
    pairs: Vec<YearPair>,
    figures: Vec<FigurePair>,
    words: Vec<String>,
    more_words: usize,
    rows: Vec<YearRow>,
    year: i32,
    years: Vec<i32>,
    months: Vec<Month>,
    legend: Vec<(i64, String)>,
    chosen: Option<Chosen>,
    asking: Option<Asking>,
    /// Whether the form asks for a plan made anew.
    anew: bool,
    switches: Vec<Switch>,
    fields: Vec<Field<'a>>,
    name: Field<'a>,
    list: Vec<Listed>,
    may_compose: bool,
    /// The approved year that it plans anew.
    adjusts: Option<i64>,
}

/// What the address asks.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(in crate::planning) struct View {
    year: String,
    /// Number of the chosen class.
    class: String,
    /// Monday of the week that is asked about.
    week: String,
    /// The plan to lay beside this one, where it is not the one that it comes from.
    with: String,
}

/// What was typed into one of the forms, with what is wrong.
#[derive(Default)]
struct Told {
    settings: Option<Typed>,
    name: Option<String>,
    errors: Errors,
}

/// GET /plan/scenarios/{plan}
pub(in crate::planning) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadPlan>,
    Path(id): Path<PlanId>,
    Query(view): Query<View>,
) -> Answer {
    page(&ui, &db, &permit.actor, id, &view, Told::default()).await
}

/// Whether somebody sees what is not in effect: those who make, review and approve plans.
pub(in crate::planning) fn sees_drafts(ui: &Ui) -> bool {
    ["plan.compose", "plan.review", "plan.approve"].into_iter().any(|right| ui.may(right))
}

/// Words of a scenario's list and heading.
fn told(t: T, line: &Scenario) -> String {
    let args = [
        ("trained", line.trained.into()),
        ("people", line.people.into()),
        ("by", line.created_by.clone().into()),
        ("at", t.moment(line.created_at).into()),
    ];
    t.args("planning-scenario-lead", args).into_owned()
}

fn title(t: T, line: &Scenario) -> String {
    let number = t.arg("planning-scenario-n", "n", line.number);
    line.name.as_ref().map_or_else(|| number.clone().into_owned(), |name| format!("{number} · {name}"))
}

/// The classes of a plan but those of approved years: nothing of these can change.
pub(super) fn unapproved(approved: &BTreeMap<i64, PlanId>, mut classes: Vec<BaseClass>) -> Vec<BaseClass> {
    classes.retain(|class| !approved.contains_key(&i64::from(class.monday.year())));
    classes
}

/// The classes of a plan and, before them, those of years that are approved, by week; true: nothing moves.
pub(super) async fn all_classes(
    conn: &mut Conn,
    approved: &BTreeMap<i64, PlanId>,
    classes: Vec<BaseClass>,
) -> Result<Vec<(BaseClass, bool)>, WebError> {
    let plans: BTreeSet<PlanId> = approved.values().copied().collect();
    let mut all = Vec::new();
    for plan in plans {
        let of = base_classes(conn, plan).await?;
        let here = |class: &BaseClass| approved.get(&i64::from(class.monday.year())) == Some(&plan);
        all.extend(of.into_iter().filter(|class| here(class)).map(|class| (class, true)));
    }
    all.extend(classes.into_iter().map(|class| {
        let stays = class.carried.is_some();
        (class, stays)
    }));
    all.sort_by_key(|(class, _)| (class.monday, class.seq));
    Ok(all)
}

async fn page(ui: &Ui, db: &Db, actor: &Actor, id: PlanId, view: &View, typed: Told) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?;
    let line = scenario(&mut conn, scheme.id, id).await?.ok_or(WebError::NotFound)?;
    if let Some(by) = line.replaced_by {
        return Ok(ui.see_with(&format!("/plan/scenarios/{by}"), "planning-replaced", &[]));
    }
    let may_compose = ui.may("plan.compose");
    let sees_drafts = sees_drafts(ui);
    if line.removed_at.is_some() || (line.is_draft() && !sees_drafts) {
        return Err(WebError::NotFound);
    }
    let wishes = line.wishes();
    let approved = adjusting::fixed(&mut conn, scheme.id, &wishes).await?;
    let classes = unapproved(&approved, base_classes(&mut conn, id).await?);
    let mut list = scenarios(&mut conn, scheme.id).await?;
    list.retain(|l| sees_drafts || !l.is_draft());
    let with: Option<PlanId> = view.with.parse().ok();
    let with = list.iter().find(|l| Some(l.id) == with && l.id != id).map(|l| l.id);
    let base = match with.or(line.base_plan_id) {
        Some(base) => scenario(&mut conn, scheme.id, base).await?,
        None => None,
    };
    let before = match &base {
        Some(base) => {
            let classes = adjusting::going_on(&mut conn, scheme.id, base, wishes.adjusts).await?;
            Some(unapproved(&approved, classes))
        }
        None => None,
    };
    let standing = list.iter().find(|l| !l.is_draft()).map(|l| l.id);
    let today = db.today();
    let open = weeks(&mut conn, &scheme, today, &wishes, &approved).await?;
    let all = all_classes(&mut conn, &approved, classes.clone()).await?;
    let rows = calendar::years(&all);
    let mut years: Vec<i32> = rows.iter().map(|row| row.year).collect();
    years.extend(open.mondays.iter().map(Datelike::year));
    years.sort_unstable();
    years.dedup();
    let chosen =
        view.class.parse().ok().and_then(|seq: i64| classes.iter().find(|c| c.seq == seq && c.carried.is_none()));
    let week: Option<NaiveDate> = view.week.parse().ok();
    let asked = chosen.map(|c| c.monday).or(week).map(|day| day.year());
    let first_open = open.mondays.first().map(Datelike::year);
    let year = view.year.parse().ok().or(asked).or(first_open).filter(|y| years.contains(y));
    let year = year.or(years.first().copied()).unwrap_or_else(|| today.year());

    // the planner's problem is read only when something is asked of it
    let (effects, asking) = if chosen.is_some() || week.is_some() {
        let gathered = gather_in(&mut conn, &scheme, today, &wishes, &open, &classes).await?;
        let audiences = scheme::audiences(&mut conn, scheme.id).await?;
        answers(t, &gathered, &open.rules, &audiences, &classes, &wishes, (chosen, week))?
    } else {
        (Vec::new(), None)
    };
    drop(conn);

    let effects = chosen.map(|c| (c.seq, effects.as_slice()));
    let months = calendar::months(t, year, &all, (&wishes, &open.rules), &open.mondays, effects);
    let mut legend: Vec<(i64, String)> =
        all.iter().map(|(c, _)| (calendar::tone(c.place), c.programme.clone())).collect();
    legend.sort();
    legend.dedup();
    let difference = before.as_ref().map(|before| compare::difference(before, &classes));
    let all_words = difference.as_ref().map(|d| words(t, d)).unwrap_or_default();
    let more_words = all_words.len().saturating_sub(WORDS);
    let target = Some(open.rules.coverage_target_permille);
    let approved_for = all.iter().filter(|(_, approved)| *approved).flat_map(|(class, _)| class.people.iter().copied());
    let approved_for: HashSet<PersonId> = approved_for.collect();
    let firsts = |classes: &[BaseClass]| compare::years(classes, &approved_for).values().map(|y| y.first).sum::<i64>();
    let settled = line.trained - firsts(&classes);
    let was_settled = base.as_ref().zip(before.as_ref()).map_or(0, |(base, before)| base.trained - firsts(before));
    let open_years: Vec<i64> =
        years.iter().filter(|y| open.mondays.iter().any(|m| m.year() == **y)).map(|y| (*y).into()).collect();
    let form = typed.settings.unwrap_or_else(|| settings::typed(&wishes, &open.plain, &open_years));
    let name = typed.name.or_else(|| line.name.clone()).unwrap_or_default();
    let status = if typed.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let heading = title(t, &line);
    let page = RoomPage {
        t,
        crumbs: Crumbs::to(t, heading.clone()).by("/plan", t.get("planning-nav")),
        title: heading,
        lead: told(t, &line),
        standing: standing == Some(id),
        base: base.as_ref().map(|base| title(t, base)),
        wrong: Wrong::of(t, &typed.errors),
        pairs: pairs(
            t,
            &classes,
            before.as_deref(),
            (settled, was_settled, &approved_for),
            line.people,
            target,
            open.plain.classes_per_year_least,
        ),
        figures: figures(t, &line, base.as_ref()),
        words: all_words.into_iter().take(WORDS).collect(),
        more_words,
        rows,
        year,
        years,
        months,
        legend,
        chosen: chosen.map(|c| Chosen {
            seq: c.seq,
            programme: c.programme.clone(),
            people: c.people.len(),
            days: calendar::days(t, &open.rules, c.monday),
            monday: c.monday,
            kept: wishes.kept.contains(&c.slot()),
        }),
        asking,
        anew: settings::anew(&form),
        switches: settings::switches(t, &form),
        fields: settings::fields(t, &form, &open_years, &typed.errors),
        name: Field::new(t, &typed.errors, "name", "planning-scenario-name", &name).class("grow"),
        list: list
            .into_iter()
            .map(|l| Listed { here: l.id == id, standing: standing == Some(l.id), told: told(t, &l), line: l })
            .collect(),
        may_compose,
        adjusts: wishes.adjusts,
        line,
    };
    ui.page_with(status, page.title.clone(), &page)
}

/// What the chosen class meets in each week, and why the week that is asked about has no class of a programme.
fn answers(
    t: T,
    gathered: &Gathered,
    rules: &Rules,
    audiences: &[Audience],
    classes: &[BaseClass],
    wishes: &Wishes,
    (chosen, week): (Option<&BaseClass>, Option<NaiveDate>),
) -> Result<(Vec<Effect>, Option<Asking>), ComposeError> {
    let Carried { plan, seqs, .. } = gathered.plan_of(classes, &wishes.kept, None)?;
    let why = Why::of(&gathered.instance, &plan);
    let place = chosen.and_then(|c| seqs.iter().position(|seq| *seq == c.seq));
    let asking = week.map(|monday| {
        let place = gathered.mondays.binary_search(&monday).ok().and_then(|w| u32::try_from(w).ok());
        let told = |place, a: &Audience| CellWhy {
            programme: a.name.clone(),
            told: no_class(t, why.no_class(&a.code, place), gathered.instance.class_size[0]),
        };
        Asking {
            monday,
            days: calendar::days(t, rules, monday),
            closed: wishes.closed.contains(&monday),
            open: place.is_some(),
            whys: place.map(|place| audiences.iter().map(|a| told(place, a)).collect()).unwrap_or_default(),
        }
    });
    Ok((place.map(|place| why.moves(place)).unwrap_or_default(), asking))
}

/// Most changes of classes that are listed one by one.
const WORDS: usize = 12;

/// The years of both plans.
fn pairs(
    t: T,
    classes: &[BaseClass],
    before: Option<&[BaseClass]>,
    (settled, was_settled, approved_for): (i64, i64, &HashSet<PersonId>),
    people: i64,
    target: Option<i64>,
    least: i64,
) -> Vec<YearPair> {
    let of = |classes| compare::years(classes, approved_for);
    let (is, was) = (of(classes), before.map(of));
    let mut years: Vec<i32> = is.keys().chain(was.iter().flat_map(BTreeMap::keys)).copied().collect();
    years.sort_unstable();
    years.dedup();
    let (mut cumulative, mut earlier) = (settled, was_settled);
    let pair = |year: i32| {
        let of = is.get(&year).copied().unwrap_or_default();
        let old = was.as_ref().map(|was| was.get(&year).copied().unwrap_or_default());
        cumulative += of.first;
        earlier += old.map_or(0, |o| o.first);
        let bar = Bar::of(t.pct(cumulative, people), cumulative, people, target, "info");
        let fewer = (of.classes < least).then(|| t.arg("planning-fewer", "least", least).into_owned());
        YearPair { year, is: of, was: old, cumulative, before: earlier, bar, fewer }
    };
    years.into_iter().map(pair).collect()
}

/// Figures of the planner, in words that people use.
fn figures(t: T, line: &Scenario, base: Option<&Scenario>) -> Vec<FigurePair> {
    let (is, was) = (line.figures(), base.map(Scenario::figures));
    // a year of the planner is counted in teaching weeks; months are what people say
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "millionths of a few years")]
    let of_million = |millionths: i64, times: f64| t.decimal(millionths as f64 * times / 1e6, 1);
    let months = |millionths: i64| t.arg("planning-months-n", "n", of_million(millionths, 12.0)).into_owned();
    let points = |millionths: i64| t.arg("planning-points-n", "n", of_million(millionths, 100.0)).into_owned();
    let pair = |key: &str, of: &dyn Fn(&Figures) -> String| FigurePair {
        name: t.get(key).into_owned(),
        is: of(&is),
        was: was.as_ref().map(of).unwrap_or_default(),
    };
    let pairs = [
        pair("planning-figure-untrained", &|f| t.pct(f.untrained, 1_000_000_i64)),
        pair("planning-figure-wait", &|f| months(f.wait)),
        pair("planning-figure-uneven", &|f| points(f.uneven)),
        pair("planning-figure-journeys", &|f| f.journeys.map(|n| t.num(n)).unwrap_or_default()),
        pair("planning-figure-gap", &|f| f.within(t).unwrap_or_default()),
    ];
    pairs.into_iter().filter(|pair| !pair.is.is_empty()).collect()
}

/// What a scenario does otherwise, in sentences.
fn words(t: T, difference: &Difference) -> Vec<String> {
    let mut words = Vec::new();
    let people = [
        ("planning-diff-earlier", difference.earlier),
        ("planning-diff-later", difference.later),
        ("planning-diff-added", difference.added),
        ("planning-diff-lost", difference.lost),
    ];
    words.extend(people.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| t.arg(key, "n", n).into_owned()));
    words.extend(difference.classes.iter().map(|moved| moved.told(t)));
    if words.is_empty() {
        words.push(t.get("planning-diff-none").into_owned());
    }
    words
}

/// Why a week has no class of a programme, in words.
fn no_class(t: T, why: NoClass, least: u32) -> String {
    match why {
        NoClass::Obstacle(rule) => calendar::obstacle(t, rule),
        NoClass::FewPeople(n) => {
            t.args("planning-few-people", [("n", i64::from(n).into()), ("least", i64::from(least).into())]).into_owned()
        }
        NoClass::Possible(n) => t.arg("planning-possible", "n", i64::from(n)).into_owned(),
    }
}

/// A new scenario on another: its page, or what forbids it.
async fn compose(ui: &Ui, db: &Db, permit: &Permit<ComposePlan>, asked: Asked, year: i32) -> Answer {
    let id = actions::compose(db, permit, asked).await?;
    Ok(ui.see_with(&format!("/plan/scenarios/{id}?year={year}"), "planning-computed", &[]))
}

/// A scenario on which another is made: with its wishes, and its rules.
async fn standing_on(db: &Db, actor: &Actor, id: PlanId) -> Result<(Wishes, Vec<BaseClass>), WebError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?;
    let line = scenario(&mut conn, scheme.id, id).await?.ok_or(WebError::NotFound)?;
    if line.replaced_by.is_some() {
        return Err(WebError::refused("planning-replaced"));
    }
    let classes = base_classes(&mut conn, id).await?;
    Ok((line.wishes(), classes))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::planning) struct Move {
    class: i64,
    to: String,
}

/// POST /plan/scenarios/{plan}/move: `class`, `to` (a Monday).
pub(in crate::planning) async fn post_move(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ComposePlan>,
    Path(id): Path<PlanId>,
    Form(form): Form<Move>,
) -> Answer {
    let (wishes, _) = standing_on(&db, &permit.actor, id).await?;
    let to: NaiveDate = form.to.parse().map_err(|_| WebError::refused("planning-no-week"))?;
    let asked = Asked { wishes, base: Some(id), moved: Some((form.class, to)), ..Asked::default() };
    compose(&ui, &db, &permit, asked, to.year()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::planning) struct Lock {
    class: i64,
}

/// POST /plan/scenarios/{plan}/lock: `class` stays in its week, or may move again.
pub(in crate::planning) async fn post_lock(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ComposePlan>,
    Path(id): Path<PlanId>,
    Form(form): Form<Lock>,
) -> Answer {
    let (mut wishes, classes) = standing_on(&db, &permit.actor, id).await?;
    let class = classes.iter().find(|c| c.seq == form.class && c.carried.is_none()).ok_or(ComposeError::NoClass)?;
    let slot: Slot = class.slot();
    if !wishes.kept.remove(&slot) {
        wishes.kept.insert(slot);
    }
    let year = class.monday.year();
    compose(&ui, &db, &permit, Asked { wishes, base: Some(id), ..Asked::default() }, year).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::planning) struct Close {
    week: String,
}

/// POST /plan/scenarios/{plan}/week: `week` (a Monday) holds no class, or may hold some again.
pub(in crate::planning) async fn post_week(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ComposePlan>,
    Path(id): Path<PlanId>,
    Form(form): Form<Close>,
) -> Answer {
    let (mut wishes, _) = standing_on(&db, &permit.actor, id).await?;
    let week: NaiveDate = form.week.parse().map_err(|_| WebError::refused("planning-no-week"))?;
    if !wishes.closed.remove(&week) {
        wishes.closed.insert(week);
        wishes.kept.retain(|slot| slot.monday != week);
    }
    compose(&ui, &db, &permit, Asked { wishes, base: Some(id), ..Asked::default() }, week.year()).await
}

/// POST /plan/scenarios/{plan}/settings: switches `on`, figures, budgets of the years.
pub(in crate::planning) async fn post_settings(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ComposePlan>,
    Path(id): Path<PlanId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let (before, _) = standing_on(&db, &permit.actor, id).await?;
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(WebError::NotFound)?;
    let fixed = adjusting::fixed(&mut conn, scheme.id, &before).await?;
    let Weeks { mondays, plain, .. } = weeks(&mut conn, &scheme, db.today(), &before, &fixed).await?;
    drop(conn);
    let mut years: Vec<i64> = mondays.iter().map(|m| m.year().into()).collect();
    years.dedup();
    let mut errors = Errors::new();
    let wishes = settings::read(ui.t, &typed, &before, &plain, &years, &mut errors);
    if !errors.is_empty() {
        let told = Told { settings: Some(typed), errors, ..Told::default() };
        return page(&ui, &db, &permit.actor, id, &View::default(), told).await;
    }
    let year = mondays.first().map_or_else(|| db.today().year(), Datelike::year);
    let asked = Asked { wishes, base: Some(id), anew: settings::anew(&typed), ..Asked::default() };
    compose(&ui, &db, &permit, asked, year).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::planning) struct Named {
    name: String,
}

/// POST /plan/scenarios/{plan}/name: keeps a scenario under a name.
pub(in crate::planning) async fn post_name(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ComposePlan>,
    Path(id): Path<PlanId>,
    Form(form): Form<Named>,
) -> Answer {
    let mut errors = Errors::new();
    let name = errors.line(ui.t, "name", "planning-scenario-name", &form.name, NAME_MOST);
    if !errors.is_empty() {
        let told = Told { name: Some(form.name), errors, ..Told::default() };
        return page(&ui, &db, &permit.actor, id, &View::default(), told).await;
    }
    actions::name(&db, &permit, id, &name).await?;
    Ok(ui.see_with(&format!("/plan/scenarios/{id}"), "planning-scenario-named", &[("name", name)]))
}

/// POST /plan/scenarios/{plan}/adoption: the scenario is in effect for the years that are not approved.
pub(in crate::planning) async fn post_adoption(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ComposePlan>,
    Path(id): Path<PlanId>,
) -> Answer {
    actions::adopt(&db, &permit, id).await?;
    Ok(ui.see_with("/plan", "planning-adopted", &[]))
}

/// POST /plan/scenarios/{plan}/removal
pub(in crate::planning) async fn post_removal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ComposePlan>,
    Path(id): Path<PlanId>,
) -> Answer {
    actions::remove(&db, &permit, id).await?;
    Ok(ui.see_with("/plan", "planning-removed", &[]))
}
