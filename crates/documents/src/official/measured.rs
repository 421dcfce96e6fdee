//! Papers measured: what the two formats ask for, read back from the files.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
    ops::RangeInclusive,
};

use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, font::Glyph, hayro_cmap::BfString, interpret_page,
};
use hayro_syntax::Pdf;
use kurbo::{Affine, BezPath, Point, Rect, Shape};
use quick_xml::{Reader, events::Event};

use super::*;
use crate::report::{Cell, Column, Kind, Row};

const POINTS: f64 = 72.0 / 25.4;

/// Letters of one look on one line: where they stand from the left and upper edge of the page in points.
#[derive(Debug, Clone)]
struct Told {
    text: String,
    from: f64,
    to: f64,
    base: f64,
    size: f64,
    bold: bool,
    italic: bool,
}

/// A page as it is drawn.
#[derive(Debug, Default)]
struct Drawn {
    width: f64,
    height: f64,
    told: Vec<Told>,
    /// Horizontal rules: from, to, distance from the upper edge.
    rules: Vec<(f64, f64, f64)>,
}

impl Drawn {
    /// The first piece of text that holds some words.
    fn find(&self, words: &str) -> &Told {
        let found = self.told.iter().find(|told| told.text.contains(words));
        found.unwrap_or_else(|| panic!("{words} in {:#?}", self.told.iter().map(|t| &t.text).collect::<Vec<_>>()))
    }
}

impl Device<'_> for Drawn {
    fn draw_glyph(&mut self, glyph: &Glyph<'_>, at: Affine, own: Affine, _: &Paint<'_>, _: &GlyphDrawMode) {
        let Glyph::Outline(outline) = glyph else { return };
        let place = at * own;
        let start = place * Point::ZERO;
        let size = (place * Point::new(0.0, 1000.0) - start).hypot();
        let end = place * Point::new(f64::from(outline.advance_width().unwrap()), 0.0);
        let text = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => letter.to_string(),
            Some(BfString::String(letters)) => letters,
            None => return,
        };
        let name = outline.font_data().and_then(|data| data.postscript_name).unwrap_or_default();
        assert!(name.contains("LiberationSerif"), "a Times letter: {name}");
        let (bold, italic) = (name.contains("Bold"), name.contains("Italic"));
        let base = self.height - start.y;
        let goes_on = |t: &Told| {
            (t.base - base).abs() < 0.1
                && (t.size - size).abs() < 0.01
                && (t.bold, t.italic) == (bold, italic)
                && start.x - t.to < size
                && start.x > t.to - 0.5 * size
        };
        match self.told.last_mut().filter(|t| goes_on(t)) {
            Some(told) => {
                told.text.push_str(&text);
                if text != " " {
                    told.to = end.x;
                }
            }
            None => self.told.push(Told { text, from: start.x, to: end.x, base, size, bold, italic }),
        }
    }
    fn draw_path(&mut self, path: &BezPath, at: Affine, _: &Paint<'_>, _: &PathDrawMode) {
        let found = (at * path.clone()).bounding_box();
        if found.height() < 2.0 {
            self.rules.push((found.x0, found.x1, self.height - found.center().y));
        }
    }
    fn draw_image(&mut self, _: Image<'_, '_>, _: Affine) {}
    fn set_soft_mask(&mut self, _: Option<SoftMask<'_>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

fn drawn(paper: &Official) -> Vec<Drawn> {
    let pdf = Pdf::new(render(paper, Format::Pdf).unwrap()).unwrap();
    let cache = InterpreterCache::new();
    let mut pages = Vec::new();
    for page in pdf.pages().iter() {
        let (width, height) = page.render_dimensions();
        let mut drawn = Drawn { width: width.into(), height: height.into(), ..Drawn::default() };
        let everything = Rect::new(-1e5, -1e5, 1e5, 1e5);
        let mut context =
            Context::new(Affine::IDENTITY, everything, &cache, pdf.xref(), InterpreterSettings::default());
        interpret_page(page, &mut context, &mut drawn);
        pages.push(drawn);
    }
    pages
}

/// A paragraph of a text document.
#[derive(Debug, Default, Clone)]
struct Para {
    text: String,
    /// Half points of its first run.
    size: i64,
    bold: bool,
    italic: bool,
    underlined: bool,
    align: String,
    spacing: BTreeMap<String, String>,
    indent: BTreeMap<String, String>,
    ruled: bool,
}

fn part(file: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn values(tag: &quick_xml::events::BytesStart<'_>) -> BTreeMap<String, String> {
    let one = |a: quick_xml::events::attributes::Attribute<'_>| {
        (a.key.local_name().as_ref().to_string(), String::from_utf8_lossy(a.value.as_bytes()).into_owned())
    };
    tag.attributes().map(|a| one(a.unwrap())).collect()
}

fn paragraphs(xml: &str) -> Vec<Para> {
    let (mut reader, mut all, mut inside) = (Reader::from_str(xml), Vec::<Para>::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == "w:p" => all.push(Para::default()),
            Event::Start(tag) if tag.name().as_ref() == "w:t" => inside = true,
            Event::End(tag) if tag.name().as_ref() == "w:t" => inside = false,
            Event::Text(text) if inside => all.last_mut().unwrap().text.push_str(&text),
            Event::Start(tag) | Event::Empty(tag) => {
                let Some(last) = all.last_mut() else { continue };
                let values = values(&tag);
                let value = values.get("val").cloned().unwrap_or_default();
                let first = last.text.is_empty();
                match tag.name().as_ref() {
                    "w:sz" if first => last.size = value.parse().unwrap(),
                    "w:b" if first => last.bold = true,
                    "w:i" if first => last.italic = true,
                    "w:u" if first => last.underlined = true,
                    "w:jc" => last.align = value,
                    "w:spacing" => last.spacing = values,
                    "w:ind" => last.indent = values,
                    "w:pBdr" => last.ruled = true,
                    _ => {}
                }
            }
            Event::Eof => return all,
            _ => {}
        }
    }
}

