//! SQL of accounts and sessions; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, Utc};
use kernel::{AccountId, Actor, PersonId, Scope, UnitId};

use super::roles::{ScopeKind, role};

/// An account with its role, as signing in needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct AccountRow {
    pub id: AccountId,
    pub username: String,
    pub name: String,
    pub password_hash: String,
    pub person_id: Option<PersonId>,
    pub failed_tries: i64,
    pub locked_until: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub role: String,
    pub commune_id: Option<UnitId>,
}

impl AccountRow {
    pub(super) fn actor(self) -> Actor {
        actor(self.id, self.username, self.name, self.role, self.person_id, self.commune_id)
    }
}

/// A live session with its account.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct SessionRow {
    pub seen_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub id: AccountId,
    pub username: String,
    pub name: String,
    pub must_change_password: bool,
    pub person_id: Option<PersonId>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub role: String,
    pub commune_id: Option<UnitId>,
}

impl SessionRow {
    pub(super) fn actor(self) -> Actor {
        actor(self.id, self.username, self.name, self.role, self.person_id, self.commune_id)
    }
}

fn actor(
    account: AccountId,
    username: String,
    name: String,
    code: String,
    person: Option<PersonId>,
    commune: Option<UnitId>,
) -> Actor {
    let (scope, rights) = match role(&code) {
        // a commune's officer without a commune, a learner without a person: nobody's data
        Some(role) => {
            let scope = match role.scope {
                ScopeKind::Province => Scope::Province,
                ScopeKind::Commune => commune.map_or(Scope::Nobody, Scope::Commune),
                ScopeKind::Own => person.map_or(Scope::Nobody, Scope::Own),
                ScopeKind::Nobody => Scope::Nobody,
            };
            (scope, role.rights.iter().copied().collect())
        }
        None => (Scope::Nobody, std::collections::BTreeSet::new()),
    };
    Actor { account, username, name, role: code, person, scope, rights }
}

/// An account in the administrator's list: no personal data beyond the name of the account.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct AccountLine {
    pub id: AccountId,
    pub username: String,
    pub name: String,
    pub role: String,
    pub commune: Option<String>,
    pub locked_until: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
}

sql!(
    BY_USERNAME,
    "SELECT a.id, a.username, a.name, a.password_hash, a.person_id, a.failed_tries, a.locked_until,
            a.disabled_at, r.role, r.commune_id
     FROM account a JOIN account_role r ON r.account_id = a.id WHERE a.username = $1"
);
sql!(
    BY_ID,
    "SELECT a.id, a.username, a.name, a.password_hash, a.person_id, a.failed_tries, a.locked_until,
            a.disabled_at, r.role, r.commune_id
     FROM account a JOIN account_role r ON r.account_id = a.id WHERE a.id = $1"
);
sql!(
    SESSION,
    "SELECT s.seen_at, s.ended_at, a.id, a.username, a.name, a.must_change_password, a.person_id, a.disabled_at, r.role,
            r.commune_id
     FROM session s JOIN account a ON a.id = s.account_id JOIN account_role r ON r.account_id = a.id
     WHERE s.token_hash = $1"
);
sql!(
    LIST,
    "SELECT a.id, a.username, a.name, r.role, u.name AS commune, a.locked_until, a.disabled_at, a.last_sign_in_at
     FROM account a JOIN account_role r ON r.account_id = a.id LEFT JOIN org_unit u ON u.id = r.commune_id
     WHERE a.username > $1 AND ($2 = '' OR r.role = $2) AND ($3 = '' OR a.username LIKE $3)
     ORDER BY a.username LIMIT $4"
);
sql!(
    OF_ROLE,
    "SELECT a.id, a.name FROM account a JOIN account_role r ON r.account_id = a.id
     WHERE r.role = $1 AND a.disabled_at IS NULL ORDER BY a.username"
);
sql!(COUNT, "SELECT COUNT(*) FROM account");
sql!(
    INSERT_ACCOUNT,
    "INSERT INTO account (id, username, name, password_hash, must_change_password, person_id, failed_tries, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, 0, $7)"
);
sql!(INSERT_ROLE, "INSERT INTO account_role (account_id, role, commune_id, given_at) VALUES ($1, $2, $3, $4)");
sql!(
    SET_PASSWORD,
    "UPDATE account SET password_hash = $2, must_change_password = $3, failed_tries = 0, locked_until = NULL WHERE id = $1"
);
sql!(NOTE_WRONG, "UPDATE account SET failed_tries = $2, locked_until = $3 WHERE id = $1");
sql!(NOTE_RIGHT, "UPDATE account SET failed_tries = 0, locked_until = NULL, last_sign_in_at = $2 WHERE id = $1");
sql!(INSERT_EVENT, "INSERT INTO sign_in_event (id, username, account_id, outcome, at) VALUES ($1, $2, $3, $4, $5)");
sql!(INSERT_SESSION, "INSERT INTO session (token_hash, account_id, created_at, seen_at) VALUES ($1, $2, $3, $3)");
sql!(SEE_SESSION, "UPDATE session SET seen_at = $2 WHERE token_hash = $1 AND ended_at IS NULL");
sql!(END_SESSION, "UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL");
sql!(END_OTHERS, "UPDATE session SET ended_at = $3 WHERE account_id = $1 AND token_hash <> $2 AND ended_at IS NULL");
sql!(INSERT_LINK, "INSERT INTO setup_link (token_hash, created_at) VALUES ($1, $2)");
sql!(LINK, "SELECT token_hash FROM setup_link WHERE token_hash = $1 AND used_at IS NULL");
sql!(USE_LINK, "UPDATE setup_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL");

/// The actor of an account, for the program's own work (demonstration, command line).
///
/// # Errors
/// The database's failure.
pub async fn actor_by_username(conn: &mut Conn, username: &str) -> Result<Option<Actor>, StoreError> {
    let row: Option<AccountRow> = conn.opt(&BY_USERNAME, &[&username]).await?;
    Ok(row.map(AccountRow::actor))
}

/// Accounts of a role that may sign in, by username: id and name.
///
/// # Errors
/// The database's failure.
pub async fn accounts_of(conn: &mut Conn, role: &str) -> Result<Vec<(AccountId, String)>, StoreError> {
    conn.all(&OF_ROLE, &[&role]).await
}

/// How many accounts there are.
///
/// # Errors
/// The database's failure.
pub async fn account_count(conn: &mut Conn) -> Result<i64, StoreError> {
    let (count,): (i64,) = conn.one(&COUNT, &[]).await?;
    Ok(count)
}

/// Accounts after a username, in order.
pub(super) async fn list(
    conn: &mut Conn,
    after: &str,
    role: &str,
    part: &str,
    most: i64,
) -> Result<Vec<AccountLine>, StoreError> {
    let like = if part.is_empty() { String::new() } else { format!("%{}%", part.replace(['%', '_'], "")) };
    conn.all(&LIST, &[&after, &role, &like, &most]).await
}

sql!(NEEDS_PEOPLE, "SELECT person_id FROM account WHERE person_id IS NOT NULL ORDER BY person_id");
::store::inventory::submit! {
    crate::registry::import::NeedsPeople { key: "accounts-needs-person", statement: &NEEDS_PEOPLE }
}
