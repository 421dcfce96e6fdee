//! SQL of accounts and sessions; nobody else writes these tables.

use ::store::{By, Change, Conn, Db, Statement, StoreError, inventory, sql};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kernel::{
    AccountId, Actor, Officer, PersonId, Scope, UnitId,
    text::{Query, name_key},
};

use super::{
    roles::{ScopeKind, role},
    tries::LOCK_MINUTES,
};

/// How another slice names what an account is still needed for: whoever is named there is not closed before somebody else takes over.
pub struct NeedsAccount {
    /// Columns `number` and `year` of classes; parameters: the account, today.
    pub statement: &'static Statement,
}
inventory::collect!(NeedsAccount);

/// An account with its role, as signing in needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct AccountRow {
    pub id: AccountId,
    pub username: String,
    pub name: String,
    pub password_hash: String,
    pub person_id: Option<PersonId>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub role: String,
    pub commune_id: Option<UnitId>,
    pub province_id: Option<UnitId>,
}

impl AccountRow {
    pub(super) fn actor(self) -> Actor {
        actor(self.id, self.username, self.name, self.role, self.person_id, self.commune_id, self.province_id)
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
    pub province_id: Option<UnitId>,
    /// Last day of the link that opened the session.
    pub guest_until: Option<NaiveDate>,
    /// The officer for whom the session acts today.
    pub officer_username: Option<String>,
    pub officer_name: Option<String>,
    pub officer_role: Option<String>,
    pub officer_commune_id: Option<UnitId>,
    /// Notices not read yet by the account, or by the officer for whom it acts.
    pub unread: i64,
}

impl SessionRow {
    /// Who acts: the account itself, or the account with the officer's role and scope.
    pub(super) fn actor(self) -> Actor {
        let officer = match (self.officer_username, self.officer_name) {
            (Some(username), Some(name)) => Some(Officer { username, name }),
            _ => None,
        };
        let (role, commune) = match (&officer, self.officer_role) {
            (Some(_), Some(role)) => (role, self.officer_commune_id),
            _ => (self.role, self.commune_id),
        };
        let own = actor(self.id, self.username, self.name, role, self.person_id, commune, self.province_id);
        Actor { on_behalf_of: officer, ..own }
    }
}

fn actor(
    account: AccountId,
    username: String,
    name: String,
    code: String,
    person: Option<PersonId>,
    commune: Option<UnitId>,
    province: Option<UnitId>,
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
    Actor { account, username, name, role: code, person, province, scope, rights, on_behalf_of: None }
}

/// An account in the administrator's list. The name of somebody in the register stays out: the sign-in name is
/// enough to manage an account (no personal data beyond need).
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct AccountLine {
    pub id: AccountId,
    pub username: String,
    pub name: String,
    pub role: String,
    pub commune: Option<String>,
    pub locked: bool,
    pub disabled_at: Option<DateTime<Utc>>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// The unit whose officer it is has ended.
    pub unit_ended: bool,
}

sql!(
    BY_USERNAME,
    "SELECT a.id, a.username, a.name, a.password_hash, a.person_id, a.disabled_at, r.role, r.commune_id, w.province_id
     FROM account a JOIN account_role r ON r.account_id = a.id JOIN v_accounts_province w ON w.account_id = a.id
     WHERE a.username = $1"
);
sql!(
    BY_ID,
    "SELECT a.id, a.username, a.name, a.password_hash, a.person_id, a.disabled_at, r.role, r.commune_id, w.province_id
     FROM account a JOIN account_role r ON r.account_id = a.id JOIN v_accounts_province w ON w.account_id = a.id
     WHERE a.id = $1 AND w.province_id IS NOT DISTINCT FROM $2"
);
sql!(
    SESSION,
    "SELECT s.seen_at, s.ended_at, a.id, a.username, a.name, a.must_change_password, a.person_id, a.disabled_at, r.role,
            r.commune_id, w.province_id, o.username AS officer_username, o.name AS officer_name, q.role AS officer_role,
            q.commune_id AS officer_commune_id, g.valid_to AS guest_until,
            (SELECT COUNT(*) FROM notice_copy c WHERE c.account_id = COALESCE(o.id, a.id) AND c.read_at IS NULL) AS unread
     FROM session s JOIN account a ON a.id = s.account_id JOIN account_role r ON r.account_id = a.id
     JOIN v_accounts_province w ON w.account_id = a.id
     LEFT JOIN delegation d ON d.id = s.delegation_id AND d.to_account_id = a.id AND d.withdrawn_at IS NULL
                           AND d.starts_on <= $2 AND d.ends_on >= $2
     LEFT JOIN account o ON o.id = d.from_account_id AND o.disabled_at IS NULL
     LEFT JOIN account_role q ON q.account_id = o.id
     LEFT JOIN guest_link g ON g.id = s.guest_link_id
     WHERE s.token_hash = $1"
);
sql!(
    LIST,
    "SELECT a.id, a.username, CASE WHEN a.person_id IS NULL THEN a.name ELSE '' END AS name, r.role, u.name AS commune,
            EXISTS (SELECT 1 FROM sign_in_event e WHERE e.username = a.username AND e.outcome = 'lock' AND e.at > $5
                    AND NOT EXISTS (SELECT 1 FROM sign_in_event x WHERE x.username = e.username
                                    AND x.outcome IN ('ok', 'lifted') AND x.id > e.id)) AS locked,
            a.disabled_at, a.last_sign_in_at, COALESCE(u.valid_to < $8, FALSE) AS unit_ended
     FROM account a JOIN account_role r ON r.account_id = a.id JOIN v_accounts_province w ON w.account_id = a.id
     LEFT JOIN org_unit u ON u.id = r.commune_id
     WHERE a.username > $1 AND ($2 = '' OR r.role = $2) AND ($3 = '' OR a.search_key LIKE $3 OR a.search_key LIKE $7)
       AND w.province_id IS NOT DISTINCT FROM $6
     ORDER BY a.username LIMIT $4"
);
sql!(
    MATCHING,
    "SELECT COUNT(*) FROM account a JOIN account_role r ON r.account_id = a.id JOIN v_accounts_province w ON w.account_id = a.id
     WHERE ($1 = '' OR r.role = $1) AND ($2 = '' OR a.search_key LIKE $2 OR a.search_key LIKE $4)
       AND w.province_id IS NOT DISTINCT FROM $3"
);
sql!(
    OF_ROLE,
    "SELECT a.id, a.name FROM account a JOIN account_role r ON r.account_id = a.id JOIN v_accounts_province w ON w.account_id = a.id
     WHERE r.role = $1 AND w.province_id = $2 AND a.disabled_at IS NULL ORDER BY a.username"
);
sql!(
    OPEN_OF_UNIT,
    "SELECT a.id FROM account a JOIN account_role r ON r.account_id = a.id
     WHERE r.commune_id = $1 AND a.disabled_at IS NULL ORDER BY a.id"
);
sql!(COUNT, "SELECT COUNT(*) FROM account");
sql!(SET_EMAIL, "UPDATE account SET email = $2 WHERE id = $1");
sql!(
    INSERT_ACCOUNT,
    "INSERT INTO account (id, username, name, search_key, password_hash, must_change_password, person_id, province_id,
                          created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);
sql!(INSERT_ROLE, "INSERT INTO account_role (account_id, role, commune_id, given_at) VALUES ($1, $2, $3, $4)");
sql!(SET_PASSWORD, "UPDATE account SET password_hash = $2, must_change_password = $3 WHERE id = $1");
sql!(LOCK_ACCOUNT, "UPDATE account SET username = username WHERE id = $1");
sql!(NOTE_SIGN_IN, "UPDATE account SET last_sign_in_at = $2 WHERE id = $1");
sql!(CLOSE, "UPDATE account SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL");
sql!(REOPEN, "UPDATE account SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL");
sql!(
    UNIT_ENDED,
    "SELECT u.name FROM account_role r JOIN org_unit u ON u.id = r.commune_id WHERE r.account_id = $1 AND u.valid_to < $2"
);
sql!(
    LATEST_TRIES,
    "SELECT outcome, at FROM sign_in_event WHERE username = $1 AND outcome NOT IN ('locked', 'disabled')
     ORDER BY at DESC, id DESC LIMIT $2"
);
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

/// Accounts of a role that may sign in and work where the actor does, by username: id and name.
///
/// # Errors
/// The database's failure.
pub async fn accounts_of(conn: &mut Conn, actor: &Actor, role: &str) -> Result<Vec<(AccountId, String)>, StoreError> {
    conn.all(&OF_ROLE, &[&role, &actor.province]).await
}

/// Sets the address to which one's own letters go; empty for none.
pub(crate) async fn set_email(tx: &mut ::store::Tx, actor: &Actor, email: &str) -> Result<(), StoreError> {
    tx.exec(&SET_EMAIL, &[&actor.account, &email]).await.map(|_| ())
}

/// How many accounts there are.
///
/// # Errors
/// The database's failure.
pub async fn account_count(conn: &mut Conn) -> Result<i64, StoreError> {
    let (count,): (i64,) = conn.one(&COUNT, &[]).await?;
    Ok(count)
}

/// What the administrator asks of the list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Accounts after this username.
    pub after: &'a str,
    /// Code of a role, or nothing.
    pub role: &'a str,
    /// Beginnings of words of a sign-in name or of a body's name, as typed.
    pub part: &'a str,
    /// Where the accounts work.
    pub province: Option<UnitId>,
}

