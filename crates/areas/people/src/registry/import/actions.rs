//! Preview, commit, withdrawal and undo of a roster.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use ::store::{By, Change, Db, StoreError, Tx, Vault};
use chrono::{Days, NaiveDate};
use kernel::{
    AccountId, AssignmentId, ImportId, PersonId, UnitId,
    ids::IdSource,
    text::{name_key, sort_key, sound_key},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use web::Permit;

use super::{
    BatchMove, BatchMoveRefused, Choice, Counts, FaultyRow, ImportPeople, RowKind,
    columns::{Headings, Mapping},
    plan::{Frame, Planned, Register, plan},
    progress::{Progress, Running, Stage, Stopped},
    remembered::{Source, found, remember, remembered},
    sheet::{self, FileError, Sheet},
    store::{
        ADD_BATCH, ADD_ROW, Batch, CLEAR_ROWS, CLOSE_BATCH, END_ASSIGNMENT, NeedsPeople, REMAP_BATCH,
        REMOVE_ASSIGNMENT, REMOVE_NEW_ASSIGNMENTS, REMOVE_NEW_PEOPLE, REOPEN_ASSIGNMENT, SET_IDENTITY, SET_RECORD,
        SET_SOURCE, SealedIdentity, State, UPDATE_PERSON, Written, batch, content, lists, present, written_rows,
    },
};
use crate::registry::{
    find,
    record::{
        code_of, last_number,
        model::{Difference, differences, source_of},
        note,
    },
    store::{INSERT_ASSIGNMENT, INSERT_PERSON},
};

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
async fn close(tx: &mut Tx, who: Importer<'_>, known: &Batch, step: BatchMove) -> Result<(), ImportError> {
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
            tx.exec(&SET_SOURCE, &[&id, &reading.origin(who)]).await?;
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

/// Takes a committed batch back as a whole: new people leave the register, changed ones are as before in everything that the
/// batch changed. What others have changed since elsewhere in their records stays.
///
/// # Errors
/// [`ImportError::Held`] when a value that the batch wrote has been changed since, or somebody new is needed elsewhere; as
/// [`withdraw`].
pub async fn undo<'a>(db: &Db, who: impl Into<Importer<'a>>, id: ImportId) -> Result<Counts, ImportError> {
    let who = who.into();
    db.write(async |tx| {
        let known = batch(tx, who, id).await?.ok_or(ImportError::NotFound)?;
        known.state.after(BatchMove::Undo)?;
        let rows = written_rows(tx, id).await?;
        let register = Register::of(present(tx).await?, who.province());
        let held = held(tx, &register, &rows).await?;
        if !held.is_empty() {
            return Err(ImportError::Held(held));
        }
        let (mut restored, mut noted) = (Vec::new(), Vec::new());
        for row in &rows {
            let (Some(person), Some(after)) = (row.person, &row.after) else { continue };
            let (Some(before), Some(now)) = (&row.before, register.get(person)) else {
                tx.audit(who.by(), "registry.person.removed", person, Change::removed(&after.state.audited()))?;
                continue;
            };
            let state = restored_state(&now.state, before, &after.state);
            update_person(tx, who, person, &now.code, &state).await?;
            restored.push(person);
            noted.extend(of(person, differences(&now.state.values(), &state.values())));
            if after.identity.is_some() {
                set_identity(tx, who, person, after.identity_before.as_ref()).await?;
                noted.push((person, ("identity", None, None)));
            }
            if let Some(began) = after.began {
                tx.exec(&REMOVE_ASSIGNMENT, &[&began]).await?;
            }
            if let Some(ended) = after.ended {
                tx.exec(&REOPEN_ASSIGNMENT, &[&ended]).await?;
            }
            let change = Change::changed(&now.state.audited(), &state.audited());
            tx.audit(who.by(), "registry.person.restored", person, change)?;
        }
        tx.exec(&REMOVE_NEW_ASSIGNMENTS, &[&id]).await?;
        tx.exec(&REMOVE_NEW_PEOPLE, &[&id]).await.map_err(|error| match error {
            StoreError::ForeignKey { .. } => ImportError::HeldElsewhere,
            error => error.into(),
        })?;
        note(tx, &noted, who.source(), who.name()).await?;
        find::renew(tx, &restored).await?;
        close(tx, who, &known, BatchMove::Undo).await?;
        tx.audit(who.by(), "registry.import.undone", id, Change::removed(&known.counts))?;
        Ok(known.counts)
    })
    .await
}

/// Fields of which an import made another value.
fn written_fields<'a>(before: &'a State, after: &'a State) -> impl Iterator<Item = &'static str> + 'a {
    let pairs = before.values().into_iter().zip(after.values());
    pairs.filter(|((_, was), (_, is))| was != is).map(|((field, _), _)| field)
}

