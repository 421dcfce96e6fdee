//! A proposal: topics in an order over the half-days, lecturers cast for them, the order improved by exchanges.

use super::pairing::{pair, periods};
use super::{ALONE, FIELD_TRIP, Open, Place, Proposal, Sitting, Teacher, Topic, Week, Why, bound, lay_out, pack};

/// Rounds of improvement; a week comes to rest after a few.
const ROUNDS_MOST: usize = 100;

/// Topics in an order over fixed pieces of time.
struct Arrangement<'w> {
    week: &'w Week,
    /// Half-days and periods of each place in the order.
    pieces: Vec<Vec<(usize, i64)>>,
    /// Topic at each place, by its number in the programme.
    order: Vec<usize>,
}

/// Two lecturers whose shares of their norm lie in one step of so many thousandths are loaded alike: then their wishes decide.
const SHARE_STEP: i64 = 50;

/// Worse is larger: periods without a lecturer, topics beyond somebody's load, topics out of their place, hours and kinds of lecturers other than
/// wished, topics with those who would like them less.
type Cost = (i64, i64, i64, i64, i64);
/// Lecturers of each piece of each place, by their number.
type Cast = Vec<Vec<Option<usize>>>;

impl Arrangement<'_> {
    fn length(&self, place: usize) -> i64 {
        self.pieces.get(place).map_or(0, |p| p.iter().map(|(_, periods)| periods).sum())
    }

    fn topic(&self, place: usize) -> Option<(usize, &Topic)> {
        let number = *self.order.get(place)?;
        Some((number, self.week.topics.get(number)?))
    }

    fn keeps_order(&self) -> bool {
        let places = 0..self.order.len();
        let pairs = places.clone().flat_map(|a| (a + 1..places.end).map(move |b| (a, b)));
        pairs.into_iter().all(|(a, b)| match (self.topic(a), self.topic(b)) {
            (Some((first, one)), Some((second, other))) => first < second || !bound(&other.kind, &one.kind),
            _ => true,
        })
    }

    fn cast(&self) -> (Cost, Cast) {
        let week = self.week;
        let mut loads: Vec<i64> = week.teachers.iter().map(|t| t.load).collect();
        let (mut open, mut over, mut displaced, mut wishes, mut reluctance) = (0, 0, 0, 0, 0);
        let mut cast = Vec::with_capacity(self.order.len());
        let mut in_order: Vec<usize> = self.order.clone();
        in_order.sort_unstable();
        for place in 0..self.order.len() {
            let (Some((number, topic)), Some(pieces)) = (self.topic(place), self.pieces.get(place)) else { continue };
            displaced += i64::from(in_order.get(place) != Some(&number));
            let mut taught = vec![None; pieces.len()];
            if topic.kind != ALONE {
                let all: Vec<usize> = pieces.iter().map(|(slot, _)| *slot).collect();
                match best(week, topic, &all, &loads) {
                    Some(teacher) => taught.fill(Some(teacher)),
                    // nobody for the whole of it: each part for itself
                    None => {
                        for (chosen, slot) in taught.iter_mut().zip(&all) {
                            *chosen = best(week, topic, &[*slot], &loads);
                        }
                    }
                }
                for (chosen, (slot, periods)) in taught.iter().zip(pieces) {
                    match chosen.and_then(|n: usize| Some((week.teachers.get(n)?, loads.get_mut(n)?))) {
                        Some((teacher, load)) => {
                            *load += periods;
                            over += i64::from(*load > teacher.norm);
                            wishes += unmet(week, teacher, topic, *slot);
                            reluctance += teacher.reluctance(topic.id);
                        }
                        None => open += periods,
                    }
                }
            }
            cast.push(taught);
        }
        ((open, over, displaced, wishes, reluctance), cast)
    }

    fn swapped(&mut self, pairs: &[(usize, usize)]) -> Option<Cost> {
        for (a, b) in pairs {
            self.order.swap(*a, *b);
        }
        let cost = self.keeps_order().then(|| self.cast().0);
        for (a, b) in pairs.iter().rev() {
            self.order.swap(*a, *b);
        }
        cost
    }

    /// Swaps topics of one length while that makes it better; two swaps at once only for periods that nobody would teach.
    fn improve(&mut self) {
        let places = 0..self.order.len();
        let pairs: Vec<(usize, usize)> = places
            .clone()
            .flat_map(|a| (a + 1..places.end).map(move |b| (a, b)))
            .filter(|(a, b)| self.length(*a) == self.length(*b))
            .collect();
        let mut now = self.cast().0;
        for _ in 0..ROUNDS_MOST {
            let single =
                pairs.iter().filter_map(|p| Some((self.swapped(&[*p])?, vec![*p]))).min_by_key(|(cost, _)| *cost);
            let mut found = single.filter(|(cost, _)| *cost < now);
            if found.is_none() && now.0 > 0 {
                let twice = pairs.iter().flat_map(|one| pairs.iter().map(move |two| [*one, *two]));
                found = twice
                    .filter_map(|both| Some((self.swapped(&both)?, both.to_vec())))
                    .find(|(cost, _)| cost.0 < now.0);
            }
            let Some((cost, swaps)) = found else { break };
            for (a, b) in swaps {
                self.order.swap(a, b);
            }
            now = cost;
        }
    }
}

