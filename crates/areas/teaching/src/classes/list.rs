//! The list of classes.

use ::store::Db;
use axum::extract::State;
use chrono::Datelike;
use serde::Deserialize;
use web::{Answer, Permit, Query, T, Ui};

use super::{
    ReadClasses,
    nominating::store::{OpenSeats, open_seats},
    planned::{PlannedClass, planned},
    store::{ClassLine, classes, years},
};
use crate::scheme;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    year: String,
}

#[derive(askama::Template)]
#[template(path = "classes/list.html")]
struct ListPage {
    t: T,
    classes: Vec<ClassLine>,
    years: Vec<i64>,
    year: i64,
    next: Option<PlannedClass>,
    to_call: usize,
    may_open: bool,
    may_nominate: bool,
    /// Classes in which the commune has seats that it has not used.
    waiting: Vec<Waiting>,
}

/// A class that waits for people of the commune.
struct Waiting {
    class: OpenSeats,
    /// Days until the deadline; negative once it is over.
    left: i64,
    unused: i64,
}

/// GET /classes
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadClasses>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let may_open = ui.may("classes.open");
    let mut page = ListPage {
        t,
        classes: Vec::new(),
        years: Vec::new(),
        year: 0,
        next: None,
        to_call: 0,
        may_open,
        may_nominate: ui.may("classes.nominate"),
        waiting: Vec::new(),
    };
    if let Some(scheme) = scheme::of(&mut conn, &permit.actor).await? {
        page.years = years(&mut conn, scheme.id).await?;
        page.year = asked.year.parse().unwrap_or_else(|_| first_shown(&page.years, db.today().year().into()));
        page.classes = classes(&mut conn, &permit.actor, scheme.id, page.year).await?;
        if let Some(commune) = permit.actor.commune().filter(|_| page.may_nominate) {
            let today = db.today();
            let open = open_seats(&mut conn, commune, today).await?;
            let waiting = open.into_iter().map(|class| Waiting {
                left: (class.nominate_by - today).num_days(),
                unused: class.seats - class.taken,
                class,
            });
            page.waiting = waiting.filter(|w| w.unused > 0 || w.class.asked > 0).collect();
        }
        if may_open {
            let waiting = planned(&mut conn, scheme.id).await?;
            page.to_call = waiting.len();
            page.next = waiting.into_iter().next();
        }
    }
    ui.page(t.get("classes-title"), &page)
}

/// The year that the list opens with: this one where it has classes, else the newest.
fn first_shown(years: &[i64], now: i64) -> i64 {
    if years.contains(&now) { now } else { years.first().copied().unwrap_or(now) }
}

#[cfg(test)]
mod tests {
    use super::first_shown;

    #[test]
    fn the_list_opens_with_this_year() {
        assert_eq!(first_shown(&[2027, 2026], 2026), 2026);
        assert_eq!(first_shown(&[2027, 2026], 2028), 2027);
        assert_eq!(first_shown(&[], 2026), 2026);
    }
}
