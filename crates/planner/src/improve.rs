//! From a plan to a better one, with a bound beside it.
//!
//! Rounds of annealing, each four times as long as the one before and colder at its start; a longer effort begins with the rounds of a shorter
//! one, so that more time never gives a worse plan. A round is counted in tries and not in seconds: the same seed and effort give the same plan
//! on every machine. The bound rises beside it on a thread of its own.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Instant,
};

use crate::{Instance, Plan, PlanClass, bound::Bound, problem::Problem, search::Search};

/// How much is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Seconds that it may take on two cores of today; counted in tries, [`TRIES_A_SECOND`].
    pub seconds: f64,
    /// Seed of whatever looks like chance.
    pub seed: u64,
}

/// Tries that stand for a second.
pub const TRIES_A_SECOND: u64 = 10_000_000;
/// Tries of the first round, in seconds.
const FIRST: f64 = 1.6;
/// Heat at the start of the first round and of later ones, and at the end, in units of the cost.
const HOT: f64 = 3e-5;
const WARM: f64 = 1.2e-5;
const COLD: f64 = 2e-7;

/// Steps of the bound that are taken in any case.
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

/// Improves a plan that keeps every rule; the one that comes keeps them too and is never worse. `tell` hears of every round.
pub fn improve(instance: &Instance, plan: &Plan, effort: Effort, tell: &mut dyn FnMut(Progress)) -> Improved {
    let problem = Problem::of(instance);
    let begun = Instant::now();
    let first = problem.cost(&problem.first(plan), plan.classes.len());
    let mut best = Improved { plan: plan.clone(), cost: first, bound: f64::NEG_INFINITY };
    let (done, bound) = (AtomicBool::new(false), AtomicU64::new(f64::NEG_INFINITY.to_bits()));
    let upper = AtomicU64::new(first.to_bits());
    std::thread::scope(|threads| {
        let proof = threads.spawn(|| {
            let mut proof = Bound::of(&problem);
            while proof.steps < LEAST_STEPS || !done.load(Ordering::Relaxed) {
                proof.step(f64::from_bits(upper.load(Ordering::Relaxed)));
                bound.store(proof.best.to_bits(), Ordering::Relaxed);
            }
        });
        let (mut length, mut left, mut round) = (FIRST, effort.seconds, 0);
        while left > 0.0 {
            // what is left after a round and would not make the next is added to it
            let seconds = if left < length * 2.0 { left } else { length };
            #[expect(clippy::cast_sign_loss, reason = "seconds above 0")]
            let tries = (seconds * TRIES_A_SECOND as f64) as u64;
            let mut search = Search::of(&problem, &best.plan, effort.seed.wrapping_add(round));
            let hot = if round == 0 { HOT } else { WARM };
            search.anneal(tries, (hot, COLD));
            if search.cost < best.cost
                && let Some(found) = rebuilt(&problem, &search)
            {
                best = Improved { plan: found, cost: search.cost, ..best };
                upper.store(best.cost.to_bits(), Ordering::Relaxed);
            }
            let bound = f64::from_bits(bound.load(Ordering::Relaxed));
            tell(Progress { seconds: begun.elapsed().as_secs_f64(), cost: best.cost, bound });
            left -= seconds;
            length *= 4.0;
            round += 1;
        }
        done.store(true, Ordering::Relaxed);
        // a thread that died proves nothing
        let _ = proof.join();
    });
    best.bound = f64::from_bits(bound.load(Ordering::Relaxed));
    best
}

/// The plan of a search, its short classes filled with people whose class is long enough ago; none where they cannot be filled.
fn rebuilt(problem: &Problem<'_>, search: &Search<'_, '_>) -> Option<Plan> {
    let instance = problem.instance;
    let gap = instance.repeat_gap_weeks as usize;
    let least = instance.class_size[0] as usize;
    let mut attended: Vec<Vec<usize>> = vec![Vec::new(); problem.people.len()];
    let mut away: HashMap<(usize, usize), u32> = HashMap::new();
    let mut classes: Vec<(usize, usize, Vec<u32>)> =
        search.classes().map(|(programme, week, people)| (week, programme, people.to_vec())).collect();
    for (week, _, people) in &classes {
        for i in people {
            attended[*i as usize].push(*week);
            *away.entry((*week, problem.people[*i as usize].office)).or_default() += 1;
        }
    }
    classes.sort();
    for (week, programme, people) in &mut classes {
        for (i, man) in problem.people.iter().enumerate() {
            if people.len() >= least {
                break;
            }
            let again = man.programme == *programme
                && problem.is_free(i, *week)
                && attended[i].first().is_some_and(|first| first + gap <= *week)
                && attended[i].iter().all(|other| other.abs_diff(*week) >= gap);
            if !again || man.apart.iter().any(|j| attended[*j as usize].contains(week)) {
                continue;
            }
            let gone = away.entry((*week, man.office)).or_default();
            if *gone < instance.offices[man.office].max_absent {
                *gone += 1;
                attended[i].push(*week);
                people.push(i as u32);
            }
        }
        if people.len() < least {
            return None;
        }
    }
    let trained = attended.iter().filter(|weeks| !weeks.is_empty()).count();
    if (trained as f64) < instance.coverage_target * problem.people.len() as f64 {
        return None;
    }
    let classes = classes.into_iter().map(|(week, programme, people)| {
        let mut people: Vec<u32> = people.iter().map(|i| problem.people[*i as usize].id).collect();
        people.sort_unstable();
        PlanClass { programme: instance.programmes[programme].id.clone(), week: week as u32, people }
    });
    Some(Plan { classes: classes.collect() })
}
