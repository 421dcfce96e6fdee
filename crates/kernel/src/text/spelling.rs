//! One spelling for one name.

use super::clean;

/// A name with the tone of `oa`, `oe`, `uy` where the older rule puts it, lower case: for comparing, never for storing.
#[must_use]
pub fn spelling_key(name: &str) -> String {
    const NEWER: [(&str, &str); 15] = [
        ("oà", "òa"),
        ("oá", "óa"),
        ("oả", "ỏa"),
        ("oã", "õa"),
        ("oạ", "ọa"),
        ("oè", "òe"),
        ("oé", "óe"),
        ("oẻ", "ỏe"),
        ("oẽ", "õe"),
        ("oẹ", "ọe"),
        ("uỳ", "ùy"),
        ("uý", "úy"),
        ("uỷ", "ủy"),
        ("uỹ", "ũy"),
        ("uỵ", "ụy"),
    ];
    let lower = clean(name).to_lowercase();
    if lower.is_ascii() {
        return lower;
    }
    let words = lower.split(' ').map(|word| {
        let ending = NEWER.iter().find_map(|(newer, older)| word.strip_suffix(newer).map(|start| (start, *older)));
        // after q the u belongs to the consonant: Quý has one spelling
        match ending {
            Some((start, older)) if !(start.ends_with('q') && older.contains(['ù', 'ú', 'ủ', 'ũ', 'ụ'])) => {
                format!("{start}{older}")
            }
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tone_stands_on_one_place_and_still_counts() {
        assert_eq!(spelling_key("Nguyễn Thị HOÀ"), spelling_key("Nguyễn Thị Hòa"));
        assert_eq!(spelling_key("Lê Thuý"), spelling_key("Lê Thúy"));
        assert_eq!(spelling_key("Trần Quý"), "trần quý");
        assert_ne!(spelling_key("Nguyễn Văn Tú"), spelling_key("Nguyễn Văn Tư"));
    }
}
