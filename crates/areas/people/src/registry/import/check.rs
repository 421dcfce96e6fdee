//! One row of a roster: a person, or what is wrong and where.

use chrono::{Datelike, NaiveDate};
use kernel::{
    PositionId, UnitId,
    text::{clean, fold, name_case},
};
use serde::{Deserialize, Serialize};

use super::{
    cell::{day, digits, education, management, rank, theory},
    columns::{Column, Mapping},
    lists::Lists,
    sheet::Cell,
};
use crate::registry::record::model::{Facts, Identity, Private, faults_of_facts, faults_of_private};

/// Youngest and oldest age, in years, that somebody in the register can have.
const AGES: (i32, i32) = (18, 80);

/// Something wrong in a row; its message is `import-fault-CODE`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Letter of the column; empty when the row as a whole is meant.
    pub column: String,
    /// Stable code.
    pub code: String,
    /// What stands in the cell, or the row that this one repeats.
    pub value: String,
}

/// A person as the sheet has it. `None` in a level means: the sheet does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) code: Option<String>,
    pub(super) name: String,
    pub(super) gender: Option<&'static str>,
    pub(super) birth: NaiveDate,
    pub(super) ethnic: Option<String>,
    pub(super) commune: UnitId,
    pub(super) office: Option<UnitId>,
    /// Whether the sheet names the office; else it is the one of the post.
    pub(super) office_named: bool,
    pub(super) position: PositionId,
    pub(super) since: Option<NaiveDate>,
    pub(super) education: Option<&'static str>,
    pub(super) theory: Option<&'static str>,
    pub(super) management: Option<&'static str>,
    pub(super) rank: Option<&'static str>,
    pub(super) languages: Option<String>,
    pub(super) it_skill: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) party_joined_on: Option<NaiveDate>,
    pub(super) party_official_on: Option<NaiveDate>,
    pub(super) identity: Option<Identity>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Person(Box<Read>),
    Faulty {
        name: String,
        faults: Vec<Fault>,
    },
    /// A heading within the list, a totals line, signatures.
    Skipped {
        text: String,
    },
}

/// Letter of a column: 0 is A, 26 is AA.
pub(super) fn letter(place: usize) -> String {
    let mut rest = place;
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    letters.iter().rev().collect()
}

/// What checking needs beside the row.
pub(super) struct Checker<'a> {
    pub(super) lists: &'a Lists,
    pub(super) mapping: &'a Mapping,
    /// The commune of everybody: the officer's own, or the one chosen for the whole sheet.
    pub(super) commune: Option<UnitId>,
    /// Whether rows of other communes are refused (an officer of one commune).
    pub(super) only: bool,
    pub(super) today: NaiveDate,
}

/// Faults of a row being read.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, place: Option<usize>, code: &str, value: impl Into<String>) {
        let column = place.map(letter).unwrap_or_default();
        self.0.push(Fault { column, code: code.to_owned(), value: value.into() });
    }
}

