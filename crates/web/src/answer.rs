//! What handlers give back.

use std::fmt::Display;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::WebError;

/// What every handler returns.
pub type Answer = Result<Response, WebError>;

/// A file for saving. The content type is fixed by us, never guessed by the browser.
#[derive(Debug)]
pub struct Download {
    /// Name offered for saving; may be Vietnamese.
    pub name: String,
    /// MIME type.
    pub content_type: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
    /// Shown in the browser instead of saved (PDF).
    pub inline: bool,
}

impl Download {
    /// A PDF shown in the browser.
    #[must_use]
    pub fn pdf(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), content_type: "application/pdf", bytes, inline: true }
    }

    /// A report in one of its formats; a PDF is shown, others are saved.
    #[must_use]
    pub fn report(name: impl Into<String>, content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), content_type, bytes, inline: content_type == "application/pdf" }
    }

    /// A spreadsheet.
    #[must_use]
    pub fn xlsx(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            bytes,
            inline: false,
        }
    }

    /// Text with separators, in UTF-8.
    #[must_use]
    pub fn csv(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), content_type: "text/csv; charset=utf-8", bytes, inline: false }
    }
}

/// Makes a file on a thread of its own, so that its work holds up no other request.
///
/// # Errors
/// [`WebError::Internal`] with what the work said.
pub async fn apart<E: Display + Send + 'static>(
    work: impl FnOnce() -> Result<Vec<u8>, E> + Send + 'static,
) -> Result<Vec<u8>, WebError> {
    blocking(work).await?.map_err(|e| WebError::Internal(e.to_string()))
}

/// Runs work that holds its thread, such as reading an uploaded file, where it holds up no other request.
///
/// # Errors
/// [`WebError::Internal`] when the thread died.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, WebError> {
    tokio::task::spawn_blocking(work).await.map_err(|e| WebError::Internal(e.to_string()))
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let kind = if self.inline { "inline" } else { "attachment" };
        let name = percent_encoding::utf8_percent_encode(&self.name, percent_encoding::NON_ALPHANUMERIC);
        let mut response = Response::new(Body::from(self.bytes));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Ok(value) = HeaderValue::from_str(&format!("{kind}; filename*=UTF-8''{name}")) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        response
    }
}
