//! Which papers a class has, and what is missing for each: pure functions.

use documents::official::Style;
use teaching::classes::ClassState;

/// A paper that a class produces (DOMAIN, "Papers"). The decision on the results and the certificates are made where results are decided
/// and certificates issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Template {
    /// Plan and estimate.
    Plan,
    /// Call for nominations with quota.
    Call,
    /// List of who was put forward.
    Nominations,
    /// Decision to open, with the list of learners.
    Opening,
    /// Summons; says who pays.
    Summons,
    /// Invitations of lecturers.
    Invitations,
    /// Timetable.
    Timetable,
    /// Sign-in sheets by half-day.
    SignIn,
    /// Class committee and study groups.
    Committee,
    /// Plan of the field trip.
    FieldTrip,
    /// Essay topics.
    EssayTopics,
    /// Marking sheets.
    MarkingSheet,
    /// Evaluation form.
    EvaluationForm,
    /// Summary of the evaluation.
    EvaluationSummary,
    /// Minutes on completion.
    Minutes,
    /// Notice of results to each commune.
    ResultNotice,
    /// Report of the class.
    Report,
    /// Payment list.
    Payments,
    /// Index of the file.
    FileIndex,
}

/// When in the life of a class a paper is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Until the class begins.
    Before,
    /// While it studies.
    During,
    /// When it is over.
    After,
}

impl Stage {
    /// In their order.
    pub const ALL: [Self; 3] = [Self::Before, Self::During, Self::After];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::During => "during",
            Self::After => "after",
        }
    }
}

impl Template {
    /// Every paper in the order of the file.
    pub const ALL: [Self; 19] = [
        Self::Plan,
        Self::Call,
        Self::Nominations,
        Self::Opening,
        Self::Summons,
        Self::Invitations,
        Self::Timetable,
        Self::SignIn,
        Self::Committee,
        Self::FieldTrip,
        Self::EssayTopics,
        Self::MarkingSheet,
        Self::EvaluationForm,
        Self::EvaluationSummary,
        Self::Minutes,
        Self::ResultNotice,
        Self::Report,
        Self::Payments,
        Self::FileIndex,
    ];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Call => "call",
            Self::Nominations => "nominations",
            Self::Opening => "opening",
            Self::Summons => "summons",
            Self::Invitations => "invitations",
            Self::Timetable => "timetable",
            Self::SignIn => "sign_in",
            Self::Committee => "committee",
            Self::FieldTrip => "field_trip",
            Self::EssayTopics => "essay_topics",
            Self::MarkingSheet => "marking_sheet",
            Self::EvaluationForm => "evaluation_form",
            Self::EvaluationSummary => "evaluation_summary",
            Self::Minutes => "minutes",
            Self::ResultNotice => "result_notice",
            Self::Report => "report",
            Self::Payments => "payments",
            Self::FileIndex => "file_index",
        }
    }

    /// The paper with a code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.code() == code)
    }

    /// Name of its files, after its place in the file of the class.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Plan => "01-ke-hoach-du-toan",
            Self::Call => "02-thong-bao-chieu-sinh",
            Self::Nominations => "03-danh-sach-cu",
            Self::Opening => "04-quyet-dinh-mo-lop",
            Self::Summons => "05-cong-van-trieu-tap",
            Self::Invitations => "06-giay-moi-giang-vien",
            Self::Timetable => "07-lich-hoc",
            Self::SignIn => "08-danh-sach-ky-ten",
            Self::Committee => "09-quyet-dinh-ban-can-su",
            Self::FieldTrip => "10-ke-hoach-thuc-te",
            Self::EssayTopics => "11-de-bai-thu-hoach",
            Self::MarkingSheet => "12-phieu-cham",
            Self::EvaluationForm => "13-phieu-danh-gia",
            Self::EvaluationSummary => "14-tong-hop-danh-gia",
            Self::Minutes => "15-bien-ban-xet-ket-qua",
            Self::ResultNotice => "18-thong-bao-ket-qua",
            Self::Report => "19-bao-cao-lop",
            Self::Payments => "20-bang-ke-thu-lao",
            Self::FileIndex => "21-muc-luc-ho-so",
        }
    }

    /// When it is needed.
    #[must_use]
    pub fn stage(self) -> Stage {
        match self {
            Self::Plan
            | Self::Call
            | Self::Nominations
            | Self::Opening
            | Self::Summons
            | Self::Invitations
            | Self::Timetable => Stage::Before,
            Self::SignIn
            | Self::Committee
            | Self::FieldTrip
            | Self::EssayTopics
            | Self::MarkingSheet
            | Self::EvaluationForm => Stage::During,
            Self::EvaluationSummary
            | Self::Minutes
            | Self::ResultNotice
            | Self::Report
            | Self::Payments
            | Self::FileIndex => Stage::After,
        }
    }

    /// Sign of its kind in a symbol, empty for a letter; none for a paper that gets no number.
    #[must_use]
    pub fn sign(self) -> Option<&'static str> {
        match self {
            Self::Plan | Self::FieldTrip => Some("KH"),
            Self::Call | Self::ResultNotice => Some("TB"),
            Self::Opening | Self::Committee => Some("QĐ"),
            Self::Summons => Some(""),
            Self::Invitations => Some("GM"),
            Self::Minutes => Some("BB"),
            Self::Report => Some("BC"),
            Self::Nominations
            | Self::Timetable
            | Self::SignIn
            | Self::EssayTopics
            | Self::MarkingSheet
            | Self::EvaluationForm
            | Self::EvaluationSummary
            | Self::Payments
            | Self::FileIndex => None,
        }
    }

    /// Kind under which the register numbers it: the sign, `CV` for letters; empty for a paper that gets no number.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self.sign() {
            None => "",
            Some("") => "CV",
            Some(sign) => sign,
        }
    }
}

