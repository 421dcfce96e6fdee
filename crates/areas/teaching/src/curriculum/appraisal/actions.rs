//! Asking, speaking, answering, voting, closing.

use ::store::{Change, Db, StoreError, Tx};
use chrono::NaiveDate;
use kernel::{AccountId, Actor, AppraisalId, OpinionId, ProgrammeId, ProgrammeVersionId};
use people::{
    notice_kind,
    notices::{Kind, Notice, Recipient, Who, tell},
};
use serde::Serialize;
use web::{Permit, WebError};

use super::{
    super::{
        AppraiseProgrammes, EditProgrammes, ReadProgrammes, VersionState,
        actions::lock,
        store::{ProgrammeLine, authors, objectives, topics},
    },
    model::{Passage, PassageKind, Verdict, Vote},
    store::{
        CLOSE_ROUND, INSERT_ANSWER, INSERT_MEMBER, INSERT_OPINION, INSERT_ROUND, INSERT_VOTE, Round, bodies, experts,
        members, opinions, rounds,
    },
};
use crate::scheme;

/// Why something did not happen in the room. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AppraisalError {
    /// No such programme, version or opinion.
    #[error("not found")]
    NotFound,
    /// The version is not with the appraising body, or its round is closed.
    #[error("the round is closed")]
    Closed,
    /// Who acts, or is asked, wrote the version.
    #[error("an author of the version")]
    Author,
    /// Who speaks or votes is not asked in this round.
    #[error("not a member")]
    NotMember,
    /// The account cannot be asked: it is not of the province, closed, a learner or a commune's.
    #[error("nobody to ask")]
    UnknownAccount,
    /// No such body in the scheme.
    #[error("no such body")]
    UnknownBody,
    /// The account is a member already.
    #[error("a member already")]
    Twice,
    /// The last day lies before today.
    #[error("the last day is past")]
    PastDue,
    /// The version has no such passage.
    #[error("no such passage")]
    UnknownPassage,
    /// Nobody was asked.
    #[error("no member")]
    NoMember,
    /// The database's failure.
    #[error("appraising")]
    Store(#[from] StoreError),
}

impl AppraisalError {
    /// Key of its message; nothing for what is no refusal.
    #[must_use]
    pub fn key(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotFound | Self::Store(_) => return None,
            Self::Closed => "appraisal-closed",
            Self::Author => "appraisal-author",
            Self::NotMember => "appraisal-not-member",
            Self::UnknownAccount => "appraisal-account-unknown",
            Self::UnknownBody => "appraisal-body-unknown",
            Self::Twice => "appraisal-twice",
            Self::PastDue => "appraisal-past-due",
            Self::UnknownPassage => "appraisal-passage-unknown",
            Self::NoMember => "appraisal-no-member",
        })
    }
}

impl From<AppraisalError> for WebError {
    fn from(error: AppraisalError) -> Self {
        match (error.key(), error) {
            (Some(key), _) => Self::refused(key),
            (None, AppraisalError::Store(inner)) => Self::Store(inner),
            (None, _) => Self::NotFound,
        }
    }
}

/// Begins a round: the school has handed the version in.
pub(in super::super) async fn begin(tx: &mut Tx, actor: &Actor, version: ProgrammeVersionId) -> Result<(), StoreError> {
    let (id, now) = (AppraisalId::new(tx.ids()), tx.now());
    tx.exec(&INSERT_ROUND, &[&id, &version, &now, &actor.name]).await.map(|_| ())
}

/// Ends the round that is open, if one is.
pub(in super::super) async fn end(tx: &mut Tx, actor: &Actor, version: ProgrammeVersionId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(&CLOSE_ROUND, &[&version, &now, &actor.name]).await.map(|_| ())
}

/// A version, held against other writers.
async fn held(
    tx: &mut Tx,
    actor: &Actor,
    programme: ProgrammeId,
    number: i64,
) -> Result<ProgrammeLine, AppraisalError> {
    let lines = lock(tx, actor, programme).await?;
    lines.into_iter().find(|v| v.number == number).ok_or(AppraisalError::NotFound)
}

