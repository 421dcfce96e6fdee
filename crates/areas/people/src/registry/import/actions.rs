//! Preview, commit, withdrawal and undo of a roster.

use std::collections::{HashMap, HashSet};

use ::store::{By, Change, Conn, Db, StoreError, Tx};
use chrono::{Days, NaiveDate};
use kernel::{
    AssignmentId, ImportId, PersonId, UnitId,
    text::{fold, sort_key},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use web::Permit;

use super::{
    ImportPeople,
    check::{Checker, Fault, Outcome, Read, name_key},
    columns::{Mapping, detect, detect_in},
    sheet::{self, FileError, Sheet},
    store::{
        ADD_BATCH, ADD_ROW, CLEAR_ROWS, CLOSE_BATCH, END_ASSIGNMENT, LAST_CODE, NeedsPeople, Present, REMAP_BATCH,
        REMOVE_ASSIGNMENT, REMOVE_ASSIGNMENTS, REMOVE_PERSON, REOPEN_ASSIGNMENT, ROW_KINDS, RowLine, State,
        UPDATE_PERSON, WRITTEN_ROWS, Written, batch, content, lists, present,
    },
};
use crate::registry::store::{INSERT_ASSIGNMENT, INSERT_PERSON};

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
    /// No such batch in the actor's scope.
    #[error("no such import")]
    NotFound,
    /// The batch is in another state than the step needs.
    #[error("the import is {0}")]
    State(String),
    /// The register has changed since the preview; there is a new one.
    #[error("the register has changed since the preview")]
    Changed,
    /// Nothing to write.
    #[error("no row is new or changed")]
    Nothing,
    /// People of the batch who have been changed since or are needed elsewhere, by name.
    #[error("cannot be undone because of {}", .0.join(", "))]
    Needed(Vec<String>),
    /// The database's failure.
    #[error("importing people")]
    Store(#[from] StoreError),
    /// A thread died.
    #[error("reading the file: {0}")]
    Thread(String),
}

/// How a batch is read: the columns, and the commune of a sheet that names none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Columns.
    #[serde(flatten)]
    pub mapping: Mapping,
    /// Commune of everybody in the sheet.
    pub commune: Option<UnitId>,
}

/// How many rows of a kind there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// People whom the register does not have.
    pub new: i64,
    /// People who change.
    pub changed: i64,
    /// People who stay as they are.
    pub unchanged: i64,
    /// Rows that are refused.
    pub faulty: i64,
    /// Rows that hold nobody.
    pub skipped: i64,
}

/// One row as it would be written.
struct Planned {
    row: i64,
    kind: &'static str,
    name: String,
    person: Option<PersonId>,
    assignment: Option<AssignmentId>,
    before: Option<State>,
    after: Option<Written>,
    faults: Vec<Fault>,
}

/// Reads a file's sheets away from the threads that answer requests.
async fn read_file(bytes: Vec<u8>) -> Result<(Vec<u8>, Vec<Sheet>), ImportError> {
    let read = tokio::task::spawn_blocking(move || sheet::read(&bytes).map(|sheets| (bytes, sheets)));
    Ok(read.await.map_err(|e| ImportError::Thread(e.to_string()))??)
}

/// Takes a file in and shows what it would do.
///
/// # Errors
/// [`ImportError::File`], [`ImportError::NoRoster`]; the database's failure.
pub async fn preview(
    db: &Db,
    permit: &Permit<ImportPeople>,
    file_name: &str,
    bytes: Vec<u8>,
) -> Result<(ImportId, Counts), ImportError> {
    let (bytes, sheets) = read_file(bytes).await?;
    let mapping = detect(&sheets).ok_or(ImportError::NoRoster)?;
    let reading = Reading { mapping, commune: permit.actor.commune() };
    let sha256 = hex::encode(Sha256::digest(&bytes));
    db.write(async |tx| {
        let today = tx.today();
        let planned = plan(tx, &permit.actor, &sheets, &reading, today).await?;
        let counts = count(&planned);
        let id = ImportId::new(tx.ids());
        let text = serde_json::to_string(&reading).map_err(StoreError::from)?;
        let now = tx.now();
        tx.exec(
            &ADD_BATCH,
            &[
                &id,
                &file_name,
                &sha256,
                &bytes,
                &permit.actor.account,
                &now,
                &text,
                &counts.new,
                &counts.changed,
                &counts.unchanged,
                &counts.faulty,
                &counts.skipped,
            ],
        )
        .await?;
        write_rows(tx, id, &planned).await?;
        let note = serde_json::json!({ "file_name": file_name, "sha256": sha256, "rows": counts });
        tx.audit(By::Actor(&permit.actor), "registry.import.previewed", id, Change::created(&note))?;
        Ok((id, counts))
    })
    .await
}

