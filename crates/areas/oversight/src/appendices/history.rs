//! Phụ lục 2: person-times of training by category and period as declared, and by category and calendar year as recorded since.

use std::collections::{BTreeMap, BTreeSet};

use ::people::registry::training_history;
use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use documents::report::{Block, Cell, Column, Kind, Report, Row, Table};
use teaching::scheme::{Rules, Scheme};
use web::T;

// past courses of people of the province by their own category; completed classes of the school are training for the post
sql!(
    BY_YEAR,
    "SELECT y.year, y.category_code, COUNT(*) AS person_times
     FROM (SELECT SUBSTR(CAST(c.ends_on AS TEXT), 1, 4) AS year, c.category_code, c.person_id FROM v_history_course c
           UNION ALL
           SELECT SUBSTR(CAST(l.ends_on AS TEXT), 1, 4) AS year, 'KTKN' AS category_code, l.person_id
           FROM v_classes_learner l WHERE l.outcome = 'completed') y
     JOIN v_registry_person p ON p.person_id = y.person_id
     JOIN v_organisation_commune u ON u.commune_id = p.commune_id
     WHERE u.province_id = $1
     GROUP BY y.year, y.category_code ORDER BY y.year, y.category_code"
);

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
    let recorded: Vec<(String, String, i64)> = conn.all(&BY_YEAR, &[&scheme.province_id]).await?;
    if !recorded.is_empty() {
        let names: BTreeMap<&str, &str> =
            lines.iter().map(|l| (l.category_code.as_str(), l.category.as_str())).collect();
        report.blocks.push(Block::Table(by_year(t, &names, &recorded)));
    }
    Ok(report)
}

/// What courses and classes have been recorded, by category and the calendar year in which they ended.
fn by_year(t: T, names: &BTreeMap<&str, &str>, recorded: &[(String, String, i64)]) -> Table {
    let years: BTreeSet<&str> = recorded.iter().map(|(year, ..)| year.as_str()).collect();
    let categories: BTreeSet<&str> = recorded.iter().map(|(_, category, _)| category.as_str()).collect();
    let of = |year: &str, category: Option<&str>| -> i64 {
        let fits = |(y, c, _): &&(String, String, i64)| y == year && category.is_none_or(|category| c == category);
        recorded.iter().filter(fits).map(|(.., n)| n).sum()
    };
    let cells = |category: Option<&str>| {
        let numbers: Vec<i64> = years.iter().map(|year| of(year, category)).collect();
        let sum = numbers.iter().sum();
        numbers.into_iter().chain([sum]).map(Cell::Number).collect::<Vec<_>>()
    };
    let mut rows: Vec<Row> = (1..)
        .zip(&categories)
        .map(|(place, category)| {
            let name = names.get(category).copied().unwrap_or(category).to_owned();
            Row::Line([vec![Cell::Number(place), Cell::Text(name)], cells(Some(category))].concat())
        })
        .collect();
    let sum = t.get("appendices-total").into_owned();
    rows.push(Row::Total([vec![Cell::Empty, Cell::Text(sum.clone())], cells(None)].concat()));
    let mut columns = vec![
        Column::new(t.get("appendices-place"), Kind::Mark, 5),
        Column::new(t.get("appendices-category"), Kind::Text, 50),
    ];
    columns.extend(years.iter().map(|year| Column::new(*year, Kind::Number, 10)));
    columns.push(Column::new(sum, Kind::Number, 12));
    Table {
        sheet: t.get("appendices-history-years").into_owned(),
        caption: t.get("appendices-history-recorded").into_owned(),
        columns,
        rows,
        notes: vec![t.get("appendices-history-note").into_owned()],
    }
}
