//! Loading programmes, writing their versions, moving these to being in force.

use ::store::{By, Change, Db, StoreError, Tx};
use kernel::{Actor, ProgrammeId, ProgrammeVersionId, SchemeId, TopicId};
use web::{Permit, WebError};

use super::{
    AppraiseProgrammes, EditProgrammes, EnforceProgrammes,
    model::{Meter, Move, MoveRefused, VersionState},
    store::{
        DELETE_TOPIC, INSERT_MOVE, INSERT_PROGRAMME, INSERT_TOPIC, INSERT_VERSION, LOCK_PROGRAMME, ProgrammeLine,
        SET_SEQ, SET_STATE, TopicLine, UPDATE_TOPIC, topics, versions,
    },
};
use crate::scheme;

/// A programme with the topics of its first version.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of programme, described in the dictionary")]
pub struct ProgrammeInput {
    pub code: String,
    pub name: String,
    pub audience_code: Option<String>,
    pub is_elective_pool: bool,
    pub topics: Vec<TopicInput>,
}

/// A topic.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of topic, described in the dictionary")]
pub struct TopicInput {
    pub seq: i64,
    pub day: Option<i64>,
    pub code: String,
    pub title: String,
    pub kind: String,
    pub periods: i64,
    pub method: String,
    pub lecturer_type: String,
    pub delivery: String,
    pub is_elective: bool,
    pub source_status: String,
    pub source: String,
}

/// What an editor says of a topic.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[expect(missing_docs, reason = "columns of topic, described in the dictionary")]
pub struct TopicDraft {
    pub title: String,
    pub kind: &'static str,
    pub periods: i64,
    pub day: Option<i64>,
    pub method: &'static str,
    pub lecturer_type: &'static str,
    pub delivery: &'static str,
}

impl TopicDraft {
    /// Whether the topic says this already.
    fn is(&self, line: &TopicLine) -> bool {
        self.title == line.title
            && self.kind == line.kind
            && self.periods == line.periods
            && self.day == line.day
            && self.method == line.method
            && self.lecturer_type == line.lecturer_type
            && self.delivery == line.delivery
    }
}

/// A topic as the audit keeps it.
#[derive(serde::Serialize)]
struct Kept<'a> {
    seq: i64,
    title: &'a str,
    kind: &'a str,
    periods: i64,
    day: Option<i64>,
    method: &'a str,
    lecturer_type: &'a str,
    delivery: &'a str,
}

impl<'a> Kept<'a> {
    fn of(line: &'a TopicLine) -> Self {
        Self {
            seq: line.seq,
            title: &line.title,
            kind: &line.kind,
            periods: line.periods,
            day: line.day,
            method: &line.method,
            lecturer_type: &line.lecturer_type,
            delivery: &line.delivery,
        }
    }

    fn drafted(seq: i64, draft: &'a TopicDraft) -> Self {
        Self {
            seq,
            title: &draft.title,
            kind: draft.kind,
            periods: draft.periods,
            day: draft.day,
            method: draft.method,
            lecturer_type: draft.lecturer_type,
            delivery: draft.delivery,
        }
    }
}

/// Writes a programme and its first version, in drafting.
///
/// # Errors
/// [`StoreError::Unique`] when the code is taken; the database's failure.
pub async fn load_programme(
    tx: &mut Tx,
    by: By<'_>,
    scheme: SchemeId,
    input: &ProgrammeInput,
) -> Result<ProgrammeId, StoreError> {
    let (id, version, now) = (ProgrammeId::new(tx.ids()), ProgrammeVersionId::new(tx.ids()), tx.now());
    tx.exec(
        &INSERT_PROGRAMME,
        &[&id, &scheme, &input.code, &input.name, &input.audience_code, &input.is_elective_pool],
    )
    .await?;
    tx.exec(&INSERT_VERSION, &[&version, &id, &1_i64, &VersionState::Drafting, &now]).await?;
    insert_topics(tx, version, &input.topics).await?;
    tx.audit(by, "curriculum.programme.loaded", id, Change::created(input))?;
    Ok(id)
}

