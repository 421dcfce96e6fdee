//! The yearly review of rights: each account in use that sees more than its own record is confirmed or disabled, line by line.
//!
//! Writes tables `rights_review`, `rights_review_line` of the slice `accounts`.
//!
//! Always true:
//! - a province has one review a year; it ends when no account is left undecided, and then nothing of it changes;
//! - a line keeps the role and the last sign-in as they were when it was decided, and who decided;
//! - nobody disables the own account;
//! - after how many days without a sign-in an account counts as unused is set with each review.
//!
//! Start reading at [`actions::decide`].

pub mod actions;
mod pages;

use web::{Access, Routes};

use super::ManageAccounts;

pub(super) fn routes() -> Routes {
    let manages = Access::right::<ManageAccounts>();
    Routes::new()
        .get("/accounts/reviews", manages, pages::get_all)
        .post("/accounts/reviews", manages, pages::post_new)
        .get("/accounts/reviews/{review}", manages, pages::get)
        .post("/accounts/reviews/{review}/lines", manages, pages::post_lines)
        .post("/accounts/reviews/{review}/closure", manages, pages::post_closure)
}
