//! SQL of results; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{ClassId, PersonId, Score};
use teaching::classes::{
    ClassMove,
    life::{AsksOfStep, Check, Weight},
};

/// The decision about a class.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of result_decision, described in the dictionary")]
pub struct Decision {
    pub number: String,
    pub signed_on: NaiveDate,
    pub signed_by: String,
    pub decided_by: String,
    pub decided_at: DateTime<Utc>,
    pub sha256: String,
}

/// What the decision says of a learner.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of result, described in the dictionary")]
pub struct Outcome {
    pub person_id: PersonId,
    pub outcome: String,
    pub hundredths: Option<i64>,
    pub band: String,
    pub periods_attended: i64,
    pub periods_total: i64,
    pub reasons: String,
}

sql!(SCORES, "SELECT person_id, hundredths FROM v_results_score WHERE class_id = $1 ORDER BY person_id");
sql!(
    INSERT_SCORE,
    "INSERT INTO essay_score (class_id, person_id, seq, hundredths, given_by, given_at)
     VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM essay_score WHERE class_id = $1 AND person_id = $2), $3, $4, $5)"
);
sql!(
    DECISION,
    "SELECT number, signed_on, signed_by, decided_by, decided_at, sha256 FROM result_decision WHERE class_id = $1"
);
sql!(PAPER, "SELECT paper FROM result_decision WHERE class_id = $1");
sql!(
    OUTCOMES,
    "SELECT person_id, outcome, hundredths, band, periods_attended, periods_total, reasons FROM result
     WHERE class_id = $1 ORDER BY person_id"
);
sql!(
    INSERT_DECISION,
    "INSERT INTO result_decision (class_id, scheme_id, year, number, signed_on, signed_by, decided_by, decided_at, paper, sha256)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);
sql!(
    INSERT_RESULT,
    "INSERT INTO result (class_id, person_id, outcome, hundredths, band, periods_attended, periods_total, reasons)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);

/// The marks that count, by person.
pub(super) async fn scores(conn: &mut Conn, class: ClassId) -> Result<Vec<(PersonId, Score)>, StoreError> {
    conn.all(&SCORES, &[&class]).await
}

/// The decision about a class.
///
/// # Errors
/// The database's failure.
pub async fn decision(conn: &mut Conn, class: ClassId) -> Result<Option<Decision>, StoreError> {
    conn.opt(&DECISION, &[&class]).await
}

/// The paper of the decision.
pub(crate) async fn paper(conn: &mut Conn, class: ClassId) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = conn.opt(&PAPER, &[&class]).await?;
    Ok(row.map(|(paper,)| paper))
}

/// What the decision says of every learner.
///
/// # Errors
/// The database's failure.
pub async fn outcomes(conn: &mut Conn, class: ClassId) -> Result<Vec<Outcome>, StoreError> {
    conn.all(&OUTCOMES, &[&class]).await
}

sql!(SCORES_FOLLOW, "UPDATE essay_score SET person_id = $1 WHERE person_id = $2");
sql!(RESULTS_FOLLOW, "UPDATE result SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    people::registry::record::FollowsPeople { clash: None, moves: &[&SCORES_FOLLOW, &RESULTS_FOLLOW] }
}

sql!(
    ESSAYS,
    "SELECT CAST(COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM essay_score s WHERE s.class_id = l.class_id AND s.person_id = l.person_id)
                              THEN 0 ELSE 1 END), 0) AS BIGINT) AS missing, COUNT(*) AS learners
     FROM v_classes_learner l WHERE l.class_id = $1"
);

/// Who handed in no essay does not complete the class: worth a look before the decision, no hindrance.
async fn essays(conn: &mut Conn, class: ClassId) -> Result<Vec<Check>, StoreError> {
    let (missing, all): (i64, i64) = conn.one(&ESSAYS, &[&class]).await?;
    Ok(vec![Check::new("results-check-essays", Weight::Advice, missing, all, "scores")])
}
::store::inventory::submit! {
    AsksOfStep { step: ClassMove::Complete, ask: |conn, class| Box::pin(essays(conn, class)) }
}
