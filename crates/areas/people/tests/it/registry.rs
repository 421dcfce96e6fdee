//! The list of people, statistics, and declared totals beside the register.

use ::store::By;
use people::registry::{
    DeclaredInput, HistoryInput, PersonInput, add_people, gaps, load_declared_totals, load_history, reconcile,
};
use testkit::{TestApp, TestDb, db_test};

use crate::import_setting::{app, committed, man, names, roster, unit};

fn person(code: &str, name: &str, commune: &str, position: &str, levels: [&str; 3]) -> PersonInput {
    let [education, theory, management] = levels.map(|level| (!level.is_empty()).then(|| level.to_owned()));
    PersonInput {
        code: code.into(),
        full_name: name.into(),
        gender: Some("nam".into()),
        birth_date: "1980-03-05".parse().ok(),
        ethnic_code: Some("01".into()),
        commune_code: commune.into(),
        office_code: None,
        position_code: position.into(),
        education,
        theory,
        management,
        in_post_since: "2025-07-01".parse().unwrap(),
        generated: false,
    }
}

async fn with_people(db: TestDb, people: &[PersonInput]) -> TestApp {
    let app = app(db).await;
    add_people(app.db(), By::System("test"), people).await.unwrap();
    app
}

/// The declared totals of the scheme as the project keeps them.
fn declared() -> Vec<DeclaredInput> {
    let mut reader = csv::Reader::from_reader(include_str!("../../../../../data/declared_totals.csv").as_bytes());
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            DeclaredInput {
                dimension: record[0].into(),
                key: record[1].into(),
                label: record[2].into(),
                people: record[3].parse().unwrap(),
                as_of: record[4].parse().unwrap(),
                source: record[5].into(),
            }
        })
        .collect()
}

const THREE: [[&str; 3]; 3] =
    [["thac_si", "cao_cap", "cvc"], ["dai_hoc", "trung_cap", "cv"], ["", "trung_cap", "chua_qua"]];

fn three() -> [PersonInput; 3] {
    [
        person("a", "Nguyễn Thị Hoà", "00001", "CVP", THREE[0]),
        person("b", "Đặng Văn Ánh", "00001", "KT-DD", THREE[1]),
        person("c", "Trần Hoàng Yến", "00002", "KT-TC", THREE[2]),
    ]
}

