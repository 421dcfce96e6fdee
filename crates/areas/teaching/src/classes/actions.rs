//! The life of a class: calling for it, telling the communes, opening, filing, and what learning reports back.

use ::store::{By, Change, Conn, Db, StoreError, Tx};
use chrono::{Datelike, NaiveDate, Weekday};
use kernel::{AccountId, Actor, ClassId, PersonId, PlanClassId, UnitId, VenueId};
use people::{accounts::accounts_of, calendar::days_off};
use serde::Serialize;
use web::{Permit, WebError};

use super::{
    OpenClasses, announcing,
    life::{Check, checks_of, obstacles},
    model::{ClassMove, ClassMoveRefused, ClassState},
    nominating::{
        actions::{fill_from_waiting, move_all, move_nomination},
        model::{Finding, NominationMove, NominationMoveRefused, NominationState},
        night::WatchSeats,
        seats::PoolKind,
    },
    planned::planned,
    rooms,
    store::{
        self, CLEAR_POOLS, ClassLine, INSERT_CLASS, INSERT_CLASS_MOVE, INSERT_POOL, INSERT_QUOTA, NEXT_NUMBER,
        NominationRow, OPEN_NOMINATIONS, SET_CLASS, SET_HEAD, SET_QUOTA, SET_SEATS, WEIGHTS,
    },
};
use crate::{
    curriculum::taught,
    planning,
    scheme::{self, Rules},
    timetable,
};

