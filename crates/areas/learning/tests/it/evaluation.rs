//! Evaluation of a class by its learners: asked, answered without a name, told when enough did.

use std::collections::BTreeMap;

use kernel::{AnswerId, ClassId, PersonId};
use learning::{evaluation::open_form, testing::study_week};
use testkit::{Client, Reply, db_test};
use web::Permit;

use crate::setting::{Setting, opened};

store::sql!(FIRST_LECTURER, "UPDATE sitting SET lecturer_id = (SELECT a.id FROM account a WHERE a.username = 'gv01')");
store::sql!(
    SECOND_LECTURER,
    "UPDATE sitting SET lecturer_id = (SELECT a.id FROM account a WHERE a.username = 'gv02')
     WHERE half_day_id IN (SELECT h.id FROM half_day h WHERE h.class_id = $1 AND h.seq = 2)"
);
store::sql!(ALL_BALLOTS, "SELECT id, scores, is_void, is_mixed FROM evaluation_ballot ORDER BY id");
store::sql!(ALL_REMARKS, "SELECT id, text, is_mixed FROM evaluation_remark ORDER BY id");
store::sql!(ALL_REPLIES, "SELECT class_id, person_id FROM evaluation_reply ORDER BY person_id");
// as the rows lie, and who wrote them: PostgreSQL notes the transaction
store::sql!(
    STORED_BALLOTS,
    postgres: "SELECT scores, CAST(xmin AS TEXT) FROM evaluation_ballot ORDER BY ctid",
    sqlite: "SELECT scores, '' FROM evaluation_ballot"
);

/// Friday of the class, at the end of the last half-day.
const FRIDAY: &str = "2026-03-06T16:30";

/// The class has studied, gv01 taught everything but the second half-day, and the School opens the form until the 13th.
async fn asked(db: testkit::TestDb) -> Setting {
    let setting = opened(db, FRIDAY).await;
    let (db, class) = (setting.app.db(), setting.class);
    let write = async |tx: &mut store::Tx| {
        tx.exec(&FIRST_LECTURER, &[]).await?;
        tx.exec(&SECOND_LECTURER, &[&class]).await
    };
    db.write(write).await.unwrap();
    study_week(db, class, &setting.lecturer, &[]).await;
    for (number, person) in (3..).zip(setting.people.iter().skip(2)) {
        setting.app.account(&format!("hv{number:05}"), "learner", None, Some(*person)).await;
    }
    let until = "2026-03-13".parse().unwrap();
    open_form(db, &Permit::check(&setting.school).unwrap(), class, until).await.unwrap();
    setting
}

async fn learner(setting: &Setting, number: usize) -> Client {
    setting.app.signed_in(&format!("hv{number:05}")).await
}

fn here(setting: &Setting) -> String {
    format!("/evaluations/{}", setting.class)
}

fn is_score(name: &str) -> bool {
    name.strip_prefix('s').is_some_and(|n| n.parse::<usize>().is_ok())
}

/// Gives every place the same score, but those named.
async fn answers(client: &mut Client, setting: &Setting, all: &str, others: &[(&str, &str)]) -> Reply {
    let page = client.get(&here(setting)).await;
    let form = page.form(&here(setting));
    let names: Vec<String> = form.fields.iter().map(|(name, _)| name.clone()).filter(|name| is_score(name)).collect();
    let other = |name: &str| others.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
    let mut given: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), other(name).unwrap_or(all))).collect();
    given.extend(others.iter().filter(|(name, _)| !is_score(name)));
    client.submit(&form, &given).await
}

/// The class after its form is closed.
async fn closed(setting: Setting) -> Setting {
    setting.later("2026-03-14T08:00")
}

type Ballot = (AnswerId, String, bool, bool);

async fn ballots(setting: &Setting) -> Vec<Ballot> {
    setting.app.db().read().await.unwrap().all(&ALL_BALLOTS, &[]).await.unwrap()
}

