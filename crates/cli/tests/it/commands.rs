//! Names and exit codes of the commands: 0 done, 2 bad input with a message on standard error, 1 anything else.

use calamine::{Reader, Xlsx, open_workbook};
use learning::testing::{decided, essays, study_week};
use store::By;
use teaching::{
    classes::learners,
    testing::{Small, approve_everything, call_first, open_class_of},
};
use testkit::{TestApp, db_test};

use crate::start::{Folder, boiduong, is_empty, told};

#[test]
fn bad_input_is_told_on_standard_error_with_exit_code_2() {
    let folder = Folder::new();
    let data = folder.data();
    let file = folder.0.join("a-file");
    std::fs::write(&file, "x").unwrap();
    let file = file.display().to_string();
    let inside = format!("{file}/data");
    let no_database = format!("boiduong: no database in {data}");
    let cases: &[(&[&str], &str)] = &[
        (&["--data", &data, "audit", "verify"], &no_database),
        (&["--data", &data, "reconcile"], &no_database),
        (&["--data", &data, "user", "reset", "quantri"], &no_database),
        (&["--data", &data, "report", "coverage", "--format", "csv", "--out", "x.csv"], &no_database),
        (
            &["--data", &data, "report", "coverage", "--format", "pdf", "--out", "x.pdf"],
            "boiduong: no format pdf; there are xlsx, csv, json",
        ),
        (
            &["--database", "mysql://root:secret@host/x", "serve"],
            "boiduong: --database: not an address like postgres://user@host/database",
        ),
        (&["--data", &inside, "serve"], &format!("boiduong: data folder {inside}: Not a directory (os error 20)")),
        (
            &["--data", &data, "user", "add", "Tr Ng", "--role", "finance", "--name", "X"],
            "boiduong: tr ng: a sign-in name has 3 to 40 of a-z, 0-9, point, dash",
        ),
        (
            &["--data", &data, "user", "add", "truong", "--role", "commune_officer", "--name", "X"],
            "boiduong: --commune belongs to the role commune_officer, which needs it",
        ),
        (
            &["--data", &data, "user", "add", "truong", "--role", "boss", "--name", "X"],
            "boiduong: no role boss; there are standing_committee, organisation_committee, home_affairs, propaganda, finance, school_training, school_head, lecturer, commune_officer, learner, administrator",
        ),
        (
            &["plan", "/nowhere.json", "--out", "x.json"],
            "boiduong: /nowhere.json: No such file or directory (os error 2)",
        ),
    ];
    for (arguments, message) in cases {
        let output = boiduong(arguments);
        assert_eq!(told(&output), (Some(2), String::new(), (*message).to_owned()), "{arguments:?}");
    }
    for arguments in [&["dance"][..], &["--listen", "nowhere"], &["serve", "--listen", "127.0.0.1:99999"], &["plan"]] {
        let (code, out, err) = told(&boiduong(arguments));
        assert_eq!((code, out), (Some(2), String::new()), "{arguments:?}");
        assert!(err.starts_with("error: ") && !err.contains("panicked"), "{err}");
    }
    assert_eq!(boiduong(&["--help"]).status.code(), Some(0));
}

#[test]
fn reading_commands_make_no_database() {
    let folder = Folder::new();
    let data = folder.data();
    assert_eq!(boiduong(&["--data", &data, "audit", "verify"]).status.code(), Some(2));
    assert!(is_empty(std::path::Path::new(&data)));
}

#[test]
fn what_is_nobodys_input_has_exit_code_1() {
    let (code, _, err) = told(&boiduong(&["--database", "postgres://nobody@127.0.0.1:1/x", "audit", "verify"]));
    assert_eq!(
        (code, err.as_str()),
        (
            Some(1),
            "boiduong: opening PostgreSQL: the database is away: pool timed out while waiting for an open connection"
        )
    );
}

/// A small scheme of another province.
const SECOND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/tests/second");

