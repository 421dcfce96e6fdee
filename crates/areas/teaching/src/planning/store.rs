//! SQL of plans; nobody else writes these tables.

use std::collections::BTreeMap;

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc, Weekday};
use kernel::{Actor, ClassId, PersonId, PlanClassId, PlanId, ProgrammeId, SchemeId, UnitId};

use super::{
    model::{Figures, Slot, Wishes},
    year::Taken,
};
use crate::classes;

/// A person as the planner needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct PersonRow {
    pub person_id: PersonId,
    pub commune_id: UnitId,
    pub commune_code: String,
    pub office_id: Option<UnitId>,
    pub level: String,
    pub audience_code: String,
    pub is_woman: bool,
    pub is_minority: bool,
    pub is_highland: bool,
    pub is_border: bool,
    pub former_district: String,
    /// Road from the school, km.
    pub road_km: Option<i64>,
    pub is_new: bool,
    pub in_post_from: NaiveDate,
    pub in_post_to: Option<NaiveDate>,
    /// First day of the last class that trained them or has them on its list.
    pub listed_on: Option<NaiveDate>,
    /// Monday of the last class of an approved year in which they are awaited, when these count.
    pub awaited_on: Option<NaiveDate>,
}

impl PersonRow {
    /// When somebody attends, or attended, who is trained, on the list of a class, or awaited in a class of an approved year.
    pub(super) fn settled_on(&self) -> Option<NaiveDate> {
        self.listed_on.max(self.awaited_on)
    }
}

/// A plan.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct PlanLine {
    /// Its id.
    pub id: PlanId,
    /// 1, 2, … within the scheme.
    pub number: i64,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Who.
    pub created_by: String,
    /// People of the register when it was composed.
    pub people: i64,
    /// People who can be trained at all.
    pub reachable: i64,
    /// Distinct people it trains.
    pub trained: i64,
    /// Milliseconds that composing took.
    pub seconds_thousandths: i64,
    /// What the planner counted, as JSON.
    pub(super) figures: String,
}

/// A year of the plan in effect.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct PlanYear {
    /// The year.
    pub year: i64,
    /// The plan that it comes from: the approved one, else the newest.
    pub plan_id: PlanId,
    /// Classes.
    pub classes: i64,
    /// Seats taken.
    pub seats: i64,
    /// Number of the approving decision.
    pub decision_number: Option<String>,
}

/// A class of the plan in effect.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct PlanClassLine {
    pub seq: i64,
    pub monday: NaiveDate,
    pub programme: String,
    pub place: i64,
    pub people: i64,
    pub class_id: Option<ClassId>,
    pub class_year: Option<i64>,
    pub class_number: Option<i64>,
}

impl PlanClassLine {
    /// `29/2026` once the class is called for.
    pub(super) fn label(&self) -> Option<String> {
        Some(classes::label(self.class_number?, self.class_year?))
    }
}

/// Everybody whom the scheme's target may count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Bases {
    pub people: i64,
    pub target: i64,
}

