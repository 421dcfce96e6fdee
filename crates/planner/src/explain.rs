//! Why a plan is as it is: what a class would meet in another week, why a week has no class of a programme, why somebody is not trained
//! earlier.
//!
//! Answers come from the rules of `planning/FORMAT.md` and the plan alone, so that they are the same whoever made the plan.

use std::collections::HashMap;

use crate::{Instance, Plan};

/// A rule of the calendar that a class more in a week would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The programme is not taught in that week, or no room is open.
    NotTaught,
    /// The rooms of the week are taken: how many it has.
    WeekFull(u32),
    /// The quarter has its most classes: how many.
    QuarterFull(u32),
    /// The year has its most classes.
    YearFull(i32, u32),
    /// The year that the class leaves would have fewer than its least.
    YearShort(i32, u32),
}

/// Classes of a year.
pub(crate) fn of_year(instance: &Instance, held: &[u32], year: i32) -> u32 {
    instance.weeks.iter().zip(held).filter(|(w, _)| w.year == year).map(|(_, held)| held).sum()
}

/// Classes of a quarter of a year.
pub(crate) fn of_quarter(instance: &Instance, held: &[u32], year: i32, quarter: usize) -> u32 {
    let weeks = instance.weeks.iter().zip(held);
    weeks.filter(|(w, _)| w.year == year && w.quarter() == quarter).map(|(_, held)| held).sum()
}

/// Whether a week, its quarter and its year have room for one class more beside those that are held in each week: what is full.
pub(crate) fn full(instance: &Instance, held: &[u32], week: usize) -> Option<Obstacle> {
    let at = &instance.weeks[week];
    let limits = instance.limits(at.year);
    let most = limits.quarters[at.quarter()];
    if held[week] >= at.capacity {
        Some(Obstacle::WeekFull(at.capacity))
    } else if of_quarter(instance, held, at.year, at.quarter()) >= most {
        Some(Obstacle::QuarterFull(most))
    } else if of_year(instance, held, at.year) >= limits.most {
        Some(Obstacle::YearFull(at.year, limits.most))
    } else {
        None
    }
}

/// What a class meets in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// The week.
    pub week: u32,
    /// The rule of the calendar that forbids it.
    pub obstacle: Option<Obstacle>,
    /// People of the class who are not in post then, or on leave.
    pub busy: u32,
    /// People of whose office too many would be away.
    pub office: u32,
    /// People whose stand-in is away in that week.
    pub apart: u32,
    /// People who attend another class less than the repeat gap away, or in that week.
    pub soon: u32,
}

impl Effect {
    /// People who cannot come in that week.
    #[must_use]
    pub fn lost(&self) -> u32 {
        self.busy + self.office + self.apart + self.soon
    }
}

/// Why somebody is not in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Not in post yet or any more, or on leave.
    Busy,
    /// So many of the office are away that nobody else may go.
    Office(u32),
    /// The stand-in is away in that week.
    Apart(u32),
    /// Every seat is taken; so many of them by people of lower priority, so many by people of the same.
    Full {
        /// People of the class with a lower weight.
        lower: u32,
        /// People of the class with the same weight.
        same: u32,
    },
    /// There is a seat.
    Seat,
}

/// Why a week has no class of a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoClass {
    /// A rule of the calendar.
    Obstacle(Obstacle),
    /// Fewer people wait then who are free than a class needs: how many.
    FewPeople(u32),
    /// Nothing forbids it; so many people wait then who are free.
    Possible(u32),
}

/// A plan prepared for questions.
#[derive(Debug)]
pub struct Why<'a> {
    instance: &'a Instance,
    plan: &'a Plan,
    held: Vec<u32>,
    /// Weeks of everybody's classes.
    attended: Vec<Vec<u32>>,
    /// People of an office away in a week, by week and office.
    away: HashMap<(u32, u32), u32>,
    apart: HashMap<u32, Vec<u32>>,
}

impl<'a> Why<'a> {
    /// Prepares a plan that names only what exists.
    #[must_use]
    pub fn of(instance: &'a Instance, plan: &'a Plan) -> Self {
        let mut why = Self {
            instance,
            plan,
            held: vec![0; instance.weeks.len()],
            attended: vec![Vec::new(); instance.people.len()],
            away: HashMap::new(),
            apart: HashMap::new(),
        };
        for class in &plan.classes {
            why.held[class.week as usize] += 1;
            for id in &class.people {
                why.attended[*id as usize].push(class.week);
                *why.away.entry((class.week, instance.people[*id as usize].office)).or_default() += 1;
            }
        }
        for [a, b] in &instance.exclusions {
            why.apart.entry(*a).or_default().push(*b);
            why.apart.entry(*b).or_default().push(*a);
        }
        why
    }

    /// The rule that one class more of a programme breaks in a week, beside those that are held.
    fn obstacle(&self, programme: &str, week: u32, held: &[u32]) -> Option<Obstacle> {
        let taught = |p: &crate::Programme| p.id == programme && !p.blocked_weeks.contains(&week);
        if self.instance.weeks[week as usize].capacity == 0 || !self.instance.programmes.iter().any(taught) {
            return Some(Obstacle::NotTaught);
        }
        full(self.instance, held, week as usize)
    }

