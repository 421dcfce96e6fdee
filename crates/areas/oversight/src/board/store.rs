//! What the board reads of classes; views and published tables only.

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{ClassId, SchemeId};
use teaching::classes::ClassState;

/// A class with its counts.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct ClassFigures {
    pub id: ClassId,
    pub year: i64,
    pub number: i64,
    pub audience: String,
    pub venue: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub nominate_by: NaiveDate,
    pub seat_limit: i64,
    pub state: ClassState,
    pub taken: i64,
    pub proposed: i64,
    pub silent: i64,
    pub present: i64,
    pub marked: i64,
}

impl ClassFigures {
    /// `29/2026`.
    pub(super) fn label(&self) -> String {
        teaching::classes::label(self.number, self.year)
    }

    /// The day of the class on which today falls, from 1, while it is being taught.
    pub(super) fn day(&self, today: NaiveDate) -> Option<i64> {
        (self.starts_on..=self.ends_on).contains(&today).then(|| (today - self.starts_on).num_days() + 1)
    }

    /// Days of teaching.
    pub(super) fn days(&self) -> i64 {
        (self.ends_on - self.starts_on).num_days() + 1
    }
}

sql!(
    CLASSES,
    "SELECT c.id, c.year, c.number, a.name AS audience, v.name AS venue, c.starts_on, c.ends_on, c.nominate_by, c.seat_limit, c.state,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id
             AND n.state IN ('proposed', 'accepted', 'completed', 'not_completed')) AS taken,
            (SELECT COUNT(*) FROM nomination n WHERE n.class_id = c.id AND n.state = 'proposed') AS proposed,
            (SELECT COUNT(*) FROM class_quota q WHERE q.class_id = c.id AND NOT EXISTS
             (SELECT 1 FROM nomination n WHERE n.class_id = c.id AND n.commune_id = q.commune_id AND n.state <> 'asked')) AS silent,
            CAST(COALESCE(m.present, 0) AS BIGINT) AS present, CAST(COALESCE(m.marked, 0) AS BIGINT) AS marked
     FROM class c
     JOIN scheme_audience a ON a.scheme_id = c.scheme_id AND a.code = c.audience_code
     JOIN venue v ON v.id = c.venue_id
     LEFT JOIN (SELECT class_id, SUM(CASE WHEN status IN ('present', 'late') THEN 1 ELSE 0 END) AS present, COUNT(*) AS marked
                FROM v_attendance_mark
                WHERE class_id IN (SELECT x.id FROM class x WHERE x.scheme_id = $1 AND x.year = $2 AND x.state IN ('running', 'marking'))
                GROUP BY class_id) m ON m.class_id = c.id
     WHERE c.scheme_id = $1 AND c.year = $2 AND c.state <> 'cancelled'
     ORDER BY c.starts_on, c.number"
);
sql!(
    TRAINED_BY_DAY,
    "SELECT trained_on, COUNT(*) AS people FROM v_classes_trained WHERE scheme_id = $1 GROUP BY trained_on ORDER BY trained_on"
);

/// The classes of a year that are not cancelled, by week.
pub(super) async fn classes(conn: &mut Conn, scheme: SchemeId, year: i64) -> Result<Vec<ClassFigures>, StoreError> {
    conn.all(&CLASSES, &[&scheme, &year]).await
}

/// People trained for the first time, by the day on which their class ended.
pub(super) async fn trained_by_day(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<(NaiveDate, i64)>, StoreError> {
    conn.all(&TRAINED_BY_DAY, &[&scheme]).await
}
