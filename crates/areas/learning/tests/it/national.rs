//! What each class tells the national database.

use learning::{
    certificates::issue,
    national::model::{ChangeSet, FORMAT},
    testing::{decided, essays, study_week},
};
use testkit::{Reply, db_test};
use web::Permit;

use crate::setting::{Setting, opened, sha256};

store::sql!(SETS, "SELECT format, body, sha256, people, emitted_by FROM change_set ORDER BY class_id");

const AFTER: &str = "2026-03-17T08:00";

type Set = (String, String, String, i64, String);

async fn sets(setting: &Setting) -> Vec<Set> {
    setting.app.db().read().await.unwrap().all(&SETS, &[]).await.unwrap()
}

/// The results are decided: everybody passed but the second.
async fn ready(setting: &Setting, mark: &str) {
    let (db, class) = (setting.app.db(), setting.class);
    study_week(db, class, &setting.lecturer, &[]).await;
    essays(db, class, &setting.lecturer, mark, &[(setting.people[1], "3")]).await;
    decided(db, class, &setting.school_head, "05/QĐ-TTN").await;
}

fn json(reply: &Reply) -> serde_json::Value {
    assert_eq!(reply.status, 200, "{}", reply.body);
    serde_json::from_slice(&reply.bytes).unwrap()
}

