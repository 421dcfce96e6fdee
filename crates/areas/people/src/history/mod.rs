//! History: courses that people attended before or elsewhere, read from the lists of offices.
//!
//! Owns `past_batch`, `past_course`, `past_fault`; publishes `v_history_course`. Uses the register and the reader of sheets
//! of the import.
//!
//! Always true:
//! - a course counts only while its batch is committed; a batch is committed and undone as a whole;
//! - every row of the sheet is accounted for: a course, or a fault with its reason;
//! - a course that somebody has already (same person, title and first day) is not written twice;
//! - an officer of a commune brings courses of that commune's people and sees the own batches.

mod actions;
mod model;
mod pages;
mod store;

pub use model::{Fault, LEDGERS};
pub use store::{Course, PastBatch, courses};

use web::{Access, Area, Routes};

use crate::registry::import::ImportPeople;

web::messages!("people.history");

/// Largest file in bytes.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let right = Access::right::<ImportPeople>();
    Area {
        routes: Routes::new()
            .get("/people/courses", right, pages::get)
            .upload("/people/courses", right, MOST_BYTES, pages::post)
            .get("/people/courses/{batch}", right, pages::get_batch)
            .post("/people/courses/{batch}/commit", right, pages::post_commit)
            .post("/people/courses/{batch}/withdraw", right, pages::post_withdraw)
            .post("/people/courses/{batch}/undo", right, pages::post_undo),
        ..Area::default()
    }
}
