//! Preview, commit and withdrawal of a roster.

use std::{collections::BTreeMap, sync::Arc};

use ::store::{By, Change, Db, StoreError, Tx};
use kernel::{AccountId, ImportId, UnitId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use web::Permit;

use super::{
    BatchMove, BatchMoveRefused, Choice, Counts, FaultyRow, ImportPeople, RowKind,
    columns::{Headings, Mapping},
    plan::{Frame, Planned, Register, plan},
    progress::{Progress, Running, Stopped},
    remembered::{Source, found, remember, remembered},
    sheet::{self, FileError, Sheet},
    store::{ADD_BATCH, Batch, CLEAR_ROWS, CLOSE_BATCH, REMAP_BATCH, batch, content, lists, present, written_rows},
    writing::{write_people, write_rows},
};
use crate::registry::record::model::source_of;

/// Files that are read at the same time; the others wait, so that memory stays bounded.
static READERS: Semaphore = Semaphore::const_new(2);

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
    fn origin(&self, who: Importer<'_>) -> &'static str {
        if self.national { "national" } else { who.source() }
    }
}

/// A file that has been read and compared with the register; nothing of it is written anywhere.
pub struct Draft {
    bytes: Vec<u8>,
    reading: Reading,
    rows: Vec<Planned>,
    running: Running,
}

impl Draft {
    /// What a commit would do.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Planned::counts(&self.rows)
    }

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

    /// Number and name of the rows whose person is not certain.
    pub fn doubtful(&self) -> impl Iterator<Item = (i64, &str)> {
        self.rows.iter().filter(|p| p.kind == RowKind::Doubtful).map(|p| (p.row, p.name.as_str()))
    }

    /// The refused rows.
    pub fn faulty(&self) -> impl Iterator<Item = FaultyRow> + '_ {
        let faulty = self.rows.iter().filter(|p| p.kind == RowKind::Faulty);
        faulty.map(|p| FaultyRow { row: p.row, name: p.name.clone(), faults: p.faults.clone() })
    }
}

/// Runs reading and comparing away from the threads that answer requests.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ImportError> {
    let thread = |e: &dyn std::fmt::Display| ImportError::Thread(e.to_string());
    let place = READERS.acquire().await.map_err(|e| thread(&e))?;
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| thread(&e));
    drop(place);
    done
}

/// Compares a sheet with the register as it is now; nobody when columns are missing.
async fn compare(
    db: &Db,
    who: Importer<'_>,
    sheet: Sheet,
    reading: &Reading,
    progress: &Arc<Progress>,
) -> Result<Vec<Planned>, ImportError> {
    if !reading.missing().is_empty() {
        return Ok(Vec::new());
    }
    let mut conn = db.read().await?;
    let (province, today) = (who.province(), db.today());
    let (lists, known) = (lists(&mut conn, province, today).await?, present(&mut conn).await?);
    drop(conn);
    let (own, origin, vault, reading) = (who.commune(), reading.origin(who), Arc::clone(db.vault()?), reading.clone());
    let progress = Arc::clone(progress);
    let rows = apart(move || {
        let frame = Frame { own, origin, today, vault: &vault };
        plan(&sheet, &reading, &lists, &Register::of(known, province), &frame, &progress)
    });
    Ok(rows.await??)
}

/// Refuses a sheet whose text is not what its author saw.
fn readable(sheet: &Sheet) -> Result<(), FileError> {
    sheet.spoilt().map_or(Ok(()), Err)
}

/// Reads a file and compares it with the register; writes nothing. `national` says that the file comes from the national
/// database of cadres.
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
    let progress = Arc::clone(&running.progress);
    let (bytes, sheets) = apart(move || sheet::read(&bytes, &progress).map(|sheets| (bytes, sheets))).await??;
    let remembered = remembered(&mut db.read().await?, who.unit()).await?;
    let Some((mapping, source)) = found(&sheets, &remembered) else {
        return Err(sheets.iter().find_map(Sheet::spoilt).map_or(ImportError::NoRoster, ImportError::File));
    };
    let sheet = sheets.into_iter().find(|s| s.name == mapping.sheet).ok_or(ImportError::NoRoster)?;
    readable(&sheet)?;
    let reading = Reading { mapping, commune: who.commune(), source, national, choices: BTreeMap::new() };
    let rows = compare(db, who, sheet, &reading, &running.progress).await?;
    Ok(Draft { bytes, reading, rows, running })
}