async fn insert_topics(tx: &mut Tx, version: ProgrammeVersionId, inputs: &[TopicInput]) -> Result<(), StoreError> {
    let topics: Vec<(TopicId, &TopicInput)> = inputs.iter().map(|t| (TopicId::new(tx.ids()), t)).collect();
    tx.exec_many(&INSERT_TOPIC, &topics, |(topic, t), args| {
        args.add(topic)?;
        args.add(&version)?;
        args.add(&t.seq)?;
        args.add(&t.day)?;
        args.add(&t.code)?;
        args.add(&t.title)?;
        args.add(&t.kind)?;
        args.add(&t.periods)?;
        args.add(&t.method)?;
        args.add(&t.lecturer_type)?;
        args.add(&t.delivery)?;
        args.add(&t.is_elective)?;
        args.add(&t.source_status)?;
        args.add(&t.source)
    })
    .await?;
    Ok(())
}

/// Why a version was not written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// No such programme, version or topic.
    #[error("no such programme, version or topic")]
    NotFound,
    /// The version has left the school's desk: it is in appraisal, approved, in force or expired.
    #[error("version {0} is {1:?} and no longer edited")]
    Closed(i64, VersionState),
    /// A version is under work already: its number.
    #[error("version {0} is under work")]
    UnderWork(i64),
    /// Somebody saved the topic after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// The database's failure.
    #[error("writing a version")]
    Store(#[from] StoreError),
}

impl From<EditError> for WebError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::NotFound => Self::NotFound,
            EditError::Closed(number, _) => Self::refused_with("curriculum-closed", [("n", number.into())]),
            EditError::UnderWork(number) => Self::refused_with("curriculum-under-work", [("n", number.into())]),
            EditError::Overtaken => Self::refused("web-overtaken"),
            EditError::Store(inner) => Self::Store(inner),
        }
    }
}

/// Starts the next version of a programme as an outline with the topics of the newest one; gives its number.
///
/// # Errors
/// [`EditError::UnderWork`] while the newest version is neither in force nor expired.
pub async fn start_version(db: &Db, permit: &Permit<EditProgrammes>, programme: ProgrammeId) -> Result<i64, EditError> {
    db.write(async |tx| {
        let newest = lock(tx, &permit.actor, programme).await?.into_iter().next().ok_or(EditError::NotFound)?;
        if !newest.state.settled() {
            return Err(EditError::UnderWork(newest.number));
        }
        let (id, number, now) = (ProgrammeVersionId::new(tx.ids()), newest.number + 1, tx.now());
        tx.exec(&INSERT_VERSION, &[&id, &programme, &number, &VersionState::Outline, &now]).await?;
        let copied: Vec<TopicInput> = topics(tx, newest.version_id)
            .await?
            .into_iter()
            .map(|t| TopicInput {
                seq: t.seq,
                day: t.day,
                code: t.code,
                title: t.title,
                kind: t.kind,
                periods: t.periods,
                method: t.method,
                lecturer_type: t.lecturer_type,
                delivery: t.delivery,
                is_elective: t.is_elective,
                source_status: t.source_status,
                source: t.source,
            })
            .collect();
        insert_topics(tx, id, &copied).await?;
        let nowhere: Option<VersionState> = None;
        tx.exec(&INSERT_MOVE, &[&id, &nowhere, &VersionState::Outline, &permit.actor.name, &now, &""]).await?;
        tx.audit(&permit.actor, "curriculum.version.started", id, Change::created(&(number, copied.len())))?;
        Ok(number)
    })
    .await
}

/// The versions of a programme of the actor's scheme, held against other writers until the transaction ends; the newest first.
async fn lock(tx: &mut Tx, actor: &Actor, programme: ProgrammeId) -> Result<Vec<ProgrammeLine>, StoreError> {
    tx.exec(&LOCK_PROGRAMME, &[&programme]).await?;
    versions(tx, actor, programme).await
}

/// The version, held and still on the school's desk, with its topics.
async fn editable(
    tx: &mut Tx,
    actor: &Actor,
    programme: ProgrammeId,
    number: i64,
) -> Result<(ProgrammeLine, Vec<TopicLine>), EditError> {
    let line = lock(tx, actor, programme).await?.into_iter().find(|v| v.number == number).ok_or(EditError::NotFound)?;
    if !line.state.editable() {
        return Err(EditError::Closed(number, line.state));
    }
    let topics = topics(tx, line.version_id).await?;
    Ok((line, topics))
}

