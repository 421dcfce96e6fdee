//! The sheet on which a unit confirms by signature how the names of its learners are written, before certificates
//! carry them.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    DocumentError,
    certificate::{day, state_date},
    pdf::typeset,
};

/// The sheets of a class, one a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameSheets {
    /// Body above the issuing body.
    pub parent: String,
    /// Issuing body.
    pub body: String,
    /// Day on which they were made.
    pub made_on: NaiveDate,
    /// Class: `29/2026`.
    pub class_label: String,
    /// Programme.
    pub programme: String,
    /// First and last day as written.
    pub time: String,
    /// The units in their order.
    pub units: Vec<NameSheet>,
}

/// The learners of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameSheet {
    /// Commune with its kind.
    pub unit: String,
    /// Learners in the order of their names.
    pub learners: Vec<NameLine>,
}

/// Somebody as the certificate would name them today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameLine {
    /// Name.
    pub full_name: String,
    /// Birth date, if known.
    pub birth_date: Option<NaiveDate>,
    /// Post.
    pub position: String,
}

#[derive(Serialize)]
struct Sheet<'a> {
    made: [String; 3],
    units: Vec<Unit<'a>>,
    #[serde(flatten)]
    head: Head<'a>,
}

#[derive(Serialize)]
struct Head<'a> {
    parent: &'a str,
    body: &'a str,
    class_label: &'a str,
    programme: &'a str,
    time: &'a str,
}

#[derive(Serialize)]
struct Unit<'a> {
    unit: &'a str,
    /// Name, birth date as written, post.
    learners: Vec<[String; 3]>,
}

/// Every unit's sheet, each from a new page.
///
/// # Errors
/// [`DocumentError`].
pub fn render(sheets: &NameSheets) -> Result<Vec<u8>, DocumentError> {
    let line = |l: &NameLine| [l.full_name.clone(), l.birth_date.map(day).unwrap_or_default(), l.position.clone()];
    let units = sheets.units.iter().map(|u| Unit { unit: &u.unit, learners: u.learners.iter().map(line).collect() });
    let sheet = Sheet {
        made: state_date(sheets.made_on),
        units: units.collect(),
        head: Head {
            parent: &sheets.parent,
            body: &sheets.body,
            class_label: &sheets.class_label,
            programme: &sheets.programme,
            time: &sheets.time,
        },
    };
    typeset("names.typ", &sheet, sheets.made_on)?.whole()
}
