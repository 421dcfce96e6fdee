//! The radar and what is said of one entry.

use ::store::{Change, Conn, Db, Tx};
use axum::extract::State;
use chrono::NaiveDate;
use kernel::{AccountId, Actor, Right, SchemeId};
use people::accounts::accounts_of;
use serde::{Deserialize, Serialize};
use web::{
    Answer, Errors, Form, Permit, Query, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    ReadFreshness, SettleFreshness,
    model::{Radar, Stale, radar},
    store::{ADD_REASON, SET_TASK, reasons, subjects, tasks},
};
use crate::scheme::{self, EditLegal};

/// Most characters of a reason.
const REASON_MOST: usize = 500;

async fn look(conn: &mut Conn, scheme: SchemeId, today: NaiveDate) -> Result<Radar, WebError> {
    let subjects = subjects(conn, scheme, today).await?;
    let register = scheme::legal_documents(conn, scheme).await?;
    let (tasks, reasons) = (tasks(conn, scheme).await?, reasons(conn, scheme).await?);
    let days = scheme::freshness_days(conn, scheme, today).await?;
    Ok(radar(subjects, &register, &tasks, &reasons, today, days))
}

struct Line {
    stale: Stale,
    overdue: bool,
    task: String,
}

struct UnknownLine {
    number: String,
    add: String,
    subjects: Vec<(String, String)>,
}

#[derive(askama::Template)]
#[template(path = "freshness/radar.html")]
struct RadarPage {
    t: T,
    open: Vec<Line>,
    settled: Vec<Line>,
    overdue: usize,
    unknown: Vec<UnknownLine>,
    fresh: usize,
    settles: bool,
    edits: bool,
}

fn task_address(stale: &Stale) -> String {
    web::form::address("/freshness/task", &[("subject", &stale.subject.id), ("key", &stale.key)])
}

/// GET /freshness
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadFreshness>) -> Answer {
    let t = ui.t;
    let today = db.today();
    let mut conn = db.read().await?;
    let radar = match scheme::of(&mut conn, &permit.actor).await? {
        Some(scheme) => look(&mut conn, scheme.id, today).await?,
        None => Radar::default(),
    };
    let line = |stale: Stale| Line { overdue: stale.overdue(today), task: task_address(&stale), stale };
    let (open, settled): (Vec<Line>, Vec<Line>) =
        radar.stale.into_iter().map(line).partition(|line| line.stale.reason.is_none());
    let unknown = radar.unknown.into_iter().map(|u| UnknownLine {
        add: web::form::address("/legal/new", &[("number", &u.number)]),
        number: u.number,
        subjects: u.subjects,
    });
    let page = RadarPage {
        t,
        overdue: open.iter().filter(|line| line.overdue).count(),
        open,
        settled,
        unknown: unknown.collect(),
        fresh: radar.fresh,
        settles: ui.may(SettleFreshness::NAME),
        edits: ui.may(EditLegal::NAME),
    };
    ui.page(t.get("freshness-title"), &page)
}

/// One entry of the radar, and what is typed about it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    subject: String,
    key: String,
    owner: String,
    due_on: String,
    reason: String,
}

#[derive(askama::Template)]
#[template(path = "freshness/task.html")]
struct TaskPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    stale: &'a Stale,
    owner: Select<'a>,
    due_on: Field<'a>,
    reason: Field<'a>,
}

/// Who may be given something to look after.
async fn owners(conn: &mut Conn, actor: &Actor) -> Result<Vec<(AccountId, String)>, WebError> {
    let mut all = accounts_of(conn, actor, "school_training").await?;
    all.extend(accounts_of(conn, actor, "lecturer").await?);
    Ok(all)
}

async fn entry(db: &Db, actor: &Actor, typed: &Typed) -> Result<(SchemeId, Stale, Vec<(AccountId, String)>), WebError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?.id;
    let radar = look(&mut conn, scheme, db.today()).await?;
    let found = radar.stale.into_iter().find(|s| s.subject.id == typed.subject && s.key == typed.key);
    Ok((scheme, found.ok_or(WebError::NotFound)?, owners(&mut conn, actor).await?))
}

