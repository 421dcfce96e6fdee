//! Coverage: distinct people trained against people in post, by commune and as a whole, with both bases.
//!
//! Owns no table. Reads views `v_organisation_commune`, `v_scheme_person`, `v_classes_trained`.
//!
//! Always true:
//! - a person counts once, however many classes were completed;
//! - both percentages are shown, of everybody and of the target groups, with the day they hold for;
//! - a figure and the list behind it come from the same views under the same narrowing;
//! - a file holds what the page shows: the export takes the page's own query.
//!
//! Start reading at [`coverage`].

mod export;
mod people;
mod store;
mod table;

pub use export::{Format, write};
pub use store::{CommuneCoverage, Coverage, coverage};

use kernel::Right;
use web::{Access, Area, Routes};

use crate::board::ReadBoard;

web::messages!("oversight.coverage");

/// Take reports out of the house.
#[derive(Debug)]
pub struct ExportReports;
impl Right for ExportReports {
    const NAME: &'static str = "reports.export";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    Area {
        routes: Routes::new()
            .get("/coverage", Access::right::<ReadBoard>(), table::get)
            .get("/coverage/people", Access::right::<::people::registry::ReadPeople>(), people::get)
            .get("/reports/coverage.xlsx", Access::right::<ExportReports>(), export::get),
        rights: vec![ExportReports::NAME],
        ..Area::default()
    }
}
