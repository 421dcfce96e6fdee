//! Timetables through their pages: proposed, changed, mended, published; who sees what of them.

use kernel::ClassId;
use teaching::{
    classes::{self, CallInput, call_class, planned},
    testing::Small,
    timetable::half_days,
};
use testkit::{Client, Reply, db_test};
use web::Permit;

use crate::setting::{NOMINATING, Setting, setting};

store::sql!(
    CLASHES,
    "SELECT COUNT(*) FROM sitting s JOIN half_day h ON h.id = s.half_day_id JOIN sitting o ON o.lecturer_id = s.lecturer_id
     JOIN half_day k ON k.id = o.half_day_id AND k.held_on = h.held_on AND k.part = h.part AND k.class_id <> h.class_id"
);
store::sql!(OPEN, "SELECT COUNT(*) FROM sitting WHERE version = 0 AND lecturer_id IS NULL");

/// Everybody is named for every topic.
async fn named(setting: &Setting) {
    let all = "INSERT INTO topic_lecturer (topic_id, account_id) SELECT t.id, a.id FROM topic t CROSS JOIN account a WHERE a.username IN ('gv01', 'gv02')";
    setting.app.place().tamper(all).await;
}

/// A province with a class called for, and both lecturers named for every topic.
pub async fn ready(db: testkit::TestDb) -> (Setting, ClassId) {
    let setting = setting(db, &Small::default(), NOMINATING).await;
    let class = setting.called(4).await;
    named(&setting).await;
    (setting, class)
}

/// The second class of the plan in the week of the first, in the other room.
async fn beside(setting: &Setting, first: ClassId) -> ClassId {
    let db = setting.app.db();
    let mut conn = db.read().await.unwrap();
    let line = classes::class(&mut conn, &setting.school, first).await.unwrap().unwrap();
    let next = planned(&mut conn, setting.province.scheme).await.unwrap().remove(0);
    drop(conn);
    let rooms = [setting.province.venue, setting.province.second_venue];
    let input = CallInput {
        planned: next.id,
        starts_on: line.starts_on,
        venue: rooms[usize::from(line.venue_id == rooms[0])],
        head: None,
        seat_limit: 4,
        nominate_by: line.nominate_by,
        publish: true,
    };
    call_class(db, &Permit::check(&setting.school).unwrap(), &input).await.unwrap()
}

pub fn page(class: ClassId) -> String {
    format!("/classes/{class}/timetable")
}

/// Presses a button of the timetable's page.
pub async fn press(client: &mut Client, class: ClassId, what: &str) -> Reply {
    let form = client.get(&page(class)).await.form(&format!("/{what}"));
    client.submit(&form, &[]).await
}

/// Lecturers of a select by name, with the rest of the line.
fn choices(form: &Reply, field: &str) -> Vec<String> {
    form.texts(&format!("#f-{field} option")).into_iter().skip(1).collect()
}

fn value_of(form: &Reply, field: &str, starts: &str) -> String {
    let texts = form.texts(&format!("#f-{field} option"));
    let place = texts.iter().position(|t| t.starts_with(starts)).unwrap_or_else(|| panic!("no {starts} in {texts:?}"));
    form.attributes(&format!("#f-{field} option"), "value").swap_remove(place)
}

/// What the published timetable says, half-day by half-day.
fn published(page: &Reply) -> Vec<String> {
    page.texts("main section:last-of-type tbody td").into_iter().collect()
}

