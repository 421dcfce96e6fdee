//! Moves of classes: to another week, to another programme, one class more. What they do to people is journalled and taken back whole.

use super::{Class, Done, Search};
use crate::problem::{CLASS, NONE};

impl Search<'_, '_> {
    /// One try: two classes change weeks, or one goes to a free slot. People who are not free there change with others.
    pub(super) fn calendar(&mut self, heat: f64, changes: &mut Vec<(usize, usize, f64)>) {
        let a = self.some_class();
        let from = self.classes[a].week;
        let (b, to) = if self.dice.below(2) == 0 {
            let b = self.dice.below(self.classes.len());
            (Some(b), self.classes[b].week)
        } else {
            (None, self.dice.below(self.p.weeks))
        };
        if from == to || from.min(to) < self.p.from || self.kept[a] || b.is_some_and(|b: usize| self.kept[b]) {
            return;
        }
        let weeks = self.p.weeks;
        if !self.p.taught[self.classes[a].programme * weeks + to] {
            return;
        }
        match b {
            Some(b) => {
                if self.classes[a].programme == self.classes[b].programme
                    || !self.p.taught[self.classes[b].programme * weeks + from]
                {
                    return;
                }
            }
            None => {
                let (qa, qb) = (self.p.quarter[from], self.p.quarter[to]);
                if self.p.year[from] != self.p.year[to]
                    || self.held[to] >= self.p.instance.weeks[to].capacity
                    || (qa != qb && self.held_quarter[qb] >= self.p.quarter_most[qb])
                {
                    return;
                }
            }
        }
        let least = self.p.instance.class_size[0] as usize;
        for (c, week) in [(Some(a), to), (b, from)] {
            if let Some(c) = c
                && self.classes[c].people.len() < least
                && !self.may_run_short(week)
            {
                return;
            }
        }
        let before = self.cost;
        let mut journal = std::mem::take(&mut self.journal);
        journal.clear();
        let pairs = [(a, to), (b.unwrap_or(usize::MAX), from)];
        // everybody out, the weeks changed, in again whoever may
        let mut people: [Vec<u32>; 2] = [self.classes[a].people.clone(), Vec::new()];
        if let Some(b) = b {
            people[1] = self.classes[b].people.clone();
        }
        for i in people.iter().flatten() {
            self.go(*i, NONE, changes, &mut journal);
        }
        for (c, week) in pairs {
            if c != usize::MAX {
                journal.push(Done::Week(c, self.classes[c].week));
                self.set_week(c, week);
            }
        }
        let mut lost = Vec::new();
        for ((c, week), people) in pairs.iter().zip(&people) {
            for i in people {
                if self.may(*i as usize, *week, NONE) {
                    self.go(*i, *c as u32, changes, &mut journal);
                } else {
                    lost.push((*i, *c as u32));
                }
            }
        }
        let good = lost.len() < 40 && lost.iter().all(|(i, c)| self.settle(*i, *c, changes, &mut journal));
        for (c, _) in pairs {
            if c != usize::MAX {
                self.pull(c, changes, &mut journal);
            }
        }
        let sizes = pairs
            .iter()
            .all(|(c, week)| *c == usize::MAX || self.classes[*c].people.len() >= least || self.may_run_short(*week));
        if !(good && sizes && self.accept(self.cost - before, heat)) {
            self.take_back(&mut journal, changes);
            self.cost = before;
        }
        self.journal = journal;
    }

    /// Takes everything of a journal back, the last step first.
    fn take_back(&mut self, journal: &mut Vec<Done>, changes: &mut Vec<(usize, usize, f64)>) {
        while let Some(step) = journal.pop() {
            match step {
                Done::Moved(i, c) => self.put(i, c, changes),
                Done::Week(c, week) => self.set_week(c, week),
            }
        }
    }

    /// A class takes whoever waits and may come.
    fn pull(&mut self, c: usize, changes: &mut Vec<(usize, usize, f64)>, journal: &mut Vec<Done>) {
        let (programme, week) = (self.classes[c].programme, self.classes[c].week);
        let mut at = 0;
        while at < self.untrained.len() && self.classes[c].people.len() < self.p.instance.class_size[1] as usize {
            let i = self.untrained[at];
            if self.p.people[i as usize].programme == programme && self.may(i as usize, week, NONE) {
                self.go(i, c as u32, changes, journal);
            } else {
                at += 1;
            }
        }
    }

