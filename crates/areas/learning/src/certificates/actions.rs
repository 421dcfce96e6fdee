//! Allotting register numbers and freezing the papers.

use ::store::{By, Change, Db, Job, JobContext, JobError, StoreError};
use chrono::{Datelike, TimeDelta};
use documents::{
    DocumentError,
    certificate::{Certificate, render_class},
};
use kernel::{CertificateId, ClassId, PersonId};
use people::{
    notice_kind,
    notices::{Kind, Notice, Recipient, Who, tell},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use teaching::{
    classes::{self, ClassState},
    scheme,
};
use web::{Permit, WebError};

use super::{
    IssueCertificates,
    store::{FREEZE, FREEZE_BATCH, INSERT, NEXT_NUMBERS, UNISSUED, of_class},
};
use crate::results::{decision, outcomes};

notice_kind! {
    /// Somebody completed a class and has a certificate.
    ISSUED = Kind::new("certificates.issued", &["class", "programme"]).optional()
}

/// Why certificates were not issued.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// No such class within the actor's scope.
    #[error("not found")]
    NotFound,
    /// The results are not decided.
    #[error("results not decided")]
    NotDecided,
    /// The machine gave no randomness for the codes.
    #[error("randomness: {0}")]
    System(String),
    /// A paper could not be made.
    #[error("paper")]
    Paper(#[from] DocumentError),
    /// What was kept of a certificate cannot be read.
    #[error("snapshot")]
    Snapshot(#[from] serde_json::Error),
    /// The database's failure.
    #[error("issuing certificates")]
    Store(#[from] StoreError),
}

impl From<CertificateError> for WebError {
    fn from(error: CertificateError) -> Self {
        match error {
            CertificateError::NotFound => Self::NotFound,
            CertificateError::NotDecided => Self::refused("certificates-not-decided"),
            CertificateError::Store(inner) => Self::Store(inner),
            other => Self::Internal(other.to_string()),
        }
    }
}

/// Signs that cannot be mistaken for each other on paper.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Sixteen signs, 80 random bits: nobody guesses a code.
fn verify_code() -> Result<String, CertificateError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| CertificateError::System(e.to_string()))?;
    Ok(bytes.iter().filter_map(|b| SIGNS.get(usize::from(b % 32))).map(|b| char::from(*b)).collect())
}

/// Prints what the register allotted for a class. Safe to run twice: only certificates without a paper are
/// typeset, and a paper is never replaced.
#[derive(Debug, Serialize, Deserialize)]
pub struct IssuePapers {
    /// The class.
    pub class: ClassId,
}

impl Job for IssuePapers {
    const NAME: &'static str = "certificates.issue-papers";
    const DEDUP: bool = true;

    async fn run(&self, context: &JobContext) -> Result<(), JobError> {
        match issue_papers(&context.db, self.class).await {
            Ok(_) => Ok(()),
            Err(CertificateError::Store(error)) => Err(error.into()),
            Err(error) => Err(JobError::GiveUp(error.to_string())),
        }
    }
}

/// Seconds after which the job prints what nobody has printed.
const PRINT_ANYWAY_AFTER: i64 = 60;

/// Allots register numbers to everybody who completed the class and has none; [`issue_papers`] prints them, a
/// job does where that did not happen. `base_url` is where the outside reaches the page that verifies. Gives how many were allotted.
///
/// # Errors
/// [`CertificateError::NotDecided`] before the result decision.
pub async fn issue(
    db: &Db,
    permit: &Permit<IssueCertificates>,
    class: ClassId,
    base_url: &str,
) -> Result<usize, CertificateError> {
    db.write(async |tx| {
        let actor = &permit.actor;
        classes::hold(tx, actor.into(), class).await?;
        let line = classes::class(tx, actor, class).await?.ok_or(CertificateError::NotFound)?;
        let decided = decision(tx, class).await?.ok_or(CertificateError::NotDecided)?;
        if line.state != ClassState::Completed {
            return Err(CertificateError::NotDecided);
        }
        let today = tx.today();
        let rules = scheme::rules(tx, line.scheme_id, today).await?;
        let held = of_class(tx, actor, class).await?;
        let results = outcomes(tx, class).await?;
        let learners = classes::learners(tx, actor, class).await?;
        let due: Vec<_> = learners
            .iter()
            .filter(|l| !held.iter().any(|c| c.person_id == l.person_id))
            .filter_map(|l| {
                results.iter().find(|r| r.person_id == l.person_id && r.outcome == "completed").map(|r| (l, r))
            })
            .collect();
        if due.is_empty() {
            // a class that was over before change sets were kept emits its own late
            crate::national::emit(tx, actor, &line, &decided).await?;
            return Ok(0);
        }
        let (year, many) = (i64::from(today.year()), i64::try_from(due.len()).unwrap_or(0));
        let (last,): (i64,) = tx.one(&NEXT_NUMBERS, &[&line.scheme_id, &year, &many]).await?;
        // papers are written in Vietnamese whatever the reader's language
        let t = web::T { lang: web::Lang::Vi };
        let now = tx.now();
        let mut rows: Vec<(CertificateId, i64, PersonId, String, String)> = Vec::with_capacity(due.len());
        for (number, (learner, result)) in (last - many + 1..).zip(&due) {
            let code = verify_code()?;
            let certificate = Certificate {
                parent: rules.school_parent.clone(),
                body: rules.school_name.clone(),
                sign: rules.school_sign.clone(),
                place: rules.school_place.clone(),
                issued_on: today,
                number,
                year,
                full_name: learner.full_name.clone(),
                birth_date: learner.birth_date,
                position: learner.position_title.clone(),
                unit: learner.commune_titled(t),
                programme: line.programme.clone(),
                class_label: line.label(),
                starts_on: line.starts_on,
                ends_on: line.ends_on,
                periods: result.periods_total,
                band: result.band.clone(),
                decision: decided.number.clone(),
                decided_on: decided.signed_on,
                signer_title: rules.signer_title.clone(),
                signer: decided.signed_by.clone(),
                verify_url: format!("{base_url}/verify/{code}"),
                verify_code: code.clone(),
            };
            let id = CertificateId::new(tx.ids());
            rows.push((id, number, learner.person_id, code, serde_json::to_string(&certificate)?));
        }
        tx.exec_many(&INSERT, &rows, |(id, number, person, code, snapshot), args| {
            args.add(id)?;
            args.add(&line.scheme_id)?;
            args.add(&year)?;
            args.add(number)?;
            args.add(&class)?;
            args.add(person)?;
            args.add(code)?;
            args.add(snapshot)?;
            args.add(&now)
        })
        .await?;
        let allotted: Vec<_> = rows.iter().map(|(_, number, person, ..)| (number, person)).collect();
        tx.audit(actor, "certificates.numbers.allotted", class, Change::created(&allotted))?;
        let told = Notice {
            kind: &ISSUED,
            about: class.to_string(),
            key: format!("{year}:{last}"),
            facts: vec![("class", line.label().into()), ("programme", line.programme.as_str().into())],
            to: rows.iter().map(|(_, _, person, ..)| Recipient::new(Who::Person(*person), "/me")).collect(),
        };
        tell(tx, [told]).await?;
        crate::national::emit(tx, actor, &line, &decided).await?;
        // whoever issues prints at once; the job prints what a crash in between left out
        tx.enqueue_at(&IssuePapers { class }, now + TimeDelta::seconds(PRINT_ANYWAY_AFTER)).await?;
        Ok(rows.len())
    })
    .await
}

#[derive(Serialize)]
struct Frozen<'a> {
    certificate: CertificateId,
    sha256: &'a str,
}

