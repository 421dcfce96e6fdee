//! Posts that are decided today and begin on a day to come.
//!
//! Owns table `announced_post`; view `v_registry_announced`.
//!
//! Always true:
//! - a post that is announced begins on its day, once, or is said not to have begun, with why;
//! - it is asked again on that day whether it fits; until then nothing of the record changes.
//!
//! Start reading at [`actions`].

mod actions;
mod pages;
mod store;

pub use actions::{BeginPost, announce_post};
pub(super) use pages::{get, get_list, post, post_withdrawal};
pub(in crate::registry) use store::failed;
pub(super) use store::{Announced, of_person};
