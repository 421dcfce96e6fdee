//! One's own data: what the register has, who has read its sensitive part, what one has asked.

use ::store::{AuditLine, Db, history_of};
use axum::{extract::State, response::IntoResponse};
use chrono::{DateTime, Utc};
use kernel::{Actor, PersonId};
use serde::Deserialize;
use web::{
    Answer, Download, Errors, Form, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
    permit::SignedIn,
};

use super::{
    actions::ask,
    model::KINDS,
    store::{self, Request},
};
use crate::registry::record::{OwnRecord, SENSITIVE_READ, own_record};

/// Most characters of a wish.
const WISH_MOST: usize = 1000;
/// Readings that are looked through, newest first.
const READINGS_MOST: i64 = 500;

/// Somebody who has read the sensitive part.
struct Reading {
    at: DateTime<Utc>,
    who: String,
    purpose: String,
}

#[derive(askama::Template)]
#[template(path = "desk/own.html")]
struct OwnPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    record: OwnRecord,
    readings: Vec<Reading>,
    requests: Vec<Request>,
    kind: Select<'a>,
    wish: Field<'a>,
}

/// A request as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    kind: String,
    wish: String,
}

/// The person behind an account; others have no data of their own here.
fn person(actor: &Actor) -> Result<PersonId, WebError> {
    actor.person.ok_or(WebError::NotFound)
}

fn purpose(t: T, line: &AuditLine) -> String {
    let value: Option<serde_json::Value> = line.after.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let code = value.as_ref().and_then(|value| value.get("purpose")?.as_str()).unwrap_or("inspection");
    t.get(format!("record-purpose-{code}")).into_owned()
}

async fn page(ui: &Ui, db: &Db, actor: &Actor, typed: &Typed, errors: &Errors) -> Answer {
    let t = ui.t;
    let id = person(actor)?;
    let mut conn = db.read().await?;
    let record = own_record(&mut conn, db.vault()?, t, actor, id, db.today()).await?.ok_or(WebError::NotFound)?;
    let lines = history_of(&mut conn, &id.to_string(), READINGS_MOST).await?;
    let requests = store::own(&mut conn, id).await?;
    drop(conn);
    let readings = lines
        .iter()
        .filter(|line| line.action == SENSITIVE_READ)
        .map(|line| Reading { at: line.at, who: line.who.clone(), purpose: purpose(t, line) })
        .collect();
    let kinds: Vec<Choice> = KINDS.iter().map(|kind| Choice::new(*kind, t.get(format!("desk-kind-{kind}")))).collect();
    let body = OwnPage {
        t,
        crumbs: Crumbs::to(t, t.get("desk-own")).by("/me", t.get("web-me")),
        wrong: Wrong::of(t, errors),
        record,
        readings,
        requests,
        kind: Select::new(t, errors, "kind", "desk-kind", &typed.kind, &kinds),
        wish: Field::new(t, errors, "wish", "desk-wish", &typed.wish)
            .kind("textarea")
            .required()
            .hint("desk-wish-hint")
            .class("wide"),
    };
    ui.page_with(Overtaken::status(None, errors), t.get("desk-own"), &body)
}

/// GET /me/data
pub(super) async fn get(ui: Ui, State(db): State<Db>, who: SignedIn) -> Answer {
    page(&ui, &db, &who.actor, &Typed::default(), &Errors::new()).await
}

/// GET /me/data.json: a copy of everything that the register keeps of oneself.
pub(super) async fn get_copy(ui: Ui, State(db): State<Db>, who: SignedIn) -> Answer {
    let id = person(&who.actor)?;
    let mut conn = db.read().await?;
    let record =
        own_record(&mut conn, db.vault()?, ui.t, &who.actor, id, db.today()).await?.ok_or(WebError::NotFound)?;
    drop(conn);
    let bytes = serde_json::to_vec_pretty(&record).map_err(::store::StoreError::from)?;
    let name = format!("du-lieu-{}-{}.json", record.code, db.today());
    Ok(Download { name, content_type: "application/json", bytes, inline: false }.into_response())
}

/// POST /me/requests
pub(super) async fn post(ui: Ui, State(db): State<Db>, who: SignedIn, Form(typed): Form<Typed>) -> Answer {
    let t = ui.t;
    let id = person(&who.actor)?;
    let mut errors = Errors::new();
    let kind = errors.choice(t, "kind", "desk-kind", &typed.kind, &KINDS);
    let wish = errors.line(t, "wish", "desk-wish", &typed.wish, WISH_MOST);
    if !errors.is_empty() {
        return page(&ui, &db, &who.actor, &typed, &errors).await;
    }
    ask(&db, &who.actor, id, kind, &wish).await?;
    Ok(ui.see_with("/me/data", "desk-asked", &[]))
}
