//! Pages of imports: upload, columns, preview, and what became of it.

use std::collections::{BTreeMap, HashMap};

use ::store::Db;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use documents::sheet::{self as table, Cell, Table};
use kernel::{ImportId, UnitId};
use serde::Deserialize;
use web::{
    Answer, Download, Errors, Form, Path, Permit, Query, T, Ui, Upload, WebError,
    components::{Choice, Crumbs, Pager, Select},
};

use super::{
    Column, Fault, ImportError, ImportPeople, Mapping, Reading,
    actions::{commit, other_sheet, preview, remap, sheets_of, undo, withdraw},
    check::letter,
    fault_text, faults_of,
    store::{Batch, RowLine, State as PersonState, batch, batches, rows},
};
use crate::organisation::communes;

/// Rows on a page.
const PAGE: usize = 50;
/// Rows of the file that the column page shows as a sample.
const SAMPLE: usize = 3;
/// Most faulty rows in the file that is sent back to the office.
const MOST_FAULTS: i64 = 100_000;
/// Kinds of rows, in the order of the tabs.
const KINDS: [&str; 5] = ["faulty", "new", "changed", "unchanged", "skipped"];

#[derive(askama::Template)]
#[template(path = "registry/import/list.html")]
struct ImportsPage {
    t: T,
    crumbs: Crumbs,
    error: Option<String>,
    batches: Vec<Batch>,
}

/// GET /people/import
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ImportPeople>) -> Answer {
    show_list(&ui, &db, &permit, None).await
}

async fn show_list(ui: &Ui, db: &Db, permit: &Permit<ImportPeople>, error: Option<String>) -> Answer {
    let t = ui.t;
    let batches = batches(&mut db.read().await?, &permit.actor).await?;
    let crumbs = Crumbs::to(t, t.get("import-title")).by("/people", t.get("registry-title"));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    ui.page_with(status, t.get("import-title"), &ImportsPage { t, crumbs, error, batches })
}

/// POST /people/import
pub(super) async fn post(ui: Ui, State(db): State<Db>, permit: Permit<ImportPeople>, upload: Upload) -> Answer {
    match preview(&db, &permit, &upload.file_name, upload.bytes).await {
        Ok((id, _)) => Ok(ui.see(&format!("/people/import/{id}"))),
        Err(ImportError::File(error)) => {
            let text = ui.t.get(format!("import-file-{}", error.code())).into_owned();
            show_list(&ui, &db, &permit, Some(text)).await
        }
        Err(ImportError::NoRoster) => {
            show_list(&ui, &db, &permit, Some(ui.t.get("import-file-roster").into_owned())).await
        }
        Err(error) => Err(web_error(ui.t, error)),
    }
}

/// A refusal as a page; the list of missing columns and of people in the reader's words.
fn web_error(t: T, error: ImportError) -> WebError {
    match error {
        ImportError::NotFound => WebError::NotFound,
        ImportError::Store(error) => WebError::Store(error),
        ImportError::Thread(text) => WebError::Internal(text),
        ImportError::File(error) => WebError::refused_with(format!("import-file-{}", error.code()), []),
        ImportError::NoRoster => WebError::refused("import-file-roster"),
        ImportError::Columns(codes) => {
            WebError::refused_with("import-missing", [("columns", missing(t, &codes).into())])
        }
        ImportError::State(state) => WebError::refused_with(format!("import-state-{state}-refused"), []),
        ImportError::Changed => WebError::refused("import-register-changed"),
        ImportError::Nothing => WebError::refused("import-nothing"),
        ImportError::Needed(names) => {
            let shown: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
            let number = i64::try_from(names.len()).unwrap_or(i64::MAX);
            WebError::refused_with("import-needed", [("number", number.into()), ("names", shown.join(", ").into())])
        }
    }
}

fn missing(t: T, codes: &[&str]) -> String {
    let words: Vec<String> = codes.iter().map(|code| t.get(format!("import-missing-{code}")).into_owned()).collect();
    words.join(", ")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
    after: i64,
}

/// A tab with its number of rows.
struct Tab {
    kind: &'static str,
    rows: i64,
}

/// A row as the page shows it.
struct Shown {
    row: i64,
    name: String,
    href: Option<String>,
    lines: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "registry/import/batch.html", blocks = ["rows"])]
