//! Official papers: one layout for the state format (Nghị định 30/2020/NĐ-CP, Annex I) and the Party format (Hướng dẫn
//! 36-HD/VPTW), to the millimetre and the point. One struct, two files: PDF for reading and signing, DOCX for working on.
//!
//! Where the formats leave a range, [`Measures`] holds the one value that both files use. Reports, decisions and the papers of a class
//! are all made here: whoever needs a paper fills [`Official`] and calls [`render`].

mod docx;
#[cfg(test)]
mod measured;

use std::{fmt::Write, sync::LazyLock};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use typst::{
    foundations::Bytes,
    layout::{Abs, Em},
    text::{Font, FontInstance, FontVariant, FontVariations},
};

use crate::{
    DocumentError,
    certificate::state_date,
    pdf::{FONTS, typeset},
    report::{Format, Grid, Page, Table, grid},
};

/// By whose rules a paper is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// State bodies: Nghị định 30/2020/NĐ-CP.
    State,
    /// Bodies of the Party: Hướng dẫn 36-HD/VPTW.
    Party,
}

impl Style {
    /// Both.
    pub const ALL: [Self; 2] = [Self::State, Self::Party];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Party => "party",
        }
    }

    /// The style with a code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.code() == code)
    }

    pub(crate) fn measures(self) -> &'static Measures {
        match self {
            Self::State => &STATE,
            Self::Party => &PARTY,
        }
    }
}

/// Lengths in millimetres, sizes of letters in half points, distances in points.
#[derive(Debug, Serialize)]
pub(crate) struct Measures {
    pub top: f64,
    pub bottom: f64,
    pub left: f64,
    pub right: f64,
    /// Share of the left column of the heading, in percent of the text's width.
    pub split: i32,
    /// QUỐC HIỆU, or ĐẢNG CỘNG SẢN VIỆT NAM.
    pub nation: usize,
    /// Tiêu ngữ; the Party has none.
    pub motto: usize,
    pub parent: usize,
    pub body: usize,
    pub number: usize,
    pub date: usize,
    pub kind: usize,
    pub subject: usize,
    /// Subject of a letter, which stands under its number.
    pub about: usize,
    pub text: usize,
    pub signature: usize,
    /// "Nơi nhận:".
    pub label: usize,
    pub list: usize,
    /// Page number.
    pub page: usize,
    /// First line of a paragraph.
    pub indent: f64,
    /// Between two paragraphs.
    pub between: f64,
    /// Height of a line, in hundredths of the letters' own.
    pub line: i32,
    /// What is set between two lines for that height, in shares of the letters' size.
    pub leading: f64,
}

/// Distance from one base line to the next in a text without any leading: ascender, descender and line gap of the letters.
const OWN_LINE: f64 = 1.149;
/// The same without the line gap, as the typesetter measures a line.
const OWN_BOX: f64 = 1.107;

static STATE: Measures = Measures {
    top: 20.0,
    bottom: 20.0,
    left: 30.0,
    right: 15.0,
    split: 46,
    nation: 24,
    motto: 26,
    parent: 24,
    body: 24,
    number: 26,
    date: 26,
    kind: 28,
    subject: 28,
    about: 24,
    text: 28,
    signature: 28,
    label: 24,
    list: 22,
    page: 26,
    indent: 12.0,
    between: 6.0,
    line: 105,
    leading: OWN_LINE * 1.05 - OWN_BOX,
};

static PARTY: Measures = Measures {
    split: 54,
    nation: 30,
    motto: 30,
    parent: 28,
    body: 28,
    number: 28,
    date: 28,
    kind: 32,
    subject: 28,
    about: 24,
    text: 28,
    signature: 28,
    label: 28,
    list: 24,
    page: 28,
    ..STATE
};

/// By what right somebody signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// The head signs in the own right.
    #[default]
    Own,
    /// For a body that decides together: TM., in the Party T/M.
    OnBehalf,
    /// A deputy for the head: KT., in the Party K/T.
    Deputy,
    /// By the head's order: TL., in the Party T/L.
    ByOrder,
    /// By the head's written authority: TUQ.; the Party knows only the order, T/L.
    Delegated,
}

