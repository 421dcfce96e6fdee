//! What may become of a unit, and on which day: pure rules.

use chrono::NaiveDate;

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
