//! The whole path in a browser: Debian's Chromium, driven by Playwright, against the program itself.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{postgres, shell, test::Counts};

const CHROMIUM: &str = "/usr/bin/chromium";
/// The day on which the journeys begin: the Wednesday of a study week, so that one class studies, one waits for its
/// decision, one is opened and one asks for people, whatever the calendar says.
const TODAY: &str = "2026-11-18";
/// Oldest Node.js that the journeys run on: the one of Debian 12.
const NODE: u32 = 18;

/// Every journey on SQLite, on a desktop and on a phone, and a short part of them on PostgreSQL.
pub fn test(counts: &mut Counts) -> Result<()> {
    tools()?;
    let program = build()?;
    let folder = Folder::new("boiduong-test-browser")?;
    let database = postgres::Server::start()?;
    let embedded = ["--data".to_owned(), folder.0.join("data").display().to_string()];
    // its key and its files go to the same folder: nothing is written into the tree
    let data = ["--data".to_owned(), folder.0.join("central").display().to_string()];
    let central = [data.as_slice(), &["--database".to_owned(), database.url()]].concat();
    // both load their demonstration at the same time: one core each
    let (mut first, mut second) = (Site::start(&program, &embedded)?, Site::start(&program, &central)?);
    first.wait("")?;
    second.wait("postgres ")?;
    playwright(&first, &program, &embedded, &[], counts)?;
    println!("-- a short part of it on PostgreSQL");
    playwright(&second, &program, &central, &["--grep", "@short", "--project", "desktop"], counts)
}

/// Pictures of the running application for the README, into `docs/screenshots`.
pub fn shots() -> Result<()> {
    tools()?;
    let program = build()?;
    let folder = Folder::new("boiduong-shots")?;
    let mut server = Site::start(&program, &["--data".to_owned(), folder.0.join("data").display().to_string()])?;
    server.wait("")?;
    shell::run("node", &["e2e/shots.js"], &[("BASE_URL", &server.url), ("CHROMIUM", CHROMIUM)])
}

/// Installs Chromium, Node.js, a reader of PDF and one of text documents from Debian and the packages of the lock file, where they are
/// missing.
fn tools() -> Result<()> {
    let mut missing = Vec::new();
    if !Path::new(CHROMIUM).exists() {
        missing.push("chromium");
    }
    for (program, version, package) in [
        ("node", "--version", "nodejs"),
        ("npm", "--version", "npm"),
        ("pdftotext", "-v", "poppler-utils"),
        ("soffice", "--version", "libreoffice-writer-nogui"),
    ] {
        if Command::new(program).arg(version).output().is_err() {
            missing.push(package);
        }
    }
    if !missing.is_empty() {
        shell::install(&missing)?;
    }
    let version = shell::output("node", &["--version"])?;
    let major: u32 = version.trim_start_matches('v').split('.').next().unwrap_or_default().parse()?;
    ensure!(major >= NODE, "Node.js {version} is too old: {NODE} is needed");
    let folder = shell::root().join("e2e");
    let written = |path: &str| fs::metadata(folder.join(path)).and_then(|m| m.modified()).ok();
    if written("node_modules/.package-lock.json") < written("package-lock.json") {
        shell::run("npm", &["ci", "--prefix", "e2e", "--ignore-scripts", "--no-audit", "--no-fund"], &[])?;
    }
    Ok(())
}

/// The program as the tests have built it: the same features, so nothing is compiled twice.
fn build() -> Result<PathBuf> {
    shell::run("cargo", &["build", "--workspace", "--all-targets", "--quiet"], &[])?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), PathBuf::from);
    Ok(target.join("debug/boiduong"))
}

/// A folder below `/tmp`, empty at first, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("removing {}: {error}", self.0.display());
        }
    }
}

/// The running program with the demonstration; ended when dropped.
struct Site {
    child: Child,
    url: String,
    said: Option<ChildStdout>,
}

impl Site {
    /// Starts it on a free port.
    fn start(program: &Path, place: &[String]) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut child = Command::new(program)
            .arg("serve")
            .args(place)
            .args(["--today", TODAY, "--listen", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let said = child.stdout.take();
        Ok(Self { child, url: format!("http://127.0.0.1:{port}"), said })
    }

    /// Waits until it listens; prints what it says until then.
    fn wait(&mut self, name: &str) -> Result<()> {
        let mut lines = BufReader::new(self.said.take().context("the output of the program")?).lines();
        for line in lines.by_ref() {
            let line = line?;
            println!("   {name}{line}");
            if line.contains(&self.url) {
                // the rest is read so that the program never waits for a reader
                thread::spawn(move || lines.for_each(drop));
                return Ok(());
            }
        }
        bail!("the program ended before it listened")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = ended {
            eprintln!("ending the program: {error}");
        }
    }
}

/// Runs the journeys and adds what they count.
fn playwright(site: &Site, program: &Path, place: &[String], more: &[&str], counts: &mut Counts) -> Result<()> {
    let folder = shell::root().join("e2e");
    let report = folder.join("results/report.json");
    let _ = fs::remove_file(&report);
    std::io::stdout().flush()?;
    let status = Command::new("node")
        .args(["node_modules/@playwright/test/cli.js", "test"])
        .args(more)
        .env("BASE_URL", &site.url)
        .env("CHROMIUM", CHROMIUM)
        .env("BOIDUONG", program)
        .env("BOIDUONG_PLACE", serde_json::to_string(place)?)
        .env("CI", "true")
        .current_dir(folder)
        .status()
        .context("starting Playwright")?;
    let report = fs::read_to_string(&report).context("Playwright wrote no report")?;
    counts.add(&in_report(&report)?);
    ensure!(status.success(), "journeys failed");
    Ok(())
}

/// What a report of Playwright counts. There are no retries, so nothing is flaky.
fn in_report(report: &str) -> Result<Counts> {
    let report: serde_json::Value = serde_json::from_str(report).context("the report of Playwright")?;
    let count = |name: &str| {
        report.pointer(&format!("/stats/{name}")).and_then(serde_json::Value::as_u64).context("a count of the report")
    };
    Ok(Counts {
        passed: count("expected")?,
        failed: count("unexpected")? + count("flaky")?,
        ignored: count("skipped")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_counted() {
        let report = r#"{"suites": [], "errors": [], "stats": {"startTime": "2026-11-25T01:00:00Z", "duration": 12.5,
            "expected": 7, "skipped": 2, "unexpected": 1, "flaky": 1}}"#;
        let counts = in_report(report).ok();
        assert_eq!(counts, Some(Counts { passed: 7, failed: 2, ignored: 2 }));
        assert!(in_report("{}").is_err());
    }
}
