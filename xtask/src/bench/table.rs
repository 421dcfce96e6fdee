//! Figures as a table and as JSON.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::shell;

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    pub value: f64,
    pub unit: &'static str,
    /// Most that it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
}

/// The machine and the state of the project.
#[derive(Debug, Serialize)]
pub struct Place {
    pub commit: String,
    pub processor: String,
    pub cores: usize,
    pub system: String,
    /// Tasks that wanted to run in the minute before: above 0.5 the waiting times say little.
    pub load_before: String,
}

/// All figures of a run.
#[derive(Debug, Serialize)]
pub struct Report {
    pub place: Place,
    pub figures: Vec<Figure>,
}

impl Report {
    pub fn new() -> Result<Self> {
        let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let processor = text("/proc/cpuinfo")
            .lines()
            .find_map(|l| l.strip_prefix("model name")?.split_once(": ").map(|x| x.1.to_owned()));
        let place = Place {
            commit: shell::output("git", &["describe", "--always", "--dirty"]).unwrap_or_default().trim().to_owned(),
            processor: processor.unwrap_or_default(),
            cores: std::thread::available_parallelism()?.get(),
            system: shell::output("uname", &["-sr"])?.trim().to_owned(),
            load_before: text("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned(),
        };
        Ok(Self { place, figures: Vec::new() })
    }

    /// A figure without a goal.
    pub fn note(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        self.add(Figure { what: what.into(), value, unit, goal: None, met: None });
    }

    /// A figure that should be at most `goal`.
    pub fn most(&mut self, what: impl Into<String>, value: f64, unit: &'static str, goal: f64) {
        self.add(Figure { what: what.into(), value, unit, goal: Some(goal), met: Some(value <= goal) });
    }

    fn add(&mut self, figure: Figure) {
        println!("{}", line(&figure));
        self.figures.push(figure);
    }

    /// The table in Markdown.
    pub fn table(&self) -> String {
        let p = &self.place;
        let mut out = format!(
            "{} · {} cores · {} · commit {} · load before {}\n\n| figure | measured | goal | |\n|---|--:|--:|---|\n",
            p.processor, p.cores, p.system, p.commit, p.load_before
        );
        for figure in &self.figures {
            out.push_str(&line(figure));
            out.push('\n');
        }
        out
    }

    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(path, text + "\n").with_context(|| format!("writing {}", path.display()))
    }
}

fn line(f: &Figure) -> String {
    let goal = f.goal.map(|g| format!("≤ {g} {}", f.unit)).unwrap_or_default();
    let met = match f.met {
        Some(true) => "met",
        Some(false) => "MISSED",
        None => "",
    };
    format!("| {} | {} {} | {goal} | {met} |", f.what, shown(f.value), f.unit)
}

/// Three figures that mean something.
fn shown(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 || v == v.trunc() => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_whether_the_goal_is_met() {
        let figure = |value| Figure { what: "x".into(), value, unit: "s", goal: Some(1.5), met: Some(value <= 1.5) };
        assert_eq!(line(&figure(1.234)), "| x | 1.23 s | ≤ 1.5 s | met |");
        assert_eq!(line(&figure(12.0)), "| x | 12 s | ≤ 1.5 s | MISSED |");
        assert_eq!(shown(0.512_3), "0.512");
    }
}
