//! A constructive plan: first the calendar of classes, then who attends each.
//!
//! 1. **How many.** A year holds as many classes as the people who still wait fill, within the year's bounds.
//! 2. **When and what.** Week by week, the earliest weeks that may still take a class get one, so that people wait
//!    as little as possible; its programme is the one with the largest part of its weight waiting that can fill it.
//! 3. **Who.** Of the people of that programme who are in post and free, those who leave soon come first,
//!    then the heavier in priority, then communes that lag behind, within the offices' limits and exclusions.
//!    A class that stays under its least size is filled with people whose last class is long enough ago.
//!
//! Deterministic: no randomness, ties by id.

use std::collections::HashSet;

use crate::{
    Instance, Plan, PlanClass,
    explain::{full, of_quarter, of_year},
};

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Infeasible {
    /// A year cannot hold its least number of classes.
    #[error("year {year}: {held} classes can be held, at least {least} are required: {lacking} are missing; {because}")]
    TooFewClasses {
        /// The year.
        year: i32,
        /// Classes found.
        held: u32,
        /// Least classes of a year.
        least: u32,
        /// Difference.
        lacking: u32,
        /// Which rule it is.
        because: Lack,
    },
    /// The target cannot be reached with the seats there are.
    #[error(
        "{trained} of {reachable} reachable people are trained, the target needs {needed}: {lacking} are missing{}",
        listed(.programmes)
    )]
    TooFewTrained {
        /// People trained at least once.
        trained: usize,
        /// People who can be trained at all.
        reachable: usize,
        /// People the target needs.
        needed: usize,
        /// Difference.
        lacking: usize,
        /// Programmes whose people wait, the most of them first.
        programmes: Vec<Waiting>,
    },
    /// A class that has been held, or that nobody may change any more, breaks a rule of the instance.
    #[error("week {week}, {programme}: {what}; the class lies before the week from which the plan may change")]
    Held {
        /// Week of the class.
        week: u32,
        /// Its programme.
        programme: String,
        /// The rule, and whom it concerns.
        what: String,
    },
}

/// Why a year holds too few classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Lack {
    /// Capacities of weeks, within those of quarters, leave no more room.
    #[error("its weeks and quarters have room for {0}")]
    Room(u32),
    /// There is room, but no programme has so many people who are free together.
    #[error(
        "there is room, but no programme has {0} people who are free in one week and not trained less than the repeat gap ago"
    )]
    People(u32),
}

/// People of a programme who are not trained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The programme.
    pub programme: String,
    /// How many.
    pub people: usize,
    /// Classes that they would fill.
    pub classes: usize,
    /// Classes that the weeks of the programme have room for.
    pub room: usize,
}

/// `; party-leader: 120 wait for 2 classes more, its weeks have room for 0`.
fn listed(programmes: &[Waiting]) -> String {
    let one = |w: &Waiting| {
        let Waiting { programme, people, classes, room } = w;
        format!("; {programme}: {people} people are left, {classes} classes more, its weeks have room for {room}")
    };
    programmes.iter().map(one).collect()
}

/// What a plan does in each year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Years {
    /// The year.
    pub year: i32,
    /// Classes.
    pub classes: usize,
    /// Seats taken.
    pub seats: usize,
    /// Distinct people trained by its end.
    pub trained: usize,
}

impl Years {
    /// The years of a plan, cumulative in `trained`.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Vec<Self> {
        let mut seen = HashSet::new();
        let mut years: Vec<Self> = Vec::new();
        let mut classes: Vec<&PlanClass> = plan.classes.iter().collect();
        classes.sort_by_key(|c| c.week);
        for class in classes {
            let year = instance.weeks[class.week as usize].year;
            seen.extend(class.people.iter().copied().filter(|id| !instance.beyond.again.contains_key(id)));
            if years.last().is_none_or(|y| y.year != year) {
                years.push(Self { year, classes: 0, seats: 0, trained: 0 });
            }
            if let Some(last) = years.last_mut() {
                last.classes += 1;
                last.seats += class.people.len();
                last.trained = seen.len();
            }
        }
        years
    }
}

