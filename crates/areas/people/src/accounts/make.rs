//! A new account with a one-time password.

use ::store::{By, Db};
use axum::{extract::State, http::StatusCode};
use kernel::text::clean;
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Select, Wrong},
};

use super::{
    AccountInput, ManageAccounts, ROLES, Role, ScopeKind, actions, list, password,
    setup::{good_name, good_username},
};
use crate::organisation::{CommuneName, commune_names};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    username: String,
    name: String,
    role: String,
    commune: String,
}

#[derive(askama::Template)]
#[template(path = "accounts/make.html")]
struct MakePage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    username: Field<'a>,
    name: Field<'a>,
    role: Select<'a>,
    commune: Select<'a>,
}

/// Roles that an administrator gives by hand; a learner's account comes with the person in the register.
fn given() -> impl Iterator<Item = &'static Role> {
    ROLES.iter().filter(|r| r.scope != ScopeKind::Own)
}

fn page(ui: &Ui, known: &[CommuneName], typed: &Typed, errors: &Errors) -> Answer {
    let t = ui.t;
    let communes: Vec<Choice> = known.iter().map(|c| Choice::new(&c.code, &c.name)).collect();
    let roles: Vec<Choice> = given().map(|r| Choice::new(r.code, t.get(format!("accounts-role-{}", r.code)))).collect();
    let title = t.get("accounts-new");
    let body = MakePage {
        t,
        crumbs: Crumbs::to(t, title.clone()).by("/accounts", t.get("accounts-title")),
        wrong: Wrong::of(t, errors),
        username: Field::new(t, errors, "username", "accounts-username", &typed.username)
            .hint("accounts-username-rule")
            .required(),
        name: Field::new(t, errors, "name", "accounts-name", &typed.name).required(),
        role: Select::new(t, errors, "role", "accounts-role", &typed.role, &roles).or_empty("accounts-choose"),
        commune: Select::new(t, errors, "commune", "accounts-new-commune", &typed.commune, &communes)
            .or_empty("accounts-no-commune"),
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, title, &body)
}

/// GET /accounts/new
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ManageAccounts>) -> Answer {
    let known = commune_names(&mut db.read().await?, &permit.actor).await?;
    page(&ui, &known, &Typed::default(), &Errors::new())
}

/// POST /accounts: makes the account and shows its one-time password, once.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageAccounts>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    let username = typed.username.trim().to_lowercase();
    if !good_username(&username) {
        errors.add("username", "accounts-username-bad");
    }
    let name = clean(&typed.name);
    if !good_name(&name) {
        errors.add("name", "accounts-name-bad");
    }
    let role = given().find(|r| r.code == typed.role);
    if role.is_none() {
        errors.add("role", "accounts-role-missing");
    }
    let known = commune_names(&mut db.read().await?, &permit.actor).await?;
    let commune = known.iter().find(|c| c.code == typed.commune).map(|c| c.commune_id);
    match (role.map(|r| r.scope), &commune) {
        (Some(ScopeKind::Commune), None) => errors.add("commune", "accounts-commune-missing"),
        (Some(scope), Some(_)) if scope != ScopeKind::Commune => errors.add("commune", "accounts-commune-needless"),
        _ => {}
    }
    if let (Some(role), true) = (role, errors.is_empty()) {
        let once = actions::one_time_password().map_err(|e| WebError::Internal(e.to_string()))?;
        let hash = password::hash(&once).await.map_err(WebError::Internal)?;
        let input =
            AccountInput { username, name, role: role.code, commune, person: None, province: permit.actor.province };
        match actions::add_accounts(&db, By::Actor(&permit.actor), &[input], &hash, true).await {
            Ok(_) => return list::once(&ui, once),
            Err(error) if error.is_unique("username") => errors.add("username", "accounts-username-taken"),
            Err(error) => return Err(WebError::Store(error)),
        }
    }
    page(&ui, &known, &typed, &errors)
}
