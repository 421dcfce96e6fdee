//! QTI, the questions of other test systems: items of 2.x and 3 (`assessmentItem`), files of 1.2 (`questestinterop`), and packages
//! of either (a ZIP with `imsmanifest.xml`, Common Cartridges too).

use std::io::{Cursor, Read as _};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    Fault, QUESTIONS_MOST, Read,
    moodle::{line_of, referred},
    plain,
};

/// Bytes of a package's files that are read; what would be more is no list of questions.
const MOST_BYTES: u64 = 20 * 1024 * 1024;

/// Elements that stand within a line; every other one ends a word.
const INLINE: [&str; 11] = ["a", "b", "em", "i", "mark", "span", "strong", "sub", "sup", "tt", "u"];

/// What whoever answers does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    One,
    Several,
    Write,
    /// Orders, matches, points at a picture: nothing that a questionnaire has.
    Other,
}

/// A question on its way out of the file.
#[derive(Default)]
struct Item {
    line: usize,
    text: String,
    choices: Vec<String>,
    asks: Vec<Ask>,
}

impl Item {
    /// Where text goes that stands in these elements.
    fn sink(&mut self, path: &[String]) -> &mut String {
        let within = path.iter().any(|name| matches!(name.as_str(), "simplechoice" | "responselabel"));
        match self.choices.last_mut() {
            Some(choice) if within => choice,
            _ => &mut self.text,
        }
    }

    fn take(&self, read: &mut Read) {
        let kind = match self.asks.as_slice() {
            [] => "section",
            [Ask::One] => "one",
            [Ask::Several] => "several",
            [Ask::Write] => "text",
            _ => return read.fault(self.line, Fault::Kind),
        };
        let choices = if matches!(kind, "one" | "several") { self.choices.as_slice() } else { &[] };
        read.take(self.line, kind, &self.text, choices);
    }
}

/// The name of an element as all versions would write it: `qti-simple-choice` and `simpleChoice` are one.
fn name_of(e: &BytesStart<'_>) -> String {
    let name = e.name();
    let name: &str = name.as_ref();
    let local = name.rsplit(':').next().unwrap_or_default();
    local.strip_prefix("qti-").unwrap_or(local).replace(['-', '_'], "").to_lowercase()
}

fn attribute(e: &BytesStart<'_>, names: &[&str]) -> Option<String> {
    let found = e.attributes().flatten().find(|a| names.contains(&a.key.as_ref()));
    found.map(|a| a.value.into_owned())
}

