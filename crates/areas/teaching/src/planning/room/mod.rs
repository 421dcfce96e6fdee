//! The plan room: the plan in effect and scenarios beside it, a calendar of weeks in which classes move, stay and find reasons.

mod calendar;
pub(super) mod compare;
mod pages;
mod settings;
mod why;

pub(super) use pages::{
    get, post_adoption, post_lock, post_move, post_name, post_removal, post_settings, post_week, sees_drafts,
};
pub(super) use why::get as get_why;
