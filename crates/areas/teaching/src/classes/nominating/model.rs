//! States of nominations, what speaks against sending somebody, and the seats of a class: pure functions.

use chrono::NaiveDate;
use kernel::{NominationId, PersonId, UnitId};

use super::seats::Group;

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
    /// The seat is kept for another bloc or another level of posts until the deadline: seats left.
    Kept(i64),
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
    #[sqlx(flatten)]
    pub group: Group,
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
        let counterpart = match person.group.level.as_str() {
            "head" => Some("deputy"),
            "deputy" => Some("head"),
            _ => None,
        };
        let other = colleagues().filter(away).find(|c| Some(c.group.level.as_str()) == counterpart);
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
            group: Group { bloc: String::new(), level: level.into() },
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
}
