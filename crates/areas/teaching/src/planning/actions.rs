//! Composing a plan and approving its years.

use std::{collections::HashMap, time::Instant};

use ::store::{Change, Conn, Db, StoreError};
use chrono::{Datelike, NaiveDate};
use kernel::{PersonId, PlanClassId, PlanId, ProgrammeId, SchemeId};
use planner::{Begun, Effort, Improved, Infeasible, Limits, Years};
use web::{Permit, WebError};

use super::{
    ComposePlan, adjusting,
    gather::{Carried, Gathered, gather_on},
    model::{Figures, Slot, Wishes},
    store::{
        ADOPT, BaseClass, INSERT_CLASS, INSERT_PLAN, INSERT_SEAT, NAME, Scenario, approved_years, hold, last_approval,
        leave, newest_plan, scenario, steps,
    },
    year::Standing,
};
use crate::{curriculum::programmes, scheme};

/// Why no plan was composed.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// There is no scheme.
    #[error("no scheme")]
    NoScheme,
    /// Every year is approved or over.
    #[error("no week left to plan")]
    NoWeeks,
    /// An audience has no programme.
    #[error("audience {0} has no programme")]
    NoProgramme(String),
    /// No such plan, or another province's.
    #[error("no such plan")]
    NotFound,
    /// The plan has no such class.
    #[error("no such class")]
    NoClass,
    /// The week is not one of the plan: it has a holiday, or its year is approved or over.
    #[error("no such week")]
    NoWeek,
    /// The scenario gave way to another.
    #[error("gave way to {0}")]
    Replaced(PlanId),
    /// The plan in effect is another one than when the scenario was made.
    #[error("another plan is in effect")]
    Overtaken,
    /// The year to adjust is not approved.
    #[error("not approved")]
    NotApproved,
    /// The scenario adjusts an approved year: a decision puts it in effect.
    #[error("put in effect by a decision")]
    ByDecision,
    /// The scenario lies before the bodies.
    #[error("lies before the bodies")]
    Submitted,
    /// The planner finds none.
    #[error(transparent)]
    Infeasible(#[from] Infeasible),
    /// The database's failure.
    #[error("composing a plan")]
    Store(#[from] StoreError),
    /// The machine's failure.
    #[error("{0}")]
    System(String),
}

impl From<ComposeError> for WebError {
    fn from(error: ComposeError) -> Self {
        match error {
            ComposeError::NoScheme => Self::refused("planning-no-scheme"),
            ComposeError::NoWeeks => Self::refused("planning-no-weeks"),
            ComposeError::NoProgramme(code) => Self::refused_with("planning-no-programme", [("audience", code.into())]),
            ComposeError::Infeasible(Infeasible::TooFewClasses { year, held, least, lacking, .. }) => {
                Self::refused_with(
                    "planning-too-few-classes",
                    [
                        ("year", year.to_string().into()),
                        ("held", held.into()),
                        ("least", least.into()),
                        ("lacking", lacking.into()),
                    ],
                )
            }
            ComposeError::Infeasible(Infeasible::TooFewTrained { trained, reachable, needed, lacking, .. }) => {
                Self::refused_with(
                    "planning-too-few-trained",
                    [
                        ("trained", trained.into()),
                        ("reachable", reachable.into()),
                        ("needed", needed.into()),
                        ("lacking", lacking.into()),
                    ],
                )
            }
            ComposeError::Infeasible(Infeasible::Held { .. }) => Self::refused("planning-no-room"),
            ComposeError::NotFound => Self::NotFound,
            ComposeError::NoClass => Self::refused("planning-no-class"),
            ComposeError::NoWeek => Self::refused("planning-no-week"),
            ComposeError::Replaced(_) => Self::refused("planning-replaced"),
            ComposeError::Overtaken => Self::refused("planning-overtaken"),
            ComposeError::NotApproved => Self::refused("planning-not-approved"),
            ComposeError::ByDecision => Self::refused("planning-by-decision"),
            ComposeError::Submitted => Self::refused("planning-submitted"),
            ComposeError::Store(inner) => Self::Store(inner),
            ComposeError::System(text) => Self::Internal(text),
        }
    }
}

struct ClassRow {
    id: PlanClassId,
    seq: i64,
    monday: NaiveDate,
    programme: ProgrammeId,
    carried: Option<PlanClassId>,
}

#[derive(serde::Serialize)]
struct Composed<'a> {
    people: usize,
    classes: usize,
    trained: usize,
    wishes: &'a Wishes,
}

