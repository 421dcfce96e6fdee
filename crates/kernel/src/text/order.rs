//! The order of names and of places.

use unicode_normalization::UnicodeNormalization;

use super::clean;

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
    use crate::text::tests::name;

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
        fn the_order_is_total_and_the_given_name_is_first(a in name(), b in name()) {
            let (one, two) = (sort_key(&a), sort_key(&b));
            // different names never stand on one place
            prop_assert_eq!(one == two, clean(&a) == clean(&b), "{} {}", one, two);
            let given = |name: &str| plain_sort_key(name.rsplit(' ').next().unwrap_or_default());
            if given(&a) != given(&b) {
                prop_assert_eq!(one < two, given(&a) < given(&b));
            }
            prop_assert_eq!(sort_key(&a.nfd().collect::<String>()), one.clone());
            prop_assert_eq!(sort_key(&a.to_uppercase()), one);
        }
    }
}
