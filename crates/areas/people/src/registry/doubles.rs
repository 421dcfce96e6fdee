//! Records that may be one person twice.

use ::store::Db;
use axum::extract::State;
use kernel::Right;
use web::{Answer, Permit, T, Ui, components::Crumbs};

use super::{
    import::ImportPeople,
    model::{Alike, Double, doubles},
    record::MergePeople,
    store::{alike, distinct},
};

/// Pairs on the page; of more it is said how many there are.
const MOST: usize = 200;

#[derive(askama::Template)]
#[template(path = "registry/doubles.html")]
struct DoublesPage<'a> {
    t: T,
    crumbs: Crumbs,
    pairs: &'a [Double<'a>],
    shown: String,
    /// Whether two records may be made one here.
    merges: bool,
}

/// GET /people/doubles
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ImportPeople>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let people: Vec<Alike> = alike(&mut conn, &permit.actor).await?;
    let told_apart = distinct(&mut conn).await?;
    drop(conn);
    let mut pairs = doubles(&people);
    pairs.retain(|pair| !told_apart.contains(&pair.ids()));
    let total = pairs.len();
    pairs.truncate(MOST);
    let shown = t.args("doubles-shown", [("shown", pairs.len().into()), ("total", total.into())]).into_owned();
    let crumbs = Crumbs::to(t, t.get("doubles-title")).by("/people", t.get("registry-title"));
    ui.page(t.get("doubles-title"), &DoublesPage { t, crumbs, pairs: &pairs, shown, merges: ui.may(MergePeople::NAME) })
}
