//! Whether everything is there that a plan is made from: one list, shown before anybody has to guess why no plan comes (complaint 50).

use ::store::{Conn, StoreError, sql};
use chrono::{Datelike, NaiveDate};
use people::calendar::days_off;

use super::{
    gather::weeks,
    model::Wishes,
    store::{Bases, approved_years},
};
use crate::{
    classes::life::{Check, Weight},
    scheme::{Base, Rules, Scheme},
};

sql!(
    FACTS,
    "SELECT (SELECT COUNT(*) FROM scheme_audience a WHERE a.scheme_id = $1) AS audiences,
            (SELECT COUNT(*) FROM scheme_audience a WHERE a.scheme_id = $1
             AND NOT EXISTS (SELECT 1 FROM programme p WHERE p.scheme_id = a.scheme_id AND p.audience_code = a.code)
             AND EXISTS (SELECT 1 FROM v_scheme_person s WHERE s.scheme_id = a.scheme_id AND s.audience_code = a.code)) AS programmeless,
            (SELECT COUNT(*) FROM scheme_audience a WHERE a.scheme_id = $1
             AND NOT EXISTS (SELECT 1 FROM programme p JOIN programme_version v ON v.programme_id = p.id
                             WHERE p.scheme_id = a.scheme_id AND p.audience_code = a.code AND v.state = 'in_force')) AS forceless,
            (SELECT COUNT(*) FROM venue v WHERE v.scheme_id = $1 AND v.kind = 'room') AS venues"
);

/// What is known before a plan is made.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Facts {
    /// Audiences of the scheme.
    pub audiences: i64,
    /// Audiences with people and without a programme.
    pub programmeless: i64,
    /// Audiences without a version in force: their classes can be planned, not called.
    pub forceless: i64,
    /// Rooms of the school.
    pub venues: i64,
    /// People whom the target counts.
    #[sqlx(skip)]
    pub people: i64,
    /// Least people to be trained by the end.
    #[sqlx(skip)]
    pub needed: i64,
    /// Years to be planned: not approved, not over.
    #[sqlx(skip)]
    pub years: i64,
    /// Years to be planned without a single day off in the calendar: Tết is missing there.
    #[sqlx(skip)]
    pub dayless: i64,
    /// Weeks that may hold classes.
    #[sqlx(skip)]
    pub weeks: i64,
    /// Most seats in those weeks, by rooms, classes of a year and people of a class.
    #[sqlx(skip)]
    pub seats: i64,
}

/// Everything that a plan is made from, and what of it is missing.
#[must_use]
pub fn readiness(facts: &Facts) -> Vec<Check> {
    use Weight::{Advice, Must};
    let none = |there: i64| i64::from(there == 0);
    vec![
        Check::new("planning-ready-people", Must, none(facts.people), 1, "/people"),
        Check::new("planning-ready-weeks", Must, none(facts.weeks), 1, ""),
        Check::new("planning-ready-programmes", Must, facts.programmeless, facts.audiences, "/programmes"),
        Check::new("planning-ready-force", Advice, facts.forceless, facts.audiences, "/programmes"),
        Check::new("planning-ready-calendar", Advice, facts.dayless, facts.years, ""),
        Check::new("planning-ready-rooms", Advice, none(facts.venues), 1, "/rooms"),
        Check::new("planning-ready-seats", Advice, facts.needed - facts.seats, facts.needed, "/plan/forecast"),
    ]
}

/// Most seats of some weeks: as many classes as rooms, of a year no more than the scheme allows.
fn seats(rules: &Rules, mondays: &[NaiveDate]) -> i64 {
    let years = mondays.chunk_by(|a, b| a.year() == b.year());
    let classes: i64 = years
        .map(|weeks| {
            (i64::try_from(weeks.len()).unwrap_or(i64::MAX).saturating_mul(rules.rooms))
                .min(rules.classes_per_year_most)
        })
        .sum();
    classes.saturating_mul(rules.class_size_most)
}

/// Reads what a plan would be made from today.
///
/// # Errors
/// The database's failure.
pub(super) async fn read(
    conn: &mut Conn,
    scheme: &Scheme,
    bases: Bases,
    today: NaiveDate,
) -> Result<Vec<Check>, StoreError> {
    let mut facts: Facts = conn.one(&FACTS, &[&scheme.id]).await?;
    let fixed = approved_years(conn, scheme.id).await?;
    let weeks = weeks(conn, scheme, today, &Wishes::default(), &fixed).await?;
    facts.people = match weeks.rules.coverage_base {
        Base::All => bases.people,
        Base::TargetGroups => bases.target,
    };
    // who is to be trained beyond those of approved years is not known before the plan is made: the whole target is asked for
    // as long as no year is approved, and nothing afterwards
    if fixed.is_empty() {
        facts.needed = (facts.people * weeks.rules.coverage_target_permille + 999) / 1000;
    }
    facts.weeks = i64::try_from(weeks.mondays.len()).unwrap_or(i64::MAX);
    facts.seats = seats(&weeks.rules, &weeks.mondays);
    let years: Vec<i64> = (scheme.first_year..=scheme.last_year)
        .filter(|year| !fixed.contains_key(year) && *year >= i64::from(today.year()))
        .collect();
    facts.years = i64::try_from(years.len()).unwrap_or(i64::MAX);
    let day = |year: i64, month, day| i32::try_from(year).ok().and_then(|y| NaiveDate::from_ymd_opt(y, month, day));
    if let Some((from, to)) = day(scheme.first_year, 1, 1).zip(day(scheme.last_year, 12, 31)) {
        let off = days_off(conn, from, to).await?;
        let dayless = years.iter().filter(|year| off.iter().all(|day| i64::from(day.year()) != **year)).count();
        facts.dayless = i64::try_from(dayless).unwrap_or(i64::MAX);
    }
    Ok(readiness(&facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            audiences: 3,
            programmeless: 0,
            forceless: 0,
            venues: 2,
            people: 100,
            needed: 95,
            years: 5,
            dayless: 0,
            weeks: 200,
            seats: 120,
        }
    }

    #[test]
    fn everything_that_a_plan_is_made_from_is_listed_met_or_missing() {
        assert!(readiness(&facts()).iter().all(Check::met));
        let bare =
            Facts { programmeless: 2, forceless: 3, people: 0, weeks: 0, seats: 90, dayless: 1, venues: 0, ..facts() };
        let missing: Vec<(&str, bool, i64)> = readiness(&bare)
            .into_iter()
            .map(|check| (check.key, check.weight == Weight::Must, check.missing))
            .collect();
        assert_eq!(
            missing,
            [
                ("planning-ready-people", true, 1),
                ("planning-ready-weeks", true, 1),
                ("planning-ready-programmes", true, 2),
                ("planning-ready-force", false, 3),
                ("planning-ready-calendar", false, 1),
                ("planning-ready-rooms", false, 1),
                ("planning-ready-seats", false, 5),
            ]
        );
    }

    #[test]
    fn seats_are_bounded_by_rooms_and_by_the_classes_of_a_year() {
        let rules = Rules { rooms: 2, classes_per_year_most: 5, class_size_most: 70, ..Rules::default() };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mondays = [day("2026-12-07"), day("2027-01-04"), day("2027-01-11"), day("2027-01-18")];
        assert_eq!(seats(&rules, &mondays), (2 + 5) * 70);
        assert_eq!(seats(&rules, &[]), 0);
    }
}
