//! SQL of timetables; nobody else writes these tables.

use ::store::{Bind, Conn, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, Actor, ClassId, HalfDayId, ProgrammeVersionId, SchemeId, TopicId, VenueId};

use super::model::Sitting;
use crate::scheme::Rules;

/// One half-day of a class as it is published.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of half_day, described in the dictionary, and the titles of what is taught")]
pub struct HalfDay {
    pub id: HalfDayId,
    pub seq: i64,
    pub held_on: NaiveDate,
    pub part: String,
    pub topics: String,
    pub periods: i64,
}

/// Where the timetable of a class stands.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct State {
    /// The version that holds.
    pub published: i64,
    /// Counts the times the draft was saved.
    pub edition: i64,
    pub changed_by: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
}

/// A sitting with the names that pages show.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Row {
    /// Number of the half-day, from 1.
    pub seq: i64,
    pub version: i64,
    pub topic_id: Option<TopicId>,
    pub title: String,
    pub kind: String,
    pub periods: i64,
    pub lecturer_id: Option<AccountId>,
    pub lecturer: Option<String>,
    pub partner_id: Option<AccountId>,
    pub partner: Option<String>,
    pub venue_id: Option<VenueId>,
    pub venue: Option<String>,
    pub address: Option<String>,
    pub is_online: bool,
}

impl Row {
    pub(super) fn sitting(&self) -> Sitting {
        Sitting {
            slot: usize::try_from(self.seq - 1).unwrap_or_default(),
            topic: self.topic_id,
            title: self.title.clone(),
            kind: self.kind.clone(),
            periods: self.periods,
            lecturer: self.lecturer_id,
            partner: self.partner_id,
            venue: self.venue_id,
            online: self.is_online,
        }
    }
}

/// A version that was published.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Version {
    pub number: i64,
    pub by_name: String,
    pub at: DateTime<Utc>,
}

/// What another class has on a half-day, as its draft or what it published says.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Elsewhere {
    pub held_on: NaiveDate,
    pub part: String,
    pub number: i64,
    pub year: i64,
    pub lecturer_id: Option<AccountId>,
    pub partner_id: Option<AccountId>,
    pub venue_id: Option<VenueId>,
}

