//! People who ask for a seat themselves, what they read, what the unit answers; pairs of one office over two classes; the night watch.

use kernel::{ClassId, PersonId};
use teaching::{
    classes::{CallInput, call_class, nominate, nomination_of, planned, withdraw},
    testing::Small,
};
use testkit::{Client, db_test};
use web::Permit;

use crate::setting::{NOMINATING, Setting, loose, seats, setting, specialists};

store::sql!(
    DRIFT,
    "UPDATE nomination SET state = 'waiting', waiting_since = created_at WHERE class_id = $1 AND person_id = $2"
);
store::sql!(
    STATES,
    "SELECT to_state, by_name FROM nomination_move m JOIN nomination n ON n.id = m.nomination_id WHERE n.person_id = $1 ORDER BY m.seq"
);

/// Somebody signs in to their own account.
async fn learner(setting: &Setting, person: PersonId, name: &str) -> Client {
    setting.app.account(name, "learner", None, Some(person)).await;
    setting.app.signed_in(name).await
}

async fn asks(client: &mut Client, class: ClassId) -> testkit::Reply {
    client.post(&format!("/registration/{class}"), &[]).await
}

db_test! {
    async fn row_29_and_39_a_person_asks_under_the_rules_and_the_unit_decides(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        let mut own = learner(&setting, people[4], "hv00005").await;
        let page = own.get("/registration").await;
        // the rules stand above the button
        let rules = page.texts(".card .prose li");
        assert_eq!(rules.len(), 5);
        assert!(rules[0].starts_with("Thuộc đối tượng của lớp") && rules[4].starts_with("Chỉ khi đơn vị cử"), "{rules:?}");
        assert_eq!(page.texts("form button.primary"), ["Đăng ký để đơn vị cử"]);
        assert_eq!(asks(&mut own, class).await.status, 303);
        // asking holds neither a seat nor a place
        assert_eq!(seats(&setting, class).await, (0, 0, 0));
        let page = own.get("/registration").await;
        assert_eq!((page.text_of("h2 + .tag"), page.texts("form button.primary").len()), ("Tự đăng ký".to_owned(), 0));
        let twice = asks(&mut own, class).await;
        assert_eq!((twice.status, twice.text_of("[role=alert] p")), (422, "đã có trong danh sách lớp này.".to_owned()));

        // the unit sees who asked, first in its list, and confirms by sending
        let mut officer = setting.app.signed_in("xa-00001").await;
        assert_eq!(officer.get("/classes").await.texts(".alert.warn li"),
            ["Lớp 01/2026: Còn 3 chỗ chưa cử. Còn 2 ngày đến hạn cử. 1 người tự đăng ký, chờ đơn vị trả lời."]);
        let here = format!("/classes/{class}/nominations");
        let page = officer.get(&here).await;
        let offered = page.attributes("form[action$='/nominations'] input[name=person]", "value");
        assert_eq!(offered[0], people[4].to_string());
        assert_eq!(officer.post(&here, &[("person", &offered[0])]).await.status, 303);
        assert_eq!(seats(&setting, class).await, (1, 0, 0));
        let moves: Vec<(String, String)> = setting.app.db().read().await.unwrap().all(&STATES, &[&people[4]]).await.unwrap();
        assert_eq!(moves, [("asked", "hv00005"), ("proposed", "xa-00001")].map(|(s, b)| (s.to_owned(), b.to_owned())));
        // sent by the unit, one does not take oneself back
        assert_eq!(own.post(&format!("/registration/{class}/withdrawal"), &[]).await.status, 404);

        // a second one is not sent: the unit gives its reason, which the person reads, and may ask again
        let mut other = learner(&setting, people[5], "hv00006").await;
        assert_eq!(asks(&mut other, class).await.status, 303);
        let row = page_row(&mut officer, &here).await;
        let silent = officer.post(&format!("/classes/{class}/nominations/{row}/withdrawal"), &[("reason", " ")]).await;
        assert_eq!(silent.status, 422);
        let refusal = [("reason", "Đơn vị đang thiếu người trực")];
        assert_eq!(officer.post(&format!("/classes/{class}/nominations/{row}/withdrawal"), &refusal).await.status, 303);
        let page = other.get("/registration").await;
        assert!(page.text_of(".card").contains("Đơn vị đang thiếu người trực"), "{}", page.text_of(".card"));
        assert_eq!(asks(&mut other, class).await.status, 303);
        assert_eq!(other.post(&format!("/registration/{class}/withdrawal"), &[]).await.status, 303);
    }

    async fn who_cannot_be_sent_reads_why_and_cannot_ask(db: TestDb) {
        let small = Small { classes: 3, ..loose() };
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        let mut leaver = learner(&setting, people[0], "hv00001").await;
        setting.ends_post(people[0], "2026-02-28").await;
        let page = leaver.get("/registration").await;
        assert_eq!(page.texts(".card .prose li"), ["không còn, hoặc chưa, giữ chức vụ trong tuần học."]);
        assert!(!page.has("main form"));
        let refused = asks(&mut leaver, class).await;
        assert_eq!((refused.status, refused.text_of("[role=alert] p")), (422, "không còn, hoặc chưa, giữ chức vụ trong tuần học.".to_owned()));
        // after the last day nobody asks any more; who asked and was not answered is answered by the night
        let mut late = learner(&setting, people[1], "hv00002").await;
        let mut early = learner(&setting, people[2], "hv00003").await;
        assert_eq!(asks(&mut early, class).await.status, 303);
        let setting = setting.later("2026-02-28T00:00");
        late = { drop(late); setting.app.signed_in("hv00002").await };
        let refused = asks(&mut late, class).await;
        assert_eq!((refused.status, refused.text_of("[role=alert] p")), (422, "Đã hết hạn đăng ký (27/02/2026).".to_owned()));
        assert_eq!(setting.app.run_jobs().await, 1);
        let page = setting.app.signed_in("hv00003").await.get("/registration").await;
        assert_eq!(page.text_of("h2 + .tag"), "Không duyệt");
        assert!(page.text_of(".card").contains("Đơn vị không xác nhận trước hạn cử"));
        // an officer has no seat to ask for, a learner nobody to send
        assert_eq!(setting.app.signed_in("xa-00001").await.get("/registration").await.status, 403);
        assert_eq!(setting.app.signed_in("hv00003").await.get(&format!("/classes/{class}/nominations")).await.status, 403);
    }

    async fn row_35_the_person_sees_their_own_place_and_the_reason(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        let permit = Permit::check(&setting.officers[0]).unwrap();
        nominate(setting.app.db(), &permit, class, &people[..5], true).await.unwrap();
        let mut own = learner(&setting, people[4], "hv00005").await;
        let card = own.get("/registration").await.text_of(".card");
        let told = "Thứ 2 trong danh sách chờ: đơn vị đã dùng hết chỉ tiêu 3 người; sau ngày 27/02/2026 chỗ còn trống dành cho người chờ lâu nhất.";
        assert!(card.contains(told), "{card}");
        // nobody else's name or place is there
        for other in &people[..4] {
            assert!(!card.contains(&setting.name(*other).await), "{card}");
        }
        let first = nomination_of(&mut setting.app.db().read().await.unwrap(), class, people[3]).await.unwrap().unwrap();
        withdraw(setting.app.db(), &permit, class, first, "Ốm").await.unwrap();
        assert!(own.get("/registration").await.text_of(".card").contains("Thứ 1 trong danh sách chờ"));
    }

    async fn row_30_what_drifted_is_mended_by_the_night_without_anybody(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, "2026-02-23T08:00").await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        let permit = Permit::check(&setting.officers[0]).unwrap();
        nominate(setting.app.db(), &permit, class, &people[..2], true).await.unwrap();
        // somebody waits beside a free seat, as no action of the program leaves it
        setting.app.db().write(async |tx| tx.exec(&DRIFT, &[&class, &people[0]]).await).await.unwrap();
        assert_eq!(seats(&setting, class).await, (1, 0, 1));
        let setting = setting.later("2026-02-24T00:00");
        assert_eq!(setting.app.run_jobs().await, 1);
        assert_eq!(seats(&setting, class).await, (2, 0, 0));
        let moves: Vec<(String, String)> = setting.app.db().read().await.unwrap().all(&STATES, &[&people[0]]).await.unwrap();
        assert_eq!(moves.last().map(|(s, b)| (s.as_str(), b.as_str())), Some(("proposed", "classes.watch-seats")));
    }

    async fn of_head_and_deputy_one_is_sent_to_another_class_by_one_click(db: TestDb) {
        let small = Small { classes: 2, ..loose() };
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let waiting = planned(&mut setting.app.db().read().await.unwrap(), setting.province.scheme).await.unwrap();
        let input = CallInput {
            planned: waiting[0].id,
            starts_on: "2026-03-16".parse().unwrap(),
            venue: setting.province.venue,
            head: None,
            seat_limit: 6,
            nominate_by: "2026-03-06".parse().unwrap(),
            publish: true,
        };
        let other = call_class(setting.app.db(), &Permit::check(&setting.school).unwrap(), &input).await.unwrap();
        let (head, deputy) = (setting.province.people[0], setting.province.people[1]);
        let (one, two) = (head.to_string(), deputy.to_string());
        let mut officer = setting.app.signed_in("xa-00001").await;
        let here = format!("/classes/{class}/nominations");
        let warned = officer.post(&here, &[("person", &one), ("person", &two)]).await;
        assert_eq!(warned.status, 422);
        let offered = warned.texts("[role=alert] form button");
        assert_eq!(offered.len(), 2);
        assert_eq!(offered[0], "Cử Người Thử Số 0000 vào lớp 02/2026 (16 – 20/03/2026, còn 3 chỗ)");
        assert_eq!(officer.post(&here, &[("person", &one)]).await.status, 303);
        let warned = officer.post(&here, &[("person", &two)]).await;
        let form = warned.form("/elsewhere");
        let sent = officer.submit(&form, &[]).await;
        assert_eq!((sent.status, sent.location()), (303, format!("/classes/{other}/nominations").as_str()));
        assert_eq!((seats(&setting, class).await, seats(&setting, other).await), ((1, 0, 0), (1, 0, 0)));
        // who is on the list already leaves it in the same step
        let back = [("person", one.as_str()), ("class", &other.to_string())];
        let warned = officer.post(&format!("/classes/{class}/elsewhere"), &back).await;
        assert_eq!((warned.status, seats(&setting, class).await), (422, (1, 0, 0)));
        let third = specialists(&setting, &small, 0)[6];
        nominate(setting.app.db(), &Permit::check(&setting.officers[0]).unwrap(), class, &[third], true).await.unwrap();
        let third = [("person", third.to_string()), ("class", other.to_string())];
        let third: Vec<(&str, &str)> = third.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(officer.post(&format!("/classes/{class}/elsewhere"), &third).await.status, 303);
        assert_eq!((seats(&setting, class).await, seats(&setting, other).await), ((1, 0, 0), (2, 0, 0)));
    }
}

/// The nomination that the last form of a withdrawal is about.
async fn page_row(officer: &mut Client, here: &str) -> String {
    let forms = officer.get(here).await.attributes("form[action$='/withdrawal']", "action");
    forms.last().unwrap().split('/').nth(4).unwrap().to_owned()
}
