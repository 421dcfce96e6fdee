//! Small parts of pages: structs that render themselves, used in templates as `{{ part|safe }}`.
//! Their HTML is described in `assets/README.md`.

use askama::Template;

use crate::{Errors, T};

/// One input with its label, hint and error.
#[derive(Template)]
#[template(path = "components/field.html")]
pub struct Field<'a> {
    /// Texts.
    pub t: T,
    /// Name of the input; its id is `f-NAME`.
    pub name: &'a str,
    /// Label as shown.
    pub label: String,
    /// `text`, `date`, `number`, `password`, `email`, `search`, `file`, or `textarea`.
    pub kind: &'a str,
    /// What was typed.
    pub value: &'a str,
    /// A line of help, may be empty.
    pub hint: String,
    /// The error at this field.
    pub error: Option<String>,
    /// Whether it must be filled.
    pub required: bool,
}

impl<'a> Field<'a> {
    /// A text input; change what differs with struct update syntax or the methods below.
    #[must_use]
    pub fn new(t: T, errors: &Errors, name: &'a str, label_key: &str, value: &'a str) -> Self {
        Self {
            t,
            name,
            label: t.get(label_key).into_owned(),
            kind: "text",
            value,
            hint: String::new(),
            error: errors.at(t, name),
            required: false,
        }
    }

    /// Another kind of input.
    #[must_use]
    pub fn kind(mut self, kind: &'a str) -> Self {
        self.kind = kind;
        self
    }

    /// A line of help.
    #[must_use]
    pub fn hint(mut self, key: &str) -> Self {
        self.hint = self.t.get(key).into_owned();
        self
    }

    /// Must be filled.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// One choice of a [`Select`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Value sent.
    pub value: String,
    /// Text shown.
    pub text: String,
}

impl Choice {
    /// From value and text.
    #[must_use]
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into() }
    }
}

/// A choice of one.
#[derive(Template)]
#[template(path = "components/select.html")]
pub struct Select<'a> {
    /// Texts.
    pub t: T,
    /// Name of the input.
    pub name: &'a str,
    /// Label as shown.
    pub label: String,
    /// Value chosen.
    pub value: &'a str,
    /// Choices in their order.
    pub choices: &'a [Choice],
    /// Text of the empty choice; none if one must be chosen.
    pub empty: Option<String>,
    /// The error at this field.
    pub error: Option<String>,
}

impl<'a> Select<'a> {
    /// A select without an empty choice.
    #[must_use]
    pub fn new(t: T, errors: &Errors, name: &'a str, label_key: &str, value: &'a str, choices: &'a [Choice]) -> Self {
        let label = t.get(label_key).into_owned();
        Self { t, name, label, value, choices, empty: None, error: errors.at(t, name) }
    }

    /// Adds an empty choice first.
    #[must_use]
    pub fn or_empty(mut self, key: &str) -> Self {
        self.empty = Some(self.t.get(key).into_owned());
        self
    }
}

/// Keyset paging: a link to the next page and one back to the first.
#[derive(Template)]
#[template(path = "components/pager.html")]
pub struct Pager {
    /// Texts.
    pub t: T,
    /// Address of the first page, when this is another one.
    pub first: Option<String>,
    /// Address of the next page, when there is one.
    pub next: Option<String>,
    /// What is shown of how many: `50 / 8.624`.
    pub shown: String,
}

/// A bar of a share with an optional target mark, as SVG (no inline style is allowed).
#[derive(Template)]
#[template(path = "components/bar.html")]
pub struct Bar {
    /// Spoken description.
    pub label: String,
    /// Filled part in thousandths, 0 to 1,000.
    pub fill: i64,
    /// Target mark in thousandths.
    pub target: Option<i64>,
    /// `lotus`, `good`, `warn`, `bad`, `info`.
    pub tone: &'static str,
}

impl Bar {
    /// `part` of `whole`.
    #[must_use]
    pub fn of(label: String, part: i64, whole: i64, target: Option<i64>, tone: &'static str) -> Self {
        let fill = if whole > 0 { (part * 1000 / whole).clamp(0, 1000) } else { 0 };
        Self { label, fill, target, tone }
    }
}
