//! A small province and rosters as its offices send them.

use ::store::{By, Db};
use kernel::UnitId;
use people::organisation::{
    CommuneInput, EthnicInput, OfficeKindInput, OrganisationInput, PositionInput, load_organisation, lookup,
    province_by_code,
};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use testkit::{Client, Reply, TestApp, TestDb};

/// The moment of every test: 24 November 2026.
pub const NOW: &str = "2026-11-24T08:00";

/// The province's offices at eight in the morning: `sonoivu` for the whole province, `xa-00001` and `xa-00002` for
/// the communes Anh Sơn and Hoà Bình.
pub async fn app(db: TestDb) -> TestApp {
    let app = TestApp::new(db, [people::area()], NOW).await;
    app.db().write(async |tx| load_organisation(tx, By::System("test"), &province()).await).await.unwrap();
    app.account("sonoivu", "home_affairs", None, None).await;
    for code in ["00001", "00002"] {
        let commune = commune(app.db(), code).await;
        app.account(&format!("xa-{code}"), "commune_officer", Some(commune), None).await;
    }
    app
}

/// The province.
pub async fn unit(db: &Db) -> UnitId {
    province_by_code(&mut db.read().await.unwrap(), "40").await.unwrap().unwrap()
}

/// A commune by its code.
pub async fn commune(db: &Db, code: &str) -> UnitId {
    lookup(&mut db.read().await.unwrap()).await.unwrap().communes[code]
}

fn province() -> OrganisationInput {
    let commune = |code: &str, name: &str| CommuneInput {
        code: code.into(),
        name: name.into(),
        kind: "xa".into(),
        former_district: "Huyện Thử".into(),
        region: "dong_bang".into(),
        is_border: false,
        is_highland: false,
        is_mountain: false,
        is_coastal: false,
        population: Some(20_000),
        road_km: Some(10),
        lat: 18.9,
        lon: 105.1,
    };
    let kind = |code: &str, name: &str, bloc: &str| OfficeKindInput {
        code: code.into(),
        name: name.into(),
        bloc: bloc.into(),
    };
    let position = |code: &str, title: &str, bloc: &str, office: &str, level: &str, group: i64| PositionInput {
        code: code.into(),
        title: title.into(),
        bloc: bloc.into(),
        office_code: Some(office.into()),
        level: level.into(),
        target_group: Some(group),
    };
    OrganisationInput {
        province_code: "40".into(),
        province_name: "Tỉnh Thử".into(),
        since: "2025-07-01".parse().unwrap(),
        communes: vec![commune("00001", "Anh Sơn"), commune("00002", "Hoà Bình")],
        office_kinds: vec![
            kind("VPDU", "Văn phòng đảng ủy", "dang"),
            kind("PKT", "Phòng Kinh tế / Phòng Kinh tế, Hạ tầng và Đô thị", "chinh_quyen"),
        ],
        positions: vec![
            position("CVP", "Chánh Văn phòng đảng ủy", "dang", "VPDU", "head", 1),
            position("VP-CV", "Chuyên viên Văn phòng đảng ủy", "dang", "VPDU", "specialist", 1),
            position(
                "TP",
                "Trưởng phòng Kinh tế (xã) / Kinh tế, Hạ tầng và Đô thị (phường)",
                "chinh_quyen",
                "PKT",
                "head",
                2,
            ),
            position("KT-TC", "Chuyên viên tài chính", "chinh_quyen", "PKT", "specialist", 2),
            position("KT-DD", "Chuyên viên đất đai", "chinh_quyen", "PKT", "specialist", 2),
        ],
        ethnic_groups: vec![
            EthnicInput { code: "01".into(), name: "Kinh".into(), is_minority: false },
            EthnicInput { code: "03".into(), name: "Thái".into(), is_minority: true },
        ],
    }
}

/// One line of a roster below the headings of [`roster`]: name, birth of men, birth of women, ethnic group, commune,
/// office, post, education, theory, management. A birth `@1980-03-05` is a cell with a date.
pub type Line<'a> = [&'a str; 10];

