//! Accounts for the learners of a class in one step, with letters or a list to hand out.

use ::store::Db;
use axum::extract::State;
use kernel::{ClassId, PersonId};
use people::accounts::{
    MakeLearnerAccounts,
    issue::{Holder, holders},
    issue_form::IssueForm,
    learners::print,
};
use serde::Deserialize;
use web::{Answer, App, Form, Lang, Path, Permit, T, Ui, WebError};

use super::{
    head::ClassHead,
    store::{class, learners},
};

#[derive(askama::Template)]
#[template(path = "classes/accounts.html")]
struct AccountsPage<'a> {
    t: T,
    head: ClassHead<'a>,
    form: IssueForm<'a>,
    people: Vec<Holder>,
}

/// GET /classes/{class}/accounts
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MakeLearnerAccounts>,
    Path(id): Path<ClassId>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let class = class(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let listed: Vec<PersonId> = learners(&mut conn, &permit.actor, id).await?.iter().map(|l| l.person_id).collect();
    let people = holders(&mut conn, &permit.actor, &listed).await?;
    let action = format!("/classes/{id}/accounts");
    let head = ClassHead::new(t, &permit.actor, &class, "accounts");
    let page = AccountsPage { t, head, form: IssueForm::new(t, &action, "", &people), people };
    ui.page(t.arg("classes-label", "label", class.label()), &page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    which: String,
    paper: String,
}

/// POST /classes/{class}/accounts
pub(super) async fn post(
    State(app): State<App>,
    permit: Permit<MakeLearnerAccounts>,
    Path(id): Path<ClassId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut conn = app.db.read().await?;
    let class = class(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let people: Vec<PersonId> = learners(&mut conn, &permit.actor, id).await?.iter().map(|l| l.person_id).collect();
    drop(conn);
    // papers are written in Vietnamese whatever the reader's language
    let title = T::new(Lang::Vi).arg("classes-label", "label", class.label()).into_owned();
    let label = format!("lop-{:02}-{}", class.number, class.year);
    print(&app, &permit, &people, &typed.which, &typed.paper, title, &label).await
}
