//! People who can be trained in one late week alone.

use planner::{Effort, Improved, Instance, improve, solve};

use crate::{checker::violations, world::World};

/// A world with one class a week, and the last weeks that hold any.
fn world() -> (Instance, Vec<u32>) {
    let mut instance = World { rooms: 1, communes: 16, ..World::default() }.instance(3);
    instance.programmes.iter_mut().for_each(|programme| programme.blocked_weeks.clear());
    let open: Vec<u32> = instance.weeks.iter().filter(|w| w.capacity > 0).map(|w| w.id).collect();
    (instance, open)
}

/// Somebody of a programme is free in one week only.
fn only_free_in(instance: &mut Instance, programme: &str, nth: usize, week: u32) -> u32 {
    let all = instance.people.iter_mut().filter(|p| p.programme == programme);
    let person = all.skip(nth * 7 + 3).step_by(11).nth(nth).unwrap();
    (person.from_week, person.to_week, person.blocked_weeks) = (week, week, Vec::new());
    person.id
}

fn improved(instance: &Instance, seconds: f64) -> Improved {
    let plan = solve(instance).unwrap();
    let done = improve(instance, &plan, None, Effort { seconds, seed: 1 }, &mut |_| ());
    assert_eq!(violations(instance, &done.plan), Vec::<String>::new());
    assert!(done.bound <= done.cost);
    done
}

/// A part of a class is not held: of two programmes that need the only class of a week one goes without, and the bound knows.
#[test]
fn the_bound_knows_that_a_class_is_held_whole() {
    let (instance, open) = world();
    let last = *open.last().unwrap();
    let of_both = ["leader", "specialist"].map(|programme| {
        let mut instance = instance.clone();
        only_free_in(&mut instance, "leader", 0, last);
        only_free_in(&mut instance, programme, 1, last);
        improved(&instance, 0.2)
    });
    let [together, apart] = &of_both;
    let miss = 100.0 / instance.people.len() as f64;
    assert!(apart.bound > together.bound + 0.7 * miss, "{} and {}, {miss}", apart.bound, together.bound);
    assert!(!apart.proof.links.is_empty());
    assert!(apart.proof.links.iter().all(|(_, week, price)| *week <= last && *price > 0.0));
}

/// A year that holds its least classes may hold one more: for somebody whom no other class reaches.
#[test]
fn one_class_more_is_opened_for_somebody_whom_no_other_reaches() {
    let (mut instance, open) = world();
    let week = open[open.len() - 4];
    let who = only_free_in(&mut instance, "specialist", 0, week);
    instance.people.iter_mut().filter(|p| p.id != who).for_each(|p| p.to_week = p.to_week.max(week));
    let done = improved(&instance, 1.0);
    let there = done.plan.classes.iter().any(|class| class.week == week && class.people.contains(&who));
    assert!(there, "{:?}", done.plan.classes.iter().map(|c| (c.week, &c.programme)).collect::<Vec<_>>());
}
