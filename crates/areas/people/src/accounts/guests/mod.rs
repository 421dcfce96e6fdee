//! Visiting lecturers: who teaches a day or two comes in by a personal link instead of a password.
//!
//! Writes table `guest_link` of the slice `accounts`.
//!
//! Always true:
//! - a link is a random token of which only the hash is kept; it is shown once;
//! - it opens a session of one lecturer's account, until the end of its last day or until it is revoked, and every use is
//!   recorded; a session that it opened ends with it;
//! - of an account the newest link counts: a new one revokes those before;
//! - opening the address changes nothing: what looks at mail cannot use a link up, a person presses a button.
//!
//! Start reading at [`actions::enter`].

pub mod actions;
mod pages;

use kernel::Right;
use web::{Access, Routes};

/// Invite visiting lecturers by personal links.
#[derive(Debug)]
pub struct InviteLecturers;
impl Right for InviteLecturers {
    const NAME: &'static str = "lecturers.invite";
}

pub(super) fn routes() -> Routes {
    let invites = Access::right::<InviteLecturers>();
    Routes::new()
        .get("/lecturers/guests", invites, pages::get)
        .post("/lecturers/guests", invites, pages::post)
        .post("/lecturers/guests/{guest}/link", invites, pages::post_link)
        .post("/lecturers/guests/{guest}/revocation", invites, pages::post_revocation)
        .get("/guest/{token}", Access::Public, pages::get_enter)
        .post("/guest/{token}", Access::Public, pages::post_enter)
}
