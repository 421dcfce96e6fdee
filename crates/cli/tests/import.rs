//! `boiduong import people` and `boiduong reconcile` as an operator meets them.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use kernel::{SystemClock, UnitId, ids::SystemIds};
use people::{
    organisation::{CommuneInput, EthnicInput, OfficeKindInput, OrganisationInput, PositionInput, load_organisation},
    registry::{DeclaredInput, load_declared_totals},
};
use store::{By, Db, latest};
use teaching::scheme::{SchemeInput, load_scheme};

const ROSTER: &str = "DANH SÁCH XÃ ANH SƠN\nHọ và tên,Ngày sinh,Chức vụ,Xã\n\
     Nguyễn Văn An,05/03/1980,Chánh Văn phòng,Anh Sơn\n\
     Trần Văn Bình,31/02/1980,Chánh Văn phòng,Xã Lạ\n";

/// A data folder with a commune, a post and the declared totals of the scheme; removed at the end.
struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Place {
    async fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("boiduong-cli-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let place = Self(folder);
        let db = place.db().await;
        store::migrate(&db).await.unwrap();
        let totals = [
            ("total", "total", 8624),
            ("bloc", "dang", 2277),
            ("bloc", "chinh_quyen", 6276),
            ("theory", "cao_cap", 8624),
        ];
        let totals = totals.map(|(dimension, key, people)| DeclaredInput {
            dimension: dimension.into(),
            key: key.into(),
            label: key.into(),
            people,
            as_of: "2025-11-10".parse().unwrap(),
            source: "test".into(),
        });
        let by = By::System("test");
        let loaded = db.write(async |tx| {
            let unit = load_organisation(tx, by, &province()).await?;
            load_scheme(tx, by, &scheme(unit)).await?;
            load_declared_totals(tx, by, unit, &totals).await
        });
        loaded.await.unwrap();
        db.close().await;
        place
    }

    async fn db(&self) -> Db {
        Db::open_sqlite(&self.0.join("boiduong.sqlite"), Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Exit code, standard output, last line of standard error.
    fn run(&self, words: &[&str]) -> (i32, String, String) {
        let output =
            Command::new(env!("CARGO_BIN_EXE_boiduong")).arg("--data").arg(&self.0).args(words).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let error = text(output.stderr).lines().last().unwrap_or_default().to_owned();
        (output.status.code().unwrap(), text(output.stdout), error)
    }

    fn import(&self, file: &Path, more: &[&str]) -> (i32, String, String) {
        self.run(&[&["import", "people", file.to_str().unwrap()], more].concat())
    }

    /// What the audit says of imports, oldest first.
    async fn audited(&self) -> Vec<(String, String)> {
        let db = self.db().await;
        let mut lines = latest(&mut db.read().await.unwrap(), i64::MAX, 50).await.unwrap();
        lines.reverse();
        db.close().await;
        lines.into_iter().filter(|l| l.who == "cli.import").map(|l| (l.who, l.action)).collect()
    }
}

fn scheme(province: UnitId) -> SchemeInput {
    SchemeInput {
        code: "thu".into(),
        name: "Đề án thử".into(),
        short_name: "Đề án thử".into(),
        province,
        province_name: "Tỉnh Thử".into(),
        first_year: 2026,
        last_year: 2030,
        rules: Vec::new(),
        milestones: Vec::new(),
        bodies: Vec::new(),
        audiences: Vec::new(),
        blocs: Vec::new(),
    }
}

fn province() -> OrganisationInput {
    OrganisationInput {
        province_code: "40".into(),
        province_name: "Tỉnh Thử".into(),
        since: "2025-07-01".parse().unwrap(),
        communes: vec![CommuneInput {
            code: "00001".into(),
            name: "Anh Sơn".into(),
            kind: "xa".into(),
            former_district: "Huyện Thử".into(),
            region: "dong_bang".into(),
            is_border: false,
            is_highland: false,
            is_mountain: false,
            is_coastal: false,
            population: None,
            road_km: None,
            lat: 18.9,
            lon: 105.1,
        }],
        office_kinds: vec![OfficeKindInput { code: "VP".into(), name: "Văn phòng".into(), bloc: "dang".into() }],
        positions: vec![PositionInput {
            code: "CVP".into(),
            title: "Chánh Văn phòng".into(),
            bloc: "dang".into(),
            office_code: Some("VP".into()),
            level: "head".into(),
            target_group: Some(1),
        }],
        ethnic_groups: vec![EthnicInput { code: "01".into(), name: "Kinh".into(), is_minority: false }],
    }
}

const READ: &str = "Trang tính “CSV”: 1 người mới, 0 thay đổi, 0 giữ nguyên, 1 dòng lỗi, 0 dòng chưa rõ là ai, 0 dòng bỏ qua.\nDòng bị từ chối:\n  \
     Trang tính “CSV”, dòng 4 (Trần Văn Bình): cột B: không có ngày này trong lịch: 31/02/1980; cột D: không có xã, phường này \
     trong tỉnh: Xã Lạ\n";

#[tokio::test]
async fn a_roster_is_shown_then_written_then_known() {
    let place = Place::new("import").await;
    let file = place.file("ds.csv", ROSTER.as_bytes());
    let dry = place.import(&file, &["--dry-run"]);
    assert_eq!(dry, (0, format!("{READ}Chạy thử: chưa ghi gì.\n"), String::new()));
    assert_eq!(place.audited().await, []);

    let written = place.import(&file, &[]);
    assert_eq!(written, (0, format!("{READ}Đã ghi: 1 người mới, 0 người thay đổi.\n"), String::new()));
    let actions = ["registry.import.previewed", "registry.person.added", "registry.import.committed"];
    assert_eq!(place.audited().await, actions.map(|action| ("cli.import".to_owned(), action.to_owned())));

    let (code, text, _) = place.import(&file, &[]);
    assert_eq!((code, text.lines().last()), (0, Some("Không có người mới hoặc thay đổi nào để ghi.")));
    assert_eq!(place.audited().await.len(), 3);

    let (code, text, _) = place.run(&["reconcile"]);
    let lines: Vec<String> = text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(code, 0);
    assert_eq!(
        lines,
        [
            "dimension key declared register diff",
            "total total 8624 1 -8623",
            "bloc dang 2277 1 -2276",
            "bloc chinh_quyen 6276 0 -6276",
            "theory cao_cap 8624 0 -8624",
            "",
            "gap bloc sum 8553 missing 71",
            "gap theory sum 8624 missing 0",
        ]
    );
}

#[tokio::test]
async fn a_bad_file_ends_with_two_and_writes_nothing() {
    let place = Place::new("bad").await;
    let missing = "Họ và tên,Ngày sinh,Dân tộc\nNguyễn Văn An,05/03/1980,Kinh\n";
    for (name, bytes, why) in [
        ("rong.csv", b"".as_slice(), "Tệp rỗng. Hãy chọn tệp danh sách rồi thử lại."),
        (
            "ds.xlsx",
            b"%PDF-1.7",
            "Tệp này không phải bảng tính Excel (.xlsx) hay CSV; có thể là PDF hoặc ảnh đã đổi đuôi. Hãy xin tệp gốc của cơ quan gửi.",
        ),
        (
            "thieu.csv",
            missing.as_bytes(),
            "Không tìm thấy cột: xã, phường, chức vụ. Hãy chỉ ra các cột này, hoặc bỏ lần nhập và tải tệp khác.",
        ),
    ] {
        let file = place.file(name, bytes);
        assert_eq!(place.import(&file, &[]), (2, String::new(), format!("boiduong: {}: {why}", file.display())));
    }
    let (code, _, error) = place.import(&place.0.join("khong-co.csv"), &[]);
    assert_eq!((code, error.contains("khong-co.csv")), (2, true), "{error}");
    assert_eq!(place.audited().await, []);
}
