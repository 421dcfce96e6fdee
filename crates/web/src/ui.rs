//! The page context: who asks, in which language, and how a page leaves the house.

use std::{convert::Infallible, sync::Arc};

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use kernel::Actor;

use crate::{
    Answer, App, Lang, SessionState, T, WebError, assets,
    messages::Value,
    state::{NavItem, SchemeLabel},
};

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "boiduong";

/// One request's context. Every handler that shows a page takes it.
#[derive(Clone)]
pub struct Ui {
    /// Texts and formats of the reader's language.
    pub t: T,
    /// Who is signed in.
    pub actor: Option<Actor>,
    /// Path and query of the request.
    pub path: String,
    /// Whether htmx asked for a part of a page only.
    pub fragment: bool,
    /// Id of the request, shown on error pages and in the log.
    pub request_id: String,
    app: App,
    theme: Theme,
    flash: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

/// What the session layer found out about a request.
#[derive(Clone)]
pub(crate) struct Identity(pub Arc<SessionState>);

/// A signed-in caller, for extractors.
pub(crate) struct Caller {
    pub actor: Actor,
}

impl Caller {
    pub fn of(parts: &Parts) -> Result<Self, WebError> {
        let identity = parts.extensions.get::<Identity>().ok_or(WebError::SignInNeeded)?;
        match &*identity.0 {
            SessionState::None => Err(WebError::SignInNeeded),
            SessionState::Ended => Err(WebError::SessionEnded),
            SessionState::Alive(session)
                if session.must_change_password && !parts.uri.path().starts_with("/me/password") =>
            {
                Err(WebError::PasswordMustChange)
            }
            SessionState::Alive(session) => Ok(Self { actor: session.actor.clone() }),
        }
    }
}

/// Value of a cookie.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

impl Ui {
    pub(crate) fn new(app: App, parts: &Parts, actor: Option<Actor>, request_id: String) -> Self {
        let headers = &parts.headers;
        let t = T::new(Lang::from_code(cookie(headers, "lang").unwrap_or_default()));
        let theme = match cookie(headers, "theme") {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        let flash = cookie(headers, "flash").and_then(|text| flash_text(t, text));
        let path = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let fragment = headers.contains_key("hx-request") && !headers.contains_key("hx-boosted");
        Self { t, actor, path, fragment, request_id, app, theme, flash }
    }

    /// Whether the signed-in person holds a right (for showing or hiding a button; never instead of a permit).
    #[must_use]
    pub fn may(&self, right: &str) -> bool {
        self.actor.as_ref().is_some_and(|a| a.may(right))
    }

    /// A page: the body in its frame, status 200.
    ///
    /// # Errors
    /// When the template fails.
    pub fn page(&self, title: impl AsRef<str>, body: &impl Template) -> Answer {
        self.page_with(StatusCode::OK, title, body)
    }

    /// A page with another status: 422 for a form that is wrong.
    ///
    /// # Errors
    /// When the template fails.
    pub fn page_with(&self, status: StatusCode, title: impl AsRef<str>, body: &impl Template) -> Answer {
        let body = body.render()?;
        let html = self.frame(title.as_ref(), &body)?;
        let mut response = (status, Html(html)).into_response();
        if self.flash.is_some() {
            set_cookie(&mut response, "flash=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly");
        }
        Ok(response)
    }

    /// A part of a page for htmx, without the frame.
    ///
    /// # Errors
    /// When the template fails.
    pub fn part(&self, part: &impl Template) -> Answer {
        Ok(Html(part.render()?).into_response())
    }

    /// To another page after success (303).
    #[must_use]
    pub fn see(&self, to: &str) -> Response {
        Redirect::to(to).into_response()
    }

    /// To another page after success (303), with a message there.
    #[must_use]
    pub fn see_with(&self, to: &str, key: &str, args: &[(&str, String)]) -> Response {
        let mut response = Redirect::to(to).into_response();
        let mut pairs = vec![("key", key.to_owned())];
        pairs.extend(args.iter().cloned());
        if let Ok(text) = serde_urlencoded::to_string(&pairs) {
            set_cookie(&mut response, &format!("flash={text}; Path=/; Max-Age=60; SameSite=Lax; HttpOnly"));
        }
        response
    }

    fn frame(&self, title: &str, body: &str) -> Result<String, askama::Error> {
        let actor = self.actor.as_ref();
        let here = self.path.split('?').next().unwrap_or_default();
        let nav: Vec<Entry<'_>> = self
            .app
            .nav
            .iter()
            .filter(|item| actor.is_some_and(|a| a.may(item.right)))
            .map(|item| Entry { item, current: here == item.href || here.starts_with(&format!("{}/", item.href)) })
            .collect();
        Frame {
            t: self.t,
            title,
            body,
            nav,
            actor,
            scheme: self.app.scheme.as_ref(),
            demonstration: self.app.demonstration,
            theme: match self.theme {
                Theme::System => "",
                Theme::Light => "light",
                Theme::Dark => "dark",
            },
            flash: self.flash.as_deref(),
            other: if self.t.lang == Lang::Vi { Lang::En } else { Lang::Vi },
        }
        .render()
    }
}

impl FromRequestParts<App> for Ui {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(match parts.extensions.get::<Self>() {
            Some(ui) => ui.clone(),
            None => Self::new(app.clone(), parts, None, String::new()),
        })
    }
}

/// Adds a `Set-Cookie` header.
pub fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn flash_text(t: T, text: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).ok()?;
    let (_, key) = pairs.iter().find(|(name, _)| name == "key")?;
    let args = pairs.iter().filter(|(name, _)| name != "key").cloned();
    t.has(key).then(|| t.owned_args(key, args).into_owned())
}

struct Entry<'a> {
    item: &'a NavItem,
    current: bool,
}

#[derive(Template)]
#[template(path = "frame.html")]
struct Frame<'a> {
    t: T,
    title: &'a str,
    body: &'a str,
    nav: Vec<Entry<'a>>,
    actor: Option<&'a Actor>,
    scheme: Option<&'a SchemeLabel>,
    demonstration: bool,
    theme: &'a str,
    flash: Option<&'a str>,
    other: Lang,
}

/// The page that explains an error.
#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    pub t: T,
    pub title: String,
    pub text: String,
    pub reason: Option<String>,
    pub request_id: String,
    pub sign_in: bool,
    pub back: String,
}

impl T {
    /// As [`T::args`], with names made at run time.
    #[must_use]
    pub fn owned_args(
        self,
        key: &str,
        args: impl IntoIterator<Item = (String, String)>,
    ) -> std::borrow::Cow<'static, str> {
        self.format_owned(key, args.into_iter().map(|(n, v)| (n, Value::from(v))))
    }

    /// Address of an asset.
    #[must_use]
    pub fn asset(self, file: &str) -> String {
        assets::url(file)
    }

    /// An icon of the sprite, hidden from screen readers: the text beside it says the same.
    #[must_use]
    pub fn icon(self, name: &str) -> String {
        format!(
            r##"<svg class="icon" aria-hidden="true" focusable="false"><use href="/assets/{}/icons.svg#i-{name}"/></svg>"##,
            assets::VERSION
        )
    }
}
