//! States of nominations, what speaks against sending somebody, and the seats of a class: pure functions.

use chrono::NaiveDate;
use kernel::{NominationId, PersonId, UnitId};

/// Where a nomination stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum NominationState {
    /// Asked for a seat; the commune has not put them forward yet.
    Asked,
    /// Put forward by the commune; holds a seat.
    Proposed,
    /// Put forward beyond the seats; moves up by itself.
    Waiting,
    /// Accepted by the school; holds a seat.
    Accepted,
    /// Not accepted by the school.
    Refused,
    /// Taken back.
    Withdrawn,
    /// Another person came instead.
    Replaced,
    /// Completed the class.
    Completed,
    /// Attended or not, did not complete the class.
    NotCompleted,
}

/// A step in the life of a nomination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NominationMove {
    /// A seat became free.
    MoveUp,
    /// The commune puts forward somebody who asked, beyond the seats.
    Queue,
    /// The school accepts.
    Accept,
    /// The school does not accept.
    Refuse,
    /// The commune or the school takes it back.
    Withdraw,
    /// Another person comes instead.
    Replace,
    /// The result decision says completed.
    Complete,
    /// The result decision says not completed.
    Fail,
}

/// The nomination is not where the step begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nomination is {0:?}")]
pub struct NominationMoveRefused(pub NominationState);

impl NominationState {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Proposed => "proposed",
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Replaced => "replaced",
            Self::Completed => "completed",
            Self::NotCompleted => "not_completed",
        }
    }

    /// The only way from state to state.
    ///
    /// # Errors
    /// [`NominationMoveRefused`] with the present state.
    pub fn step(self, step: NominationMove) -> Result<Self, NominationMoveRefused> {
        use NominationMove as Move;
        match (self, step) {
            (Self::Asked | Self::Waiting, Move::MoveUp) => Ok(Self::Proposed),
            (Self::Asked, Move::Queue) => Ok(Self::Waiting),
            (Self::Proposed, Move::Accept) => Ok(Self::Accepted),
            (Self::Asked | Self::Proposed | Self::Waiting, Move::Refuse) => Ok(Self::Refused),
            (Self::Asked | Self::Proposed | Self::Waiting | Self::Accepted, Move::Withdraw) => Ok(Self::Withdrawn),
            (Self::Proposed | Self::Accepted, Move::Replace) => Ok(Self::Replaced),
            (Self::Accepted, Move::Complete) => Ok(Self::Completed),
            (Self::Accepted, Move::Fail) => Ok(Self::NotCompleted),
            (state, _) => Err(NominationMoveRefused(state)),
        }
    }

    /// The colour word of its tag.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Asked | Self::Proposed => "info",
            Self::Waiting | Self::NotCompleted => "warn",
            Self::Accepted | Self::Completed => "good",
            Self::Refused => "bad",
            Self::Withdrawn | Self::Replaced => "",
        }
    }

    /// Whether the person holds a seat of a class that is not over.
    #[must_use]
    pub fn holds_seat(self) -> bool {
        matches!(self, Self::Proposed | Self::Accepted)
    }

    /// Whether the person still counts for this class, on a seat or waiting for one.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Proposed | Self::Waiting | Self::Accepted)
    }
}

/// What speaks against sending a person, as the commune reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Belongs to another audience.
    WrongAudience,
    /// Completed a class of the scheme already.
    AlreadyTrained(NaiveDate),
    /// Is on the list of this class already.
    AlreadyHere,
    /// Is on the list of another class that is not over: its number and year.
    InOtherClass(i64, i64),
    /// Is not in post in the week of the class.
    NotInPost,
    /// Goes to another commune on a day before the class is over, as it is announced.
    Leaves(NaiveDate),
    /// Head and deputy of one office would be away together: the other's name.
    HeadAndDeputy(String),
    /// Was put on the list of another class at the same moment.
    Meanwhile,
    /// Too many of the office would be away: away with this person, people of the office, most allowed.
    OfficeNearlyEmpty(i64, i64, i64),
}

impl Finding {
    /// Whether an office would be left by those who should stand in for each other.
    #[must_use]
    pub fn is_about_office(&self) -> bool {
        matches!(self, Self::HeadAndDeputy(_) | Self::OfficeNearlyEmpty(..))
    }

    /// Whether the nomination cannot be made at all; otherwise the commune may confirm it.
    #[must_use]
    pub fn refuses(&self) -> bool {
        !matches!(self, Self::HeadAndDeputy(_) | Self::OfficeNearlyEmpty(..) | Self::Leaves(_))
    }
}

