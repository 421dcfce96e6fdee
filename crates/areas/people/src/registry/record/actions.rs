//! Changing a record, its posts, and uniting two records of one person.

use ::store::{By, Change, Conn, Db, Statement, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    Actor, AssignmentId, PersonChangeId, PersonId, PositionId, UnitId,
    text::{name_key, sort_key, sound_key},
};
use sha2::{Digest, Sha256};
use web::Permit;

use super::{
    EditPeople, MergePeople, ReadSensitive,
    model::{
        Difference, Facts, Identity, PostFault, Private, Value, before, begin, correct, differences, leave, source_of,
        within,
    },
    store::{
        ADD_CHANGE, ADD_POST, END_POST, Post, REMOVE_POST, Record, SET_ETHNIC, SET_IDENTITY, SET_OPEN, SET_PERSON,
        SET_POST, SET_PRIVATE, changes, code_of, hold, last_number, office_of, posts, record,
    },
};
use crate::registry::{
    find,
    store::{INSERT_ASSIGNMENT, INSERT_PERSON},
};

/// Why a record was not written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Nobody of that id in the actor's scope.
    #[error("no such person")]
    NotFound,
    /// Somebody saved the record after the form was made: who and when, as far as it is known.
    #[error("saved by somebody else meanwhile")]
    Overtaken(Option<(String, DateTime<Utc>)>),
    /// Another record of the province has the identity number.
    #[error("another record has the identity number")]
    IdentityTaken,
    /// The commune is not the actor's.
    #[error("not the actor's commune")]
    Elsewhere,
    /// A post does not fit.
    #[error(transparent)]
    Post(#[from] PostFault),
    /// Two records cannot become one: message key and what stands against it.
    #[error("cannot be united: {0}")]
    Clash(&'static str, String),
    /// The database's failure.
    #[error("writing a record")]
    Store(#[from] StoreError),
}

/// The edition of values: a form that was made from other ones is overtaken, whoever changed them.
#[must_use]
pub(super) fn edition(values: &[Value]) -> String {
    let mut hasher = Sha256::new();
    for (field, value) in values {
        hasher.update(field.as_bytes());
        hasher.update([u8::from(value.is_some())]);
        hasher.update(value.as_deref().unwrap_or_default().as_bytes());
        hasher.update([0]);
    }
    hex::encode(hasher.finalize()).chars().take(16).collect()
}

/// The edition of the sensitive part, the sealed number included.
pub(super) fn private_edition(record: &Record) -> String {
    let mut values = record.private.values();
    values.push(("identity", record.identity_sealed.as_ref().map(hex::encode)));
    edition(&values)
}

/// Who changed any of the fields last.
async fn latest(conn: &mut Conn, person: PersonId) -> Result<Option<(String, DateTime<Utc>)>, StoreError> {
    Ok(changes(conn, person).await?.pop().map(|line| (line.by_name, line.at)))
}

/// Notes which fields of whom became what from today on, said by a source and written by somebody.
///
/// # Errors
/// The database's failure.
pub(in crate::registry) async fn note(
    tx: &mut Tx,
    changed: &[(PersonId, Difference)],
    source: &str,
    by: &str,
) -> Result<(), StoreError> {
    let (now, since) = (tx.now(), tx.today());
    let lines: Vec<_> = changed.iter().map(|change| (PersonChangeId::new(tx.ids()), change)).collect();
    tx.exec_many(&ADD_CHANGE, &lines, |(id, (person, (field, old, new))), args| {
        args.add(id)?;
        args.add(person)?;
        args.add(field)?;
        args.add(old)?;
        args.add(new)?;
        args.add(&since)?;
        args.add(&source)?;
        args.add(&by)?;
        args.add(&now)
    })
    .await?;
    Ok(())
}

/// Differences of one person.
pub(in crate::registry) fn of_one(person: PersonId, changed: Vec<Difference>) -> Vec<(PersonId, Difference)> {
    changed.into_iter().map(|change| (person, change)).collect()
}

async fn set_facts(tx: &mut Tx, record: &Record, facts: &Facts) -> Result<(), StoreError> {
    let (id, code) = (record.person_id, &record.code);
    tx.exec(
        &SET_PERSON,
        &[
            &id,
            &facts.full_name,
            &sort_key(&facts.full_name),
            &name_key(&facts.full_name, code),
            &sound_key(&facts.full_name),
            &facts.gender,
            &facts.birth_date,
            &facts.education,
            &facts.theory,
            &facts.management,
        ],
    )
    .await?;
    tx.exec(
        &SET_OPEN,
        &[&id, &record.province_id, &facts.rank, &facts.languages, &facts.it_skill, &facts.phone, &facts.email],
    )
    .await?;
    Ok(())
}

/// Changes the open part of a record of which the actor saw edition `seen`; nothing is written when nothing would change.
///
/// # Errors
/// [`RecordError::NotFound`], [`RecordError::Overtaken`]; the database's failure.
pub async fn change_facts(
    db: &Db,
    permit: &Permit<EditPeople>,
    person: PersonId,
    facts: &Facts,
    seen: &str,
) -> Result<(), RecordError> {
    db.write(async |tx| {
        let before = hold(tx, &permit.actor, person).await?.ok_or(RecordError::NotFound)?;
        let changed = differences(&before.facts.values(), &facts.values());
        if changed.is_empty() {
            return Ok(());
        }
        if edition(&before.facts.values()) != seen {
            return Err(RecordError::Overtaken(latest(tx, person).await?));
        }
        set_facts(tx, &before, facts).await?;
        note(tx, &of_one(person, changed), source_of(&permit.actor.role), &permit.actor.name).await?;
        find::renew(tx, &[person]).await?;
        tx.audit(&permit.actor, "registry.person.changed", person, Change::changed(&before.facts, facts))?;
        Ok(())
    })
    .await
}

/// What becomes of the identity number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityEdit {
    /// It stays.
    Keep,
    /// It goes.
    Remove,
    /// It becomes this one.
    Set(Identity),
}

/// Changes the sensitive part of a record. Old and new values of it go neither into the audit nor, of the identity number,
/// into the history of the record: there it is said that it changed.
///
/// # Errors
/// [`RecordError::NotFound`], [`RecordError::Overtaken`], [`RecordError::IdentityTaken`]; the database's failure.
pub async fn change_private(
    db: &Db,
    permit: &Permit<ReadSensitive>,
    person: PersonId,
    private: &Private,
    identity: &IdentityEdit,
    seen: &str,
) -> Result<(), RecordError> {
    let vault = db.vault()?;
    db.write(async |tx| {
        let before = hold(tx, &permit.actor, person).await?.ok_or(RecordError::NotFound)?;
        let context = person.to_string();
        let held = before.identity_sealed.as_deref().map(|sealed| vault.open(&context, sealed)).transpose();
        let held = held.map_err(StoreError::from)?;
        let wanted = match identity {
            IdentityEdit::Keep => held.clone(),
            IdentityEdit::Remove => None,
            IdentityEdit::Set(identity) => Some(identity.digits().to_owned()),
        };
        let mut changed = differences(&before.private.values(), &private.values());
        if held != wanted {
            changed.push(("identity", None, None));
        }
        if changed.is_empty() {
            return Ok(());
        }
        if private_edition(&before) != seen {
            return Err(RecordError::Overtaken(latest(tx, person).await?));
        }
        tx.exec(&SET_ETHNIC, &[&person, &private.ethnic_code]).await?;
        tx.exec(
            &SET_PRIVATE,
            &[
                &person,
                &before.province_id,
                &private.party_joined_on,
                &private.party_official_on,
                &private.child_born_on,
            ],
        )
        .await?;
        if held != wanted {
            let sealed = wanted.as_deref().map(|text| vault.seal(&context, text)).transpose();
            let sealed = sealed.map_err(StoreError::from)?;
            let mark = wanted.as_deref().map(|text| vault.mark(text));
            tx.exec(&SET_IDENTITY, &[&person, &sealed, &mark]).await.map_err(|error| {
                if error.is_unique("identity_mark") { RecordError::IdentityTaken } else { error.into() }
            })?;
        }
        let fields: Vec<&str> = changed.iter().map(|(field, ..)| *field).collect();
        note(tx, &of_one(person, changed), source_of(&permit.actor.role), &permit.actor.name).await?;
        tx.audit(&permit.actor, "registry.person.sensitive_changed", person, Change::created(&fields))?;
        Ok(())
    })
    .await
}

/// Reads the sensitive part of a record, which is recorded with its purpose, one of
/// [`PURPOSES`](super::model::PURPOSES): who read it stands in the audit for whoever the record is about.
///
/// # Errors
/// [`RecordError::NotFound`]; the database's failure.
pub(super) async fn read_private(
    db: &Db,
    permit: &Permit<ReadSensitive>,
    person: PersonId,
    purpose: &str,
) -> Result<(Record, Option<Identity>), RecordError> {
    let vault = db.vault()?;
    db.write(async |tx| {
        let held = record(tx, &permit.actor, person).await?.ok_or(RecordError::NotFound)?;
        let note = serde_json::json!({ "purpose": purpose });
        tx.audit(&permit.actor, SENSITIVE_READ, person, Change::created(&note))?;
        let identity = opened(vault, &held)?;
        Ok((held, identity))
    })
    .await
}

/// Reads the identity numbers of people within the actor's scope for a purpose: code in the register and number, in the order
/// of codes. Each reading stands in the audit of its person.
///
/// # Errors
/// The database's failure.
pub async fn read_identities(
    db: &Db,
    permit: &Permit<ReadSensitive>,
    people: &[PersonId],
    purpose: &'static str,
) -> Result<Vec<(String, Option<String>)>, StoreError> {
    let vault = db.vault()?;
    db.write(async |tx| {
        let mut numbers = Vec::with_capacity(people.len());
        for person in people {
            let Some(held) = record(tx, &permit.actor, *person).await? else { continue };
            let note = serde_json::json!({ "purpose": purpose });
            tx.audit(&permit.actor, SENSITIVE_READ, person, Change::created(&note))?;
            numbers.push((held.code.clone(), opened(vault, &held)?.map(|identity| identity.digits().to_owned())));
        }
        numbers.sort();
        Ok(numbers)
    })
    .await
}

/// Action of the audit under which a reading of sensitive fields stands.
pub const SENSITIVE_READ: &str = "registry.person.sensitive_read";

/// The identity number of a record.
pub(super) fn opened(vault: &::store::Vault, record: &Record) -> Result<Option<Identity>, StoreError> {
    let Some(sealed) = record.identity_sealed.as_deref() else { return Ok(None) };
    let text = vault.open(&record.person_id.to_string(), sealed)?;
    Ok(Identity::read(&text).ok())
}

/// A post as an officer gives it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PostDraft {
    /// Where.
    pub commune: UnitId,
    /// What.
    pub position: PositionId,
    /// `regular` or `seconded`.
    pub kind: &'static str,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none while it is held.
    pub to: Option<NaiveDate>,
    /// Number of the decision; may be empty.
    pub decision: String,
}

