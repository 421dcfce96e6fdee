//! Signing in and out, making accounts, setting passwords.

use ::store::{By, Change, Conn, Db, StoreError, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, Actor, PersonId, SignInId, UnitId};
use sha2::{Digest, Sha256};
use web::{Permit, Session, SessionState};

use super::{
    ManageAccounts, password,
    store::{
        AccountRow, BY_ID, BY_USERNAME, CLOSE, COUNT, END_OTHERS, END_SESSION, INSERT_ACCOUNT, INSERT_EVENT,
        INSERT_LINK, INSERT_ROLE, INSERT_SESSION, LATEST_TRIES, LINK, LOCK_ACCOUNT, NOTE_SIGN_IN, NeedsAccount, REOPEN,
        SEE_SESSION, SESSION, SET_PASSWORD, SessionRow, UNIT_ENDED, USE_LINK, search_key,
    },
    tries::{MOST_WRONG, Outcome, Tries},
};

/// A session idle for longer has ended.
const IDLE_MINUTES: i64 = 15;
/// A session is noted as seen at most once in this time, so that reading pages writes nothing.
const SEEN_EVERY_SECONDS: i64 = 60;
/// Characters of a sign-in name that are kept of a try; names are shorter.
const NAME_KEPT: usize = 60;

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown name or wrong password: the same for both.
    #[error("wrong name or password")]
    Wrong,
    /// Locked after too many wrong tries.
    #[error("locked until {0}")]
    Locked(DateTime<Utc>),
    /// Disabled by an administrator.
    #[error("disabled")]
    Disabled,
    /// The database's failure.
    #[error("signing in")]
    Store(#[from] StoreError),
    /// The system's failure.
    #[error("{0}")]
    System(String),
}

/// A secret of 32 random bytes, as hexadecimal text. Only its hash is stored.
///
/// # Errors
/// The machine has no randomness.
pub fn secret() -> Result<String, SignInError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| SignInError::System(e.to_string()))?;
    Ok(hex::encode(bytes))
}

/// What is kept of a secret: its SHA-256, hexadecimal.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// What the latest tries of a name say.
async fn tries(conn: &mut Conn, username: &str, now: DateTime<Utc>) -> Result<Tries, StoreError> {
    let most = i64::try_from(MOST_WRONG).unwrap_or(i64::MAX);
    let latest: Vec<(Outcome, DateTime<Utc>)> = conn.all(&LATEST_TRIES, &[&username, &most]).await?;
    Ok(Tries::of(&latest, now))
}

/// Checks a password and opens a session; gives the session's token and the actor.
///
/// A name that nobody has is locked like any other, so that the answer tells nothing about who has an account.
///
/// # Errors
/// [`SignInError`]; every try is kept in `sign_in_event`.
pub async fn sign_in(db: &Db, username: &str, typed: &str) -> Result<(String, Actor), SignInError> {
    let username: String = username.trim().to_lowercase().chars().take(NAME_KEPT).collect();
    let now = db.now();
    let mut conn = db.read().await?;
    let row: Option<AccountRow> = conn.opt(&BY_USERNAME, &[&username]).await?;
    let locked = tries(&mut conn, &username, now).await?.locked_until.is_some();
    // waiting for a turn to hash must not keep a connection
    drop(conn);
    let hash = row.as_ref().map_or(password::NOBODY, |account| account.password_hash.as_str());
    let fits = !locked && password::fits(typed, hash).await && row.is_some();
    let closed = row.as_ref().is_some_and(|a| a.disabled_at.is_some());
    let token = secret()?;
    let account = row.as_ref().map(|a| a.id);
    let (outcome, until) = db
        .write(async |tx| {
            // tries at once take turns here, so that none of them goes uncounted
            if let Some(account) = account {
                tx.exec(&LOCK_ACCOUNT, &[&account]).await?;
            }
            let tries = tries(tx, &username, now).await?;
            let outcome = tries.another(fits, closed);
            let id = SignInId::new(tx.ids());
            tx.exec(&INSERT_EVENT, &[&id, &username, &account, &outcome, &now]).await?;
            if let (Some(account), Outcome::Ok) = (account, outcome) {
                tx.exec(&NOTE_SIGN_IN, &[&account, &now]).await?;
                tx.exec(&INSERT_SESSION, &[&token_hash(&token), &account, &now]).await?;
            }
            Ok::<_, StoreError>((outcome, tries.locked_until))
        })
        .await?;
    match (row, outcome) {
        (Some(account), Outcome::Ok) => Ok((token, account.actor())),
        (_, Outcome::Locked) => Err(SignInError::Locked(until.unwrap_or(now))),
        (_, Outcome::Disabled) => Err(SignInError::Disabled),
        _ => Err(SignInError::Wrong),
    }
}

