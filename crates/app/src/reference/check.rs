//! What a cell alone does not show: codes that stand twice or point nowhere, rules that cannot be read, and what
//! contradicts the installation.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;
use learning::evaluation::{INDICATOR_MOST, Object};
use people::{
    organisation::{Lookup, Shared},
    registry::{BLOCS, LEVELS},
};
use teaching::{
    curriculum::{DELIVERIES, KINDS, LECTURERS},
    scheme::{Costs, Rules, Scheme},
};

use super::{Fault, Reference};

const COMMUNE_KINDS: [&str; 3] = ["xa", "phuong", "dac_khu"];
const REGIONS: [&str; 4] = ["dong_bang", "mien_nui", "vung_cao", "bien_gioi"];

/// One table under examination.
struct Table<'a> {
    file: &'static str,
    faults: &'a mut Vec<Fault>,
}

impl Table<'_> {
    fn fault(&mut self, line: u64, column: &'static str, what: impl Into<String>) {
        self.faults.push(Fault { file: self.file, line, column, what: what.into() });
    }

    fn filled<'c>(&mut self, line: u64, cells: impl IntoIterator<Item = (&'static str, &'c str)>) {
        for (column, _) in cells.into_iter().filter(|(_, text)| text.trim().is_empty()) {
            self.fault(line, column, "the cell is empty");
        }
    }

    /// Every key once.
    fn once<K: Ord>(&mut self, column: &'static str, keys: impl IntoIterator<Item = (u64, K)>) {
        let mut first: BTreeMap<K, u64> = BTreeMap::new();
        for (line, key) in keys {
            let earlier = *first.entry(key).or_insert(line);
            if earlier != line {
                self.fault(line, column, format!("stands in line {earlier} already"));
            }
        }
    }

    fn one_of(&mut self, line: u64, column: &'static str, text: &str, known: &[&str]) {
        if !known.contains(&text) {
            self.fault(line, column, format!("{text:?} is none of {}", known.join(", ")));
        }
    }

    fn at_least(&mut self, line: u64, column: &'static str, number: i64, least: i64) {
        if number < least {
            self.fault(line, column, format!("{number} is below {least}"));
        }
    }
}

/// Faults of the tables among themselves.
pub(super) fn faults(r: &Reference, faults: &mut Vec<Fault>) {
    scheme(r, faults);
    organisation(r, faults);
    programmes(r, faults);

    let mut t = Table { file: "holidays.csv", faults };
    t.once("code", r.holidays.iter().map(|h| (h.line, (h.date, h.code.as_str()))));
    let mut t = Table { file: "declared_totals.csv", faults };
    t.once("key", r.declared.iter().map(|d| (d.line, (d.dimension.as_str(), d.key.as_str()))));
    for d in &r.declared {
        t.at_least(d.line, "people", d.people, 0);
    }
    let mut t = Table { file: "evaluation_indicators.csv", faults };
    t.once("text", r.indicators.iter().map(|i| (i.line, (i.object.as_str(), i.text.as_str()))));
    for i in &r.indicators {
        t.one_of(i.line, "object", &i.object, &Object::ALL.map(Object::code));
        if kernel::text::line(&i.text, INDICATOR_MOST).is_err() {
            t.fault(i.line, "text", format!("a line of at most {INDICATOR_MOST} characters is expected"));
        }
    }
    let mut t = Table { file: "history_2021_2024.csv", faults };
    t.once("category_code", r.history.iter().map(|h| (h.line, (h.category_code.as_str(), h.period.as_str()))));
}

