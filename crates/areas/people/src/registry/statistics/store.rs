//! SQL of the statistics: people of a day with what they are counted by.

use std::collections::HashMap;

use ::store::{Bind, Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{Actor, PersonId, UnitId};

use super::{
    super::rule::rules_on,
    Crossing,
    model::{Cell, Dimension, MOST_BANDS, Question, bands, cutoffs, grid},
};

/// Everybody of a province ($1) or a commune of it ($2) who holds a post on a day ($3), with the key of every dimension as it
/// was on that day: the value before the first change after it, as [`on_day`](super::super::record) reads a record; the
/// bands of age begin at birth dates ($4 to $9, as text). Of several posts on the day the latest counts.
macro_rules! of_a_day {
    () => {
        "(SELECT p.id AS person_id, p.code, p.full_name, p.sort_key, p.birth AS birth_date, o.title AS position_title,
                 a.commune_id, u.name AS commune_name, u.kind AS commune_kind, o.bloc, o.level,
                 COALESCE(p.education, 'none') AS education, COALESCE(p.theory, 'none') AS theory,
                 COALESCE(p.management, 'none') AS management, COALESCE(p.gender, 'none') AS gender,
                 COALESCE(p.ethnic_code, 'none') AS ethnic,
                 CASE WHEN p.birth IS NULL THEN 'none' WHEN p.birth > $4 THEN '0' WHEN p.birth > $5 THEN '1'
                      WHEN p.birth > $6 THEN '2' WHEN p.birth > $7 THEN '3' WHEN p.birth > $8 THEN '4'
                      WHEN p.birth > $9 THEN '5' ELSE '6' END AS age,
                 COALESCE(SUBSTR(g.attribute, 8), u.region) AS region, u.code AS commune,
                 COALESCE(CAST(o.target_group AS TEXT), 'none') AS audience
          FROM assignment a
          JOIN (SELECT q.id, q.code, q.full_name, q.sort_key, q.removed_at,
                       CASE WHEN h.education_at IS NULL THEN q.education ELSE h.education END AS education,
                       CASE WHEN h.theory_at IS NULL THEN q.theory ELSE h.theory END AS theory,
                       CASE WHEN h.management_at IS NULL THEN q.management ELSE h.management END AS management,
                       CASE WHEN h.gender_at IS NULL THEN q.gender ELSE h.gender END AS gender,
                       CASE WHEN h.ethnic_at IS NULL THEN q.ethnic_code ELSE h.ethnic_code END AS ethnic_code,
                       CASE WHEN h.birth_at IS NULL THEN CAST(q.birth_date AS TEXT) ELSE h.birth END AS birth
                FROM person q
                LEFT JOIN (SELECT f.person_id, MAX(CASE f.field WHEN 'education' THEN 1 END) AS education_at,
                                  MAX(CASE f.field WHEN 'education' THEN f.old END) AS education,
                                  MAX(CASE f.field WHEN 'theory' THEN 1 END) AS theory_at,
                                  MAX(CASE f.field WHEN 'theory' THEN f.old END) AS theory,
                                  MAX(CASE f.field WHEN 'management' THEN 1 END) AS management_at,
                                  MAX(CASE f.field WHEN 'management' THEN f.old END) AS management,
                                  MAX(CASE f.field WHEN 'gender' THEN 1 END) AS gender_at,
                                  MAX(CASE f.field WHEN 'gender' THEN f.old END) AS gender,
                                  MAX(CASE f.field WHEN 'ethnic_code' THEN 1 END) AS ethnic_at,
                                  MAX(CASE f.field WHEN 'ethnic_code' THEN f.old END) AS ethnic_code,
                                  MAX(CASE f.field WHEN 'birth_date' THEN 1 END) AS birth_at,
                                  MAX(CASE f.field WHEN 'birth_date' THEN f.old END) AS birth
                           FROM (SELECT c.person_id, c.field, c.old,
                                        ROW_NUMBER() OVER (PARTITION BY c.person_id, c.field ORDER BY c.at, c.id) AS nth
                                 FROM person_change c WHERE c.since > $3) f
                           WHERE f.nth = 1 GROUP BY f.person_id) h ON h.person_id = q.id) p ON p.id = a.person_id
          JOIN position o ON o.id = a.position_id
          JOIN v_organisation_commune u ON u.commune_id = a.commune_id
          LEFT JOIN unit_attribute g ON g.unit_id = a.commune_id AND g.valid_from <= $3
               AND (g.valid_to IS NULL OR g.valid_to >= $3)
               AND g.attribute IN ('region_dong_bang', 'region_mien_nui', 'region_vung_cao', 'region_bien_gioi')
          WHERE u.province_id = $1 AND (CAST($2 AS UUID) IS NULL OR a.commune_id = $2) AND p.removed_at IS NULL
            AND a.valid_from <= $3 AND (a.valid_to IS NULL OR a.valid_to >= $3)
            AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.person_id = a.person_id
                            AND b.valid_from <= $3 AND (b.valid_to IS NULL OR b.valid_to >= $3)
                            AND (b.valid_from > a.valid_from OR (b.valid_from = a.valid_from AND b.id > a.id)))) x"
    };
}
/// What the filters leave, in the order of [`Dimension::ALL`].
macro_rules! filtered {
    () => {
        " ($10 = '' OR x.bloc = $10) AND ($11 = '' OR x.level = $11) AND ($12 = '' OR x.education = $12)
          AND ($13 = '' OR x.theory = $13) AND ($14 = '' OR x.management = $14) AND ($15 = '' OR x.gender = $15)
          AND ($16 = '' OR x.ethnic = $16) AND ($17 = '' OR x.age = $17) AND ($18 = '' OR x.region = $18)
          AND ($19 = '' OR x.commune = $19) AND ($20 = '' OR x.audience = $20)"
    };
}
/// The key of the dimension whose code is bound.
macro_rules! key {
    ($code:literal) => {
        concat!(
            "CASE ",
            $code,
            " WHEN 'bloc' THEN x.bloc WHEN 'level' THEN x.level WHEN 'education' THEN x.education
              WHEN 'theory' THEN x.theory WHEN 'management' THEN x.management WHEN 'gender' THEN x.gender
              WHEN 'ethnic' THEN x.ethnic WHEN 'age' THEN x.age WHEN 'region' THEN x.region
              WHEN 'commune' THEN x.commune WHEN 'audience' THEN x.audience ELSE '' END"
        )
    };
}
sql!(
    CROSSING,
    concat!(
        "SELECT y.row_key, y.column_key, COUNT(*) AS people FROM (SELECT ",
        key!("$21"),
        " AS row_key, ",
        key!("$22"),
        " AS column_key FROM ",
        of_a_day!(),
        " WHERE ",
        filtered!(),
        ") y GROUP BY y.row_key, y.column_key ORDER BY y.row_key, y.column_key"
    )
);
sql!(
    BEHIND,
    concat!(
        "SELECT x.person_id, x.code, x.full_name, x.sort_key, x.birth_date, x.position_title,
                COALESCE(n.name, x.commune_name) AS commune_name, x.commune_kind
         FROM ",
        of_a_day!(),
        " LEFT JOIN v_organisation_name n ON n.unit_id = x.commune_id AND n.valid_from <= $3 AND (n.until IS NULL OR n.until > $3)
         WHERE ",
        filtered!(),
        " AND (x.sort_key, x.code) > ($21, $22) ORDER BY x.sort_key, x.code LIMIT $23"
    )
);
sql!(
    NAMES,
    "SELECT 'commune' AS dimension, u.code AS key, u.kind, COALESCE(n.name, u.name) AS name, u.sort_key AS place
     FROM v_organisation_commune u
     LEFT JOIN v_organisation_name n ON n.unit_id = u.commune_id AND n.valid_from <= $3 AND (n.until IS NULL OR n.until > $3)
     WHERE u.province_id = $1 AND (CAST($2 AS UUID) IS NULL OR u.commune_id = $2)
       AND u.valid_from <= $3 AND (u.valid_to IS NULL OR u.valid_to >= $3)
     UNION ALL
     SELECT 'ethnic', e.code, '', e.name, e.code FROM ethnic_group e
     WHERE e.code IN (SELECT p.ethnic_code FROM person p JOIN person_find f ON f.person_id = p.id
                      WHERE f.province_id = $1 AND (CAST($2 AS UUID) IS NULL OR f.commune_id = $2))
        OR e.code IN (SELECT c.old FROM person_change c JOIN person_record r ON r.person_id = c.person_id
                      WHERE c.field = 'ethnic_code' AND c.since > $3 AND r.province_id = $1)
     UNION ALL
     SELECT DISTINCT 'region', COALESCE(SUBSTR(g.attribute, 8), u.region), '', '', COALESCE(SUBSTR(g.attribute, 8), u.region)
     FROM v_organisation_commune u
     LEFT JOIN unit_attribute g ON g.unit_id = u.commune_id AND g.valid_from <= $3 AND (g.valid_to IS NULL OR g.valid_to >= $3)
          AND g.attribute IN ('region_dong_bang', 'region_mien_nui', 'region_vung_cao', 'region_bien_gioi')
     WHERE u.province_id = $1 AND (CAST($2 AS UUID) IS NULL OR u.commune_id = $2)
     ORDER BY 1, 5, 2"
);

