//! Letters: plain text to a mail server over SMTP, one connection for many.

use std::{net::IpAddr, time::Duration};

use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail as MailFrom, Rcpt},
        extension::ClientId,
        response::Response,
    },
};
use reqwest::Url;
use web::{Lang, T};

use super::Outcome;

/// How long the server may take for a command.
const COMMAND: Duration = Duration::from_secs(30);
/// How long the server may take to answer a whole letter.
const LETTER: Duration = Duration::from_secs(60);
/// How a certificate begins in a PEM file (RFC 7468, section 5).
const MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// A notice as it goes out.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Code of its kind.
    pub kind: String,
    /// Address or telephone number.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What there is to say, with the link where it was put.
    pub body: String,
    /// The same without the link, for whom it stands beside it.
    pub said: String,
    /// The page behind it.
    pub link: String,
    /// When it was told.
    pub at: DateTime<Utc>,
}

/// The mail server, and in whose name letters are written.
#[derive(Clone)]
pub struct Mail {
    host: String,
    port: u16,
    /// TLS from the first byte; otherwise after STARTTLS.
    implicit: bool,
    loopback: bool,
    tls: TlsParameters,
    user: Option<Credentials>,
    from: Mailbox,
}

/// A connection to the server.
pub struct Session(AsyncSmtpConnection);

/// A letter ready to be sent.
pub struct Written {
    to: Address,
    bytes: Vec<u8>,
}

