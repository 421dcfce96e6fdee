//! The report as XLSX: a sheet for each table under the whole heading, the texts where they stand.

use std::collections::HashSet;

use rust_xlsxwriter::{DocProperties, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::{Block, Cell, Kind, Page, Report, Row, Table, as_of, spans};
use crate::{
    DocumentError,
    official::{Style, dateline},
    sheet::excel,
};

const FONT: &str = "Times New Roman";
/// Most characters of a sheet's name.
const NAME: usize = 31;

/// A table with the texts that stand before it.
#[derive(Default)]
struct Part<'a> {
    before: Vec<&'a Block>,
    table: Option<&'a Table>,
}

fn parts(report: &Report) -> Vec<Part<'_>> {
    let mut all = vec![Part::default()];
    for block in &report.blocks {
        if let Some(last) = all.last_mut() {
            match block {
                Block::Table(table) => {
                    last.table = Some(table);
                    all.push(Part::default());
                }
                other => last.before.push(other),
            }
        }
    }
    // what stands after the last table gets no sheet of its own
    if all.len() > 1
        && let Some(rest) = all.pop()
        && let Some(last) = all.last_mut()
    {
        last.before.extend(rest.before);
    }
    all
}

/// Formats of one look of the letters.
struct Looks {
    text: Format,
    mark: Format,
    whole: Format,
    share: Format,
}

impl Looks {
    fn of(base: &Format) -> Self {
        let middle = base.clone().set_align(FormatAlign::VerticalCenter);
        Self {
            text: middle.clone().set_text_wrap(),
            mark: middle.clone().set_text_wrap().set_align(FormatAlign::Center),
            whole: middle.clone().set_num_format("#,##0"),
            share: middle.set_num_format("[<0.005]0.00%;0.0%"),
        }
    }
}

struct Writer<'a> {
    report: &'a Report,
    plain: Format,
    grid: Looks,
    bold: Looks,
    head: Format,
}

/// Writes the file.
pub(super) fn write(report: &Report) -> Result<Vec<u8>, DocumentError> {
    let mut book = Workbook::new();
    let properties = DocProperties::new().set_title(&report.title).set_author("Bồi Dưỡng");
    book.set_properties(&properties.set_creation_datetime(&excel(report.dated)?));
    let plain = Format::new().set_font_name(FONT).set_font_size(12.0);
    let line = plain.clone().set_font_size(11.0).set_border(FormatBorder::Thin);
    let strong = line.clone().set_bold();
    let head = strong.clone().set_text_wrap().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    let writer = Writer { report, plain, grid: Looks::of(&line), bold: Looks::of(&strong), head };
    let mut taken = HashSet::new();
    let parts = parts(report);
    for (place, part) in parts.iter().enumerate() {
        let wanted = part.table.map_or("", |t| t.sheet.as_str());
        let sheet = book.add_worksheet();
        sheet.set_name(name(wanted, &mut taken))?;
        writer.sheet(sheet, part, place + 1 == parts.len())?;
    }
    Ok(book.save_to_buffer()?)
}

/// A name that spreadsheets take and that no sheet of the file has yet.
fn name(wanted: &str, taken: &mut HashSet<String>) -> String {
    let good: String = wanted.chars().filter(|c| !c.is_control() && !"[]:*?/\\'".contains(*c)).collect();
    let good = if good.trim().is_empty() { "Báo cáo" } else { good.trim() };
    let cut = |most: usize| good.chars().take(most).collect::<String>().trim().to_owned();
    let mut chosen = cut(NAME);
    let mut number = 1;
    while !taken.insert(chosen.to_lowercase()) {
        number += 1;
        let end = format!(" {number}");
        chosen = cut(NAME - end.chars().count()) + &end;
    }
    chosen
}

/// A line over columns, which are joined when there are several.
fn across(
    sheet: &mut Worksheet,
    row: u32,
    (first, last): (u16, u16),
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    if first < last {
        sheet.merge_range(row, first, row, last, text, format)?;
    } else {
        sheet.write_string_with_format(row, first, text, format)?;
    }
    Ok(())
}

