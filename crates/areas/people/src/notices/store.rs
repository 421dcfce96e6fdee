//! SQL of notices; nobody else writes these tables.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, Utc};
use kernel::{AccountId, Actor, DeliveryId, NoticeCopyId, PersonId, UnitId, WordingId};

use web::T;

use super::hours::Setting;
use super::model::{Facts, Kind, Quiet, USUAL, Wording};

sql!(
    INSERT_NOTICE,
    "INSERT INTO notice (id, kind, about, key, facts, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO NOTHING"
);
sql!(
    INSERT_COPY,
    "INSERT INTO notice_copy (id, notice_id, province_id, unit_id, person_id, account_id, link, at, wording_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);
sql!(
    WORDINGS,
    "SELECT w.id, w.province_id, w.kind, w.subject, w.body, w.edition, w.written_by, w.written_at FROM notice_wording w
     WHERE (CAST($1 AS UUID) IS NULL OR w.province_id = $1) AND ($2 = '' OR w.kind = $2)
       AND NOT EXISTS (SELECT 1 FROM notice_wording n WHERE n.province_id = w.province_id AND n.kind = w.kind AND n.edition > w.edition)
     ORDER BY w.kind, w.id"
);
// the second of two who save at once writes nothing
sql!(
    ADD_WORDING,
    "INSERT INTO notice_wording (id, province_id, kind, edition, subject, body, written_by, written_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (province_id, kind, edition) DO NOTHING"
);
// whoever may act for the unit; one row without an account where nobody may
sql!(
    OF_UNIT,
    "SELECT u.parent_id AS province_id, u.id AS unit_id, CAST(NULL AS UUID) AS person_id, r.account_id,
            COALESCE(a.email, '') AS own_email, COALESCE(u.email, '') AS other_email, COALESCE(u.phone, '') AS phone,
            EXISTS (SELECT 1 FROM notice_choice x WHERE x.account_id = r.account_id AND x.kind = $2) AS declined
     FROM org_unit u
     LEFT JOIN account_role r ON r.commune_id = u.id AND r.role = 'commune_officer'
                             AND EXISTS (SELECT 1 FROM account o WHERE o.id = r.account_id AND o.disabled_at IS NULL)
     LEFT JOIN account a ON a.id = r.account_id
     WHERE u.id = $1 ORDER BY r.account_id"
);
sql!(
    OF_PERSON,
    "SELECT (SELECT u.parent_id FROM v_registry_person v JOIN org_unit u ON u.id = v.commune_id WHERE v.person_id = p.id)
            AS province_id, CAST(NULL AS UUID) AS unit_id, p.id AS person_id, a.id AS account_id,
            COALESCE(a.email, '') AS own_email, COALESCE(x.email, '') AS other_email, COALESCE(x.phone, '') AS phone,
            EXISTS (SELECT 1 FROM notice_choice o WHERE o.account_id = a.id AND o.kind = $2) AS declined
     FROM person p
     LEFT JOIN person_record x ON x.person_id = p.id
     LEFT JOIN account a ON a.person_id = p.id AND a.disabled_at IS NULL
                        AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id AND r.role = 'learner')
     WHERE p.id = $1 ORDER BY a.id"
);
sql!(
    OF_ACCOUNT,
    "SELECT w.province_id, CAST(NULL AS UUID) AS unit_id, a.person_id, a.id AS account_id, a.email AS own_email,
            COALESCE(x.email, '') AS other_email, COALESCE(x.phone, '') AS phone,
            EXISTS (SELECT 1 FROM notice_choice o WHERE o.account_id = a.id AND o.kind = $2) AS declined
     FROM account a JOIN v_accounts_province w ON w.account_id = a.id
     LEFT JOIN person_record x ON x.person_id = a.person_id
     WHERE a.id = $1 AND a.disabled_at IS NULL"
);
sql!(CHANNELS, "SELECT channel, place, since FROM notice_channel ORDER BY channel DESC");
sql!(DROP_CHANNEL, "DELETE FROM notice_channel WHERE channel = $1");
sql!(ADD_CHANNEL, "INSERT INTO notice_channel (channel, place, since) VALUES ($1, $2, $3)");
sql!(
    INSERT_DELIVERY,
    "INSERT INTO notice_delivery (id, copy_id, channel, address, state, reason, answer, tries, due_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, '', 0, $7, $8)"
);
sql!(OWN_EMAIL, "SELECT email FROM account WHERE id = $1");
sql!(CHOICES, "SELECT kind FROM notice_choice WHERE account_id = $1 ORDER BY kind");
sql!(CLEAR_CHOICES, "DELETE FROM notice_choice WHERE account_id = $1");
sql!(ADD_CHOICE, "INSERT INTO notice_choice (account_id, kind) VALUES ($1, $2)");
sql!(
    SETTING,
    "SELECT quiet_from, quiet_to, edition, changed_by, changed_at FROM notice_setting WHERE province_id = $1"
);
sql!(HOLD_SETTING, "UPDATE notice_setting SET edition = edition WHERE province_id = $1");
sql!(
    SET_QUIET,
    "INSERT INTO notice_setting (province_id, quiet_from, quiet_to, edition, changed_by, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (province_id) DO UPDATE SET quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
            edition = excluded.edition, changed_by = excluded.changed_by, changed_at = excluded.changed_at"
);
sql!(
    DELIVERIES,
    "SELECT d.id, d.channel, d.address, d.state, d.reason, d.answer, d.tries, d.due_at, d.changed_at, n.kind, n.facts,
            u.name AS unit_name, k.kind AS unit_kind, a.username, p.code AS person_code
     FROM notice_delivery d
     JOIN notice_copy c ON c.id = d.copy_id
     JOIN notice n ON n.id = c.notice_id
     LEFT JOIN org_unit u ON u.id = c.unit_id
     LEFT JOIN commune k ON k.unit_id = c.unit_id
     LEFT JOIN account a ON a.id = c.account_id
     LEFT JOIN person p ON p.id = c.person_id
     WHERE c.province_id IS NOT DISTINCT FROM $1 AND ($2 = '' OR d.state = $2) AND ($3 = '' OR n.kind = $3)
       AND (CAST($4 AS UUID) IS NULL
            OR (d.changed_at, d.id) < (SELECT x.changed_at, x.id FROM notice_delivery x WHERE x.id = $4))
     ORDER BY d.changed_at DESC, d.id DESC LIMIT $5"
);
sql!(
    DELIVERY_COUNTS,
    "SELECT d.state, COUNT(*) AS n FROM notice_delivery d JOIN notice_copy c ON c.id = d.copy_id
     WHERE c.province_id IS NOT DISTINCT FROM $1 GROUP BY d.state ORDER BY d.state"
);
sql!(
    AGAIN,
    "UPDATE notice_delivery SET state = 'waiting', reason = 'again', tries = 0, due_at = $3, claimed_until = NULL, changed_at = $3
     WHERE id = $1 AND state IN ('given_up', 'uncertain')
       AND copy_id IN (SELECT c.id FROM notice_copy c WHERE c.province_id IS NOT DISTINCT FROM $2) RETURNING channel"
);
sql!(QUIET, "SELECT quiet_from, quiet_to FROM notice_setting WHERE province_id = $1");
sql!(
    COPIES,
    "SELECT c.id, n.kind, n.facts, c.link, c.at, c.read_at, w.subject, w.body
     FROM notice_copy c JOIN notice n ON n.id = c.notice_id LEFT JOIN notice_wording w ON w.id = c.wording_id
     WHERE c.account_id = (SELECT a.id FROM account a WHERE a.username = $1)
       AND (CAST($2 AS UUID) IS NULL OR (c.at, c.id) < (SELECT x.at, x.id FROM notice_copy x WHERE x.id = $2))
     ORDER BY c.at DESC, c.id DESC LIMIT $3"
);
sql!(
    COUNTS,
    "SELECT COUNT(*) AS total, COUNT(*) FILTER (WHERE c.read_at IS NULL) AS unread FROM notice_copy c
     WHERE c.account_id = (SELECT a.id FROM account a WHERE a.username = $1)"
);
sql!(
    READ_ONE,
    "UPDATE notice_copy SET read_at = COALESCE(read_at, $3)
     WHERE id = $1 AND account_id = (SELECT a.id FROM account a WHERE a.username = $2) RETURNING link"
);
sql!(
    READ_ALL,
    "UPDATE notice_copy SET read_at = $2
     WHERE account_id = (SELECT a.id FROM account a WHERE a.username = $1) AND read_at IS NULL"
);
sql!(
    TOLD,
    "SELECT n.kind, n.facts, n.at, w.subject, w.body FROM notice n
     LEFT JOIN notice_wording w ON w.id = (SELECT c.wording_id FROM notice_copy c WHERE c.notice_id = n.id AND c.unit_id = $2
                                           ORDER BY c.id LIMIT 1)
     WHERE n.about = $1 AND EXISTS (SELECT 1 FROM notice_copy c WHERE c.notice_id = n.id AND c.unit_id = $2)
     ORDER BY n.at DESC, n.id DESC"
);
sql!(COPIES_FOLLOW, "UPDATE notice_copy SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    crate::registry::record::FollowsPeople { clash: None, moves: &[&COPIES_FOLLOW] }
}

