//! Lesson plans and materials as lecturers bring, read and review them.

use std::collections::BTreeSet;

use axum::{body::Body, http::Request};
use documents::reading::testing::{docx, pptx, zip};
use teaching::testing::Small;
use testkit::{Client, Reply, TestApp, TestDb, db_test};

use crate::setting::setting;

const WHEN: &str = "2026-02-20T08:00";
const PDF: &[u8] = include_bytes!("../../../../documents/tests/files/giao-an.pdf");

async fn app(db: TestDb) -> TestApp {
    setting(db, &Small::default(), WHEN).await.app
}

/// Brings a material in one form; the answer.
async fn bring(client: &mut Client, name: &str, bytes: &[u8], title: &str) -> Reply {
    let fields = [("title", title), ("kind", "lesson_plan"), ("licence", "own"), ("source", ""), ("topic", "")];
    client.upload("/materials", "file", name, bytes, &fields).await
}

async fn added(client: &mut Client, name: &str, bytes: &[u8], title: &str) -> String {
    let reply = bring(client, name, bytes, title).await;
    assert_eq!(reply.status, 303, "{name}: {:?}", reply.texts(".error"));
    reply.location().to_owned()
}

async fn announce(client: &mut Client, name: &str, size: &str) -> Reply {
    client.post("/uploads", &[("name", name), ("size", size)]).await
}

async fn piece(client: &mut Client, place: &str, offset: usize, bytes: &[u8]) -> Reply {
    let request =
        Request::post(place).header("upload-offset", offset).header("content-type", "application/octet-stream");
    client.send(request.body(Body::from(bytes.to_vec())).unwrap()).await
}

fn offset(reply: &Reply) -> (u16, String) {
    let at = reply.headers.get("upload-offset").map_or("", |v| v.to_str().unwrap());
    (reply.status, at.to_owned())
}

fn head<'r>(reply: &'r Reply, name: &str) -> &'r str {
    reply.headers.get(name).map_or("", |v| v.to_str().unwrap())
}

/// Files of the house, however deep.
fn kept(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(kept(&path)) } else { found.push(path.display().to_string()) }
    }
    found
}

