//! Writing a questionnaire, sending it, answering it.

use ::store::{Change, Db, StoreError, Tx};
use chrono::NaiveDate;
use kernel::{Actor, AnswerId, CompetenceId, PersonId, QuestionId, SurveyId, UnitId};
use serde::{Deserialize, Serialize};
use web::Permit;

use super::{
    super::{EditNeeds, gaps::store::INSERT_RATING},
    AnswerSurveys,
    ballots::shuffled,
    model::{Content, Fault, Given, Item, hasty, read},
    store::{
        DELETE_ITEM, DELETE_UNMIXED, INSERT_ANSWER, INSERT_BALLOT, INSERT_ITEM, INSERT_REPLY, INSERT_SENDING,
        INSERT_SURVEY, INSERT_WITHDRAWAL, InvitedRow, ItemRow, LOCK_SURVEY, SET_SEQ, Stage, Survey, UNMIXED,
        UPDATE_ITEM, UPDATE_SURVEY, answer_of, invited, items, survey,
    },
};
use crate::{
    needs::matrix::{competences, post_levels},
    scheme,
};

/// What the school says of a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurveyDraft {
    /// Title.
    pub title: String,
    /// Words above the questions; may be empty.
    pub intro: String,
    /// Whether answers are kept without their authors.
    pub is_anonymous: bool,
}

impl SurveyDraft {
    pub(super) fn of(s: &Survey) -> Self {
        Self { title: s.title.clone(), intro: s.intro.clone(), is_anonymous: s.is_anonymous }
    }
}

/// What the school says of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemDraft {
    /// One of [`super::model::KINDS`]; it never changes.
    pub kind: String,
    /// The question or heading.
    pub text: String,
    /// Whether it must be answered.
    pub is_required: bool,
    /// What may be chosen.
    pub choices: Vec<String>,
    /// Highest value of a scale.
    pub most: i64,
}

impl ItemDraft {
    pub(super) fn of(row: &ItemRow) -> Self {
        let item = row.item();
        Self { kind: item.kind, text: item.text, is_required: item.is_required, choices: item.choices, most: item.most }
    }
}

/// To whom, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sending {
    /// Only people of this commune.
    pub commune: Option<UnitId>,
    /// Only people of this bloc.
    pub bloc: Option<String>,
    /// Only people of this level of posts.
    pub level: Option<String>,
    /// Only people of this post.
    pub post: Option<String>,
    /// Only people of this audience of the scheme.
    pub audience: Option<String>,
    /// First day on which it may be answered.
    pub opens_on: NaiveDate,
    /// Last day.
    pub closes_on: NaiveDate,
}

/// Why a questionnaire was not written or sent.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// No such questionnaire or item.
    #[error("no such questionnaire or item")]
    NotFound,
    /// It was sent: nothing of it changes any more.
    #[error("sent already")]
    Sent,
    /// Somebody saved it after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// An anonymous questionnaire cannot ask for levels, which belong to a person.
    #[error("levels in an anonymous questionnaire")]
    LevelsOfNobody,
    /// Nothing is asked.
    #[error("no question")]
    Empty,
    /// Nobody fits.
    #[error("sent to nobody")]
    Nobody,
    /// The last day lies before the first.
    #[error("closes before it opens")]
    ClosesFirst,
    /// The last day is over.
    #[error("closes in the past")]
    ClosedAlready,
    /// It is closed or taken back, or was never sent.
    #[error("nothing to take back")]
    Over,
    /// The database's failure.
    #[error("writing a questionnaire")]
    Store(#[from] StoreError),
}

/// A questionnaire, held against other writers and not sent yet.
async fn draft(tx: &mut Tx, actor: &Actor, id: SurveyId) -> Result<Survey, SurveyError> {
    tx.exec(&LOCK_SURVEY, &[&id]).await?;
    let found = survey(tx, actor, id).await?.ok_or(SurveyError::NotFound)?;
    if found.sent_at.is_some() { Err(SurveyError::Sent) } else { Ok(found) }
}

