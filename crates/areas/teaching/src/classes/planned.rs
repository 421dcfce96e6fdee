//! Classes of the plan that wait to be called, and classes that go over to another version of their year.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::NaiveDate;
use kernel::{PlanClassId, PlanId, ProgrammeVersionId, SchemeId};

/// A class of an approved year of the plan that nobody has called for yet.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of plan_class, described in the dictionary")]
pub struct PlannedClass {
    pub id: PlanClassId,
    pub plan_id: PlanId,
    pub seq: i64,
    pub year: i64,
    pub monday: NaiveDate,
    pub programme: String,
    pub audience_code: Option<String>,
    pub version_id: ProgrammeVersionId,
    pub people: i64,
}

sql!(
    PLANNED,
    "SELECT c.id, c.plan_id, c.seq, c.year, c.monday, p.name AS programme, p.audience_code, w.id AS version_id,
            (SELECT COUNT(*) FROM plan_seat s WHERE s.plan_class_id = c.id) AS people
     FROM plan_class c
     JOIN plan_year_approval y ON y.plan_id = c.plan_id AND y.year = c.year AND y.replaced_by IS NULL
     JOIN programme p ON p.id = c.programme_id
     JOIN programme_version w ON w.programme_id = p.id AND w.state = 'in_force'
     WHERE p.scheme_id = $1
       AND NOT EXISTS (SELECT 1 FROM class x WHERE x.plan_class_id = c.id AND x.state <> 'cancelled')
     ORDER BY c.monday, c.seq, w.number DESC"
);
sql!(FOLLOW_PLAN, "UPDATE class SET plan_class_id = $2 WHERE plan_class_id = $1");

/// Classes of approved years that wait to be called, by week.
///
/// # Errors
/// The database's failure.
pub async fn planned(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<PlannedClass>, StoreError> {
    conn.all(&PLANNED, &[&scheme]).await
}

/// Classes go over from planned classes to those that take their places.
pub(crate) async fn follow_plan(tx: &mut Tx, places: &[(PlanClassId, PlanClassId)]) -> Result<(), StoreError> {
    for (from, to) in places {
        tx.exec(&FOLLOW_PLAN, &[from, to]).await?;
    }
    Ok(())
}
