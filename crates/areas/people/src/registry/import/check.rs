//! One row of a roster: a person, or what is wrong and where.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use kernel::{
    PositionId, UnitId,
    text::{clean, fold, name_case, spell_out},
};
use serde::{Deserialize, Serialize};

use super::{
    columns::{Column, Mapping},
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

/// A post as rosters name it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct PositionLine {
    pub(super) id: PositionId,
    pub(super) code: String,
    pub(super) title: String,
    pub(super) office_code: Option<String>,
    pub(super) level: String,
}

/// The organisation by the words that rosters use for it.
#[derive(Debug, Default)]
pub(super) struct Lists {
    communes: HashMap<String, UnitId>,
    office_kinds: HashMap<String, String>,
    offices: HashMap<(UnitId, String), UnitId>,
    positions: HashMap<String, Vec<usize>>,
    lines: Vec<PositionLine>,
    ethnic: HashMap<String, String>,
}

impl Lists {
    /// From the tables: communes (code, name, id), kinds of offices (code, name), offices, posts, ethnic groups (code, name).
    pub(super) fn of(
        communes: &[(String, String, UnitId)],
        kinds: &[(String, String)],
        offices: HashMap<(UnitId, String), UnitId>,
        lines: Vec<PositionLine>,
        ethnic: &[(String, String)],
    ) -> Self {
        let mut lists = Self { offices, ..Self::default() };
        for (code, name, id) in communes {
            lists.communes.insert(code.clone(), *id);
            lists.communes.insert(fold(name), *id);
        }
        for (code, name) in kinds {
            for way in ways(name).into_iter().chain([title_key(code)]) {
                lists.office_kinds.entry(way).or_insert_with(|| code.clone());
            }
        }
        for (place, line) in lines.iter().enumerate() {
            for way in ways(&line.title).into_iter().chain([fold(&line.code)]) {
                lists.positions.entry(way).or_default().push(place);
            }
        }
        lists.lines = lines;
        for (code, name) in ethnic {
            lists.ethnic.insert(fold(name).replace(' ', ""), code.clone());
        }
        lists
    }

    fn commune(&self, text: &str) -> Option<UnitId> {
        const BEFORE: [&str; 9] = [
            "xa ",
            "phuong ",
            "dac khu ",
            "ubnd xa ",
            "ubnd phuong ",
            "uy ban nhan dan xa ",
            "uy ban nhan dan phuong ",
            "dang uy xa ",
            "dang uy phuong ",
        ];
        let folded = fold(text);
        let names = BEFORE.iter().filter_map(|word| folded.strip_prefix(word));
        [folded.as_str()].into_iter().chain(names).find_map(|name| self.communes.get(name)).copied()
    }

    fn ethnic(&self, text: &str) -> Option<&String> {
        let name = fold(text).replace(' ', "");
        self.ethnic.get(if name == "hmong" { "mong" } else { &name })
    }

    /// The post by its title or code; a short title (`Trưởng phòng`) needs the office beside it. The code of the fault when
    /// there is none or more than one.
    fn position(&self, title: &str, office: Option<&str>) -> Result<&PositionLine, &'static str> {
        let key = title_key(title);
        let of_office = |line: &&PositionLine| office.is_none() || line.office_code.as_deref() == office;
        let fitting: Vec<&PositionLine> =
            match (self.positions.get(&key).or_else(|| self.positions.get(&fold(title))), level_of(&key), office) {
                (Some(places), _, _) => {
                    let named: Vec<&PositionLine> = places.iter().filter_map(|p| self.lines.get(*p)).collect();
                    // one title is enough, whatever the office is called
                    if named.len() == 1 { named } else { named.into_iter().filter(of_office).collect() }
                }
                (None, Some(level), Some(_)) => {
                    self.lines.iter().filter(|l| l.level == level).filter(of_office).collect()
                }
                _ => Vec::new(),
            };
        match fitting.as_slice() {
            [one] => Ok(one),
            [] => Err("position-unknown"),
            _ => Err("position-ambiguous"),
        }
    }
}

/// A title or the name of an office for comparing: folded, in its long form, without the commune behind it.
/// `Chủ tịch Ủy ban nhân dân xã Keng Đu` and `Chủ tịch UBND` have the same key.
fn title_key(text: &str) -> String {
    let mut key = spell_out(text);
    if key.contains("viet nam") {
        key = key.replace("viet nam", "");
    }
    let words: Vec<&str> = key.split_whitespace().collect();
    let commune = words.iter().enumerate().skip(1).find(|(place, word)| {
        // "xã hội" is no commune
        matches!(**word, "xa" | "phuong") && words.get(place + 1) != Some(&"hoi")
    });
    let end = commune.map_or(words.len(), |(place, _)| place);
    words.get(..end).unwrap_or_default().join(" ")
}

