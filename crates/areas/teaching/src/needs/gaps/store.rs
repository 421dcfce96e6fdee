//! SQL of gaps: people with their posts, ratings, and what completed classes built.

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{Actor, ClassId, CompetenceId, PersonId, ProgrammeVersionId, SchemeId, UnitId};

/// Somebody in post.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(in crate::needs) struct PersonRow {
    pub person_id: PersonId,
    pub full_name: String,
    pub commune_id: UnitId,
    pub office_id: Option<UnitId>,
    pub position_code: String,
    pub position_title: String,
    pub level: String,
}

sql!(
    PEOPLE,
    "SELECT p.person_id, p.full_name, p.commune_id, p.office_id, p.position_code, p.position_title, p.level
     FROM v_registry_person p JOIN v_organisation_commune k ON k.commune_id = p.commune_id
     WHERE k.province_id = $1 AND (CAST($2 AS UUID) IS NULL OR p.commune_id = $2)
       AND (CAST($3 AS UUID) IS NULL OR p.person_id = $3) AND (p.in_post_to IS NULL OR p.in_post_to >= $4)
     ORDER BY p.sort_key, p.person_id"
);
sql!(
    COMMUNES,
    "SELECT commune_id, code, name, kind FROM v_organisation_commune WHERE province_id = $1 AND valid_to IS NULL ORDER BY sort_key, code"
);
sql!(
    RATINGS,
    "SELECT r.person_id, r.competence_id, r.kind, r.level, r.rated_on
     FROM v_needs_rating r JOIN competence c ON c.id = r.competence_id
     WHERE c.scheme_id = $1 ORDER BY r.person_id, r.competence_id, r.kind"
);
sql!(
    RATINGS_OF_COMMUNE,
    "SELECT r.person_id, r.competence_id, r.kind, r.level, r.rated_on
     FROM v_registry_person p JOIN v_needs_rating r ON r.person_id = p.person_id JOIN competence c ON c.id = r.competence_id
     WHERE c.scheme_id = $1 AND p.commune_id = $2 ORDER BY r.person_id, r.competence_id, r.kind"
);
sql!(
    COMPLETED,
    "SELECT person_id, class_id, programme_version_id, ends_on FROM v_classes_learner
     WHERE scheme_id = $1 AND (CAST($2 AS UUID) IS NULL OR commune_id = $2) AND outcome = 'completed'
     ORDER BY person_id, ends_on, class_id"
);
sql!(
    BUILT,
    "SELECT v.id, l.competence_id, MAX(l.level) AS level, t.is_elective
     FROM competence c
     JOIN competence_topic l ON l.competence_id = c.id
     JOIN programme p ON p.scheme_id = c.scheme_id AND p.code = l.programme_code
     JOIN programme_version v ON v.programme_id = p.id
     JOIN topic t ON t.version_id = v.id AND t.code = l.topic_code
     WHERE c.scheme_id = $1 GROUP BY v.id, l.competence_id, t.is_elective"
);
sql!(
    /// What the topics that a class chose from the pool build; a topic that builds nothing has a row too.
    ELECTED,
    "SELECT e.class_id, l.competence_id, l.level
     FROM programme p JOIN class k ON k.scheme_id = p.scheme_id
     JOIN class_elective e ON e.class_id = k.id AND e.choice = (SELECT MAX(x.seq) FROM class_choice x WHERE x.class_id = k.id)
     LEFT JOIN competence_topic l ON l.programme_code = p.code AND l.topic_code = e.code
       AND l.competence_id IN (SELECT c.id FROM competence c WHERE c.scheme_id = $1)
     WHERE p.scheme_id = $1 AND p.is_elective_pool ORDER BY e.class_id, e.seq, l.competence_id"
);
sql!(
    PLANNED_SEATS,
    "SELECT p.code, s.person_id FROM v_planning_class c
     JOIN plan_seat s ON s.plan_class_id = c.plan_class_id JOIN programme p ON p.id = c.programme_id
     WHERE c.scheme_id = $1 ORDER BY p.code, s.person_id"
);
sql!(
    INSERT_RATING,
    "INSERT INTO competence_rating (person_id, competence_id, kind, seq, level, rated_on, rated_by)
     VALUES ($1, $2, $3, (SELECT COUNT(*) + 1 FROM competence_rating
                          WHERE person_id = $1 AND competence_id = $2 AND kind = $3), $4, $5, $6)"
);

