//! Phụ lục 1: the people of the register by bloc and level, beside what the scheme declares.

use ::people::registry::{
    ReconcileLine, gaps, reconcile,
    statistics::{Dimension, Question, cross},
};
use ::store::{Conn, StoreError};
use chrono::NaiveDate;
use documents::report::{Block, Cell, Column, Kind, Page, Report, Row, Table};
use teaching::scheme::{Rules, Scheme};
use web::T;

/// What the appendix counts by what, after the declared figures.
const TABLES: [(Dimension, Dimension); 7] = [
    (Dimension::Bloc, Dimension::Education),
    (Dimension::Bloc, Dimension::Theory),
    (Dimension::Bloc, Dimension::Management),
    (Dimension::Level, Dimension::Bloc),
    (Dimension::Audience, Dimension::Level),
    (Dimension::Age, Dimension::Gender),
    (Dimension::Commune, Dimension::Bloc),
];

pub(super) async fn report(
    conn: &mut Conn,
    t: T,
    scheme: &Scheme,
    rules: &Rules,
    on: NaiveDate,
) -> Result<Report, StoreError> {
    let lines = reconcile(conn, scheme.province_id).await?;
    let mut report = Report::new(&rules.letterhead(), on, t.get("appendices-people"));
    report.kind = t.get("appendices-people-kind").into_owned();
    report.as_of = Some(on);
    report.page = Page::Landscape;
    report.blocks.push(Block::Heading(t.get("appendices-people-declared").into_owned()));
    report.blocks.push(Block::Table(declared(t, &lines)));
    report.blocks.push(Block::Heading(t.get("appendices-people-crossed").into_owned()));
    for (number, (rows, columns)) in (2..).zip(TABLES) {
        let seen = cross(conn, scheme.province_id.into(), Question::new(rows, Some(columns), on)).await?;
        let said = [("n", i64::from(number).into()), ("what", seen.title(t).into())];
        let sheet = t.arg("appendices-table-sheet", "n", i64::from(number));
        report.blocks.push(Block::Table(seen.table(t, &sheet, &t.args("appendices-table", said))));
    }
    Ok(report)
}

/// Register and declaration line by line.
fn declared(t: T, lines: &[ReconcileLine]) -> Table {
    let column = |key: &str, kind, width| Column::new(t.get(key), kind, width);
    let under = |key: &str, kind, group: &str| column(key, kind, 10).under(t.get(group));
    let total = lines.iter().find(|l| l.dimension == "total");
    let (counted, declared) = total.map_or((0, 0), |l| (l.counted, l.declared));
    let mut rows = Vec::new();
    let mut place = 0;
    for chunk in lines.chunk_by(|a, b| a.dimension == b.dimension) {
        let dimension = chunk.first().map_or("", |l| l.dimension.as_str());
        if !matches!(dimension, "total" | "target") {
            rows.push(Row::Group(t.get(format!("appendices-{dimension}")).into_owned()));
        }
        for line in chunk {
            place += 1;
            rows.push(Row::Line(vec![
                Cell::Number(place),
                Cell::Text(line.label.clone()),
                Cell::Number(line.counted),
                Cell::Share(line.counted, counted),
                Cell::Number(line.declared),
                Cell::Share(line.declared, declared),
                Cell::Number(line.counted - line.declared),
            ]));
        }
    }
    let notes = gaps(lines).into_iter().filter(|gap| gap.missing != 0).map(|gap| {
        let dimension = t.get(format!("appendices-{}", gap.dimension)).into_owned();
        t.args(
            "appendices-gap",
            [("dimension", dimension.into()), ("sum", t.num(gap.sum).into()), ("missing", t.num(gap.missing).into())],
        )
        .into_owned()
    });
    Table {
        sheet: t.get("appendices-people-sheet").into_owned(),
        caption: t.arg("appendices-table-declared", "n", 1).into_owned(),
        columns: vec![
            column("appendices-place", Kind::Mark, 5),
            column("appendices-line", Kind::Text, 36),
            under("appendices-count", Kind::Number, "appendices-register"),
            under("appendices-share", Kind::Percent, "appendices-register"),
            under("appendices-count", Kind::Number, "appendices-declared"),
            under("appendices-share", Kind::Percent, "appendices-declared"),
            column("appendices-difference", Kind::Number, 10),
        ],
        rows,
        notes: notes.collect(),
    }
}