sql!(
    PEOPLE,
    "SELECT s.person_id, s.commune_id, c.code AS commune_code, s.office_id, s.level, s.audience_code,
            COALESCE(s.gender, '') = 'nu' AS is_woman, COALESCE(e.is_minority, FALSE) AS is_minority, c.is_highland, c.is_border,
            c.former_district, c.road_km, s.in_post_from > $2 AS is_new, s.in_post_from, s.in_post_to,
            (SELECT MAX(k.starts_on) FROM nomination n JOIN class k ON k.id = n.class_id
             WHERE n.person_id = s.person_id AND n.state IN ('proposed', 'accepted', 'completed') AND k.scheme_id = s.scheme_id
               AND k.state <> 'cancelled') AS listed_on,
            CASE WHEN CAST($5 AS BOOLEAN) THEN
                (SELECT MAX(w.monday) FROM plan_seat q JOIN v_planning_class w ON w.plan_class_id = q.plan_class_id
                 WHERE q.person_id = s.person_id AND w.scheme_id = s.scheme_id AND w.decision_number IS NOT NULL AND w.monday > $4
                   AND (w.year <> $6 OR EXISTS (SELECT 1 FROM class x WHERE x.plan_class_id = w.plan_class_id AND x.state <> 'cancelled')))
            END AS awaited_on
     FROM v_scheme_person s
     JOIN v_organisation_commune c ON c.commune_id = s.commune_id
     LEFT JOIN ethnic_group e ON e.code = s.ethnic_code
     WHERE s.scheme_id = $1 AND s.audience_code IS NOT NULL AND (s.in_post_to IS NULL OR s.in_post_to >= $3)
       AND (c.valid_to IS NULL OR c.valid_to >= $3)
     ORDER BY c.code, s.office_id, CASE s.level WHEN 'key_leader' THEN 0 WHEN 'head' THEN 1 WHEN 'deputy' THEN 2 ELSE 3 END,
              s.code"
);
sql!(
    NEWEST,
    "SELECT id, number, created_at, created_by, people, reachable, trained, seconds_thousandths, figures FROM plan
     WHERE scheme_id = $1 AND adopted_number IS NOT NULL ORDER BY adopted_number DESC LIMIT 1"
);
sql!(
    YEARS,
    "SELECT c.year, c.plan_id, COUNT(DISTINCT c.plan_class_id) AS classes, COUNT(s.person_id) AS seats, c.decision_number
     FROM v_planning_class c LEFT JOIN plan_seat s ON s.plan_class_id = c.plan_class_id
     WHERE c.scheme_id = $1 GROUP BY c.year, c.plan_id, c.decision_number ORDER BY c.year"
);
sql!(
    CLASSES,
    "SELECT c.seq, c.monday, p.name AS programme, p.place, COUNT(s.person_id) AS people, x.id AS class_id, x.year AS class_year,
            x.number AS class_number
     FROM plan_class c
     JOIN programme p ON p.id = c.programme_id
     LEFT JOIN plan_seat s ON s.plan_class_id = c.id
     LEFT JOIN class x ON x.plan_class_id = c.id AND x.state <> 'cancelled'
     WHERE c.plan_id = $1 AND c.year = $2
     GROUP BY c.seq, c.monday, p.name, p.place, x.id, x.year, x.number ORDER BY c.monday, c.seq"
);
sql!(
    BASES,
    "SELECT COUNT(*) AS people, COUNT(target_group) AS target FROM v_scheme_person
            WHERE scheme_id = $1 AND (in_post_to IS NULL OR in_post_to >= $2)"
);
sql!(
    INSERT_PLAN,
    "INSERT INTO plan (id, scheme_id, number, created_at, created_by, people, reachable, trained, seconds_thousandths,
                       base_plan_id, standing_plan_id, wishes, figures)
     VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM plan WHERE scheme_id = $2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
