//! Names and exit codes of the commands: 0 done, 2 bad input with a message on standard error, 1 anything else.

use store::By;
use testkit::db_test;

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

db_test! {
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
        assert_eq!(told(&boiduong(&load)), (Some(2), String::new(), "boiduong: a scheme is loaded already".to_owned()));
        let mut conn = db.db().read().await.unwrap();
        let known = people::organisation::lookup(&mut conn).await.unwrap();
        assert_eq!((known.communes.len(), people::accounts::account_count(&mut conn).await.unwrap()), (130, 0));
        // the declared totals stand beside an empty register
        let (code, out, _) = told(&boiduong(&["reconcile", &place[0], &place[1]]));
        assert_eq!(code, Some(0));
        assert!(out.lines().any(|l| l.split_whitespace().eq(["bloc", "dang", "2277", "0", "-2277"])), "{out}");
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