/// Somebody behind a figure.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Behind {
    pub person_id: PersonId,
    pub code: String,
    pub full_name: String,
    pub sort_key: String,
    birth_date: Option<String>,
    pub position_title: String,
    pub commune_name: String,
    pub commune_kind: String,
}

impl Behind {
    /// As the register had it on the day.
    pub(super) fn birth_date(&self) -> Option<NaiveDate> {
        self.birth_date.as_deref()?.parse().ok()
    }
}

/// A key that only the data know.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Named {
    pub dimension: String,
    pub key: String,
    pub kind: String,
    pub name: String,
    place: String,
}

/// Ages at which bands begin on a day.
pub(super) async fn age_bands(conn: &mut Conn, on: NaiveDate) -> Result<Vec<u32>, StoreError> {
    Ok(rules_on(conn, on).await?.get("age_bands").and_then(|rule| bands(rule)).unwrap_or_default())
}

/// The part of the register that is counted: a province, or a commune of it. None where an account works in no province:
/// nobody is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Within {
    /// The province.
    pub province: Option<UnitId>,
    /// The commune, if it is one only.
    pub commune: Option<UnitId>,
}

impl From<&Actor> for Within {
    fn from(actor: &Actor) -> Self {
        Self { province: actor.province, commune: actor.commune() }
    }
}

