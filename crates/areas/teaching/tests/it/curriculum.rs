//! Programmes written in the browser, on their way to being in force.

use kernel::ClassId;
use store::history_of;
use teaching::{classes, testing::Small};
use testkit::{Client, Reply, db_test};

use crate::setting::{Setting, setting};

const EARLY: &str = "2026-02-20T08:00";

/// The page of the first programme's newest version.
async fn first(client: &mut Client) -> String {
    client.get("/programmes").await.attributes("tbody a", "href").first().unwrap().clone()
}

/// The address of the programme behind a version's page.
fn programme(version: &str) -> String {
    version.split("/versions").next().unwrap().to_owned()
}

/// Addresses of the forms that change the topics of a version, in their order.
async fn topics(client: &mut Client, version: &str) -> Vec<String> {
    let found = client.get(version).await.attributes("td.acts a:not(.danger)", "href");
    assert!(!found.is_empty(), "{version} can be edited");
    found
}

/// Values that replace those of a right topic, the id of the message, and its text.
type Fault<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

fn topic<'a>(title: &'a str, kind: &'a str, periods: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", title),
        ("kind", kind),
        ("periods", periods),
        ("day", ""),
        ("method", "lecture"),
        ("lecturer_type", "truong_chinh_tri"),
        ("delivery", "truc_tiep"),
    ]
}

/// Opens the form of a topic, types, sends.
async fn change(client: &mut Client, address: &str, typed: &[(&str, &str)]) -> Reply {
    let form = client.get(address).await.form(address);
    client.submit(&form, typed).await
}

/// Everything in force, the first class called; the page of the version in force.
async fn taught(setting: &Setting) -> (ClassId, String) {
    let class = setting.called(4).await;
    (class, first(&mut setting.app.signed_in("truong").await).await)
}