/// Seconds for which a plan is improved that changes little of another, and one that is made anew, with as many people as a province has
/// ([`PROVINCE`]); fewer people take less. Whoever waits for the page waits so long.
const LITTLE: f64 = 0.6;
const ANEW: f64 = 1.6;
/// People of a province.
const PROVINCE: f64 = 8_624.0;

/// What a plan is made from.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// What it asks beside the rules of the scheme.
    pub wishes: Wishes,
    /// A plan that is carried on with the fewest changes; from nothing when there is none.
    pub base: Option<PlanId>,
    /// Whether only the classes of that plan stay that are locked, and everything else is made anew.
    pub anew: bool,
    /// Whether the classes of that plan stay as they are but for what cannot: nothing is made better.
    pub as_it_is: bool,
    /// Number of a class of that plan and the Monday of the week to which it moves.
    pub moved: Option<(i64, NaiveDate)>,
    /// Whether the plan is the one in effect at once.
    pub adopts: bool,
}

/// Composes the plan from the register as it stands, for the weeks from today on of the years that are not
/// approved, and puts it in effect. Approved years stay as they are, and who is trained or expected in them is not planned
/// again.
///
/// # Errors
/// [`ComposeError`]; nothing is written then.
pub async fn compose_plan(db: &Db, permit: &Permit<ComposePlan>) -> Result<PlanId, ComposeError> {
    compose(db, permit, Asked { adopts: true, ..Asked::default() }).await
}

/// A plan from the problem: from nothing, or one that is carried on; improved, with what no plan undercuts.
fn planned(gathered: &mut Gathered, asked: &Asked, mut base: Vec<BaseClass>) -> Result<Improved, ComposeError> {
    let anew = asked.anew || asked.base.is_none();
    base.retain(|class| !anew || asked.wishes.kept.contains(&class.slot()));
    let Carried { plan, kept, .. } = gathered.plan_of(&base, &asked.wishes.kept, asked.moved)?;
    let begun = Begun { plan: &plan, until: 0, kept: &kept };
    let instance = &mut gathered.instance;
    let first = loop {
        match planner::carry_on(instance, begun) {
            // a scenario with fewer classes than the least is shown as it is: its page says so
            Err(Infeasible::TooFewClasses { year, held, least, .. }) if asked.base.is_some() && held < least => {
                let limits = Limits { least: held, ..instance.limits(year) };
                instance.beyond.limits.insert(year, limits);
            }
            done => break done?,
        }
    };
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a count of people")]
    let part = (instance.people.len() as f64 / PROVINCE).min(1.0);
    let seconds = match (asked.as_it_is, anew) {
        (true, _) => 0.0,
        (false, true) => part * ANEW,
        (false, false) => part * LITTLE,
    };
    let effort = Effort { seconds, seed: 1 };
    Ok(planner::improve(instance, &first, Some(begun), effort, &mut |_| ()))
}

