//! Publishing, opening, confirming, withdrawing.

use ::store::{Change, Db, StoreError, Tx};
use chrono::NaiveDate;
use kernel::{Actor, CircularId, UploadId};
use serde::Serialize;
use web::Permit;

use super::{
    PublishCirculars, ReadCirculars,
    store::{Circular, INSERT_CIRCULAR, INSERT_TARGET, NOTE_CONFIRMED, NOTE_OPENED, WITHDRAW, circulars},
};
use crate::{
    files::{self, FileError, KeptFile},
    scheme,
};

/// To whom a document is addressed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The officers of every commune.
    Communes,
    /// The officers of one commune, by its code.
    Commune(String),
    /// Everybody of a role: a body.
    Role(String),
    /// One account, by its sign-in name.
    Account(String),
}

impl Target {
    fn row(&self) -> (&'static str, &str) {
        match self {
            Self::Communes => ("communes", ""),
            Self::Commune(code) => ("commune", code),
            Self::Role(code) => ("role", code),
            Self::Account(name) => ("account", name),
        }
    }
}

/// A document as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CircularDraft {
    /// Title.
    pub title: String,
    /// Number and sign, may be empty.
    pub number: String,
    /// What it is about and what is to be done, may be empty.
    pub summary: String,
    /// By when it is to be read.
    pub read_by: Option<NaiveDate>,
    /// To whom, without doubles.
    pub targets: Vec<Target>,
}

/// Why a document was not sent or read.
#[derive(Debug, thiserror::Error)]
pub enum CircularError {
    /// No such document for the actor.
    #[error("no such document")]
    NotFound,
    /// What is wrong with the file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The database's failure.
    #[error("writing a document")]
    Store(#[from] StoreError),
}

/// Sends a document; its id.
///
/// # Errors
/// [`CircularError`].
pub async fn publish(
    db: &Db,
    permit: &Permit<PublishCirculars>,
    draft: &CircularDraft,
    file: &KeptFile,
    upload: Option<UploadId>,
) -> Result<CircularId, CircularError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let scheme = scheme::of(tx, actor).await?.ok_or(CircularError::NotFound)?.id;
        files::keep(tx, file, upload).await?;
        let (id, now, format) = (CircularId::new(tx.ids()), tx.now(), file.format);
        let values: &[&dyn ::store::Bind] = &[
            &id,
            &scheme,
            &draft.title,
            &draft.number,
            &draft.summary,
            &draft.read_by,
            &file.file_name,
            &format,
            &file.sha256,
            &file.size,
            &actor.account,
            &actor.name,
            &now,
        ];
        tx.exec(&INSERT_CIRCULAR, values).await?;
        tx.exec_many(&INSERT_TARGET, &draft.targets, |target, args| {
            let (kind, code) = target.row();
            args.add(&id)?;
            args.add(&kind)?;
            args.add(&code.to_owned())
        })
        .await?;
        tx.audit(actor, "propagation.circular.published", id, Change::created(&(draft, file)))?;
        Ok(id)
    })
    .await
}

/// A document that an actor finds.
pub(super) async fn find(db: &Db, actor: &Actor, id: CircularId) -> Result<Circular, CircularError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(CircularError::NotFound)?;
    let publishes = actor.may(<PublishCirculars as kernel::Right>::NAME);
    let all = circulars(&mut conn, actor, scheme.id, publishes).await?;
    all.into_iter().find(|c| c.id == id).ok_or(CircularError::NotFound)
}

/// Notes that somebody who is addressed has opened a document; the first time counts.
pub(super) async fn open(db: &Db, actor: &Actor, circular: &mut Circular) -> Result<(), StoreError> {
    if !circular.addressed || circular.opened_at.is_some() || circular.withdrawn_at.is_some() {
        return Ok(());
    }
    circular.opened_at = Some(db.now());
    let id = circular.id;
    db.write(async |tx: &mut Tx| {
        let now = tx.now();
        if tx.exec(&NOTE_OPENED, &[&id, &actor.account, &now]).await? > 0 {
            tx.audit(actor, "propagation.circular.opened", id, Change::created(&now))?;
        }
        Ok(())
    })
    .await
}

/// Notes that somebody who is addressed has read a document.
///
/// # Errors
/// [`CircularError::NotFound`] for whoever is not addressed, and when it was withdrawn.
pub async fn confirm(db: &Db, permit: &Permit<ReadCirculars>, id: CircularId) -> Result<(), CircularError> {
    let actor = &permit.actor;
    let circular = find(db, actor, id).await?;
    if !circular.addressed || circular.withdrawn_at.is_some() {
        return Err(CircularError::NotFound);
    }
    db.write(async |tx| {
        let now = tx.now();
        tx.exec(&NOTE_OPENED, &[&id, &actor.account, &now]).await?;
        if tx.exec(&NOTE_CONFIRMED, &[&id, &actor.account, &now]).await? > 0 {
            tx.audit(actor, "propagation.circular.confirmed", id, Change::created(&now))?;
        }
        Ok(())
    })
    .await
}

/// Takes a document back; who has read it stays known.
///
/// # Errors
/// [`CircularError::NotFound`].
pub async fn withdraw(db: &Db, permit: &Permit<PublishCirculars>, id: CircularId) -> Result<(), CircularError> {
    let actor = &permit.actor;
    find(db, actor, id).await?;
    db.write(async |tx| {
        let now = tx.now();
        if tx.exec(&WITHDRAW, &[&id, &now, &actor.name]).await? > 0 {
            tx.audit(actor, "propagation.circular.withdrawn", id, Change::created(&now))?;
        }
        Ok(())
    })
    .await
}
