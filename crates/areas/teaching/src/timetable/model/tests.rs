//! Weeks that are proposed, mended and looked at, by hand and by chance.

use kernel::ids::SystemIds;
use proptest::prelude::*;

use super::*;

fn slots() -> Vec<Slot> {
    (0..10).map(|n| Slot { day: n / 2 + 1, morning: n % 2 == 0, held: false, periods: 4 }).collect()
}

fn topic(title: &str, day: i64, kind: &str, periods: i64) -> Topic {
    let id = TopicId::new(&SystemIds);
    Topic { id, title: title.into(), kind: kind.into(), periods, day, online: false, visiting: false }
}

/// The shape of the programme: theory on the first day, an essay on the fourth, a field trip on the last.
fn topics() -> Vec<Topic> {
    vec![
        topic("A", 1, "theory", 3),
        topic("B", 1, "theory", 3),
        topic("C", 1, "theory", 2),
        topic("D", 2, "theory", 4),
        topic("E", 2, "skill", 4),
        topic("F", 3, "skill", 4),
        topic("G", 3, "practice", 4),
        topic("H", 4, "skill", 3),
        topic("I", 4, "skill", 3),
        topic("K", 4, "essay", 2),
        topic("L", 5, "field_trip", 4),
        topic("M", 5, "practice", 4),
    ]
}

fn teacher(name: &str, topics: Vec<TopicId>) -> Teacher {
    let id = AccountId::new(&SystemIds);
    let busy = vec![None; 10];
    Teacher {
        id,
        name: name.into(),
        visiting: false,
        paired: false,
        accompanies: true,
        topics,
        busy,
        load: 0,
        norm: 280,
        prefers_morning: None,
        wishes: BTreeMap::new(),
    }
}

fn place_named(name: &str, field: bool) -> Place {
    Place { id: VenueId::new(&SystemIds), name: name.into(), field, fits: true, busy: vec![None; 10] }
}

/// A week in which teacher `n` of `teachers` is named for the topics of which the number leaves `n`, and for the next ones.
fn week(teachers: usize, named: usize) -> Week {
    let topics = topics();
    let teachers = (0..teachers)
        .map(|n| {
            let mine = topics.iter().enumerate().filter(|(at, _)| (at + teachers - n) % teachers < named);
            teacher(&format!("T{n}"), mine.map(|(_, t)| t.id).collect())
        })
        .collect();
    let places = vec![place_named("Phòng", false), place_named("Phòng khác", false), place_named("Xã", true)];
    let home = places[0].id;
    Week { slots: slots(), topics, teachers, places, home, companion_percent: 50 }
}

fn titles(sittings: &[Sitting]) -> Vec<String> {
    let of = |slot| sittings.iter().filter(|s| s.slot == slot).map(|s| s.title.as_str()).collect::<String>();
    (0..10).map(of).collect()
}

fn away(week: &mut Week, name: &str, slots: &[usize]) {
    let teacher = week.teachers.iter_mut().find(|t| t.name == name).unwrap();
    for slot in slots {
        teacher.busy[*slot] = Some(Busy::Away("ốm".into()));
    }
}

#[test]
fn topics_fill_the_half_days_of_their_day_in_order() {
    let of = |topics: &[(&str, i64)]| {
        let topics: Vec<Topic> = topics.iter().map(|(title, periods)| topic(title, 1, "skill", *periods)).collect();
        let home = VenueId::new(&SystemIds);
        let laid = lay_out(&topics, &slots()[..2], home);
        assert!(laid.iter().all(|s| s.venue == Some(home)));
        (0..2)
            .map(|n| laid.iter().filter(|s| s.slot == n).map(|s| format!("{}{}", s.title, s.periods)).collect())
            .collect::<Vec<String>>()
    };
    assert_eq!(of(&[("A", 2), ("B", 4), ("C", 2)]), ["A2B2", "B2C2"]);
    assert_eq!(of(&[("A", 8)]), ["A4", "A4"]);
    assert_eq!(of(&[("A", 4), ("B", 4)]), ["A4", "B4"]);
    assert_eq!(of(&[("A", 4), ("B", 4), ("C", 2)]), ["A4", "B4C2"], "what exceeds the day stays in its last half-day");
    assert_eq!(of(&[]), ["", ""]);
}

#[test]
fn a_free_week_is_the_programme_with_a_lecturer_for_everything() {
    let week = week(6, 2);
    let proposal = propose(&week, &[]);
    assert_eq!((proposal.open, faults(&week, &proposal.sittings)), (vec![], vec![]));
    assert_eq!(titles(&proposal.sittings), ["AB", "BC", "D", "E", "F", "G", "HI", "IK", "L", "M"]);
    let at = |title| proposal.sittings.iter().find(|s| s.title == title).unwrap().venue;
    assert_eq!((at("A"), at("L")), (Some(week.home), Some(week.places[2].id)), "the field trip goes to its place");
}

