//! A report that a body sends: the heading in the state format (Nghị định 30/2020/NĐ-CP, Annex I), a title, sections of
//! text and tables, and who signs. One struct, three files: PDF for reading, DOCX for working on, XLSX for calculating.
//!
//! Who makes a report fills [`Report`] and calls [`render`]; nothing else knows the formats.

mod xlsx;

use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    DocumentError,
    certificate::day,
    official::{self, Official, Sheet, Signature, Style},
};

/// Everything that stands in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Body above the issuing body, as in the heading: "Tỉnh ủy Nghệ An".
    pub parent: String,
    /// Issuing body: "Trường Chính trị tỉnh Nghệ An".
    pub body: String,
    /// Number with its sign: `05/BC-TCT`; empty for a paper that gets none or gets it later.
    pub number: String,
    /// Place of issue: "Nghệ An".
    pub place: String,
    /// Day of issue; it is the date of the files too, so that equal reports give equal bytes.
    pub dated: NaiveDate,
    /// Kind of the paper, in capitals over the title: "PHỤ LỤC 1"; may be empty.
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// Day of the data, said under the title; none where the paper holds no data of a day.
    pub as_of: Option<NaiveDate>,
    /// How the pages lie.
    pub page: Page,
    /// Texts and tables in their order.
    pub blocks: Vec<Block>,
    /// Who signs; none for a paper that another one covers.
    pub signature: Option<Signature>,
    /// Who receives it ("Nơi nhận"), a line each without its dash; may be empty.
    pub recipients: Vec<String>,
}

/// Who issues reports, and where: the same over every paper of one body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// Body above the issuing body.
    pub parent: String,
    /// Issuing body.
    pub body: String,
    /// Place of issue.
    pub place: String,
    /// Title under which its papers are signed.
    pub signer_title: String,
}

impl Report {
    /// An upright paper of a body, dated, without number, to be signed by hand; its blocks and all else are put in after.
    #[must_use]
    pub fn new(head: &Letterhead, dated: NaiveDate, title: impl Into<String>) -> Self {
        Self {
            parent: head.parent.clone(),
            body: head.body.clone(),
            number: String::new(),
            place: head.place.clone(),
            dated,
            kind: String::new(),
            title: title.into(),
            as_of: None,
            page: Page::Portrait,
            blocks: Vec::new(),
            signature: Some(Signature::own(head.signer_title.clone())),
            recipients: Vec::new(),
        }
    }

    /// The paper that it is: what a reader or a clerk gets.
    fn official(&self) -> Official {
        let blocks = self.blocks.iter().map(|block| match block {
            Block::Heading(text) => official::Block::Heading(text.clone()),
            Block::Text(text) => official::Block::Text(text.clone()),
            Block::Table(table) => official::Block::Table(table.clone()),
        });
        Official {
            style: Style::State,
            parent: self.parent.clone(),
            body: self.body.clone(),
            number: self.number.clone(),
            place: self.place.clone(),
            dated: self.dated,
            // a paper without a kind is no letter: its title stands in the middle
            kind: if self.kind.is_empty() { self.title.clone() } else { self.kind.clone() },
            subject: if self.kind.is_empty() { String::new() } else { self.title.clone() },
            note: as_of(self).unwrap_or_default(),
            page: self.page,
            sheets: vec![Sheet { to: Vec::new(), blocks: blocks.collect() }],
            signatures: self.signature.iter().cloned().collect(),
            recipients: self.recipients.clone(),
            annexes: Vec::new(),
        }
    }
}

/// How the pages of a report lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Page {
    /// A4 upright.
    Portrait,
    /// A4 across, for wide tables.
    Landscape,
}

/// A part of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Heading of a section.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A table.
    Table(Table),
}

/// A table of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Name of its sheet in a spreadsheet; cut to 31 characters, made unique, without the signs that spreadsheets refuse.
    pub sheet: String,
    /// Line over the table: "Bảng 1. …"; may be empty.
    pub caption: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows in their order; a line has a cell for each column.
    pub rows: Vec<Row>,
    /// Lines under the table: source, reservations.
    pub notes: Vec<String>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Text of the head.
    pub title: String,
    /// Head above it, shared with its neighbours of the same text; empty for none.
    pub group: String,
    /// What it holds.
    pub kind: Kind,
    /// Width in characters; in papers the share of the page's width. Above 0.
    pub width: u16,
}

impl Column {
    /// A column without a head above it.
    #[must_use]
    pub fn new(title: impl Into<String>, kind: Kind, width: u16) -> Self {
        Self { title: title.into(), group: String::new(), kind, width }
    }

