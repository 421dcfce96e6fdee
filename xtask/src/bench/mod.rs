//! `cargo xtask bench`: how fast the release build is, on this machine, as one table and as `target/bench.json`.
//!
//! The load generator is this program: plain connections that stay open and threads, nothing between. CPU and
//! memory are those of the server's process as Linux counts them; every answer is checked to be the page that was
//! asked for. The server runs over a folder of its own under `target/bench` and is ended by its handle.
//!
//! Start reading at [`run`].

mod http;
mod load;
pub mod plan;
mod server;
mod table;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};

use self::{
    http::{BROWSER, Client},
    load::{Page, number},
    server::Server,
    table::Report,
};
use crate::{postgres, shell};

/// Sessions that the load signs in.
const SESSIONS: usize = 50;
/// Requests of each page's load.
const REQUESTS: usize = 4000;
/// Who reads pages: half of the sessions of those who organise, the others of those who decide.
const READERS: [&str; 4] = ["truong", "hieutruong", "bantochuc", "sonoivu"];

/// Runs everything. With `kept`, a data folder from an earlier run, the first start is not measured again.
pub fn run(kept: Option<&str>) -> Result<()> {
    // in one build, so that all of it has the features of the program and nothing is compiled twice
    let packages = ["--package", "cli", "--package", "app", "--package", "documents"];
    shell::run("cargo", &[&["build", "--release", "--bins", "--examples"], packages.as_slice()].concat(), &[])?;
    let mut report = Report::new()?;
    let folder = folder()?;
    let data = start_and_pages(kept, &folder, &mut report)?;
    import(&data, &folder, (8_624, 1.5), &mut report)?;
    import(&data, &folder, (100_000, 20.0), &mut report)?;
    search(&mut report)?;
    certificates(&mut report)?;
    plan(&folder, &mut report)?;
    report.write(&shell::root().join("target/bench.json"))?;
    println!("\n{}", report.table());
    Ok(())
}

/// First start, pages, plan room and the work of a class alone: what needs no program but that of the README.
pub fn of_pages() -> Result<()> {
    shell::run("cargo", &["build", "--release"], &[])?;
    let mut report = Report::new()?;
    start_and_pages(None, &folder()?, &mut report)?;
    println!("\n{}", report.table());
    Ok(())
}

