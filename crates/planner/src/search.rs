//! Simulated annealing over who attends when and over the calendar.
//!
//! Moves: one person to a free seat, two people who change classes, two classes that change weeks, a class that goes to a free slot, a class
//! that becomes one of another programme, one class more for somebody who waits. Every rule but the least size of late classes holds after every move; those are filled with
//! repeats at the end, which cost nothing.

mod calendar;

use crate::{
    Instance, Plan,
    dice::Dice,
    problem::{NONE, Problem, RECALLED},
};

/// Tries between two looks at the calendar.
const BLOCK: u64 = 20_000;
/// Heat of the calendar in heats of people: a class moves dozens of them.
const CALENDAR: f64 = 20.0;

/// A step that can be taken back.
#[derive(Clone, Copy)]
enum Done {
    /// Somebody came from this class.
    Moved(u32, u32),
    /// A class was in this week.
    Week(usize, usize),
}

struct Class {
    programme: usize,
    week: usize,
    /// People who attend for the first time.
    people: Vec<u32>,
}

pub(crate) struct Search<'p, 'a> {
    p: &'p Problem<'a>,
    classes: Vec<Class>,
    of_programme: Vec<Vec<u32>>,
    /// People of each programme.
    size_of: Vec<usize>,
    /// Class and place in it of everybody.
    class: Vec<u32>,
    place: Vec<u32>,
    untrained: Vec<u32>,
    /// People of an office away: `week * offices + office`.
    away: Vec<u8>,
    most: Vec<u8>,
    offices: usize,
    held: Vec<u32>,
    held_quarter: Vec<u32>,
    /// Evenness: shares by `year * communes + commune`, their sums and squares.
    done: Vec<f64>,
    sum: Vec<f64>,
    square: Vec<f64>,
    spread: f64,
    pub(crate) cost: f64,
    dice: Dice,
    journal: Vec<Done>,
    /// Classes that stay in their week and their programme.
    kept: Vec<bool>,
    /// People of a group who travel in a week: `group * weeks + week`.
    travelling: Vec<u32>,
}

impl<'p, 'a> Search<'p, 'a> {
    pub(crate) fn of(p: &'p Problem<'a>, plan: &Plan, seed: u64) -> Self {
        let instance: &Instance = p.instance;
        let mut place_of = vec![NONE; instance.people.len()];
        for (i, man) in p.people.iter().enumerate() {
            place_of[man.id as usize] = i as u32;
        }
        let first = p.first(plan);
        let mut classes = Vec::new();
        let mut of_programme = vec![Vec::new(); instance.programmes.len()];
        let (mut class, mut place) = (vec![NONE; p.people.len()], vec![NONE; p.people.len()]);
        for (n, planned) in plan.classes.iter().enumerate() {
            let programme = instance.programmes.iter().position(|x| x.id == planned.programme).unwrap_or_default();
            of_programme[programme].push(n as u32);
            let mut people = Vec::with_capacity(instance.class_size[1] as usize);
            for id in &planned.people {
                let i = place_of[*id as usize];
                if i != NONE && first[i as usize] == planned.week {
                    class[i as usize] = n as u32;
                    place[i as usize] = people.len() as u32;
                    people.push(i);
                }
            }
            classes.push(Class { programme, week: planned.week as usize, people });
        }
        let mut kept = vec![false; classes.len()];
        for (programme, week) in &p.kept {
            let one = (0..classes.len())
                .find(|n| !kept[*n] && classes[*n].programme == *programme && classes[*n].week == *week);
            if let Some(n) = one {
                kept[n] = true;
            }
        }
        // whoever attends again is called as well: in a plan that is carried on nothing is gained by moving a class of theirs
        if !p.called.is_empty() {
            for (kept, class) in kept.iter_mut().zip(&classes) {
                *kept |= class.people.is_empty();
            }
        }
        let offices = instance.offices.len();
        let mut s = Self {
            p,
            of_programme,
            size_of: (0..instance.programmes.len())
                .map(|k| p.people.iter().filter(|m| m.programme == k).count())
                .collect(),
            untrained: (0..p.people.len() as u32).filter(|i| class[*i as usize] == NONE).collect(),
            class,
            place,
            away: vec![0; p.weeks * offices],
            most: instance.offices.iter().map(|o| o.max_absent.min(255) as u8).collect(),
            offices,
            held: vec![0; p.weeks],
            held_quarter: vec![0; p.quarters],
            done: vec![0.0; p.there.len()],
            sum: vec![0.0; p.years],
            square: vec![0.0; p.years],
            spread: 0.0,
            cost: 0.0,
            classes,
            dice: Dice::of(seed),
            journal: Vec::new(),
            kept,
            travelling: vec![0; p.parties * p.weeks],
        };
        for (n, i) in s.untrained.iter().enumerate() {
            s.place[*i as usize] = n as u32;
        }
        for c in &s.classes {
            s.held[c.week] += 1;
            s.held_quarter[p.quarter[c.week]] += 1;
            for i in &c.people {
                s.away[c.week * offices + p.people[*i as usize].office] += 1;
                if let Some(slot) = p.journey(*i as usize, c.week) {
                    s.travelling[slot] += 1;
                }
            }
        }
        let communes = p.communes();
        for (i, man) in p.people.iter().enumerate() {
            if s.class[i] != NONE {
                for y in p.year[s.classes[s.class[i] as usize].week]..p.years - 1 {
                    s.done[y * communes + man.commune] += 1.0;
                }
            }
        }
        for y in 0..p.years - 1 {
            for c in 0..communes {
                let n = p.there[y * communes + c];
                if n > 0.0 {
                    let share = s.done[y * communes + c] / n;
                    s.sum[y] += share;
                    s.square[y] += share * share;
                }
            }
        }
        s.spread = (0..p.years - 1).map(|y| s.deviation(y)).sum();
        s.cost = s.counted();
        s
    }

