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

use ::store::{Conn, StoreError};
use kernel::ClassId;
use web::{Access, Area, Routes};

use crate::{curriculum::Taught, scheme::Rules};

use super::{OpenClasses, ReadClasses};

web::messages!("teaching.electives");

/// What a class is taught: its programme's version with what was chosen for the open part.
///
/// # Errors
/// The database's failure.
pub(crate) async fn taught_to(
    conn: &mut Conn,
    class: ClassId,
    version: Vec<Taught>,
    rules: &Rules,
) -> Result<Vec<Taught>, StoreError> {
    let (_, chosen) = store::chosen(conn, class).await?;
    Ok(model::fill(&version, &chosen, rules).unwrap_or(version))
}

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
