//! Playing the scheme forward: the classes of the approved year up to today, step by step, through the same
//! actions that the pages call, each by the account whose duty it is and at the time when it would happen.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use kernel::{AccountId, Actor, ClassId, FixedClock, NominationId, PersonId, Score, UnitId, VenueId};
use learning::{
    attendance::{Mark, Status, take_roll_call},
    certificates::{issue, issue_papers},
    evaluation::{PaperForm, form_places, load_answers, open_form},
    results::{DecisionInput, decide, give_scores},
};
use people::{accounts::accounts_of, calendar::days_off};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use store::{Db, Job, JobContext};
use teaching::{
    classes::{
        CallInput, Candidate, PlannedClass, WatchSeats, accept, call_class, candidates, class, file_class, learners,
        load_venues, nominate, open_class, quota_communes,
        rooms::{RoomDraft, add_room},
        set_decision, withdraw,
    },
    intake::{Arrival, IntakeDraft, Meals, arriving, propose_groups, say_for},
    scheme,
    timetable::{propose, publish_timetable},
};
use web::Permit;

use super::load::{LoadError, actor};

/// Where classes go on field trips: name and address.
const PLACES: [(&str, &str); 2] = [
    ("Trung tâm Phục vụ hành chính công phường Trường Vinh", "phường Trường Vinh"),
    ("Trụ sở Đảng ủy, UBND xã Vạn An", "xã Vạn An"),
];

/// A step in the life of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Call,
    NominateFirst,
    Nominate,
    Open,
    Timetable,
    Arrive,
    RollCall(u8),
    Evaluation,
    Scores,
    Decide,
    File,
}

struct Class {
    planned: PlannedClass,
    id: Option<ClassId>,
    head: AccountId,
    head_actor: Actor,
    venue: VenueId,
    nominate_by: NaiveDate,
}

/// Who does what.
struct Cast {
    school: Actor,
    head: Actor,
    officers: HashMap<UnitId, Actor>,
}