/// The last column of the heading's left part: that after which the passed width comes nearest to its share.
fn halved(widths: &[f64], whole: f64) -> u16 {
    let (mut passed, mut best, mut left) = (0.0, f64::MAX, 0);
    for (column, width) in (0_u16..).zip(widths.iter().take(widths.len().saturating_sub(1))) {
        passed += width;
        let off = (passed - whole * 0.45).abs();
        if off < best {
            (best, left) = (off, column);
        }
    }
    left
}

/// How many lines a text takes in so many characters.
fn lines(text: &str, width: f64) -> f64 {
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "lengths of a line")]
    let letters = text.chars().count() as f64;
    (letters / width.max(1.0)).ceil().max(1.0)
}

impl Writer<'_> {
    fn sheet(&self, sheet: &mut Worksheet, part: &Part<'_>, last_sheet: bool) -> Result<(), DocumentError> {
        let report = self.report;
        sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.7, 0.6, 0.8, 0.8, 0.4, 0.4).set_footer("&C&\"Times New Roman\"&11&P");
        match report.page {
            Page::Portrait => sheet.set_portrait(),
            Page::Landscape => sheet.set_landscape(),
        };
        // a narrow table is drawn wider, so that the heading finds its place and the page is filled
        let own: Vec<f64> =
            part.table.map_or_else(|| vec![45.0, 45.0], |t| t.columns.iter().map(|c| f64::from(c.width)).collect());
        let least = if report.page == Page::Portrait { 96.0 } else { 128.0 };
        let wider = (least / own.iter().sum::<f64>().max(1.0)).max(1.0);
        let widths: Vec<f64> = own.iter().map(|width| width * wider).collect();
        for (column, width) in (0_u16..).zip(&widths) {
            sheet.set_column_width(column, *width)?;
        }
        let whole: f64 = widths.iter().sum();
        let end = u16::try_from(widths.len().max(1) - 1).unwrap_or(0);
        let left = halved(&widths, whole);
        let right = (left + 1).min(end);
        let middle = self.plain.clone().set_align(FormatAlign::Center).set_shrink();
        let strong = middle.clone().set_bold();
        let slanted = middle.clone().set_italic();
        let mut row = 0;
        let heading = [
            (report.parent.to_uppercase(), &middle, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".to_owned(), &strong),
            (report.body.to_uppercase(), &strong, "Độc lập - Tự do - Hạnh phúc".to_owned(), &strong),
            (
                if report.number.is_empty() { String::new() } else { format!("Số: {}", report.number) },
                &middle,
                dateline(&report.place, report.dated),
                &slanted,
            ),
        ];
        for (one, one_format, other, other_format) in &heading {
            if end > 0 {
                across(sheet, row, (0, left), one, one_format)?;
                across(sheet, row, (right, end), other, other_format)?;
            } else {
                sheet.write_string_with_format(row, 0, one, one_format)?;
            }
            row += 1;
        }
        row += 1;
        let title = strong.clone().set_font_size(14.0).set_text_wrap();
        for line in [report.kind.to_uppercase().as_str(), &report.title] {
            if !line.is_empty() {
                across(sheet, row, (0, end), line, &title)?;
                sheet.set_row_height(row, 19.0 * lines(line, whole * 0.8))?;
                row += 1;
            }
        }
        if let Some(line) = as_of(report) {
            across(sheet, row, (0, end), &line, &slanted)?;
            row += 1;
        }
        row += 1;
        let body = self.plain.clone().set_text_wrap().set_align(FormatAlign::VerticalCenter);
        for block in &part.before {
            let (text, format) = match block {
                Block::Heading(text) => (text, &body.clone().set_bold()),
                Block::Text(text) => (text, &body),
                Block::Table(_) => continue,
            };
            across(sheet, row, (0, end), text, format)?;
            sheet.set_row_height(row, 16.0 * lines(text, whole * 0.95))?;
            row += 1;
        }
        if let Some(table) = part.table {
            row = self.table(sheet, table, row, end)?;
            let note = body.clone().set_italic().set_font_size(11.0);
            for text in &table.notes {
                across(sheet, row, (0, end), text, &note)?;
                sheet.set_row_height(row, 15.0 * lines(text, whole))?;
                row += 1;
            }
        }
        if last_sheet {
            self.foot(sheet, row + 1, (left, right, end))?;
        }
        Ok(())
    }

    fn table(&self, sheet: &mut Worksheet, table: &Table, first: u32, end: u16) -> Result<u32, DocumentError> {
        let mut row = first;
        if !table.caption.is_empty() {
            let caption = self.plain.clone().set_bold().set_text_wrap().set_align(FormatAlign::Center);
            across(sheet, row, (0, end), &table.caption, &caption)?;
            row += 1;
        }
        let head = row;
        let spans = spans(&table.columns);
        let grouped = spans.iter().any(|(text, _)| !text.is_empty());
        if grouped {
            let mut column = 0;
            for (text, covered) in &spans {
                let last = column + u16::try_from(*covered).unwrap_or(1) - 1;
                if !text.is_empty() {
                    across(sheet, row, (column, last), text, &self.head)?;
                }
                column = last + 1;
            }
            row += 1;
        }
        for (place, column) in (0_u16..).zip(&table.columns) {
            if grouped && column.group.is_empty() {
                sheet.merge_range(row - 1, place, row, place, &column.title, &self.head)?;
            } else {
                sheet.write_string_with_format(row, place, &column.title, &self.head)?;
            }
        }
        let tallest = table.columns.iter().map(|c| lines(&c.title, f64::from(c.width))).fold(1.0, f64::max);
        sheet.set_row_height(row, 15.0 * tallest)?;
        sheet.set_repeat_rows(head, row)?;
        sheet.set_freeze_panes(row + 1, 0)?;
        row += 1;
        for line in &table.rows {
            match line {
                Row::Group(text) => across(sheet, row, (0, end), text, &self.bold.text)?,
                Row::Line(cells) => cells_of(sheet, row, cells, table, &self.grid)?,
                Row::Total(cells) => cells_of(sheet, row, cells, table, &self.bold)?,
            }
            row += 1;
        }
        Ok(row)
    }

    fn foot(
        &self,
        sheet: &mut Worksheet,
        first: u32,
        (left, right, end): (u16, u16, u16),
    ) -> Result<(), DocumentError> {
        let report = self.report;
        let middle = self.plain.clone().set_align(FormatAlign::Center).set_bold();
        let mut row = first;
        if !report.recipients.is_empty() {
            let label = self.plain.clone().set_bold().set_italic();
            sheet.write_string_with_format(row, 0, "Nơi nhận:", &label)?;
            let small = self.plain.clone().set_font_size(11.0);
            for (place, to) in (row + 1..).zip(&report.recipients) {
                across(sheet, place, (0, left), &format!("- {to}"), &small)?;
            }
        }
        if let Some(signature) = &report.signature {
            for line in signature.lines(Style::State) {
                across(sheet, row, (right, end), &line, &middle)?;
                row += 1;
            }
            across(sheet, row + 4, (right, end), &signature.name, &middle)?;
        }
        Ok(())
    }
}

fn cells_of(sheet: &mut Worksheet, row: u32, cells: &[Cell], table: &Table, looks: &Looks) -> Result<(), XlsxError> {
    for ((place, cell), column) in (0_u16..).zip(cells).zip(&table.columns) {
        let text = if column.kind == Kind::Mark { &looks.mark } else { &looks.text };
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a spreadsheet has floats only")]
        match cell {
            Cell::Text(words) => sheet.write_string_with_format(row, place, words, text)?,
            Cell::Number(n) if column.kind == Kind::Mark => {
                sheet.write_number_with_format(row, place, *n as f64, text)?
            }
            Cell::Number(n) => sheet.write_number_with_format(row, place, *n as f64, &looks.whole)?,
            Cell::Share(_, 0) => sheet.write_string_with_format(row, place, "–", &looks.mark)?,
            Cell::Share(part, whole) => {
                sheet.write_number_with_format(row, place, *part as f64 / *whole as f64, &looks.share)?
            }
            Cell::Empty => sheet.write_blank(row, place, text)?,
        };
    }
    Ok(())
}
