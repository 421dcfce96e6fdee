//! Word and PowerPoint files: a ZIP of XML parts.

use std::{
    fs::File,
    io::{BufReader, Read},
    time::Instant,
};

use quick_xml::{Reader, events::Event};
use zip::ZipArchive;

use super::{Format, Page, Refused, Unread, leave_when_late};

/// Parts of a file; a presentation of 500 slides has some 3,000.
const PARTS_MOST: usize = 20_000;
/// Bytes of all parts unpacked.
const UNPACKED_MOST: u64 = 2 << 30;
/// Unpacked bytes for each packed one, of a file that unpacks to more than [`PROPORTION_FROM`].
const PROPORTION_MOST: u64 = 200;
const PROPORTION_FROM: u64 = 200 << 20;
/// Bytes of one part of XML that are read.
const XML_MOST: u64 = 64 << 20;
/// Bytes of an embedded object that are looked into.
const OBJECT_MOST: u64 = 32 << 20;

/// What marks an old document that is embedded.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|part| part == wanted)
}

pub(super) fn inspect(format: Format, file: &mut File) -> Result<(), Refused> {
    let size = file.metadata().map_err(|_| Refused::Broken)?.len();
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| Refused::Broken)?;
    if archive.len() > PARTS_MOST {
        return Err(Refused::Bomb);
    }
    let mut names = Vec::with_capacity(archive.len());
    let mut unpacked: u64 = 0;
    for place in 0..archive.len() {
        let part = archive.by_index_raw(place).map_err(|_| Refused::Broken)?;
        unpacked = unpacked.saturating_add(part.size());
        names.push(part.name().map_err(|_| Refused::Broken)?.to_lowercase());
    }
    let out_of_proportion = unpacked > PROPORTION_FROM && unpacked / PROPORTION_MOST > size;
    if unpacked > UNPACKED_MOST || out_of_proportion {
        return Err(Refused::Bomb);
    }
    let main = if format == Format::Docx { "word/document.xml" } else { "ppt/presentation.xml" };
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if !has("[content_types].xml") || !has(main) {
        return Err(Refused::NotAs(format.code().to_owned()));
    }
    let macros = |name: &String| {
        let last = name.rsplit('/').next().unwrap_or_default();
        matches!(last, "vbaproject.bin" | "vbadata.xml")
            || name.contains("/activex/")
            || [".docm", ".dotm", ".pptm", ".potm", ".ppsm", ".xlsm", ".xltm", ".xlam"]
                .iter()
                .any(|end| name.ends_with(end))
    };
    if names.iter().any(macros) {
        return Err(Refused::Macros);
    }
    for (place, name) in names.iter().enumerate() {
        let looked_into = name == "[content_types].xml" || name.ends_with(".rels") || name.ends_with(".bin");
        if !looked_into {
            continue;
        }
        let part = archive.by_index(place).map_err(|_| Refused::Broken)?;
        let mut bytes = Vec::new();
        part.take(OBJECT_MOST).read_to_end(&mut bytes).map_err(|_| Refused::Broken)?;
        let bad = if name.ends_with(".bin") {
            bytes.starts_with(OLE) && (contains(&bytes, &wide("_VBA_PROJECT")) || contains(&bytes, &wide("VBA")))
        } else if name.ends_with(".rels") {
            takes_a_template(&bytes)
        } else {
            contains(&bytes, b"macroEnabled") || contains(&bytes, b"vbaProject")
        };
        if bad {
            return Err(Refused::Macros);
        }
    }
    Ok(())
}

/// Whether a document takes its template, and with it macros, from elsewhere.
fn takes_a_template(xml: &[u8]) -> bool {
    let mut reader = Reader::from_reader(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Empty(tag) | Event::Start(tag)) => {
                let of = |name: &str| {
                    let found = tag.try_get_attribute(name).ok().flatten();
                    found.map(|a| a.value.into_owned()).unwrap_or_default()
                };
                if of("Type").ends_with("/attachedTemplate") && of("TargetMode") == "External" {
                    let target = of("Target").to_lowercase();
                    // the usual template of the author's own machine is harmless: nobody else's machine reaches it
                    if target.contains("://") && !target.starts_with("file:///") {
                        return true;
                    }
                }
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

pub(super) fn text(format: Format, file: &mut File, until: Instant) -> Result<String, Unread> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| Unread::Broken)?;
    let mut parts: Vec<(u64, String)> = archive
        .file_names()
        .filter_map(Result::ok)
        .filter_map(|name| order(format, &name).map(|place| (place, name.to_string())))
        .collect();
    parts.sort();
    let mut page = Page::default();
    for (_, name) in parts {
        if page.full() {
            break;
        }
        let part = archive.by_name(&name).map_err(|_| Unread::Broken)?;
        if part.size() > XML_MOST {
            return Err(Unread::TooLarge);
        }
        paragraphs(BufReader::new(part.take(XML_MOST)), &mut page, until)?;
        page.line();
    }
    Ok(page.text.trim().to_owned())
}

/// Place of a part among those that are read; none for the others.
fn order(format: Format, name: &str) -> Option<u64> {
    if format == Format::Docx {
        return match name {
            "word/document.xml" => Some(0),
            "word/footnotes.xml" => Some(1),
            "word/endnotes.xml" => Some(2),
            _ => None,
        };
    }
    let numbered = |start: &str| name.strip_prefix(start)?.strip_suffix(".xml")?.parse::<u64>().ok();
    // what is said beside a slide follows it
    numbered("ppt/slides/slide").map(|n| 2 * n).or_else(|| numbered("ppt/notesSlides/notesSlide").map(|n| 2 * n + 1))
}

/// Text of `w:t` and `a:t`, a line for each paragraph.
fn paragraphs(input: impl std::io::BufRead, page: &mut Page, until: Instant) -> Result<(), Unread> {
    let mut reader = Reader::from_reader(input);
    let mut buffer = Vec::new();
    let (mut in_text, mut seen) = (false, 0_u32);
    loop {
        seen = seen.wrapping_add(1);
        if seen.is_multiple_of(1024) {
            leave_when_late(until);
        }
        match reader.read_event_into(&mut buffer).map_err(|_| Unread::Broken)? {
            Event::Start(tag) if tag.local_name().as_ref() == "t" => in_text = true,
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => in_text = false,
                "p" => page.line(),
                _ => {}
            },
            Event::Empty(tag) => match tag.local_name().as_ref() {
                "tab" => page.push(" "),
                "br" | "cr" => page.line(),
                "noBreakHyphen" => page.push("-"),
                _ => {}
            },
            Event::Text(text) if in_text => page.push(&text.xml10_content()),
            Event::GeneralRef(entity) if in_text => match entity.resolve_char_ref() {
                Ok(Some(letter)) => page.push(letter.encode_utf8(&mut [0; 4])),
                _ => page.push(match entity.as_ref() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "",
                }),
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
        if page.full() {
            return Ok(());
        }
        buffer.clear();
    }
}