/// The session of a token; notes that it was seen.
pub(super) async fn session(db: &Db, token: &str) -> Result<SessionState, StoreError> {
    let hash = token_hash(token);
    let row: Option<SessionRow> = db.read().await?.opt(&SESSION, &[&hash, &db.today()]).await?;
    let Some(row) = row else { return Ok(SessionState::None) };
    let now = db.now();
    let idle = now - row.seen_at;
    let over = row.guest_until.is_some_and(|last| last < db.today());
    if over || row.ended_at.is_some() || row.disabled_at.is_some() || idle > TimeDelta::minutes(IDLE_MINUTES) {
        return Ok(SessionState::Ended);
    }
    if idle > TimeDelta::seconds(SEEN_EVERY_SECONDS) {
        db.write(async |tx| tx.exec(&SEE_SESSION, &[&hash, &now]).await).await?;
    }
    let (must_change_password, seen_at, unread) = (row.must_change_password, row.seen_at, row.unread);
    Ok(SessionState::Alive(Box::new(Session { actor: row.actor(), must_change_password, seen_at, unread })))
}

/// Ends a session.
///
/// # Errors
/// The database's failure.
pub async fn sign_out(db: &Db, token: &str) -> Result<(), StoreError> {
    let now = db.now();
    db.write(async |tx| tx.exec(&END_SESSION, &[&token_hash(token), &now]).await.map(|_| ())).await
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct AccountInput {
    /// Sign-in name, lower case.
    pub username: String,
    /// Name shown.
    pub name: String,
    /// Code of a role in [`super::ROLES`].
    pub role: &'static str,
    /// The commune, for a commune's officer.
    pub commune: Option<UnitId>,
    /// The person, for a learner or lecturer in the register.
    pub person: Option<PersonId>,
    /// The province in which the account works; none for an officer, whose commune says it, and for whoever works in the
    /// province that was loaded first.
    pub province: Option<UnitId>,
}

#[derive(serde::Serialize)]
struct Made<'a> {
    username: &'a str,
    role: &'a str,
    commune: Option<UnitId>,
    person: Option<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    province: Option<UnitId>,
}

/// Makes accounts with one password hash (a first password that must be changed, or a demonstration's).
///
/// # Errors
/// [`StoreError::Unique`] when a name is taken; the database's failure.
pub async fn add_accounts(
    db: &Db,
    by: By<'_>,
    inputs: &[AccountInput],
    password_hash: &str,
    must_change: bool,
) -> Result<Vec<AccountId>, StoreError> {
    let inputs: Vec<(&AccountInput, &str)> = inputs.iter().map(|input| (input, password_hash)).collect();
    db.write(async |tx| insert(tx, by, &inputs, must_change).await).await
}

