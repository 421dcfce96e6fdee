//! The page of a unit: what it is called and was called, what it came from and went into, where it lies, whom to reach.

use ::store::Db;
use axum::extract::State;
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    EditUnits,
    actions::{self, Contacts, UnitError},
    model::{Attribute, DayRefused, PRIORITIES, REGIONS},
    store::{self, Kin, Name, Unit},
};
use crate::{
    organisation::{ReadCommunes, commune_names, titled},
    registry::record::model::{is_address, is_telephone},
};

/// Most characters of a name of a unit.
pub(super) const NAME_MOST: usize = 80;
/// Most characters of a decision or a legal source.
pub(super) const PAPER_MOST: usize = 200;
/// Most characters of a contact.
const CONTACT_MOST: usize = 120;

/// Every form of the page, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    head_name: String,
    phone: String,
    email: String,
    name: String,
    name_since: String,
    name_decision: String,
    attribute: String,
    holds: String,
    attribute_since: String,
    source: String,
    into: String,
    merged_since: String,
    merged_decision: String,
    seen: String,
}

impl Typed {
    fn of(unit: &Unit) -> Self {
        Self {
            head_name: unit.head_name.clone().unwrap_or_default(),
            phone: unit.phone.clone().unwrap_or_default(),
            email: unit.email.clone().unwrap_or_default(),
            seen: unit.edition.to_string(),
            ..Self::default()
        }
    }

    /// What the other forms show stays as it is saved.
    fn within(mut self, unit: &Unit, contacts: bool) -> Self {
        if !contacts {
            let saved = Self::of(unit);
            (self.head_name, self.phone, self.email) = (saved.head_name, saved.phone, saved.email);
        }
        self
    }

    fn seen(&self) -> i64 {
        self.seen.parse().unwrap_or(-1)
    }
}

