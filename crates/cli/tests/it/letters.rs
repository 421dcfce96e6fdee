//! Letters through a real mail server: what goes out, what a refusal does, and that a letter goes out once whenever the sender dies.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use kernel::AccountId;
use people::{
    accounts::{AccountInput, add_accounts},
    notices::{
        Notice, Recipient, Who, kinds,
        post::{Post, mail::Mail},
        tell,
    },
};
use store::{By, Db};
use testkit::{DbPlace, TestDb, db_test};

use crate::start::{Folder, Server, boiduong, told};

const FROM: &str = "Trường Thử <thongbao@truong.example>";

store::sql!(SET_EMAIL, "UPDATE account SET email = $2 WHERE id = $1");
store::sql!(DELIVERIES, "SELECT id, address, state, reason, answer, tries FROM notice_delivery ORDER BY address");
store::sql!(LEFT, "SELECT COUNT(*) FROM notice_delivery WHERE state IN ('waiting', 'offering')");

#[derive(Debug, sqlx::FromRow)]
struct Delivery {
    id: kernel::DeliveryId,
    address: String,
    state: String,
    reason: String,
    answer: String,
    tries: i64,
}

/// A mail server of Debian's `python3-aiosmtpd`.
struct Postbox {
    child: Child,
    port: String,
    taken: PathBuf,
    letters: PathBuf,
}

impl Postbox {
    fn open(folder: &Path) -> Self {
        Self::with(folder, None)
    }

    /// With TLS: "starttls" or "implicit", and a certificate of an authority of its own, `authority.pem`.
    fn with(folder: &Path, tls: Option<&str>) -> Self {
        if tls.is_some() {
            certify(folder);
        }
        let (taken, letters) = (folder.join("taken.txt"), folder.join("letters.txt"));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/smtp.py");
        // Debian's own interpreter has Debian's modules
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .args([&taken, &letters])
            .args(tls)
            .args(tls.map(|_| folder))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        assert!(!port.is_empty(), "no mail server: apt-get install python3-aiosmtpd");
        Self { child, port: port.trim().to_owned(), taken, letters }
    }

