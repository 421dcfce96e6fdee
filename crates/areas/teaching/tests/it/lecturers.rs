//! Lecturers through their pages: contract and load, absences, and what they mean for timetables.

use testkit::{Client, Reply, db_test};

use crate::timetable::{page, press, ready};

store::sql!(SEALED, "SELECT sealed FROM lecturer_payment");
store::sql!(
    RECORDED,
    "SELECT who, action, COALESCE(before, '') || COALESCE(after, '') AS said FROM audit_record
     WHERE action LIKE 'lecturers.payment.%' ORDER BY seq"
);

store::sql!(
    COACHED,
    "SELECT who, action, COALESCE(before, '') || COALESCE(after, '') AS said FROM audit_record
     WHERE action LIKE 'lecturers.coaching.%' ORDER BY seq"
);

/// Address of the page of a lecturer.
async fn page_of(client: &mut Client, name: &str) -> String {
    let list = client.get("/lecturers").await;
    let at = list.texts("tbody th a").iter().position(|n| n == name).unwrap_or_else(|| panic!("no {name}"));
    list.attributes("tbody th a", "href").swap_remove(at)
}

/// Names, contracts and loads in the list.
fn rows(list: &Reply) -> Vec<[String; 3]> {
    let [contracts, loads] = ["tbody td:nth-child(2)", "tbody td:nth-child(3)"].map(|css| list.texts(css));
    let rest = contracts.into_iter().zip(loads);
    list.texts("tbody th").into_iter().zip(rest).map(|(name, (contract, load))| [name, contract, load]).collect()
}

