//! Calendar feeds: a personal, unguessable address from which a phone or a desk calendar reads the published timetable of a class, of a
//! room, or of oneself (as a learner and as a lecturer), RFC 5545.
//!
//! Owns table `calendar_feed`. Uses the faces of `classes` and `scheme` and the tables of the timetable.
//!
//! Always true:
//! - a feed shows what is published, never a draft, and nobody's name but those of lecturers;
//! - a lecturer has one feed of their own, whether they or the school made it; either ends it;
//! - of one thing each account has one address at a time; a new one ends the one before;
//! - an address is kept as its hash, so that the database alone opens no feed.
//!
//! Start reading at [`pages`] and [`ical`].

mod ical;
mod pages;
mod store;

use web::{Access, Area, Routes};

use crate::{
    classes::{ReadClasses, rooms::EditRooms},
    lecturers::EditLecturers,
};

web::messages!("teaching.feeds");

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (reads, rooms) = (Access::right::<ReadClasses>(), Access::right::<EditRooms>());
    let edits = Access::right::<EditLecturers>();
    Area {
        routes: Routes::new()
            .get("/me/feed", Access::SignedIn, pages::get_own)
            .post("/me/feed", Access::SignedIn, pages::post_own)
            .get("/classes/{class}/feed", reads, pages::get_class)
            .post("/classes/{class}/feed", reads, pages::post_class)
            .get("/rooms/{room}/feed", rooms, pages::get_room)
            .post("/rooms/{room}/feed", rooms, pages::post_room)
            .get("/lecturers/{lecturer}/feed", edits, pages::get_lecturer)
            .post("/lecturers/{lecturer}/feed", edits, pages::post_lecturer)
            .post("/lecturers/{lecturer}/feed/revocation", edits, pages::post_revocation)
            .get("/feeds/{token}", Access::Public, pages::get_feed),
        ..Area::default()
    }
}
