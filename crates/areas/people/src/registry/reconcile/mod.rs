//! Reconciliation: what sources declare beside what the register counts. A gap is shown, never mended.

mod page;

pub(super) use page::get;

web::messages!("people.registry.reconcile");
