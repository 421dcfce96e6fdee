//! The sensitive part of a record: read for a purpose, and recorded.

use ::store::Db;
use axum::extract::State;
use kernel::PersonId;
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    IdentityEdit, ReadSensitive, RecordError,
    actions::{change_private, opened, private_edition, read_private, seen},
    edit::{Part, crumbs, fault_key, saved_by},
    model::{Identity, PURPOSES, Private, faults_of_private},
    store::{Record, ethnic_groups},
};

/// Why it is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PurposeForm {
    purpose: String,
}

/// The values as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PrivateForm {
    ethnic_code: String,
    party_joined_on: String,
    party_official_on: String,
    child_born_on: String,
    identity: String,
    remove_identity: String,
    seen: String,
}

#[derive(askama::Template)]
#[template(path = "registry/record/sensitive.html")]
struct SensitivePage<'a> {
    t: T,
    crumbs: Crumbs,
    person: PersonId,
    name: &'a str,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    /// Asked for before anything is shown.
    purpose: Option<Select<'a>>,
    masked: String,
    /// The number in full and the other values, in their form.
    opened: Option<Opened<'a>>,
}

struct Opened<'a> {
    identity: String,
    has_identity: bool,
    child: bool,
    seen: &'a str,
    fields: Vec<Part<'a>>,
}

/// What sensitive fields may be read for.
pub(in crate::registry) fn purposes(t: T) -> Vec<Choice> {
    PURPOSES.iter().map(|code| Choice::new(*code, t.get(format!("record-purpose-{code}")))).collect()
}

/// GET /people/{person}/sensitive: what for?
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadSensitive>,
    Path(person): Path<PersonId>,
) -> Answer {
    let record = seen(&mut db.read().await?, &permit.actor, person).await?;
    ask(&ui, &db, &record, "", &Errors::new())
}

fn ask(ui: &Ui, db: &Db, record: &Record, purpose: &str, errors: &Errors) -> Answer {
    let t = ui.t;
    let choices = purposes(t);
    let masked = opened(db.vault()?, record)?.map_or_else(|| "–".to_owned(), |identity| identity.masked());
    let page = SensitivePage {
        t,
        crumbs: crumbs(t, record.person_id, &record.facts.full_name, "record-sensitive"),
        person: record.person_id,
        name: &record.facts.full_name,
        wrong: Wrong::of(t, errors),
        overtaken: None,
        purpose: Some(Select::new(t, errors, "purpose", "record-purpose", purpose, &choices).or_empty("record-choose")),
        masked,
        opened: None,
    };
    ui.page_with(Overtaken::status(None, errors), t.get("record-sensitive"), &page)
}

/// POST /people/{person}/sensitive: records who reads it and what for, and shows it.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadSensitive>,
    Path(person): Path<PersonId>,
    Form(typed): Form<PurposeForm>,
) -> Answer {
    let t = ui.t;
    let record = seen(&mut db.read().await?, &permit.actor, person).await?;
    let mut errors = Errors::new();
    let purpose = errors.choice(t, "purpose", "record-purpose", &typed.purpose, &PURPOSES);
    if !errors.is_empty() {
        return ask(&ui, &db, &record, &typed.purpose, &errors);
    }
    let (record, identity) = read_private(&db, &permit, person, purpose).await?;
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let private = &record.private;
    let typed = PrivateForm {
        ethnic_code: private.ethnic_code.clone().unwrap_or_default(),
        party_joined_on: day(private.party_joined_on),
        party_official_on: day(private.party_official_on),
        child_born_on: day(private.child_born_on),
        seen: private_edition(&record),
        ..PrivateForm::default()
    };
    show(&ui, &db, &record, identity.as_ref(), &typed, &errors, None).await
}

