//! Dated settings of the register (`registry_rule`): what statistics and training ledgers count by.

use std::collections::BTreeMap;

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;

sql!(
    RULES,
    "SELECT r.key, r.value FROM registry_rule r WHERE r.valid_from <= $1
       AND NOT EXISTS (SELECT 1 FROM registry_rule l WHERE l.key = r.key AND l.valid_from <= $1 AND l.valid_from > r.valid_from)
     ORDER BY r.key"
);

sql!(
    TERMS,
    "SELECT r.key, r.value, r.unit FROM registry_rule r WHERE r.valid_from <= $1 AND r.unit IN ('ngày', 'ngày làm việc')
       AND NOT EXISTS (SELECT 1 FROM registry_rule l WHERE l.key = r.key AND l.valid_from <= $1 AND l.valid_from > r.valid_from)
     ORDER BY r.key"
);

/// Every setting in force on a day that is a term: how many days, and of which kind.
///
/// # Errors
/// The database's failure.
pub(crate) async fn terms_on(conn: &mut Conn, on: NaiveDate) -> Result<BTreeMap<String, (u32, String)>, StoreError> {
    let rows = conn.all::<(String, String, String)>(&TERMS, &[&on]).await?;
    Ok(rows.into_iter().filter_map(|(key, days, unit)| Some((key, (days.parse().ok()?, unit)))).collect())
}

/// Every setting in force on a day, by its key.
///
/// # Errors
/// The database's failure.
pub async fn rules_on(conn: &mut Conn, on: NaiveDate) -> Result<BTreeMap<String, String>, StoreError> {
    Ok(conn.all::<(String, String)>(&RULES, &[&on]).await?.into_iter().collect())
}
