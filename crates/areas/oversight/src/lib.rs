//! Oversight: the board, a commune's and a person's dossier, reports.
//!
//! Start reading at [`board`].

pub mod board;
pub mod dossier;
pub mod reports;

/// The area as `app` composes it.
#[must_use]
pub fn area() -> web::Area {
    board::area().and(dossier::area()).and(reports::area())
}
