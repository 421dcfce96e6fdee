//! The appraisal room: who is asked, opinions and answers, votes, and that nobody appraises what they wrote.

use teaching::testing::Small;
use testkit::{Client, Reply, db_test, paper};

use crate::setting::{Setting, setting};

const EARLY: &str = "2026-02-20T08:00";
const AUTHOR: &str =
    "Người đã biên soạn phiên bản này không được mời góp ý, không góp ý, biểu quyết, trả lại hay phê duyệt phiên bản.";
const CLOSED: &str = "Đợt thẩm định đã chốt hoặc phiên bản không còn ở bước thẩm định.";

/// Fields that are wrong, the field at which it is told, and the text.
type Fault<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

/// A version that is being appraised: its page and its programme.
async fn handed_in(setting: &Setting) -> (String, String) {
    let mut school = setting.app.signed_in("truong").await;
    let page = school.get("/programmes").await.attributes("tbody a", "href").first().unwrap().clone();
    let programme = page.split("/versions").next().unwrap().to_owned();
    school.post(&format!("{page}/objectives"), &[("text", "Nắm mô hình mới")]).await;
    assert_eq!(school.post(&format!("{programme}/submission"), &[]).await.status, 303);
    (page, programme)
}

/// The id of an account as the form of the room offers it.
async fn offered(asker: &mut Client, page: &str, name: &str) -> Option<String> {
    let room = asker.get(&format!("{page}/appraisal")).await;
    let names = room.texts("#f-account option").into_iter().zip(room.attributes("#f-account option", "value"));
    names.into_iter().find(|(known, _)| known == name).map(|(_, id)| id)
}

async fn invite(asker: &mut Client, page: &str, name: &str, due_on: &str) -> Reply {
    let account = offered(asker, page, name).await.unwrap();
    asker.post(&format!("{page}/appraisal/members"), &[("account", &account), ("due_on", due_on)]).await
}

async fn opine(client: &mut Client, page: &str, passage: &str, text: &str) -> Reply {
    client.post(&format!("{page}/appraisal/opinions"), &[("passage", passage), ("text", text)]).await
}

/// Addresses of the forms of answers.
async fn answers(school: &mut Client, page: &str) -> Vec<String> {
    school.get(&format!("{page}/appraisal")).await.attributes("form[action$='/answer']", "action")
}

fn strong(reply: &Reply) -> String {
    reply.text_of("[role=alert] strong")
}

