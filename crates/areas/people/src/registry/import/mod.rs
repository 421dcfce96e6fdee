//! Import: a roster as an office sends it becomes people, with a preview before and an undo after.
//!
//! Owns `import_batch`, `import_mapping`, `import_row`; writes `person` and `assignment` with the register. The way of a file:
//! [`sheet`] bytes → cells, [`columns`] headings → meanings, [`check`] a row → a person or its faults,
//! [`plan`] people → what would change, [`flow`] row by row, so that a long roster takes no more memory than a short one,
//! [`actions`] preview, commit, withdrawal, [`undo`](mod@undo); [`remembered`] columns put right once.
//!
//! Always true:
//! - nothing is written to the register before somebody has seen what it would be and says so; the command line shows
//!   and writes at once, or only shows;
//! - a commit writes exactly what the preview shows, or nothing and makes the preview anew;
//! - a batch is written as a whole and taken back as a whole, each in one transaction;
//! - every row of the sheet is accounted for: new, changed, unchanged, faulty with its reason, or skipped;
//! - whoever may be two people is asked about, never guessed ([`score`]); a value said by a better source stays;
//! - what a sheet does not say is not taken away; a post is not overwritten, it ends where the next one begins;
//! - the file itself is kept only until the batch is decided;
//! - columns that somebody has put right are used again for the same unit and the same headings only, and said so.

mod actions;
mod cell;
mod check;
mod columns;
mod flow;
mod lists;
mod matching;
mod model;
mod pages;
mod plan;
mod progress;
mod remembered;
mod score;
mod sheet;
mod store;
mod undo;
mod writing;

pub use actions::{
    Draft, Held, ImportError, Importer, Look, Reading, choose, commit, draft, look, other_sheet, preview, remap,
    withdraw,
};
pub use check::Fault;
pub use columns::{Column, Headings, Mapping};
pub use model::{BatchMove, BatchMoveRefused, BatchState, Choice, Counts, RowKind};
pub use remembered::{Source, forget};
pub use sheet::FileError;
pub(crate) use sheet::{Cell, Sheet};
pub use store::{Batch, NeedsPeople};
pub use undo::undo;

use kernel::Right;
use web::{Access, Routes, T};

web::messages!("people.registry.import");

/// Load rosters: `people.import`.
#[derive(Debug)]
pub struct ImportPeople;
impl Right for ImportPeople {
    const NAME: &'static str = "people.import";
}

/// Largest file in bytes: a roster of 100,000 rows has about 12 MB.
pub const MOST_BYTES: usize = 30 * 1024 * 1024;

/// Sheets of a workbook, or of a text with separators.
pub(crate) fn read_sheets(bytes: Vec<u8>) -> Result<Vec<Sheet>, FileError> {
    sheet::read(bytes.into(), &progress::Progress::default())
}

/// Pages of imports.
pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/people/import", Access::right::<ImportPeople>(), pages::get)
        .upload("/people/import", Access::right::<ImportPeople>(), MOST_BYTES, pages::post)
        .get("/people/import/progress", Access::right::<ImportPeople>(), pages::get_progress)
        .post("/people/import/stop", Access::right::<ImportPeople>(), pages::post_stop)
        .get("/people/import/{import}", Access::right::<ImportPeople>(), pages::get_batch)
        .get("/people/import/{import}/columns", Access::right::<ImportPeople>(), matching::get)
        .post("/people/import/{import}/columns", Access::right::<ImportPeople>(), matching::post)
        .post("/people/import/{import}/choices", Access::right::<ImportPeople>(), pages::post_choices)
        .get("/people/import/{import}/faults.xlsx", Access::right::<ImportPeople>(), pages::get_faults)
        .post("/people/import/{import}/commit", Access::right::<ImportPeople>(), pages::post_commit)
        .post("/people/import/{import}/withdraw", Access::right::<ImportPeople>(), pages::post_withdraw)
        .post("/people/import/{import}/forget", Access::right::<ImportPeople>(), pages::post_forget)
        .post("/people/import/{import}/undo", Access::right::<ImportPeople>(), pages::post_undo)
}

/// A refused row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyRow {
    /// Number of the row in the file, from 1.
    pub row: i64,
    /// Name as far as it could be read.
    pub name: String,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

impl FaultyRow {
    /// In one line, with sheet, row and columns: `Trang tính “DS”, dòng 9 (Lê Văn A): cột C: không có ngày này …`.
    #[must_use]
    pub fn line(&self, t: T, sheet: &str) -> String {
        let what: Vec<String> = self.faults.iter().map(|fault| fault.text(t)).collect();
        let name = if self.name.is_empty() { t.get("import-no-name").into_owned() } else { self.name.clone() };
        let args = [
            ("sheet", sheet.into()),
            ("row", self.row.into()),
            ("name", name.into()),
            ("what", what.join("; ").into()),
        ];
        t.args("import-fault-line", args).into_owned()
    }
}

impl Fault {
    /// In the reader's words: `cột C: không có ngày này trong lịch: 31/02/1980`.
    #[must_use]
    pub fn text(&self, t: T) -> String {
        let what = t.arg(format!("import-fault-{}", self.code), "value", self.value.as_str());
        if self.column.is_empty() {
            what.into_owned()
        } else {
            t.args("import-fault-at", [("column", self.column.as_str().into()), ("what", what.into())]).into_owned()
        }
    }
}

impl ImportError {
    /// What a person reads: why, and what to do. `None` for what is no refusal but a failure, and for
    /// [`ImportError::NotFound`].
    #[must_use]
    pub fn text(&self, t: T) -> Option<String> {
        let text = match self {
            Self::NotFound | Self::Store(_) | Self::Thread(_) => return None,
            Self::File(error) => t.get(format!("import-file-{}", error.code())),
            Self::NoRoster => t.get("import-file-roster"),
            Self::Columns(codes) => t.arg("import-missing", "columns", missing_text(t, codes)),
            Self::Moved(BatchMoveRefused(state)) => t.get(format!("import-state-{}-refused", state.code())),
            Self::Changed => t.get("import-register-changed"),
            Self::Nothing => t.get("import-nothing"),
            Self::Held(held) => {
                let reasons: Vec<String> =
                    undo::grouped(held).iter().map(|(key, names)| group(t, key, names)).collect();
                t.args("import-held", [("number", held.len().into()), ("reasons", reasons.join("; ").into())])
            }
            Self::HeldElsewhere => t.get("import-held-elsewhere"),
            Self::Stopped => t.get("import-file-stopped"),
        };
        Some(text.into_owned())
    }
}

/// `họ và tên, ngày sinh`.
fn missing_text(t: T, codes: &[&str]) -> String {
    let words: Vec<String> = codes.iter().map(|code| t.get(format!("import-missing-{code}")).into_owned()).collect();
    words.join(", ")
}

/// People with one reason: the first few by name, the others by their number.
fn group(t: T, key: &str, names: &[&str]) -> String {
    const NAMED: usize = 5;
    let mut shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        shown.push_str(&t.arg("import-held-more", "number", names.len() - NAMED));
    }
    t.args("import-held-group", [("names", shown.into()), ("reason", t.get(key).into())]).into_owned()
}
