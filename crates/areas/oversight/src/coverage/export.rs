//! The coverage table as a file: spreadsheet, CSV, JSON.

use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use documents::{
    DocumentError,
    sheet::{self, Cell, Column, Table},
};
use teaching::scheme;
use web::{Answer, Download, Permit, Query, T, Ui, WebError};

use super::{
    Coverage, ExportReports,
    store::coverage,
    table::{Asked, By, Row, by_commune, rows},
};

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

/// GET /reports/coverage.xlsx: takes `by` and `sort` as the page of the table does.
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ExportReports>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let today = db.today();
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or_else(|| WebError::refused("coverage-no-scheme"))?;
    let rules = scheme::rules(&mut conn, scheme.id, today).await?;
    let figures = coverage(&mut conn, &scheme, &rules, today).await?;
    let rows = rows(&mut conn, t, &scheme, &figures, &asked).await?;
    drop(conn);
    let sheet = table(t, &scheme.short_name, &figures, asked.by(), &rows);
    let bytes = sheet::write(&[sheet]).map_err(|e| WebError::Internal(e.to_string()))?;
    Ok(Download::xlsx(format!("ty-le-boi-duong-{}-{today}.xlsx", asked.by().code()), bytes).into_response())
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
        Format::Xlsx => Ok(sheet::write(&[table(t, scheme, figures, By::Commune, &by_commune(t, figures))])?),
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

fn table(t: T, scheme: &str, figures: &Coverage, by: By, rows: &[Row]) -> Table {
    let column = |key: &str, width: f64| Column { title: t.get(key).into_owned(), width };
    let text = |s: &str| Cell::Text(s.to_owned());
    // codes and former districts say something of communes only
    let communes = by == By::Commune;
    let lines = (1_i64..).zip(rows).map(|(place, r)| {
        let mut line = vec![Cell::Whole(place)];
        line.extend(communes.then(|| text(&r.key)));
        line.push(text(&r.name));
        line.extend(communes.then(|| text(&r.within)));
        line.extend(counts(r.people, r.trained, r.target, r.target_trained));
        line
    });
    let mut columns = vec![column("coverage-place", 5.0)];
    columns.extend(communes.then(|| column("coverage-code", 9.0)));
    columns.push(column(
        match by {
            By::Commune => "coverage-by-commune",
            By::District => "coverage-by-district",
            By::Bloc => "coverage-by-bloc",
            By::Audience => "coverage-by-audience",
        },
        30.0,
    ));
    columns.extend(communes.then(|| column("coverage-district", 20.0)));
    columns.extend([
        column("coverage-people", 10.0),
        column("coverage-trained", 12.0),
        column("coverage-share", 10.0),
        column("coverage-target", 12.0),
        column("coverage-target-trained", 12.0),
        column("coverage-share", 10.0),
    ]);
    let mut totals = vec![Cell::Empty];
    totals.extend(communes.then_some(Cell::Empty));
    totals.push(text(&t.get("coverage-total")));
    totals.extend(communes.then_some(Cell::Empty));
    totals.extend(counts(figures.people, figures.trained, figures.target, figures.target_trained));
    Table {
        name: t.get("coverage-sheet").into_owned(),
        title: t.get("coverage-title").into_owned(),
        notes: vec![
            t.args("coverage-note", [("scheme", scheme.into()), ("on", t.date(figures.as_of).into())]).into_owned(),
        ],
        columns,
        rows: lines.collect(),
        totals,
        dated: figures.as_of,
    }
}

fn counts(people: i64, trained: i64, target: i64, target_trained: i64) -> [Cell; 6] {
    [
        Cell::Whole(people),
        Cell::Whole(trained),
        share(trained, people),
        Cell::Whole(target),
        Cell::Whole(target_trained),
        share(target_trained, target),
    ]
}
