//! Proof of a permission: no proof, no handler, no action.

use std::marker::PhantomData;

use axum::{extract::FromRequestParts, http::request::Parts};
use kernel::{Actor, Right};

use crate::{App, WebError, ui::Caller};

/// Proof that [`Permit::actor`] holds `R`. Only [`Permit::check`] can make one.
#[derive(Debug, Clone)]
pub struct Permit<R: Right> {
    /// Who holds the right.
    pub actor: Actor,
    right: PhantomData<R>,
}

impl<R: Right> Permit<R> {
    /// Gives the proof to an actor who holds the right, and to nobody else.
    ///
    /// # Errors
    /// [`WebError::Forbidden`] without the right.
    pub fn check(actor: &Actor) -> Result<Self, WebError> {
        if actor.may(R::NAME) {
            Ok(Self { actor: actor.clone(), right: PhantomData })
        } else {
            Err(WebError::Forbidden(R::NAME))
        }
    }
}

impl<R: Right> FromRequestParts<App> for Permit<R> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, WebError> {
        Self::check(&Caller::of(parts)?.actor)
    }
}

/// Proof that somebody is signed in, for pages that ask for no right.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub actor: Actor,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, WebError> {
        Ok(Self { actor: Caller::of(parts)?.actor })
    }
}
