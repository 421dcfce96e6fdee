//! What the search box reads: one line for everybody in the register, in the order of names, with all that scope, words
//! and filters ask for, so that a search is one walk along one index; and the words of everybody, so that people with a
//! rare word are looked up instead (`docs/bench.md`).
//!
//! Owns `person_find`, `person_word`. The lines are made from `v_registry_person`; whoever writes `person` or `assignment` calls [`renew`]
//! in the same transaction.

use ::store::{Bind, By, Change, Conn, Db, StoreError, Tx, sql};
use chrono::NaiveDate;
use kernel::{
    Actor, PersonId, PositionId, UnitId,
    text::{Query, name_key, sound_key},
};

/// People who are counted for a search; of more it is only said that there are more.
pub(super) const MOST_COUNTED: i64 = 1000;

/// Lines that are made at a time.
const AT_ONCE: i64 = 2_000;

/// A word that so many have at most is looked up; chosen so that both ways take the same time among 300,000 people.
const RARE_ALONE: i64 = 4_000;
/// The same for the rarest of several words.
const RARE_AMONG: i64 = 40_000;

sql!(FORGET, "DELETE FROM person_find WHERE person_id = $1");
sql!(
    MISSING,
    "SELECT v.person_id, u.province_id, v.commune_id, v.position_id, v.sort_key, v.code, v.search_key
     FROM v_registry_person v JOIN v_organisation_commune u ON u.commune_id = v.commune_id
     WHERE v.person_id > $1 AND NOT EXISTS (SELECT 1 FROM person_find f WHERE f.person_id = v.person_id)
     ORDER BY v.person_id LIMIT $2"
);
sql!(
    INSERT_FIND,
    "INSERT INTO person_find (person_id, province_id, commune_id, position_id, sort_key, code, words)
     VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
sql!(INSERT_WORD, "INSERT INTO person_word (person_id, word, province_id, words) VALUES ($1, $2, $3, $4)");
sql!(
    OF_WORD,
    "SELECT COUNT(*) FROM (SELECT w.word FROM person_word w
                           WHERE w.province_id = $1 AND w.word >= $2 AND w.word < $3 LIMIT $4) h"
);
sql!(STALE, "SELECT id, code, full_name FROM person WHERE sound_key IS NULL ORDER BY id");
sql!(SET_KEYS, "UPDATE person SET search_key = $2, sound_key = $3 WHERE id = $1");
sql!(POST, "SELECT COUNT(*) FROM position WHERE search_key LIKE $1");

