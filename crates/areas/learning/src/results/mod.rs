//! Results: essay marks, the completion rule explained per person, the decision that freezes them.
//!
//! Owns tables `essay_score`, `result_decision`, `result`; publishes views `v_results_score`,
//! `v_results_result`. Uses the faces of `attendance` and of `teaching::classes`.
//!
//! Always true:
//! - a mark has at most two decimals and is appended, the newest counts;
//! - a decision is made once for a class, with its paper, and moves the class and every learner in the same
//!   transaction;
//! - the number of a decision is given once in a year;
//! - after the decision no mark changes, and pages show what the decision froze.
//!
//! Start reading at [`actions::decide`].

pub mod actions;
mod model;
mod pages;
mod store;

pub use actions::{DecisionInput, ResultError, decide, give_scores};
pub use model::{Judged, Reason, judge, read};
pub use pages::told;
pub use store::{Decision, Outcome, decision, outcomes};
pub(crate) use {actions::standings, store::paper};

use kernel::Right;
use web::{Access, Area, Routes};

web::messages!("learning.results");

/// Mark essays.
#[derive(Debug)]
pub struct MarkEssays;
impl Right for MarkEssays {
    const NAME: &'static str = "essays.mark";
}

/// Decide the results of a class.
#[derive(Debug)]
pub struct DecideResults;
impl Right for DecideResults {
    const NAME: &'static str = "results.decide";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (marks, decides) = (Access::right::<MarkEssays>(), Access::right::<DecideResults>());
    let reads = Access::right::<teaching::classes::ReadClasses>();
    Area {
        routes: Routes::new()
            .get("/classes/{class}/scores", marks, pages::get_scores)
            .post("/classes/{class}/scores", marks, pages::post_scores)
            .get("/classes/{class}/results", reads, pages::get)
            .post("/classes/{class}/decision", decides, pages::post_decision)
            .get("/classes/{class}/decision", reads, pages::get_decision),
        rights: vec![MarkEssays::NAME, DecideResults::NAME],
        ..Area::default()
    }
}
