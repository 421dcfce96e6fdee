//! Notices: what the program tells people, units and accounts by itself.
//!
//! Owns tables `notice`, `notice_copy`. Uses `account`, `org_unit` and the register by their keys.
//!
//! Always true:
//! - a notice is written in the transaction of what it tells about, or not at all;
//! - a thing is told once: a notice with a key that is known already is dropped;
//! - every recipient has a copy, also one who has no account to read it with;
//! - who says something names its kind, and the kind names every value that its text may hold.
//!
//! Start reading at [`tell`].

mod actions;
mod list;
mod model;
mod store;

pub use actions::{Notice, Recipient, Who, tell};
pub use model::{Declared, Fact, Kind, Part, kinds};
pub use store::{Told, told};

use web::{Access, Area, Routes};

web::messages!("people.notices");

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
    Area {
        routes: Routes::new()
            .get("/notices", Access::SignedIn, list::get)
            .post("/notices/reading", Access::SignedIn, list::post_all)
            .post("/notices/{copy}/reading", Access::SignedIn, list::post_one),
        ..Area::default()
    }
}
