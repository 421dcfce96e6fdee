//! Renaming and merging units, their attributes and contacts.

use std::{collections::HashMap, pin::Pin};

use ::store::{By, Change, Db, StoreError, Tx, inventory};
use chrono::{Days, NaiveDate};
use kernel::{
    Actor, PersonId, UnitId,
    text::{fold, plain_sort_key},
};
use serde::Serialize;
use web::Permit;

use super::{
    EditUnits,
    model::{Attribute, DayRefused, Deal, REGIONS, check_day, flags},
    store::{
        CODE_USED, END_ATTRIBUTE, END_UNITS, HERITAGE, Heritage, INSERT_ATTRIBUTE, INSERT_NAME, INSERT_SUCCESSOR,
        LOCK_UNIT, NAMESAKES, OFFICE_KINDS_OF, SET_CONTACTS, SET_FLAGS, SET_NAME, TOUCH, Unit, attributes, names, unit,
    },
};
use crate::{
    accounts::close_of_unit,
    organisation::store::{INSERT_COMMUNE, INSERT_OFFICE, INSERT_UNIT},
    registry::{MoveRefused, members, move_people},
};

/// Why a unit was not changed.
#[derive(Debug, thiserror::Error)]
pub enum UnitError {
    /// No such commune where the actor works.
    #[error("no such unit")]
    NotFound,
    /// It has ended: its past is not changed.
    #[error("the unit has ended")]
    Ended,
    /// Somebody saved the unit after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// The day.
    #[error("day: {0:?}")]
    Day(DayRefused),
    /// Another commune of the province has a name that reads the same: its code.
    #[error("the name is taken by {0}")]
    Taken(String),
    /// The attribute holds already, or does not hold, from that day.
    #[error("the attribute is so already")]
    Already,
    /// A unit cannot go into itself.
    #[error("into itself")]
    Itself,
    /// No unit that stands has this code.
    #[error("no unit to go into")]
    NoSuccessor,
    /// So many people came into the unit on that day or later.
    #[error("{0} posts begin later")]
    Later(usize),
    /// A new unit has a code that another unit has.
    #[error("the code is used")]
    CodeUsed,
    /// A new unit has no name.
    #[error("a new unit without a name")]
    NoName,
    /// A unit is named twice among those that follow.
    #[error("named twice")]
    Twice,
    /// So many people would be left without a unit.
    #[error("{0} people without a unit")]
    Left(usize),
    /// What stands against one of the units that follow, by its place.
    #[error("unit {0} that follows: {1}")]
    Of(usize, #[source] Box<Self>),
    /// The database's failure.
    #[error("changing a unit")]
    Store(#[from] StoreError),
}

impl From<MoveRefused> for UnitError {
    fn from(refused: MoveRefused) -> Self {
        match refused {
            MoveRefused::Later(posts) => Self::Later(posts),
            MoveRefused::Store(error) => Self::Store(error),
        }
    }
}

/// The unit under its lock, standing and in the edition that the actor saw.
async fn hold(tx: &mut Tx, actor: &Actor, code: &str, seen: i64) -> Result<Unit, UnitError> {
    let found = unit(tx, actor, code).await?.ok_or(UnitError::NotFound)?;
    tx.exec(&LOCK_UNIT, &[&found.id]).await?;
    let held = unit(tx, actor, code).await?.ok_or(UnitError::NotFound)?;
    if held.valid_to.is_some() {
        return Err(UnitError::Ended);
    }
    if held.edition == seen { Ok(held) } else { Err(UnitError::Overtaken) }
}

async fn touch(tx: &mut Tx, actor: &Actor, unit: UnitId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(&TOUCH, &[&unit, &actor.name, &now]).await.map(|_| ())
}

/// Who is to be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contacts {
    /// Head of the unit, may be empty.
    pub head_name: Option<String>,
    /// Telephone, may be empty.
    pub phone: Option<String>,
    /// E-mail, may be empty.
    pub email: Option<String>,
}

impl Contacts {
    /// Those of a unit.
    #[must_use]
    pub fn of(unit: &Unit) -> Self {
        Self { head_name: unit.head_name.clone(), phone: unit.phone.clone(), email: unit.email.clone() }
    }
}

/// Saves the contacts of a unit; nothing is written when nothing would change.
///
/// # Errors
/// [`UnitError`].
pub async fn set_contacts(
    db: &Db,
    permit: &Permit<EditUnits>,
    code: &str,
    contacts: &Contacts,
    seen: i64,
) -> Result<(), UnitError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let now = unit(tx, actor, code).await?.ok_or(UnitError::NotFound)?;
        if Contacts::of(&now) == *contacts {
            return Ok(());
        }
        let held = hold(tx, actor, code, seen).await?;
        tx.exec(&SET_CONTACTS, &[&held.id, &contacts.head_name, &contacts.phone, &contacts.email]).await?;
        touch(tx, actor, held.id).await?;
        let change = Change::changed(&Contacts::of(&held), contacts);
        tx.audit(actor, "organisation.contacts.changed", held.id, change)?;
        Ok(())
    })
    .await
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    since: NaiveDate,
    decision: &'a str,
}