/// Makes accounts on an open transaction, each with its own password hash.
pub(super) async fn insert<I, H>(
    tx: &mut Tx,
    by: By<'_>,
    inputs: &[(I, H)],
    must_change: bool,
) -> Result<Vec<AccountId>, StoreError>
where
    I: std::borrow::Borrow<AccountInput>,
    H: AsRef<str>,
{
    let now = tx.now();
    let made: Vec<(AccountId, &AccountInput, &str)> =
        inputs.iter().map(|(input, hash)| (AccountId::new(tx.ids()), input.borrow(), hash.as_ref())).collect();
    tx.exec_many(&INSERT_ACCOUNT, &made, |(id, input, hash), args| {
        args.add(id)?;
        args.add(&input.username)?;
        args.add(&input.name)?;
        args.add(&search_key(&input.username, &input.name, input.person))?;
        args.add(hash)?;
        args.add(&must_change)?;
        args.add(&input.person)?;
        args.add(&input.province)?;
        args.add(&now)
    })
    .await?;
    tx.exec_many(&INSERT_ROLE, &made, |(id, input, _), args| {
        args.add(id)?;
        args.add(&input.role)?;
        args.add(&input.commune)?;
        args.add(&now)
    })
    .await?;
    for (id, input, _) in &made {
        let AccountInput { username, role, commune, person, province, .. } = *input;
        let after = Made { username, role, commune: *commune, person: *person, province: *province };
        tx.audit(by, "accounts.account.made", id, Change::created(&after))?;
    }
    Ok(made.into_iter().map(|(id, ..)| id).collect())
}

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// No such account.
    #[error("no such account")]
    NotFound,
    /// The present password is wrong.
    #[error("wrong password")]
    Wrong,
    /// The new password is too weak.
    #[error("weak password")]
    Weak(#[from] password::Weak),
    /// The database's failure.
    #[error("setting a password")]
    Store(#[from] StoreError),
    /// The system's failure.
    #[error("{0}")]
    System(String),
}

/// Gives an account a one-time password, which must be changed at the next sign-in; the password comes back.
///
/// # Errors
/// [`ResetError::NotFound`]; the database's failure.
pub async fn reset_password(
    db: &Db,
    permit: &Permit<ManageAccounts>,
    account: AccountId,
) -> Result<String, ResetError> {
    let row: Option<AccountRow> = db.read().await?.opt(&BY_ID, &[&account, &permit.actor.province]).await?;
    let row = row.ok_or(ResetError::NotFound)?;
    set_one_time(db, By::Actor(&permit.actor), &row).await
}

/// As [`reset_password`], from the command line of the machine itself.
///
/// # Errors
/// [`ResetError::NotFound`]; the database's failure.
pub async fn reset_password_here(db: &Db, username: &str) -> Result<String, ResetError> {
    let row: Option<AccountRow> = db.read().await?.opt(&BY_USERNAME, &[&username]).await?;
    let row = row.ok_or(ResetError::NotFound)?;
    set_one_time(db, By::System("cli.user"), &row).await
}

/// A password that passes [`password::check`], easy to read out: `Bd-` and two groups of digits and letters.
///
/// # Errors
/// The failure of the system's randomness.
pub fn one_time_password() -> Result<String, SignInError> {
    let raw = secret()?;
    Ok(format!("Bd-{}-{}9", raw.get(..4).unwrap_or("7351"), raw.get(4..8).unwrap_or("a2c4")))
}

async fn set_one_time(db: &Db, by: By<'_>, account: &AccountRow) -> Result<String, ResetError> {
    let password = one_time_password().map_err(|e| ResetError::System(e.to_string()))?;
    let hash = password::hash(&password).await.map_err(ResetError::System)?;
    db.write(async |tx| {
        let now = tx.now();
        tx.exec(&SET_PASSWORD, &[&account.id, &hash, &true]).await?;
        tx.exec(&END_OTHERS, &[&account.id, &"", &now]).await?;
        lift(tx, &account.username, account.id).await?;
        tx.audit(by, "accounts.password.reset", account.id, Change::default())
    })
    .await?;
    Ok(password)
}

/// A new password takes a lock away and starts the count of wrong tries anew.
pub(super) async fn lift(tx: &mut Tx, username: &str, account: AccountId) -> Result<(), StoreError> {
    let (id, now) = (SignInId::new(tx.ids()), tx.now());
    tx.exec(&INSERT_EVENT, &[&id, &username, &Some(account), &Outcome::Lifted, &now]).await.map(|_| ())
}

/// Why an account was not closed or reopened.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// No such account.
    #[error("no such account")]
    NotFound,
    /// One's own account: somebody else must do it.
    #[error("own account")]
    Own,
    /// The unit whose officer it is has ended: its name. Its officers' work has gone to the units that follow.
    #[error("the unit has ended")]
    UnitEnded(String),
    /// They are to teach in classes that are not over: their labels.
    #[error("needed by classes {0}")]
    Needed(String),
    /// The database's failure.
    #[error("closing an account")]
    Store(#[from] StoreError),
}

#[derive(serde::Serialize)]
struct Open {
    open: bool,
}

/// Closes an account, or opens it again: its sessions end, it cannot sign in, nothing of it is deleted.
/// Doing what is already done changes nothing.
///
/// # Errors
/// [`CloseError`].
pub async fn set_open(
    db: &Db,
    permit: &Permit<ManageAccounts>,
    account: AccountId,
    open: bool,
) -> Result<(), CloseError> {
    if permit.actor.account == account {
        return Err(CloseError::Own);
    }
    db.write(async |tx| {
        let row: Option<AccountRow> = tx.opt(&BY_ID, &[&account, &permit.actor.province]).await?;
        let row = row.ok_or(CloseError::NotFound)?;
        if !open {
            let today = tx.today();
            let mut classes = Vec::new();
            for NeedsAccount { statement } in ::store::inventory::iter::<NeedsAccount> {
                let needs: Vec<(i64, i64)> = tx.all(statement, &[&row.id, &today]).await?;
                classes.extend(needs.into_iter().map(|(number, year)| format!("{number:02}/{year}")));
            }
            if row.disabled_at.is_none() && !classes.is_empty() {
                return Err(CloseError::Needed(classes.join(", ")));
            }
            return Ok(close(tx, &permit.actor, row.id).await?);
        }
        let today = tx.today();
        let ended: Option<(String,)> = tx.opt(&UNIT_ENDED, &[&row.id, &today]).await?;
        if let Some((unit,)) = ended {
            return Err(CloseError::UnitEnded(unit));
        }
        if tx.exec(&REOPEN, &[&row.id]).await? > 0 {
            let change = Change::changed(&Open { open: false }, &Open { open: true });
            tx.audit(&permit.actor, "accounts.account.reopened", row.id, change)?;
        }
        Ok(())
    })
    .await
}

/// Closes every account that is confined to a unit which ends; gives how many.
///
/// # Errors
/// The database's failure.
pub(crate) async fn close_of_unit(tx: &mut Tx, actor: &Actor, unit: kernel::UnitId) -> Result<usize, StoreError> {
    let open: Vec<(AccountId,)> = tx.all(&super::store::OPEN_OF_UNIT, &[&unit]).await?;
    for (account,) in &open {
        close(tx, actor, *account).await?;
    }
    Ok(open.len())
}

/// Closes an account on an open transaction: its sessions end. One that is closed already stays as it is.
pub(super) async fn close(tx: &mut Tx, actor: &Actor, account: AccountId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(&END_OTHERS, &[&account, &"", &now]).await?;
    if tx.exec(&CLOSE, &[&account, &now]).await? > 0 {
        let change = Change::changed(&Open { open: true }, &Open { open: false });
        tx.audit(actor, "accounts.account.closed", account, change)?;
    }
    Ok(())
}

/// Sets one's own password; every other session of the account ends.
///
/// # Errors
/// [`ResetError`].
pub async fn change_password(db: &Db, actor: &Actor, token: &str, old: &str, new: &str) -> Result<(), ResetError> {
    password::check(new)?;
    let row: Option<AccountRow> = db.read().await?.opt(&BY_ID, &[&actor.account, &actor.province]).await?;
    let row = row.ok_or(ResetError::NotFound)?;
    if !password::fits(old, &row.password_hash).await {
        return Err(ResetError::Wrong);
    }
    let hash = password::hash(new).await.map_err(ResetError::System)?;
    db.write(async |tx| {
        let now = tx.now();
        tx.exec(&SET_PASSWORD, &[&actor.account, &hash, &false]).await?;
        tx.exec(&END_OTHERS, &[&actor.account, &token_hash(token), &now]).await?;
        lift(tx, &actor.username, actor.account).await?;
        tx.audit(actor, "accounts.password.changed", actor.account, Change::default())
    })
    .await?;
    Ok(())
}

/// A fresh one-time link that makes the first administrator; gives its token.
///
/// # Errors
/// The database's failure.
pub async fn new_setup_link(db: &Db) -> Result<String, SignInError> {
    let token = secret()?;
    db.write(async |tx| {
        let now = tx.now();
        tx.exec(&INSERT_LINK, &[&token_hash(&token), &now]).await
    })
    .await?;
    Ok(token)
}

/// Whether a link may still be used: nobody used it and nobody has an account.
///
/// # Errors
/// The database's failure.
pub async fn unused_setup_link(db: &Db, token: &str) -> Result<bool, StoreError> {
    let mut conn = db.read().await?;
    let link: Option<(String,)> = conn.opt(&LINK, &[&token_hash(token)]).await?;
    let (accounts,): (i64,) = conn.one(&COUNT, &[]).await?;
    Ok(link.is_some() && accounts == 0)
}

/// Uses a link: makes the first administrator.
///
/// # Errors
/// [`ResetError::NotFound`] when the link was used; [`ResetError::Weak`].
pub async fn first_administrator(
    db: &Db,
    token: &str,
    username: &str,
    name: &str,
    new: &str,
) -> Result<(), ResetError> {
    password::check(new)?;
    let hash = password::hash(new).await.map_err(ResetError::System)?;
    db.write(async |tx| {
        let now = tx.now();
        let (accounts,): (i64,) = tx.one(&COUNT, &[]).await?;
        if accounts > 0 || tx.exec(&USE_LINK, &[&token_hash(token), &now]).await? == 0 {
            return Err(ResetError::NotFound);
        }
        let id = AccountId::new(tx.ids());
        let none: Option<PersonId> = None;
        let nowhere: Option<UnitId> = None;
        let found_by = search_key(username, name, none);
        tx.exec(&INSERT_ACCOUNT, &[&id, &username, &name, &found_by, &hash, &false, &none, &nowhere, &now]).await?;
        tx.exec(&INSERT_ROLE, &[&id, &"administrator", &nowhere, &now]).await?;
        let after = Made { username, role: "administrator", commune: None, person: None, province: None };
        tx.audit(By::System("setup"), "accounts.account.made", id, Change::created(&after))?;
        Ok(())
    })
    .await
}
