//! SQL of lecturers; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AbsenceId, AccountId, Actor, ClassId, OfferId, UnitId};

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

sql!(
    ASKABLE,
    "SELECT DISTINCT s.lecturer_id FROM half_day h JOIN sitting s ON s.half_day_id = h.id AND s.version = 0
     WHERE h.class_id = $1 AND h.held_on >= $2 AND s.lecturer_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM lecturer_offer o WHERE o.class_id = h.class_id AND o.account_id = s.lecturer_id
                       AND (o.answer IS NULL OR o.answer = 'accepted'))
     ORDER BY s.lecturer_id"
);
sql!(
    INSERT_OFFER,
    "INSERT INTO lecturer_offer (id, class_id, account_id, offered_by, offered_at, reason) VALUES ($1, $2, $3, $4, $5, '')"
);
sql!(LOCK_OFFER, "UPDATE lecturer_offer SET reason = reason WHERE id = $1 AND account_id = $2");
sql!(OPEN_OFFER, "SELECT class_id, answer FROM lecturer_offer WHERE id = $1 AND account_id = $2");
sql!(ANSWER, "UPDATE lecturer_offer SET answer = $2, reason = $3, answered_at = $4 WHERE id = $1");
sql!(
    ASKED,
    "SELECT o.id, o.offered_by, o.offered_at, c.number, c.year, c.starts_on, c.ends_on
     FROM lecturer_offer o JOIN class c ON c.id = o.class_id AND c.state <> 'cancelled'
     WHERE o.account_id = $1 AND o.answer IS NULL ORDER BY c.starts_on, c.year, c.number, o.id"
);
sql!(
    OFFERS_OF_CLASS,
    "SELECT a.name, o.answer, o.reason FROM lecturer_offer o JOIN account a ON a.id = o.account_id
     WHERE o.class_id = $1
       AND NOT EXISTS (SELECT 1 FROM lecturer_offer n WHERE n.class_id = o.class_id AND n.account_id = o.account_id AND n.id > o.id)
     ORDER BY a.name, o.id"
);

/// An offer that waits for an answer.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Asked {
    pub id: OfferId,
    pub offered_by: String,
    pub offered_at: DateTime<Utc>,
    pub number: i64,
    pub year: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// The newest offer of a lecturer in a class.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct OfferLine {
    pub name: String,
    pub answer: Option<String>,
    pub reason: String,
}

/// Offers to a lecturer that wait for an answer.
pub(super) async fn asked(conn: &mut Conn, own: AccountId) -> Result<Vec<Asked>, StoreError> {
    conn.all(&ASKED, &[&own]).await
}

/// The class of an offer to a lecturer.
pub(super) async fn own_offer(conn: &mut Conn, offer: OfferId, own: AccountId) -> Result<Option<ClassId>, StoreError> {
    let row: Option<(ClassId, Option<String>)> = conn.opt(&OPEN_OFFER, &[&offer, &own]).await?;
    Ok(row.map(|(class, _)| class))
}

/// The newest offer to everybody who was asked for a class.
pub(super) async fn offers_of_class(conn: &mut Conn, class: ClassId) -> Result<Vec<OfferLine>, StoreError> {
    conn.all(&OFFERS_OF_CLASS, &[&class]).await
}

sql!(LOCK_ACCOUNT, "UPDATE lecturer SET edition = edition WHERE account_id = $1");
sql!(
    INSERT_LECTURER,
    "INSERT INTO lecturer (account_id, contract, periods_most, prefers, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    UPDATE_LECTURER,
    "UPDATE lecturer SET contract = $2, periods_most = $3, prefers = $4, edition = edition + 1, changed_by = $5, changed_at = $6
     WHERE account_id = $1"
);
sql!(
    INSERT_ABSENCE,
    "INSERT INTO lecturer_absence (id, account_id, from_on, from_part, to_on, to_part, reason, noted_by, noted_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);
sql!(
    SET_WITHDRAWN,
    "UPDATE lecturer_absence SET withdrawn_by = $2, withdrawn_at = $3 WHERE id = $1 AND withdrawn_at IS NULL"
);
sql!(
    ABSENCE_OF,
    "SELECT x.id FROM lecturer_absence x JOIN v_accounts_province w ON w.account_id = x.account_id
     WHERE x.id = $1 AND x.account_id = $2 AND w.province_id = $3"
);
sql!(
    COMING,
    "SELECT c.id AS class_id, c.number, c.year, h.held_on, h.part, s.title, s.periods, v.name AS venue,
            NOT EXISTS (SELECT 1 FROM sitting p JOIN timetable t ON t.class_id = h.class_id
                        WHERE p.half_day_id = h.id AND p.version = t.published AND (p.lecturer_id = $1 OR p.partner_id = $1)) AS is_draft
     FROM sitting s
     JOIN half_day h ON h.id = s.half_day_id
     JOIN class c ON c.id = h.class_id AND c.state <> 'cancelled'
     LEFT JOIN venue v ON v.id = s.venue_id
     WHERE (s.lecturer_id = $1 OR s.partner_id = $1) AND s.version = 0 AND h.held_on >= $2
     ORDER BY h.held_on, h.seq, c.year, c.number, s.seq"
);
sql!(
    STILL_TEACHES,
    "SELECT DISTINCT c.number, c.year FROM sitting s
     JOIN half_day h ON h.id = s.half_day_id
     JOIN class c ON c.id = h.class_id AND c.state <> 'cancelled'
     JOIN timetable t ON t.class_id = c.id AND (s.version = 0 OR s.version = t.published)
     WHERE (s.lecturer_id = $1 OR s.partner_id = $1) AND h.held_on >= $2 ORDER BY c.year, c.number"
);
::store::inventory::submit! {
    people::accounts::NeedsAccount { statement: &STILL_TEACHES }
}

/// A sitting that a lecturer is to teach, as the draft of its class says.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Coming {
    pub class_id: ClassId,
    pub number: i64,
    pub year: i64,
    pub held_on: NaiveDate,
    pub part: String,
    pub title: String,
    pub periods: i64,
    pub venue: Option<String>,
    /// Not published yet.
    pub is_draft: bool,
}

/// What a lecturer is to teach from a day on.
pub(super) async fn coming(conn: &mut Conn, id: AccountId, today: NaiveDate) -> Result<Vec<Coming>, StoreError> {
    conn.all(&COMING, &[&id, &today]).await
}

/// Whether an absence is of a lecturer of the actor's province.
pub(super) async fn absence_of(
    conn: &mut Conn,
    actor: &Actor,
    id: AccountId,
    absence: AbsenceId,
) -> Result<bool, StoreError> {
    let row: Option<(AbsenceId,)> = conn.opt(&ABSENCE_OF, &[&absence, &id, &actor.province]).await?;
    Ok(row.is_some())
}

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
    province: Option<UnitId>,
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<Absence>, StoreError> {
    conn.all(&ABSENCES, &[&province, &days.0, &days.1]).await
}

/// Who declined a class and was not asked again.
///
/// # Errors
/// The database's failure.
pub async fn declined(conn: &mut Conn, class: ClassId) -> Result<Vec<AccountId>, StoreError> {
    let rows: Vec<(AccountId,)> = conn.all(&DECLINED, &[&class]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
