//! The timetable of one class as values: topics on half-days, a proposal of lecturers and places, the smallest change when somebody falls
//! out, what is wrong with a draft, what differs between two versions. Pure and deterministic.
//!
//! A programme gives its topics an order. What must stay in it is told by [`bound`]: theory before the practice that follows it,
//! and whatever stands before or after a field trip or an essay. The rest may change places with a topic of the same length.

use kernel::{AccountId, TopicId, VenueId};
use serde::Serialize;

/// Most half-days that a repair moves beside those that fell out (issue C).
pub const MOVED_MOST: usize = 3;
/// Kinds of topics that learners do on their own.
const ALONE: &str = "self_study";
/// Kind of topics that are held at a place of field trips.
const FIELD_TRIP: &str = "field_trip";
/// Rounds of improvement; a week comes to rest after a few.
const ROUNDS_MOST: usize = 100;
/// Timetables that a repair looks at; a usual week needs some hundred.
const LOOKED_AT_MOST: usize = 10_000;

/// A topic, or a part of it, on a half-day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sitting {
    /// The half-day, from 0.
    pub slot: usize,
    /// The topic; none for a week from before timetables had topics.
    pub topic: Option<TopicId>,
    /// Its title, as it was then.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// Periods.
    pub periods: i64,
    /// Who teaches.
    pub lecturer: Option<AccountId>,
    /// The school's own lecturer beside a visiting one.
    pub partner: Option<AccountId>,
    /// Where; none online, or while it is open.
    pub venue: Option<VenueId>,
    /// Learners take part from where they are.
    pub online: bool,
}

impl Sitting {
    /// Whether somebody must teach it.
    #[must_use]
    pub fn is_taught(&self) -> bool {
        self.kind != ALONE
    }

    fn same_piece(&self, other: &Self) -> bool {
        (self.topic, &self.title, self.periods) == (other.topic, &other.title, other.periods)
    }
}

/// A half-day of the class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Day of the class, from 1.
    pub day: i64,
    /// Morning, else afternoon.
    pub morning: bool,
    /// It is over: nothing of it changes any more.
    pub held: bool,
    /// Periods that it has.
    pub periods: i64,
}

/// A topic that the class is taught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The topic.
    pub id: TopicId,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: String,
    /// Periods.
    pub periods: i64,
    /// Day of the programme, from 1; 0 while it has none.
    pub day: i64,
    /// Taught online.
    pub online: bool,
    /// Meant for a visiting lecturer.
    pub visiting: bool,
}

/// Why somebody or some place cannot be had on a half-day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Busy {
    /// Another class has them: its label.
    Class(String),
    /// Away: the reason.
    Away(String),
    /// They declined this class.
    Declined,
    /// Out of use.
    Closed,
}

/// A lecturer as this class sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teacher {
    /// The account.
    pub id: AccountId,
    /// Name.
    pub name: String,
    /// Comes from outside the school.
    pub visiting: bool,
    /// Topics that they are named for.
    pub topics: Vec<TopicId>,
    /// What they have on each half-day of the class.
    pub busy: Vec<Option<Busy>>,
    /// Periods of the year without this class.
    pub load: i64,
    /// Most periods of a year.
    pub norm: i64,
    /// Rather in the morning, or in the afternoon.
    pub prefers_morning: Option<bool>,
}

impl Teacher {
    /// Whether they can be had on a half-day.
    #[must_use]
    pub fn is_free(&self, slot: usize) -> bool {
        self.busy.get(slot).is_none_or(Option::is_none)
    }

    fn knows(&self, topic: TopicId) -> bool {
        self.topics.contains(&topic)
    }
}

/// A room or a place of field trips as this class sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The venue.
    pub id: VenueId,
    /// Name.
    pub name: String,
    /// A place of field trips.
    pub field: bool,
    /// It holds the seats of the class.
    pub fits: bool,
    /// What stands there on each half-day of the class.
    pub busy: Vec<Option<Busy>>,
}

impl Place {
    /// Whether it can be had on a half-day.
    #[must_use]
    pub fn is_free(&self, slot: usize) -> bool {
        self.busy.get(slot).is_none_or(Option::is_none)
    }
}