/// Gives a unit another name from a day on.
///
/// # Errors
/// [`UnitError`].
pub async fn rename(
    db: &Db,
    permit: &Permit<EditUnits>,
    code: &str,
    name: &str,
    since: NaiveDate,
    decision: &str,
    seen: i64,
) -> Result<(), UnitError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        let held = hold(tx, actor, code, seen).await?;
        let known = names(tx, held.id).await?;
        let latest = known.first().map_or(held.valid_from, |n| n.valid_from);
        check_day(since, latest, tx.today()).map_err(UnitError::Day)?;
        if held.name == name {
            return Err(UnitError::Taken(held.code));
        }
        let key = fold(name);
        let same: Option<(String,)> = tx.opt(&NAMESAKES, &[&actor.province, &key, &held.kind, &held.id]).await?;
        if let Some((other,)) = same {
            return Err(UnitError::Taken(other));
        }
        tx.exec(&INSERT_NAME, &[&held.id, &since, &name, &decision]).await?;
        tx.exec(&SET_NAME, &[&held.id, &name, &key, &plain_sort_key(name)]).await?;
        touch(tx, actor, held.id).await?;
        let before =
            Named { name: &held.name, since: latest, decision: known.first().map_or("", |n| n.decision.as_str()) };
        tx.audit(
            actor,
            "organisation.unit.renamed",
            held.id,
            Change::changed(&before, &Named { name, since, decision }),
        )?;
        Ok(())
    })
    .await
}

/// An attribute that begins or ends.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Setting<'a> {
    /// Its code.
    pub attribute: &'a str,
    /// Whether it holds from the day on.
    pub holds: bool,
    /// The day.
    pub since: NaiveDate,
    /// The paper that says so.
    pub source: &'a str,
}

