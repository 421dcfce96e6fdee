//! SQL of the register; nobody else writes these tables.

use std::collections::HashSet;

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{Actor, PersonId, UnitId};

use super::model::{Alike, CrossRow, ReconcileLine, counted};

/// A total that a source declares.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of declared_total, described in the dictionary")]
pub struct DeclaredInput {
    pub dimension: String,
    pub key: String,
    pub label: String,
    pub people: i64,
    pub as_of: NaiveDate,
    pub source: String,
}

/// Person-times of a category in a period.
#[derive(Debug, Clone, serde::Serialize, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of training_history, described in the dictionary")]
pub struct HistoryInput {
    pub category_code: String,
    pub category: String,
    pub period: String,
    pub person_times: i64,
}

sql!(
    INSERT_PERSON,
    "INSERT INTO person (id, code, full_name, search_key, sort_key, sound_key, gender, birth_date, ethnic_code,
                         education, theory, management, generated, created_at, source)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
);
sql!(
    INSERT_ASSIGNMENT,
    "INSERT INTO assignment (id, person_id, office_id, commune_id, position_id, valid_from) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    INSERT_DECLARED,
    "INSERT INTO declared_total (province_id, dimension, key, label, people, as_of, source, place)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
sql!(
    INSERT_HISTORY,
    "INSERT INTO training_history (province_id, category_code, category, period, person_times, place)
     VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    ALIKE,
    "SELECT h.person_id, f.code, p.full_name, h.sound_key, p.gender, h.birth_date, h.commune_id, u.name AS commune,
            u.kind AS commune_kind, o.title AS position_title
     FROM (SELECT f.person_id, p.sound_key, p.birth_date, f.commune_id,
                  COUNT(*) OVER (PARTITION BY p.sound_key, p.birth_date) AS of_day,
                  COUNT(*) OVER (PARTITION BY p.sound_key, f.commune_id) AS of_place
           FROM person_find f JOIN person p ON p.id = f.person_id
           WHERE f.province_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR f.commune_id = $3)
             AND (CAST($4 AS UUID) IS NULL OR f.person_id = $4) AND p.sound_key <> '' AND p.birth_date IS NOT NULL) h
     JOIN person_find f ON f.person_id = h.person_id
     JOIN person p ON p.id = h.person_id
     JOIN position o ON o.id = f.position_id
     JOIN v_organisation_commune u ON u.commune_id = h.commune_id
     WHERE h.of_day > 1 OR h.of_place > 1
     ORDER BY f.sort_key, f.code"
);
sql!(DISTINCT, "SELECT one_id, other_id FROM person_distinct ORDER BY one_id, other_id");
sql!(
    BESIDE,
    "SELECT p.person_id, p.gender, e.name AS ethnic, k.name AS office, p.in_post_from, r.rank, r.languages, r.it_skill, r.phone,
            r.email, r.party_joined_on, r.party_official_on, r.identity_sealed
     FROM v_registry_person p
     LEFT JOIN person_record r ON r.person_id = p.person_id
     JOIN v_organisation_commune u ON u.commune_id = p.commune_id
     LEFT JOIN office o ON o.unit_id = p.office_id
     LEFT JOIN office_kind k ON k.code = o.kind_code
     LEFT JOIN ethnic_group e ON e.code = p.ethnic_code
     WHERE u.province_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR p.commune_id = $3)
       AND (CAST($4 AS UUID) IS NULL OR p.person_id = $4) AND (p.sort_key, p.code) >= ($5, $6) AND (p.sort_key, p.code) <= ($7, $8)"
);
sql!(
    CROSS,
    "SELECT p.bloc, COALESCE(p.education, '') AS education, COALESCE(p.theory, '') AS theory,
            COALESCE(p.management, '') AS management, p.target_group IS NOT NULL AS targeted, COUNT(*) AS people
     FROM v_registry_person p JOIN v_organisation_commune u ON u.commune_id = p.commune_id
     WHERE u.province_id = $1 AND (CAST($2 AS UUID) IS NULL OR p.commune_id = $2)
     GROUP BY p.bloc, p.education, p.theory, p.management, p.target_group IS NOT NULL
     ORDER BY p.bloc, p.education, p.theory, p.management, p.target_group IS NOT NULL"
);
sql!(
    DECLARED,
    "SELECT dimension, key, label, people AS declared, CAST(0 AS BIGINT) AS counted
     FROM declared_total WHERE province_id = $1 ORDER BY place, key"
);
sql!(
    HISTORY,
    "SELECT category_code, category, period, person_times FROM training_history WHERE province_id = $1
     ORDER BY period, place, category_code"
);

