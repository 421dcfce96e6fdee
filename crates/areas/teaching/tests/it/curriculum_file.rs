//! A version as a file: taken away, changed, brought back.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use documents::sheet::{Cell, Column, Table, write};
use teaching::{
    scheme::{LegalRow, load_legal_documents},
    testing::Small,
};
use testkit::{Client, Reply, db_test};

use crate::setting::{Setting, setting};

const EARLY: &str = "2026-02-20T08:00";

/// The rows of the first sheet from its headings on.
fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(text).collect()).collect();
    let head = rows.iter().position(|row| row[0] == "Mã").unwrap();
    rows[head..].to_vec()
}

/// A workbook with these rows, the first of them the headings.
fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    write(&[table("Bảng", rows)]).unwrap()
}

/// The same with a second sheet.
fn two_sheets(first: &[Vec<String>], second: &[Vec<String>]) -> Vec<u8> {
    write(&[table("Bảng", first), table("Bảng 2", second)]).unwrap()
}

fn table(name: &str, rows: &[Vec<String>]) -> Table {
    Table {
        name: name.to_owned(),
        title: "Tệp của người dùng".to_owned(),
        notes: Vec::new(),
        columns: rows[0].iter().map(|title| Column { title: title.clone(), width: 20.0 }).collect(),
        rows: rows[1..].iter().map(|row| row.iter().map(|cell| Cell::Text(cell.clone())).collect()).collect(),
        totals: Vec::new(),
        dated: "2026-02-20".parse().unwrap(),
    }
}

async fn upload(client: &mut Client, page: &str, bytes: &[u8]) -> Reply {
    client.upload(&format!("{page}/import"), "file", "chuong-trinh.xlsx", bytes, &[]).await
}

/// Sends the form of a preview.
async fn commit(client: &mut Client, page: &str, shown: &Reply) -> Reply {
    let form = shown.form("/import");
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.upload(&format!("{page}/import"), "none", "", b"", &fields).await
}

async fn first(client: &mut Client) -> String {
    client.get("/programmes").await.attributes("tbody a", "href").first().unwrap().clone()
}

/// The first topic says everything that a topic can say.
async fn full(setting: &Setting, school: &mut Client, page: &str) {
    let row = LegalRow {
        number: "171/2025/NĐ-CP".to_owned(),
        issued_on: None,
        issuer: "Chính phủ".to_owned(),
        kind: "nghi_dinh".to_owned(),
        title: "Đào tạo, bồi dưỡng công chức".to_owned(),
        status: "test".to_owned(),
        note: String::new(),
    };
    let by = store::By::System("test");
    setting
        .app
        .db()
        .write(async |tx| load_legal_documents(tx, by, setting.province.scheme, &[row]).await)
        .await
        .unwrap();
    let address = school.get(page).await.attributes("td.acts a:not(.danger)", "href").first().unwrap().clone();
    let shown = school.get(&address).await;
    let form = shown.form(&address);
    let boxes = |name: &str| shown.attributes(&format!("input[name={name}]"), "value");
    let (lecturers, laws, posts) = (boxes("lecturers"), boxes("documents"), boxes("positions"));
    let mut fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.retain(|(n, _)| !matches!(*n, "assessment" | "materials"));
    fields.extend([("assessment", "quiz"), ("materials", "Giáo trình\nMáy chiếu"), ("is_elective", "1")]);
    fields.extend([("lecturers", lecturers[0].as_str()), ("lecturers", lecturers[1].as_str())]);
    fields.extend([
        ("documents", laws[0].as_str()),
        ("positions", posts[0].as_str()),
        ("positions", posts[2].as_str()),
    ]);
    assert_eq!(school.post(&address, &fields).await.status, 303);
}

