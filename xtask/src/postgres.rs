//! A throw-away PostgreSQL cluster for the tests: own folder, own port, 127.0.0.1 only, gone afterwards.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::shell;

const FOLDER: &str = "/tmp/boiduong-test-postgres";
const USER: &str = "boiduong";

/// A running cluster; stopped and removed when dropped.
pub struct Server {
    port: u16,
    keep: bool,
}

/// Folder of the newest installed server programs.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|e| {
            let path = e.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            path.join("bin/initdb").exists().then(|| (version, path.join("bin")))
        })
        .collect();
    versions.sort();
    versions.pop().map(|(_, path)| path)
}

/// PostgreSQL refuses to run as root: the user of Debian's package runs it then.
fn as_server_user(program: &Path, args: &[&str]) -> Command {
    if shell::is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program).args(args);
        command
    } else {
        let mut command = Command::new(program);
        command.args(args);
        command
    }
}

fn check(mut command: Command) -> Result<()> {
    let output = command.current_dir("/").output().with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

impl Server {
    /// Installs PostgreSQL where it is missing, makes a cluster and starts it.
    pub fn start() -> Result<Self> {
        if programs().is_none() {
            shell::install(&["postgresql"])?;
        }
        let programs = programs().context("no PostgreSQL server after installing it")?;
        stop()?;
        fs::create_dir_all(FOLDER)?;
        if shell::is_root() {
            shell::run("chown", &["postgres", FOLDER], &[])?;
        }
        let data = format!("{FOLDER}/data");
        check(as_server_user(
            &programs.join("initdb"),
            &["-D", &data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "-N"],
        ))?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        // a test asks its few rows thousands of times: planning each of them took longer than answering
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={FOLDER} -c fsync=off \
             -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=128MB \
             -c jit=off -c plan_cache_mode=force_generic_plan"
        );
        let log = format!("{FOLDER}/log");
        check(as_server_user(&programs.join("pg_ctl"), &["-D", &data, "-l", &log, "-w", "-o", &options, "start"]))?;
        let server = Self { port, keep: false };
        for _ in 0..50 {
            let ready = as_server_user(&programs.join("pg_isready"), &["-h", "127.0.0.1", "-p", &port.to_string()]);
            if check(ready).is_ok() {
                return Ok(server);
            }
            thread::sleep(Duration::from_millis(200));
        }
        bail!("PostgreSQL does not answer on port {port}: see {log}")
    }

    /// Address for the tests.
    pub fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/postgres", self.port)
    }

    /// Lets the cluster live on after this program; gives its address.
    pub fn keep(mut self) -> String {
        self.keep = true;
        self.url()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.keep
            && let Err(error) = stop()
        {
            eprintln!("stopping PostgreSQL: {error:#}");
        }
    }
}

/// Stops and removes the cluster, if there is one.
pub fn stop() -> Result<()> {
    stop_in(Path::new(FOLDER))
}

/// A run that was killed leaves its folder with the number of a process that is gone or is another program's by now: such a
/// folder is removed and nothing is stopped.
fn stop_in(folder: &Path) -> Result<()> {
    let data = folder.join("data");
    if let (true, Some(programs)) = (serves(&data), programs()) {
        let data = data.to_str().context("the folder's name is text")?;
        check(as_server_user(&programs.join("pg_ctl"), &["-D", data, "-m", "immediate", "stop"]))?;
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// Whether the process that `postmaster.pid` names is alive and serves this folder.
fn serves(data: &Path) -> bool {
    fs::read_to_string(data.join("postmaster.pid"))
        .ok()
        .and_then(|text| text.lines().next()?.trim().parse::<u32>().ok())
        .and_then(|pid| fs::read_to_string(format!("/proc/{pid}/cmdline")).ok())
        .is_some_and(|line| line.split('\0').any(|word| Path::new(word) == data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_removed_and_nobody_elses_process_is_stopped() {
        // A number beyond every process, and our own: alive, but no server of that folder.
        for pid in [u32::MAX, std::process::id()] {
            let folder = std::env::temp_dir().join(format!("boiduong-left-{}", std::process::id()));
            let data = folder.join("data");
            fs::create_dir_all(&data).unwrap();
            fs::write(data.join("postmaster.pid"), format!("{pid}\n{}\n", data.display())).unwrap();
            stop_in(&folder).unwrap();
            assert!(!folder.exists());
        }
    }
}
