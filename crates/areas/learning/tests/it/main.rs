//! Learning through its pages and actions, on both databases.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod attendance;
mod certificates;
mod evaluation;
mod kit;
mod national;
mod path;
mod results;
mod setting;
