//! The kit of a class as a table, and one paper with what may be done to it.

use ::store::Db;
use axum::extract::State;
use chrono::{DateTime, Utc};
use kernel::{ClassId, PaperId, Right};
use serde::Deserialize;
use teaching::{classes::ClassHead, lecturers::payment::PayLecturers};
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Crumbs, Field, Wrong},
};

use super::{
    MakePapers, SignPapers,
    actions::{self, KitError, SignInput},
    facts::Kit,
    model::{Stage, Template, missing},
    store::{self, PaperRow},
};

/// Most characters of a signer's name, of a reason.
const SIGNER_MOST: usize = 80;
const REASON_MOST: usize = 300;

/// A paper as the table shows it.
struct Line {
    name: String,
    /// Made, with where it stands.
    paper: Option<Shown>,
    /// What is missing, when it is not made.
    missing: Option<String>,
    /// A page of another slice that makes it.
    elsewhere: Option<Elsewhere>,
}

struct Shown {
    id: PaperId,
    symbol: String,
    dated: String,
    signed: bool,
    stale: bool,
}

/// A paper that is made where its work is done.
struct Elsewhere {
    told: String,
    done: bool,
    href: String,
}

struct Group {
    key: String,
    lines: Vec<Line>,
}

#[derive(askama::Template)]
#[template(path = "kit/kit.html")]
struct KitPage<'a> {
    t: T,
    head: ClassHead<'a>,
    kit: &'a Kit,
    groups: Vec<Group>,
    /// Papers that pressing the button would make, and those that it would draw anew, in words; none when there are none.
    todo: Option<String>,
    made: usize,
}

impl Kit {
    fn line(&self, t: T, template: Template) -> Line {
        let paper = self.paper(template).map(|row| Shown {
            id: row.id,
            symbol: row.symbol.clone(),
            dated: t.date(row.dated),
            signed: row.signed_at.is_some(),
            stale: self.is_stale(template, row),
        });
        let missing = missing(template, &self.known).filter(|_| paper.is_none());
        Line {
            name: t.get(format!("kit-paper-{}", template.code())).into_owned(),
            paper,
            missing: missing.map(|missing| t.get(missing.key()).into_owned()),
            elsewhere: None,
        }
    }

    /// Papers of the class that are made as they are fetched: the badges; or by other slices: decision and certificates.
    fn elsewhere(&self, t: T) -> [Line; 3] {
        let line = |key: &str, told: String, done: bool, href: String| Line {
            name: t.get(key).into_owned(),
            paper: None,
            missing: None,
            elsewhere: Some(Elsewhere { told, done, href }),
        };
        let id = self.class.id;
        let (decided, told, href) = match &self.facts.decision {
            Some((number, _)) => (true, number.clone(), format!("/classes/{id}/decision")),
            None => (false, t.get("kit-missing-decision").into_owned(), format!("/classes/{id}/results")),
        };
        let issued = self.certificates;
        let (given, papers) = if issued > 0 {
            (t.arg("kit-certificates", "n", issued).into_owned(), format!("/classes/{id}/certificates"))
        } else {
            (t.get("kit-missing-certificates").into_owned(), format!("/classes/{id}/results"))
        };
        let (badges, all) = if self.known.learners > 0 {
            (t.arg("kit-badges", "n", self.known.learners).into_owned(), format!("/classes/{id}/badges.pdf"))
        } else {
            (t.get("kit-missing-learners").into_owned(), format!("/classes/{id}"))
        };
        [
            line("kit-paper-badges", badges, self.known.learners > 0, all),
            line("kit-paper-decision", told, decided, href),
            line("kit-paper-certificates", given, issued > 0, papers),
        ]
    }
}