    fn is_free(&self, person: u32, week: u32) -> bool {
        let person = &self.instance.people[person as usize];
        let again = self.instance.beyond.again.get(&person.id);
        again.is_none_or(|from| *from <= week)
            && (person.from_week..=person.to_week).contains(&week)
            && !person.blocked_weeks.contains(&week)
    }

    /// What a class of the plan would meet in every other week; nothing when there is no such class.
    #[must_use]
    pub fn moves(&self, class: usize) -> Vec<Effect> {
        let Some(class) = self.plan.classes.get(class) else { return Vec::new() };
        let gap = self.instance.repeat_gap_weeks;
        // as if it were not held yet
        let mut held = self.held.clone();
        held[class.week as usize] -= 1;
        let left = self.instance.weeks[class.week as usize].year;
        let least = self.instance.limits(left).least;
        let short = of_year(self.instance, &held, left) < least;
        let weeks = (0..self.instance.weeks.len() as u32).filter(|week| *week != class.week);
        weeks
            .map(|week| {
                let leaves = short && self.instance.weeks[week as usize].year != left;
                let obstacle = self.obstacle(&class.programme, week, &held);
                let mut effect = Effect {
                    week,
                    obstacle: obstacle.or_else(|| leaves.then_some(Obstacle::YearShort(left, least))),
                    busy: 0,
                    office: 0,
                    apart: 0,
                    soon: 0,
                };
                let mut coming: HashMap<u32, u32> = HashMap::new();
                for id in &class.people {
                    let office = self.instance.people[*id as usize].office;
                    let others = self.attended[*id as usize].iter().filter(|w| **w != class.week);
                    let gone = self.away.get(&(week, office)).copied().unwrap_or(0) + coming.get(&office).unwrap_or(&0);
                    let stand_in = |other: &u32| self.attended[*other as usize].contains(&week);
                    if !self.is_free(*id, week) {
                        effect.busy += 1;
                    } else if others.clone().any(|w| w.abs_diff(week) < gap.max(1)) {
                        effect.soon += 1;
                    } else if gone >= self.instance.offices[office as usize].max_absent {
                        effect.office += 1;
                    } else if self.apart.get(id).is_some_and(|others| others.iter().any(stand_in)) {
                        effect.apart += 1;
                    } else {
                        *coming.entry(office).or_default() += 1;
                    }
                }
                effect
            })
            .collect()
    }

    /// Why a week has no class more of a programme.
    #[must_use]
    pub fn no_class(&self, programme: &str, week: u32) -> NoClass {
        if let Some(obstacle) = self.obstacle(programme, week, &self.held) {
            return NoClass::Obstacle(obstacle);
        }
        let waits = |id: &u32| {
            self.instance.people[*id as usize].programme == programme
                && self.is_free(*id, week)
                && !self.instance.beyond.again.contains_key(id)
                && self.attended[*id as usize].iter().all(|w| *w > week)
        };
        let waiting = (0..self.instance.people.len() as u32).filter(waits).count() as u32;
        if waiting < self.instance.class_size[0] { NoClass::FewPeople(waiting) } else { NoClass::Possible(waiting) }
    }

    /// The week in which somebody is first trained.
    #[must_use]
    pub fn first(&self, person: u32) -> Option<u32> {
        self.attended.get(person as usize)?.iter().min().copied()
    }

    /// Why somebody is in none of the classes of the own programme before the first: the class's position, and why.
    #[must_use]
    pub fn absent(&self, person: u32) -> Vec<(usize, Absent)> {
        let Some(own) = self.instance.people.get(person as usize) else { return Vec::new() };
        let first = self.first(person).unwrap_or(u32::MAX);
        let classes = self.plan.classes.iter().enumerate();
        let earlier = classes.filter(|(_, class)| class.programme == own.programme && class.week < first);
        earlier
            .map(|(n, class)| {
                let gone = self.away.get(&(class.week, own.office)).copied().unwrap_or(0);
                let most = self.instance.offices[own.office as usize].max_absent;
                let stand_in = |other: &&u32| self.attended[**other as usize].contains(&class.week);
                let weight = |id: &u32| self.instance.people[*id as usize].weight;
                let why = if !self.is_free(person, class.week) {
                    Absent::Busy
                } else if let Some(other) = self.apart.get(&person).and_then(|others| others.iter().find(stand_in)) {
                    Absent::Apart(*other)
                } else if gone >= most {
                    Absent::Office(gone)
                } else if class.people.len() >= self.instance.class_size[1] as usize {
                    Absent::Full {
                        lower: class.people.iter().filter(|id| weight(id) < own.weight).count() as u32,
                        same: class.people.iter().filter(|id| weight(id) == own.weight).count() as u32,
                    }
                } else {
                    Absent::Seat
                };
                (n, why)
            })
            .collect()
    }
}
