//! Errors as the reader meets them: what happened, why, what now.

use std::borrow::Cow;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use store::StoreError;

use crate::messages::Value;

/// A refusal with its message and what to do next. The message key ends up on the page.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Message key.
    pub key: Cow<'static, str>,
    /// Values of the message.
    pub args: Vec<(&'static str, Value)>,
}

/// Why a request is not answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// No such thing, or out of the actor's scope: the same page for both.
    #[error("not found")]
    NotFound,
    /// Signed in, but without the right.
    #[error("right {0} is missing")]
    Forbidden(&'static str),
    /// Nobody is signed in.
    #[error("sign-in needed")]
    SignInNeeded,
    /// The session ended while the reader was away.
    #[error("session ended")]
    SessionEnded,
    /// A new password must be chosen first.
    #[error("password must be changed")]
    PasswordMustChange,
    /// The request cannot be read.
    #[error("broken request")]
    BadRequest,
    /// The address exists, but not for this method (a reloaded answer of a form, mostly).
    #[error("method not allowed")]
    WrongMethod,
    /// The request is larger than allowed.
    #[error("request too large")]
    TooLarge,
    /// A rule of the house says no.
    #[error("refused: {}", .0.key)]
    Refused(Refusal),
    /// The database failed.
    #[error("database")]
    Store(#[from] StoreError),
    /// A page could not be rendered.
    #[error("page")]
    Page(#[from] askama::Error),
    /// Anything else that is our fault.
    #[error("{0}")]
    Internal(String),
}

impl WebError {
    /// A refusal without values.
    #[must_use]
    pub fn refused(key: &'static str) -> Self {
        Self::Refused(Refusal { key: key.into(), args: Vec::new() })
    }

    /// A refusal with values.
    #[must_use]
    pub fn refused_with(
        key: impl Into<Cow<'static, str>>,
        args: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        Self::Refused(Refusal { key: key.into(), args: args.into_iter().collect() })
    }

    /// Status and message keys (title, text) of the error page.
    #[must_use]
    pub fn page(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "web-error-not-found", "web-error-not-found-text"),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, "web-error-forbidden", "web-error-forbidden-text"),
            Self::SignInNeeded => (StatusCode::UNAUTHORIZED, "web-error-sign-in", "web-error-sign-in-text"),
            Self::SessionEnded => (StatusCode::UNAUTHORIZED, "web-error-session", "web-error-session-text"),
            Self::PasswordMustChange => (StatusCode::FORBIDDEN, "web-error-password", "web-error-password-text"),
            Self::BadRequest => (StatusCode::BAD_REQUEST, "web-error-request", "web-error-request-text"),
            Self::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "web-error-method", "web-error-method-text"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "web-error-large", "web-error-large-text"),
            Self::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "web-error-refused", "web-error-refused-text"),
            Self::Store(StoreError::DiskFull) => {
                (StatusCode::INSUFFICIENT_STORAGE, "web-error-disk", "web-error-disk-text")
            }
            Self::Store(StoreError::Files(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "web-error-files", "web-error-files-text")
            }
            Self::Store(StoreError::Away(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "web-error-away", "web-error-away-text")
            }
            Self::Store(_) | Self::Page(_) | Self::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "web-error-internal", "web-error-internal-text")
            }
        }
    }
}

/// Carries the error from the handler to the layer that renders the page.
#[derive(Debug, Clone)]
pub(crate) struct Failure(pub std::sync::Arc<WebError>);

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.page().0.into_response();
        response.extensions_mut().insert(Failure(std::sync::Arc::new(self)));
        response
    }
}
