//! Which column means what: found from the headings, corrected by hand.

use std::collections::BTreeMap;

use kernel::text::fold;
use serde::{Deserialize, Serialize};

use super::sheet::{Cell, Sheet};

/// Rows from the top among which the headings are looked for; title lines stand above them.
const HEAD_WITHIN: usize = 40;
/// Headings that must be recognised before a sheet is taken for a roster; what else it needs is corrected by hand.
const LEAST: usize = 2;

/// What a column holds. Its message is `import-column-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Code of the person.
    Code,
    /// Full name.
    Name,
    /// Family and middle names, where the given name stands apart.
    Family,
    /// Given name, where it stands apart.
    Given,
    /// Birth date.
    Birth,
    /// Birth date of men; says the gender too.
    BirthMan,
    /// Birth date of women; says the gender too.
    BirthWoman,
    /// Gender in words.
    Gender,
    /// Marked for women.
    Woman,
    /// Ethnic group.
    Ethnic,
    /// Commune.
    Commune,
    /// Office.
    Office,
    /// Post.
    Position,
    /// In post since.
    Since,
    /// Professional education in words.
    Education,
    /// Political theory in words.
    Theory,
    /// State management in words.
    Management,
    /// Personal identity number.
    Identity,
    /// Rank of a civil servant.
    Rank,
    /// Languages in words.
    Languages,
    /// Computer skills in words.
    ItSkill,
    /// Telephone.
    Phone,
    /// E-mail.
    Email,
    /// Joined the Party on.
    PartyJoined,
    /// Full member of the Party since.
    PartyOfficial,
    /// Marked for a doctor.
    EducationDoctor,
    /// Marked for a master.
    EducationMaster,
    /// Marked for a bachelor.
    EducationUniversity,
    /// Marked for college or intermediate.
    EducationCollege,
    /// Marked for advanced theory.
    TheoryAdvanced,
    /// Marked for intermediate theory.
    TheoryIntermediate,
    /// Marked for elementary theory.
    TheoryElementary,
    /// Marked for senior specialist's knowledge.
    ManagementSenior,
    /// Marked for principal specialist's knowledge.
    ManagementPrincipal,
    /// Marked for specialist's knowledge.
    ManagementSpecialist,
}

