//! The kit of a class: every official paper that it produces, numbered from a register, made anew while unsigned, frozen when signed.
//!
//! Owns tables `paper`, `paper_head`, `paper_setting`. Uses the faces of `attendance`, `results`, `certificates`, `evaluation`, of `teaching::classes`,
//! `timetable` and `scheme`; the papers themselves are `documents::kit`.
//!
//! Always true:
//! - a class has one living paper of a kind; a voided one stays in the register with its number and the reason;
//! - a number is allotted once for its body, kind and year, without a gap, in the transaction that keeps the paper's content: a file that is
//!   lost on its way is made again from it, byte for byte;
//! - a draft may be made anew from newer facts and keeps its number; what is signed is frozen with its SHA-256 and never made again;
//! - a paper that was drawn from older facts says so and cannot be signed;
//! - accounts of lecturers stand in no paper that is kept: the payment list gets them when somebody fetches it for that, which is recorded;
//! - what is missing for a paper is told by one rule ([`model::missing`]), which the page shows and the action asks.
//!
//! Start reading at [`actions::make`] and [`model::missing`].

pub mod actions;
mod facts;
mod files;
pub mod model;
mod pages;
mod register;
mod settings;
mod store;

pub use actions::{KitError, SignInput, allot, make, sign, void};
pub use model::Template;
pub(crate) use store::given;

use kernel::Right;
use teaching::lecturers::payment::PayLecturers;
use web::{Access, Area, NavItem, Routes};

web::messages!("learning.kit");

/// Make the papers of classes, fetch them, void them, say how they are laid out.
#[derive(Debug)]
pub struct MakePapers;
impl Right for MakePapers {
    const NAME: &'static str = "papers.make";
}

/// Say that a paper is signed, which freezes it.
#[derive(Debug)]
pub struct SignPapers;
impl Right for SignPapers {
    const NAME: &'static str = "papers.sign";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (makes, signs) = (Access::right::<MakePapers>(), Access::right::<SignPapers>());
    Area {
        routes: Routes::new()
            .get("/classes/{class}/kit", makes, pages::get)
            .post("/classes/{class}/kit", makes, pages::post)
            .get("/classes/{class}/kit.zip", makes, files::get_zip)
            .get("/classes/{class}/badges.pdf", makes, files::get_badges)
            .get("/papers", makes, register::get)
            .get("/papers/settings", makes, settings::list)
            .get("/papers/settings/{template}", makes, settings::get)
            .post("/papers/settings/{template}", makes, settings::post)
            .get("/papers/{paper}", makes, pages::get_paper)
            .get("/papers/{paper}/paper.pdf", makes, files::get_pdf)
            .get("/papers/{paper}/paper.docx", makes, files::get_docx)
            .post("/papers/{paper}/accounts", Access::right::<PayLecturers>(), files::post_accounts)
            .post("/papers/{paper}/signature", signs, pages::post_signature)
            .post("/papers/{paper}/void", makes, pages::post_void),
        nav: vec![NavItem { href: "/papers", icon: "file-text", key: "kit-nav", right: MakePapers::NAME }],
        rights: vec![MakePapers::NAME, SignPapers::NAME],
        ..Area::default()
    }
}
