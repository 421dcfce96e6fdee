//! The board's page, the classes behind its figures, the milestones.

use std::borrow::Cow;

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::ClassId;
use serde::Deserialize;
use teaching::{
    classes::ClassState,
    scheme::{self, Milestone, complete_milestone},
};
use web::{
    Answer, Path, Permit, Query, T, Ui, WebError,
    components::{Bar, Crumbs},
};

use super::{
    CloseMilestones, ReadBoard,
    figures::{Due, Figures, Only, newest},
    store::ClassFigures,
};

/// Things to decide that are shown at once; the rest is folded.
const DUE_SHOWN: usize = 8;

/// A line of what waits: tone and text of the tag, where it leads, what it says.
struct DueShown {
    tone: &'static str,
    tag: String,
    href: String,
    text: String,
}

fn show_due(t: T, due: &Due) -> DueShown {
    let class = |id: &ClassId| format!("/classes/{id}");
    let since = |days: &i64| t.arg("board-since", "days", *days);
    let late = |days: &i64| t.arg("board-late", "days", *days);
    let left = |days: &i64| t.arg("board-left", "days", *days);
    let silent = |n: &i64, label: &String| t.args("board-silent", [("n", n.into()), ("label", label.into())]);
    let version = |id: &kernel::ProgrammeId, n: &i64| format!("/programmes/{id}/versions/{n}");
    let milestones = || "/board/milestones".to_owned();
    let (tag, href, text): (Cow<'_, str>, String, Cow<'_, str>) = match due {
        Due::Milestone(title, days) => (late(days), milestones(), t.arg("board-milestone", "title", title)),
        Due::MilestoneSoon(title, days) => (left(days), milestones(), t.arg("board-milestone", "title", title)),
        Due::Silent(id, label, n, days) => (late(days), class(id), silent(n, label)),
        Due::SilentSoon(id, label, n, days) => (left(days), class(id), silent(n, label)),
        Due::Small(id, label, people, least) => (
            t.args("board-few", [("n", people.into()), ("least", least.into())]),
            class(id),
            t.args("board-too-small", [("label", label.into()), ("least", least.into())]),
        ),
        Due::ToAccept(id, label, n) => {
            (t.get("board-new"), class(id), t.args("board-to-accept", [("n", n.into()), ("label", label.into())]))
        }
        Due::ToDecide(id, label, days) => (since(days), class(id), t.arg("board-to-decide", "label", label)),
        Due::ToAppraise(id, n, name) => (t.get("board-new"), version(id, n), t.arg("board-to-appraise", "name", name)),
        Due::ToEnforce(id, n, name) => (t.get("board-new"), version(id, n), t.arg("board-to-enforce", "name", name)),
        Due::ToApprove(year) => {
            (t.get("board-open"), "/plan".to_owned(), t.arg("board-to-approve", "year", year.to_string()))
        }
    };
    DueShown { tone: due.tone(), tag: tag.into_owned(), href, text: text.into_owned() }
}

/// What a class's tag says, beside its state.
fn standing(t: T, class: &ClassFigures, today: chrono::NaiveDate) -> (&'static str, String) {
    let state = t.get(format!("classes-state-{}", class.state.code()));
    match (class.state, class.day(today)) {
        (ClassState::Running, Some(day)) => (
            class.state.tone(),
            t.args("board-day", [("state", state.into()), ("day", day.into()), ("days", class.days().into())])
                .into_owned(),
        ),
        (ClassState::Nominating, _) if class.silent > 0 => {
            ("warn", t.arg("board-lacks", "n", class.silent).into_owned())
        }
        _ => (class.state.tone(), state.into_owned()),
    }
}

/// Rows of classes as the board and the lists behind its figures show them.
#[derive(askama::Template)]
#[template(path = "board/classes_table.html")]
struct ClassesTable {
    t: T,
    label: String,
    rows: Vec<ClassRow>,
    links: bool,
}

struct ClassRow {
    class: ClassFigures,
    tone: &'static str,
    standing: String,
    small: bool,
    /// Presence in thousandths, for the small bar.
    present: String,
}

