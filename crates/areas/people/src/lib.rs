//! People: the organisation, the register of people, accounts and rights.
//!
//! Start reading at [`registry`].

pub mod accounts;
pub mod calendar;
mod desk;
pub mod history;
pub mod notices;
pub mod organisation;
pub mod registry;

/// Makes the keys by which people and accounts are found, where an earlier version of the program wrote them; called at
/// every start after the migrations.
///
/// # Errors
/// The database's failure.
pub async fn renew_keys(db: &store::Db) -> Result<(), store::StoreError> {
    registry::renew_keys(db).await?;
    accounts::renew_keys(db).await
}

/// The area as `app` composes it.
#[must_use]
pub fn area() -> web::Area {
    organisation::area()
        .and(registry::area())
        .and(history::area())
        .and(accounts::area())
        .and(desk::area())
        .and(notices::area())
}
