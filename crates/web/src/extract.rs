//! Path, query and form with the house's error pages.
#![expect(clippy::disallowed_types, reason = "this module wraps the raw extractors")]

use std::{future::poll_fn, pin::Pin};

use axum::{
    body::HttpBody,
    extract::{FromRequest, FromRequestParts, RawForm, Request, rejection::RawFormRejection},
    http::{header, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::{App, WebError, routes::MostBytes};

/// Whether percent-encoded text holds a NUL, which no text of ours has and PostgreSQL cannot store.
pub(crate) fn has_nul(encoded: &[u8]) -> bool {
    encoded.contains(&0) || encoded.windows(3).any(|part| part == b"%00")
}

/// Parts of the address. An id that cannot be read is a page that does not exist.
#[derive(Debug, Clone, Copy)]
pub struct Path<P>(pub P);

impl<P: DeserializeOwned + Send> FromRequestParts<App> for Path<P> {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let axum::extract::Path(value) =
            axum::extract::Path::<P>::from_request_parts(parts, app).await.map_err(|_| WebError::NotFound)?;
        Ok(Self(value))
    }
}

/// The query string; what cannot be read is a broken request.
#[derive(Debug, Clone, Copy)]
pub struct Query<Q>(pub Q);

impl<Q: DeserializeOwned + Send> FromRequestParts<App> for Query<Q> {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let axum::extract::Query(value) =
            axum::extract::Query::<Q>::from_request_parts(parts, app).await.map_err(|_| WebError::BadRequest)?;
        Ok(Self(value))
    }
}

/// An urlencoded form. Keep its fields `String` with `#[serde(default)]`, so that everything typed can
/// be shown again beside the error.
#[derive(Debug, Clone)]
pub struct Form<F>(pub F);

impl<F: DeserializeOwned + Send> FromRequest<App> for Form<F> {
    type Rejection = WebError;
    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        match RawForm::from_request(request, app).await {
            Ok(RawForm(bytes)) if has_nul(&bytes) => Err(WebError::BadRequest),
            Ok(RawForm(bytes)) => serde_urlencoded::from_bytes(&bytes).map(Self).map_err(|_| WebError::BadRequest),
            Err(RawFormRejection::BytesRejection(_)) => Err(WebError::TooLarge),
            Err(_) => Err(WebError::BadRequest),
        }
    }
}

/// Most bytes of a body that is too large which are still taken in, and thrown away.
const MOST_DRAINED: usize = 1 << 30;

/// Refuses a body that says to be larger than its route allows. It is taken in all the same, to nowhere: a browser
/// that is still sending does not read an answer, it says that the connection was reset.
async fn refuse_large(request: Request) -> Result<Request, WebError> {
    let most = request.extensions().get::<MostBytes>().map_or(usize::MAX, |most| most.0);
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if length.is_none_or(|length| length <= most) {
        return Ok(request);
    }
    let mut body = request.into_body();
    let mut left = MOST_DRAINED;
    while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        left = left.saturating_sub(frame.data_ref().map_or(1, axum::body::Bytes::len));
        if left == 0 {
            break;
        }
    }
    Err(WebError::TooLarge)
}

/// A form with one file. A form without a file has an empty name and no bytes.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// Name of the file as the sender's system has it; never a path.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The other fields, in their order.
    pub fields: Vec<(String, String)>,
}

impl FromRequest<App> for Upload {
    type Rejection = WebError;
    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let too_large = |error: axum::extract::multipart::MultipartError| {
            if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                WebError::TooLarge
            } else {
                WebError::BadRequest
            }
        };
        let request = refuse_large(request).await?;
        let form = axum::extract::Multipart::from_request(request, app).await;
        let mut form = form.map_err(|_| WebError::BadRequest)?;
        let mut upload = Self::default();
        while let Some(field) = form.next_field().await.map_err(too_large)? {
            if let Some(name) = field.file_name() {
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
                upload.file_name = name.chars().filter(|c| !c.is_control()).take(200).collect();
                upload.bytes = field.bytes().await.map_err(too_large)?.to_vec();
            } else {
                let name = field.name().unwrap_or_default().to_owned();
                let text = field.text().await.map_err(too_large)?;
                if has_nul(text.as_bytes()) {
                    return Err(WebError::BadRequest);
                }
                upload.fields.push((name, text));
            }
        }
        Ok(upload)
    }
}
