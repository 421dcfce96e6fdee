//! Rooms as the training office keeps them.

use store::{By, history_of};
use teaching::{
    classes::{
        self, CallInput, call_class, planned,
        rooms::{RoomDraft, add_room},
    },
    testing::Small,
};
use testkit::{Client, Reply, db_test};
use web::Permit;

use crate::setting::{NOMINATING, setting};

const EARLY: &str = "2026-02-20T08:00";

/// A room of ten seats.
fn room(name: &str) -> RoomDraft {
    RoomDraft { name: name.to_owned(), kind: "room".to_owned(), address: String::new(), seats: 10, closed_from: None }
}

/// Names, seats, classes and states in the list.
fn rows(list: &Reply) -> Vec<[String; 4]> {
    let [names, seats, classes, states] =
        ["tbody th", "tbody td:nth-child(2)", "tbody td:nth-child(3)", "tbody td:nth-child(4)"]
            .map(|css| list.texts(css));
    let rest = seats.into_iter().zip(classes).zip(states);
    names.into_iter().zip(rest).map(|(name, ((seats, classes), state))| [name, seats, classes, state]).collect()
}

/// Address of the form of a room.
async fn form_of(client: &mut Client, name: &str) -> String {
    let list = client.get("/rooms").await;
    let place = list.texts("tbody th").iter().position(|n| n == name).unwrap_or_else(|| panic!("no room {name}"));
    list.attributes("td.acts a", "href").swap_remove(place)
}