/// The pattern of symbols that holds while nobody has chosen one.
#[must_use]
pub fn default_pattern(style: Style, school_sign: &str) -> String {
    match style {
        Style::State => format!("{{số}}/{{loại}}-{school_sign}"),
        Style::Party => format!("{{số}}-{{loại}}/{school_sign}"),
    }
}

/// What is known of a class, as far as papers ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Where it stands.
    pub state: ClassState,
    /// Communes with seats.
    pub quotas: usize,
    /// People put forward.
    pub nominees: usize,
    /// Accepted people.
    pub learners: usize,
    /// Half-days.
    pub half_days: usize,
    /// Half-days in which nothing is taught yet, by the published timetable.
    pub empty_half_days: usize,
    /// Lessons that nobody teaches yet.
    pub untaught: usize,
    /// Lessons at a place of field trips.
    pub field_trips: usize,
    /// The class has a monitor and study groups.
    pub committee: bool,
    /// It is settled who pays for learners.
    pub payer: bool,
    /// Learners without a mark.
    pub unmarked: usize,
    /// The results are decided.
    pub decided: bool,
    /// The School has said what its evaluation form asks.
    pub indicators: bool,
    /// Enough evaluation forms came back, and the form is closed.
    pub evaluated: bool,
    /// Papers that were made.
    pub papers: usize,
}

/// What stands before a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The class will not be held.
    Cancelled,
    /// Seats are not shared among communes.
    Quotas,
    /// Nobody is put forward.
    Nominations,
    /// Nobody is accepted.
    Learners,
    /// Half-days without a topic in the published timetable.
    Timetable,
    /// Lessons without a lecturer.
    Lecturers,
    /// Nobody speaks for the class, or it has no study groups.
    Committee,
    /// No lesson is held at a place of field trips.
    FieldTrip,
    /// Nobody said who pays for the learners.
    Payer,
    /// The study week is not over.
    Study,
    /// Essays without a mark.
    Marks,
    /// The results are not decided.
    Decision,
    /// The School has not said what its evaluation form asks.
    Indicators,
    /// The evaluation form is not open, not closed yet, or too few came back.
    Answers,
    /// No paper was made yet.
    Papers,
}

impl Missing {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Cancelled => "kit-missing-cancelled",
            Self::Quotas => "kit-missing-quotas",
            Self::Nominations => "kit-missing-nominations",
            Self::Learners => "kit-missing-learners",
            Self::Timetable => "kit-missing-timetable",
            Self::Lecturers => "kit-missing-lecturers",
            Self::Committee => "kit-missing-committee",
            Self::FieldTrip => "kit-missing-field-trip",
            Self::Payer => "kit-missing-payer",
            Self::Study => "kit-missing-study",
            Self::Marks => "kit-missing-marks",
            Self::Decision => "kit-missing-decision",
            Self::Indicators => "kit-missing-indicators",
            Self::Answers => "kit-missing-answers",
            Self::Papers => "kit-missing-papers",
        }
    }
}

