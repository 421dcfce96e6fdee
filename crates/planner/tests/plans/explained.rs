//! Answers to "why" against the independent checker: what they call possible breaks no rule, what they call impossible breaks one.

use std::collections::BTreeSet;

use planner::{
    Absent, Begun, Effort, Instance, Limits, NoClass, Obstacle, Parts, Plan, PlanClass, Why, carry_on, cost, improve,
    solve,
};

use crate::{checker::violations, worlds};

fn planned(instance: &Instance) -> Plan {
    let plan = solve(instance).unwrap();
    improve(instance, &plan, None, Effort { seconds: 0.05, seed: 1 }, &mut |_| ()).plan
}

/// Broken rules but those of sizes.
fn broken(instance: &Instance, plan: &Plan) -> Vec<String> {
    let mut bad = violations(instance, plan);
    bad.retain(|b| !b.starts_with("size of a class"));
    bad
}

#[test]
fn a_move_breaks_a_rule_exactly_when_it_is_said_to() {
    let (mut possible, mut impossible) = (0, 0);
    for (name, world) in worlds() {
        let instance = world.instance(5);
        let plan = planned(&instance);
        let why = Why::of(&instance, &plan);
        for class in (0..plan.classes.len()).step_by(7) {
            for effect in why.moves(class) {
                let mut moved = plan.clone();
                moved.classes[class].week = effect.week;
                let bad = violations(&instance, &moved);
                let free = effect.obstacle.is_none() && effect.lost() == 0;
                assert_eq!(free, bad.is_empty(), "{name}: class {class}, {effect:?}: {bad:?}");
                if free { possible += 1 } else { impossible += 1 }
            }
        }
    }
    assert!(possible > 50 && impossible > 500, "{possible} possible, {impossible} not");
}

#[test]
fn a_week_takes_a_class_more_exactly_when_it_is_said_to() {
    let mut kinds = BTreeSet::new();
    for (name, world) in worlds() {
        let instance = world.instance(6);
        let plan = planned(&instance);
        let why = Why::of(&instance, &plan);
        for week in 0..u32::try_from(instance.weeks.len()).unwrap() {
            for programme in &instance.programmes {
                let mut more = plan.clone();
                more.classes.push(PlanClass { programme: programme.id.clone(), week, people: Vec::new() });
                let bad = broken(&instance, &more);
                let said = why.no_class(&programme.id, week);
                let forbidden = matches!(said, NoClass::Obstacle(_));
                kinds.insert(forbidden);
                assert_eq!(forbidden, !bad.is_empty(), "{name}: {said:?}, {bad:?}");
            }
        }
    }
    assert_eq!(kinds.len(), 2, "weeks that take one and weeks that do not: {kinds:?}");
}

#[test]
fn somebody_could_have_been_trained_earlier_exactly_when_it_is_said() {
    let mut kinds = BTreeSet::new();
    for (name, world) in worlds() {
        let instance = world.instance(7);
        let plan = planned(&instance);
        let why = Why::of(&instance, &plan);
        for person in (0..u32::try_from(instance.people.len()).unwrap()).step_by(5) {
            let mut without = plan.clone();
            for class in &mut without.classes {
                class.people.retain(|p| *p != person);
            }
            for (class, reason) in why.absent(person) {
                let mut earlier = without.clone();
                earlier.classes[class].people.push(person);
                let bad = broken(&instance, &earlier);
                let most = instance.class_size[1] as usize;
                match reason {
                    Absent::Busy | Absent::Office(_) | Absent::Apart(_) => {
                        assert!(!bad.is_empty(), "{name}: {reason:?}");
                    }
                    Absent::Seat => {
                        assert!(bad.is_empty() && earlier.classes[class].people.len() <= most, "{name}: {bad:?}");
                    }
                    Absent::Full { lower, same } => {
                        assert!(bad.is_empty() && earlier.classes[class].people.len() > most, "{name}: {bad:?}");
                        assert!(lower + same <= instance.class_size[1]);
                    }
                }
                kinds.insert(match reason {
                    Absent::Busy => "busy",
                    Absent::Office(_) => "office",
                    Absent::Apart(_) => "apart",
                    Absent::Full { .. } => "full",
                    Absent::Seat => "seat",
                });
            }
        }
    }
    assert!(kinds.len() >= 4, "{kinds:?}");
}

#[test]
fn classes_that_are_kept_stay_in_their_week_while_the_rest_is_improved() {
    for (name, world) in worlds() {
        let instance = world.instance(8);
        let mut plan = solve(&instance).unwrap();
        // one class is moved by hand to the last week that takes it
        let why = Why::of(&instance, &plan);
        let to = why.moves(0).into_iter().rfind(|e| e.obstacle.is_none()).unwrap().week;
        plan.classes[0].week = to;
        let kept = [0, plan.classes.len() / 2];
        let begun = Begun { plan: &plan, until: 0, kept: &kept };
        let first = carry_on(&instance, begun).unwrap();
        let done = improve(&instance, &first, Some(begun), Effort { seconds: 0.2, seed: 1 }, &mut |_| ());
        assert_eq!(violations(&instance, &done.plan), Vec::<String>::new(), "{name}");
        for n in kept {
            let class = &plan.classes[n];
            let stays = |c: &&PlanClass| c.week == class.week && c.programme == class.programme;
            assert_eq!(
                done.plan.classes.iter().filter(stays).count(),
                plan.classes.iter().filter(stays).count(),
                "{name}: {} in week {}",
                class.programme,
                class.week
            );
        }
    }
}

#[test]
fn the_parts_of_a_cost_make_it_up() {
    for (name, world) in worlds() {
        let instance = world.instance(3);
        let plan = solve(&instance).unwrap();
        let parts = Parts::of(&instance, &plan);
        let classes = 0.001 * plan.classes.len() as f64;
        let sum = 100.0 * parts.untrained + parts.wait + 1.5 * parts.uneven + classes;
        assert!((sum - cost(&instance, &plan)).abs() < 1e-9, "{name}: {parts:?}");
    }
}

#[test]
fn a_year_with_limits_of_its_own_keeps_them() {
    let instance = worlds()[0].1.instance(9);
    let plan = solve(&instance).unwrap();
    let in_first = |plan: &Plan| plan.classes.iter().filter(|c| instance.weeks[c.week as usize].year == 2026).count();
    assert!(in_first(&plan) > 5);
    let mut poorer = instance.clone();
    poorer.coverage_target = 0.0;
    let limits = Limits { least: 0, most: 5, ..poorer.limits(2026) };
    poorer.beyond.limits.insert(2026, limits);
    for done in [solve(&poorer).unwrap(), carry_on(&poorer, Begun::from(&plan, 0)).unwrap()] {
        assert_eq!(in_first(&done), 5);
        let better = improve(&poorer, &done, None, Effort { seconds: 0.1, seed: 1 }, &mut |_| ()).plan;
        assert_eq!(in_first(&better), 5);
        let why = Why::of(&poorer, &better);
        let free = poorer.weeks.iter().rfind(|w| {
            let (taken, taught) = (better.classes.iter().any(|c| c.week == w.id), &poorer.programmes[0].blocked_weeks);
            w.year == 2026 && w.capacity > 0 && &w.monday[5..7] >= "10" && !taken && !taught.contains(&w.id)
        });
        let said = why.no_class("leader", free.unwrap().id);
        assert_eq!(said, NoClass::Obstacle(Obstacle::YearFull(2026, 5)));
    }
}
