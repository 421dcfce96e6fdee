//! Data desk: what people may ask about their own data, and the officers who answer in time.
//!
//! Owns table `data_request`. Uses the face of `registry`; who has read sensitive fields stands in the audit.
//!
//! Always true:
//! - whoever has an account with a person behind it sees the own record whole, who read its sensitive part and what for, and takes
//!   a copy away at once;
//! - a request has two dates from the day on which it came: for the first reply and for its end (`registry_rule`);
//! - it is answered once, with words that the person reads.
//!
//! Start reading at [`model`].

mod actions;
mod model;
mod officers;
mod own;
mod store;

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

web::messages!("people.desk");

/// Work the requests of people about their own data: `data.desk`.
#[derive(Debug)]
pub struct WorkDesk;
impl Right for WorkDesk {
    const NAME: &'static str = "data.desk";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let works = Access::right::<WorkDesk>();
    Area {
        routes: Routes::new()
            .get("/me/data", Access::SignedIn, own::get)
            .get("/me/data.json", Access::SignedIn, own::get_copy)
            .post("/me/requests", Access::SignedIn, own::post)
            .get("/data-desk", works, officers::list)
            .get("/data-desk/{request}", works, officers::one)
            .post("/data-desk/{request}/acknowledgement", works, officers::post_acknowledgement)
            .post("/data-desk/{request}/answer", works, officers::post_answer),
        nav: vec![NavItem { href: "/data-desk", icon: "shield-check", key: "desk-nav", right: WorkDesk::NAME }],
        rights: vec![WorkDesk::NAME],
        ..Area::default()
    }
}
