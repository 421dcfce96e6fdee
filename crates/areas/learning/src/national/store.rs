//! SQL of change sets; nobody else writes this table.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{ClassId, PersonId, SchemeId};

/// A change set without its body.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Line {
    pub class_id: ClassId,
    pub year: i64,
    pub number: i64,
    pub programme: String,
    pub ends_on: NaiveDate,
    pub people: i64,
    pub sha256: String,
    pub emitted_by: String,
    pub emitted_at: DateTime<Utc>,
}

/// A class that has its decision and has not emitted yet: certificates are not issued.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Due {
    pub class_id: ClassId,
    pub year: i64,
    pub number: i64,
    pub signed_on: NaiveDate,
}

sql!(
    PEOPLE,
    "SELECT p.person_id, p.code, p.gender FROM v_classes_learner l JOIN v_registry_person p ON p.person_id = l.person_id
     WHERE l.class_id = $1 ORDER BY p.code"
);
sql!(
    INSERT,
    "INSERT INTO change_set (class_id, scheme_id, format, body, sha256, people, emitted_by, emitted_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (class_id) DO NOTHING"
);
sql!(
    LINES,
    "SELECT s.class_id, c.year, c.number, p.name AS programme, c.ends_on, s.people, s.sha256, s.emitted_by, s.emitted_at
     FROM change_set s
     JOIN class c ON c.id = s.class_id
     JOIN programme_version w ON w.id = c.programme_version_id
     JOIN programme p ON p.id = w.programme_id
     WHERE s.scheme_id = $1 AND s.emitted_at >= $2 AND s.emitted_at < $3
     ORDER BY s.emitted_at DESC, c.year DESC, c.number DESC"
);
sql!(
    DUE,
    "SELECT d.class_id, c.year, c.number, d.signed_on FROM result_decision d JOIN class c ON c.id = d.class_id
     WHERE d.scheme_id = $1 AND NOT EXISTS (SELECT 1 FROM change_set s WHERE s.class_id = d.class_id)
     ORDER BY d.signed_on, c.year, c.number"
);
sql!(BODY, "SELECT body, sha256 FROM change_set WHERE class_id = $1");

/// Code and gender of the learners of a class.
pub(super) async fn people(
    conn: &mut Conn,
    class: ClassId,
) -> Result<Vec<(PersonId, String, Option<String>)>, StoreError> {
    conn.all(&PEOPLE, &[&class]).await
}

/// Change sets of a scheme that were emitted from a moment until another, newest first.
pub(super) async fn lines(
    conn: &mut Conn,
    scheme: SchemeId,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Line>, StoreError> {
    conn.all(&LINES, &[&scheme, &from, &until]).await
}

/// Classes whose change set waits for their certificates, the oldest decision first.
pub(super) async fn due(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<Due>, StoreError> {
    conn.all(&DUE, &[&scheme]).await
}

/// The frozen body of a class and its hash.
pub(super) async fn body(conn: &mut Conn, class: ClassId) -> Result<Option<(String, String)>, StoreError> {
    conn.opt(&BODY, &[&class]).await
}

/// Whether a class has emitted.
///
/// # Errors
/// The database's failure.
pub(crate) async fn emitted(conn: &mut Conn, class: ClassId) -> Result<bool, StoreError> {
    Ok(body(conn, class).await?.is_some())
}
