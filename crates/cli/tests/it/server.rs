//! The server: first start, second start, two at once, stopping, dying.

use std::{net::TcpListener, time::Instant};

use store::{By, Change};
use testkit::{DbPlace, PASSWORD, db_test};

use crate::start::{Folder, Server, boiduong, told};

/// An empty installation whose administrator is `quantri`; its folder and the running server.
fn installed(folder: &Folder) -> Server {
    let data = folder.data();
    let server = Server::start(&["serve", "--empty", "--data", &data]);
    let line = server.line();
    let link = line.strip_prefix("first administrator (one time): http://").unwrap();
    let path = link.strip_prefix(server.address.as_str()).unwrap();
    let form = [("username", "quantri"), ("name", "Quản trị"), ("password", PASSWORD)];
    assert_eq!(server.ask("GET", path, "", &[]).status(), 200);
    let made = server.ask("POST", path, "", &form);
    assert_eq!((made.status(), made.header("location")), (303, "/sign-in".to_owned()));
    // the link works once
    assert_eq!(server.ask("GET", path, "", &[]).status(), 404);
    assert_eq!(server.ask("POST", path, "", &form).status(), 404);
    server
}

#[test]
fn an_empty_start_prints_a_link_that_makes_the_first_administrator_once() {
    let folder = Folder::new();
    let server = installed(&folder);
    assert_eq!(server.printed, [format!("Bồi Dưỡng: http://{}", server.address)]);
    let cookie = server.sign_in("quantri", PASSWORD);
    assert_eq!(server.ask("GET", "/accounts", &cookie, &[]).status(), 200);
    assert!(server.ask("GET", "/healthz", "", &[]).0.ends_with("\r\n\r\nok"));
}

#[test]
fn another_key_than_the_one_that_sealed_the_data_is_refused() {
    let folder = Folder::new();
    let (data, key) = (folder.data(), folder.0.join("data/secret.key"));
    let mut server = installed(&folder);
    server.signal("TERM");
    assert_eq!(server.ended().0, Some(0));
    let kept = std::fs::read_to_string(&key).unwrap();
    for (wrong, told_why) in [
        ("0".repeat(64), "the key does not open what is sealed"),
        ("khóa".to_owned(), "the key file must hold 64 hexadecimal digits"),
    ] {
        std::fs::write(&key, wrong).unwrap();
        let (code, _, error) = told(&boiduong(&["serve", "--listen", "127.0.0.1:0", "--data", &data]));
        assert_eq!((code, error), (Some(2), format!("boiduong: key {}: {told_why}", key.display())));
    }
    // the right key opens it again, wherever it lies
    let away = folder.0.join("khoa.txt");
    std::fs::write(&away, kept).unwrap();
    std::fs::remove_file(&key).unwrap();
    let server = Server::start(&["--data", &data, "--key", &away.display().to_string()]);
    assert!(!server.sign_in("quantri", PASSWORD).is_empty());
    assert!(!key.exists());
}

#[test]
fn a_second_start_reuses_the_data_and_loads_nothing() {
    let folder = Folder::new();
    let data = folder.data();
    let mut server = installed(&folder);
    server.signal("TERM");
    let (code, log) = server.ended();
    assert_eq!(code, Some(0));
    // the link was tried again after its use, which the log tells without giving the link away
    let told: Vec<&str> = log.lines().filter_map(|line| line.split_once(" path=")).map(|(_, rest)| rest).collect();
    assert_eq!(told, ["\"/setup/…\" status=404", "\"/setup/…\" status=404"]);
    // without --empty: what is there is used, the demonstration does not come on top
    let start = Instant::now();
    let server = Server::start(&["--data", &data]);
    println!("second start: {:?}", start.elapsed());
    assert_eq!(server.printed, [format!("Bồi Dưỡng: http://{}", server.address)]);
    let cookie = server.sign_in("quantri", PASSWORD);
    assert!(server.ask("GET", "/accounts", &cookie, &[]).0.contains("1 / 1 tài khoản"));
}

#[test]
fn another_day_is_for_a_demonstration_only() {
    let folder = Folder::new();
    let data = folder.data();
    let mut server = installed(&folder);
    server.signal("TERM");
    assert_eq!(server.ended().0, Some(0));
    let (code, printed, said) =
        told(&boiduong(&["serve", "--data", &data, "--listen", "127.0.0.1:0", "--today", "2026-11-18"]));
    assert_eq!((code, printed.as_str()), (Some(2), ""));
    assert_eq!(said, "boiduong: --today belongs to a demonstration; these data are none");
}