/// Why something did not happen to a class. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ClassError {
    /// No such class, nomination or planned class within the actor's scope.
    #[error("not found")]
    NotFound,
    /// The class is not where the step begins.
    #[error("refused")]
    Refused(#[from] ClassMoveRefused),
    /// The nomination is not where the step begins.
    #[error("nomination refused")]
    NominationRefused(#[from] NominationMoveRefused),
    /// What must be done before the step, or explained by a reason that was not given.
    #[error("{} conditions are not met", .0.len())]
    Missing(Vec<Check>),
    /// Somebody changed seats, quotas or deadline after the form was made.
    #[error("changed by somebody else meanwhile")]
    Overtaken,
    /// A commune cannot have so few seats: its code and the seats that its people hold.
    #[error("{0} holds {1} seats")]
    Held(String, i64),
    /// More seats are shared than the class has.
    #[error("{shared} of {limit} shared")]
    Shared {
        /// Seats shared.
        shared: i64,
        /// Seats of the class.
        limit: i64,
    },
    /// The commune has no quota in this class.
    #[error("no quota")]
    NoQuota,
    /// Nobody was chosen.
    #[error("nobody chosen")]
    Nobody,
    /// The class has begun or is over: people come and go no more.
    #[error("class is closed to changes")]
    Closed(ClassState),
    /// The deadline is over and the commune has no seat left: its last day.
    #[error("late: {0}")]
    Late(NaiveDate),
    /// Nobody of the commune lacks a decision.
    #[error("nobody without a decision")]
    NoneUndecided,
    /// A reason is missing.
    #[error("no reason")]
    NoReason,
    /// Some of the chosen people cannot go, or the commune must confirm.
    #[error("{} findings", .0.len())]
    Findings(Vec<(PersonId, Finding)>),
    /// A field of the call is wrong: name of the field and message key.
    #[error("{0}: {1}")]
    Field(&'static str, &'static str),
    /// The database's failure.
    #[error("class")]
    Store(#[from] StoreError),
}

impl From<ClassError> for WebError {
    fn from(error: ClassError) -> Self {
        match error {
            ClassError::NotFound => Self::NotFound,
            ClassError::Refused(_) | ClassError::NominationRefused(_) => Self::refused("classes-moved-on"),
            ClassError::Missing(_) => Self::refused("classes-missing"),
            ClassError::Overtaken => Self::refused("classes-overtaken"),
            ClassError::Held(..) => Self::refused("classes-quota-held"),
            ClassError::Shared { shared, limit } => {
                Self::refused_with("classes-quotas-over", [("shared", shared.into()), ("limit", limit.into())])
            }
            ClassError::NoQuota => Self::refused("classes-no-quota"),
            ClassError::Nobody => Self::refused("classes-nobody"),
            ClassError::Closed(_) => Self::refused("classes-closed"),
            ClassError::Late(_) => Self::refused("classes-late-short"),
            ClassError::NoneUndecided => Self::refused("classes-decision-nobody"),
            ClassError::NoReason => Self::refused("classes-no-reason"),
            ClassError::Findings(_) => Self::refused("classes-findings"),
            ClassError::Field(_, key) => Self::refused(key),
            ClassError::Store(inner) => Self::Store(inner),
        }
    }
}

/// What the school decides when it calls for a class.
#[derive(Debug, Clone)]
pub struct CallInput {
    /// The class of the plan.
    pub planned: PlanClassId,
    /// First day, a Monday.
    pub starts_on: NaiveDate,
    /// Room.
    pub venue: VenueId,
    /// Class head teacher, if known yet.
    pub head: Option<AccountId>,
    /// Most people.
    pub seat_limit: i64,
    /// Last day for the communes.
    pub nominate_by: NaiveDate,
    /// Whether communes are told at once; otherwise the quotas can be looked at and changed first.
    pub publish: bool,
}

#[derive(Serialize)]
struct Called {
    label: String,
    starts_on: NaiveDate,
    seat_limit: i64,
    communes: usize,
}

/// Calls for a class of the plan: allots its number, shares its seats among the communes that the plan
/// foresees, lays out its half-days.
///
/// Quotas are proportional to the people of the audience who are not trained or enrolled yet, at least one
/// each, by largest remainder (DOMAIN 6).
///
/// # Errors
/// [`ClassError::Field`] at the field that is wrong; [`ClassError::NotFound`] when the planned class is
/// called for already or its year is not approved.
pub async fn call_class(db: &Db, permit: &Permit<OpenClasses>, input: &CallInput) -> Result<ClassId, ClassError> {
    db.write(async |tx| {
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(ClassError::NotFound)?;
        let rules = scheme::rules(tx, scheme.id, input.starts_on).await?;
        // nobody adjusts the year meanwhile
        planning::hold(tx, scheme.id).await?;
        let planned = planned(tx, scheme.id).await?;
        let planned = planned.into_iter().find(|p| p.id == input.planned).ok_or(ClassError::NotFound)?;
        let audience = planned.audience_code.ok_or(ClassError::NotFound)?;
        let venue = rooms::hold(tx, scheme.id, input.venue)
            .await?
            .filter(rooms::Room::holds_classes)
            .ok_or(ClassError::Field("venue", "classes-no-venue"))?;
        check_call(input, &rules, venue.seats, tx.today())?;
        let ends_on = rules.last_day(input.starts_on);
        if !days_off(tx, input.starts_on, ends_on).await?.is_empty() {
            return Err(ClassError::Field("starts_on", "classes-holiday"));
        }
        if venue.closed_on(ends_on) {
            return Err(ClassError::Field("venue", "classes-venue-closed"));
        }
        let busy = store::busy(tx, input.starts_on, ends_on).await?;
        if busy.iter().any(|b| b.venue_id == input.venue) {
            return Err(ClassError::Field("venue", "classes-venue-taken"));
        }
        if let Some(head) = input.head {
            check_head(tx, &permit.actor, head, busy.iter().any(|b| b.head_account_id == Some(head))).await?;
        }

        let (year, today) = (i64::from(input.starts_on.year()), tx.today());
        let (number,): (i64,) = tx.one(&NEXT_NUMBER, &[&scheme.id, &year]).await?;
        let (id, now) = (ClassId::new(tx.ids()), tx.now());
        tx.exec(
            &INSERT_CLASS,
            &[
                &id,
                &scheme.id,
                &year,
                &number,
                &planned.version_id,
                &planned.id,
                &audience,
                &input.venue,
                &input.starts_on,
                &ends_on,
                &input.nominate_by,
                &input.seat_limit,
                &input.head,
                &ClassState::Called,
                &now,
            ],
        )
        .await?;
        let none: Option<ClassState> = None;
        tx.exec(&INSERT_CLASS_MOVE, &[&id, &none, &ClassState::Called, &permit.actor.name, &now, &""]).await?;

        let weights: Vec<(UnitId, i64, i64)> =
            tx.all(&WEIGHTS, &[&scheme.id, &audience, &input.starts_on, &ends_on, &planned.id]).await?;
        let quotas = share(&weights, input.seat_limit);
        tx.exec_many(&INSERT_QUOTA, &quotas, |(commune, seats), args| {
            args.add(&id)?;
            args.add(commune)?;
            args.add(seats)
        })
        .await?;

        let taught = taught(tx, planned.version_id).await?;
        let what = (planned.version_id, taught.as_slice());
        timetable::begin(tx, &permit.actor, id, input.starts_on, what, (&rules, input.venue)).await?;
        let called = Called {
            label: store::label(number, year),
            starts_on: input.starts_on,
            seat_limit: input.seat_limit,
            communes: quotas.len(),
        };
        tx.audit(&permit.actor, "classes.class.called", id, Change::created(&called))?;
        WatchSeats { class: id }.after(tx, today).await?;
        if input.publish {
            let line = store::any_class(tx, id).await?.ok_or(ClassError::NotFound)?;
            move_class(tx, &permit.actor, &line, ClassMove::Publish, "").await?;
        }
        Ok(id)
    })
    .await
}

fn check_call(input: &CallInput, rules: &Rules, venue_seats: i64, today: NaiveDate) -> Result<(), ClassError> {
    if input.starts_on.weekday() != Weekday::Mon {
        return Err(ClassError::Field("starts_on", "classes-not-monday"));
    }
    if input.starts_on <= today || input.starts_on < rules.first_teaching_day {
        return Err(ClassError::Field("starts_on", "classes-past"));
    }
    check_seats(input.seat_limit, rules, venue_seats)?;
    check_deadline(input.nominate_by, input.starts_on, today)
}

fn check_seats(seats: i64, rules: &Rules, venue_seats: i64) -> Result<(), ClassError> {
    if !(1..=rules.class_size_most).contains(&seats) {
        return Err(ClassError::Field("seat_limit", "classes-seat-limit-off"));
    }
    if seats > venue_seats {
        return Err(ClassError::Field("seat_limit", "classes-venue-small"));
    }
    Ok(())
}

fn check_deadline(nominate_by: NaiveDate, starts_on: NaiveDate, today: NaiveDate) -> Result<(), ClassError> {
    if nominate_by < today || nominate_by >= starts_on {
        return Err(ClassError::Field("nominate_by", "classes-nominate-by-off"));
    }
    Ok(())
}

/// A class head is a lecturer who heads no other class in the same week.
async fn check_head(conn: &mut Conn, actor: &Actor, head: AccountId, busy: bool) -> Result<(), ClassError> {
    if !accounts_of(conn, actor, "lecturer").await?.iter().any(|(account, _)| *account == head) {
        return Err(ClassError::Field("head", "classes-head-unknown"));
    }
    if busy {
        return Err(ClassError::Field("head", "classes-head-busy"));
    }
    Ok(())
}

/// Gives a class its head teacher, or another one.
///
/// # Errors
/// [`ClassError::Field`] for somebody who is no lecturer or heads another class that week;
/// [`ClassError::Closed`] when the class is over.
pub async fn assign_head(
    db: &Db,
    permit: &Permit<OpenClasses>,
    class: ClassId,
    head: AccountId,
) -> Result<(), ClassError> {
    db.write(async |tx| {
        let line = held(tx, By::from(&permit.actor), class).await?;
        if !line.state.is_alive() {
            return Err(ClassError::Closed(line.state));
        }
        let busy = store::busy(tx, line.starts_on, line.ends_on).await?;
        check_head(tx, &permit.actor, head, busy.iter().any(|b| b.id != class && b.head_account_id == Some(head)))
            .await?;
        tx.exec(&SET_HEAD, &[&class, &head]).await?;
        tx.audit(&permit.actor, "classes.class.head_assigned", class, Change::changed(&line.head_account_id, &head))?;
        Ok(())
    })
    .await
}

/// Seats by commune. Where every commune with people to train can have one, all share; otherwise those that
/// the plan foresees in this class.
fn share(weights: &[(UnitId, i64, i64)], seats: i64) -> Vec<(UnitId, i64)> {
    let too_many = i64::try_from(weights.len()).unwrap_or(i64::MAX) > seats;
    let foreseen = too_many && weights.iter().any(|(_, _, planned)| *planned > 0);
    let taking: Vec<&(UnitId, i64, i64)> = weights.iter().filter(|w| !foreseen || w.2 > 0).collect();
    let people: Vec<u64> = taking.iter().map(|w| u64::try_from(w.1).unwrap_or(0)).collect();
    let shares = planner::apportion(u32::try_from(seats).unwrap_or(0), &people, 1);
    taking.into_iter().zip(shares).filter(|(_, seats)| *seats > 0).map(|(w, seats)| (w.0, i64::from(seats))).collect()
}

/// Takes the turn of a class of the actor's scheme.
async fn held(tx: &mut Tx, by: By<'_>, class: ClassId) -> Result<ClassLine, ClassError> {
    if !store::hold(tx, by, class).await? {
        return Err(ClassError::NotFound);
    }
    store::any_class(tx, class).await?.ok_or(ClassError::NotFound)
}

/// Takes the turn of a class to which people may still be put forward.
pub(super) async fn open_to_people(tx: &mut Tx, by: By<'_>, class: ClassId) -> Result<ClassLine, ClassError> {
    let line = held(tx, by, class).await?;
    if !line.state.takes_people() {
        return Err(ClassError::Closed(line.state));
    }
    Ok(line)
}

/// Takes the turn of a class in which people may still be replaced: before its study week, and in it until the day that the rules
/// name.
pub(super) async fn open_to_substitutes(tx: &mut Tx, by: By<'_>, class: ClassId) -> Result<ClassLine, ClassError> {
    let line = held(tx, by, class).await?;
    let until = scheme::rules(tx, line.scheme_id, line.starts_on).await?.substitute_until_day;
    if line.takes_substitutes(until, tx.today()) { Ok(line) } else { Err(ClassError::Closed(line.state)) }
}

/// A step that somebody decides: refused while anything stands before it.
async fn step_on(db: &Db, actor: &Actor, class: ClassId, step: ClassMove, reason: &str) -> Result<(), ClassError> {
    let reason = kernel::text::clean(reason);
    db.write(async |tx| {
        let line = held(tx, By::from(actor), class).await?;
        move_class(tx, actor, &line, step, &reason).await
    })
    .await
}

/// Tells the communes their quotas: from now on they see the class and may nominate.
///
/// # Errors
/// [`ClassError::Missing`] while quotas or deadline do not fit; [`ClassError::Refused`] when they know already.
pub async fn publish_class(db: &Db, permit: &Permit<OpenClasses>, class: ClassId) -> Result<(), ClassError> {
    step_on(db, &permit.actor, class, ClassMove::Publish, "").await
}

/// The school decides to open the class with the people accepted so far.
///
/// # Errors
/// [`ClassError::Missing`] while nominations wait for the school's word, and for a class that is too small unless
/// `reason` says why; [`ClassError::Refused`] when it is open already.
pub async fn open_class(db: &Db, permit: &Permit<OpenClasses>, class: ClassId, reason: &str) -> Result<(), ClassError> {
    step_on(db, &permit.actor, class, ClassMove::Open, reason).await
}

/// Closes the file of a class whose results are decided; `place` says where the papers lie.
///
/// # Errors
/// [`ClassError::NoReason`] without a place; [`ClassError::Missing`] while papers are outstanding.
pub async fn file_class(db: &Db, permit: &Permit<OpenClasses>, class: ClassId, place: &str) -> Result<(), ClassError> {
    if kernel::text::clean(place).is_empty() {
        return Err(ClassError::NoReason);
    }
    step_on(db, &permit.actor, class, ClassMove::File, place).await
}

/// Seats of a class and what each commune gets of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeatsDraft {
    /// Most people.
    pub seat_limit: i64,
    /// Last day for the communes.
    pub nominate_by: NaiveDate,
    /// Seats by commune; who is not named keeps what it has.
    pub quotas: Vec<(UnitId, i64)>,
    /// Seats kept until the deadline for people of a bloc or of a level of posts, by code; all of one kind.
    pub pools: Vec<(PoolKind, String, i64)>,
}

/// Changes seats, deadline and quotas of a class of which the actor saw edition `seen`. Who waits moves up where seats become free:
/// to a seat, not past the school's word. Gives how many moved up.
///
/// # Errors
/// [`ClassError::Field`] at the field that is wrong; [`ClassError::Held`] below what a commune's people hold already;
/// [`ClassError::Shared`] beyond the seats; [`ClassError::Overtaken`]; [`ClassError::Closed`].
pub async fn change_seats(
    db: &Db,
    permit: &Permit<OpenClasses>,
    class: ClassId,
    draft: &SeatsDraft,
    seen: i64,
) -> Result<i64, ClassError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let line = held(tx, By::from(actor), class).await?;
        if !line.state.is_open_to_change() {
            return Err(ClassError::Closed(line.state));
        }
        let before = store::quotas(tx, actor, class).await?;
        let wanted = |unit: UnitId, has: i64| draft.quotas.iter().find(|(u, _)| *u == unit).map_or(has, |(_, n)| *n);
        let changed: Vec<(UnitId, i64)> = before
            .iter()
            .map(|q| (q.commune_id, q.seats, wanted(q.commune_id, q.seats)))
            .filter(|(_, has, wants)| has != wants)
            .map(|(unit, _, wants)| (unit, wants))
            .collect();
        let pools: Vec<(PoolKind, String, i64)> =
            store::pools(tx, class).await?.into_iter().map(|pool| (pool.kind, pool.code, pool.seats)).collect();
        let mut kept = draft.pools.clone();
        kept.sort_by(|a, b| a.1.cmp(&b.1));
        let same = changed.is_empty()
            && pools == kept
            && line.seat_limit == draft.seat_limit
            && line.nominate_by == draft.nominate_by;
        if same {
            return Ok(0);
        }
        if line.edition != seen {
            return Err(ClassError::Overtaken);
        }
        let rules = scheme::rules(tx, line.scheme_id, line.starts_on).await?;
        let room = rooms::hold(tx, line.scheme_id, line.venue_id).await?.ok_or(ClassError::NotFound)?;
        check_seats(draft.seat_limit, &rules, room.seats)?;
        if draft.seat_limit < line.taken() {
            return Err(ClassError::Field("seat_limit", "classes-seat-limit-taken"));
        }
        if draft.nominate_by != line.nominate_by {
            check_deadline(draft.nominate_by, line.starts_on, tx.today())?;
        }
        for q in &before {
            let (wants, holds) = (wanted(q.commune_id, q.seats), q.proposed + q.accepted);
            if wants < holds.min(q.seats) || wants < 0 {
                return Err(ClassError::Held(q.code.clone(), holds.min(q.seats)));
            }
        }
        let kept_seats: i64 = kept.iter().map(|(.., seats)| seats).sum();
        if kept_seats > draft.seat_limit {
            return Err(ClassError::Field("pool_kind", "classes-pools-over"));
        }
        let shared: i64 = before.iter().map(|q| wanted(q.commune_id, q.seats)).sum();
        if shared > draft.seat_limit {
            return Err(ClassError::Shared { shared, limit: draft.seat_limit });
        }
        let now = tx.now();
        tx.exec(&SET_SEATS, &[&class, &draft.seat_limit, &draft.nominate_by, &actor.name, &now]).await?;
        for (commune, seats) in &changed {
            tx.exec(&SET_QUOTA, &[&class, commune, seats]).await?;
        }
        let was = SeatsDraft {
            seat_limit: line.seat_limit,
            nominate_by: line.nominate_by,
            quotas: before.iter().map(|q| (q.commune_id, q.seats)).collect(),
            pools,
        };
        tx.exec(&CLEAR_POOLS, &[&class]).await?;
        for (kind, code, seats) in &kept {
            tx.exec(&INSERT_POOL, &[&class, kind, code, seats]).await?;
        }
        tx.audit(actor, "classes.class.seats_changed", class, Change::changed(&was, draft))?;
        if line.state == ClassState::Called {
            return Ok(0);
        }
        let line = store::any_class(tx, class).await?.ok_or(ClassError::NotFound)?;
        fill_from_waiting(tx, By::from(actor), &line).await
    })
    .await
}

