//! The plan of a year as a paper: its classes, the quota of each commune, what it costs.

use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use chrono::{Datelike, Days};
use documents::report::{Block, Cell, Column, Format, Kind, Page, Report, Row, Table, render};
use kernel::PlanId;
use web::{Answer, Download, Path, Permit, T, Ui, WebError, answer::apart};

use super::pages::{CommuneQuota, by_commune};
use crate::{
    planning::{
        PlanYear, ReadPlan,
        model::Wishes,
        store::{PlanClassLine, classes, plan_years, quotas, scenario},
    },
    scheme::{self, Audience, Rules},
};

/// What the paper is made of.
struct Read {
    line: PlanYear,
    rules: Rules,
    audiences: Vec<Audience>,
    classes: Vec<PlanClassLine>,
    quotas: Vec<CommuneQuota>,
    wishes: Wishes,
}

/// GET /plan/{plan}/years/{year}/paper.pdf, .docx, .xlsx
pub(in crate::planning) async fn get(
    format: Format,
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadPlan>,
    Path((plan, year)): Path<(PlanId, i64)>,
) -> Answer {
    let (t, today) = (ui.t, db.today());
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(WebError::NotFound)?;
    let years = plan_years(&mut conn, scheme.id).await?;
    let line = years.into_iter().find(|y| y.year == year && y.plan_id == plan).ok_or(WebError::NotFound)?;
    let made = scenario(&mut conn, scheme.id, plan).await?.ok_or(WebError::NotFound)?;
    let audiences = scheme::audiences(&mut conn, scheme.id).await?;
    let read = Read {
        line,
        rules: scheme::rules(&mut conn, scheme.id, today).await?,
        classes: classes(&mut conn, scheme.id, year).await?,
        quotas: by_commune(&audiences, &quotas(&mut conn, plan, year).await?),
        audiences,
        wishes: serde_json::from_str(&made.wishes).unwrap_or_default(),
    };
    drop(conn);
    let mut report =
        Report::new(&read.rules.letterhead(), today, t.arg("planning-paper-title", "year", year.to_string()));
    report.kind = t.get("planning-paper-kind").into_owned();
    report.page = Page::Portrait;
    report.blocks = blocks(t, &read);
    report.recipients = ["planning-paper-to-committee", "planning-paper-to-communes", "planning-paper-to-file"]
        .map(|key| t.get(key).into_owned())
        .to_vec();
    let name = format!("{} {}.{}", t.get("planning-paper-file"), year, format.extension());
    let bytes = apart(move || render(&report, format)).await?;
    Ok(Download::report(name, format.content_type(), bytes).into_response())
}

