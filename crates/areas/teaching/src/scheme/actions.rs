//! Loading a scheme and its calendar.

use ::store::{By, Change, Db, StoreError, Tx};
use chrono::NaiveDate;
use kernel::SchemeId;

use super::{
    legal::NEXT_PLACE,
    model::{LegalRow, SchemeInput},
    store::{
        COMPLETE_MILESTONE, INSERT_AUDIENCE, INSERT_BLOC, INSERT_BODY, INSERT_LEGAL, INSERT_MILESTONE, INSERT_RULE,
        INSERT_SCHEME,
    },
};

/// Writes a scheme with its rules, milestones, bodies and audiences.
///
/// # Errors
/// [`StoreError::Unique`] when a scheme of that code is there already; the database's failure.
pub async fn load_scheme(tx: &mut Tx, by: By<'_>, input: &SchemeInput) -> Result<SchemeId, StoreError> {
    let id = SchemeId::new(tx.ids());
    tx.exec(
        &INSERT_SCHEME,
        &[
            &id,
            &input.code,
            &input.name,
            &input.short_name,
            &input.province,
            &input.province_name,
            &input.first_year,
            &input.last_year,
        ],
    )
    .await?;
    tx.exec_many(&INSERT_RULE, &input.rules, |r, args| {
        args.add(&id)?;
        args.add(&r.key)?;
        args.add(&r.value)?;
        args.add(&r.unit)?;
        args.add(&r.valid_from)?;
        args.add(&r.valid_to)?;
        args.add(&r.source)
    })
    .await?;
    tx.exec_many(&INSERT_MILESTONE, &input.milestones, |m, args| {
        args.add(&id)?;
        args.add(&m.code)?;
        args.add(&m.title)?;
        args.add(&m.due_on)?;
        args.add(&m.source)
    })
    .await?;
    tx.exec_many(&INSERT_BODY, &input.bodies, |b, args| {
        args.add(&id)?;
        args.add(&b.code)?;
        args.add(&b.name)?;
        args.add(&b.duty)?;
        args.add(&b.tier)?;
        args.add(&b.source)
    })
    .await?;
    tx.exec_many(&INSERT_AUDIENCE, (1_i64..).zip(&input.audiences), |(place, a), args| {
        args.add(&id)?;
        args.add(&a.code)?;
        args.add(&a.name)?;
        args.add(&a.description)?;
        args.add(&a.target_group)?;
        args.add(&a.programme_code)?;
        args.add(place)?;
        args.add(&a.source)
    })
    .await?;
    tx.exec_many(&INSERT_BLOC, &input.blocs, |b, args| {
        args.add(&id)?;
        args.add(&b.bloc)?;
        args.add(&b.audience_code)
    })
    .await?;
    tx.audit(by, "scheme.scheme.loaded", &input.code, Change::created(input))?;
    Ok(id)
}

/// Notes that a milestone was reached on a day; whether there was one that was not reached before.
///
/// # Errors
/// The database's failure.
pub async fn complete_milestone(
    db: &Db,
    by: By<'_>,
    scheme: SchemeId,
    code: &str,
    on: NaiveDate,
) -> Result<bool, StoreError> {
    db.write(async |tx| {
        let reached = tx.exec(&COMPLETE_MILESTONE, &[&scheme, &code, &on]).await? > 0;
        if reached {
            tx.audit(by, "scheme.milestone.completed", code, Change::created(&on))?;
        }
        Ok(reached)
    })
    .await
}

/// Writes the legal documents of a scheme.
///
/// # Errors
/// The database's failure.
pub async fn load_legal_documents(
    tx: &mut Tx,
    by: By<'_>,
    scheme: SchemeId,
    documents: &[LegalRow],
) -> Result<(), StoreError> {
    let (next,): (i64,) = tx.one(&NEXT_PLACE, &[]).await?;
    tx.exec_many(&INSERT_LEGAL, (next..).zip(documents), |(place, d), args| {
        args.add(&d.number)?;
        args.add(&d.issued_on)?;
        args.add(&d.issuer)?;
        args.add(&d.kind)?;
        args.add(&d.title)?;
        args.add(&d.status)?;
        args.add(&d.note)?;
        args.add(place)?;
        args.add(&scheme)
    })
    .await?;
    tx.audit(by, "scheme.legal_documents.loaded", "legal_documents", Change::created(&documents))
}
