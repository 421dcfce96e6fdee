//! The report as DOCX.

use std::{io::Cursor, mem, thread};

use docx_rs::{
    AlignmentType, BorderType, Docx, Header, HeightRule, LineSpacing, LineSpacingType, PageMargin, PageNum,
    PageOrientationType, Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Run, RunFonts,
    SpecialIndentType, TableBorders, TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType, VMergeType,
    WidthType,
};

use super::{Block, Kind, Page, Report, Row, Table, as_of, dateline, shown, spans};
use crate::DocumentError;

const FONT: &str = "Times New Roman";
/// Twentieths of a point in a millimetre.
const MM: f64 = 1440.0 / 25.4;
/// What readers of the format leave free at the sides of a cell, in twentieths of a point.
const CELL_MARGIN: i32 = 108;
/// What [`head_row`] writes for a row that every page repeats: the library has no word for it, so that its text is put
/// in the place of this height.
const MARK: &str = r#"<w:trHeight w:val="7" w:hRule="atLeast" />"#;
const REPEATED: &str = "<w:tblHeader />";

#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "lengths on a page")]
fn mm(length: f64) -> i32 {
    (length * MM).round() as i32
}

/// Letters of one look: size in half points, bold, italic.
#[derive(Clone, Copy)]
struct Look {
    size: usize,
    bold: bool,
    italic: bool,
}

impl Look {
    const fn of(size: usize) -> Self {
        Self { size, bold: false, italic: false }
    }

    const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    const fn italic(self) -> Self {
        Self { italic: true, ..self }
    }
}

fn run(text: &str, look: Look) -> Run {
    // what XML cannot hold makes a file that nobody opens
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut run = Run::new().add_text(text).size(look.size);
    if look.bold {
        run = run.bold();
    }
    if look.italic {
        run = run.italic();
    }
    run
}

fn paragraph(text: &str, look: Look, align: AlignmentType) -> Paragraph {
    let paragraph = Paragraph::new().align(align).line_spacing(LineSpacing::new().before(0).after(0));
    if text.is_empty() { paragraph } else { paragraph.add_run(run(text, look)) }
}

fn centred(text: &str, look: Look) -> Paragraph {
    paragraph(text, look, AlignmentType::Center)
}

/// A rule in the middle of a column, its share of the column's width in percent.
fn rule(column: i32, share: i32) -> Paragraph {
    let side = column * (100 - share) / 200;
    let mut rule = Paragraph::new()
        .indent(Some(side), None, Some(side), None)
        .line_spacing(LineSpacing::new().before(0).after(40).line(40).line_rule(LineSpacingType::Exact));
    let border = ParagraphBorder::new(ParagraphBorderPosition::Bottom).val(BorderType::Single).size(6).space(1);
    rule.property =
        mem::take(&mut rule.property).set_borders(ParagraphBorders::with_empty().set(border.color("000000")));
    rule
}

fn spaced(paragraph: Paragraph, before: u32, after: u32) -> Paragraph {
    paragraph.line_spacing(LineSpacing::new().before(before).after(after))
}

fn width(columns: &[i32]) -> Vec<usize> {
    columns.iter().map(|w| usize::try_from(*w).unwrap_or(0)).collect()
}

fn cell(paragraphs: impl IntoIterator<Item = Paragraph>, width: i32) -> TableCell {
    let cell = TableCell::new().width(usize::try_from(width).unwrap_or(0), WidthType::Dxa);
    paragraphs.into_iter().fold(cell, TableCell::add_paragraph)
}

/// Two columns without lines, as in the heading and at the signature.
fn halves(left: TableCell, right: TableCell, columns: [i32; 2]) -> docx_rs::Table {
    docx_rs::Table::without_borders(vec![TableRow::new(vec![left, right]).cant_split()])
        .set_grid(width(&columns))
        .layout(TableLayoutType::Fixed)
        .width(usize::try_from(columns.iter().sum::<i32>()).unwrap_or(0), WidthType::Dxa)
}

fn heading(report: &Report, usable: i32) -> docx_rs::Table {
    // both names stand on one line each only when the heading reaches a little into the margins of the page
    let wide = usable + 6 * CELL_MARGIN;
    let columns = [wide * 46 / 100, wide - wide * 46 / 100];
    let number = if report.number.is_empty() { String::new() } else { format!("Số: {}", report.number) };
    let left = [
        centred(&report.parent.to_uppercase(), Look::of(24)),
        centred(&report.body.to_uppercase(), Look::of(24).bold()),
        rule(columns[0], 40),
        centred(&number, Look::of(26)),
    ];
    let right = [
        centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Look::of(24).bold()),
        centred("Độc lập - Tự do - Hạnh phúc", Look::of(26).bold()),
        rule(columns[1], if report.page == Page::Portrait { 66 } else { 42 }),
        centred(&dateline(report), Look::of(26).italic()),
    ];
    halves(cell(left, columns[0]), cell(right, columns[1]), columns).indent(-3 * CELL_MARGIN)
}

