//! The list of people as a file, there and back.

use ::store::{By, latest};
use people::registry::{PersonInput, add_people};
use testkit::{Client, TestApp, db_test};

use crate::import_setting::{app, committed, counts, uploaded};

/// People of every kind that the register can hold, in two communes.
fn people(number: usize) -> Vec<PersonInput> {
    let family = ["Nguyễn", "Lê", "Phạm", "Hồ", "K’Sor", "Tống"];
    let given = ["Hoà", "Hòa", "Thuý", "Anh", "Đức", "Cộng", "Út"];
    let of =
        |list: &[&str], place: usize| list.get(place % list.len()).filter(|t| !t.is_empty()).map(|t| (*t).to_owned());
    (0..number)
        .map(|n| PersonInput {
            code: format!("CB{n:06}"),
            full_name: format!("{} Văn {}", family[n % 6], given[n % 7]),
            gender: of(&["nam", "nu", ""], n),
            birth_date: format!("{}-{:02}-{:02}", 1960 + n % 40, n % 12 + 1, n % 28 + 1).parse().ok(),
            ethnic_code: of(&["01", "03", ""], n / 2),
            education: of(&["tien_si", "thac_si", "dai_hoc", "cao_dang_trung_cap", "so_cap", ""], n / 3),
            theory: of(&["cao_cap", "trung_cap", "so_cap", "chua_qua", ""], n / 5),
            management: of(&["cvcc", "cvc", "cv", "chua_qua", ""], n / 7),
            commune_code: of(&["00001", "00002"], n).unwrap(),
            office_code: of(&["VPDU", "VPDU", "PKT", "PKT", ""], n / 2),
            position_code: of(&["CVP", "VP-CV", "TP", "KT-TC", "KT-DD"], n / 2).unwrap(),
            in_post_since: "2025-07-01".parse().unwrap(),
            generated: true,
        })
        .collect()
}

async fn with_people(db: testkit::TestDb, number: usize) -> TestApp {
    let app = app(db).await;
    add_people(app.db(), By::System("test"), &people(number)).await.unwrap();
    app
}

/// The file behind an address, and what the preview of its import says.
async fn back(client: &mut Client, address: &str) -> Vec<String> {
    let file = client.get(address).await;
    assert_eq!(file.status, 200, "{}", file.body);
    counts(&uploaded(client, &file.bytes).await.1)
}

async fn exports(app: &TestApp) -> Vec<(String, String)> {
    let lines = latest(&mut app.db().read().await.unwrap(), i64::MAX, 100).await.unwrap();
    let exported = lines.into_iter().filter(|l| l.action == "registry.people.exported");
    exported.map(|l| (l.who, l.after.unwrap_or_default())).collect()
}

