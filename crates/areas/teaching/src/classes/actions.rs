//! Calling for a class, nominating, accepting, opening, and what learning reports back.

use std::collections::BTreeSet;

use ::store::{By, Change, Conn, Db, Job, JobContext, JobError, StoreError, Tx};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use kernel::{
    AccountId, Actor, ClassId, HalfDayId, NominationId, PersonId, PlanClassId, UnitId, VenueId, clock::start_of,
};
use people::{accounts::accounts_of, calendar::days_off};
use serde::{Deserialize, Serialize};
use web::{Permit, WebError};

use super::{
    AcceptNominations, Nominate, OpenClasses,
    model::{
        Candidate, ClassMove, ClassMoveRefused, ClassState, Finding, NominationMove, NominationMoveRefused,
        NominationState, findings, fitness, half_days,
    },
    rooms,
    store::{
        self, ClassLine, INSERT_CLASS, INSERT_CLASS_MOVE, INSERT_HALF_DAY, INSERT_NOMINATION, INSERT_NOMINATION_MOVE,
        INSERT_QUOTA, NEXT_NUMBER, NOMINATION, NominationRow, OPEN_NOMINATIONS, SET_CLASS, SET_HEAD, SET_NOMINATION,
        WEIGHTS,
    },
};
use crate::{
    curriculum::taught,
    scheme::{self, Rules},
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
    /// Fewer people than a class must have, and no reason given.
    #[error("{accepted} of at least {least}")]
    TooFew {
        /// People accepted.
        accepted: i64,
        /// Least people of a class.
        least: i64,
    },
    /// Some nominations still wait for the school's word.
    #[error("{0} not decided")]
    Undecided(i64),
    /// The commune has no quota in this class.
    #[error("no quota")]
    NoQuota,
    /// Nobody was chosen.
    #[error("nobody chosen")]
    Nobody,
    /// The class has begun or is over: people come and go no more.
    #[error("class is closed to changes")]
    Closed(ClassState),
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
            ClassError::TooFew { accepted, least } => {
                Self::refused_with("classes-too-few", [("accepted", accepted.into()), ("least", least.into())])
            }
            ClassError::Undecided(n) => Self::refused_with("classes-undecided", [("n", n.into())]),
            ClassError::NoQuota => Self::refused("classes-no-quota"),
            ClassError::Nobody => Self::refused("classes-nobody"),
            ClassError::Closed(_) => Self::refused("classes-closed"),
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
        let planned = store::planned(tx, scheme.id).await?;
        let planned = planned.into_iter().find(|p| p.id == input.planned).ok_or(ClassError::NotFound)?;
        let audience = planned.audience_code.ok_or(ClassError::NotFound)?;
        let venue =
            rooms::hold(tx, scheme.id, input.venue).await?.ok_or(ClassError::Field("venue", "classes-no-venue"))?;
        check_call(input, &rules, venue.seats, tx.today())?;
        let days = u64::try_from(rules.class_days).unwrap_or(1);
        let ends_on = input.starts_on + Days::new(days.saturating_sub(1));
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

        let year = i64::from(input.starts_on.year());
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
                &ClassState::Nominating,
                &now,
            ],
        )
        .await?;
        let none: Option<ClassState> = None;
        tx.exec(&INSERT_CLASS_MOVE, &[&id, &none, &ClassState::Nominating, &permit.actor.name, &now, &""]).await?;

        let weights: Vec<(UnitId, i64, i64)> =
            tx.all(&WEIGHTS, &[&scheme.id, &audience, &input.starts_on, &ends_on, &planned.id]).await?;
        let quotas = share(&weights, input.seat_limit);
        tx.exec_many(&INSERT_QUOTA, &quotas, |(commune, seats), args| {
            args.add(&id)?;
            args.add(commune)?;
            args.add(seats)
        })
        .await?;

        let topics = taught(tx, planned.version_id).await?;
        let topics = topics.iter().map(|t| (t.day, t.title.as_str(), t.periods)).collect::<Vec<_>>();
        let rows: Vec<_> = (1_i64..)
            .zip(lay_out(&topics, &rules))
            .map(|(seq, (day, part, titles))| {
                let held_on = input.starts_on + Days::new(u64::try_from(day).unwrap_or(0));
                (HalfDayId::new(tx.ids()), seq, held_on, part, titles)
            })
            .collect();
        tx.exec_many(&INSERT_HALF_DAY, &rows, |(half_day, seq, held_on, part, titles), args| {
            args.add(half_day)?;
            args.add(&id)?;
            args.add(seq)?;
            args.add(held_on)?;
            args.add(part)?;
            args.add(titles)?;
            args.add(&rules.periods_per_half_day)
        })
        .await?;
        let called = Called {
            label: format!("{number:02}/{year}"),
            starts_on: input.starts_on,
            seat_limit: input.seat_limit,
            communes: quotas.len(),
        };
        tx.audit(&permit.actor, "classes.class.called", id, Change::created(&called))?;
        tx.enqueue_at(&FillFreeSeats { class: id }, start_of(input.nominate_by + Days::new(1))).await?;
        Ok(id)
    })
    .await
}

