//! From the bytes of a file to cells: what kind of file it is, whether it is safe to open, its sheets.

mod ods;
mod xls;

use std::{
    collections::HashMap,
    io::{BufReader, Cursor, Read},
};

use calamine::{DataRef, Reader, Xlsx};
use chrono::NaiveDate;
use kernel::text::clean;

use super::progress::{Progress, Stage, Stopped};

/// Most bytes that a workbook may have once unpacked. A roster of 100,000 rows and 20 columns has about 100 MB.
const MOST_UNPACKED: u64 = 200 * 1024 * 1024;
/// Most files within a workbook.
const MOST_PARTS: usize = 2_000;
/// Most columns that are read of a row; rosters have up to about 30.
const MOST_COLUMNS: usize = 60;
/// Most rows that are read of a sheet.
const MOST_ROWS: usize = 120_000;
/// Most bytes that the cells of a workbook take in memory, the empty ones between filled ones included. The roster
/// above takes about 100 MB.
const MOST_KEPT: usize = 256 * 1024 * 1024;
/// Most letters that are kept of a cell.
const MOST_LETTERS: usize = 300;
/// Most lines that one field of a text may hold; more means a quotation mark that is never closed.
const MOST_LINES_OF_FIELD: usize = 20;

/// What a cell holds, as far as a roster needs to know.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Day(NaiveDate),
    /// An error value such as `#REF!`.
    Broken(String),
}

impl Cell {
    /// As a person reads it.
    pub(crate) fn text(&self) -> String {
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

/// One sheet. Row 0 of `rows` is row 1 of the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// Why a file was not read; its message is `import-file-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No file was chosen.
    #[error("no file")]
    None,
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Neither a workbook nor a text with separators (a renamed PDF, a picture).
    #[error("not a workbook (.xlsx, .xls, .ods) and not a text with separators (.csv)")]
    Kind,
    /// A workbook of another format: .xlsb, or a .xls from before Excel 97.
    #[error("a workbook that is none of .xlsx, .xls of Excel 97 or later, .ods; save it as .xlsx")]
    Format,
    /// The archive is damaged, or no workbook.
    #[error("the workbook is damaged")]
    Damaged,
    /// Needs a password.
    #[error("the workbook is protected by a password")]
    Locked,
    /// Unpacks to more than a roster can need.
    #[error("the workbook unpacks to far more than a roster needs")]
    Bomb,
    /// Neither Unicode nor Windows-1258, or Unicode that was read as something else on its way.
    #[error("the text is in an unknown encoding; save it as CSV UTF-8")]
    Encoding,
    /// Letters of the fonts of TCVN3 (ABC, `.VnTime`): signs of other languages that a font draws as Vietnamese.
    #[error("the text is written for the fonts of TCVN3 (ABC); convert it to Unicode")]
    Tcvn3,
    /// Letters of the fonts of VNI (`VNI-Times`).
    #[error("the text is written for the fonts of VNI; convert it to Unicode")]
    Vni,
    /// Saved in an encoding without Vietnamese letters: question marks stand in their places.
    #[error("the Vietnamese letters were lost when the file was saved; save it as CSV UTF-8")]
    Lost,
    /// A quotation mark is never closed.
    #[error("a quotation mark in the text is never closed")]
    Quotes,
    /// More rows than are read.
    #[error("more than {MOST_ROWS} rows")]
    Rows,
    /// Somebody has stopped it.
    #[error("stopped")]
    Stopped,
}

impl From<Stopped> for FileError {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl FileError {
    /// Stable code, the end of the message key.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Empty => "empty",
            Self::Kind => "kind",
            Self::Format => "format",
            Self::Damaged => "damaged",
            Self::Locked => "locked",
            Self::Bomb => "bomb",
            Self::Encoding => "encoding",
            Self::Tcvn3 => "tcvn3",
            Self::Vni => "vni",
            Self::Lost => "lost",
            Self::Quotes => "quotes",
            Self::Rows => "rows",
            Self::Stopped => "stopped",
        }
    }
}

