//! The papers of a class: from its facts to official papers. Pure; which of them a class may have, and what they are numbered, is decided by
//! whoever keeps them.
//!
//! Papers are written in Vietnamese whatever the reader's language. What nobody has told the program stays free, to be written by hand.

mod after;
mod before;
mod during;

pub use after::{class_report, evaluation_summary, file_index, minutes, payments, result_notice, with_accounts};
pub use before::{call, invitations, nominations, opening, plan, summons, timetable};
pub use during::{committee, essay_topics, evaluation_form, field_trip, marking_sheet, sign_in};

use chrono::NaiveDate;

use crate::{
    certificate::day,
    official::{Block, Official, Sheet, Signature, Style},
    report::{Cell, Column, Kind, Page, Row, Table},
};

/// Who issues a paper, and when.
#[derive(Debug, Clone)]
pub struct Head {
    /// By whose rules.
    pub style: Style,
    /// Body above the issuing body.
    pub parent: String,
    /// Issuing body.
    pub body: String,
    /// Number with its symbol; empty for a paper without one.
    pub number: String,
    /// Place of issue.
    pub place: String,
    /// Day of issue.
    pub dated: NaiveDate,
    /// Title under which it is signed.
    pub signer_title: String,
    /// Name of the signer; empty until it is signed.
    pub signer: String,
}

/// What is taught in a part of a half-day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Title of the topic.
    pub title: String,
    /// It is held at a place of field trips.
    pub is_field_trip: bool,
    /// Somebody teaches it.
    pub is_taught: bool,
    /// Periods.
    pub periods: i64,
    /// Who teaches.
    pub lecturer: Option<String>,
    /// Who of the school stands beside a visiting lecturer.
    pub companion: Option<String>,
    /// Where, with the address.
    pub place: String,
}

/// A half-day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfDay {
    /// Its day.
    pub held_on: NaiveDate,
    /// In the morning.
    pub morning: bool,
    /// What is taught.
    pub lessons: Vec<Lesson>,
}

impl HalfDay {
    fn told(&self) -> String {
        format!("{}, ngày {}", if self.morning { "Sáng" } else { "Chiều" }, day(self.held_on))
    }
}

/// Somebody who is put forward or studies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Name.
    pub full_name: String,
    /// Birth date, if known.
    pub birth_date: Option<NaiveDate>,
    /// Post.
    pub position: String,
    /// Commune with its kind.
    pub unit: String,
}

/// Somebody whom a unit put forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nominee {
    /// Who.
    pub person: Person,
    /// Number of the unit's decision to send them; empty for none.
    pub decision: String,
    /// Where the nomination stands, in words.
    pub state: String,
}

/// What became of a learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Who.
    pub person: Person,
    /// Periods attended.
    pub attended: i64,
    /// Mark as written, may be empty.
    pub score: String,
    /// Whether the programme is completed.
    pub completed: bool,
    /// Band of the result; empty when not completed.
    pub band: String,
    /// Number in the register of certificates, may be empty.
    pub certificate: String,
}

/// A learner in the life of the class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Name.
    pub full_name: String,
    /// Post and commune.
    pub unit: String,
    /// Duty in the committee or the group, in words; empty for none.
    pub duty: String,
    /// Whether the duty is one of the class's committee.
    pub in_committee: bool,
    /// Study group, from 1.
    pub group: Option<i64>,
}

/// What something costs at most, by whose rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Norm {
    /// đồng.
    pub amount: i64,
    /// Legal source, with whether it is verified.
    pub source: String,
}

/// Amounts and their sources; what has no norm is left to be written by hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Norms {
    /// A lecturer's half-day of four periods.
    pub lecturer_half_day: Option<Norm>,
    /// An assistant's half-day.
    pub assistant_half_day: Option<Norm>,
    /// Reward of a good learner.
    pub reward: Option<Norm>,
}

/// What the evaluation form of a class asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Objects that are judged once, each with its indicators, in their order.
    pub objects: Vec<(String, Vec<String>)>,
    /// Indicators of each lecturer for each topic.
    pub of_lecturers: Vec<String>,
    /// Most empty places of a valid form, in percent.
    pub blank_percent: i64,
    /// Scores from and to.
    pub scores: (i64, i64),
}

