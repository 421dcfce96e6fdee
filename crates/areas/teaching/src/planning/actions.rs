//! Composing a plan and approving its years.

use std::{collections::HashMap, time::Instant};

use ::store::{Change, Db, StoreError};
use chrono::NaiveDate;
use kernel::{PlanClassId, PlanId, ProgrammeId};
use planner::{Infeasible, Years};
use web::{Permit, WebError};

use super::{
    ApprovePlan, ComposePlan,
    gather::{Gathered, gather},
    store::{INSERT_APPROVAL, INSERT_CLASS, INSERT_PLAN, INSERT_SEAT, plan_years},
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
            // no plan is carried on here
            ComposeError::Infeasible(error @ Infeasible::Held { .. }) => Self::Internal(error.to_string()),
            ComposeError::Store(inner) => Self::Store(inner),
            ComposeError::System(text) => Self::Internal(text),
        }
    }
}

struct ClassRow {
    id: PlanClassId,
    seq: i64,
    year: i64,
    monday: NaiveDate,
    programme: ProgrammeId,
}

#[derive(serde::Serialize)]
struct Composed {
    people: usize,
    classes: usize,
    trained: usize,
}

/// Composes the plan from the register as it stands, for the weeks from today on of the years that are not
/// approved, and writes it. Approved years stay as they are, and who is trained or expected in them is not planned
/// again.
///
/// # Errors
/// [`ComposeError`]; nothing is written then.
pub async fn compose_plan(db: &Db, permit: &Permit<ComposePlan>) -> Result<PlanId, ComposeError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(ComposeError::NoScheme)?;
    let gathered = gather(&mut conn, &scheme, db.today()).await?;
    let by_audience: HashMap<String, ProgrammeId> = programmes(&mut conn, scheme.id)
        .await?
        .into_iter()
        .filter_map(|p| p.audience_code.map(|audience| (audience, p.id)))
        .collect();
    drop(conn);
    if gathered.mondays.is_empty() {
        return Err(ComposeError::NoWeeks);
    }
    let start = Instant::now();
    let (gathered, plan) = tokio::task::spawn_blocking(move || {
        let plan = planner::solve_begun(&gathered.instance, gathered.begun);
        (gathered, plan)
    })
    .await
    .map_err(|e| ComposeError::System(e.to_string()))?;
    let plan = plan?;
    let milliseconds = i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
    let Gathered { instance, people, settled, mondays, .. } = gathered;
    let trained = settled + Years::of(&instance, &plan).last().map_or(0, |y| y.trained);

    db.write(async |tx| {
        let id = PlanId::new(tx.ids());
        let now = tx.now();
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let everybody = number(people.len() + settled);
        tx.exec(
            &INSERT_PLAN,
            &[&id, &scheme.id, &now, &permit.actor.name, &everybody, &everybody, &number(trained), &milliseconds],
        )
        .await?;
        let mut classes = Vec::with_capacity(plan.classes.len());
        let mut seats = Vec::new();
        for (seq, class) in (1_i64..).zip(&plan.classes) {
            let week = usize::try_from(class.week).unwrap_or(usize::MAX);
            let monday =
                *mondays.get(week).ok_or_else(|| ComposeError::System("a week outside the plan".to_owned()))?;
            let programme = by_audience.get(&class.programme);
            let programme = *programme.ok_or_else(|| ComposeError::NoProgramme(class.programme.clone()))?;
            let row = ClassRow {
                id: PlanClassId::new(tx.ids()),
                seq,
                year: chrono::Datelike::year(&monday).into(),
                monday,
                programme,
            };
            for (place, person) in (1_i64..).zip(&class.people) {
                let person = usize::try_from(*person).ok().and_then(|p| people.get(p));
                seats.push((
                    row.id,
                    *person.ok_or_else(|| ComposeError::System("a person outside".to_owned()))?,
                    place,
                ));
            }
            classes.push(row);
        }
        tx.exec_many(&INSERT_CLASS, &classes, |c, args| {
            args.add(&c.id)?;
            args.add(&id)?;
            args.add(&c.seq)?;
            args.add(&c.year)?;
            args.add(&c.monday)?;
            args.add(&c.programme)
        })
        .await?;
        tx.exec_many(&INSERT_SEAT, &seats, |(class, person, place), args| {
            args.add(class)?;
            args.add(person)?;
            args.add(place)
        })
        .await?;
        let after = Composed { people: people.len() + settled, classes: classes.len(), trained };
        tx.audit(&permit.actor, "planning.plan.composed", id, Change::created(&after))?;
        Ok(id)
    })
    .await
}

/// Why a year was not approved.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// No such plan or year, or a newer plan replaced it.
    #[error("no such year of the newest plan")]
    NotFound,
    /// The year is approved already.
    #[error("approved already")]
    Approved,
    /// The database's failure.
    #[error("approving a year")]
    Store(#[from] StoreError),
}

impl From<PlanError> for WebError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::NotFound => Self::NotFound,
            PlanError::Approved => Self::refused("planning-approved-already"),
            PlanError::Store(inner) => Self::Store(inner),
        }
    }
}

/// Approves a year of the newest plan with the number of the decision.
///
/// # Errors
/// [`PlanError`].
pub async fn approve_year(
    db: &Db,
    permit: &Permit<ApprovePlan>,
    plan: PlanId,
    year: i64,
    decision: &str,
) -> Result<(), PlanError> {
    let done = db.write(async |tx| {
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(PlanError::NotFound)?;
        let years = plan_years(tx, scheme.id).await?;
        let line = years.iter().find(|y| y.year == year).ok_or(PlanError::NotFound)?;
        if line.plan_id != plan {
            return Err(PlanError::NotFound);
        }
        if line.decision_number.is_some() {
            return Err(PlanError::Approved);
        }
        let now = tx.now();
        tx.exec(&INSERT_APPROVAL, &[&plan, &year, &decision, &permit.actor.name, &now]).await?;
        tx.audit(&permit.actor, "planning.year.approved", plan, Change::created(&(year, decision)))?;
        Ok(())
    });
    match done.await {
        // two approvals at once: the other one was first
        Err(PlanError::Store(error)) if error.is_unique("plan_year_approval") => Err(PlanError::Approved),
        done => done,
    }
}
