//! The page of a questionnaire, and the form of one of its items.

use ::store::Db;
use axum::extract::State;
use kernel::{QuestionId, SurveyId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Query, T, Ui, WebError,
    components::{Crumbs, Field, Overtaken, Wrong},
};

use super::{
    super::{EditNeeds, ReadNeeds},
    actions::{ItemDraft, SurveyError, add_items, change_item, copy_survey, move_item, remove_item},
    fill::withdrawn,
    list::{TITLE_MOST, editable},
    model::{CHOICE_MOST, CHOICES_MOST, Item, KINDS, QUESTION_MOST, SCALE_MOST},
    store::{ItemRow, Stage, Survey, items, survey},
};

#[derive(askama::Template)]
#[template(path = "needs/survey/one.html")]
struct OnePage {
    t: T,
    crumbs: Crumbs,
    survey: Survey,
    stage: Stage,
    /// May be changed by the reader.
    edits: bool,
    may_copy: bool,
    may_withdraw: bool,
    kinds: [&'static str; 6],
    items: Vec<Item>,
}

impl OnePage {
    fn withdrawn(&self) -> String {
        withdrawn(self.t, &self.survey)
    }

    /// A kind that this questionnaire may have.
    fn offers(&self, kind: &str) -> bool {
        !(self.survey.is_anonymous && kind == "competences")
    }
}

/// A questionnaire that the reader may see: a draft is the business of whoever writes it, and somebody confined to oneself
/// answers, but does not look behind.
pub(super) async fn readable(ui: &Ui, db: &Db, permit: &Permit<ReadNeeds>, id: SurveyId) -> Result<Survey, WebError> {
    let found = survey(&mut db.read().await?, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    if permit.actor.own_person().is_some() || (found.sent_at.is_none() && !ui.may("needs.edit")) {
        return Err(WebError::NotFound);
    }
    Ok(found)
}

/// GET /surveys/{survey}
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadNeeds>, Path(id): Path<SurveyId>) -> Answer {
    let t = ui.t;
    let survey = readable(&ui, &db, &permit, id).await?;
    let rows = items(&mut db.read().await?, id).await?;
    let page = OnePage {
        t,
        crumbs: Crumbs::to(t, survey.title.clone()).by("/surveys", t.get("surveys-title")),
        stage: survey.stage(db.today()),
        edits: ui.may("needs.edit") && survey.sent_at.is_none(),
        may_copy: ui.may("needs.edit"),
        may_withdraw: ui.may("needs.edit") && survey.may_be_withdrawn(db.today()),
        kinds: KINDS,
        items: rows.iter().map(ItemRow::item).collect(),
        survey,
    };
    ui.page(&page.survey.title, &page)
}

/// The title of a copy, no longer than a title may be.
fn copied(t: T, title: &str) -> String {
    t.arg("surveys-copy-of", "title", title.to_owned()).chars().take(TITLE_MOST).collect()
}

/// POST /surveys/{survey}/copy
pub(super) async fn post_copy(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<SurveyId>,
) -> Answer {
    let title = survey(&mut db.read().await?, &permit.actor, id).await?.ok_or(WebError::NotFound)?.title;
    let copy = copy_survey(&db, &permit, id, &copied(ui.t, &title)).await?;
    Ok(ui.see_with(&format!("/surveys/{copy}"), "surveys-copied", &[]))
}

/// An item as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    kind: String,
    text: String,
    required: String,
    choices: String,
    most: String,
    /// The edition that the form was made from.
    seen: String,
}

impl Typed {
    fn of(row: &ItemRow) -> Self {
        let item = row.item();
        Self {
            kind: item.kind,
            text: item.text,
            required: if item.is_required { "1".to_owned() } else { String::new() },
            choices: item.choices.join("\n"),
            most: item.most.to_string(),
            seen: row.edition.to_string(),
        }
    }

    fn has_choices(&self) -> bool {
        matches!(self.kind.as_str(), "one" | "several")
    }

