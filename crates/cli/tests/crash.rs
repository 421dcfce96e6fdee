//! What the server has acknowledged is there after it was killed: the real program, the real file, `kill -9`.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use kernel::{Actor, ClassId, PersonId, SystemClock, UnitId, ids::SystemIds};
use people::accounts::{AccountInput, actor_by_username, add_accounts, password};
use store::{By, Db};
use teaching::{
    classes::learners,
    testing::{Small, approve_everything, call_first, open_class_of},
};

store::sql!(
    MARKS,
    "SELECT person_id, status, reason FROM v_attendance_mark WHERE class_id = $1 AND status <> 'present' ORDER BY person_id"
);

const PASSWORD: &str = "Thử-nghiệm-2026";

async fn open(folder: &Path) -> Db {
    let db =
        Db::open_sqlite(&folder.join("boiduong.sqlite"), Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
    store::migrate(&db).await.unwrap();
    db
}

async fn account(db: &Db, hash: &str, username: &str, role: &'static str, commune: Option<UnitId>) -> Actor {
    let input = AccountInput {
        username: username.to_owned(),
        name: username.to_owned(),
        role,
        commune,
        person: None,
        province: None,
    };
    add_accounts(db, By::System("test"), &[input], hash, false).await.unwrap();
    actor_by_username(&mut db.read().await.unwrap(), username).await.unwrap().unwrap()
}

/// An opened class of March 2026 with its learners, headed by `gv01`.
async fn opened(db: &Db) -> (ClassId, Vec<PersonId>) {
    let small = Small { offices: 4, people: 6, sizes: (2, 6), office_absent_percent: 100, ..Small::default() };
    let province = small.load(db).await;
    let hash = password::hash(PASSWORD).await.unwrap();
    let school = account(db, &hash, "truong", "school_training", None).await;
    let lecturer = account(db, &hash, "gv01", "lecturer", None).await;
    let appraiser = account(db, &hash, "tuyengiao", "propaganda", None).await;
    let head = account(db, &hash, "hieutruong", "school_head", None).await;
    let home_affairs = account(db, &hash, "sonoivu", "home_affairs", None).await;
    let officers = [
        account(db, &hash, "xa-00001", "commune_officer", Some(province.communes[0])).await,
        account(db, &hash, "xa-00002", "commune_officer", Some(province.communes[1])).await,
    ];
    approve_everything(db, &province, &school, [&appraiser, &head, &home_affairs]).await;
    let class = call_first(db, &province, &school, 6, Some(lecturer.account)).await;
    open_class_of(db, class, &school, &officers).await;
    let list = learners(&mut db.read().await.unwrap(), &school, class).await.unwrap();
    (class, list.iter().map(|l| l.person_id).collect())
}

/// The program over a folder, listening; killed without warning when dropped.
struct Server {
    child: Child,
    address: String,
    /// Kept open, so that the program may go on talking.
    _said: BufReader<ChildStdout>,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_boiduong"))
            .arg("--data")
            .arg(folder)
            .args(["--listen", &address])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        assert_eq!(line, format!("Bồi Dưỡng: http://{address}\n"));
        Self { child, address, _said: said }
    }

    /// Posts a form; the status line and the headers.
    fn post(&self, path: &str, cookie: &str, form: &[(&str, &str)]) -> String {
        let body = serde_urlencoded::to_string(form).unwrap();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).split("\r\n\r\n").next().unwrap().to_owned()
    }

    /// `kill -9`: no handler runs, nothing is flushed.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_roll_call_survives_kill_9() {
    let folder = std::env::temp_dir().join(format!("boiduong-crash-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir_all(&folder).unwrap();
    let db = open(&folder).await;
    let (class, people) = opened(&db).await;
    db.close().await;

    let server = Server::start(&folder);
    let signed_in = server.post("/sign-in", "", &[("username", "gv01"), ("password", PASSWORD)]);
    let cookie = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: boiduong=")).unwrap();
    let cookie = format!("boiduong={}", cookie.split(';').next().unwrap());
    let (status, reason) = (format!("status-{}", people[1]), format!("reason-{}", people[1]));
    let form = [("base", "0"), (status.as_str(), "excused"), (reason.as_str(), "Họp xã")];
    let saved = server.post(&format!("/classes/{class}/sessions/1/roll-call"), &cookie, &form);
    assert!(saved.starts_with("HTTP/1.1 303"), "{saved}");
    server.kill();

    let db = open(&folder).await;
    let mut conn = db.read().await.unwrap();
    let marks: Vec<(PersonId, String, String)> = conn.all(&MARKS, &[&class]).await.unwrap();
    assert_eq!(marks, [(people[1], "excused".to_owned(), "Họp xã".to_owned())]);
    let verified = store::verify(&mut conn).await.unwrap();
    assert!(matches!(verified, store::Verified::Whole(_)), "{verified:?}");
    drop(conn);
    db.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
}
