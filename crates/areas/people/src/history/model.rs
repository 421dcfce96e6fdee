//! From the rows of a sheet to courses and faults; pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use kernel::{PersonId, text::fold};

use crate::registry::import::{Cell, Sheet};

/// Ledgers of training: 145-QĐ/TW knowledge updating, job position and professional skills, what counts for neither.
pub const LEDGERS: [&str; 3] = ["update", "position", "other"];
/// Rows within which headings are looked for.
const HEAD_WITHIN: usize = 15;
/// Most letters of a text.
const MOST_LETTERS: usize = 250;
/// Most periods of a course.
pub(super) const MOST_PERIODS: i64 = 2_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Code,
    Name,
    Birth,
    Title,
    Category,
    From,
    To,
    Periods,
    Ledger,
    Organiser,
    Certificate,
}

impl Column {
    fn of_heading(text: &str) -> Option<Self> {
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        Some(match text {
            _ if has(&["ma can bo", "ma nguoi", "ma cb", "so hieu can bo"]) => Self::Code,
            _ if has(&["ho va ten", "ho ten"]) => Self::Name,
            _ if has(&["ngay sinh", "nam sinh", "sinh ngay"]) => Self::Birth,
            _ if has(&["so tiet", "so gio", "thoi luong"]) => Self::Periods,
            _ if has(&["so chung chi", "chung nhan", "chung chi", "van bang"]) => Self::Certificate,
            _ if has(&["loai", "linh vuc"]) => Self::Category,
            _ if has(&["so theo doi", "so tinh", "tinh vao so"]) => Self::Ledger,
            _ if has(&["don vi to chuc", "co so", "noi hoc", "co quan to chuc"]) => Self::Organiser,
            _ if has(&["tu ngay", "ngay bat dau", "khai giang"]) => Self::From,
            _ if has(&["den ngay", "ngay ket thuc", "be giang"]) => Self::To,
            _ if has(&["ten lop", "ten khoa", "khoa boi duong", "lop boi duong", "chuong trinh", "noi dung"]) => {
                Self::Title
            }
            _ => return None,
        })
    }

    fn code(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Name => "name",
            Self::Birth => "birth",
            Self::Title => "title",
            Self::Category => "category",
            Self::From => "from",
            Self::To => "to",
            Self::Periods => "periods",
            Self::Ledger => "ledger",
            Self::Organiser => "organiser",
            Self::Certificate => "certificate",
        }
    }
}

/// Why a row is no course; its message is `history-fault-CODE` with the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable code.
    pub code: &'static str,
    /// What stood there.
    pub value: String,
}

fn fault(code: &'static str, value: impl Into<String>) -> Fault {
    Fault { code, value: value.into() }
}

/// A course on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Read {
    pub person: PersonId,
    pub title: String,
    pub category: String,
    pub ledger: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub periods: i64,
    pub organiser: String,
    pub certificate: String,
}

/// Somebody of the register as far as a list names them.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Known {
    pub person_id: PersonId,
    pub code: String,
    pub full_name: String,
    pub birth_date: Option<NaiveDate>,
}

/// What rows are read against.
#[derive(Debug, Default)]
pub(super) struct Against {
    by_code: HashMap<String, PersonId>,
    by_name: HashMap<String, Vec<(Option<NaiveDate>, PersonId)>>,
    /// Code and folded name of each category.
    categories: Vec<(String, String)>,
    /// Ledger of each category.
    ledgers: HashMap<String, String>,
    /// Courses that are there: person, folded title, first day.
    taken: HashSet<(PersonId, String, NaiveDate)>,
    today: NaiveDate,
}

impl Against {
    pub(super) fn new(
        people: &[Known],
        categories: &[(String, String)],
        ledgers: HashMap<String, String>,
        taken: HashSet<(PersonId, String, NaiveDate)>,
        today: NaiveDate,
    ) -> Self {
        let mut by_name: HashMap<String, Vec<(Option<NaiveDate>, PersonId)>> = HashMap::new();
        for person in people {
            by_name.entry(fold(&person.full_name)).or_default().push((person.birth_date, person.person_id));
        }
        Self {
            by_code: people.iter().map(|p| (p.code.to_lowercase(), p.person_id)).collect(),
            by_name,
            categories: categories.iter().map(|(code, name)| (code.clone(), fold(name))).collect(),
            ledgers,
            taken,
            today,
        }
    }

    fn person(&self, code: &str, name: &str, born: Option<NaiveDate>) -> Result<PersonId, Fault> {
        if !code.is_empty() {
            return self.by_code.get(&code.to_lowercase()).copied().ok_or_else(|| fault("code", code));
        }
        if name.is_empty() {
            return Err(fault("name", ""));
        }
        let namesakes = self.by_name.get(&fold(name)).map_or(&[][..], Vec::as_slice);
        let fits: Vec<PersonId> =
            namesakes.iter().filter(|(day, _)| born.is_none() || *day == born).map(|(_, person)| *person).collect();
        match fits.as_slice() {
            [one] => Ok(*one),
            [] => Err(fault("nobody", name)),
            _ => Err(fault("several", name)),
        }
    }

