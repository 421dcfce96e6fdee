//! Bringing materials, new versions, reviews, topics; reading what stands in a file.

use std::time::Duration;

use ::store::{Change, Db, Job, JobContext, JobError, StoreError, Tx};
use documents::reading::{self, Format, Unread};
use kernel::{Actor, CommentId, MaterialId, ProgrammeId, UploadId};
use serde::{Deserialize, Serialize};
use web::Permit;

use super::{
    ReviewMaterials, WriteMaterials,
    model::Verdict,
    store::{
        DELETE_TOPIC, INSERT_MATERIAL, INSERT_REFERENCE, INSERT_REVIEW, INSERT_TEXT, INSERT_TOPIC, INSERT_VERSION,
        Material, UPDATE_MATERIAL, Version, hold, of_file, renew_keys, same_file, text, topics, versions,
    },
};
use crate::{
    files::{self, FileError, KeptFile},
    scheme,
};

/// What is said of a material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MaterialDraft {
    /// Title.
    pub title: String,
    /// Code of [`super::KINDS`].
    pub kind: String,
    /// Where it comes from, may be empty.
    pub source: String,
    /// Code of [`super::LICENCES`].
    pub licence: String,
}

impl MaterialDraft {
    pub(super) fn of(m: &Material) -> Self {
        Self { title: m.title.clone(), kind: m.kind.clone(), source: m.source.clone(), licence: m.licence.clone() }
    }
}

/// What a version consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brought {
    /// A kept file, with the upload by which it came.
    File(KeptFile, Option<UploadId>),
    /// An address on the web ([`super::model::web_address`]).
    Link(String),
}

/// A topic by its programme and its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopicRef {
    /// Programme.
    pub programme: ProgrammeId,
    /// Code of the topic.
    pub code: String,
}

/// Why a material was not changed.
#[derive(Debug, thiserror::Error)]
pub enum MaterialError {
    /// No such material in the actor's scheme, or no scheme.
    #[error("no such material")]
    NotFound,
    /// The file is that of the newest version.
    #[error("nothing is new")]
    Same,
    /// Somebody brought a newer version after the page was made: its number.
    #[error("there is version {0} now")]
    Newer(i64),
    /// Somebody saved the material after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// Nobody decides about the own material.
    #[error("the author does not decide")]
    Own,
    /// No such topic.
    #[error("no such topic")]
    NoTopic,
    /// What is wrong with the file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The database's failure.
    #[error("writing a material")]
    Store(#[from] StoreError),
}

#[derive(Serialize)]
struct Told<'a> {
    number: i64,
    format: &'static str,
    file_name: &'a str,
    size: i64,
    sha256: Option<&'a str>,
    address: Option<&'a str>,
    note: &'a str,
}

async fn write_version(
    tx: &mut Tx,
    actor: &Actor,
    id: MaterialId,
    number: i64,
    brought: &Brought,
    note: &str,
) -> Result<(), MaterialError> {
    let now = tx.now();
    let told = match brought {
        Brought::File(file, upload) => {
            files::keep(tx, file, *upload).await?;
            Told {
                number,
                format: file.format,
                file_name: &file.file_name,
                size: file.size,
                sha256: Some(&file.sha256),
                address: None,
                note,
            }
        }
        Brought::Link(address) => {
            Told { number, format: "link", file_name: "", size: 0, sha256: None, address: Some(address), note }
        }
    };
    let owned = |text: &str| text.to_owned();
    let (file_name, sha256, address) = (owned(told.file_name), told.sha256.map(owned), told.address.map(owned));
    let values: &[&dyn ::store::Bind] = &[
        &id,
        &number,
        &told.format,
        &file_name,
        &sha256,
        &told.size,
        &address,
        &note,
        &actor.account,
        &actor.name,
        &now,
    ];
    tx.exec(&INSERT_VERSION, values).await?;
    renew_keys(tx, id).await?;
    if let Some(sha256) = told.sha256 {
        tx.enqueue(&ReadText { sha256: sha256.to_owned(), format: told.format.to_owned() }).await?;
    }
    tx.audit(actor, "materials.version.added", id, Change::created(&told))?;
    Ok(())
}

