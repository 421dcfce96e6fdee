//! SQL of materials; nobody else writes these tables.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, Utc};
use kernel::{
    AccountId, MaterialId, ProgrammeId, SchemeId,
    text::{Query, phrase_key, text_key},
};

use super::{actions::TopicRef, model::Verdict};

/// A material with its newest version, as lists show it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct MaterialLine {
    /// Its id.
    pub id: MaterialId,
    /// Title.
    pub title: String,
    /// Code of its kind.
    pub kind: String,
    /// Who wrote it.
    pub author_name: String,
    /// Number of its newest version.
    pub number: i64,
    /// Code of the file's kind, or `link`.
    pub format: String,
    /// Bytes; 0 for a link.
    pub size: i64,
    /// When the newest version came.
    pub at: DateTime<Utc>,
    /// SHA-256 of the newest version; none for a link.
    pub sha256: Option<String>,
    /// Last decision on the newest version.
    pub verdict: Option<Verdict>,
    /// Topics that it serves.
    pub topics: i64,
    /// How near it is to what was looked for: 0 in the title, 1 in these words, 2 in other order.
    pub near: i64,
}

/// A material as its page shows it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Material {
    pub id: MaterialId,
    pub scheme_id: SchemeId,
    pub title: String,
    pub kind: String,
    pub source: String,
    pub licence: String,
    pub author_id: AccountId,
    pub author_name: String,
    pub edition: i64,
    pub changed_by: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
}

/// A version.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Version {
    pub number: i64,
    pub format: String,
    pub file_name: String,
    pub sha256: Option<String>,
    pub size: i64,
    pub address: Option<String>,
    pub note: String,
    pub by_id: AccountId,
    pub by_name: String,
    pub at: DateTime<Utc>,
    pub verdict: Option<Verdict>,
}

/// What a colleague said.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Review {
    pub number: i64,
    pub verdict: Verdict,
    pub body: String,
    pub by_name: String,
    pub at: DateTime<Utc>,
}

/// A topic of the newest version of its programme.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Topic {
    pub programme_id: ProgrammeId,
    pub programme_code: String,
    pub programme_name: String,
    pub number: i64,
    pub topic_code: String,
    pub title: String,
}

/// A material of a topic in its newest version.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Taught {
    pub topic_code: String,
    pub id: MaterialId,
    pub title: String,
    pub format: String,
    pub sha256: Option<String>,
    pub address: Option<String>,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Text {
    pub outcome: String,
    pub body: String,
}

