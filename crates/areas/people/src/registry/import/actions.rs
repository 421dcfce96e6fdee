//! Preview, commit and withdrawal of a roster.

use std::{collections::BTreeMap, sync::Arc};

use ::store::{By, Change, Db, StoreError, Tx, Vault};
use axum::body::Bytes;
use kernel::{AccountId, ImportId, UnitId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use web::Permit;

use super::{
    BatchMove, BatchMoveRefused, Choice, Counts, FaultyRow, ImportPeople, RowKind,
    columns::{Headings, Mapping},
    flow::Flow,
    plan::{Planned, Register},
    progress::{Progress, Running, Stage, Stopped},
    remembered::{Source, found, remember, remembered},
    sheet::{Book, FileError, Sheet},
    store::{ADD_BATCH, Batch, CLEAR_ROWS, CLOSE_BATCH, FILL_BATCH, batch, content, present, written_rows},
    writing::{Writing, write_rows},
};
use crate::registry::record::model::source_of;

/// Files that are read at the same time; the others wait, so that memory stays bounded.
pub(super) static READERS: Semaphore = Semaphore::const_new(2);

/// Who imports.
#[derive(Debug, Clone, Copy)]
pub enum Importer<'a> {
    /// Somebody with the right. An officer of one commune imports people of that commune and sees the own batches.
    Officer(&'a Permit<ImportPeople>),
    /// The program itself (the command line), by a stable name, for the whole of a province.
    System(&'static str, UnitId),
}

impl<'a> From<&'a Permit<ImportPeople>> for Importer<'a> {
    fn from(permit: &'a Permit<ImportPeople>) -> Self {
        Self::Officer(permit)
    }
}

impl<'a> Importer<'a> {
    pub(super) fn by(self) -> By<'a> {
        match self {
            Self::Officer(permit) => By::Actor(&permit.actor),
            Self::System(name, _) => By::System(name),
        }
    }

    /// The source for which the importer speaks.
    pub(super) fn source(self) -> &'static str {
        match self {
            Self::Officer(permit) => source_of(&permit.actor.role),
            // the operator loads what the province's desk sends
            Self::System(..) => "home_affairs",
        }
    }

    /// The name under which the importer changes records.
    pub(super) fn name(self) -> &'a str {
        match self {
            Self::Officer(permit) => &permit.actor.name,
            Self::System(name, _) => name,
        }
    }

    /// The commune that the importer is confined to.
    pub(super) fn commune(self) -> Option<UnitId> {
        match self {
            Self::Officer(permit) => permit.actor.commune(),
            Self::System(..) => None,
        }
    }

    /// The province whose people are imported.
    pub(super) fn province(self) -> Option<UnitId> {
        match self {
            Self::Officer(permit) => permit.actor.province,
            Self::System(_, province) => Some(province),
        }
    }

    /// The unit for which columns are remembered: the commune, else the province for its desk.
    pub(super) fn unit(self) -> Option<UnitId> {
        self.commune().or(self.province())
    }

    pub(super) fn account(self) -> Option<AccountId> {
        match self {
            Self::Officer(permit) => Some(permit.actor.account),
            Self::System(..) => None,
        }
    }
}

