//! From the register to the planner's problem.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ::store::{Conn, StoreError};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use kernel::{PersonId, PlanId};
use people::calendar::{days_off, event_days};
use planner::{Beyond, Commune, Instance, Limits, Office, Person, Plan, PlanClass, Programme, Week};

use super::{
    actions::ComposeError,
    adjusting, lecturing,
    model::{Constraint, Slot, Wishes},
    store::{BaseClass, PersonRow, called_weeks, people},
};
use crate::scheme::{self, Rules, Scheme};

/// The problem with the ids behind its numbers.
#[derive(Debug)]
pub struct Gathered {
    /// The planner's problem.
    pub instance: Instance,
    /// Who is behind each person of the problem.
    pub people: Vec<PersonId>,
    /// People who are trained already or expected in a class of an approved year: they may fill a class later, and are not to be trained.
    pub settled: usize,
    /// Everybody whom the scheme trains: those, and who is to be trained.
    pub everybody: usize,
    /// The Monday of each week of the problem.
    pub mondays: Vec<NaiveDate>,
    /// Group with which each commune of the problem travels; none for one that is not far.
    pub travel: Vec<Option<u32>>,
}

/// A plan that is carried on, as the planner reads it.
#[derive(Debug)]
pub(super) struct Carried {
    pub plan: Plan,
    /// Positions of the classes that stay in their week.
    pub kept: Vec<usize>,
    /// Number of each class in the plan that it comes from.
    pub seqs: Vec<i64>,
}

/// The weeks that may hold classes.
#[derive(Debug)]
pub(super) struct Weeks {
    /// First day that is planned, and the first day of its year on which anything may be taught.
    start: NaiveDate,
    opens: NaiveDate,
    /// Whether whoever is awaited in a class of an approved year is planned no more.
    approved: bool,
    /// Weeks of the called classes of the year that is adjusted, each as often as it has some: these stay.
    held: Vec<NaiveDate>,
    pub mondays: Vec<NaiveDate>,
    /// The rules in force, as they are and as the scenario changes them.
    pub plain: Rules,
    pub rules: Rules,
}

impl Gathered {
    /// A plan that is carried on as the planner's: its classes in their weeks, with those of their people who may still come. A class whose week is gone stands in the next one that there is, from where it moves. A class that was called is no part of the problem.
    pub(super) fn plan_of(
        &self,
        base: &[BaseClass],
        kept: &BTreeSet<Slot>,
        moved: Option<(i64, NaiveDate)>,
    ) -> Result<Carried, ComposeError> {
        let place_of: HashMap<PersonId, u32> = self.people.iter().copied().zip(0..).collect();
        let mut plan = Plan::default();
        let mut slots = kept.clone();
        let (mut kept, mut seqs) = (Vec::new(), Vec::new());
        for class in base.iter().filter(|class| class.carried.is_none()) {
            let mut monday = class.monday;
            if let Some((_, to)) = moved.filter(|(seq, _)| *seq == class.seq) {
                self.mondays.binary_search(&to).map_err(|_| ComposeError::NoWeek)?;
                monday = to;
            }
            // an approved year is not planned any more, nor is one that is over
            let year = |week: usize| self.mondays.get(week).map(Datelike::year);
            let week = self.mondays.partition_point(|m| *m < monday).min(self.mondays.len().saturating_sub(1));
            if year(week) != Some(monday.year()) {
                continue;
            }
            if slots.remove(&Slot { monday, audience: class.audience.clone() }) && self.mondays.contains(&monday) {
                kept.push(plan.classes.len());
            }
            seqs.push(class.seq);
            plan.classes.push(PlanClass {
                programme: class.audience.clone(),
                week: place(week),
                people: class.people.iter().filter_map(|id| place_of.get(id)).copied().collect(),
            });
        }
        Ok(Carried { plan, kept, seqs })
    }
}

/// Reads the register and the scheme's rules into the planner's problem: the weeks from today on of the years
/// that are not approved yet or that the scenario adjusts, and the people who are neither trained nor expected in a class
/// before that. What a scenario wishes changes the rules.
///
/// # Errors
/// The database's failure.
pub async fn gather(
    conn: &mut Conn,
    scheme: &Scheme,
    today: NaiveDate,
    wishes: &Wishes,
) -> Result<Gathered, StoreError> {
    gather_on(conn, scheme, today, wishes, &[]).await
}

/// The same for the classes of a plan that is carried on.
pub(super) async fn gather_on(
    conn: &mut Conn,
    scheme: &Scheme,
    today: NaiveDate,
    wishes: &Wishes,
    base: &[BaseClass],
) -> Result<Gathered, StoreError> {
    let fixed = adjusting::fixed(conn, scheme.id, wishes).await?;
    let weeks = weeks(conn, scheme, today, wishes, &fixed).await?;
    gather_in(conn, scheme, today, wishes, &weeks, base).await
}

