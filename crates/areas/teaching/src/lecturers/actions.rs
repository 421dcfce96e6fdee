//! Writing of a lecturer, of when they are away, and taking that back.

use ::store::{Change, Db, StoreError};
use chrono::NaiveDate;
use kernel::{AbsenceId, AccountId};
use serde::Serialize;
use web::Permit;

use super::{
    EditLecturers,
    store::{
        INSERT_ABSENCE, INSERT_LECTURER, LOCK_ACCOUNT, Lecturer, SET_WITHDRAWN, UPDATE_LECTURER, absence_of, lecturers,
    },
};

/// What the school says of a lecturer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LecturerDraft {
    /// `school`, `visiting` or `concurrent`.
    pub contract: String,
    /// Most periods of a year; none: what the scheme says.
    pub periods_most: Option<i64>,
    /// `sang`, `chieu`, or empty.
    pub prefers: String,
}

impl LecturerDraft {
    /// A lecturer as they stand.
    #[must_use]
    pub fn of(lecturer: &Lecturer) -> Self {
        Self {
            contract: lecturer.contract.clone(),
            periods_most: lecturer.periods_most,
            prefers: lecturer.prefers.clone(),
        }
    }
}

/// Half-days on which somebody is away, both ends among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AbsenceDraft {
    /// First day.
    pub from_on: NaiveDate,
    /// `sang` or `chieu` of it.
    pub from_part: String,
    /// Last day.
    pub to_on: NaiveDate,
    /// `sang` or `chieu` of it.
    pub to_part: String,
    /// Why.
    pub reason: String,
}

/// Why something of a lecturer was not written.
#[derive(Debug, thiserror::Error)]
pub enum LecturerError {
    /// No such lecturer, or absence, in the actor's province.
    #[error("no such lecturer")]
    NotFound,
    /// Somebody saved the lecturer after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// An absence ends before it begins.
    #[error("ends before it begins")]
    Backwards,
    /// The offer is answered already.
    #[error("answered already")]
    Answered,
    /// The database's failure.
    #[error("a lecturer")]
    Store(#[from] StoreError),
}

/// Saves a lecturer of whom the actor saw edition `seen`; nothing is written when nothing would change.
///
/// # Errors
/// [`LecturerError`].
pub async fn change_lecturer(
    db: &Db,
    permit: &Permit<EditLecturers>,
    id: AccountId,
    draft: &LecturerDraft,
    seen: i64,
) -> Result<(), LecturerError> {
    db.write(async |tx| {
        tx.exec(&LOCK_ACCOUNT, &[&id]).await?;
        let before = lecturers(tx, &permit.actor).await?.into_iter().find(|l| l.id == id);
        let before = before.ok_or(LecturerError::NotFound)?;
        if LecturerDraft::of(&before) == *draft {
            return Ok(());
        }
        if before.edition != seen {
            return Err(LecturerError::Overtaken);
        }
        let now = tx.now();
        let statement = if before.edition == 0 { &INSERT_LECTURER } else { &UPDATE_LECTURER };
        let name = &permit.actor.name;
        tx.exec(statement, &[&id, &draft.contract, &draft.periods_most, &draft.prefers, name, &now]).await?;
        let change = Change::changed(&LecturerDraft::of(&before), draft);
        tx.audit(&permit.actor, "lecturers.lecturer.changed", id, change)?;
        Ok(())
    })
    .await
}

/// Notes that a lecturer is away.
///
/// # Errors
/// [`LecturerError::Backwards`]; [`LecturerError::NotFound`].
pub async fn note_absence(
    db: &Db,
    permit: &Permit<EditLecturers>,
    id: AccountId,
    draft: &AbsenceDraft,
) -> Result<AbsenceId, LecturerError> {
    let ends = (draft.to_on, draft.to_part != "sang");
    if ends < (draft.from_on, draft.from_part != "sang") {
        return Err(LecturerError::Backwards);
    }
    db.write(async |tx| {
        if lecturers(tx, &permit.actor).await?.iter().all(|l| l.id != id) {
            return Err(LecturerError::NotFound);
        }
        let (absence, now) = (AbsenceId::new(tx.ids()), tx.now());
        let values: &[&dyn ::store::Bind] = &[
            &absence,
            &id,
            &draft.from_on,
            &draft.from_part,
            &draft.to_on,
            &draft.to_part,
            &draft.reason,
            &permit.actor.name,
            &now,
        ];
        tx.exec(&INSERT_ABSENCE, values).await?;
        tx.audit(&permit.actor, "lecturers.absence.noted", id, Change::created(draft))?;
        Ok(absence)
    })
    .await
}

#[derive(Serialize)]
struct Withdrawn {
    absence: AbsenceId,
}

/// Takes an absence back. One that was taken back already stays so.
///
/// # Errors
/// [`LecturerError::NotFound`].
pub async fn withdraw_absence(
    db: &Db,
    permit: &Permit<EditLecturers>,
    id: AccountId,
    absence: AbsenceId,
) -> Result<(), LecturerError> {
    db.write(async |tx| {
        if !absence_of(tx, &permit.actor, id, absence).await? {
            return Err(LecturerError::NotFound);
        }
        let now = tx.now();
        if tx.exec(&SET_WITHDRAWN, &[&absence, &permit.actor.name, &now]).await? > 0 {
            tx.audit(&permit.actor, "lecturers.absence.withdrawn", id, Change::created(&Withdrawn { absence }))?;
        }
        Ok(())
    })
    .await
}
