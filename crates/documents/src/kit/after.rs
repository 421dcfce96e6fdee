//! Papers after the class: minutes, notices of results, report, payments, the index of the file.

use super::{
    ClassFacts, Head, Judged, Outcome, Teaching, by_hand, cell, column, heading, item, paper, people, table, text, to,
    with_paper,
};
use crate::{
    certificate::day,
    official::{Annex, Block, Official, Sheet},
    report::{Cell, Kind, Page, Row, grouped},
};

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

/// Tổng hợp phiếu đánh giá: what learners said of the class, as figures (model of TT 10/2017/TT-BNV).
#[must_use]
pub fn evaluation_summary(head: &Head, f: &ClassFacts) -> Official {
    let e = f.evaluation.clone().unwrap_or_default();
    let judged = |judged: &Judged| [cell(&judged.mean), cell(&judged.band)];
    let mut rows = Vec::new();
    let mut place = 0;
    for (object, whole, indicators) in &e.objects {
        rows.push(Row::Group(object.clone()));
        for (words, mean) in indicators {
            place += 1;
            rows.push(Row::Line([Cell::Number(place), cell(words)].into_iter().chain(judged(mean)).collect()));
        }
        rows.push(Row::Total([Cell::Empty, cell("Điểm chung")].into_iter().chain(judged(whole)).collect()));
    }
    let mut taught: Vec<Row> = (1_i64..)
        .zip(&e.taught)
        .map(|(place, (name, topic, mean))| {
            Row::Line([Cell::Number(place), cell(name), cell(topic)].into_iter().chain(judged(mean)).collect())
        })
        .collect();
    taught.push(Row::Total(
        [Cell::Empty, cell("Điểm chung"), Cell::Empty].into_iter().chain(judged(&e.lecturers)).collect(),
    ));
    let means = || [column("Điểm trung bình", Kind::Mark, 12), column("Mức", Kind::Mark, 14)];
    let (learners, received, void) = e.counts;
    let blocks = vec![
        heading("1. Số phiếu"),
        text(format!(
            "Lớp có {learners} học viên; thu về {received} phiếu, trong đó {} phiếu hợp lệ, {void} phiếu không tính vì bỏ trống quá {} % số ô. Phiếu không ghi tên, cho điểm từ {} đến {}.",
            received - void,
            f.asked.blank_percent,
            f.asked.scores.0,
            f.asked.scores.1
        )),
        heading("2. Chương trình, học viên, cơ sở vật chất, tổ chức khóa học"),
        table(
            [column("TT", Kind::Mark, 6), column("Tiêu chí", Kind::Text, 60)].into_iter().chain(means()).collect(),
            rows,
            &["Ô trống: quá ít người cho điểm."],
        ),
        heading("3. Giảng viên"),
        table(
            [column("TT", Kind::Mark, 6), column("Giảng viên", Kind::Text, 24), column("Chuyên đề", Kind::Text, 36)]
                .into_iter()
                .chain(means())
                .collect(),
            taught,
            &[],
        ),
        heading("4. Nhận xét, kiến nghị"),
        Block::Blank(3),
    ];
    let subject = format!("Lớp bồi dưỡng số {}, {}", f.label, f.time());
    let mut made = paper(head, "Tổng hợp phiếu đánh giá", subject, blocks);
    made.signatures.insert(0, by_hand("Người tổng hợp"));
    made
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
        item(format!("Giảng viên, báo cáo viên: {} người.", f.teaching().iter().filter(|t| !t.accompanies).count())),
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

/// Column of the account in the list of payments.
const ACCOUNT: usize = 5;
/// What follows the name of whoever is paid as an assistant.
const ASSISTS: &str = " (cùng dạy)";
/// What a list of payments says while accounts are not filled in, and when they are.
const BY_HAND: &str = "Số tài khoản và chữ ký ghi tay; thuế thu nhập cá nhân tính khi chi.";
const FILLED: &str =
    "Số tài khoản theo thông tin giảng viên đã khai; chữ ký ghi tay; thuế thu nhập cá nhân tính khi chi.";

/// A list of payments with the accounts of those who are paid, by their names; where nothing is known the place stays free. The list
/// that is kept and signed is the one without.
#[must_use]
pub fn with_accounts(mut list: Official, account: impl Fn(&str) -> Option<String>) -> Official {
    let blocks = list.sheets.iter_mut().flat_map(|sheet| &mut sheet.blocks);
    for block in blocks {
        let Block::Table(table) = block else { continue };
        for row in &mut table.rows {
            let Row::Line(cells) = row else { continue };
            let known = cells.get(1).and_then(|name| {
                if let Cell::Text(name) = name { account(name.strip_suffix(ASSISTS).unwrap_or(name)) } else { None }
            });
            if let (Some(known), Some(place)) = (known, cells.get_mut(ACCOUNT)) {
                *place = cell(known);
            }
        }
        for note in table.notes.iter_mut().filter(|note| *note == BY_HAND) {
            FILLED.clone_into(note);
        }
    }
    list
}

/// Bảng kê: what lecturers are paid at most; account and signature are written by hand.
#[must_use]
pub fn payments(head: &Head, f: &ClassFacts) -> Official {
    let norm = f.norms.lecturer_half_day.as_ref();
    let assistant = f.norms.assistant_half_day.as_ref();
    let each = f.periods_per_half_day.max(1);
    let mut sum = 0;
    let mut rows: Vec<Row> = Vec::new();
    for (place, teaching) in (1_i64..).zip(f.teaching()) {
        let periods = teaching.periods();
        let norm = if teaching.accompanies { assistant } else { norm };
        // whole đồng of a part of a half-day, rounded down: never more than the norm
        let cost = norm.map(|norm| norm.amount * periods / each);
        sum += cost.unwrap_or(0);
        rows.push(Row::Line(vec![
            Cell::Number(place),
            cell(if teaching.accompanies { format!("{}{ASSISTS}", teaching.name) } else { teaching.name.to_owned() }),
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
        &[&source, BY_HAND],
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