/// The state now, with what an import changed as it was before.
fn restored_state(now: &State, before: &State, after: &State) -> State {
    let mut state = now.clone();
    for field in written_fields(before, after) {
        state.take(field, before);
    }
    if before.post() != after.post() {
        (state.commune_id, state.office_id, state.position_id) = before.post();
    }
    state
}

/// Who of a batch cannot be taken back, in the order of the file.
async fn held(tx: &mut Tx, register: &Register, rows: &[Planned]) -> Result<Vec<Held>, StoreError> {
    let mut needed: HashMap<PersonId, &'static str> = HashMap::new();
    for NeedsPeople { key, statement } in inventory::iter::<NeedsPeople> {
        let people: Vec<(PersonId,)> = tx.all(statement, &[]).await?;
        needed.extend(people.into_iter().map(|(person,)| (person, *key)));
    }
    let reason = |row: &Planned| {
        let (person, after) = (row.person?, row.after.as_ref()?);
        let now = register.get(person);
        let as_written = now.is_some_and(|now| match &row.before {
            // the whole record is of this batch
            None => now.state == after.state,
            Some(before) => {
                let mut with = now.state.clone();
                written_fields(before, &after.state).for_each(|field| with.take(field, &after.state));
                let post = before.post() == after.state.post() || now.state.post() == after.state.post();
                with.values() == now.state.values()
                    && post
                    && after.began.is_none_or(|began| began == now.assignment_id && now.in_post_to.is_none())
            }
        });
        let mark = |identity: &SealedIdentity| now.and_then(|now| now.identity_mark.as_ref()) == Some(&identity.mark);
        if !as_written || !after.identity.as_ref().is_none_or(mark) {
            return Some("import-held-changed");
        }
        needed.get(&person).copied().filter(|_| row.kind == RowKind::New)
    };
    Ok(rows.iter().filter_map(|row| Some(Held { because: reason(row)?, name: row.name.clone() })).collect())
}

/// Rows that are written at a time; between them it is told how far the writing is.
const AT_ONCE: usize = 1_000;

/// A list as a column keeps it: nothing where it is empty.
fn listed<T: Serialize>(list: &[T]) -> Result<String, StoreError> {
    if list.is_empty() { Ok(String::new()) } else { Ok(serde_json::to_string(list)?) }
}

/// Gives people and posts that begin their ids and writes the rows.
async fn write_rows(
    tx: &mut Tx,
    vault: &Vault,
    id: ImportId,
    rows: &mut [Planned],
    progress: &Progress,
) -> Result<(), ImportError> {
    progress.begin(Stage::Writing, rows.len());
    for rows in rows.chunks_mut(AT_ONCE) {
        let mut lines = Vec::with_capacity(rows.len());
        for p in rows {
            allot(p, vault, tx.ids())?;
            let before = p.before.as_ref().map(serde_json::to_string).transpose().map_err(StoreError::from)?;
            let after = p.after.as_ref().map(serde_json::to_string).transpose().map_err(StoreError::from)?;
            let lists = (listed(&p.faults)?, listed(&p.candidates)?, listed(&p.kept)?);
            lines.push((&*p, before, after, lists));
        }
        tx.exec_many(&ADD_ROW, &lines, |(p, before, after, (problems, candidates, kept)), args| {
            args.add(&id)?;
            args.add(&p.row)?;
            args.add(&p.kind)?;
            args.add(&p.person)?;
            args.add(&p.name)?;
            args.add(before)?;
            args.add(after)?;
            args.add(problems)?;
            args.add(candidates)?;
            args.add(kept)
        })
        .await?;
        progress.more(lines.len())?;
    }
    Ok(())
}