/// Why an import went no further; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// No sheet has the headings of a roster.
    #[error("no sheet has the headings of a roster (full name, birth date, commune, post)")]
    NoRoster,
    /// Columns that are needed were not found; codes as in [`Mapping::missing`].
    #[error("columns are missing: {}", .0.join(", "))]
    Columns(Vec<&'static str>),
    /// No such batch in the importer's scope.
    #[error("no such import")]
    NotFound,
    /// The batch is in another state than the step needs.
    #[error(transparent)]
    Moved(#[from] BatchMoveRefused),
    /// The register has changed since the preview; there is a new one.
    #[error("the register has changed since the preview")]
    Changed,
    /// Nothing to write.
    #[error("no row is new or changed")]
    Nothing,
    /// People who hold the batch in the register.
    #[error("cannot be undone because of {} people", .0.len())]
    Held(Vec<Held>),
    /// Somebody of the batch is needed by something that did not say so.
    #[error("cannot be undone: a person is needed elsewhere")]
    HeldElsewhere,
    /// The database's failure.
    #[error("importing people")]
    Store(#[from] StoreError),
    /// A thread died.
    #[error("reading the file: {0}")]
    Thread(String),
    /// Somebody has stopped it.
    #[error("stopped")]
    Stopped,
}

impl ImportError {
    /// Of a file; a reader that was stopped is no fault of the file.
    pub(super) fn of_file(error: FileError) -> Self {
        if error == FileError::Stopped { Self::Stopped } else { Self::File(error) }
    }
}

impl From<Stopped> for ImportError {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

/// Somebody who keeps a batch from being undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Who.
    pub name: String,
    /// Message key of where the person is needed; `import-held-changed` when the record has changed since.
    pub because: &'static str,
}

/// How a batch is read: the columns, and the commune of a sheet that names none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Columns.
    pub mapping: Mapping,
    /// Commune of everybody in the sheet.
    pub commune: Option<UnitId>,
    /// Where the meanings come from.
    #[serde(default)]
    pub source: Source,
    /// Whether the file comes from the national database of cadres: its values stand above what a province says.
    #[serde(default)]
    pub national: bool,
    /// What somebody has said of doubtful rows, by their numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub choices: BTreeMap<i64, Choice>,
}

impl Reading {
    /// Columns without which nobody can be recognised.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        self.mapping.missing(self.commune.is_some())
    }

    /// The source for which the roster speaks.
    pub(super) fn origin(&self, who: Importer<'_>) -> &'static str {
        if self.national { "national" } else { who.source() }
    }
}

/// A file that has been opened and whose headings were found; nothing of it is written anywhere.
pub struct Draft {
    bytes: Bytes,
    book: Book,
    reading: Reading,
    running: Running,
}

impl Draft {
    /// The sheet that holds the roster.
    #[must_use]
    pub fn sheet(&self) -> &str {
        &self.reading.mapping.sheet
    }

    /// Columns that are needed and were not found; codes as in [`Mapping::missing`].
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        self.reading.missing()
    }
}

/// What a commit of a file would do.
#[derive(Debug, Default)]
pub struct Look {
    /// Rows by their kinds.
    pub counts: Counts,
    /// The refused rows.
    pub faulty: Vec<FaultyRow>,
    /// Number and name of the rows whose person is not certain.
    pub doubtful: Vec<(i64, String)>,
}

/// A thread that died.
pub(super) fn thread(error: &dyn std::fmt::Display) -> ImportError {
    ImportError::Thread(error.to_string())
}

/// Runs reading away from the threads that answer requests.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ImportError> {
    let turn = READERS.acquire().await.map_err(|e| thread(&e))?;
    let work = move || {
        let done = work();
        drop(turn);
        done
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| thread(&e))
}

/// Opens a file and reads the tops of its sheets.
async fn opened(bytes: Bytes, progress: &Arc<Progress>) -> Result<(Book, Vec<Sheet>), ImportError> {
    let progress = Arc::clone(progress);
    let open = move || {
        let mut book = Book::open(bytes)?;
        let tops = book.tops(&progress)?;
        Ok((book, tops))
    };
    apart(open).await?.map_err(ImportError::of_file)
}

/// Refuses a sheet whose text is not what its author saw.
fn readable(sheet: &Sheet) -> Result<(), FileError> {
    sheet.spoilt().map_or(Ok(()), Err)
}

