//! Programmes and their appraisal, the plan and its room, needs, materials, circulars.

use documents::reading::testing::{docx, zip};
use store::audit_seq;
use testkit::{FilledForm, Reply};

use super::Walk;

pub(super) async fn programmes_and_plan(walk: &mut Walk) {
    let list = walk.get("truong", "/programmes").await;
    let pages = list.attributes("tbody th a", "href");
    assert_eq!(pages.len(), 3, "two programmes, and the pool, which is not appraised");
    for page in pages.iter().take(2) {
        walk.world.things.insert("{programme}", page.split('/').nth(2).unwrap().to_owned());
        for (who, action) in [("truong", "/submission"), ("tuyengiao", "/return"), ("truong", "/submission")] {
            let form = walk.get(who, page).await.form(action);
            walk.send(who, &form, &[("reason", "Thiếu tài liệu")]).await;
        }
        appraisal(walk, page).await;
        let way = [("tuyengiao", "/approval"), ("hieutruong", "/enforcement")];
        for (who, action) in way {
            let form = walk.get(who, page).await.form(action);
            walk.send(who, &form, &[("decision", "21-TB/BTG")]).await;
        }
    }
    let form = walk.get("truong", "/plan").await.form("/plan");
    walk.send("truong", &form, &[]).await;
    plan_room(walk).await;
    let year = walk.get("truong", "/plan").await.attributes("#years td a", "href").remove(0);
    let steps =
        [("truong", "/submission"), ("sonoivu", "/return"), ("truong", "/submission"), ("sonoivu", "/agreement")];
    for (who, action) in steps.into_iter().chain([("bantochuc", "/agreement")]) {
        let form = walk.get(who, &year).await.form(action);
        walk.send(who, &form, &[("reason", "Dồn vào quý ba")]).await;
    }
    let form = walk.get("thuongvu", &year).await.form("/approval");
    let mut parts = form.action.split('/').skip(2);
    walk.world.things.insert("{plan}", parts.next().unwrap().to_owned());
    walk.world.things.insert("{year}", parts.nth(1).unwrap().to_owned());
    walk.send("thuongvu", &form, &[("decision", "12-KH/TU")]).await;
    // begun, and left again
    let form = walk.get("truong", &year).await.form("/adjustment");
    let begun = walk.send("truong", &form, &[]).await.location().to_owned();
    let form = walk.get("truong", &begun).await.form("/removal");
    walk.send("truong", &form, &[]).await;
}

/// A body is asked, speaks, is answered and votes; the round is closed.
async fn appraisal(walk: &mut Walk, version: &str) {
    let room = format!("{version}/appraisal");
    let page = walk.get("tuyengiao", &room).await;
    let accounts = page.texts("#f-account option").into_iter().zip(page.attributes("#f-account option", "value"));
    let (_, account) = accounts.into_iter().find(|(name, _)| name == "sonoivu").unwrap();
    walk.send("tuyengiao", &page.form("/members"), &[("account", &account), ("due_on", "2026-02-25")]).await;
    let form = walk.get("sonoivu", &room).await.form("/opinions");
    walk.send("sonoivu", &form, &[("passage", "topic-1"), ("text", "Cần thêm ví dụ")]).await;
    let form = walk.get("sonoivu", &room).await.form("/vote");
    walk.send("sonoivu", &form, &[("vote", "agree_with_changes")]).await;
    let form = walk.get("truong", &room).await.form("/answer");
    walk.world.things.insert("{opinion}", form.action.split('/').nth_back(1).unwrap().to_owned());
    walk.send("truong", &form, &[("verdict", "accepted"), ("answer", "Đã bổ sung ví dụ")]).await;
    let form = walk.get("tuyengiao", &room).await.form("/closing");
    walk.send("tuyengiao", &form, &[]).await;
}

