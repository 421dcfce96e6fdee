//! What a post asks for, what somebody has reached, and the gap between the two.

use chrono::NaiveDate;
use serde::Serialize;

/// The five content fields of training (Decree 171/2025/NĐ-CP); their words are `needs-field-CODE`.
pub const FIELDS: [&str; 5] = ["politics", "defence", "management", "position", "digital"];

/// A level with the day since which it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rated {
    /// The level, from 0.
    pub level: i64,
    /// Day of the rating, or last day of the class.
    pub on: NaiveDate,
}

/// Everything that is known of one person's competence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Newest rating by the person.
    pub own: Option<Rated>,
    /// Newest rating by a superior.
    pub superior: Option<Rated>,
    /// Levels that topics of completed classes build, each with the last day of the class.
    pub trained: Vec<Rated>,
}

impl Known {
    /// The rating that counts: the superior's, else the person's own.
    #[must_use]
    pub fn rating(&self) -> Option<Rated> {
        self.superior.or(self.own)
    }

    /// The level that is reached: the rating that counts, raised by what was completed since. A class raises and never
    /// lowers; a rating given after the class stands, because whoever gave it knew what the class had brought.
    /// None while nothing is known.
    ///
    /// Rated 2 in March, a class in May that builds level 3: 3. Rated 2 in June after that class: 2.
    #[must_use]
    pub fn reached(&self) -> Option<i64> {
        let rating = self.rating();
        let since = |t: &&Rated| rating.is_none_or(|r| t.on >= r.on);
        let trained = self.trained.iter().filter(since).map(|t| t.level).max();
        rating.map(|r| r.level).max(trained)
    }

    /// Levels that are missing up to what the post asks for; 0 when nothing is missing, none while nothing is known.
    #[must_use]
    pub fn missing(&self, required: i64) -> Option<i64> {
        self.reached().map(|level| (required - level).max(0))
    }
}

/// Gaps of several people or competences together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Pairs of a person and a competence that the person's post asks for.
    pub required: i64,
    /// Those of which a level is known.
    pub known: i64,
    /// Those with a level missing.
    pub gaps: i64,
    /// Levels missing altogether.
    pub levels: i64,
}

impl Tally {
    /// Counts one more pair with what is missing.
    pub fn add(&mut self, missing: Option<i64>) {
        self.required += 1;
        if let Some(missing) = missing {
            self.known += 1;
            self.levels += missing;
            if missing > 0 {
                self.gaps += 1;
            }
        }
    }

    /// Counts everything of another tally too.
    pub fn and(&mut self, other: Self) {
        self.required += other.required;
        self.known += other.known;
        self.gaps += other.gaps;
        self.levels += other.levels;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rated(level: i64, on: &str) -> Rated {
        Rated { level, on: on.parse().unwrap() }
    }

    #[test]
    fn nothing_known_is_no_gap_and_no_level() {
        let known = Known::default();
        assert_eq!((known.reached(), known.missing(3)), (None, None));
        let mut tally = Tally::default();
        tally.add(known.missing(3));
        assert_eq!(tally, Tally { required: 1, ..Tally::default() });
    }

    #[test]
    fn the_superiors_rating_counts_before_ones_own() {
        let mut known = Known { own: Some(rated(4, "2026-05-01")), ..Known::default() };
        assert_eq!(known.missing(4), Some(0));
        known.superior = Some(rated(2, "2026-04-01"));
        assert_eq!((known.reached(), known.missing(4)), (Some(2), Some(2)));
    }

    #[test]
    fn row_48_a_class_raises_the_level_and_never_lowers_it() {
        let trained = vec![rated(3, "2026-05-10"), rated(1, "2026-09-01")];
        let before = Known { own: Some(rated(2, "2026-03-01")), superior: None, trained: trained.clone() };
        assert_eq!((before.reached(), before.missing(4)), (Some(3), Some(1)));
        // rated on the last day of the class itself: the class counts
        let same = Known { own: Some(rated(2, "2026-05-10")), ..before.clone() };
        assert_eq!(same.reached(), Some(3));
        // rated lower after the first class: that stands; the later class builds less and lowers nothing
        let after = Known { superior: Some(rated(2, "2026-06-01")), ..before.clone() };
        assert_eq!(after.reached(), Some(2));
        let higher = Known { own: Some(rated(5, "2026-03-01")), ..before };
        assert_eq!(higher.reached(), Some(5));
        // somebody who was never rated has what the classes built
        assert_eq!(Known { trained, ..Known::default() }.missing(5), Some(2));
    }

    #[test]
    fn more_than_is_asked_for_fills_no_other_gap() {
        let mut tally = Tally::default();
        for (level, required) in [(5, 2), (1, 3), (3, 3)] {
            tally.add(Known { own: Some(rated(level, "2026-03-01")), ..Known::default() }.missing(required));
        }
        assert_eq!(tally, Tally { required: 3, known: 3, gaps: 1, levels: 2 });
        let mut sum = tally;
        sum.and(tally);
        assert_eq!(sum, Tally { required: 6, known: 6, gaps: 2, levels: 4 });
    }
}
