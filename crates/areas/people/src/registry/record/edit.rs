//! The form of a record's open part, and of somebody new.

use ::store::Db;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, PersonId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    EditPeople, RecordError,
    actions::{add_person, change_facts, edition, seen},
    model::{EDUCATIONS, Facts, GENDERS, MANAGEMENTS, RANKS, THEORIES, faults_of_facts},
    posts::{PostForm, PostLists, Whose},
};

/// Most characters of a name: what a certificate's line holds.
const NAME_MOST: usize = 100;
/// Most characters of the other lines.
const LINE_MOST: usize = 120;

/// The open part as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct FactsForm {
    full_name: String,
    gender: String,
    birth_date: String,
    education: String,
    theory: String,
    management: String,
    rank: String,
    languages: String,
    it_skill: String,
    phone: String,
    email: String,
    /// The edition that the form was made from.
    seen: String,
}

impl FactsForm {
    pub(super) fn of(facts: &Facts) -> Self {
        let code = |code: &Option<String>| code.clone().unwrap_or_default();
        Self {
            full_name: facts.full_name.clone(),
            gender: code(&facts.gender),
            birth_date: facts.birth_date.map(|day| day.to_string()).unwrap_or_default(),
            education: code(&facts.education),
            theory: code(&facts.theory),
            management: code(&facts.management),
            rank: code(&facts.rank),
            languages: facts.languages.clone(),
            it_skill: facts.it_skill.clone(),
            phone: facts.phone.clone(),
            email: facts.email.clone(),
            seen: edition(&facts.values()),
        }
    }

    /// The values, or what is wrong at which field.
    pub(super) fn read(&self, t: T, errors: &mut Errors, today: NaiveDate) -> Facts {
        let code = |code: Option<&str>| code.map(str::to_owned);
        let facts = Facts {
            full_name: errors.line(t, "full_name", "registry-name", &self.full_name, NAME_MOST),
            gender: code(errors.choice_or_empty(t, "gender", "record-gender", &self.gender, &GENDERS)),
            birth_date: errors.day(t, "birth_date", "registry-birth", &self.birth_date),
            education: code(errors.choice_or_empty(t, "education", "registry-education", &self.education, &EDUCATIONS)),
            theory: code(errors.choice_or_empty(t, "theory", "registry-theory", &self.theory, &THEORIES)),
            management: code(errors.choice_or_empty(
                t,
                "management",
                "registry-management",
                &self.management,
                &MANAGEMENTS,
            )),
            rank: code(errors.choice_or_empty(t, "rank", "record-rank", &self.rank, &RANKS)),
            languages: errors.line_or_empty(t, "languages", "record-languages", &self.languages, LINE_MOST),
            it_skill: errors.line_or_empty(t, "it_skill", "record-it", &self.it_skill, LINE_MOST),
            phone: errors.line_or_empty(t, "phone", "record-phone", &self.phone, LINE_MOST),
            email: errors.line_or_empty(t, "email", "record-email", &self.email, LINE_MOST),
        };
        for (field, code) in faults_of_facts(&facts, today) {
            errors.add(field, fault_key(code));
        }
        facts
    }

    /// The fields of the form. `parts` owns the choices.
    pub(super) fn fields<'a>(&'a self, t: T, errors: &'a Errors, lists: &'a FactsLists) -> FactsFields<'a> {
        let line = |name, label, value| Field::new(t, errors, name, label, value);
        let select = |name, label, value, choices| {
            Select::new(t, errors, name, label, value, choices).or_empty("record-unknown")
        };
        FactsFields {
            person: vec![
                Part::Line(line("full_name", "registry-name", &self.full_name).required().class("wide")),
                Part::Line(line("birth_date", "registry-birth", &self.birth_date).kind("date").required()),
                Part::Choice(select("gender", "record-gender", &self.gender, &lists.genders)),
            ],
            levels: vec![
                Part::Choice(select("education", "registry-education", &self.education, &lists.educations)),
                Part::Choice(select("theory", "registry-theory", &self.theory, &lists.theories)),
                Part::Choice(select("management", "registry-management", &self.management, &lists.managements)),
                Part::Choice(select("rank", "record-rank", &self.rank, &lists.ranks)),
                Part::Line(line("languages", "record-languages", &self.languages).hint("record-languages-hint")),
                Part::Line(line("it_skill", "record-it", &self.it_skill).hint("record-it-hint")),
            ],
            contact: vec![
                Part::Line(line("phone", "record-phone", &self.phone).kind("tel")),
                Part::Line(line("email", "record-email", &self.email).kind("email")),
            ],
        }
    }
}

