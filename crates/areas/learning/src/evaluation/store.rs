//! SQL of evaluations; nobody else writes these tables.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, ClassId, PersonId, SchemeId};

use super::model::{Block, Indicator, Object};

/// An edition of the indicators of a scheme.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Edition {
    pub edition: i64,
    pub saved_by: Option<String>,
    pub saved_at: Option<DateTime<Utc>>,
}

/// The form of a class.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Form {
    pub scheme_id: SchemeId,
    pub edition: i64,
    pub closes_on: NaiveDate,
    pub opened_by: String,
    /// Learners of the class.
    pub learners: i64,
    /// Learners who answered.
    pub replies: i64,
}

impl Form {
    /// Whether it may be answered on a day.
    pub(super) fn is_open(&self, today: NaiveDate) -> bool {
        today <= self.closes_on
    }
}

/// The form of a class as a learner of it sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Own {
    pub class_id: ClassId,
    pub number: i64,
    pub year: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub closes_on: NaiveDate,
    pub edition: i64,
    pub scheme_id: SchemeId,
    /// The person again, when they answered.
    pub replied: Option<PersonId>,
}

/// A topic that a lecturer taught in a class whose form is closed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Taught {
    pub class_id: ClassId,
    pub edition: i64,
    /// Place of the block in the form, from 1.
    pub seq: i64,
    pub topic: String,
    pub number: i64,
    pub year: i64,
    pub ends_on: NaiveDate,
    /// Blocks of the form.
    pub blocks: i64,
}