/// GET /classes/{class}/kit
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<MakePapers>, Path(id): Path<ClassId>) -> Answer {
    let t = ui.t;
    let kit = Kit::read(&mut db.read().await?, &permit.actor, id, db.today()).await?.ok_or(WebError::NotFound)?;
    let mut groups: Vec<Group> = Stage::ALL
        .into_iter()
        .map(|stage| Group {
            key: format!("kit-stage-{}", stage.code()),
            lines: Template::ALL.into_iter().filter(|p| p.stage() == stage).map(|p| kit.line(t, p)).collect(),
        })
        .collect();
    let (new, stale) = kit.ready().fold((0, 0), |(new, stale), template| match kit.paper(template) {
        None => (new + 1, stale),
        Some(row) if kit.is_stale(template, row) => (new, stale + 1),
        Some(_) => (new, stale),
    });
    let [badges, decision, certificates] = kit.elsewhere(t);
    if let [_, during, after] = groups.as_mut_slice() {
        // in the order of the file: after the sign-in sheets, after the minutes
        during.lines.insert(1, badges);
        after.lines.splice(2..2, [decision, certificates]);
    }
    let page = KitPage {
        t,
        head: ClassHead::new(t, &permit.actor, &kit.class, "kit"),
        groups,
        todo: (new + stale > 0)
            .then(|| t.args("kit-make-n", [("new", new.into()), ("stale", stale.into())]).into_owned()),
        made: kit.papers.len(),
        kit: &kit,
    };
    ui.page(t.arg("classes-label", "label", kit.class.label()), &page)
}

/// POST /classes/{class}/kit: makes everything that is ready.
pub(super) async fn post(ui: Ui, State(db): State<Db>, permit: Permit<MakePapers>, Path(id): Path<ClassId>) -> Answer {
    let made = actions::make(&db, &permit, id).await?;
    let args = [("new", made.new.to_string()), ("renewed", made.renewed.to_string())];
    Ok(ui.see_with(&format!("/classes/{id}/kit"), "kit-made", &args))
}

/// Something that happened to a paper.
struct Event {
    tone: &'static str,
    key: &'static str,
    iso: String,
    at: String,
    by: String,
    note: String,
}

fn events(t: T, row: &PaperRow) -> Vec<Event> {
    let signer = row.signer.as_ref().map(|name| t.arg("kit-signed-by", "name", name.clone()).into_owned());
    let all = [
        ("good", "kit-was-made", Some(row.made_at), Some(&row.made_by), None),
        ("", "kit-was-renewed", row.renewed_at, row.renewed_by.as_ref(), None),
        ("good", "kit-was-signed", row.signed_at, row.signed_by.as_ref(), signer),
        ("bad", "kit-was-voided", row.voided_at, row.voided_by.as_ref(), row.void_reason.clone()),
    ];
    let event = |(tone, key, at, by, note): (_, _, Option<DateTime<Utc>>, Option<&String>, Option<String>)| {
        let (at, by) = at.zip(by)?;
        let (iso, at) = (at.to_rfc3339(), t.moment(at));
        Some(Event { tone, key, iso, at, by: by.clone(), note: note.unwrap_or_default() })
    };
    all.into_iter().filter_map(event).collect()
}

#[derive(askama::Template)]
#[template(path = "kit/paper.html")]
struct PaperPage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    class: String,
    kit: &'a Kit,
    row: &'a PaperRow,
    events: Vec<Event>,
    stale: bool,
    wrong: Option<Wrong>,
    sign: Option<[Field<'a>; 2]>,
    void: Option<Field<'a>>,
    /// Whether it may be fetched with the accounts of the lecturers.
    pays: bool,
}

/// What was typed into a form of the page.
#[derive(Default)]
struct Tried {
    signed_on: String,
    signer: String,
    reason: String,
    errors: Errors,
}