/// Plays every class of the approved years whose time has come; `step` is told how far it is.
///
/// # Errors
/// [`LoadError`]; what was played before stays.
pub(super) async fn play(
    db: &Db,
    base_url: &str,
    officers: HashMap<UnitId, String>,
    step: &mut dyn FnMut(&str, usize),
) -> Result<(), LoadError> {
    let mut conn = db.read().await?;
    let school = actor(db, "truong").await?;
    let scheme = scheme::of(&mut conn, &school).await?.ok_or_else(|| LoadError::System("no scheme".into()))?;
    let mut planned = teaching::classes::planned(&mut conn, scheme.id).await?;
    let days = scheme::rules(&mut conn, scheme.id, db.today()).await?.class_days;
    let mut free = Vec::new();
    for monday in around(db.today()) {
        let last = monday + TimeDelta::days(days - 1);
        if days_off(&mut conn, monday, last).await?.is_empty() {
            free.push(monday);
        }
    }
    slip(&mut planned, &free);
    let lecturers = accounts_of(&mut conn, &school, "lecturer").await?;
    drop(conn);
    let venues =
        load_venues(db, store::By::System("demonstration"), scheme.id, &[("Hội trường A", 120), ("Phòng học B2", 80)])
            .await?;
    for (name, address) in PLACES {
        let place = RoomDraft {
            name: name.to_owned(),
            kind: "field".to_owned(),
            address: address.to_owned(),
            seats: 80,
            closed_from: None,
        };
        add_room(db, &Permit::check(&school)?, &place).await?;
    }
    let mut cast = Cast { school, head: actor(db, "hieutruong").await?, officers: HashMap::new() };
    for (commune, username) in officers {
        cast.officers.insert(commune, actor(db, &username).await?);
    }
    let mut heads = Vec::new();
    for (number, (account, _)) in lecturers.iter().enumerate() {
        heads.push((*account, actor(db, &format!("gv{:02}", number + 1)).await?));
    }

    let mut classes = Vec::new();
    let mut events: Vec<(DateTime<Utc>, usize, Step)> = Vec::new();
    let now = db.now();
    for (place, planned) in planned.into_iter().enumerate() {
        let Some(((head, head_actor), venue)) =
            heads.get(place % heads.len().max(1)).zip(venues.get(place % venues.len().max(1)))
        else {
            break;
        };
        let monday = planned.monday;
        let start = super::load::start_of_planning() + Days::new(1);
        let call = (monday - Days::new(28)).max(start);
        let nominate_by = (monday - Days::new(10)).max(call + Days::new(1));
        events.push((at(call, 8, 0), place, Step::Call));
        // some communes send their people at once, the others when the last day comes near
        events.push((at((call + Days::new(4)).min(nominate_by - Days::new(1)), 8, 0), place, Step::NominateFirst));
        events.push((at(nominate_by - Days::new(1), 9, 0), place, Step::Nominate));
        let opens = (nominate_by + Days::new(2)).min(monday - Days::new(1));
        events.push((at(opens, 15, 0), place, Step::Open));
        events.push((at(opens, 16, 0), place, Step::Timetable));
        // classes of the past keep no list of meals and beds
        if monday + Days::new(12) > now.date_naive() {
            events.push((at(opens, 17, 0), place, Step::Arrive));
        }
        for half_day in 0..10_u8 {
            let day = monday + Days::new(u64::from(half_day / 2));
            let (hour, minute) = if half_day % 2 == 0 { (7, 40) } else { (14, 10) };
            events.push((at(day, hour, minute), place, Step::RollCall(half_day + 1)));
        }
        events.push((at(monday + Days::new(4), 16, 30), place, Step::Evaluation));
        events.push((at(monday + Days::new(8), 16, 0), place, Step::Scores));
        events.push((at(monday + Days::new(11), 10, 0), place, Step::Decide));
        events.push((at(monday + Days::new(60), 9, 0), place, Step::File));
        classes.push(Class {
            planned,
            id: None,
            head: *head,
            head_actor: head_actor.clone(),
            venue: *venue,
            nominate_by,
        });
    }
    events.retain(|(when, ..)| *when <= now);
    events.sort();
    let mut rng = ChaCha20Rng::seed_from_u64(20_260_302);
    let mut done = 0;
    let mut told = 0;
    for (when, place, what) in events {
        // a line for every fortnight that has been played, the first before any class is over
        let fortnight = (when - DateTime::UNIX_EPOCH).num_days() / 14;
        if fortnight > told {
            told = fortnight;
            step(&format!("classes held to the certificate, played up to {}", when.format("%d/%m/%Y")), done);
        }
        let then = db.at(Arc::new(FixedClock(when)));
        let Some(class) = classes.get_mut(place) else { continue };
        match what {
            Step::Call => class.id = call(&then, &cast, class).await?,
            Step::NominateFirst => put_forward(&then, &cast, class, true, &mut rng).await?,
            Step::Nominate => put_forward(&then, &cast, class, false, &mut rng).await?,
            Step::Open => open(&then, &cast, class).await?,
            Step::Timetable => timetable(&then, &cast, class).await?,
            Step::Arrive => arrive(&then, &cast, class).await?,
            Step::RollCall(seq) => roll_call(&then, class, seq, &mut rng).await?,
            Step::File => file(&then, &cast, class).await?,
            Step::Evaluation => evaluation(&then, &cast, class, now.date_naive(), &mut rng).await?,
            Step::Scores => scores(&then, class, &mut rng).await?,
            Step::Decide => {
                if results(&then, &cast, class, base_url).await? {
                    done += 1;
                }
            }
        }
    }
    step("classes held to the certificate", done);
    Ok(())
}

/// Mondays of the week before today, of today's week and of the two after it.
fn around(today: NaiveDate) -> [NaiveDate; 4] {
    let monday = today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()));
    [-7, 0, 7, 14].map(|days| monday + TimeDelta::days(days))
}

/// Classes slip: in the weeks around today in which the plan has none, the latest of those that should have been
/// held long ago are held, in their order. So the demonstration shows a class at every stage of its life (marking,
/// studying, opened, nominating), whatever the day is and however early in the year the plan ends.
fn slip(planned: &mut [PlannedClass], weeks: &[NaiveDate]) {
    let Some(first) = weeks.first() else { return };
    let empty: Vec<NaiveDate> =
        weeks.iter().copied().filter(|week| planned.iter().all(|class| class.monday != *week)).collect();
    let mut past: Vec<&mut PlannedClass> = planned.iter_mut().filter(|class| class.monday < *first).collect();
    past.sort_by_key(|class| (class.monday, class.seq));
    let stay = past.len().saturating_sub(empty.len());
    for (class, week) in past.into_iter().skip(stay).zip(empty) {
        class.monday = week;
    }
}

