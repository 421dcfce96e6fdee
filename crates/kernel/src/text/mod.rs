//! Vietnamese text: one place for cleaning, folding, ordering, finding and hearing alike, used by every search box,
//! every uniqueness key and every list sorted by name. What it promises is listed case by case in `docs/vietnamese.csv`.
//!
//! Always true:
//! - [`fold`] of a text equals `fold` of its decomposed form, of its upper-case form and of the
//!   other placement of its tone mark (`Hoà`/`Hòa`);
//! - [`fold`] and [`clean`] are idempotent;
//! - [`sort_key`] orders as a Vietnamese class list: given name, then middle names, then family name;
//! - a [`Query`] of the words of a name, in any order and each as far as it was typed, finds the name;
//! - [`sound_key`] is the same for spellings of one name that are heard alike.

mod order;
mod query;
mod short;
mod sound;
mod spelling;

pub use order::{plain_sort_key, sort_key};
pub use query::{Query, name_key, phrase_key, post_key, text_key};
pub use short::spell_out;
pub use sound::sound_key;
pub use spelling::spelling_key;

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

/// A typed text of several lines as it is stored: each line as [`line`] has it, none empty at the ends, no two empty ones together.
///
/// # Errors
/// [`LineError`], the worst first: a character, then emptiness, then length.
pub fn lines(typed: &str, most: usize) -> Result<String, LineError> {
    if let Some(sign) = typed.chars().find(|c| is_no_letter_of_papers(*c)) {
        return Err(LineError::Sign(sign));
    }
    let mut out: Vec<String> = typed.lines().map(clean).collect();
    out.dedup_by(|a, b| a.is_empty() && b.is_empty());
    let text = out.join("\n");
    let text = text.trim();
    match text.chars().count() {
        0 => Err(LineError::Empty),
        length if length > most => Err(LineError::TooLong { length, most }),
        _ => Ok(text.to_owned()),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One syllable as names have them, with or without a tone.
    pub(super) fn syllable() -> impl Strategy<Value = String> {
        let initial = prop::sample::select(vec![
            "", "b", "c", "ch", "d", "đ", "g", "gi", "h", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r", "s", "t",
            "th", "tr", "v", "x",
        ]);
        let vowel = prop::sample::select(vec!["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "oa", "uy"]);
        let tone = prop::sample::select(vec!["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"]);
        let last = prop::sample::select(vec!["", "n", "ng", "t", "c", "m", "nh"]);
        (initial, vowel, tone, last).prop_map(|(i, v, t, l)| clean(&format!("{i}{v}{t}{l}")))
    }

    /// A full name of two to five words, written as names are.
    pub(super) fn name() -> impl Strategy<Value = String> {
        prop::collection::vec(syllable(), 2..6).prop_map(|words| name_case(&words.join(" ")))
    }

    #[test]
    fn a_text_of_several_lines_is_cleaned_line_by_line() {
        assert_eq!(lines("\n  Một  hai \r\n\r\n \n\nba\n", 20), Ok("Một hai\n\nba".to_owned()));
        assert_eq!(lines(" \n\n", 20), Err(LineError::Empty));
        assert_eq!(lines("một\nhai", 6), Err(LineError::TooLong { length: 7, most: 6 }));
        assert_eq!(lines("một\u{7}", 6), Err(LineError::Sign('\u{7}')));
    }

    #[test]
    fn folds_tones_case_and_placement() {
        for text in ["Hoà", "Hòa", "HOÀ", "Ho\u{0061}\u{0300}", "  hoa "] {
            assert_eq!(fold(text), "hoa", "{text:?}");
        }
        assert_eq!(fold("Đặng Thị Thuý-Hằng"), "dang thi thuy hang");
        assert_eq!(fold("UBND xã Keng Đu."), "ubnd xa keng du");
    }

    /// `docs/vietnamese.csv`, row by row.
    #[test]
    fn the_published_cases_hold() {
        let mut reader = csv::Reader::from_reader(include_str!("../../../../docs/vietnamese.csv").as_bytes());
        let mut kinds = std::collections::BTreeMap::new();
        let mut wrong = Vec::new();
        for row in reader.records() {
            let row = row.unwrap();
            let [kind, left, right, expected, note] = [0, 1, 2, 3, 4].map(|i| row.get(i).unwrap());
            let same = |equal: bool| if equal { "equal" } else { "different" };
            let found = |found: bool| if found { "found" } else { "not found" };
            let told = match kind {
                "fold" => same(fold(left) == fold(right)),
                "spelling" => same(spelling_key(left) == spelling_key(right)),
                "sound" => same(sound_key(left) == sound_key(right)),
                "sort" => match sort_key(left).cmp(&sort_key(right)) {
                    std::cmp::Ordering::Less => "before",
                    std::cmp::Ordering::Equal => "equal",
                    std::cmp::Ordering::Greater => "after",
                },
                "find" => found(Query::new(left).finds_name(&name_key(right, "hv00012"))),
                "post" => found(Query::new(left).finds_post(&post_key(right, ""))),
                other => panic!("no kind {other}"),
            };
            *kinds.entry(kind.to_owned()).or_insert(0) += 1;
            if told != expected || note.is_empty() {
                wrong.push(format!("{kind}: {left} | {right}: {told}, not {expected} ({note})"));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(kinds.len(), 6, "{kinds:?}");
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

    proptest! {
        #[test]
        fn folding_is_idempotent_and_blind_to_composition(text in "[\\p{L} .-]{0,24}") {
            let once = fold(&text);
            prop_assert_eq!(&fold(&once), &once);
            prop_assert_eq!(&fold(&text.nfd().collect::<String>()), &once);
            prop_assert_eq!(clean(&clean(&text)), clean(&text));
        }

        #[test]
        fn folding_is_blind_to_capitals_and_tones(name in crate::text::tests::name()) {
            let once = fold(&name);
            prop_assert_eq!(&fold(&name.to_uppercase()), &once);
            prop_assert!(once.chars().all(|c| c == ' ' || c.is_ascii_lowercase()), "{}", once);
        }
    }
}