/// An attribute begins on a day, or ended on the day before it. A region takes the place of the one before.
///
/// # Errors
/// [`UnitError`].
pub async fn set_attribute(
    db: &Db,
    permit: &Permit<EditUnits>,
    code: &str,
    set: &Setting<'_>,
    seen: i64,
) -> Result<(), UnitError> {
    let actor = &permit.actor;
    let Setting { attribute, holds, since, source } = *set;
    db.write(async |tx| {
        let held = hold(tx, actor, code, seen).await?;
        let today = tx.today();
        let known = attributes(tx, held.id).await?;
        let region = REGIONS.contains(&attribute);
        // what it takes the place of: the same attribute, or any other region
        let concerns = |a: &&Attribute| if region { a.is_region() } else { a.attribute == attribute };
        let open: Vec<&Attribute> = known.iter().filter(concerns).filter(|a| a.valid_to.is_none()).collect();
        if open.iter().any(|a| a.attribute == attribute) == holds {
            return Err(UnitError::Already);
        }
        if region && !holds {
            // a unit always lies somewhere: another region takes its place
            return Err(UnitError::Already);
        }
        let latest = known.iter().filter(concerns).map(|a| a.valid_to.unwrap_or(a.valid_from)).max();
        let first = held.valid_from - Days::new(1);
        check_day(since, latest.unwrap_or(first), today).map_err(UnitError::Day)?;
        let eve = since - Days::new(1);
        for old in &open {
            tx.exec(&END_ATTRIBUTE, &[&held.id, &old.attribute, &eve]).await?;
        }
        if holds {
            tx.exec(&INSERT_ATTRIBUTE, &[&held.id, &attribute, &since, &source]).await?;
        }
        let today_is = flags(&attributes(tx, held.id).await?, today);
        let values: &[&dyn ::store::Bind] =
            &[&held.id, &today_is.region, &today_is.border, &today_is.highland, &today_is.mountain, &today_is.coastal];
        tx.exec(&SET_FLAGS, values).await?;
        touch(tx, actor, held.id).await?;
        tx.audit(actor, "organisation.attribute.set", held.id, Change::created(set))?;
        Ok(())
    })
    .await
}

#[derive(Serialize)]
struct Followed<'a> {
    into: &'a [&'a str],
    since: NaiveDate,
    decision: &'a str,
    people: usize,
    accounts_closed: usize,
}

/// A unit that has ended, and where its people went.
#[derive(Debug, Clone, Copy)]
pub struct Ended<'a> {
    /// The unit.
    pub unit: UnitId,
    /// First day of what follows.
    pub since: NaiveDate,
    /// The units that follow, one at least.
    pub successors: &'a [UnitId],
    /// Its people with the unit where each goes on.
    pub went: &'a [(PersonId, UnitId)],
}

impl Ended<'_> {
    /// Where somebody of the unit is looked for: where they went; who had left before, in the first unit that follows.
    #[must_use]
    pub fn of(&self, person: PersonId) -> Option<UnitId> {
        let went = self.went.iter().find(|(one, _)| *one == person).map(|(_, to)| *to);
        went.or_else(|| self.successors.first().copied())
    }
}

/// What a slice does when a unit ends, in the same transaction.
pub type Following<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

/// A slice that gives something to units for days to come says how it passes to the units that follow.
pub struct FollowsUnits {
    /// Writes it, with its audit.
    pub follow: for<'a> fn(&'a mut Tx, By<'a>, Ended<'a>) -> Following<'a>,
}
inventory::collect!(FollowsUnits);

/// Everything that ends with a unit, and passes on: its offices, accounts, and what other slices gave it.
async fn end(
    tx: &mut Tx,
    actor: &Actor,
    ended: Ended<'_>,
    codes: &[&str],
    decision: &str,
    action: &'static str,
) -> Result<(), UnitError> {
    let Ended { unit, since, successors, went } = ended;
    tx.exec(&END_UNITS, &[&unit, &(since - Days::new(1))]).await?;
    for successor in successors {
        tx.exec(&INSERT_SUCCESSOR, &[&unit, successor, &since, &decision]).await?;
        touch(tx, actor, *successor).await?;
    }
    touch(tx, actor, unit).await?;
    let accounts_closed = close_of_unit(tx, actor, unit).await?;
    for slice in inventory::iter::<FollowsUnits> {
        (slice.follow)(tx, actor.into(), ended).await?;
    }
    let followed = Followed { into: codes, since, decision, people: went.len(), accounts_closed };
    Ok(tx.audit(actor, action, unit, Change::created(&followed))?)
}

/// Locks units in one order, so that two changes that cross take turns.
async fn lock(tx: &mut Tx, mut units: Vec<UnitId>) -> Result<(), StoreError> {
    units.sort_unstable();
    for unit in units {
        tx.exec(&LOCK_UNIT, &[&unit]).await?;
    }
    Ok(())
}

