//! People: the organisation, the register of people, accounts and rights.
//!
//! Start reading at [`registry`].

pub mod accounts;
pub mod organisation;
pub mod registry;

/// The area as `app` composes it.
#[must_use]
pub fn area() -> web::Area {
    organisation::area().and(registry::area()).and(accounts::area())
}
