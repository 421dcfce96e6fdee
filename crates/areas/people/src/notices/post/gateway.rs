//! A gateway that passes notices on as SMS or by Zalo: one POST of JSON each, signed in the manner of standardwebhooks.com.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use serde::Serialize;
use sha2::Sha256;

use super::{
    Outcome,
    mail::{Letter, is_loopback},
};

/// How long the gateway may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Fewest bytes of the secret.
const SECRET_LEAST: usize = 24;

/// The gateway.
pub struct Gateway {
    url: Url,
    secret: Vec<u8>,
    client: Client,
}

/// The body of a call.
#[derive(Serialize)]
struct Call<'a> {
    id: &'a str,
    kind: &'a str,
    to: &'a str,
    subject: &'a str,
    text: &'a str,
    link: &'a str,
    at: DateTime<Utc>,
}

impl Gateway {
    /// From its address and its secret, `whsec_` and base64 of at least 24 bytes.
    ///
    /// # Errors
    /// What is wrong, in words for an operator.
    pub fn new(address: &str, secret: Option<&str>) -> Result<Self, String> {
        let url = Url::parse(address).map_err(|e| format!("not an address like https://host/path: {e}"))?;
        let loopback = url.host_str().is_some_and(|host| is_loopback(host.trim_matches(['[', ']'])));
        if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
            return Err("only https, but on this machine itself".to_owned());
        }
        let secret = secret.ok_or("no secret")?.trim();
        let secret = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).unwrap_or_default();
        if secret.len() < SECRET_LEAST {
            return Err(format!("the secret must be whsec_ and base64 of at least {SECRET_LEAST} bytes"));
        }
        // the first caller chooses; somebody else may have chosen the same
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE);
        let client = if loopback { client.no_proxy() } else { client };
        Ok(Self { url, secret, client: client.build().map_err(|e| e.to_string())? })
    }

    /// Where calls go, as pages say it.
    #[must_use]
    pub fn place(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }

    /// The signature of a call: HMAC-SHA256 over id, moment and body.
    fn signature(&self, id: &str, at: i64, body: &str) -> Result<String, String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).map_err(|e| e.to_string())?;
        mac.update(format!("{id}.{at}.{body}").as_bytes());
        Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }

    /// Calls the gateway. Repeating a call is safe: `id` tells the gateway that it is the same. A redirect is not followed.
    pub async fn call(&self, id: &str, letter: &Letter, now: DateTime<Utc>) -> Outcome {
        let Letter { kind, to, subject, said, link, at, .. } = letter;
        let call = Call { id, kind, to, subject, text: said, link, at: *at };
        let at = now.timestamp();
        let made = serde_json::to_string(&call).map_err(|e| e.to_string());
        let made = made.and_then(|body| self.signature(id, at, &body).map(|signature| (body, signature)));
        let (body, signature) = match made {
            Ok(made) => made,
            Err(why) => return Outcome::Never(why),
        };
        let sent = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await;
        match sent {
            Ok(answer) => of_status(answer.status()),
            // the address stays out of what is kept
            Err(error) => Outcome::Later(error.without_url().to_string()),
        }
    }
}

/// What an answer means: 2xx taken; 5xx, 408 and 429 come again later; everything else will never be taken.
fn of_status(status: StatusCode) -> Outcome {
    let told = status.to_string();
    match status {
        status if status.is_success() => Outcome::Sent(told),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Outcome::Later(told),
        status if status.is_server_error() => Outcome::Later(told),
        _ => Outcome::Never(told),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_published_example() {
        // from the specification of Standard Webhooks
        let gateway = Gateway::new("http://127.0.0.1:1/", Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap();
        let signed = gateway.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn only_https_leaves_this_machine_and_a_short_secret_is_none() {
        let secret = Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assert!(Gateway::new("http://sms.example/", secret).is_err());
        assert!(Gateway::new("https://sms.example/", secret).is_ok());
        assert!(Gateway::new("https://sms.example/", Some("whsec_QUJD")).is_err());
        assert!(Gateway::new("https://sms.example/", None).is_err());
    }

    #[test]
    fn what_may_pass_is_tried_again_and_a_refusal_is_not() {
        let of = |code| of_status(StatusCode::from_u16(code).unwrap());
        assert!([200, 202, 204].into_iter().all(|code| matches!(of(code), Outcome::Sent(_))));
        assert!([408, 429, 500, 503].into_iter().all(|code| matches!(of(code), Outcome::Later(_))));
        assert!([301, 302, 400, 401, 404, 410].into_iter().all(|code| matches!(of(code), Outcome::Never(_))));
    }
}
