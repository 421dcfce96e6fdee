//! The papers of a class: made by one click, numbered without a gap, frozen when signed.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read},
};

use kernel::PaperId;
use learning::{
    kit::{KitError, SignInput, allot, make, sign, void},
    testing::{decided, essays, study_week},
};
use store::StoreError;
use teaching::intake::propose_groups;
use testkit::{Client, db_test, paper};
use web::Permit;

use crate::setting::{Setting, opened, sha256};

store::sql!(PAPERS, "SELECT template, symbol, id, content FROM paper WHERE voided_at IS NULL ORDER BY template");
store::sql!(NUMBERS, "SELECT kind, year, number FROM paper WHERE number IS NOT NULL ORDER BY kind, year, number");
store::sql!(RENAME, "UPDATE person SET full_name = 'Tên Mới' WHERE id = $1");
store::sql!(TEACH, "UPDATE sitting SET lecturer_id = (SELECT a.id FROM account a WHERE a.username = 'gv02')");

store::sql!(ENROLLED, "SELECT id FROM nomination WHERE class_id = $1 AND state = 'accepted' ORDER BY id");

store::sql!(READ, "SELECT who, after FROM audit_record WHERE action = 'lecturers.payment.read' ORDER BY seq");

type Row = (String, String, PaperId, String);

const BEFORE: &str = "2026-02-25T08:00";
const AFTER: &str = "2026-03-17T08:00";

async fn papers(setting: &Setting) -> Vec<Row> {
    setting.app.db().read().await.unwrap().all(&PAPERS, &[]).await.unwrap()
}

async fn of(setting: &Setting, template: &str) -> Row {
    papers(setting).await.into_iter().find(|row| row.0 == template).unwrap()
}

async fn numbers(setting: &Setting) -> Vec<(String, i64, i64)> {
    setting.app.db().read().await.unwrap().all(&NUMBERS, &[]).await.unwrap()
}

/// Every lesson has a lecturer.
async fn taught(setting: &Setting) {
    let write = async |tx: &mut store::Tx| tx.exec(&TEACH, &[]).await;
    setting.app.db().write(write).await.unwrap();
}

fn names(zip: &[u8]) -> Vec<String> {
    zip::ZipArchive::new(Cursor::new(zip)).unwrap().file_names().map(|name| name.unwrap().into_owned()).collect()
}

fn text_of(pdf: &[u8]) -> String {
    paper::words(pdf).join(" ")
}

