//! One's own password.

use ::store::Db;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, T, Ui, WebError,
    components::{Field, Wrong},
    permit::SignedIn,
    ui::{SESSION_COOKIE, cookie},
};

use super::{
    actions::{self, ResetError},
    setup::weak_key,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    old: String,
    new: String,
    again: String,
}

#[derive(askama::Template)]
#[template(path = "accounts/own.html")]
struct PasswordPage<'a> {
    t: T,
    wrong: Option<Wrong>,
    fields: [Field<'a>; 3],
}

fn page(ui: &Ui, errors: &Errors) -> Answer {
    let t = ui.t;
    let field = |name, key, kept| Field::new(t, errors, name, key, "").kind("password").autocomplete(kept).required();
    let fields = [
        field("old", "accounts-old-password", "current-password"),
        field("new", "accounts-new-password", "new-password").hint("accounts-password-rule"),
        field("again", "accounts-again", "new-password"),
    ];
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, t.get("accounts-own-password"), &PasswordPage { t, wrong: Wrong::of(t, errors), fields })
}

/// GET /me/password
pub(super) async fn get(ui: Ui, _who: SignedIn) -> Answer {
    page(&ui, &Errors::new())
}

/// POST /me/password
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    who: SignedIn,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    if typed.new != typed.again {
        errors.add("again", "accounts-again-differs");
        return page(&ui, &errors);
    }
    let token = cookie(&headers, SESSION_COOKIE).unwrap_or_default();
    match actions::change_password(&db, &who.actor, token, &typed.old, &typed.new).await {
        Ok(()) => return Ok(ui.see_with("/", "accounts-password-set", &[])),
        Err(ResetError::Weak(weak)) => errors.add("new", weak_key(weak)),
        Err(ResetError::Wrong) => errors.add("old", "accounts-old-wrong"),
        Err(ResetError::NotFound) => return Err(WebError::NotFound),
        Err(ResetError::Store(error)) => return Err(WebError::Store(error)),
        Err(ResetError::System(error)) => return Err(WebError::Internal(error)),
    }
    page(&ui, &errors)
}