/// Begins a questionnaire.
///
/// # Errors
/// [`SurveyError`].
pub async fn add_survey(db: &Db, permit: &Permit<EditNeeds>, draft: &SurveyDraft) -> Result<SurveyId, SurveyError> {
    db.write(async |tx| {
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(SurveyError::NotFound)?.id;
        let (id, now) = (SurveyId::new(tx.ids()), tx.now());
        tx.exec(&INSERT_SURVEY, &[&id, &scheme, &draft.title, &draft.intro, &draft.is_anonymous, &now]).await?;
        tx.audit(&permit.actor, "needs.survey.added", id, Change::created(draft))?;
        Ok(id)
    })
    .await
}

/// Changes title, words and anonymity of a questionnaire of which the actor saw edition `seen`.
///
/// # Errors
/// [`SurveyError`].
pub async fn change_survey(
    db: &Db,
    permit: &Permit<EditNeeds>,
    id: SurveyId,
    to: &SurveyDraft,
    seen: i64,
) -> Result<(), SurveyError> {
    db.write(async |tx| {
        let before = draft(tx, &permit.actor, id).await?;
        if SurveyDraft::of(&before) == *to {
            return Ok(());
        }
        if before.edition != seen {
            return Err(SurveyError::Overtaken);
        }
        if to.is_anonymous && items(tx, id).await?.iter().any(|item| item.kind == "competences") {
            return Err(SurveyError::LevelsOfNobody);
        }
        let now = tx.now();
        let values: &[&dyn ::store::Bind] = &[&id, &to.title, &to.intro, &to.is_anonymous, &permit.actor.name, &now];
        tx.exec(&UPDATE_SURVEY, values).await?;
        tx.audit(&permit.actor, "needs.survey.changed", id, Change::changed(&SurveyDraft::of(&before), to))?;
        Ok(())
    })
    .await
}

async fn insert_item(tx: &mut Tx, survey: SurveyId, seq: i64, item: &ItemDraft) -> Result<QuestionId, StoreError> {
    let id = QuestionId::new(tx.ids());
    let choices = serde_json::to_string(&item.choices).unwrap_or_default();
    let values: &[&dyn ::store::Bind] =
        &[&id, &survey, &seq, &item.kind, &item.text, &item.is_required, &choices, &item.most];
    tx.exec(&INSERT_ITEM, values).await?;
    Ok(id)
}

/// Adds items at the end of a questionnaire, all or none.
///
/// # Errors
/// [`SurveyError`].
pub async fn add_items(
    db: &Db,
    permit: &Permit<EditNeeds>,
    id: SurveyId,
    new: &[ItemDraft],
) -> Result<(), SurveyError> {
    db.write(async |tx| {
        let survey = draft(tx, &permit.actor, id).await?;
        if survey.is_anonymous && new.iter().any(|item| item.kind == "competences") {
            return Err(SurveyError::LevelsOfNobody);
        }
        let last = items(tx, id).await?.last().map_or(0, |item| item.seq);
        for (seq, item) in (last + 1..).zip(new) {
            insert_item(tx, id, seq, item).await?;
        }
        tx.audit(&permit.actor, "needs.item.added", id, Change::created(&new))?;
        Ok(())
    })
    .await
}

/// Changes an item of which the actor saw edition `seen`; its kind stays.
///
/// # Errors
/// [`SurveyError`].
pub async fn change_item(
    db: &Db,
    permit: &Permit<EditNeeds>,
    id: SurveyId,
    item: QuestionId,
    to: &ItemDraft,
    seen: i64,
) -> Result<(), SurveyError> {
    db.write(async |tx| {
        draft(tx, &permit.actor, id).await?;
        let before = items(tx, id).await?.into_iter().find(|row| row.id == item).ok_or(SurveyError::NotFound)?;
        if ItemDraft::of(&before) == *to {
            return Ok(());
        }
        if before.edition != seen {
            return Err(SurveyError::Overtaken);
        }
        let (now, choices) = (tx.now(), serde_json::to_string(&to.choices).unwrap_or_default());
        let values: &[&dyn ::store::Bind] =
            &[&item, &to.text, &to.is_required, &choices, &to.most, &permit.actor.name, &now];
        tx.exec(&UPDATE_ITEM, values).await?;
        tx.audit(&permit.actor, "needs.item.changed", item, Change::changed(&ItemDraft::of(&before), to))?;
        Ok(())
    })
    .await
}