/// Gives a person a post. The post that is held ends on the day before, as moved, or as seconded where the new one is a
/// secondment, or as returned where the old one was.
///
/// # Errors
/// [`RecordError::NotFound`], [`RecordError::Elsewhere`], [`RecordError::Post`]; the database's failure.
pub async fn add_post(
    db: &Db,
    permit: &Permit<EditPeople>,
    person: PersonId,
    draft: &PostDraft,
) -> Result<(), RecordError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let held = hold(tx, actor, person).await?.ok_or(RecordError::NotFound)?;
        if !within(actor.commune(), draft.commune) {
            return Err(RecordError::Elsewhere);
        }
        let today = tx.today();
        let all = posts(tx, person, today).await?;
        begin_post(tx, actor.into(), person, held.facts.birth_date, &all, draft).await
    })
    .await
}

/// Whether the post is held already, in the same place.
pub(super) fn is_held(all: &[Post], draft: &PostDraft) -> bool {
    draft.to.is_none()
        && all.iter().any(|post| {
            post.valid_to.is_none()
                && (post.commune_id, post.position_id, post.kind.as_str())
                    == (draft.commune, draft.position, draft.kind)
        })
}

/// A post begins beside `all` the others of somebody who is held; nothing is written when it does not fit.
///
/// # Errors
/// [`RecordError::Post`]; the database's failure.
pub(super) async fn begin_post(
    tx: &mut Tx,
    by: By<'_>,
    person: PersonId,
    birth: Option<NaiveDate>,
    all: &[Post],
    draft: &PostDraft,
) -> Result<(), RecordError> {
    if is_held(all, draft) {
        return Err(PostFault::Same.into());
    }
    let spans: Vec<_> = all.iter().map(Post::span).collect();
    let ends = begin(&spans, birth, draft.from, draft.to, tx.today())?;
    if let Some((post, last)) = ends {
        let was = all.iter().find(|p| p.id == post).map_or("", |p| p.kind.as_str());
        let because = match (was, draft.kind) {
            (_, "seconded") => "seconded",
            ("seconded", _) => "returned",
            _ => "moved",
        };
        tx.exec(&END_POST, &[&post, &last, &because]).await?;
    }
    let (id, office) = (AssignmentId::new(tx.ids()), office_of(tx, draft.commune, draft.position).await?);
    tx.exec(
        &ADD_POST,
        &[
            &id,
            &person,
            &office,
            &draft.commune,
            &draft.position,
            &draft.from,
            &draft.to,
            &draft.kind,
            &draft.decision,
            &None::<String>,
        ],
    )
    .await?;
    find::renew(tx, &[person]).await?;
    tx.audit(by, "registry.post.begun", person, Change::created(draft))?;
    Ok(())
}