sql!(
    NEWEST,
    "SELECT edition, saved_by, saved_at FROM evaluation_set WHERE scheme_id = $1 ORDER BY edition DESC LIMIT 1"
);
sql!(USES, "SELECT COUNT(*) FROM evaluation_form WHERE scheme_id = $1 AND edition = $2");
sql!(INDICATORS, "SELECT object, text FROM evaluation_indicator WHERE scheme_id = $1 AND edition = $2 ORDER BY seq");
sql!(INSERT_SET, "INSERT INTO evaluation_set (scheme_id, edition, saved_by, saved_at) VALUES ($1, $2, $3, $4)");
sql!(
    INSERT_INDICATOR,
    "INSERT INTO evaluation_indicator (scheme_id, edition, seq, object, text) VALUES ($1, $2, $3, $4, $5)"
);
sql!(
    FORM,
    "SELECT f.scheme_id, f.edition, f.closes_on, f.opened_by,
            (SELECT COUNT(*) FROM v_classes_learner l WHERE l.class_id = f.class_id) AS learners,
            (SELECT COUNT(*) FROM evaluation_reply r WHERE r.class_id = f.class_id) AS replies
     FROM evaluation_form f WHERE f.class_id = $1"
);
sql!(
    INSERT_FORM,
    "INSERT INTO evaluation_form (class_id, scheme_id, edition, closes_on, opened_by, opened_at) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(INSERT_BLOCK, "INSERT INTO evaluation_block (class_id, seq, lecturer_id, topic) VALUES ($1, $2, $3, $4)");
sql!(
    BLOCKS,
    "SELECT b.lecturer_id, a.name, b.topic FROM evaluation_block b JOIN account a ON a.id = b.lecturer_id
     WHERE b.class_id = $1 ORDER BY b.seq"
);
sql!(
    OWN,
    "SELECT f.class_id, l.number, l.year, l.starts_on, l.ends_on, f.closes_on, f.edition, f.scheme_id, r.person_id AS replied
     FROM evaluation_form f
     JOIN v_classes_learner l ON l.class_id = f.class_id AND l.person_id = $1
     LEFT JOIN evaluation_reply r ON r.class_id = f.class_id AND r.person_id = $1
     WHERE f.scheme_id = $2 ORDER BY f.closes_on DESC, f.class_id"
);
sql!(LOCK_FORM, "UPDATE evaluation_form SET edition = edition WHERE class_id = $1");
sql!(INSERT_REPLY, "INSERT INTO evaluation_reply (class_id, person_id) VALUES ($1, $2)");
sql!(BALLOTS, "SELECT scores, is_void FROM evaluation_ballot WHERE class_id = $1 ORDER BY id");
sql!(UNMIXED_BALLOTS, "SELECT scores, is_void FROM evaluation_ballot WHERE class_id = $1 AND NOT is_mixed ORDER BY id");
sql!(DELETE_UNMIXED_BALLOTS, "DELETE FROM evaluation_ballot WHERE class_id = $1 AND NOT is_mixed");
sql!(
    INSERT_BALLOT,
    "INSERT INTO evaluation_ballot (id, class_id, scores, is_void, is_mixed) VALUES ($1, $2, $3, $4, $5)"
);
sql!(REMARKS, "SELECT text FROM evaluation_remark WHERE class_id = $1 ORDER BY id");
sql!(UNMIXED_REMARKS, "SELECT text FROM evaluation_remark WHERE class_id = $1 AND NOT is_mixed ORDER BY id");
sql!(DELETE_UNMIXED_REMARKS, "DELETE FROM evaluation_remark WHERE class_id = $1 AND NOT is_mixed");
sql!(INSERT_REMARK, "INSERT INTO evaluation_remark (id, class_id, text, is_mixed) VALUES ($1, $2, $3, $4)");
sql!(
    TAUGHT_BY,
    "SELECT b.class_id, f.edition, b.seq, b.topic, c.number, c.year, c.ends_on,
            (SELECT COUNT(*) FROM evaluation_block o WHERE o.class_id = b.class_id) AS blocks
     FROM evaluation_block b JOIN evaluation_form f ON f.class_id = b.class_id JOIN class c ON c.id = b.class_id
     WHERE b.lecturer_id = $1 AND f.scheme_id = $2 AND f.closes_on < $3
     ORDER BY c.ends_on DESC, c.number DESC, b.class_id, b.seq"
);
sql!(
    BALLOTS_FOR,
    "SELECT v.class_id, v.scores FROM evaluation_ballot v
     WHERE NOT v.is_void AND v.class_id IN (SELECT b.class_id FROM evaluation_block b WHERE b.lecturer_id = $1) ORDER BY v.class_id, v.id"
);

/// The newest edition of the indicators of a scheme.
pub(super) async fn newest(conn: &mut Conn, scheme: SchemeId) -> Result<Option<Edition>, StoreError> {
    conn.opt(&NEWEST, &[&scheme]).await
}

/// How many forms an edition was opened with.
pub(super) async fn uses(conn: &mut Conn, scheme: SchemeId, edition: i64) -> Result<i64, StoreError> {
    let (uses,): (i64,) = conn.one(&USES, &[&scheme, &edition]).await?;
    Ok(uses)
}

/// The indicators of an edition in their order.
pub(super) async fn indicators(conn: &mut Conn, scheme: SchemeId, edition: i64) -> Result<Vec<Indicator>, StoreError> {
    let rows: Vec<(String, String)> = conn.all(&INDICATORS, &[&scheme, &edition]).await?;
    Ok(rows.into_iter().filter_map(|(code, text)| Some(Indicator { object: Object::of(&code)?, text })).collect())
}

/// Writes an edition.
pub(super) async fn insert_indicators(
    tx: &mut Tx,
    scheme: SchemeId,
    edition: i64,
    by: Option<&str>,
    indicators: &[Indicator],
) -> Result<(), StoreError> {
    let (saved_by, saved_at) = (by.map(str::to_owned), by.map(|_| tx.now()));
    tx.exec(&INSERT_SET, &[&scheme, &edition, &saved_by, &saved_at]).await?;
    for (seq, indicator) in (1_i64..).zip(indicators) {
        let values: &[&dyn ::store::Bind] = &[&scheme, &edition, &seq, &indicator.object.code(), &indicator.text];
        tx.exec(&INSERT_INDICATOR, values).await?;
    }
    Ok(())
}

/// The form of a class, when it was opened.
pub(super) async fn form(conn: &mut Conn, class: ClassId) -> Result<Option<Form>, StoreError> {
    conn.opt(&FORM, &[&class]).await
}

/// The topics of a form in their order.
pub(super) async fn blocks(conn: &mut Conn, class: ClassId) -> Result<Vec<Block>, StoreError> {
    let rows: Vec<(AccountId, String, String)> = conn.all(&BLOCKS, &[&class]).await?;
    Ok(rows.into_iter().map(|(lecturer, name, topic)| Block { lecturer, name, topic }).collect())
}

/// The forms of the classes of a person, the newest first.
pub(super) async fn own(conn: &mut Conn, person: PersonId, scheme: SchemeId) -> Result<Vec<Own>, StoreError> {
    conn.all(&OWN, &[&person, &scheme]).await
}

/// Every form that was given back: its scores, and whether it is void.
pub(super) async fn ballots(conn: &mut Conn, class: ClassId) -> Result<Vec<(Vec<Option<i64>>, bool)>, StoreError> {
    let rows: Vec<(String, bool)> = conn.all(&BALLOTS, &[&class]).await?;
    Ok(rows.into_iter().map(|(text, void)| (scores(&text), void)).collect())
}

/// What learners of a class wrote freely, in an order that says nothing.
pub(super) async fn remarks(conn: &mut Conn, class: ClassId) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = conn.all(&REMARKS, &[&class]).await?;
    Ok(rows.into_iter().map(|(text,)| text).collect())
}

/// What a lecturer taught in classes whose forms were closed before a day, the newest first.
pub(super) async fn taught_by(
    conn: &mut Conn,
    lecturer: AccountId,
    scheme: SchemeId,
    today: NaiveDate,
) -> Result<Vec<Taught>, StoreError> {
    conn.all(&TAUGHT_BY, &[&lecturer, &scheme, &today]).await
}

/// The valid forms of every class in which a lecturer taught.
pub(super) async fn ballots_for(
    conn: &mut Conn,
    lecturer: AccountId,
) -> Result<Vec<(ClassId, Vec<Option<i64>>)>, StoreError> {
    let rows: Vec<(ClassId, String)> = conn.all(&BALLOTS_FOR, &[&lecturer]).await?;
    Ok(rows.into_iter().map(|(class, text)| (class, scores(&text))).collect())
}

fn scores(text: &str) -> Vec<Option<i64>> {
    serde_json::from_str(text).unwrap_or_default()
}

// who answered for one class under both records has one reply: the other stays with the record that goes
sql!(
    REPLIES_FOLLOW,
    "UPDATE evaluation_reply SET person_id = $1 WHERE person_id = $2
     AND class_id NOT IN (SELECT x.class_id FROM evaluation_reply x WHERE x.person_id = $1)"
);
::store::inventory::submit! {
    people::registry::record::FollowsPeople { clash: None, moves: &[&REPLIES_FOLLOW] }
}
