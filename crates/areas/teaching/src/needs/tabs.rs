//! The places of the slice, shown on each of them.

use web::{T, Ui};

/// Links to the places that the reader may see.
#[derive(askama::Template)]
#[template(path = "needs/tabs.html")]
pub(super) struct Tabs {
    t: T,
    here: &'static str,
    tabs: Vec<(&'static str, String)>,
}

impl Tabs {
    /// At one of the places.
    pub(super) fn at(t: T, ui: &Ui, here: &'static str) -> Self {
        let places = [
            ("/needs", "needs-gaps", "needs.read"),
            ("/needs/ratings", "needs-ratings", "needs.rate"),
            ("/needs/matrix", "needs-matrix", "needs.read"),
            ("/needs/matrix/topics", "needs-topics", "needs.read"),
            ("/needs/competences", "needs-competences", "needs.read"),
        ];
        let tabs = places
            .into_iter()
            .filter(|(.., right)| ui.may(right))
            .map(|(href, key, _)| (href, t.get(key).into_owned()))
            .collect();
        Self { t, here, tabs }
    }
}
