//! What learners say before they arrive; study groups and the class committee.

use kernel::{ClassId, NominationId, PersonId};
use teaching::{
    classes::{accept, assign_head, nominate, proposed},
    intake::{Duty, arriving},
};
use testkit::{Client, db_test};
use web::Permit;

use crate::setting::{NOMINATING, Setting, loose, setting, specialists};

store::sql!(SET_GENDER, "UPDATE person SET gender = $2 WHERE id = $1");
store::sql!(AUDIT_OF, "SELECT CAST(a.after AS TEXT) FROM audit_record a WHERE a.action = $1 ORDER BY a.seq");

/// Two people of each commune put forward; gives them.
async fn put_forward(setting: &Setting, class: ClassId) -> Vec<PersonId> {
    let small = loose();
    let mut all = Vec::new();
    for (commune, officer) in setting.officers.iter().enumerate() {
        let two: Vec<PersonId> = specialists(setting, &small, commune)[..2].to_vec();
        nominate(setting.app.db(), &Permit::check(officer).unwrap(), class, &two, true).await.unwrap();
        all.extend(two);
    }
    all
}

async fn accept_all(setting: &Setting, class: ClassId) {
    let ids = proposed(&mut setting.app.db().read().await.unwrap(), class).await.unwrap();
    accept(setting.app.db(), &Permit::check(&setting.school).unwrap(), class, &ids).await.unwrap();
}

async fn is_woman(setting: &Setting, person: PersonId, woman: bool) {
    let gender = if woman { "nu" } else { "nam" };
    setting.app.db().write(async |tx| tx.exec(&SET_GENDER, &[&person, &gender]).await).await.unwrap();
}

async fn nominations(setting: &Setting, class: ClassId) -> Vec<(NominationId, Option<i64>, Duty)> {
    let lines = arriving(&mut setting.app.db().read().await.unwrap(), &setting.school, class).await.unwrap();
    lines.into_iter().map(|l| (l.nomination_id, l.group_number, l.duty())).collect()
}

async fn audited(setting: &Setting, action: &str) -> Vec<String> {
    let rows: Vec<(String,)> = setting.app.db().read().await.unwrap().all(&AUDIT_OF, &[&action]).await.unwrap();
    rows.into_iter().map(|(text,)| text).collect()
}

async fn learner(setting: &Setting, person: PersonId, name: &str) -> Client {
    setting.app.account(name, "learner", None, Some(person)).await;
    setting.app.signed_in(name).await
}

