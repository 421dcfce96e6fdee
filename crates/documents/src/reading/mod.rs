//! What others wrote: whether a file is what its name says, whether it may be kept, and its text.
//!
//! Always true:
//! - a kind is one of a short list, told by the name and proved by the bytes; its content type is fixed here;
//! - a file with macros, with a template from elsewhere, or of a kind in which scripts run is refused;
//! - reading is bounded in memory and time, and a reader that panics takes nothing with it.
//!
//! Start reading at [`Format::of_name`], [`inspect`] and [`text`].

mod office;
mod pdf;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

use std::{
    fs::File,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    time::{Duration, Instant},
};

/// A kind of file that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PDF.
    Pdf,
    /// Word, without macros.
    Docx,
    /// PowerPoint, without macros.
    Pptx,
    /// Picture.
    Png,
    /// Picture.
    Jpeg,
    /// Picture.
    Gif,
    /// Picture.
    Webp,
    /// Film.
    Mp4,
    /// Film.
    Webm,
    /// Sound.
    Mp3,
    /// Sound.
    M4a,
    /// Sound.
    Ogg,
    /// Sound.
    Wav,
    /// Many files in one; taken apart, never kept.
    Zip,
}

/// What a page does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Shown by the browser's own reader.
    Pdf,
    /// Shown as its text.
    Office,
    /// Shown as a picture.
    Image,
    /// Played.
    Video,
    /// Played.
    Audio,
    /// Taken apart.
    Archive,
}

/// Why a file is not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Its kind is not on the list: the ending of its name, may be empty.
    #[error("files of kind {0:?} are not kept")]
    Kind(String),
    /// The old form of a Word, PowerPoint or Excel file, in which macros hide.
    #[error("{0} is an old form")]
    Old(String),
    /// It holds macros or takes them from elsewhere.
    #[error("holds macros")]
    Macros,
    /// Its bytes are not what its name says.
    #[error("is no {0}")]
    NotAs(String),
    /// Unpacked it would be out of all proportion.
    #[error("unpacks out of all proportion")]
    Bomb,
    /// It cannot be opened: damaged, or protected by a password.
    #[error("damaged")]
    Broken,
}

/// Why the text of a file is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// The kind has no text.
    #[error("no text in files of this kind")]
    NoText,
    /// Larger, or unpacking larger, than what is read.
    #[error("too large to be read")]
    TooLarge,
    /// Reading took too long.
    #[error("reading takes too long")]
    TooSlow,
    /// Damaged, or protected by a password.
    #[error("damaged or protected")]
    Broken,
}

/// Characters of text that are kept of one file.
pub const TEXT_MOST: usize = 2_000_000;
/// Bytes at the beginning of a file that prove its kind.
pub const HEAD: usize = 16;

/// Endings of names with their kinds.
const ENDINGS: [(&str, Format); 17] = [
    ("pdf", Format::Pdf),
    ("docx", Format::Docx),
    ("pptx", Format::Pptx),
    ("png", Format::Png),
    ("jpg", Format::Jpeg),
    ("jpeg", Format::Jpeg),
    ("gif", Format::Gif),
    ("webp", Format::Webp),
    ("mp4", Format::Mp4),
    ("m4v", Format::Mp4),
    ("webm", Format::Webm),
    ("mp3", Format::Mp3),
    ("m4a", Format::M4a),
    ("ogg", Format::Ogg),
    ("oga", Format::Ogg),
    ("wav", Format::Wav),
    ("zip", Format::Zip),
];

/// The ending of a name in small letters, without its point.
#[must_use]
pub fn ending(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, end)| end.trim().to_lowercase())
}

impl Format {
    /// The kind that a name promises.
    ///
    /// # Errors
    /// [`Refused::Macros`], [`Refused::Old`], [`Refused::Kind`].
    pub fn of_name(name: &str) -> Result<Self, Refused> {
        let end = ending(name);
        if let Some((_, format)) = ENDINGS.iter().find(|(known, _)| *known == end) {
            return Ok(*format);
        }
        Err(match end.as_str() {
            "docm" | "dotm" | "pptm" | "potm" | "ppsm" | "ppam" | "xlsm" | "xltm" | "xlam" => Refused::Macros,
            "doc" | "dot" | "ppt" | "pps" | "pot" | "xls" => Refused::Old(end),
            _ => Refused::Kind(end.chars().take(12).collect()),
        })
    }