#[test]
fn a_data_folder_has_one_server_and_commands_work_beside_it() {
    let folder = Folder::new();
    let data = folder.data();
    let mut first = installed(&folder);
    let (code, out, err) = told(&boiduong(&["serve", "--empty", "--data", &data, "--listen", "127.0.0.1:0"]));
    assert_eq!((code, out.as_str(), err), (Some(1), "", format!("boiduong: another server uses {data}")));
    let (code, out, _) = told(&boiduong(&["user", "reset", "quantri", "--data", &data]));
    assert_eq!(code, Some(0));
    let once = out.strip_prefix("quantri: ").unwrap();
    let cookie = first.sign_in("quantri", once);
    assert_eq!(first.ask("GET", "/accounts", &cookie, &[]).header("location"), "/me/password");
    first.signal("KILL");
    assert_eq!(first.ended().0, None);
    // a server that died leaves no lock behind
    let next = Server::start(&["serve", "--data", &data]);
    assert_eq!(next.ask("GET", "/sign-in", "", &[]).status(), 200);
}

#[test]
fn a_port_in_use_is_told_before_anything_is_loaded() {
    let folder = Folder::new();
    let data = folder.data();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, out, err) = told(&boiduong(&["--data", &data, "--listen", &address]));
    let message = format!("boiduong: listening on {address}: Address already in use (os error 98)");
    assert_eq!((code, out, err), (Some(1), String::new(), message));
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_the_chain_is_whole() {
    let folder = Folder::new();
    let data = folder.data();
    let mut server = installed(&folder);
    let cookie = server.sign_in("quantri", PASSWORD);
    let mut acknowledged = Vec::new();
    for n in 0..12 {
        let username = format!("gv{n:02}");
        let form = [("username", username.as_str()), ("name", "Giảng viên"), ("role", "lecturer")];
        assert_eq!(server.ask("POST", "/accounts", &cookie, &form).status(), 200);
        acknowledged.push(username);
    }
    server.signal("KILL");
    assert_eq!(server.ended().0, None);
    // the administrator's record and one for each account
    let whole = told(&boiduong(&["audit", "verify", "--data", &data]));
    assert_eq!(whole, (Some(0), "audit whole: 13 records".to_owned(), String::new()));
    let server = Server::start(&["--data", &data]);
    let cookie = server.sign_in("quantri", PASSWORD);
    let list = server.ask("GET", "/accounts", &cookie, &[]).0;
    for username in acknowledged {
        assert!(list.contains(&format!("<th scope=\"row\">{username}<")), "{username} is lost");
    }
}

#[test]
fn an_error_has_a_line_in_the_log_with_the_id_that_the_page_shows() {
    let folder = Folder::new();
    let mut server = installed(&folder);
    let answer = server.ask("GET", "/khong-co", "", &[]);
    let id = answer.header("x-request-id");
    assert_eq!((answer.status(), id.len()), (404, 28));
    assert!(answer.0.contains(&format!("<code>{id}</code>")));
    server.signal("TERM");
    let (code, log) = server.ended();
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(&id)).collect();
    let [line] = lines.as_slice() else { panic!("not one line of {id}: {log}") };
    assert!(line.contains("not found") && line.contains("/khong-co"), "{line}");
}

db_test! {
    async fn a_demonstration_whose_loading_was_interrupted_is_never_served(db: TestDb) {
        // what a loading that was killed leaves: its first record and not its last
        let begun = "demonstration.load.begun";
        let by = By::System("demonstration");
        db.db().write(async |tx| tx.audit(by, begun, "demonstration", Change::default())).await.unwrap();
        db.db().close().await;
        let [key, value] = db.place().arguments();
        match db.place() {
            DbPlace::Folder(_) => {
                let server = Server::start(&["serve", "--empty", &key, &value]);
                assert_eq!(server.printed.first().unwrap(), "loading was interrupted last time: starting over");
                assert!(server.line().starts_with("first administrator (one time): "));
                let whole = told(&boiduong(&["audit", "verify", &key, &value]));
                assert_eq!(whole, (Some(0), "audit whole: 0 records".to_owned(), String::new()));
            }
            DbPlace::Url(_) => {
                let refused = told(&boiduong(&["serve", "--empty", &key, &value, "--listen", "127.0.0.1:0"]));
                let message = "boiduong: loading the demonstration was interrupted: empty the PostgreSQL database and start again";
                assert_eq!(refused, (Some(1), String::new(), message.to_owned()));
            }
        }
    }
}
