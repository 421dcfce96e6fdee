//! The coverage table, the lists behind it, and its files.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use oversight::coverage::{Format, coverage, write};
use teaching::{
    planning::{compose_plan, plan_curve, plan_years},
    scheme,
};
use testkit::db_test;
use web::{Lang, T};

use crate::setting::{LATER, rows, setting, two_years};

/// Cells of the only sheet as texts, row by row.
fn sheet(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let text = |cell: &Data| match cell {
        Data::Float(n) if n.fract() != 0.0 => format!("{n:.3}"),
        other => other.to_string(),
    };
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

/// The rows below the head line that begins with `TT`, without the place.
fn lines(bytes: &[u8]) -> Vec<Vec<String>> {
    let all = sheet(bytes);
    let head = all.iter().position(|row| row.first().is_some_and(|c| c == "TT")).unwrap();
    all.into_iter().skip(head + 1).map(|row| row.into_iter().skip(1).collect()).collect()
}

db_test! {
    async fn row_15_coverage_is_read_by_commune_district_bloc_and_audience(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let mut school = setting.app.signed_in("truong").await;
        let body = async |client: &mut testkit::Client, by: &str| {
            let page = client.get(&format!("/coverage?by={by}")).await;
            assert_eq!(page.texts("tfoot td.n").first().unwrap(), "26", "{by}: the whole stays the same");
            let links = page.attributes("tbody td a", "href");
            for (figure, href) in page.texts("tbody td a").iter().zip(&links) {
                assert_eq!(rows(client, href).await.to_string(), *figure, "{href}");
            }
            (page.texts("tbody th"), page.texts("tbody td.n"))
        };
        let (names, figures) = body(&mut school, "commune").await;
        assert_eq!(names, ["Xã Thử 1", "Xã Thử 2"]);
        assert_eq!(figures, ["13", "3", "10", "12", "3", "25,0 %", "13", "1", "12", "12", "1", "8,3 %"]);
        let (names, figures) = body(&mut school, "district").await;
        assert_eq!((names, figures), (vec!["Thử".to_owned()], ["26", "4", "22", "24", "4", "16,7 %"].map(str::to_owned).to_vec()));
        let (names, figures) = body(&mut school, "bloc").await;
        assert_eq!(names, ["Đảng", "Chính quyền"]);
        assert_eq!(figures, ["2", "0", "2", "0", "0", "–", "24", "4", "20", "24", "4", "16,7 %"]);
        let (names, _) = body(&mut school, "audience").await;
        assert_eq!(names, ["Đối tượng 1", "Đối tượng 2"]);
        let lowest = school.get("/coverage?sort=share").await;
        assert_eq!(lowest.texts("tbody th"), ["Xã Thử 2", "Xã Thử 1"]);
    }

    async fn row_42_who_has_and_who_has_not_completed_is_a_list(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let mut school = setting.app.signed_in("truong").await;
        let trained = school.get("/coverage/people?state=trained").await;
        assert_eq!(trained.text_of(".pagehead .soft"), "4 người");
        let five = setting.five();
        let mut links = trained.attributes("tbody th a", "href");
        links.sort();
        let mut wanted: Vec<String> = five.iter().take(4).map(|p| format!("/people/{p}")).collect();
        wanted.sort();
        assert_eq!(links, wanted);
        let rest = school.get("/coverage/people?state=untrained").await;
        assert_eq!((rest.texts("tbody tr").len(), rest.text_of(".pagehead .soft")), (22, "22 người".to_owned()));
        assert!(rest.attributes("tbody th a", "href").contains(&format!("/people/{}", five[4])), "who missed too much");
        // an officer sees the own commune only, whatever is asked for
        let mut officer = setting.app.signed_in("xa-00002").await;
        assert_eq!(rows(&mut officer, "/coverage/people?state=trained").await, 1);
        assert_eq!(rows(&mut officer, "/coverage/people?state=trained&commune=00001").await, 0);
        assert_eq!(rows(&mut officer, "/coverage/people").await, 13);
    }

    async fn row_95_the_file_holds_what_the_page_was_asked_for(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let mut school = setting.app.signed_in("truong").await;
        let page = school.get("/coverage?by=bloc&sort=share").await;
        let href = page.attributes(".pagehead a", "href").first().unwrap().clone();
        assert_eq!(href, "/reports/coverage.xlsx?by=bloc&sort=share");
        let file = school.get(&href).await;
        assert_eq!(file.status, 200);
        assert_eq!(
            lines(&file.bytes),
            [
                ["Đảng", "2", "0", "0", "0", "0", ""],
                ["Chính quyền", "24", "4", "0.167", "24", "4", "0.167"],
                ["Toàn tỉnh", "26", "4", "0.154", "24", "4", "0.167"],
            ]
        );
    }

    async fn a_plan_composed_again_counts_who_was_trained_without_a_seat_and_nobody_twice(db: TestDb) {
        let setting = two_years(db, LATER).await;
        setting.held().await;
        let school = web::Permit::check(&setting.school).unwrap();
        compose_plan(setting.app.db(), &school).await.unwrap();
        let mut conn = setting.app.db().read().await.unwrap();
        let years = plan_years(&mut conn, setting.province.scheme).await.unwrap();
        let shown: Vec<(i64, i64, Option<&str>)> =
            years.iter().map(|y| (y.year, y.classes, y.decision_number.as_deref())).collect();
        assert_eq!(shown, [(2026, 2, Some("1/KH")), (2027, 2, None)]);
        assert_ne!(years.first().unwrap().plan_id, years.last().unwrap().plan_id, "the approved year stays with its plan");
        let curve = plan_curve(&mut conn, setting.province.scheme).await.unwrap();
        drop(conn);
        // everybody but those of whom the list says that nothing is planned
        let areas = [people::area(), teaching::area(), learning::area(), oversight::area()];
        let before = setting.app.later(areas, "2026-01-05T08:00");
        let list = before.signed_in("truong").await.get("/coverage/people").await;
        let states = list.texts("tbody td:last-child");
        assert_eq!(states.len(), 26);
        let never = states.iter().filter(|s| *s == "Chưa có trong kế hoạch").count();
        let counted: i64 = curve.iter().map(|(_, people)| people).sum();
        assert_eq!(usize::try_from(counted).unwrap(), 26 - never);
    }

    async fn every_format_has_the_figures_of_the_page(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let mut conn = setting.app.db().read().await.unwrap();
        let scheme = scheme::all(&mut conn).await.unwrap().remove(0);
        let today = setting.app.db().today();
        let rules = scheme::rules(&mut conn, scheme.id, today).await.unwrap();
        let figures = coverage(&mut conn, &scheme, &rules, today).await.unwrap();
        let vi = T { lang: Lang::Vi };
        let made = |format| write(vi, &scheme.short_name, &figures, format).unwrap();

        let json: serde_json::Value = serde_json::from_slice(&made(Format::Json)).unwrap();
        let whole = ["people", "trained", "target", "target_trained"].map(|k| json.get(k).unwrap().as_i64().unwrap());
        assert_eq!((whole, json.get("as_of").unwrap().as_str().unwrap()), ([26, 4, 24, 4], "2026-03-20"));
        let csv = String::from_utf8(made(Format::Csv)).unwrap();
        assert_eq!(
            csv.trim_start_matches('\u{feff}').lines().collect::<Vec<_>>(),
            [
                "code,kind,name,former_district,people,trained,target,target_trained",
                "00001,xa,Thử 1,Thử,13,3,12,3",
                "00002,xa,Thử 2,Thử,13,1,12,1",
            ]
        );
        assert_eq!(
            lines(&made(Format::Xlsx)),
            [
                ["00001", "Xã Thử 1", "Thử", "13", "3", "0.231", "12", "3", "0.250"],
                ["00002", "Xã Thử 2", "Thử", "13", "1", "0.077", "12", "1", "0.083"],
                ["", "Toàn tỉnh", "", "26", "4", "0.154", "24", "4", "0.167"],
            ]
        );
        assert_eq!(made(Format::Xlsx), setting.app.signed_in("truong").await.get("/reports/coverage.xlsx").await.bytes);
    }
}
