//! The change sets of a period, and each as a file.

use ::store::Db;
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use chrono::{Datelike, Days, NaiveDate};
use kernel::{ClassId, PersonId};
use people::registry::record::{ReadSensitive, read_identities};
use serde::Deserialize;
use teaching::{
    classes::{self, label},
    scheme,
};
use web::{Answer, Download, Errors, Path, Permit, Query, T, Ui, WebError, components::Field};

use super::{
    ReadChangeSets,
    model::{FORMAT, Identified},
    store::{Due, Line, body, due, lines, people},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: String,
    to: String,
}

#[derive(askama::Template)]
#[template(path = "national/list.html")]
struct ListPage<'a> {
    t: T,
    lead: String,
    fields: [Field<'a>; 2],
    lines: Vec<(String, Line)>,
    due: Vec<(String, Due)>,
    identities: bool,
}

/// GET /change-sets: those of a period, from a day to a day; without one of this year.
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadChangeSets>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (t, today) = (ui.t, db.today());
    let mut errors = Errors::new();
    let first = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
    let from = errors.day_or_empty(t, "from", "national-from", &asked.from).unwrap_or(first);
    let to = errors.day_or_empty(t, "to", "national-to", &asked.to).unwrap_or(today);
    if errors.is_empty() && to < from {
        errors.add("to", "national-order");
    }
    let mut conn = db.read().await?;
    let (mut sets, mut waiting) = (Vec::new(), Vec::new());
    if let Some(scheme) = scheme::of(&mut conn, &permit.actor).await?
        && errors.is_empty()
    {
        let after = to + Days::new(1);
        sets = lines(&mut conn, scheme.id, kernel::clock::start_of(from), kernel::clock::start_of(after)).await?;
        waiting = due(&mut conn, scheme.id).await?;
    }
    drop(conn);
    let lead =
        t.args("national-lead", [("n", sets.len().into()), ("from", t.date(from).into()), ("to", t.date(to).into())]);
    let page = ListPage {
        t,
        lead: lead.into_owned(),
        fields: [
            Field::new(t, &errors, "from", "national-from", &asked.from).kind("date"),
            Field::new(t, &errors, "to", "national-to", &asked.to).kind("date"),
        ],
        lines: sets.into_iter().map(|line| (label(line.number, line.year), line)).collect(),
        due: waiting.into_iter().map(|due| (label(due.number, due.year), due)).collect(),
        identities: ui.may("people.sensitive"),
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, t.get("national-title"), &page)
}

fn file(name: String, bytes: Vec<u8>) -> Answer {
    Ok(Download { name, content_type: "application/json", bytes, inline: false }.into_response())
}

/// GET /classes/{class}/change-set: as it was frozen.
pub(super) async fn get_one(State(db): State<Db>, permit: Permit<ReadChangeSets>, Path(id): Path<ClassId>) -> Answer {
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let (body, _) = body(&mut conn, id).await?.ok_or(WebError::NotFound)?;
    file(format!("thay-doi-lop-{:02}-{}.json", class.number, class.year), body.into_bytes())
}

/// POST /classes/{class}/change-set/identities: the same with the identity numbers of its people; each of them can read that
/// theirs was given out.
pub(super) async fn post_identities(
    State(db): State<Db>,
    permit: Permit<ReadSensitive>,
    Path(id): Path<ClassId>,
) -> Answer {
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let (body, sha256) = body(&mut conn, id).await?.ok_or(WebError::NotFound)?;
    let persons: Vec<PersonId> = people(&mut conn, id).await?.into_iter().map(|(person, ..)| person).collect();
    drop(conn);
    let identities = read_identities(&db, &permit, &persons, "national").await?;
    let change_set = serde_json::from_str(&body).map_err(::store::StoreError::from)?;
    let whole = Identified { format: format!("{FORMAT}+identities"), sha256: &sha256, identities, change_set };
    let bytes = serde_json::to_vec_pretty(&whole).map_err(::store::StoreError::from)?;
    file(format!("thay-doi-dinh-danh-lop-{:02}-{}.json", class.number, class.year), bytes)
}
