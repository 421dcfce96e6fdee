//! A browser without a screen: cookies, forms, uploads, and questions about the answer.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, header},
};
use http_body_util::BodyExt;
use scraper::{Html, Selector};
use tower::ServiceExt;

use crate::FilledForm;

/// Keeps cookies between requests.
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookies: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text; bytes that are no text are replaced.
    pub body: String,
    /// Body.
    pub bytes: Vec<u8>,
}

impl Client {
    /// Somebody new at a composed application.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self { router, cookies: Vec::new() }
    }

    /// Value of a cookie that is kept.
    #[must_use]
    pub fn cookie(&self, name: &str) -> &str {
        self.cookies.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Keeps a cookie from elsewhere.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(n, _)| n != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    /// GET.
    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// POST of a form.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let body = serde_urlencoded::to_string(form).unwrap();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// POST of a form as it stands in a page, with some fields filled or changed; a field that the page does not
    /// have is added.
    pub async fn submit(&mut self, form: &FilledForm, changes: &[(&str, &str)]) -> Reply {
        let mut fields = form.fields.clone();
        fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&form.action, &fields).await
    }

    /// POST of a file with further fields.
    pub async fn upload(&mut self, path: &str, field: &str, name: &str, bytes: &[u8], form: &[(&str, &str)]) -> Reply {
        let mut body = Vec::new();
        for (key, value) in form {
            body.extend(
                format!("--bound\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        body.extend(
            format!("--bound\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend(b"\r\n--bound--\r\n");
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=bound");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Sends any request with the cookies.
    pub async fn send(&mut self, mut request: Request<Body>) -> Reply {
        if !self.cookies.is_empty() {
            let text: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request.headers_mut().insert(header::COOKIE, text.join("; ").parse().unwrap());
        }
        request.headers_mut().insert(header::HOST, "127.0.0.1:8080".parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.retain(|(n, _)| n != name);
                if !value.is_empty() {
                    self.cookies.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Reply { status: parts.status.as_u16(), headers: parts.headers, body, bytes }
    }
}

impl Reply {
    /// Where a redirect leads.
    #[must_use]
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// Texts of every element that fits, white space folded.
    #[must_use]
    pub fn texts(&self, css: &str) -> Vec<String> {
        let selector = Selector::parse(css).expect("a CSS selector");
        Html::parse_document(&self.body)
            .select(&selector)
            .map(|e| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// Text of the only element that fits.
    #[must_use]
    pub fn text_of(&self, css: &str) -> String {
        let mut texts = self.texts(css);
        assert_eq!(texts.len(), 1, "{css} fits {texts:?} in {}", self.body);
        texts.remove(0)
    }

    /// Values of an attribute on every element that fits.
    #[must_use]
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(css).expect("a CSS selector");
        Html::parse_document(&self.body).select(&selector).filter_map(|e| e.attr(name).map(str::to_owned)).collect()
    }

    /// Whether anything fits.
    #[must_use]
    pub fn has(&self, css: &str) -> bool {
        !self.texts(css).is_empty()
    }
}
