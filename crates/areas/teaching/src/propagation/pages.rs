//! The library of documents: what a reader finds, what a publisher sends.

use std::collections::BTreeSet;

use ::store::Db;
use axum::{extract::State, http::HeaderMap};
use chrono::NaiveDate;
use kernel::{CircularId, Right};
use people::{accounts::ROLES, organisation::commune_names};
use web::{
    Answer, Errors, Path, Permit, Streamed, T, Ui, WebError,
    components::{Crumbs, Field, Overtaken, Wrong},
};

use super::{
    PublishCirculars, ReadCirculars,
    actions::{CircularDraft, CircularError, Target, confirm, find, open, publish, withdraw},
    store::{Circular, TargetLine, circulars, is_account, targets},
};
use crate::{
    files::{self, Delivery, FileField, Received, deliver},
    scheme,
};

const TITLE_MOST: usize = 200;
const NUMBER_MOST: usize = 40;
const SUMMARY_MOST: usize = 1000;
/// People who are named one by one.
const NAMED_MOST: usize = 200;

impl From<CircularError> for WebError {
    fn from(error: CircularError) -> Self {
        match error {
            CircularError::NotFound => Self::NotFound,
            CircularError::File(files::FileError::Store(error)) | CircularError::Store(error) => error.into(),
            CircularError::File(_) => Self::refused("files-lost"),
        }
    }
}

struct Line {
    circular: Circular,
    late: bool,
}

#[derive(askama::Template)]
#[template(path = "propagation/list.html")]
struct ListPage {
    t: T,
    lines: Vec<Line>,
    unread: usize,
    publishes: bool,
}

/// GET /circulars
pub(super) async fn list(ui: Ui, State(db): State<Db>, permit: Permit<ReadCirculars>) -> Answer {
    let t = ui.t;
    let today = db.today();
    let publishes = ui.may(PublishCirculars::NAME);
    let mut conn = db.read().await?;
    let all = match scheme::of(&mut conn, &permit.actor).await? {
        Some(scheme) => circulars(&mut conn, &permit.actor, scheme.id, publishes).await?,
        None => Vec::new(),
    };
    let waits = |c: &Circular| c.addressed && c.confirmed_at.is_none() && c.withdrawn_at.is_none();
    let unread = all.iter().filter(|c| waits(c)).count();
    let line = |circular: Circular| Line {
        late: waits(&circular) && circular.read_by.is_some_and(|day| day < today),
        circular,
    };
    let lines = all.into_iter().map(line).collect();
    ui.page(t.get("propagation-title"), &ListPage { t, lines, unread, publishes })
}

struct Choosable {
    value: String,
    text: String,
    chosen: bool,
}

#[derive(askama::Template)]
#[template(path = "propagation/new.html")]
struct NewPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    file: FileField,
    title: Field<'a>,
    number: Field<'a>,
    read_by: Field<'a>,
    summary: Field<'a>,
    names: Field<'a>,
    everywhere: bool,
    roles: Vec<Choosable>,
    communes: Vec<Choosable>,
    some_communes: bool,
    targets_error: Option<String>,
}

