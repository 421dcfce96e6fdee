//! Oversight: the leaders' board, the record of a commune and of a person, reports. Reads views only.
//!
//! Start reading at [`coverage`].

pub mod appendices;
pub mod board;
pub mod coverage;
pub mod dossier;
pub mod ledgers;

/// The area as `app` composes it.
#[must_use]
pub fn area() -> web::Area {
    board::area().and(dossier::area().and(appendices::area()).and(ledgers::area())).and(coverage::area())
}
