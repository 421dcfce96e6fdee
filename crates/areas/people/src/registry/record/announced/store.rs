//! SQL of announced posts.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, AnnouncedPostId, PersonId, PositionId, UnitId};

use super::super::{PostDraft, model::KINDS};

sql!(
    ADD,
    "INSERT INTO announced_post (id, person_id, commune_id, position_id, kind, valid_from, decision, in_post, state, by_name, at, edition)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, 1)"
);
// what failed and is given another day waits again
sql!(
    CHANGE,
    "UPDATE announced_post SET commune_id = $2, position_id = $3, kind = $4, valid_from = $5, decision = $6, in_post = $7,
            state = 'waiting', fault = NULL, by_name = $8, at = $9, edition = edition + 1
     WHERE id = $1"
);
sql!(
    WITHDRAW,
    "UPDATE announced_post SET state = 'withdrawn', fault = NULL, reason = $2, by_name = $3, at = $4, edition = edition + 1
     WHERE id = $1"
);
/// Announced posts with what they are called; what follows narrows them.
macro_rules! lines {
    ($rest:expr) => {
        concat!(
            "SELECT a.id, a.person_id, a.commune_id, a.position_id, a.kind, a.valid_from, a.decision, a.in_post, a.fault,
                    a.by_name, a.at, a.edition, p.full_name, o.title, o.code AS position_code, u.name AS commune,
                    u.code AS commune_code, u.kind AS commune_kind
             FROM announced_post a
             JOIN person p ON p.id = a.person_id
             JOIN position o ON o.id = a.position_id
             JOIN v_organisation_commune u ON u.commune_id = a.commune_id ",
            $rest
        )
    };
}
sql!(OF_PERSON, lines!("WHERE a.person_id = $1 AND a.state IN ('waiting', 'failed') ORDER BY a.valid_from, a.id"));
sql!(ONE, lines!("WHERE a.id = $1 AND a.state IN ('waiting', 'failed')"));
sql!(
    LIST,
    lines!(
        "CROSS JOIN person_find f
         WHERE f.person_id = a.person_id AND a.state IN ('waiting', 'failed') AND f.province_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR f.commune_id = $3)
           AND (CAST($4 AS UUID) IS NULL OR f.person_id = $4)
         ORDER BY a.state, a.valid_from, p.sort_key, a.id LIMIT $5"
    )
);
// few are announced: SQLite keeps the order of a cross join, else it would begin with everybody of the province
sql!(
    FAILED,
    "SELECT COUNT(*) FROM announced_post a CROSS JOIN person_find f
     WHERE f.person_id = a.person_id AND a.state = 'failed' AND f.province_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR f.commune_id = $3)
       AND (CAST($4 AS UUID) IS NULL OR f.person_id = $4)"
);
// of two that carry it out, one finds it waiting
sql!(TAKE, "UPDATE announced_post SET state = 'begun' WHERE id = $1 AND state = 'waiting' AND valid_from <= $2");
sql!(FAIL, "UPDATE announced_post SET state = 'failed', fault = $2, edition = edition + 1 WHERE id = $1");
sql!(UNIT_ENDS, "SELECT valid_to FROM org_unit WHERE id = $1");
sql!(
    PASS_ON,
    "UPDATE announced_post SET commune_id = $2, edition = edition + 1 WHERE commune_id = $1 AND state = 'waiting'
     RETURNING person_id"
);
sql!(
    FAIL_OF_UNIT,
    "UPDATE announced_post SET state = 'failed', fault = 'unit_ended', edition = edition + 1
     WHERE commune_id = $1 AND state = 'waiting' RETURNING person_id"
);
sql!(ANNOUNCED_FOLLOW, "UPDATE announced_post SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    super::super::FollowsPeople { clash: None, moves: &[&ANNOUNCED_FOLLOW] }
}

/// An announced post that waits for its day, or did not begin on it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(in super::super) struct Announced {
    pub id: AnnouncedPostId,
    pub person_id: PersonId,
    pub commune_id: UnitId,
    pub position_id: PositionId,
    pub kind: String,
    pub valid_from: NaiveDate,
    pub decision: String,
    /// Whether the person held a post without a last day when it was announced.
    pub in_post: bool,
    /// Why it did not begin; none while it waits.
    pub fault: Option<String>,
    pub by_name: String,
    pub at: DateTime<Utc>,
    pub edition: i64,
    pub full_name: String,
    pub title: String,
    pub position_code: String,
    pub commune: String,
    pub commune_code: String,
    pub commune_kind: String,
}

impl Announced {
    /// The post that is to begin.
    pub(super) fn draft(&self) -> PostDraft {
        PostDraft {
            commune: self.commune_id,
            position: self.position_id,
            kind: KINDS.into_iter().find(|kind| *kind == self.kind).unwrap_or("regular"),
            from: self.valid_from,
            to: None,
            decision: self.decision.clone(),
        }
    }
}

/// Announced posts of a record that have not begun, by day.
pub(in super::super) async fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<Announced>, StoreError> {
    conn.all(&OF_PERSON, &[&person]).await
}

/// One that has not begun.
pub(super) async fn one(conn: &mut Conn, id: AnnouncedPostId) -> Result<Option<Announced>, StoreError> {
    conn.opt(&ONE, &[&id]).await
}

/// Announced posts of people within the actor's scope, what did not begin first; `most` at most.
pub(super) async fn list(conn: &mut Conn, actor: &Actor, most: i64) -> Result<Vec<Announced>, StoreError> {
    let (nobody, commune, own) = (actor.sees_nobody(), actor.commune(), actor.own_person());
    conn.all(&LIST, &[&actor.province, &nobody, &commune, &own, &most]).await
}

/// How many posts of people within the actor's scope did not begin on their day and are not settled yet.
///
/// # Errors
/// The database's failure.
pub(in crate::registry) async fn failed(conn: &mut Conn, actor: &Actor) -> Result<i64, StoreError> {
    let (nobody, commune, own) = (actor.sees_nobody(), actor.commune(), actor.own_person());
    let (count,): (i64,) = conn.one(&FAILED, &[&actor.province, &nobody, &commune, &own]).await?;
    Ok(count)
}

/// Last day of a unit; none while it stands.
pub(super) async fn unit_ends(tx: &mut Tx, unit: UnitId) -> Result<Option<NaiveDate>, StoreError> {
    let (day,): (Option<NaiveDate>,) = tx.one(&UNIT_ENDS, &[&unit]).await?;
    Ok(day)
}
