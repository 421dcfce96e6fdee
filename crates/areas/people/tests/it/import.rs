//! Rosters from upload to undo.

use ::store::{By, Verified, latest};
use people::accounts::{AccountInput, add_accounts};
use testkit::{TestApp, db_test};

use crate::import_setting::{NOW, app, committed, counts, man, names, roster, table, uploaded};

/// Actions of the audit, newest first, without signing in.
async fn audited(app: &TestApp) -> Vec<(String, String)> {
    let lines = latest(&mut app.db().read().await.unwrap(), i64::MAX, 100).await.unwrap();
    lines.into_iter().filter(|l| l.action.starts_with("registry.")).map(|l| (l.who, l.action)).collect()
}

fn pairs(lines: &[(String, String)]) -> Vec<(&str, &str)> {
    lines.iter().map(|(who, action)| (who.as_str(), action.as_str())).collect()
}

db_test! {
    async fn a_roster_as_offices_send_it(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let bytes = roster(&[
            ["Nguyễn Văn An", "@1980-03-05", "", "Kinh", "Anh Sơn", "Phòng Kinh tế", "Trưởng phòng Kinh tế", "Thạc sĩ", "Cao cấp", "CVC"],
            ["=LÊ THỊ  BÌNH", "", "5.3.1985", "thái", "xã Hòa Bình", "", "Chuyên viên tài chính", "ĐH Kinh tế", "TC", "CV"],
            ["Trần Văn Tống", "1979-12-31", "", "", "UBND xã Anh Sơn", "Văn phòng Đảng ủy", "Chuyên viên", "", "", "chưa qua"],
        ]);
        let (path, page) = uploaded(&mut client, &bytes).await;
        assert_eq!(page.text_of("h1"), "danh-sach.xlsx Đang xem trước");
        assert_eq!(counts(&page), ["0", "3", "0", "0", "4"]);
        let head = ["Dòng", "Họ và tên", "Ngày sinh", "Giới tính", "Xã, phường", "Chức danh", "Chuyên môn", "LLCT", "QLNN"];
        assert_eq!(page.texts("#rows thead th"), head);
        let director = "Trưởng phòng Kinh tế (xã) / Kinh tế, Hạ tầng và Đô thị (phường)";
        assert_eq!(table(&page), [
            vec!["8", "Nguyễn Văn An", "05/03/1980", "Nam", "Anh Sơn", director, "Thạc sĩ", "Cao cấp", "CV chính"],
            vec!["9", "Lê Thị Bình", "05/03/1985", "Nữ", "Hoà Bình", "Chuyên viên tài chính", "Đại học", "Trung cấp", "Chuyên viên"],
            vec!["10", "Trần Văn Tống", "31/12/1979", "Nam", "Anh Sơn", "Chuyên viên Văn phòng đảng ủy", "–", "–", "Chưa qua"],
        ]);
        let skipped = client.get(&format!("{path}?kind=skipped")).await;
        assert_eq!(table(&skipped), [
            ["6", "1 · 2 · 3 · 4 · 5 · 6 · 7 · 8 · 9 · 10 · 11"],
            ["7", "I · KHỐI ĐẢNG VÀ CHÍNH QUYỀN"],
            ["11", "Tổng cộng · 3"],
            ["13", "Người lập biểu"],
        ]);
        assert_eq!(names(&mut client).await, Vec::<String>::new());

        let done = client.post(&format!("{path}/commit"), &[]).await;
        assert_eq!((done.status, done.location()), (303, path.as_str()));
        let page = client.get(&path).await;
        assert_eq!(page.text_of("h1"), "danh-sach.xlsx Đã ghi");
        assert_eq!(page.text_of(".live"), "Đã ghi: 3 người mới, 0 người thay đổi.");
        assert_eq!(names(&mut client).await, ["Nguyễn Văn An", "Lê Thị Bình", "Trần Văn Tống"]);
        assert_eq!(pairs(&audited(&app).await), [
            ("sonoivu", "registry.import.committed"),
            ("sonoivu", "registry.person.added"),
            ("sonoivu", "registry.person.added"),
            ("sonoivu", "registry.person.added"),
            ("sonoivu", "registry.import.previewed"),
        ]);
    }

    async fn row_40_an_import_is_taken_back_as_a_whole(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        committed(&mut client, &roster(&[man("Nguyễn Văn An")])).await;
        let mut promoted = man("Nguyễn Văn An");
        promoted[6] = "Chuyên viên đất đai";
        promoted[7] = "Thạc sĩ";
        let path = committed(&mut client, &roster(&[promoted, man("Trần Văn Bình")])).await;
        assert_eq!(names(&mut client).await, ["Nguyễn Văn An", "Trần Văn Bình"]);

        let undone = client.post(&format!("{path}/undo"), &[]).await;
        assert_eq!((undone.status, undone.location()), (303, path.as_str()));
        let page = client.get(&path).await;
        assert_eq!(page.text_of(".live"), "Đã thu hồi: 1 người mới rời sổ, 1 người trở lại như trước.");
        assert_eq!(page.text_of("h1"), "danh-sach.xlsx Đã thu hồi");
        // the register is as it was: the first roster says nothing new
        let (_, again) = uploaded(&mut client, &roster(&[man("Nguyễn Văn An")])).await;
        assert_eq!(counts(&again), ["0", "0", "0", "1", "4"]);
        assert_eq!(names(&mut client).await, ["Nguyễn Văn An"]);
        let twice = client.post(&format!("{path}/undo"), &[]).await;
        assert_eq!((twice.status, twice.text_of("[role=alert]")), (422, "Lần nhập này đã được thu hồi. Hãy tải tệp lên lại.".to_owned()));
        let verified = store::verify(&mut app.db().read().await.unwrap()).await.unwrap();
        assert!(matches!(verified, Verified::Whole(lines) if lines > 10), "{verified:?}");
    }

    async fn row_41_spaces_and_spellings_never_make_a_second_person(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let mut first = man("Nguyễn Thị Hoà");
        first[4] = "Hoà Bình";
        committed(&mut client, &roster(&[first])).await;
        for name in ["  Nguyễn  Thị Hòa ", "NGUYỄN THỊ HOÀ", "Nguye\u{302}\u{303}n Thi\u{323} Ho\u{300}a", "nguyễn thị\u{a0}hoà\u{200b}"] {
            let mut line = first;
            line[0] = name;
            for commune in [" hòa bình ", "XÃ HOÀ BÌNH", "Xã  Hoà  Bình", "Hoà Bi\u{300}nh\u{a0}"] {
                line[4] = commune;
                let (_, page) = uploaded(&mut client, &roster(&[line])).await;
                assert_eq!(counts(&page), ["0", "0", "0", "1", "4"], "{name:?} {commune:?}");
            }
        }
    }

    async fn row_44_a_double_is_named_with_its_first_row(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let mut namesake = man("Nguyễn Văn Hoà");
        namesake[4] = "Hoà Bình";
        let bytes = roster(&[man("Nguyễn Văn Hoà"), man("NGUYỄN VĂN  HÒA"), namesake, man("Nguyễn Văn Hoa")]);
        let (path, page) = uploaded(&mut client, &bytes).await;
        assert_eq!(counts(&page), ["1", "3", "0", "0", "4"]);
        assert_eq!(table(&page), [["9", "Nguyễn Văn Hòa", "trùng với dòng 8 của danh sách này"]]);
        client.post(&format!("{path}/commit"), &[]).await;
        assert_eq!(names(&mut client).await, ["Nguyễn Văn Hoa", "Nguyễn Văn Hoà", "Nguyễn Văn Hoà"]);
    }

    async fn every_faulty_row_says_why_and_the_rest_is_written(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let with = |changes: &[(usize, &'static str)]| {
            let mut line = man("Nguyễn Văn An");
            for (place, text) in changes {
                line[*place] = text;
            }
            line
        };
        let bytes = roster(&[
            with(&[(1, "31/02/1980")]),
            with(&[(1, "05/03/2030")]),
            with(&[(1, "05/03/80")]),
            with(&[(2, "05/03/1980")]),
            with(&[(4, "Xã Không Có")]),
            with(&[(5, "Phòng Không Có")]),
            with(&[(7, "Bằng lái xe"), (8, "abc"), (9, "xyz")]),
            with(&[(0, "")]),
            with(&[(1, "")]),
            with(&[(1, "1980")]),
            with(&[(1, "@2015-01-02")]),
            with(&[(1, "không rõ")]),
            with(&[(6, "")]),
            with(&[(6, "Phi công")]),
            with(&[(6, "Chuyên viên")]),
            with(&[(3, "Sao Hỏa")]),
            with(&[(4, "")]),
            with(&[(0, "Nguyễn Văn 2")]),
            ["Hồ Thiếu", "", "", "", "", "", "", "", "", ""],
            man("Lê Văn Đúng"),
        ]);
        let (path, page) = uploaded(&mut client, &bytes).await;
        assert_eq!(counts(&page), ["19", "1", "0", "0", "4"]);
        let reasons: Vec<(String, String)> = table(&page).into_iter().map(|r| (r[0].clone(), r[2].clone())).collect();
        let wanted = [
            ("8", "cột C: không có ngày này trong lịch: 31/02/1980"),
            ("9", "cột C: ngày ở tương lai: 05/03/2030"),
            ("10", "cột C: năm chỉ có 2 chữ số, không rõ thế kỷ: 05/03/80"),
            ("11", "cột D: có ngày sinh ở cả cột nam và cột nữ: 05/03/1980 / 05/03/1980"),
            ("12", "cột F: không có xã, phường này trong tỉnh: Xã Không Có"),
            ("13", "cột G: không có cơ quan, phòng này ở cấp xã: Phòng Không Cócột H: không nhận ra chức vụ: Trưởng phòng"),
            ("14", "cột I: không nhận ra trình độ: Bằng lái xecột J: không nhận ra trình độ: abccột K: không nhận ra trình độ: xyz"),
            ("15", "cột B: thiếu họ và tên"),
            ("16", "cột C: thiếu ngày sinh"),
            ("17", "cột C: chỉ có năm, cần đủ ngày, tháng, năm: 1980"),
            ("18", "cột C: tuổi không hợp lý (dưới 18 hoặc trên 80): 02/01/2015"),
            ("19", "cột C: không đọc được ngày: không rõ"),
            ("20", "cột H: thiếu chức vụ"),
            ("21", "cột H: không nhận ra chức vụ: Phi công"),
            ("22", "cột H: chức vụ chưa rõ, có nhiều vị trí cùng tên; hãy ghi đủ tên vị trí: Chuyên viên"),
            ("23", "cột E: không có dân tộc này trong danh mục: Sao Hỏa"),
            ("24", "cột F: thiếu xã, phường"),
            ("25", "cột B: họ và tên không đọc được: Nguyễn Văn 2"),
            ("26", "cột C: thiếu ngày sinhcột F: thiếu xã, phườngcột H: thiếu chức vụ"),
        ];
        assert_eq!(reasons, wanted.map(|(row, why)| (row.to_owned(), why.to_owned())));
        assert_eq!(page.texts(".pagehead .soft"), ["Trang tính “DS cán bộ” · 24/11/2026 08:00"]);
        let file = client.get(&format!("{path}/faults.xlsx")).await;
        assert_eq!((file.status, &file.bytes[..2]), (200, b"PK".as_slice()));
        client.post(&format!("{path}/commit"), &[]).await;
        assert_eq!(names(&mut client).await, ["Lê Văn Đúng"]);
    }

    async fn a_withdrawn_batch_writes_nothing(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let (path, _) = uploaded(&mut client, &roster(&[man("Nguyễn Văn An")])).await;
        let reply = client.post(&format!("{path}/withdraw"), &[]).await;
        assert_eq!((reply.status, reply.location()), (303, "/people/import"));
        let list = client.get("/people/import").await;
        assert_eq!(list.text_of(".live"), "Đã bỏ lần nhập; không có gì được ghi.");
        assert_eq!(list.texts("tbody .tag"), ["Đã bỏ"]);
        assert_eq!(names(&mut client).await, Vec::<String>::new());
        let late = client.post(&format!("{path}/commit"), &[]).await;
        assert_eq!((late.status, late.text_of("[role=alert]")), (422, "Lần nhập này đã được bỏ. Hãy tải tệp lên lại.".to_owned()));
    }

    async fn a_kill_between_preview_and_commit_loses_nothing(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let (path, before) = uploaded(&mut client, &roster(&[man("Nguyễn Văn An"), man("Trần Văn Bình")])).await;
        // another process over the same database, which knows nothing of this one
        let app = app.later([people::area()], NOW);
        let mut client = app.signed_in("sonoivu").await;
        let after = client.get(&path).await;
        assert_eq!((counts(&after), table(&after)), (counts(&before), table(&before)));
        let done = client.post(&format!("{path}/commit"), &[]).await;
        assert_eq!(done.status, 303);
        assert_eq!(names(&mut client).await, ["Nguyễn Văn An", "Trần Văn Bình"]);
    }

    async fn what_the_preview_does_not_show_is_not_written(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let (first, _) = uploaded(&mut client, &roster(&[man("Nguyễn Văn An")])).await;
        let mut other = man("Nguyễn Văn An");
        other[7] = "Thạc sĩ";
        committed(&mut client, &roster(&[other])).await;
        let late = client.post(&format!("{first}/commit"), &[]).await;
        assert_eq!(late.status, 422);
        assert_eq!(
            late.text_of("[role=alert]"),
            "Sổ đã thay đổi từ lúc xem trước. Bảng xem trước đã được tính lại; hãy quay lại, xem và xác nhận lần nữa."
        );
        let page = client.get(&first).await;
        assert_eq!(counts(&page), ["0", "0", "1", "0", "4"]);
        assert_eq!(table(&page), [["8", "Nguyễn Văn An", "Chuyên mônThạc sĩ Đại học"]]);
        assert_eq!(client.post(&format!("{first}/commit"), &[]).await.status, 303);
    }

    async fn an_undo_names_whom_it_cannot_take_back_and_changes_nothing(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        let path = committed(&mut client, &roster(&[man("Nguyễn Văn An"), man("Trần Văn Bình"), man("Lê Văn Cường")])).await;
        let mut changed = man("Trần Văn Bình");
        changed[8] = "Cao cấp";
        committed(&mut client, &roster(&[changed])).await;
        let list = client.get("/people").await;
        let person = list.attributes("#rows tbody th a", "href")[0].rsplit('/').next().unwrap().parse().unwrap();
        let account = AccountInput { username: "an".into(), name: "An".into(), role: "learner", commune: None, person: Some(person), province: None };
        add_accounts(app.db(), By::System("test"), &[account], "-", false).await.unwrap();

        let refused = client.post(&format!("{path}/undo"), &[]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(
            refused.text_of("[role=alert]"),
            "Không thu hồi được vì 2 người: Nguyễn Văn An (có tài khoản); Trần Văn Bình (hồ sơ đã thay đổi sau lần nhập này). \
             Chưa có gì bị đổi."
        );
        assert_eq!(names(&mut client).await, ["Nguyễn Văn An", "Trần Văn Bình", "Lê Văn Cường"]);
        assert_eq!(client.get(&path).await.text_of("h1"), "danh-sach.xlsx Đã ghi");
    }

    async fn a_commune_imports_its_own_people_and_sees_its_own_batches(db: TestDb) {
        let app = app(db).await;
        let mut other = app.signed_in("xa-00002").await;
        let mut theirs = man("Lê Thị Xa");
        theirs[4] = "Hoà Bình";
        let path = committed(&mut other, &roster(&[theirs])).await;

        let mut client = app.signed_in("xa-00001").await;
        let mut unsaid = man("Trần Văn Bình");
        unsaid[4] = "";
        let mut moved = man("Lê Thị Xa");
        moved[4] = "Anh Sơn";
        let (own, page) = uploaded(&mut client, &roster(&[man("Nguyễn Văn An"), unsaid, theirs, moved])).await;
        assert_eq!(counts(&page), ["2", "2", "0", "0", "4"]);
        assert_eq!(table(&page), [
            ["10", "Lê Thị Xa", "cột F: ngoài xã, phường của bạn: Hoà Bình"],
            ["11", "Lê Thị Xa", "trùng họ tên và ngày sinh với một người đã có trong sổ ở nơi khác; việc điều động do Sở Nội vụ thực hiện"],
        ]);
        assert_eq!(client.post(&format!("{own}/commit"), &[]).await.status, 303);
        assert_eq!(names(&mut client).await, ["Nguyễn Văn An", "Trần Văn Bình"]);

        for path in [path.clone(), format!("{path}/columns"), format!("{path}/faults.xlsx")] {
            let page = client.get(&path).await;
            assert_eq!((page.status, page.text_of("h1")), (404, "Không tìm thấy".to_owned()), "{path}");
        }
        for step in ["commit", "withdraw", "undo", "columns"] {
            assert_eq!(client.post(&format!("{path}/{step}"), &[("sheet", "DS cán bộ")]).await.status, 404, "{step}");
        }
        assert_eq!(client.get("/people/import").await.texts("tbody th").len(), 1);
        // the province sees both
        let mut province = app.signed_in("sonoivu").await;
        assert_eq!(province.get("/people/import").await.texts("tbody th").len(), 2);
        assert_eq!(province.get(&path).await.text_of("h1"), "danh-sach.xlsx Đã ghi");
    }

    async fn a_new_post_ends_the_old_one_and_the_undo_opens_it_again(db: TestDb) {
        let app = app(db).await;
        let mut client = app.signed_in("sonoivu").await;
        committed(&mut client, &roster(&[man("Nguyễn Văn An")])).await;
        let mut moved = man("Nguyễn Văn An");
        (moved[4], moved[5], moved[6]) = ("Hoà Bình", "Văn phòng đảng ủy", "Chánh Văn phòng đảng ủy");
        let path = committed(&mut client, &roster(&[moved])).await;
        let page = client.get(&path).await;
        let director = "Trưởng phòng Kinh tế (xã) / Kinh tế, Hạ tầng và Đô thị (phường)";
        let office = "Phòng Kinh tế / Phòng Kinh tế, Hạ tầng và Đô thị";
        assert_eq!(table(&page), [[
            "8".to_owned(),
            "Nguyễn Văn An".to_owned(),
            format!("Xã, phườngAnh Sơn Hoà BìnhCơ quan{office} Văn phòng đảng ủyChức danh{director} Chánh Văn phòng đảng ủy"),
        ]]);
        let posts = async |client: &mut testkit::Client| client.get("/people").await.texts("#rows tbody td:nth-child(3)");
        assert_eq!(posts(&mut client).await, ["Chánh Văn phòng đảng ủy"]);
        client.post(&format!("{path}/undo"), &[]).await;
        assert_eq!(posts(&mut client).await, [director]);
        // nothing of the undone post is left: the same move is a change again
        let (_, page) = uploaded(&mut client, &roster(&[moved])).await;
        assert_eq!(counts(&page), ["0", "0", "1", "0", "4"]);
    }

    async fn whoever_lacks_the_right_has_neither_button_nor_page(db: TestDb) {
        let app = app(db).await;
        app.account("bantochuc", "organisation_committee", None, None).await;
        let mut reader = app.signed_in("bantochuc").await;
        assert!(!reader.get("/people").await.has("a[href='/people/import']"));
        assert_eq!(reader.get("/people/import").await.status, 403);
        assert_eq!(reader.upload("/people/import", "file", "a.xlsx", &roster(&[man("A B")]), &[]).await.status, 403);
        let mut officer = app.signed_in("xa-00001").await;
        assert_eq!(officer.get("/people").await.texts("a[href='/people/import']"), ["Nhập danh sách"]);
    }
}
