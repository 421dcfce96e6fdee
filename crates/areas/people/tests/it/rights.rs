//! Leave, visiting lecturers, the yearly review: rights that are handed on, lent and taken away.

use people::accounts::actor_by_username;
use testkit::{Reply, TestApp, TestDb, db_test};

use crate::letters::province;

/// A province with two communes, the first with an officer and three people who have accounts.
async fn house(db: TestDb) -> TestApp {
    let (app, people) = province(db, 2, 3).await;
    let known = people::organisation::lookup(&mut app.db().read().await.unwrap()).await.unwrap();
    for (n, code) in ["00001", "00002"].iter().enumerate() {
        app.account(&format!("xa-{code}"), "commune_officer", known.communes.get(*code).copied(), None).await;
        app.account(&format!("hv{n}"), "learner", None, Some(people[n])).await;
    }
    app.account("sonoivu", "home_affairs", None, None).await;
    app
}

async fn account(app: &TestApp, username: &str) -> String {
    actor_by_username(&mut app.db().read().await.unwrap(), username).await.unwrap().unwrap().account.to_string()
}

async fn name(app: &TestApp, officer: &str, deputy: &str, from: &str, to: &str) -> Reply {
    let deputy = account(app, deputy).await;
    let fields = [("deputy", deputy.as_str()), ("starts_on", from), ("ends_on", to), ("reason", "Nghỉ phép năm")];
    app.signed_in(officer).await.post("/me/delegations", &fields).await
}

