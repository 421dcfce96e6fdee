//! Weeks in which a programme cannot be taught, because nobody who is named for one of its topics is there.

use std::collections::BTreeMap;

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{AccountId, TopicId};

use crate::{
    lecturers::{Absence, absences},
    scheme::{Rules, Scheme},
};

// of each programme the version in force counts, or the newest as long as there is none
sql!(
    NAMED,
    "SELECT p.audience_code, l.topic_id, l.account_id
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
      AND v.number = COALESCE((SELECT MAX(f.number) FROM programme_version f WHERE f.programme_id = p.id AND f.state = 'in_force'),
                              (SELECT MAX(x.number) FROM programme_version x WHERE x.programme_id = p.id))
     JOIN topic t ON t.version_id = v.id
     JOIN topic_lecturer l ON l.topic_id = t.id
     WHERE p.scheme_id = $1 AND p.audience_code IS NOT NULL
     ORDER BY p.audience_code, l.topic_id, l.account_id"
);
/// Who may teach which topic of the programme of an audience.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
struct Named {
    audience_code: String,
    topic_id: TopicId,
    account_id: AccountId,
}

/// Reads, for each audience, the Mondays of the weeks in which its programme cannot be taught.
///
/// # Errors
/// The database's failure.
pub(super) async fn untaught(
    conn: &mut Conn,
    scheme: &Scheme,
    rules: &Rules,
    mondays: &[NaiveDate],
) -> Result<BTreeMap<String, Vec<NaiveDate>>, StoreError> {
    let (Some(first), Some(last)) = (mondays.first(), mondays.last()) else { return Ok(BTreeMap::new()) };
    let away = absences(conn, Some(scheme.province_id), (*first, rules.last_day(*last))).await?;
    if away.is_empty() {
        return Ok(BTreeMap::new());
    }
    let named: Vec<Named> = conn.all(&NAMED, &[&scheme.id]).await?;
    Ok(weeks_without(&named, &away, mondays, |monday| rules.last_day(monday)))
}

/// A programme is not taught in a week in which everybody who is named for one of its topics is away on every half-day. A topic for which
/// nobody is named says nothing: somebody is found for it later.
fn weeks_without(
    named: &[Named],
    away: &[Absence],
    mondays: &[NaiveDate],
    last_day: impl Fn(NaiveDate) -> NaiveDate,
) -> BTreeMap<String, Vec<NaiveDate>> {
    let gone = |account: AccountId, monday: NaiveDate| {
        let last = last_day(monday);
        away.iter().any(|a| a.account_id == account && a.from_on <= last && a.to_on >= monday) && {
            let mut days = monday.iter_days().take_while(|day| *day <= last);
            let away_on =
                |day: NaiveDate, morning| away.iter().any(|a| a.account_id == account && a.holds(day, morning));
            days.all(|day| away_on(day, true) && away_on(day, false))
        }
    };
    let mut found: BTreeMap<String, Vec<NaiveDate>> = BTreeMap::new();
    for topic in named.chunk_by(|a, b| a.topic_id == b.topic_id) {
        let Some(first) = topic.first() else { continue };
        let weeks = found.entry(first.audience_code.clone()).or_default();
        weeks.extend(mondays.iter().filter(|monday| topic.iter().all(|n| gone(n.account_id, **monday))));
    }
    for weeks in found.values_mut() {
        weeks.sort_unstable();
        weeks.dedup();
    }
    found
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use kernel::{AbsenceId, SystemIds};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn absence(account_id: AccountId, from: &str, to: &str) -> Absence {
        let [(from_on, from_part), (to_on, to_part)] = [from, to].map(|end| end.split_once(' ').unwrap());
        Absence {
            id: AbsenceId::new(&SystemIds),
            account_id,
            from_on: day(from_on),
            from_part: from_part.to_owned(),
            to_on: day(to_on),
            to_part: to_part.to_owned(),
            reason: String::new(),
            noted_by: String::new(),
            noted_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_week_is_lost_when_nobody_of_a_topic_is_there_on_any_half_day() {
        let [one, two] = [AccountId::new(&SystemIds), AccountId::new(&SystemIds)];
        let [alone, both] = [TopicId::new(&SystemIds), TopicId::new(&SystemIds)];
        let of = |topic_id, account_id| Named { audience_code: "dt1".to_owned(), topic_id, account_id };
        let named = [of(alone, one), of(both, one), of(both, two)];
        let mondays = [day("2026-03-02"), day("2026-03-09"), day("2026-03-16")];
        let lost = |away: &[Absence]| {
            let found = weeks_without(&named, away, &mondays, |monday| monday + Days::new(4));
            found.get("dt1").cloned().unwrap_or_default()
        };
        // the second week whole; of the third one half-day is left
        assert_eq!(lost(&[absence(one, "2026-03-09 sang", "2026-03-20 sang")]), [mondays[1]]);
        // two absences may fill a week together
        let halves =
            [absence(one, "2026-03-02 sang", "2026-03-04 sang"), absence(one, "2026-03-04 chieu", "2026-03-06 chieu")];
        assert_eq!(lost(&halves), [mondays[0]]);
        // the other one still teaches what both may teach, and nothing is lost by who is named for no topic alone
        assert!(lost(&[absence(two, "2026-03-02 sang", "2026-03-20 chieu")]).is_empty());
    }
}
