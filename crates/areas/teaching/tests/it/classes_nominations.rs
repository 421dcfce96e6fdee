//! What a commune may send, what it is told, and what it may change.

use kernel::{ClassId, PersonId};
use people::{
    organisation::lookup,
    registry::{
        PersonInput, add_people,
        record::{PostDraft, announce_post},
    },
};
use store::By;
use teaching::{
    classes::{self, ClassMove, nominate, nomination_of},
    testing::Small,
};
use testkit::{Reply, db_test};
use web::Permit;

use crate::setting::{NOMINATING, Setting, loose, seats, setting, specialists};

store::sql!(
    PLANNED,
    "SELECT s.person_id, c.seq FROM plan_seat s JOIN plan_class c ON c.id = s.plan_class_id ORDER BY c.seq, s.place"
);

/// Sends people of commune 1 through its officer's form.
async fn send(setting: &Setting, class: ClassId, people: &[PersonId], confirm: bool) -> Reply {
    let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
    let mut form: Vec<(&str, &str)> = ids.iter().map(|id| ("person", id.as_str())).collect();
    if confirm {
        form.push(("confirm", "1"));
    }
    setting.app.signed_in("xa-00001").await.post(&format!("/classes/{class}/nominations"), &form).await
}

/// Adds somebody to office 1 of commune 1.
async fn newcomer(setting: &Setting, small: &Small, post: &str, change: impl Fn(&mut PersonInput)) -> PersonId {
    let mut input = small.person(900, 1, 1, post);
    change(&mut input);
    *add_people(setting.app.db(), By::System("test"), &[input]).await.unwrap().first().unwrap()
}

store::sql!(
    QUOTAS,
    "SELECT u.code, q.seats, COUNT(n.id) AS people, COUNT(f.unit_id) AS in_own_office
     FROM class_quota q JOIN org_unit u ON u.id = q.commune_id
     LEFT JOIN nomination n ON n.class_id = q.class_id AND n.commune_id = q.commune_id
     LEFT JOIN office f ON f.unit_id = n.office_id AND f.commune_id = n.commune_id
     WHERE q.class_id = $1 GROUP BY u.code, q.seats ORDER BY u.code"
);

