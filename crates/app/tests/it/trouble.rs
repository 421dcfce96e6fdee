//! What goes wrong around the program: a page that says what happened and what to do, and nothing half written.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Request, header},
};
use kernel::{SystemClock, ids::SystemIds};
use store::{Db, Verified, sql, verify};
use testkit::{DbPlace, Reply, TestApp, TestDb, db_test};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// What an error page says: heading, text, and where its button leads.
fn told(reply: &Reply) -> (u16, String, String, Vec<String>) {
    assert_eq!(reply.faults(), Vec::<String>::new());
    let id = reply.headers.get("x-request-id").unwrap().to_str().unwrap();
    assert_eq!(reply.text_of(".errorpage code"), id, "the page and the log name the same event");
    let text = reply.texts(".errorpage > p:not(.actions):not(.soft)").join(" ");
    (reply.status, reply.text_of("h1"), text, reply.attributes(".errorpage .actions a", "href"))
}

fn page(status: u16, title: &str, text: &str, way: &str) -> (u16, String, String, Vec<String>) {
    (status, title.to_owned(), text.to_owned(), vec![way.to_owned()])
}

async fn app(db: TestDb) -> TestApp {
    let app = TestApp::new(db, [app::area()], "2026-03-02T08:00").await;
    app.account("quantri", "administrator", None, None).await;
    app.account("sonoivu", "home_affairs", None, None).await;
    app
}

fn raw(method: &str, path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, kind).body(body.into()).unwrap()
}

const FORM: &str = "application/x-www-form-urlencoded";

sql!(
    STOP_GROWING,
    postgres: "SELECT 1 AS max_page_count",
    sqlite: "PRAGMA max_page_count = 1"
);
/// A line to the database that can be cut and mended.
struct Line {
    address: String,
    server: String,
    running: JoinSet<()>,
}

impl Line {
    async fn to(server: &str) -> (Self, String) {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
        let mut line = Self { address: free.clone(), server: server.to_owned(), running: JoinSet::new() };
        line.mend().await;
        (line, free)
    }

    async fn mend(&mut self) {
        let (listener, server) = (TcpListener::bind(&self.address).await.unwrap(), self.server.clone());
        self.running.spawn(async move {
            let mut pipes = JoinSet::new();
            while let Ok((mut from, _)) = listener.accept().await {
                let server = server.clone();
                pipes.spawn(async move {
                    let mut to = TcpStream::connect(server).await.unwrap();
                    let _ = copy_bidirectional(&mut from, &mut to).await;
                });
            }
        });
    }

    async fn cut(&mut self) {
        self.running.shutdown().await;
    }
}

