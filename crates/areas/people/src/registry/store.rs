//! SQL of the register; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{Actor, PersonId, UnitId};

use super::model::{CrossRow, ReconcileLine, counted};

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
    "INSERT INTO person (id, code, full_name, search_key, sort_key, gender, birth_date, ethnic_code, education, theory,
                         management, generated, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
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
    LIST,
    "SELECT p.person_id, p.code, p.full_name, p.sort_key, p.birth_date, p.position_title, k.name AS office, u.name AS commune,
            u.kind AS commune_kind, p.education, p.theory, p.management
     FROM v_registry_person p
     JOIN v_organisation_commune u ON u.commune_id = p.commune_id
     LEFT JOIN office o ON o.unit_id = p.office_id
     LEFT JOIN office_kind k ON k.code = o.kind_code
     WHERE NOT $1 AND (CAST($2 AS UUID) IS NULL OR p.commune_id = $2) AND (CAST($3 AS UUID) IS NULL OR p.person_id = $3)
       AND ($4 = '' OR p.search_key LIKE $4) AND ($5 = '' OR u.code = $5) AND ($6 = '' OR p.bloc = $6)
       AND ($7 = '' OR p.level = $7) AND ($8 = '' OR (p.sort_key, p.code) > ($8, $9)) AND u.province_id = $11
     ORDER BY p.sort_key, p.code LIMIT $10"
);
sql!(
    COUNT,
    "SELECT COUNT(*) FROM v_registry_person p JOIN v_organisation_commune u ON u.commune_id = p.commune_id
     WHERE NOT $1 AND (CAST($2 AS UUID) IS NULL OR p.commune_id = $2) AND (CAST($3 AS UUID) IS NULL OR p.person_id = $3)
       AND ($4 = '' OR p.search_key LIKE $4) AND ($5 = '' OR u.code = $5) AND ($6 = '' OR p.bloc = $6)
       AND ($7 = '' OR p.level = $7) AND u.province_id = $8"
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

/// A person in the list.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct PersonLine {
    pub person_id: PersonId,
    pub code: String,
    pub full_name: String,
    pub sort_key: String,
    pub birth_date: Option<NaiveDate>,
    pub position_title: String,
    pub office: Option<String>,
    pub commune: String,
    pub commune_kind: String,
    pub education: Option<String>,
    pub theory: Option<String>,
    pub management: Option<String>,
}

/// What a list is narrowed to; empty texts narrow nothing.
#[derive(Debug, Default)]
pub(super) struct Narrow<'a> {
    pub words: &'a str,
    pub commune: &'a str,
    pub bloc: &'a str,
    pub level: &'a str,
}

impl Narrow<'_> {
    /// Words in their order with anything between, each word's beginning or middle.
    fn like(&self) -> String {
        if self.words.is_empty() { String::new() } else { format!("%{}%", self.words.replace(' ', "%")) }
    }
}

/// People within the actor's scope after `(sort_key, code)`, in the order of names.
pub(super) async fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow<'_>,
    after: (&str, &str),
    most: i64,
) -> Result<Vec<PersonLine>, StoreError> {
    conn.all(
        &LIST,
        &[
            &actor.sees_nobody(),
            &actor.commune(),
            &actor.own_person(),
            &narrow.like(),
            &narrow.commune,
            &narrow.bloc,
            &narrow.level,
            &after.0,
            &after.1,
            &most,
            &actor.province,
        ],
    )
    .await
}

/// How many people the list has.
pub(super) async fn count(conn: &mut Conn, actor: &Actor, narrow: &Narrow<'_>) -> Result<i64, StoreError> {
    let (people,): (i64,) = conn
        .one(
            &COUNT,
            &[
                &actor.sees_nobody(),
                &actor.commune(),
                &actor.own_person(),
                &narrow.like(),
                &narrow.commune,
                &narrow.bloc,
                &narrow.level,
                &actor.province,
            ],
        )
        .await?;
    Ok(people)
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

/// Person-times of past years.
pub(super) async fn history(conn: &mut Conn, province: Option<UnitId>) -> Result<Vec<HistoryInput>, StoreError> {
    conn.all(&HISTORY, &[&province]).await
}
