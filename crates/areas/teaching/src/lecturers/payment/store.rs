//! SQL of payment data; nobody else writes its table.

use ::store::{Conn, StoreError, Vault, sql};
use chrono::{DateTime, Utc};
use kernel::{AccountId, UnitId};

use super::model::Payment;

sql!(
    PAYMENT,
    "SELECT p.sealed, p.edition, p.changed_by, p.changed_at FROM lecturer_payment p
     JOIN v_accounts_province w ON w.account_id = p.account_id WHERE p.account_id = $1 AND w.province_id = $2"
);
sql!(LOCK_PAYMENT, "UPDATE lecturer_payment SET edition = edition WHERE account_id = $1");
// the second of two who save at once writes nothing
sql!(
    SAVE_PAYMENT,
    "INSERT INTO lecturer_payment (account_id, sealed, edition, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (account_id) DO UPDATE SET sealed = $2, edition = $3, changed_by = $4, changed_at = $5
     WHERE lecturer_payment.edition = $3 - 1"
);

/// What lies in the database.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Kept {
    sealed: Option<Vec<u8>>,
    pub edition: i64,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

/// What a sealed piece belongs to.
fn context(account: AccountId) -> String {
    format!("lecturer_payment:{account}")
}

impl Kept {
    /// What was given, if it was not taken out again.
    pub(super) fn opened(&self, vault: &Vault, account: AccountId) -> Result<Option<Payment>, StoreError> {
        let Some(sealed) = &self.sealed else { return Ok(None) };
        let text = vault.open(&context(account), sealed).map_err(StoreError::from)?;
        Ok(Some(serde_json::from_str(&text)?))
    }
}

/// What is given, sealed for its account.
pub(super) fn sealed(vault: &Vault, account: AccountId, payment: &Payment) -> Result<Vec<u8>, StoreError> {
    Ok(vault.seal(&context(account), &serde_json::to_string(payment)?)?)
}

/// What lies there of an account of a province.
pub(super) async fn kept(
    conn: &mut Conn,
    province: Option<UnitId>,
    account: AccountId,
) -> Result<Option<Kept>, StoreError> {
    conn.opt(&PAYMENT, &[&account, &province]).await
}
