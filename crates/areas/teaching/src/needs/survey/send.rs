//! To whom a questionnaire is sent, and when it may be answered.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::SurveyId;
use people::organisation::commune_names;
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Ui, WebError,
    components::{Choice, Crumbs, Field, Select, Wrong},
};

use super::{
    super::{EditNeeds, matrix::posts},
    actions::{Sending, SurveyError, send_survey},
    list::editable,
    store::Survey,
};
use crate::scheme;

/// A sending as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    commune: String,
    bloc: String,
    level: String,
    post: String,
    audience: String,
    opens_on: String,
    closes_on: String,
}

#[derive(askama::Template)]
#[template(path = "needs/survey/sending.html")]
struct SendingPage<'a> {
    t: web::T,
    crumbs: Crumbs,
    survey: &'a Survey,
    wrong: Option<Wrong>,
    selects: Vec<Select<'a>>,
    fields: Vec<Field<'a>>,
}

/// What may be chosen for each filter.
struct Lists {
    communes: Vec<Choice>,
    blocs: Vec<Choice>,
    levels: Vec<Choice>,
    posts: Vec<Choice>,
    audiences: Vec<Choice>,
}

async fn lists(ui: &Ui, db: &Db, permit: &Permit<EditNeeds>, survey: &Survey) -> Result<Lists, WebError> {
    let t = ui.t;
    let mut conn = db.read().await?;
    let communes = commune_names(&mut conn, &permit.actor).await?;
    let held = posts(&mut conn, &permit.actor, db.today()).await?;
    let audiences = scheme::audiences(&mut conn, survey.scheme_id).await?;
    let words = |codes: &[&str], start: &str| {
        codes.iter().map(|code| Choice::new(*code, t.get(format!("{start}{code}")))).collect()
    };
    Ok(Lists {
        communes: communes.into_iter().map(|c| Choice::new(c.code, c.name)).collect(),
        blocs: words(&people::registry::BLOCS, "registry-bloc-"),
        levels: words(&people::registry::LEVELS, "registry-level-"),
        posts: held.into_iter().map(|p| Choice::new(p.code, p.title)).collect(),
        audiences: audiences.into_iter().map(|a| Choice::new(a.code, a.name)).collect(),
    })
}

fn form(ui: &Ui, survey: &Survey, lists: &Lists, typed: &Typed, errors: &Errors) -> Answer {
    let t = ui.t;
    let select =
        |name, key, value, choices| Select::new(t, errors, name, key, value, choices).or_empty("surveys-everybody");
    let day = |name, key, value| Field::new(t, errors, name, key, value).kind("date").required();
    let page = SendingPage {
        t,
        crumbs: Crumbs::to(t, t.get("surveys-send"))
            .by("/surveys", t.get("surveys-title"))
            .by(format!("/surveys/{}", survey.id), survey.title.clone()),
        survey,
        wrong: Wrong::of(t, errors),
        selects: vec![
            select("commune", "surveys-commune", &typed.commune, &lists.communes),
            select("bloc", "surveys-bloc", &typed.bloc, &lists.blocs),
            select("level", "surveys-level", &typed.level, &lists.levels),
            select("post", "surveys-post", &typed.post, &lists.posts),
            select("audience", "surveys-audience", &typed.audience, &lists.audiences),
        ],
        fields: vec![
            day("opens_on", "surveys-opens", &typed.opens_on),
            day("closes_on", "surveys-closes", &typed.closes_on),
        ],
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, t.get("surveys-send"), &page)
}

/// GET /surveys/{survey}/sending
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<EditNeeds>, Path(id): Path<SurveyId>) -> Answer {
    let survey = editable(&db, &permit.actor, id).await?;
    let lists = lists(&ui, &db, &permit, &survey).await?;
    let opens = db.today();
    let typed = Typed {
        opens_on: opens.to_string(),
        closes_on: (opens + chrono::Days::new(14)).to_string(),
        ..Typed::default()
    };
    form(&ui, &survey, &lists, &typed, &Errors::new())
}

/// The code chosen, none for everybody; anything else is noted at the field.
fn chosen(errors: &mut Errors, field: &'static str, typed: &str, choices: &[Choice]) -> Option<String> {
    if typed.is_empty() {
        return None;
    }
    if !choices.iter().any(|c| c.value == typed) {
        errors.add(field, "surveys-choice-unknown");
    }
    Some(typed.to_owned())
}

/// POST /surveys/{survey}/sending: sends it for good.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<SurveyId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let survey = editable(&db, &permit.actor, id).await?;
    let lists = lists(&ui, &db, &permit, &survey).await?;
    let mut errors = Errors::new();
    let commune = chosen(&mut errors, "commune", &typed.commune, &lists.communes);
    let names = commune_names(&mut db.read().await?, &permit.actor).await?;
    let to = Sending {
        commune: names.into_iter().find(|c| Some(&c.code) == commune.as_ref()).map(|c| c.commune_id),
        bloc: chosen(&mut errors, "bloc", &typed.bloc, &lists.blocs),
        level: chosen(&mut errors, "level", &typed.level, &lists.levels),
        post: chosen(&mut errors, "post", &typed.post, &lists.posts),
        audience: chosen(&mut errors, "audience", &typed.audience, &lists.audiences),
        opens_on: errors.day(ui.t, "opens_on", "surveys-opens", &typed.opens_on).unwrap_or_default(),
        closes_on: errors.day(ui.t, "closes_on", "surveys-closes", &typed.closes_on).unwrap_or_default(),
    };
    if errors.is_empty() {
        match send_survey(&db, &permit, id, &to).await {
            Ok(n) => return Ok(ui.see_with(&format!("/surveys/{id}"), "surveys-sent", &[("n", n.to_string())])),
            Err(SurveyError::ClosesFirst) => errors.add("closes_on", "surveys-closes-first"),
            Err(SurveyError::ClosedAlready) => errors.add("closes_on", "surveys-closed-already"),
            Err(SurveyError::Nobody) => errors.add("", "surveys-nobody"),
            Err(SurveyError::Empty) => errors.add("", "surveys-empty"),
            Err(error) => return Err(error.into()),
        }
    }
    form(&ui, &survey, &lists, &typed, &errors)
}
