//! The form of a new material, and of what is said of one that is there.

use ::store::Db;
use axum::extract::State;
use kernel::{Actor, MaterialId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Streamed, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    WriteMaterials,
    actions::{Brought, MaterialDraft, MaterialError, TopicRef, add_material, change_material},
    model::{KINDS, LICENCES, SOURCE_MOST, TITLE_MOST, web_address},
    store::{self, Material, Topic, topics},
};
use crate::{
    files::{self, FileError, FileField, Received},
    scheme,
};

/// A material as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    title: String,
    kind: String,
    source: String,
    licence: String,
    /// The edition that the form was made from.
    seen: String,
    /// Address instead of a file, of a new one.
    address: String,
    /// Topic that a new one serves.
    topic: String,
}

impl Typed {
    fn fresh(topic: &str) -> Self {
        Self { kind: "lesson_plan".to_owned(), licence: "own".to_owned(), topic: topic.to_owned(), ..Self::default() }
    }

    fn of(m: &Material) -> Self {
        Self {
            title: m.title.clone(),
            kind: m.kind.clone(),
            source: m.source.clone(),
            licence: m.licence.clone(),
            seen: m.edition.to_string(),
            ..Self::default()
        }
    }

    pub(super) fn received(form: &Received) -> Self {
        let text = |name: &str| form.get(name).to_owned();
        Self {
            title: text("title"),
            kind: text("kind"),
            source: text("source"),
            licence: text("licence"),
            seen: String::new(),
            address: text("address"),
            topic: text("topic"),
        }
    }

    /// What is said of the material, as far as it is right.
    pub(super) fn read(&self, t: T, errors: &mut Errors) -> MaterialDraft {
        let title = errors.line(t, "title", "materials-name", &self.title, TITLE_MOST);
        let source = errors.line_or_empty(t, "source", "materials-source", &self.source, SOURCE_MOST);
        MaterialDraft {
            title,
            kind: errors.choice(t, "kind", "materials-kind", &self.kind, &KINDS).to_owned(),
            source,
            licence: errors.choice(t, "licence", "materials-licence", &self.licence, &LICENCES).to_owned(),
        }
    }
}

/// Reads `programme:code`.
pub(super) fn topic_ref(typed: &str) -> Option<TopicRef> {
    let (programme, code) = typed.split_once(':')?;
    Some(TopicRef { programme: programme.parse().ok()?, code: code.to_owned() })
}

/// Topics as choices of a form.
pub(super) fn topic_choices(topics: &[Topic]) -> Vec<Choice> {
    let choice = |x: &Topic| {
        Choice::new(format!("{}:{}", x.programme_id, x.topic_code), format!("{} · {}", x.programme_name, x.title))
    };
    topics.iter().map(choice).collect()
}

pub(super) struct Lists {
    pub kinds: Vec<Choice>,
    pub licences: Vec<Choice>,
}

impl Lists {
    pub(super) fn new(t: T) -> Self {
        let list = |codes: &[&str], what: &str| {
            codes.iter().map(|c| Choice::new(*c, t.get(format!("materials-{what}-{c}")))).collect()
        };
        Self { kinds: list(&KINDS, "kind"), licences: list(&LICENCES, "licence") }
    }
}

#[derive(askama::Template)]
#[template(path = "materials/edit.html")]
struct EditPage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    action: String,
    back: String,
    /// Of a material that is there already.
    seen: Option<&'a str>,
    file: Option<FileField>,
    title: Field<'a>,
    kind: Select<'a>,
    source: Field<'a>,
    licence: Select<'a>,
    address: Option<Field<'a>>,
    topic: Option<Select<'a>>,
}

fn crumbs(t: T, here: impl Into<String>) -> Crumbs {
    Crumbs::to(t, here).by("/materials", t.get("materials-title"))
}

