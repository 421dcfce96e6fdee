//! Styles, scripts, fonts and icons: vendored files in the binary, addresses with a version.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};

use crate::{Answer, Path, WebError};

const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));
/// Changes with every change of any file.
pub const VERSION: &str = env!("ASSETS_VERSION");

/// GET /assets/{version}/{*file}: kept by browsers for a year, because the address changes with the content.
///
/// # Errors
/// [`WebError::NotFound`] for an unknown file.
pub async fn get(Path((version, file)): Path<(String, String)>) -> Answer {
    let bytes = bytes(&file).ok_or(WebError::NotFound)?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&file)));
    let keep = if version == VERSION { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    Ok(response)
}

/// Bytes of an asset.
pub(crate) fn bytes(file: &str) -> Option<&'static [u8]> {
    let place = FILES.binary_search_by(|(name, _)| (*name).cmp(file)).ok()?;
    FILES.get(place).map(|(_, bytes)| *bytes)
}

/// Names of all assets.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

fn content_type(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("webmanifest") => "application/manifest+json",
        Some("ico") => "image/x-icon",
        _ => "application/octet-stream",
    }
}

/// Address of an asset in a page.
#[must_use]
pub fn url(file: &str) -> String {
    format!("/assets/{VERSION}/{file}")
}
