//! A lower bound: what no plan can undercut.
//!
//! The seats of a programme in a week (`class_size[1]` a class) are relaxed with prices, offices, exclusions and the least size of a class are
//! left out, and each year's standard deviation is replaced by a linear function that lies below it (Cauchy–Schwarz: `sd ≥ v·share/√n`
//! for every `v` of length one and sum zero). What is left falls apart: everybody takes the cheapest free week or none, and the calendar takes
//! the best slots within quarters and years, which are nested, so that taking the best first is exact. That people with few free weeks need a
//! whole class in one of them, and not a seat's part of one, is relaxed with a price of its own for each of those weeks. Prices and
//! directions are raised by subgradients.

use serde::{Deserialize, Serialize};

use crate::problem::{CLASS, Problem};

/// Steps without a rise worth the name after which less is hoped for.
const PATIENCE: u32 = 30;
/// Part of the last direction that goes into the next.
const MIXED: f64 = 0.6;
/// Free weeks up to which somebody has links: from the first step on, and after [`SETTLED`] of them. Many links move the bound slowly as long as
/// the prices of seats are not settled.
const FEW: u32 = 6;
const MORE: u32 = 25;
const SETTLED: u32 = 1_200;
/// Part of a whole step that the prices of links take.
const GENTLY: f64 = 0.1;

/// What anybody needs to compute a bound anew (`docs/planner.md`, 3).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Proof {
    /// Price of a seat by programme and week, in units of the cost, at least 0.
    pub prices: Vec<Vec<f64>>,
    /// Direction by year, all but the last, and commune: sum 0 among the communes with reachable people, length at most 1.
    pub directions: Vec<Vec<f64>>,
    /// Person, week, and the price, at least 0, of that person's being taught in that week without a class of the own programme.
    pub links: Vec<(u32, u32, f64)>,
}

/// Somebody with few free weeks, and one of them.
struct Link {
    /// Position among those who can be trained.
    person: u32,
    week: usize,
    /// `programme * weeks + week`
    slot: usize,
}

/// Classes that the calendar may hold.
#[derive(Clone, Copy)]
struct Slot {
    cost: f64,
    slot: usize,
    /// How often it may be used: a week's capacity may be any number.
    times: u32,
    /// Whether it is the first class of its programme in the week, with the prices of links.
    first: bool,
}

/// What the calendar holds at the prices there are.
struct Held {
    value: f64,
    /// Seats by `programme * weeks + week`.
    seats: Vec<f64>,
    /// Whether there is a class, where links ask.
    first: Vec<bool>,
}

