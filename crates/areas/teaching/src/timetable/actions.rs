//! Beginning the timetable of a class, proposing it, changing a half-day, mending, publishing.

use ::store::{Change, Db, StoreError, Tx};
use chrono::{Days, NaiveDate};
use kernel::{AccountId, Actor, ClassId, HalfDayId, SchemeId, TopicId, VenueId};
use serde::Serialize;
use web::{Permit, WebError};

use super::{
    EditTimetables, announcing,
    desk::{Desk, desk, slots, topics},
    model::{self, Busy, Fault, Open, Proposal, Sitting, differing, faults, lay_out},
    store::{
        self, HalfDay, INSERT_TIMETABLE, RELEASE_LECTURER, RELEASE_PARTNER, Row, SCHEME_OF, SET_SAVED, half_days,
        manners, publish, rows, state, take_turn, write_draft,
    },
};
use crate::{classes, curriculum::Taught, scheme::Rules};
use kernel::ProgrammeVersionId;

/// Why a timetable was not written.
#[derive(Debug, thiserror::Error)]
pub enum TimetableError {
    /// No such class or half-day within the actor's scope.
    #[error("no such class or half-day")]
    NotFound,
    /// The class is over or cancelled.
    #[error("the class is over")]
    Over,
    /// The half-day is over.
    #[error("the half-day is over")]
    Held,
    /// Somebody saved the draft after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// What was chosen for a sitting cannot be: its number from 0, and why.
    #[error("{} choices cannot be", .0.len())]
    Wrong(Vec<(usize, Refusal)>),
    /// The draft has faults that stop it.
    #[error("{} faults", .0.len())]
    Faults(Vec<Fault>),
    /// Nothing of the draft differs from what is published.
    #[error("nothing to publish")]
    Nothing,
    /// The database's failure.
    #[error("a timetable")]
    Store(#[from] StoreError),
}

impl From<TimetableError> for WebError {
    fn from(error: TimetableError) -> Self {
        match error {
            TimetableError::NotFound => Self::NotFound,
            TimetableError::Over => Self::refused("timetable-over"),
            TimetableError::Held => Self::refused("timetable-held"),
            TimetableError::Overtaken => Self::refused("timetable-overtaken"),
            TimetableError::Wrong(_) | TimetableError::Faults(_) => Self::refused("timetable-faults-stop"),
            TimetableError::Nothing => Self::refused("timetable-nothing"),
            TimetableError::Store(inner) => Self::Store(inner),
        }
    }
}

/// Why something chosen for a sitting cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A topic that the class is not taught, or none.
    Topic,
    /// More periods than the half-day has left.
    Periods(i64),
    /// No such lecturer.
    Lecturer,
    /// The lecturer cannot be had.
    Taken(Busy),
    /// No such lecturer for the partner, or the same as the lecturer.
    Partner,
    /// The partner cannot be had.
    PartnerTaken(Busy),
    /// No such place.
    Place,
    /// The place cannot be had.
    PlaceTaken(Busy),
    /// The place holds fewer people than the class has seats.
    PlaceSmall,
}

/// Where a sitting is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Not decided.
    Open,
    /// From where the learners are.
    Online,
    /// At a place.
    At(VenueId),
}

/// A sitting as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The topic.
    pub topic: TopicId,
    /// Periods of it.
    pub periods: i64,
    /// Who teaches.
    pub lecturer: Option<AccountId>,
    /// Who comes along.
    pub partner: Option<AccountId>,
    /// Where.
    pub place: Where,
}

#[derive(Serialize)]
struct Kept<'a> {
    half_days: Vec<&'a Sitting>,
}