impl ClassesTable {
    fn of(t: T, f: &Figures, only: Only, label: String, links: bool) -> Self {
        let rows = f.only(only).into_iter().map(|class| {
            let (tone, standing) = standing(t, class, f.today);
            let permille = if class.marked > 0 { class.present * 1000 / class.marked } else { 0 };
            ClassRow {
                tone,
                standing,
                small: !matches!(class.state, ClassState::Called | ClassState::Nominating)
                    && class.taken < f.rules.class_size_least,
                present: format!("{}.{}%", permille / 10, permille % 10),
                class: class.clone(),
            }
        });
        Self { t, label, rows: rows.collect(), links }
    }
}

#[derive(askama::Template)]
#[template(path = "board/board.html")]
struct BoardPage<'a> {
    t: T,
    f: &'a Figures,
    bar: Bar,
    base: (i64, i64),
    /// Key, trained people and people of the base that the target does not count.
    other: (&'static str, i64, i64),
    due: Vec<DueShown>,
    later: Vec<DueShown>,
    held: usize,
    completed: usize,
    running: usize,
    ahead: usize,
    small: usize,
    small_text: String,
    average: String,
    spread: Option<SpreadShown>,
    lead: String,
    goal: String,
    on_course: bool,
    dots_width: usize,
    table: bool,
    classes: ClassesTable,
    trained_href: &'static str,
    other_href: &'static str,
    may_export: bool,
    may_open: bool,
    may_communes: bool,
}

/// The distance between the communes.
struct SpreadShown {
    points: String,
    highest: (String, String, String),
    lowest: (String, String, String),
}

#[derive(askama::Template)]
#[template(path = "board/none.html")]
struct NonePage {
    t: T,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    view: String,
    only: String,
}

/// GET /board: `view=table` shows the communes as a table instead of the map.
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadBoard>, Query(asked): Query<Asked>) -> Answer {
    let t = ui.t;
    let newest = newest(&db, &permit.actor).await?;
    let Some(figures) = &*newest else {
        return ui.page(t.get("board-title"), &NonePage { t });
    };
    let f = figures;
    let c = &f.coverage;
    let base = c.of_base();
    let all = c.base == scheme::Base::All;
    let names = ui.may("people.read") && !permit.actor.sees_nobody();
    let (of_all, of_target) = if names {
        ("/coverage/people?state=trained", "/coverage/people?base=target&state=trained")
    } else {
        ("/coverage", "/coverage")
    };
    let goal = t.pct(c.goal_permille, 1000_i64);
    let label = t.args("board-bar", [("share", t.pct(base.0, base.1).into()), ("goal", goal.clone().into())]);
    let sizes = f.sizes();
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "shown with one decimal")]
    let average = if sizes.1 > 0 { t.decimal(sizes.0 as f64 / sizes.1 as f64, 1) } else { "–".to_owned() };
    let held = f.count(Only::All);
    let mut due: Vec<DueShown> = f.due.iter().map(|d| show_due(t, d)).collect();
    let later = due.split_off(due.len().min(DUE_SHOWN));
    let small = f.count(Only::Small);
    let few = [("n", small.into()), ("least", f.rules.class_size_least.into())];
    let page = BoardPage {
        t,
        f,
        bar: Bar::of(label.into_owned(), base.0, base.1, Some(c.goal_permille), "lotus"),
        base,
        other: if all {
            ("board-of-target", c.target_trained, c.target)
        } else {
            ("board-of-all", c.trained, c.people)
        },
        due,
        later,
        held,
        completed: f.count(Only::Completed),
        running: f.count(Only::Running),
        ahead: f.count(Only::Ahead),
        small,
        small_text: t.args("board-small", few).into_owned(),
        average,
        spread: f.spread.as_ref().map(|(high, low)| spread(t, high, low)),
        lead: t
            .args("board-lead", [("at", t.moment(f.as_of).into()), ("communes", f.places.len().into())])
            .into_owned(),
        goal,
        // within a class of the plan counts as on course
        on_course: base.0 + f.rules.class_size_most >= f.planned_by_today,
        dots_width: usize::try_from(f.rules.classes_per_year_most).unwrap_or(0).max(held) * 10,
        table: asked.view == "table",
        classes: ClassesTable::of(t, f, Only::Now, t.get("board-now").into_owned(), ui.may("classes.read")),
        trained_href: if all { of_all } else { of_target },
        other_href: if all { of_target } else { of_all },
        may_export: ui.may("reports.export"),
        may_open: ui.may("classes.open"),
        may_communes: ui.may("communes.read"),
    };
    ui.page(t.get("board-title"), &page)
}