impl Authority {
    fn sign(self, style: Style) -> &'static str {
        match (self, style) {
            (Self::Own, _) => "",
            (Self::OnBehalf, Style::State) => "TM. ",
            (Self::OnBehalf, Style::Party) => "T/M ",
            (Self::Deputy, Style::State) => "KT. ",
            (Self::Deputy, Style::Party) => "K/T ",
            (Self::ByOrder, Style::State) => "TL. ",
            (Self::Delegated, Style::State) => "TUQ. ",
            (Self::ByOrder | Self::Delegated, Style::Party) => "T/L ",
        }
    }
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Signature {
    /// By what right.
    pub authority: Authority,
    /// For whom, without the sign of the right: "Hội đồng thẩm định"; empty when signed in the own right.
    pub on_behalf: String,
    /// Title under which it is signed.
    pub title: String,
    /// A word under the title, in brackets: "ký, ghi rõ họ tên"; may be empty.
    pub hint: String,
    /// Name; may be empty.
    pub name: String,
}

impl Signature {
    /// Somebody who signs in the own right under a title.
    #[must_use]
    pub fn own(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Lines in capitals over the signature.
    pub(crate) fn lines(&self, style: Style) -> Vec<String> {
        let behalf = (self.authority != Authority::Own)
            .then(|| format!("{}{}", self.authority.sign(style), self.on_behalf.to_uppercase()));
        behalf.into_iter().chain([self.title.to_uppercase()]).filter(|line| !line.is_empty()).collect()
    }
}

/// A part of a paper's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// What it is based on ("Căn cứ …"), in italics.
    Basis(String),
    /// A line in the middle, in bold: "QUYẾT ĐỊNH:".
    Centre(String),
    /// Heading of a section.
    Heading(String),
    /// A numbered article: "Điều 1." in bold, then its text.
    Article(String, String),
    /// A paragraph.
    Text(String),
    /// A line of a list, without its dash.
    Item(String),
    /// Dotted lines over the whole width, to be written on by hand.
    Blank(u8),
    /// A table; its head is repeated on every page.
    Table(Table),
}

/// What stands between heading and signature. A paper of several copies repeats heading and signature with each, every copy counts its
/// own pages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// To whom ("Kính gửi"); may be empty.
    pub to: Vec<String>,
    /// The text.
    pub blocks: Vec<Block>,
}

/// What goes with a paper, on pages of its own after the signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex {
    /// Its title.
    pub title: String,
    /// What it belongs to, with its brackets; may be empty.
    pub note: String,
    /// The text.
    pub blocks: Vec<Block>,
}

/// Everything that stands in an official paper. Every text is data: nothing in it is read as markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    /// By whose rules.
    pub style: Style,
    /// Body above the issuing body.
    pub parent: String,
    /// Issuing body.
    pub body: String,
    /// Number with its symbol, as [`numbered`] writes it; empty for a paper without one.
    pub number: String,
    /// Place of issue.
    pub place: String,
    /// Day of issue; it is the date of the files too, so that equal papers give equal bytes.
    pub dated: NaiveDate,
    /// Kind of the paper: "Quyết định"; empty for a letter, whose subject stands under its number.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// A line under the subject, with its brackets; may be empty.
    pub note: String,
    /// How the pages lie.
    pub page: Page,
    /// Its copies; one for most papers.
    pub sheets: Vec<Sheet>,
    /// Who signs: one on the right, two beside each other, more in rows; nobody for a paper that another one covers.
    pub signatures: Vec<Signature>,
    /// Who receives it ("Nơi nhận"), a line each without its dash; may be empty.
    pub recipients: Vec<String>,
    /// What goes with it.
    pub annexes: Vec<Annex>,
}

