//! The register of legal documents as pages: the list, adding, replacing, ending.

use ::store::Db;
use axum::extract::State;
use chrono::NaiveDate;
use kernel::{Actor, Right};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Query, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::ReadFreshness;
use crate::scheme::{
    self, EditLegal, LEGAL_KINDS, LegalDocument, LegalDraft, LegalError, legal_documents, number_key, references,
    save_legal,
};

/// Most characters of a number, an issuer, a title.
const NUMBER_MOST: usize = 40;
const ISSUER_MOST: usize = 120;
const TITLE_MOST: usize = 400;

struct Row {
    document: LegalDocument,
    ended: bool,
}

#[derive(askama::Template)]
#[template(path = "freshness/legal.html")]
struct ListPage {
    t: T,
    crumbs: Crumbs,
    rows: Vec<Row>,
    edits: bool,
}

/// GET /legal
pub(super) async fn list(ui: Ui, State(db): State<Db>, permit: Permit<ReadFreshness>) -> Answer {
    let t = ui.t;
    let today = db.today();
    let mut conn = db.read().await?;
    let all = match scheme::of(&mut conn, &permit.actor).await? {
        Some(scheme) => legal_documents(&mut conn, scheme.id).await?,
        None => Vec::new(),
    };
    let rows = all.into_iter().map(|document| Row { ended: document.ended(today), document }).collect();
    let crumbs = Crumbs::to(t, t.get("freshness-register")).by("/freshness", t.get("freshness-title"));
    ui.page(t.get("freshness-register"), &ListPage { t, crumbs, rows, edits: ui.may(EditLegal::NAME) })
}

/// A document as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    number: String,
    issued_on: String,
    issuer: String,
    kind: String,
    title: String,
    note: String,
    valid_from: String,
    ended_on: String,
    replaced_by: String,
    seen: String,
}

impl Typed {
    fn of(d: &LegalDocument) -> Self {
        let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        Self {
            number: d.number.clone(),
            issued_on: day(d.issued_on),
            issuer: d.issuer.clone(),
            kind: d.kind.clone(),
            title: d.title.clone(),
            note: d.note.clone(),
            valid_from: day(d.valid_from),
            ended_on: day(d.ended_on),
            replaced_by: d.replaced_by.clone(),
            seen: d.edition.to_string(),
        }
    }

    fn read(&self, t: T, errors: &mut Errors) -> LegalDraft {
        let number = match self.number.trim() {
            "" => String::new(),
            typed => {
                let number = errors.line(t, "number", "freshness-number", typed, NUMBER_MOST);
                if !number.is_empty() && references(&number).len() != 1 {
                    errors.add("number", "freshness-number-unread");
                }
                number
            }
        };
        let replaced_by =
            errors.line_or_empty(t, "replaced_by", "freshness-replaced-by", &self.replaced_by, NUMBER_MOST);
        if !replaced_by.is_empty() && number_key(&replaced_by) == number_key(&number) {
            errors.add("replaced_by", "freshness-replaced-itself");
        }
        let issued_on = errors.day_or_empty(t, "issued_on", "freshness-issued", &self.issued_on);
        let valid_from = errors.day_or_empty(t, "valid_from", "freshness-valid-from", &self.valid_from);
        let ended_on = errors.day_or_empty(t, "ended_on", "freshness-ended-on", &self.ended_on);
        let first = valid_from.or(issued_on);
        if let (Some(first), Some(last)) = (first, ended_on)
            && last < first
        {
            errors.add("ended_on", "freshness-days-order");
        }
        if ended_on.is_none() && !replaced_by.is_empty() {
            errors.add("ended_on", "freshness-ended-missing");
        }
        let note = errors.line_or_empty(t, "note", "freshness-note", &self.note, TITLE_MOST);
        LegalDraft {
            number,
            issued_on,
            issuer: errors.line(t, "issuer", "freshness-issuer", &self.issuer, ISSUER_MOST),
            kind: errors.choice(t, "kind", "freshness-kind", &self.kind, &LEGAL_KINDS).to_owned(),
            title: errors.line(t, "title", "freshness-about", &self.title, TITLE_MOST),
            note,
            valid_from,
            ended_on,
            replaced_by,
        }
    }
}

#[derive(askama::Template)]
#[template(path = "freshness/document.html")]
struct DocumentPage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    action: String,
    seen: Option<&'a str>,
    kind: Select<'a>,
    first: Vec<Field<'a>>,
    rest: Vec<Field<'a>>,
}

