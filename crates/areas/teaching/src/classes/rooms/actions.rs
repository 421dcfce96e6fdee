//! Adding and changing rooms.

use ::store::{By, Change, Db, StoreError};
use chrono::NaiveDate;
use kernel::{SchemeId, VenueId, text::fold};
use serde::Serialize;
use web::Permit;

use super::{
    EditRooms,
    store::{INSERT_ROOM, ROOM, Room, UPDATE_ROOM, held, hold, rooms},
};
use crate::scheme;

/// What the training office says of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoomDraft {
    /// Name.
    pub name: String,
    /// `room` or `field`.
    pub kind: String,
    /// How to find it; may be empty.
    pub address: String,
    /// Seats.
    pub seats: i64,
    /// First day on which it is out of use; none while it is used.
    pub closed_from: Option<NaiveDate>,
}

impl RoomDraft {
    /// A room as it stands.
    #[must_use]
    pub fn of(room: &Room) -> Self {
        Self {
            name: room.name.clone(),
            kind: room.kind.clone(),
            address: room.address.clone(),
            seats: room.seats,
            closed_from: room.closed_from,
        }
    }
}

/// Why a room was not written.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// No such room.
    #[error("no such room")]
    NotFound,
    /// A room has a name that reads the same: that name.
    #[error("the name is taken")]
    Taken(String),
    /// A class that is not over yet has more seats than the room would have.
    #[error("class {label} has {seats} seats")]
    TooSmall {
        /// Number and year of the class.
        label: String,
        /// Its seats.
        seats: i64,
    },
    /// A class stands in the room on or after its last day of use.
    #[error("class {label} is there until {until}")]
    InNeed {
        /// Number and year of the last class.
        label: String,
        /// Its last day.
        until: NaiveDate,
    },
    /// A class that is not over yet stands in it: its kind stays.
    #[error("class {label} needs it as it is")]
    KindInNeed {
        /// Number and year of the last class.
        label: String,
    },
    /// Somebody saved the room after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// The database's failure.
    #[error("writing a room")]
    Store(#[from] StoreError),
}

/// A name that another room has fails by the unique rule; here it gets its words.
fn taken(error: StoreError, name: &str) -> RoomError {
    if error.is_unique("venue") { RoomError::Taken(name.to_owned()) } else { error.into() }
}

/// The room other than `own` whose name reads the same.
fn namesake<'r>(rooms: &'r [Room], own: Option<VenueId>, name: &str) -> Option<&'r Room> {
    let key = fold(name);
    rooms.iter().find(|r| Some(r.id) != own && fold(&r.name) == key)
}

/// Adds rooms to a scheme.
///
/// # Errors
/// [`StoreError::Unique`] when a name is taken; the database's failure.
pub async fn load_venues(
    db: &Db,
    by: By<'_>,
    scheme: SchemeId,
    rooms: &[(&str, i64)],
) -> Result<Vec<VenueId>, StoreError> {
    db.write(async |tx| {
        let made: Vec<(VenueId, &str, i64)> = rooms.iter().map(|(n, s)| (VenueId::new(tx.ids()), *n, *s)).collect();
        tx.exec_many(&INSERT_ROOM, &made, |(id, name, seats), args| {
            args.add(id)?;
            args.add(&scheme)?;
            args.add(name)?;
            args.add(&fold(name))?;
            args.add(seats)?;
            args.add(&ROOM)?;
            args.add(&"")
        })
        .await?;
        tx.audit(by, "classes.venues.loaded", "venues", Change::created(&rooms))?;
        Ok(made.into_iter().map(|(id, ..)| id).collect())
    })
    .await
}

/// Adds a room that is in use.
///
/// # Errors
/// [`RoomError::Taken`]; the database's failure.
pub async fn add_room(db: &Db, permit: &Permit<EditRooms>, draft: &RoomDraft) -> Result<VenueId, RoomError> {
    let draft = RoomDraft { closed_from: None, ..draft.clone() };
    let name = &draft.name;
    db.write(async |tx| {
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(RoomError::NotFound)?.id;
        if let Some(other) = namesake(&rooms(tx, scheme).await?, None, name) {
            return Err(RoomError::Taken(other.name.clone()));
        }
        let id = VenueId::new(tx.ids());
        tx.exec(&INSERT_ROOM, &[&id, &scheme, name, &fold(name), &draft.seats, &draft.kind, &draft.address])
            .await
            .map_err(|error| taken(error, name))?;
        tx.audit(&permit.actor, "classes.room.added", id, Change::created(&draft))?;
        Ok(id)
    })
    .await
}

/// Changes a room of which the actor saw edition `seen`; nothing is written when nothing would change.
///
/// # Errors
/// [`RoomError`].
pub async fn change_room(
    db: &Db,
    permit: &Permit<EditRooms>,
    room: VenueId,
    draft: &RoomDraft,
    seen: i64,
) -> Result<(), RoomError> {
    db.write(async |tx| {
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(RoomError::NotFound)?.id;
        let before = hold(tx, scheme, room).await?.ok_or(RoomError::NotFound)?;
        if RoomDraft::of(&before) == *draft {
            return Ok(());
        }
        if before.edition != seen {
            return Err(RoomError::Overtaken);
        }
        if let Some(other) = namesake(&rooms(tx, scheme).await?, Some(room), &draft.name) {
            return Err(RoomError::Taken(other.name.clone()));
        }
        let today = tx.today();
        if before.kind != draft.kind
            && let Some(class) = held(tx, room, today).await?.last()
        {
            return Err(RoomError::KindInNeed { label: class.label() });
        }
        let largest = held(tx, room, today).await?.into_iter().max_by_key(|c| c.seat_limit);
        if let Some(class) = largest.filter(|c| c.seat_limit > draft.seats) {
            return Err(RoomError::TooSmall { label: class.label(), seats: class.seat_limit });
        }
        if let Some(from) = draft.closed_from
            && let Some(class) = held(tx, room, from).await?.last()
        {
            return Err(RoomError::InNeed { label: class.label(), until: class.ends_on });
        }
        let now = tx.now();
        let values: &[&dyn ::store::Bind] = &[
            &room,
            &draft.name,
            &fold(&draft.name),
            &draft.seats,
            &draft.closed_from,
            &permit.actor.name,
            &now,
            &draft.kind,
            &draft.address,
        ];
        tx.exec(&UPDATE_ROOM, values).await.map_err(|error| taken(error, &draft.name))?;
        let change = Change::changed(&RoomDraft::of(&before), draft);
        tx.audit(&permit.actor, "classes.room.changed", room, change)?;
        Ok(())
    })
    .await
}
