//! What a version is to reach, audience by audience: numbered, so that an opinion can name one.

mod actions;
mod pages;

pub(super) use actions::set_objectives;
pub use actions::{ObjectiveDraft, add_objective};
pub(super) use pages::{get, get_new, post, post_new, post_removal};
