//! A class: called from the plan, opened, cancelled, given a head.

use kernel::ClassId;
use teaching::{
    classes::{self, accept, nominate, open_class, planned, proposed},
    testing::Small,
};
use testkit::{Reply, db_test};
use web::Permit;

use crate::setting::{NOMINATING, Setting, loose, seats, setting, specialists};

/// The form of a call for the first planned class, with one field changed.
async fn call_form(setting: &Setting, changed: (&str, &str)) -> Vec<(&'static str, String)> {
    let waiting = planned(&mut setting.app.db().read().await.unwrap(), setting.province.scheme).await.unwrap();
    let first = waiting.first().unwrap();
    let mut form = vec![
        ("planned", first.id.to_string()),
        ("starts_on", "2026-03-02".to_owned()),
        ("venue", setting.province.venue.to_string()),
        ("head", String::new()),
        ("seat_limit", "6".to_owned()),
        ("nominate_by", "2026-02-27".to_owned()),
    ];
    for (name, value) in &mut form {
        if *name == changed.0 {
            changed.1.clone_into(value);
        }
    }
    form
}

async fn call(setting: &Setting, changed: (&str, &str)) -> Reply {
    let form = call_form(setting, changed).await;
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    setting.app.signed_in("truong").await.post("/classes", &form).await
}

