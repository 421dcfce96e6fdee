//! Lecturers: who teaches, by which contract, how much, and when they are away.
//!
//! Owns tables `lecturer`, `lecturer_absence`, `lecturer_offer`, `lecturer_payment`, `topic_wish`, `topic_wish_head`,
//! `coaching_note`. A lecturer is an open account with that duty; what the school has not
//! written of one is as usual: of the school (visiting, for whoever comes in by a personal link), the scheme's load, no wish.
//!
//! Always true:
//! - an absence is a fact that may be taken back, with who and when; timetables see it at once;
//! - an offer is answered once, by the lecturer; who declines leaves the draft, whose sittings are open again;
//! - the account of whoever still teaches is not closed: the refusal names the classes.
//!
//! Start reading at [`actions::change_lecturer`].

pub mod actions;
pub mod coaching;
pub(crate) mod offers;
mod pages;
pub mod payment;
mod place;
mod store;
mod wishes;

pub use actions::{AbsenceDraft, LecturerDraft, LecturerError, change_lecturer, note_absence, withdraw_absence};
pub use store::{Absence, Lecturer, absences, declined, lecturers};
pub(crate) use wishes::topic_wishes;

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

use crate::timetable::EditTimetables;

web::messages!("teaching.lecturers");

/// Read lecturers, their load and absences.
#[derive(Debug)]
pub struct ReadLecturers;
impl Right for ReadLecturers {
    const NAME: &'static str = "lecturers.read";
}

/// Write contract, load and absences of lecturers.
#[derive(Debug)]
pub struct EditLecturers;
impl Right for EditLecturers {
    const NAME: &'static str = "lecturers.edit";
}

/// See what one is to teach, and answer what one is asked.
#[derive(Debug)]
pub struct AnswerOffers;
impl Right for AnswerOffers {
    const NAME: &'static str = "offers.answer";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let answers = Access::right::<AnswerOffers>();
    let (reads, edits) = (Access::right::<ReadLecturers>(), Access::right::<EditLecturers>());
    let coaches = Access::right::<coaching::CoachLecturers>();
    let pays = Access::right::<payment::PayLecturers>();
    Area {
        routes: Routes::new()
            .get("/lecturers", reads, pages::list)
            .get("/lecturers/{lecturer}", reads, pages::get)
            .post("/lecturers/{lecturer}", edits, pages::post)
            .post("/lecturers/{lecturer}/absences", edits, pages::post_absence)
            .post("/lecturers/{lecturer}/absences/{absence}/withdrawal", edits, pages::post_withdrawal)
            .get("/lecturers/{lecturer}/payment", pays, payment::pages::get)
            .post("/lecturers/{lecturer}/payment", pays, payment::pages::post_reading)
            .post("/lecturers/{lecturer}/payment/details", pays, payment::pages::post)
            .get("/lecturers/{lecturer}/preferences", edits, wishes::get)
            .post("/lecturers/{lecturer}/preferences", edits, wishes::post)
            .get("/me/preferences", answers, wishes::get_own)
            .post("/me/preferences", answers, wishes::post_own)
            .get("/lecturers/{lecturer}/coaching", coaches, coaching::pages::get)
            .post("/lecturers/{lecturer}/coaching", coaches, coaching::pages::post)
            .get("/lecturers/{lecturer}/coaching/{coaching_note}", coaches, coaching::pages::get_note)
            .post("/lecturers/{lecturer}/coaching/{coaching_note}", coaches, coaching::pages::post_note)
            .get("/me/coaching", answers, coaching::pages::get_own)
            .post("/me/coaching/{coaching_note}", answers, coaching::pages::post_answer)
            .get("/me/payment", answers, payment::pages::get_own)
            .post("/me/payment", answers, payment::pages::post_own)
            .post("/classes/{class}/timetable/offers", Access::right::<EditTimetables>(), offers::post_offers)
            .get("/teaching", answers, offers::get)
            .post("/teaching/offers/{offer}", answers, offers::post_answer),
        nav: vec![
            NavItem { href: "/lecturers", icon: "graduation-cap", key: "lecturers-nav", right: ReadLecturers::NAME },
            NavItem { href: "/teaching", icon: "calendar", key: "lecturers-teaching", right: AnswerOffers::NAME },
        ],
        rights: vec![
            ReadLecturers::NAME,
            EditLecturers::NAME,
            AnswerOffers::NAME,
            coaching::CoachLecturers::NAME,
            payment::PayLecturers::NAME,
        ],
        ..Area::default()
    }
}