/// Shows a batch anew with other columns.
///
/// # Errors
/// [`ImportError::NotFound`], [`ImportError::State`]; the database's failure.
pub async fn remap(
    db: &Db,
    permit: &Permit<ImportPeople>,
    id: ImportId,
    reading: &Reading,
) -> Result<Counts, ImportError> {
    let sheets = sheets_of(db, permit, id).await?;
    let reading = match permit.actor.commune() {
        Some(own) => Reading { commune: Some(own), ..reading.clone() },
        None => reading.clone(),
    };
    db.write(async |tx| {
        let known = open(tx, permit, id, "previewed").await?;
        let today = tx.today();
        let planned = plan(tx, &permit.actor, &sheets, &reading, today).await?;
        show_again(tx, permit, id, &known, &reading, &planned).await
    })
    .await
}

/// Another sheet of the workbook with the columns found there.
///
/// # Errors
/// As [`remap`]; [`ImportError::NoRoster`] when the sheet has no such headings.
pub async fn other_sheet(
    db: &Db,
    permit: &Permit<ImportPeople>,
    id: ImportId,
    name: &str,
) -> Result<Counts, ImportError> {
    let sheets = sheets_of(db, permit, id).await?;
    let sheet = sheets.iter().find(|s| s.name == name).ok_or(ImportError::NoRoster)?;
    let (_, mapping) = detect_in(sheet).ok_or(ImportError::NoRoster)?;
    remap(db, permit, id, &Reading { mapping, commune: None }).await
}

async fn show_again(
    tx: &mut Tx,
    permit: &Permit<ImportPeople>,
    id: ImportId,
    known: &str,
    reading: &Reading,
    planned: &[Planned],
) -> Result<Counts, ImportError> {
    let counts = count(planned);
    let text = serde_json::to_string(reading).map_err(StoreError::from)?;
    tx.exec(
        &REMAP_BATCH,
        &[&id, &text, &counts.new, &counts.changed, &counts.unchanged, &counts.faulty, &counts.skipped],
    )
    .await?;
    tx.exec(&CLEAR_ROWS, &[&id]).await?;
    write_rows(tx, id, planned).await?;
    if known != text {
        let before: serde_json::Value = serde_json::from_str(known).map_err(StoreError::from)?;
        tx.audit(By::Actor(&permit.actor), "registry.import.remapped", id, Change::changed(&before, reading))?;
    }
    Ok(counts)
}

/// Sheets of a stored upload within the actor's scope.
///
/// # Errors
/// [`ImportError::NotFound`]; the database's failure.
pub(super) async fn sheets_of(db: &Db, permit: &Permit<ImportPeople>, id: ImportId) -> Result<Vec<Sheet>, ImportError> {
    let mut conn = db.read().await?;
    batch(&mut conn, &permit.actor, id).await?.ok_or(ImportError::NotFound)?;
    let bytes = content(&mut conn, id).await?;
    drop(conn);
    Ok(read_file(bytes).await?.1)
}

/// The mapping of a batch that is in a state.
async fn open(tx: &mut Tx, permit: &Permit<ImportPeople>, id: ImportId, state: &str) -> Result<String, ImportError> {
    let batch = batch(tx, &permit.actor, id).await?.ok_or(ImportError::NotFound)?;
    if batch.state == state { Ok(batch.mapping) } else { Err(ImportError::State(batch.state)) }
}

async fn close(
    tx: &mut Tx,
    permit: &Permit<ImportPeople>,
    id: ImportId,
    from: &str,
    to: &str,
) -> Result<(), ImportError> {
    let now = tx.now();
    let closed = tx.exec(&CLOSE_BATCH, &[&id, &to, &permit.actor.account, &now, &from]).await?;
    if closed == 1 { Ok(()) } else { Err(ImportError::State(to.to_owned())) }
}

