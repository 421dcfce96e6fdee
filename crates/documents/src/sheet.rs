//! Tables as XLSX: a title, the source, a head that stays and repeats, typed cells, a totals line.

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use crate::DocumentError;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text, never read as a formula.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A share from 0 to 1, shown in percent with one decimal.
    Share(f64),
    /// A day.
    Day(NaiveDate),
    /// Nothing.
    Empty,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Text of the head.
    pub title: String,
    /// Width in characters.
    pub width: f64,
}

/// A table on its way into a file.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name of the sheet, at most 31 characters.
    pub name: String,
    /// Title above the table.
    pub title: String,
    /// Lines under the title: as-of date, base, source.
    pub notes: Vec<String>,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// The last line, set apart; may be empty.
    pub totals: Vec<Cell>,
    /// Day of the data; it is the date of the file too, so that equal tables give equal bytes.
    pub dated: NaiveDate,
}

/// Writes tables as sheets of one file.
///
/// # Errors
/// [`DocumentError::Sheet`].
pub fn write(tables: &[Table]) -> Result<Vec<u8>, DocumentError> {
    let mut book = Workbook::new();
    if let Some(first) = tables.first() {
        let made = excel(first.dated)?;
        book.set_properties(&DocProperties::new().set_title(&first.title).set_creation_datetime(&made));
    }
    let title = Format::new().set_bold().set_font_size(14.0);
    let note = Format::new().set_italic().set_font_color("555555");
    let line = Format::new().set_border(FormatBorder::Thin).set_border_color("BBBBBB");
    let head = head(&line);
    let (plain, bold) = (Looks::of(&line, true), Looks::of(&line.clone().set_bold(), true));
    for table in tables {
        let sheet = book.add_worksheet();
        sheet.set_name(&table.name)?;
        sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
        sheet.write_with_format(0, 0, &table.title, &title)?;
        let mut row = 1;
        for text in &table.notes {
            sheet.write_with_format(row, 0, text, &note)?;
            row += 1;
        }
        row += 1;
        for (column, c) in (0_u16..).zip(&table.columns) {
            sheet.set_column_width(column, c.width)?;
            sheet.write_with_format(row, column, &c.title, &head)?;
        }
        sheet.set_freeze_panes(row + 1, 0)?;
        sheet.set_repeat_rows(row, row)?;
        let totals = (!table.totals.is_empty()).then_some((&table.totals, &bold));
        for (cells, looks) in table.rows.iter().map(|r| (r, &plain)).chain(totals) {
            row += 1;
            looks.write(sheet, row, cells)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

/// A day as spreadsheets count it.
pub(crate) fn excel(day: NaiveDate) -> Result<ExcelDateTime, DocumentError> {
    use chrono::Datelike;
    let small = |n: u32| u8::try_from(n).unwrap_or(1);
    Ok(ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(1900), small(day.month()), small(day.day()))?)
}

/// Format of a head, upon the lines around its cells.
fn head(line: &Format) -> Format {
    let head = line.clone().set_bold().set_text_wrap().set_align(FormatAlign::Center);
    head.set_align(FormatAlign::VerticalCenter).set_background_color("F3E9E6")
}

/// Formats of cells by what they hold.
struct Looks {
    text: Format,
    whole: Format,
    share: Format,
    day: Format,
    empty: Format,
}

impl Looks {
    fn of(base: &Format, wrap: bool) -> Self {
        let number = |format: &str| base.clone().set_num_format(format);
        let text = if wrap { base.clone().set_text_wrap() } else { base.clone() };
        Self { text, whole: number("#,##0"), share: number("0.0%"), day: number("dd/mm/yyyy"), empty: base.clone() }
    }

    fn write(&self, sheet: &mut Worksheet, row: u32, cells: &[Cell]) -> Result<(), DocumentError> {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) => sheet.write_string_with_format(row, column, text, &self.text)?,
                #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a spreadsheet has floats only")]
                Cell::Whole(n) => sheet.write_number_with_format(row, column, *n as f64, &self.whole)?,
                Cell::Share(share) => sheet.write_number_with_format(row, column, *share, &self.share)?,
                Cell::Day(day) => sheet.write_datetime_with_format(row, column, &excel(*day)?, &self.day)?,
                Cell::Empty => sheet.write_blank(row, column, &self.empty)?,
            };
        }
        Ok(())
    }
}

