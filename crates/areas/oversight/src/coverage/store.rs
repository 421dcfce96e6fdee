//! The figures of coverage.

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{Actor, PersonId, SchemeId, UnitId};
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

/// People of a bloc and an audience, and how many of them are trained.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct GroupCoverage {
    pub bloc: String,
    pub audience: Option<String>,
    pub people: i64,
    pub target: i64,
    pub trained: i64,
    pub target_trained: i64,
}

/// Somebody with what became of their training.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct PersonLine {
    pub person_id: PersonId,
    pub code: String,
    pub full_name: String,
    pub sort_key: String,
    pub position_title: String,
    pub commune: String,
    pub commune_kind: String,
    pub commune_code: String,
    pub audience: Option<String>,
    pub trained_on: Option<NaiveDate>,
    pub planned_on: Option<NaiveDate>,
}

/// What a list of people is narrowed to; empty texts narrow nothing.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Narrow {
    /// `trained` or `untrained`.
    pub state: String,
    /// `target`: people of the target groups only.
    pub base: String,
    pub commune: String,
    pub district: String,
    pub bloc: String,
    /// Name of an audience.
    pub audience: String,
}

sql!(
    GROUPS,
    "SELECT s.bloc, a.name AS audience, COUNT(*) AS people, COUNT(s.target_group) AS target, COUNT(t.person_id) AS trained,
            COUNT(CASE WHEN s.target_group IS NOT NULL THEN t.person_id END) AS target_trained
     FROM v_scheme_person s
     LEFT JOIN scheme_audience a ON a.scheme_id = s.scheme_id AND a.code = s.audience_code
     LEFT JOIN v_classes_trained t ON t.person_id = s.person_id AND t.scheme_id = s.scheme_id
     WHERE s.scheme_id = $1 AND (s.in_post_to IS NULL OR s.in_post_to >= $2)
     GROUP BY s.bloc, a.name, a.place ORDER BY a.place NULLS LAST, s.bloc"
);
sql!(
    PEOPLE,
    "SELECT s.person_id, s.code, s.full_name, s.sort_key, s.position_title, k.name AS commune, k.kind AS commune_kind,
            k.code AS commune_code, a.name AS audience, t.trained_on,
            (SELECT MIN(w.monday) FROM plan_seat q JOIN v_planning_class w ON w.plan_class_id = q.plan_class_id
             WHERE q.person_id = s.person_id AND w.scheme_id = s.scheme_id AND w.monday >= $14) AS planned_on
     FROM v_scheme_person s
     JOIN v_organisation_commune k ON k.commune_id = s.commune_id
     LEFT JOIN scheme_audience a ON a.scheme_id = s.scheme_id AND a.code = s.audience_code
     LEFT JOIN v_classes_trained t ON t.person_id = s.person_id AND t.scheme_id = s.scheme_id
     WHERE s.scheme_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR s.commune_id = $3)
       AND (CAST($4 AS UUID) IS NULL OR s.person_id = $4)
       AND ($5 = '' OR ($5 = 'trained' AND t.person_id IS NOT NULL) OR ($5 = 'untrained' AND t.person_id IS NULL))
       AND ($6 = '' OR s.target_group IS NOT NULL) AND ($7 = '' OR k.code = $7) AND ($8 = '' OR k.former_district = $8)
       AND ($9 = '' OR s.bloc = $9) AND ($10 = '' OR a.name = $10)
       AND (s.in_post_to IS NULL OR s.in_post_to >= $14)
       AND (s.sort_key > $11 OR (s.sort_key = $11 AND s.code > $12))
     ORDER BY s.sort_key, s.code LIMIT $13"
);
sql!(
    COUNT_PEOPLE,
    "SELECT COUNT(*)
     FROM v_scheme_person s
     JOIN v_organisation_commune k ON k.commune_id = s.commune_id
     LEFT JOIN scheme_audience a ON a.scheme_id = s.scheme_id AND a.code = s.audience_code
     LEFT JOIN v_classes_trained t ON t.person_id = s.person_id AND t.scheme_id = s.scheme_id
     WHERE s.scheme_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR s.commune_id = $3)
       AND (CAST($4 AS UUID) IS NULL OR s.person_id = $4)
       AND ($5 = '' OR ($5 = 'trained' AND t.person_id IS NOT NULL) OR ($5 = 'untrained' AND t.person_id IS NULL))
       AND ($6 = '' OR s.target_group IS NOT NULL) AND ($7 = '' OR k.code = $7) AND ($8 = '' OR k.former_district = $8)
       AND ($9 = '' OR s.bloc = $9) AND ($10 = '' OR a.name = $10) AND (s.in_post_to IS NULL OR s.in_post_to >= $11)"
);
// counted before they are joined: PostgreSQL with a plan for any value went over all people once for each commune
sql!(
    COMMUNES,
    "SELECT k.commune_id, k.code, k.name, k.kind, k.former_district, k.lat, k.lon, COALESCE(c.people, 0) AS people,
            COALESCE(c.target, 0) AS target, COALESCE(c.trained, 0) AS trained, COALESCE(c.target_trained, 0) AS target_trained
     FROM v_organisation_commune k
     LEFT JOIN (SELECT s.commune_id, COUNT(*) AS people, COUNT(s.target_group) AS target, COUNT(t.person_id) AS trained,
                       COUNT(CASE WHEN s.target_group IS NOT NULL THEN t.person_id END) AS target_trained
                FROM v_scheme_person s
                LEFT JOIN v_classes_trained t ON t.person_id = s.person_id AND t.scheme_id = $1
                WHERE s.scheme_id = $1 AND (s.in_post_to IS NULL OR s.in_post_to >= $3)
                GROUP BY s.commune_id) c ON c.commune_id = k.commune_id
     WHERE k.province_id = $2 AND k.valid_to IS NULL
     ORDER BY k.sort_key, k.code"
);