/// A roster as offices send it: title lines, headings over two merged rows, a row of numbers, a heading within the
/// list, people from row 8, a totals line, signatures.
pub fn roster(lines: &[Line<'_>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("DS cán bộ").unwrap();
    let bold = Format::new().set_bold();
    sheet.merge_range(0, 0, 0, 10, "ỦY BAN NHÂN DÂN TỈNH", &bold).unwrap();
    sheet.merge_range(1, 0, 1, 10, "DANH SÁCH CÁN BỘ, CÔNG CHỨC CẤP XÃ", &bold).unwrap();
    for (from, to, text) in [
        (0, 0, "TT"),
        (1, 1, "Họ và tên"),
        (4, 4, "Dân tộc"),
        (5, 5, "Xã, phường"),
        (6, 6, "Phòng, ban"),
        (7, 7, "Chức vụ"),
    ] {
        sheet.merge_range(3, from, 4, to, text, &bold).unwrap();
    }
    sheet.merge_range(3, 2, 3, 3, "Ngày, tháng, năm sinh", &bold).unwrap();
    sheet.merge_range(3, 8, 3, 10, "Trình độ", &bold).unwrap();
    for (column, text) in [(2, "Nam"), (3, "Nữ"), (8, "Chuyên môn"), (9, "LLCT"), (10, "QLNN")] {
        sheet.write(4, column, text).unwrap();
    }
    for column in 0..=10 {
        sheet.write(5, column, u32::from(column) + 1).unwrap();
    }
    sheet.write(6, 0, "I").unwrap();
    sheet.write(6, 1, "KHỐI ĐẢNG VÀ CHÍNH QUYỀN").unwrap();
    let mut row = 7;
    for (number, line) in (1_u32..).zip(lines) {
        sheet.write(row, 0, number).unwrap();
        for (column, text) in (1_u16..).zip(line) {
            cell(sheet, row, column, text);
        }
        row += 1;
    }
    sheet.write(row, 1, "Tổng cộng").unwrap();
    sheet.write(row, 2, u32::try_from(lines.len()).unwrap()).unwrap();
    sheet.write(row + 2, 1, "Người lập biểu").unwrap();
    book.save_to_buffer().unwrap()
}

fn cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str) {
    if let Some(day) = text.strip_prefix('@') {
        let format = Format::new().set_num_format("dd/mm/yyyy");
        sheet.write_with_format(row, column, ExcelDateTime::parse_from_str(day).unwrap(), &format).unwrap();
    } else if let Some(result) = text.strip_prefix('=') {
        sheet.write(row, column, Formula::new("=TRIM(Z1)").set_result(result)).unwrap();
    } else if !text.is_empty() {
        sheet.write(row, column, text).unwrap();
    }
}

/// A line with the usual values around a name.
pub fn man(name: &str) -> Line<'_> {
    [
        name,
        "05/03/1980",
        "",
        "Kinh",
        "Anh Sơn",
        "Phòng Kinh tế",
        "Trưởng phòng",
        "Đại học Luật",
        "Trung cấp",
        "Chuyên viên",
    ]
}

/// Uploads a roster and gives the page of its preview.
pub async fn uploaded(client: &mut Client, bytes: &[u8]) -> (String, Reply) {
    let reply = client.upload("/people/import", "file", "danh-sach.xlsx", bytes, &[]).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let path = reply.location().to_owned();
    let page = client.get(&path).await;
    // a message that does not exist shows its key in brackets
    assert!(!page.body.contains("[import-") && !page.body.contains("[registry-"), "{}", page.body);
    (path, page)
}

/// Uploads and commits; the path of the batch.
pub async fn committed(client: &mut Client, bytes: &[u8]) -> String {
    let (path, _) = uploaded(client, bytes).await;
    let reply = client.post(&format!("{path}/commit"), &[]).await;
    assert_eq!((reply.status, reply.location()), (303, path.as_str()), "{}", reply.body);
    path
}

/// Numbers at the tabs: faulty, new, changed, unchanged, skipped.
pub fn counts(page: &Reply) -> Vec<String> {
    page.texts(".tabs a:not([href$=doubtful]) .count")
}

/// Number of rows whose person is not certain.
pub fn doubtful(page: &Reply) -> String {
    page.text_of(".tabs a[href$=doubtful] .count")
}

/// Rows of the table as texts of their cells.
pub fn table(page: &Reply) -> Vec<Vec<String>> {
    let cells = page.texts("#rows tbody tr > *");
    let width = page.texts("#rows thead th").len();
    cells.chunks(width.max(1)).map(<[String]>::to_vec).collect()
}

/// Names in the list of people.
pub async fn names(client: &mut Client) -> Vec<String> {
    client.get("/people").await.texts("#rows tbody th")
}
