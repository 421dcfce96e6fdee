//! Tables as XLSX: a title, the source, a head that stays and repeats, typed cells, a totals line.

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook};

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
    use chrono::Datelike;
    let mut book = Workbook::new();
    let excel = |day: NaiveDate| {
        let small = |n: u32| u8::try_from(n).unwrap_or(1);
        ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(1900), small(day.month()), small(day.day()))
    };
    if let Some(first) = tables.first() {
        let made = excel(first.dated)?;
        book.set_properties(&DocProperties::new().set_title(&first.title).set_creation_datetime(&made));
    }
    let title = Format::new().set_bold().set_font_size(14.0);
    let note = Format::new().set_italic().set_font_color("555555");
    let line = || Format::new().set_border(FormatBorder::Thin).set_border_color("BBBBBB");
    let head = line().set_bold().set_text_wrap().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    let head = head.set_background_color("F3E9E6");
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
        let bold = |f: Format, is_total: bool| if is_total { f.set_bold() } else { f };
        let totals = (!table.totals.is_empty()).then_some((&table.totals, true));
        for (cells, is_total) in table.rows.iter().map(|r| (r, false)).chain(totals) {
            row += 1;
            for (column, cell) in (0_u16..).zip(cells) {
                match cell {
                    Cell::Text(text) => {
                        sheet.write_string_with_format(row, column, text, &bold(line().set_text_wrap(), is_total))?;
                    }
                    #[expect(
                        clippy::as_conversions,
                        clippy::cast_precision_loss,
                        reason = "a spreadsheet has floats only"
                    )]
                    Cell::Whole(n) => {
                        let format = bold(line().set_num_format("#,##0"), is_total);
                        sheet.write_number_with_format(row, column, *n as f64, &format)?;
                    }
                    Cell::Share(share) => {
                        let format = bold(line().set_num_format("0.0%"), is_total);
                        sheet.write_number_with_format(row, column, *share, &format)?;
                    }
                    Cell::Day(day) => {
                        let format = bold(line().set_num_format("dd/mm/yyyy"), is_total);
                        sheet.write_datetime_with_format(row, column, &excel(*day)?, &format)?;
                    }
                    Cell::Empty => {
                        sheet.write_blank(row, column, &line())?;
                    }
                }
            }
        }
    }
    Ok(book.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};

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
}