/// What stands before a paper of a class; nothing when it can be made.
#[must_use]
pub fn missing(template: Template, known: &Known) -> Option<Missing> {
    let when = |condition: bool, missing: Missing| condition.then_some(missing);
    if known.state == ClassState::Cancelled {
        return Some(Missing::Cancelled);
    }
    let quotas = when(known.quotas == 0, Missing::Quotas);
    let learners = when(known.learners == 0, Missing::Learners);
    let timetable = when(known.half_days == 0 || known.empty_half_days > 0, Missing::Timetable);
    let lecturers = when(known.untaught > 0, Missing::Lecturers);
    let payer = when(!known.payer, Missing::Payer);
    let study =
        when(!matches!(known.state, ClassState::Marking | ClassState::Completed | ClassState::Filed), Missing::Study);
    let decision = when(!known.decided, Missing::Decision);
    match template {
        Template::Plan => quotas.or(timetable).or(payer),
        Template::Call => quotas.or(payer),
        Template::Nominations => when(known.nominees == 0, Missing::Nominations),
        Template::Opening => learners,
        Template::Summons => learners.or(timetable).or(payer),
        Template::Invitations => timetable.or(lecturers),
        Template::Timetable | Template::EssayTopics => timetable,
        Template::SignIn => learners.or(timetable),
        Template::Committee => learners.or(when(!known.committee, Missing::Committee)),
        Template::FieldTrip => timetable.or(when(known.field_trips == 0, Missing::FieldTrip)).or(learners),
        Template::MarkingSheet => learners,
        Template::EvaluationForm => timetable.or(lecturers).or(when(!known.indicators, Missing::Indicators)),
        Template::EvaluationSummary => when(!known.evaluated, Missing::Answers),
        Template::Minutes => learners.or(study).or(when(known.unmarked > 0, Missing::Marks)),
        Template::ResultNotice | Template::Report => decision,
        Template::Payments => timetable.or(lecturers).or(study),
        Template::FileIndex => decision.or(when(known.papers == 0, Missing::Papers)),
    }
}

#[cfg(test)]
mod tests {
    use documents::official::is_pattern;

    use super::*;

    const WHOLE: Known = Known {
        state: ClassState::Completed,
        quotas: 2,
        nominees: 6,
        learners: 6,
        half_days: 10,
        empty_half_days: 0,
        untaught: 0,
        field_trips: 2,
        committee: true,
        payer: true,
        unmarked: 0,
        decided: true,
        indicators: true,
        evaluated: true,
        papers: 3,
    };

    #[test]
    fn a_class_with_everything_has_every_paper() {
        let lacking: Vec<Template> = Template::ALL.into_iter().filter(|t| missing(*t, &WHOLE).is_some()).collect();
        assert_eq!(lacking, []);
    }

    #[test]
    fn each_fact_stands_before_its_papers() {
        use Template::*;
        let told = |known: Known, why: Missing| -> Vec<Template> {
            Template::ALL.into_iter().filter(|t| missing(*t, &known) == Some(why)).collect()
        };
        assert_eq!(told(Known { quotas: 0, ..WHOLE }, Missing::Quotas), [Plan, Call]);
        assert_eq!(told(Known { nominees: 0, ..WHOLE }, Missing::Nominations), [Nominations]);
        assert_eq!(
            told(Known { learners: 0, ..WHOLE }, Missing::Learners),
            [Opening, Summons, SignIn, Committee, FieldTrip, MarkingSheet, Minutes]
        );
        assert_eq!(
            told(Known { empty_half_days: 1, ..WHOLE }, Missing::Timetable),
            [Plan, Summons, Invitations, Timetable, SignIn, FieldTrip, EssayTopics, EvaluationForm, Payments]
        );
        assert_eq!(told(Known { untaught: 1, ..WHOLE }, Missing::Lecturers), [Invitations, EvaluationForm, Payments]);
        assert_eq!(told(Known { committee: false, ..WHOLE }, Missing::Committee), [Committee]);
        assert_eq!(told(Known { field_trips: 0, ..WHOLE }, Missing::FieldTrip), [FieldTrip]);
        assert_eq!(told(Known { payer: false, ..WHOLE }, Missing::Payer), [Plan, Call, Summons]);
        assert_eq!(told(Known { state: ClassState::Running, ..WHOLE }, Missing::Study), [Minutes, Payments]);
        assert_eq!(told(Known { unmarked: 1, ..WHOLE }, Missing::Marks), [Minutes]);
        assert_eq!(told(Known { decided: false, ..WHOLE }, Missing::Decision), [ResultNotice, Report, FileIndex]);
        assert_eq!(told(Known { indicators: false, ..WHOLE }, Missing::Indicators), [EvaluationForm]);
        assert_eq!(told(Known { evaluated: false, ..WHOLE }, Missing::Answers), [EvaluationSummary]);
        assert_eq!(told(Known { papers: 0, ..WHOLE }, Missing::Papers), [FileIndex]);
        assert_eq!(
            told(Known { state: ClassState::Cancelled, ..WHOLE }, Missing::Cancelled).len(),
            Template::ALL.len()
        );
    }

    #[test]
    fn codes_and_file_names_are_one_each_and_defaults_can_be_used() {
        for (n, template) in Template::ALL.into_iter().enumerate() {
            assert_eq!(Template::of(template.code()), Some(template));
            assert!(Template::ALL.into_iter().skip(n + 1).all(|other| other.file_name() > template.file_name()));
        }
        for style in Style::ALL {
            assert!(is_pattern(&default_pattern(style, "TCT"), style));
        }
    }
}
