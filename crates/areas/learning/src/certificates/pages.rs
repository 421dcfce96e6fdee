//! Issuing, downloading and verifying certificates.

use std::collections::BTreeMap;

use ::store::Db;
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use documents::{
    certificate::Certificate,
    names::{self, NameLine, NameSheet, NameSheets},
};
use kernel::{CertificateId, ClassId, text::plain_sort_key};
use serde::Deserialize;
use teaching::{
    classes::{self, ReadClasses},
    scheme,
};
use web::{Answer, App, Download, Lang, Path, Permit, Query, T, Ui, WebError, permit::SignedIn};

use super::{
    IssueCertificates, actions,
    store::{batch, one, verify},
};

/// POST /classes/{class}/certificates
pub(super) async fn post(
    ui: Ui,
    State(app): State<App>,
    permit: Permit<IssueCertificates>,
    Path(class): Path<ClassId>,
) -> Answer {
    let allotted = actions::issue(&app.db, &permit, class, &app.base_url).await?;
    actions::issue_papers(&app.db, class).await?;
    Ok(ui.see_with(&format!("/classes/{class}/results"), "certificates-allotted", &[("n", allotted.to_string())]))
}

/// GET /classes/{class}/certificates: all papers of the class in one file.
pub(super) async fn get_batch(
    State(db): State<Db>,
    permit: Permit<IssueCertificates>,
    Path(id): Path<ClassId>,
) -> Answer {
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let pdf = batch(&mut conn, id).await?.ok_or(WebError::NotFound)?;
    Ok(Download::pdf(format!("chung-nhan-lop-{:02}-{}.pdf", class.number, class.year), pdf).into_response())
}

/// GET /certificates/{certificate}: one paper, for whoever may see its person.
pub(super) async fn get_one(State(db): State<Db>, who: SignedIn, Path(id): Path<CertificateId>) -> Answer {
    let mut conn = db.read().await?;
    let (number, year, pdf) = one(&mut conn, &who.actor, id).await?.ok_or(WebError::NotFound)?;
    Ok(Download::pdf(format!("chung-nhan-{number:04}-{year}.pdf"), pdf).into_response())
}

/// GET /classes/{class}/names.pdf: how certificates would name the learners today, a sheet for each unit to correct and
/// sign before they are issued; of the units within the reader's scope.
pub(super) async fn get_names(State(db): State<Db>, permit: Permit<ReadClasses>, Path(id): Path<ClassId>) -> Answer {
    // papers are written in Vietnamese whatever the reader's language
    let t = T::new(Lang::Vi);
    let today = db.today();
    let mut conn = db.read().await?;
    let class = classes::class(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let learners = classes::learners(&mut conn, &permit.actor, id).await?;
    let rules = scheme::rules(&mut conn, class.scheme_id, today).await?;
    drop(conn);
    let mut units: BTreeMap<(String, String), Vec<NameLine>> = BTreeMap::new();
    for l in learners {
        let unit = l.commune_titled(t);
        let line = NameLine { full_name: l.full_name, birth_date: l.birth_date, position: l.position_title };
        units.entry((plain_sort_key(&l.commune), unit)).or_default().push(line);
    }
    if units.is_empty() {
        return Err(WebError::NotFound);
    }
    let sheets = NameSheets {
        parent: rules.school_parent,
        body: rules.school_name,
        made_on: today,
        class_label: class.label(),
        programme: class.programme,
        time: t.dates(class.starts_on, class.ends_on),
        units: units.into_iter().map(|((_, unit), learners)| NameSheet { unit, learners }).collect(),
    };
    let name = format!("ho-ten-lop-{:02}-{}.pdf", class.number, class.year);
    Ok(Download::pdf(name, web::apart(move || names::render(&sheets)).await?).into_response())
}

#[derive(askama::Template)]
#[template(path = "certificates/verify.html")]
struct VerifyPage<'a> {
    t: T,
    code: &'a str,
    asked: bool,
    found: Option<(Certificate, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    code: String,
}

/// The code as stored: capital signs, nothing between them.
fn tidy(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).take(32).map(|c| c.to_ascii_uppercase()).collect()
}

/// GET /verify: a form for the code, for those who cannot scan it.
pub(super) async fn get_verify_form(ui: Ui, Query(asked): Query<Asked>) -> Answer {
    let code = tidy(&asked.code);
    if !code.is_empty() {
        return Ok(ui.see(&format!("/verify/{code}")));
    }
    let t = ui.t;
    ui.bare(t.get("certificates-verify"), &VerifyPage { t, code: "", asked: false, found: None })
}

/// GET /verify/{code}: public; says what stands on the paper, or that there is no such paper.
pub(super) async fn get_verify(ui: Ui, State(db): State<Db>, Path(code): Path<String>) -> Answer {
    let t = ui.t;
    let code = tidy(&code);
    let found = match verify(&mut db.read().await?, &code).await? {
        Some((snapshot, sha256)) => {
            let certificate = serde_json::from_str(&snapshot).map_err(|e| WebError::Internal(e.to_string()))?;
            Some((certificate, sha256))
        }
        None => None,
    };
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    ui.bare_with(status, t.get("certificates-verify"), &VerifyPage { t, code: &code, asked: true, found })
}