/// Takes an item out of a questionnaire.
///
/// # Errors
/// [`SurveyError`].
pub async fn remove_item(
    db: &Db,
    permit: &Permit<EditNeeds>,
    id: SurveyId,
    item: QuestionId,
) -> Result<(), SurveyError> {
    db.write(async |tx| {
        draft(tx, &permit.actor, id).await?;
        let before = items(tx, id).await?.into_iter().find(|row| row.id == item).ok_or(SurveyError::NotFound)?;
        tx.exec(&DELETE_ITEM, &[&item]).await?;
        tx.audit(&permit.actor, "needs.item.removed", item, Change::removed(&ItemDraft::of(&before)))?;
        Ok(())
    })
    .await
}

/// Exchanges an item with its neighbour, `up` with the one above; at the end of the list nothing happens.
///
/// # Errors
/// [`SurveyError`].
pub async fn move_item(
    db: &Db,
    permit: &Permit<EditNeeds>,
    id: SurveyId,
    item: QuestionId,
    up: bool,
) -> Result<(), SurveyError> {
    db.write(async |tx| {
        draft(tx, &permit.actor, id).await?;
        let rows = items(tx, id).await?;
        let place = rows.iter().position(|row| row.id == item).ok_or(SurveyError::NotFound)?;
        let other = if up { place.checked_sub(1) } else { Some(place + 1) };
        let (Some(here), Some(there)) = (rows.get(place), other.and_then(|o| rows.get(o))) else { return Ok(()) };
        // a place outside the list keeps the rule of one item a place while the two change
        for (id, seq) in [(here.id, -1), (there.id, here.seq), (here.id, there.seq)] {
            tx.exec(&SET_SEQ, &[&id, &seq]).await?;
        }
        tx.audit(&permit.actor, "needs.item.moved", item, Change::changed(&here.seq, &there.seq))?;
        Ok(())
    })
    .await
}

/// Begins a questionnaire with the questions of another one: how a sent one is improved.
///
/// # Errors
/// [`SurveyError`].
pub async fn copy_survey(
    db: &Db,
    permit: &Permit<EditNeeds>,
    id: SurveyId,
    title: &str,
) -> Result<SurveyId, SurveyError> {
    db.write(async |tx| {
        let from = survey(tx, &permit.actor, id).await?.ok_or(SurveyError::NotFound)?;
        let rows = items(tx, id).await?;
        let (copy, now) = (SurveyId::new(tx.ids()), tx.now());
        let values: &[&dyn ::store::Bind] = &[&copy, &from.scheme_id, &title, &from.intro, &from.is_anonymous, &now];
        tx.exec(&INSERT_SURVEY, values).await?;
        for row in &rows {
            insert_item(tx, copy, row.seq, &ItemDraft::of(row)).await?;
        }
        tx.audit(&permit.actor, "needs.survey.copied", copy, Change::created(&(id, title, rows.len())))?;
        Ok(copy)
    })
    .await
}

/// Sends a questionnaire: from now on nothing of it changes. Gives how many people it is sent to.
///
/// # Errors
/// [`SurveyError`].
pub async fn send_survey(
    db: &Db,
    permit: &Permit<EditNeeds>,
    id: SurveyId,
    to: &Sending,
) -> Result<usize, SurveyError> {
    db.write(async |tx| {
        let survey = draft(tx, &permit.actor, id).await?;
        if survey.questions == 0 {
            return Err(SurveyError::Empty);
        }
        let (now, today) = (tx.now(), tx.today());
        if to.closes_on < to.opens_on {
            return Err(SurveyError::ClosesFirst);
        }
        if to.closes_on < today {
            return Err(SurveyError::ClosedAlready);
        }
        let values: &[&dyn ::store::Bind] = &[
            &id,
            &to.commune,
            &to.bloc,
            &to.level,
            &to.post,
            &to.audience,
            &to.opens_on,
            &to.closes_on,
            &permit.actor.name,
            &now,
        ];
        tx.exec(&INSERT_SENDING, values).await?;
        let people = invited(tx, id, today, None, None).await?.len();
        if people == 0 {
            return Err(SurveyError::Nobody);
        }
        tx.audit(&permit.actor, "needs.survey.sent", id, Change::created(&(to, people)))?;
        Ok(people)
    })
    .await
}

