//! What somebody says before they arrive, what follows for kitchen and dormitory, and who studies in which group: pure functions.

use std::{cmp::Reverse, collections::HashMap};

use chrono::NaiveDate;
use kernel::{NominationId, UnitId};
use serde::Serialize;

/// Meals that somebody takes at the school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Meals {
    /// Breakfast, lunch and dinner of every day that they are there.
    All,
    /// Lunch of the study days.
    Lunch,
    /// None.
    None,
}

impl Meals {
    /// Every choice, in the order of the form.
    pub const ALL: [Self; 3] = [Self::All, Self::Lunch, Self::None];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Lunch => "lunch",
            Self::None => "none",
        }
    }
}

/// When somebody arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// In the evening before the first day.
    Eve,
    /// In the morning of the first day.
    Morning,
}

impl Arrival {
    /// Every choice, in the order of the form.
    pub const ALL: [Self; 2] = [Self::Eve, Self::Morning];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Eve => "eve",
            Self::Morning => "morning",
        }
    }
}

/// Diets as stored; what `other` is stands in words beside it.
pub const DIETS: [&str; 4] = ["usual", "vegetarian", "no_pork", "other"];

/// What somebody says before they arrive.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IntakeDraft {
    /// Meals taken at the school.
    pub meals: Meals,
    /// One of [`DIETS`].
    pub diet: String,
    /// The diet in words; must be there for `other`.
    pub diet_note: String,
    /// Whether they need a bed in the dormitory.
    pub dormitory: bool,
    /// When they arrive.
    pub arrival: Arrival,
    /// Whether a woman has a child under 36 months on the first day (support by the norms of training costs, DOMAIN 3).
    pub small_child: bool,
    /// Whether that child comes along.
    pub child_comes: bool,
    /// Anything else the school should know.
    pub note: String,
}

impl IntakeDraft {
    /// Names of the fields that differ: what the audit keeps of a change, since the answers themselves are about health and family.
    #[must_use]
    pub fn changed(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            ("meals", self.meals != other.meals),
            ("diet", self.diet != other.diet || self.diet_note != other.diet_note),
            ("dormitory", self.dormitory != other.dormitory),
            ("arrival", self.arrival != other.arrival),
            ("small_child", self.small_child != other.small_child),
            ("child_comes", self.child_comes != other.child_comes),
            ("note", self.note != other.note),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

/// A day of the kitchen and the night after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HouseDay {
    /// The day.
    pub on: NaiveDate,
    /// Breakfasts.
    pub breakfast: i64,
    /// Lunches.
    pub lunch: i64,
    /// Dinners.
    pub dinner: i64,
    /// Beds for women in the night that follows.
    pub beds_women: i64,
    /// Beds for men in the night that follows.
    pub beds_men: i64,
}

/// What kitchen and dormitory need: the evening before, then each day of the class. Nobody stays for dinner and the night on the
/// last day; who arrives in the morning takes no breakfast on the first. `said` has what each learner said and whether it is a woman.
#[must_use]
pub fn house(said: &[(&IntakeDraft, bool)], from: NaiveDate, to: NaiveDate) -> Vec<HouseDay> {
    let eve = from.pred_opt().unwrap_or(from);
    let count = |wants: &dyn Fn(&IntakeDraft, bool) -> bool| {
        i64::try_from(said.iter().filter(|(draft, woman)| wants(draft, *woman)).count()).unwrap_or(i64::MAX)
    };
    let there = |draft: &IntakeDraft, on: NaiveDate| on >= from || draft.arrival == Arrival::Eve;
    eve.iter_days()
        .take_while(|on| *on <= to)
        .map(|on| {
            let all = |draft: &IntakeDraft| draft.meals == Meals::All && there(draft, on);
            let sleeps = |draft: &IntakeDraft| draft.dormitory && there(draft, on) && on < to;
            HouseDay {
                on,
                breakfast: count(&|d, _| all(d) && (on > from || on == from && d.arrival == Arrival::Eve)),
                lunch: count(&|d, _| d.meals != Meals::None && on >= from),
                dinner: count(&|d, _| all(d) && on < to),
                beds_women: count(&|d, woman| sleeps(d) && woman),
                beds_men: count(&|d, woman| sleeps(d) && !woman),
            }
        })
        .collect()
}

/// What somebody does for the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Learns.
    Member,
    /// Leads a study group.
    Leader,
    /// Deputy of the monitor.
    Deputy,
    /// Speaks for the class.
    Monitor,
}

