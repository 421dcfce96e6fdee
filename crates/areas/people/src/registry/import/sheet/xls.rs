//! Workbooks of Excel 97 to 2003 ([MS-XLS], BIFF8), record by record: a cell is kept or not as it comes, so what the file says
//! of its own size bounds nothing and is not asked. Only what a roster needs is read: texts, numbers, days, errors.

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

use chrono::NaiveDate;

use super::{Cell, FileError, Grid, MOST_KEPT, MOST_LETTERS, MOST_UNPACKED, moment_is_day, words};

/// Most sheets of a workbook.
const MOST_SHEETS: usize = 256;

// Records by their numbers, [MS-XLS] 2.3.
const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000A;
const DATE_1904: u16 = 0x0022;
const FILE_PASS: u16 = 0x002F;
const CONTINUE: u16 = 0x003C;
const BOUND_SHEET: u16 = 0x0085;
const MUL_RK: u16 = 0x00BD;
const XF: u16 = 0x00E0;
const SST: u16 = 0x00FC;
const LABEL_SST: u16 = 0x00FD;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOL_ERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const RK: u16 = 0x027E;
const FORMAT: u16 = 0x041E;
const BOF: u16 = 0x0809;

/// Bytes from the front to the back; nothing behind their end.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, many: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(many)?;
        self.0 = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next record: its number and its content.
    fn record(&mut self) -> Option<(u16, Self)> {
        let (number, length) = (self.u16()?, self.u16()?);
        Some((number, Self(self.take(usize::from(length))?)))
    }

    /// Letters of one byte or of two.
    fn letters(&mut self, many: usize, wide: bool) -> Option<String> {
        if wide {
            let (pairs, _) = self.take(many * 2)?.as_chunks::<2>();
            let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
            Some(char::decode_utf16(units.take(MOST_LETTERS + 1)).map(|c| c.unwrap_or('\u{FFFD}')).collect())
        } else {
            Some(self.take(many)?.iter().take(MOST_LETTERS + 1).map(|byte| char::from(*byte)).collect())
        }
    }

    /// A text of one record with its length before it.
    fn text(&mut self) -> Option<String> {
        let many = usize::from(self.u16()?);
        let wide = self.u8()? & 1 == 1;
        self.letters(many, wide)
    }
}

/// What the beginning of the workbook says of all sheets.
#[derive(Default)]
struct Globals {
    texts: Vec<Cell>,
    /// Number of the format by number of the style.
    styles: Vec<u16>,
    /// Formats of the author that show a day.
    days: HashMap<u16, bool>,
    from_1904: bool,
    /// Name and first byte of the sheets that hold cells.
    sheets: Vec<(String, usize)>,
}

/// A workbook that was opened: the stream of its records, and what its beginning says.
pub(super) struct Workbook {
    stream: Vec<u8>,
    globals: Globals,
}

impl Workbook {
    pub(super) fn open(bytes: &[u8]) -> Result<Self, FileError> {
        let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
        if !file.is_stream("/Workbook") {
            // Excel 5 and 95 name it otherwise; a text or a presentation has neither
            return Err(if file.is_stream("/Book") { FileError::Format } else { FileError::Kind });
        }
        let mut stream = Vec::new();
        let opened = file.open_stream("/Workbook").map_err(|_| FileError::Damaged)?;
        opened.take(MOST_UNPACKED).read_to_end(&mut stream).map_err(|_| FileError::Damaged)?;
        let globals = globals(Bytes(&stream))?;
        if globals.sheets.is_empty() { Err(FileError::Damaged) } else { Ok(Self { stream, globals }) }
    }

    /// Rows of every sheet with cells.
    pub(super) fn sheets(&self, grid: &mut Grid<'_, '_>) -> Result<(), FileError> {
        // two sheets may say that they begin at one place: what is read in all is no more than the file twice
        let mut left = self.stream.len() * 2;
        for (name, place) in &self.globals.sheets {
            let rest = self.stream.get(*place..).ok_or(FileError::Damaged)?;
            if grid.begin(name) {
                cells(Bytes(rest), &self.globals, grid, &mut left)?;
                grid.end()?;
            }
        }
        Ok(())
    }
}

