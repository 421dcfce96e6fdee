//! Reconciliation: what sources declare beside what the register counts. A gap is shown, never mended.
//!
//! Owns `declaration` and `declaration_line`: what communes declare of themselves, kept as declared; a later declaration stands
//! beside an earlier one.

mod commune;
mod page;
mod store;

pub(super) use commune::{get as get_commune, post as post_commune};
pub(super) use page::get;

web::messages!("people.registry.reconcile");
