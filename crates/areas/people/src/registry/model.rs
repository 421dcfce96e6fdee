//! Reconciliation: declared totals against each other and against the register. Doubles: who may stand in it twice.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use kernel::{PersonId, UnitId};

/// One declared figure beside what the register counts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReconcileLine {
    /// `total`, `target`, `bloc`, `education`, `theory` or `management`.
    pub dimension: String,
    /// Stable code within the dimension.
    pub key: String,
    /// Text of the source.
    pub label: String,
    /// People according to the source.
    pub declared: i64,
    /// People in the register.
    pub counted: i64,
}

/// People of one combination of levels; an empty level is not declared.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct CrossRow {
    pub(super) bloc: String,
    pub(super) education: String,
    pub(super) theory: String,
    pub(super) management: String,
    /// Whether their posts belong to a target group of the scheme.
    pub(super) targeted: bool,
    pub(super) people: i64,
}

/// Puts the register's figure beside every declared one.
pub(super) fn counted(mut declared: Vec<ReconcileLine>, rows: &[CrossRow]) -> Vec<ReconcileLine> {
    for line in &mut declared {
        let fits = |row: &&CrossRow| match line.dimension.as_str() {
            "total" => true,
            "target" => row.targeted,
            "bloc" => row.bloc == line.key,
            "education" => row.education == line.key,
            "theory" => row.theory == line.key,
            "management" => row.management == line.key,
            _ => false,
        };
        line.counted = rows.iter().filter(fits).map(|row| row.people).sum();
    }
    declared
}

/// Somebody who shares the sound of the name with others.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Alike {
    pub(super) person_id: PersonId,
    pub(super) code: String,
    pub(super) full_name: String,
    pub(super) sound_key: String,
    pub(super) gender: Option<String>,
    pub(super) birth_date: NaiveDate,
    pub(super) commune_id: UnitId,
    pub(super) commune: String,
    pub(super) commune_kind: String,
    pub(super) position_title: String,
}

/// Why two records may be one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Names that sound alike, and one birth date.
    SameDay,
    /// Names that sound alike, one commune, and birth dates of which one part differs: day, month or year.
    OnePart,
}

impl Why {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::SameDay => "same-day",
            Self::OnePart => "one-part",
        }
    }
}

/// Two records that may be one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Double<'a> {
    pub(super) one: &'a Alike,
    pub(super) other: &'a Alike,
    pub(super) why: Why,
}

impl Double<'_> {
    /// Both records by their ids, the smaller first.
    pub(super) fn ids(&self) -> (PersonId, PersonId) {
        let (one, other) = (self.one.person_id, self.other.person_id);
        (one.min(other), one.max(other))
    }

    /// Both records, each with the message key of its column.
    pub(super) fn sides(&self) -> [(&'static str, &Alike); 2] {
        [("doubles-one", self.one), ("doubles-other", self.other)]
    }
}

/// Pairs that may be one person: first those of one birth date, then the others, each in the order of `people`.
pub(super) fn doubles(people: &[Alike]) -> Vec<Double<'_>> {
    let mut by_sound: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, person) in people.iter().enumerate() {
        by_sound.entry(&person.sound_key).or_default().push(place);
    }
    let mut pairs = Vec::new();
    for places in by_sound.values() {
        for (nth, first) in places.iter().enumerate() {
            for second in places.iter().skip(nth + 1) {
                let (Some(one), Some(other)) = (people.get(*first), people.get(*second)) else { continue };
                if let Some(why) = why(one, other) {
                    pairs.push((why == Why::OnePart, *first, *second, Double { one, other, why }));
                }
            }
        }
    }
    pairs.sort_by_key(|(later, first, second, _)| (*later, *first, *second));
    pairs.into_iter().map(|(.., pair)| pair).collect()
}

