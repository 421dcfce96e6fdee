//! The people behind a figure.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use web::{
    Answer, Errors, Permit, Query, T, Ui,
    components::{Crumbs, Pager},
    form::address,
};

use super::{
    Asked, answer,
    page::pairs,
    store::{Behind, behind},
};
use crate::registry::ReadPeople;

/// Lines on a page.
const PAGE: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::registry) struct After {
    after: String,
    code: String,
}

#[derive(askama::Template)]
#[template(path = "registry/statistics/behind.html")]
struct BehindPage {
    t: T,
    crumbs: Crumbs,
    lead: String,
    people: Vec<Behind>,
    pager: Pager,
}

/// GET /people/statistics/people
pub(in crate::registry) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadPeople>,
    Query(asked): Query<Asked>,
    Query(after): Query<After>,
) -> Answer {
    let t = ui.t;
    let today = db.today();
    let mut errors = Errors::new();
    let question = asked.question(today, &mut errors);
    let seen = answer(&db, &permit.actor, &question).await?;
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX - 1) + 1;
    let place = (after.after.as_str(), after.code.as_str());
    let mut people = behind(&mut db.read().await?, &permit.actor, &question, &seen.bands, place, most).await?;
    let more = people.len() > PAGE;
    people.truncate(PAGE);
    let on = if question.on == today { String::new() } else { question.on.to_string() };
    let own = pairs(&question, &on);
    let to = |after: &str, code: &str| {
        address("/people/statistics/people", &[own.as_slice(), &[("after", after), ("code", code)]].concat())
    };
    // an aggregate reader sees figures and no list
    let total = if permit.actor.sees_nobody() { 0 } else { seen.grid.people };
    let pager = Pager {
        t,
        first: (!after.after.is_empty()).then(|| to("", "")),
        next: people.last().filter(|_| more).map(|p| to(&p.sort_key, &p.code)),
        shown: t.args("registry-shown", [("shown", people.len().into()), ("total", total.into())]).into_owned(),
    };
    let mut lead = seen.narrowed(t);
    lead.push(t.arg("statistics-as-of", "on", t.date(question.on)).into_owned());
    let title = t.get("statistics-behind");
    let crumbs = Crumbs::to(t, title.clone()).by(address("/people/statistics", &own), t.get("statistics-title"));
    let page = BehindPage { t, crumbs, lead: lead.join(" · "), people, pager };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, title, &page)
}
