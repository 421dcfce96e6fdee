//! The one-time link that makes the first administrator of an empty installation.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::text::clean;
use serde::Deserialize;
use web::{Answer, Errors, Form, Path, T, Ui, WebError, components::Field};

use super::{
    actions::{self, ResetError},
    password::Weak,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    username: String,
    name: String,
    password: String,
}

#[derive(askama::Template)]
#[template(path = "accounts/setup.html")]
struct SetupPage<'a> {
    t: T,
    fields: [Field<'a>; 3],
}

fn page(ui: &Ui, typed: &Typed, errors: &Errors) -> Answer {
    let t = ui.t;
    let fields = [
        Field::new(t, errors, "username", "accounts-username", &typed.username).autocomplete("username").required(),
        Field::new(t, errors, "name", "accounts-name", &typed.name).required(),
        Field::new(t, errors, "password", "accounts-new-password", "")
            .kind("password")
            .autocomplete("new-password")
            .hint("accounts-password-rule")
            .required(),
    ];
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.bare_with(status, t.get("accounts-setup"), &SetupPage { t, fields })
}

/// GET /setup/{token}
pub(super) async fn get(ui: Ui, State(db): State<Db>, Path(token): Path<String>) -> Answer {
    if !actions::unused_setup_link(&db, &token).await? {
        return Err(WebError::NotFound);
    }
    page(&ui, &Typed::default(), &Errors::new())
}

/// POST /setup/{token}
pub(super) async fn post(ui: Ui, State(db): State<Db>, Path(token): Path<String>, Form(typed): Form<Typed>) -> Answer {
    let mut errors = Errors::new();
    let username = typed.username.trim().to_lowercase();
    if !good_username(&username) {
        errors.add("username", "accounts-username-bad");
    }
    let name = clean(&typed.name);
    if !good_name(&name) {
        errors.add("name", "accounts-name-bad");
    }
    if errors.is_empty() {
        match actions::first_administrator(&db, &token, &username, &name, &typed.password).await {
            Ok(()) => return Ok(ui.see_with("/sign-in", "accounts-setup-done", &[])),
            Err(ResetError::Weak(weak)) => errors.add("password", weak_key(weak)),
            Err(ResetError::Store(error)) => return Err(WebError::Store(error)),
            Err(ResetError::System(error)) => return Err(WebError::Internal(error)),
            Err(ResetError::NotFound | ResetError::Wrong) => return Err(WebError::NotFound),
        }
    }
    page(&ui, &typed, &errors)
}

/// Letters, digits, points and dashes, 3 to 40 characters.
#[must_use]
pub fn good_username(name: &str) -> bool {
    (3..=40).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_'))
}

/// A name to be shown: 1 to 120 characters.
#[must_use]
pub fn good_name(name: &str) -> bool {
    (1..=120).contains(&name.chars().count())
}

pub(super) fn weak_key(weak: Weak) -> &'static str {
    match weak {
        Weak::Short => "accounts-password-short",
        Weak::Long => "accounts-password-long",
        Weak::Plain => "accounts-password-plain",
    }
}
