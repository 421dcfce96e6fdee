//! The page of the statistics: a question, its table, its picture.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use web::{
    Answer, Errors, Permit, Query, T, Ui,
    components::{Choice, Field, Select, Split},
    form::address,
};

use kernel::{Actor, Right};

use super::{
    Crossing, Dimension, Question, answer, name,
    saved::{Saved, saved},
};
use crate::registry::{ReadPeople, ReadStatistics, import::ImportPeople};

/// Most rows that the picture draws.
const MOST_DRAWN: usize = 24;
/// Classes of the parts of a bar.
const TONES: [&str; 4] = ["a", "b", "c", REST];
/// The class of what is taken together.
const REST: &str = "d";

/// A question as an address holds it: codes of dimensions, a day, keys of filters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the codes of the dimensions")]
pub struct Asked {
    pub rows: String,
    pub cols: String,
    pub on: String,
    pub bloc: String,
    pub level: String,
    pub education: String,
    pub theory: String,
    pub management: String,
    pub gender: String,
    pub ethnic: String,
    pub age: String,
    pub region: String,
    pub commune: String,
    pub audience: String,
}

impl Asked {
    fn filters(&self) -> [&str; 11] {
        [
            &self.bloc,
            &self.level,
            &self.education,
            &self.theory,
            &self.management,
            &self.gender,
            &self.ethnic,
            &self.age,
            &self.region,
            &self.commune,
            &self.audience,
        ]
    }

    /// The question, as of `today` where no day is given; a day that is none is a fault at the field `on`, and `today` is
    /// asked. Dimensions that do not exist are those of the scheme's Phụ lục 1: blocs by education.
    #[must_use]
    pub fn question(&self, today: NaiveDate, errors: &mut Errors) -> Question {
        let rows = Dimension::of_code(&self.rows).unwrap_or(Dimension::Bloc);
        let columns = match self.cols.as_str() {
            "" if self.rows.is_empty() => Some(Dimension::Education),
            code => Dimension::of_code(code),
        };
        let typed = self.on.trim();
        let day = NaiveDate::parse_from_str(typed, "%Y-%m-%d").ok().filter(|day| (1900..=2100).contains(&day.year()));
        if !typed.is_empty() && day.is_none() {
            errors.add("on", "statistics-on-wrong");
        }
        let mut question = Question::new(rows, columns, day.unwrap_or(today));
        question.filters = self.filters().map(|key| key.trim().to_owned());
        question
    }
}

/// What an address holds of a question, today left out.
pub(super) fn pairs<'q>(question: &'q Question, on: &'q str) -> Vec<(&'static str, &'q str)> {
    let mut pairs =
        vec![("rows", question.rows.code()), ("cols", question.columns.map_or("", Dimension::code)), ("on", on)];
    pairs.extend(Dimension::ALL.iter().map(|d| (d.code(), question.filter(*d))));
    pairs
}

/// A figure with the list behind it, if the reader may see one.
struct Figure {
    people: i64,
    href: Option<String>,
}

struct Line {
    label: String,
    cells: Vec<Figure>,
    sum: Figure,
}

/// A row of the picture.
struct Bar {
    label: String,
    people: i64,
    split: Split,
}

