//! Rows of a batch into the database: the preview, and the people whom it brings.

use std::collections::HashSet;

use ::store::{Change, StoreError, Tx, Vault};
use chrono::{Days, NaiveDate};
use kernel::{
    AssignmentId, ImportId, PersonId,
    ids::IdSource,
    text::{name_key, sort_key, sound_key},
};
use serde::Serialize;

use super::{
    Importer, RowKind,
    plan::{Planned, Register},
    store::{
        ADD_RECORD, ADD_ROW, AuditedState, END_ASSIGNMENT, SET_IDENTITY, SET_RECORD, SealedIdentity, State,
        UPDATE_PERSON, Written,
    },
};
use crate::registry::{
    find,
    record::{code_of, last_number, model::differences, note, of_one},
    store::{INSERT_ASSIGNMENT, INSERT_PERSON},
};

/// A list as a column keeps it: nothing where it is empty.
fn listed<T: Serialize>(list: &[T]) -> Result<String, StoreError> {
    if list.is_empty() { Ok(String::new()) } else { Ok(serde_json::to_string(list)?) }
}

/// Gives people and posts that begin their ids and writes the rows.
pub(super) async fn write_rows(
    tx: &mut Tx,
    vault: &Vault,
    id: ImportId,
    rows: &mut [Planned],
) -> Result<(), StoreError> {
    let mut lines = Vec::with_capacity(rows.len());
    for p in rows {
        allot(p, vault, tx.ids())?;
        let before = p.before.as_ref().map(serde_json::to_string).transpose()?;
        let after = p.after.as_ref().map(serde_json::to_string).transpose()?;
        let lists = (listed(&p.faults)?, listed(&p.candidates)?, listed(&p.kept)?);
        lines.push((&*p, before, after, lists));
    }
    tx.exec_many(&ADD_ROW, &lines, |(p, before, after, (problems, candidates, kept)), args| {
        args.add(&id)?;
        args.add(&p.row)?;
        args.add(&p.kind)?;
        args.add(&p.person)?;
        args.add(&p.name)?;
        args.add(before)?;
        args.add(after)?;
        args.add(problems)?;
        args.add(candidates)?;
        args.add(kept)
    })
    .await?;
    Ok(())
}

fn allot(row: &mut Planned, vault: &Vault, ids: &dyn IdSource) -> Result<(), StoreError> {
    let Some(after) = &mut row.after else { return Ok(()) };
    if row.kind == RowKind::New {
        row.person = Some(PersonId::new(ids));
    }
    if row.before.as_ref().is_none_or(|before| before.post() != after.state.post()) {
        after.began = Some(AssignmentId::new(ids));
    }
    if let (Some((digits, mark)), Some(person)) = (&row.identity, row.person) {
        let sealed = hex::encode(vault.seal(&person.to_string(), digits)?);
        after.identity = Some(SealedIdentity { sealed, mark: mark.clone() });
    }
    Ok(())
}

/// A post that begins.
struct Begun<'a> {
    id: AssignmentId,
    person: PersonId,
    state: &'a State,
    from: NaiveDate,
}

/// What the audit keeps of what a row writes.
#[derive(Serialize)]
struct Audited<'a> {
    #[serde(flatten)]
    state: AuditedState<'a>,
    code: Option<&'a str>,
    since: Option<NaiveDate>,
    /// Whether the identity number became another.
    identity: bool,
}

impl<'a> Audited<'a> {
    fn of(written: &'a Written, code: Option<&'a str>) -> Self {
        Self { state: written.state.audited(), code, since: written.since, identity: written.identity.is_some() }
    }
}

/// A batch on its way into the register.
pub(super) struct Writing<'a> {
    who: Importer<'a>,
    origin: &'a str,
    register: &'a Register,
    /// Codes that the sheet gives: nobody else gets one of them.
    said: HashSet<String>,
    /// The last number that a code was made of.
    number: u32,
}

impl<'a> Writing<'a> {
    pub(super) fn new(who: Importer<'a>, origin: &'a str, register: &'a Register) -> Self {
        Self { who, origin, register, said: HashSet::new(), number: 0 }
    }

    /// Keeps the codes of rows that will be written.
    pub(super) fn keep_codes(&mut self, rows: &[Planned]) {
        self.said.extend(rows.iter().filter_map(|row| row.after.as_ref()?.code.clone()));
    }

    /// Nothing is written yet; every code is kept.
    pub(super) async fn begin(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        self.number = last_number(tx).await?;
        Ok(())
    }

    /// The next code that nobody has.
    fn code(&mut self) -> String {
        loop {
            self.number += 1;
            let code = code_of(self.number);
            if !self.said.contains(&code) && !self.register.has_code(&code) {
                return code;
            }
        }
    }

