//! Planning: the five-year coverage plan from the register, its years and their approval.
//!
//! Owns tables `plan`, `plan_class`, `plan_seat`, `plan_year_step`, `plan_year_approval`; publishes view `v_planning_class` (the plan in
//! effect). Uses the faces of `scheme` and `curriculum`, the views and lists of `classes` (who is trained or expected)
//! and the crate `planner`.
//!
//! Always true:
//! - a plan is written once and never edited; the one put in effect last holds for years not approved yet, the others are scenarios;
//! - a scenario is put in effect only over the plan on which it was made;
//! - a year is submitted by the school, agreed by two bodies and approved, with the number of its decision, and stays as it was approved
//!   until another decision takes its place, made the same way on a scenario that adjusts it;
//! - every seat of a plan keeps the planner's hard rules.
//!
//! Start reading at [`compose_plan`] and [`gather`].

mod actions;
mod adjusting;
mod forecast;
mod gather;
mod lecturing;
mod model;
mod pages;
mod readiness;
mod room;
mod store;
mod year;

pub use actions::{Asked, ComposeError, PlanError, adjust, adopt, compose, compose_plan, name, remove};
pub use gather::{Gathered, gather};
pub use model::{Constraint, Slot, Wishes};
pub(crate) use store::hold;
pub use store::{PlanLine, PlanYear, newest_plan, plan_curve, plan_years};
pub use year::{agree_year, approve_year, return_year, submit_year};

use documents::report::Format;
use kernel::Right;
use web::{Access, Area, NavItem, Routes};

web::messages!("teaching.planning");

/// Read the plan.
#[derive(Debug)]
pub struct ReadPlan;
impl Right for ReadPlan {
    const NAME: &'static str = "plan.read";
}

/// Compose a plan.
#[derive(Debug)]
pub struct ComposePlan;
impl Right for ComposePlan {
    const NAME: &'static str = "plan.compose";
}

/// Agree to a year of the plan, or send it back.
#[derive(Debug)]
pub struct ReviewPlan;
impl Right for ReviewPlan {
    const NAME: &'static str = "plan.review";
}

/// Approve a year of the plan.
#[derive(Debug)]
pub struct ApprovePlan;
impl Right for ApprovePlan {
    const NAME: &'static str = "plan.approve";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    Area {
        routes: Routes::new()
            .get("/plan", Access::right::<ReadPlan>(), pages::get)
            .post("/plan", Access::right::<ComposePlan>(), pages::post)
            .get("/plan/scenarios/{plan}", Access::right::<ReadPlan>(), room::get)
            .post("/plan/scenarios/{plan}/move", Access::right::<ComposePlan>(), room::post_move)
            .post("/plan/scenarios/{plan}/lock", Access::right::<ComposePlan>(), room::post_lock)
            .post("/plan/scenarios/{plan}/week", Access::right::<ComposePlan>(), room::post_week)
            .post("/plan/scenarios/{plan}/settings", Access::right::<ComposePlan>(), room::post_settings)
            .post("/plan/scenarios/{plan}/name", Access::right::<ComposePlan>(), room::post_name)
            .post("/plan/scenarios/{plan}/adoption", Access::right::<ComposePlan>(), room::post_adoption)
            .post("/plan/scenarios/{plan}/removal", Access::right::<ComposePlan>(), room::post_removal)
            .get("/plan/forecast", Access::right::<ReadPlan>(), forecast::get)
            .get("/plan/why/{person}", Access::right::<ReadPlan>(), room::get_why)
            .get("/plan/{plan}/years/{year}", Access::right::<ReadPlan>(), year::get)
            .get("/plan/{plan}/years/{year}/paper.pdf", Access::right::<ReadPlan>(), |ui, db, permit, path| {
                year::get_paper(Format::Pdf, ui, db, permit, path)
            })
            .get("/plan/{plan}/years/{year}/paper.docx", Access::right::<ReadPlan>(), |ui, db, permit, path| {
                year::get_paper(Format::Docx, ui, db, permit, path)
            })
            .get("/plan/{plan}/years/{year}/paper.xlsx", Access::right::<ReadPlan>(), |ui, db, permit, path| {
                year::get_paper(Format::Xlsx, ui, db, permit, path)
            })
            .post("/plan/{plan}/years/{year}/adjustment", Access::right::<ComposePlan>(), year::post_adjustment)
            .post("/plan/{plan}/years/{year}/submission", Access::right::<ComposePlan>(), year::post_submission)
            .post("/plan/{plan}/years/{year}/agreement", Access::right::<ReviewPlan>(), year::post_agreement)
            .post("/plan/{plan}/years/{year}/return", Access::right::<ReviewPlan>(), year::post_return)
            .post("/plan/{plan}/years/{year}/approval", Access::right::<ApprovePlan>(), year::post_approval),
        nav: vec![NavItem { href: "/plan", icon: "calendar-range", key: "planning-nav", right: ReadPlan::NAME }],
        rights: vec![ReadPlan::NAME, ComposePlan::NAME, ReviewPlan::NAME, ApprovePlan::NAME],
        ..Area::default()
    }
}