/// Lines of `person_find` within the province ($1) and the actor's scope ($2, $3, $4): the beginning of every search.
macro_rules! in_scope {
    () => {
        "f.province_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR f.commune_id = $3)
           AND (CAST($4 AS UUID) IS NULL OR f.person_id = $4)"
    };
}
/// Whom the typed words find: by name or code ($5, $6) or by post ($7).
macro_rules! with_words {
    () => {
        " AND ($5 = '' OR f.words LIKE $5 OR f.words LIKE $6
               OR ($7 <> '' AND f.position_id IN (SELECT w.id FROM position w WHERE w.search_key LIKE $7)))"
    };
}
/// What the filters leave: of a commune ($8), a bloc ($9), a level ($10).
macro_rules! filtered {
    () => {
        " AND ($8 = '' OR f.commune_id IN (SELECT c.commune_id FROM v_organisation_commune c WHERE c.code = $8))
          AND (($9 = '' AND $10 = '') OR f.position_id IN (SELECT w.id FROM position w
               WHERE ($9 = '' OR w.bloc = $9) AND ($10 = '' OR w.level = $10)))"
    };
}
/// A page of the list: of the lines that `$from` gives after a place ($11, $12), counted up to $13, the first $14.
macro_rules! page_of {
    ($($from:expr),+) => {
        concat!(
            "SELECT p.id AS person_id, f.code, p.full_name, f.sort_key, p.birth_date, o.title AS position_title,
                    u.name AS commune, u.kind AS commune_kind, p.education, p.theory, p.management, f.found
             FROM (SELECT h.person_id, h.sort_key, h.code, h.commune_id, h.position_id, COUNT(*) OVER () AS found
                   FROM (SELECT f.person_id, f.sort_key, f.code, f.commune_id, f.position_id FROM ",
            $($from,)+
            " AND (f.sort_key, f.code) > ($11, $12)
                         ORDER BY f.sort_key, f.code LIMIT $13) h
                   ORDER BY h.sort_key, h.code LIMIT $14) f
             JOIN person p ON p.id = f.person_id
             JOIN position o ON o.id = f.position_id
             JOIN v_organisation_commune u ON u.commune_id = f.commune_id
             ORDER BY f.sort_key, f.code"
        )
    };
}
sql!(LIST, page_of!("person_find f WHERE ", in_scope!(), with_words!(), filtered!()));
// CROSS JOIN: SQLite then begins with the words and does not walk along everybody, as ORDER BY would tempt it to
sql!(
    LIST_OF_WORD,
    page_of!(
        "(SELECT DISTINCT w.person_id FROM person_word w
          WHERE w.province_id = $1 AND w.word >= $7 AND w.word < $15 AND (w.words LIKE $5 OR w.words LIKE $6)) x
         CROSS JOIN person_find f WHERE f.person_id = x.person_id AND ",
        in_scope!(),
        filtered!()
    )
);
sql!(
    COUNT,
    concat!(
        "SELECT COUNT(*) FROM (SELECT f.code FROM person_find f WHERE ",
        in_scope!(),
        with_words!(),
        filtered!(),
        " LIMIT $11) h"
    )
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

/// A line of `person_find`.
#[derive(sqlx::FromRow)]
struct Line {
    person_id: PersonId,
    province_id: UnitId,
    commune_id: UnitId,
    position_id: PositionId,
    sort_key: String,
    code: String,
    search_key: String,
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

/// People within the actor's scope after `(sort_key, code)`, in the order of names, at most `most`, with how many there are.
pub(super) async fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow<'_>,
    after: (&str, &str),
    most: usize,
) -> Result<Found, StoreError> {
    if !narrow.query.is_empty() && after.0.is_empty() {
        // a search that begins is counted on the same walk
        let (people, more) = walk(conn, actor, narrow, after, most, MOST_COUNTED + 1).await?;
        let total = people.first().map_or(0, |first| first.found);
        return Ok(Found { people, more, total });
    }
    let (people, more) = page(conn, actor, narrow, after, most).await?;
    // the whole register has a count of its own, which is exact
    let limit = if narrow.query.is_empty() { i64::MAX } else { MOST_COUNTED + 1 };
    let [shorter, longer] = narrow.query.name_patterns();
    let post = narrow.query.post_pattern();
    let (nobody, commune, own) = (actor.sees_nobody(), actor.commune(), actor.own_person());
    let scope: [&dyn Bind; 4] = [&actor.province, &nobody, &commune, &own];
    let words: [&dyn Bind; 3] = [&shorter, &longer, &post];
    let filters: [&dyn Bind; 4] = [&narrow.commune, &narrow.bloc, &narrow.level, &limit];
    let (total,): (i64,) = conn.one(&COUNT, &[scope.as_slice(), &words, &filters].concat()).await?;
    Ok(Found { people, more, total })
}

/// A page of [`list`] and whether there are people after it; nobody is counted.
pub(super) async fn page(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow<'_>,
    after: (&str, &str),
    most: usize,
) -> Result<(Vec<PersonLine>, bool), StoreError> {
    walk(conn, actor, narrow, after, most, i64::try_from(most).unwrap_or(i64::MAX - 1) + 1).await
}

/// Walks until `counted` people are found.
async fn walk(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow<'_>,
    after: (&str, &str),
    most: usize,
    counted: i64,
) -> Result<(Vec<PersonLine>, bool), StoreError> {
    let [shorter, longer] = narrow.query.name_patterns();
    let post = narrow.query.post_pattern();
    let (nobody, commune, own) = (actor.sees_nobody(), actor.commune(), actor.own_person());
    let page = i64::try_from(most).unwrap_or(i64::MAX - 1) + 1;
    let begins = !narrow.query.is_empty() && after.0.is_empty();
    let rare =
        if begins && !of_posts(conn, &post).await? { rare_word(conn, actor, &narrow.query).await? } else { None };
    let (from, to) = rare.as_ref().map_or(("", ""), |(from, to)| (from, to));
    let seventh: &str = if rare.is_some() { from } else { &post };
    let mut values: Vec<&dyn Bind> = vec![
        &actor.province,
        &nobody,
        &commune,
        &own,
        &shorter,
        &longer,
        &seventh,
        &narrow.commune,
        &narrow.bloc,
        &narrow.level,
        &after.0,
        &after.1,
        &counted,
        &page,
    ];
    if rare.is_some() {
        values.push(&to);
    }
    let statement = if rare.is_some() { &LIST_OF_WORD } else { &LIST };
    let mut people: Vec<PersonLine> = conn.all(statement, &values).await?;
    let more = people.len() > most;
    people.truncate(most);
    Ok((people, more))
}

/// Whether there are posts that a query finds.
async fn of_posts(conn: &mut Conn, pattern: &str) -> Result<bool, StoreError> {
    if pattern.is_empty() {
        return Ok(false);
    }
    let (posts,): (i64,) = conn.one(&POST, &[&pattern]).await?;
    Ok(posts > 0)
}

/// The typed word that the fewest people have, as the range of words that it begins, if it is rare enough for looking its
/// people up to be faster than walking along the names until enough are found.
async fn rare_word(conn: &mut Conn, actor: &Actor, query: &Query) -> Result<Option<(String, String)>, StoreError> {
    // of several words not all who have the rarest are found: its entries are read in a row, only the found are looked up
    let most = if query.words().len() == 1 { RARE_ALONE } else { RARE_AMONG };
    let mut rarest: Option<(i64, (String, String))> = None;
    for word in query.words() {
        let range = (word.clone(), format!("{word}\u{10FFFF}"));
        let limit = rarest.as_ref().map_or(most + 1, |(people, _)| *people);
        let (people,): (i64,) = conn.one(&OF_WORD, &[&actor.province, &range.0, &range.1, &limit]).await?;
        if people < limit {
            rarest = Some((people, range));
        }
    }
    Ok(rarest.map(|(_, range)| range))
}

fn words_of(lines: &[Line]) -> Vec<(&Line, &str)> {
    let mut all = Vec::with_capacity(lines.len() * 6);
    for line in lines {
        let mut words: Vec<&str> = line.search_key.split_whitespace().collect();
        // sorted by the key already
        words.dedup();
        all.extend(words.into_iter().map(|word| (line, word)));
    }
    all
}

/// Takes away the lines of people whose record changes; [`renew`] makes them anew.
pub(super) async fn forget(tx: &mut Tx, changed: &[PersonId]) -> Result<(), StoreError> {
    for person in changed {
        tx.exec(&FORGET, &[person]).await?;
    }
    Ok(())
}

/// Makes the lines of people who have none, and those of `changed` anew.
pub(super) async fn renew(tx: &mut Tx, changed: &[PersonId]) -> Result<(), StoreError> {
    forget(tx, changed).await?;
    let mut last = PersonId::LEAST;
    loop {
        let lines: Vec<Line> = tx.all(&MISSING, &[&last, &AT_ONCE]).await?;
        let Some(end) = lines.last() else { return Ok(()) };
        last = end.person_id;
        add(tx, &lines).await?;
    }
}

async fn add(tx: &mut Tx, lines: &[Line]) -> Result<(), StoreError> {
    tx.exec_many(&INSERT_FIND, lines, |line, args| {
        args.add(&line.person_id)?;
        args.add(&line.province_id)?;
        args.add(&line.commune_id)?;
        args.add(&line.position_id)?;
        args.add(&line.sort_key)?;
        args.add(&line.code)?;
        args.add(&line.search_key)
    })
    .await?;
    tx.exec_many(&INSERT_WORD, &words_of(lines), |(line, word), args| {
        args.add(&line.person_id)?;
        args.add(word)?;
        args.add(&line.province_id)?;
        args.add(&line.search_key)
    })
    .await?;
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
