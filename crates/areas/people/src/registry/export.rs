//! The list of people as a file that the import reads back: the same filters, the same scope, the import's columns. With what is
//! sensitive, in the order of the national form of a cadre's particulars, it is taken for a purpose and noted for everybody in it.

use std::collections::HashMap;

use ::store::{Change, Db, StoreError, Tx, Vault};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use documents::{
    DocumentError,
    sheet::{self, Cell, List},
};
use kernel::{Actor, PersonId, text::Query as Words};
use serde::Deserialize;
use web::{
    Answer, Download, Errors, Form, Lang, Permit, Query, T, Ui, WebError,
    components::{Crumbs, Overtaken, Select, Wrong},
};

use super::{
    ExportPeople,
    find::{Narrow, PersonLine, page},
    import::Column,
    list::Asked,
    record::{ReadSensitive, SENSITIVE_READ, model::PURPOSES, purposes},
    store::{Beside, beside},
};

/// People who are read at a time.
const AT_ONCE: usize = 1_000;

/// Columns of the file and their widths in characters.
const COLUMNS: [(Column, f64); 12] = [
    (Column::Code, 12.0),
    (Column::Name, 28.0),
    (Column::Birth, 12.0),
    (Column::Gender, 9.0),
    (Column::Ethnic, 12.0),
    (Column::Commune, 18.0),
    (Column::Office, 34.0),
    (Column::Position, 44.0),
    (Column::Since, 14.0),
    (Column::Education, 20.0),
    (Column::Theory, 16.0),
    (Column::Management, 18.0),
];

/// Columns of the file that has everything, in the order of the form "Sơ yếu lý lịch cán bộ, công chức" (mẫu 2C-BNV/2008, issued with
/// QĐ 02/2008/QĐ-BNV): the number of the item, the column, its width. What the register does not keep is left out; contacts, which the
/// form does not have, stand at the end.
const PERSONNEL: [(&str, Column, f64); 20] = [
    ("", Column::Code, 12.0),
    ("", Column::Commune, 18.0),
    ("", Column::Office, 34.0),
    ("1) ", Column::Name, 28.0),
    ("3) ", Column::Birth, 12.0),
    ("3) ", Column::Gender, 11.0),
    ("6) ", Column::Ethnic, 12.0),
    ("12) ", Column::Position, 44.0),
    ("12) ", Column::Since, 14.0),
    ("14) ", Column::Rank, 20.0),
    ("15.2) ", Column::Education, 20.0),
    ("15.3) ", Column::Theory, 16.0),
    ("15.4) ", Column::Management, 18.0),
    ("15.5) ", Column::Languages, 20.0),
    ("15.6) ", Column::ItSkill, 20.0),
    ("16) ", Column::PartyJoined, 14.0),
    ("16) ", Column::PartyOfficial, 14.0),
    ("24) ", Column::Identity, 18.0),
    ("", Column::Phone, 14.0),
    ("", Column::Email, 24.0),
];

/// Why the file was not written.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Sheet(#[from] DocumentError),
    #[error("csv")]
    Csv(#[from] csv::Error),
}

impl From<ExportError> for WebError {
    fn from(error: ExportError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// A file being written.
enum File {
    Xlsx(Box<List>),
    Csv(Box<csv::Writer<Vec<u8>>>),
}

impl File {
    fn push(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        match self {
            Self::Xlsx(list) => Ok(list.push(cells)?),
            Self::Csv(out) => Ok(out.write_record(cells.iter().map(field))?),
        }
    }

    fn finish(self) -> Result<Vec<u8>, ExportError> {
        match self {
            Self::Xlsx(list) => Ok(list.finish()?),
            Self::Csv(out) => out.into_inner().map_err(|e| ExportError::Csv(e.into_error().into())),
        }
    }
}

/// A cell in a line of text. What a spreadsheet would take for a formula begins with a tab, which the import drops.
fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@']) => format!("\t{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Day(day) => day.format("%d/%m/%Y").to_string(),
        Cell::Whole(number) => number.to_string(),
        Cell::Share(share) => share.to_string(),
        Cell::Empty => String::new(),
    }
}

