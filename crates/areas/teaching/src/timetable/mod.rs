//! Timetables: which topic a class is taught on which half-day, by whom and where.
//!
//! Owns tables `sitting`, `timetable`, `timetable_version`, `timetable_turn`. Uses the faces of `classes`, `curriculum`,
//! `lecturers` and `scheme`.
//!
//! Always true:
//! - what everybody sees is the newest published version; the draft is seen by the school alone;
//! - a version that was published never changes, the next one tells what moved;
//! - nothing is published in which somebody or some room is needed twice on a half-day, over all classes of the scheme: drafts and what is
//!   published both count, and whoever writes holds the scheme's turn;
//! - a half-day that is over does not change;
//! - of two who edit one draft the second is told that the first saved.
//!
//! Start reading at [`model::propose`], [`model::repair`] and [`actions::publish_timetable`].

pub mod actions;
mod announcing;
mod desk;
mod edit;
pub mod model;
mod pages;
mod published;
mod store;

pub use actions::{TimetableError, Wanted, Where, change_half_day, exchange, mend, propose, publish_timetable};
pub(crate) use actions::{begin, release, renew};
pub use published::{Lesson, Part, Published, WeekPart};
pub(crate) use store::loads;
pub use store::{HalfDay, half_days, taught, teaching};

use kernel::Right;
use web::{Access, Area, Routes};

use crate::classes::ReadClasses;

web::messages!("teaching.timetable");

/// Make the timetables of classes and publish them.
#[derive(Debug)]
pub struct EditTimetables;
impl Right for EditTimetables {
    const NAME: &'static str = "timetable.edit";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (reads, edits) = (Access::right::<ReadClasses>(), Access::right::<EditTimetables>());
    Area {
        routes: Routes::new()
            .get("/classes/{class}/timetable", reads, pages::get)
            .post("/classes/{class}/timetable/proposal", edits, pages::post_proposal)
            .post("/classes/{class}/timetable/mending", edits, pages::post_mending)
            .post("/classes/{class}/timetable/publication", edits, pages::post_publication)
            .get("/classes/{class}/timetable/{seq}", edits, edit::get)
            .post("/classes/{class}/timetable/{seq}", edits, edit::post)
            .post("/classes/{class}/timetable/{seq}/exchange", edits, edit::post_exchange),
        rights: vec![EditTimetables::NAME],
        ..Area::default()
    }
}
