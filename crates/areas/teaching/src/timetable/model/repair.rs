//! The smallest change when somebody, or some place, falls out.

use kernel::AccountId;

use super::{
    Proposal, Sitting, Week,
    faults::order_kept,
    pairing::pair,
    propose::{best, left_open, place},
};

/// Most half-days that a repair moves beside those that fell out (issue C).
pub const MOVED_MOST: usize = 3;

/// Timetables that a repair looks at; a usual week needs some hundred.
const LOOKED_AT_MOST: usize = 10_000;

/// A repair on its way.
#[derive(Clone)]
struct Mending {
    sittings: Vec<Sitting>,
    moved: Vec<usize>,
    open: usize,
    exchanges: usize,
}

impl Mending {
    fn cost(&self) -> (usize, usize, usize) {
        (self.open, self.moved.len(), self.exchanges)
    }
}

/// The search for the smallest change.
struct Search<'w> {
    week: &'w Week,
    /// Half-days of what fell out.
    hurt: Vec<usize>,
    best: Option<Mending>,
    looked_at: usize,
}

/// Whether whoever is given to a sitting can teach it there.
fn is_staffed(week: &Week, sitting: &Sitting) -> bool {
    let free = |id: AccountId| week.teachers.iter().any(|t| t.id == id && t.is_free(sitting.slot));
    !sitting.is_taught() || sitting.lecturer.is_some_and(free)
}

/// Who teaches a sitting where it stands: whoever has it if they can, else somebody named for it.
pub(super) fn staff(week: &Week, sitting: &mut Sitting) -> bool {
    if !is_staffed(week, sitting) {
        let topic = week.topics.iter().find(|t| Some(t.id) == sitting.topic);
        let loads: Vec<i64> = week.teachers.iter().map(|t| t.load).collect();
        let found = topic.and_then(|topic| best(week, topic, &[sitting.slot], &loads));
        sitting.lecturer = found.and_then(|n| week.teachers.get(n)).map(|t| t.id);
    }
    is_staffed(week, sitting)
}

/// Mends a timetable of which somebody, or some place, fell out, with the smallest change: first somebody else for the sitting, then an
/// exchange with another half-day; at most [`MOVED_MOST`] half-days move beside those that fell out, what then is impossible stays open.
#[must_use]
pub fn repair(week: &Week, now: &[Sitting]) -> Proposal {
    let is_held = |slot: usize| week.slots.get(slot).is_none_or(|s| s.held);
    let fallen: Vec<usize> =
        (0..).zip(now).filter(|(_, s)| !is_held(s.slot) && !is_staffed(week, s)).map(|(at, _)| at).collect();
    let hurt: Vec<usize> = fallen.iter().filter_map(|at| now.get(*at)).map(|s| s.slot).collect();
    let mut start = Mending { sittings: now.to_vec(), moved: Vec::new(), open: 0, exchanges: 0 };
    let mut rest = Vec::new();
    for at in fallen {
        if let Some(sitting) = start.sittings.get_mut(at) {
            let before = sitting.lecturer;
            if !staff(week, sitting) {
                sitting.lecturer = before;
                rest.push(at);
            }
        }
    }
    let mut search = Search { week, hurt, best: None, looked_at: 0 };
    search.mend(&rest, start);
    let found = search.best;
    let mut sittings = found.as_ref().map_or_else(|| now.to_vec(), |m| m.sittings.clone());
    let mut open = Vec::new();
    for sitting in sittings.iter_mut().filter(|s| !is_held(s.slot)) {
        if !is_staffed(week, sitting) {
            sitting.lecturer = None;
            open.push(left_open(week, sitting));
        }
        let here = sitting.venue.is_some_and(|v| week.places.iter().any(|p| p.id == v && p.is_free(sitting.slot)));
        if !here && !sitting.online {
            place(week, sitting, &mut open);
        }
        let partner = sitting.partner.filter(|id| week.teachers.iter().any(|t| t.id == *id && t.is_free(sitting.slot)));
        sitting.partner = partner.filter(|id| Some(*id) != sitting.lecturer);
    }
    // who lost the one beside them, or is new there, gets another one; what nothing happened to stays as somebody left it
    let before = |at: usize| now.get(at).map(|s| (s.lecturer, s.partner));
    pair(week, &mut sittings, |at, s| !is_held(s.slot) && before(at) != Some((s.lecturer, s.partner)));
    sittings.sort_by_key(|s| s.slot);
    let mut moved = found.map(|m| m.moved).unwrap_or_default();
    moved.sort_unstable();
    Proposal { sittings, moved, open }
}

impl Search<'_> {
    fn mend(&mut self, rest: &[usize], at: Mending) {
        self.looked_at += 1;
        let dear = self.best.as_ref().is_some_and(|best| at.cost() >= best.cost());
        if dear || (self.best.is_some() && self.looked_at > LOOKED_AT_MOST) {
            return;
        }
        let Some((first, rest)) = rest.split_first() else {
            self.best = Some(at);
            return;
        };
        if at.sittings.get(*first).is_none_or(|s| is_staffed(self.week, s)) {
            return self.mend(rest, at);
        }
        if at.exchanges < MOVED_MOST {
            for other in 0..at.sittings.len() {
                if let Some(next) = self.exchanged(&at, *first, other) {
                    self.mend(rest, next);
                }
            }
        }
        self.mend(rest, Mending { open: at.open + 1, ..at });
    }

    /// The timetable with two sittings of one length in each other's place, when both can be taught there and the programme's order is
    /// kept.
    fn exchanged(&self, at: &Mending, one: usize, other: usize) -> Option<Mending> {
        let (first, second) = (at.sittings.get(one)?, at.sittings.get(other)?);
        let (from, to) = (first.slot, second.slot);
        let fits = from != to && first.periods == second.periods && first.topic != second.topic;
        if !fits || self.week.slots.get(to)?.held {
            return None;
        }
        let (mut a, mut b) = (first.clone(), second.clone());
        std::mem::swap(&mut a.slot, &mut b.slot);
        if !staff(self.week, &mut a) || !staff(self.week, &mut b) {
            return None;
        }
        let mut next = at.clone();
        next.exchanges += 1;
        if !self.hurt.contains(&to) && !next.moved.contains(&to) {
            next.moved.push(to);
        }
        *next.sittings.get_mut(one)? = b;
        *next.sittings.get_mut(other)? = a;
        order_kept(self.week, &next.sittings).then_some(next)
    }
}
