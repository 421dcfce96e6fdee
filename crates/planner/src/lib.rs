//! The coverage planner: which classes run in which week for which programme, and who attends each.
//!
//! Pure: values in, values out. The problem and its files are described in `planning/FORMAT.md`; the
//! independent checker is `planning/score.py`.
//!
//! Start reading at [`solve`].
#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "numeric code over dense ids that `Instance::check` has proved to be positions in their lists"
)]

mod apportion;
mod instance;
mod solve;

pub use apportion::apportion;
pub use instance::{Commune, Instance, InstanceError, Office, Person, Plan, PlanClass, Programme, Week};
pub use solve::{Infeasible, Years, solve, solve_begun};
