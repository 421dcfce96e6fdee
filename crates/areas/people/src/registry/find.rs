//! What the search box reads: one line for everybody in the register, in the order of names, with all that scope, words
//! and filters ask for, so that a search is one walk along one index (`docs/bench.md`).
//!
//! Owns `person_find`. The lines are made from `v_registry_person`; whoever writes `person` or `assignment` calls [`renew`]
//! in the same transaction.

use ::store::{By, Change, Conn, Db, StoreError, Tx, sql};
use chrono::NaiveDate;
use kernel::{
    Actor, PersonId,
    text::{Query, name_key, sound_key},
};

/// People who are counted for a search; of more it is only said that there are more.
pub(super) const MOST_COUNTED: i64 = 1000;

sql!(FORGET, "DELETE FROM person_find WHERE person_id = $1");
sql!(
    FILL,
    "INSERT INTO person_find (person_id, province_id, commune_id, position_id, sort_key, code, words)
     SELECT v.person_id, u.province_id, v.commune_id, v.position_id, v.sort_key, v.code, v.search_key
     FROM v_registry_person v JOIN v_organisation_commune u ON u.commune_id = v.commune_id
     WHERE NOT EXISTS (SELECT 1 FROM person_find f WHERE f.person_id = v.person_id)"
);
sql!(STALE, "SELECT id, code, full_name FROM person WHERE sound_key IS NULL ORDER BY id");
sql!(SET_KEYS, "UPDATE person SET search_key = $2, sound_key = $3 WHERE id = $1");
sql!(
    LIST,
    "SELECT p.id AS person_id, f.code, p.full_name, f.sort_key, p.birth_date, o.title AS position_title, u.name AS commune,
            u.kind AS commune_kind, p.education, p.theory, p.management, f.found
     FROM (SELECT h.person_id, h.sort_key, h.code, h.commune_id, h.position_id, COUNT(*) OVER () AS found
           FROM (SELECT f.person_id, f.sort_key, f.code, f.commune_id, f.position_id FROM person_find f
                 WHERE f.province_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR f.commune_id = $3)
                   AND (CAST($4 AS UUID) IS NULL OR f.person_id = $4)
                   AND ($5 = '' OR f.words LIKE $5 OR f.words LIKE $6
                        OR ($7 <> '' AND f.position_id IN (SELECT w.id FROM position w WHERE w.search_key LIKE $7)))
                   AND ($8 = '' OR f.commune_id IN (SELECT c.commune_id FROM v_organisation_commune c WHERE c.code = $8))
                   AND (($9 = '' AND $10 = '') OR f.position_id IN (SELECT w.id FROM position w
                        WHERE ($9 = '' OR w.bloc = $9) AND ($10 = '' OR w.level = $10)))
                   AND (f.sort_key, f.code) > ($11, $12)
                 ORDER BY f.sort_key, f.code LIMIT $13) h
           ORDER BY h.sort_key, h.code LIMIT $14) f
     JOIN person p ON p.id = f.person_id
     JOIN position o ON o.id = f.position_id
     JOIN v_organisation_commune u ON u.commune_id = f.commune_id
     ORDER BY f.sort_key, f.code"
);
sql!(
    COUNT,
    "SELECT COUNT(*) FROM (
         SELECT f.code FROM person_find f
         WHERE f.province_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR f.commune_id = $3)
           AND (CAST($4 AS UUID) IS NULL OR f.person_id = $4)
           AND ($5 = '' OR f.words LIKE $5 OR f.words LIKE $6
                OR ($7 <> '' AND f.position_id IN (SELECT w.id FROM position w WHERE w.search_key LIKE $7)))
           AND ($8 = '' OR f.commune_id IN (SELECT c.commune_id FROM v_organisation_commune c WHERE c.code = $8))
           AND (($9 = '' AND $10 = '') OR f.position_id IN (SELECT w.id FROM position w
                WHERE ($9 = '' OR w.bloc = $9) AND ($10 = '' OR w.level = $10)))
         LIMIT $11) h"
);

