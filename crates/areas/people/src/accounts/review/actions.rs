//! Opening a review, deciding its lines, ending it.

use ::store::{Change, Conn, Db, StoreError, sql};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, Actor, ReviewId};
use serde::Serialize;
use web::Permit;

use crate::accounts::{ManageAccounts, actions::close as close_account};

/// Days without a sign-in after which an account counts as unused, where no review has said otherwise (yardstick
/// QCVN 12:2026/BCA).
pub const UNUSED_DAYS: i64 = 45;

/// A review.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Review {
    pub id: ReviewId,
    pub year: i64,
    pub unused_days: i64,
    pub opened_by: String,
    pub opened_at: DateTime<Utc>,
    pub closed_by: Option<String>,
    pub closed_at: Option<DateTime<Utc>>,
    pub confirmed: i64,
    pub disabled: i64,
    /// Accounts in use that wait for their line; none of a review that is closed.
    pub waiting: i64,
}

/// An account of a review: decided, or waiting.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Line {
    pub id: AccountId,
    pub username: String,
    pub name: String,
    pub role: String,
    pub commune: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub verdict: Option<String>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

impl Line {
    /// Whether nobody signed in for so many days; a new account is given as many.
    pub(super) fn unused(&self, days: i64, at: DateTime<Utc>) -> bool {
        self.last_sign_in_at.unwrap_or(self.created_at) < at - TimeDelta::days(days)
    }
}

sql!(
    REVIEWS,
    "SELECT v.id, v.year, v.unused_days, v.opened_by, v.opened_at, v.closed_by, v.closed_at,
            (SELECT COUNT(*) FROM rights_review_line l WHERE l.review_id = v.id AND l.verdict = 'confirmed') AS confirmed,
            (SELECT COUNT(*) FROM rights_review_line l WHERE l.review_id = v.id AND l.verdict = 'disabled') AS disabled,
            CASE WHEN v.closed_at IS NOT NULL THEN 0 ELSE
              (SELECT COUNT(*) FROM account a JOIN account_role r ON r.account_id = a.id
               JOIN v_accounts_province w ON w.account_id = a.id
               WHERE r.role <> 'learner' AND a.disabled_at IS NULL AND w.province_id IS NOT DISTINCT FROM $1
                 AND NOT EXISTS (SELECT 1 FROM rights_review_line l WHERE l.review_id = v.id AND l.account_id = a.id))
            END AS waiting
     FROM rights_review v WHERE v.province_id IS NOT DISTINCT FROM $1 ORDER BY v.year DESC, v.id"
);
sql!(
    LINES,
    "SELECT a.id, a.username, CASE WHEN a.person_id IS NULL THEN a.name ELSE '' END AS name, COALESCE(l.role, r.role) AS role,
            u.name AS commune, a.created_at, CASE WHEN l.account_id IS NULL THEN a.last_sign_in_at ELSE l.last_sign_in_at END AS last_sign_in_at,
            l.verdict, l.decided_by, l.decided_at
     FROM account a JOIN account_role r ON r.account_id = a.id JOIN v_accounts_province w ON w.account_id = a.id
     LEFT JOIN org_unit u ON u.id = r.commune_id
     LEFT JOIN rights_review_line l ON l.review_id = $1 AND l.account_id = a.id
     WHERE w.province_id IS NOT DISTINCT FROM $2
       AND (l.account_id IS NOT NULL OR (NOT $3 AND r.role <> 'learner' AND a.disabled_at IS NULL))
     ORDER BY COALESCE(l.role, r.role), a.username"
);
sql!(
    INSERT_REVIEW,
    "INSERT INTO rights_review (id, province_id, year, unused_days, opened_by, opened_at) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    INSERT_LINE,
    "INSERT INTO rights_review_line (review_id, account_id, role, last_sign_in_at, verdict, decided_by, decided_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (review_id, account_id) DO NOTHING"
);
sql!(LOCK_REVIEW, "UPDATE rights_review SET year = year WHERE id = $1 AND closed_at IS NULL");
sql!(CLOSE_REVIEW, "UPDATE rights_review SET closed_by = $2, closed_at = $3 WHERE id = $1 AND closed_at IS NULL");

/// Why a review was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// No such review where the actor works.
    #[error("no such review")]
    NotFound,
    /// The year has its review.
    #[error("the year has its review")]
    Taken,
    /// It is closed.
    #[error("the review is closed")]
    Closed,
    /// So many accounts wait for their line.
    #[error("{0} lines are open")]
    Open(i64),
    /// The own account is to be disabled.
    #[error("own account")]
    Own,
    /// No account was chosen.
    #[error("nothing chosen")]
    Nothing,
    /// The database's failure.
    #[error("reviewing rights")]
    Store(#[from] StoreError),
}

/// The reviews of the actor's province, newest first.
pub(super) async fn reviews(conn: &mut Conn, actor: &Actor) -> Result<Vec<Review>, StoreError> {
    conn.all(&REVIEWS, &[&actor.province]).await
}

/// One of them.
pub(super) async fn review(conn: &mut Conn, actor: &Actor, id: ReviewId) -> Result<Option<Review>, StoreError> {
    Ok(reviews(conn, actor).await?.into_iter().find(|review| review.id == id))
}