async fn form(ui: &Ui, db: &Db, permit: &Permit<PublishCirculars>, typed: &Received, errors: &Errors) -> Answer {
    let t = ui.t;
    let communes = commune_names(&mut db.read().await?, &permit.actor).await?;
    let has = |name: &str, value: &str| typed.all(name).any(|v| v == value);
    let sender = Permit::check(&permit.actor)?;
    let file = FileField::new(db, &sender, t, "propagation-file", errors.at(t, "file"), typed.upload).await?;
    let reads =
        |role: &&people::accounts::Role| role.rights.contains(&ReadCirculars::NAME) && role.code != "commune_officer";
    let page = NewPage {
        t,
        crumbs: Crumbs::to(t, t.get("propagation-new")).by("/circulars", t.get("propagation-title")),
        wrong: Wrong::of(t, errors),
        file,
        title: Field::new(t, errors, "title", "propagation-name", typed.get("title")).required().class("wide"),
        number: Field::new(t, errors, "number", "propagation-number", typed.get("number")),
        read_by: Field::new(t, errors, "read_by", "propagation-read-by", typed.get("read_by")).kind("date"),
        summary: Field::new(t, errors, "summary", "propagation-summary", typed.get("summary"))
            .kind("textarea")
            .class("wide"),
        names: Field::new(t, errors, "names", "propagation-names", typed.get("names"))
            .hint("propagation-names-hint")
            .class("wide"),
        everywhere: has("everywhere", "1"),
        some_communes: typed.all("commune").next().is_some(),
        roles: ROLES
            .iter()
            .filter(reads)
            .map(|r| Choosable {
                value: r.code.to_owned(),
                text: t.get(format!("accounts-role-{}", r.code)).into_owned(),
                chosen: has("role", r.code),
            })
            .collect(),
        communes: communes
            .into_iter()
            .map(|c| Choosable { chosen: has("commune", &c.code), value: c.code, text: c.name })
            .collect(),
        targets_error: errors.at(t, "targets"),
    };
    ui.page_with(Overtaken::status(None, errors), t.get("propagation-new"), &page)
}

/// GET /circulars/new
pub(super) async fn get_new(ui: Ui, State(db): State<Db>, permit: Permit<PublishCirculars>) -> Answer {
    form(&ui, &db, &permit, &Received::default(), &Errors::new()).await
}

/// Whom the form names; what is wrong is noted.
async fn addressed(
    db: &Db,
    permit: &Permit<PublishCirculars>,
    typed: &Received,
    errors: &mut Errors,
) -> Result<Vec<Target>, WebError> {
    let mut conn = db.read().await?;
    let known = commune_names(&mut conn, &permit.actor).await?;
    let mut targets = BTreeSet::new();
    if typed.get("everywhere") == "1" {
        targets.insert(Target::Communes);
    } else {
        for code in typed.all("commune") {
            if known.iter().any(|c| c.code == code) {
                targets.insert(Target::Commune(code.to_owned()));
            } else {
                errors.add("targets", "propagation-target-unknown");
            }
        }
    }
    for code in typed.all("role") {
        if ROLES.iter().any(|r| r.code == code && r.rights.contains(&ReadCirculars::NAME)) {
            targets.insert(Target::Role(code.to_owned()));
        } else {
            errors.add("targets", "propagation-target-unknown");
        }
    }
    let names = typed.get("names").split([',', ';', ' ', '\n', '\r']).map(str::trim).filter(|name| !name.is_empty());
    let names: BTreeSet<String> = names.map(str::to_lowercase).collect();
    if names.len() > NAMED_MOST {
        errors.add_with("names", "propagation-names-many", vec![("most", NAMED_MOST.into())]);
    } else {
        for name in names {
            if is_account(&mut conn, &permit.actor, &name).await? {
                targets.insert(Target::Account(name));
            } else {
                let shown: String = name.chars().take(60).collect();
                errors.add_with("names", "propagation-name-unknown", vec![("name", shown.into())]);
            }
        }
    }
    if targets.is_empty() && errors.is_empty() {
        errors.add("targets", "propagation-target-none");
    }
    Ok(targets.into_iter().collect())
}

