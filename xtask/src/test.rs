//! `cargo xtask test`: everything, in order, stopping at the first stage that fails.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    time::Instant,
};

use anyhow::{Context, Result, bail};

use crate::{browser, postgres::Server, shell, tidy};

/// A stage: counts what tests it ran.
type Stage = fn(&mut Counts) -> Result<()>;

/// What the tests counted so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
    /// Tests that were passed over.
    pub ignored: u64,
}

impl Counts {
    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// Runs the stages, or one of them.
pub fn run(only: Option<&str>) -> Result<()> {
    let stages: [(&str, Stage); 5] = [
        ("fmt", |_| shell::run("cargo", &["fmt", "--all", "--check"], &[])),
        ("tidy", |_| tidy::run()),
        ("lint", |_| {
            shell::run("cargo", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], &[])
        }),
        ("test", cargo_test),
        ("browser", browser::test),
    ];
    if let Some(stage) = only
        && !stages.iter().any(|(name, _)| *name == stage)
    {
        bail!("no stage {stage}; there are {:?}", stages.map(|(name, _)| name));
    }
    let mut counts = Counts::default();
    let mut summary = Vec::new();
    let mut done = Ok(());
    for (name, stage) in stages {
        if only.is_some_and(|o| o != name) {
            continue;
        }
        println!("== {name}");
        let start = Instant::now();
        done = stage(&mut counts).with_context(|| format!("stage {name}"));
        summary.push(format!("{name}: {:.0} s", start.elapsed().as_secs_f64()));
        if done.is_err() {
            break;
        }
    }
    println!("== {}", summary.join(", "));
    if counts != Counts::default() {
        println!("{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.ignored);
    }
    done
}

/// All tests of the workspace, on SQLite and on a PostgreSQL of their own.
fn cargo_test(counts: &mut Counts) -> Result<()> {
    let server = Server::start()?;
    // the published checker of plans is a Python script
    if shell::command("python3").arg("--version").output().is_err() {
        shell::install(&["python3"])?;
    }
    // letters are sent to a real mail server, by Debian's own interpreter
    if !shell::command("/usr/bin/python3").args(["-c", "import aiosmtpd"]).output().is_ok_and(|o| o.status.success()) {
        shell::install(&["python3", "python3-aiosmtpd"])?;
    }
    // and over TLS, with a certificate made for it
    if shell::command("openssl").arg("version").output().is_err() {
        shell::install(&["openssl"])?;
    }
    let mut child = shell::command("cargo")
        // all but documentation: no example in it is a test, and looking for one takes every crate apart again
        .args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"])
        .env("TEST_POSTGRES_URL", server.url())
        .env("CI", "true")
        .stdout(Stdio::piped())
        .spawn()
        .context("starting cargo test")?;
    let stdout = child.stdout.take().context("the output of cargo test")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        add(counts, &line);
    }
    if !child.wait()?.success() {
        bail!("cargo test failed");
    }
    Ok(())
}

/// Adds `test result: ok. 8 passed; 0 failed; 1 ignored; …`.
fn add(counts: &mut Counts, line: &str) {
    let Some(rest) = line.strip_prefix("test result: ") else { return };
    for part in rest.split([';', '.']) {
        let mut words = part.split_whitespace();
        let (Some(number), Some(what)) = (words.next().and_then(|n| n.parse::<u64>().ok()), words.next()) else {
            continue;
        };
        match what {
            "passed" => counts.passed += number,
            "failed" => counts.failed += number,
            "ignored" => counts.ignored += number,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_summed() {
        let mut counts = Counts::default();
        add(
            &mut counts,
            "test result: ok. 8 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        );
        add(&mut counts, "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out");
        add(&mut counts, "test kernel ... ok");
        assert_eq!(counts, Counts { passed: 10, failed: 1, ignored: 1 });
    }
}
