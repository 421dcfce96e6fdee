//! Life of a batch and kinds of rows: pure values.

use kernel::PersonId;
use serde::{Deserialize, Serialize};

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum BatchState {
    /// Read and compared; the register knows nothing of it.
    Previewed,
    /// Written to the register.
    Committed,
    /// Written and taken back.
    Undone,
    /// Put away before it was written.
    Withdrawn,
}

/// A step in the life of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchMove {
    /// Other columns or another sheet: the preview is made anew.
    Remap,
    /// Write to the register.
    Commit,
    /// Put away.
    Withdraw,
    /// Take back what was written.
    Undo,
}

/// The batch is not where the step begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the import is {0:?}")]
pub struct BatchMoveRefused(pub BatchState);

impl BatchState {
    /// Stable code, the end of the message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Previewed => "previewed",
            Self::Committed => "committed",
            Self::Undone => "undone",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state after a step.
    ///
    /// # Errors
    /// When the step does not begin here.
    pub fn after(self, step: BatchMove) -> Result<Self, BatchMoveRefused> {
        match (self, step) {
            (Self::Previewed, BatchMove::Remap) => Ok(Self::Previewed),
            (Self::Previewed, BatchMove::Commit) => Ok(Self::Committed),
            (Self::Previewed, BatchMove::Withdraw) => Ok(Self::Withdrawn),
            (Self::Committed, BatchMove::Undo) => Ok(Self::Undone),
            (state, _) => Err(BatchMoveRefused(state)),
        }
    }
}

/// What a row of the file means for the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum RowKind {
    /// Refused, with its faults.
    Faulty,
    /// Somebody whom the register does not have.
    New,
    /// Somebody who may be one whom the register has: a person says which.
    Doubtful,
    /// Somebody who changes.
    Changed,
    /// Somebody who stays as they are.
    Unchanged,
    /// Nobody: a heading within the list, a totals line.
    Skipped,
}

impl RowKind {
    /// Every kind in the order of the tabs: what is wrong comes first.
    pub const ALL: [Self; 6] = [Self::Faulty, Self::Doubtful, Self::New, Self::Changed, Self::Unchanged, Self::Skipped];

    /// Stable code, the end of the message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Faulty => "faulty",
            Self::Doubtful => "doubtful",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What somebody says of a row whose person is not certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// It is this one of the register.
    Same(PersonId),
    /// It is somebody new.
    New,
    /// Nothing is done with it.
    Leave,
}

impl std::str::FromStr for Choice {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "new" => Ok(Self::New),
            "leave" => Ok(Self::Leave),
            person => person.parse().map(Self::Same).map_err(|_| ()),
        }
    }
}

/// How many rows of a kind there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Counts {
    /// People whom the register does not have.
    #[sqlx(rename = "rows_new")]
    pub new: i64,
    /// People who change.
    #[sqlx(rename = "rows_changed")]
    pub changed: i64,
    /// People who stay as they are.
    #[sqlx(rename = "rows_unchanged")]
    pub unchanged: i64,
    /// Rows whose person is not certain.
    #[sqlx(rename = "rows_doubtful")]
    pub doubtful: i64,
    /// Rows that are refused.
    #[sqlx(rename = "rows_faulty")]
    pub faulty: i64,
    /// Rows that hold nobody.
    #[sqlx(rename = "rows_skipped")]
    pub skipped: i64,
}

impl Counts {
    /// So many rows of these kinds more.
    pub fn add(&mut self, kinds: impl IntoIterator<Item = RowKind>) {
        for kind in kinds {
            *match kind {
                RowKind::Faulty => &mut self.faulty,
                RowKind::Doubtful => &mut self.doubtful,
                RowKind::New => &mut self.new,
                RowKind::Changed => &mut self.changed,
                RowKind::Unchanged => &mut self.unchanged,
                RowKind::Skipped => &mut self.skipped,
            } += 1;
        }
    }

    /// Rows of a kind.
    #[must_use]
    pub fn rows(&self, kind: RowKind) -> i64 {
        match kind {
            RowKind::Faulty => self.faulty,
            RowKind::Doubtful => self.doubtful,
            RowKind::New => self.new,
            RowKind::Changed => self.changed,
            RowKind::Unchanged => self.unchanged,
            RowKind::Skipped => self.skipped,
        }
    }

    /// People whom a commit writes.
    #[must_use]
    pub fn writes(&self) -> i64 {
        self.new + self.changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_written_once_and_taken_back_once() {
        use BatchMove::{Commit, Remap, Undo, Withdraw};
        use BatchState::{Committed, Previewed, Undone, Withdrawn};
        let all = [Previewed, Committed, Undone, Withdrawn];
        let after = |step| all.map(|state| state.after(step).ok());
        assert_eq!(after(Remap), [Some(Previewed), None, None, None]);
        assert_eq!(after(Commit), [Some(Committed), None, None, None]);
        assert_eq!(after(Withdraw), [Some(Withdrawn), None, None, None]);
        assert_eq!(after(Undo), [None, Some(Undone), None, None]);
        assert_eq!(Undone.after(Undo), Err(BatchMoveRefused(Undone)));
    }
}
