//! Errors at their fields. A form that is wrong comes back with status 422, every value kept.

use std::collections::BTreeMap;

use crate::{T, messages::Value};

/// Messages by field name; `""` is the form as a whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Errors(BTreeMap<&'static str, Message>);

/// A message key with its values.
type Message = (&'static str, Vec<(&'static str, Value)>);

impl Errors {
    /// No error yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes an error; the first at a field stays.
    pub fn add(&mut self, field: &'static str, key: &'static str) {
        self.0.entry(field).or_insert((key, Vec::new()));
    }

    /// Notes an error with values.
    pub fn add_with(&mut self, field: &'static str, key: &'static str, args: Vec<(&'static str, Value)>) {
        self.0.entry(field).or_insert((key, args));
    }

    /// Whether the form may pass.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many fields are wrong.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Every message with its field, in the order of their names.
    #[must_use]
    pub fn all(&self, t: T) -> Vec<(&'static str, String)> {
        self.0.iter().map(|(field, (key, args))| (*field, t.args(key, args.clone()).into_owned())).collect()
    }

    /// The message at a field.
    #[must_use]
    pub fn at(&self, t: T, field: &str) -> Option<String> {
        self.0.get(field).map(|(key, args)| t.args(key, args.clone()).into_owned())
    }
}

/// An address with a query; empty values are left out.
#[must_use]
pub fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let kept: Vec<_> = pairs.iter().filter(|(_, value)| !value.is_empty()).collect();
    match serde_urlencoded::to_string(kept) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}
