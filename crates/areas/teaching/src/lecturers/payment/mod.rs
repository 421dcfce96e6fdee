//! Where the fee of a lecturer goes: bank, account, tax code, contract.
//!
//! Owns table `lecturer_payment` of the slice of lecturers.
//!
//! Always true:
//! - what a lecturer gave lies sealed in the database (ADR 0019), in one piece that belongs to their account;
//! - they read it themselves; whoever pays reads it for a purpose, and each reading is recorded;
//! - neither the audit nor an error says what was given, it names the fields that changed.
//!
//! Start reading at [`change`].

mod actions;
mod model;
pub(super) mod pages;
mod store;

pub use actions::read_all;
pub use model::{PURPOSES, Payment};

use kernel::Right;

/// Read and write where the fees of lecturers go, for a purpose and recorded.
#[derive(Debug)]
pub struct PayLecturers;
impl Right for PayLecturers {
    const NAME: &'static str = "lecturers.pay";
}