/// The week of a class with everything that bears on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Its half-days in their order.
    pub slots: Vec<Slot>,
    /// Its topics in the order of the programme.
    pub topics: Vec<Topic>,
    /// Everybody who may teach.
    pub teachers: Vec<Teacher>,
    /// Rooms and places, as they are offered.
    pub places: Vec<Place>,
    /// The room of the class.
    pub home: VenueId,
}

/// Something that a proposal or a repair leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The half-day.
    pub slot: usize,
    /// The topic.
    pub title: String,
    /// Why.
    pub why: Why,
}

/// Why something is left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The programme names nobody for the topic.
    NobodyNamed,
    /// Whoever is named for it cannot come on any half-day where it may stand.
    NobodyFree,
    /// No place of field trips is free.
    NoPlace,
    /// No room that holds the class is free.
    NoRoom,
}

/// A proposal, or a repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The whole timetable.
    pub sittings: Vec<Sitting>,
    /// Half-days that moved although nothing was wrong with them; of a repair alone.
    pub moved: Vec<usize>,
    /// What could not be placed.
    pub open: Vec<Open>,
}

/// Something that is wrong, or wants a look, in a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Somebody who teaches there cannot: half-day, name, why.
    Taken(usize, String, Busy),
    /// Whoever was to teach is a lecturer no more: half-day, title.
    Gone(usize, String),
    /// The place cannot be had: half-day, name, why.
    PlaceTaken(usize, String, Busy),
    /// The place is too small for the class: half-day, name.
    PlaceSmall(usize, String),
    /// More periods than the half-day has: by how many.
    Long(usize, i64),
    /// Periods of a topic that stand nowhere: title, periods.
    Missing(String, i64),
    /// Periods of a topic that stand twice, or that the class is not taught: title, periods.
    Excess(String, i64),
    /// Nobody teaches: half-day, title, why nobody can be proposed; none when somebody can.
    NoLecturer(usize, String, Option<Why>),
    /// It has no place: half-day, title.
    NoPlace(usize, String),
    /// The programme does not name them for this topic: half-day, name, title.
    NotNamed(usize, String, String),
    /// The programme puts the first before the second: titles.
    Order(String, String),
}

impl Fault {
    /// Whether a draft with it may not be published.
    #[must_use]
    pub fn stops(&self) -> bool {
        !matches!(self, Self::NoLecturer(..) | Self::NoPlace(..) | Self::NotNamed(..) | Self::Order(..))
    }
}

fn stands_fast(kind: &str) -> bool {
    matches!(kind, "field_trip" | "essay")
}

/// Whether the order of two topics of a programme, the first before the second, must be kept.
#[must_use]
pub fn bound(first: &str, second: &str) -> bool {
    stands_fast(first) || stands_fast(second) || (first == "theory" && second != "theory")
}

/// Spreads topics over the half-days of their days, in order; a topic that does not fit goes on in the next half-day, what exceeds the
/// day stays in its last. Topics without a day are left out. Nobody teaches yet; all but field trips
/// stands in the room of the class.
#[must_use]
pub fn lay_out(topics: &[Topic], slots: &[Slot], home: VenueId) -> Vec<Sitting> {
    let mut days: Vec<i64> = slots.iter().map(|s| s.day).collect();
    days.dedup();
    let mut laid = Vec::new();
    for day in days {
        let of_day: Vec<(&Topic, i64)> = topics.iter().filter(|t| t.day == day).map(|t| (t, t.periods)).collect();
        let here = (0..).zip(slots).filter(|(_, s)| s.day == day).map(|(n, s)| (n, s.periods));
        laid.extend(pack(&of_day, &here.collect::<Vec<_>>(), home));
    }
    laid
}

/// Fills half-days with topics one after the other; what is left over stays in the last.
fn pack(topics: &[(&Topic, i64)], slots: &[(usize, i64)], home: VenueId) -> Vec<Sitting> {
    let mut laid = Vec::new();
    let mut free = slots.iter().copied();
    let Some((mut slot, mut left)) = free.next() else { return laid };
    for (topic, need) in topics {
        let mut need = *need;
        while need > 0 {
            if left == 0
                && let Some(next) = free.next()
            {
                (slot, left) = next;
            }
            let more = free.len() > 0;
            let here = if more || need <= left { need.min(left) } else { need };
            laid.push(Sitting {
                slot,
                topic: Some(topic.id),
                title: topic.title.clone(),
                kind: topic.kind.clone(),
                periods: here,
                lecturer: None,
                partner: None,
                venue: (!topic.online && topic.kind != FIELD_TRIP).then_some(home),
                online: topic.online,
            });
            need -= here;
            left -= here.min(left);
        }
    }
    laid
}

