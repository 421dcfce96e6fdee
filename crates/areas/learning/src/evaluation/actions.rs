//! Saving indicators, opening the form of a class, answering it.

use ::store::{By, Change, Db, StoreError, Tx};
use chrono::{Days, NaiveDate};
use kernel::{ClassId, PersonId, SchemeId};
use people::{
    notice_kind,
    notices::{Kind, Notice, Recipient, Who, tell},
};
use serde::Serialize;
use teaching::{
    classes::{self, ClassState},
    needs::survey::shuffled,
    scheme, timetable,
};
use web::{Permit, WebError};

use super::{
    AnswerEvaluations, RunEvaluations,
    model::{Fault, Filled, Indicator, blank_most, places, read},
    store::{
        self, DELETE_UNMIXED_BALLOTS, DELETE_UNMIXED_REMARKS, INSERT_BALLOT, INSERT_BLOCK, INSERT_FORM, INSERT_REMARK,
        INSERT_REPLY, LOCK_FORM, Own, UNMIXED_BALLOTS, UNMIXED_REMARKS,
    },
};

notice_kind! {
    /// A learner is asked what they think of their class.
    OPENED = Kind::new("evaluation.opened", &["class", "until"])
}

/// Most days that a form stays open.
const DAYS_MOST: u64 = 60;

/// Why something of an evaluation was not written.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// No such class, form or indicators within the actor's scope.
    #[error("not found")]
    NotFound,
    /// Somebody saved the indicators after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// The form of the class was opened before.
    #[error("opened already")]
    Opened,
    /// The class is not at its last day yet, or will not be held.
    #[error("class is {0:?}, its last day is {1}")]
    NotNow(ClassState, NaiveDate),
    /// The last day of the form is over, or too far away.
    #[error("closes on a day that is over or too far away")]
    ClosesOn,
    /// The form closed on a day.
    #[error("closed on {0}")]
    Closed(NaiveDate),
    /// Faults of the answer, each at its field.
    #[error("{} faults", .0.len())]
    Faults(Vec<(String, Fault)>),
    /// More places are empty than may be: how many, of how many.
    #[error("{0} of {1} places are empty")]
    Blank(usize, usize),
    /// The system's randomness.
    #[error("{0}")]
    System(String),
    /// The database's failure.
    #[error("an evaluation")]
    Store(#[from] StoreError),
}

impl From<EvaluationError> for WebError {
    fn from(error: EvaluationError) -> Self {
        match error {
            EvaluationError::NotFound => Self::NotFound,
            EvaluationError::Opened => Self::refused("evaluation-opened-already"),
            EvaluationError::NotNow(..) => Self::refused("evaluation-not-now"),
            EvaluationError::Overtaken
            | EvaluationError::ClosesOn
            | EvaluationError::Closed(_)
            | EvaluationError::Faults(_)
            | EvaluationError::Blank(..) => Self::BadRequest,
            EvaluationError::System(what) => Self::Internal(what),
            EvaluationError::Store(inner) => Self::Store(inner),
        }
    }
}

