//! The sealed letter that carries a first password, and the list that carries those of one class or commune.
//!
//! A letter is one page, folded in three like a Z: the upper third with the address lies outside, behind the window of a
//! long envelope (DL); the secret stands in the middle third, which faces the lower one.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    DocumentError,
    certificate::{day, state_date},
    pdf::typeset,
};

/// What every letter of a batch says alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterHead {
    /// Who sends it, the upper line.
    pub parent: String,
    /// Who sends it, the lower line.
    pub body: String,
    /// Place in the date line.
    pub place: String,
    /// Day on which the passwords were made.
    pub made_on: NaiveDate,
    /// Address at which one signs in.
    pub address: String,
}

/// A letter to one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// Who opens it: a body or a person.
    pub to: String,
    /// Duty or post of the recipient.
    pub duty: String,
    /// Where it goes: commune and province.
    pub place: String,
    /// Sign-in name.
    pub username: String,
    /// First password; stands here and nowhere else.
    pub password: String,
}

#[derive(Serialize)]
struct Letters<'a> {
    made: [String; 3],
    head: &'a LetterHead,
    letters: &'a [Letter],
}

/// One page a letter, all in one file.
///
/// # Errors
/// [`DocumentError`]; also when a letter does not fit its one page.
pub fn render_letters(head: &LetterHead, letters: &[Letter]) -> Result<Vec<u8>, DocumentError> {
    let values = Letters { made: state_date(head.made_on), head, letters };
    let typeset = typeset("letter.typ", &values, head.made_on)?;
    if typeset.pages() != letters.len() {
        return Err(DocumentError::Typeset(format!("{} letters on {} pages", letters.len(), typeset.pages())));
    }
    typeset.whole()
}

#[derive(Serialize)]
struct List<'a> {
    made: String,
    title: &'a str,
    head: &'a LetterHead,
    letters: &'a [Letter],
}

/// The same as a list, to be cut into strips and handed out one by one.
///
/// # Errors
/// [`DocumentError`].
pub fn render_list(head: &LetterHead, title: &str, letters: &[Letter]) -> Result<Vec<u8>, DocumentError> {
    let values = List { made: day(head.made_on), title, head, letters };
    typeset("letter_list.typ", &values, head.made_on)?.whole()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> LetterHead {
        LetterHead {
            parent: "Tỉnh Nghệ An".into(),
            body: "Hệ thống bồi dưỡng cán bộ, công chức cấp xã".into(),
            place: "Nghệ An".into(),
            made_on: "2026-02-09".parse().unwrap(),
            address: "https://boiduong.example".into(),
        }
    }

    fn letter(to: &str) -> Letter {
        Letter {
            to: to.into(),
            duty: "Cán bộ đầu mối bồi dưỡng".into(),
            place: "Xã Keng Đu, tỉnh Nghệ An".into(),
            username: "xa-16681".into(),
            password: "Bd-12ab-34cd9".into(),
        }
    }

    #[test]
    fn a_page_a_letter_however_long_the_names_and_nothing_is_markup() {
        let long = "Ban Thường vụ Đảng ủy xã ".repeat(5);
        let odd = letter("#panic(\"x\") $1$ *b* \\ // /*");
        let pdf = render_letters(&head(), &[letter("Ban Thường vụ Đảng ủy xã Keng Đu"), letter(&long), odd]).unwrap();
        assert_eq!(String::from_utf8_lossy(&pdf).matches("/Type/Page/").count(), 3);
    }

    #[test]
    fn a_list_of_a_class_is_a_file() {
        let letters: Vec<Letter> = (0..70).map(|n| letter(&format!("Nguyễn Văn Số {n}"))).collect();
        assert!(render_list(&head(), "Lớp 01/2026", &letters).unwrap().starts_with(b"%PDF-"));
    }
}
