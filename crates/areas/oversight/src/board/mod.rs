//! The board: where the scheme stands, on one page, every figure leading to the list behind it.
//!
//! Owns no table. Reads the faces of `coverage`, `teaching::planning`, `teaching::scheme` and views.
//!
//! Always true:
//! - the figures hold for the newest audit record: they are made again when anything was written, and only then;
//! - a figure that counts classes and the list behind it are the same selection ([`figures::Only`]).
//!
//! Start reading at [`figures::gather`].

mod chart;
mod figures;
mod page;
mod store;

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

web::messages!("oversight.board");

/// Read the board.
#[derive(Debug)]
pub struct ReadBoard;
impl Right for ReadBoard {
    const NAME: &'static str = "board.read";
}

/// Note that a milestone of the scheme is reached.
#[derive(Debug)]
pub struct CloseMilestones;
impl Right for CloseMilestones {
    const NAME: &'static str = "milestones.close";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let reads = Access::right::<ReadBoard>();
    Area {
        routes: Routes::new()
            .get("/board", reads, page::get)
            .get("/board/classes", reads, page::get_classes)
            .get("/board/milestones", reads, page::get_milestones)
            .post("/board/milestones/{code}/completion", Access::right::<CloseMilestones>(), page::post_milestone),
        nav: vec![NavItem { href: "/board", icon: "layout-dashboard", key: "board-nav", right: ReadBoard::NAME }],
        rights: vec![ReadBoard::NAME, CloseMilestones::NAME],
        ..Area::default()
    }
}
