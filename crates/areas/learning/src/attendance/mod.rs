//! Attendance: who was present at which half-day, taken by the class head, corrected by a further roll-call.
//!
//! Owns tables `roll_call`, `attendance_mark`; publishes view `v_attendance_mark`. Uses the face of
//! `teaching::classes` (learners, half-days, the class's steps). Knows nothing of marks or papers.
//!
//! Always true:
//! - a mark exists only for somebody on the class list;
//! - a correction never overwrites: it appends, and the newest mark counts;
//! - whoever saves over a roll-call that somebody else saved meanwhile is told, and keeps what was marked.
//!
//! Start reading at [`actions::take_roll_call`].

pub mod actions;
mod matrix;
mod model;
mod pages;
mod store;

pub use actions::{AttendanceError, Mark, take_roll_call};
pub use model::Status;
pub use store::{Attended, attended};

use kernel::Right;
use teaching::classes::ReadClasses;
use web::{Access, Area, Routes};

web::messages!("learning.attendance");

/// Take roll-calls.
#[derive(Debug)]
pub struct TakeAttendance;
impl Right for TakeAttendance {
    const NAME: &'static str = "attendance.take";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let takes = Access::right::<TakeAttendance>();
    Area {
        routes: Routes::new()
            .get("/classes/{class}/attendance", Access::right::<ReadClasses>(), matrix::get)
            .get("/classes/{class}/sessions", takes, pages::list)
            .get("/classes/{class}/sessions/{seq}/roll-call", takes, pages::get)
            .post("/classes/{class}/sessions/{seq}/roll-call", takes, pages::post),
        rights: vec![TakeAttendance::NAME],
        ..Area::default()
    }
}
