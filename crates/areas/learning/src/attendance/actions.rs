//! Taking a roll-call.

use std::collections::HashMap;

use ::store::{Change, Db, StoreError};
use kernel::{ClassId, PersonId, RollCallId};
use teaching::{
    classes::{self, ClassError, ClassMove, ClassState, Learner},
    timetable,
};
use web::{Permit, WebError};

use super::{
    Status, TakeAttendance,
    store::{INSERT_MARK, INSERT_ROLL_CALL, marks, roll_call, without_roll_call},
};

/// One person's mark.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mark {
    /// Who.
    pub person: PersonId,
    /// How.
    pub status: Status,
    /// Why not, in one's own words; may be empty unless excused.
    pub reason: String,
}

/// Why a roll-call was not saved. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AttendanceError {
    /// No such class or half-day within the actor's scope.
    #[error("not found")]
    NotFound,
    /// The class is not opened yet, or its results are decided.
    #[error("class is {0:?}")]
    NotNow(ClassState),
    /// The half-day lies ahead.
    #[error("half-day lies ahead")]
    TooEarly,
    /// Somebody saved meanwhile.
    #[error("saved by {by} meanwhile")]
    Overtaken {
        /// Who.
        by: String,
    },
    /// Somebody is excused without a reason.
    #[error("{} without a reason", .0.len())]
    NoReason(Vec<PersonId>),
    /// Somebody marked is not on the class list.
    #[error("not on the list")]
    Stranger,
    /// The class did not step on.
    #[error("class")]
    Class(#[from] ClassError),
    /// The database's failure.
    #[error("saving a roll-call")]
    Store(#[from] StoreError),
}

impl From<AttendanceError> for WebError {
    fn from(error: AttendanceError) -> Self {
        match error {
            AttendanceError::NotFound => Self::NotFound,
            AttendanceError::NotNow(_) => Self::refused("attendance-not-now"),
            AttendanceError::TooEarly => Self::refused("attendance-too-early"),
            AttendanceError::Overtaken { by } => Self::refused_with("attendance-overtaken", [("by", by.into())]),
            AttendanceError::NoReason(_) => Self::refused("attendance-no-reason"),
            AttendanceError::Stranger => Self::refused("attendance-stranger"),
            AttendanceError::Class(inner) => inner.into(),
            AttendanceError::Store(inner) => Self::Store(inner),
        }
    }
}

/// The marks that differ from those that stand: who is not named was present.
fn changes(learners: &[Learner], taken: &[Mark], known: &HashMap<PersonId, (Status, String)>) -> Vec<Mark> {
    let wanted = |person: PersonId| match taken.iter().find(|m| m.person == person) {
        Some(mark) if mark.status != Status::Present => (mark.status, kernel::text::clean(&mark.reason)),
        _ => (Status::Present, String::new()),
    };
    let all = learners.iter().map(|learner| (learner.person_id, wanted(learner.person_id)));
    let new = all.filter(|(person, wanted)| known.get(person) != Some(wanted));
    new.map(|(person, (status, reason))| Mark { person, status, reason }).collect()
}

/// Saves the marks of a half-day: who is not named was present. `base` is the number of the roll-call that
/// the marks were made over, 0 for none. The first roll-call of a class begins its study week, the one that
/// completes the half-days ends it. The same marks sent once more by the same person change nothing.
///
/// # Errors
/// [`AttendanceError`].
pub async fn take_roll_call(
    db: &Db,
    permit: &Permit<TakeAttendance>,
    class: ClassId,
    seq: i64,
    base: i64,
    taken: &[Mark],
) -> Result<(), AttendanceError> {
    let silent: Vec<PersonId> =
        taken.iter().filter(|m| m.status == Status::Excused && m.reason.trim().is_empty()).map(|m| m.person).collect();
    if !silent.is_empty() {
        return Err(AttendanceError::NoReason(silent));
    }
    db.write(async |tx| {
        let actor = &permit.actor;
        classes::hold(tx, actor.into(), class).await?;
        let line = classes::class(tx, actor, class).await?.ok_or(AttendanceError::NotFound)?;
        if !matches!(line.state, ClassState::Opened | ClassState::Running | ClassState::Marking) {
            return Err(AttendanceError::NotNow(line.state));
        }
        let half_days = timetable::half_days(tx, class).await?;
        let half_day = half_days.iter().find(|h| h.seq == seq).ok_or(AttendanceError::NotFound)?;
        if half_day.held_on > tx.today() {
            return Err(AttendanceError::TooEarly);
        }
        let last = roll_call(tx, half_day.id).await?;
        let learners = classes::learners(tx, actor, class).await?;
        if taken.iter().any(|m| !learners.iter().any(|l| l.person_id == m.person)) {
            return Err(AttendanceError::Stranger);
        }
        let known = marks(tx, half_day.id).await?;
        let changed = changes(&learners, taken, &known);
        if let Some(last) = last.as_ref().filter(|l| l.seq != base) {
            // sent once more because the answer to the first time was lost: one's own marks stand already
            let stands = changed.is_empty() && last.taken_by == actor.name;
            return if stands { Ok(()) } else { Err(AttendanceError::Overtaken { by: last.taken_by.clone() }) };
        }
        let next = last.map_or(0, |l| l.seq) + 1;
        let (id, now) = (RollCallId::new(tx.ids()), tx.now());
        tx.exec(&INSERT_ROLL_CALL, &[&id, &half_day.id, &next, &actor.name, &now]).await?;
        tx.exec_many(&INSERT_MARK, &changed, |m, args| {
            args.add(&half_day.id)?;
            args.add(&m.person)?;
            args.add(&next)?;
            args.add(&m.status)?;
            args.add(&m.reason)
        })
        .await?;
        tx.audit(actor, "attendance.roll_call.taken", half_day.id, Change::created(&changed))?;
        if line.state == ClassState::Opened {
            classes::step_class(tx, actor, class, ClassMove::Begin).await?;
        }
        if line.state != ClassState::Marking && without_roll_call(tx, class).await? == 0 {
            classes::step_class(tx, actor, class, ClassMove::FinishStudy).await?;
        }
        Ok(())
    })
    .await
}
