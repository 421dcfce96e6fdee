//! Who is behind in a year, as a page and as a file.

use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use chrono::{Datelike, NaiveDate};
use documents::sheet::{self, Cell, Column, Table};
use people::{
    organisation::{commune_names, titled},
    registry::ReadPeople,
};
use serde::Deserialize;
use teaching::scheme;
use web::{
    Answer, Download, Errors, Permit, Query, T, Ui, WebError,
    components::{Choice, Crumbs, Pager, Select},
    form::address,
};

use super::{
    model::Owed,
    store::{Behind, Narrow, behind},
};

/// Lines on a page.
const PAGE: usize = 50;
/// Years that can be asked for, back from the running one.
const YEARS: i32 = 5;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    year: String,
    commune: String,
    ledger: String,
    after: String,
    code: String,
}

impl Asked {
    fn narrow(&self, today: NaiveDate) -> Narrow<'_> {
        let year =
            self.year.trim().parse().ok().filter(|year| (today.year() - YEARS + 1..=today.year()).contains(year));
        let ledger = Some(self.ledger.as_str()).filter(|l| matches!(*l, "update" | "position"));
        Narrow { year: year.unwrap_or_else(|| today.year()), commune: &self.commune, ledger: ledger.unwrap_or("") }
    }
}

#[derive(askama::Template)]
#[template(path = "ledgers/behind.html")]
struct BehindPage<'a> {
    t: T,
    crumbs: Crumbs,
    lead: String,
    selects: Vec<Select<'a>>,
    people: Vec<Behind>,
    owed: Owed,
    pager: Pager,
    file: String,
}

impl BehindPage<'_> {
    /// What somebody has of what is owed.
    fn of(&self, done: i64, owed: i64) -> String {
        format!("{} / {}", self.t.num(done), self.t.num(owed))
    }
}

/// GET /people/behind
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadPeople>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (t, today) = (ui.t, db.today());
    let narrow = asked.narrow(today);
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or_else(|| WebError::refused("coverage-no-scheme"))?.id;
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX - 1) + 1;
    let after = (asked.after.as_str(), asked.code.as_str());
    let (mut people, owed) = behind(&mut conn, &permit.actor, scheme, &narrow, today, after, most).await?;
    let communes = commune_names(&mut conn, &permit.actor).await?;
    drop(conn);
    let more = people.len() > PAGE;
    people.truncate(PAGE);
    let year = narrow.year.to_string();
    let own = [("year", year.as_str()), ("commune", narrow.commune), ("ledger", narrow.ledger)];
    let to = |after: &str, code: &str| {
        address("/people/behind", &[own.as_slice(), &[("after", after), ("code", code)]].concat())
    };
    let pager = Pager {
        t,
        first: (!asked.after.is_empty()).then(|| to("", "")),
        next: people.last().filter(|_| more).map(|p| to(&p.sort_key, &p.code)),
        shown: t.arg("ledgers-shown", "n", people.len()).into_owned(),
    };
    let errors = Errors::new();
    let years: Vec<Choice> =
        (0..YEARS).map(|back| (today.year() - back).to_string()).map(|y| Choice::new(y.clone(), y)).collect();
    let ledgers = ["update", "position"].map(|l| Choice::new(l, t.get(format!("history-ledger-{l}"))));
    let names: Vec<Choice> = communes.iter().map(|c| Choice::new(&c.code, &c.name)).collect();
    let mut selects = vec![
        Select::new(t, &errors, "year", "ledgers-year", &year, &years),
        Select::new(t, &errors, "ledger", "history-ledger", narrow.ledger, &ledgers).or_empty("registry-all"),
    ];
    if names.len() > 1 {
        selects.push(
            Select::new(t, &errors, "commune", "registry-commune", narrow.commune, &names).or_empty("registry-all"),
        );
    }
    let title = t.get("ledgers-title");
    let page = BehindPage {
        t,
        crumbs: Crumbs::to(t, title.clone()).by("/people", t.get("registry-title")),
        lead: lead(t, &year, &owed),
        selects,
        people,
        owed,
        pager,
        file: address("/people/behind.xlsx", &own),
    };
    ui.page(title, &page)
}

fn lead(t: T, year: &str, owed: &Owed) -> String {
    t.args(
        "ledgers-lead",
        [("year", year.to_owned().into()), ("position", owed.position.into()), ("update", owed.update.into())],
    )
    .into_owned()
}

/// GET /people/behind.xlsx: everybody who is behind under the same filters.
pub(super) async fn get_xlsx(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadPeople>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (t, today) = (ui.t, db.today());
    let narrow = asked.narrow(today);
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or_else(|| WebError::refused("coverage-no-scheme"))?.id;
    let (people, owed) = behind(&mut conn, &permit.actor, scheme, &narrow, today, ("", ""), i64::MAX).await?;
    drop(conn);
    let column = |key: &str, width| Column { title: t.get(key).into_owned(), width };
    let row = |(place, p): (i64, &Behind)| {
        let owes = |is: bool, periods: i64| if is { Cell::Whole(periods) } else { Cell::Empty };
        vec![
            Cell::Whole(place),
            Cell::Text(p.code.clone()),
            Cell::Text(p.full_name.clone()),
            Cell::Text(p.position_title.clone()),
            Cell::Text(titled(t, &p.commune_kind, &p.commune)),
            Cell::Whole(p.position),
            Cell::Whole((owed.position - p.position).max(0)),
            owes(p.updates, p.updated),
            owes(p.updates, (owed.update - p.updated).max(0)),
        ]
    };
    let year = narrow.year.to_string();
    let table = Table {
        name: t.get("ledgers-sheet").into_owned(),
        title: t.get("ledgers-title").into_owned(),
        notes: vec![lead(t, &year, &owed)],
        columns: vec![
            column("ledgers-place", 5.0),
            column("dossier-code", 14.0),
            column("registry-name", 28.0),
            column("registry-post", 36.0),
            column("registry-commune", 22.0),
            column("history-ledger-position", 14.0),
            column("ledgers-missing", 10.0),
            column("history-ledger-update", 14.0),
            column("ledgers-missing", 10.0),
        ],
        rows: (1..).zip(&people).map(row).collect(),
        totals: Vec::new(),
        dated: today,
    };
    let bytes = web::apart(move || sheet::write(&[table])).await?;
    Ok(Download::xlsx(format!("con-thieu-gio-{year}-{today}.xlsx"), bytes).into_response())
}