impl Checker<'_> {
    fn find<'c>(&self, cells: &'c [Cell], column: Column) -> (Option<usize>, &'c Cell) {
        let place = self.mapping.columns.iter().find(|(_, c)| **c == column).map(|(place, _)| *place);
        (place, place.and_then(|p| cells.get(p)).unwrap_or(&Cell::Empty))
    }

    /// A row that holds nobody: numbers under the headings, a heading within the list, totals, signatures.
    fn skipped(&self, cells: &[Cell]) -> bool {
        let filled: Vec<&Cell> = cells.iter().filter(|c| !c.is_empty()).collect();
        let number = |c: &&Cell| match c {
            Cell::Number(_) => true,
            Cell::Text(text) => text.chars().all(|c| c.is_ascii_digit() || "()[].".contains(c)),
            _ => false,
        };
        if filled.iter().all(number) {
            return true;
        }
        // with their tones: Tống and Công are names
        const TOTALS: [&str; 6] = ["tổng cộng", "tổng số", "tổng", "cộng", "tong cong", "tong so"];
        let first = filled.iter().find_map(|c| match c {
            Cell::Text(text) => Some(text.to_lowercase()),
            _ => None,
        });
        let starts =
            |text: &str, word: &str| text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
        let total = first.is_some_and(|text| TOTALS.iter().any(|word| starts(&text, word)));
        let person = [Column::Birth, Column::BirthMan, Column::BirthWoman, Column::Position]
            .into_iter()
            .any(|c| matches!(self.find(cells, c).1, Cell::Text(_) | Cell::Day(_)));
        let mapped = self.mapping.columns.keys().filter(|p| cells.get(**p).is_some_and(|c| !c.is_empty())).count();
        // "1 | Nguyễn Văn A" is somebody of whom everything else is missing
        let numbered = filled.len() == 2 && filled.first().is_some_and(number) && !self.name(cells).1.is_empty();
        !person && (total || (mapped <= 1 && filled.len() <= 2 && !numbered))
    }

    fn name(&self, cells: &[Cell]) -> (Option<usize>, String) {
        let (place, whole) = self.find(cells, Column::Name);
        if place.is_some() {
            return (place, whole.text());
        }
        let (place, family) = self.find(cells, Column::Family);
        (place, clean(&format!("{} {}", family.text(), self.find(cells, Column::Given).1.text())))
    }

    fn birth(&self, cells: &[Cell], faults: &mut Faults) -> (Option<NaiveDate>, Option<&'static str>) {
        let (place, single) = self.find(cells, Column::Birth);
        let (man_at, man) = self.find(cells, Column::BirthMan);
        let (woman_at, woman) = self.find(cells, Column::BirthWoman);
        let (place, cell, gender) = match (single.is_empty(), man.is_empty(), woman.is_empty()) {
            (_, false, false) => {
                faults.add(woman_at, "birth-twice", format!("{} / {}", man.text(), woman.text()));
                return (None, None);
            }
            (_, false, true) => (man_at, man, Some("nam")),
            (_, true, false) => (woman_at, woman, Some("nu")),
            _ => (place.or(man_at), single, None),
        };
        match day(cell, self.today) {
            Ok(day) => {
                let age = self.today.year() - day.year();
                if (AGES.0..=AGES.1).contains(&age) {
                    return (Some(day), gender);
                }
                faults.add(place, "date-age", cell.text());
            }
            Err(code) => faults.add(place, code, cell.text()),
        }
        (None, gender)
    }

    fn gender(&self, cells: &[Cell], faults: &mut Faults) -> Option<&'static str> {
        let (place, cell) = self.find(cells, Column::Gender);
        let (woman_at, woman) = self.find(cells, Column::Woman);
        match fold(&cell.text()).as_str() {
            "" if woman_at.is_some() => Some(if woman.is_empty() { "nam" } else { "nu" }),
            "" => None,
            "nam" | "m" => Some("nam"),
            "nu" | "f" => Some("nu"),
            _ => {
                faults.add(place, "gender-unknown", cell.text());
                None
            }
        }
    }

    /// A level in words, or by the first marked column of its kind.
    fn level(
        &self,
        cells: &[Cell],
        column: Column,
        read: fn(&str) -> Option<&'static str>,
        marks: &[(Column, &'static str)],
        faults: &mut Faults,
    ) -> Option<&'static str> {
        let (place, cell) = self.find(cells, column);
        if !cell.is_empty() {
            let level = read(&fold(&cell.text()));
            if level.is_none() {
                faults.add(place, "level-unknown", cell.text());
            }
            return level;
        }
        marks.iter().find(|(column, _)| !self.find(cells, *column).1.is_empty()).map(|(_, level)| *level)
    }

    fn words(&self, cells: &[Cell], column: Column) -> Option<String> {
        Some(self.find(cells, column).1.text()).filter(|text| !text.is_empty())
    }

    /// What lies beside the list: contacts, days in the Party, the identity number; by the rules of records.
    fn beside(
        &self,
        cells: &[Cell],
        birth: Option<NaiveDate>,
        gender: Option<&str>,
        faults: &mut Faults,
    ) -> (Facts, Private, Option<Identity>) {
        let facts = Facts {
            phone: digits(self.find(cells, Column::Phone).1, 10),
            email: self.find(cells, Column::Email).1.text(),
            ..Facts::default()
        };
        for (field, code) in faults_of_facts(&facts, self.today) {
            let (place, cell) = self.find(cells, if field == "phone" { Column::Phone } else { Column::Email });
            faults.add(place, code, cell.text());
        }
        let mut private = Private::default();
        for (column, on) in [
            (Column::PartyJoined, &mut private.party_joined_on),
            (Column::PartyOfficial, &mut private.party_official_on),
        ] {
            let (place, cell) = self.find(cells, column);
            if !cell.is_empty() {
                match day(cell, self.today) {
                    Ok(day) => *on = Some(day),
                    Err(code) => faults.add(place, code, cell.text()),
                }
            }
        }
        for (field, code) in faults_of_private(&private, birth, self.today) {
            let joined = field == "party_joined_on";
            let (place, cell) = self.find(cells, if joined { Column::PartyJoined } else { Column::PartyOfficial });
            // the register may have the day that this sheet does not say
            if code != "party-joined-missing" {
                faults.add(place, code, cell.text());
            }
        }
        let (place, cell) = self.find(cells, Column::Identity);
        let read = Some(digits(cell, 12)).filter(|_| !cell.is_empty()).map(|text| Identity::read(&text));
        let fits = |identity: &Identity| identity.fits(gender, birth);
        let identity = match read.map(|read| read.and_then(|identity| fits(&identity).map(|()| identity))) {
            Some(Ok(identity)) => Some(identity),
            // never with the number
            Some(Err(code)) => {
                faults.add(place, code, "");
                None
            }
            None => None,
        };
        (facts, private, identity)
    }

    /// What a row below the headings is.
    pub(super) fn row(&self, cells: &[Cell]) -> Outcome {
        let (name_at, name) = self.name(cells);
        if self.skipped(cells) {
            let text: Vec<String> = cells.iter().filter(|c| !c.is_empty()).map(Cell::text).collect();
            return Outcome::Skipped { text: text.join(" · ") };
        }
        let mut faults = Faults::default();
        for place in self.mapping.columns.keys() {
            if let Some(Cell::Broken(text)) = cells.get(*place) {
                faults.add(Some(*place), "broken", text);
            }
        }
        if name.is_empty() {
            faults.add(name_at, "name-missing", "");
        } else if name.chars().any(|c| c.is_ascii_digit()) || name.chars().count() > 100 {
            faults.add(name_at, "name-unreadable", &name);
        }
        let (birth, by_column) = self.birth(cells, &mut faults);
        let gender = self.gender(cells, &mut faults);
        if let (Some(one), Some(other)) = (by_column, gender)
            && one != other
        {
            faults.add(self.find(cells, Column::Gender).0, "gender-differs", self.find(cells, Column::Gender).1.text());
        }

        let (commune_at, commune_cell) = self.find(cells, Column::Commune);
        let commune = match (commune_cell.is_empty(), self.lists.commune(&commune_cell.text())) {
            (true, _) => self.commune.or_else(|| {
                faults.add(commune_at, "commune-missing", "");
                None
            }),
            (false, Some(found)) if self.only && self.commune != Some(found) => {
                faults.add(commune_at, "commune-other", commune_cell.text());
                None
            }
            (false, Some(found)) => Some(found),
            (false, None) => {
                faults.add(commune_at, "commune-unknown", commune_cell.text());
                None
            }
        };
        let (office_at, office_cell) = self.find(cells, Column::Office);
        let kind = self.lists.office_kind(&office_cell.text());
        if !office_cell.is_empty() && kind.is_none() {
            faults.add(office_at, "office-unknown", office_cell.text());
        }
        let (position_at, position_cell) = self.find(cells, Column::Position);
        let position = match self.lists.position(&position_cell.text(), kind.map(String::as_str)) {
            _ if position_cell.is_empty() => {
                faults.add(position_at, "position-missing", "");
                None
            }
            Ok(position) => Some(position),
            Err(code) => {
                faults.add(position_at, code, position_cell.text());
                None
            }
        };
        let kind = kind.or_else(|| position.and_then(|p| p.office_code.as_ref()));
        let office = commune.zip(kind).and_then(|(c, k)| self.lists.office(c, k));

        let (ethnic_at, ethnic_cell) = self.find(cells, Column::Ethnic);
        let ethnic = self.lists.ethnic(&ethnic_cell.text()).cloned();
        if !ethnic_cell.is_empty() && ethnic.is_none() {
            faults.add(ethnic_at, "ethnic-unknown", ethnic_cell.text());
        }
        let (since_at, since_cell) = self.find(cells, Column::Since);
        let since = match (since_cell.is_empty(), day(since_cell, self.today)) {
            (true, _) => None,
            (false, Ok(day)) => Some(day),
            (false, Err(code)) => {
                faults.add(since_at, code, since_cell.text());
                None
            }
        };
        let education = self.level(
            cells,
            Column::Education,
            education,
            &[
                (Column::EducationDoctor, "tien_si"),
                (Column::EducationMaster, "thac_si"),
                (Column::EducationUniversity, "dai_hoc"),
                (Column::EducationCollege, "cao_dang_trung_cap"),
            ],
            &mut faults,
        );
        let theory = self.level(
            cells,
            Column::Theory,
            theory,
            &[
                (Column::TheoryAdvanced, "cao_cap"),
                (Column::TheoryIntermediate, "trung_cap"),
                (Column::TheoryElementary, "so_cap"),
            ],
            &mut faults,
        );
        let management = self.level(
            cells,
            Column::Management,
            management,
            &[
                (Column::ManagementSenior, "cvcc"),
                (Column::ManagementPrincipal, "cvc"),
                (Column::ManagementSpecialist, "cv"),
            ],
            &mut faults,
        );
        let beside = self.beside(cells, birth, by_column.or(gender), &mut faults);
        match (birth, commune, position) {
            (Some(birth), Some(commune), Some(position)) if faults.0.is_empty() => Outcome::Person(Box::new(Read {
                code: Some(self.find(cells, Column::Code).1.text()).filter(|c| !c.is_empty()),
                name: name_case(&name),
                gender: by_column.or(gender),
                birth,
                ethnic,
                commune,
                office,
                office_named: !office_cell.is_empty(),
                position: position.id,
                since,
                education,
                theory,
                management,
                rank: rank(&self.find(cells, Column::Rank).1.text()),
                languages: self.words(cells, Column::Languages),
                it_skill: self.words(cells, Column::ItSkill),
                phone: Some(beside.0.phone).filter(|text| !text.is_empty()),
                email: Some(beside.0.email).filter(|text| !text.is_empty()),
                party_joined_on: beside.1.party_joined_on,
                party_official_on: beside.1.party_official_on,
                identity: beside.2,
            })),
            _ => Outcome::Faulty { name: name_case(&name), faults: faults.0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_columns() {
        assert_eq!([0, 25, 26, 27, 701].map(letter), ["A", "Z", "AA", "AB", "ZZ"]);
    }
}