fn scheme(r: &Reference, faults: &mut Vec<Fault>) {
    let s = &r.scheme;
    let mut t = Table { file: "scheme.csv", faults };
    let texts = [
        ("code", s.code.as_str()),
        ("name", &s.name),
        ("short_name", &s.short_name),
        ("province_code", &s.province_code),
        ("province_name", &s.province_name),
    ];
    t.filled(s.line, texts);
    if s.last_year < s.first_year {
        t.fault(s.line, "last_year", format!("{} is before the first year", s.last_year));
    }

    let mut t = Table { file: "scheme_rules.csv", faults };
    t.once("key", r.rules.iter().map(|x| (x.line, (x.key.as_str(), x.valid_from))));
    for x in r.rules.iter().filter(|x| x.valid_to.is_some_and(|to| to < x.valid_from)) {
        t.fault(x.line, "valid_to", "is before valid_from");
    }
    // each row in its turn among the rows of the other keys: a broken value shows at its own line
    let all: BTreeMap<String, String> = r.rules.iter().map(|x| (x.key.clone(), x.value.clone())).collect();
    for x in &r.rules {
        let mut rows = all.clone();
        rows.insert(x.key.clone(), x.value.clone());
        let broken = Rules::from_rows(&rows).err().unwrap_or_default();
        if broken.iter().any(|e| e.key == x.key) || !Costs::reads(&x.key, &x.value) {
            t.fault(x.line, "value", format!("{:?} cannot be read as {}", x.value, x.key));
        }
    }
    // in every year of the scheme a rule of each key is in force
    let mut lacking = BTreeSet::new();
    for day in (s.first_year..=s.last_year).filter_map(|y| NaiveDate::from_ymd_opt(i32::try_from(y).ok()?, 1, 1)) {
        let in_force = r.rules.iter().filter(|x| x.valid_from <= day && x.valid_to.is_none_or(|to| day <= to));
        let rows = in_force.map(|x| (x.key.clone(), x.value.clone())).collect();
        let broken = Rules::from_rows(&rows).err().unwrap_or_default();
        for error in broken.into_iter().filter(|e| e.value.is_none() && lacking.insert(e.key.clone())) {
            t.fault(0, "key", format!("no rule {} is in force on {day}", error.key));
        }
    }

    let mut t = Table { file: "scheme_milestones.csv", faults };
    t.once("code", r.milestones.iter().map(|m| (m.line, m.code.as_str())));
    let mut t = Table { file: "scheme_bodies.csv", faults };
    t.once("code", r.bodies.iter().map(|b| (b.line, b.code.as_str())));
    let mut t = Table { file: "scheme_audiences.csv", faults };
    t.once("code", r.audiences.iter().map(|a| (a.line, a.code.as_str())));
    t.once("target_group", r.audiences.iter().map(|a| (a.line, a.target_group)));
    t.once("blocs", r.audiences.iter().flat_map(|a| a.blocs().map(|bloc| (a.line, bloc))));
    for a in &r.audiences {
        t.filled(a.line, [("code", a.code.as_str()), ("name", &a.name)]);
        t.one_of(a.line, "target_group", &a.target_group.to_string(), &["1", "2", "3"]);
        for bloc in a.blocs() {
            t.one_of(a.line, "blocs", bloc, &BLOCS);
        }
        if !r.programmes.iter().any(|p| p.code == a.programme_code) {
            t.fault(a.line, "programme_code", format!("no programme {:?} in programmes.csv", a.programme_code));
        }
    }
}

fn organisation(r: &Reference, faults: &mut Vec<Fault>) {
    let mut t = Table { file: "communes.csv", faults };
    t.once("code", r.communes.iter().map(|c| (c.line, c.code.as_str())));
    for c in &r.communes {
        t.filled(c.line, [("code", c.code.as_str()), ("name", &c.name)]);
        t.one_of(c.line, "kind", &c.kind, &COMMUNE_KINDS);
        t.one_of(c.line, "region", &c.region, &REGIONS);
    }
    let mut t = Table { file: "positions.csv", faults };
    t.once("code", r.positions.iter().map(|p| (p.line, p.code.as_str())));
    let mut offices: BTreeMap<&str, (&str, u64)> = BTreeMap::new();
    for p in &r.positions {
        t.filled(p.line, [("code", p.code.as_str()), ("title", &p.title)]);
        t.one_of(p.line, "bloc", &p.bloc, &BLOCS);
        t.one_of(p.line, "level", &p.level, &LEVELS);
        if let Some(group) = p.target_group {
            t.one_of(p.line, "target_group", &group.to_string(), &["1", "2", "3"]);
        }
        if !p.office_code.is_empty() {
            let (name, line) = *offices.entry(&p.office_code).or_insert((&p.office, p.line));
            if name != p.office {
                t.fault(p.line, "office", format!("is {name:?} in line {line}"));
            }
        }
    }
    let mut t = Table { file: "ethnic_groups.csv", faults };
    t.once("code_121_tctk_1979", r.ethnic_groups.iter().map(|e| (e.line, e.code.as_str())));
}