/// Its accounts by role and sign-in name.
pub(super) async fn lines(conn: &mut Conn, actor: &Actor, review: &Review) -> Result<Vec<Line>, StoreError> {
    conn.all(&LINES, &[&review.id, &actor.province, &review.closed_at.is_some()]).await
}

#[derive(Serialize)]
struct Opened {
    year: i64,
    unused_days: i64,
}

/// Opens the review of a year.
///
/// # Errors
/// [`ReviewError::Taken`].
pub async fn open(
    db: &Db,
    permit: &Permit<ManageAccounts>,
    year: i64,
    unused_days: i64,
) -> Result<ReviewId, ReviewError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        // without a province the unique rule does not see it
        if reviews(tx, actor).await?.iter().any(|r| r.year == year) {
            return Err(ReviewError::Taken);
        }
        let (id, now) = (ReviewId::new(tx.ids()), tx.now());
        let opened = tx.exec(&INSERT_REVIEW, &[&id, &actor.province, &year, &unused_days, &actor.username, &now]).await;
        opened.map_err(|error| if error.is_unique("rights_review") { ReviewError::Taken } else { error.into() })?;
        tx.audit(actor, "accounts.review.opened", id, Change::created(&Opened { year, unused_days }))?;
        Ok(id)
    })
    .await
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The right stays.
    Confirmed,
    /// The account is closed.
    Disabled,
}

#[derive(Serialize)]
struct Decided<'a> {
    verdict: Verdict,
    accounts: &'a [String],
}

/// Confirms or disables accounts; gives how many were decided now. What somebody else decided meanwhile stays.
///
/// # Errors
/// [`ReviewError`]; nothing is decided then.
pub async fn decide(
    db: &Db,
    permit: &Permit<ManageAccounts>,
    id: ReviewId,
    accounts: &[AccountId],
    verdict: Verdict,
) -> Result<usize, ReviewError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let held = review(tx, actor, id).await?.ok_or(ReviewError::NotFound)?;
        if accounts.is_empty() {
            return Err(ReviewError::Nothing);
        }
        if tx.exec(&LOCK_REVIEW, &[&id]).await? == 0 {
            return Err(ReviewError::Closed);
        }
        if verdict == Verdict::Disabled && accounts.contains(&actor.account) {
            return Err(ReviewError::Own);
        }
        let now = tx.now();
        let mut decided = Vec::new();
        for line in lines(tx, actor, &held).await? {
            if line.verdict.is_some() || !accounts.contains(&line.id) {
                continue;
            }
            let values: &[&dyn ::store::Bind] =
                &[&id, &line.id, &line.role, &line.last_sign_in_at, &verdict, &actor.username, &now];
            if tx.exec(&INSERT_LINE, values).await? == 0 {
                continue;
            }
            if verdict == Verdict::Disabled {
                close_account(tx, actor, line.id).await?;
            }
            decided.push(line.username);
        }
        if !decided.is_empty() {
            let change = Change::created(&Decided { verdict, accounts: &decided });
            tx.audit(actor, "accounts.review.decided", id, change)?;
        }
        Ok(decided.len())
    })
    .await
}

#[derive(Serialize)]
struct Closed {
    confirmed: i64,
    disabled: i64,
}

/// Ends a review.
///
/// # Errors
/// [`ReviewError::Open`] while accounts wait for their line.
pub async fn close(db: &Db, permit: &Permit<ManageAccounts>, id: ReviewId) -> Result<(), ReviewError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        review(tx, actor, id).await?.ok_or(ReviewError::NotFound)?;
        if tx.exec(&LOCK_REVIEW, &[&id]).await? == 0 {
            return Err(ReviewError::Closed);
        }
        let held = review(tx, actor, id).await?.ok_or(ReviewError::NotFound)?;
        if held.waiting > 0 {
            return Err(ReviewError::Open(held.waiting));
        }
        let now = tx.now();
        tx.exec(&CLOSE_REVIEW, &[&id, &actor.username, &now]).await?;
        let closed = Closed { confirmed: held.confirmed, disabled: held.disabled };
        tx.audit(actor, "accounts.review.closed", id, Change::created(&closed))?;
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use kernel::ids::SystemIds;

    use super::*;

    #[test]
    fn an_account_is_unused_by_its_last_sign_in_or_its_age() {
        let at = |day: i64| DateTime::from_timestamp(1_772_400_000 + day * 86_400, 0).unwrap();
        let line = |created: i64, last: Option<i64>| Line {
            id: AccountId::new(&SystemIds),
            username: String::new(),
            name: String::new(),
            role: String::new(),
            commune: None,
            created_at: at(created),
            last_sign_in_at: last.map(at),
            verdict: None,
            decided_by: None,
            decided_at: None,
        };
        assert!(!line(0, Some(55)).unused(45, at(100)));
        assert!(line(0, Some(54)).unused(45, at(100)));
        assert!(line(54, None).unused(45, at(100)), "never opened and old");
        assert!(!line(60, None).unused(45, at(100)), "never opened but new");
    }
}