db_test! {
    async fn people_are_found_without_tones_and_in_either_spelling(db: TestDb) {
        let app = with_people(db, &three()).await;
        let mut client = app.signed_in("sonoivu").await;
        // by given name
        assert_eq!(names(&mut client).await, ["Đặng Văn Ánh", "Nguyễn Thị Hoà", "Trần Hoàng Yến"]);
        for (asked, wanted) in [
            ("hoa", vec!["Nguyễn Thị Hoà", "Trần Hoàng Yến"]),
            ("Hòa", vec!["Nguyễn Thị Hoà", "Trần Hoàng Yến"]),
            ("dang anh", vec!["Đặng Văn Ánh"]),
            ("NGUYỄN  THỊ", vec!["Nguyễn Thị Hoà"]),
            ("%", vec!["Đặng Văn Ánh", "Nguyễn Thị Hoà", "Trần Hoàng Yến"]),
            ("không ai", vec![]),
        ] {
            let page = client.get(&address(&[("q", asked)])).await;
            assert_eq!(page.texts("#rows tbody th"), wanted, "{asked}");
        }
        let none = client.get("/people?q=zzz").await;
        assert_eq!(none.texts("#rows .empty h2"), ["Không có người nào khớp"]);
        let narrowed = client.get("/people?bloc=chinh_quyen&level=specialist&commune=00002").await;
        assert_eq!(narrowed.texts("#rows tbody th"), ["Trần Hoàng Yến"]);
        // live search asks for the rows only
        let request = axum::http::Request::get("/people?q=hoa").header("hx-request", "true").header("hx-request-type", "partial");
        let part = client.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!((part.texts("h1").len(), part.texts("tbody th").len()), (0, 2));
    }

    async fn people_are_found_by_words_in_any_order_by_code_and_by_post(db: TestDb) {
        let mut people = three().to_vec();
        people.push(person("hv00012", "Lê Thị Mĩ", "00002", "VP-CV", THREE[1]));
        people.push(person("hv00120", "Chu Văn Phòng", "00001", "TP", THREE[0]));
        let app = with_people(db, &people).await;
        let mut client = app.signed_in("sonoivu").await;
        let all = ["Đặng Văn Ánh", "Nguyễn Thị Hoà", "Lê Thị Mĩ", "Chu Văn Phòng", "Trần Hoàng Yến"];
        for (asked, wanted) in [
            ("", all.to_vec()),
            ("hoà thị nguyễn", vec!["Nguyễn Thị Hoà"]),
            ("ng h", vec!["Nguyễn Thị Hoà"]),
            ("mỹ", vec!["Lê Thị Mĩ"]),
            ("HV00012", vec!["Lê Thị Mĩ"]),
            ("hv001", vec!["Chu Văn Phòng"]),
            ("hv", vec!["Lê Thị Mĩ", "Chu Văn Phòng"]),
            ("cv đất đai", vec!["Đặng Văn Ánh"]),
            ("cv", vec!["Đặng Văn Ánh", "Lê Thị Mĩ", "Trần Hoàng Yến"]),
            ("tp", vec!["Chu Văn Phòng"]),
            ("vp đu", vec!["Nguyễn Thị Hoà", "Lê Thị Mĩ"]),
            // of the office, which is not in the title
            ("chuyên viên hạ tầng", vec!["Đặng Văn Ánh", "Trần Hoàng Yến"]),
            // a name, or a post
            ("văn phòng", vec!["Nguyễn Thị Hoà", "Lê Thị Mĩ", "Chu Văn Phòng"]),
            ("phòng", vec!["Chu Văn Phòng"]),
            ("ubnd", vec![]),
        ] {
            let page = client.get(&address(&[("q", asked)])).await;
            assert_eq!(page.texts("#rows tbody th"), wanted, "{asked}");
            let shown = format!("{0} / {0} người", wanted.len());
            assert_eq!(page.texts(".pager .soft"), if wanted.is_empty() { vec![] } else { vec![shown] }, "{asked}");
        }
        assert_eq!(client.get("/people?q=cv&level=specialist&commune=00002&bloc=dang").await.texts("#rows tbody th"), ["Lê Thị Mĩ"]);
        let mut commune = app.signed_in("xa-00001").await;
        assert_eq!(commune.get("/people?q=cv").await.texts("#rows tbody th"), ["Đặng Văn Ánh"]);
        assert_eq!(commune.get("/people?q=hv00012").await.texts("#rows tbody th"), Vec::<String>::new());
        let long = format!("/people?q={}", "a+".repeat(3000));
        assert_eq!(client.get(&long).await.texts("#rows .empty h2"), ["Không có người nào khớp"]);
    }

    async fn of_a_very_long_answer_it_is_said_that_there_is_more(db: TestDb) {
        let people: Vec<PersonInput> =
            (0..1002).map(|n| person(&format!("p{n:04}"), "Nguyễn Văn An", "00001", "KT-DD", THREE[1])).collect();
        let app = with_people(db, &people).await;
        let mut client = app.signed_in("sonoivu").await;
        for (address, shown) in [
            ("/people", "50 / 1.002 người"),
            ("/people?q=nguyen", "50 / hơn 1.000 người"),
            ("/people?q=p000", "10 / 10 người"),
        ] {
            let page = client.get(address).await;
            assert_eq!(page.text_of(".pager .soft"), shown, "{address}");
            if let Some(next) = page.attributes(".pager a[rel=next]", "href").first() {
                assert_eq!(client.get(next).await.text_of(".pager .soft"), shown, "{next}");
            }
        }
    }

    async fn what_an_import_writes_is_found_and_what_it_takes_back_is_not(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        committed(&mut client, &roster(&[man("Nguyễn Văn Hùng")])).await;
        assert_eq!(client.get("/people?q=hung+tp").await.texts("#rows tbody th"), Vec::<String>::new());
        assert_eq!(client.get("/people?q=tp").await.texts("#rows tbody th"), ["Nguyễn Văn Hùng"]);
        let mut moved = man("Nguyễn Văn Hùng");
        (moved[4], moved[6]) = ("Hoà Bình", "Chuyên viên đất đai");
        let batch = committed(&mut client, &roster(&[moved])).await;
        assert_eq!(client.get("/people?q=tp").await.texts("#rows tbody th"), Vec::<String>::new());
        assert_eq!(client.get("/people?q=cv&commune=00002").await.texts("#rows tbody th"), ["Nguyễn Văn Hùng"]);
        assert_eq!(client.get("/people?q=cb000001").await.texts("#rows tbody th"), ["Nguyễn Văn Hùng"]);
        client.post(&format!("{batch}/undo"), &[]).await;
        assert_eq!(client.get("/people?q=tp&commune=00001").await.texts("#rows tbody th"), ["Nguyễn Văn Hùng"]);
        assert_eq!(client.get("/people?q=cb000001").await.texts("#rows tbody th"), ["Nguyễn Văn Hùng"]);
    }

    async fn keys_of_an_earlier_version_are_made_anew_at_the_start(db: TestDb) {
        let app = with_people(db, &three()).await;
        let mut client = app.signed_in("sonoivu").await;
        app.place().tamper("UPDATE person SET search_key = 'nguyen thi hoa', sound_key = NULL").await;
        app.place().tamper("UPDATE position SET search_key = 'chanh van phong'").await;
        app.place().tamper("DELETE FROM person_word").await;
        app.place().tamper("DELETE FROM person_find").await;
        assert_eq!(client.get("/people?q=hoa+nguyen").await.texts("#rows tbody th"), Vec::<String>::new());
        app.account("quantri", "administrator", None, None).await;
        app.place().tamper("UPDATE account SET search_key = 'sonoivu so noi vu' WHERE username = 'sonoivu'").await;
        let mut admin = app.signed_in("quantri").await;
        assert_eq!(admin.get("/accounts?q=sonoivu").await.texts("tbody th"), Vec::<String>::new());
        for records in [2, 0] {
            let before = ::store::audit_seq(&mut app.db().read().await.unwrap()).await.unwrap();
            people::renew_keys(app.db()).await.unwrap();
            let after = ::store::audit_seq(&mut app.db().read().await.unwrap()).await.unwrap();
            assert_eq!(after - before, records);
            assert_eq!(client.get("/people?q=hoa+nguyen").await.texts("#rows tbody th"), ["Nguyễn Thị Hoà"]);
            assert_eq!(client.get("/people?q=cvp").await.texts("#rows tbody th"), ["Nguyễn Thị Hoà"]);
            assert_eq!(admin.get("/accounts?q=sonoivu").await.texts("tbody th").len(), 1);
        }
    }

    async fn row_44_possible_doubles_stand_side_by_side(db: TestDb) {
        let born = |code: &str, name: &str, commune: &str, birth: &str| PersonInput {
            birth_date: birth.parse().ok(),
            ..person(code, name, commune, "KT-DD", THREE[1])
        };
        let app = with_people(
            db,
            &[
                born("a", "Nguyễn Văn Trung", "00001", "1980-03-05"),
                born("b", "Nguyễn Văn Chung", "00002", "1980-03-05"),
                born("c", "Vũ Thị Sương", "00001", "1979-01-02"),
                born("d", "Võ Thị Xương", "00001", "1979-11-02"),
                born("e", "Võ Thị Xương", "00002", "1979-12-02"),
                born("f", "Phạm Văn Trung", "00001", "1980-03-05"),
                born("g", "Lê Văn Không", "00001", ""),
                born("h", "Lê Văn Không", "00001", ""),
            ],
        )
        .await;
        let mut client = app.signed_in("sonoivu").await;
        assert_eq!(client.get("/people").await.texts("a[href='/people/doubles']"), ["Có thể trùng"]);
        let page = client.get("/people/doubles").await;
        assert_eq!(page.texts("tbody td:not(.acts) a"), ["Nguyễn Văn Chung", "Nguyễn Văn Trung", "Vũ Thị Sương", "Võ Thị Xương"]);
        assert_eq!(
            page.texts("tbody td:nth-child(3)"),
            ["Tên nghe giống nhau, cùng ngày sinh", "Tên nghe giống nhau, cùng xã, phường, ngày sinh khác một phần"]
        );
        assert_eq!(page.text_of(".cardhead .soft"), "2 / 2 cặp");
        let record = page.attributes("tbody td:not(.acts) a", "href")[0].clone();
        assert!(client.get("/people?q=b").await.attributes("#rows th a", "href").contains(&record), "{record}");
        // a commune sees the pairs within it, and nobody of another one
        let mut commune = app.signed_in("xa-00001").await;
        let page = commune.get("/people/doubles").await;
        assert_eq!(page.texts("tbody a"), ["Vũ Thị Sương", "Võ Thị Xương"]);
        assert!(!page.body.contains("Chung"));
        let mut empty = app.signed_in("xa-00002").await;
        assert_eq!(empty.get("/people/doubles").await.texts(".empty h2"), ["Không thấy ai bị ghi hai lần"]);
        app.account("truongban", "organisation_committee", None, None).await;
        let mut reader = app.signed_in("truongban").await;
        assert_eq!(reader.get("/people/doubles").await.status, 403);
        assert_eq!(reader.get("/people").await.texts("a[href='/people/doubles']"), Vec::<String>::new());
    }

    async fn a_commune_sees_its_own_people_only(db: TestDb) {
        let app = with_people(db, &three()).await;
        let mut client = app.signed_in("xa-00001").await;
        assert_eq!(names(&mut client).await, ["Đặng Văn Ánh", "Nguyễn Thị Hoà"]);
        let asked = client.get("/people?commune=00002").await;
        assert_eq!((asked.texts("#rows tbody th").len(), asked.has("select[name=commune]")), (0, false));
        assert_eq!(client.get("/communes").await.texts("tbody tr").len(), 1);
        let statistics = client.get("/people/statistics").await;
        assert_eq!(statistics.texts("table.cross tbody tr:last-child td")[0], "2");
        // whoever reads aggregates only sees the figures and nobody's name
        app.account("thuongvu", "standing_committee", None, None).await;
        let mut leader = app.signed_in("thuongvu").await;
        assert_eq!(leader.get("/people").await.status, 403);
        let whole = leader.get("/people/statistics").await;
        assert_eq!((whole.status, whole.body.contains("Thị Hoà")), (200, false));
    }

    async fn a_long_list_has_pages_without_holes_or_doubles(db: TestDb) {
        let people: Vec<PersonInput> = (0..120)
            .map(|n| person(&format!("p{n:03}"), &format!("Nguyễn Văn {}", ["An", "Bình", "An"][n % 3]), "00001", "KT-DD", THREE[1]))
            .collect();
        let app = with_people(db, &people).await;
        let mut client = app.signed_in("sonoivu").await;
        let mut address = "/people?q=nguyen".to_owned();
        let mut seen = Vec::new();
        let mut sizes = Vec::new();
        for _ in 0..5 {
            let page = client.get(&address).await;
            let hrefs = page.attributes("#rows tbody th a", "href");
            sizes.push((hrefs.len(), page.text_of(".pager .soft")));
            seen.extend(hrefs);
            match page.attributes(".pager a[rel=next]", "href").first() {
                Some(next) => address = next.clone(),
                None => break,
            }
        }
        assert_eq!(sizes, [(50, "50 / 120 người".to_owned()), (50, "50 / 120 người".to_owned()), (20, "20 / 120 người".to_owned())]);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 120);
    }

    async fn declared_totals_stand_beside_the_register_and_gaps_are_reported(db: TestDb) {
        let app = with_people(db, &three()).await;
        let (by, province) = (By::System("test"), unit(app.db()).await);
        app.db().write(async |tx| load_declared_totals(tx, by, province, &declared()).await).await.unwrap();
        let history = [HistoryInput { category_code: "LLCT".into(), category: "Lý luận chính trị".into(), period: "2021-2024".into(), person_times: 3442 }];
        app.db().write(async |tx| load_history(tx, by, province, &history).await).await.unwrap();

        let lines = reconcile(&mut app.db().read().await.unwrap(), province).await.unwrap();
        let missing: Vec<(String, i64, i64)> = gaps(&lines).into_iter().map(|g| (g.dimension, g.sum, g.missing)).collect();
        let wanted = [("bloc", 8553, 71), ("education", 8512, 112), ("theory", 8624, 0), ("management", 8624, 0)];
        assert_eq!(missing, wanted.map(|(d, sum, gap)| (d.to_owned(), sum, gap)));
        let counted: Vec<(&str, i64, i64)> =
            lines.iter().filter(|l| l.counted > 0).map(|l| (l.key.as_str(), l.declared, l.counted)).collect();
        assert_eq!(counted, [
            ("total", 8624, 3), ("target", 7365, 3), ("dang", 2277, 1), ("chinh_quyen", 4748, 2), ("thac_si", 1018, 1), ("dai_hoc", 7430, 1),
            ("cao_cap", 965, 1), ("trung_cap", 7005, 2), ("cvc", 828, 1), ("cv", 7306, 1), ("chua_qua", 465, 1),
        ]);

        let page = app.signed_in("sonoivu").await.get("/people/reconcile").await;
        assert_eq!(page.texts(".todo li"), ["Thiếu 71 Khối: 8.553", "Thiếu 112 Chuyên môn: 8.512", "Khớp tổng Lý luận chính trị: 8.624", "Khớp tổng Quản lý nhà nước: 8.624"]);
        assert_eq!(page.texts("table.declared tbody tr:first-child > *"), ["Tổng số cán bộ công chức cấp xã", "8.624", "3", "−8.621"]);
        assert_eq!(page.texts("table.history tbody tr > *"), ["Lý luận chính trị", "2021-2024", "3.442"]);
    }
}

fn address(pairs: &[(&str, &str)]) -> String {
    web::form::address("/people", pairs)
}
