//! Plans of generated instances against an independent checker of the hard rules, golden files, and one run of
//! `planning/generate.py` and `planning/score.py`.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "tests over dense ids, told by the environment to write golden files and whether Python must be there"
)]

mod carried;
mod checker;
mod explained;
mod late;
mod travelling;
mod world;

use std::{env, fs, path::Path, process::Command};

use checker::violations;
use planner::{Effort, Infeasible, Instance, Plan, Years, cost, improve, solve};
use world::World;

/// Worlds of different shape: loose, tight, one room, many people for few seats, more seats than people, many communes.
pub(crate) fn worlds() -> Vec<(&'static str, World)> {
    let usual = World::default();
    vec![
        ("usual", usual),
        ("tight", World { tight: true, ..usual }),
        ("one-room", World { rooms: 1, ..usual }),
        ("repeats", World { people_per_office: 3, classes: [10, 12], ..usual }),
        ("large", World { communes: 60, classes: [24, 30], size: [20, 30], rooms: 3, ..usual }),
        ("wide-sizes", World { size: [5, 40], ..usual }),
    ]
}

#[test]
fn every_plan_of_every_world_keeps_every_rule() {
    let mut planned = 0;
    for (name, world) in worlds() {
        for seed in 1..=12 {
            let instance = world.instance(seed);
            instance.check().unwrap();
            match solve(&instance) {
                Ok(plan) => {
                    assert_eq!(violations(&instance, &plan), Vec::<String>::new(), "{name}, seed {seed}");
                    planned += 1;
                }
                Err(Infeasible::TooFewTrained { trained, reachable, needed, lacking, .. }) => {
                    assert_eq!(needed - trained, lacking, "{name}, seed {seed}");
                    assert!(needed as f64 >= instance.coverage_target * reachable as f64);
                }
                Err(Infeasible::TooFewClasses { held, least, lacking, .. }) => {
                    assert_eq!(least - held, lacking, "{name}, seed {seed}");
                }
                Err(other @ Infeasible::Held { .. }) => panic!("{name}, seed {seed}: {other}"),
            }
        }
    }
    assert_eq!(planned, PLANNED, "of {} instances", worlds().len() * 12);
}

/// How many of the generated instances the construction plans; a change of this figure is a change of the planner.
const PLANNED: usize = 72;

/// The bound kept a list of every class that a week could hold: a capacity of any size took all memory.
#[test]
fn a_week_may_hold_any_number_of_classes() {
    let world = World { communes: 6, classes: [2, 6], ..World::default() };
    let mut instance = world.instance(3);
    let proved = |instance: &Instance| {
        let plan = solve(instance).unwrap();
        let done = improve(instance, &plan, None, Effort { seconds: 0.1, seed: 1 }, &mut |_| ());
        (done.cost, done.bound)
    };
    let most = instance.classes_per_quarter_most;
    let mut hold = |capacity: u32| {
        instance.weeks.iter_mut().for_each(|week| week.capacity = capacity);
        proved(&instance)
    };
    // no quarter holds more than that: beyond it a capacity says nothing
    let ((enough, _), (any, bound)) = (hold(most), hold(u32::MAX));
    assert_eq!(any, enough);
    assert!(0.0 < bound && bound <= any, "{bound} of {any}");
}

/// Before, the largest programme took every class until few of its people waited: the others began years later.
#[test]
fn every_programme_is_taught_from_the_first_year_on() {
    for seed in 1..=5 {
        let instance = World::default().instance(seed);
        let plan = solve(&instance).unwrap();
        let first = instance.weeks[0].year;
        let taught = |year: i32| -> Vec<&str> {
            let of_year = plan.classes.iter().filter(|c| instance.weeks[c.week as usize].year == year);
            let mut programmes: Vec<&str> = of_year.map(|c| c.programme.as_str()).collect();
            programmes.sort_unstable();
            programmes.dedup();
            programmes
        };
        assert_eq!(taught(first), ["leader", "specialist"], "seed {seed}");
    }
}

#[test]
fn the_same_instance_gives_the_same_plan() {
    let instance = World::default().instance(7);
    assert_eq!(solve(&instance), solve(&instance));
}

