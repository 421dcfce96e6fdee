//! The whole way of a class through its pages, each step by the account whose duty it is.

use testkit::db_test;

use crate::setting::opened;

db_test! {
    async fn from_the_first_roll_call_to_the_learners_certificate(db: TestDb) {
        let mut setting = opened(db, "2026-03-02T07:40").await;
        let away = format!("status-{}", setting.people[5]);
        for half_day in 1..=10 {
            let (day, hour) = (2 + (half_day - 1) / 2, if half_day % 2 == 1 { "07:40" } else { "14:10" });
            setting = setting.later(&format!("2026-03-{day:02}T{hour}"));
            let mut head = setting.app.signed_in("gv01").await;
            let form: &[(&str, &str)] = if half_day < 4 { &[("base", "0"), (&away, "absent")] } else { &[("base", "0")] };
            let reply = head.post(&setting.at(&format!("sessions/{half_day}/roll-call")), form).await;
            assert_eq!(reply.status, 303, "half-day {half_day}: {}", reply.body);
        }
        setting = setting.later("2026-03-10T16:00");
        let names: Vec<String> = setting.people.iter().map(|p| format!("score-{p}")).collect();
        let form: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(["8", "7,25", "9", "5", "6.5", "10"]).collect();
        assert_eq!(setting.app.signed_in("gv01").await.post(&setting.at("scores"), &form).await.status, 303);

        setting = setting.later("2026-03-13T10:00");
        let form = [("number", "05/QĐ-TTN"), ("signed_on", "2026-03-13"), ("signed_by", "Trần Thử")];
        assert_eq!(setting.app.signed_in("hieutruong").await.post(&setting.at("decision"), &form).await.status, 303);
        assert_eq!(setting.app.signed_in("truong").await.post(&setting.at("certificates"), &[]).await.status, 303);

        // the commune reads how its people did
        let page = setting.app.signed_in("xa-00002").await.get(&setting.at("results")).await;
        assert_eq!(page.texts("tbody td[data-label='Điểm']"), ["5", "6,5", "10"]);
        assert_eq!(page.texts("tbody td[data-label='Xếp loại']"), ["Trung bình", "Trung bình", "Xuất sắc"]);
        assert_eq!(
            page.texts("tbody td[data-label='Kết quả']"),
            ["Hoàn thành", "Hoàn thành", "Chưa hoàn thànhVắng 12 tiết, nhiều nhất được vắng 8 tiết."]
        );
        assert_eq!(page.texts("tbody td[data-label='Giấy chứng nhận']"), ["0004/2026", "0005/2026", "–"]);
        // and the learner takes the paper home
        let link = setting.app.signed_in("xa-00001").await.get(&setting.at("results")).await;
        let own = link.attributes("tbody tr:first-child td a", "href");
        let paper = setting.app.signed_in("hv00001").await.get(&own[0]).await;
        assert!(paper.bytes.starts_with(b"%PDF-"));
    }
}
