//! What stands before each step of a class: one pure function of what is known, which the page shows as a list and the step itself
//! asks, so that the button and the refusal cannot differ.

use std::pin::Pin;

use ::store::{Conn, StoreError, inventory};
use chrono::NaiveDate;
use kernel::ClassId;

use super::{
    model::ClassMove,
    store::{self, ClassLine},
};
use crate::scheme;

/// How much a condition weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The step is refused without it.
    Must,
    /// Without it the step needs a reason.
    Reason,
    /// Worth doing; the step does not ask for it.
    Advice,
}

/// A condition of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Key of its text; `KEY-todo` says with `n` and `of` what is missing.
    pub key: &'static str,
    /// How much it weighs.
    pub weight: Weight,
    /// How many things are missing; 0 when it is met.
    pub missing: i64,
    /// Of how many.
    pub of: i64,
    /// The day that it waits for.
    pub day: Option<NaiveDate>,
    /// Last part of the address of the page where it is done; empty for the class's own page.
    pub page: &'static str,
}

impl Check {
    /// A condition of which `missing` of `of` things are missing.
    #[must_use]
    pub fn new(key: &'static str, weight: Weight, missing: i64, of: i64, page: &'static str) -> Self {
        Self { key, weight, missing: missing.max(0), of, day: None, page }
    }

    /// Whether nothing is missing.
    #[must_use]
    pub fn met(&self) -> bool {
        self.missing == 0
    }

    fn on(mut self, day: NaiveDate) -> Self {
        self.day = Some(day);
        self
    }
}

/// What is known of a class when its next step is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Today.
    pub today: NaiveDate,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day for the communes.
    pub nominate_by: NaiveDate,
    /// Seats.
    pub seat_limit: i64,
    /// Seats shared among communes.
    pub shared: i64,
    /// People who wait for the school's word.
    pub proposed: i64,
    /// People accepted.
    pub accepted: i64,
    /// People accepted whom the rules of admission would not accept today.
    pub unfit: i64,
    /// People accepted whose units have not said by which decision they send them, where the rules ask for it.
    pub undecided: i64,
    /// Least people of a class.
    pub least: i64,
    /// Whether it has a head teacher.
    pub headed: bool,
    /// Half-days.
    pub half_days: i64,
    /// Half-days that nothing is taught in.
    pub empty_half_days: i64,
}

/// Everything that a step asks for; `more` is what other areas ask.
#[must_use]
pub fn checks(step: ClassMove, facts: &Facts, more: Vec<Check>) -> Vec<Check> {
    use Weight::{Advice, Must, Reason};
    let head = Check::new("classes-check-head", Advice, i64::from(!facts.headed), 1, "");
    let week = Check::new("classes-check-week", Advice, facts.empty_half_days, facts.half_days, "timetable");
    let mut found = match step {
        ClassMove::Publish => {
            let shared = (1..=facts.seat_limit).contains(&facts.shared);
            vec![
                Check::new("classes-check-quotas", Must, i64::from(!shared), facts.seat_limit, "quotas"),
                Check::new("classes-check-deadline", Must, i64::from(facts.nominate_by < facts.today), 1, "quotas")
                    .on(facts.nominate_by),
                week,
                head,
            ]
        }
        ClassMove::Open => vec![
            Check::new("classes-check-decided", Must, facts.proposed, facts.proposed + facts.accepted, "acceptance"),
            Check::new("classes-check-fit", Must, facts.unfit, facts.accepted, "acceptance"),
            Check::new("classes-check-enough", Reason, facts.least - facts.accepted, facts.least, "acceptance"),
            Check::new("classes-check-sent", Reason, facts.undecided, facts.accepted, "acceptance"),
            week,
            head,
        ],
        ClassMove::Begin => {
            let days = (facts.starts_on - facts.today).num_days();
            vec![
                Check::new("classes-check-first-day", Must, days, days, "sessions").on(facts.starts_on),
                Check { weight: Advice, ..head },
            ]
        }
        ClassMove::FinishStudy | ClassMove::Complete | ClassMove::File | ClassMove::Cancel => Vec::new(),
    };
    found.extend(more);
    found
}

/// What keeps a step from happening: what must be done first, and what a missing reason would have to explain.
#[must_use]
pub fn obstacles(checks: Vec<Check>, reasoned: bool) -> Vec<Check> {
    let stops = |check: &Check| match check.weight {
        Weight::Must => true,
        Weight::Reason => !reasoned,
        Weight::Advice => false,
    };
    checks.into_iter().filter(|check| !check.met() && stops(check)).collect()
}

/// Conditions on their way.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Vec<Check>, StoreError>> + Send + 'a>>;

/// An area above this one says what a step of a class asks of its own facts.
pub struct AsksOfStep {
    /// The step.
    pub step: ClassMove,
    /// Reads what is known and gives the conditions.
    pub ask: for<'a> fn(&'a mut Conn, ClassId) -> Asking<'a>,
}
inventory::collect!(AsksOfStep);

