//! Signing in and out, making accounts, setting passwords.

use ::store::{By, Change, Db, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, Actor, PersonId, SignInId, UnitId};
use sha2::{Digest, Sha256};
use web::{Permit, Session, SessionState};

use super::{
    ManageAccounts, password,
    store::{
        AccountRow, BY_ID, BY_USERNAME, COUNT, END_OTHERS, END_SESSION, INSERT_ACCOUNT, INSERT_EVENT, INSERT_LINK,
        INSERT_ROLE, INSERT_SESSION, LINK, NOTE_RIGHT, NOTE_WRONG, SEE_SESSION, SESSION, SET_PASSWORD, SessionRow,
        USE_LINK,
    },
};

/// Wrong tries before an account is locked.
const MOST_WRONG: i64 = 5;
/// How long it stays locked.
const LOCK_MINUTES: i64 = 15;
/// A session idle for longer has ended.
const IDLE_MINUTES: i64 = 15;
/// A session is noted as seen at most once in this time, so that reading pages writes nothing.
const SEEN_EVERY_SECONDS: i64 = 60;

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
pub(super) fn secret() -> Result<String, SignInError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| SignInError::System(e.to_string()))?;
    Ok(hex::encode(bytes))
}

pub(super) fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// Checks a password and opens a session; gives the session's token and the actor.
///
/// # Errors
/// [`SignInError`]; every try is kept in `sign_in_event`.
pub async fn sign_in(db: &Db, username: &str, typed: &str) -> Result<(String, Actor), SignInError> {
    let username = username.trim().to_lowercase();
    let row: Option<AccountRow> = db.read().await?.opt(&BY_USERNAME, &[&username]).await?;
    let now = db.now();
    let locked = row.as_ref().and_then(|a| a.locked_until).filter(|until| *until > now);
    let fits = match (&row, locked) {
        (_, Some(_)) => false,
        (Some(account), None) => password::fits(typed, &account.password_hash).await,
        (None, None) => password::fits(typed, password::NOBODY).await,
    };
    let disabled = row.as_ref().is_some_and(|a| a.disabled_at.is_some());
    let outcome = match (locked, fits, disabled) {
        (Some(_), ..) => "locked",
        (None, false, _) => "wrong",
        (None, true, true) => "disabled",
        (None, true, false) => "ok",
    };
    let token = secret()?;
    let account = row.as_ref().map(|a| a.id);
    db.write(async |tx| {
        let id = SignInId::new(tx.ids());
        tx.exec(&INSERT_EVENT, &[&id, &username, &account, &outcome, &now]).await?;
        match (&row, outcome) {
            (Some(account), "wrong") => {
                let tries = account.failed_tries + 1;
                let until = (tries >= MOST_WRONG).then(|| now + TimeDelta::minutes(LOCK_MINUTES));
                let tries = if until.is_some() { 0 } else { tries };
                tx.exec(&NOTE_WRONG, &[&account.id, &tries, &until]).await?;
            }
            (Some(account), "ok") => {
                tx.exec(&NOTE_RIGHT, &[&account.id, &now]).await?;
                tx.exec(&INSERT_SESSION, &[&token_hash(&token), &account.id, &now]).await?;
            }
            _ => {}
        }
        Ok::<_, StoreError>(())
    })
    .await?;
    match (row, outcome) {
        (Some(account), "ok") => Ok((token, account.actor())),
        (_, "locked") => Err(SignInError::Locked(locked.unwrap_or(now))),
        (_, "disabled") => Err(SignInError::Disabled),
        _ => Err(SignInError::Wrong),
    }
}

/// The session of a token; notes that it was seen.
pub(super) async fn session(db: &Db, token: &str) -> Result<SessionState, StoreError> {
    let hash = token_hash(token);
    let row: Option<SessionRow> = db.read().await?.opt(&SESSION, &[&hash]).await?;
    let Some(row) = row else { return Ok(SessionState::None) };
    let now = db.now();
    let idle = now - row.seen_at;
    if row.ended_at.is_some() || row.disabled_at.is_some() || idle > TimeDelta::minutes(IDLE_MINUTES) {
        return Ok(SessionState::Ended);
    }
    if idle > TimeDelta::seconds(SEEN_EVERY_SECONDS) {
        db.write(async |tx| tx.exec(&SEE_SESSION, &[&hash, &now]).await).await?;
    }
    let (must_change_password, seen_at) = (row.must_change_password, row.seen_at);
    Ok(SessionState::Alive(Session { actor: row.actor(), must_change_password, seen_at }))
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
}