/// Many short efforts over worlds of every shape: no rule is ever broken, nothing gets worse, no plan undercuts the bound.
#[test]
fn an_improved_plan_keeps_every_rule_is_no_worse_and_lies_above_the_bound() {
    let mut better = 0;
    for (name, world) in worlds() {
        for seed in 1..=4 {
            let instance = world.instance(seed);
            let Ok(plan) = solve(&instance) else { continue };
            let before = cost(&instance, &plan);
            let done = improve(&instance, &plan, None, Effort { seconds: 0.1, seed }, &mut |_| ());
            assert_eq!(violations(&instance, &done.plan), Vec::<String>::new(), "{name}, seed {seed}");
            assert!(done.cost <= before, "{name}, seed {seed}: {} after {before}", done.cost);
            assert!((cost(&instance, &done.plan) - done.cost).abs() < 1e-9, "{name}, seed {seed}");
            assert!(done.bound <= done.cost, "{name}, seed {seed}: {} above {}", done.bound, done.cost);
            better += usize::from(done.cost < before * 0.98);
        }
    }
    assert!(better >= 18, "{better} of 24 became better by 2 % and more");
}

#[test]
fn the_same_effort_gives_the_same_plan_and_more_of_it_none_that_is_worse() {
    let instance = World::default().instance(3);
    let plan = solve(&instance).unwrap();
    let with = |seconds: f64, seed: u64| improve(&instance, &plan, None, Effort { seconds, seed }, &mut |_| ());
    let (one, again, other) = (with(0.3, 1), with(0.3, 1), with(0.3, 2));
    assert_eq!(one.plan, again.plan);
    assert_ne!(one.plan, other.plan);
    let mut costs = Vec::new();
    let long = improve(&instance, &plan, None, Effort { seconds: 6.0, seed: 1 }, &mut |told| costs.push(told.cost));
    assert!(costs.len() > 1 && costs.windows(2).all(|pair| pair[1] <= pair[0]), "{costs:?}");
    assert!(long.cost <= costs[0]);
    // a bound that was not given time to rise is still one
    assert!(long.bound <= long.cost && long.bound > 0.0, "{long:?}");
}

/// The bound against every plan of a world so small that all can be tried: nothing lies below it, and the search finds the best.
#[test]
fn the_bound_holds_against_every_plan_of_a_small_world() {
    let instance = tiny();
    let best = every_plan(&instance);
    let plan = solve(&instance).unwrap();
    let done = improve(&instance, &plan, None, Effort { seconds: 0.5, seed: 1 }, &mut |_| ());
    assert!(done.bound <= best + 1e-9, "bound {} above {best}", done.bound);
    assert!(done.cost >= best - 1e-9 && done.cost <= best * 1.001, "cost {} and {best}", done.cost);
    // six people and seats in pairs: halves of classes are much cheaper
    assert!(done.bound > 0.0, "{}", done.bound);
}

/// Four weeks of two years, one class a week, two programmes of four people in two communes.
fn tiny() -> Instance {
    let text = r#"{
        "format": "coverage-plan/1", "classes_per_year": [1, 2], "classes_per_quarter_most": 2, "class_size": [1, 2],
        "coverage_target": 0.5, "repeat_gap_weeks": 9,
        "weeks": [{"id": 0, "monday": "2026-03-02", "year": 2026, "capacity": 1}, {"id": 1, "monday": "2026-03-09", "year": 2026, "capacity": 1},
                  {"id": 2, "monday": "2027-03-01", "year": 2027, "capacity": 1}, {"id": 3, "monday": "2027-03-08", "year": 2027, "capacity": 1}],
        "programmes": [{"id": "P", "blocked_weeks": [1]}, {"id": "Q", "blocked_weeks": []}],
        "communes": [{"id": 0, "code": "00001", "remote": false, "border": false}, {"id": 1, "code": "00002", "remote": true, "border": false}],
        "offices": [{"id": 0, "commune": 0, "name": "VP", "max_absent": 1}, {"id": 1, "commune": 1, "name": "VP", "max_absent": 2}],
        "people": [{"id": 0, "office": 0, "programme": "P", "weight": 1, "from_week": 0, "to_week": 3, "blocked_weeks": []},
                   {"id": 1, "office": 0, "programme": "P", "weight": 3, "from_week": 0, "to_week": 3, "blocked_weeks": [0]},
                   {"id": 2, "office": 1, "programme": "P", "weight": 2, "from_week": 1, "to_week": 3, "blocked_weeks": []},
                   {"id": 3, "office": 0, "programme": "Q", "weight": 1, "from_week": 0, "to_week": 3, "blocked_weeks": []},
                   {"id": 4, "office": 1, "programme": "Q", "weight": 4, "from_week": 0, "to_week": 2, "blocked_weeks": []},
                   {"id": 5, "office": 1, "programme": "Q", "weight": 1, "from_week": 0, "to_week": 3, "blocked_weeks": []}],
        "exclusions": [[4, 5]]
    }"#;
    Instance::from_json(text).unwrap()
}

