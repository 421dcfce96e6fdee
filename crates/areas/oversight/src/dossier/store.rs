//! What records read; views and published tables only.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, CertificateId, ClassId, PersonId, SchemeId, UnitId};
use teaching::classes::{ClassState, NominationState, label};

/// A commune.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct CommuneRow {
    pub commune_id: UnitId,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub former_district: String,
    pub region: String,
    pub is_border: bool,
    pub population: Option<i64>,
    pub road_km: Option<i64>,
}

/// An office with its people and how many are trained.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct OfficeRow {
    pub office: Option<String>,
    pub people: i64,
    pub target: i64,
    pub trained: i64,
    pub target_trained: i64,
}

/// A class that has a quota for the commune.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct ClassRow {
    pub id: ClassId,
    pub year: i64,
    pub number: i64,
    pub audience: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub state: ClassState,
    pub seats: i64,
    pub nominated: i64,
    pub completed: i64,
}

impl ClassRow {
    /// `29/2026`.
    pub(super) fn label(&self) -> String {
        label(self.number, self.year)
    }
}

/// Somebody of a commune with where they stand.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct MemberRow {
    pub person_id: PersonId,
    pub full_name: String,
    pub position_title: String,
    pub office: Option<String>,
    pub trained_on: Option<NaiveDate>,
    pub nominated: bool,
    pub planned_on: Option<NaiveDate>,
}

/// Somebody's facts.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct PersonRow {
    pub person_id: PersonId,
    pub code: String,
    pub full_name: String,
    pub gender: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub ethnic: Option<String>,
    pub education: Option<String>,
    pub theory: Option<String>,
    pub management: Option<String>,
    pub generated: bool,
    pub bloc: String,
    pub level: String,
    pub position_title: String,
    pub office: Option<String>,
    pub commune: String,
    pub commune_code: String,
    pub commune_kind: String,
    pub audience: Option<String>,
    pub planned_on: Option<NaiveDate>,
}

/// A post that somebody held.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct PostRow {
    pub position_title: String,
    pub office: Option<String>,
    pub commune: String,
    pub commune_kind: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    /// Decided, and begins on a day to come.
    pub ahead: bool,
}

/// A class in somebody's record.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct TrainingRow {
    pub id: ClassId,
    pub year: i64,
    pub number: i64,
    pub programme: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub state: NominationState,
    pub class_state: ClassState,
    pub present: i64,
    pub marked: i64,
    pub hundredths: Option<i64>,
    pub band: Option<String>,
    pub reasons: Option<String>,
    pub decision_number: Option<String>,
    pub signed_on: Option<NaiveDate>,
    pub note: String,
    pub certificate_id: Option<CertificateId>,
    pub register: Option<i64>,
    pub register_year: Option<i64>,
    pub issued_at: Option<DateTime<Utc>>,
    pub verify_code: Option<String>,
}

impl TrainingRow {
    /// `29/2026`.
    pub(super) fn label(&self) -> String {
        label(self.number, self.year)
    }
}

