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

fn groups(t: T) -> Vec<Group> {
    let group = |dimension: &str, keys: &[&str]| Group {
        caption: t.get(format!("registry-{dimension}")).into_owned(),
        columns: keys
            .iter()
            .map(|k| {
                let k = if k.is_empty() { "none" } else { k };
                t.get(format!("registry-{dimension}-{k}")).into_owned()
            })
            .collect(),
    };
    vec![group("education", &EDUCATION), group("theory", &THEORY), group("management", &MANAGEMENT)]
}

fn line(caption: String, rows: &[&CrossRow]) -> Line {
    let sum = |fits: &dyn Fn(&CrossRow) -> bool| rows.iter().filter(|r| fits(r)).map(|r| r.people).sum::<i64>();
    let mut cells = Vec::with_capacity(EDUCATION.len() + THEORY.len() + MANAGEMENT.len());
    cells.extend(EDUCATION.iter().map(|k| sum(&|r| r.education == *k)));
    cells.extend(THEORY.iter().map(|k| sum(&|r| r.theory == *k)));
    cells.extend(MANAGEMENT.iter().map(|k| sum(&|r| r.management == *k)));
    Line { caption, people: sum(&|_| true), cells }
}

/// GET /people/statistics
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadStatistics>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let commune = permit.actor.commune();
    let rows = cross(&mut conn, commune).await?;
    let whole = commune.is_none();
    let declared = if whole { counted(declared(&mut conn).await?, &rows) } else { Vec::new() };
    let history = if whole { history(&mut conn).await? } else { Vec::new() };
    let mut lines: Vec<Line> = BLOCS
        .iter()
        .map(|bloc| {
            let own: Vec<&CrossRow> = rows.iter().filter(|r| r.bloc == *bloc).collect();
            line(t.get(format!("registry-bloc-{bloc}")).into_owned(), &own)
        })
        .collect();
    lines.push(line(t.get("registry-total").into_owned(), &rows.iter().collect::<Vec<_>>()));
    let gaps = gaps(&declared);
    let page = StatisticsPage { t, groups: groups(t), lines, declared, gaps, history, whole };
    ui.page(t.get("registry-statistics"), &page)
}
