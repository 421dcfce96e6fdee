//! The matrix as a spreadsheet, and read back from it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Cursor,
};

use ::store::{Conn, Db};
use axum::{extract::State, response::IntoResponse};
use calamine::{Data, Reader, Xlsx};
use documents::sheet::{self, Cell as Value, Column, Table};
use kernel::{Actor, CompetenceId};
use web::{Answer, Download, Lang, Permit, T, Ui, WebError};

use super::{
    super::ReadNeeds,
    actions::{Cell, Target},
    store::{
        Competence, PostLevels, PostLine, TopicLevels, TopicName, competences, post_levels, posts, topic_levels, topics,
    },
};
use crate::scheme::{self, Scheme};

/// Everything that the file holds.
pub(in crate::needs) struct Whole {
    pub(super) scheme: Scheme,
    pub(super) most: i64,
    pub(super) competences: Vec<Competence>,
    pub(super) posts: Vec<PostLine>,
    pub(super) topics: Vec<TopicName>,
    pub(super) post_levels: PostLevels,
    pub(super) topic_levels: TopicLevels,
}

/// Reads the matrix of the actor's scheme.
pub(super) async fn whole(conn: &mut Conn, db: &Db, actor: &Actor) -> Result<Whole, WebError> {
    let scheme = scheme::of(conn, actor).await?.ok_or(WebError::NotFound)?;
    let mut open = competences(conn, scheme.id).await?;
    open.retain(|c| !c.is_closed);
    Ok(Whole {
        most: scheme::rules(conn, scheme.id, db.today()).await?.needs_scale_most,
        competences: open,
        posts: posts(conn, actor, db.today()).await?,
        topics: topics(conn, scheme.id).await?,
        post_levels: post_levels(conn, scheme.id).await?,
        topic_levels: topic_levels(conn, scheme.id).await?,
        scheme,
    })
}

impl Whole {
    fn level(&self, target: &Target, competence: CompetenceId) -> i64 {
        match target {
            Target::Post(post) => self.post_levels.get(&(post.clone(), competence)),
            Target::Topic(programme, topic) => self.topic_levels.get(&(programme.clone(), topic.clone(), competence)),
        }
        .copied()
        .unwrap_or(0)
    }
}

/// GET /needs/matrix/file.xlsx
pub(in crate::needs) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadNeeds>) -> Answer {
    let mut conn = db.read().await?;
    let whole = whole(&mut conn, &db, &permit.actor).await?;
    drop(conn);
    let today = db.today();
    let tables = tables(ui.t, &whole, today);
    let bytes = web::apart(move || sheet::write(&tables)).await?;
    Ok(Download::xlsx(format!("khung-nang-luc-{today}.xlsx"), bytes).into_response())
}

fn tables(t: T, whole: &Whole, dated: chrono::NaiveDate) -> [Table; 3] {
    let column = |title: &str, width: f64| Column { title: title.to_owned(), width };
    let text = |text: &str| Value::Text(text.to_owned());
    let level = |level: i64| if level == 0 { Value::Empty } else { Value::Whole(level) };
    let note = |key: &str| t.arg(key, "most", whole.most).into_owned();
    let codes = || whole.competences.iter().map(|c| column(&c.code, 8.0));
    let levels = |target: &Target| -> Vec<Value> {
        whole.competences.iter().map(|c| level(whole.level(target, c.id))).collect()
    };
    let table = |name: &str, title: &str, notes: Vec<String>, columns: Vec<Column>, rows: Vec<Vec<Value>>| Table {
        name: t.get(name).into_owned(),
        title: format!("{} – {}", t.get(title), whole.scheme.short_name),
        notes,
        columns,
        rows,
        totals: Vec::new(),
        dated,
    };
    let post_row = |p: &PostLine| {
        [text(&p.code), text(&p.title)].into_iter().chain(levels(&Target::Post(p.code.clone()))).collect()
    };
    let topic_row = |x: &TopicName| {
        let target = Target::Topic(x.programme_code.clone(), x.code.clone());
        [text(&x.programme_code), text(&x.code), text(&x.title)].into_iter().chain(levels(&target)).collect()
    };
    let competence_row = |c: &Competence| {
        vec![text(&c.code), text(&c.name), text(&t.get(format!("needs-field-{}", c.field))), text(&c.source)]
    };
    [
        table(
            "needs-sheet-posts",
            "needs-matrix",
            vec![note("needs-file-posts")],
            [column(&t.get("needs-post-code"), 14.0), column(&t.get("needs-post"), 44.0)]
                .into_iter()
                .chain(codes())
                .collect(),
            whole.posts.iter().map(post_row).collect(),
        ),
        table(
            "needs-sheet-topics",
            "needs-topics",
            vec![note("needs-file-topics")],
            [
                column(&t.get("needs-programme-code"), 14.0),
                column(&t.get("needs-topic-code"), 14.0),
                column(&t.get("needs-topic"), 54.0),
            ]
            .into_iter()
            .chain(codes())
            .collect(),
            whole.topics.iter().map(topic_row).collect(),
        ),
        table(
            "needs-sheet-competences",
            "needs-competences",
            vec![note("needs-file-competences")],
            vec![
                column(&t.get("needs-code"), 10.0),
                column(&t.get("needs-name"), 60.0),
                column(&t.get("needs-field"), 36.0),
                column(&t.get("needs-source"), 40.0),
            ],
            whole.competences.iter().map(competence_row).collect(),
        ),
    ]
}

