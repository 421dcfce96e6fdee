//! Numbers of legal documents in a text: `171/2025/NĐ-CP`, `91/2025/QH15`, `1073/QĐ-TTg`, `145-QĐ/TW`.
//!
//! Form of numbers: documents of the state by Decree 30/2020/NĐ-CP, laws with number, year and term of the National
//! Assembly, documents of the Party by Guide 36-HD/VPTW (a dash before the kind, a slash before the body).

use std::{collections::BTreeSet, sync::LazyLock};

use kernel::text;
use regex::Regex;

/// A number as it was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// By what it is compared: [`number_key`].
    pub key: String,
    /// As it is written, without gaps.
    pub number: String,
}

/// Kinds that come without a year. Others with a slash and a dash (`3/A-B`) are no documents.
const KINDS: &str = "QĐi|QĐ|NQ|NĐ|CTr|CT|KL|KH|HD|TB|TTr|TT|BC|QC|ĐA|ĐH|LCT|TCT|CV|PA|L|PL";

/// What may stand between the parts: nothing, or a line that was broken there.
const GAP: &str = r"[ \t]?\n?[ \t]?";

#[expect(clippy::expect_used, reason = "the pattern is a constant and compiled by every test")]
static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    let slash = format!("{GAP}/{GAP}");
    let dash = format!("{GAP}[-‐‑–−]{GAP}");
    // a body or a kind with its body: capitals, then the small letters of TTg, BTCTW, UBTVQH15
    let word = r"\p{Lu}[\p{Lu}a-zđ]{0,11}\d{0,2}";
    let state =
        format!(r"\d{{1,5}}{slash}(?:19|20)\d{{2}}{slash}(?:(?:UBTV)?QH\d{{1,2}}|{word}(?:{dash}{word}){{1,3}})");
    let yearless = format!(r"\d{{1,5}}{slash}(?:{KINDS})(?:{dash}{word}){{1,2}}");
    let party = format!(r"\d{{1,5}}{dash}(?:{KINDS}){slash}\p{{Lu}}[\p{{Lu}}]{{1,9}}");
    Regex::new(&format!("{state}|{yearless}|{party}")).expect("a pattern that compiles")
});

/// By what two spellings of a number are the same: without gaps, zeros in front, tones and capitals.
#[must_use]
pub fn number_key(number: &str) -> String {
    let mut key = String::with_capacity(number.len());
    for c in text::clean(number).chars().filter(|c| !c.is_whitespace()) {
        match c {
            '‐' | '‑' | '–' | '−' => key.push('-'),
            'Đ' | 'đ' => key.push('d'),
            c => key.extend(c.to_lowercase()),
        }
    }
    key.trim_start_matches('0').to_owned()
}