/// Every way in which a name with alternatives is written: as a whole, and each side of ` / ` without brackets.
/// `Trưởng phòng Kinh tế (xã) / Kinh tế, Hạ tầng và Đô thị (phường)` is also `truong phong kinh te`.
fn ways(name: &str) -> Vec<String> {
    let mut ways = vec![title_key(name)];
    let plain = |part: &str| title_key(part.split('(').next().unwrap_or(part));
    if let Some((first, second)) = name.split_once(" / ") {
        let first = plain(first);
        let second = plain(second);
        // the second side of a title repeats the first without its leading words
        if let Some(common) = ["truong phong ", "pho truong phong "].iter().find(|w| first.starts_with(**w))
            && !second.starts_with(common)
        {
            ways.push(format!("{common}{second}"));
        } else {
            ways.push(second);
        }
        ways.push(first);
    }
    ways.sort();
    ways.dedup();
    ways
}

/// Level of a short title.
fn level_of(folded: &str) -> Option<&'static str> {
    let starts = |words: &[&str]| words.iter().any(|w| folded.starts_with(w));
    if starts(&["pho "]) {
        Some("deputy")
    } else if starts(&["truong ", "chanh ", "chu nhiem", "giam doc", "chu tich", "bi thu", "chi huy truong"]) {
        Some("head")
    } else if starts(&["chuyen vien", "cong chuc", "nhan vien", "can bo", "vien chuc", "tro ly"]) {
        Some("specialist")
    } else {
        None
    }
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

/// A day of the past, or the code of the fault.
fn day(cell: &Cell, today: NaiveDate) -> Result<NaiveDate, &'static str> {
    let day = match cell {
        Cell::Day(day) => *day,
        Cell::Number(number) => serial(*number)?,
        Cell::Text(text) => written(text)?,
        Cell::Broken(_) => return Err("broken"),
        Cell::Empty => return Err("birth-missing"),
    };
    if day > today { Err("date-future") } else { Ok(day) }
}

/// Days since 30/12/1899 as spreadsheets count; a bare year is not a date.
fn serial(number: f64) -> Result<NaiveDate, &'static str> {
    if (1900.0..2100.0).contains(&number) && number.fract() == 0.0 {
        return Err("date-year-only");
    }
    if !(2100.0..80_000.0).contains(&number) {
        return Err("date-impossible");
    }
    let days = format!("{:.0}", number.floor()).parse::<i64>().map_err(|_| "date-impossible")?;
    NaiveDate::from_ymd_opt(1899, 12, 30)
        .and_then(|start| start.checked_add_signed(chrono::TimeDelta::days(days)))
        .ok_or("date-impossible")
}

/// `5/3/1980`, `05-03-1980`, `5.3.1980`, `1980-03-05`, `ngày 5 tháng 3 năm 1980`, with midnight behind it or not.
fn written(text: &str) -> Result<NaiveDate, &'static str> {
    // a day of a spreadsheet that became text, with its clock
    let text = text.split_once(['T', ' ']).filter(|(_, clock)| clock.starts_with("00:00")).map_or(text, |(day, _)| day);
    let words = fold(text);
    if words.split(' ').any(|w| w.chars().any(char::is_alphabetic) && !matches!(w, "ngay" | "thang" | "nam")) {
        return Err("date-unreadable");
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    let (d, m, y) = match *parts.as_slice() {
        [y] if y.len() == 4 => return Err("date-year-only"),
        [y, m, d] if y.len() == 4 => (d, m, y),
        [d, m, y] => (d, m, y),
        _ => return Err("date-unreadable"),
    };
    if y.len() != 4 {
        return Err("date-two-digits");
    }
    let whole = (y.parse::<i32>(), m.parse::<u32>(), d.parse::<u32>());
    let (Ok(y), Ok(m), Ok(d)) = whole else { return Err("date-impossible") };
    NaiveDate::from_ymd_opt(y, m, d).ok_or("date-impossible")
}

fn education(folded: &str) -> Option<&'static str> {
    let has = |words: &[&str]| words.iter().any(|w| folded.contains(w));
    let word = |w: &str| folded.split(' ').any(|x| x == w);
    if has(&["tien si"]) || word("ts") {
        Some("tien_si")
    } else if has(&["thac si", "thac sy", "sau dai hoc", "cao hoc"]) || word("ths") {
        Some("thac_si")
    } else if has(&["dai hoc", "cu nhan", "ky su", "bac si"]) || word("dh") {
        Some("dai_hoc")
    } else if has(&["cao dang", "trung cap", "trung hoc"]) || word("cd") || word("tc") {
        Some("cao_dang_trung_cap")
    } else if has(&["so cap", "chua qua", "chua dao tao"]) || word("sc") {
        // the scheme counts both as one level
        Some("so_cap")
    } else {
        None
    }
}

fn theory(folded: &str) -> Option<&'static str> {
    let has = |words: &[&str]| words.iter().any(|w| folded.contains(w));
    let word = |w: &str| folded.split(' ').any(|x| x == w);
    if has(&["cao cap", "cu nhan"]) || word("cc") {
        Some("cao_cap")
    } else if has(&["trung cap"]) || word("tc") {
        Some("trung_cap")
    } else if has(&["so cap"]) || word("sc") {
        Some("so_cap")
    } else if has(&["chua", "khong"]) {
        Some("chua_qua")
    } else {
        None
    }
}