fn allot(row: &mut Planned, vault: &Vault, ids: &dyn IdSource) -> Result<(), StoreError> {
    let Some(after) = &mut row.after else { return Ok(()) };
    if row.kind == RowKind::New {
        row.person = Some(PersonId::new(ids));
    }
    if row.before.as_ref().is_none_or(|before| before.post() != after.state.post()) {
        after.began = Some(AssignmentId::new(ids));
    }
    if let (Some((digits, mark)), Some(person)) = (&row.identity, row.person) {
        let sealed = hex::encode(vault.seal(&person.to_string(), digits)?);
        after.identity = Some(SealedIdentity { sealed, mark: mark.clone() });
    }
    Ok(())
}

/// A post that begins.
struct Begun<'a> {
    id: AssignmentId,
    person: PersonId,
    state: &'a State,
    from: NaiveDate,
}

/// What the audit keeps of what a row writes.
#[derive(Serialize)]
struct Audited<'a> {
    #[serde(flatten)]
    state: serde_json::Value,
    code: Option<&'a str>,
    since: Option<NaiveDate>,
    /// Whether the identity number became another.
    identity: bool,
}

impl<'a> Audited<'a> {
    fn of(written: &Written, code: Option<&'a str>) -> Self {
        let (state, since) = (written.state.audited(), written.since);
        Self { state, code, since, identity: written.identity.is_some() }
    }
}

async fn write_people(
    tx: &mut Tx,
    who: Importer<'_>,
    origin: &str,
    rows: &[Planned],
    register: &Register,
    progress: &Progress,
) -> Result<(), ImportError> {
    let by = who.by();
    let (now, today) = (tx.now(), tx.today());
    let mut number = last_number(tx).await?;
    let said: HashSet<&str> = rows.iter().filter_map(|r| r.after.as_ref()?.code.as_deref()).collect();
    let mut next = || {
        loop {
            number += 1;
            let code = code_of(number);
            if !said.contains(code.as_str()) && !register.has_code(&code) {
                return code;
            }
        }
    };
    progress.begin(Stage::Writing, rows.len());
    let mut changed = Vec::new();
    let mut noted = Vec::new();
    for rows in rows.chunks(AT_ONCE) {
        let mut added: Vec<(PersonId, String, &Written)> = Vec::new();
        let mut begun: Vec<Begun<'_>> = Vec::new();
        for row in rows {
            let (Some(person), Some(after)) = (row.person, &row.after) else { continue };
            let known = register.get(person);
            // a new post begins after the first day of the one before it: nobody holds two on one day
            let since = after.since.unwrap_or(today);
            let from =
                known.map_or(since, |p| since.max(p.in_post_from.checked_add_days(Days::new(1)).unwrap_or(since)));
            if let Some(id) = after.began {
                begun.push(Begun { id, person, state: &after.state, from });
            }
            if let Some(before) = &row.before {
                if let Some(old) = after.ended {
                    tx.exec(&END_ASSIGNMENT, &[&old, &from.checked_sub_days(Days::new(1)).unwrap_or(from)]).await?;
                }
                update_person(tx, who, person, known.map_or("", |p| &p.code), &after.state).await?;
                changed.push(person);
                noted.extend(of(person, differences(&before.values(), &after.state.values())));
                if after.identity.is_some() {
                    set_identity(tx, who, person, after.identity.as_ref()).await?;
                    noted.push((person, ("identity", None, None)));
                }
                let change = Change::changed(&before.audited(), &Audited::of(after, None));
                tx.audit(by, "registry.person.changed", person, change)?;
            } else {
                let code = after.code.clone().unwrap_or_else(&mut next);
                tx.audit(by, "registry.person.added", person, Change::created(&Audited::of(after, Some(&code))))?;
                added.push((person, code, after));
            }
        }
        tx.exec_many(&INSERT_PERSON, &added, |(person, code, Written { state, .. }), args| {
            args.add(person)?;
            args.add(code)?;
            args.add(&state.full_name)?;
            args.add(&name_key(&state.full_name, code))?;
            args.add(&sort_key(&state.full_name))?;
            args.add(&sound_key(&state.full_name))?;
            args.add(&state.gender)?;
            args.add(&state.birth_date)?;
            args.add(&state.ethnic_code)?;
            args.add(&state.education)?;
            args.add(&state.theory)?;
            args.add(&state.management)?;
            args.add(&false)?;
            args.add(&now)
        })
        .await?;
        tx.exec_many(&INSERT_ASSIGNMENT, &begun, |b, args| {
            args.add(&b.id)?;
            args.add(&b.person)?;
            args.add(&b.state.office_id)?;
            args.add(&b.state.commune_id)?;
            args.add(&b.state.position_id)?;
            args.add(&b.from)
        })
        .await?;
        for (person, _, after) in &added {
            if after.state.has_record() {
                set_record(tx, who, *person, &after.state).await?;
            }
            if after.identity.is_some() {
                set_identity(tx, who, *person, after.identity.as_ref()).await?;
            }
        }
        progress.more(rows.len())?;
    }
    note(tx, &noted, origin, who.name()).await?;
    find::renew(tx, &changed).await?;
    Ok(())
}

