//! The part of a page that makes learners' accounts for the people shown on it.

use web::T;

use super::issue::{Holder, due};

/// The form; a page shows it with `|safe`.
#[derive(Debug, askama::Template)]
#[template(path = "accounts/issue_form.html")]
pub struct IssueForm<'a> {
    t: T,
    action: &'a str,
    commune: &'a str,
    counts: String,
    missing: usize,
    unopened: usize,
}

impl<'a> IssueForm<'a> {
    /// For the people of a page; the code of the commune is sent with the form unless it is empty.
    #[must_use]
    pub fn new(t: T, action: &'a str, commune: &'a str, people: &[Holder]) -> Self {
        let (missing, unopened) = due(people);
        let counts = t.args("accounts-issue-counts", [("missing", missing.into()), ("unopened", unopened.into())]);
        Self { t, action, commune, counts: counts.into_owned(), missing, unopened }
    }
}