/// Who a notice reaches: an account, or a unit or person without one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Reached {
    pub province_id: Option<UnitId>,
    pub unit_id: Option<UnitId>,
    pub person_id: Option<PersonId>,
    pub account_id: Option<AccountId>,
    /// The account's own address; empty for none.
    pub own_email: String,
    /// The address that the unit or the register has.
    pub other_email: String,
    pub phone: String,
    /// Wants no letters of the kind.
    pub declined: bool,
}

/// A notice in its reader's list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct CopyLine {
    pub id: NoticeCopyId,
    pub kind: String,
    pub facts: String,
    pub link: String,
    pub at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
    #[sqlx(flatten)]
    pub written: Written,
}

/// Words that somebody wrote; none for the built-in ones.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Written {
    pub subject: Option<String>,
    pub body: Option<String>,
}

impl Written {
    /// The words, if any were written.
    pub(super) fn wording(self) -> Option<Wording> {
        Some(Wording { subject: self.subject?, body: self.body? })
    }
}

/// The words of a kind in a province as they were saved last.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct SavedWording {
    pub id: WordingId,
    pub province_id: UnitId,
    pub kind: String,
    #[sqlx(flatten)]
    pub written: Written,
    pub edition: i64,
    pub written_by: String,
    pub written_at: DateTime<Utc>,
}

