//! Far communes that travel together.

use std::collections::BTreeSet;

use planner::{Effort, Improved, Instance, Plan, cost, improve, journeys, solve};

use crate::{checker::violations, world::World};

/// Remote communes in groups of four.
fn groups(instance: &Instance) -> Vec<Option<u32>> {
    let mut far = 0;
    let group = |remote: bool| {
        far += u32::from(remote);
        remote.then(|| (far - 1) / 4)
    };
    instance.communes.iter().map(|c| c.remote).map(group).collect()
}

/// Weeks in which somebody of a group attends for the first time, counted from the plan alone.
fn first_journeys(instance: &Instance, plan: &Plan, groups: &[Option<u32>]) -> usize {
    let mut seen = BTreeSet::new();
    for person in &instance.people {
        let first = plan.classes.iter().filter(|c| c.people.contains(&person.id)).map(|c| c.week).min();
        let group = groups[instance.offices[person.office as usize].commune as usize];
        seen.extend(group.zip(first));
    }
    seen.len()
}

fn improved(instance: &Instance) -> Improved {
    let plan = solve(instance).unwrap();
    let done = improve(instance, &plan, None, Effort { seconds: 0.2, seed: 1 }, &mut |_| ());
    assert_eq!(violations(instance, &done.plan), Vec::<String>::new());
    assert!((cost(instance, &done.plan) - done.cost).abs() < 1e-9);
    assert!(done.bound <= done.cost, "what no plan undercuts, none that travels together does");
    done
}

#[test]
fn far_communes_travel_less_often_when_they_travel_together_and_every_rule_holds() {
    for seed in 1..=4 {
        let mut instance =
            World { communes: 60, classes: [24, 30], size: [20, 30], rooms: 3, ..World::default() }.instance(seed);
        let groups = groups(&instance);
        let alone = improved(&instance);
        assert_eq!(alone.journeys, 0, "nobody counts what nobody asked for");
        instance.beyond.travel.clone_from(&groups);
        let together = improved(&instance);
        let (before, after) =
            (first_journeys(&instance, &alone.plan, &groups), first_journeys(&instance, &together.plan, &groups));
        assert_eq!(together.journeys, after, "seed {seed}");
        assert!(after * 10 <= before * 9, "seed {seed}: {before} journeys, then {after}");
        // it costs little of what plans are measured by
        assert!(together.cost <= alone.cost * 1.02, "seed {seed}: {} and {}", alone.cost, together.cost);
        assert!(journeys(&instance, &together.plan, &groups).unwrap() >= after, "who attends again travels again");
    }
}

#[test]
fn without_far_communes_nothing_is_different() {
    let mut instance = World::default().instance(5);
    let plain = improved(&instance);
    instance.beyond.travel = vec![None; instance.communes.len()];
    assert_eq!(improved(&instance).plan, plain.plan);
    assert_eq!(journeys(&instance, &plain.plan, &instance.beyond.travel), None);
}