/// A person in the list.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct PersonLine {
    pub person_id: PersonId,
    pub code: String,
    pub full_name: String,
    pub sort_key: String,
    pub birth_date: Option<NaiveDate>,
    pub position_title: String,
    pub commune: String,
    pub commune_kind: String,
    pub education: Option<String>,
    pub theory: Option<String>,
    pub management: Option<String>,
    found: i64,
}

/// What a list is narrowed to; an empty query and empty texts narrow nothing.
#[derive(Debug, Default)]
pub(super) struct Narrow<'a> {
    pub query: Query,
    pub commune: &'a str,
    pub bloc: &'a str,
    pub level: &'a str,
}

/// A page of the list.
#[derive(Debug)]
pub(super) struct Found {
    pub people: Vec<PersonLine>,
    /// There are people after these.
    pub more: bool,
    /// People on all pages; for a search at most [`MOST_COUNTED`] and one more.
    pub total: i64,
}

/// People within the actor's scope after `(sort_key, code)`, in the order of names, at most `most`.
pub(super) async fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow<'_>,
    after: (&str, &str),
    most: usize,
) -> Result<Found, StoreError> {
    let [shorter, longer] = narrow.query.name_patterns();
    let post = narrow.query.post_pattern();
    let (nobody, commune, own) = (actor.sees_nobody(), actor.commune(), actor.own_person());
    let page = i64::try_from(most).unwrap_or(i64::MAX - 1) + 1;
    // a search that begins is counted on the same walk; the whole register has a count of its own, which is exact
    let walked = !narrow.query.is_empty() && after.0.is_empty();
    let walk = if walked { MOST_COUNTED + 1 } else { page };
    let mut people: Vec<PersonLine> = conn
        .all(
            &LIST,
            &[
                &actor.province,
                &nobody,
                &commune,
                &own,
                &shorter,
                &longer,
                &post,
                &narrow.commune,
                &narrow.bloc,
                &narrow.level,
                &after.0,
                &after.1,
                &walk,
                &page,
            ],
        )
        .await?;
    let more = people.len() > most;
    people.truncate(most);
    let total = if walked {
        people.first().map_or(0, |first| first.found)
    } else {
        let limit = if narrow.query.is_empty() { i64::MAX } else { MOST_COUNTED + 1 };
        let (total,): (i64,) = conn
            .one(
                &COUNT,
                &[
                    &actor.province,
                    &nobody,
                    &commune,
                    &own,
                    &shorter,
                    &longer,
                    &post,
                    &narrow.commune,
                    &narrow.bloc,
                    &narrow.level,
                    &limit,
                ],
            )
            .await?;
        total
    };
    Ok(Found { people, more, total })
}

/// Makes the lines of people who have none, and those of `changed` anew.
pub(super) async fn renew(tx: &mut Tx, changed: &[PersonId]) -> Result<(), StoreError> {
    for person in changed {
        tx.exec(&FORGET, &[person]).await?;
    }
    tx.exec(&FILL, &[]).await?;
    Ok(())
}

/// Makes the keys of people whom an earlier version of the program wrote; nothing when all have theirs.
///
/// # Errors
/// The database's failure.
pub(crate) async fn renew_keys(db: &Db) -> Result<(), StoreError> {
    let stale: Vec<(PersonId, String, String)> = db.read().await?.all(&STALE, &[]).await?;
    if stale.is_empty() {
        return Ok(());
    }
    db.write(async |tx| {
        for (person, code, name) in &stale {
            tx.exec(&SET_KEYS, &[person, &name_key(name, code), &sound_key(name)]).await?;
        }
        crate::organisation::renew_post_keys(tx).await?;
        let people: Vec<PersonId> = stale.iter().map(|(person, ..)| *person).collect();
        renew(tx, &people).await?;
        tx.audit(By::System("start"), "registry.keys.renewed", "person", Change::created(&stale.len()))
    })
    .await
}
