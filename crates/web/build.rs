//! Lists the assets folder into a table that the crate includes, joins the style sheets into one,
//! and makes the version that every asset address carries.
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets").canonicalize()?;
    println!("cargo::rerun-if-changed={}", root.display());
    #[expect(clippy::disallowed_methods, reason = "a build script is told its folder this way only")]
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);

    let mut css = String::new();
    for line in fs::read_to_string(root.join("css/order.txt"))?.lines() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            css.push_str(&fs::read_to_string(root.join("css").join(line))?);
            css.push('\n');
        }
    }
    fs::write(out.join("app.css"), &css)?;

    let mut files: Vec<(String, PathBuf)> = vec![("css/app.css".to_owned(), out.join("app.css"))];
    collect(&root, &root, &mut files)?;
    files.sort();
    let mut version = Sha256::new();
    let mut table = String::from("&[\n");
    for (name, path) in &files {
        version.update(name);
        version.update(fs::read(path)?);
        table.push_str(&format!("    ({name:?}, include_bytes!({:?})),\n", path.display().to_string()));
    }
    table.push_str("]\n");
    fs::write(out.join("assets.rs"), table)?;
    let version: String = hex::encode(version.finalize()).chars().take(12).collect();
    println!("cargo::rustc-env=ASSETS_VERSION={version}");
    Ok(())
}

/// What browsers ask for; sources of style sheets, papers' fonts and notes stay out.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        println!("cargo::rerun-if-changed={}", path.display());
        if path.is_dir() {
            if !path.ends_with("css") && !path.ends_with("fonts-paper") {
                collect(root, &path, files)?;
            } else if path.ends_with("css") {
                watch(&path)?;
            }
            continue;
        }
        let served = ["js", "svg", "png", "woff2", "webmanifest", "ico"];
        if path.extension().and_then(|e| e.to_str()).is_some_and(|e| served.contains(&e)) {
            let name = path.strip_prefix(root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
            files.push((name, path));
        }
    }
    Ok(())
}

fn watch(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        println!("cargo::rerun-if-changed={}", path.display());
        if path.is_dir() {
            watch(&path)?;
        }
    }
    Ok(())
}
