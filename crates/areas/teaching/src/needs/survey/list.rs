//! The list of questionnaires, and the form of one.

use ::store::Db;
use axum::extract::State;
use kernel::{Actor, SurveyId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Crumbs, Field, Overtaken, Wrong},
};

use super::{
    super::{EditNeeds, ReadNeeds},
    actions::{SurveyDraft, SurveyError, add_survey, change_survey},
    store::{Stage, Survey, mine, replied, survey, surveys},
};
use crate::scheme;

/// Most characters of a title.
pub(super) const TITLE_MOST: usize = 200;
/// Most characters of the words above the questions.
const INTRO_MOST: usize = 1000;

impl From<SurveyError> for WebError {
    fn from(error: SurveyError) -> Self {
        match error {
            SurveyError::NotFound => Self::NotFound,
            SurveyError::Sent => Self::refused("surveys-sent-already"),
            SurveyError::Overtaken => Self::refused("web-overtaken"),
            SurveyError::LevelsOfNobody => Self::refused("surveys-levels-of-nobody"),
            SurveyError::Empty => Self::refused("surveys-empty"),
            SurveyError::Nobody => Self::refused("surveys-nobody"),
            SurveyError::ClosesFirst => Self::refused("surveys-closes-first"),
            SurveyError::ClosedAlready => Self::refused("surveys-closed-already"),
            SurveyError::Over => Self::refused("surveys-withdraw-not"),
            SurveyError::Store(inner) => Self::Store(inner),
        }
    }
}

/// A questionnaire in the list.
struct Line {
    survey: Survey,
    stage: Stage,
    /// For whoever answers: whether that happened.
    replied: bool,
}

#[derive(askama::Template)]
#[template(path = "needs/survey/list.html")]
struct ListPage {
    t: T,
    edits: bool,
    lines: Vec<Line>,
}

#[derive(askama::Template)]
#[template(path = "needs/survey/mine.html")]
struct MinePage {
    t: T,
    waiting: usize,
    lines: Vec<Line>,
}

/// GET /surveys: every questionnaire of the scheme; whoever sees oneself alone gets those to answer.
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadNeeds>) -> Answer {
    let t = ui.t;
    let today = db.today();
    let mut conn = db.read().await?;
    let Some(scheme) = scheme::of(&mut conn, &permit.actor).await? else {
        return ui.page(t.get("surveys-title"), &ListPage { t, edits: false, lines: Vec::new() });
    };
    let all = surveys(&mut conn, scheme.id).await?;
    if let Some(person) = permit.actor.own_person() {
        let (mine, done) = (mine(&mut conn, scheme.id, person, today).await?, replied(&mut conn, person).await?);
        drop(conn);
        let line = |survey: Survey| Line { stage: survey.stage(today), replied: done.contains(&survey.id), survey };
        let mut lines: Vec<Line> = all.into_iter().filter(|s| mine.contains(&s.id)).map(line).collect();
        let open = |l: &Line| l.stage == Stage::Open && !l.replied;
        lines.sort_by_key(|l| (!open(l), std::cmp::Reverse(l.survey.closes_on)));
        let waiting = lines.iter().filter(|l| open(l)).count();
        return ui.page(t.get("surveys-mine"), &MinePage { t, waiting, lines });
    }
    drop(conn);
    let edits = ui.may("needs.edit");
    let line = |survey: Survey| Line { stage: survey.stage(today), replied: false, survey };
    // drafts are the business of whoever writes them
    let lines = all.into_iter().map(line).filter(|l| edits || l.stage != Stage::Draft).collect();
    ui.page(t.get("surveys-title"), &ListPage { t, edits, lines })
}

/// A questionnaire as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    title: String,
    intro: String,
    anonymous: String,
    /// The edition that the form was made from.
    seen: String,
}

impl Typed {
    fn of(s: &Survey) -> Self {
        Self {
            title: s.title.clone(),
            intro: s.intro.clone(),
            anonymous: if s.is_anonymous { "1".to_owned() } else { String::new() },
            seen: s.edition.to_string(),
        }
    }

