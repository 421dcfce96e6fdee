//! A questionnaire as somebody fills it, and as the school looks at it before.

use std::collections::BTreeMap;

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::{AnswerId, CompetenceId, Right, SurveyId};
use web::{Answer, Form, Path, Permit, T, Ui, WebError, components::Crumbs};

use super::{
    super::ReadNeeds,
    AnswerSurveys,
    actions::{self, AnswerError, Sheet},
    build::readable,
    model::{Fault, Item, TEXT_MOST},
    store::{ItemRow, Stage, Survey, items},
};
use crate::scheme;

/// A level to give oneself.
struct Level {
    field: String,
    name: String,
    value: String,
    error: Option<String>,
}

/// A question with what was typed.
struct Shown {
    item: Item,
    field: String,
    values: Vec<String>,
    levels: Vec<Level>,
    error: Option<String>,
}

impl Shown {
    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|v| v == value)
    }

    fn typed(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn scale(&self) -> std::ops::RangeInclusive<i64> {
        1..=self.item.most
    }
}

/// How a questionnaire stands before whoever looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// To be filled.
    Open,
    /// For the school to look at.
    Preview,
    /// Answered already.
    Replied,
    /// Not open yet, or closed.
    Shut,
}

#[derive(askama::Template)]
#[template(path = "needs/survey/fill.html")]
struct FillPage {
    t: T,
    crumbs: Crumbs,
    survey: Survey,
    mode: Mode,
    note: String,
    wrong: Vec<(String, String)>,
    /// Whose answer it is: one that waited on a device is not sent as somebody else's.
    owner: String,
    /// Number of the answer; a browser with scripts makes its own.
    answer: String,
    /// When the form was made, in seconds.
    opened: i64,
    level_most: i64,
    text_most: usize,
    competences: bool,
    items: Vec<Shown>,
}

impl FillPage {
    fn open(&self) -> bool {
        self.mode == Mode::Open
    }

    fn fillable(&self) -> bool {
        matches!(self.mode, Mode::Open | Mode::Preview)
    }

    fn levels(&self) -> std::ops::RangeInclusive<i64> {
        0..=self.level_most
    }
}

fn told(t: T, fault: &Fault) -> String {
    match fault {
        Fault::Missing => t.get("surveys-fault-missing"),
        Fault::NoChoice => t.get("surveys-fault-choice"),
        Fault::OutOfScale(least, most) => {
            t.args("surveys-fault-scale", [("least", (*least).into()), ("most", (*most).into())])
        }
        Fault::TooLong(length) => {
            t.args("surveys-fault-long", [("length", (*length).into()), ("most", TEXT_MOST.into())])
        }
        Fault::Sign => t.get("surveys-fault-sign"),
    }
    .into_owned()
}

/// The questions with what was typed and what is wrong with it.
fn shown(
    t: T,
    items: Vec<Item>,
    competences: &[(CompetenceId, String)],
    typed: &[(String, String)],
    faults: &BTreeMap<String, Fault>,
) -> Vec<Shown> {
    let values =
        |field: &str| typed.iter().filter(|(name, _)| name == field).map(|(_, v)| v.clone()).collect::<Vec<_>>();
    let error = |field: &str| faults.get(field).map(|fault| told(t, fault));
    let level = |field: &str, (id, name): &(CompetenceId, String)| {
        let field = format!("{field}.{id}");
        let value = values(&field).into_iter().next().unwrap_or_default();
        Level { name: name.clone(), value, error: error(&field), field }
    };
    let one = |item: Item| {
        let field = item.field();
        let levels = if item.kind == "competences" { competences } else { &[] };
        let levels = levels.iter().map(|c| level(&field, c)).collect();
        Shown { values: values(&field), levels, error: error(&field), field, item }
    };
    items.into_iter().map(one).collect()
}

/// When and why it was taken back, as told to whoever answers and whoever looks at it.
pub(super) fn withdrawn(t: T, survey: &Survey) -> String {
    let day = survey.withdrawn_at.map(|at| t.stamp(at)).unwrap_or_default();
    let reason = survey.withdrawn_reason.clone().unwrap_or_default();
    t.args("surveys-withdrawn-on", [("day", day.into()), ("reason", reason.into())]).into_owned()
}

