//! SQL of the curriculum; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, Utc};
use kernel::{AccountId, Actor, ObjectiveId, PositionId, ProgrammeId, ProgrammeVersionId, SchemeId, TopicId};

use super::model::{StepFact, VersionState};

/// A programme with one of its versions.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ProgrammeLine {
    /// Its id.
    pub id: ProgrammeId,
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Audience that it serves; none for the elective pool.
    pub audience_code: Option<String>,
    /// Whether it is the pool of electives.
    pub is_elective_pool: bool,
    /// The version.
    pub version_id: ProgrammeVersionId,
    /// Its number.
    pub number: i64,
    /// Where it stands.
    pub state: VersionState,
    /// Decision that approved it.
    pub decision_number: Option<String>,
    /// Topics.
    pub topics: i64,
    /// Periods of theory.
    pub theory: i64,
    /// Other periods.
    pub other: i64,
    /// Number of the programme's version that classes are taught after now.
    pub in_force: Option<i64>,
}

/// A topic of a version.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct TopicLine {
    pub id: TopicId,
    pub seq: i64,
    pub day: Option<i64>,
    pub code: String,
    pub title: String,
    pub kind: String,
    pub periods: i64,
    pub method: String,
    pub lecturer_type: String,
    pub delivery: String,
    pub assessment: String,
    /// What is needed, one thing a line.
    pub materials: String,
    pub is_elective: bool,
    pub source_status: String,
    pub source: String,
    /// Counts the times it was saved; a form that was made from an older edition is overtaken.
    pub edition: i64,
    pub changed_by: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
}

/// A document of the register on which topics rely.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LegalName {
    /// Its place in the register.
    pub place: i64,
    /// Its number, or its title when it has none.
    pub name: String,
    /// Its title.
    pub title: String,
}

impl LegalName {
    fn of((place, number, title): (i64, String, String)) -> Self {
        let name = if number.is_empty() { title.clone() } else { number };
        Self { place, name, title }
    }
}

/// A topic with what it is linked to, each in a fixed order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Topic {
    pub line: TopicLine,
    pub lecturers: Vec<(AccountId, String)>,
    pub documents: Vec<LegalName>,
    pub positions: Vec<(PositionId, String)>,
}

impl std::ops::Deref for Topic {
    type Target = TopicLine;
    fn deref(&self) -> &TopicLine {
        &self.line
    }
}

impl Topic {
    /// What is needed, thing by thing.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        self.line.materials.lines()
    }

    /// Numbers of the documents.
    pub fn document_names(&self) -> String {
        joined(self.documents.iter().map(|d| d.name.as_str()))
    }

    /// Names of the lecturers.
    pub fn lecturer_names(&self) -> String {
        joined(self.lecturers.iter().map(|(_, name)| name.as_str()))
    }

    /// Titles of the posts.
    pub fn position_titles(&self) -> String {
        joined(self.positions.iter().map(|(_, title)| title.as_str()))
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join("; ")
}

/// An objective of a version.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct Objective {
    pub id: ObjectiveId,
    pub seq: i64,
    pub audience_code: Option<String>,
    pub text: String,
    pub edition: i64,
    pub changed_by: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
}

/// A move of a version.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct MoveLine {
    pub to_state: VersionState,
    pub by_name: String,
    pub at: DateTime<Utc>,
    pub note: String,
}

