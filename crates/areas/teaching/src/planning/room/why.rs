//! Why somebody is planned when they are: the classes of their programme before their own, each with its reason.

use ::store::Db;
use axum::extract::State;
use chrono::{Datelike, Days, NaiveDate};
use kernel::PersonId;
use planner::{Absent, Why};
use web::{Answer, Path, Permit, T, Ui, WebError, components::Crumbs};

use super::pages::{all_classes, approved_years};
use crate::{
    planning::{
        ReadPlan,
        actions::Asked,
        gather::gather_whole,
        model::Wishes,
        store::{self, Planned, base_classes, newest_plan, scenario},
    },
    scheme,
};

/// An earlier class and why the person is not in it.
struct Earlier {
    days: String,
    programme: String,
    told: String,
}

#[derive(askama::Template)]
#[template(path = "planning/room/why.html")]
struct WhyPage {
    t: T,
    crumbs: Crumbs,
    person: Planned,
    /// What there is to say in one sentence.
    lead: String,
    /// How many classes for which reason.
    sums: Vec<String>,
    earlier: Vec<Earlier>,
}

/// GET /plan/why/{person}: within the reader's scope.
pub(in crate::planning) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadPlan>,
    Path(id): Path<PersonId>,
) -> Answer {
    let t = ui.t;
    let actor = &permit.actor;
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?;
    let person = store::person(&mut conn, actor, scheme.id, id).await?.ok_or(WebError::NotFound)?;
    let standing = newest_plan(&mut conn, scheme.id).await?.ok_or(WebError::NotFound)?.id;
    let line = scenario(&mut conn, scheme.id, standing).await?.ok_or(WebError::NotFound)?;
    let wishes: Wishes = serde_json::from_str(&line.wishes).unwrap_or_default();
    let classes = base_classes(&mut conn, standing).await?;
    let approved = approved_years(&mut conn, &scheme).await?;
    let unapproved = classes.into_iter().filter(|c| !approved.contains_key(&i64::from(c.monday.year()))).collect();
    let classes: Vec<_> =
        all_classes(&mut conn, &approved, unapproved).await?.into_iter().map(|(class, _)| class).collect();
    let gathered = gather_whole(&mut conn, &scheme, db.today(), &wishes).await?;
    drop(conn);
    let carried = gathered.plan_of(&classes, &Asked { wishes, ..Asked::default() })?;
    let why = Why::of(&gathered.instance, &carried.plan);
    let week_of = |week: u32| usize::try_from(week).ok().and_then(|w| gathered.mondays.get(w)).copied();
    let days = |monday: NaiveDate| t.dates(monday, monday.checked_add_days(Days::new(4)).unwrap_or(monday));
    let place = gathered.people.iter().position(|p| *p == id).and_then(|p| u32::try_from(p).ok());
    let absent = place.map(|place| why.absent(place)).unwrap_or_default();
    let names = |other: u32| usize::try_from(other).ok().and_then(|p| gathered.people.get(p)).copied();
    let mut earlier = Vec::with_capacity(absent.len());
    let mut counts = [0_i64; 5];
    let mut conn = db.read().await?;
    for (class, reason) in &absent {
        let Some(class) = carried.plan.classes.get(*class) else { continue };
        let Some(monday) = week_of(class.week) else { continue };
        let (kind, told) = match reason {
            Absent::Busy => (0, t.get("planning-absent-busy").into_owned()),
            Absent::Apart(other) => {
                // a colleague out of the reader's scope has no name here
                let other = match names(*other) {
                    Some(other) => store::person(&mut conn, actor, scheme.id, other).await?,
                    None => None,
                };
                let name = other.map(|o| o.full_name).unwrap_or_default();
                (1, t.arg("planning-absent-apart", "name", name).into_owned())
            }
            Absent::Office(gone) => (2, t.arg("planning-absent-office", "n", i64::from(*gone)).into_owned()),
            Absent::Full { lower, same } => {
                let args = [("lower", i64::from(*lower).into()), ("same", i64::from(*same).into())];
                (3, t.args("planning-absent-full", args).into_owned())
            }
            Absent::Seat => (4, t.get("planning-absent-seat").into_owned()),
        };
        if let Some(count) = counts.get_mut(kind) {
            *count += 1;
        }
        earlier.push(Earlier { days: days(monday), programme: person.audience.clone(), told });
    }
    let keys =
        ["planning-sum-busy", "planning-sum-apart", "planning-sum-office", "planning-sum-full", "planning-sum-seat"];
    let sums =
        keys.into_iter().zip(counts).filter(|(_, n)| *n > 0).map(|(key, n)| t.arg(key, "n", n).into_owned()).collect();
    let first = place.and_then(|place| why.first(place)).and_then(week_of);
    let lead = match (place, first) {
        (None, _) => t.get("planning-why-settled").into_owned(),
        (Some(_), Some(monday)) => {
            t.args("planning-why-planned", [("days", days(monday).into()), ("n", earlier.len().into())]).into_owned()
        }
        (Some(_), None) => t.arg("planning-why-unplanned", "n", earlier.len()).into_owned(),
    };
    let name = person.full_name.clone();
    let crumbs = Crumbs::to(t, t.get("planning-why-crumb"))
        .by("/plan", t.get("planning-nav"))
        .by(format!("/people/{id}"), name.clone());
    let page = WhyPage { t, crumbs, person, lead, sums, earlier };
    ui.page(t.arg("planning-why-title", "name", name), &page)
}
