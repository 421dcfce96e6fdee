//! Notices of classes: who hears of what, once, with a page behind it that they may read.

use kernel::PersonId;
use teaching::classes::{accept, cancel_class, nominate, nomination_of, open_class, proposed, refuse, withdraw};
use testkit::{Reply, db_test};
use web::Permit;

use crate::{
    setting::{NOMINATING, Setting, loose, setting, specialists},
    timetable::{page, press, ready},
};

const SUBJECTS: &str = "tbody th";

/// What an account was told, newest first: subjects without the mark of the new ones, and texts.
async fn told(setting: &Setting, username: &str) -> Vec<[String; 2]> {
    let list = setting.app.signed_in(username).await.get("/notices").await;
    let texts = list.texts("tbody th small");
    let heads = list.texts(SUBJECTS).into_iter().zip(&texts);
    let head = |(all, text): (String, &String)| {
        all.trim_start_matches("Mới").trim_end_matches(text.as_str()).trim().to_owned()
    };
    heads.map(head).zip(texts.clone()).map(|(head, text)| [head, text]).collect()
}

fn subjects(told: &[[String; 2]]) -> Vec<&str> {
    told.iter().map(|[subject, _]| subject.as_str()).collect()
}

fn bell(reply: &Reply) -> String {
    reply.text_of(".bell")
}

/// An account of a learner.
async fn learner(setting: &Setting, username: &str, person: PersonId) {
    setting.app.account(username, "learner", None, Some(person)).await;
}