/// People within the actor's scope who share the sound of their name and the birth date with somebody else within it, or
/// the sound and the commune; in the order of names.
pub(super) async fn alike(conn: &mut Conn, actor: &Actor) -> Result<Vec<Alike>, StoreError> {
    conn.all(&ALIKE, &[&actor.province, &actor.sees_nobody(), &actor.commune(), &actor.own_person()]).await
}

/// Pairs of records that somebody has found to be two people, smaller id first.
pub(super) async fn distinct(conn: &mut Conn) -> Result<HashSet<(PersonId, PersonId)>, StoreError> {
    let pairs: Vec<(PersonId, PersonId)> = conn.all(&DISTINCT, &[]).await?;
    Ok(pairs.into_iter().collect())
}

/// What an export says of a person beside the list.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Beside {
    pub person_id: PersonId,
    pub gender: Option<String>,
    pub ethnic: Option<String>,
    pub office: Option<String>,
    pub in_post_from: NaiveDate,
    pub rank: Option<String>,
    pub languages: Option<String>,
    pub it_skill: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub party_joined_on: Option<NaiveDate>,
    pub party_official_on: Option<NaiveDate>,
    pub identity_sealed: Option<Vec<u8>>,
}

/// It of everybody within the actor's scope between two places of the list, `(sort_key, code)`, both included.
pub(super) async fn beside(
    conn: &mut Conn,
    actor: &Actor,
    first: (&str, &str),
    last: (&str, &str),
) -> Result<Vec<Beside>, StoreError> {
    let (nobody, commune, own) = (actor.sees_nobody(), actor.commune(), actor.own_person());
    conn.all(&BESIDE, &[&actor.province, &nobody, &commune, &own, &first.0, &first.1, &last.0, &last.1]).await
}

/// The register of a province by bloc, education, theory and management, within a commune or as a whole.
pub(super) async fn cross(
    conn: &mut Conn,
    province: Option<UnitId>,
    commune: Option<UnitId>,
) -> Result<Vec<CrossRow>, StoreError> {
    conn.all(&CROSS, &[&province, &commune]).await
}

/// Declared totals, nobody counted yet.
pub(super) async fn declared(conn: &mut Conn, province: Option<UnitId>) -> Result<Vec<ReconcileLine>, StoreError> {
    conn.all(&DECLARED, &[&province]).await
}

/// Declared totals of a province beside its register.
///
/// # Errors
/// The database's failure.
pub async fn reconcile(conn: &mut Conn, province: UnitId) -> Result<Vec<ReconcileLine>, StoreError> {
    let rows = cross(conn, Some(province), None).await?;
    Ok(counted(declared(conn, Some(province)).await?, &rows))
}

/// Person-times of past years of a province.
///
/// # Errors
/// The database's failure.
pub async fn training_history(conn: &mut Conn, province: UnitId) -> Result<Vec<HistoryInput>, StoreError> {
    history(conn, Some(province)).await
}

/// The same of the actor's province; nobody's where the account works in none.
pub(super) async fn history(conn: &mut Conn, province: Option<UnitId>) -> Result<Vec<HistoryInput>, StoreError> {
    conn.all(&HISTORY, &[&province]).await
}