/// What a lecturer does not get of what they, or the programme, would rather have.
fn unmet(week: &Week, teacher: &Teacher, topic: &Topic, slot: usize) -> i64 {
    let morning = week.slots.get(slot).is_some_and(|s| s.morning);
    i64::from(teacher.prefers_morning.is_some_and(|wish| wish != morning))
        + i64::from(teacher.visiting != topic.visiting)
}

/// Who had better teach a topic on some half-days: named for it, free, within the load, at the hours they wish, with the smaller share of the
/// load; of those who are loaded alike, whoever would like the topic more.
pub(super) fn best(week: &Week, topic: &Topic, slots: &[usize], loads: &[i64]) -> Option<usize> {
    let able = (0..).zip(&week.teachers).filter(|(_, t)| t.knows(topic.id) && slots.iter().all(|s| t.is_free(*s)));
    able.min_by_key(|(number, teacher): &(usize, &Teacher)| {
        let load = loads.get(*number).copied().unwrap_or(teacher.load);
        let wishes: i64 = slots.iter().map(|slot| unmet(week, teacher, topic, *slot)).sum();
        let share = load * 1000 / teacher.norm.max(1);
        (load >= teacher.norm, wishes, share / SHARE_STEP, teacher.reluctance(topic.id), share, *number)
    })
    .map(|(number, _)| number)
}

/// Why somebody teaches a sitting and not another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nobody else is named for it and free.
    Only,
    /// They would rather not; whoever else could come has more to teach, or other hours.
    Despite,
    /// They would rather teach it than those who could come as well.
    Prefers,
    /// They wish these hours, others who could come do not.
    Hours,
    /// Nobody who could come teaches less.
    Load,
}

/// Why whoever teaches a sitting of a timetable does, as far as the facts of the week say it.
#[must_use]
pub fn reason(week: &Week, all: &[Sitting], sitting: &Sitting) -> Option<Reason> {
    let topic = sitting.topic?;
    let chosen = week.teachers.iter().find(|t| Some(t.id) == sitting.lecturer)?;
    let able = |t: &&Teacher| t.id != chosen.id && t.knows(topic) && t.is_free(sitting.slot);
    let others: Vec<&Teacher> = week.teachers.iter().filter(able).collect();
    let morning = week.slots.get(sitting.slot).map(|slot| slot.morning);
    let at_ease = |t: &Teacher| t.prefers_morning.is_some() && t.prefers_morning == morning;
    let share = |t: &Teacher| (t.load + periods(week, all, t.id)) * 1000 / t.norm.max(1);
    let mine = chosen.reluctance(topic);
    if others.is_empty() {
        Some(Reason::Only)
    } else if mine > 1 {
        Some(Reason::Despite)
    } else if mine < 1 && others.iter().any(|t| t.reluctance(topic) > mine) {
        Some(Reason::Prefers)
    } else if at_ease(chosen) && !others.iter().all(|t| at_ease(t)) {
        Some(Reason::Hours)
    } else {
        others.iter().all(|t| share(t) >= share(chosen)).then_some(Reason::Load)
    }
}

