//! Records of people: their values over time, what is sensitive, posts, two records of one person.

use ::store::{By, history_of};
use kernel::PersonId;
use people::registry::{
    PersonInput, add_people,
    record::{SENSITIVE_READ, model::Identity},
};
use testkit::{Client, Reply, TestApp, TestDb, db_test};

use crate::import_setting::{app, committed, man, names, roster};

fn person(code: &str, name: &str, birth: &str, commune: &str, position: &str) -> PersonInput {
    PersonInput {
        code: code.into(),
        full_name: name.into(),
        gender: Some("nu".into()),
        birth_date: birth.parse().ok(),
        ethnic_code: Some("01".into()),
        commune_code: commune.into(),
        office_code: None,
        position_code: position.into(),
        education: Some("dai_hoc".into()),
        theory: None,
        management: None,
        in_post_since: "2025-07-01".parse().unwrap(),
        generated: true,
    }
}

/// Two women of Anh Sơn and one of Hoà Bình.
async fn three(db: TestDb) -> (TestApp, [PersonId; 3]) {
    let app = app(db).await;
    let people = [
        person("a", "Nguyễn Thị Hoà", "1985-03-05", "00001", "CVP"),
        person("b", "Vi Thị Mai", "1990-01-02", "00001", "KT-DD"),
        person("c", "Trần Hoàng Yến", "1979-05-06", "00002", "KT-TC"),
    ];
    let ids = add_people(app.db(), By::System("test"), &people).await.unwrap();
    (app, [ids[0], ids[1], ids[2]])
}

/// The open part of a record as its form sends it, changed in some fields.
async fn saved(client: &mut Client, person: PersonId, fields: &[(&str, &str)]) -> Reply {
    let form = client.get(&format!("/people/{person}/record")).await.form("/record");
    client.submit(&form, fields).await
}

async fn open(client: &mut Client, person: PersonId) -> Reply {
    client.post(&format!("/people/{person}/sensitive"), &[("purpose", "correction")]).await
}

async fn private(client: &mut Client, person: PersonId, fields: &[(&str, &str)]) -> Reply {
    let form = open(client, person).await.form("/values");
    client.submit(&form, fields).await
}

store::sql!(GIVEN, "SELECT code FROM person WHERE code LIKE 'CB______' ORDER BY code");

