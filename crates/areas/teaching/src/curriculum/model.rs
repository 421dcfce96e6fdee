//! The meter of theory and practice, the states of a version, the lists that describe a topic.

use crate::scheme::Rules;

/// Kinds of topics, as stored; their names are messages `curriculum-kind-CODE`.
pub const KINDS: [&str; 8] =
    ["theory", "skill", "practice", "situation", "discussion", "field_trip", "self_study", "essay"];
/// Teaching methods, as stored; their names are messages `curriculum-method-CODE`.
pub const METHODS: [&str; 8] = ["lecture", "dialogue", "group_work", "case", "drill", "visit", "self_study", "writing"];
/// Who teaches, as stored; their names are messages `curriculum-lecturer-CODE`.
pub const LECTURERS: [&str; 2] = ["truong_chinh_tri", "thinh_giang_cap_tinh"];
/// Ways of delivery, as stored; their names are messages `curriculum-delivery-CODE`.
pub const DELIVERIES: [&str; 3] = ["truc_tiep", "truc_tuyen", "ket_hop"];
/// Most characters of a topic's title: two lines of a timetable.
pub const TITLE_MOST: usize = 200;
/// Most characters of a decision's number.
pub const DECISION_MOST: usize = 60;
/// Most characters of a reason.
pub const REASON_MOST: usize = 500;

/// The method that a kind of topic is usually taught by.
#[must_use]
pub fn usual_method(kind: &str) -> &'static str {
    match kind {
        "skill" | "practice" => "drill",
        "situation" => "case",
        "discussion" => "group_work",
        "field_trip" => "visit",
        "self_study" => "self_study",
        "essay" => "writing",
        _ => "lecture",
    }
}

/// Periods of theory against everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// Periods of theory.
    pub theory: i64,
    /// Periods of skill, practice, field trip, essay.
    pub other: i64,
    /// Periods of theory that the rule asks for.
    pub wanted: i64,
    /// Periods that the version must have.
    pub total_wanted: i64,
    /// Periods by which theory may miss the rule.
    pub tolerance: i64,
}

/// By how many periods a version misses a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// More periods than the scheme has.
    TotalOver(i64),
    /// Fewer periods than the scheme has.
    TotalUnder(i64),
    /// More theory than the rule allows.
    TheoryOver(i64),
    /// Less theory than the rule asks for.
    TheoryUnder(i64),
}

impl Fault {
    /// Key of its message and the periods in it.
    #[must_use]
    pub fn message(self) -> (&'static str, i64) {
        match self {
            Self::TotalOver(n) => ("curriculum-total-over", n),
            Self::TotalUnder(n) => ("curriculum-total-under", n),
            Self::TheoryOver(n) => ("curriculum-theory-over", n),
            Self::TheoryUnder(n) => ("curriculum-theory-under", n),
        }
    }
}

impl Meter {
    /// Weighs a version (scheme, part two, II.3: 30 % theory, 70 % professional work, skills and practice).
    #[must_use]
    pub fn of(theory: i64, other: i64, rules: &Rules) -> Self {
        Self {
            theory,
            other,
            wanted: rules.periods() * rules.theory_percent / 100,
            total_wanted: rules.periods(),
            tolerance: rules.ratio_tolerance_periods,
        }
    }

    /// Periods in all.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.theory + self.other
    }

    /// Periods of theory above the rule (below it when negative), 0 within the tolerance.
    #[must_use]
    pub fn excess(&self) -> i64 {
        let excess = self.theory - self.wanted;
        if excess.abs() <= self.tolerance { 0 } else { excess }
    }

    /// Every rule that is missed, with the periods by which it is.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let (gap, excess) = (self.total() - self.total_wanted, self.excess());
        let total = match gap {
            1.. => Some(Fault::TotalOver(gap)),
            0 => None,
            _ => Some(Fault::TotalUnder(-gap)),
        };
        let theory = match excess {
            1.. => Some(Fault::TheoryOver(excess)),
            0 => None,
            _ => Some(Fault::TheoryUnder(-excess)),
        };
        total.into_iter().chain(theory).collect()
    }

    /// Whether periods and shares keep the rule.
    #[must_use]
    pub fn keeps(&self) -> bool {
        self.faults().is_empty()
    }
}

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    /// Objectives and headings only.
    Outline,
    /// Being written by the school.
    Drafting,
    /// With the appraising body.
    Appraisal,
    /// Approved with a decision.
    Approved,
    /// Classes are taught after it.
    InForce,
    /// Replaced by a newer version.
    Expired,
}

impl VersionState {
    /// The way of a version, in its order.
    pub const WAY: [Self; 5] = [Self::Outline, Self::Drafting, Self::Appraisal, Self::Approved, Self::InForce];