fn globals(mut stream: Bytes<'_>) -> Result<Globals, FileError> {
    let mut globals = Globals::default();
    let (first, mut version) = stream.record().ok_or(FileError::Damaged)?;
    if first != BOF || version.u16() != Some(0x0600) {
        return Err(FileError::Format);
    }
    while let Some((number, mut record)) = stream.record() {
        match number {
            EOF => return Ok(globals),
            FILE_PASS => return Err(FileError::Locked),
            DATE_1904 => globals.from_1904 = record.u16() == Some(1),
            FORMAT => {
                if let (Some(format), Some(text)) = (record.u16(), record.text()) {
                    globals.days.insert(format, shows_day(&text));
                }
            }
            XF => {
                record.take(2);
                globals.styles.push(record.u16().ok_or(FileError::Damaged)?);
            }
            BOUND_SHEET => {
                let place = record.u32().and_then(|place| usize::try_from(place).ok());
                let kind = record.u16().map(|hidden_and_kind| hidden_and_kind >> 8);
                let name = record.u8().zip(record.u8());
                let name = name.and_then(|(many, wide)| record.letters(usize::from(many), wide & 1 == 1));
                match (place, kind, name) {
                    (Some(place), Some(0), Some(name)) if globals.sheets.len() < MOST_SHEETS => {
                        globals.sheets.push((name, place));
                    }
                    (Some(_), Some(_), Some(_)) => {}
                    _ => return Err(FileError::Damaged),
                }
            }
            SST => {
                let mut parts = vec![record];
                let mut ahead = stream;
                while let Some((CONTINUE, part)) = ahead.record() {
                    parts.push(part);
                    stream = ahead;
                }
                globals.texts = shared_texts(&parts, MOST_KEPT)?;
            }
            _ => {}
        }
    }
    Err(FileError::Damaged)
}

/// Bytes that go on in the next part where one ends.
struct Parts<'a> {
    now: Bytes<'a>,
    rest: std::slice::Iter<'a, Bytes<'a>>,
}

impl<'a> Parts<'a> {
    /// Goes on to the next part when this one has ended; `None` behind the last.
    fn ready(&mut self) -> Option<()> {
        while self.now.0.is_empty() {
            self.now = *self.rest.next()?;
        }
        Some(())
    }

    fn skip(&mut self, mut many: usize) -> Option<()> {
        while many > 0 {
            self.ready()?;
            let here = many.min(self.now.0.len());
            self.now.take(here)?;
            many -= here;
        }
        Some(())
    }

    /// One text of the table: its letters may go on in the next part, whose first byte then says anew how wide they are.
    fn text(&mut self) -> Option<String> {
        self.ready()?;
        let (mut many, flags) = (usize::from(self.now.u16()?), self.now.u8()?);
        let runs = if flags & 8 == 8 { usize::from(self.now.u16()?) } else { 0 };
        let beside = if flags & 4 == 4 { usize::try_from(self.now.u32()?).ok()? } else { 0 };
        let mut wide = flags & 1 == 1;
        let mut text = String::new();
        while many > 0 {
            if self.now.0.is_empty() {
                self.ready()?;
                wide = self.now.u8()? & 1 == 1;
            }
            let here = many.min(self.now.0.len() / if wide { 2 } else { 1 });
            if here == 0 {
                return None;
            }
            text.push_str(&self.now.letters(here, wide)?);
            many -= here;
        }
        self.skip(runs * 4 + beside)?;
        Some(text)
    }
}

/// The texts that cells name by number, `left` bytes of them at most. A table that ends early leaves the cells behind it empty.
fn shared_texts(parts: &[Bytes<'_>], mut left: usize) -> Result<Vec<Cell>, FileError> {
    let mut rest = parts.iter();
    let Some(first) = rest.next() else { return Ok(Vec::new()) };
    let mut parts = Parts { now: *first, rest };
    // how many cells name texts, and how many texts there are
    let many = parts.now.u32().and_then(|_| parts.now.u32()).ok_or(FileError::Damaged)?;
    let mut texts = Vec::new();
    for _ in 0..many {
        let Some(text) = parts.text() else { break };
        let cell = words(&text);
        left = left.checked_sub(size_of::<Cell>() + text.len()).ok_or(FileError::Bomb)?;
        texts.push(cell);
    }
    Ok(texts)
}

/// Whether a format of the author shows a day: it has a `d` or a `y` that is neither quoted nor a colour.
fn shows_day(format: &str) -> bool {
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    format.chars().any(|c| {
        match c {
            _ if escaped => escaped = false,
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracket = true,
            ']' if !quoted => bracket = false,
            'd' | 'D' | 'y' | 'Y' if !quoted && !bracket => return true,
            _ => {}
        }
        false
    })
}

impl Globals {
    /// A number as its style shows it.
    fn number(&self, style: u16, number: f64) -> Cell {
        let format = self.styles.get(usize::from(style)).copied().unwrap_or_default();
        // formats that every Excel has, [MS-XLS] 2.4.126 and [ECMA-376] 18.8.30
        let built_in = matches!(format, 14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58);
        if !self.days.get(&format).copied().unwrap_or(built_in) {
            return Cell::Number(number);
        }
        let first = if self.from_1904 { (1904, 1, 1) } else { (1899, 12, 30) };
        let days = format!("{:.0}", number.floor()).parse::<i64>().ok().and_then(chrono::TimeDelta::try_days);
        let first = NaiveDate::from_ymd_opt(first.0, first.1, first.2);
        match first.zip(days).and_then(|(first, days)| first.checked_add_signed(days)) {
            Some(day) if moment_is_day(day) => Cell::Day(day),
            _ => Cell::Number(number),
        }
    }
}

/// A number in four bytes: the front of a binary one, or a whole one, each perhaps a hundred times too large.
fn short_number(rk: u32) -> f64 {
    let number = if rk & 2 == 2 { f64::from(rk.cast_signed() >> 2) } else { f64::from_bits(u64::from(rk & !3) << 32) };
    if rk & 1 == 1 { number / 100.0 } else { number }
}

fn error(code: u8) -> Cell {
    let text = match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    };
    Cell::Broken(text.to_owned())
}