db_test! {
    async fn broken_requests_say_what_to_do(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("quantri").await;
        let gone = page(
            404,
            "Không tìm thấy",
            "Trang này không có, hoặc không thuộc phạm vi của bạn. Hãy kiểm tra lại địa chỉ hoặc đi từ danh sách.",
            "/",
        );
        for path in ["/khong-co", "/accounts/khong-phai-ma/password/x", "/classes/1/2/3"] {
            assert_eq!(told(&client.get(path).await), gone, "{path}");
        }
        assert_eq!(told(&client.post("/accounts/khong-phai-ma/closure", &[]).await), gone);
        let method = page(
            405,
            "Địa chỉ này không mở trực tiếp được",
            "Địa chỉ này chỉ nhận nội dung gửi từ một trang của hệ thống. Chưa có gì được ghi. Hãy mở lại trang đó từ danh sách rồi làm lại.",
            "/",
        );
        let reply = client.get("/accounts/00000000-0000-7000-8000-000000000000/closure").await;
        assert_eq!((told(&reply), reply.headers.get("allow").unwrap().to_str().unwrap()), (method, "POST"));
        let unread = page(
            400,
            "Yêu cầu không đọc được",
            "Trình duyệt đã gửi một yêu cầu không đầy đủ hoặc từ một trang khác. Chưa có gì được ghi. Hãy tải lại trang rồi thử lại.",
            "/",
        );
        for (kind, body) in [("application/json", "{}"), (FORM, "username=%FF%FE&username=2"), ("", "x")] {
            assert_eq!(told(&client.send(raw("POST", "/accounts", kind, body)).await), unread, "{kind} {body}");
        }
        let mut officer = app.signed_in("sonoivu").await;
        for body in ["--x\r\n", "--bound\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nHọ"] {
            let kind = "multipart/form-data; boundary=bound";
            let reply = officer.send(raw("POST", "/people/import", kind, body)).await;
            assert_eq!(told(&reply), unread, "{body}");
        }
        let large = page(
            413,
            "Nội dung quá lớn",
            "Nội dung gửi lên vượt mức cho phép. Chưa có gì được ghi. Hãy giảm dung lượng tệp rồi thử lại.",
            "/",
        );
        let body = format!("username={}", "x".repeat(3 * 1024 * 1024));
        assert_eq!(told(&client.send(raw("POST", "/accounts", FORM, body)).await), large);
        let huge = vec![b'x'; 31 * 1024 * 1024];
        assert_eq!(told(&officer.upload("/people/import", "file", "a.csv", &huge, &[]).await), large);
    }

    async fn what_was_typed_survives_a_lost_session(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("quantri").await;
        let form = client.get("/accounts/new").await.form("/accounts");
        let app = app.later([app::area()], "2026-03-02T08:30");
        let cookie = client.cookie("boiduong").to_owned();
        let mut late = app.client();
        late.set_cookie("boiduong", &cookie);
        let typed = [("username", "dao.tao"), ("name", "Phòng <b>Đào tạo</b>"), ("role", "school_training")];
        let lost = late.submit(&form, &typed).await;
        assert_eq!((lost.status, lost.text_of("h1")), (401, "Phiên làm việc đã hết".to_owned()));
        assert_eq!(lost.faults(), Vec::<String>::new());
        assert_eq!(
            lost.texts(".errorpage > p:not(.soft)"),
            [
                "Phiên đã kết thúc vì lâu không thao tác hoặc đã đăng xuất ở nơi khác. Chưa có gì được ghi.",
                "Nội dung bạn vừa nhập vẫn còn ở trang này. Hãy đăng nhập ở thẻ mới, rồi trở lại đây và bấm “Gửi lại nội dung đã nhập”."
            ]
        );
        assert_eq!(lost.attributes(".errorpage .actions a", "target"), ["_blank"]);
        assert_eq!(app.signed_in("quantri").await.get("/accounts?q=dao.tao").await.texts("tbody th"), Vec::<String>::new());
        // signed in again in another tab of the same browser, then sent again from here
        late.post("/sign-in", &[("username", "quantri"), ("password", testkit::PASSWORD)]).await;
        let again = lost.form("/accounts");
        assert_eq!(late.submit(&again, &[]).await.status, 200);
        assert_eq!(late.get("/accounts?q=dao.tao").await.texts("tbody th"), ["dao.taoPhòng <b>Đào tạo</b>"]);

        let secret = app.client().post("/me/password", &[("old", "Bí-mật-2026"), ("new", "a"), ("again", "a")]).await;
        assert_eq!((secret.status, secret.body.contains("Bí-mật-2026")), (401, false));
    }

    async fn a_full_disk_is_told_and_nothing_is_half_written(db: TestDb) {
        if matches!(db.place(), DbPlace::Url(_)) {
            return; // a server's disk cannot be filled from a test; its code 53100 is mapped by a test of `store`
        }
        let app = app(db).await;
        let mut client = app.signed_in("quantri").await;
        app.db().write(async |tx| tx.exec(&STOP_GROWING, &[]).await).await.unwrap();
        let mut made = 0;
        let full = loop {
            let name = "Tên dài ".repeat(14);
            let typed = [("username", format!("u{made:04}")), ("name", name), ("role", "finance".to_owned())];
            let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let reply = client.post("/accounts", &typed).await;
            if reply.status != 200 {
                break reply;
            }
            made += 1;
            assert!(made < 400, "the file still grows");
        };
        let text = "Thay đổi vừa rồi chưa được ghi. Hãy báo quản trị viên giải phóng dung lượng rồi làm lại.";
        assert_eq!(told(&full), page(507, "Máy chủ đã đầy đĩa", text, "/"));
        // what was written before stands, what failed does not, and reading goes on
        let count = people::accounts::account_count(&mut app.db().read().await.unwrap()).await.unwrap();
        assert_eq!(count, 2 + made);
        let whole = verify(&mut app.db().read().await.unwrap()).await.unwrap();
        assert_eq!(whole, Verified::Whole(2 + made));
        // the limit belonged to the connection that failed; as after a disk was freed, the program writes again
        let again = client.post("/accounts", &[("username", "sau"), ("name", "Sau"), ("role", "finance")]).await;
        assert_eq!(again.status, 200);
    }

    async fn a_database_that_is_away_is_told_and_is_found_again(db: TestDb) {
        let DbPlace::Url(url) = db.place().clone() else { return };
        let (head, rest) = url.split_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let (mut line, address) = Line::to(server).await;
        let through = format!("{head}@{address}/{name}");
        let other = Db::open_postgres(&through, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
        let app = TestApp::over_line(other, db, [app::area()]);
        app.account("quantri", "administrator", None, None).await;
        let mut client = app.signed_in("quantri").await;
        assert_eq!(client.get("/healthz").await.body, "ok");
        line.cut().await;
        let text = "Thay đổi vừa rồi chưa được ghi. Hãy đợi ít phút rồi thử lại; nếu vẫn vậy, hãy báo quản trị viên.";
        let away = page(503, "Cơ sở dữ liệu tạm thời không trả lời", text, "/");
        assert_eq!(told(&client.get("/accounts").await), away);
        assert_eq!(client.get("/healthz").await.status, 503);
        let typed = [("username", "thua"), ("name", "Thừa"), ("role", "finance")];
        assert_eq!(told(&client.post("/accounts", &typed).await), away);
        line.mend().await;
        assert_eq!(client.get("/accounts?q=thua").await.texts("tbody th"), Vec::<String>::new());
        assert_eq!(client.post("/accounts", &typed).await.status, 200);
    }

    async fn behind_https_the_session_cookie_is_secure(db: TestDb) {
        let app = app(db).await;
        let composed = app::compose(app.db().clone(), "https://boiduong.example".to_owned(), false).await.unwrap();
        let mut client = testkit::Client::new(composed.router);
        let reply = client.post("/sign-in", &[("username", "quantri"), ("password", testkit::PASSWORD)]).await;
        let cookie = reply.headers.get("set-cookie").unwrap().to_str().unwrap();
        assert_eq!(cookie.split_once("; ").unwrap().1, "Path=/; HttpOnly; SameSite=Lax; Secure");
    }
}