db_test! {
    async fn an_office_without_rooms_is_led_to_add_one_and_can_call_a_class_then(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        setting.approved().await;
        setting.app.place().tamper("DELETE FROM venue").await;
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(school.get("/rooms").await.text_of(".empty h2"), "Chưa có phòng nào");
        let call = school.get("/classes/new").await;
        assert_eq!(call.text_of(".empty h2"), "Chưa có phòng học nào đang dùng");
        assert_eq!(call.attributes("main .empty a", "href"), ["/rooms/new"]);
        assert_eq!(call.attributes("main form[method=post]", "action"), [""; 0], "nothing can be called");

        let form = school.get("/rooms/new").await.form("/rooms");
        let added = school.submit(&form, &[("name", "  Hội trường   A "), ("seats", "120")]).await;
        assert_eq!((added.status, added.location()), (303, "/rooms"));
        let list = school.get("/rooms").await;
        assert_eq!(list.text_of(".flash"), "Đã thêm Hội trường A.");
        assert_eq!(rows(&list), [["Hội trường A", "120", "0", "Đang dùng"].map(str::to_owned)]);
        let id = form_of(&mut school, "Hội trường A").await.rsplit('/').next().unwrap().to_owned();
        let history = history_of(&mut setting.app.db().read().await.unwrap(), &id, 9).await.unwrap();
        let told: Vec<_> = history.iter().map(|h| (h.action.as_str(), h.who.as_str(), h.after.as_deref().unwrap())).collect();
        assert_eq!(told, [("classes.room.added", "truong", r#"{"address":"","closed_from":null,"kind":"room","name":"Hội trường A","seats":120}"#)]);

        let form = school.get("/classes/new").await.form("/classes");
        assert_eq!(school.submit(&form, &[("seat_limit", "4")]).await.status, 303);
        assert_eq!(rows(&school.get("/rooms").await), [["Hội trường A", "120", "1", "Đang dùng"].map(str::to_owned)]);
    }

    async fn every_fault_at_a_room_is_told_at_its_field_and_nothing_is_written(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let mut school = setting.app.signed_in("truong").await;
        let before = rows(&school.get("/rooms").await);
        assert_eq!(before.len(), 2);
        let long = "ắ".repeat(81);
        let faults = [
            ("name", " \u{200b} ", "Tên phòng: chưa nhập."),
            ("name", &long, "Tên phòng: dài 81 ký tự, tối đa 80."),
            ("name", "HOI TRUONG", "Tên phòng: đã có phòng “Hội trường”."),
            ("seats", "0", "Số chỗ ngồi: phải từ 1 đến 2.000."),
            ("seats", "2001", "Số chỗ ngồi: phải từ 1 đến 2.000."),
            ("seats", "80 chỗ", "Số chỗ ngồi: phải là số nguyên."),
        ];
        let other = form_of(&mut school, "Phòng học").await;
        for page in ["/rooms/new", &other] {
            let form = school.get(page).await.form(page.strip_suffix("/new").unwrap_or(page));
            for (field, value, text) in faults {
                let right = [("name", "Phòng mới"), ("seats", "80")];
                let typed: Vec<_> = right.iter().map(|(n, v)| (*n, if *n == field { value } else { *v })).collect();
                let reply = school.submit(&form, &typed).await;
                assert_eq!((reply.status, reply.text_of(&format!("#e-{field}"))), (422, text.to_owned()), "{page} {value}");
                assert_eq!(reply.texts("[role=alert] li"), [text]);
                for (name, value) in &typed {
                    assert_eq!(reply.attributes(&format!("#f-{name}"), "value"), [*value], "what was typed stays");
                }
            }
        }
        let form = school.get(&other).await.form(&other);
        let reply = school.submit(&form, &[("closed_from", "mai")]).await;
        assert_eq!((reply.status, reply.text_of("#e-closed_from")), (422, "Ngày chưa đúng; hãy nhập ngày, tháng, năm.".to_owned()));
        assert_eq!(rows(&school.get("/rooms").await), before);
        assert_eq!(school.get("/rooms/019c0000-0000-7000-8000-000000000000").await.status, 404);
        assert_eq!(school.post("/rooms/019c0000-0000-7000-8000-000000000000", &[]).await.status, 404);
    }

    async fn the_second_of_two_editors_is_told_what_the_first_saved_and_loses_nothing(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        setting.app.account("truong2", "school_training", None, None).await;
        let (mut one, mut two) = (setting.app.signed_in("truong").await, setting.app.signed_in("truong2").await);
        let page = form_of(&mut one, "Phòng học").await;
        let (first, second) = (one.get(&page).await.form(&page), two.get(&page).await.form(&page));
        assert_eq!(one.submit(&first, &[("seats", "250")]).await.status, 303);
        // the same again, as a second click sends it, is no quarrel
        assert_eq!(one.submit(&first, &[("seats", "250")]).await.status, 303);

        let typed = [("name", "Phòng học B2"), ("seats", "310"), ("closed_from", "2026-12-31")];
        let refused = two.submit(&second, &typed).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.texts("[role=alert] p").first().unwrap(), "truong đã lưu lúc 08:00 ngày 20/02/2026, sau khi bạn mở trang này. Nội dung bạn nhập vẫn còn ở dưới.");
        assert_eq!(refused.texts("[role=alert] dt"), ["Tên phòng", "Số chỗ ngồi", "Ngừng sử dụng từ ngày"]);
        assert_eq!(
            refused.texts("[role=alert] dd"),
            ["Đã lưu: Phòng họcBạn nhập: Phòng học B2", "Đã lưu: 250Bạn nhập: 310", "Đã lưu: –Bạn nhập: 31/12/2026"]
        );
        for (name, value) in typed {
            assert_eq!(refused.attributes(&format!("#f-{name}"), "value"), [value], "what was typed stays");
        }
        assert_eq!(rows(&one.get("/rooms").await)[1], ["Phòng học", "250", "0", "Đang dùng"].map(str::to_owned));

        // a third save in between is told too; then the second saves over it, knowingly
        let again = refused.form(&page);
        assert_eq!(one.submit(&one.clone().get(&page).await.form(&page), &[("seats", "260")]).await.status, 303);
        let refused = two.submit(&again, &[]).await;
        assert_eq!((refused.status, refused.texts("[role=alert] dd").swap_remove(1)), (409, "Đã lưu: 260Bạn nhập: 310".to_owned()));
        assert_eq!(refused.texts("main form .btn.primary"), ["Lưu đè"]);
        assert_eq!(two.submit(&refused.form(&page), &[]).await.status, 303);
        assert_eq!(
            rows(&two.get("/rooms").await),
            [["Hội trường", "500", "0", "Đang dùng"], ["Phòng học B2", "310", "0", "Ngừng sử dụng từ 31/12/2026"]].map(|r| r.map(str::to_owned))
        );
        let id = page.rsplit('/').next().unwrap();
        let history = history_of(&mut setting.app.db().read().await.unwrap(), id, 9).await.unwrap();
        let told: Vec<_> = history.iter().map(|h| (h.action.as_str(), h.who.as_str())).collect();
        let changed = "classes.room.changed";
        assert_eq!(told, [(changed, "truong2"), (changed, "truong"), (changed, "truong")]);
    }

    async fn a_room_keeps_its_classes_and_takes_none_after_its_last_day(db: TestDb) {
        let setting = setting(db, &Small::default(), NOMINATING).await;
        let class = setting.called(4).await;
        let line = classes::class(&mut setting.app.db().read().await.unwrap(), &setting.school, class).await.unwrap().unwrap();
        let mut school = setting.app.signed_in("truong").await;
        let page = form_of(&mut school, &line.venue).await;
        let form = school.get(&page).await.form(&page);

        let reply = school.submit(&form, &[("seats", "3")]).await;
        let text = format!("Số chỗ ngồi: lớp {} đã chiêu sinh 4 chỗ tại phòng này.", line.label());
        assert_eq!((reply.status, reply.text_of("#e-seats")), (422, text));
        let last = line.ends_on.to_string();
        let reply = school.submit(&form, &[("closed_from", &last)]).await;
        let until = line.ends_on.format("%d/%m/%Y");
        let text = format!("Ngừng sử dụng từ ngày: lớp {} còn học tại phòng này đến {until}. Hãy chọn một ngày sau đó.", line.label());
        assert_eq!((reply.status, reply.text_of("#e-closed_from")), (422, text));

        // exactly as many seats, and the day after its end: both are right
        let after = (line.ends_on + chrono::Days::new(1)).to_string();
        assert_eq!(school.submit(&form, &[("seats", "4"), ("closed_from", &after)]).await.status, 303);
        let call = school.get("/classes/new").await;
        let closes = format!("{} (4) – ngừng sử dụng từ {}", line.venue, (line.ends_on + chrono::Days::new(1)).format("%d/%m/%Y"));
        assert!(call.texts("#f-venue option").contains(&closes), "{:?}", call.texts("#f-venue option"));
        let id = page.rsplit('/').next().unwrap();
        let next_week = (line.starts_on + chrono::Days::new(7)).to_string();
        let typed = [("venue", id), ("seat_limit", "4"), ("starts_on", &next_week)];
        let reply = school.submit(&call.form("/classes"), &typed).await;
        assert_eq!(
            (reply.status, reply.text_of("#e-venue")),
            (422, "Địa điểm này ngừng sử dụng trước khi lớp kết thúc; hãy chọn địa điểm khác.".to_owned())
        );

        // when the day has come it stands last in the list and is offered no more
        let setting = setting.later(&format!("{after}T08:00"));
        let mut school = setting.app.signed_in("truong").await;
        let list = school.get("/rooms").await;
        assert_eq!(list.texts("tbody tr.off th"), [line.venue.as_str()]);
        assert_eq!(list.texts("tbody th").last().unwrap(), &line.venue);
        assert_eq!(list.text_of(".pagehead .soft"), "1 phòng, địa điểm đang dùng");
        assert!(!school.get("/classes/new").await.texts("#f-venue option").iter().any(|o| o.starts_with(&line.venue)));
        // and it comes back into use when the day is taken away
        let form = school.get(&page).await.form(&page);
        assert_eq!(school.submit(&form, &[("closed_from", "")]).await.status, 303);
        assert_eq!(school.get("/rooms").await.text_of(".pagehead .soft"), "2 phòng, địa điểm đang dùng");
    }

    async fn two_calls_at_once_for_one_room_in_one_week_give_one_class(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        setting.approved().await;
        let permit = Permit::check(&setting.school).unwrap();
        let db = setting.app.db();
        let waiting = planned(&mut db.read().await.unwrap(), setting.province.scheme).await.unwrap();
        assert_eq!(waiting.len(), 2);
        let call = |place: usize| CallInput {
            planned: waiting[place].id,
            starts_on: waiting[0].monday,
            venue: setting.province.venue,
            head: None,
            seat_limit: 4,
            nominate_by: waiting[0].monday - chrono::Days::new(3),
            publish: true,
        };
        let (one, two) = (call(0), call(1));
        let both = tokio::join!(call_class(db, &permit, &one), call_class(db, &permit, &two));
        let told: Vec<String> = [both.0, both.1].into_iter().filter_map(|r| r.err().map(|e| e.to_string())).collect();
        assert_eq!(told, ["venue: classes-venue-taken"]);
        let coming = setting.app.signed_in("truong").await.get("/rooms").await;
        assert_eq!(rows(&coming)[0], ["Hội trường", "500", "1", "Đang dùng"].map(str::to_owned));
    }

    async fn whoever_reads_classes_reads_rooms_and_only_the_training_office_writes(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let page = form_of(&mut setting.app.signed_in("truong").await, "Phòng học").await;
        for stranger in ["tuyengiao", "hieutruong", "sonoivu", "gv01", "xa-00001"] {
            let mut client = setting.app.signed_in(stranger).await;
            let list = client.get("/rooms").await;
            assert_eq!((list.status, rows(&list).len()), (200, 2), "{stranger} reads");
            assert_eq!(list.attributes("main a[href^='/rooms']", "href"), [""; 0], "{stranger} is offered nothing");
            assert_eq!(client.get("/classes").await.attributes("main a[href='/rooms']", "href"), ["/rooms"]);
            for refused in [client.get(&page).await, client.post(&page, &[]).await, client.post("/rooms", &[]).await] {
                assert_eq!((refused.status, refused.text_of("h1")), (403, "Bạn không có quyền này".to_owned()));
            }
        }
    }

    async fn of_two_rooms_of_one_name_added_at_once_one_is_refused(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        // a room from before has no key and is found by its name all the same
        setting.app.place().tamper("UPDATE venue SET search_key = ''").await;
        let permit = Permit::check(&setting.school).unwrap();
        let db = setting.app.db();
        assert_eq!(add_room(db, &permit, &room("hội trường")).await.unwrap_err().to_string(), "the name is taken");
        let (one, other) = (room("Phòng C"), room("PHÒNG C"));
        let both = tokio::join!(add_room(db, &permit, &one), add_room(db, &permit, &other));
        let told = [&both.0, &both.1].map(|r| r.as_ref().map_err(ToString::to_string).err());
        let mut told: Vec<_> = told.into_iter().flatten().collect();
        assert_eq!(told.pop().as_deref(), Some("the name is taken"));
        assert_eq!(told, [""; 0]);
        assert!(classes::load_venues(db, By::System("test"), setting.province.scheme, &[("phòng c", 9)]).await.unwrap_err().is_unique("venue"));
    }
}
