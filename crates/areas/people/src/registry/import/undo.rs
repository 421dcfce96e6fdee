//! Taking a batch back: what it wrote, field by field, and nothing else.

use std::collections::{BTreeMap, HashMap};

use ::store::{Change, Db, StoreError, Tx};
use kernel::{ImportId, PersonId};

use super::{
    BatchMove, Counts, Held, ImportError, Importer, RowKind,
    actions::close,
    plan::{Planned, Register},
    store::{
        NeedsPeople, REMOVE_ASSIGNMENT, REMOVE_NEW_ASSIGNMENTS, REMOVE_NEW_PEOPLE, REOPEN_ASSIGNMENT, SealedIdentity,
        State, batch, present, written_rows,
    },
    writing::{set_identity, update_person},
};
use crate::registry::{
    find,
    record::{model::differences, note, of_one},
};

/// Takes a committed batch back as a whole: new people leave the register, changed ones are as before in everything that the
/// batch changed. What others have changed since elsewhere in their records stays.
///
/// # Errors
/// [`ImportError::Held`] when a value that the batch wrote has been changed since, or somebody new is needed elsewhere; as
/// [`withdraw`].
pub async fn undo<'a>(db: &Db, who: impl Into<Importer<'a>>, id: ImportId) -> Result<Counts, ImportError> {
    let who = who.into();
    db.write(async |tx| {
        let known = batch(tx, who, id).await?.ok_or(ImportError::NotFound)?;
        known.state.after(BatchMove::Undo)?;
        let register = Register::of(present(tx).await?, who.province());
        let held = held(tx, &register, id).await?;
        if !held.is_empty() {
            return Err(ImportError::Held(held));
        }
        let mut last = 0;
        while let Some(rows) = written_rows(tx, id, &mut last).await? {
            restore(tx, who, &register, &rows).await?;
        }
        tx.exec(&REMOVE_NEW_ASSIGNMENTS, &[&id]).await?;
        tx.exec(&REMOVE_NEW_PEOPLE, &[&id]).await.map_err(|error| match error {
            StoreError::ForeignKey { .. } => ImportError::HeldElsewhere,
            error => error.into(),
        })?;
        find::renew(tx, &[]).await?;
        close(tx, who, &known, BatchMove::Undo).await?;
        tx.audit(who.by(), "registry.import.undone", id, Change::removed(&known.counts))?;
        Ok(known.counts)
    })
    .await
}

/// Takes back what some rows wrote; new people leave with their batch.
async fn restore(tx: &mut Tx, who: Importer<'_>, register: &Register, rows: &[Planned]) -> Result<(), StoreError> {
    let (mut restored, mut noted) = (Vec::new(), Vec::new());
    for row in rows {
        let (Some(person), Some(after)) = (row.person, &row.after) else { continue };
        let (Some(before), Some(now)) = (&row.before, register.get(person)) else {
            tx.audit(who.by(), "registry.person.removed", person, Change::removed(&after.state.audited()))?;
            continue;
        };
        let state = restored_state(&now.state, before, &after.state);
        update_person(tx, who, person, &now.code, &state).await?;
        restored.push(person);
        noted.extend(of_one(person, differences(&now.state.values(), &state.values())));
        if after.identity.is_some() {
            set_identity(tx, who, person, after.identity_before.as_ref()).await?;
            noted.push((person, ("identity", None, None)));
        }
        if let Some(began) = after.began {
            tx.exec(&REMOVE_ASSIGNMENT, &[&began]).await?;
        }
        if let Some(ended) = after.ended {
            tx.exec(&REOPEN_ASSIGNMENT, &[&ended]).await?;
        }
        let change = Change::changed(&now.state.audited(), &state.audited());
        tx.audit(who.by(), "registry.person.restored", person, change)?;
    }
    note(tx, &noted, who.source(), who.name()).await?;
    find::forget(tx, &restored).await?;
    tx.audit_so_far().await
}

/// Fields of which an import made another value.
fn written_fields<'a>(before: &'a State, after: &'a State) -> impl Iterator<Item = &'static str> + 'a {
    let pairs = before.values().into_iter().zip(after.values());
    pairs.filter(|((_, was), (_, is))| was != is).map(|((field, _), _)| field)
}

/// The state now, with what an import changed as it was before.
fn restored_state(now: &State, before: &State, after: &State) -> State {
    let mut state = now.clone();
    for field in written_fields(before, after) {
        state.take(field, before);
    }
    if before.post() != after.post() {
        (state.commune_id, state.office_id, state.position_id) = before.post();
    }
    state
}

/// Who of a batch cannot be taken back, in the order of the file.
async fn held(tx: &mut Tx, register: &Register, id: ImportId) -> Result<Vec<Held>, StoreError> {
    let mut needed: HashMap<PersonId, &'static str> = HashMap::new();
    for NeedsPeople { key, statement } in inventory::iter::<NeedsPeople> {
        let people: Vec<(PersonId,)> = tx.all(statement, &[]).await?;
        needed.extend(people.into_iter().map(|(person,)| (person, *key)));
    }
    let reason = |row: &Planned| {
        let (person, after) = (row.person?, row.after.as_ref()?);
        let now = register.get(person);
        let as_written = now.is_some_and(|now| match &row.before {
            // the whole record is of this batch
            None => now.state == after.state,
            Some(before) => {
                let mut with = now.state.clone();
                written_fields(before, &after.state).for_each(|field| with.take(field, &after.state));
                let post = before.post() == after.state.post() || now.state.post() == after.state.post();
                with.values() == now.state.values()
                    && post
                    && after.began.is_none_or(|began| began == now.assignment_id && now.in_post_to.is_none())
            }
        });
        let mark = |identity: &SealedIdentity| now.and_then(|now| now.identity_mark.as_ref()) == Some(&identity.mark);
        if !as_written || !after.identity.as_ref().is_none_or(mark) {
            return Some("import-held-changed");
        }
        needed.get(&person).copied().filter(|_| row.kind == RowKind::New)
    };
    let (mut held, mut last) = (Vec::new(), 0);
    while let Some(rows) = written_rows(tx, id, &mut last).await? {
        held.extend(rows.iter().filter_map(|row| Some(Held { because: reason(row)?, name: row.name.clone() })));
    }
    Ok(held)
}

/// People who hold a batch, by the reason: how many, and the first few by name.
#[must_use]
pub(super) fn grouped(held: &[Held]) -> BTreeMap<&'static str, Vec<&str>> {
    let mut groups: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
    for one in held {
        groups.entry(one.because).or_default().push(&one.name);
    }
    groups
}
