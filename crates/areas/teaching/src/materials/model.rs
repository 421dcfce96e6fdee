//! Pure rules of materials.

use kernel::{
    AccountId,
    text::{Query, fold},
};

/// Kinds of materials; their words are `materials-kind-CODE`.
pub const KINDS: [&str; 6] = ["lesson_plan", "slides", "reading", "exercise", "recording", "other"];
/// On what ground a material may be used; their words are `materials-licence-CODE`.
pub const LICENCES: [&str; 4] = ["own", "public", "permitted", "quoted"];
/// Most characters of a title.
pub const TITLE_MOST: usize = 200;
/// Most characters of a source.
pub const SOURCE_MOST: usize = 300;
/// Most characters of the note on a version.
pub const NOTE_MOST: usize = 300;
/// Most characters of what a colleague says.
pub const REVIEW_MOST: usize = 2000;
/// Most characters of an address.
pub const ADDRESS_MOST: usize = 1000;

/// What a colleague says of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Words only.
    Comment,
    /// Good to teach with.
    Approved,
    /// To be worked over.
    Returned,
}

impl Verdict {
    /// By its stable code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        match code {
            "comment" => Some(Self::Comment),
            "approved" => Some(Self::Approved),
            "returned" => Some(Self::Returned),
            _ => None,
        }
    }

    /// Stable code; words are `materials-verdict-CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Approved => "approved",
            Self::Returned => "returned",
        }
    }

    /// Tone of its line.
    #[must_use]
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Comment => "info",
            Self::Approved => "good",
            Self::Returned => "warn",
        }
    }

    /// Whether words must come with it.
    #[must_use]
    pub fn needs_words(self) -> bool {
        self != Self::Approved
    }

    /// Whether somebody may say this of a version: everybody may comment, its author and whoever brought it decide nothing.
    #[must_use]
    pub fn open_to(self, who: AccountId, author: AccountId, brought_by: AccountId) -> bool {
        self == Self::Comment || (who != author && who != brought_by)
    }
}

/// Where a version stands: the last decision on it.
#[must_use]
pub fn standing(verdict: Option<Verdict>) -> (&'static str, &'static str) {
    match verdict {
        Some(Verdict::Approved) => ("approved", "good"),
        Some(Verdict::Returned) => ("returned", "warn"),
        _ => ("waiting", "info"),
    }
}

/// An address on the web as it is kept: `http` or `https`, with a host, without spaces and control characters.
#[must_use]
pub fn web_address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let uri: http::Uri = typed.parse().ok()?;
    let secure = matches!(uri.scheme_str(), Some("http" | "https"));
    let host = uri.host().is_some_and(|host| host.contains('.') && !host.starts_with('.'));
    let plain = !typed.chars().any(|c| c.is_whitespace() || c.is_control()) && !typed.contains('@');
    (secure && host && plain && typed.chars().count() <= ADDRESS_MOST).then(|| typed.to_owned())
}

/// Words around the place where a query is met: before it, the words met, after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Before.
    pub before: String,
    /// What was looked for, as it is written there.
    pub hit: String,
    /// After.
    pub after: String,
}

const BEFORE: usize = 10;
const AFTER: usize = 22;

/// Where a text meets a query: the typed words in their order, else the first of them that is there.
#[must_use]
pub fn snippet(text: &str, query: &Query) -> Option<Snippet> {
    let wanted = query.words();
    if wanted.is_empty() {
        return None;
    }
    // words with their places; a word is what folding leaves together
    let mut words: Vec<(usize, usize, String)> = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = letter.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&letter);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, at, fold(text.get(from..at).unwrap_or_default())));
                start = None;
            }
            _ => {}
        }
    }
    let last = wanted.len() - 1;
    let fits = |n: usize, word: &str| {
        wanted.get(n).is_some_and(|w| if n == last { word.starts_with(w.as_str()) } else { word == w })
    };
    let phrase = (0..words.len())
        .find(|at| (0..wanted.len()).all(|n| words.get(at + n).is_some_and(|(_, _, word)| fits(n, word))));
    let (at, length) = match phrase {
        Some(at) => (at, wanted.len()),
        None => {
            let any = |word: &String| wanted.iter().any(|w| word.starts_with(w.as_str()));
            (words.iter().position(|(_, _, word)| any(word))?, 1)
        }
    };
    let (from, to) = (words.get(at)?.0, words.get(at + length - 1)?.1);
    let first = words.get(at.saturating_sub(BEFORE))?.0;
    let end = words.get((at + length + AFTER).min(words.len()) - 1)?.1.max(to);
    let flat = |part: Option<&str>| part.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let edge = |cut: bool| if cut { "… " } else { "" };
    let mut before = format!("{}{}", edge(first > 0), flat(text.get(first..from)));
    if text.get(first..from).is_some_and(|t| t.ends_with(char::is_whitespace)) {
        before.push(' ');
    }
    let mut after = flat(text.get(to..end));
    if text.get(to..end).is_some_and(|t| t.starts_with(char::is_whitespace)) {
        after.insert(0, ' ');
    }
    if end < text.len() {
        after.push_str(" …");
    }
    Some(Snippet { before, hit: flat(text.get(from..to)), after })
}

#[cfg(test)]
mod tests {
    use kernel::ids::SystemIds;

    use super::*;

    #[test]
    fn an_author_decides_nothing_about_the_own_material() {
        let [author, bringer, colleague] = [(); 3].map(|()| AccountId::new(&SystemIds));
        for verdict in [Verdict::Approved, Verdict::Returned] {
            let open = [author, bringer, colleague].map(|who| verdict.open_to(who, author, bringer));
            assert_eq!(open, [false, false, true], "{verdict:?}");
        }
        assert!(Verdict::Comment.open_to(author, author, bringer));
    }

    #[test]
    fn addresses_lead_to_the_web_and_nowhere_else() {
        for good in ["https://vbpl.vn/bo?id=1#a", " http://thuvien.example.org/ "] {
            assert_eq!(web_address(good).as_deref(), Some(good.trim()), "{good}");
        }
        let long = format!("https://a.vn/{}", "x".repeat(1000));
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//a.vn",
            "/etc",
            "https://",
            "https://localhost",
            "https://a.vn/a b",
            "https://x@a.vn/",
            "ftp://a.vn",
            &long,
            "",
        ] {
            assert_eq!(web_address(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_snippet_shows_the_words_as_they_are_written() {
        let text = "Phần một. Quy định chung về\nđất đai; xử lý đơn thư khiếu nại của công dân.";
        let told = |typed: &str| snippet(text, &Query::new(typed)).map(|s| (s.before, s.hit, s.after));
        let whole = |a: &str, b: &str, c: &str| Some((a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(
            told("dat dai xu ly"),
            whole("Phần một. Quy định chung về ", "đất đai; xử lý", " đơn thư khiếu nại của công dân …")
        );
        assert_eq!(told("nai khieu").map(|(_, hit, _)| hit).as_deref(), Some("khiếu"));
        assert_eq!(told("không biết"), None);
        assert_eq!(snippet("a", &Query::new("")), None);
        let long = "một hai ba bốn năm sáu bảy tám chín mười ".repeat(9) + "ĐÍCH" + &" cuối".repeat(90);
        let found = snippet(&long, &Query::new("đich")).unwrap();
        assert_eq!(
            (found.hit.as_str(), found.before.starts_with("… "), found.after.ends_with(" …")),
            ("ĐÍCH", true, true)
        );
    }
}