fn held(zip: &[u8], name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut bytes = Vec::new();
    archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

async fn click(client: &mut Client, setting: &Setting) -> String {
    let there = setting.at("kit");
    assert_eq!(client.post(&there, &[]).await.status, 303);
    client.get(&there).await.text_of(".flash.good")
}

fn input(day: &str) -> SignInput {
    SignInput { signed_on: day.parse().unwrap(), signer: "Người Ký Thử".to_owned() }
}

db_test! {
    async fn row_55_one_click_makes_every_paper_that_is_ready(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        taught(&setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let page = school.get(&setting.at("kit")).await;
        let todo = page.texts("form .soft");
        assert!(todo.iter().any(|t| t.starts_with("11 văn bản lập mới")), "{todo:?}");
        assert_eq!(click(&mut school, &setting).await, "Đã lập 11 văn bản mới, lập lại 0 bản nháp.");
        let page = school.get(&setting.at("kit")).await;
        let told: Vec<(String, String)> =
            page.texts("tbody th").into_iter().zip(page.texts("tbody td[data-label='Tình trạng']")).collect();
        let state = |name: &str| told.iter().find(|(n, _)| n == name).map(|(_, s)| s.as_str());
        assert_eq!(state("Quyết định mở lớp"), Some("Bản nháp"));
        assert_eq!(state("Biên bản xét kết quả"), Some("Chưa lập đượcLớp chưa học xong."));
        assert_eq!(state("Kế hoạch đi thực tế"), Some("Chưa lập đượcLịch học không có buổi đi thực tế."));
        assert_eq!(state("Quyết định công nhận kết quả"), Some("Chưa lập đượcChưa quyết định kết quả."));
        // each of them as PDF and DOCX, by its link and in the archive
        let zip = school.get(&setting.at("kit.zip")).await.bytes;
        // and the badges of its learners
        assert_eq!(names(&zip).len(), 23);
        let opening = of(&setting, "opening").await;
        assert_eq!(opening.1, "01/QĐ-TTN");
        for (format, begins) in [("pdf", &b"%PDF-"[..]), ("docx", b"PK")] {
            let file = school.get(&format!("/papers/{}/paper.{format}", opening.2)).await.bytes;
            assert!(file.starts_with(begins));
            assert_eq!(held(&zip, &format!("04-quyet-dinh-mo-lop.{format}")), file, "{format}");
        }
        let text = text_of(&held(&zip, "04-quyet-dinh-mo-lop.pdf"));
        for words in ["Số: 01/QĐ-TTN", "TRƯỜNG THỬ NGHIỆM", "gồm 6 học viên", "DANH SÁCH HỌC VIÊN"] {
            assert!(text.contains(words), "{words} in {text}");
        }
        // once more makes nothing, and nothing is numbered twice
        assert_eq!(click(&mut school, &setting).await, "Đã lập 0 văn bản mới, lập lại 0 bản nháp.");
        let numbers = numbers(&setting).await;
        let of_year: Vec<(&str, i64)> = numbers.iter().map(|(kind, _, number)| (kind.as_str(), *number)).collect();
        assert_eq!(of_year, [("CV", 1), ("GM", 1), ("KH", 1), ("QĐ", 1), ("TB", 1)]);
    }

    async fn the_payment_list_has_accounts_for_whoever_pays_and_what_is_kept_has_none(db: TestDb) {
        let setting = opened(db, AFTER).await;
        taught(&setting).await;
        study_week(setting.app.db(), setting.class, &setting.lecturer, &[]).await;
        let mut own = setting.app.signed_in("gv02").await;
        let form = own.get("/me/payment").await.form("/me/payment");
        let given = [("bank", "Ngân hàng Thử"), ("number", "0101234567"), ("holder", "GIANG VIEN HAI")];
        assert_eq!(own.submit(&form, &given).await.status, 303);
        let mut school = setting.app.signed_in("truong").await;
        click(&mut school, &setting).await;
        let (_, _, id, content) = of(&setting, "payments").await;
        assert!(!content.contains("0101234567"));
        let kept = text_of(&school.get(&format!("/papers/{id}/paper.pdf")).await.bytes);
        assert!(kept.contains("Số tài khoản và chữ ký ghi tay") && !kept.contains("0101234567"), "{kept}");
        let page = school.get(&format!("/papers/{id}")).await;
        let filled = school.submit(&page.form("/accounts"), &[("format", "pdf")]).await;
        let text = text_of(&filled.bytes);
        assert!(filled.status == 200 && text.contains("0101234567") && text.contains("GIANG VIEN HAI"), "{text}");
        assert!(!text.contains("chữ ký ghi tay; thuế thu nhập cá nhân tính khi chi. Số tài khoản và"), "{text}");
        let read: Vec<(String, String)> = setting.app.db().read().await.unwrap().all(&READ, &[]).await.unwrap();
        assert_eq!(read, [("truong".to_owned(), r#"{"purpose":"fee"}"#.to_owned())]);
        // another paper has no accounts, and the head does not pay
        let (_, _, opening, _) = of(&setting, "opening").await;
        assert_eq!(school.post(&format!("/papers/{opening}/accounts"), &[]).await.status, 404);
        let mut head = setting.app.signed_in("hieutruong").await;
        assert!(!head.get(&format!("/papers/{id}")).await.body.contains("/accounts"));
        assert_eq!(head.post(&format!("/papers/{id}/accounts"), &[]).await.status, 403);
    }

    async fn the_rest_comes_with_its_stage(db: TestDb) {
        let setting = opened(db, AFTER).await;
        taught(&setting).await;
        let (db, class) = (setting.app.db(), setting.class);
        study_week(db, class, &setting.lecturer, &[]).await;
        essays(db, class, &setting.lecturer, "8", &[(setting.people[1], "3")]).await;
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(click(&mut school, &setting).await, "Đã lập 13 văn bản mới, lập lại 0 bản nháp.");
        assert_eq!(of(&setting, "minutes").await.1, "01/BB-TTN");
        decided(db, class, &setting.school_head, "02/QĐ-TTN").await;
        assert_eq!(school.post(&setting.at("certificates"), &[]).await.status, 303);
        click(&mut school, &setting).await;
        let made: BTreeSet<String> = papers(&setting).await.into_iter().map(|row| row.0).collect();
        for template in ["result_notice", "report", "file_index", "payments"] {
            assert!(made.contains(template), "{template}: {made:?}");
        }
        let zip = school.get(&setting.at("kit.zip")).await.bytes;
        let notice = text_of(&held(&zip, "18-thong-bao-ket-qua.pdf"));
        assert!(notice.contains("02/QĐ-TTN") && notice.contains("0001/2026"), "{notice}");
        let pay = text_of(&held(&zip, "20-bang-ke-thu-lao.pdf"));
        assert!(pay.contains("4.000.000") && pay.contains("chữ ký ghi tay"), "{pay}");
        let index = text_of(&held(&zip, "21-muc-luc-ho-so.pdf"));
        assert!(index.contains("01/QĐ-TTN") && index.contains("02/QĐ-TTN"), "{index}");
        assert!(held(&zip, "16-quyet-dinh-ket-qua.pdf").starts_with(b"%PDF-"));
        assert!(held(&zip, "17-giay-chung-nhan.pdf").starts_with(b"%PDF-"));
        assert!(school.get(&setting.at("kit")).await.has(".tag.good"));
    }

    async fn the_committee_is_a_paper_once_the_class_has_one(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        let (db, makes) = (setting.app.db(), Permit::check(&setting.school).unwrap());
        make(db, &makes, setting.class).await.unwrap();
        assert!(papers(&setting).await.iter().all(|row| row.0 != "committee"));
        propose_groups(db, &Permit::check(&setting.school).unwrap(), setting.class, false, 0).await.unwrap();
        assert_eq!(make(db, &makes, setting.class).await.unwrap().new, 1);
        let (_, symbol, id, _) = of(&setting, "committee").await;
        assert_eq!(symbol, "02/QĐ-TTN");
        let mut school = setting.app.signed_in("truong").await;
        let text = text_of(&school.get(&format!("/papers/{id}/paper.pdf")).await.bytes);
        for words in ["Lớp trưởng", "ban cán sự", "Tổ 1"] {
            assert!(text.contains(words), "{words} in {text}");
        }
    }

    async fn a_badge_carries_the_code_of_the_enrolment_and_nothing_of_the_person(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        let pdf = setting.app.signed_in("truong").await.get(&setting.at("badges.pdf")).await.bytes;
        let words = text_of(&pdf);
        assert!(words.contains("Học viên lớp 01/2026"), "{words}");
        let mut codes = paper::codes(&pdf, 0);
        codes.sort();
        let enrolled: Vec<(kernel::NominationId,)> =
            setting.app.db().read().await.unwrap().all(&ENROLLED, &[&setting.class]).await.unwrap();
        let mut wanted: Vec<String> = enrolled.iter().map(|(id,)| id.to_string()).collect();
        wanted.sort();
        assert_eq!(codes, wanted);
        assert_eq!(codes.len(), 6);
        assert_eq!(setting.app.signed_in("xa-00001").await.get(&setting.at("badges.pdf")).await.status, 403);
    }

    async fn a_signed_paper_never_changes_and_the_next_one_has_a_number_of_its_own(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        let mut school = setting.app.signed_in("truong").await;
        click(&mut school, &setting).await;
        let (_, _, id, _) = of(&setting, "opening").await;
        let here = format!("/papers/{id}");
        // what is wrong stays at its field with what was typed
        let refused = school.post(&format!("{here}/signature"), &[("signed_on", "2027-01-05"), ("signer", "Người Ký Thử")]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.attributes("#f-signer", "value"), ["Người Ký Thử"]);
        assert!(refused.text_of("#e-signed_on").contains("cùng năm"), "{}", refused.text_of("#e-signed_on"));
        assert_eq!(school.post(&format!("{here}/signature"), &[("signed_on", "2026-02-24"), ("signer", " ")]).await.status, 422);
        let signed = school.post(&format!("{here}/signature"), &[("signed_on", "2026-02-24"), ("signer", "Người Ký Thử")]).await;
        assert_eq!(signed.status, 303);
        let pdf = school.get(&format!("{here}/paper.pdf")).await.bytes;
        let docx = school.get(&format!("{here}/paper.docx")).await.bytes;
        let page = school.get(&here).await;
        assert_eq!(page.texts("code"), [sha256(&pdf), sha256(&docx)]);
        let text = text_of(&pdf);
        assert!(text.contains("ngày 24 tháng 02 năm 2026") && text.contains("Người Ký Thử"), "{text}");
        // facts change: drafts follow, what is signed does not
        let write = async |tx: &mut store::Tx| tx.exec(&RENAME, &[&setting.people[0]]).await;
        setting.app.db().write(write).await.unwrap();
        let page = school.get(&setting.at("kit")).await;
        assert!(page.texts("tbody td").iter().any(|t| t.contains("Dữ liệu đã đổi từ lúc lập")));
        click(&mut school, &setting).await;
        assert_eq!(school.get(&format!("{here}/paper.pdf")).await.bytes, pdf);
        assert_eq!(school.get(&format!("{here}/paper.docx")).await.bytes, docx);
        let twice = sign(setting.app.db(), &Permit::check(&setting.school).unwrap(), id, &input("2026-02-24")).await;
        assert!(matches!(twice, Err(KitError::NotDraft)), "{twice:?}");
        // voided it keeps its number with the reason, the next paper takes the next number
        assert_eq!(school.post(&format!("{here}/void"), &[("reason", "")]).await.status, 422);
        assert_eq!(school.post(&format!("{here}/void"), &[("reason", "Sai tên học viên")]).await.status, 303);
        assert_eq!(school.post(&format!("{here}/void"), &[("reason", "Lần nữa")]).await.status, 422);
        click(&mut school, &setting).await;
        let (_, symbol, next, content) = of(&setting, "opening").await;
        assert_eq!((symbol.as_str(), next == id), ("02/QĐ-TTN", false));
        assert!(content.contains("Tên Mới"));
        let register = school.get("/papers?year=2026").await;
        let lines = register.texts("tbody tr");
        assert!(lines.iter().any(|l| l.contains("01/QĐ-TTN") && l.contains("Đã hủySai tên học viên")), "{lines:?}");
        assert!(lines.iter().any(|l| l.contains("02/QĐ-TTN") && l.contains("Bản nháp")), "{lines:?}");
        // the files of a voided signed paper stay what they were
        assert_eq!(school.get(&format!("{here}/paper.pdf")).await.bytes, pdf);
    }

    async fn a_draft_from_older_facts_says_so_and_is_not_signed(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        let (db, permit) = (setting.app.db(), Permit::check(&setting.school).unwrap());
        make(db, &permit, setting.class).await.unwrap();
        let (_, symbol, id, _) = of(&setting, "opening").await;
        let write = async |tx: &mut store::Tx| tx.exec(&RENAME, &[&setting.people[0]]).await;
        db.write(write).await.unwrap();
        let mut school = setting.app.signed_in("truong").await;
        let page = school.get(&format!("/papers/{id}")).await;
        assert!(page.text_of("[role=alert]").contains("lập từ dữ liệu cũ"));
        assert!(!page.has("form[action$='/signature']"));
        let refused = sign(db, &Permit::check(&setting.school).unwrap(), id, &input("2026-02-24")).await;
        assert!(matches!(refused, Err(KitError::Stale)), "{refused:?}");
        let made = make(db, &permit, setting.class).await.unwrap();
        assert_eq!(made.new, 0);
        assert!(made.renewed > 0);
        let again = of(&setting, "opening").await;
        assert_eq!((again.1, again.2), (symbol, id), "the number stays");
        assert!(again.3.contains("Tên Mới"));
        sign(db, &Permit::check(&setting.school).unwrap(), id, &input("2026-02-24")).await.unwrap();
    }

    async fn fifty_at_once_get_fifty_numbers_and_what_is_rolled_back_leaves_no_gap(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        let scheme = setting.province.scheme;
        let mut tries = Vec::new();
        for n in 0..50 {
            let db = setting.app.db().clone();
            tries.push(tokio::spawn(async move {
                db.write(async |tx| {
                    let number = allot(tx, scheme, "Trường Thử nghiệm", "QĐ", 2026, |_| false).await?;
                    // every fifth is taken back after it got its number
                    if n % 5 == 0 { Err(StoreError::Migration("taken back".to_owned())) } else { Ok(number) }
                })
                .await
            }));
        }
        let mut given = Vec::new();
        for one in tries {
            given.extend(one.await.unwrap().ok());
        }
        given.sort_unstable();
        assert_eq!(given, (1..=40).collect::<Vec<i64>>());
        // another kind, another body, another year begin anew; numbers written by hand are left out
        let db = setting.app.db();
        let next = async |body: &'static str, kind: &'static str, year: i64| {
            db.write(async |tx| allot(tx, scheme, body, kind, year, |n| n == 1).await).await.unwrap()
        };
        assert_eq!(next("Trường Thử nghiệm", "QĐ", 2026).await, 41);
        assert_eq!(next("Trường Thử nghiệm", "KH", 2026).await, 2);
        assert_eq!(next("Tỉnh Thử nghiệm", "QĐ", 2026).await, 2);
        assert_eq!(next("Trường Thử nghiệm", "QĐ", 2027).await, 2);
    }

    async fn two_clicks_at_once_make_one_set_of_papers(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        let mut tries = Vec::new();
        for actor in [&setting.school, &setting.school_head, &setting.school] {
            let (db, actor, class) = (setting.app.db().clone(), actor.clone(), setting.class);
            tries.push(tokio::spawn(async move { make(&db, &Permit::check(&actor).unwrap(), class).await.unwrap().new }));
        }
        let mut made = Vec::new();
        for one in tries {
            made.push(one.await.unwrap());
        }
        made.sort_unstable();
        assert_eq!(made[..2], [0, 0]);
        assert_eq!(made[2], papers(&setting).await.len());
        assert!(numbers(&setting).await.iter().all(|(_, _, number)| *number == 1));
    }

    async fn a_stop_between_number_and_file_gives_the_same_paper_again(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        make(setting.app.db(), &Permit::check(&setting.school).unwrap(), setting.class).await.unwrap();
        let before = papers(&setting).await;
        let at = format!("/papers/{}/paper.pdf", of(&setting, "plan").await.2);
        let first = setting.app.signed_in("truong").await.get(&at).await.bytes;
        // the program is stopped before anybody fetched a file; started again it gives the same numbers and the same bytes
        let setting = setting.later("2026-02-25T09:00");
        assert_eq!(papers(&setting).await, before);
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(school.get(&at).await.bytes, first);
        assert_eq!(click(&mut school, &setting).await, "Đã lập 0 văn bản mới, lập lại 0 bản nháp.");
        assert_eq!(papers(&setting).await, before);
    }

    async fn numbers_begin_anew_on_the_first_of_january_and_a_paper_is_signed_in_its_year(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        make(setting.app.db(), &Permit::check(&setting.school).unwrap(), setting.class).await.unwrap();
        let (_, _, old, _) = of(&setting, "opening").await;
        let setting = setting.later("2027-01-04T08:00");
        let (db, makes, signs) = (setting.app.db(), Permit::check(&setting.school).unwrap(), Permit::check(&setting.school).unwrap());
        let late = sign(db, &signs, old, &input("2027-01-04")).await;
        assert!(matches!(late, Err(KitError::SignedOn)), "{late:?}");
        void(db, &makes, old, "Sang năm mới").await.unwrap();
        make(db, &makes, setting.class).await.unwrap();
        assert_eq!(of(&setting, "opening").await.1, "01/QĐ-TTN");
        let decisions: Vec<(i64, i64)> =
            numbers(&setting).await.into_iter().filter(|(kind, ..)| kind == "QĐ").map(|(_, year, n)| (year, n)).collect();
        assert_eq!(decisions, [(2026, 1), (2027, 1)]);
    }

    async fn a_number_stands_once_whether_written_by_hand_or_given(db: TestDb) {
        let setting = opened(db, AFTER).await;
        let (db, class) = (setting.app.db(), setting.class);
        study_week(db, class, &setting.lecturer, &[]).await;
        essays(db, class, &setting.lecturer, "8", &[]).await;
        make(db, &Permit::check(&setting.school).unwrap(), class).await.unwrap();
        let mut head = setting.app.signed_in("hieutruong").await;
        let fields = [("number", "01/QĐ-TTN"), ("signed_on", "2026-03-16"), ("signed_by", "Người Ký Thử")];
        let refused = head.post(&setting.at("decision"), &fields).await;
        assert_eq!(refused.status, 422);
        let fields = [("number", "02/QĐ-TTN"), ("signed_on", "2026-03-16"), ("signed_by", "Người Ký Thử")];
        assert_eq!(head.post(&setting.at("decision"), &fields).await.status, 303);
        // the next decision of the register steps over it
        let (_, _, id, _) = of(&setting, "opening").await;
        void(db, &Permit::check(&setting.school).unwrap(), id, "Lập lại").await.unwrap();
        make(db, &Permit::check(&setting.school).unwrap(), class).await.unwrap();
        assert_eq!(of(&setting, "opening").await.1, "03/QĐ-TTN");
    }

    async fn the_office_says_how_a_paper_is_laid_out(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        let mut school = setting.app.signed_in("truong").await;
        click(&mut school, &setting).await;
        let there = "/papers/settings/opening";
        let form = school.get(there).await.form(there);
        let typed = [("style", "party"), ("parent", "Tỉnh ủy"), ("body", "Trường Thử nghiệm"), ("pattern", "{số}/{loại}-TTN")];
        let refused = school.submit(&form, &typed).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("#e-pattern").contains("Thể thức Đảng"), "{}", refused.text_of("#e-pattern"));
        assert_eq!(refused.attributes("#f-parent", "value"), ["Tỉnh ủy"]);
        let typed = [("style", "party"), ("parent", "Tỉnh ủy"), ("body", "Trường Thử nghiệm"), ("pattern", "{số}-{loại}/TTN")];
        assert_eq!(school.submit(&form, &typed).await.status, 303);
        // whoever looked before is told what was saved
        let stale = [("style", "state"), ("parent", "Tỉnh khác"), ("body", "Trường Thử nghiệm"), ("pattern", "{số}/{loại}-TTN")];
        assert_eq!(school.submit(&form, &stale).await.status, 409);
        assert_eq!(school.get("/papers/settings/khong-co").await.status, 404);
        click(&mut school, &setting).await;
        let (_, symbol, id, _) = of(&setting, "opening").await;
        assert_eq!(symbol, "01-QĐ/TTN", "the number stays, its symbol follows");
        let text = text_of(&school.get(&format!("/papers/{id}/paper.pdf")).await.bytes);
        assert!(text.contains("ĐẢNG CỘNG SẢN VIỆT NAM") && text.contains("Số 01-QĐ/TTN"), "{text}");
        // another body has a register of its own; the number of the first stays in its register
        let form = school.get(there).await.form(there);
        assert_eq!(school.submit(&form, &[("body", "Đảng ủy Trường")]).await.status, 303);
        click(&mut school, &setting).await;
        assert_eq!(of(&setting, "opening").await.1, "01-QĐ/TTN");
        let lines = school.get("/papers?year=2026").await.texts("tbody tr");
        assert!(lines.iter().any(|l| l.contains("đổi cơ quan ban hành")), "{lines:?}");
    }

    async fn papers_are_the_schools_alone(db: TestDb) {
        let setting = opened(db, BEFORE).await;
        make(setting.app.db(), &Permit::check(&setting.school).unwrap(), setting.class).await.unwrap();
        let (_, _, id, _) = of(&setting, "opening").await;
        for who in ["xa-00001", "hv00001", "gv01", "quantri", "thuongvu"] {
            let mut client = setting.app.signed_in(who).await;
            for page in [setting.at("kit"), setting.at("kit.zip"), format!("/papers/{id}"), format!("/papers/{id}/paper.pdf"), "/papers".to_owned()] {
                assert_eq!(client.get(&page).await.status, 403, "{who} {page}");
            }
            assert_eq!(client.post(&setting.at("kit"), &[]).await.status, 403, "{who}");
            assert!(!client.get(&format!("/classes/{}", setting.class)).await.has("a[href$='/kit']"), "{who}");
        }
    }
}
