//! Lists the migrations folder into a table that the crate includes.
use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".sql") {
            names.push(name);
        }
    }
    names.sort();
    let mut out = String::from("&[\n");
    for name in names {
        out.push_str(&format!("    ({name:?}, include_str!({:?})),\n", folder.join(&name).display().to_string()));
    }
    out.push_str("]\n");
    #[expect(clippy::disallowed_methods, reason = "a build script is told its folder this way only")]
    let target = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&target).join("migrations.rs"), out)
}