sql!(
    LIST,
    "SELECT id, title, kind, author_name, number, format, size, at, sha256, verdict, topics, near FROM (
       SELECT m.id, m.title, m.kind, m.author_name, v.number, v.format, v.size, v.at, v.sha256,
              (SELECT r.verdict FROM material_review r
               WHERE r.material_id = m.id AND r.number = v.number AND r.verdict <> 'comment'
               ORDER BY r.at DESC, r.id DESC LIMIT 1) AS verdict,
              (SELECT COUNT(*) FROM material_topic x WHERE x.material_id = m.id) AS topics,
              CAST(CASE WHEN $4 = '' THEN 0 WHEN f.head_key LIKE $4 THEN 0 WHEN f.body_key LIKE $4 THEN 1 ELSE 2 END AS BIGINT) AS near
       FROM material_find f
       JOIN material m ON m.id = f.material_id
       JOIN material_version v ON v.material_id = m.id
        AND v.number = (SELECT MAX(y.number) FROM material_version y WHERE y.material_id = m.id)
       WHERE f.scheme_id = $1 AND ($2 = '' OR f.words_key LIKE $2 OR f.words_key LIKE $3) AND ($5 = '' OR m.kind = $5)
         AND (CAST($11 AS UUID) IS NULL OR EXISTS (SELECT 1 FROM material_topic x
                                                  WHERE x.material_id = m.id AND x.programme_id = $11 AND x.topic_code = $12))
     ) found
     WHERE ($6 = '' OR COALESCE(verdict, 'comment') = $6)
       AND (near > $7 OR (near = $7 AND (at < $8 OR (at = $8 AND id > $9))))
     ORDER BY near, at DESC, id LIMIT $10"
);
sql!(
    ONE,
    "SELECT m.id, m.scheme_id, m.title, m.kind, m.source, m.licence, m.author_id, m.author_name, m.edition, m.changed_by,
            m.changed_at
     FROM material m WHERE m.id = $1 AND m.scheme_id = $2"
);
sql!(LOCK, "UPDATE material SET edition = edition WHERE id = $1");
sql!(
    VERSIONS,
    "SELECT v.number, v.format, v.file_name, v.sha256, v.size, v.address, v.note, v.by_id, v.by_name, v.at,
            (SELECT r.verdict FROM material_review r
             WHERE r.material_id = v.material_id AND r.number = v.number AND r.verdict <> 'comment'
             ORDER BY r.at DESC, r.id DESC LIMIT 1) AS verdict
     FROM material_version v WHERE v.material_id = $1 ORDER BY v.number DESC"
);
sql!(
    REVIEWS,
    "SELECT number, verdict, body, by_name, at FROM material_review WHERE material_id = $1 ORDER BY at DESC, id DESC"
);
sql!(
    SERVED,
    "SELECT p.id AS programme_id, p.code AS programme_code, p.name AS programme_name, v.number, t.code AS topic_code, t.title
     FROM material_topic x
     JOIN programme p ON p.id = x.programme_id
     JOIN programme_version v ON v.programme_id = p.id
     JOIN topic t ON t.version_id = v.id AND t.code = x.topic_code
     WHERE x.material_id = $1
       AND v.number = (SELECT MAX(y.number) FROM programme_version y
                       JOIN topic z ON z.version_id = y.id AND z.code = x.topic_code WHERE y.programme_id = p.id)
     ORDER BY p.place, p.code, t.seq"
);
sql!(
    TOPICS,
    "SELECT p.id AS programme_id, p.code AS programme_code, p.name AS programme_name, v.number, t.code AS topic_code, t.title
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
      AND v.number = (SELECT MAX(x.number) FROM programme_version x WHERE x.programme_id = p.id)
     JOIN topic t ON t.version_id = v.id
     WHERE p.scheme_id = $1 ORDER BY p.place, p.code, t.seq"
);
sql!(
    OF_PROGRAMME,
    "SELECT x.topic_code, m.id, m.title, v.format, v.sha256, v.address
     FROM material_topic x
     JOIN material m ON m.id = x.material_id
     JOIN material_version v ON v.material_id = m.id
      AND v.number = (SELECT MAX(y.number) FROM material_version y WHERE y.material_id = m.id)
     WHERE x.programme_id = $1 ORDER BY x.topic_code, m.created_at, m.id"
);
sql!(TEXT, "SELECT outcome, body FROM material_text WHERE sha256 = $1");
sql!(BEGINNINGS, "SELECT SUBSTR(body, 1, 200000) FROM material_text WHERE sha256 = $1");
sql!(
    SAME_FILE,
    "SELECT m.id, m.title FROM material m JOIN material_version v ON v.material_id = m.id
     WHERE m.scheme_id = $1 AND v.sha256 = $2 ORDER BY m.created_at, m.id LIMIT 1"
);
sql!(OF_FILE, "SELECT DISTINCT material_id FROM material_version WHERE sha256 = $1 ORDER BY material_id");
sql!(
    INSERT_MATERIAL,
    "INSERT INTO material (id, scheme_id, title, kind, source, licence, author_id, author_name, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);
sql!(
    UPDATE_MATERIAL,
    "UPDATE material SET title = $2, kind = $3, source = $4, licence = $5, edition = edition + 1, changed_by = $6, changed_at = $7
     WHERE id = $1"
);
sql!(
    INSERT_VERSION,
    "INSERT INTO material_version (material_id, number, format, file_name, sha256, size, address, note, by_id, by_name, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
sql!(
    INSERT_REVIEW,
    "INSERT INTO material_review (id, material_id, number, verdict, body, by_id, by_name, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
sql!(
    INSERT_TOPIC,
    "INSERT INTO material_topic (material_id, programme_id, topic_code, added_by, added_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (material_id, programme_id, topic_code) DO NOTHING"
);
sql!(DELETE_TOPIC, "DELETE FROM material_topic WHERE material_id = $1 AND programme_id = $2 AND topic_code = $3");
sql!(
    INSERT_TEXT,
    "INSERT INTO material_text (sha256, outcome, body, read_at) VALUES ($1, $2, $3, $4) ON CONFLICT (sha256) DO NOTHING"
);
sql!(
    INSERT_REFERENCE,
    "INSERT INTO material_reference (sha256, number_key, number) VALUES ($1, $2, $3) ON CONFLICT (sha256, number_key) DO NOTHING"
);
sql!(FORGET, "DELETE FROM material_find WHERE material_id = $1");
sql!(
    FOUND_BY,
    "SELECT m.scheme_id, m.title, m.author_name, m.source, v.file_name, COALESCE(v.address, '') AS address, COALESCE(t.body, '') AS body
     FROM material m
     JOIN material_version v ON v.material_id = m.id
      AND v.number = (SELECT MAX(y.number) FROM material_version y WHERE y.material_id = m.id)
     LEFT JOIN material_text t ON t.sha256 = v.sha256
     WHERE m.id = $1"
);
sql!(
    INSERT_FIND,
    "INSERT INTO material_find (material_id, scheme_id, head_key, words_key, body_key) VALUES ($1, $2, $3, $4, $5)"
);

/// What somebody asks of the list.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'a> {
    pub query: Query,
    pub kind: &'a str,
    pub verdict: &'a str,
    /// Nearness, moment and id of the last line that was shown.
    pub after: Option<(i64, DateTime<Utc>, MaterialId)>,
    /// Only what serves a topic.
    pub topic: Option<TopicRef>,
}

/// Materials of a scheme, the nearest first, then the newest.
pub(super) async fn list(
    conn: &mut Conn,
    scheme: SchemeId,
    wanted: &Wanted<'_>,
    most: i64,
) -> Result<Vec<MaterialLine>, StoreError> {
    let [shorter, longer] = wanted.query.distinct().name_patterns();
    let phrase = wanted.query.phrase_pattern();
    let (near, at, id) = match wanted.after {
        Some((near, at, id)) => (near, at, Some(id)),
        None => (-1, DateTime::<Utc>::UNIX_EPOCH, None),
    };
    let programme = wanted.topic.as_ref().map(|t| t.programme);
    let code = wanted.topic.as_ref().map(|t| t.code.clone()).unwrap_or_default();
    let (kind, verdict) = (wanted.kind.to_owned(), wanted.verdict.to_owned());
    let values: &[&dyn ::store::Bind] =
        &[&scheme, &shorter, &longer, &phrase, &kind, &verdict, &near, &at, &id, &most, &programme, &code];
    conn.all(&LIST, values).await
}

/// A material of a scheme.
pub(super) async fn one(conn: &mut Conn, scheme: SchemeId, id: MaterialId) -> Result<Option<Material>, StoreError> {
    conn.opt(&ONE, &[&id, &scheme]).await
}

/// The same, held against whoever else changes it until the transaction ends.
pub(super) async fn hold(tx: &mut Tx, scheme: SchemeId, id: MaterialId) -> Result<Option<Material>, StoreError> {
    tx.exec(&LOCK, &[&id]).await?;
    one(tx, scheme, id).await
}

/// Its versions, the newest first.
pub(super) async fn versions(conn: &mut Conn, id: MaterialId) -> Result<Vec<Version>, StoreError> {
    conn.all(&VERSIONS, &[&id]).await
}

/// What was said of it, the newest first.
pub(super) async fn reviews(conn: &mut Conn, id: MaterialId) -> Result<Vec<Review>, StoreError> {
    conn.all(&REVIEWS, &[&id]).await
}

/// Topics that it serves, each in the newest version that has it.
pub(super) async fn served(conn: &mut Conn, id: MaterialId) -> Result<Vec<Topic>, StoreError> {
    conn.all(&SERVED, &[&id]).await
}

/// The materials of a programme's topics in their newest versions.
pub(super) async fn of_programme(conn: &mut Conn, programme: ProgrammeId) -> Result<Vec<Taught>, StoreError> {
    conn.all(&OF_PROGRAMME, &[&programme]).await
}

/// Topics that a material can serve.
pub(super) async fn topics(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<Topic>, StoreError> {
    conn.all(&TOPICS, &[&scheme]).await
}

/// Topics that a material can serve, in their order.
///
/// # Errors
/// The database's failure.
pub async fn open_topics(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<TopicRef>, StoreError> {
    let topics = topics(conn, scheme).await?;
    Ok(topics.into_iter().map(|t| TopicRef { programme: t.programme_id, code: t.topic_code }).collect())
}

/// What was found in a file; none while it was not read.
pub(super) async fn text(conn: &mut Conn, sha256: &str) -> Result<Option<Text>, StoreError> {
    conn.opt(&TEXT, &[&sha256]).await
}

/// The beginning of the text of a file.
pub(super) async fn beginning(conn: &mut Conn, sha256: &str) -> Result<String, StoreError> {
    let row: Option<(String,)> = conn.opt(&BEGINNINGS, &[&sha256]).await?;
    Ok(row.map(|(body,)| body).unwrap_or_default())
}

/// A material of a scheme that has this very file, in any version.
pub(super) async fn same_file(
    conn: &mut Conn,
    scheme: SchemeId,
    sha256: &str,
) -> Result<Option<(MaterialId, String)>, StoreError> {
    conn.opt(&SAME_FILE, &[&scheme, &sha256]).await
}

/// Materials that use a file.
pub(super) async fn of_file(conn: &mut Conn, sha256: &str) -> Result<Vec<MaterialId>, StoreError> {
    let rows: Vec<(MaterialId,)> = conn.all(&OF_FILE, &[&sha256]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[derive(sqlx::FromRow)]
struct FoundBy {
    scheme_id: SchemeId,
    title: String,
    author_name: String,
    source: String,
    file_name: String,
    address: String,
    body: String,
}

/// Makes the keys of a material anew from what it is now.
pub(super) async fn renew_keys(tx: &mut Tx, id: MaterialId) -> Result<(), StoreError> {
    let Some(m) = tx.opt::<FoundBy>(&FOUND_BY, &[&id]).await? else { return Ok(()) };
    let words = text_key(&[&m.title, &m.author_name, &m.source, &m.file_name, &m.address, &m.body]);
    tx.exec(&FORGET, &[&id]).await?;
    tx.exec(&INSERT_FIND, &[&id, &m.scheme_id, &phrase_key(&m.title), &words, &phrase_key(&m.body)]).await?;
    Ok(())
}
