//! The papers as files: one, or all of a class in one archive.

use std::io::{Cursor, Write};

use ::store::{Conn, Db};
use axum::{extract::State, response::IntoResponse};
use documents::{
    badges::{Badges, Card},
    kit::with_accounts,
    official::{Official, render},
    report::Format,
};
use kernel::{AccountId, Actor, ClassId, PaperId};
use serde::Deserialize;
use teaching::{
    classes,
    lecturers::payment::{PayLecturers, read_all},
    scheme, timetable,
};
use web::{Answer, Download, Form, Lang, Path, Permit, T, WebError, answer::blocking};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    MakePapers,
    facts::Kit,
    model::Template,
    store::{self, PaperRow},
};
use crate::{certificates, results};

/// GET /papers/{paper}/paper.pdf
pub(super) async fn get_pdf(State(db): State<Db>, permit: Permit<MakePapers>, Path(id): Path<PaperId>) -> Answer {
    one(&db, &permit.actor, id, Format::Pdf).await
}

/// GET /papers/{paper}/paper.docx
pub(super) async fn get_docx(State(db): State<Db>, permit: Permit<MakePapers>, Path(id): Path<PaperId>) -> Answer {
    one(&db, &permit.actor, id, Format::Docx).await
}

fn read_paper(content: &str) -> Result<Official, WebError> {
    serde_json::from_str(content).map_err(|e| WebError::Internal(e.to_string()))
}

async fn one(db: &Db, actor: &Actor, id: PaperId, format: Format) -> Answer {
    let mut conn = db.read().await?;
    let row = store::paper(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let name = Template::of(&row.template).ok_or(WebError::NotFound)?.file_name();
    let frozen = store::frozen(&mut conn, id).await?;
    drop(conn);
    let bytes = match frozen {
        Some((pdf, docx)) => match format {
            Format::Pdf => pdf,
            _ => docx,
        },
        None => {
            let paper = read_paper(&row.content)?;
            web::apart(move || render(&paper, format)).await?
        }
    };
    Ok(Download::report(format!("{name}.{}", format.extension()), format.content_type(), bytes).into_response())
}

/// What was chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    format: String,
}

/// POST /papers/{paper}/accounts: a payment list with the accounts of its lecturers; that each was read is recorded. Of two lecturers of
/// one name neither is filled in.
pub(super) async fn post_accounts(
    State(db): State<Db>,
    permit: Permit<PayLecturers>,
    Path(id): Path<PaperId>,
    Form(chosen): Form<Chosen>,
) -> Answer {
    let format = if chosen.format == "docx" { Format::Docx } else { Format::Pdf };
    let mut conn = db.read().await?;
    let row = store::paper(&mut conn, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let template = Template::of(&row.template).filter(|template| *template == Template::Payments);
    let template = template.filter(|_| row.voided_at.is_none()).ok_or(WebError::NotFound)?;
    let teaching = timetable::teaching(&mut conn, row.class_id).await?;
    drop(conn);
    let alone = |name: &str| teaching.iter().filter(|(_, other)| other == name).count() == 1;
    let paid: Vec<AccountId> = teaching.iter().filter(|(_, name)| alone(name)).map(|(account, _)| *account).collect();
    let read = read_all(&db, &permit, &paid, "fee").await?;
    let paper = with_accounts(read_paper(&row.content)?, |name| {
        let (account, _) = teaching.iter().find(|(_, other)| other == name)?;
        read.iter().find(|(paid, _)| paid == account).map(|(_, payment)| payment.line())
    });
    let bytes = web::apart(move || render(&paper, format)).await?;
    let name = format!("{}-tai-khoan.{}", template.file_name(), format.extension());
    Ok(Download { name, content_type: format.content_type(), bytes, inline: false }.into_response())
}

/// A paper on its way into the archive.
enum Ware {
    Ready(Vec<u8>),
    Draft(Box<Official>, Format),
}

async fn wares(conn: &mut Conn, papers: &[(Template, &PaperRow)]) -> Result<Vec<(String, Ware)>, WebError> {
    let mut wares = Vec::with_capacity(papers.len() * 2 + 2);
    for (template, row) in papers {
        let name = |format: Format| format!("{}.{}", template.file_name(), format.extension());
        if row.signed_at.is_some() {
            let (pdf, docx) = store::frozen(conn, row.id).await?.ok_or(WebError::NotFound)?;
            wares.extend([(name(Format::Pdf), Ware::Ready(pdf)), (name(Format::Docx), Ware::Ready(docx))]);
        } else {
            let paper = read_paper(&row.content)?;
            wares.push((name(Format::Pdf), Ware::Draft(Box::new(paper.clone()), Format::Pdf)));
            wares.push((name(Format::Docx), Ware::Draft(Box::new(paper), Format::Docx)));
        }
    }
    Ok(wares)
}

fn pack(wares: Vec<(String, Ware)>) -> Result<Vec<u8>, String> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, ware) in wares {
        let bytes = match ware {
            Ware::Ready(bytes) => bytes,
            Ware::Draft(paper, format) => render(&paper, format).map_err(|e| e.to_string())?,
        };
        zip.start_file(name, options).map_err(|e| e.to_string())?;
        zip.write_all(&bytes).map_err(|e| e.to_string())?;
    }
    Ok(zip.finish().map_err(|e| e.to_string())?.into_inner())
}