/// The same for weeks that were read.
pub(super) async fn gather_in(
    conn: &mut Conn,
    scheme: &Scheme,
    today: NaiveDate,
    wishes: &Wishes,
    weeks: &Weeks,
    base: &[BaseClass],
) -> Result<Gathered, StoreError> {
    let Weeks { start, opens, approved, held, mondays, rules, .. } = weeks;
    let audiences = scheme::audiences(conn, scheme.id).await?;
    let rows = people(conn, scheme.id, *start, today, (*approved, wishes.adjusts)).await?;
    let untaught = if wishes.binds(Constraint::Lecturers) {
        lecturing::untaught(conn, scheme, rules, mondays).await?
    } else {
        BTreeMap::new()
    };
    let programmes = audiences.iter().map(|a| {
        let place_of = |monday| mondays.binary_search(monday).ok().map(place);
        let lost = untaught.get(&a.code).map(|weeks| weeks.iter().filter_map(place_of).collect());
        Programme { id: a.code.clone(), blocked_weeks: lost.unwrap_or_default() }
    });
    let mut gathered = build(rules, wishes, (mondays, held, base), programmes.collect(), &rows);
    // classes that stay take their place in the limits of their year
    for monday in held {
        let limits = gathered.instance.limits(monday.year());
        let mut quarters = limits.quarters;
        if let Some(most) = quarters.get_mut(usize::try_from(monday.month0() / 3).unwrap_or(0)) {
            *most = most.saturating_sub(1);
        }
        let left = Limits { least: limits.least.saturating_sub(1), most: limits.most.saturating_sub(1), quarters };
        gathered.instance.beyond.limits.insert(monday.year(), left);
    }
    // a year under way holds what is left of it
    if start > opens {
        let left = Limits { least: 0, ..gathered.instance.limits(start.year()) };
        gathered.instance.beyond.limits.insert(start.year(), left);
    }
    Ok(gathered)
}

