//! Running programs and installing Debian packages that are missing.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// The checkout.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A program that will run in the checkout, without what `cargo run` told this program of itself: build scripts
/// that look at it (ring's) would build anew, and half of the house after them.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_NAME", "CARGO_CRATE_NAME"].iter().any(|p| text.starts_with(p)) {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs a program in the checkout with its output shown; fails when it fails.
pub fn run(program: &str, args: &[&str], env: &[(&str, &str)]) -> Result<()> {
    let status = command(program)
        .args(args)
        .envs(env.iter().copied())
        .status()
        .with_context(|| format!("starting {program}"))?;
    if !status.success() {
        bail!("{program} {} failed: {status}", args.join(" "));
    }
    Ok(())
}

/// Runs a program and gives its standard output.
pub fn output(program: &str, args: &[&str]) -> Result<String> {
    let output =
        command(program).args(args).stderr(Stdio::inherit()).output().with_context(|| format!("starting {program}"))?;
    if !output.status.success() {
        bail!("{program} {} failed: {}", args.join(" "), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether this process may do everything.
pub fn is_root() -> bool {
    output("id", &["-u"]).is_ok_and(|id| id.trim() == "0")
}

/// Installs Debian packages, as root or through sudo.
pub fn install(packages: &[&str]) -> Result<()> {
    println!("installing {}", packages.join(" "));
    let sudo = !is_root();
    let apt = |args: &[&str]| {
        let mut all = if sudo { vec!["sudo"] } else { Vec::new() };
        all.push("apt-get");
        all.extend(args);
        let (program, rest) = all.split_first().context("a program")?;
        run(program, rest, &[("DEBIAN_FRONTEND", "noninteractive")])
    };
    apt(&["update", "-qq"])?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(packages);
    apt(&args)
}
