//! Posts that are decided today and begin on a day to come.

use ::store::By;
use kernel::PersonId;
use people::registry::{PersonInput, add_people};
use testkit::{Client, Reply, TestApp, TestDb, db_test};

use crate::import_setting::{app, names};

/// Somebody of Anh Sơn, an officer, and the form of a new post.
async fn one(db: TestDb) -> (TestApp, PersonId) {
    let app = app(db).await;
    let ids = add_people(app.db(), By::System("test"), &[somebody("a", "Nguyễn Thị Hoà", "1985-03-05")]).await.unwrap();
    (app, ids[0])
}

fn somebody(code: &str, name: &str, birth: &str) -> PersonInput {
    PersonInput {
        code: code.into(),
        full_name: name.into(),
        gender: Some("nu".into()),
        birth_date: birth.parse().ok(),
        ethnic_code: None,
        commune_code: "00001".into(),
        office_code: None,
        position_code: "CVP".into(),
        education: None,
        theory: None,
        management: None,
        in_post_since: "2025-07-01".parse().unwrap(),
        generated: true,
    }
}

async fn begin(client: &mut Client, person: PersonId, fields: &[(&str, &str)]) -> Reply {
    let form = client.get(&format!("/people/{person}/posts")).await.form("/posts");
    client.submit(&form, fields).await
}

/// The transfer to Hoà Bình from the first of December on.
const MOVE: [(&str, &str); 5] = [
    ("position", "KT-TC"),
    ("commune", "00002"),
    ("kind", "regular"),
    ("from", "2026-12-01"),
    ("decision", "31/QĐ-SNV"),
];

async fn timeline(client: &mut Client, person: PersonId) -> (Vec<String>, Vec<String>) {
    let page = client.get(&format!("/people/{person}/posts")).await;
    (page.texts(".timeline time"), page.texts(".timeline .tag"))
}

async fn last_act(app: &TestApp) -> (String, String) {
    let line = ::store::latest(&mut app.db().read().await.unwrap(), i64::MAX, 1).await.unwrap().remove(0);
    (line.action, line.who)
}

fn link(page: &Reply) -> String {
    page.attributes(".timeline a", "href").into_iter().find(|href| href.contains("/announced/")).unwrap()
}