/// The half-days of a class in their order: day from 0, part, and what is taught. Topics come with their day, from 1; those without
/// one are left out.
pub(super) fn lay_out(topics: &[(i64, &str, i64)], rules: &Rules) -> Vec<(i64, &'static str, String)> {
    let parts = usize::try_from(rules.half_days_per_day).unwrap_or(1).clamp(1, 2);
    let mut rows = Vec::new();
    for day in 0..rules.class_days {
        let of_day: Vec<(&str, i64)> =
            topics.iter().filter(|(d, ..)| *d == day + 1).map(|(_, title, p)| (*title, *p)).collect();
        let half_days = half_days(&of_day, parts, rules.periods_per_half_day);
        rows.extend(["sang", "chieu"].into_iter().zip(half_days).map(|(part, titles)| (day, part, titles)));
    }
    rows
}

fn check_call(input: &CallInput, rules: &Rules, venue_seats: i64, today: NaiveDate) -> Result<(), ClassError> {
    if input.starts_on.weekday() != Weekday::Mon {
        return Err(ClassError::Field("starts_on", "classes-not-monday"));
    }
    if input.starts_on <= today || input.starts_on < rules.first_teaching_day {
        return Err(ClassError::Field("starts_on", "classes-past"));
    }
    if !(1..=rules.class_size_most).contains(&input.seat_limit) {
        return Err(ClassError::Field("seat_limit", "classes-seat-limit-off"));
    }
    if input.seat_limit > venue_seats {
        return Err(ClassError::Field("seat_limit", "classes-venue-small"));
    }
    if input.nominate_by < today || input.nominate_by >= input.starts_on {
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
        if !store::hold(tx, By::from(&permit.actor), class).await? {
            return Err(ClassError::NotFound);
        }
        let line = store::any_class(tx, class).await?.ok_or(ClassError::NotFound)?;
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

/// What became of a commune's call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nominated {
    /// People who hold a seat.
    pub proposed: i64,
    /// People on the waiting list.
    pub waiting: i64,
}

/// Puts people of the officer's commune forward. Everybody or nobody: findings stop the whole call, and
/// those that only warn may be confirmed. Beyond the commune's quota (until the deadline) and beyond the
/// seats of the class people go on the waiting list.
///
/// # Errors
/// [`ClassError::Findings`] with every finding of every person; [`ClassError::NotFound`] for people of
/// another commune.
pub async fn nominate(
    db: &Db,
    permit: &Permit<Nominate>,
    class: ClassId,
    people: &[PersonId],
    confirmed: bool,
) -> Result<Nominated, ClassError> {
    let commune = permit.actor.commune().ok_or(ClassError::NotFound)?;
    if people.is_empty() {
        return Err(ClassError::Nobody);
    }
    db.write(async |tx| {
        let line = open_to_people(tx, By::from(&permit.actor), class).await?;
        store::quota(tx, class, commune).await?.ok_or(ClassError::NoQuota)?;
        let chosen = judged(tx, &line, commune, people, confirmed).await?;
        fill_from_waiting(tx, By::from(&permit.actor), &line).await?;
        let (now, today) = (tx.now(), tx.today());
        let mut seats = store::seats(tx, &line, today).await?;
        let mut done = Nominated { proposed: 0, waiting: 0 };
        for person in &chosen {
            if seats.wait(commune).is_none() {
                insert(tx, &permit.actor, class, commune, person, NominationState::Proposed, now).await?;
                seats.take(commune);
                done.proposed += 1;
            } else {
                insert(tx, &permit.actor, class, commune, person, NominationState::Waiting, now).await?;
                done.waiting += 1;
            }
        }
        Ok(done)
    })
    .await
}

/// The chosen people in the given order, after every rule of a nomination was asked.
async fn judged(
    tx: &mut Tx,
    line: &ClassLine,
    commune: UnitId,
    people: &[PersonId],
    confirmed: bool,
) -> Result<Vec<Candidate>, ClassError> {
    let rules = scheme::rules(tx, line.scheme_id, line.starts_on).await?;
    let everybody = store::candidates(tx, line.id, commune).await?;
    let wanted: BTreeSet<String> = people.iter().map(ToString::to_string).collect();
    let mut chosen = Vec::with_capacity(wanted.len());
    for person in people {
        let found = everybody.iter().find(|c| c.person_id == *person).ok_or(ClassError::NotFound)?;
        if !chosen.iter().any(|c: &Candidate| c.person_id == *person) {
            chosen.push(found.clone());
        }
    }
    let found = findings(&line.audience_code, &everybody, people, |size| rules.office_absent_most(size));
    if found.iter().any(|(_, f)| f.refuses()) || (!found.is_empty() && !confirmed) {
        return Err(ClassError::Findings(found));
    }
    Ok(chosen)
}

async fn open_to_people(tx: &mut Tx, by: By<'_>, class: ClassId) -> Result<ClassLine, ClassError> {
    if !store::hold(tx, by, class).await? {
        return Err(ClassError::NotFound);
    }
    let line = store::any_class(tx, class).await?.ok_or(ClassError::NotFound)?;
    if !line.state.takes_people() {
        return Err(ClassError::Closed(line.state));
    }
    Ok(line)
}

async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    class: ClassId,
    commune: UnitId,
    person: &Candidate,
    state: NominationState,
    now: DateTime<Utc>,
) -> Result<NominationId, StoreError> {
    let id = NominationId::new(tx.ids());
    let since = (state == NominationState::Waiting).then_some(now);
    tx.exec(
        &INSERT_NOMINATION,
        &[&id, &class, &person.person_id, &commune, &person.office_id, &state, &since, &"", &now],
    )
    .await?;
    let none: Option<NominationState> = None;
    tx.exec(&INSERT_NOMINATION_MOVE, &[&id, &none, &state, &actor.name, &now, &""]).await?;
    tx.audit(actor, "classes.nomination.made", id, Change::created(&(class, person.person_id, state)))?;
    Ok(id)
}