/// Topics in an order over fixed pieces of time.
struct Arrangement<'w> {
    week: &'w Week,
    /// Half-days and periods of each place in the order.
    pieces: Vec<Vec<(usize, i64)>>,
    /// Topic at each place, by its number in the programme.
    order: Vec<usize>,
}

/// Worse is larger: periods without a lecturer, topics beyond somebody's load, topics out of their place, wishes not met.
type Cost = (i64, i64, i64, i64);
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
        let (mut open, mut over, mut displaced, mut wishes) = (0, 0, 0, 0);
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
                        }
                        None => open += periods,
                    }
                }
            }
            cast.push(taught);
        }
        ((open, over, displaced, wishes), cast)
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

/// Who had better teach a topic on some half-days: named for it, free, within the load, as wished, with the smaller share of the load.
fn best(week: &Week, topic: &Topic, slots: &[usize], loads: &[i64]) -> Option<usize> {
    let able = (0..).zip(&week.teachers).filter(|(_, t)| t.knows(topic.id) && slots.iter().all(|s| t.is_free(*s)));
    able.min_by_key(|(number, teacher): &(usize, &Teacher)| {
        let load = loads.get(*number).copied().unwrap_or(teacher.load);
        let wishes: i64 = slots.iter().map(|slot| unmet(week, teacher, topic, *slot)).sum();
        (load >= teacher.norm, wishes, load * 1000 / teacher.norm.max(1), *number)
    })
    .map(|(number, _)| number)
}

/// Places what is taught: online, at a place of field trips, in the room of the class, or in another one.
fn place(week: &Week, sitting: &mut Sitting, open: &mut Vec<Open>) {
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

fn left_open(week: &Week, sitting: &Sitting) -> Open {
    let named = sitting.topic.is_some_and(|topic| week.teachers.iter().any(|t| t.knows(topic)));
    let why = if named { Why::NobodyFree } else { Why::NobodyNamed };
    Open { slot: sitting.slot, title: sitting.title.clone(), why }
}

/// Proposes a whole timetable. What is over stays as it was; its periods count.
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
    Proposal { sittings, moved: Vec::new(), open }
}

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
fn staff(week: &Week, sitting: &mut Sitting) -> bool {
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
        // a partner who cannot come is not replaced: the sitting is taught without
        let partner = sitting.partner.filter(|id| week.teachers.iter().any(|t| t.id == *id && t.is_free(sitting.slot)));
        sitting.partner = partner.filter(|id| Some(*id) != sitting.lecturer);
    }
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

/// Whether every topic stands where [`bound`] lets it.
fn order_kept(week: &Week, sittings: &[Sitting]) -> bool {
    misplaced(week, sittings).is_empty()
}

/// Pairs of titles of which the first should stand before the second and does not.
fn misplaced(week: &Week, sittings: &[Sitting]) -> Vec<(String, String)> {
    let mut placed: Vec<(usize, usize)> = Vec::new();
    let mut standing: Vec<&Sitting> = sittings.iter().collect();
    standing.sort_by_key(|s| s.slot);
    for sitting in standing {
        if let Some(number) = week.topics.iter().position(|t| Some(t.id) == sitting.topic) {
            placed.push((number, sitting.slot));
        }
    }
    let mut wrong = Vec::new();
    for (at, (late, _)) in placed.iter().enumerate() {
        for (early, _) in placed.iter().skip(at + 1).filter(|(early, _)| early < late) {
            if let (Some(first), Some(second)) = (week.topics.get(*early), week.topics.get(*late))
                && bound(&first.kind, &second.kind)
            {
                wrong.push((first.title.clone(), second.title.clone()));
            }
        }
    }
    wrong.dedup();
    wrong
}

