//! Renaming and merging units, their attributes and contacts.

use ::store::{Change, Db, StoreError, Tx};
use chrono::{Days, NaiveDate};
use kernel::{
    Actor, UnitId,
    text::{fold, plain_sort_key},
};
use serde::Serialize;
use web::Permit;

use super::{
    EditUnits,
    model::{Attribute, DayRefused, REGIONS, check_day, flags},
    store::{
        END_ATTRIBUTE, END_UNITS, INSERT_ATTRIBUTE, INSERT_NAME, INSERT_SUCCESSOR, LOCK_UNIT, NAMESAKES, SET_CONTACTS,
        SET_FLAGS, SET_NAME, TOUCH, Unit, attributes, names, unit,
    },
};
use crate::registry::{MoveRefused, move_people};

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
struct Merged<'a> {
    into: &'a str,
    since: NaiveDate,
    decision: &'a str,
    people: usize,
}

/// Merges a unit into another one from a day on: it ends on the day before with its offices, and its people go on in the
/// same kinds of offices of the other one. Gives how many.
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
        // in one order, so that two mergers that cross take turns
        let mut both = [other.id, going.id];
        both.sort_unstable();
        for unit in both {
            tx.exec(&LOCK_UNIT, &[&unit]).await?;
        }
        let going = hold(tx, actor, code, seen).await?;
        let other = unit(tx, actor, into).await?.filter(|u| u.valid_to.is_none()).ok_or(UnitError::NoSuccessor)?;
        check_day(since, going.valid_from.max(other.valid_from), tx.today()).map_err(UnitError::Day)?;
        let people = move_people(tx, actor.into(), going.id, other.id, since, decision).await?;
        tx.exec(&END_UNITS, &[&going.id, &(since - Days::new(1))]).await?;
        tx.exec(&INSERT_SUCCESSOR, &[&going.id, &other.id, &since, &decision]).await?;
        touch(tx, actor, going.id).await?;
        touch(tx, actor, other.id).await?;
        let change = Change::created(&Merged { into, since, decision, people });
        tx.audit(actor, "organisation.unit.merged", going.id, change)?;
        Ok(people)
    })
    .await
}
