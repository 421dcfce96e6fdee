//! SQL of rooms; nobody else writes their table.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{SchemeId, VenueId};

use crate::classes::label;

/// A room, or a place of field trips.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Room {
    /// Its id.
    pub id: VenueId,
    /// Name.
    pub name: String,
    /// `room` of the school, or `field`: a place of field trips.
    pub kind: String,
    /// How to find it; may be empty.
    pub address: String,
    /// Seats.
    pub seats: i64,
    /// First day on which it is out of use.
    pub closed_from: Option<NaiveDate>,
    /// Counts the times it was saved; a form that was made from an older edition is overtaken.
    pub edition: i64,
    /// Who saved it last; nobody since it was added.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<DateTime<Utc>>,
}

/// A room of the school, as stored.
pub const ROOM: &str = "room";
/// A place of field trips, as stored.
pub const FIELD: &str = "field";

impl Room {
    /// Whether a class may have it for its week.
    #[must_use]
    pub fn holds_classes(&self) -> bool {
        self.kind == ROOM
    }

    /// Whether it is out of use on a day.
    #[must_use]
    pub fn closed_on(&self, day: NaiveDate) -> bool {
        self.closed_from.is_some_and(|from| from <= day)
    }
}

/// A class that stands in a room.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Held {
    pub year: i64,
    pub number: i64,
    pub ends_on: NaiveDate,
    pub seat_limit: i64,
}

impl Held {
    pub(super) fn label(&self) -> String {
        label(self.number, self.year)
    }
}

sql!(
    ROOMS,
    "SELECT id, name, kind, address, seats, closed_from, edition, changed_by, changed_at FROM venue
     WHERE scheme_id = $1 ORDER BY kind DESC, seats DESC, name, id"
);
sql!(LOCK_ROOM, "UPDATE venue SET edition = edition WHERE id = $1 AND scheme_id = $2");
sql!(
    HELD,
    "SELECT c.year, c.number, c.ends_on, c.seat_limit FROM class c
     WHERE c.state <> 'cancelled' AND c.ends_on >= $2
       AND (c.venue_id = $1
            OR EXISTS (SELECT 1 FROM half_day h JOIN timetable t ON t.class_id = h.class_id
                       JOIN sitting s ON s.half_day_id = h.id AND (s.version = 0 OR s.version = t.published)
                       WHERE h.class_id = c.id AND h.held_on >= $2 AND s.venue_id = $1))
     ORDER BY c.ends_on, c.year, c.number"
);
sql!(
    COMING,
    "SELECT venue_id, COUNT(*) AS classes FROM class WHERE scheme_id = $1 AND state <> 'cancelled' AND ends_on >= $2
     GROUP BY venue_id ORDER BY venue_id"
);
sql!(
    INSERT_ROOM,
    "INSERT INTO venue (id, scheme_id, name, search_key, seats, kind, address) VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
sql!(
    UPDATE_ROOM,
    "UPDATE venue SET name = $2, search_key = $3, seats = $4, closed_from = $5, edition = edition + 1, changed_by = $6,
            changed_at = $7, kind = $8, address = $9
     WHERE id = $1"
);

/// The rooms of a scheme, largest first, also those out of use, then its places of field trips.
///
/// # Errors
/// The database's failure.
pub async fn rooms(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<Room>, StoreError> {
    conn.all(&ROOMS, &[&scheme]).await
}

/// A room of a scheme, held against whoever changes it or calls a class into it until the transaction ends.
///
/// # Errors
/// The database's failure.
pub async fn hold(tx: &mut Tx, scheme: SchemeId, room: VenueId) -> Result<Option<Room>, StoreError> {
    tx.exec(&LOCK_ROOM, &[&room, &scheme]).await?;
    Ok(rooms(tx, scheme).await?.into_iter().find(|r| r.id == room))
}

/// Classes in a room that end on a day or later, in the order of their ends.
pub(super) async fn held(conn: &mut Conn, room: VenueId, from: NaiveDate) -> Result<Vec<Held>, StoreError> {
    conn.all(&HELD, &[&room, &from]).await
}

/// How many classes of a scheme are not over yet, by their room.
pub(super) async fn coming(
    conn: &mut Conn,
    scheme: SchemeId,
    today: NaiveDate,
) -> Result<Vec<(VenueId, i64)>, StoreError> {
    conn.all(&COMING, &[&scheme, &today]).await
}
