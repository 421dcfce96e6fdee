//! Where a year of the plan stands between the bodies: pure functions.

use chrono::{DateTime, Utc};

/// The bodies that must agree before the Standing Committee approves, by their role (the scheme, part three, I).
pub(super) const BODIES: [&str; 2] = ["home_affairs", "organisation_committee"];

/// A step of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub(in crate::planning) enum Step {
    /// The school lays it before the bodies.
    Submitted,
    /// A body agrees.
    Agreed,
    /// A body sends it back, with its reason.
    Returned,
}

impl Step {
    /// Stable code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Agreed => "agreed",
            Self::Returned => "returned",
        }
    }
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(in crate::planning) struct Taken {
    pub year: i64,
    pub step: Step,
    pub body: String,
    pub note: String,
    pub by_name: String,
    pub at: DateTime<Utc>,
}

/// Where a year stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::planning) enum Standing {
    /// With the school.
    Draft,
    /// Before the bodies; those that have not spoken.
    Submitted(Vec<&'static str>),
    /// Both bodies agree.
    Agreed,
}

impl Standing {
    /// Where the steps of a year, in their order, lead.
    pub(in crate::planning) fn after(steps: &[Taken], year: i64) -> Self {
        let mut standing = Self::Draft;
        for taken in steps.iter().filter(|taken| taken.year == year) {
            standing = match (standing, taken.step) {
                (_, Step::Submitted) => Self::Submitted(BODIES.to_vec()),
                (_, Step::Returned) => Self::Draft,
                (Self::Submitted(mut waiting), Step::Agreed) => {
                    waiting.retain(|body| *body != taken.body);
                    if waiting.is_empty() { Self::Agreed } else { Self::Submitted(waiting) }
                }
                (standing, Step::Agreed) => standing,
            };
        }
        standing
    }

    /// Whether a body may take a step now.
    pub(super) fn allows(&self, step: Step, body: &str) -> bool {
        match step {
            Step::Submitted => *self == Self::Draft,
            Step::Agreed => matches!(self, Self::Submitted(waiting) if waiting.contains(&body)),
            Step::Returned => *self != Self::Draft,
        }
    }

    /// Stable code.
    pub(in crate::planning) fn code(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted(_) => "submitted",
            Self::Agreed => "agreed",
        }
    }

    /// The colour word of its tag.
    pub(in crate::planning) fn tone(&self) -> &'static str {
        match self {
            Self::Draft => "",
            Self::Submitted(_) => "warn",
            Self::Agreed => "info",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(step: Step, body: &str) -> Taken {
        Taken {
            year: 2027,
            step,
            body: body.to_owned(),
            note: String::new(),
            by_name: String::new(),
            at: DateTime::default(),
        }
    }

    #[test]
    fn both_bodies_agree_or_one_sends_it_back() {
        use Step::{Agreed, Returned, Submitted};
        let mut steps = vec![taken(Submitted, "school_training")];
        assert_eq!(Standing::after(&[], 2027), Standing::Draft);
        assert_eq!(Standing::after(&steps, 2027), Standing::Submitted(BODIES.to_vec()));
        steps.push(taken(Agreed, "home_affairs"));
        let standing = Standing::after(&steps, 2027);
        assert_eq!(standing, Standing::Submitted(vec!["organisation_committee"]));
        // nobody agrees twice, nor in another's name
        assert!(!standing.allows(Agreed, "home_affairs") && !standing.allows(Agreed, "finance"));
        assert!(standing.allows(Agreed, "organisation_committee") && standing.allows(Returned, "home_affairs"));
        steps.push(taken(Agreed, "organisation_committee"));
        assert_eq!(Standing::after(&steps, 2027), Standing::Agreed);
        // sent back, everything begins anew
        steps.push(taken(Returned, "standing_committee"));
        assert_eq!(Standing::after(&steps, 2027), Standing::Draft);
        assert!(!Standing::after(&steps, 2027).allows(Agreed, "home_affairs"));
        steps.push(taken(Submitted, "school_training"));
        assert_eq!(Standing::after(&steps, 2027), Standing::Submitted(BODIES.to_vec()));
        assert!(!Standing::after(&steps, 2027).allows(Submitted, "school_training"));
        assert_eq!(Standing::after(&steps, 2028), Standing::Draft);
    }
}
