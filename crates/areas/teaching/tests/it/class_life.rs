//! The life of a class: what stands before each step, on the page and in the action alike.

use kernel::ClassId;
use teaching::{
    classes::{accept, nominate, planned, proposed},
    testing::Small,
};
use testkit::{Client, db_test};
use web::Permit;

use crate::setting::{NOMINATING, Setting, loose, seats, setting, specialists};

/// The conditions on a class's page: tag and text.
async fn list(client: &mut Client, class: ClassId) -> Vec<(String, String)> {
    let page = client.get(&format!("/classes/{class}")).await;
    page.texts(".todo .tag").into_iter().zip(page.texts(".todo li > span:last-child")).collect()
}

/// Calls the first class of the plan through the form; communes are told later.
async fn call_quietly(setting: &Setting, client: &mut Client, seats: &str) -> ClassId {
    setting.approved().await;
    let waiting = planned(&mut setting.app.db().read().await.unwrap(), setting.province.scheme).await.unwrap();
    let (first, venue) = (waiting.first().unwrap().id.to_string(), setting.province.venue.to_string());
    let form = [
        ("planned", first.as_str()),
        ("starts_on", "2026-03-02"),
        ("venue", &venue),
        ("head", ""),
        ("seat_limit", seats),
        ("nominate_by", "2026-02-27"),
        ("later", "1"),
    ];
    let reply = client.post("/classes", &form).await;
    assert_eq!(reply.status, 303);
    reply.location().rsplit('/').next().unwrap().parse().unwrap()
}

/// The form of seats and quotas as it stands, with some fields changed.
async fn quotas(client: &mut Client, class: ClassId, changed: &[(&str, &str)]) -> testkit::Reply {
    let form = client.get(&format!("/classes/{class}/quotas")).await.form("/quotas");
    client.submit(&form, changed).await
}

