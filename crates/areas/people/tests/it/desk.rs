//! What people may see of their own data and ask about it.

use ::store::By;
use people::{
    calendar::{CalendarRow, load_calendar},
    registry::{PersonInput, add_people},
};
use testkit::{TestApp, TestDb, db_test};

use crate::import_setting::app;

/// A learner `hv01` of Anh Sơn and one more person without an account.
async fn learner(db: TestDb) -> (TestApp, kernel::PersonId) {
    let app = app(db).await;
    let person = |code: &str, name: &str| PersonInput {
        code: code.into(),
        full_name: name.into(),
        gender: Some("nu".into()),
        birth_date: "1985-03-05".parse().ok(),
        ethnic_code: Some("03".into()),
        commune_code: "00001".into(),
        office_code: None,
        position_code: "CVP".into(),
        education: Some("dai_hoc".into()),
        theory: None,
        management: None,
        in_post_since: "2025-07-01".parse().unwrap(),
        generated: true,
    };
    let ids = add_people(app.db(), By::System("test"), &[person("a", "Vi Thị Mai"), person("b", "Lô Thị Hoa")])
        .await
        .unwrap();
    app.account("hv01", "learner", None, Some(ids[0])).await;
    (app, ids[0])
}

db_test! {
    async fn a_person_sees_the_own_record_whole_and_who_has_read_its_protected_part(db: TestDb) {
        let (app, mai) = learner(db).await;
        let mut office = app.signed_in("sonoivu").await;
        let opened = office.post(&format!("/people/{mai}/sensitive"), &[("purpose", "allowance")]).await;
        let form = opened.form("/values");
        assert_eq!(office.submit(&form, &[("identity", "099185000077"), ("child_born_on", "2025-01-02")]).await.status, 303);
        let mut own = app.signed_in("hv01").await;
        let page = own.get("/me/data").await;
        let told = page.texts("dl.facts div").join(" | ");
        for value in ["Vi Thị Mai", "Dân tộcThái", "02/01/2025", "099185000077"] {
            assert!(told.contains(value), "{value}: {told}");
        }
        assert_eq!(page.texts(".timeline b"), ["sonoivu"]);
        assert_eq!(page.texts(".timeline .soft"), ["Tính chế độ hỗ trợ"]);
        let copy = own.get("/me/data.json").await;
        assert_eq!(copy.headers.get("content-type").unwrap(), "application/json");
        let json: serde_json::Value = serde_json::from_slice(&copy.bytes).unwrap();
        assert_eq!(json["code"], "a");
        assert_eq!(json["posts"][0]["title"], "Chánh Văn phòng đảng ủy");
        assert_eq!(json["changes"].as_array().unwrap().len(), 2);
        // who has no person behind the account has no data of their own here
        assert_eq!(office.get("/me/data").await.status, 404);
        assert_eq!(office.get("/me/data.json").await.status, 404);
    }

    async fn a_request_is_answered_once_and_against_its_clocks(db: TestDb) {
        let (app, _) = learner(db).await;
        let mut own = app.signed_in("hv01").await;
        let form = own.get("/me/data").await.form("/me/requests");
        for (wish, told) in [("", "Nội dung đề nghị: chưa nhập."), (&"a".repeat(1001)[..], "Nội dung đề nghị: dài 1.001 ký tự, tối đa 1.000.")] {
            let wrong = own.submit(&form, &[("kind", "correction"), ("wish", wish)]).await;
            assert_eq!((wrong.status, wrong.text_of("#e-wish").as_str()), (422, told));
            assert_eq!(wrong.text_of("#f-wish"), wish);
        }
        let wish = "Ngày sinh đúng là 06/03/1985";
        assert_eq!(own.submit(&form, &[("kind", "correction"), ("wish", wish)]).await.status, 303);
        // Tuesday 24 November: two working days later is Thursday, ten days later Friday
        let mut office = app.signed_in("sonoivu").await;
        let list = office.get("/data-desk").await;
        assert_eq!(list.text_of(".cardhead .soft"), "1 đang chờ, 0 quá hạn");
        assert_eq!(list.texts("tbody td:nth-child(n+4)"), ["26/11/2026", "04/12/2026", "Mới nhận"]);
        let page = list.attributes("tbody th a", "href")[0].clone();
        let form = office.get(&page).await.form("/acknowledgement");
        assert_eq!(office.submit(&form, &[]).await.status, 303);
        assert_eq!(office.submit(&form, &[]).await.status, 422, "once");
        assert_eq!(own.get("/me/data").await.texts("tbody .tag"), ["Đang xử lý"]);
        let form = office.get(&page).await.form("/answer");
        let silent = office.submit(&form, &[("answer", " "), ("outcome", "done")]).await;
        assert_eq!((silent.status, silent.text_of("#e-answer").as_str()), (422, "Trả lời: chưa nhập."));
        assert_eq!(office.submit(&form, &[("answer", "Đã sửa theo giấy khai sinh"), ("outcome", "done")]).await.status, 303);
        let again = office.submit(&form, &[("answer", "Không"), ("outcome", "refused")]).await;
        assert_eq!(again.status, 422);
        assert!(again.text_of("main").contains("Đề nghị này đã được trả lời"));
        let row = own.get("/me/data").await.texts("tbody td");
        assert_eq!(row, ["Đã làm", "04/12/2026", "Đã sửa theo giấy khai sinh"]);
        // nobody else works the desk
        for who in ["xa-00001", "hv01"] {
            assert_eq!(app.signed_in(who).await.get(&page).await.status, 403, "{who}");
        }
    }

    async fn holidays_are_left_out_of_the_clocks(db: TestDb) {
        let (app, _) = learner(db).await;
        let day = |day: &str, code: &str, kind: &str, is_day_off: bool| CalendarRow {
            day: day.parse().unwrap(),
            code: code.into(),
            name: code.into(),
            kind: kind.into(),
            is_day_off,
            status: "thu".into(),
            source: "sinh tự động".into(),
        };
        // Thursday is off, the Saturday makes up for it, and the tenth day is off too; an event changes nothing
        let days = [
            day("2026-11-25", "SU_KIEN", "su_kien", false),
            day("2026-11-26", "NGHI", "ngay_nghi", true),
            day("2026-11-28", "LAM_BU", "ngay_lam_bu", false),
            day("2026-12-04", "NGHI", "ngay_nghi", true),
        ];
        app.db().write(async |tx| load_calendar(tx, By::System("test"), &days).await).await.unwrap();
        let mut own = app.signed_in("hv01").await;
        let form = own.get("/me/data").await.form("/me/requests");
        assert_eq!(own.submit(&form, &[("kind", "copy"), ("wish", "Bản sao")]).await.status, 303);
        let list = app.signed_in("sonoivu").await.get("/data-desk").await;
        assert_eq!(list.texts("tbody td:nth-child(n+4)"), ["27/11/2026", "07/12/2026", "Mới nhận"]);
        // whoever asks on Friday has until Monday: the Saturday is a working day
        let app = app.later([people::area()], "2026-11-27T08:00");
        let mut own = app.signed_in("hv01").await;
        assert_eq!(own.submit(&form, &[("kind", "copy"), ("wish", "Bản sao nữa")]).await.status, 303);
        let list = app.signed_in("sonoivu").await.get("/data-desk").await;
        assert_eq!(list.texts("tbody tr:last-child td:nth-child(n+4)")[..2], ["30/11/2026", "07/12/2026"]);
    }

    async fn what_is_late_stands_first_and_says_so(db: TestDb) {
        let (app, _) = learner(db).await;
        let mut own = app.signed_in("hv01").await;
        let form = own.get("/me/data").await.form("/me/requests");
        own.submit(&form, &[("kind", "copy"), ("wish", "Bản sao có dấu")]).await;
        let app = app.later([people::area()], "2026-12-07T08:00");
        let list = app.signed_in("sonoivu").await.get("/data-desk").await;
        assert_eq!(list.text_of(".cardhead .soft"), "1 đang chờ, 1 quá hạn");
        assert_eq!(list.texts("tr.bad small"), ["Quá hạn"]);
    }
}
