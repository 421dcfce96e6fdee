//! A lower bound: what no plan can undercut.
//!
//! The seats of a programme in a week (`class_size[1]` a class) are relaxed with prices, offices, exclusions and the least size of a class are
//! left out, and each year's standard deviation is replaced by a linear function that lies below it (Cauchy–Schwarz: `sd ≥ v·share/√n`
//! for every `v` of length one and sum zero). What is left falls apart: everybody takes the cheapest free week or none, and the calendar takes
//! the best slots within quarters and years, which are nested, so that taking the best first is exact. Prices and directions are raised by
//! subgradients.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Steps without a rise worth the name after which less is hoped for.
const PATIENCE: u32 = 30;
/// Part of the last direction that goes into the next.
const MIXED: f64 = 0.6;

/// What anybody needs to compute a bound anew (`docs/planner.md`, 3).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Proof {
    /// Price of a seat by programme and week, in units of the cost, at least 0.
    pub prices: Vec<Vec<f64>>,
    /// Direction by year, all but the last, and commune: sum 0 among the communes with reachable people, length at most 1.
    pub directions: Vec<Vec<f64>>,
}

/// Prices and what they prove.
pub(crate) struct Bound<'p, 'a> {
    problem: &'p Problem<'a>,
    /// Price of a seat: `programme * weeks + week`, at least 0.
    pub(crate) price: Vec<f64>,
    /// Direction of each year: `year * communes + commune`.
    direction: Vec<f64>,
    /// The best value so far, and the prices and directions that prove it.
    pub(crate) best: f64,
    best_price: Vec<f64>,
    best_direction: Vec<f64>,
    /// How far above the best value the prices aim.
    hope: f64,
    stale: u32,
    pub(crate) steps: u32,
    /// Directions of the last steps, mixed.
    momentum: Vec<f64>,
    momentum_direction: Vec<f64>,
    /// People in groups of one programme, commune and weight, whose costs by week are alike.
    order: Vec<u32>,
    /// 0 where a person of that order is free, else more than anything costs: `place * weeks + week`.
    closed: Vec<f32>,
    rounding: f64,
}

impl<'p, 'a> Bound<'p, 'a> {
    pub(crate) fn of(problem: &'p Problem<'a>) -> Self {
        let prices = problem.instance.programmes.len() * problem.weeks;
        let mut order: Vec<u32> = (0..problem.people.len() as u32).collect();
        order.sort_by_key(|i| {
            let man = &problem.people[*i as usize];
            (man.programme, man.commune, man.weight.to_bits(), *i)
        });
        let mut closed = Vec::with_capacity(problem.free.len());
        for i in &order {
            let row = &problem.free[*i as usize * problem.weeks..(*i as usize + 1) * problem.weeks];
            closed.extend(row.iter().map(|free| if *free { 0.0 } else { 1e30 }));
        }
        // a price is at most what somebody costs who is never trained
        let most = problem.miss
            + problem.people.iter().map(|man| man.weight).fold(0.0, f64::max) * problem.wait * problem.weeks as f64;
        Self {
            rounding: problem.people.len() as f64 * 4.0 * most * f64::from(f32::EPSILON),
            order,
            closed,
            problem,
            price: vec![0.0; prices],
            direction: vec![0.0; problem.there.len()],
            best: f64::NEG_INFINITY,
            best_price: vec![0.0; prices],
            best_direction: vec![0.0; problem.there.len()],
            hope: 0.5,
            stale: 0,
            steps: 0,
            momentum: vec![0.0; prices],
            momentum_direction: vec![0.0; problem.there.len()],
        }
    }