db_test! {
    async fn a_post_that_is_announced_begins_on_its_day_once(db: TestDb) {
        let (app, hoa) = one(db).await;
        let mut office = app.signed_in("sonoivu").await;
        assert_eq!(begin(&mut office, hoa, &MOVE).await.status, 303);
        assert_eq!(last_act(&app).await, ("registry.post.announced".into(), "sonoivu".into()));
        // until then nothing changes
        assert_eq!(app.run_jobs().await, 0);
        assert_eq!(timeline(&mut office, hoa).await, (vec!["Từ 01/12/2026".into(), "Từ 01/07/2025".into()], vec!["Sắp tới".into()]));
        assert_eq!(names(&mut app.signed_in("xa-00001").await).await, ["Nguyễn Thị Hoà"]);
        let list = office.get("/people/announced").await;
        assert_eq!(list.texts("tbody th"), ["Nguyễn Thị Hoà"]);
        assert_eq!(list.texts("tbody td")[..3], ["Chuyên viên tài chínhXã Hoà Bình · quyết định 31/QĐ-SNV", "01/12/2026", "Sắp tới"]);
        // the program did not run on that day: at the next start the post begins, from the announced day on
        let app = app.later([people::area()], "2026-12-05T08:00");
        let mut office = app.signed_in("sonoivu").await;
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(last_act(&app).await, ("registry.post.begun".into(), "registry.begin-post".into()));
        let after = (vec!["Từ 01/12/2026".to_owned(), "Từ 01/07/2025 đến 30/11/2026".to_owned()], vec!["Chuyển chức danh".to_owned()]);
        assert_eq!(timeline(&mut office, hoa).await, after);
        assert_eq!(names(&mut app.signed_in("xa-00001").await).await, Vec::<String>::new());
        assert_eq!(names(&mut app.signed_in("xa-00002").await).await, ["Nguyễn Thị Hoà"]);
        assert_eq!(office.get("/people/announced").await.texts(".empty h2"), ["Không có chức danh nào sắp tới"]);
        // a worker that died after its commit leaves the job: it does nothing the second time
        let begun: Vec<(kernel::AnnouncedPostId, chrono::NaiveDate)> = app.db().read().await.unwrap().all(&BEGUN, &[]).await.unwrap();
        let again = people::registry::record::BeginPost { post: begun[0].0, on: begun[0].1 };
        app.db().write(async |tx| tx.enqueue(&again).await).await.unwrap();
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(timeline(&mut office, hoa).await, after);
    }

    async fn what_is_announced_is_changed_and_withdrawn_by_whoever_saw_it_last(db: TestDb) {
        let (app, hoa) = one(db).await;
        let (mut office, mut commune) = (app.signed_in("sonoivu").await, app.signed_in("xa-00001").await);
        assert_eq!(begin(&mut office, hoa, &MOVE).await.status, 303);
        let twice = begin(&mut office, hoa, &MOVE).await;
        assert_eq!((twice.status, twice.text_of("#e-from")), (422, "Trùng ngày với chức danh Chuyên viên tài chính (Từ 01/12/2026). Một người chỉ giữ một chức danh ở một nơi trong một ngày.".into()));
        let page = link(&office.get(&format!("/people/{hoa}/posts")).await);
        // an officer of the commune sees it and cannot write posts elsewhere; an officer of another one has no such person
        let theirs = commune.get(&page).await.form(&page);
        let away = commune.submit(&theirs, &[("commune", "00002"), ("from", "2027-01-01")]).await;
        assert_eq!((away.status, away.texts("#e-commune").len()), (422, 1));
        assert_eq!(app.signed_in("xa-00002").await.get(&page).await.status, 404);
        for (field, typed, told) in [
            ("from", "2026-11-24", "Chức danh sắp tới phải bắt đầu sau hôm nay."),
            ("from", "2028-01-01", "Ngày bắt đầu quá xa: chỉ ghi trước nhiều nhất một năm."),
            ("from", "", "Từ ngày: chưa nhập."),
            ("position", "?", "Chức danh: hãy chọn một mục trong danh sách."),
        ] {
            let form = office.get(&page).await.form(&page);
            let wrong = office.submit(&form, &[(field, typed), ("decision", "32/QĐ")]).await;
            assert_eq!((wrong.status, wrong.text_of(&format!("#e-{field}")).as_str()), (422, told));
            assert_eq!(wrong.attributes("#f-decision", "value"), ["32/QĐ"]);
        }
        // two officers
        let (form, late) = (office.get(&page).await.form(&page), office.get(&page).await.form("/withdrawal"));
        assert_eq!(commune.submit(&theirs, &[("commune", "00001"), ("from", "2027-01-01")]).await.status, 303);
        let told = office.submit(&form, &[("from", "2026-12-15")]).await;
        assert_eq!(told.status, 409);
        let alert = told.text_of(".alert");
        assert!(alert.contains("xa-00001") && alert.contains("01/01/2027") && alert.contains("15/12/2026"), "{alert}");
        assert_eq!(office.submit(&late, &[("reason", "Hủy quyết định")]).await.status, 409);
        assert_eq!(office.submit(&told.form(&page), &[]).await.status, 303);
        // the days that it once had pass without it
        let app = app.later([people::area()], "2026-12-02T08:00");
        let mut office = app.signed_in("sonoivu").await;
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(timeline(&mut office, hoa).await.0, ["Từ 15/12/2026", "Từ 01/07/2025"]);
        let form = office.get(&page).await.form("/withdrawal");
        let silent = office.submit(&form, &[("reason", " ")]).await;
        assert_eq!((silent.status, silent.texts("#e-reason").len()), (422, 1));
        assert_eq!(office.submit(&form, &[("reason", "Hủy quyết định")]).await.status, 303);
        assert_eq!(last_act(&app).await.0, "registry.post.announced_withdrawn");
        assert_eq!(office.get(&page).await.status, 404);
        let app = app.later([people::area()], "2027-02-01T08:00");
        let mut office = app.signed_in("sonoivu").await;
        assert_eq!(app.run_jobs().await, 2);
        assert_eq!(timeline(&mut office, hoa).await, (vec!["Từ 01/07/2025".into()], vec![]));
    }

    async fn what_no_longer_fits_on_its_day_is_said_with_the_reason(db: TestDb) {
        let (app, hoa) = one(db).await;
        let mut people: Vec<PersonId> = vec![hoa];
        people.extend(add_people(app.db(), By::System("test"), &[somebody("b", "Vi Thị Mai", "1990-01-02"), somebody("c", "Lô Thị Lan", "1991-01-02")]).await.unwrap());
        let mut office = app.signed_in("sonoivu").await;
        for person in &people {
            assert_eq!(begin(&mut office, *person, &MOVE).await.status, 303);
        }
        // the first retires, the second is given another post on the same day meanwhile, the third stays as announced
        let form = office.get(&format!("/people/{}/posts", people[0])).await.form("/leaving");
        assert_eq!(office.submit(&form, &[("because", "retired"), ("last_day", "2026-11-30")]).await.status, 303);
        let app = app.later([people::area()], "2026-12-03T08:00");
        let mut office = app.signed_in("sonoivu").await;
        assert_eq!(begin(&mut office, people[1], &[("position", "KT-DD"), ("commune", "00001"), ("kind", "regular"), ("from", "2026-12-02")]).await.status, 303);
        assert_eq!(app.run_jobs().await, 3);
        assert_eq!(timeline(&mut office, people[0]).await.1, ["Không thực hiện được", "Nghỉ hưu"]);
        assert_eq!(timeline(&mut office, people[2]).await.0[0], "Từ 01/12/2026");
        let told = office.get("/people").await.text_of(".flash.warn");
        assert!(told.starts_with("2 chức danh đến ngày bắt đầu nhưng không thực hiện được."), "{told}");
        let rows = office.get("/people/announced").await.texts("tbody tr");
        assert_eq!(rows.len(), 2);
        let of = |name: &str| rows.iter().find(|row| row.starts_with(name)).unwrap();
        assert!(of("Nguyễn Thị Hoà").contains("Người này đã nghỉ hoặc rời cấp xã trước ngày bắt đầu."), "{rows:?}");
        assert!(of("Vi Thị Mai").contains("Trùng ngày với một chức danh khác đã ghi."), "{rows:?}");
        assert!(of("Vi Thị Mai").contains("sonoivu"), "who announced it is named: {rows:?}");
        // another day settles it
        let page = link(&office.get(&format!("/people/{}/posts", people[1])).await);
        let form = office.get(&page).await.form(&page);
        assert_eq!(office.submit(&form, &[("from", "2026-12-20")]).await.status, 303);
        let app = app.later([people::area()], "2026-12-20T00:00");
        assert_eq!(app.run_jobs().await, 1);
        let mut office = app.signed_in("sonoivu").await;
        assert_eq!(timeline(&mut office, people[1]).await.0[..2], ["Từ 20/12/2026", "Từ 02/12/2026 đến 19/12/2026"]);
    }

    async fn a_secondment_and_the_return_from_it_are_announced_together(db: TestDb) {
        let (app, hoa) = one(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let away = [("position", "KT-TC"), ("commune", "00002"), ("kind", "seconded"), ("from", "2026-12-01")];
        let back = [("position", "CVP"), ("commune", "00001"), ("kind", "regular"), ("from", "2027-03-01")];
        let same = begin(&mut office, hoa, &back).await;
        assert_eq!((same.status, same.texts("#e-position").len()), (422, 1), "the same post is held already");
        assert_eq!(begin(&mut office, hoa, &away).await.status, 303);
        assert_eq!(begin(&mut office, hoa, &back).await.status, 303);
        // both days passed while the program stood still
        let app = app.later([people::area()], "2027-04-01T08:00");
        assert_eq!(app.run_jobs().await, 2);
        let mut office = app.signed_in("sonoivu").await;
        let (days, tags) = timeline(&mut office, hoa).await;
        assert_eq!(days, ["Từ 01/03/2027", "Từ 01/12/2026 đến 28/02/2027", "Từ 01/07/2025 đến 30/11/2026"]);
        assert_eq!(tags, ["Biệt phái", "Hết biệt phái", "Đi biệt phái"]);
    }

    async fn what_is_announced_follows_the_unit_and_the_person(db: TestDb) {
        let (app, hoa) = one(db).await;
        let ids = add_people(app.db(), By::System("test"), &[somebody("b", "Nguyễn Thị Hòa", "1985-03-05"), somebody("c", "Vi Thị Mai", "1990-01-02")]).await.unwrap();
        let mut office = app.signed_in("sonoivu").await;
        for (person, post) in [(hoa, "KT-TC"), (ids[1], "KT-DD")] {
            assert_eq!(begin(&mut office, person, &[("position", post), ("commune", "00002"), ("kind", "regular"), ("from", "2026-12-01")]).await.status, 303);
        }
        // two records of one person become one: what is announced stays with the person
        let union = format!("/people/{}/union/{hoa}", ids[0]);
        let form = office.get(&union).await.form(&union);
        assert_eq!(office.submit(&form, &[]).await.status, 303);
        assert_eq!(timeline(&mut office, ids[0]).await.0[0], "Từ 01/12/2026");
        // Hoà Bình goes into Anh Sơn: who was to come there comes here
        let unit = office.get("/communes/00002/unit").await.form("/merger");
        let merged = office.submit(&unit, &[("into", "00001"), ("merged_since", "2026-11-24"), ("merged_decision", "5/NQ")]).await;
        assert_eq!(merged.status, 303, "{}", merged.text_of("main"));
        let rows = office.get("/people/announced").await.texts("tbody td:first-of-type");
        assert!(rows.iter().all(|row| row.contains("Xã Anh Sơn")) && rows.len() == 2, "{rows:?}");
        let app = app.later([people::area()], "2026-12-01T00:00");
        assert_eq!(app.run_jobs().await, 2);
        let mut office = app.signed_in("sonoivu").await;
        assert_eq!(timeline(&mut office, ids[0]).await.0, ["Từ 01/12/2026", "Từ 01/07/2025 đến 30/11/2026"]);
    }
}

::store::sql!(BEGUN, "SELECT id, valid_from FROM announced_post WHERE state = 'begun' ORDER BY id");
