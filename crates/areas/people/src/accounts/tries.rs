//! Whether a sign-in name is locked: a pure rule over its latest tries.

use chrono::{DateTime, TimeDelta, Utc};

/// Wrong tries in a row that lock a name (yardstick QCVN 12:2026/BCA).
pub const MOST_WRONG: usize = 5;
/// How long it stays locked, in minutes.
pub const LOCK_MINUTES: i64 = 15;

/// What became of a try to sign in, or of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum Outcome {
    /// Signed in.
    Ok,
    /// Wrong name or password.
    Wrong,
    /// Wrong, and one time too often: locks the name.
    Lock,
    /// Not even looked at, because the name is locked.
    Locked,
    /// The lock was taken away by a new password.
    Lifted,
    /// Right password of a closed account.
    Disabled,
}

/// What the latest tries of a name say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// Until when the name is locked.
    pub locked_until: Option<DateTime<Utc>>,
    wrong: usize,
}

impl Tries {
    /// From the latest tries, newest first; those refused during a lock do not count.
    #[must_use]
    pub fn of(latest: &[(Outcome, DateTime<Utc>)], now: DateTime<Utc>) -> Self {
        let mut counting = latest.iter().filter(|(outcome, _)| !matches!(outcome, Outcome::Locked | Outcome::Disabled));
        let locked_until = match counting.clone().next() {
            Some((Outcome::Lock, at)) => Some(*at + TimeDelta::minutes(LOCK_MINUTES)).filter(|until| *until > now),
            _ => None,
        };
        let wrong = counting.by_ref().take_while(|(outcome, _)| *outcome == Outcome::Wrong).count();
        Self { locked_until, wrong }
    }

    /// What another try is: looked at only when the name is not locked.
    #[must_use]
    pub fn another(&self, fits: bool, closed: bool) -> Outcome {
        match (self.locked_until, fits, closed) {
            (Some(_), ..) => Outcome::Locked,
            (None, true, true) => Outcome::Disabled,
            (None, true, false) => Outcome::Ok,
            (None, false, _) if self.wrong + 1 >= MOST_WRONG => Outcome::Lock,
            (None, false, _) => Outcome::Wrong,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_772_400_000 + minute * 60, 0).unwrap()
    }

    fn tries(outcomes: &[Outcome], now: i64) -> Tries {
        let latest: Vec<_> = outcomes.iter().map(|outcome| (*outcome, at(0))).collect();
        Tries::of(&latest, at(now))
    }

    #[test]
    fn the_fifth_wrong_try_locks_for_fifteen_minutes() {
        use Outcome::{Lock, Locked, Ok, Wrong};
        assert_eq!(tries(&[Wrong, Wrong, Wrong], 0).another(false, false), Wrong);
        assert_eq!(tries(&[Wrong, Wrong, Wrong, Wrong], 0).another(false, false), Lock);
        let locked = tries(&[Locked, Lock, Wrong, Wrong, Wrong, Wrong], 14);
        assert_eq!((locked.locked_until, locked.another(true, false)), (Some(at(15)), Locked));
        assert_eq!(tries(&[Lock, Wrong, Wrong, Wrong, Wrong], 15).another(true, false), Ok);
    }

    #[test]
    fn a_right_try_a_lock_and_a_new_password_start_the_count_anew() {
        use Outcome::{Lifted, Lock, Ok, Wrong};
        for start in [Ok, Lock, Lifted] {
            assert_eq!(
                tries(&[Wrong, Wrong, Wrong, start, Wrong, Wrong], 60).another(false, false),
                Wrong,
                "{start:?}"
            );
        }
        assert_eq!(tries(&[Lifted, Lock, Wrong, Wrong, Wrong, Wrong], 1).another(true, false), Ok);
    }
}