/// Composes a plan and writes it, in effect or beside the one in effect.
///
/// # Errors
/// [`ComposeError`]; nothing is written then.
pub async fn compose(db: &Db, permit: &Permit<ComposePlan>, mut asked: Asked) -> Result<PlanId, ComposeError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(ComposeError::NoScheme)?;
    let standing = newest_plan(&mut conn, scheme.id).await?.map(|plan| plan.id);
    let mut base = Vec::new();
    if let Some(id) = asked.base {
        let line = alive(scenario(&mut conn, scheme.id, id).await?)?;
        if let Some(year) = asked.wishes.adjusts
            && !approved_years(&mut conn, scheme.id).await?.contains_key(&year)
        {
            return Err(ComposeError::NotApproved);
        }
        base = adjusting::going_on(&mut conn, scheme.id, &line, asked.wishes.adjusts).await?;
        if let Some((seq, to)) = asked.moved {
            let class = base.iter().find(|c| c.seq == seq && c.carried.is_none()).ok_or(ComposeError::NoClass)?;
            asked.wishes.kept.remove(&class.slot());
            asked.wishes.kept.insert(Slot { monday: to, audience: class.audience.clone() });
        }
    }
    let mut gathered = gather_on(&mut conn, &scheme, db.today(), &asked.wishes, &base).await?;
    if asked.base.is_some() {
        // what a scenario trains is said beside the plan in effect, also when it misses the target
        gathered.instance.coverage_target = 0.0;
    }
    let by_audience: HashMap<String, ProgrammeId> = programmes(&mut conn, scheme.id)
        .await?
        .into_iter()
        .filter_map(|p| p.audience_code.map(|audience| (audience, p.id)))
        .collect();
    drop(conn);
    // a year to adjust of which no week is left is over
    let left = |year: i64| gathered.mondays.iter().any(|m| i64::from(m.year()) == year);
    if gathered.mondays.is_empty() || asked.wishes.adjusts.is_some_and(|year| !left(year)) {
        return Err(ComposeError::NoWeeks);
    }
    let held: Vec<BaseClass> = base.iter().filter(|class| class.carried.is_some()).cloned().collect();
    let start = Instant::now();
    let (asked, gathered, plan, figures) = tokio::task::spawn_blocking(move || {
        let done = planned(&mut gathered, &asked, base)?;
        let mut figures = Figures::of(&gathered.instance, &done, &gathered.travel);
        if asked.as_it_is {
            // nothing was tried, so nothing is proved
            figures.gap = None;
        }
        Ok::<_, ComposeError>((asked, gathered, done.plan, figures))
    })
    .await
    .map_err(|e| ComposeError::System(e.to_string()))??;
    let milliseconds = i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
    let Gathered { instance, people, settled, everybody, mondays, .. } = gathered;
    let trained = settled + Years::of(&instance, &plan).last().map_or(0, |y| y.trained);
    let text = |value: serde_json::Result<String>| value.map_err(|e| ComposeError::System(e.to_string()));
    let wishes = text(serde_json::to_string(&asked.wishes))?;
    let figures = text(serde_json::to_string(&figures))?;

    db.write(async |tx| {
        hold(tx, scheme.id).await?;
        let id = PlanId::new(tx.ids());
        let now = tx.now();
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let all = number(everybody);
        let mut base = None;
        if let Some(from) = asked.base {
            let line = alive(scenario(tx, scheme.id, from).await?)?;
            base = Some(from);
            // an unnamed scenario of one's own gives way to what comes of it, unless others were shown it
            if line.is_draft()
                && line.name.is_none()
                && line.created_by == permit.actor.name
                && steps(tx, from).await?.is_empty()
            {
                base = line.base_plan_id;
            }
        }
        let by = &permit.actor.name;
        tx.exec(
            &INSERT_PLAN,
            &[
                &id,
                &scheme.id,
                &now,
                by,
                &all,
                &all,
                &number(trained),
                &milliseconds,
                &base,
                &standing,
                &wishes,
                &figures,
            ],
        )
        .await?;
        let mut classes = Vec::with_capacity(held.len() + plan.classes.len());
        for class in held {
            classes.push((class.monday, class.programme_id, class.carried, class.people));
        }
        for class in &plan.classes {
            let week = usize::try_from(class.week).unwrap_or(usize::MAX);
            let monday =
                *mondays.get(week).ok_or_else(|| ComposeError::System("a week outside the plan".to_owned()))?;
            let programme = by_audience.get(&class.programme);
            let programme = *programme.ok_or_else(|| ComposeError::NoProgramme(class.programme.clone()))?;
            let of = |place: &u32| usize::try_from(*place).ok().and_then(|p| people.get(p)).copied();
            let of: Option<Vec<PersonId>> = class.people.iter().map(of).collect();
            let of = of.ok_or_else(|| ComposeError::System("a person outside".to_owned()))?;
            classes.push((monday, programme, None, of));
        }
        classes.sort_by_key(|(monday, ..)| *monday);
        let mut rows = Vec::with_capacity(classes.len());
        let mut seats = Vec::new();
        for (seq, (monday, programme, carried, people)) in (1_i64..).zip(classes) {
            let row = ClassRow { id: PlanClassId::new(tx.ids()), seq, monday, programme, carried };
            seats.extend((1_i64..).zip(people).map(|(place, person)| (row.id, person, place)));
            rows.push(row);
        }
        tx.exec_many(&INSERT_CLASS, &rows, |c, args| {
            args.add(&c.id)?;
            args.add(&id)?;
            args.add(&c.seq)?;
            args.add(&i64::from(c.monday.year()))?;
            args.add(&c.monday)?;
            args.add(&c.programme)?;
            args.add(&c.carried)
        })
        .await?;
        tx.exec_many(&INSERT_SEAT, &seats, |(class, person, place), args| {
            args.add(class)?;
            args.add(person)?;
            args.add(place)
        })
        .await?;
        if let Some(from) = asked.base.filter(|from| base != Some(*from)) {
            leave(tx, from, Some(id), now).await?;
        }
        if asked.adopts {
            tx.exec(&ADOPT, &[&id, &scheme.id, &now, by]).await?;
        }
        let after = Composed { people: everybody, classes: rows.len(), trained, wishes: &asked.wishes };
        tx.audit(&permit.actor, "planning.plan.composed", id, Change::created(&after))?;
        Ok(id)
    })
    .await
}

