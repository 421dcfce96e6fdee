//! The register of legal documents: what a scheme relies on, until when each is in force, what replaced it.

use ::store::{Change, Conn, Db, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Right, SchemeId};
use serde::Serialize;
use web::Permit;

use super::{references::number_key, store::of};

/// Keep the register of legal documents.
#[derive(Debug)]
pub struct EditLegal;
impl Right for EditLegal {
    const NAME: &'static str = "legal.edit";
}

/// Kinds of documents as `data/legal_documents.csv` has them; their words are `freshness-kind-CODE`.
pub const LEGAL_KINDS: [&str; 11] = [
    "luat",
    "nghi_dinh",
    "nghi_quyet",
    "quyet_dinh",
    "quy_dinh",
    "thong_tu",
    "huong_dan",
    "chuong_trinh_hanh_dong",
    "de_an",
    "ke_hoach",
    "khac",
];

/// A document of the register.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct LegalDocument {
    /// Its place in the register, which names it.
    pub place: i64,
    /// Number and sign; empty for a document without one.
    pub number: String,
    /// When it was issued.
    pub issued_on: Option<NaiveDate>,
    /// Who issued it.
    pub issuer: String,
    /// Code of [`LEGAL_KINDS`].
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// Remark.
    pub note: String,
    /// First day in force, when it is not the day of issue.
    pub valid_from: Option<NaiveDate>,
    /// First day on which it is no longer in force.
    pub ended_on: Option<NaiveDate>,
    /// Number of the document that replaced it; empty when none did.
    pub replaced_by: String,
    /// Counts the times it was saved.
    pub edition: i64,
    /// Who saved it last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<DateTime<Utc>>,
}

impl LegalDocument {
    /// Whether it is no longer in force on a day.
    #[must_use]
    pub fn ended(&self, on: NaiveDate) -> bool {
        self.ended_on.is_some_and(|day| day <= on)
    }
}

/// What is said of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LegalDraft {
    /// As in [`LegalDocument`].
    pub number: String,
    /// As in [`LegalDocument`].
    pub issued_on: Option<NaiveDate>,
    /// As in [`LegalDocument`].
    pub issuer: String,
    /// As in [`LegalDocument`].
    pub kind: String,
    /// As in [`LegalDocument`].
    pub title: String,
    /// As in [`LegalDocument`].
    pub note: String,
    /// As in [`LegalDocument`].
    pub valid_from: Option<NaiveDate>,
    /// As in [`LegalDocument`].
    pub ended_on: Option<NaiveDate>,
    /// As in [`LegalDocument`].
    pub replaced_by: String,
}

impl LegalDraft {
    /// A document as it stands.
    #[must_use]
    pub fn of(d: &LegalDocument) -> Self {
        Self {
            number: d.number.clone(),
            issued_on: d.issued_on,
            issuer: d.issuer.clone(),
            kind: d.kind.clone(),
            title: d.title.clone(),
            note: d.note.clone(),
            valid_from: d.valid_from,
            ended_on: d.ended_on,
            replaced_by: d.replaced_by.clone(),
        }
    }
}

