//! Periods by ledger and year, who is behind, and statistics as files.

use calamine::{Data, Reader, Xlsx};
use documents::report::{Block, Cell, Row};
use oversight::appendices::{Appendix, appendix};
use teaching::scheme;
use testkit::{Reply, db_test, paper};
use web::{Lang, T};

use crate::setting::{LATER, setting};

/// Rows of the first sheet of a spreadsheet as text.
fn rows(reply: &Reply) -> Vec<Vec<String>> {
    assert_eq!(reply.status, 200);
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(reply.bytes.clone())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

db_test! {
    async fn ledgers_stand_apart_and_who_is_behind_is_a_list_and_a_file(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let five = setting.five();
        let done = format!("/people/{}", five[0]);
        let year = |page: &Reply| page.texts("table.ledgers tbody tr:first-child > *");
        assert_eq!(year(&setting.page("truong", &done).await), ["2026", "40 / 40", "0", "0"]);
        // a class that was not completed counts for nothing
        let missed = setting.page("truong", &format!("/people/{}", five[4])).await;
        assert_eq!(year(&missed), ["2026", "0 / 40", "0", "0"]);

        let list = setting.page("truong", "/people/behind?ledger=position").await;
        let named = list.attributes("table.behind th a", "href");
        assert_eq!(named.len(), 22, "26 people, four of whom have completed a class");
        assert!(!named.contains(&done));
        let file = setting.page("truong", "/people/behind.xlsx?ledger=position").await;
        let lines = rows(&file);
        assert_eq!(lines.iter().filter(|row| row[0].parse::<i64>().is_ok()).count(), 22);
        // specialists owe no knowledge updating, leaders do
        let updating = setting.page("truong", "/people/behind?ledger=update").await;
        let leaders = updating.attributes("table.behind th a", "href").len();
        assert!(leaders > 0 && leaders < 22, "{leaders}");
        assert!(updating.texts("table.behind tbody td:last-child").iter().all(|cell| cell == "0 / 40"));
        // an officer sees the own commune, the past year owes more than the running one has
        let own = setting.page("xa-00001", "/people/behind?ledger=position").await;
        assert_eq!(own.texts("table.behind tbody tr").len(), 13 - 3);
        let before = setting.page("truong", "/people/behind?ledger=position&year=2025").await;
        assert_eq!(before.texts("table.behind tbody tr").len(), 26);
        assert_eq!(setting.app.signed_in("thuongvu").await.get("/people/behind").await.status, 403);
    }

    async fn a_course_elsewhere_counts_in_its_ledger_and_a_setting_moves_the_classes(db: TestDb) {
        let setting = setting(db, LATER).await;
        setting.held().await;
        let mut school = setting.app.signed_in("truong").await;
        let address = format!("/people/{}", setting.five()[0]);
        let code = school.get(&address).await.texts("dl.facts dd").remove(0);
        let text = format!("Mã cán bộ,Tên lớp,Loại,Từ ngày,Số tiết,Sổ theo dõi\n{code},Cập nhật nghị quyết,KTKN,05/01/2026,16,145-QĐ/TW\n{code},Trung cấp lý luận,LLCT,06/01/2025,1056,\n");
        let batch = school.upload("/people/courses", "file", "a.csv", text.as_bytes(), &[]).await.location().to_owned();
        let form = school.get(&batch).await.form("/commit");
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        let years = school.get(&address).await.texts("table.ledgers tbody tr > *");
        assert_eq!(years, ["2026", "40 / 40", "16", "0", "2025", "0", "0", "1.056"]);
        // the record as a paper has them as well, and the courses behind them
        let paper = paper::words(&school.get(&format!("{address}/record.pdf")).await.bytes).concat();
        for told in [
            "2026|40 / 40|16|0 2025|0|0|1.056",
            "Cập nhật nghị quyết|05/01/2026|16|145-QĐ/TW",
            "Trung cấp lý luận|06/01/2025|1.056|Khác",
        ] {
            // cells of a row follow each other without a space
            assert!(paper.contains(&told.replace('|', "")), "{told}: {paper}");
        }
        // the appendix has them by category and year, beside the four who completed a class
        let mut conn = setting.app.db().read().await.unwrap();
        let today = setting.app.db().today();
        let scheme = scheme::all(&mut conn).await.unwrap().remove(0);
        let rules = scheme::rules(&mut conn, scheme.id, today).await.unwrap();
        let made = appendix(&mut conn, T { lang: Lang::Vi }, Appendix::Training, &scheme, &rules, today).await.unwrap();
        drop(conn);
        let Some(Block::Table(table)) = made.blocks.last() else { panic!("no table by year") };
        assert_eq!(table.columns.iter().map(|column| column.title.as_str()).collect::<Vec<_>>()[2..], ["2025", "2026", "Tổng cộng"]);
        let numbers = |row: &Row| -> Vec<i64> {
            let (Row::Line(cells) | Row::Total(cells)) = row else { panic!("a heading") };
            cells[2..].iter().map(|cell| if let Cell::Number(number) = cell { *number } else { -1 }).collect()
        };
        assert_eq!(table.rows.iter().map(numbers).collect::<Vec<_>>(), [[0, 5, 5], [1, 0, 1], [1, 5, 6]]);
        setting.app.place()
            .tamper("INSERT INTO registry_rule (key, value, unit, valid_from, source) SELECT 'ledger_class_' || code, 'update', 'sổ', '2026-01-01', 'test' FROM programme")
            .await;
        let years = school.get(&address).await.texts("table.ledgers tbody tr:first-child > *");
        assert_eq!(years, ["2026", "0 / 40", "56", "0"]);
    }

    async fn a_crossing_is_a_file_under_the_letterhead_of_whoever_counts(db: TestDb) {
        let setting = setting(db, LATER).await;
        let whole = rows(&setting.page("truong", "/reports/statistics.xlsx?rows=commune&cols=level").await);
        let has = |rows: &[Vec<String>], words: &str| rows.iter().flatten().any(|cell| cell == words);
        assert!(whole[1][0].starts_with("TRƯỜNG"), "{whole:?}");
        let total = whole.iter().find(|row| row[1] == "Tổng cộng").unwrap();
        assert_eq!(total[2..4], ["26".to_owned(), "1".to_owned()]);
        let own = rows(&setting.page("xa-00001", "/reports/statistics.xlsx?rows=commune&cols=level&gender=").await);
        assert_eq!(own.iter().find(|row| row[1] == "Tổng cộng").unwrap()[2], "13");
        assert!(!has(&own, &whole[1][0]), "a commune writes under its own name");
        for (ending, begins) in [("pdf", b"%PDF-".as_slice()), ("docx", b"PK")] {
            let file = setting.page("xa-00001", &format!("/reports/statistics.{ending}?rows=age&cols=gender")).await;
            assert!(file.bytes.starts_with(begins), "{ending}");
        }
        let wrong = setting.app.signed_in("truong").await.get("/reports/statistics.pdf?on=31-02-2026").await;
        assert_ne!(wrong.status, 200);
    }
}
