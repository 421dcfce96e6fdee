//! The scheme as data: horizon, targets, rules, milestones, bodies, audiences, calendar, legal documents.
//!
//! Owns tables `scheme`, `scheme_rule`, `scheme_milestone`, `scheme_body`, `scheme_audience`,
//! `scheme_audience_bloc`, `calendar_day`, `legal_document`; publishes view `v_scheme_person`.
//! Uses nothing of other slices.
//!
//! Always true:
//! - no figure of a scheme stands in code: a rule is a row with its validity and its source;
//! - a second scheme can stand beside the first.

mod actions;
mod model;
mod store;

pub use actions::{complete_milestone, load_calendar, load_legal_documents, load_scheme};
pub use model::{
    AudienceRow, Base, BlocRow, BodyRow, CalendarRow, LegalRow, MilestoneRow, RuleError, RuleRow, Rules, SchemeInput,
};
pub use store::{Audience, Milestone, Scheme, audiences, days_off, first_scheme, milestones, rules, scheme_by_code};

web::messages!("teaching.scheme");

/// The slice as the area composes it.
#[must_use]
pub fn area() -> web::Area {
    web::Area::default()
}