fn truth(code: u8) -> Cell {
    words(if code == 0 { "" } else { "x" })
}

/// Cells of one sheet up to its end; `left` bytes may still be read.
fn cells(mut stream: Bytes<'_>, globals: &Globals, grid: &mut Grid<'_, '_>, left: &mut usize) -> Result<(), FileError> {
    let mut depth = 0_usize;
    // a formula whose text follows
    let mut waits: Option<(usize, usize)> = None;
    while let Some((number, mut record)) = stream.record() {
        *left = left.checked_sub(record.0.len() + 4).ok_or(FileError::Damaged)?;
        match number {
            BOF => depth += 1,
            EOF if depth <= 1 => return Ok(()),
            _ if !grid.wanted => return Ok(()),
            EOF => depth -= 1,
            // a chart within the sheet has cells of its own
            _ if depth > 1 => {}
            STRING => {
                if let (Some((row, column)), Some(text)) = (waits.take(), record.text()) {
                    grid.put(row, column, words(&text))?;
                }
            }
            FORMULA | MUL_RK | LABEL_SST | NUMBER | LABEL | BOOL_ERR | RK => {
                let place = record.u16().zip(record.u16());
                let Some((row, column)) = place.map(|(row, column)| (usize::from(row), usize::from(column))) else {
                    return Err(FileError::Damaged);
                };
                if number == MUL_RK {
                    let mut column = column;
                    while record.0.len() >= 6 {
                        let (Some(style), Some(rk)) = (record.u16(), record.u32()) else { break };
                        grid.put(row, column, globals.number(style, short_number(rk)))?;
                        column += 1;
                    }
                    continue;
                }
                let style = record.u16().unwrap_or_default();
                let float = |bytes: [u8; 8]| globals.number(style, f64::from_le_bytes(bytes));
                let cell = match number {
                    LABEL_SST => record.u32().map(|text| {
                        let text = usize::try_from(text).ok().and_then(|text| globals.texts.get(text));
                        text.cloned().unwrap_or(Cell::Empty)
                    }),
                    LABEL => record.text().map(|text| words(&text)),
                    NUMBER => record.array().map(float),
                    RK => record.u32().map(|rk| globals.number(style, short_number(rk))),
                    BOOL_ERR => record
                        .u8()
                        .zip(record.u8())
                        .map(|(v, is_error)| if is_error == 1 { error(v) } else { truth(v) }),
                    _ => record.array().map(|result: [u8; 8]| match result {
                        [0, .., 0xFF, 0xFF] => {
                            waits = Some((row, column));
                            Cell::Empty
                        }
                        [1, _, value, .., 0xFF, 0xFF] => truth(value),
                        [2, _, code, .., 0xFF, 0xFF] => error(code),
                        [3, .., 0xFF, 0xFF] => Cell::Empty,
                        bytes => float(bytes),
                    }),
                };
                grid.put(row, column, cell.ok_or(FileError::Damaged)?)?;
            }
            _ => {}
        }
    }
    Err(FileError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_show_a_day() {
        for format in ["dd/mm/yyyy", "d-m-yy;@", "[$-42A]dd mmmm yyyy", "yyyy\"-\"mm"] {
            assert!(shows_day(format), "{format}");
        }
        for format in ["0.00", "[Red]0", "#,##0 \"đồng/day\"", "hh:mm", "0\\d", "General"] {
            assert!(!shows_day(format), "{format}");
        }
    }

    #[test]
    fn numbers_in_four_bytes() {
        for (rk, number) in [
            (0x3FF0_0000, 1.0),
            (0x4025_0000 | 1, 0.105),
            (2 + (7 << 2), 7.0),
            (0xFFFF_FFFE, -1.0),
            (3 + (150 << 2), 1.5),
        ] {
            assert!((short_number(rk) - number).abs() < 1e-9, "{rk:x}: {}", short_number(rk));
        }
    }

    #[test]
    fn a_text_goes_on_in_the_next_part_with_another_width() {
        let mut head = [2_u32.to_le_bytes(), 2_u32.to_le_bytes()].concat();
        head.extend([4, 0, 0, b'H', b'o']);
        // the rest of the first text in two bytes each, then a text with two runs and one that is cut
        let tail: Vec<u8> = [1, 0xE0, 0, b'A', 0, 2, 0, 8, 1, 0, b'x', b'y', 9, 9, 9, 9].to_vec();
        let texts = shared_texts(&[Bytes(&head), Bytes(&tail)], MOST_KEPT);
        assert_eq!(texts, Ok(vec![Cell::Text("HoàA".to_owned()), Cell::Text("xy".to_owned())]));
    }
}