/// Ends the post that is held: somebody retires, resigns, is dismissed, dies or leaves the commune level. The last day may
/// lie ahead.
///
/// # Errors
/// [`RecordError::NotFound`], [`RecordError::Post`]; the database's failure.
pub async fn end_post(
    db: &Db,
    permit: &Permit<EditPeople>,
    person: PersonId,
    last_day: NaiveDate,
    because: &str,
) -> Result<(), RecordError> {
    db.write(async |tx| {
        hold(tx, &permit.actor, person).await?.ok_or(RecordError::NotFound)?;
        let today = tx.today();
        let spans: Vec<_> = posts(tx, person, today).await?.iter().map(Post::span).collect();
        let post = leave(&spans, last_day)?;
        tx.exec(&END_POST, &[&post, &last_day, &because]).await?;
        find::renew(tx, &[person]).await?;
        let note = serde_json::json!({ "last_day": last_day, "because": because });
        tx.audit(&permit.actor, "registry.post.ended", person, Change::created(&note))?;
        Ok(())
    })
    .await
}

/// Corrects the days and the decision of a post. A post that is opened again has not ended for any reason.
///
/// # Errors
/// [`RecordError::NotFound`], [`RecordError::Post`]; the database's failure.
pub async fn correct_post(
    db: &Db,
    permit: &Permit<EditPeople>,
    person: PersonId,
    post: AssignmentId,
    from: NaiveDate,
    to: Option<NaiveDate>,
    decision: &str,
) -> Result<(), RecordError> {
    db.write(async |tx| {
        let held = hold(tx, &permit.actor, person).await?.ok_or(RecordError::NotFound)?;
        let today = tx.today();
        let all = posts(tx, person, today).await?;
        let before = all.iter().find(|p| p.id == post).ok_or(RecordError::NotFound)?;
        if (before.valid_from, before.valid_to, before.decision.as_str()) == (from, to, decision) {
            return Ok(());
        }
        let spans: Vec<_> = all.iter().map(Post::span).collect();
        correct(&spans, post, held.facts.birth_date, from, to, today)?;
        let because = before.ended_because.clone().filter(|_| to.is_some());
        tx.exec(&SET_POST, &[&post, &from, &to, &decision, &because]).await?;
        find::renew(tx, &[person]).await?;
        let state = |from: NaiveDate, to: Option<NaiveDate>, decision: &str| {
            serde_json::json!({ "from": from, "to": to, "decision": decision })
        };
        let change = Change::changed(
            &state(before.valid_from, before.valid_to, &before.decision),
            &state(from, to, decision),
        );
        tx.audit(&permit.actor, "registry.post.corrected", person, change)?;
        Ok(())
    })
    .await
}