/// A person as the construction sees it.
struct Candidate {
    programme: usize,
    office: usize,
    commune: usize,
    weight: u32,
    /// Free weeks in post, one bit a week id.
    free: Vec<bool>,
    /// Last week in which a class is possible.
    last: Option<usize>,
    excluded: Vec<usize>,
    attended: Option<usize>,
    /// First week in which somebody who is trained already may attend once more; none for whoever is to be trained.
    again: Option<usize>,
}

impl Candidate {
    /// Whether an attendance lies long enough after the one before.
    fn may_again(&self, week: usize, gap: usize) -> bool {
        self.again.is_none_or(|from| from <= week) && self.attended.is_none_or(|attended| attended + gap <= week)
    }
}

pub(crate) struct State<'a> {
    instance: &'a Instance,
    people: Vec<Candidate>,
    taught: Vec<Vec<bool>>,
    /// Untrained people of each programme, by id.
    waiting: Vec<Vec<usize>>,
    /// People of each programme, by id.
    of_programme: Vec<Vec<usize>>,
    /// Weight of everybody of each programme who can be trained at all, and of those who wait.
    weight_of: Vec<u64>,
    weight_waiting: Vec<u64>,
    trained_of: Vec<u32>,
    size_of: Vec<u32>,
    away: Vec<Vec<bool>>,
    office_away: Vec<Vec<u32>>,
    /// Classes in each week.
    held: Vec<u32>,
    /// People who were called to a class of the plan that is carried on: they come before others.
    pub(crate) called: HashSet<usize>,
}

/// Composes a plan.
///
/// # Errors
/// [`Infeasible`] when the construction finds none; it says what is missing.
pub fn solve(instance: &Instance) -> Result<Plan, Infeasible> {
    State::new(instance).finish(Plan::default(), 0)
}

impl<'a> State<'a> {
    pub(crate) fn new(instance: &'a Instance) -> Self {
        let weeks = instance.weeks.len();
        let taught: Vec<Vec<bool>> = instance
            .programmes
            .iter()
            .map(|p| {
                let mut taught: Vec<bool> = instance.weeks.iter().map(|w| w.capacity > 0).collect();
                for week in &p.blocked_weeks {
                    taught[*week as usize] = false;
                }
                taught
            })
            .collect();
        let mut people: Vec<Candidate> = instance
            .people
            .iter()
            .map(|p| {
                let programme = instance.programmes.iter().position(|x| x.id == p.programme).unwrap_or(0);
                let mut free = vec![false; weeks];
                let to = (p.to_week as usize).min(weeks - 1);
                for (week, slot) in free.iter_mut().enumerate() {
                    *slot = p.from_week as usize <= week && week <= to && taught[programme][week];
                }
                for week in &p.blocked_weeks {
                    free[*week as usize] = false;
                }
                let again = instance.beyond.again.get(&p.id).map(|week| *week as usize);
                // who is trained already cannot be trained
                let last = if again.is_some() { None } else { free.iter().rposition(|f| *f) };
                let office = p.office as usize;
                let commune = instance.offices[office].commune as usize;
                Candidate {
                    programme,
                    office,
                    commune,
                    weight: p.weight,
                    free,
                    last,
                    excluded: Vec::new(),
                    attended: None,
                    again,
                }
            })
            .collect();
        for [a, b] in &instance.exclusions {
            people[*a as usize].excluded.push(*b as usize);
            people[*b as usize].excluded.push(*a as usize);
        }
        let mut waiting = vec![Vec::new(); instance.programmes.len()];
        let mut size_of = vec![0; instance.communes.len()];
        let mut weight_of = vec![0; instance.programmes.len()];
        let mut of_programme = vec![Vec::new(); instance.programmes.len()];
        for (i, person) in people.iter().enumerate() {
            of_programme[person.programme].push(i);
            if person.last.is_some() {
                waiting[person.programme].push(i);
                weight_of[person.programme] += u64::from(person.weight);
                size_of[person.commune] += 1;
            }
        }
        Self {
            instance,
            waiting,
            of_programme,
            weight_waiting: weight_of.clone(),
            weight_of,
            taught,
            trained_of: vec![0; instance.communes.len()],
            size_of,
            away: vec![Vec::new(); weeks],
            office_away: vec![Vec::new(); weeks],
            held: vec![0; weeks],
            called: HashSet::new(),
            people,
        }
    }