/// Reads every sheet. The name of the file is not believed; its first bytes are.
pub(crate) fn read(bytes: &[u8], progress: &Progress) -> Result<Vec<Sheet>, FileError> {
    progress.begin(Stage::Reading, 0);
    match bytes {
        [] => Err(FileError::Empty),
        [b'P', b'K', 3, 4, ..] => workbook(bytes, progress),
        // a protected .xlsx lies in the same container as the old .xls
        [0xD0, 0xCF, 0x11, 0xE0, ..] if contains(bytes, "EncryptedPackage") => Err(FileError::Locked),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => xls::sheets(bytes, &mut Budget::new(progress)),
        [b'%', b'P', b'D', b'F', ..]
        | [0x89, b'P', b'N', b'G', ..]
        | [0xFF, 0xD8, 0xFF, ..]
        | [b'{', b'\\', b'r', ..]
        | [b'<', ..] => Err(FileError::Kind),
        _ => text(bytes, progress).map(|sheet| vec![sheet]),
    }
}

/// Whether a UTF-16 name stands in the directory of an OLE container.
fn contains(bytes: &[u8], name: &str) -> bool {
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

/// What a file may still take of memory, and how far it is read.
struct Budget<'a> {
    left: usize,
    progress: &'a Progress,
}

impl<'a> Budget<'a> {
    fn new(progress: &'a Progress) -> Self {
        Self { left: MOST_KEPT, progress }
    }

    fn take(&mut self, bytes: usize) -> Result<(), FileError> {
        self.left = self.left.checked_sub(bytes).ok_or(FileError::Bomb)?;
        Ok(())
    }
}

/// Rows of a sheet as its cells come.
struct Grid<'a, 'p> {
    rows: Vec<Vec<Cell>>,
    budget: &'a mut Budget<'p>,
}

impl<'a, 'p> Grid<'a, 'p> {
    fn new(budget: &'a mut Budget<'p>) -> Self {
        Self { rows: Vec::new(), budget }
    }

    /// Cell by cell: a sheet with one cell at the far corner is not a table of everything between.
    fn put(&mut self, row: usize, column: usize, content: Cell) -> Result<(), FileError> {
        if content == Cell::Empty || column >= MOST_COLUMNS {
            return Ok(());
        }
        if row >= MOST_ROWS {
            return Err(FileError::Rows);
        }
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
            self.budget.progress.one()?;
        }
        let Some(cells) = self.rows.get_mut(row) else { return Ok(()) };
        let added = (column + 1).saturating_sub(cells.len());
        let letters = if let Cell::Text(text) | Cell::Broken(text) = &content { text.len() } else { 0 };
        self.budget.take(added * size_of::<Cell>() + letters)?;
        cells.resize(cells.len() + added, Cell::Empty);
        if let Some(place) = cells.get_mut(column) {
            *place = content;
        }
        Ok(())
    }
}

fn workbook(bytes: &[u8], progress: &Progress) -> Result<Vec<Sheet>, FileError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    measure(&mut archive)?;
    let mut budget = Budget::new(progress);
    if archive.index_for_name("content.xml").is_some() {
        if part(&mut archive, "META-INF/manifest.xml")?.contains("encryption-data") {
            return Err(FileError::Locked);
        }
        // a text or a presentation has a content too
        if !part(&mut archive, "mimetype")?.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
            return Err(FileError::Kind);
        }
        let content = archive.by_name("content.xml").map_err(|_| FileError::Damaged)?;
        return ods::sheets(BufReader::new(content), &mut budget);
    }
    if archive.index_for_name("xl/workbook.bin").is_some() {
        return Err(FileError::Format);
    }
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(FileError::Kind);
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        // a sheet that holds a chart only has no cells
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        let mut grid = Grid::new(&mut budget);
        while let Some(found) = cells.next_cell().map_err(|_| FileError::Damaged)? {
            let (row, column) = found.get_position();
            let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
            grid.put(place(row), place(column), cell(found.get_value()))?;
        }
        sheets.push(Sheet { name, rows: grid.rows });
    }
    if sheets.is_empty() { Err(FileError::Damaged) } else { Ok(sheets) }
}

