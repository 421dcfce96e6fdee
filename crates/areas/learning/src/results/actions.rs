//! Marking essays and deciding the results of a class.

use ::store::{Change, Conn, Db, StoreError};
use chrono::{Datelike, NaiveDate};
use documents::{
    DocumentError,
    decision::{LearnerLine, ResultDecision, render},
};
use kernel::{Actor, ClassId, PersonId, Score};
use sha2::{Digest, Sha256};
use teaching::{
    classes::{self, ClassError, ClassLine, ClassState, Learner},
    scheme::{self, Rules},
    timetable,
};
use web::{Permit, WebError};

use super::{
    DecideResults, MarkEssays,
    model::{Judged, judge, judge_so_far, written},
    store::{INSERT_DECISION, INSERT_RESULT, INSERT_SCORE, decision, scores},
};
use crate::attendance::attended;

/// Why marks or a decision were not written.
#[derive(Debug, thiserror::Error)]
pub enum ResultError {
    /// No such class within the actor's scope.
    #[error("not found")]
    NotFound,
    /// The class is not where this can be done.
    #[error("class is {0:?}")]
    NotNow(ClassState),
    /// Somebody marked is not on the class list.
    #[error("not on the list")]
    Stranger,
    /// A decision needs its number.
    #[error("no number")]
    NoNumber,
    /// Another decision of the year has this number.
    #[error("number taken")]
    NumberTaken,
    /// The day of signing lies before the class's end or after today.
    #[error("day of signing")]
    SignedOn,
    /// Marks or attendance changed while the paper was made.
    #[error("overtaken")]
    Overtaken,
    /// The paper could not be made.
    #[error("paper")]
    Paper(#[from] DocumentError),
    /// The class did not step on.
    #[error("class")]
    Class(#[from] ClassError),
    /// The database's failure.
    #[error("results")]
    Store(#[from] StoreError),
}

impl From<ResultError> for WebError {
    fn from(error: ResultError) -> Self {
        match error {
            ResultError::NotFound => Self::NotFound,
            ResultError::NotNow(_) => Self::refused("results-not-now"),
            ResultError::Stranger => Self::refused("results-stranger"),
            ResultError::NoNumber => Self::refused("results-no-number"),
            ResultError::NumberTaken => Self::refused("results-number-taken"),
            ResultError::SignedOn => Self::refused("results-signed-on-off"),
            ResultError::Overtaken => Self::refused("results-overtaken"),
            ResultError::Paper(inner) => Self::Internal(inner.to_string()),
            ResultError::Class(inner) => inner.into(),
            ResultError::Store(inner) => Self::Store(inner),
        }
    }
}

/// Appends marks of essays; marks equal to those that count are left out. Gives how many were new.
///
/// # Errors
/// [`ResultError::NotNow`] before the study week and after the decision.
pub async fn give_scores(
    db: &Db,
    permit: &Permit<MarkEssays>,
    class: ClassId,
    given: &[(PersonId, Score)],
) -> Result<usize, ResultError> {
    db.write(async |tx| {
        let actor = &permit.actor;
        classes::hold(tx, actor.into(), class).await?;
        let line = classes::class(tx, actor, class).await?.ok_or(ResultError::NotFound)?;
        if !matches!(line.state, ClassState::Running | ClassState::Marking) {
            return Err(ResultError::NotNow(line.state));
        }
        let learners = classes::learners(tx, actor, class).await?;
        if given.iter().any(|(person, _)| !learners.iter().any(|l| l.person_id == *person)) {
            return Err(ResultError::Stranger);
        }
        let known = scores(tx, class).await?;
        let fresh: Vec<&(PersonId, Score)> = given.iter().filter(|mark| !known.contains(mark)).collect();
        let now = tx.now();
        for (person, score) in &fresh {
            tx.exec(&INSERT_SCORE, &[&class, person, score, &actor.name, &now]).await?;
        }
        if !fresh.is_empty() {
            tx.audit(actor, "results.scores.given", class, Change::created(&fresh))?;
        }
        Ok(fresh.len())
    })
    .await
}

/// A learner with everything that the rule asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    pub learner: Learner,
    pub attended: i64,
    /// Periods that nobody was called at yet, while the class has not come to its essays.
    pub open: Option<i64>,
    pub score: Option<Score>,
    pub judged: Judged,
    pub band: String,
}

/// Every learner of a class as the rule sees them now.
pub(crate) async fn standings(
    conn: &mut Conn,
    actor: &Actor,
    line: &ClassLine,
    rules: &Rules,
) -> Result<(Vec<Standing>, i64), StoreError> {
    let learners = classes::learners(conn, actor, line.id).await?;
    let periods: i64 = timetable::half_days(conn, line.id).await?.iter().map(|h| h.periods).sum();
    let present = attended(conn, line.id).await?;
    let marks = scores(conn, line.id).await?;
    let early = matches!(line.state, ClassState::Nominating | ClassState::Opened | ClassState::Running);
    let standings = learners.into_iter().map(|learner| {
        let called = present.iter().find(|a| a.person_id == learner.person_id);
        let (attended, marked) = called.map_or((0, 0), |a| (a.attended, a.marked));
        let open = early.then_some(periods - marked);
        let score = marks.iter().find(|(person, _)| *person == learner.person_id).map(|(_, score)| *score);
        let most = rules.absence_most(periods);
        let judged = match open {
            Some(open) => judge_so_far(attended, open, periods, most),
            None => judge(attended, periods, most, score, rules.essay_score_least),
        };
        let band = score.map(|s| rules.band(s).to_owned()).unwrap_or_default();
        Standing { learner, attended, open, score, judged, band }
    });
    Ok((standings.collect(), periods))
}

/// What the head decides.
#[derive(Debug, Clone)]
pub struct DecisionInput {
    /// Number of the decision with its sign: `05/QĐ-TCT`.
    pub number: String,
    /// Day of signing.
    pub signed_on: NaiveDate,
    /// Name of the signer.
    pub signed_by: String,
}

/// Decides the results of a class: what the rule says of each learner is frozen with the paper of the
/// decision, learners and class move on.
///
/// # Errors
/// [`ResultError`]; nothing is written then.
pub async fn decide(
    db: &Db,
    permit: &Permit<DecideResults>,
    class: ClassId,
    input: &DecisionInput,
) -> Result<(), ResultError> {
    let number = kernel::text::clean(&input.number);
    if number.is_empty() {
        return Err(ResultError::NoNumber);
    }
    let actor = &permit.actor;
    let mut conn = db.read().await?;
    let line = classes::class(&mut conn, actor, class).await?.ok_or(ResultError::NotFound)?;
    if line.state != ClassState::Marking {
        return Err(ResultError::NotNow(line.state));
    }
    if input.signed_on < line.ends_on || input.signed_on > db.today() {
        return Err(ResultError::SignedOn);
    }
    let rules = scheme::rules(&mut conn, line.scheme_id, line.ends_on).await?;
    let scheme = scheme::of(&mut conn, actor).await?.map(|s| s.short_name).unwrap_or_default();
    let (seen, periods) = standings(&mut conn, actor, &line, &rules).await?;
    drop(conn);
    let shown = paper_of(&line, &rules, &scheme, &seen, periods, &number, input);
    let paper = tokio::task::spawn_blocking(move || render(&shown))
        .await
        .map_err(|e| DocumentError::Typeset(e.to_string()))??;
    let sha256 = hex::encode(Sha256::digest(&paper));

    db.write(async |tx| {
        classes::hold(tx, actor.into(), class).await?;
        let state = classes::class(tx, actor, class).await?.ok_or(ResultError::NotFound)?.state;
        if state != ClassState::Marking {
            return Err(ResultError::NotNow(state));
        }
        let (now_seen, _) = standings(tx, actor, &line, &rules).await?;
        if now_seen != seen {
            return Err(ResultError::Overtaken);
        }
        let (now, year) = (tx.now(), i64::from(input.signed_on.year()));
        if crate::kit::given(tx, line.scheme_id, year, &number).await? {
            return Err(ResultError::NumberTaken);
        }
        tx.exec(
            &INSERT_DECISION,
            &[
                &class,
                &line.scheme_id,
                &year,
                &number,
                &input.signed_on,
                &input.signed_by,
                &actor.name,
                &now,
                &paper,
                &sha256,
            ],
        )
        .await
        .map_err(|error| if error.is_unique("number") { ResultError::NumberTaken } else { error.into() })?;
        tx.exec_many(&INSERT_RESULT, &seen, |s, args| {
            args.add(&class)?;
            args.add(&s.learner.person_id)?;
            args.add(&if s.judged.completed() { "completed" } else { "not_completed" })?;
            args.add(&s.score.map(Score::hundredths))?;
            args.add(&s.band)?;
            args.add(&s.attended)?;
            args.add(&periods)?;
            args.add(&written(&s.judged.reasons))
        })
        .await?;
        let outcomes: Vec<(PersonId, bool)> =
            seen.iter().map(|s| (s.learner.person_id, s.judged.completed())).collect();
        classes::record_results(tx, actor, class, &outcomes).await?;
        tx.audit(actor, "results.class.decided", class, Change::created(&(&number, &sha256, &outcomes)))?;
        if outcomes.iter().all(|(_, completed)| !completed) {
            // no certificate will be issued: nothing more becomes known of this class
            let decided = decision(tx, class).await?.ok_or(ResultError::NotFound)?;
            crate::national::emit(tx, actor, &line, &decided).await?;
        }
        Ok(())
    })
    .await
}

fn paper_of(
    line: &ClassLine,
    rules: &Rules,
    scheme: &str,
    seen: &[Standing],
    periods: i64,
    number: &str,
    input: &DecisionInput,
) -> ResultDecision {
    // papers are written in Vietnamese whatever the reader's language
    let t = web::T { lang: web::Lang::Vi };
    let completed = seen.iter().filter(|s| s.judged.completed()).count();
    ResultDecision {
        parent: rules.school_parent.clone(),
        body: rules.school_name.clone(),
        number: number.to_owned(),
        place: rules.school_place.clone(),
        signed_on: input.signed_on,
        signer_title: rules.signer_title.clone(),
        signer: input.signed_by.clone(),
        class_label: line.label(),
        programme: line.programme.clone(),
        audience: line.audience.clone(),
        starts_on: line.starts_on,
        ends_on: line.ends_on,
        completed,
        not_completed: seen.len() - completed,
        scheme: scheme.to_owned(),
        learners: seen
            .iter()
            .map(|s| LearnerLine {
                full_name: s.learner.full_name.clone(),
                born: s.learner.birth_date.map(|d| t.date(d)).unwrap_or_default(),
                unit: s.learner.unit(t),
                periods: format!("{}/{periods}", s.attended),
                score: s.score.map(|s| s.to_string()).unwrap_or_default(),
                outcome: if s.judged.completed() {
                    format!("{} ({})", t.get("results-completed"), s.band)
                } else {
                    t.get("results-not-completed").into_owned()
                },
            })
            .collect(),
    }
}
