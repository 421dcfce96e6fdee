//! Files as they come: formats, encodings, what is refused, columns corrected by hand.

use std::io::{Cursor, Write};

use people::registry::import::{Importer, draft, look};
use rust_xlsxwriter::Workbook;
use testkit::{Client, Reply, db_test};

use crate::import_setting::{app, committed, counts, man, names, roster, table, unit, uploaded};

/// A small roster as text.
const TEXT: &str = "DANH SÁCH CÁN BỘ XÃ ANH SƠN;;;;\nHọ và tên;Ngày sinh;Giới tính;Chức vụ;Xã, phường\n\
     Phạm Thị Hoà;05/03/1980;Nữ;Chánh Văn phòng đảng ủy;Hoà Bình\n\
     Đỗ Hữu Quyết;5-3-1981;Nam;Chuyên viên đất đai;Anh Sơn\n";

/// Letters as Windows-1258 keeps them: some composed, tones behind their letters.
fn windows_1258(text: &str) -> Vec<u8> {
    const TONES: [(&str, u8); 5] = [
        ("àằầèềìòồờùừỳ", 0xCC),
        ("áắấéếíóốớúứý", 0xEC),
        ("ảẳẩẻểỉỏổởủửỷ", 0xD2),
        ("ãẵẫẽễĩõỗỡũữỹ", 0xDE),
        ("ạặậẹệịọộợụựỵ", 0xF2),
    ];
    const PLAIN: [char; 12] = ['a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'y'];
    let letter = |c: char| match c {
        'ă' => 0xE3,
        'â' => 0xE2,
        'ê' => 0xEA,
        'ô' => 0xF4,
        'ơ' => 0xF5,
        'ư' => 0xFD,
        'đ' => 0xF0,
        'Đ' => 0xD0,
        'Á' => 0xC1,
        'Ơ' => 0xD5,
        c => u8::try_from(c).unwrap(),
    };
    let mut bytes = Vec::new();
    for c in text.chars() {
        let toned = TONES.iter().find_map(|(letters, tone)| Some((letters.chars().position(|l| l == c)?, *tone)));
        match (toned, c) {
            (Some((place, tone)), _) => bytes.extend([letter(PLAIN[place]), tone]),
            (None, 'Ộ') => bytes.extend([0xD4, 0xF2]),
            (None, 'Ã') => bytes.extend([b'A', 0xDE]),
            (None, c) => bytes.push(letter(c)),
        }
    }
    bytes
}

/// A roster that LibreOffice wrote as "Excel 97-2003" from generated data: a sheet of notes whose texts fill several records, and
/// one of people with a day, texts of formulas, a mark, numbers that lost their zeros, an error.
const XLS: &[u8] = include_bytes!("roster.xls");

async fn refused(client: &mut Client, name: &str, bytes: &[u8]) -> String {
    let reply = client.upload("/people/import", "file", name, bytes, &[]).await;
    assert_eq!(reply.status, 422, "{name}: {}", reply.body);
    assert_eq!(reply.attributes("input[type=file]", "aria-describedby"), ["e-file"]);
    reply.text_of("[role=alert] #e-file")
}

fn book(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, text) in (0..).zip(*cells) {
                sheet.write(row, column, *text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// A workbook of a few kilobytes whose first sheet unpacks to 300 MB.
fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("xl/workbook.xml", options).unwrap();
    archive.write_all(b"<workbook/>").unwrap();
    archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let block = vec![b' '; 1 << 20];
    for _ in 0..300 {
        archive.write_all(&block).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// What the selects of the page on columns have chosen, by column.
fn chosen(page: &Reply) -> Vec<(String, String)> {
    let names = page.attributes("select[name^=column-]", "name");
    names
        .into_iter()
        .map(|name| {
            let option = page.attributes(&format!("select[name={name}] option[selected]"), "value");
            (name, option.concat())
        })
        .collect()
}

db_test! {
    async fn text_in_every_encoding_that_offices_send(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(TEXT.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> = utf16.chunks(2).flat_map(|pair| pair.iter().rev().copied()).collect();
        // "Unicode Text" of a spreadsheet: UTF-16 with tabs
        let sheet: Vec<u8> = [0xFF, 0xFE].into_iter().chain(TEXT.replace(';', "\t").encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let with_mark = [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat();
        let commas = TEXT.replace("Xã, phường", "\"Xã, phường\"").replace(';', ",");
        let tabs = TEXT.replace(';', "\t").replace('\n', "\r\n");
        let no_mark = utf16[2..].to_vec();
        for bytes in
            [TEXT.as_bytes().to_vec(), with_mark, utf16, big, no_mark, sheet, commas.into_bytes(), tabs.into_bytes(), windows_1258(TEXT)]
        {
            let (_, page) = uploaded(&mut client, &bytes).await;
            let found: Vec<Vec<String>> = table(&page).into_iter().map(|row| row[..6].to_vec()).collect();
            assert_eq!(found, [
                ["3", "Phạm Thị Hoà", "05/03/1980", "Nữ", "Hoà Bình", "Chánh Văn phòng đảng ủy"],
                ["4", "Đỗ Hữu Quyết", "05/03/1981", "Nam", "Anh Sơn", "Chuyên viên đất đai"],
            ]);
            assert_eq!(page.texts(".pagehead .soft"), ["Trang tính “CSV” · 24/11/2026 08:00"]);
        }
        // what Windows-1258 keeps in two signs is stored as one letter
        committed(&mut client, &windows_1258(TEXT)).await;
        assert_eq!(names(&mut client).await, ["Phạm Thị Hoà", "Đỗ Hữu Quyết"]);
    }

    async fn text_for_old_fonts_is_named_and_never_stored(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let tcvn3 = "Chữ trong tệp dùng phông cũ TCVN3 (ABC, .VnTime), không chuyển tự động được một cách chắc chắn. Hãy chuyển sang Unicode (UniKey: Ctrl+Shift+F6, bảng mã nguồn TCVN3) rồi lưu và tải lên lại.";
        let vni = "Chữ trong tệp dùng phông cũ VNI (VNI-Times), không chuyển tự động được một cách chắc chắn. Hãy chuyển sang Unicode (UniKey: Ctrl+Shift+F6, bảng mã nguồn VNI Windows) rồi lưu và tải lên lại.";
        let lost = "Chữ có dấu trong tệp đã mất khi lưu, chỉ còn dấu hỏi. Hãy mở tệp gốc, lưu thành .xlsx hoặc “CSV UTF-8” rồi tải lên lại.";
        let tcvn3_book = book(&[("DS", &[&["Hä vµ tªn", "Ngµy sinh", "Chøc vô"], &["NguyÔn V¨n An", "05/03/1980", "Chuyªn viªn ®Êt ®ai"]])]);
        // headings that were typed anew stand above names in the old font
        let mixed = book(&[("DS", &[
            &["Họ và tên", "Ngày sinh", "Chức vụ"],
            &["NguyÔn V¨n An", "05/03/1980", "Chuyªn viªn ®Êt ®ai"],
            &["TrÇn ThÞ B×nh", "05/03/1981", "Chuyªn viªn ®Êt ®ai"],
        ])]);
        let vni_book = book(&[("DS", &[&["Hoï vaø teân", "Ngaøy sinh", "Chöùc vuï"], &["Nguyeãn Vaên An", "05/03/1980", "Chuyeân vieân ñaát ñai"]])]);
        for (name, bytes, why) in [
            ("tcvn3.csv", b"H\xE4 v\xB5 t\xAAn;Ng\xB5y sinh;Ch\xF8c v\xF4;D\xA9n t\xE9c\n".as_slice(), tcvn3),
            ("tcvn3.xlsx", &tcvn3_book, tcvn3),
            ("lan.xlsx", &mixed, tcvn3),
            ("vni.xlsx", &vni_book, vni),
            ("vni.csv", b"Ho\xEF va\xF8 te\xE2n;Nga\xF8y sinh;Ch\xF6\xF9c vu\xEF\n", vni),
            ("mat.csv", b"H? v\xE0 t\xEAn;Ng\xE0y sinh;Ch?c v?\nNguy?n V?n An;05/03/1980;Chuy\xEAn vi\xEAn ??t ?ai\n", lost),
        ] {
            assert_eq!(refused(&mut client, name, bytes).await, why, "{name}");
        }
        assert_eq!(names(&mut client).await, Vec::<String>::new());
    }

    async fn a_workbook_of_excel_97_is_read(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let (path, page) = uploaded(&mut client, XLS).await;
        assert_eq!(page.texts(".pagehead .soft"), ["Trang tính “DS cán bộ” · 24/11/2026 08:00"]);
        assert_eq!(counts(&page), ["1", "2", "0", "0", "0"], "{:?}", table(&page));
        assert_eq!(table(&page), [["5", "Lê Văn Sai", "cột C: ô có lỗi công thức #DIV/0!cột C: ô có lỗi công thức #DIV/0!"]]);
        let new = client.get(&format!("{path}?kind=new")).await;
        let found: Vec<Vec<String>> = table(&new).into_iter().map(|row| row[..6].to_vec()).collect();
        assert_eq!(found, [
            ["3", "Phạm Thị Hoà", "05/03/1980", "Nữ", "Hoà Bình", "Chánh Văn phòng đảng ủy"],
            ["4", "Đỗ Hữu Quyết", "05/03/1981", "Nam", "Anh Sơn", "Chuyên viên đất đai"],
        ]);
        client.post(&format!("{path}/commit"), &[]).await;
        // the zeros that the sheet had lost are there again
        assert_eq!(client.get("/people?q=099081001235").await.status, 303);
    }

    async fn what_is_no_roster_is_refused_with_its_reason_and_nothing_is_written(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let kind = "Tệp này không phải bảng tính Excel (.xlsx) hay CSV; có thể là PDF hoặc ảnh đã đổi đuôi. Hãy xin tệp gốc của cơ quan gửi.";
        let damaged = "Tệp Excel bị hỏng hoặc chưa tải về đủ. Hãy mở bằng Excel, lưu lại rồi thử lần nữa.";
        let encoding = "Tệp CSV dùng bảng mã lạ nên chữ tiếng Việt bị hỏng. Hãy lưu thành “CSV UTF-8” hoặc .xlsx rồi tải lên lại.";
        let whole = roster(&[man("Nguyễn Văn An")]);
        let budget = book(&[("Dự toán", &[&["Nội dung chi", "Số tiền"], &["Hội trường", "4000000"]])]);
        for (name, bytes, why) in [
            ("rong.xlsx", b"".as_slice(), "Tệp rỗng. Hãy chọn tệp danh sách rồi thử lại."),
            ("", b"", "Chưa chọn tệp. Hãy chọn tệp danh sách rồi thử lại."),
            ("danh-sach.xlsx", b"%PDF-1.7\n1 0 obj", kind),
            ("danh-sach.csv", b"\x89PNG\r\n", kind),
            ("bang.xls", b"<html><table></table></html>", kind),
            ("cu.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", damaged),
            ("cut.xls", &XLS[..XLS.len() / 2], damaged),
            ("cut.xlsx", &whole[..whole.len() / 2], damaged),
            ("bom.xlsx", &bomb(), "Tệp bung ra lớn bất thường so với một danh sách nên không được mở."),
            ("hong.csv", &TEXT.as_bytes()[..TEXT.len() - 3].iter().copied().chain([0xC3]).collect::<Vec<u8>>(), encoding),
            ("du-toan.xlsx", &budget, "Không thấy danh sách trong tệp: cần dòng tiêu đề có ít nhất họ và tên, ngày sinh, chức vụ. Có thể đây là trang tính khác."),
        ] {
            assert_eq!(refused(&mut client, name, bytes).await, why, "{name}");
        }
        let page = client.get("/people/import").await;
        assert_eq!(page.texts("h2"), ["Các lần nhập", "Chưa có lần nhập nào"]);
        assert_eq!(names(&mut client).await, Vec::<String>::new());
    }

    async fn an_open_document_is_a_roster_like_any_other(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let text = |text: &str| format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>");
        let day = |day: &str| format!("<table:table-cell office:value-type=\"date\" office:date-value=\"{day}\"><text:p>{day}</text:p></table:table-cell>");
        let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
        let table = [
            row(&[text("DANH SÁCH CÁN BỘ"), "<table:covered-table-cell table:number-columns-repeated=\"3\"/>".to_owned()]),
            row(&["Họ và tên", "Ngày sinh", "Chức vụ", "Xã, phường"].map(text)),
            row(&[text("Phạm Thị Hoà"), day("1980-03-05"), text("Chuyên viên đất đai"), text("Anh Sơn")]),
            "<table:table-row table:number-rows-repeated=\"1048573\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>".to_owned(),
        ];
        let content = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:body><office:spreadsheet>\
             <table:table table:name=\"Cán bộ\">{}</table:table></office:spreadsheet></office:body></office:document-content>",
            table.concat()
        );
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, part) in [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(part.as_bytes()).unwrap();
        }
        let path = committed(&mut client, &archive.finish().unwrap().into_inner()).await;
        assert_eq!(client.get(&path).await.texts(".pagehead .soft"), ["Trang tính “Cán bộ” · 24/11/2026 08:00"]);
        assert_eq!(names(&mut client).await, ["Phạm Thị Hoà"]);
        assert_eq!(client.get("/people").await.texts("#rows tbody td")[..2], ["05/03/1980", "Chuyên viên đất đai"]);
    }

    async fn too_large_a_file_is_a_page_with_a_way_back(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let page = client.upload("/people/import", "file", "to.csv", &vec![b'x'; 31 << 20], &[]).await;
        assert_eq!((page.status, page.text_of("h1")), (413, "Nội dung quá lớn".to_owned()));
        assert_eq!(
            page.texts("main .card > p:not(.soft):not(.actions)"),
            ["Nội dung gửi lên vượt mức cho phép. Chưa có gì được ghi. Hãy giảm dung lượng tệp rồi thử lại."]
        );
        assert!(page.has("nav.rail"), "{}", page.body);
    }

    async fn a_hundred_thousand_rows_are_read(db: TestDb) {
        let app = app(db).await;
        let mut text = "Họ và tên,Ngày sinh,Chức vụ,Xã\n".to_owned();
        for number in 0..100_000_u32 {
            let (given, middle) = (number % 300, number / 300);
            let letters = |n: u32| ["An", "Bình", "Chi", "Dung", "Giang", "Hoà", "Khoa", "Lan", "Minh", "Nga"].map(String::from)[usize::try_from(n % 10).unwrap()].clone();
            let name = format!("Lê {} {} {} {}", letters(middle), letters(middle / 10), letters(given), letters(given / 10));
            text.push_str(&format!("{name},{:02}/{:02}/19{},Chuyên viên đất đai,Anh Sơn\n", number % 28 + 1, middle % 12 + 1, 60 + given % 40));
        }
        let who = Importer::System("test", unit(app.db()).await);
        let opened = draft(app.db(), who, text.into_bytes(), false).await.unwrap();
        let (looked, _) = look(app.db(), who, opened).await.unwrap();
        let counts = looked.counts;
        assert_eq!((counts.new + counts.faulty, counts.changed, counts.unchanged, counts.skipped), (100_000, 0, 0, 0));
        assert_eq!(i64::try_from(looked.faulty.len()).unwrap(), counts.faulty);
        assert!(looked.faulty.iter().all(|row| row.faults[0].code == "person-twice"));
        let longer = format!("Họ và tên,Ngày sinh,Chức vụ,Xã\n{}", "a,b,c,d\n".repeat(120_000));
        let opened = draft(app.db(), who, longer.into_bytes(), false).await.unwrap();
        assert_eq!(look(app.db(), who, opened).await.err().unwrap().to_string(), "more than 120000 rows");
    }

    async fn columns_are_corrected_by_hand(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let bytes = book(&[
            ("Ghi chú", &[&["Họ và tên", "Chức vụ", "Số tiền"], &["Nguyễn Văn An", "Chuyên viên đất đai", "1"]]),
            ("DS", &[
                &["Họ và tên", "Sinh vào", "Chức vụ", "Chức vụ cũ", "Quê ở", "Trình độ chuyên môn"],
                &["Nguyễn Văn An", "05/03/1980", "Chuyên viên đất đai", "Chánh Văn phòng đảng ủy", "Anh Sơn", "ThS"],
            ]),
        ]);
        let (path, page) = uploaded(&mut client, &bytes).await;
        assert_eq!(page.texts(".pagehead .soft"), ["Trang tính “DS” · 24/11/2026 08:00"]);
        assert_eq!(
            page.text_of(".alert.warn p:not(.actions)"),
            "Không tìm thấy cột: ngày sinh, xã, phường. Hãy chỉ ra các cột này, hoặc bỏ lần nhập và tải tệp khác."
        );
        assert!(!page.has("form[action$=commit]"));
        let early = client.post(&format!("{path}/commit"), &[]).await;
        assert_eq!(early.status, 422);
        assert_eq!(names(&mut client).await, Vec::<String>::new());

        let columns = client.get(&format!("{path}/columns")).await;
        let found: Vec<(String, String)> = chosen(&columns);
        let as_found = [("column-0", "name"), ("column-1", ""), ("column-2", "position"), ("column-3", ""), ("column-4", ""), ("column-5", "education")];
        assert_eq!(found, as_found.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(columns.texts("tbody tr:nth-child(2) > *")[..3], ["B", "Sinh vào", "05/03/1980"]);

        // two columns with one meaning, and a number that is none: every choice is kept
        let wrong = client
            .post(&format!("{path}/columns"), &[
                ("sheet", "DS"), ("head_rows", "một"), ("column-0", "name"), ("column-1", "birth"), ("column-2", "position"),
                ("column-3", "position"), ("column-4", "commune"), ("column-5", ""),
            ])
            .await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.texts("[role=alert] li"), [
            "Hai cột cùng mang một ý nghĩa. Mỗi ý nghĩa chỉ dùng cho một cột.",
            "Số dòng phía trên người đầu tiên phải là số từ 0 đến 1.000.",
        ]);
        assert_eq!(wrong.texts("#e-column-3"), ["Ý nghĩa này đã chọn cho một cột phía trên."]);
        assert_eq!(wrong.attributes("#f-head_rows", "value"), ["một"]);
        let kept: Vec<String> = chosen(&wrong).into_iter().map(|(_, v)| v).collect();
        assert_eq!(kept, ["name", "birth", "position", "position", "commune", ""]);

        let right = client
            .post(&format!("{path}/columns"), &[
                ("sheet", "DS"), ("head_rows", "1"), ("column-0", "name"), ("column-1", "birth"), ("column-2", "position"),
                ("column-3", ""), ("column-4", "commune"), ("column-5", "education"),
            ])
            .await;
        assert_eq!((right.status, right.location()), (303, path.as_str()));
        assert_eq!(counts(&client.get(&path).await), ["0", "1", "0", "0", "0"]);

        // the other sheet, and a sheet that is no roster
        let other = client.post(&format!("{path}/columns"), &[("sheet", "Ghi chú")]).await;
        assert_eq!(other.status, 303);
        assert_eq!(client.get(&path).await.texts(".pagehead .soft"), ["Trang tính “Ghi chú” · 24/11/2026 08:00"]);
        client.post(&format!("{path}/columns"), &[("sheet", "DS")]).await;
        assert_eq!(client.get(&path).await.texts(".pagehead .soft"), ["Trang tính “DS” · 24/11/2026 08:00"]);

        // one that is given up while columns are missing offers no way into what is closed
        let (path, page) = uploaded(&mut client, &bytes).await;
        assert!(page.has(".alert a[href$=columns]"));
        client.post(&format!("{path}/withdraw"), &[]).await;
        let page = client.get(&path).await;
        assert!(page.has(".alert") && !page.has("a[href$=columns]") && !page.has(".steps .now"), "{}", page.body);
    }

    async fn a_sheet_that_names_no_commune_gets_one_by_hand(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let bytes = book(&[
            ("Trống", &[&["Nội dung"]]),
            ("DS", &[&["Họ và tên", "Ngày sinh", "Chức vụ"], &["Nguyễn Văn An", "05/03/1980", "Chuyên viên đất đai"]]),
        ]);
        let (path, _) = uploaded(&mut client, &bytes).await;
        let commune = crate::import_setting::commune(app.db(), "00002").await.to_string();
        let fields = [("sheet", "DS"), ("head_rows", "1"), ("column-0", "name"), ("column-1", "birth"), ("column-2", "position")];
        let with = |commune| [fields.as_slice(), &[("commune", commune)]].concat();
        let wrong = client.post(&format!("{path}/columns"), &with("x")).await;
        assert_eq!((wrong.status, wrong.texts("#e-commune")), (422, vec!["Không có xã, phường này.".to_owned()]));
        client.post(&format!("{path}/columns"), &with(&commune)).await;
        let page = client.get(&path).await;
        assert_eq!(table(&page)[0][..5], ["2", "Nguyễn Văn An", "05/03/1980", "–", "Hoà Bình"]);
        let none = client.post(&format!("{path}/columns"), &[("sheet", "Trống")]).await;
        assert_eq!(none.status, 422);
        assert_eq!(none.texts("#e-sheet"), ["Trang tính này không có dòng tiêu đề của danh sách (họ và tên, ngày sinh, chức vụ)."]);
        // an officer of one commune need not name it
        let mut officer = app.signed_in("xa-00001").await;
        let (_, page) = uploaded(&mut officer, &bytes).await;
        assert_eq!(table(&page)[0][..5], ["2", "Nguyễn Văn An", "05/03/1980", "–", "Anh Sơn"]);
    }

    async fn codes_of_people_are_kept_and_never_given_twice(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let line = |code: &str, name: &str| format!("{code},{name},05/03/1980,Chuyên viên đất đai,Anh Sơn\n");
        let head = "Mã cán bộ,Họ và tên,Ngày sinh,Chức vụ,Xã\n".to_owned();
        let text = head.clone() + &line("CB000001", "Lê Văn An") + &line("", "Lê Văn Bình") + &line("CB000001", "Lê Văn Cường");
        let (path, page) = uploaded(&mut client, text.as_bytes()).await;
        assert_eq!(table(&page), [["4", "Lê Văn Cường", "mã cán bộ trùng với dòng 2 của danh sách này"]]);
        assert_eq!(client.post(&format!("{path}/commit"), &[]).await.status, 303);
        // by its code somebody is known under a corrected name
        let text = head + &line("CB000001", "Lê Văn Anh") + &line("", "Lê Văn Dũng");
        let path = committed(&mut client, text.as_bytes()).await;
        assert_eq!(counts(&client.get(&path).await), ["0", "1", "1", "0", "0"]);
        assert_eq!(names(&mut client).await, ["Lê Văn Anh", "Lê Văn Bình", "Lê Văn Dũng"]);
    }
}