db_test! {
    async fn a_commune_is_called_once_with_its_seats_and_the_notice_leads_to_the_class(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let subject = "Lớp 01/2026: cử học viên trước hết ngày 27/02/2026";
        let told_of = told(&setting, "xa-00001").await;
        assert_eq!(subjects(&told_of), [subject]);
        assert!(told_of[0][1].starts_with("Đơn vị có 3 chỉ tiêu trong lớp 01/2026, "), "{told_of:?}");
        assert!(told_of[0][1].ends_with("Hạn cử: hết ngày 27/02/2026."), "{told_of:?}");
        assert!(told(&setting, "gv01").await.is_empty(), "nobody else is told");

        let mut officer = setting.app.signed_in("xa-00001").await;
        let list = officer.get("/notices").await;
        assert_eq!(bell(&list), "1 thông báo chưa đọc");
        let form = list.form("/reading");
        assert_eq!(form.action, "/notices/reading", "the first form reads all");
        let one = list.attributes("tbody form", "action").swap_remove(0);
        // what is somebody else's is not there
        assert_eq!(setting.app.signed_in("xa-00002").await.post(&one, &[]).await.status, 404);
        let opened = officer.post(&one, &[]).await;
        assert_eq!((opened.status, opened.location()), (303, format!("/classes/{class}/nominations").as_str()));
        assert_eq!(officer.get(&format!("/classes/{class}/nominations")).await.status, 200);
        let list = officer.get("/notices").await;
        assert_eq!((bell(&list).as_str(), list.texts("tbody .tag").len()), ("Thông báo", 0));
        assert_eq!(list.attributes("tbody a", "href"), [format!("/classes/{class}/nominations")]);
        // read once, read for good
        assert_eq!(officer.post(&one, &[]).await.status, 303);
        assert_eq!(bell(&setting.app.signed_in("xa-00002").await.get("/notices").await), "1 thông báo chưa đọc");
    }

    async fn row_34_who_moves_up_is_refused_or_leaves_hears_of_it_with_the_reason(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        for (n, person) in people[..4].iter().enumerate() {
            learner(&setting, &format!("hv{n}"), *person).await;
        }
        let (officer, school) = (Permit::check(&setting.officers[0]).unwrap(), Permit::check(&setting.school).unwrap());
        nominate(setting.app.db(), &officer, class, &people[..4], true).await.unwrap();
        assert!(told(&setting, "hv3").await.is_empty(), "who waits is told nothing yet");
        let nomination = async |n: usize| {
            let mut conn = setting.app.db().read().await.unwrap();
            nomination_of(&mut conn, class, people[n]).await.unwrap().unwrap()
        };
        withdraw(setting.app.db(), &officer, class, nomination(0).await, "Ốm").await.unwrap();
        let names = [setting.name(people[0]).await, setting.name(people[1]).await, setting.name(people[3]).await];
        let [gone, refused, risen] = &names;
        assert_eq!(subjects(&told(&setting, "hv3").await), [format!("Lớp 01/2026: {risen} đã có chỗ")]);
        assert_eq!(told(&setting, "hv0").await[0][1], format!("{gone} không còn trong danh sách lớp 01/2026. Lý do: Ốm."));
        refuse(setting.app.db(), &school, class, nomination(1).await, "Sai đối tượng").await.unwrap();
        assert_eq!(told(&setting, "hv1").await[0][1], format!("{refused} không được duyệt vào lớp 01/2026. Lý do: Sai đối tượng."));
        let commune = told(&setting, "xa-00001").await;
        let wanted = [
            format!("Lớp 01/2026: {refused} không được duyệt"),
            format!("Lớp 01/2026: {risen} đã có chỗ"),
            format!("Lớp 01/2026: {gone} được đưa ra khỏi danh sách"),
        ];
        assert_eq!(subjects(&commune)[..3], wanted);
        // a learner reads the class behind the notice, and no other
        let mut risen = setting.app.signed_in("hv3").await;
        let form = risen.get("/notices").await.attributes("tbody form", "action").swap_remove(0);
        let page = risen.post(&form, &[]).await.location().to_owned();
        let shown = risen.get(&page).await;
        assert_eq!((shown.status, shown.text_of("h1 .tag")), (200, "Chờ duyệt".to_owned()));
        assert!(!shown.has("section + section"), "the timetable is for those who hold a seat");
        learner(&setting, "hv9", people[6]).await;
        assert_eq!(setting.app.signed_in("hv9").await.get(&page).await.status, 404);
    }

    async fn who_is_accepted_hears_of_the_opening_and_everybody_of_the_cancellation(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        learner(&setting, "hv0", people[0]).await;
        learner(&setting, "hv3", people[3]).await;
        let (officer, school) = (Permit::check(&setting.officers[0]).unwrap(), Permit::check(&setting.school).unwrap());
        nominate(setting.app.db(), &officer, class, &people[..4], true).await.unwrap();
        let ids = proposed(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
        accept(setting.app.db(), &Permit::check(&setting.school).unwrap(), class, &ids).await.unwrap();
        assert_eq!(subjects(&told(&setting, "hv0").await), ["Bạn được duyệt vào lớp 01/2026"]);
        open_class(setting.app.db(), &school, class, "Ít người").await.unwrap();
        let opening = "Mở lớp 01/2026, khai giảng ngày 02/03/2026";
        assert_eq!(subjects(&told(&setting, "hv0").await)[0], opening);
        assert_eq!(subjects(&told(&setting, "xa-00001").await)[0], opening);
        assert!(told(&setting, "hv3").await.is_empty(), "who waits has no seat");
        cancel_class(setting.app.db(), &school, class, "Bão số 3").await.unwrap();
        for username in ["hv0", "hv3", "xa-00001", "xa-00002"] {
            let told = told(&setting, username).await;
            assert_eq!(told[0][0], "Lớp 01/2026 không mở", "{username}");
            assert!(told[0][1].ends_with("không mở. Lý do: Bão số 3."), "{username}: {told:?}");
        }
    }

    async fn a_lecturer_is_asked_and_hears_of_own_half_days_alone(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        press(&mut school, class, "proposal").await;
        let offers = school.get(&page(class)).await.form("/offers");
        assert_eq!(school.submit(&offers, &[]).await.status, 303);
        assert_eq!(subjects(&told(&setting, "gv01").await), ["Mời giảng lớp 01/2026"]);
        press(&mut school, class, "publication").await;
        assert_eq!(told(&setting, "gv01").await.len(), 2);
        assert_eq!(told(&setting, "gv01").await[0][0], "Lớp 01/2026: lịch dạy của bạn thay đổi");
        let seen = told(&setting, "gv02").await.len();

        // gv01 is ill on one day: gv02 gets those half-days, and each hears of these alone
        let list = school.get("/lecturers").await;
        let path = list.attributes("tbody th a", "href").swap_remove(0);
        let form = school.get(&path).await.form("/absences");
        school.submit(&form, &[("from_on", "2026-03-03"), ("to_on", "2026-03-03"), ("reason", "Ốm")]).await;
        assert_eq!(press(&mut school, class, "mending").await.status, 303);
        assert_eq!(press(&mut school, class, "publication").await.status, 303);
        let (ill, instead) = (told(&setting, "gv01").await, told(&setting, "gv02").await);
        assert_eq!(instead.len(), seen + 1);
        assert_eq!(ill[0][1], instead[0][1]);
        assert!(ill[0][1].contains("03/03 (") && !ill[0][1].contains("04/03"), "{ill:?}");
        let lead = setting.app.signed_in("gv02").await.get("/teaching").await;
        assert_eq!(lead.status, 200);
    }
}
