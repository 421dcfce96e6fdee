//! The ways by which notices leave: a mail server, a gateway for SMS and Zalo. Secrets come from the environment or a file, never from the
//! command line (ADR 0024).

use std::{fs, path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use kernel::{Clock, SystemClock, ids::IdSource, ids::SystemIds};
use people::notices::post::{
    Post,
    gateway::Gateway,
    mail::{Letter, Mail},
};

use crate::BadInput;

/// Names of the secrets, in the environment and in the file.
const PASSWORD: &str = "BOIDUONG_MAIL_PASSWORD";
const SECRET: &str = "BOIDUONG_GATEWAY_SECRET";

/// Where notices go besides the application.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Outside {
    /// Mail server for notices: smtp://user@host:587 (STARTTLS) or smtps://user@host:465. The password is read from the environment
    /// (BOIDUONG_MAIL_PASSWORD) or from --notice-secrets.
    #[arg(long, global = true, env = "BOIDUONG_MAIL", requires = "mail_from")]
    mail: Option<String>,
    /// In whose name letters are written: "Trường Chính trị <thongbao@truong.example>".
    #[arg(long, global = true, env = "BOIDUONG_MAIL_FROM")]
    mail_from: Option<String>,
    /// File of authorities (PEM) whose certificates are believed of the mail server, besides those of the web.
    #[arg(long, global = true, env = "BOIDUONG_MAIL_AUTHORITIES", requires = "mail")]
    mail_authorities: Option<PathBuf>,
    /// Gateway that passes notices on as SMS or by Zalo: https://host/path. Its secret is read from the environment
    /// (BOIDUONG_GATEWAY_SECRET) or from --notice-secrets.
    #[arg(long, global = true, env = "BOIDUONG_GATEWAY")]
    gateway: Option<String>,
    /// A file of lines NAME=value with BOIDUONG_MAIL_PASSWORD and BOIDUONG_GATEWAY_SECRET.
    #[arg(long, global = true)]
    notice_secrets: Option<PathBuf>,
}

impl Outside {
    fn secret(&self, name: &str) -> Result<Option<String>> {
        if let Some(file) = &self.notice_secrets {
            let told = |e: &dyn std::fmt::Display| BadInput(format!("--notice-secrets {}: {e}", file.display()));
            let text = fs::read_to_string(file).map_err(|e| told(&e))?;
            let pairs = text.lines().filter_map(|line| line.split_once('='));
            if let Some((_, value)) = pairs.into_iter().find(|(found, _)| found.trim() == name) {
                return Ok(Some(value.trim().to_owned()));
            }
        }
        Ok(std::env::var_os(name).and_then(|value| value.into_string().ok()).filter(|value| !value.is_empty()))
    }

    fn mail(&self) -> Result<Option<Mail>> {
        let (Some(address), Some(from)) = (&self.mail, &self.mail_from) else { return Ok(None) };
        let mail = Mail::new(address, from, self.secret(PASSWORD)?).map_err(|e| BadInput(format!("--mail: {e}")))?;
        let Some(file) = &self.mail_authorities else { return Ok(Some(mail)) };
        let believing = fs::read(file).map_err(|e| e.to_string()).and_then(|pem| mail.believing(&pem));
        Ok(Some(believing.map_err(|e| BadInput(format!("--mail-authorities {}: {e}", file.display())))?))
    }

    /// The ways that are set up.
    pub fn post(&self, base_url: &str) -> Result<Post> {
        let gateway = match &self.gateway {
            Some(address) => {
                let secret = self.secret(SECRET)?;
                let gateway = Gateway::new(address, secret.as_deref());
                Some(Arc::new(gateway.map_err(|e| BadInput(format!("--gateway: {e}")))?))
            }
            None => None,
        };
        Ok(Post { mail: self.mail()?, gateway, base_url: base_url.to_owned() })
    }

    /// Sends one letter at once and prints what the server said.
    pub async fn test(&self, address: &str) -> Result<()> {
        let mail = self.mail()?.ok_or_else(|| BadInput("--mail and --mail-from say where letters go".to_owned()))?;
        let letter = Letter {
            kind: "test".to_owned(),
            to: address.to_owned(),
            subject: "Thư thử của Bồi Dưỡng".to_owned(),
            body: "Máy chủ thư nhận và gửi được thư của phần mềm Bồi Dưỡng.".to_owned(),
            said: String::new(),
            link: String::new(),
            at: SystemClock.now(),
        };
        let id = SystemIds.next().to_string();
        let answer = mail.try_out(&id, &letter, SystemClock.now()).await.map_err(anyhow::Error::msg);
        println!("{}: {}", mail.place(), answer.with_context(|| mail.place())?);
        println!("Message-ID: {}", mail.message_id(&id));
        Ok(())
    }
}
