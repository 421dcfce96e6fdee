//! Plans that are carried on when the year is under way.

use std::collections::BTreeSet;

use planner::{Begun, Effort, Improved, Infeasible, Instance, Plan, carry_on, cost, improve, solve};

use crate::{checker::violations, world::World, worlds};

/// A plan that has been improved, as a year begins with it.
fn begun_with(instance: &Instance) -> Plan {
    let plan = solve(instance).unwrap();
    improve(instance, &plan, None, Effort { seconds: 0.1, seed: 1 }, &mut |_| ()).plan
}

/// The plan carried on from a week, improved for a tenth of a second.
fn carried(instance: &Instance, plan: &Plan, until: u32) -> Improved {
    let begun = Begun::from(plan, until);
    let first = carry_on(instance, begun).unwrap();
    assert_eq!(violations(instance, &first), Vec::<String>::new());
    let done = improve(instance, &first, Some(begun), Effort { seconds: 0.1, seed: 1 }, &mut |_| ());
    assert_eq!(violations(instance, &done.plan), Vec::<String>::new());
    assert!((cost(instance, &done.plan) - done.cost).abs() < 1e-9);
    assert!(done.bound <= done.cost);
    assert_eq!(before(&done.plan, until), before(plan, until), "what was held stays");
    done
}

/// Classes before a week, each as week, programme and people.
fn before(plan: &Plan, until: u32) -> BTreeSet<(u32, String, BTreeSet<u32>)> {
    let of = plan.classes.iter().filter(|c| c.week < until);
    of.map(|c| (c.week, c.programme.clone(), c.people.iter().copied().collect())).collect()
}

/// The middle of the horizon.
fn middle(instance: &Instance) -> u32 {
    u32::try_from(instance.weeks.len() / 2).unwrap()
}

#[test]
fn nobody_is_called_to_another_week_when_nothing_has_changed() {
    for (name, world) in worlds() {
        let instance = world.instance(1);
        let plan = begun_with(&instance);
        for until in [0, middle(&instance), u32::try_from(instance.weeks.len()).unwrap()] {
            let done = carried(&instance, &plan, until);
            assert_eq!(done.recalled, 0, "{name} from week {until}");
            assert!(done.cost <= cost(&instance, &plan) + 1e-9, "{name} from week {until}");
        }
    }
}

#[test]
fn a_week_that_is_lost_moves_its_own_people_only() {
    for (name, world) in worlds() {
        let mut instance = world.instance(2);
        let plan = begun_with(&instance);
        let until = middle(&instance);
        let lost = plan.classes.iter().find(|c| c.week >= until).unwrap().week;
        instance.weeks[lost as usize].capacity = 0;
        let hit: BTreeSet<u32> =
            plan.classes.iter().filter(|c| c.week == lost).flat_map(|c| c.people.iter().copied()).collect();
        let done = carried(&instance, &plan, until);
        assert!(done.recalled > 0 && done.recalled <= hit.len(), "{name}: {} of {}", done.recalled, hit.len());
        for class in plan.classes.iter().filter(|c| c.week >= until && c.week != lost) {
            let now: BTreeSet<u32> = done
                .plan
                .classes
                .iter()
                .filter(|c| c.week == class.week && c.programme == class.programme)
                .flat_map(|c| c.people.iter().copied())
                .collect();
            let first = |id: &&u32| !plan.classes.iter().any(|c| c.week < class.week && c.people.contains(id));
            let gone: Vec<&u32> = class.people.iter().filter(first).filter(|id| !now.contains(id)).collect();
            assert_eq!(gone, Vec::<&u32>::new(), "{name}, week {}", class.week);
        }
    }
}

#[test]
fn whoever_leaves_is_followed_by_somebody_who_waits() {
    let mut instance = World::default().instance(3);
    let plan = begun_with(&instance);
    let until = middle(&instance);
    // five people of later classes leave before them, and a lecturer is away for a week
    let leavers: Vec<u32> =
        plan.classes.iter().filter(|c| c.week > until + 4).take(5).map(|c| *c.people.first().unwrap()).collect();
    for id in &leavers {
        instance.people[*id as usize].to_week = until;
    }
    let done = carried(&instance, &plan, until);
    assert!(done.recalled <= leavers.len(), "{}", done.recalled);
}

#[test]
fn a_class_that_was_held_against_a_rule_is_named() {
    let mut instance = World::default().instance(1);
    let plan = begun_with(&instance);
    let class = plan.classes.first().unwrap();
    let until = class.week + 1;
    instance.people[class.people[0] as usize].blocked_weeks.push(class.week);
    let refused = carry_on(&instance, Begun::from(&plan, until)).unwrap_err();
    assert!(matches!(&refused, Infeasible::Held { week, .. } if *week == class.week));
    assert!(refused.to_string().contains(&format!("person {} may not attend then", class.people[0])), "{refused}");
}

