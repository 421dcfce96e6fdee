//! Notices on their way out: hours, addresses, choices, the log, and a gateway.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use people::notices::{
    Kind, Notice, Recipient, Who,
    post::{Post, gateway::Gateway, mail::Mail},
    tell,
};
use testkit::{TestApp, TestDb, db_test};

use crate::letters::province;

people::notice_kind! {
    /// A kind of this test, whose letters people may do without.
    PLAIN = Kind::new("thu.thuong", &["class"]).optional()
}
people::notice_kind! {
    /// A kind of this test that goes out at night.
    URGENT = Kind::new("thu.gap", &["class"]).urgent()
}

store::sql!(SET_PHONE, "UPDATE org_unit SET phone = $2, email = $3 WHERE code = $1");

/// A province in the evening, with a mail server that nobody reaches, two officers of the first commune and one of the second.
async fn house(db: TestDb) -> TestApp {
    let (app, _) = province(db, 2, 3).await;
    let app = app.later([people::area()], "2026-02-23T22:00");
    let known = people::organisation::lookup(&mut app.db().read().await.unwrap()).await.unwrap();
    for (username, code) in [("xa-00001", "00001"), ("xa-00001b", "00001"), ("xa-00002", "00002")] {
        app.account(username, "commune_officer", known.communes.get(code).copied(), None).await;
    }
    app.account("truong", "school_training", None, None).await;
    let mail = Mail::new("smtp://127.0.0.1:9", "Trường <a@truong.example>", None).unwrap();
    Post { mail: Some(mail), ..Post::default() }.begin(app.db()).await.unwrap();
    app
}

/// Tells both communes something.
async fn tells(app: &TestApp, kind: &'static Kind, key: &str) {
    let known = people::organisation::lookup(&mut app.db().read().await.unwrap()).await.unwrap();
    let to = ["00001", "00002"].map(|code| Recipient::new(Who::Unit(*known.communes.get(code).unwrap()), "/people"));
    let notice = Notice {
        kind,
        about: "x".to_owned(),
        key: key.to_owned(),
        facts: vec![("class", "01/2026".into())],
        to: to.into(),
    };
    app.db().write(async |tx| tell(tx, [notice]).await).await.unwrap();
}

/// Who, state and reason of the log.
async fn log(app: &TestApp) -> Vec<[String; 2]> {
    let page = app.signed_in("truong").await.get("/notices/log").await;
    let mut rows: Vec<[String; 2]> = page
        .texts("tbody td:nth-child(2)")
        .into_iter()
        .zip(page.texts("tbody td:nth-child(3)"))
        .map(|(a, b)| [a, b])
        .collect();
    rows.sort();
    rows
}