    fn category(&self, text: &str) -> Result<String, Fault> {
        let asked = fold(text);
        let found = self.categories.iter().find(|(code, name)| fold(code) == asked || *name == asked);
        found.map(|(code, _)| code.clone()).ok_or_else(|| fault("category", text))
    }

    /// The ledger that a row names, else that of its category.
    fn ledger(&self, text: &str, category: &str) -> Result<String, Fault> {
        let asked = fold(text);
        let named = match asked.as_str() {
            "" => return Ok(self.ledgers.get(category).cloned().unwrap_or_else(|| "other".to_owned())),
            _ if asked.contains("145") || asked.contains("cap nhat") => "update",
            _ if asked.contains("vi tri") || asked.contains("chuyen mon") || asked.contains("nghiep vu") => "position",
            _ if asked.contains("khac") || asked.contains("khong") => "other",
            _ => return Err(fault("ledger", text)),
        };
        Ok(named.to_owned())
    }
}

/// A sheet with headings of courses.
#[derive(Debug)]
pub(super) struct List<'a> {
    pub sheet: &'a Sheet,
    /// Rows before the first course.
    pub head: usize,
    /// Where each column stands.
    pub columns: BTreeMap<Column, usize>,
}

/// Finds the sheet with headings of courses: its columns and the rows before its first course. An error names the columns
/// that no sheet has.
pub(super) fn columns(sheets: &[Sheet]) -> Result<List<'_>, Vec<&'static str>> {
    let mut best: Option<List<'_>> = None;
    for sheet in sheets {
        for (place, row) in sheet.rows.iter().take(HEAD_WITHIN).enumerate() {
            let mut found = BTreeMap::new();
            for (at, cell) in row.iter().enumerate() {
                if let Some(column) = Column::of_heading(&fold(&cell.text())) {
                    found.entry(column).or_insert(at);
                }
            }
            if best.as_ref().is_none_or(|most| found.len() > most.columns.len()) {
                best = Some(List { sheet, head: place + 1, columns: found });
            }
        }
    }
    let has = |column| best.as_ref().is_some_and(|list| list.columns.contains_key(&column));
    let mut missing = Vec::new();
    if !has(Column::Code) && !has(Column::Name) {
        missing.push(Column::Name.code());
    }
    for column in [Column::Title, Column::Category, Column::From, Column::Periods] {
        if !has(column) {
            missing.push(column.code());
        }
    }
    best.filter(|_| missing.is_empty()).ok_or(missing)
}

/// A day as offices write it, within the lives of people.
fn day(cell: &Cell) -> Option<NaiveDate> {
    let day = match cell {
        Cell::Day(day) => *day,
        Cell::Text(text) => {
            let mut parts = text.split(['/', '-', '.']).map(str::trim);
            let (first, month, last) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
            let (year, date) = if first.len() == 4 { (first, last) } else { (last, first) };
            NaiveDate::from_ymd_opt(year.parse().ok()?, month, date.parse().ok()?)?
        }
        _ => return None,
    };
    (1900..=2100).contains(&day.year()).then_some(day)
}

fn whole(cell: &Cell) -> Option<i64> {
    match cell {
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "a small whole number")]
        Cell::Number(number) if number.fract() == 0.0 && number.abs() < 1e6 => Some(*number as i64),
        Cell::Text(text) => text.split_whitespace().next()?.parse().ok(),
        _ => None,
    }
}