fn task_page(ui: &Ui, stale: &Stale, owners: &[(AccountId, String)], typed: &Typed, errors: &Errors) -> Answer {
    let t = ui.t;
    let choices: Vec<Choice> = owners.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    let page = TaskPage {
        t,
        crumbs: Crumbs::to(t, stale.subject.title.clone()).by("/freshness", t.get("freshness-title")),
        wrong: Wrong::of(t, errors),
        stale,
        owner: Select::new(t, errors, "owner", "freshness-owner", &typed.owner, &choices).or_empty("freshness-office"),
        due_on: Field::new(t, errors, "due_on", "freshness-due", &typed.due_on).kind("date").required(),
        reason: Field::new(t, errors, "reason", "freshness-reason", &typed.reason)
            .kind("textarea")
            .hint("freshness-reason-hint")
            .class("wide"),
    };
    ui.page_with(Overtaken::status(None, errors), &stale.subject.title, &page)
}

/// GET /freshness/task
pub(super) async fn get_task(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<SettleFreshness>,
    Query(mut typed): Query<Typed>,
) -> Answer {
    let (_, stale, owners) = entry(&db, &permit.actor, &typed).await?;
    typed.owner = stale.owner.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    typed.due_on = stale.due_on.to_string();
    task_page(&ui, &stale, &owners, &typed, &Errors::new())
}

#[derive(Serialize)]
struct Told<'a> {
    document: &'a str,
    owner: Option<&'a str>,
    due_on: NaiveDate,
}

/// POST /freshness/task
pub(super) async fn post_task(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<SettleFreshness>,
    Form(typed): Form<Typed>,
) -> Answer {
    let actor = &permit.actor;
    let (scheme, stale, owners) = entry(&db, actor, &typed).await?;
    let mut errors = Errors::new();
    let owner = match typed.owner.as_str() {
        "" => None,
        chosen => {
            let known = owners.iter().find(|(id, _)| id.to_string() == chosen);
            if known.is_none() {
                errors.add("owner", "freshness-owner-unknown");
            }
            known
        }
    };
    let due_on: Option<NaiveDate> = typed.due_on.trim().parse().ok();
    match due_on {
        Some(day) if day >= db.today() => {}
        Some(_) => errors.add("due_on", "freshness-due-past"),
        None => errors.add("due_on", "freshness-due-unread"),
    }
    if let Some(due_on) = due_on.filter(|_| errors.is_empty()) {
        db.write(async |tx: &mut Tx| {
            let (id, now) = (owner.map(|(id, _)| *id), tx.now());
            tx.exec(&SET_TASK, &[&scheme, &stale.subject.id, &stale.key, &id, &due_on, &actor.name, &now]).await?;
            let was = Told {
                document: &stale.number,
                owner: stale.owner.as_ref().map(|(_, name)| name.as_str()),
                due_on: stale.due_on,
            };
            let told = Told { document: &stale.number, owner: owner.map(|(_, name)| name.as_str()), due_on };
            tx.audit(actor, "freshness.task.set", &stale.subject.id, Change::changed(&was, &told))
        })
        .await?;
        return Ok(ui.see_with("/freshness", "freshness-task-set", &[]));
    }
    task_page(&ui, &stale, &owners, &typed, &errors)
}

/// POST /freshness/reason
pub(super) async fn post_reason(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<SettleFreshness>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    let actor = &permit.actor;
    let (scheme, stale, owners) = entry(&db, actor, &typed).await?;
    let mut errors = Errors::new();
    let reason = errors.line(ui.t, "reason", "freshness-reason", &typed.reason, REASON_MOST);
    if errors.is_empty() {
        db.write(async |tx: &mut Tx| {
            let now = tx.now();
            let values: &[&dyn ::store::Bind] = &[
                &scheme,
                &stale.subject.id,
                &stale.subject.version,
                &stale.key,
                &reason,
                &actor.account,
                &actor.name,
                &now,
            ];
            tx.exec(&ADD_REASON, values).await?;
            let told = (stale.subject.version, &stale.number, &reason);
            tx.audit(actor, "freshness.reason.given", &stale.subject.id, Change::created(&told))
        })
        .await?;
        return Ok(ui.see_with("/freshness", "freshness-settled-told", &[]));
    }
    typed.owner = stale.owner.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    typed.due_on = stale.due_on.to_string();
    task_page(&ui, &stale, &owners, &typed, &errors)
}
