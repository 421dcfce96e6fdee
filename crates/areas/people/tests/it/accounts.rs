//! Signing in, sessions, roles.

use kernel::FixedClock;
use people::accounts::{actions, new_setup_link};
use store::Db;
use testkit::{PASSWORD, TestApp, at, db_test};

async fn app(db: testkit::TestDb) -> TestApp {
    TestApp::new(db, [people::area()], "2026-03-02T08:00").await
}

fn later(db: &Db, when: &str) -> Db {
    db.at(std::sync::Arc::new(FixedClock(at(when))))
}

db_test! {
    async fn a_right_password_opens_the_roles_first_page(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        let mut client = app.client();
        let reply = client.post("/sign-in", &[("username", " QuanTri "), ("password", PASSWORD)]).await;
        assert_eq!((reply.status, reply.location()), (303, "/accounts"));
        let page = client.get("/accounts").await;
        assert_eq!((page.status, page.text_of("h1")), (200, "Tài khoản".to_owned()));
        assert_eq!(page.texts("tbody th"), ["quantriquantri"], "sign-in name and shown name");
    }

    async fn a_wrong_password_keeps_the_name_and_says_why(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        let reply = app.client().post("/sign-in", &[("username", "quantri"), ("password", "sai")]).await;
        assert_eq!(reply.status, 422);
        assert_eq!(reply.attributes("#f-username", "value"), ["quantri"]);
        assert_eq!(
            reply.text_of("[role=alert]"),
            "Tên đăng nhập hoặc mật khẩu không đúng. Sau 5 lần sai, tài khoản bị khóa 15 phút."
        );
    }

    async fn five_wrong_tries_lock_and_fifteen_minutes_unlock(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        for _ in 0..5 {
            let refused = actions::sign_in(app.db(), "quantri", "sai").await.unwrap_err();
            assert_eq!(refused.to_string(), "wrong name or password");
        }
        let locked = actions::sign_in(app.db(), "quantri", PASSWORD).await.unwrap_err();
        assert_eq!(locked.to_string(), "locked until 2026-03-02 01:15:00 UTC");
        let after = later(app.db(), "2026-03-02T08:16");
        assert_eq!(actions::sign_in(&after, "quantri", PASSWORD).await.unwrap().1.username, "quantri");
    }

    async fn an_idle_session_ends_and_leads_back_after_signing_in(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        let mut client = app.signed_in("quantri").await;
        assert_eq!(client.get("/audit").await.status, 200);
        let (token, _) = actions::sign_in(app.db(), "quantri", PASSWORD).await.unwrap();
        let app = app.later([people::area()], "2026-03-02T08:16");
        let mut late = app.client();
        let request = axum::http::Request::get("/audit").header("cookie", format!("boiduong={token}"));
        let reply = late.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!((reply.status, reply.location()), (303, "/sign-in?next=%2Faudit&ended=1"));
    }

    async fn nobody_without_the_right_sees_a_page(db: TestDb) {
        let app = app(db).await;
        app.account("thuongvu", "standing_committee", None, None).await;
        let reply = app.signed_in("thuongvu").await.get("/accounts").await;
        assert_eq!((reply.status, reply.text_of("h1")), (403, "Bạn không có quyền này".to_owned()));
        let reply = app.client().get("/accounts").await;
        assert_eq!((reply.status, reply.location()), (303, "/sign-in?next=%2Faccounts"));
    }

    async fn the_setup_link_makes_one_administrator_once(db: TestDb) {
        let app = app(db).await;
        let path = format!("/setup/{}", new_setup_link(app.db()).await.unwrap());
        let mut client = app.client();
        let weak = client.post(&path, &[("username", "quantri"), ("name", "Quản trị"), ("password", "abc")]).await;
        assert_eq!((weak.status, weak.text_of(".error")), (422, "Mật khẩu cần ít nhất 8 ký tự.".to_owned()));
        assert_eq!(weak.attributes("#f-name", "value"), ["Quản trị"]);
        let form = [("username", "quantri"), ("name", "Quản trị"), ("password", PASSWORD)];
        assert_eq!(client.post(&path, &form).await.location(), "/sign-in");
        assert_eq!(client.post(&path, &form).await.status, 404);
        assert_eq!(client.get(&path).await.status, 404);
        assert_eq!(app.signed_in("quantri").await.get("/accounts").await.status, 200);
    }

    async fn a_reset_password_must_be_changed_before_anything_else(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        app.account("truong", "school_training", None, None).await;
        let mut admin = app.signed_in("quantri").await;
        let action = admin.get("/accounts?q=truong").await.attributes("tbody form", "action");
        let reply = admin.post(action.first().unwrap(), &[]).await;
        let once = reply.text_of("code");
        let mut client = app.client();
        assert_eq!(client.post("/sign-in", &[("username", "truong"), ("password", &once)]).await.status, 303);
        assert_eq!(client.get("/accounts").await.location(), "/me/password");
        let form = [("old", once.as_str()), ("new", "Mới-2026-tốt"), ("again", "Mới-2026-tốt")];
        assert_eq!(client.post("/me/password", &form).await.location(), "/");
        assert_eq!(client.get("/accounts").await.text_of("h1"), "Bạn không có quyền này");
    }

    async fn a_request_from_another_site_writes_nothing(db: TestDb) {
        let app = app(db).await;
        let request = axum::http::Request::post("/sign-out").header("origin", "https://evil.example");
        let reply = app.client().send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!((reply.status, reply.text_of("h1")), (400, "Yêu cầu không đọc được".to_owned()));
    }

    async fn the_audit_names_the_first_changed_record(db: TestDb) {
        let app = app(db).await;
        for name in ["mot", "hai", "ba"] {
            app.account(name, "lecturer", None, None).await;
        }
        let mut conn = app.db().read().await.unwrap();
        assert_eq!(store::verify(&mut conn).await.unwrap(), store::Verified::Whole(3));
    }
}
