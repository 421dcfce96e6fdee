//! Phụ lục 2: person-times of training by category and period.

use ::people::registry::training_history;
use ::store::{Conn, StoreError};
use chrono::NaiveDate;
use documents::report::{Block, Cell, Column, Kind, Report, Row, Table};
use teaching::scheme::{Rules, Scheme};
use web::T;

pub(super) async fn report(
    conn: &mut Conn,
    t: T,
    scheme: &Scheme,
    rules: &Rules,
    on: NaiveDate,
) -> Result<Report, StoreError> {
    let lines = training_history(conn, scheme.province_id).await?;
    let mut report = Report::new(&rules.letterhead(), on, t.get("appendices-history"));
    report.kind = t.get("appendices-history-kind").into_owned();
    for period in lines.chunk_by(|a, b| a.period == b.period) {
        let total: i64 = period.iter().map(|l| l.person_times).sum();
        let line = |(place, l): (i64, &::people::registry::HistoryInput)| {
            Row::Line(vec![
                Cell::Number(place),
                Cell::Text(l.category.clone()),
                Cell::Number(l.person_times),
                Cell::Share(l.person_times, total),
            ])
        };
        let mut rows: Vec<Row> = (1..).zip(period).map(line).collect();
        let sum = t.get("appendices-total").into_owned();
        rows.push(Row::Total(vec![Cell::Empty, Cell::Text(sum), Cell::Number(total), Cell::Share(total, total)]));
        let name = period.first().map_or("", |l| l.period.as_str());
        let column = |key: &str, kind, width| Column::new(t.get(key), kind, width);
        report.blocks.push(Block::Table(Table {
            sheet: name.to_owned(),
            caption: t.arg("appendices-history-period", "period", name).into_owned(),
            columns: vec![
                column("appendices-place", Kind::Mark, 5),
                column("appendices-category", Kind::Text, 50),
                column("appendices-person-times", Kind::Number, 14),
                column("appendices-share", Kind::Percent, 12),
            ],
            rows,
            notes: Vec::new(),
        }));
    }
    Ok(report)
}