/// The least instance that can be planned: one week, one commune, one office, one person.
const INSTANCE: &str = r#"{
    "format": "coverage-plan/1", "classes_per_year": [1, 2], "classes_per_quarter_most": 1, "class_size": [1, 2],
    "coverage_target": 1.0, "repeat_gap_weeks": 80,
    "weeks": [{"id": 0, "monday": "2026-03-02", "year": 2026, "capacity": 1}],
    "programmes": [{"id": "P", "blocked_weeks": []}],
    "communes": [{"id": 0, "code": "00001", "remote": false, "border": false}],
    "offices": [{"id": 0, "commune": 0, "name": "VP", "max_absent": 1}],
    "people": [{"id": 0, "office": 0, "programme": "P", "weight": 1, "from_week": 0, "to_week": 0, "blocked_weeks": []}],
    "exclusions": []
}"#;

#[test]
fn an_instance_that_is_wrong_is_told_and_leaves_no_plan() {
    let folder = Folder::new();
    let (file, out) = (folder.0.join("instance.json"), folder.0.join("plan.json"));
    let plan = |text: &str| {
        std::fs::write(&file, text).unwrap();
        told(&boiduong(&["plan", file.to_str().unwrap(), "--out", out.to_str().unwrap(), "--seconds", "0.1"]))
    };
    let cases = [
        (INSTANCE, "", "not a coverage-plan/1 file: EOF while parsing a value at line 1 column 0"),
        ("coverage-plan/1", "coverage-plan/2", "format: is not coverage-plan/1"),
        (r#""office": 0"#, r#""office": 1"#, "people[0].office: does not exist"),
        (r#""weight": 1"#, r#""weight": 0"#, "people[0].weight: is not above 0"),
        ("2026-03-02", "2026-13-02", "weeks[0].monday: is not a date like 2026-03-02"),
        (r#""exclusions": []"#, r#""exclusions": [[0, 0]]"#, "exclusions[0]: is not a pair of two people"),
        (
            r#""class_size": [1, 2]"#,
            r#""class_size": [2, 1]"#,
            "class_size: the least comes first and the most is above 0",
        ),
    ];
    for (right, wrong, message) in cases {
        assert!(INSTANCE.contains(right), "{right}");
        let message = format!("boiduong: {}: {message}", file.display());
        assert_eq!(plan(&INSTANCE.replacen(right, wrong, 1)), (Some(2), String::new(), message));
    }
    let (code, _, err) = plan(&INSTANCE.replacen(r#""repeat_gap_weeks": 80,"#, "", 1));
    assert_eq!(code, Some(2));
    assert!(err.contains("not a coverage-plan/1 file: missing field `repeat_gap_weeks`"), "{err}");
    assert!(!out.exists(), "nothing is written");
    // the same without a fault is planned
    assert_eq!(plan(INSTANCE).0, Some(0));
    assert_eq!(std::fs::read_to_string(&out).unwrap(), r#"{"classes":[{"programme":"P","week":0,"people":[0]}]}"#);
}

/// A class of the small province to its end; who is trained.
async fn trained(app: &TestApp) -> usize {
    let small = Small { offices: 4, people: 6, sizes: (2, 6), office_absent_percent: 100, ..Small::default() };
    let (db, province) = (app.db(), small.load(app.db()).await);
    let school = app.account("truong", "school_training", None, None).await;
    let head = app.account("hieutruong", "school_head", None, None).await;
    let others = [
        app.account("tuyengiao", "propaganda", None, None).await,
        app.account("sonoivu", "home_affairs", None, None).await,
    ];
    let mut officers = Vec::new();
    for (code, commune) in ["xa-00001", "xa-00002"].iter().zip(province.communes) {
        officers.push(app.account(code, "commune_officer", Some(commune), None).await);
    }
    approve_everything(db, &province, &school, [&others[0], &head, &others[1]]).await;
    let class = call_first(db, &province, &school, 5, None).await;
    open_class_of(db, class, &school, &officers).await;
    study_week(db, class, &school, &[]).await;
    essays(db, class, &school, "8", &[]).await;
    decided(db, class, &head, "21/QĐ-TTN").await;
    learners(&mut db.read().await.unwrap(), &school, class).await.unwrap().len()
}

db_test! {
    async fn the_coverage_report_is_written_in_each_format_with_the_figures_of_the_board(db: TestDb) {
        let folder = Folder::new();
        let (place, known) = (db.place().arguments(), db.db().clone());
        let app = TestApp::over_line(known, db, [app::area()]);
        assert_eq!(trained(&app).await, 5);
        let mut school = app.signed_in("truong").await;
        assert_eq!(school.get("/board").await.texts(".kpi .num").first().unwrap(), "5 / 48 người");
        let page = school.get("/coverage").await;
        let cells = page.texts("tbody td.n");
        // of each commune: people, trained, not trained, target people, of these trained, share
        let shown: Vec<[String; 4]> = cells.chunks(6).map(|c| [0, 1, 3, 4].map(|n| c[n].clone())).collect();
        assert_eq!(shown.len(), 2);
        assert_eq!(shown.iter().map(|c| c[1].parse::<i64>().unwrap()).sum::<i64>(), 5);

        let report = |format: &str, out: &std::path::Path| {
            let arguments = ["report", "coverage", "--format", format, "--out", out.to_str().unwrap(), &place[0], &place[1]];
            told(&boiduong(&arguments))
        };
        let said = (Some(0), "5 of 48 people trained, 2 communes".to_owned(), String::new());

        let csv = folder.0.join("coverage.csv");
        assert_eq!(report("csv", &csv), said);
        let text = std::fs::read_to_string(&csv).unwrap();
        let line = |n: usize| format!("0000{},xa,Thử {},Thử,{}", n + 1, n + 1, shown[n].join(","));
        let head = "code,kind,name,former_district,people,trained,target,target_trained";
        assert_eq!(text, format!("\u{feff}{head}\n{}\n{}\n", line(0), line(1)));

        let json = folder.0.join("coverage.json");
        assert_eq!(report("json", &json), said);
        let whole: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
        assert_eq!((&whole["people"], &whole["trained"]), (&48.into(), &5.into()));
        let communes: Vec<[String; 4]> = whole["communes"].as_array().unwrap().iter()
            .map(|c| ["people", "trained", "target", "target_trained"].map(|key| c[key].to_string()))
            .collect();
        assert_eq!(communes, shown);

        let xlsx = folder.0.join("coverage.xlsx");
        assert_eq!(report("xlsx", &xlsx), said);
        let mut book: Xlsx<_> = open_workbook(&xlsx).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        let head = rows.iter().position(|row| row[0] == "TT").unwrap();
        let figures: Vec<[String; 4]> = rows[head + 1..].iter().map(|row| [4, 5, 7, 8].map(|n| row[n].clone())).collect();
        let total = page.texts("tfoot td.n");
        assert_eq!(figures, [shown, vec![[0, 1, 3, 4].map(|n| total[n].clone())]].concat());

        // neither a format that there is not nor a folder that there is not leaves anything
        let nowhere = folder.0.join("coverage.pdf");
        let wrong = "boiduong: no format pdf; there are xlsx, csv, json".to_owned();
        assert_eq!(report("pdf", &nowhere), (Some(2), String::new(), wrong));
        let away = folder.0.join("away/coverage.csv");
        let wrong = format!("boiduong: {}: No such file or directory (os error 2)", away.display());
        assert_eq!(report("csv", &away), (Some(2), String::new(), wrong));
        assert!(!nowhere.exists() && !away.exists());
    }

    async fn accounts_are_made_and_reset_from_the_command_line(db: TestDb) {
        let place = db.place().arguments();
        let [key, value] = [place[0].as_str(), place[1].as_str()];
        let add = ["user", "add", "QuanTri", "--role", "administrator", "--name", " Quản  trị ", key, value];
        let (code, out, err) = told(&boiduong(&add));
        assert_eq!((code, err.as_str()), (Some(0), ""));
        let first = out.strip_prefix("quantri: ").unwrap().to_owned();
        assert_eq!(told(&boiduong(&add)), (Some(2), String::new(), "boiduong: quantri is taken".to_owned()));
        let (code, out, _) = told(&boiduong(&["user", "reset", "quantri", key, value]));
        let second = out.strip_prefix("quantri: ").unwrap().to_owned();
        assert_eq!(code, Some(0));
        assert_ne!(first, second);
        let wrong = people::accounts::actions::sign_in(db.db(), "quantri", &first).await.unwrap_err();
        assert_eq!(wrong.to_string(), "wrong name or password");
        let (_, actor) = people::accounts::actions::sign_in(db.db(), "quantri", &second).await.unwrap();
        assert_eq!((actor.username.as_str(), actor.name.as_str()), ("quantri", "Quản trị"));
        let nobody = told(&boiduong(&["user", "reset", "khongco", key, value]));
        assert_eq!(nobody, (Some(2), String::new(), "boiduong: no account khongco".to_owned()));
    }

    async fn an_installation_of_its_own_begins_with_the_scheme_and_nobody(db: TestDb) {
        let place = db.place().arguments();
        let load = ["load", "scheme", place[0].as_str(), place[1].as_str()];
        let (code, out, err) = told(&boiduong(&load));
        assert_eq!((code, err.as_str()), (Some(0), ""));
        let last = out.lines().last().unwrap().trim();
        assert_eq!(last, "4 programmes in drafting");
        assert_eq!(told(&boiduong(&load)), (Some(2), String::new(), "boiduong: 2 faults, nothing was loaded\nscheme.csv: line 2, code: scheme nghe-an-2026-2030 is loaded already\nscheme.csv: line 2, province_code: province 40 is loaded already".to_owned()));
        let mut conn = db.db().read().await.unwrap();
        let known = people::organisation::lookup(&mut conn).await.unwrap();
        assert_eq!((known.communes.len(), people::accounts::account_count(&mut conn).await.unwrap()), (130, 0));
        // the declared totals stand beside an empty register
        let (code, out, _) = told(&boiduong(&["reconcile", &place[0], &place[1]]));
        assert_eq!(code, Some(0));
        assert!(out.lines().any(|l| l.split_whitespace().eq(["bloc", "dang", "2277", "0", "-2277"])), "{out}");
    }

    async fn the_appendices_are_written_in_each_format(db: TestDb) {
        let (place, folder) = (db.place().arguments(), Folder::new());
        let run = |words: &[&str]| told(&boiduong(&[words, &[place[0].as_str(), place[1].as_str()]].concat()));
        assert_eq!(run(&["load", "scheme"]).0, Some(0));
        for number in ["1", "2", "3"] {
            let command = format!("appendix-{number}");
            for (format, begins) in [("xlsx", b"PK".as_slice()), ("docx", b"PK"), ("pdf", b"%PDF-")] {
                let out = folder.0.join(format!("{command}.{format}"));
                let out = out.to_str().unwrap();
                let (code, said, err) = run(&["report", &command, "--format", format, "--out", out]);
                let bytes = std::fs::read(out).unwrap();
                assert_eq!((code, said, err), (Some(0), format!("{out}: {} bytes", bytes.len()), String::new()));
                assert!(bytes.starts_with(begins));
            }
        }
        let cells = |name: &str| -> Vec<Vec<String>> {
            let mut book: Xlsx<_> = open_workbook(folder.0.join(name)).unwrap();
            let rows = |(_, range): (String, calamine::Range<calamine::Data>)| {
                range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect::<Vec<Vec<String>>>()
            };
            book.worksheets().into_iter().flat_map(rows).collect()
        };
        let has = |rows: &[Vec<String>], words: &[&str]| {
            assert!(rows.iter().any(|row| row.iter().map(String::as_str).eq(words.iter().copied())), "{words:?}: {rows:?}");
        };
        let one = cells("appendix-1.xlsx");
        has(&one, &["3", "Khối đảng", "0", "–", "2277", &(2277.0 / 8624.0).to_string(), "-2277"]);
        let gap = "Theo khối: các số Đề án nêu cộng lại là 8.553, thiếu 71 so với tổng số.";
        has(&one, &[gap, "", "", "", "", "", ""]);
        let two = cells("appendix-2.xlsx");
        has(&two, &["1", "Lý luận chính trị", "3442", &(3442.0 / 49644.0).to_string()]);
        has(&two, &["", "Tổng cộng", "49644", "1"]);
        let three = cells("appendix-3.xlsx");
        assert!(three.iter().any(|row| row.iter().any(|cell| cell == "Tổng số tiết")), "{three:?}");
        let wrong = "boiduong: no format odt; there are xlsx, pdf, docx".to_owned();
        assert_eq!(run(&["report", "appendix-1", "--format", "odt", "--out", "x"]), (Some(2), String::new(), wrong));
        let away = folder.0.join("away/x.pdf").display().to_string();
        let wrong = format!("boiduong: {away}: No such file or directory (os error 2)");
        assert_eq!(run(&["report", "appendix-1", "--format", "pdf", "--out", &away]), (Some(2), String::new(), wrong));
    }

    async fn a_second_scheme_is_loaded_from_a_folder_beside_the_first(db: TestDb) {
        let place = db.place().arguments();
        let run = |words: &[&str]| told(&boiduong(&[words, &[place[0].as_str(), place[1].as_str()]].concat()));
        assert_eq!(run(&["load", "scheme"]).0, Some(0));
        let (code, out, err) = run(&["load", "scheme", SECOND]);
        assert_eq!((code, err.as_str()), (Some(0), ""));
        let counts: Vec<String> = out.lines().map(|l| l.split_whitespace().next().unwrap().to_owned()).collect();
        assert_eq!(counts, ["43", "2", "3", "2", "1"], "{out}");
        let again = run(&["load", "scheme", SECOND]);
        assert_eq!(again.0, Some(2));
        assert!(again.2.contains("scheme.csv: line 2, code: scheme thu-hai-2026-2028 is loaded already"), "{}", again.2);

        // with two schemes a command asks which one
        let report = std::env::temp_dir().join(format!("boiduong-second-{}-{}.json", std::process::id(), place[0].len()));
        let out = report.to_str().unwrap();
        let coverage = ["report", "coverage", "--format", "json", "--out", out];
        let asked = "boiduong: --scheme: one of nghe-an-2026-2030, thu-hai-2026-2028";
        assert_eq!(run(&coverage), (Some(2), String::new(), asked.to_owned()));
        assert_eq!(run(&["reconcile"]), (Some(2), String::new(), asked.to_owned()));
        for (scheme, communes) in [("nghe-an-2026-2030", 130), ("thu-hai-2026-2028", 3)] {
            let told = run(&[&coverage[..], &["--scheme", scheme]].concat());
            assert_eq!(told, (Some(0), format!("0 of 0 people trained, {communes} communes"), String::new()));
        }
        std::fs::remove_file(&report).unwrap();
        let (code, out, _) = run(&["reconcile", "--scheme", "thu-hai-2026-2028"]);
        assert_eq!(code, Some(0));
        assert_eq!(out.lines().filter(|l| l.contains("total")).count(), 1, "{out}");

        let user = ["user", "add", "hai", "--name", "Trường Hai", "--role"];
        let unknown = run(&[&user[..], &["school_training", "--scheme", "khong"]].concat());
        assert_eq!(unknown.2, "boiduong: no scheme khong; there are nghe-an-2026-2030, thu-hai-2026-2028");
        let elsewhere = run(&[&user[..], &["commune_officer", "--commune", "98001", "--scheme", "nghe-an-2026-2030"]].concat());
        assert_eq!((elsewhere.0, elsewhere.2.as_str()), (Some(2), "boiduong: --commune: the commune is not of the scheme's province"));
        assert_eq!(run(&[&user[..], &["school_training", "--scheme", "thu-hai-2026-2028"]].concat()).0, Some(0));
        assert_eq!(run(&["user", "add", "mot", "--name", "Trường Một", "--role", "school_training"]).0, Some(0));
        let mut conn = db.db().read().await.unwrap();
        let mut works = Vec::new();
        for name in ["mot", "hai"] {
            let actor = people::accounts::actor_by_username(&mut conn, name).await.unwrap().unwrap();
            works.push(teaching::scheme::of(&mut conn, &actor).await.unwrap().unwrap().code);
        }
        assert_eq!(works, ["nghe-an-2026-2030", "thu-hai-2026-2028"]);
    }

    async fn every_fault_of_a_folder_is_named_and_nothing_is_written(db: TestDb) {
        let place = db.place().arguments();
        let run = |words: &[&str]| told(&boiduong(&[words, &[place[0].as_str(), place[1].as_str()]].concat()));
        let folder = std::env::temp_dir().join(format!("boiduong-faulty-{}-{}", std::process::id(), place[0].len()));
        let fresh = |changes: &[(&str, &str, &str)]| {
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).unwrap();
            for file in std::fs::read_dir(SECOND).unwrap() {
                let file = file.unwrap();
                std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
            }
            for (file, from, to) in changes {
                let text = std::fs::read_to_string(folder.join(file)).unwrap();
                assert!(text.contains(from), "{file} has no {from}");
                std::fs::write(folder.join(file), text.replacen(from, to, 1)).unwrap();
            }
        };
        let load = ["load", "scheme", folder.to_str().unwrap()];
        // cells that cannot be read, a column and a file that are missing
        fresh(&[
            ("scheme.csv", "2026,2028", "2026,hai nghìn"),
            ("communes.csv", "17.5,106.3", "mười bảy,106.3"),
            ("communes.csv", "98002,Sinh Nam,xa,Huyện Hai,mien_nui,0", "98002,Sinh Nam,xa,Huyện Hai,mien_nui,có"),
            ("scheme_bodies.csv", "tier", "cap"),
            ("holidays.csv", "2026-03-09", "09/03/2026"),
        ]);
        std::fs::remove_file(folder.join("programmes.csv")).unwrap();
        let (code, out, err) = run(&load);
        assert_eq!((code, out.as_str()), (Some(2), ""));
        let lines: Vec<&str> = err.lines().collect();
        assert_eq!(lines, [
            "boiduong: 6 faults, nothing was loaded",
            "scheme.csv: line 2, last_year: a whole number is expected, not \"hai nghìn\"",
            "communes.csv: line 2, lat: a number with a decimal point is expected, not \"mười bảy\"",
            "communes.csv: line 3, is_border: 1 or 0 is expected, not \"có\"",
            "holidays.csv: line 2, date: a day as 2026-01-31 is expected, not \"09/03/2026\"",
            "programmes.csv: No such file or directory (os error 2)",
            "scheme_bodies.csv: line 1, tier: the column is missing",
        ]);
        // what only shows between cells and tables
        fresh(&[
            ("scheme.csv", "2026,2028", "2026,2025"),
            ("communes.csv", "98003", "98001"),
            ("communes.csv", "mien_nui", "tren_troi"),
            ("positions.csv", "specialist", "trum"),
            ("programme_catalogue.csv", "H2-A,1,2,H2-02,Chuyên đề Hai số 2,theory,4", "H2-A,1,1,H2-02,Chuyên đề Hai số 2,theory,0"),
            ("scheme_audiences.csv", "H2-A", "H2-B"),
            ("scheme_rules.csv", "class_days,5", "class_days,0"),
        ]);
        let (code, _, err) = run(&load);
        let lines: Vec<&str> = err.lines().skip(1).collect();
        assert_eq!((code, lines), (Some(2), vec![
            "scheme.csv: line 2, last_year: 2025 is before the first year",
            "scheme_rules.csv: line 9, value: \"0\" cannot be read as class_days",
            "scheme_audiences.csv: line 2, programme_code: no programme \"H2-B\" in programmes.csv",
            "communes.csv: line 4, code: stands in line 2 already",
            "communes.csv: line 3, region: \"tren_troi\" is none of dong_bang, mien_nui, vung_cao, bien_gioi",
            "positions.csv: line 3, level: \"trum\" is none of key_leader, head, deputy, specialist, unallocated",
            "programme_catalogue.csv: line 3, sequence: stands in line 2 already",
            "programme_catalogue.csv: line 3, periods: 0 is below 1",
        ]));
        // a rule that is not in force in every year, and what the provinces share
        assert_eq!(run(&["load", "scheme"]).0, Some(0));
        fresh(&[
            ("scheme_rules.csv", "rooms,1,,2026-01-01", "rooms,1,,2027-01-01"),
        ]);
        let late = run(&load);
        assert_eq!((late.0, late.2.as_str()), (Some(2), "boiduong: scheme_rules.csv, key: no rule rooms is in force on 2026-01-01"));
        fresh(&[
            ("ethnic_groups.csv", "Kinh,0", "Kinh,1"),
            ("positions.csv", "H2-TP,Trưởng phòng Hai,chinh_quyen,H2-P,Phòng Hai,head,2", "DU-BT,Bí thư,dang,THUONG_TRUC_DU,Thường trực đảng ủy,key_leader,"),
            ("communes.csv", "98003", "16681"),
        ]);
        let (code, _, err) = run(&load);
        let lines: Vec<&str> = err.lines().skip(1).collect();
        assert_eq!((code, lines), (Some(2), vec![
            "communes.csv: line 4, code: commune 16681 is loaded already",
            "positions.csv: line 2, title: the installation has \"Bí thư đảng ủy\"",
            "ethnic_groups.csv: line 2, is_minority: the installation has \"0\"",
        ]));
        std::fs::remove_dir_all(&folder).unwrap();
        let mut conn = db.db().read().await.unwrap();
        let schemes: Vec<String> = teaching::scheme::all(&mut conn).await.unwrap().into_iter().map(|s| s.code).collect();
        assert_eq!(schemes, ["nghe-an-2026-2030"]);
        assert_eq!(people::organisation::lookup(&mut conn).await.unwrap().communes.len(), 130);
    }

    async fn audit_verify_names_the_first_broken_record(db: TestDb) {
        for n in 1..=6 {
            db.db()
                .write(async |tx| tx.audit(By::System("test"), "test.thing.made", n, store::Change::created(&n)))
                .await
                .unwrap();
        }
        let place = db.place().arguments();
        let verify = || told(&boiduong(&["audit", "verify", &place[0], &place[1]]));
        assert_eq!(verify(), (Some(0), "audit whole: 6 records".to_owned(), String::new()));
        let broken = |text: &str| (Some(1), String::new(), format!("boiduong: audit broken: {text}"));
        db.place().tamper("UPDATE audit_record SET after = '7' WHERE seq = 4").await;
        assert_eq!(verify(), broken("record 4 was changed"));
        db.place().tamper("DELETE FROM audit_record WHERE seq = 3").await;
        assert_eq!(verify(), broken("record 3 is missing"));
        db.place().tamper("DELETE FROM audit_record WHERE seq > 2").await;
        assert_eq!(verify(), broken("record 3 is missing, the chain ends at 2 of 6"));
    }
}
