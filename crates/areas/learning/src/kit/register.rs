//! The register of numbers.

use ::store::Db;
use axum::extract::State;
use chrono::Datelike;
use serde::Deserialize;
use teaching::{classes::label, scheme};
use web::{Answer, Permit, Query, T, Ui, components::Crumbs};

use super::{
    MakePapers,
    store::{self, RegisterLine},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    year: String,
}

/// The numbers of a body and a kind.
struct Book {
    body: String,
    kind: String,
    lines: Vec<RegisterLine>,
}

impl Book {
    fn key(&self) -> &'static str {
        match self.kind.as_str() {
            "KH" => "kit-kind-plans",
            "TB" => "kit-kind-notices",
            "QĐ" => "kit-kind-decisions",
            "GM" => "kit-kind-invitations",
            "BB" => "kit-kind-minutes",
            "BC" => "kit-kind-reports",
            _ => "kit-kind-letters",
        }
    }
}

#[derive(askama::Template)]
#[template(path = "kit/register.html")]
struct RegisterPage {
    t: T,
    crumbs: Crumbs,
    year: i64,
    years: Vec<i64>,
    books: Vec<Book>,
    decisions: Vec<String>,
}

impl RegisterPage {
    fn class(&self, line: &RegisterLine) -> String {
        self.t.arg("classes-label", "label", label(line.class_number, line.class_year)).into_owned()
    }
}

/// GET /papers?year=2026: every number that was given in a year, what it stands for and what became of it.
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MakePapers>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let this = i64::from(db.today().year());
    let year = asked.year.parse().unwrap_or(this);
    let mut conn = db.read().await?;
    let (mut lines, mut years, mut decisions) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(scheme) = scheme::of(&mut conn, &permit.actor).await? {
        lines = store::register(&mut conn, scheme.id, year).await?;
        years = store::years(&mut conn, scheme.id).await?;
        decisions = store::decided(&mut conn, scheme.id, year).await?;
    }
    drop(conn);
    for shown in [year, this] {
        if !years.contains(&shown) && (2000..=2200).contains(&shown) {
            years.push(shown);
        }
    }
    years.sort_unstable_by(|a, b| b.cmp(a));
    let books = lines
        .chunk_by(|a, b| (&a.body, &a.kind) == (&b.body, &b.kind))
        .filter_map(|lines| {
            let first = lines.first()?;
            Some(Book { body: first.body.clone(), kind: first.kind.clone(), lines: lines.to_vec() })
        })
        .collect();
    let crumbs = Crumbs::to(t, t.get("kit-register")).by("/classes", t.get("classes-nav"));
    ui.page(t.get("kit-register"), &RegisterPage { t, crumbs, year, years, books, decisions })
}
