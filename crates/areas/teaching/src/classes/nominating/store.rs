//! SQL of nominations beside their states: decisions of units, transfers of seats.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{ClassId, UnitId};

use super::seats::Next;
use crate::classes::store::{ClassLine, label};

sql!(
    SET_DECISION,
    "UPDATE nomination SET decision = $3, decided_on = $4
     WHERE class_id = $1 AND commune_id = $2 AND state IN ('proposed', 'waiting', 'accepted') AND ($5 OR decision = '')"
);
sql!(
    NEXT_COMMUNES,
    "WITH called AS (
       SELECT n.person_id, MAX(CASE WHEN n.state = 'completed' THEN 1 ELSE 0 END) AS trained,
              MAX(CASE WHEN c.state <> 'cancelled' THEN 1 ELSE 0 END) AS taken
       FROM class c JOIN nomination n ON n.class_id = c.id
       WHERE c.scheme_id = $1 AND n.state IN ('proposed', 'waiting', 'accepted', 'completed')
       GROUP BY n.person_id),
     planned AS (
       SELECT q.person_id, MIN(d.monday) AS monday
       FROM plan_class d JOIN plan_seat q ON q.plan_class_id = d.id
       WHERE d.plan_id = $5 GROUP BY q.person_id)
     SELECT s.commune_id, k.code, COUNT(*) AS people, CAST(SUM(COALESCE(t.trained, 0)) AS BIGINT) AS trained,
            CAST(SUM(1 - COALESCE(t.taken, 0)) AS BIGINT) AS free,
            MIN(CASE WHEN COALESCE(t.taken, 0) = 0 THEN p.monday END) AS soonest
     FROM v_scheme_person s
     JOIN v_organisation_commune k ON k.commune_id = s.commune_id
     LEFT JOIN called t ON t.person_id = s.person_id
     LEFT JOIN planned p ON p.person_id = s.person_id
     WHERE s.scheme_id = $1 AND s.audience_code = $2 AND s.in_post_from <= $4
       AND (s.in_post_to IS NULL OR s.in_post_to >= $3) AND k.valid_to IS NULL
     GROUP BY s.commune_id, k.code ORDER BY k.code"
);
sql!(PLAN_OF, "SELECT p.plan_id FROM class c JOIN plan_class p ON p.id = c.plan_class_id WHERE c.id = $1");
sql!(
    INSERT_TRANSFER,
    "INSERT INTO seat_transfer (class_id, seq, from_commune_id, to_commune_id, seats, reason, at)
     VALUES ($1, (SELECT COUNT(*) + 1 FROM seat_transfer WHERE class_id = $1), $2, $3, $4, $5, $6)"
);
sql!(LESS_QUOTA, "UPDATE class_quota SET seats = seats - $3 WHERE class_id = $1 AND commune_id = $2");
sql!(
    MORE_QUOTA,
    "INSERT INTO class_quota (class_id, commune_id, seats) VALUES ($1, $2, $3)
     ON CONFLICT (class_id, commune_id) DO UPDATE SET seats = class_quota.seats + excluded.seats"
);
sql!(LAST_HANDED_ON, "SELECT MAX(at) AS at FROM seat_transfer WHERE class_id = $1 AND reason = 'planned'");
sql!(
    TRANSFERS,
    "SELECT f.name AS from_name, f.kind AS from_kind, k.name AS to_name, k.kind AS to_kind, t.seats, t.reason, t.at
     FROM seat_transfer t
     JOIN v_organisation_commune f ON f.commune_id = t.from_commune_id
     JOIN v_organisation_commune k ON k.commune_id = t.to_commune_id
     WHERE t.class_id = $1 ORDER BY t.seq"
);
sql!(
    ALTERNATIVES,
    "SELECT x.id, x.year, x.number, x.starts_on, x.ends_on, x.seats - x.taken AS free
     FROM (SELECT o.id, o.year, o.number, o.starts_on, o.ends_on, q.seats,
                  (SELECT COUNT(*) FROM nomination n WHERE n.class_id = o.id AND n.commune_id = q.commune_id
                   AND n.state IN ('proposed', 'accepted')) AS taken
           FROM class c
           JOIN programme_version v ON v.id = c.programme_version_id
           JOIN programme_version w ON w.programme_id = v.programme_id
           JOIN class o ON o.programme_version_id = w.id AND o.id <> c.id AND o.audience_code = c.audience_code
           JOIN class_quota q ON q.class_id = o.id AND q.commune_id = $2
           WHERE c.id = $1 AND o.state = 'nominating' AND o.nominate_by >= $3
             AND (o.ends_on < c.starts_on OR o.starts_on > c.ends_on)) x
     WHERE x.seats > x.taken ORDER BY x.starts_on, x.number"
);
sql!(
    OPEN_SEATS,
    "SELECT c.id, c.year, c.number, c.nominate_by, q.seats,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.commune_id = q.commune_id
             AND n.state IN ('proposed', 'accepted')) AS taken,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.commune_id = q.commune_id AND n.state = 'asked') AS asked
     FROM class_quota q JOIN class c ON c.id = q.class_id
     WHERE q.commune_id = $1 AND c.state IN ('nominating', 'opened') AND c.starts_on > $2
     ORDER BY c.nominate_by, c.number"
);

