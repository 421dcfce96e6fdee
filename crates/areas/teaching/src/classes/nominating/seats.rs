//! The seats of a class: who gets one, who waits and why, where unused ones go. Pure functions.

use chrono::NaiveDate;
use kernel::UnitId;

/// Why somebody waits for a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// Every seat of the class is taken: how many it has.
    ClassFull(i64),
    /// The commune's quota is used up and holds until the deadline: its seats.
    QuotaUsed(i64),
    /// The seats that are left are kept for other blocs or posts until the deadline: how many.
    Kept(i64),
}

/// Of which bloc somebody is and on which level their post stands: what seats may be kept for.
#[derive(Debug, Clone, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct Group {
    /// Bloc of the post, as in `position.bloc`.
    pub bloc: String,
    /// Level of the post, as in `position.level`.
    pub level: String,
}

/// What the pools of a class tell apart; all of one class are of one kind, so nobody is in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum PoolKind {
    /// Blocs: Party, government, Front.
    Bloc,
    /// Levels of posts: heads, deputies, specialists.
    Level,
}

impl PoolKind {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Bloc => "bloc",
            Self::Level => "level",
        }
    }

    /// Codes that pools of this kind may name, in the order of forms.
    #[must_use]
    pub fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Bloc => &["dang", "chinh_quyen", "mat_tran", "quan_su"],
            Self::Level => &["key_leader", "head", "deputy", "specialist"],
        }
    }
}

/// Seats of a class that are kept until the deadline for people of a bloc or of a level of posts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Pool {
    /// What is told apart.
    pub kind: PoolKind,
    /// The bloc or the level.
    pub code: String,
    /// Seats kept.
    pub seats: i64,
    /// Seats that people of it hold.
    pub taken: i64,
}

impl Pool {
    /// Whether somebody is of it.
    #[must_use]
    pub fn holds(&self, group: &Group) -> bool {
        match self.kind {
            PoolKind::Bloc => self.code == group.bloc,
            PoolKind::Level => self.code == group.level,
        }
    }

    /// Seats kept that nobody of it holds yet.
    #[must_use]
    pub fn free(&self) -> i64 {
        (self.seats - self.taken).max(0)
    }
}

/// A commune's quota in a class and the seats that its people hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Share {
    /// The commune.
    pub commune_id: UnitId,
    /// Seats that the call gave it.
    pub quota: i64,
    /// Seats that its people hold.
    pub taken: i64,
}

/// The seats of a class: the one place that says whether somebody gets one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seats {
    limit: i64,
    quotas_hold: bool,
    shares: Vec<Share>,
    pools: Vec<Pool>,
}

impl Seats {
    /// Seats counted from states. Quotas and pools hold until the last day for the communes, then every free seat goes
    /// to whoever waits longest.
    #[must_use]
    pub fn new(limit: i64, quotas_hold: bool, shares: Vec<Share>, pools: Vec<Pool>) -> Self {
        Self { limit, quotas_hold, shares, pools }
    }

    /// The seats that are kept for some.
    #[must_use]
    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    /// Whether quotas and pools hold: the last day for the communes is not over.
    #[must_use]
    pub fn hold(&self) -> bool {
        self.quotas_hold
    }

    /// Why somebody of a commune would have to wait now; nothing when a seat is free for them.
    #[must_use]
    pub fn wait(&self, commune: UnitId, group: &Group) -> Option<Waits> {
        let left = self.limit - self.shares.iter().map(|s| s.taken).sum::<i64>();
        if left <= 0 {
            return Some(Waits::ClassFull(self.limit));
        }
        let kept: i64 = self.pools.iter().filter(|pool| !pool.holds(group)).map(Pool::free).sum();
        if self.quotas_hold && left <= kept {
            return Some(Waits::Kept(left));
        }
        let share = self.shares.iter().find(|s| s.commune_id == commune);
        let (quota, taken) = share.map_or((0, 0), |s| (s.quota, s.taken));
        (self.quotas_hold && taken >= quota).then_some(Waits::QuotaUsed(quota))
    }