/// Opens a file and finds its headings; writes nothing. `national` says that the file comes from the national database of
/// cadres.
///
/// # Errors
/// [`ImportError::File`], [`ImportError::NoRoster`], [`ImportError::Stopped`]; the database's failure.
pub async fn draft<'a>(
    db: &Db,
    who: impl Into<Importer<'a>>,
    bytes: Vec<u8>,
    national: bool,
) -> Result<Draft, ImportError> {
    let who = who.into();
    let running = Running::of(who.account());
    let bytes = Bytes::from(bytes);
    let (book, sheets) = opened(bytes.clone(), &running.progress).await?;
    let remembered = remembered(&mut db.read().await?, who.unit()).await?;
    let Some((mapping, source)) = found(&sheets, &remembered) else {
        return Err(sheets.iter().find_map(Sheet::spoilt).map_or(ImportError::NoRoster, ImportError::File));
    };
    readable(sheets.iter().find(|s| s.name == mapping.sheet).ok_or(ImportError::NoRoster)?)?;
    let reading = Reading { mapping, commune: who.commune(), source, national, choices: BTreeMap::new() };
    Ok(Draft { bytes, book, reading, running })
}

/// What a commit of a draft would do, and the draft; writes nothing.
///
/// # Errors
/// As [`draft`].
pub async fn look<'a>(db: &Db, who: impl Into<Importer<'a>>, draft: Draft) -> Result<(Look, Draft), ImportError> {
    let Draft { bytes, book, reading, running } = draft;
    let mut flow = Flow::begin(db, who.into(), book, &reading, &running.progress).await?;
    let mut look = Look::default();
    while let Some(rows) = flow.next().await? {
        look.counts.add(rows.iter().map(|p| p.kind));
        for Planned { row, kind, name, faults, .. } in rows {
            match kind {
                RowKind::Faulty => look.faulty.push(FaultyRow { row, name, faults }),
                RowKind::Doubtful => look.doubtful.push((row, name)),
                _ => {}
            }
        }
    }
    // a flow that has ended gives its file back
    let book = flow.book().ok_or(ImportError::Stopped)?;
    Ok((look, Draft { bytes, book, reading, running }))
}

/// Compares a draft with the register and keeps it as a batch that can be looked at, corrected, committed or withdrawn.
/// The register stays as it is.
///
/// # Errors
/// [`ImportError::File`], [`ImportError::Stopped`]; the database's failure.
pub async fn preview<'a>(
    db: &Db,
    who: impl Into<Importer<'a>>,
    file_name: &str,
    draft: Draft,
) -> Result<ImportId, ImportError> {
    let who = who.into();
    let Draft { bytes, book, reading, running } = draft;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let flow = Flow::begin(db, who, book, &reading, &running.progress).await?;
    let vault = db.vault()?;
    db.write(async |tx| {
        let (id, now) = (ImportId::new(tx.ids()), tx.now());
        // rosters name identity numbers
        let sealed = vault.seal_bytes(&id.to_string(), &bytes).map_err(StoreError::from)?;
        drop(bytes);
        let account = who.account();
        tx.exec(&ADD_BATCH, &[&id, &file_name, &sha256, &sealed, &account, &now, &who.province()]).await?;
        drop(sealed);
        let counts = fill(tx, vault, id, &reading, flow).await?;
        let note = serde_json::json!({ "file_name": file_name, "sha256": sha256, "rows": counts });
        tx.audit(who.by(), "registry.import.previewed", id, Change::created(&note))?;
        Ok(id)
    })
    .await
}

/// Writes the rows of a batch as they come, and what they are in all.
async fn fill(
    tx: &mut Tx,
    vault: &Vault,
    id: ImportId,
    reading: &Reading,
    mut flow: Flow,
) -> Result<Counts, ImportError> {
    let mut counts = Counts::default();
    while let Some(mut rows) = flow.next().await? {
        counts.add(rows.iter().map(|p| p.kind));
        write_rows(tx, vault, id, &mut rows).await?;
    }
    let mapping = serde_json::to_string(reading).map_err(StoreError::from)?;
    let Counts { new, changed, unchanged, faulty, skipped, doubtful } = counts;
    tx.exec(&FILL_BATCH, &[&id, &mapping, &new, &changed, &unchanged, &faulty, &skipped, &doubtful]).await?;
    Ok(counts)
}

