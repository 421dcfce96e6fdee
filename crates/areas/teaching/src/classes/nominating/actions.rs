//! Nominating, accepting, withdrawing, replacing; seats that become free.

use ::store::{By, Change, Conn, Db, StoreError, Tx};
use chrono::{DateTime, Months, NaiveDate, Utc};
use kernel::{Actor, ClassId, NominationId, PersonId, UnitId};
use web::Permit;

use super::{
    model::{Candidate, Finding, NominationMove, NominationState, decision_number, findings, fitness},
    seats::Waits,
    store::{SET_DECISION, alternatives, transfer},
};
use crate::{
    classes::{
        AcceptNominations, Nominate, RegisterForClasses,
        actions::{ClassError, open_to_people, open_to_substitutes},
        announcing::{self, Change as Told},
        registering::commune_of,
        store::{
            self, ClassLine, INSERT_NOMINATION, INSERT_NOMINATION_MOVE, NOMINATION, NominationRow, OPEN_NOMINATIONS,
            SET_NOMINATION, Waiting,
        },
    },
    scheme,
};

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
/// seats of the class people go on the waiting list. After the deadline only a commune with seats left puts people forward.
///
/// # Errors
/// [`ClassError::Late`] after the deadline without a seat left;
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
        put_forward(tx, &permit.actor, &line, commune, people, confirmed).await
    })
    .await
}

/// Puts people on the list of a class whose turn is taken.
async fn put_forward(
    tx: &mut Tx,
    actor: &Actor,
    line: &ClassLine,
    commune: UnitId,
    people: &[PersonId],
    confirmed: bool,
) -> Result<Nominated, ClassError> {
    store::quota(tx, line.id, commune).await?.ok_or(ClassError::NoQuota)?;
    let chosen = judged(tx, line, commune, people, confirmed).await?;
    fill_from_waiting(tx, By::from(actor), line).await?;
    let (now, today) = (tx.now(), tx.today());
    let mut seats = store::seats(tx, line, today).await?;
    if today > line.nominate_by && seats.unused(commune) == 0 {
        return Err(ClassError::Late(line.nominate_by));
    }
    let mut done = Nominated { proposed: 0, waiting: 0 };
    for person in &chosen {
        if seats.wait(commune, &person.group).is_none() {
            insert(tx, actor, line.id, commune, person, NominationState::Proposed, now).await?;
            if let Some(from) = seats.take(commune, &person.group) {
                transfer(tx, line.id, (from, commune, 1), "waiting").await?;
            }
            done.proposed += 1;
        } else {
            insert(tx, actor, line.id, commune, person, NominationState::Waiting, now).await?;
            done.waiting += 1;
        }
    }
    Ok(done)
}

/// Sends somebody to another class of the same programme instead, so that two of an office are not away in one week. Whoever is on
/// the list of this class leaves it in the same step.
///
/// # Errors
/// As [`nominate`] for the other class, which must have a seat within the commune's quota: [`ClassError::NoQuota`].
pub async fn send_elsewhere(
    db: &Db,
    permit: &Permit<Nominate>,
    class: ClassId,
    person: PersonId,
    to: ClassId,
) -> Result<Nominated, ClassError> {
    let actor = &permit.actor;
    let commune = actor.commune().ok_or(ClassError::NotFound)?;
    db.write(async |tx| {
        // whoever takes two turns takes them in one order
        for turn in [class.min(to), class.max(to)] {
            open_to_people(tx, By::from(actor), turn).await?;
        }
        let line = store::class(tx, actor, class).await?.ok_or(ClassError::NotFound)?;
        let other = store::class(tx, actor, to).await?.ok_or(ClassError::NotFound)?;
        let today = tx.today();
        let free = alternatives(tx, class, commune, today).await?;
        if !free.iter().any(|other| other.id == to) {
            return Err(ClassError::NoQuota);
        }
        if let Some(id) = store::nomination_of(tx, class, person).await? {
            let row = nomination(tx, class, id, Some(commune)).await?;
            let note = format!("→ {}", other.label());
            move_nomination(tx, By::from(actor), &row, NominationMove::Withdraw, &note).await?;
            fill_from_waiting(tx, By::from(actor), &line).await?;
        }
        put_forward(tx, actor, &other, commune, &[person], false).await
    })
    .await
}

/// Somebody asks for a seat for themselves; the unit confirms by putting them forward, or gives its reason. Nothing is promised: who
/// asks holds no seat and no place on the waiting list.
///
/// # Errors
/// [`ClassError::Findings`] with everything that speaks against the person; [`ClassError::Late`] after the deadline;
/// [`ClassError::NoQuota`] when the class has no seats for the unit.
pub async fn ask(db: &Db, permit: &Permit<RegisterForClasses>, class: ClassId) -> Result<(), ClassError> {
    let actor = &permit.actor;
    let person = actor.own_person().ok_or(ClassError::NotFound)?;
    db.write(async |tx| {
        let line = open_to_people(tx, By::from(actor), class).await?;
        let commune = commune_of(tx, person).await?.ok_or(ClassError::NotFound)?;
        store::quota(tx, class, commune).await?.ok_or(ClassError::NoQuota)?;
        if tx.today() > line.nominate_by {
            return Err(ClassError::Late(line.nominate_by));
        }
        let found = store::candidate(tx, class, commune, person).await?.ok_or(ClassError::NotFound)?;
        let mut against = found.findings(&line.audience_code);
        if found.asked.is_some() {
            against.push(Finding::AlreadyHere);
        }
        if !against.is_empty() {
            return Err(ClassError::Findings(against.into_iter().map(|finding| (person, finding)).collect()));
        }
        let now = tx.now();
        insert(tx, actor, class, commune, &found, NominationState::Asked, now).await
    })
    .await
}

