//! Makes a decision with a list of seventy in both styles and says how long it took: `cargo run --release -p documents --example official [FOLDER]`.
#![expect(clippy::unwrap_used, reason = "an example stops at the first failure")]

use std::time::Instant;

use documents::{
    official::{Annex, Authority, Block, Official, Sheet, Signature, Style, numbered, render},
    report::{Cell, Column, Format, Kind, Page, Row, Table},
};

fn decision(style: Style) -> Official {
    let line = |n: i64| {
        Row::Line(vec![
            Cell::Number(n),
            Cell::Text(format!("Người Sinh Tự Động Có Tên Rất Dài Số {n}")),
            Cell::Text("09/02/1985".into()),
            Cell::Text("Phó Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam, Xã Keng Đu".into()),
        ])
    };
    let list = Table {
        sheet: "Danh sách".into(),
        caption: String::new(),
        columns: vec![
            Column::new("TT", Kind::Mark, 5),
            Column::new("Họ và tên", Kind::Text, 30),
            Column::new("Ngày sinh", Kind::Mark, 12),
            Column::new("Chức danh, đơn vị", Kind::Text, 40),
        ],
        rows: (1..=70).map(line).collect(),
        notes: vec!["Danh sách có 70 người.".into()],
    };
    let pattern = if style == Style::State { "{số}/{loại}-TCT" } else { "{số}-{loại}/TCT" };
    Official {
        style,
        parent: "Tỉnh ủy Nghệ An".into(),
        body: "Trường Chính trị tỉnh Nghệ An".into(),
        number: numbered(pattern, 5, "QĐ"),
        place: "Nghệ An".into(),
        dated: "2026-02-05".parse().unwrap(),
        kind: "Quyết định".into(),
        subject: "Về việc mở lớp bồi dưỡng số 01/2026".into(),
        note: String::new(),
        page: Page::Portrait,
        sheets: vec![Sheet {
            to: Vec::new(),
            blocks: vec![
                Block::Centre("HIỆU TRƯỞNG TRƯỜNG CHÍNH TRỊ TỈNH NGHỆ AN".into()),
                Block::Basis("Căn cứ Đề án bồi dưỡng cán bộ, công chức cấp xã giai đoạn 2026 – 2030;".into()),
                Block::Centre("QUYẾT ĐỊNH:".into()),
                Block::Article("Điều 1.".into(), "Mở lớp bồi dưỡng số 01/2026 dành cho cán bộ, công chức Hội đồng nhân dân và Ủy ban nhân dân cấp xã, gồm 70 học viên có tên trong danh sách kèm theo, học từ ngày 02/3/2026 đến ngày 06/3/2026.".into()),
                Block::Item("Học viên học tập trung tại Trường.".into()),
                Block::Text("Thời gian học tập được tính là thời gian công tác.".into()),
                Block::Article("Điều 2.".into(), "Quyết định này có hiệu lực kể từ ngày ký.".into()),
            ],
        }],
        signatures: vec![Signature {
            authority: Authority::Deputy,
            on_behalf: "Hiệu trưởng".into(),
            title: "Phó Hiệu trưởng".into(),
            hint: String::new(),
            name: "Người Ký Thử".into(),
        }],
        recipients: vec!["Như Điều 2;".into(), "Lưu: VT, hồ sơ lớp.".into()],
        annexes: vec![Annex {
            title: "Danh sách học viên".into(),
            note: "(Kèm theo Quyết định số 05/QĐ-TCT ngày 05/02/2026)".into(),
            blocks: vec![Block::Table(list)],
        }],
    }
}

fn main() {
    for style in Style::ALL {
        for format in [Format::Pdf, Format::Docx] {
            let start = Instant::now();
            let file = render(&decision(style), format).unwrap();
            println!("{style:?} {format:?}: {:.2} s, {} bytes", start.elapsed().as_secs_f64(), file.len());
            if let Some(folder) = std::env::args().nth(1) {
                std::fs::write(format!("{folder}/{}.{}", style.code(), format.extension()), &file).unwrap();
            }
        }
    }
}
