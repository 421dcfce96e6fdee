//! Questions that are asked again and again: kept with every filter under a name, for the account that asked.

use ::store::{Change, Conn, Db, StoreError, Tx, sql};
use axum::extract::State;
use kernel::{Actor, SavedQueryId};
use serde::Deserialize;
use web::{Answer, Errors, Form, Path, Permit, Ui, WebError, form::address};

use super::{
    Asked, Question,
    page::{pairs, show},
};
use crate::registry::ReadStatistics;

/// Longest name in letters.
const MOST_NAME: usize = 80;
/// Most questions that an account keeps.
const MOST: usize = 50;

sql!(SAVED, "SELECT id, name, query FROM saved_query WHERE account_id = $1 ORDER BY name, id");
sql!(SAVE, "INSERT INTO saved_query (id, account_id, name, query, saved_at) VALUES ($1, $2, $3, $4, $5)");
sql!(FORGET, "DELETE FROM saved_query WHERE id = $1 AND account_id = $2");

/// A question that is kept.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Saved {
    pub id: SavedQueryId,
    pub name: String,
    /// What follows the `?` of its address; empty for the page's own question.
    pub query: String,
}

impl Saved {
    /// Its page.
    pub(super) fn href(&self) -> String {
        format!("/people/statistics?{}", self.query)
    }
}

/// The questions of an account, by name.
pub(super) async fn saved(conn: &mut Conn, actor: &Actor) -> Result<Vec<Saved>, StoreError> {
    conn.all(&SAVED, &[&actor.account]).await
}

/// What is kept of a question: all of it; without a day it is asked anew of each day.
fn query(question: &Question, on: &str) -> String {
    let address = address("/people/statistics", &pairs(question, on));
    address.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned())
}

/// A question and the name under which it is kept.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::registry) struct Typed {
    name: String,
    #[serde(flatten)]
    asked: Asked,
}

/// POST /people/statistics/saved
pub(in crate::registry) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadStatistics>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    let question = typed.asked.question(db.today(), &mut errors);
    let name = errors.line(ui.t, "name", "statistics-saved-name", &typed.name, MOST_NAME);
    if errors.is_empty() && saved(&mut db.read().await?, &permit.actor).await?.len() >= MOST {
        errors.add_with("name", "statistics-saved-many", vec![("most", MOST.into())]);
    }
    if errors.is_empty() {
        let on = if typed.asked.on.is_empty() { String::new() } else { question.on.to_string() };
        let query = query(&question, &on);
        let done = db
            .write(async |tx: &mut Tx| {
                let (id, now) = (SavedQueryId::new(tx.ids()), tx.now());
                tx.exec(&SAVE, &[&id, &permit.actor.account, &name, &query, &now]).await?;
                tx.audit(&permit.actor, "registry.query.saved", id, Change::created(&(&name, &query)))
            })
            .await;
        match done {
            Ok(()) => {
                let to = format!("/people/statistics?{query}");
                return Ok(ui.see_with(&to, "statistics-saved-done", &[("name", name)]));
            }
            Err(error) if error.is_unique("saved_query") => errors.add("name", "statistics-saved-taken"),
            Err(error) => return Err(error.into()),
        }
    }
    show(&ui, &db, &permit.actor, &typed.asked, &typed.name, errors).await
}

/// POST /people/statistics/saved/{query}/removal
pub(in crate::registry) async fn post_removal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadStatistics>,
    Path(id): Path<SavedQueryId>,
) -> Answer {
    let gone = db
        .write(async |tx: &mut Tx| {
            let gone = tx.exec(&FORGET, &[&id, &permit.actor.account]).await?;
            if gone > 0 {
                tx.audit(&permit.actor, "registry.query.forgotten", id, Change::removed(&id))?;
            }
            Ok::<_, StoreError>(gone)
        })
        .await?;
    if gone == 0 {
        return Err(WebError::NotFound);
    }
    Ok(ui.see_with("/people/statistics", "statistics-saved-gone", &[]))
}