db_test! {
    async fn row_93_whoever_learned_in_the_class_answers_once_and_nobody_else(db: TestDb) {
        let setting = asked(db).await;
        let mut client = learner(&setting, 1).await;
        let list = client.get("/evaluations").await;
        assert_eq!(list.text_of(".pagehead .soft"), "Có 1 phiếu chờ anh, chị trả lời.");
        let page = client.get(&here(&setting)).await;
        assert!(page.headers.contains_key("x-keep"), "it opens without a connection");
        assert!(page.texts(".flash.info")[0].starts_with("Phiếu không ghi tên"));
        let headings = page.texts("section h2");
        assert_eq!((headings[0].as_str(), headings.last().unwrap().as_str()), ("Chương trình", "Tổ chức khóa học"));
        // each topic of each lecturer is asked of once
        let second = headings.iter().position(|h| h == "gv02").unwrap();
        assert_eq!(page.texts("section .cardhead .soft")[second - 1], "Chuyên đề 2");
        let places = page.attributes("input.n", "name").len();
        assert_eq!(places, 5 + headings.iter().filter(|h| h.starts_with("gv0")).count());

        // what is no score stays typed with what is wrong at its field, and nothing is kept
        let long = "ô".repeat(1001);
        let wrong = answers(&mut client, &setting, "8", &[("s0", "0"), ("s1", "11"), ("s2", "tốt"), ("remark", &long)]).await;
        assert_eq!(wrong.status, 422);
        for (field, typed) in [("s0", "0"), ("s1", "11"), ("s2", "tốt"), ("s3", "8")] {
            assert_eq!(wrong.attributes(&format!("#f-{field}"), "value"), [typed]);
        }
        for field in ["s0", "s1", "s2"] {
            assert_eq!(wrong.text_of(&format!("#e-{field}")), "Điểm là một số nguyên từ 1 đến 10.");
        }
        assert_eq!(wrong.text_of("#e-remark"), "Ý kiến dài 1.001 ký tự, tối đa 1.000.");
        assert_eq!(wrong.text_of("#f-remark").chars().count(), 1001);
        assert!(!wrong.has("#e-s3"));

        // too many empty places: told before, and sent as void only on purpose
        let blank = answers(&mut client, &setting, "8", &[("s1", "")]).await;
        assert_eq!(blank.status, 422);
        assert!(blank.text_of("[role=alert] li").starts_with(&format!("Phiếu còn trống 1 trên {places} ô")));
        assert!(blank.has("input[name=void]"));
        assert_eq!(ballots(&setting).await, []);

        let sent = answers(&mut client, &setting, "8", &[("remark", "Lớp tốt")]).await;
        assert_eq!((sent.status, sent.location()), (303, here(&setting).as_str()));
        assert_eq!(client.get(&here(&setting)).await.text_of(".flash.good"), "Cảm ơn anh, chị đã gửi phiếu.");
        // once more: it says so, and counts nothing
        let again = [("s0", "1"), ("remark", "Khác")];
        assert_eq!(client.post(&here(&setting), &again).await.status, 303);
        let page = client.get(&here(&setting)).await;
        assert!(page.text_of(".flash").starts_with("Anh, chị đã gửi phiếu này trước đó"), "{}", page.text_of(".flash"));
        assert!(!page.has("form[action^='/evaluations/']") && !page.headers.contains_key("x-keep"));
        assert_eq!(ballots(&setting).await.len(), 1);

        // nobody else: not another person of the province, no officer, no lecturer, no leader
        let outside = setting.province.people.iter().find(|p| !setting.people.contains(p)).unwrap();
        setting.app.account("ngoai", "learner", None, Some(*outside)).await;
        let mut stranger = setting.app.signed_in("ngoai").await;
        assert_eq!(stranger.get(&here(&setting)).await.status, 404);
        assert_eq!(stranger.post(&here(&setting), &[("s0", "9")]).await.status, 404);
        assert_eq!(stranger.get("/evaluations").await.text_of(".empty h2"), "Chưa có phiếu đánh giá nào");
        for who in ["truong", "gv01", "xa-00001", "thuongvu", "quantri"] {
            let mut other = setting.app.signed_in(who).await;
            assert_eq!(other.post(&here(&setting), &[("s0", "9")]).await.status, 403, "{who}");
        }
        // one that waited on a shared device is not sent as somebody else's
        let mut second = learner(&setting, 2).await;
        let form = second.get(&here(&setting)).await.form(&here(&setting));
        let mut third = learner(&setting, 3).await;
        assert_eq!(third.submit(&form, &[("s0", "9")]).await.status, 403);
        assert_eq!(ballots(&setting).await.len(), 1);

        // after the last day: refused, and what was typed stays
        let setting = closed(setting).await;
        let mut late = learner(&setting, 2).await;
        let reply = late.post(&here(&setting), &[("s0", "9"), ("remark", "Muộn")]).await;
        assert_eq!(reply.status, 422);
        assert!(reply.text_of("[role=alert] li").starts_with("Phiếu đã đóng sau ngày 13/03/2026"));
        assert_eq!((reply.attributes("#f-s0", "value"), reply.text_of("#f-remark")), (vec!["9".to_owned()], "Muộn".to_owned()));
        assert!(!reply.has("form[action^='/evaluations/']"));
        assert_eq!(ballots(&setting).await.len(), 1);
    }

    async fn a_form_is_opened_once_from_the_last_day_on(db: TestDb) {
        let setting = opened(db, "2026-03-05T08:00").await;
        let page = setting.at("evaluation");
        let mut school = setting.app.signed_in("truong").await;
        let early = school.get(&page).await;
        assert_eq!(early.text_of(".empty p"), "Mở được từ ngày học cuối của lớp, 06/03/2026.");
        assert_eq!(school.post(&page, &[("closes_on", "2026-03-10")]).await.status, 422, "not before");
        study_week(setting.app.db(), setting.class, &setting.lecturer, &[]).await;
        let setting = setting.later(FRIDAY);
        let mut school = setting.app.signed_in("truong").await;
        let form = school.get(&page).await.form("/evaluation");
        assert_eq!(form.fields, [("closes_on".to_owned(), "2026-03-13".to_owned())], "a week, as the rule proposes");
        let off = "Ngày đóng phiếu phải từ hôm nay trở đi và không quá 60 ngày.";
        for (day, of_days) in [("", false), ("hôm nay", false), ("2026-03-05", true), ("2026-12-31", true)] {
            let wrong = school.submit(&form, &[("closes_on", day)]).await;
            assert_eq!((wrong.status, wrong.attributes("#f-closes_on", "value")), (422, vec![day.to_owned()]), "{day}");
            assert!(wrong.has("#e-closes_on"));
            assert_eq!(wrong.text_of("#e-closes_on") == off, of_days, "{day}: {}", wrong.text_of("#e-closes_on"));
        }
        assert_eq!(school.submit(&form, &[]).await.status, 303);
        assert_eq!(school.get(&page).await.text_of(".flash.good"), "Đã mở phiếu đánh giá và báo cho học viên.");
        assert_eq!(school.submit(&form, &[]).await.status, 422, "once");
        // its learners are told, with the way to the form
        let mut told = learner(&setting, 1).await;
        let notices = told.get("/notices").await;
        assert!(notices.texts("main").concat().contains("Mời đánh giá lớp 01/2026"));
        // whoever only reads opens nothing
        for (who, status) in [("hieutruong", 403), ("thuongvu", 403), ("gv01", 403), ("xa-00001", 403)] {
            assert_eq!(setting.app.signed_in(who).await.post(&page, &[("closes_on", "2026-03-10")]).await.status, status);
        }
    }

    async fn results_are_told_after_the_last_day_and_of_enough_valid_forms(db: TestDb) {
        let setting = asked(db).await;
        let page = setting.at("evaluation");
        for number in [1, 2] {
            let mut client = learner(&setting, number).await;
            assert_eq!(answers(&mut client, &setting, "9", &[("remark", "Rất bổ ích")]).await.status, 303);
        }
        // a third one is void
        let mut client = learner(&setting, 3).await;
        assert_eq!(answers(&mut client, &setting, "1", &[("s0", ""), ("void", "1")]).await.status, 303);
        let mut school = setting.app.signed_in("truong").await;
        let open = school.get(&page).await;
        assert!(open.text_of(".empty p").starts_with("Phiếu còn mở đến hết ngày 13/03/2026."));
        assert_eq!(open.text_of(".kpi b"), "3");
        let setting = closed(setting).await;
        let mut school = setting.app.signed_in("truong").await;
        let few = school.get(&page).await;
        assert!(few.text_of(".empty p").starts_with("Cần ít nhất 3 phiếu hợp lệ"), "{}", few.text_of(".empty p"));
        assert!(!few.body.contains("Rất bổ ích") && few.texts("tbody").is_empty());
        let own = setting.app.signed_in("gv01").await.get("/teaching/evaluations").await;
        assert!(own.texts("tbody td:nth-child(3)").iter().all(|n| n == "quá ít"), "{:?}", own.texts("tbody td"));
        assert!(own.texts("tbody b").iter().all(|mean| mean == "–"));
    }

    async fn row_56_lecturers_reach_what_was_said_of_them_and_nothing_else(db: TestDb) {
        let setting = asked(db).await;
        let page = setting.at("evaluation");
        let headings = learner(&setting, 1).await.get(&here(&setting)).await.texts("section h2");
        // the place of the only topic of the second lecturer; two places of the programme come before the topics
        let second = headings.iter().position(|h| h == "gv02").unwrap() + 1;
        let second = format!("s{second}");
        let given = [("8", "5"), ("9", "6"), ("9", "6"), ("10", "4")];
        for (number, (all, other)) in (1..).zip(given) {
            let mut client = learner(&setting, number).await;
            let remark = format!("Ý kiến {number}");
            let sent = answers(&mut client, &setting, all, &[(&second, other), ("remark", &remark)]).await;
            assert_eq!(sent.status, 303);
        }
        let mut client = learner(&setting, 5).await;
        assert_eq!(answers(&mut client, &setting, "1", &[("s0", ""), ("void", "1")]).await.status, 303);
        let setting = closed(setting).await;

        let mut school = setting.app.signed_in("truong").await;
        let results = school.get(&page).await;
        assert_eq!(results.texts(".kpi b")[..2], ["5", "4"]);
        assert_eq!(results.texts(".kpi .soft")[0], "83,3 %");
        let rows = results.texts("main tbody tr");
        assert_eq!(results.texts("main table")[0].matches("Tốt").count(), 5, "9,00 is good: {rows:?}");
        let taught: Vec<String> = rows.iter().filter(|row| row.starts_with("gv02")).cloned().collect();
        assert_eq!(taught.len(), 1);
        for words in ["Chuyên đề 2", "Truyền đạt 5,25", "Trung bình"] {
            assert!(taught[0].contains(words), "{words}: {taught:?}");
        }
        let mut remarks = results.texts("ul.prose li");
        remarks.sort();
        assert_eq!(remarks, ["Ý kiến 1", "Ý kiến 2", "Ý kiến 3", "Ý kiến 4"]);
        // leaders see the figures and no words; communes, learners and accounts nothing
        for (who, status) in [("hieutruong", 200), ("sonoivu", 200), ("thuongvu", 200), ("gv01", 403), ("xa-00001", 403), ("hv00001", 403), ("quantri", 403)] {
            let seen = setting.app.signed_in(who).await.get(&page).await;
            assert_eq!(seen.status, status, "{who}");
            assert_eq!(seen.body.contains("Ý kiến 2"), who == "hieutruong", "{who}");
            assert_eq!(seen.body.contains("5,25"), status == 200, "{who}");
        }
        // each lecturer the own topics alone
        let own = setting.app.signed_in("gv02").await.get("/teaching/evaluations").await;
        assert_eq!(own.texts("tbody tr").len(), 2, "a year and a topic");
        assert!(own.body.contains("Chuyên đề 2") && own.body.contains("5,25") && !own.body.contains("Chuyên đề 1"));
        assert!(!own.body.contains("Ý kiến"));
        let first = setting.app.signed_in("gv01").await.get("/teaching/evaluations").await;
        assert!(first.body.contains("Chuyên đề 1") && !first.body.contains("5,25"));
        // the School and those who direct find the same from the results
        let trend = results.attributes("a[href$='/evaluations']", "href").into_iter().find(|_| true).unwrap();
        assert_eq!(school.get(&trend).await.status, 200);
        assert_eq!(setting.app.signed_in("thuongvu").await.get(&trend).await.status, 200);
        assert_eq!(setting.app.signed_in("gv02").await.get(&trend).await.status, 403);
    }

    async fn row_55_the_summary_is_a_paper_once_the_form_is_closed_and_frozen_when_signed(db: TestDb) {
        let setting = asked(db).await;
        for (number, score) in (1..).zip(["8", "9", "9", "10"]) {
            let mut client = learner(&setting, number).await;
            assert_eq!(answers(&mut client, &setting, score, &[("remark", "Không đưa vào giấy")]).await.status, 303);
        }
        let kit = setting.at("kit");
        let state = |page: &Reply| {
            let rows = page.texts("tbody tr");
            rows.into_iter().find(|row| row.starts_with("Tổng hợp phiếu đánh giá")).unwrap()
        };
        let mut school = setting.app.signed_in("truong").await;
        let told = state(&school.get(&kit).await);
        assert!(told.contains("Chưa lập được") && told.contains("chưa đóng"), "{told}");
        let setting = closed(setting).await;
        let mut school = setting.app.signed_in("truong").await;
        assert!(state(&school.get(&kit).await).contains("Lập được"));
        assert_eq!(school.post(&kit, &[]).await.status, 303);
        let page = school.get(&kit).await;
        let names = page.texts("tbody th");
        let at = names.iter().position(|name| name.starts_with("Tổng hợp phiếu đánh giá")).unwrap();
        let papers = page.texts("tbody th a");
        let link = papers.iter().position(|name| *name == names[at]).unwrap();
        let paper = page.attributes("tbody th a", "href").swap_remove(link);
        let pdf = school.get(&format!("{paper}/paper.pdf")).await.bytes;
        let text = testkit::paper::words(&pdf).join(" ");
        for words in ["thu về 4 phiếu, trong đó 4 phiếu hợp lệ", "Nội dung mới9,00Tốt", "gv02Chuyên đề 29,00Tốt", "Điểm chung"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(!text.contains("Không đưa vào giấy"));
        assert!(school.get(&format!("{paper}/paper.docx")).await.bytes.starts_with(b"PK"));
        let form = school.get(&paper).await.form("/signature");
        assert_eq!(school.submit(&form, &[("signer", "Người Ký Thử")]).await.status, 303);
        let signed = school.get(&format!("{paper}/paper.pdf")).await.bytes;
        assert!(testkit::paper::words(&signed).join(" ").contains("Người Ký Thử"));
        // what is signed stays, whatever the School calls its indicators later
        let indicators = school.get("/evaluations/indicators").await.form("/indicators");
        assert_eq!(school.submit(&indicators, &[("programme", "Khác hẳn")]).await.status, 303);
        assert_eq!(school.post(&kit, &[]).await.status, 303);
        assert_eq!(school.get(&format!("{paper}/paper.pdf")).await.bytes, signed);
    }

    async fn indicators_are_saved_as_editions_and_a_form_keeps_its_own(db: TestDb) {
        let setting = asked(db).await;
        let place = "/evaluations/indicators";
        let mut school = setting.app.signed_in("truong").await;
        let page = school.get(place).await;
        assert_eq!(page.text_of(".pagehead .soft"), "Bản số 1, đã dùng cho 1 lớp");
        let form = page.form(place);
        let long = format!("Tốt\n{}", "x".repeat(161));
        let wrong = school.submit(&form, &[("programme", ""), ("course", &long)]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.text_of("#e-programme"), "Hãy ghi ít nhất một tiêu chí.");
        assert_eq!(wrong.text_of("#e-course"), "Dòng 2 dài 161 ký tự, tối đa 160.");
        assert!(wrong.text_of("#f-course").contains(&"x".repeat(161)));
        assert_eq!(school.submit(&form, &[("programme", "Mới hoàn toàn")]).await.status, 303);
        let after = school.get(place).await;
        assert_eq!(after.text_of(".pagehead .soft"), "Bản số 2, đã dùng cho 0 lớp");
        // the form of the class asks what it was opened with
        let asked = learner(&setting, 1).await.get(&here(&setting)).await;
        assert!(asked.body.contains("Nội dung mới") && !asked.body.contains("Mới hoàn toàn"));
        // who saw the first edition is told what was saved meanwhile, and saves over it on purpose
        let late = school.submit(&form, &[("programme", "Của tôi")]).await;
        assert_eq!(late.status, 409);
        assert!(late.body.contains("Mới hoàn toàn") && late.text_of("#f-programme") == "Của tôi");
        assert_eq!(school.submit(&late.form(place), &[]).await.status, 303);
        assert_eq!(school.get(place).await.text_of("#f-programme"), "Của tôi");
        // nothing changed, nothing saved
        let same = school.get(place).await;
        assert_eq!(school.submit(&same.form(place), &[]).await.status, 303);
        assert_eq!(school.get(place).await.text_of(".pagehead .soft"), "Bản số 3, đã dùng cho 0 lớp");
    }

    async fn an_anonymous_answer_cannot_be_joined_to_whoever_gave_it(db: TestDb) {
        let setting = asked(db).await;
        // learners answer in their order, each with the own number as score and as words: whoever can put the ballots, or the remarks,
        // into the order of the replies or of the audit, or lay one beside the other, knows them
        for number in 1..=6 {
            let mut client = learner(&setting, number).await;
            let (score, remark) = (number.to_string(), format!("số {number}"));
            assert_eq!(answers(&mut client, &setting, &score, &[("remark", &remark)]).await.status, 303);
            let mut conn = setting.app.db().read().await.unwrap();
            let ballots: Vec<Ballot> = conn.all(&ALL_BALLOTS, &[]).await.unwrap();
            let remarks: Vec<(AnswerId, String, bool)> = conn.all(&ALL_REMARKS, &[]).await.unwrap();
            // three are mixed at a time, words with the forms among which they came; those that wait are written by one transaction
            let stirred = ballots.iter().filter(|(.., mixed)| *mixed).count();
            assert_eq!((stirred, ballots.len()), (number / 3 * 3, number));
            assert_eq!(remarks.iter().filter(|(.., mixed)| *mixed).count(), stirred);
            let stored: Vec<(String, String)> = conn.all(&STORED_BALLOTS, &[]).await.unwrap();
            let mut by_writer: BTreeMap<String, usize> = BTreeMap::new();
            stored.iter().for_each(|(_, writer)| *by_writer.entry(writer.clone()).or_default() += 1);
            if conn.engine() == store::Engine::Postgres {
                let groups = stirred / 3 + usize::from(ballots.len() > stirred);
                assert_eq!(by_writer.len(), groups, "{by_writer:?}");
            }
        }
        let mut conn = setting.app.db().read().await.unwrap();
        let ballots: Vec<Ballot> = conn.all(&ALL_BALLOTS, &[]).await.unwrap();
        let remarks: Vec<(AnswerId, String, bool)> = conn.all(&ALL_REMARKS, &[]).await.unwrap();
        let replies: Vec<(ClassId, PersonId)> = conn.all(&ALL_REPLIES, &[]).await.unwrap();
        assert_eq!((ballots.len(), remarks.len(), replies.len()), (6, 6, 6));
        // no value of a ballot or a remark stands with a person anywhere: neither a number, nor a moment within a number
        let people: Vec<String> = setting.people.iter().map(ToString::to_string).collect();
        let numbers: Vec<String> =
            ballots.iter().map(|(id, ..)| id.to_string()).chain(remarks.iter().map(|(id, ..)| id.to_string())).collect();
        for id in &numbers {
            assert_eq!(id.as_bytes()[14], b'4', "a random number, which says nothing of the time: {id}");
            assert!(!people.contains(id));
        }
        assert!(remarks.iter().all(|(id, ..)| ballots.iter().all(|(other, ..)| other != id)), "nor do the two share one");
        let log = store::latest(&mut conn, i64::MAX, 500).await.unwrap();
        let said: Vec<_> = log.iter().filter(|l| l.action == "evaluation.form.answered").collect();
        assert_eq!(said.len(), 6);
        for line in &said {
            assert_eq!(line.after.as_deref(), Some("\"answered\""));
            assert!(numbers.iter().all(|id| !line.subject.contains(id)));
        }
        // nor does the order in which they lie: six in the order of answering by chance 1 in 720, ballots and remarks both 1 in 518,400
        let of_ballots: Vec<i64> = ballots.iter().map(|(_, scores, ..)| first(scores)).collect();
        let of_remarks: Vec<i64> =
            remarks.iter().map(|(_, text, _)| text.trim_start_matches("số ").parse().unwrap()).collect();
        let stored: Vec<(String, String)> = conn.all(&STORED_BALLOTS, &[]).await.unwrap();
        let lying: Vec<i64> = stored.iter().map(|(scores, _)| first(scores)).collect();
        let told = [&of_ballots, &of_remarks, &lying].into_iter().all(|order| order.is_sorted());
        assert!(!told, "{of_ballots:?} {of_remarks:?} {lying:?}");
        drop(conn);
        // the page gives the words in an order of their own
        let setting = closed(setting).await;
        let results = setting.app.signed_in("truong").await.get(&setting.at("evaluation")).await;
        assert_eq!(results.texts("ul.prose li").len(), 6);
        assert!(!results.body.contains("hv0000"));
    }

    async fn of_many_answers_of_one_person_at_once_one_counts(db: TestDb) {
        let setting = asked(db).await;
        let mut clients = Vec::new();
        for _ in 0..4 {
            clients.push(learner(&setting, 1).await);
        }
        let form = clients[0].get(&here(&setting)).await.form(&here(&setting));
        let names: Vec<String> = form.fields.iter().map(|(n, _)| n.clone()).filter(|n| is_score(n)).collect();
        let given: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "7")).collect();
        let [a, b, c, d] = clients.try_into().unwrap_or_else(|_| panic!("four"));
        let (mut a, mut b, mut c, mut d): (Client, Client, Client, Client) = (a, b, c, d);
        let all = tokio::join!(a.submit(&form, &given), b.submit(&form, &given), c.submit(&form, &given), d.submit(&form, &given));
        assert_eq!([all.0.status, all.1.status, all.2.status, all.3.status], [303; 4]);
        assert_eq!(ballots(&setting).await.len(), 1);
    }
}

/// The first score of a ballot.
fn first(scores: &str) -> i64 {
    scores.trim_start_matches('[').split(',').next().unwrap().parse().unwrap()
}
