//! Certificates: numbers once, papers frozen, fetched by few, verified by all.

use std::sync::Arc;

use documents::certificate::{Certificate, render_class};
use kernel::FixedClock;
use learning::{
    certificates::{issue, issue_papers, of_class},
    testing::{decided, essays, study_week},
};
use teaching::classes::{Learner, learners};
use testkit::{db_test, paper};
use web::Permit;

use crate::setting::{Setting, opened, sha256};

store::sql!(REGISTER, "SELECT number, person_id, verify_code, snapshot, pdf FROM certificate ORDER BY year, number");
store::sql!(RENAME, "UPDATE person SET full_name = 'Tên Mới' WHERE id = $1");
store::sql!(BATCH, "SELECT pdf FROM certificate_batch WHERE class_id = $1");

type Row = (i64, kernel::PersonId, String, String, Option<Vec<u8>>);

const AFTER: &str = "2026-03-17T08:00";

/// The results are decided: the second learner's essay failed, five completed.
async fn ready(setting: &Setting) {
    let (db, class) = (setting.app.db(), setting.class);
    study_week(db, class, &setting.lecturer, &[]).await;
    essays(db, class, &setting.lecturer, "8", &[(setting.people[1], "3")]).await;
    decided(db, class, &setting.school_head, "05/QĐ-TTN").await;
}

async fn register(setting: &Setting) -> Vec<Row> {
    setting.app.db().read().await.unwrap().all(&REGISTER, &[]).await.unwrap()
}

