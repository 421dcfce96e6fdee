//! Teaching: the scheme and its rules, programmes, the coverage plan, classes.
//!
//! Start reading at [`classes`].

pub mod classes;
pub mod curriculum;
pub mod needs;
pub mod planning;
pub mod scheme;
#[cfg(feature = "testing")]
pub mod testing;

/// The area as `app` composes it.
#[must_use]
pub fn area() -> web::Area {
    scheme::area().and(curriculum::area()).and(planning::area()).and(classes::area()).and(needs::area())
}