/// Everything that is wrong with a draft or wants a look, what stops it first.
#[must_use]
pub fn faults(week: &Week, sittings: &[Sitting]) -> Vec<Fault> {
    let mut found = Vec::new();
    for (slot, half_day) in week.slots.iter().enumerate() {
        let here: Vec<&Sitting> = sittings.iter().filter(|s| s.slot == slot).collect();
        let periods: i64 = here.iter().map(|s| s.periods).sum();
        if periods > half_day.periods {
            found.push(Fault::Long(slot, periods - half_day.periods));
        }
        if half_day.held {
            continue;
        }
        for sitting in here {
            people_faults(week, sitting, &mut found);
            match week.places.iter().find(|p| Some(p.id) == sitting.venue) {
                Some(place) => match place.busy.get(slot).cloned().flatten() {
                    Some(busy) => found.push(Fault::PlaceTaken(slot, place.name.clone(), busy)),
                    None if !place.fits => found.push(Fault::PlaceSmall(slot, place.name.clone())),
                    None => {}
                },
                None if !sitting.online => found.push(Fault::NoPlace(slot, sitting.title.clone())),
                None => {}
            }
        }
    }
    for topic in &week.topics {
        let there: i64 = sittings.iter().filter(|s| s.topic == Some(topic.id)).map(|s| s.periods).sum();
        match topic.periods - there {
            0 => {}
            missing @ 1.. => found.push(Fault::Missing(topic.title.clone(), missing)),
            excess => found.push(Fault::Excess(topic.title.clone(), -excess)),
        }
    }
    let foreign = sittings.iter().filter(|s| week.topics.iter().all(|t| Some(t.id) != s.topic));
    found.extend(foreign.map(|s| Fault::Excess(s.title.clone(), s.periods)));
    found.extend(misplaced(week, sittings).into_iter().map(|(first, second)| Fault::Order(first, second)));
    found.sort_by_key(|fault| !fault.stops());
    found
}

fn people_faults(week: &Week, sitting: &Sitting, found: &mut Vec<Fault>) {
    let slot = sitting.slot;
    if sitting.lecturer.is_none() && sitting.is_taught() {
        let mut tried = sitting.clone();
        let why = (!staff(week, &mut tried)).then(|| left_open(week, sitting).why);
        found.push(Fault::NoLecturer(slot, sitting.title.clone(), why));
    }
    for (id, leads) in sitting.lecturer.map(|id| (id, true)).into_iter().chain(sitting.partner.map(|id| (id, false))) {
        match week.teachers.iter().find(|t| t.id == id) {
            None => found.push(Fault::Gone(slot, sitting.title.clone())),
            Some(teacher) => match teacher.busy.get(slot).cloned().flatten() {
                Some(busy) => found.push(Fault::Taken(slot, teacher.name.clone(), busy)),
                None if leads && sitting.topic.is_none_or(|topic| !teacher.knows(topic)) => {
                    found.push(Fault::NotNamed(slot, teacher.name.clone(), sitting.title.clone()));
                }
                None => {}
            },
        }
    }
}

/// Half-days of which two timetables differ.
#[must_use]
pub fn differing(before: &[Sitting], after: &[Sitting]) -> Vec<usize> {
    let last = before.iter().chain(after).map(|s| s.slot).max().map_or(0, |slot| slot + 1);
    let of = |sittings: &[Sitting], slot| sittings.iter().filter(|s| s.slot == slot).cloned().collect::<Vec<_>>();
    (0..last).filter(|slot| of(before, *slot) != of(after, *slot)).collect()
}

/// Half-days that hold other topics than before.
#[must_use]
pub fn moved(before: &[Sitting], after: &[Sitting]) -> Vec<usize> {
    let holds =
        |sittings: &[Sitting], slot, wanted: &Sitting| sittings.iter().any(|s| s.slot == slot && s.same_piece(wanted));
    let differs = |slot: &usize| {
        let here = |s: &&Sitting| s.slot == *slot;
        before.iter().filter(here).any(|s| !holds(after, *slot, s))
            || after.iter().filter(here).any(|s| !holds(before, *slot, s))
    };
    differing(before, after).into_iter().filter(differs).collect()
}

#[cfg(test)]
mod tests {
    use kernel::ids::SystemIds;
    use proptest::prelude::*;

    use super::*;