/// What was saved last for each kind of a province that anybody ever wrote.
pub(super) async fn wordings(conn: &mut Conn, province: UnitId) -> Result<Vec<SavedWording>, StoreError> {
    conn.all(&WORDINGS, &[&Some(province), &""]).await
}

/// What was saved last for a kind of a province.
pub(super) async fn wording(
    conn: &mut Conn,
    province: UnitId,
    kind: &Kind,
) -> Result<Option<SavedWording>, StoreError> {
    conn.opt(&WORDINGS, &[&Some(province), &kind.code]).await
}

/// The words that are used from now on, of every province: those that somebody wrote and did not take back.
pub(super) async fn in_use(conn: &mut Conn) -> Result<Vec<SavedWording>, StoreError> {
    let all: Vec<SavedWording> = conn.all(&WORDINGS, &[&None::<UnitId>, &""]).await?;
    Ok(all.into_iter().filter(|saved| saved.written.body.is_some()).collect())
}

/// Which way a notice leaves the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub(super) enum Channel {
    /// A letter.
    Mail,
    /// A call of a gateway that passes it on as SMS or by Zalo.
    Gateway,
}

impl Channel {
    /// Stable code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Gateway => "gateway",
        }
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub(super) enum DeliveryState {
    /// Waits for its moment.
    Waiting,
    /// The letter is leaving right now, or its sender died while it did.
    Offering,
    /// The other side has taken it.
    Sent,
    /// The other side does not take it, or could not be reached often enough.
    GivenUp,
    /// Nobody knows whether the other side has it.
    Uncertain,
    /// There is no way for it; the reason says why.
    None,
}

impl DeliveryState {
    pub(super) const ALL: [Self; 6] =
        [Self::Waiting, Self::Offering, Self::Sent, Self::GivenUp, Self::Uncertain, Self::None];

    /// Stable code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Offering => "offering",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
            Self::Uncertain => "uncertain",
            Self::None => "none",
        }
    }
}

/// A channel that the running program has.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct ChannelLine {
    pub channel: Channel,
    pub place: String,
    pub since: DateTime<Utc>,
}

/// Channels that the program had when it last started.
pub(super) async fn channels(conn: &mut Conn) -> Result<Vec<ChannelLine>, StoreError> {
    conn.all(&CHANNELS, &[]).await
}