    fn read(&self, t: T, errors: &mut Errors) -> Option<ItemDraft> {
        let kind = errors.choice(t, "kind", "surveys-kind", &self.kind, &KINDS).to_owned();
        let label = if kind == "section" { "surveys-heading" } else { "surveys-question" };
        let text = errors.line(t, "text", label, &self.text, QUESTION_MOST);
        let choices = if self.has_choices() { read_choices(&self.choices, errors) } else { Vec::new() };
        let most = match kind.as_str() {
            "scale" => errors.whole(t, "most", "surveys-most", &self.most, &(2..=SCALE_MOST)).unwrap_or(0),
            _ => 0,
        };
        let is_required = kind != "section" && !self.required.is_empty();
        Some(ItemDraft { kind, text, is_required, choices, most }).filter(|_| errors.is_empty())
    }
}

/// Choices, one a line.
fn read_choices(typed: &str, errors: &mut Errors) -> Vec<String> {
    let mut choices: Vec<String> = Vec::new();
    for line in typed.lines().filter(|line| !line.trim().is_empty()) {
        match kernel::text::line(line, CHOICE_MOST) {
            Ok(choice) if choices.iter().any(|c| kernel::text::fold(c) == kernel::text::fold(&choice)) => {
                errors.add_with("choices", "surveys-choice-twice", vec![("choice", choice.into())]);
            }
            Ok(choice) => choices.push(choice),
            Err(_) => errors.add_with("choices", "surveys-choice-wrong", vec![("most", CHOICE_MOST.into())]),
        }
    }
    if !(2..=CHOICES_MOST).contains(&choices.len()) {
        errors.add_with("choices", "surveys-choices-range", vec![("most", CHOICES_MOST.into())]);
    }
    choices
}

#[derive(askama::Template)]
#[template(path = "needs/survey/item.html")]
struct ItemPage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    action: String,
    survey: SurveyId,
    kind: &'a str,
    seen: Option<&'a str>,
    required: bool,
    fields: Vec<Field<'a>>,
}

fn form(
    ui: &Ui,
    survey: &Survey,
    item: Option<QuestionId>,
    typed: &Typed,
    errors: &Errors,
    overtaken: Option<Overtaken>,
) -> Answer {
    let t = ui.t;
    let label = if typed.kind == "section" { "surveys-heading" } else { "surveys-question" };
    let mut fields = vec![Field::new(t, errors, "text", label, &typed.text).required().class("wide")];
    if typed.has_choices() {
        let field = Field::new(t, errors, "choices", "surveys-choices", &typed.choices).kind("textarea");
        fields.push(field.required().class("wide").hint("surveys-choices-hint"));
    }
    if typed.kind == "scale" {
        let field = Field::new(t, errors, "most", "surveys-most", &typed.most).kind("number");
        fields.push(field.required().class("short").hint("surveys-most-hint"));
    }
    let id = survey.id;
    let heading = t.get(format!("surveys-kind-{}", typed.kind)).into_owned();
    let page = ItemPage {
        t,
        crumbs: Crumbs::to(t, heading.clone())
            .by("/surveys", t.get("surveys-title"))
            .by(format!("/surveys/{id}"), survey.title.clone()),
        wrong: Wrong::of(t, errors),
        action: item.map_or_else(|| format!("/surveys/{id}/items"), |item| format!("/surveys/{id}/items/{item}")),
        survey: id,
        kind: &typed.kind,
        seen: item.map(|_| typed.seen.as_str()),
        required: !typed.required.is_empty(),
        fields,
        heading,
        overtaken,
    };
    ui.page_with(Overtaken::status(page.overtaken.as_ref(), errors), &page.heading, &page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
}

/// GET /surveys/{survey}/items/new: `kind` says what.
pub(super) async fn get_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<SurveyId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let survey = editable(&db, &permit.actor, id).await?;
    let kind = KINDS.into_iter().find(|kind| *kind == asked.kind).unwrap_or("scale").to_owned();
    let typed = Typed { kind, required: "1".to_owned(), most: "5".to_owned(), ..Typed::default() };
    form(&ui, &survey, None, &typed, &Errors::new(), None)
}