/// A version with its open round, for somebody who did not write it.
async fn room(
    tx: &mut Tx,
    actor: &Actor,
    programme: ProgrammeId,
    number: i64,
) -> Result<(ProgrammeLine, Round), AppraisalError> {
    let line = held(tx, actor, programme, number).await?;
    if authors(tx, line.version_id).await?.iter().any(|(author, _)| *author == actor.account) {
        return Err(AppraisalError::Author);
    }
    let round = rounds(tx, line.version_id).await?.into_iter().next();
    let open = |round: &Round| round.closed_at.is_none() && line.state == VersionState::Appraisal;
    let round = round.filter(open).ok_or(AppraisalError::Closed)?;
    Ok((line, round))
}

/// The same for a member of the round.
async fn seat(
    tx: &mut Tx,
    actor: &Actor,
    programme: ProgrammeId,
    number: i64,
) -> Result<(ProgrammeLine, Round), AppraisalError> {
    let (line, round) = room(tx, actor, programme, number).await?;
    let members = members(tx, line.version_id).await?;
    let own = members.iter().any(|m| m.appraisal_id == round.id && m.account_id == actor.account);
    if own { Ok((line, round)) } else { Err(AppraisalError::NotMember) }
}

notice_kind! {
    /// Somebody is asked to appraise a programme.
    ASKED = Kind::new("appraisal.asked", &["programme", "until", "by"])
}

/// Who is asked, for which body, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invitation {
    /// The account that will speak and vote.
    pub account: AccountId,
    /// Code of the body for which it speaks; none for an expert who speaks for themselves.
    pub body: Option<String>,
    /// Last day.
    pub due_on: NaiveDate,
}

/// Asks somebody about the version that is being appraised.
///
/// # Errors
/// [`AppraisalError`]; also when the one who asks, or who is asked, wrote the version.
pub async fn invite(
    db: &Db,
    permit: &Permit<AppraiseProgrammes>,
    programme: ProgrammeId,
    number: i64,
    asked: &Invitation,
) -> Result<(), AppraisalError> {
    db.write(async |tx| {
        let actor = &permit.actor;
        let (line, round) = room(tx, actor, programme, number).await?;
        if experts(tx, actor).await?.iter().all(|(account, _)| *account != asked.account) {
            return Err(AppraisalError::UnknownAccount);
        }
        if authors(tx, line.version_id).await?.iter().any(|(author, _)| *author == asked.account) {
            return Err(AppraisalError::Author);
        }
        let body = match &asked.body {
            None => String::new(),
            Some(code) => {
                let scheme = scheme::of(tx, actor).await?.ok_or(AppraisalError::NotFound)?;
                let known = bodies(tx, scheme.id).await?;
                known.into_iter().find(|(known, _)| known == code).ok_or(AppraisalError::UnknownBody)?.1
            }
        };
        if asked.due_on < tx.today() {
            return Err(AppraisalError::PastDue);
        }
        let members = members(tx, line.version_id).await?;
        if members.iter().any(|m| m.appraisal_id == round.id && m.account_id == asked.account) {
            return Err(AppraisalError::Twice);
        }
        let now = tx.now();
        tx.exec(&INSERT_MEMBER, &[&round.id, &asked.account, &body, &asked.due_on, &now, &actor.name]).await?;
        tx.audit(actor, "appraisal.member.invited", line.version_id, Change::created(asked))?;
        let link = format!("/programmes/{programme}/versions/{number}/appraisal");
        let told = Notice {
            kind: &ASKED,
            about: round.id.to_string(),
            key: asked.account.to_string(),
            facts: vec![
                ("programme", line.name.as_str().into()),
                ("until", asked.due_on.into()),
                ("by", actor.name.as_str().into()),
            ],
            to: vec![Recipient::new(Who::Account(asked.account), link)],
        };
        tell(tx, [told]).await?;
        Ok(())
    })
    .await
}

#[derive(Serialize)]
struct Said<'a> {
    passage: String,
    text: &'a str,
}

