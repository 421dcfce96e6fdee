//! Any crossing of the statistics as a file that its reader can send.

use ::people::{
    organisation::commune_names,
    registry::{
        ReadStatistics,
        statistics::{Asked, Dimension, answer},
    },
};
use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use documents::report::{self, Format, Letterhead};
use teaching::scheme;
use web::{Answer, Download, Errors, Lang, Permit, Query, T, WebError};

async fn file(db: &Db, permit: &Permit<ReadStatistics>, asked: &Asked, format: Format) -> Answer {
    // papers are written in Vietnamese whatever the reader's language
    let t = T::new(Lang::Vi);
    let (actor, today) = (&permit.actor, db.today());
    let mut errors = Errors::new();
    let question = asked.question(today, &mut errors);
    if !errors.is_empty() {
        return Err(WebError::refused("statistics-on-wrong"));
    }
    let seen = answer(db, actor, &question).await?;
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or_else(|| WebError::refused("coverage-no-scheme"))?;
    let rules = scheme::rules(&mut conn, scheme.id, today).await?;
    let mut head = rules.letterhead();
    if actor.commune().is_some()
        && let Some(commune) = commune_names(&mut conn, actor).await?.pop()
    {
        // what a commune counts of itself goes out under its own name
        head = Letterhead {
            parent: t.arg("appendices-province", "name", scheme.province_name.as_str()).into_owned(),
            body: seen.label(t, Dimension::Commune, &commune.code),
            place: commune.name,
            signer_title: t.get("appendices-maker").into_owned(),
        };
    }
    drop(conn);
    let name = format!("thong-ke-{}-{}.{}", question.rows.code(), question.on, format.extension());
    let made = seen.report(t, &head, today);
    let bytes = web::apart(move || report::render(&made, format)).await?;
    Ok(Download::report(name, format.content_type(), bytes).into_response())
}

/// GET /reports/statistics.xlsx
pub(super) async fn get_xlsx(
    State(db): State<Db>,
    permit: Permit<ReadStatistics>,
    Query(asked): Query<Asked>,
) -> Answer {
    file(&db, &permit, &asked, Format::Xlsx).await
}

/// GET /reports/statistics.pdf
pub(super) async fn get_pdf(
    State(db): State<Db>,
    permit: Permit<ReadStatistics>,
    Query(asked): Query<Asked>,
) -> Answer {
    file(&db, &permit, &asked, Format::Pdf).await
}

/// GET /reports/statistics.docx
pub(super) async fn get_docx(
    State(db): State<Db>,
    permit: Permit<ReadStatistics>,
    Query(asked): Query<Asked>,
) -> Answer {
    file(&db, &permit, &asked, Format::Docx).await
}
