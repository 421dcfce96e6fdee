//! `boiduong plan` from outside: certificates that are believed and those that are not, plans that are carried on, reasons.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::start::{Folder, boiduong, told};

/// A script of `planning/`; its exit code and what it prints.
fn script(name: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../planning").join(name);
    // where there is no Python, `cargo xtask test` installs it
    let said = Command::new("python3").arg(file).args(arguments).output().unwrap();
    (said.status.code(), String::from_utf8(said.stdout).unwrap())
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn write(file: &Path, value: &Value) {
    fs::write(file, serde_json::to_string(value).unwrap()).unwrap();
}

/// A generated instance of 3,000 people, planned for half a second with its certificate.
struct Planned {
    folder: Folder,
    instance: PathBuf,
    plan: PathBuf,
    certificate: PathBuf,
}

fn planned() -> Planned {
    let (_, text) =
        script("generate.py", &["--seed", "8", "--people", "3000", "--communes", "60", "--classes", "10", "14"]);
    let folder = Folder::new();
    let file = |name: &str| folder.0.join(name);
    let (instance, plan, certificate) = (file("instance.json"), file("plan.json"), file("certificate.json"));
    fs::write(&instance, text).unwrap();
    let arguments = ["--seconds", "0.5", "--certificate", certificate.to_str().unwrap()];
    let call = [&["plan", instance.to_str().unwrap(), "--out", plan.to_str().unwrap()], arguments.as_slice()].concat();
    let (code, out, err) = told(&boiduong(&call));
    assert_eq!(code, Some(0), "{out}{err}");
    Planned { folder, instance, plan, certificate }
}

#[test]
fn the_plan_is_written_when_nobody_reads_the_progress() {
    let Planned { folder, instance, .. } = planned();
    let out = folder.0.join("unread.json");
    let mut planning = Command::new(env!("CARGO_BIN_EXE_boiduong"))
        .args(["plan", instance.to_str().unwrap(), "--out", out.to_str().unwrap(), "--seconds", "0.1"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // `boiduong plan … | head` closes the pipe like this
    drop(planning.stdout.take());
    assert_eq!(planning.wait().unwrap().code(), Some(0));
    assert!(!read(&out)["classes"].as_array().unwrap().is_empty());
}

#[test]
fn a_certificate_is_believed_and_a_tampered_one_is_not() {
    let Planned { folder, instance, certificate, .. } = planned();
    let instance = instance.to_str().unwrap();
    let (code, said) = script("certify.py", &[instance, certificate.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    let good = read(&certificate);
    let close = |name: &str| (said[name].as_f64().unwrap() - good[name].as_f64().unwrap()).abs() < 1e-4;
    assert!(close("cost") && close("bound") && said["gap_percent"].as_f64().unwrap() > 0.0, "{said}");
    let scored = script("score.py", &[instance, certificate.to_str().unwrap()]);
    assert_eq!(scored.0, Some(0), "{}", scored.1);

    let tampered = |change: &dyn Fn(&mut Value)| {
        let mut value = good.clone();
        change(&mut value);
        assert_ne!(value, good, "nothing was changed");
        let file = folder.0.join("tampered.json");
        write(&file, &value);
        let (code, said) = script("certify.py", &[instance, file.to_str().unwrap()]);
        assert_eq!(code, Some(1), "{said}");
        let said: Value = serde_json::from_str(&said).unwrap();
        said["refused"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let one =
        |refused: Vec<String>, text: &str| assert!(refused.iter().any(|r| r.contains(text)), "{text}: {refused:?}");
    one(tampered(&|v| v["cost"] = json!(v["cost"].as_f64().unwrap() * 0.99)), "the cost is");
    one(tampered(&|v| v["bound"] = json!(v["bound"].as_f64().unwrap() + 0.001)), "prove");
    one(tampered(&|v| v["prices"][0] = json!(vec![0.0; v["prices"][0].as_array().unwrap().len()])), "prove");
    one(tampered(&|v| v["classes"][0]["people"].as_array_mut().unwrap().truncate(10)), "10 people, outside");
    one(tampered(&|v| v["classes"][3]["week"] = json!(9999)), "no such week");
    // a plan of the same cost, as one person stands before another, is not the one that was certified
    one(tampered(&|v| v["classes"][0]["people"].as_array_mut().unwrap().swap(0, 1)), "not those that were certified");
    one(tampered(&|v| v["instance_sha256"] = json!("00")), "another instance");
    // prices below 0 and directions longer than 1 prove nothing more
    one(tampered(&|v| v["prices"][0][5] = json!(-100.0)), "");
    // nor does somebody who would pay for every week, or a link of somebody else
    one(tampered(&|v| v["links"].as_array_mut().unwrap().push(json!([0, 3, 50.0]))), "prove");
    for text in ["{}", "[]", "PK", r#"{"format": "coverage-plan-certificate/1"}"#] {
        let file = folder.0.join("no.json");
        fs::write(&file, text).unwrap();
        assert_eq!(script("certify.py", &[instance, file.to_str().unwrap()]).0, Some(2), "{text}");
    }
}

#[test]
fn a_plan_under_way_is_carried_on_and_says_who_is_called_anew() {
    let Planned { folder, instance, plan, .. } = planned();
    let file = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    let before = read(&plan);
    // the school is closed in a week in which a class was to be held
    let lost = before["classes"].as_array().unwrap().iter().map(|c| c["week"].as_u64().unwrap()).find(|w| *w > 60);
    let mut changed = read(&instance);
    changed["weeks"][usize::try_from(lost.unwrap()).unwrap()]["capacity"] = json!(0);
    write(Path::new(&file("changed.json")), &changed);
    let plan = plan.to_str().unwrap();
    let carried = |instance: &str, more: &[&str]| {
        let call = ["plan", instance, "--out", &file("next.json"), "--seconds", "0.3", "--from", plan];
        told(&boiduong(&[call.as_slice(), more].concat()))
    };
    let (code, out, err) = carried(&file("changed.json"), &["--fixed-until", "60"]);
    assert_eq!(code, Some(0), "{err}");
    let line = out.lines().find(|line| line.ends_with("people who were called are called to another week")).unwrap();
    let number: usize = line.split(' ').next().unwrap().parse().unwrap();
    assert!((1..=140).contains(&number), "{line}");
    let scored = script("score.py", &[&file("changed.json"), &file("next.json")]);
    assert_eq!(scored.0, Some(0), "{}", scored.1);
    let held = |plan: &Value| -> Vec<Value> {
        plan["classes"].as_array().unwrap().iter().filter(|c| c["week"].as_u64() < Some(60)).cloned().collect()
    };
    assert_eq!(held(&read(Path::new(&file("next.json")))), held(&before));

    // one without the other, and a plan that is none
    assert_eq!(carried(instance.to_str().unwrap(), &[]).0, Some(2));
    fs::write(file("no.json"), "{}").unwrap();
    let call = ["plan", instance.to_str().unwrap(), "--out", &file("x.json"), "--from", &file("no.json")];
    let (code, _, err) = told(&boiduong(&[call.as_slice(), &["--fixed-until", "3"]].concat()));
    assert_eq!(code, Some(2));
    assert!(err.contains("no.json: not a coverage-plan/1 file: missing field `classes`"), "{err}");
}

#[test]
fn why_there_is_no_plan_is_said_with_rule_programme_and_number() {
    let Planned { folder, instance, plan, .. } = planned();
    let file = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    let whole = read(&instance);
    let refused = |change: &dyn Fn(&mut Value), more: &[&str]| {
        let mut value = whole.clone();
        change(&mut value);
        write(Path::new(&file("changed.json")), &value);
        let call = ["plan", &file("changed.json"), "--out", &file("none.json"), "--seconds", "0"];
        let (code, _, err) = told(&boiduong(&[call.as_slice(), more].concat()));
        assert_eq!(code, Some(3), "{err}");
        assert!(!Path::new(&file("none.json")).exists(), "nothing is written");
        err
    };
    let said = refused(&|v| v["classes_per_quarter_most"] = json!(2), &[]);
    assert!(
        said.contains(
            "8 classes can be held, at least 10 are required: 2 are missing; its weeks and quarters have room for 8"
        ),
        "{said}"
    );
    let said = refused(&|v| v["classes_per_year"] = json!([3, 3]), &[]);
    assert!(said.contains("are missing; ") && said.contains(" classes more, its weeks have room for 0"), "{said}");
    assert!(whole["programmes"].as_array().unwrap().iter().any(|p| said.contains(p["id"].as_str().unwrap())), "{said}");
    // a class that has been held cannot be mended by a later week
    let classes = read(&plan);
    let first = &classes["classes"][0];
    let (week, programme) = (first["week"].as_u64().unwrap(), first["programme"].as_str().unwrap().to_owned());
    let close = |v: &mut Value| v["weeks"][usize::try_from(week).unwrap()]["capacity"] = json!(0);
    let until = (week + 1).to_string();
    let said = refused(&close, &["--from", plan.to_str().unwrap(), "--fixed-until", &until]);
    assert!(said.contains(&format!("week {week}, {programme}: the programme is not taught in that week")), "{said}");
}