fn paper(style: Style, lines: i64) -> Official {
    let line =
        |n: i64| Row::Line(vec![Cell::Number(n), Cell::Text(format!("Người Sinh Tự Động Có Tên Rất Dài Số {n}"))]);
    let list = Table {
        sheet: "Danh sách".into(),
        caption: String::new(),
        columns: vec![Column::new("TT", Kind::Mark, 5), Column::new("Họ và tên", Kind::Text, 30)],
        rows: (1..=lines).map(line).collect(),
        notes: vec!["Danh sách có đủ mọi người.".into()],
    };
    let pattern = if style == Style::State { "{số}/{loại}-TCT" } else { "{số}-{loại}/TCT" };
    Official {
        style,
        parent: "Tỉnh ủy Nghệ An".into(),
        body: "Trường Chính trị tỉnh Nghệ An".into(),
        number: numbered(pattern, 5, "QĐ"),
        place: "Nghệ An".into(),
        dated: "2026-02-05".parse().unwrap(),
        kind: "Quyết định".into(),
        subject: "Về việc mở lớp bồi dưỡng số 01/2026".into(),
        note: String::new(),
        page: Page::Portrait,
        sheets: vec![Sheet {
            to: Vec::new(),
            blocks: vec![
                Block::Basis("Căn cứ Đề án bồi dưỡng;".into()),
                Block::Centre("QUYẾT ĐỊNH:".into()),
                Block::Article("Điều 1.".into(), "Mở lớp bồi dưỡng dành cho cán bộ, công chức. ".repeat(8)),
                Block::Text("Thời gian học tập được tính là thời gian công tác.".into()),
            ],
        }],
        signatures: vec![Signature {
            authority: Authority::Deputy,
            on_behalf: "Hiệu trưởng".into(),
            title: "Phó Hiệu trưởng".into(),
            hint: String::new(),
            name: "Người Ký Thử".into(),
        }],
        recipients: vec!["Như Điều 2;".into()],
        annexes: vec![Annex {
            title: "Danh sách học viên".into(),
            note: "(Kèm theo Quyết định)".into(),
            blocks: vec![Block::Table(list)],
        }],
    }
}