    fn address(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// How often each Message-ID arrived.
    fn taken(&self) -> BTreeMap<String, usize> {
        let mut taken = BTreeMap::new();
        for line in std::fs::read_to_string(&self.taken).unwrap_or_default().lines() {
            *taken.entry(line.split_once(' ').unwrap().1.to_owned()).or_insert(0) += 1;
        }
        taken
    }

    /// The letters as they arrived.
    fn letters(&self) -> String {
        std::fs::read_to_string(&self.letters).unwrap_or_default().replace("\r\n", "\n")
    }
}

/// Makes an authority and a server's certificate of it, for localhost and for two days.
fn certify(folder: &Path) {
    let openssl = |arguments: &str| {
        let made = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    let key = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    openssl(&format!("{key} -subj /CN=authority -keyout authority.key -out authority.pem"));
    openssl(&format!(
        "{key} -subj /CN=localhost -keyout server.key -out server.pem -CA authority.pem -CAkey authority.key \
         -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE"
    ));
}

impl Drop for Postbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Accounts with these addresses, and one notice for all of them that may leave at any hour.
async fn tells(db: &Db, postbox: &Postbox, addresses: &[String]) {
    let post = Post { mail: Some(Mail::new(&postbox.address(), FROM, None).unwrap()), ..Post::default() };
    post.begin(db).await.unwrap();
    let account = |n: usize| AccountInput {
        username: format!("thu{n:03}"),
        name: format!("Thử {n}"),
        role: "lecturer",
        commune: None,
        person: None,
        province: None,
    };
    let inputs: Vec<AccountInput> = (0..addresses.len()).map(account).collect();
    let accounts: Vec<AccountId> = add_accounts(db, By::System("test"), &inputs, "x", false).await.unwrap();
    db.write(async |tx| {
        for (account, address) in accounts.iter().zip(addresses) {
            tx.exec(&SET_EMAIL, &[account, address]).await?;
        }
        let kind = kinds().into_iter().find(|kind| kind.code == "timetable.changed").unwrap();
        let facts = vec![("class", "01/2026".into()), ("days", "02/03 (sáng)".into())];
        let to = accounts.iter().map(|account| Recipient::new(Who::Account(*account), "/teaching")).collect();
        tell(tx, [Notice { kind, about: "class".to_owned(), key: "1".to_owned(), facts, to }]).await
    })
    .await
    .unwrap();
}

async fn deliveries(db: &Db) -> Vec<Delivery> {
    db.read().await.unwrap().all(&DELIVERIES, &[]).await.unwrap()
}

async fn left(db: &Db) -> i64 {
    let (left,): (i64,) = db.read().await.unwrap().one(&LEFT, &[]).await.unwrap();
    left
}

/// Waits as long as letters leave; a minute without any is too long.
async fn until_nothing_is_left(db: &Db) {
    let (mut before, mut since) = (left(db).await, Instant::now());
    while before > 0 {
        let now = left(db).await;
        if now < before {
            (before, since) = (now, Instant::now());
        }
        assert!(since.elapsed() < Duration::from_secs(60), "{:?}", deliveries(db).await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn serves(db: &TestDb, postbox: &Postbox) -> Server {
    let [key, value] = db.place().arguments();
    let address = postbox.address();
    Server::start(&["serve", "--empty", &key, &value, "--mail", &address, "--mail-from", FROM])
}

/// A random number of milliseconds below.
fn chance(below: u128) -> Duration {
    let bits = uuid::Uuid::now_v7().as_u128() & 0xFFFF_FFFF;
    Duration::from_millis(u64::try_from(bits % below).unwrap())
}

db_test! {
    async fn a_letter_leaves_once_whenever_the_server_is_killed(db: TestDb) {
        let folder = Folder::new();
        let postbox = Postbox::open(&folder.0);
        let addresses: Vec<String> = (0..200).map(|n| format!("nguoi{n:03}@thu.example")).collect();
        tells(db.db(), &postbox, &addresses).await;
        let (mut kills, mut early) = (0, 0);
        while kills < 12 && left(db.db()).await > 0 {
            let mut server = serves(&db, &postbox);
            tokio::time::sleep(chance(700)).await;
            server.signal("KILL");
            assert_eq!(server.ended().0, None);
            kills += 1;
            early += u32::from(left(db.db()).await > 0);
            // another server would wait until the claims of the dead one are over
            if let DbPlace::Url(_) = db.place() {
                let over = "UPDATE notice_delivery SET claimed_until = claimed_until - INTERVAL '3 minutes' WHERE claimed_until IS NOT NULL";
                db.place().tamper(over).await;
            }
        }
        assert!(early >= 3, "the server was too fast to be killed at work: {kills} kills");
        let _server = serves(&db, &postbox);
        until_nothing_is_left(db.db()).await;

        let (taken, all) = (postbox.taken(), deliveries(db.db()).await);
        assert!(taken.values().all(|times| *times == 1), "{taken:?}");
        assert_eq!(all.len(), 200, "nothing is lost");
        let mut uncertain = 0;
        for d in &all {
            let times = taken.get(&format!("<{}@truong.example>", d.id)).copied().unwrap_or(0);
            match d.state.as_str() {
                "sent" => assert_eq!(times, 1, "{d:?}"),
                "uncertain" => uncertain += 1,
                _ => panic!("{d:?}"),
            }
        }
        println!("{kills} kills, {uncertain} uncertain, {} arrived", taken.len());
        assert!(uncertain <= kills, "at most the letter that was leaving is uncertain");
        assert!(taken.len() + uncertain >= 200);
    }

    async fn row_34_every_letter_that_does_not_arrive_says_why(db: TestDb) {
        let folder = Folder::new();
        let postbox = Postbox::open(&folder.0);
        let addresses = ["ai@thu.example", "khong-co@thu.example", "", "day@thu.example", "AI@thu.example", "không phải"];
        tells(db.db(), &postbox, &addresses.map(str::to_owned)).await;
        let _server = serves(&db, &postbox);
        let start = Instant::now();
        // the full mailbox is tried again a minute later, which this test does not wait for
        while left(db.db()).await > 1 || deliveries(db.db()).await.iter().any(|d| d.state == "waiting" && d.tries == 0) {
            assert!(start.elapsed() < Duration::from_secs(60), "{:?}", deliveries(db.db()).await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let mut told: Vec<[String; 4]> = deliveries(db.db())
            .await
            .into_iter()
            .map(|d| [d.address, d.state, d.reason, d.answer])
            .collect();
        told.sort();
        let wanted = [
            ["", "none", "no_address", ""],
            ["", "none", "same_address", ""],
            ["ai@thu.example", "sent", "", "250 2.0.0 taken"],
            ["day@thu.example", "waiting", "failed", "transient error (452): 4.2.2 mailbox full"],
            ["khong-co@thu.example", "given_up", "refused", "permanent error (550): 5.1.1 no such mailbox"],
            ["không phải", "given_up", "refused", "Địa chỉ thư không dùng được."],
        ];
        assert_eq!(told, wanted.map(|row| row.map(str::to_owned)));
        let letter = postbox.letters();
        let head = letter.split("\n\n").next().unwrap();
        assert!(head.contains("From: =?utf-8?b?"), "{letter}");
        assert!(head.contains("To: ai@thu.example") && head.contains("Auto-Submitted: auto-generated"), "{letter}");
        assert!(head.contains("Content-Type: text/plain; charset=utf-8"), "{letter}");
    }
}

#[test]
fn the_mail_server_can_be_tried_out_and_a_password_is_refused_on_the_command_line() {
    let folder = Folder::new();
    let postbox = Postbox::open(&folder.0);
    let address = postbox.address();
    let ask = |mail: &str, to: &str| told(&boiduong(&["mail", "test", to, "--mail", mail, "--mail-from", FROM]));
    let (code, out, _) = ask(&address, "ai@thu.example");
    assert_eq!(code, Some(0));
    assert!(out.starts_with(&format!("127.0.0.1:{}, ", postbox.port)), "{out}");
    assert!(out.contains("250 2.0.0 taken"), "{out}");
    let (code, _, error) = ask(&address, "khong-co@thu.example");
    assert_eq!(code, Some(1));
    assert!(error.contains("550"), "{error}");
    let (code, _, error) = ask("smtp://ai:mat-khau@thu.example", "ai@thu.example");
    assert_eq!((code, error.as_str()), (Some(2), "boiduong: --mail: a password does not belong on a command line"));
    let (code, _, error) = ask("smtp://ai@thu.example", "ai@thu.example");
    assert_eq!((code, error.as_str()), (Some(2), "boiduong: --mail: no password for ai"));
    let (code, _, error) = told(&boiduong(&["mail", "test", "ai@thu.example"]));
    assert_eq!((code, error.as_str()), (Some(2), "boiduong: --mail and --mail-from say where letters go"));
}

#[test]
fn a_letter_leaves_over_tls_after_signing_in_and_only_to_a_server_that_is_believed() {
    for (kind, scheme) in [("starttls", "smtp"), ("implicit", "smtps")] {
        let folder = Folder::new();
        let postbox = Postbox::with(&folder.0, Some(kind));
        let authority = folder.0.join("authority.pem").display().to_string();
        let secrets = |password: &str| {
            let file = folder.0.join(password);
            std::fs::write(&file, format!("BOIDUONG_MAIL_PASSWORD={password}\n")).unwrap();
            file.display().to_string()
        };
        let (right, wrong) = (secrets("mat-khau"), secrets("sai"));
        let ask = |host: &str, secrets: &str, more: &[&str]| {
            let mail = format!("{scheme}://thongbao@{host}:{}", postbox.port);
            let always =
                ["mail", "test", "ai@thu.example", "--mail", &mail, "--mail-from", FROM, "--notice-secrets", secrets];
            told(&boiduong(&[&always, more].concat()))
        };
        let believed = ["--mail-authorities", authority.as_str()];

        let (code, out, error) = ask("localhost", &right, &believed);
        assert_eq!((code, error.as_str()), (Some(0), ""), "{kind}");
        assert!(out.contains("250 2.0.0 taken"), "{kind}: {out}");
        assert_eq!(postbox.taken().len(), 1, "{kind}");

        // a wrong password; an authority that nobody named; a certificate of another name
        for (host, secrets, more, why) in [
            ("localhost", &wrong, &believed[..], "535"),
            ("localhost", &right, &[], "UnknownIssuer"),
            ("127.0.0.1", &right, &believed[..], "not valid for name"),
        ] {
            let (code, out, error) = ask(host, secrets, more);
            assert_eq!((code, out.as_str()), (Some(1), ""), "{kind}, {why}");
            assert!(error.contains(why), "{kind}, {why}: {error}");
        }
        assert_eq!(postbox.taken().len(), 1, "{kind}: nothing went out to whom it should not");

        for (file, why) in [(&right, "no certificate in it"), (&"khong-co.pem".to_owned(), "No such file")] {
            let (code, _, error) = ask("localhost", &right, &["--mail-authorities", file]);
            assert_eq!(code, Some(2), "{kind}");
            assert!(
                error.starts_with(&format!("boiduong: --mail-authorities {file}: ")) && error.contains(why),
                "{error}"
            );
        }
    }
}
