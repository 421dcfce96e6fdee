//! The paper as DOCX.

use std::{io::Cursor, mem, thread};

use docx_rs::{
    AlignmentType, BorderType, Docx, Header, HeightRule, LineSpacing, LineSpacingType, PageMargin, PageNum,
    PageOrientationType, Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Run, RunFonts,
    SpecialIndentType, TableBorders, TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType, VMergeType,
    WidthType,
};

use super::{Annex, Block, MOTTO, Measures, NATION, Official, PARTY_NAME, Sheet, Signature, Style, dateline};
use crate::{
    DocumentError,
    report::{Kind, Page, Row, Table, shown, spans},
};

const FONT: &str = "Times New Roman";
/// Twentieths of a point in a millimetre.
const MM: f64 = 1440.0 / 25.4;
/// Height of a line of the letters' own, in 240ths.
const SINGLE: i32 = 240;
/// What [`head_row`] writes for a row that every page repeats: the library has no word for it, so that its text is put
/// in the place of this height.
const MARK: &str = r#"<w:trHeight w:val="7" w:hRule="atLeast" />"#;
const REPEATED: &str = "<w:tblHeader />";
/// Stands alone in the paragraph after which a copy begins; that paragraph becomes the end of a section, for which the library has no
/// word that keeps the headers.
const ENDS: &str = "\u{e000}";

#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "lengths on a page")]
fn twips(length: f64) -> i32 {
    length.round() as i32
}

fn mm(length: f64) -> i32 {
    twips(length * MM)
}

/// Letters of one look: size in half points, bold, italic, underlined.
#[derive(Clone, Copy)]
struct Look {
    size: usize,
    bold: bool,
    italic: bool,
    underlined: bool,
}

impl Look {
    const fn of(size: usize) -> Self {
        Self { size, bold: false, italic: false, underlined: false }
    }

    const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    const fn italic(self) -> Self {
        Self { italic: true, ..self }
    }

    const fn underlined(self) -> Self {
        Self { underlined: true, ..self }
    }
}