db_test! {
    async fn opinions_on_numbered_passages_are_answered_before_the_approval(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let (page, programme) = handed_in(&setting).await;
        let room = format!("{page}/appraisal");
        let mut chair = setting.app.signed_in("tuyengiao").await;
        let mut expert = setting.app.signed_in("sonoivu").await;
        let mut school = setting.app.signed_in("truong").await;

        // who is asked, until when
        let account = offered(&mut chair, &page, "sonoivu").await.unwrap();
        let faults: [Fault<'_>; 5] = [
            (&[("account", ""), ("due_on", "2026-02-25")], "account", "Người được mời: hãy chọn một người trong danh sách."),
            (&[("account", "018f0000-0000-7000-8000-000000000000"), ("due_on", "2026-02-25")], "account", "Người được mời: hãy chọn một người trong danh sách."),
            (&[("account", &account), ("due_on", "2026-02-19")], "due_on", "Hạn góp ý không được trước hôm nay."),
            (&[("account", &account), ("due_on", "mai")], "due_on", "Hạn góp ý: hãy nhập ngày."),
            (&[("account", &account), ("due_on", "2026-02-25"), ("body", "khong-co")], "body", "Cơ quan: hãy chọn một cơ quan trong danh sách."),
        ];
        for (fields, at, told) in faults {
            let reply = chair.post(&format!("{room}/members"), fields).await;
            assert_eq!((reply.status, reply.text_of(&format!("#e-{at}"))), (422, told.to_owned()), "{fields:?}");
        }
        assert_eq!(invite(&mut chair, &page, "sonoivu", "2026-02-25").await.status, 303);
        let twice = invite(&mut chair, &page, "sonoivu", "2026-02-25").await;
        assert_eq!((twice.status, twice.text_of("#e-account")), (422, "Người này đã được mời trong đợt này.".to_owned()));

        // what they say, of which passage
        let shown = expert.get(&room).await;
        assert_eq!(shown.texts("#f-passage option").len(), 12);
        assert_eq!(shown.texts("#f-passage option")[..3], ["Toàn bộ chương trình", "Mục tiêu 1: Nắm mô hình mới", "Chuyên đề 1: Chuyên đề 1"]);
        for (passage, text, at) in [("topic-11", "Sai", "passage"), ("trang-1", "Sai", "passage"), ("topic-1", "  ", "text"), ("topic-1", "Hay 😀", "text")] {
            let reply = opine(&mut expert, &page, passage, text).await;
            assert_eq!(reply.status, 422, "{passage} {text}");
            assert!(reply.has(&format!("#e-{at}")), "{passage} {text}");
        }
        let long = "ắ".repeat(2001);
        let reply = opine(&mut expert, &page, "topic-2", &long).await;
        assert_eq!(reply.text_of("#e-text"), "Ý kiến: dài 2.001 ký tự, tối đa 2.000.");
        assert_eq!(reply.texts("#f-text"), [long], "what was typed stays");
        assert_eq!(opine(&mut expert, &page, "topic-2", "Bổ sung ví dụ của xã miền núi").await.status, 303);
        assert_eq!(opine(&mut expert, &page, "objective-1", "Nên đo được").await.status, 303);
        // who is not asked does not speak
        let stranger = opine(&mut setting.app.signed_in("hieutruong").await, &page, "whole", "Tôi thấy tốt").await;
        assert_eq!((stranger.status, stranger.text_of("#e-text")), (422, "Bạn không có trong danh sách được mời của đợt thẩm định này.".to_owned()));

        // nothing is approved while an opinion waits
        let refused = chair.post(&format!("{programme}/approval"), &[("decision", "1-TB")]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(strong(&refused), "Còn 2 ý kiến chưa được tiếp thu hoặc giải trình. Trường cần trả lời hết trước khi phê duyệt.");
        assert!(!chair.get(&page).await.has("form[action$='/approval']"), "nor is it offered");
        let forms = answers(&mut school, &page).await;
        assert_eq!(forms.len(), 2);
        let reply = school.post(&forms[0], &[("answer", "Đã bổ sung")]).await;
        assert_eq!((reply.status, reply.text_of("#e-verdict")), (422, "Hãy chọn tiếp thu hoặc giải trình.".to_owned()));
        assert!(reply.texts("textarea[name=answer]").contains(&"Đã bổ sung".to_owned()), "what was typed stays");
        let reply = school.post(&forms[0], &[("verdict", "accepted"), ("answer", " ")]).await;
        assert_eq!((reply.status, reply.text_of("#e-answer")), (422, "Nội dung tiếp thu, giải trình: chưa nhập.".to_owned()));
        assert_eq!(school.post(&forms[0], &[("verdict", "accepted"), ("answer", "Đã bổ sung ví dụ")]).await.status, 303);
        assert_eq!(school.post(&forms[1], &[("verdict", "explained"), ("answer", "Có bảng chỉ số kèm theo")]).await.status, 303);
        assert_eq!(expert.post(&forms[1], &[("verdict", "accepted"), ("answer", "x")]).await.status, 403, "the school answers");

        // the council votes until the round is closed
        let vote = format!("{room}/vote");
        assert_eq!(expert.post(&vote, &[("vote", "có lẽ")]).await.text_of("#e-vote"), "Biểu quyết: hãy chọn một mục.");
        assert_eq!(expert.post(&vote, &[("vote", "disagree")]).await.status, 303);
        assert_eq!(strong(&chair.post(&format!("{programme}/approval"), &[("decision", "1-TB")]).await), "Đợt thẩm định chưa chốt. Hãy chốt biểu quyết trước khi phê duyệt.");
        assert_eq!(expert.post(&vote, &[("vote", "agree_with_changes")]).await.status, 303);
        assert_eq!(chair.get(&room).await.texts("#round-1 td .tag"), ["Đồng ý, có chỉnh sửa"]);
        assert_eq!(chair.post(&format!("{room}/closing"), &[]).await.status, 303);
        let late = opine(&mut expert, &page, "whole", "Ý kiến gửi muộn").await;
        assert_eq!((late.status, late.text_of("#e-text")), (422, CLOSED.to_owned()));
        assert_eq!(late.texts("#f-text"), ["Ý kiến gửi muộn"], "it is not lost");
        assert_eq!(expert.post(&vote, &[("vote", "disagree")]).await.status, 422);
        assert_eq!(chair.get(&room).await.texts("#round-1 td .tag"), ["Đồng ý, có chỉnh sửa"]);

        assert_eq!(chair.post(&format!("{programme}/approval"), &[("decision", "21-TB/BTG")]).await.status, 303);
        assert_eq!(school.get(&page).await.text_of("h1 .tag"), "Đã phê duyệt");
        assert_eq!(school.post(&forms[0], &[("verdict", "explained"), ("answer", "Đổi ý")]).await.status, 422, "nothing is said over after the approval");

        // the papers say it
        let table = school.get(&format!("{room}/explanation.pdf")).await;
        let words = paper::words(&table.bytes).join(" ");
        for part in ["Bổ sung ví dụ của xã", "Đã bổ sung ví dụ", "Giải trình", "Tiếp thu", "sonoivu"] {
            assert!(words.contains(part), "{part} in {words}");
        }
        let minutes = school.get(&format!("{room}/minutes.pdf")).await;
        let words = paper::words(&minutes.bytes).join(" ");
        for part in ["Thành viên được mời: 1. Đồng ý: 0. Đồng ý, có chỉnh sửa: 1. Không đồng ý: 0. Chưa biểu quyết: 0.", "21-TB/BTG"] {
            assert!(words.contains(part), "{part} in {words}");
        }
        for file in ["explanation.docx", "minutes.docx"] {
            let reply = school.get(&format!("{room}/{file}")).await;
            assert!(reply.status == 200 && reply.bytes.starts_with(b"PK"), "{file}");
        }
    }

    async fn an_appraisal_by_somebody_who_wrote_the_topic_is_refused(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        setting.app.account("truong2", "school_training", None, None).await;
        setting.app.account("truong3", "school_training", None, None).await;
        let mut writer = setting.app.signed_in("truong2").await;
        let page = writer.get("/programmes").await.attributes("tbody a", "href").first().unwrap().clone();
        let programme = page.split("/versions").next().unwrap().to_owned();
        let topic = writer.get(&page).await.attributes("td.acts a:not(.danger)", "href").first().unwrap().clone();
        let form = writer.get(&topic).await.form(&topic);
        assert_eq!(writer.submit(&form, &[("title", "Chuyên đề tôi viết")]).await.status, 303);
        assert_eq!(writer.post(&format!("{programme}/submission"), &[]).await.status, 303);
        let mut chair = setting.app.signed_in("tuyengiao").await;
        // who wrote is not offered; who is of the school and wrote nothing is
        assert_eq!(offered(&mut chair, &page, "truong2").await, None);
        assert!(offered(&mut chair, &page, "truong3").await.is_some());
        let writer_id = setting.actor("truong2").await.account.to_string();
        let room = format!("{page}/appraisal");
        let reply = chair.post(&format!("{room}/members"), &[("account", &writer_id), ("due_on", "2026-02-25")]).await;
        assert_eq!((reply.status, reply.text_of("#e-account")), (422, AUTHOR.to_owned()));

        // the writer goes over to the appraising body: what they wrote stays theirs
        let place = setting.app.place();
        place.tamper("UPDATE account_role SET role = 'propaganda' WHERE account_id = (SELECT id FROM account WHERE username = 'truong2')").await;
        let mut writer = setting.app.signed_in("truong2").await;
        let third = setting.actor("truong3").await.account.to_string();
        assert_eq!(writer.post(&format!("{room}/members"), &[("account", &third), ("due_on", "2026-02-25")]).await.text_of("[role=alert] li"), AUTHOR);
        assert_eq!(opine(&mut writer, &page, "topic-1", "Rất tốt").await.text_of("#e-text"), AUTHOR);
        assert_eq!(writer.post(&format!("{room}/vote"), &[("vote", "agree")]).await.text_of("[role=alert] li"), AUTHOR);
        for (path, fields) in [
            (format!("{room}/closing"), [("", "")]),
            (format!("{programme}/return"), [("reason", "Viết lại")]),
            (format!("{programme}/approval"), [("decision", "1-TB")]),
        ] {
            let reply = writer.post(&path, &fields).await;
            assert_eq!((reply.status, strong(&reply)), (422, AUTHOR.to_owned()), "{path}");
        }
        assert_eq!(chair.get(&page).await.text_of("h1 .tag"), "Đang thẩm định", "nothing moved");
        assert_eq!(chair.get(&room).await.texts("#round-1 .soft").iter().filter(|t| *t == "Chưa mời ai góp ý.").count(), 1);
        // somebody else of the same body may
        assert_eq!(chair.post(&format!("{programme}/approval"), &[("decision", "1-TB")]).await.status, 303);
    }

    async fn a_council_that_is_not_for_it_keeps_a_version_from_the_approval_and_a_new_round_begins(db: TestDb) {
        let setting = setting(db, &Small::default(), EARLY).await;
        let (page, programme) = handed_in(&setting).await;
        let room = format!("{page}/appraisal");
        let mut chair = setting.app.signed_in("tuyengiao").await;
        assert_eq!(strong(&chair.post(&format!("{room}/closing"), &[]).await), "Chưa mời ai nên không có gì để chốt.");
        for name in ["sonoivu", "gv01"] {
            assert_eq!(invite(&mut chair, &page, name, "2026-02-20").await.status, 303);
        }
        assert_eq!(setting.app.signed_in("gv01").await.post(&format!("{room}/vote"), &[("vote", "agree")]).await.status, 303);
        let mut expert = setting.app.signed_in("sonoivu").await;
        assert_eq!(expert.post(&format!("{room}/vote"), &[("vote", "disagree")]).await.status, 303);
        assert_eq!(opine(&mut expert, &page, "topic-1", "Trùng với chuyên đề 2").await.status, 303);
        assert_eq!(chair.post(&format!("{room}/closing"), &[]).await.status, 303);
        let mut school = setting.app.signed_in("truong").await;
        let form = answers(&mut school, &page).await[0].clone();
        assert_eq!(school.post(&form, &[("verdict", "accepted"), ("answer", "Đã bỏ phần trùng")]).await.status, 303);
        let refused = chair.post(&format!("{programme}/approval"), &[("decision", "1-TB")]).await;
        assert_eq!(strong(&refused), "Chưa quá nửa số thành viên đồng ý (1 trên 2). Hãy trả lại để sửa hoặc mở đợt thẩm định mới.");

        assert_eq!(chair.post(&format!("{programme}/return"), &[("reason", "Hội đồng chưa thống nhất")]).await.status, 303);
        assert_eq!(school.post(&form, &[("verdict", "accepted"), ("answer", "Đã gộp hai chuyên đề")]).await.status, 303, "answered over on the school's desk");
        assert_eq!(school.post(&format!("{programme}/submission"), &[]).await.status, 303);
        let shown = chair.get(&room).await;
        assert_eq!(shown.texts("h2 .tag"), ["đang lấy ý kiến", "đã chốt"]);
        // a member of the first round is not one of the second
        assert_eq!(opine(&mut expert, &page, "topic-1", "Thêm nữa").await.status, 422);
        // after the last day an opinion is taken, and told to be late
        let account = offered(&mut chair, &page, "sonoivu").await.unwrap();
        assert_eq!(chair.post(&format!("{room}/members"), &[("account", &account), ("due_on", "2026-02-20")]).await.status, 303);
        let setting = setting.later("2026-02-23T08:00");
        let mut expert = setting.app.signed_in("sonoivu").await;
        assert_eq!(opine(&mut expert, &page, "topic-1", "Nay đã rõ").await.status, 303);
        let shown = expert.get(&room).await;
        assert_eq!(shown.texts("#round-2 .timeline .tag.warn"), ["gửi sau hạn", "chưa trả lời"]);
        assert_eq!(shown.texts("#round-2 tr.warn th"), ["sonoivu"]);
        // a version that was never handed in has no papers
        let second = setting.app.signed_in("truong").await.get("/programmes").await.attributes("tbody a", "href")[1].clone();
        assert_eq!(expert.get(&format!("{second}/appraisal/minutes.pdf")).await.status, 422);
        assert_eq!(expert.get(&format!("{second}/appraisal")).await.texts(".empty h2"), ["Chưa gửi thẩm định"]);
    }
}