/// Merges a unit into another one from a day on: it ends on the day before with its offices and accounts, and its people go
/// on in the same kinds of offices of the other one. Gives how many.
///
/// # Errors
/// [`UnitError`].
pub async fn merge(
    db: &Db,
    permit: &Permit<EditUnits>,
    code: &str,
    into: &str,
    since: NaiveDate,
    decision: &str,
    seen: i64,
) -> Result<usize, UnitError> {
    let actor = &permit.actor;
    db.write(async |tx| {
        if code == into {
            return Err(UnitError::Itself);
        }
        let other = unit(tx, actor, into).await?.ok_or(UnitError::NoSuccessor)?;
        let going = unit(tx, actor, code).await?.ok_or(UnitError::NotFound)?;
        lock(tx, vec![other.id, going.id]).await?;
        let going = hold(tx, actor, code, seen).await?;
        let other = unit(tx, actor, into).await?.filter(|u| u.valid_to.is_none()).ok_or(UnitError::NoSuccessor)?;
        check_day(since, going.valid_from.max(other.valid_from), tx.today()).map_err(UnitError::Day)?;
        let went = move_people(tx, actor.into(), going.id, |_| other.id, since, decision).await?;
        let ended = Ended { unit: going.id, since, successors: &[other.id], went: &went };
        end(tx, actor, ended, &[into], decision, "organisation.unit.merged").await?;
        Ok(went.len())
    })
    .await
}

/// How a unit is split.
#[derive(Debug, Clone)]
pub struct Splitting<'a> {
    /// The units that follow, two at least: the code, and the name where it is a new unit.
    pub successors: &'a [(String, String)],
    /// Who goes where, by the place of the unit among those that follow.
    pub chosen: &'a HashMap<PersonId, usize>,
    /// Where the rest goes.
    pub deal: Deal,
    /// First day of what follows.
    pub since: NaiveDate,
    /// Number of the decision.
    pub decision: &'a str,
}

/// A unit that follows another one from a day on, with its kind, its attributes of that day, and an office of each of its
/// kinds.
async fn found(
    tx: &mut Tx,
    actor: &Actor,
    old: &Unit,
    code: &str,
    name: &str,
    split: &Splitting<'_>,
) -> Result<UnitId, UnitError> {
    let Splitting { since, decision, .. } = *split;
    let (used,): (i64,) = tx.one(&CODE_USED, &[&code]).await?;
    if used > 0 {
        return Err(UnitError::CodeUsed);
    }
    if name.is_empty() {
        return Err(UnitError::NoName);
    }
    let key = fold(name);
    let same: Option<(String,)> = tx.opt(&NAMESAKES, &[&actor.province, &key, &old.kind, &old.id]).await?;
    if let Some((other,)) = same {
        return Err(UnitError::Taken(other));
    }
    let heritage: Heritage = tx.one(&HERITAGE, &[&old.id]).await?;
    let kinds: Vec<(String, String)> = tx.all(&OFFICE_KINDS_OF, &[&old.id]).await?;
    let (id, none) = (UnitId::new(tx.ids()), None::<i64>);
    let own: &[&dyn ::store::Bind] =
        &[&id, &actor.province, &"commune", &code, &name, &key, &plain_sort_key(name), &since];
    tx.exec(&INSERT_UNIT, own).await?;
    let h = &heritage;
    let place: &[&dyn ::store::Bind] = &[
        &id,
        &old.kind,
        &h.former_district,
        &h.region,
        &h.is_border,
        &h.is_highland,
        &h.is_mountain,
        &h.is_coastal,
        &none,
        &none,
        &h.lat,
        &h.lon,
    ];
    tx.exec(&INSERT_COMMUNE, place).await?;
    tx.exec(&INSERT_NAME, &[&id, &since, &name, &decision]).await?;
    for attribute in attributes(tx, old.id).await?.iter().filter(|a| a.holds(since)) {
        tx.exec(&INSERT_ATTRIBUTE, &[&id, &attribute.attribute, &since, &attribute.source]).await?;
    }
    for (kind, called) in &kinds {
        let office = UnitId::new(tx.ids());
        let values: &[&dyn ::store::Bind] = &[
            &office,
            &id,
            &"office",
            &format!("{code}-{kind}"),
            called,
            &fold(called),
            &plain_sort_key(called),
            &since,
        ];
        tx.exec(&INSERT_UNIT, values).await?;
        tx.exec(&INSERT_OFFICE, &[&office, &id, kind]).await?;
    }
    tx.audit(actor, "organisation.unit.founded", id, Change::created(&Named { name, since, decision }))?;
    Ok(id)
}

