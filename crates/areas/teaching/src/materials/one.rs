//! The page of a material: what it shows, its versions, what colleagues say, which topics it serves.

use ::store::{Conn, Db};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use documents::reading::{Family, Format};
use kernel::{MaterialId, Right};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Query, Streamed, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Select, Wrong},
};

use super::{
    ReadMaterials, ReviewMaterials, WriteMaterials,
    actions::{MaterialError, add_version, review, serve_topic},
    edit::{brought, material, topic_choices, topic_ref},
    model::{NOTE_MOST, REVIEW_MOST, Verdict, standing},
    store::{self, Material, Review, Text, Topic, Version, reviews, served, topics, versions},
};
use crate::{
    files::{self, Delivery, FileField, Received, deliver, size},
    scheme,
};

/// Characters of a text that the page shows; the whole is in the file.
const SHOWN: usize = 20_000;

struct VersionLine {
    version: Version,
    size: String,
    standing: (&'static str, &'static str),
}

/// How the newest version is shown.
enum Preview {
    Pdf,
    Image,
    Video,
    Audio,
    /// Paragraphs, and whether there are more.
    Text(Vec<String>, bool),
    /// Message key: it is not read yet, or cannot be.
    Words(&'static str),
    Link(String),
}

/// What somebody typed into one of the page's forms.
#[derive(Default)]
struct Typed {
    note: String,
    address: String,
    body: String,
}

#[derive(askama::Template)]
#[template(path = "materials/one.html")]
struct OnePage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    material: Material,
    standing: (&'static str, &'static str),
    newest: i64,
    file: String,
    file_name: String,
    preview: Preview,
    versions: Vec<VersionLine>,
    reviews: Vec<Review>,
    served: Vec<Topic>,
    writes: bool,
    /// The forms of a new version.
    upload: Option<FileField>,
    note: Field<'a>,
    address: Field<'a>,
    version_open: bool,
    /// The forms of a review.
    body: Field<'a>,
    reviews_open: bool,
    decides: bool,
    topic: Option<Select<'a>>,
}

fn preview(newest: &Version, text: Option<Text>) -> Preview {
    if let Some(address) = &newest.address {
        return Preview::Link(address.clone());
    }
    match Format::of_code(&newest.format).map(Format::family) {
        Some(Family::Pdf) => Preview::Pdf,
        Some(Family::Image) => Preview::Image,
        Some(Family::Video) => Preview::Video,
        Some(Family::Audio) => Preview::Audio,
        _ => match text {
            None => Preview::Words("materials-text-waiting"),
            Some(text) => match text.outcome.as_str() {
                "read" => {
                    let shown: String = text.body.chars().take(SHOWN).collect();
                    let more = shown.len() < text.body.len();
                    let lines = shown.lines().map(str::trim).filter(|line| !line.is_empty());
                    Preview::Text(lines.map(str::to_owned).collect(), more)
                }
                "too_large" => Preview::Words("materials-text-too-large"),
                "too_slow" => Preview::Words("materials-text-too-slow"),
                "broken" => Preview::Words("materials-text-broken"),
                _ => Preview::Words("materials-text-empty"),
            },
        },
    }
}

