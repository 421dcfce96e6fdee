//! Rooms (venues): what the school may call a class into, kept by its training office.
//!
//! Writes table `venue` of the slice `classes`.
//!
//! Always true:
//! - no two rooms have names that read alike (case and tones aside);
//! - a room is never deleted: it goes out of use from a day on, and no class stands in it from that day;
//! - a room holds the seats of every class that is still to come;
//! - of two people who edit one room the second is told what the first saved.
//!
//! Start reading at [`change_room`].

mod actions;
mod pages;
mod store;

pub use actions::{RoomDraft, RoomError, add_room, change_room, load_venues};
pub use store::Room;
pub(super) use store::hold;
pub(crate) use store::rooms;

use kernel::Right;
use web::{Access, Area, Routes};

use super::ReadClasses;

web::messages!("teaching.rooms");

/// Add rooms, change them, take them out of use.
#[derive(Debug)]
pub struct EditRooms;
impl Right for EditRooms {
    const NAME: &'static str = "rooms.edit";
}

/// The slice as the classes compose it. Whoever reads classes reads the rooms in which they are held.
pub(super) fn area() -> Area {
    let (reads, edits) = (Access::right::<ReadClasses>(), Access::right::<EditRooms>());
    Area {
        routes: Routes::new()
            .get("/rooms", reads, pages::list)
            .post("/rooms", edits, pages::post_new)
            .get("/rooms/new", edits, pages::get_new)
            .get("/rooms/{room}", edits, pages::get)
            .post("/rooms/{room}", edits, pages::post),
        rights: vec![EditRooms::NAME],
        ..Area::default()
    }
}
