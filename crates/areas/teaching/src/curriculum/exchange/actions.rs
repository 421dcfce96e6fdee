//! Writing what a file says into a version.

use ::store::{Change, Db};
use kernel::{ProgrammeId, TopicId};
use serde::Serialize;
use web::Permit;

use super::super::{
    EditProgrammes,
    actions::{EditError, TopicDraft, editable, insert_draft, note_author, remove, save},
    objective::{ObjectiveDraft, set_objectives},
    store::{Objective, SET_SEQ, Topic, objectives},
};

/// What a file makes of a version.
#[derive(Debug, Serialize)]
struct Imported {
    added: usize,
    changed: usize,
    removed: Vec<String>,
    objectives: Option<Vec<ObjectiveDraft>>,
}

/// The version as it was when the file was shown: each topic and objective with its edition, in order.
pub(super) fn fingerprint(topics: &[Topic], aims: &[Objective]) -> String {
    let topics = topics.iter().map(|t| format!("{}.{}", t.id, t.edition));
    topics.chain(aims.iter().map(|o| format!("{}.{}", o.id, o.edition))).collect::<Vec<_>>().join(" ")
}

/// Brings the topics of a version to what `wanted` says, in its order: known topics are changed, others added, what is not wanted is
/// taken out; the objectives to `aims`, if there are any. Nothing is written when nothing would change.
///
/// # Errors
/// [`EditError`]; [`EditError::Overtaken`] when the version is not as it was `seen`.
pub(super) async fn import_topics(
    db: &Db,
    permit: &Permit<EditProgrammes>,
    (programme, number): (ProgrammeId, i64),
    wanted: &[(Option<TopicId>, TopicDraft)],
    aims: Option<&[ObjectiveDraft]>,
    seen: &str,
) -> Result<(), EditError> {
    db.write(async |tx| {
        let (line, topics) = editable(tx, &permit.actor, programme, number).await?;
        let drafts: Vec<(Option<TopicId>, TopicDraft)> =
            wanted.iter().map(|(id, draft)| (*id, draft.within(&line))).collect();
        let as_it_is: Vec<(Option<TopicId>, TopicDraft)> =
            topics.iter().map(|t| (Some(t.id), TopicDraft::of(t))).collect();
        let before = objectives(tx, line.version_id).await?;
        let same = |aims: &&[ObjectiveDraft]| before.iter().map(ObjectiveDraft::of).eq(aims.iter().cloned());
        let aims = aims.filter(|aims| !same(aims));
        if drafts == as_it_is && aims.is_none() {
            return Ok(());
        }
        if fingerprint(&topics, &before) != seen {
            return Err(EditError::Overtaken);
        }
        let mut done = Imported { added: 0, changed: 0, removed: Vec::new(), objectives: aims.map(<[_]>::to_vec) };
        if let Some(aims) = aims {
            set_objectives(tx, &permit.actor, line.version_id, &before, aims).await?;
        }
        for gone in topics.iter().filter(|t| drafts.iter().all(|(id, _)| *id != Some(t.id))) {
            remove(tx, &line, gone.id).await?;
            done.removed.push(gone.code.clone());
        }
        // places outside the list, so that none is taken twice while the topics change theirs
        let mut order = Vec::new();
        let mut known: Vec<String> = topics.iter().map(|t| t.code.clone()).collect();
        for (place, (id, draft)) in (1_i64..).zip(&drafts) {
            let before = id.and_then(|id| topics.iter().find(|t| t.id == id));
            let id = if let Some(before) = before {
                if TopicDraft::of(before) != *draft {
                    save(tx, &permit.actor, &line, before, draft).await?;
                    done.changed += 1;
                }
                before.id
            } else {
                done.added += 1;
                insert_draft(tx, &permit.actor, &line, &mut known, 10_000 + place, draft).await?
            };
            tx.exec(&SET_SEQ, &[&id, &line.version_id, &-place]).await?;
            order.push(id);
        }
        for (place, id) in (1_i64..).zip(&order) {
            tx.exec(&SET_SEQ, &[id, &line.version_id, &place]).await?;
        }
        note_author(tx, line.version_id, permit.actor.account).await?;
        tx.audit(&permit.actor, "curriculum.topics.imported", line.version_id, Change::created(&done))?;
        Ok(())
    })
    .await
}