type Archive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

/// Unpacks the archive into nothing, counting: what an archive says of its own size is not believed.
fn measure(archive: &mut Archive<'_>) -> Result<(), FileError> {
    if archive.len() > MOST_PARTS {
        return Err(FileError::Bomb);
    }
    let mut left = MOST_UNPACKED;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|_| FileError::Damaged)?;
        let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|_| FileError::Damaged)?;
        left = left.checked_sub(read).ok_or(FileError::Bomb)?;
    }
    Ok(())
}

/// The beginning of a small part of an archive as text; empty when there is none.
fn part(archive: &mut Archive<'_>, name: &str) -> Result<String, FileError> {
    let Some(place) = archive.index_for_name(name) else { return Ok(String::new()) };
    let entry = archive.by_index(place).map_err(|_| FileError::Damaged)?;
    let mut bytes = Vec::new();
    entry.take(1 << 20).read_to_end(&mut bytes).map_err(|_| FileError::Damaged)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cell(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => words(text),
        DataRef::SharedString(text) => words(text),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Int(number) => words(&number.to_string()),
        DataRef::Bool(yes) => words(if *yes { "x" } else { "" }),
        DataRef::DateTime(moment) => match moment.as_datetime() {
            Some(moment) if moment_is_day(moment.date()) => Cell::Day(moment.date()),
            _ => Cell::Number(moment.as_f64()),
        },
        DataRef::Error(error) => Cell::Broken(error.to_string()),
    }
}

/// Spreadsheets keep small numbers under a date format as days of 1900; those are not dates of people.
fn moment_is_day(day: NaiveDate) -> bool {
    NaiveDate::from_ymd_opt(1900, 3, 1).is_some_and(|first| day >= first)
}

fn words(text: &str) -> Cell {
    let mut text = clean(text);
    if let Some((end, _)) = text.char_indices().nth(MOST_LETTERS) {
        text.truncate(end);
        text.push('…');
    }
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

fn text(bytes: &[u8], progress: &Progress) -> Result<Sheet, FileError> {
    let text = decoded(bytes)?;
    if text.contains('\0') {
        return Err(FileError::Kind);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|_| FileError::Damaged)? {
        if record.iter().any(|field| field.matches('\n').count() > MOST_LINES_OF_FIELD) {
            return Err(FileError::Quotes);
        }
        // an empty line is not a record; places in the file are kept by line numbers
        let line = record.position().map_or(rows.len() + 1, |p| usize::try_from(p.line()).unwrap_or(usize::MAX));
        if line > MOST_ROWS {
            return Err(FileError::Rows);
        }
        progress.one()?;
        rows.resize_with(line.max(rows.len() + 1) - 1, Vec::new);
        rows.push(record.iter().take(MOST_COLUMNS).map(words).collect());
    }
    if rows.is_empty() {
        return Err(FileError::Empty);
    }
    Ok(Sheet { name: "CSV".to_owned(), rows })
}

/// Unicode, by its mark or by its zero bytes, else Windows-1258, which spreadsheets of Vietnamese Windows write as
/// "CSV".
fn decoded(bytes: &[u8]) -> Result<String, FileError> {
    let (encoding, rest) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or_default()),
        None => (without_mark(bytes), bytes),
    };
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(rest) {
        return if text.contains('\u{FFFD}') { Err(FileError::Encoding) } else { Ok(text.into_owned()) };
    }
    if encoding != encoding_rs::UTF_8 || rest.contains(&0) {
        return Err(FileError::Encoding);
    }
    // every byte means something in Windows-1258: only what reads as Vietnamese is believed
    let (text, _) = encoding_rs::WINDOWS_1258.decode_without_bom_handling(rest);
    if is_vietnamese(&text) {
        return Ok(text.into_owned());
    }
    // UTF-8 that breaks off amid the text is not for fonts
    let whole = std::str::from_utf8(rest).map_or_else(|e| e.valid_up_to(), str::len);
    if rest.iter().take(whole).all(u8::is_ascii) {
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(rest);
        if let Some(error) = spoilt(text.split([',', ';', '\t', '\n'])) {
            return Err(error);
        }
    }
    Err(FileError::Encoding)
}

