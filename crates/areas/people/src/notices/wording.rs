//! The words of notices: which kinds there are, and what an administrator lets them say.

use std::collections::BTreeMap;

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use kernel::text::fold;
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Lang, Path, Permit, T, Ui, WebError,
    components::{Crumbs, Field, Overtaken, Wrong},
};

use super::{
    ManageNotices,
    actions::{Saved, set_wording},
    model::{Fact, Facts, Kind, LINK, Wording, WordingFault, coded, kind, kinds, link_stands, named},
    store::{SavedWording, wording, wordings},
};

/// Most characters of a subject.
const SUBJECT_MOST: usize = 150;
/// Most characters of a body.
const BODY_MOST: usize = 2000;

/// The language in which notices are written.
const VI: T = T { lang: Lang::Vi };

/// The name of a value as it is written between braces.
fn name(code: &str) -> String {
    VI.get(format!("notices-value-{code}")).into_owned()
}

/// The code of a value of a kind by what somebody wrote between braces.
fn code(kind: &Kind, typed: &str) -> Option<&'static str> {
    let typed = fold(typed);
    values(kind).find(|code| fold(&name(code)) == typed || fold(code) == typed)
}

/// Codes of what the texts of a kind may hold.
fn values(kind: &Kind) -> impl Iterator<Item = &'static str> {
    kind.facts.iter().copied().chain([LINK])
}

/// A value of each name, so that a notice can be seen before there is one.
fn samples(kind: &Kind) -> Facts {
    values(kind)
        .map(|code| (code.to_owned(), Fact::from(VI.get(format!("notices-value-{code}-sample")).as_ref())))
        .collect()
}

/// A notice as its reader sees it.
struct Preview {
    subject: String,
    /// Lines in the application.
    said: Vec<String>,
    /// Lines of a letter.
    letter: Vec<String>,
}

impl Preview {
    fn of(kind: &Kind, wording: &Wording) -> Self {
        let facts = samples(kind);
        let link = VI.get(format!("notices-value-{LINK}-sample"));
        let lines = |text: String| text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
        Self {
            subject: wording.title(&facts, VI),
            said: lines(wording.said(&facts, VI)),
            letter: lines(wording.letter(&facts, &link, VI)),
        }
    }
}

struct Line {
    code: &'static str,
    name: String,
    sample: String,
    written: Option<(String, DateTime<Utc>)>,
}

#[derive(askama::Template)]
#[template(path = "notices/wordings.html")]
struct ListPage {
    t: T,
    crumbs: Crumbs,
    lines: Vec<Line>,
}

/// GET /notices/templates
pub(super) async fn list(ui: Ui, State(db): State<Db>, permit: Permit<ManageNotices>) -> Answer {
    let t = ui.t;
    let province = permit.actor.province.ok_or(WebError::NotFound)?;
    let saved = wordings(&mut db.read().await?, province).await?;
    let mut saved: BTreeMap<String, SavedWording> = saved.into_iter().map(|s| (s.kind.clone(), s)).collect();
    let line = |kind: &'static Kind| {
        let saved = saved.remove(kind.code).filter(|saved| saved.written.body.is_some());
        let written = saved.as_ref().map(|saved| (saved.written_by.clone(), saved.written_at));
        let wording = Wording::of(kind.code, saved.and_then(|saved| saved.written.wording()), VI);
        Line { code: kind.code, name: kind.name(t), sample: wording.title(&samples(kind), VI), written }
    };
    let lines = kinds().into_iter().map(line).collect();
    let crumbs = Crumbs::to(t, t.get("notices-templates")).by("/notices/log", t.get("notices-log"));
    ui.page(t.get("notices-templates"), &ListPage { t, crumbs, lines })
}

/// The form as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    seen: String,
    subject: String,
    body: String,
    /// `preview`, `built_in`, or nothing to save.
    act: String,
}

impl Typed {
    fn of(wording: &Wording, edition: i64) -> Self {
        Self {
            seen: edition.to_string(),
            subject: named(&wording.subject, name),
            body: named(&wording.body, name),
            act: String::new(),
        }
    }
}

#[derive(askama::Template)]
#[template(path = "notices/wording.html")]
struct WordingPage<'a> {
    t: T,
    crumbs: Crumbs,
    title: String,
    action: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    seen: &'a str,
    fields: [Field<'a>; 2],
    /// Name, meaning, sample.
    values: Vec<[String; 3]>,
    preview: Option<Preview>,
    written: Option<(String, DateTime<Utc>)>,
}

struct Shown<'a> {
    kind: &'static Kind,
    saved: Option<&'a SavedWording>,
    typed: &'a Typed,
    errors: &'a Errors,
    preview: Option<Preview>,
    overtaken: Option<Overtaken>,
}

