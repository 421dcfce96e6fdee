//! Rules of the house that the compiler does not keep: who may know whom, who writes which table, texts in both
//! languages, templates without inline script or style, rights that are listed and held.

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
    found.extend(ownership(&root)?);
    found.extend(rights(&root)?);
    found.extend(written(&shell::output("git", &["ls-files", "data"])?));
    if !found.is_empty() {
        for line in &found {
            println!("{line}");
        }
        bail!("{} things to tidy", found.len());
    }
    println!("tidy");
    Ok(())
}

/// What a server has written into its default folder and somebody would commit: databases, files of people, the key that seals.
fn written(tracked: &str) -> Vec<String> {
    let table = |path: &&str| path.matches('/').count() == 1 && (path.ends_with(".csv") || path.ends_with(".md"));
    tracked.lines().filter(|path| !table(path)).map(|path| format!("{path}: is no table of reference")).collect()
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
            let text = fs::read_to_string(&file)?;
            let recorded = if extension == "rs" { recorded(&file, &text) } else { Vec::new() };
            for key in asked(&text).into_iter().chain(recorded) {
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
            // `client.get("…")` is no message; `WebError::refused("…")` is one whatever stands before it
            if plain && (call.starts_with("::") || !(before.is_alphanumeric() || before == '_')) {
                asked.push(key);
            }
        }
    }
    asked
}

/// Keys of what audit records say: the literal `slice.thing.done` in a file of that slice asks for the message
/// `slice-done-thing-done`.
fn recorded(file: &Path, text: &str) -> Vec<String> {
    let slices: Vec<&str> = file.iter().skip_while(|part| *part != "src").filter_map(|part| part.to_str()).collect();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let literals =
        code.lines().filter(|line| !line.contains("messages!")).flat_map(|line| line.split('"').skip(1).step_by(2));
    let plain = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    literals
        .filter_map(|literal| {
            let words: Vec<&str> = literal.split('.').filter(plain).collect();
            let [slice, thing, done] = words.as_slice() else { return None };
            (literal.len() == slice.len() + thing.len() + done.len() + 2 && slices.contains(slice))
                .then(|| format!("{slice}-done-{thing}-{done}"))
        })
        .collect()
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

/// A slice's row in the table of ARCHITECTURE.md.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    tables: BTreeSet<String>,
    views: BTreeSet<String>,
    /// Tables that other areas may read.
    open: BTreeSet<String>,
}

/// What the migrations make, by slice: `0009_classes_create_class.sql` belongs to `classes`. A table that a later migration makes
/// anew belongs to its slice from then on, one that it drops to nobody.
fn made(root: &Path) -> Result<BTreeMap<String, Row>> {
    let mut made: BTreeMap<String, Row> = BTreeMap::new();
    for file in files(&root.join("migrations"), "sql")? {
        let name = file.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let slice = name.split('_').nth(1).with_context(|| format!("{name} names no slice"))?;
        let text = fs::read_to_string(&file)?;
        let words: Vec<&str> = words(&text).collect();
        for row in made.values_mut() {
            row.tables.retain(|table| {
                !words.windows(3).any(|w| matches!(w, ["CREATE" | "DROP", "TABLE", gone] if gone == table))
            });
        }
        let row = made.entry(slice.to_owned()).or_default();
        for place in words.windows(3) {
            match place {
                ["CREATE", "TABLE", table] => row.tables.insert((*table).to_owned()),
                ["CREATE", "VIEW", view] => row.views.insert((*view).to_owned()),
                _ => false,
            };
        }
    }
    Ok(made)
}

/// Lines `| slice | area | tables | views | read by other areas |` of ARCHITECTURE.md.
fn told(text: &str) -> BTreeMap<String, Row> {
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<String>>();
    let mut rows = BTreeMap::new();
    let below = text.split("| slice | area |").nth(1).unwrap_or_default();
    for line in below.lines().skip(2).take_while(|l| l.starts_with('|')) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, slice, _, tables, views, open, ..] = cells.as_slice() {
            rows.insert((*slice).to_owned(), Row { tables: names(tables), views: names(views), open: names(open) });
        }
    }
    rows
}