    /// The value of the relaxation at the prices and directions there are; `upper` is the cost of a plan. Then one step.
    pub(crate) fn step(&mut self, upper: f64) -> f64 {
        self.steps += 1;
        let (of_people, used, done) = self.people();
        let (of_calendar, seats) = self.calendar();
        let value = of_people + of_calendar;
        if value > self.best {
            // a rise that is small beside what is hoped for is no reason to hope on
            self.stale = if value - self.best > 0.01 * self.hope { 0 } else { self.stale + 1 };
            self.best = value;
            self.best_price.clone_from(&self.price);
            self.best_direction.clone_from(&self.direction);
        } else {
            self.stale += 1;
        }
        if self.stale >= PATIENCE {
            self.stale = 0;
            self.hope *= 0.75;
        }
        // the step of Polyak along the mixed directions
        let gap = (self.best + self.hope - value).min(upper - value).max(1e-7);
        self.raise_prices(gap, &used, &seats);
        self.raise_directions(gap, &done);
        value
    }

    /// What proves the best value.
    pub(crate) fn proof(&self) -> Proof {
        let communes = self.problem.communes().max(1);
        let rows = |values: &[f64], length: usize| values.chunks(length).map(<[f64]>::to_vec).collect();
        Proof { prices: rows(&self.best_price, self.problem.weeks), directions: rows(&self.best_direction, communes) }
    }

    /// What a commune earns for training in a week of a year, by `year * communes + commune`: what all ends of years from then on give.
    fn rewards(&self) -> Vec<f64> {
        let p = self.problem;
        let (communes, years) = (p.communes(), p.years);
        let mut reward = vec![0.0; years * communes];
        for y in (0..years.saturating_sub(1)).rev() {
            let root = p.communes_there[y].max(1.0).sqrt();
            for c in 0..communes {
                let (slot, there) = (y * communes + c, p.there[y * communes + c]);
                let own = if there > 0.0 { p.even * self.direction[slot] / (root * there) } else { 0.0 };
                reward[slot] = reward[slot + communes] + own;
            }
        }
        reward
    }

    /// Everybody takes the cheapest free week or none: the cost, the seats used by programme and week, people trained by the end of each year
    /// and commune.
    fn people(&self) -> (f64, Vec<f64>, Vec<f64>) {
        let p = self.problem;
        let (weeks, communes, years) = (p.weeks, p.communes(), p.years);
        let reward = self.rewards();
        let mut value = 0.0;
        let mut used = vec![0.0; self.price.len()];
        let mut done = vec![0.0; p.there.len()];
        let mut by_week = vec![0.0_f32; weeks];
        let mut group = None;
        for (row, i) in self.order.iter().enumerate() {
            let man = &p.people[*i as usize];
            let unit = man.weight * p.wait;
            let own = (man.programme, man.commune, man.weight.to_bits());
            if group != Some(own) {
                group = Some(own);
                let prices = &self.price[man.programme * weeks..(man.programme + 1) * weeks];
                for w in 0..weeks {
                    by_week[w] = (unit * w as f64 + prices[w] + reward[p.year[w] * communes + man.commune]) as f32;
                }
            }
            let closed = &self.closed[row * weeks..(row + 1) * weeks];
            let lowest = by_week.iter().zip(closed).fold(f32::MAX, |least, (cost, closed)| {
                let cost = cost + closed;
                if cost < least { cost } else { least }
            });
            let never = p.miss + unit * weeks as f64;
            if f64::from(lowest) >= never {
                value += never - unit * man.open as f64;
                continue;
            }
            value += f64::from(lowest) - unit * man.open as f64;
            let week = by_week.iter().zip(closed).position(|(cost, closed)| cost + closed <= lowest);
            let week = week.unwrap_or_default();
            used[man.programme * weeks + week] += 1.0;
            for y in p.year[week]..years - 1 {
                done[y * communes + man.commune] += 1.0;
            }
        }
        // each of them was rounded to 24 bits: no more than this is lost by it
        (value - self.rounding, used, done)
    }

