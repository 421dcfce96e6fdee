//! Composition: areas, navigation, start-up, the demonstration. No rules of its own.
//!
//! Start reading at [`compose`].

mod compose;
pub mod demonstration;

pub use compose::{Composed, area, compose};
