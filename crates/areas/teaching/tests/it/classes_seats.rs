//! Deadlines, reminders, seats that go on, decisions of units, and who comes instead when the week has begun.

use std::sync::Arc;

use kernel::{ClassId, FixedClock, PersonId};
use store::Db;
use teaching::{
    classes::{ClassMove, accept, nominate, nomination_of, open_class, proposed, step_class},
    testing::Small,
};
use testkit::{Reply, db_test};
use web::Permit;

use crate::setting::{NOMINATING, Setting, loose, seats, setting, specialists};

store::sql!(
    QUOTA_ROWS,
    "SELECT k.code, q.seats FROM class_quota q JOIN v_organisation_commune k ON k.commune_id = q.commune_id WHERE q.class_id = $1 ORDER BY k.code"
);

/// Seats by commune.
async fn quotas(setting: &Setting, class: ClassId) -> Vec<(String, i64)> {
    setting.app.db().read().await.unwrap().all(&QUOTA_ROWS, &[&class]).await.unwrap()
}

async fn sends(setting: &Setting, username: &str, class: ClassId, people: &[PersonId]) -> Reply {
    let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
    let mut form: Vec<(&str, &str)> = ids.iter().map(|id| ("person", id.as_str())).collect();
    form.push(("confirm", "1"));
    setting.app.signed_in(username).await.post(&format!("/classes/{class}/nominations"), &form).await
}

fn on(setting: &Setting, day: &str) -> Db {
    setting.app.db().at(Arc::new(FixedClock::morning_of(day.parse().unwrap())))
}