db_test! {
    async fn a_file_is_closed_once_everybody_has_the_paper_and_says_where_it_lies(db: TestDb) {
        let setting = opened(db, AFTER).await;
        let here = format!("/classes/{}", setting.class);
        let filing = setting.at("filing");
        let mut school = setting.app.signed_in("truong").await;
        let todo = "li:has(.tag:not(.good)) > span:last-child";
        let page = school.get(&here).await;
        assert_eq!(page.text_of(".card.lined h2"), "Trước khi khai giảng");
        // before the results there is no file to close
        assert_eq!(school.post(&filing, &[("reason", "Tủ 1")]).await.status, 422);
        study_week(setting.app.db(), setting.class, &setting.lecturer, &[]).await;
        let page = school.get(&here).await;
        assert_eq!(page.texts(todo), ["Mọi bài thu hoạch đã chấmCòn 6 / 6 người chưa có điểm. Đến nơi làm"]);
        essays(setting.app.db(), setting.class, &setting.lecturer, "8", &[(setting.people[1], "3")]).await;
        decided(setting.app.db(), setting.class, &setting.school_head, "05/QĐ-TTN").await;
        let refused = school.post(&filing, &[("reason", "Tủ 1")]).await;
        assert_eq!((refused.status, refused.texts("[role=alert] li")), (422, vec!["Còn 5 / 5 người chưa có giấy chứng nhận.".to_owned()]));
        assert_eq!(refused.attributes("#f-reason", "value"), ["Tủ 1"]);
        assert_eq!(school.post(&setting.at("certificates"), &[]).await.status, 303);
        let nowhere = school.post(&filing, &[("reason", "  ")]).await;
        assert_eq!((nowhere.status, nowhere.texts("#e-reason")), (422, vec!["Hãy ghi nơi lưu hồ sơ giấy.".to_owned()]));
        assert_eq!(school.post(&filing, &[("reason", "Kho lưu trữ, tủ 2")]).await.status, 303);
        let page = school.get(&here).await;
        assert!(page.text_of("h1").ends_with("Đã lưu hồ sơ"), "{}", page.text_of("h1"));
        assert_eq!(page.texts(".timeline b").last().map(String::as_str), Some("Đã lưu hồ sơ"));
        assert_eq!(page.texts(".timeline p.soft").last().map(String::as_str), Some("Kho lưu trữ, tủ 2"));
        assert!(!page.has(".card.lined"), "nothing comes after");
        assert_eq!(school.post(&filing, &[("reason", "Tủ 1")]).await.status, 422);
        assert_eq!(school.post(&setting.at("certificates"), &[]).await.status, 422);
    }

    async fn row_59_and_64_papers_are_issued_by_one_button_after_the_decision_and_are_there_at_once(db: TestDb) {
        let setting = opened(db, AFTER).await;
        study_week(setting.app.db(), setting.class, &setting.lecturer, &[]).await;
        let there = setting.at("certificates");
        let mut school = setting.app.signed_in("truong").await;
        let early = school.post(&there, &[]).await;
        assert_eq!(early.status, 422);
        let told = "Lớp chưa có quyết định kết quả nên chưa cấp giấy chứng nhận được.";
        assert!(early.text_of("main").contains(told), "{}", early.text_of("main"));
        essays(setting.app.db(), setting.class, &setting.lecturer, "8", &[(setting.people[1], "3")]).await;
        decided(setting.app.db(), setting.class, &setting.school_head, "05/QĐ-TTN").await;
        // the decision alone issues nothing
        assert_eq!(register(&setting).await, []);
        assert_eq!(setting.app.signed_in("gv01").await.post(&there, &[]).await.status, 403);
        assert_eq!(school.post(&there, &[]).await.status, 303);
        let page = school.get(&setting.at("results")).await;
        assert_eq!(page.text_of(".flash.good"), "Đã vào sổ và in 5 giấy chứng nhận.");
        let numbers = page.texts("tbody td[data-label='Giấy chứng nhận']");
        assert_eq!(numbers, ["0001/2026", "–", "0002/2026", "0003/2026", "0004/2026", "0005/2026"]);
        for link in page.attributes("tbody td[data-label='Giấy chứng nhận'] a", "href") {
            assert!(school.get(&link).await.bytes.starts_with(b"%PDF-"));
        }
        // once more issues nothing more
        assert_eq!(school.post(&there, &[]).await.status, 303);
        assert_eq!(register(&setting).await.len(), 5);
    }

    async fn two_issues_at_once_allot_every_number_once(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting).await;
        let mut tries = Vec::new();
        for actor in [&setting.school, &setting.school_head] {
            let (db, actor, class) = (setting.app.db().clone(), actor.clone(), setting.class);
            tries.push(tokio::spawn(async move {
                let allotted = issue(&db, &Permit::check(&actor).unwrap(), class, "https://x").await.unwrap();
                issue_papers(&db, class).await.unwrap();
                allotted
            }));
        }
        let mut allotted = Vec::new();
        for one in tries {
            allotted.push(one.await.unwrap());
        }
        allotted.sort_unstable();
        assert_eq!(allotted, [0, 5]);
        let numbers: Vec<i64> = register(&setting).await.iter().map(|row| row.0).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5]);
    }

    async fn row_58_a_paper_stays_as_it_was_issued(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        school.post(&setting.at("certificates"), &[]).await;
        let lines = of_class(&mut setting.app.db().read().await.unwrap(), &setting.school, setting.class).await.unwrap();
        let first = lines.first().unwrap();
        let there = format!("/certificates/{}", first.certificate_id);
        let before = school.get(&there).await.bytes;
        setting.app.db().write(async |tx| tx.exec(&RENAME, &[&first.person_id]).await).await.unwrap();
        assert_eq!(issue_papers(setting.app.db(), setting.class).await.unwrap(), 0);
        let after = school.get(&there).await;
        assert_eq!(after.headers.get("content-type").unwrap(), "application/pdf");
        assert_eq!(after.bytes, before);
        // the public page still says what stands on the paper, and the hash of just these bytes
        let page = setting.app.client().get(&format!("/verify/{}", first.verify_code)).await;
        assert_eq!(page.texts(".facts div:nth-child(2) dd"), ["Người Thử Số 0000"]);
        assert_eq!(page.text_of(".facts code"), sha256(&before));
    }

    async fn row_61_and_62_the_batch_is_the_register_and_bears_the_learners_names(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        school.post(&setting.at("certificates"), &[]).await;
        let rows = register(&setting).await;
        let certificates: Vec<Certificate> = rows.iter().map(|row| serde_json::from_str(&row.3).unwrap()).collect();
        let names: Vec<&str> = certificates.iter().map(|c| c.full_name.as_str()).collect();
        let mut conn = setting.app.db().read().await.unwrap();
        let mut list = learners(&mut conn, &setting.school, setting.class).await.unwrap();
        drop(conn);
        list.remove(1);
        assert_eq!(names, list.iter().map(|l| l.full_name.as_str()).collect::<Vec<_>>());
        let batch = school.get(&setting.at("certificates")).await.bytes;
        let files = render_class(&certificates).unwrap();
        assert!(batch == files.batch, "the batch is not the register in its order");
        assert!(rows.iter().map(|row| row.4.as_ref()).eq(files.single.iter().map(Some)), "single papers differ");
        let turned: Vec<Certificate> = certificates.into_iter().rev().collect();
        assert!(render_class(&turned).unwrap().batch != batch, "the order makes no difference");
        for (who, status) in [("hieutruong", 200), ("xa-00001", 403), ("gv01", 403), ("sonoivu", 403)] {
            assert_eq!(setting.app.signed_in(who).await.get(&setting.at("certificates")).await.status, status, "{who}");
        }
    }

    async fn row_65_school_commune_and_person_fetch_a_paper_and_nobody_else(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting).await;
        setting.app.signed_in("truong").await.post(&setting.at("certificates"), &[]).await;
        let lines = of_class(&mut setting.app.db().read().await.unwrap(), &setting.school, setting.class).await.unwrap();
        let there = format!("/certificates/{}", lines.first().unwrap().certificate_id);
        for (who, status) in [
            ("truong", 200),
            ("hieutruong", 200),
            ("xa-00001", 200),
            ("hv00001", 200),
            ("xa-00002", 404),
            ("hv00002", 404),
            ("gv01", 404),
            ("sonoivu", 404),
            ("thuongvu", 404),
            ("quantri", 404),
        ] {
            let reply = setting.app.signed_in(who).await.get(&there).await;
            assert_eq!((reply.status, reply.bytes.starts_with(b"%PDF-")), (status, status == 200), "{who}");
        }
        let stranger = setting.app.client().get(&there).await;
        assert!(stranger.status == 303 && stranger.location().starts_with("/sign-in"), "{}", stranger.location());
        // a link is shown only to those for whom it leads somewhere
        for (who, links) in [("truong", 5), ("xa-00001", 2), ("xa-00002", 3), ("gv01", 0), ("sonoivu", 0)] {
            let page = setting.app.signed_in(who).await.get(&setting.at("results")).await;
            assert_eq!(page.attributes("tbody td[data-label='Giấy chứng nhận'] a", "href").len(), links, "{who}");
        }
    }

    async fn anybody_verifies_a_paper_and_learns_no_more_than_stands_on_it(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting).await;
        setting.app.signed_in("truong").await.post(&setting.at("certificates"), &[]).await;
        let rows = register(&setting).await;
        let (code, certificate) = (&rows[0].2, serde_json::from_str::<Certificate>(&rows[0].3).unwrap());
        assert_eq!(certificate.verify_url, format!("http://127.0.0.1:8080/verify/{code}"));
        let page = setting.app.client().get(&format!("/verify/{code}")).await;
        assert_eq!((page.status, page.text_of("h1")), (200, "Giấy chứng nhận có thật".to_owned()));
        assert_eq!(
            page.texts(".facts dd").get(..6).unwrap(),
            [
                "0001/2026",
                "Người Thử Số 0000",
                "Chương trình 2",
                "01/2026 · 02 – 06/03/2026",
                "05/QĐ-TTN · 16/03/2026",
                "17/03/2026 · Trường Thử nghiệm"
            ]
        );
        assert_eq!(page.texts(".facts dd").len(), 7);
        // on the paper, but not on the public page: birth date, post, commune, band
        for private in ["1985", &certificate.position, &certificate.unit, "Giỏi"] {
            assert!(!page.body.contains(private), "{private} is public");
        }
        let missing = setting.app.client().get("/verify/0000000000000000").await;
        assert_eq!((missing.status, missing.text_of("h1")), (404, "Không có giấy chứng nhận này".to_owned()));
        let told = "Không tìm thấy mã này trong sổ cấp. Hãy kiểm tra lại từng ký tự hoặc hỏi cơ quan cấp.";
        assert_eq!(missing.text_of(".seal p"), told);
        // typed by hand, in small letters and groups
        let typed = format!("{}-{}", code[..8].to_lowercase(), &code[8..]);
        let reply = setting.app.client().get(&format!("/verify?code={typed}")).await;
        assert_eq!((reply.status, reply.location()), (303, format!("/verify/{code}").as_str()));
    }

    async fn row_46_units_confirm_names_before_papers_carry_them(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting).await;
        let sheet = setting.at("names.pdf");
        let mut officer = setting.app.signed_in("xa-00001").await;
        assert_eq!(officer.get(&setting.at("results")).await.attributes(".cardhead a", "href"), [sheet.as_str()]);
        let own = officer.get(&sheet).await;
        assert_eq!((own.status, own.headers.get("content-type").unwrap().to_str().unwrap()), (200, "application/pdf"));
        let list = learners(&mut setting.app.db().read().await.unwrap(), &setting.school, setting.class).await.unwrap();
        let (first, second) = list.split_at(3);
        let says = |page: &str, people: &[Learner]| people.iter().filter(|l| page.contains(&l.full_name)).count();
        let pages = paper::words(&own.bytes);
        assert_eq!((pages.len(), says(&pages[0], first), says(&pages[0], second)), (1, 3, 0), "its own people only");
        for told in ["PHIẾU XÁC NHẬN HỌ TÊN HỌC VIÊN", "Xã Thử 1", "01/2026", "09/02/1985", "ĐẠI DIỆN ĐƠN VỊ"] {
            assert!(pages[0].contains(told), "{told} is missing: {}", pages[0]);
        }
        let pages = paper::words(&setting.app.signed_in("truong").await.get(&sheet).await.bytes);
        let found: Vec<_> = pages.iter().map(|page| (says(page, first), says(page, second))).collect();
        assert_eq!(found, [(3, 0), (0, 3)], "a page for each unit");
        for (who, status) in [("gv01", 200), ("thuongvu", 404), ("hv00001", 403), ("gv02", 404)] {
            assert_eq!(setting.app.signed_in(who).await.get(&sheet).await.status, status, "{who}");
        }

        // whoever issues is told to wait for the sheets
        let page = setting.app.signed_in("truong").await.get(&setting.at("results")).await;
        let hint = "hãy cấp khi các đơn vị đã gửi lại phiếu xác nhận họ tên có chữ ký";
        assert!(page.texts("section:has(form[action$='/certificates']) p").concat().contains(hint), "{}", page.body);

        // what the unit corrected stands on the next sheet and then on the certificate
        setting.app.db().write(async |tx| tx.exec(&RENAME, &[&setting.people[0]]).await).await.unwrap();
        assert!(paper::words(&officer.get(&sheet).await.bytes)[0].contains("Tên Mới"));
        setting.app.signed_in("truong").await.post(&setting.at("certificates"), &[]).await;
        let row = register(&setting).await.into_iter().find(|row| row.1 == setting.people[0]).unwrap();
        let words = paper::words(row.4.as_ref().unwrap());
        assert!(words[0].contains("Tên Mới") && !words[0].contains(&list[0].full_name), "{words:?}");
    }

    async fn the_code_on_every_stored_paper_leads_to_the_page_that_verifies_it(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting).await;
        setting.app.signed_in("truong").await.post(&setting.at("certificates"), &[]).await;
        let rows = register(&setting).await;
        assert_eq!(rows.len(), 5);
        let batch: (Vec<u8>,) = setting.app.db().read().await.unwrap().one(&BATCH, &[&setting.class]).await.unwrap();
        for (page, (number, _, code, snapshot, pdf)) in rows.iter().enumerate() {
            let certificate: Certificate = serde_json::from_str(snapshot).unwrap();
            let address = format!("http://127.0.0.1:8080/verify/{code}");
            for (file, page) in [(pdf.as_ref().unwrap(), 0), (&batch.0, page)] {
                assert_eq!(paper::codes(file, page), [address.as_str()], "{number}");
                let words = paper::words(file).swap_remove(page);
                for told in [&certificate.full_name, &certificate.register_number(), code, &address] {
                    assert!(words.contains(told.as_str()), "{told} is not on the paper: {words}");
                }
            }
            let there = address.strip_prefix("http://127.0.0.1:8080").unwrap();
            let shown = setting.app.client().get(there).await.texts(".facts dd");
            assert_eq!(shown.get(..2).unwrap(), [certificate.register_number(), certificate.full_name]);
        }
    }

    async fn what_a_crash_left_unprinted_is_printed_by_the_job(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting).await;
        setting.app.run_jobs().await;
        issue(setting.app.db(), &Permit::check(&setting.school).unwrap(), setting.class, "https://x").await.unwrap();
        // allotted but not printed: nothing to verify or fetch yet
        let code = register(&setting).await[0].2.clone();
        assert_eq!(setting.app.client().get(&format!("/verify/{code}")).await.status, 404);
        let page = setting.app.signed_in("truong").await.get(&setting.at("results")).await;
        assert_eq!(page.texts("tbody td[data-label='Giấy chứng nhận'] small"), vec!["đang in"; 5]);
        assert_eq!(setting.app.run_jobs().await, 0);
        let setting = setting.later("2026-03-17T08:01");
        assert_eq!(setting.app.run_jobs().await, 1);
        assert_eq!(setting.app.jobs_waiting().await, 0);
        assert_eq!(setting.app.client().get(&format!("/verify/{code}")).await.status, 200);
        let db = setting.app.db().at(Arc::new(FixedClock::morning_of("2026-03-18".parse().unwrap())));
        let batch: Option<(Vec<u8>,)> = db.read().await.unwrap().opt(&BATCH, &[&setting.class]).await.unwrap();
        assert!(batch.is_some_and(|(pdf,)| pdf.starts_with(b"%PDF-")));
    }
}