sql!(
    INSERT_CLASS,
    "INSERT INTO plan_class (id, plan_id, seq, year, monday, programme_id, carried_from) VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
sql!(INSERT_SEAT, "INSERT INTO plan_seat (plan_class_id, person_id, place) VALUES ($1, $2, $3)");
sql!(
    INSERT_APPROVAL,
    "INSERT INTO plan_year_approval (plan_id, year, decision_number, approved_by, approved_at) VALUES ($1, $2, $3, $4, $5)"
);

/// People of the scheme in post on `from` or later, heads before deputies within an office; who is settled on
/// `today` is marked, whoever is awaited in a class of an approved year only when these count; of the year that is adjusted
/// only the classes that were called count.
pub(super) async fn people(
    conn: &mut Conn,
    scheme: SchemeId,
    from: NaiveDate,
    today: NaiveDate,
    (approved, adjusts): (bool, Option<i64>),
) -> Result<Vec<PersonRow>, StoreError> {
    let year_before = from - chrono::Days::new(120);
    let adjusts = adjusts.unwrap_or_default();
    conn.all(&PEOPLE, &[&scheme, &year_before, &from, &today, &approved, &adjusts]).await
}

/// The plan of a scheme that was put in effect last.
///
/// # Errors
/// The database's failure.
pub async fn newest_plan(conn: &mut Conn, scheme: SchemeId) -> Result<Option<PlanLine>, StoreError> {
    conn.opt(&NEWEST, &[&scheme]).await
}

/// The years of the plan in effect, with their approval.
///
/// # Errors
/// The database's failure.
pub async fn plan_years(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<PlanYear>, StoreError> {
    conn.all(&YEARS, &[&scheme]).await
}

sql!(
    APPROVED,
    "SELECT y.year, y.plan_id FROM plan_year_approval y JOIN plan p ON p.id = y.plan_id
     WHERE p.scheme_id = $1 AND y.replaced_by IS NULL ORDER BY y.year"
);

/// The approved years, each with the plan that it comes from.
pub(super) async fn approved_years(conn: &mut Conn, scheme: SchemeId) -> Result<BTreeMap<i64, PlanId>, StoreError> {
    let years: Vec<(i64, PlanId)> = conn.all(&APPROVED, &[&scheme]).await?;
    Ok(years.into_iter().collect())
}

/// The classes of a year of a plan, in time order.
pub(super) async fn classes(conn: &mut Conn, plan: PlanId, year: i64) -> Result<Vec<PlanClassLine>, StoreError> {
    conn.all(&CLASSES, &[&plan, &year]).await
}

/// How many people each base of the target counts.
pub(super) async fn bases(conn: &mut Conn, scheme: SchemeId, today: NaiveDate) -> Result<Bases, StoreError> {
    conn.one(&BASES, &[&scheme, &today]).await
}

// A person whom a newer plan placed again did not use the older seat; who is trained without a seat counts on that day.
sql!(
    CURVE,
    "WITH seat AS (
         SELECT s.person_id, c.monday, p.adopted_number AS number
         FROM v_planning_class c JOIN plan p ON p.id = c.plan_id JOIN plan_seat s ON s.plan_class_id = c.plan_class_id
         WHERE c.scheme_id = $1),
     newest AS (SELECT person_id, MAX(number) AS number FROM seat GROUP BY person_id),
     first AS (
         SELECT seat.person_id, MIN(seat.monday) AS day
         FROM seat JOIN newest ON newest.person_id = seat.person_id AND newest.number = seat.number GROUP BY seat.person_id
         UNION ALL
         SELECT t.person_id, t.trained_on AS day
         FROM v_classes_trained t LEFT JOIN newest ON newest.person_id = t.person_id
         WHERE t.scheme_id = $1 AND newest.person_id IS NULL AND EXISTS (SELECT 1 FROM seat))
     SELECT day, COUNT(*) AS people FROM first GROUP BY day ORDER BY day"
);

/// People whom the plan in effect trains for the first time, by the Monday of their class; people who were trained
/// without a seat of the plan, by the day on which they were.
///
/// # Errors
/// The database's failure.
pub async fn plan_curve(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<(NaiveDate, i64)>, StoreError> {
    conn.all(&CURVE, &[&scheme]).await
}

sql!(NEEDS_PEOPLE, "SELECT DISTINCT person_id FROM plan_seat ORDER BY person_id");
::store::inventory::submit! {
    people::registry::import::NeedsPeople { key: "planning-needs-person", statement: &NEEDS_PEOPLE }
}

// of two seats in one plan the second would be a repeat that nobody planned
sql!(
    SEATS_GO,
    "DELETE FROM plan_seat WHERE person_id = $2 AND plan_class_id IN
         (SELECT c.id FROM plan_class c WHERE c.plan_id IN
              (SELECT d.plan_id FROM plan_seat s JOIN plan_class d ON d.id = s.plan_class_id WHERE s.person_id = $1))"
);
sql!(SEATS_FOLLOW, "UPDATE plan_seat SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    people::registry::record::FollowsPeople { clash: None, moves: &[&SEATS_GO, &SEATS_FOLLOW] }
}

/// A plan beside others.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Scenario {
    pub id: PlanId,
    pub number: i64,
    pub name: Option<String>,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub people: i64,
    pub trained: i64,
    pub base_plan_id: Option<PlanId>,
    /// The plan in effect when this one was made.
    pub standing_plan_id: Option<PlanId>,
    pub wishes: String,
    /// What the planner counted, as JSON.
    pub figures: String,
    pub adopted_at: Option<DateTime<Utc>>,
    pub adopted_by: Option<String>,
    pub replaced_by: Option<PlanId>,
    pub removed_at: Option<DateTime<Utc>>,
}

impl Scenario {
    /// Whether it was never in effect.
    pub(super) fn is_draft(&self) -> bool {
        self.adopted_at.is_none()
    }

    /// What it asks; nothing of a plan from before plans asked anything. Once in effect it adjusts no year any more.
    pub(super) fn wishes(&self) -> Wishes {
        let wishes: Wishes = serde_json::from_str(&self.wishes).unwrap_or_default();
        Wishes { adjusts: wishes.adjusts.filter(|_| self.is_draft()), ..wishes }
    }

    /// Whether it neither gave way to another nor was removed.
    pub(super) fn is_there(&self) -> bool {
        self.replaced_by.is_none() && self.removed_at.is_none()
    }

    /// What the planner counted.
    pub(super) fn figures(&self) -> Figures {
        serde_json::from_str(&self.figures).unwrap_or_default()
    }
}

/// A class of a plan, with its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BaseClass {
    pub id: PlanClassId,
    pub seq: i64,
    pub monday: NaiveDate,
    pub audience: String,
    pub programme: String,
    pub programme_id: ProgrammeId,
    pub place: i64,
    /// Whether a class was called for it.
    pub called: bool,
    /// The class of the version before it that was called and stays as it was.
    pub carried: Option<PlanClassId>,
    pub people: Vec<PersonId>,
}

