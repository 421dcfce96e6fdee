//! How somebody was present.

/// A mark of the roll-call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Present.
    Present,
    /// Present, but late.
    Late,
    /// Away with leave (có phép); the reason is kept.
    Excused,
    /// Away without leave.
    Absent,
}

impl Status {
    /// Every mark in the order of the form.
    pub const ALL: [Self; 4] = [Self::Present, Self::Absent, Self::Excused, Self::Late];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Late => "late",
            Self::Excused => "excused",
            Self::Absent => "absent",
        }
    }

    /// Whether the periods count as attended.
    #[must_use]
    pub fn counts(self) -> bool {
        matches!(self, Self::Present | Self::Late)
    }

    /// The colour word of its tag.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Present => "good",
            Self::Late => "warn",
            Self::Excused => "info",
            Self::Absent => "bad",
        }
    }

    /// From its code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}
