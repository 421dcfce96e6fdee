//! Small parts of pages: structs that render themselves, used in templates as `{{ part|safe }}`.
//! Their HTML is described in `assets/README.md`.

use askama::Template;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};

use crate::{Errors, T, format::Whole};

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
    /// `wide`, `short`, `grow`, `half`, or nothing.
    pub class: &'a str,
    /// What the browser may fill in, such as `new-password`.
    pub autocomplete: Option<&'a str>,
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
            class: "",
            autocomplete: None,
        }
    }

    /// `wide`, `short`, `grow` or `half`.
    #[must_use]
    pub fn class(mut self, class: &'a str) -> Self {
        self.class = class;
        self
    }

    /// What the browser may fill in.
    #[must_use]
    pub fn autocomplete(mut self, word: &'a str) -> Self {
        self.autocomplete = Some(word);
        self
    }

    /// Attributes that follow from the rule and the error.
    fn state(&self) -> String {
        let mut out = String::new();
        if self.required {
            out.push_str(" required");
        }
        if self.error.is_some() {
            out.push_str(r#" aria-invalid="true""#);
        }
        let hint = (!self.hint.is_empty()).then(|| format!("h-{}", self.name));
        let error = self.error.as_ref().map(|_| format!("e-{}", self.name));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        if !ids.is_empty() {
            out.push_str(&format!(r#" aria-describedby="{}""#, ids.join(" ")));
        }
        out
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
    /// `wide`, `short`, `grow`, `half`, or nothing.
    pub class: &'a str,
}

impl<'a> Select<'a> {
    /// A select without an empty choice.
    #[must_use]
    pub fn new(t: T, errors: &Errors, name: &'a str, label_key: &str, value: &'a str, choices: &'a [Choice]) -> Self {
        let label = t.get(label_key).into_owned();
        Self { t, name, label, value, choices, empty: None, error: errors.at(t, name), class: "" }
    }

    /// `wide`, `short`, `grow` or `half`.
    #[must_use]
    pub fn class(mut self, class: &'a str) -> Self {
        self.class = class;
        self
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

/// The way down to this page.
#[derive(Template)]
#[template(path = "components/crumbs.html")]
pub struct Crumbs {
    t: T,
    steps: Vec<(String, String)>,
    here: String,
}

impl Crumbs {
    /// Ends here.
    #[must_use]
    pub fn to(t: T, here: impl Into<String>) -> Self {
        Self { t, steps: Vec::new(), here: here.into() }
    }

    /// One step more before this page, from the top.
    #[must_use]
    pub fn by(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.steps.push((href.into(), text.into()));
        self
    }
}

/// The head of a form that came back wrong: what is wrong, with links to the fields.
#[derive(Template)]
#[template(path = "components/wrong.html")]
pub struct Wrong {
    t: T,
    items: Vec<(&'static str, String)>,
}

impl Wrong {
    /// Nothing when the form is right.
    #[must_use]
    pub fn of(t: T, errors: &Errors) -> Option<Self> {
        let items = errors.all(t);
        (!items.is_empty()).then_some(Self { t, items })
    }
}

/// The head of a form whose thing somebody else saved after the form was made: who, when, and where what is saved
/// differs from what was typed. The form below keeps what was typed and carries the newer edition, so that sending it
/// again saves over the other's work.
#[derive(Template)]
#[template(path = "components/overtaken.html")]
pub struct Overtaken {
    t: T,
    by: String,
    differences: Vec<(String, String, String)>,
}

impl Overtaken {
    /// Saved by somebody at a moment.
    #[must_use]
    pub fn by(t: T, who: Option<&str>, at: Option<DateTime<Utc>>) -> Self {
        let at = at.map(|at| t.moment(at)).unwrap_or_default();
        let by = t.args("web-overtaken-by", [("by", who.unwrap_or_default().into()), ("at", at.into())]);
        Self { t, by: by.into_owned(), differences: Vec::new() }
    }

    /// Status of the page with such a form: 409 when it is overtaken, 422 with errors, else 200.
    #[must_use]
    pub fn status(overtaken: Option<&Self>, errors: &Errors) -> StatusCode {
        match (overtaken, errors.is_empty()) {
            (Some(_), _) => StatusCode::CONFLICT,
            (None, true) => StatusCode::OK,
            (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// A field with what is saved and what was typed; left out where both say the same.
    #[must_use]
    pub fn differs(mut self, label_key: &str, saved: impl Into<String>, typed: impl Into<String>) -> Self {
        let (saved, typed) = (saved.into(), typed.into());
        if saved != typed {
            self.differences.push((self.t.get(label_key).into_owned(), saved, typed));
        }
        self
    }
}

/// Thousandths as a percentage for an attribute: `23.5%`.
fn percent(thousandths: impl Whole) -> String {
    let thousandths = thousandths.whole();
    format!("{}.{}%", thousandths / 10, thousandths % 10)
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
    /// `good`, `warn`, `bad`, `info`, or nothing for the brand's colour.
    pub tone: &'static str,
}

impl Bar {
    /// `part` of `whole`.
    #[must_use]
    pub fn of(label: String, part: i64, whole: i64, target: Option<i64>, tone: &'static str) -> Self {
        Self { label, fill: thousandths(part, whole), target, tone }
    }
}

fn thousandths(part: i64, whole: i64) -> i64 {
    if whole > 0 { (part * 1000 / whole).clamp(0, 1000) } else { 0 }
}

/// Parts of a whole side by side: theory and practice, seats.
#[derive(Template)]
#[template(path = "components/split.html")]
pub struct Split {
    label: String,
    parts: Vec<Part>,
    target: Option<i64>,
}

struct Part {
    class: &'static str,
    from: i64,
    width: i64,
}

impl Split {
    /// Parts with their class (`a`, `b`, `c`, `d`) from the left; what is left of the whole stays empty.
    /// The target mark is in thousandths.
    #[must_use]
    pub fn of(label: String, whole: i64, parts: &[(&'static str, i64)], target: Option<i64>) -> Self {
        let mut sum = 0;
        let parts = parts
            .iter()
            .map(|(class, part)| {
                let from = thousandths(sum, whole);
                sum += part;
                Part { class, from, width: thousandths(sum, whole) - from }
            })
            .collect();
        Self { label, parts, target }
    }
}

/// A line of a [`Chart`] as it is handed in: shares in thousandths along the whole width.
#[derive(Debug, Clone)]
pub struct Line {
    /// `s1` to `s5`.
    pub tone: &'static str,
    /// `strong`, `planned`, or nothing.
    pub style: &'static str,
    /// Tinted down to the axis.
    pub area: bool,
    /// Place along the width and value, both in thousandths; in their order.
    pub points: Vec<(i64, i64)>,
}

struct Drawn {
    tone: &'static str,
    class: String,
    area: bool,
    line: String,
    filled: String,
    dots: Vec<(i64, i64)>,
}

/// Shares over time as SVG made here; beside it always stands a table with the same figures.
#[derive(Template)]
#[template(path = "components/chart.html")]
pub struct Chart {
    label: String,
    width: i64,
    height: i64,
    left: i64,
    right: i64,
    grid: Vec<(i64, String)>,
    ticks: Vec<(i64, String)>,
    series: Vec<Drawn>,
    target: Option<(i64, String)>,
}

impl Chart {
    /// Lines from 0 to 100 % over `ticks` (place in thousandths, text), with a target in thousandths.
    /// `width` is near the real width on a desk: 420 in a narrow card, 760 in a wide one.
    #[must_use]
    pub fn of(
        t: T,
        label: String,
        width: i64,
        ticks: &[(i64, String)],
        lines: &[Line],
        target: Option<(i64, String)>,
    ) -> Self {
        let (height, left, right, top, bottom) = (260, 40, width - 14, 22, 228);
        let x = |place: i64| left + (right - left) * place / 1000;
        let y = |share: i64| bottom - (bottom - top) * share / 1000;
        let series = lines
            .iter()
            .map(|l| {
                let dots: Vec<(i64, i64)> = l.points.iter().map(|(place, share)| (x(*place), y(*share))).collect();
                let path: Vec<String> = dots.iter().map(|(x, y)| format!("{x} {y}")).collect();
                let line = format!("M{}", path.join("L"));
                let ends = (dots.first().map_or(left, |d| d.0), dots.last().map_or(left, |d| d.0));
                let filled = format!("{line}L{} {bottom}L{} {bottom}Z", ends.1, ends.0);
                Drawn { tone: l.tone, class: format!("{} {}", l.tone, l.style), area: l.area, line, filled, dots }
            })
            .collect();
        Self {
            label,
            width,
            height,
            left,
            right,
            grid: (0..=4).map(|step| (y(step * 250), t.num(step * 25))).collect(),
            ticks: ticks.iter().map(|(place, text)| (x(*place), text.clone())).collect(),
            series,
            target: target.map(|(share, text)| (y(share), text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lang;

    const VI: T = T { lang: Lang::Vi };

    #[test]
    fn widths_are_percent_of_the_real_width() {
        let bar = Bar::of("23,0 %".to_owned(), 1986, 8624, Some(950), "").render().unwrap();
        assert!(bar.contains(r#"width="23.0%""#) && bar.contains(r#"x="95.0%""#), "{bar}");
        let split = Split::of("30/70".to_owned(), 40, &[("a", 12), ("b", 28)], Some(300)).render().unwrap();
        assert!(split.contains(r#"class="part b" x="30.0%" width="70.0%""#), "{split}");
        assert_eq!(Bar::of(String::new(), 1, 0, None, "").fill, 0);
    }

    #[test]
    fn a_chart_spans_its_frame() {
        let line = Line { tone: "s2", style: "planned", area: true, points: vec![(0, 0), (1000, 1000)] };
        let chart = Chart::of(VI, "l".to_owned(), 420, &[(500, "2028".to_owned())], &[line], None).render().unwrap();
        assert!(chart.contains(r#"d="M40 228L406 22""#), "{chart}");
        assert!(chart.contains(r#"d="M40 228L406 22L406 228L40 228Z""#), "{chart}");
        assert!(chart.contains(r#"<text x="223" y="255">2028</text>"#), "{chart}");
    }

    #[test]
    fn a_field_names_its_hint_and_its_error() {
        let mut errors = Errors::new();
        errors.add("name", "web-search");
        let field = Field::new(VI, &errors, "name", "web-search", "a\"b").hint("web-home").required();
        let html = field.render().unwrap();
        assert!(
            html.contains(r#"value="a&#34;b" required aria-invalid="true" aria-describedby="h-name e-name">"#),
            "{html}"
        );
    }
}
