//! Writes a roster of generated people as an office would send it, for `cargo xtask bench`:
//! `cargo run --release -p app --example roster -- FILE.xlsx 8624`.
//!
//! The people are not those of the demonstration: other seeds make others with the same margins, so that the
//! demonstration's register takes all but a few of them as new.
#![expect(clippy::unwrap_used, reason = "an example stops at the first failure")]

use std::collections::HashMap;

use app::{demonstration::roster::roster, reference::Reference};
use documents::sheet::{Cell, Column, Table, write};

fn main() {
    let file = std::env::args().nth(1).unwrap();
    let wanted: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let reference = Reference::load().unwrap();
    let positions: HashMap<&str, _> = reference.positions.iter().map(|p| (p.code.as_str(), p)).collect();
    let communes: HashMap<&str, _> = reference.communes.iter().map(|c| (c.code.as_str(), c)).collect();
    let ethnic: HashMap<&str, _> = reference.ethnic_groups.iter().map(|e| (e.code.as_str(), e)).collect();
    let words: HashMap<&str, &str> = HashMap::from([
        ("tien_si", "Tiến sĩ"),
        ("thac_si", "Thạc sĩ"),
        ("dai_hoc", "Đại học"),
        ("cao_dang_trung_cap", "Cao đẳng"),
        ("cao_cap", "Cao cấp"),
        ("trung_cap", "Trung cấp"),
        ("so_cap", "Sơ cấp"),
        ("cvcc", "Chuyên viên cao cấp"),
        ("cvc", "Chuyên viên chính"),
        ("cv", "Chuyên viên"),
        ("chua_qua", "Chưa qua"),
    ]);
    let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
    let word = |code: Option<&str>| text(code.and_then(|c| words.get(c)).copied().unwrap_or_default());
    let rows = (8_624_u64..)
        .flat_map(|seed| roster(&reference, seed))
        .zip(1_i64..)
        .take(wanted)
        .map(|(p, number)| {
            let (position, commune) =
                (positions.get(p.position_code.as_str()).unwrap(), communes.get(p.commune_code.as_str()).unwrap());
            vec![
                Cell::Whole(number),
                text(&p.name),
                Cell::Day(p.birth_date),
                text(if p.gender == "nam" { "Nam" } else { "Nữ" }),
                text(&ethnic.get(p.ethnic_code.as_str()).unwrap().name),
                text(&position.title),
                text(if p.office_code.is_some() { &position.office } else { "" }),
                text(&commune.name),
                word(p.education),
                word(Some(p.theory)),
                word(Some(p.management)),
            ]
        })
        .collect::<Vec<_>>();
    let column = |(title, width): (&str, f64)| Column { title: title.to_owned(), width };
    let mut totals = vec![text("Tổng cộng"), Cell::Empty, Cell::Whole(i64::try_from(rows.len()).unwrap())];
    totals.resize(11, Cell::Empty);
    let table = Table {
        name: "Danh sách".to_owned(),
        title: "DANH SÁCH CÁN BỘ, CÔNG CHỨC CẤP XÃ (DỮ LIỆU SINH TỰ ĐỘNG)".to_owned(),
        notes: vec!["Những người trong danh sách này không có thật".to_owned()],
        columns: [
            ("TT", 6.0),
            ("Họ và tên", 28.0),
            ("Ngày sinh", 12.0),
            ("Giới tính", 8.0),
            ("Dân tộc", 10.0),
            ("Chức vụ", 34.0),
            ("Cơ quan", 34.0),
            ("Xã, phường", 20.0),
            ("Trình độ chuyên môn", 16.0),
            ("Lý luận chính trị", 14.0),
            ("Quản lý nhà nước", 18.0),
        ]
        .map(column)
        .to_vec(),
        rows,
        totals,
        dated: "2026-11-25".parse().unwrap(),
    };
    std::fs::write(file, write(&[table]).unwrap()).unwrap();
}
