//! Import: a roster as an office sends it becomes people, with a preview before and an undo after.
//!
//! Owns `import_batch`, `import_row`; writes `person` and `assignment` with the register.
//!
//! Always true:
//! - nothing is written to the register before somebody has seen what it would be and says so;
//! - a batch is written as a whole and taken back as a whole, each in one transaction;
//! - every row of the sheet is accounted for: new, changed, unchanged, faulty with its reason, or skipped;
//! - what a sheet does not say is not taken away.

mod actions;
mod check;
mod columns;
mod pages;
mod sheet;
mod store;

pub use actions::{Counts, ImportError, Reading, commit, other_sheet, preview, remap, undo, withdraw};
pub use check::Fault;
pub use columns::{Column, Mapping};
pub use sheet::FileError;
pub use store::{Batch, NeedsPeople};

use kernel::{ImportId, Right};
use store::RowLine;
use web::{Access, Routes};

web::messages!("people.registry.import");

/// Load rosters: `people.import`.
#[derive(Debug)]
pub struct ImportPeople;
impl Right for ImportPeople {
    const NAME: &'static str = "people.import";
}

/// Largest upload in bytes: a roster of 100,000 rows has about 12 MB.
const MOST_BYTES: usize = 30 * 1024 * 1024;

/// Pages of imports.
pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/people/import", Access::right::<ImportPeople>(), pages::get)
        .upload("/people/import", Access::right::<ImportPeople>(), MOST_BYTES, pages::post)
        .get("/people/import/{import}", Access::right::<ImportPeople>(), pages::get_batch)
        .get("/people/import/{import}/columns", Access::right::<ImportPeople>(), pages::get_columns)
        .post("/people/import/{import}/columns", Access::right::<ImportPeople>(), pages::post_columns)
        .get("/people/import/{import}/faults.xlsx", Access::right::<ImportPeople>(), pages::get_faults)
        .post("/people/import/{import}/commit", Access::right::<ImportPeople>(), pages::post_commit)
        .post("/people/import/{import}/withdraw", Access::right::<ImportPeople>(), pages::post_withdraw)
        .post("/people/import/{import}/undo", Access::right::<ImportPeople>(), pages::post_undo)
}

/// A faulty row as the command line prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyRow {
    /// Number of the row in the file, from 1.
    pub row: i64,
    /// Name as far as it could be read.
    pub name: String,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// The faulty rows of a batch, at most `most`.
///
/// # Errors
/// The database's failure.
pub async fn faulty_rows(db: &::store::Db, id: ImportId, most: i64) -> Result<Vec<FaultyRow>, ::store::StoreError> {
    let rows = store::rows(&mut db.read().await?, id, "faulty", 0, most).await?;
    rows.iter()
        .map(|r| Ok(FaultyRow { row: r.row_number, name: r.shown_name.clone(), faults: faults_of(r)? }))
        .collect()
}

/// Faults as a row keeps them.
fn faults_of(row: &RowLine) -> Result<Vec<Fault>, ::store::StoreError> {
    if row.problems.is_empty() { Ok(Vec::new()) } else { Ok(serde_json::from_str(&row.problems)?) }
}

/// One fault in the reader's words: `Cột C: không có ngày này trong lịch: 31/02/1980`.
#[must_use]
pub fn fault_text(t: web::T, fault: &Fault) -> String {
    let what = t.arg(format!("import-fault-{}", fault.code), "value", fault.value.clone());
    if fault.column.is_empty() {
        what.into_owned()
    } else {
        t.args("import-fault-at", [("column", fault.column.clone().into()), ("what", what.into_owned().into())])
            .into_owned()
    }
}
