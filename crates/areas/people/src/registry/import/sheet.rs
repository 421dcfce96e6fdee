//! From the bytes of a file to cells: what kind of file it is, whether it is safe to open, its sheets row by row.

mod ods;
mod spoilt;
mod text;
mod xls;

use std::io::{BufReader, Cursor, Read};

use axum::body::Bytes;
use calamine::{DataRef, Reader, Xlsx};
use chrono::NaiveDate;
use kernel::text::clean;

pub(super) use self::spoilt::Spoilt;
use super::progress::{Progress, Stage, Stopped};

/// Most bytes that a workbook may have once unpacked. A roster of 100,000 rows and 20 columns has about 100 MB.
const MOST_UNPACKED: u64 = 200 * 1024 * 1024;
/// Most files within a workbook.
const MOST_PARTS: usize = 2_000;
/// Most columns that are read of a row; rosters have up to about 30.
const MOST_COLUMNS: usize = 60;
/// Most rows that are read of a sheet.
const MOST_ROWS: usize = 120_000;
/// Most bytes that the cells of a workbook would take together, the empty ones between filled ones included. The
/// roster above has about 100 MB of them, of which no more than a portion is in memory at a time.
const MOST_KEPT: usize = 256 * 1024 * 1024;
/// Most letters that are kept of a cell.
const MOST_LETTERS: usize = 300;
/// Rows at the top of a sheet in which headings are looked for, given by hand or not, and a few below as a sample.
const TOP: usize = 1_100;

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

/// Takes the rows of a file as they come.
pub(super) trait Rows {
    /// A sheet begins; whether its rows are wanted.
    fn begin(&mut self, sheet: &str) -> bool;

    /// A row by its place from 0, in the order of the file; rows without content do not come. Whether more of the
    /// sheet are wanted.
    ///
    /// # Errors
    /// What ends the reading.
    fn row(&mut self, place: usize, cells: &mut Vec<Cell>) -> Result<bool, FileError>;
}

/// A file that was opened: its rows can be walked again.
pub(crate) struct Book(Kind);

enum Kind {
    Xlsx(Box<Xlsx<Cursor<Bytes>>>),
    Ods(Bytes),
    Xls(xls::Workbook),
    /// The text and its separator.
    Text(String, u8),
}

impl Book {
    /// The name of the file is not believed; its first bytes are.
    ///
    /// # Errors
    /// Why it is no roster's file.
    pub(crate) fn open(bytes: Bytes) -> Result<Self, FileError> {
        Ok(Self(match &*bytes {
            [] => return Err(FileError::Empty),
            [b'P', b'K', 3, 4, ..] => workbook(bytes)?,
            // a protected .xlsx lies in the same container as the old .xls
            [0xD0, 0xCF, 0x11, 0xE0, ..] if contains(&bytes, "EncryptedPackage") => return Err(FileError::Locked),
            [0xD0, 0xCF, 0x11, 0xE0, ..] => Kind::Xls(xls::Workbook::open(&bytes)?),
            [b'%', b'P', b'D', b'F', ..]
            | [0x89, b'P', b'N', b'G', ..]
            | [0xFF, 0xD8, 0xFF, ..]
            | [b'{', b'\\', b'r', ..]
            | [b'<', ..] => return Err(FileError::Kind),
            _ => {
                let text = text::decoded(&bytes)?;
                if text.contains('\0') {
                    return Err(FileError::Kind);
                }
                let separator = text::delimiter(&text);
                Kind::Text(text, separator)
            }
        }))
    }

