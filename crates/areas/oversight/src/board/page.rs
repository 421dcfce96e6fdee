//! The board's page.

use std::sync::Arc;

use ::store::Db;
use axum::extract::State;
use web::{Answer, Permit, T, Ui, components::Bar};

use super::{
    ReadBoard,
    figures::{Due, Figures, Kept},
};

/// A line of what waits: tone and text of the tag, where it leads, what it says.
struct DueShown {
    tone: &'static str,
    tag: String,
    href: String,
    text: String,
}

fn show_due(t: T, due: &Due) -> DueShown {
    let shown = |tone, tag: std::borrow::Cow<'_, str>, href, text: std::borrow::Cow<'_, str>| DueShown {
        tone,
        tag: tag.into_owned(),
        href,
        text: text.into_owned(),
    };
    match due {
        Due::Silent(class, label, communes, days) => shown(
            "bad",
            t.arg("board-late", "days", *days),
            format!("/classes/{class}"),
            t.args("board-silent", [("n", (*communes).into()), ("label", label.clone().into())]),
        ),
        Due::SilentSoon(class, label, communes, days) => shown(
            "warn",
            t.arg("board-left", "days", *days),
            format!("/classes/{class}"),
            t.args("board-silent", [("n", (*communes).into()), ("label", label.clone().into())]),
        ),
        Due::ToAccept(class, label, people) => shown(
            "info",
            t.get("board-new"),
            format!("/classes/{class}"),
            t.args("board-to-accept", [("n", (*people).into()), ("label", label.clone().into())]),
        ),
        Due::ToDecide(class, label, days) => shown(
            "warn",
            t.arg("board-since", "days", *days),
            format!("/classes/{class}"),
            t.arg("board-to-decide", "label", label.clone()),
        ),
        Due::ToAppraise(programme, name) => shown(
            "info",
            t.get("board-new"),
            format!("/programmes/{programme}"),
            t.arg("board-to-appraise", "name", name.clone()),
        ),
        Due::ToApprove(year) => {
            shown("warn", t.get("board-open"), "/plan".to_owned(), t.arg("board-to-approve", "year", year.to_string()))
        }
    }
}

#[derive(askama::Template)]
#[template(path = "board/board.html")]
struct BoardPage<'a> {
    t: T,
    f: &'a Figures,
    bar: Bar,
    base: (i64, i64),
    due: Vec<DueShown>,
    average: String,
    spread: String,
    highest: String,
    lowest: String,
    lead: String,
    goal: String,
    on_course: bool,
    dots_width: usize,
    may_export: bool,
    may_open: bool,
    may_communes: bool,
}

#[derive(askama::Template)]
#[template(path = "board/none.html")]
struct NonePage {
    t: T,
}

/// GET /board
pub(super) async fn get(ui: Ui, State(db): State<Db>, _permit: Permit<ReadBoard>, kept: Arc<Kept>) -> Answer {
    let t = ui.t;
    let Some(figures) = kept.newest(&db).await? else {
        return ui.page(t.get("board-title"), &NonePage { t });
    };
    let f: &Figures = &figures;
    let base = f.coverage.of_base();
    let goal = t.pct(f.coverage.goal_permille, 1000_i64);
    let label = t.args("board-bar", [("share", t.pct(base.0, base.1).into()), ("goal", goal.clone().into())]);
    let permille = |n: i64| t.pct(n, 1000_i64);
    let points = |n: i64| {
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "thousandths, at most 1,000")]
        let points = n as f64 / 10.0;
        t.decimal(points, 1)
    };
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "shown with one decimal")]
    let average = if f.sizes.1 > 0 { t.decimal(f.sizes.0 as f64 / f.sizes.1 as f64, 1) } else { "–".to_owned() };
    let page = BoardPage {
        t,
        f,
        bar: Bar::of(label.into_owned(), base.0, base.1, Some(f.coverage.goal_permille), "lotus"),
        base,
        due: f.due.iter().map(|d| show_due(t, d)).collect(),
        average,
        spread: points(f.spread.0 - f.spread.1),
        highest: permille(f.spread.0),
        lowest: permille(f.spread.1),
        lead: t
            .args("board-lead", [("at", t.moment(f.as_of).into()), ("communes", f.places.len().into())])
            .into_owned(),
        goal,
        // within a class of the plan counts as on course
        on_course: base.0 + f.rules.class_size_most >= f.planned_by_today,
        dots_width: usize::try_from(f.rules.classes_per_year_most).unwrap_or(0).max(f.held) * 10,
        may_export: ui.may("reports.export"),
        may_open: ui.may("classes.open"),
        may_communes: ui.may("communes.read"),
    };
    ui.page(t.get("board-title"), &page)
}