/// The first two specialists of commune 1 are accepted and the class is open.
async fn opened(setting: &Setting, small: &Small) -> (ClassId, Vec<PersonId>) {
    let class = setting.called(6).await;
    let people = specialists(setting, small, 0);
    nominate(setting.app.db(), &Permit::check(&setting.officers[0]).unwrap(), class, &people[..2], true).await.unwrap();
    let ids = proposed(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
    accept(setting.app.db(), &Permit::check(&setting.school).unwrap(), class, &ids).await.unwrap();
    (class, people)
}

db_test! {
    async fn row_38_a_commune_is_reminded_and_its_unused_seats_go_to_the_next_one(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, "2026-02-23T08:00").await;
        let class = setting.called(6).await;
        let here = format!("/classes/{class}/nominations");
        // the first commune uses all of its seats, the second one of three
        let (first, second) = (specialists(&setting, &small, 0), specialists(&setting, &small, 1));
        assert_eq!(sends(&setting, "xa-00001", class, &first[..3]).await.status, 303);
        assert_eq!(sends(&setting, "xa-00002", class, &second[..1]).await.status, 303);
        let list = setting.app.signed_in("xa-00002").await.get("/classes").await;
        assert_eq!(list.texts(".alert.warn li"), ["Lớp 01/2026: Còn 2 chỗ chưa cử. Còn 4 ngày đến hạn cử."]);
        assert!(!setting.app.signed_in("xa-00001").await.get("/classes").await.has(".alert.warn"));

        // four days before nobody is reminded; three days before whoever has seats left is, and once
        let setting = setting.later("2026-02-24T00:00");
        assert_eq!(setting.app.run_jobs().await, 1);
        let notices = ".card:first-of-type .timeline p";
        let reminder = "Nhắc việc: còn 2 chỗ chưa cử, hạn 27/02/2026. Sau hạn, chỗ chưa dùng chuyển cho đơn vị kế tiếp.";
        assert_eq!(setting.app.signed_in("xa-00002").await.get(&here).await.texts(notices), [reminder]);
        assert_eq!(setting.app.signed_in("xa-00001").await.get(&here).await.texts(notices), [""; 0]);
        let setting = setting.later("2026-02-27T00:00");
        assert_eq!(setting.app.run_jobs().await, 1);
        assert_eq!(setting.app.signed_in("xa-00002").await.get(&here).await.texts(notices), [reminder]);
        assert_eq!(quotas(&setting, class).await, [("00001".to_owned(), 3), ("00002".to_owned(), 3)]);

        // the night after the deadline: two seats go to the first commune, which hears of it
        let setting = setting.later("2026-02-28T00:00");
        assert_eq!(setting.app.run_jobs().await, 1);
        assert_eq!(quotas(&setting, class).await, [("00001".to_owned(), 5), ("00002".to_owned(), 1)]);
        let page = setting.app.signed_in("xa-00001").await.get(&here).await;
        let received = "Đơn vị nhận thêm 2 chỗ mà đơn vị khác không dùng; hãy cử trước hết ngày 01/03/2026.";
        assert_eq!(page.texts(notices), [received]);
        let page = setting.app.signed_in("xa-00002").await.get(&here).await;
        assert_eq!(page.texts(notices), ["2 chỗ không dùng đến hạn 27/02/2026 đã chuyển cho đơn vị kế tiếp.", reminder]);
        let page = setting.app.signed_in("truong").await.get(&format!("/classes/{class}")).await;
        let why = "Đơn vị có người đến lượt sớm nhất theo kế hoạch, rồi đến nơi có tỷ lệ đã bồi dưỡng thấp nhất.";
        assert_eq!(page.texts("main details.fold summary + .timeline li p"), ["2 chỗ từ Xã Thử 2 sang Xã Thử 1", why]);
        // the receiver uses one; nobody takes seats from where they went within its days
        assert_eq!(sends(&setting, "xa-00001", class, &first[3..4]).await.status, 303);
        let setting = setting.later("2026-03-01T00:00");
        assert_eq!(setting.app.run_jobs().await, 1);
        assert_eq!(quotas(&setting, class).await, [("00001".to_owned(), 5), ("00002".to_owned(), 1)]);
        assert_eq!(seats(&setting, class).await, (5, 0, 0));
    }

    async fn after_the_deadline_a_commune_without_seats_is_refused_and_keeps_what_it_ticked(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let (first, second) = (specialists(&setting, &small, 0), specialists(&setting, &small, 1));
        assert_eq!(sends(&setting, "xa-00001", class, &first[..3]).await.status, 303);
        let setting = setting.later("2026-02-28T08:00");
        let refused = sends(&setting, "xa-00001", class, &first[3..4]).await;
        let told = "Đã quá hạn cử học viên (27/02/2026) và đơn vị không còn chỗ; chỗ chưa dùng đã chuyển cho đơn vị kế tiếp.";
        assert_eq!((refused.status, refused.texts("[role=alert] li")), (422, vec![told.to_owned()]));
        // as long as the night has not passed them on, a commune still uses its own
        assert_eq!(sends(&setting, "xa-00002", class, &second[..1]).await.status, 303);
        assert_eq!(seats(&setting, class).await, (4, 0, 0));
    }

    async fn the_units_decision_is_written_for_its_people_and_asked_for_when_the_class_opens(db: TestDb) {
        let small = Small { decisions: true, sizes: (2, 6), ..loose() };
        let setting = setting(db, &small, NOMINATING).await;
        let (class, people) = opened(&setting, &small).await;
        let mut school = setting.app.signed_in("truong").await;
        let told = "2 / 2 người đã duyệt chưa có số quyết định cử. Nếu vẫn mở, hãy ghi lý do.";
        let refused = school.post(&format!("/classes/{class}/opening"), &[]).await;
        assert_eq!((refused.status, refused.texts("[role=alert] li")), (422, vec![told.to_owned()]));

        let mut officer = setting.app.signed_in("xa-00001").await;
        let there = format!("/classes/{class}/sending-decision");
        let off = "Số quyết định chưa đúng; viết như 15/QĐ-UBND hoặc 127-QĐ/ĐU.";
        let day = "Ngày ký phải trong 12 tháng qua, không sau hôm nay.";
        for (number, signed, field, told) in [
            ("15", "2026-02-20", "decision", off), ("QĐ 15", "2026-02-20", "decision", off), ("15/QĐ-UBND", "2026-02-26", "signed_on", day),
            ("15/QĐ-UBND", "2024-02-20", "signed_on", day),
        ] {
            let wrong = officer.post(&there, &[("decision", number), ("signed_on", signed)]).await;
            assert_eq!((wrong.status, wrong.texts(&format!("#e-{field}"))), (422, vec![told.to_owned()]), "{number} {signed}");
            assert_eq!(wrong.attributes("#f-decision", "value"), [number]);
            assert!(wrong.has("details[open] #f-decision"));
        }
        let form = officer.get(&format!("/classes/{class}/nominations")).await.form("/sending-decision");
        let saved = officer.submit(&form, &[("decision", "số 15/qđ-ubnd"), ("signed_on", "2026-02-20")]).await;
        assert_eq!(saved.status, 303);
        let page = officer.get(&format!("/classes/{class}/nominations")).await;
        assert_eq!(page.text_of(".flash.good"), "Đã ghi quyết định cho 2 người.");
        assert_eq!(page.texts("tbody td[data-label='Trạng thái'] small"), vec!["QĐ cử: 15/QĐ-UBND"; 2]);
        // nobody lacks one: only when asked for is what stands written anew
        let again = [("decision", "16/QĐ-UBND"), ("signed_on", "2026-02-20"), ("everybody", "1")];
        assert_eq!(officer.post(&there, &again[..2]).await.status, 422);
        assert_eq!(officer.post(&there, &again).await.status, 303);
        // another commune has nobody here, the school no such form
        assert_eq!(setting.app.signed_in("xa-00002").await.post(&there, &again).await.status, 422);
        assert_eq!(school.post(&there, &again).await.status, 403);
        let page = school.get(&format!("/classes/{class}/acceptance")).await;
        assert_eq!(page.texts("tr:not(.off) td[data-label='Trạng thái'] small"), vec!["QĐ cử: 16/QĐ-UBND"; 2]);
        assert_eq!(school.post(&format!("/classes/{class}/opening"), &[]).await.status, 303);
        assert!(page.body.contains(&setting.name(people[0]).await));
    }

    async fn somebody_comes_instead_until_the_second_day_of_the_week(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let (class, people) = opened(&setting, &small).await;
        let school = Permit::check(&setting.school).unwrap();
        open_class(setting.app.db(), &school, class, "Thử").await.unwrap();
        let week = on(&setting, "2026-03-02");
        week.write(async |tx| step_class(tx, &setting.school, class, ClassMove::Begin).await).await.unwrap();
        // nobody is put forward any more, but who fell ill is replaced, and the school accepts who comes
        let setting = setting.later("2026-03-03T08:00");
        assert_eq!(sends(&setting, "xa-00001", class, &people[4..5]).await.status, 422);
        let row = nomination_of(&mut setting.app.db().read().await.unwrap(), class, people[0]).await.unwrap().unwrap();
        let there = format!("/classes/{class}/nominations/{row}/substitution");
        let instead = people[5].to_string();
        let mut officer = setting.app.signed_in("xa-00001").await;
        assert!(officer.get(&format!("/classes/{class}/nominations")).await.has("form[action$='/substitution']"));
        let silent = officer.post(&there, &[("person", &instead), ("reason", "")]).await;
        assert_eq!((silent.status, silent.texts("p.error")), (422, vec!["Hãy ghi lý do.".to_owned()]));
        assert_eq!(officer.post(&there, &[("person", &instead), ("reason", "Ốm"), ("confirm", "1")]).await.status, 303);
        let mut head = setting.app.signed_in("truong").await;
        let form = head.get(&format!("/classes/{class}/acceptance")).await.form("/acceptance");
        assert_eq!(head.submit(&form, &[]).await.status, 303);
        assert_eq!(seats(&setting, class).await, (0, 2, 0));
        // on the third day it is too late, and the page offers it no more
        let setting = setting.later("2026-03-04T08:00");
        let row = nomination_of(&mut setting.app.db().read().await.unwrap(), class, people[5]).await.unwrap().unwrap();
        let there = format!("/classes/{class}/nominations/{row}/substitution");
        let mut officer = setting.app.signed_in("xa-00001").await;
        let other = people[6].to_string();
        let late = officer.post(&there, &[("person", &other), ("reason", "Ốm"), ("confirm", "1")]).await;
        assert_eq!(late.status, 422);
        assert!(!officer.get(&format!("/classes/{class}/nominations")).await.has("form[action$='/substitution']"));
        assert_eq!(seats(&setting, class).await, (0, 2, 0));
    }

    async fn row_28_nobody_gets_on_two_lists_at_the_same_moment(db: TestDb) {
        let small = Small { classes: 3, ..loose() };
        let setting = setting(db, &small, NOMINATING).await;
        let classes = [setting.called(6).await, setting.called_too(6).await];
        let people = specialists(&setting, &small, 0);
        for person in &people[..6] {
            let permit = Permit::check(&setting.officers[0]).unwrap();
            let db = setting.app.db();
            let one = [*person];
            let both = tokio::join!(nominate(db, &permit, classes[0], &one, true), nominate(db, &permit, classes[1], &one, true));
            let told: Vec<String> = [both.0, both.1].into_iter().filter_map(|r| r.err().map(|e| e.to_string())).collect();
            assert_eq!(told, ["1 findings"]);
        }
        let mut all = 0;
        for class in classes {
            let (held, _, waiting) = seats(&setting, class).await;
            all += held + waiting;
        }
        assert_eq!(all, 6);
    }
}
