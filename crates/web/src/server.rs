//! The layers around every route: request id, session, error pages, headers, compression.

use std::{any::Any, error::Error, sync::Arc};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
};
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::NotForContentType},
    csrf::CsrfLayer,
};

use crate::{
    Access, App, Form, Lang, Path, Routes, SessionState, WebError, assets,
    error::Failure,
    extract::has_nul,
    offline,
    routes::RouteEntry,
    ui::{ErrorPage, ErrorPart, ErrorWords, Identity, SESSION_COOKIE, Theme, Typed, Ui, cookie, set_cookie},
};

/// The whole web application and its access table.
pub fn build(routes: Routes, app: App) -> (Router, Vec<RouteEntry>) {
    let own = Routes::new()
        .get("/assets/{version}/{*file}", Access::Public, assets::get)
        .get("/language/{code}", Access::Public, language)
        .post("/theme", Access::Public, theme)
        .get("/sw.js", Access::Public, offline::worker)
        .get("/offline", Access::Public, offline::get)
        .get("/healthz", Access::Public, healthz);
    let (router, entries) = own.merge(routes).into_parts();
    // gzip only: brotli saves few bytes more and takes megabytes of memory for each answer on its way
    let compress = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(
        DefaultPredicate::new()
            .and(NotForContentType::new("font/"))
            .and(NotForContentType::new("application/pdf"))
            .and(NotForContentType::new("application/vnd"))
            .and(NotForContentType::new("application/zip"))
            .and(NotForContentType::new("application/gzip"))
            .and(NotForContentType::new("audio/"))
            .and(NotForContentType::new("video/")),
    );
    let router = router
        .fallback(async || WebError::NotFound)
        .layer(
            ServiceBuilder::new()
                .layer(compress)
                .layer(middleware::from_fn_with_state(app.clone(), around))
                .layer(CatchPanicLayer::custom(panicked))
                .layer(CsrfLayer::new()),
        )
        .with_state(app);
    (router, entries)
}

/// GET /healthz: the program runs and its database answers a question.
///
/// # Errors
/// The database's failure.
async fn healthz(State(app): State<App>) -> Result<&'static str, WebError> {
    store::audit_seq(&mut app.db.read().await?).await?;
    Ok("ok")
}