/// Typesets and freezes the papers of a class that have none yet; gives how many.
///
/// # Errors
/// [`CertificateError`].
pub async fn issue_papers(db: &Db, class: ClassId) -> Result<usize, CertificateError> {
    let due: Vec<(CertificateId, String)> = db.read().await?.all(&UNISSUED, &[&class]).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let certificates: Vec<Certificate> =
        due.iter().map(|(_, snapshot)| serde_json::from_str(snapshot)).collect::<Result<_, _>>()?;
    let files = tokio::task::spawn_blocking(move || render_class(&certificates))
        .await
        .map_err(|e| CertificateError::System(e.to_string()))??;
    let hash = |pdf: &[u8]| hex::encode(Sha256::digest(pdf));
    db.write(async |tx| {
        let now = tx.now();
        for ((id, _), pdf) in due.iter().zip(&files.single) {
            let sha256 = hash(pdf);
            if tx.exec(&FREEZE, &[id, pdf, &sha256, &now]).await? > 0 {
                let frozen = Frozen { certificate: *id, sha256: &sha256 };
                tx.audit(By::System("certificates"), "certificates.paper.frozen", id, Change::created(&frozen))?;
            }
        }
        tx.exec(&FREEZE_BATCH, &[&class, &files.batch, &hash(&files.batch), &now]).await?;
        Ok(due.len())
    })
    .await
}
