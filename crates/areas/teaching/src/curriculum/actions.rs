//! Loading programmes and moving their versions.

use ::store::{By, Change, Db, StoreError, Tx};
use kernel::{Actor, ProgrammeId, ProgrammeVersionId, SchemeId, TopicId};
use web::{Permit, WebError};

use super::{
    AppraiseProgrammes, EditProgrammes, EnforceProgrammes,
    model::{Meter, Move, MoveRefused, VersionState},
    store::{INSERT_MOVE, INSERT_PROGRAMME, INSERT_TOPIC, INSERT_VERSION, SET_STATE, programmes},
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
    pub lecturer_type: String,
    pub delivery: String,
    pub is_elective: bool,
    pub source_status: String,
    pub source: String,
}

/// Writes a programme and its first version, in drafting.
///
/// # Errors
/// [`StoreError::Unique`] when the code is taken; the database's failure.
pub async fn load_programme(
    db: &Db,
    by: By<'_>,
    scheme: SchemeId,
    input: &ProgrammeInput,
) -> Result<ProgrammeId, StoreError> {
    db.write(async |tx| {
        let (id, version, now) = (ProgrammeId::new(tx.ids()), ProgrammeVersionId::new(tx.ids()), tx.now());
        tx.exec(
            &INSERT_PROGRAMME,
            &[&id, &scheme, &input.code, &input.name, &input.audience_code, &input.is_elective_pool],
        )
        .await?;
        tx.exec(&INSERT_VERSION, &[&version, &id, &VersionState::Drafting, &now]).await?;
        let topics: Vec<(TopicId, &TopicInput)> = input.topics.iter().map(|t| (TopicId::new(tx.ids()), t)).collect();
        tx.exec_many(&INSERT_TOPIC, &topics, |(topic, t), args| {
            args.add(topic)?;
            args.add(&version)?;
            args.add(&t.seq)?;
            args.add(&t.day)?;
            args.add(&t.code)?;
            args.add(&t.title)?;
            args.add(&t.kind)?;
            args.add(&t.periods)?;
            args.add(&"")?;
            args.add(&t.lecturer_type)?;
            args.add(&t.delivery)?;
            args.add(&t.is_elective)?;
            args.add(&t.source_status)?;
            args.add(&t.source)
        })
        .await?;
        tx.audit(by, "curriculum.programme.loaded", id, Change::created(input))?;
        Ok(id)
    })
    .await
}

/// Why a version did not move.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// No such programme.
    #[error("no such programme")]
    NotFound,
    /// The transition refuses.
    #[error("refused")]
    Refused(#[from] MoveRefused),
    /// An approval needs the number of its decision.
    #[error("no decision number")]
    NoDecision,
    /// The database's failure.
    #[error("moving a version")]
    Store(#[from] StoreError),
}

impl From<MoveError> for WebError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::NotFound => Self::NotFound,
            MoveError::NoDecision => Self::refused("curriculum-no-decision"),
            MoveError::Refused(MoveRefused::NotFrom(_)) => Self::refused("curriculum-moved-on"),
            MoveError::Refused(MoveRefused::BreaksRatio(meter)) => Self::refused_with(
                "curriculum-breaks-ratio",
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

/// The school hands the newest version in for appraisal.
///
/// # Errors
/// [`MoveError`].
pub async fn submit(db: &Db, permit: &Permit<EditProgrammes>, programme: ProgrammeId) -> Result<(), MoveError> {
    step(db, &permit.actor, programme, Move::Submit, "").await
}

/// The appraising body approves with the number of its decision.
///
/// # Errors
/// [`MoveError`]; also when the version breaks the share of theory.
pub async fn approve(
    db: &Db,
    permit: &Permit<AppraiseProgrammes>,
    programme: ProgrammeId,
    decision: &str,
) -> Result<(), MoveError> {
    if decision.trim().is_empty() {
        return Err(MoveError::NoDecision);
    }
    step(db, &permit.actor, programme, Move::Approve, decision.trim()).await
}

/// The head puts an approved version in force.
///
/// # Errors
/// [`MoveError`].
pub async fn enforce(db: &Db, permit: &Permit<EnforceProgrammes>, programme: ProgrammeId) -> Result<(), MoveError> {
    step(db, &permit.actor, programme, Move::Enforce, "").await
}

async fn step(db: &Db, actor: &Actor, programme: ProgrammeId, step: Move, decision: &str) -> Result<(), MoveError> {
    db.write(async |tx: &mut Tx| {
        let scheme = scheme::first_scheme(tx).await?.ok_or(MoveError::NotFound)?;
        let today = tx.today();
        let rules = scheme::rules(tx, scheme.id, today).await?;
        let lines = programmes(tx, scheme.id).await?;
        let line = lines.into_iter().find(|p| p.id == programme).ok_or(MoveError::NotFound)?;
        let next = line.state.step(step, &Meter::of(line.theory, line.other, &rules))?;
        let number = (!decision.is_empty()).then(|| decision.to_owned());
        tx.exec(&SET_STATE, &[&line.version_id, &next, &number]).await?;
        let now = tx.now();
        tx.exec(&INSERT_MOVE, &[&line.version_id, &line.state, &next, &actor.name, &now, &decision]).await?;
        tx.audit(actor, "curriculum.version.moved", line.version_id, Change::changed(&line.state, &next))?;
        Ok(())
    })
    .await
}
