//! Names that are heard alike.

use super::fold;

/// Family names of one origin that are written in two ways (the tabooed names of lords and kings).
const FAMILIES: [(&str, &str); 3] = [("vu", "vo"), ("huynh", "hoang"), ("chau", "chu")];

/// A key that is equal for full names which are heard or written alike, for finding people who stand in the register twice:
/// always compared together with a birth date or a commune, so it may be broad.
///
/// What falls together, and why:
/// - tones and marks: hỏi, ngã and nặng are confused in Nghệ An, and rosters are typed without any;
/// - beginnings `tr`/`ch`, `s`/`x`, `d`/`gi`/`r` (and `đ`, since a roster without marks has `d`), `k`/`c`, `gh`/`g`, `ngh`/`ng`;
/// - endings `n`/`ng` and `t`/`c`, as in the centre and the south; `i`/`y` as the only vowel;
/// - family names Vũ/Võ, Hoàng/Huỳnh, Chu/Châu. Otherwise a family name counts by its letters alone: nobody hears Phan for
///   Phạm, Giang for Đặng or Trần for Chân.
///
/// Not `l`/`n` (Lam, Nam): that confusion belongs to the Red River delta. Not `v`/`d`, which belongs to the far south.
#[must_use]
pub fn sound_key(full_name: &str) -> String {
    let folded = fold(full_name);
    let mut out = String::with_capacity(folded.len());
    for (place, word) in folded.split(' ').enumerate() {
        if place == 0 {
            out.push_str(FAMILIES.iter().find(|(one, _)| *one == word).map_or(word, |(_, other)| other));
            if let Some(rest) = out.strip_suffix('y').filter(|rest| is_consonants(rest)) {
                out = format!("{rest}i");
            }
        } else {
            out.push(' ');
            push_syllable(word, &mut out);
        }
    }
    out
}

fn is_consonants(text: &str) -> bool {
    text == "qu" || !text.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

fn push_syllable(word: &str, out: &mut String) {
    const BEGINNINGS: [(&str, &str); 7] =
        [("ngh", "ng"), ("tr", "ch"), ("gh", "g"), ("gi", "d"), ("r", "d"), ("x", "s"), ("k", "c")];
    let beginning = BEGINNINGS.iter().find_map(|(from, to)| Some((*to, word.strip_prefix(from)?)));
    let (first, rest) = match beginning {
        // "kh" is a sound of its own
        Some(("c", rest)) if rest.starts_with('h') => ("", word),
        // "gi" and "gin" have no other vowel than this one
        Some(("d", rest)) if word.starts_with("gi") && !rest.contains(['a', 'e', 'i', 'o', 'u', 'y']) => ("di", rest),
        Some(found) => found,
        None => ("", word),
    };
    let rest = match (rest.strip_suffix('y'), rest.strip_suffix("ng"), rest.strip_suffix('c')) {
        (Some(body), _, _) if is_consonants(body) => format!("{body}i"),
        (_, Some(body), _) if !body.is_empty() => format!("{body}n"),
        (_, _, Some(body)) if !body.is_empty() => format!("{body}t"),
        _ => rest.to_owned(),
    };
    out.push_str(first);
    out.push_str(&rest);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;
    use crate::text::tests::name;

    proptest! {
        #[test]
        fn the_key_is_blind_to_composition_capitals_and_marks(name in name()) {
            let key = sound_key(&name);
            prop_assert_eq!(&sound_key(&name.nfd().collect::<String>()), &key);
            prop_assert_eq!(&sound_key(&name.to_uppercase()), &key);
            prop_assert_eq!(&sound_key(&fold(&name)), &key);
            prop_assert_eq!(key.split(' ').count(), name.split(' ').count());
        }

        #[test]
        fn a_confused_beginning_or_ending_changes_nothing(
            name in name(),
            rhyme in prop::sample::select(vec!["ang", "ac", "inh", "oan", "uy", "a"]),
            pair in prop::sample::select(vec![("tr", "ch"), ("s", "x"), ("d", "gi"), ("r", "gi"), ("đ", "d")]),
        ) {
            let with = |beginning: &str, rhyme: &str| sound_key(&format!("{name} {beginning}{rhyme}"));
            if !(rhyme.starts_with('i') && pair.1 == "gi") {
                prop_assert_eq!(with(pair.0, rhyme), with(pair.1, rhyme));
            }
            prop_assert_eq!(with("th", "an"), with("th", "ang"));
            prop_assert_eq!(with("h", "at"), with("h", "ac"));
            prop_assert_ne!(with("l", rhyme), with("n", rhyme));
        }
    }
}
