//! Courses of past years from an office's list, and what communes declare of themselves.

use ::store::By;
use calamine::{Reader, Xlsx};
use people::{
    history::courses,
    registry::{HistoryInput, PersonInput, add_people, load_history},
};
use testkit::{Client, Reply, TestApp, TestDb, db_test};

use crate::import_setting::{app, unit};

fn person(code: &str, name: &str, commune: &str, born: &str) -> PersonInput {
    PersonInput {
        code: code.into(),
        full_name: name.into(),
        gender: Some("nam".into()),
        birth_date: born.parse().ok(),
        ethnic_code: Some("01".into()),
        commune_code: commune.into(),
        office_code: None,
        position_code: "CVP".into(),
        education: Some("dai_hoc".into()),
        theory: Some("trung_cap".into()),
        management: Some("cv".into()),
        in_post_since: "2025-07-01".parse().unwrap(),
        generated: true,
    }
}

async fn four(db: TestDb) -> (TestApp, Vec<kernel::PersonId>) {
    let app = app(db).await;
    let people = [
        person("cb1", "Nguyễn Văn Sinh", "00001", "1980-03-05"),
        person("cb2", "Lê Thị Tự", "00001", "1985-01-01"),
        person("cb3", "Lê Thị Tự", "00001", "1986-01-01"),
        person("cb4", "Trần Văn Động", "00002", "1990-01-01"),
    ];
    let ids = add_people(app.db(), By::System("test"), &people).await.unwrap();
    let province = unit(app.db()).await;
    let lines = [HistoryInput {
        category_code: "KTKN".into(),
        category: "Kiến thức, kỹ năng".into(),
        period: "2021-2024".into(),
        person_times: 3,
    }];
    let by = By::System("test");
    app.db().write(async |tx| load_history(tx, by, province, &lines).await).await.unwrap();
    (app, ids)
}

const HEAD: &str =
    "TT,Họ và tên,Ngày sinh,Mã cán bộ,Tên lớp bồi dưỡng,Loại,Từ ngày,Đến ngày,Số tiết,Sổ theo dõi,Đơn vị tổ chức\n";

async fn upload(client: &mut Client, rows: &str) -> Reply {
    let text = format!("DANH SÁCH ĐÃ HỌC\n{HEAD}{rows}");
    client.upload("/people/courses", "file", "da-hoc.csv", text.as_bytes(), &[]).await
}

const ROWS: &str = "1,nguyễn văn sinh,05/03/1980,,Kỹ năng số,\"kiến thức, kỹ năng\",04/03/2024,08/03/2024,40,,Trường A\n\
                    2,Lê Thị Tự,01/01/1985,,Cập nhật nghị quyết,KTKN,2025-05-05,,16,145,\n\
                    3,Lê Thị Tự,,,Kỹ năng số,KTKN,04/03/2024,,40,,\n\
                    4,,,cb4,Quản lý,QLNN,01/02/2023,28/02/2023,120,,\n\
                    5,Không Ai,,,Kỹ năng số,KTKN,31/02/2024,,40,,\n";

