//! The province's declared totals beside the register, and the person-times of past years.

use ::store::Db;
use axum::extract::State;
use web::{Answer, Permit, T, Ui, components::Crumbs};

use crate::registry::{
    Gap, ReadStatistics, ReconcileLine, gaps,
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
    let title = t.get("reconcile-title");
    let crumbs = Crumbs::to(t, title.clone()).by("/people/statistics", t.get("statistics-title"));
    let page = ReconcilePage { t, crumbs, gaps: gaps(&lines), declared: lines, history: past, whole };
    ui.page(title, &page)
}
