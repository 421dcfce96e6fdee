//! Learning: attendance, results, certificates, the evaluation of classes, their papers, what the national database is told.
//!
//! Start reading at [`results`].

pub mod attendance;
pub mod certificates;
pub mod evaluation;
pub mod kit;
pub mod national;
pub mod results;
#[cfg(feature = "testing")]
pub mod testing;

/// The area as `app` composes it.
#[must_use]
pub fn area() -> web::Area {
    attendance::area()
        .and(results::area())
        .and(certificates::area())
        .and(evaluation::area())
        .and(kit::area())
        .and(national::area())
}
