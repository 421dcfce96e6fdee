//! GIFT, the plain text of Moodle: questions apart by empty lines, answers in braces.

use super::{Fault, Read, plain};

/// A stretch of text between two signs, with the sign before it.
struct Part {
    sign: char,
    text: String,
}

/// Reads a text to its end.
pub(super) fn read(text: &str) -> Read {
    let mut read = Read::default();
    let mut block: Vec<&str> = Vec::new();
    let mut start = 1;
    for (number, line) in (1..).zip(text.lines().chain([""])) {
        let trimmed = line.trim();
        let no_question = trimmed.starts_with("//") || (block.is_empty() && trimmed.starts_with("$CATEGORY:"));
        if trimmed.is_empty() {
            if !block.is_empty() {
                question(&mut read, start, &block.join("\n"));
                block.clear();
            }
        } else if !no_question {
            if block.is_empty() {
                start = number;
            }
            block.push(line);
        }
    }
    read
}

fn question(read: &mut Read, line: usize, block: &str) {
    let mut text = block.trim();
    // a title is a name for whoever keeps the bank
    if let Some((_, rest)) = text.strip_prefix("::").and_then(|rest| split_at(rest, "::")) {
        text = rest.trim_start();
    }
    let mut html = false;
    if let Some((format, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        html = format == "html";
        text = rest;
    }
    let Some(open) = find(text, '{') else {
        read.take(line, "section", &clear(text, html), &[]);
        return;
    };
    let (before, inside) = (text.get(..open).unwrap_or_default(), text.get(open + 1..).unwrap_or_default());
    let Some(close) = find(inside, '}') else {
        read.fault(line, Fault::Unclosed);
        return;
    };
    let (answers, after) =
        (inside.get(..close).unwrap_or_default().trim(), inside.get(close + 1..).unwrap_or_default());
    let gap = if after.trim().is_empty() { "" } else { " … " };
    let asked = format!("{}{gap}{}", clear(before, html), clear(after, html));
    let word = answers.split(['#', '\n']).next().unwrap_or_default().trim().to_uppercase();
    if matches!(word.as_str(), "T" | "F" | "TRUE" | "FALSE") {
        read.take(line, "one", &asked, &["Đúng".to_owned(), "Sai".to_owned()]);
        return;
    }
    if answers.is_empty() {
        read.take(line, "text", &asked, &[]);
        return;
    }
    let parts = parts(answers);
    if answers.starts_with('#') || parts.iter().any(|p| p.text.contains("->")) {
        read.fault(line, Fault::Kind);
        return;
    }
    let choices: Vec<String> = parts.iter().map(|p| clear(&unweighted(&p.text), html)).collect();
    match parts.iter().filter(|p| p.sign == '=').count() {
        // only right answers: a short text is asked for
        right if right == parts.len() => read.take(line, "text", &asked, &[]),
        1 => read.take(line, "one", &asked, &choices),
        _ => read.take(line, "several", &asked, &choices),
    }
}

/// Place of a sign that is not escaped.
fn find(text: &str, sign: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let hit = c == sign && !escaped;
        escaped = c == '\\' && !escaped;
        hit.then_some(at)
    })
}

fn split_at<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    text.split_once(mark)
}

/// Answers by their signs; what stands behind `#` is a comment for learners.
fn parts(answers: &str) -> Vec<Part> {
    let (mut parts, mut escaped, mut comment): (Vec<Part>, bool, bool) = (Vec::new(), false, false);
    for c in answers.chars() {
        match c {
            '=' | '~' if !escaped => {
                parts.push(Part { sign: c, text: String::new() });
                comment = false;
            }
            '#' if !escaped => comment = true,
            c if !comment => {
                if let Some(part) = parts.last_mut() {
                    part.text.push(c);
                }
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    parts
}

/// An answer without its weight: `%50%Hà Nội`.
fn unweighted(text: &str) -> String {
    let trimmed = text.trim();
    let weighted = trimmed.strip_prefix('%').and_then(|rest| rest.split_once('%'));
    weighted.filter(|(w, _)| w.parse::<f64>().is_ok()).map_or(trimmed, |(_, rest)| rest).to_owned()
}

/// Text without escapes, and without HTML where it is HTML.
fn clear(text: &str, html: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(c) = signs.next() {
        match c {
            '\\' => match signs.next() {
                Some('n') | None => out.push(' '),
                Some(other) => out.push(other),
            },
            c => out.push(c),
        }
    }
    if html { plain(&out) } else { out }.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, kind, text and choices.
    type Item = (usize, String, String, Vec<String>);

    fn told(text: &str) -> (Vec<Item>, Vec<(usize, Fault)>) {
        let read = read(text);
        let items = read.items.into_iter().map(|(line, d)| (line, d.kind, d.text, d.choices)).collect();
        (items, read.faults)
    }

    #[test]
    fn every_kind_is_read_with_its_line() {
        let text = "// chú thích\n$CATEGORY: a/b\n\n::Tên câu:: Thủ đô\\: là gì? {\n=Hà Nội#đúng\n~Huế\n~%-50%Vinh\n}\n\nChọn các số chẵn {~%50%2 ~%50%4 ~%-100%3}\n\n[html]<p>Mặt trời &amp; mặt trăng</p>{T}\n\nViết ý kiến. {}\n\nTên tỉnh? {=Nghệ An =Nghe An}\n\nHai cộng hai là {=bốn ~năm} phải không\n\nPhần hai";
        let (items, faults) = told(text);
        let item = |line: usize, kind: &str, text: &str, choices: &[&str]| {
            (line, kind.to_owned(), text.to_owned(), choices.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(
            items,
            [
                item(4, "one", "Thủ đô: là gì?", &["Hà Nội", "Huế", "Vinh"]),
                item(10, "several", "Chọn các số chẵn", &["2", "4", "3"]),
                item(12, "one", "Mặt trời & mặt trăng", &["Đúng", "Sai"]),
                item(14, "text", "Viết ý kiến.", &[]),
                item(16, "text", "Tên tỉnh?", &[]),
                item(18, "one", "Hai cộng hai là … phải không", &["bốn", "năm"]),
                item(20, "section", "Phần hai", &[]),
            ]
        );
        assert_eq!(faults, []);
    }

    #[test]
    fn every_fault_has_its_line() {
        let text = "Câu {=a ~a}\n\nNăm? {#1945:2}\n\nGhép {=a -> b =c -> d}\n\nHở {=a ~b\n\n{=a ~b}\n\nTốt {=a ~b}";
        let (items, faults) = told(text);
        assert_eq!(items.len(), 1);
        assert_eq!(
            faults,
            [(1, Fault::Choices), (3, Fault::Kind), (5, Fault::Kind), (7, Fault::Unclosed), (9, Fault::Text)]
        );
    }
}
