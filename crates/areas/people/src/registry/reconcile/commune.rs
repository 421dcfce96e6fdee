//! What a commune declares of itself, beside the register of that day; the form with which it declares.

use std::collections::BTreeMap;

use ::store::{Change, Conn, Db, StoreError, Tx};
use axum::{extract::State, http::StatusCode};
use chrono::NaiveDate;
use kernel::{Actor, DeclarationId, Right};
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Crumbs, Field, Wrong},
    form::address,
};

use super::{
    file::line_label,
    store::{CommuneLine, Declaration, INSERT, INSERT_LINE, communes, declarations, declared_lines, register_on},
};
use crate::{
    organisation::titled,
    registry::{Gap, ReadPeople, ReadStatistics, ReconcileLine, gaps, import::ImportPeople, model::counted},
};

/// Most people that a commune can declare on a line.
const MOST: i64 = 100_000;
/// Longest source in letters.
const MOST_SOURCE: usize = 200;

/// What a commune declares: name of the field, dimension and key, in their order. The words are those of the register.
pub(super) const LINES: [(&str, &str, &str); 18] = [
    ("total", "total", "total"),
    ("bloc-dang", "bloc", "dang"),
    ("bloc-chinh_quyen", "bloc", "chinh_quyen"),
    ("bloc-mat_tran", "bloc", "mat_tran"),
    ("bloc-quan_su", "bloc", "quan_su"),
    ("education-tien_si", "education", "tien_si"),
    ("education-thac_si", "education", "thac_si"),
    ("education-dai_hoc", "education", "dai_hoc"),
    ("education-cao_dang_trung_cap", "education", "cao_dang_trung_cap"),
    ("education-so_cap", "education", "so_cap"),
    ("theory-cao_cap", "theory", "cao_cap"),
    ("theory-trung_cap", "theory", "trung_cap"),
    ("theory-so_cap", "theory", "so_cap"),
    ("theory-chua_qua", "theory", "chua_qua"),
    ("management-cvcc", "management", "cvcc"),
    ("management-cvc", "management", "cvc"),
    ("management-cv", "management", "cv"),
    ("management-chua_qua", "management", "chua_qua"),
];

/// Key of the words of a line.
pub(super) fn words(dimension: &str, key: &str) -> String {
    if dimension == "total" { "registry-total".to_owned() } else { format!("registry-{dimension}-{key}") }
}

/// What a commune declares, on its way in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(super) struct Input {
    pub(super) as_of: NaiveDate,
    pub(super) source: String,
    pub(super) lines: Vec<(&'static str, &'static str, i64)>,
}

pub(super) type Typed = BTreeMap<String, String>;

fn typed<'a>(values: &'a Typed, name: &str) -> &'a str {
    values.get(name).map_or("", String::as_str)
}

/// Reads the form; every fault is noted at its field. An empty line is one that is not declared.
pub(super) fn read(t: T, values: &Typed, today: NaiveDate, errors: &mut Errors) -> Option<Input> {
    let as_of = NaiveDate::parse_from_str(typed(values, "as_of").trim(), "%Y-%m-%d").ok();
    match as_of {
        None => errors.add("as_of", "reconcile-as-of-none"),
        Some(day) if day > today => errors.add("as_of", "reconcile-as-of-late"),
        Some(_) => {}
    }
    let source = errors.line(t, "source", "reconcile-source", typed(values, "source"), MOST_SOURCE);
    let mut lines = Vec::new();
    for (name, dimension, key) in LINES {
        let value = typed(values, name).trim();
        if value.is_empty() && name != "total" {
            continue;
        }
        // thousands are written with points
        let plain = value.replace('.', "");
        if let Some(people) = errors.whole(t, name, &words(dimension, key), &plain, &(0..=MOST)) {
            lines.push((dimension, key, people));
        }
    }
    as_of.filter(|_| errors.is_empty()).map(|as_of| Input { as_of, source, lines })
}

/// Keeps what a commune declares of a day; earlier declarations stay.
pub(super) async fn declare(
    tx: &mut Tx,
    permit: &Permit<ImportPeople>,
    commune: &CommuneLine,
    input: &Input,
) -> Result<(), StoreError> {
    let (id, now) = (DeclarationId::new(tx.ids()), tx.now());
    let values: [&dyn ::store::Bind; 6] =
        [&id, &commune.commune_id, &input.as_of, &input.source, &permit.actor.name, &now];
    tx.exec(&INSERT, &values).await?;
    tx.exec_many(&INSERT_LINE, &input.lines, |(dimension, key, people), args| {
        args.add(&id)?;
        args.add(dimension)?;
        args.add(key)?;
        args.add(people)
    })
    .await?;
    tx.audit(&permit.actor, "registry.declaration.made", commune.commune_id, Change::created(input))
}

impl Declaration {
    /// Who declared, and when.
    fn by(&self, t: T) -> String {
        let said = [("who", self.declared_by.as_str().into()), ("at", t.moment(self.declared_at).into())];
        t.args("reconcile-by", said).into_owned()
    }
}

