//! Accounts, units, the roster, records, rights over data.

use ::people::notices::post::{Post, mail::Mail};
use store::audit_seq;
use testkit::{FilledForm, PASSWORD, Reply, paper};

use super::Walk;

pub(super) async fn accounts(walk: &mut Walk) {
    let form = walk.get("quantri", "/accounts/new").await.form("/accounts");
    let typed = [("username", "thua"), ("name", "Tài khoản thừa"), ("role", "finance")];
    let once = walk.send("quantri", &form, &typed).await.text_of("code");
    let mut spare = walk.world.app.client();
    assert_eq!(spare.post("/sign-in", &[("username", "thua"), ("password", &once)]).await.status, 303);
    walk.clients.insert("thua".to_owned(), spare);
    let form = walk.get("thua", "/me/password").await.form("/me/password");
    walk.send("thua", &form, &[("old", &once), ("new", PASSWORD), ("again", PASSWORD)]).await;
    for action in ["/password", "/closure", "/reopening"] {
        let form = walk.get("quantri", "/accounts?q=thua").await.form(action);
        let id = form.action.split('/').nth(2).unwrap().to_owned();
        walk.world.things.insert("{account}", id);
        walk.send("quantri", &form, &[]).await;
    }
}

/// Accounts in one step: the second commune's officer by a letter that is lost and another that arrives, and everybody of
/// a commune by a list.
pub(super) async fn letters(walk: &mut Walk) {
    // who has signed in keeps the password
    walk.client("xa-00001").await;
    let form = walk.get("quantri", "/accounts/officers").await.form("/officers");
    let lost = walk.send("quantri", &form, &[]).await;
    let form = walk.get("quantri", "/accounts/officers").await.form("/letters");
    let arrived = walk.send("quantri", &form, &[]).await;
    let password = |letter: &Reply| {
        let words = paper::words(&letter.bytes).concat();
        words.split("Mật khẩu lần đầu:").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
    };
    let (lost, once) = (password(&lost), password(&arrived));
    let mut officer = walk.world.app.client();
    assert_eq!(officer.post("/sign-in", &[("username", "xa-00002"), ("password", &lost)]).await.status, 422);
    assert_eq!(officer.post("/sign-in", &[("username", "xa-00002"), ("password", &once)]).await.status, 303);
    walk.clients.insert("xa-00002".to_owned(), officer);
    let form = walk.get("xa-00002", "/me/password").await.form("/me/password");
    walk.send("xa-00002", &form, &[("old", &once), ("new", PASSWORD), ("again", PASSWORD)]).await;
    let form = walk.get("truong", "/people/accounts?commune=00002").await.form("/people/accounts");
    walk.send("truong", &form, &[("paper", "list")]).await;
}

/// The head of the school is on leave: the training office acts for a while, then the leave ends early.
pub(super) async fn leave(walk: &mut Walk) {
    let page = walk.get("hieutruong", "/me/delegations").await;
    let deputy = page.attributes("#f-deputy option", "value").pop().unwrap();
    let days =
        [("deputy", deputy.as_str()), ("starts_on", "2026-02-23"), ("ends_on", "2026-02-27"), ("reason", "Nghỉ phép")];
    walk.send("hieutruong", &page.form("/delegations"), &days).await;
    let form = walk.get("truong", "/me/delegations").await.form("/acting");
    walk.world.things.insert("{delegation}", form.action.split('/').nth(3).unwrap().to_owned());
    walk.send("truong", &form, &[]).await;
    let form = walk.get("truong", "/classes").await.form("/closure");
    walk.send("truong", &form, &[]).await;
    let form = walk.get("hieutruong", "/me/delegations").await.form("/withdrawal");
    walk.send("hieutruong", &form, &[]).await;
}

