//! Composition: areas, navigation, start-up, the tables of a scheme, the demonstration. No rules of its own.
//!
//! Start reading at [`compose`].

mod compose;
pub mod demonstration;
pub mod reference;

pub use compose::{Composed, area, compose};