/// Why a document was not written.
#[derive(Debug, thiserror::Error)]
pub enum LegalError {
    /// No such document in the actor's scheme.
    #[error("no such document")]
    NotFound,
    /// A document with this number is there.
    #[error("the number is there")]
    Taken,
    /// Somebody saved it after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// The database's failure.
    #[error("writing a legal document")]
    Store(#[from] StoreError),
}

sql!(
    LEGAL,
    "SELECT place, number, issued_on, issuer, kind, title, note, valid_from, ended_on, replaced_by, edition, changed_by, changed_at
     FROM legal_document WHERE scheme_id = $1 ORDER BY place"
);
sql!(LOCK_LEGAL, "UPDATE scheme SET code = code WHERE id = $1");
sql!(NEXT_PLACE, "SELECT COALESCE(MAX(place), 0) + 1 FROM legal_document");
sql!(
    ADD_LEGAL,
    "INSERT INTO legal_document (place, scheme_id, number, issued_on, issuer, kind, title, status, note, valid_from, ended_on,
                                 replaced_by, changed_by, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'added', $8, $9, $10, $11, $12, $13)"
);
sql!(
    UPDATE_LEGAL,
    "UPDATE legal_document SET number = $2, issued_on = $3, issuer = $4, kind = $5, title = $6, note = $7, valid_from = $8,
            ended_on = $9, replaced_by = $10, edition = edition + 1, changed_by = $11, changed_at = $12
     WHERE place = $1"
);
sql!(
    FRESHNESS_DAYS,
    "SELECT value FROM scheme_rule WHERE scheme_id = $1 AND key = 'freshness_days' AND valid_from <= $2
       AND (valid_to IS NULL OR valid_to >= $2) ORDER BY valid_from DESC LIMIT 1"
);

/// The register of a scheme in its order.
///
/// # Errors
/// The database's failure.
pub async fn legal_documents(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<LegalDocument>, StoreError> {
    conn.all(&LEGAL, &[&scheme]).await
}

/// Days after the end of a document by which what relies on it is to be looked at; none when the scheme says nothing.
///
/// # Errors
/// The database's failure.
pub async fn freshness_days(conn: &mut Conn, scheme: SchemeId, on: NaiveDate) -> Result<u64, StoreError> {
    let row: Option<(String,)> = conn.opt(&FRESHNESS_DAYS, &[&scheme, &on]).await?;
    Ok(row.and_then(|(days,)| days.parse().ok()).unwrap_or(0))
}

/// Writes a document: a new one, or one of which the actor saw an edition. Its place.
///
/// # Errors
/// [`LegalError`].
pub async fn save_legal(
    db: &Db,
    permit: &Permit<EditLegal>,
    known: Option<(i64, i64)>,
    draft: &LegalDraft,
) -> Result<i64, LegalError> {
    let actor: &Actor = &permit.actor;
    db.write(async |tx| {
        let scheme = of(tx, actor).await?.ok_or(LegalError::NotFound)?.id;
        tx.exec(&LOCK_LEGAL, &[&scheme]).await?;
        let all = legal_documents(tx, scheme).await?;
        let own = known.map(|(place, _)| place);
        let key = number_key(&draft.number);
        if !key.is_empty() && all.iter().any(|d| Some(d.place) != own && number_key(&d.number) == key) {
            return Err(LegalError::Taken);
        }
        let now = tx.now();
        let Some((place, seen)) = known else {
            let (place,): (i64,) = tx.one(&NEXT_PLACE, &[]).await?;
            let values: &[&dyn ::store::Bind] = &[
                &place,
                &scheme,
                &draft.number,
                &draft.issued_on,
                &draft.issuer,
                &draft.kind,
                &draft.title,
                &draft.note,
                &draft.valid_from,
                &draft.ended_on,
                &draft.replaced_by,
                &actor.name,
                &now,
            ];
            tx.exec(&ADD_LEGAL, values).await?;
            tx.audit(actor, "scheme.legal.added", place, Change::created(draft))?;
            return Ok(place);
        };
        let before = all.iter().find(|d| d.place == place).ok_or(LegalError::NotFound)?;
        let was = LegalDraft::of(before);
        if was == *draft {
            return Ok(place);
        }
        if before.edition != seen {
            return Err(LegalError::Overtaken);
        }
        let values: &[&dyn ::store::Bind] = &[
            &place,
            &draft.number,
            &draft.issued_on,
            &draft.issuer,
            &draft.kind,
            &draft.title,
            &draft.note,
            &draft.valid_from,
            &draft.ended_on,
            &draft.replaced_by,
            &actor.name,
            &now,
        ];
        tx.exec(&UPDATE_LEGAL, values).await?;
        tx.audit(actor, "scheme.legal.changed", place, Change::changed(&was, draft))?;
        Ok(place)
    })
    .await
}
