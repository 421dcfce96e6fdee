//! Kinds of notices, the values in them, and their texts: pure functions.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Timelike, Utc};
use kernel::clock::{local, start_of};
use serde::{Deserialize, Serialize};
use web::T;

/// A value in a notice, kept as what it is and written in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Shown as it is.
    Text(String),
    /// A number of things.
    Number(i64),
    /// A day.
    Day(NaiveDate),
}

impl Fact {
    /// As a text says it.
    #[must_use]
    pub fn words(&self, t: T) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => t.num(*number),
            Self::Day(day) => t.date(*day),
        }
    }

    /// The number, of a fact that is one.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The day, of a fact that is one.
    #[must_use]
    pub fn day(&self) -> Option<NaiveDate> {
        if let Self::Day(day) = self { Some(*day) } else { None }
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<NaiveDate> for Fact {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

/// Values by the names that texts call them by.
pub type Facts = BTreeMap<String, Fact>;

/// A kind of notice; the slice that tells it declares it by [`crate::notice_kind!`].
#[derive(Debug)]
pub struct Kind {
    /// Stable code, `slice.what`.
    pub code: &'static str,
    /// Names of the values that every notice of this kind carries and its texts may hold.
    pub facts: &'static [&'static str],
    /// Whether people may do without letters of this kind.
    pub optional: bool,
    /// Whether its letters go out at night as well.
    pub urgent: bool,
}

impl Kind {
    /// A kind whose letters everybody gets, in the hours for it.
    #[must_use]
    pub const fn new(code: &'static str, facts: &'static [&'static str]) -> Self {
        Self { code, facts, optional: false, urgent: false }
    }

    /// People may do without letters of this kind.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// Letters go out at night as well: what is told changes where somebody has to be.
    #[must_use]
    pub const fn urgent(self) -> Self {
        Self { urgent: true, ..self }
    }

    /// Key of one of its messages: `classes.called` has `classes-notice-called`, `-subject` and `-body`.
    fn key(&self, part: &str) -> String {
        let key = self.code.replacen('.', "-notice-", 1);
        if part.is_empty() { key } else { format!("{key}-{part}") }
    }

    /// What the kind is called.
    #[must_use]
    pub fn name(&self, t: T) -> String {
        t.get(self.key("")).into_owned()
    }

    /// Its built-in text, with each value as `{name}`.
    #[must_use]
    pub fn text(&self, t: T, part: Part) -> String {
        let values = self.facts.iter().map(|fact| ((*fact).to_owned(), format!("{{{fact}}}")));
        t.owned_args(&self.key(part.code()), values).into_owned()
    }
}

/// Part of a notice's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// One line.
    Subject,
    /// What there is to say.
    Body,
}

impl Part {
    fn code(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
        }
    }
}

/// A kind that a slice has declared.
#[derive(Debug)]
pub struct Declared(pub &'static Kind);
::store::inventory::collect!(Declared);

/// Every kind, by its code.
#[must_use]
pub fn kinds() -> Vec<&'static Kind> {
    let mut kinds: Vec<&Kind> = ::store::inventory::iter::<Declared>.into_iter().map(|declared| declared.0).collect();
    kinds.sort_by_key(|kind| kind.code);
    kinds
}

/// The kind of a code.
#[must_use]
pub fn kind(code: &str) -> Option<&'static Kind> {
    ::store::inventory::iter::<Declared>.into_iter().map(|declared| declared.0).find(|kind| kind.code == code)
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Words(&'t str),
    Value(&'t str),
}

/// The value that leads to the page behind a notice; it is a value of every kind.
pub const LINK: &str = "link";

/// The words of a notice, with each value as `{name}` and the link in a line of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wording {
    /// One line.
    pub subject: String,
    /// What there is to say; one of its lines holds the link.
    pub body: String,
}

impl Wording {
    /// What a kind says while nobody has written anything else.
    #[must_use]
    pub fn built_in(kind: &Kind, t: T) -> Self {
        Self { subject: kind.text(t, Part::Subject), body: format!("{}\n\n{{{LINK}}}", kind.text(t, Part::Body)) }
    }

    /// The words in which a notice was told: those written by then, else the built-in ones. A kind that this version of the program no
    /// longer knows keeps its code.
    #[must_use]
    pub fn of(kind_code: &str, written: Option<Self>, t: T) -> Self {
        written
            .or_else(|| kind(kind_code).map(|kind| Self::built_in(kind, t)))
            .unwrap_or_else(|| Self { subject: kind_code.to_owned(), body: format!("{kind_code}\n\n{{{LINK}}}") })
    }

    /// The subject with its values.
    #[must_use]
    pub fn title(&self, facts: &Facts, t: T) -> String {
        fill(&self.subject, facts, t)
    }

    /// The body where the link is beside it: in the application and for a gateway. Its line of the link is left out.
    #[must_use]
    pub fn said(&self, facts: &Facts, t: T) -> String {
        let lines = self.body.lines().filter(|line| !has_link(line));
        fill(lines.collect::<Vec<_>>().join("\n").trim(), facts, t)
    }