#[derive(sqlx::FromRow)]
struct BaseRow {
    id: PlanClassId,
    seq: i64,
    monday: NaiveDate,
    audience: String,
    programme: String,
    programme_id: ProgrammeId,
    place: i64,
    called: bool,
    carried_from: Option<PlanClassId>,
}

impl BaseClass {
    /// Its week and its audience.
    pub(super) fn slot(&self) -> Slot {
        Slot { monday: self.monday, audience: self.audience.clone() }
    }
}

macro_rules! scenario {
    ($rest:literal) => {
        concat!(
            "SELECT id, number, name, created_at, created_by, people, trained, base_plan_id, standing_plan_id, wishes, figures, adopted_at,
                    adopted_by, replaced_by, removed_at
             FROM plan WHERE scheme_id = $1 AND ",
            $rest
        )
    };
}
sql!(SCENARIO, scenario!("id = $2"));
sql!(
    SCENARIOS,
    scenario!(
        "replaced_by IS NULL AND removed_at IS NULL
           AND (adopted_at IS NULL OR adopted_number = (SELECT MAX(q.adopted_number) FROM plan q WHERE q.scheme_id = $1))
         ORDER BY number DESC LIMIT 50"
    )
);
sql!(
    SUBMITTED,
    scenario!(
        "adopted_at IS NULL AND replaced_by IS NULL AND removed_at IS NULL
           AND EXISTS (SELECT 1 FROM plan_year_step t WHERE t.plan_id = plan.id) ORDER BY number"
    )
);
sql!(
    BASE_CLASSES,
    "SELECT c.id, c.seq, c.monday, COALESCE(p.audience_code, '') AS audience, COALESCE(a.name, p.name) AS programme, c.programme_id,
            p.place, EXISTS (SELECT 1 FROM class x WHERE x.plan_class_id = c.id AND x.state <> 'cancelled') AS called, c.carried_from
     FROM plan_class c JOIN programme p ON p.id = c.programme_id
     LEFT JOIN scheme_audience a ON a.scheme_id = p.scheme_id AND a.code = p.audience_code
     WHERE c.plan_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR c.year = $2) ORDER BY c.seq"
);
sql!(
    BASE_SEATS,
    "SELECT s.plan_class_id, s.person_id FROM plan_class c JOIN plan_seat s ON s.plan_class_id = c.id
     WHERE c.plan_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR c.year = $2) ORDER BY c.seq, s.place"
);
sql!(HOLD, "UPDATE plan SET number = number WHERE scheme_id = $1 AND number = 1");
sql!(
    ADOPT,
    "UPDATE plan SET adopted_at = $3, adopted_by = $4,
            adopted_number = (SELECT COALESCE(MAX(q.adopted_number), 0) + 1 FROM plan q WHERE q.scheme_id = $2)
     WHERE id = $1"
);
sql!(NAME, "UPDATE plan SET name = $2 WHERE id = $1");
sql!(LEAVE, "UPDATE plan SET replaced_by = $2, removed_at = $3 WHERE id = $1");
sql!(LEAVE_SEATS, "DELETE FROM plan_seat WHERE plan_class_id IN (SELECT id FROM plan_class WHERE plan_id = $1)");
sql!(LEAVE_CLASSES, "DELETE FROM plan_class WHERE plan_id = $1");
sql!(
    LAST_APPROVAL,
    "SELECT MAX(y.approved_at) AS at FROM plan_year_approval y JOIN plan p ON p.id = y.plan_id WHERE p.scheme_id = $1"
);