/// A visiting lecturer comes in by a second link, which is revoked in the end.
pub(super) async fn guest(walk: &mut Walk) {
    let form = walk.get("truong", "/lecturers/guests").await.form("/guests");
    walk.send("truong", &form, &[("name", "Giảng viên mời, Sở Thử"), ("valid_to", "2026-03-31")]).await;
    let form = walk.get("truong", "/lecturers/guests").await.form("/link");
    let id = form.action.split('/').nth(3).unwrap().to_owned();
    let link = walk.send("truong", &form, &[]).await.text_of("#f-address");
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
    let username = store::latest(&mut walk.world.app.db().read().await.unwrap(), i64::MAX, 20).await.unwrap();
    let made = username.iter().find(|l| l.action == "accounts.account.made").unwrap().after.clone().unwrap();
    let username = made.split('"').find(|word| word.starts_with("khach-")).unwrap().to_owned();
    let client = walk.world.app.client();
    walk.clients.insert(username.clone(), client);
    let form = walk.get(&username, &path).await.form(&path);
    walk.send(&username, &form, &[]).await;
    walk.get(&username, "/classes").await;
    walk.world.things.insert("{guest}", id);
    let form = walk.get("truong", "/lecturers/guests").await.form("/revocation");
    walk.send("truong", &form, &[]).await;
}

/// The program gets a mail server; the officer of a commune says where letters go, and the school sets the hours.
pub(super) async fn letters_out(walk: &mut Walk) {
    let mail = Mail::new("smtp://127.0.0.1:9", "Trường Thử <thongbao@truong.example>", None).unwrap();
    Post { mail: Some(mail), ..Post::default() }.begin(walk.world.app.db()).await.unwrap();
    let form = walk.get("xa-00001", "/me/notices").await.form("/me/notices");
    walk.send("xa-00001", &form, &[("email", "dau-moi@xa.example")]).await;
    let form = walk.get("truong", "/notices/hours").await.form("/hours");
    walk.send("truong", &form, &[("quiet_from", "22:00"), ("quiet_to", "06:00")]).await;
    walk.world.things.insert("{notice_kind}", "classes.called".to_owned());
    let form = walk.get("truong", "/notices/templates/classes.called").await.form("/notices/templates/classes.called");
    walk.send("truong", &form, &[("subject", "Lớp {lớp}: đề nghị cử học viên")]).await;
}

/// A letter that was given up is sent again.
pub(super) async fn letters_again(walk: &mut Walk) {
    let given_up = "UPDATE notice_delivery SET state = 'given_up', reason = 'too_often' WHERE state = 'waiting'";
    walk.world.app.place().tamper(given_up).await;
    let form = walk.get("truong", "/notices/log?state=given_up").await.form("/repetition");
    walk.world.things.insert("{delivery}", form.action.split('/').nth(3).unwrap().to_owned());
    walk.send("truong", &form, &[]).await;
}

/// The officer of a commune and a learner read what the program told them: one notice, then all of them.
pub(super) async fn notices(walk: &mut Walk) {
    let page = walk.get("xa-00001", "/notices").await;
    let ids = page.attributes("tbody form", "action");
    let id = ids.first().unwrap().split('/').nth(2).unwrap().to_owned();
    let form = page.form(&format!("/{id}/reading"));
    let to = walk.send("xa-00001", &form, &[]).await.location().to_owned();
    walk.get("xa-00001", &to).await;
    walk.world.things.insert("{copy}", id);
    for who in ["xa-00001", "hv01"] {
        let form = walk.get(who, "/notices").await.form("/notices/reading");
        walk.send(who, &form, &[]).await;
        assert!(!walk.get(who, "/notices").await.has(".bell .count"));
    }
}

/// Every account is confirmed but one that nobody needs.
pub(super) async fn review(walk: &mut Walk) {
    let form = walk.get("quantri", "/accounts/reviews").await.form("/reviews");
    let page = walk.send("quantri", &form, &[]).await.location().to_owned();
    walk.world.things.insert("{review}", page.rsplit('/').next().unwrap().to_owned());
    let list = walk.get("quantri", &page).await;
    let spare = walk.world.things.get("{account}").unwrap().clone();
    walk.send("quantri", &list.form("/lines"), &[("disable", &spare)]).await;
    for account in list.attributes("button[name=confirm]", "value").iter().filter(|id| **id != spare) {
        walk.send("quantri", &list.form("/lines"), &[("confirm", account)]).await;
    }
    let form = walk.get("quantri", &page).await.form("/closure");
    walk.send("quantri", &form, &[]).await;
}

