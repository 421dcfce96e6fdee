//! The framework document (the scheme's Phụ lục 3): every programme with its objectives, its topics and what they need, as a report.

use ::store::{Conn, Db, StoreError};
use axum::{extract::State, response::IntoResponse};
use chrono::NaiveDate;
use documents::report::{Block, Cell, Column, Format, Kind, Page, Report, Row, Table, render};
use web::{Answer, Download, Permit, T, Ui, WebError, apart};

use super::{
    ReadProgrammes,
    store::{ProgrammeLine, Topic, authoritative, objectives, topics},
    topic::assessment,
};
use crate::scheme::{self, Rules, Scheme};

/// Every programme of a scheme as it is taught (the version in force; before there is one the newest), as the school issues it on a day.
///
/// # Errors
/// The database's failure.
pub async fn framework(
    conn: &mut Conn,
    t: T,
    scheme: &Scheme,
    rules: &Rules,
    on: NaiveDate,
) -> Result<Report, StoreError> {
    let text = |key: &str| t.get(key).into_owned();
    let mut report = Report::new(&rules.letterhead(), on, text("curriculum-framework"));
    report.kind = text("curriculum-framework-kind");
    report.page = Page::Landscape;
    report.blocks.push(Block::Text(t.arg("curriculum-framework-lead", "scheme", scheme.name.as_str()).into_owned()));
    let audiences = scheme::audiences(conn, scheme.id).await?;
    for programme in authoritative(conn, scheme.id).await? {
        let lines = topics(conn, programme.version_id).await?;
        let aims = objectives(conn, programme.version_id).await?;
        report.blocks.push(Block::Heading(programme.name.clone()));
        report.blocks.push(Block::Text(said(t, &programme)));
        for (place, aim) in (1_usize..).zip(aims) {
            let audience = audiences.iter().find(|a| aim.audience_code.as_deref() == Some(a.code.as_str()));
            let whom = audience.map(|a| format!(" ({})", a.name)).unwrap_or_default();
            let args = [("n", place.into()), ("text", format!("{}{whom}", aim.text).into())];
            report.blocks.push(Block::Text(t.args("curriculum-framework-objective", args).into_owned()));
        }
        report.blocks.push(Block::Table(table(t, &programme.code, &lines)));
        report.blocks.push(Block::Table(needs(t, &programme.code, &lines)));
    }
    Ok(report)
}

/// Number, state, decision and periods of a version.
fn said(t: T, programme: &ProgrammeLine) -> String {
    let state = t.get(format!("curriculum-state-{}", programme.state.code())).into_owned();
    let said = t.args(
        "curriculum-framework-said",
        [
            ("number", programme.number.into()),
            ("state", state.into()),
            ("theory", programme.theory.into()),
            ("other", programme.other.into()),
        ],
    );
    match &programme.decision_number {
        Some(number) => format!("{said} {}", t.arg("curriculum-framework-decision", "number", number.clone())),
        None => said.into_owned(),
    }
}

fn table(t: T, sheet: &str, lines: &[Topic]) -> Table {
    let column = |key: &str, kind, width| Column::new(t.get(key), kind, width);
    let periods = |key: &str| column(key, Kind::Number, 9).under(t.get("curriculum-periods"));
    let row = |(place, line): (i64, &Topic)| {
        let theory = line.kind == "theory";
        let of = |is: bool| if is { Cell::Number(line.periods) } else { Cell::Empty };
        let word = |of: &str, code: &str| match code {
            "" => Cell::Empty,
            code => Cell::Text(t.get(format!("curriculum-{of}-{code}")).into_owned()),
        };
        Row::Line(vec![
            Cell::Number(place),
            Cell::Text(line.title.clone()),
            line.day.map_or(Cell::Empty, Cell::Number),
            of(theory),
            of(!theory),
            word("kind", &line.kind),
            word("method", &line.method),
            word("lecturer", &line.lecturer_type),
            word("delivery", &line.delivery),
            Cell::Text(assessment(t, &line.assessment)),
        ])
    };
    let sum =
        |theory: bool| Cell::Number(lines.iter().filter(|l| (l.kind == "theory") == theory).map(|l| l.periods).sum());
    let mut rows: Vec<Row> = (1..).zip(lines).map(row).collect();
    let mut total = vec![
        Cell::Empty,
        Cell::Text(t.get("curriculum-framework-total").into_owned()),
        Cell::Empty,
        sum(true),
        sum(false),
    ];
    total.resize(10, Cell::Empty);
    rows.push(Row::Total(total));
    Table {
        sheet: sheet.to_owned(),
        caption: t.get("curriculum-framework-topics").into_owned(),
        columns: vec![
            column("curriculum-framework-place", Kind::Mark, 5),
            column("curriculum-topic", Kind::Text, 40),
            column("curriculum-day", Kind::Mark, 6),
            periods("curriculum-framework-theory"),
            periods("curriculum-framework-other"),
            column("curriculum-kind", Kind::Text, 12),
            column("curriculum-method", Kind::Text, 20),
            column("curriculum-lecturer", Kind::Text, 15),
            column("curriculum-delivery", Kind::Text, 12),
            column("curriculum-assessment", Kind::Text, 16),
        ],
        rows,
        notes: Vec::new(),
    }
}

/// What each topic needs, who may teach it, what it relies on and whom it serves.
fn needs(t: T, sheet: &str, lines: &[Topic]) -> Table {
    let column = |key: &str, kind, width| Column::new(t.get(key), kind, width);
    let row = |(place, line): (i64, &Topic)| {
        Row::Line(vec![
            Cell::Number(place),
            Cell::Text(line.title.clone()),
            Cell::Text(line.materials.replace('\n', "; ")),
            Cell::Text(line.lecturer_names()),
            Cell::Text(line.document_names()),
            Cell::Text(line.position_titles()),
        ])
    };
    Table {
        sheet: format!("{sheet} (2)"),
        caption: t.get("curriculum-framework-needs").into_owned(),
        columns: vec![
            column("curriculum-framework-place", Kind::Mark, 5),
            column("curriculum-topic", Kind::Text, 34),
            column("curriculum-materials", Kind::Text, 28),
            column("curriculum-lecturers", Kind::Text, 22),
            column("curriculum-documents", Kind::Text, 20),
            column("curriculum-positions", Kind::Text, 28),
        ],
        rows: (1..).zip(lines).map(row).collect(),
        notes: Vec::new(),
    }
}

/// GET /programmes/framework.pdf and its kin.
pub(super) async fn get(format: Format, ui: Ui, State(db): State<Db>, permit: Permit<ReadProgrammes>) -> Answer {
    let (t, today) = (ui.t, db.today());
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, scheme.id, today).await?;
    let report = framework(&mut conn, t, &scheme, &rules, today).await?;
    drop(conn);
    let name = format!("{} - {}.{}", report.kind, report.title, format.extension());
    let bytes = apart(move || render(&report, format)).await?;
    Ok(Download::report(name, format.content_type(), bytes).into_response())
}