/// The class will not be held; everybody on its list is free again.
///
/// # Errors
/// [`ClassError::NoReason`] without a reason; [`ClassError::Refused`] once it has begun.
pub async fn cancel_class(
    db: &Db,
    permit: &Permit<OpenClasses>,
    class: ClassId,
    reason: &str,
) -> Result<(), ClassError> {
    let reason = kernel::text::clean(reason);
    if reason.is_empty() {
        return Err(ClassError::NoReason);
    }
    db.write(async |tx| {
        let line = held(tx, By::from(&permit.actor), class).await?;
        if !line.state.is_open_to_change() {
            return Err(ClassError::Closed(line.state));
        }
        let all =
            [NominationState::Asked, NominationState::Proposed, NominationState::Waiting, NominationState::Accepted];
        let everybody = announcing::everybody(tx, class).await?;
        move_all(tx, By::from(&permit.actor), &line, &all, NominationMove::Withdraw, &reason).await?;
        move_class(tx, &permit.actor, &line, ClassMove::Cancel, &reason).await?;
        Ok(announcing::cancelled(tx, &line, &everybody, &reason).await?)
    })
    .await
}

async fn move_class(
    tx: &mut Tx,
    actor: &Actor,
    line: &ClassLine,
    step: ClassMove,
    note: &str,
) -> Result<(), ClassError> {
    let next = line.state.step(step)?;
    let (now, today) = (tx.now(), tx.today());
    let missing = obstacles(checks_of(tx, line, step, today).await?, !note.is_empty());
    if !missing.is_empty() {
        return Err(ClassError::Missing(missing));
    }
    tx.exec(&SET_CLASS, &[&line.id, &next]).await?;
    tx.exec(&INSERT_CLASS_MOVE, &[&line.id, &line.state, &next, &actor.name, &now, &note]).await?;
    tx.audit(actor, "classes.class.moved", line.id, Change::changed(&line.state, &(next, note)))?;
    match step {
        ClassMove::Publish => announcing::called(tx, line).await?,
        ClassMove::Open => announcing::opened(tx, line).await?,
        _ => {}
    }
    Ok(())
}

