//! Units over time: names, mergers, attributes, contacts, and the state of any day.

use chrono::NaiveDate;
use people::{
    organisation::{
        CommuneInput, EthnicInput, OfficeKindInput, OrganisationInput, PositionInput, load_organisation, lookup,
    },
    registry::{PersonInput, add_people},
};
use store::By;
use testkit::{Client, Reply, TestApp, TestDb, db_test};

/// Three communes with an office each; two people in the first, one in the second.
async fn province(db: TestDb) -> TestApp {
    let app = TestApp::new(db, [people::area()], "2026-03-02T08:00").await;
    let since: NaiveDate = "2025-07-01".parse().unwrap();
    let commune = |n: usize| CommuneInput {
        code: format!("{n:05}"),
        name: format!("Thử {n}"),
        kind: "xa".to_owned(),
        former_district: "Huyện Thử".to_owned(),
        region: if n == 1 { "vung_cao" } else { "dong_bang" }.to_owned(),
        is_border: n == 1,
        is_highland: n == 1,
        is_mountain: false,
        is_coastal: false,
        population: None,
        road_km: None,
        lat: 18.0,
        lon: 105.0,
    };
    let organisation = OrganisationInput {
        province_code: "99".to_owned(),
        province_name: "Thử nghiệm".to_owned(),
        since,
        communes: (1..=3).map(commune).collect(),
        office_kinds: vec![OfficeKindInput {
            code: "VP".into(), name: "Văn phòng".into(), bloc: "chinh_quyen".into()
        }],
        positions: vec![PositionInput {
            code: "SPEC".to_owned(),
            title: "Chuyên viên".to_owned(),
            bloc: "chinh_quyen".to_owned(),
            office_code: Some("VP".to_owned()),
            level: "specialist".to_owned(),
            target_group: Some(2),
        }],
        ethnic_groups: vec![EthnicInput { code: "KINH".to_owned(), name: "Kinh".to_owned(), is_minority: false }],
    };
    let by = By::System("test");
    app.db().write(async |tx| load_organisation(tx, by, &organisation).await).await.unwrap();
    let person = |n: usize| PersonInput {
        code: format!("HV{n:05}"),
        full_name: format!("Người Sinh Tự Động {n}"),
        gender: None,
        birth_date: None,
        ethnic_code: None,
        commune_code: if n == 3 { "00002" } else { "00001" }.to_owned(),
        office_code: Some("VP".to_owned()),
        position_code: "SPEC".to_owned(),
        education: None,
        theory: None,
        management: None,
        in_post_since: if n == 2 { "2026-02-01".parse().unwrap() } else { since },
        generated: true,
    };
    add_people(app.db(), by, &[person(1), person(2), person(3)]).await.unwrap();
    app.account("sonoivu", "home_affairs", None, None).await;
    app.account("bantochuc", "organisation_committee", None, None).await;
    app
}

/// Sends a form of a unit's page with fields filled.
async fn send(client: &mut Client, code: &str, end: &str, fields: &[(&str, &str)]) -> Reply {
    let form = client.get(&format!("/communes/{code}/unit")).await.form(end);
    client.submit(&form, fields).await
}

fn told(reply: &Reply) -> (u16, String) {
    (reply.status, reply.texts(".error").join(" | "))
}

async fn rows(client: &mut Client, on: &str) -> Vec<String> {
    client.get(&format!("/communes?on={on}")).await.texts("tbody tr")
}

