//! SQL of what learners say before they arrive, and of study groups.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, Utc};
use kernel::{Actor, ClassId, NominationId, PersonId, UnitId};
use people::organisation::titled;
use web::T;

use super::model::{Arrival, Duty, IntakeDraft, Meals, Member, Place};
use crate::classes::NominationState;

/// A learner with what they said and where they study.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of intake, class_place, person and commune, described in the dictionary")]
pub struct Arriving {
    pub nomination_id: NominationId,
    pub full_name: String,
    pub gender: String,
    pub level: String,
    pub position_title: String,
    pub commune_id: UnitId,
    pub commune: String,
    pub commune_kind: String,
    pub meals: Option<Meals>,
    pub diet: Option<String>,
    pub diet_note: Option<String>,
    pub dormitory: Option<bool>,
    pub arrival: Option<Arrival>,
    pub small_child: Option<bool>,
    pub child_comes: Option<bool>,
    pub note: Option<String>,
    pub group_number: Option<i64>,
    pub duty: Option<Duty>,
}

impl Arriving {
    /// What they said; none as long as they said nothing.
    #[must_use]
    pub fn said(&self) -> Option<IntakeDraft> {
        Some(IntakeDraft {
            meals: self.meals?,
            diet: self.diet.clone()?,
            diet_note: self.diet_note.clone()?,
            dormitory: self.dormitory?,
            arrival: self.arrival?,
            small_child: self.small_child?,
            child_comes: self.child_comes?,
            note: self.note.clone()?,
        })
    }

    /// Whether it is a woman.
    #[must_use]
    pub fn woman(&self) -> bool {
        is_woman(&self.gender)
    }

    /// Post and commune, as lists of learners write them below the name.
    #[must_use]
    pub fn unit(&self, t: T) -> String {
        format!("{}, {}", self.position_title, titled(t, &self.commune_kind, &self.commune))
    }

    /// What they do for the class.
    #[must_use]
    pub fn duty(&self) -> Duty {
        self.duty.unwrap_or(Duty::Member)
    }

    /// The learner as groups are made.
    pub(super) fn member(&self) -> Member {
        Member {
            id: self.nomination_id,
            commune: self.commune_id,
            woman: self.woman(),
            level: self.level.clone(),
            group: self.group_number,
            duty: self.duty(),
        }
    }
}

/// A nomination whose person says something before they arrive.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Said {
    pub nomination_id: NominationId,
    pub full_name: String,
    pub gender: String,
    pub state: NominationState,
    pub edition: i64,
    pub by_name: Option<String>,
    pub at: Option<DateTime<Utc>>,
}

impl Said {
    /// Whether it is a woman.
    pub(super) fn woman(&self) -> bool {
        is_woman(&self.gender)
    }
}

/// Whether a gender as stored is a woman's.
fn is_woman(gender: &str) -> bool {
    gender == "nu"
}

/// The groups of a class as a whole.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of class_grouping, described in the dictionary")]
pub struct Grouping {
    pub groups: i64,
    pub edition: i64,
    pub by_name: String,
    pub at: DateTime<Utc>,
}