fn run(text: &str, look: Look) -> Run {
    // what XML cannot hold makes a file that nobody opens
    let text: String = text
        .chars()
        .map(|c| if c.is_control() || matches!(c, '\u{e000}' | '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect();
    let mut run = Run::new().add_text(text).size(look.size);
    if look.bold {
        run = run.bold();
    }
    if look.italic {
        run = run.italic();
    }
    if look.underlined {
        run = run.underline("single");
    }
    run
}

fn spaced(paragraph: Paragraph, before: u32, after: u32) -> Paragraph {
    paragraph.line_spacing(LineSpacing::new().before(before).after(after).line(SINGLE).line_rule(LineSpacingType::Auto))
}

fn paragraph(text: &str, look: Look, align: AlignmentType) -> Paragraph {
    let paragraph = spaced(Paragraph::new().align(align), 0, 0);
    if text.is_empty() { paragraph.size(look.size) } else { paragraph.add_run(run(text, look)) }
}

fn centred(text: &str, look: Look) -> Paragraph {
    paragraph(text, look, AlignmentType::Center)
}

fn left(text: &str, look: Look) -> Paragraph {
    paragraph(text, look, AlignmentType::Left)
}

/// A rule of `points` in the middle of a column of `column` twips.
fn rule(column: i32, points: f64) -> Paragraph {
    let side = ((column - twips(points * 20.0)) / 2).max(0);
    let mut rule = Paragraph::new()
        .indent(Some(side), None, Some(side), None)
        .line_spacing(LineSpacing::new().before(0).after(0).line(40).line_rule(LineSpacingType::Exact));
    let border = ParagraphBorder::new(ParagraphBorderPosition::Bottom).val(BorderType::Single).size(6).space(0);
    rule.property =
        mem::take(&mut rule.property).set_borders(ParagraphBorders::with_empty().set(border.color("000000")));
    rule
}

/// A dotted line to write on.
fn dotted() -> Paragraph {
    let mut line = Paragraph::new()
        .line_spacing(LineSpacing::new().before(0).after(0).line(400).line_rule(LineSpacingType::Exact));
    let border = ParagraphBorder::new(ParagraphBorderPosition::Bottom).val(BorderType::Dotted).size(6).space(0);
    let between = ParagraphBorder::new(ParagraphBorderPosition::Between).val(BorderType::Dotted).size(6).space(0);
    let borders = ParagraphBorders::with_empty().set(border.color("000000")).set(between.color("000000"));
    line.property = mem::take(&mut line.property).set_borders(borders);
    line
}

fn width(columns: &[i32]) -> Vec<usize> {
    columns.iter().map(|w| usize::try_from(*w).unwrap_or(0)).collect()
}

fn cell(paragraphs: impl IntoIterator<Item = Paragraph>, width: i32) -> TableCell {
    let cell = TableCell::new().width(usize::try_from(width).unwrap_or(0), WidthType::Dxa);
    paragraphs.into_iter().fold(cell, TableCell::add_paragraph)
}

/// Columns without lines that fill the width of the text, as in the heading and at the signature.
fn columns(rows: Vec<Vec<Vec<Paragraph>>>, widths: &[i32]) -> docx_rs::Table {
    let rows = rows.into_iter().map(|cells| {
        TableRow::new(cells.into_iter().zip(widths).map(|(texts, width)| cell(texts, *width)).collect()).cant_split()
    });
    docx_rs::Table::without_borders(rows.collect())
        .set_grid(width(widths))
        .layout(TableLayoutType::Fixed)
        .width(usize::try_from(widths.iter().sum::<i32>()).unwrap_or(0), WidthType::Dxa)
        .margins(TableCellMargins::new().margin(0, 0, 0, 0))
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
                let whole = cell([left(text, look.bold())], widths.iter().sum());
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

/// A paper on its way into the file.
struct Writing<'a> {
    paper: &'a Official,
    m: &'static Measures,
    /// Width of the text in twips.
    usable: i32,
    docx: Docx,
}

impl Writing<'_> {
    fn add(&mut self, paragraph: Paragraph) {
        self.docx = mem::take(&mut self.docx).add_paragraph(paragraph);
    }

    fn add_table(&mut self, table: docx_rs::Table) {
        self.docx = mem::take(&mut self.docx).add_table(table);
    }

    fn heading(&mut self) {
        let (m, paper) = (self.m, self.paper);
        let first = self.usable * m.split / 100;
        let widths = [first, self.usable - first];
        let rules = paper.rules();
        let parent = centred(&paper.parent.to_uppercase(), Look::of(m.parent));
        let body = centred(&paper.body.to_uppercase(), Look::of(m.body).bold());
        let names = match paper.style {
            Style::State => [
                vec![parent, body, rule(widths[0], rules.body)],
                vec![
                    centred(NATION, Look::of(m.nation).bold()),
                    centred(MOTTO, Look::of(m.motto).bold()),
                    rule(widths[1], rules.nation),
                ],
            ],
            Style::Party => [
                vec![parent, body, centred("*", Look::of(m.body))],
                vec![centred(PARTY_NAME, Look::of(m.nation).bold()), rule(widths[1], rules.nation)],
            ],
        };
        let mut number = vec![spaced(centred(&paper.number_line(), Look::of(m.number)), 120, 0)];
        if paper.is_letter() {
            number.push(match paper.style {
                Style::State => centred(&format!("V/v {}", paper.subject), Look::of(m.about)),
                Style::Party => centred(&paper.subject, Look::of(m.about).italic()),
            });
        }
        let date = centred(&dateline(&paper.place, paper.dated), Look::of(m.date).italic());
        let rows = vec![names.into(), vec![number, vec![spaced(date, 120, 0)]]];
        self.add_table(columns(rows, &widths));
    }

    fn title(&mut self) {
        let (m, paper) = (self.m, self.paper);
        if paper.is_letter() {
            self.add(spaced(centred("", Look::of(m.text)), 0, 0));
            return;
        }
        self.add(spaced(centred(&paper.kind.to_uppercase(), Look::of(m.kind).bold()), 240, 0));
        if !paper.subject.is_empty() {
            self.add(spaced(centred(&paper.subject, Look::of(m.subject).bold()), 40, 0));
            self.add(match paper.style {
                Style::State => rule(self.usable, paper.rules().subject),
                Style::Party => centred("-----", Look::of(m.subject)),
            });
        }
        if !paper.note.is_empty() {
            self.add(spaced(centred(&paper.note, Look::of(26).italic()), 80, 0));
        }
        self.add(centred("", Look::of(12)));
    }

    /// A paragraph of the text: justified, its first line set in.
    fn text(&mut self, runs: Vec<Run>) {
        let m = self.m;
        let text = runs.into_iter().fold(Paragraph::new().align(AlignmentType::Both), Paragraph::add_run);
        let between = u32::try_from(twips(m.between * 20.0)).unwrap_or(0);
        let spacing = LineSpacing::new().before(0).after(between).line(SINGLE * m.line / 100);
        let text = text.line_spacing(spacing.line_rule(LineSpacingType::Auto));
        self.add(text.indent(None, Some(SpecialIndentType::FirstLine(mm(m.indent))), None, None));
    }

    fn blocks(&mut self, blocks: &[Block]) {
        let look = Look::of(self.m.text);
        for block in blocks {
            match block {
                Block::Basis(text) => self.text(vec![run(text, look.italic())]),
                Block::Centre(text) => self.add(spaced(centred(text, look.bold()), 160, 160).keep_next(true)),
                Block::Heading(text) => self.add(spaced(left(text, look.bold()), 160, 120).keep_next(true)),
                Block::Article(label, text) => {
                    self.text(vec![run(label, look.bold()), run(&format!(" {text}"), look)]);
                }
                Block::Text(text) => self.text(vec![run(text, look)]),
                Block::Item(text) => self.text(vec![run(&format!("- {text}"), look)]),
                Block::Blank(lines) => (0..*lines).for_each(|_| self.add(dotted())),
                Block::Table(of) => {
                    if !of.caption.is_empty() {
                        self.add(spaced(centred(&of.caption, Look::of(26).bold()), 160, 80).keep_next(true));
                    }
                    self.add_table(table(of, self.usable));
                    for note in &of.notes {
                        self.add(spaced(left(note, Look::of(22).italic()), 40, 0));
                    }
                    // two tables in a row would grow together
                    self.add(left("", Look::of(12)));
                }
            }
        }
    }

    fn signed(&self, signature: &Signature) -> Vec<Paragraph> {
        let look = Look::of(self.m.signature).bold();
        let mut lines: Vec<Paragraph> =
            signature.lines(self.paper.style).iter().map(|line| centred(line, look)).collect();
        if !signature.hint.is_empty() {
            lines.push(centred(&format!("({})", signature.hint), Look::of(22).italic()));
        }
        lines.push(
            Paragraph::new()
                .line_spacing(LineSpacing::new().before(0).after(0).line(mm(24.0)).line_rule(LineSpacingType::Exact)),
        );
        lines.push(centred(&signature.name, look));
        lines
    }

    fn recipients(&self) -> Vec<Paragraph> {
        let m = self.m;
        if self.paper.recipients.is_empty() {
            return vec![left("", Look::of(m.list))];
        }
        let label = match self.paper.style {
            Style::State => Look::of(m.label).bold().italic(),
            Style::Party => Look::of(m.label).underlined(),
        };
        let list = self.paper.recipients.iter().map(|to| left(&format!("- {to}"), Look::of(m.list)));
        [left("Nơi nhận:", label)].into_iter().chain(list).collect()
    }

    fn foot(&mut self) {
        let paper = self.paper;
        if paper.signatures.is_empty() && paper.recipients.is_empty() {
            return;
        }
        self.add(left("", Look::of(24)));
        if let [] | [_] = paper.signatures.as_slice() {
            let first = self.usable * 45 / 100;
            let right = paper.signatures.first().map_or_else(|| vec![left("", Look::of(24))], |s| self.signed(s));
            let row = vec![self.recipients(), right];
            self.add_table(columns(vec![row], &[first, self.usable - first]));
        } else {
            let many = paper.signatures.len().min(3);
            let each = self.usable / i32::try_from(many).unwrap_or(1);
            let rows: Vec<Vec<Vec<Paragraph>>> = paper
                .signatures
                .chunks(many)
                .map(|row| {
                    let mut cells: Vec<_> = row.iter().map(|s| self.signed(s)).collect();
                    cells.resize_with(many, || vec![left("", Look::of(24))]);
                    cells
                })
                .collect();
            self.add_table(columns(rows, &vec![each; many]));
            if !paper.recipients.is_empty() {
                for line in self.recipients() {
                    self.add(line);
                }
            }
        }
    }

    fn sheet(&mut self, sheet: &Sheet) {
        self.heading();
        self.title();
        let look = Look::of(self.m.text);
        match sheet.to.as_slice() {
            [] => {}
            [to] => self.add(spaced(centred(&format!("Kính gửi: {to}"), look), 120, 200)),
            many => {
                let set_in = |p: Paragraph| p.indent(Some(mm(30.0)), None, None, None);
                self.add(set_in(spaced(left("Kính gửi:", look), 120, 0)));
                for (n, to) in many.iter().enumerate() {
                    let last = n + 1 == many.len();
                    self.add(set_in(spaced(left(&format!("- {to}"), look), 0, if last { 200 } else { 0 })));
                }
            }
        }
        self.blocks(&sheet.blocks);
        self.foot();
    }

    fn annex(&mut self, annex: &Annex) {
        let look = Look::of(self.m.subject).bold();
        self.add(centred(&annex.title.to_uppercase(), look).page_break_before(true));
        if !annex.note.is_empty() {
            self.add(spaced(centred(&annex.note, Look::of(26).italic()), 40, 0));
        }
        self.add(left("", Look::of(16)));
        self.blocks(&annex.blocks);
    }
}

/// A paragraph that takes next to no room: what must follow a table at the end of a page.
fn least() -> Paragraph {
    Paragraph::new().line_spacing(LineSpacing::new().before(0).after(0).line(20).line_rule(LineSpacingType::Exact))
}

/// Writes the file.
pub(super) fn write(paper: &Official) -> Result<Vec<u8>, DocumentError> {
    // the library counts paragraphs by thread: on a thread of its own each paper begins at the first
    let made = thread::scope(|scope| scope.spawn(|| build(paper)).join());
    made.unwrap_or_else(|_| Err(DocumentError::Docx("the library gave up".to_owned())))
}

fn build(paper: &Official) -> Result<Vec<u8>, DocumentError> {
    let m = paper.style.measures();
    let (across, down) = match paper.page {
        Page::Portrait => (11_906, 16_838),
        Page::Landscape => (16_838, 11_906),
    };
    let margin = PageMargin {
        top: mm(m.top),
        bottom: mm(m.bottom),
        left: mm(m.left),
        right: mm(m.right),
        header: mm(10.0),
        footer: mm(10.0),
        gutter: 0,
    };
    let size = |length: i32| u32::try_from(length).unwrap_or(0);
    let day = format!("{}T00:00:00Z", paper.dated);
    let fonts = RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT).east_asia(FONT);
    let page = spaced(Paragraph::new().align(AlignmentType::Center), 0, 0);
    let page = page.size(m.page).add_page_num(PageNum::new());
    let docx = Docx::new()
        .default_fonts(fonts)
        .default_size(m.text)
        .created_at(&day)
        .updated_at(&day)
        .page_size(size(across), size(down))
        .page_margin(margin)
        .page_orient(match paper.page {
            Page::Portrait => PageOrientationType::Portrait,
            Page::Landscape => PageOrientationType::Landscape,
        })
        .title_pg()
        .first_header(Header::new().add_paragraph(Paragraph::new()))
        .header(Header::new().add_paragraph(page));
    let mut writing = Writing { paper, m, usable: across - mm(m.left) - mm(m.right), docx };
    for (n, sheet) in paper.sheets.iter().enumerate() {
        if n > 0 {
            writing.add(least().add_run(Run::new().add_text(ENDS)));
        }
        writing.sheet(sheet);
    }
    for annex in &paper.annexes {
        writing.annex(annex);
    }
    // a text document ends in a paragraph, never in a table
    writing.add(least());
    let mut parts = writing.docx.build();
    let text = replaced(&parts.document, MARK, REPEATED)?;
    parts.document = sections(text)?.into_bytes();
    parts.doc_props.core = replaced(&parts.doc_props.core, "unknown", "Bồi Dưỡng")?.into_bytes();
    let mut file = Cursor::new(Vec::new());
    parts.pack(&mut file).map_err(|e| DocumentError::Docx(e.to_string()))?;
    Ok(file.into_inner())
}