/// The least cost of all plans: every week without a class or with every set of people of either programme.
fn every_plan(instance: &Instance) -> f64 {
    let mut choices: Vec<Option<planner::PlanClass>> = vec![None];
    for programme in ["P", "Q"] {
        for set in 1_u32..64 {
            let people: Vec<u32> = (0..6).filter(|i| set & (1 << i) != 0).collect();
            if people.len() <= 2 && people.iter().all(|i| instance.people[*i as usize].programme == programme) {
                choices.push(Some(planner::PlanClass { programme: programme.to_owned(), week: 0, people }));
            }
        }
    }
    let mut best = f64::INFINITY;
    let many = choices.len();
    for number in 0..many.pow(4) {
        let mut rest = number;
        let mut plan = Plan::default();
        for week in 0..4 {
            if let Some(class) = &choices[rest % many] {
                plan.classes.push(planner::PlanClass { week, ..class.clone() });
            }
            rest /= many;
        }
        if violations(instance, &plan).is_empty() {
            best = best.min(cost(instance, &plan));
        }
    }
    best
}

/// The golden plans are written anew by `GOLDEN=write cargo test -p planner golden`; look at the difference.
#[test]
fn golden_plans_stay_as_they_are() {
    for (name, world) in worlds().into_iter().take(3) {
        let instance = world.instance(1);
        let plan = solve(&instance).unwrap();
        let mut text = String::new();
        for year in Years::of(&instance, &plan) {
            text.push_str(&format!(
                "{}: {} classes, {} seats, {} trained\n",
                year.year, year.classes, year.seats, year.trained
            ));
        }
        for class in &plan.classes {
            let people: Vec<String> = class.people.iter().map(u32::to_string).collect();
            text.push_str(&format!("week {} {}: {}\n", class.week, class.programme, people.join(" ")));
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.txt"));
        if env::var("GOLDEN").is_ok_and(|word| word == "write") {
            fs::write(&file, &text).unwrap();
        }
        assert_eq!(text, fs::read_to_string(&file).unwrap(), "{}", file.display());
    }
}

/// A checker that finds nothing proves nothing: each rule broken by hand is found, and nothing else.
#[test]
fn the_checker_finds_each_broken_rule() {
    let instance = World::default().instance(1);
    let good = solve(&instance).unwrap();
    let broken = |change: &dyn Fn(&mut Plan)| {
        let mut plan = good.clone();
        change(&mut plan);
        let mut kinds: Vec<String> =
            violations(&instance, &plan).iter().map(|v| v.split(':').next().unwrap().to_owned()).collect();
        kinds.dedup();
        kinds
    };
    assert_eq!(broken(&|_| {}), [""; 0]);
    assert_eq!(broken(&|p| p.classes[0].week = 9999), ["no such week"]);
    assert_eq!(broken(&|p| p.classes[0].people.truncate(3)), ["size of a class"]);
    let stranger = |p: &Plan| instance.people.iter().find(|x| x.programme != p.classes[0].programme).unwrap().id;
    assert_eq!(broken(&|p| p.classes[0].people[0] = stranger(p)).first().unwrap(), "another programme");
    assert_eq!(broken(&|p| p.classes[0].people[1] = p.classes[0].people[0]).first().unwrap(), "twice in a week");
    assert!(broken(&|p| p.classes.truncate(2)).contains(&"coverage".to_owned()));
    assert!(broken(&|p| p.classes.truncate(2)).contains(&"classes of a year".to_owned()));
    let twice = |p: &mut Plan| {
        let again = p.classes[0].clone();
        p.classes.insert(1, again);
    };
    assert!(broken(&twice).contains(&"twice in a week".to_owned()));
    // a pair that stands in for each other, two of an office with one allowed away, a repeat after two weeks
    let mut strict = instance.clone();
    let first = &good.classes[0];
    strict.exclusions.push([first.people[0], first.people[1]]);
    let kinds = |i: &Instance, p: &Plan| -> Vec<String> {
        violations(i, p).iter().map(|v| v.split(':').next().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&strict, &good), ["excluded pair"]);
    let mut strict = instance.clone();
    strict.offices[strict.people[first.people[0] as usize].office as usize].max_absent = 0;
    assert!(kinds(&strict, &good).iter().all(|k| k == "office away"));
    assert!(!kinds(&strict, &good).is_empty());
    let mut strict = instance.clone();
    strict.people[first.people[0] as usize].blocked_weeks.push(first.week);
    assert_eq!(kinds(&strict, &good), ["not available"]);
    let mut strict = instance.clone();
    let programme = strict.programmes.iter_mut().find(|p| p.id == first.programme).unwrap();
    programme.blocked_weeks.push(first.week);
    assert!(kinds(&strict, &good).contains(&"not taught".to_owned()));
    let mut strict = instance.clone();
    strict.weeks[first.week as usize].capacity = 0;
    assert!(kinds(&strict, &good).contains(&"classes of a week".to_owned()));
    let mut strict = instance.clone();
    strict.classes_per_quarter_most = 1;
    assert!(kinds(&strict, &good).iter().all(|k| k == "classes of a quarter"));
    let repeats = World { people_per_office: 3, classes: [10, 12], ..World::default() }.instance(1);
    let plan = solve(&repeats).unwrap();
    let strict = Instance { repeat_gap_weeks: 5000, ..repeats };
    assert!(kinds(&strict, &plan).iter().all(|k| k == "repeat") && !kinds(&strict, &plan).is_empty());
}

#[test]
fn a_file_that_is_no_instance_names_what_is_wrong() {
    let told = |text: &str| Instance::from_json(text).unwrap_err().to_string();
    assert!(told("PK\u{3}\u{4}").starts_with("not a coverage-plan/1 file: expected value at line 1 column 1"));
    assert!(told("{}").starts_with("not a coverage-plan/1 file: missing field `format`"));
    let good = World::default().instance(1);
    let broken = |change: &dyn Fn(&mut Instance)| {
        let mut instance = good.clone();
        change(&mut instance);
        told(&serde_json::to_string(&instance).unwrap())
    };
    assert_eq!(broken(&|i| i.format = "coverage-plan/2".to_owned()), "format: is not coverage-plan/1");
    assert_eq!(broken(&|i| i.weeks.clear()), "weeks: is empty");
    assert_eq!(broken(&|i| i.weeks[2].monday = "tuần 3".to_owned()), "weeks[2].monday: is not a date like 2026-03-02");
    assert_eq!(broken(&|i| i.people[3].office = 9999), "people[3].office: does not exist");
    assert_eq!(broken(&|i| i.people[3].programme = "x".to_owned()), "people[3].programme: does not exist");
    assert_eq!(broken(&|i| i.class_size = [9, 3]), "class_size: the least comes first and the most is above 0");
    assert_eq!(
        broken(&|i| i.exclusions.push([4, 4])),
        "exclusions[0]: is not a pair of two people".replace('0', &good.exclusions.len().to_string())
    );
}

/// The scripts in `planning/` are what others measure with: an instance of theirs, planned here, passes theirs.
#[test]
fn the_published_checker_agrees() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../planning");
    let python = |arguments: &[&str]| Command::new("python3").args(arguments).output();
    if python(&["--version"]).is_err() {
        assert!(env::var("CI").is_err(), "python3 is missing: run `cargo xtask test`");
        return;
    }
    let folder = env::temp_dir().join(format!("boiduong-plan-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    for (name, arguments) in
        [("few", "--seed 8 --people 3000 --communes 60 --classes 10 14"), ("tight", "--seed 3 --tight")]
    {
        let (generate, score) = (scripts.join("generate.py"), scripts.join("score.py"));
        let mut call = vec![generate.to_str().unwrap()];
        call.extend(arguments.split(' '));
        let made = python(&call).unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let instance = Instance::from_json(std::str::from_utf8(&made.stdout).unwrap()).unwrap();
        let first = solve(&instance).unwrap();
        let done = improve(&instance, &first, None, Effort { seconds: 0.5, seed: 1 }, &mut |_| ());
        let plan = done.plan;
        assert_eq!(violations(&instance, &plan), Vec::<String>::new());
        let (input, output) = (file(&format!("{name}.json")), file(&format!("{name}.plan.json")));
        fs::write(&input, &made.stdout).unwrap();
        fs::write(&output, serde_json::to_string(&plan).unwrap()).unwrap();
        let scored = python(&[score.to_str().unwrap(), &input, &output]).unwrap();
        let said: serde_json::Value = serde_json::from_slice(&scored.stdout).unwrap();
        assert_eq!((scored.status.code(), &said["violations"]), (Some(0), &serde_json::json!(0)), "{said}");
        let trained = Years::of(&instance, &plan).last().unwrap().trained;
        assert_eq!(said["trained"], serde_json::json!(trained));
        assert!((said["cost"].as_f64().unwrap() - done.cost).abs() < 1e-5, "{said} and {}", done.cost);
        assert!(done.bound > 0.6 * done.cost && done.bound < done.cost, "{} and {}", done.bound, done.cost);
    }
    fs::remove_dir_all(&folder).unwrap();
}