#[derive(askama::Template)]
#[template(path = "registry/statistics/page.html", blocks = ["answer"])]
struct StatisticsPage<'a> {
    t: T,
    presets: Vec<(String, String, bool)>,
    rows: Select<'a>,
    columns: Select<'a>,
    day: Field<'a>,
    filters: Vec<Select<'a>>,
    narrowed: Vec<String>,
    plain: String,
    title: String,
    of_rows: String,
    heads: Vec<String>,
    lines: Vec<Line>,
    totals: Line,
    on: NaiveDate,
    bars: Vec<Bar>,
    legend: Vec<(&'static str, String)>,
    undrawn: usize,
    exports: Vec<(String, String)>,
    /// Other pages that the reader may see: address, icon, key of the words.
    others: Vec<[&'static str; 3]>,
    /// Questions that the reader keeps.
    kept: Vec<Saved>,
    /// The question as the form that keeps it sends it.
    hidden: Vec<(&'static str, String)>,
    keep_name: Field<'a>,
    keep_open: bool,
}

/// Crossings of the scheme's Phụ lục 1 and those that are asked for most.
const PRESETS: [(Dimension, Dimension); 6] = [
    (Dimension::Bloc, Dimension::Education),
    (Dimension::Bloc, Dimension::Theory),
    (Dimension::Bloc, Dimension::Management),
    (Dimension::Bloc, Dimension::Level),
    (Dimension::Age, Dimension::Gender),
    (Dimension::Commune, Dimension::Bloc),
];

/// GET /people/statistics
pub(in crate::registry) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadStatistics>,
    Query(asked): Query<Asked>,
) -> Answer {
    show(&ui, &db, &permit.actor, &asked, "", Errors::new()).await
}

/// The page of a question; `typed` is the name under which it was to be kept.
pub(super) async fn show(ui: &Ui, db: &Db, actor: &Actor, asked: &Asked, typed: &str, mut errors: Errors) -> Answer {
    let t = ui.t;
    let today = db.today();
    let question = asked.question(today, &mut errors);
    let seen = answer(db, actor, &question).await?;
    let kept = saved(&mut db.read().await?, actor).await?;
    let on = if question.on == today { String::new() } else { question.on.to_string() };
    let names_too = ui.may(ReadPeople::NAME) && !actor.sees_nobody();
    let (lines, totals) = lines(t, &seen, &on, names_too);
    let (bars, legend, undrawn) = bars(t, &seen);

    let named: Vec<Choice> = Dimension::ALL.iter().map(|d| Choice::new(d.code(), name(t, *d))).collect();
    let choices: Vec<(Dimension, Vec<Choice>)> = Dimension::ALL
        .iter()
        .map(|d| {
            (
                *d,
                seen.keys(*d)
                    .into_iter()
                    .map(|key| (seen.label(t, *d, &key), key))
                    .map(|(l, k)| Choice::new(k, l))
                    .collect(),
            )
        })
        .filter(|(d, choices): &(_, Vec<Choice>)| *d != Dimension::Commune || choices.len() > 1)
        .collect();
    let labels: Vec<String> = choices.iter().map(|(d, _)| format!("statistics-{}", d.code())).collect();
    let filters = choices.iter().zip(&labels).map(|((d, choices), label)| {
        Select::new(t, &errors, d.code(), label, question.filter(*d), choices).or_empty("registry-all").class("half")
    });
    let typed_on = if asked.on.is_empty() { today.to_string() } else { asked.on.clone() };
    let preset = |(rows, columns): (Dimension, Dimension)| {
        let chosen = question.rows == rows && question.columns == Some(columns);
        let mut other = question.clone();
        (other.rows, other.columns) = (rows, Some(columns));
        let said = [("rows", name(t, rows).into()), ("columns", name(t, columns).into())];
        (t.args("statistics-by", said).into_owned(), address("/people/statistics", &pairs(&other, &on)), chosen)
    };
    let plain = Question::new(question.rows, question.columns, question.on);
    let mut others = vec![["/people/reconcile", "list-checks", "reconcile-nav"]];
    if names_too {
        others.push(["/people/behind", "clock", "statistics-behind-hours"]);
    }
    if ui.may(ImportPeople::NAME) {
        others.push(["/people/courses", "history", "history-nav"]);
    }
    let page = StatisticsPage {
        t,
        others,
        kept,
        hidden: pairs(&question, &on).into_iter().map(|(name, value)| (name, value.to_owned())).collect(),
        keep_name: Field::new(t, &errors, "name", "statistics-saved-name", typed).required().class("grow"),
        keep_open: errors.at(t, "name").is_some(),
        presets: PRESETS.into_iter().map(preset).collect(),
        rows: Select::new(t, &errors, "rows", "statistics-rows", question.rows.code(), &named),
        columns: Select::new(
            t,
            &errors,
            "cols",
            "statistics-columns",
            question.columns.map_or("", Dimension::code),
            &named,
        )
        .or_empty("statistics-columns-none"),
        day: Field::new(t, &errors, "on", "statistics-on", &typed_on).kind("date"),
        filters: filters.collect(),
        narrowed: seen.narrowed(t),
        plain: address("/people/statistics", &pairs(&plain, &on)),
        title: seen.title(t),
        of_rows: name(t, question.rows),
        heads: heads(t, &seen),
        lines,
        totals,
        on: question.on,
        bars,
        legend,
        undrawn,
        exports: ["xlsx", "pdf", "docx"]
            .map(|ending| {
                let href = address(&format!("/reports/statistics.{ending}"), &pairs(&question, &on));
                (t.arg("statistics-export", "format", ending).into_owned(), href)
            })
            .into(),
    };
    if errors.is_empty() {
        return ui.page_or_part(t.get("statistics-title"), &page, &page.as_answer());
    }
    ui.page_with(StatusCode::UNPROCESSABLE_ENTITY, t.get("statistics-title"), &page)
}

/// Words of the columns, in their order.
fn heads(t: T, seen: &Crossing) -> Vec<String> {
    let Some(columns) = seen.question.columns else { return Vec::new() };
    seen.grid.columns.iter().map(|(key, _)| seen.label(t, columns, key)).collect()
}

fn lines(t: T, seen: &Crossing, on: &str, names_too: bool) -> (Vec<Line>, Line) {
    let (question, grid) = (&seen.question, &seen.grid);
    let href = |row: Option<&str>, column: Option<&str>, people: i64| {
        let mut narrowed = question.clone();
        if let Some(key) = row {
            narrowed = narrowed.with(question.rows, key);
        }
        if let (Some(dimension), Some(key)) = (question.columns, column) {
            narrowed = narrowed.with(dimension, key);
        }
        let href = (names_too && people > 0).then(|| address("/people/statistics/people", &pairs(&narrowed, on)));
        Figure { people, href }
    };
    let cells = |row: Option<&str>, people: &[i64]| {
        if question.columns.is_none() {
            return Vec::new();
        }
        let figures = grid.columns.iter().zip(people);
        figures.map(|((column, _), people)| href(row, Some(column), *people)).collect()
    };
    let line = |((row, sum), people): (&(String, i64), &Vec<i64>)| Line {
        label: seen.label(t, question.rows, row),
        cells: cells(Some(row), people),
        sum: href(Some(row), None, *sum),
    };
    let sums: Vec<i64> = grid.columns.iter().map(|(_, sum)| *sum).collect();
    let totals = Line {
        label: t.get("registry-total").into_owned(),
        cells: cells(None, &sums),
        sum: href(None, None, grid.people),
    };
    (grid.rows.iter().zip(&grid.cells).map(line).collect(), totals)
}

/// Bars of the rows with the most people, in the order of the table, in up to four parts: what the columns are, the last
/// of several smaller ones together.
fn bars(t: T, seen: &Crossing) -> (Vec<Bar>, Vec<(&'static str, String)>, usize) {
    let grid = &seen.grid;
    let most = grid.rows.iter().map(|(_, sum)| *sum).max().unwrap_or(0);
    let mut drawn: Vec<usize> = (0..grid.rows.len()).collect();
    drawn.sort_by_key(|place| std::cmp::Reverse(grid.rows.get(*place).map_or(0, |(_, sum)| *sum)));
    drawn.truncate(MOST_DRAWN);
    drawn.sort_unstable();
    let undrawn = grid.rows.len() - drawn.len();
    let mut shown: Vec<usize> = (0..grid.columns.len()).collect();
    let mut rest = Vec::new();
    if seen.question.columns.is_some() && shown.len() > TONES.len() {
        shown.sort_by_key(|place| std::cmp::Reverse(grid.columns.get(*place).map_or(0, |(_, sum)| *sum)));
        rest = shown.split_off(TONES.len() - 1);
        shown.sort_unstable();
    }
    let mut legend = Vec::new();
    if let Some(columns) = seen.question.columns {
        let words =
            shown.iter().filter_map(|place| grid.columns.get(*place)).map(|(key, _)| seen.label(t, columns, key));
        legend.extend(TONES.into_iter().zip(words));
        if !rest.is_empty() {
            legend.push((REST, t.get("statistics-others").into_owned()));
        }
    }
    let bar = |place: usize| {
        let ((key, sum), cells) = (grid.rows.get(place)?, grid.cells.get(place)?);
        let at = |place: &usize| cells.get(*place).copied().unwrap_or(0);
        let mut parts: Vec<(&'static str, i64)> = TONES.into_iter().zip(shown.iter().map(at)).collect();
        if !rest.is_empty() {
            parts.push((REST, rest.iter().map(at).sum()));
        }
        let label = seen.label(t, seen.question.rows, key);
        let split = Split::of(format!("{label}: {}", t.num(*sum)), most, &parts, None);
        Some(Bar { label, people: *sum, split })
    };
    (drawn.into_iter().filter_map(bar).collect(), legend, undrawn)
}

impl Figure {
    fn nobody(&self) -> bool {
        self.people == 0
    }
}