/// Somebody takes back what they asked for, as long as the unit has not put them forward.
///
/// # Errors
/// [`ClassError::NotFound`] when they asked for nothing.
pub async fn take_back(db: &Db, permit: &Permit<RegisterForClasses>, class: ClassId) -> Result<(), ClassError> {
    let actor = &permit.actor;
    let person = actor.own_person().ok_or(ClassError::NotFound)?;
    db.write(async |tx| {
        open_to_people(tx, By::from(actor), class).await?;
        let asked: Vec<NominationRow> = tx.all(&OPEN_NOMINATIONS, &[&class, &NominationState::Asked]).await?;
        let row = asked.iter().find(|row| row.person_id == person).ok_or(ClassError::NotFound)?;
        move_nomination(tx, By::from(actor), row, NominationMove::Withdraw, "").await
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
    let mut chosen = Vec::with_capacity(people.len());
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

async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    class: ClassId,
    commune: UnitId,
    person: &Candidate,
    state: NominationState,
    now: DateTime<Utc>,
) -> Result<(), ClassError> {
    if let Some(id) = person.asked {
        let row = NominationRow { id, person_id: person.person_id, commune_id: commune, state: NominationState::Asked };
        let step = if state == NominationState::Waiting { NominationMove::Queue } else { NominationMove::MoveUp };
        return move_nomination(tx, By::from(actor), &row, step, "").await;
    }
    let id = NominationId::new(tx.ids());
    let since = (state == NominationState::Waiting).then_some(now);
    tx.exec(
        &INSERT_NOMINATION,
        &[&id, &class, &person.person_id, &commune, &person.office_id, &state, &since, &"", &now],
    )
    .await
    .map_err(|error| elsewhere(error, person.person_id))?;
    let none: Option<NominationState> = None;
    tx.exec(&INSERT_NOMINATION_MOVE, &[&id, &none, &state, &actor.name, &now, &""]).await?;
    tx.audit(actor, "classes.nomination.made", id, Change::created(&(class, person.person_id, state)))?;
    Ok(())
}

/// Somebody was put on a list at the same moment: the unique rule has the last word, and here it gets its own.
fn elsewhere(error: StoreError, person: PersonId) -> ClassError {
    if error.is_unique("nomination") { ClassError::Findings(vec![(person, Finding::Meanwhile)]) } else { error.into() }
}

pub(in crate::classes) async fn move_nomination(
    tx: &mut Tx,
    by: By<'_>,
    row: &NominationRow,
    step: NominationMove,
    note: &str,
) -> Result<(), ClassError> {
    let next = row.state.step(step)?;
    let now = tx.now();
    let since = (next == NominationState::Waiting).then_some(now);
    tx.exec(&SET_NOMINATION, &[&row.id, &next, &note, &since])
        .await
        .map_err(|error| elsewhere(error, row.person_id))?;
    let name = match by {
        By::Actor(actor) => actor.name.as_str(),
        By::System(name) => name,
    };
    tx.exec(&INSERT_NOMINATION_MOVE, &[&row.id, &row.state, &next, &name, &now, &note]).await?;
    tx.audit(by, "classes.nomination.moved", row.id, Change::changed(&row.state, &(next, note)))?;
    Ok(())
}

/// Everybody of a class who stands in one of some states takes a step; whoever is refused is told.
pub(in crate::classes) async fn move_all(
    tx: &mut Tx,
    by: By<'_>,
    line: &ClassLine,
    states: &[NominationState],
    step: NominationMove,
    note: &str,
) -> Result<(), ClassError> {
    for state in states {
        let rows: Vec<NominationRow> = tx.all(&OPEN_NOMINATIONS, &[&line.id, state]).await?;
        for row in &rows {
            move_nomination(tx, by, row, step, note).await?;
            if step == NominationMove::Refuse {
                announcing::changed(tx, line, (row.person_id, row.commune_id), Told::Refused, note).await?;
            }
        }
    }
    Ok(())
}

/// Free seats go to those who wait: within their commune's quota first come first served, after the deadline whoever waits longest.
/// A seat beyond the commune's quota comes out of the quota of the commune with the most unused ones, and that is written down.
pub(in crate::classes) async fn fill_from_waiting(
    tx: &mut Tx,
    by: By<'_>,
    line: &ClassLine,
) -> Result<i64, ClassError> {
    let today = tx.today();
    let mut seats = store::seats(tx, line, today).await?;
    let mut filled = 0;
    for Waiting { row: next, group } in store::waiting_list(tx, line.id).await? {
        if seats.wait(next.commune_id, &group).is_none() {
            move_nomination(tx, by, &next, NominationMove::MoveUp, "").await?;
            announcing::changed(tx, line, (next.person_id, next.commune_id), Told::MovedUp, "").await?;
            if let Some(from) = seats.take(next.commune_id, &group) {
                let moved = (from, next.commune_id, 1);
                transfer(tx, line.id, moved, "waiting").await?;
                tx.audit(by, "classes.quota.passed_on", line.id, Change::created(&[moved]))?;
            }
            filled += 1;
        }
    }
    Ok(filled)
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
        let line = open_to_substitutes(tx, By::from(actor), class).await?;
        let row = nomination(tx, class, id, commune).await?;
        // the school's word about somebody accepted already is a withdrawal
        let accepted = row.state == NominationState::Accepted;
        let step = if accepted && step == NominationMove::Refuse { NominationMove::Withdraw } else { step };
        move_nomination(tx, By::from(actor), &row, step, &reason).await?;
        let told = if step == NominationMove::Refuse { Told::Refused } else { Told::Withdrawn };
        announcing::changed(tx, &line, (row.person_id, row.commune_id), told, &reason).await?;
        if line.state.takes_people() { fill_from_waiting(tx, By::from(actor), &line).await } else { Ok(0) }
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
        let line = open_to_substitutes(tx, By::from(&permit.actor), class).await?;
        let row = nomination(tx, class, id, Some(commune)).await?;
        move_nomination(tx, By::from(&permit.actor), &row, NominationMove::Replace, &reason).await?;
        announcing::changed(tx, &line, (row.person_id, commune), Told::Withdrawn, &reason).await?;
        let chosen = judged(tx, &line, commune, &[newcomer], confirmed).await?;
        let (now, today) = (tx.now(), tx.today());
        let seats = store::seats(tx, &line, today).await?;
        for person in &chosen {
            // a seat that is kept for some goes from one of them to another
            if let Some(Waits::Kept(left)) = seats.wait(commune, &person.group) {
                return Err(ClassError::Findings(vec![(person.person_id, Finding::Kept(left))]));
            }
            insert(tx, &permit.actor, class, commune, person, NominationState::Proposed, now).await?;
        }
        Ok(())
    })
    .await
}

