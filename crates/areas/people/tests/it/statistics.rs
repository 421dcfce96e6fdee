//! Statistics: any crossing, on any day, with the people behind each figure.

use ::store::By;
use people::registry::{PersonInput, add_people};
use testkit::{TestApp, TestDb, db_test};

use crate::import_setting::app;

store::sql!(END_POST, "UPDATE assignment SET valid_to = $2 WHERE person_id = $1");

fn person(code: &str, commune: &str, position: &str, born: &str, gender: &str, education: &str) -> PersonInput {
    PersonInput {
        code: code.into(),
        full_name: format!("Người Sinh {}", code.to_uppercase()),
        gender: Some(gender.into()),
        birth_date: born.parse().ok(),
        ethnic_code: Some("01".into()),
        commune_code: commune.into(),
        office_code: None,
        position_code: position.into(),
        education: (!education.is_empty()).then(|| education.to_owned()),
        theory: Some("trung_cap".into()),
        management: Some("cv".into()),
        in_post_since: "2025-07-01".parse().unwrap(),
        generated: true,
    }
}

/// Five people of two communes; the last left on 31 December 2025.
async fn five(db: TestDb) -> TestApp {
    let app = app(db).await;
    let people = [
        person("a", "00001", "CVP", "1990-11-25", "nu", "thac_si"),
        person("b", "00001", "KT-DD", "1995-11-24", "nam", "dai_hoc"),
        person("c", "00001", "KT-TC", "1995-11-25", "nam", "dai_hoc"),
        person("d", "00002", "KT-TC", "", "nu", ""),
        person("e", "00002", "CVP", "1960-01-01", "nam", "dai_hoc"),
    ];
    let ids = add_people(app.db(), By::System("test"), &people).await.unwrap();
    let last: chrono::NaiveDate = "2025-12-31".parse().unwrap();
    app.db()
        .write(async |tx| {
            tx.exec(&END_POST, &[&ids[4], &last]).await?;
            // what is kept between requests is kept until a record is written
            tx.audit(By::System("test"), "registry.person.changed", ids[4], store::Change::created(&last))
        })
        .await
        .unwrap();
    app
}

