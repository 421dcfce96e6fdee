//! Typesets seventy certificates and says how long it took: `cargo run --release -p documents --example seventy [FOLDER]`.
#![expect(clippy::unwrap_used, reason = "an example stops at the first failure")]

use std::time::Instant;

use documents::certificate::{Certificate, render_class};

fn main() {
    let day = |text: &str| text.parse().unwrap();
    let one = |number: i64| Certificate {
        parent: "Tỉnh ủy Nghệ An".into(),
        body: "Trường Chính trị tỉnh Nghệ An".into(),
        sign: "TCT".into(),
        place: "Nghệ An".into(),
        issued_on: day("2026-04-03"),
        number,
        year: 2026,
        full_name: format!("Người Sinh Tự Động {number}"),
        birth_date: Some(day("1985-02-09")),
        position: "Phó Chủ tịch Ủy ban nhân dân".into(),
        unit: "Xã Keng Đu".into(),
        programme: "Bồi dưỡng cán bộ Mặt trận Tổ quốc và các tổ chức chính trị - xã hội cấp xã".into(),
        class_label: "01/2026".into(),
        starts_on: day("2026-03-02"),
        ends_on: day("2026-03-06"),
        periods: 40,
        band: "Giỏi".into(),
        decision: "05/QĐ-TCT".into(),
        decided_on: day("2026-03-31"),
        signer_title: "Hiệu trưởng".into(),
        signer: String::new(),
        verify_url: format!("http://127.0.0.1:8080/verify/7K3M9QX2V5TB{number:04}"),
        verify_code: format!("7K3M9QX2V5TB{number:04}"),
    };
    let certificates: Vec<Certificate> = (1..=70).map(one).collect();
    for round in 1..=2 {
        let start = Instant::now();
        let files = render_class(&certificates).unwrap();
        let size = files.single.first().map_or(0, Vec::len);
        println!(
            "round {round}: 70 files and a batch in {:.2} s, {size} bytes each, batch {} bytes",
            start.elapsed().as_secs_f64(),
            files.batch.len()
        );
        if let Some(folder) = std::env::args().nth(1) {
            std::fs::write(format!("{folder}/one.pdf"), files.single.first().unwrap()).unwrap();
            std::fs::write(format!("{folder}/batch.pdf"), &files.batch).unwrap();
        }
    }
}