/// A long list on its way into a file, row by row, for programs as much as for people: the first row has the titles.
/// Written rows lie in a nameless temporary file, so that memory does not grow with the list.
pub struct List {
    book: Workbook,
    row: u32,
    looks: Looks,
}

impl List {
    /// Begins a file with one sheet. `dated` is the date of the file, so that equal lists give equal bytes.
    ///
    /// # Errors
    /// [`DocumentError::Sheet`].
    pub fn new(name: &str, columns: &[Column], dated: NaiveDate) -> Result<Self, DocumentError> {
        let mut book = Workbook::new();
        book.set_properties(&DocProperties::new().set_title(name).set_creation_datetime(&excel(dated)?));
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        let head = head(&Format::new());
        for (place, column) in (0_u16..).zip(columns) {
            sheet.set_column_width(place, column.width)?;
            sheet.write_with_format(0, place, &column.title, &head)?;
        }
        Ok(Self { book, row: 0, looks: Looks::of(&Format::new(), false) })
    }

    /// The next row.
    ///
    /// # Errors
    /// [`DocumentError::Sheet`].
    pub fn push(&mut self, cells: &[Cell]) -> Result<(), DocumentError> {
        self.row += 1;
        self.looks.write(self.book.worksheet_from_index(0)?, self.row, cells)
    }

    /// The file.
    ///
    /// # Errors
    /// [`DocumentError::Sheet`].
    pub fn finish(mut self) -> Result<Vec<u8>, DocumentError> {
        Ok(self.book.save_to_buffer()?)
    }
}

#[cfg(test)]
mod tests {
    use calamine::{Data, DataType, Reader, Xlsx};

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let table = Table {
            name: "Bao phủ".into(),
            title: "Tỷ lệ đã bồi dưỡng".into(),
            notes: vec!["Số liệu đến 23/11/2026".into()],
            columns: vec![
                Column { title: "Xã".into(), width: 20.0 },
                Column { title: "Người".into(), width: 10.0 },
                Column { title: "Tỷ lệ".into(), width: 10.0 },
            ],
            rows: vec![vec![Cell::Text("=1+1".into()), Cell::Whole(66), Cell::Share(0.25)]],
            totals: vec![Cell::Text("Tổng".into()), Cell::Whole(66), Cell::Empty],
            dated: "2026-11-23".parse().unwrap(),
        };
        let bytes = write(std::slice::from_ref(&table)).unwrap();
        assert_eq!(write(&[table]).unwrap(), bytes);
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("Bao phủ").unwrap();
        let row: Vec<Data> = range.rows().nth(4).unwrap().to_vec();
        assert_eq!(row, [Data::String("=1+1".into()), Data::Float(66.0), Data::Float(0.25)]);
    }

    #[test]
    fn a_list_written_row_by_row_is_read_back() {
        let columns = ["Họ và tên", "Ngày sinh"].map(|title| Column { title: title.into(), width: 20.0 });
        let day: NaiveDate = "1980-03-05".parse().unwrap();
        let write = || {
            let mut list = List::new("Cán bộ", &columns, day).unwrap();
            for number in 0..2_000 {
                list.push(&[Cell::Text(format!("+Người {number}")), Cell::Day(day)]).unwrap();
            }
            list.finish().unwrap()
        };
        let bytes = write();
        assert_eq!(write(), bytes);
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("Cán bộ").unwrap();
        assert_eq!(range.rows().count(), 2_001);
        let last = range.rows().next_back().unwrap();
        assert_eq!(last.first(), Some(&Data::String("+Người 1999".into())));
        assert_eq!(last.get(1).and_then(DataType::as_datetime).map(|moment| moment.date()), Some(day));
    }
}
