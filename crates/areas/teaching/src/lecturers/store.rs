//! SQL of lecturers; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AbsenceId, AccountId, Actor, ClassId};

/// A lecturer: an open account with the duty, and what the school wrote of it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Lecturer {
    /// The account.
    pub id: AccountId,
    /// Name.
    pub name: String,
    /// `school`, `visiting` or `concurrent`.
    pub contract: String,
    /// Most periods of a year; none: what the scheme says.
    pub periods_most: Option<i64>,
    /// Rather in the morning (`sang`), in the afternoon (`chieu`), or no wish.
    pub prefers: String,
    /// Counts the times it was saved; 0 while nothing was written.
    pub edition: i64,
    /// Who saved it last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<DateTime<Utc>>,
}

/// Some half-days on which a lecturer is away, both ends among them.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of lecturer_absence, described in the dictionary")]
pub struct Absence {
    pub id: AbsenceId,
    pub account_id: AccountId,
    pub from_on: NaiveDate,
    pub from_part: String,
    pub to_on: NaiveDate,
    pub to_part: String,
    pub reason: String,
    pub noted_by: String,
    pub noted_at: DateTime<Utc>,
}

impl Absence {
    /// Whether it holds on a half-day; `sang` comes before `chieu`.
    #[must_use]
    pub fn holds(&self, day: NaiveDate, morning: bool) -> bool {
        let from = (self.from_on, self.from_part != "sang");
        let to = (self.to_on, self.to_part != "sang");
        (from..=to).contains(&(day, !morning))
    }
}

sql!(
    LECTURERS,
    "SELECT a.id, a.name, COALESCE(l.contract, CASE WHEN g.account_id IS NULL THEN 'school' ELSE 'visiting' END) AS contract,
            l.periods_most, COALESCE(l.prefers, '') AS prefers, COALESCE(l.edition, 0) AS edition, l.changed_by, l.changed_at
     FROM account a
     JOIN account_role r ON r.account_id = a.id AND r.role = 'lecturer'
     JOIN v_accounts_province w ON w.account_id = a.id
     LEFT JOIN v_accounts_guest g ON g.account_id = a.id
     LEFT JOIN lecturer l ON l.account_id = a.id
     WHERE w.province_id = $1 AND a.disabled_at IS NULL ORDER BY a.username"
);
sql!(
    ABSENCES,
    "SELECT x.id, x.account_id, x.from_on, x.from_part, x.to_on, x.to_part, x.reason, x.noted_by, x.noted_at
     FROM lecturer_absence x JOIN v_accounts_province w ON w.account_id = x.account_id
     WHERE w.province_id = $1 AND x.to_on >= $2 AND x.from_on <= $3 AND x.withdrawn_at IS NULL
     ORDER BY x.from_on, x.from_part DESC, x.id"
);
sql!(
    DECLINED,
    "SELECT o.account_id FROM lecturer_offer o WHERE o.class_id = $1 AND o.answer = 'declined'
       AND NOT EXISTS (SELECT 1 FROM lecturer_offer n WHERE n.class_id = o.class_id AND n.account_id = o.account_id AND n.id > o.id)
     ORDER BY o.account_id"
);

/// The lecturers of the actor's province, in the order of their sign-in names.
///
/// # Errors
/// The database's failure.
pub async fn lecturers(conn: &mut Conn, actor: &Actor) -> Result<Vec<Lecturer>, StoreError> {
    conn.all(&LECTURERS, &[&actor.province]).await
}

/// Absences in the actor's province that touch some days.
///
/// # Errors
/// The database's failure.
pub async fn absences(
    conn: &mut Conn,
    actor: &Actor,
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<Absence>, StoreError> {
    conn.all(&ABSENCES, &[&actor.province, &days.0, &days.1]).await
}

/// Who declined a class and was not asked again.
///
/// # Errors
/// The database's failure.
pub async fn declined(conn: &mut Conn, class: ClassId) -> Result<Vec<AccountId>, StoreError> {
    let rows: Vec<(AccountId,)> = conn.all(&DECLINED, &[&class]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
