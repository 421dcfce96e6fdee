//! From a plan to a better one, with a bound beside it.
//!
//! Rounds of annealing, each four times as long as the one before and colder at its start; a longer effort begins with the rounds of a shorter
//! one, so that more time never gives a worse plan. A round is counted in tries and not in seconds: the same seed and effort give the same plan
//! on every machine. The bound rises beside it on a thread of its own.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Instant,
};

use crate::{
    Begun, Instance, Plan, PlanClass,
    bound::{Bound, Proof},
    problem::Problem,
    search::Search,
};

/// How much is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Seconds that it may take on two cores of today; counted in tries, [`TRIES_A_SECOND`].
    pub seconds: f64,
    /// Seed of whatever looks like chance.
    pub seed: u64,
}

/// Tries that stand for a second with as many people as a province has; with more of them memory is slower.
pub const TRIES_A_SECOND: f64 = 10_000_000.0;
/// People beyond which a second has half as many tries.
const SLOWER: f64 = 100_000.0;
/// People for whom the heats are given: among more of them, what one moves costs less.
const USUAL: f64 = 8_624.0;
/// Tries of the first round, in seconds.
const FIRST: f64 = 1.6;
/// Heat at the start of the first round and of later ones, and at the end, in units of the cost.
const HOT: f64 = 3e-5;
const WARM: f64 = 1.2e-5;
const COLD: f64 = 2e-7;

/// Steps of the bound that are taken in any case when a plan is improved.
const LEAST_STEPS: u32 = 600;

/// What an effort has brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Improved {
    /// The plan.
    pub plan: Plan,
    /// Its cost, as `score.py` counts it.
    pub cost: f64,
    /// What no plan undercuts; below 0 when nothing was proved.
    pub bound: f64,
    /// What proves the bound.
    pub proof: Proof,
    /// Of those who were called: people whose first training lies in another week now, or nowhere.
    pub recalled: usize,
    /// Journeys of groups that travel together, to first classes; 0 when nobody does.
    pub journeys: usize,
}

impl Improved {
    /// How far the cost lies above the bound, as a share of the bound.
    #[must_use]
    pub fn gap(&self) -> f64 {
        (self.cost - self.bound) / self.bound
    }
}

/// Where an effort stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Seconds since it began.
    pub seconds: f64,
    /// Cost of the best plan of a finished round.
    pub cost: f64,
    /// The bound so far.
    pub bound: f64,
}

/// Cost of a plan, as `score.py` counts it.
#[must_use]
pub fn cost(instance: &Instance, plan: &Plan) -> f64 {
    let problem = Problem::of(instance);
    problem.cost(&problem.first(plan), plan.classes.len())
}

/// Journeys of a plan: weeks in which somebody of a group attends a class, over all groups, repeats among them. `travel` has the group of
/// each commune; nothing when there is no group.
#[must_use]
pub fn journeys(instance: &Instance, plan: &Plan, travel: &[Option<u32>]) -> Option<usize> {
    travel.iter().flatten().next()?;
    let mut seen = HashSet::new();
    for class in &plan.classes {
        for id in &class.people {
            let office = instance.people[*id as usize].office as usize;
            let commune = instance.offices[office].commune as usize;
            if let Some(group) = travel.get(commune).copied().flatten() {
                seen.insert((group, class.week));
            }
        }
    }
    Some(seen.len())
}

/// What the cost of a plan is made of (`planning/FORMAT.md`, Score).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parts {
    /// Share of the reachable people who are never trained.
    pub untrained: f64,
    /// Mean weighted wait for the first training, in years.
    pub wait: f64,
    /// Mean over every year but the last of the spread between communes of the share trained.
    pub uneven: f64,
}

impl Parts {
    /// Counts them.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Self {
        let problem = Problem::of(instance);
        let (untrained, wait, uneven) = problem.parts(&problem.first(plan));
        Self { untrained, wait, uneven }
    }
}

