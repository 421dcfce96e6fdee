//! Propagation (quán triệt): documents sent to units and people to be read, and who has read them.
//!
//! Writes tables `circular`, `circular_target`, `circular_reading`. Uses the face of `files` and `scheme`, the accounts and
//! communes of `people`.
//!
//! Always true:
//! - whom a document is addressed to follows from its targets and the accounts of today, so that a new officer of a commune
//!   finds what the commune was sent;
//! - opening and confirming are facts with their time, each noted once;
//! - whoever is not addressed does not find it, its publishers excepted; what is withdrawn is read by nobody any more.
//!
//! Start reading at [`publish`].

mod actions;
mod pages;
mod readers;
mod store;

pub use actions::{CircularDraft, CircularError, Target, confirm, publish, withdraw};

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

use crate::files::PLAIN_MOST;

web::messages!("teaching.propagation");

/// Read what one is sent.
#[derive(Debug)]
pub struct ReadCirculars;
impl Right for ReadCirculars {
    const NAME: &'static str = "circulars.read";
}

/// Send documents and see who has read them.
#[derive(Debug)]
pub struct PublishCirculars;
impl Right for PublishCirculars {
    const NAME: &'static str = "circulars.publish";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (reads, sends) = (Access::right::<ReadCirculars>(), Access::right::<PublishCirculars>());
    Area {
        routes: Routes::new()
            .get("/circulars", reads, pages::list)
            .get("/circulars/new", sends, pages::get_new)
            .upload("/circulars", sends, PLAIN_MOST, pages::post_new)
            .get("/circulars/{circular}", reads, pages::get)
            .get("/circulars/{circular}/file", reads, pages::get_file)
            .post("/circulars/{circular}/confirmation", reads, pages::post_confirmation)
            .post("/circulars/{circular}/withdrawal", sends, pages::post_withdrawal)
            .get("/circulars/{circular}/readers", sends, readers::get)
            .get("/circulars/{circular}/readers.xlsx", sends, readers::get_sheet),
        nav: vec![NavItem { href: "/circulars", icon: "mail", key: "propagation-nav", right: ReadCirculars::NAME }],
        rights: vec![ReadCirculars::NAME, PublishCirculars::NAME],
        ..Area::default()
    }
}