/// Lays out the half-days of a class that is called for: what it is taught in the programme's order, in its room, nobody named yet. This
/// is its first published version and the draft of the next.
pub(crate) async fn begin(
    tx: &mut Tx,
    actor: &Actor,
    class: ClassId,
    starts_on: NaiveDate,
    (version, taught): (ProgrammeVersionId, &[Taught]),
    (rules, home): (&Rules, VenueId),
) -> Result<(), StoreError> {
    let parts = usize::try_from(rules.half_days_per_day).unwrap_or(1).clamp(1, 2);
    let days = 0..u64::try_from(rules.class_days).unwrap_or(1);
    let each = days.flat_map(|day| ["sang", "chieu"].into_iter().take(parts).map(move |part| (day, part)));
    let made: Vec<HalfDay> = (1_i64..)
        .zip(each)
        .map(|(seq, (day, part))| HalfDay {
            id: HalfDayId::new(tx.ids()),
            seq,
            held_on: starts_on + Days::new(day),
            part: part.to_owned(),
            topics: String::new(),
            periods: rules.periods_per_half_day,
        })
        .collect();
    classes::add_half_days(tx, class, &made).await?;
    tx.exec(&INSERT_TIMETABLE, &[&class]).await?;
    let manners = manners(tx, version, class).await?;
    let laid = lay_out(&topics(taught, &manners), &slots(&made, starts_on, starts_on), home);
    let ids: Vec<HalfDayId> = made.iter().map(|h| h.id).collect();
    write_draft(tx, class, &ids, &laid).await?;
    publish(tx, actor, class, 1).await
}

/// Lays a class out anew when the open part of it was chosen, and publishes that: what stays where it was keeps its lecturer and place.
/// A draft that was not published is given up.
pub(crate) async fn renew(
    tx: &mut Tx,
    actor: &Actor,
    class: ClassId,
    starts_on: NaiveDate,
    (version, taught): (ProgrammeVersionId, &[Taught]),
    home: VenueId,
) -> Result<(), StoreError> {
    let Some(state) = state(tx, class).await? else { return Ok(()) };
    let half_days = half_days(tx, class).await?;
    let manners = manners(tx, version, class).await?;
    let before: Vec<Sitting> =
        rows(tx, class, state.published, state.published).await?.iter().map(Row::sitting).collect();
    let mut laid = lay_out(&topics(taught, &manners), &slots(&half_days, starts_on, starts_on), home);
    for sitting in &mut laid {
        let same = |b: &&Sitting| (b.slot, b.topic, b.periods) == (sitting.slot, sitting.topic, sitting.periods);
        if let Some(kept) = before.iter().find(same) {
            *sitting = kept.clone();
        }
    }
    let ids: Vec<HalfDayId> = half_days.iter().map(|h| h.id).collect();
    write_draft(tx, class, &ids, &laid).await?;
    let now = tx.now();
    tx.exec(&SET_SAVED, &[&class, &actor.name, &now]).await?;
    publish(tx, actor, class, state.published + 1).await
}

/// The class with its week, held against whoever writes a timetable of the scheme.
async fn hold(tx: &mut Tx, actor: &Actor, class: ClassId) -> Result<Desk, TimetableError> {
    let line = classes::class(tx, actor, class).await?.ok_or(TimetableError::NotFound)?;
    take_turn(tx, line.scheme_id).await?;
    let today = tx.today();
    let desk = desk(tx, actor, class, today).await?.ok_or(TimetableError::NotFound)?;
    if !desk.class.state.is_alive() || desk.week.slots.iter().all(|s| s.held) {
        return Err(TimetableError::Over);
    }
    Ok(desk)
}

/// Writes a draft of which the actor saw edition `seen`; nothing is written when nothing would change.
async fn save(
    tx: &mut Tx,
    actor: &Actor,
    desk: &Desk,
    sittings: &[Sitting],
    seen: i64,
    action: &'static str,
) -> Result<(), TimetableError> {
    let changed = differing(&desk.draft, sittings);
    if changed.is_empty() {
        return Ok(());
    }
    if desk.state.edition != seen {
        return Err(TimetableError::Overtaken);
    }
    write_draft(tx, desk.class.id, &desk.ids(), sittings).await?;
    let now = tx.now();
    tx.exec(&SET_SAVED, &[&desk.class.id, &actor.name, &now]).await?;
    let kept = |all: &'_ [Sitting]| all.iter().filter(|s| changed.contains(&s.slot)).cloned().collect::<Vec<_>>();
    let (before, after) = (kept(&desk.draft), kept(sittings));
    let change =
        Change::changed(&Kept { half_days: before.iter().collect() }, &Kept { half_days: after.iter().collect() });
    tx.audit(actor, action, desk.class.id, change)?;
    Ok(())
}

