//! The scheme as data: horizon, targets, rules, milestones, bodies, audiences, calendar, legal documents.
//!
//! Owns tables `scheme`, `scheme_rule`, `scheme_milestone`, `scheme_body`, `scheme_audience`,
//! `scheme_audience_bloc`, `legal_document`; publishes view `v_scheme_person`.
//! Uses `v_organisation_commune` and `v_registry_person`.
//!
//! Always true:
//! - no figure of a scheme stands in code: a rule is a row with its validity and its source;
//! - a scheme is the scheme of one province, and a province has one; schemes of several provinces stand beside each other;
//! - a scheme counts the people of its province's communes, nobody else's;
//! - the register of legal documents is a scheme's own; a number stands in it once, however it is written;
//! - [`of`] alone says in which scheme somebody works.

mod actions;
mod legal;
mod model;
mod references;
mod store;

pub use actions::{complete_milestone, load_legal_documents, load_scheme};
pub use legal::{
    EditLegal, LEGAL_KINDS, LegalDocument, LegalDraft, LegalError, freshness_days, legal_documents, save_legal,
};
pub use model::{
    AudienceRow, Base, BlocRow, BodyRow, Cost, Costs, LegalRow, MilestoneRow, Payer, RuleError, RuleRow, Rules,
    SchemeInput,
};
pub use references::{Reference, number_key, references};
pub use store::{Audience, Milestone, Scheme, all, audiences, costs, milestones, of, rules};

web::messages!("teaching.scheme");

/// The slice as the area composes it.
#[must_use]
pub fn area() -> web::Area {
    web::Area::default()
}
