//! What the page and the paper of a year are made of.

use ::store::Conn;
use chrono::NaiveDate;
use kernel::{Actor, PlanId, SchemeId};
use web::WebError;

use crate::{
    planning::{
        PlanYear,
        store::{PlanClassLine, QuotaLine, classes, plan_years, quotas},
    },
    scheme::{self, Audience, Rules},
};

/// A year of the plan in effect.
pub(super) struct YearRead {
    pub scheme: SchemeId,
    pub line: PlanYear,
    pub rules: Rules,
    pub audiences: Vec<Audience>,
    pub classes: Vec<PlanClassLine>,
    pub quotas: Vec<CommuneQuota>,
}

/// The quota of a commune: seats by audience in the order of the audiences, and all.
pub(super) struct CommuneQuota {
    pub name: String,
    pub kind: String,
    pub seats: Vec<i64>,
    pub all: i64,
}

impl YearRead {
    /// Reads a year within the actor's scheme.
    pub(super) async fn of(
        conn: &mut Conn,
        actor: &Actor,
        (plan, year): (PlanId, i64),
        today: NaiveDate,
    ) -> Result<Self, WebError> {
        let scheme = scheme::of(conn, actor).await?.ok_or(WebError::NotFound)?.id;
        let years = plan_years(conn, scheme).await?;
        let line = years.into_iter().find(|y| y.year == year && y.plan_id == plan).ok_or(WebError::NotFound)?;
        let audiences = scheme::audiences(conn, scheme).await?;
        Ok(Self {
            scheme,
            line,
            rules: scheme::rules(conn, scheme, today).await?,
            classes: classes(conn, scheme, year).await?,
            quotas: by_commune(&audiences, &quotas(conn, plan, year).await?),
            audiences,
        })
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