/// A moment in Viet Nam's time.
fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    day.and_hms_opt(hour, minute, 0).unwrap_or_default().and_utc() - TimeDelta::hours(7)
}

async fn call(db: &Db, cast: &Cast, class: &Class) -> Result<Option<ClassId>, LoadError> {
    let rules = {
        let mut conn = db.read().await?;
        let scheme = scheme::of(&mut conn, &cast.school).await?.ok_or_else(|| LoadError::System("no scheme".into()))?;
        scheme::rules(&mut conn, scheme.id, class.planned.monday).await?
    };
    let input = CallInput {
        planned: class.planned.id,
        starts_on: class.planned.monday,
        venue: class.venue,
        head: Some(class.head),
        seat_limit: rules.class_size_most,
        nominate_by: class.nominate_by,
        publish: true,
    };
    Ok(Some(call_class(db, &Permit::check(&cast.school)?, &input).await?))
}

/// Two of five communes send their people early, the others late. Each sends the first of its suggestions, as many
/// as its quota; now and then one short or one beyond, now and then somebody is taken back and the next goes
/// instead.
async fn put_forward(db: &Db, cast: &Cast, class: &Class, early: bool, rng: &mut ChaCha20Rng) -> Result<(), LoadError> {
    let Some(id) = class.id else { return Ok(()) };
    let mut conn = db.read().await?;
    let line = teaching::classes::class(&mut conn, &cast.school, id).await?;
    let audience = line.map(|l| l.audience_code).unwrap_or_default();
    let quotas = quota_communes(&mut conn, &cast.school, id).await?;
    drop(conn);
    for (turn, (commune, seats)) in quotas.into_iter().enumerate() {
        if (turn % 5 < 2) != early {
            continue;
        }
        let Some(officer) = cast.officers.get(&commune) else { continue };
        let everybody = candidates(&mut db.read().await?, id, commune).await?;
        let mut wanted = usize::try_from(seats).unwrap_or(0);
        if rng.random_bool(0.02) {
            wanted = wanted.saturating_sub(1);
        } else if rng.random_bool(0.02) {
            wanted += 1;
        }
        let fitting: Vec<&Candidate> = everybody.iter().filter(|c| c.fits(&audience)).collect();
        let chosen: Vec<PersonId> = fitting.iter().take(wanted).map(|c| c.person_id).collect();
        if chosen.is_empty() {
            continue;
        }
        let permit = Permit::check(officer)?;
        nominate(db, &permit, id, &chosen, true).await?;
        // the units that send early have signed their decisions at once, those of one class in eight
        if early && class.planned.seq % 8 == 0 {
            let number = format!("{:02}/QĐ-UBND", 10 + turn);
            set_decision(db, &permit, id, (&number, db.today()), true).await?;
        }
        if rng.random_bool(0.01) && fitting.len() > wanted {
            swap(db, &permit, id, chosen.first().copied(), fitting.get(wanted).map(|c| c.person_id)).await?;
        }
    }
    Ok(())
}

async fn swap(
    db: &Db,
    permit: &Permit<teaching::classes::Nominate>,
    class: ClassId,
    leaves: Option<PersonId>,
    comes: Option<PersonId>,
) -> Result<(), LoadError> {
    let (Some(leaves), Some(comes)) = (leaves, comes) else { return Ok(()) };
    let nomination = teaching::classes::nomination_of(&mut db.read().await?, class, leaves).await?;
    if let Some(nomination) = nomination {
        withdraw(db, permit, class, nomination, "Bận công tác đột xuất").await?;
        nominate(db, permit, class, &[comes], true).await?;
    }
    Ok(())
}

async fn open(db: &Db, cast: &Cast, class: &Class) -> Result<(), LoadError> {
    let Some(id) = class.id else { return Ok(()) };
    // the job of the day after the deadline, which nobody runs while the past is played
    WatchSeats { class: id }
        .run(&JobContext { db: db.clone() })
        .await
        .map_err(|error| LoadError::System(error.to_string()))?;
    let proposed: Vec<NominationId> = teaching::classes::proposed(&mut db.read().await?, id).await?;
    if !proposed.is_empty() {
        accept(db, &Permit::check(&cast.school)?, id, &proposed).await?;
    }
    open_class(db, &Permit::check(&cast.school)?, id, "Mở theo kế hoạch năm đã duyệt").await?;
    Ok(())
}