impl Column {
    /// Every column in the order in which pages list them.
    pub const ALL: [Self; 35] = [
        Self::Code,
        Self::Name,
        Self::Family,
        Self::Given,
        Self::Birth,
        Self::BirthMan,
        Self::BirthWoman,
        Self::Gender,
        Self::Woman,
        Self::Ethnic,
        Self::Commune,
        Self::Office,
        Self::Position,
        Self::Since,
        Self::Education,
        Self::EducationDoctor,
        Self::EducationMaster,
        Self::EducationUniversity,
        Self::EducationCollege,
        Self::Theory,
        Self::TheoryAdvanced,
        Self::TheoryIntermediate,
        Self::TheoryElementary,
        Self::Management,
        Self::ManagementSenior,
        Self::ManagementPrincipal,
        Self::ManagementSpecialist,
        Self::Rank,
        Self::Languages,
        Self::ItSkill,
        Self::PartyJoined,
        Self::PartyOfficial,
        Self::Identity,
        Self::Phone,
        Self::Email,
    ];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Name => "name",
            Self::Family => "family",
            Self::Given => "given",
            Self::Birth => "birth",
            Self::BirthMan => "birth-man",
            Self::BirthWoman => "birth-woman",
            Self::Gender => "gender",
            Self::Woman => "woman",
            Self::Ethnic => "ethnic",
            Self::Commune => "commune",
            Self::Office => "office",
            Self::Position => "position",
            Self::Since => "since",
            Self::Education => "education",
            Self::Theory => "theory",
            Self::Management => "management",
            Self::Identity => "identity",
            Self::Rank => "rank",
            Self::Languages => "languages",
            Self::ItSkill => "it-skill",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::PartyJoined => "party-joined",
            Self::PartyOfficial => "party-official",
            Self::EducationDoctor => "education-doctor",
            Self::EducationMaster => "education-master",
            Self::EducationUniversity => "education-university",
            Self::EducationCollege => "education-college",
            Self::TheoryAdvanced => "theory-advanced",
            Self::TheoryIntermediate => "theory-intermediate",
            Self::TheoryElementary => "theory-elementary",
            Self::ManagementSenior => "management-senior",
            Self::ManagementPrincipal => "management-principal",
            Self::ManagementSpecialist => "management-specialist",
        }
    }

    /// The column of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.code() == code)
    }

    /// From a heading: what stands in the row itself (`own`, folded), under what (`above`, folded).
    fn of_heading(above: &str, own: &str) -> Option<Self> {
        // forms number their items
        let bare = |text: &'_ str| text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').to_owned();
        let (above, own) = (&*bare(above), &*bare(own));
        let has = |text: &str, words: &[&str]| words.iter().any(|w| text.contains(w));
        let under_birth = has(above, &["ngay sinh", "nam sinh", "sinh ngay", "ngay thang nam"]);
        if under_birth && own != above {
            match own {
                "nam" => return Some(Self::BirthMan),
                "nu" => return Some(Self::BirthWoman),
                _ => {}
            }
        }
        if has(above, &["vao dang"]) && own != above {
            match own {
                "chinh thuc" | "ngay chinh thuc" => return Some(Self::PartyOfficial),
                "du bi" | "ket nap" | "ngay vao" | "ngay vao dang" | "ngay ket nap" => return Some(Self::PartyJoined),
                _ => {}
            }
        }
        let level = |text: &str| {
            if has(text, &["ly luan", "llct"]) {
                Some(Self::Theory)
            } else if has(text, &["quan ly nha nuoc", "qlnn", "quan ly hanh chinh"]) {
                Some(Self::Management)
            } else if has(text, &["chuyen mon", "bang cap", "trinh do dao tao", "trinh do cm"]) {
                Some(Self::Education)
            } else {
                None
            }
        };
        if own != above && !above.is_empty() {
            let marked = match (level(above), own) {
                (Some(Self::Theory), "cao cap" | "cu nhan" | "cao cap cu nhan") => Some(Self::TheoryAdvanced),
                (Some(Self::Theory), "trung cap") => Some(Self::TheoryIntermediate),
                (Some(Self::Theory), "so cap") => Some(Self::TheoryElementary),
                (Some(Self::Management), "chuyen vien cao cap" | "cvcc" | "cao cap") => Some(Self::ManagementSenior),
                (Some(Self::Management), "chuyen vien chinh" | "cvc") => Some(Self::ManagementPrincipal),
                (Some(Self::Management), "chuyen vien" | "cv") => Some(Self::ManagementSpecialist),
                (Some(Self::Education), "tien si" | "ts") => Some(Self::EducationDoctor),
                (Some(Self::Education), "thac si" | "ths") => Some(Self::EducationMaster),
                (Some(Self::Education), "dai hoc" | "dh") => Some(Self::EducationUniversity),
                (Some(Self::Education), "cao dang" | "trung cap" | "cao dang trung cap" | "cd tc") => {
                    Some(Self::EducationCollege)
                }
                _ => None,
            };
            if marked.is_some() {
                return marked;
            }
        }
        Some(match own {
            "ho va ten" | "ho ten" | "ho va ten khai sinh" | "ten can bo" | "full name" | "name" => Self::Name,
            "ho va chu dem" | "ho dem" | "ho va ten dem" | "ho chu dem" | "ho" => Self::Family,
            "ten" => Self::Given,
            "gioi tinh" | "phai" | "nam nu" | "gender" => Self::Gender,
            "nu" => Self::Woman,
            "dan toc" => Self::Ethnic,
            _ if has(own, &["ho va ten", "ho ten"]) => Self::Name,
            // not the code of a rank, of a tax payer or of a citizen
            _ if has(own, &["ma can bo", "ma cong chuc", "ma cb", "ma nhan su", "ma nhan vien"])
                || has(own, &["so hieu can bo", "so hieu cong chuc", "so hieu cb"]) =>
            {
                Self::Code
            }
            "ngach" | "ngach cong chuc" | "ten ngach" | "ngach cong chuc vien chuc" | "ngach hien giu" => Self::Rank,
            "ngoai ngu" | "trinh do ngoai ngu" => Self::Languages,
            "tin hoc" | "trinh do tin hoc" => Self::ItSkill,
            "email" | "e mail" | "thu dien tu" | "dia chi email" => Self::Email,
            _ if has(own, &["dinh danh", "can cuoc", "cccd", "cmnd"]) => Self::Identity,
            _ if has(own, &["dien thoai", "sdt", "so dt"]) => Self::Phone,
            _ if has(own, &["vao dang"]) && own.contains("chinh thuc") => Self::PartyOfficial,
            _ if has(own, &["vao dang"]) => Self::PartyJoined,
            _ if own == "ngay chinh thuc" => Self::PartyOfficial,
            _ if has(own, &["ngay sinh", "ngay thang nam sinh", "nam sinh", "sinh ngay"]) => Self::Birth,
            _ if own.starts_with("dan toc") => Self::Ethnic,
            _ if has(own, &["ngay bo nhiem", "giu chuc vu tu", "thoi gian giu chuc", "tu ngay", "ngay giu chuc"]) => {
                Self::Since
            }
            _ if has(own, &["chuc vu", "chuc danh", "vi tri viec lam"]) => Self::Position,
            _ if has(own, &["phong ban", "co quan", "bo phan", "don vi cong tac", "phong chuyen mon", "ban nganh"]) => {
                Self::Office
            }
            _ if has(own, &["xa phuong", "ten xa", "dia phuong", "don vi hanh chinh", "don vi"]) || own == "xa" => {
                Self::Commune
            }
            _ => return level(own).filter(|_| !own.contains("nganh")),
        })
    }
}

