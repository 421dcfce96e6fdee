//! What can go wrong between the house and its database.

/// A failure of the database. Expected refusals of a rule are never this.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row that must be the only one of its kind is there already.
    #[error("unique rule {constraint} in {statement}")]
    Unique {
        /// Name of the constraint (PostgreSQL) or the columns (SQLite).
        constraint: String,
        /// The statement that ran into it.
        statement: &'static str,
    },
    /// A row points at one that is not there.
    #[error("missing or still needed row in {statement}")]
    ForeignKey {
        /// The statement that ran into it.
        statement: &'static str,
    },
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The database does not answer.
    #[error("the database is away")]
    Away(#[source] sqlx::Error),
    /// A value could not be written as JSON.
    #[error("writing JSON")]
    Json(#[from] serde_json::Error),
    /// Migrations and database do not fit together.
    #[error("migration {0}")]
    Migration(String),
    /// Anything else.
    #[error("statement {statement}")]
    Sql {
        /// The statement that failed.
        statement: &'static str,
        /// What the driver said.
        #[source]
        source: sqlx::Error,
    },
}

impl StoreError {
    pub(crate) fn of(statement: &'static str, source: sqlx::Error) -> Self {
        match &source {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Away(source)
            }
            sqlx::Error::Database(db) => {
                if db.is_unique_violation() {
                    let constraint = db.constraint().map_or_else(|| db.message().to_owned(), str::to_owned);
                    Self::Unique { constraint, statement }
                } else if db.is_foreign_key_violation() {
                    Self::ForeignKey { statement }
                } else {
                    match db.code().as_deref() {
                        // SQLITE_FULL and its I/O cousins; PostgreSQL 53100 disk_full
                        Some("13" | "778" | "53100") => Self::DiskFull,
                        // PostgreSQL: admin shutdown, crash shutdown, cannot connect now, too many connections
                        Some("57P01" | "57P02" | "57P03" | "53300") => Self::Away(source),
                        _ => Self::Sql { statement, source },
                    }
                }
            }
            _ => Self::Sql { statement, source },
        }
    }

    /// Whether the failure is a unique rule whose name or columns contain `part`.
    #[must_use]
    pub fn is_unique(&self, part: &str) -> bool {
        matches!(self, Self::Unique { constraint, .. } if constraint.contains(part))
    }
}
