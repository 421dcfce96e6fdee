//! Learners' accounts of a commune in one step, with letters or a list.

use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use documents::letter::{render_letters, render_list};
use kernel::PersonId;
use serde::Deserialize;
use web::{
    Answer, App, Download, Errors, Form, Permit, Query, T, Ui, WebError,
    components::{Choice, Crumbs, Select},
};

use super::{
    MakeLearnerAccounts,
    issue::{Holder, Issue, holders_of, issue_learners, letter_head},
    issue_form::IssueForm,
};
use crate::organisation::{CommuneName, commune_names};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    commune: String,
}

#[derive(askama::Template)]
#[template(path = "accounts/learners.html")]
struct LearnersPage<'a> {
    t: T,
    crumbs: Crumbs,
    communes: Option<Select<'a>>,
    form: Option<IssueForm<'a>>,
    people: Vec<Holder>,
}

/// The commune that was asked for, or the only one of an officer.
fn chosen<'c>(known: &'c [CommuneName], code: &str) -> Option<&'c CommuneName> {
    known.iter().find(|c| c.code == code || (code.is_empty() && known.len() == 1))
}

/// GET /people/accounts
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MakeLearnerAccounts>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let known = commune_names(&mut conn, &permit.actor).await?;
    let commune = chosen(&known, &asked.commune);
    let people = match commune {
        Some(commune) => holders_of(&mut conn, &permit.actor, commune.commune_id).await?,
        None => Vec::new(),
    };
    let choices: Vec<Choice> = known.iter().map(|c| Choice::new(&c.code, &c.name)).collect();
    let errors = Errors::new();
    let code = commune.map_or("", |c| c.code.as_str());
    let communes = (known.len() > 1).then(|| {
        Select::new(t, &errors, "commune", "accounts-commune", code, &choices).or_empty("accounts-learners-choose")
    });
    let form = commune.map(|c| IssueForm::new(t, "/people/accounts", &c.code, &people));
    let title = t.get("accounts-learners");
    let crumbs = Crumbs::to(t, title.clone()).by("/people", t.get("registry-title"));
    ui.page(title, &LearnersPage { t, crumbs, communes, form, people })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    commune: String,
    which: String,
    paper: String,
}

/// POST /people/accounts
pub(super) async fn post(
    State(app): State<App>,
    permit: Permit<MakeLearnerAccounts>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut conn = app.db.read().await?;
    let known = commune_names(&mut conn, &permit.actor).await?;
    let commune = chosen(&known, &typed.commune).ok_or(WebError::NotFound)?;
    let people = holders_of(&mut conn, &permit.actor, commune.commune_id).await?;
    drop(conn);
    let people: Vec<PersonId> = people.iter().map(|h| h.person_id).collect();
    let title = T { lang: web::Lang::Vi }.arg("accounts-learners-of", "unit", commune.name.as_str()).into_owned();
    print(&app, &permit, &people, &typed.which, &typed.paper, title, &commune.code).await
}

/// The letters or the list of a group of people as a file. `which` is `new` or `again`, `paper` is `letters` or `list`;
/// the title stands on a list, the label in the name of the file.
///
/// # Errors
/// A refusal when nobody is left; [`WebError::BadRequest`] for another `which`.
pub async fn print(
    app: &App,
    permit: &Permit<MakeLearnerAccounts>,
    people: &[PersonId],
    which: &str,
    paper: &str,
    title: String,
    label: &str,
) -> Answer {
    let issue = Issue::from_code(which).ok_or_else(|| WebError::refused("accounts-issue-nobody"))?;
    let today = app.db.today();
    let head = letter_head(app, &permit.actor, today).await?;
    let letters = issue_learners(&app.db, permit, people, issue).await?;
    let (name, pdf) = if paper == "list" {
        ("danh-sach", web::apart(move || render_list(&head, &title, &letters)).await?)
    } else {
        ("thu", web::apart(move || render_letters(&head, &letters)).await?)
    };
    let download = Download::pdf(format!("{name}-tai-khoan-hoc-vien-{label}-{today}.pdf"), pdf);
    Ok(Download { inline: false, ..download }.into_response())
}
