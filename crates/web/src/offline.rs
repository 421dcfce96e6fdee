//! Pages that open without a connection: what a browser's worker needs, and what it may keep (docs/adr/0020).

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::Actor;

use crate::{Answer, T, Ui, WebError, assets};

/// How many days a browser may keep a copy of a page, and how far ahead it fetches pages for days to come.
pub const KEEP_DAYS: u16 = 3;
/// Whose page this is: the worker throws copies away that belong to somebody else.
const ACCOUNT: HeaderName = HeaderName::from_static("x-account");
/// That this page may be kept, and for how many days.
const KEEP: HeaderName = HeaderName::from_static("x-keep");
/// Of a request: the worker fetches this page before anybody opens it. What is said once is left to the page that is looked at.
pub(crate) const AHEAD: HeaderName = HeaderName::from_static("x-ahead");

/// Who reads a page, as pages and the worker tell readers apart: a deputy who acts for somebody is somebody else.
#[must_use]
pub fn reader(actor: &Actor) -> String {
    match &actor.on_behalf_of {
        Some(officer) => format!("{}.{}", actor.account, officer.username),
        None => actor.account.to_string(),
    }
}

/// Says on an answer whose page it is, and whether it may be kept.
pub(crate) fn label(response: &mut Response, who: Option<&Actor>, keep: bool) {
    let Some(Ok(account)) = who.map(|actor| HeaderValue::from_str(&reader(actor))) else { return };
    response.headers_mut().insert(ACCOUNT, account);
    if keep {
        response.headers_mut().insert(KEEP, HeaderValue::from(KEEP_DAYS));
    }
}

/// GET /sw.js: the worker. It stands at the root, since a worker serves what lies below its own address; it changes with every release.
///
/// # Errors
/// [`WebError::NotFound`] when the binary was built without it.
pub(crate) async fn worker() -> Result<Response, WebError> {
    let script = assets::bytes(WORKER).and_then(|bytes| str::from_utf8(bytes).ok()).ok_or(WebError::NotFound)?;
    let names: Vec<&str> = assets::names().filter(|name| *name != WORKER).collect();
    let body = format!("const RELEASE = {{ version: {:?}, files: {names:?} }};\n{script}", assets::VERSION);
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, body).into_response())
}

const WORKER: &str = "sw.js";

#[derive(askama::Template)]
#[template(path = "offline.html")]
struct OfflinePage {
    t: T,
}

/// GET /offline: what a browser shows in the place of a page that it cannot fetch. It keeps this page from the start.
pub(crate) async fn get(ui: Ui) -> Answer {
    ui.bare(ui.t.get("web-offline"), &OfflinePage { t: ui.t })
}
