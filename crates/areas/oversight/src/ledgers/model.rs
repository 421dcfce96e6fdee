//! Periods beside what is owed; pure.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

/// What is owed in a year, in periods.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Owed {
    /// By everybody for the post (`obligation_position`).
    pub position: i64,
    /// By leaders for knowledge updating (`obligation_update`).
    pub update: i64,
    /// Levels of posts that owe knowledge updating, separated by `;` (`obligation_update_levels`).
    pub levels: String,
    /// Ledger of the school's own classes where their programme has none of its own (`ledger_class`).
    pub class_ledger: String,
}

impl Owed {
    /// From the rules in force on a day.
    pub(super) fn of(rules: &BTreeMap<String, String>) -> Self {
        let text = |key: &str| rules.get(key).cloned().unwrap_or_default();
        let periods = |key: &str| text(key).parse().unwrap_or(0);
        let class_ledger = Some(text("ledger_class")).filter(|ledger| !ledger.is_empty());
        Self {
            position: periods("obligation_position"),
            update: periods("obligation_update"),
            levels: text("obligation_update_levels"),
            class_ledger: class_ledger.unwrap_or_else(|| "other".to_owned()),
        }
    }

    /// Whether a level owes knowledge updating.
    pub(crate) fn updates(&self, level: &str) -> bool {
        self.levels.split(';').any(|one| one.trim() == level)
    }
}

/// Periods of one person in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Year {
    /// The year.
    pub year: i32,
    /// Knowledge updating.
    pub update: i64,
    /// For the post.
    pub position: i64,
    /// What counts for neither.
    pub other: i64,
}

/// Adds courses up by the year of their last day, the newest year first; the running year stands there in any case.
pub(super) fn years<'c>(courses: impl Iterator<Item = (NaiveDate, &'c str, i64)>, today: NaiveDate) -> Vec<Year> {
    let mut years: BTreeMap<i32, Year> = BTreeMap::new();
    years.insert(today.year(), Year { year: today.year(), ..Year::default() });
    for (on, ledger, periods) in courses {
        let year = years.entry(on.year()).or_insert(Year { year: on.year(), ..Year::default() });
        match ledger {
            "update" => year.update += periods,
            "position" => year.position += periods,
            _ => year.other += periods,
        }
    }
    years.into_values().rev().collect()
}

/// First and last day of a year, and the day by whose rules it is measured.
pub(super) fn bounds(year: i32, today: NaiveDate) -> Option<(NaiveDate, NaiveDate, NaiveDate)> {
    let (first, last) = (NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?);
    Some((first, last, last.min(today).max(first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ledgers_are_never_added_together() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let courses = [
            (day("2024-03-08"), "position", 40),
            (day("2024-12-31"), "update", 16),
            (day("2024-05-05"), "other", 1056),
            (day("2025-01-01"), "update", 8),
        ];
        let years = years(courses.into_iter(), day("2026-11-24"));
        assert_eq!(
            years,
            [
                Year { year: 2026, ..Year::default() },
                Year { year: 2025, update: 8, ..Year::default() },
                Year { year: 2024, update: 16, position: 40, other: 1056 },
            ]
        );
    }

    #[test]
    fn a_past_year_is_measured_by_its_last_day_and_the_running_one_by_today() {
        let today = "2026-11-24".parse().unwrap();
        assert_eq!(bounds(2024, today).unwrap().2.to_string(), "2024-12-31");
        assert_eq!(bounds(2026, today).unwrap().2, today);
        assert_eq!(bounds(2027, today).unwrap().2.to_string(), "2027-01-01");
    }

    #[test]
    fn only_the_named_levels_owe_knowledge_updating() {
        let owed = Owed { levels: "head; deputy".into(), ..Owed::default() };
        assert_eq!(["head", "deputy", "specialist", ""].map(|level| owed.updates(level)), [true, true, false, false]);
    }
}