/// Which column of a sheet means what, and where its people begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The sheet by name.
    pub sheet: String,
    /// Rows before the first person, from the top of the file.
    pub head_rows: usize,
    /// Meaning by place of the column, 0 is A.
    pub columns: BTreeMap<usize, Column>,
}

impl Mapping {
    /// What is missing before anybody can be recognised; the codes end the keys `import-missing-CODE`.
    /// An officer of one commune need not name it in the sheet.
    #[must_use]
    pub fn missing(&self, commune_known: bool) -> Vec<&'static str> {
        let has = |column: Column| self.columns.values().any(|c| *c == column);
        let name = has(Column::Name) || (has(Column::Family) && has(Column::Given));
        let birth = has(Column::Birth) || (has(Column::BirthMan) && has(Column::BirthWoman));
        let mut missing = Vec::new();
        let wanted = [
            (name, "name"),
            (birth, "birth"),
            (commune_known || has(Column::Commune), "commune"),
            (has(Column::Position), "position"),
        ];
        missing.extend(wanted.into_iter().filter(|(there, _)| !there).map(|(_, code)| code));
        missing
    }
}

/// Least texts in a row of headings; title lines have one or two.
const HEADINGS: usize = 3;

/// The headings by which the next file of the same form is recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headings {
    /// Folded texts of the last one or two rows that are headings, by place.
    pub rows: Vec<Vec<String>>,
    /// Rows between them and the first person.
    pub below: usize,
}

impl Headings {
    /// Headings above the people of a sheet; `None` where nothing tells the form from another.
    pub(super) fn of(sheet: &Sheet, mapping: &Mapping) -> Option<Self> {
        let head: Vec<Vec<String>> =
            sheet.rows.iter().take(mapping.head_rows.min(HEAD_WITHIN)).map(|row| folded(row)).collect();
        let is_heading = |row: &Vec<String>| row.iter().filter(|text| !text.is_empty()).count() >= HEADINGS;
        let last = head.iter().rposition(is_heading)?;
        let first = last.checked_sub(1).filter(|above| head.get(*above).is_some_and(is_heading)).unwrap_or(last);
        let rows = head.get(first..=last)?.to_vec();
        Some(Self { rows, below: mapping.head_rows - last - 1 })
    }