sql!(
    ARRIVING,
    "SELECT n.nomination_id, p.full_name, p.gender, p.level, p.position_title, n.commune_id, k.name AS commune,
            k.kind AS commune_kind, i.meals, i.diet, i.diet_note, i.dormitory, i.arrival, i.small_child, i.child_comes, i.note,
            g.group_number, g.duty
     FROM v_classes_learner n
     JOIN v_registry_person p ON p.person_id = n.person_id
     JOIN v_organisation_commune k ON k.commune_id = n.commune_id
     LEFT JOIN intake i ON i.nomination_id = n.nomination_id
     LEFT JOIN class_place g ON g.nomination_id = n.nomination_id
     WHERE n.class_id = $1 AND (CAST($2 AS UUID) IS NULL OR n.commune_id = $2)
     ORDER BY p.sort_key, p.code"
);
sql!(
    SAID,
    "SELECT n.id AS nomination_id, p.full_name, p.gender, n.state, COALESCE(i.edition, 0) AS edition, i.by_name, i.at
     FROM nomination n
     JOIN v_registry_person p ON p.person_id = n.person_id
     LEFT JOIN intake i ON i.nomination_id = n.id
     WHERE n.class_id = $1 AND (CAST($2 AS UUID) IS NULL OR n.id = $2) AND (CAST($3 AS UUID) IS NULL OR n.commune_id = $3)
       AND (CAST($4 AS UUID) IS NULL OR n.person_id = $4)
     ORDER BY CASE WHEN n.state IN ('accepted', 'completed', 'not_completed') THEN 0 ELSE 1 END, n.created_at DESC, n.id LIMIT 1"
);
sql!(
    DRAFT,
    "SELECT meals, diet, diet_note, dormitory, arrival, small_child, child_comes, note FROM intake WHERE nomination_id = $1"
);
sql!(
    PUT_INTAKE,
    "INSERT INTO intake (nomination_id, meals, diet, diet_note, dormitory, arrival, small_child, child_comes, note, edition, by_name, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (nomination_id) DO UPDATE SET meals = excluded.meals, diet = excluded.diet, diet_note = excluded.diet_note,
         dormitory = excluded.dormitory, arrival = excluded.arrival, small_child = excluded.small_child,
         child_comes = excluded.child_comes, note = excluded.note, edition = excluded.edition, by_name = excluded.by_name, at = excluded.at"
);
sql!(GROUPING, "SELECT groups, edition, by_name, at FROM class_grouping WHERE class_id = $1");
sql!(
    PUT_GROUPING,
    "INSERT INTO class_grouping (class_id, groups, edition, by_name, at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (class_id) DO UPDATE SET groups = excluded.groups, edition = excluded.edition, by_name = excluded.by_name, at = excluded.at"
);
sql!(CLEAR_PLACES, "DELETE FROM class_place WHERE class_id = $1");
sql!(INSERT_PLACE, "INSERT INTO class_place (nomination_id, class_id, group_number, duty) VALUES ($1, $2, $3, $4)");
sql!(
    OWN_PLACE,
    "SELECT n.class_id, g.group_number, g.duty FROM v_classes_learner n JOIN class_place g ON g.nomination_id = n.nomination_id
     WHERE n.person_id = $1"
);
sql!(
    UNSAID,
    "SELECT COUNT(*) AS learners,
            CAST(COALESCE(SUM(CASE WHEN i.nomination_id IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS unsaid,
            CAST(COALESCE(SUM(CASE WHEN g.group_number IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS ungrouped
     FROM v_classes_learner n
     LEFT JOIN intake i ON i.nomination_id = n.nomination_id
     LEFT JOIN class_place g ON g.nomination_id = n.nomination_id
     WHERE n.class_id = $1"
);

/// Learners of a class in the order of names, within the actor's commune where there is one.
///
/// # Errors
/// The database's failure.
pub async fn arriving(conn: &mut Conn, actor: &Actor, class: ClassId) -> Result<Vec<Arriving>, StoreError> {
    conn.all(&ARRIVING, &[&class, &actor.commune()]).await
}

/// Every learner of a class, inside an action that holds it.
pub(super) async fn everybody(conn: &mut Conn, class: ClassId) -> Result<Vec<Arriving>, StoreError> {
    let nowhere: Option<UnitId> = None;
    conn.all(&ARRIVING, &[&class, &nowhere]).await
}

/// The nomination of a class for which somebody speaks: within their commune, or their own.
pub(super) async fn said(
    conn: &mut Conn,
    actor: &Actor,
    class: ClassId,
    nomination: Option<NominationId>,
) -> Result<Option<Said>, StoreError> {
    let own: Option<PersonId> = actor.own_person();
    conn.opt(&SAID, &[&class, &nomination, &actor.commune(), &own]).await
}

/// What was said last for a nomination.
pub(super) async fn draft(conn: &mut Conn, nomination: NominationId) -> Result<Option<IntakeDraft>, StoreError> {
    conn.opt(&DRAFT, &[&nomination]).await
}

/// The groups of a class as a whole; none as long as nobody made them.
///
/// # Errors
/// The database's failure.
pub async fn grouping(conn: &mut Conn, class: ClassId) -> Result<Option<Grouping>, StoreError> {
    conn.opt(&GROUPING, &[&class]).await
}

/// Where somebody studies in each class that they learn in: group and duty.
pub(crate) async fn own_places(
    conn: &mut Conn,
    person: PersonId,
) -> Result<Vec<(ClassId, Option<i64>, Duty)>, StoreError> {
    conn.all(&OWN_PLACE, &[&person]).await
}

/// How many learners a class has, how many have said nothing, and how many have no group.
pub(super) async fn missing(conn: &mut Conn, class: ClassId) -> Result<(i64, i64, i64), StoreError> {
    conn.one(&UNSAID, &[&class]).await
}

/// Writes the places of a class anew.
pub(super) async fn put_places(
    tx: &mut Tx,
    class: ClassId,
    by_name: &str,
    (groups, edition): (i64, i64),
    places: &[Place],
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(&PUT_GROUPING, &[&class, &groups, &edition, &by_name, &now]).await?;
    tx.exec(&CLEAR_PLACES, &[&class]).await?;
    tx.exec_many(&INSERT_PLACE, places, |(id, group, duty), args| {
        args.add(id)?;
        args.add(&class)?;
        args.add(group)?;
        args.add(duty)
    })
    .await?;
    Ok(())
}
