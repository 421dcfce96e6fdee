//! Who arrives how: what kitchen and dormitory need, who has said nothing yet; the same as a file.

use ::store::{Change, Db};
use axum::{extract::State, response::IntoResponse};
use documents::report::{Block, Cell, Column, Format, Kind, Page, Report, Row, Table, render};
use kernel::{Actor, ClassId};
use serde::Serialize;
use web::{Answer, Download, Path, Permit, T, Ui, WebError, answer::apart};

use super::{
    ReadIntake,
    model::{HouseDay, IntakeDraft, house},
    store::{Arriving, arriving},
};
use crate::{
    classes::{self, ClassHead, ClassLine},
    scheme,
};

/// A learner with what they said, in words.
struct Shown {
    line: Arriving,
    unit: String,
    said: Option<IntakeDraft>,
    told: Vec<String>,
}

impl Shown {
    fn new(t: T, line: Arriving) -> Self {
        let said = line.said();
        Self { unit: line.unit(t), told: said.as_ref().map(|draft| told(t, draft)).unwrap_or_default(), said, line }
    }
}

/// What is out of the ordinary of somebody who arrives.
fn told(t: T, draft: &IntakeDraft) -> Vec<String> {
    let mut words = Vec::new();
    if draft.diet != "usual" || !draft.diet_note.is_empty() {
        let diet = t.get(format!("intake-diet-{}", draft.diet));
        let note = Some(draft.diet_note.as_str()).filter(|note| !note.is_empty());
        words.push(note.map_or_else(|| diet.clone().into_owned(), |note| format!("{diet}: {note}")));
    }
    if draft.small_child {
        let key = if draft.child_comes { "intake-child-along" } else { "intake-child-small" };
        words.push(t.get(key).into_owned());
    }
    if !draft.note.is_empty() {
        words.push(draft.note.clone());
    }
    words
}

#[derive(askama::Template)]
#[template(path = "intake/list.html")]
struct ListPage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    /// What the house needs; nothing for a commune.
    days: Vec<HouseDay>,
    /// Learners who said something, of all.
    said: usize,
    beds: i64,
    beds_of: String,
    children: (usize, usize),
    people: Vec<Shown>,
    fills: bool,
    exports: bool,
}

fn days(people: &[Shown], class: &ClassLine) -> Vec<HouseDay> {
    let said: Vec<_> = people.iter().filter_map(|p| p.said.as_ref().map(|draft| (draft, p.line.woman()))).collect();
    house(&said, class.starts_on, class.ends_on)
}

/// Most beds of one night, for women and men.
fn beds(days: &[HouseDay]) -> (i64, i64) {
    let most = |beds: fn(&HouseDay) -> i64| days.iter().map(beds).max().unwrap_or(0);
    (most(|d| d.beds_women), most(|d| d.beds_men))
}

async fn read(db: &Db, actor: &Actor, t: T, id: ClassId) -> Result<(ClassLine, Vec<Shown>), WebError> {
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let people = arriving(&mut conn, actor, id).await?.into_iter().map(|line| Shown::new(t, line)).collect();
    Ok((class, people))
}

/// GET /classes/{class}/intake
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadIntake>, Path(id): Path<ClassId>) -> Answer {
    let t = ui.t;
    let (class, people) = read(&db, &permit.actor, t, id).await?;
    let days = days(&people, &class);
    let (women, men) = beds(&days);
    let child = |with: fn(&IntakeDraft) -> bool| people.iter().filter(|p| p.said.as_ref().is_some_and(with)).count();
    let page = ListPage {
        t,
        head: ClassHead::new(t, &permit.actor, &class, "intake"),
        said: people.iter().filter(|p| p.said.is_some()).count(),
        beds: women + men,
        beds_of: t.args("intake-beds-of", [("women", women.into()), ("men", men.into())]).into_owned(),
        children: (child(|d| d.small_child), child(|d| d.child_comes)),
        days: if permit.actor.commune().is_none() { days } else { Vec::new() },
        fills: ui.may("intake.fill") && class.state.is_ahead(),
        exports: permit.actor.commune().is_none() && !people.is_empty(),
        people,
        class: &class,
    };
    ui.page(t.arg("classes-label", "label", class.label()), &page)
}

