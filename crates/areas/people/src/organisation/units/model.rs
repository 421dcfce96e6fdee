//! What may become of a unit, and on which day: pure rules.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::PersonId;

/// Regions, of which a unit has one, and priorities, of which it may have several.
pub const REGIONS: [&str; 4] = ["region_dong_bang", "region_mien_nui", "region_vung_cao", "region_bien_gioi"];
/// Priorities in the order in which they are shown.
pub const PRIORITIES: [&str; 7] = ["border", "highland", "mountain", "coastal", "remote", "minority", "difficult"];

/// An attribute of a unit from a day on, perhaps to a day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, serde::Serialize)]
pub struct Attribute {
    /// One of [`REGIONS`] or [`PRIORITIES`].
    pub attribute: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
    /// The paper that says so; empty for what was loaded without one.
    pub source: String,
}

impl Attribute {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| last >= day)
    }

    /// Whether it is a region.
    #[must_use]
    pub fn is_region(&self) -> bool {
        REGIONS.contains(&self.attribute.as_str())
    }
}

/// Why a change of a unit does not fit its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayRefused {
    /// After today: what is decided is entered when it takes effect.
    Future,
    /// Not after the latest change of the kind, or the beginning of the unit.
    NotAfter(NaiveDate),
}

/// A change takes effect after the one before it and not after today.
///
/// # Errors
/// [`DayRefused`].
pub fn check_day(day: NaiveDate, before: NaiveDate, today: NaiveDate) -> Result<(), DayRefused> {
    if day > today {
        return Err(DayRefused::Future);
    }
    if day <= before { Err(DayRefused::NotAfter(before)) } else { Ok(()) }
}

/// Who goes where when a unit is split and nobody has chosen for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deal {
    /// Nowhere: each person is chosen for.
    Each,
    /// To the first of the following units.
    First,
    /// To the following units in turn, office by office.
    Evenly,
}

impl Deal {
    /// Every rule, in the order in which it is offered.
    pub const ALL: [Self; 3] = [Self::Each, Self::First, Self::Evenly];

    /// As forms send it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::First => "first",
            Self::Evenly => "evenly",
        }
    }

    /// Deals people, in their order with their office, to so many units: what is chosen stands, the rest follows the rule.
    /// Evenly means: to the unit with the fewest of that office, of several to the one with the fewest in all, then the first.
    ///
    /// # Errors
    /// How many would be left without a unit.
    pub fn deal(
        self,
        people: &[(PersonId, &str)],
        chosen: &HashMap<PersonId, usize>,
        units: usize,
    ) -> Result<HashMap<PersonId, usize>, usize> {
        let mut dealt: HashMap<PersonId, usize> = HashMap::new();
        let mut taken: Vec<(&str, usize)> = Vec::with_capacity(people.len());
        let mut open = Vec::new();
        for (person, office) in people {
            match chosen.get(person).filter(|unit| **unit < units) {
                Some(unit) => {
                    dealt.insert(*person, *unit);
                    taken.push((*office, *unit));
                }
                None => open.push((*person, *office)),
            }
        }
        if self == Self::Each && !open.is_empty() {
            return Err(open.len());
        }
        for (person, office) in open {
            let has = |unit: usize| {
                let there = || taken.iter().filter(|(_, at)| *at == unit);
                (there().filter(|(of, _)| *of == office).count(), there().count(), unit)
            };
            let fewest = (0..units).min_by_key(|unit| has(*unit)).unwrap_or(0);
            let unit = if self == Self::First { 0 } else { fewest };
            dealt.insert(person, unit);
            taken.push((office, unit));
        }
        Ok(dealt)
    }
}

/// What the attributes of a unit say of today: the columns of `commune` that other slices read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flags {
    /// `dong_bang`, `mien_nui`, `vung_cao` or `bien_gioi`; none where no region holds.
    pub region: Option<String>,
    /// On the border.
    pub border: bool,
    /// Highland.
    pub highland: bool,
    /// Mountain.
    pub mountain: bool,
    /// At the sea.
    pub coastal: bool,
}

/// The flags of a day.
#[must_use]
pub fn flags(attributes: &[Attribute], day: NaiveDate) -> Flags {
    let has = |code: &str| attributes.iter().any(|a| a.attribute == code && a.holds(day));
    let region = attributes.iter().find(|a| a.is_region() && a.holds(day));
    Flags {
        region: region.and_then(|a| a.attribute.strip_prefix("region_")).map(str::to_owned),
        border: has("border"),
        highland: has("highland"),
        mountain: has("mountain"),
        coastal: has("coastal"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_change_comes_after_the_last_one_and_not_tomorrow() {
        let check = |text| check_day(day(text), day("2025-07-01"), day("2026-03-02"));
        assert_eq!(check("2026-03-02"), Ok(()));
        assert_eq!(check("2026-03-03"), Err(DayRefused::Future));
        assert_eq!(check("2025-07-01"), Err(DayRefused::NotAfter(day("2025-07-01"))));
    }

    #[test]
    fn nobody_is_left_without_a_unit_when_one_is_split() {
        let id = |n: u8| -> PersonId { format!("00000000-0000-7000-8000-00000000000{n}").parse().unwrap() };
        let people = [(id(1), "VP"), (id(2), "VP"), (id(3), "VP"), (id(4), "KT"), (id(5), "KT")];
        let chosen = HashMap::from([(id(2), 0), (id(4), 1)]);
        let dealt = |rule: Deal, chosen: &HashMap<PersonId, usize>| {
            rule.deal(&people, chosen, 2).map(|all| people.map(|(person, _)| all[&person]))
        };
        assert_eq!(dealt(Deal::Each, &chosen), Err(3));
        assert_eq!(dealt(Deal::First, &chosen), Ok([0, 0, 0, 1, 0]));
        // of the office one is chosen to the first unit, so the next goes to the second; then the unit with fewer in all
        assert_eq!(dealt(Deal::Evenly, &chosen), Ok([1, 0, 0, 1, 0]));
        assert_eq!(dealt(Deal::Evenly, &HashMap::new()), Ok([0, 1, 0, 1, 0]));
        // a unit that there is not is no choice
        assert_eq!(dealt(Deal::Each, &people.iter().map(|(person, _)| (*person, 2)).collect()), Err(5));
        assert_eq!(dealt(Deal::Each, &people.iter().map(|(person, _)| (*person, 1)).collect()), Ok([1; 5]));
    }

    #[test]
    fn flags_are_those_of_their_day() {
        let attribute = |code: &str, from: &str, to: Option<&str>| Attribute {
            attribute: code.to_owned(),
            valid_from: day(from),
            valid_to: to.map(day),
            source: String::new(),
        };
        let all = [
            attribute("region_mien_nui", "2025-07-01", Some("2025-12-31")),
            attribute("region_vung_cao", "2026-01-01", None),
            attribute("border", "2025-07-01", Some("2025-12-31")),
        ];
        let (before, after) = (flags(&all, day("2025-12-31")), flags(&all, day("2026-01-01")));
        assert_eq!((before.region.as_deref(), before.border), (Some("mien_nui"), true));
        assert_eq!((after.region.as_deref(), after.border), (Some("vung_cao"), false));
        assert_eq!(flags(&all, day("2025-06-30")).region, None);
    }
}
