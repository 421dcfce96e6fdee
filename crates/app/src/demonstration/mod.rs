//! The demonstration: reference tables in the binary, a generated roster of people who do not exist,
//! and their loading through the same actions that the pages call.

mod load;
mod play;
pub mod reference;
pub mod roster;

pub use load::{LoadError, Loaded, PASSWORD, load, load_tables, loaded};
pub use reference::Reference;

web::messages!("app.demonstration");
