//! SQL of past courses; nobody else writes these tables.

use std::collections::{HashMap, HashSet};

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, PastBatchId, PersonId, UnitId};

use super::model::{Against, Known};
use crate::registry::rules_on;

sql!(
    KNOWN,
    "SELECT f.person_id, f.code, p.full_name, p.birth_date FROM person_find f JOIN person p ON p.id = f.person_id
     WHERE f.province_id = $1 AND (CAST($2 AS UUID) IS NULL OR f.commune_id = $2) ORDER BY f.person_id"
);
sql!(
    CATEGORIES,
    "SELECT DISTINCT category_code, category FROM training_history WHERE province_id = $1 ORDER BY category_code, category"
);
sql!(
    TAKEN,
    "SELECT c.person_id, c.title_key, c.starts_on FROM past_course c JOIN past_batch b ON b.id = c.batch_id
     WHERE b.state = 'committed' AND b.province_id = $1 ORDER BY c.person_id, c.starts_on, c.title_key"
);
sql!(
    ADD_BATCH,
    "INSERT INTO past_batch (id, province_id, commune_id, file_name, state, uploaded_by, uploaded_at)
     VALUES ($1, $2, $3, $4, 'previewed', $5, $6)"
);
sql!(
    ADD_COURSE,
    "INSERT INTO past_course (batch_id, row_number, person_id, title, title_key, category_code, ledger, starts_on, ends_on,
                              periods, organiser, certificate)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
sql!(ADD_FAULT, "INSERT INTO past_fault (batch_id, row_number, shown, fault, value) VALUES ($1, $2, $3, $4, $5)");
sql!(LOCK, "UPDATE past_batch SET state = state WHERE id = $1");
sql!(CLOSE, "UPDATE past_batch SET state = $2, closed_by = $3, closed_at = $4 WHERE id = $1");
sql!(
    DOUBLES,
    "SELECT COUNT(*) FROM past_course c WHERE c.batch_id = $1
       AND EXISTS (SELECT 1 FROM past_course o JOIN past_batch b ON b.id = o.batch_id
                   WHERE b.state = 'committed' AND o.batch_id <> $1 AND o.person_id = c.person_id
                     AND o.title_key = c.title_key AND o.starts_on = c.starts_on)"
);
/// Batches within the actor's scope, with their rows.
macro_rules! batches {
    ($where:literal) => {
        concat!(
            "SELECT b.id, b.file_name, b.state, b.uploaded_by, b.uploaded_at, b.closed_by, b.closed_at,
                    (SELECT COUNT(*) FROM past_course c WHERE c.batch_id = b.id) AS courses,
                    (SELECT COUNT(*) FROM past_fault f WHERE f.batch_id = b.id) AS faults
             FROM past_batch b
             WHERE b.province_id = $1 AND (CAST($2 AS UUID) IS NULL OR b.commune_id = $2) ",
            $where
        )
    };
}
sql!(BATCHES, batches!("ORDER BY b.uploaded_at DESC, b.id DESC LIMIT 50"));
sql!(BATCH, batches!("AND b.id = $3"));
sql!(
    BATCH_COURSES,
    "SELECT c.row_number, p.full_name, c.title, c.category_code, c.ledger, c.starts_on, c.ends_on, c.periods
     FROM past_course c JOIN person p ON p.id = c.person_id
     WHERE c.batch_id = $1 AND c.row_number > $2 ORDER BY c.row_number LIMIT $3"
);
sql!(
    BATCH_FAULTS,
    "SELECT row_number, shown, fault, value FROM past_fault WHERE batch_id = $1 ORDER BY row_number LIMIT 500"
);
sql!(
    COURSES,
    "SELECT title, category_code, ledger, starts_on, ends_on, periods, organiser, certificate FROM v_history_course
     WHERE person_id = $1 ORDER BY starts_on DESC, title, batch_id, row_number"
);

/// A batch of past courses.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of past_batch, described in the dictionary")]
pub struct PastBatch {
    pub id: PastBatchId,
    pub file_name: String,
    pub state: String,
    pub uploaded_by: String,
    pub uploaded_at: DateTime<Utc>,
    pub closed_by: Option<String>,
    pub closed_at: Option<DateTime<Utc>>,
    pub courses: i64,
    pub faults: i64,
}

/// A course of a batch.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct BatchCourse {
    pub row_number: i64,
    pub full_name: String,
    pub title: String,
    pub category_code: String,
    pub ledger: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub periods: i64,
}

/// A row that is no course.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct BatchFault {
    pub row_number: i64,
    pub shown: String,
    pub fault: String,
    pub value: String,
}

/// A course that somebody attended before or elsewhere.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of past_course, described in the dictionary")]
pub struct Course {
    pub title: String,
    pub category_code: String,
    pub ledger: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub periods: i64,
    pub organiser: String,
    pub certificate: String,
}

/// Somebody's courses that count, the newest first.
///
/// # Errors
/// The database's failure.
pub async fn courses(conn: &mut Conn, person: PersonId) -> Result<Vec<Course>, StoreError> {
    conn.all(&COURSES, &[&person]).await
}

/// What the rows of an actor's file are read against.
pub(super) async fn against(
    conn: &mut Conn,
    province: UnitId,
    commune: Option<UnitId>,
    today: NaiveDate,
) -> Result<Against, StoreError> {
    let people: Vec<Known> = conn.all(&KNOWN, &[&province, &commune]).await?;
    let mut categories: Vec<(String, String)> = conn.all(&CATEGORIES, &[&province]).await?;
    let rules = rules_on(conn, today).await?;
    let ledgers: HashMap<String, String> =
        rules.into_iter().filter_map(|(key, value)| Some((key.strip_prefix("ledger_")?.to_owned(), value))).collect();
    // a category is known by its code too, before any past figures are loaded
    categories
        .extend(ledgers.keys().filter(|code| !code.starts_with("class")).map(|code| (code.clone(), code.clone())));
    let taken: Vec<(PersonId, String, NaiveDate)> = conn.all(&TAKEN, &[&province]).await?;
    Ok(Against::new(&people, &categories, ledgers, taken.into_iter().collect::<HashSet<_>>(), today))
}

/// The latest batches within the actor's scope.
pub(super) async fn batches(conn: &mut Conn, actor: &Actor) -> Result<Vec<PastBatch>, StoreError> {
    conn.all(&BATCHES, &[&actor.province, &actor.commune()]).await
}

/// A batch within the actor's scope.
pub(super) async fn batch(conn: &mut Conn, actor: &Actor, id: PastBatchId) -> Result<Option<PastBatch>, StoreError> {
    conn.opt(&BATCH, &[&actor.province, &actor.commune(), &id]).await
}

/// Courses of a batch after a row.
pub(super) async fn batch_courses(
    conn: &mut Conn,
    id: PastBatchId,
    after: i64,
    most: i64,
) -> Result<Vec<BatchCourse>, StoreError> {
    conn.all(&BATCH_COURSES, &[&id, &after, &most]).await
}

/// The first 500 rows of a batch that are no courses.
pub(super) async fn batch_faults(conn: &mut Conn, id: PastBatchId) -> Result<Vec<BatchFault>, StoreError> {
    conn.all(&BATCH_FAULTS, &[&id]).await
}

sql!(COURSES_FOLLOW, "UPDATE past_course SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    crate::registry::record::FollowsPeople { clash: None, moves: &[&COURSES_FOLLOW] }
}
