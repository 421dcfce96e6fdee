//! Time is a parameter: nothing in the house asks the system for it except [`SystemClock`].

use chrono::{DateTime, DurationRound, FixedOffset, NaiveDate, TimeDelta, Utc};

/// Tells the time. Whole microseconds, so that both databases give back what they were given.
pub trait Clock: Send + Sync {
    /// The present moment in UTC.
    fn now(&self) -> DateTime<Utc>;

    /// The calendar day in Viet Nam (UTC+7, no daylight saving).
    fn today(&self) -> NaiveDate {
        local_date(self.now())
    }
}

/// The calendar day of a moment in Viet Nam.
#[must_use]
pub fn local_date(at: DateTime<Utc>) -> NaiveDate {
    local(at).date_naive()
}

/// A moment in Viet Nam's time, for showing.
#[must_use]
pub fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&FixedOffset::east_opt(7 * 3600).unwrap_or_else(|| chrono::Offset::fix(&Utc)))
}

/// The moment at which a day begins in Viet Nam.
#[must_use]
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc() - TimeDelta::hours(7)
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        let now = Utc::now();
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }
}

/// The machine's clock moved by a constant: a demonstration seen on another day.
#[derive(Debug, Clone, Copy)]
pub struct MovedClock(pub TimeDelta);

impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + self.0
    }
}

/// A clock that stands still, for tests and for playing the demonstration forward.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub DateTime<Utc>);

impl FixedClock {
    /// Eight in the morning, Viet Nam's time, of a day.
    #[must_use]
    pub fn morning_of(day: NaiveDate) -> Self {
        Self(day.and_hms_opt(1, 0, 0).unwrap_or_default().and_utc())
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_seventeen_utc() {
        let before = "2026-11-23T16:59:59Z".parse().unwrap();
        let after = "2026-11-23T17:00:00Z".parse().unwrap();
        assert_eq!(local_date(before), NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        assert_eq!(local_date(after), NaiveDate::from_ymd_opt(2026, 11, 24).unwrap());
        assert_eq!(start_of(NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()), after);
    }
}