/// Why somebody waits for a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// Every seat of the class is taken: how many it has.
    ClassFull(i64),
    /// The commune's quota is used up and holds until the deadline: its seats.
    QuotaUsed(i64),
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
}

impl Seats {
    /// Seats counted from states. Quotas hold until the last day for the communes, then every free seat goes
    /// to whoever waits longest.
    #[must_use]
    pub fn new(limit: i64, quotas_hold: bool, shares: Vec<Share>) -> Self {
        Self { limit, quotas_hold, shares }
    }

    /// Why somebody of a commune would have to wait now; nothing when a seat is free for them.
    #[must_use]
    pub fn wait(&self, commune: UnitId) -> Option<Waits> {
        if self.shares.iter().map(|s| s.taken).sum::<i64>() >= self.limit {
            return Some(Waits::ClassFull(self.limit));
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
    pub fn take(&mut self, commune: UnitId) -> Option<UnitId> {
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

/// The number of a decision as papers write it: digits, then the sign of its body in capitals (`15/QĐ-UBND`, `127-QĐ/ĐU`). What was
/// typed is brought into that form; anything else is none.
#[must_use]
pub fn decision_number(typed: &str) -> Option<String> {
    let text: String = kernel::text::clean(typed).to_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.strip_prefix("SỐ").map_or(text.as_str(), |rest| rest.trim_start_matches(':'));
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, sign) = text.split_at(digits);
    let sign_of_body = sign.strip_prefix(['/', '-'])?;
    let parts: Vec<&str> = sign_of_body.split(['/', '-']).collect();
    let written = parts.iter().all(|part| !part.is_empty() && part.chars().all(char::is_alphanumeric));
    let fits = (1..=6).contains(&digits)
        && number.chars().any(|c| c != '0')
        && parts.len() >= 2
        && written
        && text.chars().count() <= 40;
    fits.then(|| text.to_owned())
}

/// What is known of a person when a class of some week asks for people.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
#[expect(missing_docs, reason = "each is named in the query and in Finding")]
pub struct Candidate {
    pub person_id: PersonId,
    pub code: String,
    pub full_name: String,
    pub position_title: String,
    pub level: String,
    pub office_id: Option<UnitId>,
    pub office: Option<String>,
    pub audience_code: Option<String>,
    pub in_post: bool,
    pub leaves_on: Option<NaiveDate>,
    pub trained_on: Option<NaiveDate>,
    pub here: bool,
    pub asked: Option<NominationId>,
    pub other_year: Option<i64>,
    pub other_number: Option<i64>,
    pub planned_here: bool,
    pub plan_seq: Option<i64>,
    pub away_in_week: bool,
}

impl Candidate {
    /// Whether anything refuses this person outright.
    #[must_use]
    pub fn fits(&self, audience: &str) -> bool {
        self.findings(audience).is_empty()
    }

    /// What speaks against the person alone.
    #[must_use]
    pub fn findings(&self, audience: &str) -> Vec<Finding> {
        let mut found = fitness(self.audience_code.as_deref() == Some(audience), self.in_post, self.trained_on);
        if self.here {
            found.push(Finding::AlreadyHere);
        }
        if let (Some(year), Some(number)) = (self.other_year, self.other_number) {
            found.push(Finding::InOtherClass(number, year));
        }
        found.extend(self.leaves_on.map(Finding::Leaves));
        found
    }
}

/// What a class asks of a person when the commune nominates and again when the school accepts.
#[must_use]
pub fn fitness(of_audience: bool, in_post: bool, trained_on: Option<NaiveDate>) -> Vec<Finding> {
    let mut found = Vec::new();
    if !of_audience {
        found.push(Finding::WrongAudience);
    }
    if !in_post {
        found.push(Finding::NotInPost);
    }
    found.extend(trained_on.map(Finding::AlreadyTrained));
    found
}

/// Everything that speaks against sending `chosen` together; `commune` is everybody of the commune.
/// `office_most` gives the most people of an office of a size that may be away in one week.
#[must_use]
pub fn findings(
    audience: &str,
    commune: &[Candidate],
    chosen: &[PersonId],
    office_most: impl Fn(i64) -> i64,
) -> Vec<(PersonId, Finding)> {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for person in commune.iter().filter(|c| chosen.contains(&c.person_id)) {
        found.extend(person.findings(audience).into_iter().map(|f| (person.person_id, f)));
        let Some(office) = person.office_id else { continue };
        let colleagues = || commune.iter().filter(|c| c.office_id == Some(office));
        let away = |c: &&Candidate| c.away_in_week || c.here || chosen.contains(&c.person_id);
        let counterpart = match person.level.as_str() {
            "head" => Some("deputy"),
            "deputy" => Some("head"),
            _ => None,
        };
        let other = colleagues().filter(away).find(|c| Some(c.level.as_str()) == counterpart);
        if let Some(other) = other {
            found.push((person.person_id, Finding::HeadAndDeputy(other.full_name.clone())));
        }
        let (size, gone) = (count(colleagues().count()), count(colleagues().filter(away).count()));
        let most = office_most(size);
        if gone > most {
            found.push((person.person_id, Finding::OfficeNearlyEmpty(gone, size, most)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use kernel::ids::SystemIds;

    use super::*;

    fn candidate(name: &str, level: &str, office: UnitId) -> Candidate {
        Candidate {
            person_id: PersonId::new(&SystemIds),
            code: name.into(),
            full_name: name.into(),
            position_title: String::new(),
            level: level.into(),
            office_id: Some(office),
            office: None,
            audience_code: Some("dt2".into()),
            in_post: true,
            leaves_on: None,
            trained_on: None,
            here: false,
            asked: None,
            other_year: None,
            other_number: None,
            planned_here: false,
            plan_seq: None,
            away_in_week: false,
        }
    }

    #[test]
    fn a_waiting_person_is_not_accepted_before_a_seat_is_free() {
        use NominationState as State;
        assert_eq!(State::Waiting.step(NominationMove::Accept), Err(NominationMoveRefused(State::Waiting)));
        assert_eq!(State::Waiting.step(NominationMove::MoveUp), Ok(State::Proposed));
    }

    #[test]
    fn a_seat_is_free_within_the_quota_and_after_the_deadline_for_everybody() {
        let [one, two] = [UnitId::new(&SystemIds), UnitId::new(&SystemIds)];
        let shares = vec![Share { commune_id: one, quota: 2, taken: 2 }, Share { commune_id: two, quota: 2, taken: 1 }];
        let mut seats = Seats::new(4, true, shares.clone());
        assert_eq!((seats.wait(one), seats.wait(two)), (Some(Waits::QuotaUsed(2)), None));
        assert_eq!(seats.all_unused().collect::<Vec<_>>(), [(two, 1)]);
        seats.take(two);
        assert_eq!(seats.wait(two), Some(Waits::ClassFull(4)));
        let mut late = Seats::new(4, false, shares);
        assert_eq!((late.wait(one), late.wait(two)), (None, None));
        late.take(one);
        assert_eq!((late.wait(one), late.wait(two)), (Some(Waits::ClassFull(4)), Some(Waits::ClassFull(4))));
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

    #[test]
    fn numbers_of_decisions_are_read_as_offices_type_them_and_nothing_else() {
        for (typed, number) in [
            ("15/QĐ-UBND", "15/QĐ-UBND"),
            (" số: 015 / qđ-ubnd ", "015/QĐ-UBND"),
            ("127-QĐ/ĐU", "127-QĐ/ĐU"),
            ("9-CV/BXDĐ", "9-CV/BXDĐ"),
        ] {
            assert_eq!(decision_number(typed).as_deref(), Some(number), "{typed}");
        }
        for typed in
            ["", "15", "QĐ-UBND", "15/", "15/QĐ", "15/QĐ-", "0/QĐ-UBND", "1234567/QĐ-UBND", "15/QĐ-<b>", "15.QĐ-UBND"]
        {
            assert_eq!(decision_number(typed), None, "{typed}");
        }
    }

    #[test]
    fn head_and_deputy_of_one_office_are_found_whoever_comes_second() {
        let office = UnitId::new(&SystemIds);
        let (mut head, deputy) = (candidate("Trưởng", "head", office), candidate("Phó", "deputy", office));
        let mut people = vec![head.clone(), deputy.clone()];
        let most = |_| 5;
        let both = [head.person_id, deputy.person_id];
        assert_eq!(
            findings("dt2", &people, &both, most),
            [
                (head.person_id, Finding::HeadAndDeputy("Phó".into())),
                (deputy.person_id, Finding::HeadAndDeputy("Trưởng".into()))
            ]
        );
        head.away_in_week = true;
        people[0] = head;
        assert_eq!(
            findings("dt2", &people, &[deputy.person_id], most),
            [(deputy.person_id, Finding::HeadAndDeputy("Trưởng".into()))]
        );
    }

    #[test]
    fn an_office_is_not_emptied() {
        let office = UnitId::new(&SystemIds);
        let people: Vec<Candidate> = (0..3).map(|n| candidate(&n.to_string(), "specialist", office)).collect();
        let two = [people[0].person_id, people[1].person_id];
        assert_eq!(
            findings("dt2", &people, &two, |_| 1),
            [(two[0], Finding::OfficeNearlyEmpty(2, 3, 1)), (two[1], Finding::OfficeNearlyEmpty(2, 3, 1))]
        );
        assert!(findings("dt2", &people, &two[..1], |_| 1).is_empty());
    }

    #[test]
    fn every_refusal_is_told_not_only_the_first() {
        let office = UnitId::new(&SystemIds);
        let day = NaiveDate::from_ymd_opt(2026, 5, 8).unwrap();
        let mut person = candidate("Ai", "specialist", office);
        person.in_post = false;
        person.trained_on = Some(day);
        person.other_year = Some(2026);
        person.other_number = Some(7);
        let told: Vec<Finding> =
            findings("dt1", &[person.clone()], &[person.person_id], |_| 1).into_iter().map(|(_, f)| f).collect();
        assert_eq!(
            told,
            [Finding::WrongAudience, Finding::NotInPost, Finding::AlreadyTrained(day), Finding::InOtherClass(7, 2026)]
        );
        assert!(told.iter().all(Finding::refuses));
        // whoever goes elsewhere before the class is over may be sent all the same
        let mut leaving = candidate("Ai", "specialist", office);
        leaving.leaves_on = Some(day);
        let told = findings("dt2", &[leaving.clone()], &[leaving.person_id], |_| 1);
        assert_eq!(told, [(leaving.person_id, Finding::Leaves(day))]);
        assert!(!Finding::Leaves(day).refuses());
    }

    /// A class as its states say, without a database: four communes of ten people each.
    struct Simulated {
        communes: [UnitId; 4],
        quotas: [i64; 4],
        limit: i64,
        late: bool,
        /// State and time of waiting of everybody; ten of each commune.
        people: [(Option<NominationState>, u32); 40],
        time: u32,
    }

    impl Simulated {
        fn new(communes: [UnitId; 4], limit: i64) -> Self {
            let quotas = std::array::from_fn(|n| (limit + 3 - i64::try_from(n).unwrap()) / 4);
            Self { communes, quotas, limit, late: false, people: [(None, 0); 40], time: 0 }
        }

        fn taken(&self, commune: usize) -> i64 {
            let own = self.people.iter().skip(commune * 10).take(10);
            i64::try_from(own.filter(|(s, _)| s.is_some_and(NominationState::holds_seat)).count()).unwrap()
        }

        fn seats(&self) -> Seats {
            let share = |n: usize| Share { commune_id: self.communes[n], quota: self.quotas[n], taken: self.taken(n) };
            Seats::new(self.limit, !self.late, (0..4).map(share).collect())
        }

        /// What every action does at its end: who may move up does, longest first.
        fn fill(&mut self) {
            let mut seats = self.seats();
            let mut waiting: Vec<usize> =
                (0..40).filter(|n| self.people[*n].0 == Some(NominationState::Waiting)).collect();
            waiting.sort_by_key(|n| self.people[*n].1);
            for n in waiting {
                if seats.wait(self.communes[n / 10]).is_none() {
                    self.step(n, NominationMove::MoveUp);
                    if let Some(from) = seats.take(self.communes[n / 10]) {
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
            let waits = seats.wait(self.communes[n / 10]).is_some();
            if self.people[n].0 == Some(NominationState::Asked) {
                self.step(n, if waits { NominationMove::Queue } else { NominationMove::MoveUp });
            } else {
                self.people[n].0 = Some(if waits { NominationState::Waiting } else { NominationState::Proposed });
            }
            self.people[n].1 = self.time;
            if !waits && let Some(from) = seats.take(self.communes[n / 10]) {
                self.move_quota(from, n / 10, 1);
            }
            true
        }

        fn replace(&mut self, n: usize, other: usize) -> bool {
            let free = self.people[other].0.is_none_or(|s| !s.is_open());
            if n == other || n / 10 != other / 10 || !free || !self.step(n, NominationMove::Replace) {
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
                assert!(taken.iter().zip(self.quotas).all(|(t, q)| *t <= q), "{taken:?} of {:?}", self.quotas);
            }
            let seats = self.seats();
            for (n, (state, _)) in self.people.iter().enumerate() {
                let waits = *state == Some(NominationState::Waiting);
                assert!(!waits || seats.wait(self.communes[n / 10]).is_some(), "{n} waits beside a free seat");
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
        let mut class = Simulated::new(communes, 12);
        for operation in 0..1_000_000_u32 {
            // a new class every thousand operations, its deadline in the middle of them
            if operation % 1000 == 0 {
                class = Simulated::new(communes, i64::try_from(roll(20)).unwrap() + 1);
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