    /// Rows before the first person of a sheet with these headings, however many title lines it has.
    pub(super) fn head_rows(&self, sheet: &Sheet) -> Option<usize> {
        let top: Vec<Vec<String>> =
            sheet.rows.iter().take(HEAD_WITHIN + self.rows.len()).map(|row| folded(row)).collect();
        let place = top.windows(self.rows.len().max(1)).position(|rows| rows == self.rows)?;
        Some(place + self.rows.len() + self.below)
    }
}

/// Texts of a row for comparing headings, without numbers and without the empty cells behind the last.
fn folded(row: &[Cell]) -> Vec<String> {
    let mut texts: Vec<String> = row
        .iter()
        .map(|cell| match cell {
            Cell::Text(text) if text.contains(char::is_alphabetic) => fold(text),
            _ => String::new(),
        })
        .collect();
    let end = texts.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
    texts.truncate(end);
    texts
}

/// Finds the sheet that looks most like a roster and what its columns mean. `None` when no sheet does.
pub(super) fn detect(sheets: &[Sheet]) -> Option<Mapping> {
    sheets.iter().filter_map(detect_in).max_by_key(|(found, _)| *found).map(|(_, m)| m)
}

/// As [`detect`] within one sheet, with the number of headings recognised.
pub(super) fn detect_in(sheet: &Sheet) -> Option<(usize, Mapping)> {
    let mut best: Option<(usize, Mapping)> = None;
    for (place, row) in sheet.rows.iter().take(HEAD_WITHIN).enumerate() {
        for second in [None, sheet.rows.get(place + 1)] {
            let columns = headings(row, second);
            let found = columns.len();
            let names = columns.values().any(|c| matches!(c, Column::Name | Column::Given));
            if found >= LEAST && names && best.as_ref().is_none_or(|(most, _)| found > *most) {
                let head_rows = place + 1 + usize::from(second.is_some());
                best = Some((found, Mapping { sheet: sheet.name.clone(), head_rows, columns }));
            }
        }
    }
    best
}

