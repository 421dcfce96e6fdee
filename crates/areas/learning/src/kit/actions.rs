//! Making the papers of a class, signing and voiding one.

use ::store::{Change, Db, StoreError, Tx};
use chrono::{Datelike, NaiveDate};
use documents::{
    DocumentError,
    official::{Official, render},
    report::Format,
};
use kernel::{ClassId, PaperId, SchemeId};
use serde::Serialize;
use sha2::{Digest, Sha256};
use teaching::classes;
use web::{Permit, WebError};

use super::{
    MakePapers, SignPapers,
    facts::Kit,
    model::Template,
    store::{self, INSERT_PAPER, NEXT_NUMBER, PaperRow, RENEW_PAPER, SIGN_PAPER, VOID_PAPER, decided},
};

/// Why a paper was not made, signed or voided.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// No such class or paper within the actor's scope.
    #[error("not found")]
    NotFound,
    /// It is signed or voided already.
    #[error("no longer a draft")]
    NotDraft,
    /// It was drawn from facts that have changed since.
    #[error("drawn from older facts")]
    Stale,
    /// The day of signing is not one of the number's year, before the class was called, or still to come.
    #[error("day of signing")]
    SignedOn,
    /// A paper could not be made.
    #[error("paper")]
    Paper(#[from] DocumentError),
    /// The machine gave up.
    #[error("{0}")]
    System(String),
    /// What is kept of a paper cannot be written or read.
    #[error("content")]
    Content(#[from] serde_json::Error),
    /// The database's failure.
    #[error("writing papers")]
    Store(#[from] StoreError),
}

impl From<KitError> for WebError {
    fn from(error: KitError) -> Self {
        match error {
            KitError::NotFound => Self::NotFound,
            KitError::NotDraft => Self::refused("kit-not-draft"),
            KitError::Stale => Self::refused("kit-stale-refused"),
            KitError::Store(inner) => Self::Store(inner),
            other => Self::Internal(other.to_string()),
        }
    }
}

/// Takes the next number of a body, a kind and a year from the register. Numbers begin with 1 each year and have no gap: what is rolled
/// back gives its number back. Numbers that decisions on results took by hand are left out.
///
/// # Errors
/// The database's failure.
pub async fn allot(
    tx: &mut Tx,
    scheme: SchemeId,
    body: &str,
    kind: &str,
    year: i64,
    taken: impl Fn(i64) -> bool,
) -> Result<i64, StoreError> {
    loop {
        let (number,): (i64,) = tx.one(&NEXT_NUMBER, &[&scheme, &body, &kind, &year]).await?;
        if !taken(number) {
            return Ok(number);
        }
    }
}

/// What making the papers of a class did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Made {
    /// Papers that did not stand before.
    pub new: usize,
    /// Drafts drawn anew from newer facts.
    pub renewed: usize,
}

#[derive(Serialize)]
struct Said<'a> {
    paper: PaperId,
    template: &'a str,
    symbol: &'a str,
}

/// Makes every paper of a class that is ready and has none, and draws drafts anew whose facts have changed. What is signed stays as it is.
///
/// # Errors
/// [`KitError`]; nothing is written then.
pub async fn make(db: &Db, permit: &Permit<MakePapers>, class: ClassId) -> Result<Made, KitError> {
    db.write(async |tx| {
        let (actor, today) = (&permit.actor, tx.today());
        classes::hold(tx, actor.into(), class).await?;
        let kit = Kit::read(tx, actor, class, today).await?.ok_or(KitError::NotFound)?;
        let mut made = Made::default();
        // the index lists what stands beside it: it is drawn last
        let mut ready: Vec<Template> = kit.ready().filter(|t| *t != Template::FileIndex).collect();
        // whoever takes numbers of several kinds takes them in one order
        ready.sort_by_key(|t| (kit.layout(*t).body, t.kind(), *t));
        for template in ready {
            write(tx, permit, &kit, template, &mut made).await?;
        }
        let kit = Kit::read(tx, actor, class, today).await?.ok_or(KitError::NotFound)?;
        if kit.ready().any(|template| template == Template::FileIndex) {
            write(tx, permit, &kit, Template::FileIndex, &mut made).await?;
        }
        Ok(made)
    })
    .await
}

