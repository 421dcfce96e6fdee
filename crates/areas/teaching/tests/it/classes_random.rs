//! Random seat operations on a real database, two officers and the school at once: whatever happens in which order, seats are states.

use std::sync::Arc;

use kernel::{FixedClock, PersonId};
use store::{Db, Job, JobContext};
use teaching::classes::{self, ClassError, WatchSeats, accept, nominate, nomination_of, refuse, substitute, withdraw};
use testkit::{TestDb, db_test};
use web::Permit;

use crate::setting::{NOMINATING, Setting, loose, setting, specialists};

/// Seats of the class.
const SEATS: i64 = 6;

store::sql!(
    QUOTAS,
    "SELECT CAST(COALESCE(SUM(seats), 0) AS BIGINT), COALESCE(MIN(seats), 0) FROM class_quota WHERE class_id = $1"
);

/// A linear congruential generator (Knuth, MMIX): the same seed, the same operations.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// One operation as it was rolled.
struct Operation {
    commune: usize,
    person: PersonId,
    other: PersonId,
    kind: usize,
}

/// Does it; its kind when it was done, nothing when a rule refused it.
async fn run(setting: &Setting, db: &Db, class: kernel::ClassId, it: &Operation) -> Option<usize> {
    let permit = Permit::check(&setting.officers[it.commune]).unwrap();
    let school = Permit::check(&setting.school).unwrap();
    let row = nomination_of(&mut db.read().await.unwrap(), class, it.person).await.unwrap();
    let done = match (row, it.kind) {
        (None, _) | (Some(_), 0) => nominate(db, &permit, class, &[it.person], true).await.map(|_| 0),
        (Some(row), 1) => withdraw(db, &permit, class, row, "Ốm").await.map(|_| 1),
        (Some(row), 2) => refuse(db, &school, class, row, "Không phù hợp").await.map(|_| 2),
        (Some(row), 3) => substitute(db, &permit, class, row, it.other, "Bận", true).await.map(|()| 3),
        (Some(row), _) => accept(db, &school, class, &[row]).await.map(|_| 4),
    };
    match done {
        Ok(kind) => Some(kind),
        Err(ClassError::Store(error)) => panic!("{error}"),
        Err(_) => None,
    }
}

/// So many operations on one class, the deadline in the middle, every third one beside another at the same moment; every second
/// class keeps seats for heads. Gives how often each kind was done.
async fn operations(db: TestDb, seed: u64, most: usize) -> [usize; 5] {
    let small = loose();
    let setting = setting(db, &small, NOMINATING).await;
    let class = setting.called(SEATS).await;
    if seed.is_multiple_of(2) {
        let mut school = setting.app.signed_in("truong").await;
        let form = school.get(&format!("/classes/{class}/quotas")).await.form("/quotas");
        assert_eq!(school.submit(&form, &[("pool_kind", "level"), ("pool-head", "2")]).await.status, 303);
    }
    let per_commune = small.offices * small.people;
    let people: Vec<Vec<PersonId>> = (0..2)
        .map(|commune| {
            let mut people = specialists(&setting, &small, commune);
            people.extend(
                (0..small.offices).map(|office| setting.province.people[commune * per_commune + office * small.people]),
            );
            people
        })
        .collect();
    let late = setting.app.db().at(Arc::new(FixedClock::morning_of("2026-02-28".parse().unwrap())));
    let mut dice = Dice(seed);
    let (mut done, mut happened) = (0, [0; 5]);
    let mut is_late = false;
    while done < most {
        if !is_late && done >= most / 2 {
            is_late = true;
            WatchSeats { class }.run(&JobContext { db: late.clone() }).await.unwrap();
        }
        let db = if is_late { &late } else { setting.app.db() };
        let mut rolled = || {
            let commune = dice.roll(2);
            let mut one = || people[commune][dice.roll(people[commune].len())];
            let (person, other) = (one(), one());
            Operation { commune, person, other, kind: dice.roll(5) }
        };
        let (one, two) = (rolled(), rolled());
        let kinds = if dice.roll(3) == 0 {
            let (one, two) = tokio::join!(run(&setting, db, class, &one), run(&setting, db, class, &two));
            done += 2;
            [one, two]
        } else {
            done += 1;
            [run(&setting, db, class, &one).await, None]
        };
        for kind in kinds.into_iter().flatten() {
            happened[kind] += 1;
        }
        let mut conn = db.read().await.unwrap();
        let line = classes::class(&mut conn, &setting.school, class).await.unwrap().unwrap();
        let (quotas, least): (i64, i64) = conn.one(&QUOTAS, &[&class]).await.unwrap();
        let told = format!("seed {seed}, operation {done}: {line:?}");
        assert!(line.taken() <= SEATS, "{told}");
        assert!(quotas <= SEATS && least >= 0, "{quotas} seats in quotas, {least} the least; {told}");
        // after the deadline nobody waits beside a free seat
        assert!(!is_late || line.waiting == 0 || line.taken() == SEATS, "{told}");
    }
    let mut conn = setting.app.db().read().await.unwrap();
    let audit = store::verify(&mut conn).await.unwrap();
    assert!(matches!(audit, store::Verified::Whole(_)), "seed {seed}: {audit:?}");
    happened
}

db_test! {
    async fn row_25_and_26_seats_are_states_whatever_happens_in_which_order(db: TestDb) {
        let happened = operations(db, 20_260_302, 200).await;
        assert!(happened.iter().all(|n| *n > 2), "{happened:?}");
    }
}

/// A million of them on each engine, 2,500 on each of 400 classes in a database of its own: `cargo xtask bench seats`.
mod million {
    use futures_util::{StreamExt, stream};

    use super::*;

    const CLASSES: u64 = 400;
    const OPERATIONS: usize = 2_500;

    async fn all(one: impl AsyncFn() -> Option<TestDb>) {
        let seeds = stream::iter(1..=CLASSES).map(async |seed| {
            let db = one().await?;
            Some(operations(db, seed, OPERATIONS).await)
        });
        let worked: Vec<Option<[usize; 5]>> = seeds.buffer_unordered(4).collect().await;
        let kinds = (0..5).map(|kind| worked.iter().flatten().map(|happened| happened[kind]).sum::<usize>());
        println!("{} classes; done of each kind: {:?}", worked.iter().flatten().count(), kinds.collect::<Vec<_>>());
        assert!(worked.iter().all(Option::is_some), "there is no server");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "minutes: cargo xtask bench seats"]
    async fn sqlite() {
        all(async || Some(TestDb::sqlite().await)).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "minutes: cargo xtask bench seats"]
    async fn postgres() {
        all(TestDb::postgres).await;
    }
}