/// GET /classes/{class}/kit.zip: every paper of the class as PDF and DOCX, with the decision on its results and its certificates.
pub(super) async fn get_zip(State(db): State<Db>, permit: Permit<MakePapers>, Path(id): Path<ClassId>) -> Answer {
    let actor = &permit.actor;
    let mut conn = db.read().await?;
    let kit = Kit::read(&mut conn, actor, id, db.today()).await?.ok_or(WebError::NotFound)?;
    let papers: Vec<(Template, &PaperRow)> =
        Template::ALL.into_iter().filter_map(|template| kit.paper(template).map(|row| (template, row))).collect();
    let mut wares = wares(&mut conn, &papers).await?;
    if let Some(pdf) = results::paper(&mut conn, id).await? {
        wares.push(("16-quyet-dinh-ket-qua.pdf".to_owned(), Ware::Ready(pdf)));
    }
    if let Some(pdf) = certificates::batch(&mut conn, id).await? {
        wares.push(("17-giay-chung-nhan.pdf".to_owned(), Ware::Ready(pdf)));
    }
    if !wares.is_empty()
        && let Some((made, _)) = badges(&mut conn, actor, id).await?
    {
        let pdf = web::apart(move || documents::badges::render(&made)).await?;
        wares.push(("22-the-hoc-vien.pdf".to_owned(), Ware::Ready(pdf)));
    }
    drop(conn);
    if wares.is_empty() {
        return Err(WebError::NotFound);
    }
    wares.sort_by(|a, b| a.0.cmp(&b.0));
    let bytes = blocking(move || pack(wares)).await?.map_err(WebError::Internal)?;
    let name = format!("ho-so-lop-{:02}-{}.zip", kit.class.number, kit.class.year);
    Ok(Download { name, content_type: "application/zip", bytes, inline: false }.into_response())
}

/// The badges of a class: the code on each is that of the enrolment, which says nothing of the person.
async fn badges(conn: &mut Conn, actor: &Actor, id: ClassId) -> Result<Option<(Badges, String)>, WebError> {
    // papers are written in Vietnamese whatever the reader's language
    let t = T::new(Lang::Vi);
    let class = classes::class(conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(conn, class.scheme_id, class.ends_on).await?;
    let enrolled = classes::nominations(conn, actor, id).await?;
    let learners = classes::learners(conn, actor, id).await?;
    let cards = learners.iter().filter_map(|l| {
        let enrolment = enrolled.iter().find(|n| n.person_id == l.person_id && n.state == l.outcome)?;
        Some(Card {
            full_name: l.full_name.clone(),
            position: l.position_title.clone(),
            unit: l.commune_titled(t),
            code: enrolment.id.to_string(),
        })
    });
    let cards: Vec<Card> = cards.collect();
    let name = format!("22-the-hoc-vien-lop-{:02}-{}.pdf", class.number, class.year);
    let made = Badges {
        body: rules.school_name,
        class_label: class.label(),
        starts_on: class.starts_on,
        ends_on: class.ends_on,
        cards,
    };
    Ok((!made.cards.is_empty()).then_some((made, name)))
}

/// GET /classes/{class}/badges.pdf: a badge for each learner, ten a page.
pub(super) async fn get_badges(State(db): State<Db>, permit: Permit<MakePapers>, Path(id): Path<ClassId>) -> Answer {
    let (made, name) = badges(&mut db.read().await?, &permit.actor, id).await?.ok_or(WebError::NotFound)?;
    let bytes = web::apart(move || documents::badges::render(&made)).await?;
    Ok(Download::pdf(name, bytes).into_response())
}