#[derive(Serialize)]
struct Saved {
    edition: i64,
    indicators: Vec<(&'static str, String)>,
}

impl Saved {
    fn of(edition: i64, indicators: &[Indicator]) -> Self {
        let line = |i: &Indicator| (i.object.code(), i.text.clone());
        Self { edition, indicators: indicators.iter().map(line).collect() }
    }
}

/// The first edition of a scheme's indicators, when there are any.
///
/// # Errors
/// The database's failure.
pub async fn load_indicators(
    tx: &mut Tx,
    by: By<'_>,
    scheme: SchemeId,
    indicators: &[Indicator],
) -> Result<(), StoreError> {
    if indicators.is_empty() {
        return Ok(());
    }
    store::insert_indicators(tx, scheme, 1, None, indicators).await?;
    tx.audit(by, "evaluation.indicators.loaded", scheme, Change::created(&Saved::of(1, indicators)))
}

/// Saves indicators as the next edition, of which the actor saw edition `seen` (0 while there was none); nothing is written when nothing
/// would change. Forms that are open keep theirs.
///
/// # Errors
/// [`EvaluationError::Overtaken`].
pub async fn save_indicators(
    db: &Db,
    permit: &Permit<RunEvaluations>,
    indicators: &[Indicator],
    seen: i64,
) -> Result<(), EvaluationError> {
    db.write(async |tx| {
        let actor = &permit.actor;
        let scheme = scheme::of(tx, actor).await?.ok_or(EvaluationError::NotFound)?.id;
        let edition = store::newest(tx, scheme).await?.map_or(0, |newest| newest.edition);
        let before = store::indicators(tx, scheme, edition).await?;
        if before == indicators {
            return Ok(());
        }
        if edition != seen {
            return Err(EvaluationError::Overtaken);
        }
        // of two who save the same edition at once the key lets one pass
        let saved = store::insert_indicators(tx, scheme, edition + 1, Some(&actor.name), indicators).await;
        saved.map_err(
            |error| if error.is_unique("evaluation_set") { EvaluationError::Overtaken } else { error.into() },
        )?;
        let change = Change::changed(&Saved::of(edition, &before), &Saved::of(edition + 1, indicators));
        tx.audit(actor, "evaluation.indicators.saved", scheme, change)?;
        Ok(())
    })
    .await
}

#[derive(Serialize)]
struct Opened {
    edition: i64,
    closes_on: NaiveDate,
    blocks: usize,
}

/// Opens the form of a class from its last day on: with the newest indicators and with each topic of each lecturer as the timetable stands.
/// Its learners are told.
///
/// # Errors
/// [`EvaluationError`].
pub async fn open_form(
    db: &Db,
    permit: &Permit<RunEvaluations>,
    class: ClassId,
    closes_on: NaiveDate,
) -> Result<(), EvaluationError> {
    db.write(async |tx| {
        let actor = &permit.actor;
        classes::hold(tx, actor.into(), class).await?;
        let line = classes::class(tx, actor, class).await?.ok_or(EvaluationError::NotFound)?;
        if store::form(tx, class).await?.is_some() {
            return Err(EvaluationError::Opened);
        }
        let (now, today) = (tx.now(), tx.today());
        let taught = matches!(line.state, ClassState::Running | ClassState::Marking | ClassState::Completed);
        if !taught || today < line.ends_on {
            return Err(EvaluationError::NotNow(line.state, line.ends_on));
        }
        if closes_on < today || closes_on > today + Days::new(DAYS_MOST) {
            return Err(EvaluationError::ClosesOn);
        }
        let edition = store::newest(tx, line.scheme_id).await?.ok_or(EvaluationError::NotFound)?.edition;
        let values: &[&dyn ::store::Bind] = &[&class, &line.scheme_id, &edition, &closes_on, &actor.name, &now];
        tx.exec(&INSERT_FORM, values).await?;
        let blocks = timetable::taught(tx, class).await?;
        for (seq, (lecturer, topic)) in (1_i64..).zip(&blocks) {
            tx.exec(&INSERT_BLOCK, &[&class, &seq, lecturer, topic]).await?;
        }
        let people = classes::learners(tx, actor, class).await?;
        let told = Notice {
            kind: &OPENED,
            about: class.to_string(),
            key: String::new(),
            facts: vec![("class", line.label().into()), ("until", closes_on.into())],
            to: people
                .iter()
                .map(|learner| Recipient::new(Who::Person(learner.person_id), format!("/evaluations/{class}")))
                .collect(),
        };
        tell(tx, [told]).await?;
        let opened = Opened { edition, closes_on, blocks: blocks.len() };
        tx.audit(actor, "evaluation.form.opened", class, Change::created(&opened))?;
        Ok(())
    })
    .await
}

/// The form of a class of which somebody is a learner.
pub(super) async fn own_form(
    conn: &mut ::store::Conn,
    actor: &kernel::Actor,
    class: ClassId,
) -> Result<Own, EvaluationError> {
    let person = actor.own_person().ok_or(EvaluationError::NotFound)?;
    let scheme = scheme::of(conn, actor).await?.ok_or(EvaluationError::NotFound)?.id;
    let own = store::own(conn, person, scheme).await?.into_iter().find(|own| own.class_id == class);
    own.ok_or(EvaluationError::NotFound)
}

/// Takes the answer of a learner of the class; gives whether it counts: of somebody who has answered before nothing more is taken.
///
/// What was answered is a ballot under a number of its own that says nothing of the time, and what was written freely another one; both are
/// written anew together with those that wait, in the order of their numbers, until enough of them are mixed (docs/adr/0018). With
/// `void_too` also a form with too many empty places is taken, as void.
///
/// # Errors
/// [`EvaluationError`]; nothing is written then.
pub async fn answer(
    db: &Db,
    permit: &Permit<AnswerEvaluations>,
    class: ClassId,
    typed: &[(String, String)],
    void_too: bool,
) -> Result<bool, EvaluationError> {
    db.write(async |tx| {
        let today = tx.today();
        tx.exec(&LOCK_FORM, &[&class]).await?;
        let own = own_form(tx, &permit.actor, class).await?;
        if own.replied.is_some() {
            return Ok(false);
        }
        if today > own.closes_on {
            return Err(EvaluationError::Closed(own.closes_on));
        }
        let rules = scheme::rules(tx, own.scheme_id, own.ends_on).await?;
        let indicators = store::indicators(tx, own.scheme_id, own.edition).await?;
        let all = places(&indicators, store::blocks(tx, class).await?.len()).len();
        let filled = read(all, typed).map_err(EvaluationError::Faults)?;
        let is_void = filled.blank() > blank_most(all, rules.evaluation_blank_most_percent);
        if is_void && !void_too {
            return Err(EvaluationError::Blank(filled.blank(), all));
        }
        let person = permit.actor.own_person().ok_or(EvaluationError::NotFound)?;
        tx.exec(&INSERT_REPLY, &[&class, &person]).await?;
        cast(tx, class, vec![(filled, is_void)], rules.survey_group_least).await?;
        // like the reply it says who answered, and nothing of what
        tx.audit(&permit.actor, "evaluation.form.answered", class, Change::created(&"answered"))?;
        Ok(true)
    })
    .await
}

/// Puts forms among those that wait. With `least` of them together they are mixed for good; before that they are all written anew with
/// every form, so that neither their order nor the moment of their writing says which came when. Remarks are mixed among themselves.
async fn cast(tx: &mut Tx, class: ClassId, new: Vec<(Filled, bool)>, least: i64) -> Result<(), EvaluationError> {
    let mut ballots: Vec<(String, bool)> = tx.all(&UNMIXED_BALLOTS, &[&class]).await?;
    let mut remarks: Vec<(String,)> = tx.all(&UNMIXED_REMARKS, &[&class]).await?;
    for (filled, is_void) in new {
        let scores = serde_json::to_string(&filled.scores).map_err(|e| EvaluationError::System(e.to_string()))?;
        ballots.push((scores, is_void));
        if !filled.remark.is_empty() {
            remarks.push((filled.remark,));
        }
    }
    tx.exec(&DELETE_UNMIXED_BALLOTS, &[&class]).await?;
    tx.exec(&DELETE_UNMIXED_REMARKS, &[&class]).await?;
    // a remark is mixed with the forms among which it came
    let mixed = i64::try_from(ballots.len()).unwrap_or(i64::MAX) >= least;
    for (id, (scores, is_void)) in shuffled(ballots).map_err(EvaluationError::System)? {
        tx.exec(&INSERT_BALLOT, &[&id, &class, &scores, &is_void, &mixed]).await?;
    }
    for (id, (text,)) in shuffled(remarks).map_err(EvaluationError::System)? {
        tx.exec(&INSERT_REMARK, &[&id, &class, &text, &mixed]).await?;
    }
    Ok(())
}

/// How many places the form of a class has; 0 when none is open.
///
/// # Errors
/// The database's failure.
pub async fn form_places(conn: &mut ::store::Conn, class: ClassId) -> Result<usize, StoreError> {
    let Some(form) = store::form(conn, class).await? else { return Ok(0) };
    let indicators = store::indicators(conn, form.scheme_id, form.edition).await?;
    Ok(places(&indicators, store::blocks(conn, class).await?.len()).len())
}

/// A form as it was gathered on paper: of whom, a score for each place, free words.
pub type PaperForm = (PersonId, Vec<Option<i64>>, String);

/// Takes forms of a class that were gathered together, in one transaction; who has answered before must not be among them.
///
/// # Errors
/// [`EvaluationError::NotFound`] without an open form; the database's failure.
pub async fn load_answers(db: &Db, by: By<'_>, class: ClassId, forms: Vec<PaperForm>) -> Result<(), EvaluationError> {
    db.write(async |tx| {
        tx.exec(&LOCK_FORM, &[&class]).await?;
        let form = store::form(tx, class).await?.ok_or(EvaluationError::NotFound)?;
        let today = tx.today();
        let rules = scheme::rules(tx, form.scheme_id, today).await?;
        let count = forms.len();
        let mut cast_now = Vec::with_capacity(count);
        for (person, scores, remark) in forms {
            tx.exec(&INSERT_REPLY, &[&class, &person]).await?;
            let filled = Filled { scores, remark };
            let most = blank_most(filled.scores.len(), rules.evaluation_blank_most_percent);
            let is_void = filled.blank() > most;
            cast_now.push((filled, is_void));
        }
        cast(tx, class, cast_now, rules.survey_group_least).await?;
        tx.audit(by, "evaluation.forms.loaded", class, Change::created(&count))?;
        Ok(())
    })
    .await
}
