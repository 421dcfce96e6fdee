//! SQL of classes; nobody else writes these tables.

use ::store::{By, Conn, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AccountId, Actor, ClassId, NominationId, PersonId, PlanClassId, ProgrammeVersionId, SchemeId, UnitId, VenueId,
};

use people::organisation::titled;
use web::T;

use crate::timetable::HalfDay;

use super::{
    model::ClassState,
    nominating::{
        model::{Candidate, NominationState, fitness},
        seats::{Group, Pool, Seats, Share},
    },
};

/// A class with its counts, as lists and heads of pages show it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of class, described in the dictionary, and counts of nominations by state")]
pub struct ClassLine {
    pub id: ClassId,
    pub scheme_id: SchemeId,
    pub year: i64,
    pub number: i64,
    pub programme: String,
    pub programme_version_id: ProgrammeVersionId,
    pub plan_class_id: Option<PlanClassId>,
    pub audience_code: String,
    pub audience: String,
    pub venue_id: VenueId,
    pub venue: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub nominate_by: NaiveDate,
    pub seat_limit: i64,
    pub edition: i64,
    pub head_account_id: Option<AccountId>,
    pub head: Option<String>,
    pub state: ClassState,
    pub proposed: i64,
    pub accepted: i64,
    pub waiting: i64,
    pub completed: i64,
}

/// How papers and pages name a class: `29/2026`; numbers below ten with a leading zero, as in state papers.
#[must_use]
pub fn label(number: i64, year: i64) -> String {
    format!("{number:02}/{year}")
}

impl ClassLine {
    /// Its [`label`].
    #[must_use]
    pub fn label(&self) -> String {
        label(self.number, self.year)
    }

    /// Whether somebody else may come instead on a day: before the study week, and until day `until` of it.
    #[must_use]
    pub fn takes_substitutes(&self, until: i64, today: NaiveDate) -> bool {
        self.state.takes_people() || (self.state == ClassState::Running && (today - self.starts_on).num_days() < until)
    }

    /// Seats that are taken: proposed and accepted people, and those with a result.
    #[must_use]
    pub fn taken(&self) -> i64 {
        self.proposed + self.accepted
    }
}

/// A commune's share of a class with what it did.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of class_quota and commune, described in the dictionary")]
pub struct QuotaLine {
    pub commune_id: UnitId,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub seats: i64,
    pub proposed: i64,
    pub accepted: i64,
    pub waiting: i64,
}

/// A nomination with its person.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of nomination, person and commune, described in the dictionary")]
pub struct NominationLine {
    pub id: NominationId,
    pub person_id: PersonId,
    pub full_name: String,
    pub position_title: String,
    pub commune_id: UnitId,
    pub commune: String,
    pub commune_kind: String,
    pub state: NominationState,
    pub note: String,
    pub decision: String,
    pub decided_on: Option<NaiveDate>,
    /// Place on the waiting list of the whole class, from 1; 0 for who does not wait.
    pub place: i64,
    #[sqlx(flatten)]
    pub group: Group,
}

/// A nomination that waits for the school's word, with what the school asks of its person.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Admission {
    pub nomination_id: NominationId,
    pub person_id: PersonId,
    pub of_audience: bool,
    pub in_post: bool,
    pub trained_on: Option<NaiveDate>,
}

/// A class that stands in some week: who heads it and where it is.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Busy {
    pub id: ClassId,
    pub venue_id: VenueId,
    pub head_account_id: Option<AccountId>,
}

/// Somebody who holds a seat.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of person and commune, described in the dictionary")]
pub struct Learner {
    pub person_id: PersonId,
    pub full_name: String,
    pub birth_date: Option<NaiveDate>,
    pub position_title: String,
    pub commune: String,
    pub commune_kind: String,
    pub outcome: NominationState,
}

impl Learner {
    /// The commune with the word for its kind.
    #[must_use]
    pub fn commune_titled(&self, t: T) -> String {
        titled(t, &self.commune_kind, &self.commune)
    }

