//! From the bytes of a file to cells: what kind of file it is, whether it is safe to open, its sheets.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use kernel::text::clean;

/// Most bytes that a workbook may have once unpacked. The largest roster of 100,000 rows has about 60 MB.
const MOST_UNPACKED: u64 = 400 * 1024 * 1024;
/// Most columns that are read of a row; rosters have up to about 30.
const MOST_COLUMNS: usize = 80;
/// Most rows that are read of a sheet.
pub(super) const MOST_ROWS: usize = 120_000;

/// What a cell holds, as far as a roster needs to know.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Day(NaiveDate),
    /// An error value such as `#REF!`.
    Broken(String),
}

impl Cell {
    /// As a person reads it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Broken(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.format("%d/%m/%Y").to_string(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

/// One sheet. Row 0 of `rows` is row `first_row` of the file (1 is the top).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) first_row: usize,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// Why a file was not read; its message is `import-file-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Neither a workbook nor a text with separators (a renamed PDF, a picture).
    #[error("not a workbook (.xlsx) and not a text with separators (.csv)")]
    Kind,
    /// The workbook format before 2007.
    #[error("a workbook of the old format (.xls); save it as .xlsx")]
    Old,
    /// The archive is damaged, or no workbook.
    #[error("the workbook is damaged")]
    Damaged,
    /// Needs a password.
    #[error("the workbook is protected by a password")]
    Locked,
    /// Unpacks to more than a roster can need.
    #[error("the workbook unpacks to far more than a roster needs")]
    Bomb,
    /// Neither UTF-8 nor UTF-16.
    #[error("the text is in an encoding that is not Unicode; save it as CSV UTF-8")]
    Encoding,
    /// More rows than are read.
    #[error("more than {MOST_ROWS} rows")]
    Rows,
}

impl FileError {
    /// Stable code, the end of the message key.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Kind => "kind",
            Self::Old => "old",
            Self::Damaged => "damaged",
            Self::Locked => "locked",
            Self::Bomb => "bomb",
            Self::Encoding => "encoding",
            Self::Rows => "rows",
        }
    }
}

/// Reads every sheet. The name of the file is not believed; its first bytes are.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    match bytes {
        [] => Err(FileError::Empty),
        [b'P', b'K', 3, 4, ..] => workbook(bytes),
        // a protected .xlsx lies in the same container as the old .xls
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            Err(if contains(bytes, "EncryptedPackage") { FileError::Locked } else { FileError::Old })
        }
        [b'%', b'P', b'D', b'F', ..]
        | [0x89, b'P', b'N', b'G', ..]
        | [0xFF, 0xD8, 0xFF, ..]
        | [b'{', b'\\', b'r', ..] => Err(FileError::Kind),
        _ => text(bytes).map(|sheet| vec![sheet]),
    }
}

/// Whether a UTF-16 name stands in the directory of an OLE container.
fn contains(bytes: &[u8], name: &str) -> bool {
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

fn workbook(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    measure(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let Ok(range) = book.worksheet_range(&name) else { continue };
        let (top, left) = range.start().unwrap_or_default();
        let (first_row, left) = (usize::try_from(top).unwrap_or(0) + 1, usize::try_from(left).unwrap_or(0));
        if range.height() > MOST_ROWS {
            return Err(FileError::Rows);
        }
        let rows = range
            .rows()
            .map(|row| {
                // columns keep their letters even when the first ones are empty
                let mut cells = vec![Cell::Empty; left.min(MOST_COLUMNS)];
                cells.extend(row.iter().take(MOST_COLUMNS - cells.len()).map(cell));
                cells
            })
            .collect();
        sheets.push(Sheet { name, first_row, rows });
    }
    if sheets.is_empty() { Err(FileError::Damaged) } else { Ok(sheets) }
}

/// Unpacks the archive into nothing, counting: what an archive says of its own size is not believed.
fn measure(bytes: &[u8]) -> Result<(), FileError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    let mut left = MOST_UNPACKED;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|_| FileError::Damaged)?;
        let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|_| FileError::Damaged)?;
        left = left.checked_sub(read).ok_or(FileError::Bomb)?;
    }
    Ok(())
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => words(text),
        Data::Float(number) => Cell::Number(*number),
        Data::Int(number) => words(&number.to_string()),
        Data::Bool(yes) => words(if *yes { "x" } else { "" }),
        Data::DateTime(moment) => match moment.as_datetime() {
            Some(moment) if moment_is_day(moment.date()) => Cell::Day(moment.date()),
            _ => Cell::Number(moment.as_f64()),
        },
        Data::Error(error) => Cell::Broken(error.to_string()),
    }
}

