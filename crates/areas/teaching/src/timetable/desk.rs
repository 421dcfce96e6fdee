//! Gathering the week of a class: everything that bears on its timetable.

use std::collections::{HashMap, HashSet};

use ::store::{Conn, StoreError};
use chrono::NaiveDate;
use kernel::{AccountId, Actor, ClassId, HalfDayId};

use super::{
    model::{Busy, Place, Sitting, Slot, Teacher, Topic, Week},
    store::{self, Elsewhere, HalfDay, Row, State},
};
use crate::{
    classes::{self, ClassLine, electives, label, rooms},
    curriculum::{Taught, taught},
    lecturers, scheme,
};

/// A class with its week and the draft of its timetable.
pub(super) struct Desk {
    pub class: ClassLine,
    pub state: State,
    pub half_days: Vec<HalfDay>,
    pub week: Week,
    pub rows: Vec<Row>,
    pub draft: Vec<Sitting>,
}

impl Desk {
    pub(super) fn ids(&self) -> Vec<HalfDayId> {
        self.half_days.iter().map(|h| h.id).collect()
    }
}

/// The half-days as the rules of a timetable see them.
pub(super) fn slots(half_days: &[HalfDay], first: NaiveDate, today: NaiveDate) -> Vec<Slot> {
    let slot = |h: &HalfDay| Slot {
        day: (h.held_on - first).num_days() + 1,
        morning: h.part == "sang",
        held: h.held_on < today,
        periods: h.periods,
    };
    half_days.iter().map(slot).collect()
}

/// Topics as the rules see them, in their order; `manners` says how each is delivered and by whom.
pub(super) fn topics(taught: &[Taught], manners: &[(kernel::TopicId, String, String)]) -> Vec<Topic> {
    let of = |t: &Taught| {
        let manner = manners.iter().find(|(id, ..)| *id == t.id);
        Topic {
            id: t.id,
            title: t.title.clone(),
            kind: t.kind.clone(),
            periods: t.periods,
            day: t.day,
            online: manner.is_some_and(|(_, delivery, _)| delivery == "truc_tuyen"),
            visiting: manner.is_some_and(|(.., who)| who == "thinh_giang_cap_tinh"),
        }
    };
    taught.iter().map(of).collect()
}

/// Reads a class that the actor may see with its week.
pub(super) async fn desk(
    conn: &mut Conn,
    actor: &Actor,
    id: ClassId,
    today: NaiveDate,
) -> Result<Option<Desk>, StoreError> {
    let Some(class) = classes::class(conn, actor, id).await? else { return Ok(None) };
    let Some(state) = store::state(conn, id).await? else { return Ok(None) };
    let days = (class.starts_on, class.ends_on);
    let rules = scheme::rules(conn, class.scheme_id, class.starts_on).await?;
    let half_days = store::half_days(conn, id).await?;
    let version = taught(conn, class.programme_version_id).await?;
    let filled = electives::taught_to(conn, id, version, &rules).await?;
    let manners = store::manners(conn, class.programme_version_id, id).await?;
    let rows = store::rows(conn, id, 0, 0).await?;
    let elsewhere = store::elsewhere(conn, class.scheme_id, id, days).await?;
    let named = store::named(conn, class.programme_version_id, id).await?;
    let loads: HashMap<AccountId, i64> =
        store::loads(conn, class.scheme_id, class.year, Some(id), &rules).await?.into_iter().collect();
    let declined: HashSet<AccountId> = lecturers::declined(conn, id).await?.into_iter().collect();
    let wishes = lecturers::topic_wishes(conn, class.programme_version_id, id).await?;
    let absences = lecturers::absences(conn, actor.province, days).await?;
    let all = lecturers::lecturers(conn, actor).await?;
    let rooms = rooms::rooms(conn, class.scheme_id).await?;

    let at = |h: &HalfDay, e: &&Elsewhere| e.held_on == h.held_on && e.part == h.part;
    let teachers = all.into_iter().map(|l| {
        let busy = half_days.iter().map(|h| {
            let there = |e: &&Elsewhere| e.lecturer_id == Some(l.id) || e.partner_id == Some(l.id);
            let class = elsewhere.iter().filter(|e| at(h, e)).find(there);
            let away = absences.iter().find(|a| a.account_id == l.id && a.holds(h.held_on, h.part == "sang"));
            away.map(|a| Busy::Away(a.reason.clone()))
                .or_else(|| class.map(|e| Busy::Class(label(e.number, e.year))))
                .or_else(|| declined.contains(&l.id).then_some(Busy::Declined))
        });
        Teacher {
            busy: busy.collect(),
            topics: named.iter().filter(|(_, account)| *account == l.id).map(|(topic, _)| *topic).collect(),
            visiting: l.contract == "visiting",
            paired: rules.paired_contracts.contains(&l.contract),
            accompanies: l.contract == "school",
            load: loads.get(&l.id).copied().unwrap_or(0),
            norm: l.periods_most.unwrap_or(rules.lecturer_periods_most),
            prefers_morning: match l.prefers.as_str() {
                "sang" => Some(true),
                "chieu" => Some(false),
                _ => None,
            },
            wishes: wishes.iter().filter(|w| w.account_id == l.id).map(|w| (w.topic_id, w.wish())).collect(),
            id: l.id,
            name: l.name,
        }
    });
    let places = rooms.into_iter().map(|room| {
        let busy = half_days.iter().map(|h| {
            let class = elsewhere.iter().filter(|e| at(h, e)).find(|e| e.venue_id == Some(room.id));
            let closed = room.closed_on(h.held_on).then_some(Busy::Closed);
            closed.or_else(|| class.map(|e| Busy::Class(label(e.number, e.year))))
        });
        Place {
            busy: busy.collect(),
            fits: room.kind == "field" || room.seats >= class.seat_limit,
            field: room.kind == "field",
            id: room.id,
            name: room.name,
        }
    });
    let week = Week {
        slots: slots(&half_days, class.starts_on, today),
        topics: topics(&filled, &manners),
        teachers: teachers.collect(),
        places: places.collect(),
        home: class.venue_id,
        companion_percent: rules.companion_periods_percent,
    };
    let draft = rows.iter().map(Row::sitting).collect();
    Ok(Some(Desk { class, state, half_days, week, rows, draft }))
}