/// Improves a plan that keeps every rule; the one that comes keeps them too and its cost, with what weighs beside it, is never worse. `tell` hears of the
/// plan that came and of every round.
///
/// A plan that is carried on ([`carry_on`](crate::carry_on())) is improved where nobody is called who was called to another week.
pub fn improve(
    instance: &Instance,
    plan: &Plan,
    begun: Option<Begun<'_>>,
    effort: Effort,
    tell: &mut dyn FnMut(Progress),
) -> Improved {
    let whole = Problem::of(instance);
    let carried = begun.map(|begun| whole.clone().carried_on(begun));
    let problem = carried.as_ref().unwrap_or(&whole);
    let start = Instant::now();
    let weeks = problem.first(plan);
    let first = problem.cost(&weeks, plan.classes.len());
    let mut best = Improved {
        plan: plan.clone(),
        cost: first,
        bound: f64::NEG_INFINITY,
        proof: Proof::default(),
        recalled: problem.recalled(&weeks),
        journeys: problem.journeys(&weeks),
    };
    let mut beside = problem.beside(&weeks);
    let (done, bound) = (AtomicBool::new(false), AtomicU64::new(f64::NEG_INFINITY.to_bits()));
    let upper = AtomicU64::new(first.to_bits());
    tell(Progress { seconds: start.elapsed().as_secs_f64(), cost: first, bound: f64::NEG_INFINITY });
    std::thread::scope(|threads| {
        let proof = threads.spawn(|| {
            // whatever holds for every plan holds for those that carry one on
            let mut proof = Bound::of(&whole);
            let least = if effort.seconds > 0.0 { LEAST_STEPS } else { 1 };
            while proof.steps < least || !done.load(Ordering::Relaxed) {
                proof.step(f64::from_bits(upper.load(Ordering::Relaxed)));
                bound.store(proof.best.to_bits(), Ordering::Relaxed);
            }
            proof.proof()
        });
        let people = instance.people.len() as f64;
        let rate = TRIES_A_SECOND / (1.0 + (people - USUAL).max(0.0) / SLOWER);
        let scale = (USUAL / people).min(1.0);
        // where nobody is to be trained there is nothing to search
        let seconds = if problem.people.is_empty() { 0.0 } else { effort.seconds };
        let (mut length, mut left, mut round) = (FIRST, seconds, 0);
        while left > 0.0 {
            // what is left after a round and would not make the next is added to it
            let seconds = if left < length * 2.0 { left } else { length };
            #[expect(clippy::cast_sign_loss, reason = "seconds above 0")]
            let tries = (seconds * rate) as u64;
            let mut search = Search::of(problem, &best.plan, effort.seed.wrapping_add(round));
            let hot = if round == 0 { HOT } else { WARM };
            search.anneal(tries, (hot * scale, COLD * scale));
            if search.cost < best.cost + beside
                && let Some(found) = rebuilt(problem, &whole, &search, begun)
            {
                let weeks = problem.first(&found);
                best.cost = problem.cost(&weeks, found.classes.len());
                best.recalled = problem.recalled(&weeks);
                best.journeys = problem.journeys(&weeks);
                beside = problem.beside(&weeks);
                best.plan = found;
                upper.store(best.cost.to_bits(), Ordering::Relaxed);
            }
            let bound = f64::from_bits(bound.load(Ordering::Relaxed));
            tell(Progress { seconds: start.elapsed().as_secs_f64(), cost: best.cost, bound });
            left -= seconds;
            length *= 4.0;
            round += 1;
        }
        done.store(true, Ordering::Relaxed);
        // a thread that died proves nothing
        best.proof = proof.join().unwrap_or_default();
    });
    best.bound = f64::from_bits(bound.load(Ordering::Relaxed));
    best
}

