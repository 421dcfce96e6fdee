//! SQL of the calendar; nobody else writes its table.

use ::store::{By, Change, Conn, StoreError, Tx, sql};
use chrono::{Days, NaiveDate};

use super::Workdays;

/// How far ahead the clocks of offices look, in days: the longest of them and every holiday that may fall into it.
const AHEAD: u64 = 120;

/// A day of the calendar that matters: holiday, day in lieu, event.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of calendar_day, described in the dictionary")]
pub struct CalendarRow {
    pub day: NaiveDate,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub is_day_off: bool,
    pub status: String,
    pub source: String,
}

sql!(
    INSERT_DAY,
    "INSERT INTO calendar_day (day, code, name, kind, is_day_off, status, source) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (day, code) DO NOTHING"
);
sql!(CALENDAR, "SELECT day, code, is_day_off FROM calendar_day ORDER BY day, code");
sql!(DAYS_OFF, "SELECT DISTINCT day FROM calendar_day WHERE is_day_off AND day BETWEEN $1 AND $2 ORDER BY day");
sql!(EVENT_DAYS, "SELECT DISTINCT day FROM calendar_day WHERE kind = 'su_kien' AND day BETWEEN $1 AND $2 ORDER BY day");
sql!(
    DIFFERENT_DAYS,
    "SELECT DISTINCT day, is_day_off FROM calendar_day
     WHERE day BETWEEN $1 AND $2 AND (is_day_off OR kind = 'ngay_lam_bu') ORDER BY day, is_day_off"
);

/// Writes days of the calendar; a day that another scheme brought already stays as it is.
///
/// # Errors
/// The database's failure.
pub async fn load_calendar(tx: &mut Tx, by: By<'_>, days: &[CalendarRow]) -> Result<(), StoreError> {
    tx.exec_many(&INSERT_DAY, days, |d, args| {
        args.add(&d.day)?;
        args.add(&d.code)?;
        args.add(&d.name)?;
        args.add(&d.kind)?;
        args.add(&d.is_day_off)?;
        args.add(&d.status)?;
        args.add(&d.source)
    })
    .await?;
    tx.audit(by, "calendar.days.loaded", "calendar", Change::created(&days))
}

/// The calendar as it stands: day, code, whether nobody works. Schemes share it.
///
/// # Errors
/// The database's failure.
pub async fn calendar(conn: &mut Conn) -> Result<Vec<(NaiveDate, String, bool)>, StoreError> {
    conn.all(&CALENDAR, &[]).await
}

/// Days without work between two days.
///
/// # Errors
/// The database's failure.
pub async fn days_off(conn: &mut Conn, from: NaiveDate, to: NaiveDate) -> Result<Vec<NaiveDate>, StoreError> {
    let rows: Vec<(NaiveDate,)> = conn.all(&DAYS_OFF, &[&from, &to]).await?;
    Ok(rows.into_iter().map(|(day,)| day).collect())
}

/// Days of events between two days: congresses, elections.
///
/// # Errors
/// The database's failure.
pub async fn event_days(conn: &mut Conn, from: NaiveDate, to: NaiveDate) -> Result<Vec<NaiveDate>, StoreError> {
    let rows: Vec<(NaiveDate,)> = conn.all(&EVENT_DAYS, &[&from, &to]).await?;
    Ok(rows.into_iter().map(|(day,)| day).collect())
}

/// The working days of the months after a day.
///
/// # Errors
/// The database's failure.
pub async fn workdays(conn: &mut Conn, from: NaiveDate) -> Result<Workdays, StoreError> {
    let until = from.checked_add_days(Days::new(AHEAD)).unwrap_or(from);
    let days: Vec<(NaiveDate, bool)> = conn.all(&DIFFERENT_DAYS, &[&from, &until]).await?;
    Ok(Workdays::new(days))
}
