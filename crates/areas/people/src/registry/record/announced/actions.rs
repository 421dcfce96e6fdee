//! Announcing a post, changing and withdrawing it, and what happens on its day.

use ::store::{By, Change, Db, Job, JobContext, JobError, StoreError, Tx};
use chrono::NaiveDate;
use kernel::{AnnouncedPostId, PersonId, clock::start_of};
use serde::{Deserialize, Serialize};
use web::Permit;

use super::{
    super::{
        EditPeople, PostDraft, RecordError,
        actions::{begin_post, is_held},
        model::{PostFault, announce, failure, has_left, within},
        store::{Post, hold, hold_any, posts},
    },
    store::{ADD, Announced, CHANGE, FAIL, FAIL_OF_UNIT, PASS_ON, TAKE, WITHDRAW, of_person, one, unit_ends},
};
use crate::organisation::units::{Ended, FollowsUnits};

/// Begins a post on its day. Safe to run twice: what has begun waits no more. A day that was changed has a job of its own.
#[derive(Debug, Serialize, Deserialize)]
pub struct BeginPost {
    /// Which one.
    pub post: AnnouncedPostId,
    /// The day for which the job was written.
    pub on: NaiveDate,
}

impl Job for BeginPost {
    const NAME: &'static str = "registry.begin-post";
    const DEDUP: bool = true;

    async fn run(&self, context: &JobContext) -> Result<(), JobError> {
        Ok(context.db.write(async |tx| carry_out(tx, self.post).await).await?)
    }
}

/// What is known against a post on its day.
async fn against(tx: &mut Tx, announced: &Announced, all: &[Post]) -> Result<Option<&'static str>, StoreError> {
    if unit_ends(tx, announced.commune_id).await?.is_some_and(|last| last < announced.valid_from) {
        return Ok(Some("unit_ended"));
    }
    let left = has_left(all.iter().map(|post| (post.valid_to, post.ended_because.as_deref())));
    Ok((announced.in_post && left).then_some("left"))
}

async fn carry_out(tx: &mut Tx, id: AnnouncedPostId) -> Result<(), StoreError> {
    let by = By::System(BeginPost::NAME);
    // whoever writes posts holds the person first; two records that became one meanwhile are one person now
    let (birth, announced) = loop {
        let Some(seen) = one(tx, id).await? else { return Ok(()) };
        let birth = hold_any(tx, seen.person_id).await?;
        match one(tx, id).await? {
            Some(now) if now.person_id == seen.person_id => break (birth, now),
            _ => continue,
        }
    };
    let today = tx.today();
    if tx.exec(&TAKE, &[&id, &today]).await? == 0 {
        return Ok(());
    }
    let person = announced.person_id;
    let all = posts(tx, person, today).await?;
    let fault = match birth {
        None => Some("removed"),
        Some(_) => against(tx, &announced, &all).await?,
    };
    let fault = match fault {
        Some(fault) => Some(fault),
        None => match begin_post(tx, by, person, birth.flatten(), &all, &announced.draft()).await {
            Ok(()) => None,
            Err(RecordError::Store(error)) => return Err(error),
            Err(RecordError::Post(fault)) => Some(failure(&fault).unwrap_or("overlaps")),
            Err(_) => Some("removed"),
        },
    };
    if let Some(fault) = fault {
        tx.exec(&FAIL, &[&id, &fault]).await?;
        let note = serde_json::json!({ "post": announced.draft(), "fault": fault });
        tx.audit(by, "registry.post.failed", person, Change::created(&note))?;
    }
    Ok(())
}

/// Whether a post may be announced beside the others, those that are announced already included; gives whether a post is held
/// without a last day.
fn fits(
    draft: &PostDraft,
    birth: Option<NaiveDate>,
    all: &[Post],
    waiting: &[Announced],
    today: NaiveDate,
) -> Result<bool, PostFault> {
    let spans: Vec<_> = all.iter().map(Post::span).collect();
    announce(&spans, birth, draft.from, draft.to, today)?;
    if let Some(other) = waiting.iter().find(|other| other.fault.is_none() && other.valid_from == draft.from) {
        let title = other.title.clone();
        return Err(PostFault::Overlaps { title, from: other.valid_from, to: None });
    }
    // a return to the post that is held now follows the one that is announced between
    if is_held(all, draft) && !waiting.iter().any(|other| other.fault.is_none() && other.valid_from < draft.from) {
        return Err(PostFault::Same);
    }
    Ok(all.iter().any(|post| post.valid_to.is_none()))
}

