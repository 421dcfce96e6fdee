//! Rooms, calls, timetables, nominations, the study week, results.

use testkit::FilledForm;

use super::Walk;

/// The timetable of a class is proposed, changed by hand, mended and published.
pub(super) async fn timetable(walk: &mut Walk, class: &str) {
    walk.world
        .app
        .place()
        .tamper("INSERT INTO topic_lecturer (topic_id, account_id) SELECT t.id, a.id FROM topic t CROSS JOIN account a WHERE a.username IN ('gv01', 'gv02')")
        .await;
    let page = format!("{class}/timetable");
    let form = walk.get("truong", &page).await.form("/proposal");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", &format!("{page}/1")).await.form("/timetable/1");
    walk.send("truong", &form, &[("lecturer-1", "")]).await;
    let form = walk.get("truong", &format!("{page}/1")).await.form("/exchange");
    walk.send("truong", &form, &[("other", "2")]).await;
    let form = walk.get("truong", &page).await.form("/mending");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", &page).await.form("/publication");
    walk.send("truong", &form, &[]).await;
    for (who, feed) in [("truong", format!("{class}/feed")), ("gv01", "/me/feed".to_owned())] {
        let form = walk.get(who, &feed).await.form("/feed");
        let address = walk.send(who, &form, &[]).await.text_of("#f-address");
        let path = address.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        assert!(walk.get(who, &path).await.body.starts_with("BEGIN:VCALENDAR"));
    }
    let empty = FilledForm { action: format!("{page}/offers"), fields: Vec::new() };
    walk.send("truong", &empty, &[]).await;
    let asked = walk.get("gv01", "/teaching").await;
    let form = asked.form(&asked.attributes("form[action^='/teaching/offers/']", "action").remove(0));
    walk.world.things.insert("{offer}", form.action.rsplit('/').next().unwrap().to_owned());
    walk.send("gv01", &form, &[("answer", "accepted")]).await;
    // a lecturer by contract and load, and away for two stretches, of which one is taken back
    let list = walk.get("truong", "/lecturers").await;
    let at = list.texts("tbody th a").iter().position(|name| name == "gv01").unwrap();
    let lecturer = list.attributes("tbody th a", "href").swap_remove(at);
    let id = lecturer.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", &lecturer).await.form(&id);
    walk.send("truong", &form, &[("contract", "concurrent"), ("periods_most", "120")]).await;
    for day in ["2026-05-04", "2026-05-11"] {
        let form = walk.get("truong", &lecturer).await.form("/absences");
        walk.send("truong", &form, &[("from_on", day), ("to_on", day), ("reason", "Đi công tác")]).await;
    }
    let form = walk.get("truong", &lecturer).await.form("/withdrawal");
    walk.world.things.insert("{absence}", form.action.split('/').nth_back(1).unwrap().to_owned());
    walk.world.things.insert("{lecturer}", id);
    walk.send("truong", &form, &[]).await;
    // wishes for topics, said by the lecturer and put right by the school
    for (who, page) in [("gv01", "/me/preferences".to_owned()), ("truong", format!("{lecturer}/preferences"))] {
        let form = walk.get(who, &page).await.form("/preferences");
        let topic = form.fields.iter().find(|(name, _)| name != "seen").unwrap().0.clone();
        let wish = if who == "gv01" { "prefers" } else { "rather_not" };
        walk.send(who, &form, &[(topic.as_str(), wish)]).await;
    }
    // a coaching note is made, changed and answered
    let path = format!("{lecturer}/coaching");
    let form = walk.get("hieutruong", &path).await.form("/coaching");
    walk.send(
        "hieutruong",
        &form,
        &[("observed_on", "2026-02-20"), ("observed", "Chuyên đề 1"), ("improve", "Nói chậm hơn")],
    )
    .await;
    let note = walk.get("hieutruong", &path).await.attributes("section a.btn.small", "href").remove(0);
    walk.world.things.insert("{coaching_note}", note.rsplit('/').next().unwrap().to_owned());
    let form = walk.get("hieutruong", &note).await.form(&note);
    walk.send("hieutruong", &form, &[("until_on", "2026-05-01")]).await;
    let form = walk.get("gv01", "/me/coaching").await.form(note.rsplit('/').next().unwrap());
    walk.send("gv01", &form, &[("answer", "Tôi sẽ thử.")]).await;
    // the school makes a feed for the lecturer, and ends it
    let feed = format!("{lecturer}/feed");
    let form = walk.get("truong", &feed).await.form("/feed");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", &feed).await.form("/revocation");
    walk.send("truong", &form, &[]).await;
    // where the fee goes: given by the lecturer, read and put right by the school
    let form = walk.get("gv01", "/me/payment").await.form("/me/payment");
    walk.send("gv01", &form, &[("bank", "Ngân hàng Thử"), ("number", "0101234567"), ("holder", "GIANG VIEN MOT")])
        .await;
    let form = walk.get("truong", &format!("{lecturer}/payment")).await.form("/payment");
    let form = walk.send("truong", &form, &[("purpose", "fee")]).await.form("/details");
    walk.send("truong", &form, &[("tax_code", "0100109106")]).await;
}

