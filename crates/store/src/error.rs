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
    /// Files cannot be kept or read.
    #[error("files")]
    Files(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A value could not be written as JSON.
    #[error("writing JSON")]
    Json(#[from] serde_json::Error),
    /// Something could not be sealed or opened.
    #[error("vault")]
    Vault(#[from] crate::VaultError),
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

/// What a code of an engine means for whoever waits for an answer.
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    /// No space is left: somebody must make room.
    Full,
    /// Not now: the same request may succeed later.
    Away,
    /// A mistake of ours.
    Other,
}

impl Trouble {
    fn of(code: &str) -> Self {
        match code {
            // PostgreSQL: disk full
            "53100" => return Self::Full,
            // PostgreSQL: shutdown by an administrator or a crash, not yet ready, too many connections, I/O error
            "57P01" | "57P02" | "57P03" | "53300" | "58030" => return Self::Away,
            _ => {}
        }
        // SQLite's extended codes carry the primary code in their lowest byte; PostgreSQL's have five characters
        match code.parse::<u32>().ok().filter(|_| code.len() < 5) {
            // SQLITE_FULL; SQLITE_IOERR_WRITE and SQLITE_IOERR_SHMSIZE, which a full disk causes
            Some(13 | 778 | 4874) => Self::Full,
            // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR, SQLITE_CANTOPEN
            Some(sqlite) if matches!(sqlite & 0xff, 5 | 6 | 10 | 14) => Self::Away,
            _ => Self::Other,
        }
    }
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
                    match db.code().as_deref().map(Trouble::of) {
                        Some(Trouble::Full) => Self::DiskFull,
                        Some(Trouble::Away) => Self::Away(source),
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

#[cfg(test)]
mod tests {
    use super::Trouble;

    #[test]
    fn codes_of_both_engines_are_told_apart() {
        for full in ["13", "778", "4874", "53100"] {
            assert_eq!(Trouble::of(full), Trouble::Full, "{full}");
        }
        for away in ["5", "261", "517", "10", "1034", "14", "57P01", "53300"] {
            assert_eq!(Trouble::of(away), Trouble::Away, "{away}");
        }
        // SQLITE_CONSTRAINT_CHECK, SQLITE_CORRUPT; PostgreSQL: division by zero, which is 22012
        for other in ["275", "11", "22012", "42P01"] {
            assert_eq!(Trouble::of(other), Trouble::Other, "{other}");
        }
    }
}