    /// A kind by its code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        ENDINGS.iter().find(|(known, _)| *known == code).map(|(_, format)| *format)
    }

    /// Stable code: the usual ending.
    #[must_use]
    pub fn code(self) -> &'static str {
        ENDINGS.iter().find(|(_, format)| *format == self).map_or("", |(code, _)| code)
    }

    /// Content type under which the file is handed out, whatever its sender said.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
            Self::Mp3 => "audio/mpeg",
            Self::M4a => "audio/mp4",
            Self::Ogg => "audio/ogg",
            Self::Wav => "audio/wav",
            Self::Zip => "application/zip",
        }
    }

    /// What a page does with it.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::Pdf => Family::Pdf,
            Self::Docx | Self::Pptx => Family::Office,
            Self::Png | Self::Jpeg | Self::Gif | Self::Webp => Family::Image,
            Self::Mp4 | Self::Webm => Family::Video,
            Self::Mp3 | Self::M4a | Self::Ogg | Self::Wav => Family::Audio,
            Self::Zip => Family::Archive,
        }
    }

    /// Whether a file of this kind begins so; `head` is its first [`HEAD`] bytes, or all when it has fewer.
    #[must_use]
    pub fn begins(self, head: &[u8]) -> bool {
        let at = |from: usize, wanted: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(wanted));
        match self {
            Self::Pdf => at(0, b"%PDF-"),
            Self::Docx | Self::Pptx | Self::Zip => at(0, b"PK\x03\x04"),
            Self::Png => at(0, b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => at(0, b"\xff\xd8\xff"),
            Self::Gif => at(0, b"GIF87a") || at(0, b"GIF89a"),
            Self::Webp => at(0, b"RIFF") && at(8, b"WEBP"),
            Self::Wav => at(0, b"RIFF") && at(8, b"WAVE"),
            Self::Mp4 | Self::M4a => at(4, b"ftyp"),
            Self::Webm => at(0, b"\x1a\x45\xdf\xa3"),
            Self::Mp3 => {
                at(0, b"ID3") || [b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"].iter().any(|b| at(0, *b))
            }
            Self::Ogg => at(0, b"OggS"),
        }
    }

    /// Whether there is more to see than the beginning before such a file is kept.
    #[must_use]
    pub fn needs_inspection(self) -> bool {
        matches!(self.family(), Family::Office)
    }
}

/// Looks into a file whose beginning fits: documents with macros and what unpacks out of proportion are refused.
///
/// # Errors
/// [`Refused`].
pub fn inspect(format: Format, file: &mut File) -> Result<(), Refused> {
    match catch_unwind(AssertUnwindSafe(|| match format {
        Format::Docx | Format::Pptx => office::inspect(format, file),
        _ => Ok(()),
    })) {
        Ok(done) => done,
        Err(_) => Err(Refused::Broken),
    }
}

/// Largest PDF whose text is read; it is held in memory meanwhile.
const PDF_MOST: u64 = 64 << 20;
/// Deep enough for papers that nest their parts.
const STACK: usize = 32 << 20;

/// The text of a file, paragraph by paragraph, at most [`TEXT_MOST`] characters. Takes at most `within`: a reader that
/// goes on for longer is left to itself.
///
/// # Errors
/// [`Unread`].
pub fn text(format: Format, mut file: File, within: Duration) -> Result<String, Unread> {
    if !matches!(format.family(), Family::Pdf | Family::Office) {
        return Err(Unread::NoText);
    }
    let (told, heard) = mpsc::channel();
    let until = Instant::now() + within;
    let work = move || {
        let read = || match format {
            Format::Pdf => {
                let size = file.metadata().map_err(|_| Unread::Broken)?.len();
                if size > PDF_MOST {
                    return Err(Unread::TooLarge);
                }
                let mut bytes = Vec::new();
                file.by_ref().take(PDF_MOST).read_to_end(&mut bytes).map_err(|_| Unread::Broken)?;
                pdf::text(bytes, until)
            }
            format => office::text(format, &mut file, until),
        };
        // a reader that panics has met a damaged file
        let done = catch_unwind(AssertUnwindSafe(read));
        let _ =
            told.send(done.unwrap_or_else(|why| Err(if why.is::<Late>() { Unread::TooSlow } else { Unread::Broken })));
    };
    let thread = std::thread::Builder::new().name("reading".to_owned()).stack_size(STACK).spawn(work);
    thread.map_err(|_| Unread::TooSlow)?;
    // a moment longer than the reader itself takes to see that it is late
    heard.recv_timeout(within + Duration::from_secs(2)).unwrap_or(Err(Unread::TooSlow))
}

/// Leaves a reader from inside one of its calls.
struct Late;

fn leave_when_late(until: Instant) {
    if Instant::now() > until {
        std::panic::resume_unwind(Box::new(Late));
    }
}

/// Text on its way, up to its limit.
#[derive(Default)]
struct Page {
    text: String,
    characters: usize,
}

impl Page {
    fn full(&self) -> bool {
        self.characters >= TEXT_MOST
    }