/// Writes one paper of a class: a new one, or a draft drawn anew.
async fn write(
    tx: &mut Tx,
    permit: &Permit<MakePapers>,
    kit: &Kit,
    template: Template,
    made: &mut Made,
) -> Result<(), KitError> {
    let (actor, now) = (&permit.actor, tx.now());
    let layout = kit.layout(template);
    if let Some(row) = kit.paper(template) {
        if !kit.is_stale(template, row) {
            return Ok(());
        }
        if row.body == layout.body {
            let paper = kit.again(template, row);
            let content = serde_json::to_string(&paper)?;
            tx.exec(&RENEW_PAPER, &[&row.id, &paper.number, &paper.told(), &content, &actor.name, &now]).await?;
            let said = Said { paper: row.id, template: template.code(), symbol: &paper.number };
            tx.audit(actor, "kit.paper.renewed", kit.class.id, Change::created(&said))?;
            made.renewed += 1;
            return Ok(());
        }
        // another body issues it: its number stays in the register of the first
        write_void(tx, permit, row, "đổi cơ quan ban hành").await?;
    }
    let (dated, scheme) = (tx.today(), kit.class.scheme_id);
    let year = i64::from(dated.year());
    let number = match template.sign() {
        None => None,
        Some(sign) => {
            let by_hand = if sign == "QĐ" { decided(tx, scheme, year).await? } else { Vec::new() };
            let taken = |number| by_hand.contains(&documents::official::numbered(&layout.pattern, number, sign));
            Some(allot(tx, scheme, &layout.body, template.kind(), year, taken).await?)
        }
    };
    let paper = kit.draw(template, number, dated, "");
    let (id, content) = (PaperId::new(tx.ids()), serde_json::to_string(&paper)?);
    tx.exec(
        &INSERT_PAPER,
        &[
            &id,
            &scheme,
            &kit.class.id,
            &template.code(),
            &layout.body,
            &template.kind(),
            &year,
            &number,
            &paper.number,
            &paper.told(),
            &dated,
            &content,
            &actor.name,
            &now,
        ],
    )
    .await?;
    let said = Said { paper: id, template: template.code(), symbol: &paper.number };
    tx.audit(actor, "kit.paper.made", kit.class.id, Change::created(&said))?;
    made.new += 1;
    Ok(())
}

/// Both files of a paper: PDF, DOCX.
pub(super) fn both(paper: &Official) -> Result<(Vec<u8>, Vec<u8>), DocumentError> {
    Ok((render(paper, Format::Pdf)?, render(paper, Format::Docx)?))
}

/// What is said of a paper when it is signed.
#[derive(Debug, Clone)]
pub struct SignInput {
    /// Day of signing, which becomes the paper's day.
    pub signed_on: NaiveDate,
    /// Name of the signer.
    pub signer: String,
}

#[derive(Serialize)]
struct Signed<'a> {
    paper: PaperId,
    symbol: &'a str,
    signer: &'a str,
    pdf_sha256: &'a str,
    docx_sha256: &'a str,
}

