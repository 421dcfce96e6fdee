//! `boiduong plan`: an instance of `planning/FORMAT.md` is planned, improved, carried on, certified.

use std::{
    fmt::{self, Write as _},
    fs,
    io::{self, Write as _},
    path::Path,
    time::Instant,
};

use anyhow::Result;
use planner::{Begun, Effort, Improved, Instance, InstanceError, Plan, PlanClass, Proof, Years};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::BadInput;

/// `boiduong plan`
///
/// The plan is written when the effort is over; until then a line tells of each round. `begun` is a plan that is under way and the first
/// week that may change.
pub fn run(
    instance: &Path,
    out: &Path,
    effort: Effort,
    begun: Option<(&Path, u32)>,
    certificate: Option<&Path>,
) -> Result<()> {
    let read = |file: &Path| fs::read_to_string(file).map_err(|e| BadInput(format!("{}: {e}", file.display())));
    let unreadable = |file: &Path, e: InstanceError| BadInput(format!("{}: {e}", file.display()));
    let text = read(instance)?;
    let problem = Instance::from_json(&text).map_err(|e| unreadable(instance, e))?;
    let before = match begun {
        Some((file, _)) => Some(Plan::from_json(&read(file)?, &problem).map_err(|e| unreadable(file, e))?),
        None => None,
    };
    let begun = before.as_ref().zip(begun).map(|(plan, (_, until))| Begun::from(plan, until));
    let start = Instant::now();
    let first = match begun {
        Some(begun) => planner::carry_on(&problem, begun)?,
        None => planner::solve(&problem)?,
    };
    let told = |seconds: f64, cost: f64, bound: f64| {
        let gap = if bound > 0.0 { format!(", gap {:.2} %", 100.0 * (cost - bound) / bound) } else { String::new() };
        say(format_args!("{seconds:6.1} s: cost {cost:.5}, bound {:.5}{gap}", bound.max(0.0)));
    };
    let done = planner::improve(&problem, &first, begun, effort, &mut |p| told(p.seconds, p.cost, p.bound));
    if effort.seconds > 0.0 {
        told(start.elapsed().as_secs_f64(), done.cost, done.bound);
    }
    write_json(out, &done.plan)?;
    if let Some(file) = certificate {
        write_json(file, &Certificate::of(&text, &done))?;
    }
    for year in Years::of(&problem, &done.plan) {
        say(format_args!(
            "{}: {} classes, {} seats, {} people trained so far",
            year.year, year.classes, year.seats, year.trained
        ));
    }
    if begun.is_some() {
        say(format_args!("{} people who were called are called to another week", done.recalled));
    }
    say(format_args!("{} classes in {:.2} s", done.plan.classes.len(), start.elapsed().as_secs_f64()));
    Ok(())
}

/// A line for whoever listens: the plan is written even when nobody does any more.
fn say(line: fmt::Arguments<'_>) {
    _ = writeln!(io::stdout(), "{line}");
}

fn write_json(file: &Path, value: &impl Serialize) -> Result<()> {
    let unwritable = |e: io::Error| BadInput(format!("{}: {e}", file.display()));
    let mut to = io::BufWriter::new(fs::File::create(file).map_err(unwritable)?);
    serde_json::to_writer(&mut to, value)?;
    to.flush().map_err(unwritable)?;
    Ok(())
}

/// A plan with what proves its bound; `planning/FORMAT.md` has no such file, but its checker reads the plan in it.
#[derive(Debug, Serialize)]
struct Certificate<'a> {
    format: &'static str,
    /// SHA-256 of the instance's bytes and of the classes as they stand here, hexadecimal.
    instance_sha256: String,
    classes_sha256: String,
    cost: f64,
    bound: f64,
    #[serde(flatten)]
    proof: &'a Proof,
    classes: &'a [PlanClass],
}

impl<'a> Certificate<'a> {
    fn of(instance: &str, done: &'a Improved) -> Self {
        Self {
            format: "coverage-plan-certificate/1",
            instance_sha256: hex::encode(Sha256::digest(instance)),
            classes_sha256: digest(&done.plan.classes),
            cost: done.cost,
            bound: done.bound,
            proof: &done.proof,
            classes: &done.plan.classes,
        }
    }
}

/// SHA-256 over `programme week person person …` of every class, a line each.
fn digest(classes: &[PlanClass]) -> String {
    let mut hash = Sha256::new();
    for class in classes {
        let mut line = format!("{} {}", class.programme, class.week);
        for id in &class.people {
            // writing to a text does not fail
            let _ = write!(line, " {id}");
        }
        hash.update(line + "\n");
    }
    hex::encode(hash.finalize())
}
