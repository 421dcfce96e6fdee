//! What the rows of a roster would do to the register: pure comparison.

use std::collections::{BTreeSet, HashMap};

use ::store::Vault;
use chrono::NaiveDate;
use kernel::{
    PersonId, PositionId, UnitId,
    text::{fold, spelling_key},
};

use super::{
    Choice, Reading, RowKind,
    check::{Checker, Fault, Outcome, Read},
    lists::Lists,
    score::{CERTAIN, Candidate, DOUBTFUL, Side, score},
    sheet::Cell,
    store::{Kept, Present, Said, State, Written},
};
use crate::registry::record::model::trust;

/// Most records that stand beside a doubtful row.
const MOST_CANDIDATES: usize = 5;

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
    /// Who of the register may be meant, best first.
    pub(super) candidates: Vec<Candidate>,
    /// What the register keeps because a better source said it.
    pub(super) kept: Vec<Kept>,
    /// Identity number that becomes another, with its mark; sealed when the row is kept.
    pub(super) identity: Option<(String, String)>,
}

/// The register as an import looks people up.
pub(super) struct Register {
    people: Vec<Present>,
    /// One spelling of each name, and the name without tones.
    keys: Vec<(String, String)>,
    by_id: HashMap<PersonId, usize>,
    by_code: HashMap<String, usize>,
    by_mark: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    by_birth: HashMap<NaiveDate, Vec<usize>>,
    said: HashMap<(PersonId, String), Said>,
    province: Option<UnitId>,
}

/// Whom a row names.
pub(super) struct Wanted<'a> {
    code: Option<&'a str>,
    mark: Option<&'a str>,
    name: &'a str,
    birth: Option<NaiveDate>,
    commune: UnitId,
    position: PositionId,
}

/// Whom the register has for a row.
#[derive(Debug, PartialEq)]
pub(super) enum Found<'a> {
    Nobody,
    One(&'a Present),
    /// Best first.
    Doubtful(Vec<Candidate>),
}