/// Deputies of a class.
pub const DEPUTIES: usize = 2;

impl Duty {
    /// Every duty, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Member, Self::Leader, Self::Deputy, Self::Monitor];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Leader => "leader",
            Self::Deputy => "deputy",
            Self::Monitor => "monitor",
        }
    }

    /// Whether it is one of the class's committee.
    #[must_use]
    pub fn in_committee(self) -> bool {
        matches!(self, Self::Monitor | Self::Deputy)
    }
}

/// A learner as groups are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The nomination by which they learn.
    pub id: NominationId,
    /// Their commune.
    pub commune: UnitId,
    /// Whether it is a woman.
    pub woman: bool,
    /// `head`, `deputy` or anything else of their post: who leads at home is asked first.
    pub level: String,
    /// Their study group, from 1; none as long as they have none.
    pub group: Option<i64>,
    /// What they do for the class.
    pub duty: Duty,
}

impl Member {
    fn rank(&self) -> u8 {
        match self.level.as_str() {
            "head" => 0,
            "deputy" => 1,
            _ => 2,
        }
    }
}

/// How many study groups a class makes, none larger than `size`.
#[must_use]
pub fn groups_of(learners: usize, size: i64) -> i64 {
    let learners = i64::try_from(learners).unwrap_or(i64::MAX);
    ((learners + size.max(1) - 1) / size.max(1)).max(1)
}

/// Puts everybody without a group into one and fills the duties that nobody has. Whoever has a group keeps it.
///
/// People of one commune are spread: when everybody is placed at once a commune of `k` people stands in no group more often than
/// `k / groups`, rounded up, and groups differ by one person at most. Then women are spread by exchanges that harm neither. The monitor and the
/// deputies come from different groups and communes where there are enough, with a woman among them where there is one; each group
/// has a leader.
pub fn propose(members: &mut [Member], groups: i64) {
    let groups = groups.max(1);
    let mut of_commune: HashMap<UnitId, i64> = HashMap::new();
    for member in members.iter() {
        *of_commune.entry(member.commune).or_default() += 1;
    }
    let mut open: Vec<usize> =
        (0..members.len()).filter(|at| members.get(*at).is_some_and(|m| m.group.is_none())).collect();
    open.sort_by_key(|at| {
        members.get(*at).map(|m| (Reverse(of_commune.get(&m.commune).copied()), m.commune, m.woman, *at))
    });
    for at in &open {
        let Some(member) = members.get(*at) else { continue };
        let count = |group: i64, with: &dyn Fn(&Member) -> bool| {
            members.iter().filter(|m| m.group == Some(group) && with(m)).count()
        };
        let best = (1..=groups).min_by_key(|group| {
            (
                count(*group, &|m| m.commune == member.commune),
                count(*group, &|_| true),
                count(*group, &|m| m.woman == member.woman),
            )
        });
        if let Some(member) = members.get_mut(*at) {
            member.group = best;
        }
    }
    spread_women(members, &open);
    fill_duties(members, groups);
}