/// Splits a unit from a day on: it ends on the day before with its offices and accounts, and two or more units follow, which
/// stand already or are founded; each of its people goes on in one of them, in the office of the same kind. Gives how many
/// people went into each.
///
/// # Errors
/// [`UnitError`]; of one of the units that follow as [`UnitError::Of`].
pub async fn split(
    db: &Db,
    permit: &Permit<EditUnits>,
    code: &str,
    split: &Splitting<'_>,
    seen: i64,
) -> Result<Vec<usize>, UnitError> {
    let actor = &permit.actor;
    let Splitting { successors, since, decision, .. } = *split;
    db.write(async |tx| {
        let going = unit(tx, actor, code).await?.ok_or(UnitError::NotFound)?;
        let mut known = Vec::with_capacity(successors.len());
        for (other, _) in successors {
            known.push(unit(tx, actor, other).await?);
        }
        lock(tx, known.iter().flatten().map(|u| u.id).chain([going.id]).collect()).await?;
        let going = hold(tx, actor, code, seen).await?;
        let latest = known.iter().flatten().map(|u| u.valid_from).chain([going.valid_from]).max();
        check_day(since, latest.unwrap_or(going.valid_from), tx.today()).map_err(UnitError::Day)?;
        let mut units = Vec::with_capacity(successors.len());
        for (place, (other, name)) in successors.iter().enumerate() {
            let at = |error: UnitError| UnitError::Of(place, Box::new(error));
            if other == code {
                return Err(at(UnitError::Itself));
            }
            if successors.iter().take(place).any(|(before, _)| before == other) {
                return Err(at(UnitError::Twice));
            }
            // as it stands under the lock
            units.push(match unit(tx, actor, other).await? {
                Some(unit) if unit.valid_to.is_some() => return Err(at(UnitError::NoSuccessor)),
                Some(unit) if !name.is_empty() && fold(name) != fold(&unit.name) => {
                    return Err(at(UnitError::CodeUsed));
                }
                Some(unit) => unit.id,
                None => found(tx, actor, &going, other, name, split).await.map_err(at)?,
            });
        }
        let people = members(tx, going.id, since).await?;
        let of_office: Vec<(PersonId, &str)> = people.iter().map(|m| (m.person_id, m.office.as_str())).collect();
        let dealt = split.deal.deal(&of_office, split.chosen, units.len()).map_err(UnitError::Left)?;
        let first = *units.first().ok_or(UnitError::NoSuccessor)?;
        let to = |person| dealt.get(&person).and_then(|place| units.get(*place)).copied().unwrap_or(first);
        let went = move_people(tx, actor.into(), going.id, to, since, decision).await?;
        let codes: Vec<&str> = successors.iter().map(|(code, _)| code.as_str()).collect();
        let ended = Ended { unit: going.id, since, successors: &units, went: &went };
        end(tx, actor, ended, &codes, decision, "organisation.unit.split").await?;
        Ok(units.iter().map(|unit| went.iter().filter(|(_, to)| to == unit).count()).collect())
    })
    .await
}