/// GET /language/{code}: keeps the choice and goes back.
async fn language(Path(code): Path<String>, headers: HeaderMap) -> Response {
    let mut response = Redirect::to(&came_from(&headers)).into_response();
    set_cookie(
        &mut response,
        &format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax", Lang::from_code(&code).code()),
    );
    response
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct ThemeChosen {
    theme: String,
}

/// POST /theme: keeps light, dark or what the system says, and goes back.
async fn theme(headers: HeaderMap, Form(chosen): Form<ThemeChosen>) -> Response {
    let mut response = Redirect::to(&came_from(&headers)).into_response();
    let code = Theme::from_code(&chosen.theme).code();
    // readable by the page's script, which changes it without a request
    set_cookie(&mut response, &format!("theme={code}; Path=/; Max-Age=31536000; SameSite=Lax"));
    response
}

/// Path of the page that the reader came from, on this host only.
fn came_from(headers: &HeaderMap) -> String {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (referer, host) = (text(header::REFERER), text(header::HOST));
    let rest = referer.split_once("://").map_or("", |(_, rest)| rest);
    match rest.strip_prefix(host) {
        Some(path) if path.starts_with('/') && !path.starts_with("//") => path.to_owned(),
        _ => "/".to_owned(),
    }
}

/// Session before the handler; error page, security headers and a log line after it.
async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path();
    // a one-time link is a secret: whoever reads the log must not be able to use it
    let secret = ["/setup/", "/guest/"].into_iter().find(|start| path.starts_with(start));
    let path = secret.map_or_else(|| path.to_owned(), |start| format!("{start}…"));
    if path.starts_with("/assets/") {
        return secured(next.run(Request::from_parts(parts, body)).await);
    }
    let request_id: String = uuid::Uuid::now_v7().simple().to_string().chars().skip(4).collect();
    let method = parts.method.clone();
    let token = cookie(&parts.headers, SESSION_COOKIE).map(str::to_owned);
    let state = match &token {
        Some(token) => app.actors.session(&app.db, token).await,
        None => Ok(SessionState::None),
    };
    let (state, lost) = match state {
        Ok(state) => (state, None),
        Err(error) => (SessionState::None, Some(WebError::Store(error))),
    };
    let (actor, unread) = match &state {
        SessionState::Alive(session) => (Some(session.actor.clone()), session.unread),
        _ => (None, 0),
    };
    let ui = Ui::new(app, &parts, actor, unread, request_id.clone());
    let back = came_from(&parts.headers);
    parts.extensions.insert(Identity(Arc::new(state)));
    parts.extensions.insert(ui.clone());
    let reads = method.is_safe();
    let broken = has_nul(parts.uri.path_and_query().map_or(&[], |p| p.as_str().as_bytes()));
    let (body, typed) = match &lost {
        None if !reads && ui.actor.is_none() => kept(&parts, body).await,
        _ => (body, None),
    };
    let mut response = match lost {
        Some(error) => error.into_response(),
        None if broken => WebError::BadRequest.into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    if let Some(Failure(error)) = response.extensions_mut().remove::<Failure>() {
        log(&error, &request_id, method.as_str(), &path);
        response = error_page(&ui, &error, reads, &back, typed);
    } else if response.status() == StatusCode::FORBIDDEN
        && response.extensions().get::<tower_http::csrf::ProtectionError>().is_some()
    {
        response = error_page(&ui, &WebError::BadRequest, reads, &back, None);
    } else if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = response.headers_mut().remove(header::ALLOW);
        response = error_page(&ui, &WebError::WrongMethod, reads, &back, None);
        if let Some(allowed) = allowed {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
    }
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    // the same address answers a whole page or a part of it
    response.headers_mut().append(header::VARY, HeaderValue::from_static("HX-Request, HX-Request-Type"));
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    tracing::debug!(request_id, %method, path, status = response.status().as_u16(), "answered");
    secured(response)
}

/// Bytes of a form that are kept for sending it again.
const MOST_KEPT: u64 = 64 * 1024;

/// The fields of a form whose sender may turn out to be signed out, so that what was typed is not lost. Forms
/// that carry passwords are let go.
async fn kept(parts: &Parts, body: Body) -> (Body, Option<Typed>) {
    let path = parts.uri.path();
    let text = |name: HeaderName| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let form = text(header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded");
    let length = HttpBody::size_hint(&body).upper().unwrap_or(u64::MAX);
    let secret = ["/sign-in", "/setup/", "/guest/", "/me/password"].iter().any(|start| path.starts_with(start));
    if !form || secret || length > MOST_KEPT {
        return (body, None);
    }
    match axum::body::to_bytes(body, usize::try_from(length).unwrap_or(0)).await {
        Ok(bytes) => {
            let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).unwrap_or_default();
            let typed = (!fields.is_empty()).then(|| Typed { action: parts.uri.to_string(), fields });
            (Body::from(bytes), typed)
        }
        // longer than announced, or broken off: the handler sees an empty form
        Err(_) => (Body::empty(), None),
    }
}

fn log(error: &WebError, request_id: &str, method: &str, path: &str) {
    let status = error.page().0;
    if status.is_server_error() {
        let mut causes = String::new();
        let mut cause = error.source();
        while let Some(inner) = cause {
            causes.push_str(": ");
            causes.push_str(&inner.to_string());
            cause = inner.source();
        }
        tracing::error!(request_id, method, path, status = status.as_u16(), "{error}{causes}");
    } else {
        tracing::info!(request_id, method, path, status = status.as_u16(), "{error}");
    }
}

fn error_page(ui: &Ui, error: &WebError, reads: bool, back: &str, typed: Option<Typed>) -> Response {
    let (status, title, text) = error.page();
    let unknown = matches!(error, WebError::SignInNeeded | WebError::SessionEnded);
    // a reader who only lacks a session is taken to the sign-in page and back again
    if reads && unknown {
        let here = percent_encoding::utf8_percent_encode(&ui.path, percent_encoding::NON_ALPHANUMERIC);
        let ended = if matches!(error, WebError::SessionEnded) { "&ended=1" } else { "" };
        return ui.leaving(Redirect::to(&format!("/sign-in?next={here}{ended}")).into_response());
    }
    if reads && matches!(error, WebError::PasswordMustChange) {
        return ui.leaving(Redirect::to("/me/password").into_response());
    }
    let t = ui.t;
    let reason = match error {
        WebError::Refused(refusal) => Some(t.args(&refusal.key, refusal.args.clone()).into_owned()),
        _ => None,
    };
    let words = ErrorWords {
        t,
        icon: match error {
            WebError::NotFound | WebError::WrongMethod => "search",
            WebError::Forbidden(_) | WebError::PasswordMustChange => "lock",
            _ if unknown => "lock",
            _ => "alert-triangle",
        },
        title: t.get(title).into_owned(),
        text: t.get(text).into_owned(),
        reason,
        request_id: ui.request_id.clone(),
        typed: typed.filter(|_| unknown),
        way: match error {
            WebError::PasswordMustChange => ("/me/password".to_owned(), "web-password"),
            _ if unknown => ("/sign-in".to_owned(), "web-sign-in"),
            WebError::NotFound | WebError::Forbidden(_) | WebError::WrongMethod => ("/".to_owned(), "web-home"),
            _ if back == "/" || reads => ("/".to_owned(), "web-home"),
            _ => (back.to_owned(), "web-back"),
        },
    };
    if ui.fragment {
        return match ui.part(&ErrorPart(words)) {
            Ok(mut response) => {
                *response.status_mut() = status;
                // shown above the page: what was typed or listed below stays
                let headers = response.headers_mut();
                headers.insert("hx-retarget", HeaderValue::from_static("#main > .live"));
                headers.insert("hx-reswap", HeaderValue::from_static("innerHTML"));
                response
            }
            Err(_) => status.into_response(),
        };
    }
    let page = ErrorPage(words);
    ui.page_with(status, &page.0.title, &page).unwrap_or_else(|_| status.into_response())
}

#[expect(clippy::needless_pass_by_value, reason = "the signature is tower-http's")]
fn panicked(what: Box<dyn Any + Send + 'static>) -> Response {
    let text = what.downcast_ref::<String>().map(String::as_str).or_else(|| what.downcast_ref::<&str>().copied());
    WebError::Internal(format!("panic: {}", text.unwrap_or("unknown"))).into_response()
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     media-src 'self'; frame-src 'self'; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(self), geolocation=(), microphone=()"),
    ] {
        // a kept file brings a policy of its own, which is narrower
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    response
}
