//! Asking and answering.

use ::store::{Change, Db, StoreError};
use kernel::{Actor, DataRequestId, PersonId};
use web::{Permit, WebError};

use super::{
    WorkDesk,
    model::{Answered, last_day},
    store::{ACKNOWLEDGE, ADD_REQUEST, CLOSE_REQUEST, hold},
};
use crate::{calendar::workdays, registry::terms_on};

/// Why a request went no further.
#[derive(Debug, thiserror::Error)]
pub(super) enum DeskError {
    /// No such request in the actor's province.
    #[error("no such request")]
    NotFound,
    /// Somebody has answered it.
    #[error(transparent)]
    Answered(#[from] Answered),
    /// The database's failure.
    #[error("working a request")]
    Store(#[from] StoreError),
}

impl From<DeskError> for WebError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotFound => Self::NotFound,
            DeskError::Answered(_) => Self::refused("desk-answered-already"),
            DeskError::Store(inner) => inner.into(),
        }
    }
}

/// Notes what somebody asks about the own data; the clocks run from today.
pub(super) async fn ask(
    db: &Db,
    actor: &Actor,
    person: PersonId,
    kind: &str,
    wish: &str,
) -> Result<DataRequestId, DeskError> {
    let province = actor.province.ok_or(DeskError::NotFound)?;
    db.write(async |tx| {
        let (id, now, today) = (DataRequestId::new(tx.ids()), tx.now(), tx.today());
        let (terms, workdays) = (terms_on(tx, today).await?, workdays(tx, today).await?);
        let last = |key: &str| {
            let term = terms.get(key).ok_or_else(|| StoreError::Migration(format!("no rule {key}")))?;
            Ok::<_, StoreError>(last_day(&workdays, today, term.0, &term.1))
        };
        let (reply_by, complete_by) = (last("data_request_reply_days")?, last(&format!("data_request_{kind}_days"))?);
        tx.exec(&ADD_REQUEST, &[&id, &province, &person, &kind, &wish, &now, &reply_by, &complete_by]).await?;
        tx.audit(actor, "desk.request.received", id, Change::created(&kind))?;
        Ok(id)
    })
    .await
}

/// Tells the person that the request is being worked on.
pub(super) async fn acknowledge(db: &Db, permit: &Permit<WorkDesk>, id: DataRequestId) -> Result<(), DeskError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let state = hold(tx, actor, id).await?.ok_or(DeskError::NotFound)?;
        let after = state.acknowledge()?;
        let now = tx.now();
        tx.exec(&ACKNOWLEDGE, &[&id, &now, &actor.name]).await?;
        tx.audit(actor, "desk.request.acknowledged", id, Change::changed(&state.code(), &after.code()))?;
        Ok(())
    })
    .await
}

/// Answers a request: what was asked is done, or it is refused, in words that the person reads.
pub(super) async fn answer(
    db: &Db,
    permit: &Permit<WorkDesk>,
    id: DataRequestId,
    granted: bool,
    words: &str,
) -> Result<(), DeskError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let state = hold(tx, actor, id).await?.ok_or(DeskError::NotFound)?;
        let after = state.answer(granted)?;
        let now = tx.now();
        tx.exec(&CLOSE_REQUEST, &[&id, &after, &words, &now, &actor.name]).await?;
        tx.audit(actor, "desk.request.answered", id, Change::changed(&state.code(), &after.code()))?;
        Ok(())
    })
    .await
}