impl Register {
    /// `people` of every province; people of another one than `province` are known by their codes only.
    pub(super) fn of((people, said): (Vec<Present>, Vec<Said>), province: Option<UnitId>) -> Self {
        let mut register = Self {
            keys: Vec::with_capacity(people.len()),
            by_id: HashMap::with_capacity(people.len()),
            by_code: HashMap::with_capacity(people.len()),
            by_mark: HashMap::new(),
            by_name: HashMap::new(),
            by_birth: HashMap::new(),
            said: said.into_iter().map(|said| ((said.person_id, said.field.clone()), said)).collect(),
            people: Vec::new(),
            province,
        };
        for (place, person) in people.iter().enumerate() {
            let keys = (spelling_key(&person.state.full_name), fold(&person.state.full_name));
            register.by_id.insert(person.person_id, place);
            register.by_code.insert(person.code.clone(), place);
            if Some(person.province_id) == province {
                register.by_name.entry(keys.1.clone()).or_default().push(place);
                if let Some(birth) = person.state.birth_date {
                    register.by_birth.entry(birth).or_default().push(place);
                }
                if let Some(mark) = &person.identity_mark {
                    register.by_mark.insert(mark.clone(), place);
                }
            }
            register.keys.push(keys);
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

    /// Who is meant: by code; else by identity number, name, birth date, unit and post together. `own` is the commune
    /// that the importer is confined to: who merely resembles somebody elsewhere is not shown to it.
    pub(super) fn find(&self, wanted: &Wanted<'_>, own: Option<UnitId>) -> Found<'_> {
        if let Some(person) =
            wanted.code.and_then(|code| self.by_code.get(code)).and_then(|place| self.people.get(*place))
        {
            return Found::One(person);
        }
        let (spelling, plain) = (spelling_key(wanted.name), fold(wanted.name));
        let row = Side {
            spelling: &spelling,
            plain: &plain,
            birth: wanted.birth,
            commune: wanted.commune,
            position: wanted.position,
            mark: wanted.mark,
        };
        let of_birth = wanted.birth.and_then(|birth| self.by_birth.get(&birth)).into_iter().flatten();
        let of_name = self.by_name.get(&plain).into_iter().flatten();
        let of_mark = wanted.mark.and_then(|mark| self.by_mark.get(mark)).into_iter();
        let places: BTreeSet<usize> = of_birth.chain(of_name).chain(of_mark).copied().collect();
        let mut found: Vec<(u8, Vec<&'static str>, &Present)> = Vec::new();
        for place in places {
            let (Some(person), Some((spelling, plain))) = (self.people.get(place), self.keys.get(place)) else {
                continue;
            };
            let record = Side {
                spelling,
                plain,
                birth: person.state.birth_date,
                commune: person.state.commune_id,
                position: person.state.position_id,
                mark: person.identity_mark.as_deref(),
            };
            let (points, why) = score(row, record);
            let here = own.is_none_or(|own| own == person.state.commune_id);
            if points >= CERTAIN || (points >= DOUBTFUL && here) {
                found.push((points, why, person));
            }
        }
        found.sort_by(|(one, _, a), (other, _, b)| other.cmp(one).then_with(|| a.code.cmp(&b.code)));
        match found.as_slice() {
            [] => Found::Nobody,
            [(points, _, one)] if *points >= CERTAIN => Found::One(one),
            [(points, _, one), (next, ..), ..] if *points >= CERTAIN && points > next => Found::One(one),
            _ => {
                found.truncate(MOST_CANDIDATES);
                let candidate = |(points, why, person): (u8, Vec<&'static str>, &Present)| Candidate {
                    person: person.person_id,
                    code: person.code.clone(),
                    name: person.state.full_name.clone(),
                    birth: person.state.birth_date,
                    commune: person.state.commune_id,
                    position: person.state.position_id,
                    points,
                    why: why.into_iter().map(str::to_owned).collect(),
                };
                Found::Doubtful(found.into_iter().map(candidate).collect())
            }
        }
    }

    /// Who said the value that a field of somebody has, when that source stands above another: the value stays.
    fn kept(&self, person: &Present, field: &'static str, origin: &str) -> Option<Kept> {
        let said = self.said.get(&(person.person_id, field.to_owned()));
        let (source, since) =
            said.map_or((person.source.as_str(), None), |said| (said.source.as_str(), Some(said.since)));
        let better = trust(source) > trust(origin);
        better.then(|| Kept { field: field.to_owned(), source: source.to_owned(), since })
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
            (Some(before), Some(now)) => {
                let holder = after.identity.as_ref().and_then(|identity| self.by_mark.get(&identity.mark));
                now.state == *before
                    && (after.identity.is_none() || after.identity_before == now.identity())
                    && after.ended.is_none_or(|a| a == now.assignment_id)
                    && holder.is_none_or(|place| self.by_id.get(&now.person_id) == Some(place))
            }
            (Some(_), None) => false,
            (None, _) => {
                let wanted = Wanted {
                    code: after.code.as_deref(),
                    mark: after.identity.as_ref().map(|identity| identity.mark.as_str()),
                    name: &state.full_name,
                    birth: state.birth_date,
                    commune: state.commune_id,
                    position: state.position_id,
                };
                match self.find(&wanted, own) {
                    Found::Nobody => true,
                    Found::One(_) => false,
                    // somebody has looked at exactly these
                    Found::Doubtful(candidates) => candidates == planned.candidates,
                }
            }
        }
    }
}

/// Who imports and what for.
pub(super) struct Frame<'a> {
    /// The commune that the importer is confined to.
    pub(super) own: Option<UnitId>,
    /// The source for which the roster speaks.
    pub(super) origin: &'static str,
    pub(super) today: NaiveDate,
    pub(super) vault: &'a Vault,
}

/// What the rows of the chosen sheet would do to the register as it is now, one after the other.
pub(super) struct Planner<'a> {
    checker: Checker<'a>,
    reading: &'a Reading,
    register: &'a Register,
    frame: &'a Frame<'a>,
    seen: Seen,
}

impl<'a> Planner<'a> {
    pub(super) fn new(reading: &'a Reading, lists: &'a Lists, register: &'a Register, frame: &'a Frame<'a>) -> Self {
        let own = frame.own;
        let checker = Checker {
            lists,
            mapping: &reading.mapping,
            commune: own.or(reading.commune),
            only: own.is_some(),
            today: frame.today,
        };
        Self { checker, reading, register, frame, seen: Seen::default() }
    }

