//! The form of a competence.

use ::store::Db;
use axum::extract::State;
use kernel::{Actor, CompetenceId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    super::{EditNeeds, model::FIELDS},
    actions::{CompetenceDraft, CompetenceError, add_competence, change_competence},
    store::{Competence, competences},
};
use crate::scheme;

/// Most characters of a code.
const CODE_MOST: usize = 20;
/// Most characters of a name.
const NAME_MOST: usize = 200;

/// A competence as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::needs) struct Typed {
    code: String,
    name: String,
    field: String,
    closed: String,
    /// The edition that the form was made from.
    seen: String,
}

impl Typed {
    fn of(c: &Competence) -> Self {
        Self {
            code: c.code.clone(),
            name: c.name.clone(),
            field: c.field.clone(),
            closed: if c.is_closed { "1".to_owned() } else { String::new() },
            seen: c.edition.to_string(),
        }
    }

    fn read(&self, t: T, errors: &mut Errors) -> Option<CompetenceDraft> {
        let code = errors.line(t, "code", "needs-code", &self.code, CODE_MOST);
        let name = errors.line(t, "name", "needs-name", &self.name, NAME_MOST);
        let field = errors.choice(t, "field", "needs-field", &self.field, &FIELDS);
        let draft = CompetenceDraft { code, name, field: field.to_owned(), is_closed: !self.closed.is_empty() };
        Some(draft).filter(|_| errors.is_empty())
    }
}

#[derive(askama::Template)]
#[template(path = "needs/matrix/competence.html")]
struct CompetencePage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    action: String,
    /// Of a competence that is there already.
    seen: Option<&'a str>,
    closed: bool,
    fields: Vec<Field<'a>>,
    field: Select<'a>,
}

fn form(ui: &Ui, id: Option<CompetenceId>, typed: &Typed, errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let heading = t.get(if id.is_some() { "needs-competence-change" } else { "needs-competence-add" }).into_owned();
    let choices: Vec<Choice> = FIELDS.iter().map(|f| Choice::new(*f, t.get(format!("needs-field-{f}")))).collect();
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = CompetencePage {
        t,
        crumbs: Crumbs::to(t, heading.clone())
            .by("/needs", t.get("needs-nav"))
            .by("/needs/competences", t.get("needs-competences")),
        wrong: Wrong::of(t, errors),
        overtaken,
        action: id.map_or_else(|| "/needs/competences".to_owned(), |id| format!("/needs/competences/{id}")),
        seen: id.map(|_| typed.seen.as_str()),
        closed: !typed.closed.is_empty(),
        fields: vec![
            Field::new(t, errors, "code", "needs-code", &typed.code).required().class("short"),
            Field::new(t, errors, "name", "needs-name", &typed.name).required().class("wide"),
        ],
        field: Select::new(t, errors, "field", "needs-field", &typed.field, &choices).class("wide"),
        heading,
    };
    ui.page_with(status, &page.heading, &page)
}

/// GET /needs/competences/new
pub(in crate::needs) async fn get_new(ui: Ui, _permit: Permit<EditNeeds>) -> Answer {
    form(&ui, None, &Typed::default(), &Errors::new(), None)
}

/// POST /needs/competences
pub(in crate::needs) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    if let Some(draft) = typed.read(ui.t, &mut errors) {
        match add_competence(&db, &permit, &draft).await {
            Ok(_) => return Ok(ui.see_with("/needs/competences", "needs-competence-added", &[("name", draft.name)])),
            Err(error) => told(error, &mut errors)?,
        }
    }
    form(&ui, None, &typed, &errors, None)
}

async fn competence(db: &Db, actor: &Actor, id: CompetenceId) -> Result<Competence, WebError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?.id;
    competences(&mut conn, scheme).await?.into_iter().find(|c| c.id == id).ok_or(WebError::NotFound)
}

/// GET /needs/competences/{competence}
pub(in crate::needs) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<CompetenceId>,
) -> Answer {
    form(&ui, Some(id), &Typed::of(&competence(&db, &permit.actor, id).await?), &Errors::new(), None)
}

/// POST /needs/competences/{competence}
pub(in crate::needs) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<CompetenceId>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    competence(&db, &permit.actor, id).await?;
    let mut errors = Errors::new();
    if let Some(draft) = typed.read(ui.t, &mut errors) {
        match change_competence(&db, &permit, id, &draft, typed.seen.parse().unwrap_or(0)).await {
            Ok(()) => {
                return Ok(ui.see_with("/needs/competences", "needs-competence-changed", &[("name", draft.name)]));
            }
            Err(CompetenceError::Overtaken) => {
                let now = competence(&db, &permit.actor, id).await?;
                typed.seen = now.edition.to_string();
                return form(&ui, Some(id), &typed, &errors, Some(overtaken(ui.t, &now, &draft)));
            }
            Err(error) => told(error, &mut errors)?,
        }
    }
    form(&ui, Some(id), &typed, &errors, None)
}

fn overtaken(t: T, now: &Competence, typed: &CompetenceDraft) -> Overtaken {
    let field = |code: &str| t.get(format!("needs-field-{code}")).into_owned();
    let closed = |closed: bool| t.get(if closed { "needs-closed" } else { "needs-used" }).into_owned();
    Overtaken::by(t, now.changed_by.as_deref(), now.changed_at)
        .differs("needs-code", &now.code, &typed.code)
        .differs("needs-name", &now.name, &typed.name)
        .differs("needs-field", field(&now.field), field(&typed.field))
        .differs("needs-state", closed(now.is_closed), closed(typed.is_closed))
}

/// A refusal at its field; anything else is an error page.
fn told(error: CompetenceError, errors: &mut Errors) -> Result<(), WebError> {
    match error {
        CompetenceError::NotFound => return Err(WebError::NotFound),
        CompetenceError::Store(inner) => return Err(inner.into()),
        CompetenceError::Overtaken => return Err(WebError::refused("web-overtaken")),
        CompetenceError::CodeTaken(name) => errors.add_with("code", "needs-code-taken", vec![("name", name.into())]),
        CompetenceError::NameTaken(code) => errors.add_with("name", "needs-name-taken", vec![("code", code.into())]),
    }
    Ok(())
}