/// Notes a post that begins on a day to come. Nothing of the record changes until then.
///
/// # Errors
/// [`RecordError::NotFound`], [`RecordError::Elsewhere`], [`RecordError::Post`]; the database's failure.
pub async fn announce_post(
    db: &Db,
    permit: &Permit<EditPeople>,
    person: PersonId,
    draft: &PostDraft,
) -> Result<AnnouncedPostId, RecordError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let held = hold(tx, actor, person).await?.ok_or(RecordError::NotFound)?;
        if !within(actor.commune(), draft.commune) {
            return Err(RecordError::Elsewhere);
        }
        let (today, now) = (tx.today(), tx.now());
        let (all, waiting) = (posts(tx, person, today).await?, of_person(tx, person).await?);
        let in_post = fits(draft, held.facts.birth_date, &all, &waiting, today)?;
        let id = AnnouncedPostId::new(tx.ids());
        let PostDraft { commune, position, kind, from, decision, .. } = draft;
        let values: &[&dyn ::store::Bind] =
            &[&id, &person, commune, position, kind, from, decision, &in_post, &actor.name, &now];
        tx.exec(&ADD, values).await?;
        tx.enqueue_at(&BeginPost { post: id, on: *from }, start_of(*from)).await?;
        tx.audit(actor, "registry.post.announced", person, Change::created(draft))?;
        Ok(id)
    })
    .await
}

/// One of a person within the actor's scope, as it stands while the person is held.
async fn held_one(
    tx: &mut Tx,
    permit: &Permit<EditPeople>,
    person: PersonId,
    id: AnnouncedPostId,
) -> Result<(Option<NaiveDate>, Announced), RecordError> {
    let held = hold(tx, &permit.actor, person).await?.ok_or(RecordError::NotFound)?;
    let announced = one(tx, id).await?.filter(|a| a.person_id == person).ok_or(RecordError::NotFound)?;
    Ok((held.facts.birth_date, announced))
}

fn seen_by(announced: &Announced, seen: i64) -> Result<(), RecordError> {
    if announced.edition == seen {
        return Ok(());
    }
    Err(RecordError::Overtaken(Some((announced.by_name.clone(), announced.at))))
}

/// Changes an announced post of which the actor saw edition `seen`; one that did not begin waits for its new day. Nothing is
/// written when nothing would change.
///
/// # Errors
/// [`RecordError::NotFound`], [`RecordError::Elsewhere`], [`RecordError::Post`], [`RecordError::Overtaken`]; the database's
/// failure.
pub(super) async fn change_announced(
    db: &Db,
    permit: &Permit<EditPeople>,
    person: PersonId,
    id: AnnouncedPostId,
    draft: &PostDraft,
    seen: i64,
) -> Result<(), RecordError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let (birth, before) = held_one(tx, permit, person, id).await?;
        if before.fault.is_none() && before.draft() == *draft {
            return Ok(());
        }
        seen_by(&before, seen)?;
        if !within(actor.commune(), draft.commune) {
            return Err(RecordError::Elsewhere);
        }
        let (today, now) = (tx.today(), tx.now());
        let mut waiting = of_person(tx, person).await?;
        waiting.retain(|other| other.id != id);
        let in_post = fits(draft, birth, &posts(tx, person, today).await?, &waiting, today)?;
        let PostDraft { commune, position, kind, from, decision, .. } = draft;
        let values: &[&dyn ::store::Bind] =
            &[&id, commune, position, kind, from, decision, &in_post, &actor.name, &now];
        tx.exec(&CHANGE, values).await?;
        tx.enqueue_at(&BeginPost { post: id, on: *from }, start_of(*from)).await?;
        tx.audit(actor, "registry.post.announced_changed", person, Change::changed(&before.draft(), draft))?;
        Ok(())
    })
    .await
}

/// Withdraws an announced post of which the actor saw edition `seen`, for a reason.
///
/// # Errors
/// [`RecordError::NotFound`], [`RecordError::Overtaken`]; the database's failure.
pub(super) async fn withdraw_announced(
    db: &Db,
    permit: &Permit<EditPeople>,
    person: PersonId,
    id: AnnouncedPostId,
    reason: &str,
    seen: i64,
) -> Result<(), RecordError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let (_, before) = held_one(tx, permit, person, id).await?;
        seen_by(&before, seen)?;
        let now = tx.now();
        tx.exec(&WITHDRAW, &[&id, &reason, &actor.name, &now]).await?;
        let note = serde_json::json!({ "post": before.draft(), "reason": reason });
        tx.audit(actor, "registry.post.announced_withdrawn", person, Change::removed(&note))?;
        Ok(())
    })
    .await
}

/// A unit ends: who was to come into it comes into the one that follows; where several follow, somebody must choose.
async fn follow(tx: &mut Tx, by: By<'_>, ended: Ended<'_>) -> Result<(), StoreError> {
    let (into, people): (_, Vec<(PersonId,)>) = match ended.successors {
        [only] => (Some(*only), tx.all(&PASS_ON, &[&ended.unit, only]).await?),
        _ => (None, tx.all(&FAIL_OF_UNIT, &[&ended.unit]).await?),
    };
    for (person,) in people {
        let note = serde_json::json!({ "from": ended.unit, "into": into });
        tx.audit(by, "registry.post.announced_followed", person, Change::created(&note))?;
    }
    Ok(())
}

::store::inventory::submit! {
    FollowsUnits { follow: |tx, by, ended| Box::pin(follow(tx, by, ended)) }
}