/// A step of the study week, told by `learning` inside its own transaction.
///
/// # Errors
/// [`ClassError::Refused`] when the class is not where the step begins.
pub async fn step_class(tx: &mut Tx, actor: &Actor, class: ClassId, step: ClassMove) -> Result<(), ClassError> {
    let line = held(tx, By::from(actor), class).await?;
    if matches!(step, ClassMove::Begin | ClassMove::FinishStudy) {
        // who got no seat until the first roll-call, or came too late to be accepted, is free for another class
        let left = [NominationState::Asked, NominationState::Proposed, NominationState::Waiting];
        move_all(tx, By::from(actor), &line, &left, NominationMove::Refuse, "Lớp đã bắt đầu học").await?;
    }
    move_class(tx, actor, &line, step, "").await
}

/// The result decision, told by `learning` inside its own transaction: who completed and who did not.
///
/// # Errors
/// [`ClassError::Refused`] unless essays are being marked; [`ClassError::NotFound`] when somebody of the
/// list is missing.
pub async fn record_results(
    tx: &mut Tx,
    actor: &Actor,
    class: ClassId,
    outcomes: &[(PersonId, bool)],
) -> Result<(), ClassError> {
    if !store::hold(tx, By::from(actor), class).await? {
        return Err(ClassError::NotFound);
    }
    let rows: Vec<NominationRow> = tx.all(&OPEN_NOMINATIONS, &[&class, &NominationState::Accepted]).await?;
    for row in &rows {
        let (_, completed) =
            outcomes.iter().find(|(person, _)| *person == row.person_id).ok_or(ClassError::NotFound)?;
        let step = if *completed { NominationMove::Complete } else { NominationMove::Fail };
        move_nomination(tx, By::from(actor), row, step, "").await?;
    }
    step_class(tx, actor, class, ClassMove::Complete).await
}

