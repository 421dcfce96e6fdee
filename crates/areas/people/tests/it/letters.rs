//! Accounts in one step and their letters: each password leaves once, on paper.

use kernel::PersonId;
use people::{
    accounts::ROLES,
    organisation::{CommuneInput, OrganisationInput, PositionInput, load_organisation},
    registry::{PersonInput, add_people},
};
use store::By;
use testkit::{Client, TestApp, TestDb, db_test, paper};

/// A province of communes `00001` … with people of the first, and an administrator.
pub async fn province(db: TestDb, communes: usize, people: usize) -> (TestApp, Vec<PersonId>) {
    let app = TestApp::new(db, [people::area()], "2026-03-02T08:00").await;
    let commune = |n: usize| CommuneInput {
        code: format!("{n:05}"),
        name: format!("Thử {n}"),
        kind: "xa".to_owned(),
        former_district: "Thử".to_owned(),
        region: "dong_bang".to_owned(),
        is_border: false,
        is_highland: false,
        is_mountain: false,
        is_coastal: false,
        population: None,
        road_km: None,
        lat: 18.0,
        lon: 105.0,
    };
    let organisation = OrganisationInput {
        province_code: "99".to_owned(),
        province_name: "Thử nghiệm".to_owned(),
        since: "2025-07-01".parse().unwrap(),
        communes: (1..=communes).map(commune).collect(),
        office_kinds: Vec::new(),
        positions: vec![PositionInput {
            code: "SPEC".to_owned(),
            title: "Chuyên viên".to_owned(),
            bloc: "chinh_quyen".to_owned(),
            office_code: None,
            level: "specialist".to_owned(),
            target_group: Some(2),
        }],
        ethnic_groups: Vec::new(),
    };
    let by = By::System("test");
    app.db().write(async |tx| load_organisation(tx, by, &organisation).await).await.unwrap();
    let person = |n: usize| PersonInput {
        code: format!("HV{n:05}"),
        full_name: format!("Người Sinh Tự Động {n}"),
        gender: None,
        birth_date: None,
        ethnic_code: None,
        commune_code: "00001".to_owned(),
        office_code: None,
        position_code: "SPEC".to_owned(),
        education: None,
        theory: None,
        management: None,
        in_post_since: "2025-07-01".parse().unwrap(),
        generated: true,
    };
    let inputs: Vec<PersonInput> = (1..=people).map(person).collect();
    let ids = add_people(app.db(), by, &inputs).await.unwrap();
    app.account("quantri", "administrator", None, None).await;
    (app, ids)
}

/// Sign-in name and first password on a page.
fn opened(page: &str) -> (String, String) {
    let after = |label: &str| page.split(label).nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    (after("Tên đăng nhập:"), after("Mật khẩu lần đầu:"))
}

async fn signs_in(client: &mut Client, username: &str, password: &str) -> u16 {
    client.post("/sign-in", &[("username", username), ("password", password)]).await.status
}