fn blocks(t: T, read: &Read) -> Vec<Block> {
    let column = |key: &str, kind, width| Column::new(t.get(key), kind, width);
    let year = read.line.year.to_string();
    let approved = match &read.line.decision_number {
        Some(number) => t.arg("planning-paper-approved", "number", number.clone()),
        None => t.get("planning-paper-draft"),
    };
    let lead = [
        ("year", year.clone().into()),
        ("classes", read.line.classes.into()),
        ("seats", read.line.seats.into()),
        ("communes", read.quotas.len().into()),
    ];
    let days = u64::try_from(read.rules.class_days).unwrap_or(5).saturating_sub(1);
    let mut rows: Vec<Row> = Vec::with_capacity(read.classes.len() + 5);
    for (quarter, classes) in (1..).zip([1, 4, 7, 10]).map(|(n, from): (i64, u32)| {
        (n, read.classes.iter().filter(move |c| (from..from + 3).contains(&c.monday.month())).collect::<Vec<_>>())
    }) {
        if classes.is_empty() {
            continue;
        }
        let said = [("n", quarter.into()), ("classes", classes.len().into())];
        rows.push(Row::Group(t.args("planning-paper-quarter", said).into_owned()));
        for class in classes {
            let place = i64::try_from(rows.iter().filter(|r| matches!(r, Row::Line(_))).count()).unwrap_or(0) + 1;
            let last = class.monday.checked_add_days(Days::new(days)).unwrap_or(class.monday);
            rows.push(Row::Line(vec![
                Cell::Number(place),
                Cell::Number(class.monday.iso_week().week().into()),
                Cell::Text(t.dates(class.monday, last)),
                Cell::Text(class.programme.clone()),
                Cell::Number(class.people),
            ]));
        }
    }
    rows.push(Row::Total(vec![
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Text(t.get("planning-all").into_owned()),
        Cell::Number(read.line.seats),
    ]));
    let calendar = Table {
        sheet: t.get("planning-paper-classes").into_owned(),
        caption: t.get("planning-paper-classes-caption").into_owned(),
        columns: vec![
            column("planning-paper-place", Kind::Mark, 5),
            column("planning-week", Kind::Mark, 6),
            column("planning-paper-time", Kind::Text, 20),
            column("planning-programme", Kind::Text, 40),
            column("planning-people", Kind::Number, 9),
        ],
        rows,
        notes: Vec::new(),
    };
    let mut blocks = vec![
        Block::Text(t.args("planning-paper-lead", lead).into_owned()),
        Block::Text(approved.into_owned()),
        Block::Heading(t.get("planning-paper-classes").into_owned()),
        Block::Table(calendar),
        Block::Heading(t.get("planning-quotas").into_owned()),
        Block::Table(quota_table(t, read)),
        Block::Heading(t.get("planning-paper-money").into_owned()),
    ];
    // money is said when whoever made the plan has estimated it; no amount of ours stands in a paper
    let million = 1_000_000;
    let text = match read.wishes.class_cost {
        Some(cost) => t.args(
            "planning-paper-cost",
            [
                ("classes", read.line.classes.into()),
                ("cost", t.num(cost * million).into()),
                ("all", t.num(read.line.classes * cost * million).into()),
            ],
        ),
        None => t.get("planning-paper-no-cost"),
    };
    blocks.push(Block::Text(text.into_owned()));
    if let Some(budget) = read.wishes.budget.get(&read.line.year) {
        blocks.push(Block::Text(t.arg("planning-paper-budget", "all", t.num(budget * million)).into_owned()));
    }
    blocks
}

/// Seats of each commune by audience.
fn quota_table(t: T, read: &Read) -> Table {
    let mut columns = vec![
        Column::new(t.get("planning-paper-place"), Kind::Mark, 5),
        Column::new(t.get("planning-commune"), Kind::Text, 28),
    ];
    columns.extend(read.audiences.iter().map(|a| Column::new(a.name.clone(), Kind::Number, 14)));
    columns.push(Column::new(t.get("planning-all"), Kind::Number, 9));
    let line = |place: Cell, name: String, seats: Vec<i64>| {
        let all = seats.iter().sum();
        let mut cells = vec![place, Cell::Text(name)];
        cells.extend(seats.into_iter().map(Cell::Number));
        cells.push(Cell::Number(all));
        cells
    };
    let mut rows: Vec<Row> = (1..)
        .zip(&read.quotas)
        .map(|(n, q)| {
            let name = format!("{} {}", t.get(format!("organisation-kind-{}", q.kind)), q.name);
            Row::Line(line(Cell::Number(n), name, q.seats.clone()))
        })
        .collect();
    let sums = (0..read.audiences.len()).map(|n| read.quotas.iter().filter_map(|q| q.seats.get(n)).sum()).collect();
    rows.push(Row::Total(line(Cell::Empty, t.get("planning-all").into_owned(), sums)));
    Table {
        sheet: t.get("planning-quotas").into_owned(),
        caption: t.get("planning-paper-quota-caption").into_owned(),
        columns,
        rows,
        notes: vec![t.get("planning-paper-quota-note").into_owned()],
    }
}
