//! Pages of past courses: upload, preview, what became of a batch.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::PastBatchId;
use serde::Deserialize;
use web::{
    Answer, Path, Permit, Query, T, Ui, Upload, WebError,
    components::{Crumbs, Pager},
    form::address,
};

use super::{
    actions::{CourseError, commit, preview, undo, withdraw},
    store::{BatchCourse, BatchFault, PastBatch, batch, batch_courses, batch_faults, batches},
};
use crate::registry::import::{FileError, ImportPeople};

/// Rows on a page.
const PAGE: usize = 100;

#[derive(askama::Template)]
#[template(path = "history/list.html")]
struct CoursesPage {
    t: T,
    crumbs: Crumbs,
    error: Option<String>,
    batches: Vec<PastBatch>,
}

#[derive(askama::Template)]
#[template(path = "history/batch.html")]
struct BatchPage {
    t: T,
    crumbs: Crumbs,
    batch: PastBatch,
    courses: Vec<BatchCourse>,
    faults: Vec<BatchFault>,
    pager: Pager,
}

impl PastBatch {
    /// Tone of its state.
    fn tag(&self) -> &'static str {
        match self.state.as_str() {
            "previewed" => "warn",
            "committed" => "good",
            _ => "",
        }
    }

    /// How many rows were read, and how many not.
    fn counts(&self, t: T) -> String {
        let said = [("courses", t.num(self.courses).into()), ("faults", t.num(self.faults).into())];
        t.args("history-counts", said).into_owned()
    }
}

impl CourseError {
    /// What a person reads; none for what is no refusal.
    fn text(&self, t: T) -> Option<String> {
        let text = match self {
            Self::NotFound | Self::Store(_) | Self::Thread(_) => return None,
            Self::File(error) => t.get(format!("import-file-{}", error.code())),
            Self::Columns(codes) => {
                let words: Vec<String> =
                    codes.iter().map(|code| t.get(format!("history-column-{code}")).into_owned()).collect();
                t.arg("history-columns", "columns", words.join(", "))
            }
            Self::Nothing => t.get("history-nothing"),
            Self::Moved(state) => t.arg("history-moved", "state", t.get(format!("history-state-{state}")).into_owned()),
            Self::Doubles(number) => t.arg("history-doubles", "n", *number),
        };
        Some(text.into_owned())
    }

    fn page(self, t: T) -> WebError {
        match self {
            Self::NotFound => WebError::NotFound,
            Self::Store(error) => WebError::Store(error),
            Self::Thread(text) => WebError::Internal(text),
            error => WebError::refused_with("history-refused", [("text", error.text(t).unwrap_or_default().into())]),
        }
    }
}

async fn list(ui: &Ui, db: &Db, permit: &Permit<ImportPeople>, error: Option<String>) -> Answer {
    let t = ui.t;
    let batches = batches(&mut db.read().await?, &permit.actor).await?;
    let title = t.get("history-title");
    let crumbs = Crumbs::to(t, title.clone()).by("/people", t.get("registry-title"));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    ui.page_with(status, title, &CoursesPage { t, crumbs, error, batches })
}

/// GET /people/courses
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ImportPeople>) -> Answer {
    list(&ui, &db, &permit, None).await
}

/// POST /people/courses: the file is read and its rows are shown, or what is wrong with the file.
pub(super) async fn post(ui: Ui, State(db): State<Db>, permit: Permit<ImportPeople>, upload: Upload) -> Answer {
    let read = if upload.file_name.is_empty() && upload.bytes.is_empty() {
        Err(FileError::None.into())
    } else {
        preview(&db, &permit, &upload.file_name, upload.bytes).await
    };
    match read {
        Ok(id) => Ok(ui.see(&format!("/people/courses/{id}"))),
        Err(error) => match error.text(ui.t) {
            Some(text) => list(&ui, &db, &permit, Some(text)).await,
            None => Err(error.page(ui.t)),
        },
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: i64,
}

/// GET /people/courses/{batch}
pub(super) async fn get_batch(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<PastBatchId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let batch = batch(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX - 1) + 1;
    let mut courses = batch_courses(&mut conn, id, asked.after, most).await?;
    let more = courses.len() > PAGE;
    courses.truncate(PAGE);
    let faults = batch_faults(&mut conn, id).await?;
    drop(conn);
    let to = |after: &str| address(&format!("/people/courses/{id}"), &[("after", after)]);
    let pager = Pager {
        t,
        first: (asked.after > 0).then(|| to("")),
        next: courses.last().filter(|_| more).map(|c| to(&c.row_number.to_string())),
        shown: t.args("history-shown", [("shown", courses.len().into()), ("total", batch.courses.into())]).into_owned(),
    };
    let crumbs = Crumbs::to(t, batch.file_name.clone())
        .by("/people", t.get("registry-title"))
        .by("/people/courses", t.get("history-title"));
    ui.page(batch.file_name.clone(), &BatchPage { t, crumbs, batch, courses, faults, pager })
}

fn seen(ui: &Ui, id: PastBatchId, key: &str, done: Result<i64, CourseError>) -> Answer {
    let courses = done.map_err(|error| error.page(ui.t))?;
    Ok(ui.see_with(&format!("/people/courses/{id}"), key, &[("n", courses.to_string())]))
}

/// POST /people/courses/{batch}/commit
pub(super) async fn post_commit(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<PastBatchId>,
) -> Answer {
    seen(&ui, id, "history-committed", commit(&db, &permit, id).await)
}

/// POST /people/courses/{batch}/withdraw
pub(super) async fn post_withdraw(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<PastBatchId>,
) -> Answer {
    seen(&ui, id, "history-withdrawn", withdraw(&db, &permit, id).await)
}

/// POST /people/courses/{batch}/undo
pub(super) async fn post_undo(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(id): Path<PastBatchId>,
) -> Answer {
    seen(&ui, id, "history-undone", undo(&db, &permit, id).await)
}