fn programmes(r: &Reference, faults: &mut Vec<Fault>) {
    let mut t = Table { file: "programmes.csv", faults };
    t.once("code", r.programmes.iter().map(|p| (p.line, p.code.as_str())));
    for p in &r.programmes {
        t.filled(p.line, [("code", p.code.as_str()), ("name", &p.name)]);
    }
    let codes: HashSet<&str> = r.programmes.iter().map(|p| p.code.as_str()).collect();
    let mut t = Table { file: "programme_catalogue.csv", faults };
    t.once("sequence", r.topics.iter().map(|x| (x.line, (x.programme_code.as_str(), x.sequence))));
    for x in &r.topics {
        t.filled(x.line, [("topic_title", x.topic_title.as_str())]);
        t.one_of(x.line, "kind", &x.kind, &KINDS);
        t.one_of(x.line, "lecturer_type", &x.lecturer_type, &LECTURERS);
        t.one_of(x.line, "delivery_mode", &x.delivery_mode, &DELIVERIES);
        t.at_least(x.line, "periods", x.periods, 1);
        if !codes.contains(x.programme_code.as_str()) {
            t.fault(x.line, "programme_code", format!("no programme {:?} in programmes.csv", x.programme_code));
        }
    }
}

/// What the installation has.
pub(super) struct Present {
    pub(super) schemes: Vec<Scheme>,
    /// Whether the province is there.
    pub(super) province: bool,
    pub(super) organisation: Lookup,
    pub(super) shared: Shared,
    pub(super) calendar: Vec<(NaiveDate, String, bool)>,
}

/// Faults of the tables against what the installation has: what is there already, and what the provinces share but these
/// tables say otherwise.
pub(super) fn clashes(r: &Reference, present: &Present) -> Vec<Fault> {
    let mut faults = Vec::new();
    let there = |what: &str, code: &str| format!("{what} {code} is loaded already");
    let mut t = Table { file: "scheme.csv", faults: &mut faults };
    if present.schemes.iter().any(|s| s.code == r.scheme.code) {
        t.fault(r.scheme.line, "code", there("scheme", &r.scheme.code));
    }
    if present.province {
        t.fault(r.scheme.line, "province_code", there("province", &r.scheme.province_code));
    }
    let mut t = Table { file: "communes.csv", faults: &mut faults };
    // the communes of a province that is there are there too
    for c in r.communes.iter().filter(|c| !present.province && present.organisation.communes.contains_key(&c.code)) {
        t.fault(c.line, "code", there("commune", &c.code));
    }

    let mut t = Table { file: "positions.csv", faults: &mut faults };
    let says = |known: &str| format!("the installation has {known:?}");
    for p in &r.positions {
        if let Some(known) = present.shared.positions.iter().find(|known| known.code == p.code) {
            let group = |group: Option<i64>| group.map(|g| g.to_string()).unwrap_or_default();
            let (of_known, of_row) = (group(known.target_group), group(p.target_group));
            let cells = [
                ("title", known.title.as_str(), p.title.as_str()),
                ("bloc", &known.bloc, &p.bloc),
                ("office_code", known.office_code.as_deref().unwrap_or_default(), &p.office_code),
                ("level", &known.level, &p.level),
                ("target_group", &of_known, &of_row),
            ];
            for (column, known, _) in cells.into_iter().filter(|(_, known, row)| known != row) {
                t.fault(p.line, column, says(known));
            }
        }
        let office = present.shared.office_kinds.iter().find(|known| known.code == p.office_code);
        if let Some(known) = office.filter(|known| known.name != p.office) {
            t.fault(p.line, "office", says(&known.name));
        }
    }
    let mut t = Table { file: "ethnic_groups.csv", faults: &mut faults };
    for e in &r.ethnic_groups {
        let Some(known) = present.shared.ethnic_groups.iter().find(|known| known.code == e.code) else { continue };
        if known.name != e.name {
            t.fault(e.line, "name", says(&known.name));
        }
        if known.is_minority != e.is_minority {
            t.fault(e.line, "is_minority", says(if known.is_minority { "1" } else { "0" }));
        }
    }
    let mut t = Table { file: "holidays.csv", faults: &mut faults };
    for h in &r.holidays {
        let known = present.calendar.iter().find(|(day, code, _)| *day == h.date && *code == h.code);
        if let Some((.., off)) = known.filter(|(.., off)| *off != h.is_day_off) {
            t.fault(h.line, "is_day_off", says(if *off { "1" } else { "0" }));
        }
    }
    faults
}
