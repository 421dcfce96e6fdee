//! What somebody typed into a search box, and the keys that it is compared with.
//!
//! A query is a set of words. It finds a name (or code) when every typed word begins a word of it, whatever the order and
//! each word of the name serving one typed word. It finds a post when it has an abbreviation or at least two words, and all
//! of them stand in the post or its office; the last word may be unfinished. One plain word is never looked for in posts:
//! whoever types `Phong` wants the name and not every head of an office (`Trưởng phòng`).
//!
//! Tones and marks do not count, typed or not: hỏi, ngã and nặng are confused by those who write the rosters as by those
//! who search, and a right name that is not found is worse than a longer list.
//!
//! A key holds its words in alphabetical order, so that one `LIKE` pattern with the typed words in the same order tells
//! whether all of them are there; both databases run it along an index.

use super::{
    fold,
    short::{long, spell_out},
};

/// Words of a query that are looked at; the rest is noise.
const MOST_WORDS: usize = 10;
/// Letters of a word that are looked at.
const MOST_LETTERS: usize = 40;

/// The key by which somebody is found: the words of the name and of the code, sorted, each behind a space. A syllable
/// that is written with `i` and with `y` stands there in both spellings (`Mỹ`/`Mĩ`, `Quý`/`Quí`).
#[must_use]
pub fn name_key(name: &str, code: &str) -> String {
    let folded = [fold(name), fold(code)];
    let mut words: Vec<String> = Vec::new();
    for word in folded.iter().flat_map(|text| text.split(' ')).filter(|word| !word.is_empty()) {
        words.extend(other_spelling(word));
        words.push(word.to_owned());
    }
    words.sort();
    words.iter().flat_map(|word| [" ", word]).collect()
}

/// The key by which a long text is found: its words as in a [`name_key`], each once. Asked by [`Query::distinct`].
#[must_use]
pub fn text_key(texts: &[&str]) -> String {
    let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
    let mut words = std::collections::BTreeSet::new();
    for word in folded.iter().flat_map(|text| text.split(' ')).filter(|word| !word.is_empty()) {
        words.extend(other_spelling(word));
        words.insert(word.chars().take(MOST_LETTERS).collect());
    }
    words.iter().flat_map(|word| [" ", word]).collect()
}

/// The words of a long text in their order, for phrases ([`Query::phrase_pattern`]).
#[must_use]
pub fn phrase_key(text: &str) -> String {
    format!(" {}", fold(text))
}

/// The key by which a post is found: the words of its title and its office with abbreviations spelled out, sorted, each
/// between two spaces of its own.
#[must_use]
pub fn post_key(title: &str, office: &str) -> String {
    let text = format!("{} {}", spell_out(title), spell_out(office));
    let mut words: Vec<&str> = text.split_whitespace().collect();
    words.sort_unstable();
    words.dedup();
    words.iter().flat_map(|word| [" ", word, " "]).collect()
}

/// `my` for `mi` and the other way round, after the consonants where both are written; `Thị` is never `Thỵ`.
fn other_spelling(word: &str) -> Option<String> {
    let (body, other) = match (word.strip_suffix('i'), word.strip_suffix('y')) {
        (Some(body), _) => (body, 'y'),
        (_, Some(body)) => (body, 'i'),
        _ => return None,
    };
    matches!(body, "" | "h" | "k" | "l" | "m" | "qu" | "s" | "t" | "v").then(|| format!("{body}{other}"))
}

/// What somebody typed into a search box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Folded words in the order of typing.
    words: Vec<String>,
}

