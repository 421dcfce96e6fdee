//! The list of people, statistics, and declared totals beside the register.

use ::store::By;
use people::registry::{
    DeclaredInput, HistoryInput, PersonInput, add_people, gaps, load_declared_totals, load_history, reconcile,
};
use testkit::{TestApp, TestDb, db_test};

use crate::import_setting::{app, names, unit};

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
            let page = client.send(axum::http::Request::get(address(&[("q", asked)])).body(axum::body::Body::empty()).unwrap()).await;
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

    async fn a_commune_sees_its_own_people_only(db: TestDb) {
        let app = with_people(db, &three()).await;
        let mut client = app.signed_in("xa-00001").await;
        assert_eq!(names(&mut client).await, ["Đặng Văn Ánh", "Nguyễn Thị Hoà"]);
        let asked = client.get("/people?commune=00002").await;
        assert_eq!((asked.texts("#rows tbody th").len(), asked.has("select[name=commune]")), (0, false));
        assert_eq!(client.get("/communes").await.texts("tbody tr").len(), 1);
        let statistics = client.get("/people/statistics").await;
        assert_eq!(statistics.texts("tbody tr:last-child td:nth-child(2)"), ["2"]);
        // whoever reads aggregates only sees the figures and nobody's name
        app.account("thuongvu", "standing_committee", None, None).await;
        let mut leader = app.signed_in("thuongvu").await;
        assert_eq!(leader.get("/people").await.status, 403);
        let whole = leader.get("/people/statistics").await;
        assert_eq!((whole.status, whole.body.contains("Hoà")), (200, false));
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

    async fn statistics_are_bloc_by_education_theory_and_management(db: TestDb) {
        let app = with_people(db, &three()).await;
        let mut client = app.signed_in("sonoivu").await;
        let page = client.get("/people/statistics").await;
        assert_eq!(page.texts("table.cross thead tr:first-child th"), ["Khối", "Số người", "Chuyên môn", "Lý luận chính trị", "Quản lý nhà nước"]);
        // nobody's theory and management are undeclared: no column for them
        let columns = [
            "Tiến sĩ",
            "Thạc sĩ",
            "Đại học",
            "Cao đẳng, trung cấp",
            "Sơ cấp",
            "Chưa khai",
            "Cao cấp",
            "Trung cấp",
            "Sơ cấp",
            "Chưa qua",
            "CV cao cấp",
            "CV chính",
            "Chuyên viên",
            "Chưa qua",
        ];
        assert_eq!(page.texts("table.cross thead tr:nth-child(2) th"), columns);
        let row = |n: usize| page.texts(&format!("table.cross tbody tr:nth-child({n}) > *")).join(" ");
        assert_eq!(row(1), "Đảng 1 0 1 0 0 0 0 1 0 0 0 0 1 0 0");
        assert_eq!(row(2), "Chính quyền 2 0 0 1 0 0 1 0 2 0 0 0 0 1 1");
        assert_eq!(row(6), "Tổng cộng 3 0 1 1 0 0 1 1 2 0 0 0 1 1 1");
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

        let page = app.signed_in("sonoivu").await.get("/people/statistics").await;
        assert_eq!(page.texts(".todo li"), ["Thiếu 71 Khối: 8.553", "Thiếu 112 Chuyên môn: 8.512", "Khớp tổng Lý luận chính trị: 8.624", "Khớp tổng Quản lý nhà nước: 8.624"]);
        assert_eq!(page.texts("table.declared tbody tr:first-child > *"), ["Tổng số cán bộ công chức cấp xã", "8.624", "3", "−8.621"]);
        assert_eq!(page.texts("table.history tbody tr > *"), ["Lý luận chính trị", "2021-2024", "3.442"]);
    }
}

fn address(pairs: &[(&str, &str)]) -> String {
    web::form::address("/people", pairs)
}
