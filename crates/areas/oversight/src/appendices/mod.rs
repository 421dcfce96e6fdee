//! The scheme's appendices as papers: 1 the people and their levels, 2 the training of past years, 3 the framework of the
//! programmes. Each is a [`Report`], which `documents` writes as spreadsheet, PDF or text document.
//!
//! Always true:
//! - figures are aggregates of the province, no names;
//! - declared figures that do not add up stand as declared, the gap beside them.

mod history;
mod people;
mod statistics;

use std::str::FromStr;

use ::people::registry::ReadStatistics;
use ::store::{Conn, StoreError};
use chrono::NaiveDate;
use documents::report::Report;
use teaching::{
    curriculum::framework,
    scheme::{Rules, Scheme},
};
use web::{Access, Area, Routes, T};

web::messages!("oversight.appendices");

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let reads = Access::right::<ReadStatistics>();
    Area {
        routes: Routes::new()
            .get("/reports/statistics.xlsx", reads, statistics::get_xlsx)
            .get("/reports/statistics.pdf", reads, statistics::get_pdf)
            .get("/reports/statistics.docx", reads, statistics::get_docx),
        ..Area::default()
    }
}

/// An appendix of the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appendix {
    /// Phụ lục 1: how many people, of which blocs and levels.
    People,
    /// Phụ lục 2: person-times of training by category.
    Training,
    /// Phụ lục 3: the framework of the programmes.
    Programmes,
}

impl FromStr for Appendix {
    type Err = ();

    fn from_str(number: &str) -> Result<Self, ()> {
        match number {
            "1" => Ok(Self::People),
            "2" => Ok(Self::Training),
            "3" => Ok(Self::Programmes),
            _ => Err(()),
        }
    }
}

/// An appendix of a scheme, as the school issues it on a day.
///
/// # Errors
/// The database's failure.
pub async fn appendix(
    conn: &mut Conn,
    t: T,
    which: Appendix,
    scheme: &Scheme,
    rules: &Rules,
    on: NaiveDate,
) -> Result<Report, StoreError> {
    match which {
        Appendix::People => people::report(conn, t, scheme, rules, on).await,
        Appendix::Training => history::report(conn, t, scheme, rules, on).await,
        Appendix::Programmes => framework(conn, t, scheme, rules, on).await,
    }
}
