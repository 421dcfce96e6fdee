//! The list of people.

use ::store::Db;
use axum::extract::State;
use kernel::{Right, text::Query as Words};
use serde::Deserialize;
use web::{
    Answer, Errors, Permit, Query, T, Ui,
    components::{Choice, Pager, Select},
};

use super::{
    ExportPeople, ReadPeople,
    find::{MOST_COUNTED, Narrow, PersonLine, list},
    import::ImportPeople,
    record::{EditPeople, ReadSensitive, announced_failed, by_mark, model::Identity},
};
use crate::organisation::commune_names;

/// Lines on a page.
const PAGE: usize = 50;

/// Codes of the blocs in the scheme's order; their words are `registry-bloc-CODE`.
pub const BLOCS: [&str; 5] = ["dang", "chinh_quyen", "mat_tran", "quan_su", "chua_phan_khoi"];
/// Codes of the levels of posts, the highest first; their words are `registry-level-CODE`.
pub const LEVELS: [&str; 5] = ["key_leader", "head", "deputy", "specialist", "unallocated"];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) q: String,
    pub(super) commune: String,
    pub(super) bloc: String,
    pub(super) level: String,
    after: String,
    code: String,
}

impl Asked {
    /// The filters, as they go on in addresses.
    pub(super) fn filters(&self) -> [(&'static str, &str); 4] {
        [("q", &self.q), ("commune", &self.commune), ("bloc", &self.bloc), ("level", &self.level)]
    }
}

#[derive(askama::Template)]
#[template(path = "registry/list.html", blocks = ["rows"])]
struct PeoplePage<'a> {
    t: T,
    filtered: bool,
    may_import: bool,
    may_add: bool,
    /// Announced posts that did not begin, for who keeps records.
    failed: i64,
    exports: Vec<(String, String)>,
    q: &'a str,
    selects: Vec<Select<'a>>,
    people: Vec<PersonLine>,
    pager: Pager,
}

/// GET /people
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadPeople>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    // an identity number names one person: nobody is found by a part of it
    if let Ok(identity) = Identity::read(&asked.q)
        && let Some(person) = by_mark(&mut conn, &permit.actor, &db.vault()?.mark(identity.digits())).await?
    {
        return Ok(ui.leaving(ui.see(&format!("/people/{person}"))));
    }
    let narrow =
        Narrow { query: Words::new(&asked.q), commune: &asked.commune, bloc: &asked.bloc, level: &asked.level };
    let after = (asked.after.as_str(), asked.code.as_str());
    let found = list(&mut conn, &permit.actor, &narrow, after, PAGE).await?;
    let communes = commune_names(&mut conn, &permit.actor).await?;
    let may_add = ui.may(EditPeople::NAME);
    let failed = if may_add { announced_failed(&mut conn, &permit.actor).await? } else { 0 };

    let filters = asked.filters();
    let address = |after: &str, code: &str| {
        web::form::address("/people", &[filters.as_slice(), &[("after", after), ("code", code)]].concat())
    };
    let pager = Pager {
        t,
        first: (!asked.after.is_empty()).then(|| address("", "")),
        next: found.people.last().filter(|_| found.more).map(|p| address(&p.sort_key, &p.code)),
        shown: if !narrow.query.is_empty() && found.total > MOST_COUNTED {
            t.args("registry-shown-of-many", [("shown", found.people.len().into()), ("most", MOST_COUNTED.into())])
        } else {
            t.args("registry-shown", [("shown", found.people.len().into()), ("total", found.total.into())])
        }
        .into_owned(),
    };
    let commune_choices: Vec<Choice> = communes.iter().map(|c| Choice::new(&c.code, &c.name)).collect();
    let bloc_choices: Vec<Choice> =
        BLOCS.iter().map(|b| Choice::new(*b, t.get(format!("registry-bloc-{b}")))).collect();
    let level_choices: Vec<Choice> =
        LEVELS.iter().map(|l| Choice::new(*l, t.get(format!("registry-level-{l}")))).collect();
    let errors = Errors::new();
    let mut selects = vec![
        Select::new(t, &errors, "bloc", "registry-bloc", &asked.bloc, &bloc_choices).or_empty("registry-all"),
        Select::new(t, &errors, "level", "registry-level", &asked.level, &level_choices).or_empty("registry-all"),
    ];
    if communes.len() > 1 {
        let select = Select::new(t, &errors, "commune", "registry-commune", &asked.commune, &commune_choices);
        selects.insert(0, select.or_empty("registry-all"));
    }
    let may_import = ui.may(ImportPeople::NAME);
    let formats = if ui.may(ExportPeople::NAME) { ["xlsx", "csv"].as_slice() } else { &[] };
    let mut exports: Vec<(String, String)> = formats
        .iter()
        .map(|format| {
            let href = web::form::address(&format!("/people/export.{format}"), &filters);
            (t.arg("registry-export", "format", *format).into_owned(), href)
        })
        .collect();
    if ui.may(ReadSensitive::NAME) {
        let href = web::form::address("/people/personnel-form", &filters);
        exports.push((t.get("personnel-title").into_owned(), href));
    }
    let filtered = [&asked.q, &asked.commune, &asked.bloc, &asked.level].iter().any(|word| !word.is_empty());
    let people = found.people;
    let page = PeoplePage { t, filtered, may_import, may_add, failed, exports, q: &asked.q, selects, people, pager };
    ui.page_or_part(t.get("registry-title"), &page, &page.as_rows())
}
