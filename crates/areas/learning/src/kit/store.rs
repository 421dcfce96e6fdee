//! SQL of papers; nobody else writes these tables.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, ClassId, PaperId, SchemeId};
use teaching::scheme;

/// A paper without its files.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct PaperRow {
    pub id: PaperId,
    pub class_id: ClassId,
    pub template: String,
    pub body: String,
    pub kind: String,
    pub year: i64,
    pub number: Option<i64>,
    pub symbol: String,
    pub subject: String,
    pub dated: NaiveDate,
    pub content: String,
    pub edition: i64,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    pub renewed_by: Option<String>,
    pub renewed_at: Option<DateTime<Utc>>,
    pub signer: Option<String>,
    pub signed_by: Option<String>,
    pub signed_at: Option<DateTime<Utc>>,
    pub pdf_sha256: Option<String>,
    pub docx_sha256: Option<String>,
    pub voided_by: Option<String>,
    pub voided_at: Option<DateTime<Utc>>,
    pub void_reason: Option<String>,
}

impl PaperRow {
    pub(super) fn is_draft(&self) -> bool {
        self.signed_at.is_none() && self.voided_at.is_none()
    }
}

/// How a paper is laid out.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct SettingRow {
    pub template: String,
    pub style: String,
    pub parent: String,
    pub body: String,
    pub pattern: String,
    pub edition: i64,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

/// A line of the register.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct RegisterLine {
    pub id: PaperId,
    pub class_number: i64,
    pub class_year: i64,
    pub template: String,
    pub body: String,
    pub kind: String,
    pub symbol: String,
    pub subject: String,
    pub dated: NaiveDate,
    pub made_by: String,
    pub signed_at: Option<DateTime<Utc>>,
    pub void_reason: Option<String>,
}

sql!(
    LIVING,
    "SELECT id, class_id, template, body, kind, year, number, symbol, subject, dated, content, edition, made_by, made_at, renewed_by,
            renewed_at, signer, signed_by, signed_at, pdf_sha256, docx_sha256, voided_by, voided_at, void_reason
     FROM paper WHERE class_id = $1 AND voided_at IS NULL ORDER BY template"
);
sql!(
    PAPER,
    "SELECT p.id, p.class_id, p.template, p.body, p.kind, p.year, p.number, p.symbol, p.subject, p.dated, p.content, p.edition, p.made_by,
            p.made_at, p.renewed_by, p.renewed_at, p.signer, p.signed_by, p.signed_at, p.pdf_sha256, p.docx_sha256, p.voided_by, p.voided_at,
            p.void_reason
     FROM paper p WHERE p.id = $1 AND p.scheme_id = $2"
);
sql!(FROZEN, "SELECT pdf, docx FROM paper WHERE id = $1 AND signed_at IS NOT NULL");
sql!(LOCK_PAPER, "UPDATE paper SET edition = edition WHERE id = $1");
sql!(
    INSERT_PAPER,
    "INSERT INTO paper (id, scheme_id, class_id, template, body, kind, year, number, symbol, subject, dated, content, made_by, made_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
);
sql!(
    RENEW_PAPER,
    "UPDATE paper SET symbol = $2, subject = $3, content = $4, renewed_by = $5, renewed_at = $6, edition = edition + 1 WHERE id = $1"
);
sql!(
    SIGN_PAPER,
    "UPDATE paper SET dated = $2, content = $3, signer = $4, signed_by = $5, signed_at = $6, pdf = $7, pdf_sha256 = $8, docx = $9,
            docx_sha256 = $10, edition = edition + 1 WHERE id = $1"
);
sql!(
    VOID_PAPER,
    "UPDATE paper SET voided_by = $2, voided_at = $3, void_reason = $4, edition = edition + 1 WHERE id = $1 AND voided_at IS NULL"
);
sql!(
    NEXT_NUMBER,
    "INSERT INTO paper_head (scheme_id, body, kind, year, last_number) VALUES ($1, $2, $3, $4, 1)
     ON CONFLICT (scheme_id, body, kind, year) DO UPDATE SET last_number = paper_head.last_number + 1 RETURNING last_number"
);
sql!(DECIDED, "SELECT number FROM result_decision WHERE scheme_id = $1 AND year = $2 ORDER BY number");
sql!(GIVEN, "SELECT COUNT(*) FROM paper WHERE scheme_id = $1 AND year = $2 AND symbol = $3 AND kind = 'QĐ'");
sql!(
    SETTINGS,
    "SELECT template, style, parent, body, pattern, edition, changed_by, changed_at FROM paper_setting WHERE scheme_id = $1 ORDER BY template"
);
sql!(
    SAVE_SETTING,
    "INSERT INTO paper_setting (scheme_id, template, style, parent, body, pattern, changed_by, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (scheme_id, template) DO UPDATE SET style = $3, parent = $4, body = $5, pattern = $6, changed_by = $7, changed_at = $8,
                                                     edition = paper_setting.edition + 1
     WHERE paper_setting.edition = $9"
);
sql!(
    REGISTER,
    "SELECT p.id, c.number AS class_number, c.year AS class_year, p.template, p.body, p.kind, p.symbol, p.subject, p.dated, p.made_by,
            p.signed_at, p.void_reason
     FROM paper p JOIN class c ON c.id = p.class_id
     WHERE p.scheme_id = $1 AND p.year = $2 AND p.number IS NOT NULL ORDER BY p.body, p.kind, p.number"
);
sql!(REGISTER_YEARS, "SELECT DISTINCT year FROM paper WHERE scheme_id = $1 AND number IS NOT NULL ORDER BY year DESC");

