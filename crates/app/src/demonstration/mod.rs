//! The demonstration: the scheme in the binary, a generated roster of people who do not exist, and their loading through the same actions that the pages call.

mod curriculum;
mod load;
mod needs;
mod play;
pub mod roster;
mod shelf;

pub use load::{LoadError, Loaded, PASSWORD, load, loaded};

web::messages!("app.demonstration");