/// The numbers in a text, each once, in the order of their keys.
#[must_use]
pub fn references(text: &str) -> Vec<Reference> {
    use unicode_normalization::UnicodeNormalization;
    let text: String = text.nfc().collect();
    let part_of_more = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-');
    let mut found: BTreeSet<Reference> = BTreeSet::new();
    for hit in PATTERN.find_iter(&text) {
        let before = text.get(..hit.start()).and_then(|t| t.chars().next_back());
        let after = text.get(hit.end()..).and_then(|t| t.chars().next());
        if before.is_some_and(part_of_more) || after.is_some_and(char::is_alphanumeric) {
            continue;
        }
        let number: String = hit.as_str().chars().filter(|c| !c.is_whitespace()).collect();
        let number = number.replace(['‐', '‑', '–', '−'], "-");
        let key = number_key(&number);
        if !found.iter().any(|known| known.key == key) {
            found.insert(Reference { key, number });
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(text: &str) -> Vec<String> {
        references(text).into_iter().map(|r| r.number).collect()
    }

    #[test]
    fn every_number_of_the_register_is_recognised() {
        let mut rows = csv::Reader::from_reader(include_str!("../../../../../data/legal_documents.csv").as_bytes());
        let mut seen = 0;
        for row in rows.records() {
            let number = row.unwrap().get(0).unwrap().to_owned();
            if number.is_empty() {
                continue;
            }
            seen += 1;
            assert_eq!(numbers(&format!("theo văn bản số {number}, ngày 01/01/2025")), [number]);
        }
        assert!(seen > 25, "{seen}");
    }

    #[test]
    fn dates_shares_and_classes_are_no_documents() {
        for text in [
            "ngày 30/6/2025",
            "lớp 29/2026",
            "tỷ lệ 30/70",
            "12/28 tiết",
            "3/A-B",
            "24/7/2025/4",
            "km 5-10/xe",
            "https://a.vn/1/2025/x-y",
            "0912-345/678",
            "PL-12/2025",
            "nhiệm kỳ 2025-2030/TW",
        ] {
            assert_eq!(numbers(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn numbers_are_met_in_running_text_also_across_lines() {
        let text = "Căn cứ Luật số 80/2025/QH15; Nghị định 171/2025/NĐ-\nCP, Thông tư liên tịch 03/2016/TTLT-BTC-BNV;\nQuy định 145-QĐ/\nTW \
                    và (số: 09–QĐi/TW). Công văn 05/CV-TCT; Nghị định 171/2025/ND-CP lần nữa.";
        assert_eq!(
            numbers(text),
            ["145-QĐ/TW", "171/2025/NĐ-CP", "03/2016/TTLT-BTC-BNV", "05/CV-TCT", "80/2025/QH15", "09-QĐi/TW"]
        );
        assert_eq!(number_key("09-QĐi/TW"), number_key(" 9 – qđi / tw"));
        assert_ne!(number_key("145-QĐ/TW"), number_key("145-QĐ/TU"));
    }

    fn number() -> impl Strategy<Value = String> {
        let year = 1990..2031_u32;
        let kind =
            prop::sample::select(vec!["NĐ-CP", "TT-BTC", "QĐ-TTg", "NQ-HĐND", "TTLT-BNV-BTC", "QH15", "UBTVQH14"]);
        let party = prop::sample::select(vec!["QĐ/TW", "NQ/TW", "CTr/TU", "HD/BTCTW", "KL/TW", "ĐA/TU"]);
        let short = prop::sample::select(vec!["QĐ-TTg", "NQ-UBTVQH15", "KH-UBND", "CV-TCT"]);
        prop_oneof![
            (1..99_999_u32, year, kind).prop_map(|(n, y, k)| format!("{n}/{y}/{k}")),
            (1..99_999_u32, party).prop_map(|(n, k)| format!("{n}-{k}")),
            (1..99_999_u32, short).prop_map(|(n, k)| format!("{n}/{k}")),
        ]
    }

    proptest! {
        #[test]
        fn a_number_is_found_wherever_it_stands(
            number in number(),
            before in "[a-zà-ỹ0-9 .,;:()\n]{0,20}[ (\n:]",
            after in "([ ,;.)\n][a-zà-ỹ0-9 .,;:()]{0,20})?",
            decomposed: bool,
        ) {
            let text = format!("{before}{number}{after}");
            let text = if decomposed { unicode_normalization::UnicodeNormalization::nfd(text.as_str()).collect() } else { text };
            let keys: Vec<String> = references(&text).into_iter().map(|r| r.key).collect();
            prop_assert!(keys.contains(&number_key(&number)), "{number} in {text:?}: {keys:?}");
        }

        #[test]
        fn nothing_is_found_in_text_without_a_sign(text in "[a-zA-ZÀ-ỹ0-9 .,;\n]{0,200}") {
            prop_assert_eq!(references(&text), Vec::new());
        }

        #[test]
        fn what_is_found_is_found_in_itself(text in "[0-9/QĐTWNHCPa-z \n-]{0,60}") {
            for found in references(&text) {
                prop_assert_eq!(numbers(&found.number), vec![found.number.clone()]);
                prop_assert_eq!(number_key(&number_key(&found.number)), found.key);
            }
        }
    }
}