db_test! {
    async fn any_two_kinds_are_crossed_on_any_day(db: TestDb) {
        let app = five(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let page = client.get("/people/statistics?rows=commune&cols=gender").await;
        assert_eq!(page.texts("table.cross thead th"), ["Xã, phường", "Số người", "Nam", "Nữ"]);
        let today = ["Xã Anh Sơn", "3", "2", "1", "Xã Hoà Bình", "1", "0", "1", "Tổng cộng", "4", "2", "2"];
        assert_eq!(page.texts("table.cross tbody tr > *"), today);
        // who left on 31 December was there on that day, and nobody was before the first
        let then = client.get("/people/statistics?rows=commune&cols=gender&on=2025-12-31").await;
        assert_eq!(then.texts("table.cross tbody tr:last-child > *"), ["Tổng cộng", "5", "3", "2"]);
        assert_eq!(client.get("/people/statistics?on=2025-06-30").await.texts("#answer .empty h2"), ["Không có ai để đếm"]);
        // a birthday changes the band on the day: on 24 November one is 31, born a day later one is still 30
        let ages = client.get("/people/statistics?rows=age&cols=&on=2026-11-24").await;
        let bands = ["Dưới 31 tuổi", "1", "31 – 40 tuổi", "2", "Chưa rõ", "1", "Tổng cộng", "4"];
        assert_eq!(ages.texts("table.cross tbody tr > *"), bands);
        let next = client.get("/people/statistics?rows=age&cols=&on=2026-11-25").await;
        assert_eq!(next.texts("table.cross tbody tr:first-child > *"), ["31 – 40 tuổi", "3"]);
        // the scheme's own table first, narrowed by a filter
        let women = client.get("/people/statistics?gender=nu").await;
        assert_eq!(women.texts("table.cross thead th"), ["Khối", "Số người", "Thạc sĩ", "Chưa rõ"]);
        assert_eq!(women.texts("table.cross tbody tr:last-child > *"), ["Tổng cộng", "2", "1", "1"]);
        assert_eq!(women.attributes("#f-gender option[selected]", "value"), ["nu"]);
    }

    async fn people_are_counted_by_what_they_were_on_the_day(db: TestDb) {
        let app = five(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let list = client.get("/people/statistics/people").await;
        let record = list.attributes("tbody th a", "href").into_iter().zip(list.texts("tbody th")).find(|(_, name)| name == "Người Sinh C");
        let c = record.unwrap().0;
        // two changes on one day, one of them to nothing, and a third a week later
        let changes: [&[(&str, &str)]; 2] = [
            &[("education", "thac_si"), ("theory", "cao_cap"), ("gender", "nu")],
            &[("education", "tien_si"), ("management", ""), ("birth_date", "1960-11-25")],
        ];
        for fields in changes {
            let form = client.get(&format!("{c}/record")).await.form("/record");
            assert_eq!(client.submit(&form, fields).await.status, 303);
        }
        let app = app.later([people::area()], "2026-12-01T08:00");
        let mut client = app.signed_in("sonoivu").await;
        let form = client.get(&format!("{c}/record")).await.form("/record");
        assert_eq!(client.submit(&form, &[("theory", "so_cap")]).await.status, 303);
        let mut rows = Vec::new();
        for on in ["2026-11-23", "2026-11-24", "2026-12-01"] {
            for kind in ["education", "theory", "management", "gender", "age"] {
                let page = client.get(&format!("/people/statistics?rows={kind}&cols=&commune=00001&on={on}")).await;
                rows.push(page.texts("table.cross tbody tr:not(:last-child) > *").join(" "));
            }
        }
        assert_eq!(rows, [
            "Thạc sĩ 1 Đại học 2", "Trung cấp 3", "Chuyên viên 3", "Nam 2 Nữ 1", "Dưới 31 tuổi 2 31 – 40 tuổi 1",
            "Tiến sĩ 1 Thạc sĩ 1 Đại học 1", "Cao cấp 1 Trung cấp 2", "Chuyên viên 2 Chưa rõ 1", "Nam 1 Nữ 2", "31 – 40 tuổi 2 Từ 61 tuổi 1",
            "Tiến sĩ 1 Thạc sĩ 1 Đại học 1", "Trung cấp 2 Sơ cấp 1", "Chuyên viên 2 Chưa rõ 1", "Nam 1 Nữ 2", "31 – 40 tuổi 2 Từ 61 tuổi 1",
        ]);
        // the list behind a figure of the past is that of the past
        let then = client.get("/people/statistics/people?gender=nam&theory=trung_cap&education=dai_hoc&on=2026-11-23").await;
        assert_eq!(then.texts("tbody th"), ["Người Sinh B", "Người Sinh C"]);
        assert_eq!(then.texts("tbody tr:last-child td:nth-child(2)"), ["25/11/1995"]);
        let now = client.get("/people/statistics/people?gender=nam&education=dai_hoc").await;
        assert_eq!(now.texts("tbody th"), ["Người Sinh B"]);
    }

    async fn every_dimension_counts_everybody_once(db: TestDb) {
        let app = five(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let all = ["bloc", "level", "education", "theory", "management", "gender", "ethnic", "age", "region", "commune", "audience"];
        for rows in all {
            for cols in all {
                let page = client.get(&format!("/people/statistics?rows={rows}&cols={cols}")).await;
                assert_eq!(page.status, 200, "{rows} {cols}");
                assert_eq!(page.texts("table.cross tbody tr:last-child td")[0], "4", "{rows} {cols}");
                let unknown: Vec<String> = page.texts("#answer").into_iter().filter(|t| t.contains("statistics-")).collect();
                assert!(unknown.is_empty(), "{rows} {cols}: {unknown:?}");
            }
        }
    }

    async fn a_figure_opens_the_people_behind_it(db: TestDb) {
        let app = five(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let page = client.get("/people/statistics?rows=commune&cols=education&on=2025-12-31&gender=nam").await;
        let links = page.attributes("table.cross tbody a", "href");
        // each commune's sum and its one column, then both sums of all
        assert_eq!(links.len(), 6, "{links:?}");
        let figures = page.texts("table.cross tbody a");
        for (link, figure) in links.iter().zip(&figures) {
            let list = client.get(link).await;
            assert_eq!(list.texts("tbody th").len().to_string(), *figure, "{link}");
        }
        let second = client.get(&links[2]).await;
        assert_eq!(second.texts("tbody th"), ["Người Sinh E"]);
        assert_eq!(second.text_of(".pagehead .soft"), "Giới tính: Nam · Xã, phường: Xã Hoà Bình · Vào ngày 31/12/2025");
        let back = second.attributes(".crumbs a", "href");
        assert_eq!(back[0], links[2].replace("/people/statistics/people", "/people/statistics"));
        // a figure of nobody leads nowhere
        let zero = client.get("/people/statistics?rows=commune&cols=gender").await;
        assert_eq!(zero.texts("table.cross td.soft"), ["0"]);
        assert!(!zero.has("table.cross td.soft a"));
    }

    async fn an_officer_counts_the_own_commune_and_a_leader_sees_no_name(db: TestDb) {
        let app = five(db).await;
        let mut officer = app.signed_in("xa-00002").await;
        let own = officer.get("/people/statistics?rows=commune&cols=&on=2025-12-31&commune=00001").await;
        assert!(own.has("#answer .empty"), "another commune has nobody for its neighbour");
        let own = officer.get("/people/statistics?rows=commune&cols=&on=2025-12-31").await;
        assert_eq!(own.texts("table.cross tbody tr:first-child > *"), ["Xã Hoà Bình", "2"]);
        assert!(!own.has("#f-commune"));
        let behind = officer.get("/people/statistics/people?commune=00001").await;
        assert_eq!((behind.status, behind.texts("tbody th").len()), (200, 0));
        app.account("thuongvu", "standing_committee", None, None).await;
        let mut leader = app.signed_in("thuongvu").await;
        let page = leader.get("/people/statistics?rows=commune&cols=gender").await;
        assert_eq!(page.texts("table.cross tbody tr:last-child > *"), ["Tổng cộng", "4", "2", "2"]);
        assert!(!page.has("table.cross a"));
        assert_eq!(leader.get("/people/statistics/people").await.status, 403);
    }

    async fn a_day_that_is_none_is_said_at_its_field(db: TestDb) {
        let app = five(db).await;
        let mut client = app.signed_in("sonoivu").await;
        for wrong in ["31/02/2026", "2026-02-31", "0026-01-01", "x"] {
            let page = client.get(&format!("/people/statistics?rows=gender&on={wrong}")).await;
            assert_eq!(page.status, 422, "{wrong}");
            assert_eq!(page.attributes("#f-on", "value"), [wrong]);
            assert_eq!(page.texts("#e-on"), ["Không có ngày này, hoặc ngoài khoảng năm 1900 – 2100."]);
            assert_eq!(page.attributes("#f-rows option[selected]", "value"), ["gender"]);
        }
        // a kind that does not exist is the scheme's first table
        let page = client.get("/people/statistics?rows=zodiac&cols=zodiac").await;
        assert_eq!(page.text_of("#answer h2"), "Khối");
    }

    async fn bands_of_age_are_a_dated_setting(db: TestDb) {
        let app = five(db).await;
        let mut client = app.signed_in("sonoivu").await;
        app.place()
            .tamper("INSERT INTO registry_rule (key, value, unit, valid_from, source) VALUES ('age_bands', '36', 'tuổi', '2026-01-01', 'test')")
            .await;
        let page = client.get("/people/statistics?rows=age&cols=").await;
        assert_eq!(page.texts("table.cross tbody th"), ["Dưới 36 tuổi", "Chưa rõ", "Tổng cộng"]);
        let before = client.get("/people/statistics?rows=age&cols=&on=2025-12-31").await;
        assert_eq!(before.texts("table.cross tbody th"), ["Dưới 31 tuổi", "31 – 40 tuổi", "Từ 61 tuổi", "Chưa rõ", "Tổng cộng"]);
    }

    async fn row_95_a_saved_query_is_the_report(db: TestDb) {
        let app = five(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let asked = "/people/statistics?rows=commune&cols=education&gender=nam&level=head&on=2025-12-31";
        let seen = client.get(asked).await;
        let form = seen.form("/saved");
        let wrong = client.submit(&form, &[("name", "  ")]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.texts("table.cross tbody tr > *"), seen.texts("table.cross tbody tr > *"), "the question stays");
        let kept = client.submit(&form, &[("name", "Nam giới, cấp trưởng")]).await;
        assert_eq!(kept.status, 303, "{}", kept.body);
        let page = client.get("/people/statistics").await;
        assert_eq!(page.texts("ul.saved a"), ["Nam giới, cấp trưởng"]);
        let again = client.get(&page.attributes("ul.saved a", "href")[0]).await;
        assert_eq!(again.texts("table.cross tr > *"), seen.texts("table.cross tr > *"));
        for filter in ["#f-rows", "#f-cols", "#f-gender", "#f-level"] {
            let chosen = |page: &testkit::Reply| page.attributes(&format!("{filter} option[selected]"), "value");
            assert_eq!(chosen(&again), chosen(&seen), "{filter}");
        }
        assert_eq!(again.attributes("#f-on", "value"), ["2025-12-31"]);
        // the files are of the same question
        assert_eq!(again.attributes("a[href^='/reports/statistics']", "href"), seen.attributes("a[href^='/reports/statistics']", "href"));
        // a name is used once, and a table is nobody else's
        let taken = client.submit(&form, &[("name", "Nam giới, cấp trưởng")]).await;
        assert_eq!((taken.status, taken.text_of("#e-name")), (422, "Bạn đã có một biểu tên này.".to_owned()));
        let removal = page.form("/removal");
        let mut other = app.signed_in("xa-00001").await;
        assert_eq!(other.submit(&removal, &[]).await.status, 404);
        assert!(!other.get("/people/statistics").await.has("ul.saved"));
        assert_eq!(client.submit(&removal, &[]).await.status, 303);
        assert!(!client.get("/people/statistics").await.has("ul.saved"));
    }
}
