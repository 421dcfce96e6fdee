//! The people area through HTTP, on both databases.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod accounts;
mod announced;
mod desk;
mod export;
mod history;
mod import;
mod import_files;
mod import_long;
mod import_match;
mod import_remembered;
mod import_setting;
mod kept;
mod letters;
mod notices;
mod records;
mod registry;
mod rights;
mod statistics;
mod units;