fn page(ui: &Ui, db: &Db, sheet: Sheet, typed: &[(String, String)], refused: Option<&AnswerError>) -> Answer {
    let t = ui.t;
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| t.date(day)).unwrap_or_default();
    let survey = sheet.survey;
    let (mode, note) = match (sheet.person.replied.is_some(), survey.stage(db.today())) {
        (true, _) => (Mode::Replied, t.get("surveys-thanks-text").into_owned()),
        (false, Stage::Withdrawn) => (Mode::Shut, withdrawn(t, &survey)),
        (false, Stage::Waiting) => (Mode::Shut, t.arg("surveys-not-open", "day", day(survey.opens_on)).into_owned()),
        (false, Stage::Closed) => (Mode::Shut, t.arg("surveys-closed", "day", day(survey.closes_on)).into_owned()),
        (false, _) => (Mode::Open, t.arg("surveys-until", "day", day(survey.closes_on)).into_owned()),
    };
    let (mut faults, mut wrong) = (BTreeMap::new(), Vec::new());
    match refused {
        Some(AnswerError::Faults(all)) => {
            faults = all.iter().cloned().collect();
            for item in &sheet.items {
                let start = item.field();
                let first = all.iter().find(|(field, _)| field.split('.').next() == Some(start.as_str()));
                wrong.extend(first.map(|(field, fault)| (field.clone(), format!("{}: {}", item.text, told(t, fault)))));
            }
        }
        Some(AnswerError::NotOpen(on)) => {
            wrong.push((String::new(), t.arg("surveys-not-open", "day", t.date(*on)).into_owned()));
        }
        Some(AnswerError::Closed(on)) => {
            wrong.push((String::new(), t.arg("surveys-closed-late", "day", t.date(*on)).into_owned()));
        }
        Some(AnswerError::Withdrawn) => {
            wrong.push((String::new(), format!("{} {}", withdrawn(t, &survey), t.get("surveys-typed-stays"))));
        }
        Some(AnswerError::Answered) => wrong.push((String::new(), t.get("surveys-answered-before").into_owned())),
        _ => {}
    }
    // what was typed stays to be seen, and to be copied, also when it came too late
    let mode = if wrong.is_empty() || mode == Mode::Open { mode } else { Mode::Preview };
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let of = |name: &str| typed.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let page = FillPage {
        t,
        crumbs: Crumbs::to(t, survey.title.clone()).by("/surveys", t.get("surveys-mine")),
        note,
        wrong,
        owner: sheet.person.person_id.to_string(),
        answer: of("answer").unwrap_or_else(|| AnswerId::new(&kernel::SystemIds).to_string()),
        opened: of("opened").and_then(|v| v.parse().ok()).unwrap_or_else(|| db.now().timestamp()),
        level_most: sheet.level_most,
        text_most: TEXT_MOST,
        competences: !sheet.competences.is_empty(),
        items: shown(t, sheet.items, &sheet.competences, typed, &faults),
        mode,
        survey,
    };
    if page.open() && page.wrong.is_empty() {
        return ui.page_to_keep(&page.survey.title, &page);
    }
    ui.page_with(status, &page.survey.title, &page)
}

/// GET /surveys/{survey}/answer
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AnswerSurveys>,
    Path(id): Path<SurveyId>,
) -> Answer {
    let sheet = actions::sheet(&mut db.read().await?, &permit.actor, id, db.today()).await.map_err(WebError::from)?;
    page(&ui, &db, sheet, &[], None)
}

/// Longest time that a form is believed to have been filled, in seconds.
const SECONDS_MOST: i64 = 24 * 3600;

/// POST /surveys/{survey}/answer: `answer` is the number of the answer, made in the browser; `seconds` how long somebody was at
/// it, counted by the page's script, else since `opened`.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AnswerSurveys>,
    Path(id): Path<SurveyId>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let of = |name: &str| typed.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let own = permit.actor.person.map(|person| person.to_string());
    if of("owner").is_some_and(|owner| Some(owner) != own.as_deref()) {
        return Err(WebError::Forbidden(AnswerSurveys::NAME));
    }
    let Some(answer) = of("answer").and_then(|v| v.parse::<AnswerId>().ok()) else {
        actions::sheet(&mut db.read().await?, &permit.actor, id, db.today()).await.map_err(WebError::from)?;
        return Err(WebError::BadRequest);
    };
    let opened = of("opened").and_then(|v| v.parse::<i64>().ok()).map(|at| db.now().timestamp().saturating_sub(at));
    let seconds = of("seconds").and_then(|v| v.parse().ok()).or(opened).unwrap_or(0).clamp(0, SECONDS_MOST);
    match actions::answer(&db, &permit, id, answer, &typed, seconds).await {
        Ok(_) => Ok(ui.see_with(&format!("/surveys/{id}/answer"), "surveys-thanks", &[])),
        Err(
            error @ (AnswerError::Faults(_)
            | AnswerError::NotOpen(_)
            | AnswerError::Closed(_)
            | AnswerError::Withdrawn
            | AnswerError::Answered),
        ) => {
            let sheet = actions::sheet(&mut db.read().await?, &permit.actor, id, db.today()).await;
            page(&ui, &db, sheet.map_err(WebError::from)?, &typed, Some(&error))
        }
        Err(error) => Err(error.into()),
    }
}

impl From<AnswerError> for WebError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::NotFound => Self::NotFound,
            AnswerError::NotOpen(_)
            | AnswerError::Closed(_)
            | AnswerError::Withdrawn
            | AnswerError::Answered
            | AnswerError::Faults(_) => Self::BadRequest,
            AnswerError::System(what) => Self::Internal(what),
            AnswerError::Store(inner) => Self::Store(inner),
        }
    }
}

/// GET /surveys/{survey}/preview: as those who answer will see it, without a way to send it.
pub(super) async fn preview(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadNeeds>,
    Path(id): Path<SurveyId>,
) -> Answer {
    let t = ui.t;
    let survey = readable(&ui, &db, &permit, id).await?;
    let mut conn = db.read().await?;
    let rules = scheme::rules(&mut conn, survey.scheme_id, db.today()).await?;
    let rows: Vec<Item> = items(&mut conn, id).await?.iter().map(ItemRow::item).collect();
    // every competence stands for those of the reader's post
    let all = crate::needs::matrix::competences(&mut conn, survey.scheme_id).await?;
    drop(conn);
    let open: Vec<(CompetenceId, String)> = all.into_iter().filter(|c| !c.is_closed).map(|c| (c.id, c.name)).collect();
    let page = FillPage {
        t,
        crumbs: Crumbs::to(t, t.get("surveys-preview"))
            .by("/surveys", t.get("surveys-title"))
            .by(format!("/surveys/{id}"), survey.title.clone()),
        mode: Mode::Preview,
        note: t.get("surveys-preview-text").into_owned(),
        wrong: Vec::new(),
        owner: String::new(),
        answer: String::new(),
        opened: 0,
        level_most: rules.needs_scale_most,
        text_most: TEXT_MOST,
        competences: !open.is_empty(),
        items: shown(t, rows, &open, &[], &BTreeMap::new()),
        survey,
    };
    ui.page(&page.survey.title, &page)
}
