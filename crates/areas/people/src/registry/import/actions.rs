//! Preview, commit, withdrawal and undo of a roster.

use std::collections::{BTreeMap, HashMap, HashSet};

use ::store::{By, Change, Db, StoreError, Tx};
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
    BatchMove, BatchMoveRefused, Counts, Fault, FaultyRow, ImportPeople, RowKind,
    columns::{Headings, Mapping},
    plan::{Planned, Register, plan},
    remembered::{Source, found, remember, remembered},
    sheet::{self, FileError, Sheet},
    store::{
        ADD_BATCH, ADD_ROW, Batch, CLEAR_ROWS, CLOSE_BATCH, END_ASSIGNMENT, NeedsPeople, REMAP_BATCH,
        REMOVE_ASSIGNMENT, REMOVE_NEW_ASSIGNMENTS, REMOVE_NEW_PEOPLE, REOPEN_ASSIGNMENT, State, UPDATE_PERSON, batch,
        content, lists, present, written_rows,
    },
};
use crate::registry::{
    find,
    record::{
        code_of, last_number,
        model::{differences, source_of},
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
}

impl Reading {
    /// Columns without which nobody can be recognised.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        self.mapping.missing(self.commune.is_some())
    }
}

/// A file that has been read and compared with the register; nothing of it is written anywhere.
pub struct Draft {
    bytes: Vec<u8>,
    reading: Reading,
    rows: Vec<Planned>,
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
async fn compare(db: &Db, who: Importer<'_>, sheet: Sheet, reading: &Reading) -> Result<Vec<Planned>, ImportError> {
    if !reading.missing().is_empty() {
        return Ok(Vec::new());
    }
    let mut conn = db.read().await?;
    let province = who.province();
    let (lists, people) = (lists(&mut conn, province).await?, present(&mut conn).await?);
    drop(conn);
    let (reading, own, today) = (reading.clone(), who.commune(), db.today());
    apart(move || plan(&sheet, &reading, &lists, &Register::of(people, province), own, today)).await
}

/// Refuses a sheet whose text is not what its author saw.
fn readable(sheet: &Sheet) -> Result<(), FileError> {
    sheet.spoilt().map_or(Ok(()), Err)
}

/// Reads a file and compares it with the register; writes nothing.
///
/// # Errors
/// [`ImportError::File`], [`ImportError::NoRoster`]; the database's failure.
pub async fn draft<'a>(db: &Db, who: impl Into<Importer<'a>>, bytes: Vec<u8>) -> Result<Draft, ImportError> {
    let who = who.into();
    let (bytes, sheets) = apart(move || sheet::read(&bytes).map(|sheets| (bytes, sheets))).await??;
    let remembered = remembered(&mut db.read().await?, who.unit()).await?;
    let Some((mapping, source)) = found(&sheets, &remembered) else {
        return Err(sheets.iter().find_map(Sheet::spoilt).map_or(ImportError::NoRoster, ImportError::File));
    };
    let sheet = sheets.into_iter().find(|s| s.name == mapping.sheet).ok_or(ImportError::NoRoster)?;
    readable(&sheet)?;
    let reading = Reading { mapping, commune: who.commune(), source };
    let rows = compare(db, who, sheet, &reading).await?;
    Ok(Draft { bytes, reading, rows })
}

