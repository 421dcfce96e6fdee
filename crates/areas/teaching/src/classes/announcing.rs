//! What communes, learners and lecturers are told about a class by itself.

use std::collections::BTreeSet;

use ::store::{StoreError, Tx, sql};
use kernel::{AccountId, ClassId, PersonId, UnitId};
use people::{
    notice_kind,
    notices::{Fact, Kind, Notice, Recipient, Who, tell},
};

use super::{nominating::model::NominationState, store::ClassLine};

notice_kind! {
    /// A commune has seats in a class and is to nominate.
    CALLED = Kind::new("classes.called", &["class", "programme", "from", "to", "venue", "seats", "until"])
}
notice_kind! {
    /// A commune has seats that it has not used, some days before its last one.
    pub(super) REMINDER = Kind::new("classes.reminder", &["class", "seats", "until"])
}
notice_kind! {
    /// A commune got seats that another one did not use.
    pub(super) RECEIVED = Kind::new("classes.received", &["class", "seats", "until"]).optional()
}
notice_kind! {
    /// Seats that a commune did not use went on.
    pub(super) PASSED_ON = Kind::new("classes.passed_on", &["class", "seats", "until"]).optional()
}
notice_kind! {
    /// Somebody moved up from the waiting list.
    MOVED_UP = Kind::new("classes.moved_up", &["class", "name", "from", "to"]).optional()
}
notice_kind! {
    /// The school accepted somebody.
    ACCEPTED = Kind::new("classes.accepted", &["class", "programme", "from", "to", "venue"]).optional()
}
notice_kind! {
    /// Somebody is not accepted.
    REFUSED = Kind::new("classes.refused", &["class", "name", "reason"])
}
notice_kind! {
    /// Somebody was taken off the list.
    WITHDRAWN = Kind::new("classes.withdrawn", &["class", "name", "reason"])
}
notice_kind! {
    /// The class will be held.
    OPENED = Kind::new("classes.opened", &["class", "programme", "from", "to", "venue"])
}
notice_kind! {
    /// The class will not be held.
    CANCELLED = Kind::new("classes.cancelled", &["class", "programme", "from", "to", "reason"]).urgent()
}

sql!(SEATS_OF, "SELECT commune_id, seats FROM class_quota WHERE class_id = $1 AND seats > 0 ORDER BY commune_id");
sql!(
    ON_LIST,
    "SELECT person_id, commune_id, state FROM nomination
     WHERE class_id = $1 AND state IN ('asked', 'proposed', 'waiting', 'accepted') ORDER BY id"
);
sql!(
    TEACHING,
    "SELECT c.head_account_id AS account_id FROM class c WHERE c.id = $1 AND c.head_account_id IS NOT NULL
     UNION
     SELECT s.lecturer_id FROM half_day h JOIN timetable t ON t.class_id = h.class_id
     JOIN sitting s ON s.half_day_id = h.id AND s.version = t.published WHERE h.class_id = $1 AND s.lecturer_id IS NOT NULL
     UNION
     SELECT s.partner_id FROM half_day h JOIN timetable t ON t.class_id = h.class_id
     JOIN sitting s ON s.half_day_id = h.id AND s.version = t.published WHERE h.class_id = $1 AND s.partner_id IS NOT NULL
     ORDER BY 1"
);
sql!(NAME_OF, "SELECT full_name FROM v_registry_person WHERE person_id = $1");
sql!(
    TIMES_MOVED,
    "SELECT COUNT(*) FROM nomination_move m JOIN nomination n ON n.id = m.nomination_id WHERE n.class_id = $1 AND n.person_id = $2"
);

/// The officers of a commune, on their page of the class.
fn commune(class: ClassId, unit: UnitId) -> Recipient {
    Recipient::new(Who::Unit(unit), format!("/classes/{class}/nominations"))
}

/// Somebody on the list of a class, on their own page of it.
pub(crate) fn learner(class: ClassId, person: PersonId) -> Recipient {
    Recipient::new(Who::Person(person), format!("/registration/{class}"))
}

fn notice(kind: &'static Kind, line: &ClassLine, key: String, more: Vec<(&'static str, Fact)>) -> Notice {
    let own: [(&str, Fact); 5] = [
        ("class", line.label().into()),
        ("programme", line.programme.as_str().into()),
        ("from", line.starts_on.into()),
        ("to", line.ends_on.into()),
        ("venue", line.venue.as_str().into()),
    ];
    let own = own.into_iter().filter(|(name, _)| kind.facts.contains(name));
    Notice { kind, about: line.id.to_string(), key, facts: own.chain(more).collect(), to: Vec::new() }
}

/// Communes are called to nominate.
pub(super) async fn called(tx: &mut Tx, line: &ClassLine) -> Result<(), StoreError> {
    let shares: Vec<(UnitId, i64)> = tx.all(&SEATS_OF, &[&line.id]).await?;
    let notices = shares.into_iter().map(|(unit, seats)| Notice {
        to: vec![commune(line.id, unit)],
        ..notice(&CALLED, line, unit.to_string(), vec![("seats", seats.into()), ("until", line.nominate_by.into())])
    });
    tell(tx, notices).await?;
    Ok(())
}

