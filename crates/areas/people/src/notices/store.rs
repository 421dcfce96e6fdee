//! SQL of notices; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, Utc};
use kernel::{AccountId, Actor, NoticeCopyId, PersonId, UnitId};

use web::T;

use super::model::{Facts, Kind, Part, fill};

sql!(
    INSERT_NOTICE,
    "INSERT INTO notice (id, kind, about, key, facts, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO NOTHING"
);
sql!(
    INSERT_COPY,
    "INSERT INTO notice_copy (id, notice_id, province_id, unit_id, person_id, account_id, link, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
// whoever may act for the unit; one row without an account where nobody may
sql!(
    OF_UNIT,
    "SELECT u.parent_id AS province_id, u.id AS unit_id, CAST(NULL AS UUID) AS person_id, r.account_id
     FROM org_unit u
     LEFT JOIN account_role r ON r.commune_id = u.id AND r.role = 'commune_officer'
                             AND EXISTS (SELECT 1 FROM account a WHERE a.id = r.account_id AND a.disabled_at IS NULL)
     WHERE u.id = $1 ORDER BY r.account_id"
);
sql!(
    OF_PERSON,
    "SELECT (SELECT u.parent_id FROM v_registry_person v JOIN org_unit u ON u.id = v.commune_id WHERE v.person_id = p.id)
            AS province_id, CAST(NULL AS UUID) AS unit_id, p.id AS person_id, a.id AS account_id
     FROM person p
     LEFT JOIN account a ON a.person_id = p.id AND a.disabled_at IS NULL
                        AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id AND r.role = 'learner')
     WHERE p.id = $1 ORDER BY a.id"
);
sql!(
    OF_ACCOUNT,
    "SELECT w.province_id, CAST(NULL AS UUID) AS unit_id, a.person_id, a.id AS account_id
     FROM account a JOIN v_accounts_province w ON w.account_id = a.id WHERE a.id = $1 AND a.disabled_at IS NULL"
);
sql!(
    COPIES,
    "SELECT c.id, n.kind, n.facts, c.link, c.at, c.read_at
     FROM notice_copy c JOIN notice n ON n.id = c.notice_id
     WHERE c.account_id = (SELECT a.id FROM account a WHERE a.username = $1)
       AND (CAST($2 AS UUID) IS NULL OR (c.at, c.id) < (SELECT x.at, x.id FROM notice_copy x WHERE x.id = $2))
     ORDER BY c.at DESC, c.id DESC LIMIT $3"
);
sql!(
    COUNTS,
    "SELECT COUNT(*) AS total, COUNT(*) FILTER (WHERE c.read_at IS NULL) AS unread FROM notice_copy c
     WHERE c.account_id = (SELECT a.id FROM account a WHERE a.username = $1)"
);
sql!(
    READ_ONE,
    "UPDATE notice_copy SET read_at = COALESCE(read_at, $3)
     WHERE id = $1 AND account_id = (SELECT a.id FROM account a WHERE a.username = $2) RETURNING link"
);
sql!(
    READ_ALL,
    "UPDATE notice_copy SET read_at = $2
     WHERE account_id = (SELECT a.id FROM account a WHERE a.username = $1) AND read_at IS NULL"
);
sql!(
    TOLD,
    "SELECT n.kind, n.facts, n.at FROM notice n
     WHERE n.about = $1 AND EXISTS (SELECT 1 FROM notice_copy c WHERE c.notice_id = n.id AND c.unit_id = $2)
     ORDER BY n.at DESC, n.id DESC"
);
sql!(COPIES_FOLLOW, "UPDATE notice_copy SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    crate::registry::record::FollowsPeople { clash: None, moves: &[&COPIES_FOLLOW] }
}

/// Who a notice reaches: an account, or a unit or person without one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Reached {
    pub province_id: Option<UnitId>,
    pub unit_id: Option<UnitId>,
    pub person_id: Option<PersonId>,
    pub account_id: Option<AccountId>,
}

/// A notice in its reader's list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct CopyLine {
    pub id: NoticeCopyId,
    pub kind: String,
    pub facts: String,
    pub link: String,
    pub at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

/// Whose notices an actor reads: their own, or those of the officer for whom they act.
pub(super) fn reader(actor: &Actor) -> &str {
    actor.on_behalf_of.as_ref().map_or(&actor.username, |officer| &officer.username)
}

/// Notices of a reader after one of them, newest first.
pub(super) async fn copies(
    conn: &mut Conn,
    actor: &Actor,
    after: Option<NoticeCopyId>,
    most: i64,
) -> Result<Vec<CopyLine>, StoreError> {
    conn.all(&COPIES, &[&reader(actor), &after, &most]).await
}

/// How many notices a reader has, and how many of them are not read.
pub(super) async fn counts(conn: &mut Conn, actor: &Actor) -> Result<(i64, i64), StoreError> {
    conn.one(&COUNTS, &[&reader(actor)]).await
}

/// Something that a unit was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Code of its kind.
    pub kind: String,
    /// Its values by their names.
    pub facts: Facts,
    /// When.
    pub at: DateTime<Utc>,
}

impl Told {
    /// Its text in a language, of the kind that it is.
    #[must_use]
    pub fn body(&self, t: T, kind: &Kind) -> String {
        fill(&kind.text(t, Part::Body), &self.facts, t)
    }
}

/// What a unit was told about something, newest first.
///
/// # Errors
/// The database's failure.
pub async fn told(conn: &mut Conn, about: &str, unit: UnitId) -> Result<Vec<Told>, StoreError> {
    let rows: Vec<(String, String, DateTime<Utc>)> = conn.all(&TOLD, &[&about, &unit]).await?;
    rows.into_iter().map(|(kind, facts, at)| Ok(Told { kind, facts: serde_json::from_str(&facts)?, at })).collect()
}