async fn show(
    ui: &Ui,
    db: &Db,
    record: &Record,
    identity: Option<&Identity>,
    typed: &PrivateForm,
    errors: &Errors,
    overtaken: Option<Overtaken>,
) -> Answer {
    let t = ui.t;
    let groups: Vec<Choice> =
        ethnic_groups(&mut db.read().await?).await?.into_iter().map(|(code, name)| Choice::new(code, name)).collect();
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let line = |name, label, value| Field::new(t, errors, name, label, value);
    let page = SensitivePage {
        t,
        crumbs: crumbs(t, record.person_id, &record.facts.full_name, "record-sensitive"),
        person: record.person_id,
        name: &record.facts.full_name,
        wrong: Wrong::of(t, errors),
        overtaken,
        purpose: None,
        masked: String::new(),
        opened: Some(Opened {
            identity: identity.map_or_else(|| "–".to_owned(), |identity| identity.digits().to_owned()),
            has_identity: identity.is_some(),
            child: record.private.child_under_36_months(db.today()),
            seen: &typed.seen,
            fields: vec![
                Part::Line(
                    line("identity", "record-identity-new", &typed.identity)
                        .hint("record-identity-hint")
                        .autocomplete("off"),
                ),
                Part::Choice(
                    Select::new(t, errors, "ethnic_code", "record-ethnic", &typed.ethnic_code, &groups)
                        .or_empty("record-unknown"),
                ),
                Part::Line(line("party_joined_on", "record-party-joined", &typed.party_joined_on).kind("date")),
                Part::Line(line("party_official_on", "record-party-official", &typed.party_official_on).kind("date")),
                Part::Line(
                    line("child_born_on", "record-child", &typed.child_born_on).kind("date").hint("record-child-hint"),
                ),
            ],
        }),
    };
    ui.page_with(status, t.get("record-sensitive"), &page)
}

/// POST /people/{person}/sensitive/values: saves, unless somebody changed them after the form was made.
pub(super) async fn post_values(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadSensitive>,
    Path(person): Path<PersonId>,
    Form(mut typed): Form<PrivateForm>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let record = seen(&mut conn, &permit.actor, person).await?;
    let groups = ethnic_groups(&mut conn).await?;
    drop(conn);
    let codes: Vec<&str> = groups.iter().map(|(code, _)| code.as_str()).collect();
    let mut errors = Errors::new();
    let private = Private {
        ethnic_code: errors
            .choice_or_empty(t, "ethnic_code", "record-ethnic", &typed.ethnic_code, &codes)
            .map(str::to_owned),
        party_joined_on: errors.day_or_empty(t, "party_joined_on", "record-party-joined", &typed.party_joined_on),
        party_official_on: errors.day_or_empty(
            t,
            "party_official_on",
            "record-party-official",
            &typed.party_official_on,
        ),
        child_born_on: errors.day_or_empty(t, "child_born_on", "record-child", &typed.child_born_on),
    };
    let identity = match typed.identity.trim() {
        "" if typed.remove_identity.is_empty() => IdentityEdit::Keep,
        "" => IdentityEdit::Remove,
        number => match Identity::read(number) {
            Ok(identity) => match identity.fits(record.facts.gender.as_deref(), record.facts.birth_date) {
                Ok(()) => IdentityEdit::Set(identity),
                Err(code) => {
                    errors.add("identity", fault_key(code));
                    IdentityEdit::Keep
                }
            },
            Err(code) => {
                errors.add("identity", fault_key(code));
                IdentityEdit::Keep
            }
        },
    };
    for (field, code) in faults_of_private(&private, record.facts.birth_date, db.today()) {
        errors.add(field, fault_key(code));
    }
    let mut overtaken = None;
    if errors.is_empty() {
        match change_private(&db, &permit, person, &private, &identity, &typed.seen).await {
            Ok(()) => return Ok(ui.see_with(&format!("/people/{person}/sensitive"), "record-changed", &[])),
            Err(RecordError::IdentityTaken) => errors.add("identity", "record-fault-identity-taken"),
            Err(RecordError::Overtaken(who)) => {
                overtaken = Some(saved_by(t, who.as_ref()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    // what is shown again is read again
    let (record, held) = read_private(&db, &permit, person, "correction").await?;
    if overtaken.is_some() {
        typed.seen = private_edition(&record);
    }
    show(&ui, &db, &record, held.as_ref(), &typed, &errors, overtaken).await
}