/// A room more, whose name and seats are put right.
pub(super) async fn rooms(walk: &mut Walk) {
    let form = walk.get("truong", "/rooms/new").await.form("/rooms");
    walk.send("truong", &form, &[("name", "Phòng học B"), ("seats", "8")]).await;
    let list = walk.get("truong", "/rooms").await.attributes("td.acts a", "href");
    let room = list.last().unwrap();
    let id = room.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", room).await.form(&id);
    walk.send("truong", &form, &[("name", "Phòng học B2"), ("seats", "80")]).await;
    let feed = format!("/rooms/{id}/feed");
    let form = walk.get("truong", &feed).await.form("/feed");
    walk.send("truong", &form, &[]).await;
    walk.world.things.insert("{room}", id);
}

/// Two classes of the plan are called, the second is cancelled and called anew.
pub(super) async fn calls(walk: &mut Walk) -> (String, chrono::NaiveDate) {
    let mut called = Vec::new();
    for place in 0..2 {
        let page = walk.get("truong", "/classes/new").await;
        let head = page.attributes("#f-head option", "value").into_iter().find(|v| !v.is_empty()).unwrap();
        // a lecturer heads one class in a week: the second is called without
        let head = if place == 0 { head.as_str() } else { "" };
        let form = page.form("/classes");
        let monday: chrono::NaiveDate = form.fields.iter().find(|(n, _)| n == "starts_on").unwrap().1.parse().unwrap();
        let rooms = page.attributes("#f-venue option", "value");
        let room = rooms.iter().rev().nth(place).unwrap_or_else(|| panic!("only {} rooms", rooms.len()));
        // the first is looked at before communes see it
        let mut typed = vec![("head", head), ("seat_limit", "6"), ("venue", room.as_str())];
        if place == 0 {
            typed.push(("later", "1"));
        }
        let reply = walk.send("truong", &form, &typed).await;
        called.push((reply.location().to_owned(), monday));
    }
    let (second, _) = called.pop().unwrap();
    let page = walk.get("truong", &second).await;
    let heads = page.attributes("form[action$='/head'] option", "value");
    walk.send("truong", &page.form("/head"), &[("head", heads.last().unwrap())]).await;
    let form = walk.get("truong", &second).await.form("/cancellation");
    walk.send("truong", &form, &[("reason", "Thử hủy lớp")]).await;
    // called anew for a later week, and left as it is: a class whose seats and timetable may still change
    let later = (called.first().unwrap().1 + chrono::Days::new(28)).to_string();
    let page = walk.get("truong", "/classes/new").await;
    let room = page.attributes("#f-venue option", "value").into_iter().rev().nth(1).unwrap();
    let (class, monday) = called.pop().unwrap();
    let typed = [("seat_limit", "6"), ("venue", room.as_str()), ("starts_on", later.as_str())];
    let other = walk.send("truong", &page.form("/classes"), &typed).await.location().to_owned();
    walk.world.things.insert("{other class}", other.rsplit('/').next().unwrap().to_owned());
    let form = walk.get("truong", &format!("{class}/quotas")).await.form("/quotas");
    let sunday = (monday - chrono::Days::new(1)).to_string();
    walk.send("truong", &form, &[("nominate_by", &sunday)]).await;
    let form = walk.get("truong", &class).await.form("/publication");
    walk.send("truong", &form, &[]).await;
    walk.world.things.insert("{class}", class.rsplit('/').next().unwrap().to_owned());
    (class, monday)
}