/// A member says something of a passage.
///
/// # Errors
/// [`AppraisalError`].
pub async fn opine(
    db: &Db,
    permit: &Permit<ReadProgrammes>,
    programme: ProgrammeId,
    number: i64,
    passage: Passage,
    text: &str,
) -> Result<OpinionId, AppraisalError> {
    db.write(async |tx| {
        let actor = &permit.actor;
        let (line, round) = seat(tx, actor, programme, number).await?;
        let at = usize::try_from(passage.number - 1).unwrap_or(usize::MAX);
        let words = match passage.kind {
            PassageKind::Whole => Some(line.name.clone()),
            PassageKind::Topic => topics(tx, line.version_id).await?.get(at).map(|t| t.title.clone()),
            PassageKind::Objective => objectives(tx, line.version_id).await?.get(at).map(|o| o.text.clone()),
        };
        let words = words.ok_or(AppraisalError::UnknownPassage)?;
        let (id, now) = (OpinionId::new(tx.ids()), tx.now());
        let values: [&dyn ::store::Bind; 8] =
            [&id, &round.id, &actor.account, &passage.kind, &passage.number, &words, &text, &now];
        tx.exec(&INSERT_OPINION, &values).await?;
        let said = Said { passage: passage.value(), text };
        tx.audit(actor, "appraisal.opinion.given", id, Change::created(&said))?;
        Ok(id)
    })
    .await
}

/// The school answers an opinion; a later answer takes the place of an earlier one. Possible while the version is with the appraising
/// body or back on the school's desk.
///
/// # Errors
/// [`AppraisalError`].
pub async fn answer(
    db: &Db,
    permit: &Permit<EditProgrammes>,
    (programme, number, opinion): (ProgrammeId, i64, OpinionId),
    verdict: Verdict,
    text: &str,
) -> Result<(), AppraisalError> {
    db.write(async |tx| {
        let line = held(tx, &permit.actor, programme, number).await?;
        let all = opinions(tx, line.version_id).await?;
        let before = all.iter().find(|o| o.id == opinion).ok_or(AppraisalError::NotFound)?;
        if !matches!(line.state, VersionState::Appraisal | VersionState::Drafting) {
            return Err(AppraisalError::Closed);
        }
        let now = tx.now();
        tx.exec(&INSERT_ANSWER, &[&opinion, &verdict, &text, &permit.actor.name, &now]).await?;
        let change = Change::changed(&(before.verdict, &before.answer), &(verdict, text));
        tx.audit(&permit.actor, "appraisal.opinion.answered", opinion, change)?;
        Ok(())
    })
    .await
}

/// A member votes; a later vote takes the place of an earlier one.
///
/// # Errors
/// [`AppraisalError`].
pub async fn vote(
    db: &Db,
    permit: &Permit<ReadProgrammes>,
    programme: ProgrammeId,
    number: i64,
    vote: Vote,
) -> Result<(), AppraisalError> {
    db.write(async |tx| {
        let actor = &permit.actor;
        let (line, round) = seat(tx, actor, programme, number).await?;
        let now = tx.now();
        tx.exec(&INSERT_VOTE, &[&round.id, &actor.account, &vote, &now]).await?;
        tx.audit(actor, "appraisal.vote.cast", line.version_id, Change::created(&vote))?;
        Ok(())
    })
    .await
}

/// Closes the round: nobody speaks or votes any more.
///
/// # Errors
/// [`AppraisalError`]; [`AppraisalError::NoMember`] when nobody was asked.
pub async fn close(
    db: &Db,
    permit: &Permit<AppraiseProgrammes>,
    programme: ProgrammeId,
    number: i64,
) -> Result<(), AppraisalError> {
    db.write(async |tx| {
        let (line, round) = room(tx, &permit.actor, programme, number).await?;
        if members(tx, line.version_id).await?.iter().all(|m| m.appraisal_id != round.id) {
            return Err(AppraisalError::NoMember);
        }
        end(tx, &permit.actor, line.version_id).await?;
        tx.audit(&permit.actor, "appraisal.round.closed", line.version_id, Change::created(&round.number))?;
        Ok(())
    })
    .await
}