db_test! {
    async fn row_45_every_class_closes_by_emitting_a_change_set_once(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting, "8").await;
        let mut home_affairs = setting.app.signed_in("sonoivu").await;
        // what waits for its certificates is named, and is not there yet
        let page = home_affairs.get("/change-sets").await;
        assert_eq!(page.texts("section ul a"), ["Lớp 01/2026"]);
        assert_eq!(page.attributes("section ul a", "href"), [setting.at("results")]);
        assert_eq!(home_affairs.get(&setting.at("change-set")).await.status, 404);
        assert_eq!(sets(&setting).await, []);

        // the work itself emits it: nobody types it anew; two who issue at once emit one
        let mut tries = Vec::new();
        for actor in [&setting.school, &setting.school_head] {
            let (db, actor, class) = (setting.app.db().clone(), actor.clone(), setting.class);
            tries.push(tokio::spawn(async move { issue(&db, &Permit::check(&actor).unwrap(), class, "https://x").await.unwrap() }));
        }
        let mut issued = 0;
        for one in tries {
            issued += one.await.unwrap();
        }
        assert_eq!(issued, 5);
        let frozen = sets(&setting).await;
        let [(format, body, hash, people, by)] = frozen.as_slice() else { panic!("{frozen:?}") };
        assert_eq!((format.as_str(), *people, hash.as_str()), (FORMAT, 6, sha256(body.as_bytes()).as_str()));
        assert!(["truong", "hieutruong"].contains(&by.as_str()) || !by.is_empty());
        let set: ChangeSet = serde_json::from_str(body).unwrap();
        assert_eq!((set.course.class.as_str(), set.course.decision.as_str()), ("01/2026", "05/QĐ-TTN"));
        assert_eq!((set.course.starts_on.to_string(), set.course.ends_on.to_string()), ("2026-03-02".to_owned(), "2026-03-06".to_owned()));
        let told: Vec<_> = set.entries.iter().map(|e| (e.result.as_str(), e.score_hundredths, e.periods, e.certificate.as_ref().map(|c| c.number.as_str()))).collect();
        assert_eq!(told, [
            ("completed", Some(800), 40, Some("0001/2026")), ("not_completed", Some(300), 40, None), ("completed", Some(800), 40, Some("0002/2026")),
            ("completed", Some(800), 40, Some("0003/2026")), ("completed", Some(800), 40, Some("0004/2026")), ("completed", Some(800), 40, Some("0005/2026")),
        ]);
        let codes: std::collections::BTreeSet<&str> = set.entries.iter().map(|e| e.person.as_str()).collect();
        assert_eq!(codes.len(), 6, "each person once, by code");

        // listed for its period, given out byte for byte, also after what it tells has changed
        let page = home_affairs.get("/change-sets?from=2026-03-17&to=2026-03-17").await;
        assert_eq!(page.texts("tbody tr > *")[..2], ["Lớp 01/2026Chương trình 2".to_owned(), "6".to_owned()]);
        assert_eq!(page.texts("tbody code"), std::slice::from_ref(hash));
        assert!(!page.has("section ul"));
        assert!(home_affairs.get("/change-sets?from=2026-03-18&to=2026-04-01").await.has(".empty"));
        let wrong = home_affairs.get("/change-sets?from=2026-03-18&to=2026-03-17").await;
        assert_eq!((wrong.status, wrong.texts(".error")), (422, vec!["Ngày cuối phải từ ngày đầu trở đi.".to_owned()]));
        let person = setting.people[0];
        let form = home_affairs.get(&format!("/people/{person}/record")).await.form("/record");
        assert_eq!(home_affairs.submit(&form, &[("full_name", "Tên Đã Đổi")]).await.status, 303);
        assert_eq!(home_affairs.get(&setting.at("change-set")).await.bytes, body.as_bytes());
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(school.get(&setting.at("results")).await.attributes("a[href$='/change-set']", "href"), [setting.at("change-set")]);
        assert_eq!(school.post(&setting.at("certificates"), &[]).await.status, 303);
        assert_eq!(sets(&setting).await, frozen, "never made again");
    }

    async fn identity_numbers_are_added_for_a_holder_of_the_right_and_recorded(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting, "8").await;
        issue(setting.app.db(), &Permit::check(&setting.school).unwrap(), setting.class, "https://x").await.unwrap();
        let person = setting.people[0];
        let mut home_affairs = setting.app.signed_in("sonoivu").await;
        let first = json(&home_affairs.get(&setting.at("change-set")).await)["entries"][0].clone();
        let (code, born) = (first["person"].clone(), first["birth_date"].as_str().unwrap().to_owned());
        let number = format!("040{}{}001234", i32::from(first["gender"] == "nu"), &born[2..4]);
        let opened = home_affairs.post(&format!("/people/{person}/sensitive"), &[("purpose", "correction")]).await;
        let saved = home_affairs.submit(&opened.form("/values"), &[("identity", number.as_str())]).await;
        assert_eq!(saved.status, 303, "{}", saved.text_of("main"));
        let whole = json(&home_affairs.post(&setting.at("change-set/identities"), &[]).await);
        assert_eq!(whole["format"], "boiduong.change-set/1+identities");
        let known: Vec<&serde_json::Value> = whole["identities"].as_array().unwrap().iter().filter(|line| !line[1].is_null()).collect();
        assert_eq!(known, [&serde_json::json!([code, number])]);
        assert_eq!(whole["identities"].as_array().unwrap().len(), 6);
        let frozen = sets(&setting).await;
        assert_eq!((whole["sha256"].as_str().unwrap(), &whole["change_set"]), (frozen[0].2.as_str(), &serde_json::from_str::<serde_json::Value>(&frozen[0].1).unwrap()));
        assert!(!frozen[0].1.contains(&number), "it is kept sealed only");
        // whoever it is about reads who has fetched it, and what for
        let read = store::history_of(&mut setting.app.db().read().await.unwrap(), &person.to_string(), 20).await.unwrap();
        let line = read.iter().find(|l| l.action == people::registry::record::SENSITIVE_READ && l.after.as_deref().is_some_and(|a| a.contains("national")));
        assert_eq!(line.unwrap().who, "sonoivu");
        let own = setting.app.signed_in("hv00001").await.get("/me/data").await;
        assert!(own.text_of("main").contains("Gửi cơ sở dữ liệu quốc gia về cán bộ"));
        // the school has the change set without numbers, others have nothing
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(school.get(&setting.at("change-set")).await.status, 200);
        assert_eq!(school.post(&setting.at("change-set/identities"), &[]).await.status, 403);
        for (name, status) in [("xa-00001", 403), ("gv01", 403), ("thuongvu", 403), ("hv00001", 403)] {
            assert_eq!(setting.app.signed_in(name).await.get(&setting.at("change-set")).await.status, status, "{name}");
        }
    }

    async fn a_class_that_nobody_completed_tells_it_when_it_is_decided(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting, "2").await;
        let frozen = sets(&setting).await;
        let set: ChangeSet = serde_json::from_str(&frozen[0].1).unwrap();
        assert!(set.entries.iter().all(|e| e.result == "not_completed" && e.certificate.is_none()));
        assert_eq!((frozen.len(), set.entries.len()), (1, 6));
        assert!(!setting.app.signed_in("truong").await.get(&setting.at("results")).await.has("form[action$='/certificates']"));
    }
}
