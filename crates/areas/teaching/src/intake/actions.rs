//! Saying what the school must know before somebody arrives; making study groups and the class committee.

use ::store::{Change, Db, StoreError, Tx};
use kernel::{Actor, ClassId, NominationId};
use serde::Serialize;
use web::Permit;

use super::{
    EditGroups, FillIntake,
    model::{Duty, GroupFault, IntakeDraft, Member, Place, faults, groups_of, propose},
    store::{PUT_INTAKE, draft, everybody, grouping, put_places, said},
};
use crate::{
    classes::{self, ClassState, NominationState, RegisterForClasses},
    scheme,
};

/// Why something was not written.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No such class or nomination within the actor's scope.
    #[error("no such nomination")]
    NotFound,
    /// The school has not accepted the person (complaint 33: the form follows the confirmation).
    #[error("not accepted: {0:?}")]
    NotAccepted(NominationState),
    /// The study week is over, or the class is cancelled.
    #[error("class is {0:?}")]
    Closed(ClassState),
    /// Somebody saved after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// Groups or duties that cannot be.
    #[error("{0:?}")]
    Faults(Vec<GroupFault>),
    /// The database's failure.
    #[error("intake")]
    Store(#[from] StoreError),
}

/// What the audit keeps of an answer.
#[derive(Serialize)]
struct Kept {
    edition: i64,
    changed: Vec<&'static str>,
}

/// What stands in the audit about groups.
#[derive(Serialize)]
struct Grouped<'a> {
    groups: i64,
    places: &'a [Place],
}

/// A learner says for themselves, having seen edition `seen` (0: nothing said yet); nothing is written when nothing would change.
///
/// # Errors
/// [`IntakeError`].
pub async fn say(
    db: &Db,
    permit: &Permit<RegisterForClasses>,
    class: ClassId,
    wanted: &IntakeDraft,
    seen: i64,
) -> Result<(), IntakeError> {
    // without a person of their own the nomination below would be anybody's
    if permit.actor.own_person().is_none() {
        return Err(IntakeError::NotFound);
    }
    put(db, &permit.actor, class, None, wanted, seen).await
}

/// A commune or the school says for a learner; otherwise as [`say`].
///
/// # Errors
/// [`IntakeError`].
pub async fn say_for(
    db: &Db,
    permit: &Permit<FillIntake>,
    class: ClassId,
    nomination: NominationId,
    wanted: &IntakeDraft,
    seen: i64,
) -> Result<(), IntakeError> {
    put(db, &permit.actor, class, Some(nomination), wanted, seen).await
}

async fn put(
    db: &Db,
    actor: &Actor,
    class: ClassId,
    nomination: Option<NominationId>,
    wanted: &IntakeDraft,
    seen: i64,
) -> Result<(), IntakeError> {
    db.write(async |tx| {
        if !classes::hold(tx, actor.into(), class).await? {
            return Err(IntakeError::NotFound);
        }
        let line = classes::any_class(tx, class).await?.ok_or(IntakeError::NotFound)?;
        let found = said(tx, actor, class, nomination).await?.ok_or(IntakeError::NotFound)?;
        if found.state != NominationState::Accepted {
            return Err(IntakeError::NotAccepted(found.state));
        }
        if !line.state.is_ahead() {
            return Err(IntakeError::Closed(line.state));
        }
        let small_child = wanted.small_child && found.woman();
        let wanted = IntakeDraft { small_child, child_comes: wanted.child_comes && small_child, ..wanted.clone() };
        let before = draft(tx, found.nomination_id).await?;
        if before.as_ref() == Some(&wanted) {
            return Ok(());
        }
        if found.edition != seen {
            return Err(IntakeError::Overtaken);
        }
        let changed = before.as_ref().map_or_else(Vec::new, |before| wanted.changed(before));
        let (edition, now) = (found.edition + 1, tx.now());
        let w = &wanted;
        tx.exec(
            &PUT_INTAKE,
            &[
                &found.nomination_id,
                &w.meals,
                &w.diet,
                &w.diet_note,
                &w.dormitory,
                &w.arrival,
                &w.small_child,
                &w.child_comes,
                &w.note,
                &edition,
                &actor.name,
                &now,
            ],
        )
        .await?;
        tx.audit(actor, "intake.said", found.nomination_id, Change::created(&Kept { edition, changed }))?;
        Ok(())
    })
    .await
}

