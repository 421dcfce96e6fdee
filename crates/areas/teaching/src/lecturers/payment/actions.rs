//! Giving, changing and reading where a fee goes.

use ::store::{Change, Db, StoreError};
use kernel::{AccountId, Actor};
use web::Permit;

use super::{
    PayLecturers,
    model::Payment,
    store::{Kept, LOCK_PAYMENT, SAVE_PAYMENT, kept, sealed},
};

/// What became of what somebody saved.
#[derive(Debug)]
pub(super) enum Saved {
    /// It stands, or stood already.
    Yes,
    /// Somebody else saved after the form was made.
    Overtaken(Option<Kept>),
}

/// Gives, changes or takes out (none) where the fee of a lecturer goes. The audit names the fields alone.
pub(super) async fn change(
    db: &Db,
    actor: &Actor,
    account: AccountId,
    wanted: Option<&Payment>,
    seen: i64,
) -> Result<Saved, StoreError> {
    let vault = db.vault()?;
    db.write(async |tx| {
        tx.exec(&LOCK_PAYMENT, &[&account]).await?;
        let before = kept(tx, actor.province, account).await?;
        let was = before.as_ref().map(|kept| kept.opened(vault, account)).transpose()?.flatten();
        if was.as_ref() == wanted {
            return Ok(Saved::Yes);
        }
        let edition = before.as_ref().map_or(0, |kept| kept.edition);
        if edition != seen {
            return Ok(Saved::Overtaken(before));
        }
        let now = tx.now();
        let sealed = wanted.map(|payment| sealed(vault, account, payment)).transpose()?;
        if tx.exec(&SAVE_PAYMENT, &[&account, &sealed, &(edition + 1), &actor.name, &now]).await? == 0 {
            return Ok(Saved::Overtaken(kept(tx, actor.province, account).await?));
        }
        let fields = wanted.cloned().unwrap_or_default().differing(&was.unwrap_or_default());
        match wanted {
            Some(_) => tx.audit(actor, "lecturers.payment.changed", account, Change::created(&fields))?,
            None => tx.audit(actor, "lecturers.payment.removed", account, Change::removed(&fields))?,
        }
        Ok(Saved::Yes)
    })
    .await
}

/// Reads where fees of lecturers go, for a purpose, one of [`PURPOSES`](super::PURPOSES). Each reading of something that was given is recorded.
///
/// # Errors
/// The database's failure; [`StoreError::Vault`] when the key does not open it.
pub async fn read_all(
    db: &Db,
    permit: &Permit<PayLecturers>,
    accounts: &[AccountId],
    purpose: &'static str,
) -> Result<Vec<(AccountId, Payment)>, StoreError> {
    let vault = db.vault()?;
    db.write(async |tx| {
        let mut read = Vec::with_capacity(accounts.len());
        for account in accounts {
            let Some(found) = kept(tx, permit.actor.province, *account).await? else { continue };
            let Some(payment) = found.opened(vault, *account)? else { continue };
            let note = serde_json::json!({ "purpose": purpose });
            tx.audit(&permit.actor, "lecturers.payment.read", account, Change::created(&note))?;
            read.push((*account, payment));
        }
        Ok(read)
    })
    .await
}
