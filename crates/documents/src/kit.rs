//! The papers of a class: from its facts to official papers. Pure; which of them a class may have, and what they are numbered, is decided by
//! whoever keeps them.
//!
//! Papers are written in Vietnamese whatever the reader's language. What nobody has told the program stays free, to be written by hand.

use chrono::NaiveDate;

use crate::{
    certificate::day,
    official::{Annex, Block, Official, Sheet, Signature, Style},
    report::{Cell, Column, Kind, Page, Row, Table, grouped},
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
    pub lecturers: Vec<String>,
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
    /// The papers in the file: number, day, name, remark.
    pub filed: Vec<[String; 4]>,
}

/// A lecturer with what they teach.
struct Teaching<'a> {
    name: &'a str,
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

    /// Everybody who teaches, in the order of their first half-day.
    fn teaching(&self) -> Vec<Teaching<'_>> {
        let mut all: Vec<Teaching<'_>> = Vec::new();
        for half_day in &self.week {
            for lesson in half_day.lessons.iter().filter(|lesson| lesson.is_taught) {
                for name in &lesson.lecturers {
                    match all.iter_mut().find(|t| t.name == name) {
                        Some(found) => found.lessons.push((half_day, lesson)),
                        None => all.push(Teaching { name, lessons: vec![(half_day, lesson)] }),
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

fn article(number: u8, words: impl Into<String>) -> Block {
    Block::Article(format!("Điều {number}."), words.into())
}

fn basis(f: &ClassFacts) -> Block {
    Block::Basis(format!(
        "Căn cứ {} về bồi dưỡng, cập nhật kiến thức, kỹ năng mới cho cán bộ, công chức cấp xã;",
        f.scheme
    ))
}

/// A paper of the issuing body, signed by its head, of one copy.
fn paper(head: &Head, kind: &str, subject: String, blocks: Vec<Block>) -> Official {
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

fn to(recipients: &[&str]) -> Vec<String> {
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

/// Kế hoạch: plan and estimate of the class.
#[must_use]
pub fn plan(head: &Head, f: &ClassFacts) -> Official {
    let mut rows = Vec::new();
    let mut sum = 0;
    let taught: i64 =
        f.week.iter().flat_map(|h| &h.lessons).filter(|lesson| lesson.is_taught).map(|lesson| lesson.periods).sum();
    let half_days = (taught + f.periods_per_half_day.max(1) - 1).div_euclid(f.periods_per_half_day.max(1));
    let mut line = |name: &str, unit: &str, amount: Option<i64>, norm: Option<&Norm>| {
        let place = Cell::Number(i64::try_from(rows.len()).unwrap_or(0) + 1);
        let cost = norm.zip(amount).map(|(norm, amount)| norm.amount * amount);
        sum += cost.unwrap_or(0);
        rows.push(Row::Line(vec![
            place,
            cell(name),
            cell(unit),
            amount.map_or(Cell::Empty, Cell::Number),
            norm.map_or(Cell::Empty, |norm| Cell::Number(norm.amount)),
            cost.map_or(Cell::Empty, Cell::Number),
            norm.map_or_else(|| cell("chưa có định mức, ghi tay"), |norm| cell(&norm.source)),
        ]));
    };
    line("Thù lao giảng viên, báo cáo viên", "buổi", Some(half_days), f.norms.lecturer_half_day.as_ref());
    line("Thù lao trợ giảng", "buổi", None, f.norms.assistant_half_day.as_ref());
    line("Khen thưởng học viên xuất sắc", "người", None, f.norms.reward.as_ref());
    line("In tài liệu, văn phòng phẩm", "bộ", Some(f.seats), None);
    line("Xe đi thực tế", "chuyến", None, None);
    line("Nước uống, phục vụ, chi khác", "lớp", Some(1), None);
    rows.push(Row::Total(vec![
        Cell::Empty,
        cell("Cộng phần đã có định mức"),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Number(sum),
        Cell::Empty,
    ]));
    let estimate = table(
        vec![
            column("TT", Kind::Mark, 5),
            column("Nội dung chi", Kind::Text, 26),
            column("Đơn vị", Kind::Mark, 9),
            column("Số lượng", Kind::Number, 9),
            column("Mức chi tối đa (đồng)", Kind::Number, 13),
            column("Thành tiền (đồng)", Kind::Number, 14),
            column("Căn cứ", Kind::Text, 24),
        ],
        rows,
        &["Mức chi là mức tối đa của định mức; dòng để trống do người lập ghi khi có định mức của đơn vị."],
    );
    let blocks = vec![
        basis(f),
        heading("I. MỤC ĐÍCH, YÊU CẦU"),
        text(format!(
            "Bồi dưỡng, cập nhật kiến thức, kỹ năng cho {}; mỗi học viên vận dụng được vào công việc của mình tại xã, phường. Việc cử, quản lý và đánh giá học viên đúng quy định, đúng đối tượng, không trùng lặp.",
            f.audience
        )),
        heading("II. ĐỐI TƯỢNG, SỐ LƯỢNG, THỜI GIAN, ĐỊA ĐIỂM"),
        item(format!("Đối tượng: {}.", f.audience)),
        item(format!(
            "Số lượng: {} học viên của {} xã, phường (Thông báo chiêu sinh giao chỉ tiêu từng đơn vị).",
            f.seats,
            f.quotas.len()
        )),
        item(format!("Thời gian: {} ({} buổi).", f.time(), f.week.len())),
        item(format!("Địa điểm: {}, {}.", f.venue, head.body)),
        heading("III. NỘI DUNG"),
        text(format!("Thực hiện chương trình “{}”. Lịch học từng buổi ban hành riêng.", f.programme)),
        heading("IV. TỔ CHỨC THỰC HIỆN"),
        item(if f.head.is_empty() {
            "Chủ nhiệm lớp: phân công trước ngày khai giảng.".to_owned()
        } else {
            format!("Chủ nhiệm lớp: {}.", f.head)
        }),
        item(format!("Các đơn vị cử học viên trước ngày {}.", day(f.nominate_by))),
        item(format!("Kinh phí đi lại, ăn, nghỉ của học viên: {}.", f.payer)),
        heading("V. DỰ TOÁN KINH PHÍ"),
        estimate,
        text(format!("Cộng phần đã có định mức: {} đồng.", grouped(sum))),
    ];
    Official {
        recipients: to(&["Ban Tổ chức Tỉnh ủy (báo cáo);", "Sở Nội vụ;", "Các phòng, khoa;", "Lưu: VT, hồ sơ lớp."]),
        ..paper(head, "Kế hoạch", format!("Tổ chức {} và dự toán kinh phí", f.class()), blocks)
    }
}

/// Thông báo: call for nominations with the quota of each unit.
#[must_use]
pub fn call(head: &Head, f: &ClassFacts) -> Official {
    let mut rows: Vec<Row> = (1_i64..)
        .zip(&f.quotas)
        .map(|(place, (name, seats))| {
            Row::Line(vec![Cell::Number(place), cell(name), Cell::Number(*seats), Cell::Empty])
        })
        .collect();
    let all = f.quotas.iter().map(|(_, seats)| seats).sum();
    rows.push(Row::Total(vec![Cell::Empty, cell("Cộng"), Cell::Number(all), Cell::Empty]));
    let quotas = table(
        vec![
            column("TT", Kind::Mark, 5),
            column("Xã, phường", Kind::Text, 40),
            column("Chỉ tiêu (người)", Kind::Number, 12),
            column("Ghi chú", Kind::Text, 20),
        ],
        rows,
        &[],
    );
    let blocks = vec![
        text(format!("{} thông báo chiêu sinh {} như sau:", head.body, f.class())),
        item(format!("Chương trình: {}.", f.programme)),
        item(format!("Đối tượng: {}.", f.audience)),
        item(format!("Thời gian: {}; địa điểm: {}.", f.time(), f.venue)),
        item(format!("Số lượng: {} người, chỉ tiêu từng đơn vị tại phụ lục kèm theo.", f.seats)),
        item(format!(
            "Hạn cử học viên: hết ngày {}. Chỉ tiêu không dùng đến hạn được chuyển cho đơn vị khác.",
            day(f.nominate_by)
        )),
        item(
            "Cử người đúng đối tượng, chưa học chương trình này trong Đề án; ưu tiên nữ, người dân tộc thiểu số, người công tác ở vùng đặc biệt khó khăn, biên giới, hải đảo.",
        ),
        item("Gửi kèm số, ngày quyết định cử của đơn vị."),
        text(format!("Kinh phí đi lại, ăn, nghỉ của học viên: {}.", f.payer)),
        text("Đề nghị Đảng ủy, Ủy ban nhân dân các xã, phường cử học viên đúng chỉ tiêu và thời hạn."),
    ];
    let mut made = paper(head, "Thông báo", format!("Chiêu sinh {}", f.class()), blocks);
    made.recipients = to(&[
        "Đảng ủy, UBND các xã, phường có chỉ tiêu;",
        "Ban Tổ chức Tỉnh ủy, Sở Nội vụ (báo cáo);",
        "Lưu: VT, hồ sơ lớp.",
    ]);
    made.annexes = vec![Annex {
        title: "Phụ lục. Chỉ tiêu cử học viên".to_owned(),
        note: with_paper(head, "Thông báo"),
        blocks: vec![quotas],
    }];
    made
}

/// Danh sách: everybody who was put forward.
#[must_use]
pub fn nominations(head: &Head, f: &ClassFacts) -> Official {
    let list = people(
        f.nominees.iter().map(|n| &n.person),
        vec![column("Quyết định cử", Kind::Mark, 15), column("Tình trạng", Kind::Text, 14)],
        |at| f.nominees.get(at).map(|n| vec![cell(&n.decision), cell(&n.state)]).unwrap_or_default(),
        &[],
    );
    let mut made = paper(head, "Danh sách", format!("Cán bộ, công chức được cử tham gia {}", f.class()), vec![list]);
    made.note = format!("(Có {} người)", f.nominees.len());
    made.signatures = vec![by_hand("Người lập"), by_hand(&head.signer_title)];
    made
}

/// Quyết định: the class is opened, with the list of its learners.
#[must_use]
pub fn opening(head: &Head, f: &ClassFacts) -> Official {
    let who = f.learners.len();
    let mut blocks = vec![
        Block::Centre(format!("{} {}", head.signer_title, head.body).to_uppercase()),
        basis(f),
        Block::Basis("Căn cứ kết quả cử học viên của các xã, phường;".to_owned()),
        Block::Basis("Theo đề nghị của bộ phận quản lý đào tạo.".to_owned()),
        Block::Centre("QUYẾT ĐỊNH:".to_owned()),
        article(
            1,
            format!(
                "Mở {}, chương trình “{}”, đối tượng: {}, gồm {who} học viên có tên trong danh sách kèm theo.",
                f.class(),
                f.programme,
                f.audience
            ),
        ),
        text(format!("Thời gian học {}, tại {}.", f.time(), f.venue)),
    ];
    if !f.head.is_empty() {
        blocks
            .push(article(2, format!("Giao {} làm chủ nhiệm lớp, quản lý học viên và theo dõi việc học tập.", f.head)));
    } else {
        blocks.push(article(2, "Chủ nhiệm lớp do bộ phận quản lý đào tạo phân công trước ngày khai giảng."));
    }
    blocks.push(article(
        3,
        "Các phòng, khoa, đơn vị cử học viên và học viên có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này kể từ ngày ký.",
    ));
    let mut made = paper(head, "Quyết định", format!("Về việc mở {}", f.class()), blocks);
    made.recipients = to(&["Như Điều 3;", "Ban Tổ chức Tỉnh ủy, Sở Nội vụ (báo cáo);", "Lưu: VT, hồ sơ lớp."]);
    made.annexes = vec![Annex {
        title: format!("Danh sách học viên lớp số {}", f.label),
        note: with_paper(head, "Quyết định"),
        blocks: vec![people(f.learners.iter(), Vec::new(), none, &[]), text(format!("Danh sách có {who} người."))],
    }];
    made
}

/// Công văn: learners are summoned; it says who pays.
#[must_use]
pub fn summons(head: &Head, f: &ClassFacts) -> Official {
    let first = f.week.first().map_or_else(|| day(f.starts_on), HalfDay::told);
    let blocks = vec![
        text(format!(
            "{} mở {}, chương trình “{}”. Trường đề nghị quý đơn vị thông báo và tạo điều kiện để học viên có tên trong danh sách kèm theo dự học:",
            head.body,
            f.class(),
            f.programme
        )),
        item(format!("Thời gian: {}; khai giảng: {first}.", f.time())),
        item(format!("Địa điểm: {}, {}.", f.venue, head.body)),
        item(
            "Học viên mang theo giấy tờ tùy thân, quyết định cử đi học và số liệu, tài liệu của đơn vị mình để làm bài thu hoạch.",
        ),
        item(format!("Kinh phí đi lại, ăn, nghỉ của học viên: {}.", f.payer)),
        item("Học viên không dự học được thì đơn vị báo ngay để cử người thay thế."),
        text("Đề nghị quý đơn vị bố trí người làm thay, không điều động học viên trong thời gian học."),
    ];
    let mut made = paper(head, "", format!("triệu tập học viên {}", f.class()), blocks);
    if let Some(sheet) = made.sheets.first_mut() {
        sheet.to = vec!["Đảng ủy, Ủy ban nhân dân các xã, phường có học viên".to_owned()];
    }
    made.recipients = to(&["Như trên;", "Học viên có tên trong danh sách;", "Lưu: VT, hồ sơ lớp."]);
    let mut by_unit: Vec<&Person> = f.learners.iter().collect();
    by_unit.sort_by_key(|person| f.quotas.iter().position(|(name, _)| *name == person.unit).unwrap_or(usize::MAX));
    made.annexes = vec![Annex {
        title: format!("Danh sách học viên lớp số {}", f.label),
        note: with_paper(head, "Công văn"),
        blocks: vec![people(by_unit.into_iter(), Vec::new(), none, &[])],
    }];
    made
}

/// Giấy mời: one copy a lecturer.
#[must_use]
pub fn invitations(head: &Head, f: &ClassFacts) -> Official {
    let mut made = paper(head, "Giấy mời", format!("Giảng dạy {}", f.class()), Vec::new());
    let copy = |teaching: Teaching<'_>| {
        let rows = teaching.lessons.iter().map(|(half_day, lesson)| {
            Row::Line(vec![
                cell(half_day.told()),
                cell(&lesson.title),
                Cell::Number(lesson.periods),
                cell(&lesson.place),
            ])
        });
        let lessons = table(
            vec![
                column("Buổi", Kind::Text, 18),
                column("Chuyên đề", Kind::Text, 40),
                column("Số tiết", Kind::Number, 7),
                column("Địa điểm", Kind::Text, 24),
            ],
            rows.collect(),
            &[],
        );
        Sheet {
            to: vec![teaching.name.to_owned()],
            blocks: vec![
                text(format!(
                    "{} trân trọng mời ông (bà) giảng dạy {}, chương trình “{}”, đối tượng: {}.",
                    head.body,
                    f.class(),
                    f.programme,
                    f.audience
                )),
                lessons,
                text("Đề nghị ông (bà) gửi bài giảng, tài liệu phát cho học viên về Trường trước buổi giảng 05 ngày."),
                text("Thù lao giảng dạy thực hiện theo quy định hiện hành. Trân trọng cảm ơn."),
            ],
        }
    };
    made.sheets = f.teaching().into_iter().map(copy).collect();
    made.recipients = to(&["Như trên;", "Lưu: VT, hồ sơ lớp."]);
    made
}

/// Lịch học: the timetable as published.
#[must_use]
pub fn timetable(head: &Head, f: &ClassFacts) -> Official {
    let rows = f.week.iter().flat_map(|half_day| {
        half_day.lessons.iter().map(|lesson| {
            Row::Line(vec![
                cell(half_day.told()),
                cell(&lesson.title),
                Cell::Number(lesson.periods),
                cell(lesson.lecturers.join("; ")),
                cell(&lesson.place),
            ])
        })
    });
    let week = table(
        vec![
            column("Buổi", Kind::Text, 16),
            column("Chuyên đề", Kind::Text, 36),
            column("Số tiết", Kind::Number, 7),
            column("Giảng viên", Kind::Text, 20),
            column("Địa điểm", Kind::Text, 22),
        ],
        rows.collect(),
        &[],
    );
    let mut blocks = vec![text(format!("Chương trình: {}. Đối tượng: {}.", f.programme, f.audience)), week];
    if !f.head.is_empty() {
        blocks.push(text(format!("Chủ nhiệm lớp: {}.", f.head)));
    }
    let mut made = paper(head, "Lịch học", format!("Lớp bồi dưỡng số {}, {}", f.label, f.time()), blocks);
    made.recipients = to(&["Giảng viên, học viên;", "Lưu: hồ sơ lớp."]);
    made
}

/// Danh sách ký tên: one copy a half-day.
#[must_use]
pub fn sign_in(head: &Head, f: &ClassFacts) -> Official {
    let mut made = paper(head, "Danh sách ký tên", format!("Lớp bồi dưỡng số {}", f.label), Vec::new());
    let copy = |half_day: &HalfDay| Sheet {
        to: Vec::new(),
        blocks: vec![
            Block::Centre(half_day.told()),
            text(format!(
                "Nội dung: {}.",
                half_day.lessons.iter().map(|l| l.title.as_str()).collect::<Vec<_>>().join("; ")
            )),
            people(
                f.learners.iter(),
                vec![column("Ký tên", Kind::Text, 17), column("Ghi chú", Kind::Text, 12)],
                |_| vec![Cell::Empty, Cell::Empty],
                &[],
            ),
            text(format!(
                "Danh sách có {} người; có mặt: .......; vắng có phép: .......; vắng không phép: .......",
                f.learners.len()
            )),
        ],
    };
    made.sheets = f.week.iter().map(copy).collect();
    made.signatures = vec![by_hand("Giảng viên"), by_hand("Chủ nhiệm lớp")];
    made
}

/// Quyết định: the committee of the class, with the list of its study groups.
#[must_use]
pub fn committee(head: &Head, f: &ClassFacts) -> Official {
    let mut blocks = vec![
        Block::Centre(format!("{} {}", head.signer_title, head.body).to_uppercase()),
        basis(f),
        Block::Basis(format!("Căn cứ danh sách học viên {};", f.class())),
        Block::Basis("Theo đề nghị của chủ nhiệm lớp và bộ phận quản lý đào tạo.".to_owned()),
        Block::Centre("QUYẾT ĐỊNH:".to_owned()),
        article(1, format!("Chỉ định ban cán sự {}, gồm:", f.class())),
    ];
    let committee = f.members.iter().filter(|m| m.in_committee);
    blocks.extend(committee.map(|m| item(format!("{} ({}): {}.", m.full_name, m.unit, m.duty))));
    let mut groups: Vec<i64> = f.members.iter().filter_map(|m| m.group).collect();
    groups.sort_unstable();
    groups.dedup();
    blocks.push(article(2, format!("Chia lớp thành {} tổ học tập theo danh sách kèm theo.", groups.len())));
    blocks.push(article(
        3,
        "Ban cán sự và tổ trưởng giúp chủ nhiệm lớp duy trì nền nếp, điểm danh, tổ chức thảo luận và phản ánh ý kiến học viên; tự hết nhiệm vụ khi lớp bế giảng.",
    ));
    blocks.push(article(4, "Các phòng, khoa liên quan, chủ nhiệm lớp và học viên của lớp chịu trách nhiệm thi hành Quyết định này kể từ ngày ký."));
    let mut rows = Vec::new();
    let mut place = 0;
    for group in groups {
        rows.push(Row::Group(format!("Tổ {group}")));
        for member in f.members.iter().filter(|m| m.group == Some(group)) {
            place += 1;
            rows.push(Row::Line(vec![
                Cell::Number(place),
                cell(&member.full_name),
                cell(&member.unit),
                cell(&member.duty),
            ]));
        }
    }
    let list = table(
        vec![
            column("TT", Kind::Mark, 5),
            column("Họ và tên", Kind::Text, 26),
            column("Chức danh, đơn vị", Kind::Text, 44),
            column("Nhiệm vụ", Kind::Text, 14),
        ],
        rows,
        &[],
    );
    let mut made = paper(head, "Quyết định", format!("Về việc chỉ định ban cán sự và chia tổ {}", f.class()), blocks);
    made.recipients = to(&["Như Điều 4;", "Lưu: VT, hồ sơ lớp."]);
    made.annexes = vec![Annex {
        title: format!("Danh sách tổ học tập lớp số {}", f.label),
        note: with_paper(head, "Quyết định"),
        blocks: vec![list],
    }];
    made
}

/// Kế hoạch: the field trips of the class.
#[must_use]
pub fn field_trip(head: &Head, f: &ClassFacts) -> Official {
    let rows = f.week.iter().flat_map(|half_day| {
        half_day.lessons.iter().filter(|lesson| lesson.is_field_trip).map(|lesson| {
            Row::Line(vec![
                cell(half_day.told()),
                cell(&lesson.title),
                cell(&lesson.place),
                cell(lesson.lecturers.join("; ")),
            ])
        })
    });
    let blocks = vec![
        basis(f),
        text(format!("{} tổ chức cho học viên {} đi nghiên cứu thực tế như sau:", head.body, f.class())),
        heading("1. Mục đích, yêu cầu"),
        text(
            "Học viên đối chiếu nội dung đã học với cách làm tại cơ sở, ghi lại việc làm được, việc còn vướng để đưa vào bài thu hoạch; bảo đảm an toàn, đúng thời gian.",
        ),
        heading("2. Thời gian, nội dung, địa điểm"),
        table(
            vec![
                column("Buổi", Kind::Text, 18),
                column("Nội dung", Kind::Text, 32),
                column("Địa điểm", Kind::Text, 30),
                column("Người hướng dẫn", Kind::Text, 20),
            ],
            rows.collect(),
            &[],
        ),
        heading("3. Thành phần"),
        text(format!("{} học viên, chủ nhiệm lớp và người hướng dẫn.", f.learners.len())),
        heading("4. Phương tiện, người phụ trách, liên hệ"),
        Block::Blank(4),
        heading("5. Kinh phí"),
        text("Theo dự toán của lớp đã được duyệt."),
    ];
    let mut made = paper(head, "Kế hoạch", format!("Nghiên cứu thực tế của {}", f.class()), blocks);
    made.recipients = to(&["Đơn vị nơi đến;", "Học viên, người hướng dẫn;", "Lưu: VT, hồ sơ lớp."]);
    made
}

/// Đề bài thu hoạch: a question for each topic that somebody teaches.
#[must_use]
pub fn essay_topics(head: &Head, f: &ClassFacts) -> Official {
    let mut titles: Vec<&str> = Vec::new();
    for lesson in f.week.iter().flat_map(|h| &h.lessons).filter(|l| l.is_taught && !l.is_field_trip) {
        if !titles.contains(&lesson.title.as_str()) {
            titles.push(&lesson.title);
        }
    }
    let mut blocks = vec![text(
        "Mỗi học viên chọn một đề, viết từ 5 đến 7 trang, gắn với công việc đang làm tại đơn vị; không chép lại tài liệu.",
    )];
    blocks.extend((1..).zip(titles).map(|(n, title)| {
        Block::Article(
            format!("Đề {n}."),
            format!("Từ chuyên đề “{title}”, anh (chị) phân tích một việc cụ thể tại xã, phường mình: thực trạng, nguyên nhân, cách làm đề xuất và điều kiện để thực hiện."),
        )
    }));
    blocks.push(text(format!(
        "Bài thu hoạch đạt yêu cầu khi được từ {} điểm trên thang 10. Nộp bài trong ngày {}.",
        f.score_least,
        day(f.ends_on)
    )));
    let mut made = paper(head, "Đề bài thu hoạch", format!("Lớp bồi dưỡng số {}", f.label), blocks);
    made.recipients = to(&["Học viên;", "Lưu: hồ sơ lớp."]);
    made
}

/// Phiếu chấm: the marks of the essays, to be written by hand.
#[must_use]
pub fn marking_sheet(head: &Head, f: &ClassFacts) -> Official {
    let columns = ["Điểm người chấm 1", "Điểm người chấm 2", "Điểm thống nhất", "Bằng chữ"];
    let list = people(
        f.learners.iter(),
        columns.iter().map(|title| column(title, Kind::Text, 10)).collect(),
        |_| vec![Cell::Empty; 4],
        &["Thang điểm 10, nhiều nhất hai chữ số thập phân."],
    );
    let mut made = paper(head, "Phiếu chấm bài thu hoạch", format!("Lớp bồi dưỡng số {}", f.label), vec![list]);
    made.signatures = vec![by_hand("Người chấm 1"), by_hand("Người chấm 2")];
    made
}

/// Indicators by the object that they judge (model of TT 10/2017/TT-BNV); a draft that the school may put into its own words.
const INDICATORS: [(&str, &[&str]); 4] = [
    (
        "Chương trình",
        &[
            "Mục tiêu rõ, đúng với việc đang làm",
            "Nội dung mới, sát thực tế cấp xã",
            "Tỷ lệ giữa lý thuyết và thực hành hợp lý",
            "Tài liệu đủ, dễ dùng",
        ],
    ),
    ("Học viên", &["Đúng đối tượng", "Chủ động tham gia, trao đổi", "Chấp hành giờ giấc, nội quy"]),
    ("Cơ sở vật chất", &["Phòng học, thiết bị", "Chỗ ở, ăn uống, nước uống", "Đường truyền, phần mềm học trực tuyến"]),
    (
        "Tổ chức khóa học",
        &[
            "Thông báo, triệu tập kịp thời",
            "Lịch học hợp lý",
            "Phục vụ, giải đáp của Trường",
            "Áp dụng được vào công việc",
        ],
    ),
];

/// Phiếu đánh giá: an anonymous form of one learner.
#[must_use]
pub fn evaluation_form(head: &Head, f: &ClassFacts) -> Official {
    let mut rows = Vec::new();
    let mut place = 0;
    let mut add = |rows: &mut Vec<Row>, words: &str| {
        place += 1;
        rows.push(Row::Line(vec![Cell::Number(place), cell(words), Cell::Empty]));
    };
    for (object, indicators) in INDICATORS {
        rows.push(Row::Group(object.to_owned()));
        for words in indicators {
            add(&mut rows, words);
        }
    }
    rows.push(Row::Group("Giảng viên".to_owned()));
    for teaching in f.teaching() {
        add(&mut rows, &format!("{}: am hiểu, truyền đạt, liên hệ thực tế", teaching.name));
    }
    let blocks = vec![
        text(
            "Phiếu không ghi tên. Mỗi dòng cho điểm từ 1 (rất kém) đến 10 (rất tốt). Phiếu bỏ trống quá 5 % số dòng không được tính.",
        ),
        table(
            vec![
                column("TT", Kind::Mark, 6),
                column("Nội dung", Kind::Text, 70),
                column("Điểm (1–10)", Kind::Mark, 14),
            ],
            rows,
            &[],
        ),
        text("Điều anh (chị) thấy bổ ích nhất, điều cần thay đổi:"),
        Block::Blank(2),
    ];
    let mut made = paper(head, "Phiếu đánh giá", format!("Lớp bồi dưỡng số {}, {}", f.label, f.time()), blocks);
    made.signatures = Vec::new();
    made
}

fn results_table(f: &ClassFacts, with_certificate: bool, of: Option<&str>) -> Block {
    let found: Vec<&Outcome> = f.outcomes.iter().filter(|o| of.is_none_or(|unit| o.person.unit == unit)).collect();
    let periods = f.attendance.1.checked_div(i64::try_from(f.outcomes.len()).unwrap_or(1).max(1)).unwrap_or(0);
    let mut more =
        vec![column("Số tiết", Kind::Mark, 9), column("Điểm", Kind::Mark, 8), column("Kết quả", Kind::Text, 18)];
    if with_certificate {
        more.push(column("Số giấy chứng nhận", Kind::Mark, 13));
    }
    people(
        found.iter().map(|o| &o.person),
        more,
        |at| {
            let Some(o) = found.get(at) else { return Vec::new() };
            let result = match (o.completed, o.band.is_empty()) {
                (true, false) => format!("Hoàn thành ({})", o.band),
                (true, true) => "Hoàn thành".to_owned(),
                (false, _) => "Chưa hoàn thành".to_owned(),
            };
            let mut cells = vec![cell(format!("{}/{periods}", o.attended)), cell(&o.score), cell(result)];
            if with_certificate {
                cells.push(cell(&o.certificate));
            }
            cells
        },
        &[],
    )
}

fn completed(f: &ClassFacts) -> usize {
    f.outcomes.iter().filter(|o| o.completed).count()
}

/// Biên bản: what the council of the class finds before the head decides.
#[must_use]
pub fn minutes(head: &Head, f: &ClassFacts) -> Official {
    let (all, passed) = (f.outcomes.len(), completed(f));
    let blocks = vec![
        text(format!("Hội đồng xét kết quả {}, chương trình “{}”, họp tại {}.", f.class(), f.programme, head.body)),
        heading("1. Thành phần"),
        Block::Blank(4),
        heading("2. Nội dung"),
        text(format!(
            "Hội đồng xem sổ điểm danh và điểm bài thu hoạch của {all} học viên (danh sách kèm theo): {passed} người đủ điều kiện hoàn thành chương trình, {} người chưa đủ điều kiện.",
            all - passed
        )),
        heading("3. Ý kiến khác"),
        Block::Blank(3),
        heading("4. Kết luận"),
        text(format!(
            "Hội đồng đề nghị {} công nhận kết quả và cấp giấy chứng nhận cho {passed} học viên hoàn thành chương trình.",
            head.signer_title
        )),
    ];
    let mut made = paper(head, "Biên bản", format!("Họp xét kết quả {}", f.class()), blocks);
    made.signatures = vec![by_hand("Thư ký"), by_hand("Chủ trì")];
    made.annexes = vec![Annex {
        title: format!("Kết quả học tập lớp số {}", f.label),
        note: with_paper(head, "Biên bản"),
        blocks: vec![results_table(f, false, None)],
    }];
    made
}

/// Thông báo: the results of its learners to each commune, one copy each.
#[must_use]
pub fn result_notice(head: &Head, f: &ClassFacts) -> Official {
    let (number, on) = f.decision.as_ref().map(|(number, on)| (number.as_str(), day(*on))).unwrap_or_default();
    let copy = |unit: &str| Sheet {
        to: vec![format!("Đảng ủy, Ủy ban nhân dân {unit}")],
        blocks: vec![
            text(format!(
                "{} thông báo kết quả học tập tại {} ({}) của cán bộ, công chức do quý đơn vị cử, theo Quyết định số {number} ngày {on}:",
                head.body,
                f.class(),
                f.time()
            )),
            results_table(f, true, Some(unit)),
            text(
                "Đề nghị quý đơn vị lưu kết quả vào hồ sơ cán bộ, công chức, dùng khi đánh giá hằng năm và tạo điều kiện để học viên áp dụng kiến thức đã học.",
            ),
        ],
    };
    let mut made = paper(head, "Thông báo", format!("Kết quả học tập {}", f.class()), Vec::new());
    made.sheets = f.units().into_iter().map(copy).collect();
    made.recipients = to(&["Như trên;", "Ban Tổ chức Tỉnh ủy, Sở Nội vụ (báo cáo);", "Lưu: VT, hồ sơ lớp."]);
    made
}

/// Báo cáo: how the class went.
#[must_use]
pub fn class_report(head: &Head, f: &ClassFacts) -> Official {
    let (all, passed) = (f.outcomes.len(), completed(f));
    let mut bands: Vec<(&str, i64)> = Vec::new();
    for outcome in f.outcomes.iter().filter(|o| o.completed) {
        match bands.iter_mut().find(|(band, _)| *band == outcome.band) {
            Some((_, n)) => *n += 1,
            None => bands.push((&outcome.band, 1)),
        }
    }
    bands.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let whole = i64::try_from(all).unwrap_or(0);
    let mut rows: Vec<Row> =
        bands.iter().map(|(band, n)| Row::Line(vec![cell(*band), Cell::Number(*n), Cell::Share(*n, whole)])).collect();
    let failed = whole - i64::try_from(passed).unwrap_or(0);
    rows.push(Row::Line(vec![cell("Chưa hoàn thành"), Cell::Number(failed), Cell::Share(failed, whole)]));
    rows.push(Row::Total(vec![cell("Cộng"), Cell::Number(whole), Cell::Share(whole, whole)]));
    let quota: i64 = f.quotas.iter().map(|(_, seats)| seats).sum();
    let (attended, periods) = f.attendance;
    let decision = f.decision.as_ref().map(|(number, on)| format!(" (Quyết định số {number} ngày {})", day(*on)));
    let blocks = vec![
        heading("1. Tổ chức lớp"),
        text(format!(
            "{} đã mở {}, chương trình “{}”, đối tượng: {}, {}, tại {}.",
            head.body,
            f.class(),
            f.programme,
            f.audience,
            f.time(),
            f.venue
        )),
        item(format!(
            "Chỉ tiêu: {quota} người của {} xã, phường; dự học: {all} người của {} xã, phường.",
            f.quotas.len(),
            f.units().len()
        )),
        item(format!("Giảng viên, báo cáo viên: {} người.", f.teaching().len())),
        item(format!(
            "Chuyên cần: {} tiết có mặt trên {} tiết phải học của cả lớp.",
            grouped(attended),
            grouped(periods)
        )),
        heading("2. Kết quả"),
        text(format!("{passed} học viên hoàn thành chương trình{}.", decision.unwrap_or_default())),
        table(
            vec![
                column("Xếp loại", Kind::Text, 40),
                column("Số người", Kind::Number, 15),
                column("Tỷ lệ (%)", Kind::Percent, 15),
            ],
            rows,
            &[],
        ),
        heading("3. Ưu điểm, hạn chế, nguyên nhân"),
        Block::Blank(4),
        heading("4. Kiến nghị"),
        Block::Blank(2),
    ];
    let mut made = paper(head, "Báo cáo", format!("Kết quả tổ chức {}", f.class()), blocks);
    made.recipients = to(&["Ban Thường vụ Tỉnh ủy;", "Ban Tổ chức Tỉnh ủy, Sở Nội vụ;", "Lưu: VT, hồ sơ lớp."]);
    made
}

/// Bảng kê: what lecturers are paid at most; account and signature are written by hand.
#[must_use]
pub fn payments(head: &Head, f: &ClassFacts) -> Official {
    let norm = f.norms.lecturer_half_day.as_ref();
    let each = f.periods_per_half_day.max(1);
    let mut sum = 0;
    let mut rows: Vec<Row> = Vec::new();
    for (place, teaching) in (1_i64..).zip(f.teaching()) {
        let periods = teaching.periods();
        // whole đồng of a part of a half-day, rounded down: never more than the norm
        let cost = norm.map(|norm| norm.amount * periods / each);
        sum += cost.unwrap_or(0);
        rows.push(Row::Line(vec![
            Cell::Number(place),
            cell(teaching.name),
            Cell::Number(periods),
            norm.map_or(Cell::Empty, |norm| Cell::Number(norm.amount)),
            cost.map_or(Cell::Empty, Cell::Number),
            Cell::Empty,
            Cell::Empty,
        ]));
    }
    let periods = f.teaching().iter().map(Teaching::periods).sum();
    rows.push(Row::Total(vec![
        Cell::Empty,
        cell("Cộng"),
        Cell::Number(periods),
        Cell::Empty,
        Cell::Number(sum),
        Cell::Empty,
        Cell::Empty,
    ]));
    let source = norm.map_or_else(
        || "Chưa có định mức: ghi tay mức chi.".to_owned(),
        |norm| format!("Mức chi một buổi {each} tiết: {}.", norm.source),
    );
    let list = table(
        vec![
            column("TT", Kind::Mark, 5),
            column("Họ và tên", Kind::Text, 26),
            column("Số tiết", Kind::Number, 8),
            column("Mức tối đa một buổi (đồng)", Kind::Number, 15),
            column("Thành tiền tối đa (đồng)", Kind::Number, 15),
            column("Số tài khoản, ngân hàng", Kind::Text, 24),
            column("Ký nhận", Kind::Text, 14),
        ],
        rows,
        &[&source, "Số tài khoản và chữ ký ghi tay; thuế thu nhập cá nhân tính khi chi."],
    );
    let mut made = paper(
        head,
        "Bảng kê",
        format!("Thù lao giảng dạy {}", f.class()),
        vec![list, text(format!("Tổng số tiền tối đa: {} đồng.", grouped(sum)))],
    );
    made.page = Page::Landscape;
    made.signatures = vec![by_hand("Người lập"), by_hand("Kế toán"), by_hand(&head.signer_title)];
    made
}

/// Mục lục: what lies in the file of the class.
#[must_use]
pub fn file_index(head: &Head, f: &ClassFacts) -> Official {
    let rows = (1_i64..).zip(&f.filed).map(|(place, line)| {
        Row::Line([Cell::Number(place)].into_iter().chain(line.iter().map(cell)).chain([Cell::Empty]).collect())
    });
    let list = table(
        vec![
            column("TT", Kind::Mark, 5),
            column("Số, ký hiệu", Kind::Mark, 16),
            column("Ngày", Kind::Mark, 12),
            column("Tên loại, trích yếu", Kind::Text, 44),
            column("Ghi chú", Kind::Text, 14),
            column("Tờ số", Kind::Mark, 8),
        ],
        rows.collect(),
        &[],
    );
    let mut made = paper(head, "Mục lục hồ sơ", format!("Lớp bồi dưỡng số {}, {}", f.label, f.time()), vec![list]);
    made.signatures = vec![by_hand("Người lập"), by_hand("Người nhận lưu trữ")];
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{official::render, report::Format};

    fn day_of(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn head() -> Head {
        Head {
            style: Style::State,
            parent: "Tỉnh ủy Nghệ An".into(),
            body: "Trường Chính trị tỉnh Nghệ An".into(),
            number: "05/QĐ-TCT".into(),
            place: "Nghệ An".into(),
            dated: day_of("2026-02-20"),
            signer_title: "Hiệu trưởng".into(),
            signer: String::new(),
        }
    }

    fn facts() -> ClassFacts {
        let person = |n: usize| Person {
            full_name: format!("Người Sinh Tự Động Có Tên Rất Dài Số {n}"),
            birth_date: Some(day_of("1985-02-09")),
            position: "Phó Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam".into(),
            unit: format!("Xã Thử {}", n % 3),
        };
        let lesson = |title: &str, who: &str, periods| Lesson {
            title: title.into(),
            is_field_trip: title == "Thực tế",
            is_taught: !who.is_empty(),
            periods,
            lecturers: if who.is_empty() { Vec::new() } else { vec![who.into()] },
            place: "Hội trường A".into(),
        };
        let half = |n: u64, lessons| HalfDay {
            held_on: day_of("2026-03-02") + chrono::Days::new(n / 2),
            morning: n.is_multiple_of(2),
            lessons,
        };
        let learners: Vec<Person> = (1..=70).map(person).collect();
        let norm = |amount| Some(Norm { amount, source: "Thông tư 100/2025/TT-BTC".into() });
        ClassFacts {
            label: "01/2026".into(),
            programme: "Bồi dưỡng cán bộ, công chức HĐND và UBND cấp xã".into(),
            audience: "Cán bộ, công chức HĐND và UBND cấp xã".into(),
            starts_on: day_of("2026-03-02"),
            ends_on: day_of("2026-03-06"),
            nominate_by: day_of("2026-02-20"),
            venue: "Hội trường A".into(),
            seats: 70,
            head: "Giảng viên Một".into(),
            scheme: "Đề án 2026 – 2030".into(),
            periods_per_half_day: 4,
            score_least: "5".into(),
            payer: "đơn vị cử học viên chi".into(),
            quotas: (0..3).map(|n| (format!("Xã Thử {n}"), 20)).collect(),
            nominees: learners
                .iter()
                .map(|p| Nominee { person: p.clone(), decision: "15/QĐ-UBND".into(), state: "Đã duyệt".into() })
                .collect(),
            members: learners
                .iter()
                .zip(0_i64..)
                .map(|(p, n)| Member {
                    full_name: p.full_name.clone(),
                    unit: p.unit.clone(),
                    duty: if n == 0 { "Lớp trưởng".into() } else { String::new() },
                    in_committee: n == 0,
                    group: Some(n % 5 + 1),
                })
                .collect(),
            outcomes: learners
                .iter()
                .enumerate()
                .map(|(n, p)| Outcome {
                    person: p.clone(),
                    attended: 40,
                    score: "8".into(),
                    completed: n > 1,
                    band: "Giỏi".into(),
                    certificate: format!("{n:04}/2026"),
                })
                .collect(),
            learners,
            week: vec![
                half(0, vec![lesson("Chính quyền hai cấp", "Giảng viên Một", 4)]),
                half(1, vec![lesson("Chuyển đổi số", "Giảng viên Hai", 2), lesson("Tự học", "", 2)]),
                half(2, vec![lesson("Thực tế", "Giảng viên Một", 3)]),
            ],
            decision: Some(("21/QĐ-TCT".into(), day_of("2026-03-16"))),
            attendance: (2700, 2800),
            norms: Norms { lecturer_half_day: norm(4_000_000), assistant_half_day: norm(2_000_000), reward: None },
            filed: vec![["05/QĐ-TCT".into(), "20/02/2026".into(), "Quyết định mở lớp".into(), "đã ký".into()]],
        }
    }

    #[test]
    fn every_paper_is_made_in_both_styles_and_both_files() {
        type Maker = fn(&Head, &ClassFacts) -> Official;
        let makers: [(Maker, usize); 18] = [
            (plan, 1),
            (call, 1),
            (nominations, 1),
            (opening, 1),
            (summons, 1),
            (invitations, 2),
            (timetable, 1),
            (sign_in, 3),
            (committee, 1),
            (field_trip, 1),
            (essay_topics, 1),
            (marking_sheet, 1),
            (evaluation_form, 1),
            (minutes, 1),
            (result_notice, 3),
            (class_report, 1),
            (payments, 1),
            (file_index, 1),
        ];
        let facts = facts();
        for style in Style::ALL {
            for (maker, copies) in makers {
                let paper = maker(&Head { style, ..head() }, &facts);
                assert_eq!(paper.sheets.len(), copies, "{}", paper.subject);
                for format in [Format::Pdf, Format::Docx] {
                    assert!(!render(&paper, format).unwrap().is_empty(), "{}", paper.subject);
                }
            }
        }
    }

    fn cells(paper: &Official) -> Vec<Vec<Cell>> {
        let blocks = paper.sheets.iter().flat_map(|s| &s.blocks).chain(paper.annexes.iter().flat_map(|a| &a.blocks));
        let rows = blocks.filter_map(|b| if let Block::Table(t) = b { Some(&t.rows) } else { None }).flatten();
        rows.filter_map(|row| match row {
            Row::Line(cells) | Row::Total(cells) => Some(cells.clone()),
            Row::Group(_) => None,
        })
        .collect()
    }

    #[test]
    fn amounts_are_whole_dong_of_the_norm_and_what_has_no_norm_stays_free() {
        let mut facts = facts();
        let rows = cells(&payments(&head(), &facts));
        // seven periods of a lecturer, two of another, at four million a half-day of four
        assert_eq!(rows[0][2..5], [Cell::Number(7), Cell::Number(4_000_000), Cell::Number(7_000_000)]);
        assert_eq!(rows[1][2..5], [Cell::Number(2), Cell::Number(4_000_000), Cell::Number(2_000_000)]);
        assert_eq!(rows[2][4], Cell::Number(9_000_000));
        assert!(rows.iter().all(|row| row[5..] == [Cell::Empty, Cell::Empty]), "account and signature by hand");
        let rows = cells(&plan(&head(), &facts));
        // nine taught periods begin three half-days
        assert_eq!(rows[0][3..6], [Cell::Number(3), Cell::Number(4_000_000), Cell::Number(12_000_000)]);
        assert_eq!(rows[3][4..6], [Cell::Empty, Cell::Empty], "no norm, no amount");
        facts.norms = Norms::default();
        assert!(
            cells(&payments(&head(), &facts)).iter().take(2).all(|row| row[3] == Cell::Empty && row[4] == Cell::Empty)
        );
    }

    #[test]
    fn a_commune_hears_of_its_own_learners_only() {
        let notice = result_notice(&head(), &facts());
        for sheet in &notice.sheets {
            let unit = sheet.to[0].strip_prefix("Đảng ủy, Ủy ban nhân dân ").unwrap();
            let Block::Table(list) = &sheet.blocks[1] else { panic!("no list") };
            assert!(list.rows.len() > 20);
            for row in &list.rows {
                let Row::Line(cells) = row else { panic!("{row:?}") };
                assert!(matches!(&cells[3], Cell::Text(text) if text.ends_with(unit)), "{cells:?}");
            }
        }
    }

    #[test]
    fn the_committee_is_named_and_everybody_stands_in_a_group_once() {
        let paper = committee(&head(), &facts());
        let named = paper.sheets[0]
            .blocks
            .iter()
            .filter(|b| matches!(b, Block::Item(text) if text.ends_with(": Lớp trưởng.")))
            .count();
        assert_eq!(named, 1);
        assert_eq!(cells(&paper).len(), 70);
        let Block::Table(list) = &paper.annexes[0].blocks[0] else { panic!("no list") };
        assert_eq!(list.rows.iter().filter(|row| matches!(row, Row::Group(_))).count(), 5);
    }

    #[test]
    fn the_summons_says_who_pays_and_is_a_letter() {
        let letter = summons(&head(), &facts());
        assert_eq!(letter.kind, "");
        let told = letter.sheets[0].blocks.iter().any(|b| matches!(b, Block::Item(text) if text == "Kinh phí đi lại, ăn, nghỉ của học viên: đơn vị cử học viên chi."));
        assert!(told, "{:?}", letter.sheets[0].blocks);
    }
}
