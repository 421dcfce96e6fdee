//! The format of a change set. Whatever changes in it changes [`FORMAT`] and `docs/change-set.md`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Name and version of the format.
pub const FORMAT: &str = "boiduong.change-set/1";

/// A change set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeSet {
    /// [`FORMAT`].
    pub format: String,
    /// Where it comes from and when: our register is a cache beside the national one (NĐ 224/2026/NĐ-CP).
    pub source: Source,
    /// The class.
    pub course: Course,
    /// One for each learner, in the order of names.
    pub entries: Vec<Entry>,
}

/// Where a change set comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The school.
    pub body: String,
    /// Short name of the scheme.
    pub scheme: String,
    /// When it was emitted, UTC.
    pub emitted_at: DateTime<Utc>,
}

/// The class with its decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// `29/2026`.
    pub class: String,
    /// Name of the programme.
    pub programme: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Number of the decision on results.
    pub decision: String,
    /// Day on which it was signed.
    pub decided_on: NaiveDate,
}

/// What becomes known of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Code in the register.
    pub person: String,
    /// Name.
    pub full_name: String,
    /// Birth date, where it is known.
    pub birth_date: Option<NaiveDate>,
    /// `nam` or `nu`, where it is known.
    pub gender: Option<String>,
    /// Post.
    pub position: String,
    /// Unit, with the word for its kind.
    pub unit: String,
    /// `completed` or `not_completed`.
    pub result: String,
    /// Band of the result; empty without one.
    pub band: String,
    /// Mark in hundredths, where there is one.
    pub score_hundredths: Option<i64>,
    /// Periods of the class.
    pub periods: i64,
    /// Periods that the person attended.
    pub periods_attended: i64,
    /// The certificate of who completed.
    pub certificate: Option<Paper>,
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Number in the register: `0012/2026`.
    pub number: String,
    /// Day of issue.
    pub issued_on: NaiveDate,
    /// Code by which anybody verifies it.
    pub verify_code: String,
}

/// A change set as it was frozen, with what identifies its people: given out for the national database, kept nowhere.
#[derive(Debug, Serialize)]
pub struct Identified<'a> {
    /// [`FORMAT`] with `+identities`.
    pub format: String,
    /// SHA-256 of the change set as it was frozen, in hex.
    pub sha256: &'a str,
    /// Identity numbers by code in the register; nothing where none is known.
    pub identities: Vec<(String, Option<String>)>,
    /// The change set as it was frozen.
    pub change_set: ChangeSet,
}