/// A plan of a scheme, whatever became of it.
pub(super) async fn scenario(conn: &mut Conn, scheme: SchemeId, id: PlanId) -> Result<Option<Scenario>, StoreError> {
    conn.opt(&SCENARIO, &[&scheme, &id]).await
}

/// The plan in effect and those beside it, the newest first; no more than 50.
pub(super) async fn scenarios(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<Scenario>, StoreError> {
    conn.all(&SCENARIOS, &[&scheme]).await
}

/// Scenarios not in effect that were laid before the bodies: each adjusts a year that is approved.
pub(super) async fn submitted(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<Scenario>, StoreError> {
    conn.all(&SUBMITTED, &[&scheme]).await
}

/// The classes of a plan in time order, with their people.
pub(super) async fn base_classes(conn: &mut Conn, plan: PlanId) -> Result<Vec<BaseClass>, StoreError> {
    base_classes_in(conn, plan, None).await
}

/// The same of one year, or of all.
pub(super) async fn base_classes_in(
    conn: &mut Conn,
    plan: PlanId,
    year: Option<i64>,
) -> Result<Vec<BaseClass>, StoreError> {
    let rows: Vec<BaseRow> = conn.all(&BASE_CLASSES, &[&plan, &year]).await?;
    let mut seats: Vec<(PlanClassId, PersonId)> = conn.all(&BASE_SEATS, &[&plan, &year]).await?;
    // both walk the classes in one order
    seats.reverse();
    let classes = rows.into_iter().map(|row| {
        let mut people = Vec::new();
        while let Some((_, person)) = seats.pop_if(|(class, _)| *class == row.id) {
            people.push(person);
        }
        BaseClass {
            id: row.id,
            seq: row.seq,
            monday: row.monday,
            audience: row.audience,
            programme: row.programme,
            programme_id: row.programme_id,
            place: row.place,
            called: row.called,
            carried: row.carried_from,
            people,
        }
    });
    Ok(classes.collect())
}

/// Holds the plans of a scheme against others who write them until the transaction ends.
pub(crate) async fn hold(tx: &mut Tx, scheme: SchemeId) -> Result<(), StoreError> {
    tx.exec(&HOLD, &[&scheme]).await.map(|_| ())
}

/// A scenario gives way to another, or is removed: its classes and seats go.
pub(super) async fn leave(
    tx: &mut Tx,
    id: PlanId,
    replaced_by: Option<PlanId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let removed = replaced_by.is_none().then_some(now);
    tx.exec(&LEAVE, &[&id, &replaced_by, &removed]).await?;
    tx.exec(&LEAVE_SEATS, &[&id]).await?;
    tx.exec(&LEAVE_CLASSES, &[&id]).await.map(|_| ())
}

/// When a year was approved last.
pub(super) async fn last_approval(conn: &mut Conn, scheme: SchemeId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (at,): (Option<DateTime<Utc>>,) = conn.one(&LAST_APPROVAL, &[&scheme]).await?;
    Ok(at)
}

/// A decision on a year.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Decided {
    pub plan_id: PlanId,
    pub decision_number: String,
    /// The version that took its place.
    pub replaced_by: Option<PlanId>,
}

sql!(
    DECIDED,
    "SELECT y.plan_id, y.decision_number, y.replaced_by FROM plan_year_approval y JOIN plan p ON p.id = y.plan_id
     WHERE p.scheme_id = $1 AND y.year = $2 ORDER BY y.approved_at, p.number"
);
sql!(
    YEAR_OF,
    "SELECT c.year, c.plan_id, COUNT(DISTINCT c.id) AS classes, COUNT(s.person_id) AS seats, y.decision_number
     FROM plan_class c
     LEFT JOIN plan_seat s ON s.plan_class_id = c.id
     LEFT JOIN plan_year_approval y ON y.plan_id = c.plan_id AND y.year = c.year
     WHERE c.plan_id = $1 AND c.year = $2 GROUP BY c.year, c.plan_id, y.decision_number"
);
sql!(REPLACE, "UPDATE plan_year_approval SET replaced_by = $3 WHERE plan_id = $1 AND year = $2");
sql!(
    CALLED_WEEKS,
    "SELECT x.starts_on FROM v_planning_class c JOIN class x ON x.plan_class_id = c.plan_class_id
     WHERE c.scheme_id = $1 AND c.year = $2 AND x.state <> 'cancelled' ORDER BY x.starts_on, c.seq"
);

/// The decisions on a year, the oldest first.
pub(super) async fn decided(conn: &mut Conn, scheme: SchemeId, year: i64) -> Result<Vec<Decided>, StoreError> {
    conn.all(&DECIDED, &[&scheme, &year]).await
}

/// A year of any plan.
pub(super) async fn year_of(conn: &mut Conn, plan: PlanId, year: i64) -> Result<Option<PlanYear>, StoreError> {
    conn.opt(&YEAR_OF, &[&plan, &year]).await
}

/// The weeks of the classes of a year of the plan in effect that were called, each as often as it has some.
pub(super) async fn called_weeks(conn: &mut Conn, scheme: SchemeId, year: i64) -> Result<Vec<NaiveDate>, StoreError> {
    let rows: Vec<(NaiveDate,)> = conn.all(&CALLED_WEEKS, &[&scheme, &year]).await?;
    Ok(rows.into_iter().map(|(day,)| day.week(Weekday::Mon).first_day()).collect())
}

/// Somebody about whom it is asked.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Planned {
    pub full_name: String,
    pub position_title: String,
    pub commune: String,
    pub audience: String,
}