/// The form of a new material; what was sent already is kept.
async fn new_form(
    ui: &Ui,
    db: &Db,
    permit: &Permit<WriteMaterials>,
    typed: &Typed,
    form: &Received,
    errors: &Errors,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(WebError::NotFound)?;
    let choices = topic_choices(&topics(&mut conn, scheme.id).await?);
    drop(conn);
    let lists = Lists::new(t);
    let sender = Permit::check(&permit.actor)?;
    let file = FileField::new(db, &sender, t, "materials-file", errors.at(t, "file"), form.upload).await?;
    let heading = t.get("materials-add").into_owned();
    let page = EditPage {
        t,
        crumbs: crumbs(t, heading.clone()),
        wrong: Wrong::of(t, errors),
        overtaken: None,
        action: "/materials".to_owned(),
        back: "/materials".to_owned(),
        seen: None,
        file: Some(file),
        title: title(t, errors, typed),
        kind: Select::new(t, errors, "kind", "materials-kind", &typed.kind, &lists.kinds),
        source: source(t, errors, typed),
        licence: Select::new(t, errors, "licence", "materials-licence", &typed.licence, &lists.licences),
        address: Some(
            Field::new(t, errors, "address", "materials-address", &typed.address)
                .kind("url")
                .hint("materials-address-hint")
                .class("wide"),
        ),
        topic: Some(
            Select::new(t, errors, "topic", "materials-topic", &typed.topic, &choices)
                .or_empty("materials-topic-none")
                .class("wide"),
        ),
        heading,
    };
    ui.page_with(Overtaken::status(None, errors), &page.heading, &page)
}

fn title<'a>(t: T, errors: &Errors, typed: &'a Typed) -> Field<'a> {
    Field::new(t, errors, "title", "materials-name", &typed.title).required().class("wide")
}

fn source<'a>(t: T, errors: &Errors, typed: &'a Typed) -> Field<'a> {
    Field::new(t, errors, "source", "materials-source", &typed.source).hint("materials-source-hint").class("wide")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct For {
    topic: String,
}

/// GET /materials/new
pub(super) async fn get_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<WriteMaterials>,
    web::Query(wanted): web::Query<For>,
) -> Answer {
    new_form(&ui, &db, &permit, &Typed::fresh(&wanted.topic), &Received::default(), &Errors::new()).await
}

/// What a form brings: a file that was sent, or an address. What is wrong is noted at its field.
pub(super) async fn brought(
    t: T,
    db: &Db,
    actor: &Actor,
    form: &mut Received,
    errors: &mut Errors,
) -> Result<Option<Brought>, WebError> {
    if let Some(error) = form.refused.take() {
        form.upload = None;
        let (key, args) = files::told(t, error)?;
        errors.add_with("file", key, args);
        return Ok(None);
    }
    if let Some(upload) = form.upload {
        match files::take_in(db, actor, upload).await {
            Ok(file) => return Ok(Some(Brought::File(file, Some(upload)))),
            Err(error) => {
                form.upload = None;
                let (key, args) = files::told(t, error)?;
                errors.add_with("file", key, args);
                return Ok(None);
            }
        }
    }
    match form.get("address").trim() {
        "" => errors.add("file", "materials-nothing"),
        typed => match web_address(typed) {
            Some(address) => return Ok(Some(Brought::Link(address))),
            None => errors.add("address", "materials-address-wrong"),
        },
    }
    Ok(None)
}

/// POST /materials
pub(super) async fn post_new(ui: Ui, State(db): State<Db>, permit: Permit<WriteMaterials>, form: Streamed) -> Answer {
    let t = ui.t;
    let mut form = files::receive(&db, &Permit::check(&permit.actor)?, form).await?;
    let typed = Typed::received(&form);
    let mut errors = Errors::new();
    let draft = typed.read(t, &mut errors);
    let topic = topic_ref(&typed.topic);
    if topic.is_none() && !typed.topic.is_empty() {
        errors.add("topic", "materials-topic-unknown");
    }
    // a large file is looked at only once everything else is right
    let brought = if errors.is_empty() || form.upload.is_none() {
        brought(t, &db, &permit.actor, &mut form, &mut errors).await?
    } else {
        None
    };
    if let Some(brought) = brought.filter(|_| errors.is_empty()) {
        let serves: Vec<TopicRef> = topic.into_iter().collect();
        match add_material(&db, &permit, &draft, &brought, &serves).await {
            Ok(id) => {
                return Ok(ui.see_with(&format!("/materials/{id}"), "materials-added", &[("title", draft.title)]));
            }
            Err(MaterialError::NoTopic) => errors.add("topic", "materials-topic-unknown"),
            Err(MaterialError::File(error)) => {
                let (key, args) = files::told(t, error)?;
                errors.add_with("file", key, args);
            }
            Err(error) => return Err(error.into()),
        }
    }
    new_form(&ui, &db, &permit, &typed, &form, &errors).await
}

