//! Vietnamese text: one place for cleaning, folding and ordering, used by every search box,
//! every uniqueness key and every list sorted by name.
//!
//! Always true:
//! - [`fold`] of a text equals `fold` of its decomposed form, of its upper-case form and of the
//!   other placement of its tone mark (`Hoà`/`Hòa`);
//! - [`fold`] and [`clean`] are idempotent;
//! - [`sort_key`] orders as a Vietnamese class list: given name, then middle names, then family name.

use unicode_normalization::UnicodeNormalization;

/// Text as it should be stored: composed (NFC), no control or zero-width characters, single spaces,
/// nothing at the ends.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfc() {
        if c.is_whitespace() || c.is_control() {
            gap = true;
        } else if !is_invisible(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    out
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{00AD}')
}

/// What is wrong with a line that somebody typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineError {
    /// Nothing is left after cleaning.
    Empty,
    /// More characters than the place holds.
    TooLong {
        /// Characters typed, after cleaning.
        length: usize,
        /// Characters that the place holds.
        most: usize,
    },
    /// A character that no paper can carry: a control character, a pictograph, a private or broken one.
    Sign(char),
}

/// A typed line as it is stored: [`clean`], not empty, at most `most` characters, and only characters that a
/// typeset paper can carry.
///
/// # Errors
/// [`LineError`], the worst first: a character, then emptiness, then length.
pub fn line(typed: &str, most: usize) -> Result<String, LineError> {
    if let Some(sign) = typed.chars().find(|c| is_no_letter_of_papers(*c)) {
        return Err(LineError::Sign(sign));
    }
    let cleaned = clean(typed);
    let length = cleaned.chars().count();
    match length {
        0 => Err(LineError::Empty),
        _ if length > most => Err(LineError::TooLong { length, most }),
        _ => Ok(cleaned),
    }
}

fn is_no_letter_of_papers(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(
            c,
            '\u{2600}'..='\u{27BF}'
                | '\u{2B00}'..='\u{2BFF}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FFFD}'
                | '\u{E000}'..='\u{F8FF}'
                | '\u{1F000}'..='\u{1FAFF}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

/// Text for comparing and searching: lower case, without tones and diacritics, `đ` as `d`,
/// anything but letters and digits as a single space. Both placements of a tone mark fold alike.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfd().flat_map(char::to_lowercase) {
        let c = if c == 'đ' { 'd' } else { c };
        if unicode_normalization::char::is_combining_mark(c) || is_invisible(c) {
            continue;
        }
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else {
            gap = true;
        }
    }
    out
}

/// Every word with a capital first letter: `NGUYỄN THỊ  HOÀ` becomes `Nguyễn Thị Hoà`.
#[must_use]
pub fn name_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in clean(text).split(' ') {
        if !out.is_empty() {
            out.push(' ');
        }
        let mut start = true;
        for c in word.chars() {
            if start {
                out.extend(c.to_uppercase());
            } else {
                out.extend(c.to_lowercase());
            }
            start = c == '-' || c == '\'';
        }
    }
    out
}

/// Vietnamese alphabet order of base letters; other characters keep their place after them.
const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";
/// Tones in dictionary order: level, grave, hook, tilde, acute, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'];

/// A key whose byte order is the order of a class list: given name first, then the middle names,
/// then the family name; letters in the order a ă â b … and tones in dictionary order.
#[must_use]
pub fn sort_key(full_name: &str) -> String {
    let name = clean(full_name);
    let words: Vec<&str> = name.split(' ').collect();
    let mut out = String::with_capacity(name.len() * 3);
    let given_to_family = words
        .last()
        .into_iter()
        .chain(words.iter().skip(1).rev().skip(1))
        .chain(if words.len() > 1 { words.first() } else { None });
    for word in given_to_family {
        push_collation(word, &mut out);
        out.push(' ');
    }
    out.pop();
    out
}

/// A key for ordering names of places and things: the words in their own order.
#[must_use]
pub fn plain_sort_key(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for word in clean(text).split(' ') {
        push_collation(word, &mut out);
        out.push(' ');
    }
    out.pop();
    out
}

/// Letters first, the word's tone last, so that `ma` < `mai` and `ma` < `mà` < `má` < `mạ`.
fn push_collation(word: &str, out: &mut String) {
    let mut tones = String::new();
    let mut letters: Vec<char> = Vec::with_capacity(word.len());
    for c in word.nfd().flat_map(char::to_lowercase) {
        if let Some(tone) = TONES.iter().position(|t| *t == c) {
            tones.push(char::from_digit(u32::try_from(tone + 1).unwrap_or(0), 10).unwrap_or('0'));
        } else {
            letters.push(c);
        }
    }
    let composed = letters.into_iter().collect::<String>().nfc().collect::<String>();
    for c in composed.chars() {
        match ALPHABET.chars().position(|a| a == c) {
            Some(place) => {
                let place = u32::try_from(place).unwrap_or(0);
                out.push(char::from_u32(u32::from('A') + place).unwrap_or(c));
            }
            None => out.push(c),
        }
    }
    out.push('!');
    out.push_str(&tones);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folds_tones_case_and_placement() {
        for text in ["Hoà", "Hòa", "HOÀ", "Ho\u{0061}\u{0300}", "  hoa "] {
            assert_eq!(fold(text), "hoa", "{text:?}");
        }
        assert_eq!(fold("Đặng Thị Thuý-Hằng"), "dang thi thuy hang");
        assert_eq!(fold("UBND xã Keng Đu."), "ubnd xa keng du");
    }

    #[test]
    fn cleans_what_offices_type() {
        assert_eq!(clean("  Nguyễn\u{a0}\u{200b} Văn\tA \n"), "Nguyễn Văn A");
        assert_eq!(clean("Hoa\u{300}"), "Hoà");
        assert_eq!(name_case("NGUYỄN  THỊ HOÀ"), "Nguyễn Thị Hoà");
        assert_eq!(name_case("đặng văn é"), "Đặng Văn É");
    }

    #[test]
    fn a_line_is_cleaned_or_refused_with_the_reason() {
        assert_eq!(line("  Kỹ năng  soạn thảo, 70 % ", 30), Ok("Kỹ năng soạn thảo, 70 %".to_owned()));
        assert_eq!(line(" \u{200b} ", 30), Err(LineError::Empty));
        assert_eq!(line("ắ".repeat(31).as_str(), 30), Err(LineError::TooLong { length: 31, most: 30 }));
        assert_eq!(line("Vui 😀", 30), Err(LineError::Sign('😀')));
        assert_eq!(line("a\u{7}b", 30), Err(LineError::Sign('\u{7}')));
    }

    #[test]
    fn sorts_by_given_name_then_middle_then_family() {
        let mut names =
            ["Vũ Thị An", "Trần Văn Ánh", "Nguyễn Văn Ân", "Lê Thị Anh", "Đỗ Văn Đạt", "Bùi Văn Dũng", "Trần Văn An"];
        names.sort_by_key(|n| sort_key(n));
        assert_eq!(
            names,
            ["Vũ Thị An", "Trần Văn An", "Lê Thị Anh", "Trần Văn Ánh", "Nguyễn Văn Ân", "Bùi Văn Dũng", "Đỗ Văn Đạt"]
        );
    }

    proptest! {
        #[test]
        fn folding_is_idempotent_and_blind_to_composition(text in "[\\p{L} .-]{0,24}") {
            let once = fold(&text);
            prop_assert_eq!(&fold(&once), &once);
            prop_assert_eq!(&fold(&text.nfd().collect::<String>()), &once);
            prop_assert_eq!(clean(&clean(&text)), clean(&text));
        }
    }
}