struct Forms<'a> {
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    seen: &'a str,
    contacts: [Field<'a>; 3],
    name: [Field<'a>; 3],
    attribute: [Select<'a>; 2],
    attribute_fields: [Field<'a>; 2],
    into: Select<'a>,
    merger: [Field<'a>; 2],
}

#[derive(askama::Template)]
#[template(path = "organisation/units/page.html")]
struct UnitPage<'a> {
    t: T,
    crumbs: Crumbs,
    title: String,
    unit: &'a Unit,
    names: Vec<Name>,
    attributes: Vec<Attribute>,
    successors: Vec<Kin>,
    predecessors: Vec<Kin>,
    offices: Vec<(String, i64)>,
    forms: Option<Forms<'a>>,
    may_people: bool,
    /// Whether other units are within the reader's scope.
    linked: bool,
}

pub(super) async fn found(db: &Db, actor: &kernel::Actor, code: &str) -> Result<Unit, WebError> {
    store::unit(&mut db.read().await?, actor, code).await?.ok_or(WebError::NotFound)
}

async fn page(ui: &Ui, db: &Db, unit: &Unit, typed: &Typed, errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let actor = ui.actor.as_ref().ok_or(WebError::SignInNeeded)?;
    let mut conn = db.read().await?;
    let names = store::names(&mut conn, unit.id).await?;
    let attributes = store::attributes(&mut conn, unit.id).await?;
    let successors = store::successors(&mut conn, unit.id).await?;
    let predecessors = store::predecessors(&mut conn, unit.id).await?;
    let offices = store::offices(&mut conn, unit.id).await?;
    let communes = commune_names(&mut conn, actor).await?;
    drop(conn);
    let others: Vec<Choice> =
        communes.iter().filter(|c| c.code != unit.code).map(|c| Choice::new(&c.code, &c.name)).collect();
    let kinds: Vec<Choice> = REGIONS
        .iter()
        .chain(&PRIORITIES)
        .map(|code| Choice::new(*code, t.get(format!("organisation-attribute-{code}"))))
        .collect();
    let holds = ["yes", "no"].map(|code| Choice::new(code, t.get(format!("organisation-attribute-holds-{code}"))));
    let field = |name, key, value| Field::new(t, errors, name, key, value);
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let forms = (unit.valid_to.is_none() && ui.may("units.edit")).then(|| Forms {
        wrong: Wrong::of(t, errors),
        overtaken,
        seen: &typed.seen,
        contacts: [
            field("head_name", "organisation-head", &typed.head_name),
            field("phone", "organisation-phone", &typed.phone).kind("tel"),
            field("email", "organisation-email", &typed.email).kind("email"),
        ],
        name: [
            field("name", "organisation-new-name", &typed.name).required().hint("organisation-new-name-hint"),
            field("name_since", "organisation-since", &typed.name_since).kind("date").required(),
            field("name_decision", "organisation-decision", &typed.name_decision).required().class("wide"),
        ],
        attribute: [
            Select::new(t, errors, "attribute", "organisation-attribute", &typed.attribute, &kinds)
                .or_empty("organisation-choose"),
            Select::new(t, errors, "holds", "organisation-attribute-holds", &typed.holds, &holds),
        ],
        attribute_fields: [
            field("attribute_since", "organisation-since", &typed.attribute_since).kind("date").required(),
            field("source", "organisation-source", &typed.source).required().class("wide"),
        ],
        into: Select::new(t, errors, "into", "organisation-into", &typed.into, &others).or_empty("organisation-choose"),
        merger: [
            field("merged_since", "organisation-since", &typed.merged_since).kind("date").required(),
            field("merged_decision", "organisation-decision", &typed.merged_decision).required().class("wide"),
        ],
    });
    let title = titled(t, &unit.kind, &unit.name);
    let crumbs = Crumbs::to(t, title.clone()).by("/communes", t.get("organisation-title"));
    let may_people = ui.may("people.read");
    let page = UnitPage {
        t,
        crumbs,
        title,
        unit,
        names,
        attributes,
        successors,
        predecessors,
        offices,
        forms,
        may_people,
        linked: actor.commune().is_none(),
    };
    ui.page_with(status, &page.title, &page)
}

/// GET /communes/{code}/unit
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadCommunes>,
    Path(code): Path<String>,
) -> Answer {
    let unit = found(&db, &permit.actor, &code).await?;
    page(&ui, &db, &unit, &Typed::of(&unit), &Errors::new(), None).await
}

/// One of the forms of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sheet {
    Contacts,
    Name,
    Attribute,
    Merger,
}

impl Sheet {
    /// Its fields for what was named and for the day, and the message of success.
    fn about(self) -> ([&'static str; 2], &'static str) {
        match self {
            Self::Contacts => (["head_name", "head_name"], "organisation-contacts-saved"),
            Self::Name => (["name", "name_since"], "organisation-renamed"),
            Self::Attribute => (["attribute", "attribute_since"], "organisation-attribute-saved"),
            Self::Merger => (["into", "merged_since"], "organisation-merged"),
        }
    }
}

/// What came of sending one of the forms, unless a field was wrong: on to the page, or the page again with what was typed.
async fn answer(
    (ui, db, actor): (&Ui, &Db, &kernel::Actor),
    code: &str,
    sheet: Sheet,
    mut typed: Typed,
    mut errors: Errors,
    done: Option<Result<(), UnitError>>,
) -> Answer {
    let t = ui.t;
    let (fields, saved) = sheet.about();
    let contacts = sheet == Sheet::Contacts;
    let mut overtaken = None;
    match done {
        Some(Ok(())) => return Ok(ui.see_with(&format!("/communes/{code}/unit"), saved, &[])),
        Some(Err(UnitError::Overtaken)) => {
            let now = found(db, actor, code).await?;
            typed.seen = now.edition.to_string();
            let by = Overtaken::by(t, now.changed_by.as_deref(), now.changed_at).differs(
                "organisation-name",
                &now.name,
                &now.name,
            );
            overtaken = Some(if contacts {
                let saved = Typed::of(&now);
                by.differs("organisation-head", saved.head_name, typed.head_name.as_str())
                    .differs("organisation-phone", saved.phone, typed.phone.as_str())
                    .differs("organisation-email", saved.email, typed.email.as_str())
            } else {
                by
            });
        }
        Some(Err(error)) => told(t, error, fields, &mut errors)?,
        None => {}
    }
    let unit = found(db, actor, code).await?;
    let typed = typed.within(&unit, contacts);
    page(ui, db, &unit, &typed, &errors, overtaken).await
}

/// A refusal at its field: `thing` is what was named, `day` its day.
pub(super) fn told(
    t: T,
    error: UnitError,
    [thing, day]: [&'static str; 2],
    errors: &mut Errors,
) -> Result<(), WebError> {
    match error {
        UnitError::NotFound => return Err(WebError::NotFound),
        UnitError::Ended => return Err(WebError::refused("organisation-ended")),
        UnitError::Store(error) => return Err(error.into()),
        UnitError::Overtaken => return Err(WebError::Internal("told elsewhere".to_owned())),
        UnitError::Day(DayRefused::Future) => errors.add(day, "organisation-future"),
        UnitError::Day(DayRefused::NotAfter(before)) => {
            errors.add_with(day, "organisation-not-after", vec![("day", t.date(before).into())]);
        }
        UnitError::Taken(code) => errors.add_with(thing, "organisation-taken", vec![("code", code.into())]),
        UnitError::Already => errors.add(thing, "organisation-already"),
        UnitError::Itself | UnitError::NoSuccessor => errors.add(thing, "organisation-no-successor"),
        UnitError::CodeUsed => errors.add(thing, "organisation-code-used"),
        UnitError::NoName => errors.add(thing, "organisation-new-unit-name"),
        UnitError::Twice => errors.add(thing, "organisation-twice"),
        UnitError::Left(people) => errors.add_with(thing, "organisation-left", vec![("n", people.into())]),
        UnitError::Of(_, error) => return told(t, *error, [thing, day], errors),
        UnitError::Later(posts) => errors.add_with(day, "organisation-later", vec![("n", posts.into())]),
    }
    Ok(())
}

/// POST /communes/{code}/contacts
pub(super) async fn post_contacts(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditUnits>,
    Path(code): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer {
    found(&db, &permit.actor, &code).await?;
    let (t, mut errors) = (ui.t, Errors::new());
    let mut optional = |field, label, typed: &str| {
        Some(errors.line_or_empty(t, field, label, typed, CONTACT_MOST)).filter(|line| !line.is_empty())
    };
    let contacts = Contacts {
        head_name: optional("head_name", "organisation-head", &typed.head_name),
        phone: optional("phone", "organisation-phone", &typed.phone),
        email: optional("email", "organisation-email", &typed.email),
    };
    if contacts.phone.as_deref().is_some_and(|phone| !is_telephone(phone)) {
        errors.add("phone", "record-fault-phone");
    }
    if contacts.email.as_deref().is_some_and(|email| !is_address(email)) {
        errors.add("email", "record-fault-email");
    }
    let done = match errors.is_empty() {
        true => Some(actions::set_contacts(&db, &permit, &code, &contacts, typed.seen()).await),
        false => None,
    };
    answer((&ui, &db, &permit.actor), &code, Sheet::Contacts, typed, errors, done).await
}

/// POST /communes/{code}/names
pub(super) async fn post_name(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditUnits>,
    Path(code): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer {
    found(&db, &permit.actor, &code).await?;
    let (t, mut errors) = (ui.t, Errors::new());
    let name = errors.line(t, "name", "organisation-new-name", &typed.name, NAME_MOST);
    let decision = errors.line(t, "name_decision", "organisation-decision", &typed.name_decision, PAPER_MOST);
    let done = match errors.day(t, "name_since", "organisation-since", &typed.name_since) {
        Some(since) if errors.is_empty() => {
            Some(actions::rename(&db, &permit, &code, &name, since, &decision, typed.seen()).await)
        }
        _ => None,
    };
    answer((&ui, &db, &permit.actor), &code, Sheet::Name, typed, errors, done).await
}

/// POST /communes/{code}/attributes
pub(super) async fn post_attribute(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditUnits>,
    Path(code): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer {
    found(&db, &permit.actor, &code).await?;
    let (t, mut errors) = (ui.t, Errors::new());
    let known: Vec<&str> = REGIONS.iter().chain(&PRIORITIES).copied().collect();
    let attribute = errors.choice(t, "attribute", "organisation-attribute", &typed.attribute, &known);
    let holds = errors.choice(t, "holds", "organisation-attribute-holds", &typed.holds, &["yes", "no"]) == "yes";
    let source = errors.line(t, "source", "organisation-source", &typed.source, PAPER_MOST);
    let done = match errors.day(t, "attribute_since", "organisation-since", &typed.attribute_since) {
        Some(since) if errors.is_empty() => {
            let set = actions::Setting { attribute, holds, since, source: &source };
            Some(actions::set_attribute(&db, &permit, &code, &set, typed.seen()).await)
        }
        _ => None,
    };
    answer((&ui, &db, &permit.actor), &code, Sheet::Attribute, typed, errors, done).await
}

/// POST /communes/{code}/merger
pub(super) async fn post_merger(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditUnits>,
    Path(code): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer {
    found(&db, &permit.actor, &code).await?;
    let (t, mut errors) = (ui.t, Errors::new());
    let decision = errors.line(t, "merged_decision", "organisation-decision", &typed.merged_decision, PAPER_MOST);
    let done = match errors.day(t, "merged_since", "organisation-since", &typed.merged_since) {
        Some(since) if errors.is_empty() => {
            let merged = actions::merge(&db, &permit, &code, &typed.into, since, &decision, typed.seen()).await;
            Some(merged.map(|_| ()))
        }
        _ => None,
    };
    answer((&ui, &db, &permit.actor), &code, Sheet::Merger, typed, errors, done).await
}