sql!(
    INSERT_FIRST,
    "INSERT INTO competence_rating (person_id, competence_id, kind, seq, level, rated_on, rated_by) VALUES ($1, $2, $3, $4, $5, $6, $7)"
);

/// A commune with its code, name and kind.
pub(in crate::needs) type CommuneRow = (UnitId, String, String, String);
/// Person, competence, `self` or `superior`, level, day.
pub(super) type RatingRow = (PersonId, CompetenceId, String, i64, NaiveDate);

/// People in post on a day, of the actor's province, of one commune or one person if asked so.
pub(in crate::needs) async fn people(
    conn: &mut Conn,
    actor: &Actor,
    commune: Option<UnitId>,
    person: Option<PersonId>,
    on: NaiveDate,
) -> Result<Vec<PersonRow>, StoreError> {
    conn.all(&PEOPLE, &[&actor.province, &commune, &person, &on]).await
}

/// The communes of the actor's province.
pub(in crate::needs) async fn communes(conn: &mut Conn, actor: &Actor) -> Result<Vec<CommuneRow>, StoreError> {
    conn.all(&COMMUNES, &[&actor.province]).await
}

/// The newest ratings of a scheme's competences.
pub(super) async fn ratings(
    conn: &mut Conn,
    scheme: SchemeId,
    commune: Option<UnitId>,
) -> Result<Vec<RatingRow>, StoreError> {
    match commune {
        Some(commune) => conn.all(&RATINGS_OF_COMMUNE, &[&scheme, &commune]).await,
        None => conn.all(&RATINGS, &[&scheme]).await,
    }
}

/// Who completed which class of which version, and its last day.
pub(super) async fn completed(
    conn: &mut Conn,
    scheme: SchemeId,
    commune: Option<UnitId>,
) -> Result<Vec<(PersonId, ClassId, ProgrammeVersionId, NaiveDate)>, StoreError> {
    conn.all(&COMPLETED, &[&scheme, &commune]).await
}

/// The seats of the plan in effect: code of the programme, and the person.
pub(super) async fn planned_seats(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<(String, PersonId)>, StoreError> {
    conn.all(&PLANNED_SEATS, &[&scheme]).await
}

/// The level that the topics of each version build, those of its open part (true) apart from the others.
pub(super) async fn built(
    conn: &mut Conn,
    scheme: SchemeId,
) -> Result<Vec<(ProgrammeVersionId, CompetenceId, i64, bool)>, StoreError> {
    conn.all(&BUILT, &[&scheme]).await
}

/// What each class chose for the open part of its programme: the level that a topic builds of a competence, or nothing.
pub(super) async fn elected(
    conn: &mut Conn,
    scheme: SchemeId,
) -> Result<Vec<(ClassId, Option<CompetenceId>, Option<i64>)>, StoreError> {
    conn.all(&ELECTED, &[&scheme]).await
}

sql!(
    RATINGS_FOLLOW,
    "UPDATE competence_rating SET person_id = $1, seq = seq + (SELECT COALESCE(MAX(x.seq), 0) FROM competence_rating x
         WHERE x.person_id = $1 AND x.competence_id = competence_rating.competence_id AND x.kind = competence_rating.kind)
     WHERE person_id = $2"
);
::store::inventory::submit! {
    people::registry::record::FollowsPeople { clash: None, moves: &[&RATINGS_FOLLOW] }
}
