//! Questionnaires: written by the school, sent once and frozen then, answered by people on a phone, also without a connection.
//!
//! Tables `survey`, `survey_sending`, `survey_withdrawal`, `survey_item`, `survey_answer`, `survey_reply`, `survey_ballot` of the slice `needs`.
//!
//! Always true:
//! - a questionnaire that was sent never changes; it is copied into a new one, or taken back with a reason, and what was answered
//!   stays;
//! - a person answers a questionnaire once; the same answer sent again is taken once and thanked for again;
//! - an answer to an anonymous questionnaire is a ballot: no column, no time and no order joins it to its author, and results
//!   are shown when it is closed and enough people answered (docs/adr/0018);
//! - own levels of competences become ratings in the same transaction.
//!
//! Start reading at [`actions::answer`].

pub mod actions;
mod ballots;
mod build;
mod fill;
pub mod import;
mod list;
pub mod model;
mod results;
mod send;
mod store;
mod withdraw;

pub use actions::{
    AnswerError, ItemDraft, Sending, SurveyDraft, SurveyError, add_items, add_survey, answer, questions, send_survey,
    withdraw_survey,
};
pub use ballots::shuffled;

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

use super::{EditNeeds, ReadNeeds};

web::messages!("teaching.surveys");

/// Answer questionnaires.
#[derive(Debug)]
pub struct AnswerSurveys;
impl Right for AnswerSurveys {
    const NAME: &'static str = "surveys.answer";
}

/// The questionnaires as the slice composes them.
pub(super) fn area() -> Area {
    let (reads, edits, answers) =
        (Access::right::<ReadNeeds>(), Access::right::<EditNeeds>(), Access::right::<AnswerSurveys>());
    Area {
        routes: Routes::new()
            .get("/surveys", reads, list::get)
            .post("/surveys", edits, list::post_new)
            .get("/surveys/new", edits, list::get_new)
            .get("/surveys/{survey}", reads, build::get)
            .get("/surveys/{survey}/form", edits, list::get_form)
            .post("/surveys/{survey}/form", edits, list::post_form)
            .get("/surveys/{survey}/preview", reads, fill::preview)
            .post("/surveys/{survey}/copy", edits, build::post_copy)
            .get("/surveys/{survey}/items/new", edits, build::get_new)
            .post("/surveys/{survey}/items", edits, build::post_new)
            .get("/surveys/{survey}/items/{item}", edits, build::get_item)
            .post("/surveys/{survey}/items/{item}", edits, build::post_item)
            .post("/surveys/{survey}/items/{item}/place", edits, build::post_place)
            .post("/surveys/{survey}/items/{item}/removal", edits, build::post_removal)
            .get("/surveys/{survey}/import", edits, import::pages::get)
            .upload("/surveys/{survey}/import/preview", edits, import::pages::MOST_BYTES, import::pages::preview)
            .post("/surveys/{survey}/import", edits, import::pages::post)
            .get("/surveys/{survey}/sending", edits, send::get)
            .post("/surveys/{survey}/sending", edits, send::post)
            .get("/surveys/{survey}/withdrawal", edits, withdraw::get)
            .post("/surveys/{survey}/withdrawal", edits, withdraw::post)
            .get("/surveys/{survey}/answer", answers, fill::get)
            .post("/surveys/{survey}/answer", answers, fill::post)
            .get("/surveys/{survey}/results", reads, results::get)
            .get("/surveys/{survey}/results.xlsx", reads, results::get_file)
            .get("/surveys/{survey}/replies", reads, results::replies),
        nav: vec![NavItem { href: "/surveys", icon: "clipboard-check", key: "surveys-nav", right: ReadNeeds::NAME }],
        rights: vec![AnswerSurveys::NAME],
        ..Area::default()
    }
}