/// What is wrong with the file, or with one of its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is no spreadsheet of this kind.
    Unread,
    /// Neither of its sheets is one of the matrix.
    NoSheet,
    /// A head that is no code of a competence: sheet, cell, text.
    Competence(String, String, String),
    /// A cell with something in it under an empty head: sheet, cell, text.
    NoHead(String, String, String),
    /// A competence has two columns: sheet, cell, code.
    ColumnTwice(String, String, String),
    /// A row of an unknown post or topic: sheet, cell, text.
    Unknown(String, String, String),
    /// A row that stands in the sheet already: sheet, cell, text.
    RowTwice(String, String, String),
    /// No whole level of the scale: sheet, cell, text.
    Level(String, String, String),
}

/// What a file would change.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) changes: Vec<Cell>,
    pub(super) faults: Vec<Fault>,
    /// Cells that were compared.
    pub(super) cells: usize,
}

/// Bytes that a file may become when it is unpacked; what would be more is no matrix.
const MOST_UNPACKED: u64 = 40 * 1024 * 1024;

/// Bytes that a packed file says to become.
fn unpacked(bytes: &[u8]) -> Option<u64> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    (0..zip.len()).try_fold(0_u64, |sum, place| sum.checked_add(zip.by_index_raw(place).ok()?.size()))
}

/// Name of a cell: `C7`.
fn name(row: usize, column: usize) -> String {
    let mut letters = String::new();
    let mut left = column + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        other => other.to_string().trim().to_owned(),
    }
}

/// The level in a cell: nothing is 0; a number that is whole, or a text that reads as one.
fn level(cell: &Data, most: i64) -> Option<i64> {
    let text = text(cell);
    let level = if text.is_empty() { Some(0) } else { text.strip_suffix(".0").unwrap_or(&text).parse().ok() };
    level.filter(|level| (0..=most).contains(level))
}

