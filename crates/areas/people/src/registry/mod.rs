//! Registry: people and their posts over time, statistics, reconciliation with declared totals.
//!
//! Owns tables `person`, `assignment`, with what lies beside them in [`record`], `declared_total`, `training_history`, and `person_find` and `person_word`,
//! which the search box reads;
//! publishes views `v_registry_person` and `v_registry_announced`. Uses the face of `organisation`.
//!
//! Always true:
//! - a person has at least one post, with its beginning; posts are never overwritten, they end;
//! - the search box knows everybody: who writes people or posts renews their lines in `person_find` in the same transaction;
//! - what is exported is what the import reads: a file that comes back as it went changes nobody;
//! - who takes personal data away is recorded: how many people, by which filters;
//! - a declared total that does not add up is kept as declared, and the gap is shown.

mod actions;
mod doubles;
mod export;
mod find;
pub mod import;
mod list;
mod model;
mod reconcile;
pub mod record;
mod rule;
pub mod statistics;
mod store;
mod units;

pub use actions::{AddError, PersonInput, add_people, load_declared_totals, load_history};
pub(crate) use find::renew_keys;
pub use list::{BLOCS, LEVELS};
pub use model::{Gap, ReconcileLine, gaps};
pub use rule::rules_on;
pub(crate) use rule::terms_on;
pub use store::{DeclaredInput, HistoryInput, reconcile, training_history};

pub(crate) use units::{Member, MoveRefused, members, move_people};

use ::store::JobKind;
use kernel::Right;
use web::{Access, Area, NavItem, Routes};

web::messages!("people.registry");

/// Read people's records within one's scope.
#[derive(Debug)]
pub struct ReadPeople;
impl Right for ReadPeople {
    const NAME: &'static str = "people.read";
}

/// Take the records that one may read away as a file: for those who keep the register.
#[derive(Debug)]
pub struct ExportPeople;
impl Right for ExportPeople {
    const NAME: &'static str = "people.export";
}

/// Read statistics without names.
#[derive(Debug)]
pub struct ReadStatistics;
impl Right for ReadStatistics {
    const NAME: &'static str = "people.statistics";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    Area {
        routes: Routes::new()
            .get("/people", Access::right::<ReadPeople>(), list::get)
            .get("/people/doubles", Access::right::<import::ImportPeople>(), doubles::get)
            .get("/people/export.xlsx", Access::right::<ExportPeople>(), export::get_xlsx)
            .get("/people/export.csv", Access::right::<ExportPeople>(), export::get_csv)
            .get("/people/personnel-form", Access::right::<record::ReadSensitive>(), export::get_personnel)
            .post("/people/personnel-form", Access::right::<record::ReadSensitive>(), export::post_personnel)
            .get("/people/statistics", Access::right::<ReadStatistics>(), statistics::get)
            .get("/people/statistics/people", Access::right::<ReadPeople>(), statistics::get_behind)
            .post("/people/statistics/saved", Access::right::<ReadStatistics>(), statistics::post_saved)
            .post(
                "/people/statistics/saved/{query}/removal",
                Access::right::<ReadStatistics>(),
                statistics::post_saved_removal,
            )
            .get("/people/reconcile", Access::right::<ReadStatistics>(), reconcile::get)
            .get("/people/reconcile/file", Access::right::<import::ImportPeople>(), reconcile::get_file)
            .get("/people/reconcile/file.xlsx", Access::right::<import::ImportPeople>(), reconcile::get_file_template)
            .upload(
                "/people/reconcile/file",
                Access::right::<import::ImportPeople>(),
                reconcile::MOST_BYTES,
                reconcile::post_file,
            )
            .get("/people/reconcile/{code}", Access::right::<ReadStatistics>(), reconcile::get_commune)
            .post("/people/reconcile/{code}", Access::right::<import::ImportPeople>(), reconcile::post_commune)
            .merge(import::routes())
            .merge(record::routes()),
        nav: vec![
            NavItem { href: "/people", icon: "users", key: "registry-nav", right: ReadPeople::NAME },
            NavItem {
                href: "/people/statistics",
                icon: "table",
                key: "registry-nav-statistics",
                right: ReadStatistics::NAME,
            },
        ],
        rights: vec![
            ReadPeople::NAME,
            ExportPeople::NAME,
            ReadStatistics::NAME,
            import::ImportPeople::NAME,
            record::EditPeople::NAME,
            record::ReadSensitive::NAME,
            record::MergePeople::NAME,
        ],
        jobs: vec![JobKind::of::<record::BeginPost>()],
    }
}
