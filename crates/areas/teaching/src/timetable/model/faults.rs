//! What is wrong with a draft, and what differs between two timetables.

use super::{Fault, Sitting, Week, bound, pairing::is_alone, propose::left_open, repair::staff};

/// Whether every topic stands where [`bound`] lets it.
pub(super) fn order_kept(week: &Week, sittings: &[Sitting]) -> bool {
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
                Some(place) => match place.busy_at(slot).cloned() {
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
    if let Some(teacher) = week.teachers.iter().find(|t| Some(t.id) == sitting.lecturer && is_alone(week, sitting)) {
        found.push(Fault::Alone(slot, teacher.name.clone(), sitting.title.clone()));
    }
    for (id, leads) in sitting.lecturer.map(|id| (id, true)).into_iter().chain(sitting.partner.map(|id| (id, false))) {
        match week.teachers.iter().find(|t| t.id == id) {
            None => found.push(Fault::Gone(slot, sitting.title.clone())),
            Some(teacher) => match teacher.busy_at(slot).cloned() {
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
