//! The matrix read back from its file: preview, then writing. Nothing is kept between the two but the form.

use std::collections::HashMap;

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::CompetenceId;
use serde::Deserialize;
use web::{Answer, Form, Permit, T, Ui, Upload, WebError, components::Crumbs};

use super::{
    super::EditNeeds,
    actions::{Cell, MatrixError, Target, change_matrix},
    sheet::{Fault, Whole, read, whole},
};

/// Most bytes of a file; the matrix of a province has some 30 kB.
pub(in crate::needs) const MOST_BYTES: usize = 2 * 1024 * 1024;
/// Faults that are listed.
const MOST_FAULTS: usize = 100;

/// A change as the preview shows it.
struct Shown {
    row: String,
    competence: String,
    was: i64,
    level: i64,
}

#[derive(askama::Template)]
#[template(path = "needs/matrix/import.html")]
struct ImportPage {
    t: T,
    crumbs: Crumbs,
    file: String,
    cells: usize,
    faults: Vec<String>,
    more_faults: usize,
    changes: Vec<Shown>,
    /// The changes as they come back with the form.
    carried: String,
    overtaken: bool,
}

fn empty(t: T) -> ImportPage {
    let crumbs = Crumbs::to(t, t.get("needs-import"));
    ImportPage {
        t,
        crumbs: crumbs.by("/needs", t.get("needs-nav")).by("/needs/matrix", t.get("needs-matrix")),
        file: String::new(),
        cells: 0,
        faults: Vec::new(),
        more_faults: 0,
        changes: Vec::new(),
        carried: String::new(),
        overtaken: false,
    }
}

/// GET /needs/matrix/import
pub(in crate::needs) async fn get(ui: Ui, _permit: Permit<EditNeeds>) -> Answer {
    ui.page(ui.t.get("needs-import"), &empty(ui.t))
}

fn told(t: T, fault: &Fault, most: i64) -> String {
    let at = |key: &str, (sheet, cell, text): (&String, &String, &String)| {
        let values = [
            ("sheet", sheet.clone().into()),
            ("cell", cell.clone().into()),
            ("text", text.clone().into()),
            ("most", most.into()),
        ];
        t.args(key, values).into_owned()
    };
    match fault {
        Fault::Unread => t.get("needs-file-unread").into_owned(),
        Fault::NoSheet => t.get("needs-file-no-sheet").into_owned(),
        Fault::Competence(s, c, x) => at("needs-file-competence", (s, c, x)),
        Fault::NoHead(s, c, x) => at("needs-file-no-head", (s, c, x)),
        Fault::ColumnTwice(s, c, x) => at("needs-file-column-twice", (s, c, x)),
        Fault::Unknown(s, c, x) => at("needs-file-unknown", (s, c, x)),
        Fault::RowTwice(s, c, x) => at("needs-file-row-twice", (s, c, x)),
        Fault::Level(s, c, x) => at("needs-file-level", (s, c, x)),
    }
}

fn shown(whole: &Whole, cells: &[Cell]) -> Vec<Shown> {
    let competences: HashMap<CompetenceId, &str> = whole.competences.iter().map(|c| (c.id, c.code.as_str())).collect();
    let row = |target: &Target| match target {
        Target::Post(code) => {
            whole.posts.iter().find(|p| p.code == *code).map_or_else(|| code.clone(), |p| p.title.clone())
        }
        Target::Topic(programme, code) => {
            let topic = whole.topics.iter().find(|x| x.programme_code == *programme && x.code == *code);
            topic.map_or_else(|| code.clone(), |x| format!("{} · {}", x.programme_code, x.title))
        }
    };
    cells
        .iter()
        .map(|cell| Shown {
            row: row(&cell.target),
            competence: competences.get(&cell.competence).copied().unwrap_or_default().to_owned(),
            was: cell.was,
            level: cell.level,
        })
        .collect()
}

/// Changes on their way through the form: JSON of row, competence, level seen, level wanted.
fn carry(cells: &[Cell]) -> Result<String, WebError> {
    let lines: Vec<_> = cells.iter().map(|c| (&c.target, c.competence, c.was, c.level)).collect();
    serde_json::to_string(&lines).map_err(|e| WebError::Internal(e.to_string()))
}

fn carried(text: &str) -> Result<Vec<Cell>, WebError> {
    let lines: Vec<(Target, CompetenceId, i64, i64)> = serde_json::from_str(text).map_err(|_| WebError::BadRequest)?;
    let cell = |(target, competence, was, level)| Cell { target, competence, was, level };
    Ok(lines.into_iter().map(cell).collect())
}

/// POST /needs/matrix/preview: what the file would change; writes nothing.
pub(in crate::needs) async fn preview(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    upload: Upload,
) -> Answer {
    let t = ui.t;
    let mut page = empty(t);
    page.file.clone_from(&upload.file_name);
    if upload.bytes.is_empty() {
        page.faults.push(t.get("needs-file-none").into_owned());
        return ui.page_with(StatusCode::UNPROCESSABLE_ENTITY, t.get("needs-import"), &page);
    }
    let mut conn = db.read().await?;
    let whole = whole(&mut conn, &db, &permit.actor).await?;
    drop(conn);
    let (whole, found) = web::blocking(move || {
        let found = read(&upload.bytes, &whole);
        (whole, found)
    })
    .await?;
    page.cells = found.cells;
    page.more_faults = found.faults.len().saturating_sub(MOST_FAULTS);
    page.faults = found.faults.iter().take(MOST_FAULTS).map(|fault| told(t, fault, whole.most)).collect();
    page.changes = shown(&whole, &found.changes);
    page.carried = carry(&found.changes)?;
    let status = if page.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, t.get("needs-import"), &page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::needs) struct Asked {
    changes: String,
    file: String,
}

/// POST /needs/matrix/import: writes what the preview showed, all of it or nothing.
pub(in crate::needs) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Form(asked): Form<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let whole = whole(&mut conn, &db, &permit.actor).await?;
    drop(conn);
    let cells = carried(&asked.changes)?;
    // rows may have gone between preview and writing; a cell of nothing would never be seen again
    let known = |cell: &&Cell| match &cell.target {
        Target::Post(code) => whole.posts.iter().any(|p| p.code == *code),
        Target::Topic(programme, code) => {
            whole.topics.iter().any(|x| x.programme_code == *programme && x.code == *code)
        }
    };
    if cells.iter().filter(known).count() != cells.len() {
        return Err(WebError::NotFound);
    }
    match change_matrix(&db, &permit, &cells).await {
        Ok(n) => Ok(ui.see_with("/needs/matrix", "needs-imported", &[("n", n.to_string())])),
        Err(MatrixError::Overtaken(others)) => {
            // the preview anew, from what stands now
            let now: HashMap<(Target, CompetenceId), i64> =
                others.into_iter().map(|(cell, stands)| ((cell.target, cell.competence), stands)).collect();
            let renewed: Vec<Cell> = cells
                .into_iter()
                .map(|cell| match now.get(&(cell.target.clone(), cell.competence)) {
                    Some(stands) => Cell { was: *stands, ..cell },
                    None => cell,
                })
                .collect();
            let mut page = empty(t);
            page.file = asked.file;
            page.cells = renewed.len();
            page.overtaken = true;
            page.changes = shown(&whole, &renewed);
            page.carried = carry(&renewed)?;
            ui.page_with(StatusCode::CONFLICT, t.get("needs-import"), &page)
        }
        Err(error) => Err(error.into()),
    }
}
