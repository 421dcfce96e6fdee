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

use crate::{Instance, Plan, PlanClass};

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Infeasible {
    /// A year cannot hold its least number of classes.
    #[error("year {year}: {held} classes can be held, at least {least} are required: {lacking} are missing")]
    TooFewClasses {
        /// The year.
        year: i32,
        /// Classes found.
        held: u32,
        /// Least classes of a year.
        least: u32,
        /// Difference.
        lacking: u32,
    },
    /// The target cannot be reached with the seats there are.
    #[error("{trained} of {reachable} reachable people are trained, the target needs {needed}: {lacking} are missing")]
    TooFewTrained {
        /// People trained at least once.
        trained: usize,
        /// People who can be trained at all.
        reachable: usize,
        /// People the target needs.
        needed: usize,
        /// Difference.
        lacking: usize,
    },
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
            seen.extend(class.people.iter().copied());
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
}

struct State<'a> {
    instance: &'a Instance,
    people: Vec<Candidate>,
    taught: Vec<Vec<bool>>,
    /// Untrained people of each programme, by id.
    waiting: Vec<Vec<usize>>,
    /// Weight of everybody of each programme who can be trained at all.
    weight_of: Vec<u64>,
    trained_of: Vec<u32>,
    size_of: Vec<u32>,
    away: Vec<Vec<bool>>,
    office_away: Vec<Vec<u32>>,
}

/// Composes a plan.
///
/// # Errors
/// [`Infeasible`] when the construction finds none; it says what is missing.
pub fn solve(instance: &Instance) -> Result<Plan, Infeasible> {
    solve_begun(instance, None)
}

/// Composes a plan when a calendar year is under way already: the weeks that it has left hold what they can, and its
/// least number of classes binds no more. Files of `planning/FORMAT.md` know no such year.
///
/// # Errors
/// [`Infeasible`] when the construction finds none; it says what is missing.
pub fn solve_begun(instance: &Instance, begun: Option<i32>) -> Result<Plan, Infeasible> {
    let mut state = State::new(instance);
    let reachable = state.people.iter().filter(|p| p.last.is_some()).count();
    let mut plan = Plan::default();
    let mut years: Vec<i32> = instance.weeks.iter().map(|w| w.year).collect();
    years.dedup();
    for year in &years {
        let least = if begun == Some(*year) { 0 } else { instance.classes_per_year[0] };
        let held = state.year(*year, least, &mut plan);
        if held < least {
            return Err(Infeasible::TooFewClasses { year: *year, held, least, lacking: least - held });
        }
    }
    let trained = state.people.iter().filter(|p| p.attended.is_some()).count();
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "people")]
    let needed = (instance.coverage_target * reachable as f64).ceil() as usize;
    if trained < needed {
        return Err(Infeasible::TooFewTrained { trained, reachable, needed, lacking: needed - trained });
    }
    plan.classes.sort_by(|a, b| (a.week, &a.programme).cmp(&(b.week, &b.programme)));
    Ok(plan)
}

impl<'a> State<'a> {
    fn new(instance: &'a Instance) -> Self {
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
                let last = free.iter().rposition(|f| *f);
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
        for (i, person) in people.iter().enumerate() {
            if person.last.is_some() {
                waiting[person.programme].push(i);
                weight_of[person.programme] += u64::from(person.weight);
                size_of[person.commune] += 1;
            }
        }
        Self {
            instance,
            waiting,
            weight_of,
            taught,
            trained_of: vec![0; instance.communes.len()],
            size_of,
            away: vec![Vec::new(); weeks],
            office_away: vec![Vec::new(); weeks],
            people,
        }
    }

