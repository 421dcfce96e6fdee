//! Geometry of the map and the curve; pure functions of figures.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate};

use crate::coverage::CommuneCoverage;

/// A commune's place on the map.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dot {
    /// From the left, 0 to 640.
    pub x: String,
    /// From the top, 0 to 430.
    pub y: String,
    /// Grows with the people.
    pub radius: String,
}

/// Places of communes in a box of 640 by 430, north above.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "places on a picture")]
pub(super) fn dots(communes: &[CommuneCoverage]) -> Vec<Dot> {
    let bounds = |of: fn(&CommuneCoverage) -> f64| {
        communes.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let ((west, east), (south, north)) = (bounds(|c| c.lon), bounds(|c| c.lat));
    let (width, height) = ((east - west).max(0.01), (north - south).max(0.01));
    communes
        .iter()
        .map(|c| Dot {
            x: format!("{:.0}", 25.0 + (c.lon - west) / width * 590.0),
            y: format!("{:.0}", 25.0 + (north - c.lat) / height * 380.0),
            radius: format!("{:.1}", 3.0 + (c.people as f64).sqrt() * 0.75),
        })
        .collect()
}

/// Steps of the map's colours in whole percent, around the share of the province.
pub(super) fn cuts(trained: i64, people: i64) -> [i64; 4] {
    let permille = if people > 0 { trained * 1000 / people } else { 0 };
    [600, 850, 1100, 1350].map(|factor| ((permille * factor + 5_000) / 10_000).max(1))
}

/// The colour step of a share, 1 to 5; 0 where there are no people.
pub(super) fn step(part: i64, whole: i64, cuts: [i64; 4]) -> usize {
    if whole == 0 { 0 } else { 1 + cuts.iter().filter(|cut| part * 100 >= **cut * whole).count() }
}

/// The curve over the years of a scheme in a box of 420 by 250.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Curve {
    first_year: i32,
    last_year: i32,
    people: i64,
}

impl Curve {
    pub(super) fn new(first_year: i64, last_year: i64, people: i64) -> Self {
        let year = |y: i64| i32::try_from(y).unwrap_or(2026);
        Self { first_year: year(first_year), last_year: year(last_year).max(year(first_year)), people: people.max(1) }
    }

    /// The years with the place of their beginning.
    pub(super) fn years(&self) -> Vec<(i32, i64)> {
        (self.first_year..=self.last_year)
            .map(|y| (y, self.x(NaiveDate::from_ymd_opt(y, 1, 1).unwrap_or_default())))
            .collect()
    }

    /// From the left: 40 on the first day of the scheme, 410 on its last.
    fn x(&self, day: NaiveDate) -> i64 {
        let years = i64::from(day.year() - self.first_year);
        let span = i64::from(self.last_year - self.first_year + 1) * 366;
        40 + (years * 366 + i64::from(day.ordinal0())) * 370 / span
    }

    /// From the top: 228 for nobody, 20 for everybody.
    pub(super) fn y(&self, people: i64) -> i64 {
        228 - people.min(self.people) * 208 / self.people
    }

    /// The line through the running totals of people by day, from the beginning of the scheme.
    pub(super) fn path(&self, by_day: &[(NaiveDate, i64)]) -> String {
        let mut path = String::from("M40 228");
        let mut total = 0;
        let mut last = (40, 228);
        for (day, people) in by_day {
            total += people;
            let point = (self.x(*day), self.y(total));
            if point != last {
                let _ = write!(path, " L{} {}", point.0, point.1);
                last = point;
            }
        }
        path
    }

    /// Where the line of [`Curve::path`] ends.
    pub(super) fn end(&self, by_day: &[(NaiveDate, i64)]) -> Option<(i64, i64)> {
        let total = by_day.iter().map(|(_, people)| people).sum();
        by_day.last().map(|(day, _)| (self.x(*day), self.y(total)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_stand_around_the_share_of_the_province() {
        let cuts = cuts(1986, 8624);
        assert_eq!(cuts, [14, 20, 25, 31]);
        assert_eq!([0, 15, 23, 28, 40].map(|p| step(p, 100, cuts)), [1, 2, 3, 4, 5]);
        assert_eq!(step(0, 0, cuts), 0);
    }

    #[test]
    fn the_curve_begins_below_and_ends_above() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let curve = Curve::new(2026, 2030, 100);
        assert_eq!(curve.path(&[(day("2026-01-01"), 0), (day("2028-07-02"), 50)]), "M40 228 L225 124");
        assert_eq!(curve.end(&[(day("2030-12-31"), 100)]), Some((409, 20)));
        assert_eq!(curve.years().first(), Some(&(2026, 40)));
    }
}
