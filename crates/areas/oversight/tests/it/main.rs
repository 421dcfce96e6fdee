//! The board, the coverage table and the records, on both databases, against a small known world.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod board;
mod coverage;
mod dossier;
mod ledgers;
mod setting;
