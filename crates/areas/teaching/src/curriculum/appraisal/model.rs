//! Passages, votes, and what stands against an approval. Pure.

/// Most characters of an opinion or an answer.
pub const TEXT_MOST: usize = 2000;

/// What an opinion is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum PassageKind {
    /// The version as a whole.
    Whole,
    /// An objective, by its number.
    Objective,
    /// A topic, by its number.
    Topic,
}

impl PassageKind {
    /// Stable code, as stored and as the form sends it before the number.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Objective => "objective",
            Self::Topic => "topic",
        }
    }
}

/// A numbered passage of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Passage {
    /// What kind.
    pub kind: PassageKind,
    /// Its number in the version, from 1; 0 for the version as a whole.
    pub number: i64,
}

impl Passage {
    /// Reads `whole`, `objective-2`, `topic-3`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text == PassageKind::Whole.code() {
            return Some(Self { kind: PassageKind::Whole, number: 0 });
        }
        let (kind, number) = text.split_once('-')?;
        let kind = [PassageKind::Objective, PassageKind::Topic].into_iter().find(|k| k.code() == kind)?;
        let number = number.parse().ok().filter(|n| *n >= 1)?;
        Some(Self { kind, number })
    }

    /// As [`Passage::read`] reads it.
    #[must_use]
    pub fn value(self) -> String {
        match self.kind {
            PassageKind::Whole => "whole".to_owned(),
            kind => format!("{}-{}", kind.code(), self.number),
        }
    }
}

/// What the school does with an opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Taken up (tiếp thu).
    Accepted,
    /// Not taken up, with the reason (giải trình).
    Explained,
}

impl Verdict {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Accepted, Self::Explained];

    /// Stable code, as stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Explained => "explained",
        }
    }
}

/// A member's vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    /// For the version as it is.
    Agree,
    /// For the version once it is changed.
    AgreeWithChanges,
    /// Against it.
    Disagree,
}

impl Vote {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Agree, Self::AgreeWithChanges, Self::Disagree];

    /// Stable code, as stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::AgreeWithChanges => "agree_with_changes",
            Self::Disagree => "disagree",
        }
    }

    /// Tone of its tag.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Agree => "good",
            Self::AgreeWithChanges => "info",
            Self::Disagree => "bad",
        }
    }
}

/// How a council voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Members.
    pub members: usize,
    /// For the version as it is.
    pub agree: usize,
    /// For it once it is changed.
    pub with_changes: usize,
    /// Against it.
    pub disagree: usize,
}

impl Tally {
    /// Counts the last vote of each member; none for who has not voted.
    #[must_use]
    pub fn of(votes: &[Option<Vote>]) -> Self {
        let count = |vote| votes.iter().filter(|v| **v == Some(vote)).count();
        Self {
            members: votes.len(),
            agree: count(Vote::Agree),
            with_changes: count(Vote::AgreeWithChanges),
            disagree: count(Vote::Disagree),
        }
    }

    /// Members who have not voted.
    #[must_use]
    pub fn silent(&self) -> usize {
        self.members - self.agree - self.with_changes - self.disagree
    }

    /// Whether more than half of the members are for it.
    #[must_use]
    pub fn carries(&self) -> bool {
        (self.agree + self.with_changes) * 2 > self.members
    }
}

/// What stands against an approval beside the rules of the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Who would decide wrote the version.
    Author,
    /// So many opinions wait for an answer.
    Unanswered(usize),
    /// The council still speaks and votes.
    Open,
    /// The council is not for it.
    NotCarried(Tally),
}

/// Where the appraisal of a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Opinions without an answer, of every round.
    pub unanswered: usize,
    /// Whether the council of the last round is closed.
    pub closed: bool,
    /// How it voted.
    pub tally: Tally,
}

/// What stands against approving: the first of the things that somebody can do something about. A body without a council appraises alone.
#[must_use]
pub fn obstacle(is_author: bool, standing: &Standing) -> Option<Obstacle> {
    if is_author {
        Some(Obstacle::Author)
    } else if standing.unanswered > 0 {
        Some(Obstacle::Unanswered(standing.unanswered))
    } else if standing.tally.members == 0 {
        None
    } else if !standing.closed {
        Some(Obstacle::Open)
    } else if !standing.tally.carries() {
        Some(Obstacle::NotCarried(standing.tally))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_waits_for_answers_and_for_the_council() {
        let tally = |votes: &[Option<Vote>]| Tally::of(votes);
        let agreed = tally(&[Some(Vote::Agree), Some(Vote::AgreeWithChanges), None]);
        let halved = tally(&[Some(Vote::Agree), Some(Vote::Disagree)]);
        assert_eq!((agreed.silent(), agreed.carries(), halved.carries()), (1, true, false));
        let standing = |unanswered, closed, tally| Standing { unanswered, closed, tally };
        assert_eq!(obstacle(true, &standing(0, true, agreed)), Some(Obstacle::Author));
        assert_eq!(obstacle(false, &standing(2, true, agreed)), Some(Obstacle::Unanswered(2)));
        assert_eq!(obstacle(false, &standing(0, false, agreed)), Some(Obstacle::Open));
        assert_eq!(obstacle(false, &standing(0, true, halved)), Some(Obstacle::NotCarried(halved)));
        assert_eq!(obstacle(false, &standing(0, true, agreed)), None);
        assert_eq!(obstacle(false, &standing(0, false, Tally::default())), None, "a body without a council");
    }

    #[test]
    fn a_passage_is_read_as_it_is_written() {
        for text in ["whole", "objective-2", "topic-13"] {
            assert_eq!(Passage::read(text).map(Passage::value).as_deref(), Some(text));
        }
        for text in ["", "topic", "topic-0", "topic-x", "whole-1", "page-1"] {
            assert_eq!(Passage::read(text), None, "{text}");
        }
    }
}
