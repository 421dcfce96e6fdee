//! Notices: what the program tells people, units and accounts by itself.
//!
//! Owns tables `notice`, `notice_copy`, `notice_channel`, `notice_delivery`, `notice_setting`, `notice_choice`,
//! `notice_wording`. Uses `account`, `org_unit` and the register by their keys.
//!
//! Always true:
//! - a notice is written in the transaction of what it tells about, or not at all;
//! - a thing is told once: a notice with a key that is known already is dropped;
//! - every recipient has a copy, also one who has no account to read it with;
//! - what was told keeps the words in which it was told, whoever writes new ones;
//! - who says something names its kind, and the kind names every value that its text may hold.
//!
//! Start reading at [`tell`] and [`post::Post`].

mod actions;
mod hours;
mod list;
mod log;
mod model;
mod own;
pub mod post;
mod store;
mod wording;

pub use actions::{Notice, Recipient, Who, tell};
pub use model::{Declared, Fact, Kind, Part, kinds};
pub use store::{Told, told};

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

web::messages!("people.notices");

/// See what became of letters and messages, and set their hours and words.
#[derive(Debug)]
pub struct ManageNotices;
impl Right for ManageNotices {
    const NAME: &'static str = "notices.manage";
}

/// Declares a kind of notice as a static: `notice_kind!(/// doc pub(super) CALLED = Kind::new("classes.called", &["class"]));`.
/// Its texts are the messages `classes-notice-called`, `-subject` and `-body` of the slice.
#[macro_export]
macro_rules! notice_kind {
    ($(#[$doc:meta])* $vis:vis $name:ident = $kind:expr) => {
        $(#[$doc])*
        $vis static $name: $crate::notices::Kind = $kind;
        ::store::inventory::submit! { $crate::notices::Declared(&$name) }
    };
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let manages = Access::right::<ManageNotices>();
    Area {
        routes: Routes::new()
            .get("/me/notices", Access::SignedIn, own::get)
            .post("/me/notices", Access::SignedIn, own::post)
            .get("/notices/log", manages, log::get)
            .post("/notices/log/{delivery}/repetition", manages, log::post_again)
            .get("/notices/hours", manages, hours::get)
            .post("/notices/hours", manages, hours::post)
            .get("/notices/templates", manages, wording::list)
            .get("/notices/templates/{notice_kind}", manages, wording::get)
            .post("/notices/templates/{notice_kind}", manages, wording::post)
            .get("/notices", Access::SignedIn, list::get)
            .post("/notices/reading", Access::SignedIn, list::post_all)
            .post("/notices/{copy}/reading", Access::SignedIn, list::post_one),
        nav: vec![NavItem { href: "/notices/log", icon: "bell", key: "notices-nav", right: ManageNotices::NAME }],
        rights: vec![ManageNotices::NAME],
        ..Area::default()
    }
}
