//! What the running program hands to every request.

use std::{future::Future, pin::Pin, sync::Arc};

use chrono::{DateTime, Utc};
use kernel::{Actor, UnitId};
use store::{Db, StoreError};

/// One entry of the navigation; shown to those who hold the right.
#[derive(Debug, Clone, Copy)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// Icon of the sprite, without `i-`.
    pub icon: &'static str,
    /// Message key of its text.
    pub key: &'static str,
    /// Right that shows it.
    pub right: &'static str,
}

/// A session as the accounts slice knows it.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who signed in.
    pub actor: Actor,
    /// Whether a new password must be chosen before anything else.
    pub must_change_password: bool,
    /// When the session was last seen.
    pub seen_at: DateTime<Utc>,
    /// Notices that the reader has not read.
    pub unread: i64,
}

/// What became of a session token.
#[derive(Debug, Clone)]
pub enum SessionState {
    /// Nobody holds this token.
    None,
    /// It was idle for too long or was ended elsewhere.
    Ended,
    /// It is alive.
    Alive(Box<Session>),
}

/// A future in a box, for traits used behind `dyn`.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Finds the actor behind a session; implemented by the accounts slice.
pub trait Actors: Send + Sync {
    /// The session of a token, and a note that it was seen.
    fn session<'a>(&'a self, db: &'a Db, token: &'a str) -> Boxed<'a, Result<SessionState, StoreError>>;
}

/// The parts that `app` composes.
pub struct AppParts {
    /// The database.
    pub db: Db,
    /// Finds actors.
    pub actors: Arc<dyn Actors>,
    /// Navigation in its order.
    pub nav: Vec<NavItem>,
    /// The schemes of the installation; the frame names the one in which the reader works.
    pub schemes: Vec<SchemeLabel>,
    /// Address under which the outside reaches this program, without a slash at the end (QR codes).
    pub base_url: String,
    /// Whether the data are a demonstration.
    pub demonstration: bool,
}

/// The scheme in the frame.
#[derive(Debug, Clone)]
pub struct SchemeLabel {
    /// Its province.
    pub province_id: UnitId,
    /// `Đề án 2026 – 2030`.
    pub name: String,
    /// `Nghệ An`.
    pub province: String,
}

/// State of every handler. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<AppParts>);

impl App {
    /// From its parts.
    #[must_use]
    pub fn new(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = AppParts;
    fn deref(&self) -> &AppParts {
        &self.0
    }
}

impl axum::extract::FromRef<App> for Db {
    fn from_ref(app: &App) -> Self {
        app.db.clone()
    }
}
