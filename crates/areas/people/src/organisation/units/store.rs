//! SQL of units over time.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, UnitId};

use super::model::Attribute;

/// A commune as its page shows it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Unit {
    /// Its unit.
    pub id: UnitId,
    /// Code.
    pub code: String,
    /// Name of today.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day; none while it stands.
    pub valid_to: Option<NaiveDate>,
    /// Head of the unit.
    pub head_name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Counts the times it was saved.
    pub edition: i64,
    /// Who saved it last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<DateTime<Utc>>,
}

/// A name with its first day and its decision.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Name {
    pub name: String,
    pub valid_from: NaiveDate,
    pub decision: String,
}

/// Another unit that this one went into, or that came into it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Kin {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub since: NaiveDate,
    pub decision: String,
    /// Whether the unit that ended was split.
    pub split: bool,
}

/// What a unit that follows another one takes over from it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Heritage {
    pub former_district: String,
    pub region: String,
    pub is_border: bool,
    pub is_highland: bool,
    pub is_mountain: bool,
    pub is_coastal: bool,
    pub lat: f64,
    pub lon: f64,
}

/// A commune on a day.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct OnDay {
    /// Its unit.
    pub id: UnitId,
    /// Code.
    pub code: String,
    /// Name on that day.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// District before 1 July 2025.
    pub former_district: String,
    /// Latitude of its centre.
    pub lat: f64,
    /// Longitude of its centre.
    pub lon: f64,
    /// People with a post there on that day.
    pub people: i64,
}

sql!(
    UNIT,
    "SELECT u.id, u.code, u.name, c.kind, u.valid_from, u.valid_to, u.head_name, u.phone, u.email, u.edition, u.changed_by,
            u.changed_at
     FROM org_unit u JOIN commune c ON c.unit_id = u.id
     WHERE u.code = $1 AND u.parent_id = $2 AND (CAST($3 AS UUID) IS NULL OR u.id = $3)"
);
sql!(NAMES, "SELECT name, valid_from, decision FROM unit_name WHERE unit_id = $1 ORDER BY valid_from DESC");
sql!(
    ATTRIBUTES,
    "SELECT attribute, valid_from, valid_to, source FROM unit_attribute WHERE unit_id = $1
     ORDER BY CASE WHEN valid_to IS NULL THEN 0 ELSE 1 END, valid_from DESC, attribute"
);
sql!(
    ATTRIBUTES_ON,
    "SELECT a.unit_id, a.attribute FROM unit_attribute a JOIN org_unit u ON u.id = a.unit_id
     WHERE u.parent_id = $1 AND a.valid_from <= $2 AND (a.valid_to IS NULL OR a.valid_to >= $2) ORDER BY a.unit_id, a.attribute"
);
sql!(
    SUCCESSORS,
    "SELECT u.code, u.name, c.kind, s.since, s.decision,
            (SELECT COUNT(*) FROM unit_successor x WHERE x.unit_id = s.unit_id) > 1 AS split
     FROM unit_successor s JOIN org_unit u ON u.id = s.successor_id JOIN commune c ON c.unit_id = u.id
     WHERE s.unit_id = $1 ORDER BY s.since, u.code"
);
sql!(
    PREDECESSORS,
    "SELECT u.code, u.name, c.kind, s.since, s.decision,
            (SELECT COUNT(*) FROM unit_successor x WHERE x.unit_id = s.unit_id) > 1 AS split
     FROM unit_successor s JOIN org_unit u ON u.id = s.unit_id JOIN commune c ON c.unit_id = u.id
     WHERE s.successor_id = $1 ORDER BY s.since, u.code"
);
sql!(
    ON_DAY,
    "SELECT u.id, u.code, n.name, c.kind, c.former_district, c.lat, c.lon, COALESCE(p.people, 0) AS people
     FROM org_unit u JOIN commune c ON c.unit_id = u.id
     JOIN v_organisation_name n ON n.unit_id = u.id AND n.valid_from <= $3 AND (n.until IS NULL OR n.until > $3)
     LEFT JOIN (SELECT a.commune_id, COUNT(DISTINCT a.person_id) AS people FROM assignment a JOIN person q ON q.id = a.person_id
                WHERE q.removed_at IS NULL AND a.valid_from <= $3 AND (a.valid_to IS NULL OR a.valid_to >= $3)
                GROUP BY a.commune_id) p ON p.commune_id = u.id
     WHERE u.parent_id = $1 AND (CAST($2 AS UUID) IS NULL OR u.id = $2) AND u.valid_from <= $3
       AND (u.valid_to IS NULL OR u.valid_to >= $3)
     ORDER BY u.sort_key, u.code"
);
sql!(
    NAMESAKES,
    "SELECT u.code FROM org_unit u JOIN commune c ON c.unit_id = u.id
     WHERE u.parent_id = $1 AND u.search_key = $2 AND c.kind = $3 AND u.id <> $4 AND u.valid_to IS NULL ORDER BY u.code"
);
// of the commune alone: SQLite makes what is joined from the outside as a whole
sql!(
    OFFICES,
    "SELECT k.name, COUNT(p.person_id) AS people FROM office o JOIN office_kind k ON k.code = o.kind_code
     LEFT JOIN (SELECT r.person_id, r.office_id FROM v_registry_person r WHERE r.commune_id = $1) p ON p.office_id = o.unit_id
     WHERE o.commune_id = $1 GROUP BY k.name, k.code ORDER BY k.code"
);
sql!(CODE_USED, "SELECT COUNT(*) FROM org_unit WHERE code = $1");
sql!(
    HERITAGE,
    "SELECT former_district, region, is_border, is_highland, is_mountain, is_coastal, lat, lon FROM commune WHERE unit_id = $1"
);
sql!(
    OFFICE_KINDS_OF,
    "SELECT o.kind_code, u.name FROM office o JOIN org_unit u ON u.id = o.unit_id WHERE o.commune_id = $1 ORDER BY o.kind_code"
);
sql!(LOCK_UNIT, "UPDATE org_unit SET edition = edition WHERE id = $1");
sql!(INSERT_NAME, "INSERT INTO unit_name (unit_id, valid_from, name, decision) VALUES ($1, $2, $3, $4)");
sql!(SET_NAME, "UPDATE org_unit SET name = $2, search_key = $3, sort_key = $4 WHERE id = $1");
sql!(TOUCH, "UPDATE org_unit SET edition = edition + 1, changed_by = $2, changed_at = $3 WHERE id = $1");
sql!(SET_CONTACTS, "UPDATE org_unit SET head_name = $2, phone = $3, email = $4 WHERE id = $1");
sql!(
    INSERT_ATTRIBUTE,
    "INSERT INTO unit_attribute (unit_id, attribute, valid_from, valid_to, source) VALUES ($1, $2, $3, NULL, $4)"
);
sql!(
    END_ATTRIBUTE,
    "UPDATE unit_attribute SET valid_to = $3 WHERE unit_id = $1 AND attribute = $2 AND valid_to IS NULL"
);
sql!(
    SET_FLAGS,
    "UPDATE commune SET region = COALESCE($2, region), is_border = $3, is_highland = $4, is_mountain = $5, is_coastal = $6
     WHERE unit_id = $1"
);
sql!(END_UNITS, "UPDATE org_unit SET valid_to = $2 WHERE (id = $1 OR parent_id = $1) AND valid_to IS NULL");
sql!(INSERT_SUCCESSOR, "INSERT INTO unit_successor (unit_id, successor_id, since, decision) VALUES ($1, $2, $3, $4)");

