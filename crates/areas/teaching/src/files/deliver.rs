//! Handing out kept files.

use ::store::Db;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use documents::reading::{Family, Format};
use web::{Answer, WebError};

use super::actions::place;

/// What is handed out.
#[derive(Debug, Clone)]
pub struct Delivery<'d> {
    /// SHA-256 of the bytes.
    pub sha256: &'d str,
    /// Bytes.
    pub size: i64,
    /// Name offered for saving.
    pub name: &'d str,
    /// Code of the kind.
    pub format: &'d str,
    /// Whether it is to be saved in any case.
    pub save: bool,
}

/// A part of a file that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    /// First and one after the last byte.
    Range(u64, u64),
    /// Outside of the file.
    Outside,
}

/// Reads `Range: bytes=…` for one range; anything else asks for the whole.
fn part(range: Option<&str>, size: u64) -> Part {
    let Some((from, to)) = range.and_then(|r| r.strip_prefix("bytes=")).and_then(|r| r.split_once('-')) else {
        return Part::Whole;
    };
    match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to && from < size => Part::Range(from, size.min(to.saturating_add(1))),
        (Ok(from), Err(_)) if to.trim().is_empty() && from < size => Part::Range(from, size),
        (Err(_), Ok(last)) if from.trim().is_empty() && last > 0 && size > 0 => {
            Part::Range(size.saturating_sub(last), size)
        }
        (Ok(_), Ok(_)) | (Err(_), Ok(_)) => Part::Outside,
        (Ok(_), Err(_)) if to.trim().is_empty() => Part::Outside,
        _ => Part::Whole,
    }
}

/// A page of nothing else can be made of what is handed out: no script, no form, no origin. The PDF reader of Chromium 148 shows a
/// file in it all the same; where a browser does not, the page offers the file for saving.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'self'";

/// The answer with a kept file, or the range of it that was asked for. The caller has decided that the reader may.
///
/// # Errors
/// Failures of the place for files.
pub async fn deliver(db: &Db, asked: &HeaderMap, file: &Delivery<'_>) -> Answer {
    let format = Format::of_code(file.format).ok_or(WebError::NotFound)?;
    let shown = !file.save && matches!(format.family(), Family::Pdf | Family::Image | Family::Video | Family::Audio);
    let text = |name: header::HeaderName| asked.get(name).and_then(|v| v.to_str().ok());
    let tag = format!("\"{}\"", file.sha256);
    let size = u64::try_from(file.size).unwrap_or(0);
    let mut response = if text(header::IF_NONE_MATCH).is_some_and(|known| known.contains(&tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        // a range of another file than the one that the browser has begun is of no use
        let range = text(header::RANGE).filter(|_| text(header::IF_RANGE).is_none_or(|known| known == tag));
        match part(range, size) {
            Part::Outside => {
                let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
                set(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"));
                return Ok(response);
            }
            Part::Whole => sent(db, file.sha256, 0, size, StatusCode::OK).await?,
            Part::Range(from, to) => {
                let mut response = sent(db, file.sha256, from, to, StatusCode::PARTIAL_CONTENT).await?;
                set(&mut response, header::CONTENT_RANGE, &format!("bytes {from}-{}/{size}", to.saturating_sub(1)));
                response
            }
        }
    };
    let kind = if shown { "inline" } else { "attachment" };
    let name = percent_encoding::utf8_percent_encode(file.name, percent_encoding::NON_ALPHANUMERIC);
    for (header, value) in [
        (header::CONTENT_TYPE, format.media_type()),
        (header::CONTENT_DISPOSITION, &format!("{kind}; filename*=UTF-8''{name}")),
        (header::ETAG, &tag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ] {
        set(&mut response, header, value);
    }
    Ok(response)
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

async fn sent(db: &Db, sha256: &str, from: u64, to: u64, status: StatusCode) -> Result<Response, WebError> {
    let pieces = db.files().range(&place(sha256), from..to).await?;
    let mut response = (status, Body::from_stream(pieces)).into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(to.saturating_sub(from)));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        assert_eq!(part(None, 100), Part::Whole);
        assert_eq!(part(Some("bytes=0-0"), 100), Part::Range(0, 1));
        assert_eq!(part(Some("bytes=10-"), 100), Part::Range(10, 100));
        assert_eq!(part(Some("bytes=-10"), 100), Part::Range(90, 100));
        assert_eq!(part(Some("bytes=-1000"), 100), Part::Range(0, 100));
        assert_eq!(part(Some("bytes=90-1000"), 100), Part::Range(90, 100));
        assert_eq!(part(Some("bytes=0-18446744073709551615"), 100), Part::Range(0, 100));
        for outside in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=5-4"] {
            assert_eq!(part(Some(outside), 100), Part::Outside, "{outside}");
        }
        for whole in ["bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes=-"] {
            assert_eq!(part(Some(whole), 100), Part::Whole, "{whole}");
        }
    }
}