    /// The cost counted anew, with what weighs beside it.
    fn counted(&self) -> f64 {
        let weeks = self.weeks();
        self.p.cost(&weeks, self.classes.len()) + self.p.beside(&weeks)
    }

    fn weeks(&self) -> Vec<u32> {
        self.class.iter().map(|c| if *c == NONE { NONE } else { self.classes[*c as usize].week as u32 }).collect()
    }

    fn deviation(&self, y: usize) -> f64 {
        deviation(self.sum[y], self.square[y], self.p.communes_there[y])
    }

    /// Whether somebody may be away in a week, if `other` were not.
    fn may(&self, i: usize, week: usize, other: u32) -> bool {
        let man = &self.p.people[i];
        if !self.p.is_free(i, week) {
            return false;
        }
        let gone = self.away[week * self.offices + man.office];
        let relief = u8::from(
            other != NONE && self.p.people[other as usize].office == man.office && self.week_of(other) == week,
        );
        if gone - relief >= self.most[man.office] {
            return false;
        }
        man.apart.iter().all(|j| *j == other || self.week_of(*j) != week)
    }

    fn week_of(&self, i: u32) -> usize {
        match self.class[i as usize] {
            NONE => usize::MAX,
            c => self.classes[c as usize].week,
        }
    }

    /// What the deviations become when people of communes move by years: up to two changes.
    fn spread_after(&self, changes: &[(usize, usize, f64)]) -> f64 {
        // changes: (year, commune, people)
        let communes = self.p.communes();
        let mut spread = self.spread;
        for y in 0..self.p.years - 1 {
            let (mut sum, mut square) = (self.sum[y], self.square[y]);
            let mut touched = false;
            for (n, (year, commune, by)) in changes.iter().enumerate() {
                if *year != y {
                    continue;
                }
                let there = self.p.there[y * communes + commune];
                if there <= 0.0 {
                    continue;
                }
                // an earlier change of the same commune counts
                let before: f64 =
                    changes[..n].iter().filter(|(a, b, _)| *a == y && b == commune).map(|(.., by)| by).sum();
                let old = (self.done[y * communes + commune] + before) / there;
                let new = old + by / there;
                sum += new - old;
                square += new * new - old * old;
                touched = true;
            }
            if touched {
                spread += deviation(sum, square, self.p.communes_there[y]) - self.deviation(y);
            }
        }
        spread
    }

    fn shift(&mut self, y: usize, commune: usize, by: f64) {
        let slot = y * self.p.communes() + commune;
        let there = self.p.there[slot];
        if there <= 0.0 {
            return;
        }
        let old = self.done[slot] / there;
        self.done[slot] += by;
        let new = self.done[slot] / there;
        self.sum[y] += new - old;
        self.square[y] += new * new - old * old;
    }