sql!(
    COMMUNE,
    "SELECT commune_id, code, name, kind, former_district, region, is_border, population, road_km FROM v_organisation_commune
     WHERE code = $1 AND province_id = $3 AND (CAST($2 AS UUID) IS NULL OR commune_id = $2)"
);
sql!(
    OFFICES,
    "SELECT x.office, COUNT(*) AS people, CAST(SUM(x.target) AS BIGINT) AS target, CAST(SUM(x.trained) AS BIGINT) AS trained,
            CAST(SUM(x.target * x.trained) AS BIGINT) AS target_trained
     FROM (SELECT k.name AS office, CASE WHEN s.target_group IS NULL THEN 0 ELSE 1 END AS target,
                  CASE WHEN EXISTS (SELECT 1 FROM v_classes_trained t WHERE t.person_id = s.person_id AND t.scheme_id = s.scheme_id)
                       THEN 1 ELSE 0 END AS trained
           FROM v_scheme_person s
           LEFT JOIN office o ON o.unit_id = s.office_id
           LEFT JOIN office_kind k ON k.code = o.kind_code
           WHERE s.scheme_id = $1 AND s.commune_id = $2 AND (s.in_post_to IS NULL OR s.in_post_to >= $3)) x
     GROUP BY x.office ORDER BY x.office NULLS LAST"
);
sql!(
    CLASSES,
    "SELECT c.id, c.year, c.number, a.name AS audience, c.starts_on, c.ends_on, c.state, q.seats,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.commune_id = q.commune_id
             AND n.state IN ('proposed', 'waiting', 'accepted', 'completed', 'not_completed')) AS nominated,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.commune_id = q.commune_id
             AND n.state = 'completed') AS completed
     FROM class_quota q
     JOIN class c ON c.id = q.class_id
     JOIN scheme_audience a ON a.scheme_id = c.scheme_id AND a.code = c.audience_code
     WHERE q.commune_id = $1 AND c.scheme_id = $2 AND c.state <> 'called'
     ORDER BY c.starts_on DESC, c.number DESC"
);
sql!(
    MEMBERS,
    "SELECT s.person_id, s.full_name, s.position_title, k.name AS office,
            (SELECT t.trained_on FROM v_classes_trained t WHERE t.person_id = s.person_id AND t.scheme_id = s.scheme_id) AS trained_on,
            EXISTS (SELECT 1 FROM nomination n WHERE n.person_id = s.person_id AND n.state IN ('proposed', 'waiting', 'accepted')) AS nominated,
            (SELECT MIN(w.monday) FROM plan_seat q JOIN v_planning_class w ON w.plan_class_id = q.plan_class_id
             WHERE q.person_id = s.person_id AND w.scheme_id = $1 AND w.monday >= $4) AS planned_on
     FROM v_scheme_person s
     LEFT JOIN office o ON o.unit_id = s.office_id
     LEFT JOIN office_kind k ON k.code = o.kind_code
     WHERE s.scheme_id = $1 AND s.commune_id = $2 AND NOT $3 AND (s.in_post_to IS NULL OR s.in_post_to >= $4)
     ORDER BY s.sort_key, s.code"
);
sql!(
    PERSON,
    "SELECT p.person_id, p.code, p.full_name, p.gender, p.birth_date, e.name AS ethnic, p.education, p.theory, p.management,
            p.generated, p.bloc, p.level, p.position_title, k.name AS office, c.name AS commune, c.code AS commune_code, c.kind AS commune_kind,
            (SELECT a.name FROM v_scheme_person s JOIN scheme_audience a ON a.scheme_id = s.scheme_id AND a.code = s.audience_code
             WHERE s.person_id = p.person_id ORDER BY s.scheme_id LIMIT 1) AS audience,
            (SELECT MIN(w.monday) FROM plan_seat q JOIN v_planning_class w ON w.plan_class_id = q.plan_class_id
             WHERE q.person_id = p.person_id AND w.monday >= $5) AS planned_on
     FROM v_registry_person p
     JOIN v_organisation_commune c ON c.commune_id = p.commune_id
     LEFT JOIN office o ON o.unit_id = p.office_id
     LEFT JOIN office_kind k ON k.code = o.kind_code
     LEFT JOIN ethnic_group e ON e.code = p.ethnic_code
     WHERE p.person_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR p.commune_id = $3)
       AND (CAST($4 AS UUID) IS NULL OR p.person_id = $4) AND (c.province_id = $6 OR p.person_id = $4)"
);
sql!(
    POSTS,
    "SELECT position_title, CAST(NULL AS TEXT) AS office, commune, commune_kind, valid_from, CAST(NULL AS DATE) AS valid_to,
            TRUE AS ahead, announced_id AS id
     FROM v_registry_announced WHERE person_id = $1
     UNION ALL
     SELECT position_title, office, commune, commune_kind, valid_from, valid_to, FALSE, assignment_id
     FROM v_registry_assignment WHERE person_id = $1
     ORDER BY ahead DESC, valid_from DESC, id DESC"
);
sql!(
    TRAININGS,
    "SELECT c.id, c.year, c.number, p.name AS programme, c.starts_on, c.ends_on, n.state, c.state AS class_state,
            COALESCE((SELECT CAST(SUM(m.periods) AS BIGINT) FROM v_attendance_mark m
                      WHERE m.class_id = n.class_id AND m.person_id = n.person_id AND m.status IN ('present', 'late')), 0) AS present,
            COALESCE((SELECT CAST(SUM(m.periods) AS BIGINT) FROM v_attendance_mark m
                      WHERE m.class_id = n.class_id AND m.person_id = n.person_id), 0) AS marked,
            r.hundredths, r.band, r.reasons, r.decision_number, r.signed_on, n.note, f.certificate_id, f.number AS register, f.year AS register_year, f.issued_at,
            f.verify_code
     FROM nomination n
     JOIN class c ON c.id = n.class_id
     JOIN programme_version w ON w.id = c.programme_version_id
     JOIN programme p ON p.id = w.programme_id
     LEFT JOIN (SELECT class_id, hundredths, band, reasons, decision_number, signed_on FROM v_results_result WHERE person_id = $1) r
       ON r.class_id = c.id
     LEFT JOIN v_certificates_certificate f ON f.class_id = c.id AND f.person_id = n.person_id
     WHERE n.person_id = $1
     ORDER BY c.starts_on DESC, n.created_at DESC, n.id"
);

