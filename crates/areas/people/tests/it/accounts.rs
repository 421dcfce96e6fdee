//! Signing in, sessions, roles.

use kernel::FixedClock;
use people::{
    accounts::{AccountInput, actions, new_setup_link},
    organisation::{CommuneInput, OrganisationInput, PositionInput, load_organisation},
    registry::{PersonInput, add_people},
};
use store::Db;
use testkit::{PASSWORD, TestApp, at, db_test};

async fn app(db: testkit::TestDb) -> TestApp {
    TestApp::new(db, [people::area()], "2026-03-02T08:00").await
}

fn later(db: &Db, when: &str) -> Db {
    db.at(std::sync::Arc::new(FixedClock(at(when))))
}

/// Somebody in the register.
async fn one_person(app: &TestApp) -> kernel::PersonId {
    let by = store::By::System("test");
    let day = chrono::NaiveDate::from_ymd_opt(2025, 7, 1).unwrap();
    let commune = CommuneInput {
        code: "00001".to_owned(),
        name: "Thử".to_owned(),
        kind: "xa".to_owned(),
        former_district: "Thử".to_owned(),
        region: "dong_bang".to_owned(),
        is_border: false,
        is_highland: false,
        is_mountain: false,
        is_coastal: false,
        population: None,
        road_km: None,
        lat: 18.0,
        lon: 105.0,
    };
    let position = PositionInput {
        code: "SPEC".to_owned(),
        title: "Chuyên viên".to_owned(),
        bloc: "chinh_quyen".to_owned(),
        office_code: None,
        level: "specialist".to_owned(),
        target_group: Some(2),
    };
    let organisation = OrganisationInput {
        province_code: "99".to_owned(),
        province_name: "Thử".to_owned(),
        since: day,
        communes: vec![commune],
        office_kinds: Vec::new(),
        positions: vec![position],
        ethnic_groups: Vec::new(),
    };
    app.db().write(async |tx| load_organisation(tx, by, &organisation).await).await.unwrap();
    let person = PersonInput {
        code: "HV00001".to_owned(),
        full_name: "Nguyễn Thị Hoà".to_owned(),
        gender: None,
        birth_date: None,
        ethnic_code: None,
        commune_code: "00001".to_owned(),
        office_code: None,
        position_code: "SPEC".to_owned(),
        education: None,
        theory: None,
        management: None,
        in_post_since: day,
        generated: true,
    };
    *add_people(app.db(), by, &[person]).await.unwrap().first().unwrap()
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

    async fn a_name_nobody_has_is_answered_like_any_other(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        let mut answers = Vec::new();
        for username in ["quantri", "khongco"] {
            let mut told = Vec::new();
            for _ in 0..6 {
                let reply = app.client().post("/sign-in", &[("username", username), ("password", "sai")]).await;
                told.push((reply.status, reply.text_of("[role=alert]")));
            }
            answers.push(told);
        }
        let (unknown, known) = (answers.pop().unwrap(), answers.pop().unwrap());
        assert_eq!(known, unknown);
        let locked = "Tài khoản bị khóa đến 08:15 ngày 02/03/2026 vì nhập sai nhiều lần. Hãy đợi hoặc đề nghị quản trị viên đặt lại mật khẩu.";
        assert_eq!(unknown.last(), Some(&(422, locked.to_owned())));
    }

    async fn wrong_tries_at_once_are_all_counted(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        let tries: Vec<_> = (0..12)
            .map(|_| {
                let db = app.db().clone();
                tokio::spawn(async move { actions::sign_in(&db, "quantri", "sai").await.unwrap_err().to_string() })
            })
            .collect();
        let mut wrong = 0;
        for one in tries {
            if one.await.unwrap() == "wrong name or password" {
                wrong += 1;
            }
        }
        assert_eq!(wrong, 5, "the others found the name locked");
        let locked = actions::sign_in(app.db(), "quantri", PASSWORD).await.unwrap_err();
        assert_eq!(locked.to_string(), "locked until 2026-03-02 01:15:00 UTC");
    }

    async fn a_new_password_takes_the_lock_away_and_ends_sessions(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        app.account("truong", "school_training", None, None).await;
        let mut old = app.signed_in("truong").await;
        for _ in 0..5 {
            actions::sign_in(app.db(), "truong", "sai").await.unwrap_err();
        }
        let mut admin = app.signed_in("quantri").await;
        let list = admin.get("/accounts?q=truong").await;
        assert_eq!(list.texts("tbody .tag"), ["Bị khóa"]);
        let once = admin.submit(&list.form("/password"), &[]).await.text_of("code");
        assert_eq!(admin.get("/accounts?q=truong").await.texts("tbody .tag"), ["Đang dùng"]);
        assert_eq!(old.get("/me/password").await.location(), "/sign-in?next=%2Fme%2Fpassword&ended=1");
        assert_eq!(actions::sign_in(app.db(), "truong", &once).await.unwrap().1.username, "truong");
    }

    async fn signing_out_ends_the_session_on_the_server(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        let (token, _) = actions::sign_in(app.db(), "quantri", PASSWORD).await.unwrap();
        let ask = |method: &str, path: &str| {
            let request = axum::http::Request::builder().method(method).uri(path).header("cookie", format!("boiduong={token}"));
            request.body(axum::body::Body::empty()).unwrap()
        };
        let mut client = app.client();
        assert_eq!(client.send(ask("GET", "/audit")).await.status, 200);
        let out = client.send(ask("POST", "/sign-out")).await;
        assert_eq!((out.status, out.location()), (303, "/sign-in"));
        assert_eq!(app.client().send(ask("GET", "/audit")).await.location(), "/sign-in?next=%2Faudit&ended=1");
    }

    async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        let reply = app.client().post("/sign-in", &[("username", "quantri"), ("password", PASSWORD)]).await;
        let cookie = reply.headers.get("set-cookie").unwrap().to_str().unwrap();
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        assert_eq!((pair.len(), attributes), ("boiduong=".len() + 64, "Path=/; HttpOnly; SameSite=Lax"));
    }

    async fn the_administrator_makes_an_account_and_what_was_typed_survives_an_error(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        let mut admin = app.signed_in("quantri").await;
        let form = admin.get("/accounts/new").await.form("/accounts");
        let wrong = admin.submit(&form, &[("username", "Tr Ng"), ("name", "Phòng Đào tạo"), ("role", "commune_officer")]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.attributes("#f-username", "value"), ["Tr Ng"]);
        assert_eq!(wrong.attributes("#f-name", "value"), ["Phòng Đào tạo"]);
        assert_eq!(wrong.attributes("#f-role option[selected]", "value"), ["commune_officer"]);
        assert_eq!(
            wrong.texts(".error"),
            [
                "Tên đăng nhập gồm 3 đến 40 chữ thường không dấu, chữ số, dấu chấm hoặc gạch nối.",
                "Cán bộ đầu mối cần gắn với một xã, phường."
            ]
        );
        let learner = admin.submit(&form, &[("username", "hv1"), ("name", "Học viên"), ("role", "learner")]).await;
        assert_eq!(learner.texts(".error"), ["Hãy chọn vai trò."]);
        let typed = [("username", "dao.tao"), ("name", "Phòng Đào tạo"), ("role", "school_training")];
        let made = admin.submit(&form, &typed).await;
        assert_eq!(made.status, 200);
        let once = made.text_of("code");
        let taken = admin.submit(&form, &typed).await;
        assert_eq!((taken.status, taken.text_of(".error")), (422, "Tên đăng nhập này đã có người dùng.".to_owned()));
        let mut client = app.client();
        assert_eq!(client.post("/sign-in", &[("username", "dao.tao"), ("password", &once)]).await.status, 303);
        assert_eq!(client.get("/audit").await.location(), "/me/password");
    }

    async fn a_closed_account_is_out_until_it_is_reopened(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        app.account("truong", "school_training", None, None).await;
        let mut client = app.signed_in("truong").await;
        let mut admin = app.signed_in("quantri").await;
        let list = admin.get("/accounts").await;
        let closures = list.forms().into_iter().filter(|f| f.action.ends_with("/closure")).count();
        assert_eq!(closures, 1, "nobody is offered to close the own account");
        assert_eq!(admin.submit(&list.form("/closure"), &[]).await.location(), "/accounts");
        assert_eq!(client.get("/me/password").await.location(), "/sign-in?next=%2Fme%2Fpassword&ended=1");
        let reply = client.post("/sign-in", &[("username", "truong"), ("password", PASSWORD)]).await;
        assert_eq!((reply.status, reply.text_of("[role=alert]")), (422, "Tài khoản đã ngừng sử dụng. Hãy liên hệ quản trị viên.".to_owned()));
        let list = admin.get("/accounts").await;
        assert_eq!(list.text_of("tr.off .tag"), "Ngừng dùng");
        assert_eq!(admin.submit(&list.form("/reopening"), &[]).await.location(), "/accounts");
        assert_eq!(app.signed_in("truong").await.get("/me/password").await.status, 200);
        let own = people::accounts::actor_by_username(&mut app.db().read().await.unwrap(), "quantri").await.unwrap().unwrap();
        let refused = admin.post(&format!("/accounts/{}/closure", own.account), &[]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.text_of("[role=alert]"), "Bạn không thể tự ngừng tài khoản của mình. Hãy đề nghị quản trị viên khác.");
        let lines = store::latest(&mut app.db().read().await.unwrap(), i64::MAX, 2).await.unwrap();
        let told: Vec<_> = lines.iter().map(|l| (l.who.as_str(), l.action.as_str(), l.before.as_deref(), l.after.as_deref())).collect();
        assert_eq!(
            told,
            [
                ("quantri", "accounts.account.reopened", Some(r#"{"open":false}"#), Some(r#"{"open":true}"#)),
                ("quantri", "accounts.account.closed", Some(r#"{"open":true}"#), Some(r#"{"open":false}"#)),
            ]
        );
    }

    async fn accounts_are_found_by_the_name_of_a_body_and_never_by_that_of_a_person(db: TestDb) {
        let app = app(db).await;
        app.account("quantri", "administrator", None, None).await;
        let named = |username: &str, name: &str, person: Option<kernel::PersonId>| AccountInput {
            username: username.to_owned(),
            name: name.to_owned(),
            role: if person.is_none() { "home_affairs" } else { "learner" },
            commune: None,
            person,
            province: None,
        };
        let person = one_person(&app).await;
        let inputs = [named("sonoivu", "Sở Nội vụ", None), named("hv00001", "Nguyễn Thị Hoà", Some(person))];
        people::accounts::add_accounts(app.db(), store::By::System("test"), &inputs, "-", false).await.unwrap();
        let mut admin = app.signed_in("quantri").await;
        let list = admin.get("/accounts?q=so+noi+vu").await;
        assert_eq!(list.texts("tbody th"), ["sonoivuSở Nội vụ"]);
        assert_eq!(list.text_of("[data-announce]"), "1 / 1 tài khoản");
        assert_eq!(admin.get("/accounts?q=HV00001").await.texts("tbody th"), ["hv00001"]);
        assert_eq!(admin.get("/accounts?q=nguy%E1%BB%85n").await.texts("tbody th"), Vec::<String>::new());
        assert!(!admin.get("/accounts").await.body.contains("Nguyễn Thị Hoà"));
    }

    async fn broken_input_is_a_page_and_never_a_failure(db: TestDb) {
        let app = app(db).await;
        let mut client = app.client();
        let long = "x".repeat(5000);
        let reply = client.post("/sign-in", &[("username", &long), ("password", &long)]).await;
        assert_eq!(reply.status, 422);
        let nul = client.post("/sign-in", &[("username", "a\0b"), ("password", "x")]).await;
        assert_eq!((nul.status, nul.text_of("h1")), (400, "Yêu cầu không đọc được".to_owned()));
        let nul = client.get("/sign-in?next=%00").await;
        assert_eq!((nul.status, nul.text_of("h1")), (400, "Yêu cầu không đọc được".to_owned()));
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
