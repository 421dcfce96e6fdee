//! The plan of a year as a paper: its classes, the quota of each commune, what it costs.

use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use chrono::Datelike;
use documents::report::{Block, Cell, Column, Format, Kind, Page, Report, Row, Table, render};
use kernel::PlanId;
use web::{Answer, Download, Path, Permit, T, Ui, answer::apart};

use super::read::YearRead;
use crate::planning::{ReadPlan, model::Wishes, room::sees_drafts};

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
    let read = YearRead::of(&mut conn, &permit.actor, (plan, year), sees_drafts(&ui), today).await?;
    drop(conn);
    let title = if read.former.is_some() { "planning-paper-adjusted" } else { "planning-paper-title" };
    let mut report = Report::new(&read.rules.letterhead(), today, t.arg(title, "year", year.to_string()));
    report.kind = t.get("planning-paper-kind").into_owned();
    report.page = Page::Portrait;
    report.blocks = blocks(t, &read, &read.made.wishes());
    report.recipients = ["planning-paper-to-committee", "planning-paper-to-communes", "planning-paper-to-file"]
        .map(|key| t.get(key).into_owned())
        .to_vec();
    let name = format!("{} {}.{}", t.get("planning-paper-file"), year, format.extension());
    let bytes = apart(move || render(&report, format)).await?;
    Ok(Download::report(name, format.content_type(), bytes).into_response())
}

fn blocks(t: T, read: &YearRead, wishes: &Wishes) -> Vec<Block> {
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
    let mut rows: Vec<Row> = Vec::with_capacity(read.classes.len() + 5);
    let mut place = 0;
    for classes in read.classes.chunk_by(|a, b| a.monday.quarter() == b.monday.quarter()) {
        let quarter = classes.first().map_or(0, |class| class.monday.quarter());
        let said = [("n", i64::from(quarter).into()), ("classes", classes.len().into())];
        rows.push(Row::Group(t.args("planning-paper-quarter", said).into_owned()));
        for class in classes {
            place += 1;
            rows.push(Row::Line(vec![
                Cell::Number(place),
                Cell::Number(class.monday.iso_week().week().into()),
                Cell::Text(t.dates(class.monday, read.rules.last_day(class.monday))),
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
    let mut blocks =
        vec![Block::Text(t.args("planning-paper-lead", lead).into_owned()), Block::Text(approved.into_owned())];
    if let Some((former, _)) = &read.former {
        let number = former.decision_number.clone();
        blocks.push(Block::Text(t.arg("planning-adjust-took", "number", number).into_owned()));
        blocks.push(Block::Heading(t.get("planning-adjust-changes").into_owned()));
        blocks.extend(read.changes(t).into_iter().map(|change| Block::Text(format!("– {change}"))));
    }
    if let Some(later) = &read.later {
        let number = later.decision_number.clone();
        blocks.push(Block::Text(t.arg("planning-paper-later", "number", number).into_owned()));
    }
    blocks.extend([
        Block::Heading(t.get("planning-paper-classes").into_owned()),
        Block::Table(calendar),
        Block::Heading(t.get("planning-quotas").into_owned()),
        Block::Table(quota_table(t, read)),
        Block::Heading(t.get("planning-paper-money").into_owned()),
    ]);
    // money is said when whoever made the plan has estimated it; no amount of ours stands in a paper
    let million = 1_000_000;
    let text = match wishes.class_cost {
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
    if let Some(budget) = wishes.budget.get(&read.line.year) {
        blocks.push(Block::Text(t.arg("planning-paper-budget", "all", t.num(budget * million)).into_owned()));
    }
    blocks
}

/// Seats of each commune by audience.
fn quota_table(t: T, read: &YearRead) -> Table {
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
