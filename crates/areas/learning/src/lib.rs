//! Learning: attendance, results, certificates, the papers of classes, what the national database is told.
//!
//! Start reading at [`results`].

pub mod attendance;
pub mod certificates;
pub mod kit;
pub mod national;
pub mod results;
#[cfg(feature = "testing")]
pub mod testing;

/// The area as `app` composes it.
#[must_use]
pub fn area() -> web::Area {
    attendance::area().and(results::area()).and(certificates::area()).and(kit::area()).and(national::area())
}