/// Scenarios beside the plan: a class stays, one moves, a week is closed, figures change, one is kept by name, one removed, one put in effect.
async fn plan_room(walk: &mut Walk) {
    let room = walk.get("truong", "/plan").await.attributes(".pagehead a", "href").remove(0);
    let chosen = walk.get("truong", &room).await.attributes("a.chip", "href").remove(0);
    let chosen = chosen.trim_end_matches("#calendar").to_owned();
    let bare = |reply: Reply| reply.location().split('?').next().unwrap_or_default().to_owned();
    let form = walk.get("truong", &chosen).await.form("/lock");
    let kept = bare(walk.send("truong", &form, &[]).await);
    let chosen = walk.get("truong", &kept).await.attributes("a.chip", "href").remove(0);
    let form = walk.get("truong", chosen.trim_end_matches("#calendar")).await.form("/move");
    let moved = bare(walk.send("truong", &form, &[]).await);
    let form = walk.get("truong", &moved).await.form("/name");
    walk.send("truong", &form, &[("name", "Thử chuyển một lớp")]).await;
    let week = walk.get("truong", &room).await.attributes("[data-week] a:not(.chip)", "href").remove(0);
    let form = walk.get("truong", week.trim_end_matches("#asked")).await.form("/week");
    let closed = bare(walk.send("truong", &form, &[]).await);
    let form = walk.get("truong", &closed).await.form("/removal");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", &room).await.form("/settings");
    let changed = bare(walk.send("truong", &form, &[("repeat_gap", "60")]).await);
    let form = walk.get("truong", &changed).await.form("/adoption");
    walk.send("truong", &form, &[]).await;
}