/// The weeks from today on of all years but `fixed`, which stay as they are approved.
pub(super) async fn weeks(
    conn: &mut Conn,
    scheme: &Scheme,
    today: NaiveDate,
    wishes: &Wishes,
    fixed: &BTreeMap<i64, PlanId>,
) -> Result<Weeks, StoreError> {
    let open = (scheme.first_year..=scheme.last_year).find(|y| !fixed.contains_key(y)).unwrap_or(scheme.last_year);
    let day = |year: i64, month, day| {
        i32::try_from(year).ok().and_then(|y| NaiveDate::from_ymd_opt(y, month, day)).unwrap_or(today)
    };
    let plain = scheme::rules(conn, scheme.id, today).await?;
    let rules = wishes.rules(&plain);
    let opens = rules.first_teaching_day.max(day(open, 1, 1));
    let start = today.max(opens);
    let end = day(scheme.last_year, 12, 31);
    let mut off = Vec::new();
    if wishes.binds(Constraint::Holidays) {
        off.extend(days_off(conn, start, end).await?);
    }
    if wishes.binds(Constraint::Events) {
        off.extend(event_days(conn, start, end).await?);
    }
    let mut mondays = mondays(start, end, &off);
    mondays.retain(|m| !fixed.contains_key(&i64::from(m.year())));
    let held = match wishes.adjusts {
        Some(year) => called_weeks(conn, scheme.id, year).await?,
        None => Vec::new(),
    };
    let approved = !fixed.is_empty() || wishes.adjusts.is_some();
    Ok(Weeks { start, opens, approved, held, mondays, plain, rules })
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
    wishes: &Wishes,
    (mondays, held, base): (&[NaiveDate], &[NaiveDate], &[BaseClass]),
    programmes: Vec<Programme>,
    rows: &[PersonRow],
) -> Gathered {
    let last = place(mondays.len().saturating_sub(1));
    let week_of = |day: NaiveDate| place(mondays.partition_point(|m| *m < day));
    let rooms = count(wishes.capacity(rules));
    let taken = |monday: &NaiveDate| place(held.iter().filter(|m| *m == monday).count());
    let capacity =
        |monday: &NaiveDate| if wishes.closed.contains(monday) { 0 } else { rooms.saturating_sub(taken(monday)) };
    let mut communes: HashMap<_, u32> = HashMap::new();
    let mut offices: HashMap<_, u32> = HashMap::new();
    let mut instance = Instance {
        format: "coverage-plan/1".to_owned(),
        name: String::new(),
        classes_per_year: [count(rules.classes_per_year_least), count(rules.classes_per_year_most)],
        classes_per_quarter_most: count(rules.classes_per_quarter_most),
        class_size: [count(rules.class_size_least), count(rules.class_size_most)],
        coverage_target: 0.0,
        repeat_gap_weeks: if wishes.binds(Constraint::RepeatGap) { count(rules.repeat_gap_weeks) } else { 1 },
        weeks: (0..)
            .zip(mondays)
            .map(|(id, m)| Week { id, monday: m.to_string(), year: m.year(), capacity: capacity(m) })
            .collect(),
        programmes,
        communes: Vec::new(),
        offices: Vec::new(),
        people: Vec::with_capacity(rows.len()),
        exclusions: Vec::new(),
        beyond: Beyond { uneven: !wishes.binds(Constraint::Evenness), ..Beyond::default() },
    };
    let weighs = wishes.binds(Constraint::Priority);
    // far communes of one former district travel together
    let mut travel: Vec<Option<u32>> = Vec::new();
    let mut districts: HashMap<&str, u32> = HashMap::new();
    let mut heads: HashMap<u32, u32> = HashMap::new();
    let mut people = Vec::with_capacity(rows.len());
    let mut sizes: Vec<i64> = Vec::new();
    let (mut settled, mut waiting) = (0, 0);
    // weeks in which somebody of an office is in a class that stays
    let mut away: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    let apart = wishes.binds(Constraint::OfficeAbsence) || wishes.binds(Constraint::HeadAndDeputy);
    for row in rows {
        let commune = *communes.entry(row.commune_id).or_insert_with(|| {
            let id = place(instance.communes.len());
            let code = row.commune_code.clone();
            instance.communes.push(Commune { id, code, remote: row.is_highland, border: row.is_border });
            let far = row.road_km.is_some_and(|km| km >= rules.travel_far_km);
            let next = place(districts.len());
            travel.push(far.then(|| *districts.entry(&row.former_district).or_insert(next)));
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
        match row.settled_on() {
            Some(on) => {
                settled += 1;
                let monday = on.week(Weekday::Mon).first_day();
                if apart
                    && held.contains(&monday)
                    && let Ok(week) = mondays.binary_search(&monday)
                {
                    away.entry(office).or_default().insert(place(week));
                }
                let from = on.checked_add_days(Days::new(7 * u64::from(instance.repeat_gap_weeks)));
                let from = from.map_or(u32::MAX, week_of);
                if from > last {
                    continue;
                }
                instance.beyond.again.insert(id, from);
            }
            None => waiting += 1,
        }
        people.push(row.person_id);
        // the head comes before the deputies of an office: rows are ordered so
        match row.level.as_str() {
            _ if !wishes.binds(Constraint::HeadAndDeputy) => {}
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
            weight: if weighs { 1 + place(priority.iter().filter(|p| **p).count()) } else { 1 },
            from_week: week_of(row.in_post_from),
            to_week: row.in_post_to.map_or(last, |day| week_of(day).saturating_sub(1)),
            blocked_weeks: Vec::new(),
        });
    }
    // of whom nobody else comes but those who were to come with them
    let with_them = base.iter().filter(|class| held.contains(&class.monday));
    let with_them: HashSet<(PersonId, u32)> = with_them
        .filter_map(|class| Some((class, place(mondays.binary_search(&class.monday).ok()?))))
        .flat_map(|(class, week)| class.people.iter().map(move |person| (*person, week)))
        .collect();
    for (person, id) in instance.people.iter_mut().zip(&people) {
        let weeks = away.get(&person.office).into_iter().flatten().copied();
        person.blocked_weeks.extend(weeks.filter(|week| !with_them.contains(&(*id, *week))));
    }
    for (office, size) in instance.offices.iter_mut().zip(sizes) {
        let most = if wishes.binds(Constraint::OfficeAbsence) { rules.office_absent_most(size) } else { size };
        office.max_absent = count(most);
    }
    for year in mondays.iter().map(Datelike::year) {
        if let Some(paid) = wishes.paid(year.into()) {
            let limits = instance.limits(year);
            let most = limits.most.min(count(paid));
            instance.beyond.limits.insert(year, Limits { most, least: limits.least.min(most), ..limits });
        }
    }
    instance.coverage_target = rest_of_target(rules.coverage_target_permille, settled, waiting);
    if wishes.binds(Constraint::Travel) && !districts.is_empty() {
        instance.beyond.travel.clone_from(&travel);
    }
    Gathered { instance, people, settled, everybody: rows.len(), mondays: mondays.to_vec(), travel }
}

/// The share of the people left that must be trained so that the target holds for everybody.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a share of two counts of people")]
fn rest_of_target(permille: i64, settled: usize, left: usize) -> f64 {
    if left == 0 {
        return 0.0;
    }
    let wanted = permille as f64 / 1000.0 * (settled + left) as f64 - settled as f64;
    (wanted / left as f64).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_of_the_rest_makes_up_the_target_of_all() {
        assert!((rest_of_target(950, 0, 8624) - 0.95).abs() < 1e-12);
        // 950 of 1,000 with 500 done: 450 of the 500 left
        assert!((rest_of_target(950, 500, 500) - 0.9).abs() < 1e-12);
        assert_eq!((rest_of_target(950, 990, 10), rest_of_target(950, 10, 0)), (0.0, 0.0));
    }

    #[test]
    fn weeks_with_a_holiday_and_late_december_are_left_out() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let found = mondays(day("2026-04-20"), day("2026-05-18"), &[day("2026-04-27"), day("2026-05-01")]);
        assert_eq!(found, [day("2026-04-20"), day("2026-05-04"), day("2026-05-11"), day("2026-05-18")]);
        assert_eq!(mondays(day("2026-12-14"), day("2027-01-04"), &[]), [day("2026-12-14"), day("2027-01-04")]);
    }
}
