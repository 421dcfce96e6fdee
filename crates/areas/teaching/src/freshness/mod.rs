//! Freshness radar: what relies on legal documents that are no longer in force, who looks after it, and by when.
//!
//! Writes tables `freshness_task`, `freshness_reason`. Uses the register of legal documents of `scheme`, the references
//! that `materials` found in its files, the topics of `curriculum`, and the questions of `needs` that are still asked.
//!
//! Always true:
//! - that something relies on a document is computed from what stands in its newest version, never stored;
//! - it is settled by a new version that no longer relies on the document, or by a reason, which holds for the version that
//!   was looked at;
//! - it has an owner and a day: those that were set, else the material's author (the training office for a topic or a question) and the
//!   end of the document plus the scheme's days.
//!
//! Start reading at [`model::radar`].

mod legal;
mod model;
mod pages;
mod store;

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

use crate::scheme::EditLegal;

web::messages!("teaching.freshness");

/// Read the radar and the register of legal documents.
#[derive(Debug)]
pub struct ReadFreshness;
impl Right for ReadFreshness {
    const NAME: &'static str = "freshness.read";
}

/// Give what is stale to an owner with a day, and settle it by a reason.
#[derive(Debug)]
pub struct SettleFreshness;
impl Right for SettleFreshness {
    const NAME: &'static str = "freshness.settle";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (reads, settles, edits) =
        (Access::right::<ReadFreshness>(), Access::right::<SettleFreshness>(), Access::right::<EditLegal>());
    Area {
        routes: Routes::new()
            .get("/freshness", reads, pages::get)
            .get("/freshness/task", settles, pages::get_task)
            .post("/freshness/task", settles, pages::post_task)
            .post("/freshness/reason", settles, pages::post_reason)
            .get("/legal", reads, legal::list)
            .get("/legal/new", edits, legal::get_new)
            .post("/legal", edits, legal::post_new)
            .get("/legal/{place}", edits, legal::get)
            .post("/legal/{place}", edits, legal::post),
        nav: vec![NavItem { href: "/freshness", icon: "refresh-cw", key: "freshness-nav", right: ReadFreshness::NAME }],
        rights: vec![ReadFreshness::NAME, SettleFreshness::NAME, EditLegal::NAME],
        ..Area::default()
    }
}
