//! The decision that recognises the results of a class, in the state format (Nghị định 30/2020/NĐ-CP, Annex I).

use chrono::NaiveDate;
use serde::Serialize;

use crate::{DocumentError, certificate::state_date, pdf::typeset};

/// Everything that stands in the decision.
#[derive(Debug, Clone, Serialize)]
pub struct ResultDecision {
    /// Body above the deciding body.
    pub parent: String,
    /// Deciding body.
    pub body: String,
    /// Number with its sign: `05/QĐ-TCT`.
    pub number: String,
    /// Place.
    pub place: String,
    /// Day of signing.
    pub signed_on: NaiveDate,
    /// Title under which it is signed.
    pub signer_title: String,
    /// Name of the signer.
    pub signer: String,
    /// Class: `29/2026`.
    pub class_label: String,
    /// Programme.
    pub programme: String,
    /// Who is trained.
    pub audience: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Learners who completed.
    pub completed: usize,
    /// Learners who did not.
    pub not_completed: usize,
    /// Short name of the scheme.
    pub scheme: String,
    /// The list behind the decision.
    pub learners: Vec<LearnerLine>,
}

/// A line of the list.
#[derive(Debug, Clone, Serialize)]
pub struct LearnerLine {
    /// Name.
    pub full_name: String,
    /// Birth date as written, may be empty.
    pub born: String,
    /// Post and commune.
    pub unit: String,
    /// `36/40`.
    pub periods: String,
    /// Mark as written, may be empty.
    pub score: String,
    /// Outcome with its band.
    pub outcome: String,
}

#[derive(Serialize)]
struct Sheet<'a> {
    signed: [String; 3],
    from: String,
    to: String,
    #[serde(flatten)]
    decision: &'a ResultDecision,
}

/// The decision with its list as PDF.
///
/// # Errors
/// [`DocumentError`].
pub fn render(decision: &ResultDecision) -> Result<Vec<u8>, DocumentError> {
    let day = |date: NaiveDate| date.format("%d/%m/%Y").to_string();
    let sheet = Sheet {
        signed: state_date(decision.signed_on),
        from: day(decision.starts_on),
        to: day(decision.ends_on),
        decision,
    };
    typeset("decision.typ", &sheet, decision.signed_on)?.whole()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seventy_learners_are_listed_over_pages() {
        let line = LearnerLine {
            full_name: "Nguyễn Thị Hoa".into(),
            born: "09/02/1985".into(),
            unit: "Chuyên viên Văn phòng HĐND và UBND, Xã Keng Đu".into(),
            periods: "36/40".into(),
            score: "8,25".into(),
            outcome: "Hoàn thành (Giỏi)".into(),
        };
        let decision = ResultDecision {
            parent: "Tỉnh ủy Nghệ An".into(),
            body: "Trường Chính trị tỉnh Nghệ An".into(),
            number: "05/QĐ-TCT".into(),
            place: "Nghệ An".into(),
            signed_on: "2026-03-13".parse().unwrap(),
            signer_title: "Hiệu trưởng".into(),
            signer: String::new(),
            class_label: "01/2026".into(),
            programme: "Bồi dưỡng cán bộ, công chức HĐND và UBND cấp xã".into(),
            audience: "Cán bộ, công chức HĐND và UBND cấp xã".into(),
            starts_on: "2026-03-02".parse().unwrap(),
            ends_on: "2026-03-06".parse().unwrap(),
            completed: 69,
            not_completed: 1,
            scheme: "Đề án 2026 – 2030".into(),
            learners: vec![line; 70],
        };
        let pdf = render(&decision).unwrap();
        assert!(pdf.starts_with(b"%PDF-"));
        assert_eq!(render(&decision).unwrap(), pdf);
    }
}
