//! Rows and columns of the file.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use documents::sheet::{Cell, Column, Table, write};
use kernel::text::fold;
use serde::{Deserialize, Serialize};
use web::{Lang, T};

use super::super::{
    model::{ASSESSMENTS, DELIVERIES, KINDS, LECTURERS, METHODS},
    store::{Objective, PostName, ProgrammeLine, Topic},
    topic::{Links, assessment, yes_no},
    topic_form::TopicForm,
};
use crate::scheme::Audience;

/// Columns in their order: the field of the form, the message of the heading, and the width in characters.
pub(super) const COLUMNS: [(&str, &str, f64); 14] = [
    ("code", "curriculum-exchange-code", 14.0),
    ("title", "curriculum-topic-title", 48.0),
    ("kind", "curriculum-kind", 14.0),
    ("periods", "curriculum-periods", 9.0),
    ("day", "curriculum-day", 8.0),
    ("method", "curriculum-method", 22.0),
    ("lecturer_type", "curriculum-lecturer", 20.0),
    ("delivery", "curriculum-delivery", 14.0),
    ("assessment", "curriculum-assessment", 20.0),
    ("is_elective", "curriculum-elective", 12.0),
    ("materials", "curriculum-materials", 36.0),
    ("lecturers", "curriculum-lecturers", 26.0),
    ("documents", "curriculum-documents", 26.0),
    ("positions", "curriculum-positions", 36.0),
];
/// Most rows that are read.
const MOST_ROWS: usize = 500;
/// Most bytes that a workbook may have once unpacked.
const MOST_UNPACKED: u64 = 32 * 1024 * 1024;

/// A row of a file: its number there and its cells in the order of [`COLUMNS`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Incoming {
    pub row: usize,
    pub cells: Vec<String>,
}

impl Incoming {
    fn cell(&self, field: &str) -> &str {
        let place = COLUMNS.iter().position(|(name, ..)| *name == field);
        place.and_then(|place| self.cells.get(place)).map_or("", |cell| cell.trim())
    }

    /// Code by which the topic is known again; empty for a new one.
    pub fn code(&self) -> &str {
        self.cell("code")
    }
}

/// An objective of a file: the number of its row, and its cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IncomingAim {
    pub row: usize,
    pub text: String,
    pub audience: String,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Book {
    pub topics: Vec<Incoming>,
    /// None when the file has no sheet of objectives: then they stay as they are.
    pub aims: Option<Vec<IncomingAim>>,
}

/// What is wrong with a cell of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CellFault {
    pub row: usize,
    pub column: String,
    pub text: String,
}

/// Why a file was not read at all: key of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unread(pub &'static str);

/// A version as a workbook: topics on the first sheet, objectives on the second.
pub(super) fn workbook(
    t: T,
    line: &ProgrammeLine,
    topics: &[Topic],
    objectives: &[Objective],
    posts: &[PostName],
    dated: chrono::NaiveDate,
) -> Result<Vec<u8>, documents::DocumentError> {
    let column = |(_, key, width): &(&str, &str, f64)| Column { title: t.get(*key).into_owned(), width: *width };
    let code = |prefix: &str, code: &str| match code {
        "" => String::new(),
        code => t.get(format!("curriculum-{prefix}-{code}")).into_owned(),
    };
    let row = |x: &Topic| {
        let lines = |names: Vec<String>| Cell::Text(names.join("\n"));
        vec![
            Cell::Text(x.code.clone()),
            Cell::Text(x.title.clone()),
            Cell::Text(code("kind", &x.kind)),
            Cell::Whole(x.periods),
            x.day.map_or(Cell::Empty, Cell::Whole),
            Cell::Text(code("method", &x.method)),
            Cell::Text(code("lecturer", &x.lecturer_type)),
            Cell::Text(code("delivery", &x.delivery)),
            Cell::Text(assessment(t, &x.assessment)),
            Cell::Text(yes_no(t, x.is_elective)),
            Cell::Text(x.materials.clone()),
            lines(x.lecturers.iter().map(|(_, name)| name.clone()).collect()),
            lines(x.documents.iter().map(|d| d.name.clone()).collect()),
            lines(x.positions.iter().map(|(id, title)| post(posts, id, title)).collect()),
        ]
    };
    let title = format!("{} · {}", line.name, t.arg("curriculum-version", "n", line.number));
    let topics = Table {
        name: t.get("curriculum-topics").into_owned(),
        title: title.clone(),
        notes: vec![t.get("curriculum-exchange-note").into_owned()],
        columns: COLUMNS.iter().map(column).collect(),
        rows: topics.iter().map(row).collect(),
        totals: Vec::new(),
        dated,
    };
    let aims = Table {
        name: t.get("curriculum-objectives").into_owned(),
        title,
        notes: Vec::new(),
        columns: [("curriculum-number", 8.0), ("curriculum-objective", 80.0), ("curriculum-audience", 20.0)]
            .map(|(key, width)| Column { title: t.get(key).into_owned(), width })
            .to_vec(),
        rows: (1..)
            .zip(objectives)
            .map(|(n, o)| {
                let audience = o.audience_code.clone().map_or(Cell::Empty, Cell::Text);
                vec![Cell::Whole(n), Cell::Text(o.text.clone()), audience]
            })
            .collect(),
        totals: Vec::new(),
        dated,
    };
    write(&[topics, aims])
}