    /// Post and commune, as lists of learners write them below the name.
    #[must_use]
    pub fn unit(&self, t: T) -> String {
        format!("{}, {}", self.position_title, self.commune_titled(t))
    }
}

/// A move of a class.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct MoveLine {
    pub to_state: ClassState,
    pub by_name: String,
    pub at: DateTime<Utc>,
    pub note: String,
}

/// A nomination as its moves need it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct NominationRow {
    pub id: NominationId,
    pub person_id: PersonId,
    pub commune_id: UnitId,
    pub state: NominationState,
}

/// Somebody who waits for a seat.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Waiting {
    #[sqlx(flatten)]
    pub row: NominationRow,
    #[sqlx(flatten)]
    pub group: Group,
}

sql!(
    CLASSES,
    "SELECT c.id, c.scheme_id, c.year, c.number, p.name AS programme, c.programme_version_id, c.plan_class_id, c.audience_code,
            a.name AS audience, c.venue_id, v.name AS venue, c.starts_on, c.ends_on, c.nominate_by, c.seat_limit, c.edition, c.head_account_id,
            h.name AS head, c.state,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.state = 'proposed') AS proposed,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id
             AND n.state IN ('accepted', 'completed', 'not_completed')) AS accepted,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.state = 'waiting') AS waiting,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.state = 'completed') AS completed
     FROM class c
     JOIN programme_version w ON w.id = c.programme_version_id
     JOIN programme p ON p.id = w.programme_id
     JOIN scheme_audience a ON a.scheme_id = c.scheme_id AND a.code = c.audience_code
     JOIN venue v ON v.id = c.venue_id
     LEFT JOIN account h ON h.id = c.head_account_id
     WHERE c.scheme_id = $1 AND ($2 = 0 OR c.year = $2)
       AND (CAST($3 AS UUID) IS NULL
            OR (c.state <> 'called' AND EXISTS (SELECT 1 FROM class_quota q WHERE q.class_id = c.id AND q.commune_id = $3)))
       AND (CAST($4 AS UUID) IS NULL OR c.head_account_id = $4)
     ORDER BY c.starts_on DESC, c.year DESC, c.number DESC"
);
sql!(
    CLASS,
    "SELECT c.id, c.scheme_id, c.year, c.number, p.name AS programme, c.programme_version_id, c.plan_class_id, c.audience_code,
            a.name AS audience, c.venue_id, v.name AS venue, c.starts_on, c.ends_on, c.nominate_by, c.seat_limit, c.edition, c.head_account_id,
            h.name AS head, c.state,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.state = 'proposed') AS proposed,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id
             AND n.state IN ('accepted', 'completed', 'not_completed')) AS accepted,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.state = 'waiting') AS waiting,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.state = 'completed') AS completed
     FROM class c
     JOIN programme_version w ON w.id = c.programme_version_id
     JOIN programme p ON p.id = w.programme_id
     JOIN scheme_audience a ON a.scheme_id = c.scheme_id AND a.code = c.audience_code
     JOIN venue v ON v.id = c.venue_id
     JOIN scheme s ON s.id = c.scheme_id
     LEFT JOIN account h ON h.id = c.head_account_id
     WHERE c.id = $1 AND (CAST($4 AS UUID) IS NULL OR s.province_id = $4)
       AND (CAST($2 AS UUID) IS NULL
            OR (c.state <> 'called' AND EXISTS (SELECT 1 FROM class_quota q WHERE q.class_id = c.id AND q.commune_id = $2)))
       AND (CAST($3 AS UUID) IS NULL OR c.head_account_id = $3)"
);
sql!(YEARS, "SELECT DISTINCT year FROM class WHERE scheme_id = $1 ORDER BY year DESC");
sql!(
    QUOTAS,
    // units are called as on the last day of the class
    "SELECT q.commune_id, k.code, COALESCE(m.name, k.name) AS name, k.kind, q.seats,
            CAST(COALESCE(SUM(CASE WHEN n.state = 'proposed' THEN 1 ELSE 0 END), 0) AS BIGINT) AS proposed,
            CAST(COALESCE(SUM(CASE WHEN n.state IN ('accepted', 'completed', 'not_completed') THEN 1 ELSE 0 END), 0) AS BIGINT) AS accepted,
            CAST(COALESCE(SUM(CASE WHEN n.state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting
     FROM class_quota q
     JOIN v_organisation_commune k ON k.commune_id = q.commune_id
     JOIN class c ON c.id = q.class_id
     LEFT JOIN v_organisation_name m ON m.unit_id = q.commune_id AND m.valid_from <= c.ends_on
                                    AND (m.until IS NULL OR m.until > c.ends_on)
     LEFT JOIN nomination n ON n.class_id = q.class_id AND n.commune_id = q.commune_id
     WHERE q.class_id = $1 AND (CAST($2 AS UUID) IS NULL OR q.commune_id = $2)
     GROUP BY q.commune_id, k.code, k.name, m.name, k.kind, q.seats, k.sort_key
     ORDER BY k.sort_key, k.code"
);
sql!(
    NOMINATIONS,
    "SELECT n.id, n.person_id, p.full_name, p.position_title, n.commune_id, COALESCE(m.name, k.name) AS commune,
            k.kind AS commune_kind, n.state, n.note, n.decision, n.decided_on, p.bloc, p.level,
            (SELECT COUNT(*) FROM nomination w WHERE w.class_id = n.class_id AND w.state = 'waiting' AND n.state = 'waiting'
             AND (w.waiting_since, w.id) <= (n.waiting_since, n.id)) AS place
     FROM nomination n
     JOIN v_registry_person p ON p.person_id = n.person_id
     JOIN v_organisation_commune k ON k.commune_id = n.commune_id
     JOIN class c ON c.id = n.class_id
     LEFT JOIN v_organisation_name m ON m.unit_id = n.commune_id AND m.valid_from <= c.ends_on
                                    AND (m.until IS NULL OR m.until > c.ends_on)
     WHERE n.class_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR n.commune_id = $3)
     ORDER BY CASE n.state WHEN 'asked' THEN 0 WHEN 'proposed' THEN 0 WHEN 'waiting' THEN 1 WHEN 'accepted' THEN 2 ELSE 3 END, n.waiting_since,
              p.sort_key, p.code, n.id"
);
sql!(
    LEARNERS,
    "SELECT n.person_id, p.full_name, p.birth_date, p.position_title, COALESCE(m.name, k.name) AS commune,
            k.kind AS commune_kind, n.outcome
     FROM v_classes_learner n
     JOIN v_registry_person p ON p.person_id = n.person_id
     JOIN v_organisation_commune k ON k.commune_id = n.commune_id
     JOIN class c ON c.id = n.class_id
     LEFT JOIN v_organisation_name m ON m.unit_id = n.commune_id AND m.valid_from <= c.ends_on
                                    AND (m.until IS NULL OR m.until > c.ends_on)
     WHERE n.class_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR n.commune_id = $3)
     ORDER BY p.sort_key, p.code"
);
sql!(MOVES, "SELECT to_state, by_name, at, note FROM class_move WHERE class_id = $1 ORDER BY seq");
sql!(
    NEXT_NUMBER,
    "INSERT INTO class_number (scheme_id, year, last_number) VALUES ($1, $2, 1)
     ON CONFLICT (scheme_id, year) DO UPDATE SET last_number = class_number.last_number + 1 RETURNING last_number"
);
sql!(
    INSERT_CLASS,
    "INSERT INTO class (id, scheme_id, year, number, programme_version_id, plan_class_id, audience_code, venue_id, starts_on, ends_on,
                        nominate_by, seat_limit, head_account_id, state, turn, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15)"
);
sql!(INSERT_QUOTA, "INSERT INTO class_quota (class_id, commune_id, seats) VALUES ($1, $2, $3)");
sql!(
    INSERT_HALF_DAY,
    "INSERT INTO half_day (id, class_id, seq, held_on, part, periods) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    WEIGHTS,
    "SELECT s.commune_id, COUNT(*) AS people, CAST(SUM(CASE WHEN q.person_id IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS planned
     FROM v_scheme_person s
     LEFT JOIN plan_seat q ON q.person_id = s.person_id AND q.plan_class_id = $5
     WHERE s.scheme_id = $1 AND s.audience_code = $2 AND s.in_post_from <= $4 AND (s.in_post_to IS NULL OR s.in_post_to >= $3)
       AND NOT EXISTS (SELECT 1 FROM nomination n JOIN class c ON c.id = n.class_id
                       WHERE n.person_id = s.person_id AND c.scheme_id = s.scheme_id
                         AND n.state IN ('proposed', 'waiting', 'accepted', 'completed') AND c.state <> 'cancelled')
     GROUP BY s.commune_id ORDER BY s.commune_id"
);
// the first planned class begins with the person's seats: joined freely, SQLite goes over every class of the plan for each person
sql!(
    CANDIDATES,
    "SELECT s.person_id, s.code, s.full_name, s.position_title, s.bloc, s.level, s.office_id, k.name AS office, s.audience_code,
            (s.in_post_from <= c.ends_on AND (s.in_post_to IS NULL OR s.in_post_to >= c.starts_on)) AS in_post,
            (SELECT MIN(l.valid_from) FROM v_registry_announced l
             WHERE l.person_id = s.person_id AND l.commune_id <> s.commune_id AND l.valid_from <= c.ends_on) AS leaves_on,
            (SELECT MIN(x.ends_on) FROM nomination n JOIN class x ON x.id = n.class_id
             WHERE n.person_id = s.person_id AND n.state = 'completed' AND x.scheme_id = c.scheme_id) AS trained_on,
            EXISTS (SELECT 1 FROM nomination n WHERE n.class_id = c.id AND n.person_id = s.person_id
                    AND n.state IN ('proposed', 'waiting', 'accepted')) AS here,
            (SELECT n.id FROM nomination n WHERE n.class_id = c.id AND n.person_id = s.person_id AND n.state = 'asked') AS asked,
            (SELECT x.year FROM nomination n JOIN class x ON x.id = n.class_id
             WHERE n.person_id = s.person_id AND x.id <> c.id AND n.state IN ('proposed', 'waiting', 'accepted')
               AND x.state <> 'cancelled' ORDER BY x.year, x.number LIMIT 1) AS other_year,
            (SELECT x.number FROM nomination n JOIN class x ON x.id = n.class_id
             WHERE n.person_id = s.person_id AND x.id <> c.id AND n.state IN ('proposed', 'waiting', 'accepted')
               AND x.state <> 'cancelled' ORDER BY x.year, x.number LIMIT 1) AS other_number,
            EXISTS (SELECT 1 FROM plan_seat q WHERE q.plan_class_id = c.plan_class_id AND q.person_id = s.person_id) AS planned_here,
            (SELECT MIN(d.seq) FROM plan_seat q CROSS JOIN plan_class d
             WHERE q.person_id = s.person_id AND d.id = q.plan_class_id AND d.plan_id = e.plan_id) AS plan_seq,
            EXISTS (SELECT 1 FROM nomination n JOIN class x ON x.id = n.class_id
                    WHERE n.person_id = s.person_id AND x.id <> c.id AND n.state IN ('proposed', 'accepted')
                      AND x.state <> 'cancelled' AND x.starts_on <= c.ends_on AND x.ends_on >= c.starts_on) AS away_in_week
     FROM class c
     LEFT JOIN plan_class e ON e.id = c.plan_class_id
     JOIN v_scheme_person s ON s.scheme_id = c.scheme_id
     LEFT JOIN office o ON o.unit_id = s.office_id
     LEFT JOIN office_kind k ON k.code = o.kind_code
     WHERE c.id = $1 AND s.commune_id = $2 AND (CAST($3 AS UUID) IS NULL OR s.person_id = $3)
     ORDER BY asked NULLS LAST, planned_here DESC, plan_seq NULLS LAST, s.sort_key, s.code"
);
sql!(
    LOCK_CLASS,
    "UPDATE class SET turn = turn + 1
     WHERE id = $1 AND (CAST($2 AS UUID) IS NULL OR scheme_id IN (SELECT s.id FROM scheme s WHERE s.province_id = $2))"
);
sql!(
    SHARES,
    "SELECT q.commune_id, q.seats AS quota,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = q.class_id AND n.commune_id = q.commune_id
             AND n.state IN ('proposed', 'accepted', 'completed', 'not_completed')) AS taken
     FROM class_quota q WHERE q.class_id = $1 ORDER BY q.commune_id"
);
sql!(
    POOLS,
    "SELECT o.kind, o.code, o.seats,
            (SELECT COUNT(*) FROM nomination n JOIN v_registry_person p ON p.person_id = n.person_id
             WHERE n.class_id = o.class_id AND n.state IN ('proposed', 'accepted', 'completed', 'not_completed')
               AND CASE o.kind WHEN 'bloc' THEN p.bloc ELSE p.level END = o.code) AS taken
     FROM class_pool o WHERE o.class_id = $1 ORDER BY o.code"
);
sql!(CLEAR_POOLS, "DELETE FROM class_pool WHERE class_id = $1");
sql!(INSERT_POOL, "INSERT INTO class_pool (class_id, kind, code, seats) VALUES ($1, $2, $3, $4)");
sql!(QUOTA, "SELECT seats FROM class_quota WHERE class_id = $1 AND commune_id = $2");
sql!(COMMUNES, "SELECT COUNT(*) FROM v_organisation_commune WHERE province_id = $1 AND valid_to IS NULL");
sql!(
    WAITING_LIST,
    "SELECT n.id, n.person_id, n.commune_id, n.state, p.bloc, p.level FROM nomination n
     JOIN v_registry_person p ON p.person_id = n.person_id
     WHERE n.class_id = $1 AND n.state = 'waiting' ORDER BY n.waiting_since, n.id"
);
// joined from the outside, SQLite makes the view of the scheme's people as a whole: it is asked for each person instead
sql!(
    ADMISSIONS,
    "SELECT n.id AS nomination_id, n.person_id,
            COALESCE((SELECT s.audience_code = c.audience_code FROM v_scheme_person s
                      WHERE s.scheme_id = c.scheme_id AND s.person_id = n.person_id), FALSE) AS of_audience,
            COALESCE((SELECT s.in_post_from <= c.ends_on AND (s.in_post_to IS NULL OR s.in_post_to >= c.starts_on)
                      FROM v_scheme_person s
                      WHERE s.scheme_id = c.scheme_id AND s.person_id = n.person_id), FALSE) AS in_post,
            (SELECT MIN(x.ends_on) FROM nomination m JOIN class x ON x.id = m.class_id
             WHERE m.person_id = n.person_id AND m.state = 'completed' AND x.scheme_id = c.scheme_id) AS trained_on
     FROM nomination n
     JOIN class c ON c.id = n.class_id
     WHERE n.class_id = $1 AND n.state = $2
     ORDER BY n.id"
);
sql!(
    BUSY,
    "SELECT id, venue_id, head_account_id FROM class
     WHERE state <> 'cancelled' AND starts_on <= $2 AND ends_on >= $1 ORDER BY starts_on, id"
);
sql!(
    LAID_OUT,
    "SELECT CAST(COALESCE((SELECT SUM(q.seats) FROM class_quota q WHERE q.class_id = $1), 0) AS BIGINT) AS shared,
            (SELECT COUNT(*) FROM half_day h WHERE h.class_id = $1) AS half_days,
            (SELECT COUNT(*) FROM half_day h JOIN timetable t ON t.class_id = h.class_id WHERE h.class_id = $1
             AND NOT EXISTS (SELECT 1 FROM sitting s WHERE s.half_day_id = h.id AND s.version = t.published)) AS empty_half_days,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = $1 AND n.state = 'accepted' AND n.decision = '') AS undecided"
);
sql!(
    SET_SEATS,
    "UPDATE class SET seat_limit = $2, nominate_by = $3, edition = edition + 1, seats_by = $4, seats_at = $5 WHERE id = $1"
);
sql!(SEATS_BY, "SELECT seats_by, seats_at FROM class WHERE id = $1");
sql!(SET_QUOTA, "UPDATE class_quota SET seats = $3 WHERE class_id = $1 AND commune_id = $2");
sql!(SET_HEAD, "UPDATE class SET head_account_id = $2 WHERE id = $1");
sql!(
    INSERT_NOMINATION,
    "INSERT INTO nomination (id, class_id, person_id, commune_id, office_id, state, waiting_since, note, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);
sql!(
    INSERT_NOMINATION_MOVE,
    "INSERT INTO nomination_move (nomination_id, seq, from_state, to_state, by_name, at, note)
     VALUES ($1, (SELECT COUNT(*) + 1 FROM nomination_move WHERE nomination_id = $1), $2, $3, $4, $5, $6)"
);
sql!(SET_NOMINATION, "UPDATE nomination SET state = $2, waiting_since = $4, note = $3 WHERE id = $1");
sql!(
    NOMINATION,
    "SELECT id, person_id, commune_id, state FROM nomination
     WHERE id = $1 AND class_id = $2 AND (CAST($3 AS UUID) IS NULL OR commune_id = $3)"
);
sql!(
    OPEN_NOMINATIONS,
    "SELECT id, person_id, commune_id, state FROM nomination WHERE class_id = $1 AND state = $2 ORDER BY id"
);
sql!(SET_CLASS, "UPDATE class SET state = $2 WHERE id = $1");
sql!(
    INSERT_CLASS_MOVE,
    "INSERT INTO class_move (class_id, seq, from_state, to_state, by_name, at, note)
     VALUES ($1, (SELECT COUNT(*) + 1 FROM class_move WHERE class_id = $1), $2, $3, $4, $5, $6)"
);

/// The account to which a lecturer's view is confined: the classes that they head.
#[must_use]
pub fn heads_only(actor: &Actor) -> Option<AccountId> {
    (actor.sees_nobody() && actor.may("attendance.take")).then_some(actor.account)
}

/// Whether names of learners are out of sight: aggregates only, and not the head of this class.
#[must_use]
pub fn names_hidden(actor: &Actor) -> bool {
    actor.sees_nobody() && heads_only(actor).is_none()
}

/// Classes within the actor's scope, newest first; `year` 0 for all.
///
/// # Errors
/// The database's failure.
pub async fn classes(
    conn: &mut Conn,
    actor: &Actor,
    scheme: SchemeId,
    year: i64,
) -> Result<Vec<ClassLine>, StoreError> {
    conn.all(&CLASSES, &[&scheme, &year, &actor.commune(), &heads_only(actor)]).await
}

/// One class, if the actor may see it.
///
/// # Errors
/// The database's failure.
pub async fn class(conn: &mut Conn, actor: &Actor, class: ClassId) -> Result<Option<ClassLine>, StoreError> {
    conn.opt(&CLASS, &[&class, &actor.commune(), &heads_only(actor), &actor.province]).await
}

/// One class without scope, inside an action that holds it already.
pub(crate) async fn any_class(conn: &mut Conn, class: ClassId) -> Result<Option<ClassLine>, StoreError> {
    let (nowhere, head): (Option<UnitId>, Option<AccountId>) = (None, None);
    conn.opt(&CLASS, &[&class, &nowhere, &head, &nowhere]).await
}

/// Years that have classes, newest first.
pub(super) async fn years(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<(i64,)> = conn.all(&YEARS, &[&scheme]).await?;
    Ok(rows.into_iter().map(|(year,)| year).collect())
}

/// Quotas within the actor's scope, by commune.
///
/// # Errors
/// The database's failure.
pub async fn quotas(conn: &mut Conn, actor: &Actor, class: ClassId) -> Result<Vec<QuotaLine>, StoreError> {
    conn.all(&QUOTAS, &[&class, &actor.commune()]).await
}

/// Nominations within the actor's scope.
///
/// # Errors
/// The database's failure.
pub async fn nominations(conn: &mut Conn, actor: &Actor, class: ClassId) -> Result<Vec<NominationLine>, StoreError> {
    conn.all(&NOMINATIONS, &[&class, &names_hidden(actor), &actor.commune()]).await
}

/// Learners of a class within the actor's scope, in the order of names.
///
/// # Errors
/// The database's failure.
pub async fn learners(conn: &mut Conn, actor: &Actor, class: ClassId) -> Result<Vec<Learner>, StoreError> {
    conn.all(&LEARNERS, &[&class, &names_hidden(actor), &actor.commune()]).await
}

/// Adds the half-days of a class.
pub(crate) async fn add_half_days(tx: &mut Tx, class: ClassId, made: &[HalfDay]) -> Result<(), StoreError> {
    tx.exec_many(&INSERT_HALF_DAY, made, |h, args| {
        args.add(&h.id)?;
        args.add(&class)?;
        args.add(&h.seq)?;
        args.add(&h.held_on)?;
        args.add(&h.part)?;
        args.add(&h.periods)
    })
    .await?;
    Ok(())
}

/// The moves of a class, oldest first.
pub(super) async fn moves(conn: &mut Conn, class: ClassId) -> Result<Vec<MoveLine>, StoreError> {
    conn.all(&MOVES, &[&class]).await
}

/// Everybody of a commune as a class sees them, in the planner's order.
///
/// # Errors
/// The database's failure.
pub async fn candidates(conn: &mut Conn, class: ClassId, commune: UnitId) -> Result<Vec<Candidate>, StoreError> {
    let everybody: Option<PersonId> = None;
    conn.all(&CANDIDATES, &[&class, &commune, &everybody]).await
}

/// One person of a commune as a class sees them.
pub(super) async fn candidate(
    conn: &mut Conn,
    class: ClassId,
    commune: UnitId,
    person: PersonId,
) -> Result<Option<Candidate>, StoreError> {
    conn.opt(&CANDIDATES, &[&class, &commune, &Some(person)]).await
}

/// The seats of a commune in a class.
///
/// # Errors
/// The database's failure.
pub async fn quota(conn: &mut Conn, class: ClassId, commune: UnitId) -> Result<Option<i64>, StoreError> {
    let row: Option<(i64,)> = conn.opt(&QUOTA, &[&class, &commune]).await?;
    Ok(row.map(|(seats,)| seats))
}

/// Communes with a quota in a class.
///
/// # Errors
/// The database's failure.
pub async fn quota_communes(conn: &mut Conn, actor: &Actor, class: ClassId) -> Result<Vec<(UnitId, i64)>, StoreError> {
    Ok(quotas(conn, actor, class).await?.into_iter().map(|q| (q.commune_id, q.seats)).collect())
}

/// Takes the class's turn: whoever writes its seats, marks or results next waits until this transaction ends.
/// Gives whether there is such a class in the scheme of `by`; a job of the program may hold any.
///
/// # Errors
/// The database's failure.
pub async fn hold(tx: &mut Tx, by: By<'_>, class: ClassId) -> Result<bool, StoreError> {
    let province = match by {
        By::Actor(actor) => actor.province,
        By::System(_) => None,
    };
    Ok(tx.exec(&LOCK_CLASS, &[&class, &province]).await? > 0)
}

/// Who changed the seats of a class last and when; nobody as long as they are as the call made them.
pub(super) async fn seats_by(
    conn: &mut Conn,
    class: ClassId,
) -> Result<Option<(String, Option<DateTime<Utc>>)>, StoreError> {
    conn.opt(&SEATS_BY, &[&class]).await
}

/// The seats of a class that are kept for some.
pub(super) async fn pools(conn: &mut Conn, class: ClassId) -> Result<Vec<Pool>, StoreError> {
    conn.all(&POOLS, &[&class]).await
}

/// The seats of a class on a day.
pub(super) async fn seats(conn: &mut Conn, line: &ClassLine, today: NaiveDate) -> Result<Seats, StoreError> {
    let shares: Vec<Share> = conn.all(&SHARES, &[&line.id]).await?;
    let pools = pools(conn, line.id).await?;
    Ok(Seats::new(line.seat_limit, today <= line.nominate_by, shares, pools))
}

/// How many communes the actor's province has.
pub(super) async fn communes(conn: &mut Conn, actor: &Actor) -> Result<i64, StoreError> {
    let (count,): (i64,) = conn.one(&COMMUNES, &[&actor.province]).await?;
    Ok(count)
}

/// Who waits for a seat, longest first.
pub(super) async fn waiting_list(conn: &mut Conn, class: ClassId) -> Result<Vec<Waiting>, StoreError> {
    conn.all(&WAITING_LIST, &[&class]).await
}

/// What the school asks of those who stand in a state.
pub(super) async fn admissions(
    conn: &mut Conn,
    class: ClassId,
    state: NominationState,
) -> Result<Vec<Admission>, StoreError> {
    conn.all(&ADMISSIONS, &[&class, &state]).await
}

/// How many accepted people the rules of admission would not accept today.
pub(super) async fn unfit(conn: &mut Conn, line: &ClassLine) -> Result<i64, StoreError> {
    let accepted = admissions(conn, line.id, NominationState::Accepted).await?;
    let unfit = accepted.iter().filter(|a| !fitness(a.of_audience, a.in_post, a.trained_on).is_empty()).count();
    Ok(i64::try_from(unfit).unwrap_or(i64::MAX))
}

/// Seats shared among communes, half-days, half-days that nothing is taught in, and accepted people without their unit's decision.
pub(super) async fn laid_out(conn: &mut Conn, class: ClassId) -> Result<(i64, i64, i64, i64), StoreError> {
    conn.one(&LAID_OUT, &[&class]).await
}

/// Classes that touch a stretch of days.
pub(super) async fn busy(conn: &mut Conn, from: NaiveDate, to: NaiveDate) -> Result<Vec<Busy>, StoreError> {
    conn.all(&BUSY, &[&from, &to]).await
}

sql!(
    NOMINATION_OF,
    "SELECT id FROM nomination WHERE class_id = $1 AND person_id = $2 AND state IN ('proposed', 'waiting', 'accepted')"
);

/// The nomination by which somebody stands on the list of a class.
///
/// # Errors
/// The database's failure.
pub async fn nomination_of(
    conn: &mut Conn,
    class: ClassId,
    person: PersonId,
) -> Result<Option<NominationId>, StoreError> {
    let row: Option<(NominationId,)> = conn.opt(&NOMINATION_OF, &[&class, &person]).await?;
    Ok(row.map(|(id,)| id))
}

/// Nominations that wait for the school's word.
///
/// # Errors
/// The database's failure.
pub async fn proposed(conn: &mut Conn, class: ClassId) -> Result<Vec<NominationId>, StoreError> {
    let rows: Vec<NominationRow> = conn.all(&OPEN_NOMINATIONS, &[&class, &NominationState::Proposed]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

sql!(NEEDS_PEOPLE, "SELECT DISTINCT person_id FROM nomination ORDER BY person_id");
::store::inventory::submit! {
    people::registry::import::NeedsPeople { key: "classes-needs-person", statement: &NEEDS_PEOPLE }
}

sql!(
    BOTH_IN_CLASS,
    "SELECT CAST(c.number AS TEXT) || '/' || CAST(c.year AS TEXT) AS label
     FROM nomination n JOIN nomination o ON o.person_id = $2 JOIN class c ON c.id = n.class_id
     WHERE n.person_id = $1
       AND (o.class_id = n.class_id
            OR (n.state IN ('proposed', 'waiting', 'accepted') AND o.state IN ('proposed', 'waiting', 'accepted')))
     ORDER BY c.year, c.number LIMIT 1"
);
sql!(NOMINATIONS_FOLLOW, "UPDATE nomination SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    people::registry::record::FollowsPeople {
        clash: Some(("classes-clash-of-two", &BOTH_IN_CLASS)), moves: &[&NOMINATIONS_FOLLOW]
    }
}