fn management(folded: &str) -> Option<&'static str> {
    let has = |words: &[&str]| words.iter().any(|w| folded.contains(w));
    let word = |w: &str| folded.split(' ').any(|x| x == w);
    if has(&["chuyen vien cao cap", "cv cao cap"]) || word("cvcc") {
        Some("cvcc")
    } else if has(&["chuyen vien chinh", "cv chinh"]) || word("cvc") {
        Some("cvc")
    } else if has(&["chua", "khong"]) {
        Some("chua_qua")
    } else if has(&["chuyen vien"]) || word("cv") {
        Some("cv")
    } else {
        None
    }
}

/// A rank in words or by its code (TT 11/2014/TT-BNV, TT 02/2021/TT-BNV); the ranks of other trades are not kept.
fn rank(text: &str) -> Option<&'static str> {
    match fold(text).as_str() {
        "01 001" | "cvcc" | "chuyen vien cao cap" => Some("cvcc"),
        "01 002" | "cvc" | "chuyen vien chinh" => Some("cvc"),
        "01 003" | "cv" | "chuyen vien" => Some("cv"),
        "01 004" | "can su" => Some("can_su"),
        "01 005" | "nhan vien" => Some("nhan_vien"),
        _ => None,
    }
}

/// Digits of a number, with the zeros in front that a spreadsheet has dropped.
fn digits(cell: &Cell, width: usize) -> String {
    match cell {
        Cell::Number(number) => format!("{number:0>width$}"),
        cell => cell.text(),
    }
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
        let kind = self.lists.office_kinds.get(&title_key(&office_cell.text()));
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
        let office = commune.zip(kind).and_then(|(c, k)| self.lists.offices.get(&(c, k.clone())).copied());

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

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    #[test]
    fn dates_as_offices_write_them() {
        let wanted = NaiveDate::from_ymd_opt(1980, 3, 5);
        for text in [
            "5/3/1980",
            "05-03-1980",
            "5.3.1980",
            "1980-03-05",
            "1980-03-05T00:00:00",
            "05/03/1980 00:00:00",
            "ngày 5 tháng 3 năm 1980",
            "05 / 03 / 1980",
        ] {
            assert_eq!(day(&Cell::Text(text.to_owned()), today()).ok(), wanted, "{text}");
        }
        assert_eq!(day(&Cell::Number(29285.0), today()).ok(), wanted);
        for (text, code) in [
            ("31/02/1980", "date-impossible"),
            ("5/3/80", "date-two-digits"),
            ("5/3/2080", "date-future"),
            ("1980", "date-year-only"),
            ("không rõ", "date-unreadable"),
            ("3/1980", "date-unreadable"),
            ("Thứ ba 5/3/1980", "date-unreadable"),
        ] {
            assert_eq!(day(&Cell::Text(text.to_owned()), today()), Err(code), "{text}");
        }
        assert_eq!(day(&Cell::Number(1980.0), today()), Err("date-year-only"));
        assert_eq!(day(&Cell::Number(65_000.0), today()), Err("date-future"));
    }

    #[test]
    fn levels_in_words_and_short() {
        assert_eq!(education("dai hoc luat"), Some("dai_hoc"));
        assert_eq!(education("ths"), Some("thac_si"));
        assert_eq!(theory("tc"), Some("trung_cap"));
        assert_eq!(management("cvc"), Some("cvc"));
        assert_eq!(management("cv chinh"), Some("cvc"));
        assert_eq!(management("cv cao cap"), Some("cvcc"));
        assert_eq!(management("chuyen vien"), Some("cv"));
        assert_eq!(education("bang lai xe"), None);
    }

    #[test]
    fn letters_of_columns() {
        assert_eq!([0, 25, 26, 27, 701].map(letter), ["A", "Z", "AA", "AB", "ZZ"]);
    }

    #[test]
    fn every_way_of_a_title() {
        let all = ways("Trưởng phòng Kinh tế (xã) / Kinh tế, Hạ tầng và Đô thị (phường)");
        assert_eq!(all, ["truong phong kinh te", "truong phong kinh te ha tang va do thi"]);
    }

    #[test]
    fn titles_with_and_without_their_commune_are_one() {
        assert_eq!(title_key("Chủ tịch Ủy ban nhân dân xã Keng Đu"), "chu tich uy ban nhan dan");
        assert_eq!(title_key("CT UBND"), title_key("Chủ tịch Ủy ban nhân dân xã Keng Đu"));
        assert_eq!(title_key("Trưởng phòng Văn hóa - Xã hội phường"), "truong phong van hoa xa hoi");
        assert_eq!(title_key("Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam"), title_key("Chủ tịch Ủy ban MTTQ Việt Nam"));
    }
}
