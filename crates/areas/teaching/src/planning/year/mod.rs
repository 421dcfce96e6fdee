//! A year of the plan on its way to approval: submitted by the school, agreed by two bodies, approved by the Standing Committee; its paper.

mod actions;
mod model;
mod pages;
mod paper;
mod read;

pub use actions::{agree_year, approve_year, return_year, submit_year};
pub(super) use model::{Standing, Taken};
pub(super) use pages::{get, post_adjustment, post_agreement, post_approval, post_return, post_submission};
pub(super) use paper::get as get_paper;
