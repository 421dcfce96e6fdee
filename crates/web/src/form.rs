//! Errors at their fields. A form that is wrong comes back with status 422, every value kept.

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono::{Datelike, NaiveDate};
use kernel::text::{self, LineError};

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

    /// Reads a line that must be there ([`text::line`]); what is wrong is noted at the field. The label's key
    /// names the field in the message.
    #[must_use]
    pub fn line(&mut self, t: T, field: &'static str, label: &str, typed: &str, most: usize) -> String {
        self.text(t, (field, label), text::line(typed, most))
    }

    /// Reads a text of several lines that must be there ([`text::lines`]).
    #[must_use]
    pub fn lines(&mut self, t: T, field: &'static str, label: &str, typed: &str, most: usize) -> String {
        self.text(t, (field, label), text::lines(typed, most))
    }

    /// Reads a text of several lines that may be left empty.
    #[must_use]
    pub fn lines_or_empty(&mut self, t: T, field: &'static str, label: &str, typed: &str, most: usize) -> String {
        if typed.trim().is_empty() { String::new() } else { self.lines(t, field, label, typed, most) }
    }

    fn text(&mut self, t: T, (field, label): (&'static str, &str), read: Result<String, LineError>) -> String {
        let label = ("label", t.get(label).into_owned().into());
        match read {
            Ok(text) => return text,
            Err(LineError::Empty) => self.add_with(field, "web-line-empty", vec![label]),
            Err(LineError::TooLong { length, most }) => {
                self.add_with(field, "web-line-long", vec![label, ("length", length.into()), ("most", most.into())]);
            }
            Err(LineError::Sign(_)) => self.add_with(field, "web-line-sign", vec![label]),
        }
        String::new()
    }

    /// Reads a line that may be left empty; otherwise as [`Errors::line`].
    #[must_use]
    pub fn line_or_empty(&mut self, t: T, field: &'static str, label: &str, typed: &str, most: usize) -> String {
        if typed.trim().is_empty() { String::new() } else { self.line(t, field, label, typed, most) }
    }

    /// Reads a day as a date field sends it (`2026-11-26`), none where it is left empty; what is wrong is noted at the
    /// field.
    #[must_use]
    pub fn day_or_empty(&mut self, t: T, field: &'static str, label: &str, typed: &str) -> Option<NaiveDate> {
        match typed.trim() {
            "" => None,
            day => match day.parse::<NaiveDate>().ok().filter(|day| (1900..=2200).contains(&day.year())) {
                Some(day) => Some(day),
                None => {
                    self.add_with(field, "web-day-unread", vec![("label", t.get(label).into_owned().into())]);
                    None
                }
            },
        }
    }

    /// Reads a day that must be there.
    #[must_use]
    pub fn day(&mut self, t: T, field: &'static str, label: &str, typed: &str) -> Option<NaiveDate> {
        if typed.trim().is_empty() {
            self.add_with(field, "web-line-empty", vec![("label", t.get(label).into_owned().into())]);
        }
        self.day_or_empty(t, field, label, typed)
    }

    /// Reads a choice that may be left empty.
    #[must_use]
    pub fn choice_or_empty<'c>(
        &mut self,
        t: T,
        field: &'static str,
        label: &str,
        typed: &str,
        codes: &[&'c str],
    ) -> Option<&'c str> {
        if typed.is_empty() {
            return None;
        }
        Some(self.choice(t, field, label, typed, codes)).filter(|code| !code.is_empty())
    }

    /// Reads a whole number within a range; what is wrong is noted at the field.
    #[must_use]
    pub fn whole(
        &mut self,
        t: T,
        field: &'static str,
        label: &str,
        typed: &str,
        range: &RangeInclusive<i64>,
    ) -> Option<i64> {
        let label = ("label", t.get(label).into_owned().into());
        match typed.trim().parse::<i64>() {
            Ok(number) if range.contains(&number) => return Some(number),
            Ok(_) => {
                let bounds = vec![label, ("least", (*range.start()).into()), ("most", (*range.end()).into())];
                self.add_with(field, "web-whole-range", bounds);
            }
            Err(_) => self.add_with(field, "web-whole-unread", vec![label]),
        }
        None
    }

    /// Reads a choice from a list; anything else is noted at the field.
    #[must_use]
    pub fn choice<'c>(&mut self, t: T, field: &'static str, label: &str, typed: &str, codes: &[&'c str]) -> &'c str {
        let chosen = codes.iter().find(|code| **code == typed);
        if chosen.is_none() {
            self.add_with(field, "web-choice-unknown", vec![("label", t.get(label).into_owned().into())]);
        }
        chosen.copied().unwrap_or_default()
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
