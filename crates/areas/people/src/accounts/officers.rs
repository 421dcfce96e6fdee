//! The accounts of all communes' officers in one step, with their sealed letters.

use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use documents::letter::render_letters;
use web::{Answer, App, Download, Permit, T, Ui, components::Crumbs};

use super::{
    ManageAccounts,
    issue::{Issue, Officer, due_officers, issue_officers, letter_head, officers},
};

#[derive(askama::Template)]
#[template(path = "accounts/officers.html")]
struct OfficersPage {
    t: T,
    crumbs: Crumbs,
    missing: usize,
    unopened: usize,
    officers: Vec<Officer>,
}

/// GET /accounts/officers
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ManageAccounts>) -> Answer {
    let t = ui.t;
    let officers = officers(&mut db.read().await?, &permit.actor).await?;
    let title = t.get("accounts-officers");
    let page = OfficersPage {
        t,
        crumbs: Crumbs::to(t, title.clone()).by("/accounts", t.get("accounts-title")),
        missing: due_officers(&officers, Issue::New).len(),
        unopened: due_officers(&officers, Issue::Again).len(),
        officers,
    };
    ui.page(title, &page)
}

/// POST /accounts/officers: makes what is missing and gives the letters.
pub(super) async fn post(State(app): State<App>, permit: Permit<ManageAccounts>) -> Answer {
    print(&app, &permit, Issue::New).await
}

/// POST /accounts/officers/letters: new first passwords for accounts that were never opened.
pub(super) async fn post_letters(State(app): State<App>, permit: Permit<ManageAccounts>) -> Answer {
    print(&app, &permit, Issue::Again).await
}

async fn print(app: &App, permit: &Permit<ManageAccounts>, issue: Issue) -> Answer {
    let today = app.db.today();
    let head = letter_head(app, &permit.actor, today).await?;
    let letters = issue_officers(&app.db, permit, issue).await?;
    let pdf = web::apart(move || render_letters(&head, &letters)).await?;
    Ok(Download { inline: false, ..Download::pdf(format!("thu-tai-khoan-dau-moi-{today}.pdf"), pdf) }.into_response())
}
