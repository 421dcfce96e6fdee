//! Records: what the register keeps of a person beyond the list, the posts over time, two records that are one person.
//!
//! Owns tables `person_record`, `person_change`, `person_distinct`, and `announced_post` in [`announced`]; writes `person` and
//! `assignment` with the register.
//!
//! Always true:
//! - nobody holds two posts on one day; a post is never overwritten, it ends and the next begins;
//! - a post that is announced begins on its day or is said not to have begun, with why;
//! - a value that changes leaves its old one with the day, the source and the name of who changed it;
//! - the identity number lies sealed in the database and is shown whole only on the page that records who reads it and what for;
//! - what is sensitive is read knowingly: for a purpose that is chosen, recorded, and shown to whom it is about;
//! - two records become one with everything that any slice keeps of them, or not at all.
//!
//! Start reading at [`model`].

mod actions;
mod announced;
mod edit;
mod merge;
pub mod model;
mod own;
mod posts;
mod sensitive;
mod store;

pub use actions::{
    FollowsPeople, IdentityEdit, PostDraft, RecordError, SENSITIVE_READ, add_person, add_post, change_facts,
    change_private, correct_post, end_post, read_identities, remove_post, say_distinct, unite,
};
pub(in crate::registry) use actions::{note, of_one};
pub(in crate::registry) use announced::failed as announced_failed;
pub use announced::{BeginPost, announce_post};
pub(in crate::registry) use sensitive::purposes;
pub(in crate::registry) use store::{ADD_POST, END_POST, by_mark, code_of, last_number};

pub use own::{OwnChange, OwnPost, OwnRecord, own_record};

use kernel::Right;
use web::{Access, Routes, WebError};

web::messages!("people.registry.record");

/// Add people, change the open part of their records and their posts: `people.edit`.
#[derive(Debug)]
pub struct EditPeople;
impl Right for EditPeople {
    const NAME: &'static str = "people.edit";
}

/// Read and change the sensitive part of records, for a purpose and recorded: `people.sensitive`.
#[derive(Debug)]
pub struct ReadSensitive;
impl Right for ReadSensitive {
    const NAME: &'static str = "people.sensitive";
}

/// Make two records of one person one: `people.merge`.
#[derive(Debug)]
pub struct MergePeople;
impl Right for MergePeople {
    const NAME: &'static str = "people.merge";
}

/// Pages of records.
pub(super) fn routes() -> Routes {
    let (edits, reads, merges) =
        (Access::right::<EditPeople>(), Access::right::<ReadSensitive>(), Access::right::<MergePeople>());
    Routes::new()
        .get("/people/new", edits, edit::get_new)
        .post("/people", edits, edit::post_new)
        .get("/people/{person}/record", edits, edit::get)
        .post("/people/{person}/record", edits, edit::post)
        .get("/people/{person}/posts", Access::right::<super::ReadPeople>(), posts::get)
        .post("/people/{person}/posts", edits, posts::post)
        .post("/people/{person}/leaving", edits, posts::post_leaving)
        .get("/people/{person}/posts/{post}", edits, posts::get_one)
        .post("/people/{person}/posts/{post}", edits, posts::post_one)
        .post("/people/{person}/posts/{post}/removal", edits, posts::post_removal)
        .get("/people/announced", edits, announced::get_list)
        .get("/people/{person}/announced/{announced}", edits, announced::get)
        .post("/people/{person}/announced/{announced}", edits, announced::post)
        .post("/people/{person}/announced/{announced}/withdrawal", edits, announced::post_withdrawal)
        .get("/people/{person}/sensitive", reads, sensitive::get)
        .post("/people/{person}/sensitive", reads, sensitive::post)
        .post("/people/{person}/sensitive/values", reads, sensitive::post_values)
        .get("/people/{person}/union/{other}", merges, merge::get)
        .post("/people/{person}/union/{other}", merges, merge::post)
        .post("/people/{person}/distinction/{other}", merges, merge::post_distinct)
}

impl From<RecordError> for WebError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::NotFound => Self::NotFound,
            RecordError::Store(inner) => inner.into(),
            other => Self::Internal(format!("a refusal that its page does not show: {other}")),
        }
    }
}
