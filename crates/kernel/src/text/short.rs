//! Abbreviations of posts and bodies.

/// Short and long form, both folded. Only what offices write everywhere and what means one thing beside a post:
/// `TT` (head of a group, centre, inspection) or `GĐ` alone would be guesses, and stay as they are.
const SHORT: [(&str, &str); 36] = [
    ("bch", "ban chap hanh"),
    ("bchqs", "ban chi huy quan su"),
    ("btv", "ban thuong vu"),
    ("bt", "bi thu"),
    ("ccb", "cuu chien binh"),
    ("cn", "chu nhiem"),
    ("cntt", "cong nghe thong tin"),
    ("ct", "chu tich"),
    ("cv", "chuyen vien"),
    ("cvc", "chuyen vien chinh"),
    ("cvcc", "chuyen vien cao cap"),
    ("cvp", "chanh van phong"),
    ("dtn", "doan thanh nien"),
    ("du", "dang uy"),
    ("hccb", "hoi cuu chien binh"),
    ("hdnd", "hoi dong nhan dan"),
    ("hlhpn", "hoi lien hiep phu nu"),
    ("hnd", "hoi nong dan"),
    ("hpn", "hoi phu nu"),
    ("ktxh", "kinh te xa hoi"),
    ("ldld", "lien doan lao dong"),
    ("lhpn", "lien hiep phu nu"),
    ("llct", "ly luan chinh tri"),
    ("mttq", "mat tran to quoc"),
    ("pbt", "pho bi thu"),
    ("pct", "pho chu tich"),
    ("pcvp", "pho chanh van phong"),
    ("ptp", "pho truong phong"),
    ("qlnn", "quan ly nha nuoc"),
    ("qs", "quan su"),
    ("tp", "truong phong"),
    ("ttct", "trung tam chinh tri"),
    ("ubkt", "uy ban kiem tra"),
    ("ubmttq", "uy ban mat tran to quoc"),
    ("ubnd", "uy ban nhan dan"),
    ("vp", "van phong"),
];

/// The long form of a folded word, if it is an abbreviation.
pub(super) fn long(word: &str) -> Option<&'static str> {
    SHORT.iter().find(|(short, _)| *short == word).map(|(_, long)| *long)
}

/// A title or the name of a body, folded, with its abbreviations spelled out: `PCT UBND xã` is
/// `pho chu tich uy ban nhan dan xa`, as `Phó Chủ tịch Uỷ ban nhân dân xã` is.
#[must_use]
pub fn spell_out(text: &str) -> String {
    let folded = super::fold(text);
    let words: Vec<&str> = folded.split(' ').map(|word| long(word).unwrap_or(word)).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    #[test]
    fn every_abbreviation_is_folded_unique_and_the_first_letters_of_its_long_form() {
        for (place, (short, full)) in SHORT.iter().enumerate() {
            assert_eq!((fold(short).as_str(), fold(full).as_str()), (*short, *full));
            assert!(SHORT.iter().skip(place + 1).all(|(other, _)| other != short), "{short} twice");
            let first: String = full.split(' ').filter_map(|word| word.chars().next()).collect();
            assert_eq!(&first, short);
        }
    }

    #[test]
    fn a_title_is_the_same_in_its_short_and_long_form() {
        assert_eq!(spell_out("PCT. UBND xã"), spell_out("Phó Chủ tịch Uỷ ban nhân dân xã"));
        assert_eq!(spell_out("TT GĐ"), "tt gd");
    }
}