#[derive(serde::Serialize)]
struct Made<'a> {
    username: &'a str,
    role: &'a str,
    commune: Option<UnitId>,
    person: Option<PersonId>,
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
    db.write(async |tx| {
        let now = tx.now();
        let made: Vec<(AccountId, &AccountInput)> = inputs.iter().map(|i| (AccountId::new(tx.ids()), i)).collect();
        tx.exec_many(&INSERT_ACCOUNT, &made, |(id, input), args| {
            args.add(id)?;
            args.add(&input.username)?;
            args.add(&input.name)?;
            args.add(&password_hash)?;
            args.add(&must_change)?;
            args.add(&input.person)?;
            args.add(&now)
        })
        .await?;
        tx.exec_many(&INSERT_ROLE, &made, |(id, input), args| {
            args.add(id)?;
            args.add(&input.role)?;
            args.add(&input.commune)?;
            args.add(&now)
        })
        .await?;
        for (id, input) in &made {
            let after =
                Made { username: &input.username, role: input.role, commune: input.commune, person: input.person };
            tx.audit(by, "accounts.account.made", id, Change::created(&after))?;
        }
        Ok(made.into_iter().map(|(id, _)| id).collect())
    })
    .await
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
    let row: Option<AccountRow> = db.read().await?.opt(&BY_ID, &[&account]).await?;
    let row = row.ok_or(ResetError::NotFound)?;
    set_one_time(db, By::Actor(&permit.actor), row.id).await
}

/// As [`reset_password`], from the command line of the machine itself.
///
/// # Errors
/// [`ResetError::NotFound`]; the database's failure.
pub async fn reset_password_here(db: &Db, username: &str) -> Result<String, ResetError> {
    let row: Option<AccountRow> = db.read().await?.opt(&BY_USERNAME, &[&username]).await?;
    let row = row.ok_or(ResetError::NotFound)?;
    set_one_time(db, By::System("cli.user"), row.id).await
}

/// A password that passes [`password::check`], easy to read out: `Xa-` and two groups of digits and letters.
///
/// # Errors
/// The failure of the system's randomness.
pub fn one_time_password() -> Result<String, SignInError> {
    let raw = secret()?;
    Ok(format!("Bd-{}-{}9", raw.get(..4).unwrap_or("7351"), raw.get(4..8).unwrap_or("a2c4")))
}

async fn set_one_time(db: &Db, by: By<'_>, account: AccountId) -> Result<String, ResetError> {
    let password = one_time_password().map_err(|e| ResetError::System(e.to_string()))?;
    let hash = password::hash(&password).await.map_err(ResetError::System)?;
    db.write(async |tx| {
        let now = tx.now();
        tx.exec(&SET_PASSWORD, &[&account, &hash, &true]).await?;
        tx.exec(&END_OTHERS, &[&account, &"", &now]).await?;
        tx.audit(by, "accounts.password.reset", account, Change::default())
    })
    .await?;
    Ok(password)
}

/// Sets one's own password; every other session of the account ends.
///
/// # Errors
/// [`ResetError`].
pub async fn change_password(db: &Db, actor: &Actor, token: &str, old: &str, new: &str) -> Result<(), ResetError> {
    password::check(new)?;
    let row: Option<AccountRow> = db.read().await?.opt(&BY_ID, &[&actor.account]).await?;
    let row = row.ok_or(ResetError::NotFound)?;
    if !password::fits(old, &row.password_hash).await {
        return Err(ResetError::Wrong);
    }
    let hash = password::hash(new).await.map_err(ResetError::System)?;
    db.write(async |tx| {
        let now = tx.now();
        tx.exec(&SET_PASSWORD, &[&actor.account, &hash, &false]).await?;
        tx.exec(&END_OTHERS, &[&actor.account, &token_hash(token), &now]).await?;
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
        let no_commune: Option<UnitId> = None;
        tx.exec(&INSERT_ACCOUNT, &[&id, &username, &name, &hash, &false, &none, &now]).await?;
        tx.exec(&INSERT_ROLE, &[&id, &"administrator", &no_commune, &now]).await?;
        let after = Made { username, role: "administrator", commune: None, person: None };
        tx.audit(By::System("setup"), "accounts.account.made", id, Change::created(&after))?;
        Ok(())
    })
    .await
}