impl Query {
    /// Reads what was typed; a text without letters and digits is the empty query, which finds everything.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let words = fold(typed);
        let words = words.split(' ').filter(|w| !w.is_empty()).take(MOST_WORDS);
        Self { words: words.map(|w| w.chars().take(MOST_LETTERS).collect()).collect() }
    }

    /// The typed words, folded, in the order of typing.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The query with every word once, as a [`text_key`] holds them; a word that begins another one is served by it.
    #[must_use]
    pub fn distinct(&self) -> Self {
        let longer = |n: usize, word: &String| {
            let mut others = self.words.iter().enumerate().filter(|(m, _)| *m != n);
            others.any(|(m, other)| other.starts_with(word.as_str()) && (other != word || m < n))
        };
        let words = self.words.iter().enumerate().filter(|(n, word)| !longer(*n, word));
        Self { words: words.map(|(_, word)| word.clone()).collect() }
    }

    /// Pattern for `LIKE` over a [`phrase_key`]: the typed words in their order, the last one as far as it was typed.
    /// Empty when the query is.
    #[must_use]
    pub fn phrase_pattern(&self) -> String {
        if self.words.is_empty() { String::new() } else { format!("% {}%", self.words.join(" ")) }
    }

    /// Patterns for `LIKE` over a [`name_key`]; a key is found when one of them fits. Both are empty when the query is, and
    /// the second one, which then fits nothing, when it would be the first.
    ///
    /// Two, because a typed word may begin another one: `n nguyen` must find `Ngọc Nguyên` (n is the earlier word) and
    /// `Nguyễn Nhung` (n is the later one).
    #[must_use]
    pub fn name_patterns(&self) -> [String; 2] {
        let pattern = |words: &[&String]| words.iter().flat_map(|word| ["% ", word]).chain(["%"]).collect();
        let mut words: Vec<&String> = self.words.iter().collect();
        if words.is_empty() {
            return [String::new(), String::new()];
        }
        words.sort();
        let shorter_first = pattern(&words);
        words.sort_by(|a, b| a.chars().chain(['\u{10FFFF}']).cmp(b.chars().chain(['\u{10FFFF}'])));
        let longer_first: String = pattern(&words);
        if longer_first == shorter_first { [shorter_first, String::new()] } else { [shorter_first, longer_first] }
    }

    /// Pattern for `LIKE` over a [`post_key`]; empty when the query is not one of posts.
    #[must_use]
    pub fn post_pattern(&self) -> String {
        let short = self.words.iter().any(|word| long(word).is_some());
        if !short && (self.words.len() < 2 || self.words.iter().any(|word| word.chars().count() < 2)) {
            return String::new();
        }
        let (last, before) =
            self.words.split_last().map_or((None, [].as_slice()), |(last, before)| (Some(last), before));
        let mut parts: Vec<(&str, bool)> = Vec::new();
        for word in before {
            parts.extend(long(word).unwrap_or(word).split(' ').map(|w| (w, true)));
        }
        match last.map(|word| (word, long(word))) {
            Some((_, Some(long))) => parts.extend(long.split(' ').map(|w| (w, true))),
            Some((word, None)) => parts.push((word, false)),
            None => {}
        }
        parts.sort_unstable();
        parts.dedup_by_key(|(word, _)| *word);
        let mut pattern: String =
            parts.into_iter().flat_map(|(word, whole)| ["% ", word, if whole { " " } else { "" }]).collect();
        pattern.push('%');
        pattern
    }

    /// Whether the query finds a [`name_key`]: what the databases answer with [`Query::name_patterns`].
    #[must_use]
    pub fn finds_name(&self, key: &str) -> bool {
        self.is_empty() || self.name_patterns().iter().any(|pattern| !pattern.is_empty() && like(key, pattern))
    }

    /// Whether the query finds a [`post_key`]: what the databases answer with [`Query::post_pattern`].
    #[must_use]
    pub fn finds_post(&self, key: &str) -> bool {
        let pattern = self.post_pattern();
        !pattern.is_empty() && like(key, &pattern)
    }
}

