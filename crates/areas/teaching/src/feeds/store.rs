//! SQL of feeds; nobody else writes their table.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, ClassId, HalfDayId, SchemeId, VenueId};

/// What a feed is of: a class, a room, or else the account itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Own,
    Class(ClassId),
    Room(VenueId),
}

impl Of {
    pub(super) fn class(self) -> Option<ClassId> {
        if let Self::Class(class) = self { Some(class) } else { None }
    }

    pub(super) fn room(self) -> Option<VenueId> {
        if let Self::Room(room) = self { Some(room) } else { None }
    }
}

/// A feed by its address.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Feed {
    pub scheme_id: SchemeId,
    pub account_id: AccountId,
    pub class_id: Option<ClassId>,
    pub venue_id: Option<VenueId>,
}

/// A published sitting.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Line {
    pub half_day_id: HalfDayId,
    pub held_on: NaiveDate,
    pub part: String,
    pub number: i64,
    pub year: i64,
    pub cancelled: bool,
    pub version: i64,
    pub published_at: DateTime<Utc>,
    pub title: String,
    pub lecturer: Option<String>,
    pub partner: Option<String>,
    pub venue: Option<String>,
    pub is_online: bool,
}

sql!(
    INSERT_FEED,
    "INSERT INTO calendar_feed (id, scheme_id, account_id, class_id, venue_id, token_hash, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
sql!(
    END_FEEDS,
    "UPDATE calendar_feed SET ended_at = $4 WHERE account_id = $1 AND ended_at IS NULL
       AND class_id IS NOT DISTINCT FROM $2 AND venue_id IS NOT DISTINCT FROM $3"
);
sql!(
    SINCE,
    "SELECT made_at FROM calendar_feed WHERE account_id = $1 AND ended_at IS NULL
       AND class_id IS NOT DISTINCT FROM $2 AND venue_id IS NOT DISTINCT FROM $3"
);
sql!(
    /// A feed ends with the account that made it.
    BY_HASH,
    "SELECT f.scheme_id, f.account_id, f.class_id, f.venue_id FROM calendar_feed f JOIN account a ON a.id = f.account_id
     WHERE f.token_hash = $1 AND f.ended_at IS NULL AND a.disabled_at IS NULL"
);
sql!(
    LINES,
    "SELECT h.id AS half_day_id, h.held_on, h.part, c.number, c.year, c.state = 'cancelled' AS cancelled, t.published AS version,
            w.at AS published_at, s.title, l.name AS lecturer, p.name AS partner, v.name AS venue, s.is_online
     FROM class c
     JOIN timetable t ON t.class_id = c.id
     JOIN timetable_version w ON w.class_id = c.id AND w.number = t.published
     JOIN half_day h ON h.class_id = c.id
     JOIN sitting s ON s.half_day_id = h.id AND s.version = t.published
     LEFT JOIN account l ON l.id = s.lecturer_id
     LEFT JOIN account p ON p.id = s.partner_id
     LEFT JOIN venue v ON v.id = s.venue_id
     WHERE c.scheme_id = $1 AND h.held_on >= $5 AND c.state <> 'called'
       AND (c.id = $3 OR s.venue_id = $4
            OR (CAST($3 AS UUID) IS NULL AND CAST($4 AS UUID) IS NULL
                AND (s.lecturer_id = $2 OR s.partner_id = $2
                     OR EXISTS (SELECT 1 FROM nomination n JOIN account o ON o.id = $2 AND o.person_id = n.person_id
                                WHERE n.class_id = c.id AND n.state IN ('accepted', 'completed', 'not_completed')))))
     ORDER BY h.held_on, h.part DESC, c.year, c.number, s.seq"
);

/// The feed of an address that still holds.
pub(super) async fn by_hash(conn: &mut Conn, hash: &str) -> Result<Option<Feed>, StoreError> {
    conn.opt(&BY_HASH, &[&hash]).await
}

/// Since when an account has an address for something.
pub(super) async fn since(conn: &mut Conn, account: AccountId, of: Of) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row: Option<(DateTime<Utc>,)> = conn.opt(&SINCE, &[&account, &of.class(), &of.room()]).await?;
    Ok(row.map(|(at,)| at))
}

/// What a feed shows, from a day on.
pub(super) async fn lines(conn: &mut Conn, feed: &Feed, from: NaiveDate) -> Result<Vec<Line>, StoreError> {
    conn.all(&LINES, &[&feed.scheme_id, &feed.account_id, &feed.class_id, &feed.venue_id, &from]).await
}
