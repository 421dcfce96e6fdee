//! Pages of imports: upload, preview, and what became of it.

use std::collections::HashMap;

use ::store::{Conn, Db};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use documents::sheet::{self as table, Cell, Table};
use kernel::{ImportId, PersonId, PositionId, UnitId};
use serde::Deserialize;
use web::{
    Answer, Download, Form, Path, Permit, Query, T, Ui, Upload, WebError,
    components::{Crumbs, Pager},
};

use super::{
    Batch, BatchState, Choice, FileError, ImportError, ImportPeople, RowKind,
    actions::{Importer, choose, commit, draft, preview, withdraw},
    missing_text,
    plan::Planned,
    progress,
    remembered::{forget, remembered_of},
    store::{COMMUNE_NAMES, ETHNIC, OFFICE_NAMES, POSITIONS, State as PersonState, batch, batches, rows},
    undo::undo,
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
    /// Whether a file of the national database may be said to be one; and whether it was.
    national: Option<bool>,
    batches: Vec<Batch>,
}

/// GET /people/import
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ImportPeople>) -> Answer {
    ui.page(ui.t.get("import-title"), &imports(&ui, &db, &permit, None, false).await?)
}

async fn imports(
    ui: &Ui,
    db: &Db,
    permit: &Permit<ImportPeople>,
    error: Option<String>,
    national: bool,
) -> Result<ImportsPage, WebError> {
    let t = ui.t;
    let batches = batches(&mut db.read().await?, permit.into()).await?;
    let crumbs = Crumbs::to(t, t.get("import-title")).by("/people", t.get("registry-title"));
    let national = (Importer::from(permit).source() == "home_affairs").then_some(national);
    Ok(ImportsPage { t, crumbs, error, national, batches })
}

