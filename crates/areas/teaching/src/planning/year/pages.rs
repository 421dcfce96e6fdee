//! A year of the plan: its classes, its quotas, where it stands between the bodies.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use chrono::Datelike;
use kernel::{Actor, PlanId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui,
    components::{Crumbs, Field, Wrong},
};

use super::{
    actions,
    model::{Standing, Step, Taken},
    read::{CommuneQuota, YearRead},
};
use crate::{
    planning::{
        ApprovePlan, ComposePlan, PlanYear, ReadPlan, ReviewPlan,
        actions::adjust,
        room::sees_drafts,
        store::{Decided, PlanClassLine, steps},
    },
    scheme::Audience,
};

/// Most characters of a decision's number, of a reason.
const DECISION_MOST: usize = 60;
const REASON_MOST: usize = 500;

struct ClassShown {
    line: PlanClassLine,
    week: i64,
    days: String,
}

#[derive(askama::Template)]
#[template(path = "planning/year/year.html")]
struct YearPage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    lead: String,
    wrong: Option<Wrong>,
    line: PlanYear,
    standing: Standing,
    waiting: String,
    steps: Vec<Taken>,
    classes: Vec<ClassShown>,
    audiences: Vec<Audience>,
    quotas: Vec<CommuneQuota>,
    /// The approved version of which it takes the place, what is different, and the version that took its place.
    former: Option<Decided>,
    changes: Vec<String>,
    later: Option<Decided>,
    decision: Field<'a>,
    reason: Field<'a>,
    may_submit: bool,
    may_agree: bool,
    may_return: bool,
    may_approve: bool,
    may_adjust: bool,
}

/// What was typed into a form, and what is wrong with it.
#[derive(Default)]
struct Typed {
    decision: String,
    reason: String,
    errors: Errors,
}

/// GET /plan/{plan}/years/{year}
pub(in crate::planning) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadPlan>,
    Path(at): Path<(PlanId, i64)>,
) -> Answer {
    page(&ui, &db, &permit.actor, at, Typed::default()).await
}

async fn page(ui: &Ui, db: &Db, actor: &Actor, (plan, year): (PlanId, i64), typed: Typed) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let read = YearRead::of(&mut conn, actor, (plan, year), sees_drafts(ui), db.today()).await?;
    let mut steps = steps(&mut conn, plan).await?;
    steps.retain(|taken| taken.year == year);
    drop(conn);
    let standing = Standing::after(&steps, year);
    let changes = read.changes(t);
    let YearRead { line, rules, audiences, classes, quotas, former, later, .. } = read;
    let approved = line.decision_number.is_some();
    let waiting = match &standing {
        Standing::Submitted(bodies) => {
            bodies.iter().map(|b| t.get(format!("accounts-role-{b}")).into_owned()).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    };
    let heading = t.arg("planning-year-title", "year", year.to_string()).into_owned();
    let page = YearPage {
        t,
        crumbs: Crumbs::to(t, heading.clone()).by("/plan", t.get("planning-nav")),
        lead: t
            .args("planning-year-lead", [("classes", line.classes.into()), ("seats", line.seats.into())])
            .into_owned(),
        wrong: Wrong::of(t, &typed.errors),
        waiting,
        may_adjust: approved && later.is_none() && ui.may("plan.compose") && year >= i64::from(db.today().year()),
        changes,
        former: former.map(|(former, _)| former),
        later,
        classes: classes
            .into_iter()
            .map(|line| ClassShown {
                week: line.monday.iso_week().week().into(),
                days: t.dates(line.monday, rules.last_day(line.monday)),
                line,
            })
            .collect(),
        quotas,
        audiences,
        decision: Field::new(t, &typed.errors, "decision", "planning-decision-hint", &typed.decision).required(),
        reason: Field::new(t, &typed.errors, "reason", "planning-return-reason", &typed.reason)
            .required()
            .class("grow"),
        may_submit: !approved && ui.may("plan.compose") && standing.allows(Step::Submitted, &actor.role),
        may_agree: !approved && ui.may("plan.review") && standing.allows(Step::Agreed, &actor.role),
        may_return: !approved && ui.may("plan.review") && standing.allows(Step::Returned, &actor.role),
        may_approve: !approved && ui.may("plan.approve") && standing == Standing::Agreed,
        heading,
        line,
        standing,
        steps,
    };
    let status = if typed.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, page.heading.clone(), &page)
}

fn done(ui: &Ui, (plan, year): (PlanId, i64), key: &str) -> Answer {
    Ok(ui.see_with(&format!("/plan/{plan}/years/{year}"), key, &[("year", year.to_string())]))
}

/// POST /plan/{plan}/years/{year}/adjustment: a scenario in which the approved year may move.
pub(in crate::planning) async fn post_adjustment(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ComposePlan>,
    Path(at): Path<(PlanId, i64)>,
) -> Answer {
    let id = adjust(&db, &permit, at).await?;
    let year = at.1;
    let told = [("year", year.to_string())];
    Ok(ui.see_with(&format!("/plan/scenarios/{id}?year={year}"), "planning-adjust-begun", &told))
}

/// POST /plan/{plan}/years/{year}/submission
pub(in crate::planning) async fn post_submission(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ComposePlan>,
    Path(at): Path<(PlanId, i64)>,
) -> Answer {
    actions::submit_year(&db, &permit, at.0, at.1).await?;
    done(&ui, at, "planning-year-submitted")
}

/// POST /plan/{plan}/years/{year}/agreement
pub(in crate::planning) async fn post_agreement(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReviewPlan>,
    Path(at): Path<(PlanId, i64)>,
) -> Answer {
    actions::agree_year(&db, &permit, at.0, at.1).await?;
    done(&ui, at, "planning-year-agreed")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::planning) struct Return {
    reason: String,
}

/// POST /plan/{plan}/years/{year}/return: field `reason`.
pub(in crate::planning) async fn post_return(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReviewPlan>,
    Path(at): Path<(PlanId, i64)>,
    Form(form): Form<Return>,
) -> Answer {
    let mut errors = Errors::new();
    let reason = errors.line(ui.t, "reason", "planning-return-reason", &form.reason, REASON_MOST);
    if !errors.is_empty() {
        return page(&ui, &db, &permit.actor, at, Typed { reason: form.reason, errors, ..Typed::default() }).await;
    }
    actions::return_year(&db, &permit, at.0, at.1, &reason).await?;
    done(&ui, at, "planning-year-returned")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::planning) struct Approval {
    decision: String,
}

/// POST /plan/{plan}/years/{year}/approval: field `decision`.
pub(in crate::planning) async fn post_approval(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ApprovePlan>,
    Path(at): Path<(PlanId, i64)>,
    Form(form): Form<Approval>,
) -> Answer {
    let mut errors = Errors::new();
    let decision = errors.line(ui.t, "decision", "planning-decision-hint", &form.decision, DECISION_MOST);
    if !errors.is_empty() {
        return page(&ui, &db, &permit.actor, at, Typed { decision: form.decision, errors, ..Typed::default() }).await;
    }
    actions::approve_year(&db, &permit, at.0, at.1, &decision).await?;
    done(&ui, at, "planning-year-approved")
}
