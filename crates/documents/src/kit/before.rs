//! Papers before the class: plan, call, nominations, opening, summons, invitations, timetable.

use super::{
    ClassFacts, HalfDay, Head, Norm, Person, Teaching, article, basis, by_hand, cell, column, decides, heading, item,
    none, paper, people, table, text, to, with_paper,
};
use crate::{
    certificate::day,
    official::{Annex, Official, Sheet},
    report::{Cell, Kind, Row, grouped},
};

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
        basis(&f.scheme),
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
    let bases = ["Căn cứ kết quả cử học viên của các xã, phường;", "Theo đề nghị của bộ phận quản lý đào tạo."];
    let mut blocks = decides(head, &f.scheme, &bases);
    blocks.extend([
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
    ]);
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
                    "{} trân trọng mời ông (bà) {} {}, chương trình “{}”, đối tượng: {}.",
                    head.body,
                    if teaching.accompanies {
                        "cùng dạy với giảng viên thỉnh giảng ở"
                    } else {
                        "giảng dạy"
                    },
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
                cell(lesson.people()),
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
