//! Pages of imports: upload, preview, and what became of it.

use std::collections::HashMap;

use ::store::{Conn, Db};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use documents::sheet::{self as table, Cell, Table};
use kernel::{ImportId, PositionId, UnitId};
use serde::Deserialize;
use web::{
    Answer, Download, Path, Permit, Query, T, Ui, Upload, WebError,
    components::{Crumbs, Pager},
};

use super::{
    Batch, BatchState, FileError, ImportError, ImportPeople, RowKind,
    actions::{commit, draft, preview, undo, withdraw},
    missing_text,
    plan::Planned,
    remembered::{forget, remembered_of},
    store::{COMMUNE_NAMES, ETHNIC, OFFICE_NAMES, POSITIONS, State as PersonState, batch, batches, rows},
};

/// Rows on a page.
const PAGE: usize = 50;
/// Most faulty rows in the file that is sent back to the office.
const MOST_FAULTS: i64 = 100_000;

#[derive(askama::Template)]
#[template(path = "registry/import/list.html", blocks = ["form"])]
struct ImportsPage {
    t: T,
    crumbs: Crumbs,
    error: Option<String>,
    batches: Vec<Batch>,
}

/// GET /people/import
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ImportPeople>) -> Answer {
    ui.page(ui.t.get("import-title"), &imports(&ui, &db, &permit, None).await?)
}

async fn imports(
    ui: &Ui,
    db: &Db,
    permit: &Permit<ImportPeople>,
    error: Option<String>,
) -> Result<ImportsPage, WebError> {
    let t = ui.t;
    let batches = batches(&mut db.read().await?, permit.into()).await?;
    let crumbs = Crumbs::to(t, t.get("import-title")).by("/people", t.get("registry-title"));
    Ok(ImportsPage { t, crumbs, error, batches })
}

/// POST /people/import: the file is read and compared; a batch for looking at, or the form with what is wrong with
/// the file.
pub(super) async fn post(ui: Ui, State(db): State<Db>, permit: Permit<ImportPeople>, upload: Upload) -> Answer {
    let read = if upload.file_name.is_empty() && upload.bytes.is_empty() {
        Err(FileError::None.into())
    } else {
        draft(&db, &permit, upload.bytes).await
    };
    match read {
        Ok(draft) => {
            let id = preview(&db, &permit, &upload.file_name, draft).await?;
            Ok(ui.leaving(ui.see(&format!("/people/import/{id}"))))
        }
        Err(error @ (ImportError::File(_) | ImportError::NoRoster)) => {
            let page = imports(&ui, &db, &permit, error.text(ui.t)).await?;
            let mut answer = ui.page_or_part(ui.t.get("import-title"), &page, &page.as_form())?;
            *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(answer)
        }
        Err(error) => Err(web_error(ui.t, error)),
    }
}

/// A refusal as a page.
pub(super) fn web_error(t: T, error: ImportError) -> WebError {
    match error {
        ImportError::NotFound => WebError::NotFound,
        ImportError::Store(error) => WebError::Store(error),
        ImportError::Thread(text) => WebError::Internal(text),
        error => WebError::refused_with("import-refused", [("text", error.text(t).unwrap_or_default().into())]),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
    after: i64,
    /// `ask` opens the question before an undo, where no script does.
    undo: String,
}

/// A tab with its number of rows.
struct Tab {
    code: &'static str,
    rows: i64,
}

/// A row as the page shows it: somebody's data, what changes, or what is wrong.
struct Shown {
    row: i64,
    name: String,
    href: Option<String>,
    data: Vec<String>,
    changes: Vec<(String, String, String)>,
    faults: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "registry/import/batch.html", blocks = ["rows"])]
struct BatchPage<'a> {
    t: T,
    crumbs: Crumbs,
    batch: &'a Batch,
    sheet: String,
    missing: Option<String>,
    /// When the columns were remembered that the batch was read with, or that its commit has kept.
    remembered: Option<DateTime<Utc>>,
    tabs: [Tab; 5],
    kind: RowKind,
    heads: Vec<String>,
    rows: Vec<Shown>,
    pager: Pager,
    ask_undo: bool,
}