    /// One of the classes; every second time the emptiest of a few.
    fn some_class(&mut self) -> usize {
        let mut best = self.dice.below(self.classes.len());
        if self.dice.below(2) == 0 {
            for _ in 0..4 {
                let other = self.dice.below(self.classes.len());
                if self.classes[other].people.len() < self.classes[best].people.len() {
                    best = other;
                }
            }
        }
        best
    }

    /// Finds a place for somebody who cannot stay in class `c`: a free seat, or somebody who changes places.
    fn settle(&mut self, i: u32, c: u32, changes: &mut Vec<(usize, usize, f64)>, journal: &mut Vec<Done>) -> bool {
        let most = self.p.instance.class_size[1] as usize;
        let mut best: Option<(f64, u32, u32)> = None;
        let here = self.classes[c as usize].week;
        let programme = self.p.people[i as usize].programme;
        for _ in 0..40 {
            let list = &self.of_programme[programme];
            let d = list[self.dice.below(list.len())];
            let week = self.classes[d as usize].week;
            if d == c || !self.p.is_free(i as usize, week) {
                continue;
            }
            let (j, delta) = if self.classes[d as usize].people.len() < most {
                if !self.may(i as usize, week, NONE) {
                    continue;
                }
                (NONE, self.person_cost(i as usize, week))
            } else {
                let members = &self.classes[d as usize].people;
                let j = members[self.dice.below(members.len())];
                if !self.may(i as usize, week, j) || !self.may(j as usize, here, NONE) {
                    continue;
                }
                let j_ = j as usize;
                (j, self.person_cost(i as usize, week) + self.person_cost(j_, here) - self.person_cost(j_, week))
            };
            if best.is_none_or(|(least, ..)| delta < least) {
                best = Some((delta, d, j));
            }
        }
        let Some((_, d, j)) = best else { return false };
        if j != NONE {
            self.go(j, c, changes, journal);
        }
        self.go(i, d, changes, journal);
        true
    }

    /// One try: a class becomes one of another programme; its people change with others or wait.
    pub(super) fn programme(&mut self, heat: f64, changes: &mut Vec<(usize, usize, f64)>) {
        let a = self.some_class();
        let (week, old) = (self.classes[a].week, self.classes[a].programme);
        let new = self.dice.below(self.of_programme.len());
        if new == old
            || week < self.p.from
            || self.kept[a]
            || !self.p.taught[new * self.p.weeks + week]
            || !self.may_run_short(week)
            || self.of_programme[old].len() < 2
        {
            return;
        }
        // who attends again does so once: a programme has no more of them than it has trained early
        let size = self.p.instance.class_size[0] as usize;
        let lacking: usize =
            self.of_programme[new].iter().map(|c| size.saturating_sub(self.classes[*c as usize].people.len())).sum();
        if lacking + size > self.size_of[new] * 2 / 5 {
            return;
        }
        let before = self.cost;
        let mut journal = std::mem::take(&mut self.journal);
        journal.clear();
        let people = self.classes[a].people.clone();
        self.of_programme[old].retain(|c| *c != a as u32);
        for i in &people {
            self.go(*i, NONE, changes, &mut journal);
            self.seat(*i, changes, &mut journal);
        }
        self.of_programme[new].push(a as u32);
        self.classes[a].programme = new;
        // whoever of the other programme waits or waits long comes first
        let mut come: Vec<(u32, f64)> = Vec::new();
        for i in &self.untrained {
            if self.p.people[*i as usize].programme == new && self.p.is_free(*i as usize, week) {
                come.push((*i, f64::INFINITY));
            }
        }
        for c in self.of_programme[new].clone() {
            let other = &self.classes[c as usize];
            if other.week > week {
                for i in &other.people {
                    if self.p.is_free(*i as usize, week) {
                        come.push((*i, self.p.people[*i as usize].weight * (other.week - week) as f64));
                    }
                }
            }
        }
        come.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (i, _) in come {
            if self.classes[a].people.len() >= self.p.instance.class_size[1] as usize {
                break;
            }
            let from = self.class[i as usize];
            if (from == NONE || !self.spares_nobody(from)) && self.may(i as usize, week, NONE) {
                self.go(i, a as u32, changes, &mut journal);
            }
        }
        if !self.accept(self.cost - before, heat) {
            self.take_back(&mut journal, changes);
            self.of_programme[new].retain(|c| *c != a as u32);
            self.of_programme[old].push(a as u32);
            self.classes[a].programme = old;
            self.cost = before;
        }
        self.journal = journal;
    }