/// A number with its symbol: below 10 with a leading zero. The pattern holds `{số}` once, and `{loại}` where the sign of the kind stands;
/// what is left without a sign loses its dash: `{số}/{loại}-TCT` gives `05/QĐ-TCT`, and `05/TCT` without a kind.
#[must_use]
pub fn numbered(pattern: &str, number: i64, sign: &str) -> String {
    symbol(pattern, sign).replace("{số}", &format!("{number:02}"))
}

/// The same while nobody has given it a number: room for it to be written in.
#[must_use]
pub fn unnumbered(pattern: &str, sign: &str) -> String {
    symbol(pattern, sign).replace("{số}", "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}")
}

fn symbol(pattern: &str, sign: &str) -> String {
    if sign.is_empty() {
        return pattern.replace("{loại}-", "").replace("-{loại}", "").replace("{loại}", "");
    }
    pattern.replace("{loại}", sign)
}

/// Whether a pattern of a symbol can be used: `{số}` first and once, `{loại}` at most once, no other brackets, and the sign between number
/// and symbol that the style asks for: `/` of state bodies, `-` of the Party.
#[must_use]
pub fn is_pattern(pattern: &str, style: Style) -> bool {
    let Some(rest) = pattern.strip_prefix("{số}") else { return false };
    let mark = match style {
        Style::State => '/',
        Style::Party => '-',
    };
    let bare = rest.replacen("{loại}", "", 1);
    rest.strip_prefix(mark).is_some_and(|symbol| !symbol.is_empty())
        && !bare.contains(['{', '}'])
        && bare.chars().any(char::is_alphabetic)
        && bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | '&'))
}

/// Place and day of issue.
pub(crate) fn dateline(place: &str, dated: NaiveDate) -> String {
    let [day, month, year] = state_date(dated);
    format!("{place}, ngày {day} tháng {month} năm {year}")
}

/// The paper as a file.
///
/// # Errors
/// [`DocumentError`]; also for a spreadsheet, which an official paper is not.
pub fn render(paper: &Official, format: Format) -> Result<Vec<u8>, DocumentError> {
    match format {
        Format::Pdf => pdf(paper),
        Format::Docx => docx::write(paper),
        Format::Xlsx => Err(DocumentError::Typeset("an official paper is no spreadsheet".to_owned())),
    }
}

/// Letters of the papers: regular and bold.
static LETTERS: LazyLock<[Option<FontInstance>; 2]> = LazyLock::new(|| {
    let of = |face: usize| {
        let font = Font::new(Bytes::new(*FONTS.get(face)?), 0)?;
        Some(font.instantiate(FontVariant::default(), Abs::pt(12.0), &FontVariations::default()))
    };
    [of(0), of(1)]
});

/// Width of a text in points, of a size in half points; the typesetter and the text document draw their rules by it.
fn width_of(text: &str, half_points: usize, bold: bool) -> f64 {
    let [regular, heavy] = &*LETTERS;
    let Some(font) = (if bold { heavy } else { regular }) else { return 0.0 };
    let advance = |c: char| font.ttf().glyph_index(c).and_then(|glyph| font.x_advance(glyph.0)).map_or(0.5, Em::get);
    let size = f64::from(u32::try_from(half_points).unwrap_or_default()) / 2.0;
    text.chars().map(advance).sum::<f64>() * size
}

/// Names of what every paper of a style carries at the top.
pub(crate) const NATION: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
pub(crate) const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
pub(crate) const PARTY_NAME: &str = "ĐẢNG CỘNG SẢN VIỆT NAM";

/// Lengths of the rules of a paper in points.
#[derive(Debug, Serialize)]
struct Rules {
    /// Under the issuing body: of two fifths of its text.
    body: f64,
    /// Under the motto, or the Party's name: of its length.
    nation: f64,
    /// Under the subject: of two fifths of its text.
    subject: f64,
}

impl Official {
    /// Width of the text in millimetres.
    fn usable(&self) -> f64 {
        let m = self.style.measures();
        (if self.page == Page::Portrait { 210.0 } else { 297.0 }) - m.left - m.right
    }

