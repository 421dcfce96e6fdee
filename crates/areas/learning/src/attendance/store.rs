//! SQL of attendance; nobody else writes these tables.

use std::collections::HashMap;

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, Utc};
use kernel::{ClassId, HalfDayId, PersonId};
use teaching::classes::{
    ClassMove,
    life::{AsksOfStep, Check, Weight},
};

use super::model::Status;

/// The newest roll-call of a half-day.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct RollCall {
    pub seq: i64,
    pub taken_by: String,
    pub taken_at: DateTime<Utc>,
}

/// How many were present at a half-day.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Counted {
    pub half_day_seq: i64,
    pub present: i64,
    pub late: i64,
    pub excused: i64,
    pub absent: i64,
}

/// Periods that somebody attended.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Attended {
    /// Who.
    pub person_id: PersonId,
    /// Periods of half-days at which they were present or late.
    pub attended: i64,
    /// Periods of half-days with a mark.
    pub marked: i64,
}

sql!(ROLL_CALL, "SELECT seq, taken_by, taken_at FROM roll_call WHERE half_day_id = $1 ORDER BY seq DESC LIMIT 1");
sql!(MARKS, "SELECT person_id, status, reason FROM v_attendance_mark WHERE half_day_id = $1 ORDER BY person_id");
sql!(
    CLASS_MARKS,
    "SELECT person_id, half_day_seq, status, reason FROM v_attendance_mark WHERE class_id = $1 ORDER BY person_id, half_day_seq"
);
sql!(
    COUNTS,
    "SELECT half_day_seq, CAST(SUM(CASE WHEN status = 'present' THEN 1 ELSE 0 END) AS BIGINT) AS present,
            CAST(SUM(CASE WHEN status = 'late' THEN 1 ELSE 0 END) AS BIGINT) AS late,
            CAST(SUM(CASE WHEN status = 'excused' THEN 1 ELSE 0 END) AS BIGINT) AS excused,
            CAST(SUM(CASE WHEN status = 'absent' THEN 1 ELSE 0 END) AS BIGINT) AS absent
     FROM v_attendance_mark WHERE class_id = $1 GROUP BY half_day_seq ORDER BY half_day_seq"
);
sql!(
    ATTENDED,
    "SELECT person_id, CAST(SUM(CASE WHEN status IN ('present', 'late') THEN periods ELSE 0 END) AS BIGINT) AS attended,
            CAST(SUM(periods) AS BIGINT) AS marked
     FROM v_attendance_mark WHERE class_id = $1 GROUP BY person_id ORDER BY person_id"
);
sql!(
    WITHOUT_ROLL_CALL,
    "SELECT COUNT(*) FROM half_day h WHERE h.class_id = $1
     AND NOT EXISTS (SELECT 1 FROM roll_call r WHERE r.half_day_id = h.id)"
);
sql!(INSERT_ROLL_CALL, "INSERT INTO roll_call (id, half_day_id, seq, taken_by, taken_at) VALUES ($1, $2, $3, $4, $5)");
sql!(
    INSERT_MARK,
    "INSERT INTO attendance_mark (half_day_id, person_id, seq, status, reason) VALUES ($1, $2, $3, $4, $5)"
);

/// The newest roll-call of a half-day.
pub(super) async fn roll_call(conn: &mut Conn, half_day: HalfDayId) -> Result<Option<RollCall>, StoreError> {
    conn.opt(&ROLL_CALL, &[&half_day]).await
}

/// The marks of a half-day that count, by person.
pub(super) async fn marks(
    conn: &mut Conn,
    half_day: HalfDayId,
) -> Result<HashMap<PersonId, (Status, String)>, StoreError> {
    let rows: Vec<(PersonId, Status, String)> = conn.all(&MARKS, &[&half_day]).await?;
    Ok(rows.into_iter().map(|(person, status, reason)| (person, (status, reason))).collect())
}

/// A mark that counts, with the place of its half-day in the week.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct ClassMark {
    pub person_id: PersonId,
    pub half_day_seq: i64,
    pub status: Status,
    pub reason: String,
}

/// Every mark of a class that counts.
pub(super) async fn class_marks(conn: &mut Conn, class: ClassId) -> Result<Vec<ClassMark>, StoreError> {
    conn.all(&CLASS_MARKS, &[&class]).await
}

/// Counts by half-day.
pub(super) async fn counts(conn: &mut Conn, class: ClassId) -> Result<Vec<Counted>, StoreError> {
    conn.all(&COUNTS, &[&class]).await
}

/// Periods attended in a class, by person.
///
/// # Errors
/// The database's failure.
pub async fn attended(conn: &mut Conn, class: ClassId) -> Result<Vec<Attended>, StoreError> {
    conn.all(&ATTENDED, &[&class]).await
}

/// Half-days of a class that have no roll-call yet.
pub(super) async fn without_roll_call(conn: &mut Conn, class: ClassId) -> Result<i64, StoreError> {
    let (count,): (i64,) = conn.one(&WITHOUT_ROLL_CALL, &[&class]).await?;
    Ok(count)
}

sql!(MARKS_FOLLOW, "UPDATE attendance_mark SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    people::registry::record::FollowsPeople { clash: None, moves: &[&MARKS_FOLLOW] }
}

::store::inventory::submit! {
    AsksOfStep { step: ClassMove::FinishStudy, ask: |conn, class| Box::pin(rolls(conn, class)) }
}

/// Study is over when every half-day has its roll-call.
async fn rolls(conn: &mut Conn, class: ClassId) -> Result<Vec<Check>, StoreError> {
    let (missing, all): (i64, i64) = conn.one(&ROLLS, &[&class]).await?;
    Ok(vec![Check::new("attendance-check-rolls", Weight::Must, missing, all, "sessions")])
}
sql!(
    ROLLS,
    "SELECT CAST(COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM roll_call r WHERE r.half_day_id = h.id) THEN 0 ELSE 1 END), 0) AS BIGINT)
            AS missing, COUNT(*) AS half_days
     FROM half_day h WHERE h.class_id = $1"
);
