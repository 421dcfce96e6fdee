//! The composed application with all its areas, on both databases: what no single area can show.
#![expect(clippy::unwrap_used, reason = "tests")]

mod catalogue;
mod crawl;
mod dictionary;
mod export;
mod follows;
mod notices;
mod offline;
mod permissions;
mod provinces;
mod trouble;
mod walk;
mod world;
