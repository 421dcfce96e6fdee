//! The open part of a class: topics of the pool of electives that it is taught instead of those that its programme leaves open.
//!
//! Always true:
//! - a choice fills the periods that the version leaves open, day by day, and the class keeps the share of theory with it;
//! - a choice is made before the class begins; each is a fact, the last one holds;
//! - what was chosen is copied: the class keeps it when the pool changes.
//!
//! Start reading at [`model::fill`] and [`actions::choose`].

mod actions;
mod model;
mod pages;
mod store;

pub use actions::{ElectiveError, choose};

use web::{Access, Area, Routes};

use super::{OpenClasses, ReadClasses};

web::messages!("teaching.electives");

/// The slice as the classes compose it.
pub(super) fn area() -> Area {
    Area {
        routes: Routes::new()
            .get("/classes/{class}/electives", Access::right::<ReadClasses>(), pages::get)
            .post("/classes/{class}/electives", Access::right::<OpenClasses>(), pages::post)
            .get("/classes/{class}/electives/meter", Access::right::<OpenClasses>(), pages::get_meter),
        ..Area::default()
    }
}
