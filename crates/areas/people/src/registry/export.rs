//! The list of people as a file that the import reads back: the same filters, the same scope, the import's columns.

use std::collections::HashMap;

use ::store::{Change, Db};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use documents::{
    DocumentError,
    sheet::{self, Cell, List},
};
use kernel::{PersonId, text::Query as Words};
use web::{Download, Lang, Permit, Query, T, WebError};

use super::{
    ExportPeople,
    find::{Narrow, PersonLine, page},
    import::Column,
    list::Asked,
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
    let bytes = filled(&db, &permit, &asked, File::Xlsx(Box::new(list)), "xlsx").await?;
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
    let bytes = filled(&db, &permit, &asked, File::Csv(Box::new(out)), "csv").await?;
    Ok(Download::csv(format!("can-bo-{}.csv", db.today()), bytes).into_response())
}

/// Headings and levels are Vietnamese in either language of the pages: the file is an office's paper, and the import
/// knows these words.
fn heading(t: T, column: Column) -> String {
    t.get(format!("import-column-{}", column.code())).into_owned()
}

/// Writes everybody whom the actor may see and the filters leave, and records that they were taken away.
async fn filled(
    db: &Db,
    permit: &Permit<ExportPeople>,
    asked: &Asked,
    mut file: File,
    format: &str,
) -> Result<Vec<u8>, WebError> {
    let t = T::new(Lang::Vi);
    let narrow =
        Narrow { query: Words::new(&asked.q), commune: &asked.commune, bloc: &asked.bloc, level: &asked.level };
    let mut people = 0_usize;
    let mut last = (String::new(), String::new());
    let mut conn = db.read().await?;
    loop {
        let (lines, more) = page(&mut conn, &permit.actor, &narrow, (&last.0, &last.1), AT_ONCE).await?;
        let (Some(first), Some(end)) = (lines.first(), lines.last()) else { break };
        let first = (first.sort_key.as_str(), first.code.as_str());
        let rest = beside(&mut conn, &permit.actor, first, (&end.sort_key, &end.code)).await?;
        let mut rest: HashMap<PersonId, Beside> = rest.into_iter().map(|b| (b.person_id, b)).collect();
        last = (end.sort_key.clone(), end.code.clone());
        for line in lines {
            // whoever has left the register since the list was read is not in it
            let Some(beside) = rest.remove(&line.person_id) else { continue };
            people += 1;
            file.push(&cells(t, line, beside))?;
        }
        if !more {
            break;
        }
    }
    drop(conn);
    let bytes = web::apart(|| file.finish()).await?;
    let note = serde_json::json!({
        "format": format, "people": people, "q": asked.q, "commune": asked.commune, "bloc": asked.bloc,
        "level": asked.level,
    });
    let unit = permit.actor.commune().or(permit.actor.province).map(|unit| unit.to_string()).unwrap_or_default();
    db.write(async |tx| tx.audit(&permit.actor, "registry.people.exported", unit, Change::created(&note))).await?;
    Ok(bytes)
}

/// A person in the order of [`COLUMNS`].
fn cells(t: T, line: PersonLine, beside: Beside) -> [Cell; 12] {
    let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::Text);
    let level = |kind: &str, code: Option<String>| {
        code.map_or(Cell::Empty, |code| Cell::Text(t.get(format!("registry-{kind}-{code}")).into_owned()))
    };
    [
        Cell::Text(line.code),
        Cell::Text(line.full_name),
        line.birth_date.map_or(Cell::Empty, Cell::Day),
        level("gender", beside.gender),
        text(beside.ethnic),
        Cell::Text(line.commune),
        text(beside.office),
        Cell::Text(line.position_title),
        Cell::Day(beside.in_post_from),
        level("education", line.education),
        level("theory", line.theory),
        level("management", line.management),
    ]
}