/// A post as the file names it: its code before its title, since titles repeat.
fn post(posts: &[PostName], id: &kernel::PositionId, title: &str) -> String {
    match posts.iter().find(|p| p.id == *id) {
        Some(post) => format!("{} · {}", post.code, post.title),
        None => title.to_owned(),
    }
}

/// A sheet as texts, each row with its number.
fn lines(book: &mut Xlsx<Cursor<&[u8]>>, place: usize) -> Option<Vec<(usize, Vec<String>)>> {
    let range = book.worksheet_range_at(place).and_then(Result::ok)?;
    let start = range.start().map_or(0, |(row, _)| row);
    let rows = range.rows().map(|row| row.iter().map(text).collect());
    Some((usize::try_from(start).unwrap_or(0) + 1..).zip(rows).take(MOST_ROWS + 20).collect())
}

/// The objectives of the first sheet behind the topics that has their headings, in either language.
fn aims(book: &mut Xlsx<Cursor<&[u8]>>) -> Option<Vec<IncomingAim>> {
    (1..book.sheet_names().len()).find_map(|place| {
        let rows = lines(book, place)?;
        let column = |row: &[String], key| row.iter().position(|cell| labels(key).contains(&fold(cell)));
        let (head, (text, audience)) = rows.iter().enumerate().find_map(|(at, (_, row))| {
            Some((at, column(row, "curriculum-objective").zip(column(row, "curriculum-audience"))?))
        })?;
        let cell = |row: &[String], at: usize| row.get(at).map_or("", |cell| cell.trim()).to_owned();
        let aim = |(row, cells): &(usize, Vec<String>)| IncomingAim {
            row: *row,
            text: cell(cells, text),
            audience: cell(cells, audience),
        };
        let written = |aim: &IncomingAim| !aim.text.is_empty() || !aim.audience.is_empty();
        Some(rows.iter().skip(head + 1).map(aim).filter(written).collect())
    })
}

/// The rows of the first sheet, below the row whose cells are the headings in either language; the columns may stand in any order, and
/// some may be missing. With them the objectives, when a sheet has them.
pub(super) fn read(bytes: &[u8]) -> Result<Book, Unread> {
    if bytes.is_empty() {
        return Err(Unread("curriculum-exchange-none"));
    }
    check_size(bytes)?;
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| Unread("curriculum-exchange-kind"))?;
    let rows = lines(&mut book, 0).ok_or(Unread("curriculum-exchange-kind"))?;
    let heading = |cell: &String| COLUMNS.iter().position(|(_, key, _)| labels(key).contains(&fold(cell)));
    let head = rows.iter().position(|(_, row)| row.iter().filter(|c| heading(c).is_some()).count() >= 3);
    let head = head.ok_or(Unread("curriculum-exchange-head"))?;
    let places: Vec<Option<usize>> =
        rows.get(head).map(|(_, row)| row.iter().map(heading).collect()).unwrap_or_default();
    let mut found = Vec::new();
    for (row, cells) in rows.into_iter().skip(head + 1).filter(|(_, c)| c.iter().any(|c| !c.trim().is_empty())) {
        let mut mapped = vec![String::new(); COLUMNS.len()];
        for (place, cell) in places.iter().zip(cells) {
            if let Some(slot) = place.and_then(|place| mapped.get_mut(place)) {
                *slot = cell;
            }
        }
        found.push(Incoming { row, cells: mapped });
    }
    match found.len() {
        0 => Err(Unread("curriculum-exchange-empty")),
        n if n > MOST_ROWS => Err(Unread("curriculum-exchange-many")),
        _ => Ok(Book { topics: found, aims: aims(&mut book) }),
    }
}