/// The last form of a kind on a page: the first person of the list stays on it, signs in, and says how they arrive.
fn last_form(page: &testkit::Reply, end: &str) -> FilledForm {
    page.forms().into_iter().rfind(|form| form.action.ends_with(end)).unwrap()
}

pub(super) async fn nominations(walk: &mut Walk, class: &str) {
    let here = format!("{class}/nominations");
    let number = walk.world.things.get("{class}").unwrap().clone();
    for part in [number.clone(), format!("{number}/withdrawal"), number] {
        let form = walk.get("hv01", "/registration").await.form(&part);
        walk.send("hv01", &form, &[]).await;
    }
    for officer in ["xa-00001", "xa-00002"] {
        let page = walk.get(officer, &here).await;
        let people = page.attributes("form[action$='/nominations'] input[name=person]", "value");
        for person in people.iter().take(3) {
            walk.send(officer, &page.form("/nominations"), &[("person", person), ("confirm", "1")]).await;
        }
    }
    let page = walk.get("xa-00001", &here).await;
    let form = last_form(&page, "/substitution");
    walk.world.things.insert("{nomination}", form.action.split('/').nth(4).unwrap().to_owned());
    walk.send("xa-00001", &form, &[("confirm", "1"), ("reason", "Bận công tác")]).await;
    let other = walk.world.things.get("{other class}").unwrap().clone();
    let people =
        walk.get("xa-00001", &here).await.attributes("form[action$='/nominations'] input[name=person]", "value");
    let form = FilledForm { action: format!("{class}/elsewhere"), fields: Vec::new() };
    walk.send("xa-00001", &form, &[("person", people.last().unwrap()), ("class", &other)]).await;
    let form = walk.get("xa-00001", &here).await.form("/sending-decision");
    let today = walk.world.app.db().today().to_string();
    walk.send("xa-00001", &form, &[("decision", "15/QĐ-UBND"), ("signed_on", &today)]).await;
    let form = last_form(&walk.get("xa-00001", &here).await, "/withdrawal");
    walk.send("xa-00001", &form, &[("reason", "Bận công tác")]).await;
    let form = last_form(&walk.get("truong", &format!("{class}/acceptance")).await, "/refusal");
    walk.send("truong", &form, &[("reason", "Sai đối tượng")]).await;
    let form = walk.get("truong", &format!("{class}/acceptance")).await.form("/acceptance");
    walk.send("truong", &form, &[]).await;
    // somebody says how they arrive, for themselves or by the school; groups are proposed and changed
    for place in [1, 0] {
        let links = walk.get("truong", &format!("{class}/intake")).await.attributes("td.acts a", "href");
        let link = links.get(place).or(links.first()).unwrap().clone();
        walk.world.things.insert("{learner}", link.split('/').nth(4).unwrap().to_owned());
        let form = walk.get("truong", &link).await.form("/intake");
        walk.send("truong", &form, &[("meals", "lunch")]).await;
    }
    let form = walk
        .get("hv01", &format!("/registration/{}/intake", walk.world.things.get("{class}").unwrap()))
        .await
        .form("/intake");
    walk.send("hv01", &form, &[("meals", "none")]).await;
    for part in ["/proposal", "/groups"] {
        let form = walk.get("truong", &format!("{class}/groups")).await.form(part);
        walk.send("truong", &form, &[("groups", "9")]).await;
    }
    let form = walk.get("truong", class).await.form("/opening");
    walk.send("truong", &form, &[("reason", "Mở lớp để thử")]).await;
}

pub(super) async fn week(walk: &mut Walk, class: &str) {
    for session in 1..=10 {
        let page = format!("{class}/sessions/{session}/roll-call");
        let form = walk.get("gv01", &page).await.form("/roll-call");
        walk.send("gv01", &form, &[]).await;
    }
}