/// Shows a batch anew with the columns that somebody gives by hand. A commit remembers them for the unit, unless they
/// are what the program has found by itself.
///
/// # Errors
/// [`ImportError::NotFound`], [`ImportError::Moved`], [`ImportError::NoRoster`]; the database's failure.
pub async fn remap<'a>(
    db: &Db,
    who: impl Into<Importer<'a>>,
    id: ImportId,
    mapping: Mapping,
    commune: Option<UnitId>,
) -> Result<Counts, ImportError> {
    let who = who.into();
    let (known, book, sheets) = sheets_of(db, who, id).await?;
    let sheet = sheets.into_iter().find(|s| s.name == mapping.sheet).ok_or(ImportError::NoRoster)?;
    let remembered = remembered(&mut db.read().await?, who.unit()).await?;
    let before = known.reading()?;
    let choices = if before.mapping.sheet == mapping.sheet { before.choices } else { BTreeMap::new() };
    let source = match found(std::slice::from_ref(&sheet), &remembered) {
        Some((found, source)) if found == mapping => source,
        _ => Headings::of(&sheet, &mapping).map_or(Source::Found, Source::ByHand),
    };
    let national = before.national;
    reread(db, who, id, book, Reading { mapping, commune, source, national, choices }).await
}

/// Keeps what somebody says of doubtful rows and shows the batch anew; `None` takes back what was said.
///
/// # Errors
/// As [`remap`].
pub async fn choose<'a>(
    db: &Db,
    who: impl Into<Importer<'a>>,
    id: ImportId,
    choices: &[(i64, Option<Choice>)],
) -> Result<Counts, ImportError> {
    let who = who.into();
    let (known, book, _) = sheets_of(db, who, id).await?;
    let mut reading = known.reading()?;
    for (row, choice) in choices {
        match choice {
            Some(choice) => reading.choices.insert(*row, *choice),
            None => reading.choices.remove(row),
        };
    }
    reread(db, who, id, book, reading).await
}

/// Another sheet of the workbook with the columns found there.
///
/// # Errors
/// As [`remap`]; [`ImportError::NoRoster`] when the sheet has no such headings.
pub async fn other_sheet<'a>(
    db: &Db,
    who: impl Into<Importer<'a>>,
    id: ImportId,
    name: &str,
) -> Result<Counts, ImportError> {
    let who = who.into();
    let (known, book, sheets) = sheets_of(db, who, id).await?;
    let national = known.reading()?.national;
    let sheet = sheets.into_iter().find(|s| s.name == name).ok_or(ImportError::NoRoster)?;
    readable(&sheet)?;
    let remembered = remembered(&mut db.read().await?, who.unit()).await?;
    let (mapping, source) = found(std::slice::from_ref(&sheet), &remembered).ok_or(ImportError::NoRoster)?;
    let reading = Reading { mapping, commune: None, source, national, choices: BTreeMap::new() };
    reread(db, who, id, book, reading).await
}

/// Makes the preview of a batch anew.
async fn reread(db: &Db, who: Importer<'_>, id: ImportId, book: Book, reading: Reading) -> Result<Counts, ImportError> {
    let reading = Reading { commune: who.commune().or(reading.commune), ..reading };
    let running = Running::of(who.account());
    let flow = Flow::begin(db, who, book, &reading, &running.progress).await?;
    let vault = db.vault()?;
    db.write(async |tx| {
        let known = batch(tx, who, id).await?.ok_or(ImportError::NotFound)?;
        known.state.after(BatchMove::Remap)?;
        tx.exec(&CLEAR_ROWS, &[&id]).await?;
        let counts = fill(tx, vault, id, &reading, flow).await?;
        let before = known.reading()?;
        if before != reading {
            tx.audit(who.by(), "registry.import.remapped", id, Change::changed(&before, &reading))?;
        }
        Ok(counts)
    })
    .await
}

