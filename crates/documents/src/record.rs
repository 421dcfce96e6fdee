//! The training record of one person: which classes, when, with what result, under which decision and certificate.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    DocumentError,
    certificate::{day, state_date},
    pdf::typeset,
};

/// Everything that stands in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrainingRecord {
    /// Body above the one that keeps the record.
    pub parent: String,
    /// Body that keeps the record.
    pub body: String,
    /// Place.
    pub place: String,
    /// Day on which it was made.
    pub made_on: NaiveDate,
    /// Title under which it is confirmed.
    pub signer_title: String,
    /// Name of the person.
    pub full_name: String,
    /// Number in the register of people.
    pub code: String,
    /// Birth date, if known.
    pub birth_date: Option<NaiveDate>,
    /// Post.
    pub position: String,
    /// Office and commune.
    pub unit: String,
    /// Where the person stands on that day, in one sentence.
    pub standing: String,
    /// The classes, newest first.
    pub classes: Vec<RecordLine>,
    /// Periods by year and ledger, newest first; the ledgers are not added up.
    pub ledgers: Vec<LedgerLine>,
    /// Courses elsewhere, newest first.
    pub courses: Vec<CourseLine>,
}

/// A year of the training ledgers, figures as written, of the running year with what is owed: `24 / 40`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerLine {
    /// The year.
    pub year: String,
    /// Periods for the post.
    pub position: String,
    /// Periods of knowledge updating (Quy định 145-QĐ/TW).
    pub update: String,
    /// Periods that count for neither.
    pub other: String,
}

/// A course elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CourseLine {
    /// What it was.
    pub title: String,
    /// First and last day as written.
    pub time: String,
    /// Periods as written.
    pub periods: String,
    /// The ledger, in words.
    pub ledger: String,
    /// Who held it, may be empty.
    pub organiser: String,
    /// Number of the certificate, may be empty.
    pub certificate: String,
}

/// A class of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordLine {
    /// `29/2026`.
    pub class_label: String,
    /// Programme.
    pub programme: String,
    /// First and last day as written.
    pub time: String,
    /// Share of the periods attended as written, may be empty.
    pub attendance: String,
    /// Mark as written, may be empty.
    pub score: String,
    /// Outcome with its band, and why it was not reached.
    pub outcome: String,
    /// Number of the decision, may be empty.
    pub decision: String,
    /// Day on which it was signed as written, may be empty.
    pub decided_on: String,
    /// Number in the register of certificates, may be empty.
    pub register_number: String,
    /// Address of the page that says whether the certificate is genuine; empty before the paper is issued.
    pub verify_url: String,
}

#[derive(Serialize)]
struct Sheet<'a> {
    made: [String; 3],
    born: String,
    #[serde(flatten)]
    record: &'a TrainingRecord,
}

/// The record as PDF.
///
/// # Errors
/// [`DocumentError`].
pub fn render(record: &TrainingRecord) -> Result<Vec<u8>, DocumentError> {
    let born = record.birth_date.map(day).unwrap_or_default();
    let sheet = Sheet { made: state_date(record.made_on), born, record };
    typeset("record.typ", &sheet, record.made_on)?.whole()
}