/// `LIKE` of a pattern that begins and ends with `%` and has no other sign in it: its pieces stand in their order.
fn like(key: &str, pattern: &str) -> bool {
    let mut rest = key;
    pattern.split('%').all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = rest.get(at + piece.len()..).unwrap_or_default();
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;
    use crate::text::tests::name;

    #[test]
    fn keys_are_sorted_words() {
        assert_eq!(name_key("Nguyễn Thị Mỹ An", "HV00012"), " an hv00012 mi my nguyen thi");
        assert_eq!(post_key("Chủ tịch UBND", "Lãnh đạo UBND"), " ban  chu  dan  dao  lanh  nhan  tich  uy ");
        assert_eq!(other_spelling("thuy"), None);
        assert_eq!(other_spelling("gi"), None);
        assert_eq!(other_spelling("quy").as_deref(), Some("qui"));
    }

    #[test]
    fn a_word_of_the_name_serves_one_typed_word() {
        let key = name_key("Nguyễn Nhung", "");
        for (typed, found) in [("n nguyen", true), ("nh n", true), ("n n", true), ("n n n", false), ("nhung nh", false)]
        {
            assert_eq!(Query::new(typed).finds_name(&key), found, "{typed}");
        }
        assert!(Query::new("n nguyen").finds_name(&name_key("Ngọc Nguyên", "")));
    }

    #[test]
    fn a_text_is_found_by_words_in_any_order_also_when_they_repeat() {
        let key = text_key(&["Quy định, quy chế và quy trình", "của xã Mỹ Lý"]);
        assert_eq!(key, " che cua dinh li ly mi my qui quy trinh va xa");
        for (typed, found) in [
            ("quy định quy chế", true),
            ("QUY CHE quy", true),
            ("mi ly", true),
            ("quy quyet", false),
            ("trinh t quy", true),
            ("quy định về", false),
        ] {
            assert_eq!(Query::new(typed).distinct().finds_name(&key), found, "{typed}");
        }
        let body = phrase_key("Quy định, quy chế và quy trình");
        assert!(like(&body, &Query::new("quy chế và qu").phrase_pattern()));
        assert!(!like(&body, &Query::new("quy trình và").phrase_pattern()));
    }

    #[test]
    fn a_long_text_gives_a_short_pattern() {
        let [one, two] = Query::new(&"dài ".repeat(20_000)).name_patterns();
        assert_eq!((one.len(), two.len()), (10 * 5 + 1, 0));
        assert_eq!(Query::new(&"d".repeat(60_000)).name_patterns()[0].len(), 43);
        assert_eq!(Query::new(" %_ ").name_patterns(), ["", ""]);
    }

    proptest! {
        #[test]
        fn any_order_and_any_beginning_of_its_words_finds_a_name(
            (name, words) in name().prop_flat_map(|n| {
                let words: Vec<String> = n.split(' ').map(str::to_owned).collect();
                (Just(n), Just(words).prop_shuffle())
            }),
            cut in 1_usize..4,
        ) {
            let key = name_key(&name, "HV00012");
            prop_assert!(Query::new(&words.join(" ")).finds_name(&key), "{} in {}", words.join(" "), key);
            prop_assert!(Query::new(&words.join(" ").to_uppercase()).finds_name(&key));
            prop_assert!(Query::new(&words.join(" ").nfd().collect::<String>()).finds_name(&key));
            prop_assert_eq!(&name_key(&name.nfd().collect::<String>(), "HV00012"), &key);
            // one word is enough, as far as it was typed
            for word in &words {
                let beginning: String = word.chars().take(cut).collect();
                prop_assert!(Query::new(&beginning).finds_name(&key), "{} in {}", beginning, key);
            }
            let more = format!("{} zzz", words.join(" "));
            prop_assert!(!Query::new(&more).finds_name(&key));
        }

        #[test]
        fn any_order_of_its_words_finds_a_post(
            words in Just(vec!["Chuyên", "viên", "tài", "chính", "ngân", "sách", "UBND"]).prop_shuffle(),
        ) {
            let key = post_key("CV tài chính - ngân sách", "Ủy ban nhân dân");
            prop_assert!(Query::new(&words.join(" ")).finds_post(&key));
        }
    }
}
