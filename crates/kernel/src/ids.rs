//! Typed ids: one line per kind, the inner value is private.

use uuid::Uuid;

/// Where new ids come from. The store hands one to every write, so that a test or a
/// demonstration can make them repeatable.
pub trait IdSource: Send + Sync {
    /// A fresh UUID of version 7: sorts by time of creation.
    fn next(&self) -> Uuid;
}

/// Ids from the system clock and the system's randomness.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemIds;

impl IdSource for SystemIds {
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Declares id types. Each is a UUID on the wire and in the database and nothing else in code.
#[macro_export]
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, serde::Serialize, serde::Deserialize)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Smaller than every id: where a walk through all begins.
            pub const LEAST: Self = Self(uuid::Uuid::nil());

            /// A fresh id.
            #[must_use]
            pub fn new(source: &dyn $crate::ids::IdSource) -> Self {
                Self(source.next())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A scheme (đề án): one province, one horizon, its own rules.
    SchemeId,
    /// Someone the province knows, with or without an account.
    PersonId,
    /// A unit of the organisation: province, commune or office.
    UnitId,
    /// A post that exists in communes (chức danh).
    PositionId,
    /// A person in a position at an office over a stretch of time (quá trình công tác).
    AssignmentId,
    /// An official paper of a class, with its number.
    PaperId,
    /// A post that is decided and begins on a day to come.
    AnnouncedPostId,
    /// One change of a value in somebody's record.
    PersonChangeId,
    /// What somebody asks about the own data.
    DataRequestId,
    /// Somebody's way to sign in.
    AccountId,
    /// An officer's rights in the hands of a deputy over some days.
    DelegationId,
    /// A link by which a visiting lecturer comes in.
    GuestLinkId,
    /// One year's review of rights.
    ReviewId,
    /// One try to sign in.
    SignInId,
    /// One upload of a roster, from preview to undo.
    ImportId,
    /// What a commune declares of its people as of a day.
    DeclarationId,
    /// A question to the statistics that somebody keeps.
    SavedQueryId,
    /// One upload of courses of past years.
    PastBatchId,
    /// Columns of rosters that a unit has put right by hand.
    ImportMappingId,
    /// A training programme (chương trình).
    ProgrammeId,
    /// One version of a programme; immutable once approved.
    ProgrammeVersionId,
    /// A topic within a version (chuyên đề).
    TopicId,
    /// What a version is to reach with an audience (mục tiêu).
    ObjectiveId,
    /// One hearing of a version by bodies and experts (thẩm định).
    AppraisalId,
    /// What a member of an appraisal says of a passage (ý kiến).
    OpinionId,
    /// A five-year coverage plan.
    PlanId,
    /// A class as the plan foresees it.
    PlanClassId,
    /// One run of a programme: dates, learners, results.
    ClassId,
    /// A room for classes (địa điểm).
    VenueId,
    /// A person put forward for a class.
    NominationId,
    /// One of a class's half-days (buổi).
    HalfDayId,
    /// Half-days on which a lecturer is away.
    AbsenceId,
    /// A class that the school asks a lecturer to teach in.
    OfferId,
    /// An address from which a calendar reads a timetable.
    FeedId,
    /// One saving of a half-day's marks.
    RollCallId,
    /// A file on its way into the house.
    UploadId,
    /// A lesson plan or other material (học liệu).
    MaterialId,
    /// What a colleague said of a material.
    CommentId,
    /// A document sent to units and people to be read (văn bản quán triệt).
    CircularId,
    /// A certificate in the register.
    CertificateId,
    /// A competence of the scheme's frame (năng lực).
    CompetenceId,
    /// A questionnaire (phiếu khảo sát).
    SurveyId,
    /// An item of a questionnaire: a section or a question.
    QuestionId,
    /// A questionnaire as one person filled it.
    AnswerId,
    /// Something that the program tells (thông báo).
    NoticeId,
    /// A notice as one recipient got it.
    NoticeCopyId,
    /// The way of a copy out of the house: a letter, or a call of a gateway.
    DeliveryId,
    /// The words of a kind of notice, as they were saved once.
    WordingId,
    /// What the leadership noted on a lecturer's teaching.
    CoachingNoteId,
}