/// The quiet hours of a province.
pub(super) async fn quiet(conn: &mut Conn, province: Option<UnitId>) -> Result<Quiet, StoreError> {
    let row: Option<(i64, i64)> = conn.opt(&QUIET, &[&province]).await?;
    Ok(row.map_or(USUAL, |(from, to)| Quiet { from, to }))
}

/// A delivery in the log.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct DeliveryLine {
    pub id: DeliveryId,
    pub channel: Channel,
    pub address: String,
    pub state: DeliveryState,
    pub reason: String,
    pub answer: String,
    pub tries: i64,
    pub due_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub kind: String,
    pub facts: String,
    pub unit_name: Option<String>,
    pub unit_kind: Option<String>,
    pub username: Option<String>,
    pub person_code: Option<String>,
}

/// Deliveries of a province in a state and of a kind (empty for all) after one of them, newest first.
pub(super) async fn deliveries(
    conn: &mut Conn,
    province: Option<UnitId>,
    (state, kind): (&str, &str),
    after: Option<DeliveryId>,
    most: i64,
) -> Result<Vec<DeliveryLine>, StoreError> {
    conn.all(&DELIVERIES, &[&province, &state, &kind, &after, &most]).await
}

/// How many deliveries of a province stand in each state.
pub(super) async fn delivery_counts(
    conn: &mut Conn,
    province: Option<UnitId>,
) -> Result<Vec<(DeliveryState, i64)>, StoreError> {
    conn.all(&DELIVERY_COUNTS, &[&province]).await
}

/// The address that an account gave for its letters; empty for none.
pub(super) async fn own_email(conn: &mut Conn, account: AccountId) -> Result<String, StoreError> {
    let (email,): (String,) = conn.one(&OWN_EMAIL, &[&account]).await?;
    Ok(email)
}

/// Kinds of which an account wants no letters.
pub(super) async fn choices(conn: &mut Conn, account: AccountId) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = conn.all(&CHOICES, &[&account]).await?;
    Ok(rows.into_iter().map(|(kind,)| kind).collect())
}

/// What a province has set, if it has.
pub(super) async fn setting(conn: &mut Conn, province: Option<UnitId>) -> Result<Option<Setting>, StoreError> {
    conn.opt(&SETTING, &[&province]).await
}

/// Takes the turn of a province's setting.
pub(super) async fn hold_setting(tx: &mut Tx, province: UnitId) -> Result<(), StoreError> {
    tx.exec(&HOLD_SETTING, &[&province]).await.map(|_| ())
}

/// Whose notices an actor reads: their own, or those of the officer for whom they act.
pub(super) fn reader(actor: &Actor) -> &str {
    actor.on_behalf_of.as_ref().map_or(&actor.username, |officer| &officer.username)
}

/// Notices of a reader after one of them, newest first.
pub(super) async fn copies(
    conn: &mut Conn,
    actor: &Actor,
    after: Option<NoticeCopyId>,
    most: i64,
) -> Result<Vec<CopyLine>, StoreError> {
    conn.all(&COPIES, &[&reader(actor), &after, &most]).await
}

/// How many notices a reader has, and how many of them are not read.
pub(super) async fn counts(conn: &mut Conn, actor: &Actor) -> Result<(i64, i64), StoreError> {
    conn.one(&COUNTS, &[&reader(actor)]).await
}

/// Something that a unit was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Code of its kind.
    pub kind: String,
    /// Its values by their names.
    pub facts: Facts,
    /// When.
    pub at: DateTime<Utc>,
    written: Option<Wording>,
}

impl Told {
    /// Its text in a language.
    #[must_use]
    pub fn body(&self, t: T) -> String {
        Wording::of(&self.kind, self.written.clone(), t).said(&self.facts, t)
    }
}

#[derive(Debug, sqlx::FromRow)]
struct ToldRow {
    kind: String,
    facts: String,
    at: DateTime<Utc>,
    #[sqlx(flatten)]
    written: Written,
}

/// What a unit was told about something, newest first.
///
/// # Errors
/// The database's failure.
pub async fn told(conn: &mut Conn, about: &str, unit: UnitId) -> Result<Vec<Told>, StoreError> {
    let rows: Vec<ToldRow> = conn.all(&TOLD, &[&about, &unit]).await?;
    let told = |row: ToldRow| {
        let facts = serde_json::from_str(&row.facts)?;
        Ok(Told { kind: row.kind, facts, at: row.at, written: row.written.wording() })
    };
    rows.into_iter().map(told).collect()
}
