//! The real program: names, exit codes, starting, stopping, and what a crash leaves.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod commands;
mod letters;
mod plan;
mod server;
mod start;
