//! Lecturers: who teaches, by which contract, how much, and when they are away.
//!
//! Owns tables `lecturer`, `lecturer_absence`, `lecturer_offer`. A lecturer is an open account with that duty; what the school has not
//! written of one is as usual: of the school, the scheme's load, no wish.
//!
//! Start reading at [`lecturers`].

mod store;

pub use store::{Absence, Lecturer, absences, declined, lecturers};