async fn move_nomination(
    tx: &mut Tx,
    by: By<'_>,
    row: &NominationRow,
    step: NominationMove,
    note: &str,
) -> Result<(), ClassError> {
    let next = row.state.step(step)?;
    let now = tx.now();
    tx.exec(&SET_NOMINATION, &[&row.id, &next, &note]).await?;
    let name = match by {
        By::Actor(actor) => actor.name.as_str(),
        By::System(name) => name,
    };
    tx.exec(&INSERT_NOMINATION_MOVE, &[&row.id, &row.state, &next, &name, &now, &note]).await?;
    tx.audit(by, "classes.nomination.moved", row.id, Change::changed(&row.state, &(next, note)))?;
    Ok(())
}

/// Free seats go to those who wait: within their commune's quota first come first served, after the
/// deadline whoever waits longest.
async fn fill_from_waiting(tx: &mut Tx, by: By<'_>, line: &ClassLine) -> Result<i64, ClassError> {
    let today = tx.today();
    let mut seats = store::seats(tx, line, today).await?;
    let mut filled = 0;
    for next in store::waiting_list(tx, line.id).await? {
        if seats.wait(next.commune_id).is_none() {
            move_nomination(tx, by, &next, NominationMove::MoveUp, "").await?;
            seats.take(next.commune_id);
            filled += 1;
        }
    }
    Ok(filled)
}

/// Gives the seats that the quotas kept free to those who wait, on the day after the communes' last one.
/// Safe to run twice: who has moved up waits no more.
#[derive(Debug, Serialize, Deserialize)]
pub struct FillFreeSeats {
    /// The class.
    pub class: ClassId,
}

impl Job for FillFreeSeats {
    const NAME: &'static str = "classes.fill-free-seats";
    const DEDUP: bool = true;

