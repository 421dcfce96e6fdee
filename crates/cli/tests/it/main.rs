//! The real program: names, exit codes, starting, stopping, and what a crash leaves.
#![expect(clippy::unwrap_used, reason = "tests")]

mod commands;
mod server;
mod start;