/// Spreadsheets keep small numbers under a date format as days of 1900; those are not dates of people.
fn moment_is_day(day: NaiveDate) -> bool {
    NaiveDate::from_ymd_opt(1900, 3, 1).is_some_and(|first| day >= first)
}

fn words(text: &str) -> Cell {
    let text = clean(text);
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

fn text(bytes: &[u8]) -> Result<Sheet, FileError> {
    let text = decoded(bytes)?;
    if text.chars().any(|c| c == '\0') {
        return Err(FileError::Kind);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|_| FileError::Damaged)? {
        if rows.len() == MOST_ROWS {
            return Err(FileError::Rows);
        }
        // an empty line is not a record; places in the file are kept by line numbers
        let line = record.position().map_or(rows.len() + 1, |p| usize::try_from(p.line()).unwrap_or(0));
        while rows.len() + 1 < line && rows.len() < MOST_ROWS {
            rows.push(Vec::new());
        }
        rows.push(record.iter().take(MOST_COLUMNS).map(words).collect());
    }
    if rows.is_empty() {
        return Err(FileError::Empty);
    }
    Ok(Sheet { name: "CSV".to_owned(), first_row: 1, rows })
}

fn decoded(bytes: &[u8]) -> Result<String, FileError> {
    let (encoding, rest) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or_default()),
        None => (encoding_rs::UTF_8, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(rest).ok_or(FileError::Encoding)?;
    if text.contains('\u{FFFD}') { Err(FileError::Encoding) } else { Ok(text.into_owned()) }
}

/// The separator that the first lines use most: comma, semicolon (Vietnamese settings) or tab.
fn delimiter(text: &str) -> u8 {
    let start: String = text.lines().take(30).collect::<Vec<_>>().join("\n");
    let count = |c: char| start.matches(c).count();
    [(b';', count(';')), (b'\t', count('\t')), (b',', count(','))]
        .into_iter()
        .max_by_key(|(_, number)| *number)
        .map_or(b',', |(separator, _)| separator)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn texts(sheet: &Sheet) -> Vec<Vec<String>> {
        sheet.rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect()
    }

    #[test]
    fn text_in_every_unicode_form() {
        let wanted = vec![vec!["Họ tên".to_owned(), "Xã".to_owned()], vec!["Hoà; A".to_owned(), "Keng Đu".to_owned()]];
        let plain = "Họ tên;Xã\n\"Ho\u{61}\u{300}; A\";Keng  Đu\n";
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let with_mark = [b"\xEF\xBB\xBF", plain.as_bytes()].concat();
        for bytes in [plain.as_bytes(), &utf16, &with_mark, plain.replace(';', "\t").replace("\t A", "; A").as_bytes()]
        {
            assert_eq!(read(bytes).map(|s| s.first().map(texts)), Ok(Some(wanted.clone())));
        }
    }

    #[test]
    fn what_is_no_roster_is_named() {
        assert_eq!(read(b""), Err(FileError::Empty));
        assert_eq!(read(b"%PDF-1.7 ..."), Err(FileError::Kind));
        assert_eq!(read(b"a,b\0c,d"), Err(FileError::Kind));
        assert_eq!(read(b"PK\x03\x04 no archive"), Err(FileError::Damaged));
        assert_eq!(read(b"\xD0\xCF\x11\xE0\xA1\xB1"), Err(FileError::Old));
        // Windows-1258 as old programs wrote it
        assert_eq!(read(b"H\xF2 t\xEAn,X\xE3"), Err(FileError::Encoding));
    }

    #[test]
    fn a_bomb_is_not_opened() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        let block = vec![0_u8; 1 << 20];
        archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
        for _ in 0..=MOST_UNPACKED >> 20 {
            archive.write_all(&block).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 1 << 20, "{}", bytes.len());
        assert_eq!(read(&bytes), Err(FileError::Bomb));
    }
}
