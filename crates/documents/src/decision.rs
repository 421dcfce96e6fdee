//! The decision that recognises the results of a class, in the state format (Nghị định 30/2020/NĐ-CP, Annex I).

use crate::{
    DocumentError,
    certificate::{day, state_date},
    kit::{Head, article, decides, paper, to},
    official::{self, Annex, Block, Official, Style},
    report::{Cell, Column, Format, Kind, Row, Table},
};
use chrono::NaiveDate;

/// Everything that stands in the decision.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
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

impl ResultDecision {
    /// The decision with its list as a paper of the state format.
    #[must_use]
    pub fn official(&self) -> Official {
        let cell = |text: &str| Cell::Text(text.to_owned());
        let line = |(n, l): (i64, &LearnerLine)| {
            let texts = [&l.full_name, &l.born, &l.unit, &l.periods, &l.score, &l.outcome];
            Row::Line([Cell::Number(n)].into_iter().chain(texts.map(|text| cell(text))).collect())
        };
        let list = Table {
            sheet: "Danh sách".to_owned(),
            caption: String::new(),
            columns: vec![
                Column::new("TT", Kind::Mark, 9),
                Column::new("Họ và tên", Kind::Text, 34),
                Column::new("Ngày sinh", Kind::Mark, 21),
                Column::new("Chức danh, đơn vị", Kind::Text, 46),
                Column::new("Số tiết", Kind::Mark, 14),
                Column::new("Điểm", Kind::Mark, 13),
                Column::new("Kết quả", Kind::Text, 25),
            ],
            rows: (1..).zip(&self.learners).map(line).collect(),
            notes: Vec::new(),
        };
        let head = Head {
            style: Style::State,
            parent: self.parent.clone(),
            body: self.body.clone(),
            number: self.number.clone(),
            place: self.place.clone(),
            dated: self.signed_on,
            signer_title: self.signer_title.clone(),
            signer: self.signer.clone(),
        };
        let bases =
            ["Căn cứ kết quả điểm danh và chấm bài thu hoạch của lớp;", "Theo đề nghị của bộ phận quản lý đào tạo."];
        let mut blocks = decides(&head, &self.scheme, &bases);
        blocks.extend([
            article(
                1,
                format!(
                    "Công nhận {} học viên hoàn thành, {} học viên chưa hoàn thành chương trình “{}”, lớp số {} (đối tượng: {}), học từ ngày {} đến ngày {} (danh sách kèm theo).",
                    self.completed,
                    self.not_completed,
                    self.programme,
                    self.class_label,
                    self.audience,
                    day(self.starts_on),
                    day(self.ends_on)
                ),
            ),
            article(
                2,
                "Học viên hoàn thành được cấp giấy chứng nhận và ghi vào sổ cấp. Kết quả được thông báo cho đơn vị cử học viên.",
            ),
            article(
                3,
                "Các bộ phận liên quan, đơn vị cử học viên và học viên có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này kể từ ngày ký.",
            ),
        ]);
        let subject = format!("Về việc công nhận kết quả lớp bồi dưỡng số {}", self.class_label);
        Official {
            recipients: to(&["Như Điều 3;", "Đơn vị cử học viên;", "Lưu: VT, hồ sơ lớp."]),
            annexes: vec![Annex {
                title: format!("Danh sách kết quả lớp số {}", self.class_label),
                note: format!("(Kèm theo Quyết định số {} ngày {})", self.number, state_date(self.signed_on).join("/")),
                blocks: vec![Block::Table(list)],
            }],
            ..paper(&head, "Quyết định", subject, blocks)
        }
    }
}

/// The decision with its list as PDF.
///
/// # Errors
/// [`DocumentError`].
pub fn render(decision: &ResultDecision) -> Result<Vec<u8>, DocumentError> {
    official::render(&decision.official(), Format::Pdf)
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
