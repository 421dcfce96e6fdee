//! Statistics by bloc and level (the scheme's Phụ lục 1), reconciliation, history.

use ::store::Db;
use axum::extract::State;
use web::{Answer, Permit, T, Ui};

use super::{
    Gap, ReadStatistics, ReconcileLine, gaps,
    list::BLOCS,
    model::{CrossRow, counted},
    store::{HistoryInput, cross, declared, history},
};

const EDUCATION: [&str; 6] = ["tien_si", "thac_si", "dai_hoc", "cao_dang_trung_cap", "so_cap", ""];
const THEORY: [&str; 5] = ["cao_cap", "trung_cap", "so_cap", "chua_qua", ""];
const MANAGEMENT: [&str; 5] = ["cvcc", "cvc", "cv", "chua_qua", ""];

/// One bloc's line: its people and how they stand on each level.
struct Line {
    caption: String,
    people: i64,
    cells: Vec<i64>,
}

/// A group of columns with their captions.
struct Group {
    caption: String,
    columns: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "registry/statistics.html")]
struct StatisticsPage {
    t: T,
    groups: Vec<Group>,
    lines: Vec<Line>,
    declared: Vec<ReconcileLine>,
    gaps: Vec<Gap>,
    history: Vec<HistoryInput>,
    whole: bool,
}

/// A level of one dimension: the dimension's place, and its code; empty is "not declared".
type Level = (&'static str, &'static str);

/// The columns in their order; "not declared" only where somebody is.
fn levels(rows: &[CrossRow]) -> Vec<Level> {
    let all = [("education", EDUCATION.as_slice()), ("theory", &THEORY), ("management", &MANAGEMENT)];
    let each = all.into_iter().flat_map(|(dimension, keys)| keys.iter().map(move |key| (dimension, *key)));
    each.filter(|level| !level.1.is_empty() || people(rows.iter(), *level) > 0).collect()
}

fn people<'r>(rows: impl Iterator<Item = &'r CrossRow>, (dimension, key): Level) -> i64 {
    let at = |row: &&CrossRow| match dimension {
        "education" => row.education == key,
        "theory" => row.theory == key,
        _ => row.management == key,
    };
    rows.filter(at).map(|row| row.people).sum()
}

fn groups(t: T, levels: &[Level]) -> Vec<Group> {
    let one = |chunk: &[Level]| {
        let dimension = chunk.first().map_or("", |level| level.0);
        let column = |(_, key): &Level| {
            let key = if key.is_empty() { "none" } else { key };
            t.get(format!("registry-{dimension}-{key}")).into_owned()
        };
        let caption = t.get(format!("registry-{dimension}")).into_owned();
        Group { caption, columns: chunk.iter().map(column).collect() }
    };
    levels.chunk_by(|a, b| a.0 == b.0).map(one).collect()
}

fn line(caption: String, levels: &[Level], rows: &[&CrossRow]) -> Line {
    let cells = levels.iter().map(|level| people(rows.iter().copied(), *level)).collect();
    Line { caption, people: rows.iter().map(|row| row.people).sum(), cells }
}

/// GET /people/statistics
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadStatistics>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let (province, commune) = (permit.actor.province, permit.actor.commune());
    let rows = cross(&mut conn, province, commune).await?;
    let whole = commune.is_none();
    let declared = if whole { counted(declared(&mut conn, province).await?, &rows) } else { Vec::new() };
    let history = if whole { history(&mut conn, province).await? } else { Vec::new() };
    let levels = levels(&rows);
    let mut lines: Vec<Line> = BLOCS
        .iter()
        .map(|bloc| {
            let own: Vec<&CrossRow> = rows.iter().filter(|r| r.bloc == *bloc).collect();
            line(t.get(format!("registry-bloc-{bloc}")).into_owned(), &levels, &own)
        })
        .collect();
    lines.push(line(t.get("registry-total").into_owned(), &levels, &rows.iter().collect::<Vec<_>>()));
    let gaps = gaps(&declared);
    let page = StatisticsPage { t, groups: groups(t, &levels), lines, declared, gaps, history, whole };
    ui.page(t.get("registry-statistics"), &page)
}