store::sql!(ONE_MORE, "SELECT person_id FROM v_registry_person WHERE code LIKE 'P%' ORDER BY code DESC LIMIT 1");

testkit::db_test! {
    async fn what_a_class_keeps_of_a_person_follows_to_the_record_that_stays(db: TestDb) {
        let setting = opened(db, AFTER).await;
        ready(&setting).await;
        setting.app.signed_in("truong").await.post(&setting.at("certificates"), &[]).await;
        let mut conn = setting.app.db().read().await.unwrap();
        let (kept,): (kernel::PersonId,) = conn.one(&ONE_MORE, &[]).await.unwrap();
        drop(conn);
        let before = register(&setting).await;
        let dropped = before[0].1;
        assert!(before.iter().all(|row| row.1 != kept), "who stays was not in the class");
        let mut school = setting.app.signed_in("truong").await;
        let union = format!("/people/{kept}/union/{dropped}");
        let form = school.get(&union).await.form(&union);
        let done = school.submit(&form, &[]).await;
        assert_eq!((done.status, done.location()), (303, format!("/people/{kept}").as_str()));
        let after = register(&setting).await;
        assert_eq!(after[0].1, kept);
        assert_eq!((&after[0].2, &after[0].3, &after[0].4), (&before[0].2, &before[0].3, &before[0].4), "the paper is frozen");
        let page = school.get(&setting.at("results")).await;
        assert_eq!(page.attributes("tbody th a", "href").iter().filter(|href| href.contains(&kept.to_string())).count(), 1);
        assert!(!page.body.contains(&dropped.to_string()));
        // two who sat in one class are two people, or a list that must be settled first
        let (one, two) = (after[1].1, after[2].1);
        let union = format!("/people/{one}/union/{two}");
        let form = school.get(&union).await.form(&union);
        let refused = school.submit(&form, &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of(".alert").contains("Cả hai hồ sơ đều có tên trong danh sách lớp 1/2026"), "{}", refused.text_of(".alert"));
        assert_eq!(register(&setting).await, after);
    }
}
