//! Columns that an officer puts right once.

use ::store::latest;
use rust_xlsxwriter::Workbook;
use testkit::{Client, Reply, TestApp, db_test};

use crate::import_setting::{app, counts, table, uploaded};

/// A roster whose headings tell neither the birth date nor the post, below `titles` lines, with one person.
fn file(titles: u32, name: &str, post: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..titles {
        sheet.write(row, 0, "DANH SÁCH").unwrap();
    }
    for (column, text) in (0..).zip(["Họ và tên", "Sinh vào", "Việc được giao", "Nơi công tác", "Dân tộc"])
    {
        sheet.write(titles, column, text).unwrap();
        sheet.write(titles + 1, column, u32::from(column) + 1).unwrap();
    }
    for (column, text) in (0..).zip([name, "05/03/1980", post, "Anh Sơn", "Kinh"]) {
        sheet.write(titles + 2, column, text).unwrap();
    }
    book.save_to_buffer().unwrap()
}

/// Says by hand what the columns of [`file`] mean.
async fn corrected(client: &mut Client, path: &str, head_rows: &str) {
    let fields = [
        ("sheet", "Sheet1"),
        ("head_rows", head_rows),
        ("column-0", "name"),
        ("column-1", "birth"),
        ("column-2", "position"),
        ("column-3", "commune"),
        ("column-4", "ethnic"),
    ];
    let reply = client.post(&format!("{path}/columns"), &fields).await;
    assert_eq!((reply.status, reply.location()), (303, path), "{}", reply.body);
}

fn note(page: &Reply) -> Vec<String> {
    page.texts(".alert.info p")
}

async fn audited(app: &TestApp) -> Vec<(String, String)> {
    let lines = latest(&mut app.db().read().await.unwrap(), i64::MAX, 100).await.unwrap();
    lines.into_iter().filter(|l| l.action.starts_with("registry.mapping.")).map(|l| (l.who, l.action)).collect()
}

const USED: &str =
    "Tệp có các tiêu đề này được đọc theo cách ghép cột mà đơn vị bạn đã chỉnh và ghi lúc 24/11/2026 08:00.";

db_test! {
    async fn columns_that_were_committed_are_used_for_the_next_file_of_the_unit_alone(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("xa-00001").await;
        let (path, page) = uploaded(&mut client, &file(2, "Nguyễn Văn An", "Chuyên viên đất đai")).await;
        assert!(page.has(".alert.warn"));
        corrected(&mut client, &path, "4").await;
        let page = client.get(&path).await;
        assert_eq!((counts(&page), note(&page)), (["0", "1", "0", "0", "0"].map(String::from).to_vec(), vec![]));

        // nothing is remembered before it is committed
        let (early, page) = uploaded(&mut client, &file(2, "Lê Thị Bình", "Chuyên viên đất đai")).await;
        assert!(page.has(".alert.warn") && note(&page).is_empty(), "{}", page.body);
        client.post(&format!("{early}/withdraw"), &[]).await;
        assert_eq!(audited(&app).await, []);
        client.post(&format!("{path}/commit"), &[]).await;
        assert_eq!(audited(&app).await, [("xa-00001".to_owned(), "registry.mapping.remembered".to_owned())]);
        assert_eq!(note(&client.get(&path).await), [USED]);

        // other titles above the same headings
        let (next, page) = uploaded(&mut client, &file(5, "Lê Thị Bình", "Chuyên viên tài chính")).await;
        assert_eq!(note(&page), [USED]);
        assert_eq!(table(&page)[0][..4], ["8", "Lê Thị Bình", "05/03/1980", "–"]);
        assert_eq!(counts(&page), ["0", "1", "0", "0", "0"]);
        client.post(&format!("{next}/commit"), &[]).await;
        // used as it was: nothing new to remember
        assert_eq!(audited(&app).await.len(), 1);

        // neither the other commune nor the province's desk has it
        for other in ["xa-00002", "sonoivu"] {
            let mut client = app.signed_in(other).await;
            let (path, page) = uploaded(&mut client, &file(2, "Trần Văn Cảnh", "Chuyên viên đất đai")).await;
            assert!(page.has(".alert.warn") && note(&page).is_empty(), "{other}: {}", page.body);
            assert_eq!(client.post(&format!("{path}/forget"), &[]).await.status, 404, "{other}");
        }
        assert_eq!(audited(&app).await.len(), 1);
    }

    async fn remembered_columns_are_corrected_again_and_forgotten(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let (path, _) = uploaded(&mut client, &file(1, "Nguyễn Văn An", "Chuyên viên đất đai")).await;
        // too many rows above the first person: the mistake is remembered too
        corrected(&mut client, &path, "2").await;
        client.post(&format!("{path}/commit"), &[]).await;
        let (path, page) = uploaded(&mut client, &file(1, "Lê Thị Bình", "Chuyên viên đất đai")).await;
        assert_eq!((note(&page).len(), counts(&page)), (1, ["0", "1", "0", "0", "1"].map(String::from).to_vec()));
        corrected(&mut client, &path, "3").await;
        assert_eq!(note(&client.get(&path).await), Vec::<String>::new());
        client.post(&format!("{path}/commit"), &[]).await;
        let (path, page) = uploaded(&mut client, &file(1, "Trần Văn Cảnh", "Chuyên viên đất đai")).await;
        assert_eq!((note(&page).len(), counts(&page)), (1, ["0", "1", "0", "0", "0"].map(String::from).to_vec()));

        // only whoever sees the batch forgets
        let mut other = app.signed_in("xa-00001").await;
        assert_eq!(other.post(&format!("{path}/forget"), &[]).await.status, 404);
        let done = client.post(&format!("{path}/forget"), &[]).await;
        assert_eq!((done.status, done.location()), (303, path.as_str()));
        let page = client.get(&path).await;
        assert_eq!(page.text_of(".live"), "Đã quên cách ghép cột; tệp sau được đọc theo tiêu đề.");
        assert!(page.has(".alert.warn") && note(&page).is_empty(), "{}", page.body);
        let (_, page) = uploaded(&mut client, &file(1, "Trần Văn Cảnh", "Chuyên viên đất đai")).await;
        assert!(page.has(".alert.warn") && note(&page).is_empty(), "{}", page.body);
        assert_eq!(client.post(&format!("{path}/forget"), &[]).await.status, 404);
        let wanted = ["forgotten", "remembered", "remembered"].map(|verb| ("sonoivu".to_owned(), format!("registry.mapping.{verb}")));
        assert_eq!(audited(&app).await, wanted);
    }

    async fn columns_that_the_program_finds_by_itself_are_not_remembered(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let text = "Họ và tên,Ngày sinh,Chức vụ,Xã\nNguyễn Văn An,05/03/1980,Chuyên viên đất đai,Anh Sơn\n";
        let (path, _) = uploaded(&mut client, text.as_bytes()).await;
        let form = client.get(&format!("{path}/columns")).await.form("/columns");
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        client.post(&form.action, &fields).await;
        client.post(&format!("{path}/commit"), &[]).await;
        assert_eq!(audited(&app).await, []);
        assert_eq!(note(&client.get(&path).await), Vec::<String>::new());
    }
}