    /// The same under a head that it shares with its neighbours.
    #[must_use]
    pub fn under(self, group: impl Into<String>) -> Self {
        Self { group: group.into(), ..self }
    }
}

/// What a column holds; it decides how its cells stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Text, from the left.
    Text,
    /// A short mark: an ordinal, a number of a document; in the middle.
    Mark,
    /// Whole numbers, to the right.
    Number,
    /// Shares, to the right.
    Percent,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Row {
    /// A line of its own over the whole width, before the rows that belong to it.
    Group(String),
    /// A line.
    Line(Vec<Cell>),
    /// A line of sums, set apart.
    Total(Vec<Cell>),
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    /// Text, never read as markup or as a formula.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A share as two whole numbers, part and whole; shown as a dash where the whole is 0.
    Share(i64, i64),
    /// Nothing.
    Empty,
}

/// How a report leaves the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For reading and printing.
    Pdf,
    /// For working on.
    Docx,
    /// For calculating.
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Xlsx, Self::Pdf, Self::Docx];

    /// Ending of the file's name, without its dot; also the word that chooses the format.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }

    /// MIME type of the file.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A word that is no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no format {0}; there are xlsx, pdf, docx")]
pub struct NoFormat(pub String);

impl FromStr for Format {
    type Err = NoFormat;

    fn from_str(word: &str) -> Result<Self, NoFormat> {
        Self::ALL.into_iter().find(|f| f.extension() == word).ok_or_else(|| NoFormat(word.to_owned()))
    }
}

/// The report as a file.
///
/// # Errors
/// [`DocumentError`].
pub fn render(report: &Report, format: Format) -> Result<Vec<u8>, DocumentError> {
    match format {
        Format::Pdf | Format::Docx => official::render(&report.official(), format),
        Format::Xlsx => xlsx::write(report),
    }
}

/// The line that says of which day the data are.
fn as_of(report: &Report) -> Option<String> {
    report.as_of.map(|on| format!("(Số liệu tính đến ngày {})", day(on)))
}

/// A cell as it is read: thousands with points, shares in percent with one decimal, below half a percent with two.
pub(crate) fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(n) => grouped(*n),
        Cell::Share(_, 0) => "–".to_owned(),
        Cell::Share(part, whole) => {
            let (part, whole) = (i128::from(*part), i128::from(*whole));
            // half up, away from zero
            let rounded = |parts: i128| (2 * part.abs() * parts + whole.abs()) / (2 * whole.abs());
            let sign = if (part < 0) == (whole < 0) || part == 0 { "" } else { "-" };
            let small = part != 0 && 200 * part.abs() < whole.abs();
            let (parts, places) = if small { (rounded(10_000), 2_usize) } else { (rounded(1_000), 1) };
            let unit = if small { 100 } else { 10 };
            format!("{sign}{},{:0places$}", parts / unit, parts % unit)
        }
        Cell::Empty => String::new(),
    }
}

