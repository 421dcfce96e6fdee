//! Teaching: the scheme and its rules, programmes, the coverage plan, classes.
//!
//! Start reading at [`classes`].

pub mod classes;
pub mod curriculum;
mod feeds;
pub mod files;
pub mod freshness;
pub mod intake;
pub mod lecturers;
pub mod materials;
pub mod needs;
pub mod planning;
pub mod propagation;
pub mod scheme;
#[cfg(feature = "testing")]
pub mod testing;
pub mod timetable;

/// The area as `app` composes it.
#[must_use]
pub fn area() -> web::Area {
    scheme::area()
        .and(files::area())
        .and(curriculum::area())
        .and(materials::area())
        .and(freshness::area())
        .and(propagation::area())
        .and(planning::area())
        .and(classes::area())
        .and(intake::area())
        .and(timetable::area())
        .and(feeds::area())
        .and(lecturers::area())
        .and(needs::area())
}