/// Meanings of one row of headings, or of two where the upper one spans columns of the lower one.
fn headings(upper: &[Cell], lower: Option<&Vec<Cell>>) -> BTreeMap<usize, Column> {
    let text = |cells: &[Cell], place: usize| match cells.get(place) {
        Some(Cell::Text(text)) => fold(text),
        _ => String::new(),
    };
    let mut columns: BTreeMap<usize, Column> = BTreeMap::new();
    let mut above = String::new();
    for place in 0..upper.len().max(lower.map_or(0, Vec::len)) {
        let own = text(upper, place);
        let under = lower.map_or_else(String::new, |cells| text(cells, place));
        if !own.is_empty() {
            above.clone_from(&own);
        }
        // a merged cell keeps its text in its first column and leaves the others empty
        let column = match (own.is_empty(), under.is_empty()) {
            (true, true) => None,
            (false, true) => Column::of_heading("", &own),
            (_, false) => Column::of_heading(&above, &under),
        };
        if let Some(column) = column
            && !columns.values().any(|c| *c == column)
        {
            columns.insert(place, column);
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
        let rows = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        Sheet { name: "DS".to_owned(), rows }
    }

    #[test]
    fn two_merged_rows_with_birth_dates_by_gender() {
        let sheet = sheet(&[
            &["ĐẢNG BỘ TỈNH NGHỆ AN"],
            &["DANH SÁCH CÁN BỘ, CÔNG CHỨC XÃ ANH SƠN"],
            &[],
            &["TT", "Họ và tên", "Ngày, tháng, năm sinh", "", "Dân tộc", "Chức vụ", "Đơn vị", "Trình độ", "", "", ""],
            &["", "", "Nam", "Nữ", "", "", "", "Chuyên môn", "LLCT", "QLNN", "Ngoại ngữ"],
            &["1", "Nguyễn Văn A", "01/02/1980"],
        ]);
        let mapping = detect(&[sheet]).unwrap();
        assert_eq!(mapping.head_rows, 5);
        let wanted = [
            (1, Column::Name),
            (2, Column::BirthMan),
            (3, Column::BirthWoman),
            (4, Column::Ethnic),
            (5, Column::Position),
            (6, Column::Commune),
            (7, Column::Education),
            (8, Column::Theory),
            (9, Column::Management),
            (10, Column::Languages),
        ];
        assert_eq!(mapping.columns, wanted.into_iter().collect());
        assert!(mapping.missing(false).is_empty());
    }

    #[test]
    fn headings_are_recognised_under_other_titles_and_not_when_one_differs() {
        let of = |titles: &[&[&str]], headings: &[&str]| sheet(&[titles, &[headings, &["1", "2", "3"]]].concat());
        let first = of(&[&["DANH SÁCH"], &[]], &["Tên", "Sinh vào", "Làm gì"]);
        let mapping = Mapping { sheet: "DS".to_owned(), head_rows: 4, columns: BTreeMap::new() };
        let headings = Headings::of(&first, &mapping).unwrap();
        assert_eq!((headings.rows.len(), headings.below), (1, 1));
        assert_eq!(headings.head_rows(&first), Some(4));
        assert_eq!(headings.head_rows(&of(&[], &["TÊN", " Sinh  vào", "làm gì", ""])), Some(2));
        assert_eq!(headings.head_rows(&of(&[], &["Tên", "Sinh vào", "Ở đâu"])), None);
        assert_eq!(headings.head_rows(&of(&[], &["Tên", "Sinh vào", "Làm gì", "Ở đâu"])), None);
        // titles alone tell no form from another
        assert_eq!(Headings::of(&first, &Mapping { head_rows: 2, ..mapping }), None);
    }

    #[test]
    fn levels_as_marks() {
        let sheet = sheet(&[
            &["Họ và chữ đệm", "Tên", "Nữ", "Ngày sinh", "Lý luận chính trị", "", "Quản lý nhà nước", ""],
            &["", "", "", "", "Cao cấp", "Trung cấp", "CVC", "CV"],
        ]);
        let mapping = detect(&[sheet]).unwrap();
        let columns: Vec<Column> = mapping.columns.into_values().collect();
        assert_eq!(
            columns,
            [
                Column::Family,
                Column::Given,
                Column::Woman,
                Column::Birth,
                Column::TheoryAdvanced,
                Column::TheoryIntermediate,
                Column::ManagementPrincipal,
                Column::ManagementSpecialist
            ]
        );
    }

    #[test]
    fn a_wrong_sheet_is_no_roster() {
        assert_eq!(detect(&[sheet(&[&["Nội dung chi", "Số tiền"], &["Phòng học", "400000"]])]), None);
        let only_names = sheet(&[&["TT", "Họ và tên", "Ghi chú"], &["1", "Nguyễn Văn A", ""]]);
        assert_eq!(detect(&[only_names]), None);
    }

    #[test]
    fn codes_of_other_things_are_not_codes_of_people() {
        let sheet = sheet(&[&["Mã cán bộ", "Mã số ngạch", "Mã số thuế", "Số định danh", "Họ tên", "Trình độ học vấn"]]);
        let mapping = detect(&[sheet]).unwrap();
        let wanted = [(0, Column::Code), (3, Column::Identity), (4, Column::Name)];
        assert_eq!(mapping.columns, wanted.into_iter().collect());
    }

    #[test]
    fn what_is_missing_is_named() {
        let sheet = sheet(&[&["Họ và tên", "Dân tộc", "Giới tính", "Chức vụ"]]);
        let mapping = detect(&[sheet]).unwrap();
        assert_eq!(mapping.missing(false), ["birth", "commune"]);
        assert_eq!(mapping.missing(true), ["birth"]);
    }
}
