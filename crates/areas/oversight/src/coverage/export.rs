//! The coverage table as a file: spreadsheet, CSV, JSON.

use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use documents::{
    DocumentError,
    sheet::{self, Cell, Column, Table},
};
use teaching::scheme;
use web::{Answer, Download, Permit, T, Ui, WebError};

use super::{Coverage, ExportReports, store::coverage};

/// How a report leaves the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A spreadsheet.
    Xlsx,
    /// UTF-8 with a byte-order mark, comma-separated, one head line, stable English column names.
    Csv,
    /// One object with the totals and the communes.
    Json,
}

/// Why a report was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The spreadsheet.
    #[error(transparent)]
    Sheet(#[from] DocumentError),
    /// The CSV.
    #[error("csv")]
    Csv(#[from] csv::Error),
    /// The JSON.
    #[error("json")]
    Json(#[from] serde_json::Error),
}

/// GET /reports/coverage.xlsx
pub(super) async fn get(ui: Ui, State(db): State<Db>, _permit: Permit<ExportReports>) -> Answer {
    let today = db.today();
    let mut conn = db.read().await?;
    let scheme = scheme::first_scheme(&mut conn).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, scheme.id, today).await?;
    let figures = coverage(&mut conn, &scheme, &rules, today).await?;
    drop(conn);
    let bytes =
        write(ui.t, &scheme.short_name, &figures, Format::Xlsx).map_err(|e| WebError::Internal(e.to_string()))?;
    Ok(Download::xlsx(format!("ty-le-boi-duong-{today}.xlsx"), bytes).into_response())
}

#[derive(serde::Serialize)]
struct Line<'a> {
    code: &'a str,
    kind: &'a str,
    name: &'a str,
    former_district: &'a str,
    people: i64,
    trained: i64,
    target: i64,
    target_trained: i64,
}

#[derive(serde::Serialize)]
struct Whole<'a> {
    scheme: &'a str,
    as_of: chrono::NaiveDate,
    goal_permille: i64,
    people: i64,
    trained: i64,
    target: i64,
    target_trained: i64,
    communes: Vec<Line<'a>>,
}

/// Writes coverage in a format.
///
/// # Errors
/// [`ExportError`].
pub fn write(t: T, scheme: &str, figures: &Coverage, format: Format) -> Result<Vec<u8>, ExportError> {
    let lines: Vec<Line<'_>> = figures
        .communes
        .iter()
        .map(|c| Line {
            code: &c.code,
            kind: &c.kind,
            name: &c.name,
            former_district: &c.former_district,
            people: c.people,
            trained: c.trained,
            target: c.target,
            target_trained: c.target_trained,
        })
        .collect();
    match format {
        Format::Xlsx => Ok(sheet::write(&[table(t, scheme, figures)])?),
        Format::Csv => {
            let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
            for line in lines {
                out.serialize(line)?;
            }
            out.into_inner().map_err(|e| ExportError::Csv(e.into_error().into()))
        }
        Format::Json => {
            let whole = Whole {
                scheme,
                as_of: figures.as_of,
                goal_permille: figures.goal_permille,
                people: figures.people,
                trained: figures.trained,
                target: figures.target,
                target_trained: figures.target_trained,
                communes: lines,
            };
            Ok(serde_json::to_vec_pretty(&whole)?)
        }
    }
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a share of two counts of people")]
fn share(part: i64, whole: i64) -> Cell {
    if whole == 0 { Cell::Empty } else { Cell::Share(part as f64 / whole as f64) }
}

fn table(t: T, scheme: &str, figures: &Coverage) -> Table {
    let column = |key: &str, width: f64| Column { title: t.get(key).into_owned(), width };
    let text = |s: &str| Cell::Text(s.to_owned());
    let rows = (1_i64..).zip(&figures.communes).map(|(place, c)| {
        vec![
            Cell::Whole(place),
            text(&c.code),
            Cell::Text(format!("{} {}", t.get(format!("organisation-kind-{}", c.kind)), c.name)),
            text(&c.former_district),
            Cell::Whole(c.people),
            Cell::Whole(c.trained),
            share(c.trained, c.people),
            Cell::Whole(c.target),
            Cell::Whole(c.target_trained),
            share(c.target_trained, c.target),
        ]
    });
    Table {
        name: t.get("coverage-sheet").into_owned(),
        title: t.get("coverage-title").into_owned(),
        notes: vec![
            t.args("coverage-note", [("scheme", scheme.into()), ("on", t.date(figures.as_of).into())]).into_owned(),
        ],
        columns: vec![
            column("coverage-place", 5.0),
            column("coverage-code", 9.0),
            column("coverage-commune", 26.0),
            column("coverage-district", 20.0),
            column("coverage-people", 10.0),
            column("coverage-trained", 12.0),
            column("coverage-share", 10.0),
            column("coverage-target", 12.0),
            column("coverage-target-trained", 12.0),
            column("coverage-share", 10.0),
        ],
        rows: rows.collect(),
        totals: vec![
            Cell::Empty,
            Cell::Empty,
            text(&t.get("coverage-total")),
            Cell::Empty,
            Cell::Whole(figures.people),
            Cell::Whole(figures.trained),
            share(figures.trained, figures.people),
            Cell::Whole(figures.target),
            Cell::Whole(figures.target_trained),
            share(figures.target_trained, figures.target),
        ],
        dated: figures.as_of,
    }
}