    fn rules(&self) -> Rules {
        let m = self.style.measures();
        let points = self.usable() / 25.4 * 72.0;
        let left = points * f64::from(m.split) / 100.0;
        let nation = match self.style {
            Style::State => width_of(MOTTO, m.motto, true),
            Style::Party => width_of(PARTY_NAME, m.nation, true),
        };
        Rules {
            body: 0.4 * width_of(&self.body.to_uppercase(), m.body, true).min(left),
            nation,
            subject: 0.4 * width_of(&self.subject, m.subject, true).min(points),
        }
    }

    /// Number as it is written: the state puts a colon before it, the Party does not.
    fn number_line(&self) -> String {
        match (self.number.is_empty(), self.style) {
            (true, _) => String::new(),
            (false, Style::State) => format!("Số: {}", self.number),
            (false, Style::Party) => format!("Số {}", self.number),
        }
    }

    /// Whether it is a letter: its subject stands under its number.
    fn is_letter(&self) -> bool {
        self.kind.is_empty()
    }

    /// Kind and subject, as the title of its file says them.
    #[must_use]
    pub fn told(&self) -> String {
        let mut told = self.kind.clone();
        if !told.is_empty() && !self.subject.is_empty() {
            told.push_str(". ");
        }
        let _ = write!(told, "{}", self.subject);
        told
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    style: Style,
    measures: &'static Measures,
    rules: Rules,
    told: String,
    parent: String,
    body: String,
    number: String,
    dateline: String,
    kind: String,
    subject: &'a str,
    note: &'a str,
    landscape: bool,
    sheets: Vec<Copy<'a>>,
    signatures: Vec<Signed<'a>>,
    recipients: &'a [String],
    annexes: Vec<Added<'a>>,
}

#[derive(Serialize)]
struct Copy<'a> {
    to: &'a [String],
    blocks: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Added<'a> {
    title: String,
    note: &'a str,
    blocks: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Signed<'a> {
    lines: Vec<String>,
    hint: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase", tag = "what")]
enum Part<'a> {
    Basis { text: &'a str },
    Centre { text: &'a str },
    Heading { text: &'a str },
    Article { label: &'a str, text: &'a str },
    Text { text: &'a str },
    Item { text: &'a str },
    Blank { lines: u8 },
    Table(Grid<'a>),
}

fn parts(blocks: &[Block]) -> Vec<Part<'_>> {
    blocks
        .iter()
        .map(|block| match block {
            Block::Basis(text) => Part::Basis { text },
            Block::Centre(text) => Part::Centre { text },
            Block::Heading(text) => Part::Heading { text },
            Block::Article(label, text) => Part::Article { label, text },
            Block::Text(text) => Part::Text { text },
            Block::Item(text) => Part::Item { text },
            Block::Blank(lines) => Part::Blank { lines: *lines },
            Block::Table(table) => Part::Table(grid(table)),
        })
        .collect()
}

fn pdf(paper: &Official) -> Result<Vec<u8>, DocumentError> {
    let shown = Shown {
        style: paper.style,
        measures: paper.style.measures(),
        rules: paper.rules(),
        told: paper.told(),
        parent: paper.parent.to_uppercase(),
        body: paper.body.to_uppercase(),
        number: paper.number_line(),
        dateline: dateline(&paper.place, paper.dated),
        kind: paper.kind.to_uppercase(),
        subject: &paper.subject,
        note: &paper.note,
        landscape: paper.page == Page::Landscape,
        sheets: paper.sheets.iter().map(|s| Copy { to: &s.to, blocks: parts(&s.blocks) }).collect(),
        signatures: paper
            .signatures
            .iter()
            .map(|s| Signed { lines: s.lines(paper.style), hint: &s.hint, name: &s.name })
            .collect(),
        recipients: &paper.recipients,
        annexes: paper
            .annexes
            .iter()
            .map(|a| Added { title: a.title.to_uppercase(), note: &a.note, blocks: parts(&a.blocks) })
            .collect(),
    };
    typeset("official.typ", &shown, paper.dated)?.whole()
}