/// Keeps a draft as a batch that can be looked at, corrected, committed or withdrawn. The register stays as it is.
///
/// # Errors
/// The database's failure.
pub async fn preview<'a>(
    db: &Db,
    who: impl Into<Importer<'a>>,
    file_name: &str,
    draft: Draft,
) -> Result<ImportId, StoreError> {
    let who = who.into();
    let counts = draft.counts();
    let Draft { bytes, reading, mut rows } = draft;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let mapping = serde_json::to_string(&reading)?;
    db.write(async |tx| {
        let (id, now) = (ImportId::new(tx.ids()), tx.now());
        let account = who.account();
        tx.exec(
            &ADD_BATCH,
            &[
                &id,
                &file_name,
                &sha256,
                &bytes,
                &account,
                &now,
                &mapping,
                &counts.new,
                &counts.changed,
                &counts.unchanged,
                &counts.faulty,
                &counts.skipped,
                &who.province(),
            ],
        )
        .await?;
        write_rows(tx, id, &mut rows).await?;
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
    let (_, sheets) = sheets_of(db, who, id).await?;
    let sheet = sheets.into_iter().find(|s| s.name == mapping.sheet).ok_or(ImportError::NoRoster)?;
    let remembered = remembered(&mut db.read().await?, who.unit()).await?;
    let source = match found(std::slice::from_ref(&sheet), &remembered) {
        Some((found, source)) if found == mapping => source,
        _ => Headings::of(&sheet, &mapping).map_or(Source::Found, Source::ByHand),
    };
    reread(db, who, id, sheet, Reading { mapping, commune, source }).await
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
    let (_, sheets) = sheets_of(db, who, id).await?;
    let sheet = sheets.into_iter().find(|s| s.name == name).ok_or(ImportError::NoRoster)?;
    readable(&sheet)?;
    let remembered = remembered(&mut db.read().await?, who.unit()).await?;
    let (mapping, source) = found(std::slice::from_ref(&sheet), &remembered).ok_or(ImportError::NoRoster)?;
    reread(db, who, id, sheet, Reading { mapping, commune: None, source }).await
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
    let mut rows = compare(db, who, sheet, &reading).await?;
    let counts = Planned::counts(&rows);
    let mapping = serde_json::to_string(&reading).map_err(StoreError::from)?;
    db.write(async |tx| {
        let known = batch(tx, who, id).await?.ok_or(ImportError::NotFound)?;
        known.state.after(BatchMove::Remap)?;
        let values = (counts.new, counts.changed, counts.unchanged, counts.faulty, counts.skipped);
        tx.exec(&REMAP_BATCH, &[&id, &mapping, &values.0, &values.1, &values.2, &values.3, &values.4]).await?;
        tx.exec(&CLEAR_ROWS, &[&id]).await?;
        write_rows(tx, id, &mut rows).await?;
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
    let bytes = content(&mut conn, id).await?;
    drop(conn);
    Ok((batch, apart(move || sheet::read(&bytes)).await??))
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
            write_people(tx, who, &rows, &register).await?;
            close(tx, who, &known, BatchMove::Commit).await?;
            let reading = known.reading()?;
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

/// Takes a committed batch back as a whole: new people leave the register, changed ones are as before.
///
/// # Errors
/// [`ImportError::Held`] when somebody has been changed since or is needed elsewhere; as [`withdraw`].
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
            if let Some(before) = &row.before {
                let code = register.get(person).map_or("", |p| &p.code);
                update_person(tx, person, code, before).await?;
                restored.push(person);
                let differing = differences(&after.state.values(), &before.values());
                noted.extend(differing.into_iter().map(|change| (person, change)));
                if let Some(began) = after.began {
                    tx.exec(&REMOVE_ASSIGNMENT, &[&began]).await?;
                }
                if let Some(ended) = after.ended {
                    tx.exec(&REOPEN_ASSIGNMENT, &[&ended]).await?;
                }
                tx.audit(who.by(), "registry.person.restored", person, Change::changed(&after.state, before))?;
            } else {
                tx.audit(who.by(), "registry.person.removed", person, Change::removed(&after.state))?;
            }
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

/// Who of a batch cannot be taken back, in the order of the file.
async fn held(tx: &mut Tx, register: &Register, rows: &[Planned]) -> Result<Vec<Held>, StoreError> {
    let mut needed: HashMap<PersonId, &'static str> = HashMap::new();
    for NeedsPeople { key, statement } in inventory::iter::<NeedsPeople> {
        let people: Vec<(PersonId,)> = tx.all(statement, &[]).await?;
        needed.extend(people.into_iter().map(|(person,)| (person, *key)));
    }
    let reason = |row: &Planned| {
        let (person, after) = (row.person?, row.after.as_ref()?);
        let now = register.get(person).map(|p| &p.state);
        if now != Some(&after.state) {
            return Some("import-held-changed");
        }
        needed.get(&person).copied().filter(|_| row.kind == RowKind::New)
    };
    Ok(rows.iter().filter_map(|row| Some(Held { because: reason(row)?, name: row.name.clone() })).collect())
}

/// Gives people and posts that begin their ids and writes the rows.
async fn write_rows(tx: &mut Tx, id: ImportId, rows: &mut [Planned]) -> Result<(), StoreError> {
    let mut lines = Vec::with_capacity(rows.len());
    for p in rows {
        allot(p, tx.ids());
        let before = p.before.as_ref().map(serde_json::to_string).transpose()?;
        let after = p.after.as_ref().map(serde_json::to_string).transpose()?;
        let problems = if p.faults.is_empty() { String::new() } else { serde_json::to_string(&p.faults)? };
        lines.push((&*p, before, after, problems));
    }
    tx.exec_many(&ADD_ROW, &lines, |(p, before, after, problems), args| {
        args.add(&id)?;
        args.add(&p.row)?;
        args.add(&p.kind)?;
        args.add(&p.person)?;
        args.add(&p.name)?;
        args.add(before)?;
        args.add(after)?;
        args.add(problems)
    })
    .await?;
    Ok(())
}

fn allot(row: &mut Planned, ids: &dyn IdSource) {
    let Some(after) = &mut row.after else { return };
    if row.kind == RowKind::New {
        row.person = Some(PersonId::new(ids));
    }
    if row.before.as_ref().is_none_or(|before| before.post() != after.state.post()) {
        after.began = Some(AssignmentId::new(ids));
    }
}

/// A post that begins.
struct Begun<'a> {
    id: AssignmentId,
    person: PersonId,
    state: &'a State,
    from: NaiveDate,
}

async fn write_people(tx: &mut Tx, who: Importer<'_>, rows: &[Planned], register: &Register) -> Result<(), StoreError> {
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
    let mut changed = Vec::new();
    let mut noted = Vec::new();
    let mut added: Vec<(PersonId, String, &State)> = Vec::new();
    let mut begun: Vec<Begun<'_>> = Vec::new();
    for row in rows {
        let (Some(person), Some(after)) = (row.person, &row.after) else { continue };
        let known = register.get(person);
        // a new post begins after the first day of the one before it: nobody holds two on one day
        let since = after.since.unwrap_or(today);
        let from = known.map_or(since, |p| since.max(p.in_post_from.checked_add_days(Days::new(1)).unwrap_or(since)));
        if let Some(id) = after.began {
            begun.push(Begun { id, person, state: &after.state, from });
        }
        if let Some(before) = &row.before {
            if let Some(old) = after.ended {
                tx.exec(&END_ASSIGNMENT, &[&old, &from.checked_sub_days(Days::new(1)).unwrap_or(from)]).await?;
            }
            update_person(tx, person, known.map_or("", |p| &p.code), &after.state).await?;
            changed.push(person);
            let differing = differences(&before.values(), &after.state.values());
            noted.extend(differing.into_iter().map(|change| (person, change)));
            tx.audit(by, "registry.person.changed", person, Change::changed(before, after))?;
        } else {
            let code = after.code.clone().unwrap_or_else(&mut next);
            let mut note = after.clone();
            note.code = Some(code.clone());
            tx.audit(by, "registry.person.added", person, Change::created(&note))?;
            added.push((person, code, &after.state));
        }
    }
    tx.exec_many(&INSERT_PERSON, &added, |(person, code, state), args| {
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
    note(tx, &noted, who.source(), who.name()).await?;
    find::renew(tx, &changed).await
}

async fn update_person(tx: &mut Tx, person: PersonId, code: &str, state: &State) -> Result<(), StoreError> {
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

/// Faults as a row keeps them.
pub(super) fn faults_of(problems: &str) -> Result<Vec<Fault>, StoreError> {
    if problems.is_empty() { Ok(Vec::new()) } else { Ok(serde_json::from_str(problems)?) }
}
