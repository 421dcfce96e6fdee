//! Reference tables of a scheme: those of Nghệ An, carried in the binary, or a folder of one's own in the same form.
//! `data/SOURCES.md` says where each comes from and what its columns hold.
//!
//! Always true:
//! - a table is read to its end: every fault is named by file, line and column, not the first alone;
//! - a scheme is loaded in one transaction, and only without a fault.

mod check;
mod load;

use std::{collections::BTreeMap, fmt, fs, io, path::Path};

use chrono::NaiveDate;

pub(crate) use load::tell;
pub use load::{LoadError, load_tables, programmes, tables};

/// A fault of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Name of the file.
    pub file: &'static str,
    /// Its line, from 1; 0 when the file as a whole is meant.
    pub line: u64,
    /// The column; empty when the whole line is meant.
    pub column: &'static str,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file)?;
        if self.line > 0 {
            write!(f, ": line {}", self.line)?;
        }
        if !self.column.is_empty() {
            write!(f, ", {}", self.column)?;
        }
        write!(f, ": {}", self.what)
    }
}

/// Tables that cannot be loaded, with every fault.
#[derive(Debug, thiserror::Error)]
pub struct TableError(pub Vec<Fault>);

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [fault] = self.0.as_slice() {
            return write!(f, "{fault}");
        }
        write!(f, "{} faults, nothing was loaded", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n{fault}"))
    }
}

/// What stands in one cell.
trait Cell: Sized + Default {
    /// Whether the column may be left out.
    const OPTIONAL: bool = false;
    /// Reads the text; the error says what was expected.
    fn read(text: &str) -> Result<Self, &'static str>;
}

impl Cell for String {
    fn read(text: &str) -> Result<Self, &'static str> {
        Ok(text.to_owned())
    }
}

impl Cell for i64 {
    fn read(text: &str) -> Result<Self, &'static str> {
        text.parse().map_err(|_| "a whole number is expected")
    }
}

impl Cell for f64 {
    fn read(text: &str) -> Result<Self, &'static str> {
        let number = text.parse().ok().filter(|n: &Self| n.is_finite());
        number.ok_or("a number with a decimal point is expected")
    }
}

impl Cell for bool {
    fn read(text: &str) -> Result<Self, &'static str> {
        match text {
            "1" => Ok(true),
            "0" => Ok(false),
            _ => Err("1 or 0 is expected"),
        }
    }
}

impl Cell for NaiveDate {
    fn read(text: &str) -> Result<Self, &'static str> {
        text.parse().map_err(|_| "a day as 2026-01-31 is expected")
    }
}

impl<C: Cell> Cell for Option<C> {
    const OPTIONAL: bool = true;
    fn read(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() { Ok(None) } else { C::read(text).map(Some) }
    }
}

/// A line being read; what is wrong with it is kept.
struct Line<'a> {
    file: &'static str,
    number: u64,
    heads: &'a BTreeMap<String, usize>,
    record: &'a csv::StringRecord,
    faults: &'a mut Vec<Fault>,
}

impl Line<'_> {
    fn cell<C: Cell>(&mut self, column: &'static str) -> C {
        let text = self.heads.get(column).and_then(|place| self.record.get(*place)).unwrap_or_default();
        C::read(text.trim()).unwrap_or_else(|expected| {
            let what = if text.is_empty() { expected.to_owned() } else { format!("{expected}, not {text:?}") };
            self.faults.push(Fault { file: self.file, line: self.number, column, what });
            C::default()
        })
    }
}

