//! The framework document (the scheme's Phụ lục 3): every programme with its topics, as a report.

use ::store::{Conn, StoreError};
use chrono::NaiveDate;
use documents::report::{Block, Cell, Column, Kind, Page, Report, Row, Table};
use web::T;

use super::store::{Topic, programmes, topics};
use crate::scheme::{Rules, Scheme};

/// Every programme of a scheme with the topics of its newest version, as the school issues it on a day.
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
    for programme in programmes(conn, scheme.id).await? {
        let lines = topics(conn, programme.version_id).await?;
        report.blocks.push(Block::Heading(programme.name.clone()));
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
        report.blocks.push(Block::Text(said.into_owned()));
        report.blocks.push(Block::Table(table(t, &programme.code, &lines)));
    }
    Ok(report)
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
            of(theory),
            of(!theory),
            word("kind", &line.kind),
            word("method", &line.method),
            word("lecturer", &line.lecturer_type),
            word("delivery", &line.delivery),
        ])
    };
    let sum =
        |theory: bool| Cell::Number(lines.iter().filter(|l| (l.kind == "theory") == theory).map(|l| l.periods).sum());
    let mut rows: Vec<Row> = (1..).zip(lines).map(row).collect();
    rows.push(Row::Total(vec![
        Cell::Empty,
        Cell::Text(t.get("curriculum-framework-total").into_owned()),
        sum(true),
        sum(false),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
    ]));
    Table {
        sheet: sheet.to_owned(),
        caption: String::new(),
        columns: vec![
            column("curriculum-framework-place", Kind::Mark, 5),
            column("curriculum-topic", Kind::Text, 44),
            periods("curriculum-framework-theory"),
            periods("curriculum-framework-other"),
            column("curriculum-kind", Kind::Text, 13),
            column("curriculum-method", Kind::Text, 24),
            column("curriculum-lecturer", Kind::Text, 16),
            column("curriculum-delivery", Kind::Text, 14),
        ],
        rows,
        notes: Vec::new(),
    }
}
