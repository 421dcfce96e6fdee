//! Courses of past years from an office's list, and what communes declare of themselves.

use ::store::By;
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
}