/// Exchanges people between groups as long as women are spread more evenly and nobody meets more people of the own commune.
fn spread_women(members: &mut [Member], open: &[usize]) {
    let same = |members: &[Member], group: Option<i64>, commune: UnitId, but: NominationId| {
        members.iter().filter(|m| m.group == group && m.commune == commune && m.id != but).count()
    };
    let women = |members: &[Member], group: Option<i64>| members.iter().filter(|m| m.group == group && m.woman).count();
    let better = |members: &[Member], a: &Member, b: &Member| {
        a.group != b.group
            && a.woman
            && !b.woman
            && women(members, a.group) > women(members, b.group) + 1
            && same(members, b.group, a.commune, b.id) <= same(members, a.group, a.commune, a.id)
            && same(members, a.group, b.commune, a.id) <= same(members, b.group, b.commune, b.id)
    };
    // every exchange lowers the sum of squares of women in groups, so this ends; the bound is only a belt
    for _ in 0..members.len() * members.len() {
        let found = open.iter().find_map(|a| {
            let with = open.iter().find(|b| {
                members.get(*a).zip(members.get(**b)).is_some_and(|(first, second)| better(members, first, second))
            });
            with.map(|b| (*a, *b))
        });
        let Some((a, b)) = found else { break };
        let group = |at: usize| members.get(at).and_then(|m| m.group);
        let (of_a, of_b) = (group(a), group(b));
        for (at, group) in [(a, of_b), (b, of_a)] {
            if let Some(member) = members.get_mut(at) {
                member.group = group;
            }
        }
    }
}

fn fill_duties(members: &mut [Member], groups: i64) {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|at| members.get(*at).map(|m| (m.rank(), *at)));
    let holds = |members: &[Member], duty: Duty| members.iter().filter(|m| m.duty == duty).count();
    let mut missing = Vec::new();
    if holds(members, Duty::Monitor) == 0 {
        missing.push(Duty::Monitor);
    }
    missing.extend(std::iter::repeat_n(Duty::Deputy, DEPUTIES.saturating_sub(holds(members, Duty::Deputy))));
    let last = missing.len();
    for (n, duty) in (1..).zip(missing) {
        let committee: Vec<Member> = members.iter().filter(|m| m.duty.in_committee()).cloned().collect();
        let women_only = n == last && !committee.iter().any(|m| m.woman) && members.iter().any(|m| m.woman);
        let best =
            order.iter().filter(|at| members.get(**at).is_some_and(|m| m.duty == Duty::Member)).min_by_key(|at| {
                members.get(**at).map(|m| {
                    (
                        women_only && !m.woman,
                        committee.iter().any(|c| c.commune == m.commune),
                        committee.iter().any(|c| c.group == m.group),
                        m.rank(),
                        **at,
                    )
                })
            });
        if let Some(member) = best.and_then(|at| members.get_mut(*at)) {
            member.duty = duty;
        }
    }
    for group in 1..=groups {
        if members.iter().any(|m| m.group == Some(group) && m.duty == Duty::Leader) {
            continue;
        }
        let first = order
            .iter()
            .find(|at| members.get(**at).is_some_and(|m| m.group == Some(group) && m.duty == Duty::Member))
            .copied();
        if let Some(member) = first.and_then(|at| members.get_mut(at)) {
            member.duty = Duty::Leader;
        }
    }
}

/// What is wrong with groups and duties as somebody put them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupFault {
    /// A group that there is not.
    NoGroup(NominationId),
    /// A second monitor.
    SecondMonitor(NominationId),
    /// More deputies than [`DEPUTIES`].
    ManyDeputies(NominationId),
    /// A second leader of one group.
    SecondLeader(NominationId),
    /// Leads without being in a group.
    LeadsNobody(NominationId),
}

impl GroupFault {
    /// Whom it is about.
    #[must_use]
    pub fn of(self) -> NominationId {
        match self {
            Self::NoGroup(id)
            | Self::SecondMonitor(id)
            | Self::ManyDeputies(id)
            | Self::SecondLeader(id)
            | Self::LeadsNobody(id) => id,
        }
    }

    /// Key of its text.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NoGroup(_) => "intake-fault-group",
            Self::SecondMonitor(_) => "intake-fault-monitor",
            Self::ManyDeputies(_) => "intake-fault-deputies",
            Self::SecondLeader(_) => "intake-fault-leader",
            Self::LeadsNobody(_) => "intake-fault-nobody",
        }
    }
}

