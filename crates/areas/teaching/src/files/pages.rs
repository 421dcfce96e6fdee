//! The way in, spoken by the page's script: announce a file, ask how much is here, send the next piece.
//!
//! | request | answer |
//! |---|---|
//! | `POST /uploads` with `name` and `size` | 201, `Location`, `Upload-Offset: 0`, `Upload-Chunk` |
//! | `GET /uploads/{upload}` | 204, `Upload-Offset`, `Upload-Length` |
//! | `POST /uploads/{upload}` with `Upload-Offset` and bytes | 204 and the new `Upload-Offset`; 409 with the one that the server holds |
//!
//! A refusal is 422 with its words as text.

use ::store::Db;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::UploadId;
use serde::Deserialize;
use web::{Answer, Form, Path, Permit, Piece, T, Ui, WebError};

use super::{
    SendFiles,
    actions::{CHUNK, FileError, add_piece, start_upload, told},
    store::upload,
};

/// A size in words: `2,0 GB`.
#[must_use]
pub fn size(t: T, bytes: impl TryInto<u64>) -> String {
    let bytes = bytes.try_into().unwrap_or(0);
    let (unit, name) = match bytes {
        0..1024 => return format!("{} B", t.num(i64::try_from(bytes).unwrap_or(0))),
        1024..1_048_576 => (1024_u64, "KB"),
        1_048_576..1_073_741_824 => (1 << 20, "MB"),
        _ => (1 << 30, "GB"),
    };
    let tenths = i64::try_from(bytes.saturating_mul(10) / unit).unwrap_or(i64::MAX);
    let whole = t.num(tenths / 10);
    let point = if t.lang == web::Lang::Vi { ',' } else { '.' };
    if tenths % 10 == 0 || tenths >= 1000 {
        format!("{whole} {name}")
    } else {
        format!("{whole}{point}{} {name}", tenths % 10)
    }
}

const OFFSET: &str = "upload-offset";

fn number(value: i64) -> HeaderValue {
    HeaderValue::from(value)
}

/// A refusal in words, for the script that asked.
fn refused(t: T, error: FileError) -> Answer {
    let offset = if let FileError::Elsewhere(held) = &error { Some(*held) } else { None };
    if matches!(error, FileError::NotFound) {
        return Err(WebError::NotFound);
    }
    let (key, args) = told(t, error)?;
    let status = if offset.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut response = (status, t.args(key, args).into_owned()).into_response();
    if let Some(offset) = offset {
        response.headers_mut().insert(OFFSET, number(offset));
    }
    Ok(response)
}

/// A file as announced.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Announced {
    name: String,
    size: String,
}

/// POST /uploads
pub(super) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<SendFiles>,
    Form(announced): Form<Announced>,
) -> Answer {
    let size = announced.size.parse().map_err(|_| WebError::BadRequest)?;
    match start_upload(&db, &permit, &announced.name, Some(size)).await {
        Ok(id) => {
            let mut response = StatusCode::CREATED.into_response();
            let headers = response.headers_mut();
            if let Ok(place) = HeaderValue::from_str(&format!("/uploads/{id}")) {
                headers.insert(header::LOCATION, place);
            }
            headers.insert(OFFSET, number(0));
            headers.insert("upload-chunk", HeaderValue::from(CHUNK));
            Ok(response)
        }
        Err(error) => refused(ui.t, error),
    }
}

/// GET /uploads/{upload}
pub(super) async fn get(State(db): State<Db>, permit: Permit<SendFiles>, Path(id): Path<UploadId>) -> Answer {
    let line = upload(&mut db.read().await?, permit.actor.account, id).await?.ok_or(WebError::NotFound)?;
    let mut response: Response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(OFFSET, number(line.received));
    if let Some(size) = line.size {
        response.headers_mut().insert("upload-length", number(size));
    }
    Ok(response)
}

/// POST /uploads/{upload}
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<SendFiles>,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
    Piece(bytes): Piece,
) -> Answer {
    // somebody else's upload is not there, whatever is said of it
    upload(&mut db.read().await?, permit.actor.account, id).await?.ok_or(WebError::NotFound)?;
    let start = headers.get(OFFSET).and_then(|v| v.to_str().ok()?.parse().ok()).ok_or(WebError::BadRequest)?;
    match add_piece(&db, &permit.actor, id, start, bytes).await {
        Ok(held) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            response.headers_mut().insert(OFFSET, number(held));
            Ok(response)
        }
        Err(error) => refused(ui.t, error),
    }
}