/// Freezes a draft as it is signed: its files are kept with their hashes and never made again.
///
/// # Errors
/// [`KitError::NotDraft`], [`KitError::Stale`], [`KitError::SignedOn`]; nothing is written then.
pub async fn sign(db: &Db, permit: &Permit<SignPapers>, id: PaperId, input: &SignInput) -> Result<(), KitError> {
    let actor = &permit.actor;
    let (mut conn, today) = (db.read().await?, db.today());
    let (row, template, kit) = drawn(&mut conn, actor, id, today).await?;
    drop(conn);
    check(&row, template, &kit, input, today)?;
    let paper = kit.draw(template, row.number, input.signed_on, &input.signer);
    let content = serde_json::to_string(&paper)?;
    let files = tokio::task::spawn_blocking(move || both(&paper)).await;
    let (pdf, docx) = files.map_err(|e| KitError::System(e.to_string()))??;
    let hash = |bytes: &[u8]| hex::encode(Sha256::digest(bytes));
    let (pdf_sha256, docx_sha256) = (hash(&pdf), hash(&docx));
    db.write(async |tx| {
        // marks, seats and results wait: what was drawn is what is signed
        classes::hold(tx, actor.into(), row.class_id).await?;
        store::hold(tx, actor, id).await?.ok_or(KitError::NotFound)?;
        let (now_row, template, kit) = drawn(tx, actor, id, today).await?;
        check(&now_row, template, &kit, input, today)?;
        if serde_json::to_string(&kit.draw(template, now_row.number, input.signed_on, &input.signer))? != content {
            return Err(KitError::Stale);
        }
        let now = tx.now();
        tx.exec(
            &SIGN_PAPER,
            &[
                &id,
                &input.signed_on,
                &content,
                &input.signer,
                &actor.name,
                &now,
                &pdf,
                &pdf_sha256,
                &docx,
                &docx_sha256,
            ],
        )
        .await?;
        let signed = Signed {
            paper: id,
            symbol: &now_row.symbol,
            signer: &input.signer,
            pdf_sha256: &pdf_sha256,
            docx_sha256: &docx_sha256,
        };
        tx.audit(actor, "kit.paper.signed", now_row.class_id, Change::created(&signed))?;
        Ok(())
    })
    .await
}

async fn drawn(
    conn: &mut ::store::Conn,
    actor: &kernel::Actor,
    id: PaperId,
    today: NaiveDate,
) -> Result<(PaperRow, Template, Kit), KitError> {
    let row = store::paper(conn, actor, id).await?.ok_or(KitError::NotFound)?;
    let template = Template::of(&row.template).ok_or(KitError::NotFound)?;
    let kit = Kit::read(conn, actor, row.class_id, today).await?.ok_or(KitError::NotFound)?;
    Ok((row, template, kit))
}

fn check(row: &PaperRow, template: Template, kit: &Kit, input: &SignInput, today: NaiveDate) -> Result<(), KitError> {
    if !row.is_draft() {
        return Err(KitError::NotDraft);
    }
    if kit.is_stale(template, row) {
        return Err(KitError::Stale);
    }
    let of_year = row.number.is_none() || i64::from(input.signed_on.year()) == row.year;
    if input.signed_on > today || !of_year {
        return Err(KitError::SignedOn);
    }
    Ok(())
}

/// Voids a paper, signed or not: it keeps its number with the reason, and the kit makes another one.
///
/// # Errors
/// [`KitError::NotDraft`] when it is voided already; [`KitError::NotFound`].
pub async fn void(db: &Db, permit: &Permit<MakePapers>, id: PaperId, reason: &str) -> Result<(), KitError> {
    db.write(async |tx| {
        let row = store::hold(tx, &permit.actor, id).await?.ok_or(KitError::NotFound)?;
        if row.voided_at.is_some() {
            return Err(KitError::NotDraft);
        }
        write_void(tx, permit, &row, reason).await?;
        Ok(())
    })
    .await
}

#[derive(Serialize)]
struct Voided<'a> {
    paper: PaperId,
    symbol: &'a str,
    reason: &'a str,
}

async fn write_void(tx: &mut Tx, permit: &Permit<MakePapers>, row: &PaperRow, reason: &str) -> Result<(), KitError> {
    let now = tx.now();
    tx.exec(&VOID_PAPER, &[&row.id, &permit.actor.name, &now, &reason]).await?;
    let voided = Voided { paper: row.id, symbol: &row.symbol, reason };
    tx.audit(&permit.actor, "kit.paper.voided", row.class_id, Change::created(&voided))?;
    Ok(())
}