    fn read(&self, t: T, errors: &mut Errors) -> Option<SurveyDraft> {
        let title = errors.line(t, "title", "surveys-name", &self.title, TITLE_MOST);
        let intro = errors.line_or_empty(t, "intro", "surveys-intro", &self.intro, INTRO_MOST);
        let draft = SurveyDraft { title, intro, is_anonymous: !self.anonymous.is_empty() };
        Some(draft).filter(|_| errors.is_empty())
    }
}

#[derive(askama::Template)]
#[template(path = "needs/survey/form.html")]
struct FormPage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    action: String,
    back: String,
    seen: Option<&'a str>,
    anonymous: bool,
    fields: Vec<Field<'a>>,
}

fn form(ui: &Ui, id: Option<SurveyId>, typed: &Typed, errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let heading = t.get(if id.is_some() { "surveys-change" } else { "surveys-add" }).into_owned();
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let back = id.map_or_else(|| "/surveys".to_owned(), |id| format!("/surveys/{id}"));
    let page = FormPage {
        t,
        crumbs: Crumbs::to(t, heading.clone()).by("/surveys", t.get("surveys-title")),
        wrong: Wrong::of(t, errors),
        overtaken,
        action: id.map_or_else(|| "/surveys".to_owned(), |id| format!("/surveys/{id}/form")),
        back,
        seen: id.map(|_| typed.seen.as_str()),
        anonymous: !typed.anonymous.is_empty(),
        fields: vec![
            Field::new(t, errors, "title", "surveys-name", &typed.title).required().class("wide"),
            Field::new(t, errors, "intro", "surveys-intro", &typed.intro)
                .kind("textarea")
                .class("wide")
                .hint("surveys-intro-hint"),
        ],
        heading,
    };
    ui.page_with(status, &page.heading, &page)
}

/// GET /surveys/new
pub(super) async fn get_new(ui: Ui, _permit: Permit<EditNeeds>) -> Answer {
    form(&ui, None, &Typed::default(), &Errors::new(), None)
}

/// POST /surveys
pub(super) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    match typed.read(ui.t, &mut errors) {
        Some(draft) => Ok(ui.see(&format!("/surveys/{}", add_survey(&db, &permit, &draft).await?))),
        None => form(&ui, None, &typed, &errors, None),
    }
}

/// A questionnaire that can still be changed.
pub(super) async fn editable(db: &Db, actor: &Actor, id: SurveyId) -> Result<Survey, WebError> {
    let found = survey(&mut db.read().await?, actor, id).await?.ok_or(WebError::NotFound)?;
    if found.sent_at.is_some() { Err(SurveyError::Sent.into()) } else { Ok(found) }
}

/// GET /surveys/{survey}/form
pub(super) async fn get_form(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<SurveyId>,
) -> Answer {
    form(&ui, Some(id), &Typed::of(&editable(&db, &permit.actor, id).await?), &Errors::new(), None)
}

/// POST /surveys/{survey}/form
pub(super) async fn post_form(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<SurveyId>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    editable(&db, &permit.actor, id).await?;
    let mut errors = Errors::new();
    if let Some(draft) = typed.read(ui.t, &mut errors) {
        match change_survey(&db, &permit, id, &draft, typed.seen.parse().unwrap_or(0)).await {
            Ok(()) => return Ok(ui.see_with(&format!("/surveys/{id}"), "surveys-saved", &[])),
            Err(SurveyError::Overtaken) => {
                let now = editable(&db, &permit.actor, id).await?;
                typed.seen = now.edition.to_string();
                let kept = |anonymous: bool| ui.t.get(if anonymous { "surveys-anonymous" } else { "surveys-named" });
                let overtaken = Overtaken::by(ui.t, now.changed_by.as_deref(), now.changed_at)
                    .differs("surveys-name", &now.title, &draft.title)
                    .differs("surveys-intro", &now.intro, &draft.intro)
                    .differs("surveys-authors", kept(now.is_anonymous), kept(draft.is_anonymous));
                return form(&ui, Some(id), &typed, &errors, Some(overtaken));
            }
            Err(SurveyError::LevelsOfNobody) => errors.add("", "surveys-levels-of-nobody"),
            Err(error) => return Err(error.into()),
        }
    }
    form(&ui, Some(id), &typed, &errors, None)
}