/// A line of the comparison, with the list of the people who are counted.
struct Line {
    line: ReconcileLine,
    href: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "registry/reconcile/commune.html")]
struct CommunePage<'a> {
    t: T,
    crumbs: Crumbs,
    title: String,
    code: &'a str,
    latest: Option<Declaration>,
    earlier: Vec<Declaration>,
    lines: Vec<Line>,
    gaps: Vec<Gap>,
    wrong: Option<Wrong>,
    /// The form, for who may declare.
    fields: Vec<Field<'a>>,
    open: bool,
}

async fn commune(conn: &mut Conn, actor: &Actor, code: &str, today: NaiveDate) -> Result<CommuneLine, WebError> {
    communes(conn, actor, today).await?.into_iter().find(|c| c.code == code).ok_or(WebError::NotFound)
}

async fn show(ui: &Ui, db: &Db, actor: &Actor, code: &str, values: &Typed, errors: &Errors) -> Answer {
    let (t, today) = (ui.t, db.today());
    let mut conn = db.read().await?;
    let commune = commune(&mut conn, actor, code, today).await?;
    let mut all = declarations(&mut conn, commune.commune_id).await?.into_iter();
    let latest = all.next();
    let (mut lines, mut gaps_found) = (Vec::new(), Vec::new());
    if let Some(declaration) = &latest {
        let declared = declared_lines(&mut conn, declaration.id).await?;
        let in_order = LINES.iter().filter_map(|(_, dimension, key)| {
            let found = declared.iter().find(|(d, k, _)| d == dimension && k == key)?;
            let label = t.get(words(dimension, key)).into_owned();
            Some(ReconcileLine {
                dimension: (*dimension).to_owned(),
                key: (*key).to_owned(),
                label,
                declared: found.2,
                counted: 0,
            })
        });
        let rows = register_on(&mut conn, commune.commune_id, declaration.as_of).await?;
        let compared = counted(in_order.collect(), &rows);
        gaps_found = gaps(&compared);
        let on = declaration.as_of.to_string();
        let names_too = ui.may(ReadPeople::NAME) && !actor.sees_nobody();
        let one = |line: ReconcileLine| {
            let pairs = [("on", on.as_str()), ("commune", code), (line.dimension.as_str(), line.key.as_str())];
            let pairs = if line.dimension == "total" { &pairs[..2] } else { &pairs[..] };
            let href = (names_too && line.counted > 0).then(|| address("/people/statistics/people", pairs));
            Line { line, href }
        };
        lines = compared.into_iter().map(one).collect();
    }
    drop(conn);
    let mut fields = Vec::new();
    if ui.may(ImportPeople::NAME) {
        fields.push(Field::new(t, errors, "as_of", "reconcile-as-of", typed(values, "as_of")).kind("date").required());
        fields.push(
            Field::new(t, errors, "source", "reconcile-source", typed(values, "source"))
                .required()
                .class("grow")
                .hint("reconcile-source-hint"),
        );
        for (name, dimension, key) in LINES {
            let mut field = Field::new(t, errors, name, &words(dimension, key), typed(values, name)).class("short");
            field.label = line_label(t, dimension, key);
            fields.push(if name == "total" { field.required() } else { field });
        }
    }
    let title = titled(t, &commune.kind, &commune.name);
    let crumbs = Crumbs::to(t, title.clone())
        .by("/people/statistics", t.get("statistics-title"))
        .by("/people/reconcile", t.get("reconcile-title"));
    let page = CommunePage {
        t,
        crumbs,
        code,
        open: !errors.is_empty() || latest.is_none(),
        latest,
        earlier: all.collect(),
        lines,
        gaps: gaps_found,
        wrong: Wrong::of(t, errors),
        fields,
        title,
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, &page.title, &page)
}

/// GET /people/reconcile/{code}
pub(in crate::registry) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadStatistics>,
    Path(code): Path<String>,
) -> Answer {
    show(&ui, &db, &permit.actor, &code, &Typed::new(), &Errors::new()).await
}

/// POST /people/reconcile/{code}: a declaration more.
pub(in crate::registry) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ImportPeople>,
    Path(code): Path<String>,
    Form(values): Form<Typed>,
) -> Answer {
    let today = db.today();
    let commune = commune(&mut db.read().await?, &permit.actor, &code, today).await?;
    let mut errors = Errors::new();
    match read(ui.t, &values, today, &mut errors) {
        Some(input) => {
            db.write(async |tx: &mut Tx| declare(tx, &permit, &commune, &input).await).await?;
            let name = titled(ui.t, &commune.kind, &commune.name);
            Ok(ui.see_with(&format!("/people/reconcile/{code}"), "reconcile-declared-done", &[("name", name)]))
        }
        None => show(&ui, &db, &permit.actor, &code, &values, &errors).await,
    }
}