pub(crate) fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::from(if n < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// The heads above columns: text and how many columns each covers; an empty text covers columns that have none.
pub(crate) fn spans(columns: &[Column]) -> Vec<(&str, usize)> {
    columns.chunk_by(|a, b| a.group == b.group).map(|c| (c.first().map_or("", |f| f.group.as_str()), c.len())).collect()
}

/// A table as the typesetter takes it.
#[derive(Serialize)]
pub(crate) struct Grid<'a> {
    caption: &'a str,
    titles: Vec<&'a str>,
    /// Text and width of each head above columns; empty when there is none.
    groups: Vec<(&'a str, usize)>,
    kinds: Vec<&'static str>,
    widths: Vec<u16>,
    rows: Vec<Line<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Line<'a> {
    group: Option<&'a str>,
    total: bool,
    cells: Vec<String>,
}

pub(crate) fn grid(table: &Table) -> Grid<'_> {
    let kind = |c: &Column| match c.kind {
        Kind::Text => "text",
        Kind::Mark => "mark",
        Kind::Number | Kind::Percent => "number",
    };
    let groups = spans(&table.columns);
    let cells = |cells: &[Cell]| cells.iter().map(shown).collect();
    Grid {
        caption: &table.caption,
        titles: table.columns.iter().map(|c| c.title.as_str()).collect(),
        groups: if groups.iter().any(|(text, _)| !text.is_empty()) { groups } else { Vec::new() },
        kinds: table.columns.iter().map(kind).collect(),
        widths: table.columns.iter().map(|c| c.width).collect(),
        rows: table
            .rows
            .iter()
            .map(|row| match row {
                Row::Group(text) => Line { group: Some(text), total: false, cells: Vec::new() },
                Row::Line(line) => Line { group: None, total: false, cells: cells(line) },
                Row::Total(line) => Line { group: None, total: true, cells: cells(line) },
            })
            .collect(),
        notes: &table.notes,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    pub(super) fn sample(page: Page, lines: i64) -> Report {
        let columns = vec![
            Column::new("TT", Kind::Mark, 5),
            Column::new("Đơn vị", Kind::Text, 30),
            Column::new("Đại học", Kind::Number, 10).under("Trình độ chuyên môn"),
            Column::new("Tỷ lệ (%)", Kind::Percent, 10).under("Trình độ chuyên môn"),
        ];
        let line = |n: i64| {
            Row::Line(vec![
                Cell::Number(n),
                Cell::Text("Xã <Keng & Đu> =1+1".into()),
                Cell::Number(7430),
                Cell::Share(7430, 8624),
            ])
        };
        let mut rows = vec![Row::Group("A. Khối Đảng".into())];
        rows.extend((1..=lines).map(line));
        rows.push(Row::Total(vec![
            Cell::Empty,
            Cell::Text("Tổng cộng".into()),
            Cell::Number(8624),
            Cell::Share(5, 8624),
        ]));
        let table = |sheet: &str| Table {
            sheet: sheet.into(),
            caption: "Bảng 1. Trình độ".into(),
            columns: columns.clone(),
            rows: rows.clone(),
            notes: vec!["Nguồn: sổ cán bộ.".into()],
        };
        Report {
            parent: "Tỉnh ủy Nghệ An".into(),
            body: "Trường Chính trị tỉnh Nghệ An".into(),
            number: "05/BC-TCT".into(),
            place: "Nghệ An".into(),
            dated: "2026-02-05".parse().unwrap(),
            kind: "Phụ lục 1".into(),
            title: "Thực trạng đội ngũ cán bộ, công chức cấp xã".into(),
            as_of: "2025-11-10".parse().ok(),
            page,
            blocks: vec![
                Block::Heading("1. Số lượng".into()),
                Block::Text("Toàn tỉnh có 8.624 người.\u{1}".into()),
                Block::Table(table("Trình độ: [A]")),
                Block::Table(table("trình độ A")),
            ],
            signature: Some(Signature { name: "Người ký".into(), ..Signature::own("Hiệu trưởng") }),
            recipients: vec!["Ban Tổ chức Tỉnh ủy;".into()],
        }
    }

    fn part(file: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    /// Texts of the cells of each row, row by row; `tblHeader` where the row is repeated.
    fn rows(document: &str) -> Vec<Vec<String>> {
        use quick_xml::{Reader, events::Event};
        let (mut reader, mut rows) = (Reader::from_str(document), Vec::<Vec<String>>::new());
        let (mut within, mut inside) = (false, false);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) if tag.name().as_ref() == "w:tr" => rows.push(Vec::new()),
                Event::Start(tag) if tag.name().as_ref() == "w:tc" => {
                    rows.last_mut().unwrap().push(String::new());
                    within = true;
                }
                Event::End(tag) if tag.name().as_ref() == "w:tc" => within = false,
                Event::Start(tag) if tag.name().as_ref() == "w:t" => inside = within,
                Event::End(tag) if tag.name().as_ref() == "w:t" => inside = false,
                Event::Empty(tag) if tag.name().as_ref() == "w:tblHeader" => {
                    rows.last_mut().unwrap().push("tblHeader".into());
                }
                Event::Text(text) if inside => {
                    if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
                        cell.push_str(&text);
                    }
                }
                Event::GeneralRef(name) if inside => {
                    let known = [("lt", "<"), ("gt", ">"), ("amp", "&")];
                    let sign = known.iter().find(|(code, _)| *code == &*name).map_or("?", |(_, sign)| *sign);
                    rows.last_mut().unwrap().last_mut().unwrap().push_str(sign);
                }
                Event::Eof => return rows,
                _ => {}
            }
        }
    }

    #[test]
    fn equal_reports_give_equal_bytes() {
        let report = sample(Page::Landscape, 3);
        for format in Format::ALL {
            let once = render(&report, format).unwrap();
            assert_eq!(render(&report, format).unwrap(), once, "{format:?}");
            let mut other = report.clone();
            other.title.push('!');
            assert_ne!(render(&other, format).unwrap(), once, "{format:?}");
        }
    }

    #[test]
    fn a_docx_has_every_cell_and_repeats_its_heads() {
        let file = render(&sample(Page::Portrait, 2), Format::Docx).unwrap();
        let document = part(&file, "word/document.xml");
        let rows = rows(&document);
        let line = |n: &str| vec![n.to_owned(), "Xã <Keng & Đu> =1+1".into(), "7.430".into(), "86,2".into()];
        let words = |row: &[&str]| row.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let table = [
            words(&["tblHeader", "TT", "Đơn vị", "Trình độ chuyên môn"]),
            words(&["tblHeader", "", "", "Đại học", "Tỷ lệ (%)"]),
            words(&["A. Khối Đảng"]),
            line("1"),
            line("2"),
            words(&["", "Tổng cộng", "8.624", "0,06"]),
        ];
        // the heading in two rows, two tables, the signature
        assert_eq!(rows.len(), 2 + 2 * table.len() + 1, "{rows:?}");
        assert_eq!(rows[2..2 + table.len()], table);
        assert_eq!(rows[2 + table.len()..2 + 2 * table.len()], table);
        assert!(document.contains(r#"<w:pgSz w:w="11906" w:h="16838""#), "{document}");
        assert!(part(&file, "word/styles.xml").contains(r#"w:ascii="Times New Roman""#));
        assert!(part(&file, "word/header2.xml").contains("PAGE"));
        assert!(part(&file, "docProps/core.xml").contains("2026-02-05T00:00:00Z"));
        assert!(document.contains("Toàn tỉnh có 8.624 người. <"), "a control character is a space");
        let across = part(&render(&sample(Page::Landscape, 2), Format::Docx).unwrap(), "word/document.xml");
        assert!(across.contains(r#"<w:pgSz w:w="16838" w:h="11906" w:orient="landscape" />"#));
    }

    #[test]
    fn a_spreadsheet_has_numbers_and_a_sheet_for_each_table() {
        let file = render(&sample(Page::Landscape, 2), Format::Xlsx).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
        assert_eq!(book.sheet_names(), ["Trình độ A", "trình độ A 2"]);
        let range = book.worksheet_range("Trình độ A").unwrap();
        let found: Vec<&[Data]> = range.rows().collect();
        let head = found.iter().position(|row| row[0] == Data::String("A. Khối Đảng".into())).unwrap();
        let text = |words: &str| Data::String(words.into());
        assert_eq!(found[head - 1], [Data::Empty, Data::Empty, text("Đại học"), text("Tỷ lệ (%)")]);
        assert_eq!(found[head - 2], [text("TT"), text("Đơn vị"), text("Trình độ chuyên môn"), Data::Empty]);
        let share = 7430.0 / 8624.0;
        assert_eq!(
            found[head + 1],
            [Data::Float(1.0), text("Xã <Keng & Đu> =1+1"), Data::Float(7430.0), Data::Float(share)]
        );
        assert_eq!(found[head + 3][2], Data::Float(8624.0));
        assert_eq!(found[0][0], text("TỈNH ỦY NGHỆ AN"));
        let whole: Vec<String> =
            range.cells().filter_map(|(_, _, cell)| Some(cell.to_string()).filter(|t| !t.is_empty())).collect();
        for words in [
            "Số: 05/BC-TCT",
            "Nghệ An, ngày 05 tháng 02 năm 2026",
            "(Số liệu tính đến ngày 10/11/2025)",
            "Nguồn: sổ cán bộ.",
        ] {
            assert!(whole.iter().any(|cell| cell == words), "{words}: {whole:?}");
        }
    }

    #[test]
    fn a_report_without_a_table_is_a_sheet_too() {
        let mut report = sample(Page::Portrait, 1);
        report.blocks.retain(|block| !matches!(block, Block::Table(_)));
        for format in Format::ALL {
            assert!(!render(&report, format).unwrap().is_empty());
        }
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(render(&report, Format::Xlsx).unwrap())).unwrap();
        assert_eq!(book.sheet_names(), ["Báo cáo"]);
        let range = book.worksheet_range("Báo cáo").unwrap();
        assert!(range.cells().any(|(_, _, cell)| cell == &Data::String("1. Số lượng".into())));
    }

    #[test]
    fn figures_are_written_as_offices_write_them() {
        let cells = [
            (Cell::Number(8_624), "8.624"),
            (Cell::Number(-1_000_000), "-1.000.000"),
            (Cell::Number(5), "5"),
            (Cell::Share(7430, 8624), "86,2"),
            (Cell::Share(5, 8624), "0,06"),
            (Cell::Share(54, 8624), "0,6"),
            (Cell::Share(0, 8624), "0,0"),
            (Cell::Share(1, 1), "100,0"),
            (Cell::Share(0, 0), "–"),
            (Cell::Share(-71, 8624), "-0,8"),
        ];
        for (cell, words) in cells {
            assert_eq!(shown(&cell), words, "{cell:?}");
        }
    }
}