/// GET /people/export.xlsx: takes the filters of the list.
pub(super) async fn get_xlsx(
    State(db): State<Db>,
    permit: Permit<ExportPeople>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let t = T::new(Lang::Vi);
    let columns = COLUMNS.map(|(column, width)| sheet::Column { title: heading(t, column), width });
    let list = List::new(&t.get("registry-export-name"), &columns, db.today()).map_err(ExportError::from)?;
    let (bytes, people) =
        filled(&db, &permit.actor, &asked, File::Xlsx(Box::new(list)), |l, b| Ok(cells(t, l, b).into())).await?;
    db.write(async |tx| taken(tx, &permit.actor, &asked, "xlsx", people.len())).await?;
    Ok(Download::xlsx(format!("can-bo-{}.xlsx", db.today()), bytes).into_response())
}

/// GET /people/export.csv: the same as text, UTF-8 with its mark.
pub(super) async fn get_csv(
    State(db): State<Db>,
    permit: Permit<ExportPeople>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let t = T::new(Lang::Vi);
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(COLUMNS.map(|(column, _)| heading(t, column))).map_err(ExportError::from)?;
    let (bytes, people) =
        filled(&db, &permit.actor, &asked, File::Csv(Box::new(out)), |l, b| Ok(cells(t, l, b).into())).await?;
    db.write(async |tx| taken(tx, &permit.actor, &asked, "csv", people.len())).await?;
    Ok(Download::csv(format!("can-bo-{}.csv", db.today()), bytes).into_response())
}

#[derive(askama::Template)]
#[template(path = "registry/personnel.html")]
struct PersonnelPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    purpose: Select<'a>,
    /// Filters of the list, as they go on with the form.
    filters: [(&'static str, &'a str); 4],
    narrowed: bool,
}

/// What the file is for, and the filters of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PersonnelForm {
    purpose: String,
    #[serde(flatten)]
    asked: Asked,
}

/// GET /people/personnel-form: what for?
pub(super) async fn get_personnel(ui: Ui, permit: Permit<ReadSensitive>, Query(asked): Query<Asked>) -> Answer {
    let _ = permit;
    ask(&ui, "", &asked, &Errors::new())
}

fn ask(ui: &Ui, purpose: &str, asked: &Asked, errors: &Errors) -> Answer {
    let t = ui.t;
    let choices = purposes(t);
    let filters = asked.filters();
    let page = PersonnelPage {
        t,
        crumbs: Crumbs::to(t, t.get("personnel-title")).by("/people", t.get("registry-title")),
        wrong: Wrong::of(t, errors),
        purpose: Select::new(t, errors, "purpose", "record-purpose", purpose, &choices).or_empty("record-choose"),
        filters,
        narrowed: filters.iter().any(|(_, value)| !value.is_empty()),
    };
    ui.page_with(Overtaken::status(None, errors), t.get("personnel-title"), &page)
}

/// POST /people/personnel-form: everybody of the list with what is sensitive; who took it and what for is noted for each of them.
pub(super) async fn post_personnel(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadSensitive>,
    Form(typed): Form<PersonnelForm>,
) -> Answer {
    let mut errors = Errors::new();
    let purpose = errors.choice(ui.t, "purpose", "record-purpose", &typed.purpose, &PURPOSES);
    if !errors.is_empty() {
        return ask(&ui, &typed.purpose, &typed.asked, &errors);
    }
    let t = T::new(Lang::Vi);
    let columns = PERSONNEL
        .map(|(number, column, width)| sheet::Column { title: format!("{number}{}", heading(t, column)), width });
    let list = List::new(&t.get("registry-export-name"), &columns, db.today()).map_err(ExportError::from)?;
    let vault = db.vault()?;
    let file = File::Xlsx(Box::new(list));
    let (bytes, people) =
        filled(&db, &permit.actor, &typed.asked, file, |line, beside| personnel(t, vault, line, beside)).await?;
    db.write(async |tx| {
        for person in &people {
            let note = serde_json::json!({ "purpose": purpose, "file": true });
            tx.audit(&permit.actor, SENSITIVE_READ, person, Change::created(&note))?;
        }
        taken(tx, &permit.actor, &typed.asked, "personnel", people.len())
    })
    .await?;
    Ok(Download::xlsx(format!("so-yeu-ly-lich-{}.xlsx", db.today()), bytes).into_response())
}

/// Headings and levels are Vietnamese in either language of the pages: the file is an office's paper, and the import
/// knows these words.
fn heading(t: T, column: Column) -> String {
    t.get(format!("import-column-{}", column.code())).into_owned()
}