db_test! {
    async fn the_load_of_the_year_stands_against_the_norm_and_the_second_editor_is_told(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        press(&mut school, class, "proposal").await;
        let usual = "Giảng viên của trường";
        assert_eq!(rows(&school.get("/lecturers").await), [["gv01", usual, "20/280"], ["gv02", usual, "20/280"]].map(|r| r.map(str::to_owned)));

        setting.app.account("truong2", "school_training", None, None).await;
        let mut two = setting.app.signed_in("truong2").await;
        let path = page_of(&mut school, "gv01").await;
        let (first, second) = (school.get(&path).await.form(&path), two.get(&path).await.form(&path));
        assert_eq!(school.submit(&first, &[("contract", "concurrent"), ("periods_most", "24")]).await.status, 303);
        assert_eq!(rows(&school.get("/lecturers").await)[0], ["gv01", "Kiêm nhiệm", "20/24"].map(str::to_owned));
        let refused = two.submit(&second, &[("contract", "visiting"), ("periods_most", "40")]).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.texts("[role=alert] dd"), ["Đã lưu: Kiêm nhiệmBạn nhập: Thỉnh giảng", "Đã lưu: 24Bạn nhập: 40"]);
        assert_eq!(refused.attributes("#f-periods_most", "value"), ["40"]);
        let form = school.get(&path).await.form(&path);
        let wrong = school.submit(&form, &[("contract", "khác"), ("periods_most", "-1")]).await;
        assert_eq!((wrong.status, wrong.texts("[role=alert] li").len()), (422, 2));
        assert_eq!(wrong.attributes("#f-periods_most", "value"), ["-1"]);
        assert_eq!(setting.app.signed_in("hieutruong").await.get(&path).await.texts("main form").len(), 0, "the head reads");
        assert_eq!(setting.app.signed_in("xa-00001").await.get("/lecturers").await.status, 403);
    }

    async fn who_falls_ill_is_replaced_on_those_half_days_and_nothing_else_moves(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        for what in ["proposal", "publication"] {
            assert_eq!(press(&mut school, class, what).await.status, 303);
        }
        // who teaches, without why
        let who = "section:first-of-type tbody td:nth-child(2) small:first-of-type";
        let before = school.get(&page(class)).await.texts(who);
        let hit: Vec<usize> = (2..4).filter(|at| before[*at].contains("gv01")).collect();
        assert!(!hit.is_empty(), "gv01 teaches on 03/03: {before:?}");

        let path = page_of(&mut school, "gv01").await;
        let form = school.get(&path).await.form("/absences");
        let backwards = [("from_on", "2026-03-03"), ("from_part", "chieu"), ("to_on", "2026-03-03"), ("to_part", "sang"), ("reason", "Ốm")];
        let refused = school.submit(&form, &backwards).await;
        assert_eq!((refused.status, refused.text_of("#e-to_on")), (422, "Đến ngày: sớm hơn ngày, buổi bắt đầu vắng.".to_owned()));
        assert_eq!(refused.attributes("#f-reason", "value"), ["Ốm"], "what was typed stays");
        let ill = [("from_on", "2026-03-03"), ("to_on", "2026-03-03"), ("reason", "Ốm")];
        assert_eq!(school.submit(&form, &ill).await.status, 303);
        let marked = school.get(&path).await;
        assert_eq!(marked.texts("tr.bad").len(), hit.len(), "half-days that need somebody else are marked");

        let draft = school.get(&page(class)).await;
        let told = draft.texts(".alert.bad li");
        assert_eq!(told.len(), hit.len());
        assert!(told[0].ends_with("gv01 bận (vắng: Ốm)."), "{told:?}");
        assert_eq!(press(&mut school, class, "mending").await.status, 303);
        let mended = school.get(&page(class)).await;
        assert_eq!(mended.text_of(".flash"), "Đã sửa dự thảo; số buổi khác phải dời: 0.");
        let after = mended.texts(who);
        for (at, (old, new)) in before.iter().zip(&after).enumerate() {
            let wanted = if hit.contains(&at) { old.replace("gv01", "gv02") } else { old.clone() };
            assert_eq!(*new, wanted, "half-day {at}");
        }
        assert_eq!(press(&mut school, class, "publication").await.status, 303);
        let notice = setting.app.signed_in("xa-00001").await.get(&page(class)).await.texts(".alert.info li");
        assert_eq!(notice.len(), hit.len());
        assert!(notice[0].contains("Giảng viên: gv01 → gv02"), "{notice:?}");

        // taken back they can be had again
        let form = school.get(&path).await.form("/withdrawal");
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        assert_eq!(school.get(&path).await.texts("tr.bad").len(), 0);
    }

    async fn the_account_of_whoever_still_teaches_is_not_closed_and_the_classes_are_named(db: TestDb) {
        let (setting, class) = ready(db).await;
        setting.app.account("quantri", "administrator", None, None).await;
        let mut school = setting.app.signed_in("truong").await;
        press(&mut school, class, "proposal").await;
        let mut admin = setting.app.signed_in("quantri").await;
        let gv01 = page_of(&mut school, "gv01").await.rsplit('/').next().unwrap().to_owned();
        let closure = format!("/accounts/{gv01}/closure");
        let refused = admin.post(&closure, &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Người này còn giảng dạy ở các lớp: 01/2026."), "{}", refused.body);
        assert_eq!(rows(&school.get("/lecturers").await).len(), 2, "nothing is lost");
        // away all week: everything goes to somebody else, then the account may be closed
        let path = format!("/lecturers/{gv01}");
        let form = school.get(&path).await.form("/absences");
        school.submit(&form, &[("from_on", "2026-03-02"), ("to_on", "2026-03-06"), ("reason", "Nghỉ hưu")]).await;
        press(&mut school, class, "mending").await;
        assert_eq!(admin.post(&closure, &[]).await.status, 303);
        assert_eq!(rows(&school.get("/lecturers").await).len(), 1);
        assert_eq!(school.get(&path).await.status, 404);
    }

    async fn where_a_fee_goes_is_sealed_shown_for_a_purpose_and_every_reading_is_recorded(db: TestDb) {
        let (setting, _) = ready(db).await;
        let mut own = setting.app.signed_in("gv01").await;
        let form = own.get("/me/payment").await.form("/me/payment");
        // what cannot be right is told at its field, and stays as typed
        let wrong = [("bank", ""), ("number", "01O1"), ("holder", "GIANG VIEN"), ("tax_code", "0100109105"), ("contract", "5/HĐ")];
        let refused = own.submit(&form, &wrong).await;
        assert_eq!(refused.status, 422);
        let told = ["bank", "number", "tax_code", "contract_on"].map(|field| refused.text_of(&format!("#e-{field}")));
        assert!(told.iter().all(|t| !t.is_empty()) && told[2].contains("chữ số thứ mười"), "{told:?}");
        for (field, typed) in &wrong[1..] {
            assert_eq!(refused.attributes(&format!("#f-{field}"), "value"), [*typed]);
        }
        let given = [("bank", "Ngân hàng Thử, chi nhánh Vinh"), ("number", "0101 2345 67"), ("holder", "GIANG VIEN MOT"), ("tax_code", "0100109106"), ("contract", "5/HĐ-TG"), ("contract_on", "2026-02-02")];
        assert_eq!(own.submit(&form, &given).await.status, 303);
        assert_eq!(own.get("/me/payment").await.attributes("#f-number", "value"), ["0101234567"]);
        let sealed: Vec<(Option<Vec<u8>>,)> = setting.app.db().read().await.unwrap().all(&SEALED, &[]).await.unwrap();
        let bytes = sealed[0].0.clone().unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"012345") && bytes.len() > 100, "sealed");

        // the school sees the last digits until it says what for
        let mut school = setting.app.signed_in("truong").await;
        let path = format!("{}/payment", page_of(&mut school, "gv01").await);
        let masked = school.get(&path).await;
        assert_eq!((masked.text_of("dl.facts dd"), masked.body.contains("0101234567")), ("•••• 4567".to_owned(), false));
        let asked = school.submit(&masked.form("/payment"), &[]).await;
        assert_eq!((asked.status, asked.body.contains("0101234567")), (422, false));
        let opened = school.submit(&masked.form("/payment"), &[("purpose", "fee")]).await;
        assert_eq!((opened.status, opened.attributes("#f-number", "value")), (200, vec!["0101234567".to_owned()]));
        // of two editors the second is told; what is saved is not told with it
        let late = own.get("/me/payment").await.form("/me/payment");
        let form = opened.form("/payment/details");
        assert_eq!(school.submit(&form, &[("number", "999988887777")]).await.status, 303);
        let overtaken = own.submit(&late, &[("holder", "GIANG VIEN HAI")]).await;
        assert_eq!((overtaken.status, overtaken.attributes("#f-holder", "value")), (409, vec!["GIANG VIEN HAI".to_owned()]));
        assert!(!overtaken.body.contains("999988887777"));
        assert_eq!(own.submit(&overtaken.form("/me/payment"), &[]).await.status, 303, "sent again it stands");
        let back = own.get("/me/payment").await;
        let removal = [("seen", back.attributes("input[name=seen]", "value").swap_remove(0)), ("act", "remove".to_owned())];
        let removal: Vec<(&str, &str)> = removal.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(own.post("/me/payment", &removal).await.status, 303);
        assert!(school.get(&path).await.has("#f-number"), "nothing to be read: the form is there at once");

        let said: Vec<(String, String, String)> = setting.app.db().read().await.unwrap().all(&RECORDED, &[]).await.unwrap();
        let said: Vec<[&str; 3]> = said.iter().map(|(who, action, said)| [who.as_str(), action.as_str(), said.as_str()]).collect();
        let all = r#"["bank","number","holder","tax_code","contract"]"#;
        assert_eq!(said, [
            ["gv01", "lecturers.payment.changed", all],
            ["truong", "lecturers.payment.read", r#"{"purpose":"fee"}"#],
            ["truong", "lecturers.payment.changed", r#"["number"]"#],
            ["gv01", "lecturers.payment.changed", r#"["number","holder"]"#],
            ["gv01", "lecturers.payment.removed", all],
        ]);
        for who in ["hieutruong", "xa-00001"] {
            assert_eq!(setting.app.signed_in(who).await.get(&path).await.status, 403, "{who}");
        }
    }

    async fn a_wish_for_a_topic_is_heard_by_the_next_proposal_and_said_there(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        press(&mut school, class, "proposal").await;
        let rows = |page: &Reply| page.texts("section:first-of-type tbody td:nth-child(2)");
        let before = rows(&school.get(&page(class)).await);
        // the first half-day has one topic of one lecturer; the other one would rather teach it
        let (one, other) = if before[0].contains("gv01") { ("gv01", "gv02") } else { ("gv02", "gv01") };
        let mut wishes = setting.app.signed_in(other).await;
        let form_of = wishes.get("/me/preferences").await;
        let form = form_of.form("/me/preferences");
        let titles = form_of.texts("tbody th");
        // several programmes have a topic of that title
        let first = |title: &String| title.strip_prefix("Chuyên đề 1").is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        let named = form.fields.iter().filter(|(name, _)| name != "seen").zip(&titles);
        let topics: Vec<String> = named.filter(|(_, title)| first(title)).map(|((name, _), _)| name.clone()).collect();
        let all = |wish: &'static str| -> Vec<(&str, &str)> { topics.iter().map(|topic| (topic.as_str(), wish)).collect() };
        let wrong = wishes.submit(&form, &all("never")).await;
        assert_eq!((wrong.status, wrong.texts("[role=alert] li")), (422, vec!["Nguyện vọng: chọn một mục trong danh sách.".to_owned()]));
        assert_eq!(wishes.submit(&form, &all("prefers")).await.status, 303);
        press(&mut school, class, "proposal").await;
        let after = rows(&school.get(&page(class)).await);
        assert!(before[0].contains(one) && after[0].contains(other), "{before:?} {after:?}");
        assert!(after[0].contains("Đã nêu muốn dạy chuyên đề này."), "{after:?}");
        // the school sees the wish, and of two editors the second is told
        let path = page_of(&mut school, other).await;
        assert!(school.get(&path).await.texts("li .tag.good").contains(&"Muốn dạy".to_owned()));
        let (mine, theirs) = (wishes.get("/me/preferences").await, school.get(&format!("{path}/preferences")).await);
        assert_eq!(school.submit(&theirs.form("/preferences"), &all("rather_not")).await.status, 303);
        let late = wishes.submit(&mine.form("/preferences"), &all("")).await;
        assert_eq!(late.status, 409);
        assert_eq!(wishes.submit(&late.form("/preferences"), &[]).await.status, 303);
        assert_eq!(school.get(&path).await.texts("li .tag").len(), 0);
        assert_eq!(setting.app.signed_in("xa-00001").await.get("/me/preferences").await.status, 403);
    }

    async fn a_coaching_note_is_between_the_leadership_and_the_lecturer_concerned(db: TestDb) {
        let (setting, _) = ready(db).await;
        let mut head = setting.app.signed_in("hieutruong").await;
        let path = format!("{}/coaching", page_of(&mut head, "gv01").await);
        let form = head.get(&path).await.form("/coaching");
        let typed = [("observed_on", "2026-12-31"), ("observed", "Chuyên đề A, lớp 01/2026"), ("until_on", "2026-01-01")];
        let refused = head.submit(&form, &typed).await;
        assert_eq!((refused.status, refused.texts("[role=alert] li").len()), (422, 3));
        assert_eq!(refused.text_of("#e-strengths"), "Ghi ít nhất một mục: điểm mạnh hoặc cần cải thiện.");
        assert_eq!(refused.attributes("#f-observed", "value"), ["Chuyên đề A, lớp 01/2026"]);
        let today = form.fields.iter().find(|(name, _)| name == "observed_on").unwrap().1.clone();
        let secret = "Nói chậm hơn ở phần mở đầu";
        let typed = [("observed_on", today.as_str()), ("observed", "Chuyên đề A, lớp 01/2026"), ("improve", secret), ("until_on", "2026-12-01")];
        assert_eq!(head.submit(&form, &typed).await.status, 303);
        let note = head.get(&path).await.attributes("section a.btn.small", "href").remove(0);
        // the lecturer reads it and answers; nobody else does
        let mut own = setting.app.signed_in("gv01").await;
        let mine = own.get("/me/coaching").await;
        assert!(mine.body.contains(secret) && mine.text_of(".tag").contains("Hẹn đến 01/12/2026"));
        let reply = mine.form(note.rsplit('/').next().unwrap());
        assert_eq!(own.submit(&reply, &[("answer", " ")]).await.status, 422);
        assert_eq!(own.submit(&reply, &[("answer", "Tôi sẽ thử.")]).await.status, 303);
        assert!(head.get(&path).await.body.contains("Tôi sẽ thử."));
        let mut other = setting.app.signed_in("gv02").await;
        assert!(!other.get("/me/coaching").await.body.contains(secret));
        assert_eq!(other.post(&reply.action, &[("answer", "Tôi"), ("seen", "2")]).await.status, 404);
        for who in ["truong", "sonoivu", "xa-00001"] {
            assert_eq!(setting.app.signed_in(who).await.get(&path).await.status, 403, "{who}");
        }
        // a note that changed is not answered unread, and of two editors the second is told
        setting.app.account("hieutruong2", "school_head", None, None).await;
        let mut second = setting.app.signed_in("hieutruong2").await;
        let (first, late) = (head.get(&note).await.form(&note), second.get(&note).await.form(&note));
        let stale = own.get("/me/coaching").await.form(note.rsplit('/').next().unwrap());
        assert_eq!(head.submit(&first, &[("done_on", today.as_str())]).await.status, 303);
        assert!(own.get("/me/coaching").await.text_of(".tag").starts_with("Đã đạt ngày"));
        assert_eq!(second.submit(&late, &[("strengths", "Bình tĩnh")]).await.status, 409);
        let unread = own.submit(&stale, &[("answer", "Tôi không đồng ý.")]).await;
        assert_eq!((unread.status, unread.text_of("textarea")), (409, "Tôi không đồng ý.".to_owned()));
        let said: Vec<(String, String, String)> = setting.app.db().read().await.unwrap().all(&COACHED, &[]).await.unwrap();
        assert_eq!(said.iter().map(|(_, action, _)| action.as_str()).collect::<Vec<_>>(), ["noted", "answered", "changed"].map(|a| format!("lecturers.coaching.{a}")));
        assert!(said.iter().all(|(.., said)| !said.contains("Nói") && !said.contains("thử")), "{said:?}");
    }

    async fn the_school_makes_the_feed_of_a_lecturer_and_ends_it(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        for what in ["proposal", "publication"] {
            assert_eq!(press(&mut school, class, what).await.status, 303);
        }
        let path = format!("{}/feed", page_of(&mut school, "gv01").await);
        let form = school.get(&path).await.form("/feed");
        let made = school.submit(&form, &[]).await.text_of("#f-address");
        let address = made.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        let read = setting.app.client().get(&address).await;
        assert!(read.body.starts_with("BEGIN:VCALENDAR") && read.body.contains("gv01"), "{}", read.body);
        assert!(setting.app.signed_in("gv01").await.get("/me/feed").await.has(".soft"), "the lecturer sees that there is one");
        assert_eq!(setting.app.signed_in("hieutruong").await.get(&path).await.status, 403);
        let form = school.get(&path).await.form("/revocation");
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        assert_eq!(setting.app.client().get(&address).await.status, 404);
        assert!(!school.get(&path).await.body.contains("/revocation"));
    }

    async fn a_visiting_lecturer_gets_somebody_of_the_school_beside_them_whose_hours_count_in_part(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        let path = page_of(&mut school, "gv02").await;
        let form = school.get(&path).await.form(&path);
        assert_eq!(school.submit(&form, &[("contract", "visiting")]).await.status, 303);
        setting.app.place().tamper("UPDATE topic SET lecturer_type = 'thinh_giang_cap_tinh' WHERE seq % 2 = 0").await;
        press(&mut school, class, "proposal").await;
        let draft = school.get(&page(class)).await;
        let days = draft.texts("section:first-of-type tbody td:nth-child(2)");
        assert!(days.iter().any(|day| day.contains("gv02") && day.contains("gv01")), "{days:?}");
        assert_eq!(draft.texts(".alert.warn li").iter().filter(|l| l.contains("cùng dạy")).count(), 0, "nobody is alone");
        let rows = rows(&school.get("/lecturers").await);
        let load = |name: &str| -> i64 {
            let row = rows.iter().find(|row| row[0] == name).unwrap();
            row[2].split('/').next().unwrap().parse().unwrap()
        };
        // forty periods: what gv02 teaches counts half for gv01 beside them
        let guest = load("gv02");
        assert!(guest > 0);
        assert_eq!(load("gv01"), (40 - guest) + guest / 2);
        // both are free nowhere else; the published timetable and the feed name both
        assert_eq!(press(&mut school, class, "publication").await.status, 303);
        let learner = setting.app.signed_in("xa-00001").await.get(&page(class)).await;
        assert!(learner.body.contains("gv02") && learner.body.contains("gv01"));
        let form = setting.app.signed_in("gv01").await.get("/me/feed").await.form("/feed");
        let address = setting.app.signed_in("gv01").await.submit(&form, &[]).await.text_of("#f-address");
        let feed = setting.app.client().get(address.strip_prefix("http://127.0.0.1:8080").unwrap()).await.body;
        let unfolded = feed.replace("\r\n ", "");
        assert!(unfolded.contains("gv02\\; gv01") || unfolded.contains("gv02; gv01"), "{unfolded}");
    }

    async fn row_56_a_visiting_lecturer_is_asked_by_link_and_what_is_declined_is_open_again(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        press(&mut school, class, "proposal").await;
        let form = school.get("/lecturers/guests").await.form("/guests");
        let made = school.submit(&form, &[("name", "Giảng viên mời Thử"), ("valid_to", "2026-03-31")]).await;
        let link = made.text_of("#f-address");
        let link = link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        assert!(rows(&school.get("/lecturers").await).contains(&["Giảng viên mời Thử", "Thỉnh giảng", "0/280"].map(str::to_owned)));
        let edit = school.get(&format!("{}/6", page(class))).await;
        let at = edit.texts("#f-lecturer-1 option").iter().position(|o| o.starts_with("Giảng viên mời Thử")).unwrap();
        let guest = edit.attributes("#f-lecturer-1 option", "value").swap_remove(at);
        assert_eq!(school.submit(&edit.form("/timetable/6"), &[("lecturer-1", &guest)]).await.status, 303);
        assert_eq!(school.post(&format!("{}/offers", page(class)), &[]).await.status, 303);
        assert_eq!(school.get(&page(class)).await.text_of(".flash"), "Đã gửi lời mời tới 3 giảng viên.");

        let mut visitor = setting.app.client();
        let enter = visitor.get(&link).await.form(&link);
        assert_eq!(visitor.submit(&enter, &[]).await.status, 303);
        let asked = visitor.get("/teaching").await;
        assert_eq!(asked.texts("main h2"), ["Lời mời giảng dạy lớp 01/2026", "Buổi dạy sắp tới"]);
        assert_eq!(asked.texts("tbody th"), ["04/03/2026, chiều"]);
        let offer = asked.form(&asked.attributes("form[action^='/teaching/offers/']", "action")[0]);
        let silent = visitor.submit(&offer, &[("answer", "declined")]).await;
        assert_eq!((silent.status, silent.text_of("#e-reason")), (422, "Lý do từ chối: chưa nhập.".to_owned()));
        assert_eq!(setting.app.signed_in("gv01").await.post(&offer.action, &[("answer", "accepted")]).await.status, 404, "another's offer");
        assert_eq!(visitor.submit(&offer, &[("answer", "declined"), ("reason", "Bận họp tỉnh")]).await.status, 303);
        assert_eq!(visitor.submit(&offer, &[("answer", "accepted")]).await.status, 422, "an answer is given once");
        assert_eq!(visitor.get("/teaching").await.texts("tbody th"), Vec::<String>::new());

        let draft = school.get(&page(class)).await;
        assert!(draft.texts("details li").contains(&"Giảng viên mời Thử: từ chối Bận họp tỉnh".to_owned()), "{:?}", draft.texts("details li"));
        assert_eq!(draft.texts(".alert.warn li"), ["04/03/2026, chiều: “Chuyên đề 6” chưa có giảng viên."]);
        assert_eq!(press(&mut school, class, "mending").await.status, 303);
        assert_eq!(press(&mut school, class, "publication").await.status, 303, "a substitute was found");
        let edit = school.get(&format!("{}/6", page(class))).await;
        let declined = edit.texts("#f-lecturer-1 option").into_iter().find(|o| o.starts_with("Giảng viên mời Thử")).unwrap();
        assert!(declined.ends_with("đã từ chối lớp này"), "{declined}");
    }
}
