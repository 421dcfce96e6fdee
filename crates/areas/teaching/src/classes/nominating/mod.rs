//! Nominations: whom communes put forward, who holds a seat, who waits, and where unused seats go.

pub mod actions;
pub mod model;
pub mod night;
pub mod seats;
pub(super) mod store;