sql!(
    PERSON,
    "SELECT s.full_name, s.position_title, c.name AS commune, COALESCE(a.name, '') AS audience
     FROM v_scheme_person s
     JOIN v_organisation_commune c ON c.commune_id = s.commune_id
     LEFT JOIN scheme_audience a ON a.scheme_id = s.scheme_id AND a.code = s.audience_code
     WHERE s.scheme_id = $1 AND s.person_id = $2 AND NOT $3 AND (CAST($4 AS UUID) IS NULL OR s.commune_id = $4)
       AND (CAST($5 AS UUID) IS NULL OR s.person_id = $5)"
);

/// Somebody of the scheme whom the actor may see.
pub(super) async fn person(
    conn: &mut Conn,
    actor: &Actor,
    scheme: SchemeId,
    id: PersonId,
) -> Result<Option<Planned>, StoreError> {
    conn.opt(&PERSON, &[&scheme, &id, &actor.sees_nobody(), &actor.commune(), &actor.own_person()]).await
}

/// Seats of a commune in a year, by audience.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct QuotaLine {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub audience: String,
    pub seats: i64,
}

sql!(STEPS, "SELECT year, step, body, note, by_name, at FROM plan_year_step WHERE plan_id = $1 ORDER BY year, seq");
sql!(
    INSERT_STEP,
    "INSERT INTO plan_year_step (plan_id, year, seq, step, body, note, by_name, at)
     VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM plan_year_step WHERE plan_id = $1 AND year = $2), $3, $4, $5, $6, $7)"
);
sql!(
    QUOTAS,
    "SELECT k.code, k.name, k.kind, p.audience_code AS audience, COUNT(*) AS seats
     FROM plan_class c
     JOIN programme p ON p.id = c.programme_id
     JOIN plan_seat s ON s.plan_class_id = c.id
     JOIN v_registry_person r ON r.person_id = s.person_id
     JOIN v_organisation_commune k ON k.commune_id = r.commune_id
     WHERE c.plan_id = $1 AND c.year = $2 AND p.audience_code IS NOT NULL
     GROUP BY k.code, k.name, k.kind, p.audience_code ORDER BY k.code, p.audience_code"
);

/// The steps of the years of a plan, year by year in their order.
pub(super) async fn steps(conn: &mut Conn, plan: PlanId) -> Result<Vec<Taken>, StoreError> {
    conn.all(&STEPS, &[&plan]).await
}

