//! The communes: as a table or as a map, today or on any day.

use std::collections::HashMap;

use ::store::Db;
use axum::extract::State;
use kernel::UnitId;
use serde::Deserialize;
use web::{
    Answer, Errors, Permit, Query, T, Ui,
    components::{Choice, Field, Select},
};

use super::{
    ReadCommunes,
    units::{
        model::{PRIORITIES, REGIONS},
        store::{OnDay, attributes_on, on_day},
    },
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    on: String,
    view: String,
    colour: String,
}

/// A commune of the list, with its place on the map.
struct Shown {
    commune: OnDay,
    region: Option<String>,
    priorities: Vec<String>,
    x: String,
    y: String,
    /// Colour step, 0 to 5.
    step: usize,
    told: String,
}

#[derive(askama::Template)]
#[template(path = "organisation/list.html")]
struct CommunesPage<'a> {
    t: T,
    lead: String,
    on: Field<'a>,
    colour: Select<'a>,
    view: &'a str,
    shown: Vec<Shown>,
    legend: Vec<(usize, String)>,
    dated: bool,
    /// Whether the reader has the board with the map by coverage.
    board: bool,
    switch: [(String, &'static str, bool); 2],
}

/// Places of points in a box of 640 by 430, north above.
fn places(communes: &[OnDay]) -> Vec<(String, String)> {
    let bounds = |of: fn(&OnDay) -> f64| {
        communes.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let ((west, east), (south, north)) = (bounds(|c| c.lon), bounds(|c| c.lat));
    let (width, height) = ((east - west).max(0.01), (north - south).max(0.01));
    let place = |c: &OnDay| {
        let (x, y) = (25.0 + (c.lon - west) / width * 590.0, 25.0 + (north - c.lat) / height * 380.0);
        (format!("{x:.0}"), format!("{y:.0}"))
    };
    communes.iter().map(place).collect()
}

/// GET /communes: `on` a day, `view=map`, `colour` by region or by a priority.
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadCommunes>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut errors = Errors::new();
    let today = db.today();
    let day = errors.day_or_empty(t, "on", "organisation-on", &asked.on).unwrap_or(today);
    let mut conn = db.read().await?;
    let communes = on_day(&mut conn, &permit.actor, day).await?;
    let mut attributes: HashMap<UnitId, Vec<String>> = HashMap::new();
    for (unit, attribute) in attributes_on(&mut conn, &permit.actor, day).await? {
        attributes.entry(unit).or_default().push(attribute);
    }
    drop(conn);
    let people: i64 = communes.iter().map(|c| c.people).sum();
    let lead = t.args(
        "organisation-lead-on",
        [("communes", communes.len().into()), ("people", people.into()), ("day", t.date(day).into())],
    );
    let word = |code: &str| t.get(format!("organisation-attribute-{code}")).into_owned();
    let by = PRIORITIES.iter().find(|code| **code == asked.colour);
    let places = places(&communes);
    let shown: Vec<Shown> = communes
        .into_iter()
        .zip(places)
        .map(|(commune, (x, y))| {
            let own = attributes.remove(&commune.id).unwrap_or_default();
            let at = REGIONS.iter().position(|code| own.iter().any(|a| a == code));
            let region = at.and_then(|at| REGIONS.get(at)).map(|code| word(code));
            let priorities: Vec<String> =
                PRIORITIES.iter().filter(|code| own.iter().any(|a| a == *code)).map(|code| word(code)).collect();
            let (step, told) = match by {
                Some(code) if own.iter().any(|a| a == code) => (5, word(code)),
                Some(_) => (1, t.get("organisation-priority-not").into_owned()),
                None => (at.map_or(0, |at| at + 2), region.clone().unwrap_or_default()),
            };
            Shown { commune, region, priorities, x, y, step, told }
        })
        .collect();
    let legend = match by {
        Some(code) => vec![(5, word(code)), (1, t.get("organisation-priority-not").into_owned())],
        None => REGIONS.iter().enumerate().map(|(at, code)| (at + 2, word(code))).collect(),
    };
    let mut choices = vec![Choice::new("", t.get("organisation-colour-region"))];
    choices.extend(PRIORITIES.iter().map(|code| Choice::new(*code, word(code))));
    let view = if asked.view == "map" { "map" } else { "" };
    let address = |view: &str| {
        web::form::address("/communes", &[("on", asked.on.as_str()), ("colour", &asked.colour), ("view", view)])
    };
    let switch = [
        (address(""), "organisation-view-table", view.is_empty()),
        (address("map"), "organisation-view-map", view == "map"),
    ];
    let page = CommunesPage {
        t,
        lead: lead.into_owned(),
        on: Field::new(t, &errors, "on", "organisation-on", &asked.on).kind("date"),
        colour: Select::new(t, &errors, "colour", "organisation-colour", &asked.colour, &choices),
        view,
        dated: day != today,
        board: ui.may("board.read"),
        shown,
        legend,
        switch,
    };
    let status = web::components::Overtaken::status(None, &errors);
    ui.page_with(status, t.get("organisation-title"), &page)
}