/// Adds a topic at the end of a version.
///
/// # Errors
/// [`EditError`].
pub async fn add_topic(
    db: &Db,
    permit: &Permit<EditProgrammes>,
    programme: ProgrammeId,
    number: i64,
    draft: &TopicDraft,
) -> Result<TopicId, EditError> {
    db.write(async |tx| {
        let (line, topics) = editable(tx, &permit.actor, programme, number).await?;
        let id = TopicId::new(tx.ids());
        let seq = topics.last().map_or(0, |t| t.seq) + 1;
        let code = format!("{}-{number}-{seq:02}", line.code);
        tx.exec(
            &INSERT_TOPIC,
            &[
                &id,
                &line.version_id,
                &seq,
                &draft.day,
                &code,
                &draft.title,
                &draft.kind,
                &draft.periods,
                &draft.method,
                &draft.lecturer_type,
                &draft.delivery,
                &line.is_elective_pool,
                &"composed",
                &"",
            ],
        )
        .await?;
        tx.audit(&permit.actor, "curriculum.topic.added", id, Change::created(&Kept::drafted(seq, draft)))?;
        Ok(id)
    })
    .await
}

/// Changes a topic of which the actor saw edition `seen`; nothing is written when nothing would change.
///
/// # Errors
/// [`EditError`].
pub async fn change_topic(
    db: &Db,
    permit: &Permit<EditProgrammes>,
    programme: ProgrammeId,
    number: i64,
    topic: TopicId,
    draft: &TopicDraft,
    seen: i64,
) -> Result<(), EditError> {
    db.write(async |tx| {
        let (line, topics) = editable(tx, &permit.actor, programme, number).await?;
        let before = topics.iter().find(|t| t.id == topic).ok_or(EditError::NotFound)?;
        if draft.is(before) {
            return Ok(());
        }
        if before.edition != seen {
            return Err(EditError::Overtaken);
        }
        let now = tx.now();
        tx.exec(
            &UPDATE_TOPIC,
            &[
                &topic,
                &line.version_id,
                &draft.title,
                &draft.kind,
                &draft.periods,
                &draft.day,
                &draft.method,
                &draft.lecturer_type,
                &draft.delivery,
                &permit.actor.name,
                &now,
            ],
        )
        .await?;
        let change = Change::changed(&Kept::of(before), &Kept::drafted(before.seq, draft));
        tx.audit(&permit.actor, "curriculum.topic.changed", topic, change)?;
        Ok(())
    })
    .await
}

/// Takes a topic out of a version.
///
/// # Errors
/// [`EditError`].
pub async fn remove_topic(
    db: &Db,
    permit: &Permit<EditProgrammes>,
    programme: ProgrammeId,
    number: i64,
    topic: TopicId,
) -> Result<(), EditError> {
    db.write(async |tx| {
        let (line, topics) = editable(tx, &permit.actor, programme, number).await?;
        let before = topics.iter().find(|t| t.id == topic).ok_or(EditError::NotFound)?;
        tx.exec(&DELETE_TOPIC, &[&topic, &line.version_id]).await?;
        tx.audit(&permit.actor, "curriculum.topic.removed", topic, Change::removed(&Kept::of(before)))?;
        Ok(())
    })
    .await
}

/// Which way a topic goes in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Before the topic above it.
    Up,
    /// After the topic below it.
    Down,
}

/// Exchanges a topic with its neighbour; at the end of the list nothing happens.
///
/// # Errors
/// [`EditError`].
pub async fn move_topic(
    db: &Db,
    permit: &Permit<EditProgrammes>,
    programme: ProgrammeId,
    number: i64,
    topic: TopicId,
    way: Way,
) -> Result<(), EditError> {
    db.write(async |tx| {
        let (line, topics) = editable(tx, &permit.actor, programme, number).await?;
        let place = topics.iter().position(|t| t.id == topic).ok_or(EditError::NotFound)?;
        let other = match way {
            Way::Up => place.checked_sub(1),
            Way::Down => Some(place + 1),
        };
        let (Some(here), Some(there)) = (topics.get(place), other.and_then(|o| topics.get(o))) else { return Ok(()) };
        // a place outside the list keeps the rule of one topic a place while the two change
        for (id, seq) in [(here.id, -1), (there.id, here.seq), (here.id, there.seq)] {
            tx.exec(&SET_SEQ, &[&id, &line.version_id, &seq]).await?;
        }
        let change = Change::changed(&here.seq, &there.seq);
        tx.audit(&permit.actor, "curriculum.topic.moved", topic, change)?;
        Ok(())
    })
    .await
}

