//! Rules of the house that the compiler does not keep: who may know whom, texts in both languages,
//! templates without inline script or style.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::shell;

/// Runs every check and lists everything found.
pub fn run() -> Result<()> {
    let root = shell::root();
    let mut found = Vec::new();
    found.extend(imports(&root)?);
    found.extend(messages(&root)?);
    found.extend(templates(&root)?);
    if !found.is_empty() {
        for line in &found {
            println!("{line}");
        }
        bail!("{} things to tidy", found.len());
    }
    println!("tidy");
    Ok(())
}

/// Crates in their order; each may use only crates to its left (areas to their left too).
const ORDER: [&[&str]; 8] = [
    &["kernel"],
    &["store", "planner", "documents"],
    &["web"],
    &["people"],
    &["teaching"],
    &["learning"],
    &["oversight"],
    &["app", "cli"],
];

fn rank(name: &str) -> Option<usize> {
    ORDER.iter().position(|level| level.contains(&name))
}

/// A crate that uses one at its own level or above. `cli` may use `app`.
fn imports(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for manifest in files(&root.join("crates"), "Cargo.toml")? {
        let text = fs::read_to_string(&manifest)?;
        let name = field(&text, "name").with_context(|| format!("{}", manifest.display()))?;
        let Some(own) = rank(&name) else { continue };
        let normal = text.split("[dev-dependencies]").next().unwrap_or_default();
        let dependencies = normal.split("[dependencies]").nth(1).unwrap_or_default();
        for line in dependencies.lines() {
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if let Some(other) = rank(dependency)
                && other >= own
                && (name.as_str(), dependency) != ("cli", "app")
            {
                found.push(format!("{}: {name} must not use {dependency}", manifest.display()));
            }
        }
    }
    Ok(found)
}

fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|l| l.starts_with(&format!("{name} = ")))?;
    line.split('"').nth(1).map(str::to_owned)
}

/// Keys that stand in one language only, with other variables, or that code asks for and nobody has.
fn messages(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for vi in files(&root.join("crates"), "messages.vi.ftl")? {
        let en = vi.with_file_name("messages.en.ftl");
        let (one, two) = (keys(&fs::read_to_string(&vi)?), keys(&fs::read_to_string(&en)?));
        for (key, variables) in &one {
            match two.get(key) {
                None => found.push(format!("{}: {key} is missing", en.display())),
                Some(other) if other != variables => found.push(format!("{}: {key} has other variables", en.display())),
                Some(_) => {}
            }
        }
        found.extend(two.keys().filter(|k| !one.contains_key(*k)).map(|k| format!("{}: {k} is missing", vi.display())));
        known.extend(one.into_keys());
    }
    for extension in ["rs", "html"] {
        for file in files(&root.join("crates"), extension)? {
            for key in asked(&fs::read_to_string(&file)?) {
                if !known.contains(&key) {
                    found.push(format!("{}: message {key} does not exist", file.display()));
                }
            }
        }
    }
    Ok(found)
}

/// Keys of a Fluent file with the variables of each.
fn keys(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines() {
        if line.starts_with(|c: char| c.is_ascii_lowercase())
            && let Some((key, _)) = line.split_once(" =")
        {
            current = key.to_owned();
            keys.entry(current.clone()).or_default();
        }
        for part in line.split('$').skip(1) {
            let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if let Some(variables) = keys.get_mut(&current) {
                variables.insert(name);
            }
        }
    }
    keys
}

/// Literal keys that code asks for: `t.get("…")`, `t.arg("…")`, `t.args("…")`, `refused("…")`.
fn asked(text: &str) -> Vec<String> {
    let mut asked = Vec::new();
    for call in ["t.get(\"", "t.arg(\"", "t.args(\"", "::refused(\"", "::refused_with(\""] {
        for (place, _) in text.match_indices(call) {
            let before = text.get(..place).and_then(|t| t.chars().next_back()).unwrap_or(' ');
            let rest = text.get(place + call.len()..).unwrap_or_default();
            let key: String = rest.chars().take_while(|c| *c != '"').collect();
            let plain = key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c));
            if plain && !(before.is_alphanumeric() || before == '_') {
                asked.push(key);
            }
        }
    }
    asked
}

/// Templates with inline script, style or handlers.
fn templates(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files(&root.join("crates"), "html")? {
        let text = fs::read_to_string(&file)?;
        for bad in [" style=", "<style", " onclick=", " onchange=", " onsubmit=", "<script>", "javascript:"] {
            if text.contains(bad) {
                found.push(format!("{}: contains {bad:?}", file.display()));
            }
        }
    }
    Ok(found)
}

/// Every file below a folder whose name is `name` or whose extension is `name`.
fn files(folder: &Path, name: &str) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            all.extend(files(&path, name)?);
        } else if path.file_name().is_some_and(|n| n == name) || path.extension().is_some_and(|e| e == name) {
            all.push(path);
        }
    }
    all.sort();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_with_their_variables() {
        let text =
            "a-b = Có { $n } người\nc =\n    { $x ->\n        [one] một\n       *[other] { $y }\n    }\n# note\n";
        let keys = keys(text);
        assert_eq!(keys.keys().collect::<Vec<_>>(), ["a-b", "c"]);
        assert_eq!(keys["c"], BTreeSet::from(["x".to_owned(), "y".to_owned()]));
    }

    #[test]
    fn literal_keys_are_found_and_built_ones_are_not() {
        let text = r#"t.get("one") {{ t.arg("two", "n", 1) }} t.get(format!("three-{x}")) client.get("/x") WebError::refused("four")"#;
        assert_eq!(asked(text), ["one", "two", "four"]);
    }

    #[test]
    fn areas_know_only_what_lies_below() {
        assert!(rank("oversight") > rank("learning") && rank("learning") > rank("teaching"));
        assert!(rank("teaching") > rank("people") && rank("people") > rank("web"));
    }
}
