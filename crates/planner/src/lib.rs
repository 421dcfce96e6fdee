//! The coverage planner: which classes run in which week for which programme, and who attends each.
//!
//! Pure: values in, values out. The problem and its files are described in `planning/FORMAT.md`, the method in `docs/planner.md`; the
//! independent checker is `planning/score.py`.
//!
//! Start reading at [`solve`], which constructs a plan, then at [`improve`](improve()), which makes it better and proves a bound.
#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "numeric code over dense ids that `Instance::check` has proved to be positions in their lists"
)]

mod apportion;
mod bound;
mod carry;
mod dice;
mod explain;
mod forecast;
mod improve;
mod instance;
mod problem;
mod search;
mod solve;

pub use apportion::apportion;
pub use bound::Proof;
pub use carry::{Begun, carry_on};
pub use explain::{Absent, Effect, NoClass, Obstacle, Why};
pub use forecast::{Coming, Forecast, Outlook, Rate, Served, YearAhead};
pub use improve::{Effort, Improved, Parts, Progress, TRIES_A_SECOND, cost, improve, journeys};
pub use instance::{
    Beyond, Commune, Instance, InstanceError, Limits, Office, Person, Plan, PlanClass, Programme, Week,
};
pub use solve::{Infeasible, Lack, Waiting, Years, solve};