/// POST /surveys/{survey}/items
pub(super) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(id): Path<SurveyId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let survey = editable(&db, &permit.actor, id).await?;
    let mut errors = Errors::new();
    if let Some(draft) = typed.read(ui.t, &mut errors) {
        match add_items(&db, &permit, id, &[draft]).await {
            Ok(()) => return Ok(ui.see_with(&format!("/surveys/{id}"), "surveys-item-added", &[])),
            Err(SurveyError::LevelsOfNobody) => errors.add("", "surveys-levels-of-nobody"),
            Err(error) => return Err(error.into()),
        }
    }
    if !KINDS.contains(&typed.kind.as_str()) {
        return Err(WebError::BadRequest);
    }
    form(&ui, &survey, None, &typed, &errors, None)
}

async fn row(db: &Db, id: SurveyId, item: QuestionId) -> Result<ItemRow, WebError> {
    items(&mut db.read().await?, id).await?.into_iter().find(|row| row.id == item).ok_or(WebError::NotFound)
}

/// GET /surveys/{survey}/items/{item}
pub(super) async fn get_item(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path((id, item)): Path<(SurveyId, QuestionId)>,
) -> Answer {
    let survey = editable(&db, &permit.actor, id).await?;
    form(&ui, &survey, Some(item), &Typed::of(&row(&db, id, item).await?), &Errors::new(), None)
}

/// POST /surveys/{survey}/items/{item}
pub(super) async fn post_item(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path((id, item)): Path<(SurveyId, QuestionId)>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    let survey = editable(&db, &permit.actor, id).await?;
    typed.kind = row(&db, id, item).await?.kind;
    let mut errors = Errors::new();
    if let Some(draft) = typed.read(ui.t, &mut errors) {
        match change_item(&db, &permit, id, item, &draft, typed.seen.parse().unwrap_or(0)).await {
            Ok(()) => return Ok(ui.see_with(&format!("/surveys/{id}"), "surveys-saved", &[])),
            Err(SurveyError::Overtaken) => {
                let row = row(&db, id, item).await?;
                typed.seen = row.edition.to_string();
                let now = ItemDraft::of(&row);
                let overtaken = Overtaken::by(ui.t, row.changed_by.as_deref(), row.changed_at)
                    .differs("surveys-question", &now.text, &draft.text)
                    .differs("surveys-choices", now.choices.join("; "), draft.choices.join("; "))
                    .differs("surveys-most", now.most.to_string(), draft.most.to_string())
                    .differs("surveys-required", told(ui.t, now.is_required), told(ui.t, draft.is_required));
                return form(&ui, &survey, Some(item), &typed, &errors, Some(overtaken));
            }
            Err(error) => return Err(error.into()),
        }
    }
    form(&ui, &survey, Some(item), &typed, &errors, None)
}

fn told(t: T, required: bool) -> String {
    t.get(if required { "surveys-yes" } else { "surveys-no" }).into_owned()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct To {
    to: String,
}

/// POST /surveys/{survey}/items/{item}/place: field `to`, `up` or `down`.
pub(super) async fn post_place(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path((id, item)): Path<(SurveyId, QuestionId)>,
    Form(to): Form<To>,
) -> Answer {
    let up = match to.to.as_str() {
        "up" => true,
        "down" => false,
        _ => return Err(WebError::BadRequest),
    };
    move_item(&db, &permit, id, item, up).await?;
    Ok(ui.see(&format!("/surveys/{id}#item-{item}")))
}

/// POST /surveys/{survey}/items/{item}/removal
pub(super) async fn post_removal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path((id, item)): Path<(SurveyId, QuestionId)>,
) -> Answer {
    remove_item(&db, &permit, id, item).await?;
    Ok(ui.see_with(&format!("/surveys/{id}"), "surveys-item-removed", &[]))
}
