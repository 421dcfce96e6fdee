//! Emitting the change set of a class.

use ::store::{Change, StoreError, Tx};
use kernel::Actor;
use sha2::{Digest, Sha256};
use teaching::{
    classes::{self, ClassLine},
    scheme,
};

use super::{
    model::{ChangeSet, Course, Entry, FORMAT, Paper, Source},
    store::{INSERT, people},
};
use crate::{
    certificates::of_class,
    results::{Decision, outcomes},
};

/// Freezes what a decided class tells the national database, once: a class that has emitted stays as it is. Gives whether it
/// was emitted now. Whoever issues the certificates, or decides a class that nobody completed, does it in that transaction.
///
/// # Errors
/// The database's failure.
pub async fn emit(tx: &mut Tx, actor: &Actor, line: &ClassLine, decided: &Decision) -> Result<bool, StoreError> {
    // it is written in Vietnamese whatever the reader's language
    let t = web::T { lang: web::Lang::Vi };
    let (today, now) = (tx.today(), tx.now());
    let rules = scheme::rules(tx, line.scheme_id, today).await?;
    let scheme = scheme::of(tx, actor).await?.map(|s| s.short_name).unwrap_or_default();
    let results = outcomes(tx, line.id).await?;
    let papers = of_class(tx, actor, line.id).await?;
    let known = people(tx, line.id).await?;
    let mut entries = Vec::with_capacity(results.len());
    for learner in classes::learners(tx, actor, line.id).await? {
        let Some(result) = results.iter().find(|r| r.person_id == learner.person_id) else { continue };
        let Some((_, code, gender)) = known.iter().find(|(person, ..)| *person == learner.person_id) else { continue };
        entries.push(Entry {
            person: code.clone(),
            full_name: learner.full_name.clone(),
            birth_date: learner.birth_date,
            gender: gender.clone(),
            position: learner.position_title.clone(),
            unit: learner.commune_titled(t),
            result: result.outcome.clone(),
            band: result.band.clone(),
            score_hundredths: result.hundredths,
            periods: result.periods_total,
            periods_attended: result.periods_attended,
            certificate: papers.iter().find(|c| c.person_id == learner.person_id).map(|c| Paper {
                number: c.register_number(),
                issued_on: today,
                verify_code: c.verify_code.clone(),
            }),
        });
    }
    let set = ChangeSet {
        format: FORMAT.to_owned(),
        source: Source { body: rules.school_name, scheme, emitted_at: now },
        course: Course {
            class: line.label(),
            programme: line.programme.clone(),
            starts_on: line.starts_on,
            ends_on: line.ends_on,
            decision: decided.number.clone(),
            decided_on: decided.signed_on,
        },
        entries,
    };
    let body = serde_json::to_string_pretty(&set)?;
    let sha256 = hex::encode(Sha256::digest(&body));
    let people = i64::try_from(set.entries.len()).unwrap_or(i64::MAX);
    let values: &[&dyn ::store::Bind] =
        &[&line.id, &line.scheme_id, &FORMAT, &body, &sha256, &people, &actor.name, &now];
    let emitted = tx.exec(&INSERT, values).await? > 0;
    if emitted {
        let note = serde_json::json!({ "sha256": sha256, "people": people });
        tx.audit(actor, "national.change_set.emitted", line.id, Change::created(&note))?;
    }
    Ok(emitted)
}