/// Proposes the whole timetable of a class as its draft. Gives what could not be placed.
///
/// # Errors
/// [`TimetableError`].
pub async fn propose(
    db: &Db,
    permit: &Permit<EditTimetables>,
    class: ClassId,
    seen: i64,
) -> Result<Vec<Open>, TimetableError> {
    db.write(async |tx| {
        let desk = hold(tx, &permit.actor, class).await?;
        let proposal = model::propose(&desk.week, &desk.draft);
        save(tx, &permit.actor, &desk, &proposal.sittings, seen, "timetable.draft.proposed").await?;
        Ok(proposal.open)
    })
    .await
}

/// Mends the draft of a class where somebody or some place fell out, with the smallest change.
///
/// # Errors
/// [`TimetableError`].
pub async fn mend(
    db: &Db,
    permit: &Permit<EditTimetables>,
    class: ClassId,
    seen: i64,
) -> Result<Proposal, TimetableError> {
    db.write(async |tx| {
        let desk = hold(tx, &permit.actor, class).await?;
        let mended = model::repair(&desk.week, &desk.draft);
        save(tx, &permit.actor, &desk, &mended.sittings, seen, "timetable.draft.mended").await?;
        Ok(mended)
    })
    .await
}

/// What speaks against one wanted sitting.
fn refused(desk: &Desk, slot: usize, wanted: &Wanted) -> Option<Refusal> {
    let week = &desk.week;
    if week.topics.iter().all(|t| t.id != wanted.topic) {
        return Some(Refusal::Topic);
    }
    let teacher = |id: AccountId| week.teachers.iter().find(|t| t.id == id);
    // who is there already stays selectable: what became of them since is told with the draft
    let before =
        |id: AccountId| desk.draft.iter().any(|s| s.slot == slot && (s.lecturer == Some(id) || s.partner == Some(id)));
    if let Some(id) = wanted.lecturer {
        match teacher(id).map(|t| t.busy_at(slot).cloned()) {
            None => return Some(Refusal::Lecturer),
            Some(Some(busy)) if !before(id) => return Some(Refusal::Taken(busy)),
            _ => {}
        }
    }
    if let Some(id) = wanted.partner {
        match teacher(id).map(|t| t.busy_at(slot).cloned()) {
            Some(_) if wanted.lecturer == Some(id) => return Some(Refusal::Partner),
            None => return Some(Refusal::Partner),
            Some(Some(busy)) if !before(id) => return Some(Refusal::PartnerTaken(busy)),
            _ => {}
        }
    }
    let Where::At(id) = wanted.place else { return None };
    match week.places.iter().find(|p| p.id == id) {
        None => Some(Refusal::Place),
        Some(place) => match place.busy_at(slot).cloned() {
            Some(busy) => Some(Refusal::PlaceTaken(busy)),
            None => (!place.fits).then_some(Refusal::PlaceSmall),
        },
    }
}

/// Changes what a half-day of the draft holds; `seq` is its number from 1.
///
/// # Errors
/// [`TimetableError::Wrong`] with every choice that cannot be.
pub async fn change_half_day(
    db: &Db,
    permit: &Permit<EditTimetables>,
    class: ClassId,
    seq: i64,
    wanted: &[Wanted],
    seen: i64,
) -> Result<(), TimetableError> {
    db.write(async |tx| {
        let desk = hold(tx, &permit.actor, class).await?;
        let slot = usize::try_from(seq - 1).map_err(|_| TimetableError::NotFound)?;
        let half_day = desk.week.slots.get(slot).ok_or(TimetableError::NotFound)?;
        if half_day.held {
            return Err(TimetableError::Held);
        }
        let mut wrong: Vec<(usize, Refusal)> =
            (0..).zip(wanted).filter_map(|(n, w)| Some((n, refused(&desk, slot, w)?))).collect();
        let over = wanted.iter().map(|w| w.periods).sum::<i64>() - half_day.periods;
        if over > 0 {
            wrong.push((wanted.len().saturating_sub(1), Refusal::Periods(over)));
        }
        if !wrong.is_empty() {
            return Err(TimetableError::Wrong(wrong));
        }
        let mut sittings: Vec<Sitting> = desk.draft.iter().filter(|s| s.slot != slot).cloned().collect();
        for w in wanted {
            let Some(topic) = desk.week.topics.iter().find(|t| t.id == w.topic) else { continue };
            sittings.push(Sitting {
                slot,
                topic: Some(topic.id),
                title: topic.title.clone(),
                kind: topic.kind.clone(),
                periods: w.periods,
                lecturer: w.lecturer,
                partner: w.partner,
                venue: if let Where::At(venue) = w.place { Some(venue) } else { None },
                online: w.place == Where::Online,
            });
        }
        sittings.sort_by_key(|s| s.slot);
        save(tx, &permit.actor, &desk, &sittings, seen, "timetable.half_day.changed").await
    })
    .await
}