/// UTF-16 without its mark: half of the text or more is ASCII, every second byte of which is zero. Else UTF-8.
fn without_mark(bytes: &[u8]) -> &'static encoding_rs::Encoding {
    let start: Vec<&[u8]> = bytes.chunks_exact(2).take(500).collect();
    let zeros = |place: usize| start.iter().filter(|pair| pair.get(place) == Some(&0)).count();
    match (zeros(0), zeros(1)) {
        // a tone of its own, U+0300, is zero in the other place
        (high, low) if low > 1 && low * 2 >= start.len() && high * 4 < start.len() => encoding_rs::UTF_16LE,
        (high, low) if high > 1 && high * 2 >= start.len() && low * 4 < start.len() => encoding_rs::UTF_16BE,
        _ => encoding_rs::UTF_8,
    }
}

/// Whether every letter is one of the Vietnamese alphabet. Text in TCVN3 or VNI, or UTF-8 with a broken byte, has
/// signs such as `µ` or `»` amid its words when it is read as Windows-1258.
fn is_vietnamese(text: &str) -> bool {
    const LETTERS: &str = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ";
    clean(text).to_lowercase().chars().all(|c| c.is_ascii() || LETTERS.contains(c) || "–—‘’“”…•".contains(c))
}

impl Sheet {
    /// Why the text of the sheet is not what its author saw, when it is not: names would be stored as rubbish.
    /// The fonts of TCVN3 and VNI are named and not converted: a capital font has the same signs as a small one, and
    /// a sheet mixes them with Unicode cell by cell.
    pub(super) fn spoilt(&self) -> Option<FileError> {
        spoilt(self.rows.iter().flatten().filter_map(|cell| match cell {
            Cell::Text(text) => Some(text.as_str()),
            _ => None,
        }))
    }
}

/// What has happened to a fifth of the texts, and to three of them at least. One foreign name is no spoilt file.
fn spoilt<'a>(texts: impl Iterator<Item = &'a str>) -> Option<FileError> {
    let (mut all, mut encoding, mut tcvn3, mut vni, mut lost) = (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for text in texts.filter(|text| text.contains(char::is_alphabetic)) {
        all += 1;
        match spoilt_by(text) {
            Some(FileError::Encoding) => encoding += 1,
            Some(FileError::Tcvn3) => tcvn3 += 1,
            Some(FileError::Vni) => vni += 1,
            Some(_) => lost += 1,
            None => {}
        }
    }
    // letters of both families of fonts overlap; the signs that TCVN3 adds are never in a text for VNI
    let font = if tcvn3 * 4 >= vni { FileError::Tcvn3 } else { FileError::Vni };
    [(encoding, FileError::Encoding), (tcvn3 + vni, font), (lost, FileError::Lost)]
        .into_iter()
        .find_map(|(number, error)| (number >= 3 && number * 5 >= all).then_some(error))
}

/// What has happened to one text.
fn spoilt_by(text: &str) -> Option<FileError> {
    let lower: Vec<char> = text.to_lowercase().chars().collect();
    let mut found = None;
    for (place, c) in lower.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|p| lower.get(p)).copied().unwrap_or(' ');
        let after = lower.get(place + 1).copied().unwrap_or(' ');
        let within = before.is_ascii_alphabetic() || after.is_ascii_alphabetic();
        match c {
            // UTF-8 read as Windows-1252: every letter with two marks begins with these
            'á' if matches!(after, 'º' | '»') => return Some(FileError::Encoding),
            'µ' | 'μ' | '¸' | '¶' | '·' | '¹' | '¨' | '»' | '¾' | '¼' | '½' | '©' | 'ª' | '«' | '¬' | '®' | '§'
                if within =>
            {
                return Some(FileError::Tcvn3);
            }
            'ø' | 'û' | 'ï' | 'å' | 'ä' | 'ë' | 'ü' | 'ö' | 'ñ' if within => found = Some(FileError::Vni),
            // no Vietnamese syllable has a marked vowel after a plain a or e
            'á' | 'à' | 'ã' | 'â' | 'ê' | 'é' | 'è' | 'ù' | 'õ' if matches!(before, 'a' | 'e') => {
                found = Some(FileError::Vni);
            }
            '?' if after.is_alphabetic() || (before.is_alphabetic() && place + 1 < lower.len()) => {
                found = found.or(Some(FileError::Lost));
            }
            _ => {}
        }
    }
    found
}

