//! What one cell says: a day, a level, a rank, a number, as offices write them.

use chrono::NaiveDate;
use kernel::text::fold;

use super::sheet::Cell;

/// A day of the past, or the code of the fault.
pub(super) fn day(cell: &Cell, today: NaiveDate) -> Result<NaiveDate, &'static str> {
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

/// A level with what stands for it: words anywhere in the cell, or a short form between spaces.
type Level = (&'static [&'static str], &'static [&'static str], &'static str);

/// The first level of a list that a folded cell says.
fn level(folded: &str, levels: &[Level]) -> Option<&'static str> {
    let says = |(words, short, _): &&Level| {
        words.iter().any(|w| folded.contains(w)) || folded.split(' ').any(|word| short.contains(&word))
    };
    levels.iter().find(says).map(|(_, _, level)| *level)
}

pub(super) fn education(folded: &str) -> Option<&'static str> {
    level(
        folded,
        &[
            (&["tien si"], &["ts"], "tien_si"),
            (&["thac si", "thac sy", "sau dai hoc", "cao hoc"], &["ths"], "thac_si"),
            (&["dai hoc", "cu nhan", "ky su", "bac si"], &["dh"], "dai_hoc"),
            (&["cao dang", "trung cap", "trung hoc"], &["cd", "tc"], "cao_dang_trung_cap"),
            // the scheme counts both as one level
            (&["so cap", "chua qua", "chua dao tao"], &["sc"], "so_cap"),
        ],
    )
}

pub(super) fn theory(folded: &str) -> Option<&'static str> {
    level(
        folded,
        &[
            (&["cao cap", "cu nhan"], &["cc"], "cao_cap"),
            (&["trung cap"], &["tc"], "trung_cap"),
            (&["so cap"], &["sc"], "so_cap"),
            (&["chua", "khong"], &[], "chua_qua"),
        ],
    )
}

pub(super) fn management(folded: &str) -> Option<&'static str> {
    level(
        folded,
        &[
            (&["chuyen vien cao cap", "cv cao cap"], &["cvcc"], "cvcc"),
            (&["chuyen vien chinh", "cv chinh"], &["cvc"], "cvc"),
            (&["chua", "khong"], &[], "chua_qua"),
            (&["chuyen vien"], &["cv"], "cv"),
        ],
    )
}

/// A rank in words or by its code (TT 11/2014/TT-BNV, TT 02/2021/TT-BNV); the ranks of other trades are not kept.
pub(super) fn rank(text: &str) -> Option<&'static str> {
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
pub(super) fn digits(cell: &Cell, width: usize) -> String {
    match cell {
        Cell::Number(number) => format!("{number:0>width$}"),
        cell => cell.text(),
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
}
