//! What the rows of a roster would do to the register: pure comparison.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{PersonId, UnitId, text::spelling_key};

use super::{
    Counts, Reading, RowKind,
    check::{Checker, Fault, Lists, Outcome, Read},
    sheet::Sheet,
    store::{Present, State, Written},
};

/// One row as it would be written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    /// Number in the file, from 1.
    pub(super) row: i64,
    pub(super) kind: RowKind,
    /// The name as far as it could be read, or the text of a row that holds nobody.
    pub(super) name: String,
    /// Whom the register has; somebody new gets an id with the preview.
    pub(super) person: Option<PersonId>,
    pub(super) before: Option<State>,
    pub(super) after: Option<Written>,
    pub(super) faults: Vec<Fault>,
}

/// The register as an import looks people up.
pub(super) struct Register {
    people: Vec<Present>,
    by_id: HashMap<PersonId, usize>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<(String, NaiveDate), Vec<usize>>,
    province: Option<UnitId>,
}

impl Register {
    /// `people` of every province; people of another one than `province` are known by their codes only.
    pub(super) fn of(people: Vec<Present>, province: Option<UnitId>) -> Self {
        let mut register = Self {
            by_id: HashMap::new(),
            by_code: HashMap::new(),
            by_name: HashMap::new(),
            people: Vec::new(),
            province,
        };
        for (place, person) in people.iter().enumerate() {
            register.by_id.insert(person.person_id, place);
            register.by_code.insert(person.code.clone(), place);
            if let Some(birth) = person.state.birth_date.filter(|_| Some(person.province_id) == province) {
                register.by_name.entry((spelling_key(&person.state.full_name), birth)).or_default().push(place);
            }
        }
        register.people = people;
        register
    }

    pub(super) fn get(&self, id: PersonId) -> Option<&Present> {
        self.by_id.get(&id).and_then(|place| self.people.get(*place))
    }

    pub(super) fn has_code(&self, code: &str) -> bool {
        self.by_code.contains_key(code)
    }

    /// Who is meant: by code, else by name and birth date, in the same commune before others.
    pub(super) fn find(
        &self,
        code: Option<&str>,
        name: &str,
        birth: NaiveDate,
        commune: UnitId,
    ) -> Result<Option<&Present>, &'static str> {
        if let Some(place) = code.and_then(|code| self.by_code.get(code)) {
            return Ok(self.people.get(*place));
        }
        let places = self.by_name.get(&(spelling_key(name), birth)).map(Vec::as_slice).unwrap_or_default();
        let found: Vec<&Present> = places.iter().filter_map(|p| self.people.get(*p)).collect();
        let here: Vec<&Present> = found.iter().copied().filter(|p| p.state.commune_id == commune).collect();
        match (found.as_slice(), here.as_slice()) {
            ([], _) => Ok(None),
            ([one], _) | (_, [one]) => Ok(Some(one)),
            _ => Err("person-ambiguous"),
        }
    }

    /// Whether a planned row would still do what its preview shows. `own` is the commune that the importer is
    /// confined to.
    pub(super) fn still_fits(&self, planned: &Planned, own: Option<UnitId>) -> bool {
        let Some(after) = &planned.after else { return true };
        let state = &after.state;
        if own.is_some_and(|own| own != state.commune_id) {
            return false;
        }
        match (&planned.before, planned.person.and_then(|id| self.get(id))) {
            (Some(before), Some(now)) => now.state == *before && after.ended.is_none_or(|a| a == now.assignment_id),
            (Some(_), None) => false,
            (None, _) => state.birth_date.is_some_and(|birth| {
                self.find(after.code.as_deref(), &state.full_name, birth, state.commune_id) == Ok(None)
            }),
        }
    }
}

