//! Intake: what learners say before they arrive (meals, bed, arrival, a small child), and the study groups and the committee of a class.
//!
//! Owns tables `intake`, `class_grouping`, `class_place`. Uses the faces of `classes` and `scheme`.
//!
//! Always true:
//! - somebody is asked once the school has accepted them, not before, and may change what they said until the study week is over;
//! - the audit keeps which answers changed and who changed them, not what they say: they are about health and family;
//! - groups and committee are one list: whoever saves over somebody else's is told.
//!
//! Start reading at [`model::house`] and [`model::propose`].

mod actions;
mod form;
mod groups;
mod list;
mod model;
mod store;

pub use actions::{IntakeError, propose_groups, save_groups, say, say_for};
pub use model::{Arrival, Duty, HouseDay, IntakeDraft, Meals, Place, house};
pub(crate) use store::own_places;
pub use store::{Arriving, Grouping, arriving, grouping};

use documents::report::Format;
use kernel::Right;
use web::{Access, Area, Routes};

use crate::classes::{
    ClassMove, ReadClasses, RegisterForClasses,
    life::{AsksOfStep, Check, Weight},
};

web::messages!("teaching.intake");

/// Read who arrives how, within one's scope.
#[derive(Debug)]
pub struct ReadIntake;
impl Right for ReadIntake {
    const NAME: &'static str = "intake.read";
}

/// Say for a learner what the school must know before they arrive.
#[derive(Debug)]
pub struct FillIntake;
impl Right for FillIntake {
    const NAME: &'static str = "intake.fill";
}

/// Make study groups and the committee of a class.
#[derive(Debug)]
pub struct EditGroups;
impl Right for EditGroups {
    const NAME: &'static str = "groups.edit";
}

::store::inventory::submit! {
    AsksOfStep {
        step: ClassMove::Begin,
        ask: |conn, class| {
            Box::pin(async move {
                let (learners, unsaid, ungrouped) = store::missing(conn, class).await?;
                Ok(vec![
                    Check::new("intake-check-said", Weight::Advice, unsaid, learners, "intake"),
                    Check::new("intake-check-grouped", Weight::Advice, ungrouped, learners, "groups"),
                ])
            })
        },
    }
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let (reads, fills) = (Access::right::<ReadIntake>(), Access::right::<FillIntake>());
    let (registers, groups) = (Access::right::<RegisterForClasses>(), Access::right::<EditGroups>());
    Area {
        routes: Routes::new()
            .get("/classes/{class}/intake", reads, list::get)
            .get("/classes/{class}/intake.pdf", reads, |ui, db, permit, path| {
                list::get_file(Format::Pdf, ui, db, permit, path)
            })
            .get("/classes/{class}/intake.docx", reads, |ui, db, permit, path| {
                list::get_file(Format::Docx, ui, db, permit, path)
            })
            .get("/classes/{class}/intake.xlsx", reads, |ui, db, permit, path| {
                list::get_file(Format::Xlsx, ui, db, permit, path)
            })
            .get("/classes/{class}/nominations/{nomination}/intake", fills, form::get)
            .post("/classes/{class}/nominations/{nomination}/intake", fills, form::post)
            .get("/registration/{class}/intake", registers, form::get_own)
            .post("/registration/{class}/intake", registers, form::post_own)
            .get("/classes/{class}/groups", Access::right::<ReadClasses>(), groups::get)
            .post("/classes/{class}/groups", groups, groups::post)
            .post("/classes/{class}/groups/proposal", groups, groups::post_proposal),
        rights: vec![ReadIntake::NAME, FillIntake::NAME, EditGroups::NAME],
        ..Area::default()
    }
}