sql!(
    PROGRAMMES,
    "SELECT p.id, p.code, p.name, p.audience_code, p.is_elective_pool, v.id AS version_id, v.number, v.state, v.decision_number,
            COUNT(t.id) AS topics,
            CAST(COALESCE(SUM(CASE WHEN t.kind = 'theory' THEN t.periods ELSE 0 END), 0) AS BIGINT) AS theory,
            CAST(COALESCE(SUM(CASE WHEN t.kind = 'theory' THEN 0 ELSE t.periods END), 0) AS BIGINT) AS other,
            (SELECT MAX(f.number) FROM programme_version f WHERE f.programme_id = p.id AND f.state = 'in_force') AS in_force
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
      AND v.number = (SELECT MAX(x.number) FROM programme_version x WHERE x.programme_id = p.id)
     LEFT JOIN topic t ON t.version_id = v.id
     WHERE p.scheme_id = $1
     GROUP BY p.id, p.code, p.name, p.audience_code, p.is_elective_pool, p.place, v.id, v.number, v.state, v.decision_number
     ORDER BY p.place, p.code"
);
sql!(
    AUTHORITATIVE,
    "SELECT p.id, p.code, p.name, p.audience_code, p.is_elective_pool, v.id AS version_id, v.number, v.state, v.decision_number,
            COUNT(t.id) AS topics,
            CAST(COALESCE(SUM(CASE WHEN t.kind = 'theory' THEN t.periods ELSE 0 END), 0) AS BIGINT) AS theory,
            CAST(COALESCE(SUM(CASE WHEN t.kind = 'theory' THEN 0 ELSE t.periods END), 0) AS BIGINT) AS other,
            (SELECT MAX(f.number) FROM programme_version f WHERE f.programme_id = p.id AND f.state = 'in_force') AS in_force
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
      AND v.number = COALESCE((SELECT MAX(y.number) FROM programme_version y WHERE y.programme_id = p.id AND y.state = 'in_force'),
                           (SELECT MAX(x.number) FROM programme_version x WHERE x.programme_id = p.id))
     LEFT JOIN topic t ON t.version_id = v.id
     WHERE p.scheme_id = $1
     GROUP BY p.id, p.code, p.name, p.audience_code, p.is_elective_pool, p.place, v.id, v.number, v.state, v.decision_number
     ORDER BY p.place, p.code"
);
sql!(
    VERSIONS,
    "SELECT p.id, p.code, p.name, p.audience_code, p.is_elective_pool, v.id AS version_id, v.number, v.state, v.decision_number,
            COUNT(t.id) AS topics,
            CAST(COALESCE(SUM(CASE WHEN t.kind = 'theory' THEN t.periods ELSE 0 END), 0) AS BIGINT) AS theory,
            CAST(COALESCE(SUM(CASE WHEN t.kind = 'theory' THEN 0 ELSE t.periods END), 0) AS BIGINT) AS other,
            (SELECT MAX(f.number) FROM programme_version f WHERE f.programme_id = p.id AND f.state = 'in_force') AS in_force
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
     LEFT JOIN topic t ON t.version_id = v.id
     JOIN scheme s ON s.id = p.scheme_id
     WHERE p.id = $1 AND s.province_id = $2
     GROUP BY p.id, p.code, p.name, p.audience_code, p.is_elective_pool, v.id, v.number, v.state, v.decision_number
     ORDER BY v.number DESC"
);
sql!(
    TOPICS,
    "SELECT id, seq, day, code, title, kind, periods, method, lecturer_type, delivery, assessment, materials, is_elective,
            source_status, source, edition, changed_by, changed_at
     FROM topic WHERE version_id = $1 ORDER BY seq"
);
sql!(
    STEPS,
    "SELECT v.programme_id, v.created_at, m.from_state, m.to_state, m.at
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
     LEFT JOIN programme_version_move m ON m.version_id = v.id
     WHERE p.scheme_id = $1 AND NOT p.is_elective_pool ORDER BY v.programme_id, v.number, m.seq"
);
sql!(LOCK_PROGRAMME, "UPDATE programme SET place = place WHERE id = $1");
sql!(
    UPDATE_TOPIC,
    "UPDATE topic SET title = $3, kind = $4, periods = $5, day = $6, method = $7, lecturer_type = $8, delivery = $9,
            assessment = $10, materials = $11, is_elective = $12, edition = edition + 1, changed_by = $13, changed_at = $14
     WHERE id = $1 AND version_id = $2"
);
sql!(
    TOPIC_LECTURERS,
    "SELECT l.topic_id, a.id, a.name FROM topic_lecturer l JOIN topic t ON t.id = l.topic_id JOIN account a ON a.id = l.account_id
     WHERE t.version_id = $1 ORDER BY a.username"
);
sql!(
    TOPIC_DOCUMENTS,
    "SELECT l.topic_id, d.place, d.number, d.title FROM topic_legal l JOIN topic t ON t.id = l.topic_id
     JOIN legal_document d ON d.place = l.document_place WHERE t.version_id = $1 ORDER BY d.place"
);
sql!(
    TOPIC_POSITIONS,
    "SELECT l.topic_id, p.id, p.title FROM topic_position l JOIN topic t ON t.id = l.topic_id JOIN position p ON p.id = l.position_id
     WHERE t.version_id = $1 ORDER BY p.place, p.code"
);
sql!(INSERT_LECTURER, "INSERT INTO topic_lecturer (topic_id, account_id) VALUES ($1, $2)");
sql!(INSERT_DOCUMENT, "INSERT INTO topic_legal (topic_id, document_place) VALUES ($1, $2)");
sql!(INSERT_POSITION, "INSERT INTO topic_position (topic_id, position_id) VALUES ($1, $2)");
sql!(DELETE_LECTURERS, "DELETE FROM topic_lecturer WHERE topic_id = $1");
sql!(DELETE_DOCUMENTS, "DELETE FROM topic_legal WHERE topic_id = $1");
sql!(DELETE_POSITIONS, "DELETE FROM topic_position WHERE topic_id = $1");
sql!(
    ALL_DOCUMENTS,
    "SELECT d.place, d.number, d.title FROM legal_document d JOIN scheme s ON s.id = d.scheme_id
     WHERE s.province_id = $1 ORDER BY d.place"
);
sql!(
    ALL_POSITIONS,
    "SELECT p.id, p.code, p.title, p.bloc FROM position p
     WHERE p.office_code IS NULL
        OR EXISTS (SELECT 1 FROM office o JOIN v_organisation_commune k ON k.commune_id = o.commune_id
                   WHERE o.kind_code = p.office_code AND k.province_id = $1)
     ORDER BY p.place, p.code"
);
sql!(
    OBJECTIVES,
    "SELECT id, seq, audience_code, text, edition, changed_by, changed_at FROM objective WHERE version_id = $1 ORDER BY seq"
);
sql!(INSERT_OBJECTIVE, "INSERT INTO objective (id, version_id, seq, audience_code, text) VALUES ($1, $2, $3, $4, $5)");
sql!(
    UPDATE_OBJECTIVE,
    "UPDATE objective SET audience_code = $3, text = $4, edition = edition + 1, changed_by = $5, changed_at = $6
     WHERE id = $1 AND version_id = $2"
);
sql!(DELETE_OBJECTIVE, "DELETE FROM objective WHERE id = $1 AND version_id = $2");
sql!(
    INSERT_AUTHOR,
    "INSERT INTO version_author (version_id, account_id, since) VALUES ($1, $2, $3) ON CONFLICT (version_id, account_id) DO NOTHING"
);
sql!(
    AUTHORS,
    "SELECT a.id, a.name FROM version_author v JOIN account a ON a.id = v.account_id WHERE v.version_id = $1 ORDER BY v.since, a.username"
);
sql!(DELETE_TOPIC, "DELETE FROM topic WHERE id = $1 AND version_id = $2");
sql!(SET_SEQ, "UPDATE topic SET seq = $3 WHERE id = $1 AND version_id = $2");
sql!(MOVES, "SELECT to_state, by_name, at, note FROM programme_version_move WHERE version_id = $1 ORDER BY seq");
sql!(
    INSERT_PROGRAMME,
    "INSERT INTO programme (id, scheme_id, code, name, audience_code, is_elective_pool, place)
     VALUES ($1, $2, $3, $4, $5, $6, (SELECT COUNT(*) + 1 FROM programme WHERE scheme_id = $2))"
);
sql!(
    INSERT_VERSION,
    "INSERT INTO programme_version (id, programme_id, number, state, created_at) VALUES ($1, $2, $3, $4, $5)"
);
sql!(
    INSERT_TOPIC,
    "INSERT INTO topic (id, version_id, seq, day, code, title, kind, periods, method, lecturer_type, delivery, assessment, materials,
                        is_elective, source_status, source)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
);
sql!(
    SET_STATE,
    "UPDATE programme_version SET state = $2, decision_number = COALESCE($3, decision_number) WHERE id = $1"
);
sql!(
    INSERT_MOVE,
    "INSERT INTO programme_version_move (version_id, seq, from_state, to_state, by_name, at, note)
     VALUES ($1, (SELECT COUNT(*) + 1 FROM programme_version_move WHERE version_id = $1), $2, $3, $4, $5, $6)"
);