/// A batch that is still open to correction, with its file and the tops of the sheets.
///
/// # Errors
/// [`ImportError::NotFound`], [`ImportError::Moved`]; the database's failure.
pub(super) async fn sheets_of(
    db: &Db,
    who: Importer<'_>,
    id: ImportId,
) -> Result<(Batch, Book, Vec<Sheet>), ImportError> {
    let mut conn = db.read().await?;
    let batch = batch(&mut conn, who, id).await?.ok_or(ImportError::NotFound)?;
    batch.state.after(BatchMove::Remap)?;
    let bytes = content(&mut conn, db.vault()?, id).await?;
    drop(conn);
    let (book, tops) = opened(bytes.into(), &Arc::default()).await?;
    Ok((batch, book, tops))
}

/// Takes a step; the file itself is kept only until the batch is decided.
pub(super) async fn close(tx: &mut Tx, who: Importer<'_>, known: &Batch, step: BatchMove) -> Result<(), ImportError> {
    let to = known.state.after(step)?;
    let (now, account) = (tx.now(), who.account());
    let closed = tx.exec(&CLOSE_BATCH, &[&known.id, &to, &account, &now, &known.state]).await?;
    if closed == 1 { Ok(()) } else { Err(ImportError::NotFound) }
}

/// Writes the new and changed people of a batch. What the preview showed is checked again: when the register has
/// changed meanwhile, nothing is written and the batch shows its new state.
///
/// # Errors
/// [`ImportError`] except those of files and of undoing.
pub async fn commit<'a>(db: &Db, who: impl Into<Importer<'a>>, id: ImportId) -> Result<Counts, ImportError> {
    let who = who.into();
    let running = Running::of(who.account());
    let committed = db
        .write(async |tx| {
            let known = batch(tx, who, id).await?.ok_or(ImportError::NotFound)?;
            known.state.after(BatchMove::Commit)?;
            let missing = known.reading()?.missing();
            if !missing.is_empty() {
                return Err(ImportError::Columns(missing));
            }
            let reading = known.reading()?;
            let register = Register::of(present(tx).await?, who.province());
            let mut writing = Writing::new(who, reading.origin(who), &register);
            // once through all of them before the first is written, and once to write
            let mut last = 0;
            while let Some(rows) = written_rows(tx, id, &mut last).await? {
                if !rows.iter().all(|row| register.still_fits(row, who.commune())) {
                    return Ok(Err(reading));
                }
                writing.keep_codes(&rows);
            }
            if last == 0 {
                return Err(ImportError::Nothing);
            }
            running.progress.begin(Stage::Writing, usize::try_from(known.counts.writes()).unwrap_or_default());
            writing.begin(tx).await?;
            let mut last = 0;
            while let Some(rows) = written_rows(tx, id, &mut last).await? {
                writing.rows(tx, &rows).await?;
                running.progress.more(rows.len())?;
            }
            writing.end(tx).await?;
            close(tx, who, &known, BatchMove::Commit).await?;
            if let (Source::ByHand(headings), Some(unit)) = (&reading.source, who.unit()) {
                remember(tx, who, unit, headings, &reading.mapping).await?;
            }
            tx.audit(who.by(), "registry.import.committed", id, Change::created(&known.counts))?;
            Ok(Ok(known.counts))
        })
        .await?;
    match committed {
        Ok(counts) => Ok(counts),
        Err(reading) => {
            let (_, book, _) = sheets_of(db, who, id).await?;
            reread(db, who, id, book, reading).await?;
            Err(ImportError::Changed)
        }
    }
}

/// Puts a previewed batch away; nothing of it was or will be written.
///
/// # Errors
/// [`ImportError::NotFound`], [`ImportError::Moved`]; the database's failure.
pub async fn withdraw<'a>(db: &Db, who: impl Into<Importer<'a>>, id: ImportId) -> Result<(), ImportError> {
    let who = who.into();
    db.write(async |tx| {
        let known = batch(tx, who, id).await?.ok_or(ImportError::NotFound)?;
        close(tx, who, &known, BatchMove::Withdraw).await?;
        tx.audit(who.by(), "registry.import.withdrawn", id, Change::removed(&known.counts))?;
        Ok(())
    })
    .await
}
