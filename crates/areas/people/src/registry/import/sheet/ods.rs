//! The cells of an OpenDocument spreadsheet, element by element. The reader of the library that reads the other formats
//! writes every repeated cell out: a file of a few kilobytes may say that its last cell repeats a thousand million
//! times. Here repetitions count against the same limits as everything else.

use std::{borrow::Cow, io::BufRead};

use quick_xml::{
    Reader,
    escape::{resolve_xml_entity, unescape},
    events::{BytesStart, Event},
};

use super::{Cell, FileError, Grid, MOST_COLUMNS, MOST_LETTERS, words};

/// Rows of the sheets of a `content.xml`.
pub(super) fn sheets(content: impl BufRead, grid: &mut Grid<'_, '_>) -> Result<(), FileError> {
    let mut reader = Reader::from_reader(content);
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| FileError::Damaged)? {
            Event::Start(e) if e.name().as_ref() == "table:table" => {
                let name = attribute(&e, "table:name")?.unwrap_or_default();
                grid.begin(&name);
                table(&mut reader, grid)?;
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, FileError> {
    let found = element.try_get_attribute(name).map_err(|_| FileError::Damaged)?;
    let value = found.map(|a| unescape(&a.value).map(Cow::into_owned));
    value.transpose().map_err(|_| FileError::Damaged)
}

/// How often a cell or a row stands one after the other.
fn times(element: &BytesStart<'_>, name: &str) -> Result<usize, FileError> {
    match attribute(element, name)? {
        None => Ok(1),
        Some(text) => text.parse().map_err(|_| FileError::Damaged),
    }
}

/// Rows up to the end of a sheet; what stands behind the last one that is wanted is passed over.
fn table(reader: &mut Reader<impl BufRead>, grid: &mut Grid<'_, '_>) -> Result<(), FileError> {
    let (mut row, mut repeated) = (0_usize, 1_usize);
    let mut filled: Vec<(usize, Cell)> = Vec::new();
    let mut column = 0_usize;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| FileError::Damaged)? {
            Event::Start(e) if e.name().as_ref() == "table:table-row" => {
                repeated = times(&e, "table:number-rows-repeated")?;
                column = 0;
                filled.clear();
            }
            Event::Start(e) if matches!(e.name().as_ref(), "table:table-cell" | "table:covered-table-cell") => {
                let many = times(&e, "table:number-columns-repeated")?;
                let cell = cell(reader, &e)?;
                if cell != Cell::Empty {
                    let end = column.saturating_add(many).min(MOST_COLUMNS);
                    filled.extend((column..end).map(|place| (place, cell.clone())));
                }
                column = column.saturating_add(many);
            }
            Event::End(e) if e.name().as_ref() == "table:table-row" => {
                if !filled.is_empty() {
                    for place in row..row.saturating_add(repeated) {
                        if !grid.wanted {
                            break;
                        }
                        for (column, cell) in &filled {
                            grid.put(place, *column, cell.clone())?;
                        }
                    }
                }
                row = row.saturating_add(repeated);
            }
            Event::End(e) if e.name().as_ref() == "table:table" => return grid.end(),
            Event::Eof => return Err(FileError::Damaged),
            _ => {}
        }
    }
}

/// What a cell holds, up to its end. Notes, drawings and tables within it are not its text.
fn cell(reader: &mut Reader<impl BufRead>, start: &BytesStart<'_>) -> Result<Cell, FileError> {
    let kind = attribute(start, "calcext:value-type")?.or(attribute(start, "office:value-type")?).unwrap_or_default();
    let value = |name: &str| attribute(start, name).map(Option::unwrap_or_default);
    let said = match kind.as_str() {
        "float" | "percentage" | "currency" => value("office:value")?,
        "date" => value("office:date-value")?,
        "string" => value("office:string-value")?,
        "boolean" => value("office:boolean-value")?,
        _ => String::new(),
    };
    let mut shown = String::new();
    let mut paragraphs = 0;
    let mut aside = 0_usize;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|_| FileError::Damaged)?;
        match event {
            Event::Start(e) => {
                let name = e.name();
                let name = name.as_ref();
                if aside > 0 || matches!(name, "office:annotation" | "table:table") || name.starts_with("draw:") {
                    aside += 1;
                } else if name == "text:p" {
                    paragraphs += 1;
                    if paragraphs > 1 {
                        shown.push(' ');
                    }
                } else if matches!(name, "text:s" | "text:tab" | "text:line-break") {
                    shown.push(' ');
                }
            }
            Event::End(_) if aside > 0 => aside -= 1,
            Event::End(e) if matches!(e.name().as_ref(), "table:table-cell" | "table:covered-table-cell") => break,
            Event::Text(text) if aside == 0 && paragraphs > 0 && shown.len() <= 4 * MOST_LETTERS => {
                shown.push_str(&text.xml10_content());
            }
            Event::GeneralRef(reference) if aside == 0 && paragraphs > 0 => {
                let sign = reference.resolve_char_ref().map_err(|_| FileError::Damaged)?;
                match (sign, resolve_xml_entity(reference.as_ref())) {
                    (Some(sign), _) => shown.push(sign),
                    (None, Some(text)) => shown.push_str(text),
                    (None, None) => return Err(FileError::Damaged),
                }
            }
            Event::Eof => return Err(FileError::Damaged),
            _ => {}
        }
    }
    Ok(match kind.as_str() {
        "float" | "percentage" | "currency" => said.parse().map_or_else(|_| words(&shown), Cell::Number),
        // `1980-03-05` or `1980-03-05T00:00:00`
        "date" => match said.get(..10).and_then(|day| day.parse().ok()) {
            Some(day) => Cell::Day(day),
            None => words(&shown),
        },
        "boolean" => words(if said == "true" { "x" } else { "" }),
        "error" => Cell::Broken(shown),
        "string" if shown.is_empty() => words(&said),
        _ => words(&shown),
    })
}
