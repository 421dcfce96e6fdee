//! The steps of a year of the plan.

use ::store::{Change, Db, Tx};
use kernel::{Actor, PlanClassId, PlanId, SchemeId};
use web::Permit;

use super::model::{Standing, Step};
use crate::{
    classes,
    planning::{
        ApprovePlan, ComposePlan, PlanError, ReviewPlan,
        actions::overtaken,
        adjusting,
        store::{
            ADOPT, INSERT_APPROVAL, INSERT_STEP, REPLACE, Scenario, approved_years, hold, plan_years, scenario, steps,
        },
    },
    scheme,
};

/// A year on its way.
struct Way {
    scheme: SchemeId,
    standing: Standing,
    /// The scenario, where the year is approved and it adjusts it.
    adjusts: Option<Scenario>,
}

impl Way {
    /// The year of the plan in effect, or of a scenario that adjusts it, held against others who write it.
    async fn of(tx: &mut Tx, actor: &Actor, plan: PlanId, year: i64) -> Result<Self, PlanError> {
        let scheme = scheme::of(tx, actor).await?.ok_or(PlanError::NotFound)?.id;
        hold(tx, scheme).await?;
        let line = scenario(tx, scheme, plan).await?.filter(Scenario::is_there).ok_or(PlanError::NotFound)?;
        let adjusts = Some(line).filter(|line| line.wishes().adjusts == Some(year));
        if adjusts.is_none() {
            let years = plan_years(tx, scheme).await?;
            let line = years.iter().find(|y| y.year == year && y.plan_id == plan).ok_or(PlanError::NotFound)?;
            if line.decision_number.is_some() {
                return Err(PlanError::Approved);
            }
        }
        Ok(Self { scheme, standing: Standing::after(&steps(tx, plan).await?, year), adjusts })
    }

    /// Which version a scenario that adjusts takes the place of, and where the classes go that were called; none where the year is approved for
    /// the first time.
    async fn replaces(&self, tx: &mut Tx, year: i64) -> Result<Option<Replaces>, PlanError> {
        let Some(line) = &self.adjusts else { return Ok(None) };
        if overtaken(tx, self.scheme, line).await? {
            return Err(PlanError::Overtaken);
        }
        let former = *approved_years(tx, self.scheme).await?.get(&year).ok_or(PlanError::Overtaken)?;
        let (was, is) = (adjusting::of_year(tx, former, year).await?, adjusting::of_year(tx, line.id, year).await?);
        let places = adjusting::places(&was, &is).ok_or(PlanError::Overtaken)?;
        Ok(Some(Replaces { former, places }))
    }
}

/// What a version of a year takes the place of.
struct Replaces {
    former: PlanId,
    places: Vec<(PlanClassId, PlanClassId)>,
}

async fn take(db: &Db, actor: &Actor, (plan, year): (PlanId, i64), step: Step, note: &str) -> Result<(), PlanError> {
    db.write(async |tx| {
        let way = Way::of(tx, actor, plan, year).await?;
        if !way.standing.allows(step, &actor.role) {
            return Err(PlanError::NotNow);
        }
        // what could not be approved any more is only sent back
        if step != Step::Returned {
            way.replaces(tx, year).await?;
        }
        let now = tx.now();
        tx.exec(&INSERT_STEP, &[&plan, &year, &step.code(), &actor.role, &note, &actor.name, &now]).await?;
        let after = (year, step.code(), &actor.role, note);
        let verb = match step {
            Step::Submitted => "planning.year.submitted",
            Step::Agreed => "planning.year.agreed",
            Step::Returned => "planning.year.returned",
        };
        tx.audit(actor, verb, plan, Change::created(&after))?;
        Ok(())
    })
    .await
}

/// The school lays a year of the plan in effect, or of a scenario that adjusts an approved year, before the bodies.
///
/// # Errors
/// [`PlanError::NotNow`] when it lies before them already; [`PlanError::Overtaken`]; [`PlanError`].
pub async fn submit_year(db: &Db, permit: &Permit<ComposePlan>, plan: PlanId, year: i64) -> Result<(), PlanError> {
    take(db, &permit.actor, (plan, year), Step::Submitted, "").await
}

/// The body of the actor agrees to a year.
///
/// # Errors
/// [`PlanError::NotNow`] when the year is not before it, or the body has agreed or is not asked; [`PlanError`].
pub async fn agree_year(db: &Db, permit: &Permit<ReviewPlan>, plan: PlanId, year: i64) -> Result<(), PlanError> {
    take(db, &permit.actor, (plan, year), Step::Agreed, "").await
}

/// A body sends a year back to the school with its reason.
///
/// # Errors
/// [`PlanError::NotNow`] when the year is with the school; [`PlanError`].
pub async fn return_year(
    db: &Db,
    permit: &Permit<ReviewPlan>,
    plan: PlanId,
    year: i64,
    reason: &str,
) -> Result<(), PlanError> {
    take(db, &permit.actor, (plan, year), Step::Returned, reason).await
}

/// The Standing Committee approves a year to which both bodies agree, with the number of its decision. One that adjusts an approved year takes
/// its place: the scenario is in effect from then on, classes that were called go with it, and the former version stays readable.
///
/// # Errors
/// [`PlanError::NotNow`] when a body has not agreed; [`PlanError::Overtaken`]; [`PlanError`].
pub async fn approve_year(
    db: &Db,
    permit: &Permit<ApprovePlan>,
    plan: PlanId,
    year: i64,
    decision: &str,
) -> Result<(), PlanError> {
    db.write(async |tx| {
        let way = Way::of(tx, &permit.actor, plan, year).await?;
        if way.standing != Standing::Agreed {
            return Err(PlanError::NotNow);
        }
        let now = tx.now();
        if let Some(Replaces { former, places }) = way.replaces(tx, year).await? {
            tx.exec(&REPLACE, &[&former, &year, &plan]).await?;
            tx.exec(&ADOPT, &[&plan, &way.scheme, &now, &permit.actor.name]).await?;
            classes::follow_plan(tx, &places).await?;
            tx.audit(&permit.actor, "planning.year.adjusted", plan, Change::changed(&former, &(year, plan, places)))?;
        }
        tx.exec(&INSERT_APPROVAL, &[&plan, &year, &decision, &permit.actor.name, &now]).await?;
        tx.audit(&permit.actor, "planning.year.approved", plan, Change::created(&(year, decision)))?;
        Ok(())
    })
    .await
}
