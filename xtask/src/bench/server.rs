//! The server under measurement: started on a free port over a folder of its own, ended by its handle.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::http::Client;
use crate::shell;

/// Longest wait for a start.
const PATIENCE: Duration = Duration::from_secs(600);
/// Ticks a second in `/proc/PID/stat` (`USER_HZ`, the same on every Linux that Rust supports).
const TICKS: f64 = 100.0;

/// A running server.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// Password of the demonstration's accounts as printed.
    pub password: String,
    /// How it started.
    pub start: Start,
}

/// How a start went; seconds of wall and of CPU.
#[derive(Debug, Clone, Copy, Default)]
pub struct Start {
    /// Until it says its address.
    pub ready: f64,
    /// Until the first page has come.
    pub first_page: f64,
    /// CPU until then.
    pub cpu: f64,
    /// Lines of progress.
    pub lines: usize,
    /// Longest silence between two lines.
    pub silence: f64,
    /// Peak of memory until then, MB.
    pub peak: f64,
}

/// The release binary.
pub fn binary() -> std::path::PathBuf {
    shell::root().join("target/release/boiduong")
}

/// An example of the release build.
pub fn example(name: &str) -> std::path::PathBuf {
    shell::root().join("target/release/examples").join(name)
}

impl Server {
    /// Starts the server over a folder and waits until its first page has come; `show` prints what it says.
    pub fn start(data: &Path, show: bool) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let begun = Instant::now();
        let mut child = Command::new(binary())
            .arg("--data")
            .arg(data)
            .args(["--listen", &address.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("starting {}", binary().display()))?;
        let said = child.stdout.take().context("the server's output")?;
        let mut server = Self { child, address, password: String::new(), start: Start::default() };
        let mut last = begun;
        let mut lines = BufReader::new(said).lines();
        for line in lines.by_ref() {
            let line = line?;
            if show {
                println!("    {line}");
            }
            server.start.silence = server.start.silence.max(last.elapsed().as_secs_f64());
            last = Instant::now();
            if line.contains(&format!("http://{address}")) {
                server.start.ready = begun.elapsed().as_secs_f64();
            } else if let Some(password) = line.strip_prefix("password of every demonstration account: ") {
                password.clone_into(&mut server.password);
                break;
            } else {
                server.start.lines += 1;
            }
            if begun.elapsed() > PATIENCE {
                bail!("the server did not start within {} s", PATIENCE.as_secs());
            }
        }
        if server.password.is_empty() {
            bail!("the server ended before it was ready");
        }
        // what it says later is read and dropped, so that it never waits for a reader
        thread::spawn(move || lines.for_each(drop));
        Client::to(address)?.page("/sign-in")?;
        server.start.first_page = begun.elapsed().as_secs_f64();
        server.start.cpu = server.cpu()?;
        server.start.peak = server.peak()?;
        Ok(server)
    }

    /// A new connection.
    pub fn client(&self) -> Result<Client> {
        Client::to(self.address)
    }

    /// A new connection of somebody signed in.
    pub fn client_of(&self, username: &str) -> Result<Client> {
        let mut client = self.client()?;
        client.sign_in(username, &self.password)?;
        Ok(client)
    }

    /// CPU used so far by all threads, user and system, in seconds.
    pub fn cpu(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        ticks(&stat).map(|t| t / TICKS).context("fields of /proc/PID/stat")
    }

    /// Peak of resident memory so far, MB of 1,048,576 bytes.
    pub fn peak(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        high_water(&status).context("VmHWM")
    }

    /// Asks the server to end and waits for it.
    pub fn stop(mut self) -> Result<()> {
        shell::run("kill", &["-TERM", &self.child.id().to_string()], &[])?;
        for _ in 0..200 {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("the server did not end within ten seconds")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Fields 14 and 15 of `/proc/PID/stat`; the name in field 2 may hold blanks and brackets.
fn ticks(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some(next()? + next()?)
}

pub fn high_water(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_process_are_read() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 150 25 0 0 20 0 3 0 100 1000 200";
        assert_eq!(ticks(stat), Some(175.0));
        assert_eq!(high_water("VmPeak:\t 9 kB\nVmHWM:\t  51200 kB\n"), Some(50.0));
    }
}
