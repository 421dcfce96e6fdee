//! The sign-in page.

use ::store::Db;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;
use web::{
    Answer, App, Form, Query, T, Ui, WebError,
    ui::{SESSION_COOKIE, cookie, set_cookie},
};

use super::{
    actions::{self, SignInError},
    roles::role,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    next: String,
    ended: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    username: String,
    password: String,
    next: String,
}

#[derive(askama::Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage<'a> {
    t: T,
    username: &'a str,
    next: &'a str,
    error: Option<String>,
    notice: Option<String>,
    demonstration: bool,
}

/// GET /sign-in
pub(super) async fn get(ui: Ui, State(app): State<App>, Query(asked): Query<Asked>) -> Answer {
    let t = ui.t;
    let notice = (!asked.ended.is_empty()).then(|| t.get("accounts-session-ended").into_owned());
    let page = SignInPage { t, username: "", next: &asked.next, error: None, notice, demonstration: app.demonstration };
    ui.bare(t.get("accounts-sign-in"), &page)
}

/// POST /sign-in
pub(super) async fn post(ui: Ui, State(app): State<App>, Form(typed): Form<Typed>) -> Answer {
    let t = ui.t;
    let error = match actions::sign_in(&app.db, &typed.username, &typed.password).await {
        Ok((token, actor)) => {
            let home = role(&actor.role).map_or("/", |r| r.home);
            return Ok(opened(&ui, &app, &token, local(&typed.next).unwrap_or(home)));
        }
        Err(SignInError::Wrong) => t.get("accounts-wrong"),
        Err(SignInError::Disabled) => t.get("accounts-disabled"),
        Err(SignInError::Locked(until)) => t.arg("accounts-locked", "until", t.moment(until)),
        Err(SignInError::Store(error)) => return Err(WebError::Store(error)),
        Err(SignInError::System(error)) => return Err(WebError::Internal(error)),
    };
    let page = SignInPage {
        t,
        username: &typed.username,
        next: &typed.next,
        error: Some(error.into_owned()),
        notice: None,
        demonstration: app.demonstration,
    };
    ui.bare_with(StatusCode::UNPROCESSABLE_ENTITY, t.get("accounts-sign-in"), &page)
}

/// To the first page of a session that has just been opened, with its cookie.
pub(super) fn opened(ui: &Ui, app: &App, token: &str, to: &str) -> Response {
    let mut response = ui.see(to);
    let secure = if app.base_url.starts_with("https:") { "; Secure" } else { "" };
    set_cookie(&mut response, &format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}"));
    response
}

/// A path on this host, so that nobody is led elsewhere after signing in.
fn local(next: &str) -> Option<&str> {
    let second = next.chars().nth(1);
    (next.starts_with('/') && second != Some('/') && second != Some('\\') && next != "/").then_some(next)
}

/// POST /sign-out
pub(super) async fn post_sign_out(ui: Ui, State(db): State<Db>, headers: HeaderMap) -> Result<Response, WebError> {
    if let Some(token) = cookie(&headers, SESSION_COOKIE) {
        actions::sign_out(&db, token).await?;
    }
    let mut response = ui.see_with("/sign-in", "accounts-signed-out", &[]);
    set_cookie(&mut response, &format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_paths_of_this_host_are_followed() {
        assert_eq!(local("/classes?x=1"), Some("/classes?x=1"));
        for next in ["", "/", "//evil.example", "/\\evil.example", "https://evil.example", "classes"] {
            assert_eq!(local(next), None, "{next}");
        }
    }
}