/// What stands in the audit about a file that was taken away.
#[derive(Serialize)]
struct Taken {
    format: &'static str,
    people: usize,
}

/// GET /classes/{class}/intake.pdf, .docx, .xlsx
pub(super) async fn get_file(
    format: Format,
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadIntake>,
    Path(id): Path<ClassId>,
) -> Answer {
    let (t, today) = (ui.t, db.today());
    let (class, people) = read(&db, &permit.actor, t, id).await?;
    let rules = scheme::rules(&mut db.read().await?, class.scheme_id, class.starts_on).await?;
    let mut report = Report::new(&rules.letterhead(), today, t.arg("intake-paper-title", "label", class.label()));
    report.page = Page::Landscape;
    report.blocks = blocks(t, &class, &people);
    let taken = Taken { format: format.extension(), people: people.len() };
    db.write(async |tx| {
        tx.audit(&permit.actor, "intake.exported", id, Change::created(&taken))?;
        Ok::<_, WebError>(())
    })
    .await?;
    let label = class.label().replace('/', "-");
    let name = format!("{} {label}.{}", t.get("intake-paper-file"), format.extension());
    let bytes = apart(move || render(&report, format)).await?;
    Ok(Download::report(name, format.content_type(), bytes).into_response())
}

fn blocks(t: T, class: &ClassLine, people: &[Shown]) -> Vec<Block> {
    let column = |key: &str, kind, width| Column::new(t.get(key), kind, width);
    let number = |n: i64| if n == 0 { Cell::Empty } else { Cell::Number(n) };
    let house = days(people, class).into_iter().map(|d| {
        Row::Line(vec![
            Cell::Text(t.date(d.on)),
            number(d.breakfast),
            number(d.lunch),
            number(d.dinner),
            number(d.beds_women),
            number(d.beds_men),
        ])
    });
    let house = Table {
        sheet: t.get("intake-house").into_owned(),
        caption: t.get("intake-house").into_owned(),
        columns: vec![
            column("intake-day", Kind::Mark, 14),
            column("intake-breakfast", Kind::Number, 12),
            column("intake-lunch", Kind::Number, 12),
            column("intake-dinner", Kind::Number, 12),
            column("intake-beds-women", Kind::Number, 12),
            column("intake-beds-men", Kind::Number, 12),
        ],
        rows: house.collect(),
        notes: Vec::new(),
    };
    let word = |key: String| Cell::Text(t.get(key).into_owned());
    let lines = (1_i64..).zip(people).map(|(n, p)| {
        let (arrival, meals, bed) = match &p.said {
            Some(d) => (
                word(format!("intake-arrival-{}", d.arrival.code())),
                word(format!("intake-meals-{}", d.meals.code())),
                word(format!("intake-bed-{}", if d.dormitory { "yes" } else { "no" })),
            ),
            None => (word("intake-unsaid".to_owned()), Cell::Empty, Cell::Empty),
        };
        Row::Line(vec![
            Cell::Number(n),
            Cell::Text(p.line.full_name.clone()),
            Cell::Text(p.unit.clone()),
            arrival,
            meals,
            bed,
            Cell::Text(p.told.join("; ")),
        ])
    });
    let learners = Table {
        sheet: t.get("intake-learners").into_owned(),
        caption: t.get("intake-learners").into_owned(),
        columns: vec![
            column("intake-place", Kind::Mark, 5),
            column("intake-name", Kind::Text, 24),
            column("intake-unit", Kind::Text, 40),
            column("intake-arrival", Kind::Text, 16),
            column("intake-meals", Kind::Text, 16),
            column("intake-bed", Kind::Text, 10),
            column("intake-remarks", Kind::Text, 30),
        ],
        rows: lines.collect(),
        notes: Vec::new(),
    };
    vec![
        Block::Text(
            t.args(
                "intake-paper-lead",
                [
                    ("when", t.dates(class.starts_on, class.ends_on).into()),
                    ("venue", class.venue.clone().into()),
                    ("said", people.iter().filter(|p| p.said.is_some()).count().into()),
                    ("n", people.len().into()),
                ],
            )
            .into_owned(),
        ),
        Block::Table(house),
        Block::Table(learners),
    ]
}