/// The timetable as the program proposes it is published when the class is opened.
async fn timetable(db: &Db, cast: &Cast, class: &Class) -> Result<(), LoadError> {
    let Some(id) = class.id else { return Ok(()) };
    let permit = Permit::check(&cast.school)?;
    propose(db, &permit, id, 1).await?;
    publish_timetable(db, &permit, id, 2).await?;
    Ok(())
}

/// Most learners have said how they arrive; groups and committee are as the program proposes them.
async fn arrive(db: &Db, cast: &Cast, class: &Class) -> Result<(), LoadError> {
    let Some(id) = class.id else { return Ok(()) };
    let mut rng = ChaCha20Rng::seed_from_u64(class.planned.seq.unsigned_abs());
    let permit = Permit::check(&cast.school)?;
    let people = arriving(&mut db.read().await?, &cast.school, id).await?;
    for person in &people {
        let chance: f64 = rng.random();
        if chance < 0.06 {
            continue;
        }
        let (diet, diet_note) = if chance < 0.1 {
            ("vegetarian", "")
        } else if chance < 0.12 {
            ("other", "Dị ứng hải sản")
        } else {
            ("usual", "")
        };
        let dormitory = chance < 0.8;
        let said = IntakeDraft {
            meals: if dormitory { Meals::All } else { Meals::Lunch },
            diet: diet.to_owned(),
            diet_note: diet_note.to_owned(),
            dormitory,
            arrival: if chance < 0.65 { Arrival::Eve } else { Arrival::Morning },
            small_child: person.woman() && chance > 0.72 && chance < 0.78,
            child_comes: person.woman() && chance > 0.72 && chance < 0.74,
            note: String::new(),
        };
        say_for(db, &permit, id, person.nomination_id, &said, 0).await?;
    }
    propose_groups(db, &Permit::check(&cast.school)?, id, false, 0).await?;
    Ok(())
}

async fn roll_call(db: &Db, class: &Class, seq: u8, rng: &mut ChaCha20Rng) -> Result<(), LoadError> {
    let Some(id) = class.id else { return Ok(()) };
    let list = learners(&mut db.read().await?, &class.head_actor, id).await?;
    let mut marks = Vec::new();
    for learner in &list {
        let chance: f64 = rng.random();
        let (status, reason) = if chance < 0.004 {
            (Status::Absent, "")
        } else if chance < 0.022 {
            (Status::Excused, "Họp đột xuất tại đơn vị")
        } else if chance < 0.035 {
            (Status::Late, "")
        } else {
            continue;
        };
        marks.push(Mark { person: learner.person_id, status, reason: reason.to_owned() });
    }
    take_roll_call(db, &Permit::check(&class.head_actor)?, id, i64::from(seq), 0, &marks).await?;
    Ok(())
}

/// What learners wrote on some forms.
const REMARKS: [&str; 5] = [
    "Nội dung sát công việc, nên tăng thời gian thảo luận tình huống.",
    "Giảng viên nhiệt tình, tài liệu gửi trước thì tốt hơn.",
    "Buổi đi thực tế rất bổ ích.",
    "Phòng học nóng vào buổi chiều.",
    "Nên mở lớp vào đầu năm, trước mùa mưa lũ.",
];

/// The form is opened on the last day; most learners answer, a few leave too much empty. Scores are generated around a level that differs
/// by class and by what is asked.
async fn evaluation(
    db: &Db,
    cast: &Cast,
    class: &Class,
    today: NaiveDate,
    rng: &mut ChaCha20Rng,
) -> Result<(), LoadError> {
    let Some(id) = class.id else { return Ok(()) };
    let closes_on = class.planned.monday + Days::new(9);
    open_form(db, &Permit::check(&cast.school)?, id, closes_on).await?;
    let mut conn = db.read().await?;
    let places = form_places(&mut conn, id).await?;
    let people = learners(&mut conn, &cast.school, id).await?;
    drop(conn);
    let level = 78 + class.planned.seq * 7 % 11;
    let mut forms: Vec<PaperForm> = Vec::new();
    for learner in people {
        // of a form that is still open one half has come back
        if rng.random_bool(if closes_on < today { 0.11 } else { 0.5 }) {
            continue;
        }
        let void = rng.random_bool(0.02);
        let mut scores = Vec::with_capacity(places);
        for place in 0_i64..i64::try_from(places).unwrap_or(0) {
            let tenths = level + (place * 5 + class.planned.seq) % 9 - 4 + rng.random_range(-16..=16);
            let skipped = void && place % 3 == 0;
            scores.push((!skipped).then(|| (tenths / 10).clamp(1, 10)));
        }
        let remark = if rng.random_bool(0.08) { REMARKS.get(forms.len() % REMARKS.len()).copied() } else { None };
        forms.push((learner.person_id, scores, remark.unwrap_or_default().to_owned()));
    }
    load_answers(db, store::By::System("demonstration"), id, forms).await?;
    Ok(())
}