    async fn run(&self, context: &JobContext) -> Result<(), JobError> {
        let filled = context
            .db
            .write(async |tx| {
                let line = open_to_people(tx, By::System(Self::NAME), self.class).await?;
                fill_from_waiting(tx, By::System(Self::NAME), &line).await
            })
            .await;
        match filled {
            // a class that has begun or is cancelled gives no seats any more
            Ok(_) | Err(ClassError::Closed(_)) => Ok(()),
            Err(ClassError::Store(error)) => Err(error.into()),
            Err(error) => Err(JobError::GiveUp(error.to_string())),
        }
    }
}

async fn nomination(
    tx: &mut Tx,
    class: ClassId,
    nomination: NominationId,
    commune: Option<UnitId>,
) -> Result<NominationRow, ClassError> {
    let row: Option<NominationRow> = tx.opt(&NOMINATION, &[&nomination, &class, &commune]).await?;
    row.ok_or(ClassError::NotFound)
}

/// The commune takes somebody back; the seat goes to the waiting list. Gives how many moved up.
///
/// # Errors
/// [`ClassError::NoReason`] without a reason; [`ClassError`].
pub async fn withdraw(
    db: &Db,
    permit: &Permit<Nominate>,
    class: ClassId,
    id: NominationId,
    reason: &str,
) -> Result<i64, ClassError> {
    let commune = permit.actor.commune().ok_or(ClassError::NotFound)?;
    leave(db, &permit.actor, class, id, Some(commune), NominationMove::Withdraw, reason).await
}

/// The school does not accept somebody, or takes an accepted person off the list; the seat goes to the
/// waiting list. Gives how many moved up.
///
/// # Errors
/// [`ClassError::NoReason`] without a reason; [`ClassError`].
pub async fn refuse(
    db: &Db,
    permit: &Permit<AcceptNominations>,
    class: ClassId,
    id: NominationId,
    reason: &str,
) -> Result<i64, ClassError> {
    leave(db, &permit.actor, class, id, None, NominationMove::Refuse, reason).await
}

async fn leave(
    db: &Db,
    actor: &Actor,
    class: ClassId,
    id: NominationId,
    commune: Option<UnitId>,
    step: NominationMove,
    reason: &str,
) -> Result<i64, ClassError> {
    let reason = kernel::text::clean(reason);
    if reason.is_empty() {
        return Err(ClassError::NoReason);
    }
    db.write(async |tx| {
        let line = open_to_people(tx, By::from(actor), class).await?;
        let row = nomination(tx, class, id, commune).await?;
        // the school's word about somebody accepted already is a withdrawal
        let accepted = row.state == NominationState::Accepted;
        let step = if accepted && step == NominationMove::Refuse { NominationMove::Withdraw } else { step };
        move_nomination(tx, By::from(actor), &row, step, &reason).await?;
        fill_from_waiting(tx, By::from(actor), &line).await
    })
    .await
}

/// Another person of the commune comes instead and takes over the seat; the school decides about them anew.
///
/// # Errors
/// [`ClassError::NoReason`] without a reason; as [`nominate`] for the newcomer.
pub async fn substitute(
    db: &Db,
    permit: &Permit<Nominate>,
    class: ClassId,
    id: NominationId,
    newcomer: PersonId,
    reason: &str,
    confirmed: bool,
) -> Result<(), ClassError> {
    let reason = kernel::text::clean(reason);
    if reason.is_empty() {
        return Err(ClassError::NoReason);
    }
    let commune = permit.actor.commune().ok_or(ClassError::NotFound)?;
    db.write(async |tx| {
        let line = open_to_people(tx, By::from(&permit.actor), class).await?;
        let row = nomination(tx, class, id, Some(commune)).await?;
        move_nomination(tx, By::from(&permit.actor), &row, NominationMove::Replace, &reason).await?;
        let chosen = judged(tx, &line, commune, &[newcomer], confirmed).await?;
        let now = tx.now();
        for person in &chosen {
            insert(tx, &permit.actor, class, commune, person, NominationState::Proposed, now).await?;
        }
        Ok(())
    })
    .await
}