db_test! {
    async fn a_class_gets_number_quota_and_half_days_from_the_plan(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let class = setting.called(6).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = school.get(&format!("/classes/{class}")).await;
        assert_eq!(page.text_of("h1"), "Lớp 01/2026 Cử học viên");
        // two communes with equal people share six seats
        assert_eq!(page.texts("tr.warn td.n:nth-of-type(1)"), ["3", "3"]);
        let half_days = teaching::timetable::half_days(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        assert_eq!(half_days.iter().map(|h| h.periods).sum::<i64>(), 40);
        assert_eq!(half_days.first().map(|h| (h.part.as_str(), h.topics.as_str())), Some(("sang", "Chuyên đề 1")));
    }

    async fn fewer_seats_than_communes_are_said_on_the_page(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let class = setting.called(1).await;
        let page = setting.app.signed_in("truong").await.get(&format!("/classes/{class}")).await;
        let told = "Lớp có 1 chỗ, ít hơn 2 xã, phường của tỉnh, nên chỉ 1 nơi có chỉ tiêu ở lớp này: những nơi có người \
                    theo kế hoạch của lớp. Các nơi khác đến lượt ở lớp sau.";
        assert!(page.text_of("main").contains(told), "{}", page.text_of("main"));
        assert_eq!(page.texts("tr.warn td.n:nth-of-type(1)"), ["1"]);
    }

    async fn a_wrong_call_says_so_at_the_field_and_keeps_what_was_typed(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let first = setting.called(6).await;
        let head = setting.actor("gv01").await.account.to_string();
        let school = setting.actor("truong").await.account.to_string();
        let busy = Permit::check(&setting.school).unwrap();
        classes::assign_head(setting.app.db(), &busy, first, setting.actor("gv01").await.account).await.unwrap();
        let small_room = setting.province.second_venue.to_string();
        for (field, typed, told) in [
            ("starts_on", "2026-03-03", "Lớp khai giảng vào thứ Hai."),
            ("starts_on", "2026-02-23", "Ngày khai giảng phải ở sau hôm nay và từ ngày được dạy của Đề án."),
            ("starts_on", "30/02", "Ngày chưa đúng; hãy nhập ngày, tháng, năm."),
            ("seat_limit", "7", "Số chỗ phải là số nguyên, từ 1 đến mức tối đa của Đề án."),
            ("seat_limit", "sáu", "Số chỗ phải là số nguyên, từ 1 đến mức tối đa của Đề án."),
            ("nominate_by", "2026-03-02", "Hạn cử học viên phải từ hôm nay đến trước ngày khai giảng."),
            ("venue", "x", "Hãy chọn địa điểm."),
            // the first class has the hall and the lecturer in that week
            ("venue", &setting.province.venue.to_string(), "Địa điểm này đã có lớp khác trong tuần."),
            ("head", "x", "Hãy chọn chủ nhiệm trong danh sách giảng viên."),
        ] {
            let page = call(&setting, (field, typed)).await;
            assert_eq!(page.status, 422, "{field} {typed}");
            assert_eq!(page.texts(&format!("#e-{field}")), [told], "{field} {typed}");
            if !["venue", "head"].contains(&field) {
                assert_eq!(page.attributes(&format!("#f-{field}"), "value"), [typed]);
            }
        }
        for (who, told) in [
            (&head, "Giảng viên này đã chủ nhiệm một lớp khác trong tuần."),
            (&school, "Hãy chọn chủ nhiệm trong danh sách giảng viên."),
        ] {
            let mut form = call_form(&setting, ("venue", &small_room)).await;
            form.retain(|(name, _)| *name != "head");
            form.push(("head", who.clone()));
            let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let page = setting.app.signed_in("truong").await.post("/classes", &form).await;
            assert_eq!((page.status, page.texts("#e-head")), (422, vec![told.to_owned()]));
        }
        // nothing of all that was called; the next one is class 02 in the other room
        let reply = call(&setting, ("venue", &small_room)).await;
        assert_eq!(reply.status, 303);
        let page = setting.app.signed_in("truong").await.get(reply.location()).await;
        assert_eq!(page.text_of("h1"), "Lớp 02/2026 Cử học viên");
    }

    async fn row_29_the_school_accepts_then_opens_and_says_why_not(db: TestDb) {
        let small = Small { sizes: (3, 6), ..loose() };
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let db = setting.app.db();
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let people = specialists(&setting, &small, 0);
        nominate(db, &permit, class, people.get(..2).unwrap(), true).await.unwrap();
        let mut client = setting.app.signed_in("truong").await;
        let opening = format!("/classes/{class}/opening");
        let reply = client.post(&opening, &[("reason", "Gấp")]).await;
        assert_eq!(reply.status, 422);
        let told = "Còn 2 người chờ duyệt. Hãy duyệt hoặc không duyệt hết rồi mở lớp.";
        assert_eq!(reply.texts("[role=alert] li"), [told]);
        let acceptance = format!("/classes/{class}/acceptance");
        assert_eq!(reply.attributes(".todo a", "href").first(), Some(&acceptance));
        assert_eq!(reply.attributes("#f-reason", "value"), ["Gấp"]);

        let nobody = client.post(&acceptance, &[]).await;
        assert_eq!((nobody.status, nobody.texts("[role=alert] li")), (422, vec!["Chưa chọn ai.".to_owned()]));
        let page = client.get(&acceptance).await;
        let ids = page.attributes("input[name=nomination][checked]", "value");
        assert_eq!(ids.len(), 2);
        let form: Vec<(&str, &str)> = ids.iter().map(|id| ("nomination", id.as_str())).collect();
        assert_eq!(client.post(&acceptance, &form).await.status, 303);
        assert_eq!(client.get(&acceptance).await.text_of(".flash.good"), "Đã duyệt 2 người.");

        let reply = client.post(&opening, &[("reason", " ")]).await;
        assert_eq!(reply.status, 422);
        let told = "Còn thiếu 1 người so với mức ít nhất 3 của Đề án. Nếu vẫn mở, hãy ghi lý do.";
        assert_eq!(reply.texts("[role=alert] li"), [told]);
        assert_eq!(reply.texts("#e-reason"), ["Hãy ghi lý do."]);
        let reply = client.post(&opening, &[("reason", "Vùng cao, mưa lũ")]).await;
        assert_eq!(reply.status, 303);
        let page = client.get(&format!("/classes/{class}")).await;
        assert_eq!(page.texts(".timeline b"), ["Chưa gửi xã, phường", "Cử học viên", "Đã mở lớp"]);
        assert_eq!(page.texts(".timeline p.soft"), ["Vùng cao, mưa lũ"]);
    }

    async fn a_cancelled_class_frees_everybody_and_its_number_is_not_given_again(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let people = specialists(&setting, &small, 0);
        nominate(setting.app.db(), &permit, class, people.get(..4).unwrap(), true).await.unwrap();
        let mut school = setting.app.signed_in("truong").await;
        let cancellation = format!("/classes/{class}/cancellation");
        let reply = school.post(&cancellation, &[("reason", "  ")]).await;
        assert_eq!((reply.status, reply.texts("#e-cancel-reason")), (422, vec!["Hãy ghi lý do.".to_owned()]));
        assert_eq!(school.post(&cancellation, &[("reason", "Bão số 5")]).await.status, 303);
        let page = school.get(&format!("/classes/{class}")).await;
        assert_eq!(page.text_of("h1"), "Lớp 01/2026 Đã hủy");
        assert_eq!(page.texts(".timeline p.soft"), ["Bão số 5"]);
        assert_eq!(seats(&setting, class).await, (0, 0, 0));
        // nothing moves any more, and the class of the plan may be called again
        assert_eq!(school.post(&cancellation, &[("reason", "Nữa")]).await.status, 422);
        let again = setting.called_too(6).await;
        let page = school.get(&format!("/classes/{again}")).await;
        assert_eq!(page.text_of("h1"), "Lớp 02/2026 Cử học viên");
        let done = nominate(setting.app.db(), &permit, again, people.get(..3).unwrap(), true).await.unwrap();
        assert_eq!((done.proposed, done.waiting), (3, 0));
    }

    async fn a_class_gets_its_head_later_and_only_the_head_sees_it(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let class: ClassId = setting.called(6).await;
        let here = format!("/classes/{class}");
        let mut school = setting.app.signed_in("truong").await;
        let wrong = school.post(&format!("{here}/head"), &[("head", "")]).await;
        let told = "Hãy chọn chủ nhiệm trong danh sách giảng viên.";
        assert_eq!((wrong.status, wrong.texts("#e-head")), (422, vec![told.to_owned()]));
        let head = setting.actor("gv01").await.account.to_string();
        assert_eq!(school.post(&format!("{here}/head"), &[("head", &head)]).await.status, 303);
        assert_eq!(school.get(&here).await.texts(".facts div:nth-child(3) dd"), ["gv01"]);
        assert_eq!(setting.app.signed_in("gv01").await.get(&here).await.status, 200);
        assert_eq!(setting.app.signed_in("gv02").await.get(&here).await.status, 404);
    }

    async fn row_37_the_school_asks_again_before_it_accepts(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let people = specialists(&setting, &small, 0);
        let [leaver, stayer] = [*people.first().unwrap(), *people.get(1).unwrap()];
        nominate(setting.app.db(), &permit, class, &[leaver, stayer], true).await.unwrap();
        setting.ends_post(leaver, "2026-02-28").await;
        let mut school = setting.app.signed_in("truong").await;
        let acceptance = format!("/classes/{class}/acceptance");
        let page = school.get(&acceptance).await;
        let all = page.attributes("input[name=nomination]", "value");
        let ticked = page.attributes("input[name=nomination][checked]", "value");
        assert_eq!((all.len(), ticked.len()), (2, 1));
        let form: Vec<(&str, &str)> = all.iter().map(|id| ("nomination", id.as_str())).collect();
        let refused = school.post(&acceptance, &form).await;
        assert_eq!(refused.status, 422);
        let name = &setting.name(leaver).await;
        let told = format!("{name}: không còn, hoặc chưa, giữ chức vụ trong tuần học.");
        assert_eq!(refused.texts("[role=alert] li"), [told]);
        assert_eq!(refused.attributes("input[name=nomination][checked]", "value"), all);
        assert_eq!(seats(&setting, class).await, (2, 0, 0));
        let form: Vec<(&str, &str)> = ticked.iter().map(|id| ("nomination", id.as_str())).collect();
        assert_eq!(school.post(&acceptance, &form).await.status, 303);
        assert_eq!(seats(&setting, class).await, (1, 1, 0));

        // a refusal needs its reason, which the commune reads
        let waiting = proposed(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        let refusal = format!("/classes/{class}/nominations/{}/refusal", waiting.first().unwrap());
        let silent = school.post(&refusal, &[("reason", " ")]).await;
        assert_eq!((silent.status, silent.texts("p.error")), (422, vec!["Hãy ghi lý do.".to_owned()]));
        assert_eq!(school.post(&refusal, &[("reason", "Đã chuyển công tác")]).await.status, 303);
        let page = setting.app.signed_in("xa-00001").await.get(&format!("/classes/{class}/nominations")).await;
        assert_eq!(page.texts("tr.off td[data-label='Trạng thái']"), ["Không duyệtĐã chuyển công tác"]);
        // the school and the communes are the two gates: neither opens the other's
        let officer = setting.app.signed_in("xa-00001").await.post(&acceptance, &form).await;
        assert_eq!(officer.status, 403);
        let waiting = proposed(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        assert_eq!(waiting, []);
        let permit = Permit::check(&setting.school).unwrap();
        assert_eq!(accept(setting.app.db(), &permit, class, &waiting).await.unwrap_err().to_string(), "nobody chosen");
        let opens = Permit::check(&setting.school).unwrap();
        open_class(setting.app.db(), &opens, class, "Ít người").await.unwrap();
    }
}