    fn slots() -> Vec<Slot> {
        (0..10).map(|n| Slot { day: n / 2 + 1, morning: n % 2 == 0, held: false, periods: 4 }).collect()
    }

    fn topic(title: &str, day: i64, kind: &str, periods: i64) -> Topic {
        let id = TopicId::new(&SystemIds);
        Topic { id, title: title.into(), kind: kind.into(), periods, day, online: false, visiting: false }
    }

    /// The shape of the programme: theory on the first day, an essay on the fourth, a field trip on the last.
    fn topics() -> Vec<Topic> {
        vec![
            topic("A", 1, "theory", 3),
            topic("B", 1, "theory", 3),
            topic("C", 1, "theory", 2),
            topic("D", 2, "theory", 4),
            topic("E", 2, "skill", 4),
            topic("F", 3, "skill", 4),
            topic("G", 3, "practice", 4),
            topic("H", 4, "skill", 3),
            topic("I", 4, "skill", 3),
            topic("K", 4, "essay", 2),
            topic("L", 5, "field_trip", 4),
            topic("M", 5, "practice", 4),
        ]
    }

    fn teacher(name: &str, topics: Vec<TopicId>) -> Teacher {
        let id = AccountId::new(&SystemIds);
        let busy = vec![None; 10];
        Teacher { id, name: name.into(), visiting: false, topics, busy, load: 0, norm: 280, prefers_morning: None }
    }

    fn place_named(name: &str, field: bool) -> Place {
        Place { id: VenueId::new(&SystemIds), name: name.into(), field, fits: true, busy: vec![None; 10] }
    }

    /// A week in which teacher `n` of `teachers` is named for the topics of which the number leaves `n`, and for the next ones.
    fn week(teachers: usize, named: usize) -> Week {
        let topics = topics();
        let teachers = (0..teachers)
            .map(|n| {
                let mine = topics.iter().enumerate().filter(|(at, _)| (at + teachers - n) % teachers < named);
                teacher(&format!("T{n}"), mine.map(|(_, t)| t.id).collect())
            })
            .collect();
        let places = vec![place_named("Phòng", false), place_named("Phòng khác", false), place_named("Xã", true)];
        let home = places[0].id;
        Week { slots: slots(), topics, teachers, places, home }
    }

    fn titles(sittings: &[Sitting]) -> Vec<String> {
        let of = |slot| sittings.iter().filter(|s| s.slot == slot).map(|s| s.title.as_str()).collect::<String>();
        (0..10).map(of).collect()
    }

    fn away(week: &mut Week, name: &str, slots: &[usize]) {
        let teacher = week.teachers.iter_mut().find(|t| t.name == name).unwrap();
        for slot in slots {
            teacher.busy[*slot] = Some(Busy::Away("ốm".into()));
        }
    }

    #[test]
    fn topics_fill_the_half_days_of_their_day_in_order() {
        let of = |topics: &[(&str, i64)]| {
            let topics: Vec<Topic> = topics.iter().map(|(title, periods)| topic(title, 1, "skill", *periods)).collect();
            let home = VenueId::new(&SystemIds);
            let laid = lay_out(&topics, &slots()[..2], home);
            assert!(laid.iter().all(|s| s.venue == Some(home)));
            (0..2)
                .map(|n| laid.iter().filter(|s| s.slot == n).map(|s| format!("{}{}", s.title, s.periods)).collect())
                .collect::<Vec<String>>()
        };
        assert_eq!(of(&[("A", 2), ("B", 4), ("C", 2)]), ["A2B2", "B2C2"]);
        assert_eq!(of(&[("A", 8)]), ["A4", "A4"]);
        assert_eq!(of(&[("A", 4), ("B", 4)]), ["A4", "B4"]);
        assert_eq!(
            of(&[("A", 4), ("B", 4), ("C", 2)]),
            ["A4", "B4C2"],
            "what exceeds the day stays in its last half-day"
        );
        assert_eq!(of(&[]), ["", ""]);
    }

