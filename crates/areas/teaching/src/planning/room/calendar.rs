//! The calendar of a plan: years by months, and a year's weeks with their classes.

use chrono::{Datelike, NaiveDate, Weekday};
use planner::{Effect, Obstacle};
use web::T;

use crate::{
    planning::{model::Wishes, store::BaseClass},
    scheme::Rules,
};

/// A class in the calendar.
pub(super) struct Chip {
    pub seq: i64,
    pub programme: String,
    pub people: usize,
    /// Its colour: place of its programme, 1 to 4.
    pub tone: i64,
    pub kept: bool,
    pub chosen: bool,
    /// Whether it belongs to a year that is approved, or was called in the year that is adjusted: it does not move.
    pub fixed: bool,
}

/// What the chosen class would meet in a week.
pub(super) struct Meets {
    /// Whether it can go there at all.
    pub may: bool,
    pub tone: &'static str,
    pub text: String,
}

/// A week of the shown year.
pub(super) struct Week {
    pub monday: NaiveDate,
    pub days: String,
    pub number: i64,
    /// Whether the plan may hold classes then.
    pub open: bool,
    /// Whether the scenario closes it.
    pub closed: bool,
    pub classes: Vec<Chip>,
    pub meets: Option<Meets>,
}

/// Weeks of a month.
pub(super) struct Month {
    pub name: String,
    pub weeks: Vec<Week>,
}

/// A year of the five-year view: classes of each month, by colour.
pub(super) struct YearRow {
    pub year: i32,
    pub months: Vec<Vec<i64>>,
    pub classes: usize,
    pub approved: bool,
}

/// Colour of a programme.
pub(super) fn tone(place: i64) -> i64 {
    place.rem_euclid(4) + 1
}

/// The five-year view.
pub(super) fn years(classes: &[(BaseClass, bool)]) -> Vec<YearRow> {
    let mut rows: Vec<YearRow> = Vec::new();
    for (class, fixed) in classes {
        let year = class.monday.year();
        if rows.last().is_none_or(|row| row.year != year) {
            rows.push(YearRow { year, months: vec![Vec::new(); 12], classes: 0, approved: *fixed });
        }
        if let Some(row) = rows.last_mut() {
            row.approved &= *fixed;
            row.classes += 1;
            let month = usize::try_from(class.monday.month0()).unwrap_or(0);
            if let Some(month) = row.months.get_mut(month) {
                month.push(tone(class.place));
            }
        }
    }
    rows
}

/// The weeks of a year by months. `open` are the Mondays of the weeks that may hold classes, `effects` what the chosen class meets, by position
/// in `open`.
pub(super) fn months(
    t: T,
    year: i32,
    classes: &[(BaseClass, bool)],
    (wishes, rules): (&Wishes, &Rules),
    open: &[NaiveDate],
    chosen: Option<(i64, &[Effect])>,
) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    let Some(first) = NaiveDate::from_ymd_opt(year, 1, 1) else { return months };
    for monday in first.iter_days().take_while(|d| d.year() == year).filter(|d| d.weekday() == Weekday::Mon) {
        let name = t.arg("planning-month", "n", i64::from(monday.month())).into_owned();
        if months.last().is_none_or(|m| m.name != name) {
            months.push(Month { name, weeks: Vec::new() });
        }
        let here = classes.iter().filter(|(class, _)| class.monday == monday).map(|(class, fixed)| Chip {
            seq: class.seq,
            programme: class.programme.clone(),
            people: class.people.len(),
            tone: tone(class.place),
            kept: wishes.kept.contains(&class.slot()),
            chosen: !*fixed && chosen.is_some_and(|(seq, _)| seq == class.seq),
            fixed: *fixed,
        });
        let place = open.binary_search(&monday).ok();
        let effect = chosen.and_then(|(_, effects)| {
            let week = u32::try_from(place?).ok()?;
            effects.iter().find(|effect| effect.week == week)
        });
        let week = Week {
            monday,
            days: short(t, rules, monday),
            number: monday.iso_week().week().into(),
            open: place.is_some(),
            closed: wishes.closed.contains(&monday),
            classes: here.collect(),
            meets: effect.map(|effect| meets(t, effect)),
        };
        if let Some(month) = months.last_mut() {
            month.weeks.push(week);
        }
    }
    months
}

/// `01/03 – 05/03`.
fn short(t: T, rules: &Rules, monday: NaiveDate) -> String {
    let day = |day: NaiveDate| t.date(day).chars().take(5).collect::<String>();
    if t.date(monday).as_bytes().get(2) == Some(&b'/') {
        format!("{} – {}", day(monday), day(rules.last_day(monday)))
    } else {
        days(t, rules, monday)
    }
}

/// The days of a class that begins on a Monday.
pub(super) fn days(t: T, rules: &Rules, monday: NaiveDate) -> String {
    t.dates(monday, rules.last_day(monday))
}

/// A rule of the calendar in words.
pub(super) fn obstacle(t: T, obstacle: Obstacle) -> String {
    let words = match obstacle {
        Obstacle::NotTaught => t.get("planning-not-taught"),
        Obstacle::WeekFull(most) => t.arg("planning-week-full", "most", i64::from(most)),
        Obstacle::QuarterFull(most) => t.arg("planning-quarter-full", "most", i64::from(most)),
        Obstacle::YearFull(year, most) => {
            t.args("planning-year-full", [("year", year.to_string().into()), ("most", i64::from(most).into())])
        }
        Obstacle::YearShort(year, least) => {
            t.args("planning-year-short", [("year", year.to_string().into()), ("least", i64::from(least).into())])
        }
    };
    words.into_owned()
}

/// What a class meets in a week, in words.
fn meets(t: T, effect: &Effect) -> Meets {
    if let Some(rule) = effect.obstacle {
        return Meets { may: false, tone: "bad", text: obstacle(t, rule) };
    }
    let counts = [
        ("planning-busy", effect.busy),
        ("planning-soon", effect.soon),
        ("planning-office", effect.office),
        ("planning-apart", effect.apart),
    ];
    let said: Vec<String> =
        counts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| t.arg(key, "n", i64::from(n)).into_owned()).collect();
    if said.is_empty() {
        return Meets { may: true, tone: "good", text: t.get("planning-everybody").into_owned() };
    }
    Meets { may: true, tone: "warn", text: said.join("; ") }
}
