//! The meter of theory and practice, the states of a version, the lists that describe a topic.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{ProgrammeId, clock::local_date};

use crate::scheme::{Milestone, Rules};

/// Kinds of topics, as stored; their names are messages `curriculum-kind-CODE`.
pub const KINDS: [&str; 8] =
    ["theory", "skill", "practice", "situation", "discussion", "field_trip", "self_study", "essay"];
/// Teaching methods, as stored; their names are messages `curriculum-method-CODE`.
pub const METHODS: [&str; 8] = ["lecture", "dialogue", "group_work", "case", "drill", "visit", "self_study", "writing"];
/// Who teaches, as stored; their names are messages `curriculum-lecturer-CODE`.
pub const LECTURERS: [&str; 2] = ["truong_chinh_tri", "thinh_giang_cap_tinh"];
/// Ways of delivery, as stored; their names are messages `curriculum-delivery-CODE`.
pub const DELIVERIES: [&str; 3] = ["truc_tiep", "truc_tuyen", "ket_hop"];
/// How a topic is assessed, as stored; their names are messages `curriculum-assessment-CODE`. Empty: with the class as a whole.
pub const ASSESSMENTS: [&str; 6] = ["attendance", "questions", "quiz", "exercise", "presentation", "essay"];
/// Most characters of one thing that a topic needs.
pub const NEED_MOST: usize = 200;
/// Most things that a topic needs.
pub const NEEDS_MOST: usize = 20;
/// Most characters of an objective.
pub const OBJECTIVE_MOST: usize = 1000;
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

/// A stage of the roadmap that a programme has reached, or not yet (scheme, part three, II.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Code of the milestone; its short name is the message `curriculum-pace-CODE`.
    pub code: &'static str,
    /// By when.
    pub due_on: NaiveDate,
    /// When it was reached.
    pub done_on: Option<NaiveDate>,
    /// Days after the due day, to the day it was reached or to today; negative: before it.
    pub late: i64,
}

/// What became of a version: when it was begun, and one of its moves.
pub type StepFact = (ProgrammeId, DateTime<Utc>, Option<VersionState>, Option<VersionState>, Option<DateTime<Utc>>);

/// The stages of a programme against the scheme's milestones. `facts` are of this programme alone, in their order. A programme that was
/// loaded when it was being drafted had its outline by then.
#[must_use]
pub fn paces(facts: &[StepFact], milestones: &[Milestone], today: NaiveDate) -> Vec<Pace> {
    let first_to = |state| facts.iter().find(|f| f.3 == Some(state)).and_then(|f| f.4);
    let outline = match facts.first() {
        Some((_, _, _, Some(VersionState::Outline), _)) => {
            facts.iter().find(|f| f.2 == Some(VersionState::Outline)).and_then(|f| f.4)
        }
        first => first.map(|f| f.1),
    };
    let stages = [
        ("de_cuong", outline),
        ("chi_tiet", first_to(VersionState::Appraisal)),
        ("tham_dinh", first_to(VersionState::Approved)),
    ];
    let pace = |(code, done): (&'static str, Option<DateTime<Utc>>)| {
        let due_on = milestones.iter().find(|m| m.code == code)?.due_on;
        let done_on = done.map(local_date);
        Some(Pace { code, due_on, done_on, late: (done_on.unwrap_or(today) - due_on).num_days() })
    };
    stages.into_iter().filter_map(pace).collect()
}

#[cfg(test)]
mod tests {
    use kernel::ids::SystemIds;

    use super::*;

    #[test]
    fn a_programme_is_early_or_late_by_days() {
        use VersionState as S;
        let at = |text: &str| format!("{text}T03:00:00Z").parse::<DateTime<Utc>>().unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let id = ProgrammeId::new(&SystemIds);
        let due =
            |code: &str, on| Milestone { code: code.into(), title: String::new(), due_on: day(on), done_on: None };
        let roadmap = [due("de_cuong", "2025-12-31"), due("chi_tiet", "2026-01-31"), due("tham_dinh", "2026-02-28")];
        let begun = at("2025-12-29");
        let found = |facts: &[StepFact]| {
            let paces = paces(facts, &roadmap, day("2026-03-02"));
            paces.iter().map(|p| (p.done_on.is_some(), p.late)).collect::<Vec<_>>()
        };
        // loaded in drafting, submitted in time, given back, approved a day late; a later version changes nothing
        let facts = [
            (id, begun, Some(S::Drafting), Some(S::Appraisal), Some(at("2026-01-26"))),
            (id, begun, Some(S::Appraisal), Some(S::Drafting), Some(at("2026-02-01"))),
            (id, begun, Some(S::Drafting), Some(S::Appraisal), Some(at("2026-02-10"))),
            (id, begun, Some(S::Appraisal), Some(S::Approved), Some(at("2026-03-01"))),
            (id, at("2026-03-02"), None, Some(S::Outline), Some(at("2026-03-02"))),
            (id, at("2026-03-02"), Some(S::Outline), Some(S::Drafting), Some(at("2026-03-02"))),
        ];
        assert_eq!(found(&facts), [(true, -2), (true, -5), (true, 1)]);
        // an outline that waits is late as of today
        assert_eq!(found(&[(id, begun, None, Some(S::Outline), Some(begun))]), [(false, 61), (false, 30), (false, 2)]);
        // loaded and untouched since; a scheme without these milestones asks for nothing
        assert_eq!(found(&[(id, begun, None, None, None)]), [(true, -2), (false, 30), (false, 2)]);
        assert_eq!(paces(&[(id, begun, None, None, None)], &[], day("2026-03-02")), []);
    }

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
