//! A record as the person whom it is about may see it: whole.

use ::store::{Conn, StoreError, Vault};
use chrono::NaiveDate;
use kernel::{Actor, PersonId};
use serde::Serialize;
use web::T;

use super::{
    actions::opened,
    announced::of_person,
    edit::{label_key, told},
    store::{changes, ethnic_groups, posts, record},
};
use crate::organisation::titled;

/// Everything that the register keeps of somebody.
#[derive(Debug, Clone, Serialize)]
pub struct OwnRecord {
    /// Number of the person.
    pub code: String,
    /// Labels and values, in words.
    pub values: Vec<(String, String)>,
    /// Posts, newest first.
    pub posts: Vec<OwnPost>,
    /// Changes of the record, newest last.
    pub changes: Vec<OwnChange>,
}

/// A post that somebody held.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "columns of assignment, described in the dictionary")]
pub struct OwnPost {
    pub title: String,
    pub office: Option<String>,
    pub commune: String,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    pub decision: String,
}

/// A value that became another.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "columns of person_change, described in the dictionary")]
pub struct OwnChange {
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub since: NaiveDate,
    pub source: String,
}

/// Reads the whole record of the person behind the actor's account; none when the actor asks for somebody else.
///
/// # Errors
/// The database's failure; [`StoreError::Vault`] when the identity number cannot be opened.
pub async fn own_record(
    conn: &mut Conn,
    vault: &Vault,
    t: T,
    actor: &Actor,
    person: PersonId,
    today: NaiveDate,
) -> Result<Option<OwnRecord>, StoreError> {
    if actor.person != Some(person) {
        return Ok(None);
    }
    // whatever the account may see of others, it sees its own person
    let own = Actor { scope: kernel::Scope::Own(person), ..actor.clone() };
    let Some(record) = record(conn, &own, person).await? else { return Ok(None) };
    let groups = ethnic_groups(conn).await?;
    let group = |code: &str| groups.iter().find(|(c, _)| c == code).map(|(_, name)| name.clone());
    let identity = opened(vault, &record)?.map(|identity| identity.digits().to_owned());
    let open = record.facts.values();
    let private = record.private.values().into_iter().map(|(field, value)| match (field, value) {
        ("ethnic_code", Some(code)) => (field, group(&code)),
        (_, Some(day)) => (field, Some(day.parse().map_or(day, |day: NaiveDate| t.date(day)))),
        (field, None) => (field, None),
    });
    let values = open
        .into_iter()
        .map(|(field, value)| (field, told(t, field, value.as_deref())))
        .chain(private.map(|(field, value)| (field, value.unwrap_or_else(|| "–".to_owned()))))
        .chain([("identity", identity.unwrap_or_else(|| "–".to_owned()))])
        .map(|(field, value)| (t.get(label_key(field)).into_owned(), value))
        .collect();
    // what is decided for a day to come is kept of the person as well
    let ahead = of_person(conn, person).await?.into_iter().filter(|post| post.fault.is_none()).map(|post| OwnPost {
        commune: titled(t, &post.commune_kind, &post.commune),
        title: post.title,
        office: None,
        from: post.valid_from,
        to: None,
        decision: post.decision,
    });
    let held = posts(conn, person, today).await?.into_iter().map(|post| OwnPost {
        commune: titled(t, &post.commune_kind, &post.commune),
        title: post.title,
        office: post.office,
        from: post.valid_from,
        to: post.valid_to,
        decision: post.decision,
    });
    let posts = ahead.rev().chain(held).collect();
    let changes = changes(conn, person).await?.into_iter().map(|line| OwnChange {
        field: t.get(label_key(&line.field)).into_owned(),
        old: line.old,
        new: line.new,
        since: line.since,
        source: t.get(format!("record-source-{}", line.source)).into_owned(),
    });
    Ok(Some(OwnRecord { code: record.code, values, posts, changes: changes.collect() }))
}