/// A line of the table of formats: words of the paper, sizes allowed in points, bold, italic.
type Asked<'a> = (&'a str, RangeInclusive<f64>, bool, bool);

/// DOMAIN, "Papers", column of the state: NĐ 30/2020, Annex I.
const STATE_ASKS: [Asked<'_>; 15] = [
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12.0..=13.0, true, false),
    ("Độc lập - Tự do - Hạnh phúc", 13.0..=14.0, true, false),
    ("TỈNH ỦY NGHỆ AN", 12.0..=13.0, false, false),
    ("TRƯỜNG CHÍNH TRỊ TỈNH NGHỆ AN", 12.0..=13.0, true, false),
    ("Số: 05/QĐ-TCT", 13.0..=13.0, false, false),
    ("Nghệ An, ngày 05 tháng 02 năm 2026", 13.0..=14.0, false, true),
    ("QUYẾT ĐỊNH", 13.0..=14.0, true, false),
    ("Về việc mở lớp bồi dưỡng số 01/2026", 13.0..=14.0, true, false),
    ("Căn cứ Đề án", 13.0..=14.0, false, true),
    ("Điều 1.", 13.0..=14.0, true, false),
    ("Thời gian học tập", 13.0..=14.0, false, false),
    ("KT. HIỆU TRƯỞNG", 13.0..=14.0, true, false),
    ("Người Ký Thử", 13.0..=14.0, true, false),
    ("Nơi nhận:", 12.0..=12.0, true, true),
    ("- Như Điều 2;", 11.0..=11.0, false, false),
];

/// The same, column of the Party: HD 36-HD/VPTW.
const PARTY_ASKS: [Asked<'_>; 14] = [
    ("ĐẢNG CỘNG SẢN VIỆT NAM", 15.0..=15.0, true, false),
    ("TỈNH ỦY NGHỆ AN", 14.0..=14.0, false, false),
    ("TRƯỜNG CHÍNH TRỊ TỈNH NGHỆ AN", 14.0..=14.0, true, false),
    ("*", 14.0..=14.0, false, false),
    ("Số 05-QĐ/TCT", 14.0..=14.0, false, false),
    ("Nghệ An, ngày 05 tháng 02 năm 2026", 14.0..=14.0, false, true),
    ("QUYẾT ĐỊNH", 15.0..=16.0, true, false),
    ("Về việc mở lớp bồi dưỡng số 01/2026", 14.0..=15.0, true, false),
    ("-----", 14.0..=15.0, false, false),
    ("Thời gian học tập", 14.0..=15.0, false, false),
    ("K/T HIỆU TRƯỞNG", 14.0..=14.0, true, false),
    ("Người Ký Thử", 14.0..=14.0, true, false),
    ("Nơi nhận:", 14.0..=14.0, false, false),
    ("- Như Điều 2;", 12.0..=12.0, false, false),
];

fn asks(style: Style) -> &'static [Asked<'static>] {
    match style {
        Style::State => &STATE_ASKS,
        Style::Party => &PARTY_ASKS,
    }
}