/// Key of a fault's message.
pub(super) fn fault_key(code: &str) -> &'static str {
    match code {
        "name-digits" => "record-fault-name-digits",
        "birth-young" => "record-fault-birth-young",
        "birth-old" => "record-fault-birth-old",
        "phone" => "record-fault-phone",
        "email" => "record-fault-email",
        "party-young" => "record-fault-party-young",
        "party-order" => "record-fault-party-order",
        "party-joined-missing" => "record-fault-party-joined-missing",
        "child-order" => "record-fault-child-order",
        "identity-shape" => "record-fault-identity-shape",
        "identity-gender" => "record-fault-identity-gender",
        "identity-year" => "record-fault-identity-year",
        _ => "record-fault-future",
    }
}

/// A field or a choice of a form.
pub(super) enum Part<'a> {
    Line(Field<'a>),
    Choice(Select<'a>),
}

impl std::fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(field) => field.fmt(f),
            Self::Choice(select) => select.fmt(f),
        }
    }
}

/// Groups of the form.
pub(super) struct FactsFields<'a> {
    pub person: Vec<Part<'a>>,
    pub levels: Vec<Part<'a>>,
    pub contact: Vec<Part<'a>>,
}

/// Choices of the form.
pub(super) struct FactsLists {
    genders: Vec<Choice>,
    educations: Vec<Choice>,
    theories: Vec<Choice>,
    managements: Vec<Choice>,
    ranks: Vec<Choice>,
}

impl FactsLists {
    pub(super) fn new(t: T) -> Self {
        let choices = |prefix: &str, codes: &[&str]| {
            codes.iter().map(|code| Choice::new(*code, t.get(format!("{prefix}-{code}")))).collect()
        };
        Self {
            genders: choices("record-gender", &GENDERS),
            educations: choices("registry-education", &EDUCATIONS),
            theories: choices("registry-theory", &THEORIES),
            managements: choices("registry-management", &MANAGEMENTS),
            ranks: choices("record-rank", &RANKS),
        }
    }
}

/// A value of a field in words.
pub(super) fn told(t: T, field: &str, value: Option<&str>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    match field {
        "gender" => t.get(format!("record-gender-{value}")).into_owned(),
        "education" | "theory" | "management" => t.get(format!("registry-{field}-{value}")).into_owned(),
        "rank" => t.get(format!("record-rank-{value}")).into_owned(),
        "birth_date" => value.parse().map_or_else(|_| value.to_owned(), |day: NaiveDate| t.date(day)),
        _ => value.to_owned(),
    }
}

/// Key of a field's label.
pub(super) fn label_key(field: &str) -> &'static str {
    match field {
        "full_name" => "registry-name",
        "gender" => "record-gender",
        "birth_date" => "registry-birth",
        "education" => "registry-education",
        "theory" => "registry-theory",
        "management" => "registry-management",
        "rank" => "record-rank",
        "post" => "record-post",
        "languages" => "record-languages",
        "it_skill" => "record-it",
        "phone" => "record-phone",
        "email" => "record-email",
        "ethnic_code" => "record-ethnic",
        "party_joined_on" => "record-party-joined",
        "party_official_on" => "record-party-official",
        "child_born_on" => "record-child",
        _ => "record-identity",
    }
}

#[derive(askama::Template)]
#[template(path = "registry/record/edit.html")]
struct EditPage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    action: String,
    back: String,
    seen: Option<&'a str>,
    fields: FactsFields<'a>,
    /// Post of somebody new.
    post: Vec<Part<'a>>,
}

/// The head of a form whose record somebody saved meanwhile: who and when, as far as it is known.
pub(super) fn saved_by(t: T, who: Option<&(String, DateTime<Utc>)>) -> Overtaken {
    Overtaken::by(t, who.map(|(by, _)| by.as_str()), who.map(|(_, at)| *at))
}

/// The way down to a page about a person.
pub(super) fn crumbs(t: T, person: PersonId, name: &str, here: &str) -> Crumbs {
    Crumbs::to(t, t.get(here)).by("/people", t.get("registry-title")).by(format!("/people/{person}"), name)
}

