//! A table in a Word document: a head with `Câu hỏi`, and as one likes `Loại`, `Phương án` (one a paragraph), `Bắt buộc`.

use std::io::{Cursor, Read as _};

use kernel::text::fold;
use quick_xml::{Reader, events::Event};

use super::{Fault, Read, moodle::referred};

/// Bytes of the document's text that are read; what would be more is no list of questions.
const MOST_BYTES: u64 = 20 * 1024 * 1024;

/// Words for kinds, folded.
const WORDS: [(&str, &str); 12] = [
    ("phan", "section"),
    ("thang diem", "scale"),
    ("chon mot", "one"),
    ("mot lua chon", "one"),
    ("chon nhieu", "several"),
    ("nhieu lua chon", "several"),
    ("viet", "text"),
    ("tu luan", "text"),
    ("section", "section"),
    ("scale", "scale"),
    ("one choice", "one"),
    ("several choices", "several"),
];

/// Reads a document to its end. Lines of faults are rows of the tables, counted through all of them.
pub(super) fn read(bytes: &[u8]) -> Read {
    let mut read = Read::default();
    let Some(xml) = document(bytes) else {
        read.fault(0, Fault::Unknown);
        return read;
    };
    let Some(tables) = tables(&xml) else {
        read.fault(0, Fault::Damaged);
        return read;
    };
    let mut number = 0;
    for table in tables {
        let mut rows = table.into_iter();
        let Some(head) = rows.next() else { continue };
        number += 1;
        let heads: Vec<String> = head.iter().map(|cell| fold(&cell.join(" "))).collect();
        let column = |names: &[&str]| heads.iter().position(|head| names.contains(&head.as_str()));
        let Some(question) = column(&["cau hoi", "noi dung cau hoi", "question"]) else {
            number += rows.len();
            continue;
        };
        let (kind, choices) =
            (column(&["loai", "loai cau hoi", "kind"]), column(&["phuong an", "cac phuong an", "choices"]));
        let required = column(&["bat buoc", "required"]);
        for row in rows {
            number += 1;
            let lines = |place: Option<usize>| place.and_then(|p| row.get(p)).cloned().unwrap_or_default();
            let text = lines(Some(question)).join(" ");
            if row.iter().all(|cell| cell.iter().all(|line| line.trim().is_empty())) {
                continue;
            }
            let choices: Vec<String> = lines(choices).into_iter().filter(|line| !line.trim().is_empty()).collect();
            let word = fold(&lines(kind).join(" "));
            let kind = match WORDS.iter().find(|(w, _)| *w == word) {
                Some((_, kind)) => kind,
                None if word.is_empty() && choices.is_empty() => "text",
                None if word.is_empty() => "one",
                None => {
                    read.fault(number, Fault::KindWord);
                    continue;
                }
            };
            let before = read.items.len();
            read.take(number, kind, &text, &choices);
            let must = matches!(fold(&lines(required).join(" ")).as_str(), "x" | "co" | "yes" | "1");
            if let Some((_, item)) = read.items.get_mut(before) {
                item.is_required = must && item.kind != "section";
            }
        }
    }
    read
}

fn document(bytes: &[u8]) -> Option<String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let file = zip.by_name("word/document.xml").ok()?;
    let mut text = String::new();
    file.take(MOST_BYTES + 1).read_to_string(&mut text).ok()?;
    (u64::try_from(text.len()).ok()? <= MOST_BYTES).then_some(text)
}

/// Paragraphs by cell, row and table. A table within a cell counts as text of the cell.
type Tables = Vec<Vec<Vec<Vec<String>>>>;

