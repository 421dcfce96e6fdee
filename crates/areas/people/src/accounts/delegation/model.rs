//! Who may stand in for whom, and on which days: pure rules.

use chrono::{NaiveDate, TimeDelta};
use kernel::{AccountId, UnitId};

/// Most days of one delegation: a leave, not a change of office.
pub const MOST_DAYS: i64 = 180;

/// Where the deputies of an officer are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Officers of the commune and people of its offices who have an account.
    Commune(UnitId),
    /// Accounts of the same body, by their roles.
    Body(&'static [&'static str]),
}

/// The unit of an officer; none for roles that cannot be stood in for: a learner's record and a lecturer's marks are
/// personal, the administrator's rights are not handed on.
#[must_use]
pub fn unit(role: &str, commune: Option<UnitId>) -> Option<Unit> {
    match role {
        "commune_officer" => commune.map(Unit::Commune),
        // one school
        "school_training" | "school_head" => Some(Unit::Body(&["school_training", "school_head"])),
        "standing_committee" => Some(Unit::Body(&["standing_committee"])),
        "organisation_committee" => Some(Unit::Body(&["organisation_committee"])),
        "home_affairs" => Some(Unit::Body(&["home_affairs"])),
        "propaganda" => Some(Unit::Body(&["propaganda"])),
        "finance" => Some(Unit::Body(&["finance"])),
        _ => None,
    }
}

/// What is wrong with the days of a leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DaysRefused {
    /// It begins in the past.
    Past,
    /// It ends before it begins.
    Order,
    /// Longer than [`MOST_DAYS`].
    Long,
}

/// Checks the days of a leave.
///
/// # Errors
/// [`DaysRefused`].
pub fn check_days(from: NaiveDate, to: NaiveDate, today: NaiveDate) -> Result<(), DaysRefused> {
    if to < from {
        return Err(DaysRefused::Order);
    }
    if from < today {
        return Err(DaysRefused::Past);
    }
    if to - from >= TimeDelta::days(MOST_DAYS) {
        return Err(DaysRefused::Long);
    }
    Ok(())
}

/// Two accounts and the days on which the second stands in for the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Stretch {
    /// Who is on leave.
    pub from_account_id: AccountId,
    /// The deputy.
    pub to_account_id: AccountId,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
}

/// Why a delegation does not fit those that stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// The officer has a deputy on some of the days.
    Twice(NaiveDate, NaiveDate),
    /// The officer is somebody's deputy on some of the days.
    OfficerStandsIn(NaiveDate, NaiveDate),
    /// The deputy is on leave on some of the days.
    DeputyAway(NaiveDate, NaiveDate),
}

/// The first of the standing delegations with which a new one clashes.
#[must_use]
pub fn clash(standing: &[Stretch], new: &Stretch) -> Option<Clash> {
    let overlapping = standing.iter().filter(|s| s.starts_on <= new.ends_on && s.ends_on >= new.starts_on);
    overlapping.into_iter().find_map(|s| {
        let days = (s.starts_on, s.ends_on);
        if s.from_account_id == new.from_account_id {
            Some(Clash::Twice(days.0, days.1))
        } else if s.to_account_id == new.from_account_id {
            Some(Clash::OfficerStandsIn(days.0, days.1))
        } else if s.from_account_id == new.to_account_id {
            Some(Clash::DeputyAway(days.0, days.1))
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use kernel::ids::SystemIds;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_run_forward_from_today_and_not_for_ever() {
        let today = day("2026-03-02");
        let check = |from, to| check_days(day(from), day(to), today);
        assert_eq!(check("2026-03-02", "2026-03-02"), Ok(()));
        assert_eq!(check("2026-03-01", "2026-03-05"), Err(DaysRefused::Past));
        assert_eq!(check("2026-03-05", "2026-03-04"), Err(DaysRefused::Order));
        assert_eq!(check("2026-03-02", "2026-08-28"), Ok(()));
        assert_eq!(check("2026-03-02", "2026-08-29"), Err(DaysRefused::Long));
    }

    #[test]
    fn there_is_no_chain_and_no_second_deputy() {
        let [officer, deputy, third] = [(); 3].map(|()| AccountId::new(&SystemIds));
        let stretch = |from, to, starts: &str, ends: &str| Stretch {
            from_account_id: from,
            to_account_id: to,
            starts_on: day(starts),
            ends_on: day(ends),
        };
        let standing = [stretch(officer, deputy, "2026-03-02", "2026-03-06")];
        let days = (day("2026-03-02"), day("2026-03-06"));
        let ask = |from, to, starts, ends| clash(&standing, &stretch(from, to, starts, ends));
        assert_eq!(ask(officer, third, "2026-03-06", "2026-03-09"), Some(Clash::Twice(days.0, days.1)));
        assert_eq!(ask(deputy, third, "2026-03-01", "2026-03-02"), Some(Clash::OfficerStandsIn(days.0, days.1)));
        assert_eq!(ask(third, officer, "2026-03-03", "2026-03-04"), Some(Clash::DeputyAway(days.0, days.1)));
        assert_eq!(ask(third, deputy, "2026-03-03", "2026-03-04"), None, "one deputy may stand in for two");
        assert_eq!(ask(officer, third, "2026-03-07", "2026-03-09"), None);
    }

    #[test]
    fn a_deputy_comes_from_the_same_house() {
        let commune = UnitId::new(&SystemIds);
        assert_eq!(unit("commune_officer", Some(commune)), Some(Unit::Commune(commune)));
        assert_eq!(unit("commune_officer", None), None);
        for role in ["learner", "lecturer", "administrator"] {
            assert_eq!(unit(role, None), None, "{role}");
        }
        for role in super::super::super::ROLES.iter().map(|r| r.code) {
            if let Some(Unit::Body(roles)) = unit(role, None) {
                assert!(roles.contains(&role), "{role}");
            }
        }
    }
}