    /// Changes of a person who goes from one week to another ([`usize::MAX`]: untrained).
    fn changes(&self, i: usize, from: usize, to: usize, into: &mut Vec<(usize, usize, f64)>) {
        let last = self.p.years - 1;
        let year = |w: usize| if w == usize::MAX { last } else { self.p.year[w] };
        let (a, b) = (year(from), year(to));
        let commune = self.p.people[i].commune;
        for y in b.min(last)..a.min(last) {
            into.push((y, commune, 1.0));
        }
        for y in a.min(last)..b.min(last) {
            into.push((y, commune, -1.0));
        }
    }

    fn apply(&mut self, changes: &[(usize, usize, f64)]) {
        for (y, commune, by) in changes {
            self.shift(*y, *commune, *by);
        }
        if !changes.is_empty() {
            self.spread = (0..self.p.years - 1).map(|y| self.deviation(y)).sum();
        }
    }

    fn accept(&mut self, delta: f64, heat: f64) -> bool {
        delta <= 0.0 || (heat > 0.0 && self.dice.unit() < (-delta / heat).exp())
    }

    fn leave(&mut self, i: u32) {
        let (c, at) = (self.class[i as usize], self.place[i as usize] as usize);
        if c == NONE {
            self.untrained.swap_remove(at);
            if let Some(moved) = self.untrained.get(at) {
                self.place[*moved as usize] = at as u32;
            }
        } else {
            let class = &mut self.classes[c as usize];
            class.people.swap_remove(at);
            if let Some(moved) = class.people.get(at) {
                self.place[*moved as usize] = at as u32;
            }
            self.away[class.week * self.offices + self.p.people[i as usize].office] -= 1;
            if let Some(slot) = self.p.journey(i as usize, class.week) {
                self.travelling[slot] -= 1;
            }
        }
    }

    fn enter(&mut self, i: u32, c: u32) {
        self.class[i as usize] = c;
        if c == NONE {
            self.place[i as usize] = self.untrained.len() as u32;
            self.untrained.push(i);
        } else {
            let class = &mut self.classes[c as usize];
            self.place[i as usize] = class.people.len() as u32;
            class.people.push(i);
            self.away[class.week * self.offices + self.p.people[i as usize].office] += 1;
            if let Some(slot) = self.p.journey(i as usize, class.week) {
                self.travelling[slot] += 1;
            }
        }
    }

    fn person_cost(&self, i: usize, week: usize) -> f64 {
        let man = &self.p.people[i];
        let waits = |until: usize| man.weight * self.p.wait * (until - man.open) as f64;
        let own = if week == usize::MAX { self.p.miss + waits(self.p.weeks) } else { waits(week) };
        match self.p.called.get(i) {
            Some(called) if *called != NONE && *called as usize != week => own + RECALLED,
            _ => own,
        }
    }

    /// What it costs more that the journeys of groups change when somebody goes from one week to another, beside what others of the
    /// same move do.
    fn journeys(&self, i: usize, from: usize, to: usize) -> f64 {
        let one = |week: usize, there: u32| self.p.journey(i, week).is_some_and(|slot| self.travelling[slot] == there);
        self.p.per_journey * (f64::from(u8::from(one(to, 0))) - f64::from(u8::from(one(from, 1))))
    }

    /// One try: somebody to another class of the programme, with whoever sits there when it is full.
    pub(crate) fn person(&mut self, heat: f64, changes: &mut Vec<(usize, usize, f64)>) {
        let i = if !self.untrained.is_empty() && self.dice.below(64) == 0 {
            self.untrained[self.dice.below(self.untrained.len())] as usize
        } else {
            self.dice.below(self.p.people.len())
        };
        let from_class = self.class[i];
        let from = self.week_of(i as u32);
        let list = &self.of_programme[self.p.people[i].programme];
        if list.is_empty() {
            return;
        }
        let to_class = list[self.dice.below(list.len())];
        let to = self.classes[to_class as usize].week;
        if to_class == from_class || to == from || !self.p.is_free(i, to) {
            return;
        }
        let full = self.classes[to_class as usize].people.len() >= self.p.instance.class_size[1] as usize;
        changes.clear();
        let swap = full || from_class == NONE || self.spares_nobody(from_class) || self.dice.below(4) != 0;
        if !swap || (from_class == NONE && !full) {
            if !self.may(i, to, NONE) {
                return;
            }
            let delta = self.person_cost(i, to) - self.person_cost(i, from);
            self.changes(i, from, to, changes);
            let delta = delta + self.uneven(changes) + self.journeys(i, from, to);
            if self.accept(delta, heat) {
                self.leave(i as u32);
                self.enter(i as u32, to_class);
                self.apply(changes);
                self.cost += delta;
            }
            return;
        }
        let members = &self.classes[to_class as usize].people;
        if members.is_empty() {
            return;
        }
        let j = members[self.dice.below(members.len())] as usize;
        if !self.may(i, to, j as u32) {
            return;
        }
        if from != usize::MAX && !self.may(j, from, i as u32) {
            return;
        }
        let delta =
            self.person_cost(i, to) + self.person_cost(j, from) - self.person_cost(i, from) - self.person_cost(j, to);
        if self.p.people[i].commune != self.p.people[j].commune {
            self.changes(i, from, to, changes);
            self.changes(j, to, from, changes);
        }
        let mut delta = delta + self.uneven(changes);
        // who travels with the same group changes no journey
        if self.p.parties > 0 && self.p.party[i] != self.p.party[j] {
            delta += self.journeys(i, from, to) + self.journeys(j, to, from);
        }
        if self.accept(delta, heat) {
            self.leave(i as u32);
            self.leave(j as u32);
            self.enter(i as u32, to_class);
            self.enter(j as u32, from_class);
            self.apply(changes);
            self.cost += delta;
        }
    }

