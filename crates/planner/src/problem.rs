//! An instance as the search and the bound see it: only people who can be trained at all, dense tables, the score as sums.

use crate::{Begun, Instance, Plan};

/// Nobody's class, nobody's week.
pub(crate) const NONE: u32 = u32::MAX;

/// A person who can be trained.
#[derive(Debug, Clone)]
pub(crate) struct Man {
    /// Position in the instance.
    pub(crate) id: u32,
    pub(crate) programme: usize,
    pub(crate) office: usize,
    pub(crate) commune: usize,
    pub(crate) weight: f64,
    /// First week in which a class is possible.
    pub(crate) open: usize,
    /// People who are never away in the same week, as positions here.
    pub(crate) apart: Vec<u32>,
}

/// Somebody who is trained already and may fill a class.
#[derive(Debug, Clone)]
pub(crate) struct Again {
    /// Position in the instance.
    pub(crate) id: u32,
    pub(crate) programme: usize,
    pub(crate) office: usize,
    /// Weeks in which they may attend.
    pub(crate) free: Vec<bool>,
    /// People who are never away in the same week, as positions in the instance.
    pub(crate) apart: Vec<u32>,
}

/// The instance, compiled.
#[derive(Clone)]
pub(crate) struct Problem<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) weeks: usize,
    /// Place of the year, of the quarter of every week.
    pub(crate) year: Vec<usize>,
    pub(crate) quarter: Vec<usize>,
    pub(crate) years: usize,
    pub(crate) quarters: usize,
    /// Most classes of every quarter.
    pub(crate) quarter_most: Vec<u32>,
    /// Least and most classes of every year.
    pub(crate) of_year: Vec<(u32, u32)>,
    pub(crate) people: Vec<Man>,
    /// Whether a person is free in a week: `person * weeks + week`.
    pub(crate) free: Vec<bool>,
    /// Whether a programme can be held in a week: `programme * weeks + week`.
    pub(crate) taught: Vec<bool>,
    /// Cost of a unit of weight that waits one week.
    pub(crate) wait: f64,
    /// Cost of a person who is never trained, the wait left out.
    pub(crate) miss: f64,
    /// Reachable people of a commune who are there by the end of a year: `year * communes + commune`, all years but the last.
    pub(crate) there: Vec<f64>,
    /// Communes with anybody there by then.
    pub(crate) communes_there: Vec<f64>,
    /// Factor of a year's standard deviation in the cost.
    pub(crate) even: f64,
    /// First week in which anything may change.
    pub(crate) from: usize,
    /// Weeks to which people are called; [`NONE`]: not called. Empty when nobody is.
    pub(crate) called: Vec<u32>,
    /// Who is trained already and may fill a class, by id.
    pub(crate) again: Vec<Again>,
    /// Programme and week of classes that stay in their week.
    pub(crate) kept: Vec<(usize, usize)>,
    /// Group with which everybody travels; [`NONE`]: alone. Empty when nobody travels together.
    pub(crate) party: Vec<u32>,
    /// Groups that travel together.
    pub(crate) parties: usize,
    /// What a journey of one of them weighs beside the cost.
    pub(crate) per_journey: f64,
}

/// Cost of a class.
pub(crate) const CLASS: f64 = 0.001;

/// What it costs to call somebody to another week, beside everything else: more than all of the score.
pub(crate) const RECALLED: f64 = 1000.0;

/// What a journey of a group weighs beside the cost: as much as one person of weight 1 who waits so many weeks longer.
const JOURNEY: f64 = 50.0;