/// Tables that are not in the table of slices, written by a slice that does not own them, or read from another
/// area without standing open to it.
fn ownership(root: &Path) -> Result<Vec<String>> {
    let made = made(root)?;
    let told = told(&fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap_or_default());
    let mut found = Vec::new();
    for (slice, row) in &made {
        let Some(said) = told.get(slice) else {
            found.push(format!("ARCHITECTURE.md: section 4 has no row for the slice {slice}"));
            continue;
        };
        for (what, have, want) in [("tables", &said.tables, &row.tables), ("views", &said.views, &row.views)] {
            if have != want {
                found.push(format!("ARCHITECTURE.md: {slice} has the {what} {want:?}, section 4 says {have:?}"));
            }
        }
    }
    let owner = |table: &str| made.iter().find(|(_, row)| row.tables.contains(table)).map(|(slice, _)| slice);
    let areas = areas(root)?;
    let mut read: BTreeSet<String> = BTreeSet::new();
    for file in files(&root.join("crates"), "rs")? {
        let Some((area, slice)) = home(root, &file) else { continue };
        for text in statements(&fs::read_to_string(&file)?) {
            for (writes, table) in uses(text) {
                let Some(owner) = owner(&table).filter(|owner| **owner != slice) else { continue };
                let place = file.strip_prefix(root).unwrap_or(&file).display().to_string();
                if writes {
                    found.push(format!("{place}: {slice} writes {table}, which belongs to {owner}"));
                } else if areas.get(owner) != Some(&area) {
                    read.insert(table.clone());
                    if !told.get(owner).is_some_and(|row| row.open.contains(&table)) {
                        found.push(format!("{place}: {slice} reads {table} of {owner}, which no view shows and which section 4 of ARCHITECTURE.md does not open to other areas"));
                    }
                }
            }
        }
    }
    for (slice, row) in &told {
        for table in row.open.difference(&read) {
            found.push(format!("ARCHITECTURE.md: no other area reads {table} of {slice}"));
        }
    }
    Ok(found)
}

/// Area of every slice that has a folder.
fn areas(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut areas = BTreeMap::from([("store".to_owned(), "store".to_owned())]);
    for file in files(&root.join("crates/areas"), "rs")? {
        if let Some((area, slice)) = home(root, &file) {
            areas.insert(slice, area);
        }
    }
    Ok(areas)
}

/// Area and slice of a source file: `crates/areas/people/src/registry/…`, or a crate of its own.
fn home(root: &Path, file: &Path) -> Option<(String, String)> {
    let path = file.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/");
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["crates", "areas", area, "src", slice, _, ..] => Some(((*area).to_owned(), (*slice).to_owned())),
        ["crates", "areas", ..] | ["crates", "testkit", ..] => None,
        ["crates", name, "src", ..] => Some(((*name).to_owned(), (*name).to_owned())),
        _ => None,
    }
}

/// Texts inside `sql!(…)`, and inside `macro_rules!`, where statements share their parts.
fn statements(source: &str) -> Vec<&str> {
    let mut all = Vec::new();
    for (begin, open, close) in [("sql!(", '(', ')'), ("macro_rules! ", '{', '}')] {
        for (place, _) in source.match_indices(begin) {
            let rest = source.get(place..).unwrap_or_default();
            let Some((_, rest)) = rest.split_once(open) else { continue };
            let (mut depth, mut quoted) = (1_i32, false);
            let end = rest.char_indices().find(|(_, c)| {
                match c {
                    '"' => quoted = !quoted,
                    c if *c == open && !quoted => depth += 1,
                    c if *c == close && !quoted => depth -= 1,
                    _ => {}
                }
                depth == 0
            });
            all.extend(end.and_then(|(end, _)| rest.get(..end)));
        }
    }
    all
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty())
}

/// Names after the words that write or read, with whether they are written; names of no table are among them.
fn uses(text: &str) -> Vec<(bool, String)> {
    let words: Vec<&str> = words(text).collect();
    let mut uses = Vec::new();
    for (place, pair) in words.windows(2).enumerate() {
        let before = place.checked_sub(1).and_then(|p| words.get(p)).copied();
        match *pair {
            ["INTO" | "UPDATE", table] => uses.push((true, table.to_owned())),
            ["FROM", table] => uses.push((before == Some("DELETE"), table.to_owned())),
            ["JOIN", table] => uses.push((false, table.to_owned())),
            _ => {}
        }
    }
    uses
}

