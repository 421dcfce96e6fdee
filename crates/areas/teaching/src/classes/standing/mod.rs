//! How well each commune puts people forward in a year: filled, correct, kept, fair. The commune sees its own score first; the school and the
//! bodies that inspect see the classes whose deadline is some days past (`score_own_days`).
//!
//! Nothing is stored: the score is counted from nominations and their moves.
//!
//! Start reading at [`model::score`].

mod model;
mod pages;
mod store;

pub use model::{Facts, Score, score};

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

web::messages!("teaching.standing");

/// Read the scores of communes, within one's scope.
#[derive(Debug)]
pub struct ReadStanding;
impl Right for ReadStanding {
    const NAME: &'static str = "nominations.score";
}

/// The slice as the classes compose it.
pub(super) fn area() -> Area {
    Area {
        routes: Routes::new().get("/nominations", Access::right::<ReadStanding>(), pages::get),
        nav: vec![NavItem { href: "/nominations", icon: "star", key: "standing-nav", right: ReadStanding::NAME }],
        rights: vec![ReadStanding::NAME],
        ..Area::default()
    }
}