impl<'a> Problem<'a> {
    pub(crate) fn of(instance: &'a Instance) -> Self {
        let weeks = instance.weeks.len();
        let mut calendar: Vec<i32> = instance.weeks.iter().map(|w| w.year).collect();
        calendar.dedup();
        let year: Vec<usize> =
            instance.weeks.iter().map(|w| calendar.iter().position(|y| *y == w.year).unwrap_or_default()).collect();
        let quarter: Vec<usize> = instance.weeks.iter().zip(&year).map(|(w, y)| y * 4 + w.quarter()).collect();
        let mut taught = vec![false; instance.programmes.len() * weeks];
        for (p, programme) in instance.programmes.iter().enumerate() {
            for (w, week) in instance.weeks.iter().enumerate() {
                taught[p * weeks + w] = week.capacity > 0;
            }
            for w in &programme.blocked_weeks {
                taught[p * weeks + *w as usize] = false;
            }
        }
        let mut people = Vec::with_capacity(instance.people.len());
        let mut free = Vec::with_capacity(instance.people.len() * weeks);
        let mut place = vec![NONE; instance.people.len()];
        let mut row = vec![false; weeks];
        let mut again: Vec<Again> = Vec::new();
        for person in &instance.people {
            let programme = instance.programmes.iter().position(|p| p.id == person.programme).unwrap_or_default();
            for (w, slot) in row.iter_mut().enumerate() {
                *slot = taught[programme * weeks + w] && person.from_week as usize <= w && w <= person.to_week as usize;
            }
            for w in &person.blocked_weeks {
                row[*w as usize] = false;
            }
            if let Some(from) = instance.beyond.again.get(&person.id) {
                again.push(Again {
                    id: person.id,
                    programme,
                    office: person.office as usize,
                    free: row.iter().enumerate().map(|(week, free)| *free && *from as usize <= week).collect(),
                    apart: Vec::new(),
                });
                continue;
            }
            let Some(open) = row.iter().position(|f| *f) else { continue };
            let office = person.office as usize;
            place[person.id as usize] = people.len() as u32;
            people.push(Man {
                id: person.id,
                programme,
                office,
                commune: instance.offices[office].commune as usize,
                weight: f64::from(person.weight),
                open,
                apart: Vec::new(),
            });
            free.extend_from_slice(&row);
        }
        for [a, b] in &instance.exclusions {
            for (one, other) in [(a, b), (b, a)] {
                if let Ok(n) = again.binary_search_by_key(one, |again| again.id) {
                    again[n].apart.push(*other);
                }
            }
            let (a, b) = (place[*a as usize], place[*b as usize]);
            if a != NONE && b != NONE {
                people[a as usize].apart.push(b);
                people[b as usize].apart.push(a);
            }
        }
        let years = calendar.len();
        let communes = instance.communes.len();
        let mut there = vec![0.0; (years - 1) * communes];
        for man in &people {
            for y in year[man.open]..years - 1 {
                there[y * communes + man.commune] += 1.0;
            }
        }
        let communes_there =
            there.chunks(communes.max(1)).map(|row| row.iter().filter(|n| **n > 0.0).count() as f64).collect();
        let weight: f64 = people.iter().map(|man| man.weight).sum();
        let wait = 1.0 / (weight.max(1.0) * weeks as f64 / years as f64);
        let travel = &instance.beyond.travel;
        let party = if travel.is_empty() {
            Vec::new()
        } else {
            people.iter().map(|man| travel.get(man.commune).copied().flatten().unwrap_or(NONE)).collect()
        };
        Self {
            instance,
            weeks,
            year,
            quarter,
            years,
            quarters: years * 4,
            of_year: calendar.iter().map(|year| instance.limits(*year)).map(|l| (l.least, l.most)).collect(),
            quarter_most: calendar.iter().flat_map(|year| instance.limits(*year).quarters).collect(),
            free,
            taught,
            wait,
            per_journey: JOURNEY * wait,
            miss: 100.0 / people.len().max(1) as f64,
            people,
            there,
            communes_there,
            even: if years > 1 && !instance.beyond.uneven { 1.5 / (years - 1) as f64 } else { 0.0 },
            from: 0,
            called: Vec::new(),
            again,
            kept: Vec::new(),
            party,
            parties: travel.iter().flatten().max().map_or(0, |last| *last as usize + 1),
        }
    }

    /// The same for a plan that is carried on: nothing changes before a week, and whoever is called stays called to that week where it can be.
    pub(crate) fn carried_on(mut self, begun: Begun<'_>) -> Self {
        self.from = begun.until as usize;
        self.called = self.first(begun.plan);
        self.kept = begun.kept().map(|class| (self.programme(&class.programme), class.week as usize)).collect();
        let from = self.from.min(self.weeks);
        for (i, called) in self.called.iter_mut().enumerate() {
            let row = &mut self.free[i * self.weeks..(i + 1) * self.weeks];
            if *called != NONE && (*called as usize) < from {
                // attended, whatever comes
                row.fill(false);
                row[*called as usize] = true;
                *called = NONE;
            } else {
                row[..from].fill(false);
            }
        }
        for row in self.taught.chunks_mut(self.weeks) {
            row[..from].fill(false);
        }
        self
    }

    /// How many of those who are called attend first in another week, or never.
    pub(crate) fn recalled(&self, first: &[u32]) -> usize {
        self.called.iter().zip(first).filter(|(called, week)| **called != NONE && called != week).count()
    }