/// A scenario that has neither given way to another nor been removed.
fn alive(line: Option<Scenario>) -> Result<Scenario, ComposeError> {
    let line = line.ok_or(ComposeError::NotFound)?;
    match (line.replaced_by, line.removed_at) {
        (Some(by), _) => Err(ComposeError::Replaced(by)),
        (None, Some(_)) => Err(ComposeError::NotFound),
        (None, None) => Ok(line),
    }
}

/// Whether another plan was put in effect, or a year approved, since a scenario was made.
pub(super) async fn overtaken(conn: &mut Conn, scheme: SchemeId, line: &Scenario) -> Result<bool, StoreError> {
    let standing = newest_plan(conn, scheme).await?.map(|plan| plan.id);
    let approved = last_approval(conn, scheme).await?;
    Ok(standing != line.standing_plan_id || approved.is_some_and(|at| at > line.created_at))
}

/// Begins to adjust a year of a plan that is approved for it: a scenario as the plan in effect stands, but for what cannot stay, in which the
/// classes of the year may move that nobody was called to.
///
/// # Errors
/// [`ComposeError::NotApproved`] when there is nothing to adjust, [`ComposeError::Overtaken`] when another version took its place;
/// [`ComposeError`].
pub async fn adjust(
    db: &Db,
    permit: &Permit<ComposePlan>,
    (plan, year): (PlanId, i64),
) -> Result<PlanId, ComposeError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(ComposeError::NoScheme)?;
    scenario(&mut conn, scheme.id, plan).await?.ok_or(ComposeError::NotFound)?;
    match approved_years(&mut conn, scheme.id).await?.get(&year) {
        Some(approved) if *approved == plan => {}
        Some(_) => return Err(ComposeError::Overtaken),
        None => return Err(ComposeError::NotApproved),
    }
    let standing = newest_plan(&mut conn, scheme.id).await?.ok_or(ComposeError::NotApproved)?.id;
    let line = alive(scenario(&mut conn, scheme.id, standing).await?)?;
    drop(conn);
    let wishes = Wishes { adjusts: Some(year), ..line.wishes() };
    compose(db, permit, Asked { wishes, base: Some(standing), as_it_is: true, ..Asked::default() }).await
}