/// Every commune of a scheme's province with its coverage among those who are in post on a day, by name.
pub(super) async fn communes(
    conn: &mut Conn,
    scheme: &Scheme,
    as_of: NaiveDate,
) -> Result<Vec<CommuneCoverage>, StoreError> {
    conn.all(&COMMUNES, &[&scheme.id, &scheme.province_id, &as_of]).await
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
    let communes = communes(conn, scheme, as_of).await?;
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

/// Coverage by bloc and audience among those who are in post on a day, in the order of the audiences.
pub(super) async fn groups(
    conn: &mut Conn,
    scheme: SchemeId,
    as_of: NaiveDate,
) -> Result<Vec<GroupCoverage>, StoreError> {
    conn.all(&GROUPS, &[&scheme, &as_of]).await
}

/// How many people within the actor's scope a narrowing leaves.
pub(super) async fn count_people(
    conn: &mut Conn,
    actor: &Actor,
    scheme: SchemeId,
    narrow: &Narrow,
    as_of: NaiveDate,
) -> Result<i64, StoreError> {
    let (people,): (i64,) = conn
        .one(
            &COUNT_PEOPLE,
            &[
                &scheme,
                &actor.sees_nobody(),
                &actor.commune(),
                &actor.own_person(),
                &narrow.state,
                &narrow.base,
                &narrow.commune,
                &narrow.district,
                &narrow.bloc,
                &narrow.audience,
                &as_of,
            ],
        )
        .await?;
    Ok(people)
}

/// People within the actor's scope after `(sort_key, code)`, in the order of names.
pub(super) async fn people(
    conn: &mut Conn,
    actor: &Actor,
    scheme: SchemeId,
    narrow: &Narrow,
    after: (&str, &str),
    most: i64,
    today: NaiveDate,
) -> Result<Vec<PersonLine>, StoreError> {
    conn.all(
        &PEOPLE,
        &[
            &scheme,
            &actor.sees_nobody(),
            &actor.commune(),
            &actor.own_person(),
            &narrow.state,
            &narrow.base,
            &narrow.commune,
            &narrow.district,
            &narrow.bloc,
            &narrow.audience,
            &after.0,
            &after.1,
            &most,
            &today,
        ],
    )
    .await
}
