//! Every kind of notice of every area has its texts, and a text asks for nothing that its notices do not carry.

use std::collections::BTreeSet;

use people::notices::{Part, kinds};
use web::{Lang, T};

/// Names in braces.
fn asked(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_kind_has_its_texts_in_both_languages() {
    drop(app::area());
    let kinds = kinds();
    let mut codes: Vec<&str> = kinds.iter().map(|kind| kind.code).collect();
    codes.dedup();
    assert_eq!(codes.len(), kinds.len(), "two kinds with one code");
    assert!(kinds.len() > 10, "{codes:?}");
    for lang in [Lang::Vi, Lang::En] {
        for kind in &kinds {
            let t = T::new(lang);
            let known: BTreeSet<&str> = kind.facts.iter().copied().collect();
            let texts = [kind.name(t), kind.text(t, Part::Subject), kind.text(t, Part::Body)];
            for text in &texts {
                assert!(!text.starts_with('['), "{}: {text}", kind.code);
                assert!(asked(text).is_subset(&known), "{}: {text}", kind.code);
            }
            for fact in kind.facts.iter().chain(&["link"]) {
                for part in ["", "-means", "-sample"] {
                    let said = t.get(format!("notices-value-{fact}{part}"));
                    assert!(!said.starts_with('['), "{}: {said}", kind.code);
                }
            }
            assert!(asked(&texts[0]).is_empty(), "{}: a name has no values", kind.code);
        }
    }
}