/// The folder of the runs.
fn folder() -> Result<PathBuf> {
    let folder = shell::root().join("target/bench");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The data folder of the run, its first start measured unless it was kept, and its pages.
fn start_and_pages(kept: Option<&str>, folder: &Path, report: &mut Report) -> Result<PathBuf> {
    let data = match kept {
        Some(data) => PathBuf::from(data),
        None => {
            let data = folder.join("data");
            first_start(&data, report)?;
            data
        }
    };
    pages(&data, report)?;
    Ok(data)
}

/// A million random seat operations on each engine, with what must hold after each of them: long, so that no test run waits for it.
pub fn seats() -> Result<()> {
    let postgres = postgres::Server::start()?;
    let packages = ["test", "--package", "cli", "--package", "teaching", "--test", "it"];
    let million = ["--", "--ignored", "--nocapture", "--test-threads", "1", "classes_random::million"];
    let begun = Instant::now();
    let done = shell::command("cargo")
        .args([&packages[..], &million[..]].concat())
        .env("TEST_POSTGRES_URL", postgres.url())
        .status()
        .context("starting cargo test")?;
    println!("{:.0} s", begun.elapsed().as_secs_f64());
    if done.success() { Ok(()) } else { bail!("an invariant of the seats was broken") }
}

/// The demonstration from nothing.
fn first_start(data: &Path, report: &mut Report) -> Result<()> {
    if data.exists() {
        fs::remove_dir_all(data)?;
    }
    println!("== first start");
    let server = Server::start(data, true)?;
    let start = server.start;
    report.most("first start: demonstration from nothing", start.ready, "s", 60.0);
    report.note("first start: CPU", start.cpu, "s");
    report.note("first start: longest silence between progress lines", start.silence, "s");
    report.note("first start: peak memory", start.peak, "MB");
    server.stop()
}

/// Second start, sign-ins, the four pages, memory under that load.
fn pages(data: &Path, report: &mut Report) -> Result<()> {
    println!("== second start and pages");
    let server = Server::start(data, false)?;
    report.most("second start until the first page has come", server.start.first_page, "s", 0.3);
    report.note("memory after the second start", server.start.peak, "MB");

    let usernames: Vec<String> = READERS.iter().cycle().take(SESSIONS).map(|name| (*name).to_owned()).collect();
    let (sessions, rate, cpu) = load::sign_in(&server, &usernames)?;
    report.note("sign-ins a second (argon2id 19 MiB, t=2, p=1)", rate, "/s");
    report.note("CPU a sign-in", cpu, "ms");

    let mut reader = server.client_of("truong")?;
    let kinds = [
        ("dashboard", board(&mut reader)?),
        ("class page", classes(&mut reader)?),
        ("person page", people(&mut reader)?),
        ("commune page", communes(&mut reader)?),
    ];
    for (kind, pages) in &kinds {
        for (name, encodings) in [("as browsers ask", BROWSER), ("not compressed", "")] {
            let m = load::run(&server, &sessions, pages, encodings, REQUESTS)?;
            let what = |figure: &str| format!("{kind}, {name}: {figure}");
            if encodings.is_empty() {
                report.note(what("CPU a request"), m.cpu, "ms");
            } else {
                report.most(what("CPU a request"), m.cpu, "ms", 0.6);
                report.note(what("median"), m.median, "ms");
                report.most(what("99 of 100 within"), m.p99, "ms", 25.0);
                report.note(what("requests a second"), m.rate, "/s");
            }
            report.note(what("size"), m.size, "kB");
        }
    }
    report.most("peak memory of the server under that load", server.peak()?, "MB", 150.0);
    plan_room(&mut reader, report)?;
    report.note("peak memory after the plan room", server.peak()?, "MB");
    class_work(&mut reader, report)?;
    report.note("peak memory after the class kit", server.peak()?, "MB");
    server.stop()
}

/// The text of the page's heading, without what stands in tags.
fn heading(page: &str) -> Result<String> {
    let rest = page.split_once("<h1").and_then(|(_, rest)| rest.split_once('>')).map(|(_, rest)| rest);
    let text = rest.and_then(|r| r.split('<').next()).context("a heading")?.trim();
    if text.is_empty() { bail!("an empty heading") } else { Ok(text.to_owned()) }
}

/// Pages of the given addresses, each with its heading as the marker.
fn marked(reader: &mut Client, paths: &[String]) -> Result<Vec<Page>> {
    paths
        .iter()
        .map(|path| {
            let marker = format!(">{}", heading(&reader.page(path)?)?);
            Ok(Page { path: path.clone(), marker })
        })
        .collect()
}

/// Addresses under `prefix` that a page links to, `len` signs long, each once.
fn links(page: &str, prefix: &str, len: usize) -> Vec<String> {
    let mut found: Vec<String> = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.strip_prefix(prefix).is_some_and(|id| id.len() == len && !id.contains('/')))
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The dashboard; what only it has is the map of the communes.
fn board(reader: &mut Client) -> Result<Vec<Page>> {
    let page = Page { path: "/board".to_owned(), marker: "<svg class=\"map\"".to_owned() };
    if reader.page(&page.path)?.matches("<circle class=\"scale-").count() != 130 {
        bail!("the dashboard does not show 130 communes");
    }
    Ok(vec![page])
}

/// The plan room: opened, asked about a class, a class moved and the new plan shown; the forecast. The scenario is removed again.
fn plan_room(reader: &mut Client, report: &mut Report) -> Result<()> {
    let plan = reader.page("/plan")?;
    let room = links(&plan, "/plan/scenarios/", 36).pop().context("a plan room")?;
    let opened = median_of(9, || reader.page(&room))?;
    report.most("plan room opens, five years of classes", opened, "ms", 300.0);
    let page = reader.page(&room)?;
    let chip = page.split("href=\"").find_map(|rest| rest.split(['"', '#']).next().filter(|h| h.contains("?class=")));
    let chosen = chip.context("a class of the plan")?.to_owned();
    report.note("plan room, what each week means for a class", median_of(9, || reader.page(&chosen))?, "ms");
    report.note("forecast of 2,000 plays", median_of(9, || reader.page("/plan/forecast"))?, "ms");
    let page = reader.page(&chosen)?;
    let value = |name: &str| {
        let rest = page.rsplit(&format!("name=\"{name}\" value=\"")).next()?;
        rest.split('"').next().map(str::to_owned)
    };
    let (class, to) = value("class").zip(value("to")).context("a week that takes the class")?;
    let start = Instant::now();
    let form = format!("class={class}&to={to}");
    let moved = reader.post(&format!("{room}/move"), "application/x-www-form-urlencoded", form.as_bytes())?;
    let address = moved.header("location").context("a scenario")?.to_owned();
    reader.page(&address)?;
    report.most("what-if: a class moved, computed, written, shown", start.elapsed().as_secs_f64(), "s", 3.0);
    let scenario = address.split('?').next().unwrap_or_default();
    let removed = reader.post(&format!("{scenario}/removal"), "application/x-www-form-urlencoded", b"")?;
    if removed.status == 303 { Ok(()) } else { bail!("a scenario was not removed: {}", removed.status) }
}

/// A class on its way: the nominations of the class that has most of them, and a week's timetable proposed.
fn class_work(reader: &mut Client, report: &mut Report) -> Result<()> {
    let list = links(&reader.page("/classes")?, "/classes/", 36);
    let mut most = (0, String::new());
    let mut proposes = None;
    for class in &list {
        let page = format!("{class}/acceptance");
        let shown = reader.page(&page)?.matches("name=\"nomination\"").count();
        if shown > most.0 {
            most = (shown, page);
        }
        let form = format!("{class}/timetable/proposal");
        if proposes.is_none() {
            let page = reader.page(&format!("{class}/timetable"))?;
            let seen = page.split_once(&form).and_then(|(_, rest)| rest.split_once("name=\"seen\" value=\""));
            proposes = seen.and_then(|(_, rest)| rest.split('"').next()).map(|seen| (form, format!("seen={seen}")));
        }
    }
    let (shown, page) = most;
    if shown > 0 {
        let took = median_of(9, || reader.page(&page))?;
        report.most(format!("{shown} nominations checked and shown"), took, "ms", 100.0);
    }
    kit(reader, &list, report)?;
    let (form, seen) = proposes.context("a class whose timetable may be proposed")?;
    let start = Instant::now();
    let answer = reader.post(&form, "application/x-www-form-urlencoded", seen.as_bytes())?;
    report.most("timetable of ten half-days proposed and written", start.elapsed().as_secs_f64(), "s", 2.0);
    if answer.status == 303 { Ok(()) } else { bail!("no timetable was proposed: {}", answer.status) }
}

/// The papers of the class that can have most of them: made, numbered, fetched as PDF and DOCX in one archive.
fn kit(reader: &mut Client, classes: &[String], report: &mut Report) -> Result<()> {
    let mut most = (0, String::new());
    for class in classes {
        let page = format!("{class}/kit");
        let ready = reader.page(&page)?.matches(">Lập được<").count();
        if ready > most.0 {
            most = (ready, page);
        }
    }
    let (papers, page) = most;
    let start = Instant::now();
    let made = reader.post(&page, "application/x-www-form-urlencoded", b"")?;
    if made.status != 303 {
        bail!("no papers were made: {}", made.status);
    }
    let archive = reader.get(&format!("{page}.zip"), "identity")?;
    report.most(format!("class kit, {papers} papers as PDF and DOCX"), start.elapsed().as_secs_f64(), "s", 10.0);
    if archive.status == 200 { Ok(()) } else { bail!("no archive of papers: {}", archive.status) }
}

/// Milliseconds of the middle one of some tries.
fn median_of<T>(tries: usize, mut one: impl FnMut() -> Result<T>) -> Result<f64> {
    let mut took = Vec::with_capacity(tries);
    for _ in 0..tries {
        let start = Instant::now();
        one()?;
        took.push(start.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    took.get(tries / 2).copied().context("a try")
}

/// Every class of the year.
fn classes(reader: &mut Client) -> Result<Vec<Page>> {
    let list = links(&reader.page("/classes")?, "/classes/", 36);
    if list.len() < 20 {
        bail!("only {} classes", list.len());
    }
    marked(reader, &list)
}

/// Everybody of twenty communes.
fn people(reader: &mut Client) -> Result<Vec<Page>> {
    let mut list = Vec::new();
    for commune in links(&reader.page("/board")?, "/communes/", 5).iter().step_by(6).take(20) {
        list.extend(links(&reader.page(commune)?, "/people/", 36));
    }
    if list.len() < 500 {
        bail!("only {} people", list.len());
    }
    marked(reader, &list)
}

/// All 130 communes, found on the map.
fn communes(reader: &mut Client) -> Result<Vec<Page>> {
    let list = links(&reader.page("/board")?, "/communes/", 5);
    if list.len() != 130 {
        bail!("{} communes", list.len());
    }
    marked(reader, &list)
}

/// A roster of so many rows, from the upload to committed rows, over a copy of the data; most seconds that it may take.
fn import(data: &Path, folder: &Path, (rows, goal): (usize, f64), report: &mut Report) -> Result<()> {
    println!("== import of {rows} rows");
    let file = folder.join("roster.xlsx");
    let made = file.to_string_lossy();
    shell::run(&server::example("roster").to_string_lossy(), &[&made, &rows.to_string()], &[])?;
    let copy = folder.join("copy");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    fs::create_dir_all(&copy)?;
    for entry in fs::read_dir(data)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), copy.join(entry.file_name()))?;
        }
    }
    let server = Server::start(&copy, false)?;
    let mut client = server.client_of("truong")?;
    let boundary = "----boiduong-bench";
    let mut form = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"roster.xlsx\"\r\n\
         content-type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    form.extend(fs::read(&file)?);
    form.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());

    let (cpu, begun) = (server.cpu()?, Instant::now());
    let shown = client.post("/people/import", &format!("multipart/form-data; boundary={boundary}"), &form)?;
    let preview = begun.elapsed().as_secs_f64();
    let Some(batch) = shown.header("location").filter(|_| shown.status == 303).map(str::to_owned) else {
        bail!("the upload was refused: {} {}", shown.status, heading(shown.text()?).unwrap_or_default());
    };
    let begun = Instant::now();
    let done = client.post(&format!("{batch}/commit"), "application/x-www-form-urlencoded", b"")?;
    let commit = begun.elapsed().as_secs_f64();
    let cpu = server.cpu()? - cpu;
    if done.status != 303 {
        bail!("the commit was refused: {}", done.status);
    }
    let page = client.page(&batch)?;
    // the tabs of the batch say how many people it wrote: a few bear the name and the day of somebody in the register
    let of_kind = |kind: &str| -> Result<usize> {
        let tab = page.split_once(&format!("?kind={kind}\"")).context("a tab")?.1;
        let count =
            tab.split_once("class=\"count\">").and_then(|(_, rest)| rest.split('<').next()).context("a count")?;
        Ok(count.replace('.', "").parse()?)
    };
    let (new, changed, faulty) = (of_kind("new")?, of_kind("changed")?, of_kind("faulty")?);
    // by chance a few are close to somebody, or are two with one name and one day in one commune
    let unwritten = of_kind("doubtful")? + faulty;
    if new + changed + unwritten != rows || new * 100 < rows * 97 || !page.contains("<span class=\"tag good\">") {
        bail!("{new} new, {changed} changed and {unwritten} unwritten people instead of {rows}");
    }
    let what = |figure: &str| format!("import of {rows} rows of xlsx: {figure}");
    report.most(what("upload to committed"), preview + commit, "s", goal);
    report.note(what("upload to preview"), preview, "s");
    report.note(what("commit"), commit, "s");
    report.note(what("CPU"), cpu, "s");
    report.note(what("people written"), number(new + changed), "");
    report.note(what("peak memory of a server that did nothing else"), server.peak()?, "MB");
    server.stop()?;
    fs::remove_dir_all(&copy)?;
    Ok(())
}

