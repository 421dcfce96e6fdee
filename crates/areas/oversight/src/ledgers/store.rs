//! Periods by ledger: past courses and the school's own classes.

use ::store::{Bind, Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{Actor, PersonId, SchemeId};
use people::registry::rules_on;

use super::model::{Owed, Year, bounds, years};

/// Courses and completed classes: person, last day, ledger, periods. A class counts for the ledger of its programme, else
/// for $1.
macro_rules! periods {
    ($courses:literal, $classes:literal) => {
        concat!(
            "SELECT c.person_id, c.ends_on, c.ledger, c.periods FROM v_history_course c WHERE ",
            $courses,
            " UNION ALL
             SELECT l.person_id, l.ends_on,
                    COALESCE((SELECT r.value FROM registry_rule r WHERE r.key = 'ledger_class_' || p.code
                              AND r.valid_from <= l.ends_on ORDER BY r.valid_from DESC LIMIT 1), $1) AS ledger,
                    x.periods_attended AS periods
             FROM v_classes_learner l
             JOIN v_results_result x ON x.class_id = l.class_id AND x.person_id = l.person_id
             JOIN programme_version v ON v.id = l.programme_version_id
             JOIN programme p ON p.id = v.programme_id
             WHERE l.outcome = 'completed' AND ",
            $classes
        )
    };
}
sql!(
    OF_PERSON,
    concat!(
        "SELECT y.ends_on, y.ledger, y.periods FROM (",
        periods!("c.person_id = $2", "l.person_id = $2"),
        ") y ORDER BY y.ends_on, y.ledger, y.periods"
    )
);
sql!(
    BEHIND,
    concat!(
        "SELECT z.person_id, z.code, z.full_name, z.sort_key, z.position_title, z.commune, z.commune_kind, z.updates, z.position,
                z.updated
         FROM (SELECT s.person_id, s.code, s.full_name, s.sort_key, s.position_title, k.name AS commune, k.kind AS commune_kind,
                      ';' || $6 || ';' LIKE '%;' || s.level || ';%' AS updates,
                      COALESCE(d.position, 0) AS position, COALESCE(d.updated, 0) AS updated
               FROM v_scheme_person s
               JOIN v_organisation_commune k ON k.commune_id = s.commune_id
               LEFT JOIN (SELECT y.person_id,
                                 CAST(SUM(CASE WHEN y.ledger = 'position' THEN y.periods ELSE 0 END) AS BIGINT) AS position,
                                 CAST(SUM(CASE WHEN y.ledger = 'update' THEN y.periods ELSE 0 END) AS BIGINT) AS updated
                          FROM (",
        periods!("c.ends_on >= $2 AND c.ends_on <= $3", "l.ends_on >= $2 AND l.ends_on <= $3"),
        ") y GROUP BY y.person_id) d ON d.person_id = s.person_id
               WHERE s.scheme_id = $7 AND NOT $8 AND (CAST($9 AS UUID) IS NULL OR s.commune_id = $9)
                 AND (CAST($10 AS UUID) IS NULL OR s.person_id = $10)
                 AND (s.in_post_to IS NULL OR s.in_post_to >= $11) AND ($12 = '' OR k.code = $12)
                 AND (s.sort_key, s.code) > ($13, $14)) z
         WHERE ($15 <> 'update' AND z.position < $4) OR ($15 <> 'position' AND z.updates AND z.updated < $5)
         ORDER BY z.sort_key, z.code LIMIT $16"
    )
);

/// Somebody who is behind in a year.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Behind {
    pub person_id: PersonId,
    pub code: String,
    pub full_name: String,
    pub sort_key: String,
    pub position_title: String,
    pub commune: String,
    pub commune_kind: String,
    /// Whether the post owes knowledge updating.
    pub updates: bool,
    /// Periods for the post.
    pub position: i64,
    /// Periods of knowledge updating.
    pub updated: i64,
}

/// What is asked of the list.
#[derive(Debug, Default)]
pub(super) struct Narrow<'a> {
    pub year: i32,
    /// Code of a commune, or nothing.
    pub commune: &'a str,
    /// `update`, `position`, or nothing for either.
    pub ledger: &'a str,
}

/// What is owed by the rules in force on a day.
pub(crate) async fn owed(conn: &mut Conn, on: NaiveDate) -> Result<Owed, StoreError> {
    Ok(Owed::of(&rules_on(conn, on).await?))
}

/// Somebody's periods by year, the newest first.
pub(crate) async fn of_person(
    conn: &mut Conn,
    person: PersonId,
    owed: &Owed,
    today: NaiveDate,
) -> Result<Vec<Year>, StoreError> {
    let rows: Vec<(NaiveDate, String, i64)> = conn.all(&OF_PERSON, &[&owed.class_ledger, &person]).await?;
    Ok(years(rows.iter().map(|(on, ledger, periods)| (*on, ledger.as_str(), *periods)), today))
}

/// People within the actor's scope who are behind in a year, by name after `(sort_key, code)`, at most `most`; with what
/// is owed.
pub(super) async fn behind(
    conn: &mut Conn,
    actor: &Actor,
    scheme: SchemeId,
    narrow: &Narrow<'_>,
    today: NaiveDate,
    after: (&str, &str),
    most: i64,
) -> Result<(Vec<Behind>, Owed), StoreError> {
    let Some((first, last, measured)) = bounds(narrow.year, today) else { return Ok((Vec::new(), Owed::default())) };
    let owed = owed(conn, measured).await?;
    let (nobody, commune, own) = (actor.sees_nobody(), actor.commune(), actor.own_person());
    let levels = owed.levels.replace(' ', "");
    let values: [&dyn Bind; 16] = [
        &owed.class_ledger,
        &first,
        &last,
        &owed.position,
        &owed.update,
        &levels,
        &scheme,
        &nobody,
        &commune,
        &own,
        &today,
        &narrow.commune,
        &after.0,
        &after.1,
        &narrow.ledger,
        &most,
    ];
    let people = conn.all(&BEHIND, &values).await?;
    Ok((people, owed))
}