/// The separator that divides most of the first rows into the same number of fields: comma, semicolon (Vietnamese
/// settings) or tab. A comma within a heading or a title of a post is not taken for one.
fn delimiter(text: &str) -> u8 {
    let start: String = text.split_inclusive('\n').take(30).collect();
    let score = |separator: u8| {
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).flexible(true).delimiter(separator).from_reader(start.as_bytes());
        let mut rows: HashMap<usize, usize> = HashMap::new();
        for record in reader.records().flatten() {
            *rows.entry(record.len()).or_default() += 1;
        }
        rows.into_iter().map(|(fields, rows)| (fields - 1) * rows * rows).max().unwrap_or(0)
    };
    [b';', b'\t', b','].into_iter().max_by_key(|separator| score(*separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
        super::read(bytes, &Progress::default())
    }

    fn texts(sheet: &Sheet) -> Vec<Vec<String>> {
        sheet.rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect()
    }

    #[test]
    fn text_in_every_unicode_form() {
        let wanted = vec![vec!["Họ tên".to_owned(), "Xã".to_owned()], vec!["Hoà; A".to_owned(), "Keng Đu".to_owned()]];
        let plain = "Họ tên;Xã\n\"Ho\u{61}\u{300}; A\";Keng  Đu\n";
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let with_mark = [b"\xEF\xBB\xBF", plain.as_bytes()].concat();
        let big: Vec<u8> = utf16.chunks(2).flat_map(|pair| pair.iter().rev().copied()).collect();
        let tabs = plain.replace(';', "\t").replace("\t A", "; A");
        for bytes in [plain.as_bytes(), &utf16, &big, &utf16[2..], &big[2..], &with_mark, tabs.as_bytes()] {
            assert_eq!(read(bytes).map(|s| s.first().map(texts)), Ok(Some(wanted.clone())));
        }
    }

    #[test]
    fn what_is_no_roster_is_named() {
        assert_eq!(read(b""), Err(FileError::Empty));
        assert_eq!(read(b"%PDF-1.7 ..."), Err(FileError::Kind));
        assert_eq!(read(b"a,b\0c,d"), Err(FileError::Kind));
        assert_eq!(read(b"PK\x03\x04 no archive"), Err(FileError::Damaged));
        assert_eq!(read(b"\xD0\xCF\x11\xE0\xA1\xB1"), Err(FileError::Damaged));
        assert_eq!(read("<html><table>".as_bytes()), Err(FileError::Kind));
        let open = format!("Họ tên,Xã\n\"Nguyễn Văn A,Anh Sơn{}", "\nTrần Thị B,Anh Sơn".repeat(30));
        assert_eq!(read(open.as_bytes()), Err(FileError::Quotes));
    }

    #[test]
    fn windows_1258_is_read_and_what_only_looks_like_it_is_refused() {
        // "Họ tên,Xã" as Excel of Vietnamese Windows saves it: tones stand after their letters
        let sheet = read(b"Ho\xF2 t\xEAn,Xa\xDE\nPha\xF2m Thi\xF2 Ty\xEC,Ki\xEAn\n").unwrap();
        assert_eq!(texts(&sheet[0]), [["Họ tên", "Xã"], ["Phạm Thị Tý", "Kiên"]]);
        // "Họ và tên" in TCVN3, and UTF-8 that lost a byte
        assert_eq!(read(b"H\xE4 v\xB5 t\xAAn,X\xB7,D\xA9n t\xE9c"), Err(FileError::Tcvn3));
        assert_eq!(read(b"H\xE4 v\xB5 t\xAAn,X\xB7"), Err(FileError::Encoding));
        let mut cut = "Họ và tên,Xã\nNguyễn Văn Á".as_bytes().to_vec();
        cut.pop();
        assert_eq!(read(&cut), Err(FileError::Encoding));
    }

    #[test]
    fn text_that_is_not_what_its_author_saw_is_named() {
        let of = |text: &str| read(text.as_bytes()).unwrap().first().and_then(Sheet::spoilt);
        let whole =
            "Họ và tên;Chức vụ;Xã\nNguyễn Văn Quý;Phòng Kinh tế, Hạ tầng;Hoà Bình\nPhan Thuỳ;Đã nghỉ?;Giá Lai\n";
        assert_eq!(of(whole), None);
        // one foreign name is no font
        assert_eq!(of(&whole.replace("Phan Thuỳ", "Jürgen Müller")), None);
        assert_eq!(of("Hä vµ tªn;Chøc vô;X·\nNguyÔn V¨n An;Chñ tÞch;Anh S¬n\n"), Some(FileError::Tcvn3));
        assert_eq!(of("Hoï vaø teân;Chöùc vuï;Xaõ\nNGUYEÃN VAÊN AN;Chuû tòch;Anh Sôn\n"), Some(FileError::Vni));
        assert_eq!(of("H? và tên;Ch?c v?;X?\nNguy?n V?n An;Ch? t?ch;Anh S?n\n"), Some(FileError::Lost));
        assert_eq!(
            of("Há»\u{8d} vÃ  tÃªn;Chá»©c vá»¥;XÃ£\nNguyá»…n VÄƒn An;Chá»§ tá»‹ch;Anh SÆ¡n\n"),
            Some(FileError::Encoding)
        );
    }

    #[test]
    fn commas_within_texts_do_not_divide_them() {
        let text = "Ngày, tháng, năm sinh;Phòng, ban, ngành;Xã, phường\n\
                    05/03/1980;Kinh tế, Hạ tầng, Đô thị, Nhà ở;Anh Sơn\n05/03/1981;Kinh tế, Hạ tầng, Đô thị, Nhà ở;Anh Sơn\n";
        let heads = ["Ngày, tháng, năm sinh", "Phòng, ban, ngành", "Xã, phường"];
        assert_eq!(texts(&read(text.as_bytes()).unwrap()[0])[0], heads);
        let text = "Tổ; đội; nhóm\n\nHọ tên,Xã,Chức vụ\n\"A; B; C; D\",Anh Sơn,\"x, y\"\nB,C,D\n";
        assert_eq!(texts(&read(text.as_bytes()).unwrap()[0])[3], ["A; B; C; D", "Anh Sơn", "x, y"]);
    }

    /// An archive of the given parts, each repeated bytes.
    fn archive(parts: &[(&str, &[u8], u64)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        for (name, bytes, times) in parts {
            archive.start_file(*name, options).unwrap();
            for _ in 0..*times {
                archive.write_all(bytes).unwrap();
            }
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn other_archives_are_named() {
        assert_eq!(read(&archive(&[("content.xml", b"<x/>", 1)])), Err(FileError::Kind));
        assert_eq!(read(&archive(&[("xl/workbook.bin", b"x", 1)])), Err(FileError::Format));
        let text = b"application/vnd.oasis.opendocument.text".as_slice();
        assert_eq!(read(&archive(&[("mimetype", text, 1), ("content.xml", b"<x/>", 1)])), Err(FileError::Kind));
        assert_eq!(read(&archive(&[("word/document.xml", b"<x/>", 1)])), Err(FileError::Kind));
    }

    /// An OpenDocument spreadsheet with the given inside of its one sheet.
    fn ods(table: &str, manifest: &str) -> Vec<u8> {
        let content = format!(
            "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"DS\">{table}</table:table>\
             </office:spreadsheet></office:body></office:document-content>"
        );
        archive(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", 1),
            ("META-INF/manifest.xml", manifest.as_bytes(), 1),
            ("content.xml", content.as_bytes(), 1),
        ])
    }

    #[test]
    fn an_open_document_is_read_as_it_is_shown() {
        let sheets = read(&ods(
            "<table:table-column table:number-columns-repeated=\"16384\"/><table:table-header-rows><table:table-row>\
             <table:table-cell office:value-type=\"string\" table:number-columns-spanned=\"2\"><text:p>Họ và<text:s/>tên</text:p></table:table-cell>\
             <table:covered-table-cell/><table:table-cell office:value-type=\"string\"><office:annotation><text:p>ghi chú</text:p></office:annotation>\
             <text:p>Ngày</text:p><text:p>sinh</text:p></table:table-cell></table:table-row></table:table-header-rows>\
             <table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>\
             <table:table-row><table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"string\"><text:p>A &amp; <text:span>B&#x1ED9;</text:span></text:p></table:table-cell>\
             <table:table-cell office:value-type=\"date\" office:date-value=\"1980-03-05\"><text:p>05/03/80</text:p></table:table-cell>\
             <table:table-cell office:value-type=\"float\" office:value=\"1.5\"><text:p>1,5</text:p></table:table-cell>\
             <table:table-cell calcext:value-type=\"error\" office:value-type=\"string\"><text:p>#REF!</text:p></table:table-cell></table:table-row>\
             <table:table-row table:number-rows-repeated=\"1048572\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>",
            "",
        ));
        let both = Cell::Text("A & Bộ".to_owned());
        let day = NaiveDate::from_ymd_opt(1980, 3, 5).unwrap();
        let rows = vec![
            vec![Cell::Text("Họ và tên".to_owned()), Cell::Empty, Cell::Text("Ngày sinh".to_owned())],
            vec![],
            vec![],
            vec![both.clone(), both, Cell::Day(day), Cell::Number(1.5), Cell::Broken("#REF!".to_owned())],
        ];
        assert_eq!(sheets, Ok(vec![Sheet { name: "DS".to_owned(), rows }]));
        assert_eq!(read(&ods("", "<manifest:encryption-data/>")), Err(FileError::Locked));
        assert_eq!(read(&ods("<table:table-row>", "")), Err(FileError::Damaged));
    }

    #[test]
    fn repetitions_are_no_way_round_the_limits() {
        let cell = |many: &str, text: &str| {
            format!(
                "<table:table-cell table:number-columns-repeated=\"{many}\" office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
            )
        };
        let row = |many: &str, cells: &str| {
            format!("<table:table-row table:number-rows-repeated=\"{many}\">{cells}</table:table-row>")
        };
        let wide = read(&ods(&row("1", &cell("4000000000", "x")), "")).unwrap();
        assert_eq!(wide[0].rows, vec![vec![Cell::Text("x".to_owned()); MOST_COLUMNS]]);
        assert_eq!(read(&ods(&row("18446744073709551615", &cell("1", "x")), "")), Err(FileError::Rows));
        assert_eq!(read(&ods(&row("100000", &cell("60", &"x".repeat(300))), "")), Err(FileError::Bomb));
        assert_eq!(read(&ods(&row("1", &cell("-1", "x")), "")), Err(FileError::Damaged));
    }

    #[test]
    fn a_cell_at_the_far_corner_is_no_table_of_everything_between() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "Họ và tên").unwrap();
        sheet.write(0, 16_000, "x").unwrap();
        let sheets = read(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(texts(&sheets[0]), [["Họ và tên"]]);
        book.worksheet_from_index(0).unwrap().write(1_000_000, 0, "x").unwrap();
        assert_eq!(read(&book.save_to_buffer().unwrap()), Err(FileError::Rows));
    }

    #[test]
    fn a_bomb_is_not_opened() {
        let block = vec![0_u8; 1 << 20];
        let bytes = archive(&[("xl/worksheets/sheet1.xml", &block, (MOST_UNPACKED >> 20) + 1)]);
        assert!(bytes.len() < 1 << 20, "{}", bytes.len());
        assert_eq!(read(&bytes), Err(FileError::Bomb));
    }
}