    /// Stable code, as stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Outline => "outline",
            Self::Drafting => "drafting",
            Self::Appraisal => "appraisal",
            Self::Approved => "approved",
            Self::InForce => "in_force",
            Self::Expired => "expired",
        }
    }

    /// Tone of its tag.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Outline | Self::Drafting => "warn",
            Self::Appraisal | Self::Approved => "info",
            Self::InForce => "good",
            Self::Expired => "",
        }
    }

    /// Whether the school may still change its topics.
    #[must_use]
    pub fn editable(self) -> bool {
        matches!(self, Self::Outline | Self::Drafting)
    }

    /// Whether the version has come to its end and a new one may be started.
    #[must_use]
    pub fn settled(self) -> bool {
        matches!(self, Self::InForce | Self::Expired)
    }

    /// The one way from state to state.
    ///
    /// # Errors
    /// [`MoveRefused`] says what stands against it.
    pub fn step(self, step: Move, meter: &Meter) -> Result<Self, MoveRefused> {
        match (self, step) {
            (Self::Outline, Move::Draft) | (Self::Appraisal, Move::Return) => Ok(Self::Drafting),
            (Self::Drafting, Move::Submit) | (Self::Appraisal, Move::Approve) if !meter.keeps() => {
                Err(MoveRefused::BreaksRule(*meter))
            }
            (Self::Drafting, Move::Submit) => Ok(Self::Appraisal),
            (Self::Appraisal, Move::Approve) => Ok(Self::Approved),
            (Self::Approved, Move::Enforce) => Ok(Self::InForce),
            (Self::InForce, Move::Replace) => Ok(Self::Expired),
            (from, _) => Err(MoveRefused::NotFrom(from)),
        }
    }
}

/// A step of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The school goes from the outline to writing it.
    Draft,
    /// The school hands it in.
    Submit,
    /// The appraising body gives it back with a reason.
    Return,
    /// The appraising body approves it.
    Approve,
    /// The head puts it in force.
    Enforce,
    /// A newer version came into force.
    Replace,
}

/// Why a version does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    /// The step does not start here.
    #[error("not from {0:?}")]
    NotFrom(VersionState),
    /// Periods or shares break the rule.
    #[error("{} periods of {}, theory {} of {}", .0.total(), .0.total_wanted, .0.theory, .0.wanted)]
    BreaksRule(Meter),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(theory: i64, other: i64) -> Meter {
        Meter { theory, other, wanted: 12, total_wanted: 40, tolerance: 0 }
    }

    #[test]
    fn twelve_and_twenty_eight_keep_the_rule_and_nothing_else_does() {
        assert_eq!(meter(12, 28).faults(), []);
        assert_eq!(meter(14, 26).faults(), [Fault::TheoryOver(2)]);
        assert_eq!(meter(12, 27).faults(), [Fault::TotalUnder(1)]);
        assert_eq!(meter(11, 30).faults(), [Fault::TotalOver(1), Fault::TheoryUnder(1)]);
        let tolerant = Meter { tolerance: 1, ..meter(13, 27) };
        assert_eq!(tolerant.faults(), []);
    }

    #[test]
    fn a_version_that_breaks_the_rule_is_neither_submitted_nor_approved() {
        let (good, bad) = (meter(12, 28), meter(20, 20));
        assert_eq!(VersionState::Drafting.step(Move::Submit, &bad), Err(MoveRefused::BreaksRule(bad)));
        assert_eq!(VersionState::Appraisal.step(Move::Approve, &bad), Err(MoveRefused::BreaksRule(bad)));
        assert_eq!(VersionState::Appraisal.step(Move::Return, &bad), Ok(VersionState::Drafting));
        assert_eq!(VersionState::Drafting.step(Move::Submit, &good), Ok(VersionState::Appraisal));
    }

    #[test]
    fn every_state_has_one_way_on() {
        use VersionState as S;
        let good = meter(12, 28);
        let moves = [Move::Draft, Move::Submit, Move::Return, Move::Approve, Move::Enforce, Move::Replace];
        let ways = |from: S| moves.iter().filter_map(|m| from.step(*m, &good).ok()).collect::<Vec<_>>();
        assert_eq!(ways(S::Outline), [S::Drafting]);
        assert_eq!(ways(S::Drafting), [S::Appraisal]);
        assert_eq!(ways(S::Appraisal), [S::Drafting, S::Approved]);
        assert_eq!(ways(S::Approved), [S::InForce]);
        assert_eq!(ways(S::InForce), [S::Expired]);
        assert_eq!(ways(S::Expired), []);
        assert_eq!(S::Approved.step(Move::Approve, &good), Err(MoveRefused::NotFrom(S::Approved)));
    }
}
