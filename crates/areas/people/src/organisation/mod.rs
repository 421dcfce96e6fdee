//! Organisation: communes, their offices, posts, ethnic groups.
//!
//! Owns tables `org_unit`, `commune`, `unit_name`, `unit_successor`, `unit_attribute`, `office_kind`, `office`, `position`,
//! `ethnic_group`; publishes views `v_organisation_commune` (the state of today, with units that have ended) and
//! `v_organisation_name`.
//!
//! Always true:
//! - a commune hangs below its province, an office below its commune;
//! - a commune has an office of every kind that a post can belong to.

mod list;
mod store;
pub mod units;

pub use store::{
    CommuneInput, CommuneName, EthnicInput, Lookup, OfficeKindInput, OrganisationInput, PositionInput, Shared,
    commune_by_code, commune_names, load_organisation, lookup, province_by_code, province_name, shared,
};

pub(crate) use store::renew_post_keys;

use kernel::Right;
use web::{Access, Area, NavItem, Routes, T};

web::messages!("people.organisation");

/// Read communes and their figures.
#[derive(Debug)]
pub struct ReadCommunes;
impl Right for ReadCommunes {
    const NAME: &'static str = "communes.read";
}

/// A commune with the word for its kind: `Xã Keng Đu`.
#[must_use]
pub fn titled(t: T, kind: &str, name: &str) -> String {
    format!("{} {name}", t.get(format!("organisation-kind-{kind}")))
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    Area {
        routes: Routes::new().get("/communes", Access::right::<ReadCommunes>(), list::get).merge(units::routes()),
        nav: vec![NavItem { href: "/communes", icon: "map", key: "organisation-nav", right: ReadCommunes::NAME }],
        rights: vec![ReadCommunes::NAME, units::EditUnits::NAME],
        ..Area::default()
    }
}