#[test]
fn a_topic_goes_where_its_only_lecturer_is_free_and_theory_stays_before_practice() {
    let mut week = week(12, 1);
    // who teaches E (second afternoon) can come on the third day alone; F and G may stand there instead
    away(&mut week, "T4", &[0, 1, 2, 3, 6, 7, 8, 9]);
    let proposal = propose(&week, &[]);
    assert_eq!(proposal.open, []);
    assert_eq!(titles(&proposal.sittings), ["AB", "BC", "D", "F", "E", "G", "HI", "IK", "L", "M"]);
    // who teaches theory D can come on the third day only: nothing before it may wait, it stays without anybody
    let mut week = super::tests::week(12, 1);
    away(&mut week, "T3", &[0, 1, 2, 3, 6, 7, 8, 9]);
    let proposal = propose(&week, &[]);
    assert_eq!(proposal.open, [Open { slot: 2, title: "D".into(), why: Why::NobodyFree }]);
}

#[test]
fn what_nobody_is_named_for_and_a_trip_without_a_place_are_told() {
    let mut week = week(12, 1);
    week.teachers.remove(5);
    week.places.pop();
    let open: Vec<_> = propose(&week, &[]).open.into_iter().map(|o| (o.title, o.why)).collect();
    assert_eq!(open, [("F".into(), Why::NobodyNamed), ("L".into(), Why::NoPlace)]);
}

#[test]
fn the_load_is_shared_and_a_wish_is_met_where_it_costs_nothing() {
    let mut week = week(2, 2);
    let loads = |week: &Week| {
        let taught = propose(week, &[]).sittings;
        week.teachers
            .iter()
            .map(|t| taught.iter().filter(|s| s.lecturer == Some(t.id)).map(|s| s.periods).sum::<i64>())
            .collect::<Vec<_>>()
    };
    assert_eq!(loads(&week), [20, 20]);
    week.teachers[0].load = 279;
    assert_eq!(loads(&week)[0], 0, "who has all the year's periods gets no more while there is somebody else");
    week.teachers[0].load = 0;
    week.teachers[0].prefers_morning = Some(true);
    let mornings = propose(&week, &[]).sittings;
    assert!(mornings.iter().filter(|s| s.lecturer == Some(week.teachers[0].id)).any(|s| s.slot % 2 == 0));
}

