//! Working days of offices: pure values.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};

/// The days that differ from the week: days off, and days on which offices work to make up for one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workdays {
    off: BTreeSet<NaiveDate>,
    made_up: BTreeSet<NaiveDate>,
}

impl Workdays {
    /// From the days, each with whether nobody works on it; a day that is said to be both is a day off.
    #[must_use]
    pub fn new(days: impl IntoIterator<Item = (NaiveDate, bool)>) -> Self {
        let mut workdays = Self::default();
        for (day, is_off) in days {
            if is_off {
                workdays.off.insert(day)
            } else {
                workdays.made_up.insert(day)
            };
        }
        workdays
    }

    /// Whether offices work on a day.
    #[must_use]
    pub fn works(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        !self.off.contains(&day) && (!weekend || self.made_up.contains(&day))
    }

    /// The last of some working days after a day; the day itself for none.
    #[must_use]
    pub fn after(&self, day: NaiveDate, working_days: u32) -> NaiveDate {
        let Some(place) = usize::try_from(working_days).ok().and_then(|n| n.checked_sub(1)) else { return day };
        day.iter_days().skip(1).filter(|day| self.works(*day)).nth(place).unwrap_or(day)
    }

    /// Where a time that ends on a day ends: on the next working day when nobody works on it (Civil Code 2015, Article 148,
    /// clause 5).
    #[must_use]
    pub fn end(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|day| self.works(*day)).unwrap_or(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Tết 2027 as `data/holidays.csv` has it, and the Saturday that made up for the second of January 2026.
    fn workdays() -> Workdays {
        let off = ["2026-01-01", "2026-01-02", "2027-01-01"].into_iter();
        let tet = (4..=10).map(|day| (NaiveDate::from_ymd_opt(2027, 2, day).unwrap(), true));
        Workdays::new(off.map(|day| (d(day), true)).chain(tet).chain([(d("2026-01-10"), false)]))
    }

    #[test]
    fn weekends_and_holidays_do_not_count() {
        let days = workdays();
        // a Thursday, a Friday, a Saturday
        assert_eq!(days.after(d("2026-11-26"), 2), d("2026-11-30"));
        assert_eq!(days.after(d("2026-11-27"), 2), d("2026-12-01"));
        assert_eq!(days.after(d("2026-11-28"), 2), d("2026-12-01"));
        assert_eq!(days.after(d("2026-11-26"), 0), d("2026-11-26"));
        // the last working day before Tết, and the day before that
        assert_eq!(days.after(d("2027-02-03"), 2), d("2027-02-12"));
        assert_eq!(days.after(d("2027-02-02"), 2), d("2027-02-11"));
        assert_eq!(days.after(d("2027-02-03"), 1), d("2027-02-11"));
        // what came during Tết has until the second day after it
        assert_eq!(days.after(d("2027-02-08"), 2), d("2027-02-12"));
        // twenty working days over Tết: five days off fall on weekdays
        assert_eq!(days.after(d("2027-01-20"), 20), d("2027-02-24"));
        assert_eq!(Workdays::default().after(d("2027-01-20"), 20), d("2027-02-17"));
    }

    #[test]
    fn a_saturday_that_makes_up_for_a_day_off_counts() {
        let days = workdays();
        assert!(!days.works(d("2026-01-02")) && days.works(d("2026-01-10")) && !days.works(d("2026-01-11")));
        assert_eq!(days.after(d("2026-01-09"), 1), d("2026-01-10"));
        assert_eq!(days.after(d("2025-12-31"), 1), d("2026-01-05"));
    }

    #[test]
    fn a_time_that_ends_on_a_day_off_ends_on_the_next_working_day() {
        let days = workdays();
        assert_eq!(days.end(d("2027-02-03")), d("2027-02-03"));
        assert_eq!(days.end(d("2027-02-04")), d("2027-02-11"));
        assert_eq!(days.end(d("2027-02-13")), d("2027-02-15"));
        assert_eq!(days.end(d("2026-01-10")), d("2026-01-10"));
    }
}