async fn page(ui: &Ui, db: &Db, id: MaterialId, typed: &Typed, form: &Received, errors: &Errors) -> Answer {
    let t = ui.t;
    let actor = ui.actor.as_ref().ok_or(WebError::SignInNeeded)?;
    let mut conn: Conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?;
    let material = store::one(&mut conn, scheme.id, id).await?.ok_or(WebError::NotFound)?;
    let known = versions(&mut conn, id).await?;
    let newest = known.first().ok_or(WebError::NotFound)?;
    let text = match &newest.sha256 {
        Some(sha256) => store::text(&mut conn, sha256).await?,
        None => None,
    };
    let (reviews, served) = (reviews(&mut conn, id).await?, served(&mut conn, id).await?);
    let writes = ui.may(WriteMaterials::NAME);
    let choices: Vec<Choice> = if writes {
        let all = topics(&mut conn, scheme.id).await?;
        let open =
            |x: &Topic| !served.iter().any(|s| (s.programme_id, &s.topic_code) == (x.programme_id, &x.topic_code));
        topic_choices(&all.into_iter().filter(open).collect::<Vec<_>>())
    } else {
        Vec::new()
    };
    drop(conn);
    let upload = if writes {
        let sender = Permit::check(actor)?;
        Some(FileField::new(db, &sender, t, "materials-file", errors.at(t, "file"), form.upload).await?)
    } else {
        None
    };
    let at_version = ["file", "note", "address"].iter().any(|field| errors.at(t, field).is_some());
    let page = OnePage {
        t,
        crumbs: Crumbs::to(t, material.title.clone()).by("/materials", t.get("materials-title")),
        wrong: Wrong::of(t, errors),
        standing: standing(newest.verdict),
        newest: newest.number,
        file: format!("/materials/{id}/versions/{}/file", newest.number),
        file_name: newest.file_name.clone(),
        preview: preview(newest, text),
        reviews,
        writes,
        upload,
        note: Field::new(t, errors, "note", "materials-note", &typed.note).class("wide"),
        address: Field::new(t, errors, "address", "materials-address", &typed.address)
            .kind("url")
            .hint("materials-address-hint")
            .class("wide"),
        version_open: at_version,
        body: Field::new(t, errors, "body", "materials-review-body", &typed.body).kind("textarea").class("wide"),
        reviews_open: ui.may(ReviewMaterials::NAME),
        decides: Verdict::Approved.open_to(actor.account, material.author_id, newest.by_id),
        topic: (!choices.is_empty())
            .then(|| Select::new(t, errors, "topic", "materials-topic", "", &choices).class("grow")),
        served,
        versions: known
            .iter()
            .map(|v| VersionLine { size: size(t, v.size), standing: standing(v.verdict), version: v.clone() })
            .collect(),
        material,
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, &page.material.title, &page)
}

/// GET /materials/{material}
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    _permit: Permit<ReadMaterials>,
    Path(id): Path<MaterialId>,
) -> Answer {
    page(&ui, &db, id, &Typed::default(), &Received::default(), &Errors::new()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    save: String,
}

/// GET /materials/{material}/versions/{number}/file
pub(super) async fn get_file(
    State(db): State<Db>,
    permit: Permit<ReadMaterials>,
    Path((id, number)): Path<(MaterialId, i64)>,
    Query(saved): Query<Saved>,
    headers: HeaderMap,
) -> Answer {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(WebError::NotFound)?;
    store::one(&mut conn, scheme.id, id).await?.ok_or(WebError::NotFound)?;
    let version = versions(&mut conn, id).await?.into_iter().find(|v| v.number == number).ok_or(WebError::NotFound)?;
    drop(conn);
    let sha256 = version.sha256.as_deref().ok_or(WebError::NotFound)?;
    let file = Delivery {
        sha256,
        size: version.size,
        name: &version.file_name,
        format: &version.format,
        save: !saved.save.is_empty(),
    };
    deliver(&db, &headers, &file).await
}

/// POST /materials/{material}/versions
pub(super) async fn post_version(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<WriteMaterials>,
    Path(id): Path<MaterialId>,
    form: Streamed,
) -> Answer {
    let t = ui.t;
    // a file for somebody else's material is not taken in
    material(&db, &permit.actor, id).await?;
    let mut form = files::receive(&db, &Permit::check(&permit.actor)?, form).await?;
    let typed =
        Typed { note: form.get("note").to_owned(), address: form.get("address").to_owned(), ..Typed::default() };
    let mut errors = Errors::new();
    let note = errors.line_or_empty(t, "note", "materials-note", &typed.note, NOTE_MOST);
    let seen = form.get("seen").parse().unwrap_or(0);
    let brought = if errors.is_empty() || form.upload.is_none() {
        brought(t, &db, &permit.actor, &mut form, &mut errors).await?
    } else {
        None
    };
    if let Some(brought) = brought.filter(|_| errors.is_empty()) {
        match add_version(&db, &permit, id, &brought, &note, seen).await {
            Ok(number) => {
                let told = [("number", number.to_string())];
                return Ok(ui.see_with(&format!("/materials/{id}"), "materials-version-added", &told));
            }
            Err(MaterialError::Same) => errors.add("file", "materials-same"),
            Err(MaterialError::Newer(number)) => {
                errors.add_with("file", "materials-newer", vec![("number", number.into())]);
            }
            Err(MaterialError::File(error)) => {
                let (key, args) = files::told(t, error)?;
                errors.add_with("file", key, args);
            }
            Err(error) => return Err(error.into()),
        }
    }
    page(&ui, &db, id, &typed, &form, &errors).await
}

/// A review as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    verdict: String,
    body: String,
    seen: String,
}