    /// Seats that a commune may still fill by itself: what is left of its quota, while the class has seats.
    #[must_use]
    pub fn unused(&self, commune: UnitId) -> i64 {
        let left = self.limit - self.shares.iter().map(|s| s.taken).sum::<i64>();
        let own = self.shares.iter().find(|s| s.commune_id == commune).map_or(0, |s| s.quota - s.taken);
        own.min(left).max(0)
    }

    /// Communes with seats that they have not used, with how many.
    pub fn all_unused(&self) -> impl Iterator<Item = (UnitId, i64)> {
        self.shares.iter().map(|s| (s.commune_id, self.unused(s.commune_id))).filter(|(_, seats)| *seats > 0)
    }

    /// Counts a seat that somebody of a commune takes. A seat beyond its quota comes out of the largest unused one: gives whose.
    pub fn take(&mut self, commune: UnitId, group: &Group) -> Option<UnitId> {
        if let Some(pool) = self.pools.iter_mut().find(|pool| pool.holds(group)) {
            pool.taken += 1;
        }
        let beyond = self.shares.iter_mut().find(|s| s.commune_id == commune).is_none_or(|share| {
            share.taken += 1;
            share.taken > share.quota
        });
        let spare = |s: &Share| s.quota - s.taken;
        let from = self.shares.iter_mut().filter(|s| beyond && spare(s) > 0).max_by_key(|s| spare(s))?;
        from.quota -= 1;
        let from = from.commune_id;
        if let Some(share) = self.shares.iter_mut().find(|s| s.commune_id == commune) {
            share.quota += 1;
        }
        Some(from)
    }
}

/// A commune that may get seats that others leave unused.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Next {
    /// The commune.
    pub commune_id: UnitId,
    /// Its code: the last word between equals.
    pub code: String,
    /// People of the audience who are neither trained nor on a list.
    pub free: i64,
    /// People of the audience who are trained.
    pub trained: i64,
    /// People of the audience.
    pub people: i64,
    /// The week of the plan in which the first of those who are free has a seat.
    pub soonest: Option<NaiveDate>,
}