impl Mail {
    /// From an address like `smtp://user@mail.example:587` (STARTTLS) or `smtps://mail.example` (TLS from the first byte). Without TLS only on
    /// this machine itself.
    ///
    /// # Errors
    /// What is wrong, in words for an operator.
    pub fn new(address: &str, from: &str, password: Option<String>) -> Result<Self, String> {
        let url = Url::parse(address).map_err(|e| format!("not an address like smtp://user@host:587: {e}"))?;
        let implicit = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            other => return Err(format!("{other}: is neither smtp nor smtps")),
        };
        if url.password().is_some() {
            return Err("a password does not belong on a command line".to_owned());
        }
        let host = url.host_str().ok_or("no host")?.trim_matches(['[', ']']).to_owned();
        let user = percent_encoding::percent_decode_str(url.username()).decode_utf8_lossy().into_owned();
        let user = match (user.is_empty(), password) {
            (true, _) => None,
            (false, Some(password)) => Some(Credentials::new(user, password)),
            (false, None) => return Err(format!("no password for {user}")),
        };
        let from = from.parse().map_err(|e| format!("sender {from}: {e}"))?;
        let port = url.port().unwrap_or(if implicit { 465 } else { 587 });
        let tls = TlsParameters::new(host.clone()).map_err(|e| e.to_string())?;
        Ok(Self { loopback: is_loopback(&host), host, port, implicit, tls, user, from })
    }

    /// Believes certificates of these authorities (PEM) too, besides those of the web: a body's mail server often has one of its own.
    ///
    /// # Errors
    /// What is wrong, in words for an operator.
    pub fn believing(mut self, authorities: &[u8]) -> Result<Self, String> {
        if !authorities.windows(MARK.len()).any(|part| part == MARK) {
            return Err("no certificate in it".to_owned());
        }
        let tls = Certificate::from_pem(authorities)
            .and_then(|found| TlsParameters::builder(self.host.clone()).add_root_certificate(found).build());
        self.tls = tls.map_err(|e| e.to_string())?;
        Ok(self)
    }

    /// Where letters go, as pages say it.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}, {}", self.host, self.port, self.from)
    }

    async fn connect(&self) -> Result<Session, String> {
        let told = |e: lettre::transport::smtp::Error| e.to_string();
        let hello = ClientId::Domain(self.from.email.domain().to_owned());
        let first = self.implicit.then(|| self.tls.clone());
        let address = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(COMMAND), &hello, first, None).await.map_err(told)?;
        if !self.implicit && (connection.can_starttls() || !self.loopback) {
            connection.starttls(self.tls.clone(), &hello).await.map_err(told)?;
        }
        if let Some(user) = &self.user {
            connection.auth(DEFAULT_MECHANISMS, user).await.map_err(told)?;
        }
        Ok(Session(connection))
    }

    /// Writes a letter down; its Message-ID is made of `id`.
    ///
    /// # Errors
    /// Why no letter can be written, such as an address that is none.
    pub fn write(&self, id: &str, letter: &Letter, now: DateTime<Utc>) -> Result<Written, String> {
        let t = T::new(Lang::Vi);
        let to: Address = letter.to.parse().map_err(|_| t.get("notices-address-wrong").into_owned())?;
        let mut body = letter.body.clone();
        body.push_str("\n\n-- \n");
        body.push_str(&t.get("notices-letter-foot"));
        body.push('\n');
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(&letter.subject)
            .message_id(Some(self.message_id(id)))
            .date(now.into())
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|e| e.to_string())?;
        Ok(Written { to, bytes: message.formatted() })
    }

    /// The Message-ID of a delivery.
    #[must_use]
    pub fn message_id(&self, id: &str) -> String {
        format!("<{id}@{}>", self.from.email.domain())
    }

    /// Connects where no connection is open and says for whom a letter is coming: MAIL, RCPT, DATA. Nothing of the letter is sent; a
    /// connection that breaks off now leaves nothing behind.
    ///
    /// # Errors
    /// [`Outcome::Later`] or [`Outcome::Never`].
    pub async fn announce(&self, session: &mut Option<Session>, letter: &Written) -> Result<(), Outcome> {
        let announced = tokio::time::timeout(COMMAND, async {
            let open = match session.take() {
                Some(open) => open,
                None => self.connect().await.map_err(Outcome::Later)?,
            };
            let Session(connection) = session.insert(open);
            connection
                .command(MailFrom::new(Some(self.from.email.clone()), Vec::new()))
                .await
                .map_err(|e| refused(&e))?;
            connection.command(Rcpt::new(letter.to.clone(), Vec::new())).await.map_err(|e| refused(&e))?;
            connection.command(Data).await.map_err(|e| refused(&e))?;
            Ok(())
        });
        let announced = announced.await.unwrap_or_else(|_| Err(Outcome::Later("timeout".to_owned())));
        if announced.is_err() {
            *session = None;
        }
        announced
    }

    /// Sends the letter that was announced. An answer of the server is a certain one; without an answer nobody knows.
    pub async fn hand_over(&self, session: &mut Option<Session>, letter: &Written) -> Outcome {
        let Some(Session(connection)) = session.as_mut() else { return Outcome::Uncertain(String::new()) };
        let outcome = match tokio::time::timeout(LETTER, connection.message(&letter.bytes)).await {
            Ok(Ok(answer)) => return Outcome::Sent(words(&answer)),
            Ok(Err(error)) if error.status().is_some() => refused(&error),
            Ok(Err(error)) => Outcome::Uncertain(error.to_string()),
            Err(_) => Outcome::Uncertain("timeout".to_owned()),
        };
        *session = None;
        outcome
    }

    /// Sends one letter at once; what the server said, or why not.
    ///
    /// # Errors
    /// In words.
    pub async fn try_out(&self, id: &str, letter: &Letter, now: DateTime<Utc>) -> Result<String, String> {
        let written = self.write(id, letter, now)?;
        let mut session = None;
        let outcome = match self.announce(&mut session, &written).await {
            Ok(()) => self.hand_over(&mut session, &written).await,
            Err(outcome) => outcome,
        };
        if let Some(session) = session {
            session.close().await;
        }
        match outcome {
            Outcome::Sent(answer) => Ok(answer),
            Outcome::Later(why) | Outcome::Never(why) | Outcome::Uncertain(why) => Err(why),
            Outcome::Lost => Err(String::new()),
        }
    }
}

impl Session {
    /// Says goodbye.
    pub async fn close(mut self) {
        let _ = tokio::time::timeout(COMMAND, self.0.quit()).await;
    }
}

/// What a server that did not take a letter said: a permanent refusal is for ever, everything else may pass.
fn refused(error: &lettre::transport::smtp::Error) -> Outcome {
    if error.is_permanent() { Outcome::Never(error.to_string()) } else { Outcome::Later(error.to_string()) }
}

fn words(answer: &Response) -> String {
    format!("{} {}", answer.code(), answer.message().collect::<Vec<_>>().join(" "))
}

/// Whether a host is this machine.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