/// Every programme of a scheme with its newest version, in their order.
///
/// # Errors
/// The database's failure.
pub async fn programmes(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<ProgrammeLine>, StoreError> {
    conn.all(&PROGRAMMES, &[&scheme]).await
}

/// Every programme of a scheme with the version in force, or the newest while there is none, in their order.
pub(super) async fn authoritative(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<ProgrammeLine>, StoreError> {
    conn.all(&AUTHORITATIVE, &[&scheme]).await
}

/// What became of every version of a scheme's programmes, by programme, version and move; the pool left out.
pub(super) async fn steps(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<StepFact>, StoreError> {
    conn.all(&STEPS, &[&scheme]).await
}

/// Every version of a programme of the actor's scheme, the newest first.
pub(crate) async fn versions(
    conn: &mut Conn,
    actor: &Actor,
    programme: ProgrammeId,
) -> Result<Vec<ProgrammeLine>, StoreError> {
    conn.all(&VERSIONS, &[&programme, &actor.province]).await
}

/// Topics of a version in their order, with what they are linked to.
pub(crate) async fn topics(conn: &mut Conn, version: ProgrammeVersionId) -> Result<Vec<Topic>, StoreError> {
    let lines: Vec<TopicLine> = conn.all(&TOPICS, &[&version]).await?;
    let lecturers: Vec<(TopicId, AccountId, String)> = conn.all(&TOPIC_LECTURERS, &[&version]).await?;
    let documents: Vec<(TopicId, i64, String, String)> = conn.all(&TOPIC_DOCUMENTS, &[&version]).await?;
    let positions: Vec<(TopicId, PositionId, String)> = conn.all(&TOPIC_POSITIONS, &[&version]).await?;
    let topic = |line: TopicLine| {
        let of = |topic: TopicId| topic == line.id;
        Topic {
            lecturers: lecturers.iter().filter(|l| of(l.0)).map(|l| (l.1, l.2.clone())).collect(),
            documents: documents
                .iter()
                .filter(|d| of(d.0))
                .map(|d| LegalName::of((d.1, d.2.clone(), d.3.clone())))
                .collect(),
            positions: positions.iter().filter(|p| of(p.0)).map(|p| (p.1, p.2.clone())).collect(),
            line,
        }
    };
    Ok(lines.into_iter().map(topic).collect())
}

/// A post that a topic can serve.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PostName {
    /// The post.
    pub id: PositionId,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its bloc.
    pub bloc: String,
}

/// The register of documents of the actor's scheme, in its order.
///
/// # Errors
/// The database's failure.
pub async fn documents(conn: &mut Conn, actor: &Actor) -> Result<Vec<LegalName>, StoreError> {
    let rows: Vec<(i64, String, String)> = conn.all(&ALL_DOCUMENTS, &[&actor.province]).await?;
    Ok(rows.into_iter().map(LegalName::of).collect())
}

/// The posts of the actor's province with their blocs, in their order: those of its offices, and those of no office.
///
/// # Errors
/// The database's failure.
pub async fn positions(conn: &mut Conn, actor: &Actor) -> Result<Vec<PostName>, StoreError> {
    conn.all(&ALL_POSITIONS, &[&actor.province]).await
}

/// Objectives of a version in their order.
pub(crate) async fn objectives(conn: &mut Conn, version: ProgrammeVersionId) -> Result<Vec<Objective>, StoreError> {
    conn.all(&OBJECTIVES, &[&version]).await
}

/// Who wrote a version, the first first.
pub(super) async fn authors(
    conn: &mut Conn,
    version: ProgrammeVersionId,
) -> Result<Vec<(AccountId, String)>, StoreError> {
    conn.all(&AUTHORS, &[&version]).await
}

sql!(
    TAUGHT,
    "SELECT id, code, COALESCE(day, 0) AS day, title, kind, periods, is_elective FROM topic WHERE version_id = $1 ORDER BY day NULLS LAST, seq"
);
sql!(
    POOL,
    "SELECT t.id, t.code, COALESCE(t.day, 0) AS day, t.title, t.kind, t.periods, t.is_elective
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
      AND v.number = (SELECT MAX(x.number) FROM programme_version x WHERE x.programme_id = p.id)
     JOIN topic t ON t.version_id = v.id
     WHERE p.scheme_id = $1 AND p.is_elective_pool ORDER BY p.place, p.code, t.seq"
);

/// A topic as a class is taught it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Taught {
    /// The topic.
    pub id: TopicId,
    /// Its code.
    pub code: String,
    /// Day of the class, from 1; 0 while it has none.
    pub day: i64,
    /// Title.
    pub title: String,
    /// Kind, one of [`super::KINDS`].
    pub kind: String,
    /// Periods.
    pub periods: i64,
    /// In a programme: a class may choose others of the pool instead. In the pool: yes.
    pub is_elective: bool,
}

/// What a version teaches, by day and place.
///
/// # Errors
/// The database's failure.
pub async fn taught(conn: &mut Conn, version: ProgrammeVersionId) -> Result<Vec<Taught>, StoreError> {
    conn.all(&TAUGHT, &[&version]).await
}

/// The topics of a scheme's pool of electives, in their order.
///
/// # Errors
/// The database's failure.
pub async fn pool(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<Taught>, StoreError> {
    conn.all(&POOL, &[&scheme]).await
}

/// Moves of a version, oldest first.
pub(super) async fn moves(conn: &mut Conn, version: ProgrammeVersionId) -> Result<Vec<MoveLine>, StoreError> {
    conn.all(&MOVES, &[&version]).await
}
