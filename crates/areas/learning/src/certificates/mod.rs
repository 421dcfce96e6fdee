//! Certificates: register numbers allotted once, papers frozen at issue, a public page that verifies them.
//!
//! Owns tables `register_head`, `certificate`, `certificate_batch`; publishes view
//! `v_certificates_certificate`. Uses the faces of `results` and of `teaching::classes`.
//!
//! Always true:
//! - a person gets one certificate for a class, its number is never given again;
//! - bytes and hash are stored when the paper is issued and never made again;
//! - the public page says what stands on the paper, no more.
//!
//! Start reading at [`actions::issue`].

pub mod actions;
mod pages;
mod store;

pub use actions::{CertificateError, IssuePapers, issue, issue_papers};
pub(crate) use store::batch;
pub use store::{CertificateLine, may_fetch_of_class, of_class};

use ::store::JobKind;
use kernel::Right;
use teaching::classes::ReadClasses;
use web::{Access, Area, Routes};

web::messages!("learning.certificates");

/// Issue certificates.
#[derive(Debug)]
pub struct IssueCertificates;
impl Right for IssueCertificates {
    const NAME: &'static str = "certificates.issue";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let issues = Access::right::<IssueCertificates>();
    Area {
        routes: Routes::new()
            .post("/classes/{class}/certificates", issues, pages::post)
            .get("/classes/{class}/certificates", issues, pages::get_batch)
            .get("/classes/{class}/names.pdf", Access::right::<ReadClasses>(), pages::get_names)
            .get("/certificates/{certificate}", Access::SignedIn, pages::get_one)
            .get("/verify", Access::Public, pages::get_verify_form)
            .get("/verify/{code}", Access::Public, pages::get_verify),
        jobs: vec![JobKind::of::<IssuePapers>()],
        rights: vec![IssueCertificates::NAME],
        ..Area::default()
    }
}