/// Who gets the seats that communes left unused when their time was over: the communes whose people the plan sends soonest, then
/// those with the smallest share of trained people, one seat each in turn, as long as there are people to send. Communes that left
/// seats unused get none. Gives from whom, to whom, how many.
#[must_use]
pub fn hand_on(unused: &[(UnitId, i64)], mut next: Vec<Next>) -> Vec<(UnitId, UnitId, i64)> {
    next.retain(|n| n.free > 0 && unused.iter().all(|(from, _)| *from != n.commune_id));
    // shares are compared as fractions: a/b < c/d when a·d < c·b
    next.sort_by(|a, b| {
        let soonest = (a.soonest.is_none(), a.soonest).cmp(&(b.soonest.is_none(), b.soonest));
        let covered = || (a.trained * b.people).cmp(&(b.trained * a.people));
        soonest.then_with(covered).then_with(|| a.code.cmp(&b.code))
    });
    let mut given: Vec<(UnitId, UnitId, i64)> = Vec::new();
    let mut turn = 0;
    for from in unused.iter().flat_map(|(from, seats)| std::iter::repeat_n(*from, usize::try_from(*seats).unwrap_or(0)))
    {
        let Some(place) =
            (0..next.len()).map(|step| (turn + step) % next.len()).find(|at| next.get(*at).is_some_and(|n| n.free > 0))
        else {
            break;
        };
        let Some(to) = next.get_mut(place) else { break };
        to.free -= 1;
        turn = place + 1;
        match given.iter_mut().find(|(f, t, _)| (*f, *t) == (from, to.commune_id)) {
            Some((.., seats)) => *seats += 1,
            None => given.push((from, to.commune_id, 1)),
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use kernel::SystemIds;

    use super::*;
    use crate::classes::nominating::model::{NominationMove, NominationState};

    #[test]
    fn a_seat_is_free_within_the_quota_and_after_the_deadline_for_everybody() {
        let [one, two] = [UnitId::new(&SystemIds), UnitId::new(&SystemIds)];
        let shares = vec![Share { commune_id: one, quota: 2, taken: 2 }, Share { commune_id: two, quota: 2, taken: 1 }];
        let nobody = Group::default();
        let mut seats = Seats::new(4, true, shares.clone(), Vec::new());
        assert_eq!((seats.wait(one, &nobody), seats.wait(two, &nobody)), (Some(Waits::QuotaUsed(2)), None));
        assert_eq!(seats.all_unused().collect::<Vec<_>>(), [(two, 1)]);
        seats.take(two, &nobody);
        assert_eq!(seats.wait(two, &nobody), Some(Waits::ClassFull(4)));
        let mut late = Seats::new(4, false, shares, Vec::new());
        assert_eq!((late.wait(one, &nobody), late.wait(two, &nobody)), (None, None));
        late.take(one, &nobody);
        assert_eq!(
            (late.wait(one, &nobody), late.wait(two, &nobody)),
            (Some(Waits::ClassFull(4)), Some(Waits::ClassFull(4)))
        );
    }

    #[test]
    fn kept_seats_wait_for_their_people_until_the_deadline() {
        let one = UnitId::new(&SystemIds);
        let group = |level: &str| Group { bloc: "dang".to_owned(), level: level.to_owned() };
        let pool = |code: &str, seats, taken| Pool { kind: PoolKind::Level, code: code.to_owned(), seats, taken };
        let shares = vec![Share { commune_id: one, quota: 6, taken: 3 }];
        let mut seats = Seats::new(6, true, shares.clone(), vec![pool("head", 2, 0), pool("deputy", 1, 1)]);
        // three are left, two of them for heads
        assert_eq!((seats.wait(one, &group("specialist")), seats.wait(one, &group("head"))), (None, None));
        seats.take(one, &group("specialist"));
        assert_eq!(seats.wait(one, &group("specialist")), Some(Waits::Kept(2)));
        assert_eq!(seats.wait(one, &group("deputy")), Some(Waits::Kept(2)));
        seats.take(one, &group("head"));
        // what is not kept any more is for everybody, and more heads than kept seats are fine
        assert_eq!(seats.wait(one, &group("head")), None);
        assert_eq!(seats.wait(one, &group("specialist")), Some(Waits::Kept(1)));
        let late = Seats::new(6, false, shares, vec![pool("head", 3, 0)]);
        assert_eq!(late.wait(one, &group("specialist")), None);
        // a bloc is told apart by the bloc of the post
        let bloc = Pool { kind: PoolKind::Bloc, ..pool("dang", 1, 0) };
        assert!(bloc.holds(&group("head")) && !bloc.holds(&Group { bloc: "mat_tran".to_owned(), ..group("dang") }));
    }

    #[test]
    fn unused_seats_go_where_people_are_planned_soonest_then_where_fewest_are_trained() {
        let [left, far, soon, low, empty] = std::array::from_fn(|_| UnitId::new(&SystemIds));
        let next = |commune_id, code: &str, free, trained, soonest: Option<&str>| Next {
            commune_id,
            code: code.into(),
            free,
            trained,
            people: 10,
            soonest: soonest.map(|day| day.parse().unwrap()),
        };
        let all = vec![
            next(left, "1", 9, 0, Some("2026-03-02")),
            next(far, "2", 5, 4, Some("2027-03-01")),
            next(empty, "3", 0, 0, Some("2026-03-02")),
            next(soon, "4", 1, 9, Some("2026-04-06")),
            next(low, "5", 5, 1, Some("2027-03-01")),
        ];
        assert_eq!(hand_on(&[(left, 1)], all.clone()), [(left, soon, 1)]);
        // one seat each in turn; who has nobody left is passed over, the one with fewer trained comes before the other
        assert_eq!(hand_on(&[(left, 5)], all.clone()), [(left, soon, 1), (left, low, 2), (left, far, 2)]);
        // nobody is given more than it can send, and nothing is made out of nothing
        assert_eq!(hand_on(&[(left, 99)], all.clone()).iter().map(|(.., seats)| seats).sum::<i64>(), 11);
        assert!(hand_on(&[(left, 2), (far, 1), (soon, 1), (low, 1)], all).is_empty());
        assert!(hand_on(&[], Vec::new()).is_empty());
    }

    /// A class as its states say, without a database: four communes of ten people each, of whom every third is a head; some seats are
    /// kept for heads.
    struct Simulated {
        communes: [UnitId; 4],
        quotas: [i64; 4],
        kept: i64,
        limit: i64,
        late: bool,
        /// State and time of waiting of everybody; ten of each commune.
        people: [(Option<NominationState>, u32); 40],
        time: u32,
    }

    impl Simulated {
        fn new(communes: [UnitId; 4], limit: i64, kept: i64) -> Self {
            let quotas = std::array::from_fn(|n| (limit + 3 - i64::try_from(n).unwrap()) / 4);
            Self { communes, quotas, kept, limit, late: false, people: [(None, 0); 40], time: 0 }
        }

        fn taken(&self, commune: usize) -> i64 {
            let own = self.people.iter().skip(commune * 10).take(10);
            i64::try_from(own.filter(|(s, _)| s.is_some_and(NominationState::holds_seat)).count()).unwrap()
        }

        fn seats(&self) -> Seats {
            let share = |n: usize| Share { commune_id: self.communes[n], quota: self.quotas[n], taken: self.taken(n) };
            let heads =
                (0..40).filter(|n| n % 3 == 0 && self.people[*n].0.is_some_and(NominationState::holds_seat)).count();
            let pool = Pool {
                kind: PoolKind::Level,
                code: "head".to_owned(),
                seats: self.kept,
                taken: i64::try_from(heads).unwrap(),
            };
            let pools = if self.kept > 0 { vec![pool] } else { Vec::new() };
            Seats::new(self.limit, !self.late, (0..4).map(share).collect(), pools)
        }

        fn group(n: usize) -> Group {
            let level = if n.is_multiple_of(3) { "head" } else { "specialist" };
            Group { bloc: "dang".to_owned(), level: level.to_owned() }
        }

        /// What every action does at its end: who may move up does, longest first.
        fn fill(&mut self) {
            let mut seats = self.seats();
            let mut waiting: Vec<usize> =
                (0..40).filter(|n| self.people[*n].0 == Some(NominationState::Waiting)).collect();
            waiting.sort_by_key(|n| self.people[*n].1);
            for n in waiting {
                if seats.wait(self.communes[n / 10], &Self::group(n)).is_none() {
                    self.step(n, NominationMove::MoveUp);
                    if let Some(from) = seats.take(self.communes[n / 10], &Self::group(n)) {
                        self.move_quota(from, n / 10, 1);
                    }
                }
            }
        }

        fn move_quota(&mut self, from: UnitId, to: usize, seats: i64) {
            let from = self.communes.iter().position(|c| *c == from).unwrap();
            self.quotas[from] -= seats;
            self.quotas[to] += seats;
        }

        fn step(&mut self, n: usize, step: NominationMove) -> bool {
            let Some(Ok(next)) = self.people[n].0.map(|state| state.step(step)) else { return false };
            self.people[n].0 = Some(next);
            true
        }

        fn nominate(&mut self, n: usize) -> bool {
            if self.people[n].0.is_some_and(|s| s.is_open() && s != NominationState::Asked) {
                return false;
            }
            let mut seats = self.seats();
            if self.late && seats.unused(self.communes[n / 10]) == 0 {
                return false;
            }
            let waits = seats.wait(self.communes[n / 10], &Self::group(n)).is_some();
            if self.people[n].0 == Some(NominationState::Asked) {
                self.step(n, if waits { NominationMove::Queue } else { NominationMove::MoveUp });
            } else {
                self.people[n].0 = Some(if waits { NominationState::Waiting } else { NominationState::Proposed });
            }
            self.people[n].1 = self.time;
            if !waits && let Some(from) = seats.take(self.communes[n / 10], &Self::group(n)) {
                self.move_quota(from, n / 10, 1);
            }
            true
        }

        fn replace(&mut self, n: usize, other: usize) -> bool {
            let free = self.people[other].0.is_none_or(|s| !s.is_open());
            let before = self.people[n];
            if n == other || n / 10 != other / 10 || !free || !self.step(n, NominationMove::Replace) {
                return false;
            }
            // as the action refuses it: a kept seat goes from one of them to another
            if let Some(Waits::Kept(_)) = self.seats().wait(self.communes[n / 10], &Self::group(other)) {
                self.people[n] = before;
                return false;
            }
            self.people[other] = (Some(NominationState::Proposed), self.time);
            true
        }

        fn pass_on(&mut self) -> bool {
            let unused: Vec<(UnitId, i64)> = self.seats().all_unused().collect();
            let next = (0..4).map(|n| Next {
                commune_id: self.communes[n],
                code: n.to_string(),
                free: 10 - self.taken(n),
                trained: i64::from(self.time) % 7,
                people: 10,
                soonest: None,
            });
            let given = hand_on(&unused, next.collect());
            for (from, to, seats) in &given {
                let to = self.communes.iter().position(|c| c == to).unwrap();
                self.move_quota(*from, to, *seats);
            }
            !given.is_empty()
        }

        fn raise(&mut self, commune: usize) -> bool {
            self.limit += 1;
            self.quotas[commune] += 1;
            true
        }

        /// What must hold after every operation.
        fn check(&self) {
            let taken: Vec<i64> = (0..4).map(|n| self.taken(n)).collect();
            assert!(taken.iter().sum::<i64>() <= self.limit, "{taken:?} of {}", self.limit);
            assert!(
                self.quotas.iter().sum::<i64>() <= self.limit && self.quotas.iter().all(|q| *q >= 0),
                "{:?}",
                self.quotas
            );
            if !self.late {
                let heads = self.seats().pools.first().map_or(0, Pool::free);
                assert!(
                    taken.iter().sum::<i64>() + heads <= self.limit,
                    "{taken:?} and {heads} kept of {}",
                    self.limit
                );
                assert!(taken.iter().zip(self.quotas).all(|(t, q)| *t <= q), "{taken:?} of {:?}", self.quotas);
            }
            let seats = self.seats();
            for (n, (state, _)) in self.people.iter().enumerate() {
                let waits = *state == Some(NominationState::Waiting);
                assert!(
                    !waits || seats.wait(self.communes[n / 10], &Self::group(n)).is_some(),
                    "{n} waits beside a free seat"
                );
            }
        }
    }

    #[test]
    fn a_million_random_operations_break_no_invariant_of_the_seats() {
        let communes = std::array::from_fn(|_| UnitId::new(&SystemIds));
        let mut dice = 20_261_126_u64;
        let mut roll = |sides: usize| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(dice >> 33).unwrap() % sides
        };
        let mut happened = [0_u32; 9];
        let mut class = Simulated::new(communes, 12, 3);
        for operation in 0..1_000_000_u32 {
            // a new class every thousand operations, its deadline in the middle of them
            if operation % 1000 == 0 {
                let limit = i64::try_from(roll(20)).unwrap() + 1;
                class = Simulated::new(communes, limit, i64::try_from(roll(4)).unwrap().min(limit));
            }
            class.late = operation % 1000 >= 500;
            class.time = operation;
            let (n, kind) = (roll(40), roll(9));
            let done = match kind {
                0 | 1 => class.nominate(n),
                2 => class.step(n, NominationMove::Withdraw),
                3 => class.step(n, NominationMove::Refuse),
                4 => class.step(n, NominationMove::Accept),
                5 => class.replace(n, n / 10 * 10 + roll(10)),
                6 => class.late && class.pass_on(),
                7 => roll(50) == 0 && class.raise(n / 10),
                _ => {
                    let free = class.people[n].0.is_none_or(|s| !s.is_open());
                    if free {
                        class.people[n].0 = Some(NominationState::Asked);
                    }
                    free
                }
            };
            happened[kind] += u32::from(done);
            class.fill();
            class.check();
        }
        assert!(happened.iter().all(|times| *times > 1000), "{happened:?}");
    }
}
