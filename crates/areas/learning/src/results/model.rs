//! The completion rule of the scheme: attendance and essay, explained per person.

use kernel::Score;

/// Why somebody did not complete, in the order of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Missed more periods than allowed: missed, most.
    TooManyAbsences(i64, i64),
    /// No essay was marked.
    NoScore,
    /// The essay's mark is below the least: hundredths given, least.
    ScoreTooLow(i64, i64),
}

impl Reason {
    /// Stable code with its figures, as stored: `absences:12:8`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::TooManyAbsences(missed, most) => format!("absences:{missed}:{most}"),
            Self::NoScore => "no_score".to_owned(),
            Self::ScoreTooLow(given, least) => format!("score:{given}:{least}"),
        }
    }

    /// From its code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let mut parts = code.split(':');
        let kind = parts.next()?;
        let mut figure = || parts.next()?.parse().ok();
        match kind {
            "absences" => Some(Self::TooManyAbsences(figure()?, figure()?)),
            "no_score" => Some(Self::NoScore),
            "score" => Some(Self::ScoreTooLow(figure()?, figure()?)),
            _ => None,
        }
    }
}

/// Reasons as stored with a result, one after another.
#[must_use]
pub fn written(reasons: &[Reason]) -> String {
    reasons.iter().map(|r| r.code()).collect::<Vec<_>>().join(";")
}

/// Reasons from the text that [`written`] made.
#[must_use]
pub fn read(text: &str) -> Vec<Reason> {
    text.split(';').filter_map(Reason::from_code).collect()
}

/// What the rule says of one learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Empty when the learner completed.
    pub reasons: Vec<Reason>,
}

impl Judged {
    /// Whether the learner completed.
    #[must_use]
    pub fn completed(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// The completion rule: at most `absence_most` periods missed, and an essay marked at least `score_least`
/// (model of Thông tư 01/2018/TT-BNV; both figures are rules of the scheme). Late counts as present, leave
/// counts as missed.
#[must_use]
pub fn judge(attended: i64, periods: i64, absence_most: i64, score: Option<Score>, score_least: Score) -> Judged {
    let mut reasons = Vec::new();
    let missed = periods - attended;
    if missed > absence_most {
        reasons.push(Reason::TooManyAbsences(missed, absence_most));
    }
    match score {
        None => reasons.push(Reason::NoScore),
        Some(score) if score < score_least => {
            reasons.push(Reason::ScoreTooLow(score.hundredths(), score_least.hundredths()));
        }
        Some(_) => {}
    }
    Judged { reasons }
}

/// What the rule can say before the end, with `open` periods that nobody was called at yet: only absences that
/// cannot be made good any more. The essay is not due.
#[must_use]
pub fn judge_so_far(attended: i64, open: i64, periods: i64, absence_most: i64) -> Judged {
    let missed = periods - open - attended;
    let lost = missed > absence_most;
    Judged { reasons: lost.then_some(Reason::TooManyAbsences(missed, absence_most)).into_iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(text: &str) -> Score {
        text.parse().unwrap()
    }

    #[test]
    fn a_fifth_missed_and_a_five_is_enough() {
        assert_eq!(judge(32, 40, 8, Some(mark("5")), mark("5")).reasons, []);
        assert_eq!(judge(28, 40, 8, Some(mark("5")), mark("5")).reasons, [Reason::TooManyAbsences(12, 8)]);
        assert_eq!(judge(40, 40, 8, Some(mark("4,99")), mark("5")).reasons, [Reason::ScoreTooLow(499, 500)]);
    }

    #[test]
    fn before_the_end_only_what_cannot_be_made_good_is_said() {
        assert!(judge_so_far(8, 32, 40, 8).completed());
        assert!(judge_so_far(8, 24, 40, 8).completed());
        assert_eq!(judge_so_far(8, 20, 40, 8).reasons, [Reason::TooManyAbsences(12, 8)]);
    }

    #[test]
    fn reasons_are_read_as_they_were_written() {
        let reasons = [Reason::TooManyAbsences(12, 8), Reason::NoScore, Reason::ScoreTooLow(499, 500)];
        assert_eq!(written(&reasons), "absences:12:8;no_score;score:499:500");
        assert_eq!(read(&written(&reasons)), reasons);
        assert_eq!(read(""), []);
    }

    #[test]
    fn every_reason_is_told() {
        assert_eq!(judge(0, 40, 8, None, mark("5")).reasons, [Reason::TooManyAbsences(40, 8), Reason::NoScore]);
    }
}