/// Whole pages of the list of people by what is typed, in registers of two sizes: the slowest of the medians.
fn search(report: &mut Report) -> Result<()> {
    println!("== search");
    for (people, goal) in [(8_624, 10.0), (300_000, 50.0)] {
        let said = shell::output(&server::example("search").to_string_lossy(), &[&people.to_string()])?;
        let medians = said.lines().skip(1).map(|line| {
            let (what, rest) = line.split_at_checked(20).context("a line of the search")?;
            let figure = rest.split_whitespace().next().context("a figure")?;
            let milliseconds = match (figure.strip_suffix("ms"), figure.strip_suffix("µs")) {
                (Some(ms), _) => ms.parse::<f64>()?,
                (_, Some(us)) => us.parse::<f64>()? / 1000.0,
                _ => figure.trim_end_matches('s').parse::<f64>()? * 1000.0,
            };
            Ok((what.trim().to_owned(), milliseconds))
        });
        let medians: Vec<(String, f64)> = medians.collect::<Result<_>>()?;
        // looking for doubles is no search
        let searches = medians.iter().filter(|(what, _)| what != "possible doubles");
        let slowest = searches.max_by(|a, b| a.1.total_cmp(&b.1)).context("searches")?;
        report.most(format!("search among {people} people, slowest ({})", slowest.0), slowest.1, "ms", goal);
    }
    Ok(())
}