/// The plan of a search, its short classes filled with people whose class is long enough ago; none where they cannot be filled.
/// Classes of weeks in which nothing changes are those of the plan that is carried on, and whoever was called a second time comes first.
/// `whole` knows when people are free who cannot be moved any more.
fn rebuilt(
    problem: &Problem<'_>,
    whole: &Problem<'_>,
    search: &Search<'_, '_>,
    begun: Option<Begun<'_>>,
) -> Option<Plan> {
    let instance = problem.instance;
    let gap = instance.repeat_gap_weeks as usize;
    let least = instance.class_size[0] as usize;
    // after those who can be trained come those who are trained already
    let normal = problem.people.len();
    let place = |id: u32| {
        let trained = || problem.again.binary_search_by_key(&id, |again| again.id).ok().map(|n| normal + n);
        problem.place(id).or_else(trained)
    };
    let mut apart: HashMap<usize, Vec<usize>> = HashMap::new();
    for (n, again) in problem.again.iter().enumerate() {
        for other in again.apart.iter().filter_map(|id| place(*id)) {
            apart.entry(normal + n).or_default().push(other);
            apart.entry(other).or_default().push(normal + n);
        }
    }
    let office = |i: usize| match i.checked_sub(normal) {
        Some(n) => problem.again[n].office,
        None => problem.people[i].office,
    };
    let mut attended: Vec<Vec<usize>> = vec![Vec::new(); normal + problem.again.len()];
    let mut away: HashMap<(usize, usize), u32> = HashMap::new();
    let mut classes: Vec<(usize, usize, Vec<u32>)> =
        search.classes().map(|(programme, week, people)| (week, programme, people.to_vec())).collect();
    let mut called: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
    if let Some(begun) = begun {
        classes.retain(|(week, ..)| *week >= problem.from);
        for class in &begun.plan.classes {
            let programme = instance.programmes.iter().position(|p| p.id == class.programme).unwrap_or_default();
            let people = class.people.iter().filter_map(|id| place(*id));
            if (class.week as usize) < problem.from {
                classes.push((class.week as usize, programme, people.map(|i| i as u32).collect()));
            } else {
                called.entry((class.week as usize, programme)).or_default().extend(people);
            }
        }
    }
    for (week, _, people) in &classes {
        for i in people {
            attended[*i as usize].push(*week);
            *away.entry((*week, office(*i as usize))).or_default() += 1;
        }
    }
    classes.sort();
    for (week, programme, people) in &mut classes {
        if *week < problem.from {
            continue;
        }
        let called = called.get(&(*week, *programme)).map_or(&[][..], Vec::as_slice);
        for i in called.iter().copied().chain(0..attended.len()) {
            if people.len() >= least {
                break;
            }
            let may = match i.checked_sub(normal) {
                Some(n) => problem.again[n].programme == *programme && problem.again[n].free[*week],
                None => {
                    problem.people[i].programme == *programme
                        && whole.is_free(i, *week)
                        && attended[i].first().is_some_and(|first| first + gap <= *week)
                        && problem.people[i].apart.iter().all(|j| !attended[*j as usize].contains(week))
                }
            };
            if !may
                || attended[i].iter().any(|other| other.abs_diff(*week) < gap)
                || apart.get(&i).is_some_and(|others| others.iter().any(|j| attended[*j].contains(week)))
            {
                continue;
            }
            let gone = away.entry((*week, office(i))).or_default();
            if *gone < instance.offices[office(i)].max_absent {
                *gone += 1;
                attended[i].push(*week);
                people.push(i as u32);
            }
        }
        if people.len() < least {
            return None;
        }
    }
    let trained = attended.iter().take(normal).filter(|weeks| !weeks.is_empty()).count();
    if (trained as f64) < instance.coverage_target * problem.people.len() as f64 {
        return None;
    }
    let id = |i: usize| i.checked_sub(normal).map_or_else(|| problem.people[i].id, |n| problem.again[n].id);
    let classes = classes.into_iter().map(|(week, programme, people)| {
        let mut people: Vec<u32> = people.iter().map(|i| id(*i as usize)).collect();
        people.sort_unstable();
        PlanClass { programme: instance.programmes[programme].id.clone(), week: week as u32, people }
    });
    Some(Plan { classes: classes.collect() })
}