#[test]
fn a_plan_that_names_what_does_not_exist_is_refused_at_its_place() {
    let instance = World::default().instance(1);
    let told =
        |class: &str| Plan::from_json(&format!("{{\"classes\": [{class}]}}"), &instance).unwrap_err().to_string();
    let of = |programme: &str, week: &str, people: &str| {
        format!("{{\"programme\": \"{programme}\", \"week\": {week}, \"people\": [{people}]}}")
    };
    assert_eq!(told(&of("leader", "9999", "1")), "classes[0]: names a week that does not exist");
    assert_eq!(told(&of("nobody", "1", "1")), "classes[0]: names a programme that does not exist");
    assert_eq!(told(&of("leader", "1", "99999")), "classes[0]: names a person who does not exist");
    assert_eq!(told(&of("leader", "1", "4, 4")), "classes[0]: names a person twice");
    assert!(told(&of("leader", "-1", "4")).starts_with("not a coverage-plan/1 file"));
}

/// People who were trained before the weeks of the problem fill its classes: nobody counts them, nobody drops their classes.
#[test]
fn who_is_trained_already_fills_later_classes_once_more() {
    for (name, world) in worlds() {
        let mut instance = world.instance(4);
        let whole = begun_with(&instance);
        // everybody of the first half is trained; the second half is a problem of its own, as after years that are approved
        let until = middle(&instance);
        let trained: BTreeSet<u32> =
            whole.classes.iter().filter(|c| c.week < until).flat_map(|c| c.people.iter().copied()).collect();
        for id in &trained {
            instance.beyond.again.insert(*id, until + instance.repeat_gap_weeks / 2);
        }
        let first = instance.weeks[until as usize].year;
        for week in instance.weeks.iter_mut().filter(|w| w.id < until) {
            week.capacity = 0;
        }
        for year in instance.weeks.iter().map(|w| w.year).filter(|year| *year <= first).collect::<BTreeSet<_>>() {
            let limits = planner::Limits { least: 0, ..instance.limits(year) };
            instance.beyond.limits.insert(year, limits);
        }
        instance.coverage_target = 0.0;
        // the years that are over have no classes here
        let broken = |instance: &Instance, plan: &Plan| {
            let over =
                |text: &String| text.starts_with("classes of a year") && text[text.len() - 4..] <= *first.to_string();
            violations(instance, plan).into_iter().filter(|text| !over(text)).collect::<Vec<_>>()
        };
        let plan = solve(&instance).unwrap();
        assert_eq!(broken(&instance, &plan), Vec::<String>::new(), "{name}");
        let done = improve(&instance, &plan, None, Effort { seconds: 0.1, seed: 1 }, &mut |_| ());
        assert_eq!(broken(&instance, &done.plan), Vec::<String>::new(), "{name}");
        let again = |plan: &Plan| {
            let seats = plan.classes.iter().flat_map(|c| c.people.iter().map(move |id| (c.week, *id)));
            let again: Vec<(u32, u32)> = seats.filter(|(_, id)| trained.contains(id)).collect();
            assert!(again.iter().all(|(week, _)| *week >= until + instance.repeat_gap_weeks / 2), "{name}");
            again.len()
        };
        assert!(again(&done.plan) > 0, "{name}: the last classes have nobody else");
        // carried on with nothing changed, every class stays
        let begun = Begun::from(&done.plan, 0);
        let same = carry_on(&instance, begun).unwrap();
        let slots = |plan: &Plan| plan.classes.iter().map(|c| (c.week, c.programme.clone())).collect::<BTreeSet<_>>();
        assert!(slots(&same).is_superset(&slots(&done.plan)), "{name}");
        let kept = improve(&instance, &same, Some(begun), Effort { seconds: 0.1, seed: 1 }, &mut |_| ());
        assert_eq!(broken(&instance, &kept.plan), Vec::<String>::new(), "{name}");
        assert_eq!(kept.recalled, 0, "{name}");
        assert!(slots(&kept.plan).is_superset(&slots(&done.plan)), "{name}");
        // nobody of them is counted as trained anew
        let counted = planner::Years::of(&instance, &kept.plan).last().unwrap().trained;
        let fresh: BTreeSet<u32> = kept.plan.classes.iter().flat_map(|c| c.people.iter().copied()).collect();
        assert_eq!(counted, fresh.difference(&trained).count(), "{name}");
    }
}
