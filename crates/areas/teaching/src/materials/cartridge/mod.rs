//! A version of a programme with the materials of its topics as an IMS Common Cartridge 1.3, which other learning systems take in.
//!
//! Always true:
//! - the manifest keeps the rules of the standard: one root item without a title, folders that point at nothing, leaves that point at
//!   one resource, every file of the package listed once;
//! - the package is made while it is sent: no file is held in memory, none is written beside the kept ones.
//!
//! Start reading at [`model::Cartridge::of`].

mod model;
mod send;

use ::store::Db;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use kernel::ProgrammeId;
use web::{Answer, Path, Permit, Ui, WebError};

use super::{ReadMaterials, store::of_programme};
use crate::curriculum;
use model::Cartridge;

/// GET /programmes/{programme}/versions/{number}/cartridge.imscc
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadMaterials>,
    Path((programme, number)): Path<(ProgrammeId, i64)>,
) -> Answer {
    let mut conn = db.read().await?;
    let found = curriculum::versions(&mut conn, &permit.actor, programme).await?;
    let line = found.into_iter().find(|v| v.number == number).ok_or(WebError::NotFound)?;
    let topics = curriculum::topics(&mut conn, line.version_id).await?;
    let aims = curriculum::objectives(&mut conn, line.version_id).await?;
    let materials = of_programme(&mut conn, programme).await?;
    drop(conn);
    let cartridge = Cartridge::of(ui.t, &line, &aims, &topics, &materials);
    let parts = cartridge.parts().map_err(|e| WebError::Internal(e.to_string()))?;
    let name = format!("attachment; filename=\"{}-v{number}.imscc\"", model::slug(&line.code));
    let mut response = send::body(&db, parts).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    if let Ok(value) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
