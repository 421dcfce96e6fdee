//! States and clocks of a request: pure values.

use chrono::{Days, NaiveDate};

use crate::calendar::Workdays;

/// What may be asked, as stored; names are messages `desk-kind-CODE`.
pub(super) const KINDS: [&str; 2] = ["correction", "copy"];

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub(super) enum RequestState {
    /// It came; nobody has replied.
    Received,
    /// The person knows that it is being worked on.
    Acknowledged,
    /// What was asked is done.
    Done,
    /// It was refused, with the reason.
    Refused,
}

/// The request is answered already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request is {0:?}")]
pub(super) struct Answered(pub RequestState);

impl RequestState {
    /// Stable code, the end of the message keys.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Acknowledged => "acknowledged",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// Whether somebody still has to answer.
    pub(super) fn open(self) -> bool {
        matches!(self, Self::Received | Self::Acknowledged)
    }

    /// The state after the first reply.
    pub(super) fn acknowledge(self) -> Result<Self, Answered> {
        if self == Self::Received { Ok(Self::Acknowledged) } else { Err(Answered(self)) }
    }

    /// The state after the answer.
    pub(super) fn answer(self, granted: bool) -> Result<Self, Answered> {
        match (self.open(), granted) {
            (false, _) => Err(Answered(self)),
            (true, true) => Ok(Self::Done),
            (true, false) => Ok(Self::Refused),
        }
    }
}

/// The last day of a term of some days after a day. A term is counted in working days or in days, as its rule says
/// (`ngày làm việc`, `ngày`); one that is counted in days and ends on a day off ends on the next working day.
pub(super) fn last_day(workdays: &Workdays, from: NaiveDate, days: u32, unit: &str) -> NaiveDate {
    if unit == "ngày làm việc" {
        return workdays.after(from, days);
    }
    workdays.end(from.checked_add_days(Days::new(days.into())).unwrap_or(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_answered_once() {
        use RequestState::{Acknowledged, Done, Received, Refused};
        assert_eq!(Received.acknowledge(), Ok(Acknowledged));
        assert_eq!(Acknowledged.acknowledge(), Err(Answered(Acknowledged)));
        assert_eq!((Received.answer(true), Acknowledged.answer(false)), (Ok(Done), Ok(Refused)));
        assert_eq!(Done.answer(false), Err(Answered(Done)));
    }

    #[test]
    fn a_term_is_counted_as_its_rule_says() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let tet = Workdays::new((4..=10).map(|n| (NaiveDate::from_ymd_opt(2027, 2, n).unwrap(), true)));
        let last = |from: &str, days: u32, unit: &str| last_day(&tet, day(from), days, unit);
        assert_eq!(last("2027-02-03", 2, "ngày làm việc"), day("2027-02-12"));
        assert_eq!(last("2027-01-25", 10, "ngày"), day("2027-02-11"), "the tenth day is the first of Tết");
        assert_eq!(last("2027-01-24", 10, "ngày"), day("2027-02-03"));
        assert_eq!(last("2026-11-26", 10, "ngày"), day("2026-12-07"), "a Sunday");
        assert_eq!(last("2026-11-26", 10, "ngày làm việc"), day("2026-12-10"));
    }
}