/// Rights that no role holds, that the list of permissions lacks, or that a role holds and nobody asks for.
fn rights(root: &Path) -> Result<Vec<String>> {
    let listed = fs::read_to_string(root.join("docs/permissions.txt")).unwrap_or_default();
    let roles_file = root.join("crates/areas/people/src/accounts/roles.rs");
    let held: BTreeSet<String> = fs::read_to_string(&roles_file)?
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.contains('.'))
        .map(str::to_owned)
        .collect();
    let mut asked = BTreeSet::new();
    for file in files(&root.join("crates"), "rs")? {
        asked.extend(declared(&fs::read_to_string(&file)?));
    }
    let listed: BTreeSet<&str> = listed.split_whitespace().collect();
    let mut found: Vec<String> =
        held.symmetric_difference(&asked).map(|r| format!("right {r} is asked for or held, but not both")).collect();
    found.extend(
        asked
            .iter()
            .filter(|r| !listed.contains(r.as_str()))
            .map(|r| format!("docs/permissions.txt: right {r} is missing")),
    );
    Ok(found)
}

/// Names of the rights that a file declares: `impl Right for X { const NAME: &'static str = "…" }`.
fn declared(source: &str) -> Vec<String> {
    let bodies = source.split("impl Right for ").skip(1);
    bodies
        .filter_map(|body| body.split("NAME: &'static str = \"").nth(1)?.split('"').next())
        .map(str::to_owned)
        .collect()
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
    fn what_a_server_writes_is_not_committed() {
        let tracked = "data/communes.csv\ndata/SOURCES.md\ndata/secret.key\ndata/files/files/8e/8e4b\ndata/files/a.csv";
        assert_eq!(written(tracked).len(), 3, "{:?}", written(tracked));
    }

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
    fn what_audit_records_say_is_asked_for() {
        let file = Path::new("crates/areas/people/src/registry/import/actions.rs");
        let text = "tx.audit(by, \"registry.import.undone\", id)?; (\"2.1.0\", \"other.import.undone\", \"a.b\")\n#[cfg(test)] \"registry.x.y\"";
        assert_eq!(recorded(file, text), ["registry-done-import-undone"]);
    }

    #[test]
    fn areas_know_only_what_lies_below() {
        assert!(rank("oversight") > rank("learning") && rank("learning") > rank("teaching"));
        assert!(rank("teaching") > rank("people") && rank("people") > rank("web"));
    }

    #[test]
    fn parts_that_statements_share_are_seen() {
        let source = r#"macro_rules! part { () => { " WHERE a IN (SELECT b FROM six)" }; } sql!(D, concat!("SELECT 1 FROM seven", part!()));"#;
        let found: BTreeSet<_> = statements(source).into_iter().flat_map(uses).collect();
        assert_eq!(found, BTreeSet::from([(false, "seven".to_owned()), (false, "six".to_owned())]));
    }

    #[test]
    fn statements_and_their_tables_are_found() {
        let source = r#"sql!(A, "INSERT INTO one (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = 1"); x();
            sql!(B, "SELECT 1 FROM two t JOIN three h ON (h.id = t.id)"); sql!(C, postgres: "DELETE FROM four", sqlite: "UPDATE five SET a = 1")"#;
        let found: Vec<_> = statements(source).into_iter().flat_map(uses).collect();
        let table = |writes, name: &str| (writes, name.to_owned());
        assert_eq!(
            found,
            [
                table(true, "one"),
                table(true, "SET"),
                table(false, "two"),
                table(false, "three"),
                table(true, "four"),
                table(true, "five")
            ]
        );
    }

    #[test]
    fn rows_of_the_architecture_are_read() {
        let text = "| slice | area | tables | views | read by other areas |\n|---|---|---|---|---|\n| a | x | `t`, `u` | `v_a_t` | `u` |\n\n| b |";
        let names = |all: &[&str]| all.iter().map(|n| (*n).to_owned()).collect::<BTreeSet<_>>();
        let row = Row { tables: names(&["t", "u"]), views: names(&["v_a_t"]), open: names(&["u"]) };
        assert_eq!(told(text), BTreeMap::from([("a".to_owned(), row)]));
    }

    #[test]
    fn rights_are_found_by_their_declaration() {
        let source = "impl Right for A {\n    const NAME: &'static str = \"a.read\";\n}\nimpl Job for B { const NAME: &'static str = \"b.run\"; }";
        assert_eq!(declared(source), ["a.read"]);
    }
}
