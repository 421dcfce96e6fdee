//! A text with separators: its encoding, its separator, its records.

use std::collections::HashMap;

use kernel::text::clean;

use super::{FileError, Grid, MOST_COLUMNS, MOST_ROWS, spoilt::spoilt, words};

/// Most lines that one field of a text may hold; more means a quotation mark that is never closed.
const MOST_LINES_OF_FIELD: usize = 20;

/// Rows of the one sheet of a text.
pub(super) fn rows(text: &str, separator: u8, grid: &mut Grid<'_, '_>) -> Result<(), FileError> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut next = 0_usize;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|_| FileError::Damaged)? {
        if record.iter().any(|field| field.matches('\n').count() > MOST_LINES_OF_FIELD) {
            return Err(FileError::Quotes);
        }
        // an empty line is not a record; places in the file are kept by line numbers
        let line = record.position().and_then(|p| usize::try_from(p.line()).ok()).map_or(next, |line| line - 1);
        let place = line.max(next);
        if place >= MOST_ROWS {
            return Err(FileError::Rows);
        }
        next = place + 1;
        for (column, field) in record.iter().take(MOST_COLUMNS).enumerate() {
            grid.put(place, column, words(field))?;
        }
        if !grid.wanted {
            break;
        }
    }
    if next == 0 { Err(FileError::Empty) } else { Ok(()) }
}

/// Unicode, by its mark or by its zero bytes, else Windows-1258, which spreadsheets of Vietnamese Windows write as
/// "CSV".
pub(super) fn decoded(bytes: &[u8]) -> Result<String, FileError> {
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

/// The separator that divides most of the first rows into the same number of fields: comma, semicolon (Vietnamese
/// settings) or tab. A comma within a heading or a title of a post is not taken for one.
pub(super) fn delimiter(text: &str) -> u8 {
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