/// A competence that a post asks for and a topic builds, changed row by row and by the file; somebody is rated.
pub(super) async fn needs(walk: &mut Walk) {
    let form = walk.get("truong", "/needs/competences/new").await.form("/competences");
    walk.send("truong", &form, &[("code", "SO"), ("name", "Kỹ năng số"), ("field", "digital")]).await;
    let page = walk.get("truong", "/needs/competences").await.attributes("td.acts a", "href").remove(0);
    let id = page.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", &page).await.form(&id);
    walk.send("truong", &form, &[("name", "Kỹ năng số cơ bản")]).await;
    let level = format!("level-{id}");
    let topic = walk.get("truong", "/needs/matrix/topics").await.attributes("td.acts a", "href").remove(0);
    for page in ["/needs/matrix/posts/SPEC", &topic] {
        let form = walk.get("truong", page).await.form(page);
        walk.send("truong", &form, &[(&level, "3")]).await;
    }
    let changes = format!(r#"[[{{"post":"HEAD"}},"{id}",0,4]]"#);
    let form = FilledForm { action: "/needs/matrix/import".to_owned(), fields: Vec::new() };
    walk.send("truong", &form, &[("changes", &changes)]).await;
    let person = walk.world.things.get("{person}").unwrap().clone();
    let page = format!("/needs/ratings/{person}");
    let form = walk.get("xa-00001", &page).await.form(&person);
    walk.send("xa-00001", &form, &[(&level, "1")]).await;
    let things = [("{competence}", id), ("{post}", "SPEC".to_owned()), ("{commune}", "00001".to_owned())];
    walk.world.things.extend(things);
    walk.world.things.insert("{topic_code}", topic.rsplit('/').next().unwrap().to_owned());
}

/// A questionnaire is written, changed, copied, sent and answered, and another one taken back.
pub(super) async fn surveys(walk: &mut Walk) {
    let empty = |action: String| FilledForm { action, fields: Vec::new() };
    let form = walk.get("truong", "/surveys/new").await.form("/surveys");
    let page = walk.send("truong", &form, &[("title", "Phiếu thử")]).await.location().to_owned();
    let form = walk.get("truong", &format!("{page}/form")).await.form("/form");
    walk.send("truong", &form, &[("title", "Phiếu thử lại"), ("intro", "Lời dẫn")]).await;
    let kinds = ["section", "scale", "one", "several", "text", "competences"];
    for kind in kinds {
        let form = walk.get("truong", &format!("{page}/items/new?kind={kind}")).await.form("/items");
        walk.send("truong", &form, &[("text", kind), ("choices", "Một\nHai")]).await;
    }
    let read = walk
        .client("truong")
        .await
        .upload(&format!("{page}/import/preview"), "file", "a.txt", b"Hai? {=a ~b}", &[])
        .await;
    walk.send("truong", &read.form("/import"), &[]).await;
    let items = walk.get("truong", &page).await.attributes("td.acts a", "href");
    let (first, fifth) = (items.first().unwrap(), items.get(4).unwrap());
    let id = first.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", first).await.form(&id);
    walk.send("truong", &form, &[("text", "Phần đầu")]).await;
    walk.send("truong", &empty(format!("{fifth}/place")), &[("to", "up")]).await;
    walk.send("truong", &empty(format!("{fifth}/removal")), &[]).await;
    // one copy stays a draft, the other is sent and taken back
    walk.send("truong", &empty(format!("{page}/copy")), &[]).await;
    let copy = walk.send("truong", &empty(format!("{page}/copy")), &[]).await.location().to_owned();
    for page in [&copy, &page] {
        let form = walk.get("truong", &format!("{page}/sending")).await.form("/sending");
        walk.send("truong", &form, &[("closes_on", "2030-12-31")]).await;
    }
    let form = walk.get("truong", &format!("{copy}/withdrawal")).await.form("/withdrawal");
    walk.send("truong", &form, &[("reason", "Gửi nhầm")]).await;
    let sheet = walk.get("hv01", &format!("{page}/answer")).await;
    let names: Vec<String> = sheet.attributes("[name^='q-']", "name");
    let given: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    walk.send("hv01", &sheet.form("/answer"), &given).await;
    walk.world.things.insert("{survey}", page.rsplit('/').next().unwrap().to_owned());
    walk.world.things.insert("{item}", id);
}

/// A lesson plan in two versions, approved by a colleague, for one topic; a ZIP of files.
pub(super) async fn materials(walk: &mut Walk) {
    let (first, second) = (docx(&["Bài một"], &[]), docx(&["Bài hai, theo 171/2025/NĐ-CP"], &[]));
    let fields = [("title", "Giáo án thử"), ("kind", "lesson_plan"), ("licence", "own"), ("source", "")];
    let page = walk.sent("gv01", "/materials", "a.docx", &first, &fields).await.location().to_owned();
    walk.world.things.insert("{material}", page.rsplit('/').next().unwrap().to_owned());
    walk.sent("gv01", &format!("{page}/versions"), "b.docx", &second, &[("seen", "1"), ("note", "Sửa")]).await;
    let form = walk.get("truong", &page).await.form("/reviews");
    walk.send("truong", &form, &[("verdict", "approved")]).await;
    let form = walk.get("gv01", &format!("{page}/change")).await.form("/change");
    walk.send("gv01", &form, &[("title", "Giáo án thử nghiệm")]).await;
    let form = walk.get("gv01", &page).await.form("/topics");
    let topic = walk.get("gv01", &page).await.attributes("#f-topic option", "value").remove(0);
    for action in ["/topics", "/topics/removal", "/topics"] {
        let form = FilledForm { action: form.action.replace("/topics", action), fields: Vec::new() };
        walk.send("gv01", &form, &[("topic", &topic)]).await;
    }
    let archive = zip(&[("Bài ba.docx", &docx(&["Bài ba"], &[]))]);
    let fields = [("kind", "reading"), ("licence", "public"), ("source", ""), ("topic", "")];
    walk.sent("gv01", "/materials/import", "a.zip", &archive, &fields).await;
    // what the lesson plan relies on ends: it is given to somebody, then kept with a reason
    walk.world.app.run_jobs().await;
    let form = walk.get("truong", "/legal/new").await.form("/legal");
    let typed = [("number", "171/2025/NĐ-CP"), ("kind", "nghi_dinh"), ("title", "Đào tạo"), ("issuer", "Chính phủ")];
    walk.send("truong", &form, &typed).await;
    let place = walk.get("truong", "/legal").await.attributes("td.acts a", "href").pop().unwrap();
    walk.world.things.insert("{place}", place.rsplit('/').next().unwrap().to_owned());
    let form = walk.get("truong", &place).await.form(&place);
    walk.send("truong", &form, &[("ended_on", "2026-02-01")]).await;
    let task = walk.get("truong", "/freshness").await.attributes("td.acts a", "href").remove(0);
    let form = walk.get("truong", &task).await.form("/freshness/task");
    walk.send("truong", &form, &[("due_on", "2026-12-31")]).await;
    let form = walk.get("gv01", &task).await.form("/freshness/reason");
    walk.send("gv01", &form, &[("reason", "Chỉ nhắc lại lịch sử")]).await;
    // one more that nobody has looked at
    let third = docx(&["Bài khác, theo 171/2025/NĐ-CP và 145-QĐ/TW"], &[]);
    let fields = [("title", "Giáo án khác"), ("kind", "lesson_plan"), ("licence", "own"), ("source", "")];
    walk.sent("gv01", "/materials", "d.docx", &third, &fields).await;
    walk.world.app.run_jobs().await;
    // pieces of a file on its way: whoever uses it leaves the record
    let begun = walk.client("gv01").await.post("/uploads", &[("name", "c.pdf"), ("size", "100")]).await;
    walk.world.things.insert("{upload}", begun.location().rsplit('/').next().unwrap().to_owned());
}

/// A document to every commune and to somebody, read by an officer; another one that is taken back.
pub(super) async fn circulars(walk: &mut Walk) {
    let file = docx(&["Hướng dẫn"], &[]);
    for title in ["Thu hồi sau", "Hướng dẫn cử học viên"] {
        let fields = [("title", title), ("everywhere", "1"), ("role", "lecturer"), ("role", "learner")];
        let page = walk.sent("truong", "/circulars", "a.docx", &file, &fields).await.location().to_owned();
        if title == "Thu hồi sau" {
            let form = walk.get("truong", &page).await.form("/withdrawal");
            walk.send("truong", &form, &[]).await;
            continue;
        }
        walk.world.things.insert("{circular}", page.rsplit('/').next().unwrap().to_owned());
        // whoever is addressed opens it once: from then on their pages stay as they are
        for who in ["gv01", "hv01"] {
            walk.get(who, &page).await;
        }
        let form = walk.get("xa-00001", &page).await.form("/confirmation");
        walk.send("xa-00001", &form, &[]).await;
    }
}

/// The next version of a programme is written and left in drafting.
pub(super) async fn next_version(walk: &mut Walk) {
    let programme = format!("/programmes/{}", walk.world.things.get("{programme}").unwrap());
    let form = walk.get("truong", &programme).await.form("/versions");
    walk.send("truong", &form, &[]).await;
    let topics = format!("{programme}/versions/2/topics");
    walk.world.things.insert("{number}", "2".to_owned());
    let form = walk.get("truong", &format!("{topics}/new")).await.form("/topics");
    let typed = [
        ("title", "Chuyên đề thêm"),
        ("kind", "skill"),
        ("periods", "4"),
        ("day", "1"),
        ("lecturer_type", "truong_chinh_tri"),
        ("delivery", "truc_tiep"),
    ];
    walk.send("truong", &form, &typed).await;
    let pages = walk.get("truong", &format!("{programme}/versions/2")).await.attributes("td.acts a", "href");
    let topic = pages.iter().find(|page| !page.ends_with("/new") && !page.ends_with("/removal")).unwrap().clone();
    let id = topic.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", &topic).await.form(&id);
    walk.send("truong", &form, &[("title", "Chuyên đề đổi tên")]).await;
    walk.send("truong", &FilledForm { action: format!("{topic}/place"), fields: Vec::new() }, &[("to", "down")]).await;
    let version = format!("{programme}/versions/2");
    let file = walk.get("truong", &format!("{version}/topics.xlsx")).await.bytes;
    let form = walk.get("truong", &topic).await.form(&id);
    walk.send("truong", &form, &[("title", "Chuyên đề đổi tên sau khi tải tệp")]).await;
    let import = format!("{version}/import");
    let shown = walk.client("truong").await.upload(&import, "file", "a.xlsx", &file, &[]).await;
    let form = shown.form("/import");
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let before = audit_seq(&mut walk.world.app.db().read().await.unwrap()).await.unwrap();
    let reply = walk.client("truong").await.upload(&import, "none", "", b"", &fields).await;
    walk.recorded("truong", "POST", &import, before, &reply).await;
    let form = walk.get("truong", &format!("{topic}/removal")).await.form("/removal");
    walk.send("truong", &form, &[]).await;
    let others =
        pages.iter().filter(|page| !page.contains(&id) && !page.ends_with("/new") && !page.ends_with("/removal"));
    walk.world.things.insert("{topic}", others.clone().next().unwrap().rsplit('/').next().unwrap().to_owned());
    let objectives = format!("{programme}/versions/2/objectives");
    for text in ["Mục tiêu thừa", "Mục tiêu ở lại"] {
        let form = walk.get("truong", &format!("{objectives}/new")).await.form("/objectives");
        walk.send("truong", &form, &[("text", text)]).await;
    }
    let aims = walk.get("truong", &format!("{programme}/versions/2")).await.attributes("#objectives a", "href");
    let (spare, stays) = (aims.first().unwrap(), aims.get(1).unwrap());
    let id = stays.rsplit('/').next().unwrap().to_owned();
    let form = walk.get("truong", stays).await.form(&id);
    walk.send("truong", &form, &[("text", "Mục tiêu đổi lời")]).await;
    walk.world.things.insert("{objective}", id);
    let form = walk.get("truong", spare).await.form("/removal");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", &format!("{programme}/versions/2")).await.form("/drafting");
    walk.send("truong", &form, &[]).await;
}