/// Compares a file with the matrix.
pub(super) fn read(bytes: &[u8], whole: &Whole) -> Read {
    let mut read = Read::default();
    let book = if unpacked(bytes).is_some_and(|size| size <= MOST_UNPACKED) {
        Xlsx::new(Cursor::new(bytes.to_vec())).ok()
    } else {
        None
    };
    let Some(mut book) = book else {
        read.faults.push(Fault::Unread);
        return read;
    };
    let competences: HashMap<&str, CompetenceId> = whole.competences.iter().map(|c| (c.code.as_str(), c.id)).collect();
    let posts: HashSet<&str> = whole.posts.iter().map(|p| p.code.as_str()).collect();
    let topics: HashSet<(&str, &str)> =
        whole.topics.iter().map(|x| (x.programme_code.as_str(), x.code.as_str())).collect();
    // sheets are known by their heads, in either language
    let words = |key: &str| [Lang::Vi, Lang::En].map(|lang| T::new(lang).get(key).into_owned());
    let (post, programme, topic) = (words("needs-post-code"), words("needs-programme-code"), words("needs-topic-code"));
    let mut found = false;
    for sheet in book.sheet_names() {
        let Ok(range) = book.worksheet_range(&sheet) else {
            read.faults.push(Fault::Unread);
            continue;
        };
        let (top, left) = range.start().map_or((0, 0), |(r, c)| (index(r), index(c)));
        let rows: Vec<&[Data]> = range.rows().collect();
        let head_is = |row: &&[Data], place: usize, words: &[String; 2]| {
            row.get(place).is_some_and(|cell| words.contains(&text(cell)))
        };
        let Some((head_at, keys)) = rows.iter().enumerate().find_map(|(at, row)| {
            if head_is(row, 0, &post) {
                Some((at, 1))
            } else if head_is(row, 0, &programme) && head_is(row, 1, &topic) {
                Some((at, 2))
            } else {
                None
            }
        }) else {
            continue;
        };
        found = true;
        let at = |row: usize, column: usize| name(top + row, left + column);
        // behind the keys stands the title, then the competences
        let mut columns: BTreeMap<usize, CompetenceId> = BTreeMap::new();
        let mut taken: HashSet<CompetenceId> = HashSet::new();
        for (place, cell) in rows.get(head_at).copied().unwrap_or_default().iter().enumerate().skip(keys + 1) {
            let code = text(cell);
            match competences.get(code.as_str()) {
                _ if code.is_empty() => {}
                None => read.faults.push(Fault::Competence(sheet.clone(), at(head_at, place), code)),
                Some(id) if !taken.insert(*id) => {
                    read.faults.push(Fault::ColumnTwice(sheet.clone(), at(head_at, place), code));
                }
                Some(id) => {
                    columns.insert(place, *id);
                }
            }
        }
        // of a column without a head the first cell with something in it is named
        let mut headless: HashSet<usize> = HashSet::new();
        let head = rows.get(head_at).copied().unwrap_or_default();
        let has_head = |place: usize| head.get(place).is_some_and(|cell| !text(cell).is_empty());
        let mut seen: HashSet<Target> = HashSet::new();
        for (number, row) in rows.iter().enumerate().skip(head_at + 1) {
            let key: Vec<String> = (0..keys).map(|k| row.get(k).map(text).unwrap_or_default()).collect();
            if key.iter().all(String::is_empty) {
                continue;
            }
            let target = match key.as_slice() {
                [code] if posts.contains(code.as_str()) => Target::Post(code.clone()),
                [programme, code] if topics.contains(&(programme.as_str(), code.as_str())) => {
                    Target::Topic(programme.clone(), code.clone())
                }
                _ => {
                    read.faults.push(Fault::Unknown(sheet.clone(), at(number, 0), key.join(" ")));
                    continue;
                }
            };
            if !seen.insert(target.clone()) {
                read.faults.push(Fault::RowTwice(sheet.clone(), at(number, 0), key.join(" ")));
                continue;
            }
            for (place, cell) in row.iter().enumerate().skip(keys + 1).filter(|(place, _)| !has_head(*place)) {
                if !text(cell).is_empty() && headless.insert(place) {
                    read.faults.push(Fault::NoHead(sheet.clone(), at(number, place), text(cell)));
                }
            }
            for (place, competence) in &columns {
                let cell = row.get(*place).unwrap_or(&Data::Empty);
                read.cells += 1;
                match level(cell, whole.most) {
                    None => read.faults.push(Fault::Level(sheet.clone(), at(number, *place), text(cell))),
                    Some(level) => {
                        let was = whole.level(&target, *competence);
                        if was != level {
                            read.changes.push(Cell { target: target.clone(), competence: *competence, was, level });
                        }
                    }
                }
            }
        }
    }
    if !found && read.faults.is_empty() {
        read.faults.push(Fault::NoSheet);
    }
    read
}

fn index(n: u32) -> usize {
    usize::try_from(n).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        assert_eq!(
            [name(0, 0), name(6, 25), name(6, 26), name(9, 701), name(9, 702)],
            ["A1", "Z7", "AA7", "ZZ10", "AAA10"]
        );
    }

    #[test]
    fn a_level_is_whole_and_within_the_scale() {
        let read = |cell: Data| level(&cell, 5);
        assert_eq!(read(Data::Empty), Some(0));
        assert_eq!(
            (read(Data::Float(3.0)), read(Data::Int(5)), read(Data::String(" 2 ".into()))),
            (Some(3), Some(5), Some(2))
        );
        assert_eq!(
            (read(Data::Float(2.5)), read(Data::Int(6)), read(Data::Int(-1)), read(Data::String("ba".into()))),
            (None, None, None, None)
        );
    }
}