    /// Adds classes from a week on to those that there are, and says what is missing.
    pub(crate) fn finish(mut self, mut plan: Plan, from: usize) -> Result<Plan, Infeasible> {
        let instance = self.instance;
        let reachable = self.people.iter().filter(|p| p.last.is_some()).count();
        let mut years: Vec<i32> = instance.weeks.iter().map(|w| w.year).collect();
        years.dedup();
        for year in &years {
            let least = instance.limits(*year).least;
            let held = self.year(*year, least, from, &mut plan);
            if held < least {
                let room = held + self.room(*year, from);
                let because = if room < least { Lack::Room(room) } else { Lack::People(instance.class_size[0]) };
                return Err(Infeasible::TooFewClasses { year: *year, held, least, lacking: least - held, because });
            }
        }
        let trained = self.people.iter().filter(|p| p.attended.is_some() && p.again.is_none()).count();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "people"
        )]
        let needed = (instance.coverage_target * reachable as f64).ceil() as usize;
        if trained < needed {
            let (lacking, programmes) = (needed - trained, self.left(from));
            return Err(Infeasible::TooFewTrained { trained, reachable, needed, lacking, programmes });
        }
        plan.classes.sort_by(|a, b| (a.week, &a.programme).cmp(&(b.week, &b.programme)));
        Ok(plan)
    }

    /// Whether a week, its quarter and its year have room for one class more.
    pub(crate) fn has_room(&self, week: usize) -> bool {
        full(self.instance, &self.held, week).is_none()
    }

    /// Whether a week may hold one class more of a programme.
    pub(crate) fn may_hold(&self, week: usize, programme: usize) -> bool {
        self.taught[programme][week] && self.has_room(week)
    }

    /// Whether somebody is in post and not on leave in a week in which the own programme may be taught.
    pub(crate) fn is_free(&self, i: usize, week: usize) -> bool {
        self.people[i].free[week]
    }

    /// Those who may come to a class of a week, in their order: of the programme, free, not away already, no repeat too early,
    /// within their offices' limits and exclusions, no more than a class takes.
    pub(crate) fn who_may(&self, week: usize, programme: usize, people: impl Iterator<Item = usize>) -> Vec<usize> {
        let gap = self.instance.repeat_gap_weeks as usize;
        let may = |i: &usize| {
            let person = &self.people[*i];
            person.programme == programme && person.free[week] && person.may_again(week, gap)
        };
        let mut taken = Seats::default();
        self.take(week, people.filter(may), self.instance.class_size[1] as usize, &mut taken);
        taken.people
    }

    /// The first rule that a class breaks beside the classes that there are.
    pub(crate) fn broken(&self, week: usize, programme: usize, people: &[usize]) -> Option<String> {
        let [least, most] = self.instance.class_size.map(|size| size as usize);
        if !self.taught[programme][week] {
            return Some("the programme is not taught in that week".to_owned());
        }
        if !self.has_room(week) {
            return Some("the week, its quarter or its year has no room for it".to_owned());
        }
        if !(least..=most).contains(&people.len()) {
            return Some(format!("{} people, a class has {least} to {most}", people.len()));
        }
        let there = self.who_may(week, programme, people.iter().copied());
        let missing = people.iter().find(|i| !there.contains(i))?;
        Some(format!("person {missing} may not attend then (post, leave, repeat, office or exclusion)"))
    }

    /// Free seats of the classes from a week on take whoever waits; what is still too small is filled with repeats, and given up where there
    /// are none.
    pub(crate) fn fill_up(&mut self, plan: &mut Plan, from: usize) {
        let [least, most] = self.instance.class_size.map(|size| size as usize);
        let mut given_up = Vec::new();
        plan.classes.sort_by_key(|class| class.week);
        for (n, class) in plan.classes.iter_mut().enumerate().filter(|(_, class)| class.week as usize >= from) {
            let week = class.week as usize;
            let programme = self.instance.programmes.iter().position(|p| p.id == class.programme).unwrap_or_default();
            let (more, _) = self.fill_beside(programme, week, class.people.len());
            self.attend(week, &more);
            class.people.extend(more.iter().map(|i| u32::try_from(*i).unwrap_or(u32::MAX)));
            class.people.sort_unstable();
            debug_assert!(class.people.len() <= most);
            if class.people.len() < least {
                given_up.push(n);
            }
        }
        for n in given_up.into_iter().rev() {
            let class = plan.classes.remove(n);
            self.give_up(&class, plan);
        }
    }

    /// A class is not held: those of its people wait again who are in no other.
    fn give_up(&mut self, class: &PlanClass, rest: &Plan) {
        let week = class.week as usize;
        self.held[week] -= 1;
        for id in &class.people {
            let i = *id as usize;
            self.away[week][i] = false;
            self.office_away[week][self.people[i].office] -= 1;
            let others = rest.classes.iter().filter(|other| other.people.binary_search(id).is_ok());
            self.people[i].attended = others.map(|other| other.week as usize).max();
            if self.people[i].attended.is_none() && self.people[i].again.is_none() {
                self.trained_of[self.people[i].commune] -= 1;
                self.weight_waiting[self.people[i].programme] += u64::from(self.people[i].weight);
                self.waiting[self.people[i].programme].push(i);
            }
        }
    }

    /// Classes that the weeks of a year from one on have room for, whoever comes; the most of a year left out.
    fn room(&self, year: i32, from: usize) -> u32 {
        let of_quarter = |quarter: usize| {
            let weeks = self.instance.weeks.iter().enumerate().skip(from);
            let free: u32 = weeks
                .filter(|(w, week)| {
                    week.year == year && week.quarter() == quarter && self.taught.iter().any(|taught| taught[*w])
                })
                .map(|(w, week)| week.capacity - self.held[w].min(week.capacity))
                .sum();
            free.min(self.instance.limits(year).quarters[quarter].saturating_sub(of_quarter(
                self.instance,
                &self.held,
                year,
                quarter,
            )))
        };
        (0..4).map(of_quarter).sum()
    }

    /// Who is left of each programme, the most first.
    fn left(&self, from: usize) -> Vec<Waiting> {
        let size = self.instance.class_size[1] as usize;
        let mut left: Vec<Waiting> = self
            .waiting
            .iter()
            .zip(&self.instance.programmes)
            .enumerate()
            .filter(|(_, (waiting, _))| !waiting.is_empty())
            .map(|(p, (waiting, programme))| Waiting {
                programme: programme.id.clone(),
                people: waiting.len(),
                classes: waiting.len().div_ceil(size),
                room: (from..self.taught[p].len()).filter(|w| self.taught[p][*w] && self.has_room(*w)).count(),
            })
            .collect();
        left.sort_by_key(|w| std::cmp::Reverse(w.people));
        left
    }

    /// Holds the classes of a year from a week on, so that there are at least so many if it can; how many there are.
    fn year(&mut self, year: i32, least: u32, from: usize, plan: &mut Plan) -> u32 {
        let most = self.instance.limits(year).most as usize;
        let size = self.instance.class_size[1] as usize;
        let mut held = of_year(self.instance, &self.held, year) as usize;
        let waiting: usize = self.waiting.iter().map(Vec::len).sum();
        // nobody waits longer than needed: a year takes all it may while anybody waits; repeats fill the least
        let wanted = (held + waiting.div_ceil(size)).min(most).max(least as usize);
        let weeks: Vec<usize> =
            (from..self.instance.weeks.len()).filter(|w| self.instance.weeks[*w].year == year).collect();
        for week in weeks {
            while held < wanted && self.has_room(week) {
                let Some((programme, people)) = self.best_class(week) else { break };
                self.hold(week, programme, &people, plan);
                held += 1;
            }
        }
        u32::try_from(held).unwrap_or(u32::MAX)
    }

    /// Holds a class.
    pub(crate) fn hold(&mut self, week: usize, programme: usize, people: &[usize], plan: &mut Plan) {
        self.attend(week, people);
        self.held[week] += 1;
        let mut ids: Vec<u32> = people.iter().map(|i| u32::try_from(*i).unwrap_or(u32::MAX)).collect();
        ids.sort_unstable();
        plan.classes.push(PlanClass {
            programme: self.instance.programmes[programme].id.clone(),
            week: u32::try_from(week).unwrap_or(u32::MAX),
            people: ids,
        });
    }

    /// The class of a week for the programme that lags most, if any can be filled.
    fn best_class(&self, week: usize) -> Option<(usize, Vec<usize>)> {
        let least = self.instance.class_size[0] as usize;
        let mut order: Vec<usize> = (0..self.waiting.len()).filter(|p| self.taught[*p][week]).collect();
        let weight = |p: usize| self.weight_waiting[p];
        // the programme with the largest part of its people still waiting: every audience moves on at the same pace
        let part = |p: usize| weight(p) * 1_000_000 / self.weight_of[p].max(1);
        order.sort_by_key(|p| (std::cmp::Reverse(part(*p)), std::cmp::Reverse(weight(*p)), *p));
        let mut second = None;
        for programme in order {
            let (people, fresh) = self.fill(programme, week);
            if fresh >= least {
                return Some((programme, people));
            }
            if people.len() >= least && second.as_ref().is_none_or(|(_, _, f)| fresh > *f) {
                second = Some((programme, people, fresh));
            }
        }
        second.map(|(programme, people, _)| (programme, people))
    }

    /// People for a class: first untrained ones, then, up to the least size, repeats. Gives them and how many are new.
    fn fill(&self, programme: usize, week: usize) -> (Vec<usize>, usize) {
        self.fill_beside(programme, week, 0)
    }

    /// The same for a class that has so many people already.
    fn fill_beside(&self, programme: usize, week: usize, there: usize) -> (Vec<usize>, usize) {
        let [least, most] = self.instance.class_size.map(|size| (size as usize).saturating_sub(there));
        let mut taken = Seats::default();
        let mut fresh: Vec<(u64, usize)> = self.waiting[programme]
            .iter()
            .filter(|i| self.people[**i].free[week])
            .map(|i| (self.rank(*i, week), *i))
            .collect();
        let best_first = |a: &(u64, usize), b: &(u64, usize)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        // a few times as many as there are seats are enough, but where offices and exclusions stand against many of them
        let likely = fresh.len().min(8 * most);
        if likely < fresh.len() {
            fresh.select_nth_unstable_by(likely, best_first);
        }
        let (likely, rest) = fresh.split_at_mut(likely);
        for part in [likely, rest] {
            if taken.people.len() < most {
                part.sort_unstable_by(best_first);
                self.take(week, part.iter().map(|(_, i)| *i), most, &mut taken);
            }
        }
        let new = taken.people.len();
        if new < least {
            let gap = self.instance.repeat_gap_weeks as usize;
            let repeats = self.of_programme[programme].iter().copied().filter(|i| {
                let person = &self.people[*i];
                person.free[week]
                    && (person.again.is_some() || person.attended.is_some())
                    && person.may_again(week, gap)
            });
            self.take(week, repeats, least, &mut taken);
        }
        (taken.people, new)
    }

    /// Called before, leaving soon, then priority, then a commune that lags.
    fn rank(&self, i: usize, week: usize) -> u64 {
        let person = &self.people[i];
        let called = u64::from(self.called.contains(&i)) * 10_000_000_000;
        let left = person.last.map_or(0, |l| l.saturating_sub(week)) as u64;
        let urgent = 40_u64.saturating_sub(left) * 25;
        let done = u64::from(self.trained_of[person.commune]) * 1000 / u64::from(self.size_of[person.commune].max(1));
        called + urgent * 1_000_000 + (1000 - done.min(1000)) * 100 + u64::from(person.weight) * 2500
    }

    fn take(&self, week: usize, order: impl Iterator<Item = usize>, most: usize, taken: &mut Seats) {
        for i in order {
            if taken.people.len() >= most {
                return;
            }
            let person = &self.people[i];
            let office = person.office;
            let away = |j: usize| self.away[week].get(j).copied().unwrap_or(false) || taken.is.contains(&j);
            let gone = self.office_away[week].get(office).copied().unwrap_or(0)
                + u32::try_from(taken.people.iter().filter(|j| self.people[**j].office == office).count()).unwrap_or(0);
            if away(i) || gone >= self.instance.offices[office].max_absent || person.excluded.iter().any(|j| away(*j)) {
                continue;
            }
            taken.is.insert(i);
            taken.people.push(i);
        }
    }

    fn attend(&mut self, week: usize, people: &[usize]) {
        self.away[week].resize(self.people.len(), false);
        self.office_away[week].resize(self.instance.offices.len(), 0);
        for i in people {
            self.away[week][*i] = true;
            self.office_away[week][self.people[*i].office] += 1;
            let person = &mut self.people[*i];
            if person.attended.is_none() && person.again.is_none() {
                self.trained_of[person.commune] += 1;
                self.weight_waiting[person.programme] -= u64::from(person.weight);
            }
            person.attended = person.attended.max(Some(week));
        }
        if let Some(i) = people.first() {
            // a class is of one programme
            let all = &self.people;
            self.waiting[all[*i].programme].retain(|i| all[*i].attended.is_none());
        }
    }
}