fn spread(t: T, high: &crate::coverage::CommuneCoverage, low: &crate::coverage::CommuneCoverage) -> SpreadShown {
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "percent of a commune's people")]
    let percent = |c: &crate::coverage::CommuneCoverage| c.trained as f64 * 100.0 / c.people.max(1) as f64;
    let shown = |c: &crate::coverage::CommuneCoverage| (c.code.clone(), c.name.clone(), t.pct(c.trained, c.people));
    SpreadShown { points: t.decimal(percent(high) - percent(low), 1), highest: shown(high), lowest: shown(low) }
}

#[derive(askama::Template)]
#[template(path = "board/classes.html")]
struct ClassesPage {
    t: T,
    crumbs: Crumbs,
    heading: String,
    lead: String,
    only: Only,
    classes: ClassesTable,
}

/// GET /board/classes: the classes of the year that a figure of the board counts (`only`).
pub(super) async fn get_classes(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadBoard>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let newest = newest(&db, &permit.actor).await?;
    let Some(figures) = &*newest else {
        return ui.page(t.get("board-title"), &NonePage { t });
    };
    let only = Only::of(&asked.only);
    let heading = t.arg("board-classes", "year", figures.year.to_string()).into_owned();
    let classes = ClassesTable::of(t, figures, only, heading.clone(), ui.may("classes.read"));
    let page = ClassesPage {
        t,
        crumbs: Crumbs::to(t, heading.clone()).by("/board", t.get("board-title")),
        lead: t.arg("board-classes-n", "n", classes.rows.len()).into_owned(),
        only,
        classes,
        heading,
    };
    ui.page(&page.heading, &page)
}

#[derive(askama::Template)]
#[template(path = "board/milestones.html")]
struct MilestonesPage {
    t: T,
    crumbs: Crumbs,
    milestones: Vec<(Milestone, &'static str, String)>,
    may_close: bool,
}

/// GET /board/milestones
pub(super) async fn get_milestones(ui: Ui, State(db): State<Db>, permit: Permit<ReadBoard>) -> Answer {
    let t = ui.t;
    let newest = newest(&db, &permit.actor).await?;
    let Some(figures) = &*newest else {
        return ui.page(t.get("board-title"), &NonePage { t });
    };
    let shown = figures.milestones.iter().map(|m| {
        let left = (m.due_on - figures.today).num_days();
        let (tone, text) = match (m.done_on, left) {
            (Some(day), _) => ("good", t.arg("board-milestone-done", "on", t.date(day))),
            (None, ..0) => ("bad", t.arg("board-late", "days", -left)),
            (None, _) => ("", t.arg("board-left", "days", left)),
        };
        (m.clone(), tone, text.into_owned())
    });
    let page = MilestonesPage {
        t,
        crumbs: Crumbs::to(t, t.get("board-milestones")).by("/board", t.get("board-title")),
        milestones: shown.collect(),
        may_close: ui.may("milestones.close"),
    };
    ui.page_with(StatusCode::OK, t.get("board-milestones"), &page)
}

/// POST /board/milestones/{code}/completion: the milestone is reached today.
pub(super) async fn post_milestone(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<CloseMilestones>,
    Path(code): Path<String>,
) -> Answer {
    let scheme = scheme::of(&mut db.read().await?, &permit.actor).await?.ok_or(WebError::NotFound)?;
    let today = db.today();
    if !complete_milestone(&db, (&permit.actor).into(), scheme.id, &code, today).await? {
        return Err(WebError::NotFound);
    }
    Ok(ui.see_with("/board/milestones", "board-milestone-closed", &[]))
}