/// A line of a table with its number in the file.
trait Row: Sized {
    /// Columns that may not be left out.
    fn needed() -> Vec<&'static str>;
    fn read(line: &mut Line<'_>) -> Self;
}

macro_rules! column {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $column:literal) => {
        $column
    };
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident { $($field:ident $(as $column:literal)?: $kind:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        #[expect(missing_docs, reason = "columns of the table of the same name, described in data/SOURCES.md")]
        pub struct $name { pub line: u64, $(pub $field: $kind),* }

        impl Row for $name {
            fn needed() -> Vec<&'static str> {
                [$((column!($field $($column)?), <$kind as Cell>::OPTIONAL)),*]
                    .into_iter().filter(|(_, optional)| !optional).map(|(column, _)| column).collect()
            }
            fn read(line: &mut Line<'_>) -> Self {
                Self { line: line.number, $($field: line.cell(column!($field $($column)?))),* }
            }
        }
    )*};
}

rows! {
    /// The scheme itself; the table has one line.
    SchemeRow {
        code: String,
        name: String,
        short_name: String,
        province_code: String,
        province_name: String,
        organised_since: NaiveDate,
        first_year: i64,
        last_year: i64,
    }
    /// A commune-level unit.
    CommuneRow {
        code: String,
        name: String,
        kind: String,
        former_district: String,
        population_reference_map: Option<i64>,
        region: String,
        is_border: bool,
        is_coastal: bool,
        is_mountain_district: bool,
        is_highland_district: bool,
        lat: f64,
        lon: f64,
        approx_road_km_from_vinh: Option<i64>,
    }
    /// A post with how many of it the province has.
    PositionRow {
        code: String,
        title: String,
        bloc: String,
        office_code: String,
        office: String,
        level: String,
        target_group: Option<i64>,
        total_over_130: Option<i64>,
    }
    /// An ethnic group by the list of decision 121-TCTK/PPCĐ.
    EthnicRow { code as "code_121_tctk_1979": String, name: String, is_minority: bool }
    /// A day that matters.
    HolidayRow {
        date: NaiveDate,
        code: String,
        name: String,
        kind: String,
        is_day_off: bool,
        status: String,
        legal_basis: String,
    }
    /// A legal document.
    DocumentRow { number: String, date: String, issuer: String, kind: String, title: String, status: String, note: String }
    /// A programme.
    ProgrammeRow { code: String, name: String }
    /// A topic of a programme.
    TopicRow {
        programme_code: String,
        day: Option<i64>,
        sequence: i64,
        topic_code: String,
        topic_title: String,
        kind: String,
        periods: i64,
        lecturer_type: String,
        delivery_mode: String,
        is_elective: bool,
        source_status: String,
        source: String,
    }
    /// Person-times of a category.
    HistoryRow { category_code: String, category: String, person_times: i64, period: String }
    /// A family name with its weight within an ethnic group.
    FamilyRow { family_name: String, ethnic_group: String, weight_per_1000_in_group: Option<f64> }
    /// A middle name with its weight.
    MiddleRow { middle_name: String, gender: String, ethnic_group: String, birth_cohort: String, weight_per_1000: Option<f64> }
    /// A given name with its weight.
    GivenRow { given_name: String, gender: String, ethnic_group: String, birth_cohort: String, weight_per_1000: Option<f64> }
    /// A rule of the scheme.
    SchemeRuleRow { key: String, value: String, unit: String, valid_from: NaiveDate, valid_to: Option<NaiveDate>, source: String }
    /// A milestone of the scheme.
    SchemeMilestoneRow { code: String, title: String, due_on: NaiveDate, source: String }
    /// A responsible body.
    SchemeBodyRow { code: String, name: String, duty: String, tier: i64, source: String }
    /// An audience; `blocs` are separated by semicolons.
    SchemeAudienceRow {
        code: String,
        name: String,
        description: String,
        target_group: i64,
        programme_code: String,
        blocs: String,
        source: String,
    }
    /// An indicator of the evaluation of classes.
    IndicatorRow { object: String, text: String, source: String }
    /// A total that the scheme declares.
    DeclaredRow { dimension: String, key: String, label: String, people: i64, as_of: NaiveDate, source: String }
}