    #[test]
    fn a_free_week_is_the_programme_with_a_lecturer_for_everything() {
        let week = week(6, 2);
        let proposal = propose(&week, &[]);
        assert_eq!((proposal.open, faults(&week, &proposal.sittings)), (vec![], vec![]));
        assert_eq!(titles(&proposal.sittings), ["AB", "BC", "D", "E", "F", "G", "HI", "IK", "L", "M"]);
        let at = |title| proposal.sittings.iter().find(|s| s.title == title).unwrap().venue;
        assert_eq!((at("A"), at("L")), (Some(week.home), Some(week.places[2].id)), "the field trip goes to its place");
    }

    #[test]
    fn a_topic_goes_where_its_only_lecturer_is_free_and_theory_stays_before_practice() {
        let mut week = week(12, 1);
        // who teaches E (second afternoon) can come on the third day alone; F and G may stand there instead
        away(&mut week, "T4", &[0, 1, 2, 3, 6, 7, 8, 9]);
        let proposal = propose(&week, &[]);
        assert_eq!(proposal.open, []);
        assert_eq!(titles(&proposal.sittings), ["AB", "BC", "D", "F", "E", "G", "HI", "IK", "L", "M"]);
        // who teaches theory D can come on the third day only: nothing before it may wait, it stays without anybody
        let mut week = super::tests::week(12, 1);
        away(&mut week, "T3", &[0, 1, 2, 3, 6, 7, 8, 9]);
        let proposal = propose(&week, &[]);
        assert_eq!(proposal.open, [Open { slot: 2, title: "D".into(), why: Why::NobodyFree }]);
    }

    #[test]
    fn what_nobody_is_named_for_and_a_trip_without_a_place_are_told() {
        let mut week = week(12, 1);
        week.teachers.remove(5);
        week.places.pop();
        let open: Vec<_> = propose(&week, &[]).open.into_iter().map(|o| (o.title, o.why)).collect();
        assert_eq!(open, [("F".into(), Why::NobodyNamed), ("L".into(), Why::NoPlace)]);
    }

    #[test]
    fn the_load_is_shared_and_a_wish_is_met_where_it_costs_nothing() {
        let mut week = week(2, 2);
        let loads = |week: &Week| {
            let taught = propose(week, &[]).sittings;
            week.teachers
                .iter()
                .map(|t| taught.iter().filter(|s| s.lecturer == Some(t.id)).map(|s| s.periods).sum::<i64>())
                .collect::<Vec<_>>()
        };
        assert_eq!(loads(&week), [20, 20]);
        week.teachers[0].load = 279;
        assert_eq!(loads(&week)[0], 0, "who has all the year's periods gets no more while there is somebody else");
        week.teachers[0].load = 0;
        week.teachers[0].prefers_morning = Some(true);
        let mornings = propose(&week, &[]).sittings;
        assert!(mornings.iter().filter(|s| s.lecturer == Some(week.teachers[0].id)).any(|s| s.slot % 2 == 0));
    }