db_test! {
    async fn row_43_a_colleague_of_the_unit_coordinates_while_the_officer_is_away(db: TestDb) {
        let app = house(db).await;
        let officer_page = app.signed_in("xa-00001").await.get("/me/delegations").await;
        let mut offered = officer_page.texts("#f-deputy option");
        offered.sort();
        assert_eq!(offered, ["Chọn người cùng đơn vị", "hv0", "hv1"], "people of the commune with an account, nobody of another unit");
        assert_eq!(name(&app, "xa-00001", "hv0", "2026-03-03", "2026-03-05").await.status, 303);

        // not before its first day
        let mut deputy = app.signed_in("hv0").await;
        assert_eq!(deputy.get("/me/delegations").await.texts("tbody .tag"), ["Sắp tới"]);
        let id = {
            let lines = store::latest(&mut app.db().read().await.unwrap(), i64::MAX, 5).await.unwrap();
            lines.iter().find(|l| l.action == "accounts.delegation.made").unwrap().subject.clone()
        };
        assert_eq!(deputy.post(&format!("/me/delegations/{id}/acting"), &[]).await.status, 404);

        // on its days the deputy works with the officer's rights, and both names are kept
        let app = app.later([people::area()], "2026-03-03T08:00");
        let mut deputy = app.signed_in("hv0").await;
        assert_eq!(deputy.get("/people").await.status, 403);
        let form = deputy.get("/me/delegations").await.form("/acting");
        assert_eq!(deputy.submit(&form, &[]).await.status, 303);
        let people = deputy.get("/people").await;
        assert_eq!(people.texts("tbody th a").len(), 3);
        assert_eq!(people.text_of("form.ribbon span"), "Bạn đang làm thay xa-00001. Mọi việc được ghi tên cả hai người.");
        assert_eq!(deputy.get("/people/export.csv").await.status, 200);
        let lines = store::latest(&mut app.db().read().await.unwrap(), i64::MAX, 5).await.unwrap();
        let exported = lines.iter().find(|l| l.action.starts_with("registry.")).unwrap();
        assert_eq!((exported.who.as_str(), exported.on_behalf_of.as_deref()), ("hv0", Some("xa-00001")));
        let audit = app.signed_in("quantri").await.get("/audit").await;
        assert!(audit.texts("tbody td").iter().any(|cell| cell == "hv0thay xa-00001"), "{:?}", audit.texts("tbody td"));
        assert!(matches!(store::verify(&mut app.db().read().await.unwrap()).await.unwrap(), store::Verified::Whole(_)));

        // a deputy hands nothing on
        assert!(!deputy.get("/me/delegations").await.has("#f-deputy"));
        let refused = deputy.post("/me/delegations", &[("reason", "x")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("[role=alert]").starts_with("Quyền này không ủy quyền được"));

        // another session of the deputy has the deputy's own rights; so has this one when it stops acting
        assert_eq!(app.signed_in("hv0").await.get("/people").await.status, 403);
        let form = deputy.get("/people").await.form("/me/acting/closure");
        assert_eq!(deputy.submit(&form, &[]).await.status, 303);
        assert_eq!(deputy.get("/people").await.status, 403);
    }

    async fn a_delegation_ends_by_itself_and_by_a_word(db: TestDb) {
        let app = house(db).await;
        assert_eq!(name(&app, "xa-00001", "hv0", "2026-03-02", "2026-03-02").await.status, 303);
        let mut deputy = app.signed_in("hv0").await;
        let form = deputy.get("/me/delegations").await.form("/acting");
        deputy.submit(&form, &[]).await;
        assert_eq!(deputy.get("/people").await.status, 200);
        let cookie = deputy.cookie("boiduong").to_owned();
        // the officer comes back early: the deputy's next click has no right any more
        let mut officer = app.signed_in("xa-00001").await;
        let form = officer.get("/me/delegations").await.form("/withdrawal");
        assert_eq!(officer.submit(&form, &[]).await.status, 303);
        assert_eq!(deputy.get("/people").await.status, 403);
        assert_eq!(officer.submit(&form, &[]).await.status, 404, "twice is nothing");

        assert_eq!(name(&app, "xa-00001", "hv1", "2026-03-02", "2026-03-02").await.status, 303);
        let mut second = app.signed_in("hv1").await;
        let form = second.get("/me/delegations").await.form("/acting");
        second.submit(&form, &[]).await;
        let (first, second) = (cookie, second.cookie("boiduong").to_owned());
        // after midnight it is over; the session itself is kept alive by a click before
        let app = app.later([people::area()], "2026-03-02T08:14");
        let mut late = app.client();
        late.set_cookie("boiduong", &second);
        assert_eq!(late.get("/people").await.status, 200);
        app.place().tamper("UPDATE session SET seen_at = '2026-03-02 16:59:00+00:00'").await;
        let app = app.later([people::area()], "2026-03-02T23:59");
        for (cookie, status) in [(&second, 200), (&first, 403)] {
            let mut late = app.client();
            late.set_cookie("boiduong", cookie);
            assert_eq!(late.get("/people").await.status, status);
        }
        let app = app.later([people::area()], "2026-03-03T00:01");
        let mut late = app.client();
        late.set_cookie("boiduong", &second);
        assert_eq!(late.get("/people").await.status, 403);
    }

    async fn a_wrong_leave_is_told_at_its_field_and_nothing_typed_is_lost(db: TestDb) {
        let app = house(db).await;
        let told = |reply: &Reply| (reply.status, reply.texts(".error").join(" "));
        let past = name(&app, "xa-00001", "hv0", "2026-03-01", "2026-03-05").await;
        assert_eq!(told(&past), (422, "Ngày bắt đầu phải từ hôm nay trở đi.".to_owned()));
        assert_eq!(past.attributes("#f-starts_on, #f-ends_on, #f-reason", "value"), ["2026-03-01", "2026-03-05", "Nghỉ phép năm"]);
        assert_eq!(past.attributes("#f-deputy option[selected]", "value"), [account(&app, "hv0").await]);
        assert_eq!(told(&name(&app, "xa-00001", "hv0", "2026-03-05", "2026-03-04").await).1, "Ngày cuối phải từ ngày bắt đầu trở đi.");
        assert_eq!(told(&name(&app, "xa-00001", "hv0", "2026-03-05", "2027-03-04").await).1, "Mỗi lần ủy quyền tối đa 180 ngày.");
        assert_eq!(told(&name(&app, "xa-00001", "sonoivu", "2026-03-05", "2026-03-06").await).1, "Hãy chọn một người cùng đơn vị có tài khoản đang dùng.");
        let mut officer = app.signed_in("xa-00001").await;
        let long = "a".repeat(300);
        for reason in [long.as_str(), "😀", " ", "a\u{7}"] {
            let deputy = account(&app, "hv0").await;
            let fields = [("deputy", deputy.as_str()), ("starts_on", "x"), ("ends_on", "2026-03-06"), ("reason", reason)];
            let reply = officer.post("/me/delegations", &fields).await;
            assert_eq!((reply.status, reply.texts(".error").len()), (422, 2), "{reason}");
        }
        // no second deputy, no chain, no role that is one's own
        assert_eq!(name(&app, "xa-00001", "hv0", "2026-03-05", "2026-03-06").await.status, 303);
        assert_eq!(told(&name(&app, "xa-00001", "hv1", "2026-03-06", "2026-03-07").await).1, "Bạn đã có người làm thay trong các ngày 05 – 06/03/2026.");
        assert_eq!(name(&app, "hv0", "hv1", "2026-03-05", "2026-03-06").await.status, 422);
        assert_eq!(name(&app, "quantri", "hv1", "2026-03-05", "2026-03-06").await.status, 422);
        assert!(app.signed_in("sonoivu").await.get("/me/delegations").await.body.contains("chưa có tài khoản nào khác"));
    }

    async fn a_visiting_lecturer_comes_in_by_a_link_until_its_last_day(db: TestDb) {
        let app = house(db).await;
        app.account("truong", "school_training", None, None).await;
        let mut school = app.signed_in("truong").await;
        let form = school.get("/lecturers/guests").await.form("/guests");
        for (name, day, error) in [
            ("", "2026-03-05", "Họ tên và cơ quan"),
            ("Khách", "2026-03-01", "Ngày cuối"),
            ("Khách", "2028-03-01", "Ngày cuối"),
            ("Khách", "mai", "Hãy nhập ngày"),
            (&"x".repeat(300), "2026-03-05", "Họ tên và cơ quan"),
        ] {
            let wrong = school.submit(&form, &[("name", name), ("valid_to", day)]).await;
            assert_eq!(wrong.status, 422, "{name} {day}");
            assert!(wrong.text_of(".error").contains(error), "{}", wrong.text_of(".error"));
            assert_eq!(wrong.attributes("#f-name, #f-valid_to", "value"), [name, day]);
        }
        let made = school.submit(&form, &[("name", "Khách mời, Sở Thử"), ("valid_to", "2026-03-02")]).await;
        let link = made.text_of("#f-address");
        let path = link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        assert_eq!(path.len(), "/guest/".len() + 64);

        // looking at the address uses nothing up; the button opens the lecturer's first page
        let mut guest = app.client();
        for _ in 0..2 {
            assert!(guest.get(&path).await.text_of("main section").contains("Khách mời, Sở Thử"));
        }
        assert_eq!(guest.get("/me/password").await.location(), "/sign-in?next=%2Fme%2Fpassword");
        let entered = guest.post(&path, &[]).await;
        assert_eq!((entered.status, entered.location()), (303, "/classes"));
        assert_eq!(guest.get("/me/password").await.status, 200);
        let lines = store::latest(&mut app.db().read().await.unwrap(), i64::MAX, 1).await.unwrap();
        assert_eq!((lines[0].action.as_str(), lines[0].who.starts_with("khach-")), ("accounts.link.used", true));
        let lecturer = actor_by_username(&mut app.db().read().await.unwrap(), &lines[0].who).await.unwrap().unwrap();
        assert_eq!(lecturer.role, "lecturer");
        // only the hash is kept
        let token = path.rsplit('/').next().unwrap();
        assert!(!lines.iter().any(|l| format!("{l:?}").contains(token)));
        assert_eq!(people::accounts::actions::sign_in(app.db(), &lines[0].who, "").await.unwrap_err().to_string(), "wrong name or password");

        // a new link makes the old one void and ends its session
        let form = school.get("/lecturers/guests").await.form("/link");
        let second = school.submit(&form, &[("valid_to", "2026-03-02")]).await.text_of("#f-address");
        assert_eq!(guest.get("/me/password").await.location(), "/sign-in?next=%2Fme%2Fpassword&ended=1");
        let gone = guest.post(&path, &[]).await;
        assert_eq!((gone.status, gone.text_of("[role=alert]")), (422, "Liên kết không còn hiệu lực. Hãy đề nghị Trường Chính trị gửi liên kết mới.".to_owned()));
        let path = second.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        assert_eq!(guest.post(&path, &[]).await.status, 303);
        let cookie = guest.cookie("boiduong").to_owned();

        // the last day is over: neither the link nor the session that it opened
        app.place().tamper("UPDATE session SET seen_at = '2026-03-02 16:59:00+00:00'").await;
        let app = app.later([people::area()], "2026-03-02T23:59");
        let mut late = app.client();
        late.set_cookie("boiduong", &cookie);
        assert_eq!(late.get("/me/password").await.status, 200);
        let app = app.later([people::area()], "2026-03-03T00:01");
        let mut late = app.client();
        late.set_cookie("boiduong", &cookie);
        assert_eq!(late.get("/me/password").await.location(), "/sign-in?next=%2Fme%2Fpassword&ended=1");
        assert_eq!((late.get(&path).await.status, late.post(&path, &[]).await.status), (422, 422));
        let mut school = app.signed_in("truong").await;
        assert_eq!(school.get("/lecturers/guests").await.texts("tbody .tag"), ["Hết hạn"]);

        // revoked at once
        let form = school.get("/lecturers/guests").await.form("/link");
        let third = school.submit(&form, &[]).await.text_of("#f-address");
        let path = third.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        let mut guest = app.client();
        assert_eq!(guest.post(&path, &[]).await.status, 303);
        let form = school.get("/lecturers/guests").await.form("/revocation");
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        assert_eq!(guest.post(&path, &[]).await.status, 422);
        assert_eq!(guest.get("/me/password").await.status, 303);
        assert_eq!(app.signed_in("quantri").await.get("/lecturers/guests").await.status, 403);
    }

    async fn the_yearly_review_confirms_or_disables_line_by_line(db: TestDb) {
        let app = house(db).await;
        app.signed_in("sonoivu").await;
        let app = app.later([people::area()], "2026-04-20T08:00");
        let mut admin = app.signed_in("quantri").await;
        let list = admin.get("/accounts/reviews").await;
        assert_eq!(list.attributes("#f-year, #f-unused_days", "value"), ["2026", "45"]);
        for (year, days) in [("2020", "45"), ("2026", "0"), ("2026", "x")] {
            let wrong = admin.submit(&list.form("/reviews"), &[("year", year), ("unused_days", days)]).await;
            assert_eq!((wrong.status, wrong.attributes("#f-year, #f-unused_days", "value")), (422, vec![year.to_owned(), days.to_owned()]));
        }
        let page = admin.submit(&list.form("/reviews"), &[]).await.location().to_owned();
        let taken = admin.submit(&list.form("/reviews"), &[]).await;
        assert_eq!((taken.status, taken.text_of(".error")), (422, "Năm 2026 đã có đợt rà soát.".to_owned()));

        // learners see themselves alone and are not reviewed; 49 days without a sign-in is unused, so is never in 49 days
        let review = admin.get(&page).await;
        assert_eq!(review.texts("tbody th label span"), ["quantri", "xa-00001", "xa-00002", "sonoivu"]);
        assert_eq!(review.texts("tbody tr.warn th label span"), ["xa-00001", "xa-00002", "sonoivu"]);
        assert_eq!(review.texts("nav.tabs .count"), ["4", "3", "0", "0"]);
        let end = format!("{page}/closure");
        let early = admin.post(&end, &[]).await;
        assert_eq!((early.status, early.text_of("[role=alert]")), (422, "Còn 4 tài khoản chưa có kết luận. Hãy xem xét hết rồi kết thúc đợt.".to_owned()));

        // a row by its button, several by their ticks; somebody else's verdict stays
        let lines = review.form("/lines");
        let ids = review.attributes("button[name=confirm]", "value");
        assert_eq!(admin.submit(&lines, &[("disable", &ids[3])]).await.status, 303);
        assert_eq!(admin.submit(&lines, &[("disable", &ids[0])]).await.status, 422, "nobody disables the own account");
        assert_eq!(admin.submit(&lines, &[]).await.status, 422, "nothing chosen");
        let ticked = [("account", ids[0].as_str()), ("account", &ids[1]), ("account", &ids[2]), ("account", &ids[3]), ("ticked", "confirm")];
        admin.post(&lines.action, &ticked).await;
        assert_eq!(admin.get(&page).await.text_of(".flash"), "Đã ghi kết luận cho 3 tài khoản; 1 tài khoản khác đã có kết luận từ trước.");
        assert_eq!(app.client().post("/sign-in", &[("username", "sonoivu"), ("password", testkit::PASSWORD)]).await.status, 422);

        let form = admin.get(&page).await.form("/closure");
        assert_eq!(admin.submit(&form, &[]).await.status, 303);
        assert_eq!(admin.get("/accounts/reviews").await.texts("tbody td.n"), ["0", "3", "1"]);
        let disabled = admin.get(&format!("{page}?show=disabled")).await;
        assert_eq!(disabled.texts("tbody th"), ["sonoivu"]);
        assert!(disabled.texts("tbody td").join(" ").contains("Sở Nội vụ"));
        // the record of the year stays as it was, whatever happens to the accounts
        let closed = admin.submit(&lines, &[("confirm", &ids[3])]).await;
        assert_eq!((closed.status, closed.text_of("[role=alert]")), (422, "Đợt rà soát đã kết thúc, không ghi thêm được.".to_owned()));
        let list = admin.get("/accounts?q=sonoivu").await;
        admin.submit(&list.form("/reopening"), &[]).await;
        assert_eq!(admin.get(&format!("{page}?show=disabled")).await.texts("tbody th"), ["sonoivu"]);
    }
}