/// Removes a post that was noted by mistake, for a reason. With `reopen` the post that ended for it goes on as long as this one
/// would have. The history of the record says what it was, who removed it and why.
///
/// # Errors
/// [`RecordError::NotFound`]; [`PostFault::Only`] for the only post; the database's failure.
pub async fn remove_post(
    db: &Db,
    permit: &Permit<EditPeople>,
    person: PersonId,
    post: AssignmentId,
    reason: &str,
    reopen: bool,
) -> Result<(), RecordError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        hold(tx, actor, person).await?.ok_or(RecordError::NotFound)?;
        let today = tx.today();
        let all = posts(tx, person, today).await?;
        let wrong = all.iter().find(|p| p.id == post).ok_or(RecordError::NotFound)?;
        if all.len() < 2 {
            return Err(PostFault::Only.into());
        }
        tx.exec(&REMOVE_POST, &[&post]).await?;
        let spans: Vec<_> = all.iter().map(Post::span).collect();
        let goes_on = before(&spans, post).filter(|_| reopen).and_then(|id| all.iter().find(|p| p.id == id));
        if let Some(p) = goes_on {
            tx.exec(&SET_POST, &[&p.id, &p.valid_from, &wrong.valid_to, &p.decision, &wrong.ended_because]).await?;
        }
        let days = match wrong.valid_to {
            Some(to) => format!("{} – {to}", wrong.valid_from),
            None => format!("{} –", wrong.valid_from),
        };
        let was = format!("{}, {} ({days}): {reason}", wrong.title, wrong.commune);
        note(tx, &[(person, ("post", Some(was), None))], source_of(&actor.role), &actor.name).await?;
        find::renew(tx, &[person]).await?;
        let record = serde_json::json!({
            "position": wrong.position_id, "commune": wrong.commune_id, "from": wrong.valid_from, "to": wrong.valid_to,
            "kind": wrong.kind, "decision": wrong.decision, "reason": reason, "reopened": goes_on.map(|p| p.id),
        });
        tx.audit(actor, "registry.post.removed", person, Change::removed(&record))?;
        Ok(())
    })
    .await
}

