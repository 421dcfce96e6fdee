//! SQL of the choices.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, Utc};
use kernel::ClassId;

use crate::curriculum::Taught;

/// A choice: its number, who made it and when.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Choice {
    pub seq: i64,
    pub by_name: String,
    pub at: DateTime<Utc>,
}

sql!(LAST_CHOICE, "SELECT seq, by_name, at FROM class_choice WHERE class_id = $1 ORDER BY seq DESC LIMIT 1");
sql!(
    CHOSEN,
    "SELECT topic_id AS id, code, CAST(0 AS BIGINT) AS day, title, kind, periods, TRUE AS is_elective FROM class_elective
     WHERE class_id = $1 AND choice = $2 ORDER BY seq"
);
sql!(INSERT_CHOICE, "INSERT INTO class_choice (class_id, seq, by_name, at) VALUES ($1, $2, $3, $4)");
sql!(
    INSERT_ELECTIVE,
    "INSERT INTO class_elective (class_id, choice, seq, topic_id, code, title, kind, periods) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);

/// The choice that holds, with its topics.
pub(super) async fn chosen(conn: &mut Conn, class: ClassId) -> Result<(Option<Choice>, Vec<Taught>), StoreError> {
    let last: Option<Choice> = conn.opt(&LAST_CHOICE, &[&class]).await?;
    let topics = match &last {
        Some(choice) => conn.all(&CHOSEN, &[&class, &choice.seq]).await?,
        None => Vec::new(),
    };
    Ok((last, topics))
}
