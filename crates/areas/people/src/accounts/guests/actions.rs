//! Making, revoking and using the links of visiting lecturers.

use ::store::{Change, Conn, Db, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kernel::{AccountId, Actor, GuestLinkId, SignInId};
use serde::Serialize;
use web::Permit;

use super::InviteLecturers;
use crate::accounts::{
    actions::{AccountInput, insert, secret, token_hash},
    password,
    store::{AccountRow, BY_ID, END_OTHERS, INSERT_EVENT, INSERT_SESSION, LOCK_ACCOUNT, NOTE_SIGN_IN},
    tries::Outcome,
};

/// Most days for which a link holds.
pub const MOST_DAYS: i64 = 366;

/// A visiting lecturer with the newest link.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Guest {
    pub id: AccountId,
    pub name: String,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub valid_to: NaiveDate,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A link that somebody holds, with its account.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Held {
    pub id: GuestLinkId,
    pub account_id: AccountId,
    pub name: String,
    pub valid_to: NaiveDate,
}

sql!(
    GUESTS,
    "SELECT a.id, a.name, a.last_sign_in_at, a.disabled_at, g.valid_to, g.revoked_at
     FROM guest_link g JOIN account a ON a.id = g.account_id JOIN v_accounts_province w ON w.account_id = a.id
     WHERE w.province_id IS NOT DISTINCT FROM $1
       AND NOT EXISTS (SELECT 1 FROM guest_link n WHERE n.account_id = g.account_id AND n.id > g.id)
     ORDER BY g.valid_to DESC, a.name, a.id"
);
sql!(
    INSERT_GUEST_LINK,
    "INSERT INTO guest_link (id, account_id, token_hash, valid_to, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(REVOKE, "UPDATE guest_link SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL");
sql!(
    HELD,
    "SELECT g.id, g.account_id, a.name, g.valid_to FROM guest_link g JOIN account a ON a.id = g.account_id
     WHERE g.token_hash = $1 AND g.revoked_at IS NULL AND g.valid_to >= $2 AND a.disabled_at IS NULL"
);
sql!(BIND_SESSION, "UPDATE session SET guest_link_id = $2 WHERE token_hash = $1");
sql!(
    ONE_GUEST,
    "SELECT a.id FROM account a JOIN v_accounts_province w ON w.account_id = a.id
     WHERE a.id = $1 AND w.province_id IS NOT DISTINCT FROM $2
       AND EXISTS (SELECT 1 FROM guest_link g WHERE g.account_id = a.id)"
);
sql!(PROVINCE_OF, "SELECT province_id FROM v_accounts_province WHERE account_id = $1");

/// Why a link was not made or does not open.
#[derive(Debug, thiserror::Error)]
pub enum GuestError {
    /// No such visiting lecturer where the actor works.
    #[error("no such guest")]
    NotFound,
    /// The last day is over, or more than [`MOST_DAYS`] away.
    #[error("last day out of range")]
    Day,
    /// Unknown, revoked, over, or of a closed account: the same for all.
    #[error("the link does not open")]
    Gone,
    /// The system's randomness.
    #[error("{0}")]
    System(String),
    /// The database's failure.
    #[error("a guest's link")]
    Store(#[from] StoreError),
}

#[derive(Serialize)]
struct Link {
    account: AccountId,
    valid_to: NaiveDate,
}

/// Whether a link may end on a day.
fn good_day(valid_to: NaiveDate, today: NaiveDate) -> Result<(), GuestError> {
    if valid_to < today || valid_to - today > TimeDelta::days(MOST_DAYS) { Err(GuestError::Day) } else { Ok(()) }
}

/// The visiting lecturers of the actor's province.
pub(super) async fn guests(conn: &mut Conn, actor: &Actor) -> Result<Vec<Guest>, StoreError> {
    conn.all(&GUESTS, &[&actor.province]).await
}

async fn put_link(
    tx: &mut Tx,
    actor: &Actor,
    account: AccountId,
    token: &str,
    day: NaiveDate,
) -> Result<(), StoreError> {
    let (id, now) = (GuestLinkId::new(tx.ids()), tx.now());
    tx.exec(&INSERT_GUEST_LINK, &[&id, &account, &token_hash(token), &day, &actor.username, &now]).await?;
    tx.audit(actor, "accounts.link.made", id, Change::created(&Link { account, valid_to: day }))
}

fn new_secret() -> Result<String, GuestError> {
    secret().map_err(|e| GuestError::System(e.to_string()))
}

/// Makes an account for a visiting lecturer, which no password opens, with a link; gives the account and the token.
///
/// # Errors
/// [`GuestError::Day`]; the failures.
pub async fn invite(
    db: &Db,
    permit: &Permit<InviteLecturers>,
    name: &str,
    valid_to: NaiveDate,
) -> Result<(AccountId, String), GuestError> {
    good_day(valid_to, db.today())?;
    let (token, suffix) = (new_secret()?, new_secret()?);
    let input = AccountInput {
        username: format!("khach-{}", suffix.get(..10).unwrap_or(&suffix)),
        name: name.to_owned(),
        role: "lecturer",
        commune: None,
        person: None,
        province: permit.actor.province,
    };
    db.write(async |tx| {
        let made = insert(tx, (&permit.actor).into(), &[(&input, password::NOBODY)], false).await?;
        let account = *made.first().ok_or(GuestError::NotFound)?;
        put_link(tx, &permit.actor, account, &token, valid_to).await?;
        Ok::<_, GuestError>((account, token.clone()))
    })
    .await
}

/// The links of an account open nothing any more, and the sessions that they opened end.
async fn revoke_all(tx: &mut Tx, account: AccountId) -> Result<u64, StoreError> {
    let now = tx.now();
    let revoked = tx.exec(&REVOKE, &[&account, &now]).await?;
    tx.exec(&END_OTHERS, &[&account, &"", &now]).await?;
    Ok(revoked)
}

async fn hold(tx: &mut Tx, actor: &Actor, guest: AccountId) -> Result<(), GuestError> {
    tx.exec(&LOCK_ACCOUNT, &[&guest]).await?;
    let known: Option<(AccountId,)> = tx.opt(&ONE_GUEST, &[&guest, &actor.province]).await?;
    known.map(|_| ()).ok_or(GuestError::NotFound)
}

/// A new link for a visiting lecturer; those before are revoked. Gives the token.
///
/// # Errors
/// [`GuestError`].
pub async fn renew(
    db: &Db,
    permit: &Permit<InviteLecturers>,
    guest: AccountId,
    valid_to: NaiveDate,
) -> Result<String, GuestError> {
    let token = new_secret()?;
    db.write(async |tx| {
        hold(tx, &permit.actor, guest).await?;
        good_day(valid_to, tx.today())?;
        revoke_all(tx, guest).await?;
        put_link(tx, &permit.actor, guest, &token, valid_to).await?;
        Ok::<_, GuestError>(())
    })
    .await?;
    Ok(token)
}

#[derive(Serialize)]
struct Revoked {
    links: u64,
}

/// Revokes the links of a visiting lecturer; nothing is recorded when none is left.
///
/// # Errors
/// [`GuestError::NotFound`].
pub async fn revoke(db: &Db, permit: &Permit<InviteLecturers>, guest: AccountId) -> Result<(), GuestError> {
    db.write(async |tx| {
        hold(tx, &permit.actor, guest).await?;
        let links = revoke_all(tx, guest).await?;
        if links > 0 {
            tx.audit(&permit.actor, "accounts.link.revoked", guest, Change::created(&Revoked { links }))?;
        }
        Ok(())
    })
    .await
}

/// The link of a token, if it opens today.
pub(super) async fn held(conn: &mut Conn, token: &str, today: NaiveDate) -> Result<Option<Held>, StoreError> {
    conn.opt(&HELD, &[&token_hash(token), &today]).await
}

#[derive(Serialize)]
struct Used {
    link: GuestLinkId,
}

/// Opens a session for the lecturer of a link; gives the session's token and the actor.
///
/// # Errors
/// [`GuestError::Gone`].
pub async fn enter(db: &Db, link: &str) -> Result<(String, Actor), GuestError> {
    let token = new_secret()?;
    let actor = db
        .write(async |tx| {
            let (now, today) = (tx.now(), tx.today());
            let found = held(tx, link, today).await?.ok_or(GuestError::Gone)?;
            let (province,): (Option<kernel::UnitId>,) = tx.one(&PROVINCE_OF, &[&found.account_id]).await?;
            let row: Option<AccountRow> = tx.opt(&BY_ID, &[&found.account_id, &province]).await?;
            let actor = row.ok_or(GuestError::Gone)?.actor();
            let event = SignInId::new(tx.ids());
            tx.exec(&INSERT_EVENT, &[&event, &actor.username, &Some(actor.account), &Outcome::Ok, &now]).await?;
            tx.exec(&NOTE_SIGN_IN, &[&actor.account, &now]).await?;
            tx.exec(&INSERT_SESSION, &[&token_hash(&token), &actor.account, &now]).await?;
            tx.exec(&BIND_SESSION, &[&token_hash(&token), &found.id]).await?;
            tx.audit(&actor, "accounts.link.used", actor.account, Change::created(&Used { link: found.id }))?;
            Ok::<_, GuestError>(actor)
        })
        .await?;
    Ok((token, actor))
}