    /// Holds the classes of a year, at least so many if it can; how many.
    fn year(&mut self, year: i32, least: u32, plan: &mut Plan) -> u32 {
        let most = self.instance.classes_per_year[1];
        let size = self.instance.class_size[1] as usize;
        let waiting: usize = self.waiting.iter().map(Vec::len).sum();
        // nobody waits longer than needed: a year takes all it may while anybody waits; repeats fill the least
        let wanted = waiting.div_ceil(size).clamp(least as usize, most as usize);
        let mut held = 0_u32;
        let mut quarters = [0_u32; 4];
        let weeks: Vec<usize> =
            (0..self.instance.weeks.len()).filter(|w| self.instance.weeks[*w].year == year).collect();
        for week in weeks {
            let quarter = self.instance.weeks[week].quarter();
            for _ in 0..self.instance.weeks[week].capacity {
                if held as usize >= wanted || quarters[quarter] >= self.instance.classes_per_quarter_most {
                    break;
                }
                let Some((programme, people)) = self.best_class(week) else { break };
                self.attend(week, &people);
                held += 1;
                quarters[quarter] += 1;
                let mut ids: Vec<u32> = people.iter().map(|i| u32::try_from(*i).unwrap_or(u32::MAX)).collect();
                ids.sort_unstable();
                plan.classes.push(PlanClass {
                    programme: self.instance.programmes[programme].id.clone(),
                    week: u32::try_from(week).unwrap_or(u32::MAX),
                    people: ids,
                });
            }
        }
        held
    }

    /// The class of a week for the programme that lags most, if any can be filled.
    fn best_class(&self, week: usize) -> Option<(usize, Vec<usize>)> {
        let least = self.instance.class_size[0] as usize;
        let mut order: Vec<usize> = (0..self.waiting.len()).filter(|p| self.taught[*p][week]).collect();
        let weight = |p: usize| self.waiting[p].iter().map(|i| u64::from(self.people[*i].weight)).sum::<u64>();
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
        let [least, most] = self.instance.class_size;
        let mut taken = Seats::default();
        let mut fresh: Vec<(u64, usize)> = self.waiting[programme]
            .iter()
            .filter(|i| self.people[**i].free[week])
            .map(|i| (self.rank(*i, week), *i))
            .collect();
        fresh.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        self.take(week, fresh.into_iter().map(|(_, i)| i), most as usize, &mut taken);
        let new = taken.people.len();
        if new < least as usize {
            let gap = self.instance.repeat_gap_weeks as usize;
            let repeats = (0..self.people.len()).filter(|i| {
                let person = &self.people[*i];
                person.programme == programme && person.free[week] && person.attended.is_some_and(|a| a + gap <= week)
            });
            self.take(week, repeats, least as usize, &mut taken);
        }
        (taken.people, new)
    }

    /// Leaving soon, then priority, then a commune that lags.
    fn rank(&self, i: usize, week: usize) -> u64 {
        let person = &self.people[i];
        let left = person.last.map_or(0, |l| l.saturating_sub(week)) as u64;
        let urgent = 40_u64.saturating_sub(left) * 25;
        let done = u64::from(self.trained_of[person.commune]) * 1000 / u64::from(self.size_of[person.commune].max(1));
        urgent * 1_000_000 + (1000 - done.min(1000)) * 100 + u64::from(person.weight) * 2500
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
            if self.people[*i].attended.is_none() {
                self.trained_of[self.people[*i].commune] += 1;
            }
            self.people[*i].attended = Some(week);
        }
        let all = &self.people;
        for waiting in &mut self.waiting {
            waiting.retain(|i| all[*i].attended.is_none());
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
    use crate::{Commune, Office, Person, Programme, Week};

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
        assert_eq!(refused.to_string(), "year 2026: 1 classes can be held, at least 2 are required: 1 are missing");
        let plan = solve_begun(&instance, Some(2026)).unwrap();
        let years = Years::of(&instance, &plan);
        assert_eq!(years.iter().map(|y| (y.year, y.trained)).collect::<Vec<_>>(), [(2026, 8), (2027, 30)]);
        // the year after it is bound as ever
        assert!(solve_begun(&instance, Some(2025)).is_err());
    }

    #[test]
    fn too_many_people_for_the_seats_are_explained() {
        let refused = solve(&instance(200, 1)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "32 of 200 reachable people are trained, the target needs 190: 158 are missing"
        );
    }

    #[test]
    fn too_few_people_for_the_least_classes_are_explained() {
        let refused = solve(&instance(5, 1)).unwrap_err();
        assert_eq!(refused.to_string(), "year 2026: 0 classes can be held, at least 2 are required: 2 are missing");
    }

    #[test]
    fn a_broken_instance_names_the_place() {
        let mut instance = instance(10, 1);
        instance.people[3].office = 99;
        assert_eq!(instance.check().unwrap_err().to_string(), "people[3].office: does not exist");
    }
}