/// What every row of the chosen sheet would do to the register as it is now. `own` is the commune that the importer
/// is confined to.
pub(super) fn plan(
    sheet: &Sheet,
    reading: &Reading,
    lists: &Lists,
    register: &Register,
    own: Option<UnitId>,
    today: NaiveDate,
) -> Vec<Planned> {
    let checker =
        Checker { lists, mapping: &reading.mapping, commune: own.or(reading.commune), only: own.is_some(), today };
    let mut seen = Seen::default();
    checker
        .check(sheet)
        .into_iter()
        .map(|(row, outcome)| {
            let row = i64::try_from(row).unwrap_or(i64::MAX);
            match outcome {
                Outcome::Skipped { text } => bare(row, RowKind::Skipped, text, Vec::new()),
                Outcome::Faulty { name, faults } => bare(row, RowKind::Faulty, name, faults),
                Outcome::Person(read) => {
                    let found = register.find(read.code.as_deref(), &read.name, read.birth, read.commune);
                    let fault = match found {
                        Err(code) => Some((code, String::new())),
                        Ok(Some(p)) if Some(p.province_id) != register.province => {
                            Some(("code-elsewhere", p.code.clone()))
                        }
                        Ok(Some(p)) if own.is_some_and(|own| own != p.state.commune_id) => {
                            Some(("person-elsewhere", String::new()))
                        }
                        Ok(found) => seen.twin(row, &read, found),
                    };
                    match (fault, found) {
                        (None, Ok(found)) => person(row, &read, found),
                        (fault, _) => {
                            let (code, value) = fault.unwrap_or_default();
                            let fault = Fault { column: String::new(), code: code.to_owned(), value };
                            bare(row, RowKind::Faulty, read.name, vec![fault])
                        }
                    }
                }
            }
        })
        .collect()
}

/// Whom the rows above have named, with their numbers.
#[derive(Default)]
struct Seen {
    names: HashMap<(String, NaiveDate, UnitId), i64>,
    codes: HashMap<String, i64>,
    people: HashMap<PersonId, i64>,
}

impl Seen {
    /// The fault of a row that names again whom an earlier row has named.
    fn twin(&mut self, row: i64, read: &Read, found: Option<&Present>) -> Option<(&'static str, String)> {
        let name = *self.names.entry((spelling_key(&read.name), read.birth, read.commune)).or_insert(row);
        let person = found.map_or(row, |p| *self.people.entry(p.person_id).or_insert(row));
        let code = read.code.as_ref().map_or(row, |code| *self.codes.entry(code.clone()).or_insert(row));
        match (name.min(person), code) {
            (first, _) if first < row => Some(("person-twice", first.to_string())),
            (_, first) if first < row => Some(("code-twice", first.to_string())),
            _ => None,
        }
    }
}

/// A row that writes nothing.
fn bare(row: i64, kind: RowKind, name: String, faults: Vec<Fault>) -> Planned {
    Planned { row, kind, name, person: None, before: None, after: None, faults }
}

fn person(row: i64, read: &Read, found: Option<&Present>) -> Planned {
    let text = |level: Option<&'static str>| level.map(str::to_owned);
    let mut after = State {
        full_name: read.name.clone(),
        gender: text(read.gender),
        birth_date: Some(read.birth),
        ethnic_code: read.ethnic.clone(),
        education: text(read.education),
        theory: text(read.theory),
        management: text(read.management),
        commune_id: read.commune,
        office_id: read.office,
        position_id: read.position,
    };
    let Some(found) = found else {
        let after = Written { state: after, code: read.code.clone(), since: read.since, ended: None, began: None };
        return Planned { after: Some(after), ..bare(row, RowKind::New, read.name.clone(), Vec::new()) };
    };
    // the sheet does not take away what it does not say, and the other spelling of a tone is no change
    let before = found.state.clone();
    if spelling_key(&before.full_name) == spelling_key(&after.full_name) {
        after.full_name.clone_from(&before.full_name);
    }
    for (after, before) in [
        (&mut after.gender, &before.gender),
        (&mut after.ethnic_code, &before.ethnic_code),
        (&mut after.education, &before.education),
        (&mut after.theory, &before.theory),
        (&mut after.management, &before.management),
    ] {
        if after.is_none() {
            after.clone_from(before);
        }
    }
    let named = read.office_named && after.office_id.is_some();
    if !named && after.position_id == before.position_id && after.commune_id == before.commune_id {
        after.office_id = before.office_id;
    }
    if before == after {
        let person = Some(found.person_id);
        return Planned { person, ..bare(row, RowKind::Unchanged, read.name.clone(), Vec::new()) };
    }
    // a post that has ended stays as it ended
    let ended = (before.post() != after.post() && found.in_post_to.is_none()).then_some(found.assignment_id);
    Planned {
        person: Some(found.person_id),
        before: Some(before),
        after: Some(Written { state: after, code: None, since: read.since, ended, began: None }),
        ..bare(row, RowKind::Changed, read.name.clone(), Vec::new())
    }
}

impl Planned {
    pub(super) fn counts(planned: &[Self]) -> Counts {
        Counts::of(planned.iter().map(|p| p.kind))
    }
}
