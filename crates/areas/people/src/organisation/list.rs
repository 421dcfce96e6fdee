//! The list of communes.

use ::store::Db;
use axum::extract::State;
use web::{Answer, Permit, T, Ui};

use super::{Commune, ReadCommunes, communes};

#[derive(askama::Template)]
#[template(path = "organisation/list.html")]
struct CommunesPage {
    t: T,
    communes: Vec<Commune>,
    lead: String,
}

/// GET /communes
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadCommunes>) -> Answer {
    let communes = communes(&mut db.read().await?, &permit.actor).await?;
    let t = ui.t;
    let people: i64 = communes.iter().map(|c| c.people).sum();
    let lead = t.args("organisation-lead", [("communes", communes.len().into()), ("people", people.into())]);
    ui.page(t.get("organisation-title"), &CommunesPage { t, communes, lead: lead.into_owned() })
}
