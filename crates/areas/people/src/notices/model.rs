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
