//! The appraisal room: bodies and experts who are asked about a version, what they say of its passages, what the school answers, how
//! they vote.
//!
//! Always true:
//! - a round begins when the school hands a version in, and ends when the appraising body closes it, gives the version back or approves it;
//! - opinions, answers and votes are facts that are appended; of a member's votes the last one counts;
//! - nobody is asked, speaks, votes, closes, returns or approves where they are an author of the version;
//! - a version is not approved while an opinion on it waits for its answer, nor before its council has voted for it.
//!
//! Start reading at [`model::obstacle`] and [`actions`].

mod actions;
mod model;
mod pages;
mod papers;
mod store;

pub use actions::{AppraisalError, Invitation, answer, close, invite, opine, vote};
pub(super) use actions::{begin, end};
pub use model::{Obstacle, Passage, PassageKind, Standing, Tally, Verdict, Vote, obstacle};
pub(super) use store::standing;

use documents::report::Format;
use web::{Access, Area, Routes};

use papers::Paper;

use super::{AppraiseProgrammes, EditProgrammes, ReadProgrammes};

web::messages!("teaching.appraisal");

/// The slice as the curriculum composes it.
pub(super) fn area() -> Area {
    let (reads, appraises) = (Access::right::<ReadProgrammes>(), Access::right::<AppraiseProgrammes>());
    Area {
        routes: Routes::new()
            .get("/programmes/{programme}/versions/{number}/appraisal", reads, pages::get)
            .post("/programmes/{programme}/versions/{number}/appraisal/members", appraises, pages::post_member)
            .post("/programmes/{programme}/versions/{number}/appraisal/opinions", reads, pages::post_opinion)
            .post(
                "/programmes/{programme}/versions/{number}/appraisal/opinions/{opinion}/answer",
                Access::right::<EditProgrammes>(),
                pages::post_answer,
            )
            .post("/programmes/{programme}/versions/{number}/appraisal/vote", reads, pages::post_vote)
            .post("/programmes/{programme}/versions/{number}/appraisal/closing", appraises, pages::post_closing)
            .merge(papers()),
        ..Area::default()
    }
}

/// The papers of the room, each in the formats in which it is sent and worked on.
fn papers() -> Routes {
    let reads = Access::right::<ReadProgrammes>();
    Routes::new()
        .get("/programmes/{programme}/versions/{number}/appraisal/explanation.pdf", reads, |ui, db, permit, path| {
            papers::get((Paper::Explanation, Format::Pdf), ui, db, permit, path)
        })
        .get("/programmes/{programme}/versions/{number}/appraisal/explanation.docx", reads, |ui, db, permit, path| {
            papers::get((Paper::Explanation, Format::Docx), ui, db, permit, path)
        })
        .get("/programmes/{programme}/versions/{number}/appraisal/minutes.pdf", reads, |ui, db, permit, path| {
            papers::get((Paper::Minutes, Format::Pdf), ui, db, permit, path)
        })
        .get("/programmes/{programme}/versions/{number}/appraisal/minutes.docx", reads, |ui, db, permit, path| {
            papers::get((Paper::Minutes, Format::Docx), ui, db, permit, path)
        })
}
