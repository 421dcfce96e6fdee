//! Coverage: distinct people trained against people in post, by commune and as a whole, with both bases.
//!
//! Owns no table. Reads views `v_organisation_commune`, `v_scheme_person`, `v_classes_trained`.
//!
//! Always true:
//! - a person counts once, however many classes were completed;
//! - both percentages are shown, of everybody and of the target groups, with the day they hold for.
//!
//! Start reading at [`coverage`].

mod export;
mod store;

pub use export::{Format, write};
pub use store::{CommuneCoverage, Coverage, coverage};

use kernel::Right;
use web::{Access, Area, Routes};

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
        routes: Routes::new().get("/reports/coverage.xlsx", Access::right::<ExportReports>(), export::get),
        rights: vec![ExportReports::NAME],
        ..Area::default()
    }
}
