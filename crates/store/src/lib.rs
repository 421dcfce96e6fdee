//! The database and the files beside it: one SQL text for SQLite and PostgreSQL, transactions with their audit, jobs, and
//! one way to keep files on a disk or in a bucket.
//!
//! Only this crate names the drivers. Everything else sees [`Db`], [`Conn`], [`Tx`] and the
//! [`sql!`] macro.
//!
//! Always true:
//! - a write is one transaction with its audit lines and its jobs, or nothing;
//! - on SQLite there is one writer, so a write never waits for a lock inside;
//! - every statement has a name and is prepared on both engines by the catalogue test.
//!
//! Start reading at [`Db::write`].

mod audit;
mod bind;
mod db;
mod error;
pub mod files;
mod jobs;
mod kept;
mod migrate;
mod statement;
mod vault;

pub use audit::{AuditLine, Broken, By, Change, Verified, audit_seq, history_of, latest, verify};
pub use bind::{Args, Bind};
pub use db::{Conn, Db, Described, Engine, Row, Tx};
pub use error::StoreError;
pub use files::{Files, Pieces, S3};
#[doc(hidden)]
pub use inventory;
pub use jobs::{Job, JobContext, JobError, JobKind, Jobs};
pub use migrate::migrate;
pub use statement::{Registered, Statement, statements};
pub use vault::{Vault, VaultError};