db_test! {
    async fn a_new_name_begins_on_its_day_and_the_old_one_keeps_its_days(db: TestDb) {
        let app = province(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let typed = [("name", "  Keng   Đu "), ("name_since", "2026-02-01"), ("name_decision", "12/NQ-HĐND")];
        assert_eq!(send(&mut office, "00001", "/names", &typed).await.status, 303);
        let page = office.get("/communes/00001/unit").await;
        assert_eq!(page.text_of("h1"), "Xã Keng Đu");
        assert_eq!(page.texts("#names tbody tr > *"), ["Keng Đu", "01/02/2026", "12/NQ-HĐND", "Thử 1", "01/07/2025", "–"]);
        assert_eq!(rows(&mut office, "2026-01-31").await[0].split(' ').take(3).collect::<Vec<_>>(), ["Xã", "Thử", "100001Huyện"]);
        assert!(rows(&mut office, "2026-02-01").await.iter().any(|row| row.starts_with("Xã Keng Đu00001")));
        // before the units there were none; a day that cannot be read is told at its field
        assert_eq!(rows(&mut office, "2025-06-30").await, Vec::<String>::new());
        let wrong = office.get("/communes?on=mai").await;
        assert_eq!((wrong.status, wrong.attributes("#f-on", "value")), (422, vec!["mai".to_owned()]));

        // dates out of order, tomorrow, a name that another unit has, a name that is too long or no name
        for (name, since, field) in [
            ("Thử Khác", "2026-02-01", "Ngày có hiệu lực phải sau ngày 01/02/2026."),
            ("Thử Khác", "2026-03-03", "Ngày có hiệu lực không được sau hôm nay. Hãy ghi khi quyết định có hiệu lực."),
            ("THỬ 2", "2026-03-01", "Tên này đang là tên của đơn vị mã 00002."),
            ("Keng Đu", "2026-03-01", "Tên này đang là tên của đơn vị mã 00001."),
        ] {
            let typed = [("name", name), ("name_since", since), ("name_decision", "1/NQ")];
            let wrong = send(&mut office, "00001", "/names", &typed).await;
            assert_eq!(told(&wrong), (422, field.to_owned()));
            assert_eq!(wrong.attributes("#f-name, #f-name_since, #f-name_decision", "value"), [name, since, "1/NQ"]);
        }
        for name in ["x".repeat(300).as_str(), "Xã 😀", "a\u{7}b", " "] {
            let typed = [("name", name), ("name_since", "2026-03-01"), ("name_decision", "1/NQ")];
            let wrong = send(&mut office, "00001", "/names", &typed).await;
            assert_eq!((wrong.status, wrong.texts(".error").len()), (422, 1), "{name}");
        }
        // who reads only has no form and no way
        let mut reader = app.signed_in("bantochuc").await;
        assert!(reader.get("/communes/00001/unit").await.forms().iter().all(|form| !form.action.starts_with("/communes")));
        assert_eq!(reader.post("/communes/00001/names", &[]).await.status, 403);
        assert_eq!(office.post("/communes/09999/names", &[]).await.status, 404);
    }

    async fn a_merger_moves_everybody_in_one_step_and_the_past_keeps_its_unit(db: TestDb) {
        let app = province(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let merge = |into: &'static str, since: &'static str| [("into", into), ("merged_since", since), ("merged_decision", "1678/NQ-UBTVQH15")];
        for (into, since, error) in [
            ("00001", "2026-03-01", "Hãy chọn một đơn vị khác đang hoạt động."),
            ("09999", "2026-03-01", "Hãy chọn một đơn vị khác đang hoạt động."),
            ("00002", "2025-07-01", "Ngày có hiệu lực phải sau ngày 01/07/2025."),
            ("00002", "2026-03-03", "Ngày có hiệu lực không được sau hôm nay. Hãy ghi khi quyết định có hiệu lực."),
            ("00002", "2026-02-01", "Có 1 người nhận chức danh ở đơn vị này từ ngày đó trở đi. Hãy chọn ngày muộn hơn."),
        ] {
            let wrong = send(&mut office, "00001", "/merger", &merge(into, since)).await;
            assert_eq!(told(&wrong), (422, error.to_owned()), "{into} {since}");
            assert_eq!(wrong.attributes("#f-merged_since, #f-merged_decision", "value"), [since, "1678/NQ-UBTVQH15"]);
        }
        for code in ["00001", "00002"] {
            let unit = lookup(&mut app.db().read().await.unwrap()).await.unwrap().communes[code];
            app.account(&format!("xa-{code}"), "commune_officer", Some(unit), None).await;
        }
        app.account("quantri", "administrator", None, None).await;
        let before = office.get("/communes?on=2026-02-28").await.texts("tbody td.n");
        assert_eq!(before, ["2", "1", "0"], "nothing was moved by what was refused");
        assert_eq!(send(&mut office, "00001", "/merger", &merge("00002", "2026-03-01")).await.status, 303);

        // the day before stands as it was, from the day on there is one unit with all people, found where they are now
        assert_eq!(office.get("/communes?on=2026-02-28").await.texts("tbody td.n"), ["2", "1", "0"]);
        assert_eq!(office.get("/communes").await.texts("tbody td:nth-child(2)"), ["00002", "00003"]);
        assert_eq!(office.get("/communes").await.texts("tbody td.n"), ["3", "0"]);
        assert_eq!(office.get("/people?commune=00002").await.texts("tbody th a").len(), 3);
        assert_eq!(office.get("/people?commune=00001").await.texts("tbody th a").len(), 0);
        assert!(!office.get("/people").await.attributes("#f-commune option", "value").contains(&"00001".to_owned()));
        let old = office.get("/communes/00001/unit").await;
        assert!(old.text_of("h1").ends_with("Kết thúc ngày 28/02/2026"), "{}", old.text_of("h1"));
        assert_eq!(old.texts("#kin li"), ["Nhập vào Xã Thử 2 · 01/03/2026 · 1678/NQ-UBTVQH15"]);
        assert_eq!(office.get("/communes/00002/unit").await.texts("#kin li"), ["Nhận sáp nhập Xã Thử 1 · 01/03/2026 · 1678/NQ-UBTVQH15"]);
        assert_eq!(office.get("/communes/00002/unit").await.texts("section table:not([id]) td.n"), ["3"], "in the office of the same kind");
        let history = store::latest(&mut app.db().read().await.unwrap(), i64::MAX, 9).await.unwrap();
        assert_eq!(history.iter().filter(|l| l.action == "registry.person.moved" && l.who == "sonoivu").count(), 2);

        // its officer's account is closed and stays so: neither on the page nor past it
        let mut administrator = app.signed_in("quantri").await;
        let accounts = administrator.get("/accounts?role=commune_officer").await;
        assert_eq!(accounts.texts("tbody th"), ["xa-00001xa-00001", "xa-00002xa-00002"]);
        let acts = accounts.texts("tbody td.acts");
        assert!(acts[0].contains("Đơn vị đã kết thúc") && acts[1].contains("Ngừng dùng"), "{acts:?}");
        let again = accounts.attributes("tbody form", "action")[0].replace("/password", "/reopening");
        let refused = administrator.post(&again, &[]).await;
        assert_eq!(refused.status, 422);
        let why = "Thử 1 đã kết thúc nên tài khoản đầu mối của đơn vị không dùng lại được. Hãy tạo tài khoản ở đơn vị tiếp nhận.";
        assert!(refused.text_of("main").contains(why), "{}", refused.text_of("main"));
        assert!(administrator.get("/accounts?role=commune_officer").await.texts("tbody td.acts")[0].contains("Đơn vị đã kết thúc"));

        // what has ended is changed no more, and nothing goes into it: there is no circle
        let ended = office.post("/communes/00001/merger", &merge("00003", "2026-03-02")).await;
        assert_eq!((ended.status, ended.text_of("[role=alert]")), (422, "Đơn vị đã kết thúc, không ghi thay đổi được nữa.".to_owned()));
        let circle = send(&mut office, "00002", "/merger", &merge("00001", "2026-03-02")).await;
        assert_eq!(told(&circle), (422, "Hãy chọn một đơn vị khác đang hoạt động.".to_owned()));
    }

    async fn a_split_deals_everybody_in_one_step_and_founds_what_follows(db: TestDb) {
        let app = province(db).await;
        let unit: (kernel::UnitId,) = app.db().read().await.unwrap().one(&UNIT_OF, &[&"00001"]).await.unwrap();
        app.account("xa-00001", "commune_officer", Some(unit.0), None).await;
        let mut officer = app.signed_in("xa-00001").await;
        let mut office = app.signed_in("sonoivu").await;
        let page = office.get("/communes/00001/split").await;
        assert_eq!(page.texts("#people tbody th"), ["Người Sinh Tự Động 1Chuyên viên", "Người Sinh Tự Động 2Chuyên viên"]);
        let second = page.attributes("#people select", "name").pop().unwrap();
        let typed = |since, deal, units: [&'static str; 4]| {
            let [a, b, c, d] = units;
            [("since", since), ("decision", "9/NQ-UBTVQH15"), ("deal", deal), ("code_1", a), ("name_1", b), ("code_2", c), ("name_2", d)]
        };
        let none = "Hãy chọn một đơn vị khác đang hoạt động.";
        for (since, deal, units, error) in [
            ("2026-03-01", "first", ["00001", "", "00003", ""], none),
            ("2026-03-01", "first", ["00003", "", "00003", ""], "Đơn vị này đã ghi ở trên."),
            ("2026-03-01", "first", ["00003", "", "00009", ""], "Mã mới thì phải ghi tên đơn vị."),
            ("2026-03-01", "first", ["00003", "", "00009", "THỬ 2"], "Tên này đang là tên của đơn vị mã 00002."),
            ("2026-03-01", "first", ["00003", "Khác", "00009", "Mới"], "Mã này đã dùng cho đơn vị khác."),
            ("2026-03-01", "first", ["00003", "", "9", "Mới"], "Mã gồm 5 chữ số."),
            ("2026-03-01", "each", ["00003", "", "00009", "Mới"], "Còn 2 người chưa có đơn vị. Hãy chọn cho từng người hoặc chọn cách phân chung."),
            ("2025-07-01", "first", ["00003", "", "00009", "Mới"], "Ngày có hiệu lực phải sau ngày 01/07/2025."),
            ("2026-03-03", "first", ["00003", "", "00009", "Mới"], "Ngày có hiệu lực không được sau hôm nay. Hãy ghi khi quyết định có hiệu lực."),
            ("2026-02-01", "first", ["00003", "", "00009", "Mới"], "Có 1 người nhận chức danh ở đơn vị này từ ngày đó trở đi. Hãy chọn ngày muộn hơn."),
        ] {
            let wrong = office.submit(&page.form("/split"), &typed(since, deal, units)).await;
            assert_eq!(told(&wrong), (422, error.to_owned()), "{units:?} {since}");
            assert_eq!(wrong.attributes("#f-code_1, #f-name_1, #f-code_2, #f-name_2", "value"), units);
            assert_eq!(wrong.attributes("#f-since, #f-decision", "value"), [since, "9/NQ-UBTVQH15"]);
        }
        let beyond = office.submit(&page.form("/split"), &[typed("2026-03-01", "each", ["00003", "", "00009", "Mới"]).as_slice(), &[(second.as_str(), "3")]].concat()).await;
        assert_eq!(told(&beyond), (422, "Có 1 người được phân về đơn vị chưa khai ở trên.".to_owned()));
        assert_eq!(beyond.attributes("#people option[selected]", "value"), ["3"], "who was chosen stays chosen");
        assert_eq!(office.get("/communes").await.texts("tbody td.n"), ["2", "1", "0"], "nothing was moved by what was refused");

        // the new unit may be called as the one that ends; it takes over kind, region, priorities and offices
        let right = [typed("2026-03-01", "first", ["00003", "", "00009", "Thử 1"]).as_slice(), &[(second.as_str(), "2")]].concat();
        assert_eq!(office.submit(&page.form("/split"), &right).await.status, 303);
        assert_eq!(office.get("/communes?on=2026-02-28").await.texts("tbody td.n"), ["2", "1", "0"]);
        let now = office.get("/communes").await;
        assert_eq!(now.texts("tbody td:nth-child(2)"), ["00009", "00002", "00003"]);
        assert_eq!(now.texts("tbody td.n"), ["1", "1", "1"]);
        assert_eq!(now.texts("tbody tr:first-child td:nth-child(4)"), ["Vùng cao"]);
        assert_eq!(office.get("/people?commune=00009").await.texts("tbody th a"), ["Người Sinh Tự Động 2"]);
        let old = office.get("/communes/00001/unit").await;
        assert_eq!(old.texts("#kin li"), ["Chia vào Xã Thử 3 · 01/03/2026 · 9/NQ-UBTVQH15", "Chia vào Xã Thử 1 · 01/03/2026 · 9/NQ-UBTVQH15"]);
        let new = office.get("/communes/00009/unit").await;
        assert_eq!(new.texts("#kin li"), ["Nhận từ đơn vị bị chia Xã Thử 1 · 01/03/2026 · 9/NQ-UBTVQH15"]);
        assert_eq!(new.texts("section table:not([id]) td.n"), ["1"], "in the office of the same kind");
        assert!(new.texts("#attributes tbody th").contains(&"Xã biên giới".to_owned()));
        // the officer of the unit that ended is signed out and cannot come back, which is recorded; what ended is split no more
        assert_eq!(officer.get("/people").await.location(), "/sign-in?next=%2Fpeople&ended=1");
        let history = store::latest(&mut app.db().read().await.unwrap(), i64::MAX, 12).await.unwrap();
        assert!(history.iter().any(|l| l.action == "accounts.account.closed" && l.who == "sonoivu"));
        assert_eq!(history.iter().filter(|l| l.action == "registry.person.moved").count(), 2);
        assert_eq!(office.get("/communes/00001/split").await.status, 422);
        let mut reader = app.signed_in("bantochuc").await;
        assert_eq!(reader.get("/communes/00002/split").await.status, 403);

        // a past post is called as its unit was then, whatever the unit is called later
        let typed = [("name", "Keng Đu"), ("name_since", "2026-03-02"), ("name_decision", "12/NQ-HĐND")];
        assert_eq!(send(&mut office, "00009", "/names", &typed).await.status, 303);
        let moved = office.get("/people?commune=00009").await.attributes("tbody th a", "href").remove(0);
        let posts = office.get(&format!("{moved}/posts")).await.text_of("main");
        assert!(posts.contains("Xã Keng Đu") && posts.contains("Xã Thử 1"), "{posts}");
        let then = office.get(&format!("{moved}/posts?on=2026-03-01")).await.texts("section > p");
        assert!(then.contains(&"01/03/2026: Chuyên viên, Xã Thử 1".to_owned()), "{then:?}");
    }

    async fn regions_and_priorities_have_days_and_a_source(db: TestDb) {
        let app = province(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let set = |attribute: &'static str, holds: &'static str, since: &'static str| [("attribute", attribute), ("holds", holds), ("attribute_since", since), ("source", "861/QĐ-TTg")];
        assert_eq!(send(&mut office, "00001", "/attributes", &set("difficult", "yes", "2026-01-01")).await.status, 303);
        assert_eq!(send(&mut office, "00001", "/attributes", &set("border", "no", "2026-02-01")).await.status, 303);
        assert_eq!(send(&mut office, "00001", "/attributes", &set("region_mien_nui", "yes", "2026-02-01")).await.status, 303);
        let tags = |reply: &Reply| (reply.texts("tbody tr:first-child td:nth-child(4)"), reply.texts("tbody tr:first-child .tag"));
        let on = |day: &str| format!("/communes?on={day}");
        assert_eq!(tags(&office.get(&on("2025-12-31")).await), (vec!["Vùng cao".to_owned()], vec!["Xã biên giới".to_owned(), "Thuộc huyện vùng cao cũ".to_owned()]));
        assert_eq!(tags(&office.get("/communes").await), (vec!["Miền núi".to_owned()], vec!["Thuộc huyện vùng cao cũ".to_owned(), "Đặc biệt khó khăn".to_owned()]));
        let page = office.get("/communes/00001/unit").await;
        let lines: Vec<String> = page.texts("#attributes tbody tr");
        assert!(lines.contains(&"Xã biên giới01/07/202531/01/2026Theo danh mục nạp ban đầu".to_owned()), "{lines:?}");
        assert!(lines.contains(&"Đặc biệt khó khăn01/01/2026–861/QĐ-TTg".to_owned()), "{lines:?}");
        // what other slices read is the state of today
        let today: (String, bool, bool) = {
            let mut conn = app.db().read().await.unwrap();
            conn.one(&TODAY, &[&"00001"]).await.unwrap()
        };
        assert_eq!(today, ("mien_nui".to_owned(), false, true));
        for (attribute, holds, since, error) in [
            ("difficult", "yes", "2026-03-01", "Đơn vị đã như vậy rồi. Muốn đổi vùng, hãy ghi vùng mới."),
            ("region_mien_nui", "no", "2026-03-01", "Đơn vị đã như vậy rồi. Muốn đổi vùng, hãy ghi vùng mới."),
            ("border", "yes", "2026-01-31", "Ngày có hiệu lực phải sau ngày 31/01/2026."),
            ("remote", "yes", "2025-06-30", "Ngày có hiệu lực phải sau ngày 30/06/2025."),
        ] {
            assert_eq!(told(&send(&mut office, "00001", "/attributes", &set(attribute, holds, since)).await), (422, error.to_owned()), "{attribute}");
        }
        let unknown = send(&mut office, "00001", "/attributes", &[("attribute", "x"), ("holds", "?"), ("attribute_since", ""), ("source", "")]).await;
        assert_eq!((unknown.status, unknown.texts(".error").len()), (422, 4));

        // the map shows each commune as a point that leads to it, with the table beside
        let map = office.get("/communes?view=map&colour=difficult").await;
        assert_eq!(map.attributes("svg.map a", "href"), ["/communes/00001/unit", "/communes/00002/unit", "/communes/00003/unit"]);
        assert_eq!(map.attributes("svg.map circle", "class"), ["scale-5", "scale-1", "scale-1"]);
        assert_eq!(map.texts("tbody tr").len(), 3);
    }

    async fn of_two_who_change_one_unit_the_second_is_told(db: TestDb) {
        let app = province(db).await;
        let mut first = app.signed_in("sonoivu").await;
        app.account("truong", "school_training", None, None).await;
        let mut second = app.signed_in("truong").await;
        let form = second.get("/communes/00001/unit").await.form("/contacts");
        let typed = [("head_name", "Nguyễn Văn Đứng Đầu"), ("phone", "0238 123 456"), ("email", "xa@thu.gov.vn")];
        assert_eq!(send(&mut first, "00001", "/contacts", &typed).await.status, 303);
        assert_eq!(first.get("/communes/00001/unit").await.attributes("#f-head_name, #f-phone, #f-email", "value"), ["Nguyễn Văn Đứng Đầu", "0238 123 456", "xa@thu.gov.vn"]);
        let late = second.submit(&form, &[("head_name", "Trần Thị Khác")]).await;
        assert_eq!((late.status, late.attributes("#f-head_name", "value")), (409, vec!["Trần Thị Khác".to_owned()]));
        assert!(late.body.contains("Nguyễn Văn Đứng Đầu"), "says what the first saved");
        // sent again it saves over; a rename from an old page is told as well
        assert_eq!(second.submit(&late.form("/contacts"), &[]).await.status, 303);
        let stale = second.submit(&late.form("/names"), &[("name", "Mới"), ("name_since", "2026-03-01"), ("name_decision", "1/NQ")]).await;
        assert_eq!((stale.status, stale.attributes("#f-name", "value")), (409, vec!["Mới".to_owned()]));
        assert_eq!(second.get("/communes/00001/unit").await.text_of("h1"), "Xã Thử 1");
        for (field, bad) in [("phone", "gọi tôi"), ("email", "không phải"), ("head_name", "😀"), ("head_name", &"x".repeat(300))] {
            let wrong = send(&mut first, "00001", "/contacts", &[(field, bad)]).await;
            assert_eq!((wrong.status, wrong.attributes(&format!("#f-{field}"), "value")), (422, vec![bad.to_owned()]), "{field}");
        }
    }
}

store::sql!(UNIT_OF, "SELECT id FROM org_unit WHERE code = $1");
store::sql!(TODAY, "SELECT region, is_border, is_highland FROM v_organisation_commune WHERE code = $1");