    fn push(&mut self, text: &str) {
        for letter in text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()) {
            if self.full() {
                return;
            }
            self.text.push(letter);
            self.characters += 1;
        }
    }

    /// A new line, but no more than one empty line in a row.
    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.push("\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_promises_a_kind_and_the_bytes_prove_it() {
        assert_eq!(Format::of_name("Giáo án.v2.PDF"), Ok(Format::Pdf));
        assert_eq!(Format::of_name("a.docm"), Err(Refused::Macros));
        assert_eq!(Format::of_name("a.DOC"), Err(Refused::Old("doc".to_owned())));
        for name in ["a.html", "a.svg", "a.exe", "a", "a.pdf.js", "pdf"] {
            assert!(matches!(Format::of_name(name), Err(Refused::Kind(_))), "{name}");
        }
        let heads: [(&str, &[u8]); 8] = [
            ("pdf", b"%PDF-1.7\n"),
            ("docx", b"PK\x03\x04\x14\0"),
            ("png", b"\x89PNG\r\n\x1a\n\0\0\0\r"),
            ("webp", b"RIFF\x10\0\0\0WEBPVP8 "),
            ("wav", b"RIFF\x10\0\0\0WAVEfmt "),
            ("mp4", b"\0\0\0\x20ftypisom"),
            ("mp3", b"ID3\x04\0"),
            ("gif", b"GIF89a"),
        ];
        for (code, head) in heads {
            let fits: Vec<&str> =
                heads.iter().map(|(c, _)| *c).filter(|c| Format::of_code(c).unwrap().begins(head)).collect();
            assert_eq!(fits, [code]);
            assert_eq!(Format::of_code(code).unwrap().code(), code);
        }
        let html = b"<html><script>";
        assert!(ENDINGS.iter().all(|(_, format)| !format.begins(html) && !format.begins(b"")));
    }

    const WITHIN: Duration = Duration::from_secs(30);

    fn file(bytes: &[u8]) -> File {
        use std::io::{Seek, Write};
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file
    }

    fn read(format: Format, bytes: &[u8]) -> Result<String, Unread> {
        text(format, file(bytes), WITHIN)
    }

    const TONES: &str = "ắ ằ ẳ ẵ ặ ế ề ể ễ ệ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ứ ừ ử ữ ự ỳ ý ỷ ỹ ỵ Đ đ";

    #[test]
    fn vietnamese_text_of_files_by_libreoffice_comes_out_right() {
        let wanted = [
            "Giáo án: Kỹ năng xử lý đơn thư khiếu nại ở xã, phường",
            "Nghị định số 171/2025/NĐ-CP ngày 30/6/2025 của Chính phủ",
            "Quy định số 145-QĐ/TW ngày 10/5/2024 của Bộ Chính trị.",
            TONES,
        ];
        let pdf = read(Format::Pdf, include_bytes!("../../tests/files/giao-an.pdf")).unwrap();
        let docx = read(Format::Docx, include_bytes!("../../tests/files/giao-an.docx")).unwrap();
        for text in [pdf, docx] {
            let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for wanted in wanted {
                assert!(flat.contains(wanted), "{wanted}: {text}");
            }
        }
        assert_eq!(inspect(Format::Docx, &mut file(include_bytes!("../../tests/files/giao-an.docx"))), Ok(()));
    }

    #[test]
    fn letters_that_a_writer_draws_afterwards_stand_in_their_words() {
        // its text font lacks letters of Vietnamese: LibreOffice draws those of a line after the line, in another font
        let pdf = include_bytes!("../../../app/src/demonstration/files/xu-ly-don.pdf");
        let text = read(Format::Pdf, pdf).unwrap();
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for wanted in [
            "(Tài liệu trình diễn, do hệ thống tạo ra) 1. Mục tiêu Sau buổi học, học viên phân loại được đơn khiếu nại",
            "Thẩm quyền của Chủ tịch Ủy ban nhân dân cấp xã trong giải quyết khiếu nại lần đầu. Hòa giải tranh chấp đất đai ở cơ sở.",
        ] {
            assert!(flat.contains(wanted), "{wanted}: {text}");
        }
    }

    #[test]
    fn vietnamese_text_of_our_own_papers_comes_out_right() {
        let paper = crate::pdf::typeset_text(&format!("Quyết định số 21/QĐ-TCT. {TONES}"));
        let text = read(Format::Pdf, &paper).unwrap();
        assert_eq!(text, format!("Quyết định số 21/QĐ-TCT. {TONES}"));
    }

    #[test]
    fn text_of_office_files_keeps_paragraphs_and_the_order_of_slides() {
        let bytes = testing::docx(&["Một & hai", "Ba < bốn"], &[]);
        assert_eq!(read(Format::Docx, &bytes), Ok("Một & hai\nBa < bốn".to_owned()));
        let slides: Vec<String> = (1..=11).map(|n| format!("Trang {n}")).collect();
        let slides: Vec<&str> = slides.iter().map(String::as_str).collect();
        let text = read(Format::Pptx, &testing::pptx(&slides)).unwrap();
        assert_eq!(text.split_whitespace().collect::<Vec<_>>().join(" "), slides.join(" "));
    }

    #[test]
    fn macros_and_templates_from_elsewhere_are_refused() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let ole = |inside: &str| [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), utf16(inside)].concat();
        let rels = |target: &str| {
            format!(
                r#"<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="{target}" TargetMode="External"/></Relationships>"#
            )
        };
        let (bad, good) = (rels("https://example.org/a.dotm"), rels("file:///C:/Users/a/Normal.dotm"));
        let (with, without) = (ole("Root Entry _VBA_PROJECT"), ole("Root Entry Workbook"));
        let refused: [(&str, &[u8]); 6] = [
            ("word/vbaProject.bin", b"x"),
            ("word/VBADATA.xml", b"x"),
            ("word/activeX/activeX1.xml", b"x"),
            ("word/embeddings/Book1.xlsm", b"x"),
            ("word/embeddings/oleObject1.bin", &with),
            ("word/_rels/settings.xml.rels", bad.as_bytes()),
        ];
        for part in refused {
            let bytes = testing::docx(&["a"], &[part]);
            assert_eq!(inspect(Format::Docx, &mut file(&bytes)), Err(Refused::Macros), "{}", part.0);
        }
        let parts: [(&str, &[u8]); 2] =
            [("word/embeddings/oleObject1.bin", &without), ("word/_rels/settings.xml.rels", good.as_bytes())];
        assert_eq!(inspect(Format::Docx, &mut file(&testing::docx(&["a"], &parts))), Ok(()));
        let types =
            br#"<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>"#;
        let renamed = testing::zip(&[("[Content_Types].xml", types), ("word/document.xml", b"<w/>")]);
        assert_eq!(inspect(Format::Docx, &mut file(&renamed)), Err(Refused::Macros));
    }

    #[test]
    fn what_is_no_document_and_what_explodes_is_told() {
        let sheet = testing::zip(&[("[Content_Types].xml", b"<T/>"), ("xl/workbook.xml", b"<w/>")]);
        assert_eq!(inspect(Format::Docx, &mut file(&sheet)), Err(Refused::NotAs("docx".to_owned())));
        assert_eq!(
            inspect(Format::Pptx, &mut file(&testing::docx(&["a"], &[]))),
            Err(Refused::NotAs("pptx".to_owned()))
        );
        assert_eq!(inspect(Format::Docx, &mut file(b"PK\x03\x04 and no more")), Err(Refused::Broken));
        // 300 MB of nothing in 300 KB
        let nothing = vec![0; 300 << 20];
        let bomb = testing::docx(&["a"], &[("word/media/image1.bmp", &nothing)]);
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        assert_eq!(inspect(Format::Docx, &mut file(&bomb)), Err(Refused::Bomb));
    }

    #[test]
    fn a_pdf_that_unpacks_to_more_than_memory_is_meant_for_is_not_read() {
        use std::io::Write;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![b' '; 80 << 20]).unwrap();
        let packed = packed.finish().unwrap();
        let mut pdf = b"%PDF-1.7\n1 0 obj<</Filter/FlateDecode/Length ".to_vec();
        pdf.extend(format!("{}>>stream\n", packed.len()).bytes());
        pdf.extend(&packed);
        pdf.extend(b"\nendstream endobj\ntrailer<<>>");
        assert!(pdf.len() < 1 << 20);
        assert_eq!(read(Format::Pdf, &pdf), Err(Unread::TooLarge));
        assert_eq!(read(Format::Pdf, b"%PDF-1.7 <</Encrypt 1 0 R>>"), Err(Unread::Broken));
        assert_eq!(read(Format::Pdf, b"%PDF-1.7 broken off"), Err(Unread::Broken));
        assert_eq!(read(Format::Png, b""), Err(Unread::NoText));
    }

    #[test]
    fn reading_ends_in_time() {
        let long = vec!["Một đoạn văn dài ".repeat(50); 4000];
        let long: Vec<&str> = long.iter().map(String::as_str).collect();
        let bytes = testing::docx(&long, &[]);
        assert_eq!(text(Format::Docx, file(&bytes), Duration::ZERO), Err(Unread::TooSlow));
        assert_eq!(read(Format::Docx, &bytes).unwrap().chars().count(), TEXT_MOST);
    }
}