/// A mean with its band, both as written; empty where too few people scored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judged {
    /// Mean.
    pub mean: String,
    /// Band.
    pub band: String,
}

/// An indicator with its mean.
pub type Scored = (String, Judged);

/// What came of the evaluation forms of a class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evaluation {
    /// Learners, forms that came back, void ones among them.
    pub counts: (i64, i64, i64),
    /// Objects that are judged once, each as a whole, with its indicators.
    pub objects: Vec<(String, Judged, Vec<Scored>)>,
    /// All lecturers together.
    pub lecturers: Judged,
    /// Lecturer and topic, each as a whole.
    pub taught: Vec<(String, String, Judged)>,
}

/// A class as its papers need it.
#[derive(Debug, Clone)]
pub struct ClassFacts {
    /// Number and year: `01/2026`.
    pub label: String,
    /// Programme.
    pub programme: String,
    /// Who is trained.
    pub audience: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Last day for nominations.
    pub nominate_by: NaiveDate,
    /// Room.
    pub venue: String,
    /// Seats.
    pub seats: i64,
    /// Class head teacher; empty for none.
    pub head: String,
    /// Short name of the scheme.
    pub scheme: String,
    /// Periods of a half-day.
    pub periods_per_half_day: i64,
    /// Least mark that passes, as written.
    pub score_least: String,
    /// Who pays for the learners' travel, meals and lodging, as the summons says it.
    pub payer: String,
    /// Seats of communes.
    pub quotas: Vec<(String, i64)>,
    /// Everybody who was put forward and not withdrawn.
    pub nominees: Vec<Nominee>,
    /// Who studies, in the order of names.
    pub learners: Vec<Person>,
    /// Committee and study groups, in their order.
    pub members: Vec<Member>,
    /// The week as published.
    pub week: Vec<HalfDay>,
    /// What became of the learners, as far as is known.
    pub outcomes: Vec<Outcome>,
    /// Number and day of the decision on the results.
    pub decision: Option<(String, NaiveDate)>,
    /// Share of attended periods of all learners in all half-days, as two whole numbers.
    pub attendance: (i64, i64),
    /// What things cost.
    pub norms: Norms,
    /// What its evaluation form asks; nothing when the School has no indicators.
    pub asked: Asked,
    /// What came of the form, once it may be told.
    pub evaluation: Option<Evaluation>,
    /// The papers in the file: number, day, name, remark.
    pub filed: Vec<[String; 4]>,
}

impl Lesson {
    /// Everybody who is there to teach, in one line.
    fn people(&self) -> String {
        [self.lecturer.as_deref(), self.companion.as_deref()].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// A lecturer with what they teach, or with what they accompany.
struct Teaching<'a> {
    name: &'a str,
    accompanies: bool,
    lessons: Vec<(&'a HalfDay, &'a Lesson)>,
}

impl Teaching<'_> {
    fn periods(&self) -> i64 {
        self.lessons.iter().map(|(_, lesson)| lesson.periods).sum()
    }
}

impl ClassFacts {
    fn class(&self) -> String {
        format!("lớp bồi dưỡng số {}", self.label)
    }

    fn time(&self) -> String {
        format!("từ ngày {} đến ngày {}", day(self.starts_on), day(self.ends_on))
    }

    /// Everybody who teaches or accompanies, in the order of their first half-day; who does both stands twice.
    fn teaching(&self) -> Vec<Teaching<'_>> {
        let mut all: Vec<Teaching<'_>> = Vec::new();
        for half_day in &self.week {
            for lesson in half_day.lessons.iter().filter(|lesson| lesson.is_taught) {
                for (name, accompanies) in [(&lesson.lecturer, false), (&lesson.companion, true)] {
                    let Some(name) = name else { continue };
                    match all.iter_mut().find(|t| t.name == name && t.accompanies == accompanies) {
                        Some(found) => found.lessons.push((half_day, lesson)),
                        None => all.push(Teaching { name, accompanies, lessons: vec![(half_day, lesson)] }),
                    }
                }
            }
        }
        all
    }

    /// Names of the communes that send somebody, in their order.
    fn units(&self) -> Vec<&str> {
        let mut units: Vec<&str> = Vec::new();
        for person in &self.learners {
            if !units.contains(&person.unit.as_str()) {
                units.push(&person.unit);
            }
        }
        units
    }
}