#[derive(Default)]
struct Seats {
    people: Vec<usize>,
    is: HashSet<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Beyond, Commune, Limits, Office, Person, Programme, Week};

    fn instance(people: u32, years: i32) -> Instance {
        let weeks = (0..years * 10).map(|w| Week {
            id: u32::try_from(w).unwrap(),
            monday: format!("{}-{:02}-03", 2026 + w / 10, w % 10 + 3),
            year: 2026 + w / 10,
            capacity: 1,
        });
        Instance {
            format: "coverage-plan/1".into(),
            name: String::new(),
            classes_per_year: [2, 4],
            classes_per_quarter_most: 2,
            class_size: [6, 8],
            coverage_target: 0.95,
            repeat_gap_weeks: 10,
            weeks: weeks.collect(),
            programmes: vec![Programme { id: "p".into(), blocked_weeks: vec![] }],
            communes: vec![Commune { id: 0, code: "C".into(), remote: false, border: false }],
            offices: (0..people.div_ceil(2))
                .map(|id| Office { id, commune: 0, name: "o".into(), max_absent: 1 })
                .collect(),
            people: (0..people)
                .map(|id| Person {
                    id,
                    office: id / 2,
                    programme: "p".into(),
                    weight: 1 + id % 3,
                    from_week: 0,
                    to_week: 1000,
                    blocked_weeks: vec![],
                })
                .collect(),
            exclusions: vec![[0, 2]],
            beyond: Beyond::default(),
        }
    }

    #[test]
    fn everybody_is_trained_within_every_limit() {
        let instance = instance(40, 2);
        instance.check().unwrap();
        let plan = solve(&instance).unwrap();
        let years = Years::of(&instance, &plan);
        assert_eq!(years.last().unwrap().trained, 40);
        for class in &plan.classes {
            assert!((6..=8).contains(&class.people.len()));
            let offices: HashSet<_> = class.people.iter().map(|p| p / 2).collect();
            assert_eq!(offices.len(), class.people.len(), "one person of an office at a time");
            assert!(!(class.people.contains(&0) && class.people.contains(&2)), "an excluded pair");
        }
    }

    #[test]
    fn a_year_under_way_holds_what_its_weeks_can() {
        let mut instance = instance(30, 2);
        // of 2026 one week is left
        instance.weeks.drain(..9);
        for (id, week) in (0..).zip(&mut instance.weeks) {
            week.id = id;
        }
        instance.check().unwrap();
        let refused = solve(&instance).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "year 2026: 1 classes can be held, at least 2 are required: 1 are missing; its weeks and quarters have room for 1"
        );
        let under_way = Limits { least: 0, ..instance.limits(2026) };
        instance.beyond.limits.insert(2026, under_way);
        let plan = solve(&instance).unwrap();
        let years = Years::of(&instance, &plan);
        assert_eq!(years.iter().map(|y| (y.year, y.trained)).collect::<Vec<_>>(), [(2026, 8), (2027, 30)]);
    }

    #[test]
    fn too_many_people_for_the_seats_are_explained() {
        let refused = solve(&instance(200, 1)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "32 of 200 reachable people are trained, the target needs 190: 158 are missing; p: 168 people are left, 21 classes more, \
             its weeks have room for 0"
        );
    }

    #[test]
    fn too_few_people_for_the_least_classes_are_explained() {
        let refused = solve(&instance(5, 1)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "year 2026: 0 classes can be held, at least 2 are required: 2 are missing; there is room, but no programme has 6 people \
             who are free in one week and not trained less than the repeat gap ago"
        );
    }

    #[test]
    fn a_broken_instance_names_the_place() {
        let mut instance = instance(10, 1);
        instance.people[3].office = 99;
        assert_eq!(instance.check().unwrap_err().to_string(), "people[3].office: does not exist");
        instance.weeks[4].year = 2027;
        assert_eq!(instance.check().unwrap_err().to_string(), "weeks[4].year: is not the year of its Monday");
    }
}