impl Wanted<'_> {
    fn patterns(&self) -> [String; 2] {
        Query::new(self.part).name_patterns()
    }
}

/// Accounts after a username, in order.
pub(super) async fn list(
    conn: &mut Conn,
    wanted: &Wanted<'_>,
    (now, today): (DateTime<Utc>, NaiveDate),
    most: i64,
) -> Result<Vec<AccountLine>, StoreError> {
    let since = now - TimeDelta::minutes(LOCK_MINUTES);
    let [shorter, longer] = wanted.patterns();
    conn.all(&LIST, &[&wanted.after, &wanted.role, &shorter, &most, &since, &wanted.province, &longer, &today]).await
}

/// How many accounts there are of what is wanted, on all pages.
pub(super) async fn matching(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<i64, StoreError> {
    let [shorter, longer] = wanted.patterns();
    let (count,): (i64,) = conn.one(&MATCHING, &[&wanted.role, &shorter, &wanted.province, &longer]).await?;
    Ok(count)
}

sql!(STALE, "SELECT id, username, name, person_id FROM account WHERE search_key NOT LIKE ' %' ORDER BY id");
sql!(SET_KEY, "UPDATE account SET search_key = $2 WHERE id = $1");

/// Makes the keys of accounts that an earlier version of the program wrote; nothing when all have theirs.
///
/// # Errors
/// The database's failure.
pub(crate) async fn renew_keys(db: &Db) -> Result<(), StoreError> {
    let stale: Vec<(AccountId, String, String, Option<PersonId>)> = db.read().await?.all(&STALE, &[]).await?;
    if stale.is_empty() {
        return Ok(());
    }
    db.write(async |tx| {
        for (account, username, name, person) in &stale {
            tx.exec(&SET_KEY, &[account, &search_key(username, name, *person)]).await?;
        }
        tx.audit(By::System("start"), "accounts.keys.renewed", "account", Change::created(&stale.len()))
    })
    .await
}

/// What accounts are found by: the sign-in name, and the name shown unless it is that of somebody in the register.
pub(super) fn search_key(username: &str, name: &str, person: Option<PersonId>) -> String {
    name_key(if person.is_some() { "" } else { name }, username)
}

sql!(NEEDS_PEOPLE, "SELECT person_id FROM account WHERE person_id IS NOT NULL ORDER BY person_id");
::store::inventory::submit! {
    crate::registry::import::NeedsPeople { key: "accounts-needs-person", statement: &NEEDS_PEOPLE }
}

sql!(ACCOUNTS_FOLLOW, "UPDATE account SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    crate::registry::record::FollowsPeople { clash: None, moves: &[&ACCOUNTS_FOLLOW] }
}
