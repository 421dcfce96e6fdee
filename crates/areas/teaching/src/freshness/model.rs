//! The radar: a pure function of what relies on what.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};
use kernel::AccountId;

use crate::scheme::{LegalDocument, Reference, number_key};

/// Something that relies on legal documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    /// `material:ID`, `topic:PROGRAMME:CODE` or `question:ID`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its page.
    pub href: String,
    /// Number of its newest version.
    pub version: i64,
    /// Whose it is by nature: a material's author.
    pub owner: Option<(AccountId, String)>,
    /// What it relies on.
    pub references: Vec<Reference>,
}

/// Who was told to look after something, by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Task {
    pub owner: Option<(AccountId, String)>,
    pub due_on: NaiveDate,
}

/// Why a version stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    pub reason: String,
    pub by_name: String,
}

/// Something that relies on a document which is no longer in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stale {
    pub subject: Subject,
    pub key: String,
    /// Number of the document, as the register has it.
    pub number: String,
    /// What it is about.
    pub title: String,
    pub ended_on: NaiveDate,
    pub replaced_by: String,
    pub owner: Option<(AccountId, String)>,
    pub due_on: NaiveDate,
    /// Why it stays, when that was said of this version.
    pub reason: Option<Reason>,
}

impl Stale {
    pub(super) fn overdue(&self, today: NaiveDate) -> bool {
        self.reason.is_none() && self.due_on < today
    }
}

/// A number that the register does not have, with the subjects that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unknown {
    pub number: String,
    pub subjects: Vec<(String, String)>,
}

/// What the radar shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Radar {
    /// Open ones first, by their day; then the settled ones.
    pub stale: Vec<Stale>,
    pub unknown: Vec<Unknown>,
    /// Subjects that rely on documents which are all in force.
    pub fresh: usize,
}

/// Compares what relies on documents with the register, as of a day.
pub(super) fn radar(
    subjects: Vec<Subject>,
    register: &[LegalDocument],
    tasks: &HashMap<(String, String), Task>,
    reasons: &HashMap<(String, i64, String), Reason>,
    today: NaiveDate,
    days: u64,
) -> Radar {
    let register: HashMap<String, &LegalDocument> =
        register.iter().filter(|d| !d.number.is_empty()).map(|d| (number_key(&d.number), d)).collect();
    let mut radar = Radar::default();
    let mut unknown: BTreeMap<String, Unknown> = BTreeMap::new();
    for subject in subjects {
        let mut fresh = !subject.references.is_empty();
        for reference in &subject.references {
            let Some(document) = register.get(&reference.key) else {
                fresh = false;
                let entry = unknown
                    .entry(reference.key.clone())
                    .or_insert_with(|| Unknown { number: reference.number.clone(), subjects: Vec::new() });
                entry.subjects.push((subject.href.clone(), subject.title.clone()));
                continue;
            };
            let Some(ended_on) = document.ended_on.filter(|day| *day <= today) else { continue };
            fresh = false;
            let task = tasks.get(&(subject.id.clone(), reference.key.clone()));
            radar.stale.push(Stale {
                key: reference.key.clone(),
                number: document.number.clone(),
                title: document.title.clone(),
                ended_on,
                replaced_by: document.replaced_by.clone(),
                owner: task.map_or_else(|| subject.owner.clone(), |t| t.owner.clone()),
                due_on: task.map_or_else(|| ended_on + Days::new(days), |t| t.due_on),
                reason: reasons.get(&(subject.id.clone(), subject.version, reference.key.clone())).cloned(),
                subject: subject.clone(),
            });
        }
        radar.fresh += usize::from(fresh);
    }
    radar.stale.sort_by(|a, b| {
        let order = |s: &Stale| (s.reason.is_some(), s.due_on, s.subject.title.clone(), s.key.clone());
        order(a).cmp(&order(b))
    });
    radar.unknown = unknown.into_values().collect();
    radar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::references;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn document(number: &str, ended_on: Option<&str>) -> LegalDocument {
        LegalDocument {
            place: 1,
            number: number.to_owned(),
            issued_on: None,
            issuer: String::new(),
            kind: "khac".to_owned(),
            title: format!("Về {number}"),
            note: String::new(),
            valid_from: None,
            ended_on: ended_on.map(day),
            replaced_by: String::new(),
            edition: 1,
            changed_by: None,
            changed_at: None,
        }
    }

    fn subject(id: &str, version: i64, text: &str) -> Subject {
        Subject {
            id: id.to_owned(),
            title: id.to_owned(),
            href: format!("/{id}"),
            version,
            owner: None,
            references: references(text),
        }
    }

    #[test]
    fn what_relies_on_an_ended_document_is_stale_until_a_reason_or_a_new_version() {
        let register = [document("171/2025/NĐ-CP", None), document("36/2018/TT-BTC", Some("2025-10-28"))];
        let today = day("2026-03-02");
        let look = |version: i64, text: &str, reasons: &HashMap<_, _>, tasks: &HashMap<_, _>| {
            radar(vec![subject("m", version, text)], &register, tasks, reasons, today, 30)
        };
        let (none, text) = (HashMap::new(), "theo 36/2018/TT-BTC và 171/2025/NĐ-CP; 99/2024/NĐ-CP");
        let found = look(1, text, &none, &HashMap::new());
        assert_eq!(found.stale.len(), 1);
        assert_eq!((found.stale[0].due_on, found.stale[0].overdue(today)), (day("2025-11-27"), true));
        assert_eq!(found.unknown.iter().map(|u| u.number.as_str()).collect::<Vec<_>>(), ["99/2024/NĐ-CP"]);
        let key = number_key("36/2018/TT-BTC");
        let reason = Reason { reason: "Chỉ nhắc lại lịch sử".to_owned(), by_name: "A".to_owned() };
        let settled = HashMap::from([(("m".to_owned(), 1, key.clone()), reason)]);
        assert!(!look(1, text, &settled, &HashMap::new()).stale[0].overdue(today));
        assert!(look(2, text, &settled, &HashMap::new()).stale[0].overdue(today), "a new version is looked at anew");
        let task = Task { owner: None, due_on: day("2026-04-01") };
        let tasks = HashMap::from([(("m".to_owned(), key), task)]);
        assert_eq!(look(1, text, &none, &tasks).stale[0].due_on, day("2026-04-01"));
        let fresh = look(2, "theo 171/2025/NĐ-CP", &none, &tasks);
        assert_eq!((fresh.stale.len(), fresh.fresh), (0, 1));
        // a document counts to the day before its end
        let future = [document("171/2025/NĐ-CP", Some("2026-03-03"))];
        assert_eq!(radar(vec![subject("m", 1, "171/2025/NĐ-CP")], &future, &tasks, &none, today, 0).stale.len(), 0);
    }
}
