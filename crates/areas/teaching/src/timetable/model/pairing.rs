//! Who of the school stands beside a lecturer from outside.

use kernel::AccountId;

use super::{Sitting, Teacher, Week};

/// Periods that a timetable adds to somebody's load: whole ones that they teach, a part of those that they accompany.
pub(super) fn periods(week: &Week, all: &[Sitting], id: AccountId) -> i64 {
    let of = |s: &Sitting| {
        if s.lecturer == Some(id) {
            s.periods * 100
        } else if s.partner == Some(id) {
            s.periods * week.companion_percent
        } else {
            0
        }
    };
    all.iter().map(of).sum::<i64>() / 100
}

/// Whether a sitting wants somebody of the school beside whoever teaches it.
pub(super) fn is_alone(week: &Week, sitting: &Sitting) -> bool {
    let paired = week.teachers.iter().any(|t| Some(t.id) == sitting.lecturer && t.paired);
    paired && sitting.partner.is_none() && sitting.is_taught()
}

/// Who had better stand beside whoever teaches a sitting: of the school, named for the topic, free, with the smallest share of the load.
pub(super) fn companion(week: &Week, all: &[Sitting], sitting: &Sitting) -> Option<AccountId> {
    let topic = sitting.topic?;
    let able =
        |t: &&Teacher| t.accompanies && Some(t.id) != sitting.lecturer && t.knows(topic) && t.is_free(sitting.slot);
    let share = |t: &Teacher| (t.load + periods(week, all, t.id)) * 1000 / t.norm.max(1);
    let most = 1000;
    let found = (0..).zip(week.teachers.iter().filter(able)).min_by_key(|(at, t): &(usize, &Teacher)| {
        let share = share(t);
        (share >= most, share, *at)
    });
    found.map(|(_, teacher)| teacher.id)
}

/// Gives those sittings of a timetable somebody of the school who want one; others stay as they are.
pub(super) fn pair(week: &Week, all: &mut [Sitting], wanted: impl Fn(usize, &Sitting) -> bool) {
    for at in 0..all.len() {
        let found = all.get(at).filter(|s| wanted(at, s) && is_alone(week, s)).and_then(|s| companion(week, all, s));
        if let (Some(partner), Some(sitting)) = (found, all.get_mut(at)) {
            sitting.partner = Some(partner);
        }
    }
}