/// Why a version did not move.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// No such programme.
    #[error("no such programme")]
    NotFound,
    /// The pool of electives is not appraised as a whole.
    #[error("the pool of electives has no way to being in force")]
    ElectivePool,
    /// The transition refuses.
    #[error("refused")]
    Refused(#[from] MoveRefused),
    /// The database's failure.
    #[error("moving a version")]
    Store(#[from] StoreError),
}

impl From<MoveError> for WebError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::NotFound => Self::NotFound,
            MoveError::ElectivePool => Self::refused("curriculum-pool"),
            MoveError::Refused(MoveRefused::NotFrom(_)) => Self::refused("curriculum-moved-on"),
            MoveError::Refused(MoveRefused::BreaksRule(meter)) => Self::refused_with(
                "curriculum-breaks-rule",
                [
                    ("theory", meter.theory.into()),
                    ("wanted", meter.wanted.into()),
                    ("total", meter.total().into()),
                    ("most", meter.total_wanted.into()),
                ],
            ),
            MoveError::Store(inner) => Self::Store(inner),
        }
    }
}

/// The school goes from the outline of the newest version to writing it.
///
/// # Errors
/// [`MoveError`].
pub async fn draft(db: &Db, permit: &Permit<EditProgrammes>, programme: ProgrammeId) -> Result<i64, MoveError> {
    step(db, &permit.actor, programme, Move::Draft, None, "").await
}

/// The school hands the newest version in for appraisal.
///
/// # Errors
/// [`MoveError`]; also when the version breaks the share of theory or the periods.
pub async fn submit(db: &Db, permit: &Permit<EditProgrammes>, programme: ProgrammeId) -> Result<i64, MoveError> {
    step(db, &permit.actor, programme, Move::Submit, None, "").await
}

/// The appraising body gives the newest version back to the school, with the reason.
///
/// # Errors
/// [`MoveError`].
pub async fn give_back(
    db: &Db,
    permit: &Permit<AppraiseProgrammes>,
    programme: ProgrammeId,
    reason: &str,
) -> Result<i64, MoveError> {
    step(db, &permit.actor, programme, Move::Return, None, reason).await
}

/// The appraising body approves with the number of its decision.
///
/// # Errors
/// [`MoveError`]; also when the version breaks the share of theory or the periods.
pub async fn approve(
    db: &Db,
    permit: &Permit<AppraiseProgrammes>,
    programme: ProgrammeId,
    decision: &str,
) -> Result<i64, MoveError> {
    step(db, &permit.actor, programme, Move::Approve, Some(decision), decision).await
}

/// The head puts an approved version in force; the version in force before it expires in the same moment.
/// Classes keep the version that they were called for.
///
/// # Errors
/// [`MoveError`].
pub async fn enforce(db: &Db, permit: &Permit<EnforceProgrammes>, programme: ProgrammeId) -> Result<i64, MoveError> {
    step(db, &permit.actor, programme, Move::Enforce, None, "").await
}

/// Moves the newest version; gives its number.
async fn step(
    db: &Db,
    actor: &Actor,
    programme: ProgrammeId,
    step: Move,
    decision: Option<&str>,
    note: &str,
) -> Result<i64, MoveError> {
    db.write(async |tx: &mut Tx| {
        let scheme = scheme::of(tx, actor).await?.ok_or(MoveError::NotFound)?;
        let today = tx.today();
        let rules = scheme::rules(tx, scheme.id, today).await?;
        let lines = lock(tx, actor, programme).await?;
        let line = lines.first().ok_or(MoveError::NotFound)?;
        if line.is_elective_pool {
            return Err(MoveError::ElectivePool);
        }
        let weigh = |v: &ProgrammeLine| Meter::of(v.theory, v.other, &rules);
        let next = line.state.step(step, &weigh(line))?;
        note_move(tx, actor, line, next, decision, note).await?;
        if next == VersionState::InForce {
            for old in lines.iter().filter(|v| v.state == VersionState::InForce) {
                let expired = old.state.step(Move::Replace, &weigh(old))?;
                note_move(tx, actor, old, expired, None, "").await?;
            }
        }
        Ok(line.number)
    })
    .await
}

async fn note_move(
    tx: &mut Tx,
    actor: &Actor,
    line: &ProgrammeLine,
    next: VersionState,
    decision: Option<&str>,
    note: &str,
) -> Result<(), StoreError> {
    let (number, now) = (decision.map(str::to_owned), tx.now());
    tx.exec(&SET_STATE, &[&line.version_id, &next, &number]).await?;
    let from = Some(line.state);
    tx.exec(&INSERT_MOVE, &[&line.version_id, &from, &next, &actor.name, &now, &note]).await?;
    let change = Change::changed(&line.state, &(next, note));
    tx.audit(actor, "curriculum.version.moved", line.version_id, change)
}