async fn known(db: &Db, actor: &Actor, person: PersonId) -> Result<Facts, WebError> {
    Ok(seen(&mut db.read().await?, actor, person).await?.facts)
}

fn form(
    ui: &Ui,
    person: PersonId,
    name: &str,
    typed: &FactsForm,
    errors: &Errors,
    overtaken: Option<Overtaken>,
) -> Answer {
    let t = ui.t;
    let lists = FactsLists::new(t);
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = EditPage {
        t,
        crumbs: crumbs(t, person, name, "record-change"),
        heading: name.to_owned(),
        wrong: Wrong::of(t, errors),
        overtaken,
        action: format!("/people/{person}/record"),
        back: format!("/people/{person}"),
        seen: Some(&typed.seen),
        fields: typed.fields(t, errors, &lists),
        post: Vec::new(),
    };
    ui.page_with(status, t.get("record-change"), &page)
}

/// GET /people/{person}/record
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Path(person): Path<PersonId>,
) -> Answer {
    let facts = known(&db, &permit.actor, person).await?;
    form(&ui, person, &facts.full_name, &FactsForm::of(&facts), &Errors::new(), None)
}

/// POST /people/{person}/record: saves, unless somebody changed the record after the form was made.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Path(person): Path<PersonId>,
    Form(mut typed): Form<FactsForm>,
) -> Answer {
    let t = ui.t;
    let now = known(&db, &permit.actor, person).await?;
    let mut errors = Errors::new();
    let facts = typed.read(t, &mut errors, db.today());
    if !errors.is_empty() {
        return form(&ui, person, &now.full_name, &typed, &errors, None);
    }
    match change_facts(&db, &permit, person, &facts, &typed.seen).await {
        Ok(()) => Ok(ui.see_with(&format!("/people/{person}"), "record-changed", &[])),
        Err(RecordError::Overtaken(who)) => {
            let now = known(&db, &permit.actor, person).await?;
            typed.seen = edition(&now.values());
            let overtaken = now.values().iter().zip(facts.values()).fold(
                saved_by(t, who.as_ref()),
                |head, ((field, saved), (_, typed))| {
                    head.differs(label_key(field), told(t, field, saved.as_deref()), told(t, field, typed.as_deref()))
                },
            );
            form(&ui, person, &now.full_name, &typed, &errors, Some(overtaken))
        }
        Err(error) => Err(error.into()),
    }
}

/// Somebody new as typed: the record and the first post.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewForm {
    #[serde(flatten)]
    facts: FactsForm,
    #[serde(flatten)]
    post: PostForm,
}

async fn new_page(ui: &Ui, db: &Db, actor: &Actor, typed: &NewForm, errors: &Errors) -> Answer {
    let t = ui.t;
    let (lists, posts) = (FactsLists::new(t), PostLists::read(t, &mut db.read().await?, actor).await?);
    let page = EditPage {
        t,
        crumbs: Crumbs::to(t, t.get("record-new")).by("/people", t.get("registry-title")),
        heading: t.get("record-new").into_owned(),
        wrong: Wrong::of(t, errors),
        overtaken: None,
        action: "/people".to_owned(),
        back: "/people".to_owned(),
        seen: None,
        fields: typed.facts.fields(t, errors, &lists),
        post: typed.post.fields(t, errors, &posts, Whose::New),
    };
    ui.page_with(Overtaken::status(None, errors), t.get("record-new"), &page)
}

/// GET /people/new
pub(super) async fn get_new(ui: Ui, State(db): State<Db>, permit: Permit<EditPeople>) -> Answer {
    new_page(&ui, &db, &permit.actor, &NewForm::default(), &Errors::new()).await
}

/// POST /people
pub(super) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Form(typed): Form<NewForm>,
) -> Answer {
    let t = ui.t;
    let mut errors = Errors::new();
    let facts = typed.facts.read(t, &mut errors, db.today());
    let post = typed.post.read(t, &mut errors, &mut db.read().await?, &permit.actor).await?;
    if let Some(post) = post.filter(|_| errors.is_empty()) {
        match add_person(&db, &permit, &facts, &post).await {
            Ok(person) => return Ok(ui.see_with(&format!("/people/{person}"), "record-added", &[])),
            Err(error) => super::posts::refused(t, error, &mut errors)?,
        }
    }
    new_page(&ui, &db, &permit.actor, &typed, &errors).await
}