/// Puts a scenario in effect for the years that are not approved.
///
/// # Errors
/// [`ComposeError::Overtaken`] when another plan was put in effect, or a year approved, since the scenario was made;
/// [`ComposeError::ByDecision`] when it adjusts an approved year.
pub async fn adopt(db: &Db, permit: &Permit<ComposePlan>, id: PlanId) -> Result<(), ComposeError> {
    db.write(async |tx| {
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(ComposeError::NotFound)?;
        hold(tx, scheme.id).await?;
        let line = alive(scenario(tx, scheme.id, id).await?)?;
        if line.adopted_at.is_some() {
            return Err(ComposeError::NotFound);
        }
        if line.wishes().adjusts.is_some() {
            return Err(ComposeError::ByDecision);
        }
        if overtaken(tx, scheme.id, &line).await? {
            return Err(ComposeError::Overtaken);
        }
        let standing = newest_plan(tx, scheme.id).await?;
        let now = tx.now();
        tx.exec(&ADOPT, &[&id, &scheme.id, &now, &permit.actor.name]).await?;
        let before = standing.map(|plan| plan.number);
        tx.audit(&permit.actor, "planning.plan.adopted", id, Change::changed(&before, &line.number))?;
        Ok(())
    })
    .await
}

/// Gives a scenario a name, by which it is kept beside others.
///
/// # Errors
/// [`ComposeError`].
pub async fn name(db: &Db, permit: &Permit<ComposePlan>, id: PlanId, name: &str) -> Result<(), ComposeError> {
    db.write(async |tx| {
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(ComposeError::NotFound)?;
        hold(tx, scheme.id).await?;
        let line = alive(scenario(tx, scheme.id, id).await?)?;
        tx.exec(&NAME, &[&id, &name]).await?;
        tx.audit(&permit.actor, "planning.plan.named", id, Change::changed(&line.name, &name))?;
        Ok(())
    })
    .await
}

/// Removes a scenario that is not in effect: what it asked stays in the audit.
///
/// # Errors
/// [`ComposeError::Submitted`] when it lies before the bodies; [`ComposeError`].
pub async fn remove(db: &Db, permit: &Permit<ComposePlan>, id: PlanId) -> Result<(), ComposeError> {
    db.write(async |tx| {
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(ComposeError::NotFound)?;
        hold(tx, scheme.id).await?;
        let line = alive(scenario(tx, scheme.id, id).await?)?;
        if !line.is_draft() {
            return Err(ComposeError::NotFound);
        }
        if let Some(year) = line.wishes().adjusts
            && Standing::after(&steps(tx, id).await?, year) != Standing::Draft
        {
            return Err(ComposeError::Submitted);
        }
        let now = tx.now();
        leave(tx, id, None, now).await?;
        tx.audit(&permit.actor, "planning.plan.removed", id, Change::removed(&(line.number, line.name, line.wishes)))?;
        Ok(())
    })
    .await
}

/// Why a year was not approved.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// No such plan or year, or a newer plan replaced it.
    #[error("no such year of the newest plan")]
    NotFound,
    /// The year is not where the step begins, or the body is not asked.
    #[error("not now")]
    NotNow,
    /// The year is approved already.
    #[error("approved already")]
    Approved,
    /// Another plan was put in effect, a year approved, or a class called for which the scenario has no place.
    #[error("overtaken")]
    Overtaken,
    /// The database's failure.
    #[error("approving a year")]
    Store(#[from] StoreError),
}

impl From<PlanError> for WebError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::NotFound => Self::NotFound,
            PlanError::NotNow => Self::refused("planning-not-now"),
            PlanError::Approved => Self::refused("planning-approved-already"),
            PlanError::Overtaken => Self::refused("planning-adjust-overtaken"),
            PlanError::Store(inner) => Self::Store(inner),
        }
    }
}