    /// Place of the journey of somebody's group in a week: `group * weeks + week`; none for who travels alone and for no week.
    pub(crate) fn journey(&self, person: usize, week: usize) -> Option<usize> {
        let party = self.party.get(person).copied().filter(|party| *party != NONE && week < self.weeks)?;
        Some(party as usize * self.weeks + week)
    }

    /// Journeys of groups to their first classes: one for each group and week.
    pub(crate) fn journeys(&self, first: &[u32]) -> usize {
        let mut seen = vec![false; self.parties * self.weeks];
        for (party, week) in self.party.iter().zip(first).filter(|(party, week)| **party != NONE && **week != NONE) {
            seen[*party as usize * self.weeks + *week as usize] = true;
        }
        seen.iter().filter(|there| **there).count()
    }

    /// What weighs beside the cost: people called to other weeks, journeys of groups.
    pub(crate) fn beside(&self, first: &[u32]) -> f64 {
        RECALLED * self.recalled(first) as f64 + self.per_journey * self.journeys(first) as f64
    }

    /// Position of a programme.
    fn programme(&self, id: &str) -> usize {
        self.instance.programmes.iter().position(|p| p.id == id).unwrap_or_default()
    }

    /// Place here of somebody of the instance who can be trained.
    pub(crate) fn place(&self, id: u32) -> Option<usize> {
        self.people.binary_search_by_key(&id, |man| man.id).ok()
    }

    pub(crate) fn is_free(&self, person: usize, week: usize) -> bool {
        self.free[person * self.weeks + week]
    }

    pub(crate) fn communes(&self) -> usize {
        self.instance.communes.len()
    }

    /// Cost of first trainings in these weeks ([`NONE`]: never) and of so many classes, as `score.py` has it.
    pub(crate) fn cost(&self, first: &[u32], classes: usize) -> f64 {
        let communes = self.communes();
        let mut done = vec![0.0; self.there.len()];
        let mut cost = CLASS * classes as f64;
        for (man, week) in self.people.iter().zip(first) {
            if *week == NONE {
                cost += self.miss + man.weight * self.wait * (self.weeks - man.open) as f64;
            } else {
                cost += man.weight * self.wait * (*week as usize - man.open) as f64;
                for y in self.year[*week as usize]..self.years - 1 {
                    done[y * communes + man.commune] += 1.0;
                }
            }
        }
        for y in 0..self.years - 1 {
            let row = y * communes..(y + 1) * communes;
            let shares: Vec<f64> =
                done[row.clone()].iter().zip(&self.there[row]).filter(|(_, n)| **n > 0.0).map(|(d, n)| d / n).collect();
            let number = shares.len().max(1) as f64;
            let mean = shares.iter().sum::<f64>() / number;
            cost += self.even * (shares.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / number).sqrt();
        }
        cost
    }

    /// What the cost of first trainings is made of: share never trained, mean weighted wait in years, mean spread between communes.
    pub(crate) fn parts(&self, first: &[u32]) -> (f64, f64, f64) {
        let communes = self.communes();
        let mut done = vec![0.0; self.there.len()];
        let (mut never, mut wait) = (0.0, 0.0);
        for (man, week) in self.people.iter().zip(first) {
            let until = if *week == NONE { self.weeks } else { *week as usize };
            wait += man.weight * self.wait * (until - man.open) as f64;
            if *week == NONE {
                never += self.miss / 100.0;
            } else {
                for y in self.year[*week as usize]..self.years - 1 {
                    done[y * communes + man.commune] += 1.0;
                }
            }
        }
        let mut uneven = 0.0;
        for (done, there) in done.chunks(communes.max(1)).zip(self.there.chunks(communes.max(1))) {
            let shares: Vec<f64> = done.iter().zip(there).filter(|(_, n)| **n > 0.0).map(|(d, n)| d / n).collect();
            let mean = shares.iter().sum::<f64>() / (shares.len().max(1)) as f64;
            let square = shares.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / (shares.len().max(1)) as f64;
            uneven += square.sqrt() / (self.years - 1) as f64;
        }
        (never, wait, uneven)
    }

    /// Week of the first training of everybody in a plan.
    pub(crate) fn first(&self, plan: &Plan) -> Vec<u32> {
        let mut of = vec![NONE; self.instance.people.len()];
        for class in &plan.classes {
            for id in &class.people {
                of[*id as usize] = of[*id as usize].min(class.week);
            }
        }
        self.people.iter().map(|man| of[man.id as usize]).collect()
    }
}
