//! Curriculum: programmes, their versions and topics, the 30/70 meter, the way to being in force.
//!
//! Owns tables `programme`, `programme_version`, `programme_version_move`, `topic`. Uses the face of `scheme`.
//!
//! Always true:
//! - a version moves through its states by one transition function, each move is a row;
//! - a version whose periods break the scheme's share of theory cannot be approved.

mod actions;
mod model;
mod pages;
mod store;

pub use actions::{MoveError, ProgrammeInput, TopicInput, approve, enforce, load_programme, submit};
pub use model::{Meter, Move, MoveRefused, VersionState};
pub use store::{ProgrammeLine, day_topics, programmes};

use kernel::Right;
use web::{Access, Area, NavItem, Routes};

web::messages!("teaching.curriculum");

/// Read programmes.
#[derive(Debug)]
pub struct ReadProgrammes;
impl Right for ReadProgrammes {
    const NAME: &'static str = "programmes.read";
}

/// Write programmes and submit them.
#[derive(Debug)]
pub struct EditProgrammes;
impl Right for EditProgrammes {
    const NAME: &'static str = "programmes.edit";
}

/// Appraise and approve programmes.
#[derive(Debug)]
pub struct AppraiseProgrammes;
impl Right for AppraiseProgrammes {
    const NAME: &'static str = "programmes.appraise";
}

/// Put approved programmes in force.
#[derive(Debug)]
pub struct EnforceProgrammes;
impl Right for EnforceProgrammes {
    const NAME: &'static str = "programmes.enforce";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    Area {
        routes: Routes::new()
            .get("/programmes", Access::right::<ReadProgrammes>(), pages::list)
            .get("/programmes/{programme}", Access::right::<ReadProgrammes>(), pages::one)
            .post("/programmes/{programme}/submission", Access::right::<EditProgrammes>(), pages::post_submission)
            .post("/programmes/{programme}/approval", Access::right::<AppraiseProgrammes>(), pages::post_approval)
            .post("/programmes/{programme}/enforcement", Access::right::<EnforceProgrammes>(), pages::post_enforcement),
        nav: vec![NavItem {
            href: "/programmes",
            icon: "book-open",
            key: "curriculum-nav",
            right: ReadProgrammes::NAME,
        }],
        rights: vec![ReadProgrammes::NAME, EditProgrammes::NAME, AppraiseProgrammes::NAME, EnforceProgrammes::NAME],
        ..Area::default()
    }
}
