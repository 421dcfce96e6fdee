//! Loading programmes, writing their versions.

use ::store::{By, Change, Conn, Db, StoreError, Tx};
use kernel::{AccountId, Actor, ObjectiveId, PositionId, ProgrammeId, ProgrammeVersionId, SchemeId, TopicId};
use people::accounts::accounts_of;
use web::{Permit, WebError};

use super::{
    EditProgrammes,
    model::VersionState,
    store::{
        DELETE_DOCUMENTS, DELETE_LECTURERS, DELETE_POSITIONS, DELETE_TOPIC, INSERT_AUTHOR, INSERT_DOCUMENT,
        INSERT_LECTURER, INSERT_MOVE, INSERT_OBJECTIVE, INSERT_POSITION, INSERT_PROGRAMME, INSERT_TOPIC,
        INSERT_VERSION, LOCK_PROGRAMME, ProgrammeLine, SET_SEQ, Topic, UPDATE_TOPIC, authors, documents, objectives,
        positions, topics, versions,
    },
};

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

/// A topic on its way in.
#[derive(Debug, Clone, Default, serde::Serialize)]
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
    pub assessment: String,
    pub materials: String,
    pub is_elective: bool,
    pub source_status: String,
    pub source: String,
}

/// What an editor says of a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct TopicDraft {
    /// Title.
    pub title: String,
    /// One of [`super::KINDS`].
    pub kind: String,
    /// Periods, at least 1.
    pub periods: i64,
    /// Day of the class, from 1.
    pub day: Option<i64>,
    /// One of [`super::METHODS`].
    pub method: String,
    /// One of [`super::LECTURERS`].
    pub lecturer_type: String,
    /// One of [`super::DELIVERIES`].
    pub delivery: String,
    /// One of [`super::ASSESSMENTS`], or nothing.
    pub assessment: String,
    /// What is needed, one thing a line.
    pub materials: String,
    /// Whether a class may choose others of the pool instead.
    pub is_elective: bool,
    /// Lecturers who may teach it, sorted.
    pub lecturers: Vec<AccountId>,
    /// Documents it relies on, by their place in the register, sorted.
    pub documents: Vec<i64>,
    /// Posts it serves, sorted.
    pub positions: Vec<PositionId>,
}

impl TopicDraft {
    /// A topic as it stands.
    pub(super) fn of(topic: &Topic) -> Self {
        let mut draft = Self {
            title: topic.title.clone(),
            kind: topic.kind.clone(),
            periods: topic.periods,
            day: topic.day,
            method: topic.method.clone(),
            lecturer_type: topic.lecturer_type.clone(),
            delivery: topic.delivery.clone(),
            assessment: topic.assessment.clone(),
            materials: topic.materials.clone(),
            is_elective: topic.is_elective,
            lecturers: topic.lecturers.iter().map(|(id, _)| *id).collect(),
            documents: topic.documents.iter().map(|d| d.place).collect(),
            positions: topic.positions.iter().map(|(id, _)| *id).collect(),
        };
        draft.sort();
        draft
    }

    /// Brings the links into the order in which two drafts are compared.
    pub fn sort(&mut self) {
        self.lecturers.sort();
        self.lecturers.dedup();
        self.documents.sort_unstable();
        self.documents.dedup();
        self.positions.sort();
        self.positions.dedup();
    }

    /// As the programme takes it: every topic of the pool is one to choose.
    pub(super) fn within(&self, programme: &ProgrammeLine) -> Self {
        Self { is_elective: self.is_elective || programme.is_elective_pool, ..self.clone() }
    }

    /// Refuses a link to what is not there. A link that the topic has already stays, whatever became of its other end.
    async fn check_links(&self, tx: &mut Tx, actor: &Actor, before: Option<&Self>) -> Result<(), EditError> {
        if !self.lecturers.is_empty() {
            let known = accounts_of(tx, actor, "lecturer").await?;
            let had = |id: &AccountId| before.is_some_and(|b| b.lecturers.contains(id));
            if self.lecturers.iter().any(|id| !had(id) && known.iter().all(|(known, _)| known != id)) {
                return Err(EditError::Unknown("lecturers"));
            }
        }
        if !self.documents.is_empty() {
            let known = documents(tx, actor).await?;
            if self.documents.iter().any(|place| known.iter().all(|d| d.place != *place)) {
                return Err(EditError::Unknown("documents"));
            }
        }
        if !self.positions.is_empty() {
            let known = positions(tx, actor).await?;
            let had = |id: &PositionId| before.is_some_and(|b| b.positions.contains(id));
            if self.positions.iter().any(|id| !had(id) && known.iter().all(|known| known.id != *id)) {
                return Err(EditError::Unknown("positions"));
            }
        }
        Ok(())
    }

    /// Writes the links of a topic that has none.
    async fn insert_links(&self, tx: &mut Tx, topic: TopicId) -> Result<(), StoreError> {
        tx.exec_many(&INSERT_LECTURER, &self.lecturers, |id, args| {
            args.add(&topic)?;
            args.add(*id)
        })
        .await?;
        tx.exec_many(&INSERT_DOCUMENT, &self.documents, |place, args| {
            args.add(&topic)?;
            args.add(*place)
        })
        .await?;
        tx.exec_many(&INSERT_POSITION, &self.positions, |id, args| {
            args.add(&topic)?;
            args.add(*id)
        })
        .await?;
        Ok(())
    }
}