/// POST /materials/{material}/reviews
pub(super) async fn post_review(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReviewMaterials>,
    Path(id): Path<MaterialId>,
    Form(said): Form<Said>,
) -> Answer {
    let t = ui.t;
    let mut errors = Errors::new();
    let verdict = Verdict::of_code(&said.verdict);
    if verdict.is_none() {
        errors.add("body", "materials-verdict-unknown");
    }
    let body = match said.body.trim() {
        "" if verdict.is_some_and(Verdict::needs_words) => {
            errors.add("body", "materials-review-empty");
            String::new()
        }
        "" => String::new(),
        body => errors.line(t, "body", "materials-review-body", body, REVIEW_MOST),
    };
    if let Some(verdict) = verdict.filter(|_| errors.is_empty()) {
        match review(&db, &permit, id, said.seen.parse().unwrap_or(0), verdict, &body).await {
            Ok(()) => {
                let key = format!("materials-reviewed-{}", verdict.code());
                return Ok(ui.see_with(&format!("/materials/{id}"), &key, &[]));
            }
            Err(MaterialError::Newer(number)) => {
                errors.add_with("body", "materials-newer", vec![("number", number.into())]);
            }
            Err(MaterialError::Own) => errors.add("body", "materials-own"),
            Err(error) => return Err(error.into()),
        }
    }
    let typed = Typed { body: said.body, ..Typed::default() };
    page(&ui, &db, id, &typed, &Received::default(), &errors).await
}

/// A topic as chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    topic: String,
}

async fn set_topic(
    ui: &Ui,
    db: &Db,
    permit: &Permit<WriteMaterials>,
    id: MaterialId,
    chosen: &Chosen,
    serves: bool,
) -> Answer {
    let mut errors = Errors::new();
    let done = match topic_ref(&chosen.topic) {
        Some(topic) => serve_topic(db, permit, id, &topic, serves).await,
        None => Err(MaterialError::NoTopic),
    };
    match done {
        Ok(()) => return Ok(ui.see(&format!("/materials/{id}"))),
        Err(MaterialError::NoTopic) => errors.add("topic", "materials-topic-unknown"),
        Err(error) => return Err(error.into()),
    }
    page(ui, db, id, &Typed::default(), &Received::default(), &errors).await
}

/// POST /materials/{material}/topics
pub(super) async fn post_topic(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<WriteMaterials>,
    Path(id): Path<MaterialId>,
    Form(chosen): Form<Chosen>,
) -> Answer {
    set_topic(&ui, &db, &permit, id, &chosen, true).await
}

/// POST /materials/{material}/topics/removal
pub(super) async fn post_topic_removal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<WriteMaterials>,
    Path(id): Path<MaterialId>,
    Form(chosen): Form<Chosen>,
) -> Answer {
    set_topic(&ui, &db, &permit, id, &chosen, false).await
}
