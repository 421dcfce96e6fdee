//! Naming a deputy, taking it back, acting as one.

use ::store::{Change, Conn, Db, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, Actor, DelegationId};
use serde::Serialize;

use super::model::{Clash, DaysRefused, Stretch, Unit, check_days, clash, unit};
use crate::accounts::{
    actions::token_hash,
    store::{AccountRow, BY_ID, LOCK_ACCOUNT},
};

/// A delegation as its page shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Line {
    pub id: DelegationId,
    /// The other one: the deputy of what was given, the officer of what was received.
    pub other: String,
    pub other_username: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub reason: String,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// Somebody who may be named.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Deputy {
    pub id: AccountId,
    pub username: String,
    pub name: String,
}

sql!(
    DEPUTIES_OF_BODY,
    "SELECT a.id, a.username, a.name FROM account a
     JOIN account_role r ON r.account_id = a.id JOIN v_accounts_province w ON w.account_id = a.id
     WHERE r.role = $1 AND a.id <> $2 AND a.disabled_at IS NULL AND w.province_id IS NOT DISTINCT FROM $3
     ORDER BY a.username"
);
sql!(
    DEPUTIES_OF_COMMUNE,
    "SELECT a.id, a.username, a.name FROM account a JOIN account_role r ON r.account_id = a.id
     WHERE r.role = 'commune_officer' AND r.commune_id = $1 AND a.id <> $2 AND a.disabled_at IS NULL
     UNION ALL
     SELECT a.id, a.username, a.name FROM v_registry_person p
     JOIN account a ON a.person_id = p.person_id JOIN account_role r ON r.account_id = a.id
     WHERE p.commune_id = $1 AND r.role = 'learner' AND a.id <> $2 AND a.disabled_at IS NULL
     ORDER BY name, username"
);
sql!(
    GIVEN,
    "SELECT d.id, a.name AS other, a.username AS other_username, d.starts_on, d.ends_on, d.reason, d.withdrawn_at
     FROM delegation d JOIN account a ON a.id = d.to_account_id
     WHERE d.from_account_id = $1 ORDER BY d.starts_on DESC, d.id DESC"
);
sql!(
    RECEIVED,
    "SELECT d.id, a.name AS other, a.username AS other_username, d.starts_on, d.ends_on, d.reason, d.withdrawn_at
     FROM delegation d JOIN account a ON a.id = d.from_account_id
     WHERE d.to_account_id = $1 ORDER BY d.starts_on DESC, d.id DESC"
);
sql!(
    STANDING,
    "SELECT from_account_id, to_account_id, starts_on, ends_on FROM delegation
     WHERE withdrawn_at IS NULL AND ends_on >= $3
       AND (from_account_id = $1 OR to_account_id = $1 OR from_account_id = $2)
     ORDER BY starts_on, id"
);
sql!(
    INSERT,
    "INSERT INTO delegation (id, from_account_id, to_account_id, starts_on, ends_on, reason, made_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
sql!(
    WITHDRAW,
    "UPDATE delegation SET withdrawn_at = $3 WHERE id = $1 AND from_account_id = $2 AND withdrawn_at IS NULL AND ends_on >= $4"
);
sql!(
    ACTIVE,
    "SELECT d.id FROM delegation d JOIN account a ON a.id = d.from_account_id
     WHERE d.id = $1 AND d.to_account_id = $2 AND d.withdrawn_at IS NULL AND d.starts_on <= $3 AND d.ends_on >= $3
       AND a.disabled_at IS NULL"
);
sql!(ACT, "UPDATE session SET delegation_id = $2 WHERE token_hash = $1 AND ended_at IS NULL");

/// Why a deputy was not named, or a delegation not used.
#[derive(Debug, thiserror::Error)]
pub enum DelegationError {
    /// No such delegation of the actor, or it does not hold any more.
    #[error("no such delegation")]
    NotFound,
    /// The actor's role cannot be stood in for, or the actor acts as a deputy at this moment.
    #[error("cannot be handed on")]
    NotYours,
    /// The account is no deputy of the same unit.
    #[error("no deputy of the same unit")]
    NoDeputy,
    /// The days.
    #[error("days: {0:?}")]
    Days(DaysRefused),
    /// Another delegation on the same days.
    #[error("clash: {0:?}")]
    Clash(Clash),
    /// The database's failure.
    #[error("delegating")]
    Store(#[from] StoreError),
}

/// What the officer says.
#[derive(Debug, Clone, Serialize)]
pub struct Leave {
    /// The deputy.
    pub deputy: AccountId,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Why, one line.
    pub reason: String,
}

/// The unit whose accounts the actor may name; none while acting as a deputy.
pub(super) fn own_unit(actor: &Actor) -> Option<Unit> {
    if actor.on_behalf_of.is_some() { None } else { unit(&actor.role, actor.commune()) }
}

/// Accounts that the actor may name.
pub(super) async fn deputies(conn: &mut Conn, actor: &Actor) -> Result<Vec<Deputy>, StoreError> {
    match own_unit(actor) {
        None => Ok(Vec::new()),
        Some(Unit::Commune(commune)) => conn.all(&DEPUTIES_OF_COMMUNE, &[&commune, &actor.account]).await,
        Some(Unit::Body(roles)) => {
            let mut all = Vec::new();
            for role in roles {
                all.extend(conn.all(&DEPUTIES_OF_BODY, &[role, &actor.account, &actor.province]).await?);
            }
            Ok(all)
        }
    }
}

/// Delegations that an account gave, newest first.
pub(super) async fn given(conn: &mut Conn, account: AccountId) -> Result<Vec<Line>, StoreError> {
    conn.all(&GIVEN, &[&account]).await
}

/// Delegations that an account received, newest first.
pub(super) async fn received(conn: &mut Conn, account: AccountId) -> Result<Vec<Line>, StoreError> {
    conn.all(&RECEIVED, &[&account]).await
}

/// Names a deputy for days of leave.
///
/// # Errors
/// [`DelegationError`].
pub async fn delegate(db: &Db, actor: &Actor, leave: &Leave) -> Result<DelegationId, DelegationError> {
    db.write(async |tx| {
        if own_unit(actor).is_none() {
            return Err(DelegationError::NotYours);
        }
        check_days(leave.starts_on, leave.ends_on, tx.today()).map_err(DelegationError::Days)?;
        // in one order, so that two who name each other at once take turns
        let mut both = [actor.account, leave.deputy];
        both.sort_unstable();
        for account in both {
            tx.exec(&LOCK_ACCOUNT, &[&account]).await?;
        }
        if !deputies(tx, actor).await?.iter().any(|d| d.id == leave.deputy) {
            return Err(DelegationError::NoDeputy);
        }
        let new = Stretch {
            from_account_id: actor.account,
            to_account_id: leave.deputy,
            starts_on: leave.starts_on,
            ends_on: leave.ends_on,
        };
        let standing: Vec<Stretch> = tx.all(&STANDING, &[&actor.account, &leave.deputy, &leave.starts_on]).await?;
        if let Some(clash) = clash(&standing, &new) {
            return Err(DelegationError::Clash(clash));
        }
        let (id, now) = (DelegationId::new(tx.ids()), tx.now());
        let values: &[&dyn ::store::Bind] =
            &[&id, &actor.account, &leave.deputy, &leave.starts_on, &leave.ends_on, &leave.reason, &now];
        tx.exec(&INSERT, values).await?;
        tx.audit(actor, "accounts.delegation.made", id, Change::created(leave))?;
        Ok(id)
    })
    .await
}

#[derive(Serialize)]
struct Withdrawn {
    withdrawn: bool,
}

/// Takes a delegation back; it holds no longer from this moment on.
///
/// # Errors
/// [`DelegationError::NotFound`] also when it is over or was withdrawn before.
pub async fn withdraw(db: &Db, actor: &Actor, delegation: DelegationId) -> Result<(), DelegationError> {
    db.write(async |tx| {
        let (now, today) = (tx.now(), tx.today());
        if tx.exec(&WITHDRAW, &[&delegation, &actor.account, &now, &today]).await? == 0 {
            return Err(DelegationError::NotFound);
        }
        let change = Change::changed(&Withdrawn { withdrawn: false }, &Withdrawn { withdrawn: true });
        tx.audit(actor, "accounts.delegation.withdrawn", delegation, change)?;
        Ok(())
    })
    .await
}

#[derive(Serialize)]
struct Acting {
    delegation: Option<DelegationId>,
}

/// The session of a token acts under a delegation from now on, or under none.
///
/// # Errors
/// [`DelegationError::NotFound`] when the delegation is not the actor's or does not hold today.
pub async fn act(db: &Db, actor: &Actor, token: &str, delegation: Option<DelegationId>) -> Result<(), DelegationError> {
    db.write(async |tx| {
        // the deputy's own record, whoever the session acted for until now
        let row: Option<AccountRow> = tx.opt(&BY_ID, &[&actor.account, &actor.province]).await?;
        let own = row.ok_or(DelegationError::NotFound)?.actor();
        let action = match delegation {
            Some(id) => {
                let today = tx.today();
                let active: Option<(DelegationId,)> = tx.opt(&ACTIVE, &[&id, &actor.account, &today]).await?;
                active.ok_or(DelegationError::NotFound)?;
                "accounts.acting.begun"
            }
            None => "accounts.acting.ended",
        };
        tx.exec(&ACT, &[&token_hash(token), &delegation]).await?;
        tx.audit(&own, action, actor.account, Change::created(&Acting { delegation }))?;
        Ok(())
    })
    .await
}