/// Writes everybody whom the actor may see and the filters leave; who they are.
async fn filled(
    db: &Db,
    actor: &Actor,
    asked: &Asked,
    mut file: File,
    cells: impl Fn(PersonLine, Beside) -> Result<Vec<Cell>, StoreError>,
) -> Result<(Vec<u8>, Vec<PersonId>), WebError> {
    let narrow =
        Narrow { query: Words::new(&asked.q), commune: &asked.commune, bloc: &asked.bloc, level: &asked.level };
    let mut people = Vec::new();
    let mut last = (String::new(), String::new());
    let mut conn = db.read().await?;
    loop {
        let (lines, more) = page(&mut conn, actor, &narrow, (&last.0, &last.1), AT_ONCE).await?;
        let (Some(first), Some(end)) = (lines.first(), lines.last()) else { break };
        let first = (first.sort_key.as_str(), first.code.as_str());
        let rest = beside(&mut conn, actor, first, (&end.sort_key, &end.code)).await?;
        let mut rest: HashMap<PersonId, Beside> = rest.into_iter().map(|b| (b.person_id, b)).collect();
        last = (end.sort_key.clone(), end.code.clone());
        for line in lines {
            // whoever has left the register since the list was read is not in it
            let Some(beside) = rest.remove(&line.person_id) else { continue };
            people.push(line.person_id);
            file.push(&cells(line, beside)?)?;
        }
        if !more {
            break;
        }
    }
    drop(conn);
    Ok((web::apart(|| file.finish()).await?, people))
}

/// Records that people were taken away as a file: how many, by which filters.
fn taken(tx: &mut Tx, actor: &Actor, asked: &Asked, format: &str, people: usize) -> Result<(), StoreError> {
    let note = serde_json::json!({
        "format": format, "people": people, "q": asked.q, "commune": asked.commune, "bloc": asked.bloc,
        "level": asked.level,
    });
    let unit = actor.commune().or(actor.province).map(|unit| unit.to_string()).unwrap_or_default();
    tx.audit(actor, "registry.people.exported", unit, Change::created(&note))
}

/// A level in words.
fn level(t: T, kind: &str, code: Option<String>) -> Cell {
    code.map_or(Cell::Empty, |code| Cell::Text(t.get(format!("{kind}-{code}")).into_owned()))
}

fn text(text: Option<String>) -> Cell {
    text.filter(|text| !text.is_empty()).map_or(Cell::Empty, Cell::Text)
}

/// A person in the order of [`PERSONNEL`].
fn personnel(t: T, vault: &Vault, line: PersonLine, beside: Beside) -> Result<Vec<Cell>, StoreError> {
    let sealed = beside.identity_sealed.as_deref();
    let identity = sealed.map(|sealed| vault.open(&line.person_id.to_string(), sealed)).transpose()?;
    let day = |day: Option<NaiveDate>| day.map_or(Cell::Empty, Cell::Day);
    Ok(vec![
        Cell::Text(line.code),
        Cell::Text(line.commune),
        text(beside.office),
        Cell::Text(line.full_name),
        day(line.birth_date),
        level(t, "registry-gender", beside.gender),
        text(beside.ethnic),
        Cell::Text(line.position_title),
        Cell::Day(beside.in_post_from),
        level(t, "record-rank", beside.rank),
        level(t, "registry-education", line.education),
        level(t, "registry-theory", line.theory),
        level(t, "registry-management", line.management),
        text(beside.languages),
        text(beside.it_skill),
        day(beside.party_joined_on),
        day(beside.party_official_on),
        text(identity),
        text(beside.phone),
        text(beside.email),
    ])
}

/// A person in the order of [`COLUMNS`].
fn cells(t: T, line: PersonLine, beside: Beside) -> [Cell; 12] {
    [
        Cell::Text(line.code),
        Cell::Text(line.full_name),
        line.birth_date.map_or(Cell::Empty, Cell::Day),
        level(t, "registry-gender", beside.gender),
        text(beside.ethnic),
        Cell::Text(line.commune),
        text(beside.office),
        Cell::Text(line.position_title),
        Cell::Day(beside.in_post_from),
        level(t, "registry-education", line.education),
        level(t, "registry-theory", line.theory),
        level(t, "registry-management", line.management),
    ]
}
