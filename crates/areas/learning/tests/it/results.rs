//! Essay marks, the completion rule, the decision.

use chrono::NaiveDate;
use learning::{
    attendance::Status,
    results::{DecisionInput, ResultError, decide},
    testing::{decided, essays, study_week},
};
use testkit::db_test;
use web::Permit;

use crate::setting::{Setting, opened};

store::sql!(MARKS_GIVEN, "SELECT hundredths FROM essay_score ORDER BY person_id, seq");
store::sql!(TRAINED, "SELECT person_id, trained_on FROM v_classes_trained ORDER BY person_id");
store::sql!(HARDER, "UPDATE scheme_rule SET value = '9' WHERE key = 'essay_score_least'");
store::sql!(PAPER, "SELECT paper, sha256 FROM result_decision");

const AFTER: &str = "2026-03-16T08:00";

/// The week is held: the first learner missed three half-days, the second two, the third one with leave.
async fn held(setting: &Setting) {
    let [one, two, three] = [setting.people[0], setting.people[1], setting.people[2]];
    let away = Status::Absent;
    let exceptions = [
        (1, one, away, ""),
        (2, one, Status::Excused, "Ốm"),
        (3, one, away, ""),
        (9, two, away, ""),
        (10, two, away, ""),
        (4, three, Status::Excused, "Họp xã"),
    ];
    study_week(setting.app.db(), setting.class, &setting.lecturer, &exceptions).await;
}