fn align(kind: Kind) -> AlignmentType {
    match kind {
        Kind::Text => AlignmentType::Left,
        Kind::Mark => AlignmentType::Center,
        Kind::Number | Kind::Percent => AlignmentType::Right,
    }
}

/// A row of the head, which every page repeats.
fn head_row(cells: Vec<TableCell>) -> TableRow {
    TableRow::new(cells).cant_split().row_height(7.0).height_rule(HeightRule::AtLeast)
}

fn table(table: &Table, usable: i32) -> docx_rs::Table {
    let look = Look::of(if table.columns.len() > 9 { 20 } else { 22 });
    let total: i32 = table.columns.iter().map(|c| i32::from(c.width.max(1))).sum::<i32>().max(1);
    let widths: Vec<i32> = table.columns.iter().map(|c| usable * i32::from(c.width.max(1)) / total).collect();
    let middle = |text: &str, width: i32| cell([centred(text, look.bold())], width).vertical_align(VAlignType::Center);
    let mut rows = Vec::with_capacity(table.rows.len() + 2);
    let spans = spans(&table.columns);
    let grouped = spans.iter().any(|(text, _)| !text.is_empty());
    if grouped {
        let mut place = 0;
        let mut first = Vec::new();
        for (text, covered) in &spans {
            let of: Vec<(i32, &str)> = widths
                .iter()
                .copied()
                .zip(table.columns.iter().map(|c| c.title.as_str()))
                .skip(place)
                .take(*covered)
                .collect();
            place += covered;
            if text.is_empty() {
                first.extend(of.iter().map(|(w, title)| middle(title, *w).vertical_merge(VMergeType::Restart)));
            } else {
                first.push(middle(text, of.iter().map(|(w, _)| w).sum()).grid_span(*covered));
            }
        }
        rows.push(head_row(first));
    }
    let heads = table.columns.iter().zip(&widths).map(|(column, width)| {
        if grouped && column.group.is_empty() {
            middle("", *width).vertical_merge(VMergeType::Continue)
        } else {
            middle(&column.title, *width)
        }
    });
    rows.push(head_row(heads.collect()));
    for row in &table.rows {
        let (cells, look) = match row {
            Row::Group(text) => {
                let whole = cell([paragraph(text, look.bold(), AlignmentType::Left)], widths.iter().sum());
                rows.push(TableRow::new(vec![whole.grid_span(table.columns.len())]).cant_split());
                continue;
            }
            Row::Line(cells) => (cells, look),
            Row::Total(cells) => (cells, look.bold()),
        };
        let cells = cells.iter().zip(&table.columns).zip(&widths).map(|((value, column), width)| {
            cell([paragraph(&shown(value), look, align(column.kind))], *width).vertical_align(VAlignType::Center)
        });
        rows.push(TableRow::new(cells.collect()).cant_split());
    }
    docx_rs::Table::new(rows)
        .set_grid(width(&widths))
        .layout(TableLayoutType::Fixed)
        .width(usize::try_from(widths.iter().sum::<i32>()).unwrap_or(0), WidthType::Dxa)
        .set_borders(TableBorders::new())
        .margins(TableCellMargins::new().margin(40, 70, 40, 70))
}

fn foot(report: &Report, usable: i32) -> docx_rs::Table {
    let columns = [usable * 45 / 100, usable - usable * 45 / 100];
    let mut left = vec![paragraph("", Look::of(22), AlignmentType::Left)];
    if !report.recipients.is_empty() {
        left = vec![paragraph("Nơi nhận:", Look::of(24).bold().italic(), AlignmentType::Left)];
        left.extend(
            report.recipients.iter().map(|to| paragraph(&format!("- {to}"), Look::of(22), AlignmentType::Left)),
        );
    }
    let mut right = vec![centred("", Look::of(26))];
    if let Some(signature) = &report.signature {
        right = Vec::new();
        if !signature.on_behalf.is_empty() {
            right.push(centred(&signature.on_behalf.to_uppercase(), Look::of(26).bold()));
        }
        right.push(centred(&signature.title.to_uppercase(), Look::of(26).bold()));
        right.extend((0..4).map(|_| centred("", Look::of(26))));
        right.push(centred(&signature.name, Look::of(26).bold()));
    }
    halves(cell(left, columns[0]), cell(right, columns[1]), columns)
}

