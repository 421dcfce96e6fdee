//! The board: where the scheme stands, on one page, every figure leading to the list behind it.
//!
//! Owns no table. Reads the faces of `coverage`, `teaching::planning`, `teaching::scheme` and views.
//!
//! Always true:
//! - the figures hold for the newest audit record: they are made again when anything was written, and only then.
//!
//! Start reading at [`figures::gather`].

mod chart;
mod figures;
mod page;
mod store;

use std::sync::Arc;

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

web::messages!("oversight.board");

/// Read the board.
#[derive(Debug)]
pub struct ReadBoard;
impl Right for ReadBoard {
    const NAME: &'static str = "board.read";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let kept = Arc::new(figures::Kept::default());
    Area {
        routes: Routes::new().get("/board", Access::right::<ReadBoard>(), move |ui, db, permit| {
            page::get(ui, db, permit, Arc::clone(&kept))
        }),
        nav: vec![NavItem { href: "/board", icon: "layout-dashboard", key: "board-nav", right: ReadBoard::NAME }],
        rights: vec![ReadBoard::NAME],
        ..Area::default()
    }
}