db_test! {
    async fn marks_come_with_comma_or_point_and_wrong_ones_are_kept_with_their_message(db: TestDb) {
        let setting = opened(db, AFTER).await;
        held(&setting).await;
        let there = setting.at("scores");
        let mut head = setting.app.signed_in("gv01").await;
        let names: Vec<String> = setting.people.iter().map(|p| format!("score-{p}")).collect();
        let typed = ["8,25", "7.5", "8,125", "11", "tám", ""];
        let form: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(typed).collect();
        let page = head.post(&there, &form).await;
        assert_eq!(page.status, 422);
        assert_eq!(
            page.texts("p.error"),
            ["Nhiều nhất hai chữ số thập phân.", "Điểm từ 0 đến 10.", "Điểm là một số, ví dụ 8 hoặc 8,25."]
        );
        assert_eq!(page.attributes("td input", "value"), typed);
        let given: Vec<(i64,)> = setting.app.db().read().await.unwrap().all(&MARKS_GIVEN, &[]).await.unwrap();
        assert_eq!(given, []);

        let typed = ["8,25", "7.5", "10", "0", "5,00", ""];
        let form: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(typed).collect();
        assert_eq!(head.post(&there, &form).await.status, 303);
        let page = head.get(&there).await;
        assert_eq!(page.text_of(".flash.good"), "Đã lưu 5 điểm mới.");
        assert_eq!(page.attributes("td input", "value"), ["8,25", "7,5", "10", "0", "5", ""]);
        // saved once more, only what changed is new; the old mark stays as a fact
        let form = [(names[0].as_str(), "9"), (names[1].as_str(), "7,50")];
        head.post(&there, &form).await;
        assert_eq!(head.get(&there).await.text_of(".flash.good"), "Đã lưu 1 điểm mới.");
        let given: Vec<(i64,)> = setting.app.db().read().await.unwrap().all(&MARKS_GIVEN, &[]).await.unwrap();
        assert_eq!(given.len(), 6);
        for (who, status) in [("gv02", 404), ("xa-00001", 403), ("hieutruong", 403)] {
            assert_eq!(setting.app.signed_in(who).await.post(&there, &form).await.status, status, "{who}");
        }
    }

    async fn no_mark_before_the_study_week(db: TestDb) {
        let setting = opened(db, "2026-03-02T07:00").await;
        let field = format!("score-{}", setting.people[0]);
        let reply = setting.app.signed_in("gv01").await.post(&setting.at("scores"), &[(&field, "8")]).await;
        assert_eq!(reply.status, 422);
        let told = "Lớp đang ở bước khác nên chưa làm được việc này. Hãy tải lại trang.";
        assert!(reply.text_of("main").contains(told), "{}", reply.text_of("main"));
    }

    async fn row_71_why_somebody_did_not_complete_is_told_to_everybody_who_asks(db: TestDb) {
        let setting = opened(db, AFTER).await;
        held(&setting).await;
        let low = [(setting.people[3], "4,99"), (setting.people[2], "9")];
        essays(setting.app.db(), setting.class, &setting.lecturer, "5", &low).await;
        let shown = [
            ("28 / 40", "Chưa hoàn thànhVắng 12 tiết, nhiều nhất được vắng 8 tiết."),
            ("32 / 40", "Hoàn thành"),
            ("36 / 40", "Hoàn thành"),
            ("40 / 40", "Chưa hoàn thànhBài thu hoạch 4,99 điểm, cần ít nhất 5."),
            ("40 / 40", "Hoàn thành"),
            ("40 / 40", "Hoàn thành"),
        ];
        for before in [true, false] {
            if !before {
                decided(setting.app.db(), setting.class, &setting.school_head, "05/QĐ-TTN").await;
                // a rule that gets stricter later changes nothing of what was decided
                setting.app.db().write(async |tx| tx.exec(&HARDER, &[]).await).await.unwrap();
            }
            for (who, range) in [("truong", 0..6), ("gv01", 0..6), ("xa-00001", 0..3), ("xa-00002", 3..6)] {
                let page = setting.app.signed_in(who).await.get(&setting.at("results")).await;
                let periods = page.texts("tbody td[data-label='Số tiết dự học']");
                let outcomes = page.texts("tbody td[data-label='Kết quả']");
                let seen: Vec<(&str, &str)> =
                    periods.iter().map(String::as_str).zip(outcomes.iter().map(String::as_str)).collect();
                assert_eq!(seen, shown[range], "{who}, before the decision: {before}");
            }
        }
        for who in ["thuongvu", "gv02"] {
            assert_eq!(setting.app.signed_in(who).await.get(&setting.at("results")).await.status, 404, "{who}");
        }
    }

    async fn the_head_decides_with_number_and_day_and_only_once(db: TestDb) {
        let setting = opened(db, AFTER).await;
        held(&setting).await;
        essays(setting.app.db(), setting.class, &setting.lecturer, "8", &[]).await;
        let there = setting.at("decision");
        let form = [("number", "05/QĐ-TTN"), ("signed_on", "2026-03-13"), ("signed_by", "Trần  Thử")];
        assert_eq!(setting.app.signed_in("truong").await.post(&there, &form).await.status, 403);
        let mut head = setting.app.signed_in("hieutruong").await;
        for (number, signed_on, field, told) in [
            ("", "2026-03-13", "number", "Chưa ghi số quyết định."),
            ("05/QĐ-TTN", "2026-03-05", "signed_on", "Ngày ký phải từ ngày bế giảng đến hôm nay."),
            ("05/QĐ-TTN", "2026-03-17", "signed_on", "Ngày ký phải từ ngày bế giảng đến hôm nay."),
            ("05/QĐ-TTN", "", "signed_on", "Ngày ký phải từ ngày bế giảng đến hôm nay."),
        ] {
            let form = [("number", number), ("signed_on", signed_on), ("signed_by", "Trần Thử")];
            let page = head.post(&there, &form).await;
            assert_eq!((page.status, page.texts(&format!("#e-{field}"))), (422, vec![told.to_owned()]));
            assert_eq!(page.attributes("#f-number", "value"), [number]);
            assert_eq!(page.attributes("#f-signed_by", "value"), ["Trần Thử"]);
        }
        assert_eq!(head.post(&there, &form).await.status, 303);
        let page = head.get(&setting.at("results")).await;
        assert_eq!(page.text_of(".flash.good"), "Đã quyết định kết quả lớp.");
        assert!(page.text_of("h1").ends_with("Đã kết thúc"), "{}", page.text_of("h1"));
        assert_eq!(head.post(&there, &form).await.status, 422);

        // nothing moves after the decision
        let field = format!("score-{}", setting.people[0]);
        let mut lecturer = setting.app.signed_in("gv01").await;
        assert_eq!(lecturer.post(&setting.at("scores"), &[(&field, "10")]).await.status, 422);
        assert_eq!(lecturer.post(&setting.at("sessions/1/roll-call"), &[("base", "1")]).await.status, 422);

        // the paper is kept as it was signed, for those who may read every name on it
        let (paper, sha256): (Vec<u8>, String) =
            setting.app.db().read().await.unwrap().one(&PAPER, &[]).await.unwrap();
        assert!(paper.starts_with(b"%PDF-"));
        assert_eq!(sha256, crate::setting::sha256(&paper));
        for (who, status) in [("truong", 200), ("gv01", 200), ("xa-00001", 404), ("gv02", 404), ("thuongvu", 404)] {
            let reply = setting.app.signed_in(who).await.get(&there).await;
            assert_eq!((reply.status, reply.bytes == paper), (status, status == 200), "{who}");
        }
    }

    async fn the_number_of_a_decision_is_given_once_a_year(db: TestDb) {
        let setting = opened(db, "2026-12-20T08:00").await;
        let other = setting.another_class().await;
        for class in [setting.class, other] {
            study_week(setting.app.db(), class, &setting.school, &[]).await;
        }
        decided(setting.app.db(), setting.class, &setting.school_head, "05/QĐ-TTN").await;
        let mut head = setting.app.signed_in("hieutruong").await;
        let form = [("number", " 05/QĐ-TTN "), ("signed_on", "2026-12-20"), ("signed_by", "")];
        let page = head.post(&format!("/classes/{other}/decision"), &form).await;
        let told = "Số quyết định này đã dùng cho lớp khác trong năm.";
        assert_eq!((page.status, page.texts("#e-number")), (422, vec![told.to_owned()]));
        let form = [("number", "06/QĐ-TTN"), ("signed_on", "2026-12-20"), ("signed_by", "")];
        assert_eq!(head.post(&format!("/classes/{other}/decision"), &form).await.status, 303);
    }

    async fn two_decisions_at_once_are_one_and_a_refusal(db: TestDb) {
        let setting = opened(db, AFTER).await;
        held(&setting).await;
        let mut tries = Vec::new();
        for number in ["05/QĐ-TTN", "06/QĐ-TTN"] {
            let (db, actor, class) = (setting.app.db().clone(), setting.school_head.clone(), setting.class);
            let signed_on = NaiveDate::from_ymd_opt(2026, 3, 16).unwrap();
            let input = DecisionInput { number: number.to_owned(), signed_on, signed_by: String::new() };
            tries.push(tokio::spawn(async move {
                decide(&db, &Permit::check(&actor).unwrap(), class, &input).await
            }));
        }
        let mut refused = Vec::new();
        for one in tries {
            if let Err(error) = one.await.unwrap() {
                refused.push(error);
            }
        }
        assert!(matches!(refused.as_slice(), [ResultError::NotNow(_)]), "{refused:?}");
    }

    async fn row_70_trained_on_the_last_day_of_the_class_not_when_it_was_decided(db: TestDb) {
        let setting = opened(db, AFTER).await;
        held(&setting).await;
        essays(setting.app.db(), setting.class, &setting.lecturer, "8", &[]).await;
        let signed_on = decided(setting.app.db(), setting.class, &setting.school_head, "05/QĐ-TTN").await;
        let trained: Vec<(kernel::PersonId, NaiveDate)> =
            setting.app.db().read().await.unwrap().all(&TRAINED, &[]).await.unwrap();
        let last = NaiveDate::from_ymd_opt(2026, 3, 6).unwrap();
        assert!(signed_on > last);
        let mut completed: Vec<_> = setting.people[1..].iter().map(|p| (*p, last)).collect();
        completed.sort_by_key(|(person, _)| person.to_string());
        assert_eq!(trained, completed);
    }
}
