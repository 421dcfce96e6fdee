//! SQL of the scores: one query for every commune of a year.

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{Actor, SchemeId};

use super::model::Facts;

/// A commune with what it did.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Line {
    pub code: String,
    pub name: String,
    pub kind: String,
    #[sqlx(flatten)]
    pub facts: Facts,
}

// a class counts from the day after its deadline on; seats are those of the call: what came is taken off, what went is added
sql!(
    FACTS,
    "WITH due AS (SELECT id FROM class WHERE scheme_id = $1 AND year = $2 AND nominate_by < $3 AND state NOT IN ('called', 'cancelled')),
     quota AS (SELECT q.commune_id, SUM(q.seats) AS seats FROM class_quota q JOIN due d ON d.id = q.class_id GROUP BY q.commune_id),
     gone AS (SELECT x.from_commune_id AS commune_id, SUM(x.seats) AS seats FROM seat_transfer x JOIN due d ON d.id = x.class_id
              GROUP BY x.from_commune_id),
     came AS (SELECT x.to_commune_id AS commune_id, SUM(x.seats) AS seats FROM seat_transfer x JOIN due d ON d.id = x.class_id
              GROUP BY x.to_commune_id),
     way AS (SELECT n.id, n.commune_id, n.person_id, n.state,
                    MAX(CASE WHEN m.to_state IN ('proposed', 'waiting') THEN 1 ELSE 0 END) AS sent,
                    MAX(CASE WHEN m.to_state = 'refused' AND m.from_state IN ('proposed', 'waiting') THEN 1 ELSE 0 END) AS refused,
                    MAX(CASE WHEN m.to_state = 'accepted' THEN 1 ELSE 0 END) AS accepted,
                    MAX(CASE WHEN m.from_state = 'accepted' AND m.to_state IN ('withdrawn', 'replaced') THEN 1 ELSE 0 END) AS left_after
             FROM nomination n JOIN due d ON d.id = n.class_id JOIN nomination_move m ON m.nomination_id = n.id
             GROUP BY n.id, n.commune_id, n.person_id, n.state),
     did AS (SELECT w.commune_id, SUM(w.sent) AS sent, SUM(w.refused) AS refused, SUM(w.accepted) AS accepted, SUM(w.left_after) AS left_after,
                    SUM(CASE WHEN w.state = 'not_completed' THEN 1 ELSE 0 END) AS failed,
                    SUM(CASE WHEN w.sent = 1 AND p.gender = 'nu' THEN 1 ELSE 0 END) AS sent_women,
                    SUM(CASE WHEN w.sent = 1 AND e.is_minority THEN 1 ELSE 0 END) AS sent_minority
             FROM way w JOIN v_registry_person p ON p.person_id = w.person_id LEFT JOIN ethnic_group e ON e.code = p.ethnic_code
             GROUP BY w.commune_id),
     home AS (SELECT s.commune_id, COUNT(*) AS people, SUM(CASE WHEN s.gender = 'nu' THEN 1 ELSE 0 END) AS women,
                     SUM(CASE WHEN e.is_minority THEN 1 ELSE 0 END) AS minority
              FROM v_scheme_person s LEFT JOIN ethnic_group e ON e.code = s.ethnic_code
              WHERE s.scheme_id = $1 AND (s.in_post_to IS NULL OR s.in_post_to >= $3) GROUP BY s.commune_id)
     SELECT k.code, k.name, k.kind,
            CAST(COALESCE(q.seats, 0) + COALESCE(g.seats, 0) - COALESCE(c.seats, 0) AS BIGINT) AS seats,
            CAST(COALESCE(d.sent, 0) AS BIGINT) AS sent, CAST(COALESCE(d.refused, 0) AS BIGINT) AS refused,
            CAST(COALESCE(d.accepted, 0) AS BIGINT) AS accepted, CAST(COALESCE(d.left_after, 0) AS BIGINT) AS left_after,
            CAST(COALESCE(d.failed, 0) AS BIGINT) AS failed, CAST(COALESCE(d.sent_women, 0) AS BIGINT) AS sent_women,
            CAST(COALESCE(d.sent_minority, 0) AS BIGINT) AS sent_minority, COALESCE(h.people, 0) AS people,
            CAST(COALESCE(h.women, 0) AS BIGINT) AS women, CAST(COALESCE(h.minority, 0) AS BIGINT) AS minority
     FROM v_organisation_commune k
     LEFT JOIN quota q ON q.commune_id = k.commune_id LEFT JOIN gone g ON g.commune_id = k.commune_id
     LEFT JOIN came c ON c.commune_id = k.commune_id LEFT JOIN did d ON d.commune_id = k.commune_id
     LEFT JOIN home h ON h.commune_id = k.commune_id
     WHERE k.province_id = $4 AND (CAST($5 AS UUID) IS NULL OR k.commune_id = $5)
       AND (q.commune_id IS NOT NULL OR d.commune_id IS NOT NULL)
     ORDER BY k.name, k.code"
);

/// Every commune within the actor's scope that had seats or put somebody forward in classes of a year whose deadline lies before a day.
pub(super) async fn lines(
    conn: &mut Conn,
    actor: &Actor,
    scheme: SchemeId,
    year: i64,
    before: NaiveDate,
) -> Result<Vec<Line>, StoreError> {
    conn.all(&FACTS, &[&scheme, &year, &before, &actor.province, &actor.commune()]).await
}
