//! Adding people and declared figures.

use ::store::{By, Change, Db, StoreError, Tx};
use chrono::NaiveDate;
use kernel::{
    AssignmentId, PersonId, PositionId, UnitId,
    text::{clean, name_key, sort_key, sound_key},
};

use super::find;
use super::store::{DeclaredInput, HistoryInput, INSERT_ASSIGNMENT, INSERT_DECLARED, INSERT_HISTORY, INSERT_PERSON};
use crate::organisation::lookup;

/// A person on the way into the register.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of person and assignment, described in the dictionary")]
pub struct PersonInput {
    pub code: String,
    pub full_name: String,
    pub gender: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub ethnic_code: Option<String>,
    pub commune_code: String,
    pub office_code: Option<String>,
    pub position_code: String,
    pub education: Option<String>,
    pub theory: Option<String>,
    pub management: Option<String>,
    pub in_post_since: NaiveDate,
    pub generated: bool,
}

/// Why people were not added; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// A code that the organisation does not have.
    #[error("person {person}: no {what} {code}")]
    Unknown {
        /// Code of the person.
        person: String,
        /// `commune`, `office` or `position`.
        what: &'static str,
        /// The unknown code.
        code: String,
    },
    /// The database's failure.
    #[error("adding people")]
    Store(#[from] StoreError),
}

struct Placed<'a> {
    person: PersonId,
    assignment: AssignmentId,
    commune: UnitId,
    office: Option<UnitId>,
    position: PositionId,
    name: String,
    input: &'a PersonInput,
}

/// Adds people with their posts, all or none; gives their ids in the order of the inputs.
///
/// # Errors
/// [`AddError::Unknown`] for the first code that does not exist; the database's failure.
pub async fn add_people(db: &Db, by: By<'_>, inputs: &[PersonInput]) -> Result<Vec<PersonId>, AddError> {
    db.write(async |tx| {
        let known = lookup(tx).await?;
        let now = tx.now();
        let mut placed = Vec::with_capacity(inputs.len());
        for input in inputs {
            let unknown =
                |what, code: &str| AddError::Unknown { person: input.code.clone(), what, code: code.to_owned() };
            let commune =
                *known.communes.get(&input.commune_code).ok_or_else(|| unknown("commune", &input.commune_code))?;
            let office = match &input.office_code {
                Some(code) => {
                    let office = known.offices.get(&(commune, code.clone()));
                    Some(*office.ok_or_else(|| unknown("office", code))?)
                }
                None => None,
            };
            let position =
                *known.positions.get(&input.position_code).ok_or_else(|| unknown("position", &input.position_code))?;
            placed.push(Placed {
                person: PersonId::new(tx.ids()),
                assignment: AssignmentId::new(tx.ids()),
                commune,
                office,
                position,
                name: clean(&input.full_name),
                input,
            });
        }
        tx.exec_many(&INSERT_PERSON, &placed, |p, args| {
            args.add(&p.person)?;
            args.add(&p.input.code)?;
            args.add(&p.name)?;
            args.add(&name_key(&p.name, &p.input.code))?;
            args.add(&sort_key(&p.name))?;
            args.add(&sound_key(&p.name))?;
            args.add(&p.input.gender)?;
            args.add(&p.input.birth_date)?;
            args.add(&p.input.ethnic_code)?;
            args.add(&p.input.education)?;
            args.add(&p.input.theory)?;
            args.add(&p.input.management)?;
            args.add(&p.input.generated)?;
            args.add(&now)?;
            // whoever loads a register notes no source
            args.add(&"")
        })
        .await?;
        tx.exec_many(&INSERT_ASSIGNMENT, &placed, |p, args| {
            args.add(&p.assignment)?;
            args.add(&p.person)?;
            args.add(&p.office)?;
            args.add(&p.commune)?;
            args.add(&p.position)?;
            args.add(&p.input.in_post_since)
        })
        .await?;
        find::renew(tx, &[]).await?;
        for p in &placed {
            tx.audit(by, "registry.person.added", p.person, Change::created(p.input))?;
        }
        Ok(placed.into_iter().map(|p| p.person).collect())
    })
    .await
}

/// Writes the totals that a scheme declares of its province.
///
/// # Errors
/// The database's failure.
pub async fn load_declared_totals(
    tx: &mut Tx,
    by: By<'_>,
    province: UnitId,
    totals: &[DeclaredInput],
) -> Result<(), StoreError> {
    tx.exec_many(&INSERT_DECLARED, (1_i64..).zip(totals), |(place, d), args| {
        args.add(&province)?;
        args.add(&d.dimension)?;
        args.add(&d.key)?;
        args.add(&d.label)?;
        args.add(&d.people)?;
        args.add(&d.as_of)?;
        args.add(&d.source)?;
        args.add(place)
    })
    .await?;
    tx.audit(by, "registry.declared_totals.loaded", province, Change::created(&totals))
}

/// Writes person-times of past years of a province by category.
///
/// # Errors
/// The database's failure.
pub async fn load_history(tx: &mut Tx, by: By<'_>, province: UnitId, lines: &[HistoryInput]) -> Result<(), StoreError> {
    tx.exec_many(&INSERT_HISTORY, (1_i64..).zip(lines), |(place, h), args| {
        args.add(&province)?;
        args.add(&h.category_code)?;
        args.add(&h.category)?;
        args.add(&h.period)?;
        args.add(&h.person_times)?;
        args.add(place)
    })
    .await?;
    tx.audit(by, "registry.history.loaded", province, Change::created(&lines))
}
