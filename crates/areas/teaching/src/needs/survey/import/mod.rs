//! Questions from files of other systems: GIFT, Moodle XML, QTI, a table in a Word document. Pure; which answer is right is not
//! taken over, a questionnaire has none.
//!
//! Always true: a file is read to its end, and every fault is told by its line (by its row, in a table).

mod gift;
mod moodle;
pub(super) mod pages;
mod qti;
mod word;

use super::{actions::ItemDraft, model};

/// Most questions of a file.
pub const QUESTIONS_MOST: usize = 500;

/// What is wrong with a question, or with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// None of the kinds of files.
    Unknown,
    /// The file is damaged.
    Damaged,
    /// No question was found.
    Nothing,
    /// More questions than [`QUESTIONS_MOST`].
    TooMany,
    /// A brace that is not closed.
    Unclosed,
    /// A kind of question that questionnaires do not have: numbers, matching.
    Kind,
    /// A kind that is written but unknown.
    KindWord,
    /// The question is empty, too long, or has a character that cannot be used.
    Text,
    /// Fewer than two choices, too many, one twice, or one that is too long.
    Choices,
}

impl Fault {
    /// Its message is `surveys-import-CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Damaged => "damaged",
            Self::Nothing => "nothing",
            Self::TooMany => "too-many",
            Self::Unclosed => "unclosed",
            Self::Kind => "kind",
            Self::KindWord => "kind-word",
            Self::Text => "text",
            Self::Choices => "choices",
        }
    }
}

/// What a file holds: each question with its line, each fault with its line (0 is the file as a whole).
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Questions that can be taken over.
    pub items: Vec<(usize, ItemDraft)>,
    /// What cannot.
    pub faults: Vec<(usize, Fault)>,
    /// Whether it is a package of files: then questions have numbers instead of lines.
    pub packed: bool,
}

impl Read {
    /// Takes a question in, or notes what is wrong with it.
    fn take(&mut self, line: usize, kind: &str, text: &str, choices: &[String]) {
        let draft = ItemDraft {
            kind: kind.to_owned(),
            text: text.to_owned(),
            is_required: false,
            choices: choices.to_vec(),
            most: if kind == "scale" { 5 } else { 0 },
        };
        match fitted(draft) {
            Ok(draft) => self.items.push((line, draft)),
            Err(fault) => self.faults.push((line, fault)),
        }
    }

    fn fault(&mut self, line: usize, fault: Fault) {
        self.faults.push((line, fault));
    }
}

/// A question as a questionnaire may have it, with clean texts.
///
/// # Errors
/// What is wrong with it.
pub fn fitted(draft: ItemDraft) -> Result<ItemDraft, Fault> {
    if !model::KINDS.contains(&draft.kind.as_str()) || draft.kind == "competences" {
        return Err(Fault::Kind);
    }
    let line = |text: &str, most| kernel::text::line(text, most);
    let text = line(&draft.text, model::QUESTION_MOST).map_err(|_| Fault::Text)?;
    let mut choices: Vec<String> = Vec::new();
    if matches!(draft.kind.as_str(), "one" | "several") {
        for choice in &draft.choices {
            let choice = line(choice, model::CHOICE_MOST).map_err(|_| Fault::Choices)?;
            let key = kernel::text::fold(&choice);
            if choices.iter().any(|c| *c == choice || (!key.is_empty() && kernel::text::fold(c) == key)) {
                return Err(Fault::Choices);
            }
            choices.push(choice);
        }
        if !(2..=model::CHOICES_MOST).contains(&choices.len()) {
            return Err(Fault::Choices);
        }
    }
    let most = if draft.kind == "scale" { draft.most.clamp(2, model::SCALE_MOST) } else { 0 };
    let is_required = draft.is_required && draft.kind != "section";
    Ok(ItemDraft { text, choices, most, is_required, ..draft })
}

/// Reads a file by what it holds, whatever its name says.
#[must_use]
pub fn read(bytes: &[u8]) -> Read {
    let mut read = if bytes.starts_with(b"PK") {
        qti::package(bytes).unwrap_or_else(|| word::read(bytes))
    } else {
        match std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
            Err(_) => Read { faults: vec![(0, Fault::Unknown)], ..Read::default() },
            Ok(text) if qti::is(text) => qti::read(text),
            Ok(text) if text.trim_start().starts_with('<') => moodle::read(text),
            Ok(text) => gift::read(text),
        }
    };
    if read.items.len() > QUESTIONS_MOST {
        read.items.clear();
        read.faults = vec![(0, Fault::TooMany)];
    }
    if read.items.is_empty() && read.faults.is_empty() {
        read.faults.push((0, Fault::Nothing));
    }
    read
}

/// Text without the tags and references of HTML.
fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, mark) = rest.split_at(at);
        out.push_str(before);
        let end = if mark.starts_with('<') { mark.find('>') } else { mark.find(';').filter(|end| *end <= 10) };
        let Some(end) = end else {
            out.push_str(mark);
            return out;
        };
        let (token, after) = mark.split_at(end + 1);
        if mark.starts_with('<') {
            out.push(' ');
        } else {
            let name = token.trim_start_matches('&').trim_end_matches(';');
            match name {
                "nbsp" => out.push(' '),
                name => match quick_xml::escape::unescape(token) {
                    Ok(text) if !name.is_empty() => out.push_str(&text),
                    _ => out.push_str(token),
                },
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
