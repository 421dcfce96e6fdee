//! Adding, changing and removing objectives, while their version is on the school's desk.

use ::store::{Change, Db};
use kernel::{ObjectiveId, ProgrammeId};
use serde::Serialize;
use web::Permit;

use super::super::{
    EditProgrammes,
    actions::{EditError, editable, note_author},
    store::{DELETE_OBJECTIVE, INSERT_OBJECTIVE, Objective, UPDATE_OBJECTIVE, objectives},
};
use crate::scheme;

/// What an editor says of an objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectiveDraft {
    /// Code of the audience; none for everybody whom the programme serves.
    pub audience: Option<String>,
    /// What is to be reached.
    pub text: String,
}

impl ObjectiveDraft {
    pub(in crate::curriculum) fn of(line: &Objective) -> Self {
        Self { audience: line.audience_code.clone(), text: line.text.clone() }
    }
}

/// Adds an objective at the end.
///
/// # Errors
/// [`EditError`]; [`EditError::Unknown`] for an audience that the scheme does not have.
pub async fn add_objective(
    db: &Db,
    permit: &Permit<EditProgrammes>,
    programme: ProgrammeId,
    number: i64,
    draft: &ObjectiveDraft,
) -> Result<ObjectiveId, EditError> {
    db.write(async |tx| {
        let (line, _) = editable(tx, &permit.actor, programme, number).await?;
        check(tx, &permit.actor, draft).await?;
        let id = ObjectiveId::new(tx.ids());
        let seq = objectives(tx, line.version_id).await?.last().map_or(0, |o| o.seq) + 1;
        tx.exec(&INSERT_OBJECTIVE, &[&id, &line.version_id, &seq, &draft.audience, &draft.text]).await?;
        note_author(tx, line.version_id, permit.actor.account).await?;
        tx.audit(&permit.actor, "curriculum.objective.added", id, Change::created(draft))?;
        Ok(id)
    })
    .await
}

async fn check(tx: &mut ::store::Tx, actor: &kernel::Actor, draft: &ObjectiveDraft) -> Result<(), EditError> {
    let Some(code) = &draft.audience else { return Ok(()) };
    let scheme = scheme::of(tx, actor).await?.ok_or(EditError::NotFound)?;
    let known = scheme::audiences(tx, scheme.id).await?;
    if known.iter().any(|audience| audience.code == *code) { Ok(()) } else { Err(EditError::Unknown("audience")) }
}

/// Changes an objective of which the actor saw edition `seen`; nothing is written when nothing would change.
///
/// # Errors
/// [`EditError`].
pub async fn change_objective(
    db: &Db,
    permit: &Permit<EditProgrammes>,
    (programme, number, objective): (ProgrammeId, i64, ObjectiveId),
    draft: &ObjectiveDraft,
    seen: i64,
) -> Result<(), EditError> {
    db.write(async |tx| {
        let (line, _) = editable(tx, &permit.actor, programme, number).await?;
        let all = objectives(tx, line.version_id).await?;
        let before = all.iter().find(|o| o.id == objective).ok_or(EditError::NotFound)?;
        if ObjectiveDraft::of(before) == *draft {
            return Ok(());
        }
        if before.edition != seen {
            return Err(EditError::Overtaken);
        }
        check(tx, &permit.actor, draft).await?;
        let now = tx.now();
        let values: [&dyn ::store::Bind; 6] =
            [&objective, &line.version_id, &draft.audience, &draft.text, &permit.actor.name, &now];
        tx.exec(&UPDATE_OBJECTIVE, &values).await?;
        note_author(tx, line.version_id, permit.actor.account).await?;
        let change = Change::changed(&ObjectiveDraft::of(before), draft);
        tx.audit(&permit.actor, "curriculum.objective.changed", objective, change)?;
        Ok(())
    })
    .await
}

/// Brings the objectives of a version from what they are to what is wanted, place by place.
pub(in crate::curriculum) async fn set_objectives(
    tx: &mut ::store::Tx,
    actor: &kernel::Actor,
    version: kernel::ProgrammeVersionId,
    before: &[Objective],
    wanted: &[ObjectiveDraft],
) -> Result<(), EditError> {
    let now = tx.now();
    let mut seq = before.last().map_or(0, |o| o.seq);
    for (place, draft) in wanted.iter().enumerate() {
        match before.get(place) {
            Some(old) if ObjectiveDraft::of(old) == *draft => {}
            Some(old) => {
                check(tx, actor, draft).await?;
                let values: [&dyn ::store::Bind; 6] =
                    [&old.id, &version, &draft.audience, &draft.text, &actor.name, &now];
                tx.exec(&UPDATE_OBJECTIVE, &values).await?;
            }
            None => {
                check(tx, actor, draft).await?;
                seq += 1;
                let id = ObjectiveId::new(tx.ids());
                tx.exec(&INSERT_OBJECTIVE, &[&id, &version, &seq, &draft.audience, &draft.text]).await?;
            }
        }
    }
    for gone in before.iter().skip(wanted.len()) {
        tx.exec(&DELETE_OBJECTIVE, &[&gone.id, &version]).await?;
    }
    Ok(())
}

/// Takes an objective out of a version.
///
/// # Errors
/// [`EditError`].
pub async fn remove_objective(
    db: &Db,
    permit: &Permit<EditProgrammes>,
    (programme, number, objective): (ProgrammeId, i64, ObjectiveId),
) -> Result<(), EditError> {
    db.write(async |tx| {
        let (line, _) = editable(tx, &permit.actor, programme, number).await?;
        let all = objectives(tx, line.version_id).await?;
        let before = all.iter().find(|o| o.id == objective).ok_or(EditError::NotFound)?;
        tx.exec(&DELETE_OBJECTIVE, &[&objective, &line.version_id]).await?;
        note_author(tx, line.version_id, permit.actor.account).await?;
        let was = Change::removed(&ObjectiveDraft::of(before));
        tx.audit(&permit.actor, "curriculum.objective.removed", objective, was)?;
        Ok(())
    })
    .await
}