/// Differences of one person.
fn of(person: PersonId, changed: Vec<Difference>) -> impl Iterator<Item = (PersonId, Difference)> {
    changed.into_iter().map(move |change| (person, change))
}

async fn update_person(
    tx: &mut Tx,
    who: Importer<'_>,
    person: PersonId,
    code: &str,
    state: &State,
) -> Result<(), StoreError> {
    tx.exec(
        &UPDATE_PERSON,
        &[
            &person,
            &state.full_name,
            &sort_key(&state.full_name),
            &name_key(&state.full_name, code),
            &sound_key(&state.full_name),
            &state.gender,
            &state.birth_date,
            &state.ethnic_code,
            &state.education,
            &state.theory,
            &state.management,
        ],
    )
    .await?;
    set_record(tx, who, person, state).await
}

/// What lies beside the list.
async fn set_record(tx: &mut Tx, who: Importer<'_>, person: PersonId, state: &State) -> Result<(), StoreError> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    tx.exec(
        &SET_RECORD,
        &[
            &person,
            &who.province(),
            &state.rank,
            &text(&state.languages),
            &text(&state.it_skill),
            &text(&state.phone),
            &text(&state.email),
            &state.party_joined_on,
            &state.party_official_on,
        ],
    )
    .await?;
    Ok(())
}

async fn set_identity(
    tx: &mut Tx,
    who: Importer<'_>,
    person: PersonId,
    identity: Option<&SealedIdentity>,
) -> Result<(), StoreError> {
    let sealed = identity.and_then(|identity| hex::decode(&identity.sealed).ok());
    let mark = identity.map(|identity| identity.mark.clone());
    tx.exec(&SET_IDENTITY, &[&person, &who.province(), &sealed, &mark]).await?;
    Ok(())
}

/// People who hold a batch, by the reason: how many, and the first few by name.
#[must_use]
pub(super) fn grouped(held: &[Held]) -> BTreeMap<&'static str, Vec<&str>> {
    let mut groups: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
    for one in held {
        groups.entry(one.because).or_default().push(&one.name);
    }
    groups
}
