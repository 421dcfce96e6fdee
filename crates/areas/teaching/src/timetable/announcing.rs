//! Who is told that the timetable of a class changed: its learners, and of the lecturers those whose own half-days did.

use std::collections::BTreeSet;

use ::store::{StoreError, Tx, sql};
use chrono::Datelike;
use kernel::{AccountId, PersonId};
use people::{
    notice_kind,
    notices::{Kind, Notice, Recipient, Who, tell},
};
use web::{Lang, T};

use super::{
    desk::Desk,
    model::{Sitting, differing},
};
use crate::classes::announcing::learner;

notice_kind! {
    /// The half-days of a class changed.
    CHANGED = Kind::new("timetable.changed", &["class", "days"]).urgent()
}
notice_kind! {
    /// The half-days of a lecturer changed.
    TEACHING = Kind::new("timetable.teaching", &["class", "days"]).urgent()
}

sql!(ACCEPTED, "SELECT person_id FROM nomination WHERE class_id = $1 AND state = 'accepted' ORDER BY person_id");

/// Half-days in words: `23/11 (sáng), 24/11 (chiều)`.
fn days(desk: &Desk, slots: &[usize]) -> String {
    // notices are kept in Vietnamese, as papers are
    let t = T::new(Lang::Vi);
    let told = slots.iter().filter_map(|slot| desk.half_days.get(*slot)).map(|h| {
        let part = t.get(format!("classes-part-{}", h.part)).to_lowercase();
        format!("{:02}/{:02} ({part})", h.held_on.day(), h.held_on.month())
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The sittings in which somebody teaches.
fn of(sittings: &[Sitting], lecturer: AccountId) -> Vec<Sitting> {
    let own = |s: &&Sitting| s.lecturer == Some(lecturer) || s.partner == Some(lecturer);
    sittings.iter().filter(own).cloned().collect()
}

/// Tells of version `number`, which replaces what was published `before`.
pub(super) async fn published(tx: &mut Tx, desk: &Desk, number: i64, before: &[Sitting]) -> Result<(), StoreError> {
    let class = desk.class.id;
    let notice = |kind, key: String, slots: &[usize], to| Notice {
        kind,
        about: class.to_string(),
        key,
        facts: vec![("class", desk.class.label().into()), ("days", days(desk, slots).into())],
        to,
    };
    let learners: Vec<(PersonId,)> = tx.all(&ACCEPTED, &[&class]).await?;
    let mut told = Vec::new();
    if !learners.is_empty() {
        let to = learners.iter().map(|(person,)| learner(class, *person)).collect();
        told.push(notice(&CHANGED, number.to_string(), &differing(before, &desk.draft), to));
    }
    let everybody: BTreeSet<AccountId> =
        before.iter().chain(&desk.draft).flat_map(|s| [s.lecturer, s.partner]).flatten().collect();
    for lecturer in everybody {
        let own = differing(&of(before, lecturer), &of(&desk.draft, lecturer));
        if !own.is_empty() {
            let to = vec![Recipient::new(Who::Account(lecturer), "/teaching")];
            told.push(notice(&TEACHING, format!("{number}:{lecturer}"), &own, to));
        }
    }
    tell(tx, told).await?;
    Ok(())
}
