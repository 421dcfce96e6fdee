//! States of a class and its half-days: pure functions.

/// Where a class stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ClassState {
    /// Called from the plan, with number, quotas and half-days; communes do not see it yet.
    Called,
    /// Communes are called to nominate.
    Nominating,
    /// The decision to open is made, the list of learners stands.
    Opened,
    /// The study week has begun.
    Running,
    /// Every half-day is held; essays are marked.
    Marking,
    /// Results are decided.
    Completed,
    /// The file of the class is complete and closed.
    Filed,
    /// The class will not be held.
    Cancelled,
}

/// A step in the life of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassMove {
    /// Communes are told their quotas.
    Publish,
    /// The school decides to open it.
    Open,
    /// The first roll-call is taken.
    Begin,
    /// The last half-day is held.
    FinishStudy,
    /// The results are decided.
    Complete,
    /// Its file is closed and put away.
    File,
    /// It will not be held.
    Cancel,
}

/// The class is not where the step begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("class is {0:?}")]
pub struct ClassMoveRefused(pub ClassState);

impl ClassState {
    /// Every state in the order of a class's life, the cancelled one last.
    pub const ALL: [Self; 8] = [
        Self::Called,
        Self::Nominating,
        Self::Opened,
        Self::Running,
        Self::Marking,
        Self::Completed,
        Self::Filed,
        Self::Cancelled,
    ];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Called => "called",
            Self::Nominating => "nominating",
            Self::Opened => "opened",
            Self::Running => "running",
            Self::Marking => "marking",
            Self::Completed => "completed",
            Self::Filed => "filed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The colour word of its tag.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Nominating => "info",
            Self::Opened | Self::Running => "good",
            Self::Called | Self::Marking => "warn",
            Self::Completed | Self::Filed => "",
            Self::Cancelled => "bad",
        }
    }

    /// The only way from state to state.
    ///
    /// # Errors
    /// [`ClassMoveRefused`] with the present state.
    pub fn step(self, step: ClassMove) -> Result<Self, ClassMoveRefused> {
        match (self, step) {
            (Self::Called, ClassMove::Publish) => Ok(Self::Nominating),
            (Self::Nominating, ClassMove::Open) => Ok(Self::Opened),
            (Self::Opened, ClassMove::Begin) => Ok(Self::Running),
            (Self::Running, ClassMove::FinishStudy) => Ok(Self::Marking),
            (Self::Marking, ClassMove::Complete) => Ok(Self::Completed),
            (Self::Completed, ClassMove::File) => Ok(Self::Filed),
            (Self::Called | Self::Nominating | Self::Opened, ClassMove::Cancel) => Ok(Self::Cancelled),
            (state, _) => Err(ClassMoveRefused(state)),
        }
    }

    /// The step that leads on from here; none from the end.
    #[must_use]
    pub fn next(self) -> Option<ClassMove> {
        match self {
            Self::Called => Some(ClassMove::Publish),
            Self::Nominating => Some(ClassMove::Open),
            Self::Opened => Some(ClassMove::Begin),
            Self::Running => Some(ClassMove::FinishStudy),
            Self::Marking => Some(ClassMove::Complete),
            Self::Completed => Some(ClassMove::File),
            Self::Filed | Self::Cancelled => None,
        }
    }

    /// Whether people may still be put forward, withdrawn and replaced.
    #[must_use]
    pub fn takes_people(self) -> bool {
        matches!(self, Self::Nominating | Self::Opened)
    }

    /// Whether the class is neither over nor cancelled.
    #[must_use]
    pub fn is_alive(self) -> bool {
        !self.is_over() && self != Self::Cancelled
    }

    /// Whether its results are decided.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Filed)
    }

    /// Whether seats, quotas and deadline may still change, and whether it may still be called off.
    #[must_use]
    pub fn is_open_to_change(self) -> bool {
        self == Self::Called || self.takes_people()
    }

    /// Whether the study week is on or coming.
    #[must_use]
    pub fn is_ahead(self) -> bool {
        matches!(self, Self::Called | Self::Nominating | Self::Opened | Self::Running)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_goes_its_way_and_no_other() {
        let mut way = vec![ClassState::Called];
        while let Some(step) = way.last().and_then(|state| state.next()) {
            way.push(way.last().unwrap().step(step).unwrap());
        }
        // every state but the cancelled one lies on the way, in its order
        assert_eq!(way, ClassState::ALL[..7]);
        let every = [
            ClassMove::Publish,
            ClassMove::Open,
            ClassMove::Begin,
            ClassMove::FinishStudy,
            ClassMove::Complete,
            ClassMove::File,
        ];
        for state in ClassState::ALL {
            for step in every.into_iter().filter(|step| Some(*step) != state.next()) {
                assert_eq!(state.step(step), Err(ClassMoveRefused(state)));
            }
        }
        assert_eq!(ClassState::Running.step(ClassMove::Cancel), Err(ClassMoveRefused(ClassState::Running)));
        assert_eq!(ClassState::Nominating.step(ClassMove::Begin), Err(ClassMoveRefused(ClassState::Nominating)));
    }
}