/// Brings a material with its first version; its id.
///
/// # Errors
/// [`MaterialError::NotFound`] without a scheme, [`MaterialError::NoTopic`], [`MaterialError::File`].
pub async fn add_material(
    db: &Db,
    permit: &Permit<WriteMaterials>,
    draft: &MaterialDraft,
    brought: &Brought,
    serves: &[TopicRef],
) -> Result<MaterialId, MaterialError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let scheme = scheme::of(tx, actor).await?.ok_or(MaterialError::NotFound)?.id;
        let (id, now) = (MaterialId::new(tx.ids()), tx.now());
        let values: &[&dyn ::store::Bind] = &[
            &id,
            &scheme,
            &draft.title,
            &draft.kind,
            &draft.source,
            &draft.licence,
            &actor.account,
            &actor.name,
            &now,
        ];
        tx.exec(&INSERT_MATERIAL, values).await?;
        tx.audit(actor, "materials.material.added", id, Change::created(draft))?;
        write_version(tx, actor, id, 1, brought, "").await?;
        for topic in serves {
            serve(tx, actor, scheme, id, topic).await?;
        }
        Ok(id)
    })
    .await
}

/// Changes what is said of a material of which the actor saw edition `seen`; nothing is written when nothing would change.
///
/// # Errors
/// [`MaterialError::NotFound`], [`MaterialError::Overtaken`].
pub(super) async fn change_material(
    db: &Db,
    permit: &Permit<WriteMaterials>,
    id: MaterialId,
    draft: &MaterialDraft,
    seen: i64,
) -> Result<(), MaterialError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let scheme = scheme::of(tx, actor).await?.ok_or(MaterialError::NotFound)?.id;
        let before = hold(tx, scheme, id).await?.ok_or(MaterialError::NotFound)?;
        let was = MaterialDraft::of(&before);
        if was == *draft {
            return Ok(());
        }
        if before.edition != seen {
            return Err(MaterialError::Overtaken);
        }
        let now = tx.now();
        let values: &[&dyn ::store::Bind] =
            &[&id, &draft.title, &draft.kind, &draft.source, &draft.licence, &actor.name, &now];
        tx.exec(&UPDATE_MATERIAL, values).await?;
        renew_keys(tx, id).await?;
        tx.audit(actor, "materials.material.changed", id, Change::changed(&was, draft))?;
        Ok(())
    })
    .await
}

fn newest(versions: &[Version]) -> Result<&Version, MaterialError> {
    versions.first().ok_or(MaterialError::NotFound)
}

/// Brings a new version after the one that the actor saw; its number.
///
/// # Errors
/// [`MaterialError`] but [`MaterialError::Overtaken`], [`MaterialError::Own`].
pub async fn add_version(
    db: &Db,
    permit: &Permit<WriteMaterials>,
    id: MaterialId,
    brought: &Brought,
    note: &str,
    seen: i64,
) -> Result<i64, MaterialError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let scheme = scheme::of(tx, actor).await?.ok_or(MaterialError::NotFound)?.id;
        hold(tx, scheme, id).await?.ok_or(MaterialError::NotFound)?;
        let known = versions(tx, id).await?;
        let last = newest(&known)?;
        if last.number != seen {
            return Err(MaterialError::Newer(last.number));
        }
        let same = match brought {
            Brought::File(file, _) => last.sha256.as_deref() == Some(&file.sha256),
            Brought::Link(address) => last.address.as_deref() == Some(address),
        };
        if same {
            return Err(MaterialError::Same);
        }
        let number = last.number + 1;
        write_version(tx, actor, id, number, brought, note).await?;
        Ok(number)
    })
    .await
}

/// Says something of the newest version, of which the actor saw the number.
///
/// # Errors
/// [`MaterialError::NotFound`], [`MaterialError::Newer`], [`MaterialError::Own`].
pub async fn review(
    db: &Db,
    permit: &Permit<ReviewMaterials>,
    id: MaterialId,
    seen: i64,
    verdict: Verdict,
    body: &str,
) -> Result<(), MaterialError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let scheme = scheme::of(tx, actor).await?.ok_or(MaterialError::NotFound)?.id;
        let material = hold(tx, scheme, id).await?.ok_or(MaterialError::NotFound)?;
        let known = versions(tx, id).await?;
        let last = newest(&known)?;
        if last.number != seen {
            return Err(MaterialError::Newer(last.number));
        }
        if !verdict.open_to(actor.account, material.author_id, last.by_id) {
            return Err(MaterialError::Own);
        }
        // a second click says nothing new
        if verdict != Verdict::Comment && last.verdict == Some(verdict) && body.is_empty() {
            return Ok(());
        }
        let (comment, now) = (CommentId::new(tx.ids()), tx.now());
        let values: &[&dyn ::store::Bind] =
            &[&comment, &id, &last.number, &verdict, &body, &actor.account, &actor.name, &now];
        tx.exec(&INSERT_REVIEW, values).await?;
        let told = serde_json::json!({ "number": last.number, "verdict": verdict, "body": body });
        tx.audit(actor, "materials.version.reviewed", id, Change::created(&told))?;
        Ok(())
    })
    .await
}