impl SchemeAudienceRow {
    /// The blocs whose people outside the target groups it serves.
    fn blocs(&self) -> impl Iterator<Item = &str> {
        self.blocs.split(';').map(str::trim).filter(|bloc| !bloc.is_empty())
    }
}

/// Every table. The names are those of generated people; a folder brings none.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "tables, described in data/SOURCES.md")]
pub struct Reference {
    pub scheme: SchemeRow,
    pub communes: Vec<CommuneRow>,
    pub positions: Vec<PositionRow>,
    pub ethnic_groups: Vec<EthnicRow>,
    pub holidays: Vec<HolidayRow>,
    pub documents: Vec<DocumentRow>,
    pub programmes: Vec<ProgrammeRow>,
    pub topics: Vec<TopicRow>,
    pub history: Vec<HistoryRow>,
    pub families: Vec<FamilyRow>,
    pub middles: Vec<MiddleRow>,
    pub givens: Vec<GivenRow>,
    pub rules: Vec<SchemeRuleRow>,
    pub milestones: Vec<SchemeMilestoneRow>,
    pub bodies: Vec<SchemeBodyRow>,
    pub audiences: Vec<SchemeAudienceRow>,
    pub declared: Vec<DeclaredRow>,
    pub indicators: Vec<IndicatorRow>,
}

/// Where the files are.
enum Place<'a> {
    BuiltIn,
    Folder(&'a Path),
}

/// The files of [`Place::BuiltIn`].
macro_rules! built_in {
    ($file:expr, $($name:literal)*) => {
        match $file {
            $($name => include_str!(concat!("../../../../data/", $name)),)*
            _ => "",
        }
    };
}

impl Place<'_> {
    fn text(&self, file: &str) -> io::Result<String> {
        let text = match self {
            Self::BuiltIn => built_in!(file, "scheme.csv" "communes.csv" "positions.csv" "ethnic_groups.csv" "holidays.csv"
                "legal_documents.csv" "programmes.csv" "programme_catalogue.csv" "history_2021_2024.csv" "family_names.csv"
                "middle_names.csv" "given_names.csv" "scheme_rules.csv" "scheme_milestones.csv" "scheme_bodies.csv"
                "scheme_audiences.csv" "declared_totals.csv" "evaluation_indicators.csv")
            .to_owned(),
            Self::Folder(folder) => {
                let bytes = fs::read(folder.join(file))?;
                let text = String::from_utf8(bytes).map_err(|_| io::Error::other("the text is not UTF-8"))?;
                text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
            }
        };
        Ok(text)
    }

    fn read<R: Row>(&self, file: &'static str, faults: &mut Vec<Fault>) -> Vec<R> {
        match self.text(file) {
            Ok(text) => rows(file, &text, faults),
            Err(error) => {
                faults.push(Fault { file, line: 0, column: "", what: error.to_string() });
                Vec::new()
            }
        }
    }

    fn names<R: Row>(&self, file: &'static str, faults: &mut Vec<Fault>) -> Vec<R> {
        if matches!(self, Self::BuiltIn) { self.read(file, faults) } else { Vec::new() }
    }
}

/// Every line that can be read; the faults of the others.
fn rows<R: Row>(file: &'static str, text: &str, faults: &mut Vec<Fault>) -> Vec<R> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let heads: BTreeMap<String, usize> = match reader.headers() {
        Ok(heads) => heads.iter().zip(0..).map(|(head, place)| (head.trim().to_owned(), place)).collect(),
        Err(error) => {
            faults.push(Fault { file, line: 1, column: "", what: error.to_string() });
            return Vec::new();
        }
    };
    let lacking: Vec<&str> = R::needed().into_iter().filter(|column| !heads.contains_key(*column)).collect();
    if !lacking.is_empty() {
        let fault = |column| Fault { file, line: 1, column, what: "the column is missing".to_owned() };
        faults.extend(lacking.into_iter().map(fault));
        return Vec::new();
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                faults.push(Fault { file, line, column: "", what: error.to_string() });
            }
            Ok(record) => {
                let number = record.position().map_or(0, csv::Position::line);
                if record.len() == heads.len() {
                    rows.push(R::read(&mut Line { file, number, heads: &heads, record: &record, faults }));
                } else {
                    let what = format!("{} cells are expected, not {}", heads.len(), record.len());
                    faults.push(Fault { file, line: number, column: "", what });
                }
            }
        }
    }
    rows
}