    /// The body of a letter, with the address of the page in it.
    #[must_use]
    pub fn letter(&self, facts: &Facts, link: &str, t: T) -> String {
        let mut all = facts.clone();
        all.insert(LINK.to_owned(), Fact::from(link));
        fill(self.body.trim(), &all, t)
    }
}

fn has_link(line: &str) -> bool {
    pieces(line).contains(&Piece::Value(LINK))
}

/// What is wrong with the words that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordingFault {
    /// A brace without its other half, or nothing between the two.
    Brace,
    /// A name in braces that is no value of the kind.
    Unknown(String),
    /// The link is missing.
    NoLink,
    /// The link stands more than once, or together with another value in its line.
    Link,
}

/// A text with the values by their codes, from one with the names that people read; `code` gives the code of a name.
///
/// # Errors
/// [`WordingFault::Brace`], [`WordingFault::Unknown`].
pub fn coded(text: &str, code: impl Fn(&str) -> Option<&'static str>) -> Result<String, WordingFault> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (words, from_brace) = rest.split_at(at);
        let after = from_brace.strip_prefix('{').ok_or(WordingFault::Brace)?;
        let (name, further) = after.split_once('}').ok_or(WordingFault::Brace)?;
        if name.contains('{') || name.trim().is_empty() {
            return Err(WordingFault::Brace);
        }
        let known = code(name.trim()).ok_or_else(|| WordingFault::Unknown(name.trim().to_owned()))?;
        out.push_str(&format!("{words}{{{known}}}"));
        rest = further;
    }
    Ok(out + rest)
}

/// A text with the values by the names that people read.
#[must_use]
pub fn named(text: &str, name: impl Fn(&str) -> String) -> String {
    let words = |piece| match piece {
        Piece::Words(words) => words.to_owned(),
        Piece::Value(code) => format!("{{{}}}", name(code)),
    };
    pieces(text).into_iter().map(words).collect()
}

/// Whether a body in codes has its link, once and in a line without other values.
///
/// # Errors
/// [`WordingFault::NoLink`], [`WordingFault::Link`].
pub fn link_stands(body: &str) -> Result<(), WordingFault> {
    let values = |line| pieces(line).into_iter().filter(|piece| matches!(piece, Piece::Value(_))).count();
    let lines: Vec<&str> = body.lines().filter(|line| has_link(line)).collect();
    match lines.as_slice() {
        [] => Err(WordingFault::NoLink),
        [line] if values(line) == 1 => Ok(()),
        _ => Err(WordingFault::Link),
    }
}

/// Cuts a text into words and the names in braces; a brace without its other half is part of the words.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let Some((name, further)) = after.split_once('}') else { break };
        pieces.push(Piece::Words(words));
        pieces.push(Piece::Value(name.trim()));
        rest = further;
    }
    pieces.push(Piece::Words(rest));
    pieces
}

/// A text with its values put in.
#[must_use]
pub fn fill(text: &str, facts: &Facts, t: T) -> String {
    let words = |piece| match piece {
        Piece::Words(words) => words.to_owned(),
        Piece::Value(name) => facts.get(name).map_or_else(|| format!("{{{name}}}"), |fact| fact.words(t)),
    };
    pieces(text).into_iter().map(words).collect()
}

/// Hours in which nothing leaves the house: minutes of the day in Viet Nam, from the first to before the second. Equal ones are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quiet {
    /// First minute of the quiet time, 0 to 1439.
    pub from: i64,
    /// First minute after it, 0 to 1439.
    pub to: i64,
}

/// From nine in the evening to half past six, while nobody has said otherwise.
pub const USUAL: Quiet = Quiet { from: 21 * 60, to: 6 * 60 + 30 };

impl Quiet {
    /// The first moment from `at` on in which something may leave.
    #[must_use]
    pub fn next(self, at: DateTime<Utc>) -> DateTime<Utc> {
        let now = local(at);
        let minute = i64::from(now.hour() * 60 + now.minute());
        let quiet = if self.from <= self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        };
        if !quiet {
            return at;
        }
        let day = if minute < self.to { now.date_naive() } else { now.date_naive() + Days::new(1) };
        start_of(day) + TimeDelta::minutes(self.to)
    }
}

/// After how many minutes a delivery that failed is tried again, by how often it was tried; nothing when it was tried often enough.
#[must_use]
pub fn pause(tries: i64) -> Option<i64> {
    const MINUTES: [i64; 7] = [1, 5, 15, 60, 240, 720, 1440];
    MINUTES.get(usize::try_from(tries - 1).unwrap_or(0)).copied()
}

#[cfg(test)]
mod tests {
    use web::Lang;

    use super::*;

    const VI: T = T { lang: Lang::Vi };

    fn facts() -> Facts {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        [("class", Fact::from("29/2026")), ("seats", 1200.into()), ("from", day.into())]
            .map(|(name, fact)| (name.to_owned(), fact))
            .into()
    }