async fn scores(db: &Db, class: &Class, rng: &mut ChaCha20Rng) -> Result<(), LoadError> {
    let Some(id) = class.id else { return Ok(()) };
    let list = learners(&mut db.read().await?, &class.head_actor, id).await?;
    let mut given = Vec::with_capacity(list.len());
    for learner in &list {
        // three dice in quarters of a point around 7.75; a few essays fail, a very few are not handed in
        let dice: i64 = (0..3).map(|_| rng.random_range(0..=6)).sum();
        let quarters = if rng.random_bool(0.008) { 17 } else { 22 + dice };
        if rng.random_bool(0.003) {
            continue;
        }
        if let Ok(score) = Score::from_hundredths((quarters * 25).clamp(0, 1000)) {
            given.push((learner.person_id, score));
        }
    }
    give_scores(db, &Permit::check(&class.head_actor)?, id, &given).await?;
    Ok(())
}

async fn results(db: &Db, cast: &Cast, played: &Class, base_url: &str) -> Result<bool, LoadError> {
    let Some(id) = played.id else { return Ok(false) };
    let line = class(&mut db.read().await?, &cast.school, id).await?;
    let Some(line) = line else { return Ok(false) };
    let number = format!("{:02}/QĐ-TCT", 20 + line.number);
    let input = DecisionInput { number, signed_on: db.today(), signed_by: String::new() };
    decide(db, &Permit::check(&cast.head)?, id, &input).await?;
    issue(db, &Permit::check(&cast.school)?, id, base_url).await?;
    issue_papers(db, id).await?;
    Ok(true)
}

async fn file(db: &Db, cast: &Cast, class: &Class) -> Result<(), LoadError> {
    let Some(id) = class.id else { return Ok(()) };
    file_class(db, &Permit::check(&cast.school)?, id, "Kho lưu trữ của Trường, tủ 2").await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::{PlanClassId, PlanId, ProgrammeVersionId, ids::SystemIds};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    fn plan(mondays: &[&str]) -> Vec<PlannedClass> {
        let class = |(seq, monday): (i64, &&str)| PlannedClass {
            id: PlanClassId::new(&SystemIds),
            plan_id: PlanId::new(&SystemIds),
            seq,
            year: 2026,
            monday: day(monday),
            programme: String::new(),
            audience_code: None,
            version_id: ProgrammeVersionId::new(&SystemIds),
            people: 70,
        };
        (1..).zip(mondays).map(class).collect()
    }

    fn mondays(planned: &[PlannedClass]) -> Vec<String> {
        planned.iter().map(|class| class.monday.to_string()).collect()
    }

    #[test]
    fn a_plan_that_ended_early_leaves_a_class_at_every_stage() {
        let mut planned = plan(&["2026-08-03", "2026-08-03", "2026-10-05", "2026-10-05", "2026-10-12"]);
        slip(&mut planned, &around(day("2026-11-25")));
        assert_eq!(mondays(&planned), ["2026-08-03", "2026-11-16", "2026-11-23", "2026-11-30", "2026-12-07"]);
    }

    #[test]
    fn weeks_with_a_class_or_a_holiday_are_left_alone() {
        let mut planned = plan(&["2026-10-05", "2026-11-23", "2026-11-30"]);
        let weeks = around(day("2026-11-29"));
        slip(&mut planned, &weeks[..3]);
        assert_eq!(mondays(&planned), ["2026-11-16", "2026-11-23", "2026-11-30"]);
    }

    #[test]
    fn at_the_beginning_nothing_has_slipped() {
        let mut planned = plan(&["2026-03-02", "2026-03-09"]);
        slip(&mut planned, &around(day("2026-03-02")));
        assert_eq!(mondays(&planned), ["2026-03-02", "2026-03-09"]);
    }
}
