//! Rosters of more rows than are in memory at a time.

use ::store::Db;
use people::registry::import::{ImportError, Importer, commit, draft, preview, undo};
use testkit::db_test;

use crate::import_setting::{app, unit};

/// Rows of a roster that comes in three portions.
const ROWS: usize = 2_300;

/// A name that nobody else of the roster has.
fn name(number: usize) -> String {
    const NAMES: [&str; 10] = ["An", "Bình", "Chi", "Dung", "Giang", "Hoà", "Khoa", "Lan", "Minh", "Nga"];
    let part = |tenth: usize| NAMES[number / tenth % 10];
    format!("Lê {} {} {} {}", part(1000), part(100), part(10), part(1))
}

/// A generated roster: everybody is somebody else; the last of them brings a code.
fn roster(code: &str) -> String {
    let mut text = "Họ và tên,Ngày sinh,Chức vụ,Xã,Mã cán bộ,Số điện thoại\n".to_owned();
    for number in 0..ROWS {
        let code = if number + 1 == ROWS { code } else { "" };
        let (name, day) = (name(number), number % 28 + 1);
        text.push_str(&format!("{name},{day:02}/05/1980,Chuyên viên đất đai,Anh Sơn,{code},0912{number:06}\n"));
    }
    text
}

store::sql!(
    COUNTED,
    "SELECT (SELECT COUNT(*) FROM person), (SELECT COUNT(*) FROM person_find), (SELECT COUNT(DISTINCT code) FROM person_find)"
);

/// People, lines of the search, and codes among them.
async fn counted(db: &Db) -> (i64, i64, i64) {
    let mut conn = db.read().await.unwrap();
    conn.one(&COUNTED, &[]).await.unwrap()
}

db_test! {
    async fn a_roster_of_three_portions_is_written_and_taken_back_as_one(db: TestDb) {
        let app = app(db).await;
        let who = Importer::System("test", unit(app.db()).await);
        // the code of the last row is one that an earlier row would have been given
        let opened = draft(app.db(), who, roster("CB000007").into_bytes(), false).await.unwrap();
        let id = preview(app.db(), who, "dai.csv", opened).await.unwrap();
        assert_eq!(counted(app.db()).await, (0, 0, 0));
        let written = commit(app.db(), who, id).await.unwrap();
        let rows = i64::try_from(ROWS).unwrap();
        assert_eq!((written.new, written.faulty, written.doubtful), (rows, 0, 0));
        assert_eq!(counted(app.db()).await, (rows, rows, rows));

        let mut client = app.signed_in("sonoivu").await;
        let page = client.get("/people?q=CB000007").await;
        assert!(page.body.contains(&name(ROWS - 1)), "{}", page.text_of("main"));
        // again: nothing is new
        let opened = draft(app.db(), who, roster("CB000007").into_bytes(), false).await.unwrap();
        let again = preview(app.db(), who, "dai.csv", opened).await.unwrap();
        assert!(matches!(commit(app.db(), who, again).await, Err(ImportError::Nothing)));

        undo(app.db(), who, id).await.unwrap();
        assert_eq!(counted(app.db()).await, (0, 0, 0));
        let verified = store::verify(&mut app.db().read().await.unwrap()).await.unwrap();
        assert!(matches!(verified, store::Verified::Whole(n) if n >= 2 * rows), "{verified:?}");
    }

    async fn what_is_wrong_far_below_the_headings_leaves_nothing_behind(db: TestDb) {
        let app = app(db).await;
        let who = Importer::System("test", unit(app.db()).await);
        let mut text = roster("");
        for number in 0..ROWS {
            text.push_str(&format!("NguyÔn V¨n H¶i,{:02}/06/1980,Chøc vô,Anh Sơn,,\n", number % 28 + 1));
        }
        let opened = draft(app.db(), who, text.into_bytes(), false).await.unwrap();
        let refused = preview(app.db(), who, "dai.csv", opened).await.unwrap_err();
        assert!(refused.to_string().contains("TCVN3"), "{refused}");
        let mut client = app.signed_in("sonoivu").await;
        assert!(!client.get("/people/import").await.body.contains("dai.csv"));
    }
}
