//! Curriculum: programmes, their versions and topics, the 30/70 meter, the way to being in force.
//!
//! Owns tables `programme`, `programme_version`, `programme_version_move`, `version_author`, `objective`, `topic`, `topic_lecturer`,
//! `topic_legal`, `topic_position`, `appraisal`, `appraisal_member`, `appraisal_opinion`, `appraisal_answer`, `appraisal_vote`. Uses the face of `scheme`, its register of documents, the posts and the accounts.
//!
//! Always true:
//! - a version moves through its states by one transition function, each move is a row;
//! - a version whose periods break the scheme's share of theory is neither appraised nor approved;
//! - topics, objectives and what they are linked to change while the version is an outline or being drafted, and never after that; who
//!   changes one is an author of the version;
//! - of two people who edit one topic the second is told what the first saved, and saves over it knowingly or not;
//! - one version of a programme at most is under work, one at most is in force; a class keeps its version.
//!
//! Start reading at [`VersionState::step`] and [`actions::start_version`].

pub mod actions;
pub mod appraisal;
mod diff;
mod exchange;
mod framework;
mod life;
mod model;
mod objective;
mod pages;
mod store;
mod topic;
mod topic_form;

pub use actions::{
    Drafted, EditError, ProgrammeInput, TopicDraft, TopicInput, Way, change_topic, drafts, load_programme,
    start_version,
};
pub(crate) use diff::topic_values;
pub use framework::framework;
pub use life::{MoveError, approve, enforce, submit};
pub use model::{
    ASSESSMENTS, DELIVERIES, Fault, KINDS, LECTURERS, METHODS, Meter, Move, MoveRefused, VersionState, usual_method,
};
pub use objective::{ObjectiveDraft, add_objective};
pub use pages::MeterPart;
pub use store::{LegalName, PostName, ProgrammeLine, Taught, documents, pool, positions, programmes, taught};
pub(crate) use store::{Objective, Topic, objectives, topics, versions};

use documents::report::Format;
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
    let (reads, edits, appraises) =
        (Access::right::<ReadProgrammes>(), Access::right::<EditProgrammes>(), Access::right::<AppraiseProgrammes>());
    let programmes = Area {
        routes: Routes::new()
            .get("/programmes", reads, pages::list)
            .get("/programmes/framework.pdf", reads, |ui, db, permit| framework::get(Format::Pdf, ui, db, permit))
            .get("/programmes/framework.docx", reads, |ui, db, permit| framework::get(Format::Docx, ui, db, permit))
            .get("/programmes/framework.xlsx", reads, |ui, db, permit| framework::get(Format::Xlsx, ui, db, permit))
            .get("/programmes/{programme}", reads, pages::one)
            .get("/programmes/{programme}/versions/{number}", reads, pages::version)
            .get("/programmes/{programme}/comparison", reads, diff::get)
            .post("/programmes/{programme}/versions", edits, pages::post_version)
            .get("/programmes/{programme}/versions/{number}/objectives/new", edits, objective::get_new)
            .post("/programmes/{programme}/versions/{number}/objectives", edits, objective::post_new)
            .get("/programmes/{programme}/versions/{number}/objectives/{objective}", edits, objective::get)
            .post("/programmes/{programme}/versions/{number}/objectives/{objective}", edits, objective::post)
            .post(
                "/programmes/{programme}/versions/{number}/objectives/{objective}/removal",
                edits,
                objective::post_removal,
            )
            .post("/programmes/{programme}/drafting", edits, pages::post_drafting)
            .post("/programmes/{programme}/submission", edits, pages::post_submission)
            .post("/programmes/{programme}/return", appraises, pages::post_return)
            .post("/programmes/{programme}/approval", appraises, pages::post_approval)
            .post("/programmes/{programme}/enforcement", Access::right::<EnforceProgrammes>(), pages::post_enforcement)
            .get("/programmes/{programme}/versions/{number}/topics.xlsx", reads, exchange::get_file)
            .get("/programmes/{programme}/versions/{number}/import", edits, exchange::get_import)
            .upload(
                "/programmes/{programme}/versions/{number}/import",
                edits,
                exchange::MOST_BYTES,
                exchange::post_import,
            )
            .get("/programmes/{programme}/versions/{number}/meter", edits, topic::get_meter)
            .get("/programmes/{programme}/versions/{number}/topics/new", edits, topic::get_new)
            .post("/programmes/{programme}/versions/{number}/topics", edits, topic::post_new)
            .get("/programmes/{programme}/versions/{number}/topics/{topic}", edits, topic::get)
            .post("/programmes/{programme}/versions/{number}/topics/{topic}", edits, topic::post)
            .get("/programmes/{programme}/versions/{number}/topics/{topic}/sheet", reads, topic::get_sheet)
            .post("/programmes/{programme}/versions/{number}/topics/{topic}/place", edits, topic::post_place)
            .get("/programmes/{programme}/versions/{number}/topics/{topic}/removal", edits, topic::get_removal)
            .post("/programmes/{programme}/versions/{number}/topics/{topic}/removal", edits, topic::post_removal),
        nav: vec![NavItem {
            href: "/programmes",
            icon: "book-open",
            key: "curriculum-nav",
            right: ReadProgrammes::NAME,
        }],
        rights: vec![ReadProgrammes::NAME, EditProgrammes::NAME, AppraiseProgrammes::NAME, EnforceProgrammes::NAME],
        ..Area::default()
    };
    programmes.and(appraisal::area())
}