/// POST /people/import: the file is read and compared; a batch for looking at, or the form with what is wrong with
/// the file.
pub(super) async fn post(ui: Ui, State(db): State<Db>, permit: Permit<ImportPeople>, upload: Upload) -> Answer {
    let says_national = upload.fields.iter().any(|(name, value)| name == "national" && !value.is_empty());
    let national = says_national && Importer::from(&permit).source() == "home_affairs";
    let read = if upload.file_name.is_empty() && upload.bytes.is_empty() {
        Err(FileError::None.into())
    } else {
        match draft(&db, &permit, upload.bytes, national).await {
            Ok(draft) => preview(&db, &permit, &upload.file_name, draft).await,
            Err(error) => Err(error),
        }
    };
    match read {
        Ok(id) => Ok(ui.leaving(ui.see(&format!("/people/import/{id}")))),
        Err(error @ (ImportError::File(_) | ImportError::NoRoster | ImportError::Stopped)) => {
            let page = imports(&ui, &db, &permit, error.text(ui.t), national).await?;
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

#[derive(askama::Template)]
#[template(path = "registry/import/progress.html")]
struct ProgressPart {
    t: T,
    stage: &'static str,
    done: usize,
    total: usize,
}

/// GET /people/import/progress: how far the reader's own import has come; 204 when none is under way.
pub(super) async fn get_progress(ui: Ui, permit: Permit<ImportPeople>) -> Answer {
    let Some(told) = progress::of_account(permit.actor.account).map(|progress| progress.told()) else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let (stage, done, total) = told;
    ui.part(&ProgressPart {
        t: ui.t,
        stage: stage.code(),
        done: if total == 0 { done } else { done.min(total) },
        total,
    })
}

/// POST /people/import/stop: the reader's own import ends without writing anything.
pub(super) async fn post_stop(permit: Permit<ImportPeople>) -> Answer {
    progress::stop(permit.actor.account);
    Ok(StatusCode::NO_CONTENT.into_response())
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
    /// Birth date, post and commune as the sheet has them.
    line: String,
    data: Vec<String>,
    changes: Vec<(String, String, String)>,
    faults: Vec<String>,
    /// What stays because a better source said it.
    kept: Vec<String>,
    candidates: Vec<ShownCandidate>,
}

/// Somebody of the register who may be meant.
struct ShownCandidate {
    id: PersonId,
    name: String,
    /// `Cùng một người với …`
    same: String,
    data: String,
    /// Points and what they are for.
    why: String,
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
    tabs: [Tab; 6],
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
        let positions: Vec<super::lists::PositionLine> = conn.all(&POSITIONS, &[]).await?;
        let ethnic: Vec<(String, String)> = conn.all(&ETHNIC, &[]).await?;
        Ok(Self {
            communes: communes.into_iter().map(|(_, name, id)| (id, name)).collect(),
            offices: offices.into_iter().collect(),
            positions: positions.into_iter().map(|p| (p.id, p.title)).collect(),
            ethnic: ethnic.into_iter().collect(),
        })
    }

    /// What the page says of a person: part and value. The labels are the messages `import-part-PART`.
    fn parts(&self, t: T, state: &PersonState) -> [(&'static str, String); 17] {
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
            ("rank", state.rank.as_ref().map(|code| t.get(format!("record-rank-{code}")).into_owned())),
            ("languages", state.languages.clone()),
            ("it_skill", state.it_skill.clone()),
            ("phone", state.phone.clone()),
            ("email", state.email.clone()),
            ("party_joined_on", state.party_joined_on.map(|day| t.date(day))),
            ("party_official_on", state.party_official_on.map(|day| t.date(day))),
        ]
        .map(|(part, text)| (part, text.unwrap_or_else(|| "–".to_owned())))
    }

    /// Birth date, post and commune in one line.
    fn line(&self, t: T, birth: Option<NaiveDate>, position: PositionId, commune: UnitId) -> String {
        let parts = [
            birth.map(|day| t.date(day)),
            self.positions.get(&position).cloned(),
            self.communes.get(&commune).cloned(),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

fn shown_row(t: T, names: &Names, batch: BatchState, line: Planned) -> Shown {
    let after = line.after.as_ref().map(|after| names.parts(t, &after.state));
    let before = line.before.as_ref().map(|before| names.parts(t, before));
    let label = |part: &str| t.get(format!("import-part-{part}")).into_owned();
    // what is sensitive is read on the page that records it
    let hidden = |text: &str| if text == "–" { text.to_owned() } else { t.get("import-hidden").into_owned() };
    let mut changes: Vec<(String, String, String)> = match (before, &after) {
        (Some(before), Some(after)) => before
            .into_iter()
            .zip(after)
            .filter(|((_, before), (_, after))| before != after)
            .map(|((part, before), (_, after))| match part {
                "ethnic" | "party_joined_on" | "party_official_on" => (label(part), hidden(&before), hidden(after)),
                _ => (label(part), before, after.clone()),
            })
            .collect(),
        _ => Vec::new(),
    };
    if let Some(written) = line.after.as_ref().filter(|written| written.identity.is_some() && line.before.is_some()) {
        let before = written.identity_before.as_ref().map_or("–", |_| "•");
        changes.push((label("identity"), hidden(before), hidden("•")));
    }
    let sheet_line = line.after.as_ref().map_or_else(String::new, |after| {
        names.line(t, after.state.birth_date, after.state.position_id, after.state.commune_id)
    });
    let data = after.into_iter().flatten().filter(|(part, _)| DATA.contains(part)).map(|(_, text)| text).collect();
    let kept = line.kept.iter().map(|kept| {
        let since =
            kept.since.map_or_else(String::new, |day| t.arg("import-kept-since", "day", t.date(day)).into_owned());
        let source = t.get(format!("record-source-{}", kept.source)).into_owned();
        let field = label(kept.field.trim_end_matches("_code"));
        t.args("import-kept", [("field", field.into()), ("source", source.into()), ("since", since.into())])
            .into_owned()
    });
    let candidates = line.candidates.into_iter().map(|candidate| {
        let why: Vec<_> = candidate.why.iter().map(|code| t.get(format!("import-why-{code}"))).collect();
        ShownCandidate {
            id: candidate.person,
            data: names.line(t, candidate.birth, candidate.position, candidate.commune),
            same: t
                .args("import-who-same", [("name", candidate.name.clone().into()), ("code", candidate.code.into())])
                .into_owned(),
            name: candidate.name,
            why: t
                .args(
                    "import-who-points",
                    [("points", i64::from(candidate.points).into()), ("why", why.join(", ").into())],
                )
                .into_owned(),
        }
    });
    // somebody new has a record only while the batch stands in the register
    let there = line.kind != RowKind::New || batch == BatchState::Committed;
    Shown {
        row: line.row,
        name: line.name,
        line: sheet_line,
        href: line.person.filter(|_| there).map(|id| format!("/people/{id}")),
        data,
        changes,
        faults: line.faults.iter().map(|fault| fault.text(t)).collect(),
        kept: kept.collect(),
        candidates: candidates.collect(),
    }
}

/// POST /people/import/{import}/choices: who doubtful rows are, `row-12` being a person, `new`, `leave` or `again`.
pub(super) async fn post_choices(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<ImportId>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let said = |(name, value): (String, String)| {
        let row = name.strip_prefix("row-")?.parse().ok()?;
        let choice = value.parse::<Choice>().ok();
        (choice.is_some() || value == "again").then_some((row, choice))
    };
    let choices: Vec<(i64, Option<Choice>)> = typed.into_iter().filter_map(said).collect();
    if choices.is_empty() {
        batch(&mut db.read().await?, (&permit).into(), id).await?.ok_or(WebError::NotFound)?;
        return Ok(ui.see_with(&format!("/people/import/{id}?kind=doubtful"), "import-choices-none", &[]));
    }
    let counts = choose(&db, &permit, id, &choices).await.map_err(|e| web_error(ui.t, e))?;
    let args = [("chosen", ui.t.num(choices.len())), ("left", ui.t.num(counts.doubtful))];
    Ok(ui.see_with(&format!("/people/import/{id}?kind=doubtful"), "import-choices-kept", &args))
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
