//! The way of a version to being in force: drafted, submitted, given back or approved, enforced.

use ::store::{Change, Db, StoreError, Tx};
use kernel::{Actor, ProgrammeId};
use web::{Permit, WebError};

use super::{
    AppraiseProgrammes, EditProgrammes, EnforceProgrammes,
    actions::lock,
    appraisal::{self, Obstacle, Standing, obstacle},
    model::{Meter, Move, MoveRefused, VersionState},
    store::{INSERT_MOVE, ProgrammeLine, SET_STATE, authors},
};
use crate::scheme;

/// Why a version did not move.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// No such programme.
    #[error("no such programme")]
    NotFound,
    /// The pool of electives is not appraised as a whole.
    #[error("the pool of electives has no way to being in force")]
    ElectivePool,
    /// The transition refuses.
    #[error("refused")]
    Refused(#[from] MoveRefused),
    /// The appraisal is not at its end, or who decides wrote the version.
    #[error("appraisal: {0:?}")]
    Obstacle(Obstacle),
    /// The database's failure.
    #[error("moving a version")]
    Store(#[from] StoreError),
}

impl From<MoveError> for WebError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::NotFound => Self::NotFound,
            MoveError::ElectivePool => Self::refused("curriculum-pool"),
            MoveError::Refused(MoveRefused::NotFrom(_)) => Self::refused("curriculum-moved-on"),
            MoveError::Refused(MoveRefused::BreaksRule(meter)) => Self::refused_with(
                "curriculum-breaks-rule",
                [
                    ("theory", meter.theory.into()),
                    ("wanted", meter.wanted.into()),
                    ("total", meter.total().into()),
                    ("most", meter.total_wanted.into()),
                ],
            ),
            MoveError::Obstacle(obstacle) => match obstacle {
                Obstacle::Author => Self::refused("appraisal-author"),
                Obstacle::Unanswered(n) => Self::refused_with("appraisal-must-answer", [("n", n.into())]),
                Obstacle::Open => Self::refused("appraisal-must-close"),
                Obstacle::NotCarried(tally) => Self::refused_with(
                    "appraisal-not-carried",
                    [("for", (tally.agree + tally.with_changes).into()), ("members", tally.members.into())],
                ),
            },
            MoveError::Store(inner) => Self::Store(inner),
        }
    }
}

/// The school goes from the outline of the newest version to writing it.
///
/// # Errors
/// [`MoveError`].
pub async fn draft(db: &Db, permit: &Permit<EditProgrammes>, programme: ProgrammeId) -> Result<i64, MoveError> {
    step(db, &permit.actor, programme, Move::Draft, None, "").await
}

/// The school hands the newest version in for appraisal.
///
/// # Errors
/// [`MoveError`]; also when the version breaks the share of theory or the periods.
pub async fn submit(db: &Db, permit: &Permit<EditProgrammes>, programme: ProgrammeId) -> Result<i64, MoveError> {
    step(db, &permit.actor, programme, Move::Submit, None, "").await
}

/// The appraising body gives the newest version back to the school, with the reason.
///
/// # Errors
/// [`MoveError`].
pub async fn give_back(
    db: &Db,
    permit: &Permit<AppraiseProgrammes>,
    programme: ProgrammeId,
    reason: &str,
) -> Result<i64, MoveError> {
    step(db, &permit.actor, programme, Move::Return, None, reason).await
}

/// The appraising body approves with the number of its decision.
///
/// # Errors
/// [`MoveError`]; also when the version breaks the share of theory or the periods.
pub async fn approve(
    db: &Db,
    permit: &Permit<AppraiseProgrammes>,
    programme: ProgrammeId,
    decision: &str,
) -> Result<i64, MoveError> {
    step(db, &permit.actor, programme, Move::Approve, Some(decision), decision).await
}

/// The head puts an approved version in force; the version in force before it expires in the same moment.
/// Classes keep the version that they were called for.
///
/// # Errors
/// [`MoveError`].
pub async fn enforce(db: &Db, permit: &Permit<EnforceProgrammes>, programme: ProgrammeId) -> Result<i64, MoveError> {
    step(db, &permit.actor, programme, Move::Enforce, None, "").await
}

/// Moves the newest version; gives its number.
async fn step(
    db: &Db,
    actor: &Actor,
    programme: ProgrammeId,
    step: Move,
    decision: Option<&str>,
    note: &str,
) -> Result<i64, MoveError> {
    db.write(async |tx: &mut Tx| {
        let scheme = scheme::of(tx, actor).await?.ok_or(MoveError::NotFound)?;
        let today = tx.today();
        let rules = scheme::rules(tx, scheme.id, today).await?;
        let lines = lock(tx, actor, programme).await?;
        let line = lines.first().ok_or(MoveError::NotFound)?;
        if line.is_elective_pool {
            return Err(MoveError::ElectivePool);
        }
        let weigh = |v: &ProgrammeLine| Meter::of(v.theory, v.other, &rules);
        let next = line.state.step(step, &weigh(line))?;
        match step {
            Move::Submit => appraisal::begin(tx, actor, line.version_id).await?,
            Move::Return | Move::Approve => {
                let mine = authors(tx, line.version_id).await?.iter().any(|(author, _)| *author == actor.account);
                let standing = match step {
                    Move::Approve => appraisal::standing(tx, line.version_id).await?,
                    _ => Standing::default(),
                };
                if let Some(obstacle) = obstacle(mine, &standing) {
                    return Err(MoveError::Obstacle(obstacle));
                }
                appraisal::end(tx, actor, line.version_id).await?;
            }
            _ => {}
        }
        note_move(tx, actor, line, next, decision, note).await?;
        if next == VersionState::InForce {
            for old in lines.iter().filter(|v| v.state == VersionState::InForce) {
                let expired = old.state.step(Move::Replace, &weigh(old))?;
                note_move(tx, actor, old, expired, None, "").await?;
            }
        }
        Ok(line.number)
    })
    .await
}

async fn note_move(
    tx: &mut Tx,
    actor: &Actor,
    line: &ProgrammeLine,
    next: VersionState,
    decision: Option<&str>,
    note: &str,
) -> Result<(), StoreError> {
    let (number, now) = (decision.map(str::to_owned), tx.now());
    tx.exec(&SET_STATE, &[&line.version_id, &next, &number]).await?;
    let from = Some(line.state);
    tx.exec(&INSERT_MOVE, &[&line.version_id, &from, &next, &actor.name, &now, &note]).await?;
    let change = Change::changed(&line.state, &(next, note));
    tx.audit(actor, "curriculum.version.moved", line.version_id, change)
}
