//! SQL of propagation; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, Actor, CircularId, SchemeId};

/// A document that was sent, with what the reader has done with it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Circular {
    pub id: CircularId,
    pub title: String,
    pub number: String,
    pub summary: String,
    pub read_by: Option<NaiveDate>,
    pub file_name: String,
    pub format: String,
    pub sha256: String,
    pub size: i64,
    pub by_name: String,
    pub at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_by: Option<String>,
    /// Whether the actor is addressed.
    pub addressed: bool,
    pub opened_at: Option<DateTime<Utc>>,
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// Somebody who is addressed.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Reader {
    pub name: String,
    pub role: String,
    pub commune: Option<String>,
    pub opened_at: Option<DateTime<Utc>>,
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// A target of a document.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct TargetLine {
    pub kind: String,
    pub code: String,
    /// Name of a commune or an account.
    pub name: Option<String>,
}

sql!(
    CIRCULARS,
    "SELECT id, title, number, summary, read_by, file_name, format, sha256, size, by_name, at, withdrawn_at, withdrawn_by,
            addressed, opened_at, confirmed_at FROM (
       SELECT d.id, d.title, d.number, d.summary, d.read_by, d.file_name, d.format, d.sha256, d.size, d.by_name, d.at,
              d.withdrawn_at, d.withdrawn_by, x.opened_at, x.confirmed_at,
              EXISTS (SELECT 1 FROM circular_target g
                      WHERE g.circular_id = d.id
                        AND (g.kind = 'role' AND g.code = $3 OR g.kind = 'account' AND g.code = $4
                             OR g.kind = 'communes' AND $5 <> '' OR g.kind = 'commune' AND g.code = $5)) AS addressed
       FROM circular d
       LEFT JOIN circular_reading x ON x.circular_id = d.id AND x.account_id = $2
       WHERE d.scheme_id = $1
     ) found
     WHERE $6 OR (addressed AND withdrawn_at IS NULL)
     ORDER BY CASE WHEN addressed AND confirmed_at IS NULL AND withdrawn_at IS NULL THEN 0 ELSE 1 END, at DESC, id LIMIT 300"
);
sql!(CODE_OF_COMMUNE, "SELECT code FROM v_organisation_commune WHERE commune_id = $1");
sql!(
    READERS,
    "SELECT a.name, r.role, c.name AS commune, x.opened_at, x.confirmed_at
     FROM account a
     JOIN account_role r ON r.account_id = a.id
     JOIN v_accounts_province w ON w.account_id = a.id
     LEFT JOIN v_organisation_commune c ON c.commune_id = r.commune_id
     LEFT JOIN circular_reading x ON x.circular_id = $1 AND x.account_id = a.id
     WHERE w.province_id = $2 AND a.disabled_at IS NULL
       AND EXISTS (SELECT 1 FROM circular_target g
                   WHERE g.circular_id = $1
                     AND (g.kind = 'role' AND g.code = r.role OR g.kind = 'account' AND g.code = a.username
                          OR g.kind = 'communes' AND c.code IS NOT NULL OR g.kind = 'commune' AND g.code = c.code))
     ORDER BY CASE WHEN x.confirmed_at IS NULL THEN 0 ELSE 1 END, COALESCE(c.sort_key, ''), a.username"
);
sql!(
    WITHOUT_ACCOUNT,
    "SELECT c.name FROM v_organisation_commune c
     WHERE c.province_id = $2
       AND EXISTS (SELECT 1 FROM circular_target g
                   WHERE g.circular_id = $1 AND (g.kind = 'communes' OR g.kind = 'commune' AND g.code = c.code))
       AND NOT EXISTS (SELECT 1 FROM account_role r JOIN account a ON a.id = r.account_id
                       WHERE r.commune_id = c.commune_id AND a.disabled_at IS NULL)
     ORDER BY c.sort_key, c.code"
);
sql!(
    TARGETS,
    "SELECT g.kind, g.code, COALESCE(c.name, a.name) AS name
     FROM circular_target g
     LEFT JOIN v_organisation_commune c ON g.kind = 'commune' AND c.code = g.code
     LEFT JOIN account a ON g.kind = 'account' AND a.username = g.code
     WHERE g.circular_id = $1 ORDER BY g.kind, COALESCE(c.sort_key, g.code), g.code"
);
sql!(
    ACCOUNT_IN,
    "SELECT a.id FROM account a JOIN v_accounts_province w ON w.account_id = a.id
     WHERE a.username = $1 AND w.province_id = $2 AND a.disabled_at IS NULL"
);
sql!(
    INSERT_CIRCULAR,
    "INSERT INTO circular (id, scheme_id, title, number, summary, read_by, file_name, format, sha256, size, by_id, by_name, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
);
sql!(INSERT_TARGET, "INSERT INTO circular_target (circular_id, kind, code) VALUES ($1, $2, $3)");
sql!(
    NOTE_OPENED,
    "INSERT INTO circular_reading (circular_id, account_id, opened_at) VALUES ($1, $2, $3)
     ON CONFLICT (circular_id, account_id) DO NOTHING"
);
sql!(
    NOTE_CONFIRMED,
    "UPDATE circular_reading SET confirmed_at = $3 WHERE circular_id = $1 AND account_id = $2 AND confirmed_at IS NULL"
);
sql!(WITHDRAW, "UPDATE circular SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1 AND withdrawn_at IS NULL");

/// What an actor finds: what is addressed to them, and everything for those who publish; the unread first.
pub(super) async fn circulars(
    conn: &mut Conn,
    actor: &Actor,
    scheme: SchemeId,
    publishes: bool,
) -> Result<Vec<Circular>, StoreError> {
    let commune: String = match actor.commune() {
        Some(unit) => conn.opt::<(String,)>(&CODE_OF_COMMUNE, &[&unit]).await?.map(|(code,)| code).unwrap_or_default(),
        None => String::new(),
    };
    conn.all(&CIRCULARS, &[&scheme, &actor.account, &actor.role, &actor.username, &commune, &publishes]).await
}

/// Everybody who is addressed, those who have not confirmed first.
pub(super) async fn readers(conn: &mut Conn, actor: &Actor, id: CircularId) -> Result<Vec<Reader>, StoreError> {
    conn.all(&READERS, &[&id, &actor.province]).await
}

/// Communes that are addressed and have no account.
pub(super) async fn without_account(conn: &mut Conn, actor: &Actor, id: CircularId) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = conn.all(&WITHOUT_ACCOUNT, &[&id, &actor.province]).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// To whom a document was sent.
pub(super) async fn targets(conn: &mut Conn, id: CircularId) -> Result<Vec<TargetLine>, StoreError> {
    conn.all(&TARGETS, &[&id]).await
}

/// Whether an account of the actor's province may be addressed.
pub(super) async fn is_account(conn: &mut Conn, actor: &Actor, username: &str) -> Result<bool, StoreError> {
    let row: Option<(AccountId,)> = conn.opt(&ACCOUNT_IN, &[&username, &actor.province]).await?;
    Ok(row.is_some())
}
