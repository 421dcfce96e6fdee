//! The people area through HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "tests")]

mod accounts;