    /// The row at a place from 0; nothing for headings.
    pub(super) fn row(&mut self, place: usize, cells: &[Cell]) -> Option<Planned> {
        if place < self.reading.mapping.head_rows {
            return None;
        }
        let row = i64::try_from(place).unwrap_or(i64::MAX).saturating_add(1);
        Some(match self.checker.row(cells) {
            Outcome::Skipped { text } => Planned::bare(row, RowKind::Skipped, text),
            Outcome::Faulty { name, faults } => Planned { faults, ..Planned::bare(row, RowKind::Faulty, name) },
            Outcome::Person(read) => {
                let choice = self.reading.choices.get(&row);
                of_person(row, &read, choice, self.register, self.frame, &mut self.seen)
            }
        })
    }
}

/// What a row that names somebody does; `choice` is what somebody said of it.
fn of_person(
    row: i64,
    read: &Read,
    choice: Option<&Choice>,
    register: &Register,
    frame: &Frame<'_>,
    seen: &mut Seen,
) -> Planned {
    let faulty = |code: &str, value: String| {
        let fault = Fault { column: String::new(), code: code.to_owned(), value };
        Planned { faults: vec![fault], ..Planned::bare(row, RowKind::Faulty, read.name.clone()) }
    };
    let mark = read.identity.as_ref().map(|identity| frame.vault.mark(identity.digits()));
    let wanted = Wanted {
        code: read.code.as_deref(),
        mark: mark.as_deref(),
        name: &read.name,
        birth: Some(read.birth),
        commune: read.commune,
        position: read.position,
    };
    let (found, candidates) = match (register.find(&wanted, frame.own), choice) {
        (Found::Nobody, _) => (None, Vec::new()),
        (Found::One(person), _) => (Some(person), Vec::new()),
        (Found::Doubtful(candidates), Some(Choice::New)) => (None, candidates),
        (Found::Doubtful(candidates), Some(Choice::Leave)) => {
            return Planned { candidates, ..Planned::bare(row, RowKind::Skipped, read.name.clone()) };
        }
        (Found::Doubtful(candidates), Some(Choice::Same(id))) if candidates.iter().any(|c| c.person == *id) => {
            (register.get(*id), candidates)
        }
        (Found::Doubtful(candidates), _) => {
            return match seen.twin(row, read, mark.as_deref(), None) {
                Some((code, value)) => faulty(code, value),
                // as somebody new, so that the page has what the row says
                None => {
                    Planned { kind: RowKind::Doubtful, candidates, ..person(row, read, mark, None, register, frame) }
                }
            };
        }
    };
    if let Some(person) = found {
        if Some(person.province_id) != register.province {
            return faulty("code-elsewhere", person.code.clone());
        }
        if frame.own.is_some_and(|own| own != person.state.commune_id) {
            return faulty("person-elsewhere", String::new());
        }
    }
    let holder =
        mark.as_ref().and_then(|mark| register.by_mark.get(mark)).and_then(|place| register.people.get(*place));
    if holder.is_some_and(|holder| Some(holder.person_id) != found.map(|person| person.person_id)) {
        return faulty("identity-taken", String::new());
    }
    if let Some((code, value)) = seen.twin(row, read, mark.as_deref(), found) {
        return faulty(code, value);
    }
    Planned { candidates, ..person(row, read, mark, found, register, frame) }
}

/// Whom the rows above have named, with their numbers.
#[derive(Default)]
struct Seen {
    names: HashMap<(String, NaiveDate, UnitId), i64>,
    codes: HashMap<String, i64>,
    people: HashMap<PersonId, i64>,
    marks: HashMap<String, i64>,
}

impl Seen {
    /// The fault of a row that names again whom an earlier row has named.
    fn twin(
        &mut self,
        row: i64,
        read: &Read,
        mark: Option<&str>,
        found: Option<&Present>,
    ) -> Option<(&'static str, String)> {
        let name = *self.names.entry((spelling_key(&read.name), read.birth, read.commune)).or_insert(row);
        let person = found.map_or(row, |p| *self.people.entry(p.person_id).or_insert(row));
        let code = read.code.as_ref().map_or(row, |code| *self.codes.entry(code.clone()).or_insert(row));
        let mark = mark.map_or(row, |mark| *self.marks.entry(mark.to_owned()).or_insert(row));
        match (name.min(person), code, mark) {
            (first, ..) if first < row => Some(("person-twice", first.to_string())),
            (_, first, _) if first < row => Some(("code-twice", first.to_string())),
            (.., first) if first < row => Some(("identity-twice", first.to_string())),
            _ => None,
        }
    }
}

fn person(
    row: i64,
    read: &Read,
    mark: Option<String>,
    found: Option<&Present>,
    register: &Register,
    frame: &Frame<'_>,
) -> Planned {
    let text = |level: Option<&'static str>| level.map(str::to_owned);
    let mut after = State {
        full_name: read.name.clone(),
        gender: text(read.gender),
        birth_date: Some(read.birth),
        ethnic_code: read.ethnic.clone(),
        education: text(read.education),
        theory: text(read.theory),
        management: text(read.management),
        rank: text(read.rank),
        languages: read.languages.clone(),
        it_skill: read.it_skill.clone(),
        phone: read.phone.clone(),
        email: read.email.clone(),
        party_joined_on: read.party_joined_on,
        party_official_on: read.party_official_on,
        commune_id: read.commune,
        office_id: read.office,
        position_id: read.position,
    };
    let number = read.identity.as_ref().map(|identity| identity.digits().to_owned()).zip(mark);
    let written = |state, code, ended| Written {
        state,
        code,
        since: read.since,
        ended,
        began: None,
        identity: None,
        identity_before: None,
    };
    let Some(found) = found else {
        let after = Some(written(after, read.code.clone(), None));
        return Planned { after, identity: number, ..Planned::bare(row, RowKind::New, read.name.clone()) };
    };
    // the sheet does not take away what it does not say, and the other spelling of a tone is no change
    let before = found.state.clone();
    if spelling_key(&before.full_name) == spelling_key(&after.full_name) {
        after.full_name.clone_from(&before.full_name);
    }
    let mut kept = Vec::new();
    for ((field, was), (_, is)) in before.values().into_iter().zip(after.values()) {
        if is.is_none() {
            after.take(field, &before);
        } else if was.is_some()
            && is != was
            && let Some(why) = register.kept(found, field, frame.origin)
        {
            after.take(field, &before);
            kept.push(why);
        }
    }
    let mut identity = number.filter(|(_, mark)| found.identity_mark.as_ref() != Some(mark));
    if identity.is_some()
        && found.identity_mark.is_some()
        && let Some(why) = register.kept(found, "identity", frame.origin)
    {
        identity = None;
        kept.push(why);
    }
    let named = read.office_named && after.office_id.is_some();
    if !named && after.position_id == before.position_id && after.commune_id == before.commune_id {
        after.office_id = before.office_id;
    }
    let person = Some(found.person_id);
    if before == after && identity.is_none() {
        return Planned { person, kept, ..Planned::bare(row, RowKind::Unchanged, read.name.clone()) };
    }
    let identity_before = identity.as_ref().and_then(|_| found.identity());
    // a post that has ended stays as it ended
    let ended = (before.post() != after.post() && found.in_post_to.is_none()).then_some(found.assignment_id);
    Planned {
        person,
        before: Some(before),
        after: Some(Written { identity_before, ..written(after, None, ended) }),
        kept,
        identity,
        ..Planned::bare(row, RowKind::Changed, read.name.clone())
    }
}

impl Planned {
    /// A row that writes nothing.
    fn bare(row: i64, kind: RowKind, name: String) -> Self {
        Self {
            row,
            kind,
            name,
            person: None,
            before: None,
            after: None,
            faults: Vec::new(),
            candidates: Vec::new(),
            kept: Vec::new(),
            identity: None,
        }
    }
}