/// Writes the new and changed people of a batch. What the preview showed is checked again: when the register has
/// changed meanwhile, nothing is written and the batch shows its new state.
///
/// # Errors
/// Every [`ImportError`].
pub async fn commit(db: &Db, permit: &Permit<ImportPeople>, id: ImportId) -> Result<Counts, ImportError> {
    let sheets = sheets_of(db, permit, id).await?;
    let committed = db
        .write(async |tx| {
            let known = open(tx, permit, id, "previewed").await?;
            let reading: Reading = serde_json::from_str(&known).map_err(StoreError::from)?;
            let missing = reading.mapping.missing(reading.commune.is_some());
            if !missing.is_empty() {
                return Err(ImportError::Columns(missing));
            }
            let today = tx.today();
            let mut planned = plan(tx, &permit.actor, &sheets, &reading, today).await?;
            let shown: Vec<(i64, String)> = tx.all(&ROW_KINDS, &[&id]).await?;
            let same =
                shown.iter().map(|(row, kind)| (*row, kind.as_str())).eq(planned.iter().map(|p| (p.row, p.kind)));
            if !same {
                show_again(tx, permit, id, &known, &reading, &planned).await?;
                return Ok(None);
            }
            let counts = count(&planned);
            if counts.new + counts.changed == 0 {
                return Err(ImportError::Nothing);
            }
            write_people(tx, permit, &mut planned).await?;
            tx.exec(&CLEAR_ROWS, &[&id]).await?;
            write_rows(tx, id, &planned).await?;
            close(tx, permit, id, "previewed", "committed").await?;
            tx.audit(By::Actor(&permit.actor), "registry.import.committed", id, Change::created(&counts))?;
            Ok(Some(counts))
        })
        .await?;
    committed.ok_or(ImportError::Changed)
}

/// Puts a previewed batch away; nothing of it was or will be written.
///
/// # Errors
/// [`ImportError::NotFound`], [`ImportError::State`]; the database's failure.
pub async fn withdraw(db: &Db, permit: &Permit<ImportPeople>, id: ImportId) -> Result<(), ImportError> {
    db.write(async |tx| {
        open(tx, permit, id, "previewed").await?;
        close(tx, permit, id, "previewed", "withdrawn").await?;
        tx.audit(By::Actor(&permit.actor), "registry.import.withdrawn", id, Change::removed(&"previewed"))?;
        Ok(())
    })
    .await
}

/// Takes a committed batch back as a whole: new people leave the register, changed ones are as before.
///
/// # Errors
/// [`ImportError::Needed`] when somebody has been changed since or is needed elsewhere; as [`withdraw`].
pub async fn undo(db: &Db, permit: &Permit<ImportPeople>, id: ImportId) -> Result<Counts, ImportError> {
    db.write(async |tx| {
        open(tx, permit, id, "committed").await?;
        let rows: Vec<RowLine> = tx.all(&WRITTEN_ROWS, &[&id]).await?;
        let now: HashMap<PersonId, State> = present(tx).await?.into_iter().map(|p| (p.person_id, p.state)).collect();
        let mut needed: HashSet<PersonId> = HashSet::new();
        for NeedsPeople(statement) in inventory::iter::<NeedsPeople> {
            let people: Vec<(PersonId,)> = tx.all(statement, &[]).await?;
            needed.extend(people.into_iter().map(|(person,)| person));
        }
        let mut held = Vec::new();
        let mut counts = Counts::default();
        for row in &rows {
            let (Some(person), Some(after)) = (row.person_id, row.after.as_deref()) else { continue };
            let after: Written = serde_json::from_str(after).map_err(StoreError::from)?;
            let new = row.kind == "new";
            if now.get(&person) != Some(&after.state) || (new && needed.contains(&person)) {
                held.push(row.shown_name.clone());
                continue;
            }
            let by = By::Actor(&permit.actor);
            if new {
                tx.exec(&REMOVE_ASSIGNMENTS, &[&person]).await?;
                tx.exec(&REMOVE_PERSON, &[&person]).await?;
                tx.audit(by, "registry.person.removed", person, Change::removed(&after))?;
                counts.new += 1;
            } else {
                let before = row.before.as_deref().unwrap_or_default();
                let before: State = serde_json::from_str(before).map_err(StoreError::from)?;
                update_person(tx, person, &before).await?;
                if let Some(began) = after.began {
                    tx.exec(&REMOVE_ASSIGNMENT, &[&began]).await?;
                }
                if let Some(ended) = after.ended {
                    tx.exec(&REOPEN_ASSIGNMENT, &[&ended]).await?;
                }
                tx.audit(by, "registry.person.restored", person, Change::changed(&after.state, &before))?;
                counts.changed += 1;
            }
        }
        if !held.is_empty() {
            return Err(ImportError::Needed(held));
        }
        close(tx, permit, id, "committed", "undone").await?;
        tx.audit(By::Actor(&permit.actor), "registry.import.undone", id, Change::removed(&counts))?;
        Ok(counts)
    })
    .await
}

fn count(planned: &[Planned]) -> Counts {
    let mut counts = Counts::default();
    for p in planned {
        match p.kind {
            "new" => counts.new += 1,
            "changed" => counts.changed += 1,
            "unchanged" => counts.unchanged += 1,
            "faulty" => counts.faulty += 1,
            _ => counts.skipped += 1,
        }
    }
    counts
}