async fn delete_links(tx: &mut Tx, topic: TopicId) -> Result<(), StoreError> {
    for statement in [&DELETE_LECTURERS, &DELETE_DOCUMENTS, &DELETE_POSITIONS] {
        tx.exec(statement, &[&topic]).await?;
    }
    Ok(())
}

/// A topic as the audit keeps it.
#[derive(serde::Serialize)]
struct Kept<'a> {
    seq: i64,
    #[serde(flatten)]
    draft: &'a TopicDraft,
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

/// Writes topics into a version; their ids in the order of the inputs.
async fn insert_topics(
    tx: &mut Tx,
    version: ProgrammeVersionId,
    inputs: &[TopicInput],
) -> Result<Vec<TopicId>, StoreError> {
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
        args.add(&t.assessment)?;
        args.add(&t.materials)?;
        args.add(&t.is_elective)?;
        args.add(&t.source_status)?;
        args.add(&t.source)
    })
    .await?;
    Ok(topics.into_iter().map(|(id, _)| id).collect())
}

/// Notes that somebody wrote in a version; once is enough.
pub(super) async fn note_author(
    tx: &mut Tx,
    version: ProgrammeVersionId,
    account: AccountId,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(&INSERT_AUTHOR, &[&version, &account, &now]).await.map(|_| ())
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
    /// A link to something that is not there: name of the field.
    #[error("unknown link in {0}")]
    Unknown(&'static str),
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
            EditError::Unknown(_) => Self::refused("curriculum-link-unknown"),
            EditError::Overtaken => Self::refused("web-overtaken"),
            EditError::Store(inner) => Self::Store(inner),
        }
    }
}

/// Starts the next version of a programme as an outline with everything that the newest one says, and with its authors: what they wrote
/// is in it. Gives its number.
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
        let from = topics(tx, newest.version_id).await?;
        let copied: Vec<TopicInput> = from.iter().map(copy_of).collect();
        let ids = insert_topics(tx, id, &copied).await?;
        for (topic, fresh) in from.iter().zip(ids) {
            TopicDraft::of(topic).insert_links(tx, fresh).await?;
        }
        let aims = objectives(tx, newest.version_id).await?;
        let aims: Vec<_> = aims.into_iter().map(|o| (ObjectiveId::new(tx.ids()), o)).collect();
        tx.exec_many(&INSERT_OBJECTIVE, &aims, |(objective, o), args| {
            args.add(objective)?;
            args.add(&id)?;
            args.add(&o.seq)?;
            args.add(&o.audience_code)?;
            args.add(&o.text)
        })
        .await?;
        for (author, _) in authors(tx, newest.version_id).await? {
            note_author(tx, id, author).await?;
        }
        note_author(tx, id, permit.actor.account).await?;
        let nowhere: Option<VersionState> = None;
        tx.exec(&INSERT_MOVE, &[&id, &nowhere, &VersionState::Outline, &permit.actor.name, &now, &""]).await?;
        tx.audit(&permit.actor, "curriculum.version.started", id, Change::created(&(number, copied.len())))?;
        Ok(number)
    })
    .await
}

/// A topic as the next version begins with it.
fn copy_of(topic: &Topic) -> TopicInput {
    let line = topic.line.clone();
    TopicInput {
        seq: line.seq,
        day: line.day,
        code: line.code,
        title: line.title,
        kind: line.kind,
        periods: line.periods,
        method: line.method,
        lecturer_type: line.lecturer_type,
        delivery: line.delivery,
        assessment: line.assessment,
        materials: line.materials,
        is_elective: line.is_elective,
        source_status: line.source_status,
        source: line.source,
    }
}

/// The versions of a programme of the actor's scheme, held against other writers until the transaction ends; the newest first.
pub(super) async fn lock(tx: &mut Tx, actor: &Actor, programme: ProgrammeId) -> Result<Vec<ProgrammeLine>, StoreError> {
    tx.exec(&LOCK_PROGRAMME, &[&programme]).await?;
    versions(tx, actor, programme).await
}

/// The version, held and still on the school's desk, with its topics.
pub(super) async fn editable(
    tx: &mut Tx,
    actor: &Actor,
    programme: ProgrammeId,
    number: i64,
) -> Result<(ProgrammeLine, Vec<Topic>), EditError> {
    let line = lock(tx, actor, programme).await?.into_iter().find(|v| v.number == number).ok_or(EditError::NotFound)?;
    if !line.state.editable() {
        return Err(EditError::Closed(number, line.state));
    }
    let topics = topics(tx, line.version_id).await?;
    Ok((line, topics))
}

/// A topic with what an editor may say of it.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// The topic.
    pub id: TopicId,
    /// Its edition, to save it with.
    pub edition: i64,
    /// Document, or table of the scheme, that it was read in.
    pub source: String,
    /// What it says now.
    pub draft: TopicDraft,
}