    /// One try: one class more in its year, for somebody who waits and whoever waits beside; repeats fill it.
    pub(super) fn open(&mut self, changes: &mut Vec<(usize, usize, f64)>) {
        let i = self.untrained[self.dice.below(self.untrained.len())] as usize;
        let free = (0..self.p.weeks).filter(|week| self.p.is_free(i, *week));
        let number = free.clone().count();
        // in a plan that is carried on there may be none left
        if number == 0 {
            return;
        }
        let nth = self.dice.below(number);
        let Some(week) = free.clone().nth(nth) else { return };
        let programme = self.p.people[i].programme;
        let (quarter, year) = (self.p.quarter[week], self.p.year[week]);
        if week < self.p.from
            || self.held[week] >= self.p.instance.weeks[week].capacity
            || self.held_quarter[quarter] >= self.p.quarter_most[quarter]
            || self.of_year(year) >= self.p.of_year[year].1
            || !self.can_be_filled(programme, week)
        {
            return;
        }
        let before = self.cost;
        let c = self.classes.len();
        self.classes.push(Class { programme, week, people: Vec::new() });
        self.kept.push(false);
        self.of_programme[programme].push(c as u32);
        self.held[week] += 1;
        self.held_quarter[quarter] += 1;
        self.cost += CLASS;
        let mut journal = std::mem::take(&mut self.journal);
        journal.clear();
        self.pull(c, changes, &mut journal);
        if self.cost >= before {
            self.take_back(&mut journal, changes);
            self.classes.pop();
            self.kept.pop();
            self.of_programme[programme].pop();
            self.held[week] -= 1;
            self.held_quarter[quarter] -= 1;
            self.cost = before;
        }
        self.journal = journal;
    }

    /// Classes of a year.
    fn of_year(&self, year: usize) -> u32 {
        self.held.iter().zip(&self.p.year).filter(|(_, y)| **y == year).map(|(held, _)| held).sum()
    }

    /// Whether people trained long enough before a week fill one class more of a programme, half as many again as are needed beside what
    /// its other classes about that time lack.
    fn can_be_filled(&self, programme: usize, week: usize) -> bool {
        let gap = self.p.instance.repeat_gap_weeks as usize;
        let size = self.p.instance.class_size[0] as usize;
        let (mut there, mut lacking) = (0, size);
        for c in &self.of_programme[programme] {
            let class = &self.classes[*c as usize];
            if class.week + gap <= week {
                there += class.people.iter().filter(|i| self.p.is_free(**i as usize, week)).count();
            } else if class.week.abs_diff(week) < gap {
                lacking += size.saturating_sub(class.people.len());
            }
        }
        there * 2 >= lacking * 3
    }

    /// The best free seat of some for somebody who waits.
    fn seat(&mut self, i: u32, changes: &mut Vec<(usize, usize, f64)>, journal: &mut Vec<Done>) {
        let most = self.p.instance.class_size[1] as usize;
        let mut best: Option<(usize, u32)> = None;
        for d in &self.of_programme[self.p.people[i as usize].programme] {
            let class = &self.classes[*d as usize];
            if class.people.len() < most
                && best.is_none_or(|(week, _)| class.week < week)
                && self.may(i as usize, class.week, NONE)
            {
                best = Some((class.week, *d));
            }
        }
        if let Some((_, d)) = best {
            self.go(i, d, changes, journal);
        }
    }

    fn set_week(&mut self, c: usize, week: usize) {
        let old = self.classes[c].week;
        self.held[old] -= 1;
        self.held_quarter[self.p.quarter[old]] -= 1;
        self.held[week] += 1;
        self.held_quarter[self.p.quarter[week]] += 1;
        self.classes[c].week = week;
    }
}