db_test! {
    async fn row_83_a_version_is_taken_away_as_a_file_and_brought_back_with_a_preview(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        full(&setting, &mut school, &page).await;
        let file = school.get(&format!("{page}/topics.xlsx")).await;
        assert_eq!(file.status, 200);
        let taken = rows(&file.bytes);
        assert_eq!(taken.len(), 11);
        assert_eq!(
            taken[1],
            [
                "T1", "Chuyên đề 1", "Lý luận", "4", "1", "Thuyết trình", "Trường Chính trị", "Trực tiếp", "Trắc nghiệm", "Có",
                "Giáo trình\nMáy chiếu", "gv01\ngv02", "171/2025/NĐ-CP", "HEAD · Chức danh HEAD\nSPEC · Chức danh SPEC",
            ]
        );

        // as it was taken it changes nothing, also in the other language
        let seq = store::audit_seq(&mut setting.app.db().read().await.unwrap()).await.unwrap();
        school.get("/language/en").await;
        let english = school.get(&format!("{page}/topics.xlsx")).await.bytes;
        school.get("/language/vi").await;
        for bytes in [&file.bytes, &english] {
            let shown = upload(&mut school, &page, bytes).await;
            assert_eq!((shown.status, shown.texts(".empty h2")), (200, vec!["Tệp không thay đổi gì".to_owned()]));
            assert!(!shown.has("input[name=rows]"), "nothing can be written");
        }
        assert_eq!(store::audit_seq(&mut setting.app.db().read().await.unwrap()).await.unwrap(), seq, "nothing was written");
        assert_eq!(school.get(&format!("{page}/topics.xlsx")).await.bytes, file.bytes);

        // one changed, one taken out, one new at the front, with the meter as it would be
        let mut changed = taken.clone();
        changed[1][1] = "Chuyên đề 1 viết lại".to_owned();
        changed[1][3] = "3".to_owned();
        changed.remove(2);
        let mut new = vec![String::new(); 14];
        for (at, text) in [(1, "Mới hẳn"), (2, "kỹ năng"), (3, "5"), (5, "Hỏi đáp, trao đổi"), (6, "truong_chinh_tri"), (7, "Kết hợp")] {
            new[at] = text.to_owned();
        }
        changed.insert(1, new);
        let shown = upload(&mut school, &page, &workbook(&changed)).await;
        assert_eq!(shown.status, 200, "{:?}", shown.texts("#faults tr"));
        let cells = |css: &str| shown.texts(&format!("table tbody {css}"));
        assert_eq!(cells("th"), ["Mới hẳn", "Chuyên đề 2", "Chuyên đề 1 viết lại"]);
        assert_eq!(cells(".tag"), ["Thêm", "Bỏ", "Sửa"]);
        assert_eq!(shown.texts(".meter b"), ["7 tiết lý luận (17,5 %)"]);
        assert_eq!(school.get(&page).await.texts("tbody th").len(), 10, "a preview writes nothing");
        assert_eq!(commit(&mut school, &page, &shown).await.status, 303);
        let titles = school.get(&page).await.texts("tbody th");
        assert_eq!((titles.len(), &titles[..3]), (10, &["Mới hẳn", "Chuyên đề 1 viết lại", "Chuyên đề 3"].map(str::to_owned)[..]));
        let again = rows(&school.get(&format!("{page}/topics.xlsx")).await.bytes);
        assert_eq!(again[2][10..], taken[1][10..], "what the file says of links stays");
        assert_eq!(again[1][0], "PRG-1-1-11", "a new code");

        // somebody changes a topic between preview and writing
        let mut other = again.clone();
        other[1][1] = "Tên từ tệp".to_owned();
        let shown = upload(&mut school, &page, &workbook(&other)).await;
        let address = school.get(&page).await.attributes("td.acts a:not(.danger)", "href")[1].clone();
        let form = school.get(&address).await.form(&address);
        assert_eq!(school.submit(&form, &[("periods", "4")]).await.status, 303);
        let refused = commit(&mut school, &page, &shown).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.texts("table tbody th"), ["Tên từ tệp", "Chuyên đề 1 viết lại"], "the other's change would be undone");
        assert_eq!(commit(&mut school, &page, &refused).await.status, 303, "over it, knowingly");
        assert_eq!(school.get(&page).await.texts("tbody th")[0], "Tên từ tệp");

        // objectives stand on the second sheet: what they were comes back unchanged, a change is shown and written
        for (text, audience) in [("Nắm quy định mới", "dt1"), ("Làm được việc", "")] {
            assert_eq!(school.post(&format!("{page}/objectives"), &[("text", text), ("audience", audience)]).await.status, 303);
        }
        let file = school.get(&format!("{page}/topics.xlsx")).await.bytes;
        let shown = upload(&mut school, &page, &file).await;
        assert_eq!((shown.status, shown.texts(".empty h2")), (200, vec!["Tệp không thay đổi gì".to_owned()]));
        assert!(!shown.has("input[name=rows]"), "nothing can be written");
        assert_eq!(school.get(&format!("{page}/topics.xlsx")).await.bytes, file);
        let topics = rows(&file);
        let aims = |aims: &[[&str; 3]]| aims.iter().map(|row| row.map(str::to_owned).to_vec()).collect::<Vec<_>>();
        let head = ["Số", "Mục tiêu", "Đối tượng"];
        let bad = two_sheets(&topics, &aims(&[head, ["1", "Nắm 😀", "dt1"], ["2", "Làm được việc", "Ai đó"]]));
        let refused = upload(&mut school, &page, &bad).await;
        assert_eq!(
            refused.texts("#faults tbody tr td"),
            [
                "4", "Mục tiêu · Mục tiêu", "Mục tiêu: có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó.",
                "5", "Mục tiêu · Đối tượng", "Không có “Ai đó” trong danh mục, hoặc có nhiều mục cùng tên.",
            ]
        );
        let good = two_sheets(&topics, &aims(&[head, ["1", "Làm được việc", "Đối tượng 1"], ["", "Hướng dẫn đồng nghiệp", ""], ["", "Dạy lại", "DT1"]]));
        let shown = upload(&mut school, &page, &good).await;
        assert_eq!(shown.texts("h3"), ["Mục tiêu"], "{:?}", shown.texts("#faults td"));
        assert_eq!(shown.texts("table tbody .tag"), ["Bỏ", "Sửa", "Thêm", "Thêm"]);
        assert_eq!(commit(&mut school, &page, &shown).await.status, 303);
        assert_eq!(
            school.get(&page).await.texts("#objectives li").iter().map(|t| t.split(" Sửa").next().unwrap().to_owned()).collect::<Vec<_>>(),
            ["1. Làm được việc (Đối tượng 1)", "2. Hướng dẫn đồng nghiệp", "3. Dạy lại (Đối tượng 1)"]
        );
        // a file without that sheet says nothing of objectives
        let shown = upload(&mut school, &page, &workbook(&topics)).await;
        assert_eq!(shown.texts(".empty h2"), ["Tệp không thay đổi gì"]);
        // somebody adds one between preview and writing
        let fewer = two_sheets(&topics, &aims(&[head, ["1", "Làm được việc", "dt1"]]));
        let shown = upload(&mut school, &page, &fewer).await;
        school.post(&format!("{page}/objectives"), &[("text", "Thêm sau")]).await;
        assert_eq!(commit(&mut school, &page, &shown).await.status, 409);
        assert_eq!(school.get(&page).await.texts("#objectives li").len(), 4, "nothing was written");

        // what is with the appraising body takes no file; readers take one away
        assert_eq!(setting.app.signed_in("sonoivu").await.get(&format!("{page}/topics.xlsx")).await.status, 200);
        assert_eq!(setting.app.signed_in("sonoivu").await.get(&format!("{page}/import")).await.status, 403);
    }

    async fn row_83_faults_of_a_file_are_told_by_row_and_column_and_nothing_is_written(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        let taken = rows(&school.get(&format!("{page}/topics.xlsx")).await.bytes);
        let mut bad = taken.clone();
        for (row, at, text) in [
            (1, 3, "0"),
            (2, 1, "Tên 😀"),
            (3, 2, "Diễn thuyết"),
            (4, 4, "6"),
            (5, 0, "T1"),
            (6, 11, "Người Lạ"),
            (7, 13, "KHONGCO"),
            (8, 1, ""),
        ] {
            bad[row][at] = text.to_owned();
        }
        bad[9][1] = "ắ".repeat(300);
        let reply = upload(&mut school, &page, &workbook(&bad)).await;
        assert_eq!(reply.status, 422);
        assert_eq!(reply.text_of("[role=alert] h2"), "Tệp có 9 lỗi, chưa ghi gì");
        // the headings stand in row 3 of the file: title, an empty line, headings
        assert_eq!(
            reply.texts("#faults tbody tr td"),
            [
                "4", "Số tiết", "Số tiết: phải từ 1 đến 40.",
                "5", "Tên chuyên đề", "Tên chuyên đề: có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó.",
                "6", "Loại", "Loại: hãy chọn một mục trong danh sách.",
                "7", "Ngày", "Ngày: phải từ 1 đến 5.",
                "8", "Mã", "Mã đã có ở dòng 4.",
                "9", "Giảng viên đủ điều kiện", "Không có “Người Lạ” trong danh mục, hoặc có nhiều mục cùng tên.",
                "10", "Vị trí việc làm", "Không có “KHONGCO” trong danh mục, hoặc có nhiều mục cùng tên.",
                "11", "Tên chuyên đề", "Tên chuyên đề: chưa nhập.",
                "12", "Tên chuyên đề", "Tên chuyên đề: dài 300 ký tự, tối đa 200.",
            ]
        );
        assert!(!reply.has("input[name=rows]"), "it cannot be written");
        for (bytes, told) in [
            (b"".to_vec(), "Chưa chọn tệp."),
            (b"%PDF-1.7 not a workbook".to_vec(), "Không đọc được tệp: phải là tệp Excel .xlsx."),
            (workbook(&[vec!["Cột lạ".to_owned()], vec!["x".to_owned()]]), "Không thấy dòng tiêu đề với các cột Mã, Tên chuyên đề, Loại, Số tiết."),
            (workbook(&taken[..1]), "Tệp không có chuyên đề nào."),
        ] {
            let reply = upload(&mut school, &page, &bytes).await;
            assert_eq!((reply.status, reply.text_of("#e-file")), (422, told.to_owned()));
        }
        let large = vec![b'x'; 3 * 1024 * 1024];
        assert_eq!(upload(&mut school, &page, &large).await.status, 413);
        assert_eq!(rows(&school.get(&format!("{page}/topics.xlsx")).await.bytes), taken);
    }
}
