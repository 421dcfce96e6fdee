//! The province's declared totals beside the register, and the person-times of past years.

use ::store::Db;
use axum::extract::State;
use kernel::Right;
use web::{Answer, Permit, T, Ui, components::Crumbs};

use super::store::{CommuneLine, communes};
use crate::registry::{
    Gap, ReadStatistics, ReconcileLine, gaps,
    import::ImportPeople,
    model::counted,
    store::{HistoryInput, cross, declared, history},
};

#[derive(askama::Template)]
#[template(path = "registry/reconcile/page.html")]
struct ReconcilePage {
    t: T,
    crumbs: Crumbs,
    declared: Vec<ReconcileLine>,
    gaps: Vec<Gap>,
    history: Vec<HistoryInput>,
    whole: bool,
    communes: Vec<CommuneLine>,
    sum: String,
    /// Whether figures are declared here by a file.
    by_file: bool,
}

/// GET /people/reconcile
pub(in crate::registry) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadStatistics>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let (province, commune) = (permit.actor.province, permit.actor.commune());
    let whole = commune.is_none();
    let (mut lines, mut past) = (Vec::new(), Vec::new());
    if whole {
        let rows = cross(&mut conn, province, commune).await?;
        lines = counted(declared(&mut conn, province).await?, &rows);
        past = history(&mut conn, province).await?;
    }
    let lines_of_communes = communes(&mut conn, &permit.actor, db.today()).await?;
    drop(conn);
    let declared: Vec<i64> = lines_of_communes.iter().filter_map(|c| c.declared).collect();
    let said = [
        ("n", declared.len().into()),
        ("of", lines_of_communes.len().into()),
        ("people", t.num(declared.iter().sum::<i64>()).into()),
    ];
    let sum = t.args("reconcile-sum", said).into_owned();
    let title = t.get("reconcile-title");
    let crumbs = Crumbs::to(t, title.clone()).by("/people/statistics", t.get("statistics-title"));
    let page = ReconcilePage {
        t,
        crumbs,
        gaps: gaps(&lines),
        declared: lines,
        history: past,
        whole,
        communes: lines_of_communes,
        sum,
        by_file: ui.may(ImportPeople::NAME),
    };
    ui.page(title, &page)
}
