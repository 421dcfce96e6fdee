//! A roster is not taken back while a class or the plan needs somebody of it.

use teaching::testing::{Small, call_first};
use testkit::{Client, db_test};

use crate::setting::setting;

const EARLY: &str = "2026-02-23T07:00";
const HEAD: &str = "Họ và tên,Ngày sinh,Giới tính,Dân tộc,Xã,Phòng,Chức danh";

/// So few people that the plan has a place for each.
fn few() -> Small {
    Small { offices: 2, people: 2, sizes: (1, 12), office_absent_percent: 100, ..Small::default() }
}

/// A specialist more in the first commune's register; the page of the batch.
async fn imported(client: &mut Client, name: &str) -> String {
    let text = format!("{HEAD}\n{name},02/09/1990,Nữ,Kinh,Thử 1,Phòng 1,Chức danh SPEC\n");
    let reply = client.upload("/people/import", "file", "thu.csv", text.as_bytes(), &[]).await;
    let batch = reply.location().to_owned();
    assert_eq!(client.get(&batch).await.texts(".tabs a[href$=new] .count"), ["1"], "{name} is new");
    assert_eq!(client.post(&format!("{batch}/commit"), &[]).await.status, 303);
    batch
}

/// Why the batch stays; the register and the state of the batch are as before.
async fn refused(client: &mut Client, batch: &str) -> String {
    let before = client.get("/people").await.texts("#rows tbody th");
    let reply = client.post(&format!("{batch}/undo"), &[]).await;
    assert_eq!(reply.status, 422, "{}", reply.body);
    assert_eq!(client.get("/people").await.texts("#rows tbody th"), before);
    assert_eq!(client.get(batch).await.text_of("h1"), "thu.csv Đã ghi");
    reply.text_of("[role=alert]")
}

db_test! {
    async fn a_batch_whose_person_stands_in_the_plan_stays_and_one_that_nobody_needs_goes(db: TestDb) {
        let setting = setting(db, &few(), EARLY).await;
        let mut office = setting.app.signed_in("sonoivu").await;
        let batch = imported(&mut office, "Lê Thị Thử").await;
        setting.approved().await;
        let later = imported(&mut office, "Trần Thị Sau").await;
        assert_eq!(
            refused(&mut office, &batch).await,
            "Không thu hồi được vì 1 người: Lê Thị Thử (có trong kế hoạch năm năm). Chưa có gì bị đổi."
        );
        let undone = office.post(&format!("{later}/undo"), &[]).await;
        assert_eq!((undone.status, undone.location()), (303, later.as_str()), "who came after the plan is needed nowhere");
        let names = office.get("/people").await.texts("#rows tbody th");
        assert!(names.contains(&"Lê Thị Thử".to_owned()) && !names.contains(&"Trần Thị Sau".to_owned()), "{names:?}");
    }

    async fn a_batch_whose_person_is_nominated_to_a_class_stays(db: TestDb) {
        let setting = setting(db, &few(), EARLY).await;
        setting.approved().await;
        let mut office = setting.app.signed_in("sonoivu").await;
        let batch = imported(&mut office, "Lê Thị Thử").await;
        let class = call_first(setting.app.db(), &setting.province, &setting.school, 12, None).await;
        let mut officer = setting.app.signed_in("xa-00001").await;
        let page = officer.get(&format!("/classes/{class}/nominations")).await;
        let names = page.texts("label:has(input[name=person])");
        let place = names.iter().position(|n| n == "Lê Thị Thử").unwrap_or_else(|| panic!("offered are {names:?}"));
        let person = page.attributes("input[name=person]", "value").swap_remove(place);
        let reply = officer.submit(&page.form("/nominations"), &[("person", &person), ("confirm", "1")]).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        assert_eq!(
            refused(&mut office, &batch).await,
            "Không thu hồi được vì 1 người: Lê Thị Thử (có trong danh sách cử học). Chưa có gì bị đổi."
        );
    }
}