fn why(one: &Alike, other: &Alike) -> Option<Why> {
    let (a, b) = (one.birth_date, other.birth_date);
    if a == b {
        return Some(Why::SameDay);
    }
    let equal = [a.day() == b.day(), a.month() == b.month(), a.year() == b.year()].iter().filter(|e| **e).count();
    // a brother and a sister may have one name for the ear; with another date as well it is not one person
    let gender = one.gender.is_none() || other.gender.is_none() || one.gender == other.gender;
    (one.commune_id == other.commune_id && equal == 2 && gender).then_some(Why::OnePart)
}

/// How far the declared parts of a dimension miss the declared total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The dimension.
    pub dimension: String,
    /// Sum of its declared parts.
    pub sum: i64,
    /// Declared total minus that sum; 0 where it adds up.
    pub missing: i64,
}

/// Gap of every dimension that has parts, in the order in which they were declared.
/// It is reported, never mended: the scheme's own figures do not all add up.
#[must_use]
pub fn gaps(lines: &[ReconcileLine]) -> Vec<Gap> {
    let total = lines.iter().find(|l| l.dimension == "total").map_or(0, |l| l.declared);
    let mut gaps: Vec<Gap> = Vec::new();
    for line in lines.iter().filter(|l| !matches!(l.dimension.as_str(), "total" | "target")) {
        match gaps.iter_mut().find(|g| g.dimension == line.dimension) {
            Some(gap) => {
                gap.sum += line.declared;
                gap.missing -= line.declared;
            }
            None => {
                gaps.push(Gap {
                    dimension: line.dimension.clone(),
                    sum: line.declared,
                    missing: total - line.declared,
                });
            }
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(dimension: &str, declared: i64) -> ReconcileLine {
        ReconcileLine { dimension: dimension.into(), key: String::new(), label: String::new(), declared, counted: 0 }
    }

    #[test]
    fn what_does_not_add_up_is_reported() {
        let lines =
            [line("total", 8624), line("target", 7365), line("bloc", 2277), line("bloc", 6276), line("theory", 8624)];
        assert_eq!(
            gaps(&lines),
            [
                Gap { dimension: "bloc".into(), sum: 8553, missing: 71 },
                Gap { dimension: "theory".into(), sum: 8624, missing: 0 }
            ]
        );
    }

    fn alike(code: &str, name: &str, birth: &str, commune: u8, gender: Option<&str>) -> Alike {
        Alike {
            person_id: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            code: code.into(),
            full_name: name.into(),
            sound_key: kernel::text::sound_key(name),
            gender: gender.map(str::to_owned),
            birth_date: birth.parse().unwrap(),
            commune_id: format!("00000000-0000-7000-8000-00000000000{commune}").parse().unwrap(),
            commune: String::new(),
            commune_kind: "xa".into(),
            position_title: String::new(),
        }
    }

    #[test]
    fn doubles_have_one_birth_date_or_one_commune_and_two_parts_of_it() {
        let people = [
            alike("a", "Nguyễn Văn Trung", "1980-03-05", 1, Some("nam")),
            alike("b", "Nguyễn Văn Chung", "1980-05-03", 1, Some("nam")),
            alike("c", "Nguyen Van Trung", "1980-03-05", 2, None),
            alike("d", "Nguyễn Văn Trung", "1981-03-05", 1, Some("nam")),
            alike("e", "Nguyễn Văn Trung", "1982-03-05", 1, Some("nu")),
            alike("f", "Nguyễn Văn Trưng", "1981-03-05", 3, Some("nam")),
            alike("g", "Nguyễn Văn Lam", "1980-03-05", 1, Some("nam")),
        ];
        let found: Vec<(&str, &str, Why)> =
            doubles(&people).iter().map(|p| (p.one.code.as_str(), p.other.code.as_str(), p.why)).collect();
        assert_eq!(found, [("a", "c", Why::SameDay), ("d", "f", Why::SameDay), ("a", "d", Why::OnePart)]);
    }
}