db_test! {
    async fn a_document_is_kept_shown_and_found_by_the_words_inside(db: TestDb) {
        let app = app(db).await;
        let mut lecturer = app.signed_in("gv01").await;
        let empty = lecturer.get("/materials").await;
        assert_eq!((empty.text_of(".empty h2"), empty.faults()), ("Chưa có học liệu nào".to_owned(), vec![]));
        let page = added(&mut lecturer, "Giáo án.pdf", PDF, "Xử lý đơn thư").await;
        let slides = pptx(&["Chào cả lớp", "Hòa giải ở cơ sở: tranh chấp đất đai & nhà ở"]);
        let second = added(&mut lecturer, "hoa-giai.pptx", &slides, "Hòa giải").await;
        let word = docx(&["Quy định về quy chế văn thư", "Soạn thảo công văn"], &[]);
        added(&mut lecturer, "van-thu.docx", &word, "Văn thư").await;
        let waiting = lecturer.get(&second).await;
        assert_eq!(waiting.texts(".empty p"), ["Hệ thống đang đọc chữ trong tệp. Hãy tải lại trang sau ít phút."]);
        app.run_jobs().await;
        assert_eq!(app.jobs_waiting().await, 0);

        let shown = lecturer.get(&page).await;
        assert_eq!(shown.faults(), Vec::<String>::new());
        let file = format!("{page}/versions/1/file");
        assert_eq!(shown.attributes("iframe", "src"), std::slice::from_ref(&file));
        let text = lecturer.get(&second).await;
        assert_eq!(text.texts(".preview-text p"), ["Chào cả lớp", "Hòa giải ở cơ sở: tranh chấp đất đai & nhà ở"]);

        // without tones, in any order, in PDF, PowerPoint and Word, the title before the text
        let mut titles = async |q: &str| {
            let address = web::form::address("/materials", &[("q", q)]);
            lecturer.get(&address).await.texts("tbody th a")
        };
        assert_eq!(titles("don thu khieu nai").await, ["Xử lý đơn thư"]);
        assert_eq!(titles("DAT DAI tranh").await, ["Hòa giải"]);
        assert_eq!(titles("quy che quy dinh").await, ["Văn thư"]);
        assert_eq!(titles("171/2025/nd-cp").await, ["Xử lý đơn thư"]);
        assert_eq!(titles("hoà giải").await, ["Hòa giải"]);
        assert_eq!(titles("gv01").await.len(), 3);
        assert_eq!(titles("khong co chu nay").await, Vec::<String>::new());
        let found = lecturer.get("/materials?q=tranh+chap+dat").await;
        assert_eq!(found.texts("mark"), ["tranh chấp đất"]);
        assert_eq!(found.texts(".snippet"), ["… Hòa giải ở cơ sở: tranh chấp đất đai & nhà ở"].map(|s| s.replacen("… ", "Chào cả lớp ", 1)));
        assert_eq!(lecturer.get("/materials?q=van&kind=slides").await.text_of(".empty h2"), "Không có học liệu nào khớp");
        assert_eq!(lecturer.get("/materials?state=waiting").await.texts("tbody th a").len(), 3);
        assert_eq!(lecturer.get("/materials?state=approved").await.texts("tbody th a").len(), 0);
    }

    async fn a_file_is_handed_out_safely_and_by_ranges(db: TestDb) {
        let app = app(db).await;
        let mut lecturer = app.signed_in("gv01").await;
        let page = added(&mut lecturer, "Giáo án.pdf", PDF, "Giáo án").await;
        let file = format!("{page}/versions/1/file");
        let whole = lecturer.get(&file).await;
        assert_eq!((whole.status, whole.bytes.as_slice()), (200, PDF));
        assert_eq!(head(&whole, "content-type"), "application/pdf");
        assert_eq!(head(&whole, "x-content-type-options"), "nosniff");
        assert_eq!(head(&whole, "x-frame-options"), "SAMEORIGIN");
        assert_eq!(head(&whole, "content-disposition"), "inline; filename*=UTF-8''Gi%C3%A1o%20%C3%A1n%2Epdf");
        assert_eq!(head(&whole, "cache-control"), "private, no-cache");
        let policy = head(&whole, "content-security-policy");
        assert_eq!(policy, "default-src 'none'; sandbox; frame-ancestors 'self'");
        let saved = lecturer.get(&format!("{file}?save=1")).await;
        assert!(head(&saved, "content-disposition").starts_with("attachment;"));
        assert!(head(&saved, "content-security-policy").contains("sandbox"));

        let tag = head(&whole, "etag").to_owned();
        let ask = async |client: &mut Client, headers: &[(&str, &str)]| {
            let mut request = Request::get(&file);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            client.send(request.body(Body::empty()).unwrap()).await
        };
        let part = ask(&mut lecturer, &[("range", "bytes=100-199")]).await;
        assert_eq!((part.status, part.bytes.as_slice()), (206, &PDF[100..200]));
        assert_eq!(head(&part, "content-range"), format!("bytes 100-199/{}", PDF.len()));
        let rest = ask(&mut lecturer, &[("range", "bytes=-50"), ("if-range", &tag)]).await;
        assert_eq!((rest.status, rest.bytes.as_slice()), (206, &PDF[PDF.len() - 50..]));
        let other = ask(&mut lecturer, &[("range", "bytes=0-1"), ("if-range", "\"other\"")]).await;
        assert_eq!((other.status, other.bytes.len()), (200, PDF.len()));
        let outside = ask(&mut lecturer, &[("range", "bytes=99999999-")]).await;
        assert_eq!((outside.status, head(&outside, "content-range").to_owned()), (416, format!("bytes */{}", PDF.len())));
        assert_eq!(ask(&mut lecturer, &[("if-none-match", &tag)]).await.status, 304);
        // whoever may not read materials is not handed one
        assert_eq!(app.signed_in("xa-00001").await.get(&file).await.status, 403);
        assert_eq!(app.client().get(&file).await.status, 303);
    }

    async fn what_may_not_be_kept_is_refused_in_words_and_nothing_typed_is_lost(db: TestDb) {
        let folder = db.folder().to_owned();
        let app = app(db).await;
        let mut lecturer = app.signed_in("gv01").await;
        let macros = docx(&["a"], &[("word/vbaProject.bin", b"x")]);
        let refused: [(&str, &[u8], &str); 9] = [
            ("a.pdf", b"<html><script>alert(1)</script>", "Tệp: nội dung không phải PDF như tên tệp. Hãy kiểm tra lại tệp."),
            ("a.docx", PDF, "Tệp: nội dung không phải DOCX như tên tệp. Hãy kiểm tra lại tệp."),
            ("a.docx", &macros, "Tệp: có macro hoặc mẫu lấy từ nơi khác nên không nhận. Hãy lưu lại thành .docx, .pptx hoặc PDF không có macro."),
            ("a.docm", b"PK\x03\x04", "Tệp: có macro hoặc mẫu lấy từ nơi khác nên không nhận. Hãy lưu lại thành .docx, .pptx hoặc PDF không có macro."),
            ("a.doc", b"\xd0\xcf", "Tệp: không nhận tệp .doc kiểu cũ vì có thể chứa macro. Hãy lưu lại thành .docx rồi gửi."),
            ("a.svg", b"<svg onload=alert(1)>", "Tệp: không nhận tệp .svg. Hãy dùng PDF, DOCX, PPTX, ảnh, video hoặc âm thanh."),
            ("a", b"%PDF-", "Tệp: tên tệp không có phần mở rộng (như .pdf, .docx)."),
            ("a.pdf", b"", "Tệp: tệp rỗng, không có nội dung."),
            ("a.docx", b"PK\x03\x04 no more", "Tệp: bị hỏng hoặc đặt mật khẩu nên không mở được."),
        ];
        for (name, bytes, words) in refused {
            let reply = bring(&mut lecturer, name, bytes, "Tên đã nhập").await;
            assert_eq!((reply.status, reply.text_of("#e-file")), (422, words.to_owned()), "{name}");
            assert_eq!(reply.attributes("#f-title", "value"), ["Tên đã nhập"]);
            assert_eq!(reply.faults(), Vec::<String>::new(), "{name}");
        }
        assert_eq!(lecturer.get("/materials").await.texts("tbody th a"), Vec::<String>::new());
        app.run_jobs().await;
        let left: Vec<String> = kept(&folder.join("files")).into_iter().filter(|f| f.contains("/files/files/")).collect();
        assert_eq!(left, Vec::<String>::new(), "nothing refused is kept");

        // what is wrong beside the file does not cost the file
        let long = "Ắ".repeat(300);
        let reply = bring(&mut lecturer, &format!("{}.pdf", "tên ".repeat(75)), PDF, &long).await;
        assert_eq!(reply.status, 422);
        assert_eq!(reply.text_of("#e-title"), "Tên học liệu: dài 300 ký tự, tối đa 200.");
        assert_eq!(reply.attributes("#f-title", "value"), [long]);
        assert!(reply.text_of("[data-upload-here]").contains("….pdf”"), "{}", reply.text_of("[data-upload-here]"));
        let emoji = lecturer.upload("/materials", "file", "", b"", &[("title", "Vui 😀"), ("upload", &reply.attributes("[name=upload]", "value")[0]), ("kind", "x"), ("licence", "")]).await;
        assert_eq!((emoji.status, emoji.texts(".error[id]").len()), (422, 3));
        let form = emoji.form("/materials");
        let fields = [("title", "Giáo án"), ("kind", "reading"), ("licence", "public")];
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).filter(|(n, _)| !fields.iter().any(|(f, _)| f == n)).chain(fields).collect();
        let reply = lecturer.upload("/materials", "file", "", b"", &fields).await;
        assert_eq!(reply.status, 303, "{:?}", reply.texts(".error"));

        let link = [("title", "Trang"), ("kind", "reading"), ("licence", "public"), ("address", "javascript:alert(1)")];
        let reply = lecturer.upload("/materials", "file", "", b"", &link).await;
        assert_eq!((reply.status, reply.attributes("#f-address", "value")), (422, vec!["javascript:alert(1)".to_owned()]));
        let link = [("title", "Trang"), ("kind", "reading"), ("licence", "public"), ("address", "https://vbpl.vn/a?b=1")];
        let place = lecturer.upload("/materials", "file", "", b"", &link).await.location().to_owned();
        let page = lecturer.get(&place).await;
        assert_eq!(page.attributes("main a[target=_blank]", "rel"), ["noopener noreferrer nofollow"]);
        assert_eq!(lecturer.get(&format!("{place}/versions/1/file")).await.status, 404);
    }

    async fn a_version_stays_and_a_colleague_approves_it(db: TestDb) {
        let app = app(db).await;
        let mut author = app.signed_in("gv01").await;
        let mut colleague = app.signed_in("gv02").await;
        let page = added(&mut author, "a.docx", &docx(&["Bản đầu"], &[]), "Giáo án").await;
        let own = author.get(&page).await;
        assert!(!own.has("[value=approved]"), "an author has no button");
        let form = own.form("/reviews");
        let reply = author.submit(&form, &[("verdict", "approved"), ("body", "Rất tốt")]).await;
        assert_eq!((reply.status, reply.text_of("#e-body")), (422, "Ý kiến: tác giả và người đưa phiên bản không tự thông qua hoặc đề nghị sửa.".to_owned()));
        assert_eq!(author.submit(&form, &[("verdict", "comment"), ("body", "Mong góp ý")]).await.status, 303);

        let form = colleague.get(&page).await.form("/reviews");
        let empty = colleague.submit(&form, &[("verdict", "returned")]).await;
        assert_eq!((empty.status, empty.text_of("#e-body")), (422, "Ý kiến: hãy ghi ý kiến góp ý.".to_owned()));
        assert_eq!(colleague.submit(&form, &[("verdict", "returned"), ("body", "Thiếu tình huống")]).await.status, 303);
        assert_eq!(author.get(&page).await.text_of("h1 .tag"), "Cần sửa");

        // a new version: the old one stays, its review too
        let versions = format!("{page}/versions");
        let same = author.upload(&versions, "file", "b.docx", &docx(&["Bản đầu"], &[]), &[("seen", "1")]).await;
        assert_eq!((same.status, same.text_of("#e-file")), (422, "Tệp: giống hệt phiên bản hiện tại, không có gì mới.".to_owned()));
        let second = docx(&["Bản hai, có tình huống"], &[]);
        assert_eq!(author.upload(&versions, "file", "b.docx", &second, &[("seen", "1"), ("note", "Thêm tình huống")]).await.status, 303);
        let late = colleague.submit(&form, &[("verdict", "approved")]).await;
        assert_eq!((late.status, late.text_of("#e-body")), (422, "Đã có phiên bản 2 do người khác đưa lên. Hãy xem phiên bản đó trước.".to_owned()));
        let late = colleague.upload(&versions, "file", "c.docx", &docx(&["Bản khác"], &[]), &[("seen", "1")]).await;
        assert_eq!(late.status, 422);
        let form = colleague.get(&page).await.form("/reviews");
        assert_eq!(colleague.submit(&form, &[("verdict", "approved")]).await.status, 303);
        assert_eq!(colleague.submit(&form, &[("verdict", "approved")]).await.status, 303, "a second click says nothing new");
        app.run_jobs().await;
        let shown = colleague.get(&page).await;
        assert_eq!(shown.text_of("h1 .tag"), "Đã thông qua");
        assert_eq!(shown.texts(".timeline li p b"), ["Thông qua", "Đề nghị sửa", "Góp ý"]);
        assert_eq!(shown.texts(".preview-text p"), ["Bản hai, có tình huống"]);
        let first = colleague.get(&format!("{page}/versions/1/file")).await;
        assert_eq!((first.status, first.bytes == docx(&["Bản đầu"], &[])), (200, true));
        assert_eq!(colleague.get(&format!("{page}/versions/3/file")).await.status, 404);

        // two people change what is said of it
        let (mine, theirs) = (author.get(&format!("{page}/change")).await.form("/change"), colleague.get(&format!("{page}/change")).await.form("/change"));
        assert_eq!(author.submit(&mine, &[("title", "Giáo án mới")]).await.status, 303);
        let overtaken = colleague.submit(&theirs, &[("title", "Giáo án khác")]).await;
        assert_eq!((overtaken.status, overtaken.attributes("#f-title", "value")), (409, vec!["Giáo án khác".to_owned()]));
        assert_eq!(colleague.submit(&overtaken.form("/change"), &[]).await.status, 303);
        assert_eq!(author.get("/materials?q=giao+an+khac").await.texts("tbody th a"), ["Giáo án khác"]);
    }

    async fn a_long_list_is_walked_page_by_page_without_gaps(db: TestDb) {
        let app = app(db).await;
        let mut author = app.signed_in("gv01").await;
        for n in 0..23 {
            let text = if n % 2 == 0 { "quy chế văn thư" } else { "văn thư, quy chế" };
            added(&mut author, "a.docx", &docx(&[&format!("{text} {n}")], &[]), &format!("Bài {n:02}")).await;
        }
        app.run_jobs().await;
        for address in ["/materials", "/materials?q=quy+che+van+thu"] {
            let first = author.get(address).await;
            let next = first.attributes("nav.pager a[rel=next]", "href").remove(0);
            let second = author.get(&next).await;
            let mut seen = first.texts("tbody th a");
            assert_eq!(seen.len(), 20, "{address}");
            seen.extend(second.texts("tbody th a"));
            if address != "/materials" {
                let even = |title: &String| title.split(" ").last().is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n % 2 == 0));
                assert!(seen[..12].iter().all(even), "these words in this order come first: {seen:?}");
            }
            seen.sort();
            assert_eq!(seen, (0..23).map(|n| format!("Bài {n:02}")).collect::<Vec<_>>(), "{address}");
            assert!(!second.has("nav.pager a[rel=next]"));
        }
    }

    async fn a_material_serves_topics_of_several_programmes(db: TestDb) {
        let app = app(db).await;
        let mut author = app.signed_in("gv01").await;
        let page = added(&mut author, "a.pdf", PDF, "Dùng chung").await;
        let choices = author.get(&page).await.attributes("#f-topic option", "value");
        assert_eq!(choices.len(), 20, "ten topics of each of two programmes");
        for topic in [&choices[0], &choices[19]] {
            assert_eq!(author.post(&format!("{page}/topics"), &[("topic", topic)]).await.status, 303);
        }
        let shown = author.get(&page).await;
        assert_eq!(shown.texts(".plainlist small"), ["Chương trình 1", "Chương trình 2"]);
        assert_eq!(shown.attributes("#f-topic option", "value").len(), 18);
        assert_eq!(author.get("/materials").await.texts("tbody td.n"), ["2"]);
        assert_eq!(author.get(&format!("/materials?topic={}", choices[0])).await.texts("tbody th a"), ["Dùng chung"]);
        assert_eq!(author.get(&format!("/materials?topic={}", choices[1])).await.texts("tbody th a").len(), 0);
        for unknown in ["", "x", "00000000-0000-7000-8000-000000000000:T1"] {
            assert_eq!(author.post(&format!("{page}/topics"), &[("topic", unknown)]).await.status, 422, "{unknown}");
        }
        assert_eq!(author.post(&format!("{page}/topics/removal"), &[("topic", &choices[0])]).await.status, 303);
        assert_eq!(author.get(&page).await.texts(".plainlist small"), ["Chương trình 2"]);
    }

    async fn an_upload_goes_on_where_the_connection_broke(db: TestDb) {
        let folder = db.folder().to_owned();
        let app = app(db).await;
        let mut sender = app.signed_in("gv01").await;
        // longer than one piece
        let film: Vec<u8> = b"\0\0\0\x20ftypisom".iter().copied().chain((0..9_000_000_u32).map(|n| n.to_le_bytes()[1])).collect();
        let size = film.len().to_string();
        let begun = announce(&mut sender, "ghi hình.mp4", &size).await;
        assert_eq!((offset(&begun), head(&begun, "upload-chunk")), ((201, "0".to_owned()), "8388608"));
        let place = begun.location().to_owned();
        assert_eq!(offset(&piece(&mut sender, &place, 0, &film[..4_000_000]).await), (204, "4000000".to_owned()));
        // what belongs elsewhere is told where to go on: too early, too late, the same again
        for (at, bytes) in [(0, &film[..4_000_000]), (5_000_000, &film[5_000_000..6_000_000])] {
            assert_eq!(offset(&piece(&mut sender, &place, at, bytes).await), (409, "4000000".to_owned()));
        }
        assert_eq!(piece(&mut sender, &place, 4_000_000, &film[4_000_000..][..0]).await.status, 204, "nothing more is here");
        assert_eq!(offset(&sender.get(&place).await), (204, "4000000".to_owned()));
        // it is the sender's alone
        let mut other = app.signed_in("gv02").await;
        assert_eq!(other.get(&place).await.status, 404);
        assert_eq!(piece(&mut other, &place, 4_000_000, b"x").await.status, 404);
        // unfinished it is nothing yet
        let upload = place.rsplit('/').next().unwrap().to_owned();
        let fields = [("title", "Ghi hình"), ("kind", "recording"), ("licence", "own"), ("upload", upload.as_str())];
        let early = sender.upload("/materials", "file", "", b"", &fields).await;
        assert_eq!((early.status, early.text_of("#e-file")), (422, "Tệp: chưa gửi hết. Hãy chọn lại đúng tệp đó để gửi tiếp.".to_owned()));
        // two senders of one upload at once: one is written down, the other is told
        let mut again = sender.clone();
        let (one, two) = tokio::join!(piece(&mut sender, &place, 4_000_000, &film[4_000_000..8_000_000]), piece(&mut again, &place, 4_000_000, &film[4_000_000..6_000_000]));
        let mut told = [one.status, two.status];
        told.sort_unstable();
        assert_eq!(told, [204, 409]);
        let (_, here) = offset(&sender.get(&place).await);
        let here: usize = here.parse().unwrap();
        assert!(here == 8_000_000 || here == 6_000_000, "{here}");
        let more = piece(&mut sender, &place, here, &[film[here..].to_vec(), b"zu viel".to_vec()].concat()).await;
        assert_eq!((more.status, more.body.contains("quá lớn")), (422, true));
        assert_eq!(offset(&piece(&mut sender, &place, here, &film[here..]).await), (204, size));
        let page = sender.upload("/materials", "file", "", b"", &fields).await;
        assert_eq!(page.status, 303, "{:?}", page.texts(".error"));
        let page = page.location().to_owned();
        assert!(sender.get(&format!("{page}/versions/1/file")).await.bytes == film);
        assert_eq!(sender.get(&page).await.attributes("video", "src"), [format!("{page}/versions/1/file")]);
        // it cannot be used twice, and its pieces are cleared away
        let twice = sender.upload("/materials", "file", "", b"", &fields).await;
        assert_eq!(twice.text_of("#e-file"), "Tệp: tệp đã gửi không còn ở máy chủ. Hãy chọn lại tệp.");
        app.run_jobs().await;
        assert_eq!(kept(&folder.join("files/uploads")), Vec::<String>::new());
        assert_eq!(kept(&folder.join("files/files")).len(), 1);
    }

    async fn a_bad_upload_is_refused_before_it_is_sent(db: TestDb) {
        let folder = db.folder().to_owned();
        let app = app(db).await;
        let mut sender = app.signed_in("gv01").await;
        let ten_gb = announce(&mut sender, "phim.mp4", "10737418240").await;
        assert_eq!((ten_gb.status, ten_gb.body.as_str()), (422, "Tệp: 10 GB là quá lớn, nhiều nhất 4 GB."));
        assert_eq!(announce(&mut sender, "phim.mp4", "0").await.status, 422);
        assert_eq!(announce(&mut sender, "phim.exe", "10").await.status, 422);
        assert_eq!(announce(&mut sender, "phim.mp4", "mười").await.status, 400);
        let place = announce(&mut sender, "phim.mp4", "100").await.location().to_owned();
        let wrong = piece(&mut sender, &place, 0, b"<html>this is no film at all</html>").await;
        assert_eq!((wrong.status, wrong.body.as_str()), (422, "Tệp: nội dung không phải MP4 như tên tệp. Hãy kiểm tra lại tệp."));
        let without = sender.send(Request::post(&place).body(Body::from("x")).unwrap()).await;
        assert_eq!(without.status, 400);
        assert_eq!(piece(&mut sender, &place, 0, &vec![0; 9 << 20]).await.status, 413);
        // left behind for more than a day it is cleared when somebody sends something else
        let good = piece(&mut sender, &place, 0, b"\0\0\0\x20ftypisom").await;
        assert_eq!(good.status, 204);
        assert_eq!(kept(&folder.join("files/uploads")).len(), 1);
        let app = app.later([people::area(), teaching::area()], "2026-02-21T09:00");
        let mut sender = app.signed_in("gv01").await;
        announce(&mut sender, "a.pdf", "100").await;
        app.run_jobs().await;
        assert_eq!(kept(&folder.join("files/uploads")), Vec::<String>::new());
        assert_eq!(sender.get(&place).await.status, 404);
    }

    async fn a_place_for_files_that_is_away_is_told_and_nothing_is_half_written(db: TestDb) {
        let folder = db.folder().to_owned();
        let app = app(db).await;
        let mut sender = app.signed_in("gv01").await;
        // what stands in the way of every file
        std::fs::write(folder.join("files/uploads"), "x").unwrap();
        let reply = bring(&mut sender, "a.pdf", PDF, "Giáo án").await;
        assert_eq!((reply.status, reply.text_of("h1")), (503, "Kho tệp tạm thời không trả lời".to_owned()));
        assert_eq!(sender.get("/materials").await.texts("tbody th a"), Vec::<String>::new());
        std::fs::remove_file(folder.join("files/uploads")).unwrap();
        added(&mut sender, "a.pdf", PDF, "Giáo án").await;
    }

    async fn row_83_a_version_leaves_as_a_common_cartridge_with_the_materials_of_its_topics(db: TestDb) {
        let app = app(db).await;
        let mut lecturer = app.signed_in("gv01").await;
        let lesson = docx(&["Bài giảng <một> & hai"], &[]);
        let page = added(&mut lecturer, "bai.docx", &lesson, "Giáo án <số 1> & phụ lục").await;
        let topics = lecturer.get(&page).await.attributes("#f-topic option", "value");
        for topic in &topics[..2] {
            assert_eq!(lecturer.post(&format!("{page}/topics"), &[("topic", topic.as_str())]).await.status, 303);
        }
        let link = [("title", "Văn bản"), ("kind", "reading"), ("licence", "public"), ("source", ""), ("topic", topics[1].as_str()), ("address", "https://vbpl.vn/?a=1&b=2")];
        assert_eq!(lecturer.upload("/materials", "file", "", b"", &link).await.status, 303);
        let version = lecturer.get("/programmes").await.attributes("tbody th a", "href").remove(0);
        let address = format!("{version}/cartridge.imscc");
        assert!(lecturer.get(&version).await.has(&format!("a[href='{address}']")));
        let reply = lecturer.get(&address).await;
        assert_eq!((reply.status, head(&reply, "content-type"), head(&reply, "content-disposition")), (200, "application/zip", "attachment; filename=\"prg-1-v1.imscc\""));

        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(reply.bytes)).unwrap();
        let mut files = std::collections::BTreeMap::new();
        for place in 0..zip.len() {
            let mut file = zip.by_index(place).unwrap();
            let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
            std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
            assert!(files.insert(name.clone(), bytes).is_none(), "{name} twice");
        }
        let manifest = String::from_utf8(files.remove("imsmanifest.xml").unwrap()).unwrap();
        assert_eq!(manifest.matches("<schema>IMS Common Cartridge</schema>\n    <schemaversion>1.3.0</schemaversion>").count(), 1);

        // what the standard asks of the organisation: one root without title, folders without reference, leaves that point at a resource
        let (mut reader, mut path) = (quick_xml::Reader::from_str(&manifest), Vec::<(String, bool, usize)>::new());
        let (mut ids, mut pointed, mut offered, mut listed) = (BTreeSet::new(), Vec::new(), Vec::new(), Vec::new());
        reader.config_mut().expand_empty_elements = true;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(e) => {
                    let name = e.name().as_ref().to_owned();
                    let of = |key: &str| e.attributes().flatten().find(|a| a.key.as_ref() == key).map(|a| a.value.into_owned());
                    if let Some(id) = of("identifier") {
                        assert!(id.starts_with(|c: char| c.is_ascii_alphabetic()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{id} is no name");
                        assert!(ids.insert(id.clone()), "{id} twice");
                        if name == "resource" {
                            offered.push((id, of("type").unwrap(), of("href")));
                        }
                    }
                    let parent = path.iter_mut().rev().find(|(name, ..)| name == "item");
                    match (name.as_str(), parent) {
                        ("item", Some((_, refers, items))) => {
                            assert!(!*refers, "what points at a resource has nothing below it");
                            *items += 1;
                        }
                        ("title", Some(_)) => assert!(path.iter().filter(|(n, ..)| n == "item").count() > 1, "the root has no title"),
                        ("file", _) => listed.push(of("href").unwrap()),
                        _ => {}
                    }
                    let refers = of("identifierref");
                    path.push((name, refers.is_some(), 0));
                    pointed.extend(refers);
                }
                quick_xml::events::Event::End(_) => {
                    let (name, refers, items) = path.pop().unwrap();
                    assert!(name != "item" || refers || items > 0, "an item without anything");
                }
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert!(path.is_empty());
        let resources: BTreeSet<&String> = offered.iter().map(|(id, ..)| id).collect();
        assert_eq!(pointed.iter().collect::<BTreeSet<_>>(), resources, "every resource is pointed at, and nothing else");
        assert_eq!(listed.iter().collect::<BTreeSet<_>>(), files.keys().collect(), "every file is listed");
        assert_eq!(listed.len(), files.len(), "once");
        for ((_, kind, href), file) in offered.iter().zip(&listed) {
            assert_eq!(href.as_ref(), (kind == "webcontent").then_some(file));
            assert!(file.chars().all(|c| c.is_ascii_alphanumeric() || "-./".contains(c)), "{file} needs no escape");
        }
        // ten pages of topics, one file of two topics, one link
        assert_eq!((offered.len(), pointed.len()), (12, 13));
        let (name, bytes) = files.iter().find(|(name, _)| name.ends_with(".docx")).unwrap();
        assert!(name.starts_with("materials/giao-an-so-1-phu-luc-"), "{name}");
        assert_eq!(*bytes, lesson, "byte by byte");
        let (_, link) = files.iter().find(|(name, _)| name.starts_with("links/")).unwrap();
        assert!(std::str::from_utf8(link).unwrap().contains("<url href=\"https://vbpl.vn/?a=1&#38;b=2\" target=\"_blank\"/>"));
        assert!(std::str::from_utf8(&files["topics/01.html"]).unwrap().contains("<h1>Chuyên đề 1</h1>"));
        // as browsers ask: what is packed already is not packed once more, a page is
        for (asked, encoding) in [(&address, None), (&version, Some("gzip"))] {
            let asked = Request::get(asked).header("accept-encoding", "gzip").body(Body::empty()).unwrap();
            let reply = lecturer.send(asked).await;
            assert_eq!((reply.status, reply.headers.get("content-encoding").map(|v| v.to_str().unwrap())), (200, encoding));
        }
        assert_eq!(app.signed_in("xa-00001").await.get(&address).await.status, 403);
        assert_eq!(lecturer.get(&address.replace("versions/1", "versions/9")).await.status, 404);
    }

    async fn row_83_a_folder_of_files_is_imported_with_a_report_for_each(db: TestDb) {
        let folder = db.folder().to_owned();
        let app = app(db).await;
        let mut school = app.signed_in("truong").await;
        added(&mut school, "co.docx", &docx(&["Đã có"], &[]), "Đã có trước").await;
        let (good, known, macros) = (docx(&["Bài giảng đất đai"], &[]), docx(&["Đã có"], &[]), docx(&["a"], &[("word/vbaProject.bin", b"x")]));
        let archive = zip(&[
            ("Chuyên đề 1/Giáo án_số 1.docx", &good),
            ("Chuyên đề 1/tài liệu.pdf", PDF),
            ("Chuyên đề 1/cũ.docx", &known),
            ("../../etc/thoat.pdf", PDF),
            ("/tuyet-doi.pdf", PDF),
            ("macro.docx", &macros),
            ("giả.pdf", b"<html>"),
            ("script.js", b"alert(1)"),
            ("__MACOSX/._a.pdf", b"x"),
            ("rỗng.pdf", b""),
        ]);
        let topics = school.get("/materials/import").await.attributes("#f-topic option", "value");
        let fields = [("kind", "lesson_plan"), ("licence", "own"), ("source", "Khoa Nhà nước"), ("topic", topics[1].as_str())];
        let report = school.upload("/materials/import", "file", "hoc-lieu.zip", &archive, &fields).await;
        assert_eq!((report.status, report.faults()), (200, vec![]));
        assert_eq!(report.text_of(".pagehead .soft"), "9 tệp: 2 đã thêm, 6 không nhận");
        let rows = report.texts("tbody tr");
        assert_eq!(rows, [
            "Chuyên đề 1/Giáo án_số 1.docxĐã thêmGiáo án số 1",
            "Chuyên đề 1/tài liệu.pdfĐã thêmtài liệu",
            "Chuyên đề 1/cũ.docxĐã cóĐã có trước",
            "../../etc/thoat.pdfKhông nhậnĐường dẫn trong ZIP dẫn ra ngoài thư mục.",
            "/tuyet-doi.pdfKhông nhậnĐường dẫn trong ZIP dẫn ra ngoài thư mục.",
            "macro.docxKhông nhậnTệp: có macro hoặc mẫu lấy từ nơi khác nên không nhận. Hãy lưu lại thành .docx, .pptx hoặc PDF không có macro.",
            "giả.pdfKhông nhậnTệp: nội dung không phải PDF như tên tệp. Hãy kiểm tra lại tệp.",
            "script.jsKhông nhậnTệp: không nhận tệp .js. Hãy dùng PDF, DOCX, PPTX, ảnh, video hoặc âm thanh.",
            "rỗng.pdfKhông nhậnTệp: tệp rỗng, không có nội dung.",
        ]);
        app.run_jobs().await;
        assert_eq!(school.get("/materials?q=dat+dai").await.texts("tbody th a"), ["Giáo án số 1"]);
        let page = report.attributes("tbody a", "href")[0].clone();
        assert_eq!(school.get(&page).await.texts(".plainlist small"), ["Chương trình 1"]);
        assert!(!folder.parent().unwrap().join("etc").exists());

        for (name, bytes, words) in [
            ("a.zip", b"PK\x03\x04broken".to_vec(), "Tệp: bị hỏng hoặc đặt mật khẩu nên không mở được."),
            ("a.zip", zip(&[]), "Tệp: nội dung không phải ZIP như tên tệp. Hãy kiểm tra lại tệp."),
            ("a.zip", zip(&[("__MACOSX/a.pdf", b"x")]), "Tệp: trong ZIP không có tệp nào."),
            ("a.pdf", PDF.to_vec(), "Tệp: nội dung không phải ZIP như tên tệp. Hãy kiểm tra lại tệp."),
        ] {
            let reply = school.upload("/materials/import", "file", name, &bytes, &fields).await;
            assert_eq!((reply.status, reply.text_of("#e-file")), (422, words.to_owned()), "{name}");
            assert_eq!(reply.attributes("#f-source", "value"), ["Khoa Nhà nước"]);
        }
    }
}
