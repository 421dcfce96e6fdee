//! What the page and the paper of a year are made of.

use ::store::Conn;
use chrono::NaiveDate;
use kernel::{Actor, PlanId};
use web::{T, WebError};

use crate::{
    planning::{
        PlanYear, adjusting,
        room::compare::{self, Difference},
        store::{
            Decided, PlanClassLine, QuotaLine, Scenario, classes, decided, newest_plan, quotas, scenario, year_of,
        },
    },
    scheme::{self, Audience, Rules},
};

/// A year of the plan in effect, of a scenario that adjusts it, or as it was approved before.
pub(super) struct YearRead {
    pub line: PlanYear,
    pub made: Scenario,
    pub rules: Rules,
    pub audiences: Vec<Audience>,
    pub classes: Vec<PlanClassLine>,
    pub quotas: Vec<CommuneQuota>,
    /// The approved version of which it takes the place, and what is different.
    pub former: Option<(Decided, Difference)>,
    /// The version that took its place.
    pub later: Option<Decided>,
}

/// The quota of a commune: seats by audience in the order of the audiences, and all.
pub(super) struct CommuneQuota {
    pub name: String,
    pub kind: String,
    pub seats: Vec<i64>,
    pub all: i64,
}

impl YearRead {
    /// Reads a year within the actor's scheme. `drafts`: whether the reader sees what is not approved of an approved year.
    pub(super) async fn of(
        conn: &mut Conn,
        actor: &Actor,
        (plan, year): (PlanId, i64),
        drafts: bool,
        today: NaiveDate,
    ) -> Result<Self, WebError> {
        let scheme = scheme::of(conn, actor).await?.ok_or(WebError::NotFound)?.id;
        let made = scenario(conn, scheme, plan).await?.filter(Scenario::is_there).ok_or(WebError::NotFound)?;
        let line = year_of(conn, plan, year).await?.ok_or(WebError::NotFound)?;
        let decided = decided(conn, scheme, year).await?;
        let own = decided.iter().find(|d| d.plan_id == plan);
        let adjusts = made.wishes().adjusts == Some(year);
        let open = match own {
            Some(_) => true,
            None if adjusts => drafts,
            None => decided.is_empty() && newest_plan(conn, scheme).await?.is_some_and(|newest| newest.id == plan),
        };
        if !open {
            return Err(WebError::NotFound);
        }
        let replaced = |d: &&Decided| if adjusts { d.replaced_by.is_none() } else { d.replaced_by == Some(plan) };
        let former = match decided.iter().find(replaced) {
            Some(former) => {
                let was = adjusting::of_year(conn, former.plan_id, year).await?;
                let is = adjusting::of_year(conn, plan, year).await?;
                Some((former.clone(), compare::difference(&was, &is)))
            }
            None => None,
        };
        let later = own.and_then(|own| decided.iter().find(|d| own.replaced_by == Some(d.plan_id))).cloned();
        let audiences = scheme::audiences(conn, scheme).await?;
        Ok(Self {
            line,
            made,
            rules: scheme::rules(conn, scheme, today).await?,
            classes: classes(conn, plan, year).await?,
            quotas: by_commune(&audiences, &quotas(conn, plan, year).await?),
            audiences,
            former,
            later,
        })
    }

    /// What a version does otherwise than the one of which it takes the place, in sentences.
    pub(super) fn changes(&self, t: T) -> Vec<String> {
        let Some((_, difference)) = &self.former else { return Vec::new() };
        let people = [
            ("planning-adjust-moved", difference.earlier + difference.later),
            ("planning-adjust-in", difference.added),
            ("planning-adjust-out", difference.lost),
        ];
        let told = people.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| t.arg(key, "n", n).into_owned());
        let mut changes: Vec<String> = told.chain(difference.classes.iter().map(|moved| moved.told(t))).collect();
        if changes.is_empty() {
            changes.push(t.get("planning-adjust-none").into_owned());
        }
        changes
    }
}

/// Seats by commune and audience, a row each commune.
fn by_commune(audiences: &[Audience], lines: &[QuotaLine]) -> Vec<CommuneQuota> {
    let mut rows: Vec<CommuneQuota> = Vec::new();
    for commune in lines.chunk_by(|a, b| a.code == b.code) {
        let Some(first) = commune.first() else { continue };
        let of = |a: &Audience| commune.iter().find(|l| l.audience == a.code).map_or(0, |l| l.seats);
        rows.push(CommuneQuota {
            name: first.name.clone(),
            kind: first.kind.clone(),
            seats: audiences.iter().map(of).collect(),
            all: commune.iter().map(|l| l.seats).sum(),
        });
    }
    rows
}
