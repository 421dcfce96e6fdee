//! Coaching notes: what the leadership of the school saw in a sitting of a lecturer, what was good, what to improve until when, and what the
//! lecturer says to it.
//!
//! Owns table `coaching_note` of the slice of lecturers.
//!
//! Always true:
//! - the leadership of the school and the lecturer concerned read a note, nobody else; no file and no report holds it;
//! - the audit says that a note was made, changed or answered, not what it says;
//! - the note is the leadership's, the answer is the lecturer's; of two editors the second is told.
//!
//! Start reading at [`pages`].

pub(super) mod pages;
mod store;

use kernel::Right;

/// Write and read coaching notes on lecturers.
#[derive(Debug)]
pub struct CoachLecturers;
impl Right for CoachLecturers {
    const NAME: &'static str = "lecturers.coach";
}
