//! Delegation for leave: an officer names a deputy of the same unit, who acts with the officer's rights between two days.
//!
//! Writes table `delegation` of the slice `accounts`, and which delegation a session acts under.
//!
//! Always true:
//! - the deputy belongs to the officer's commune or body, and both accounts are in use;
//! - it holds on its days only, asked at every request, and not after it was withdrawn;
//! - on no day is anybody both an officer who is deputised for and a deputy: there is no chain;
//! - what the deputy does carries both names in the audit.
//!
//! Start reading at [`actions::delegate`].

pub mod actions;
pub mod model;
mod pages;

use web::{Access, Routes};

/// The routes: for whoever is signed in, since everybody may be named a deputy.
pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/me/delegations", Access::SignedIn, pages::get)
        .post("/me/delegations", Access::SignedIn, pages::post)
        .post("/me/delegations/{delegation}/withdrawal", Access::SignedIn, pages::post_withdrawal)
        .post("/me/delegations/{delegation}/acting", Access::SignedIn, pages::post_acting)
        .post("/me/acting/closure", Access::SignedIn, pages::post_closure)
}
