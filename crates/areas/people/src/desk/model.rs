//! States and clocks of a request: pure values.

use chrono::{Datelike, Days, NaiveDate, Weekday};

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

/// The last of some working days after a day. Public holidays are not left out, so the clock is rather too strict.
pub(super) fn working_days_after(day: NaiveDate, days: u32) -> NaiveDate {
    day.iter_days()
        .skip(1)
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .nth(usize::try_from(days.saturating_sub(1)).unwrap_or_default())
        .unwrap_or(day)
}

/// The last of some days after a day.
pub(super) fn days_after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).unwrap_or(day)
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
    fn weekends_do_not_count_for_the_reply() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        // a Thursday, a Friday, a Saturday
        assert_eq!(working_days_after(day("2026-11-26"), 2), day("2026-11-30"));
        assert_eq!(working_days_after(day("2026-11-27"), 2), day("2026-12-01"));
        assert_eq!(working_days_after(day("2026-11-28"), 2), day("2026-12-01"));
        assert_eq!(days_after(day("2026-11-26"), 10), day("2026-12-06"));
    }
}