/// Makes each marked paragraph the end of a section like the last one, every section counting its own pages.
fn sections(mut text: String) -> Result<String, DocumentError> {
    let broken = || DocumentError::Docx("the text document has no section".to_owned());
    let (from, to) = text.rfind("<w:sectPr").zip(text.rfind("</w:sectPr>")).ok_or_else(broken)?;
    let whole = text.get(from..to).ok_or_else(broken)?;
    // in the order of the schema: size, margins, page numbers, columns, the first page's own header
    let section = match whole.find("<w:cols") {
        Some(at) => format!(
            r#"{}<w:pgNumType w:start="1"/>{}</w:sectPr>"#,
            whole.get(..at).ok_or_else(broken)?,
            whole.get(at..).ok_or_else(broken)?
        ),
        None => return Err(broken()),
    };
    if !text.contains(ENDS) {
        return Ok(text);
    }
    text.replace_range(from..to + "</w:sectPr>".len(), &section);
    let end = format!(
        r#"<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>{section}</w:pPr></w:p>"#
    );
    while let Some(mark) = text.find(ENDS) {
        let start = text.get(..mark).and_then(|before| before.rfind("<w:p ")).ok_or_else(broken)?;
        let stop = text.get(mark..).and_then(|after| after.find("</w:p>")).ok_or_else(broken)? + mark;
        text.replace_range(start..stop + "</w:p>".len(), &end);
    }
    Ok(text)
}

fn replaced(part: &[u8], what: &str, with: &str) -> Result<String, DocumentError> {
    let text = str::from_utf8(part).map_err(|e| DocumentError::Docx(e.to_string()))?;
    Ok(text.replace(what, with))
}
