//! Calendar: the days of the year on which nobody works although the week would say so, and the Saturdays that make up for one.
//! Every province and every scheme counts by the same days (Labour Code 2019, Article 112, and the yearly notices about Tết).
//!
//! Owns table `calendar_day`.
//!
//! Always true:
//! - what is a holiday is a row with its source, in this table only: weeks of classes and clocks of offices read it here.

mod model;
mod store;

pub use model::Workdays;
pub use store::{CalendarRow, calendar, days_off, event_days, load_calendar, workdays};

web::messages!("people.calendar");
