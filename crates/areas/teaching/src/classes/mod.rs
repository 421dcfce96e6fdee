//! Classes: called from the plan, nominated for by communes, accepted and opened by the school.
//!
//! Owns tables `venue`, `class`, `class_number`, `class_move`, `class_quota`, `class_elective`, `nomination`, `nomination_move`,
//! `class_pool`, `seat_transfer`, `half_day`; publishes views `v_classes_learner`, `v_classes_trained`. Uses the faces of `scheme` and
//! `curriculum`, the tables of the plan and the crate `planner` (sharing seats).
//!
//! Always true:
//! - a class and a nomination move through their states by one transition function each, every move is a row;
//! - never more people hold a seat than the class has: whoever writes seats holds the class's row first;
//! - seats are counted from states, no counter is kept;
//! - a class stands in a room that is in use in its week and holds its seats, alone ([`rooms`]);
//! - the open part of a class is chosen before it begins, fills the periods left open and keeps the share of theory ([`electives`]);
//! - a seat that becomes free goes to the waiting list in the same transaction.
//!
//! - a step of a class happens when nothing stands before it, and the page lists what does by the same function ([`life::checks`]).
//!
//! Start reading at [`actions::call_class`] and [`nominating::actions::nominate`].

mod accept;
mod accounts;
pub mod actions;
pub(crate) mod announcing;
mod call;
pub mod electives;
mod head;
pub mod life;
mod list;
pub mod model;
mod nominate;
pub mod nominating;
mod one;
mod planned;
mod quotas;
mod registering;
pub mod rooms;
pub mod standing;
mod store;
mod telling;
mod units;

pub use actions::{
    CallInput, ClassError, SeatsDraft, assign_head, call_class, cancel_class, change_seats, file_class, open_class,
    publish_class, record_results, step_class,
};
pub use head::ClassHead;
pub use model::{ClassMove, ClassState};
pub use nominating::{
    actions::{Nominated, accept, nominate, refuse, set_decision, substitute, withdraw},
    model::{Candidate, Finding, NominationState},
    night::WatchSeats,
    seats::{Group, Pool, PoolKind, Seats, Share, Waits},
};
pub(crate) use planned::follow_plan;
pub use planned::{PlannedClass, planned};
pub use rooms::load_venues;
pub use store::{
    ClassLine, Learner, NominationLine, QuotaLine, candidates, class, classes, heads_only, hold, label, learners,
    names_hidden, nomination_of, nominations, proposed, quota, quota_communes, quotas,
};
pub(crate) use store::{add_half_days, any_class};
pub(crate) use telling::Checks;

use ::store::JobKind;
use kernel::Right;
use people::accounts::MakeLearnerAccounts;
use web::{Access, Area, NavItem, Routes};

web::messages!("teaching.classes");

/// Read classes within one's scope.
#[derive(Debug)]
pub struct ReadClasses;
impl Right for ReadClasses {
    const NAME: &'static str = "classes.read";
}

/// Call for classes, open and cancel them.
#[derive(Debug)]
pub struct OpenClasses;
impl Right for OpenClasses {
    const NAME: &'static str = "classes.open";
}

/// Accept or refuse the communes' nominations.
#[derive(Debug)]
pub struct AcceptNominations;
impl Right for AcceptNominations {
    const NAME: &'static str = "classes.accept";
}

/// Put people of one's commune forward.
#[derive(Debug)]
pub struct Nominate;
impl Right for Nominate {
    const NAME: &'static str = "classes.nominate";
}

/// Ask for a seat for oneself.
#[derive(Debug)]
pub struct RegisterForClasses;
impl Right for RegisterForClasses {
    const NAME: &'static str = "classes.register";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (open, accepts, nominates) =
        (Access::right::<OpenClasses>(), Access::right::<AcceptNominations>(), Access::right::<Nominate>());
    let registers = Access::right::<RegisterForClasses>();
    let classes = Area {
        routes: Routes::new()
            .get("/classes", Access::right::<ReadClasses>(), list::get)
            .get("/classes/new", open, call::get)
            .post("/classes", open, call::post)
            .get("/classes/{class}", Access::right::<ReadClasses>(), one::get)
            .post("/classes/{class}/publication", open, one::post_publication)
            .post("/classes/{class}/opening", open, one::post_opening)
            .post("/classes/{class}/filing", open, one::post_filing)
            .get("/classes/{class}/quotas", open, quotas::get)
            .post("/classes/{class}/quotas", open, quotas::post)
            .post("/classes/{class}/head", open, one::post_head)
            .post("/classes/{class}/cancellation", open, one::post_cancellation)
            .get("/classes/{class}/nominations", nominates, nominate::get)
            .post("/classes/{class}/nominations", nominates, nominate::post)
            .post("/classes/{class}/elsewhere", nominates, nominate::post_elsewhere)
            .post("/classes/{class}/sending-decision", nominates, nominate::post_decision)
            .post("/classes/{class}/nominations/{nomination}/withdrawal", nominates, nominate::post_withdrawal)
            .post("/classes/{class}/nominations/{nomination}/substitution", nominates, nominate::post_substitution)
            .get("/registration", registers, registering::get)
            .get("/registration/{class}", registers, registering::get_one)
            .post("/registration/{class}", registers, registering::post)
            .post("/registration/{class}/withdrawal", registers, registering::post_withdrawal)
            .get("/classes/{class}/accounts", Access::right::<MakeLearnerAccounts>(), accounts::get)
            .post("/classes/{class}/accounts", Access::right::<MakeLearnerAccounts>(), accounts::post)
            .get("/classes/{class}/acceptance", accepts, accept::get)
            .post("/classes/{class}/acceptance", accepts, accept::post)
            .post("/classes/{class}/nominations/{nomination}/refusal", accepts, accept::post_refusal),
        nav: vec![
            NavItem { href: "/classes", icon: "school", key: "classes-nav", right: ReadClasses::NAME },
            NavItem {
                href: "/registration",
                icon: "school",
                key: "classes-nav-registration",
                right: RegisterForClasses::NAME,
            },
        ],
        jobs: vec![JobKind::of::<WatchSeats>()],
        rights: vec![
            ReadClasses::NAME,
            OpenClasses::NAME,
            AcceptNominations::NAME,
            Nominate::NAME,
            RegisterForClasses::NAME,
        ],
    };
    classes.and(rooms::area()).and(electives::area()).and(standing::area())
}
