//! The meter of theory and practice, and the states of a version.

use crate::scheme::Rules;

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

    /// Whether periods and shares keep the rule.
    #[must_use]
    pub fn keeps(&self) -> bool {
        self.total() == self.total_wanted && self.excess() == 0
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

    /// The one way from state to state.
    ///
    /// # Errors
    /// [`MoveRefused`] says what stands against it.
    pub fn step(self, step: Move, meter: &Meter) -> Result<Self, MoveRefused> {
        match (self, step) {
            (Self::Outline | Self::Drafting, Move::Submit) => Ok(Self::Appraisal),
            (Self::Appraisal, Move::Approve) if meter.keeps() => Ok(Self::Approved),
            (Self::Appraisal, Move::Approve) => Err(MoveRefused::BreaksRatio(*meter)),
            (Self::Approved, Move::Enforce) => Ok(Self::InForce),
            (from, _) => Err(MoveRefused::NotFrom(from)),
        }
    }
}

/// A step of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The school hands it in.
    Submit,
    /// The appraising body approves it.
    Approve,
    /// The head puts it in force.
    Enforce,
}

/// Why a version does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    /// The step does not start here.
    #[error("not from {0:?}")]
    NotFrom(VersionState),
    /// Periods or shares break the rule.
    #[error("{} periods of {}, theory {} of {}", .0.total(), .0.total_wanted, .0.theory, .0.wanted)]
    BreaksRatio(Meter),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(theory: i64, other: i64) -> Meter {
        Meter { theory, other, wanted: 12, total_wanted: 40, tolerance: 0 }
    }

    #[test]
    fn twelve_and_twenty_eight_keep_the_rule_and_nothing_else_does() {
        assert!(meter(12, 28).keeps());
        assert_eq!((meter(14, 26).excess(), meter(11, 29).excess()), (2, -1));
        assert!(!meter(12, 27).keeps(), "a period is missing");
        let tolerant = Meter { tolerance: 1, ..meter(13, 27) };
        assert!(tolerant.keeps());
    }

    #[test]
    fn a_version_that_breaks_the_rule_is_not_approved() {
        let good = meter(12, 28);
        let appraisal = VersionState::Drafting.step(Move::Submit, &good).unwrap();
        assert_eq!(appraisal.step(Move::Approve, &meter(20, 20)), Err(MoveRefused::BreaksRatio(meter(20, 20))));
        let approved = appraisal.step(Move::Approve, &good).unwrap();
        assert_eq!(approved.step(Move::Enforce, &good), Ok(VersionState::InForce));
        assert_eq!(approved.step(Move::Approve, &good), Err(MoveRefused::NotFrom(VersionState::Approved)));
    }
}
