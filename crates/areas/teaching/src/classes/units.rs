//! A unit ends: what it has in classes that are not over passes to the units that follow.

use std::collections::BTreeMap;

use ::store::{By, Change, StoreError, Tx, sql};
use kernel::{ClassId, NominationId, PersonId, UnitId};
use people::organisation::units::{Ended, FollowsUnits};

use super::{nominating::model::NominationState, store::LOCK_CLASS};

sql!(
    QUOTAS_OF_UNIT,
    "SELECT q.class_id, q.seats FROM class_quota q JOIN class c ON c.id = q.class_id
     WHERE q.commune_id = $1 AND c.ends_on >= $2 AND c.state IN ('called', 'nominating', 'opened', 'running', 'marking')
     ORDER BY q.class_id"
);
sql!(
    NOMINATIONS_OF_UNIT,
    "SELECT id, person_id, state FROM nomination WHERE class_id = $1 AND commune_id = $2 ORDER BY id"
);
sql!(
    SET_UNIT,
    "UPDATE nomination SET commune_id = $2,
            office_id = (SELECT p.office_id FROM v_registry_person p WHERE p.person_id = nomination.person_id AND p.commune_id = $2)
     WHERE id = $1"
);
sql!(DROP_QUOTA, "DELETE FROM class_quota WHERE class_id = $1 AND commune_id = $2");
sql!(
    ADD_QUOTA,
    "INSERT INTO class_quota (class_id, commune_id, seats) VALUES ($1, $2, $3)
     ON CONFLICT (class_id, commune_id) DO UPDATE SET seats = class_quota.seats + excluded.seats"
);

/// Seats of a quota for the units that follow: those that their people hold, and of what is left a share by the people who went
/// there, by largest remainder.
fn shared(seats: i64, held: &[i64], people: &[u64]) -> Vec<i64> {
    let left = u32::try_from(seats - held.iter().sum::<i64>()).unwrap_or(0);
    let everybody = people.iter().all(|n| *n == 0);
    let weights: Vec<u64> = people.iter().map(|n| if everybody { 1 } else { *n }).collect();
    planner::apportion(left, &weights, 0).into_iter().zip(held).map(|(share, held)| i64::from(share) + held).collect()
}

/// Passes quotas and nominations on in the classes that are not over and end after the unit.
async fn follow(tx: &mut Tx, by: By<'_>, ended: Ended<'_>) -> Result<(), StoreError> {
    let quotas: Vec<(ClassId, i64)> = tx.all(&QUOTAS_OF_UNIT, &[&ended.unit, &ended.since]).await?;
    let people: Vec<u64> = ended
        .successors
        .iter()
        .map(|unit| u64::try_from(ended.went.iter().filter(|(_, to)| to == unit).count()).unwrap_or(0))
        .collect();
    for (class, seats) in quotas {
        tx.exec(&LOCK_CLASS, &[&class, &None::<UnitId>]).await?;
        let nominations: Vec<(NominationId, PersonId, NominationState)> =
            tx.all(&NOMINATIONS_OF_UNIT, &[&class, &ended.unit]).await?;
        let mut held: BTreeMap<UnitId, i64> = BTreeMap::new();
        for (nomination, person, state) in &nominations {
            let Some(unit) = ended.of(*person) else { continue };
            tx.exec(&SET_UNIT, &[nomination, &unit]).await?;
            if matches!(
                state,
                NominationState::Proposed
                    | NominationState::Accepted
                    | NominationState::Completed
                    | NominationState::NotCompleted
            ) {
                *held.entry(unit).or_default() += 1;
            }
        }
        let held: Vec<i64> = ended.successors.iter().map(|unit| held.get(unit).copied().unwrap_or(0)).collect();
        let shares = shared(seats, &held, &people);
        tx.exec(&DROP_QUOTA, &[&class, &ended.unit]).await?;
        for (unit, seats) in ended.successors.iter().zip(&shares) {
            tx.exec(&ADD_QUOTA, &[&class, unit, seats]).await?;
        }
        let note = serde_json::json!({ "from": ended.unit, "seats": seats, "to": ended.successors, "shares": shares,
                                       "nominations": nominations.len() });
        tx.audit(by, "classes.quota.followed", class, Change::created(&note))?;
    }
    Ok(())
}

::store::inventory::submit! {
    FollowsUnits { follow: |tx, by, ended| Box::pin(follow(tx, by, ended)) }
}

#[cfg(test)]
mod tests {
    use super::shared;

    #[test]
    fn a_quota_goes_with_those_who_hold_its_seats_and_the_rest_by_people() {
        // a merger: everything to one
        assert_eq!(shared(5, &[2], &[40]), [5]);
        // three are held, two are left: by people
        assert_eq!(shared(5, &[3, 0], &[10, 50]), [3, 2]);
        assert_eq!(shared(5, &[1, 0], &[20, 20]), [3, 2]);
        // more are held than the quota had: what is held stands, nothing is left
        assert_eq!(shared(1, &[2, 1], &[9, 9]), [2, 1]);
        // nobody works there: the seats are not lost
        assert_eq!(shared(3, &[0, 0], &[0, 0]), [2, 1]);
    }
}