/// A class whose groups may be made, its learners, and the edition of its groups.
async fn open_groups(
    tx: &mut Tx,
    actor: &Actor,
    class: ClassId,
    seen: i64,
) -> Result<(classes::ClassLine, Vec<Member>, i64, i64), IntakeError> {
    if !classes::hold(tx, actor.into(), class).await? {
        return Err(IntakeError::NotFound);
    }
    let line = classes::class(tx, actor, class).await?.ok_or(IntakeError::NotFound)?;
    if !line.state.is_alive() {
        return Err(IntakeError::Closed(line.state));
    }
    let found = grouping(tx, class).await?;
    let (groups, edition) = found.map_or((0, 0), |g| (g.groups, g.edition));
    if edition != seen {
        return Err(IntakeError::Overtaken);
    }
    let members = everybody(tx, class).await?.iter().map(super::store::Arriving::member).collect();
    Ok((line, members, groups, edition))
}

/// Proposes groups and duties, and writes them: from the start, or, with `keep`, for those only who have no group yet.
///
/// # Errors
/// [`IntakeError`].
pub async fn propose_groups(
    db: &Db,
    permit: &Permit<EditGroups>,
    class: ClassId,
    keep: bool,
    seen: i64,
) -> Result<(), IntakeError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let (line, mut members, groups, edition) = open_groups(tx, actor, class, seen).await?;
        let rules = scheme::rules(tx, line.scheme_id, line.starts_on).await?;
        let groups = if keep && groups > 0 { groups } else { groups_of(members.len(), rules.study_group_size) };
        if !keep {
            for member in &mut members {
                (member.group, member.duty) = (None, Duty::Member);
            }
        }
        propose(&mut members, groups);
        let places: Vec<Place> = members.iter().map(|m| (m.id, m.group, m.duty)).collect();
        write(tx, actor, class, (groups, edition + 1), &places).await
    })
    .await
}

/// Writes groups and duties as somebody put them together; who is not named keeps no group.
///
/// # Errors
/// [`IntakeError::Faults`] with everything that cannot be; [`IntakeError`].
pub async fn save_groups(
    db: &Db,
    permit: &Permit<EditGroups>,
    class: ClassId,
    places: &[Place],
    groups: i64,
    seen: i64,
) -> Result<(), IntakeError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let (_, members, before, edition) = open_groups(tx, actor, class, seen).await?;
        // who left the class since the form was made is left out, who came is in no group
        let places: Vec<Place> =
            places.iter().filter(|(id, ..)| members.iter().any(|m| m.id == *id)).copied().collect();
        let wrong = faults(&places, groups);
        if !wrong.is_empty() {
            return Err(IntakeError::Faults(wrong));
        }
        let same = members.iter().all(|m| {
            let typed = places.iter().find(|(id, ..)| *id == m.id);
            typed.map_or((None, Duty::Member), |(_, group, duty)| (*group, *duty)) == (m.group, m.duty)
        });
        if same && groups == before {
            return Ok(());
        }
        write(tx, actor, class, (groups, edition + 1), &places).await
    })
    .await
}

async fn write(
    tx: &mut Tx,
    actor: &Actor,
    class: ClassId,
    (groups, edition): (i64, i64),
    places: &[Place],
) -> Result<(), IntakeError> {
    put_places(tx, class, &actor.name, (groups, edition), places).await?;
    tx.audit(actor, "intake.grouped", class, Change::created(&Grouped { groups, places }))?;
    Ok(())
}
