//! The page context: who asks, in which language, and how a page leaves the house.

use std::{borrow::Cow, convert::Infallible, sync::Arc};

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
    offline,
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
    /// Notices that the reader has not read.
    unread: i64,
}

/// Light, dark, or as the reader's system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    Light,
    Dark,
    #[default]
    Auto,
}

impl Theme {
    /// From a cookie or a form: anything unknown follows the system.
    pub fn from_code(code: &str) -> Self {
        match code {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }

    /// As cookies and forms write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Auto => "auto",
        }
    }
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
    pub(crate) fn new(app: App, parts: &Parts, actor: Option<Actor>, unread: i64, request_id: String) -> Self {
        let headers = &parts.headers;
        let t = T::new(Lang::from_code(cookie(headers, "lang").unwrap_or_default()));
        let theme = Theme::from_code(cookie(headers, "theme").unwrap_or_default());
        let seen = !headers.contains_key(offline::AHEAD);
        let flash = cookie(headers, "flash").filter(|_| seen).and_then(|text| flash_text(t, text));
        let path = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let fragment = headers.get("hx-request-type").is_some_and(|kind| kind == "partial");
        Self { t, actor, path, fragment, request_id, app, theme, flash, unread }
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
        self.framed(status, title.as_ref(), body, self.actor.as_ref(), false)
    }

    /// A page that the reader's browser may keep and open without a connection: one that is filled where there may be none.
    ///
    /// # Errors
    /// When the template fails.
    pub fn page_to_keep(&self, title: impl AsRef<str>, body: &impl Template) -> Answer {
        self.framed(StatusCode::OK, title.as_ref(), body, self.actor.as_ref(), true)
    }

    /// A page without navigation, as whoever is not signed in sees every page: sign-in, setup, verification.
    ///
    /// # Errors
    /// When the template fails.
    pub fn bare(&self, title: impl AsRef<str>, body: &impl Template) -> Answer {
        self.bare_with(StatusCode::OK, title, body)
    }

    /// As [`Ui::bare`] with another status.
    ///
    /// # Errors
    /// When the template fails.
    pub fn bare_with(&self, status: StatusCode, title: impl AsRef<str>, body: &impl Template) -> Answer {
        self.framed(status, title.as_ref(), body, None, false)
    }

    fn framed(&self, status: StatusCode, title: &str, body: &impl Template, who: Option<&Actor>, keep: bool) -> Answer {
        let body = body.render()?;
        let html = self.frame(title, &body, who, keep)?;
        let mut response = (status, Html(html)).into_response();
        offline::label(&mut response, who, keep);
        if self.flash.is_some() {
            set_cookie(&mut response, "flash=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly");
        }
        Ok(response)
    }

    /// A page, or only its changing part when htmx asks for that (live search).
    ///
    /// # Errors
    /// When the template fails.
    pub fn page_or_part(&self, title: impl AsRef<str>, body: &impl Template, part: &impl Template) -> Answer {
        if self.fragment { self.part(part) } else { self.page(title, body) }
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

    /// Lets a redirect lead the whole page elsewhere, also when htmx sent the form for a part of the page.
    #[must_use]
    pub fn leaving(&self, mut response: Response) -> Response {
        if self.fragment
            && let Some(to) = response.headers_mut().remove(header::LOCATION)
        {
            *response.status_mut() = StatusCode::OK;
            response.headers_mut().insert("hx-redirect", to);
        }
        response
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

    fn frame(&self, title: &str, body: &str, who: Option<&Actor>, keep: bool) -> Result<String, askama::Error> {
        let t = self.t;
        let here = self.path.split('?').next().unwrap_or_default();
        let items: Vec<&NavItem> = self.app.nav.iter().filter(|item| who.is_some_and(|a| a.may(item.right))).collect();
        // of several places that the page lies below, the nearest is the current one
        let below = |href: &str| here.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let current = items.iter().map(|i| i.href).filter(|href| below(href)).max_by_key(|href| href.len());
        let nav = items
            .iter()
            .map(|i| Entry { href: i.href, icon: i.icon, text: t.get(i.key), current: current == Some(i.href) })
            .collect();
        Frame {
            t,
            title,
            body,
            nav,
            who: who.map(|a| Who::of(t, a, self.unread)),
            keep,
            scheme: self.app.schemes.iter().find(|s| who.is_none_or(|a| a.province == Some(s.province_id))),
            demonstration: self.app.demonstration,
            theme: if self.theme == Theme::Auto { "" } else { self.theme.code() },
            chosen_theme: self.theme.code(),
            flash: self.flash.as_deref(),
            other: if t.lang == Lang::Vi { Lang::En } else { Lang::Vi },
        }
        .render()
    }
}

impl FromRequestParts<App> for Ui {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(match parts.extensions.get::<Self>() {
            Some(ui) => ui.clone(),
            None => Self::new(app.clone(), parts, None, 0, String::new()),
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

/// Places in the bar at the bottom of a phone; what does not fit stands under "more".
const DOCK_PLACES: usize = 5;

/// Unread notices that the bell counts.
const MOST_COUNTED: i64 = 99;

struct Entry {
    href: &'static str,
    icon: &'static str,
    text: Cow<'static, str>,
    current: bool,
}

/// The signed-in reader as the frame shows them.
struct Who<'a> {
    name: &'a str,
    initials: String,
    role: Option<Cow<'static, str>>,
    has_own_page: bool,
    searches: bool,
    /// That the reader acts on somebody's behalf, in words.
    acting: Option<Cow<'static, str>>,
    /// How many notices wait to be read: a number up to 99, then `99+`; nothing when all are read.
    unread: Option<String>,
    /// For whoever fills pages where there may be no connection: under whose name their forms wait in the browser.
    outbox: Option<String>,
}

impl<'a> Who<'a> {
    fn of(t: T, actor: &'a Actor, unread: i64) -> Self {
        // roles belong to the accounts; their names are messages by this convention
        let role = format!("accounts-role-{}", actor.role);
        Self {
            name: &actor.name,
            initials: initials(&actor.name),
            role: t.has(&role).then(|| t.get(&role)),
            unread: match unread {
                ..=0 => None,
                n if n > MOST_COUNTED => Some(format!("{MOST_COUNTED}+")),
                n => Some(n.to_string()),
            },
            has_own_page: actor.person.is_some(),
            searches: actor.may("people.read"),
            outbox: (actor.may("surveys.answer") || actor.may("attendance.take")).then(|| offline::reader(actor)),
            acting: actor.on_behalf_of.as_ref().map(|o| t.arg("web-acting", "officer", o.name.as_str())),
        }
    }
}

/// First letters of the first and the last word: family and given name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[derive(Template)]
#[template(path = "frame.html")]
struct Frame<'a> {
    t: T,
    title: &'a str,
    body: &'a str,
    nav: Vec<Entry>,
    who: Option<Who<'a>>,
    /// Whether this page may be kept.
    keep: bool,
    scheme: Option<&'a SchemeLabel>,
    demonstration: bool,
    theme: &'a str,
    chosen_theme: &'a str,
    flash: Option<&'a str>,
    other: Lang,
}

impl Frame<'_> {
    fn split(&self) -> (&[Entry], &[Entry]) {
        let places = if self.nav.len() <= DOCK_PLACES { self.nav.len() } else { DOCK_PLACES - 1 };
        self.nav.split_at_checked(places).unwrap_or_default()
    }

    fn docked(&self) -> &[Entry] {
        self.split().0
    }

    fn rest(&self) -> &[Entry] {
        self.split().1
    }

    fn rest_holds_current(&self) -> bool {
        self.rest().iter().any(|entry| entry.current)
    }
}

/// A form that was sent without a session: it can be sent again from the error page.
pub(crate) struct Typed {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

/// An error in words.
pub(crate) struct ErrorWords {
    pub t: T,
    pub icon: &'static str,
    pub title: String,
    pub text: String,
    pub reason: Option<String>,
    pub request_id: String,
    /// What was typed before the session was lost.
    pub typed: Option<Typed>,
    /// Where to go from here: address and message key.
    pub way: (String, &'static str),
}

/// The page that explains an error.
#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage(pub ErrorWords);

/// The same for a part of a page: the rest of the page stays as it is.
#[derive(Template)]
#[template(path = "error_part.html")]
pub(crate) struct ErrorPart(pub ErrorWords);

impl T {
    /// As [`T::args`], with names made at run time.
    #[must_use]
    pub fn owned_args(self, key: &str, args: impl IntoIterator<Item = (String, String)>) -> Cow<'static, str> {
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
        format!(r#"<svg class="icon" aria-hidden="true"><use href="{}#i-{name}"/></svg>"#, self.asset("icons.svg"))
    }

    /// The brand's mark.
    #[must_use]
    pub fn mark(self) -> String {
        format!(r#"<svg aria-hidden="true"><use href="{}#brand"/></svg>"#, self.asset("icons.svg"))
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_those_of_family_and_given_name() {
        assert_eq!(initials("Nguyễn Văn Trường"), "NT");
        assert_eq!(initials("đào ánh"), "ĐÁ");
        assert_eq!((initials("quantri"), initials(" ")), ("Q".to_owned(), String::new()));
    }
}