/// A commune by its code, if the actor may see it.
pub(super) async fn commune(conn: &mut Conn, actor: &Actor, code: &str) -> Result<Option<CommuneRow>, StoreError> {
    conn.opt(&COMMUNE, &[&code, &actor.commune(), &actor.province]).await
}

/// The offices of a commune.
pub(super) async fn offices(
    conn: &mut Conn,
    scheme: SchemeId,
    commune: UnitId,
    today: NaiveDate,
) -> Result<Vec<OfficeRow>, StoreError> {
    conn.all(&OFFICES, &[&scheme, &commune, &today]).await
}

/// The classes that have a quota for a commune, newest first.
pub(super) async fn classes(conn: &mut Conn, commune: UnitId, scheme: SchemeId) -> Result<Vec<ClassRow>, StoreError> {
    conn.all(&CLASSES, &[&commune, &scheme]).await
}

/// The people of a commune by name; nobody for a role that reads aggregates only.
pub(super) async fn members(
    conn: &mut Conn,
    actor: &Actor,
    scheme: SchemeId,
    commune: UnitId,
    today: NaiveDate,
) -> Result<Vec<MemberRow>, StoreError> {
    conn.all(&MEMBERS, &[&scheme, &commune, &actor.sees_nobody(), &today]).await
}

/// Somebody's facts, if the actor may see them, with the next class that the plan has for them from today on.
pub(super) async fn person(
    conn: &mut Conn,
    actor: &Actor,
    id: PersonId,
    today: NaiveDate,
) -> Result<Option<PersonRow>, StoreError> {
    conn.opt(&PERSON, &[&id, &actor.sees_nobody(), &actor.commune(), &actor.own_person(), &today, &actor.province])
        .await
}

/// Somebody's posts, newest first.
pub(super) async fn posts(conn: &mut Conn, id: PersonId) -> Result<Vec<PostRow>, StoreError> {
    conn.all(&POSTS, &[&id]).await
}

/// Somebody's classes, newest first.
pub(super) async fn trainings(conn: &mut Conn, id: PersonId) -> Result<Vec<TrainingRow>, StoreError> {
    conn.all(&TRAININGS, &[&id]).await
}
