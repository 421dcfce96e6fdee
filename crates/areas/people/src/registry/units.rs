//! People follow their unit: when one goes into another, posts end and begin anew in one transaction.

use ::store::{By, Change, StoreError, Tx, sql};
use chrono::{Days, NaiveDate};
use kernel::{AssignmentId, PersonId, PositionId, UnitId};
use serde::Serialize;

use super::find;

/// Why the people of a unit were not moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveRefused {
    /// So many posts in the unit begin on that day or later: the day is too early.
    #[error("{0} posts begin later")]
    Later(usize),
    /// The database's failure.
    #[error("moving people")]
    Store(#[from] StoreError),
}

/// A post that reaches over the day, with the office of its kind in the other unit.
#[derive(Debug, sqlx::FromRow)]
struct Post {
    id: AssignmentId,
    person_id: PersonId,
    position_id: PositionId,
    office_id: Option<UnitId>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    kind: String,
    ended_because: Option<String>,
}

sql!(
    POSTS_OVER,
    "SELECT a.id, a.person_id, a.position_id, o.unit_id AS office_id, a.valid_from, a.valid_to, a.kind, a.ended_because
     FROM assignment a
     JOIN person p ON p.id = a.person_id AND p.removed_at IS NULL
     LEFT JOIN office f ON f.unit_id = a.office_id
     LEFT JOIN office o ON o.commune_id = $2 AND o.kind_code = f.kind_code
     WHERE a.commune_id = $1 AND (a.valid_to IS NULL OR a.valid_to >= $3)
     ORDER BY a.person_id, a.id"
);
sql!(END_POST, "UPDATE assignment SET valid_to = $2, ended_because = 'moved' WHERE id = $1");
sql!(
    CONTINUE_POST,
    "INSERT INTO assignment (id, person_id, office_id, commune_id, position_id, valid_from, valid_to, kind, decision, ended_because)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);

#[derive(Serialize)]
struct Moved<'a> {
    from: UnitId,
    to: UnitId,
    since: NaiveDate,
    decision: &'a str,
}

/// Everybody in a unit goes on in another one from a day: the post there ends on the day before, and a new one begins with
/// the same position, in the office of the same kind. Gives how many people.
///
/// # Errors
/// [`MoveRefused`]; nothing is written then when the caller gives the transaction up.
pub(crate) async fn move_people(
    tx: &mut Tx,
    by: By<'_>,
    from: UnitId,
    to: UnitId,
    since: NaiveDate,
    decision: &str,
) -> Result<usize, MoveRefused> {
    let posts: Vec<Post> = tx.all(&POSTS_OVER, &[&from, &to, &since]).await?;
    let later = posts.iter().filter(|post| post.valid_from >= since).count();
    if later > 0 {
        return Err(MoveRefused::Later(later));
    }
    let eve = since - Days::new(1);
    let mut people: Vec<PersonId> = Vec::new();
    for post in &posts {
        tx.exec(&END_POST, &[&post.id, &eve]).await?;
        let id = AssignmentId::new(tx.ids());
        let values: &[&dyn ::store::Bind] = &[
            &id,
            &post.person_id,
            &post.office_id,
            &to,
            &post.position_id,
            &since,
            &post.valid_to,
            &post.kind,
            &decision,
            &post.ended_because,
        ];
        tx.exec(&CONTINUE_POST, values).await?;
        if people.last() != Some(&post.person_id) {
            people.push(post.person_id);
        }
    }
    find::renew(tx, &people).await?;
    for person in &people {
        tx.audit(by, "registry.person.moved", person, Change::created(&Moved { from, to, since, decision }))?;
    }
    Ok(people.len())
}
