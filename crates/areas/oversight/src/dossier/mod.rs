//! Dossiers: the record of a commune, of a person, and one's own.
//!
//! Owns no table. Reads views of every area.
//!
//! Always true:
//! - who is out of the actor's scope does not exist: the page is 404, without a hint;
//! - a role that reads aggregates only sees figures of a commune and no name.
//!
//! Start reading at [`person`].

mod commune;
mod person;
mod store;

use people::organisation::ReadCommunes;
use web::{Access, Area, NavItem, Routes};

web::messages!("oversight.dossier");

/// Read one's own record; nobody needs a right for that, the entry is for the navigation of learners.
const OWN: &str = "programmes.read";

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    Area {
        routes: Routes::new()
            .get("/communes/{code}", Access::right::<ReadCommunes>(), commune::get)
            .get("/people/{person}", Access::SignedIn, person::get)
            .get("/people/{person}/record.pdf", Access::SignedIn, person::get_record)
            .get("/me", Access::SignedIn, person::get_me),
        nav: vec![NavItem { href: "/me", icon: "user", key: "dossier-nav-me", right: OWN }],
        ..Area::default()
    }
}
