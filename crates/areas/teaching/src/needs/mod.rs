//! Needs: which competences a post asks for and which topics build them, questionnaires, and the gap of each person.
//!
//! Owns tables `competence`, `competence_post`, `competence_topic`, `competence_rating`,
//! `survey`, `survey_sending`, `survey_item`, `survey_answer`, `survey_reply`, `survey_ballot`; publishes view `v_needs_rating`.
//! Reads the register, programmes with their topics, and who completed a class.
//!
//! Always true:
//! - posts and topics are named by their codes: the matrix outlives versions of programmes;
//! - a gap is computed from facts when it is asked for: ratings, and classes completed since ([`model::Known`]);
//! - a rating is appended, never changed; a superior rates people of the own office or commune and nobody else;
//! - of two people who change one cell of the matrix the second is told what the first saved.
//!
//! Start reading at [`model::Known::reached`] and [`matrix::change_matrix`].

pub mod gaps;
pub mod matrix;
pub mod model;
pub mod survey;
mod tabs;

use tabs::Tabs;

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

web::messages!("teaching.needs");

/// Read the matrix and the gaps.
#[derive(Debug)]
pub struct ReadNeeds;
impl Right for ReadNeeds {
    const NAME: &'static str = "needs.read";
}

/// Change the matrix, write questionnaires and send them.
#[derive(Debug)]
pub struct EditNeeds;
impl Right for EditNeeds {
    const NAME: &'static str = "needs.edit";
}

/// Rate people of one's own office or commune.
#[derive(Debug)]
pub struct RatePeople;
impl Right for RatePeople {
    const NAME: &'static str = "needs.rate";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (reads, edits, rates) =
        (Access::right::<ReadNeeds>(), Access::right::<EditNeeds>(), Access::right::<RatePeople>());
    Area {
        routes: Routes::new()
            .get("/needs", reads, gaps::pages::summary)
            .get("/needs/gaps.xlsx", reads, gaps::export::get)
            .get("/needs/communes/{commune}", reads, gaps::pages::commune)
            .get("/needs/people/{person}", reads, gaps::pages::person)
            .get("/needs/ratings", rates, gaps::ratings::list)
            .get("/needs/ratings/{person}", rates, gaps::ratings::get)
            .post("/needs/ratings/{person}", rates, gaps::ratings::post)
            .get("/needs/matrix", reads, matrix::pages::posts)
            .get("/needs/matrix/topics", reads, matrix::pages::topics)
            .get("/needs/matrix/file.xlsx", reads, matrix::sheet::get)
            .get("/needs/matrix/import", edits, matrix::import::get)
            .upload("/needs/matrix/preview", edits, matrix::import::MOST_BYTES, matrix::import::preview)
            .post("/needs/matrix/import", edits, matrix::import::post)
            .get("/needs/matrix/posts/{post}", edits, matrix::cells::get_post)
            .post("/needs/matrix/posts/{post}", edits, matrix::cells::post_post)
            .get("/needs/matrix/topics/{programme}/{topic_code}", edits, matrix::cells::get_topic)
            .post("/needs/matrix/topics/{programme}/{topic_code}", edits, matrix::cells::post_topic)
            .get("/needs/competences", reads, matrix::pages::competences_page)
            .post("/needs/competences", edits, matrix::competence::post_new)
            .get("/needs/competences/new", edits, matrix::competence::get_new)
            .get("/needs/competences/{competence}", edits, matrix::competence::get)
            .post("/needs/competences/{competence}", edits, matrix::competence::post),
        nav: vec![NavItem { href: "/needs", icon: "list-checks", key: "needs-nav", right: ReadNeeds::NAME }],
        rights: vec![ReadNeeds::NAME, EditNeeds::NAME, RatePeople::NAME],
        ..Area::default()
    }
    .and(survey::area())
}