/// Adds one person with a post.
///
/// # Errors
/// [`RecordError::Elsewhere`], [`RecordError::Post`]; the database's failure.
pub async fn add_person(
    db: &Db,
    permit: &Permit<EditPeople>,
    facts: &Facts,
    post: &PostDraft,
) -> Result<PersonId, RecordError> {
    let actor = &permit.actor;
    let province = actor.province.ok_or(RecordError::NotFound)?;
    if !within(actor.commune(), post.commune) {
        return Err(RecordError::Elsewhere);
    }
    db.write(async |tx| {
        begin(&[], facts.birth_date, post.from, post.to, tx.today())?;
        let (person, assignment, now) = (PersonId::new(tx.ids()), AssignmentId::new(tx.ids()), tx.now());
        let code = code_of(last_number(tx).await? + 1);
        let none: Option<String> = None;
        tx.exec(
            &INSERT_PERSON,
            &[
                &person,
                &code,
                &facts.full_name,
                &name_key(&facts.full_name, &code),
                &sort_key(&facts.full_name),
                &sound_key(&facts.full_name),
                &facts.gender,
                &facts.birth_date,
                &none,
                &facts.education,
                &facts.theory,
                &facts.management,
                &false,
                &now,
                &source_of(&actor.role),
            ],
        )
        .await?;
        let open: &[&dyn ::store::Bind] =
            &[&person, &province, &facts.rank, &facts.languages, &facts.it_skill, &facts.phone, &facts.email];
        tx.exec(&SET_OPEN, open).await?;
        let office = office_of(tx, post.commune, post.position).await?;
        tx.exec(&INSERT_ASSIGNMENT, &[&assignment, &person, &office, &post.commune, &post.position, &post.from])
            .await?;
        find::renew(tx, &[]).await?;
        let note = serde_json::json!({ "code": code, "facts": facts, "post": post });
        tx.audit(actor, "registry.person.added", person, Change::created(&note))?;
        Ok(person)
    })
    .await
}

sql!(
    SAY_DISTINCT,
    "INSERT INTO person_distinct (one_id, other_id, by_name, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
);
sql!(UNITE, "UPDATE person SET merged_into = $2, removed_at = $3, search_key = '', sound_key = '' WHERE id = $1");
sql!(MOVE_POST, "UPDATE assignment SET person_id = $2 WHERE id = $1");
sql!(CLEAR_IDENTITY, "UPDATE person_record SET identity_sealed = NULL, identity_mark = NULL WHERE person_id = $1");

/// A slice that keeps facts of people says how they follow when two records of one person become one, and what cannot
/// follow. Every statement takes the record that stays as `$1` and the one that goes as `$2`. A slice that forgets to say so
/// fails the test `every_table_that_names_people_follows_when_two_records_become_one`.
pub struct FollowsPeople {
    /// Message key and a statement of one text column: what holds facts of both, so that they cannot become one.
    pub clash: Option<(&'static str, &'static Statement)>,
    /// What moves, in its order.
    pub moves: &'static [&'static Statement],
}
inventory::collect!(FollowsPeople);