#[cfg(test)]
mod tests {
    use kernel::ids::SystemIds;

    use super::*;

    fn communes<const N: usize>(weights: [(i64, i64); N]) -> (Vec<UnitId>, Vec<(UnitId, i64, i64)>) {
        let ids: Vec<UnitId> = weights.iter().map(|_| UnitId::new(&SystemIds)).collect();
        let rows = ids.iter().zip(weights).map(|(id, (people, planned))| (*id, people, planned)).collect();
        (ids, rows)
    }

    #[test]
    fn every_commune_with_people_to_train_gets_a_seat_where_seats_suffice() {
        let (ids, rows) = communes([(60, 0), (30, 0), (1, 0), (0, 0)]);
        assert_eq!(share(&rows, 12), [(ids[0], 7), (ids[1], 4), (ids[2], 1)]);
    }

    #[test]
    fn more_communes_than_seats_leave_the_class_to_those_that_the_plan_foresees() {
        let (ids, rows) = communes([(60, 0), (30, 2), (1, 1), (20, 0)]);
        assert_eq!(share(&rows, 3), [(ids[1], 2), (ids[2], 1)]);
        // a class that the plan says nothing about: the largest communes first
        let (ids, rows) = communes([(60, 0), (30, 0), (1, 0)]);
        assert_eq!(share(&rows, 2), [(ids[0], 1), (ids[1], 1)]);
    }
}