/// The newest version of a programme of the actor's scheme with its topics.
///
/// # Errors
/// [`EditError::NotFound`].
pub async fn drafts(
    conn: &mut Conn,
    actor: &Actor,
    programme: ProgrammeId,
) -> Result<(ProgrammeLine, Vec<Drafted>), EditError> {
    let line = versions(conn, actor, programme).await?.into_iter().next().ok_or(EditError::NotFound)?;
    let drafted =
        |t: Topic| Drafted { id: t.id, edition: t.edition, source: t.source.clone(), draft: TopicDraft::of(&t) };
    let topics = topics(conn, line.version_id).await?.into_iter().map(drafted).collect();
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
        let draft = &draft.within(&line);
        let seq = topics.last().map_or(0, |t| t.seq) + 1;
        let mut known = topics.iter().map(|t| t.code.clone()).collect();
        let id = insert_draft(tx, &permit.actor, &line, &mut known, seq, draft).await?;
        note_author(tx, line.version_id, permit.actor.account).await?;
        tx.audit(&permit.actor, "curriculum.topic.added", id, Change::created(&Kept { seq, draft }))?;
        Ok(id)
    })
    .await
}

/// Writes a new topic at a place of a version, with a code that is not `known` yet.
pub(super) async fn insert_draft(
    tx: &mut Tx,
    actor: &Actor,
    line: &ProgrammeLine,
    known: &mut Vec<String>,
    seq: i64,
    draft: &TopicDraft,
) -> Result<TopicId, EditError> {
    draft.check_links(tx, actor, None).await?;
    let start = i64::try_from(known.len()).unwrap_or(0) + 1;
    let code = fresh_code(&line.code, line.number, start, |code| known.iter().any(|k| k == code));
    known.push(code.clone());
    let input = TopicInput {
        seq,
        day: draft.day,
        code,
        title: draft.title.clone(),
        kind: draft.kind.clone(),
        periods: draft.periods,
        method: draft.method.clone(),
        lecturer_type: draft.lecturer_type.clone(),
        delivery: draft.delivery.clone(),
        assessment: draft.assessment.clone(),
        materials: draft.materials.clone(),
        is_elective: draft.is_elective,
        source_status: "composed".to_owned(),
        source: String::new(),
    };
    let id = insert_topics(tx, line.version_id, &[input]).await?.into_iter().next().ok_or(EditError::NotFound)?;
    draft.insert_links(tx, id).await?;
    Ok(id)
}

/// Writes what a draft says over a topic and its links.
pub(super) async fn save(
    tx: &mut Tx,
    actor: &Actor,
    line: &ProgrammeLine,
    before: &Topic,
    draft: &TopicDraft,
) -> Result<(), EditError> {
    draft.check_links(tx, actor, Some(&TopicDraft::of(before))).await?;
    let now = tx.now();
    tx.exec(
        &UPDATE_TOPIC,
        &[
            &before.id,
            &line.version_id,
            &draft.title,
            &draft.kind,
            &draft.periods,
            &draft.day,
            &draft.method,
            &draft.lecturer_type,
            &draft.delivery,
            &draft.assessment,
            &draft.materials,
            &draft.is_elective,
            &actor.name,
            &now,
        ],
    )
    .await?;
    delete_links(tx, before.id).await?;
    draft.insert_links(tx, before.id).await?;
    Ok(())
}

/// Takes a topic out of a version, with its links.
pub(super) async fn remove(tx: &mut Tx, line: &ProgrammeLine, topic: TopicId) -> Result<(), StoreError> {
    delete_links(tx, topic).await?;
    tx.exec(&DELETE_TOPIC, &[&topic, &line.version_id]).await.map(|_| ())
}

/// A code that no topic of the version has: by it a topic is known again in later versions.
fn fresh_code(programme: &str, number: i64, seq: i64, taken: impl Fn(&str) -> bool) -> String {
    let code = |seq: i64| format!("{programme}-{number}-{seq:02}");
    (seq..).map(code).find(|code| !taken(code)).unwrap_or_default()
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
        let (was, draft) = (TopicDraft::of(before), &draft.within(&line));
        if was == *draft {
            return Ok(());
        }
        if before.edition != seen {
            return Err(EditError::Overtaken);
        }
        save(tx, &permit.actor, &line, before, draft).await?;
        note_author(tx, line.version_id, permit.actor.account).await?;
        let seq = before.seq;
        let change = Change::changed(&Kept { seq, draft: &was }, &Kept { seq, draft });
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
        remove(tx, &line, topic).await?;
        note_author(tx, line.version_id, permit.actor.account).await?;
        let was = Kept { seq: before.seq, draft: &TopicDraft::of(before) };
        tx.audit(&permit.actor, "curriculum.topic.removed", topic, Change::removed(&was))?;
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
        note_author(tx, line.version_id, permit.actor.account).await?;
        let change = Change::changed(&here.seq, &there.seq);
        tx.audit(&permit.actor, "curriculum.topic.moved", topic, change)?;
        Ok(())
    })
    .await
}