/// Takes a questionnaire back: nobody answers it any more, what was answered stays.
///
/// # Errors
/// [`SurveyError`].
pub async fn withdraw_survey(
    db: &Db,
    permit: &Permit<EditNeeds>,
    id: SurveyId,
    reason: &str,
) -> Result<(), SurveyError> {
    db.write(async |tx| {
        let (now, today) = (tx.now(), tx.today());
        tx.exec(&LOCK_SURVEY, &[&id]).await?;
        let survey = survey(tx, &permit.actor, id).await?.ok_or(SurveyError::NotFound)?;
        if !survey.may_be_withdrawn(today) {
            return Err(SurveyError::Over);
        }
        tx.exec(&INSERT_WITHDRAWAL, &[&id, &reason, &permit.actor.name, &now]).await?;
        tx.audit(&permit.actor, "needs.survey.withdrawn", id, Change::created(&(reason, survey.replies)))?;
        Ok(())
    })
    .await
}

/// The items of a questionnaire as somebody who may write it sees them.
///
/// # Errors
/// [`SurveyError`].
pub async fn questions(db: &Db, permit: &Permit<EditNeeds>, id: SurveyId) -> Result<Vec<Item>, SurveyError> {
    let mut conn = db.read().await?;
    survey(&mut conn, &permit.actor, id).await?.ok_or(SurveyError::NotFound)?;
    Ok(items(&mut conn, id).await?.iter().map(ItemRow::item).collect())
}

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// No such questionnaire, or it was not sent to whoever answers.
    #[error("no such questionnaire for this person")]
    NotFound,
    /// It opens on a later day.
    #[error("opens on {0}")]
    NotOpen(NaiveDate),
    /// It closed on a day.
    #[error("closed on {0}")]
    Closed(NaiveDate),
    /// It was taken back.
    #[error("taken back")]
    Withdrawn,
    /// The person has answered before, otherwise.
    #[error("answered before")]
    Answered,
    /// Faults of the form.
    #[error("{} faults", .0.len())]
    Faults(Vec<(String, Fault)>),
    /// The system's randomness.
    #[error("{0}")]
    System(String),
    /// The database's failure.
    #[error("taking an answer")]
    Store(#[from] StoreError),
}

/// A questionnaire as somebody answers it.
pub(super) struct Sheet {
    pub(super) survey: Survey,
    pub(super) items: Vec<Item>,
    pub(super) person: InvitedRow,
    /// Competences that the person's post asks for: id and name.
    pub(super) competences: Vec<(CompetenceId, String)>,
    pub(super) level_most: i64,
    pub(super) seconds_per_question: i64,
    /// Fewest ballots that are mixed together.
    pub(super) group_least: i64,
}

/// Reads a questionnaire for somebody to whom it was sent.
pub(super) async fn sheet(
    conn: &mut ::store::Conn,
    actor: &Actor,
    id: SurveyId,
    on: NaiveDate,
) -> Result<Sheet, AnswerError> {
    let person = actor.person.ok_or(AnswerError::NotFound)?;
    let survey = survey(conn, actor, id).await?.ok_or(AnswerError::NotFound)?;
    let person = invited(conn, id, on, None, Some(person)).await?.into_iter().next().ok_or(AnswerError::NotFound)?;
    let rules = scheme::rules(conn, survey.scheme_id, on).await?;
    let items: Vec<Item> = items(conn, id).await?.iter().map(ItemRow::item).collect();
    let mut asked = Vec::new();
    if items.iter().any(|item| item.kind == "competences") {
        let levels = post_levels(conn, survey.scheme_id).await?;
        let all = competences(conn, survey.scheme_id).await?;
        let wanted =
            all.into_iter().filter(|c| !c.is_closed && levels.contains_key(&(person.position_code.clone(), c.id)));
        asked.extend(wanted.map(|c| (c.id, c.name)));
    }
    Ok(Sheet {
        survey,
        items,
        person,
        competences: asked,
        level_most: rules.needs_scale_most,
        seconds_per_question: rules.survey_seconds_per_question,
        group_least: rules.survey_group_least,
    })
}