/// A commune of the actor's province within the actor's scope, also one that has ended.
pub(super) async fn unit(conn: &mut Conn, actor: &Actor, code: &str) -> Result<Option<Unit>, StoreError> {
    conn.opt(&UNIT, &[&code, &actor.province, &actor.commune()]).await
}

/// Its names, newest first.
pub(super) async fn names(conn: &mut Conn, unit: UnitId) -> Result<Vec<Name>, StoreError> {
    conn.all(&NAMES, &[&unit]).await
}

/// Its attributes, those that hold first.
pub(super) async fn attributes(conn: &mut Conn, unit: UnitId) -> Result<Vec<Attribute>, StoreError> {
    conn.all(&ATTRIBUTES, &[&unit]).await
}

/// The units that it went into.
pub(super) async fn successors(conn: &mut Conn, unit: UnitId) -> Result<Vec<Kin>, StoreError> {
    conn.all(&SUCCESSORS, &[&unit]).await
}

/// The units that came into it.
pub(super) async fn predecessors(conn: &mut Conn, unit: UnitId) -> Result<Vec<Kin>, StoreError> {
    conn.all(&PREDECESSORS, &[&unit]).await
}

/// The offices of a commune with the people in them.
pub(super) async fn offices(conn: &mut Conn, unit: UnitId) -> Result<Vec<(String, i64)>, StoreError> {
    conn.all(&OFFICES, &[&unit]).await
}

/// The communes that an actor may see as they were on a day, by name.
///
/// # Errors
/// The database's failure.
pub async fn on_day(conn: &mut Conn, actor: &Actor, day: NaiveDate) -> Result<Vec<OnDay>, StoreError> {
    conn.all(&ON_DAY, &[&actor.province, &actor.commune(), &day]).await
}

/// Attributes that held on a day, by unit, of the actor's province.
///
/// # Errors
/// The database's failure.
pub async fn attributes_on(
    conn: &mut Conn,
    actor: &Actor,
    day: NaiveDate,
) -> Result<Vec<(UnitId, String)>, StoreError> {
    conn.all(&ATTRIBUTES_ON, &[&actor.province, &day]).await
}
