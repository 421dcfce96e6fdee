//! Nominating, accepting, withdrawing, replacing; seats that become free.

use std::collections::BTreeSet;

use ::store::{By, Change, Conn, Db, Job, JobContext, JobError, StoreError, Tx};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, ClassId, NominationId, PersonId, UnitId};
use serde::{Deserialize, Serialize};
use web::Permit;

use super::model::{Candidate, Finding, NominationMove, NominationState, findings, fitness};
use crate::{
    classes::{
        AcceptNominations, Nominate,
        actions::{ClassError, open_to_people},
        store::{
            self, ClassLine, INSERT_NOMINATION, INSERT_NOMINATION_MOVE, NOMINATION, NominationRow, OPEN_NOMINATIONS,
            SET_NOMINATION,
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

pub(in crate::classes) async fn move_nomination(
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
pub(in crate::classes) async fn fill_from_waiting(
    tx: &mut Tx,
    by: By<'_>,
    line: &ClassLine,
) -> Result<i64, ClassError> {
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
    /// The communes' last day when the job was set; a class that got another one since has a job of its own for that.
    pub after: NaiveDate,
}

impl Job for FillFreeSeats {
    const NAME: &'static str = "classes.fill-free-seats";
    const DEDUP: bool = true;

    async fn run(&self, context: &JobContext) -> Result<(), JobError> {
        let filled = context
            .db
            .write(async |tx| {
                let line = open_to_people(tx, By::System(Self::NAME), self.class).await?;
                if line.nominate_by != self.after {
                    return Ok(0);
                }
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