/// Who is where as typed: nomination, group, duty.
pub type Place = (NominationId, Option<i64>, Duty);

/// Everything that is wrong with places in `groups` groups.
#[must_use]
pub fn faults(places: &[Place], groups: i64) -> Vec<GroupFault> {
    let (mut monitors, mut deputies, mut leaders) = (0, 0, Vec::new());
    let mut found = Vec::new();
    for (id, group, duty) in places {
        if group.is_some_and(|group| !(1..=groups).contains(&group)) {
            found.push(GroupFault::NoGroup(*id));
        }
        match duty {
            Duty::Member => {}
            Duty::Monitor => {
                monitors += 1;
                if monitors > 1 {
                    found.push(GroupFault::SecondMonitor(*id));
                }
            }
            Duty::Deputy => {
                deputies += 1;
                if deputies > DEPUTIES {
                    found.push(GroupFault::ManyDeputies(*id));
                }
            }
            Duty::Leader => match group {
                None => found.push(GroupFault::LeadsNobody(*id)),
                Some(group) if leaders.contains(group) => found.push(GroupFault::SecondLeader(*id)),
                Some(group) => leaders.push(*group),
            },
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use kernel::SystemIds;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn said(meals: Meals, arrival: Arrival, dormitory: bool) -> IntakeDraft {
        IntakeDraft {
            meals,
            diet: "usual".to_owned(),
            diet_note: String::new(),
            dormitory,
            arrival,
            small_child: false,
            child_comes: false,
            note: String::new(),
        }
    }

    #[test]
    fn kitchen_and_dormitory_know_the_evening_before_and_the_last_day() {
        let all = [
            (said(Meals::All, Arrival::Eve, true), true),
            (said(Meals::All, Arrival::Morning, true), false),
            (said(Meals::Lunch, Arrival::Morning, false), false),
            (said(Meals::None, Arrival::Eve, true), false),
        ];
        let days = house(&all.iter().map(|(d, w)| (d, *w)).collect::<Vec<_>>(), day("2026-03-02"), day("2026-03-04"));
        let told: Vec<_> = days.iter().map(|d| (d.breakfast, d.lunch, d.dinner, d.beds_women, d.beds_men)).collect();
        assert_eq!(days.first().unwrap().on, day("2026-03-01"));
        assert_eq!(told, [(0, 0, 1, 1, 1), (1, 3, 2, 1, 2), (2, 3, 2, 1, 2), (2, 3, 0, 0, 0)]);
        assert_eq!(house(&[], day("2026-03-02"), day("2026-03-02")).len(), 2);
    }

    #[test]
    fn the_audit_keeps_which_answers_changed_and_not_what_they_say() {
        let before = said(Meals::All, Arrival::Eve, true);
        let after = IntakeDraft { diet: "other".to_owned(), small_child: true, ..before.clone() };
        assert_eq!(after.changed(&before), ["diet", "small_child"]);
        assert!(before.changed(&before).is_empty());
    }

    /// People of communes, by how many each sends; every `nth` is a woman.
    fn class(sent: &[usize], nth: usize) -> Vec<Member> {
        let mut members = Vec::new();
        for people in sent {
            let commune = UnitId::new(&SystemIds);
            for _ in 0..*people {
                let n = members.len();
                members.push(Member {
                    id: NominationId::new(&SystemIds),
                    commune,
                    woman: n % nth == 0,
                    level: ["specialist", "deputy", "head"].get(n % 3).unwrap().to_string(),
                    group: None,
                    duty: Duty::Member,
                });
            }
        }
        members
    }

    fn check(members: &[Member], groups: i64) {
        let size = |g: i64| members.iter().filter(|m| m.group == Some(g)).count();
        let sizes: Vec<usize> = (1..=groups).map(size).collect();
        assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{sizes:?}");
        for member in members {
            let of_commune = members.iter().filter(|m| m.commune == member.commune).count();
            let together = members.iter().filter(|m| m.commune == member.commune && m.group == member.group).count();
            let most = of_commune.div_ceil(usize::try_from(groups).unwrap());
            assert!(together <= most, "{together} of {of_commune} in one of {groups} groups");
        }
        let places: Vec<Place> = members.iter().map(|m| (m.id, m.group, m.duty)).collect();
        assert_eq!(faults(&places, groups), []);
    }

    #[test]
    fn communes_are_spread_over_groups_whatever_they_send() {
        for sent in [vec![1; 70], vec![2; 33], vec![7, 9, 12, 20, 1, 1, 3], vec![60], vec![5], vec![3, 3, 3, 3, 3]] {
            for nth in [2, 3, 5, 100] {
                let mut members = class(&sent, nth);
                let groups = groups_of(members.len(), 10);
                propose(&mut members, groups);
                check(&members, groups);
                let women = |g: i64| members.iter().filter(|m| m.group == Some(g) && m.woman).count();
                if sent.len() > 20 {
                    let spread: Vec<usize> = (1..=groups).map(women).collect();
                    assert!(
                        spread.iter().max().unwrap() - spread.iter().min().unwrap() <= 1,
                        "{sent:?} {nth} {spread:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_committee_is_of_several_groups_and_has_a_woman() {
        let mut members = class(&[2; 30], 40);
        propose(&mut members, 6);
        let committee: Vec<&Member> = members.iter().filter(|m| m.duty.in_committee()).collect();
        assert_eq!(committee.len(), 1 + DEPUTIES);
        assert!(committee.iter().any(|m| m.woman));
        for (n, one) in committee.iter().enumerate() {
            assert!(committee.iter().skip(n + 1).all(|o| o.commune != one.commune && o.group != one.group));
        }
        assert_eq!(members.iter().filter(|m| m.duty == Duty::Leader).count(), 6);
    }

    #[test]
    fn who_comes_later_joins_the_groups_that_are_there() {
        let mut members = class(&[1; 20], 2);
        propose(&mut members, 2);
        let before: Vec<Member> = members.clone();
        members.extend(class(&[2], 2));
        propose(&mut members, 2);
        assert_eq!(members[..20], before);
        assert!(members[20..].iter().all(|m| m.group.is_some() && m.duty == Duty::Member));
        assert_ne!(members[20].group, members[21].group);
    }

    #[test]
    fn small_classes_and_empty_ones_are_grouped_too() {
        propose(&mut [], 1);
        let mut two = class(&[2], 2);
        propose(&mut two, groups_of(2, 10));
        assert!(two.iter().all(|m| m.group == Some(1)));
        assert_eq!(groups_of(0, 10), 1);
        assert_eq!((groups_of(70, 10), groups_of(71, 10)), (7, 8));
    }

    #[test]
    fn places_that_cannot_be_are_named() {
        let ids: Vec<NominationId> = (0..9).map(|_| NominationId::new(&SystemIds)).collect();
        let places = [
            (ids[0], Some(1), Duty::Monitor),
            (ids[1], Some(2), Duty::Monitor),
            (ids[2], Some(3), Duty::Member),
            (ids[3], Some(1), Duty::Leader),
            (ids[4], Some(1), Duty::Leader),
            (ids[5], None, Duty::Leader),
            (ids[6], None, Duty::Deputy),
            (ids[7], Some(1), Duty::Deputy),
            (ids[8], Some(1), Duty::Deputy),
        ];
        assert_eq!(
            faults(&places, 2),
            [
                GroupFault::SecondMonitor(ids[1]),
                GroupFault::NoGroup(ids[2]),
                GroupFault::SecondLeader(ids[4]),
                GroupFault::LeadsNobody(ids[5]),
                GroupFault::ManyDeputies(ids[8]),
            ]
        );
    }
}