/// Seats that went from one commune to another.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct TransferLine {
    pub from_name: String,
    pub from_kind: String,
    pub to_name: String,
    pub to_kind: String,
    pub seats: i64,
    pub reason: String,
    pub at: DateTime<Utc>,
}

/// A class in which a commune has a quota and that has not begun.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(in crate::classes) struct OpenSeats {
    pub id: ClassId,
    pub year: i64,
    pub number: i64,
    pub nominate_by: NaiveDate,
    pub seats: i64,
    pub taken: i64,
    pub asked: i64,
}

impl OpenSeats {
    /// As papers and pages name the class.
    pub(in crate::classes) fn label(&self) -> String {
        label(self.number, self.year)
    }
}

/// Another class of the same programme, in another week, with seats of the commune's quota.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(in crate::classes) struct Alternative {
    pub id: ClassId,
    pub year: i64,
    pub number: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub free: i64,
}

impl Alternative {
    /// As papers and pages name the class.
    pub(in crate::classes) fn label(&self) -> String {
        label(self.number, self.year)
    }
}

/// Other classes to which somebody of a commune could be sent instead.
pub(in crate::classes) async fn alternatives(
    conn: &mut Conn,
    class: ClassId,
    commune: UnitId,
    today: NaiveDate,
) -> Result<Vec<Alternative>, StoreError> {
    conn.all(&ALTERNATIVES, &[&class, &commune, &today]).await
}

/// Communes that may get seats of a class.
pub(super) async fn next_communes(conn: &mut Conn, line: &ClassLine) -> Result<Vec<Next>, StoreError> {
    let plan: Option<(kernel::PlanId,)> = conn.opt(&PLAN_OF, &[&line.id]).await?;
    let plan = plan.map(|(plan,)| plan);
    conn.all(&NEXT_COMMUNES, &[&line.scheme_id, &line.audience_code, &line.starts_on, &line.ends_on, &plan]).await
}

/// The moment at which seats of a class last went on to the next communes.
pub(super) async fn last_handed_on(conn: &mut Conn, class: ClassId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (at,): (Option<DateTime<Utc>>,) = conn.one(&LAST_HANDED_ON, &[&class]).await?;
    Ok(at)
}

/// Seats of a quota go from one commune to another.
pub(super) async fn transfer(
    tx: &mut Tx,
    class: ClassId,
    (from, to, seats): (UnitId, UnitId, i64),
    reason: &str,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(&LESS_QUOTA, &[&class, &from, &seats]).await?;
    tx.exec(&MORE_QUOTA, &[&class, &to, &seats]).await?;
    tx.exec(&INSERT_TRANSFER, &[&class, &from, &to, &seats, &reason, &now]).await?;
    Ok(())
}

/// The transfers of a class, oldest first.
pub(in crate::classes) async fn transfers(conn: &mut Conn, class: ClassId) -> Result<Vec<TransferLine>, StoreError> {
    conn.all(&TRANSFERS, &[&class]).await
}

/// Classes that have not begun in which a commune has a quota, by deadline.
pub(in crate::classes) async fn open_seats(
    conn: &mut Conn,
    commune: UnitId,
    today: NaiveDate,
) -> Result<Vec<OpenSeats>, StoreError> {
    conn.all(&OPEN_SEATS, &[&commune, &today]).await
}
