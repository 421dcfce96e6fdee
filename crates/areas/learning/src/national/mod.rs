//! What each class tells the national database of cadres: one change set, emitted by the work itself.
//!
//! Owns table `change_set`. Uses the faces of `results`, `certificates` and of `teaching::classes`.
//!
//! Always true:
//! - a class emits one change set, in the transaction that issues its certificates, or that decides its results when nobody
//!   completed it: nobody types it anew, and none is late (complaint 45);
//! - what was emitted is frozen with its SHA-256 and given out byte for byte;
//! - no identity number lies in it: who may read these adds them while fetching, which is recorded for each person;
//! - the format has a version and is described in `docs/change-set.md`.
//!
//! Start reading at [`actions::emit`].

pub mod actions;
pub mod model;
mod pages;
mod store;

pub use actions::emit;
pub(crate) use store::emitted;

use kernel::Right;
use people::registry::record::ReadSensitive;
use web::{Access, Area, NavItem, Routes};

web::messages!("learning.national");

/// Fetch what the classes tell the national database, for those who feed it and those who make it.
#[derive(Debug)]
pub struct ReadChangeSets;
impl Right for ReadChangeSets {
    const NAME: &'static str = "national.read";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let reads = Access::right::<ReadChangeSets>();
    Area {
        routes: Routes::new()
            .get("/change-sets", reads, pages::get)
            .get("/classes/{class}/change-set", reads, pages::get_one)
            .post("/classes/{class}/change-set/identities", Access::right::<ReadSensitive>(), pages::post_identities),
        nav: vec![NavItem {
            href: "/change-sets",
            icon: "external-link",
            key: "national-nav",
            right: ReadChangeSets::NAME,
        }],
        rights: vec![ReadChangeSets::NAME],
        ..Area::default()
    }
}
