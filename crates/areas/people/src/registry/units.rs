//! People follow their unit: when it goes into others, posts end and begin anew in one transaction.

use std::collections::{HashMap, hash_map::Entry};

use ::store::{By, Change, Conn, StoreError, Tx, sql};
use chrono::{Days, NaiveDate};
use kernel::{AssignmentId, PersonId, PositionId, UnitId};
use serde::Serialize;

use super::{
    find,
    record::{ADD_POST, END_POST},
};

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

/// A post that reaches over a day.
#[derive(Debug, sqlx::FromRow)]
struct Post {
    id: AssignmentId,
    person_id: PersonId,
    position_id: PositionId,
    office_kind: Option<String>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    kind: String,
    ended_because: Option<String>,
}

/// Somebody of a unit that ends.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct Member {
    /// Who.
    pub person_id: PersonId,
    /// Name.
    pub full_name: String,
    /// Post.
    pub title: String,
    /// Office; empty where the post has none.
    pub office: String,
}

sql!(
    MEMBERS,
    "SELECT a.person_id, p.full_name, o.title, COALESCE(k.name, '') AS office
     FROM assignment a
     JOIN person p ON p.id = a.person_id AND p.removed_at IS NULL
     JOIN position o ON o.id = a.position_id
     LEFT JOIN office f ON f.unit_id = a.office_id
     LEFT JOIN office_kind k ON k.code = f.kind_code
     WHERE a.commune_id = $1 AND (a.valid_to IS NULL OR a.valid_to >= $2)
       AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.person_id = a.person_id AND b.commune_id = a.commune_id
                       AND (b.valid_to IS NULL OR b.valid_to >= $2)
                       AND (b.valid_from < a.valid_from OR (b.valid_from = a.valid_from AND b.id < a.id)))
     ORDER BY COALESCE(k.code, ''), o.place, p.sort_key, p.code"
);
sql!(
    POSTS_OVER,
    "SELECT a.id, a.person_id, a.position_id, f.kind_code AS office_kind, a.valid_from, a.valid_to, a.kind, a.ended_because
     FROM assignment a
     JOIN person p ON p.id = a.person_id AND p.removed_at IS NULL
     LEFT JOIN office f ON f.unit_id = a.office_id
     WHERE a.commune_id = $1 AND (a.valid_to IS NULL OR a.valid_to >= $2)
     ORDER BY a.person_id, a.id"
);
sql!(OFFICES_OF, "SELECT kind_code, unit_id FROM office WHERE commune_id = $1 ORDER BY kind_code");

/// Everybody with a post in a unit on a day or later, by office, post and name.
///
/// # Errors
/// The database's failure.
pub(crate) async fn members(conn: &mut Conn, unit: UnitId, on: NaiveDate) -> Result<Vec<Member>, StoreError> {
    conn.all(&MEMBERS, &[&unit, &on]).await
}

#[derive(Serialize)]
struct Moved<'a> {
    from: UnitId,
    to: UnitId,
    since: NaiveDate,
    decision: &'a str,
}

/// Everybody in a unit goes on in the one that `to` names, from a day: the post there ends on the day before, and a new one
/// begins with the same position, in the office of the same kind. Gives who went where.
///
/// # Errors
/// [`MoveRefused`]; nothing is written then when the caller gives the transaction up.
pub(crate) async fn move_people(
    tx: &mut Tx,
    by: By<'_>,
    from: UnitId,
    to: impl Fn(PersonId) -> UnitId,
    since: NaiveDate,
    decision: &str,
) -> Result<Vec<(PersonId, UnitId)>, MoveRefused> {
    let posts: Vec<Post> = tx.all(&POSTS_OVER, &[&from, &since]).await?;
    let later = posts.iter().filter(|post| post.valid_from >= since).count();
    if later > 0 {
        return Err(MoveRefused::Later(later));
    }
    let eve = since - Days::new(1);
    let mut offices: HashMap<UnitId, HashMap<String, UnitId>> = HashMap::new();
    let mut went: Vec<(PersonId, UnitId)> = Vec::new();
    for post in &posts {
        let to = to(post.person_id);
        if let Entry::Vacant(place) = offices.entry(to) {
            let own: Vec<(String, UnitId)> = tx.all(&OFFICES_OF, &[&to]).await?;
            place.insert(own.into_iter().collect());
        }
        let kind = post.office_kind.as_ref();
        let office = kind.and_then(|kind| offices.get(&to)?.get(kind)).copied();
        tx.exec(&END_POST, &[&post.id, &eve, &"moved"]).await?;
        let id = AssignmentId::new(tx.ids());
        let values: &[&dyn ::store::Bind] = &[
            &id,
            &post.person_id,
            &office,
            &to,
            &post.position_id,
            &since,
            &post.valid_to,
            &post.kind,
            &decision,
            &post.ended_because,
        ];
        tx.exec(&ADD_POST, values).await?;
        if went.last().map(|(person, _)| person) != Some(&post.person_id) {
            went.push((post.person_id, to));
        }
    }
    let people: Vec<PersonId> = went.iter().map(|(person, _)| *person).collect();
    find::renew(tx, &people).await?;
    for (person, to) in &went {
        tx.audit(by, "registry.person.moved", person, Change::created(&Moved { from, to: *to, since, decision }))?;
    }
    Ok(went)
}
