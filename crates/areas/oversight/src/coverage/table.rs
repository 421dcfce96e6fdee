//! The coverage table by commune, former district, bloc or audience: the list behind the board's shares.

use ::store::{Conn, Db, StoreError};
use axum::extract::State;
use chrono::{DateTime, Utc};
use kernel::text::plain_sort_key;
use people::organisation::titled;
use serde::Deserialize;
use teaching::scheme::{self, Scheme};
use web::{Answer, Permit, Query, T, Ui, form::address};

use super::store::{CommuneCoverage, Coverage, coverage, groups};
use crate::board::ReadBoard;

/// What a table counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Commune,
    District,
    Bloc,
    Audience,
}

impl By {
    pub const ALL: [Self; 4] = [Self::Commune, Self::District, Self::Bloc, Self::Audience];

    /// From a query: anything unknown is by commune.
    pub fn of(code: &str) -> Self {
        Self::ALL.into_iter().find(|by| by.code() == code).unwrap_or(Self::Commune)
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::District => "district",
            Self::Bloc => "bloc",
            Self::Audience => "audience",
        }
    }
}

/// What a reader asks a table for; the file takes the same.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    by: String,
    sort: String,
}

impl Asked {
    pub fn by(&self) -> By {
        By::of(&self.by)
    }

    /// Whether the lowest shares come first.
    pub fn lowest_first(&self) -> bool {
        self.sort == "share"
    }
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Code of a commune or bloc, name of a district or audience: what the list behind is narrowed to.
    pub key: String,
    pub name: String,
    /// Former district, for communes.
    pub within: String,
    pub people: i64,
    pub trained: i64,
    pub target: i64,
    pub target_trained: i64,
}

/// A line for each commune, by name.
pub(super) fn by_commune(t: T, figures: &Coverage) -> Vec<Row> {
    let row = |c: &CommuneCoverage| Row {
        key: c.code.clone(),
        name: titled(t, &c.kind, &c.name),
        within: c.former_district.clone(),
        people: c.people,
        trained: c.trained,
        target: c.target,
        target_trained: c.target_trained,
    };
    figures.communes.iter().map(row).collect()
}

/// Lines of one key become one, in the order in which the keys come.
fn summed(lines: impl IntoIterator<Item = Row>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in lines {
        match rows.iter_mut().find(|r| r.key == line.key) {
            Some(same) => {
                same.people += line.people;
                same.trained += line.trained;
                same.target += line.target;
                same.target_trained += line.target_trained;
            }
            None => rows.push(line),
        }
    }
    rows
}

/// The lines as asked.
pub(super) async fn rows(
    conn: &mut Conn,
    t: T,
    scheme: &Scheme,
    figures: &Coverage,
    asked: &Asked,
) -> Result<Vec<Row>, StoreError> {
    let by = asked.by();
    let mut rows = match by {
        By::Commune => by_commune(t, figures),
        By::District => summed(by_commune(t, figures).into_iter().map(|r| Row {
            key: r.within.clone(),
            name: r.within.clone(),
            within: String::new(),
            ..r
        })),
        By::Bloc | By::Audience => summed(groups(conn, scheme.id, figures.as_of).await?.into_iter().map(|g| {
            let (key, name) = if by == By::Bloc {
                let name = t.get(format!("registry-bloc-{}", g.bloc)).into_owned();
                (g.bloc, name)
            } else {
                let none = || t.get("coverage-no-audience").into_owned();
                (g.audience.clone().unwrap_or_default(), g.audience.unwrap_or_else(none))
            };
            Row {
                key,
                name,
                within: String::new(),
                people: g.people,
                trained: g.trained,
                target: g.target,
                target_trained: g.target_trained,
            }
        })),
    };
    if by == By::District {
        rows.sort_by_key(|r| plain_sort_key(&r.name));
    }
    if asked.lowest_first() {
        // a stable sort: equal shares stay in the order of names
        rows.sort_by(|a, b| (a.trained * b.people.max(1)).cmp(&(b.trained * a.people.max(1))));
    }
    Ok(rows)
}

struct RowShown {
    row: Row,
    /// Width of the filled part of its bar.
    width: String,
    href: String,
    trained_href: String,
    rest_href: String,
}

struct TableShown {
    figures: Coverage,
    rows: Vec<RowShown>,
    by: By,
    lowest_first: bool,
    lead: String,
    goal: String,
    export: String,
    sort: String,
}

#[derive(askama::Template)]
#[template(path = "coverage/table.html")]
struct TablePage {
    t: T,
    shown: Option<TableShown>,
    may_export: bool,
    may_people: bool,
}

/// GET /coverage: `by` chooses the lines, `sort=share` puts the lowest first.
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadBoard>, Query(asked): Query<Asked>) -> Answer {
    let t = ui.t;
    let may_people = ui.may("people.read") && !permit.actor.sees_nobody();
    let may_communes = ui.may("communes.read");
    let mut conn = db.read().await?;
    let shown = match scheme::of(&mut conn, &permit.actor).await? {
        None => None,
        Some(scheme) => {
            let today = db.today();
            let rules = scheme::rules(&mut conn, scheme.id, today).await?;
            let figures = coverage(&mut conn, &scheme, &rules, today).await?;
            let by = asked.by();
            let rows = rows(&mut conn, t, &scheme, &figures, &asked).await?;
            let key = by.code();
            let rows = rows.into_iter().map(|row| {
                let list = |state| address("/coverage/people", &[(key, &row.key), ("state", state)]);
                let (trained_href, rest_href) = (list("trained"), list("untrained"));
                let commune = by == By::Commune && may_communes;
                let permille = if row.people > 0 { row.trained * 1000 / row.people } else { 0 };
                let href = if commune { format!("/communes/{}", row.key) } else { String::new() };
                RowShown { width: format!("{}.{}%", permille / 10, permille % 10), href, trained_href, rest_href, row }
            });
            let rows = rows.collect();
            let sort = if asked.lowest_first() { "share" } else { "" };
            Some(TableShown {
                rows,
                by,
                lowest_first: asked.lowest_first(),
                lead: lead(t, &scheme, db.now()),
                goal: t.pct(figures.goal_permille, 1000_i64),
                export: address("/reports/coverage.xlsx", &[("by", key), ("sort", sort)]),
                sort: address("/coverage", &[("by", key), ("sort", if asked.lowest_first() { "" } else { "share" })]),
                figures,
            })
        }
    };
    let page = TablePage { t, shown, may_export: ui.may("reports.export"), may_people };
    ui.page(t.get("coverage-title"), &page)
}

fn lead(t: T, scheme: &Scheme, at: DateTime<Utc>) -> String {
    t.args("coverage-lead", [("scheme", scheme.short_name.clone().into()), ("at", t.moment(at).into())]).into_owned()
}