/// Lets two half-days of the draft change places, with their lecturers and places.
///
/// # Errors
/// [`TimetableError`].
pub async fn exchange(
    db: &Db,
    permit: &Permit<EditTimetables>,
    class: ClassId,
    (one, other): (i64, i64),
    seen: i64,
) -> Result<(), TimetableError> {
    db.write(async |tx| {
        let desk = hold(tx, &permit.actor, class).await?;
        let slot = |seq: i64| usize::try_from(seq - 1).ok().filter(|slot| *slot < desk.week.slots.len());
        let (one, other) = slot(one).zip(slot(other)).ok_or(TimetableError::NotFound)?;
        if [one, other].into_iter().any(|at| desk.week.slots.get(at).is_none_or(|s| s.held)) {
            return Err(TimetableError::Held);
        }
        let mut sittings = desk.draft.clone();
        for sitting in &mut sittings {
            sitting.slot = match sitting.slot {
                at if at == one => other,
                at if at == other => one,
                at => at,
            };
        }
        sittings.sort_by_key(|s| s.slot);
        save(tx, &permit.actor, &desk, &sittings, seen, "timetable.half_days.exchanged").await
    })
    .await
}

/// Opens the sittings to come of somebody who does not teach in a class any more, in its draft.
pub(crate) async fn release(tx: &mut Tx, actor: &Actor, class: ClassId, who: AccountId) -> Result<(), StoreError> {
    let (scheme,): (SchemeId,) = tx.one(&SCHEME_OF, &[&class]).await?;
    take_turn(tx, scheme).await?;
    let (today, now) = (tx.today(), tx.now());
    let mut open = 0;
    for statement in [&RELEASE_LECTURER, &RELEASE_PARTNER] {
        open += tx.exec(statement, &[&class, &who, &today]).await?;
    }
    if open > 0 {
        tx.exec(&SET_SAVED, &[&class, &actor.name, &now]).await?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Published {
    version: i64,
    /// Numbers of the half-days that differ from the version before.
    half_days: Vec<usize>,
}

/// Publishes the draft of which the actor saw edition `seen`. Gives the number of the version.
///
/// # Errors
/// [`TimetableError::Faults`] with everything that stops it; [`TimetableError::Nothing`] when it is published already.
pub async fn publish_timetable(
    db: &Db,
    permit: &Permit<EditTimetables>,
    class: ClassId,
    seen: i64,
) -> Result<i64, TimetableError> {
    db.write(async |tx| {
        let desk = hold(tx, &permit.actor, class).await?;
        let number = desk.state.published + 1;
        let before: Vec<Sitting> =
            rows(tx, class, desk.state.published, desk.state.published).await?.iter().map(Row::sitting).collect();
        let changed = differing(&before, &desk.draft);
        if changed.is_empty() {
            return Err(TimetableError::Nothing);
        }
        if desk.state.edition != seen {
            return Err(TimetableError::Overtaken);
        }
        let stops: Vec<Fault> = faults(&desk.week, &desk.draft).into_iter().filter(Fault::stops).collect();
        if !stops.is_empty() {
            return Err(TimetableError::Faults(stops));
        }
        store::publish(tx, &permit.actor, class, number).await?;
        let told = Published { version: number, half_days: changed.iter().map(|slot| slot + 1).collect() };
        tx.audit(&permit.actor, "timetable.version.published", class, Change::created(&told))?;
        announcing::published(tx, &desk, number, &before).await?;
        Ok(number)
    })
    .await
}