/// The register as an import looks people up.
struct Register {
    people: Vec<Present>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<(String, NaiveDate), Vec<usize>>,
}

impl Register {
    fn of(people: Vec<Present>) -> Self {
        let mut register = Self { by_code: HashMap::new(), by_name: HashMap::new(), people: Vec::new() };
        for (place, person) in people.iter().enumerate() {
            register.by_code.insert(person.code.clone(), place);
            if let Some(birth) = person.state.birth_date {
                register.by_name.entry((name_key(&person.state.full_name), birth)).or_default().push(place);
            }
        }
        register.people = people;
        register
    }

    /// Who is meant: by code, else by name and birth date, in the same commune before others.
    fn find(&self, read: &Read) -> Result<Option<&Present>, &'static str> {
        let by_code = read.code.as_ref().and_then(|code| self.by_code.get(code)).and_then(|p| self.people.get(*p));
        if by_code.is_some() {
            return Ok(by_code);
        }
        let places = self.by_name.get(&(name_key(&read.name), read.birth)).map(Vec::as_slice).unwrap_or_default();
        let found: Vec<&Present> = places.iter().filter_map(|p| self.people.get(*p)).collect();
        let here: Vec<&&Present> = found.iter().filter(|p| p.state.commune_id == read.commune).collect();
        match (found.as_slice(), here.as_slice()) {
            (_, [one]) => Ok(Some(one)),
            ([], _) => Ok(None),
            ([one], _) => Ok(Some(one)),
            _ => Err("person-ambiguous"),
        }
    }
}

/// What every row of the chosen sheet would do to the register as it is now.
async fn plan(
    conn: &mut Conn,
    actor: &kernel::Actor,
    sheets: &[Sheet],
    reading: &Reading,
    today: NaiveDate,
) -> Result<Vec<Planned>, ImportError> {
    let sheet = sheets.iter().find(|s| s.name == reading.mapping.sheet).ok_or(ImportError::NoRoster)?;
    if !reading.mapping.missing(reading.commune.is_some()).is_empty() {
        return Ok(Vec::new());
    }
    let lists = lists(conn).await?;
    let register = Register::of(present(conn).await?);
    let own = actor.commune();
    let checker = Checker {
        lists: &lists,
        mapping: &reading.mapping,
        commune: own.or(reading.commune),
        only: own.is_some(),
        today,
    };
    let mut seen: HashMap<(String, NaiveDate, UnitId), usize> = HashMap::new();
    let mut seen_people: HashMap<PersonId, usize> = HashMap::new();
    let mut planned = Vec::with_capacity(sheet.rows.len());
    for (row, outcome) in checker.check(sheet) {
        planned.push(match outcome {
            Outcome::Skipped { text } => refused(row, "skipped", text, Vec::new()),
            Outcome::Faulty { name, faults } => refused(row, "faulty", name, faults),
            Outcome::Person(read) => {
                let key = (name_key(&read.name), read.birth, read.commune);
                let found = register.find(&read);
                let same = found.ok().flatten().and_then(|p| seen_people.insert(p.person_id, row));
                let twin = seen.insert(key, row).or(same);
                let fault = |code: &str, value: String| {
                    let name = read.name.clone();
                    let fault = Fault { column: String::new(), code: code.to_owned(), value };
                    refused(row, "faulty", name, vec![fault])
                };
                match (twin, found) {
                    (Some(first), _) => fault("person-twice", first.to_string()),
                    (None, Err(code)) => fault(code, String::new()),
                    (None, Ok(Some(found))) if own.is_some_and(|own| own != found.state.commune_id) => {
                        fault("person-elsewhere", String::new())
                    }
                    (None, Ok(found)) => person(row, &read, found),
                }
            }
        });
    }
    Ok(planned)
}

fn refused(row: usize, kind: &'static str, name: String, faults: Vec<Fault>) -> Planned {
    let row = i64::try_from(row).unwrap_or(i64::MAX);
    Planned { row, kind, name, person: None, assignment: None, before: None, after: None, faults }
}