/// What people do at the prices there are.
struct Gone {
    value: f64,
    /// Seats used by `programme * weeks + week`.
    used: Vec<f64>,
    /// People trained by the end of each year, by `year * communes + commune`.
    done: Vec<f64>,
    /// Links that are taken.
    linked: Vec<bool>,
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
    /// Everybody with few free weeks, a link for each of them, one person's after the other, with their prices.
    links: Vec<Link>,
    link_price: Vec<f64>,
    best_link_price: Vec<f64>,
    momentum_link: Vec<f64>,
    /// Links of a person of `order`: the first, and how many.
    links_of: Vec<(u32, u32)>,
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
        let (mut links, mut links_of) = (Vec::new(), Vec::with_capacity(order.len()));
        for i in &order {
            let row = &problem.free[*i as usize * problem.weeks..(*i as usize + 1) * problem.weeks];
            closed.extend(row.iter().map(|free| if *free { 0.0 } else { 1e30 }));
            let first = links.len() as u32;
            let programme = problem.people[*i as usize].programme;
            let weeks = row.iter().enumerate().filter(|(_, free)| **free).map(|(week, _)| week);
            if weeks.clone().count() <= MORE as usize {
                links.extend(weeks.map(|week| Link { person: *i, week, slot: programme * problem.weeks + week }));
            }
            links_of.push((first, links.len() as u32 - first));
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
            link_price: vec![0.0; links.len()],
            best_link_price: vec![0.0; links.len()],
            momentum_link: vec![0.0; links.len()],
            links,
            links_of,
            momentum: vec![0.0; prices],
            momentum_direction: vec![0.0; problem.there.len()],
        }
    }

    /// The value of the relaxation at the prices and directions there are; `upper` is the cost of a plan. Then one step.
    pub(crate) fn step(&mut self, upper: f64) -> f64 {
        self.steps += 1;
        let gone = self.people();
        let held = self.calendar();
        let value = gone.value + held.value;
        if value > self.best {
            // a rise that is small beside what is hoped for is no reason to hope on
            self.stale = if value - self.best > 0.01 * self.hope { 0 } else { self.stale + 1 };
            self.best = value;
            self.best_price.clone_from(&self.price);
            self.best_direction.clone_from(&self.direction);
            self.best_link_price.clone_from(&self.link_price);
        } else {
            self.stale += 1;
        }
        if self.stale >= PATIENCE {
            self.stale = 0;
            self.hope *= 0.75;
        }
        // the step of Polyak along the mixed directions
        let gap = (self.best + self.hope - value).min(upper - value).max(1e-7);
        self.raise_prices(gap, &gone.used, &held.seats);
        self.raise_directions(gap, &gone.done);
        self.raise_links(gap, &gone.linked, &held.first);
        value
    }

    /// What proves the best value.
    pub(crate) fn proof(&self) -> Proof {
        let communes = self.problem.communes().max(1);
        let rows = |values: &[f64], length: usize| values.chunks(length).map(<[f64]>::to_vec).collect();
        let links = self.links.iter().zip(&self.best_link_price).filter(|(_, price)| **price > 0.0);
        Proof {
            prices: rows(&self.best_price, self.problem.weeks),
            directions: rows(&self.best_direction, communes),
            links: links
                .map(|(link, price)| (self.problem.people[link.person as usize].id, link.week as u32, *price))
                .collect(),
        }
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

    /// Everybody takes the cheapest free week or none.
    fn people(&self) -> Gone {
        let p = self.problem;
        let (weeks, communes, years) = (p.weeks, p.communes(), p.years);
        let reward = self.rewards();
        let mut value = 0.0;
        let mut used = vec![0.0; self.price.len()];
        let mut done = vec![0.0; p.there.len()];
        let mut linked = vec![false; self.links.len()];
        let few = if self.steps < SETTLED { FEW } else { MORE };
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
            let never = p.miss + unit * weeks as f64;
            let (first, number) = self.links_of[row];
            if (1..=few).contains(&number) {
                let links = first as usize..(first + number) as usize;
                let costs = links.map(|n| (f64::from(by_week[self.links[n].week]) + self.link_price[n], n));
                let (lowest, n) = costs.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((never, 0));
                value += lowest.min(never) - unit * man.open as f64;
                if lowest < never {
                    let Link { week, slot, .. } = self.links[n];
                    linked[n] = true;
                    used[slot] += 1.0;
                    for y in p.year[week]..years - 1 {
                        done[y * communes + man.commune] += 1.0;
                    }
                }
                continue;
            }
            let closed = &self.closed[row * weeks..(row + 1) * weeks];
            let lowest = by_week.iter().zip(closed).fold(f32::MAX, |least, (cost, closed)| {
                let cost = cost + closed;
                if cost < least { cost } else { least }
            });
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
        Gone { value: value - self.rounding, used, done, linked }
    }

    /// The best classes of each week, of each quarter, of each year.
    fn calendar(&self) -> Held {
        let p = self.problem;
        let weeks = p.weeks;
        let size = f64::from(p.instance.class_size[1]);
        let mut of_link = vec![0.0; self.price.len()];
        for (link, price) in self.links.iter().zip(&self.link_price) {
            of_link[link.slot] += price;
        }
        let mut of_quarter: Vec<Vec<Slot>> = vec![Vec::new(); p.quarters];
        let mut of_week = Vec::new();
        for w in 0..weeks {
            let programmes = (0..p.instance.programmes.len()).map(|k| k * weeks + w).filter(|slot| p.taught[*slot]);
            let capacity = p.instance.weeks[w].capacity;
            let cost = |slot: usize| CLASS - size * self.price[slot];
            // the first class of a programme earns what its links pay, any other what its seats do
            let linked = programmes.clone().filter(|slot| of_link[*slot] > 0.0);
            of_week.extend(linked.map(|slot| Slot { cost: cost(slot) - of_link[slot], slot, times: 1, first: true }));
            if let Some(slot) = programmes.max_by(|a, b| self.price[*a].total_cmp(&self.price[*b])) {
                of_week.push(Slot { cost: cost(slot), slot, times: capacity, first: false });
            }
            fill(&mut of_week, capacity);
            of_quarter[p.quarter[w]].append(&mut of_week);
        }
        let mut of_year: Vec<Vec<Slot>> = vec![Vec::new(); p.years];
        for (quarter, slots) in of_quarter.iter_mut().enumerate() {
            fill(slots, p.quarter_most[quarter]);
            of_year[quarter / 4].append(slots);
        }
        let mut held = Held { value: 0.0, seats: vec![0.0; self.price.len()], first: vec![false; self.price.len()] };
        for (slots, (least, most)) in of_year.iter_mut().zip(&p.of_year) {
            slots.sort_by(|a, b| a.cost.total_cmp(&b.cost));
            let mut used = 0;
            for slot in slots.iter() {
                let until = if slot.cost < 0.0 { *most } else { *least };
                let times = slot.times.min(until.saturating_sub(used));
                used += times;
                held.value += slot.cost * f64::from(times);
                held.seats[slot.slot] += size * f64::from(times);
                held.first[slot.slot] |= slot.first && times > 0;
            }
        }
        held
    }

    /// Whoever is taught where there is no class makes that dearer.
    fn raise_links(&mut self, gap: f64, linked: &[bool], first: &[bool]) {
        let mut norm = 0.0;
        for (n, m) in self.momentum_link.iter_mut().enumerate() {
            let mut lack = f64::from(u8::from(linked[n])) - f64::from(u8::from(first[self.links[n].slot]));
            if self.link_price[n] <= 0.0 && lack < 0.0 {
                lack = 0.0;
            }
            *m = MIXED * *m + lack;
            norm += *m * *m;
        }
        if norm > 0.0 {
            for (price, m) in self.link_price.iter_mut().zip(&self.momentum_link) {
                *price = (*price + GENTLY * gap / norm * m).max(0.0);
            }
        }
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

/// The cheapest of some slots, as often as there is room.
fn fill(slots: &mut [Slot], most: u32) {
    slots.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let mut left = most;
    for slot in slots {
        slot.times = slot.times.min(left);
        left -= slot.times;
    }
}