#[test]
fn letters_of_both_styles_have_their_sizes_in_both_files() {
    for style in Style::ALL {
        let paper = paper(style, 3);
        let pages = drawn(&paper);
        let file = render(&paper, Format::Docx).unwrap();
        let written = paragraphs(&part(&file, "word/document.xml"));
        for (words, sizes, bold, italic) in asks(style) {
            let told = pages[0].find(words);
            let seen = (told.bold, told.italic);
            assert!(
                sizes.start() - 0.01 <= told.size && told.size <= sizes.end() + 0.01 && seen == (*bold, *italic),
                "PDF, {style:?}: {told:?}"
            );
            let para = written.iter().find(|p| p.text.contains(words)).unwrap_or_else(|| panic!("{words}"));
            let size = f64::from(i32::try_from(para.size).unwrap()) / 2.0;
            assert!(sizes.contains(&size) && (para.bold, para.italic) == (*bold, *italic), "DOCX, {style:?}: {para:?}");
            // both files say the same
            assert!((size - told.size).abs() < 0.01, "{words}: {size} {told:?}");
        }
        let label = written.iter().find(|p| p.text == "Nơi nhận:").unwrap();
        assert_eq!(label.underlined, style == Style::Party);
        assert!(part(&file, "word/styles.xml").contains(r#"w:ascii="Times New Roman""#));
    }
}

#[test]
fn margins_and_lines_are_kept_to_the_millimetre_in_the_pdf() {
    for style in Style::ALL {
        let pages = drawn(&paper(style, 70));
        assert!(pages.len() >= 3);
        let first = &pages[0];
        assert!((first.width - 210.0 * POINTS).abs() < 0.5 && (first.height - 297.0 * POINTS).abs() < 0.5, "A4");
        let (left, right) = (30.0 * POINTS, (210.0 - 15.0) * POINTS);
        for page in &pages {
            for told in page.told.iter().filter(|t| t.base > 20.0 * POINTS) {
                assert!(told.from >= left - 0.1 && told.to <= right + 0.5, "{style:?}: {told:?}");
                assert!(told.base <= (297.0 - 20.0) * POINTS + 0.1, "{style:?}: {told:?}");
            }
        }
        // the first line of letters begins where the margin ends: its ascender stands under it
        let top = first.told.iter().map(|t| t.base - 0.891 * t.size).fold(f64::MAX, f64::min);
        assert!((top - 20.0 * POINTS).abs() < 0.5, "{style:?}: {top}");
        // a paragraph fills the width of the text, its first line is set in by 1 to 1.27 cm
        let article = first.find("Điều 1.");
        let set_in = (article.from - left) / POINTS;
        assert!((10.0..=12.7).contains(&set_in), "{style:?}: {set_in} mm");
        let lines: Vec<&Told> =
            first.told.iter().filter(|t| t.base > article.base + 1.0 && t.text.contains("bồi dưỡng")).collect();
        assert!((lines[0].from - left).abs() < 0.2 && (lines[0].to - right).abs() < 1.0, "{:?}", lines[0]);
        // lines stand 1 to 1.5 of their own height apart, paragraphs 6 pt more
        let pitch = (lines[1].base - lines[0].base) / (lines[0].size * OWN_LINE);
        assert!((1.0..=1.5).contains(&pitch), "{style:?}: {pitch}");
        let last = lines.iter().map(|t| t.base).fold(0.0, f64::max);
        let gap = first.find("Thời gian học tập").base - last - (lines[1].base - lines[0].base);
        assert!(gap >= 6.0 - 0.1, "{style:?}: {gap} pt between paragraphs");
    }
}

#[test]
fn rules_are_as_long_as_the_formats_ask() {
    for style in Style::ALL {
        let paper = paper(style, 1);
        let page = &drawn(&paper)[0];
        let under = |told: &Told| {
            let close = |(_, _, y): &&(f64, f64, f64)| *y > told.base && *y < told.base + 8.0;
            let within = |(from, to, _): &&(f64, f64, f64)| *from < told.to && *to > told.from;
            let (from, to, _) = page.rules.iter().filter(close).find(within).unwrap_or_else(|| panic!("{told:?}"));
            let middle = (from + to - told.from - told.to).abs() / 2.0;
            assert!(middle < 1.0, "in the middle of {told:?}: {middle}");
            (to - from) / (told.to - told.from)
        };
        let whole = match style {
            Style::State => "Độc lập - Tự do - Hạnh phúc",
            Style::Party => "ĐẢNG CỘNG SẢN VIỆT NAM",
        };
        let share = under(page.find(whole));
        assert!((share - 1.0).abs() < 0.03, "{style:?}: {share}");
        if style == Style::State {
            for words in ["TRƯỜNG CHÍNH TRỊ", "Về việc mở lớp"] {
                let share = under(page.find(words));
                assert!((1.0 / 3.0..=0.5).contains(&share), "{words}: {share}");
            }
        }
    }
}

#[test]
fn pages_are_numbered_from_the_second_in_the_middle_above() {
    for style in Style::ALL {
        let mut letters = paper(style, 70);
        letters.sheets.push(letters.sheets[0].clone());
        let pages = drawn(&letters);
        let numbers: Vec<Option<&Told>> =
            pages.iter().map(|p| p.told.iter().find(|t| t.base < 19.0 * POINTS)).collect();
        let told: Vec<Option<&str>> = numbers.iter().map(|n| n.map(|t| t.text.as_str())).collect();
        // two copies of a page each, then the list that goes with them
        assert_eq!(told[..4], [None, None, Some("2"), Some("3")], "{style:?}");
        let number = numbers[2].unwrap();
        assert!((13.0..=14.0).contains(&number.size));
        let middle = (number.from + number.to) / 2.0 / POINTS;
        assert!((middle - (30.0 + 165.0 / 2.0)).abs() < 0.5, "{middle}");
        let file = render(&letters, Format::Docx).unwrap();
        let header = part(&file, "word/header2.xml");
        let para = &paragraphs(&header)[0];
        assert!(header.contains("PAGE") && matches!(para.size, 26 | 28), "{header}");
        assert_eq!(para.align, "center");
        let document = part(&file, "word/document.xml");
        assert_eq!(document.matches("<w:titlePg").count(), 2, "a section a copy");
        assert_eq!(document.matches(r#"<w:pgNumType w:start="1"/>"#).count(), 2);
        assert!(!document.contains('\u{e000}'));
    }
}

#[test]
fn a_text_document_has_the_same_page_and_spacing() {
    for style in Style::ALL {
        let file = render(&paper(style, 3), Format::Docx).unwrap();
        let document = part(&file, "word/document.xml");
        let find = |tag: &str| {
            let mut reader = Reader::from_str(&document);
            loop {
                match reader.read_event().unwrap() {
                    Event::Empty(found) if found.name().as_ref() == tag => break values(&found),
                    Event::Eof => panic!("no {tag}"),
                    _ => {}
                }
            }
        };
        let size = find("w:pgSz");
        assert_eq!((size["w"].as_str(), size["h"].as_str()), ("11906", "16838"), "A4");
        let margins = find("w:pgMar");
        let millimetres = |side: &str| margins[side].parse::<f64>().unwrap() / 1440.0 * 25.4;
        for (side, asked) in [("top", 20.0), ("bottom", 20.0), ("left", 30.0), ("right", 15.0)] {
            assert!((millimetres(side) - asked).abs() < 0.05, "{side}: {}", millimetres(side));
        }
        let written = paragraphs(&document);
        let text = written.iter().find(|p| p.text.contains("Thời gian học tập")).unwrap();
        assert_eq!(text.align, "both");
        let number = |of: &BTreeMap<String, String>, key: &str| of[key].parse::<f64>().unwrap();
        assert!(number(&text.spacing, "after") >= 120.0, "6 pt");
        assert!((240.0..=360.0).contains(&number(&text.spacing, "line")), "{:?}", text.spacing);
        let set_in = number(&text.indent, "firstLine") / 1440.0 * 2.54;
        assert!((1.0..=1.27).contains(&set_in), "{set_in} cm");
        assert!(document.contains("<w:tblHeader />"), "the head of the list is repeated");
        // rules: motto or Party, body, subject
        assert_eq!(written.iter().filter(|p| p.ruled).count(), if style == Style::State { 3 } else { 1 });
    }
}

#[test]
fn numbers_have_their_zeros_and_their_symbols() {
    let told = [
        ("{số}/{loại}-TCT", 5, "QĐ", "05/QĐ-TCT"),
        ("{số}/{loại}-TCT", 127, "QĐ", "127/QĐ-TCT"),
        ("{số}/{loại}-TCT", 10, "", "10/TCT"),
        ("{số}-{loại}/TCT", 9, "BC", "09-BC/TCT"),
        ("{số}/TCT-ĐT", 1, "", "01/TCT-ĐT"),
    ];
    for (pattern, number, sign, whole) in told {
        assert_eq!(numbered(pattern, number, sign), whole);
    }
    assert_eq!(unnumbered("{số}/{loại}-TCT", "QĐ"), "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}/QĐ-TCT");
}

#[test]
fn a_pattern_that_cannot_be_used_is_told_from_one_that_can() {
    for good in ["{số}/{loại}-TCT", "{số}/TCT-ĐT", "{số}/{loại}-TCTNA"] {
        assert!(is_pattern(good, Style::State), "{good}");
    }
    for good in ["{số}-{loại}/TCT", "{số}-TB/TCT"] {
        assert!(is_pattern(good, Style::Party), "{good}");
    }
    let bad = [
        "",
        "TCT",
        "{số}",
        "{số}/",
        "{số}/{số}-TCT",
        "{loại}/{số}",
        "{số}/{loại}-{loại}",
        "{số}/{ten}-TCT",
        "{số}/-",
        "{số}/QĐ TCT",
        "{số}-{loại}/TCT",
    ];
    for bad in bad {
        assert!(!is_pattern(bad, Style::State), "{bad}");
    }
    assert!(!is_pattern("{số}/{loại}-TCT", Style::Party));
}

#[test]
fn rights_to_sign_are_written_with_a_point_or_a_slash() {
    let signed = |authority, style| {
        Signature { authority, on_behalf: "Hiệu trưởng".into(), ..Signature::own("Phó Hiệu trưởng") }.lines(style)
    };
    let rights = [
        (Authority::OnBehalf, "TM. HIỆU TRƯỞNG", "T/M HIỆU TRƯỞNG"),
        (Authority::Deputy, "KT. HIỆU TRƯỞNG", "K/T HIỆU TRƯỞNG"),
        (Authority::ByOrder, "TL. HIỆU TRƯỞNG", "T/L HIỆU TRƯỞNG"),
        (Authority::Delegated, "TUQ. HIỆU TRƯỞNG", "T/L HIỆU TRƯỞNG"),
    ];
    for (authority, state, party) in rights {
        assert_eq!(signed(authority, Style::State), [state, "PHÓ HIỆU TRƯỞNG"]);
        assert_eq!(signed(authority, Style::Party), [party, "PHÓ HIỆU TRƯỞNG"]);
    }
    assert_eq!(signed(Authority::Own, Style::State), ["PHÓ HIỆU TRƯỞNG"]);
}

#[test]
fn equal_papers_give_equal_bytes_and_nothing_is_markup() {
    for style in Style::ALL {
        let mut odd = paper(style, 2);
        odd.subject = "#panic(\"x\") $1$ *b* \\ // /* <w:p> & \u{1}".into();
        odd.sheets[0].to = vec!["Ủy ban nhân dân xã <Keng & Đu>".into(), "#set".into()];
        odd.sheets[0].blocks.push(Block::Blank(3));
        odd.signatures.push(odd.signatures[0].clone());
        odd.signatures[0].hint = "ký, ghi rõ họ tên".into();
        for format in [Format::Pdf, Format::Docx] {
            assert_eq!(render(&odd, format).unwrap(), render(&odd, format).unwrap());
        }
        let kept: Official = serde_json::from_str(&serde_json::to_string(&odd).unwrap()).unwrap();
        assert_eq!(kept, odd, "what is kept of a paper gives it back");
        let mut letter = odd.clone();
        letter.kind = String::new();
        let file = render(&letter, Format::Docx).unwrap();
        let written = paragraphs(&part(&file, "word/document.xml"));
        assert!(
            written.iter().any(|p| p.text.contains("panic") && p.size == 24),
            "the subject stands under the number"
        );
        let page = &drawn(&letter)[0];
        assert!((page.find("panic").size - 12.0).abs() < 0.01);
    }
}
