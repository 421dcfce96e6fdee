//! The score of a commune: a pure function of what it did.

/// What a commune did in the classes of a year whose deadline is past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct Facts {
    /// Seats that the calls gave it, before any went on.
    pub seats: i64,
    /// People whom it put forward.
    pub sent: i64,
    /// Of them, not accepted by the school.
    pub refused: i64,
    /// Of them, accepted.
    pub accepted: i64,
    /// Accepted people who were taken back or replaced afterwards.
    pub left_after: i64,
    /// Accepted people who did not complete the class.
    pub failed: i64,
    /// Women among those put forward.
    pub sent_women: i64,
    /// People of ethnic minorities among those put forward.
    pub sent_minority: i64,
    /// People of the commune whom the scheme counts.
    pub people: i64,
    /// Women among them.
    pub women: i64,
    /// People of ethnic minorities among them.
    pub minority: i64,
}

/// The score of a commune and its parts, in thousandths; a part of which there is nothing to say is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Share of its seats for which it put somebody forward.
    pub filled: Option<i64>,
    /// Share of the people put forward whom the school did not refuse.
    pub correct: Option<i64>,
    /// Share of accepted people who stayed and completed.
    pub kept: Option<i64>,
    /// Women and people of ethnic minorities among those put forward, against their share in the commune: the lower of the two, at most 1.
    pub fair: Option<i64>,
}

impl Score {
    /// The parts in their order.
    #[must_use]
    pub fn parts(&self) -> [Option<i64>; 4] {
        [self.filled, self.correct, self.kept, self.fair]
    }

    /// The mean of the parts that there are, in thousandths: each weighs the same.
    #[must_use]
    pub fn total(&self) -> Option<i64> {
        let there: Vec<i64> = self.parts().into_iter().flatten().collect();
        let count = i64::try_from(there.len()).unwrap_or(i64::MAX);
        (count > 0).then(|| (there.iter().sum::<i64>() + count / 2) / count)
    }
}

/// `part` of `whole` in thousandths, between 0 and 1,000; none of nothing.
fn share(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part.clamp(0, whole) * 1000 + whole / 2) / whole)
}

/// The score of what a commune did. Fairness is said of at least `least` people, and of a group of which at least one would be even: of
/// fewer a share is chance.
///
/// Source: the scheme complains that people are sent unevenly and wrongly, and puts women, ethnic minorities and remote areas first (part
/// three); which parts there are and that they weigh the same is a setting of this program, shown beside the score.
#[must_use]
pub fn score(facts: &Facts, least: i64) -> Score {
    // part/sent against whole/people, compared as a share of what would be even
    let even = |sent: i64, of: i64| {
        let expected = of > 0 && facts.sent * of >= facts.people;
        expected.then(|| share(sent * facts.people, facts.sent * of)).flatten()
    };
    let fair = (facts.sent >= least).then(|| {
        [even(facts.sent_women, facts.women), even(facts.sent_minority, facts.minority)].into_iter().flatten().min()
    });
    Score {
        filled: share(facts.sent, facts.seats),
        correct: share(facts.sent - facts.refused, facts.sent),
        kept: share(facts.accepted - facts.left_after - facts.failed, facts.accepted),
        fair: fair.flatten(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_a_share_and_the_total_their_mean() {
        let facts = Facts {
            seats: 10,
            sent: 8,
            refused: 2,
            accepted: 6,
            left_after: 1,
            failed: 1,
            sent_women: 2,
            sent_minority: 4,
            people: 100,
            women: 50,
            minority: 40,
        };
        let found = score(&facts, 5);
        // women: 2 of 8 where 4 of 8 would be even; minorities: 4 of 8 against 40 %, at most even
        assert_eq!(found.parts(), [Some(800), Some(750), Some(667), Some(500)]);
        assert_eq!(found.total(), Some(679));
    }

    #[test]
    fn nothing_is_said_of_what_there_is_not() {
        assert_eq!(score(&Facts::default(), 5), Score::default());
        assert_eq!(Score::default().total(), None);
        // seats without anybody put forward: nothing but the empty seats is said
        let silent = Facts { seats: 3, people: 60, women: 20, ..Facts::default() };
        assert_eq!(score(&silent, 5).parts(), [Some(0), None, None, None]);
        // four people are too few for a share of women; a commune without minorities is measured by women alone
        let few = Facts { seats: 4, sent: 4, people: 60, women: 20, ..Facts::default() };
        assert_eq!(score(&few, 5).fair, None);
        assert_eq!(score(&few, 4).fair, Some(0));
        assert_eq!(score(&Facts { women: 0, ..few }, 4).fair, None);
        // two of sixty are so few that none of four is as it should be
        assert_eq!(score(&Facts { women: 2, ..few }, 4).fair, None);
    }

    #[test]
    fn more_than_everything_is_everything() {
        let eager = Facts { seats: 2, sent: 5, sent_women: 5, people: 10, women: 5, accepted: 5, ..Facts::default() };
        assert_eq!(score(&eager, 5).parts(), [Some(1000); 4]);
    }
}
