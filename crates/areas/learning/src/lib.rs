//! Learning: attendance, results, certificates.
//!
//! Start reading at [`results`].

pub mod attendance;
pub mod certificates;
pub mod results;
#[cfg(feature = "testing")]
pub mod testing;

/// The area as `app` composes it.
#[must_use]
pub fn area() -> web::Area {
    attendance::area().and(results::area()).and(certificates::area())
}
