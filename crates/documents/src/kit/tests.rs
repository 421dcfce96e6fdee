//! Every paper made, and what stands in some of them.

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

fn judged(mean: &str, band: &str) -> Judged {
    Judged { mean: mean.into(), band: band.into() }
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
        lecturer: (!who.is_empty()).then(|| who.into()),
        companion: None,
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
        asked: Asked {
            objects: vec![("Chương trình".into(), vec!["Nội dung mới, sát thực tế cấp xã".into()])],
            of_lecturers: vec!["Am hiểu chuyên đề".into(), "Liên hệ thực tế".into()],
            blank_percent: 5,
            scores: (1, 10),
        },
        evaluation: Some(Evaluation {
            counts: (70, 66, 2),
            objects: vec![(
                "Chương trình".into(),
                judged("8,41", "Tốt"),
                vec![("Nội dung mới, sát thực tế cấp xã".into(), judged("8,41", "Tốt"))],
            )],
            lecturers: judged("7,9", "Khá"),
            taught: vec![("Giảng viên Một".into(), "Chính quyền hai cấp".into(), judged("7,9", "Khá"))],
        }),
        filed: vec![["05/QĐ-TCT".into(), "20/02/2026".into(), "Quyết định mở lớp".into(), "đã ký".into()]],
    }
}

#[test]
fn every_paper_is_made_in_both_styles_and_both_files() {
    type Maker = fn(&Head, &ClassFacts) -> Official;
    let makers: [(Maker, usize); 19] = [
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
        (evaluation_summary, 1),
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
    assert!(cells(&payments(&head(), &facts)).iter().take(2).all(|row| row[3] == Cell::Empty && row[4] == Cell::Empty));
}

#[test]
fn whoever_accompanies_is_paid_as_an_assistant_and_invited_as_one() {
    let mut facts = facts();
    let lesson = facts.week.iter_mut().flat_map(|half| &mut half.lessons).find(|lesson| lesson.is_taught).unwrap();
    let periods = lesson.periods;
    lesson.companion = Some("Giảng viên Cùng Dạy".into());
    let list = payments(&head(), &facts);
    let rows = cells(&list);
    let row = rows.iter().find(|row| row[1] == Cell::Text("Giảng viên Cùng Dạy (cùng dạy)".into())).unwrap();
    assert_eq!(row[2..5], [Cell::Number(periods), Cell::Number(2_000_000), Cell::Number(2_000_000 * periods / 4)]);
    let filled = cells(&with_accounts(list, |who| (who == "Giảng viên Cùng Dạy").then(|| "0202".to_owned())));
    assert!(filled.iter().any(|row| row[5] == Cell::Text("0202".into())));
    let copies = invitations(&head(), &facts).sheets;
    let copy = copies.iter().find(|sheet| sheet.to == ["Giảng viên Cùng Dạy"]).unwrap();
    let Block::Text(words) = &copy.blocks[0] else { panic!("{copy:?}") };
    assert!(words.contains("mời ông (bà) cùng dạy với giảng viên thỉnh giảng ở lớp"), "{words}");
}

#[test]
fn accounts_are_filled_in_where_they_are_known_and_nothing_else_changes() {
    let list = payments(&head(), &facts());
    let before = cells(&list);
    let Cell::Text(name) = before[0][1].clone() else { panic!("no name") };
    let filled = with_accounts(list.clone(), |who| (who == name).then(|| "0101, Ngân hàng Thử".to_owned()));
    let after = cells(&filled);
    assert_eq!(after[0][5], Cell::Text("0101, Ngân hàng Thử".to_owned()));
    assert_eq!((&after[0][..5], &after[1..]), (&before[0][..5], &before[1..]));
    let notes = |paper: &Official| match &paper.sheets[0].blocks[0] {
        Block::Table(table) => table.notes[1].clone(),
        other => panic!("{other:?}"),
    };
    assert!(notes(&list).starts_with("Số tài khoản và chữ ký ghi tay"));
    assert!(notes(&filled).starts_with("Số tài khoản theo thông tin giảng viên đã khai"));
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
    let told = letter.sheets[0].blocks.iter().any(
        |b| matches!(b, Block::Item(text) if text == "Kinh phí đi lại, ăn, nghỉ của học viên: đơn vị cử học viên chi."),
    );
    assert!(told, "{:?}", letter.sheets[0].blocks);
}

#[test]
fn the_form_asks_of_each_lecturer_for_each_topic() {
    let form = evaluation_form(&head(), &facts());
    let Block::Table(list) = &form.sheets[0].blocks[1] else { panic!("no table") };
    let groups: Vec<&str> = list
        .rows
        .iter()
        .filter_map(|row| if let Row::Group(text) = row { Some(text.as_str()) } else { None })
        .collect();
    assert_eq!(
        groups,
        [
            "Chương trình",
            "Giảng viên Một: Chính quyền hai cấp",
            "Giảng viên Một: Thực tế",
            "Giảng viên Hai: Chuyển đổi số"
        ]
    );
    assert_eq!(list.rows.len() - groups.len(), 7);
}

#[test]
fn the_summary_says_how_many_forms_count_and_every_mean_with_its_band() {
    let summary = evaluation_summary(&head(), &facts());
    let counted =
        "Lớp có 70 học viên; thu về 66 phiếu, trong đó 64 phiếu hợp lệ, 2 phiếu không tính vì bỏ trống quá 5 % số ô.";
    assert!(summary.sheets[0].blocks.iter().any(|b| matches!(b, Block::Text(text) if text.starts_with(counted))));
    let text = |cells: &[Cell]| -> Vec<String> {
        cells.iter().filter_map(|c| if let Cell::Text(text) = c { Some(text.clone()) } else { None }).collect()
    };
    let rows: Vec<Vec<String>> = cells(&summary).iter().map(|row| text(row)).collect();
    assert_eq!(
        rows,
        [
            vec!["Nội dung mới, sát thực tế cấp xã", "8,41", "Tốt"],
            vec!["Điểm chung", "8,41", "Tốt"],
            vec!["Giảng viên Một", "Chính quyền hai cấp", "7,9", "Khá"],
            vec!["Điểm chung", "7,9", "Khá"],
        ]
    );
    assert_eq!(summary.signatures.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().len(), 2);
}