/// A unit is renamed, gets contacts and a priority, takes in half of the other one, which is split, and then the rest.
pub(super) async fn units(walk: &mut Walk) {
    let (since, paper) = ("2026-02-20", "12/NQ-HĐND");
    type Fields<'a> = &'a [(&'a str, &'a str)];
    let forms: [(&str, &str, Fields<'_>); 5] = [
        ("00001", "/contacts", &[("head_name", "Người Đứng Đầu"), ("phone", "0238 123 456"), ("email", "xa@thu.vn")]),
        ("00001", "/names", &[("name", "Thử Mới"), ("name_since", since), ("name_decision", paper)]),
        (
            "00001",
            "/attributes",
            &[("attribute", "remote"), ("holds", "yes"), ("attribute_since", since), ("source", paper)],
        ),
        (
            "00002",
            "/split",
            &[
                ("since", since),
                ("decision", paper),
                ("deal", "evenly"),
                ("code_1", "00001"),
                ("code_2", "00009"),
                ("name_2", "Mới"),
            ],
        ),
        ("00009", "/merger", &[("into", "00001"), ("merged_since", "2026-02-21"), ("merged_decision", paper)]),
    ];
    for (code, end, fields) in forms {
        let page = if end == "/split" { "split" } else { "unit" };
        let form = walk.get("sonoivu", &format!("/communes/{code}/{page}")).await.form(end);
        walk.send("sonoivu", &form, fields).await;
    }
}

pub(super) async fn roster(walk: &mut Walk) {
    let text = "Họ và tên,Ngày sinh,Giới tính,Dân tộc,Xã,Phòng,Chức danh\n\
                Lê Thị Thử,02/09/1990,Nữ,Kinh,Thử 1,Phòng 1,Chức danh SPEC\n";
    for ends in [&["columns", "commit", "undo"][..], &["forget", "withdraw"][..]] {
        let before = audit_seq(&mut walk.world.app.db().read().await.unwrap()).await.unwrap();
        let reply =
            walk.client("sonoivu").await.upload("/people/import", "file", "thu.csv", text.as_bytes(), &[]).await;
        walk.recorded("sonoivu", "POST", "/people/import", before, &reply).await;
        let batch = reply.location().to_owned();
        walk.world.things.insert("{import}", batch.rsplit('/').next().unwrap().to_owned());
        for end in ends {
            let page = if *end == "columns" { format!("{batch}/columns") } else { batch.clone() };
            let form = walk.get("sonoivu", &page).await.form(&format!("/{end}"));
            // the ethnic group is not taken over: a batch that is read as before leaves no record
            let changes: &[(&str, &str)] = if *end == "columns" { &[("column-3", "")] } else { &[] };
            walk.send("sonoivu", &form, changes).await;
        }
    }
    // somebody whose name differs by its tones from one in the register is asked about
    let known = walk.sent("sonoivu", "/people/import", "thu.csv", text.as_bytes(), &[]).await.location().to_owned();
    let form = walk.get("sonoivu", &known).await.form("/commit");
    walk.send("sonoivu", &form, &[]).await;
    let plain = text.replace("Lê Thị Thử", "Lê Thị Thu");
    let doubtful = walk.sent("sonoivu", "/people/import", "ai.csv", plain.as_bytes(), &[]).await.location().to_owned();
    let form = walk.get("sonoivu", &doubtful).await.form("/choices");
    walk.send("sonoivu", &form, &[("row-2", "leave")]).await;
    let form = walk.get("sonoivu", &known).await.form("/undo");
    walk.send("sonoivu", &form, &[]).await;
    let form = walk.get("sonoivu", "/people/personnel-form").await.form("/personnel-form");
    walk.send("sonoivu", &form, &[("purpose", "inspection")]).await;
}

/// A commune declares its figures; courses of past years are written and taken back, and left.
pub(super) async fn figures(walk: &mut Walk) {
    for name in ["Biểu thử", "Biểu để lại"] {
        let form = walk.get("sonoivu", "/people/statistics?rows=gender").await.form("/saved");
        walk.send("sonoivu", &form, &[("name", name)]).await;
    }
    let page = walk.get("sonoivu", "/people/statistics").await;
    let gone: Vec<FilledForm> = page.forms().into_iter().filter(|f| f.action.ends_with("/removal")).collect();
    walk.world.things.insert("{query}", gone.last().unwrap().action.split('/').nth(4).unwrap().to_owned());
    walk.send("sonoivu", gone.first().unwrap(), &[]).await;
    let page = "/people/reconcile/00001";
    let form = walk.get("sonoivu", page).await.form(page);
    walk.send("sonoivu", &form, &[("as_of", "2026-02-01"), ("source", "Báo cáo thử"), ("total", "12")]).await;
    let file = "/people/reconcile/file";
    let text = "Mã,Số liệu tính đến ngày,Nguồn,Tổng cộng\n00001,02/02/2026,Báo cáo theo tệp,13\n";
    let shown = walk.client("sonoivu").await.upload(file, "file", "khai.csv", text.as_bytes(), &[]).await;
    let rows = shown.attributes("input[name=rows]", "value").remove(0);
    walk.sent("sonoivu", file, "", b"", &[("rows", &rows)]).await;
    let text = "Mã cán bộ,Tên lớp,Loại,Từ ngày,Số tiết\nkhong-co,Lớp thử,KTKN,01/02/2024,40\n";
    let code = walk.get("sonoivu", "/people/statistics/people").await.attributes("tbody th a", "href");
    let person = walk.get("sonoivu", code.first().unwrap()).await.texts("dl.facts dd").remove(0);
    let text = format!("{text}{person},Lớp thử,KTKN,01/02/2024,40\n");
    for ends in [&["commit", "undo"][..], &["withdraw"][..]] {
        let before = audit_seq(&mut walk.world.app.db().read().await.unwrap()).await.unwrap();
        let reply =
            walk.client("sonoivu").await.upload("/people/courses", "file", "da-hoc.csv", text.as_bytes(), &[]).await;
        walk.recorded("sonoivu", "POST", "/people/courses", before, &reply).await;
        let batch = reply.location().to_owned();
        walk.world.things.insert("{batch}", batch.rsplit('/').next().unwrap().to_owned());
        for end in ends {
            let form = walk.get("sonoivu", &batch).await.form(&format!("/{end}"));
            walk.send("sonoivu", &form, &[]).await;
        }
    }
}

/// Two people are added, of whom the first moves, leaves and comes back; two records that are one person become one, two
/// that are two people are told apart.
pub(super) async fn records(walk: &mut Walk) {
    let form = walk.get("sonoivu", "/people/new").await.form("/people");
    let mut added = Vec::new();
    for name in ["Lê Thị Một", "Lê Thị Hai", "Lê Thị Ba", "Lê Thị Ba"] {
        let typed = [
            ("full_name", name),
            ("birth_date", "1990-09-02"),
            ("gender", "nu"),
            ("position", "SPEC"),
            ("commune", "00001"),
            ("from", "2026-01-05"),
        ];
        let place = walk.send("sonoivu", &form, &typed).await.location().to_owned();
        added.push(place.rsplit('/').next().unwrap().to_owned());
    }
    let [one, other, third] = [0, 1, 2].map(|n| added.get(n).unwrap().clone());
    let page = format!("/people/{one}");
    let form = walk.get("sonoivu", &format!("{page}/record")).await.form("/record");
    walk.send("sonoivu", &form, &[("phone", "0238 111 222")]).await;
    let form = walk.get("sonoivu", &format!("{page}/sensitive")).await.form("/sensitive");
    let opened = walk.send("sonoivu", &form, &[("purpose", "correction")]).await;
    walk.send("sonoivu", &opened.form("/values"), &[("identity", "099190000001")]).await;
    let posts = format!("{page}/posts");
    let form = walk.get("sonoivu", &posts).await.form("/posts");
    walk.send("sonoivu", &form, &[("position", "SPEC"), ("commune", "00002"), ("from", "2026-02-02")]).await;
    let post = walk.get("sonoivu", &posts).await.attributes(".timeline a", "href").first().unwrap().clone();
    let form = walk.get("sonoivu", &post).await.form(&post);
    walk.send("sonoivu", &form, &[("decision", "7/QĐ-SNV")]).await;
    // the other one moves as well, which was a mistake
    let theirs = format!("/people/{other}/posts");
    let form = walk.get("sonoivu", &theirs).await.form("/posts");
    walk.send("sonoivu", &form, &[("position", "SPEC"), ("commune", "00002"), ("from", "2026-02-02")]).await;
    let mistake = walk.get("sonoivu", &theirs).await.attributes(".timeline a", "href").first().unwrap().clone();
    let form = walk.get("sonoivu", &mistake).await.form("/removal");
    walk.send("sonoivu", &form, &[("reason", "Ghi nhầm"), ("reopen", "1")]).await;
    let form = walk.get("sonoivu", &posts).await.form("/leaving");
    walk.send("sonoivu", &form, &[("because", "resigned"), ("last_day", "2026-02-20")]).await;
    let page = walk.get("truong", &format!("/people/{one}/union/{third}")).await;
    walk.send("truong", &page.form(&format!("/people/{one}/distinction/{third}")), &[]).await;
    let union = format!("/people/{third}/union/{other}");
    let form = walk.get("truong", &union).await.form(&union);
    walk.send("truong", &form, &[]).await;
    // what stays: nobody else looks at these, so that classes find whom they expect
    for left in [&third, added.last().unwrap()] {
        let form = walk.get("sonoivu", &format!("/people/{left}/posts")).await.form("/leaving");
        walk.send("sonoivu", &form, &[("because", "left"), ("last_day", "2026-02-20")]).await;
    }
    announced(walk).await;
    walk.world.things.insert("{other}", one);
    walk.world.things.insert("{post}", post.rsplit('/').next().unwrap().to_owned());
}

/// Two secondments are announced: the first is changed and stays, the second is withdrawn.
async fn announced(walk: &mut Walk) {
    let person = walk.world.things.get("{person}").unwrap().clone();
    let posts = format!("/people/{person}/posts");
    let mut announce = async |from: &str| {
        let form = walk.get("sonoivu", &posts).await.form("/posts");
        let typed = [("position", "SPEC"), ("commune", "00001"), ("kind", "seconded"), ("from", from)];
        walk.send("sonoivu", &form, &typed).await;
        // the latest stands first
        walk.get("sonoivu", &posts).await.attributes(".timeline a", "href").into_iter().next().unwrap()
    };
    let (stays, goes) = (announce("2026-12-01").await, announce("2026-12-15").await);
    let form = walk.get("sonoivu", &stays).await.form(&stays);
    walk.send("sonoivu", &form, &[("decision", "8/QĐ-SNV")]).await;
    let form = walk.get("sonoivu", &goes).await.form("/withdrawal");
    walk.send("sonoivu", &form, &[("reason", "Hủy quyết định")]).await;
    walk.world.things.insert("{announced}", stays.rsplit('/').next().unwrap().to_owned());
}

/// A learner asks for a correction; the desk says that it works on it and answers. A second request stays.
pub(super) async fn data_rights(walk: &mut Walk) {
    let form = walk.get("hv01", "/me/data").await.form("/me/requests");
    for _ in 0..2 {
        walk.send("hv01", &form, &[("kind", "correction"), ("wish", "Ngày sinh ghi sai")]).await;
    }
    let pages = walk.get("sonoivu", "/data-desk").await.attributes("tbody th a", "href");
    let page = pages.first().unwrap();
    let form = walk.get("sonoivu", page).await.form("/acknowledgement");
    walk.send("sonoivu", &form, &[]).await;
    let form = walk.get("sonoivu", page).await.form("/answer");
    walk.send("sonoivu", &form, &[("answer", "Đã sửa"), ("outcome", "done")]).await;
    walk.world.things.insert("{request}", pages.last().unwrap().rsplit('/').next().unwrap().to_owned());
}
