//! `cargo xtask bench plan`: the planner on the standard instances beside the construction alone and beside CP-SAT, in one run.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{server, table::Report};
use crate::shell;

/// Efforts of the planner in seconds, each with the most that the gap should be in percent.
const EFFORTS: [(u32, f64); 3] = [(2, 3.5), (10, 2.5), (60, 2.0)];
/// Seconds that CP-SAT gets.
const RIVAL: [u32; 2] = [10, 60];

/// What a run of a program took.
struct Run {
    said: String,
    seconds: f64,
    /// Peak of resident memory, MB.
    peak: f64,
}

/// Runs a program that ends by itself and watches its memory.
fn watched(program: &str, arguments: &[&str]) -> Result<Run> {
    let begun = Instant::now();
    let mut child = shell::command(program).args(arguments).stdout(std::process::Stdio::piped()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let out = child.stdout.take().context("an output")?;
    let reader = thread::spawn(move || std::io::read_to_string(out));
    let mut peak = 0.0_f64;
    let ended = loop {
        if let Some(now) = fs::read_to_string(&status).ok().as_deref().and_then(server::high_water) {
            peak = peak.max(now);
        }
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        thread::sleep(Duration::from_millis(20));
    };
    let said = reader.join().ok().context("a reader")??;
    if !ended.success() {
        bail!("{program} {}: {ended}", arguments.join(" "));
    }
    Ok(Run { said, seconds: begun.elapsed().as_secs_f64(), peak })
}

/// The figure behind a word in the last line that has it: `cost 1.32`.
fn figure(said: &str, word: &str) -> Result<f64> {
    let text = said.lines().rev().find_map(|line| line.rsplit_once(&format!("{word} "))?.1.split([' ', ',']).next());
    text.and_then(|text| text.parse().ok()).with_context(|| format!("{word} in: {said}"))
}

/// The interpreter with the rival's library in it.
fn rival(folder: &Path) -> Result<String> {
    let python = folder.join("rival/bin/python");
    if !python.exists() {
        let place = folder.join("rival");
        shell::run("python3", &["-m", "venv", &place.to_string_lossy()], &[])?;
        shell::run(&python.to_string_lossy(), &["-m", "pip", "install", "-q", "-r", "planning/requirements.txt"], &[])?;
    }
    Ok(python.to_string_lossy().into_owned())
}

struct Files {
    instance: PathBuf,
    constructed: PathBuf,
    plan: PathBuf,
    certificate: PathBuf,
}

/// Five standard and five tight instances, then the country.
pub fn run() -> Result<()> {
    if shell::output("python3", &["--version"]).is_err() {
        shell::install(&["python3", "python3-venv"])?;
    }
    shell::run("cargo", &["build", "--release", "--package", "cli"], &[])?;
    let folder = shell::root().join("target/bench");
    fs::create_dir_all(&folder)?;
    let python = rival(&folder)?;
    let file = |name: &str| folder.join(name);
    let files = Files {
        instance: file("plan-instance.json"),
        constructed: file("plan-constructed.json"),
        plan: file("plan-plan.json"),
        certificate: file("plan-certificate.json"),
    };
    let mut report = Report::new()?;
    for tight in [false, true] {
        for seed in 1..=5_u32 {
            let seed = seed.to_string();
            let mut arguments = vec!["planning/generate.py", "--seed", &seed];
            arguments.extend(tight.then_some("--tight"));
            fs::write(&files.instance, shell::output("python3", &arguments)?)?;
            let name = format!("{}{seed}", if tight { "tight " } else { "seed " });
            standard(&name, &files, &python, &mut report)?;
        }
    }
    country(&files, &mut report)?;
    report.write(&shell::root().join("target/bench-plan.json"))?;
    println!("\n{}", report.table());
    Ok(())
}

/// One instance of a province's size.
fn standard(name: &str, files: &Files, python: &str, report: &mut Report) -> Result<()> {
    println!("== {name}");
    let program = server::binary();
    let program = program.to_string_lossy();
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let (instance, constructed) = (text(&files.instance), text(&files.constructed));
    let (plan, certificate) = (text(&files.plan), text(&files.certificate));
    let first = watched(&program, &["plan", &instance, "--out", &constructed, "--seconds", "0"])?;
    report.note(format!("{name}: constructed only, cost"), figure(&first.said, "cost")?, "");
    let mut bound = 0.0_f64;
    for (seconds, goal) in EFFORTS {
        let effort = seconds.to_string();
        let arguments = ["plan", &instance, "--out", &plan, "--seconds", &effort, "--certificate", &certificate];
        let run = watched(&program, &arguments)?;
        let what = format!("{name}, {seconds} s");
        bound = bound.max(figure(&run.said, "bound")?);
        report.note(format!("{what}: cost"), figure(&run.said, "cost")?, "");
        report.note(format!("{what}: bound"), figure(&run.said, "bound")?, "");
        report.most(format!("{what}: cost above the bound"), figure(&run.said, "gap")?, "%", goal);
        report.most(format!("{what}: it took"), run.seconds, "s", f64::from(seconds));
        report.note(format!("{what}: peak memory"), run.peak, "MB");
        // both say no by their exit codes
        shell::output("python3", &["planning/score.py", &instance, &plan])?;
        shell::output("python3", &["planning/certify.py", &instance, &certificate])?;
    }
    for seconds in RIVAL {
        let effort = seconds.to_string();
        let run = watched(python, &["planning/cpsat.py", &instance, &constructed, &plan, "--seconds", &effort])?;
        let cost = figure(&run.said, "cost")?;
        report.note(format!("{name}, CP-SAT, {seconds} s: cost"), cost, "");
        report.note(
            format!("{name}, CP-SAT, {seconds} s: cost above the planner's bound"),
            100.0 * (cost - bound) / bound,
            "%",
        );
        report.most(format!("{name}, CP-SAT, {seconds} s: violations"), figure(&run.said, "violations")?, "", 0.0);
    }
    Ok(())
}

/// As many people as the country has at communes.
fn country(files: &Files, report: &mut Report) -> Result<()> {
    println!("== country");
    let size = "--people 293216 --communes 3321 --rooms 68 --classes 952 1088";
    let arguments: Vec<&str> = std::iter::once("planning/generate.py").chain(size.split(' ')).collect();
    fs::write(&files.instance, shell::output("python3", &arguments)?)?;
    let program = server::binary();
    let (instance, plan) = (files.instance.to_string_lossy(), files.plan.to_string_lossy());
    for (seconds, goal) in [("0", 60.0), ("60", 300.0)] {
        let run = watched(&program.to_string_lossy(), &["plan", &instance, "--out", &plan, "--seconds", seconds])?;
        let what =
            if seconds == "0" { "country, constructed only".to_owned() } else { format!("country, {seconds} s") };
        report.most(format!("{what}: it took"), run.seconds, "s", goal);
        report.most(format!("{what}: peak memory"), run.peak, "MB", 4096.0);
        report.note(format!("{what}: cost"), figure(&run.said, "cost")?, "");
        if seconds != "0" {
            report.most(format!("{what}: cost above the bound"), figure(&run.said, "gap")?, "%", 8.0);
        }
        shell::output("python3", &["planning/score.py", &instance, &plan])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_last_line_that_has_them() {
        let said =
            "0.1 s: cost 2.0, bound 0.0\n  7.6 s: cost 1.32370, bound 1.30000, gap 1.82 %\n152 classes in 7.6 s\n";
        assert_eq!(figure(said, "cost").unwrap(), 1.3237);
        assert_eq!(figure(said, "bound").unwrap(), 1.3);
        assert_eq!(figure(said, "gap").unwrap(), 1.82);
        assert_eq!(figure("violations 0 cost 2.07296\n", "violations").unwrap(), 0.0);
        assert!(figure("nothing", "cost").is_err());
    }
}