/// Seats of the communes in a year of a plan, commune by commune.
pub(super) async fn quotas(conn: &mut Conn, plan: PlanId, year: i64) -> Result<Vec<QuotaLine>, StoreError> {
    conn.all(&QUOTAS, &[&plan, &year]).await
}

/// People in post whom a programme serves, and those of them who are trained.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct ServedRow {
    pub audience: String,
    pub people: i64,
    pub trained: i64,
}

sql!(
    SERVED,
    "SELECT s.audience_code AS audience, COUNT(*) AS people, COUNT(t.person_id) AS trained
     FROM v_scheme_person s
     LEFT JOIN v_classes_trained t ON t.person_id = s.person_id AND t.scheme_id = s.scheme_id
     WHERE s.scheme_id = $1 AND s.audience_code IS NOT NULL AND (s.in_post_to IS NULL OR s.in_post_to >= $2)
     GROUP BY s.audience_code ORDER BY s.audience_code"
);
sql!(
    /// Classes of the plan in effect that are still to be decided: those ahead, and those under way.
    COMING,
    "SELECT c.monday, COALESCE(p.audience_code, '') AS audience
     FROM v_planning_class c
     JOIN programme p ON p.id = c.programme_id
     LEFT JOIN class x ON x.plan_class_id = c.plan_class_id AND x.state <> 'cancelled'
     WHERE c.scheme_id = $1
       AND ((x.id IS NULL AND c.monday >= $2)
            OR x.state IN ('called', 'nominating')
            OR EXISTS (SELECT 1 FROM nomination n WHERE n.class_id = x.id AND n.state IN ('proposed', 'waiting', 'accepted')))
     ORDER BY c.monday, c.seq"
);
sql!(
    OUTCOMES,
    "SELECT COUNT(CASE WHEN n.state = 'completed' THEN 1 END) AS completed,
            COUNT(CASE WHEN n.state = 'not_completed' THEN 1 END) AS failed
     FROM nomination n JOIN class c ON c.id = n.class_id WHERE c.scheme_id = $1"
);
sql!(
    LEFT_POST,
    "SELECT COUNT(*) AS people FROM v_scheme_person
     WHERE scheme_id = $1 AND audience_code IS NOT NULL AND in_post_to >= $2 AND in_post_to < $3"
);
sql!(
    UNCALLED,
    "SELECT c.monday FROM v_planning_class c
     WHERE c.scheme_id = $1 AND c.decision_number IS NOT NULL AND c.monday >= $2 AND c.monday <= $3
       AND NOT EXISTS (SELECT 1 FROM class x WHERE x.plan_class_id = c.plan_class_id AND x.state <> 'cancelled')
     ORDER BY c.monday, c.seq"
);

/// People in post on a day by audience.
pub(super) async fn served(conn: &mut Conn, scheme: SchemeId, on: NaiveDate) -> Result<Vec<ServedRow>, StoreError> {
    conn.all(&SERVED, &[&scheme, &on]).await
}

/// The week and the audience of each class that is still to be decided.
pub(super) async fn coming(
    conn: &mut Conn,
    scheme: SchemeId,
    from: NaiveDate,
) -> Result<Vec<(NaiveDate, String)>, StoreError> {
    conn.all(&COMING, &[&scheme, &from]).await
}

/// How many people completed a class, how many did not.
pub(super) async fn outcomes(conn: &mut Conn, scheme: SchemeId) -> Result<(i64, i64), StoreError> {
    conn.one(&OUTCOMES, &[&scheme]).await
}

/// How many people left their post between two days and have no other.
pub(super) async fn left(conn: &mut Conn, scheme: SchemeId, from: NaiveDate, to: NaiveDate) -> Result<i64, StoreError> {
    let (people,): (i64,) = conn.one(&LEFT_POST, &[&scheme, &from, &to]).await?;
    Ok(people)
}

/// Weeks of classes of approved years between two days that nobody has called for.
pub(super) async fn uncalled(
    conn: &mut Conn,
    scheme: SchemeId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<NaiveDate>, StoreError> {
    let rows: Vec<(NaiveDate,)> = conn.all(&UNCALLED, &[&scheme, &from, &to]).await?;
    Ok(rows.into_iter().map(|(monday,)| monday).collect())
}
