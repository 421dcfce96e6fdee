//! Badges of learners: cards on A4 sheets, each with a QR code that a reader of roll-calls takes; no personal data lies in it.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    DocumentError,
    certificate::{day, qr},
    pdf::typeset,
};

/// The badges of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badges {
    /// Body that holds the class.
    pub body: String,
    /// Number and year: `01/2026`.
    pub class_label: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Its learners in the order of their names.
    pub cards: Vec<Card>,
}

/// The badge of a learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Name.
    pub full_name: String,
    /// Post.
    pub position: String,
    /// Commune with its kind.
    pub unit: String,
    /// Code of the enrolment; says nothing of the person.
    pub code: String,
}

#[derive(Serialize)]
struct Sheet<'a> {
    body: String,
    class_label: &'a str,
    time: String,
    cards: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct Shown<'a> {
    full_name: &'a str,
    position: &'a str,
    unit: &'a str,
    qr: String,
}

/// Ten cards of 90 × 54 mm a page, to be cut out.
///
/// # Errors
/// [`DocumentError`].
pub fn render(badges: &Badges) -> Result<Vec<u8>, DocumentError> {
    let card = |card: &'_ Card| qr(&card.code);
    let codes = badges.cards.iter().map(card).collect::<Result<Vec<_>, _>>()?;
    let cards = badges.cards.iter().zip(codes).map(|(card, qr)| Shown {
        full_name: &card.full_name,
        position: &card.position,
        unit: &card.unit,
        qr,
    });
    let sheet = Sheet {
        body: badges.body.to_uppercase(),
        class_label: &badges.class_label,
        time: format!("{} – {}", day(badges.starts_on), day(badges.ends_on)),
        cards: cards.collect(),
    };
    typeset("badges.typ", &sheet, badges.starts_on)?.whole()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_cards_a_page_however_long_the_names() {
        let card = |n: usize| Card {
            full_name: format!("Nguyễn Hoàng Phương Thảo Nguyên Thị Ngọc Bích Số {n}"),
            position: "Phó Trưởng ban Thường trực Ban Xây dựng Đảng kiêm Chủ nhiệm Ủy ban Kiểm tra".into(),
            unit: "Xã Có Tên Gọi Rất Dài Keng Đu Hữu Kiệm".into(),
            code: format!("01a2186a-ec47-73aa-9bf4-{n:012}"),
        };
        let badges = Badges {
            body: "Trường Chính trị tỉnh Nghệ An".into(),
            class_label: "01/2026".into(),
            starts_on: "2026-03-02".parse().unwrap(),
            ends_on: "2026-03-06".parse().unwrap(),
            cards: (0..70).map(card).collect(),
        };
        let pdf = render(&badges).unwrap();
        assert_eq!(String::from_utf8_lossy(&pdf).matches("/Type/Page/").count(), 7);
        assert_eq!(render(&badges).unwrap(), pdf);
    }
}
