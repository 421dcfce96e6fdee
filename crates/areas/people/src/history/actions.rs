//! Preview, commit, withdrawal and undo of past courses.

use ::store::{Change, Db, StoreError, Tx};
use kernel::{PastBatchId, text::fold};
use web::Permit;

use super::{
    model::{Fault, List, Read, columns, row},
    store::{ADD_BATCH, ADD_COURSE, ADD_FAULT, CLOSE, DOUBLES, LOCK, against, batch},
};
use crate::registry::import::{FileError, ImportPeople, read_sheets};

/// Why past courses went no further; nothing was written.
#[derive(Debug, thiserror::Error)]
pub(super) enum CourseError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Columns that no sheet has; codes end `history-column-CODE`.
    #[error("columns are missing: {}", .0.join(", "))]
    Columns(Vec<&'static str>),
    /// The sheet has headings and no row.
    #[error("no rows")]
    Nothing,
    /// No such batch in the actor's scope.
    #[error("no such batch")]
    NotFound,
    /// The batch is in another state than the step needs.
    #[error("the batch is {0}")]
    Moved(String),
    /// Courses of the batch were written by another one meanwhile: how many.
    #[error("{0} courses are there already")]
    Doubles(i64),
    /// The reader stopped.
    #[error("reading on a thread: {0}")]
    Thread(String),
    /// The database's failure.
    #[error("past courses")]
    Store(#[from] StoreError),
}

/// Reads a file and keeps what it would write, for looking at.
pub(super) async fn preview(
    db: &Db,
    permit: &Permit<ImportPeople>,
    file_name: &str,
    bytes: Vec<u8>,
) -> Result<PastBatchId, CourseError> {
    let actor = &permit.actor;
    let province = actor.province.ok_or(CourseError::NotFound)?;
    let mut against = against(&mut db.read().await?, province, actor.commune(), db.today()).await?;
    let read = tokio::task::spawn_blocking(move || {
        let sheets = read_sheets(bytes)?;
        let List { sheet, head, columns } = columns(&sheets).map_err(CourseError::Columns)?;
        let mut good: Vec<(i64, Read)> = Vec::new();
        let mut faulty: Vec<(i64, String, Fault)> = Vec::new();
        for (number, cells) in (1_i64..).zip(&sheet.rows).skip(head) {
            match row(cells, &columns, &mut against) {
                Some((_, Ok(course))) => good.push((number, course)),
                Some((shown, Err(fault))) => faulty.push((number, shown, fault)),
                None => {}
            }
        }
        Ok::<_, CourseError>((good, faulty))
    });
    let (good, faulty) = read.await.map_err(|e| CourseError::Thread(e.to_string()))??;
    if good.is_empty() && faulty.is_empty() {
        return Err(CourseError::Nothing);
    }
    db.write(async |tx: &mut Tx| {
        let (id, now) = (PastBatchId::new(tx.ids()), tx.now());
        tx.exec(&ADD_BATCH, &[&id, &province, &actor.commune(), &file_name, &actor.name, &now]).await?;
        tx.exec_many(&ADD_COURSE, &good, |(number, course), args| {
            args.add(&id)?;
            args.add(number)?;
            args.add(&course.person)?;
            args.add(&course.title)?;
            args.add(&fold(&course.title))?;
            args.add(&course.category)?;
            args.add(&course.ledger)?;
            args.add(&course.starts_on)?;
            args.add(&course.ends_on)?;
            args.add(&course.periods)?;
            args.add(&course.organiser)?;
            args.add(&course.certificate)
        })
        .await?;
        tx.exec_many(&ADD_FAULT, &faulty, |(number, shown, fault), args| {
            args.add(&id)?;
            args.add(number)?;
            args.add(shown)?;
            args.add(&fault.code)?;
            args.add(&fault.value)
        })
        .await?;
        tx.audit(actor, "history.batch.previewed", id, Change::created(&[good.len(), faulty.len()]))?;
        Ok(id)
    })
    .await
}

/// Takes a batch from one state to another.
async fn step(
    db: &Db,
    permit: &Permit<ImportPeople>,
    id: PastBatchId,
    (from, to): (&'static str, &'static str),
    action: &'static str,
) -> Result<i64, CourseError> {
    let actor = &permit.actor;
    db.write(async |tx: &mut Tx| {
        tx.exec(&LOCK, &[&id]).await?;
        let now = batch(tx, actor, id).await?.ok_or(CourseError::NotFound)?;
        if now.state != from {
            return Err(CourseError::Moved(now.state));
        }
        if to == "committed" {
            if now.courses == 0 {
                return Err(CourseError::Nothing);
            }
            let (doubles,): (i64,) = tx.one(&DOUBLES, &[&id]).await?;
            if doubles > 0 {
                return Err(CourseError::Doubles(doubles));
            }
        }
        let at = tx.now();
        tx.exec(&CLOSE, &[&id, &to, &actor.name, &at]).await?;
        tx.audit(actor, action, id, Change::changed(&from, &to))?;
        Ok(now.courses)
    })
    .await
}

/// Makes the courses of a batch count; says how many.
pub(super) async fn commit(db: &Db, permit: &Permit<ImportPeople>, id: PastBatchId) -> Result<i64, CourseError> {
    step(db, permit, id, ("previewed", "committed"), "history.batch.committed").await
}

/// Leaves a batch that was not committed.
pub(super) async fn withdraw(db: &Db, permit: &Permit<ImportPeople>, id: PastBatchId) -> Result<i64, CourseError> {
    step(db, permit, id, ("previewed", "withdrawn"), "history.batch.withdrawn").await
}

/// Takes a committed batch back: its courses count no more.
pub(super) async fn undo(db: &Db, permit: &Permit<ImportPeople>, id: PastBatchId) -> Result<i64, CourseError> {
    step(db, permit, id, ("committed", "undone"), "history.batch.undone").await
}