async fn show(ui: &Ui, db: &Db, actor: &kernel::Actor, id: PaperId, mut tried: Tried) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let row = store::paper(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let template = Template::of(&row.template).ok_or(WebError::NotFound)?;
    let kit = Kit::read(&mut conn, actor, row.class_id, db.today()).await?.ok_or(WebError::NotFound)?;
    drop(conn);
    let stale = kit.is_stale(template, &row);
    if tried.signed_on.is_empty() && tried.errors.is_empty() {
        tried.signed_on = db.today().to_string();
    }
    let errors = &tried.errors;
    let name = t.get(format!("kit-paper-{}", template.code())).into_owned();
    let heading = if row.symbol.is_empty() { name } else { format!("{name} {}", row.symbol) };
    let class = t.arg("classes-label", "label", kit.class.label()).into_owned();
    let here = format!("/classes/{}", row.class_id);
    let crumbs = Crumbs::to(t, heading.clone())
        .by("/classes", t.get("classes-nav"))
        .by(here.clone(), class.clone())
        .by(format!("{here}/kit"), t.get("kit-title"));
    let status =
        if errors.is_empty() { axum::http::StatusCode::OK } else { axum::http::StatusCode::UNPROCESSABLE_ENTITY };
    let page = PaperPage {
        t,
        crumbs,
        heading,
        class,
        events: events(t, &row),
        stale,
        wrong: Wrong::of(t, errors),
        sign: (row.is_draft() && !stale && ui.may("papers.sign")).then(|| {
            [
                Field::new(t, errors, "signed_on", "kit-signed-on", &tried.signed_on).kind("date").required(),
                Field::new(t, errors, "signer", "kit-signer", &tried.signer).required().class("grow"),
            ]
        }),
        void: row
            .voided_at
            .is_none()
            .then(|| Field::new(t, errors, "reason", "kit-void-reason", &tried.reason).required().class("grow")),
        pays: template == Template::Payments && row.voided_at.is_none() && ui.may(PayLecturers::NAME),
        kit: &kit,
        row: &row,
    };
    ui.page_with(status, &page.heading, &page)
}

/// GET /papers/{paper}
pub(super) async fn get_paper(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MakePapers>,
    Path(id): Path<PaperId>,
) -> Answer {
    show(&ui, &db, &permit.actor, id, Tried::default()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Signature {
    signed_on: String,
    signer: String,
}

/// POST /papers/{paper}/signature: fields `signed_on`, `signer`.
pub(super) async fn post_signature(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<SignPapers>,
    Path(id): Path<PaperId>,
    Form(typed): Form<Signature>,
) -> Answer {
    let mut errors = Errors::new();
    let signer = errors.line(ui.t, "signer", "kit-signer", &typed.signer, SIGNER_MOST);
    let signed_on = errors.day(ui.t, "signed_on", "kit-signed-on", &typed.signed_on);
    if let (Some(signed_on), true) = (signed_on, errors.is_empty()) {
        match actions::sign(&db, &permit, id, &SignInput { signed_on, signer }).await {
            Ok(()) => return Ok(ui.see_with(&format!("/papers/{id}"), "kit-signed", &[])),
            Err(KitError::SignedOn) => errors.add("signed_on", "kit-signed-on-off"),
            Err(error) => return Err(error.into()),
        }
    }
    let tried = Tried { signed_on: typed.signed_on, signer: typed.signer, errors, ..Tried::default() };
    show(&ui, &db, &permit.actor, id, tried).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Voiding {
    reason: String,
}

/// POST /papers/{paper}/void: field `reason`.
pub(super) async fn post_void(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MakePapers>,
    Path(id): Path<PaperId>,
    Form(typed): Form<Voiding>,
) -> Answer {
    let mut errors = Errors::new();
    let reason = errors.line(ui.t, "reason", "kit-void-reason", &typed.reason, REASON_MOST);
    if !errors.is_empty() {
        return show(&ui, &db, &permit.actor, id, Tried { reason: typed.reason, errors, ..Tried::default() }).await;
    }
    actions::void(&db, &permit, id, &reason).await?;
    Ok(ui.see_with(&format!("/papers/{id}"), "kit-voided", &[]))
}
