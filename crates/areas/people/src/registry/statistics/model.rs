//! Questions to the register and their answers as grids; pure.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, NaiveDate};

use super::super::list::{BLOCS, LEVELS};

/// The key of whoever has no value.
pub const NONE: &str = "none";
/// Most ages at which a band begins.
pub(super) const MOST_BANDS: usize = 6;

/// What people are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Bloc of the post.
    Bloc,
    /// Level of the post.
    Level,
    /// Professional education.
    Education,
    /// Political theory.
    Theory,
    /// State management.
    Management,
    /// Gender.
    Gender,
    /// Ethnic group.
    Ethnic,
    /// Age on the day, in bands (`registry_rule`, `age_bands`).
    Age,
    /// Region of the commune.
    Region,
    /// Commune of the post.
    Commune,
    /// Target group of the scheme.
    Audience,
}

impl Dimension {
    /// Every dimension, in the order in which filters are bound.
    pub const ALL: [Self; 11] = [
        Self::Bloc,
        Self::Level,
        Self::Education,
        Self::Theory,
        Self::Management,
        Self::Gender,
        Self::Ethnic,
        Self::Age,
        Self::Region,
        Self::Commune,
        Self::Audience,
    ];

    /// Stable code; the name of the filter in addresses, the end of the key of its words.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Bloc => "bloc",
            Self::Level => "level",
            Self::Education => "education",
            Self::Theory => "theory",
            Self::Management => "management",
            Self::Gender => "gender",
            Self::Ethnic => "ethnic",
            Self::Age => "age",
            Self::Region => "region",
            Self::Commune => "commune",
            Self::Audience => "audience",
        }
    }

    /// The dimension of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.code() == code)
    }

    /// Its keys in their order where the program knows them; others come as they are found.
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Bloc => &BLOCS,
            Self::Level => &LEVELS,
            Self::Education => &["tien_si", "thac_si", "dai_hoc", "cao_dang_trung_cap", "so_cap"],
            Self::Theory => &["cao_cap", "trung_cap", "so_cap", "chua_qua"],
            Self::Management => &["cvcc", "cvc", "cv", "chua_qua"],
            Self::Gender => &["nam", "nu"],
            Self::Audience => &["1", "2", "3"],
            Self::Age => &["0", "1", "2", "3", "4", "5", "6"],
            Self::Ethnic | Self::Region | Self::Commune => &[],
        }
    }
}

/// What is asked of the register: who is counted by what, of which day, narrowed to what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// What the rows are.
    pub rows: Dimension,
    /// What the columns are; none for a single column of sums.
    pub columns: Option<Dimension>,
    /// The day: whoever holds a post on it is counted, by the latest of the posts.
    pub on: NaiveDate,
    /// Keys to which people are narrowed.
    pub filters: [String; 11],
}

impl Question {
    /// A question about everybody of a day.
    #[must_use]
    pub fn new(rows: Dimension, columns: Option<Dimension>, on: NaiveDate) -> Self {
        Self { rows, columns: columns.filter(|c| *c != rows), on, filters: Default::default() }
    }

    /// The key to which a dimension is narrowed; empty for all.
    #[must_use]
    pub fn filter(&self, dimension: Dimension) -> &str {
        let place = Dimension::ALL.iter().position(|d| *d == dimension);
        place.and_then(|place| self.filters.get(place)).map_or("", String::as_str)
    }

    /// The same narrowed further.
    #[must_use]
    pub fn with(mut self, dimension: Dimension, key: &str) -> Self {
        let place = Dimension::ALL.iter().position(|d| *d == dimension);
        if let Some(filter) = place.and_then(|place| self.filters.get_mut(place)) {
            key.clone_into(filter);
        }
        self
    }
}

/// People of one key of the rows and one of the columns.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Cell {
    pub row_key: String,
    pub column_key: String,
    pub people: i64,
}

/// The answer: keys and people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    /// Keys of the rows in their order, with their sums.
    pub rows: Vec<(String, i64)>,
    /// Keys of the columns in their order, with their sums.
    pub columns: Vec<(String, i64)>,
    /// People, row by row.
    pub cells: Vec<Vec<i64>>,
    /// Everybody who is counted.
    pub people: i64,
}

