//! SQL of the register of certificates; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, Utc};
use kernel::{Actor, CertificateId, ClassId, PersonId, Right};
use teaching::classes::{
    ClassMove,
    life::{AsksOfStep, Check, Weight},
};

use super::IssueCertificates;

/// A certificate without its paper.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of certificate, described in the dictionary")]
pub struct CertificateLine {
    pub certificate_id: CertificateId,
    pub person_id: PersonId,
    pub number: i64,
    pub year: i64,
    pub verify_code: String,
    pub issued_at: Option<DateTime<Utc>>,
}

impl CertificateLine {
    /// `0012/2026`: the number in the register.
    #[must_use]
    pub fn register_number(&self) -> String {
        format!("{:04}/{}", self.number, self.year)
    }
}

sql!(
    OF_CLASS,
    "SELECT c.id AS certificate_id, c.person_id, c.number, c.year, c.verify_code, c.issued_at FROM certificate c
     JOIN v_classes_learner l ON l.class_id = c.class_id AND l.person_id = c.person_id
     WHERE c.class_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR l.commune_id = $3) ORDER BY c.number"
);
sql!(
    NEXT_NUMBERS,
    "INSERT INTO register_head (scheme_id, year, last_number) VALUES ($1, $2, $3)
     ON CONFLICT (scheme_id, year) DO UPDATE SET last_number = register_head.last_number + $3 RETURNING last_number"
);
sql!(
    INSERT,
    "INSERT INTO certificate (id, scheme_id, year, number, class_id, person_id, verify_code, snapshot, allotted_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);
sql!(UNISSUED, "SELECT id, snapshot FROM certificate WHERE class_id = $1 AND issued_at IS NULL ORDER BY number");
sql!(FREEZE, "UPDATE certificate SET pdf = $2, sha256 = $3, issued_at = $4 WHERE id = $1 AND issued_at IS NULL");
sql!(
    FREEZE_BATCH,
    "INSERT INTO certificate_batch (class_id, pdf, sha256, issued_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (class_id) DO NOTHING"
);
sql!(BATCH, "SELECT pdf FROM certificate_batch WHERE class_id = $1");
sql!(
    ONE,
    "SELECT c.number, c.year, c.pdf FROM certificate c
     JOIN v_classes_learner l ON l.class_id = c.class_id AND l.person_id = c.person_id
     JOIN v_organisation_commune k ON k.commune_id = l.commune_id
     WHERE c.id = $1 AND c.pdf IS NOT NULL AND (($2 AND k.province_id = $5) OR l.commune_id = $3 OR c.person_id = $4
           OR EXISTS (SELECT 1 FROM v_registry_person p WHERE p.person_id = c.person_id AND p.commune_id = $3))"
);
sql!(VERIFY, "SELECT snapshot, sha256 FROM certificate WHERE verify_code = $1 AND issued_at IS NOT NULL");

/// The certificates of a class within the actor's scope, by number.
///
/// # Errors
/// The database's failure.
pub async fn of_class(conn: &mut Conn, actor: &Actor, class: ClassId) -> Result<Vec<CertificateLine>, StoreError> {
    let hidden = teaching::classes::names_hidden(actor);
    conn.all(&OF_CLASS, &[&class, &hidden, &actor.commune()]).await
}

/// The frozen paper of all certificates of a class.
pub(crate) async fn batch(conn: &mut Conn, class: ClassId) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = conn.opt(&BATCH, &[&class]).await?;
    Ok(row.map(|(pdf,)| pdf))
}

/// Whether somebody fetches the papers of a class: the school, and a commune those of its own people.
#[must_use]
pub fn may_fetch_of_class(actor: &Actor) -> bool {
    actor.may(IssueCertificates::NAME) || actor.commune().is_some()
}

/// Number, year and frozen paper of a certificate, for the school, the commune that sent the person or where
/// they serve now, and the person; for nobody else.
pub(super) async fn one(
    conn: &mut Conn,
    actor: &Actor,
    certificate: CertificateId,
) -> Result<Option<(i64, i64, Vec<u8>)>, StoreError> {
    let school = actor.may(IssueCertificates::NAME);
    conn.opt(&ONE, &[&certificate, &school, &actor.commune(), &actor.person, &actor.province]).await
}

/// What stands on the certificate of a code, and the hash of its paper.
pub(super) async fn verify(conn: &mut Conn, code: &str) -> Result<Option<(String, String)>, StoreError> {
    conn.opt(&VERIFY, &[&code]).await
}

sql!(CERTIFICATES_FOLLOW, "UPDATE certificate SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    people::registry::record::FollowsPeople { clash: None, moves: &[&CERTIFICATES_FOLLOW] }
}

sql!(
    UNCERTIFIED,
    "SELECT CAST(COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM certificate c WHERE c.class_id = l.class_id AND c.person_id = l.person_id
                                                AND c.issued_at IS NOT NULL) THEN 0 ELSE 1 END), 0) AS BIGINT) AS missing,
            COUNT(*) AS completed
     FROM v_classes_learner l WHERE l.class_id = $1 AND l.outcome = 'completed'"
);

/// A file is closed when everybody who completed the class has a certificate.
async fn certified(conn: &mut Conn, class: ClassId) -> Result<Vec<Check>, StoreError> {
    let (missing, all): (i64, i64) = conn.one(&UNCERTIFIED, &[&class]).await?;
    Ok(vec![Check::new("certificates-check-issued", Weight::Must, missing, all, "results")])
}
::store::inventory::submit! {
    AsksOfStep { step: ClassMove::File, ask: |conn, class| Box::pin(certified(conn, class)) }
}