/// Everything that a step of a class asks for on a day.
///
/// # Errors
/// The database's failure.
pub async fn checks_of(
    conn: &mut Conn,
    line: &ClassLine,
    step: ClassMove,
    today: NaiveDate,
) -> Result<Vec<Check>, StoreError> {
    let mut more = Vec::new();
    for asks in inventory::iter::<AsksOfStep> {
        if asks.step == step {
            more.extend((asks.ask)(conn, line.id).await?);
        }
    }
    let (shared, half_days, empty_half_days, undecided) = store::laid_out(conn, line.id).await?;
    let rules = scheme::rules(conn, line.scheme_id, line.starts_on).await?;
    let unfit = if step == ClassMove::Open { store::unfit(conn, line).await? } else { 0 };
    let facts = Facts {
        today,
        starts_on: line.starts_on,
        nominate_by: line.nominate_by,
        seat_limit: line.seat_limit,
        shared,
        proposed: line.proposed,
        accepted: line.accepted,
        unfit,
        undecided: if rules.sending_decision_needed { undecided } else { 0 },
        least: rules.class_size_least,
        headed: line.head_account_id.is_some(),
        half_days,
        empty_half_days,
    };
    Ok(checks(step, &facts, more))
}

/// Where the next step of a class stands: the step and what it asks for; nothing at the end of its life.
///
/// # Errors
/// The database's failure.
pub async fn ahead(
    conn: &mut Conn,
    line: &ClassLine,
    today: NaiveDate,
) -> Result<Option<(ClassMove, Vec<Check>)>, StoreError> {
    let Some(step) = line.state.next() else { return Ok(None) };
    Ok(Some((step, checks_of(conn, line, step, today).await?)))
}

impl ClassMove {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Open => "open",
            Self::Begin => "begin",
            Self::FinishStudy => "finish",
            Self::Complete => "complete",
            Self::File => "file",
            Self::Cancel => "cancel",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts() -> Facts {
        Facts {
            today: day("2026-02-25"),
            starts_on: day("2026-03-02"),
            nominate_by: day("2026-02-27"),
            seat_limit: 60,
            shared: 60,
            proposed: 0,
            accepted: 60,
            unfit: 0,
            undecided: 0,
            least: 60,
            headed: true,
            half_days: 10,
            empty_half_days: 0,
        }
    }

    fn keys(checks: Vec<Check>) -> Vec<(&'static str, i64)> {
        checks.into_iter().map(|check| (check.key, check.missing)).collect()
    }

    fn stops(step: ClassMove, facts: &Facts, reasoned: bool) -> Vec<(&'static str, i64)> {
        keys(obstacles(checks(step, facts, Vec::new()), reasoned))
    }

    #[test]
    fn nothing_stands_before_a_step_whose_conditions_are_met() {
        for step in [ClassMove::Publish, ClassMove::Open] {
            let asked = checks(step, &facts(), Vec::new());
            assert!(asked.len() >= 4 && asked.iter().all(Check::met), "{asked:?}");
        }
    }

    #[test]
    fn communes_are_told_quotas_that_fit_the_seats_and_a_day_to_come() {
        assert_eq!(stops(ClassMove::Publish, &Facts { shared: 0, ..facts() }, true), [("classes-check-quotas", 1)]);
        assert_eq!(stops(ClassMove::Publish, &Facts { shared: 61, ..facts() }, true), [("classes-check-quotas", 1)]);
        let late = Facts { today: day("2026-02-28"), ..facts() };
        assert_eq!(stops(ClassMove::Publish, &late, true), [("classes-check-deadline", 1)]);
    }

    #[test]
    fn a_small_class_is_opened_with_a_reason_and_an_undecided_one_is_not() {
        let small = Facts { accepted: 55, ..facts() };
        assert_eq!(stops(ClassMove::Open, &small, false), [("classes-check-enough", 5)]);
        assert!(stops(ClassMove::Open, &small, true).is_empty());
        let unsigned = Facts { undecided: 3, ..facts() };
        assert_eq!(stops(ClassMove::Open, &unsigned, false), [("classes-check-sent", 3)]);
        let undecided = Facts { proposed: 2, unfit: 1, ..small };
        assert_eq!(stops(ClassMove::Open, &undecided, true), [("classes-check-decided", 2), ("classes-check-fit", 1)]);
    }

    #[test]
    fn what_is_only_worth_doing_is_listed_and_stops_nothing() {
        let bare = Facts { headed: false, empty_half_days: 1, ..facts() };
        let open: Vec<_> = checks(ClassMove::Open, &bare, Vec::new()).into_iter().filter(|c| !c.met()).collect();
        assert_eq!(keys(open.clone()), [("classes-check-week", 1), ("classes-check-head", 1)]);
        assert!(obstacles(open, false).is_empty());
    }

    #[test]
    fn the_week_begins_on_its_first_day_and_other_areas_add_what_they_ask() {
        assert_eq!(stops(ClassMove::Begin, &facts(), false), [("classes-check-first-day", 5)]);
        let then = Facts { today: day("2026-03-02"), ..facts() };
        assert!(stops(ClassMove::Begin, &then, false).is_empty());
        let asked = Check::new("attendance-check", Weight::Must, 2, 10, "sessions");
        let all = checks(ClassMove::FinishStudy, &facts(), vec![asked.clone()]);
        assert_eq!(obstacles(all, true), [asked]);
    }
}