/// Puts cells in the order of their keys: known keys as the program knows them, others by `place`, nobody's last. A key
/// that nobody has is left out.
pub(super) fn grid(cells: &[Cell], rows: Dimension, columns: Option<Dimension>, place: &HashMap<&str, usize>) -> Grid {
    let order = |dimension: Option<Dimension>, of: fn(&Cell) -> &str| {
        let known = dimension.map_or(&[][..], Dimension::keys);
        let mut sums: BTreeMap<(usize, usize, &str), i64> = BTreeMap::new();
        for cell in cells {
            let key = of(cell);
            let first = known.iter().position(|k| *k == key).unwrap_or(known.len());
            let second = if key == NONE { usize::MAX } else { place.get(key).copied().unwrap_or(usize::MAX - 1) };
            *sums.entry((first, second, key)).or_default() += cell.people;
        }
        sums.into_iter().map(|((.., key), sum)| (key.to_owned(), sum)).collect::<Vec<_>>()
    };
    let row_sums = order(Some(rows), |cell| &cell.row_key);
    let column_sums = order(columns, |cell| &cell.column_key);
    let at: HashMap<(&str, &str), i64> =
        cells.iter().map(|c| ((c.row_key.as_str(), c.column_key.as_str()), c.people)).collect();
    let line = |(row, _): &(String, i64)| {
        let cell = |(column, _): &(String, i64)| at.get(&(row.as_str(), column.as_str())).copied().unwrap_or(0);
        column_sums.iter().map(cell).collect()
    };
    Grid {
        cells: row_sums.iter().map(line).collect(),
        people: row_sums.iter().map(|(_, sum)| sum).sum(),
        rows: row_sums,
        columns: column_sums,
    }
}

/// Ages at which bands begin, from a rule: `31;41;51;61`. `None` unless they rise and there are 1 to 6 of them.
pub(super) fn bands(rule: &str) -> Option<Vec<u32>> {
    let ages: Vec<u32> = rule.split(';').map(|age| age.trim().parse().ok()).collect::<Option<_>>()?;
    let rises = ages.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
    (rises && (1..=MOST_BANDS).contains(&ages.len()) && ages.iter().all(|age| (1..=120).contains(age))).then_some(ages)
}

/// The last birth dates with which somebody has reached each age on a day; what is not used is before everybody's birth.
pub(super) fn cutoffs(bands: &[u32], on: NaiveDate) -> [NaiveDate; MOST_BANDS] {
    let mut days = [NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default(); MOST_BANDS];
    for (day, age) in days.iter_mut().zip(bands) {
        let year = on.year() - i32::try_from(*age).unwrap_or(0);
        // who was born on 29 February is a year older on 28 February's morrow, as the civil code counts
        *day = NaiveDate::from_ymd_opt(year, on.month(), on.day())
            .or_else(|| NaiveDate::from_ymd_opt(year, on.month(), 28))
            .unwrap_or_default();
    }
    days
}

/// First and last age of a band; none where it is open.
pub(super) fn band(bands: &[u32], number: usize) -> (Option<u32>, Option<u32>) {
    let from = number.checked_sub(1).and_then(|before| bands.get(before)).copied();
    (from, bands.get(number).map(|next| next - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: &str, column: &str, people: i64) -> Cell {
        Cell { row_key: row.into(), column_key: column.into(), people }
    }

    #[test]
    fn keys_stand_in_the_order_of_the_scheme_and_sums_are_of_all() {
        let cells = [
            cell("mat_tran", "none", 1),
            cell("dang", "dai_hoc", 5),
            cell("dang", "tien_si", 2),
            cell("mat_tran", "dai_hoc", 4),
        ];
        let grid = grid(&cells, Dimension::Bloc, Some(Dimension::Education), &HashMap::new());
        let key = |key: &str, sum| (key.to_owned(), sum);
        assert_eq!(grid.rows, [key("dang", 7), key("mat_tran", 5)]);
        assert_eq!(grid.columns, [key("tien_si", 2), key("dai_hoc", 9), key("none", 1)]);
        assert_eq!(grid.cells, [[2, 5, 0], [0, 4, 1]]);
        assert_eq!(grid.people, 12);
    }

    #[test]
    fn communes_stand_by_name() {
        let place = [("17230", 0), ("16681", 1)].into();
        let grid = grid(&[cell("16681", "", 3), cell("17230", "", 4)], Dimension::Commune, None, &place);
        assert_eq!(grid.rows.iter().map(|r| r.0.as_str()).collect::<Vec<_>>(), ["17230", "16681"]);
        assert_eq!((grid.columns.len(), grid.cells), (1, vec![vec![4], vec![3]]));
    }

    #[test]
    fn bands_of_age_change_on_the_birthday() {
        let ages = bands("31;41; 51").unwrap();
        let on: NaiveDate = "2026-11-26".parse().unwrap();
        let days = cutoffs(&ages, on);
        assert_eq!(days[0].to_string(), "1995-11-26");
        assert_eq!(days[3].to_string(), "0001-01-01");
        assert_eq!(
            (0..=3).map(|n| band(&ages, n)).collect::<Vec<_>>(),
            [(None, Some(30)), (Some(31), Some(40)), (Some(41), Some(50)), (Some(51), None)]
        );
        assert_eq!(cutoffs(&[31], "2028-02-29".parse().unwrap())[0].to_string(), "1997-02-28");
        for wrong in ["", "41;31", "31;31", "a", "0", "1;2;3;4;5;6;7"] {
            assert_eq!(bands(wrong), None, "{wrong}");
        }
    }
}
