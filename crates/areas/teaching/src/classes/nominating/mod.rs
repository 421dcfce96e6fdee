//! Nominations: whom communes put forward, who holds a seat, who waits.

pub mod actions;
pub mod model;
