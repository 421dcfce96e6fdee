//! Units over time: their names, successors, regions and priorities, and their contacts.
//!
//! Writes the tables of the slice `organisation`.
//!
//! Always true:
//! - the name of a unit on a day is the latest that began by then; a new name never changes an old one;
//! - a unit that is merged ends on the day before, and its people continue in the other one by ended and new posts, in the
//!   same transaction; it stays readable with all its past;
//! - a unit goes into one that stands, never into itself: there is no circle;
//! - of a unit that is split nobody is left behind, and what it has for days to come (quotas, nominations) passes on with its
//!   people; the accounts of a unit that ends are closed;
//! - an attribute has its days and its legal source; what `commune` says of a unit is derived from those of today;
//! - a change takes effect on a day that has come: the state of today needs no clock in the database;
//! - of two people who change one unit the second is told what the first saved.
//!
//! Start reading at [`actions::split`].

pub mod actions;
pub mod model;
mod pages;
mod split;
pub(super) mod store;

pub use actions::{Ended, Following, FollowsUnits};

use kernel::Right;
use web::{Access, Routes};

use super::ReadCommunes;

/// Change units: names, mergers, splits, attributes, contacts.
#[derive(Debug)]
pub struct EditUnits;
impl Right for EditUnits {
    const NAME: &'static str = "units.edit";
}

pub(super) fn routes() -> Routes {
    let (reads, edits) = (Access::right::<ReadCommunes>(), Access::right::<EditUnits>());
    Routes::new()
        .get("/communes/{code}/unit", reads, pages::get)
        .post("/communes/{code}/contacts", edits, pages::post_contacts)
        .post("/communes/{code}/names", edits, pages::post_name)
        .post("/communes/{code}/attributes", edits, pages::post_attribute)
        .post("/communes/{code}/merger", edits, pages::post_merger)
        .get("/communes/{code}/split", edits, split::get)
        .post("/communes/{code}/split", edits, split::post)
}