    /// The best programme of each week, the best slots of each quarter, the best of each year: their value and their seats.
    fn calendar(&self) -> (f64, Vec<f64>) {
        let p = self.problem;
        let weeks = p.weeks;
        let size = f64::from(p.instance.class_size[1]);
        // a slot stands once with how often it may be used: a week's capacity may be any number
        let mut of_quarter: Vec<Vec<(f64, usize, u32)>> = vec![Vec::new(); p.quarters];
        for w in 0..weeks {
            let best = (0..p.instance.programmes.len())
                .filter(|k| p.taught[k * weeks + w])
                .max_by(|a, b| self.price[a * weeks + w].total_cmp(&self.price[b * weeks + w]));
            if let Some(k) = best {
                let cost = 0.001 - size * self.price[k * weeks + w];
                of_quarter[p.quarter[w]].push((cost, k * weeks + w, p.instance.weeks[w].capacity));
            }
        }
        let mut of_year: Vec<Vec<(f64, usize, u32)>> = vec![Vec::new(); p.years];
        for (quarter, slots) in of_quarter.iter_mut().enumerate() {
            slots.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut left = p.quarter_most[quarter];
            for (_, _, times) in slots.iter_mut() {
                *times = (*times).min(left);
                left -= *times;
            }
            of_year[quarter / 4].append(slots);
        }
        let (mut value, mut seats) = (0.0, vec![0.0; self.price.len()]);
        for (slots, (least, most)) in of_year.iter_mut().zip(&p.of_year) {
            slots.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut used = 0;
            for (cost, slot, times) in slots.iter() {
                let until = if *cost < 0.0 { *most } else { *least };
                let times = (*times).min(until.saturating_sub(used));
                used += times;
                value += cost * f64::from(times);
                seats[*slot] += size * f64::from(times);
            }
        }
        (value, seats)
    }

    fn raise_prices(&mut self, gap: f64, used: &[f64], seats: &[f64]) {
        let mut norm = 0.0;
        for (slot, m) in self.momentum.iter_mut().enumerate() {
            let mut lack = used[slot] - seats[slot];
            if self.price[slot] <= 0.0 && lack < 0.0 {
                lack = 0.0;
            }
            *m = MIXED * *m + lack;
            norm += *m * *m;
        }
        if norm > 0.0 {
            for (price, m) in self.price.iter_mut().zip(&self.momentum) {
                *price = (*price + gap / norm * m).max(0.0);
            }
        }
    }

    fn raise_directions(&mut self, gap: f64, done: &[f64]) {
        let p = self.problem;
        let communes = p.communes();
        let mut norm = 0.0;
        for y in 0..p.years - 1 {
            let row = y * communes..(y + 1) * communes;
            let there = &p.there[row.clone()];
            let share = |c: usize| if there[c] > 0.0 { done[y * communes + c] / there[c] } else { 0.0 };
            let number = p.communes_there[y].max(1.0);
            let mean = (0..communes).map(share).sum::<f64>() / number;
            for (c, m) in self.momentum_direction[row].iter_mut().enumerate() {
                let apart = if there[c] > 0.0 { p.even * (share(c) - mean) / number.sqrt() } else { 0.0 };
                *m = MIXED * *m + apart;
                norm += *m * *m;
            }
        }
        if norm <= 0.0 {
            return;
        }
        for (direction, m) in self.direction.iter_mut().zip(&self.momentum_direction) {
            *direction += 0.3 * gap / norm * m;
        }
        // of each year: sum zero among the communes that are there, length at most one
        for y in 0..p.years - 1 {
            let row = &mut self.direction[y * communes..(y + 1) * communes];
            let there = &p.there[y * communes..(y + 1) * communes];
            let mean = row.iter().sum::<f64>() / p.communes_there[y].max(1.0);
            row.iter_mut().zip(there).for_each(|(d, n)| *d = if *n > 0.0 { *d - mean } else { 0.0 });
            let length = row.iter().map(|d| d * d).sum::<f64>().sqrt();
            if length > 1.0 {
                row.iter_mut().for_each(|d| *d /= length);
            }
        }
    }
}