/// Takes an answer; gives whether it is a new one. The same answer sent again counts once, and is no error.
///
/// An anonymous answer is a ballot under a number of its own that says nothing of the time; it and the ballots that wait with it
/// are written anew in the order of their numbers, until enough of them are mixed (docs/adr/0018).
///
/// # Errors
/// [`AnswerError`].
pub async fn answer(
    db: &Db,
    permit: &Permit<AnswerSurveys>,
    id: SurveyId,
    answer: AnswerId,
    typed: &[(String, String)],
    seconds: i64,
) -> Result<bool, AnswerError> {
    db.write(async |tx| {
        let (now, today) = (tx.now(), tx.today());
        tx.exec(&LOCK_SURVEY, &[&id]).await?;
        let sheet = sheet(tx, &permit.actor, id, today).await?;
        let survey = &sheet.survey;
        let person = sheet.person.person_id;
        if sheet.person.replied.is_some() {
            let same = survey.is_anonymous || answer_of(tx, id, person).await? == Some(answer);
            return if same { Ok(false) } else { Err(AnswerError::Answered) };
        }
        match (survey.stage(today), survey.opens_on, survey.closes_on) {
            (Stage::Waiting, Some(day), _) => return Err(AnswerError::NotOpen(day)),
            (Stage::Closed, _, Some(day)) => return Err(AnswerError::Closed(day)),
            (Stage::Withdrawn, ..) => return Err(AnswerError::Withdrawn),
            _ => {}
        }
        let competences: Vec<CompetenceId> = sheet.competences.iter().map(|(id, _)| *id).collect();
        let content = read(&sheet.items, typed, &competences, sheet.level_most).map_err(AnswerError::Faults)?;
        let hasty = hasty(&sheet.items, seconds, sheet.seconds_per_question);
        let text = serde_json::to_string(&content).map_err(|e| AnswerError::System(e.to_string()))?;
        tx.exec(&INSERT_REPLY, &[&id, &person]).await?;
        if survey.is_anonymous {
            cast(tx, survey, text, hasty, sheet.group_least).await?;
        } else {
            let values: &[&dyn ::store::Bind] =
                &[&answer, &id, &person, &sheet.person.commune_id, &text, &seconds, &hasty, &now];
            tx.exec(&INSERT_ANSWER, values).await?;
            rate_oneself(tx, permit, person, &content).await?;
        }
        tx.audit(&permit.actor, "needs.survey.answered", id, Change::created(&"answered"))?;
        Ok(true)
    })
    .await
}

async fn rate_oneself(
    tx: &mut Tx,
    permit: &Permit<AnswerSurveys>,
    person: PersonId,
    content: &Content,
) -> Result<(), StoreError> {
    let today = tx.today();
    for (_, given) in content {
        let Given::Levels(levels) = given else { continue };
        for (competence, level) in levels {
            let values: &[&dyn ::store::Bind] = &[&person, competence, &"self", level, &today, &permit.actor.name];
            tx.exec(&INSERT_RATING, values).await?;
        }
    }
    Ok(())
}

/// Puts a ballot among those that wait. With `least` of them together they are mixed for good; before that they are all written
/// anew with every ballot, so that neither their order nor the moment of their writing says which came when.
async fn cast(tx: &mut Tx, survey: &Survey, content: String, hasty: bool, least: i64) -> Result<(), AnswerError> {
    let mut waiting: Vec<(String, bool)> = tx.all(&UNMIXED, &[&survey.id]).await?;
    waiting.push((content, hasty));
    tx.exec(&DELETE_UNMIXED, &[&survey.id]).await?;
    let mixed = i64::try_from(waiting.len()).unwrap_or(i64::MAX) >= least;
    for (id, (content, hasty)) in shuffled(waiting).map_err(AnswerError::System)? {
        tx.exec(&INSERT_BALLOT, &[&id, &survey.id, &content, &hasty, &mixed]).await?;
    }
    Ok(())
}