impl Shown<'_> {
    fn page(self, ui: &Ui) -> Answer {
        let t = ui.t;
        let status: StatusCode = Overtaken::status(self.overtaken.as_ref(), self.errors);
        let title = self.kind.name(t);
        let field = |name, key, value| Field::new(t, self.errors, name, key, value).required().class("wide");
        let page = WordingPage {
            t,
            crumbs: Crumbs::to(t, title.clone())
                .by("/notices/log", t.get("notices-log"))
                .by("/notices/templates", t.get("notices-templates")),
            action: format!("/notices/templates/{}", self.kind.code),
            wrong: Wrong::of(t, self.errors),
            overtaken: self.overtaken,
            seen: &self.typed.seen,
            fields: [
                field("subject", "notices-template-subject", &self.typed.subject),
                field("body", "notices-template-body", &self.typed.body).kind("textarea").hint("notices-template-hint"),
            ],
            values: values(self.kind)
                .map(|code| {
                    let of = |part: &str| t.get(format!("notices-value-{code}-{part}")).into_owned();
                    [format!("{{{}}}", name(code)), of("means"), of("sample")]
                })
                .collect(),
            preview: self.preview,
            written: self
                .saved
                .filter(|saved| saved.written.body.is_some())
                .map(|saved| (saved.written_by.clone(), saved.written_at)),
            title,
        };
        ui.page_with(status, &page.title, &page)
    }
}

/// GET /notices/templates/{notice_kind}
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageNotices>,
    Path(code): Path<String>,
) -> Answer {
    let province = permit.actor.province.ok_or(WebError::NotFound)?;
    let kind = kind(&code).ok_or(WebError::NotFound)?;
    let saved = wording(&mut db.read().await?, province, kind).await?;
    let words = Wording::of(kind.code, saved.clone().and_then(|saved| saved.written.wording()), VI);
    let typed = Typed::of(&words, saved.as_ref().map_or(0, |saved| saved.edition));
    Shown {
        kind,
        saved: saved.as_ref(),
        typed: &typed,
        errors: &Errors::new(),
        preview: Some(Preview::of(kind, &words)),
        overtaken: None,
    }
    .page(&ui)
}

fn told(errors: &mut Errors, field: &'static str, fault: WordingFault) {
    match fault {
        WordingFault::Brace => errors.add(field, "notices-template-brace"),
        WordingFault::Unknown(name) => errors.add_with(field, "notices-template-unknown", vec![("name", name.into())]),
        WordingFault::NoLink => errors.add(field, "notices-template-no-link"),
        WordingFault::Link => errors.add(field, "notices-template-link"),
    }
}

/// What was typed as it is kept; what is wrong stands at its field.
fn read(t: T, kind: &Kind, typed: &Typed, errors: &mut Errors) -> Wording {
    let subject = errors.line(t, "subject", "notices-template-subject", &typed.subject, SUBJECT_MOST);
    let body = errors.lines(t, "body", "notices-template-body", &typed.body, BODY_MOST);
    let mut kept = |field, text: &str| match coded(text, |typed| code(kind, typed)) {
        Ok(text) => text,
        Err(fault) => {
            told(errors, field, fault);
            String::new()
        }
    };
    let (subject, body) = (kept("subject", &subject), kept("body", &body));
    if subject.contains(&format!("{{{LINK}}}")) {
        errors.add("subject", "notices-template-link-in-subject");
    }
    if let Err(fault) = link_stands(&body) {
        told(errors, "body", fault);
    }
    Wording { subject, body }
}

/// POST /notices/templates/{notice_kind}: saves, shows what it would look like, or takes the built-in text back.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageNotices>,
    Path(code): Path<String>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    let t = ui.t;
    let actor = &permit.actor;
    let province = actor.province.ok_or(WebError::NotFound)?;
    let kind = kind(&code).ok_or(WebError::NotFound)?;
    let built_in = Wording::built_in(kind, VI);
    let mut errors = Errors::new();
    let wanted = if typed.act == "built_in" { built_in.clone() } else { read(t, kind, &typed, &mut errors) };
    if !errors.is_empty() || typed.act == "preview" {
        let saved = wording(&mut db.read().await?, province, kind).await?;
        let preview = errors.is_empty().then(|| Preview::of(kind, &wanted));
        let shown = Shown { kind, saved: saved.as_ref(), typed: &typed, errors: &errors, preview, overtaken: None };
        return shown.page(&ui);
    }
    let seen: i64 = typed.seen.parse().unwrap_or(-1);
    let words = (wanted != built_in).then_some(&wanted);
    if let Saved::Overtaken(newer) = set_wording(&db, (actor, province), (kind, seen), words).await? {
        let (by, at) = newer.as_ref().map(|n| (n.written_by.as_str(), n.written_at)).unzip();
        let theirs = newer.as_ref().map(|n| n.written.clone()).and_then(super::store::Written::wording);
        let theirs = Typed::of(&theirs.unwrap_or(built_in), newer.as_ref().map_or(0, |n| n.edition));
        let mine = Typed::of(&wanted, 0);
        let overtaken = Overtaken::by(t, by, at)
            .differs("notices-template-subject", theirs.subject, mine.subject.as_str())
            .differs("notices-template-body", theirs.body, mine.body.as_str());
        typed = Typed { seen: theirs.seen, ..mine };
        return Shown {
            kind,
            saved: newer.as_ref(),
            typed: &typed,
            errors: &errors,
            preview: Some(Preview::of(kind, &wanted)),
            overtaken: Some(overtaken),
        }
        .page(&ui);
    }
    let said = if words.is_some() { "notices-template-saved" } else { "notices-template-built-in-again" };
    Ok(ui.see_with(&format!("/notices/templates/{}", kind.code), said, &[]))
}