impl BatchPage<'_> {
    fn previewed(&self) -> bool {
        self.batch.state == BatchState::Previewed
    }

    fn committed(&self) -> bool {
        self.batch.state == BatchState::Committed
    }

    fn tag(&self) -> &'static str {
        state_tag(self.batch.state)
    }
}

/// Tone of a state.
fn state_tag(state: BatchState) -> &'static str {
    match state {
        BatchState::Previewed => "warn",
        BatchState::Committed => "good",
        BatchState::Undone | BatchState::Withdrawn => "",
    }
}

impl ImportsPage {
    fn tag(&self, batch: &Batch) -> &'static str {
        state_tag(batch.state)
    }
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
    let batch = batch(&mut conn, (&permit).into(), id).await?.ok_or(WebError::NotFound)?;
    // the tab that was asked for, else the first that has rows: what is wrong comes first
    let first = RowKind::ALL.into_iter().find(|kind| batch.counts.rows(*kind) > 0).unwrap_or(RowKind::New);
    let kind = RowKind::of_code(&asked.kind).unwrap_or(first);
    let mut lines = rows(&mut conn, id, kind, asked.after, 51).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let names = Names::read(&mut conn, permit.actor.province).await?;
    let remembered = remembered_of(&mut conn, (&permit).into(), &batch).await?.map(|r| r.saved_at);
    drop(conn);

    let reading = batch.reading()?;
    let codes = reading.missing();
    let address =
        |after: &str| web::form::address(&format!("/people/import/{id}"), &[("kind", kind.code()), ("after", after)]);
    let shown = [("shown", lines.len().into()), ("total", batch.counts.rows(kind).into())];
    let pager = Pager {
        t,
        first: (asked.after > 0).then(|| address("")),
        next: lines.last().filter(|_| more).map(|r| address(&r.row.to_string())),
        shown: t.args("import-shown", shown).into_owned(),
    };
    let page = BatchPage {
        t,
        crumbs: Crumbs::to(t, batch.file_name.clone())
            .by("/people", t.get("registry-title"))
            .by("/people/import", t.get("import-title")),
        sheet: reading.mapping.sheet,
        missing: (!codes.is_empty()).then(|| missing_text(t, &codes)),
        remembered,
        tabs: RowKind::ALL.map(|kind| Tab { code: kind.code(), rows: batch.counts.rows(kind) }),
        kind,
        heads: DATA.iter().map(|part| t.get(format!("import-part-{part}")).into_owned()).collect(),
        rows: lines.into_iter().map(|line| shown_row(t, &names, batch.state, line)).collect(),
        pager,
        ask_undo: asked.undo == "ask",
        batch: &batch,
    };
    ui.page_or_part(&batch.file_name, &page, &page.as_rows())
}

/// Parts of a person that the tab of new people shows; the others only when they change.
const DATA: [&str; 7] = ["birth", "gender", "commune", "position", "education", "theory", "management"];

/// Names behind the ids of a row.
struct Names {
    communes: HashMap<UnitId, String>,
    offices: HashMap<UnitId, String>,
    positions: HashMap<PositionId, String>,
    ethnic: HashMap<String, String>,
}

impl Names {
    async fn read(conn: &mut Conn, province: Option<UnitId>) -> Result<Self, WebError> {
        let communes: Vec<(String, String, UnitId)> = conn.all(&COMMUNE_NAMES, &[&province]).await?;
        let offices: Vec<(UnitId, String)> = conn.all(&OFFICE_NAMES, &[]).await?;
        let positions: Vec<super::check::PositionLine> = conn.all(&POSITIONS, &[]).await?;
        let ethnic: Vec<(String, String)> = conn.all(&ETHNIC, &[]).await?;
        Ok(Self {
            communes: communes.into_iter().map(|(_, name, id)| (id, name)).collect(),
            offices: offices.into_iter().collect(),
            positions: positions.into_iter().map(|p| (p.id, p.title)).collect(),
            ethnic: ethnic.into_iter().collect(),
        })
    }