impl From<UnitId> for Within {
    fn from(province: UnitId) -> Self {
        Self { province: Some(province), commune: None }
    }
}

/// Communes of a day, their regions, and ethnic groups of their people: the keys that only the data know, in their order.
async fn names(conn: &mut Conn, within: Within, on: NaiveDate) -> Result<Vec<Named>, StoreError> {
    conn.all(&NAMES, &[&within.province, &within.commune, &on]).await
}

/// What is bound for everything: province, commune, day, bands, filters.
fn bound<'q>(within: &'q Within, question: &'q Question, days: &'q [String; MOST_BANDS]) -> Vec<&'q dyn Bind> {
    let mut values: Vec<&dyn Bind> = vec![&within.province, &within.commune, &question.on];
    values.extend(days.iter().map(|day| -> &dyn Bind { day }));
    values.extend(question.filters.iter().map(|filter| -> &dyn Bind { filter }));
    values
}

/// The answer to a question, with what its keys are called.
///
/// # Errors
/// The database's failure.
pub async fn cross(conn: &mut Conn, within: Within, question: Question) -> Result<Crossing, StoreError> {
    let bands = age_bands(conn, question.on).await?;
    let names = names(conn, within, question.on).await?;
    let days = cutoffs(&bands, question.on).map(|day| day.to_string());
    let (rows, columns) = (question.rows.code(), question.columns.map_or("", Dimension::code));
    let mut values = bound(&within, &question, &days);
    values.push(&rows);
    values.push(&columns);
    let cells: Vec<Cell> = conn.all(&CROSSING, &values).await?;
    let places: HashMap<&str, usize> = names.iter().enumerate().map(|(place, n)| (n.key.as_str(), place)).collect();
    let grid = grid(&cells, question.rows, question.columns, &places);
    Ok(Crossing { question, grid, names, bands })
}

/// People behind a figure within the actor's scope after `(sort_key, code)`, by name, at most `most`; nobody for a role
/// that reads aggregates only.
pub(super) async fn behind(
    conn: &mut Conn,
    actor: &Actor,
    question: &Question,
    bands: &[u32],
    after: (&str, &str),
    most: i64,
) -> Result<Vec<Behind>, StoreError> {
    if actor.sees_nobody() || actor.own_person().is_some() {
        return Ok(Vec::new());
    }
    let (within, days) = (Within::from(actor), cutoffs(bands, question.on).map(|day| day.to_string()));
    let mut values = bound(&within, question, &days);
    values.push(&after.0);
    values.push(&after.1);
    values.push(&most);
    conn.all(&BEHIND, &values).await
}