/// The school accepts the given people; those who are not proposed any more are left alone. Gives how many.
///
/// # Errors
/// [`ClassError::Findings`] when somebody no longer fits the class since the commune nominated them: nobody is
/// accepted then.
pub async fn accept(
    db: &Db,
    permit: &Permit<AcceptNominations>,
    class: ClassId,
    ids: &[NominationId],
) -> Result<i64, ClassError> {
    if ids.is_empty() {
        return Err(ClassError::Nobody);
    }
    db.write(async |tx| {
        open_to_people(tx, By::from(&permit.actor), class).await?;
        let proposed: Vec<NominationRow> = tx.all(&OPEN_NOMINATIONS, &[&class, &NominationState::Proposed]).await?;
        let found: Vec<(PersonId, Finding)> = doubts(tx, class)
            .await?
            .into_iter()
            .filter(|(id, ..)| ids.contains(id))
            .map(|(_, person, finding)| (person, finding))
            .collect();
        if !found.is_empty() {
            return Err(ClassError::Findings(found));
        }
        let mut accepted = 0;
        for row in proposed.iter().filter(|row| ids.contains(&row.id)) {
            move_nomination(tx, By::from(&permit.actor), row, NominationMove::Accept, "").await?;
            accepted += 1;
        }
        Ok(accepted)
    })
    .await
}

/// What speaks against accepting people who wait for the school's word: posts and records may have changed
/// since the commune nominated them.
pub(super) async fn doubts(
    conn: &mut Conn,
    class: ClassId,
) -> Result<Vec<(NominationId, PersonId, Finding)>, StoreError> {
    let asked = store::admissions(conn, class).await?;
    let found = asked.iter().flat_map(|a| {
        let found = fitness(a.of_audience, a.in_post, a.trained_on);
        found.into_iter().map(|finding| (a.nomination_id, a.person_id, finding))
    });
    Ok(found.collect())
}

/// The school decides to open the class with the people accepted so far.
///
/// # Errors
/// [`ClassError::Undecided`] while nominations wait for the school's word; [`ClassError::TooFew`] below the
/// least size of a class unless `reason` says why.
pub async fn open_class(db: &Db, permit: &Permit<OpenClasses>, class: ClassId, reason: &str) -> Result<(), ClassError> {
    let reason = kernel::text::clean(reason);
    db.write(async |tx| {
        let line = open_to_people(tx, By::from(&permit.actor), class).await?;
        let rules = scheme::rules(tx, line.scheme_id, line.starts_on).await?;
        if line.proposed > 0 {
            return Err(ClassError::Undecided(line.proposed));
        }
        if line.accepted < rules.class_size_least && reason.is_empty() {
            return Err(ClassError::TooFew { accepted: line.accepted, least: rules.class_size_least });
        }
        move_class(tx, &permit.actor, &line, ClassMove::Open, &reason).await
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
        let line = open_to_people(tx, By::from(&permit.actor), class).await?;
        for state in [NominationState::Proposed, NominationState::Waiting, NominationState::Accepted] {
            let rows: Vec<NominationRow> = tx.all(&OPEN_NOMINATIONS, &[&class, &state]).await?;
            for row in &rows {
                move_nomination(tx, By::from(&permit.actor), row, NominationMove::Withdraw, &reason).await?;
            }
        }
        move_class(tx, &permit.actor, &line, ClassMove::Cancel, &reason).await
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
    let now = tx.now();
    tx.exec(&SET_CLASS, &[&line.id, &next]).await?;
    tx.exec(&INSERT_CLASS_MOVE, &[&line.id, &line.state, &next, &actor.name, &now, &note]).await?;
    tx.audit(actor, "classes.class.moved", line.id, Change::changed(&line.state, &(next, note)))?;
    Ok(())
}

/// A step of the study week, told by `learning` inside its own transaction.
///
/// # Errors
/// [`ClassError::Refused`] when the class is not where the step begins.
pub async fn step_class(tx: &mut Tx, actor: &Actor, class: ClassId, step: ClassMove) -> Result<(), ClassError> {
    if !store::hold(tx, By::from(actor), class).await? {
        return Err(ClassError::NotFound);
    }
    let line = store::any_class(tx, class).await?.ok_or(ClassError::NotFound)?;
    if step == ClassMove::Begin {
        // who got no seat until the first roll-call is free for another class
        for state in [NominationState::Proposed, NominationState::Waiting] {
            let rows: Vec<NominationRow> = tx.all(&OPEN_NOMINATIONS, &[&class, &state]).await?;
            for row in &rows {
                move_nomination(tx, By::from(actor), row, NominationMove::Refuse, "").await?;
            }
        }
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