/// The School says what learners are asked, opens the form of the class, and one of them answers.
pub(super) async fn evaluation(walk: &mut Walk, class: &str) {
    let form = walk.get("truong", "/evaluations/indicators").await.form("/indicators");
    let words = ["programme", "lecturer", "learners", "facilities", "course"].map(|object| (object, "Tốt\nĐủ"));
    walk.send("truong", &form, &words).await;
    let form = walk.get("truong", &format!("{class}/evaluation")).await.form("/evaluation");
    walk.send("truong", &form, &[]).await;
    let own = format!("/evaluations/{}", walk.world.things.get("{class}").unwrap());
    let page = walk.get("hv01", &own).await;
    let places = page.attributes("input.n", "name");
    let given: Vec<(&str, &str)> = places.iter().map(|place| (place.as_str(), "8")).collect();
    walk.send("hv01", &page.form(&own), &given).await;
}

/// The papers of the class are made, one is laid out for the Party, one is signed, one voided.
pub(super) async fn papers(walk: &mut Walk, class: &str) {
    let form = walk.get("truong", "/papers/settings/report").await.form("/papers/settings/report");
    walk.send("truong", &form, &[("style", "party"), ("pattern", "{số}-{loại}/TTN")]).await;
    let kit = format!("{class}/kit");
    let form = walk.get("truong", &kit).await.form("/kit");
    walk.send("truong", &form, &[]).await;
    let papers = walk.get("truong", &kit).await.attributes("tbody th a", "href");
    let (first, last) = (papers.first().unwrap(), papers.last().unwrap());
    let form = walk.get("truong", first).await.form("/signature");
    walk.send("truong", &form, &[("signer", "Nguyễn Văn Ký")]).await;
    let form = walk.get("truong", last).await.form("/void");
    walk.send("truong", &form, &[("reason", "Lập thử")]).await;
    walk.world.things.insert("{paper}", first.rsplit('/').next().unwrap().to_owned());
}

pub(super) async fn results(walk: &mut Walk, class: &str) {
    let form = walk.get("gv01", &format!("{class}/scores")).await.form("/scores");
    let fields: Vec<String> = form.fields.iter().map(|(n, _)| n.clone()).filter(|n| n.starts_with("score-")).collect();
    assert!(fields.len() >= 2, "{fields:?}");
    let given: Vec<(&str, &str)> = fields.iter().map(|name| (name.as_str(), "8,25")).collect();
    walk.send("gv01", &form, &given).await;
    let page = walk.get("hieutruong", &format!("{class}/results")).await;
    let form = page.form("/decision");
    walk.send("hieutruong", &form, &[("number", "21/QĐ-TCT"), ("signed_by", "Nguyễn Văn Ký")]).await;
    let form = walk.get("truong", &format!("{class}/results")).await.form("/certificates");
    walk.send("truong", &form, &[]).await;
    let page = walk.get("truong", &format!("{class}/results")).await;
    let form = walk.get("sonoivu", "/change-sets").await.form("/change-set/identities");
    walk.send("sonoivu", &form, &[]).await;
    let paper = page.attributes("a[href^='/certificates/']", "href");
    walk.world.things.insert("{certificate}", paper.first().unwrap().rsplit('/').next().unwrap().to_owned());
    // what could not be made before: the payment list, which whoever pays fetches with accounts
    let somebody = "UPDATE sitting SET lecturer_id = (SELECT a.id FROM account a WHERE a.username = 'gv02') WHERE lecturer_id IS NULL";
    walk.world.app.place().tamper(somebody).await;
    let kit = format!("{class}/kit");
    let form = walk.get("truong", &kit).await.form("/kit");
    walk.send("truong", &form, &[]).await;
    let payments = walk.get("truong", &kit).await;
    let at = payments.texts("tbody th a").iter().position(|name| name == "Bảng kê thù lao giảng dạy").unwrap();
    let payments = payments.attributes("tbody th a", "href").swap_remove(at);
    let form = walk.get("truong", &payments).await.form("/accounts");
    walk.send("truong", &form, &[("format", "docx")]).await;
    let form = walk.get("truong", class).await.form("/filing");
    walk.send("truong", &form, &[("reason", "Kho lưu trữ, tủ 2, ngăn 5")]).await;
}