impl From<MaterialError> for WebError {
    fn from(error: MaterialError) -> Self {
        match error {
            MaterialError::Store(error) | MaterialError::File(FileError::Store(error)) => error.into(),
            MaterialError::NotFound | MaterialError::NoTopic => Self::NotFound,
            MaterialError::Same => Self::refused("materials-same"),
            MaterialError::Newer(number) => Self::refused_with("materials-newer", [("number", number.into())]),
            MaterialError::Own => Self::refused("materials-own"),
            MaterialError::Overtaken => Self::refused("materials-overtaken"),
            MaterialError::File(_) => Self::refused("files-lost"),
        }
    }
}

pub(super) async fn material(db: &Db, actor: &Actor, id: MaterialId) -> Result<Material, WebError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?;
    store::one(&mut conn, scheme.id, id).await?.ok_or(WebError::NotFound)
}

fn form(ui: &Ui, id: MaterialId, typed: &Typed, errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let lists = Lists::new(t);
    let heading = t.get("materials-change").into_owned();
    let back = format!("/materials/{id}");
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = EditPage {
        t,
        crumbs: crumbs(t, heading.clone()),
        wrong: Wrong::of(t, errors),
        overtaken,
        action: format!("{back}/change"),
        back,
        seen: Some(&typed.seen),
        file: None,
        title: title(t, errors, typed),
        kind: Select::new(t, errors, "kind", "materials-kind", &typed.kind, &lists.kinds),
        source: source(t, errors, typed),
        licence: Select::new(t, errors, "licence", "materials-licence", &typed.licence, &lists.licences),
        address: None,
        topic: None,
        heading,
    };
    ui.page_with(status, &page.heading, &page)
}

/// GET /materials/{material}/change
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<WriteMaterials>,
    Path(id): Path<MaterialId>,
) -> Answer {
    form(&ui, id, &Typed::of(&material(&db, &permit.actor, id).await?), &Errors::new(), None)
}

/// POST /materials/{material}/change
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<WriteMaterials>,
    Path(id): Path<MaterialId>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    let t = ui.t;
    material(&db, &permit.actor, id).await?;
    let mut errors = Errors::new();
    let draft = typed.read(t, &mut errors);
    if errors.is_empty() {
        match change_material(&db, &permit, id, &draft, typed.seen.parse().unwrap_or(0)).await {
            Ok(()) => {
                return Ok(ui.see_with(&format!("/materials/{id}"), "materials-changed", &[("title", draft.title)]));
            }
            Err(MaterialError::Overtaken) => {
                let now = material(&db, &permit.actor, id).await?;
                typed.seen = now.edition.to_string();
                let word = |what: &str, code: &str| t.get(format!("materials-{what}-{code}"));
                let told = Overtaken::by(t, now.changed_by.as_deref(), now.changed_at)
                    .differs("materials-name", &now.title, &draft.title)
                    .differs("materials-kind", word("kind", &now.kind), word("kind", &draft.kind))
                    .differs("materials-source", &now.source, &draft.source)
                    .differs("materials-licence", word("licence", &now.licence), word("licence", &draft.licence));
                return form(&ui, id, &typed, &errors, Some(told));
            }
            Err(error) => return Err(error.into()),
        }
    }
    form(&ui, id, &typed, &errors, None)
}
