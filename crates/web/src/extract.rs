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

fn of_multipart(error: &axum::extract::multipart::MultipartError) -> WebError {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE { WebError::TooLarge } else { WebError::BadRequest }
}

/// Name of a sent file as its sender's system has it; never a path.
fn name_of(raw: &str) -> String {
    let name = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(1000).collect()
}

/// A form with a file that is taken in piece by piece: its size costs no memory. What is no such form is told when the
/// handler begins to read it, after it has looked whether the thing is there at all.
#[derive(Debug)]
pub struct Streamed(Option<axum::extract::Multipart>);

/// What comes next in a [`Streamed`] form.
#[derive(Debug)]
pub enum Sent<'f> {
    /// A field with its text.
    Field(String, String),
    /// A file: its name, which is empty when none was chosen, and its pieces.
    File(String, Pieces<'f>),
}

/// Pieces of a file in a form.
#[derive(Debug)]
pub struct Pieces<'f>(Box<axum::extract::multipart::Field<'f>>);

impl Pieces<'_> {
    /// The next piece, a few kilobytes.
    ///
    /// # Errors
    /// [`WebError::TooLarge`], [`WebError::BadRequest`] when the sender breaks off.
    pub async fn next(&mut self) -> Result<Option<axum::body::Bytes>, WebError> {
        self.0.chunk().await.map_err(|e| of_multipart(&e))
    }
}

impl Streamed {
    /// The next field or file.
    ///
    /// # Errors
    /// As [`Pieces::next`].
    pub async fn next(&mut self) -> Result<Option<Sent<'_>>, WebError> {
        let form = self.0.as_mut().ok_or(WebError::BadRequest)?;
        let Some(field) = form.next_field().await.map_err(|e| of_multipart(&e))? else { return Ok(None) };
        if let Some(name) = field.file_name() {
            return Ok(Some(Sent::File(name_of(name), Pieces(Box::new(field)))));
        }
        let name = field.name().unwrap_or_default().to_owned();
        let text = field.text().await.map_err(|e| of_multipart(&e))?;
        if has_nul(text.as_bytes()) {
            return Err(WebError::BadRequest);
        }
        Ok(Some(Sent::Field(name, text)))
    }
}

impl FromRequest<App> for Streamed {
    type Rejection = WebError;
    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let request = refuse_large(request).await?;
        Ok(Self(axum::extract::Multipart::from_request(request, app).await.ok()))
    }
}

/// A body that is bytes and nothing else, at most what its route allows.
#[derive(Debug, Clone)]
pub struct Piece(pub axum::body::Bytes);

impl FromRequest<App> for Piece {
    type Rejection = WebError;
    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        use axum::{extract::rejection::BytesRejection, response::IntoResponse};
        match axum::body::Bytes::from_request(request, app).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(error @ BytesRejection::FailedToBufferBody(_)) => {
                let large = error.into_response().status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE;
                Err(if large { WebError::TooLarge } else { WebError::BadRequest })
            }
            Err(_) => Err(WebError::BadRequest),
        }
    }
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
        let mut form = Streamed::from_request(request, app).await?;
        let mut upload = Self::default();
        while let Some(sent) = form.next().await? {
            match sent {
                Sent::Field(name, text) => upload.fields.push((name, text)),
                Sent::File(name, mut pieces) => {
                    upload.file_name = name.chars().take(200).collect();
                    upload.bytes.clear();
                    while let Some(piece) = pieces.next().await? {
                        upload.bytes.extend_from_slice(&piece);
                    }
                }
            }
        }
        Ok(upload)
    }
}