#[test]
fn who_falls_ill_is_replaced_first_and_only_then_half_days_change_places() {
    let mut week = week(12, 2);
    let before = propose(&week, &[]).sittings;
    let ill = before.iter().find(|s| s.title == "F").unwrap().lecturer.unwrap();
    let name = week.teachers.iter().find(|t| t.id == ill).unwrap().name.clone();
    away(&mut week, &name, &[4]);
    let mended = repair(&week, &before);
    assert_eq!((mended.open, mended.moved), (vec![], vec![]));
    assert_eq!(moved(&before, &mended.sittings), Vec::<usize>::new(), "somebody else comes, nothing moves");
    assert_eq!(differing(&before, &mended.sittings), [4]);

    // nobody else is named for it: it changes places with the next practice
    let mut week = super::tests::week(12, 1);
    let before = propose(&week, &[]).sittings;
    away(&mut week, "T5", &[4]);
    let mended = repair(&week, &before);
    assert_eq!((mended.open.len(), mended.moved.len()), (0, 1));
    assert_eq!(faults(&week, &mended.sittings), []);
    // away all week: nothing helps, nothing moves, and it is told
    away(&mut week, "T5", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let mended = repair(&week, &before);
    assert_eq!(mended.open, [Open { slot: 4, title: "F".into(), why: Why::NobodyFree }]);
    assert_eq!(moved(&before, &mended.sittings), Vec::<usize>::new());
}

#[test]
fn what_is_over_stays() {
    let mut week = week(6, 2);
    let before = propose(&week, &[]).sittings;
    for slot in week.slots.iter_mut().take(4) {
        slot.held = true;
    }
    let all: Vec<usize> = (0..10).collect();
    let somebody = before[0].lecturer.unwrap();
    let name = week.teachers.iter().find(|t| t.id == somebody).unwrap().name.clone();
    away(&mut week, &name, &all);
    let held = |sittings: &[Sitting]| sittings.iter().filter(|s| s.slot < 4).cloned().collect::<Vec<_>>();
    assert_eq!(held(&repair(&week, &before).sittings), held(&before));
    let again = propose(&week, &before);
    assert_eq!(held(&again.sittings), held(&before));
    assert_eq!(faults(&week, &again.sittings), []);
}

/// Random weeks: who is named for what, who is away when, rooms that others have, loads and wishes.
fn weeks() -> impl Strategy<Value = Week> {
    let teachers = proptest::collection::vec(
        (
            any::<u16>(),
            proptest::bits::u16::masked(0x3ff),
            any::<u16>(),
            0_i64..300,
            proptest::option::of(any::<bool>()),
        ),
        1..14,
    );
    (teachers, any::<u16>(), any::<u16>(), any::<u16>()).prop_map(|(teachers, home, other, field)| {
        let mut week = week(1, 1);
        let topics: Vec<TopicId> = week.topics.iter().map(|t| t.id).collect();
        let bit = |mask: u16, n: usize| mask >> n & 1 == 1;
        week.teachers = teachers
            .into_iter()
            .enumerate()
            .map(|(n, (named, busy, rarely, load, wish))| {
                let mine = topics.iter().enumerate().filter(|(at, _)| bit(named, *at)).map(|(_, id)| *id).collect();
                let mut one = teacher(&format!("T{n}"), mine);
                for (slot, at) in one.busy.iter_mut().enumerate() {
                    *at = (bit(busy, slot) && bit(rarely, slot)).then(|| Busy::Class("01/2026".into()));
                }
                one.load = load;
                one.prefers_morning = wish;
                one
            })
            .collect();
        for (place, mask) in week.places.iter_mut().zip([home & other, other & field, field & home]) {
            for (slot, at) in place.busy.iter_mut().enumerate() {
                *at = bit(mask, slot).then_some(Busy::Closed);
            }
        }
        week
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_proposal_has_a_conflict(week in weeks()) {
        let proposal = propose(&week, &[]);
        let found = faults(&week, &proposal.sittings);
        let open = found.iter().filter(|f| matches!(f, Fault::NoLecturer(..) | Fault::NoPlace(..))).count();
        prop_assert_eq!(open, found.len(), "{:?}", found);
        prop_assert_eq!(open, proposal.open.len(), "what is open is told");
        prop_assert_eq!(&propose(&week, &[]), &proposal, "the same week has the same proposal");
    }

    #[test]
    fn an_illness_moves_three_other_half_days_at_most(week in weeks(), who in 0_usize..14, from in 0_usize..10, long in 1_usize..5) {
        let mut week = week;
        let before = propose(&week, &[]).sittings;
        let who = who % week.teachers.len();
        let ill = week.teachers[who].id;
        for slot in from..(from + long).min(10) {
            week.teachers[who].busy[slot] = Some(Busy::Away("ốm".into()));
        }
        let hurt: Vec<usize> = before.iter()
            .filter(|s| s.is_taught() && (s.lecturer.is_none() || s.lecturer == Some(ill) && !week.teachers[who].is_free(s.slot)))
            .map(|s| s.slot).collect();
        let mended = repair(&week, &before);
        let others: Vec<usize> = moved(&before, &mended.sittings).into_iter().filter(|s| !hurt.contains(s)).collect();
        prop_assert!(others.len() <= MOVED_MOST, "{:?}", others);
        prop_assert_eq!(&others, &mended.moved, "what moved is told");
        let found = faults(&week, &mended.sittings);
        let open = found.iter().filter(|f| matches!(f, Fault::NoLecturer(..) | Fault::NoPlace(..))).count();
        prop_assert_eq!(open, found.len(), "{:?}", found);
        prop_assert_eq!(open, mended.open.len());
    }
}

/// Who teaches a topic, by name.
fn who(week: &Week, sittings: &[Sitting], title: &str) -> String {
    let lecturer = sittings.iter().find(|s| s.title == title).unwrap().lecturer;
    week.teachers.iter().find(|t| Some(t.id) == lecturer).map(|t| t.name.clone()).unwrap_or_default()
}

#[test]
fn a_wish_decides_between_those_who_are_loaded_alike_and_never_against_load_or_hours() {
    let mut week = week(2, 2);
    let (d, e) = (week.topics[3].id, week.topics[4].id);
    let before = propose(&week, &[]);
    assert_eq!((who(&week, &before.sittings, "D"), who(&week, &before.sittings, "E")), ("T1".into(), "T0".into()));
    week.teachers[0].wishes = [(d, Wish::Prefers), (e, Wish::RatherNot)].into();
    let wished = propose(&week, &[]);
    assert_eq!((who(&week, &wished.sittings, "D"), who(&week, &wished.sittings, "E")), ("T0".into(), "T1".into()));
    assert_eq!((wished.open.len(), faults(&week, &wished.sittings)), (0, vec![]));
    let of = |week: &Week, title: &str| {
        let sitting = wished.sittings.iter().find(|s| s.title == title).unwrap();
        reason(week, &wished.sittings, sitting)
    };
    assert_eq!(of(&week, "D"), Some(Reason::Prefers));
    // who teaches much more already, is away, or is beyond the norm is not taken for a wish
    let changes: [fn(&mut Teacher); 3] =
        [|t| t.load = 60, |t| t.busy = vec![Some(Busy::Away("ốm".into())); 10], |t| t.norm = 0];
    for change in changes {
        let mut other = week.clone();
        change(&mut other.teachers[0]);
        assert_eq!(who(&other, &propose(&other, &[]).sittings, "D"), "T1");
    }
    // who would rather not is taken where the other cannot come, and it is said
    week.teachers[1].busy[3] = Some(Busy::Declined);
    let forced = propose(&week, &[]);
    let sitting = forced.sittings.iter().find(|s| s.title == "E").unwrap();
    assert_eq!((forced.open.len(), who(&week, &forced.sittings, "E").as_str()), (0, "T0"));
    assert_eq!(reason(&week, &forced.sittings, sitting), Some(Reason::Only));
    // could the other come, but teaches much more already, it is said that it is against the wish
    week.teachers[1].busy[3] = None;
    week.teachers[1].load = 200;
    let against = propose(&week, &[]);
    let sitting = against.sittings.iter().find(|s| s.title == "E").unwrap();
    assert_eq!(reason(&week, &against.sittings, sitting), Some(Reason::Despite));
}

/// Everything is taught by a visiting lecturer; two of the school are named for it as well.
fn visited() -> Week {
    let mut week = week(3, 12);
    for teacher in &mut week.teachers {
        teacher.topics = week.topics.iter().map(|t| t.id).collect();
    }
    for topic in &mut week.topics {
        topic.visiting = true;
    }
    let guest = &mut week.teachers[0];
    (guest.visiting, guest.paired, guest.accompanies) = (true, true, false);
    week
}

#[test]
fn a_visiting_lecturer_has_somebody_of_the_school_beside_them_who_is_free_and_least_loaded() {
    let mut week = visited();
    let proposal = propose(&week, &[]);
    assert_eq!(faults(&week, &proposal.sittings), []);
    let guest = week.teachers[0].id;
    let taught: Vec<&Sitting> = proposal.sittings.iter().filter(|s| s.lecturer == Some(guest)).collect();
    assert_eq!(taught.len(), proposal.sittings.len());
    // shared between the two of the school
    let beside = |n: usize| {
        proposal.sittings.iter().filter(|s| s.partner == Some(week.teachers[n].id)).map(|s| s.periods).sum::<i64>()
    };
    assert_eq!(beside(1) + beside(2), 40);
    assert!((beside(1) - beside(2)).abs() <= 4, "{} {}", beside(1), beside(2));
    // who has more to teach already stays out, who is away is not asked, who is not named neither
    week.teachers[1].load = 100;
    week.teachers[2].busy[0] = Some(Busy::Away("ốm".into()));
    let other = propose(&week, &[]);
    let of = |slot: usize| other.sittings.iter().find(|s| s.slot == slot).unwrap().partner;
    assert_eq!((of(0), of(1)), (Some(week.teachers[1].id), Some(week.teachers[2].id)));
    for teacher in &mut week.teachers[1..] {
        teacher.topics.clear();
    }
    let alone = propose(&week, &[]);
    assert!(alone.sittings.iter().all(|s| s.partner.is_none()) && alone.open.is_empty());
    let told = faults(&week, &alone.sittings);
    assert_eq!(told.len(), alone.sittings.len());
    assert!(told.iter().all(|f| matches!(f, Fault::Alone(..)) && !f.stops()), "{told:?}");
}

#[test]
fn a_repair_replaces_who_stood_beside_and_leaves_alone_what_somebody_left_so() {
    let mut week = visited();
    let mut before = propose(&week, &[]).sittings;
    let fallen = before.iter().position(|s| s.partner == Some(week.teachers[1].id)).unwrap();
    // the school took the partner out of another half-day by hand
    let by_hand = before.iter().position(|s| s.slot != before[fallen].slot && s.partner.is_some()).unwrap();
    before[by_hand].partner = None;
    week.teachers[1].busy[before[fallen].slot] = Some(Busy::Class("02/2026".into()));
    let mended = repair(&week, &before).sittings;
    assert_eq!(mended[fallen].partner, Some(week.teachers[2].id));
    assert_eq!(mended[by_hand].partner, None);
}