/// Whether a text is QTI: by its first element.
pub(super) fn is(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(e)) => return matches!(name_of(&e).as_str(), "questestinterop" | "assessmentitem"),
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// Reads a file to its end.
pub(super) fn read(text: &str) -> Read {
    let mut read = Read::default();
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut path: Vec<String> = Vec::new();
    let mut item = None::<Item>;
    // depth of the body of an item, and of what is not for those who answer
    let (mut body, mut hidden) = (None::<usize>, None::<usize>);
    // text of 1.2, and whether it is HTML
    let mut material = None::<(bool, String)>;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
        let Ok(event) = reader.read_event() else {
            read.fault(line_of(text, at), Fault::Damaged);
            return read;
        };
        let shown = body.is_some() && hidden.is_none();
        match event {
            Event::Start(e) => {
                let name = name_of(&e);
                let depth = path.len();
                match (name.as_str(), &mut item) {
                    ("assessmentitem" | "item", None) => {
                        let start = at + text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start().len());
                        item = Some(Item { line: line_of(text, start), ..Item::default() });
                    }
                    ("itembody" | "presentation", Some(_)) if body.is_none() => body = Some(depth),
                    ("feedbackinline" | "feedbackblock" | "rubricblock" | "stylesheet", Some(_)) if shown => {
                        hidden = Some(depth);
                    }
                    ("mattext" | "matemtext", Some(_)) if shown => {
                        let kind = attribute(&e, &["texttype"]).unwrap_or_default();
                        material = Some((kind.contains("html"), String::new()));
                    }
                    (name, Some(item)) if shown => item.begin(name, &e, &path),
                    _ => {}
                }
                path.push(name);
            }
            Event::Text(e) if shown => append(&mut item, &mut material, &path, &e.xml10_content()),
            Event::CData(e) if shown => append(&mut item, &mut material, &path, &e.xml10_content()),
            Event::GeneralRef(e) if shown => append(&mut item, &mut material, &path, &referred(&e)),
            Event::End(_) => {
                let Some(name) = path.pop() else { continue };
                if let (Some((html, words)), "mattext" | "matemtext", Some(item)) =
                    (&material, name.as_str(), &mut item)
                {
                    let words = if *html { plain(words) } else { words.clone() };
                    item.sink(&path).push_str(&format!(" {words} "));
                    material = None;
                } else if shown && !INLINE.contains(&name.as_str()) {
                    append(&mut item, &mut None, &path, " ");
                }
                let depth = Some(path.len());
                body = body.filter(|_| body != depth);
                hidden = hidden.filter(|_| hidden != depth);
                if matches!(name.as_str(), "assessmentitem" | "item")
                    && let Some(item) = item.take()
                {
                    item.take(&mut read);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !path.is_empty() {
        read.fault(line_of(text, text.len()), Fault::Damaged);
    }
    read
}

impl Item {
    /// An element of the body begins.
    fn begin(&mut self, name: &str, e: &BytesStart<'_>, path: &[String]) {
        let by_number =
            |most: Option<String>| if most.is_none_or(|n| n.trim() == "1") { Ask::One } else { Ask::Several };
        match name {
            "choiceinteraction" => self.asks.push(by_number(attribute(e, &["maxChoices", "max-choices"]))),
            "extendedtextinteraction" => self.asks.push(Ask::Write),
            "textentryinteraction" => {
                self.asks.push(Ask::Write);
                self.text.push_str(" … ");
            }
            "responselid" => {
                let how = attribute(e, &["rcardinality"]).unwrap_or_default().to_lowercase();
                self.asks.push(match how.as_str() {
                    "" | "single" => Ask::One,
                    "multiple" => Ask::Several,
                    _ => Ask::Other,
                });
            }
            "responsestr" => self.asks.push(Ask::Write),
            "responsegrp" | "responsenum" | "responsexy" | "responseextension" => self.asks.push(Ask::Other),
            "simplechoice" => self.choices.push(String::new()),
            // a gap to be filled has such a label too, without words
            "responselabel" if matches!(self.asks.last(), Some(Ask::One | Ask::Several)) => {
                self.choices.push(String::new());
            }
            name if name.ends_with("interaction") => self.asks.push(Ask::Other),
            name if !INLINE.contains(&name) => self.sink(path).push(' '),
            _ => {}
        }
    }
}

fn append(item: &mut Option<Item>, material: &mut Option<(bool, String)>, path: &[String], words: &str) {
    match (material, item) {
        (Some((_, text)), _) => text.push_str(words),
        (None, Some(item)) => item.sink(path).push_str(words),
        (None, None) => {}
    }
}

/// Reads a package: its questions by their number, in the order of its manifest. `None` when it has no manifest.
pub(super) fn package(bytes: &[u8]) -> Option<Read> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut left = MOST_BYTES;
    let mut file = |name: &str| -> Option<String> {
        let mut text = String::new();
        zip.by_name(name).ok()?.take(left + 1).read_to_string(&mut text).ok()?;
        left = left.checked_sub(u64::try_from(text.len()).ok()?)?;
        Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    };
    let manifest = file("imsmanifest.xml")?;
    let mut read = Read { packed: true, ..Read::default() };
    let mut number = 0;
    for name in files(&manifest) {
        let part = match file(&name) {
            Some(text) => self::read(&text),
            None => Read { faults: vec![(0, Fault::Damaged)], ..Read::default() },
        };
        let items = part.items.into_iter().map(|(line, item)| (line, Ok(item)));
        let faults = part.faults.into_iter().map(|(line, fault)| (line, Err(fault)));
        let mut all: Vec<_> = items.chain(faults).collect();
        all.sort_by_key(|(line, _)| *line);
        for (_, one) in all {
            number += 1;
            match one {
                Ok(item) => read.items.push((number, item)),
                Err(fault) => read.faults.push((number, fault)),
            }
        }
        if read.items.len() > QUESTIONS_MOST {
            break;
        }
    }
    Some(read)
}

/// The files of a manifest that hold questions, in its order.
fn files(manifest: &str) -> Vec<String> {
    let mut reader = Reader::from_str(manifest);
    let (mut files, mut asks) = (Vec::new(), false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(e) | Event::Empty(e)) => match name_of(&e).as_str() {
                "resource" => {
                    let kind = attribute(&e, &["type"]).unwrap_or_default();
                    asks = kind.starts_with("imsqti_item") || kind.starts_with("imsqti_xmlv1p");
                    files.extend(attribute(&e, &["href"]).filter(|_| asks));
                }
                "file" if asks => files.extend(attribute(&e, &["href"])),
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let mut seen = std::collections::HashSet::new();
    let is_xml = |name: &String| name.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("xml"));
    files.into_iter().filter(is_xml).filter(|name| seen.insert(name.clone())).collect()
}

#[cfg(test)]
mod tests {
    use documents::reading::testing::zip;

    use super::*;

    fn told(read: &Read) -> Vec<(usize, &str, &str, String)> {
        read.items.iter().map(|(l, d)| (*l, d.kind.as_str(), d.text.as_str(), d.choices.join("/"))).collect()
    }

    const SECOND: &str = r#"<?xml version="1.0"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="a" title="Tên">
  <responseDeclaration identifier="R" cardinality="single"><correctResponse><value>A</value></correctResponse></responseDeclaration>
  <itemBody><rubricBlock view="scorer"><p>Chỉ cho người chấm</p></rubricBlock><p>Đọc <b>kỹ</b>.</p>
    <choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>Thủ đô là gì?</prompt>
      <simpleChoice identifier="A">Hà Nội &amp; ngoại thành<feedbackInline identifier="A">đúng</feedbackInline></simpleChoice>
      <simpleChoice identifier="B"><p>Vinh</p></simpleChoice></choiceInteraction></itemBody>
  <modalFeedback>Hết</modalFeedback>
</assessmentItem>"#;

    const THIRD: &str = r#"<qti-assessment-item identifier="b"><qti-item-body><p>Chọn nhiều</p>
<qti-choice-interaction max-choices="0"><qti-simple-choice>a</qti-simple-choice><qti-simple-choice>b</qti-simple-choice></qti-choice-interaction></qti-item-body></qti-assessment-item>"#;

    const FIRST: &str = r#"<questestinterop><assessment><section>
<item ident="1"><presentation><flow><material><mattext texttype="text/html">&lt;p&gt;Ai &amp;amp; ở đâu?&lt;/p&gt;</mattext></material>
 <response_lid ident="R" rcardinality="Single"><render_choice><response_label ident="A"><material><mattext>Xã</mattext></material></response_label><response_label ident="B"><material><mattext>Tỉnh</mattext></material></response_label></render_choice></response_lid></flow></presentation>
 <resprocessing><respcondition><setvar>100</setvar></respcondition></resprocessing><itemfeedback><material><mattext>Sai</mattext></material></itemfeedback></item>
<item ident="2"><presentation><material><mattext>Nêu ý kiến</mattext></material><response_str ident="S"><render_fib><response_label ident="x"/></render_fib></response_str></presentation></item>
<item ident="3"><presentation><material><mattext>Xếp thứ tự</mattext></material><response_lid rcardinality="Ordered"><render_choice/></response_lid></presentation></item>
<item ident="4"><presentation><material><mattext>Phần hai</mattext></material></presentation></item>
<item ident="5"><presentation><material><mattext>Một</mattext></material><response_lid><render_choice><response_label ident="A"><material><mattext>a</mattext></material></response_label></render_choice></response_lid></presentation></item>
</section></assessment></questestinterop>"#;

    #[test]
    fn an_item_of_each_version_is_read() {
        let second = read(SECOND);
        assert_eq!(told(&second), [(2, "one", "Đọc kỹ. Thủ đô là gì?", "Hà Nội & ngoại thành/Vinh".to_owned())]);
        assert_eq!(told(&read(THIRD)), [(1, "several", "Chọn nhiều", "a/b".to_owned())]);
        let first = read(FIRST);
        assert_eq!(
            told(&first),
            [
                (2, "one", "Ai & ở đâu?", "Xã/Tỉnh".to_owned()),
                (5, "text", "Nêu ý kiến", String::new()),
                (7, "section", "Phần hai", String::new()),
            ]
        );
        assert_eq!(first.faults, [(6, Fault::Kind), (8, Fault::Choices)]);
        let gap = "<assessmentItem><itemBody><p>Hai cộng hai là <textEntryInteraction/> phải không?</p></itemBody></assessmentItem>";
        assert_eq!(told(&read(gap)), [(1, "text", "Hai cộng hai là … phải không?", String::new())]);
        let order = "<assessmentItem><itemBody><orderInteraction><simpleChoice>a</simpleChoice></orderInteraction></itemBody></assessmentItem>";
        assert_eq!(read(order).faults, [(1, Fault::Kind)]);
        assert_eq!(read("<assessmentItem>\n<itemBody>").faults, [(2, Fault::Damaged)]);
        assert!(is(SECOND) && is(THIRD) && is(FIRST) && !is("<quiz/>") && !is("<html>") && !is("a"));
    }

    #[test]
    fn the_questions_of_a_package_are_counted_in_the_order_of_its_manifest() {
        let manifest = r#"<manifest><resources>
<resource identifier="t" type="imsqti_test_xmlv2p1" href="test.xml"><file href="test.xml"/></resource>
<resource identifier="2" type="imsqti_item_xmlv2p1" href="hai.xml"><file href="hai.xml"/><file href="hinh.png"/></resource>
<resource identifier="x" type="imsqti_item_xmlv2p1" href="mat.xml"/>
<resource identifier="1" type="imsqti_xmlv1p2/imscc_xmlv1p3/assessment"><file href="mot/qti.xml"/></resource>
<resource identifier="w" type="webcontent" href="trang.xml"/></resources></manifest>"#;
        let bytes = zip(&[
            ("imsmanifest.xml", manifest.as_bytes()),
            ("hai.xml", SECOND.as_bytes()),
            ("mot/qti.xml", FIRST.as_bytes()),
            ("trang.xml", THIRD.as_bytes()),
        ]);
        let read = super::super::read(&bytes);
        assert!(read.packed);
        let places: Vec<_> = told(&read).into_iter().map(|(n, kind, ..)| (n, kind.to_owned())).collect();
        assert_eq!(places, [(1, "one"), (3, "one"), (4, "text"), (6, "section")].map(|(n, k)| (n, k.to_owned())));
        assert_eq!(read.faults, [(2, Fault::Damaged), (5, Fault::Kind), (7, Fault::Choices)]);
        let nothing = zip(&[("imsmanifest.xml", b"<manifest/>")]);
        assert_eq!(super::super::read(&nothing).faults, [(0, Fault::Nothing)]);
    }
}
