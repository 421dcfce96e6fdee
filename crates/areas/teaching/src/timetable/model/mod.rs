//! The timetable of one class as values: topics on half-days, a proposal of lecturers and places, the smallest change when somebody falls
//! out, what is wrong with a draft, what differs between two versions. Pure and deterministic.
//!
//! A programme gives its topics an order. What must stay in it is told by [`bound`]: theory before the practice that follows it,
//! and whatever stands before or after a field trip or an essay. The rest may change places with a topic of the same length.

mod faults;
mod pairing;
mod propose;
mod repair;
#[cfg(test)]
mod tests;

pub use faults::{differing, faults, moved};
pub use propose::{Reason, propose, reason};
pub use repair::{MOVED_MOST, repair};

use std::collections::BTreeMap;

use kernel::{AccountId, TopicId, VenueId};
use serde::Serialize;

/// Kinds of topics that learners do on their own.
const ALONE: &str = "self_study";
/// Kind of topics that are held at a place of field trips.
const FIELD_TRIP: &str = "field_trip";

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

    /// Whether it is held at a place of field trips.
    #[must_use]
    pub fn is_field_trip(&self) -> bool {
        self.kind == FIELD_TRIP
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

/// What a lecturer has said of a topic; who has said nothing has no wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// They would rather teach it than another one.
    Prefers,
    /// They would rather not.
    RatherNot,
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
    /// Has a lecturer of the school beside them, by the rules of the scheme.
    pub paired: bool,
    /// Is of the school, and may stand beside others.
    pub accompanies: bool,
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
    /// What they have said of topics.
    pub wishes: BTreeMap<TopicId, Wish>,
}

impl Teacher {
    /// What they have on a half-day.
    #[must_use]
    pub fn busy_at(&self, slot: usize) -> Option<&Busy> {
        self.busy.get(slot)?.as_ref()
    }

    /// Whether they can be had on a half-day.
    #[must_use]
    pub fn is_free(&self, slot: usize) -> bool {
        self.busy_at(slot).is_none()
    }

    /// How little they would like to teach a topic: 0 to 2.
    fn reluctance(&self, topic: TopicId) -> i64 {
        match self.wishes.get(&topic) {
            Some(Wish::Prefers) => 0,
            None => 1,
            Some(Wish::RatherNot) => 2,
        }
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
    /// What stands there on a half-day.
    #[must_use]
    pub fn busy_at(&self, slot: usize) -> Option<&Busy> {
        self.busy.get(slot)?.as_ref()
    }

    /// Whether it can be had on a half-day.
    #[must_use]
    pub fn is_free(&self, slot: usize) -> bool {
        self.busy_at(slot).is_none()
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
    /// What accompanying counts in a load, in percent of the periods.
    pub companion_percent: i64,
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
    /// Whoever teaches has nobody of the school beside them, as the rules say: half-day, name, title.
    Alone(usize, String, String),
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
        !matches!(
            self,
            Self::NoLecturer(..) | Self::Alone(..) | Self::NoPlace(..) | Self::NotNamed(..) | Self::Order(..)
        )
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