/// Seventy certificates, first round: nothing is cached.
fn certificates(report: &mut Report) -> Result<()> {
    println!("== certificates");
    let said = shell::output(&server::example("seventy").to_string_lossy(), &[])?;
    let seconds = said.lines().next().and_then(|l| l.split(" in ").nth(1)?.split(' ').next()?.parse().ok());
    report.most("70 certificates and their batch as PDF", seconds.with_context(|| said.clone())?, "s", 5.0);
    Ok(())
}

/// The standard instance, planned and scored.
fn plan(folder: &Path, report: &mut Report) -> Result<()> {
    println!("== plan");
    if shell::output("python3", &["--version"]).is_err() {
        shell::install(&["python3"])?;
    }
    let (instance, plan) = (folder.join("instance.json"), folder.join("plan.json"));
    fs::write(&instance, shell::output("python3", &["planning/generate.py"])?)?;
    let (instance, plan) = (instance.to_string_lossy(), plan.to_string_lossy());
    let begun = Instant::now();
    let program = server::binary();
    let program = program.to_string_lossy();
    shell::output(&program, &["plan", &instance, "--out", &plan, "--seconds", "0"])?;
    let what = "plan of the standard instance, constructed only, reading and writing included";
    report.note(what, begun.elapsed().as_secs_f64(), "s");
    for (seconds, goal) in [("2", 3.5), ("10", 2.5)] {
        let begun = Instant::now();
        let said = shell::output(&program, &["plan", &instance, "--out", &plan, "--seconds", seconds])?;
        let gap = said.lines().rev().find_map(|line| line.split_once("gap ")?.1.strip_suffix(" %"));
        let gap: f64 = gap.context("a gap")?.parse()?;
        report.note(format!("plan, an effort of {seconds} s: it took"), begun.elapsed().as_secs_f64(), "s");
        report.most(format!("plan, an effort of {seconds} s: cost above the bound"), gap, "%", goal);
    }
    let scored: serde_json::Value =
        serde_json::from_str(&shell::output("python3", &["planning/score.py", &instance, &plan])?)?;
    let field = |name: &str| scored.get(name).and_then(serde_json::Value::as_f64).with_context(|| name.to_owned());
    report.most("plan: violations", field("violations")?, "", 0.0);
    report.note("plan: cost (score.py)", field("cost")?, "");
    report.note("plan: people trained", field("trained")?, "");
    report.note("plan: classes", field("classes").unwrap_or(number(0)), "");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_and_links_are_found() {
        let page = r#"<h1 tabindex="-1">Xã Keng Đu <span class="tag">x</span></h1>
            <a href="/communes/16681">a</a><a href="/communes/16681">b</a><a href="/communes/16690/x">c</a><a href="/communes/1">d</a>"#;
        assert_eq!(heading(page).unwrap(), "Xã Keng Đu");
        assert_eq!(links(page, "/communes/", 5), ["/communes/16681"]);
        assert!(heading("<h1></h1>").is_err());
    }
}
