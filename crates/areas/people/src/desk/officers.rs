//! The desk: requests with their clocks, and the answer to one.

use ::store::Db;
use axum::extract::State;
use chrono::NaiveDate;
use kernel::DataRequestId;
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Crumbs, Field, Overtaken, Wrong},
};

use super::{
    WorkDesk, actions,
    store::{Request, request, requests},
};

/// Most characters of an answer.
const ANSWER_MOST: usize = 1000;

#[derive(askama::Template)]
#[template(path = "desk/list.html")]
struct ListPage {
    t: T,
    requests: Vec<Request>,
    counts: String,
    today: NaiveDate,
}

/// GET /data-desk
pub(super) async fn list(ui: Ui, State(db): State<Db>, permit: Permit<WorkDesk>) -> Answer {
    let t = ui.t;
    let requests = requests(&mut db.read().await?, &permit.actor).await?;
    let today = db.today();
    let open = requests.iter().filter(|r| r.state.open()).count();
    let late = requests.iter().filter(|r| r.late(today)).count();
    let counts = t.args("desk-counts", [("open", open.into()), ("late", late.into())]).into_owned();
    ui.page(t.get("desk-title"), &ListPage { t, requests, counts, today })
}

#[derive(askama::Template)]
#[template(path = "desk/one.html")]
struct OnePage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    asked: &'a Request,
    late: bool,
    /// ` · 09:40 ngày 23/11/2026, Sở Nội vụ`, or nothing.
    told: String,
    closed: String,
    answer: Field<'a>,
}

fn page(ui: &Ui, request: &Request, today: NaiveDate, typed: &str, errors: &Errors) -> Answer {
    let t = ui.t;
    let [told, closed] =
        request.steps().map(|step| step.map_or_else(String::new, |(at, by)| format!(" · {}, {by}", t.moment(at))));
    let body = OnePage {
        t,
        crumbs: Crumbs::to(t, &request.full_name).by("/data-desk", t.get("desk-title")),
        wrong: Wrong::of(t, errors),
        late: request.late(today),
        told,
        closed,
        asked: request,
        answer: Field::new(t, errors, "answer", "desk-answer", typed)
            .kind("textarea")
            .required()
            .hint("desk-answer-hint")
            .class("wide"),
    };
    ui.page_with(Overtaken::status(None, errors), t.get("desk-title"), &body)
}

/// GET /data-desk/{request}
pub(super) async fn one(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<WorkDesk>,
    Path(id): Path<DataRequestId>,
) -> Answer {
    let request = request(&mut db.read().await?, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    page(&ui, &request, db.today(), "", &Errors::new())
}

/// POST /data-desk/{request}/acknowledgement
pub(super) async fn post_acknowledgement(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<WorkDesk>,
    Path(id): Path<DataRequestId>,
) -> Answer {
    actions::acknowledge(&db, &permit, id).await?;
    Ok(ui.see_with(&format!("/data-desk/{id}"), "desk-acknowledged", &[]))
}

/// What is answered.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    answer: String,
    outcome: String,
}

/// POST /data-desk/{request}/answer: `outcome` is `done` or `refused`.
pub(super) async fn post_answer(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<WorkDesk>,
    Path(id): Path<DataRequestId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let t = ui.t;
    let request = request(&mut db.read().await?, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let mut errors = Errors::new();
    let words = errors.line(t, "answer", "desk-answer", &typed.answer, ANSWER_MOST);
    let outcome = errors.choice(t, "outcome", "desk-outcome", &typed.outcome, &["done", "refused"]);
    if !errors.is_empty() {
        return page(&ui, &request, db.today(), &typed.answer, &errors);
    }
    actions::answer(&db, &permit, id, outcome == "done", &words).await?;
    Ok(ui.see_with("/data-desk", "desk-answered", &[("name", request.full_name)]))
}