fn person(row: usize, read: &Read, found: Option<&Present>) -> Planned {
    let text = |level: Option<&'static str>| level.map(str::to_owned);
    let mut after = State {
        full_name: read.name.clone(),
        gender: text(read.gender),
        birth_date: Some(read.birth),
        ethnic_code: read.ethnic.clone(),
        education: text(read.education),
        theory: text(read.theory),
        management: text(read.management),
        commune_id: read.commune,
        office_id: read.office,
        position_id: read.position,
    };
    let row = i64::try_from(row).unwrap_or(i64::MAX);
    let written = |state: State, code| Written { state, code, since: read.since, ended: None, began: None };
    let Some(found) = found else {
        return Planned {
            row,
            kind: "new",
            name: read.name.clone(),
            person: None,
            assignment: None,
            before: None,
            after: Some(written(after, read.code.clone())),
            faults: Vec::new(),
        };
    };
    // the sheet does not take away what it does not say, and the other spelling of a tone is no change
    let before = found.state.clone();
    if name_key(&before.full_name) == name_key(&after.full_name) {
        after.full_name.clone_from(&before.full_name);
    }
    for (after, before) in [
        (&mut after.gender, &before.gender),
        (&mut after.ethnic_code, &before.ethnic_code),
        (&mut after.education, &before.education),
        (&mut after.theory, &before.theory),
        (&mut after.management, &before.management),
    ] {
        if after.is_none() {
            after.clone_from(before);
        }
    }
    if after.office_id.is_none() && after.position_id == before.position_id && after.commune_id == before.commune_id {
        after.office_id = before.office_id;
    }
    let same = before == after;
    Planned {
        row,
        kind: if same { "unchanged" } else { "changed" },
        name: read.name.clone(),
        person: Some(found.person_id),
        assignment: Some(found.assignment_id),
        after: (!same).then(|| written(after, None)),
        before: (!same).then_some(before),
        faults: Vec::new(),
    }
}

async fn write_rows(tx: &mut Tx, id: ImportId, planned: &[Planned]) -> Result<(), StoreError> {
    let mut lines = Vec::with_capacity(planned.len());
    for p in planned {
        let before = p.before.as_ref().map(serde_json::to_string).transpose()?;
        let after = p.after.as_ref().map(serde_json::to_string).transpose()?;
        let problems = if p.faults.is_empty() { String::new() } else { serde_json::to_string(&p.faults)? };
        lines.push((p, before, after, problems));
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

/// A post that begins.
struct Begun {
    id: AssignmentId,
    person: PersonId,
    state: State,
    from: NaiveDate,
}

async fn write_people(tx: &mut Tx, permit: &Permit<ImportPeople>, planned: &mut [Planned]) -> Result<(), ImportError> {
    let by = By::Actor(&permit.actor);
    let (now, today) = (tx.now(), tx.today());
    let (last,): (Option<String>,) = tx.one(&LAST_CODE, &[]).await?;
    let mut number = last.and_then(|code| code.get(2..).and_then(|n| n.parse::<u32>().ok())).unwrap_or(0);
    let mut added: Vec<(PersonId, String, State)> = Vec::new();
    let mut begun: Vec<Begun> = Vec::new();
    for p in planned.iter_mut() {
        let Some(after) = &mut p.after else { continue };
        let from = after.since.unwrap_or(today);
        if let (Some(person), Some(before)) = (p.person, &p.before) {
            let moved = (before.commune_id, before.office_id, before.position_id)
                != (after.state.commune_id, after.state.office_id, after.state.position_id);
            if moved && let Some(old) = p.assignment {
                let id = AssignmentId::new(tx.ids());
                let last_day = from.checked_sub_days(Days::new(1)).unwrap_or(from);
                tx.exec(&END_ASSIGNMENT, &[&old, &last_day]).await?;
                begun.push(Begun { id, person, state: after.state.clone(), from });
                after.ended = Some(old);
                after.began = Some(id);
            }
            update_person(tx, person, &after.state).await?;
            tx.audit(by, "registry.person.changed", person, Change::changed(before, &after))?;
        } else {
            let person = PersonId::new(tx.ids());
            let id = AssignmentId::new(tx.ids());
            let code = after.code.clone().unwrap_or_else(|| {
                number += 1;
                format!("CB{number:06}")
            });
            after.code = Some(code.clone());
            after.began = Some(id);
            begun.push(Begun { id, person, state: after.state.clone(), from });
            tx.audit(by, "registry.person.added", person, Change::created(&after))?;
            added.push((person, code, after.state.clone()));
            p.person = Some(person);
        }
    }
    tx.exec_many(&INSERT_PERSON, &added, |(person, code, state), args| {
        args.add(person)?;
        args.add(code)?;
        args.add(&state.full_name)?;
        args.add(&fold(&state.full_name))?;
        args.add(&sort_key(&state.full_name))?;
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
    Ok(())
}

async fn update_person(tx: &mut Tx, person: PersonId, state: &State) -> Result<(), StoreError> {
    tx.exec(
        &UPDATE_PERSON,
        &[
            &person,
            &state.full_name,
            &fold(&state.full_name),
            &sort_key(&state.full_name),
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
