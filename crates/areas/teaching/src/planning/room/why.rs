//! Why somebody is planned when they are: the classes of their programme before their own, each with its reason.

use std::collections::{BTreeMap, BTreeSet};

use ::store::{Conn, Db};
use axum::extract::State;
use kernel::{Actor, PersonId, SchemeId};
use planner::{Absent, Why};
use web::{Answer, Path, Permit, T, Ui, WebError, components::Crumbs};

use super::{
    calendar,
    pages::{all_classes, unapproved},
};
use crate::{
    planning::{
        ReadPlan,
        gather::{Gathered, gather_in, weeks},
        store::{self, BaseClass, Planned, approved_years, base_classes, newest_plan, scenario},
    },
    scheme,
};

/// An earlier class and why the person is not in it.
struct Earlier {
    days: String,
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
    let wishes = line.wishes();
    let approved = approved_years(&mut conn, scheme.id).await?;
    let own = unapproved(&approved, base_classes(&mut conn, standing).await?);
    let classes: Vec<_> = all_classes(&mut conn, &approved, own)
        .await?
        .into_iter()
        .map(|(class, _)| BaseClass { carried: None, ..class })
        .collect();
    // the answer counts approved years as well: as if none were
    let today = db.today();
    let weeks = weeks(&mut conn, &scheme, today, &wishes, &BTreeMap::new()).await?;
    let gathered = gather_in(&mut conn, &scheme, today, &wishes, &weeks, &classes).await?;
    let plan = gathered.plan_of(&classes, &wishes.kept, None)?.plan;
    let why = Why::of(&gathered.instance, &plan);
    let week_of = |week: u32| usize::try_from(week).ok().and_then(|w| gathered.mondays.get(w)).copied();
    let days = |monday| calendar::days(t, &weeks.rules, monday);
    let place = gathered.people.iter().position(|p| *p == id).and_then(|p| u32::try_from(p).ok());
    let place = place.filter(|place| !gathered.instance.beyond.again.contains_key(place));
    let absent = place.map(|place| why.absent(place)).unwrap_or_default();
    let names = stand_ins(&mut conn, actor, scheme.id, &gathered, &absent).await?;
    drop(conn);
    let mut earlier = Vec::with_capacity(absent.len());
    let mut counts: BTreeMap<(u8, &str), i64> = BTreeMap::new();
    for (class, reason) in &absent {
        let Some(monday) = plan.classes.get(*class).and_then(|class| week_of(class.week)) else { continue };
        let (sum, told) = match reason {
            Absent::Busy => ((0, "planning-sum-busy"), t.get("planning-absent-busy")),
            Absent::Apart(other) => {
                // a colleague out of the reader's scope has no name here
                let name = names.get(other).cloned().unwrap_or_default();
                ((1, "planning-sum-apart"), t.arg("planning-absent-apart", "name", name))
            }
            Absent::Office(gone) => {
                ((2, "planning-sum-office"), t.arg("planning-absent-office", "n", i64::from(*gone)))
            }
            Absent::Full { lower, same } => {
                let args = [("lower", i64::from(*lower).into()), ("same", i64::from(*same).into())];
                ((3, "planning-sum-full"), t.args("planning-absent-full", args))
            }
            Absent::Seat => ((4, "planning-sum-seat"), t.get("planning-absent-seat")),
        };
        *counts.entry(sum).or_default() += 1;
        earlier.push(Earlier { days: days(monday), told: told.into_owned() });
    }
    let sums = counts.into_iter().map(|((_, key), n)| t.arg(key, "n", n).into_owned()).collect();
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

/// The names of those who stand in for somebody, as far as the reader may see them, each asked for once.
async fn stand_ins(
    conn: &mut Conn,
    actor: &Actor,
    scheme: SchemeId,
    gathered: &Gathered,
    absent: &[(usize, Absent)],
) -> Result<BTreeMap<u32, String>, WebError> {
    let apart = |(_, reason): &(usize, Absent)| if let Absent::Apart(other) = reason { Some(*other) } else { None };
    let others: BTreeSet<u32> = absent.iter().filter_map(apart).collect();
    let mut names = BTreeMap::new();
    for other in others {
        let id = usize::try_from(other).ok().and_then(|place| gathered.people.get(place));
        if let Some(id) = id
            && let Some(person) = store::person(conn, actor, scheme, *id).await?
        {
            names.insert(other, person.full_name);
        }
    }
    Ok(names)
}
