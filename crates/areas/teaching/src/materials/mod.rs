//! Lesson plans and other materials: their versions, what colleagues say of them, which topics they serve.
//!
//! Writes tables `material`, `material_version`, `material_text`, `material_find`, `material_review`, `material_topic`,
//! `material_reference`.
//! A version of a programme leaves with its materials as a Common Cartridge ([`cartridge`]).
//! Uses the faces of `files` and `scheme`, and the programmes and topics of `curriculum`.
//!
//! Always true:
//! - a version never changes; a new upload is a new version, and the older ones stay;
//! - a version is approved by a colleague, never by whoever wrote the material or brought the version;
//! - a material serves topics of any number of programmes, by the topic's code, so that it stays with a topic when the
//!   programme gets a new version;
//! - it is found by its title, author and source and by every word inside its newest version, without tones.
//!
//! Start reading at [`add_material`] and [`ReadText`].

mod actions;
mod archive;
mod cartridge;
mod edit;
mod list;
mod model;
mod one;
mod store;

pub use actions::{
    Brought, MaterialDraft, MaterialError, ReadText, TopicRef, add_material, add_version, review, serve_topic,
};
pub use archive::{Part, import_archive};
pub use model::{KINDS, LICENCES, Verdict};
pub use store::open_topics;

use ::store::JobKind;
use kernel::Right;
use web::{Access, Area, NavItem, Routes};

use crate::files::PLAIN_MOST;

web::messages!("teaching.materials");

/// Read materials.
#[derive(Debug)]
pub struct ReadMaterials;
impl Right for ReadMaterials {
    const NAME: &'static str = "materials.read";
}

/// Bring materials and new versions, and say which topics they serve.
#[derive(Debug)]
pub struct WriteMaterials;
impl Right for WriteMaterials {
    const NAME: &'static str = "materials.write";
}

/// Comment on materials of colleagues, approve them or give them back.
#[derive(Debug)]
pub struct ReviewMaterials;
impl Right for ReviewMaterials {
    const NAME: &'static str = "materials.review";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (reads, writes) = (Access::right::<ReadMaterials>(), Access::right::<WriteMaterials>());
    Area {
        routes: Routes::new()
            .get("/materials", reads, list::get)
            .upload("/materials", writes, PLAIN_MOST, edit::post_new)
            .get("/materials/new", writes, edit::get_new)
            .get("/materials/import", writes, archive::get)
            .upload("/materials/import", writes, PLAIN_MOST, archive::post)
            .get("/programmes/{programme}/versions/{number}/cartridge.imscc", reads, cartridge::get)
            .get("/materials/{material}", reads, one::get)
            .get("/materials/{material}/change", writes, edit::get)
            .post("/materials/{material}/change", writes, edit::post)
            .upload("/materials/{material}/versions", writes, PLAIN_MOST, one::post_version)
            .get("/materials/{material}/versions/{number}/file", reads, one::get_file)
            .post("/materials/{material}/reviews", Access::right::<ReviewMaterials>(), one::post_review)
            .post("/materials/{material}/topics", writes, one::post_topic)
            .post("/materials/{material}/topics/removal", writes, one::post_topic_removal),
        jobs: vec![JobKind::of::<ReadText>()],
        nav: vec![NavItem { href: "/materials", icon: "file-text", key: "materials-nav", right: ReadMaterials::NAME }],
        rights: vec![ReadMaterials::NAME, WriteMaterials::NAME, ReviewMaterials::NAME],
    }
}
