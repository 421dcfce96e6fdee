//! Papers of the study week: sign-in sheets, committee, field trips, essays, marking, evaluation.

use super::{
    ClassFacts, HalfDay, Head, article, basis, by_hand, cell, column, decides, heading, item, paper, people, table,
    text, to, with_paper,
};
use crate::{
    certificate::day,
    official::{Annex, Block, Official, Sheet},
    report::{Cell, Kind, Row},
};

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
    let list = format!("Căn cứ danh sách học viên {};", f.class());
    let bases = [list.as_str(), "Theo đề nghị của chủ nhiệm lớp và bộ phận quản lý đào tạo."];
    let mut blocks = decides(head, &f.scheme, &bases);
    blocks.push(article(1, format!("Chỉ định ban cán sự {}, gồm:", f.class())));
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
            Row::Line(vec![cell(half_day.told()), cell(&lesson.title), cell(&lesson.place), cell(lesson.people())])
        })
    });
    let blocks = vec![
        basis(&f.scheme),
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

/// Phiếu đánh giá: an anonymous form of one learner.
#[must_use]
pub fn evaluation_form(head: &Head, f: &ClassFacts) -> Official {
    let mut rows = Vec::new();
    let mut place = 0;
    let mut add = |group: String, indicators: &[String]| {
        rows.push(Row::Group(group));
        for words in indicators {
            place += 1;
            rows.push(Row::Line(vec![Cell::Number(place), cell(words), Cell::Empty]));
        }
    };
    for (object, indicators) in &f.asked.objects {
        add(object.clone(), indicators);
    }
    for teaching in f.teaching().iter().filter(|teaching| !teaching.accompanies) {
        let mut titles: Vec<&str> = teaching.lessons.iter().map(|(_, lesson)| lesson.title.as_str()).collect();
        titles.dedup();
        for title in titles {
            add(format!("{}: {title}", teaching.name), &f.asked.of_lecturers);
        }
    }
    let (least, most) = f.asked.scores;
    let blocks = vec![
        text(format!(
            "Phiếu không ghi tên. Mỗi dòng cho điểm từ {least} (rất kém) đến {most} (rất tốt). Phiếu bỏ trống quá {} % số dòng không được tính.",
            f.asked.blank_percent
        )),
        table(
            vec![
                column("TT", Kind::Mark, 6),
                column("Nội dung", Kind::Text, 70),
                column(&format!("Điểm ({least}–{most})"), Kind::Mark, 14),
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
