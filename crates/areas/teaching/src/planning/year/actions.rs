//! The steps of a year of the plan.

use ::store::{Change, Db, Tx};
use kernel::{Actor, PlanId};
use web::Permit;

use super::model::{Standing, Step};
use crate::{
    planning::{
        ApprovePlan, ComposePlan, PlanError, ReviewPlan,
        store::{INSERT_APPROVAL, INSERT_STEP, hold, plan_years, steps},
    },
    scheme,
};

/// The year of the plan in effect, held against others who write it: where it stands.
async fn standing(tx: &mut Tx, actor: &Actor, plan: PlanId, year: i64) -> Result<Standing, PlanError> {
    let scheme = scheme::of(tx, actor).await?.ok_or(PlanError::NotFound)?;
    hold(tx, scheme.id).await?;
    let years = plan_years(tx, scheme.id).await?;
    let line = years.iter().find(|y| y.year == year && y.plan_id == plan).ok_or(PlanError::NotFound)?;
    if line.decision_number.is_some() {
        return Err(PlanError::Approved);
    }
    Ok(Standing::after(&steps(tx, plan).await?, year))
}

async fn take(db: &Db, actor: &Actor, (plan, year): (PlanId, i64), step: Step, note: &str) -> Result<(), PlanError> {
    db.write(async |tx| {
        if !standing(tx, actor, plan, year).await?.allows(step, &actor.role) {
            return Err(PlanError::NotNow);
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

/// The school lays a year of the plan in effect before the bodies.
///
/// # Errors
/// [`PlanError::NotNow`] when it lies before them already; [`PlanError`].
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

/// The Standing Committee approves a year of the plan in effect, to which both bodies agree, with the number of its decision.
///
/// # Errors
/// [`PlanError::NotNow`] when a body has not agreed; [`PlanError`].
pub async fn approve_year(
    db: &Db,
    permit: &Permit<ApprovePlan>,
    plan: PlanId,
    year: i64,
    decision: &str,
) -> Result<(), PlanError> {
    db.write(async |tx| {
        if standing(tx, &permit.actor, plan, year).await? != Standing::Agreed {
            return Err(PlanError::NotNow);
        }
        let now = tx.now();
        tx.exec(&INSERT_APPROVAL, &[&plan, &year, &decision, &permit.actor.name, &now]).await?;
        tx.audit(&permit.actor, "planning.year.approved", plan, Change::created(&(year, decision)))?;
        Ok(())
    })
    .await
}