db_test! {
    async fn a_version_with_thirteen_periods_of_theory_says_so_and_is_not_submitted(db: TestDb) {
        let setting = setting(db, &Small { periods: (13, 27), ..Small::default() }, EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        let shown = school.get(&page).await;
        assert_eq!(shown.texts(".meter .fault"), ["Lý luận thừa 1 tiết."]);
        assert_eq!(shown.text_of(".meter em.bad:not(.fault)"), "chưa đúng quy định 30/70");
        assert_eq!(shown.attributes("form", "action").iter().filter(|a| a.ends_with("/submission")).count(), 0);
        let reply = school.post(&format!("{}/submission", programme(&page)), &[]).await;
        assert_eq!(reply.status, 422);
        assert_eq!(
            reply.text_of("[role=alert] strong"),
            "Chưa đúng quy định của Đề án: tổng 40 tiết, quy định 40; lý luận 13 tiết, quy định 12."
        );
        assert_eq!(school.get(&page).await.text_of("h1 .tag"), "Đang biên soạn", "nothing moved");
    }

    async fn every_fault_at_a_topic_is_told_at_its_field_and_nothing_is_written(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        let before = school.get(&page).await.texts("tbody tr").len();
        let long = "ắ".repeat(300);
        let faults: [Fault<'_>; 10] = [
            (&[("title", " \u{200b} ")], "e-title", "Tên chuyên đề: chưa nhập."),
            (&[("title", &long)], "e-title", "Tên chuyên đề: dài 300 ký tự, tối đa 200."),
            (
                &[("title", "Kỹ năng 😀")],
                "e-title",
                "Tên chuyên đề: có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó.",
            ),
            (
                &[("title", "Kỹ\u{7}năng")],
                "e-title",
                "Tên chuyên đề: có ký tự không dùng được trong văn bản (biểu tượng cảm xúc hoặc ký tự điều khiển). Hãy xóa ký tự đó.",
            ),
            (&[("periods", "0")], "e-periods", "Số tiết: phải từ 1 đến 40."),
            (&[("periods", "41")], "e-periods", "Số tiết: phải từ 1 đến 40."),
            (&[("periods", "4,5")], "e-periods", "Số tiết: phải là số nguyên."),
            (&[("kind", "lecture")], "e-kind", "Loại: hãy chọn một mục trong danh sách."),
            (&[("day", "6")], "e-day", "Ngày: phải từ 1 đến 5."),
            (&[("method", "")], "e-method", "Phương pháp: hãy chọn một mục trong danh sách."),
        ];
        for (wrong, at, text) in faults {
            let mut form = topic("Kỹ năng tiếp công dân", "skill", "4");
            for (name, value) in wrong {
                form.retain(|(n, _)| n != name);
                form.push((name, value));
            }
            let reply = school.post(&format!("{page}/topics"), &form).await;
            assert_eq!(reply.status, 422, "{wrong:?}");
            assert_eq!(reply.text_of(&format!("#{at}")), text);
            assert_eq!(reply.texts("[role=alert] li"), [text]);
            // what was typed stays
            let title = form.iter().find(|(n, _)| *n == "title").unwrap().1;
            assert_eq!(reply.texts("#f-title").concat(), kernel_fold(title));
            assert_eq!(reply.attributes("#f-periods", "value"), [form.iter().find(|(n, _)| *n == "periods").unwrap().1]);
        }
        assert_eq!(school.get(&page).await.texts("tbody tr").len(), before);
    }

    async fn topics_are_added_changed_moved_and_removed_and_the_meter_follows(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        let titles = |reply: &Reply| reply.texts("tbody th");
        let shown = school.get(&page).await;
        assert_eq!(titles(&shown).len(), 10);
        assert_eq!(shown.text_of(".meter b"), "12 tiết lý luận (30,0 %)");

        let added = school.post(&format!("{page}/topics"), &topic("  Kỹ năng   tiếp công dân ", "skill", "4")).await;
        assert_eq!((added.status, added.location()), (303, page.as_str()));
        let shown = school.get(&page).await;
        assert_eq!(titles(&shown).last().unwrap(), "Kỹ năng tiếp công dân");
        assert_eq!(shown.texts(".meter .fault"), ["Tổng số tiết thừa 4 tiết."]);

        let all = topics(&mut school, &page).await;
        let reply = change(&mut school, all.first().unwrap(), &topic("Nghị quyết mới", "theory", "3")).await;
        assert_eq!(reply.status, 303);
        let shown = school.get(&page).await;
        assert_eq!(titles(&shown).first().unwrap(), "Nghị quyết mới");
        assert_eq!(shown.texts(".meter .fault"), ["Tổng số tiết thừa 3 tiết.", "Lý luận thiếu 1 tiết."]);

        // the last goes up, the first cannot
        let last = all.last().unwrap();
        assert_eq!(school.post(&format!("{last}/place"), &[("to", "up")]).await.status, 303);
        let shown = school.get(&page).await;
        assert_eq!(titles(&shown).get(9).unwrap(), "Kỹ năng tiếp công dân");
        school.post(&format!("{}/place", all.first().unwrap()), &[("to", "up")]).await;
        assert_eq!(titles(&school.get(&page).await).first().unwrap(), "Nghị quyết mới");

        let asked = school.get(&format!("{last}/removal")).await;
        assert_eq!(asked.text_of("main b"), "Kỹ năng tiếp công dân");
        assert_eq!(school.post(&format!("{last}/removal"), &[]).await.status, 303);
        let shown = school.get(&page).await;
        assert_eq!(titles(&shown).len(), 10);
        assert_eq!(shown.texts(".meter .fault"), ["Tổng số tiết thiếu 1 tiết.", "Lý luận thiếu 1 tiết."]);

        let id = last.rsplit('/').next().unwrap();
        let history = history_of(&mut setting.app.db().read().await.unwrap(), id, 9).await.unwrap();
        let done: Vec<&str> = history.iter().map(|h| h.action.as_str()).collect();
        assert_eq!(done, ["curriculum.topic.removed", "curriculum.topic.moved", "curriculum.topic.added"]);
        assert!(history.iter().all(|h| h.who == "truong"));
    }

    async fn the_second_of_two_editors_is_told_who_saved_first_and_saves_over_it_knowingly(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        setting.app.account("truong2", "school_training", None, None).await;
        let (mut one, mut two) = (setting.app.signed_in("truong").await, setting.app.signed_in("truong2").await);
        let page = first(&mut one).await;
        let address = topics(&mut one, &page).await.first().unwrap().clone();
        let (first, second) = (one.get(&address).await.form(&address), two.get(&address).await.form(&address));
        assert_eq!(one.submit(&first, &[("title", "Một"), ("periods", "3"), ("day", "2")]).await.status, 303);
        // moving it about is no change of what it says, and a second click is no quarrel
        assert_eq!(one.post(&format!("{address}/place"), &[("to", "down")]).await.status, 303);
        assert_eq!(one.submit(&first, &[("title", "Một"), ("periods", "3"), ("day", "2")]).await.status, 303);

        let typed = [("title", "Hai"), ("kind", "skill"), ("periods", "4"), ("day", "1"), ("method", "drill"), ("delivery", "ket_hop")];
        let refused = two.submit(&second, &typed).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.text_of("[role=alert] h2"), "Chưa lưu: người khác đã lưu trước");
        assert_eq!(refused.texts("[role=alert] p").first().unwrap(), "truong đã lưu lúc 08:00 ngày 20/02/2026, sau khi bạn mở trang này. Nội dung bạn nhập vẫn còn ở dưới.");
        let told = refused.texts("[role=alert] dt").into_iter().zip(refused.texts("[role=alert] dd")).map(|(l, d)| format!("{l}: {d}"));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "Tên chuyên đề: Đã lưu: MộtBạn nhập: Hai",
                "Loại: Đã lưu: Lý luậnBạn nhập: Kỹ năng",
                "Số tiết: Đã lưu: 3Bạn nhập: 4",
                "Ngày: Đã lưu: Ngày 2Bạn nhập: Ngày 1",
                "Phương pháp: Đã lưu: Thuyết trìnhBạn nhập: Thực hành có hướng dẫn",
                "Hình thức: Đã lưu: Trực tiếpBạn nhập: Kết hợp",
            ]
        );
        let form = refused.form(&address);
        for (name, value) in typed {
            assert!(form.fields.contains(&(name.to_owned(), value.to_owned())), "{name} stays: {:?}", form.fields);
        }
        assert!(one.get(&page).await.texts("tbody th").contains(&"Một".to_owned()), "nothing was written");

        assert_eq!(refused.texts("#topic-form .btn.primary"), ["Lưu đè"]);
        assert_eq!(two.submit(&form, &[]).await.status, 303);
        let shown = one.get(&page).await.texts("tbody th");
        assert!(shown.contains(&"Hai".to_owned()) && !shown.contains(&"Một".to_owned()), "{shown:?}");
        let id = address.rsplit('/').next().unwrap();
        let history = history_of(&mut setting.app.db().read().await.unwrap(), id, 9).await.unwrap();
        let done: Vec<_> = history.iter().map(|h| (h.action.as_str(), h.who.as_str())).collect();
        assert_eq!(done, [("curriculum.topic.changed", "truong2"), ("curriculum.topic.moved", "truong"), ("curriculum.topic.changed", "truong")]);
        // who comes without having seen any edition saves over nothing
        assert_eq!(one.post(&address, &topic("Ba", "skill", "4")).await.status, 409);

        // taken out meanwhile: what was typed becomes a new topic, if wanted
        let late = one.get(&address).await.form(&address);
        assert_eq!(two.post(&format!("{address}/removal"), &[]).await.status, 303);
        let refused = one.submit(&late, &[("title", "Bốn")]).await;
        assert_eq!((refused.status, refused.texts("#f-title").concat()), (422, "Bốn".to_owned()));
        assert_eq!(
            refused.texts("[role=alert] li"),
            ["Chuyên đề này vừa được người khác bỏ khỏi phiên bản. Nội dung bạn nhập vẫn còn ở dưới; bấm “Lưu” để thêm lại thành chuyên đề mới."]
        );
        assert_eq!(one.submit(&refused.form("/topics"), &[]).await.status, 303);
        assert_eq!(one.get(&page).await.texts("tbody th").last().unwrap(), "Bốn");
    }

    async fn the_meter_beside_the_form_follows_what_is_typed(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        let form = topics(&mut school, &page).await.first().unwrap().clone();
        let id = form.rsplit('/').next().unwrap();
        let weigh = |kind: &str, periods: &str| format!("{page}/meter?topic={id}&kind={kind}&periods={periods}");
        assert_eq!(school.get(&weigh("theory", "4")).await.texts(".fault"), [""; 0]);
        assert_eq!(school.get(&weigh("theory", "6")).await.texts(".fault"), ["Tổng số tiết thừa 2 tiết.", "Lý luận thừa 2 tiết."]);
        assert_eq!(school.get(&weigh("skill", "4")).await.texts(".fault"), ["Lý luận thiếu 4 tiết."]);
        assert_eq!(school.get(&weigh("skill", "nhiều")).await.texts(".fault"), ["Tổng số tiết thiếu 4 tiết.", "Lý luận thiếu 4 tiết."]);
    }

    async fn an_appraised_version_is_returned_with_a_reason_or_approved_with_a_number(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = first(&mut school).await;
        let programme = programme(&page);
        assert_eq!(school.post(&format!("{programme}/submission"), &[]).await.status, 303);
        // the school's desk is empty now
        let closed = school.post(&format!("{page}/topics"), &topic("Muộn", "skill", "4")).await;
        assert_eq!(closed.status, 422);
        assert_eq!(
            closed.text_of("[role=alert] strong"),
            "Phiên bản 1 đã gửi thẩm định hoặc đã phê duyệt nên không sửa được nữa. Hãy bắt đầu một phiên bản mới."
        );

        let mut appraiser = setting.app.signed_in("tuyengiao").await;
        let reply = appraiser.post(&format!("{programme}/return"), &[("reason", "  ")]).await;
        assert_eq!((reply.status, reply.text_of("#e-reason")), (422, "Lý do: chưa nhập.".to_owned()));
        let reason = "Bổ sung chuyên đề chuyển đổi số";
        assert_eq!(appraiser.post(&format!("{programme}/return"), &[("reason", reason)]).await.status, 303);
        let shown = school.get(&page).await;
        assert_eq!(shown.text_of("h1 .tag"), "Đang biên soạn");
        assert_eq!(shown.texts(".timeline .soft"), [reason]);

        assert_eq!(school.post(&format!("{programme}/submission"), &[]).await.status, 303);
        let long = "1".repeat(61);
        let reply = appraiser.post(&format!("{programme}/approval"), &[("decision", &long)]).await;
        assert_eq!(reply.status, 422);
        assert_eq!(reply.text_of("#e-decision"), "Số văn bản phê duyệt: dài 61 ký tự, tối đa 60.");
        assert_eq!(reply.attributes("#f-decision", "value"), [long.as_str()]);
        assert_eq!(appraiser.post(&format!("{programme}/approval"), &[("decision", "21-TB/TG")]).await.status, 303);
        assert_eq!(school.get(&page).await.text_of("h1 .tag"), "Đã phê duyệt");
        // only the head puts it in force
        assert_eq!(appraiser.post(&format!("{programme}/enforcement"), &[]).await.status, 403);
        let mut head = setting.app.signed_in("hieutruong").await;
        assert_eq!(head.post(&format!("{programme}/enforcement"), &[]).await.status, 303);
        assert_eq!(school.get(&page).await.text_of("h1 .tag"), "Đang áp dụng");
        let again = head.post(&format!("{programme}/enforcement"), &[]).await;
        assert_eq!(
            again.text_of("[role=alert] strong"),
            "Phiên bản này đã sang trạng thái khác. Hãy tải lại trang để xem việc tiếp theo."
        );
    }

    async fn row_49_a_new_version_comes_into_force_and_a_class_keeps_the_one_it_was_called_for(db: TestDb) {
        let setting = setting(db, &Small::default(), "2026-02-25T08:00").await;
        let (class, page) = taught(&setting).await;
        let programme = programme(&page);
        let mut school = setting.app.signed_in("truong").await;
        let started = school.post(&format!("{programme}/versions"), &[]).await;
        assert_eq!((started.status, started.location()), (303, format!("{programme}/versions/2").as_str()));
        let second = started.location().to_owned();
        assert_eq!(school.get(&second).await.text_of("h1 .tag"), "Đề cương");
        assert_eq!(school.get(&second).await.texts("tbody th").len(), 10, "with the topics of the first");
        let twice = school.post(&format!("{programme}/versions"), &[]).await;
        assert_eq!(
            twice.text_of("[role=alert] strong"),
            "Phiên bản 2 chưa xong. Hãy hoàn tất phiên bản đó trước khi bắt đầu phiên bản mới."
        );
        // an outline is not appraised, and what is taught does not change with the draft
        assert_eq!(school.post(&format!("{programme}/submission"), &[]).await.status, 422);
        let form = topics(&mut school, &second).await.first().unwrap().clone();
        assert_eq!(change(&mut school, &form, &topic("Chuyên đề của phiên bản hai", "theory", "4")).await.status, 303);
        assert_eq!(school.get(&programme).await.texts("tbody th").first().unwrap(), "Chuyên đề 1");

        assert_eq!(school.post(&format!("{programme}/drafting"), &[]).await.status, 303);
        assert_eq!(school.post(&format!("{programme}/submission"), &[]).await.status, 303);
        let mut appraiser = setting.app.signed_in("tuyengiao").await;
        assert_eq!(appraiser.post(&format!("{programme}/approval"), &[("decision", "2-TB")]).await.status, 303);
        let mut head = setting.app.signed_in("hieutruong").await;
        assert_eq!(head.post(&format!("{programme}/enforcement"), &[]).await.status, 303);

        let shown = school.get(&programme).await;
        assert_eq!(shown.texts("nav.tabs a"), ["Phiên bản 2 · Đang áp dụng", "Phiên bản 1 · Hết hiệu lực"]);
        assert_eq!(shown.texts("tbody th").first().unwrap(), "Chuyên đề của phiên bản hai");
        let half_days = teaching::timetable::half_days(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        assert_eq!(half_days.first().map(|h| h.topics.as_str()), Some("Chuyên đề 1"), "the class keeps its version");
        // the plan offers each class once, after the version in force
        let waiting = classes::planned(&mut setting.app.db().read().await.unwrap(), setting.province.scheme).await.unwrap();
        let mut ids: Vec<String> = waiting.iter().map(|p| p.id.to_string()).collect();
        ids.dedup();
        assert_eq!(ids.len(), waiting.len());
    }

    async fn only_the_school_edits(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let page = first(&mut setting.app.signed_in("truong").await).await;
        for stranger in ["tuyengiao", "hieutruong", "sonoivu", "xa-00001"] {
            let mut client = setting.app.signed_in(stranger).await;
            assert_eq!(client.get(&page).await.status, 200, "{stranger} reads");
            assert_eq!(client.get(&page).await.attributes("main form", "action"), [""; 0], "{stranger} is offered nothing");
            assert_eq!(client.post(&format!("{page}/topics"), &topic("Lạ", "skill", "4")).await.status, 403);
            assert_eq!(client.post(&format!("{}/versions", programme(&page)), &[]).await.status, 403);
        }
    }
}

/// A text as the page shows it, white space folded.
fn kernel_fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