/// Makes two records of one person one: facts of `dropped` follow to `kept`, its posts too where they fit beside those of
/// `kept`, and it leaves the register with a pointer. `facts` are the values that stay. The identity number of `kept` stays; if
/// it has none, that of `dropped` follows.
///
/// # Errors
/// [`RecordError::NotFound`], [`RecordError::Clash`]; the database's failure.
pub async fn unite(
    db: &Db,
    permit: &Permit<MergePeople>,
    kept: PersonId,
    dropped: PersonId,
    facts: &Facts,
) -> Result<(), RecordError> {
    let actor = &permit.actor;
    let vault = db.vault()?;
    if kept == dropped {
        return Err(RecordError::NotFound);
    }
    db.write(async |tx| {
        // both in the order of their ids, so that two officers wait for each other instead of locking each other out
        let (first, second) = (kept.min(dropped), kept.max(dropped));
        let one = hold(tx, actor, first).await?.ok_or(RecordError::NotFound)?;
        let other = hold(tx, actor, second).await?.ok_or(RecordError::NotFound)?;
        let (stays, goes) = if first == kept { (one, other) } else { (other, one) };
        for follows in inventory::iter::<FollowsPeople> {
            if let Some((key, statement)) = follows.clash {
                let clash: Option<(String,)> = tx.opt(statement, &[&kept, &dropped]).await?;
                if let Some((what,)) = clash {
                    return Err(RecordError::Clash(key, what));
                }
            }
        }
        for statement in inventory::iter::<FollowsPeople>.into_iter().flat_map(|follows| follows.moves) {
            tx.exec(statement, &[&kept, &dropped]).await?;
        }
        let today = tx.today();
        let own = posts(tx, kept, today).await?;
        let theirs = posts(tx, dropped, today).await?;
        let days = |post: &Post| (post.valid_from, post.valid_to.unwrap_or(NaiveDate::MAX));
        let meets = |a: &Post, b: &Post| days(a).0 <= days(b).1 && days(b).0 <= days(a).1;
        let mut moved = Vec::new();
        for post in theirs.iter().filter(|post| !own.iter().any(|o| meets(o, post))) {
            tx.exec(&MOVE_POST, &[&post.id, &kept]).await?;
            moved.push(post.id);
        }
        let changed = differences(&stays.facts.values(), &facts.values());
        set_facts(tx, &stays, facts).await?;
        if let (None, Some(identity)) = (&stays.identity_sealed, opened(vault, &goes)?) {
            tx.exec(&CLEAR_IDENTITY, &[&dropped]).await?;
            let sealed = vault.seal(&kept.to_string(), identity.digits()).map_err(StoreError::from)?;
            let mark = vault.mark(identity.digits());
            tx.exec(&SET_IDENTITY, &[&kept, &Some(sealed), &Some(mark)]).await?;
        } else {
            tx.exec(&CLEAR_IDENTITY, &[&dropped]).await?;
        }
        note(tx, &of_one(kept, changed), source_of(&actor.role), &actor.name).await?;
        let now = tx.now();
        tx.exec(&UNITE, &[&dropped, &kept, &now]).await?;
        find::renew(tx, &[kept, dropped]).await?;
        let record = serde_json::json!({ "into": kept, "code": goes.code, "facts": goes.facts, "posts_moved": moved });
        tx.audit(actor, "registry.person.united", dropped, Change::removed(&record))?;
        tx.audit(actor, "registry.person.united", kept, Change::changed(&stays.facts, facts))?;
        Ok(())
    })
    .await
}

/// Says that two records are of two people: they are not shown as doubles any more.
///
/// # Errors
/// [`RecordError::NotFound`]; the database's failure.
pub async fn say_distinct(
    db: &Db,
    permit: &Permit<MergePeople>,
    one: PersonId,
    other: PersonId,
) -> Result<(), RecordError> {
    db.write(async |tx| {
        if one == other
            || record(tx, &permit.actor, one).await?.is_none()
            || record(tx, &permit.actor, other).await?.is_none()
        {
            return Err(RecordError::NotFound);
        }
        let (first, second) = (one.min(other), one.max(other));
        let now = tx.now();
        tx.exec(&SAY_DISTINCT, &[&first, &second, &permit.actor.name, &now]).await?;
        tx.audit(&permit.actor, "registry.person.distinct", first, Change::created(&second))?;
        Ok(())
    })
    .await
}

/// A record for a page: an actor of another scope gets nothing.
pub(super) async fn seen(conn: &mut Conn, actor: &Actor, person: PersonId) -> Result<Record, RecordError> {
    record(conn, actor, person).await?.ok_or(RecordError::NotFound)
}