/// Writes the file.
pub(super) fn write(report: &Report) -> Result<Vec<u8>, DocumentError> {
    // the library counts paragraphs by thread: on a thread of its own each report begins at the first
    let made = thread::scope(|scope| scope.spawn(|| build(report)).join());
    made.unwrap_or_else(|_| Err(DocumentError::Docx("the library gave up".to_owned())))
}

fn build(report: &Report) -> Result<Vec<u8>, DocumentError> {
    let (across, down) = match report.page {
        Page::Portrait => (11_906, 16_838),
        Page::Landscape => (16_838, 11_906),
    };
    let usable = across - mm(30.0) - mm(15.0);
    let margin = PageMargin {
        top: mm(20.0),
        bottom: mm(20.0),
        left: mm(30.0),
        right: mm(15.0),
        header: mm(10.0),
        footer: mm(10.0),
        gutter: 0,
    };
    let size = |length: i32| u32::try_from(length).unwrap_or(0);
    let day = format!("{}T00:00:00Z", report.dated);
    let fonts = RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT).east_asia(FONT);
    let mut docx = Docx::new()
        .default_fonts(fonts)
        .default_size(26)
        .created_at(&day)
        .updated_at(&day)
        .page_size(size(across), size(down))
        .page_margin(margin)
        .page_orient(match report.page {
            Page::Portrait => PageOrientationType::Portrait,
            Page::Landscape => PageOrientationType::Landscape,
        })
        .title_pg()
        .first_header(Header::new().add_paragraph(Paragraph::new()))
        .header(
            Header::new()
                .add_paragraph(Paragraph::new().align(AlignmentType::Center).size(26).add_page_num(PageNum::new())),
        )
        .add_table(heading(report, usable));
    let mut above = 240;
    if !report.kind.is_empty() {
        docx = docx.add_paragraph(spaced(centred(&report.kind.to_uppercase(), Look::of(28).bold()), above, 0));
        above = 0;
    }
    docx = docx.add_paragraph(spaced(centred(&report.title, Look::of(28).bold()), above, 60));
    if let Some(line) = as_of(report) {
        docx = docx.add_paragraph(spaced(centred(&line, Look::of(26).italic()), 0, 60));
    }
    for block in &report.blocks {
        docx = match block {
            Block::Heading(text) => {
                let heading = paragraph(text, Look::of(26).bold(), AlignmentType::Left).keep_next(true);
                docx.add_paragraph(spaced(heading, 160, 80))
            }
            Block::Text(text) => {
                let text = paragraph(text, Look::of(26), AlignmentType::Both);
                docx.add_paragraph(spaced(text, 0, 120).indent(
                    None,
                    Some(SpecialIndentType::FirstLine(mm(12.0))),
                    None,
                    None,
                ))
            }
            Block::Table(of) => {
                if !of.caption.is_empty() {
                    docx =
                        docx.add_paragraph(spaced(centred(&of.caption, Look::of(26).bold()).keep_next(true), 160, 80));
                }
                docx = docx.add_table(table(of, usable));
                for note in &of.notes {
                    docx =
                        docx.add_paragraph(spaced(paragraph(note, Look::of(22).italic(), AlignmentType::Left), 40, 0));
                }
                // two tables in a row would grow together
                docx.add_paragraph(spaced(paragraph("", Look::of(22), AlignmentType::Left), 0, 0))
            }
        };
    }
    if report.signature.is_some() || !report.recipients.is_empty() {
        docx = docx.add_table(foot(report, usable)).add_paragraph(Paragraph::new());
    }
    let mut parts = docx.build();
    parts.document = replaced(&parts.document, MARK, REPEATED)?;
    parts.doc_props.core = replaced(&parts.doc_props.core, "unknown", "Bồi Dưỡng")?;
    let mut file = Cursor::new(Vec::new());
    parts.pack(&mut file).map_err(|e| DocumentError::Docx(e.to_string()))?;
    Ok(file.into_inner())
}

fn replaced(part: &[u8], what: &str, with: &str) -> Result<Vec<u8>, DocumentError> {
    let text = str::from_utf8(part).map_err(|e| DocumentError::Docx(e.to_string()))?;
    Ok(text.replace(what, with).into_bytes())
}
