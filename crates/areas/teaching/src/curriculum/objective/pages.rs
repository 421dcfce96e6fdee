//! The form of an objective.

use ::store::Db;
use axum::extract::State;
use kernel::{ObjectiveId, ProgrammeId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    super::{
        EditProgrammes,
        actions::EditError,
        model::OBJECTIVE_MOST,
        store::{Objective, objectives},
        topic::Desk,
    },
    actions::{ObjectiveDraft, add_objective, change_objective, remove_objective},
};
use crate::scheme::{self, Audience};

/// An objective as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Typed {
    audience: String,
    text: String,
    seen: String,
}

impl Typed {
    fn of(line: &Objective) -> Self {
        Self {
            audience: line.audience_code.clone().unwrap_or_default(),
            text: line.text.clone(),
            seen: line.edition.to_string(),
        }
    }

    fn read(&self, t: T, errors: &mut Errors) -> Option<ObjectiveDraft> {
        let text = errors.line(t, "text", "curriculum-objective", &self.text, OBJECTIVE_MOST);
        let audience = (!self.audience.is_empty()).then(|| self.audience.clone());
        errors.is_empty().then_some(ObjectiveDraft { audience, text })
    }
}

#[derive(askama::Template)]
#[template(path = "curriculum/objective/objective.html")]
struct ObjectivePage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    /// Of an objective that is there already.
    seen: Option<&'a str>,
    action: String,
    back: String,
    text: Field<'a>,
    audience: Select<'a>,
}

/// A version on the school's desk with the audiences of its scheme.
struct Place {
    desk: Desk,
    audiences: Vec<Audience>,
    objectives: Vec<Objective>,
}

impl Place {
    async fn read(
        db: &Db,
        permit: &Permit<EditProgrammes>,
        programme: ProgrammeId,
        number: i64,
    ) -> Result<Self, WebError> {
        let mut conn = db.read().await?;
        let desk = Desk::read(&mut conn, db, &permit.actor, programme, number).await?;
        let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(WebError::NotFound)?;
        let audiences = scheme::audiences(&mut conn, scheme.id).await?;
        let objectives = objectives(&mut conn, desk.line.version_id).await?;
        Ok(Self { desk, audiences, objectives })
    }

    fn objective(&self, id: ObjectiveId) -> Result<&Objective, WebError> {
        self.objectives.iter().find(|o| o.id == id).ok_or(WebError::NotFound)
    }

    fn page(
        &self,
        ui: &Ui,
        objective: Option<ObjectiveId>,
        typed: &Typed,
        errors: &Errors,
        overtaken: Option<Overtaken>,
    ) -> Answer {
        let t = ui.t;
        let place = self.desk.place();
        let heading =
            t.get(if objective.is_some() { "curriculum-objective-change" } else { "curriculum-objective-add" });
        let choices: Vec<Choice> = self.audiences.iter().map(|a| Choice::new(&a.code, &a.name)).collect();
        let status = Overtaken::status(overtaken.as_ref(), errors);
        let page = ObjectivePage {
            t,
            crumbs: self.desk.crumbs(t, heading.clone().into_owned()),
            wrong: Wrong::of(t, errors),
            overtaken,
            seen: objective.map(|_| typed.seen.as_str()),
            action: objective.map_or_else(|| format!("{place}/objectives"), |id| format!("{place}/objectives/{id}")),
            back: place,
            text: Field::new(t, errors, "text", "curriculum-objective", &typed.text)
                .kind("textarea")
                .required()
                .class("wide"),
            audience: Select::new(t, errors, "audience", "curriculum-audience", &typed.audience, &choices)
                .or_empty("curriculum-audience-all"),
            heading: heading.into_owned(),
        };
        ui.page_with(status, &page.heading, &page)
    }

    fn overtaken(&self, t: T, now: &Objective, typed: &ObjectiveDraft) -> Overtaken {
        let audience = |code: &Option<String>| match code {
            Some(code) => self.audiences.iter().find(|a| a.code == *code).map_or(code.clone(), |a| a.name.clone()),
            None => t.get("curriculum-audience-all").into_owned(),
        };
        Overtaken::by(t, now.changed_by.as_deref(), now.changed_at)
            .differs("curriculum-objective", &now.text, &typed.text)
            .differs("curriculum-audience", audience(&now.audience_code), audience(&typed.audience))
    }
}

/// GET /programmes/{programme}/versions/{number}/objectives/new
pub(in super::super) async fn get_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number)): Path<(ProgrammeId, i64)>,
) -> Answer {
    let place = Place::read(&db, &permit, programme, number).await?;
    let audience = place.desk.line.audience_code.clone().unwrap_or_default();
    place.page(&ui, None, &Typed { audience, ..Typed::default() }, &Errors::new(), None)
}

/// POST /programmes/{programme}/versions/{number}/objectives
pub(in super::super) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number)): Path<(ProgrammeId, i64)>,
    Form(typed): Form<Typed>,
) -> Answer {
    let place = Place::read(&db, &permit, programme, number).await?;
    let mut errors = Errors::new();
    if let Some(draft) = typed.read(ui.t, &mut errors) {
        match add_objective(&db, &permit, programme, number, &draft).await {
            Ok(_) => return Ok(ui.see_with(&place.desk.place(), "curriculum-objective-added", &[])),
            Err(EditError::Unknown(field)) => errors.add(field, "curriculum-link-unknown"),
            Err(error) => return Err(error.into()),
        }
    }
    place.page(&ui, None, &typed, &errors, None)
}

/// GET /programmes/{programme}/versions/{number}/objectives/{objective}
pub(in super::super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, objective)): Path<(ProgrammeId, i64, ObjectiveId)>,
) -> Answer {
    let place = Place::read(&db, &permit, programme, number).await?;
    let typed = Typed::of(place.objective(objective)?);
    place.page(&ui, Some(objective), &typed, &Errors::new(), None)
}

/// POST /programmes/{programme}/versions/{number}/objectives/{objective}: saves, unless somebody saved it after the form was made.
pub(in super::super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, objective)): Path<(ProgrammeId, i64, ObjectiveId)>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    let place = Place::read(&db, &permit, programme, number).await?;
    place.objective(objective)?;
    let mut errors = Errors::new();
    if let Some(draft) = typed.read(ui.t, &mut errors) {
        let seen = typed.seen.parse().unwrap_or(0);
        match change_objective(&db, &permit, (programme, number, objective), &draft, seen).await {
            Ok(()) => return Ok(ui.see_with(&place.desk.place(), "curriculum-objective-changed", &[])),
            Err(EditError::Overtaken) => {
                let place = Place::read(&db, &permit, programme, number).await?;
                let now = place.objective(objective)?;
                typed.seen = now.edition.to_string();
                let told = place.overtaken(ui.t, now, &draft);
                return place.page(&ui, Some(objective), &typed, &errors, Some(told));
            }
            Err(EditError::Unknown(field)) => errors.add(field, "curriculum-link-unknown"),
            Err(error) => return Err(error.into()),
        }
    }
    place.page(&ui, Some(objective), &typed, &errors, None)
}

/// POST /programmes/{programme}/versions/{number}/objectives/{objective}/removal
pub(in super::super) async fn post_removal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path((programme, number, objective)): Path<(ProgrammeId, i64, ObjectiveId)>,
) -> Answer {
    remove_objective(&db, &permit, (programme, number, objective)).await?;
    Ok(ui.see_with(&format!("/programmes/{programme}/versions/{number}"), "curriculum-objective-removed", &[]))
}