/// One row: what it shows of itself, and the course or the fault. None for a row that holds nothing.
pub(super) fn row(
    cells: &[Cell],
    columns: &BTreeMap<Column, usize>,
    against: &mut Against,
) -> Option<(String, Result<Read, Fault>)> {
    let cell = |column: Column| columns.get(&column).and_then(|at| cells.get(*at)).unwrap_or(&Cell::Empty);
    let text = |column: Column| cell(column).text().trim().chars().take(MOST_LETTERS).collect::<String>();
    let (code, name, title) = (text(Column::Code), text(Column::Name), text(Column::Title));
    if code.is_empty() && name.is_empty() && title.is_empty() {
        return None;
    }
    let shown =
        [name.as_str(), code.as_str(), title.as_str()].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>();
    let shown = shown.join(" · ");
    let mut read = || {
        let born = match cell(Column::Birth) {
            Cell::Empty => None,
            other => Some(day(other).ok_or_else(|| fault("birth", other.text()))?),
        };
        let person = against.person(&code, &name, born)?;
        if title.is_empty() {
            return Err(fault("title", ""));
        }
        let category = against.category(&text(Column::Category))?;
        let ledger = against.ledger(&text(Column::Ledger), &category)?;
        let starts_on = day(cell(Column::From)).ok_or_else(|| fault("from", text(Column::From)))?;
        let ends_on = match cell(Column::To) {
            Cell::Empty => starts_on,
            other => day(other).ok_or_else(|| fault("to", other.text()))?,
        };
        if ends_on < starts_on {
            return Err(fault("order", text(Column::To)));
        }
        if ends_on > against.today {
            return Err(fault("future", text(Column::To)));
        }
        let periods = whole(cell(Column::Periods)).filter(|n| (1..=MOST_PERIODS).contains(n));
        let periods = periods.ok_or_else(|| fault("periods", text(Column::Periods)))?;
        if !against.taken.insert((person, fold(&title), starts_on)) {
            return Err(fault("double", title.clone()));
        }
        Ok(Read {
            person,
            title: title.clone(),
            category,
            ledger,
            starts_on,
            ends_on,
            periods,
            organiser: text(Column::Organiser),
            certificate: text(Column::Certificate),
        })
    };
    let result = read();
    Some((shown, result))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &[&str]) -> Vec<Cell> {
        row.iter().map(|text| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) }).collect()
    }

    const HEAD: [&str; 8] =
        ["TT", "Họ và tên", "Ngày sinh", "Tên lớp bồi dưỡng", "Loại", "Từ ngày", "Đến ngày", "Số tiết"];

    #[test]
    fn rows_become_courses_or_say_why_not() {
        let person = |n: u8, name: &str, born: &str| Known {
            person_id: format!("00000000-0000-7000-8000-00000000000{n}").parse().unwrap(),
            code: format!("cb{n}"),
            full_name: name.into(),
            birth_date: born.parse().ok(),
        };
        let people = [
            person(1, "Nguyễn Văn An", "1980-03-05"),
            person(2, "Lê Thị Hoà", "1985-01-01"),
            person(3, "Lê Thị Hòa", "1986-01-01"),
        ];
        let categories =
            [("KTKN".to_owned(), "Kiến thức, kỹ năng".to_owned()), ("LLCT".into(), "Lý luận chính trị".into())];
        let ledgers = [("KTKN".to_owned(), "position".to_owned())].into();
        let today = "2026-11-24".parse().unwrap();
        let mut against = Against::new(&people, &categories, ledgers, HashSet::new(), today);
        let sheet = Sheet { name: "DS".into(), rows: vec![cells(&["DANH SÁCH"]), cells(&HEAD)] };
        let sheets = [sheet];
        let List { head, columns, .. } = columns(&sheets).unwrap();
        assert_eq!(head, 2);
        let mut read = |row_: &[&str]| row(&cells(row_), &columns, &mut against).map(|(_, result)| result);
        let good =
            ["1", "nguyễn văn an", "05/03/1980", "Kỹ năng số", "kiến thức, kỹ năng", "04/03/2024", "08/03/2024", "40"];
        let course = read(&good).unwrap().unwrap();
        assert_eq!((course.periods, course.ledger.as_str(), course.category.as_str()), (40, "position", "KTKN"));
        let wrong = |place: usize, value: &'static str| {
            let mut row = good;
            row[place] = value;
            row
        };
        for (row, code) in [
            (good, "double"),
            (wrong(1, "Lê Thị Hoà"), "nobody"),
            (["1", "Lê Thị Hoà", "", "Kỹ năng", "LLCT", "04/03/2024", "", "40"], "several"),
            (wrong(2, "31/02/1980"), "birth"),
            (wrong(3, ""), "title"),
            (wrong(4, "Lạ"), "category"),
            (wrong(5, "2024"), "from"),
            (wrong(6, "03/03/2024"), "order"),
            (wrong(6, "08/03/2027"), "future"),
            (wrong(7, "0"), "periods"),
            (wrong(7, "x"), "periods"),
        ] {
            assert_eq!(read(&row).unwrap().unwrap_err().code, code, "{row:?}");
        }
        assert!(read(&["9", "", "", "", "", "", "", ""]).is_none());
        let other =
            read(&["1", "Lê Thị Hòa", "01/01/1986", "Trung cấp lý luận", "LLCT", "2023-09-04", "", "1056 tiết"])
                .unwrap();
        assert_eq!(other.map(|c| (c.ledger, c.periods)), Ok(("other".to_owned(), 1056)));
    }

    #[test]
    fn missing_columns_are_named() {
        let sheets = [Sheet { name: "DS".into(), rows: vec![cells(&["Họ và tên", "Từ ngày"])] }];
        assert_eq!(columns(&sheets).unwrap_err(), ["title", "category", "periods"]);
    }
}
