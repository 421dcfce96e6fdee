//! The demonstration: reference tables in the binary, a generated roster of people who do not exist,
//! and their loading through the same actions that the pages call.

mod load;
mod play;
pub mod reference;
pub mod roster;

pub use load::{LoadError, PASSWORD, is_loaded, load};
pub use reference::Reference;
