//! Planning: the five-year coverage plan from the register, its years and their approval.
//!
//! Owns tables `plan`, `plan_class`, `plan_seat`, `plan_year_approval`; publishes view `v_planning_class` (the plan in
//! effect). Uses the faces of `scheme` and `curriculum`, the views and lists of `classes` (who is trained or expected)
//! and the crate `planner`.
//!
//! Always true:
//! - a plan is written once and never edited; a newer plan replaces it for years not approved yet;
//! - a year is approved once, with the number of its decision, and stays as it was approved;
//! - every seat of a plan keeps the planner's hard rules.
//!
//! Start reading at [`compose_plan`] and [`gather`].

mod actions;
mod gather;
mod pages;
mod store;

pub use actions::{ComposeError, PlanError, approve_year, compose_plan};
pub use gather::{Gathered, gather};
pub use store::{PlanLine, PlanYear, newest_plan, plan_curve, plan_years};

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
            .post("/plan/{plan}/years/{year}/approval", Access::right::<ApprovePlan>(), pages::post_approval),
        nav: vec![NavItem { href: "/plan", icon: "calendar-range", key: "planning-nav", right: ReadPlan::NAME }],
        rights: vec![ReadPlan::NAME, ComposePlan::NAME, ApprovePlan::NAME],
        ..Area::default()
    }
}