/// POST /circulars
pub(super) async fn post_new(ui: Ui, State(db): State<Db>, permit: Permit<PublishCirculars>, sent: Streamed) -> Answer {
    let t = ui.t;
    let mut typed = files::receive(&db, &Permit::check(&permit.actor)?, sent).await?;
    let mut errors = Errors::new();
    let title = errors.line(t, "title", "propagation-name", typed.get("title"), TITLE_MOST);
    let number = errors.line_or_empty(t, "number", "propagation-number", typed.get("number"), NUMBER_MOST);
    let summary = errors.line_or_empty(t, "summary", "propagation-summary", typed.get("summary"), SUMMARY_MOST);
    let read_by = match typed.get("read_by").trim() {
        "" => None,
        day => match day.parse::<NaiveDate>() {
            Ok(day) if day >= db.today() => Some(day),
            _ => {
                errors.add("read_by", "propagation-read-by-wrong");
                None
            }
        },
    };
    let targets = addressed(&db, &permit, &typed, &mut errors).await?;
    if let Some(error) = typed.refused.take() {
        typed.upload = None;
        let (key, args) = files::told(t, error)?;
        errors.add_with("file", key, args);
    } else if typed.upload.is_none() {
        errors.add("file", "propagation-no-file");
    }
    if let Some(upload) = typed.upload.filter(|_| errors.is_empty()) {
        let draft = CircularDraft { title, number, summary, read_by, targets };
        let done = match files::take_in(&db, &permit.actor, upload).await {
            Ok(file) => publish(&db, &permit, &draft, &file, Some(upload)).await,
            Err(error) => Err(error.into()),
        };
        match done {
            Ok(id) => {
                return Ok(ui.see_with(&format!("/circulars/{id}"), "propagation-sent", &[("title", draft.title)]));
            }
            Err(CircularError::File(error)) => {
                typed.upload = None;
                let (key, args) = files::told(t, error)?;
                errors.add_with("file", key, args);
            }
            Err(error) => return Err(error.into()),
        }
    }
    form(&ui, &db, &permit, &typed, &errors).await
}

#[derive(askama::Template)]
#[template(path = "propagation/one.html")]
struct OnePage {
    t: T,
    crumbs: Crumbs,
    circular: Circular,
    pdf: bool,
    size: String,
    targets: Vec<String>,
    publishes: bool,
}

/// A target in words.
pub(super) fn words(t: T, target: &TargetLine) -> String {
    match target.kind.as_str() {
        "communes" => t.get("propagation-everywhere").into_owned(),
        "role" => t.get(format!("accounts-role-{}", target.code)).into_owned(),
        _ => target.name.clone().unwrap_or_else(|| target.code.clone()),
    }
}

/// GET /circulars/{circular}: whoever is addressed has opened it then.
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadCirculars>,
    Path(id): Path<CircularId>,
) -> Answer {
    let t = ui.t;
    let mut circular = find(&db, &permit.actor, id).await?;
    open(&db, &permit.actor, &mut circular).await?;
    let publishes = ui.may(PublishCirculars::NAME);
    let targets = if publishes {
        targets(&mut db.read().await?, id).await?.iter().map(|target| words(t, target)).collect()
    } else {
        Vec::new()
    };
    let page = OnePage {
        t,
        crumbs: Crumbs::to(t, circular.title.clone()).by("/circulars", t.get("propagation-title")),
        pdf: circular.format == "pdf",
        size: files::size(t, circular.size),
        targets,
        publishes,
        circular,
    };
    ui.page(&page.circular.title, &page)
}

/// What may be asked of a file.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    save: String,
}

/// GET /circulars/{circular}/file
pub(super) async fn get_file(
    State(db): State<Db>,
    permit: Permit<ReadCirculars>,
    Path(id): Path<CircularId>,
    web::Query(saved): web::Query<Saved>,
    headers: HeaderMap,
) -> Answer {
    let mut circular = find(&db, &permit.actor, id).await?;
    open(&db, &permit.actor, &mut circular).await?;
    let file = Delivery {
        sha256: &circular.sha256,
        size: circular.size,
        name: &circular.file_name,
        format: &circular.format,
        save: !saved.save.is_empty(),
    };
    deliver(&db, &headers, &file).await
}

/// POST /circulars/{circular}/confirmation
pub(super) async fn post_confirmation(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadCirculars>,
    Path(id): Path<CircularId>,
) -> Answer {
    confirm(&db, &permit, id).await?;
    Ok(ui.see_with(&format!("/circulars/{id}"), "propagation-confirmed-told", &[]))
}

/// POST /circulars/{circular}/withdrawal
pub(super) async fn post_withdrawal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<PublishCirculars>,
    Path(id): Path<CircularId>,
) -> Answer {
    withdraw(&db, &permit, id).await?;
    Ok(ui.see_with(&format!("/circulars/{id}"), "propagation-withdrawn-told", &[]))
}