db_test! {
    async fn a_list_of_past_courses_is_seen_written_and_taken_back(db: TestDb) {
        let (app, ids) = four(db).await;
        let mut desk = app.signed_in("sonoivu").await;
        let reply = upload(&mut desk, ROWS).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        let batch = reply.location().to_owned();
        let page = desk.get(&batch).await;
        assert_eq!(page.texts("table.faults tbody tr > *"), [
            "5", "Lê Thị Tự · Kỹ năng số", "Nhiều người cùng tên, hãy ghi thêm ngày sinh hoặc mã: Lê Thị Tự",
            "7", "Không Ai · Kỹ năng số", "Không có ai tên này với ngày sinh đã ghi trong phạm vi của bạn: Không Ai",
        ]);
        let courses_of = page.texts("table.courses tbody tr:first-child > *");
        assert_eq!(courses_of, ["3", "Nguyễn Văn Sinh", "Kỹ năng số KTKN", "04 – 08/03/2024", "40", "Vị trí việc làm, chuyên môn"]);
        let ledgers = ["Vị trí việc làm, chuyên môn", "Cập nhật kiến thức (145-QĐ/TW)", "Không tính vào hai sổ"];
        assert_eq!(page.texts("table.courses td:last-child"), ledgers);
        // nothing counts before somebody has said so
        assert_eq!(courses(&mut app.db().read().await.unwrap(), ids[0]).await.unwrap(), []);
        let form = page.form("/commit");
        assert_eq!(desk.submit(&form, &[]).await.status, 303);
        let found = courses(&mut app.db().read().await.unwrap(), ids[0]).await.unwrap();
        assert_eq!(found.iter().map(|c| (c.title.as_str(), c.periods, c.ledger.as_str(), c.organiser.as_str())).collect::<Vec<_>>(),
            [("Kỹ năng số", 40, "position", "Trường A")]);
        // the same file again has nothing new, and says of each row why
        let again = upload(&mut desk, ROWS).await.location().to_owned();
        let page = desk.get(&again).await;
        assert_eq!(page.texts("table.faults tbody tr").len(), 5);
        assert!(page.body.contains("Người này đã có khóa này, cùng ngày bắt đầu: Kỹ năng số"));
        assert!(!page.has("form[action$='/commit']"));
        // a batch is committed once, and taken back as a whole
        let twice = desk.submit(&form, &[]).await;
        assert_eq!((twice.status, twice.text_of("[role=alert] strong")), (422, "Lần nạp này ở trạng thái “Đã ghi”. Hãy tải lại trang.".to_owned()));
        let form = desk.get(&batch).await.form("/undo");
        assert_eq!(desk.submit(&form, &[]).await.status, 303);
        assert_eq!(courses(&mut app.db().read().await.unwrap(), ids[0]).await.unwrap(), []);
        // what was taken back may be written again
        let third = upload(&mut desk, ROWS).await.location().to_owned();
        assert_eq!(desk.get(&third).await.texts("table.courses tbody tr").len(), 3);
    }

    async fn two_previews_of_one_course_write_it_once(db: TestDb) {
        let (app, ids) = four(db).await;
        let mut desk = app.signed_in("sonoivu").await;
        let mut batches = Vec::new();
        for _ in 0..2 {
            batches.push(upload(&mut desk, ROWS).await.location().to_owned());
        }
        let mut told = Vec::new();
        for batch in &batches {
            let form = desk.get(batch).await.form("/commit");
            let reply = desk.submit(&form, &[]).await;
            told.push((reply.status, reply.texts("[role=alert] strong").join("")));
        }
        let refused = "3 khóa của lần nạp này vừa được ghi trong một lần nạp khác. Hãy bỏ lần này rồi nạp lại tệp.";
        assert_eq!(told, [(303, String::new()), (422, refused.to_owned())]);
        assert_eq!(courses(&mut app.db().read().await.unwrap(), ids[0]).await.unwrap().len(), 1);
    }

    async fn an_officer_brings_courses_of_the_own_commune(db: TestDb) {
        let (app, _) = four(db).await;
        let mut officer = app.signed_in("xa-00002").await;
        let batch = upload(&mut officer, ROWS).await.location().to_owned();
        let page = officer.get(&batch).await;
        assert_eq!(page.texts("table.courses th[scope=row]"), ["Trần Văn Động"]);
        assert_eq!(page.texts("table.faults tbody tr").len(), 4);
        let mut other = app.signed_in("xa-00001").await;
        assert_eq!(other.get(&batch).await.status, 404);
        assert_eq!(other.post(&format!("{batch}/commit"), &[]).await.status, 404);
        assert_eq!(app.signed_in("sonoivu").await.get(&batch).await.status, 200);
    }

    async fn a_file_that_is_no_list_of_courses_says_what_is_missing(db: TestDb) {
        let (app, _) = four(db).await;
        let mut desk = app.signed_in("sonoivu").await;
        let send = async |desk: &mut Client, name: &str, bytes: &[u8]| {
            let reply = desk.upload("/people/courses", "file", name, bytes, &[]).await;
            (reply.status, reply.text_of("[role=alert] p"))
        };
        let missing = "Không trang tính nào có đủ tiêu đề cột. Còn thiếu: tên lớp, khóa, loại, số tiết.";
        assert_eq!(send(&mut desk, "a.csv", "Họ và tên,Từ ngày\nA,1\n".as_bytes()).await, (422, missing.to_owned()));
        let (status, text) = send(&mut desk, "a.xlsx", b"%PDF-1.7").await;
        assert!(status == 422 && text.contains("Excel"), "{status} {text}");
        assert_eq!(send(&mut desk, "a.csv", HEAD.as_bytes()).await, (422, "Không có khóa nào để ghi.".to_owned()));
    }

    async fn a_commune_declares_its_figures_and_the_gap_is_shown_not_mended(db: TestDb) {
        let (app, _) = four(db).await;
        let mut officer = app.signed_in("xa-00001").await;
        let list = officer.get("/people/reconcile").await;
        assert_eq!(list.texts("table.communes tbody tr > *"), ["Xã Anh Sơn", "Chưa khai", "–", "3", "–"]);
        let address = "/people/reconcile/00001";
        let form = officer.get(address).await.form("/00001");
        let wrong = officer.submit(&form, &[("as_of", "2027-01-01"), ("total", "ba"), ("bloc-dang", "-1"), ("source", "")]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.attributes("[aria-invalid=true]", "name"), ["as_of", "source", "total", "bloc-dang"]);
        assert_eq!(wrong.attributes("#f-total", "value"), ["ba"], "what was typed stays");
        let typed = [("as_of", "2026-11-01"), ("source", "Báo cáo 12/BC-UBND"), ("total", "1.005"), ("bloc-dang", "3"), ("bloc-chinh_quyen", "1000")];
        assert_eq!(officer.submit(&form, &typed).await.status, 303);
        let page = officer.get(address).await;
        let lines = page.texts("table.declared tbody td");
        assert_eq!(lines[..3], ["1.005", "3", "−1.002"]);
        assert_eq!(page.texts(".todo li"), ["Thiếu 2 Khối: 1.003"], "the declared parts do not add up and are kept");
        // each figure of the register opens the people of that day
        let href = page.attributes("table.declared tbody a", "href");
        assert_eq!(officer.get(&href[0]).await.texts("tbody th").len(), 3);
        // a later declaration stands beside the earlier one
        let typed = [("as_of", "2026-11-20"), ("source", "Báo cáo 13/BC-UBND"), ("total", "3")];
        assert_eq!(officer.submit(&form, &typed).await.status, 303);
        let page = officer.get(address).await;
        assert_eq!(page.texts("table.declared tbody td"), ["3", "3", "0"]);
        assert_eq!(page.texts(".timeline li p:first-of-type"), ["Báo cáo 12/BC-UBND"]);
        let whole = app.signed_in("sonoivu").await.get("/people/reconcile").await;
        assert_eq!(whole.texts("table.communes tbody tr:first-child td.n"), ["3", "3", "0"]);
        assert!(whole.body.contains("Đã khai 1 / 2 xã, phường; tổng số khai 3 người."));
        // a neighbour is not there
        assert_eq!(app.signed_in("xa-00002").await.get(address).await.status, 404);
        assert_eq!(app.signed_in("xa-00002").await.post(address, &typed).await.status, 404);
    }

    async fn communes_declare_by_one_file_with_a_preview_and_faults_by_row_and_column(db: TestDb) {
        let (app, _) = four(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let page = "/people/reconcile/file";
        assert!(office.get("/people/reconcile").await.has(&format!(".actions a[href='{page}']")));
        // the template has every commune and every line; as it is it says nothing
        let template = office.get("/people/reconcile/file.xlsx").await;
        assert_eq!(template.status, 200);
        let empty = office.upload(page, "file", "mau.xlsx", &template.bytes, &[]).await;
        assert_eq!((empty.status, empty.text_of("#e-file").as_str()), (422, "Chưa có dòng nào được ghi số liệu."));
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(template.bytes.clone())).unwrap();
        let cells: Vec<Vec<String>> = book.worksheet_range_at(0).unwrap().unwrap().rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        let head = cells.iter().position(|row| row[0] == "Mã").unwrap();
        assert_eq!((cells[head].len(), &cells[head][..5]), (22, &["Mã", "Xã, phường", "Số liệu tính đến ngày", "Nguồn", "Tổng cộng"].map(str::to_owned)[..]));
        assert_eq!(cells[head + 1..].iter().map(|row| row[..2].join(" ")).collect::<Vec<_>>(), ["00001 Xã Anh Sơn", "00002 Xã Hoà Bình"]);
        let file = |rows: &[&str]| {
            let text = [&["Mã;Xã, phường;Số liệu tính đến ngày;Nguồn;Tổng cộng;Khối: Đảng;Khối: Chính quyền"], rows].concat().join("\n");
            assert_eq!(cells[head][5..7], ["Khối: Đảng", "Khối: Chính quyền"]);
            text.into_bytes()
        };
        let seq = ::store::audit_seq(&mut app.db().read().await.unwrap()).await.unwrap();
        let bad = file(&[
            "00001;;01/11/2026;Báo cáo 1;ba;1;",
            "00009;;01/11/2026;Báo cáo 9;3;;",
            "00002;;2027-01-01;;-4;;",
            "00002;;01/11/2026;Báo cáo 2;4;;",
        ]);
        let refused = office.upload(page, "file", "khai.csv", &bad, &[]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(
            refused.texts("#faults tbody td").chunks(3).map(|row| row.join(" | ")).collect::<Vec<_>>(),
            [
                "2 | Tổng cộng | Tổng cộng: phải là số nguyên.",
                "3 | Mã | Không có đơn vị mang mã “00009” trong phạm vi của bạn.",
                "4 | Số liệu tính đến ngày | Ngày này chưa tới.",
                "4 | Nguồn | Nguồn: chưa nhập.",
                "4 | Tổng cộng | Tổng cộng: phải từ 0 đến 100.000.",
                "5 | Mã | Mã 00002 đã có ở một dòng trên.",
            ]
        );
        assert!(!refused.has("input[name=rows]"), "nothing can be written");
        for (name, bytes, told) in [
            ("", &b""[..], "Chưa chọn tệp. Hãy chọn tệp danh sách rồi thử lại."),
            ("a.csv", "Mã;Tên\n1;2".as_bytes(), "Tệp không có bảng khai số liệu: không thấy cột “Mã” và cột “Tổng cộng”."),
        ] {
            let reply = office.upload(page, "file", name, bytes, &[]).await;
            assert_eq!((reply.status, reply.text_of("#e-file").as_str()), (422, told));
        }
        // a good one is shown, then written; the same again changes nothing
        let good = file(&["00001;;01/11/2026;Báo cáo 1;1.005;3;1000", "00002;;01/11/2026;Báo cáo 2;4;;"]);
        let shown = office.upload(page, "file", "khai.csv", &good, &[]).await;
        assert_eq!(shown.texts("#preview tbody tr > *"), [
            "Xã Anh Sơn", "01/11/2026", "Báo cáo 1", "–", "1.005", "3", "Xã Hoà Bình", "01/11/2026", "Báo cáo 2", "–", "4", "1",
        ]);
        assert_eq!(::store::audit_seq(&mut app.db().read().await.unwrap()).await.unwrap(), seq, "a preview writes nothing");
        let rows = shown.attributes("input[name=rows]", "value").remove(0);
        let done = office.upload(page, "none", "", b"", &[("rows", &rows)]).await;
        assert_eq!((done.status, done.location()), (303, "/people/reconcile"));
        let whole = office.get("/people/reconcile").await;
        assert_eq!(whole.texts("table.communes tbody td.n"), ["1.005", "3", "−1.002", "4", "1", "−3"]);
        assert!(whole.body.contains("Đã khai 2 / 2 xã, phường; tổng số khai 1.009 người."));
        let lines = office.get("/people/reconcile/00001").await.texts("table.declared tbody td");
        assert_eq!(lines[..6], ["1.005", "3", "−1.002", "3", "3", "0"]);
        let again = office.upload(page, "file", "khai.csv", &good, &[]).await;
        assert_eq!(again.texts(".empty h2"), ["Tệp không có số liệu nào mới"]);
        assert_eq!(again.text_of(".cardhead .soft"), "2 dòng đã khai đúng như vậy");
        // an officer declares the own commune only, also past the page
        let mut officer = app.signed_in("xa-00002").await;
        let theirs = officer.upload(page, "none", "", b"", &[("rows", &rows)]).await;
        assert_eq!((theirs.status, theirs.texts("#faults tbody tr").len()), (422, 1));
        let own = officer.get("/people/reconcile/file.xlsx").await;
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(own.bytes)).unwrap();
        assert!(book.worksheet_range_at(0).unwrap().unwrap().rows().all(|row| row[0] != "00001"));
    }
}
