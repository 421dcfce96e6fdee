//! What a class is taught once its open part is chosen. Pure.

use kernel::TopicId;

use crate::{
    curriculum::{Fault, Meter, Taught},
    scheme::Rules,
};

/// Why a choice does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// The version leaves nothing open.
    Closed,
    /// More periods than the version leaves open: by how many.
    Over(i64),
    /// Fewer periods than the version leaves open: by how many.
    Under(i64),
    /// The periods agree, but no day of the open part holds this topic beside the others.
    NoDay(String),
    /// The class would miss the share of theory.
    Rule(Vec<Fault>),
}

/// Periods that a version leaves open.
#[must_use]
pub fn open_periods(taught: &[Taught]) -> i64 {
    taught.iter().filter(|t| t.is_elective).map(|t| t.periods).sum()
}

/// Periods of theory and others.
#[must_use]
pub fn weigh(taught: &[Taught]) -> (i64, i64) {
    let theory = taught.iter().filter(|t| t.kind == "theory").map(|t| t.periods).sum();
    (theory, taught.iter().map(|t| t.periods).sum::<i64>() - theory)
}

/// What the class is taught with `chosen` in its open part, by day; without a choice what the version has there.
///
/// # Errors
/// [`Unfit`], the periods first, then the days, then the share of theory.
pub fn fill(version: &[Taught], chosen: &[Taught], rules: &Rules) -> Result<Vec<Taught>, Unfit> {
    if chosen.is_empty() {
        return Ok(version.to_vec());
    }
    let open = open_periods(version);
    if open == 0 {
        return Err(Unfit::Closed);
    }
    match chosen.iter().map(|t| t.periods).sum::<i64>() - open {
        over @ 1.. => return Err(Unfit::Over(over)),
        0 => {}
        under => return Err(Unfit::Under(-under)),
    }
    let mut days: Vec<(i64, i64)> = Vec::new();
    for topic in version.iter().filter(|t| t.is_elective) {
        match days.iter_mut().find(|(day, _)| *day == topic.day) {
            Some((_, room)) => *room += topic.periods,
            None => days.push((topic.day, topic.periods)),
        }
    }
    // the long ones first: they have the fewest places
    let mut order: Vec<&Taught> = chosen.iter().collect();
    order.sort_by_key(|t| std::cmp::Reverse(t.periods));
    let mut placed = Vec::new();
    if !place(&order, &mut days, &mut placed) {
        return Err(Unfit::NoDay(order.first().map(|t| t.title.clone()).unwrap_or_default()));
    }
    let on = |day: i64| {
        let here = |id: &TopicId| placed.iter().any(|(topic, on)| topic == id && *on == day);
        chosen.iter().filter(move |t| here(&t.id)).map(move |t| Taught { day, ..t.clone() }).collect::<Vec<_>>()
    };
    let mut filled: Vec<Taught> = Vec::new();
    let mut done: Vec<i64> = Vec::new();
    for topic in version {
        if !topic.is_elective {
            filled.push(topic.clone());
        } else if !done.contains(&topic.day) {
            done.push(topic.day);
            filled.extend(on(topic.day));
        }
    }
    let (theory, other) = weigh(&filled);
    let faults = Meter::of(theory, other, rules).faults();
    if faults.is_empty() { Ok(filled) } else { Err(Unfit::Rule(faults)) }
}

/// Finds a day for each topic; tries every day for the first and goes on with the rest.
fn place(topics: &[&Taught], days: &mut [(i64, i64)], placed: &mut Vec<(TopicId, i64)>) -> bool {
    let Some((first, rest)) = topics.split_first() else { return true };
    for at in 0..days.len() {
        let Some((day, room)) = days.get_mut(at).filter(|(_, room)| *room >= first.periods) else { continue };
        *room -= first.periods;
        placed.push((first.id, *day));
        if place(rest, days, placed) {
            return true;
        }
        placed.pop();
        if let Some((_, room)) = days.get_mut(at) {
            *room += first.periods;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kernel::ids::SystemIds;

    use super::*;

    fn topic(title: &str, day: i64, kind: &str, periods: i64, is_elective: bool) -> Taught {
        let (id, code) = (TopicId::new(&SystemIds), title.to_owned());
        Taught { id, code, day, title: title.to_owned(), kind: kind.to_owned(), periods, is_elective }
    }

    fn rules() -> Rules {
        let rows = include_str!("../../../../../../data/scheme_rules.csv").lines().skip(1).filter_map(|line| {
            let (key, rest) = line.split_once(',')?;
            Some((key.to_owned(), rest.split(',').next()?.to_owned()))
        });
        Rules::from_rows(&rows.collect::<BTreeMap<_, _>>()).unwrap()
    }

    /// Twelve periods of theory, twenty of practice, eight left open on the days three and five.
    fn version() -> Vec<Taught> {
        vec![
            topic("a", 1, "theory", 8, false),
            topic("b", 2, "theory", 4, false),
            topic("c", 2, "practice", 4, false),
            topic("d", 3, "skill", 4, true),
            topic("e", 3, "skill", 4, false),
            topic("f", 4, "practice", 8, false),
            topic("g", 5, "skill", 4, false),
            topic("h", 5, "practice", 4, true),
        ]
    }

    fn titles(taught: &[Taught]) -> String {
        taught.iter().map(|t| format!("{}{}", t.title, t.day)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_chosen_stands_on_the_days_left_open() {
        let pool =
            [topic("k", 0, "skill", 2, true), topic("l", 0, "skill", 4, true), topic("m", 0, "practice", 2, true)];
        let filled = fill(&version(), &pool, &rules()).unwrap();
        assert_eq!(titles(&filled), "a1 b2 c2 l3 e3 f4 g5 k5 m5");
        assert_eq!(weigh(&filled), (12, 28));
        let whole = version();
        assert_eq!(fill(&whole, &[], &rules()).unwrap(), whole);
    }

    #[test]
    fn what_does_not_fit_is_told_by_periods() {
        let skill = |periods| topic("x", 0, "skill", periods, true);
        let fails = |chosen: &[Taught]| fill(&version(), chosen, &rules()).unwrap_err();
        assert_eq!(fails(&[skill(4), skill(4), skill(2)]), Unfit::Over(2));
        assert_eq!(fails(&[skill(4)]), Unfit::Under(4));
        // eight periods in all, but no day has six
        assert_eq!(fails(&[skill(2), Taught { title: "y".into(), ..skill(6) }]), Unfit::NoDay("y".into()));
        assert_eq!(fails(&[skill(4), topic("t", 0, "theory", 4, true)]), Unfit::Rule(vec![Fault::TheoryOver(4)]));
        let closed: Vec<Taught> = version().into_iter().map(|t| Taught { is_elective: false, ..t }).collect();
        assert_eq!(fill(&closed, &[skill(4)], &rules()).unwrap_err(), Unfit::Closed);
    }
}
