//! Moodle XML: `<quiz>` with a `<question>` for each.

use quick_xml::{
    Reader,
    escape::resolve_xml_entity,
    events::{BytesRef, Event},
};

use super::{Fault, Read, plain};

/// A question on its way out of the file.
#[derive(Default)]
struct Question {
    line: usize,
    kind: String,
    text: String,
    single: bool,
    choices: Vec<String>,
}

/// The text behind a reference such as `&amp;` or `&#7929;`.
pub(super) fn referred(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    let name: &str = reference.as_ref();
    resolve_xml_entity(name).map_or_else(|| format!("&{name};"), str::to_owned)
}

/// Reads a text to its end.
pub(super) fn read(text: &str) -> Read {
    let mut read = Read::default();
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let (mut question, mut words, mut quiz) = (None::<Question>, String::new(), false);
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
        let Ok(event) = reader.read_event() else {
            read.fault(line_of(text, at), Fault::Damaged);
            return read;
        };
        match event {
            Event::Start(e) => {
                let name = e.name().as_ref().to_owned();
                quiz |= name == "quiz";
                if name == "question" {
                    let kind = e.attributes().flatten().find(|a| a.key.as_ref() == "type");
                    let kind = kind.map(|a| a.value.into_owned()).unwrap_or_default();
                    let start = at + text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start().len());
                    question = Some(Question { line: line_of(text, start), kind, single: true, ..Question::default() });
                }
                words.clear();
                path.push(name);
            }
            Event::Text(e) => words.push_str(&e.xml10_content()),
            Event::CData(e) => words.push_str(&e.xml10_content()),
            Event::GeneralRef(e) => words.push_str(&referred(&e)),
            Event::End(_) => {
                let here: Vec<&str> = path.iter().map(String::as_str).collect();
                if let Some(q) = &mut question {
                    match here.as_slice() {
                        [.., "question", "questiontext", "text"] => q.text = plain(words.trim()).trim().to_owned(),
                        [.., "question", "answer", "text"] => q.choices.push(plain(words.trim()).trim().to_owned()),
                        [.., "question", "single"] => q.single = !matches!(words.trim(), "false" | "0"),
                        [.., "question"] => finish(&mut read, &question.take().unwrap_or_default()),
                        _ => {}
                    }
                }
                words.clear();
                path.pop();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !quiz {
        read.fault(0, Fault::Unknown);
    } else if !path.is_empty() {
        read.fault(line_of(text, text.len()), Fault::Damaged);
    }
    read
}

fn finish(read: &mut Read, q: &Question) {
    match q.kind.as_str() {
        "category" => {}
        "multichoice" => read.take(q.line, if q.single { "one" } else { "several" }, &q.text, &q.choices),
        "truefalse" => read.take(q.line, "one", &q.text, &["Đúng".to_owned(), "Sai".to_owned()]),
        "essay" | "shortanswer" => read.take(q.line, "text", &q.text, &[]),
        "description" => read.take(q.line, "section", &q.text, &[]),
        _ => read.fault(q.line, Fault::Kind),
    }
}

/// The line in which a byte stands, from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_with_their_lines() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="category"><category><text>$course$/A</text></category></question>
  <question type="multichoice">
    <name><text>Câu 1</text></name>
    <questiontext format="html"><text><![CDATA[<p>Thủ đô <b>là</b>&nbsp;gì?</p>]]></text></questiontext>
    <single>true</single>
    <answer fraction="100"><text>Hà Nội &amp; ngoại thành</text><feedback><text>đúng</text></feedback></answer>
    <answer fraction="0"><text>Vinh</text></answer>
  </question>
  <question type="multichoice"><questiontext><text>Chọn</text></questiontext><single>false</single>
    <answer><text>a</text></answer><answer><text>b</text></answer></question>
  <question type="truefalse"><questiontext><text>Đúng?</text></questiontext></question>
  <question type="essay"><questiontext><text>Viết</text></questiontext></question>
  <question type="matching"><questiontext><text>Ghép</text></questiontext></question>
  <question type="multichoice"><questiontext><text>Một</text></questiontext><answer><text>a</text></answer></question>
</quiz>"#;
        let read = read(text);
        let told: Vec<_> =
            read.items.iter().map(|(l, d)| (*l, d.kind.as_str(), d.text.as_str(), d.choices.len())).collect();
        assert_eq!(
            told,
            [
                (4, "one", "Thủ đô là gì?", 2),
                (11, "several", "Chọn", 2),
                (13, "one", "Đúng?", 2),
                (14, "text", "Viết", 0)
            ]
        );
        assert_eq!(read.items[0].1.choices, ["Hà Nội & ngoại thành", "Vinh"]);
        assert_eq!(read.faults, [(15, Fault::Kind), (16, Fault::Choices)]);
    }

    #[test]
    fn what_is_no_quiz_is_told() {
        assert_eq!(read("<html><p>a</p></html>").faults, [(0, Fault::Unknown)]);
        assert_eq!(read("<quiz>\n<question type=\"essay\">").faults, [(2, Fault::Damaged)]);
        assert_eq!(read("<quiz>\n\n</question>").faults, [(3, Fault::Damaged)]);
    }
}