db_test! {
    async fn row_33_the_form_follows_the_confirmation_and_says_how_somebody_arrives(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let class = setting.called(6).await;
        let people = put_forward(&setting, class).await;
        is_woman(&setting, people[0], true).await;
        is_woman(&setting, people[1], false).await;
        let mut own = learner(&setting, people[0], "hv00001").await;
        let here = format!("/registration/{class}/intake");

        // put forward is not accepted: nothing is asked, and what is sent all the same is refused
        let page = own.get(&here).await;
        assert_eq!((page.status, page.text_of(".empty h2"), page.has("form[action$='/intake']")), (200, "Chưa đến lúc khai".to_owned(), false));
        let early = own.post(&here, &[("meals", "all"), ("diet", "usual"), ("arrival", "eve")]).await;
        assert_eq!(early.status, 422);
        assert!(!own.get("/registration").await.has("a[href$='/intake']"));

        accept_all(&setting, class).await;
        let linked = own.get("/registration").await;
        assert_eq!(linked.attributes("a[href$='/intake']", "href"), std::slice::from_ref(&here));
        let form = own.get(&here).await.form("/intake");
        // what is missing or contradicts itself is told at its field, what was typed stays, nothing is written
        let wrong = own.submit(&form, &[("diet", "other"), ("child_comes", "1"), ("note", "Đến muộn vì phà")]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.texts(".error").len(), 2);
        assert_eq!(wrong.attributes("#f-note", "value"), ["Đến muộn vì phà"]);
        assert!(audited(&setting, "intake.said").await.is_empty());
        let said = [("diet", "other"), ("diet_note", "Dị ứng hải sản"), ("small_child", "1"), ("child_comes", "1"), ("arrival", "morning")];
        assert_eq!(own.submit(&form, &said).await.status, 303);
        // the audit has who and which answers, not what they say
        let kept = audited(&setting, "intake.said").await;
        assert_eq!(kept.len(), 1);
        assert!(!kept[0].contains("hải sản"), "{kept:?}");

        // the school reads it with what kitchen and dormitory need
        let mut school = setting.app.signed_in("truong").await;
        let list = school.get(&format!("/classes/{class}/intake")).await;
        assert_eq!(list.texts(".kpi .num"), ["1 / 4", "1", "1"]);
        assert_eq!(list.texts("tr.warn .tag"), ["Chưa khai"; 3]);
        let row: Vec<String> = list.texts("tbody tr:not(.warn) td");
        assert!(row.contains(&"Khác: Dị ứng hải sảnCó con dưới 36 tháng tuổi đi cùng".to_owned()), "{row:?}");
        let days = list.texts(".card:nth-of-type(2) tbody tr");
        assert_eq!(days.len(), 6, "{days:?}");
        for ending in ["pdf", "docx", "xlsx"] {
            assert_eq!(school.get(&format!("/classes/{class}/intake.{ending}")).await.status, 200);
        }
        assert_eq!(audited(&setting, "intake.exported").await.len(), 3);
        assert!(school.get(&format!("/classes/{class}")).await.status == 200);
    }

    async fn a_commune_speaks_for_its_own_people_alone_and_nobody_overwrites_unseen(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let class = setting.called(6).await;
        let people = put_forward(&setting, class).await;
        is_woman(&setting, people[1], false).await;
        accept_all(&setting, class).await;
        let [mut one, mut other] =
            [setting.app.signed_in("xa-00001").await, setting.app.signed_in("xa-00002").await];
        let list = one.get(&format!("/classes/{class}/intake")).await;
        let links = list.attributes("td.acts a", "href");
        assert_eq!((links.len(), list.has("a[href$='.xlsx']")), (2, false));
        assert_eq!(other.get(&links[0]).await.status, 404);
        assert_eq!(other.post(&links[0], &[("meals", "none"), ("diet", "usual"), ("arrival", "eve")]).await.status, 404);

        // two have the form open: the second is told, sees the difference, and may save over it
        let form = one.get(&links[0]).await.form("/intake");
        assert_eq!(one.submit(&form, &[("meals", "lunch")]).await.status, 303);
        let late = one.submit(&form, &[("meals", "none")]).await;
        assert_eq!((late.status, late.text_of(".alert dt")), (409, "Ăn tại trường".to_owned()));
        let form = late.form("/intake");
        assert_eq!(one.submit(&form, &[]).await.status, 303);
        // sending the same again writes nothing
        assert_eq!(one.submit(&form, &[]).await.status, 303);
        assert_eq!(audited(&setting, "intake.said").await.len(), 2);
        // a man has no box for a small child, and one that is sent all the same says nothing
        let of = |name: String| list.texts("tbody th").iter().position(|text| text.starts_with(&name)).unwrap();
        let man = of(setting.name(people[1]).await);
        let page = one.get(&links[man]).await;
        assert!(!page.has("input[name=small_child]"));
        assert_eq!(one.submit(&page.form("/intake"), &[("small_child", "1")]).await.status, 303);
        assert!(!one.get(&format!("/classes/{class}/intake")).await.body.contains("Có con dưới 36 tháng tuổi</div>"));
    }

    async fn groups_are_proposed_changed_by_hand_and_who_comes_later_joins(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let class = setting.called(6).await;
        put_forward(&setting, class).await;
        accept_all(&setting, class).await;
        let mut school = setting.app.signed_in("truong").await;
        let here = format!("/classes/{class}/groups");
        let page = school.get(&here).await;
        assert_eq!(page.text_of(".empty h2"), "Lớp chưa chia tổ");
        let form = page.form("/proposal");
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        // two of each commune in two groups: one of each in each
        let page = school.get(&here).await;
        assert_eq!(page.texts(".tiles .cardhead span").len(), 2);
        assert!(page.texts(".tiles .cardhead span").iter().all(|told| told.starts_with("2 người") && told.ends_with("2 đơn vị")));
        assert_eq!(page.texts(".facts dt"), ["Lớp trưởng", "Lớp phó", "Lớp phó"]);
        // the form of before is overtaken
        assert_eq!(school.submit(&form, &[]).await.status, 409);

        // by hand: a second monitor and a group that there is not are told at their rows, nothing is written
        let before = nominations(&setting, class).await;
        let by_hand = page.form("/groups");
        let member = |duty: Duty| before.iter().find(|(.., d)| *d == duty).unwrap().0;
        let (deputy, monitor, leader) = (member(Duty::Deputy), member(Duty::Monitor), member(Duty::Leader));
        let wrong = school
            .submit(&by_hand, &[(&format!("duty-{deputy}"), "monitor"), (&format!("group-{leader}"), "7")])
            .await;
        assert_eq!((wrong.status, wrong.texts("td .error").len()), (422, 2));
        assert_eq!(nominations(&setting, class).await, before);
        // exchanging the two duties is fine
        let swapped = [(format!("duty-{deputy}"), "monitor"), (format!("duty-{monitor}"), "deputy")];
        let swapped: Vec<(&str, &str)> = swapped.iter().map(|(name, duty)| (name.as_str(), *duty)).collect();
        assert_eq!(school.submit(&by_hand, &swapped).await.status, 303);
        assert_eq!(nominations(&setting, class).await.iter().find(|(.., d)| *d == Duty::Monitor).unwrap().0, deputy);
        assert_eq!(school.submit(&by_hand, &[]).await.status, 409);

        // somebody comes later: the others stay where they are
        let small = loose();
        let third = specialists(&setting, &small, 0)[2];
        nominate(setting.app.db(), &Permit::check(&setting.officers[0]).unwrap(), class, &[third], true).await.unwrap();
        accept_all(&setting, class).await;
        let page = school.get(&here).await;
        let rest = page.forms().into_iter().find(|f| f.fields.iter().any(|(name, _)| name == "keep")).unwrap();
        let placed = nominations(&setting, class).await;
        assert_eq!(school.submit(&rest, &[]).await.status, 303);
        let after = nominations(&setting, class).await;
        for (id, group, duty) in &placed {
            let now = after.iter().find(|(other, ..)| other == id).unwrap();
            assert!(group.is_none() && now.1.is_some() || (now.1, now.2) == (*group, *duty));
        }
        let mut own = learner(&setting, third, "hv00003").await;
        assert!(own.get("/registration").await.body.contains("Tổ "));
    }

    async fn a_head_of_the_class_makes_its_groups_and_nobody_elses(db: TestDb) {
        let setting = setting(db, &loose(), NOMINATING).await;
        let class = setting.called(6).await;
        put_forward(&setting, class).await;
        accept_all(&setting, class).await;
        let here = format!("/classes/{class}/groups");
        let head = setting.actor("gv01").await;
        assign_head(setting.app.db(), &Permit::check(&setting.school).unwrap(), class, head.account).await.unwrap();
        let mut heads = setting.app.signed_in("gv01").await;
        let form = heads.get(&here).await.form("/proposal");
        assert_eq!(heads.submit(&form, &[]).await.status, 303);
        let mut other = setting.app.signed_in("gv02").await;
        assert_eq!(other.get(&here).await.status, 404);
        assert_eq!(other.post(&format!("{here}/proposal"), &[("seen", "1")]).await.status, 404);
        // answers about meals and families are not for lecturers, names are not for who sees nobody
        assert_eq!(heads.get(&format!("/classes/{class}/intake")).await.status, 403);
        assert_eq!(setting.app.signed_in("tuyengiao").await.get(&here).await.status, 404);
        // a commune sees its own people in the groups
        let names = setting.app.signed_in("xa-00001").await.get(&here).await.texts(".tiles li");
        assert_eq!(names.len(), 2);
    }
}