sql!(
    HALF_DAYS,
    "SELECT h.id, h.seq, h.held_on, h.part, h.periods,
            COALESCE((SELECT string_agg(s.title, '; ' ORDER BY s.seq) FROM sitting s
                      WHERE s.half_day_id = h.id AND s.version = t.published), '') AS topics
     FROM half_day h JOIN timetable t ON t.class_id = h.class_id WHERE h.class_id = $1 ORDER BY h.seq"
);
sql!(STATE, "SELECT published, edition, changed_by, changed_at FROM timetable WHERE class_id = $1");
sql!(
    ROWS,
    "SELECT h.seq, s.version, s.topic_id, s.title, s.kind, s.periods, s.lecturer_id, l.name AS lecturer, s.partner_id,
            p.name AS partner, s.venue_id, v.name AS venue, v.address, s.is_online
     FROM half_day h JOIN sitting s ON s.half_day_id = h.id
     LEFT JOIN account l ON l.id = s.lecturer_id
     LEFT JOIN account p ON p.id = s.partner_id
     LEFT JOIN venue v ON v.id = s.venue_id
     WHERE h.class_id = $1 AND s.version BETWEEN $2 AND $3 ORDER BY s.version, h.seq, s.seq"
);
sql!(
    TEACHING,
    "SELECT DISTINCT a.id, a.name FROM half_day h JOIN timetable t ON t.class_id = h.class_id
     JOIN sitting s ON s.half_day_id = h.id AND s.version = t.published
     JOIN account a ON a.id = s.lecturer_id OR a.id = s.partner_id WHERE h.class_id = $1 ORDER BY a.name, a.id"
);
sql!(
    TAUGHT,
    "SELECT s.lecturer_id, s.partner_id, s.title
     FROM half_day h JOIN timetable t ON t.class_id = h.class_id
     JOIN sitting s ON s.half_day_id = h.id AND s.version = t.published
     WHERE h.class_id = $1 ORDER BY h.seq, s.seq"
);
sql!(VERSIONS, "SELECT number, by_name, at FROM timetable_version WHERE class_id = $1 ORDER BY number DESC");
sql!(
    ELSEWHERE,
    "SELECT DISTINCT h.held_on, h.part, c.number, c.year, s.lecturer_id, s.partner_id, s.venue_id
     FROM half_day h
     JOIN class c ON c.id = h.class_id AND c.scheme_id = $1 AND c.id <> $2 AND c.state <> 'cancelled'
     JOIN timetable t ON t.class_id = c.id
     JOIN sitting s ON s.half_day_id = h.id AND (s.version = 0 OR s.version = t.published)
     WHERE h.held_on BETWEEN $3 AND $4 ORDER BY c.year, c.number, h.held_on, h.part"
);
sql!(
    NAMED,
    "SELECT l.topic_id, l.account_id FROM topic_lecturer l
     WHERE l.topic_id IN (SELECT t.id FROM topic t WHERE t.version_id = $1)
        OR l.topic_id IN (SELECT e.topic_id FROM class_elective e WHERE e.class_id = $2)
     ORDER BY l.topic_id, l.account_id"
);
sql!(
    MANNERS,
    "SELECT t.id, t.delivery, t.lecturer_type FROM topic t
     WHERE t.version_id = $1 OR t.id IN (SELECT e.topic_id FROM class_elective e WHERE e.class_id = $2) ORDER BY t.id"
);
sql!(
    LOADS,
    "SELECT x.account_id, CAST(SUM(x.hundredths) AS BIGINT) / 100 AS periods
     FROM (SELECT s.lecturer_id AS account_id, s.periods * 100 AS hundredths
           FROM class c JOIN half_day h ON h.class_id = c.id JOIN sitting s ON s.half_day_id = h.id AND s.version = 0
           WHERE c.scheme_id = $1 AND c.year = $2 AND c.id <> $3 AND c.state <> 'cancelled' AND s.lecturer_id IS NOT NULL
           UNION ALL
           SELECT s.partner_id, s.periods * $4
           FROM class c JOIN half_day h ON h.class_id = c.id JOIN sitting s ON s.half_day_id = h.id AND s.version = 0
           WHERE c.scheme_id = $1 AND c.year = $2 AND c.id <> $3 AND c.state <> 'cancelled' AND s.partner_id IS NOT NULL) x
     GROUP BY x.account_id ORDER BY x.account_id"
);
sql!(
    TURN,
    "INSERT INTO timetable_turn (scheme_id, turn) VALUES ($1, 1) ON CONFLICT (scheme_id) DO UPDATE SET turn = timetable_turn.turn + 1"
);
sql!(INSERT_TIMETABLE, "INSERT INTO timetable (class_id, published) VALUES ($1, 1)");
sql!(INSERT_VERSION, "INSERT INTO timetable_version (class_id, number, by_name, at) VALUES ($1, $2, $3, $4)");
sql!(
    CLEAR_DRAFT,
    "DELETE FROM sitting WHERE version = 0 AND half_day_id IN (SELECT h.id FROM half_day h WHERE h.class_id = $1)"
);
sql!(
    INSERT_SITTING,
    "INSERT INTO sitting (half_day_id, version, seq, topic_id, title, kind, periods, lecturer_id, partner_id, venue_id, is_online)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
sql!(
    FREEZE,
    "INSERT INTO sitting (half_day_id, version, seq, topic_id, title, kind, periods, lecturer_id, partner_id, venue_id, is_online)
     SELECT s.half_day_id, $2, s.seq, s.topic_id, s.title, s.kind, s.periods, s.lecturer_id, s.partner_id, s.venue_id, s.is_online
     FROM sitting s JOIN half_day h ON h.id = s.half_day_id WHERE h.class_id = $1 AND s.version = 0"
);
sql!(SET_SAVED, "UPDATE timetable SET edition = edition + 1, changed_by = $2, changed_at = $3 WHERE class_id = $1");
sql!(SET_PUBLISHED, "UPDATE timetable SET published = $2 WHERE class_id = $1");

sql!(SCHEME_OF, "SELECT scheme_id FROM class WHERE id = $1");
sql!(
    RELEASE_LECTURER,
    "UPDATE sitting SET lecturer_id = NULL WHERE version = 0 AND lecturer_id = $2
       AND half_day_id IN (SELECT h.id FROM half_day h WHERE h.class_id = $1 AND h.held_on >= $3)"
);
sql!(
    RELEASE_PARTNER,
    "UPDATE sitting SET partner_id = NULL WHERE version = 0 AND partner_id = $2
       AND half_day_id IN (SELECT h.id FROM half_day h WHERE h.class_id = $1 AND h.held_on >= $3)"
);

/// Everybody who teaches in a class as it is published, with their names.
///
/// # Errors
/// The database's failure.
pub async fn teaching(conn: &mut Conn, class: ClassId) -> Result<Vec<(AccountId, String)>, StoreError> {
    conn.all(&TEACHING, &[&class]).await
}

/// The half-days of a class with what is published of them.
///
/// # Errors
/// The database's failure.
pub async fn half_days(conn: &mut Conn, class: ClassId) -> Result<Vec<HalfDay>, StoreError> {
    conn.all(&HALF_DAYS, &[&class]).await
}

pub(super) async fn state(conn: &mut Conn, class: ClassId) -> Result<Option<State>, StoreError> {
    conn.opt(&STATE, &[&class]).await
}

/// Sittings of the versions from `first` to `last`, in their order; 0 is the draft.
pub(super) async fn rows(conn: &mut Conn, class: ClassId, first: i64, last: i64) -> Result<Vec<Row>, StoreError> {
    conn.all(&ROWS, &[&class, &first, &last]).await
}

/// Each topic with each of those who teach it in the published timetable of a class, once, in the order of the week.
///
/// # Errors
/// The database's failure.
pub async fn taught(conn: &mut Conn, class: ClassId) -> Result<Vec<(AccountId, String)>, StoreError> {
    let rows: Vec<(Option<AccountId>, Option<AccountId>, String)> = conn.all(&TAUGHT, &[&class]).await?;
    let mut found = Vec::new();
    for (lecturer, partner, topic) in rows {
        for who in [lecturer, partner].into_iter().flatten() {
            if !found.contains(&(who, topic.clone())) {
                found.push((who, topic.clone()));
            }
        }
    }
    Ok(found)
}

/// Every version that was published, the newest first.
pub(super) async fn versions(conn: &mut Conn, class: ClassId) -> Result<Vec<Version>, StoreError> {
    conn.all(&VERSIONS, &[&class]).await
}

/// What other classes of the scheme have between two days.
pub(super) async fn elsewhere(
    conn: &mut Conn,
    scheme: SchemeId,
    class: ClassId,
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<Elsewhere>, StoreError> {
    conn.all(&ELSEWHERE, &[&scheme, &class, &days.0, &days.1]).await
}

/// Who is named for which topic of a class.
pub(super) async fn named(
    conn: &mut Conn,
    version: ProgrammeVersionId,
    class: ClassId,
) -> Result<Vec<(TopicId, AccountId)>, StoreError> {
    conn.all(&NAMED, &[&version, &class]).await
}

/// Delivery and kind of lecturer of each topic of a class.
pub(super) async fn manners(
    conn: &mut Conn,
    version: ProgrammeVersionId,
    class: ClassId,
) -> Result<Vec<(TopicId, String, String)>, StoreError> {
    conn.all(&MANNERS, &[&version, &class]).await
}

/// Periods of each lecturer in the classes of a year, without one class; what they accompany counts in part, as the rules say.
pub(crate) async fn loads(
    conn: &mut Conn,
    scheme: SchemeId,
    year: i64,
    without: Option<ClassId>,
    rules: &Rules,
) -> Result<Vec<(AccountId, i64)>, StoreError> {
    let values: &[&dyn ::store::Bind] =
        &[&scheme, &year, &without.unwrap_or(ClassId::LEAST), &rules.companion_periods_percent];
    conn.all(&LOADS, values).await
}

/// Takes the scheme's turn: whoever writes a timetable next waits until this transaction ends.
pub(super) async fn take_turn(tx: &mut Tx, scheme: SchemeId) -> Result<(), StoreError> {
    tx.exec(&TURN, &[&scheme]).await?;
    Ok(())
}

/// Writes the draft of a class.
pub(super) async fn write_draft(
    tx: &mut Tx,
    class: ClassId,
    half_days: &[HalfDayId],
    sittings: &[Sitting],
) -> Result<(), StoreError> {
    tx.exec(&CLEAR_DRAFT, &[&class]).await?;
    let mut seqs = vec![0_i64; half_days.len()];
    let mut made: Vec<(HalfDayId, i64, &Sitting)> = Vec::with_capacity(sittings.len());
    for sitting in sittings {
        if let (Some(half_day), Some(seq)) = (half_days.get(sitting.slot), seqs.get_mut(sitting.slot)) {
            *seq += 1;
            made.push((*half_day, *seq, sitting));
        }
    }
    tx.exec_many(&INSERT_SITTING, &made, |(half_day, seq, s), args| {
        let values: [&dyn Bind; 11] = [
            half_day,
            &0_i64,
            seq,
            &s.topic,
            &s.title,
            &s.kind,
            &s.periods,
            &s.lecturer,
            &s.partner,
            &s.venue,
            &s.online,
        ];
        values.into_iter().try_for_each(|value| args.add(value))
    })
    .await?;
    Ok(())
}

/// The draft becomes the version `number`.
pub(super) async fn publish(tx: &mut Tx, actor: &Actor, class: ClassId, number: i64) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(&INSERT_VERSION, &[&class, &number, &actor.name, &now]).await?;
    tx.exec(&FREEZE, &[&class, &number]).await?;
    tx.exec(&SET_PUBLISHED, &[&class, &number]).await?;
    Ok(())
}
