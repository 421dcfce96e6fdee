//! Essay marks, the results of a class with their reasons, the decision.

use std::collections::HashMap;

use ::store::Db;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Actor, ClassId, PersonId, Score, score::ScoreError};
use serde::Deserialize;
use teaching::{
    classes::{self, ClassHead, ClassLine, ClassState, ReadClasses},
    scheme,
};
use web::{
    Answer, Download, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Field, Wrong},
};

use super::{
    DecideResults, MarkEssays,
    actions::{DecisionInput, ResultError, decide, give_scores, standings},
    model::{Reason, read},
    store::{Decision, decision, outcomes, paper, scores},
};
use crate::{
    certificates::{self, CertificateLine},
    national,
};

struct ScoreRow {
    person: PersonId,
    name: String,
    unit: String,
    value: String,
    error: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "results/scores.html")]
struct ScoresPage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    rows: Vec<ScoreRow>,
    marked: usize,
    open: bool,
    wrong: bool,
}

/// GET /classes/{class}/scores
pub(super) async fn get_scores(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MarkEssays>,
    Path(class): Path<ClassId>,
) -> Answer {
    show_scores(&ui, &db, &permit, class, &HashMap::new(), StatusCode::OK).await
}

/// What was typed for a person and what is wrong with it.
type Tried = HashMap<PersonId, (String, Option<&'static str>)>;

async fn show_scores(
    ui: &Ui,
    db: &Db,
    permit: &Permit<MarkEssays>,
    id: ClassId,
    tried: &Tried,
    status: StatusCode,
) -> Result<Response, WebError> {
    let t = ui.t;
    let actor = &permit.actor;
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let learners = classes::learners(&mut conn, actor, id).await?;
    let known: HashMap<PersonId, Score> = scores(&mut conn, id).await?.into_iter().collect();
    drop(conn);
    let rows: Vec<ScoreRow> = learners
        .into_iter()
        .map(|l| {
            let kept = || known.get(&l.person_id).map(ToString::to_string).unwrap_or_default();
            let (value, error) = tried.get(&l.person_id).cloned().unwrap_or_else(|| (kept(), None));
            ScoreRow {
                person: l.person_id,
                unit: l.unit(t),
                name: l.full_name,
                value,
                error: error.map(|key| t.get(key).into_owned()),
            }
        })
        .collect();
    let page = ScoresPage {
        t,
        head: ClassHead::new(t, actor, &class, "scores"),
        marked: known.len(),
        open: matches!(class.state, ClassState::Running | ClassState::Marking),
        wrong: rows.iter().any(|r| r.error.is_some()),
        class: &class,
        rows,
    };
    ui.page_with(status, t.arg("classes-label", "label", class.label()), &page)
}

/// POST /classes/{class}/scores: fields `score-PERSON`; an empty field leaves the mark as it is.
pub(super) async fn post_scores(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MarkEssays>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let mut given = Vec::new();
    let mut tried = Tried::new();
    let mut wrong = false;
    for (name, value) in typed {
        let Some(person) = name.strip_prefix("score-") else { continue };
        let person: PersonId = person.parse().map_err(|_| WebError::BadRequest)?;
        let error = if value.trim().is_empty() {
            None
        } else {
            match value.parse::<Score>() {
                Ok(score) => {
                    given.push((person, score));
                    None
                }
                Err(ScoreError::NotANumber) => Some("results-score-unread"),
                Err(ScoreError::TooPrecise) => Some("results-score-precise"),
                Err(ScoreError::OutOfRange) => Some("results-score-range"),
            }
        };
        wrong |= error.is_some();
        tried.insert(person, (value, error));
    }
    if wrong {
        return show_scores(&ui, &db, &permit, class, &tried, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let fresh = give_scores(&db, &permit, class, &given).await?;
    Ok(ui.see_with(&format!("/classes/{class}/scores"), "results-scores-saved", &[("n", fresh.to_string())]))
}

/// A learner as the rule sees them now or, once decided, as the decision froze them.
struct ResultRow {
    person: PersonId,
    name: String,
    unit: String,
    attended: i64,
    /// What is still to come, before the end.
    open: Option<String>,
    score: String,
    band: String,
    reasons: Vec<String>,
    certificate: Option<CertificateLine>,
}

#[derive(askama::Template)]
#[template(path = "results/results.html")]
struct ResultsPage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    rows: Vec<ResultRow>,
    periods: i64,
    completed: usize,
    rule: String,
    decision: Option<Decision>,
    fields: Vec<Field<'a>>,
    may_decide: bool,
    may_issue: bool,
    change_set: bool,
    may_fetch: bool,
    may_paper: bool,
    may_people: bool,
    issued: usize,
    batch: bool,
    wrong: Option<Wrong>,
}

/// The reasons of a decided result, as stored with it, in words.
#[must_use]
pub fn told(t: T, reasons: &str) -> Vec<String> {
    super::read(reasons).into_iter().map(|reason| tell(t, reason)).collect()
}

fn tell(t: T, reason: Reason) -> String {
    let text = |hundredths: i64| Score::from_hundredths(hundredths).map(|s| s.to_string()).unwrap_or_default();
    match reason {
        Reason::TooManyAbsences(missed, most) => {
            t.args("results-reason-absences", [("missed", missed.into()), ("most", most.into())])
        }
        Reason::NoScore => t.get("results-reason-no-score"),
        Reason::ScoreTooLow(given, least) => {
            t.args("results-reason-score", [("given", text(given).into()), ("least", text(least).into())])
        }
    }
    .into_owned()
}

/// GET /classes/{class}/results
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    let typed = Typed { signed_on: db.today().to_string(), ..Typed::default() };
    show(&ui, &db, &permit.actor, class, &typed, &Errors::new(), StatusCode::OK).await
}

async fn show(
    ui: &Ui,
    db: &Db,
    actor: &kernel::Actor,
    id: ClassId,
    typed: &Typed,
    errors: &Errors,
    status: StatusCode,
) -> Result<Response, WebError> {
    let t = ui.t;
    if actor.sees_nobody() && classes::heads_only(actor).is_none() {
        return Err(WebError::NotFound);
    }
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, class.scheme_id, class.ends_on).await?;
    let (standings, periods) = standings(&mut conn, actor, &class, &rules).await?;
    let decision = decision(&mut conn, id).await?;
    let frozen = outcomes(&mut conn, id).await?;
    let papers = certificates::of_class(&mut conn, actor, id).await?;
    let emitted = national::emitted(&mut conn, id).await?;
    drop(conn);
    let issued = papers.iter().filter(|p| p.issued_at.is_some()).count();
    let rows: Vec<ResultRow> = standings
        .into_iter()
        .map(|s| {
            let learner = s.learner;
            let row = ResultRow {
                person: learner.person_id,
                unit: learner.unit(t),
                name: learner.full_name,
                attended: s.attended,
                open: s.open.map(|open| t.arg("results-open-periods", "n", open).into_owned()),
                score: s.score.map(|s| s.to_string()).unwrap_or_default(),
                band: s.band,
                reasons: s.judged.reasons.iter().map(|r| tell(t, *r)).collect(),
                certificate: papers.iter().find(|p| p.person_id == learner.person_id).cloned(),
            };
            match frozen.iter().find(|f| f.person_id == learner.person_id) {
                None => row,
                Some(f) => {
                    let score = f.hundredths.and_then(|h| Score::from_hundredths(h).ok());
                    ResultRow {
                        attended: f.periods_attended,
                        score: score.map(|s| s.to_string()).unwrap_or_default(),
                        band: f.band.clone(),
                        reasons: read(&f.reasons).into_iter().map(|r| tell(t, r)).collect(),
                        ..row
                    }
                }
            }
        })
        .collect();
    let rule = t.args(
        "results-rule",
        [
            ("percent", rules.absence_most_percent.into()),
            ("most", rules.absence_most(periods).into()),
            ("least", rules.essay_score_least.to_string().into()),
        ],
    );
    let page = ResultsPage {
        t,
        head: ClassHead::new(t, actor, &class, "results"),
        may_issue: ui.may("certificates.issue")
            && class.state == ClassState::Completed
            && (rows.iter().any(|r| r.reasons.is_empty() && r.certificate.is_none())
                || (decision.is_some() && !emitted)),
        change_set: emitted && ui.may("national.read"),
        completed: rows.iter().filter(|r| r.reasons.is_empty() && r.open.is_none()).count(),
        rows,
        periods,
        rule: rule.into_owned(),
        fields: vec![
            Field::new(t, errors, "number", "results-number", &typed.number).required(),
            Field::new(t, errors, "signed_on", "results-signed-on", &typed.signed_on).kind("date").required(),
            Field::new(t, errors, "signed_by", "results-signed-by", &typed.signed_by),
        ],
        may_decide: ui.may("results.decide") && class.state == ClassState::Marking,
        may_fetch: certificates::may_fetch_of_class(actor),
        may_paper: may_read_decision(actor),
        may_people: ui.may("people.read"),
        batch: issued > 0 && ui.may("certificates.issue"),
        issued,
        decision,
        wrong: Wrong::of(t, errors),
        class: &class,
    };
    ui.page_with(status, t.arg("classes-label", "label", class.label()), &page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    number: String,
    signed_on: String,
    signed_by: String,
}

/// POST /classes/{class}/decision
pub(super) async fn post_decision(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<DecideResults>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    match typed.signed_on.parse() {
        Err(_) => errors.add("signed_on", "results-signed-on-off"),
        Ok(signed_on) => {
            let signed_by = kernel::text::clean(&typed.signed_by);
            let input = DecisionInput { number: typed.number.clone(), signed_on, signed_by };
            match decide(&db, &permit, class, &input).await {
                Ok(()) => return Ok(ui.see_with(&format!("/classes/{class}/results"), "results-decided", &[])),
                Err(ResultError::NoNumber) => errors.add("number", "results-no-number"),
                Err(ResultError::NumberTaken) => errors.add("number", "results-number-taken"),
                Err(ResultError::SignedOn) => errors.add("signed_on", "results-signed-on-off"),
                Err(error) => return Err(error.into()),
            }
        }
    }
    show(&ui, &db, &permit.actor, class, &typed, &errors, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// The decision names everybody of the class: it is for those who see the whole province, and for the class head.
fn may_read_decision(actor: &Actor) -> bool {
    actor.scope == kernel::Scope::Province || classes::heads_only(actor).is_some()
}

/// GET /classes/{class}/decision: the frozen paper, for those who may see every name on it.
pub(super) async fn get_decision(State(db): State<Db>, permit: Permit<ReadClasses>, Path(id): Path<ClassId>) -> Answer {
    let actor = &permit.actor;
    if !may_read_decision(actor) {
        return Err(WebError::NotFound);
    }
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let paper = paper(&mut conn, id).await?.ok_or(WebError::NotFound)?;
    Ok(Download::pdf(format!("quyet-dinh-{:02}-{}.pdf", class.number, class.year), paper).into_response())
}
