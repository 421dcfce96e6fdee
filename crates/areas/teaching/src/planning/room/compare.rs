//! Two plans beside each other: figures of both, and what moved.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use kernel::PersonId;
use web::T;

use crate::planning::store::BaseClass;

/// What a plan does in a year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct YearFigures {
    /// Classes.
    pub classes: i64,
    /// Seats taken.
    pub seats: i64,
    /// People whose first class of this plan lies in the year.
    pub first: i64,
}

/// A class that is in one plan and not at the same place in the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::planning) enum Moved {
    /// Programme, from, to.
    Went(String, NaiveDate, NaiveDate),
    /// Programme and week of a class that is held in addition.
    Added(String, NaiveDate),
    /// Programme and week of a class that is not held.
    Dropped(String, NaiveDate),
}

impl Moved {
    /// In a sentence.
    pub(in crate::planning) fn told(&self, t: T) -> String {
        let of = |programme: &String| ("programme", programme.clone().into());
        let text = match self {
            Self::Went(programme, from, to) => t.args(
                "planning-diff-moved",
                [of(programme), ("from", t.date(*from).into()), ("to", t.date(*to).into())],
            ),
            Self::Added(programme, on) => {
                t.args("planning-diff-class-added", [of(programme), ("on", t.date(*on).into())])
            }
            Self::Dropped(programme, on) => {
                t.args("planning-diff-class-dropped", [of(programme), ("on", t.date(*on).into())])
            }
        };
        text.into_owned()
    }
}

/// What the second plan does otherwise than the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::planning) struct Difference {
    /// Classes, in the order of weeks.
    pub classes: Vec<Moved>,
    /// People who come in an earlier week, in a later one, who come now and did not, who came and do not.
    pub earlier: i64,
    pub later: i64,
    pub added: i64,
    pub lost: i64,
}

/// The years of a plan; whoever has a class in an approved year has the first one there.
pub(super) fn years(classes: &[BaseClass], settled: &HashSet<PersonId>) -> BTreeMap<i32, YearFigures> {
    let mut first = first(classes);
    first.retain(|person, _| !settled.contains(person));
    let mut years: BTreeMap<i32, YearFigures> = BTreeMap::new();
    for class in classes {
        let year = years.entry(class.monday.year()).or_default();
        year.classes += 1;
        year.seats += i64::try_from(class.people.len()).unwrap_or(i64::MAX);
        year.first += class.people.iter().filter(|p| first.get(*p) == Some(&class.monday)).map(|_| 1).sum::<i64>();
    }
    years
}

/// The Monday of everybody's first class.
fn first(classes: &[BaseClass]) -> HashMap<PersonId, NaiveDate> {
    let mut first = HashMap::new();
    for class in classes {
        for person in &class.people {
            first.entry(*person).and_modify(|m: &mut NaiveDate| *m = class.monday.min(*m)).or_insert(class.monday);
        }
    }
    first
}

/// Compares two plans.
pub(in crate::planning) fn difference(before: &[BaseClass], after: &[BaseClass]) -> Difference {
    let mut found = Difference::default();
    let (was, is) = (first(before), first(after));
    for (person, monday) in &is {
        match was.get(person) {
            Some(before) if monday < before => found.earlier += 1,
            Some(before) if monday > before => found.later += 1,
            Some(_) => {}
            None => found.added += 1,
        }
    }
    found.lost = was.keys().filter(|person| !is.contains_key(*person)).map(|_| 1).sum();
    let slots = |classes: &[BaseClass]| {
        let mut of: BTreeMap<(String, NaiveDate), i64> = BTreeMap::new();
        for class in classes {
            *of.entry((class.programme.clone(), class.monday)).or_default() += 1;
        }
        of
    };
    let (was, is) = (slots(before), slots(after));
    let only = |a: &BTreeMap<(String, NaiveDate), i64>, b: &BTreeMap<(String, NaiveDate), i64>| {
        let mut of: BTreeMap<String, Vec<NaiveDate>> = BTreeMap::new();
        for ((programme, monday), n) in a {
            for _ in b.get(&(programme.clone(), *monday)).copied().unwrap_or(0)..*n {
                of.entry(programme.clone()).or_default().push(*monday);
            }
        }
        of
    };
    let (mut gone, mut new) = (only(&was, &is), only(&is, &was));
    let programmes: BTreeSet<String> = gone.keys().chain(new.keys()).cloned().collect();
    for programme in programmes {
        let (gone, mut new) = (gone.remove(&programme).unwrap_or_default(), new.remove(&programme).unwrap_or_default());
        for from in gone {
            // the nearest week of the same programme is where it went
            let nearest = (0..new.len()).min_by_key(|n| new.get(*n).map(|to| (*to - from).num_days().abs()));
            found.classes.push(match nearest {
                Some(n) => Moved::Went(programme.clone(), from, new.remove(n)),
                None => Moved::Dropped(programme.clone(), from),
            });
        }
        found.classes.extend(new.into_iter().map(|to| Moved::Added(programme.clone(), to)));
    }
    found.classes.sort_by_key(|moved| match moved {
        Moved::Went(_, day, _) | Moved::Added(_, day) | Moved::Dropped(_, day) => *day,
    });
    found
}

#[cfg(test)]
mod tests {
    use kernel::{PlanClassId, ProgrammeId};

    use super::*;

    fn class(programme: &str, monday: &str, people: &[PersonId]) -> BaseClass {
        BaseClass {
            id: PlanClassId::LEAST,
            seq: 0,
            monday: monday.parse().unwrap(),
            audience: programme.to_lowercase(),
            programme: programme.to_owned(),
            programme_id: ProgrammeId::LEAST,
            place: 0,
            called: false,
            carried: None,
            people: people.to_vec(),
        }
    }

    fn people() -> Vec<PersonId> {
        (0..4).map(|_| PersonId::new(&kernel::ids::SystemIds)).collect()
    }

    #[test]
    fn a_moved_a_dropped_and_an_added_class_are_told_apart() {
        let p = people();
        let before =
            [class("A", "2027-03-01", &p[..2]), class("A", "2027-03-08", &p[2..]), class("B", "2027-04-05", &[])];
        let after =
            [class("A", "2027-03-01", &p[..2]), class("A", "2027-03-15", &p[2..]), class("C", "2027-05-03", &[])];
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let found = difference(&before, &after);
        assert_eq!(
            found.classes,
            [
                Moved::Went("A".into(), day("2027-03-08"), day("2027-03-15")),
                Moved::Dropped("B".into(), day("2027-04-05")),
                Moved::Added("C".into(), day("2027-05-03")),
            ]
        );
        assert_eq!((found.earlier, found.later, found.added, found.lost), (0, 2, 0, 0));
        assert_eq!(difference(&before, &before), Difference::default());
    }

    #[test]
    fn people_are_counted_where_they_come_first() {
        let p = people();
        let plan =
            [class("A", "2027-03-01", &p[..2]), class("A", "2028-03-06", &p[1..3]), class("A", "2028-04-03", &p[2..])];
        let of = |y: i32| years(&plan, &HashSet::new())[&y];
        assert_eq!(of(2027), YearFigures { classes: 1, seats: 2, first: 2 });
        assert_eq!(of(2028), YearFigures { classes: 2, seats: 4, first: 2 });
        let shorter = difference(&plan, &plan[..1]);
        assert_eq!((shorter.lost, difference(&plan[..1], &plan).added), (2, 2));
    }
}