/// Refuses what is no archive, and what unpacks to far more than a programme needs.
fn check_size(bytes: &[u8]) -> Result<(), Unread> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unread("curriculum-exchange-kind"))?;
    let mut left = MOST_UNPACKED;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(|_| Unread("curriculum-exchange-kind"))?;
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|_| Unread("curriculum-exchange-kind"))?;
        left = left.checked_sub(size).ok_or(Unread("curriculum-exchange-large"))?;
    }
    Ok(())
}

/// A cell as a person reads it; whole numbers without decimals.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Float(n) if n.fract() == 0.0 => format!("{n:.0}"),
        other => other.to_string().replace("\r\n", "\n"),
    }
}

/// What a heading or a choice may be called, folded: in both languages.
fn labels(key: &str) -> [String; 2] {
    [Lang::Vi, Lang::En].map(|lang| fold(&T { lang }.get(key)))
}

/// Code of a choice by its name in either language, or by the code itself; anything else stays as it is, and the form says that it is
/// wrong.
fn code(prefix: &str, codes: &[&str], cell: &str) -> String {
    let known =
        |code: &&&str| fold(code) == fold(cell) || labels(&format!("curriculum-{prefix}-{code}")).contains(&fold(cell));
    codes.iter().find(known).map_or_else(|| cell.to_owned(), |code| (*code).to_owned())
}

/// Code of the audience that a cell names by its code or its name; nothing for an empty cell.
pub(super) fn audience<'a>(all: &'a [Audience], cell: &str) -> Result<Option<&'a str>, ()> {
    if cell.is_empty() {
        return Ok(None);
    }
    let same = |a: &&Audience| [&a.code, &a.name].into_iter().any(|known| fold(known) == fold(cell));
    all.iter().find(same).map(|a| Some(a.code.as_str())).ok_or(())
}

/// The form that a row stands for, and the names in it that nobody bears.
pub(super) fn form(incoming: &Incoming, links: &Links) -> (TopicForm, Vec<(&'static str, String)>) {
    let cell = |field| incoming.cell(field);
    let mut unknown = Vec::new();
    let mut linked = |field: &'static str, all: Vec<(String, String)>| -> Vec<String> {
        let names = cell(field).split(['\n', ';']).map(str::trim).filter(|name| !name.is_empty());
        let mut ids = Vec::new();
        for name in names {
            let key = fold(name.split(" · ").next().unwrap_or(name));
            let mut found = all.iter().filter(|(known, _)| fold(known) == key);
            match (found.next(), found.next()) {
                (Some((_, id)), None) => ids.push(id.clone()),
                _ => unknown.push((field, name.to_owned())),
            }
        }
        ids
    };
    let lecturers =
        linked("lecturers", links.lecturers.iter().map(|(id, name)| (name.clone(), id.to_string())).collect());
    let documents =
        linked("documents", links.documents.iter().map(|d| (d.name.clone(), d.place.to_string())).collect());
    let positions = linked("positions", links.positions.iter().map(|p| (p.code.clone(), p.id.to_string())).collect());
    let none = labels("curriculum-assessment-none").contains(&fold(cell("assessment")));
    let form = TopicForm {
        title: cell("title").to_owned(),
        kind: code("kind", &KINDS, cell("kind")),
        periods: cell("periods").to_owned(),
        day: cell("day").to_owned(),
        method: code("method", &METHODS, cell("method")),
        lecturer_type: code("lecturer", &LECTURERS, cell("lecturer_type")),
        delivery: code("delivery", &DELIVERIES, cell("delivery")),
        assessment: if none { String::new() } else { code("assessment", &ASSESSMENTS, cell("assessment")) },
        materials: cell("materials").to_owned(),
        is_elective: labels("curriculum-yes").contains(&fold(cell("is_elective"))),
        lecturers,
        documents,
        positions,
        seen: String::new(),
    };
    (form, unknown)
}