db_test! {
    async fn what_is_exported_comes_back_as_nothing_new(db: TestDb) {
        let app = with_people(db, 420).await;
        let mut client = app.signed_in("sonoivu").await;
        for format in ["xlsx", "csv"] {
            assert_eq!(back(&mut client, &format!("/people/export.{format}")).await, ["0", "0", "0", "420", "0"], "{format}");
        }
        // one cell that changed is one person who changed, and nobody else
        let file = client.get("/people/export.csv").await;
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.starts_with("\u{feff}Mã cán bộ,Họ và tên,Ngày sinh,Giới tính,Dân tộc,\"Xã, phường\","), "{text:.200}");
        let changed = text.replacen("Tiến sĩ", "Thạc sĩ", 1);
        assert_eq!(counts(&uploaded(&mut client, changed.as_bytes()).await.1), ["0", "0", "1", "419", "0"]);
    }

    async fn an_export_has_the_filters_and_the_scope_of_the_list_and_is_recorded(db: TestDb) {
        let app = with_people(db, 84).await;
        let mut client = app.signed_in("sonoivu").await;
        let page = client.get("/people?q=hoa&commune=00002").await;
        let links = page.attributes("#rows a[href^='/people/export']", "href");
        assert_eq!(links, ["/people/export.xlsx?q=hoa&commune=00002", "/people/export.csv?q=hoa&commune=00002"]);
        let shown = page.texts("#rows tbody th").len();
        assert!(shown > 3 && shown < 42, "{shown}");
        assert_eq!(back(&mut client, &links[0]).await, ["0".to_owned(), "0".into(), "0".into(), shown.to_string(), "0".into()]);

        // an officer of a commune takes the own people only, whatever the filter asks
        let mut officer = app.signed_in("xa-00001").await;
        assert_eq!(back(&mut officer, "/people/export.xlsx").await, ["0", "0", "0", "42", "0"]);
        let none = officer.get("/people/export.csv?commune=00002").await;
        assert_eq!(String::from_utf8(none.bytes).unwrap().lines().count(), 1);
        let note = |format: &str, people: usize, q: &str, commune: &str| {
            serde_json::json!({ "format": format, "people": people, "q": q, "commune": commune, "bloc": "", "level": "" }).to_string()
        };
        assert_eq!(exports(&app).await, [
            ("xa-00001".to_owned(), note("csv", 0, "", "00002")),
            ("xa-00001".to_owned(), note("xlsx", 42, "", "")),
            ("sonoivu".to_owned(), note("xlsx", shown, "hoa", "00002")),
        ]);
    }

    async fn whoever_does_not_keep_the_register_takes_nothing_away(db: TestDb) {
        let app = with_people(db, 4).await;
        app.account("hieutruong", "school_head", None, None).await;
        let mut head = app.signed_in("hieutruong").await;
        assert!(!head.get("/people").await.has("a[href^='/people/export']"));
        for format in ["xlsx", "csv"] {
            assert_eq!(head.get(&format!("/people/export.{format}")).await.status, 403);
        }
        assert_eq!(exports(&app).await, []);
    }

    async fn the_personnel_form_has_everything_is_noted_for_everybody_and_comes_back_unchanged(db: TestDb) {
        let app = with_people(db, 84).await;
        let mut office = app.signed_in("sonoivu").await;
        // somebody with every value that the form has
        let roster = "Họ và tên;Ngày sinh;Giới tính;Dân tộc;Xã, phường;Chức vụ;Số định danh;Ngạch;Ngoại ngữ;Tin học;Ngày vào Đảng;Ngày chính thức;Điện thoại;Thư điện tử\n\
            Hồ Thị Đủ;02/09/1990;Nữ;Thái;Hoà Bình;Chuyên viên đất đai;099190001234;01.002;Tiếng Anh B1;Cơ bản;03/02/2015;03/02/2016;0912345678;du@example.vn\n";
        committed(&mut office, roster.as_bytes()).await;
        let page = office.get("/people?q=thi+du").await;
        let href = page.attributes("#rows a[href^='/people/personnel-form']", "href").remove(0);
        let ask = office.get(&href).await;
        let unsaid = office.submit(&ask.form("/personnel-form"), &[]).await;
        assert_eq!((unsaid.status, unsaid.has("#e-purpose")), (422, true));
        let file = office.submit(&unsaid.form("/personnel-form"), &[("purpose", "inspection")]).await;
        assert_eq!((file.status, &file.bytes[..2]), (200, b"PK".as_slice()));
        let (_, page) = uploaded(&mut office, &file.bytes).await;
        assert_eq!(counts(&page), ["0", "0", "0", "1", "0"], "{}", page.body);
        // whom it was about can see it
        let person = office.get("/people?q=099190001234").await.location().rsplit('/').next().unwrap().to_owned();
        let seen = store::history_of(&mut app.db().read().await.unwrap(), &person, 100).await.unwrap();
        let reads: Vec<String> = seen.into_iter().filter(|l| l.action == people::registry::record::SENSITIVE_READ).filter_map(|l| l.after).collect();
        assert_eq!(reads, [r#"{"file":true,"purpose":"inspection"}"#]);
        // everybody, there and back, by either office
        let all = office.post("/people/personnel-form", &[("purpose", "inspection")]).await;
        assert_eq!(counts(&uploaded(&mut office, &all.bytes).await.1), ["0", "0", "0", "85", "0"]);
        let mut commune = app.signed_in("xa-00001").await;
        let own = commune.post("/people/personnel-form", &[("purpose", "correction")]).await;
        assert_eq!(counts(&uploaded(&mut commune, &own.bytes).await.1), ["0", "0", "0", "42", "0"]);
        app.account("truong", "school_training", None, None).await;
        let mut school = app.signed_in("truong").await;
        assert_eq!(school.post("/people/personnel-form", &[("purpose", "inspection")]).await.status, 403);
        assert!(!school.get("/people").await.has("a[href^='/people/personnel-form']"));
    }
}