    #[test]
    fn values_are_written_in_the_readers_language() {
        let text = "Lớp {class}: { seats } chỗ từ {from}.";
        assert_eq!(fill(text, &facts(), VI), "Lớp 29/2026: 1.200 chỗ từ 23/11/2026.");
    }

    #[test]
    fn a_brace_alone_is_a_sign_like_any_other() {
        assert_eq!(fill("a } b { c", &facts(), VI), "a } b { c");
        assert_eq!(fill("{nothing}", &facts(), VI), "{nothing}");
    }

    fn by_name(name: &str) -> Option<&'static str> {
        [("lớp", "class"), ("đường dẫn", LINK)].into_iter().find(|(known, _)| *known == name).map(|(_, code)| code)
    }

    #[test]
    fn values_are_written_by_names_and_kept_by_codes() {
        let written = "Lớp { lớp } gọi.\n\nXem: {đường dẫn}";
        let kept = coded(written, by_name).unwrap();
        assert_eq!(kept, "Lớp {class} gọi.\n\nXem: {link}");
        let name = |code: &str| if code == "class" { "lớp".to_owned() } else { "đường dẫn".to_owned() };
        assert_eq!(named(&kept, name), "Lớp {lớp} gọi.\n\nXem: {đường dẫn}");
        assert_eq!(coded("không có gì", by_name).unwrap(), "không có gì");
    }

    #[test]
    fn a_brace_alone_and_an_unknown_name_are_faults() {
        for broken in ["a } b", "a { b", "{}", "{ }", "{lớp {lớp}}", "{lớp}}"] {
            assert_eq!(coded(broken, by_name), Err(WordingFault::Brace), "{broken}");
        }
        assert_eq!(coded("{lop hoc}", by_name), Err(WordingFault::Unknown("lop hoc".to_owned())));
    }

    #[test]
    fn the_link_stands_once_in_a_line_of_its_own() {
        assert_eq!(link_stands("a\n\nXem: {link}"), Ok(()));
        assert_eq!(link_stands("a {class}"), Err(WordingFault::NoLink));
        assert_eq!(link_stands("{link}\n{link}"), Err(WordingFault::Link));
        assert_eq!(link_stands("{link} {link}"), Err(WordingFault::Link));
        assert_eq!(link_stands("{class}: {link}"), Err(WordingFault::Link));
    }

    #[test]
    fn a_letter_has_the_link_where_it_was_put_and_the_application_does_without_its_line() {
        let wording =
            Wording { subject: "Lớp {class}".to_owned(), body: "Xem tại {link}\n{seats} chỗ.\n".to_owned() };
        assert_eq!(wording.title(&facts(), VI), "Lớp 29/2026");
        assert_eq!(wording.said(&facts(), VI), "1.200 chỗ.");
        assert_eq!(wording.letter(&facts(), "https://a/b", VI), "Xem tại https://a/b\n1.200 chỗ.");
        // a value that looks like the link is a text like any other
        let sly: Facts = [("class".to_owned(), Fact::from("{link}"))].into();
        assert_eq!(Wording { body: "{class}\n{link}".to_owned(), ..wording }.said(&sly, VI), "{link}");
    }

    #[test]
    fn what_would_leave_in_the_night_waits_for_the_morning() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let next = |text: &str| USUAL.next(at(text));
        // 20:59, 21:00, 23:30, 03:00, 06:29, 06:30 in Viet Nam
        assert_eq!(next("2026-11-18T13:59:00Z"), at("2026-11-18T13:59:00Z"));
        assert_eq!(next("2026-11-18T14:00:00Z"), at("2026-11-18T23:30:00Z"));
        assert_eq!(next("2026-11-18T16:30:00Z"), at("2026-11-18T23:30:00Z"));
        assert_eq!(next("2026-11-18T20:00:00Z"), at("2026-11-18T23:30:00Z"));
        assert_eq!(next("2026-11-18T23:29:59Z"), at("2026-11-18T23:30:00Z"));
        assert_eq!(next("2026-11-18T23:30:00Z"), at("2026-11-18T23:30:00Z"));
        // at noon, and never
        let noon = Quiet { from: 12 * 60, to: 13 * 60 };
        assert_eq!(noon.next(at("2026-11-18T05:30:00Z")), at("2026-11-18T06:00:00Z"));
        assert_eq!(noon.next(at("2026-11-18T06:00:00Z")), at("2026-11-18T06:00:00Z"));
        let never = Quiet { from: 0, to: 0 };
        assert_eq!(never.next(at("2026-11-18T17:00:00Z")), at("2026-11-18T17:00:00Z"));
    }

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<i64> = (1..).map_while(pause).collect();
        assert!(pauses.is_sorted());
        assert_eq!((pauses.first(), pauses.len()), (Some(&1), 7));
    }

    #[test]
    fn facts_are_kept_as_what_they_are() {
        let text = serde_json::to_string(&facts()).unwrap();
        assert_eq!(text, r#"{"class":{"text":"29/2026"},"from":{"day":"2026-11-23"},"seats":{"number":1200}}"#);
        assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), facts());
    }
}