/// A commune is told about its seats; gives whether it had not been told before.
pub(super) async fn seats(
    tx: &mut Tx,
    kind: &'static Kind,
    line: &ClassLine,
    unit: UnitId,
    seats: i64,
    until: chrono::NaiveDate,
) -> Result<bool, StoreError> {
    // of one deadline a commune is reminded once; seats come and go once a day
    let day = if kind.code == REMINDER.code { until } else { tx.today() };
    let told = Notice {
        to: vec![commune(line.id, unit)],
        ..notice(kind, line, format!("{unit}:{day}"), vec![("seats", seats.into()), ("until", until.into())])
    };
    Ok(tell(tx, [told]).await? > 0)
}

/// How a nomination changed without the commune's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Up from the waiting list.
    MovedUp,
    /// Not accepted.
    Refused,
    /// Taken off the list.
    Withdrawn,
}

/// Somebody and their commune are told what became of the nomination.
pub(super) async fn changed(
    tx: &mut Tx,
    line: &ClassLine,
    (person, unit): (PersonId, UnitId),
    change: Change,
    reason: &str,
) -> Result<(), StoreError> {
    let kind = match change {
        Change::MovedUp => &MOVED_UP,
        Change::Refused => &REFUSED,
        Change::Withdrawn => &WITHDRAWN,
    };
    let name: Option<(String,)> = tx.opt(&NAME_OF, &[&person]).await?;
    let mut more = vec![("name", Fact::from(name.map(|(name,)| name).unwrap_or_default()))];
    if change != Change::MovedUp {
        more.push(("reason", reason.into()));
    }
    // the same may happen to somebody again, after other moves
    let (moves,): (i64,) = tx.one(&TIMES_MOVED, &[&line.id, &person]).await?;
    let told = Notice {
        to: vec![learner(line.id, person), commune(line.id, unit)],
        ..notice(kind, line, format!("{person}:{moves}"), more)
    };
    tell(tx, [told]).await?;
    Ok(())
}

/// People are told that the school accepted them.
pub(super) async fn accepted(tx: &mut Tx, line: &ClassLine, people: &[PersonId]) -> Result<(), StoreError> {
    if people.is_empty() {
        return Ok(());
    }
    let key = people.iter().map(ToString::to_string).min().unwrap_or_default();
    let told = Notice {
        to: people.iter().map(|person| learner(line.id, *person)).collect(),
        ..notice(&ACCEPTED, line, format!("{key}:{}", tx.now().timestamp_micros()), Vec::new())
    };
    tell(tx, [told]).await?;
    Ok(())
}

/// Everybody who has to do with a class.
pub(super) struct Everybody {
    people: Vec<(PersonId, UnitId, NominationState)>,
    teaching: Vec<(AccountId,)>,
}

/// Everybody who stands on the list of a class or teaches in it.
pub(super) async fn everybody(tx: &mut Tx, class: ClassId) -> Result<Everybody, StoreError> {
    let people = tx.all(&ON_LIST, &[&class]).await?;
    Ok(Everybody { people, teaching: tx.all(&TEACHING, &[&class]).await? })
}

impl Everybody {
    fn recipients(&self, class: ClassId, also: impl IntoIterator<Item = UnitId>) -> Vec<Recipient> {
        let units: BTreeSet<UnitId> = self.people.iter().map(|(_, unit, _)| *unit).chain(also).collect();
        let people = self.people.iter().map(|(person, ..)| learner(class, *person));
        let teaching =
            self.teaching.iter().map(|(account,)| Recipient::new(Who::Account(*account), "/teaching".to_owned()));
        people.chain(units.into_iter().map(|unit| commune(class, unit))).chain(teaching).collect()
    }
}

/// The class will be held: those who are accepted, their communes and whoever teaches are told.
pub(super) async fn opened(tx: &mut Tx, line: &ClassLine) -> Result<(), StoreError> {
    let mut all = everybody(tx, line.id).await?;
    all.people.retain(|(.., state)| *state == NominationState::Accepted);
    let told = Notice { to: all.recipients(line.id, []), ..notice(&OPENED, line, String::new(), Vec::new()) };
    tell(tx, [told]).await?;
    Ok(())
}

/// The class will not be held: everybody who stood on its list, every commune that knew of it, and whoever was to teach is told.
pub(super) async fn cancelled(tx: &mut Tx, line: &ClassLine, all: &Everybody, reason: &str) -> Result<(), StoreError> {
    // before the communes are called nobody of them has heard of the class
    let knew = line.state != super::model::ClassState::Called;
    let shares: Vec<(UnitId, i64)> = if knew { tx.all(&SEATS_OF, &[&line.id]).await? } else { Vec::new() };
    let told = Notice {
        to: all.recipients(line.id, shares.into_iter().map(|(unit, _)| unit)),
        ..notice(&CANCELLED, line, String::new(), vec![("reason", reason.into())])
    };
    tell(tx, [told]).await?;
    Ok(())
}