/// The papers of a class that are not voided.
pub(super) async fn living(conn: &mut Conn, class: ClassId) -> Result<Vec<PaperRow>, StoreError> {
    conn.all(&LIVING, &[&class]).await
}

/// A paper of the actor's scheme.
pub(super) async fn paper(conn: &mut Conn, actor: &Actor, id: PaperId) -> Result<Option<PaperRow>, StoreError> {
    match scheme::of(conn, actor).await? {
        Some(scheme) => conn.opt(&PAPER, &[&id, &scheme.id]).await,
        None => Ok(None),
    }
}

/// The same, held against whoever else would change it until the transaction ends.
pub(super) async fn hold(tx: &mut Tx, actor: &Actor, id: PaperId) -> Result<Option<PaperRow>, StoreError> {
    tx.exec(&LOCK_PAPER, &[&id]).await?;
    paper(tx, actor, id).await
}

/// The frozen files of a signed paper: PDF, DOCX.
pub(super) async fn frozen(conn: &mut Conn, id: PaperId) -> Result<Option<(Vec<u8>, Vec<u8>)>, StoreError> {
    conn.opt(&FROZEN, &[&id]).await
}

/// Numbers of decisions on results in a year, which stand in the same register.
pub(super) async fn decided(conn: &mut Conn, scheme: SchemeId, year: i64) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = conn.all(&DECIDED, &[&scheme, &year]).await?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// Whether the register gave a decision's number to a paper already.
pub(crate) async fn given(conn: &mut Conn, scheme: SchemeId, year: i64, number: &str) -> Result<bool, StoreError> {
    let (count,): (i64,) = conn.one(&GIVEN, &[&scheme, &year, &number]).await?;
    Ok(count > 0)
}

/// What the office has said of papers.
pub(super) async fn settings(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<SettingRow>, StoreError> {
    conn.all(&SETTINGS, &[&scheme]).await
}

/// The register of a year, by body, kind and number.
pub(super) async fn register(conn: &mut Conn, scheme: SchemeId, year: i64) -> Result<Vec<RegisterLine>, StoreError> {
    conn.all(&REGISTER, &[&scheme, &year]).await
}

/// Years of the register, newest first.
pub(super) async fn years(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<(i64,)> = conn.all(&REGISTER_YEARS, &[&scheme]).await?;
    Ok(rows.into_iter().map(|(year,)| year).collect())
}