db_test! {
    async fn suggestions_stand_in_the_order_of_the_plan(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let page = setting.app.signed_in("xa-00001").await.get(&format!("/classes/{class}/nominations")).await;
        let shown = page.attributes("input[name=person]", "value");
        let planned: Vec<(PersonId, i64)> =
            setting.app.db().read().await.unwrap().all(&PLANNED, &[]).await.unwrap();
        // generated names follow the order of the people, so equals stand in that order
        let mut own: Vec<PersonId> = setting.province.people.iter().take(24).copied().collect();
        let turn = |person: &PersonId| planned.iter().find(|(p, _)| p == person).map_or(i64::MAX, |(_, seq)| *seq);
        assert!(own.iter().map(turn).collect::<std::collections::BTreeSet<_>>().len() > 1, "all in one class");
        own.sort_by_key(turn);
        assert_eq!(shown, own.iter().map(ToString::to_string).collect::<Vec<_>>());
        let first = planned.iter().filter(|(p, seq)| *seq == 1 && own.contains(p)).count();
        assert_eq!(page.texts(".tag.good"), vec!["Theo kế hoạch lớp này"; first]);
    }

    async fn row_31_and_32_a_commune_sends_several_within_its_quota_and_the_rest_wait(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        let here = format!("/classes/{class}/nominations");
        let reply = send(&setting, class, people.get(..4).unwrap(), false).await;
        assert_eq!((reply.status, reply.location()), (303, here.as_str()));
        let mut officer = setting.app.signed_in("xa-00001").await;
        let ids: Vec<String> = people.iter().skip(4).take(1).map(ToString::to_string).collect();
        officer.post(&here, &[("person", &ids[0])]).await;
        let page = officer.get(&here).await;
        assert_eq!(page.text_of(".flash.good"), "Đã cử: 0 người có chỗ, 1 người chờ chỗ.");
        assert_eq!(seats(&setting, class).await, (3, 0, 2));
    }

    async fn row_31_seats_are_kept_for_a_group_until_the_deadline(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        // six seats, three of each commune; heads and deputies are the first two of each office
        let class = setting.called(6).await;
        let mut school = setting.app.signed_in("truong").await;
        let here = format!("/classes/{class}/quotas");
        let form = school.get(&here).await.form("/quotas");
        // more than the class has, and a number that is none: told, typed values stay
        let over = school.submit(&form, &[("pool_kind", "level"), ("pool-head", "7")]).await;
        assert_eq!((over.status, over.attributes("#f-pool-head", "value")), (422, vec!["7".to_owned()]));
        assert_eq!(school.submit(&form, &[("pool_kind", "level"), ("pool-head", "hai")]).await.text_of(".field .error"),
            "Chỉ tiêu là số nguyên từ 0.");
        assert_eq!(school.submit(&form, &[("pool_kind", "level"), ("pool-head", "4")]).await.status, 303);
        // the form of before is overtaken
        let late = school.submit(&form, &[("pool_kind", "")]).await;
        assert_eq!(late.status, 409);
        assert!(late.text_of(".alert.warn p:first-of-type").contains("truong"), "{}", late.text_of(".alert.warn p:first-of-type"));

        let people = specialists(&setting, &small, 0);
        // two seats are for everybody: the third specialist waits beside four empty seats, and is told why
        assert_eq!(send(&setting, class, people.get(..3).unwrap(), false).await.status, 303);
        assert_eq!(seats(&setting, class).await, (2, 0, 1));
        let mut officer = setting.app.signed_in("xa-00001").await;
        let page = officer.get(&format!("/classes/{class}/nominations")).await;
        assert!(page.body.contains("Cấp trưởng 4 chỗ (còn 4)"));
        assert!(page.body.contains("4 chỗ còn lại dành cho khối hoặc cấp khác đến 27/02/2026"), "{}", page.body);
        // a head gets one of the kept seats, and is not replaced by a specialist
        let head = *setting.province.people.first().unwrap();
        assert_eq!(send(&setting, class, &[head], true).await.status, 303);
        assert_eq!(seats(&setting, class).await, (3, 0, 1));
        let id = nomination_of(&mut setting.app.db().read().await.unwrap(), class, head).await.unwrap().unwrap();
        let typed = [("person", people[5].to_string()), ("reason", "Bận".to_owned()), ("confirm", "1".to_owned())];
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let instead = officer.post(&format!("/classes/{class}/nominations/{id}/substitution"), &typed).await;
        assert_eq!(instead.status, 422);
        assert!(instead.text_of("[role=alert] li").contains("chỗ dành riêng"));
        assert_eq!(seats(&setting, class).await, (3, 0, 1));

        // after the deadline what is left is for everybody: the night moves up who waits
        let setting = setting.later("2026-02-28T08:00");
        setting.app.run_jobs().await;
        assert_eq!(seats(&setting, class).await, (4, 0, 0));
        let mut officer = setting.app.signed_in("xa-00001").await;
        assert!(!officer.get(&format!("/classes/{class}/nominations")).await.body.contains("Cấp trưởng 4 chỗ"));
    }

    async fn who_goes_elsewhere_before_the_class_is_over_is_sent_knowingly(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        let [leaves, moves] = [*people.first().unwrap(), *people.get(1).unwrap()];
        let permit = Permit::check(&setting.actor("sonoivu").await).unwrap();
        let positions = lookup(&mut setting.app.db().read().await.unwrap()).await.unwrap().positions;
        let draft = |commune: usize, post: &str| PostDraft {
            commune: *setting.province.communes.get(commune).unwrap(),
            position: *positions.get(post).unwrap(),
            kind: "regular",
            from: "2026-03-05".parse().unwrap(),
            to: None,
            decision: "9/QĐ".to_owned(),
        };
        announce_post(setting.app.db(), &permit, leaves, &draft(1, "SPEC")).await.unwrap();
        announce_post(setting.app.db(), &permit, moves, &draft(0, "HEAD")).await.unwrap();
        let asked = send(&setting, class, &[leaves, moves], false).await;
        assert_eq!(asked.status, 422);
        let told = format!("{}: sẽ chuyển sang đơn vị khác từ 05/03/2026, trước khi lớp kết thúc.", setting.name(leaves).await);
        assert_eq!(asked.texts("[role=alert] li"), [told]);
        assert_eq!(send(&setting, class, &[leaves, moves], true).await.status, 303);
        assert_eq!(seats(&setting, class).await.0, 2);
    }

    async fn row_28_one_place_per_person_and_every_refusal_is_explained(db: TestDb) {
        let small = Small { classes: 3, ..loose() };
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        let [here, elsewhere, trained] = [*people.first().unwrap(), *people.get(1).unwrap(), *people.get(2).unwrap()];
        let wrong = newcomer(&setting, &small, "PARTY", |_| ()).await;
        let future = newcomer(&setting, &small, "SPEC", |p| {
            p.code = "P0901".to_owned();
            p.full_name = "Người Thử Chưa Đến".to_owned();
            p.in_post_since = "2026-06-01".parse().unwrap();
        })
        .await;

        // a class is held by the other commune's side of the plan, so that somebody is trained
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let db = setting.app.db();
        nominate(db, &permit, class, &[trained], true).await.unwrap();
        let school = Permit::check(&setting.school).unwrap();
        let waiting = classes::proposed(&mut db.read().await.unwrap(), class).await.unwrap();
        classes::accept(db, &school, class, &waiting).await.unwrap();
        classes::open_class(db, &Permit::check(&setting.school).unwrap(), class, "Thử").await.unwrap();
        let week = db.at(std::sync::Arc::new(kernel::FixedClock::morning_of("2026-03-02".parse().unwrap())));
        week.write(async |tx| {
            classes::step_class(tx, &setting.school, class, ClassMove::Begin).await?;
            classes::step_class(tx, &setting.school, class, ClassMove::FinishStudy).await?;
            classes::record_results(tx, &setting.school, class, &[(trained, true)]).await
        })
        .await
        .unwrap();

        let second = setting.called_too(6).await;
        nominate(db, &permit, second, &[elsewhere], true).await.unwrap();
        let third = setting.called_too(6).await;
        nominate(db, &permit, third, &[here], true).await.unwrap();

        let sent = [wrong, future, trained, here, elsewhere];
        let reply = send(&setting, third, &sent, true).await;
        assert_eq!(reply.status, 422);
        let mut told = Vec::new();
        for (person, what) in [
            (trained, "đã được bồi dưỡng (lớp kết thúc ngày 06/03/2026)."),
            (elsewhere, "đang trong danh sách lớp 02/2026."),
            (here, "đã có trong danh sách lớp này."),
            (future, "không còn, hoặc chưa, giữ chức vụ trong tuần học."),
            (wrong, "không thuộc đối tượng của lớp này."),
        ] {
            told.push(format!("{}: {what}", setting.name(person).await));
        }
        let mut shown = reply.texts("[role=alert] li");
        shown.sort();
        told.sort();
        assert_eq!(shown, told);
        assert_eq!(reply.text_of("[role=alert] h2"), "Chưa lưu được");
        assert_eq!(seats(&setting, third).await, (1, 0, 0));
        // the page says of everybody why they are not suggested
        let page = setting.app.signed_in("xa-00001").await.get(&format!("/classes/{third}/nominations")).await;
        assert_eq!(page.text_of("form.full ~ details > summary"), "Vì sao 4 người khác không có trong gợi ý");
        assert_eq!(page.texts("table.dense tbody tr").len(), 4);
    }

    async fn head_and_deputy_away_together_need_a_confirmation_and_ticks_are_kept(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let both = [*setting.province.people.first().unwrap(), *setting.province.people.get(1).unwrap()];
        let reply = send(&setting, class, &both, false).await;
        assert_eq!(reply.status, 422);
        assert_eq!(reply.text_of("[role=alert] h2"), "Cần xác nhận trước khi cử");
        assert_eq!(
            reply.texts("[role=alert] li"),
            [
                "Người Thử Số 0000: cấp trưởng và cấp phó cùng cơ quan sẽ cùng đi học (với Người Thử Số 0001).",
                "Người Thử Số 0001: cấp trưởng và cấp phó cùng cơ quan sẽ cùng đi học (với Người Thử Số 0000)."
            ]
        );
        let mut ticked = reply.attributes("input[name=person][checked]", "value");
        ticked.sort();
        let mut sent = both.map(|p| p.to_string());
        sent.sort();
        assert_eq!(ticked, sent);
        assert_eq!(reply.texts(".check.boxed"), ["Đơn vị đã bố trí người thay và vẫn cử"]);
        assert_eq!(seats(&setting, class).await, (0, 0, 0));
        assert_eq!(send(&setting, class, &both, true).await.status, 303);
        assert_eq!(seats(&setting, class).await, (2, 0, 0));
    }

    async fn an_office_nearly_empty_needs_a_confirmation(db: TestDb) {
        let small = Small { offices: 3, people: 8, sizes: (2, 12), office_absent_percent: 50, ..Small::default() };
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(12).await;
        let five: Vec<PersonId> = specialists(&setting, &small, 0).into_iter().take(5).collect();
        let reply = send(&setting, class, &five, false).await;
        assert_eq!(reply.status, 422);
        let told = "cơ quan có 8 người, cùng lúc vắng 5, nhiều nhất nên là 4.";
        let lines = reply.texts("[role=alert] li");
        assert_eq!(lines.len(), 5);
        assert!(lines.iter().all(|line| line.ends_with(told)), "{lines:?}");
        assert_eq!(reply.attributes("input[name=person][checked]", "value").len(), 5);
        assert_eq!(send(&setting, class, five.get(..4).unwrap(), false).await.status, 303);
        assert_eq!(seats(&setting, class).await, (4, 0, 0));
    }

    async fn quotas_and_nominations_of_a_unit_that_is_split_go_with_its_people(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let people = specialists(&setting, &small, 0);
        assert_eq!(send(&setting, class, people.get(..2).unwrap(), true).await.status, 303);
        let before: Vec<(String, i64, i64, i64)> = setting.app.db().read().await.unwrap().all(&QUOTAS, &[&class]).await.unwrap();
        assert_eq!(before, [("00001".to_owned(), 3, 2, 2), ("00002".to_owned(), 3, 0, 0)]);
        let mut client = setting.app.signed_in("sonoivu").await;
        let form = client.get("/communes/00001/split").await.form("/split");
        let second = people.first().unwrap().to_string();
        let typed = [
            ("since", "2026-02-25"), ("decision", "9/NQ-UBTVQH15"), ("deal", "first"), ("code_1", "00009"), ("name_1", "Mới"),
            ("code_2", "00002"), (second.as_str(), "2"),
        ];
        assert_eq!(client.submit(&form, &typed).await.status, 303);
        // each holds the seat in the unit where they work now; the third seat goes where most people went
        let after: Vec<(String, i64, i64, i64)> = setting.app.db().read().await.unwrap().all(&QUOTAS, &[&class]).await.unwrap();
        assert_eq!(after, [("00002".to_owned(), 4, 1, 1), ("00009".to_owned(), 2, 1, 1)]);
        let history = store::latest(&mut setting.app.db().read().await.unwrap(), i64::MAX, 9).await.unwrap();
        assert_eq!(history.iter().filter(|l| l.action == "classes.quota.followed" && l.who == "sonoivu").count(), 1);
        // the officer of the other unit has both, and the gaps know no unit that has ended
        let mut officer = setting.app.signed_in("xa-00002").await;
        assert!(officer.get(&format!("/classes/{class}")).await.body.contains(&setting.name(*people.first().unwrap()).await));
        let gone = setting.app.signed_in("sonoivu").await.get("/communes").await.texts("tbody td:nth-child(2)");
        assert_eq!(gone, ["00009", "00002"]);
    }

    async fn nobody_chosen_is_said(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let class = setting.called(6).await;
        let reply = send(&setting, class, &[], false).await;
        assert_eq!((reply.status, reply.texts("[role=alert] li")), (422, vec!["Chưa chọn ai.".to_owned()]));
    }

    async fn a_person_of_another_commune_does_not_exist_for_the_officer(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let stranger = *specialists(&setting, &small, 1).first().unwrap();
        let id = stranger.to_string();
        assert_eq!(send(&setting, class, &[stranger], false).await.status, 404);
        let page = setting.app.signed_in("xa-00001").await.get(&format!("/classes/{class}/nominations")).await;
        assert!(!page.body.contains(&id), "a stranger is shown");
        let own = specialists(&setting, &small, 0);
        assert!(page.body.contains(&own.first().unwrap().to_string()), "nothing is shown at all");
        assert_eq!(seats(&setting, class).await, (0, 0, 0));
    }

    async fn somebody_else_comes_instead_with_a_reason_and_on_the_same_seat(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let (head, deputy) = (*setting.province.people.first().unwrap(), *setting.province.people.get(1).unwrap());
        let third = *specialists(&setting, &small, 0).last().unwrap();
        nominate(setting.app.db(), &permit, class, &[head, third], true).await.unwrap();
        let row = nomination_of(&mut setting.app.db().read().await.unwrap(), class, third).await.unwrap().unwrap();
        let there = format!("/classes/{class}/nominations/{row}/substitution");
        let mut officer = setting.app.signed_in("xa-00001").await;
        let instead = deputy.to_string();

        let silent = officer.post(&there, &[("person", &instead), ("reason", " ")]).await;
        assert_eq!((silent.status, silent.texts("p.error")), (422, vec!["Hãy ghi lý do.".to_owned()]));
        assert_eq!(silent.attributes("details[open] option[selected]", "value"), [instead.as_str()]);
        // the deputy would be away together with the head: a warning, with everything kept
        let warned = officer.post(&there, &[("person", &instead), ("reason", "Ốm")]).await;
        assert_eq!((warned.status, warned.text_of("[role=alert] h2")), (422, "Cần xác nhận trước khi cử".to_owned()));
        assert_eq!(warned.attributes("details[open] option[selected]", "value"), [instead.as_str()]);
        assert_eq!(warned.attributes(&format!("#r-{row}"), "value"), ["Ốm"]);
        assert_eq!(seats(&setting, class).await, (2, 0, 0));

        let form = [("person", instead.as_str()), ("reason", "Ốm"), ("confirm", "1")];
        assert_eq!(officer.post(&there, &form).await.status, 303);
        assert_eq!(seats(&setting, class).await, (2, 0, 0));
        let page = officer.get(&format!("/classes/{class}/nominations")).await;
        assert_eq!(page.text_of(".flash.good"), "Đã thay người.");
        assert_eq!(page.texts("tr.off td[data-label='Trạng thái']"), ["Đã thay thếỐm"]);
        // once more is too late: that nomination is over
        assert_eq!(officer.post(&there, &form).await.status, 422);
    }

    async fn taking_somebody_back_needs_a_reason(db: TestDb) {
        let small = loose();
        let setting = setting(db, &small, NOMINATING).await;
        let class = setting.called(6).await;
        let permit = Permit::check(&setting.officers[0]).unwrap();
        let person = *specialists(&setting, &small, 0).first().unwrap();
        nominate(setting.app.db(), &permit, class, &[person], true).await.unwrap();
        let row = nomination_of(&mut setting.app.db().read().await.unwrap(), class, person).await.unwrap().unwrap();
        let there = format!("/classes/{class}/nominations/{row}/withdrawal");
        // the other commune has no such nomination
        let stranger = setting.app.signed_in("xa-00002").await.post(&there, &[("reason", "Ốm")]).await;
        assert_eq!(stranger.status, 404);
        let mut officer = setting.app.signed_in("xa-00001").await;
        let silent = officer.post(&there, &[("reason", "  ")]).await;
        assert_eq!((silent.status, silent.texts("p.error")), (422, vec!["Hãy ghi lý do.".to_owned()]));
        assert!(silent.has("details[open]"));
        assert_eq!(seats(&setting, class).await, (1, 0, 0));
        assert_eq!(officer.post(&there, &[("reason", "Ốm")]).await.status, 303);
        assert_eq!(seats(&setting, class).await, (0, 0, 0));
    }
}