/// Keeps a draft as a batch that can be looked at, corrected, committed or withdrawn. The register stays as it is.
///
/// # Errors
/// [`ImportError::Stopped`]; the database's failure.
pub async fn preview<'a>(
    db: &Db,
    who: impl Into<Importer<'a>>,
    file_name: &str,
    draft: Draft,
) -> Result<ImportId, ImportError> {
    let who = who.into();
    let counts = draft.counts();
    let Draft { bytes, reading, mut rows, running } = draft;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let mapping = serde_json::to_string(&reading).map_err(StoreError::from)?;
    let vault = db.vault()?;
    db.write(async |tx| {
        let (id, now) = (ImportId::new(tx.ids()), tx.now());
        // rosters name identity numbers
        let sealed = vault.seal_bytes(&id.to_string(), &bytes).map_err(StoreError::from)?;
        let account = who.account();
        tx.exec(
            &ADD_BATCH,
            &[
                &id,
                &file_name,
                &sha256,
                &sealed,
                &account,
                &now,
                &mapping,
                &counts.new,
                &counts.changed,
                &counts.unchanged,
                &counts.faulty,
                &counts.skipped,
                &who.province(),
                &counts.doubtful,
            ],
        )
        .await?;
        write_rows(tx, vault, id, &mut rows, &running.progress).await?;
        let note = serde_json::json!({ "file_name": file_name, "sha256": sha256, "rows": counts });
        tx.audit(who.by(), "registry.import.previewed", id, Change::created(&note))?;
        Ok(id)
    })
    .await
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
    let (known, sheets) = sheets_of(db, who, id).await?;
    let sheet = sheets.into_iter().find(|s| s.name == mapping.sheet).ok_or(ImportError::NoRoster)?;
    let remembered = remembered(&mut db.read().await?, who.unit()).await?;
    let before = known.reading()?;
    let choices = if before.mapping.sheet == mapping.sheet { before.choices } else { BTreeMap::new() };
    let source = match found(std::slice::from_ref(&sheet), &remembered) {
        Some((found, source)) if found == mapping => source,
        _ => Headings::of(&sheet, &mapping).map_or(Source::Found, Source::ByHand),
    };
    let national = before.national;
    reread(db, who, id, sheet, Reading { mapping, commune, source, national, choices }).await
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
    let (known, sheets) = sheets_of(db, who, id).await?;
    let mut reading = known.reading()?;
    for (row, choice) in choices {
        match choice {
            Some(choice) => reading.choices.insert(*row, *choice),
            None => reading.choices.remove(row),
        };
    }
    let name = &reading.mapping.sheet;
    let sheet = sheets.into_iter().find(|s| s.name == *name).ok_or(ImportError::NoRoster)?;
    reread(db, who, id, sheet, reading).await
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
    let (known, sheets) = sheets_of(db, who, id).await?;
    let national = known.reading()?.national;
    let sheet = sheets.into_iter().find(|s| s.name == name).ok_or(ImportError::NoRoster)?;
    readable(&sheet)?;
    let remembered = remembered(&mut db.read().await?, who.unit()).await?;
    let (mapping, source) = found(std::slice::from_ref(&sheet), &remembered).ok_or(ImportError::NoRoster)?;
    let reading = Reading { mapping, commune: None, source, national, choices: BTreeMap::new() };
    reread(db, who, id, sheet, reading).await
}

/// Makes the preview of a batch anew.
async fn reread(
    db: &Db,
    who: Importer<'_>,
    id: ImportId,
    sheet: Sheet,
    reading: Reading,
) -> Result<Counts, ImportError> {
    let reading = Reading { commune: who.commune().or(reading.commune), ..reading };
    let running = Running::of(who.account());
    let mut rows = compare(db, who, sheet, &reading, &running.progress).await?;
    let vault = db.vault()?;
    let counts = Planned::counts(&rows);
    let mapping = serde_json::to_string(&reading).map_err(StoreError::from)?;
    db.write(async |tx| {
        let known = batch(tx, who, id).await?.ok_or(ImportError::NotFound)?;
        known.state.after(BatchMove::Remap)?;
        let Counts { new, changed, unchanged, faulty, skipped, doubtful } = counts;
        tx.exec(&REMAP_BATCH, &[&id, &mapping, &new, &changed, &unchanged, &faulty, &skipped, &doubtful]).await?;
        tx.exec(&CLEAR_ROWS, &[&id]).await?;
        write_rows(tx, vault, id, &mut rows, &running.progress).await?;
        if known.mapping != mapping {
            tx.audit(who.by(), "registry.import.remapped", id, Change::changed(&known.reading()?, &reading))?;
        }
        Ok(counts)
    })
    .await
}

/// A batch that is still open to correction, with the sheets of its file.
///
/// # Errors
/// [`ImportError::NotFound`], [`ImportError::Moved`]; the database's failure.
pub(super) async fn sheets_of(db: &Db, who: Importer<'_>, id: ImportId) -> Result<(Batch, Vec<Sheet>), ImportError> {
    let mut conn = db.read().await?;
    let batch = batch(&mut conn, who, id).await?.ok_or(ImportError::NotFound)?;
    batch.state.after(BatchMove::Remap)?;
    let bytes = content(&mut conn, db.vault()?, id).await?;
    drop(conn);
    Ok((batch, apart(move || sheet::read(&bytes, &Progress::default())).await??))
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
            let rows = written_rows(tx, id).await?;
            if rows.is_empty() {
                return Err(ImportError::Nothing);
            }
            let register = Register::of(present(tx).await?, who.province());
            if !rows.iter().all(|row| register.still_fits(row, who.commune())) {
                return Ok(Err(known.reading()?));
            }
            let reading = known.reading()?;
            write_people(tx, who, reading.origin(who), &rows, &register, &running.progress).await?;
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
            let (_, sheets) = sheets_of(db, who, id).await?;
            let name = &reading.mapping.sheet;
            let sheet = sheets.into_iter().find(|s| s.name == *name).ok_or(ImportError::NoRoster)?;
            reread(db, who, id, sheet, reading).await?;
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
