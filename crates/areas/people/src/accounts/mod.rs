//! Accounts: who may sign in, with which role, and for how long a session lives.
//!
//! Owns tables `account`, `account_role`, `session`, `sign_in_event`, `setup_link`, `delegation`,
//! `guest_link`, `rights_review`, `rights_review_line`; views `v_accounts_province`, `v_accounts_guest`.
//! Uses `person` and `org_unit` by their keys only.
//!
//! Always true:
//! - a password is stored as argon2id only (OWASP minimum: 19 MiB, t=2, p=1), a session token as SHA-256 only;
//! - five wrong tries lock a sign-in name for fifteen minutes, whether anybody has it or not; a session idle for fifteen minutes ends
//!   (yardstick QCVN 12:2026/BCA);
//! - an account is closed, never deleted;
//! - an account works in one province: nothing of another one exists for it;
//! - a role's rights stand in one table, [`roles`];
//! - a first password leaves the program once, on paper or on one page: what is kept is its hash.
//!
//! Start reading at [`actions::sign_in`].

pub mod actions;
pub mod delegation;
pub mod guests;
pub mod issue;
pub mod issue_form;
pub mod learners;
mod list;
mod make;
mod officers;
mod own;
pub mod password;
pub mod review;
pub mod roles;
mod setup;
mod sign_in;
mod store;
pub mod tries;

pub(crate) use actions::close_of_unit;
pub use actions::{
    AccountInput, ResetError, SignInError, add_accounts, new_setup_link, reset_password, secret, token_hash,
    unused_setup_link,
};
pub use roles::{ROLES, Role, ScopeKind};
pub use setup::{good_name, good_username};
pub use store::{NeedsAccount, account_count, accounts_of, actor_by_username};
pub(crate) use store::{renew_keys, set_email};

use ::store::{Db, StoreError};
use kernel::Right;
use web::{Access, Actors, Area, NavItem, Routes, SessionState, state::Boxed};

web::messages!("people.accounts");

/// Manage accounts.
#[derive(Debug)]
pub struct ManageAccounts;
impl Right for ManageAccounts {
    const NAME: &'static str = "accounts.manage";
}

/// Make accounts for learners within one's scope.
#[derive(Debug)]
pub struct MakeLearnerAccounts;
impl Right for MakeLearnerAccounts {
    const NAME: &'static str = "accounts.learners";
}

/// Read the audit.
#[derive(Debug)]
pub struct ReadAudit;
impl Right for ReadAudit {
    const NAME: &'static str = "audit.read";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    Area {
        routes: Routes::new()
            .get("/sign-in", Access::Public, sign_in::get)
            .post("/sign-in", Access::Public, sign_in::post)
            .post("/sign-out", Access::Public, sign_in::post_sign_out)
            .get("/setup/{token}", Access::Public, setup::get)
            .post("/setup/{token}", Access::Public, setup::post)
            .get("/me/password", Access::SignedIn, own::get)
            .post("/me/password", Access::SignedIn, own::post)
            .get("/accounts", Access::right::<ManageAccounts>(), list::get)
            .get("/accounts/new", Access::right::<ManageAccounts>(), make::get)
            .post("/accounts", Access::right::<ManageAccounts>(), make::post)
            .get("/accounts/officers", Access::right::<ManageAccounts>(), officers::get)
            .post("/accounts/officers", Access::right::<ManageAccounts>(), officers::post)
            .post("/accounts/officers/letters", Access::right::<ManageAccounts>(), officers::post_letters)
            .get("/people/accounts", Access::right::<MakeLearnerAccounts>(), learners::get)
            .post("/people/accounts", Access::right::<MakeLearnerAccounts>(), learners::post)
            .post("/accounts/{account}/closure", Access::right::<ManageAccounts>(), list::post_closure)
            .post("/accounts/{account}/reopening", Access::right::<ManageAccounts>(), list::post_reopening)
            .post("/accounts/{account}/password", Access::right::<ManageAccounts>(), list::post_password)
            .get("/audit", Access::right::<ReadAudit>(), list::get_audit)
            .merge(delegation::routes())
            .merge(guests::routes())
            .merge(review::routes()),
        jobs: Vec::new(),
        nav: vec![
            NavItem { href: "/accounts", icon: "lock", key: "accounts-nav", right: ManageAccounts::NAME },
            NavItem {
                href: "/lecturers/guests",
                icon: "user",
                key: "accounts-nav-guests",
                right: guests::InviteLecturers::NAME,
            },
            NavItem {
                href: "/people/accounts",
                icon: "mail",
                key: "accounts-nav-learners",
                right: MakeLearnerAccounts::NAME,
            },
            NavItem { href: "/audit", icon: "history", key: "accounts-nav-audit", right: ReadAudit::NAME },
        ],
        rights: vec![ManageAccounts::NAME, MakeLearnerAccounts::NAME, guests::InviteLecturers::NAME, ReadAudit::NAME],
    }
}

/// Finds the actor behind a session for the web layer.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountActors;

impl Actors for AccountActors {
    fn session<'a>(&'a self, db: &'a Db, token: &'a str) -> Boxed<'a, Result<SessionState, StoreError>> {
        Box::pin(actions::session(db, token))
    }
}