/// The commune writes down by which decision it sends its people: for those who have none yet, or for everybody on its list. Gives
/// for how many.
///
/// # Errors
/// [`ClassError::Field`] for a number that is none or a day that cannot be; [`ClassError::NoneUndecided`] when nobody lacks one.
pub async fn set_decision(
    db: &Db,
    permit: &Permit<Nominate>,
    class: ClassId,
    (number, signed_on): (&str, NaiveDate),
    everybody: bool,
) -> Result<u64, ClassError> {
    let commune = permit.actor.commune().ok_or(ClassError::NotFound)?;
    let number = decision_number(number).ok_or(ClassError::Field("decision", "classes-decision-off"))?;
    db.write(async |tx| {
        if !store::hold(tx, By::from(&permit.actor), class).await? {
            return Err(ClassError::NotFound);
        }
        let line = store::class(tx, &permit.actor, class).await?.ok_or(ClassError::NotFound)?;
        if !line.state.is_alive() {
            return Err(ClassError::Closed(line.state));
        }
        let today = tx.today();
        if signed_on > today || signed_on < today - Months::new(12) {
            return Err(ClassError::Field("signed_on", "classes-decision-day"));
        }
        let written = tx.exec(&SET_DECISION, &[&class, &commune, &number, &signed_on, &everybody]).await?;
        if written == 0 {
            return Err(ClassError::NoneUndecided);
        }
        tx.audit(
            &permit.actor,
            "classes.nomination.decided",
            class,
            Change::created(&(commune, &number, signed_on, written)),
        )?;
        Ok(written)
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
        let line = open_to_substitutes(tx, By::from(&permit.actor), class).await?;
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
        let mut accepted = Vec::new();
        for row in proposed.iter().filter(|row| ids.contains(&row.id)) {
            move_nomination(tx, By::from(&permit.actor), row, NominationMove::Accept, "").await?;
            accepted.push(row.person_id);
        }
        announcing::accepted(tx, &line, &accepted).await?;
        Ok(i64::try_from(accepted.len()).unwrap_or(i64::MAX))
    })
    .await
}

/// What speaks against accepting people who wait for the school's word: posts and records may have changed
/// since the commune nominated them.
pub(in crate::classes) async fn doubts(
    conn: &mut Conn,
    class: ClassId,
) -> Result<Vec<(NominationId, PersonId, Finding)>, StoreError> {
    let asked = store::admissions(conn, class, NominationState::Proposed).await?;
    let found = asked.iter().flat_map(|a| {
        let found = fitness(a.of_audience, a.in_post, a.trained_on);
        found.into_iter().map(|finding| (a.nomination_id, a.person_id, finding))
    });
    Ok(found.collect())
}