db_test! {
    async fn row_57_a_class_is_seen_by_communes_when_it_is_sent_and_the_page_says_what_comes_next(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let mut school = setting.app.signed_in("truong").await;
        let class = call_quietly(&setting, &mut school, "6").await;
        let here = format!("/classes/{class}");
        let page = school.get(&here).await;
        assert_eq!(page.text_of("h1"), "Lớp 01/2026 Chưa gửi xã, phường");
        assert_eq!(page.text_of(".card.lined h2"), "Trước khi gửi các xã, phường");
        let met = |text: &str| ("Đạt".to_owned(), text.to_owned());
        assert_eq!(
            list(&mut school, class).await,
            [
                met("Chỉ tiêu chia trong số chỗ của lớp"), met("Hạn cử học viên còn ở phía trước"), met("Buổi nào cũng có nội dung"),
                ("Nên làm".to_owned(), "Có chủ nhiệm lớpChưa phân công.".to_owned()),
            ]
        );
        // nobody of a commune sees it, by no way
        let mut officer = setting.app.signed_in("xa-00001").await;
        assert_eq!(officer.get("/classes").await.texts("tbody th a"), [""; 0]);
        for part in ["", "/nominations"] {
            assert_eq!(officer.get(&format!("{here}{part}")).await.status, 404);
        }
        let people = specialists(&setting, &loose(), 0)[0].to_string();
        assert_eq!(officer.post(&format!("{here}/nominations"), &[("person", &people)]).await.status, 422);
        assert_eq!(seats(&setting, class).await, (0, 0, 0));

        // sent once: visible at once; a second time is refused and changes nothing
        let form = page.form("/publication");
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        assert_eq!(officer.get("/classes").await.texts("tbody th a"), ["01/2026"]);
        assert_eq!(school.submit(&form, &[]).await.status, 422);
        let page = school.get(&here).await;
        assert_eq!(page.texts(".timeline b"), ["Chưa gửi xã, phường", "Cử học viên"]);
        assert_eq!(page.text_of(".card.lined h2"), "Trước khi quyết định mở lớp");
    }

    async fn a_class_whose_deadline_passed_before_it_was_sent_gets_a_new_one_first(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let mut school = setting.app.signed_in("truong").await;
        let class = call_quietly(&setting, &mut school, "6").await;
        let setting = setting.later("2026-02-28T08:00");
        let mut school = setting.app.signed_in("truong").await;
        let refused = school.post(&format!("/classes/{class}/publication"), &[]).await;
        assert_eq!((refused.status, refused.texts("[role=alert] li")), (422, vec!["Hạn 27/02/2026 đã qua; hãy đặt hạn mới.".to_owned()]));
        assert_eq!(quotas(&mut school, class, &[("nominate_by", "2026-03-01")]).await.status, 303);
        assert_eq!(school.post(&format!("/classes/{class}/publication"), &[]).await.status, 303);
        // the old day has no meaning any more, the new one hands seats on
        assert_eq!((setting.app.run_jobs().await, setting.app.jobs_waiting().await), (1, 1));
    }

    async fn row_55_a_class_is_open_after_a_handful_of_forms(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let mut school = setting.app.signed_in("truong").await;
        // one form makes number, quotas and every half-day with its topics
        let class = call_quietly(&setting, &mut school, "4").await;
        let here = format!("/classes/{class}");
        let page = school.get(&here).await;
        assert_eq!(page.text_of("h1"), "Lớp 01/2026 Chưa gửi xã, phường");
        assert_eq!(page.texts("tr.warn td.n:nth-of-type(1)").len(), 0, "nobody is late yet");
        let half_days = teaching::timetable::half_days(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        assert_eq!((half_days.len(), half_days.iter().filter(|h| h.topics.is_empty()).count()), (10, 0));
        let mut forms = 1;
        assert_eq!(school.post(&format!("{here}/publication"), &[]).await.status, 303);
        forms += 1;
        for (username, commune) in [("xa-00001", 0), ("xa-00002", 1)] {
            let ids: Vec<String> = specialists(&setting, &small, commune)[..2].iter().map(ToString::to_string).collect();
            let form: Vec<(&str, &str)> = ids.iter().map(|id| ("person", id.as_str())).collect();
            let reply = setting.app.signed_in(username).await.post(&format!("{here}/nominations"), &form).await;
            assert_eq!(reply.status, 303);
            forms += 1;
        }
        let form = school.get(&format!("{here}/acceptance")).await.form("/acceptance");
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        assert_eq!(school.post(&format!("{here}/opening"), &[]).await.status, 303);
        forms += 2;
        assert_eq!(forms, 6);
        let page = school.get(&here).await;
        assert_eq!(page.text_of("h1"), "Lớp 01/2026 Đã mở lớp");
        assert_eq!(page.text_of(".card.lined h2"), "Trước khi khai giảng");
        assert_eq!(list(&mut school, class).await[0].0, "Phải làm");
        assert_eq!(list(&mut school, class).await[0].1, "Đến ngày khai giảngKhai giảng ngày 02/03/2026, còn 5 ngày. Đến nơi làm");
    }

    async fn a_class_is_opened_once_however_many_decide_it(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let class = setting.called(6).await;
        let clients = [setting.app.signed_in("truong").await, setting.app.signed_in("truong").await];
        let tries = clients.map(|mut client| {
            tokio::spawn(async move {
                let reply = client.post(&format!("/classes/{class}/opening"), &[("reason", "Ít người")]).await;
                (reply.status, reply.body)
            })
        });
        let mut statuses = Vec::new();
        for one in tries {
            let (status, text) = one.await.unwrap();
            assert!(status == 303 || text.contains("đã chuyển sang bước khác"), "{text}");
            statuses.push(status);
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422]);
        let page = setting.app.signed_in("truong").await.get(&format!("/classes/{class}")).await;
        assert_eq!(page.texts(".timeline b").iter().filter(|state| *state == "Đã mở lớp").count(), 1);
    }

    async fn who_no_longer_fits_keeps_a_class_from_being_opened(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        nominate(setting.app.db(), &Permit::check(&setting.officers[0]).unwrap(), class, &people[..2], true).await.unwrap();
        let ids = proposed(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        accept(setting.app.db(), &Permit::check(&setting.school).unwrap(), class, &ids).await.unwrap();
        setting.ends_post(people[0], "2026-02-28").await;
        let mut school = setting.app.signed_in("truong").await;
        let told = "1 người đã duyệt không còn đủ điều kiện; hãy đưa ra khỏi danh sách hoặc thay người.";
        let refused = school.post(&format!("/classes/{class}/opening"), &[("reason", "Gấp")]).await;
        assert_eq!((refused.status, refused.texts("[role=alert] li")), (422, vec![told.to_owned()]));
        let at = list(&mut school, class).await.into_iter().find(|(_, text)| text.contains("vẫn đủ điều kiện")).unwrap();
        assert_eq!(at.0, "Phải làm");
    }

    async fn row_25_more_seats_move_people_up_and_not_past_the_schools_word(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(4).await;
        let people = specialists(&setting, &small, 0);
        let permit = Permit::check(&setting.officers[0]).unwrap();
        nominate(setting.app.db(), &permit, class, &people[..4], true).await.unwrap();
        assert_eq!(seats(&setting, class).await, (2, 0, 2));
        let mut school = setting.app.signed_in("truong").await;
        let reply = quotas(&mut school, class, &[("seat_limit", "6"), ("quota-00001", "3")]).await;
        assert_eq!(reply.status, 303);
        // one more holds a seat; nobody is accepted, nobody passes the quota
        assert_eq!(seats(&setting, class).await, (3, 0, 1));
        let page = school.get(&format!("/classes/{class}")).await;
        assert_eq!(page.text_of(".flash.good"), "Đã lưu; 1 người chờ được lên chỗ trống.");
        assert_eq!(page.text_of(".meter b"), "3 / 6 chỗ");
        let waits = "Thứ 1 trong danh sách chờ: đơn vị đã dùng hết chỉ tiêu 3 người; sau ngày 27/02/2026 chỗ còn trống dành cho người chờ lâu nhất.";
        let page = setting.app.signed_in("xa-00001").await.get(&format!("/classes/{class}/nominations")).await;
        assert_eq!(page.texts("tbody td[data-label='Trạng thái'] small"), [waits]);
    }

    async fn wrong_seats_and_quotas_are_told_at_their_place_and_nothing_is_lost(db: TestDb) {
        let small = Small { sizes: (2, 8), ..loose() };
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        let permit = Permit::check(&setting.officers[0]).unwrap();
        nominate(setting.app.db(), &permit, class, &people[..3], true).await.unwrap();
        let mut school = setting.app.signed_in("truong").await;
        let off = "Số chỗ phải là số nguyên, từ 1 đến mức tối đa của Đề án.";
        for (typed, told) in [
            ("0", off), ("1000000", off), ("-3", off), ("sáu", off), ("2", "Số chỗ không thể thấp hơn số người đã có chỗ."),
        ] {
            let reply = quotas(&mut school, class, &[("seat_limit", typed), ("quota-00002", "1")]).await;
            assert_eq!((reply.status, reply.texts("#e-seat_limit")), (422, vec![told.to_owned()]), "{typed}");
            assert_eq!(reply.attributes("#f-seat_limit", "value"), [typed]);
            assert_eq!(reply.attributes("#f-quota-00002", "value"), ["1"]);
        }
        for (typed, told) in [
            ("x", "Chỉ tiêu là số nguyên từ 0."), ("-1", "Chỉ tiêu là số nguyên từ 0."), ("1000000", "Chỉ tiêu là số nguyên từ 0."),
            ("2", "Đơn vị đã có 3 người giữ chỗ; chỉ tiêu không thể thấp hơn."),
        ] {
            let reply = quotas(&mut school, class, &[("quota-00001", typed)]).await;
            assert_eq!((reply.status, reply.texts("#e-quota-00001")), (422, vec![told.to_owned()]), "{typed}");
            assert_eq!(reply.attributes("#f-quota-00001", "value"), [typed]);
        }
        let over = quotas(&mut school, class, &[("quota-00002", "4")]).await;
        assert_eq!((over.status, over.text_of("[role=alert] p")), (422, "Tổng chỉ tiêu 7 vượt số chỗ 6 của lớp.".to_owned()));
        let late = quotas(&mut school, class, &[("nominate_by", "2026-03-02")]).await;
        assert_eq!(late.texts("#e-nominate_by"), ["Hạn cử học viên phải từ hôm nay đến trước ngày khai giảng."]);

        // two change at once: the second is told what stands, and saves over it knowingly
        let form = school.get(&format!("/classes/{class}/quotas")).await.form("/quotas");
        assert_eq!(quotas(&mut school, class, &[("seat_limit", "7")]).await.status, 303);
        let second = school.submit(&form, &[("seat_limit", "8"), ("quota-00002", "5")]).await;
        assert_eq!(second.status, 409);
        assert_eq!(second.attributes("#f-seat_limit", "value"), ["8"]);
        assert!(second.text_of(".alert").contains("Đã lưu: 7"), "{}", second.text_of(".alert"));
        assert_eq!(school.submit(&second.form("/quotas"), &[]).await.status, 303);
        let page = school.get(&format!("/classes/{class}")).await;
        assert_eq!(page.text_of(".meter b"), "3 / 8 chỗ");
        assert_eq!(setting.app.signed_in("xa-00001").await.get(&format!("/classes/{class}/quotas")).await.status, 403);
    }
}