db_test! {
    async fn all_officers_get_an_account_and_a_letter_in_one_step_and_once(db: TestDb) {
        let (app, _) = province(db, 3, 0).await;
        // a name that is taken and a commune that has its officer already
        app.account("xa-00003", "finance", None, None).await;
        let known = people::organisation::lookup(&mut app.db().read().await.unwrap()).await.unwrap();
        app.account("dau-moi", "commune_officer", Some(*known.communes.get("00001").unwrap()), None).await;
        let mut admin = app.signed_in("quantri").await;
        let page = admin.get("/accounts/officers").await;
        assert_eq!(page.texts("h2"), ["2 xã, phường chưa có tài khoản", "1 tài khoản chưa đăng nhập lần nào"]);
        let made = admin.submit(&page.form("/officers"), &[]).await;
        assert_eq!((made.status, made.headers["content-type"].to_str().unwrap()), (200, "application/pdf"));
        assert_eq!(made.headers["cache-control"], "no-store");
        assert!(made.headers["content-disposition"].to_str().unwrap().starts_with("attachment;"));
        let pages = paper::words(&made.bytes);
        assert_eq!(pages.len(), 2, "a page a letter");
        let one = &pages[0];
        assert!(one.contains("Ban Thường vụ Đảng ủy xã Thử 2"), "{one}");
        assert!(one.contains("Xã Thử 2, tỉnh Thử nghiệm") && one.contains("http://127.0.0.1:8080"), "{one}");
        let secrets: Vec<(String, String)> = pages.iter().map(|page| opened(page)).collect();
        assert_eq!(secrets.iter().map(|s| s.0.as_str()).collect::<Vec<_>>(), ["xa-00002", "xa-00003-2"]);
        assert_ne!(secrets[0].1, secrets[1].1, "each has a password of its own");

        // the password opens nothing but the page that asks for another one
        let mut officer = app.client();
        assert_eq!(signs_in(&mut officer, "xa-00002", &secrets[0].1).await, 303);
        assert_eq!(officer.get("/people").await.location(), "/me/password");

        // the second press makes nothing
        let again = admin.submit(&page.form("/officers"), &[]).await;
        assert_eq!((again.status, again.text_of("[role=alert]")), (422, "Không còn ai cần cấp tài khoản. Nếu bạn vừa bấm hai lần, tệp đã tải về ở lần đầu.".to_owned()));
        assert_eq!(admin.get("/accounts/officers").await.texts("h2"), ["0 xã, phường chưa có tài khoản", "2 tài khoản chưa đăng nhập lần nào"]);

        // a lost letter is not printed again: whoever never signed in gets another password, the old one is void
        let page = admin.get("/accounts/officers").await;
        let renewed = paper::words(&admin.submit(&page.form("/letters"), &[]).await.bytes);
        let names: Vec<String> = renewed.iter().map(|page| opened(page).0).collect();
        assert_eq!(names, ["dau-moi", "xa-00003-2"], "in the order of their communes, without the one that was opened");
        assert_eq!(signs_in(&mut app.client(), "xa-00003-2", &secrets[1].1).await, 422);
        assert_eq!(signs_in(&mut app.client(), "xa-00003-2", &opened(&renewed[1]).1).await, 303);

        // kept is only the hash: neither a column nor the audit has the password
        let lines = store::latest(&mut app.db().read().await.unwrap(), i64::MAX, 50).await.unwrap();
        assert_eq!(lines.iter().filter(|l| l.action == "accounts.account.made" && l.who == "quantri").count(), 2);
        assert_eq!(lines.iter().filter(|l| l.action == "accounts.password.reset" && l.who == "quantri").count(), 2);
        let told: String = lines.iter().flat_map(|l| [l.before.clone(), l.after.clone()]).flatten().collect();
        assert!(told.contains("xa-00002") && !told.contains(&secrets[0].1) && !told.contains("argon2"), "{told}");
    }

    async fn two_administrators_at_once_make_each_account_once(db: TestDb) {
        let (app, _) = province(db, 4, 0).await;
        app.account("quantri2", "administrator", None, None).await;
        let mut both = Vec::new();
        for name in ["quantri", "quantri2"] {
            let mut admin = app.signed_in(name).await;
            both.push(tokio::spawn(async move { admin.post("/accounts/officers", &[]).await }));
        }
        let mut pages = 0;
        for one in both {
            let reply = one.await.unwrap();
            match reply.status {
                200 => pages += paper::words(&reply.bytes).len(),
                status => assert_eq!(status, 422, "{}", reply.body),
            }
        }
        assert_eq!(pages, 4);
        let list = app.signed_in("quantri").await.get("/accounts?role=commune_officer").await;
        assert_eq!(list.texts("tbody th"), ["xa-00001Đầu mối Thử 1", "xa-00002Đầu mối Thử 2", "xa-00003Đầu mối Thử 3", "xa-00004Đầu mối Thử 4"]);
    }

    async fn a_commune_gives_all_its_people_accounts_and_nobody_elses(db: TestDb) {
        let (app, people) = province(db, 2, 3).await;
        let known = people::organisation::lookup(&mut app.db().read().await.unwrap()).await.unwrap();
        let unit = |code: &str| known.communes.get(code).copied();
        app.account("xa-00001", "commune_officer", unit("00001"), None).await;
        app.account("xa-00002", "commune_officer", unit("00002"), None).await;
        app.account("co-roi", "learner", None, Some(people[1])).await;
        let mut officer = app.signed_in("xa-00001").await;
        let page = officer.get("/people/accounts").await;
        assert_eq!(page.text_of("main section.lined > p"), "2 người chưa có tài khoản, 1 tài khoản chưa đăng nhập lần nào.");
        assert_eq!(page.texts("tbody td:nth-child(2)"), ["Chưa có", "co-roi", "Chưa có"]);
        let form = page.form("/people/accounts");
        let list = officer.submit(&form, &[("paper", "list")]).await;
        let words = paper::words(&list.bytes).concat();
        for part in ["Xã, phường Thử 1", "Người Sinh Tự Động 1", "hv00001", "Người Sinh Tự Động 3", "hv00003", "Xã Thử 1, tỉnh Thử nghiệm"] {
            assert!(words.contains(part), "{part}: {words}");
        }
        assert!(!words.contains("co-roi"), "{words}");
        let actor = people::accounts::actor_by_username(&mut app.db().read().await.unwrap(), "hv00003").await.unwrap().unwrap();
        assert_eq!((actor.person, actor.role.as_str()), (Some(people[2]), "learner"));
        assert_eq!(officer.submit(&form, &[]).await.status, 422, "nobody is left");

        // letters for those who never signed in, each a page
        let letters = officer.submit(&form, &[("which", "again")]).await;
        assert_eq!(paper::words(&letters.bytes).len(), 3);

        // another commune's officer cannot ask for these people, whatever the form says; a reader has no such page
        let mut other = app.signed_in("xa-00002").await;
        assert!(!other.get("/people/accounts?commune=00001").await.body.contains("Người Sinh"));
        assert_eq!(other.post("/people/accounts", &[("commune", "00001"), ("which", "again")]).await.status, 404);
        app.account("hieutruong", "school_head", None, None).await;
        assert_eq!(app.signed_in("hieutruong").await.get("/people/accounts").await.status, 403);
        assert!(ROLES.iter().all(|r| !r.rights.contains(&"accounts.learners") || r.rights.contains(&"people.read")));
    }
}