struct BatchPage<'a> {
    t: T,
    crumbs: Crumbs,
    batch: &'a Batch,
    sheet: String,
    missing: Option<String>,
    tabs: Vec<Tab>,
    kind: &'static str,
    rows: Vec<Shown>,
    pager: Pager,
    writes: i64,
}

/// GET /people/import/{import}
pub(super) async fn get_batch(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let batch = batch(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let tabs: Vec<Tab> = KINDS
        .into_iter()
        .zip([batch.rows_faulty, batch.rows_new, batch.rows_changed, batch.rows_unchanged, batch.rows_skipped])
        .map(|(kind, rows)| Tab { kind, rows })
        .collect();
    // the tab that was asked for, else the first that has rows: what is wrong comes first
    let first = tabs.iter().find(|tab| tab.rows > 0).map_or("new", |tab| tab.kind);
    let kind = KINDS.into_iter().find(|kind| *kind == asked.kind).unwrap_or(first);
    let mut lines = rows(&mut conn, id, kind, asked.after, 51).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let names = Names::read(&mut conn, &permit).await?;
    drop(conn);

    let reading = reading(&batch)?;
    let codes = reading.mapping.missing(reading.commune.is_some());
    let address =
        |after: &str| web::form::address(&format!("/people/import/{id}"), &[("kind", kind), ("after", after)]);
    let total = tabs.iter().find(|tab| tab.kind == kind).map_or(0, |tab| tab.rows);
    let pager = Pager {
        t,
        first: (asked.after > 0).then(|| address("")),
        next: lines.last().filter(|_| more).map(|r| address(&r.row_number.to_string())),
        shown: t.args("import-shown", [("shown", lines.len().into()), ("total", total.into())]).into_owned(),
    };
    let page = BatchPage {
        t,
        crumbs: Crumbs::to(t, batch.file_name.clone())
            .by("/people", t.get("registry-title"))
            .by("/people/import", t.get("import-title")),
        sheet: reading.mapping.sheet,
        missing: (!codes.is_empty()).then(|| missing(t, &codes)),
        tabs,
        kind,
        rows: lines.iter().map(|line| shown(t, &names, line)).collect::<Result<_, _>>()?,
        pager,
        writes: batch.rows_new + batch.rows_changed,
        batch: &batch,
    };
    ui.page_or_part(t.get("import-title"), &page, &page.as_rows())
}

fn reading(batch: &Batch) -> Result<Reading, WebError> {
    serde_json::from_str(&batch.mapping).map_err(|e| WebError::Internal(e.to_string()))
}

/// Names behind the ids of a row.
struct Names {
    communes: HashMap<UnitId, String>,
    positions: HashMap<kernel::PositionId, String>,
}

impl Names {
    async fn read(conn: &mut ::store::Conn, permit: &Permit<ImportPeople>) -> Result<Self, WebError> {
        let communes = communes(conn, &permit.actor).await?.into_iter().map(|c| (c.commune_id, c.name)).collect();
        let positions: Vec<super::check::PositionLine> = conn.all(&super::store::POSITIONS, &[]).await?;
        Ok(Self { communes, positions: positions.into_iter().map(|p| (p.id, p.title)).collect() })
    }

    /// What the page says of a person: label and value of each part.
    fn parts(&self, t: T, state: &PersonState) -> Vec<(&'static str, String)> {
        let level = |kind: &str, code: &Option<String>| match code {
            Some(code) => t.get(format!("registry-{kind}-{code}")).into_owned(),
            None => "–".to_owned(),
        };
        let known = |name: Option<&String>| name.cloned().unwrap_or_else(|| "–".to_owned());
        vec![
            ("name", state.full_name.clone()),
            ("birth", state.birth_date.map_or_else(|| "–".to_owned(), |day| t.date(day))),
            ("gender", level("gender", &state.gender)),
            ("commune", known(self.communes.get(&state.commune_id))),
            ("position", known(self.positions.get(&state.position_id))),
            ("ethnic", state.ethnic_code.clone().unwrap_or_else(|| "–".to_owned())),
            ("education", level("education", &state.education)),
            ("theory", level("theory", &state.theory)),
            ("management", level("management", &state.management)),
        ]
    }
}

fn shown(t: T, names: &Names, line: &RowLine) -> Result<Shown, WebError> {
    let state = |text: &Option<String>| -> Result<Option<PersonState>, WebError> {
        text.as_deref().map(serde_json::from_str).transpose().map_err(|e| WebError::Internal(e.to_string()))
    };
    let (before, after) = (state(&line.before)?, state(&line.after)?);
    let lines = match (before, after) {
        (Some(before), Some(after)) => names
            .parts(t, &before)
            .into_iter()
            .zip(names.parts(t, &after))
            .filter(|(b, a)| b != a)
            .map(|((part, b), (_, a))| {
                let label = t.get(format!("import-column-{part}")).into_owned();
                t.args("import-change", [("label", label.into()), ("before", b.into()), ("after", a.into())])
                    .into_owned()
            })
            .collect(),
        (None, Some(after)) => {
            let wanted = ["birth", "commune", "position"];
            let parts = names.parts(t, &after);
            let text: Vec<String> = parts.into_iter().filter(|(p, _)| wanted.contains(p)).map(|(_, v)| v).collect();
            vec![text.join(" · ")]
        }
        _ => faults_of(line)?.iter().map(|fault: &Fault| fault_text(t, fault)).collect(),
    };
    let href = line.person_id.filter(|_| line.kind != "faulty").map(|id| format!("/people/{id}"));
    Ok(Shown { row: line.row_number, name: line.shown_name.clone(), href, lines })
}

/// One column of the file on the column page.
struct ColumnLine {
    letter: String,
    heading: String,
    sample: Vec<String>,
    place: usize,
    chosen: &'static str,
}

#[derive(askama::Template)]
#[template(path = "registry/import/columns.html")]
struct ColumnsPage<'a> {
    t: T,
    crumbs: Crumbs,
    batch: &'a Batch,
    sheets: Vec<String>,
    sheet: String,
    head_rows: usize,
    columns: Vec<ColumnLine>,
    meanings: Vec<(&'static str, String)>,
    commune: Option<Select<'a>>,
}

/// GET /people/import/{import}/columns
pub(super) async fn get_columns(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
) -> Answer {
    let t = ui.t;
    let sheets = sheets_of(&db, &permit, id).await.map_err(|e| web_error(t, e))?;
    let mut conn = db.read().await?;
    let batch = batch(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let communes = communes(&mut conn, &permit.actor).await?;
    drop(conn);
    let reading = reading(&batch)?;
    let mapping = reading.mapping;
    let sheet = sheets.iter().find(|s| s.name == mapping.sheet).ok_or(WebError::NotFound)?;
    let start = (mapping.head_rows + 1).saturating_sub(sheet.first_row);
    let width = sheet.rows.iter().skip(start.saturating_sub(2)).take(50).map(Vec::len).max().unwrap_or(0);
    let at = |row: usize, place: usize| {
        sheet.rows.get(row).and_then(|cells| cells.get(place)).map(super::sheet::Cell::text).unwrap_or_default()
    };
    let columns = (0..width)
        .map(|place| {
            let headings: Vec<String> =
                (start.saturating_sub(2)..start).map(|row| at(row, place)).filter(|text| !text.is_empty()).collect();
            ColumnLine {
                letter: letter(place),
                heading: headings.join(" / "),
                sample: (start..sheet.rows.len())
                    .map(|row| at(row, place))
                    .filter(|text| !text.is_empty())
                    .take(SAMPLE)
                    .collect(),
                place,
                chosen: mapping.columns.get(&place).map_or("", |c| c.code()),
            }
        })
        .collect();
    let chosen = reading.commune.map(|id| id.to_string()).unwrap_or_default();
    let choices: Vec<Choice> = communes.iter().map(|c| Choice::new(c.commune_id.to_string(), &c.name)).collect();
    let errors = Errors::new();
    let commune = (communes.len() > 1).then(|| {
        Select::new(t, &errors, "commune", "import-commune-all", &chosen, &choices).or_empty("import-commune-column")
    });
    let page = ColumnsPage {
        t,
        crumbs: Crumbs::to(t, t.get("import-columns"))
            .by("/people/import", t.get("import-title"))
            .by(format!("/people/import/{id}"), batch.file_name.clone()),
        sheets: sheets.iter().map(|s| s.name.clone()).collect(),
        sheet: mapping.sheet,
        head_rows: mapping.head_rows,
        columns,
        meanings: Column::ALL
            .into_iter()
            .map(|c| (c.code(), t.get(format!("import-column-{}", c.code())).into_owned()))
            .collect(),
        commune,
        batch: &batch,
    };
    ui.page(t.get("import-columns"), &page)
}

/// POST /people/import/{import}/columns: `sheet`, `head_rows`, `commune`, and `column-N` per column.
pub(super) async fn post_columns(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let value = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default();
    let known = batch(&mut db.read().await?, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let before = reading(&known)?;
    let done = if value("sheet") != before.mapping.sheet && !value("sheet").is_empty() {
        other_sheet(&db, &permit, id, value("sheet")).await
    } else {
        let mut columns: BTreeMap<usize, Column> = BTreeMap::new();
        for (name, code) in &pairs {
            let place = name.strip_prefix("column-").and_then(|place| place.parse::<usize>().ok());
            if let (Some(place), Some(column)) = (place, Column::of_code(code)) {
                if columns.values().any(|c| *c == column) {
                    let what = ui.t.get(format!("import-column-{code}")).into_owned();
                    return Err(WebError::refused_with("import-column-twice", [("column", what.into())]));
                }
                columns.insert(place, column);
            }
        }
        let head_rows = value("head_rows").trim().parse().unwrap_or(before.mapping.head_rows);
        let commune = value("commune").parse().ok();
        let mapping = Mapping { sheet: before.mapping.sheet, head_rows, columns };
        remap(&db, &permit, id, &Reading { mapping, commune }).await
    };
    done.map_err(|e| web_error(ui.t, e))?;
    Ok(ui.see(&format!("/people/import/{id}")))
}

/// GET /people/import/{import}/faults.xlsx: the faulty rows with their reasons, to send back to the office.
pub(super) async fn get_faults(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
) -> Result<Response, WebError> {
    let t = ui.t;
    let mut conn = db.read().await?;
    let batch = batch(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let lines = rows(&mut conn, id, "faulty", 0, MOST_FAULTS).await?;
    let mut cells = Vec::with_capacity(lines.len());
    for line in &lines {
        let texts: Vec<String> = faults_of(line)?.iter().map(|fault| fault_text(t, fault)).collect();
        cells.push(vec![
            Cell::Whole(line.row_number),
            Cell::Text(line.shown_name.clone()),
            Cell::Text(texts.join("; ")),
        ]);
    }
    let column = |key: &str, width: f64| table::Column { title: t.get(key).into_owned(), width };
    let bytes = table::write(&[Table {
        name: t.get("import-kind-faulty").into_owned(),
        title: t.get("import-faults-title").into_owned(),
        notes: vec![batch.file_name.clone()],
        columns: vec![column("import-row", 8.0), column("import-column-name", 28.0), column("import-reason", 90.0)],
        rows: cells,
        totals: Vec::new(),
        dated: db.today(),
    }])
    .map_err(|e| WebError::Internal(e.to_string()))?;
    Ok(Download::xlsx("dong-loi.xlsx", bytes).into_response())
}

/// POST /people/import/{import}/commit
pub(super) async fn post_commit(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
) -> Answer {
    let counts = commit(&db, &permit, id).await.map_err(|e| web_error(ui.t, e))?;
    let args = [("new", counts.new.to_string()), ("changed", counts.changed.to_string())];
    Ok(ui.see_with(&format!("/people/import/{id}"), "import-committed", &args))
}

/// POST /people/import/{import}/withdraw
pub(super) async fn post_withdraw(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
) -> Answer {
    withdraw(&db, &permit, id).await.map_err(|e| web_error(ui.t, e))?;
    Ok(ui.see_with("/people/import", "import-withdrawn", &[]))
}

/// POST /people/import/{import}/undo
pub(super) async fn post_undo(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
) -> Answer {
    let counts = undo(&db, &permit, id).await.map_err(|e| web_error(ui.t, e))?;
    let args = [("new", counts.new.to_string()), ("changed", counts.changed.to_string())];
    Ok(ui.see_with(&format!("/people/import/{id}"), "import-undone", &args))
}