    /// Writes the people of some rows.
    pub(super) async fn rows(&mut self, tx: &mut Tx, rows: &[Planned]) -> Result<(), StoreError> {
        let (who, by, origin) = (self.who, self.who.by(), self.origin);
        let (now, today) = (tx.now(), tx.today());
        let (mut changed, mut noted) = (Vec::new(), Vec::new());
        let mut added: Vec<(PersonId, String, &Written)> = Vec::new();
        let mut begun: Vec<Begun<'_>> = Vec::new();
        for row in rows {
            let (Some(person), Some(after)) = (row.person, &row.after) else { continue };
            let known = self.register.get(person);
            // a new post begins after the first day of the one before it: nobody holds two on one day
            let since = after.since.unwrap_or(today);
            let from =
                known.map_or(since, |p| since.max(p.in_post_from.checked_add_days(Days::new(1)).unwrap_or(since)));
            if let Some(id) = after.began {
                begun.push(Begun { id, person, state: &after.state, from });
            }
            if let Some(before) = &row.before {
                if let Some(old) = after.ended {
                    tx.exec(&END_ASSIGNMENT, &[&old, &from.checked_sub_days(Days::new(1)).unwrap_or(from)]).await?;
                }
                update_person(tx, who, person, known.map_or("", |p| &p.code), &after.state).await?;
                changed.push(person);
                noted.extend(of_one(person, differences(&before.values(), &after.state.values())));
                if after.identity.is_some() {
                    set_identity(tx, who, person, after.identity.as_ref()).await?;
                    noted.push((person, ("identity", None, None)));
                }
                let change = Change::changed(&before.audited(), &Audited::of(after, None));
                tx.audit(by, "registry.person.changed", person, change)?;
            } else {
                let code = after.code.clone().unwrap_or_else(|| self.code());
                tx.audit(by, "registry.person.added", person, Change::created(&Audited::of(after, Some(&code))))?;
                added.push((person, code, after));
            }
        }
        tx.exec_many(&INSERT_PERSON, &added, |(person, code, Written { state, .. }), args| {
            args.add(person)?;
            args.add(code)?;
            args.add(&state.full_name)?;
            args.add(&name_key(&state.full_name, code))?;
            args.add(&sort_key(&state.full_name))?;
            args.add(&sound_key(&state.full_name))?;
            args.add(&state.gender)?;
            args.add(&state.birth_date)?;
            args.add(&state.ethnic_code)?;
            args.add(&state.education)?;
            args.add(&state.theory)?;
            args.add(&state.management)?;
            args.add(&false)?;
            args.add(&now)?;
            args.add(&origin)
        })
        .await?;
        tx.exec_many(&INSERT_ASSIGNMENT, &begun, |b, args| {
            args.add(&b.id)?;
            args.add(&b.person)?;
            args.add(&b.state.office_id)?;
            args.add(&b.state.commune_id)?;
            args.add(&b.state.position_id)?;
            args.add(&b.from)
        })
        .await?;
        added.retain(|(.., after)| after.state.has_record() || after.identity.is_some());
        tx.exec_many(&ADD_RECORD, &added, |(person, _, Written { state, identity, .. }), args| {
            let (sealed, mark) = sealed(identity.as_ref());
            args.add(person)?;
            args.add(&who.province())?;
            args.add(&state.rank)?;
            args.add(&text(&state.languages))?;
            args.add(&text(&state.it_skill))?;
            args.add(&text(&state.phone))?;
            args.add(&text(&state.email))?;
            args.add(&state.party_joined_on)?;
            args.add(&state.party_official_on)?;
            args.add(&sealed)?;
            args.add(&mark)
        })
        .await?;
        note(tx, &noted, origin, who.name()).await?;
        find::forget(tx, &changed).await?;
        tx.audit_so_far().await
    }

    /// Makes everybody findable.
    pub(super) async fn end(self, tx: &mut Tx) -> Result<(), StoreError> {
        find::renew(tx, &[]).await
    }
}

pub(super) async fn update_person(
    tx: &mut Tx,
    who: Importer<'_>,
    person: PersonId,
    code: &str,
    state: &State,
) -> Result<(), StoreError> {
    tx.exec(
        &UPDATE_PERSON,
        &[
            &person,
            &state.full_name,
            &sort_key(&state.full_name),
            &name_key(&state.full_name, code),
            &sound_key(&state.full_name),
            &state.gender,
            &state.birth_date,
            &state.ethnic_code,
            &state.education,
            &state.theory,
            &state.management,
        ],
    )
    .await?;
    set_record(tx, who, person, state).await
}

fn text(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

/// The columns of an identity number.
fn sealed(identity: Option<&SealedIdentity>) -> (Option<Vec<u8>>, Option<String>) {
    (identity.and_then(|identity| hex::decode(&identity.sealed).ok()), identity.map(|identity| identity.mark.clone()))
}

/// What lies beside the list.
async fn set_record(tx: &mut Tx, who: Importer<'_>, person: PersonId, state: &State) -> Result<(), StoreError> {
    tx.exec(
        &SET_RECORD,
        &[
            &person,
            &who.province(),
            &state.rank,
            &text(&state.languages),
            &text(&state.it_skill),
            &text(&state.phone),
            &text(&state.email),
            &state.party_joined_on,
            &state.party_official_on,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_identity(
    tx: &mut Tx,
    who: Importer<'_>,
    person: PersonId,
    identity: Option<&SealedIdentity>,
) -> Result<(), StoreError> {
    let (sealed, mark) = sealed(identity);
    tx.exec(&SET_IDENTITY, &[&person, &who.province(), &sealed, &mark]).await?;
    Ok(())
}