db_test! {
    async fn a_timetable_is_proposed_published_and_then_seen_by_everybody_of_the_class(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        let mut commune = setting.app.signed_in("xa-00001").await;
        let before = school.get(&page(class)).await;
        assert_eq!(before.texts(".cardhead .tag"), ["Trùng bản đã công bố"]);
        assert!(before.body.contains("“Chuyên đề 1” chưa có giảng viên."), "what is missing is told");
        assert_eq!(published(&commune.get(&page(class)).await)[0], "Chuyên đề 14 tiết · Hội trường");

        assert_eq!(press(&mut school, class, "proposal").await.status, 303);
        let draft = school.get(&page(class)).await;
        assert_eq!(draft.text_of(".flash"), "Đã xếp thời khóa biểu. Hãy xem lại rồi công bố.");
        assert_eq!(draft.texts(".cardhead .tag"), ["10 buổi chưa công bố"]);
        let seen = commune.get(&page(class)).await;
        assert!(!seen.body.contains("gv01") && !seen.body.contains("gv02"), "a draft is the school's alone");
        assert_eq!(seen.texts("main form[method=post]").len(), 0);

        assert_eq!(press(&mut school, class, "publication").await.status, 303);
        for path in [page(class), format!("/classes/{class}")] {
            let seen = commune.get(&path).await;
            assert!(seen.body.contains("gv01") && seen.body.contains("gv02"), "{path}");
            assert!(seen.body.contains("Công bố lần 1 lúc 08:00 ngày 25/02/2026, truong."), "{path}");
            assert!(!seen.body.contains("Thay đổi so với lần công bố trước"), "the first is no change");
        }
        let again = school.post(&format!("{}/publication", page(class)), &[("seen", "2")]).await;
        assert_eq!((again.status, again.text_of("[role=alert] p")), (422, "Dự thảo trùng với bản đã công bố; không có gì để công bố.".to_owned()));
        // the roll-call's half-days are the same
        let days = half_days(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        assert_eq!(days.iter().map(|h| h.topics.as_str()).take(2).collect::<Vec<_>>(), ["Chuyên đề 1", "Chuyên đề 2"]);
    }

    async fn a_published_change_says_what_moved_from_where_to_where(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        press(&mut school, class, "proposal").await;
        press(&mut school, class, "publication").await;
        let form = school.get(&format!("{}/5", page(class))).await.form("/exchange");
        assert_eq!(school.submit(&form, &[("other", "7")]).await.status, 303);
        let days = half_days(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        assert_eq!(days[4].topics, "Chuyên đề 5", "a draft moves nothing");
        assert_eq!(press(&mut school, class, "publication").await.status, 303);
        let seen = setting.app.signed_in("xa-00001").await.get(&format!("/classes/{class}")).await;
        assert_eq!(seen.text_of(".alert.info h2"), "Thay đổi so với lần công bố trước: 2 buổi");
        let told = seen.texts(".alert.info li");
        assert!(told[0].starts_with("04/03/2026, sáng") && told[0].contains("Chuyên đề: Chuyên đề 5 → Chuyên đề 7"), "{told:?}");
        assert!(told[1].starts_with("05/03/2026, sáng") && told[1].contains("Chuyên đề: Chuyên đề 7 → Chuyên đề 5"), "{told:?}");
        let days = half_days(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        assert_eq!((days[4].topics.as_str(), days[6].topics.as_str()), ("Chuyên đề 7", "Chuyên đề 5"));
    }

    async fn the_second_of_two_editors_is_told_and_loses_nothing(db: TestDb) {
        let (setting, class) = ready(db).await;
        setting.app.account("truong2", "school_training", None, None).await;
        let (mut one, mut two) = (setting.app.signed_in("truong").await, setting.app.signed_in("truong2").await);
        let path = format!("{}/3", page(class));
        let (first, second) = (one.get(&path).await, two.get(&path).await);
        let (gv01, gv02) = (value_of(&first, "lecturer-1", "gv01"), value_of(&first, "lecturer-1", "gv02"));
        assert_eq!(one.submit(&first.form("/timetable/3"), &[("lecturer-1", &gv01)]).await.status, 303);
        assert_eq!(one.submit(&first.form("/timetable/3"), &[("lecturer-1", &gv01)]).await.status, 303, "the same again is no quarrel");
        let refused = two.submit(&second.form("/timetable/3"), &[("lecturer-1", &gv02)]).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.texts("[role=alert] dd"), ["Đã lưu: Chuyên đề 3, gv01Bạn nhập: Chuyên đề 3, gv02"]);
        assert_eq!(refused.attributes("#f-lecturer-1 option[selected]", "value"), [gv02.as_str()]);
        assert_eq!(two.submit(&refused.form("/timetable/3"), &[]).await.status, 303, "knowingly");
        for what in ["proposal", "publication"] {
            let late = one.post(&format!("{}/{what}", page(class)), &[("seen", "1")]).await;
            assert_eq!(late.status, 409, "{what}");
            assert_eq!(late.text_of("[role=alert] p"), "truong2 đã lưu dự thảo lúc 08:00 ngày 25/02/2026, sau khi bạn mở trang này. Trang dưới đây là bản mới nhất.");
        }
    }

    async fn row_49_one_programme_has_many_classes_each_with_its_own_sittings(db: TestDb) {
        let (setting, class) = ready(db).await;
        let other = beside(&setting, class).await;
        let mut school = setting.app.signed_in("truong").await;
        let form = school.get(&format!("{}/4", page(class))).await.form("/exchange");
        assert_eq!(school.submit(&form, &[("other", "9")]).await.status, 303);
        assert_eq!(press(&mut school, class, "publication").await.status, 303);
        let mut conn = setting.app.db().read().await.unwrap();
        let (one, two) = (half_days(&mut conn, class).await.unwrap(), half_days(&mut conn, other).await.unwrap());
        assert_eq!((one[3].topics.as_str(), one[8].topics.as_str()), ("Chuyên đề 9", "Chuyên đề 4"));
        assert_eq!((two[3].topics.as_str(), two[8].topics.as_str()), ("Chuyên đề 4", "Chuyên đề 9"));
        assert_eq!((one[3].held_on, one.len(), two.len()), (two[3].held_on, 10, 10));
    }

    async fn row_52_who_is_free_is_listed_first_and_who_is_taken_with_the_reason(db: TestDb) {
        let (setting, class) = ready(db).await;
        let other = beside(&setting, class).await;
        let mut school = setting.app.signed_in("truong").await;
        let form = school.get(&format!("{}/1", page(class))).await;
        assert_eq!(choices(&form, "lecturer-1"), ["gv01 · 0/280 tiết", "gv02 · 0/280 tiết"]);
        let gv01 = value_of(&form, "lecturer-1", "gv01");
        assert_eq!(school.submit(&form.form("/timetable/1"), &[("lecturer-1", &gv01)]).await.status, 303);

        let label = |id| { let setting = &setting; async move {
            classes::class(&mut setting.app.db().read().await.unwrap(), &setting.school, id).await.unwrap().unwrap().label()
        }};
        let first = label(class).await;
        let form = school.get(&format!("{}/1", page(other))).await;
        let busy = format!("gv01 · 4/280 tiết · dạy hoặc học lớp {first}");
        assert_eq!(choices(&form, "lecturer-1"), ["gv02 · 0/280 tiết".to_owned(), busy]);
        let rooms = choices(&form, "place-1");
        assert_eq!(rooms.iter().position(|r| r.ends_with(&format!("dạy hoặc học lớp {first}"))), Some(1), "{rooms:?}");
        // chosen all the same it is refused at its field, and what was typed stays
        let refused = school.submit(&form.form("/timetable/1"), &[("lecturer-1", &gv01), ("periods-1", "3")]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.text_of("#e-lecturer-1"), format!("Giảng viên: bận buổi này (dạy hoặc học lớp {first}). Hãy chọn người khác."));
        assert_eq!(refused.attributes("#f-lecturer-1 option[selected]", "value"), [gv01.as_str()]);
        assert_eq!(refused.attributes("#f-periods-1", "value"), ["3"]);
        let room = value_of(&form, "place-1", rooms[1].as_str());
        let refused = school.submit(&form.form("/timetable/1"), &[("place-1", &room)]).await;
        assert_eq!(refused.text_of("#e-place-1"), format!("Địa điểm: không dùng được buổi này (dạy hoặc học lớp {first}). Hãy chọn nơi khác."));
    }

    async fn row_53_who_teaches_one_sitting_is_taken_on_that_half_day_alone(db: TestDb) {
        let (setting, class) = ready(db).await;
        let other = beside(&setting, class).await;
        let mut school = setting.app.signed_in("truong").await;
        let form = school.get(&format!("{}/1", page(class))).await;
        let gv01 = value_of(&form, "lecturer-1", "gv01");
        school.submit(&form.form("/timetable/1"), &[("lecturer-1", &gv01)]).await;
        for (seq, free) in [(1, false), (2, true), (10, true)] {
            let form = school.get(&format!("{}/{seq}", page(other))).await;
            let line = choices(&form, "lecturer-1").into_iter().find(|c| c.starts_with("gv01")).unwrap();
            assert_eq!(!line.contains("lớp"), free, "{seq}: {line}");
        }
        // both classes share the two lecturers all week and nothing clashes
        for id in [class, other] {
            assert_eq!(press(&mut school, id, "proposal").await.status, 303);
            assert_eq!(press(&mut school, id, "publication").await.status, 303, "nothing stands against it");
        }
        let mut conn = setting.app.db().read().await.unwrap();
        let (clashes,): (i64,) = conn.one(&CLASHES, &[]).await.unwrap();
        let (open,): (i64,) = conn.one(&OPEN, &[]).await.unwrap();
        assert_eq!((clashes, open), (0, 0));
    }

    async fn row_54_a_place_of_field_trips_is_kept_once_and_chosen_for_every_class(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        let form = school.get("/rooms/new").await.form("/rooms");
        let fields = [("name", "UBND xã Thử"), ("kind", "field"), ("address", "Xóm 1, xã Thử"), ("seats", "60")];
        assert_eq!(school.submit(&form, &fields).await.status, 303);
        let rooms = school.get("/classes/new").await.texts("#f-venue option");
        assert_eq!(rooms, ["Hội trường (500)", "Phòng học (300)"], "no class has it for its week");
        let other = beside(&setting, class).await;
        for id in [class, other] {
            let seq = if id == class { 9 } else { 10 };
            let form = school.get(&format!("{}/{seq}", page(id))).await;
            let place = value_of(&form, "place-1", "UBND xã Thử");
            assert_eq!(school.submit(&form.form(&format!("/timetable/{seq}")), &[("place-1", &place)]).await.status, 303);
            assert_eq!(press(&mut school, id, "publication").await.status, 303);
            let seen = setting.app.signed_in("xa-00001").await.get(&page(id)).await;
            assert!(seen.body.contains("UBND xã Thử · Xóm 1, xã Thử"), "{}", seen.body);
        }
        // it cannot be closed, or made a room, while classes go there
        let list = school.get("/rooms").await;
        let at = list.texts("tbody th").iter().position(|n| n.starts_with("UBND xã Thử")).unwrap();
        let path = list.attributes("td.acts a", "href").swap_remove(at);
        let form = school.get(&path).await.form(&path);
        let refused = school.submit(&form, &[("closed_from", "2026-03-02")]).await;
        assert!(refused.text_of("#e-closed_from").contains("còn học tại phòng này"), "{}", refused.body);
        let refused = school.submit(&form, &[("kind", "room")]).await;
        assert!(refused.text_of("#e-kind").contains("loại không đổi được"), "{}", refused.body);
    }

    async fn what_does_not_add_up_is_not_published_and_what_is_over_does_not_change(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        let path = format!("{}/2", page(class));
        let form = school.get(&path).await.form("/timetable/2");
        let long = school.submit(&form, &[("periods-1", "5")]).await;
        assert_eq!((long.status, long.text_of("#e-periods-1")), (422, "Số tiết: thừa 1 tiết so với thời lượng của buổi.".to_owned()));
        let none = school.submit(&form, &[("periods-1", "hai")]).await;
        assert_eq!((none.status, none.attributes("#f-periods-1", "value")), (422, vec!["hai".to_owned()]));
        let strange = school.submit(&form, &[("topic-1", "019c0000-0000-7000-8000-000000000000")]).await;
        assert_eq!((strange.status, strange.text_of("#e-topic-1")), (422, "Chuyên đề: hãy chọn một chuyên đề của lớp.".to_owned()));
        assert_eq!(school.submit(&form, &[("topic-1", "")]).await.status, 303, "a half-day may be emptied");
        let draft = school.get(&page(class)).await;
        assert_eq!(draft.texts(".alert.bad li"), ["“Chuyên đề 2”: còn 4 tiết chưa xếp."]);
        let stopped = school.post(&format!("{}/publication", page(class)), &[("seen", "2")]).await;
        assert_eq!((stopped.status, stopped.text_of("[role=alert] p")), (422, "Dự thảo còn điểm phải sửa trước khi công bố.".to_owned()));
        assert_eq!(school.get(&format!("{}/11", page(class))).await.status, 404);

        let setting = setting.later("2026-03-03T08:00");
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(school.get(&path).await.text_of("[role=alert]"), "Buổi học đã qua; không sửa được nữa.");
        let edits = school.get(&page(class)).await.attributes("td.acts a", "href");
        assert_eq!((edits.len(), edits[0].clone()), (8, format!("{}/3", page(class))));
    }
}
