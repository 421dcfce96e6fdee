//! A unit is split: what follows, from when, by which decision, and who goes where.

use std::collections::{BTreeMap, HashMap};

use ::store::Db;
use axum::extract::State;
use kernel::PersonId;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    EditUnits,
    actions::{self, Splitting, UnitError},
    model::Deal,
    pages::{NAME_MOST, PAPER_MOST, found, told},
    store::Unit,
};
use crate::{
    organisation::titled,
    registry::{Member, members},
};

/// Units that may follow one, by the fields of their code and name.
const PLACES: [(&str, &str); 4] =
    [("code_1", "name_1"), ("code_2", "name_2"), ("code_3", "name_3"), ("code_4", "name_4")];

/// What was typed, by the name of its field; who goes where is under the id of the person.
type Typed = BTreeMap<String, String>;

fn of<'a>(typed: &'a Typed, field: &str) -> &'a str {
    typed.get(field).map_or("", String::as_str)
}

/// A person with the place that was chosen.
struct Going<'a> {
    member: &'a Member,
    field: String,
    chosen: &'a str,
}

#[derive(askama::Template)]
#[template(path = "organisation/units/split.html")]
struct SplitPage<'a> {
    t: T,
    crumbs: Crumbs,
    title: String,
    unit: &'a Unit,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    seen: String,
    paper: [Field<'a>; 2],
    units: Vec<[Field<'a>; 2]>,
    deal: Select<'a>,
    people: Vec<Going<'a>>,
    numbers: [String; PLACES.len()],
}

async fn page(ui: &Ui, db: &Db, unit: &Unit, typed: &Typed, errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let since = of(typed, "since").trim().parse().unwrap_or_else(|_| db.today());
    let people = members(&mut db.read().await?, unit.id, since).await?;
    let field = |name: &'static str, key: &str| Field::new(t, errors, name, key, of(typed, name));
    let rules: Vec<Choice> = Deal::ALL
        .iter()
        .map(|rule| Choice::new(rule.code(), t.get(format!("organisation-deal-{}", rule.code()))))
        .collect();
    let units = PLACES.iter().enumerate().map(|(place, (code, name))| {
        let (code, name) = (field(code, "organisation-code"), field(name, "organisation-split-name"));
        if place < 2 { [code.required(), name] } else { [code, name] }
    });
    let title = titled(t, &unit.kind, &unit.name);
    let page = SplitPage {
        t,
        crumbs: Crumbs::to(t, t.get("organisation-split"))
            .by("/communes", t.get("organisation-title"))
            .by(format!("/communes/{}/unit", unit.code), title.clone()),
        title,
        unit,
        wrong: Wrong::of(t, errors),
        seen: typed.get("seen").cloned().unwrap_or_else(|| unit.edition.to_string()),
        paper: [
            field("since", "organisation-since").kind("date").required(),
            field("decision", "organisation-decision").required(),
        ],
        units: units.collect(),
        deal: Select::new(t, errors, "deal", "organisation-deal", of(typed, "deal"), &rules),
        people: people
            .iter()
            .map(|member| {
                let field = member.person_id.to_string();
                Going { member, chosen: of(typed, &field), field }
            })
            .collect(),
        numbers: [1, 2, 3, 4].map(|n: usize| n.to_string()),
        overtaken,
    };
    let status = Overtaken::status(page.overtaken.as_ref(), errors);
    ui.page_with(status, t.get("organisation-split"), &page)
}

async fn standing(db: &Db, actor: &kernel::Actor, code: &str) -> Result<Unit, WebError> {
    let unit = found(db, actor, code).await?;
    if unit.valid_to.is_some() { Err(WebError::refused("organisation-ended")) } else { Ok(unit) }
}

/// GET /communes/{code}/split
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<EditUnits>, Path(code): Path<String>) -> Answer {
    let unit = standing(&db, &permit.actor, &code).await?;
    page(&ui, &db, &unit, &Typed::new(), &Errors::new(), None).await
}

/// The units that follow, as typed: the rows down to the last that is not empty, two at least.
fn following(t: T, errors: &mut Errors, typed: &Typed) -> Vec<(String, String)> {
    let mut units = Vec::new();
    let filled =
        |(code, name): &(&str, &str)| !(of(typed, code).trim().is_empty() && of(typed, name).trim().is_empty());
    let rows = PLACES.iter().rposition(filled).map_or(2, |last| (last + 1).max(2));
    for (code, name) in PLACES.into_iter().take(rows) {
        let (number, called) = (of(typed, code).trim(), of(typed, name));
        let called = errors.line_or_empty(t, name, "organisation-split-name", called, NAME_MOST);
        if number.len() == 5 && number.bytes().all(|b| b.is_ascii_digit()) {
            units.push((number.to_owned(), called));
        } else {
            errors.add(code, "organisation-code-shape");
        }
    }
    units
}

/// POST /communes/{code}/split
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditUnits>,
    Path(code): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let unit = standing(&db, &permit.actor, &code).await?;
    let (t, mut errors) = (ui.t, Errors::new());
    let mut typed: Typed = pairs.into_iter().collect();
    let successors = following(t, &mut errors, &typed);
    let since = errors.day(t, "since", "organisation-since", of(&typed, "since"));
    let decision = errors.line(t, "decision", "organisation-decision", of(&typed, "decision"), PAPER_MOST);
    let codes = Deal::ALL.map(Deal::code);
    let rule = errors.choice(t, "deal", "organisation-deal", of(&typed, "deal"), &codes);
    let deal = Deal::ALL.into_iter().find(|deal| deal.code() == rule).unwrap_or(Deal::Each);
    let place = |typed: &str| typed.parse::<usize>().ok()?.checked_sub(1);
    let chosen: HashMap<PersonId, usize> =
        typed.iter().filter_map(|(field, value)| Some((field.parse().ok()?, place(value)?))).collect();
    let beyond = chosen.values().filter(|place| **place >= successors.len()).count();
    if beyond > 0 && errors.is_empty() {
        errors.add_with("deal", "organisation-split-beyond", vec![("n", beyond.into())]);
    }
    let mut overtaken = None;
    if let (Some(since), true) = (since, errors.is_empty()) {
        let split = Splitting { successors: &successors, chosen: &chosen, deal, since, decision: &decision };
        let seen = of(&typed, "seen").parse().unwrap_or(-1);
        match actions::split(&db, &permit, &code, &split, seen).await {
            Ok(went) => {
                let people: usize = went.iter().sum();
                let told = [("units", went.len().to_string()), ("n", people.to_string())];
                return Ok(ui.see_with(&format!("/communes/{code}/unit"), "organisation-split-done", &told));
            }
            Err(UnitError::Overtaken) => {
                let now = found(&db, &permit.actor, &code).await?;
                typed.insert("seen".to_owned(), now.edition.to_string());
                overtaken = Some(Overtaken::by(t, now.changed_by.as_deref(), now.changed_at));
            }
            Err(UnitError::Of(place, error)) => {
                let (code, name) = PLACES.get(place).copied().unwrap_or(("code_1", "name_1"));
                let at = if matches!(*error, UnitError::Taken(_) | UnitError::NoName) { name } else { code };
                told(t, *error, [at, "since"], &mut errors)?;
            }
            Err(error) => told(t, error, ["deal", "since"], &mut errors)?,
        }
    }
    page(&ui, &db, &unit, &typed, &errors, overtaken).await
}