    /// What the page says of a person: part and value. The labels are the messages `import-part-PART`.
    fn parts(&self, t: T, state: &PersonState) -> [(&'static str, String); 10] {
        let level = |kind: &str, code: &Option<String>| {
            code.as_ref().map(|code| t.get(format!("registry-{kind}-{code}")).into_owned())
        };
        let ethnic = state.ethnic_code.as_ref().and_then(|code| self.ethnic.get(code).cloned());
        let office = state.office_id.and_then(|id| self.offices.get(&id).cloned());
        [
            ("name", Some(state.full_name.clone())),
            ("birth", state.birth_date.map(|day| t.date(day))),
            ("gender", level("gender", &state.gender)),
            ("ethnic", ethnic),
            ("commune", self.communes.get(&state.commune_id).cloned()),
            ("office", office),
            ("position", self.positions.get(&state.position_id).cloned()),
            ("education", level("education", &state.education)),
            ("theory", level("theory", &state.theory)),
            ("management", level("management", &state.management)),
        ]
        .map(|(part, text)| (part, text.unwrap_or_else(|| "–".to_owned())))
    }
}

fn shown_row(t: T, names: &Names, batch: BatchState, line: Planned) -> Shown {
    let after = line.after.as_ref().map(|after| names.parts(t, &after.state));
    let before = line.before.as_ref().map(|before| names.parts(t, before));
    let changes = match (before, &after) {
        (Some(before), Some(after)) => before
            .into_iter()
            .zip(after)
            .filter(|((_, before), (_, after))| before != after)
            .map(|((part, before), (_, after))| {
                (t.get(format!("import-part-{part}")).into_owned(), before, after.clone())
            })
            .collect(),
        _ => Vec::new(),
    };
    let data = after.into_iter().flatten().filter(|(part, _)| DATA.contains(part)).map(|(_, text)| text).collect();
    // somebody new has a record only while the batch stands in the register
    let there = line.kind != RowKind::New || batch == BatchState::Committed;
    Shown {
        row: line.row,
        name: line.name,
        href: line.person.filter(|_| there).map(|id| format!("/people/{id}")),
        data,
        changes,
        faults: line.faults.iter().map(|fault| fault.text(t)).collect(),
    }
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
    let batch = batch(&mut conn, (&permit).into(), id).await?.ok_or(WebError::NotFound)?;
    let lines = rows(&mut conn, id, RowKind::Faulty, 0, MOST_FAULTS).await?;
    let sheet = batch.reading()?.mapping.sheet;
    let cells = lines.into_iter().map(|line| {
        let texts: Vec<String> = line.faults.iter().map(|fault| fault.text(t)).collect();
        vec![Cell::Whole(line.row), Cell::Text(line.name), Cell::Text(texts.join("; "))]
    });
    let column = |key: &str, width: f64| table::Column { title: t.get(key).into_owned(), width };
    let bytes = table::write(&[Table {
        name: t.get("import-kind-faulty").into_owned(),
        title: t.get("import-faults-title").into_owned(),
        notes: vec![batch.file_name.clone(), t.arg("import-sheet", "sheet", sheet).into_owned()],
        columns: vec![column("import-row", 8.0), column("import-part-name", 28.0), column("import-reason", 90.0)],
        rows: cells.collect(),
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
    let args = [("new", ui.t.num(counts.new)), ("changed", ui.t.num(counts.changed))];
    Ok(ui.leaving(ui.see_with(&format!("/people/import/{id}"), "import-committed", &args)))
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

/// POST /people/import/{import}/forget: the columns that the unit remembers for such files.
pub(super) async fn post_forget(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
) -> Answer {
    forget(&db, &permit, id).await.map_err(|e| web_error(ui.t, e))?;
    Ok(ui.see_with(&format!("/people/import/{id}"), "import-forgotten", &[]))
}

/// POST /people/import/{import}/undo
pub(super) async fn post_undo(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
) -> Answer {
    let counts = undo(&db, &permit, id).await.map_err(|e| web_error(ui.t, e))?;
    let args = [("new", ui.t.num(counts.new)), ("changed", ui.t.num(counts.changed))];
    Ok(ui.leaving(ui.see_with(&format!("/people/import/{id}"), "import-undone", &args)))
}
