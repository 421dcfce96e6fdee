//! The hard rules of `planning/FORMAT.md`, checked without the planner's own code.

use std::collections::{BTreeMap, BTreeSet};

use planner::{Instance, Plan};

/// Every broken rule, each with its name before a colon.
pub fn violations(instance: &Instance, plan: &Plan) -> Vec<String> {
    let mut bad = Vec::new();
    let weeks = instance.weeks.len();
    let mut per_week: BTreeMap<usize, u32> = BTreeMap::new();
    let mut per_year: BTreeMap<i32, u32> = instance.weeks.iter().map(|w| (w.year, 0)).collect();
    let mut per_quarter: BTreeMap<(i32, u32), u32> = BTreeMap::new();
    let mut away: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    let mut attended: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (n, class) in plan.classes.iter().enumerate() {
        let week = class.week as usize;
        let programme = instance.programmes.iter().find(|p| p.id == class.programme);
        let (Some(at), Some(programme)) = (instance.weeks.get(week), programme) else {
            bad.push(format!("no such week: class {n}"));
            continue;
        };
        *per_week.entry(week).or_default() += 1;
        *per_year.entry(at.year).or_default() += 1;
        let month: u32 = at.monday[5..7].parse().unwrap();
        *per_quarter.entry((at.year, month.div_ceil(3))).or_default() += 1;
        if programme.blocked_weeks.contains(&class.week) {
            bad.push(format!("not taught: class {n}, {} in week {week}", class.programme));
        }
        let size = class.people.len();
        if !(instance.class_size[0] as usize..=instance.class_size[1] as usize).contains(&size) {
            bad.push(format!("size of a class: class {n} has {size}"));
        }
        for id in &class.people {
            let Some(person) = instance.people.get(*id as usize) else {
                bad.push(format!("no such person: {id}"));
                continue;
            };
            if person.programme != class.programme {
                bad.push(format!("another programme: person {id} in class {n}"));
            }
            let in_post = (person.from_week..=person.to_week).contains(&class.week);
            if !in_post || person.blocked_weeks.contains(&class.week) {
                bad.push(format!("not available: person {id} in week {week}"));
            }
            if !away.entry(week).or_default().insert(*id) {
                bad.push(format!("twice in a week: person {id}, week {week}"));
            }
            attended.entry(*id).or_default().push(week);
        }
    }
    for (week, classes) in &per_week {
        if *classes > instance.weeks[*week].capacity {
            bad.push(format!("classes of a week: {classes} in week {week}"));
        }
    }
    let [least, most] = instance.classes_per_year;
    for (year, classes) in &per_year {
        if !(least..=most).contains(classes) {
            bad.push(format!("classes of a year: {classes} in {year}"));
        }
    }
    for (quarter, classes) in &per_quarter {
        if *classes > instance.classes_per_quarter_most {
            bad.push(format!("classes of a quarter: {classes} in {quarter:?}"));
        }
    }
    for (week, people) in &away {
        let mut offices: BTreeMap<u32, u32> = BTreeMap::new();
        for id in people {
            *offices.entry(instance.people[*id as usize].office).or_default() += 1;
        }
        for (office, gone) in offices {
            if gone > instance.offices[office as usize].max_absent {
                bad.push(format!("office away: {gone} of office {office} in week {week}"));
            }
        }
        for [a, b] in &instance.exclusions {
            if people.contains(a) && people.contains(b) {
                bad.push(format!("excluded pair: {a} and {b} in week {week}"));
            }
        }
    }
    for (id, at) in &mut attended {
        at.sort_unstable();
        at.dedup();
        if at.windows(2).any(|w| w[1] - w[0] < instance.repeat_gap_weeks as usize) {
            bad.push(format!("repeat: person {id} in weeks {at:?}"));
        }
    }
    let reachable: Vec<u32> = instance
        .people
        .iter()
        .filter(|p| {
            let closed = instance.programmes.iter().find(|x| x.id == p.programme).map(|x| &x.blocked_weeks);
            (0..weeks).any(|w| {
                let id = u32::try_from(w).unwrap();
                instance.weeks[w].capacity > 0
                    && closed.is_some_and(|c| !c.contains(&id))
                    && (p.from_week..=p.to_week).contains(&id)
                    && !p.blocked_weeks.contains(&id)
            })
        })
        .map(|p| p.id)
        .collect();
    let trained = reachable.iter().filter(|id| attended.contains_key(id)).count();
    if (trained as f64) < instance.coverage_target * reachable.len() as f64 - 1e-9 {
        bad.push(format!("coverage: {trained} of {}", reachable.len()));
    }
    bad
}