/// Places what is taught: online, at a place of field trips, in the room of the class, or in another one.
pub(super) fn place(week: &Week, sitting: &mut Sitting, open: &mut Vec<Open>) {
    let free = |p: &&Place| p.is_free(sitting.slot);
    let field = sitting.kind == FIELD_TRIP;
    let at_home = week.places.iter().find(|p| p.id == week.home && !field).filter(free);
    let chosen = at_home.or_else(|| week.places.iter().filter(|p| p.field == field && p.fits).find(free));
    sitting.venue = if sitting.online { None } else { chosen.map(|p| p.id) };
    if sitting.venue.is_none() && !sitting.online {
        let why = if field { Why::NoPlace } else { Why::NoRoom };
        open.push(Open { slot: sitting.slot, title: sitting.title.clone(), why });
    }
}

pub(super) fn left_open(week: &Week, sitting: &Sitting) -> Open {
    let named = sitting.topic.is_some_and(|topic| week.teachers.iter().any(|t| t.knows(topic)));
    let why = if named { Why::NobodyFree } else { Why::NobodyNamed };
    Open { slot: sitting.slot, title: sitting.title.clone(), why }
}

/// Proposes a whole timetable, with somebody of the school beside whoever the rules want one for. What is over stays as it was; its periods count.
#[must_use]
pub fn propose(week: &Week, now: &[Sitting]) -> Proposal {
    let is_held = |slot: usize| week.slots.get(slot).is_some_and(|s| s.held);
    let held: Vec<Sitting> = now.iter().filter(|s| is_held(s.slot)).cloned().collect();
    let laid = if held.is_empty() && week.slots.iter().all(|s| !s.held) {
        lay_out(&week.topics, &week.slots, week.home)
    } else {
        let rest: Vec<(&Topic, i64)> = week
            .topics
            .iter()
            .map(|t| (t, t.periods - held.iter().filter(|s| s.topic == Some(t.id)).map(|s| s.periods).sum::<i64>()))
            .filter(|(_, left)| *left > 0)
            .collect();
        let free = (0..).zip(&week.slots).filter(|(_, s)| !s.held).map(|(n, s)| (n, s.periods));
        pack(&rest, &free.collect::<Vec<_>>(), week.home)
    };
    let mut arrangement = Arrangement { week, pieces: Vec::new(), order: Vec::new() };
    for sitting in &laid {
        let number = week.topics.iter().position(|t| Some(t.id) == sitting.topic).unwrap_or_default();
        if arrangement.order.last() != Some(&number) {
            arrangement.order.push(number);
            arrangement.pieces.push(Vec::new());
        }
        if let Some(pieces) = arrangement.pieces.last_mut() {
            pieces.push((sitting.slot, sitting.periods));
        }
    }
    arrangement.improve();
    let (_, cast) = arrangement.cast();
    let (mut sittings, mut open) = (held, Vec::new());
    for (at, (pieces, taught)) in arrangement.pieces.iter().zip(&cast).enumerate() {
        let Some((_, topic)) = arrangement.topic(at) else { continue };
        for ((slot, periods), chosen) in pieces.iter().zip(taught) {
            let mut sitting = Sitting {
                slot: *slot,
                topic: Some(topic.id),
                title: topic.title.clone(),
                kind: topic.kind.clone(),
                periods: *periods,
                lecturer: chosen.and_then(|n| week.teachers.get(n)).map(|t| t.id),
                partner: None,
                venue: None,
                online: topic.online,
            };
            if sitting.lecturer.is_none() && sitting.is_taught() {
                open.push(left_open(week, &sitting));
            }
            place(week, &mut sitting, &mut open);
            sittings.push(sitting);
        }
    }
    pair(week, &mut sittings, |_, sitting| !is_held(sitting.slot));
    Proposal { sittings, moved: Vec::new(), open }
}
