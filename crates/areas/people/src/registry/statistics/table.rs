//! An answer as a table of a report.

use documents::report::{Block, Cell, Column, Kind, Letterhead, Page, Report, Row, Table};
use web::T;

use super::{Crossing, name};

/// Columns beyond which a page lies across.
const UPRIGHT: usize = 6;

impl Crossing {
    /// The answer as a table: order, key, sum with its share, a column for each key of the columns, a line of sums.
    #[must_use]
    pub fn table(&self, t: T, sheet: &str, caption: &str) -> Table {
        let column = |key: &str, kind, width| Column::new(t.get(key), kind, width);
        let mut columns = vec![
            column("statistics-place", Kind::Mark, 5),
            Column::new(name(t, self.question.rows), Kind::Text, 30),
            column("registry-people", Kind::Number, 10),
            column("statistics-share", Kind::Percent, 9),
        ];
        if let Some(dimension) = self.question.columns {
            let above = name(t, dimension);
            let one = |(key, _): &(String, i64)| {
                Column::new(self.label(t, dimension, key), Kind::Number, 10).under(above.clone())
            };
            columns.extend(self.grid.columns.iter().map(one));
        }
        let inner = |people: &mut dyn Iterator<Item = i64>| -> Vec<Cell> {
            if self.question.columns.is_none() { Vec::new() } else { people.map(Cell::Number).collect() }
        };
        let all = self.grid.people;
        let line = |(place, ((key, sum), cells)): (i64, (&(String, i64), &Vec<i64>))| {
            let label = self.label(t, self.question.rows, key);
            let mut row = vec![Cell::Number(place), Cell::Text(label), Cell::Number(*sum), Cell::Share(*sum, all)];
            row.extend(inner(&mut cells.iter().copied()));
            Row::Line(row)
        };
        let mut rows: Vec<Row> = (1..).zip(self.grid.rows.iter().zip(&self.grid.cells)).map(line).collect();
        let words = t.get("registry-total").into_owned();
        let mut sums = vec![Cell::Empty, Cell::Text(words), Cell::Number(all), Cell::Share(all, all)];
        sums.extend(inner(&mut self.grid.columns.iter().map(|(_, sum)| *sum)));
        rows.push(Row::Total(sums));
        Table { sheet: sheet.to_owned(), caption: caption.to_owned(), columns, rows, notes: Vec::new() }
    }

    /// The answer as a report of its own, dated `dated`.
    #[must_use]
    pub fn report(&self, t: T, head: &Letterhead, dated: chrono::NaiveDate) -> Report {
        let mut report = Report::new(head, dated, t.arg("statistics-report", "what", self.title(t)));
        report.as_of = Some(self.question.on);
        let narrowed = self.narrowed(t);
        if !narrowed.is_empty() {
            report.blocks.push(Block::Text(t.arg("statistics-narrowed", "what", narrowed.join("; ")).into_owned()));
        }
        if self.grid.columns.len() > UPRIGHT {
            report.page = Page::Landscape;
        }
        report.blocks.push(Block::Table(self.table(t, &t.get("statistics-sheet"), "")));
        report
    }
}