async fn serve(
    tx: &mut Tx,
    actor: &Actor,
    scheme: kernel::SchemeId,
    id: MaterialId,
    topic: &TopicRef,
) -> Result<(), MaterialError> {
    let known = topics(tx, scheme).await?;
    if !known.iter().any(|t| t.programme_id == topic.programme && t.topic_code == topic.code) {
        return Err(MaterialError::NoTopic);
    }
    let now = tx.now();
    if tx.exec(&INSERT_TOPIC, &[&id, &topic.programme, &topic.code, &actor.name, &now]).await? > 0 {
        tx.audit(actor, "materials.topic.added", id, Change::created(topic))?;
    }
    Ok(())
}

/// Says that a material serves a topic, or no longer does.
///
/// # Errors
/// [`MaterialError::NotFound`], [`MaterialError::NoTopic`].
pub async fn serve_topic(
    db: &Db,
    permit: &Permit<WriteMaterials>,
    id: MaterialId,
    topic: &TopicRef,
    serves: bool,
) -> Result<(), MaterialError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let scheme = scheme::of(tx, actor).await?.ok_or(MaterialError::NotFound)?.id;
        hold(tx, scheme, id).await?.ok_or(MaterialError::NotFound)?;
        if serves {
            return serve(tx, actor, scheme, id, topic).await;
        }
        if tx.exec(&DELETE_TOPIC, &[&id, &topic.programme, &topic.code]).await? > 0 {
            tx.audit(actor, "materials.topic.removed", id, Change::removed(topic))?;
        }
        Ok(())
    })
    .await
}

/// The material of the actor's scheme that has this very file already.
pub(super) async fn known_file(
    db: &Db,
    actor: &Actor,
    sha256: &str,
) -> Result<Option<(MaterialId, String)>, StoreError> {
    let mut conn = db.read().await?;
    match scheme::of(&mut conn, actor).await? {
        Some(scheme) => same_file(&mut conn, scheme.id, sha256).await,
        None => Ok(None),
    }
}

/// Longest time for reading one file.
const READING: Duration = Duration::from_secs(60);

/// Reads the text of a file, once, and makes the keys of the materials that use it. Running it twice is safe: a file that
/// was read is not read again, keys are made from what is there.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReadText {
    /// The file.
    pub sha256: String,
    /// Code of its kind.
    pub format: String,
}

impl Job for ReadText {
    const NAME: &'static str = "materials.read-text";
    const DEDUP: bool = true;

    async fn run(&self, context: &JobContext) -> Result<(), JobError> {
        let db = &context.db;
        if text(&mut db.read().await?, &self.sha256).await?.is_none() {
            let format = Format::of_code(&self.format)
                .ok_or_else(|| JobError::GiveUp(format!("no kind of file {}", self.format)))?;
            let file = files::opened(db, &self.sha256).await?;
            let read = tokio::task::spawn_blocking(move || reading::text(format, file, READING)).await;
            let (outcome, body) = match read.map_err(|e| JobError::Retry(e.to_string()))? {
                Ok(body) if body.trim().is_empty() => ("empty", String::new()),
                Ok(body) => ("read", body),
                Err(Unread::NoText) => ("empty", String::new()),
                Err(Unread::TooLarge) => ("too_large", String::new()),
                Err(Unread::TooSlow) => ("too_slow", String::new()),
                Err(Unread::Broken) => ("broken", String::new()),
            };
            let references = scheme::references(&body);
            db.write(async |tx| {
                let now = tx.now();
                tx.exec(&INSERT_TEXT, &[&self.sha256, &outcome, &body, &now]).await?;
                tx.exec_many(&INSERT_REFERENCE, &references, |r, args| {
                    args.add(&self.sha256)?;
                    args.add(&r.key)?;
                    args.add(&r.number)
                })
                .await
            })
            .await?;
        }
        db.write(async |tx| {
            for id in of_file(tx, &self.sha256).await? {
                renew_keys(tx, id).await?;
            }
            Ok::<_, StoreError>(())
        })
        .await?;
        Ok(())
    }
}