fn form(ui: &Ui, place: Option<i64>, typed: &Typed, errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let heading = t.get(if place.is_some() { "freshness-change" } else { "freshness-add" }).into_owned();
    let kinds: Vec<Choice> =
        LEGAL_KINDS.iter().map(|k| Choice::new(*k, t.get(format!("freshness-kind-{k}")))).collect();
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = DocumentPage {
        t,
        crumbs: Crumbs::to(t, heading.clone())
            .by("/freshness", t.get("freshness-title"))
            .by("/legal", t.get("freshness-register")),
        wrong: Wrong::of(t, errors),
        overtaken,
        action: place.map_or_else(|| "/legal".to_owned(), |place| format!("/legal/{place}")),
        seen: place.map(|_| typed.seen.as_str()),
        kind: Select::new(t, errors, "kind", "freshness-kind", &typed.kind, &kinds),
        first: vec![Field::new(t, errors, "number", "freshness-number", &typed.number).hint("freshness-number-hint")],
        rest: vec![
            Field::new(t, errors, "title", "freshness-about", &typed.title).required().class("wide"),
            Field::new(t, errors, "issuer", "freshness-issuer", &typed.issuer).required(),
            Field::new(t, errors, "issued_on", "freshness-issued", &typed.issued_on).kind("date"),
            Field::new(t, errors, "valid_from", "freshness-valid-from", &typed.valid_from).kind("date"),
            Field::new(t, errors, "ended_on", "freshness-ended-on", &typed.ended_on)
                .kind("date")
                .hint("freshness-ended-on-hint"),
            Field::new(t, errors, "replaced_by", "freshness-replaced-by", &typed.replaced_by),
            Field::new(t, errors, "note", "freshness-note", &typed.note).class("wide"),
        ],
        heading,
    };
    ui.page_with(status, &page.heading, &page)
}

/// GET /legal/new
pub(super) async fn get_new(ui: Ui, _permit: Permit<EditLegal>, Query(mut typed): Query<Typed>) -> Answer {
    if typed.kind.is_empty() {
        typed.kind = "nghi_dinh".to_owned();
    }
    form(&ui, None, &typed, &Errors::new(), None)
}

/// POST /legal
pub(super) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditLegal>,
    Form(typed): Form<Typed>,
) -> Answer {
    save(&ui, &db, &permit, None, typed).await
}

async fn document(db: &Db, actor: &Actor, place: i64) -> Result<LegalDocument, WebError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?;
    legal_documents(&mut conn, scheme.id).await?.into_iter().find(|d| d.place == place).ok_or(WebError::NotFound)
}

/// GET /legal/{place}
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<EditLegal>, Path(place): Path<i64>) -> Answer {
    form(&ui, Some(place), &Typed::of(&document(&db, &permit.actor, place).await?), &Errors::new(), None)
}

/// POST /legal/{place}
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditLegal>,
    Path(place): Path<i64>,
    Form(typed): Form<Typed>,
) -> Answer {
    document(&db, &permit.actor, place).await?;
    save(&ui, &db, &permit, Some(place), typed).await
}

async fn save(ui: &Ui, db: &Db, permit: &Permit<EditLegal>, place: Option<i64>, mut typed: Typed) -> Answer {
    let t = ui.t;
    let mut errors = Errors::new();
    let draft = typed.read(t, &mut errors);
    if errors.is_empty() {
        let known = place.map(|place| (place, typed.seen.parse().unwrap_or(0)));
        match save_legal(db, permit, known, &draft).await {
            Ok(_) => return Ok(ui.see_with("/legal", "freshness-saved", &[("title", draft.title)])),
            Err(LegalError::NotFound) => return Err(WebError::NotFound),
            Err(LegalError::Store(error)) => return Err(error.into()),
            Err(LegalError::Taken) => errors.add("number", "freshness-number-taken"),
            Err(LegalError::Overtaken) => {
                let now = document(db, &permit.actor, place.unwrap_or(0)).await?;
                typed.seen = now.edition.to_string();
                let day = |day: Option<NaiveDate>| day.map_or_else(|| "–".to_owned(), |day| t.date(day));
                let told = Overtaken::by(t, now.changed_by.as_deref(), now.changed_at)
                    .differs("freshness-number", &now.number, &draft.number)
                    .differs("freshness-about", &now.title, &draft.title)
                    .differs("freshness-issuer", &now.issuer, &draft.issuer)
                    .differs("freshness-issued", day(now.issued_on), day(draft.issued_on))
                    .differs("freshness-valid-from", day(now.valid_from), day(draft.valid_from))
                    .differs("freshness-ended-on", day(now.ended_on), day(draft.ended_on))
                    .differs("freshness-replaced-by", &now.replaced_by, &draft.replaced_by)
                    .differs("freshness-note", &now.note, &draft.note);
                return form(ui, place, &typed, &errors, Some(told));
            }
        }
    }
    form(ui, place, &typed, &errors, None)
}
