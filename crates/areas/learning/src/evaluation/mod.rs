//! Evaluation: what learners say of their class when it ends, of its programme and of who taught them, without a name.
//!
//! Owns tables `evaluation_set`, `evaluation_indicator`, `evaluation_form`, `evaluation_block`, `evaluation_reply`, `evaluation_ballot`,
//! `evaluation_remark`. Uses the faces of `teaching::classes`, `timetable` and `scheme`. Knows nothing of marks.
//!
//! Always true:
//! - indicators are saved as a new edition; the form of a class keeps the edition and the lessons with which it was opened;
//! - a learner of the class answers once; what was answered is a ballot, and what was written freely another one: no column, no time and no
//!   order joins either to its author or the two to each other (docs/adr/0018, 0025);
//! - nothing is told before the form is closed, nor of fewer valid forms than `survey_group_least`;
//! - a form with more empty places than the rule allows is counted as void, and its sender is told so before;
//! - a lecturer sees what was said of themselves alone; remarks are for the School.
//!
//! Start reading at [`actions::answer`] and [`model::tallies`].

pub mod actions;
mod fill;
mod indicators;
pub mod model;
mod results;
mod store;
mod trend;

pub use actions::{
    EvaluationError, PaperForm, answer, form_places, load_answers, load_indicators, open_form, save_indicators,
};
pub use model::{INDICATOR_MOST, Indicator, Object, SCORES, Tally, band, told};
pub(crate) use results::{Summary, asked, summary};

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

web::messages!("learning.evaluation");

/// Read what learners said of classes and of who taught them, as figures.
#[derive(Debug)]
pub struct ReadEvaluations;
impl Right for ReadEvaluations {
    const NAME: &'static str = "evaluations.read";
}

/// Read what learners wrote freely.
#[derive(Debug)]
pub struct ReadRemarks;
impl Right for ReadRemarks {
    const NAME: &'static str = "evaluations.remarks";
}

/// Open the forms of classes and say what they ask.
#[derive(Debug)]
pub struct RunEvaluations;
impl Right for RunEvaluations {
    const NAME: &'static str = "evaluations.run";
}

/// Answer the form of one's own class.
#[derive(Debug)]
pub struct AnswerEvaluations;
impl Right for AnswerEvaluations {
    const NAME: &'static str = "evaluations.answer";
}

/// Read what learners said of oneself.
#[derive(Debug)]
pub struct ReadOwnEvaluations;
impl Right for ReadOwnEvaluations {
    const NAME: &'static str = "evaluations.own";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (reads, runs) = (Access::right::<ReadEvaluations>(), Access::right::<RunEvaluations>());
    let answers = Access::right::<AnswerEvaluations>();
    Area {
        routes: Routes::new()
            .get("/classes/{class}/evaluation", reads, results::get)
            .post("/classes/{class}/evaluation", runs, results::post)
            .get("/evaluations", answers, fill::list)
            .get("/evaluations/indicators", runs, indicators::get)
            .post("/evaluations/indicators", runs, indicators::post)
            .get("/evaluations/{class}", answers, fill::get)
            .post("/evaluations/{class}", answers, fill::post)
            .get("/lecturers/{lecturer}/evaluations", reads, trend::get)
            .get("/teaching/evaluations", Access::right::<ReadOwnEvaluations>(), trend::own),
        nav: vec![
            NavItem {
                href: "/evaluations",
                icon: "clipboard-check",
                key: "evaluation-nav",
                right: AnswerEvaluations::NAME,
            },
            NavItem {
                href: "/teaching/evaluations",
                icon: "clipboard-check",
                key: "evaluation-own",
                right: ReadOwnEvaluations::NAME,
            },
        ],
        rights: vec![
            ReadEvaluations::NAME,
            ReadRemarks::NAME,
            RunEvaluations::NAME,
            AnswerEvaluations::NAME,
            ReadOwnEvaluations::NAME,
        ],
        ..Area::default()
    }
}