    /// Gives every row of the sheets that are wanted to `taker`.
    ///
    /// # Errors
    /// What is wrong with the file, what the taker refuses, [`FileError::Stopped`].
    pub(super) fn walk(&mut self, taker: &mut dyn Rows, progress: &Progress) -> Result<(), FileError> {
        let mut left = MOST_KEPT;
        let grid = &mut Grid::new(taker, &mut left, progress);
        match &mut self.0 {
            Kind::Xlsx(book) => xlsx(book, grid),
            Kind::Ods(bytes) => {
                let mut archive = zip::ZipArchive::new(Cursor::new(&**bytes)).map_err(|_| FileError::Damaged)?;
                let content = archive.by_name("content.xml").map_err(|_| FileError::Damaged)?;
                ods::sheets(BufReader::new(content), grid)
            }
            Kind::Xls(book) => book.sheets(grid),
            Kind::Text(text, separator) => {
                if grid.begin("CSV") {
                    text::rows(text, *separator, grid)?;
                    grid.end()?;
                }
                Ok(())
            }
        }
    }

    /// Every sheet with so many of its rows.
    ///
    /// # Errors
    /// As [`Self::walk`].
    fn sheets(&mut self, most: usize, progress: &Progress) -> Result<Vec<Sheet>, FileError> {
        struct Kept(Vec<Sheet>, usize);
        impl Rows for Kept {
            fn begin(&mut self, sheet: &str) -> bool {
                self.0.push(Sheet { name: sheet.to_owned(), rows: Vec::new() });
                true
            }

            fn row(&mut self, place: usize, cells: &mut Vec<Cell>) -> Result<bool, FileError> {
                if let Some(sheet) = self.0.last_mut().filter(|_| place < self.1) {
                    sheet.rows.resize_with(place, Vec::new);
                    sheet.rows.push(std::mem::take(cells));
                }
                Ok(place + 1 < self.1)
            }
        }
        progress.begin(Stage::Reading, 0);
        let mut kept = Kept(Vec::new(), most);
        self.walk(&mut kept, progress)?;
        if kept.0.is_empty() { Err(FileError::Damaged) } else { Ok(kept.0) }
    }

    /// Every sheet with its first rows: enough for its headings.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(super) fn tops(&mut self, progress: &Progress) -> Result<Vec<Sheet>, FileError> {
        self.sheets(TOP, progress)
    }
}

/// Every sheet as a whole.
pub(super) fn read(bytes: Bytes, progress: &Progress) -> Result<Vec<Sheet>, FileError> {
    Book::open(bytes)?.sheets(MOST_ROWS, progress)
}

/// Whether a UTF-16 name stands in the directory of an OLE container.
fn contains(bytes: &[u8], name: &str) -> bool {
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

/// Rows of a sheet out of cells as they come, one row in memory.
struct Grid<'a, 'p> {
    taker: &'a mut dyn Rows,
    /// Bytes that the cells of the file may still have.
    left: &'a mut usize,
    progress: &'p Progress,
    place: usize,
    cells: Vec<Cell>,
    /// Whether more rows of the sheet are wanted.
    wanted: bool,
}

impl<'a, 'p> Grid<'a, 'p> {
    fn new(taker: &'a mut dyn Rows, left: &'a mut usize, progress: &'p Progress) -> Self {
        Self { taker, left, progress, place: 0, cells: Vec::new(), wanted: false }
    }

    /// A sheet begins; whether its rows are wanted.
    fn begin(&mut self, sheet: &str) -> bool {
        self.place = 0;
        self.cells.clear();
        self.wanted = self.taker.begin(sheet);
        self.wanted
    }

    /// Cell by cell: a sheet with one cell at the far corner is not a table of everything between.
    fn put(&mut self, row: usize, column: usize, content: Cell) -> Result<(), FileError> {
        if content == Cell::Empty || column >= MOST_COLUMNS || !self.wanted {
            return Ok(());
        }
        if row >= MOST_ROWS {
            return Err(FileError::Rows);
        }
        if row != self.place {
            self.end()?;
            // every format keeps rows in their order
            if row < self.place {
                return Err(FileError::Damaged);
            }
            self.place = row;
        }
        let added = (column + 1).saturating_sub(self.cells.len());
        let letters = if let Cell::Text(text) | Cell::Broken(text) = &content { text.len() } else { 0 };
        let bytes = added * size_of::<Cell>() + letters;
        *self.left = self.left.checked_sub(bytes).ok_or(FileError::Bomb)?;
        self.cells.resize(self.cells.len() + added, Cell::Empty);
        if let Some(place) = self.cells.get_mut(column) {
            *place = content;
        }
        Ok(())
    }

    /// Hands over the row that is open, if there is one.
    fn end(&mut self) -> Result<(), FileError> {
        if self.wanted && !self.cells.is_empty() {
            self.progress.one()?;
            self.wanted = self.taker.row(self.place, &mut self.cells)?;
            self.cells.clear();
        }
        Ok(())
    }
}

fn workbook(bytes: Bytes) -> Result<Kind, FileError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(&*bytes)).map_err(|_| FileError::Damaged)?;
    measure(&mut archive)?;
    if archive.index_for_name("content.xml").is_some() {
        if part(&mut archive, "META-INF/manifest.xml")?.contains("encryption-data") {
            return Err(FileError::Locked);
        }
        // a text or a presentation has a content too
        if !part(&mut archive, "mimetype")?.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
            return Err(FileError::Kind);
        }
        return Ok(Kind::Ods(bytes));
    }
    if archive.index_for_name("xl/workbook.bin").is_some() {
        return Err(FileError::Format);
    }
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(FileError::Kind);
    }
    let book = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    Ok(Kind::Xlsx(Box::new(book)))
}