    #[test]
    fn who_falls_ill_is_replaced_first_and_only_then_half_days_change_places() {
        let mut week = week(12, 2);
        let before = propose(&week, &[]).sittings;
        let ill = before.iter().find(|s| s.title == "F").unwrap().lecturer.unwrap();
        let name = week.teachers.iter().find(|t| t.id == ill).unwrap().name.clone();
        away(&mut week, &name, &[4]);
        let mended = repair(&week, &before);
        assert_eq!((mended.open, mended.moved), (vec![], vec![]));
        assert_eq!(moved(&before, &mended.sittings), Vec::<usize>::new(), "somebody else comes, nothing moves");
        assert_eq!(differing(&before, &mended.sittings), [4]);

        // nobody else is named for it: it changes places with the next practice
        let mut week = super::tests::week(12, 1);
        let before = propose(&week, &[]).sittings;
        away(&mut week, "T5", &[4]);
        let mended = repair(&week, &before);
        assert_eq!((mended.open.len(), mended.moved.len()), (0, 1));
        assert_eq!(faults(&week, &mended.sittings), []);
        // away all week: nothing helps, nothing moves, and it is told
        away(&mut week, "T5", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let mended = repair(&week, &before);
        assert_eq!(mended.open, [Open { slot: 4, title: "F".into(), why: Why::NobodyFree }]);
        assert_eq!(moved(&before, &mended.sittings), Vec::<usize>::new());
    }

    #[test]
    fn what_is_over_stays() {
        let mut week = week(6, 2);
        let before = propose(&week, &[]).sittings;
        for slot in week.slots.iter_mut().take(4) {
            slot.held = true;
        }
        let all: Vec<usize> = (0..10).collect();
        let somebody = before[0].lecturer.unwrap();
        let name = week.teachers.iter().find(|t| t.id == somebody).unwrap().name.clone();
        away(&mut week, &name, &all);
        let held = |sittings: &[Sitting]| sittings.iter().filter(|s| s.slot < 4).cloned().collect::<Vec<_>>();
        assert_eq!(held(&repair(&week, &before).sittings), held(&before));
        let again = propose(&week, &before);
        assert_eq!(held(&again.sittings), held(&before));
        assert_eq!(faults(&week, &again.sittings), []);
    }

    /// Random weeks: who is named for what, who is away when, rooms that others have, loads and wishes.
    fn weeks() -> impl Strategy<Value = Week> {
        let teachers = proptest::collection::vec(
            (
                any::<u16>(),
                proptest::bits::u16::masked(0x3ff),
                any::<u16>(),
                0_i64..300,
                proptest::option::of(any::<bool>()),
            ),
            1..14,
        );
        (teachers, any::<u16>(), any::<u16>(), any::<u16>()).prop_map(|(teachers, home, other, field)| {
            let mut week = week(1, 1);
            let topics: Vec<TopicId> = week.topics.iter().map(|t| t.id).collect();
            let bit = |mask: u16, n: usize| mask >> n & 1 == 1;
            week.teachers = teachers
                .into_iter()
                .enumerate()
                .map(|(n, (named, busy, rarely, load, wish))| {
                    let mine = topics.iter().enumerate().filter(|(at, _)| bit(named, *at)).map(|(_, id)| *id).collect();
                    let mut one = teacher(&format!("T{n}"), mine);
                    for (slot, at) in one.busy.iter_mut().enumerate() {
                        *at = (bit(busy, slot) && bit(rarely, slot)).then(|| Busy::Class("01/2026".into()));
                    }
                    one.load = load;
                    one.prefers_morning = wish;
                    one
                })
                .collect();
            for (place, mask) in week.places.iter_mut().zip([home & other, other & field, field & home]) {
                for (slot, at) in place.busy.iter_mut().enumerate() {
                    *at = bit(mask, slot).then_some(Busy::Closed);
                }
            }
            week
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn no_proposal_has_a_conflict(week in weeks()) {
            let proposal = propose(&week, &[]);
            let found = faults(&week, &proposal.sittings);
            let open = found.iter().filter(|f| matches!(f, Fault::NoLecturer(..) | Fault::NoPlace(..))).count();
            prop_assert_eq!(open, found.len(), "{:?}", found);
            prop_assert_eq!(open, proposal.open.len(), "what is open is told");
            prop_assert_eq!(&propose(&week, &[]), &proposal, "the same week has the same proposal");
        }

        #[test]
        fn an_illness_moves_three_other_half_days_at_most(week in weeks(), who in 0_usize..14, from in 0_usize..10, long in 1_usize..5) {
            let mut week = week;
            let before = propose(&week, &[]).sittings;
            let who = who % week.teachers.len();
            let ill = week.teachers[who].id;
            for slot in from..(from + long).min(10) {
                week.teachers[who].busy[slot] = Some(Busy::Away("ốm".into()));
            }
            let hurt: Vec<usize> = before.iter()
                .filter(|s| s.is_taught() && (s.lecturer.is_none() || s.lecturer == Some(ill) && !week.teachers[who].is_free(s.slot)))
                .map(|s| s.slot).collect();
            let mended = repair(&week, &before);
            let others: Vec<usize> = moved(&before, &mended.sittings).into_iter().filter(|s| !hurt.contains(s)).collect();
            prop_assert!(others.len() <= MOVED_MOST, "{:?}", others);
            prop_assert_eq!(&others, &mended.moved, "what moved is told");
            let found = faults(&week, &mended.sittings);
            let open = found.iter().filter(|f| matches!(f, Fault::NoLecturer(..) | Fault::NoPlace(..))).count();
            prop_assert_eq!(open, found.len(), "{:?}", found);
            prop_assert_eq!(open, mended.open.len());
        }
    }
}
