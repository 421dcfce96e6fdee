//! SQL of the scheme; nobody else writes these tables.

use std::collections::BTreeMap;

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{Actor, SchemeId, UnitId};

use super::model::{Costs, Rules};

/// A scheme.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Scheme {
    /// Its id.
    pub id: SchemeId,
    /// Stable code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Name in the frame.
    pub short_name: String,
    /// Its province.
    pub province_id: UnitId,
    /// Name of the province.
    pub province_name: String,
    /// First year.
    pub first_year: i64,
    /// Last year.
    pub last_year: i64,
}

/// An audience with the programme that serves it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Audience {
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Target group of the scheme, 1 to 3.
    pub target_group: i64,
    /// Programme that serves it.
    pub programme_code: String,
}

/// A milestone with what became of it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Milestone {
    /// Stable code.
    pub code: String,
    /// What is due.
    pub title: String,
    /// By when.
    pub due_on: NaiveDate,
    /// When it was done.
    pub done_on: Option<NaiveDate>,
}

sql!(
    ALL,
    "SELECT id, code, name, short_name, province_id, province_name, first_year, last_year FROM scheme ORDER BY first_year, code"
);
sql!(
    OF_PROVINCE,
    "SELECT id, code, name, short_name, province_id, province_name, first_year, last_year FROM scheme WHERE province_id = $1"
);
sql!(
    RULES,
    "SELECT key, value FROM scheme_rule
     WHERE scheme_id = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to >= $2) ORDER BY key, valid_from"
);
sql!(
    COSTS,
    "SELECT key, value, source FROM scheme_rule
     WHERE scheme_id = $1 AND key LIKE 'cost_%' AND valid_from <= $2 AND (valid_to IS NULL OR valid_to >= $2) ORDER BY key, valid_from"
);
sql!(
    AUDIENCES,
    "SELECT code, name, target_group, programme_code FROM scheme_audience WHERE scheme_id = $1 ORDER BY place, code"
);
sql!(
    MILESTONES,
    "SELECT code, title, due_on, done_on FROM scheme_milestone WHERE scheme_id = $1 ORDER BY due_on, code"
);
sql!(
    COMPLETE_MILESTONE,
    "UPDATE scheme_milestone SET done_on = $3 WHERE scheme_id = $1 AND code = $2 AND done_on IS NULL"
);
sql!(
    INSERT_SCHEME,
    "INSERT INTO scheme (id, code, name, short_name, province_id, province_name, first_year, last_year)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);

/// The scheme in which an actor works: that of the actor's province. The one place that decides it.
///
/// # Errors
/// The database's failure.
pub async fn of(conn: &mut Conn, actor: &Actor) -> Result<Option<Scheme>, StoreError> {
    conn.opt(&OF_PROVINCE, &[&actor.province]).await
}

/// Every scheme, by its first year.
///
/// # Errors
/// The database's failure.
pub async fn all(conn: &mut Conn) -> Result<Vec<Scheme>, StoreError> {
    conn.all(&ALL, &[]).await
}

/// The rules in force on a day.
///
/// # Errors
/// The database's failure; missing rules are reported as a migration problem with their keys.
pub async fn rules(conn: &mut Conn, scheme: SchemeId, on: NaiveDate) -> Result<Rules, StoreError> {
    let rows: Vec<(String, String)> = conn.all(&RULES, &[&scheme, &on]).await?;
    let rows: BTreeMap<String, String> = rows.into_iter().collect();
    Rules::from_rows(&rows)
        .map_err(|broken| StoreError::Migration(broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
}

/// What classes cost by the norms in force on a day: rules that a scheme may do without.
///
/// # Errors
/// The database's failure.
pub async fn costs(conn: &mut Conn, scheme: SchemeId, on: NaiveDate) -> Result<Costs, StoreError> {
    let rows: Vec<(String, String, String)> = conn.all(&COSTS, &[&scheme, &on]).await?;
    Ok(Costs::from_rows(&rows))
}

/// The audiences in their order.
///
/// # Errors
/// The database's failure.
pub async fn audiences(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<Audience>, StoreError> {
    conn.all(&AUDIENCES, &[&scheme]).await
}

/// The milestones by due date.
///
/// # Errors
/// The database's failure.
pub async fn milestones(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<Milestone>, StoreError> {
    conn.all(&MILESTONES, &[&scheme]).await
}

sql!(
    INSERT_RULE,
    "INSERT INTO scheme_rule (scheme_id, key, value, unit, valid_from, valid_to, source) VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
sql!(
    INSERT_MILESTONE,
    "INSERT INTO scheme_milestone (scheme_id, code, title, due_on, source) VALUES ($1, $2, $3, $4, $5)"
);
sql!(
    INSERT_BODY,
    "INSERT INTO scheme_body (scheme_id, code, name, duty, tier, source) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    INSERT_AUDIENCE,
    "INSERT INTO scheme_audience (scheme_id, code, name, description, target_group, programme_code, place, source)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
sql!(INSERT_BLOC, "INSERT INTO scheme_audience_bloc (scheme_id, bloc, audience_code) VALUES ($1, $2, $3)");
sql!(
    INSERT_LEGAL,
    "INSERT INTO legal_document (number, issued_on, issuer, kind, title, status, note, place, scheme_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);
