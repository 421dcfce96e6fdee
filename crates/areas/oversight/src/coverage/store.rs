//! The figures of coverage.

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{SchemeId, UnitId};
use teaching::scheme::{Base, Rules, Scheme};

/// A commune with its people and how many of them are trained.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct CommuneCoverage {
    /// Its unit.
    pub commune_id: UnitId,
    /// Code of the statistics office.
    pub code: String,
    /// Name without its kind.
    pub name: String,
    /// `xa`, `phuong` or `dac_khu`.
    pub kind: String,
    /// District before 1 July 2025.
    pub former_district: String,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// Everybody in the register.
    pub people: i64,
    /// People of the target groups.
    pub target: i64,
    /// Of everybody, distinct people who completed a class.
    pub trained: i64,
    /// Of the target groups, distinct people who completed a class.
    pub target_trained: i64,
}

/// Coverage of a scheme on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// The day.
    pub as_of: NaiveDate,
    /// By name.
    pub communes: Vec<CommuneCoverage>,
    /// Everybody.
    pub people: i64,
    /// People of the target groups.
    pub target: i64,
    /// Of everybody, trained.
    pub trained: i64,
    /// Of the target groups, trained.
    pub target_trained: i64,
    /// Whom the scheme's target counts.
    pub base: Base,
    /// Least share at the end, in thousandths.
    pub goal_permille: i64,
}

impl Coverage {
    /// Trained people and people, by the base that the scheme's target counts.
    #[must_use]
    pub fn of_base(&self) -> (i64, i64) {
        match self.base {
            Base::All => (self.trained, self.people),
            Base::TargetGroups => (self.target_trained, self.target),
        }
    }
}

sql!(
    COMMUNES,
    "SELECT k.commune_id, k.code, k.name, k.kind, k.former_district, k.lat, k.lon, COUNT(s.person_id) AS people,
            CAST(COALESCE(SUM(CASE WHEN s.target_group IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT) AS target,
            CAST(COALESCE(SUM(CASE WHEN t.person_id IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT) AS trained,
            CAST(COALESCE(SUM(CASE WHEN t.person_id IS NULL OR s.target_group IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT) AS target_trained
     FROM v_organisation_commune k
     LEFT JOIN v_scheme_person s ON s.commune_id = k.commune_id AND s.scheme_id = $1
     LEFT JOIN v_classes_trained t ON t.person_id = s.person_id AND t.scheme_id = $1
     GROUP BY k.commune_id, k.code, k.name, k.kind, k.former_district, k.lat, k.lon, k.sort_key
     ORDER BY k.sort_key, k.code"
);

async fn communes(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<CommuneCoverage>, StoreError> {
    conn.all(&COMMUNES, &[&scheme]).await
}

/// Coverage of a scheme as the register and the results stand.
///
/// # Errors
/// The database's failure.
pub async fn coverage(
    conn: &mut Conn,
    scheme: &Scheme,
    rules: &Rules,
    as_of: NaiveDate,
) -> Result<Coverage, StoreError> {
    let communes = communes(conn, scheme.id).await?;
    let sum = |figure: fn(&CommuneCoverage) -> i64| communes.iter().map(figure).sum();
    Ok(Coverage {
        as_of,
        people: sum(|c| c.people),
        target: sum(|c| c.target),
        trained: sum(|c| c.trained),
        target_trained: sum(|c| c.target_trained),
        base: rules.coverage_base,
        goal_permille: rules.coverage_target_permille,
        communes,
    })
}
