//! Reconciliation: what sources declare beside what the register counts. A gap is shown, never mended.
//!
//! Owns `declaration` and `declaration_line`: what communes declare of themselves, kept as declared; a later declaration stands
//! beside an earlier one. One commune declares by its form, many by a file.

mod commune;
mod file;
mod page;
mod store;

pub(super) use commune::{get as get_commune, post as post_commune};
pub(super) use file::{MOST_BYTES, get as get_file, get_template as get_file_template, post as post_file};
pub(super) use page::get;

web::messages!("people.registry.reconcile");
