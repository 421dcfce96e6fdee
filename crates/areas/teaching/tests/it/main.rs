//! Teaching through its pages and actions, on both databases.
#![expect(clippy::unwrap_used, reason = "tests")]

mod classes;
mod curriculum;
mod setting;
