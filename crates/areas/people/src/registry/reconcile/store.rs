//! SQL of the communes' declarations.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, DeclarationId, UnitId};

use crate::registry::model::CrossRow;

/// Whether a post ($day) is the one by which somebody is counted on a day.
macro_rules! counts_on {
    ($day:literal) => {
        concat!(
            "a.valid_from <= ",
            $day,
            " AND (a.valid_to IS NULL OR a.valid_to >= ",
            $day,
            ") AND p.removed_at IS NULL AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.person_id = a.person_id
               AND b.valid_from <= ",
            $day,
            " AND (b.valid_to IS NULL OR b.valid_to >= ",
            $day,
            ") AND (b.valid_from > a.valid_from OR (b.valid_from = a.valid_from AND b.id > a.id)))"
        )
    };
}
sql!(
    COMMUNES,
    concat!(
        "SELECT u.commune_id, u.code, u.name, u.kind, d.as_of, d.source, l.people AS declared,
                (SELECT COUNT(*) FROM assignment a JOIN person p ON p.id = a.person_id
                 WHERE a.commune_id = u.commune_id AND ",
        counts_on!("COALESCE(d.as_of, $3)"),
        ") AS counted
         FROM v_organisation_commune u
         LEFT JOIN declaration d ON d.commune_id = u.commune_id
          AND NOT EXISTS (SELECT 1 FROM declaration e WHERE e.commune_id = d.commune_id
                          AND (e.as_of > d.as_of OR (e.as_of = d.as_of AND e.id > d.id)))
         LEFT JOIN declaration_line l ON l.declaration_id = d.id AND l.dimension = 'total'
         WHERE u.province_id = $1 AND (CAST($2 AS UUID) IS NULL OR u.commune_id = $2) AND u.valid_to IS NULL
         ORDER BY u.sort_key, u.code"
    )
);
sql!(
    DECLARATIONS,
    "SELECT d.id, d.as_of, d.source, d.declared_by, d.declared_at FROM declaration d WHERE d.commune_id = $1
     ORDER BY d.as_of DESC, d.id DESC LIMIT 20"
);
sql!(LINES, "SELECT dimension, key, people FROM declaration_line WHERE declaration_id = $1 ORDER BY dimension, key");
sql!(
    LATEST_LINES,
    "SELECT d.commune_id, l.dimension, l.key, l.people
     FROM v_organisation_commune u
     JOIN declaration d ON d.commune_id = u.commune_id
      AND NOT EXISTS (SELECT 1 FROM declaration e WHERE e.commune_id = d.commune_id
                      AND (e.as_of > d.as_of OR (e.as_of = d.as_of AND e.id > d.id)))
     JOIN declaration_line l ON l.declaration_id = d.id
     WHERE u.province_id = $1 AND (CAST($2 AS UUID) IS NULL OR u.commune_id = $2) AND u.valid_to IS NULL
     ORDER BY d.commune_id, l.dimension, l.key"
);
sql!(
    CROSS_ON,
    concat!(
        "SELECT o.bloc, COALESCE(p.education, '') AS education, COALESCE(p.theory, '') AS theory,
                COALESCE(p.management, '') AS management, o.target_group IS NOT NULL AS targeted, COUNT(*) AS people
         FROM assignment a JOIN person p ON p.id = a.person_id JOIN position o ON o.id = a.position_id
         WHERE a.commune_id = $1 AND ",
        counts_on!("$2"),
        " GROUP BY o.bloc, p.education, p.theory, p.management, o.target_group IS NOT NULL
          ORDER BY o.bloc, p.education, p.theory, p.management, o.target_group IS NOT NULL"
    )
);
sql!(
    INSERT,
    "INSERT INTO declaration (id, commune_id, as_of, source, declared_by, declared_at) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(INSERT_LINE, "INSERT INTO declaration_line (declaration_id, dimension, key, people) VALUES ($1, $2, $3, $4)");

/// A commune with the total of its latest declaration beside the register of that day; of today where it has declared
/// nothing.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct CommuneLine {
    pub commune_id: UnitId,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub as_of: Option<NaiveDate>,
    pub source: Option<String>,
    pub declared: Option<i64>,
    pub counted: i64,
}

/// A declaration.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Declaration {
    pub id: DeclarationId,
    pub as_of: NaiveDate,
    pub source: String,
    pub declared_by: String,
    pub declared_at: DateTime<Utc>,
}

/// Communes within the actor's scope, in their order.
pub(super) async fn communes(conn: &mut Conn, actor: &Actor, today: NaiveDate) -> Result<Vec<CommuneLine>, StoreError> {
    conn.all(&COMMUNES, &[&actor.province, &actor.commune(), &today]).await
}

/// The latest declarations of a commune, the newest day first.
pub(super) async fn declarations(conn: &mut Conn, commune: UnitId) -> Result<Vec<Declaration>, StoreError> {
    conn.all(&DECLARATIONS, &[&commune]).await
}

/// Dimension, key and people of a declaration.
pub(super) async fn declared_lines(
    conn: &mut Conn,
    declaration: DeclarationId,
) -> Result<Vec<(String, String, i64)>, StoreError> {
    conn.all(&LINES, &[&declaration]).await
}

/// Commune, dimension, key and people of the latest declarations within the actor's scope.
pub(super) async fn latest_lines(
    conn: &mut Conn,
    actor: &Actor,
) -> Result<Vec<(UnitId, String, String, i64)>, StoreError> {
    conn.all(&LATEST_LINES, &[&actor.province, &actor.commune()]).await
}

/// The people of a commune on a day by what is declared.
pub(super) async fn register_on(conn: &mut Conn, commune: UnitId, on: NaiveDate) -> Result<Vec<CrossRow>, StoreError> {
    conn.all(&CROSS_ON, &[&commune, &on]).await
}