impl Reference {
    /// Reads the tables of the Nghệ An scheme, which the binary carries.
    ///
    /// # Errors
    /// Every fault of every table.
    pub fn load() -> Result<Self, TableError> {
        Self::read(&Place::BuiltIn)
    }

    /// Reads the tables of a scheme of one's own.
    ///
    /// # Errors
    /// Every fault of every table.
    pub fn folder(folder: &Path) -> Result<Self, TableError> {
        Self::read(&Place::Folder(folder))
    }

    fn read(place: &Place<'_>) -> Result<Self, TableError> {
        let mut faults = Vec::new();
        let f = &mut faults;
        let mut schemes: Vec<SchemeRow> = place.read("scheme.csv", f);
        if schemes.len() != 1 && f.is_empty() {
            let what = format!("one scheme is expected, not {}", schemes.len());
            f.push(Fault { file: "scheme.csv", line: 0, column: "", what });
        }
        let read = Self {
            scheme: schemes.pop().unwrap_or_default(),
            communes: place.read("communes.csv", f),
            positions: place.read("positions.csv", f),
            ethnic_groups: place.read("ethnic_groups.csv", f),
            holidays: place.read("holidays.csv", f),
            documents: place.read("legal_documents.csv", f),
            programmes: place.read("programmes.csv", f),
            topics: place.read("programme_catalogue.csv", f),
            history: place.read("history_2021_2024.csv", f),
            families: place.names("family_names.csv", f),
            middles: place.names("middle_names.csv", f),
            givens: place.names("given_names.csv", f),
            rules: place.read("scheme_rules.csv", f),
            milestones: place.read("scheme_milestones.csv", f),
            bodies: place.read("scheme_bodies.csv", f),
            audiences: place.read("scheme_audiences.csv", f),
            declared: place.read("declared_totals.csv", f),
            indicators: place.read("evaluation_indicators.csv", f),
        };
        // what a cell alone does not show is looked for once every cell can be read
        if faults.is_empty() {
            check::faults(&read, &mut faults);
        }
        if faults.is_empty() { Ok(read) } else { Err(TableError(faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_in_the_binary_have_no_fault() {
        let reference = Reference::load().unwrap();
        assert_eq!((reference.scheme.code.as_str(), reference.communes.len()), ("nghe-an-2026-2030", 130));
    }

    #[test]
    fn every_fault_of_a_table_is_named() {
        let text = "code,title,due_on\nmot,Mốc,2026-13-01\nhai,Mốc\nba,\"Mốc\nhai dòng\",x\n";
        let mut faults = Vec::new();
        rows::<SchemeMilestoneRow>("scheme_milestones.csv", text, &mut faults);
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["scheme_milestones.csv: line 1, source: the column is missing"]);

        let text = text.replace("due_on\n", "due_on,source\n").replace("-01\n", "-01,s\n").replace("x\n", "x,s\n");
        let mut faults = Vec::new();
        let read = rows::<SchemeMilestoneRow>("scheme_milestones.csv", &text, &mut faults);
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "scheme_milestones.csv: line 2, due_on: a day as 2026-01-31 is expected, not \"2026-13-01\"",
                "scheme_milestones.csv: line 3: 4 cells are expected, not 2",
                "scheme_milestones.csv: line 4, due_on: a day as 2026-01-31 is expected, not \"x\"",
            ]
        );
        assert_eq!(read.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4]);
    }
}
