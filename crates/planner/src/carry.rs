//! A plan that is carried on: from a week on it is made anew, and as few people as possible who were called are called to another week.
//!
//! What lies before the week stays as it is. Of what comes after, every class stays in its week where the week still has room and the programme is
//! taught, with everybody who still may come. A class whose week is gone goes where most of its people are free, the nearest week first.
//! Then free seats and new classes take whoever waits, those first who were called; a class that stays too small is given up.

use std::collections::HashSet;

use crate::{Infeasible, Instance, Plan, PlanClass, solve::State};

/// A plan that is under way.
#[derive(Debug, Clone, Copy)]
pub struct Begun<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// First week that may change.
    pub until: u32,
    /// Positions in its list of classes that stay in their week; who attends them may change.
    pub kept: &'a [usize],
}

impl<'a> Begun<'a> {
    /// A plan of which every class from a week on may change.
    #[must_use]
    pub fn from(plan: &'a Plan, until: u32) -> Self {
        Self { plan, until, kept: &[] }
    }

    /// The classes that stay in their week.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &'a PlanClass> {
        let plan = self.plan;
        self.kept.iter().filter_map(|n| plan.classes.get(*n))
    }
}

/// Carries a plan on.
///
/// # Errors
/// [`Infeasible`], also when a class before the week breaks a rule of the instance.
pub fn carry_on(instance: &Instance, begun: Begun<'_>) -> Result<Plan, Infeasible> {
    let mut state = State::new(instance);
    let mut plan = Plan::default();
    // those that stay take their weeks first
    let mut kept = vec![false; begun.plan.classes.len()];
    for n in begun.kept {
        kept[*n] = true;
    }
    let mut classes: Vec<(&PlanClass, bool)> = begun.plan.classes.iter().zip(kept).collect();
    classes.sort_by_key(|(class, kept)| (!kept, class.week));
    let (mut held, later): (Vec<_>, Vec<_>) = classes.into_iter().partition(|(class, _)| class.week < begun.until);
    held.sort_by_key(|(class, _)| class.week);
    for (class, _) in held {
        let (programme, people) = read(instance, class);
        if let Some(what) = state.broken(class.week as usize, programme, &people) {
            return Err(Infeasible::Held { week: class.week, programme: class.programme.clone(), what });
        }
        state.hold(class.week as usize, programme, &people, &mut plan);
    }
    state.called = later.iter().flat_map(|(class, _)| &class.people).map(|id| *id as usize).collect();
    // whoever can stay stays; the others look for a place when all of these have theirs
    let mut moving = Vec::new();
    for (class, kept) in later {
        let (programme, people) = read(instance, class);
        if state.may_hold(class.week as usize, programme) {
            stay(&mut state, class.week as usize, programme, &people, &mut plan);
        } else if kept {
            let what = "the week, its quarter or its year has no room for it".to_owned();
            return Err(Infeasible::Held { week: class.week, programme: class.programme.clone(), what });
        } else {
            moving.push((class.week as usize, programme, people));
        }
    }
    let from = begun.until as usize;
    for (week, programme, people) in moving {
        let free = |w: usize| people.iter().filter(|i| state.is_free(**i, w)).count();
        let slots = (from..instance.weeks.len()).filter(|w| state.may_hold(*w, programme));
        if let Some(to) = slots.max_by_key(|w| (free(*w), std::cmp::Reverse(w.abs_diff(week)))) {
            stay(&mut state, to, programme, &people, &mut plan);
        }
    }
    state.fill_up(&mut plan, from);
    state.finish(plan, from)
}

/// Programme and people of a class as positions.
fn read(instance: &Instance, class: &PlanClass) -> (usize, Vec<usize>) {
    let programme = instance.programmes.iter().position(|p| p.id == class.programme).unwrap_or_default();
    (programme, class.people.iter().map(|id| *id as usize).collect())
}

/// A class with those of its people who may come.
fn stay(state: &mut State<'_>, week: usize, programme: usize, people: &[usize], plan: &mut Plan) {
    let mut seen = HashSet::new();
    let people = people.iter().copied().filter(|i| seen.insert(*i));
    let there = state.who_may(week, programme, people);
    state.hold(week, programme, &there, plan);
}