fn xlsx(book: &mut Xlsx<Cursor<Bytes>>, grid: &mut Grid<'_, '_>) -> Result<(), FileError> {
    for name in book.sheet_names() {
        // a sheet that holds a chart only has no cells
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        if !grid.begin(&name) {
            continue;
        }
        while grid.wanted
            && let Some(found) = cells.next_cell().map_err(|_| FileError::Damaged)?
        {
            let (row, column) = found.get_position();
            let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
            grid.put(place(row), place(column), cell(found.get_value()))?;
        }
        grid.end()?;
    }
    Ok(())
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
impl Sheet {
    /// Why the text of the sheet is not what its author saw, when it is not.
    pub(super) fn spoilt(&self) -> Option<FileError> {
        let mut spoilt = Spoilt::default();
        self.rows.iter().for_each(|cells| spoilt.row(cells));
        spoilt.found()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
        super::read(Bytes::copy_from_slice(bytes), &Progress::default())
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
    fn rows_that_are_not_in_their_order_are_no_workbook() {
        struct Any(Vec<usize>);
        impl Rows for Any {
            fn begin(&mut self, _: &str) -> bool {
                true
            }

            fn row(&mut self, place: usize, _: &mut Vec<Cell>) -> Result<bool, FileError> {
                self.0.push(place);
                Ok(place < 7)
            }
        }
        let (mut any, mut left, progress) = (Any(Vec::new()), MOST_KEPT, Progress::default());
        let mut grid = Grid::new(&mut any, &mut left, &progress);
        assert!(grid.begin("DS"));
        for (row, column) in [(1, 2), (1, 0), (4, 0)] {
            grid.put(row, column, Cell::Number(1.0)).unwrap();
        }
        assert_eq!(grid.put(3, 0, Cell::Number(1.0)), Err(FileError::Damaged));
        // a sheet of which no more rows are wanted gives none
        assert!(grid.begin("DS 2"));
        for row in [7, 8, 9] {
            grid.put(row, 0, Cell::Number(1.0)).unwrap();
        }
        grid.end().unwrap();
        assert_eq!(any.0, [1, 4, 7]);
    }

    #[test]
    fn a_bomb_is_not_opened() {
        let block = vec![0_u8; 1 << 20];
        let bytes = archive(&[("xl/worksheets/sheet1.xml", &block, (MOST_UNPACKED >> 20) + 1)]);
        assert!(bytes.len() < 1 << 20, "{}", bytes.len());
        assert_eq!(read(&bytes), Err(FileError::Bomb));
    }
}
