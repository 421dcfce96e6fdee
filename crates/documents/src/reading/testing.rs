//! Small files for tests.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

/// A ZIP of parts.
///
/// # Panics
/// When it cannot be written: a test must stop then.
#[must_use]
#[expect(clippy::unwrap_used, reason = "a failure must stop the test")]
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const TYPES: &str =
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A Word file of paragraphs, with further parts.
#[must_use]
pub fn docx(paragraphs: &[&str], more: &[(&str, &[u8])]) -> Vec<u8> {
    let body: String = paragraphs.iter().map(|p| format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", escaped(p))).collect();
    let document = format!(
        r#"<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
    );
    let mut parts: Vec<(&str, &[u8])> =
        vec![("[Content_Types].xml", TYPES.as_bytes()), ("word/document.xml", document.as_bytes())];
    parts.extend_from_slice(more);
    zip(&parts)
}

/// A PowerPoint file of slides, each with one text.
#[must_use]
pub fn pptx(slides: &[&str]) -> Vec<u8> {
    let pages: Vec<(String, String)> = (1..)
        .zip(slides)
        .map(|(n, text)| {
            let slide = format!(
                r#"<?xml version="1.0"?><p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>"#,
                escaped(text)
            );
            (format!("ppt/slides/slide{n}.xml"), slide)
        })
        .collect();
    let mut parts: Vec<(&str, &[u8])> =
        vec![("[Content_Types].xml", TYPES.as_bytes()), ("ppt/presentation.xml", b"<p/>")];
    parts.extend(pages.iter().map(|(name, text)| (name.as_str(), text.as_bytes())));
    zip(&parts)
}
