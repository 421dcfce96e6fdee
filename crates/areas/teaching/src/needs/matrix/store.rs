//! SQL of the matrix; nobody else writes these tables.

use std::collections::HashMap;

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, CompetenceId, ProgrammeId, SchemeId};

/// A competence of a scheme.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Competence {
    /// Its id.
    pub id: CompetenceId,
    /// Code, unique in the scheme.
    pub code: String,
    /// Name.
    pub name: String,
    /// One of [`super::super::model::FIELDS`].
    pub field: String,
    /// Where it comes from.
    pub source: String,
    /// Whether it is asked for no longer.
    pub is_closed: bool,
    /// Counts the times it was saved; a form that was made from an older edition is overtaken.
    pub edition: i64,
    /// Who saved it last; nobody since it was added.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<DateTime<Utc>>,
}

/// A post that somebody of the province holds.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct PostLine {
    /// Code of the post.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its bloc.
    pub bloc: String,
    /// Its level among posts.
    pub level: String,
    /// People who hold it.
    pub people: i64,
}

/// A topic as the matrix names it: by programme and code, with the words of its newest version.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct TopicName {
    /// The programme.
    pub programme_id: ProgrammeId,
    /// Code of the programme.
    pub programme_code: String,
    /// Name of the programme.
    pub programme: String,
    /// Code of the topic.
    pub code: String,
    /// Title in the newest version.
    pub title: String,
}

sql!(
    COMPETENCES,
    "SELECT id, code, name, field, source, is_closed, edition, changed_by, changed_at FROM competence
     WHERE scheme_id = $1 ORDER BY place, code"
);
sql!(LOCK_COMPETENCES, "UPDATE competence SET edition = edition WHERE scheme_id = $1");
sql!(
    INSERT_COMPETENCE,
    "INSERT INTO competence (id, scheme_id, code, name, field, source, place, is_closed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
sql!(
    UPDATE_COMPETENCE,
    "UPDATE competence SET code = $2, name = $3, field = $4, is_closed = $5, edition = edition + 1, changed_by = $6, changed_at = $7
     WHERE id = $1"
);
sql!(
    POSTS,
    "SELECT p.position_code, MIN(p.position_title) AS title, MIN(p.bloc) AS bloc, MIN(p.level) AS level, COUNT(*) AS people
     FROM v_registry_person p JOIN v_organisation_commune k ON k.commune_id = p.commune_id
     WHERE k.province_id = $1 AND (p.in_post_to IS NULL OR p.in_post_to >= $2)
     GROUP BY p.position_code"
);
sql!(
    POST_LEVELS,
    "SELECT l.position_code, l.competence_id, l.level FROM competence_post l JOIN competence c ON c.id = l.competence_id
     WHERE c.scheme_id = $1 ORDER BY l.position_code, l.competence_id"
);
sql!(
    TOPIC_LEVELS,
    "SELECT l.programme_code, l.topic_code, l.competence_id, l.level
     FROM competence_topic l JOIN competence c ON c.id = l.competence_id
     WHERE c.scheme_id = $1 ORDER BY l.programme_code, l.topic_code, l.competence_id"
);
sql!(
    TOPICS,
    "SELECT p.id AS programme_id, p.code AS programme_code, p.name AS programme, t.code, t.title
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
      AND v.number = (SELECT MAX(x.number) FROM programme_version x WHERE x.programme_id = p.id)
     JOIN topic t ON t.version_id = v.id
     WHERE p.scheme_id = $1 ORDER BY p.place, p.code, t.seq"
);
sql!(
    PUT_POST,
    "INSERT INTO competence_post (competence_id, position_code, level) VALUES ($1, $2, $3)
     ON CONFLICT (competence_id, position_code) DO UPDATE SET level = excluded.level"
);
sql!(DROP_POST, "DELETE FROM competence_post WHERE competence_id = $1 AND position_code = $2");
sql!(
    PUT_TOPIC,
    "INSERT INTO competence_topic (competence_id, programme_code, topic_code, level) VALUES ($1, $2, $3, $4)
     ON CONFLICT (competence_id, programme_code, topic_code) DO UPDATE SET level = excluded.level"
);
sql!(DROP_TOPIC, "DELETE FROM competence_topic WHERE competence_id = $1 AND programme_code = $2 AND topic_code = $3");

/// The competences of a scheme in their order, also those that are closed.
///
/// # Errors
/// The database's failure.
pub async fn competences(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<Competence>, StoreError> {
    conn.all(&COMPETENCES, &[&scheme]).await
}

/// The posts that people of the actor's province hold on a day, in the order of blocs, levels and titles.
///
/// # Errors
/// The database's failure.
pub async fn posts(conn: &mut Conn, actor: &Actor, on: NaiveDate) -> Result<Vec<PostLine>, StoreError> {
    let rows: Vec<(String, String, String, String, i64)> = conn.all(&POSTS, &[&actor.province, &on]).await?;
    let mut posts: Vec<PostLine> = rows
        .into_iter()
        .map(|(code, title, bloc, level, people)| PostLine { code, title, bloc, level, people })
        .collect();
    let place = |list: &[&str], code: &str| list.iter().position(|c| *c == code).unwrap_or(list.len());
    posts.sort_by_cached_key(|p| {
        let bloc = place(&people::registry::BLOCS, &p.bloc);
        (bloc, place(&people::registry::LEVELS, &p.level), kernel::text::fold(&p.title), p.code.clone())
    });
    Ok(posts)
}

/// Level by code of the post and competence.
pub type PostLevels = HashMap<(String, CompetenceId), i64>;
/// Level by code of the programme, code of the topic, and competence.
pub type TopicLevels = HashMap<(String, String, CompetenceId), i64>;

/// What posts ask for.
///
/// # Errors
/// The database's failure.
pub async fn post_levels(conn: &mut Conn, scheme: SchemeId) -> Result<PostLevels, StoreError> {
    let rows: Vec<(String, CompetenceId, i64)> = conn.all(&POST_LEVELS, &[&scheme]).await?;
    Ok(rows.into_iter().map(|(post, competence, level)| ((post, competence), level)).collect())
}

/// What topics build.
///
/// # Errors
/// The database's failure.
pub async fn topic_levels(conn: &mut Conn, scheme: SchemeId) -> Result<TopicLevels, StoreError> {
    let rows: Vec<(String, String, CompetenceId, i64)> = conn.all(&TOPIC_LEVELS, &[&scheme]).await?;
    Ok(rows.into_iter().map(|(programme, topic, competence, level)| ((programme, topic, competence), level)).collect())
}

/// The topics of every programme's newest version.
///
/// # Errors
/// The database's failure.
pub(in crate::needs) async fn topics(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<TopicName>, StoreError> {
    conn.all(&TOPICS, &[&scheme]).await
}