fn cell(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

fn born(person: &Person) -> Cell {
    person.birth_date.map_or(Cell::Empty, |date| cell(day(date)))
}

fn table(columns: Vec<Column>, rows: Vec<Row>, notes: &[&str]) -> Block {
    Block::Table(Table {
        sheet: "Danh sách".to_owned(),
        caption: String::new(),
        columns,
        rows,
        notes: notes.iter().map(|note| (*note).to_owned()).collect(),
    })
}

fn column(title: &str, kind: Kind, width: u16) -> Column {
    Column::new(title, kind, width)
}

/// Ordinal, name, birth date, post and unit, then other columns with what stands in them.
fn people<'a>(
    people: impl Iterator<Item = &'a Person>,
    more: Vec<Column>,
    value: impl Fn(usize) -> Vec<Cell>,
    notes: &[&str],
) -> Block {
    let mut columns = vec![
        column("TT", Kind::Mark, 5),
        column("Họ và tên", Kind::Text, 24),
        column("Ngày sinh", Kind::Mark, 16),
        column("Chức danh, đơn vị", Kind::Text, 36),
    ];
    columns.extend(more);
    let rows = people.enumerate().zip(1_i64..).map(|((at, person), place)| {
        let unit = format!("{}, {}", person.position, person.unit);
        let mut cells = vec![Cell::Number(place), cell(&person.full_name), born(person), cell(unit)];
        cells.extend(value(at));
        Row::Line(cells)
    });
    table(columns, rows.collect(), notes)
}

fn none(_: usize) -> Vec<Cell> {
    Vec::new()
}

fn text(words: impl Into<String>) -> Block {
    Block::Text(words.into())
}

fn item(words: impl Into<String>) -> Block {
    Block::Item(words.into())
}

fn heading(words: &str) -> Block {
    Block::Heading(words.to_owned())
}

pub(crate) fn article(number: u8, words: impl Into<String>) -> Block {
    Block::Article(format!("Điều {number}."), words.into())
}

fn basis(scheme: &str) -> Block {
    Block::Basis(format!("Căn cứ {scheme} về bồi dưỡng, cập nhật kiến thức, kỹ năng mới cho cán bộ, công chức cấp xã;"))
}

/// How every decision begins: who decides, on what it rests, the scheme first.
pub(crate) fn decides(head: &Head, scheme: &str, bases: &[&str]) -> Vec<Block> {
    let mut blocks = vec![Block::Centre(format!("{} {}", head.signer_title, head.body).to_uppercase()), basis(scheme)];
    blocks.extend(bases.iter().map(|basis| Block::Basis((*basis).to_owned())));
    blocks.push(Block::Centre("QUYẾT ĐỊNH:".to_owned()));
    blocks
}

/// A paper of the issuing body, signed by its head, of one copy.
pub(crate) fn paper(head: &Head, kind: &str, subject: String, blocks: Vec<Block>) -> Official {
    Official {
        style: head.style,
        parent: head.parent.clone(),
        body: head.body.clone(),
        number: head.number.clone(),
        place: head.place.clone(),
        dated: head.dated,
        kind: kind.to_owned(),
        subject,
        note: String::new(),
        page: Page::Portrait,
        sheets: vec![Sheet { to: Vec::new(), blocks }],
        signatures: vec![Signature { name: head.signer.clone(), ..Signature::own(head.signer_title.clone()) }],
        recipients: Vec::new(),
        annexes: Vec::new(),
    }
}

pub(crate) fn to(recipients: &[&str]) -> Vec<String> {
    recipients.iter().map(|line| (*line).to_owned()).collect()
}

/// Somebody who signs by hand on a paper that leaves without a number.
fn by_hand(title: &str) -> Signature {
    Signature { hint: "ký, ghi rõ họ tên".to_owned(), ..Signature::own(title) }
}

fn with_paper(head: &Head, kind: &str) -> String {
    let number = if head.number.is_empty() { String::new() } else { format!(" số {}", head.number.trim()) };
    format!("(Kèm theo {kind}{number} ngày {})", day(head.dated))
}

#[cfg(test)]
mod tests;
