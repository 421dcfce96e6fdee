//! Taking back a questionnaire that was sent.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::{Actor, SurveyId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Ui, WebError,
    components::{Crumbs, Field, Wrong},
};

use super::{
    super::EditNeeds,
    actions::{SurveyError, withdraw_survey},
    store::{Survey, survey},
};

/// Most characters of a reason.
const REASON_MOST: usize = 300;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    reason: String,
}

#[derive(askama::Template)]
#[template(path = "needs/survey/withdrawal.html")]
struct WithdrawalPage<'a> {
    t: web::T,
    crumbs: Crumbs,
    survey: &'a Survey,
    wrong: Option<Wrong>,
    reason: Field<'a>,
}

/// A questionnaire that people may answer, today or later.
async fn withdrawable(db: &Db, actor: &Actor, id: SurveyId) -> Result<Survey, WebError> {
    let found = survey(&mut db.read().await?, actor, id).await?.ok_or(WebError::NotFound)?;
    if found.may_be_withdrawn(db.today()) { Ok(found) } else { Err(SurveyError::Over.into()) }
}

fn form(ui: &Ui, survey: &Survey, typed: &Typed, errors: &Errors) -> Answer {
    let t = ui.t;
    let page = WithdrawalPage {
        t,
        crumbs: Crumbs::to(t, t.get("surveys-withdraw"))
            .by("/surveys", t.get("surveys-title"))
            .by(format!("/surveys/{}", survey.id), survey.title.clone()),
        survey,
        wrong: Wrong::of(t, errors),
        reason: Field::new(t, errors, "reason", "surveys-withdraw-reason", &typed.reason).required().class("wide"),
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, t.get("surveys-withdraw"), &page)
}

/// GET /surveys/{survey}/withdrawal
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<EditNeeds>, Path(id): Path<SurveyId>) -> Answer {
    let survey = withdrawable(&db, &permit.actor, id).await?;
    form(&ui, &survey, &Typed::default(), &Errors::new())
}

/// POST /surveys/{survey}/withdrawal
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<SurveyId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let survey = withdrawable(&db, &permit.actor, id).await?;
    let mut errors = Errors::new();
    let reason = errors.line(ui.t, "reason", "surveys-withdraw-reason", &typed.reason, REASON_MOST);
    if !errors.is_empty() {
        return form(&ui, &survey, &typed, &errors);
    }
    withdraw_survey(&db, &permit, id, &reason).await?;
    Ok(ui.see_with(&format!("/surveys/{id}"), "surveys-withdrawn", &[]))
}
