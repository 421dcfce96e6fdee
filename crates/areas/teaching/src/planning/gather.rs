//! From the register to the planner's problem.

use std::collections::HashMap;

use ::store::{Conn, StoreError};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use kernel::PersonId;
use planner::{Commune, Instance, Office, Person, Programme, Week};

use super::store::{PersonRow, people};
use crate::scheme::{self, Rules, Scheme};

/// The problem with the ids behind its numbers.
#[derive(Debug)]
pub struct Gathered {
    /// The planner's problem.
    pub instance: Instance,
    /// Who is behind each person of the problem.
    pub people: Vec<PersonId>,
    /// The Monday of each week of the problem.
    pub mondays: Vec<NaiveDate>,
}

/// Reads the register and the scheme's rules into the planner's problem, for the weeks from `from` on.
///
/// # Errors
/// The database's failure.
pub async fn gather(conn: &mut Conn, scheme: &Scheme, from: NaiveDate) -> Result<Gathered, StoreError> {
    let rules = scheme::rules(conn, scheme.id, from).await?;
    let last_year = i32::try_from(scheme.last_year).unwrap_or(from.year());
    let end = NaiveDate::from_ymd_opt(last_year, 12, 31).unwrap_or(from);
    let start = from.max(rules.first_teaching_day);
    let off = scheme::days_off(conn, start, end).await?;
    let mondays = mondays(start, end, &off);
    let audiences = scheme::audiences(conn, scheme.id).await?;
    let rows = people(conn, scheme.id, start).await?;
    Ok(build(&rules, &mondays, audiences.iter().map(|a| a.code.clone()), &rows))
}

/// Mondays of weeks without a day off, within one calendar year each; none after mid-December.
fn mondays(from: NaiveDate, to: NaiveDate, off: &[NaiveDate]) -> Vec<NaiveDate> {
    let free = |monday: &NaiveDate| {
        let friday = *monday + Days::new(4);
        let holiday = off.iter().any(|day| (*monday..=friday).contains(day));
        !holiday && friday.year() == monday.year() && !(monday.month() == 12 && monday.day() > 14)
    };
    from.iter_days().take_while(|day| *day <= to).filter(|day| day.weekday() == Weekday::Mon).filter(free).collect()
}

fn count(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

fn place(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn build(
    rules: &Rules,
    mondays: &[NaiveDate],
    programmes: impl Iterator<Item = String>,
    rows: &[PersonRow],
) -> Gathered {
    let last = place(mondays.len().saturating_sub(1));
    let week_of = |day: NaiveDate| place(mondays.partition_point(|m| *m < day));
    let mut communes: HashMap<_, u32> = HashMap::new();
    let mut offices: HashMap<_, u32> = HashMap::new();
    let mut instance = Instance {
        format: "coverage-plan/1".to_owned(),
        name: String::new(),
        classes_per_year: [count(rules.classes_per_year_least), count(rules.classes_per_year_most)],
        classes_per_quarter_most: count(rules.classes_per_quarter_most),
        class_size: [count(rules.class_size_least), count(rules.class_size_most)],
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "thousandths, at most 1,000")]
        coverage_target: rules.coverage_target_permille as f64 / 1000.0,
        repeat_gap_weeks: count(rules.repeat_gap_weeks),
        weeks: (0..)
            .zip(mondays)
            .map(|(id, m)| Week { id, monday: m.to_string(), year: m.year(), capacity: count(rules.rooms) })
            .collect(),
        programmes: programmes.map(|id| Programme { id, blocked_weeks: Vec::new() }).collect(),
        communes: Vec::new(),
        offices: Vec::new(),
        people: Vec::with_capacity(rows.len()),
        exclusions: Vec::new(),
    };
    let mut heads: HashMap<u32, u32> = HashMap::new();
    let mut sizes: Vec<i64> = Vec::new();
    for row in rows {
        let commune = *communes.entry(row.commune_id).or_insert_with(|| {
            let id = place(instance.communes.len());
            let code = row.commune_code.clone();
            instance.communes.push(Commune { id, code, remote: row.is_highland, border: row.is_border });
            id
        });
        // people without an office stand together in one of their commune's
        let office = *offices.entry((row.commune_id, row.office_id)).or_insert_with(|| {
            let id = place(instance.offices.len());
            instance.offices.push(Office { id, commune, name: String::new(), max_absent: 1 });
            sizes.push(0);
            id
        });
        if let Some(size) = usize::try_from(office).ok().and_then(|o| sizes.get_mut(o)) {
            *size += 1;
        }
        let id = place(instance.people.len());
        // the head comes before the deputies of an office: rows are ordered so
        match row.level.as_str() {
            "head" => {
                heads.insert(office, id);
            }
            "deputy" => {
                if let Some(head) = heads.get(&office) {
                    instance.exclusions.push([*head, id]);
                }
            }
            _ => {}
        }
        let priority = [row.is_woman, row.is_minority, row.is_highland, row.is_border, row.is_new];
        instance.people.push(Person {
            id,
            office,
            programme: row.audience_code.clone(),
            weight: 1 + place(priority.iter().filter(|p| **p).count()),
            from_week: week_of(row.in_post_from),
            to_week: row.in_post_to.map_or(last, |day| week_of(day).saturating_sub(1)),
            blocked_weeks: Vec::new(),
        });
    }
    for (office, size) in instance.offices.iter_mut().zip(sizes) {
        office.max_absent = count(rules.office_absent_most(size));
    }
    Gathered { instance, people: rows.iter().map(|r| r.person_id).collect(), mondays: mondays.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_with_a_holiday_and_late_december_are_left_out() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let found = mondays(day("2026-04-20"), day("2026-05-18"), &[day("2026-04-27"), day("2026-05-01")]);
        assert_eq!(found, [day("2026-04-20"), day("2026-05-04"), day("2026-05-11"), day("2026-05-18")]);
        assert_eq!(mondays(day("2026-12-14"), day("2027-01-04"), &[]), [day("2026-12-14"), day("2027-01-04")]);
    }
}
