//! An approved year that a scenario plans anew, until a new decision takes the place of the former one. What was called stays as it was.

use std::collections::BTreeMap;

use ::store::{Conn, StoreError};
use chrono::Datelike;
use kernel::{PlanClassId, PlanId, SchemeId};

use super::{
    model::Wishes,
    store::{BaseClass, Scenario, approved_years, base_classes, base_classes_in},
};

/// The approved years that a scenario leaves as they are, each with the plan that it comes from: all but the one that it adjusts.
pub(super) async fn fixed(
    conn: &mut Conn,
    scheme: SchemeId,
    wishes: &Wishes,
) -> Result<BTreeMap<i64, PlanId>, StoreError> {
    let mut years = approved_years(conn, scheme).await?;
    if let Some(year) = wishes.adjusts {
        years.remove(&year);
    }
    Ok(years)
}

/// The classes of a year of a plan.
pub(super) async fn of_year(conn: &mut Conn, plan: PlanId, year: i64) -> Result<Vec<BaseClass>, StoreError> {
    base_classes_in(conn, plan, Some(year)).await
}

/// The classes from which a scenario goes on that is made on a plan: its own, and the year that it adjusts as it is approved, unless that plan
/// adjusts it already. Carried are those that were called.
pub(super) async fn going_on(
    conn: &mut Conn,
    scheme: SchemeId,
    from: &Scenario,
    adjusts: Option<i64>,
) -> Result<Vec<BaseClass>, StoreError> {
    let own = base_classes(conn, from.id).await?;
    let mut former = Vec::new();
    if let Some(year) = adjusts
        && let Some(plan) = approved_years(conn, scheme).await?.get(&year)
    {
        former = of_year(conn, *plan, year).await?;
    }
    Ok(merged(own, former, adjusts, from.wishes().adjusts.is_some()))
}

/// `again`: `own` are the classes of a scenario that adjusts the year already.
fn merged(mut own: Vec<BaseClass>, mut former: Vec<BaseClass>, adjusts: Option<i64>, again: bool) -> Vec<BaseClass> {
    let here = |class: &BaseClass| Some(i64::from(class.monday.year())) == adjusts;
    if again {
        former.retain(|class| class.called);
        for class in &former {
            // its copy, or what stands in its place since it was called
            let copy = own.iter().position(|o| o.carried == Some(class.id));
            let place = || own.iter().position(|o| o.carried.is_none() && here(o) && o.slot() == class.slot());
            if let Some(at) = copy.or_else(place) {
                own.remove(at);
            }
        }
    } else {
        own.retain(|class| !here(class));
    }
    // a class that was cancelled since is planned again
    for class in &mut own {
        class.carried = None;
    }
    for class in &mut former {
        class.carried = class.called.then_some(class.id);
    }
    own.extend(former);
    own.sort_by_key(|class| (class.monday, class.seq));
    own
}

/// For each class of a year that was called, the class of another version that takes its place: the one carried over from it, or one of its
/// audience in its week that is nobody else's. None when that version has no place for one of them.
pub(super) fn places(former: &[BaseClass], version: &[BaseClass]) -> Option<Vec<(PlanClassId, PlanClassId)>> {
    let mut free: Vec<&BaseClass> = version.iter().filter(|class| class.carried.is_none()).collect();
    let called = former.iter().filter(|class| class.called);
    let place = called.map(|class| {
        if let Some(copy) = version.iter().find(|v| v.carried == Some(class.id)) {
            return Some((class.id, copy.id));
        }
        let at = free.iter().position(|v| v.slot() == class.slot())?;
        Some((class.id, free.remove(at).id))
    });
    place.collect()
}

#[cfg(test)]
mod tests {
    use kernel::ProgrammeId;
    use uuid::Uuid;

    use super::*;

    fn class(n: u128, monday: &str, called: bool, carried: Option<u128>) -> BaseClass {
        BaseClass {
            id: id(n),
            seq: 1,
            monday: monday.parse().unwrap(),
            audience: "dt1".to_owned(),
            programme: String::new(),
            programme_id: ProgrammeId::LEAST,
            place: 1,
            called,
            carried: carried.map(id),
            people: Vec::new(),
        }
    }

    fn id(n: u128) -> PlanClassId {
        Uuid::from_u128(n).to_string().parse().unwrap()
    }

    fn ids(classes: &[BaseClass]) -> Vec<(u128, bool)> {
        let number = |id: PlanClassId| id.to_string().parse::<Uuid>().unwrap().as_u128();
        classes.iter().map(|c| (number(c.id), c.carried.is_some())).collect()
    }

    #[test]
    fn the_year_comes_as_it_is_approved_and_then_as_the_scenario_left_it() {
        let former = || {
            vec![
                class(1, "2027-03-01", true, None),
                class(2, "2027-03-08", false, None),
                class(3, "2027-03-15", true, None),
            ]
        };
        let own = vec![class(9, "2027-05-03", false, None), class(8, "2028-03-06", false, None)];
        let first = merged(own, former(), Some(2027), false);
        assert_eq!(ids(&first), [(1, true), (2, false), (3, true), (8, false)]);
        // the scenario has a copy of 1, a class in the place of 3 that was called since, one of its own, and a copy of one that was cancelled
        let own = vec![
            class(11, "2027-03-01", false, Some(1)),
            class(12, "2027-03-15", false, None),
            class(13, "2027-06-07", false, None),
            class(14, "2027-06-14", false, Some(4)),
        ];
        assert_eq!(ids(&merged(own, former(), Some(2027), true)), [(1, true), (3, true), (13, false), (14, false)]);
        // nothing is adjusted: nothing is carried
        assert_eq!(ids(&merged(vec![class(5, "2027-03-01", true, Some(1))], Vec::new(), None, false)), [(5, false)]);
    }

    #[test]
    fn each_called_class_has_one_place_or_the_version_is_overtaken() {
        let former = [
            class(1, "2027-03-01", true, None),
            class(2, "2027-03-01", true, None),
            class(3, "2027-03-08", false, None),
        ];
        let version = [class(11, "2027-03-01", false, None), class(12, "2027-03-01", false, Some(2))];
        assert_eq!(places(&former, &version), Some(vec![(id(1), id(11)), (id(2), id(12))]));
        // two called classes do not share one, and a class in another week is none
        assert_eq!(places(&former, &version[..1]), None);
        assert_eq!(places(&former, &[class(11, "2027-03-08", false, None), version[1].clone()]), None);
    }
}