fn tables(xml: &str) -> Option<Tables> {
    let mut reader = Reader::from_str(xml);
    let (mut tables, mut depth, mut writes): (Tables, usize, bool) = (Vec::new(), 0, false);
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) => match e.name().as_ref() {
                "w:tbl" => {
                    depth += 1;
                    if depth == 1 {
                        tables.push(Vec::new());
                    }
                }
                "w:tr" if depth == 1 => tables.last_mut()?.push(Vec::new()),
                "w:tc" if depth == 1 => tables.last_mut()?.last_mut()?.push(Vec::new()),
                "w:p" if depth > 0 => last_cell(&mut tables)?.push(String::new()),
                "w:t" => writes = true,
                _ => {}
            },
            Event::Empty(e) if depth > 0 && matches!(e.name().as_ref(), "w:br" | "w:cr") => {
                last_cell(&mut tables)?.push(String::new());
            }
            Event::Empty(e) if depth > 0 && e.name().as_ref() == "w:tab" => {
                if let Some(line) = last_cell(&mut tables)?.last_mut() {
                    line.push(' ');
                }
            }
            Event::Text(e) if writes && depth > 0 => {
                if let Some(line) = last_cell(&mut tables)?.last_mut() {
                    line.push_str(&e.xml10_content());
                }
            }
            Event::GeneralRef(e) if writes && depth > 0 => {
                if let Some(line) = last_cell(&mut tables)?.last_mut() {
                    line.push_str(&referred(&e));
                }
            }
            Event::End(e) => match e.name().as_ref() {
                "w:tbl" => depth = depth.saturating_sub(1),
                "w:t" => writes = false,
                _ => {}
            },
            Event::Eof => return Some(tables),
            _ => {}
        }
    }
}

fn last_cell(tables: &mut Tables) -> Option<&mut Vec<String>> {
    tables.last_mut()?.last_mut()?.last_mut()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write as _;

    use super::*;

    /// A document with one table, a cell's paragraphs apart by `|`.
    fn document(rows: &[&[&str]]) -> Vec<u8> {
        let cell = |text: &&str| {
            let lines: String =
                text.split('|').map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>")).collect();
            format!("<w:tc>{lines}</w:tc>")
        };
        let rows: String =
            rows.iter().map(|row| format!("<w:tr>{}</w:tr>", row.iter().map(cell).collect::<String>())).collect();
        let xml = format!(
            "<w:document><w:body><w:p><w:r><w:t>Lời đầu</w:t></w:r></w:p><w:tbl>{rows}</w:tbl></w:body></w:document>"
        );
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(xml.as_bytes()).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn the_rows_of_a_table_are_questions() {
        let bytes = document(&[
            &["Câu hỏi", "Loại", "Phương án", "Bắt buộc"],
            &["Phần một", "Phần", "", ""],
            &["Học buổi nào?", "", "Sáng|Chiều &amp; tối", "x"],
            &["Chọn nội dung", "Chọn nhiều", "Luật|Máy tính", ""],
            &["Mức cần thiết", "Thang điểm", "", "có"],
            &["Ý khác", "", "", ""],
            &["", "", "", ""],
            &["Sai loại", "Đoán", "", ""],
            &["Một phương án", "Chọn một", "Sáng", ""],
            &["", "Viết", "", ""],
        ]);
        let read = read(&bytes);
        let told: Vec<_> = read
            .items
            .iter()
            .map(|(l, d)| (*l, d.kind.as_str(), d.text.as_str(), d.is_required, d.choices.join("/")))
            .collect();
        assert_eq!(
            told,
            [
                (2, "section", "Phần một", false, String::new()),
                (3, "one", "Học buổi nào?", true, "Sáng/Chiều & tối".to_owned()),
                (4, "several", "Chọn nội dung", false, "Luật/Máy tính".to_owned()),
                (5, "scale", "Mức cần thiết", true, String::new()),
                (6, "text", "Ý khác", false, String::new()),
            ]
        );
        assert_eq!(read.faults, [(8, Fault::KindWord), (9, Fault::Choices), (10, Fault::Text)]);
    }

    #[test]
    fn what_is_no_document_is_told() {
        assert_eq!(read(b"PK").faults, [(0, Fault::Unknown)]);
        assert_eq!(super::super::read(&document(&[&["Tên", "Tuổi"], &["A", "5"]])).faults, [(0, Fault::Nothing)]);
    }
}