db_test! {
    async fn row_34_what_waits_for_the_morning_and_what_has_no_way_says_so(db: TestDb) {
        let app = house(db).await;
        let mut one = app.signed_in("xa-00001").await;
        let form = one.get("/me/notices").await.form("/me/notices");
        let wrong = one.submit(&form, &[("email", "không phải địa chỉ")]).await;
        assert_eq!((wrong.status, wrong.attributes("#f-email", "value")), (422, vec!["không phải địa chỉ".to_owned()]));
        assert_eq!(one.submit(&form, &[("email", "mot@xa.example")]).await.status, 303);
        tells(&app, &PLAIN, "1").await;
        let morning = "Đang chờChờ hết giờ yên lặng, gửi lúc 06:30 ngày 24/02/2026";
        let nowhere = "Không có đường gửiChưa có địa chỉ thư";
        let wanted = [
            ["Xã Thử 1 (xa-00001)Thư điện tử: m…@xa.example", morning],
            ["Xã Thử 1 (xa-00001b)Thư điện tử", nowhere],
            ["Xã Thử 2 (xa-00002)Thư điện tử", nowhere],
        ];
        assert_eq!(log(&app).await, wanted.map(|row| row.map(str::to_owned)));
        // in the application it stands at once, and twice told is once told
        tells(&app, &PLAIN, "1").await;
        assert_eq!(one.get("/notices").await.texts("tbody tr").len(), 1);
        // what is urgent waits for nobody
        tells(&app, &URGENT, "1").await;
        assert_eq!(log(&app).await[0][1], "Đang chờ");
        assert_eq!(app.signed_in("xa-00001").await.get("/notices/log").await.status, 403);
    }

    async fn who_wants_no_letters_of_a_kind_gets_none_and_the_units_address_is_used_once(db: TestDb) {
        let app = house(db).await;
        app.db().write(async |tx| tx.exec(&SET_PHONE, &[&"00001", &"0238 123 456", &"xa1@thu.example"]).await).await.unwrap();
        let mut one = app.signed_in("xa-00002").await;
        let form = one.get("/me/notices").await.form("/me/notices");
        let codes = one.get("/me/notices").await.attributes("input[name=kind]", "value");
        assert!(codes.contains(&PLAIN.code.to_owned()) && !codes.contains(&URGENT.code.to_owned()), "{codes:?}");
        let without: Vec<(&str, &str)> = vec![("email", "hai@xa.example")];
        assert_eq!(one.post(&form.action, &without).await.status, 303);
        tells(&app, &PLAIN, "2").await;
        let told = log(&app).await;
        assert!(told[0][1].starts_with("Đang chờ"), "{told:?}");
        assert_eq!(told[1][1], "Không có đường gửiCùng địa chỉ với người nhận khác");
        assert_eq!(told[2][1], "Không có đường gửiNgười nhận không nhận thư loại này");
        tells(&app, &URGENT, "2").await;
        let told = log(&app).await;
        assert!(told.contains(&["Xã Thử 2 (xa-00002)Thư điện tử: h…@xa.example".to_owned(), "Đang chờ".to_owned()]), "{told:?}");
    }

    async fn the_quiet_hours_are_the_offices_and_the_second_editor_is_told(db: TestDb) {
        let app = house(db).await;
        app.account("truong2", "school_training", None, None).await;
        let (mut one, mut two) = (app.signed_in("truong").await, app.signed_in("truong2").await);
        let (first, second) = (one.get("/notices/hours").await.form("/hours"), two.get("/notices/hours").await.form("/hours"));
        let wrong = one.submit(&first, &[("quiet_from", "hai mươi hai giờ")]).await;
        assert_eq!((wrong.status, wrong.text_of("#e-quiet_from")), (422, "Nhập giờ và phút, ví dụ 21:00.".to_owned()));
        assert_eq!(one.submit(&first, &[("quiet_from", "23:00"), ("quiet_to", "05:00")]).await.status, 303);
        let refused = two.submit(&second, &[("quiet_from", "20:00")]).await;
        assert_eq!((refused.status, refused.texts("[role=alert] dd").len()), (409, 2));
        assert_eq!(refused.texts("[role=alert] dd")[0], "Đã lưu: 23:00Bạn nhập: 20:00");
        // ten in the evening is no quiet time any more
        let mut officer = app.signed_in("xa-00001").await;
        officer.post("/me/notices", &[("email", "mot@xa.example"), ("kind", PLAIN.code)]).await;
        tells(&app, &PLAIN, "3").await;
        assert_eq!(log(&app).await[0][1], "Đang chờ");
    }

    async fn row_34_the_office_writes_what_a_notice_says_and_what_was_told_keeps_its_words(db: TestDb) {
        let app = house(db).await;
        let (mut one, mut school) = (app.signed_in("xa-00001").await, app.signed_in("truong").await);
        let path = "/notices/templates/thu.thuong";
        assert!(school.get("/notices/templates").await.has("a[href='/notices/templates/thu.thuong']"));
        assert_eq!(school.get("/notices/templates/khong.co").await.status, 404);
        assert_eq!(one.get(path).await.status, 403);
        tells(&app, &PLAIN, "1").await;
        let built_in = one.get("/notices").await.texts("tbody th");
        let form = school.get(path).await.form(path);
        // what cannot be used says why at its field, and stays as it was typed
        let wrong = async |school: &mut testkit::Client, field: &str, text: &str| {
            let reply = school.submit(&form, &[(field, text)]).await;
            assert_eq!((reply.status, reply.has("#letter")), (422, false), "{text}");
            assert!(reply.form(path).fields.iter().any(|(name, value)| name == field && value == text), "{text}");
            reply.text_of(&format!("#e-{field}"))
        };
        let unknown = "Loại thông báo này không có chỗ điền {hạn}. Xem danh sách chỗ điền bên dưới.";
        assert_eq!(wrong(&mut school, "subject", "Lớp {hạn}").await, unknown);
        assert_eq!(wrong(&mut school, "subject", "Lớp {đường dẫn}").await, "{đường dẫn} viết trong nội dung, không viết ở tiêu đề.");
        let brace = wrong(&mut school, "body", "Lớp {lớp: {đường dẫn}").await;
        assert_eq!(brace, "Dấu ngoặc nhọn không đủ đôi hoặc để trống: mỗi chỗ điền viết đúng như {lớp}.");
        assert_eq!(wrong(&mut school, "body", "Lớp {lớp}").await, "Thiếu {đường dẫn}: người nhận cần biết mở ở đâu.");
        assert!(wrong(&mut school, "body", &"dài ".repeat(600)).await.contains("2.399"));
        // seen first, then saved: from the next notice on
        let words = [("subject", "Về lớp { LỚP }"), ("body", "Kính gửi đơn vị,\n\nlớp {lớp} sắp mở.\nXem tại: {đường dẫn}")];
        let seen = school.submit(&form, &[words.as_slice(), &[("act", "preview")]].concat()).await;
        assert_eq!((seen.status, seen.texts("#said p")), (200, ["Về lớp 29/2026", "Kính gửi đơn vị,", "lớp 29/2026 sắp mở.", "Mở"].map(str::to_owned).into()));
        assert!(seen.text_of("#letter").contains("Xem tại: https://boiduong.example/classes/29"));
        tells(&app, &PLAIN, "2").await;
        assert_eq!(one.get("/notices").await.texts("tbody th")[0], built_in[0], "a preview saves nothing");
        assert_eq!(school.submit(&form, &words).await.status, 303);
        tells(&app, &PLAIN, "3").await;
        let told = one.get("/notices").await.texts("tbody th");
        assert_eq!(told[0], "Mới Về lớp 01/2026Kính gửi đơn vị, lớp 01/2026 sắp mở.");
        assert_eq!(told[1..], [built_in[0].clone(), built_in[0].clone()]);
        // the second editor is told
        app.account("truong2", "school_training", None, None).await;
        let mut second = app.signed_in("truong2").await;
        let late = second.submit(&form, &[("subject", "Khác"), words[1]]).await;
        assert_eq!((late.status, late.texts("[role=alert] dd")), (409, vec!["Đã lưu: Về lớp {lớp}Bạn nhập: Khác".to_owned()]));
        // back to the built-in words: the third notice keeps its own
        let back = school.get(path).await.form(path);
        let back = [("seen", back.fields.iter().find(|(name, _)| name == "seen").unwrap().1.as_str()), ("act", "built_in")];
        assert_eq!(school.post(path, &back).await.status, 303);
        tells(&app, &PLAIN, "4").await;
        let told = one.get("/notices").await.texts("tbody th");
        assert_eq!((&told[0], told[1].contains("sắp mở")), (&built_in[0], true));
    }

    async fn a_gateway_is_called_with_a_signed_body_again_by_the_same_id_until_it_answers(db: TestDb) {
        type Calls = Arc<Mutex<Vec<(String, String, String)>>>;
        let calls: Calls = Arc::default();
        // the first call of a number fails; one number is refused for good
        let answer = async |State(calls): State<Calls>, headers: HeaderMap, body: Bytes| {
            let text = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
            let (id, body) = (text("webhook-id"), String::from_utf8(body.to_vec()).unwrap());
            let mut calls = calls.lock().unwrap();
            let again = calls.iter().any(|(known, ..)| *known == id);
            let refused = body.contains("0238 999");
            calls.push((id, text("webhook-signature"), body));
            match (refused, again) {
                (true, _) => StatusCode::GONE,
                (_, false) => StatusCode::SERVICE_UNAVAILABLE,
                (_, true) => StatusCode::NO_CONTENT,
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/thu", listener.local_addr().unwrap());
        let router = Router::new().route("/thu", post(answer)).with_state(Arc::clone(&calls));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

        let app = house(db).await;
        app.db().write(async |tx| {
            tx.exec(&SET_PHONE, &[&"00001", &"0238 123 456", &""]).await?;
            tx.exec(&SET_PHONE, &[&"00002", &"0238 999 999", &""]).await
        }).await.unwrap();
        let gateway = Gateway::new(&address, Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap();
        let post = Post { gateway: Some(Arc::new(gateway)), base_url: "https://boiduong.example".to_owned(), mail: None };
        post.begin(app.db()).await.unwrap();
        tells(&app, &URGENT, "4").await;
        assert_eq!(post.hand_over(app.db()).await.unwrap(), 2);
        assert_eq!(post.hand_over(app.db()).await.unwrap(), 0, "a pause is kept");
        let told = log(&app).await;
        assert_eq!(told[0][1], "Đang chờLần trước chưa được, thử lại lúc 22:01 ngày 23/02/2026. 503 Service Unavailable");
        assert_eq!(told[2][1], "Không gửi đượcBên nhận từ chối. 410 Gone");
        let app = app.later([people::area()], "2026-02-23T22:01");
        assert_eq!(post.hand_over(app.db()).await.unwrap(), 1);
        assert_eq!(log(&app).await[0][1], "Đã gửi204 No Content. Đã thử 2 lần");

        let calls = calls.lock().unwrap();
        assert_eq!(calls.len(), 3);
        let ids: Vec<&str> = calls.iter().map(|(id, ..)| id.as_str()).collect();
        assert!(ids[2] == ids[0] || ids[2] == ids[1], "the same id again: {ids:?}");
        let body: serde_json::Value = serde_json::from_str(&calls[2].2).unwrap();
        assert_eq!((body["to"].as_str(), body["kind"].as_str(), body["id"].as_str()), (Some("0238 123 456"), Some("thu.gap"), Some(ids[2])));
        assert_eq!(body["link"].as_str(), Some("https://boiduong.example/people"));
        assert!(calls.iter().all(|(_, signature, _)| signature.starts_with("v1,") && signature.len() == 47));
    }
}
