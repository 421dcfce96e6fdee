//! Starting the program and looking at what it says.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

/// The longest that a step of these tests may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder of a test's own, removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let name = format!("boiduong-cli-{}-{:?}", std::process::id(), std::thread::current().id());
        let path = std::env::temp_dir().join(name.replace(['(', ')'], "-"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn data(&self) -> String {
        self.0.join("data").display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_boiduong"));
    command.args(arguments).current_dir(std::env::temp_dir());
    command
}

/// Runs a command to its end.
pub fn boiduong(arguments: &[&str]) -> Output {
    program(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Exit code, standard output and standard error without the log's lines.
pub fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().trim_end().to_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A server under test, killed when the test is over.
pub struct Server {
    child: Child,
    lines: Receiver<String>,
    errors: Option<std::thread::JoinHandle<String>>,
    /// `127.0.0.1:PORT`
    pub address: String,
    /// What it printed up to its address.
    pub printed: Vec<String>,
}

impl Server {
    /// Starts on a free port and waits for the address.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = program(arguments)
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut stderr = child.stderr.take().unwrap();
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        let mut server = Self { child, lines, errors: Some(errors), address: String::new(), printed: Vec::new() };
        while server.address.is_empty() {
            let line = server.line();
            if let Some(address) = line.strip_prefix("Bồi Dưỡng: http://") {
                server.address = address.to_owned();
            }
            server.printed.push(line);
        }
        server
    }

    /// The next line of its output.
    pub fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let done = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(done.success());
    }

    /// Waits for the end: exit code (none when killed) and standard error.
    pub fn ended(&mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        (code, self.errors.take().unwrap().join().unwrap())
    }

    /// An answer over a plain connection: status, headers, body.
    pub fn ask(&self, method: &str, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
        let body = form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Answer(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Signs in; gives the cookie.
    pub fn sign_in(&self, username: &str, password: &str) -> String {
        let answer = self.ask("POST", "/sign-in", "", &[("username", username), ("password", password)]);
        assert_eq!(answer.status(), 303, "{}", answer.0);
        let cookie = answer.header("set-cookie");
        cookie.split(';').next().unwrap().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer as text.
pub struct Answer(pub String);

impl Answer {
    pub fn status(&self) -> u16 {
        self.0.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub fn header(&self, name: &str) -> String {
        let head = self.0.split("\r\n\r\n").next().unwrap();
        let line = head.lines().find(|l| l.to_lowercase().starts_with(&format!("{name}:")));
        line.and_then(|l| l.split_once(": ")).map(|(_, value)| value.to_owned()).unwrap_or_default()
    }
}

fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// Bytes of the database file's folder, to see that nothing was made.
pub fn is_empty(folder: &Path) -> bool {
    !folder.exists() || std::fs::read_dir(folder).unwrap().next().is_none()
}
