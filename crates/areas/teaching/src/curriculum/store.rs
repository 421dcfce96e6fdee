//! SQL of the curriculum; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, Utc};
use kernel::{Actor, ProgrammeId, ProgrammeVersionId, SchemeId, TopicId};

use super::model::VersionState;

/// A programme with one of its versions.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ProgrammeLine {
    /// Its id.
    pub id: ProgrammeId,
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Audience that it serves; none for the elective pool.
    pub audience_code: Option<String>,
    /// Whether it is the pool of electives.
    pub is_elective_pool: bool,
    /// The version.
    pub version_id: ProgrammeVersionId,
    /// Its number.
    pub number: i64,
    /// Where it stands.
    pub state: VersionState,
    /// Decision that approved it.
    pub decision_number: Option<String>,
    /// Topics.
    pub topics: i64,
    /// Periods of theory.
    pub theory: i64,
    /// Other periods.
    pub other: i64,
    /// Number of the programme's version that classes are taught after now.
    pub in_force: Option<i64>,
}

/// A topic of a version.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct TopicLine {
    pub id: TopicId,
    pub seq: i64,
    pub day: Option<i64>,
    pub code: String,
    pub title: String,
    pub kind: String,
    pub periods: i64,
    pub method: String,
    pub lecturer_type: String,
    pub delivery: String,
    pub is_elective: bool,
    pub source_status: String,
    pub source: String,
    /// Counts the times it was saved; a form that was made from an older edition is overtaken.
    pub edition: i64,
    pub changed_by: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
}

/// A move of a version.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct MoveLine {
    pub to_state: VersionState,
    pub by_name: String,
    pub at: DateTime<Utc>,
    pub note: String,
}

sql!(
    PROGRAMMES,
    "SELECT p.id, p.code, p.name, p.audience_code, p.is_elective_pool, v.id AS version_id, v.number, v.state, v.decision_number,
            COUNT(t.id) AS topics,
            CAST(COALESCE(SUM(CASE WHEN t.kind = 'theory' THEN t.periods ELSE 0 END), 0) AS BIGINT) AS theory,
            CAST(COALESCE(SUM(CASE WHEN t.kind = 'theory' THEN 0 ELSE t.periods END), 0) AS BIGINT) AS other,
            (SELECT MAX(f.number) FROM programme_version f WHERE f.programme_id = p.id AND f.state = 'in_force') AS in_force
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
      AND v.number = (SELECT MAX(x.number) FROM programme_version x WHERE x.programme_id = p.id)
     LEFT JOIN topic t ON t.version_id = v.id
     WHERE p.scheme_id = $1
     GROUP BY p.id, p.code, p.name, p.audience_code, p.is_elective_pool, p.place, v.id, v.number, v.state, v.decision_number
     ORDER BY p.place, p.code"
);
sql!(
    VERSIONS,
    "SELECT p.id, p.code, p.name, p.audience_code, p.is_elective_pool, v.id AS version_id, v.number, v.state, v.decision_number,
            COUNT(t.id) AS topics,
            CAST(COALESCE(SUM(CASE WHEN t.kind = 'theory' THEN t.periods ELSE 0 END), 0) AS BIGINT) AS theory,
            CAST(COALESCE(SUM(CASE WHEN t.kind = 'theory' THEN 0 ELSE t.periods END), 0) AS BIGINT) AS other,
            (SELECT MAX(f.number) FROM programme_version f WHERE f.programme_id = p.id AND f.state = 'in_force') AS in_force
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
     LEFT JOIN topic t ON t.version_id = v.id
     JOIN scheme s ON s.id = p.scheme_id
     WHERE p.id = $1 AND s.province_id = $2
     GROUP BY p.id, p.code, p.name, p.audience_code, p.is_elective_pool, v.id, v.number, v.state, v.decision_number
     ORDER BY v.number DESC"
);
sql!(
    TOPICS,
    "SELECT id, seq, day, code, title, kind, periods, method, lecturer_type, delivery, is_elective, source_status, source,
            edition, changed_by, changed_at
     FROM topic WHERE version_id = $1 ORDER BY seq"
);
sql!(LOCK_PROGRAMME, "UPDATE programme SET place = place WHERE id = $1");
sql!(
    UPDATE_TOPIC,
    "UPDATE topic SET title = $3, kind = $4, periods = $5, day = $6, method = $7, lecturer_type = $8, delivery = $9,
            edition = edition + 1, changed_by = $10, changed_at = $11
     WHERE id = $1 AND version_id = $2"
);
sql!(DELETE_TOPIC, "DELETE FROM topic WHERE id = $1 AND version_id = $2");
sql!(SET_SEQ, "UPDATE topic SET seq = $3 WHERE id = $1 AND version_id = $2");
sql!(MOVES, "SELECT to_state, by_name, at, note FROM programme_version_move WHERE version_id = $1 ORDER BY seq");
sql!(
    INSERT_PROGRAMME,
    "INSERT INTO programme (id, scheme_id, code, name, audience_code, is_elective_pool, place)
     VALUES ($1, $2, $3, $4, $5, $6, (SELECT COUNT(*) + 1 FROM programme WHERE scheme_id = $2))"
);
sql!(
    INSERT_VERSION,
    "INSERT INTO programme_version (id, programme_id, number, state, created_at) VALUES ($1, $2, $3, $4, $5)"
);
sql!(
    INSERT_TOPIC,
    "INSERT INTO topic (id, version_id, seq, day, code, title, kind, periods, method, lecturer_type, delivery, is_elective,
                        source_status, source)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
);
sql!(
    SET_STATE,
    "UPDATE programme_version SET state = $2, decision_number = COALESCE($3, decision_number) WHERE id = $1"
);
sql!(
    INSERT_MOVE,
    "INSERT INTO programme_version_move (version_id, seq, from_state, to_state, by_name, at, note)
     VALUES ($1, (SELECT COUNT(*) + 1 FROM programme_version_move WHERE version_id = $1), $2, $3, $4, $5, $6)"
);

/// Every programme of a scheme with its newest version, in their order.
///
/// # Errors
/// The database's failure.
pub async fn programmes(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<ProgrammeLine>, StoreError> {
    conn.all(&PROGRAMMES, &[&scheme]).await
}

sql!(
    DAY_TOPICS,
    "SELECT COALESCE(day, 0), title, periods FROM topic WHERE version_id = $1 AND day IS NOT NULL ORDER BY day, seq"
);

/// Day, title and periods of the topics that a version places on a day, in their order.
///
/// # Errors
/// The database's failure.
pub async fn day_topics(conn: &mut Conn, version: ProgrammeVersionId) -> Result<Vec<(i64, String, i64)>, StoreError> {
    conn.all(&DAY_TOPICS, &[&version]).await
}

/// Every version of a programme of the actor's scheme, the newest first.
pub(super) async fn versions(
    conn: &mut Conn,
    actor: &Actor,
    programme: ProgrammeId,
) -> Result<Vec<ProgrammeLine>, StoreError> {
    conn.all(&VERSIONS, &[&programme, &actor.province]).await
}

/// Topics of a version in their order.
pub(super) async fn topics(conn: &mut Conn, version: ProgrammeVersionId) -> Result<Vec<TopicLine>, StoreError> {
    conn.all(&TOPICS, &[&version]).await
}

/// Moves of a version, oldest first.
pub(super) async fn moves(conn: &mut Conn, version: ProgrammeVersionId) -> Result<Vec<MoveLine>, StoreError> {
    conn.all(&MOVES, &[&version]).await
}