    /// What it costs that the deviations change so.
    fn uneven(&self, changes: &[(usize, usize, f64)]) -> f64 {
        if changes.is_empty() { 0.0 } else { self.p.even * (self.spread_after(changes) - self.spread) }
    }

    /// Whether nobody may leave a class: it has its least size or fewer, and is too early for repeats.
    fn spares_nobody(&self, c: u32) -> bool {
        let class = &self.classes[c as usize];
        class.people.len() <= self.p.instance.class_size[0] as usize && !self.may_run_short(class.week)
    }

    /// Whether a class of a week may have fewer first attendances than its least size: there are people whose class is long enough ago.
    fn may_run_short(&self, week: usize) -> bool {
        week >= self.p.instance.repeat_gap_weeks as usize + 40
    }

    /// Somebody goes to a class, or waits; noted in the journal.
    fn go(&mut self, i: u32, c: u32, changes: &mut Vec<(usize, usize, f64)>, journal: &mut Vec<Done>) {
        journal.push(Done::Moved(i, self.class[i as usize]));
        self.put(i, c, changes);
    }

    /// The same without a note of it.
    fn put(&mut self, i: u32, c: u32, changes: &mut Vec<(usize, usize, f64)>) {
        let from = self.week_of(i);
        let to = if c == NONE { usize::MAX } else { self.classes[c as usize].week };
        changes.clear();
        self.changes(i as usize, from, to, changes);
        let spread = self.spread;
        self.cost += self.journeys(i as usize, from, to);
        self.leave(i);
        self.enter(i, c);
        let list = std::mem::take(changes);
        self.apply(&list);
        *changes = list;
        self.cost += self.person_cost(i as usize, to) - self.person_cost(i as usize, from)
            + self.p.even * (self.spread - spread);
    }

    /// Anneals for so many tries; the heat falls evenly with them.
    pub(crate) fn anneal(&mut self, tries: u64, heat: (f64, f64)) {
        let (hot, cold) = heat;
        let mut changes = Vec::with_capacity(32);
        let blocks = tries.div_ceil(BLOCK).max(1);
        for block in 0..blocks {
            let part = block as f64 / blocks as f64;
            let heat = hot * (cold / hot).powf(part);
            for _ in 0..BLOCK {
                self.person(heat, &mut changes);
            }
            // the calendar is settled before the people are
            for _ in 0..if part < 0.8 { 40 } else { 2 } {
                self.calendar(heat * CALENDAR, &mut changes);
                self.programme(heat * CALENDAR, &mut changes);
                // no class is given up again: one more is opened when those that there are have found their weeks
                if part >= 0.8 && !self.untrained.is_empty() {
                    self.open(&mut changes);
                }
            }
            // sums of many small numbers drift
            self.cost = self.counted();
        }
    }

    /// The classes with the people who attend for the first time.
    pub(crate) fn classes(&self) -> impl Iterator<Item = (usize, usize, &[u32])> {
        self.classes.iter().map(|c| (c.programme, c.week, c.people.as_slice()))
    }
}

fn deviation(sum: f64, square: f64, n: f64) -> f64 {
    let n = n.max(1.0);
    let mean = sum / n;
    (square / n - mean * mean).max(0.0).sqrt()
}
