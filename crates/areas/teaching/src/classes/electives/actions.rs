//! Choosing the open part of a class.

use ::store::{Change, Db, StoreError};
use kernel::{ClassId, TopicId};
use serde::Serialize;
use web::Permit;

use super::{
    model::{Unfit, fill},
    store::{INSERT_CHOICE, INSERT_ELECTIVE, chosen},
};
use crate::{
    classes::{OpenClasses, model::ClassState, store},
    curriculum::{Taught, pool, taught},
    scheme, timetable,
};

/// Why a choice was not written.
#[derive(Debug, thiserror::Error)]
pub enum ElectiveError {
    /// No such class within the actor's scope.
    #[error("no such class")]
    NotFound,
    /// The class has begun, is over or cancelled.
    #[error("class is {0:?}")]
    Begun(ClassState),
    /// A topic that is not of the pool.
    #[error("not of the pool")]
    Unknown,
    /// The choice does not fit.
    #[error("does not fit: {0:?}")]
    Unfit(Unfit),
    /// Somebody chose after the form was made.
    #[error("chosen by somebody else meanwhile")]
    Overtaken,
    /// The database's failure.
    #[error("choosing electives")]
    Store(#[from] StoreError),
}

#[derive(Serialize)]
struct Kept<'a> {
    codes: Vec<&'a str>,
}

impl<'a> Kept<'a> {
    fn of(topics: &'a [Taught]) -> Self {
        Self { codes: topics.iter().map(|t| t.code.as_str()).collect() }
    }
}

/// What may be chosen: the pool, and what the class has of it already whatever became of it.
pub(super) fn offered(pool: Vec<Taught>, before: &[Taught]) -> Vec<Taught> {
    let gone: Vec<Taught> = before.iter().filter(|b| pool.iter().all(|p| p.id != b.id)).cloned().collect();
    pool.into_iter().chain(gone).collect()
}

/// Chooses the open part of a class of which the actor saw choice `seen` (0: none), and publishes its half-days laid out anew; an empty choice
/// brings back what the programme has there. Nothing is written when nothing would change.
///
/// # Errors
/// [`ElectiveError`].
pub async fn choose(
    db: &Db,
    permit: &Permit<OpenClasses>,
    class: ClassId,
    topics: &[TopicId],
    seen: i64,
) -> Result<(), ElectiveError> {
    db.write(async |tx| {
        if !store::hold(tx, (&permit.actor).into(), class).await? {
            return Err(ElectiveError::NotFound);
        }
        let line = store::class(tx, &permit.actor, class).await?.ok_or(ElectiveError::NotFound)?;
        if !line.state.takes_people() || tx.today() >= line.starts_on {
            return Err(ElectiveError::Begun(line.state));
        }
        let (last, before) = chosen(tx, class).await?;
        let offered = offered(pool(tx, line.scheme_id).await?, &before);
        if topics.iter().any(|id| offered.iter().all(|o| o.id != *id)) {
            return Err(ElectiveError::Unknown);
        }
        let wanted: Vec<Taught> =
            offered.into_iter().filter(|o| topics.contains(&o.id)).map(|o| Taught { day: 0, ..o }).collect();
        if wanted == before {
            return Ok(());
        }
        let choice = last.map_or(0, |choice| choice.seq);
        if choice != seen {
            return Err(ElectiveError::Overtaken);
        }
        let rules = scheme::rules(tx, line.scheme_id, line.starts_on).await?;
        let version = taught(tx, line.programme_version_id).await?;
        let filled = fill(&version, &wanted, &rules).map_err(ElectiveError::Unfit)?;
        let (choice, now) = (choice + 1, tx.now());
        tx.exec(&INSERT_CHOICE, &[&class, &choice, &permit.actor.name, &now]).await?;
        tx.exec_many(&INSERT_ELECTIVE, (1_i64..).zip(&wanted), |(seq, t), args| {
            args.add(&class)?;
            args.add(&choice)?;
            args.add(seq)?;
            args.add(&t.id)?;
            args.add(&t.code)?;
            args.add(&t.title)?;
            args.add(&t.kind)?;
            args.add(&t.periods)
        })
        .await?;
        let what = (line.programme_version_id, filled.as_slice());
        timetable::renew(tx, &permit.actor, class, line.starts_on, what, line.venue_id).await?;
        let change = Change::changed(&Kept::of(&before), &Kept::of(&wanted));
        tx.audit(&permit.actor, "electives.choice.made", class, change)?;
        Ok(())
    })
    .await
}