db_test! {
    async fn a_record_keeps_what_it_was_with_day_source_and_name(db: TestDb) {
        let (app, [hoa, ..]) = three(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let reply = saved(&mut office, hoa, &[("education", "thac_si"), ("rank", "cvc"), ("phone", "0238 123 4567"), ("languages", "Tiếng Thái")]).await;
        assert_eq!((reply.status, reply.location()), (303, format!("/people/{hoa}").as_str()));
        let history = office.get(&format!("/people/{hoa}/posts?on=2026-11-23")).await;
        assert_eq!(
            history.texts("tbody tr > *:not(:last-child)").chunks(4).map(|row| row.join(" | ")).collect::<Vec<_>>(),
            ["Chuyên môn | Đại học | Thạc sĩ | 24/11/2026", "Ngạch | – | Chuyên viên chính | 24/11/2026",
             "Ngoại ngữ, tiếng dân tộc | – | Tiếng Thái | 24/11/2026", "Điện thoại | – | 0238 123 4567 | 24/11/2026"]
        );
        assert!(history.texts("tbody td:last-child").iter().all(|source| source.starts_with("Sở Nội vụ")));
        // on the day before the record was as before
        let before = history.texts("section dl.facts dd");
        assert_eq!(before[3..7], ["Đại học", "–", "–", "–"], "{before:?}");
        let after = office.get(&format!("/people/{hoa}/posts?on=2026-11-24")).await.texts("section dl.facts dd");
        assert_eq!(after[3..7], ["Thạc sĩ", "–", "–", "Chuyên viên chính"], "{after:?}");
        // the roster of a unit changes it too, and says so
        let mut commune = app.signed_in("xa-00001").await;
        assert_eq!(saved(&mut commune, hoa, &[("education", "dai_hoc")]).await.status, 303);
        let sources = office.get(&format!("/people/{hoa}/posts")).await.texts("tbody td:last-child");
        assert!(sources[4].starts_with("Đơn vị"), "{sources:?}");
        // nothing changed, nothing written
        let records = ::store::audit_seq(&mut app.db().read().await.unwrap()).await.unwrap();
        assert_eq!(saved(&mut commune, hoa, &[]).await.status, 303);
        assert_eq!(::store::audit_seq(&mut app.db().read().await.unwrap()).await.unwrap(), records);
    }

    async fn an_import_leaves_the_old_values_in_the_record(db: TestDb) {
        let app = app(db).await;
        let mut office = app.signed_in("sonoivu").await;
        committed(&mut office, &roster(&[man("Nguyễn Văn Hùng")])).await;
        let link = office.get("/people").await.attributes("#rows th a", "href")[0].clone();
        let mut line = man("Nguyễn Văn Hùng");
        (line[5], line[6]) = ("Văn phòng đảng ủy", "Chuyên viên Văn phòng đảng ủy");
        line[7] = "Tiến sĩ";
        let batch = committed(&mut office, &roster(&[line])).await;
        let page = office.get(&format!("{link}/posts")).await;
        assert_eq!(page.texts("tbody th"), ["Chuyên môn"]);
        // two posts on one day are none: the second begins on the day after the first did
        let times = page.attributes(".timeline time", "datetime");
        assert_eq!(times.len(), 2);
        assert!(times[0] > times[1], "{times:?}");
        office.post(&format!("{batch}/undo"), &[]).await;
        let page = office.get(&format!("{link}/posts")).await;
        assert_eq!(page.texts("tbody th"), ["Chuyên môn", "Chuyên môn"]);
        assert_eq!(page.texts(".timeline li b").len(), 1);
    }

    async fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(db: TestDb) {
        let (app, [hoa, ..]) = three(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let long = "Nguyễn ".repeat(50);
        for (field, typed, told) in [
            ("full_name", "", "Họ và tên: chưa nhập."),
            ("full_name", &long[..], "Họ và tên: dài 349 ký tự, tối đa 100."),
            ("full_name", "Nguyễn 😀", "Họ và tên: có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó."),
            ("full_name", "Nguyễn \u{1} Hoà", "Họ và tên: có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó."),
            ("full_name", "Nguyễn 2", "Họ và tên không có chữ số."),
            ("birth_date", "2010-01-01", "Ngày sinh này chưa đủ 18 tuổi."),
            ("birth_date", "1985-02-30", "Ngày sinh: không có ngày này trong lịch."),
            ("gender", "x", "Giới tính: hãy chọn một mục trong danh sách."),
            ("education", "gi_do", "Chuyên môn: hãy chọn một mục trong danh sách."),
            ("phone", "12", "Điện thoại gồm 8 đến 15 chữ số, có thể có dấu + ở đầu."),
            ("email", "hoa@", "Thư điện tử phải có dạng ten@donvi.vn."),
        ] {
            let reply = saved(&mut office, hoa, &[(field, typed), ("languages", "Tiếng Anh B1")]).await;
            assert_eq!(reply.status, 422, "{field} {typed}");
            assert_eq!(reply.text_of(&format!("#e-{field}")), told, "{typed}");
            assert_eq!(reply.attributes("#f-languages", "value"), ["Tiếng Anh B1"]);
        }
        assert_eq!(names(&mut office).await, ["Nguyễn Thị Hoà", "Vi Thị Mai", "Trần Hoàng Yến"]);
    }

    async fn the_second_of_two_officers_is_told_who_saved_the_record(db: TestDb) {
        let (app, [hoa, ..]) = three(db).await;
        let (mut office, mut commune) = (app.signed_in("sonoivu").await, app.signed_in("xa-00001").await);
        let form = office.get(&format!("/people/{hoa}/record")).await.form("/record");
        assert_eq!(saved(&mut commune, hoa, &[("phone", "0911222333")]).await.status, 303);
        let late = office.submit(&form, &[("phone", "0944555666")]).await;
        assert_eq!(late.status, 409);
        let told = late.text_of(".alert");
        assert!(told.contains("xa-00001") && told.contains("0911222333") && told.contains("0944555666"), "{told}");
        assert_eq!(late.attributes("#f-phone", "value"), ["0944555666"]);
        let again = late.form("/record");
        assert_eq!(office.submit(&again, &[]).await.status, 303);
        let page = office.get(&format!("/people/{hoa}/record")).await;
        assert_eq!(page.attributes("#f-phone", "value"), ["0944555666"]);
    }

    async fn an_identity_number_is_sealed_masked_and_found_by_exact_match(db: TestDb) {
        let (app, [hoa, mai, yen]) = three(db).await;
        let mut commune = app.signed_in("xa-00001").await;
        let number = "099185001234";
        assert_eq!(private(&mut commune, hoa, &[("identity", "099 185 001 234")]).await.status, 303);
        // neither the database nor the audit holds it
        let bytes = |rows: Vec<(String,)>| rows.into_iter().map(|(text,)| text).collect::<String>();
        let mut conn = app.db().read().await.unwrap();
        let dump = bytes(conn.all(&DUMP, &[]).await.unwrap());
        assert!(!dump.contains(number) && !dump.contains(&hex::encode(number)), "{dump}");
        let audit = history_of(&mut conn, &hoa.to_string(), 10).await.unwrap();
        drop(conn);
        assert!(audit.iter().any(|line| line.action == SENSITIVE_READ && line.who == "xa-00001"));
        assert!(!format!("{audit:?}").contains(number));
        // masked until it is asked for
        let ask = commune.get(&format!("/people/{hoa}/sensitive")).await;
        assert_eq!(ask.text_of("dl.facts dd"), "•••• •••• 1234");
        assert!(!ask.body.contains(number));
        assert_eq!(open(&mut commune, hoa).await.text_of("dl.facts dd"), number);
        let silent = commune.post(&format!("/people/{hoa}/sensitive"), &[("purpose", "")]).await;
        assert_eq!((silent.status, silent.text_of("#e-purpose").as_str()), (422, "Xem để làm gì: hãy chọn một mục trong danh sách."));
        // an exact match opens the record, a part of it finds nobody, and nobody is found out of scope
        for typed in [number, "099 185 001 234"] {
            let asked = format!("/people?q={}", typed.replace(' ', "+"));
            assert_eq!(commune.get(&asked).await.location(), format!("/people/{hoa}"));
        }
        assert_eq!(commune.get("/people?q=09918500123").await.texts("#rows tbody th"), Vec::<String>::new());
        let mut other = app.signed_in("xa-00002").await;
        assert_eq!(other.get(&format!("/people?q={number}")).await.texts("#rows .empty h2"), ["Không có người nào khớp"]);
        assert_eq!(open(&mut other, hoa).await.status, 404);
        // one number, one record
        for (whom, typed, told) in [
            (mai, "099190001234", None),
            (hoa, "099190001234", Some("Chữ số thứ năm, thứ sáu không khớp với năm sinh trong hồ sơ. Hãy kiểm tra số hoặc năm sinh.")),
            (hoa, "099085001234", Some("Chữ số thứ tư không khớp với giới tính trong hồ sơ. Hãy kiểm tra số hoặc giới tính.")),
            (hoa, "99185001234", Some("Số định danh cá nhân gồm đúng 12 chữ số.")),
        ] {
            let reply = private(&mut commune, whom, &[("identity", typed)]).await;
            match told {
                None => assert_eq!(reply.status, 303),
                Some(told) => assert_eq!((reply.status, reply.text_of("#e-identity").as_str()), (422, told)),
            }
        }
        let mut office = app.signed_in("sonoivu").await;
        saved(&mut office, yen, &[("birth_date", "1985-05-06")]).await;
        let taken = private(&mut office, yen, &[("identity", number)]).await;
        assert_eq!(taken.status, 422);
        assert!(taken.text_of("#e-identity").contains("Một hồ sơ khác trong tỉnh đã có số này"));
        // it can go again
        assert_eq!(private(&mut commune, hoa, &[("remove_identity", "1")]).await.status, 303);
        assert_eq!(open(&mut commune, hoa).await.text_of("dl.facts dd"), "–");
        assert_eq!(private(&mut office, yen, &[("identity", number)]).await.status, 303);
        assert_eq!(Identity::read(number).unwrap().masked(), "•••• •••• 1234");
    }

    async fn sensitive_values_fit_together_and_are_told_apart_from_a_child_of_36_months(db: TestDb) {
        let (app, [hoa, ..]) = three(db).await;
        let mut commune = app.signed_in("xa-00001").await;
        for (fields, field, told) in [
            (vec![("party_joined_on", "2003-03-04")], "party_joined_on", "Ngày vào Đảng phải từ khi đủ 18 tuổi."),
            (vec![("party_joined_on", "2010-03-04"), ("party_official_on", "2009-03-04")], "party_official_on", "Ngày chính thức không được trước ngày vào Đảng."),
            (vec![("party_official_on", "2009-03-04")], "party_joined_on", "Có ngày chính thức thì phải có ngày vào Đảng."),
            (vec![("child_born_on", "2026-11-25")], "child_born_on", "Ngày này ở sau hôm nay."),
            (vec![("ethnic_code", "99")], "ethnic_code", "Dân tộc: hãy chọn một mục trong danh sách."),
        ] {
            let reply = private(&mut commune, hoa, &fields).await;
            assert_eq!((reply.status, reply.text_of(&format!("#e-{field}")).as_str()), (422, told));
            assert_eq!(reply.attributes(&format!("#f-{}", fields[0].0), "value").first().map(String::as_str), match fields[0].0 {
                "ethnic_code" => None,
                _ => Some(fields[0].1),
            });
        }
        let right = [("ethnic_code", "03"), ("party_joined_on", "2010-03-04"), ("party_official_on", "2011-03-04"), ("child_born_on", "2024-02-29")];
        assert_eq!(private(&mut commune, hoa, &right).await.status, 303);
        let page = open(&mut commune, hoa).await;
        assert_eq!(page.texts("dl.facts .tag"), ["Đang nuôi con dưới 36 tháng"]);
        assert_eq!(page.attributes("#f-party_joined_on", "value"), ["2010-03-04"]);
        // the history says that it changed, not to what
        let history = commune.get(&format!("/people/{hoa}/posts")).await;
        assert_eq!(history.texts("tbody th").len(), 4);
        assert!(!history.body.contains("2010") && !history.body.contains("Thái"), "{}", history.body);
        // whoever may not read it is not shown the way either
        app.account("truong", "school_training", None, None).await;
        let mut school = app.signed_in("truong").await;
        assert_eq!(school.get(&format!("/people/{hoa}/sensitive")).await.status, 403);
    }

    async fn posts_follow_each_other_and_nobody_is_in_two_communes_on_a_day(db: TestDb) {
        let (app, [hoa, ..]) = three(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let address = format!("/people/{hoa}/posts");
        let begin = async |client: &mut Client, fields: &[(&str, &str)]| {
            let form = client.get(&address).await.form("/posts");
            client.submit(&form, fields).await
        };
        let moved = [("position", "KT-TC"), ("commune", "00002"), ("from", "2026-03-01"), ("decision", "12-QĐ/SNV"), ("kind", "regular")];
        assert_eq!(begin(&mut office, &moved).await.status, 303);
        let page = office.get(&address).await;
        assert_eq!(page.texts(".timeline time"), ["Từ 01/03/2026", "Từ 01/07/2025 đến 28/02/2026"]);
        assert_eq!(page.texts(".timeline .tag"), ["Chuyển chức danh"]);
        assert_eq!(names(&mut app.signed_in("xa-00001").await).await, ["Vi Thị Mai"]);
        assert_eq!(names(&mut app.signed_in("xa-00002").await).await, ["Nguyễn Thị Hoà", "Trần Hoàng Yến"]);
        for (fields, field, told) in [
            ([("position", "CVP"), ("commune", "00001"), ("from", "2026-03-01"), ("to", "")], "from",
             "Trùng ngày với chức danh Chuyên viên tài chính (Từ 01/03/2026). Một người chỉ giữ một chức danh ở một nơi trong một ngày."),
            ([("position", "CVP"), ("commune", "00001"), ("from", "2025-12-31"), ("to", "2026-01-31")], "from",
             "Trùng ngày với chức danh Chánh Văn phòng đảng ủy (01/07/2025 – 28/02/2026). Một người chỉ giữ một chức danh ở một nơi trong một ngày."),
            ([("position", "CVP"), ("commune", "00001"), ("from", "2027-11-25"), ("to", "")], "from",
             "Ngày bắt đầu quá xa: chỉ ghi trước nhiều nhất một năm."),
            ([("position", "CVP"), ("commune", "00001"), ("from", "2026-12-01"), ("to", "2027-05-31")], "to",
             "Chức danh bắt đầu sau hôm nay thì chưa ghi ngày cuối. Việc tiếp theo được ghi riêng, với ngày bắt đầu của nó."),
            ([("position", "CVP"), ("commune", "00001"), ("from", "2020-02-01"), ("to", "2020-01-01")], "to",
             "Ngày cuối không được trước ngày đầu."),
            ([("position", "CVP"), ("commune", "00001"), ("from", "2003-03-04"), ("to", "2004-01-01")], "from",
             "Ngày bắt đầu trước khi đủ 18 tuổi."),
            ([("position", "KT-TC"), ("commune", "00002"), ("from", "2026-05-01"), ("to", "")], "position",
             "Người này đang giữ đúng chức danh đó ở nơi đó."),
            ([("position", "?"), ("commune", "00001"), ("from", "2026-05-01"), ("to", "")], "position",
             "Chức danh: hãy chọn một mục trong danh sách."),
            ([("position", "CVP"), ("commune", "99999"), ("from", "2026-05-01"), ("to", "")], "commune",
             "Xã, phường: hãy chọn một mục trong danh sách."),
        ] {
            let reply = begin(&mut office, &fields).await;
            assert_eq!((reply.status, reply.text_of(&format!("#e-{field}")).as_str()), (422, told));
            assert_eq!(reply.attributes("#f-from", "value"), [fields[2].1]);
        }
        // a secondment, the return from it, retirement with a day that is known before, and coming back
        let mut step = async |fields: &[(&str, &str)]| assert_eq!(begin(&mut office, fields).await.status, 303, "{fields:?}");
        step(&[("position", "KT-DD"), ("commune", "00001"), ("from", "2026-06-01"), ("kind", "seconded")]).await;
        step(&[("position", "KT-TC"), ("commune", "00002"), ("from", "2026-09-01"), ("kind", "regular")]).await;
        let page = office.get(&address).await;
        let leaving = page.form("/leaving");
        let early = office.submit(&leaving, &[("because", "retired"), ("last_day", "2026-08-31")]).await;
        assert_eq!((early.status, early.text_of("#e-last_day").as_str()), (422, "Ngày cuối cùng phải từ ngày bắt đầu của chức danh đang giữ."));
        assert_eq!(office.submit(&leaving, &[("because", "retired"), ("last_day", "2026-12-31")]).await.status, 303);
        let page = office.get(&address).await;
        assert_eq!(page.texts(".timeline .tag"), ["Nghỉ hưu", "Biệt phái", "Hết biệt phái", "Đi biệt phái", "Chuyển chức danh"]);
        let again = office.post(&format!("/people/{hoa}/leaving"), &[("because", "retired"), ("last_day", "2026-12-31")]).await;
        assert_eq!(again.status, 422);
        assert!(again.text_of(".alert").contains("Người này hiện không giữ chức danh nào."));
        // on a day of the past
        let on = office.get(&format!("{address}?on=2026-07-01")).await;
        assert!(on.body.contains("<b>01/07/2026:</b> Chuyên viên đất đai, Xã Anh Sơn"), "{}", on.body);
        // days that were recorded wrongly are corrected where they fit
        let first = page.attributes(".timeline a", "href").last().unwrap().clone();
        let form = office.get(&first).await.form(&first);
        let wrong = office.submit(&form, &[("from", "2025-07-01"), ("to", "2026-03-01")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text_of("#e-from").starts_with("Trùng ngày với chức danh Chuyên viên tài chính"));
        assert_eq!(office.submit(&form, &[("from", "2024-01-15"), ("to", "2026-02-28")]).await.status, 303);
        assert_eq!(office.get(&address).await.texts(".timeline time").last().unwrap(), "Từ 15/01/2024 đến 28/02/2026");
    }

    async fn a_post_that_was_noted_by_mistake_is_removed_for_a_reason(db: TestDb) {
        let (app, [hoa, ..]) = three(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let posts = format!("/people/{hoa}/posts");
        let first = office.get(&posts).await.attributes(".timeline a", "href").remove(0);
        assert!(office.get(&first).await.forms().iter().all(|form| !form.action.ends_with("/removal")), "the only post stays");
        let only = office.post(&format!("{first}/removal"), &[("reason", "Ghi nhầm")]).await;
        assert_eq!((only.status, only.text_of("[role=alert]").contains("duy nhất")), (422, true), "{}", only.text_of("main"));
        let form = office.get(&posts).await.form("/posts");
        let begun = [("position", "KT-DD"), ("commune", "00002"), ("kind", "regular"), ("from", "2026-11-02"), ("decision", "9/QĐ")];
        assert_eq!(office.submit(&form, &begun).await.status, 303);
        assert_eq!(office.get("/people?commune=00002").await.texts("#rows tbody th").len(), 2);
        let wrong = office.get(&posts).await.attributes(".timeline a", "href").remove(0);
        let form = office.get(&wrong).await.form("/removal");
        let silent = office.submit(&form, &[("reason", "  ")]).await;
        assert_eq!((silent.status, silent.texts("#e-reason").len()), (422, 1));
        assert_eq!(office.submit(&form, &[("reason", "Ghi nhầm người"), ("reopen", "1")]).await.status, 303);
        // the post before goes on as if nothing had been; what was removed, by whom and why stays in the history
        let page = office.get(&posts).await;
        assert_eq!(page.texts(".timeline time"), ["Từ 01/07/2025"]);
        assert_eq!(page.texts(".timeline .tag"), Vec::<String>::new());
        assert_eq!(page.texts("tbody tr > *")[..3], ["Chức danh", "Chuyên viên đất đai, Hoà Bình (2026-11-02 –): Ghi nhầm người", "–"]);
        assert_eq!(office.get("/people?commune=00002").await.texts("#rows tbody th").len(), 1);
        let history = ::store::latest(&mut app.db().read().await.unwrap(), i64::MAX, 1).await.unwrap();
        assert_eq!((history[0].action.as_str(), history[0].who.as_str()), ("registry.post.removed", "sonoivu"));
        // an officer of another commune has no such post
        let mut other = app.signed_in("xa-00002").await;
        assert_eq!(other.post(&format!("{first}/removal"), &[("reason", "x")]).await.status, 404);
    }

    async fn an_officer_of_a_commune_writes_posts_of_the_own_commune_only(db: TestDb) {
        let (app, [hoa, _, yen]) = three(db).await;
        let mut commune = app.signed_in("xa-00001").await;
        let address = format!("/people/{hoa}/posts");
        let page = commune.get(&address).await;
        assert_eq!(page.attributes("#f-commune option", "value"), ["", "00001"]);
        let form = page.form("/posts");
        let away = commune.submit(&form, &[("position", "KT-TC"), ("commune", "00002"), ("from", "2026-03-01")]).await;
        assert_eq!(away.status, 422);
        assert!(away.text_of("#e-commune").starts_with("Bạn chỉ ghi được chức danh ở xã, phường của mình"));
        let here = commune.submit(&form, &[("position", "KT-TC"), ("commune", "00001"), ("from", "2026-03-01")]).await;
        assert_eq!(here.status, 303);
        for path in ["record", "posts", "sensitive"] {
            assert_eq!(commune.get(&format!("/people/{yen}/{path}")).await.status, 404, "{path}");
        }
        assert_eq!(commune.post(&format!("/people/{yen}/leaving"), &[("because", "retired"), ("last_day", "2026-12-31")]).await.status, 404);
    }

    async fn somebody_new_is_added_with_a_post(db: TestDb) {
        let (app, _) = three(db).await;
        let mut commune = app.signed_in("xa-00001").await;
        let form = commune.get("/people/new").await.form("/people");
        let right = [("full_name", "lò  văn Pao"), ("birth_date", "1995-04-03"), ("gender", "nam"), ("position", "VP-CV"), ("commune", "00001"), ("from", "2026-10-01")];
        let wrong = commune.submit(&form, &[&right[..5], &[("from", "2026-12-01")]].concat()).await;
        assert_eq!((wrong.status, wrong.attributes("#f-full_name", "value")), (422, vec!["lò  văn Pao".to_owned()]));
        let done = commune.submit(&form, &right).await;
        assert_eq!(done.status, 303);
        assert_eq!(names(&mut commune).await, ["Nguyễn Thị Hoà", "Vi Thị Mai", "lò văn Pao"]);
        let posts = commune.get(&format!("{}/posts", done.location())).await;
        assert_eq!(posts.text_of(".timeline .soft"), "Văn phòng đảng ủy, Xã Anh Sơn");
        assert_eq!(commune.get("/people?q=CB000001").await.texts("#rows tbody th"), ["lò văn Pao"]);
    }

    async fn of_many_additions_at_once_each_has_a_code_of_its_own(db: TestDb) {
        let (app, _) = three(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let form = office.get("/people/new").await.form("/people");
        let mut tries = Vec::new();
        for n in 0..6 {
            let (mut client, form) = (app.signed_in("sonoivu").await, form.clone());
            tries.push(tokio::spawn(async move {
                let name = format!("Người Sinh Cùng Lúc {}", ["Một", "Hai", "Ba", "Bốn", "Năm", "Sáu"][n]);
                client.submit(&form, &[("full_name", name.as_str()), ("birth_date", "1990-01-01"), ("position", "CVP"), ("commune", "00001"), ("from", "2026-01-01")]).await
            }));
        }
        for one in tries {
            let reply = one.await.unwrap();
            assert_eq!(reply.status, 303, "{}", reply.text_of("main"));
        }
        let codes: Vec<(String,)> = app.db().read().await.unwrap().all(&GIVEN, &[]).await.unwrap();
        assert_eq!(codes.into_iter().map(|(code,)| code).collect::<Vec<_>>(), (1..=6).map(|n| format!("CB{n:06}")).collect::<Vec<_>>());
    }

    async fn row_44_two_records_become_one_or_are_said_to_be_two_people(db: TestDb) {
        let app = app(db).await;
        let people = [
            person("a", "Nguyễn Thị Hoà", "1985-03-05", "00001", "CVP"),
            PersonInput { theory: Some("cao_cap".into()), in_post_since: "2020-01-01".parse().unwrap(), ..person("b", "Nguyễn Thị Hòa", "1985-03-05", "00002", "KT-DD") },
            person("c", "Vi Thị Mai", "1990-01-02", "00001", "KT-DD"),
            person("d", "Vi Thị Mai", "1990-01-02", "00002", "KT-DD"),
        ];
        let ids = add_people(app.db(), By::System("test"), &people).await.unwrap();
        app.account("hv-b", "learner", None, Some(ids[1])).await;
        let mut office = app.signed_in("sonoivu").await;
        private(&mut office, ids[1], &[("identity", "099185001234")]).await;
        // the post of b ended where that of a began: it follows, with its history
        let last = office.get(&format!("/people/{}/posts", ids[1])).await.attributes(".timeline a", "href")[0].clone();
        let form = office.get(&last).await.form(&last);
        assert_eq!(office.submit(&form, &[("to", "2025-06-30")]).await.status, 303);
        let doubles = office.get("/people/doubles").await;
        let links = doubles.attributes("tbody td.acts a", "href");
        assert_eq!(links.len(), 2);
        let page = office.get(&links[0]).await;
        assert_eq!(page.texts("tr.warn th"), ["Họ và tên Khác", "Lý luận chính trị Khác"]);
        // what one record lacks is taken from the other unless somebody chooses otherwise
        let form = page.form(&links[0]);
        let (kept, dropped) = (links[0].split('/').nth(2).unwrap(), links[0].split('/').nth(4).unwrap());
        let swapped = kept != ids[0].to_string();
        let choice = [("full_name", if swapped { "dropped" } else { "kept" })];
        let done = office.submit(&form, &choice).await;
        assert_eq!((done.status, done.location()), (303, format!("/people/{kept}").as_str()));
        assert_eq!(office.get(&format!("/people/{dropped}/posts")).await.status, 404);
        let record = office.get(&format!("/people/{kept}/record")).await;
        assert_eq!(record.attributes("#f-full_name", "value"), ["Nguyễn Thị Hoà"]);
        assert_eq!(record.attributes("#f-theory option[selected]", "value"), ["cao_cap"]);
        assert_eq!(office.get(&format!("/people/{kept}/posts")).await.texts(".timeline time"), ["Từ 01/07/2025", "Từ 01/01/2020 đến 30/06/2025"]);
        assert_eq!(open(&mut office, kept.parse().unwrap()).await.text_of("dl.facts dd"), "099185001234");
        assert_eq!(office.get("/people?q=099185001234").await.location(), format!("/people/{kept}"));
        let learner = people::accounts::actor_by_username(&mut app.db().read().await.unwrap(), "hv-b").await.unwrap().unwrap();
        assert_eq!(learner.person.map(|p| p.to_string()).as_deref(), Some(kept));
        // the other pair are two people
        let doubles = office.get("/people/doubles").await;
        let link = doubles.attributes("tbody td.acts a", "href")[0].clone();
        let form = office.get(&link).await.form(&link.replace("union", "distinction"));
        assert_eq!(office.submit(&form, &[]).await.location(), "/people/doubles");
        assert_eq!(office.get("/people/doubles").await.texts(".empty h2"), ["Không thấy ai bị ghi hai lần"]);
        assert_eq!(office.get(&format!("/people/{kept}/union/{kept}")).await.status, 404);
        // an officer of a commune asks the province's desk
        assert_eq!(app.signed_in("xa-00001").await.get(&link).await.status, 403);
    }
}

::store::sql!(
    DUMP,
    postgres: "SELECT COALESCE(encode(identity_sealed, 'hex'), '') || COALESCE(identity_mark, '') AS text FROM person_record
               UNION ALL SELECT COALESCE(before, '') || COALESCE(after, '') FROM audit_record
               UNION ALL SELECT COALESCE(old, '') || COALESCE(new, '') FROM person_change",
    sqlite: "SELECT COALESCE(hex(identity_sealed), '') || COALESCE(identity_mark, '') AS text FROM person_record
             UNION ALL SELECT COALESCE(before, '') || COALESCE(after, '') FROM audit_record
             UNION ALL SELECT COALESCE(old, '') || COALESCE(new, '') FROM person_change"
);
