//! Ledgers: how many periods of training each person has in a year, of which kind, beside what is owed; who is behind.
//!
//! Owns no table. Adds the courses of past years to the school's own classes that were completed; what is owed and which
//! ledger a class counts for are dated rows of `registry_rule`.
//!
//! Always true:
//! - knowledge updating (Quy định 145-QĐ/TW) and training for the post are never added together;
//! - a class counts when it is completed, by the periods attended, in the year of its last day;
//! - a year is measured by what was in force on its last day, the running year by what is in force today.

mod behind;
mod model;
mod store;

pub(crate) use model::{Owed, Year};
pub(crate) use store::{of_person, owed};

use people::registry::ReadPeople;
use web::{Access, Area, Routes};

web::messages!("oversight.ledgers");

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let reads = Access::right::<ReadPeople>();
    Area {
        routes: Routes::new().get("/people/behind", reads, behind::get).get(
            "/people/behind.xlsx",
            reads,
            behind::get_xlsx,
        ),
        ..Area::default()
    }
}
